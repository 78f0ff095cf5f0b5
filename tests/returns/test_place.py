"""Where answers stand after rows, columns, sheets, marks, names and labels were tampered with."""

from __future__ import annotations

import pytest
from support.mutable import Cell, Tab
from support.mutation_kit import ISSUE, Case, in_boxes
from support.tampering import (
    CONTEST,
    FORM,
    a_page,
    placed,
    pristine,
    problems,
    raws,
    read,
    tab_of,
    told,
)

from clusterbook.a1 import cell_name

# ---------------------------------------------------------------- nothing moved


@pytest.mark.parametrize("form", [FORM, CONTEST])
def test_an_untouched_file_has_nothing_to_tell(form):
    case = pristine(form).copy()
    assert told(case) == []
    assert all(
        one.rows is None and one.cols is None and not one.disputed
        for one in placed(case).sheets.values()
    )


# ---------------------------------------------------------------- the ruler


@pytest.mark.parametrize("form", [FORM, CONTEST])
def test_rows_inserted_inside_a_closed_list_are_followed(form):
    """The marks below the first row of the list tell it; the last row was lost once."""
    case = pristine(form).copy()
    before = raws(case)
    for tab, body in case.libraries(closed=True):
        tab.insert_rows(body.first_row + 3, 2)
    assert raws(case) == before
    assert told(case) == []


def test_a_list_sorted_with_its_marks_begins_below_its_head(contest):
    """The mark of the first row may end up on the last: it does not tell where the list begins."""
    tab, body = contest.libraries(closed=False)[0]
    rows = sorted(contest.rows_of(tab))
    swap = {rows[0]: rows[-1], rows[-1]: rows[0]}
    tab.move(rows=lambda row: swap.get(row, row))
    library = read(contest).extracted.libraries[body.library.key]
    assert library.rows == rows
    assert told(contest) == []


def test_marks_typed_over_are_filled_in_from_their_neighbours(case):
    before = raws(case)
    for tab, _ in case.sheets():
        tab.put((2, 0), "x")
        tab.put((0, 2), 7.0)
    assert raws(case) == before


@pytest.mark.parametrize("axis", ["rows", "columns", "both"])
def test_without_ruler_names_and_texts_find_everything(case, axis):
    before = raws(case)
    for tab, _ in case.sheets():
        if axis != "columns":
            tab.delete_rows(0)
        if axis != "rows":
            tab.delete_columns(0)
    assert raws(case) == before
    (found,) = problems(case)
    assert (found.code, found.sheet) == ("L122", "")
    assert found.facts["what"] == f"全部{len(case.sheets())}张表"


def test_sheets_without_their_marks_are_told_one_by_one(case):
    bare = [tab for tab, _ in case.sheets()][1:3]
    for tab in bare:
        tab.delete_rows(0)
    assert [(p.code, p.sheet) for p in problems(case)] == [("L122", tab.name) for tab in bare]


@pytest.mark.parametrize("form", [FORM, CONTEST])
def test_repeated_labels_are_taken_in_their_order(form):
    """Neither ruler nor names: labels that stand several times count off."""
    case = pristine(form).copy()
    before = raws(case)
    case.book.names = {}
    for tab, _ in case.sheets():
        tab.cells = {at: cell for at, cell in tab.cells.items() if 0 not in at}
    after = raws(case)
    assert {key: after[key] for key in after} == {key: before[key] for key in after}
    assert len(after) >= 0.95 * len(before)


def test_without_ruler_and_names_a_deleted_row_is_missed_and_nothing_takes_its_place(contest):
    contest.book.names = {}
    for other, _ in contest.sheets():
        other.cells = {at: cell for at, cell in other.cells.items() if 0 not in at}
    tab = tab_of(contest, "economy")
    row, owners = next((r, o) for r, o in sorted(contest.rows_of(tab).items()) if len(o) > 1)
    tab.delete_rows(row)
    before, after = raws(pristine(CONTEST).copy()), raws(contest)
    assert all(before[key] == value for key, value in after.items())
    assert set(owners) <= {key for _, _, _, key in told(contest, "L102")}


