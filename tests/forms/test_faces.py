"""Every class of expression has all its faces, or says why not."""

from __future__ import annotations

import inspect

import pytest
from attrs import evolve

from clusterbook.forms import registry
from clusterbook.forms.consistency import SpecError, check
from clusterbook.forms.expressions import excel_lists as excel
from clusterbook.forms.expressions import nodes
from clusterbook.forms.expressions.columns import COLUMN
from clusterbook.forms.expressions.nodes import Constant, Expression, LastPage, answer
from clusterbook.forms.faces import Face, NoFaceError
from clusterbook.forms.rules import AtMost, Rule
from clusterbook.layout.wording import NAME

CLASSES = [
    one for name, one in vars(nodes).items()
    if inspect.isclass(one) and issubclass(one, Expression) and one is not Expression
    and not name.startswith("_")
]  # fmt: skip
# Seen by what holds them: a condition of rows is part of the formula that counts them.
WITHIN_OTHERS = {nodes.ColumnIs}


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_each_class_has_its_faces(kind: type[Expression]) -> None:
    """The importer works out all; a workbook all but what says that it cannot."""
    assert kind in COLUMN.methods
    in_formulas = any(kind in face.methods for face in (excel.SHOWN, excel.VALUE, excel.TRUTH))
    assert in_formulas != bool(kind.importer_only) or kind in WITHIN_OTHERS
    if kind in excel.VALUE.methods and kind is not nodes.Same:
        assert kind in NAME.methods, "a number has a name in sentences"


def test_a_class_without_a_face_says_so() -> None:
    class Unheard(Expression):
        pass

    for face in (COLUMN, excel.VALUE, excel.TRUTH):
        with pytest.raises(NoFaceError, match=f"Unheard has no {face.name}"):
            face(None, Unheard())
    with pytest.raises(NoFaceError, match="LastPage has no number in a formula"):
        excel.VALUE(None, LastPage(Constant(1)))


def test_a_class_has_one_method() -> None:
    face = Face("name")
    face.of(Constant)(lambda _self, _node: "")
    with pytest.raises(TypeError, match="Constant has two methods"):
        face.of(Constant)(lambda _self, _node: "")


def test_a_rule_that_no_formula_can_hold_is_named() -> None:
    book = registry.workbook("cluster_contest")
    page = LastPage(answer("economy.output_value_pages"))
    rule = Rule(code="X01.pages", level="info", reason="r", source="s", holds=AtMost(page, 10))
    check(evolve(book, rules=(evolve(rule, importer_only="pages"),)))
    with pytest.raises(SpecError) as caught:
        check(evolve(book, rules=(rule,)))
    assert caught.value.faults == ["X01.pages: LastPage is for the importer only"]
