"""What is read of a sheet, and what is told of everything else that stands on it."""

from __future__ import annotations

import pytest
from support.mutable import Cell, Tab
from support.mutation_kit import Case
from support.tampering import (
    a_page,
    problems,
    raws,
    read,
    tab_of,
    told,
)

from clusterbook.a1 import cell_name
from clusterbook.forms.kinds import Name, Number, Text
from clusterbook.layout.layout import Body
from clusterbook.problems import Problem


def an_open_library(case: Case) -> tuple[Tab, Body, list[int]]:
    tab, body = next(
        (tab, body)
        for tab, body in case.libraries(closed=False)
        if any(isinstance(c.field.kind, Number) for c in body.inputs)
    )
    return tab, body, sorted(case.rows_of(tab))


def library(case: Case, body: Body):
    return read(case).extracted.libraries[body.library.key]


def column(body: Body, kind: type) -> int:
    return next(n for n, c in enumerate(body.columns) if isinstance(c.field.kind, kind))


def only(case: Case) -> Problem:
    found = problems(case)
    assert len(found) == 1, [(p.code, p.cell, p.value) for p in found]
    return found[0]


# ---------------------------------------------------------------- rows that are no data


@pytest.mark.parametrize("text", ["合计", "总 计", "合计：", "小计"])
def test_a_total_below_the_rows_is_no_row(case, text):
    tab, body, rows = an_open_library(case)
    number = column(body, Number)
    tab.cells[rows[-1] + 1, body.inputs[0].col] = Cell(text)
    tab.cells[rows[-1] + 1, body.columns[number].col] = Cell(400.0)
    assert library(case, body).rows == rows
    problem = only(case)
    assert (problem.code, problem.cell) == (
        "L120",
        cell_name(rows[-1] + 1, body.inputs[0].col),
    )
    assert problem.message() == f"第{rows[-1] + 2}行是合计行（“{text}”），没有作为一行数据读取。"


def test_a_note_below_the_rows_is_no_row(case):
    tab, body, rows = an_open_library(case)
    at = rows[-1] + 4, body.inputs[0].col
    tab.cells[at] = Cell("注：以上数据由统计局提供。")
    assert library(case, body).rows == rows
    assert (only(case).code, only(case).cell) == ("L105", cell_name(*at))


def test_a_name_that_begins_like_a_note_is_a_row(case):
    tab, body, rows = an_open_library(case)
    for col in (c.col for c in body.inputs[:2]):
        tab.put((rows[0], col), "注塑机行业标准")
    assert library(case, body).rows == rows


def test_a_head_pasted_into_the_rows_is_no_row(case):
    tab, body, rows = an_open_library(case)
    for one in body.columns:
        tab.cells[rows[-1] + 1, one.col] = Cell(" ".join(one.field.label))
    assert library(case, body).rows == rows
    problem = only(case)
    assert (problem.code, problem.facts["what"]) == ("L120", "表头")


def test_a_head_in_another_order_leaves_its_columns_unread(case):
    tab, body, rows = an_open_library(case)
    tab.insert_rows(rows[0])
    one, other = body.inputs[:2]
    for asked in body.inputs:
        swapped = {one.key: other, other.key: one}.get(asked.key, asked)
        tab.cells[rows[0], asked.col] = Cell(swapped.field.label)
    found = library(case, body)
    assert found.columns[0] == found.columns[1] == [None] * len(rows)
    assert found.columns[2] != [None] * len(rows)
    width = len(body.columns)
    assert found.settled == {row * width + n for row in range(len(rows)) for n in (0, 1)}
    assert [(p.code, p.key) for p in problems(case)] == [("L121", one.key), ("L121", other.key)]


def test_rows_beyond_the_last_one_are_read_and_told(case):
    tab, body, rows = an_open_library(case)
    for one in body.inputs:
        if (rows[0], one.col) in tab.cells:
            tab.cells[body.last_row + 3, one.col] = tab.cells.pop((rows[0], one.col))
    assert library(case, body).rows == [*rows[1:], body.last_row + 3]
    problem = only(case)
    assert (problem.code, problem.facts["count"]) == ("L119", "1")