def test_a_whole_row_copied_is_read_where_its_name_points(case):
    tab, _ = a_page(case)
    row, owners = min(case.rows_of(tab).items())
    at = next(a for a, cell in tab.cells.items() if cell.owner == owners[0])
    value = tab.cells[at].value
    tab.insert_rows(row)
    for (r, c), cell in list(tab.cells.items()):
        if r == row + 1:
            tab.cells[row, c] = Cell(cell.value)
    tab.put(at, "另一个")
    assert raws(case)[f"{owners[0]}|1"] == value
    cells = [cell for code, _, cell, _ in told(case, "L105")]
    assert cell_name(*at) in cells


def test_a_row_that_stands_twice_with_other_values_is_not_guessed(case):
    """The same without names: nothing says which of the two rows is the one."""
    case.book.names = {}
    tab, _ = a_page(case)
    row, owners = min(case.rows_of(tab).items())
    at = next(a for a, cell in tab.cells.items() if cell.owner == owners[0])
    tab.insert_rows(row)
    for (r, c), cell in list(tab.cells.items()):
        if r == row + 1:
            tab.cells[row, c] = Cell(cell.value)
    tab.put(at, "另一个")
    assert f"{owners[0]}|1" not in raws(case)
    assert owners[0] in {key for code, _, _, key in told(case, "L103")}


def test_the_last_column_deleted_is_missed_even_without_names(case):
    """LibreOffice drops broken names from .xls; the cell behind the last label is not the answer."""
    case.book.names = {}
    tab = tab_of(case, "green")
    last = max(at[1] for at, cell in tab.cells.items() if cell.owner)
    owners = {cell.owner for at, cell in tab.cells.items() if cell.owner and at[1] == last}
    tab.delete_columns(last)
    assert owners <= {key for _, _, _, key in told(case, "L102")}


# ---------------------------------------------------------------- names


def test_a_cell_cut_and_pasted_leaves_two_answers_unread(case):
    tab, owners = a_page(case)
    places = {cell.owner: at for at, cell in tab.cells.items() if cell.owner}
    one, other = [key for key in owners if not in_boxes(case.layout, key)][:2]
    old, new = (f"!{cell_name(*places[key], fixed=True)}" for key in (one, other))
    for name, text in case.book.names.items():
        if text == f"'{tab.name}'{old}":
            case.book.names[name] = f"'{tab.name}'{new}"
    tab.put(places[other], tab.cells.pop(places[one]).value)
    after = raws(case)
    assert f"{one}|1" not in after
    assert f"{other}|1" not in after
    assert [key for _, _, _, key in told(case)] == [one, other]
    assert {code for code, _, _, _ in told(case)} == {"L103"}


def test_a_broken_name_among_sound_ones_means_a_deleted_cell(case):
    tab, owners = a_page(case)
    name = case.layout.slots[owners[3]][0].defined_name
    case.book.names[name] = f"'{tab.name}'!#REF!"
    assert [(code, key) for code, _, _, key in told(case)] == [("L103", owners[3])]


def test_a_lost_name_counts_only_where_cells_were_moved(case):
    """LibreOffice drops broken names from .xls; other programs may drop any."""
    tab, owners = a_page(case)
    one, other = [key for key in owners if not in_boxes(case.layout, key)][:2]
    del case.book.names[case.layout.slots[one][0].defined_name]
    assert told(case) == []
    name = case.layout.slots[other][0].defined_name
    case.book.names[name] = f"'{tab.name}'!$B$99"
    assert {(code, key) for code, _, _, key in told(case)} == {("L103", one), ("L103", other)}


def test_names_that_are_all_broken_say_nothing(case):
    before = raws(case)
    case.book.names = dict.fromkeys(case.book.names, "#REF!")
    assert raws(case) == before
    assert told(case) == []


# ---------------------------------------------------------------- labels


def two_labels(case: Case) -> tuple[Tab, list[tuple[int, int]], list[set[str]]]:
    """A table, the places of two row labels in it, and the answers that each row holds."""
    tab = tab_of(case, "economy")
    rows = case.rows_of(tab)
    labels = [p for p in case.plans["economy"].printed if p.role == "label" and p.area.row in rows]
    first, second = labels[1], labels[3]
    places = [(p.area.row, p.area.col) for p in (first, second)]
    return tab, places, [set(rows[row]) for row, _ in places]


