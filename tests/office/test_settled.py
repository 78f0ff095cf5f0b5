"""Answers given elsewhere and the office's decisions: what they settle, reopen, and set."""

from __future__ import annotations

import csv
import io
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from attrs import evolve
from round_of_twelve import COUNTIES, QUESTION, REASON, RoundOfTwelve

import clusterbook as cb
from clusterbook.office.answers import read_answers
from clusterbook.office.decision_list import LAPSED, QUESTIONS
from clusterbook.office.decisions import read_decisions
from clusterbook.office.lists import SettlementError, figure
from clusterbook.verdict_lines import settled

ASKED = next(one for one in COUNTIES if QUESTION in one.slips)
OPEN = evolve(ASKED, slips={"economy.fdi_usd.2025": "/"})


@pytest.fixture(scope="module")
def pool() -> Iterator[cb.Pool]:
    with cb.Pool(1) as found:
        yield found


@pytest.fixture
def inbox(twelve: RoundOfTwelve, tmp_path: Path) -> Path:
    """One return that passes with a reason: one question about one figure."""
    folder = tmp_path / "报送"
    folder.mkdir()
    (folder / "湘乡市.xlsx").write_bytes(twelve.data(ASKED))
    return folder


def rows(out: Path, sheet: str = QUESTIONS) -> list[dict[str, object]]:
    lines = list(openpyxl.load_workbook(out / "decisions.xlsx")[sheet].iter_rows(values_only=True))
    at = next(at for at, line in enumerate(lines) if "裁定" in line)
    return [dict(zip(lines[at], line, strict=True)) for line in lines[at + 1 :]]


def decide(out: Path, **cells: object) -> None:
    """The office types into the first question of the list."""
    book = openpyxl.load_workbook(out / "decisions.xlsx")
    sheet = book[QUESTIONS]
    head = next(row for row in sheet.iter_rows() if "裁定" in [cell.value for cell in row])
    for cell in head:
        if cell.value in cells:
            sheet.cell(cell.row + 1, cell.column, cells[cell.value])
    book.save(out / "decisions.xlsx")


def problem(round_: cb.Round) -> dict[str, str]:
    (found,) = [dict(one) for one in round_.problems if one["level"] == "explain"]
    return found


def verdict(round_: cb.Round) -> str:
    (line,) = round_.submissions
    return line["verdict"]


# --- decisions ------------------------------------------------------------------------------------