# ---------------------------------------------------------------- merged cells


def test_text_merged_down_fills_the_rows_below(case):
    tab, body, rows = an_open_library(case)
    number = next(n for n, c in enumerate(body.columns) if type(c.field.kind) in (Text, Name))
    col = body.columns[number].col
    top = tab.cells[rows[0], col].value
    tab.merges.append((rows[0], col, rows[2], col))
    for row in rows[1:3]:
        del tab.cells[row, col]
    found = library(case, body)
    assert found.columns[number][:3] == [top] * 3
    width = len(body.columns)
    assert found.filled == {width + number, 2 * width + number}
    assert told(case) == []


def test_text_merged_down_makes_no_rows(case):
    """A merge that reaches below the last row with data stands for the rows that there are."""
    tab, body, rows = an_open_library(case)
    col = body.inputs[0].col
    tab.merges.append((rows[-1], col, rows[-1] + 5, col))
    assert library(case, body).rows == rows
    assert told(case) == []


def test_a_number_merged_down_belongs_to_nobody(case):
    tab, body, rows = an_open_library(case)
    number = column(body, Number)
    one = body.columns[number]
    tab.merges.append((rows[0], one.col, rows[1], one.col))
    del tab.cells[rows[1], one.col]
    found = library(case, body)
    assert found.columns[number][:2] == [None, None]
    assert found.settled == {number, len(body.columns) + number}
    problem = only(case)
    assert (problem.code, problem.key, problem.cell) == (
        "L115",
        one.key,
        cell_name(rows[0], one.col),
    )


def test_two_columns_merged_belong_to_neither(case):
    tab, body, rows = an_open_library(case)
    one, other = body.inputs[:2]
    del tab.cells[rows[0], other.col]
    tab.merges.append((rows[0], one.col, rows[0], other.col))
    found = library(case, body)
    assert [found.columns[n][0] for n in (0, 1)] == [None, None]
    assert [(p.code, p.key) for p in problems(case)] == [("L115", one.key)]


def test_what_lies_under_a_merge_is_told_and_not_read(case):
    tab, body, rows = an_open_library(case)
    one = body.inputs[0]
    top, hidden = (tab.cells[row, one.col].value for row in rows[:2])
    tab.merges.append((rows[0], one.col, rows[1], one.col))
    assert library(case, body).columns[0][:2] == [top, top]
    problem = only(case)
    assert (problem.code, problem.cell, problem.value) == (
        "L114",
        cell_name(rows[1], one.col),
        hidden,
    )


def test_two_answers_merged_belong_to_neither(case):
    tab, owners = a_page(case)
    plan = case.plans[tab.key]
    one, other = next(
        (a, b)
        for a in plan.slots
        for b in plan.slots
        if a.area.row == b.area.row
        and a.area.last_row == b.area.last_row
        and a.area.last_col + 1 == b.area.col
        and not (a.locked or b.locked)
    )
    areas = [(s.area.row, s.area.col, s.area.last_row, s.area.last_col) for s in (one, other)]
    tab.merges = [m for m in tab.merges if m not in areas]
    tab.merges.append((*areas[0][:2], *areas[1][2:]))
    assert not {f"{one.key}|1", f"{other.key}|1"} & raws(case).keys()
    assert [(p.code, p.key) for p in problems(case)] == [
        ("L115", one.key),
        ("L115", other.key),
        ("L114", other.key),
    ]
    assert owners


# ---------------------------------------------------------------- beside the answers


def test_formulas_and_errors_beside_the_answers_are_told_as_well(case):
    """Only plain values were, once."""
    tab, _ = a_page(case)
    row, col = tab.last_row() + 2, 2
    tab.cells[row, col] = Cell(78.0, "C3+1")
    tab.cells[row, col + 1] = Cell("#DIV/0!", "1/0")
    tab.cells[row, col + 2] = Cell(None, "A1")
    found = [(p.code, p.cell, p.value) for p in problems(case)]
    assert found == [
        ("L105", cell_name(row, col), "78"),
        ("L105", cell_name(row, col + 1), "#DIV/0!"),
        ("L105", cell_name(row, col + 2), "=A1"),
    ]


