"""What somebody wrote on the sheets around the form, and what stands there as issued."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import openpyxl
import pytest
from support.mutable import Cell
from support.mutation_kit import Case
from support.office import Office
from support.returning import SAMPLES, judged, sample, through_openpyxl
from support.tampering import CONTEST, FORM, pristine, problems, told

from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.layout.own_sheets import GUIDE_SHEET, NOTES_SHEET, RETURNED_SHEET, REVIEW_SHEET
from clusterbook.returns.pipeline import read_submission
from clusterbook.workbook import writer
from clusterbook.workbook.content import Entries

PAGES = (GUIDE_SHEET, NOTES_SHEET, REVIEW_SHEET)


@pytest.fixture(params=[FORM, CONTEST])
def case(request) -> Case:
    return pristine(request.param).copy()


def around(data: bytes) -> list[tuple[str, str, str]]:
    """Sheet, cell and content of what is told of these sheets."""
    extracted = read_submission(data).extracted
    assert extracted is not None
    return [(p.sheet, p.cell, p.value) for p in extracted.problems
            if p.sheet in (*PAGES, RETURNED_SHEET) and p.code == "L105"]  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("value", ["联系人：张三 13800000000", 4321.0, True])
def test_what_is_written_beside_or_below_a_page_is_told(case, page, value):
    tab = case.book.tab(page)
    row, col = tab.last_row() + 3, tab.last_column() + 2
    tab.cells[2, col] = Cell(value)
    tab.cells[row, 1] = Cell(value)
    shown = {4321.0: "4321", True: "TRUE"}.get(value, value)
    found = [(p.code, p.sheet, p.value) for p in problems(case)]
    assert found == [("L105", page, shown)] * 2


@pytest.mark.parametrize("page", PAGES)
def test_a_page_that_moved_says_nothing_new(case, page):
    """A row put in moves our own texts; they are known by what they say."""
    tab = case.book.tab(page)
    tab.insert_rows(2, 2)
    assert told(case) == []


def test_the_page_of_another_wording_is_no_news(case):
    """A sentence of ours that reads otherwise in this version stands where we wrote one."""
    tab = case.book.tab(GUIDE_SHEET)
    at = next(at for at, cell in tab.cells.items() if str(cell.value).startswith("3. "))
    tab.cells[at] = Cell("3. 数字只填数值。")
    assert told(case) == []


def test_a_renamed_page_is_still_ours(case):
    case.book.tab(GUIDE_SHEET).rename("说明页")
    assert told(case) == []


def test_a_sheet_of_ours_that_this_form_does_not_have_is_told(case):
    """Copied from another form or an older version: it is no sheet around the form."""
    tab = case.book.tab(NOTES_SHEET).copy("旧表")
    mark = str(tab.cells[0, 0].value)
    tab.cells[0, 0] = Cell(mark.replace("instructions", "no_such_sheet"))
    assert [(code, sheet) for code, sheet, *_ in told(case)] == [("L112", "旧表")]


@pytest.mark.parametrize("form", [FORM, CONTEST])
@pytest.mark.parametrize("answers", [Entries(), Entries(earlier="2024年度")])
@pytest.mark.parametrize("whom", ["", "岳麓区&芙蓉区"])
def test_nothing_of_an_issued_workbook_is_told(form, answers, whom):
    layout = layouts.of(form)
    stamp = Stamp.of(layout.workbook, "R7K2" if whom else "", whom)
    assert around(writer.write_template(layout, stamp, answers)) == []


def test_a_reply_beside_the_remarks_of_a_returned_copy_is_told():
    copy = sample(f"{FORM}/bad/beyond-the-limits").copy()
    assert around(copy) == []
    places: list[str] = []

    def reply(book: openpyxl.Workbook) -> None:
        sheet = book[RETURNED_SHEET]
        below = sheet.cell(sheet.max_row + 2, 2, "已电话说明")
        beside = sheet.cell(4, sheet.max_column + 1, "见附件")
        places.extend(cell.coordinate for cell in (beside, below))

    replied = around(through_openpyxl(copy, reply))
    assert replied == [(RETURNED_SHEET, at, text) for at, text in
                       zip(places, ("见附件", "已电话说明"), strict=True)]  # fmt: skip


@pytest.mark.office
@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods"])
def test_after_a_save_by_libreoffice_the_same(office: Office, tmp_path: Path, ending: str):
    with office.open(SAMPLES / FORM / "good.xlsx") as doc:
        doc.unprotect(NOTES_SHEET)
        doc.unprotect(REVIEW_SHEET)
        assert all(doc.type([(NOTES_SHEET, "H9", "已阅"), (REVIEW_SHEET, "K20", "核对过")]))
        saved = doc.save(tmp_path / f"saved.{ending}", ending).read_bytes()
    assert around(saved) == [(NOTES_SHEET, "H9", "已阅"), (REVIEW_SHEET, "K20", "核对过")]


def test_the_returned_copy_lists_it_and_is_clean_again():
    """What was written beside a page does not go along, and is not lost: the list quotes it."""

    def write(book: openpyxl.Workbook) -> None:
        book[GUIDE_SHEET]["J5"] = "已请示领导"

    came = judged(through_openpyxl((SAMPLES / FORM / "good.xlsx").read_bytes(), write))
    assert [(p.sheet, p.cell, p.value) for p in came.problems if p.code == "L105"] == [
        (GUIDE_SHEET, "J5", "已请示领导")
    ]
    copy = came.copy()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rows = list(openpyxl.load_workbook(io.BytesIO(copy))[RETURNED_SHEET].values)
    assert any("已请示领导" in str(row) and GUIDE_SHEET in str(row) for row in rows)
    assert around(copy) == []
