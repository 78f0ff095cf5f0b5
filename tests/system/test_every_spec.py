"""What every declared form must do, in every way it can be built: nothing here knows a form by name."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st
from support.fill import fill, imported, inputs, raw
from support.forms_given import FORMS as OTHERS
from support.forms_given import MONTHLY

from clusterbook.forms import registry
from clusterbook.forms.kinds import Kind, Number
from clusterbook.forms.parsing.folding import is_blank, says_none
from clusterbook.layout import layouts
from clusterbook.layout.layout import Layout
from clusterbook.results.documents import submission_document
from clusterbook.testing import FormChecks
from clusterbook.testing.checks import MISSING, mismatches, shown, written
from clusterbook.workbook.content import Entries

FORMS = registry.form_ids()


class OurChecks(FormChecks):
    """Forms of this repository are built in more ways than others."""

    __test__ = False
    spoiled = 1  # test_agreement has many more
    ways: ClassVar = {
        "rolled": {},
        "as-printed": {"years": "as-printed"},
        "2026": {"report_year": 2026},
        "2030-as-printed": {"report_year": 2030, "years": "as-printed"},
        "浙江省": {"province": "浙江省", "rows": 40},
    }


class TestClusterContest(OurChecks):
    __test__ = True
    form = "cluster_contest"


class TestFujian(OurChecks):
    __test__ = True
    form = "fujian_sme_cluster"


class TestMonthly(FormChecks):
    """The worked example of the documentation, from its folder."""

    form = "cluster_monthly"
    folder = MONTHLY
    ways: ClassVar = {
        "october": {"month": 10}, "january": {"month": 1, "report_year": 2026},
        "december": {"month": 12, "report_year": 2026, "rows": 60},
    }  # fmt: skip
    texts = ("1{d3}",)


class TestTiny(FormChecks):
    form = "tiny_form"
    folder = OTHERS
    ways: ClassVar = {"rolled": {}, "rows": {"rows": 12}}


def test_every_form_has_its_checks() -> None:
    """A form of this repository that nobody wrote a class for is told."""
    checked = {one.form for one in (TestClusterContest, TestFujian)}
    assert set(FORMS) == checked


# ---------------------------------------------------------------- properties

# A workbook is written and read for each example: a few, and no minutes spent on smaller failures.
SLOW = settings(
    max_examples=5,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)


@cache
def names(form: str) -> tuple[str, ...]:
    layout = layouts.of(form)
    return tuple(dict.fromkeys(one.name for one in inputs(layout, dict.fromkeys(layout.bodies, 1))))


@pytest.mark.parametrize("form", FORMS)
@SLOW
@given(data=st.data())
def test_whatever_part_is_filled_comes_back(form: str, data: st.DataObject) -> None:
    seed = data.draw(st.integers(0, 9_000), "seed")
    chosen = data.draw(st.sets(st.sampled_from(names(form)), max_size=120), "inputs")
    layout = layouts.of(form)
    filled = fill(layout, seed, rows=2, everything=True, only=chosen.__contains__)
    batch = imported(written(layout, filled.answers()))
    (submission,) = batch.submissions
    document = submission_document(batch, submission, "zh")
    assert mismatches(filled, document) == []
    assert [shown(p) for p in submission.problems if p.code not in MISSING and p.own is None] == []
    answered = {p.key for p in submission.problems if p.code in MISSING} & (
        filled.texts.keys() | filled.row_texts.keys()
    )
    assert not answered, "what is filled cannot be missing"


def test_a_choice_that_looks_like_a_heading_is_an_answer() -> None:
    """Pages of evidence belong to parts of the form, whose names begin with 八、 and 六、."""
    layout = layouts.of("fujian_sme_cluster")
    filled = fill(
        layout, 1025, rows=2, everything=True, only={"evidence.related_item"}.__contains__
    )
    batch = imported(written(layout, filled.answers()))
    (submission,) = batch.submissions
    assert mismatches(filled, submission_document(batch, submission, "zh")) == []
    assert "L120" not in {problem.code for problem in submission.problems}


# Beyond any text: what real people type where something else was asked.
TYPED = st.sampled_from(
    (
        "无", "/", "—", "同上", "待定", "见附件", "不涉及", "不适用", "约300", "1,234.5", "１２", "12%",
        "3个亿", "1.2亿元", "5000万", "10-20", "二〇二四年三月", "2024.10", "2024/3/5", "45356", "2024年底",
        "13800000000", "0595-22000001转801", "P1、P2", "第12页", "☑", "√", "□是 ☑否", "是", "否", "N/A",
        "=1+1", "+1", "-", "@a", "#REF!", "TRUE", " 是 ", "张某，局长", "a\nb", "a\r\nb", "cb:r1", "_x0041_",
        "😀", "\u200b甲\u200b", "\t制表", "'引号", '"', "<&>", "0/1/3/12", "91350600XXXXXXXXXX", "甲、乙、丙、丁、戊",
    )
)  # fmt: skip
ANY_TEXT = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=40)
ANY_CELL = st.one_of(
    TYPED,
    ANY_TEXT,
    st.integers(-(10**12), 10**12).map(float),
    # As many digits as a spreadsheet shows: a seventeenth is rounded by whoever writes the file.
    st.floats(-9.99e307, 9.99e307).map(lambda value: float(f"{value:.15g}")),
    st.booleans(),
)


@pytest.mark.parametrize("form", FORMS)
@SLOW
@given(data=st.data())
def test_nothing_typed_vanishes(form: str, data: st.DataObject) -> None:
    """Any content in any input is kept as raw text, or told; in libraries as value, change or problem."""
    layout = layouts.of(form)
    typed = data.draw(st.dictionaries(st.sampled_from(names(form)), ANY_CELL, max_size=60), "typed")
    for key in typed.keys() & layout.slots.keys():
        if len(layout.slots[key]) > 1:  # what goes over several boxes is text
            typed[key] = seen(typed[key])
    values = {key: value for key, value in typed.items() if key in layout.slots}
    rows: dict[str, list[dict[str, Any]]] = {}
    for key, value in typed.items():
        if key in layout.columns:
            library, column = key.split(".")
            rows.setdefault(library, [{}])[0][column] = value
    batch = imported(written(layout, Entries(values=values, rows=rows)))
    (submission,) = batch.submissions
    document = submission_document(batch, submission, "zh")
    assert json.dumps(document, allow_nan=False)
    data_of = batch.groups[0].data
    told = {(p.key, seen(p.value)) for p in submission.problems if p.own is None}
    changed = {(change.key, seen(change.raw)) for change in data_of.changes[0]}
    for key, value in typed.items():
        if is_blank(value):
            continue
        note(f"{key} = {value!r}: {type(kind_of(layout, key)).__name__}")
        text = seen(value)
        if key in layout.slots:
            assert seen(data_of.answers[key].raws[0]) == text, key
        else:
            library, column = key.split(".")
            kept = document["libraries"][library]
            if not kept:  # a row of nothing but 无 declares an empty library
                assert all(declares_nothing(v) for v in rows[library][0].values()), key
            elif kept[0][column] in (None, []):
                assert (key, text) in told | changed, key
    unknown = [shown(p) for p in submission.problems if p.code.startswith("L")]
    assert unknown == [], "inputs are no place where nothing is asked"


def declares_nothing(value: Any) -> bool:
    return is_blank(value) or (
        isinstance(value, str) and (says_none(value) or not seen(value).strip("/\\-—–―─−NnAa."))
    )


def kind_of(layout: Layout, key: str) -> Kind:
    if key in layout.slots:
        return layout.slots[key][0].field.kind
    return layout.columns[key].field.kind


def seen(value: Any) -> str:
    """A raw value as it prints in a cell; a file knows one kind of line break only."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        value = float(f"{value:.16G}")  # as many digits as XlsxWriter puts into the file
        return str(int(value)) if abs(value) < 1e15 and value == int(value) else f"{value:.15g}"
    return str(value).replace("\r\n", "\n").replace("\r", "\n")


def test_filling_in_is_the_same_every_time() -> None:
    for form in FORMS:
        layout = layouts.of(form)
        assert fill(layout, 7).entries() == fill(layout, 7).entries()
        assert fill(layout, 7).entries() != fill(layout, 8).entries()
        complete = fill(layout, 7, everything=True)
        assert [one.name for one, text in complete.typed() if not text] == []
        numbers = [
            complete.expected[key]
            for key in complete.texts
            if isinstance(layout.slots[key][0].field.kind, Number)
        ]
        assert len(set(numbers)) > 0.9 * len(numbers), "a swapped answer would not be noticed"
        assert raw(Number(), "12.50") == 12.5