def test_hidden_rows_columns_and_sheets_are_read_and_told(case):
    before = raws(case)
    tab, _ = a_page(case)
    rows = sorted(case.rows_of(tab))
    tab.hidden_rows |= {rows[0], rows[1], rows[2] + 500}
    tab.hidden_columns.add(next(at[1] for at, cell in tab.cells.items() if cell.owner))
    tab.state = "hidden"
    assert raws(case) == before
    assert {p.code for p in problems(case)} == {"L116"}
    what = [p.facts["what"] for p in problems(case)]
    assert what[0] == "本表"
    first = str(rows[0] + 1)
    assert what[1] in (f"第{first}–{rows[1] + 1}行", f"第{first}、{rows[1] + 1}行")
    assert what[2].endswith("列")


def test_the_marks_themselves_may_be_hidden(case):
    """Row 1 and column A are hidden as issued: they hold no answers."""
    assert any(0 in tab.hidden_rows for tab, _ in case.sheets())
    assert told(case) == []


# ---------------------------------------------------------------- formulas


def a_formula(case: Case) -> tuple[Tab, tuple[int, int]]:
    tab = tab_of(case, "economy")
    return tab, next(at for at, cell in tab.cells.items() if cell.formula)


def test_a_changed_formula_is_told_with_both_texts(contest):
    tab, at = a_formula(contest)
    was = tab.cells[at].formula
    tab.put(at, None, "1+1")
    problem = only(contest)
    assert (problem.code, problem.cell, problem.value) == ("L117", cell_name(*at), "1+1")
    assert was.startswith(problem.facts["expected"].rstrip("…"))


@pytest.mark.parametrize(
    "spell",
    [
        lambda text: text.replace(",", ", ").replace("TRUE", "TRUE()"),
        lambda text: text.replace("$", "").replace(",", ";"),
        lambda text: "=" + text.replace("IF(", " IF( "),
    ],
    ids=["blanks", "semicolons", "equals"],
)
def test_a_formula_in_another_spelling_is_the_same(contest, spell):
    for tab, _ in contest.sheets():
        for cell in tab.cells.values():
            if cell.formula and '"，' not in cell.formula and "&" not in cell.formula:
                cell.formula = spell(cell.formula)
    assert told(contest) == []


def test_formulas_follow_what_was_moved_and_stay_the_same(contest):
    for number, (tab, _) in enumerate(contest.sheets()):
        tab.insert_rows(3, 2)
        tab.insert_columns(2)
        tab.rename(f"表 {number}")
    for tab, body in contest.libraries():
        tab.insert_rows(body.first_row + 4)
    assert told(contest) == []


def test_a_formula_changed_in_a_column_is_told_once(contest):
    tab, body = next(
        (tab, body) for tab, body in contest.libraries() if any(c.locked for c in body.columns)
    )
    one = next(c for c in body.columns if c.locked)
    for row in range(body.first_row, body.last_row + 1):
        tab.put((row, one.col), None, f"D{row + 1}*2")
    problem = only(contest)
    assert (problem.code, problem.key) == ("L117", one.key)
    assert problem.facts["count"] == str(body.library.rows)


def test_the_place_of_a_computed_cell_is_where_it_stands(contest):
    """Problems about it named the planned cell once, whatever had been inserted."""
    tab, at = a_formula(contest)
    tab.insert_rows(1, 3)
    moved = next(a for a, cell in tab.cells.items() if cell.formula)
    key = next(s.key for s in contest.plans[tab.key].slots if (s.area.row, s.area.col) == at)
    index = contest.layout.first_places[key].index
    assert read(contest).extracted.places[index] == (tab.name, cell_name(*moved))
