"""Every kind and every bound has all of its faces, and the faces of one bound say the same."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from string import Formatter
from typing import Any, ClassVar

import jsonschema
import numpy as np
import pandas as pd
import pytest
from attrs import frozen
from support.worked_out import worked_out

import clusterbook
from clusterbook.forms import kinds as k
from clusterbook.forms import registry
from clusterbook.forms.kinds import bounds as b
from clusterbook.forms.kinds import mend_facts
from clusterbook.forms.kinds.faults import faults
from clusterbook.forms.spec import Field
from clusterbook.layout import layouts
from clusterbook.layout.option_lists import Lists
from clusterbook.problems import CATALOGUE
from clusterbook.results.datapackage import value_schema
from clusterbook.validation import schema

CELL, LISTS = "A1", "_lists"
EXAMPLES: dict[type[k.Kind], k.Kind] = {
    k.Choice: k.Choice(options=("甲", "乙")),
    k.DependentChoice: k.DependentChoice(within="city", pairs=(("泉州市", "洛江区"),)),
    k.Items: k.Items(options=("甲", "乙"), at_most=2),
    k.Day: k.Day(years=(2025, 2026)),
    k.Text: k.Text(pattern="^[A-Z]", pattern_help="以大写字母开头"),
}
# One value of each, as it is read.
VALUES: dict[type[k.Kind], Any] = {
    k.Choice: "甲", k.CreditCode: "91350500MA31ABCD10", k.Day: "2026-03-15",
    k.DependentChoice: "洛江区", k.FourPart: (0, 1, 3, 12), k.Integer: 3.0, k.Items: ("甲", "乙"),
    k.LongText: "发展良好，稳中有进。", k.Month: "2024-03", k.Name: "泉州市纺织有限公司",
    k.Number: 12.5, k.Pages: ((12, 12), (15, 18)), k.Percent: 12.5, k.Period: "2024-03/2026-12",
    k.Phone: "0595-22000001", k.Reduction: 9.14, k.Text: "A型", k.Tick: True, k.YesNo: True,
}  # fmt: skip

# Of each bound: values within and beyond.
WITHIN: dict[b.Bound, tuple[Sequence[Any], Sequence[Any]]] = {
    b.Low(0.5): ((0.5, 7.0), (0.25, -3.0)),
    b.Low(1_234_567.25): ((1_234_567.25, 2e9), (1_234_567.0,)),
    b.High(100.0): ((100.0, -5.0), (250.0, 100.5)),
    b.Whole(): ((3.0, 0.0, -2.0), (0.5, -1.25)),
    b.Steps(0.5): ((3.0, 3.5, 0.0), (3.2, 0.75)),
    b.OneOf(("甲", "乙*")): (("甲", "乙*"), ("丙", "乙丙")),
    b.EachOf(("甲", "乙")): ((("甲",), ("甲", "乙"), ()), (("甲", "丙"), ("丙",))),
    b.MostItems(2): ((("甲", "乙"), ()), (("甲", "乙", "丙"),)),
    b.Longest(4): (("四个 字符", "A\nB", ""), ("五个字符呀",)),
    b.Pattern("^[A-Z]{2}$", "两个字母"): (("AB", "无"), ("ABC", "a")),
    b.Years(2025, 2026): (("2025-03", "2026-12-31"), ("2019-01", "2027-01-01")),
}
# No cell can tell: the items of a list may be written in many ways, and Excel has no patterns.
IMPORTER_ONLY = {b.EachOf, b.Pattern}
# The type says that it is whole; the help of a pattern fits steps.
THE_USUAL = {(b.Whole, "described"), (b.Steps, "facts")}
PAIRS = [
    pytest.param(bound, value, holds, id=f"{type(bound).__name__}-{value}")
    for bound, both in WITHIN.items()
    for holds, values in zip((True, False), both, strict=True)
    for value in values
]


def below(kind: type) -> Iterator[type]:
    """Every class of this package below another."""
    for one in kind.__subclasses__():
        if one.__module__.startswith("clusterbook."):
            yield one
        yield from below(one)


def test_every_class_is_known_by_name() -> None:
    """A new one that is missing here would be seen by no test of faces."""
    assert set(below(k.Kind)) == set(k.ALL_KINDS) == set(VALUES)
    assert set(below(b.Bound)) == set(b.ALL) == {type(one) for one in WITHIN}


# --- kinds ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", k.ALL_KINDS, ids=lambda kind: kind.__name__)
def test_each_kind_has_its_faces(kind: type[k.Kind]) -> None:
    one, value = EXAMPLES.get(kind) or kind(), VALUES[kind]
    assert list(faults(one)) == []
    assert one.name
    assert one.dtype in k.DTYPES
    assert one.offer().prompt.endswith("。")
    assert one.offer() == one.own_offer(), "ours say their own bounds themselves"
    assert one.fault(CELL) == one.own_fault(CELL)
    assert one.describe() == one.own_facts()
    assert CELL in one.fault(CELL)
    assert one.describe() | {"kind": one.name, "type": one.dtype} == one.describe()
    assert one.width > 0 < one.weight
    assert one.carried in ("lasting", "by year", "never")
    reading = one.read(one.spell(value))
    assert (reading.value, reading.problem) == (value, "")
    assert one.plain(one.spell(value)) in (None, value)
    assert one.holds(value)
    (shown,) = [value] if one.numeric else one.exported([value])
    for passed in (False, True):
        said = value_schema(Field("one", "一", one), passed=passed)
        jsonschema.validate(shown, said)
        jsonschema.validate(None, said)
    if not isinstance(value, tuple) or one.dtype == "list":
        assert one.read(one.retyped(shown)).value == value, "prefilled, it is what it was"


@frozen
class Never(b.Bound):
    """A bound that a form brings along."""

    code: ClassVar[str] = "V291"

    def holds(self, value: Any) -> bool:
        return value is None

    def fault(self, cell: str) -> str:
        return f"(LEN({cell})>0)"

    @property
    def words(self) -> str:
        return "停止填报"

    @property
    def described(self) -> dict[str, Any]:
        return {"step": "停"}


@pytest.mark.parametrize("kind", k.ALL_KINDS, ids=lambda kind: kind.__name__)
def test_a_bound_added_to_a_kind_of_ours_is_in_every_face(kind: type[k.Kind]) -> None:
    added = type(
        "Added", (kind,), {"bounds": property(lambda self: [*kind.bounds.fget(self), Never()])}
    )  # type: ignore[attr-defined]
    known = EXAMPLES.get(kind) or kind()
    one = added(**{at.name: getattr(known, at.name) for at in kind.__attrs_attrs__})  # type: ignore[attr-defined]
    assert one.offer().prompt.count("停止填报") == 1
    assert one.describe()["step"] == "停"
    assert one.told_later[-1] == Never()
    assert [*one.told_later] == [*known.told_later, Never()]
    assert f"(LEN({CELL})>0)" in one.fault(CELL)
    assert known.fault(CELL) in one.fault(CELL) or issubclass(kind, k.Number | k.Choice | k.Tick)


def test_a_class_that_reads_for_itself_says_itself_what_reading_holds() -> None:
    class Loose(k.Text):
        def interpret(self, raw: k.Raw, number_format: str) -> k.Reading:
            return k.Reading(str(raw))

    assert k.Text(longest=3).told_later == []
    assert Loose(longest=3).told_later == [b.Longest(3)]

    class Shorter(k.Text):
        bounds = [b.Longest(2)]  # type: ignore[assignment]  # noqa: RUF012

    assert Shorter().told_later == [b.Longest(2)], "reading knows of a hundred"


def kinds_of_forms() -> list[k.Kind]:
    found: dict[k.Kind, None] = {}
    for form in registry.form_ids():
        layout = layouts.of(form)
        found |= dict.fromkeys(parts[0].field.kind for parts in layout.slots.values())
        found |= dict.fromkeys(column.field.kind for column in layout.columns.values())
    return [*found, *EXAMPLES.values()]


@pytest.mark.parametrize("seed", range(4))
def test_reading_holds_the_bounds_that_it_says_it_holds(seed: int) -> None:
    """So no column is looked at for them once more."""
    dice, held = Random(seed), 0
    words = [
        "甲",
        "无",
        "Z9",
        "1.5",
        "3",
        "12",
        "2019-03-01",
        "2026.3",
        "是",
        "☑",
        "/",
        "、",
        "0/1/2/3",
    ]
    for kind in kinds_of_forms():
        reading_holds = [one for one in kind.bounds if one not in kind.told_later]
        for _ in range(12 if reading_holds else 0):
            parts = dice.choices([*words, *kind.options], k=dice.choice((1, 1, 2, 5)))
            typed = dice.choice(("", "、", " ")).join(parts) * dice.choice((1, 1, 40, 900))
            for raw in (typed, dice.choice((1.5, 3.0, -2.0, True))):
                value = kind.plain(raw)
                value = kind.read(raw).value if value is None else value
                if value is not None:
                    assert all(one.holds(value) for one in reading_holds), (kind, raw, value)
                    held += 1
    assert held > 200


# --- bounds --------------------------------------------------------------------------------------


@pytest.mark.parametrize("bound", WITHIN, ids=repr)
def test_each_bound_has_its_faces(bound: b.Bound) -> None:
    within, beyond = WITHIN[bound]
    own = type(bound)
    for face in ("holds", "words", "described", "json_schema", "facts"):
        said = face in vars(own) or (own, face) in THE_USUAL
        assert said, f"{own.__name__} has no {face}"
    assert within
    assert beyond
    assert bound.words
    assert bound.code in CATALOGUE
    assert own in schema.PANDERA.methods
    assert bool(bound.fault(CELL)) != (own in IMPORTER_ONLY)
    told = CATALOGUE[bound.code]
    named = {name for text in (told.zh, told.zh_mend, told.en, told.en_mend)
             for _, name, *_ in Formatter().parse(text) if name}  # fmt: skip
    assert named - {"label", "value"} <= {*bound.facts(beyond[0]), *mend_facts(k.Number(unit="家"))}


@pytest.mark.parametrize(("bound", "value", "holds"), PAIRS)
def test_the_faces_of_a_bound_agree(bound: b.Bound, value: Any, holds: bool) -> None:
    assert bound.holds(value) == holds
    number = isinstance(value, float)
    column = np.array([value, np.nan if number else None], dtype=float if number else object)
    if isinstance(value, tuple):
        column = np.empty(2, dtype=object)
        column[0], column[1] = value, None
    missing = np.array([False, True])
    assert bound.broken(column, missing).tolist() == [not holds, False]
    jsonable = list(value) if isinstance(value, tuple) else value
    valid = jsonschema.Draft202012Validator(dict(bound.json_schema)).is_valid(jsonable)
    assert valid == holds
    check = schema._check(bound)
    found = check(pd.Series(column, dtype=column.dtype))
    assert bool(found.check_passed) == holds
    if bound.fault(CELL) and value not in ("", ()):
        assert wrong_in_excel(bound, value) != holds


def wrong_in_excel(bound: b.Bound, value: Any) -> bool:
    """Whether the Excel condition calls a cell with this value wrong; it is an error nowhere."""
    lists, names = Lists(), {}
    condition = lists.named(bound.fault(CELL))
    if b.OPTIONS in condition:
        options = bound.texts  # type: ignore[attr-defined]
        cells = {f"D{row}": option for row, option in enumerate(options, 1)}
        names = {"ours": f"=表!$D$1:$D${len(options)}"}
        condition = condition.replace(b.OPTIONS, "ours")
    else:
        cells = {}
    typed = "、".join(value) if isinstance(value, tuple) else value
    formula = f"=SUMPRODUCT(({condition})*1)"
    return bool(worked_out(formula, {CELL: typed, **cells}, names=names) > 0)


@pytest.mark.parametrize("bound", [one for one in WITHIN if one.fault(CELL)], ids=repr)
@pytest.mark.parametrize("typed", ["约5", "见附件", True])
def test_no_condition_is_an_error_whatever_stands_there(bound: b.Bound, typed: Any) -> None:
    condition = bound.fault(CELL).replace(b.OPTIONS, "$D$1:$D$3")
    assert worked_out(f"=SUMPRODUCT(({condition})*1)", {CELL: typed, "D1": "甲"}) in (0.0, 1.0)


def test_bounds_in_words() -> None:
    assert b.in_words([b.Low(0.0), b.High(100.0), b.Steps(0.5)]) == "0至100之间，每0.5一档"
    assert b.in_words([b.Low(0.0)]) == "不能为负数"
    assert b.in_words([b.High(1_234_567.0)]) == "不大于1234567"
    assert b.in_words([b.Longest(9, unsaid=True)]) == ""


def test_nobody_asks_which_kind_it_is() -> None:
    """What others want to know of a kind is a fact of it: a kind from outside has it, too."""
    names = {kind.__name__ for kind in k.ALL_KINDS}
    homes = inspect.getfile(clusterbook).removesuffix("__init__.py")
    found = []
    for path in sorted(Path(homes).rglob("*.py")):
        if "kinds" in path.parts:
            continue
        tree = ast.parse(path.read_text("utf-8"))
        ours = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").endswith("forms.kinds")
            for alias in node.names
        } & names
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "isinstance":
                asked = {one.id for one in ast.walk(node.args[1]) if isinstance(one, ast.Name)}
                found += [f"{path.name}:{node.lineno} {name}" for name in asked & ours]
    assert found == []
