"""Workbooks that libraries of tables wrote anew: every value is right, and each loss is one line."""

from __future__ import annotations

from typing import Any

import pytest
from support.binary_books import ods_file, record, record12, xls_file, xlsb_file
from support.foreign_books import filled_up, numbered
from support.grids import both_ways, package
from support.mutable import Cell, Tab
from support.mutation_kit import Case
from support.tables_read import only as only_sheet
from support.tables_read import table
from support.tampering import problems, raws, told

from clusterbook.problems import Problem
from clusterbook.readers.cells import GUARDS


@pytest.mark.parametrize("head", ["numbers", "names", "none"])
def test_a_numbered_column_is_told_once_and_nothing_else_moves(case, head):
    before = raws(case)
    numbered(case, head)
    assert raws(case) == before
    found = problems(case)
    assert [p.code for p in found] == ["F115", "F217"]
    assert found[1].facts["detail"] == f"全部{len(case.book.tabs)}张表"


@pytest.mark.parametrize("numbers", [(0.0, 2.0, 3.0), (5.0, 6.0, 7.0), (0.0, 1.0, "二")])
def test_a_column_that_is_not_numbered_is_content(case, numbers):
    tab = case.pages()[1][0]
    tab.insert_columns(0)
    tab.cells |= {(row, 0): Cell(value) for row, value in enumerate(numbers)}
    assert [one[:3] for one in told(case)] == [("L105", tab.name, f"A{n}") for n in (1, 2, 3)]


def test_merged_areas_filled_up_are_known_by_their_texts(case):
    before = raws(case)
    filled_up(case)
    assert raws(case) == before
    found = problems(case)
    assert [(p.code, p.sheet) for p in found] == [("F216", ""), ("L122", "")]
    assert found[1].facts["what"] == f"全部{len(case.layout.sheets)}张表"


def test_what_differs_inside_a_filled_up_area_is_content(case):
    filled_up(case)
    tab, at = next(
        (tab, (row, col + 1)) for tab, _ in case.pages() for (row, col), cell in tab.cells.items()
        if isinstance(cell.value, str) and (row, col + 1) in tab.cells and not cell.owner
        and tab.cells[row, col + 1].value == cell.value and not tab.cells[row, col + 1].owner
    )  # fmt: skip
    tab.cells[at].value = "另有说明"
    assert [(p.code, p.sheet, p.value) for p in problems(case) if p.code == "L105"] == [
        ("L105", tab.name, "另有说明")
    ]


def test_formulas_that_a_program_dropped_everywhere_are_told_once(contest):
    from support.stored import found

    without = contest.copy()
    for tab in without.book.tabs:
        for cell in tab.cells.values():
            cell.formula = ""
    (gone,) = (p for p in found(without) if p.code == "L118")
    assert (gone.sheet, gone.cell) == ("", "")
    assert gone.facts["cells"].endswith("张表")


# ---------------------------------------------------------------- protection and validations


def unguarded(case: Case, *lost: str, tabs: list[Tab]) -> list[Problem]:
    for tab in tabs:
        tab.guarded = frozenset(GUARDS.difference(lost))
    return [p for p in problems(case) if p.code == "F216"]


def test_lost_guards_are_one_line_for_the_file(case):
    (both,) = unguarded(case, *GUARDS, tabs=case.book.tabs)
    assert both.message() == (
        "工作表保护（全部15张表）、下拉选项和输入检查（全部15张表）不见了，多半是在别的软件中打开并保存过，或被人取消；填报内容照常读取。"
    )
    assert both.level.value == "info"


def test_lost_guards_of_some_sheets_name_them(case):
    pages = [tab for tab, _ in case.pages()]
    (two,) = unguarded(case, "protection", tabs=pages[1:3])
    assert two.facts["detail"] == f"工作表保护（“{pages[1].name}”、“{pages[2].name}”）"
    (six,) = unguarded(case, "validations", tabs=pages[:6])
    assert six.facts["detail"].startswith(f"下拉选项和输入检查（“{pages[0].name}”、")
    assert six.facts["detail"].endswith(f"“{pages[4].name}”等6张表）")


def test_pages_around_the_form_are_not_asked_for_their_guards(case):
    around = [tab for tab in case.book.tabs if tab.name in ("首页", "校验", "填报说明")]
    assert len(around) == 3
    assert unguarded(case, *GUARDS, tabs=around) == []


ONE = '<row r="1"><c r="A1"><v>1</v></c></row>'
PROTECTED = '<sheetProtection sheet="{}" objects="1"/>'
CHECKED = '<dataValidations count="1"><dataValidation type="whole" sqref="A1"/></dataValidations>'
FOREIGN = (
    '<extLst><ext uri="x"><x14:dataValidations xmlns:x14="urn:x"><x14:dataValidation type="list"/>'
    "</x14:dataValidations></ext></extLst>"
)


@pytest.mark.parametrize(
    ("tail", "lost"),
    [("", GUARDS), (PROTECTED.format(1), {"validations"}), (PROTECTED.format("true"), {"validations"}),
     (PROTECTED.format(0), GUARDS), ('<sheetProtection objects="1"/>', GUARDS),
     (CHECKED, {"protection"}), (FOREIGN, {"protection"}), (PROTECTED.format(1) + CHECKED, set())],
)  # fmt: skip
def test_guards_of_an_xlsx(tail, lost, monkeypatch):
    assert both_ways(package(ONE, tail=tail), monkeypatch).sheets[0].unguarded == lost


@pytest.mark.parametrize(("kept", "lost"), [(True, set()), (False, GUARDS)])
def test_guards_of_the_other_formats(kept: bool, lost: Any):
    old = [record(0x12, b"\1\0"), record(0x1BE, b"")] if kept else [record(0x12, b"\0\0")]
    assert only_sheet(xls_file({"S": b"".join(old)})).unguarded == lost
    binary = (
        [record12(535, bytes(2) + b"\1\0\0\0"), record12(64, b"")]
        if kept
        else [record12(535, bytes(6))]
    )
    assert only_sheet(xlsb_file({"S": b"".join(binary)})).unguarded == lost
    protected = 'table:protected="true"' if kept else ""
    cell = (
        '<table:table-cell table:content-validation-name="v"/>' if kept else "<table:table-cell/>"
    )
    rows = f"<table:table-row>{cell}</table:table-row>"
    assert only_sheet(ods_file(table(rows, more=protected))).unguarded == lost