def test_a_refused_reason_reopens_what_passed(pool: cb.Pool, inbox: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = pool.import_returns([inbox], out)
    assert verdict(first) == "通过"
    (row,) = rows(out)
    assert (row["填报单位的说明"], row["状态"]) == (REASON, "待裁定")
    decide(out, 裁定="不采纳", 裁定意见="与统计年报不符", 裁定人="李样例")
    again = pool.import_returns([inbox], out)
    assert verdict(again) == "待说明"
    told = problem(again)
    assert (told["decision"], told["explanation"]) == ("不采纳", REASON)
    assert f"所写的说明“{REASON}”未予采纳：与统计年报不符。" in told["how_to_mend"]
    assert again.settled == {"accepted": 0, "refused": 1, "approved": 0, "far": 0, "lapsed": 0,
                             "used": 0, "unused": 0}  # fmt: skip
    copies = list((out / "returned").rglob("*_退回.xlsx"))
    letters = list((out / "returned").rglob("*_退回通知.docx"))
    with zipfile.ZipFile(letters[0]) as package:
        assert "与统计年报不符" in package.read("word/document.xml").decode()
    # The copy asks again: the refused reason is not in the cell that would settle it.
    assert pool.read(copies[0]).verdict == cb.Verdict.EXPLAIN


def test_a_figure_set_by_the_office_counts_in_the_summary_beside_what_was_reported(
    pool: cb.Pool, inbox: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    pool.import_returns([inbox], out)
    decide(out, 裁定="采纳", 核定数=137.5)
    round_ = pool.import_returns([inbox], out)
    assert verdict(round_) == "通过"
    assert problem(round_)["approved"] == "137.5"
    (part,) = round_.province().parts
    (cluster,) = part.clusters
    assert cluster.now["output_value"] == 137.5
    book = openpyxl.load_workbook(io.BytesIO(round_.summary()), data_only=True)
    line = [cell.value for cell in book["核定数"][4]]
    assert line[4:7] == [138.32, 137.5, pytest.approx(-0.82)]
    assert 137.5 in [cell.value for row in book["申报汇总表"].iter_rows() for cell in row]
    # What rests on the figure was worked out anew.
    before = cluster.before["output_value"]
    assert before is not None
    growth = round((137.5 - before) / before * 100, 2)
    values = [one.value for one in cluster.demands if one.value is not None]
    assert any(value == pytest.approx(growth, abs=0.01) for value in values)


def test_a_figure_in_another_unit_is_asked_about(
    pool: cb.Pool, inbox: Path, tmp_path: Path
) -> None:
    """1383200万元 was reported where 亿元 are asked; which of them is meant is said, and looked at."""
    out = tmp_path / "out"
    pool.import_returns([inbox], out)
    book = openpyxl.load_workbook(out / "decisions.xlsx")[QUESTIONS]
    notes = "".join(str(cell.value) for row in book.iter_rows(max_row=3) for cell in row)
    assert "“核定数”只填数字，单位以“栏目”所注为准（如亿元）" in notes
    for number, far in ((1383200, True), (13.8, True), (140, False)):
        decide(out, 裁定="采纳", 核定数=number)
        again = pool.import_returns([inbox], out)
        (row,) = rows(out)
        told = "采纳；核定数与上报数相差十倍以上，请核对单位"
        assert row["状态"] == (told if far else "已采纳"), number
        said = settled(again.settled, "zh")
        assert ("请核对单位的 1" in said) == far, said


def test_a_decision_lapses_with_the_value_and_is_kept(
    pool: cb.Pool, twelve: RoundOfTwelve, inbox: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    pool.import_returns([inbox], out)
    decide(out, 裁定="不采纳", 裁定意见="请核对")
    came = (inbox / "湘乡市.xlsx").read_bytes()
    (inbox / "湘乡市.xlsx").write_bytes(twelve.data(ASKED, **{QUESTION: "1383000万元"}))
    round_ = pool.import_returns([inbox], out)
    assert verdict(round_) == "通过"
    assert round_.settled["lapsed"] == 1
    (row,) = rows(out, LAPSED)
    assert (row["裁定意见"], row["状态"]) == ("请核对", "上报数已改为“1383000万元”")
    (inbox / "湘乡市.xlsx").write_bytes(came)  # the same question is decided as it was
    assert verdict(pool.import_returns([inbox], out)) == "待说明"
    (inbox / "湘乡市.xlsx").write_bytes(twelve.data(OPEN))
    pool.import_returns([inbox], out)
    assert [one["状态"] for one in rows(out, LAPSED)] == ["这一问题已经没有了"]


def test_a_list_from_elsewhere_is_merged_with_the_own_one(
    pool: cb.Pool, inbox: Path, tmp_path: Path
) -> None:
    out, other = tmp_path / "out", tmp_path / "other"
    pool.import_returns([inbox], other)
    decide(other, 裁定="不采纳", 裁定意见="甲")
    round_ = pool.import_returns([inbox], out, decisions=other / "decisions.xlsx")
    assert verdict(round_) == "待说明"
    decide(out, 裁定人="乙")
    again = pool.import_returns([inbox], out)
    assert (rows(out)[0]["裁定意见"], rows(out)[0]["裁定人"]) == ("甲", "乙")
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}
    assert verdict(pool.import_returns([inbox], out)) == verdict(again)
    # Nothing has changed, so nothing was written.
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_questions_stand_in_official_order_and_decisions_in_any(
    pool: cb.Pool, twelve: RoundOfTwelve, tmp_path: Path
) -> None:
    """Cities as the province has them, counties as the register; files come in the other order."""
    inbox, out = tmp_path / "报送", tmp_path / "out"
    inbox.mkdir()
    slips = {"economy.fdi_usd.2025": "/", QUESTION: "1383200万元"}
    counties = ("宁乡市", "浏阳市", "湘乡市", "永兴县")
    for at, name in enumerate(reversed(counties)):
        county = next(one for one in COUNTIES if one.name == name)
        (inbox / f"{at}.xlsx").write_bytes(twelve.data(county, **slips))
    pool.import_returns([inbox], out, register=twelve.register)
    listed = rows(out)
    whose = [str(one["发放对象"]) for one in listed]
    assert list(dict.fromkeys(whose)) == [
        one for name in counties for one in dict.fromkeys(whose) if name in one
    ]
    assert [one["序号"] for one in listed] == [str(at) for at in range(1, len(listed) + 1)]
    assert len(listed) >= 2 * len(counties)
    path = out / "decisions.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book[QUESTIONS]
    lines = [[cell.value for cell in line] for line in sheet.iter_rows()]
    top = next(at for at, line in enumerate(lines) if "裁定" in line)
    ruling, note = lines[top].index("裁定"), lines[top].index("裁定意见")
    for line in lines[top + 1 :]:
        line[ruling], line[note] = "不采纳", f"{line[2]} {line[3]}"
    for at, line in enumerate(reversed(lines[top + 1 :]), start=top + 2):  # as if sorted anew
        for col, value in enumerate(line, start=1):
            sheet.cell(at, col).value = value
    book.save(path)
    again = pool.import_returns([inbox], out, register=twelve.register)
    assert again.settled["refused"] == len(listed) and not again.settled["lapsed"]
    kept = rows(out)
    assert [one["裁定意见"] for one in kept] == [f"{one['发放对象']} {one['栏目']}" for one in kept]
    assert [one["发放对象"] for one in kept] == whose
    other = pool.import_returns([inbox], tmp_path / "other", decisions=path)
    assert other.settled["refused"] == len(listed)


def test_the_list_is_printed_on_one_page_across(pool: cb.Pool, inbox: Path, tmp_path: Path) -> None:
    """Its title in the middle of it; columns of the office's own take further pages."""
    out = tmp_path / "out"
    pool.import_returns([inbox], out)
    path = out / "decisions.xlsx"
    sheet = openpyxl.load_workbook(path)[QUESTIONS]
    assert sheet.sheet_properties.pageSetUpPr.fitToPage and not sheet.col_breaks.brk
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet["A1"].value == "需说明事项裁定表"
    assert sheet["A1"].alignment.horizontal == "center"
    whole = f"A1:{sheet.cell(1, sheet.max_column).coordinate}"
    assert whole in [str(one) for one in sheet.merged_cells.ranges]
    book = openpyxl.load_workbook(path)
    for at, name in enumerate(("会商日期", "会商意见"), start=1):
        sheet = book[QUESTIONS]
        head = next(row[0].row for row in sheet.iter_rows() if row[0].value == "序号")
        sheet.cell(head, 16 + at, name)
        sheet.cell(head + 1, 16 + at, "4月2日")
    book.save(path)
    decide(out, 裁定="采纳")
    pool.import_returns([inbox], out)
    sheet = openpyxl.load_workbook(path)[QUESTIONS]
    assert sheet.print_title_cols == "$A:$C" and sheet.col_breaks.brk


def test_columns_of_the_offices_own_are_kept(pool: cb.Pool, inbox: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    pool.import_returns([inbox], out)
    book = openpyxl.load_workbook(out / "decisions.xlsx")
    sheet = book[QUESTIONS]
    last = sheet.max_column + 1
    head = next(row[0].row for row in sheet.iter_rows() if "裁定" in [c.value for c in row])
    sheet.cell(head, last, "会商日期")
    sheet.cell(head + 1, last, "4月2日")
    book.save(out / "decisions.xlsx")
    decide(out, 裁定="采纳")
    pool.import_returns([inbox], out)
    assert rows(out)[0]["会商日期"] == "4月2日"


def test_decisions_by_name_and_same_bytes(
    pool: cb.Pool, twelve: RoundOfTwelve, inbox: Path, tmp_path: Path
) -> None:
    asked = problem(pool.import_returns([inbox], tmp_path / "first"))
    decision = cb.Decision(
        issue=twelve.issue(ASKED.name), code=asked["code"], sheet=asked["sheet"], cell=asked["cell"],
        value=asked["value"], reason=asked["explanation"], ruling="采纳", number=12,
    )  # fmt: skip
    found = []
    for name in ("a", "b"):
        round_ = pool.import_returns([inbox], tmp_path / name, decisions=[decision])
        assert problem(round_)["decision"] == cb.Ruling.ACCEPTED
        found.append((tmp_path / name / "decisions.xlsx").read_bytes())
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"裁定": "再议"}, "填的是“再议”，请选“采纳”或“不采纳”"),
        ({"核定数": 5}, "“裁定”：没有填写"),
        ({"裁定": "采纳", "核定数": "12亿元"}, "填的是“12亿元”，请只填数字"),
    ],
)
def test_what_cannot_be_taken_is_told_before_anything_is_written(
    pool: cb.Pool, inbox: Path, tmp_path: Path, cells: dict[str, object], told: str
) -> None:
    out = tmp_path / "out"
    pool.import_returns([inbox], out)
    decide(out, **cells)
    typed = (out / "decisions.xlsx").read_bytes()
    with pytest.raises(SettlementError, match=told):
        pool.import_returns([inbox], out)
    assert (out / "decisions.xlsx").read_bytes() == typed


