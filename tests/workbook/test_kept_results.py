"""Results that go from one workbook to the next come to what they would come to anew."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusterbook.workbook.formulas import places
from clusterbook.workbook.formulas.results import Results
from clusterbook.workbook.formulas.values import all_identical, identical
from clusterbook.workbook.locked_book import LockedBook
from clusterbook.workbook.validations import TemplateError

INPUTS, FORMULAS = "I", "F"
ROWS, COLS = 4, 2

Content = float | str | bool | None
#: What stands in cells of a sheet: a formula begins with "=", an array formula with "{=".
Sheet = dict[tuple[int, int], Content]

contents: st.SearchStrategy[Content] = st.one_of(
    st.none(),
    st.sampled_from([0.0, -0.0, 1.0, 2.0]),
    st.booleans(),
    st.text("ab 1无𠮷", max_size=3),
)
inputs = st.dictionaries(
    st.tuples(st.integers(0, ROWS - 1), st.integers(0, COLS - 1)), contents, max_size=ROWS * COLS
)
#: Each may stand in any row: what it looks at on its own sheet is above it, or in rows far below.
FIRST = [
    "=I!A1", "=I!A1+I!B2", '=TRIM(I!A1)&"x"', "=SUM(I!A1:B4)", "=COUNTA(I!A1:A4)",
    '=SUMPRODUCT((TRIM(I!A1:A4)<>"")*(I!B1:B4<>"a")*1)', "=ROW(I!A2)*1", "=ROWS(I!A1:A3)+I!A1",
    "=INDEX(I!A1:A4,2)", "=INDEX(I!A1:B4,I!B1,1)", "=SUM(OFFSET(I!A1,I!B1,0,1,1))", "=shifting",
    "=SUM(OFFSET(I!A1,I!B2,0,2,1))", "=LEN(shifting)+1", "{=SUM(IF(ISNUMBER(I!A1:A4),I!A1:A4,0))",
    '{=MATCH("a",I!A1:A4,0)', "=SUMPRODUCT(ROW(I!A1:A4)*1)", '=IF(I!B1="a",INDEX(I!A1:A4,3),1)',
]  # fmt: skip
THEN = [
    "=A1", "=SUM(A1:A3)", "=COUNTA(A1:A3)&I!A1", "=INDEX(A1:A3,I!B1)", "=SUMPRODUCT(ROW(A1:A9)*1)",
    "=SUM(OFFSET(A1,1,0,I!B1,1))", '=SUMPRODUCT((A1:A3<>"")*1)', "=A2&A3", "=far",
]  # fmt: skip


@st.composite
def workbooks(draw: st.DrawFn) -> tuple[Sheet, Sheet, str]:
    """Inputs, formulas over them and over each other, and what the name stands for."""
    first = draw(st.lists(st.sampled_from([*FIRST, None, 3.0, "a"]), min_size=3, max_size=3))
    then = draw(st.lists(st.sampled_from([*THEN, None, 1.0]), min_size=3, max_size=3))
    formulas = {(row, 0): content for row, content in enumerate(first)}
    formulas |= {(row + 5, 0): content for row, content in enumerate(then)}
    return draw(inputs), formulas, draw(st.sampled_from(["=I!$A$1", "=I!$A$2", "=I!$B$1"]))


def came_to(workbook: tuple[Sheet, Sheet, str], results: Results) -> dict[tuple[int, int], Any]:
    """What the formulas come to, exactly, or what is wrong with one."""
    book = LockedBook()
    put, formulas, name = workbook
    for title, content in ((FORMULAS, formulas), (INPUTS, put)):
        sheet = book.add(title)
        for (row, col), value in content.items():
            _write(sheet, row, col, value)
    book.define_name("shifting", name)
    book.define_name("far", "=F!$A$2")
    sheet = book.worksheets()[0]
    try:
        book.written(results)
    except TemplateError as wrong:
        return {(0, 0): str(wrong)}
    return {at: (type(value), repr(value)) for at, value in sheet.results.items()}


def _write(sheet: Any, row: int, col: int, value: Content) -> None:
    if value is None:
        sheet.write_blank(row, col, None, None)
    elif isinstance(value, bool):
        sheet.write_boolean(row, col, value)
    elif isinstance(value, float):
        sheet.write_number(row, col, value)
    elif value.startswith("{"):
        sheet.write_array_formula(row, col, row, col, value[1:], None, "")
    elif value.startswith("="):
        sheet.write_formula(row, col, value, None, "")
    else:
        sheet.write_string(row, col, value)


@given(st.lists(workbooks(), min_size=2, max_size=4))
@settings(max_examples=200)
def test_kept_results_are_those_of_new_ones(series: list[tuple[Sheet, Sheet, str]]) -> None:
    kept = Results()
    for workbook in series:
        expected = came_to(workbook, Results())
        assert came_to(workbook, kept) == expected
        if isinstance(expected.get((0, 0)), str):
            return  # results of a workbook that is refused are not handed on
        kept.let_go()


@given(inputs, workbooks())
@settings(max_examples=100)
def test_one_content_after_the_other(put: Sheet, workbook: tuple[Sheet, Sheet, str]) -> None:
    """The same formulas, whose inputs change one by one, and back."""
    kept, (before, formulas, name) = Results(), workbook
    steps = [before, *({**before, at: value} for at, value in put.items()), before]
    for step in steps:
        expected = came_to((step, formulas, name), Results())
        assert came_to((step, formulas, name), kept) == expected
        if isinstance(expected.get((0, 0)), str):
            return
        kept.let_go()


def test_only_what_reads_another_value_is_worked_out_again(monkeypatch: pytest.MonkeyPatch) -> None:
    worked_out = []
    plain = places.CellFormula._come_to

    def counted(formula: places.CellFormula) -> Any:
        worked_out.append(formula)
        return plain(formula)

    monkeypatch.setattr(places.CellFormula, "_come_to", counted)
    formulas: Sheet = {(0, 0): "=I!A1", (1, 0): '=SUMPRODUCT((I!B1:B3<>"")*1)', (2, 0): "=A1&A2"}
    kept = Results()
    for put, count in [
        ({(0, 0): "a", (0, 1): "b"}, 3),
        ({(0, 0): "a", (0, 1): "b"}, 0),
        ({(0, 0): "a", (0, 1): "c"}, 1),  # and the sum is the same
        ({(0, 0): "c", (0, 1): "c"}, 2),
    ]:
        worked_out.clear()
        came_to((dict(put), formulas, "=I!$A$1"), kept)
        kept.let_go()
        assert len(worked_out) == count, put


def test_a_formula_that_rests_on_itself_is_refused_in_every_workbook() -> None:
    fine: Sheet = {(0, 0): "=I!A1", (1, 0): "=A1"}
    kept = Results()
    came_to(({}, fine, "=I!$A$1"), kept)
    kept.let_go()
    wrong = came_to(({}, {**fine, (0, 0): "=A2"}, "=I!$A$1"), kept)
    assert "rests on its own result" in wrong[0, 0]


def test_a_formula_that_is_entered_otherwise_is_looked_at_again() -> None:
    over_a_range = "=SUM(IF(ISNUMBER(I!A1:A4),1,0))"
    kept = Results()
    assert len(came_to(({}, {(0, 0): "{" + over_a_range}, "=I!$A$1"), kept)) == 1
    kept.let_go()
    wrong = came_to(({}, {(0, 0): over_a_range}, "=I!$A$1"), kept)
    assert "outside an array formula" in wrong[0, 0]


def test_what_is_identical() -> None:
    assert not identical(True, 1.0)
    assert not identical(-0.0, 0.0)
    assert not identical(None, "")
    assert identical("a" * 3, "aaa")
    assert all_identical([0.0, "a", None], [0.0, "a", None])
    assert not all_identical([0.0], [False])
    assert not all_identical([0.0], [-0.0])
    assert not all_identical([0.0], [0.0, None])


def test_zero_below_nothing_is_not_the_zero_of_a_workbook_before() -> None:
    formulas: Sheet = {(0, 0): "=I!A1"}
    for zero in (0.0, -0.0):
        found = came_to(({(0, 0): zero}, formulas, "=I!$A$1"), Results())
        assert found == {(0, 0): (float, repr(zero))}
