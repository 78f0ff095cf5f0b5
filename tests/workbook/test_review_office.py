"""首页 and 校验 in a real LibreOffice: green exactly when nothing is open, reasons included."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.office import Doc, Office
from support.reasons import ENOUGH, REASON, TOO_LITTLE, draft
from support.returning import Book, Judged, judged

from clusterbook.forms import reasons
from clusterbook.layout import layouts, listing
from clusterbook.layout.own_sheets import GUIDE_SHEET, REVIEW_SHEET, RULES_SHEET, WHOLE_SHEET
from clusterbook.validation.check import verdict
from clusterbook.verdicts import Verdict

pytestmark = pytest.mark.office
CONTEST, FORM = "cluster_contest", "fujian_sme_cluster"
READY = "没有待处理的问题，可以保存报送。"


def figures(doc: Doc) -> tuple[str, str, str, str]:
    """未填, 错误, 待说明 and the sentence beside them."""
    row = next(row for row in doc.texts(GUIDE_SHEET, "B2:I12") if row[0].startswith("未填 "))
    return row[0], row[1], row[4], row[7].split("\n")[1]


def open_lines(doc: Doc) -> list[list[str]]:
    first = listing.SHOWN_ROW + 1
    rows = doc.texts(REVIEW_SHEET, f"B{first}:I{first + listing.SHOWN - 1}")
    return [row for row in rows if row[0]]


def reason_cells(came: Judged) -> dict[str, bool]:
    """The 说明 cell of each open question, and whether the workbook itself can ask it."""
    listed = listing.listing(came.layout)
    lines = [listed.of(problem.code) for problem in came.open]
    assert None not in lines
    return {f"H{line.row + 1}": line in listed.live for line in lines if line}


@pytest.mark.parametrize("form", [CONTEST, FORM])
def test_a_good_return_is_green(form: str, office: Office, tmp_path: Path) -> None:
    path = tmp_path / "good.xlsx"
    path.write_bytes(draft(form).written())
    with office.open(path) as doc:
        doc.recalculate()
        assert figures(doc) == ("未填 0 项", "错误 0 处", "待说明 0 处", READY)
        assert open_lines(doc) == []
        assert doc.texts(REVIEW_SHEET, "B4:B4") == [[READY]]
        states = {row[3] for row in doc.texts(WHOLE_SHEET, "B6:E500") if row[2] in LEVELS}
        assert states == {"通过", "收到后核对"}


LEVELS = {"错误", "需说明", "提示"}


@pytest.mark.parametrize("form", [CONTEST, FORM])
def test_open_questions_keep_it_from_green_until_they_are_answered(
    form: str, office: Office, tmp_path: Path
) -> None:
    one = draft(form)
    if form == CONTEST:
        one.values["economy.employees.2025"] = 1
    else:
        one.values["industry.output_value.2025"] *= 9
    for pages in [k for k in one.values if k.endswith("_pages")]:
        del one.values[pages]  # of a group in the contest: one line for all of them
    path = tmp_path / "open.xlsx"
    path.write_bytes(one.written())
    came = judged(path.read_bytes())
    assert verdict(came.problems) is Verdict.EXPLAIN
    cells, asked = reason_cells(came), listing.listing(came.layout).live
    with office.open(path) as doc:
        doc.recalculate()
        live = [p for p in came.open if listing.listing(came.layout).of(p.code) in asked]
        count = len(live)
        assert figures(doc)[:3] == ("未填 0 项", "错误 0 处", f"待说明 {count} 处")
        assert READY not in figures(doc)
        lines = open_lines(doc)
        assert len(lines) == sum(cells.values())
        assert sum(int(row[4]) for row in lines) == count
        assert (len(lines) < count) == (form == CONTEST)
        refused = [(WHOLE_SHEET, cell, text) for cell in cells for text in ("1", "情况属实")]
        assert not any(doc.type(refused))
        assert all(doc.type([(WHOLE_SHEET, cell, REASON) for cell in cells]))
        doc.recalculate()
        assert figures(doc) == ("未填 0 项", "错误 0 处", "待说明 0 处", READY)
        assert open_lines(doc) == []
        again = judged(doc.save(tmp_path / "saved.xlsx").read_bytes())
    assert verdict(again.problems) is Verdict.PASSED


def test_the_workbook_and_the_importer_agree_what_a_reason_is(
    office: Office, tmp_path: Path
) -> None:
    """Texts as a paste brings them past the validation."""
    texts = [text for text in (*ENOUGH, *TOO_LITTLE, "属" * 300, "新" + "，" * 250) if text]
    lines = [line for line in listing.listing(layouts.of(CONTEST)).live if line.explains]
    book = Book(draft(CONTEST).written())
    for line, text in zip(lines, texts, strict=False):
        book.put(WHOLE_SHEET, f"H{line.row + 1}", text)
    path = tmp_path / "reasons.xlsx"
    path.write_bytes(book.save())
    with office.open(path) as doc:
        doc.recalculate()
        said = {
            text: doc.cell(RULES_SHEET, f"E{line.hidden + 1}").value
            for line, text in zip(lines, texts, strict=False)
        }
    assert said == {text: float(reasons.says_why(text)) for text in texts}


def test_a_returned_copy_turns_green_when_its_remarks_are_dealt_with(
    office: Office, tmp_path: Path
) -> None:
    """A question that only the importer asks waits on 退回意见, and the first page says so."""
    one = draft(FORM)
    one.values["industry.t_chain"] = "链" * 205
    came = judged(one.written())
    assert [p.code for p in came.open] == ["V221"]
    path = tmp_path / "copy.xlsx"
    path.write_bytes(came.copy())
    listed = listing.listing(came.layout, {"V221": 1})
    line = listed.of("V221")
    assert line is not None
    with office.open(path) as doc:
        doc.recalculate()
        assert READY not in figures(doc)
        told = [row[0] for row in doc.texts(GUIDE_SHEET, "B2:B12")]
        assert "“退回意见”还有 1 条待处理（点击查看）" in told
        shown = doc.texts(WHOLE_SHEET, f"B{line.row + 1}:F{line.row + 1}")[0]
        assert shown[2:] == ["需说明", "需说明", "1"]
        assert all(doc.type([(WHOLE_SHEET, f"H{line.row + 1}", REASON)]))
        doc.recalculate()
        assert figures(doc)[3] == READY
        saved = doc.save(tmp_path / "saved.xlsx").read_bytes()
    assert verdict(judged(saved).problems) is Verdict.PASSED