def test_a_question_decided_twice_is_asked(tmp_path: Path) -> None:
    head = "发放编号,问题代码,工作表,单元格,上报数,说明,裁定\r\n"
    path = tmp_path / "裁定.csv"
    path.write_text(head + "A,V208,表,D6,1,,采纳\r\nA,V208,表,D6,1,,不采纳\r\n", "utf-8")
    with pytest.raises(SettlementError, match="裁定了两次"):
        read_decisions(path)
    path.write_text("发放编号,问题代码\r\nA,V208\r\n", "utf-8")
    with pytest.raises(
        SettlementError, match="缺少栏目：工作表、单元格、上报数、填报单位的说明、裁定"
    ):
        read_decisions(path)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12), ("1,234.5", 1234.5), ("１２", 12), ("-3.25", -3.25), ("1,23", None),
        ("1234,567", None), ("nan", None), ("1_000", None), ("约5", None), ("5%", None),
    ],
)  # fmt: skip
def test_figures(text: str, number: float | None) -> None:
    assert figure(text) == number


@pytest.mark.office
def test_a_list_saved_by_libreoffice_is_read_back(
    pool: cb.Pool, inbox: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    pool.import_returns([inbox], out)
    decide(out, 裁定="不采纳", 核定数=137.5, 裁定意见="与年报不符", 裁定人="李样例")
    saved = tmp_path / "saved"
    profile = (tmp_path / "profile").as_uri()
    subprocess.run(
        ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "xlsx",
         "--outdir", saved, out / "decisions.xlsx"], check=True, capture_output=True,
    )  # fmt: skip
    mine, theirs = (read_decisions(f / "decisions.xlsx") for f in (out, saved))
    assert [one.decision for one in mine] == [one.decision for one in theirs]
    (out / "decisions.xlsx").write_bytes((saved / "decisions.xlsx").read_bytes())
    assert verdict(pool.import_returns([inbox], out)) == "待说明"