def test_swapped_labels_are_not_guessed(contest):
    tab, (one, other), keys = two_labels(contest)
    here, there = tab.cells[one].value, tab.cells[other].value
    tab.put(one, there)
    tab.put(other, here)
    found = told(contest, "L103")
    assert keys[0] | keys[1] <= {key for _, _, _, key in found}
    assert not {f"{key}|1" for key in keys[0] | keys[1]} & raws(contest).keys()
    assert {code for code, _, _, _ in told(contest)} == {"L103", "L104"}


def test_a_rewritten_label_asks_for_a_reason(contest):
    """亿元 made 万元 changes what the figures mean."""
    before = raws(contest)
    tab, (one, _), _ = two_labels(contest)
    tab.put(one, str(tab.cells[one].value).replace("亿元", "万元") + "（口径二）")
    assert raws(contest) == before
    assert told(contest) == [("L111", tab.name, cell_name(*one), "")]


def test_a_rewritten_title_is_only_told(contest):
    tab = tab_of(contest, "economy")
    title = next(p for p in contest.plans["economy"].printed if p.role == "title")
    at = title.area.row, title.area.col
    tab.put(at, "本表由办公室填写")
    assert told(contest) == [("L104", tab.name, cell_name(*at), "")]


# ---------------------------------------------------------------- sheets


def test_copies_that_differ_only_in_stale_results_are_one(contest):
    tab = tab_of(contest, "economy")
    copy = tab.copy("副本")
    at = next(at for at, cell in copy.cells.items() if cell.formula)
    copy.cells[at].value = 99.0
    assert told(contest) == []


def test_copies_with_other_answers_are_not_read(case):
    tab, owners = a_page(case)
    copy = tab.copy("副本")
    at = next(at for at, cell in tab.cells.items() if cell.owner)
    copy.put(at, "另一个值")
    assert told(case) == [("L108", tab.name, "", "")]
    assert not {f"{key}|1" for key in owners} & raws(case).keys()


def test_a_sheet_of_another_workbook_is_named_and_not_read(case):
    tab, owners = a_page(case)
    tab.put((0, 0), str(tab.cells[0, 0].value).split("|")[0] + "|X9999")
    found = [p for p in problems(case) if p.code == "F109"]
    assert [(p.sheet, p.facts["detail"]) for p in found] == [
        (tab.name, f"表中发放编号为“X9999”，应为“{ISSUE}”")
    ]
    assert told(case) == [("F109", tab.name, "", "")]
    assert not {f"{key}|1" for key in owners} & raws(case).keys()


def test_sheets_with_swapped_names_are_found_by_their_marks(case):
    before = raws(case)
    one, other = case.pages()[1][0], case.pages()[2][0]
    names = one.name, other.name
    one.rename("-")
    other.rename(names[0])
    one.rename(names[1])
    assert raws(case) == before


def test_sheets_copied_into_a_new_workbook_are_recognised(case):
    before = raws(case)
    case.book.tabs = [tab for tab, _ in case.sheets()]
    case.book.comments, case.book.names = "", {}
    assert raws(case) == before
    assert told(case) == [("F115", "", "", "")]
    assert read(case).stamp.issue == ISSUE


def test_sheets_of_no_form_are_not_recognised(case):
    case.book.tabs = [Tab(case.book, "Sheet1", cells={(0, 0): Cell("企业名称"), (1, 0): Cell(1.0)})]
    case.book.comments, case.book.names = "", {}
    returned = read(case)
    assert returned.extracted is None
    assert [p.code for p in returned.problems] == ["F102"]


def test_sheets_that_every_form_has_do_not_tell_the_form(case):
    """The cover and the list of evidence bear the same marks in both forms."""
    case.book.tabs = [tab_of(case, "evidence")]
    case.book.comments, case.book.names = "", {}
    assert [p.code for p in read(case).problems] == ["F102"]


def test_a_sheet_of_ones_own_is_told_with_its_size(case):
    before = raws(case)
    cells = {(row, 0): Cell(float(row)) for row in range(5)}
    case.book.tabs.append(Tab(case.book, "工作底稿", cells=cells))
    case.book.tabs.append(Tab(case.book, "WpsReserved", "veryHidden", cells={(0, 0): Cell("x")}))
    case.book.tabs.append(Tab(case.book, "Sheet1"))
    assert raws(case) == before
    found = [(p.code, p.sheet, p.facts["count"]) for p in problems(case)]
    assert found == [("L112", "工作底稿", "5"), ("L113", "WpsReserved", "1")]
