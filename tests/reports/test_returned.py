"""The returned copy: nothing lost, wrong cells marked, the same problems when it comes back."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections import Counter
from functools import cache

import openpyxl
import pytest
from attrs import evolve, frozen
from support.mutation_kit import base
from support.returning import (
    SAMPLES,
    Book,
    Draft,
    Judged,
    build,
    judged,
    raws,
    sample,
    through_openpyxl,
)

from clusterbook import styles
from clusterbook.a1 import cell_name, column_letters
from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.layout.layout import Body
from clusterbook.layout.own_sheets import RETURNED_SHEET, WHOLE_SHEET
from clusterbook.problems import Level, Problem
from clusterbook.reports.feedback.flags import RECHECK, WAITS
from clusterbook.reports.feedback.remarks import returnable
from clusterbook.validation.shown import show
from clusterbook.workbook.content import Entries
from clusterbook.workbook.writer import write_template

# What regenerating puts right: printed texts, formulas, other versions, deleted places.
RESTORED = {"L101", "L102", "L103", "L104", "L105", "L106", "L109", "L110", "L111", "V214", "V215"}
READABLE = [
    name.removesuffix(".xlsx") for name in build.bad_samples()
    if not any(e.startswith(("F", "L108")) for e in build.bad_samples()[name].expected)
]  # fmt: skip


@pytest.fixture(scope="module", params=READABLE)
def came(request: pytest.FixtureRequest) -> Judged:
    return sample(request.param)


@pytest.fixture(scope="module")
def data(came: Judged) -> bytes:
    return came.copy()


@pytest.fixture(scope="module")
def copied(data: bytes) -> Judged:
    return judged(data)


# Looked at cell by cell: levels of all kinds, blanks, a computed cell, several boxes, a moved sheet.
LOOKED_AT = (
    "cluster_contest/bad/left-empty",
    "cluster_contest/bad/formulas-and-error-values",
    "fujian_sme_cluster/bad/beyond-the-limits",
    "fujian_sme_cluster/bad/row-deleted-cell-moved-remarks-added",
)


@frozen
class Looked:
    came: Judged
    data: bytes
    book: openpyxl.Workbook


@pytest.fixture(scope="module", params=LOOKED_AT)
def looked(request: pytest.FixtureRequest) -> Looked:
    came = sample(request.param)
    data = came.copy()
    return Looked(came, data, opened(data))


def opened(data: bytes, *, results: bool = False) -> openpyxl.Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(io.BytesIO(data), data_only=results)


def read(one: Judged, key: str) -> list[str]:
    if key in one.typed.answers:
        return [show(one.typed.answers[key].values[0])]
    library, column = key.split(".", 1)
    return list(map(show, one.typed.libraries[library].columns[column].values))


def known(problems: list[Problem]) -> Counter[tuple[str, str, str, str]]:
    return Counter((p.code, p.key, p.value, p.message()) for p in problems)


def test_all_values_are_there_as_they_came(came: Judged, copied: Judged) -> None:
    there = raws(copied)
    gone = {one.slot.key for one in came.layout.in_order if one.index in came.extracted.absent}
    other = {at[0] for at, raw in raws(came).items() if at[0] not in gone and there[at] != raw}
    told = {(problem.sheet, problem.cell) for problem in came.problems}
    # What was read in other words, and is not asked about, is written as it was read.
    assert other <= {c.key for c in came.typed.changes[0] if (c.sheet, c.cell) not in told}
    assert {key: read(copied, key) for key in other} == {key: read(came, key) for key in other}
    assert copied.extracted.explanations == came.extracted.explanations


def test_unchanged_it_has_the_same_problems(came: Judged, copied: Judged) -> None:
    gone, new = (
        known(came.problems) - known(copied.problems),
        known(copied.problems) - known(came.problems),
    )
    assert {code for code, *_ in gone} <= RESTORED
    # A formula without a result stands there as text.
    asked_anew = {key for code, key, *_ in gone if code == "V215"}
    if not any(code in ("L101", "L102", "L103") for code, *_ in gone):  # empty, so asked for
        assert {key for _, key, *_ in new} == asked_anew


def test_it_says_done_only_where_every_line_is(data: bytes) -> None:
    """What nobody can see in the workbook is not done because nothing else waits."""
    sheet = opened(data, results=True)[RETURNED_SHEET]
    states = Counter(cell.value for cell in sheet["J"])
    waiting, unseen = states[WAITS], states[RECHECK]
    said = "已逐条处理，请保存后报送。"
    if unseen:
        said = f"其余 {unseen} 条请逐条核对后报送。"
    if waiting:
        said = f"还有 {waiting} 条待处理。"
    assert said in [cell.value for cell in sheet["H"]]


def test_its_stamp_names_its_parent(came: Judged, copied: Judged) -> None:
    assert copied.stamp == evolve(
        came.stamp, issue=came.stamp.issue + "-R1", parent=came.stamp.issue
    )


def test_same_arguments_same_bytes(looked: Looked) -> None:
    assert looked.came.copy() == looked.data


def test_every_problem_is_listed_with_a_link_and_its_cell_is_marked(looked: Looked) -> None:
    came, book = looked.came, looked.book
    assert book.sheetnames[0] == RETURNED_SHEET
    sheet = book[RETURNED_SHEET]
    head = next(row for row in range(1, 30) if sheet.cell(row, 2).value == "序号")
    for cause in came.causes:
        row = [sheet.cell(head + cause.number, col).value for col in range(2, 10)]
        assert row[:3] == [str(cause.number), cause.level.chinese, cause.sheet or "整个文件"]
        assert row[6:] == [cause.says, cause.mend]
        if cause.first.area is not None:
            link = sheet.cell(head + cause.number, 5).hyperlink
            assert link.location == f"'{cause.first.sheet}'!{cause.first.cell}"
    assert [one for cause in came.causes for one in cause.remarks] == (
        sorted(came.remarks, key=lambda one: one.number)
    )
    for one in came.remarks:
        if one.area is None:
            continue
        cell = book[one.sheet][one.cell]
        assert one.says in cell.comment.text and one.mend in cell.comment.text
        fills = {styles.MARKS[level.value]["bg_color"][1:] for level in Level}
        assert cell.fill.fgColor.rgb[2:] in fills
        assert cell.protection.locked == _computed(came, one.problem.key)


def _computed(came: Judged, key: str) -> bool:
    layout = came.layout
    place = layout.slots[key][0] if key in layout.slots else layout.columns.get(key)
    return place is not None and place.locked


def test_only_cells_with_problems_are_marked(looked: Looked) -> None:
    book = looked.book
    marked = {(one.sheet, one.cell) for one in looked.came.remarks if one.area}
    noted = {
        (ws.title, c.coordinate) for ws in book for row in ws.iter_rows() for c in row if c.comment
    }
    assert noted == marked


def test_rules_lists_and_protection_are_those_of_a_blank(looked: Looked) -> None:
    came, book = looked.came, looked.book
    blank = blank_of(came.stamp.form)
    for plan in came.layout.sheets:
        sheet, issued = book[plan.name], blank[plan.name]
        assert sheet.protection.sheet
        rules = [(str(r.sqref), r.formula1) for r in sheet.data_validations.dataValidation]
        assert rules == [(str(r.sqref), r.formula1) for r in issued.data_validations.dataValidation]
        shown = _formulas(sheet)
        assert not _formulas(issued) - shown  # all marks of the blank, and ours
        # A box that was made higher for what it holds prints more, and its remark knows.
        remarks = {one.area.cell for one in plan.remarks}
        for row in issued.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    there = sheet[cell.coordinate].value
                    assert there == cell.value or (cell.coordinate in remarks and there)
    assert book.security.lockStructure


@cache
def blank_of(form: str) -> openpyxl.Workbook:
    layout = layouts.of(form)
    return opened(write_template(layout, Stamp.of(layout.workbook)))


def _formulas(sheet: object) -> Counter[tuple[str, str]]:
    return Counter(
        (str(area.sqref), formula)
        for area, rules in sheet.conditional_formatting._cf_rules.items()  # type: ignore[attr-defined]
        for rule in rules
        for formula in rule.formula
    )


def test_comments_are_not_printed(looked: Looked) -> None:
    with zipfile.ZipFile(io.BytesIO(looked.data)) as package:
        for name in package.namelist():
            if name.startswith("xl/worksheets/sheet"):
                assert b"cellComments" not in package.read(name)
            if name.startswith("xl/drawings/vml"):
                assert b"visibility:hidden" in package.read(name)
                assert b"visibility:visible" not in package.read(name)


# --- what a county may have typed ----------------------------------------------------------------

TEXTS = [
    "=1+1", '=HYPERLINK("http://example.com","点我")', "  前后有空白 \u3000", "第一行\n\n第三行\r第四行\t制表", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "'007", "007", "_x000D_", "_x0041_x0042_", "_x005F_",
    "_xD83D__xDE00_", "<r><t>不是富文本</t></r>", "<r>&</r>", "a\x01b\x1fc", "😀𠮷👨‍👩‍👧", "\ufeff首", "末\ufffe\uffff",
    "\n首尾换行\n", "http://example.com", "internal:A1", "{=A1}", "TRUE", "#REF!", "1e5",
    "１２．５亿元", "约12", "x\u2028y",
    '"引号"', "&amp;&lt;", "]]>", "长" * 32767, "😀" * 16383,
]  # fmt: skip


def encoded(text: str) -> str:
    """As a cell of a file has it (ECMA-376, ST_Xstring), written here without the writer's help."""
    text = re.sub("_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)
    return re.sub("[\x00-\x08\x0b-\x1f\ufffe\uffff]", lambda m: f"_x{ord(m[0]):04X}_", text)


@pytest.fixture(scope="module")
def good() -> Draft:
    prefix, content, _ = build.FORMS["cluster_contest"]
    return Draft("cluster_contest", f"{prefix}-nasty", *content.content(content.SMALL))


NUMBERS = {
    "economy.output_value.2024": 0.1 + 0.2,
    "economy.output_value.2025": 1e15 + 0.3,
    "economy.revenue.2024": -1e-7,
    "economy.total_profit.2024": 1.7976931348623157e308,
    "economy.total_profit.2025": 5e-324,
    "economy.total_tax.2024": 123456789012345680.0,
}
SUM, CALL, LOST = "economy.trade_usd.2024", "economy.trade_usd.2025", "economy.fdi_usd.2024"
DAY, SHARE, DATE = (
    "economy.revenue.2025",
    "economy.total_tax.2025",
    "innovation_carriers.approved_on",
)
LONG, TOO_LONG = "self_report.self_report", "长文" * 20000 + "完"
BESIDE = "=口径同上年，" + "需要说明的情况很多。" * 100
FIRMS = ("existing_enterprises.profile", "existing_enterprises.products")


@pytest.fixture(scope="module")
def odd(good: Draft) -> Looked:
    """One workbook with everything that is hard to give back, and its copy."""

    def formats(book: openpyxl.Workbook) -> None:
        looks = (
            (DAY, 45720.0, "yyyy-mm-dd"),
            (SHARE, 0.05, "0.00%"),
            (DATE, 45444.0, "yyyy-mm-dd"),
        )
        for key, value, look in looks:
            sheet, cell = good.cell(key)
            book[sheet][cell].value, book[sheet][cell].number_format = value, look

    book = Book(through_openpyxl(good.written(), formats))
    book.replace("xl/_rels/workbook.xml.rels", '"/xl/', '"')  # openpyxl's way to write them
    for key, number in NUMBERS.items():
        book.put(*good.cell(key), number)
    book.formula(*good.cell(SUM), "100+20.5", "120.5")
    book.formula(*good.cell(CALL), 'WEBSERVICE("http://example.com")', "5.21")
    book.formula(*good.cell(LOST), "SUM('别表'!A1:A3)")
    book.put(good.cell(DAY)[0], "L5", BESIDE)
    book.put(*good.cell(LONG), TOO_LONG)
    count = len(good.rows["existing_enterprises"])
    places = [good.cell(key, at) for key in FIRMS for at in range(count)]
    for place, text in zip(places, TEXTS, strict=False):
        book.put(*place, encoded(text))
    part = book.sheet_part(places[0][0])
    book.parts[part] = book.parts[part].replace(b"<is><t>", b'<is><t xml:space="preserve">')
    came = judged(book.save())
    data = came.copy()
    return Looked(came, data, opened(data))


def test_hard_values_come_through(odd: Looked, good: Draft) -> None:
    came, copied = raws(odd.came), raws(judged(odd.data))
    count = len(good.rows["existing_enterprises"])
    texts = [came[key, at] for key in FIRMS for at in range(count)]
    assert texts[: len(TEXTS)] == TEXTS and count * len(FIRMS) >= len(TEXTS)
    assert {key: came[key, 1] for key in NUMBERS} == NUMBERS
    other = {(DAY, 1), (SHARE, 1), (LONG, 1), (LOST, 1)}  # see below
    assert {at: copied[at] for at in came if at not in other} == (
        {at: raw for at, raw in came.items() if at not in other}
    )


def test_dates_keep_their_look_where_a_date_is_asked(odd: Looked, good: Draft) -> None:
    sheet, cell = good.cell(DATE)
    assert odd.book[sheet][cell].is_date
    assert str(odd.book[sheet][cell].value).startswith("2024-06-01")
    copied = judged(odd.data).extracted.libraries["innovation_carriers"]
    assert copied.oddities == odd.came.extracted.libraries["innovation_carriers"].oddities


def test_a_number_that_became_a_date_can_be_typed_again(odd: Looked, good: Draft) -> None:
    """Its cell has the number's format again, and shows what the date showed."""
    cells = [odd.book[sheet][cell] for sheet, cell in map(good.cell, (DAY, SHARE))]
    assert [cell.value for cell in cells] == ["2025-03-04", "5%"]
    assert {cell.number_format for cell in cells} == {"#,##0.00"}
    errors = {p.key for p in judged(odd.data).problems if p.level is Level.ERROR}
    assert {DAY, SHARE} <= errors


def test_formulas_of_a_county_are_not_written_again(odd: Looked, good: Draft) -> None:
    kept, gone, lost = (odd.book[sheet][cell] for sheet, cell in map(good.cell, (SUM, CALL, LOST)))
    assert (kept.value, gone.value) == (120.5, 5.21)
    assert (lost.value, lost.data_type) == ("=SUM('别表'!A1:A3)", "s")
    asked = {p.key for p in judged(odd.data).problems if p.level is Level.ERROR}
    assert LOST in asked and not {SUM, CALL} & asked


def test_what_stands_beside_the_form_is_listed_in_full(odd: Looked, good: Draft) -> None:
    rows = odd.book[RETURNED_SHEET].iter_rows(values_only=True)
    assert [row[6] for row in rows if row[3:5] == (good.cell(DAY)[0], "L5")] == [BESIDE]
    assert "L105" not in {p.code for p in judged(odd.data).problems}


def test_a_text_too_long_for_a_cell_goes_on_in_the_list(odd: Looked, good: Draft) -> None:
    assert raws(odd.came)[LONG, 1] == TOO_LONG
    sheet, cell = good.cell(LONG)
    rows = odd.book[RETURNED_SHEET].iter_rows(values_only=True)
    rest = [row[6] for row in rows if row[2:5] == (None, sheet, cell)]
    assert odd.book[sheet][cell].value + "".join(rest) == TOO_LONG and rest


def test_what_stands_on_a_sheet_of_the_countys_own_is_listed() -> None:
    """Nothing of it is in the form, and nothing of it is lost with the copy."""
    written = {"A1": "工作底稿", "C7": 12.5, "B2": "=1+1", "B3": "长" * 40_000, "D4": "0012\n二行"}

    def add(book: openpyxl.Workbook) -> None:
        sheet = book.create_sheet("底稿")
        for cell, value in written.items():
            sheet[cell].value = value[:32_767] if isinstance(value, str) else value
        many = book.create_sheet("流水")
        for row in range(1, 2_501):
            many.cell(row, 1, row)

    came = judged(through_openpyxl((SAMPLES / "cluster_contest/good.xlsx").read_bytes(), add))
    assert [(p.code, p.facts["count"]) for p in came.problems] == [("L112", "5"), ("L112", "2500")]
    copy = came.copy()
    rows = [row[3:7] for row in opened(copy)[RETURNED_SHEET].iter_rows(values_only=True)]
    listed = [(cell, text) for sheet, cell, _, text in rows if sheet == "底稿" and text]
    assert [one for one in listed if one[0] != "—"] == [
        ("A1", "工作底稿"), ("B2", "=1+1"), ("B3", "长" * 32_767), ("D4", "0012\n二行"), ("C7", "12.5"),
    ]  # fmt: skip
    assert sum(sheet == "流水" for sheet, *_ in rows) == 2_000 + 2
    assert any("另有500格" in str(text) for *_, text in rows)
    assert judged(copy).problems == []


def test_rows_beyond_the_capacity_are_kept_with_rules_and_formulas(good: Draft) -> None:
    layout = layouts.of(good.form)
    body = layout.bodies["ongoing_projects"]
    capacity = body.last_row - body.first_row + 1
    row = good.rows["ongoing_projects"][0]
    rows = [row | {"project_name": f"样例项目{n}"} for n in range(capacity + 7)]
    stamp = Stamp.of(layout.workbook, issue="X")
    answers = Entries(values=good.values, rows=good.rows | {"ongoing_projects": rows})
    came = judged(write_template(layout, stamp, answers))
    data = came.copy()
    copied = judged(data)
    assert raws(copied) == raws(came)
    assert len(copied.extracted.libraries["ongoing_projects"].rows) == capacity + 7
    sheet = opened(data)[layout.sheet_of["ongoing_projects"].name]
    areas = {str(rule.sqref) for rule in sheet.data_validations.dataValidation}
    columns = {f"{c}{body.first_row + 1}:{c}{body.last_row + 8}" for c in _letters(body)}
    assert areas == columns


def _letters(body: Body) -> list[str]:
    return [column_letters(column.col) for column in body.inputs]


def test_blank_rows_between_stay_where_they_are(good: Draft) -> None:
    came = judged(good.written())
    library = came.extracted.libraries["existing_enterprises"]
    gap = judged(_without_row(good, library.rows[2]))
    assert [p.cell for p in gap.problems if p.key.startswith("existing")] == []
    copied = judged(gap.copy())
    assert copied.extracted.libraries["existing_enterprises"].rows == (
        gap.extracted.libraries["existing_enterprises"].rows
    )


def _without_row(draft: Draft, row: int) -> bytes:
    book = Book(draft.written())
    layout = layouts.of(draft.form)
    sheet = layout.sheet_of["existing_enterprises"].name
    for column in layout.bodies["existing_enterprises"].inputs:
        book.put(sheet, cell_name(row, column.col), None)
    return book.save()


def test_reasons_already_given_are_carried_over(good: Draft) -> None:
    values = good.values | {"economy.employees.2025": 1}
    draft = Draft(good.form, "YL-H-reason", values, good.rows)
    first = judged(draft.written())
    asked = [p for p in first.problems if p.level is Level.EXPLAIN]
    assert asked
    book = opened(draft.written())
    places = {p.code: book.defined_names[f"cb_reason.{p.code}"].attr_text for p in asked}
    filled = Book(draft.written())
    for code, place in places.items():
        filled.put(WHOLE_SHEET, place.split("!")[1].replace("$", ""), f"=情况属实已核，{code}")
    came = judged(filled.save())
    assert came.extracted.explanations == {code: f"=情况属实已核，{code}" for code in places}
    assert came.open == []
    copied = judged(came.copy())
    assert copied.extracted.explanations == came.extracted.explanations
    assert [p.open for p in copied.problems] == [p.open for p in came.problems]


@pytest.mark.parametrize("form", ["cluster_contest", "fujian_sme_cluster"])
def test_boxes_of_one_answer_stay_where_they_are_when_one_is_deleted(form: str) -> None:
    """A county deletes the rows that it did not need."""
    layout = layouts.of(form)
    boxes = {key: parts for key, parts in layout.slots.items() if len(parts) > 1}
    assert boxes
    for gone in range(max(map(len, boxes.values()))):
        book = base(form).copy("BOX1").book
        for key, parts in boxes.items():
            if gone < len(parts):
                tab, at = book.owned()[f"{key}|{gone + 1}" if gone else key]
                tab.delete_rows(at[0])
        came = judged(book.bytes())
        typed, copied = raws(came), raws(judged(came.copy()))
        assert sum(typed[key, gone + 1] is None for key in boxes if (key, gone + 1) in typed)
        assert {place: copied[place] for place in typed if place[0] in boxes} == {
            place: raw for place, raw in typed.items() if place[0] in boxes
        }


def test_a_workbook_issued_to_nobody_gets_a_parent() -> None:
    came = judged((SAMPLES / "cluster_contest" / "blank.xlsx").read_bytes())
    first = judged(came.copy())
    second = judged(first.copy())
    assert came.stamp.issue == ""
    assert re.fullmatch("unissued-[0-9a-f]{12}", first.stamp.parent)
    assert first.stamp.issue == f"{first.stamp.parent}-R1"
    assert second.stamp.issue == f"{first.stamp.parent}-R2"


@pytest.mark.parametrize("name", ["sheet-of-another-workbook", "sheet-copied-and-changed"])
def test_no_copy_of_mixed_workbooks(name: str) -> None:
    came = sample(f"fujian_sme_cluster/bad/{name}")
    assert not returnable(came.problems, came.layout)
    with pytest.raises(ValueError, match="could not hold"):
        came.copy()