# --- answers --------------------------------------------------------------------------------------


def answers_file(path: Path, lines: list[list[str]]) -> Path:
    heads = ["发放编号", "问题代码", "工作表", "单元格", "说明"]
    if path.suffix == ".csv":
        with path.open("w", encoding="gb18030", newline="") as file:
            csv.writer(file).writerows([heads, *lines])
    else:
        book = openpyxl.Workbook()
        for line in [heads, *lines]:
            book.active.append(line)
        book.save(path)
    return path


@pytest.mark.parametrize("name", ["说明.csv", "说明.xlsx"])
def test_an_answer_given_elsewhere_counts_like_one_typed_into_the_workbook(
    pool: cb.Pool, twelve: RoundOfTwelve, inbox: Path, tmp_path: Path, name: str
) -> None:
    (inbox / "湘乡市.xlsx").write_bytes(twelve.data(OPEN, **OPEN.slips))
    out = tmp_path / "out"
    asked = problem(pool.import_returns([inbox], out))
    assert asked["explanation"] == ""
    reason = "没有外资企业，这一项为零，已核对。"
    key = [twelve.issue(ASKED.name), asked["code"], asked["sheet"], asked["cell"]]
    path = answers_file(
        tmp_path / name,
        [
            [*key, reason],
            [*key[:3], "Z99", "这里没有问题，多写的一条"],
            ["没有这份", *key[1:], reason],
        ],
    )
    round_ = pool.import_returns([inbox], out, answers=path)
    assert verdict(round_) == "通过"
    assert problem(round_)["explanation"] == reason
    assert (round_.settled["used"], round_.settled["unused"]) == (1, 2)
    book = openpyxl.load_workbook(out / "decisions.xlsx")
    fates = [row[-1] for row in book["另外报来的说明"].iter_rows(min_row=4, values_only=True)]
    assert fates == ["已作为说明", "没有对应的问题，没有采用", "没有对应的问题，没有采用"]
    (document,) = round_.documents()
    assert [one["explanation"] for one in document["problems"] if one["level"] == "explain"] == [
        reason
    ]
    # The office may refuse it like any other reason.
    decide(out, 裁定="不采纳")
    assert verdict(pool.import_returns([inbox], out, answers=path)) == "待说明"


def test_an_answer_for_one_return_alone(pool: cb.Pool, twelve: RoundOfTwelve) -> None:
    data = twelve.data(OPEN, **OPEN.slips)
    one = pool.read(data)
    (asked,) = [p for p in one.problems if p.open]
    assert one.verdict == cb.Verdict.EXPLAIN
    given = cb.Answer(
        code=asked.code, cell=asked.cell, sheet=asked.sheet, reason="本县没有外资企业，核对过。"
    )
    assert pool.read(data, answers=[given]).verdict == cb.Verdict.PASSED
    other = evolve(given, issue="ANOTHER")
    assert pool.read(data, answers=[other]).verdict == cb.Verdict.EXPLAIN
    # What says nothing is asked for again, as in the workbook.
    again = pool.read(data, answers=[evolve(given, reason="。。。")])
    assert again.verdict == cb.Verdict.EXPLAIN
    assert "看不出原因" in "".join(p.how_to_mend() for p in again.problems)
    # With the value it was given for it lives as long as that stands there.
    worth = evolve(given, issue=twelve.issue(ASKED.name), value="/")
    assert pool.read(data, answers=[worth]).verdict == cb.Verdict.PASSED
    assert pool.read(data, answers=[evolve(worth, value="—")]).verdict == cb.Verdict.EXPLAIN


def test_a_reason_given_elsewhere_stands_in_the_copy(pool: cb.Pool, twelve: RoundOfTwelve) -> None:
    county = evolve(OPEN, slips={**OPEN.slips, "economy.revenue.2025": "约100"})
    data = twelve.data(county, **county.slips)
    given = cb.Answer(code="V211", reason="本县没有外资企业，核对过。")
    copy = pool.read(data, answers=[given]).marked_copy()
    assert copy is not None
    told = {p.code: p.explanation for p in pool.read(copy).problems if p.level is cb.Level.EXPLAIN}
    assert told["V211"] == given.reason


def test_answers_that_name_nothing_are_faults(tmp_path: Path) -> None:
    path = answers_file(tmp_path / "说明.xlsx", [["", "V211", "", "", "写了原因的一条"]])
    with pytest.raises(SettlementError, match="第2行“发放编号”：没有填写"):
        read_answers(path)
    assert read_answers(answers_file(path, [["A", "V211", "", "", ""]])) == ()
    (tmp_path / "说明.pdf").write_bytes(b"%PDF-1.7")
    with pytest.raises(SettlementError, match="PDF"):
        read_answers(tmp_path / "说明.pdf")
