"""退回通知: all that waits is in the letter, and the chat text never drops anything silently."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from attrs import evolve
from lxml import etree
from support.returning import Judged, sample

from clusterbook.problems import Level, Problem
from clusterbook.reports.feedback.causes import count_told
from clusterbook.reports.feedback.letter import CHAT_LIMIT, Letter, chat_text, notice
from clusterbook.reports.feedback.remarks import remarks

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def came() -> Judged:
    return sample("cluster_contest/bad/names-and-texts-of-enterprises")


@pytest.fixture(scope="module")
def letter(came: Judged) -> Letter:
    return Letter(
        title=came.layout.workbook.title, file="邵东市.xlsx", remarks=came.remarks,
        issued_to="邵东市工业和信息化局", issue=came.stamp.issue, copy="邵东市-退回.xlsx",
        number="湘工信退〔2026〕3号", deadline="2026年4月10日", sender="省工业和信息化厅",
        dated="2026年3月20日",
    )  # fmt: skip


def document(letter: Letter) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(notice(letter))) as package:
        for name in package.namelist():
            etree.fromstring(package.read(name))  # each part is well-formed
        return etree.fromstring(package.read("word/document.xml"))


def paragraphs(letter: Letter) -> list[str]:
    found = ["".join(p.itertext(f"{WORD}t")) for p in document(letter).iter(f"{WORD}p")]
    return [text for text in found if text]


def rows(letter: Letter) -> list[list[str]]:
    return [
        ["".join(cell.itertext(f"{WORD}t")) for cell in row.iter(f"{WORD}tc")]
        for row in document(letter).iter(f"{WORD}tr")
    ]


def test_same_letter_same_bytes_without_a_clock(letter: Letter) -> None:
    assert notice(letter) == notice(letter)
    with zipfile.ZipFile(io.BytesIO(notice(letter))) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        times = re.findall(rb"\d{4}-\d\d-\d\dT[^<]*", package.read("docProps/core.xml"))
        assert set(times) == {b"2026-01-01T00:00:00Z"}


def test_everything_is_told_with_its_cell_and_number(letter: Letter, came: Judged) -> None:
    told = [row for row in rows(letter) if row[0] != "序号"]
    by_level = sorted(came.causes, key=lambda one: list(Level).index(one.level))
    assert told == [[str(one.number), one.place, one.says, one.mend] for one in by_level]
    texts = paragraphs(letter)
    headings = [text for text in texts if re.match("[一二三四]、", text) and "（" in text]
    counts = {
        level: count_told([one for one in came.causes if one.level is level]) for level in Level
    }
    assert headings == [
        f"一、必须更正的问题（{counts[Level.ERROR]}）",
        f"二、需要更正或说明的问题（{counts[Level.EXPLAIN]}）",
        f"三、供参考的提示（{counts[Level.INFO]}）",
    ]
    assert "1. “2.2 集群企业培育情况”表（2 处）" in texts


def test_it_is_a_letter(letter: Letter) -> None:
    texts = paragraphs(letter)
    assert texts[:3] == [
        f"关于退回“{letter.title.strip()}”的通知", "湘工信退〔2026〕3号", "邵东市工业和信息化局：",
    ]  # fmt: skip
    errors, explains = (count_told(letter.of(level)) for level in (Level.ERROR, Level.EXPLAIN))
    assert f"必须更正的问题 {errors}、需要更正或说明的问题 {explains}" in texts[3]
    assert "于2026年4月10日前重新报送" in texts[3]
    assert texts[-4:] == [
        "特此通知。",
        "附件：邵东市-退回.xlsx",
        "省工业和信息化厅",
        "2026年3月20日",
    ]
    bare = evolve(letter, number="", issued_to="", copy="", deadline="", sender="", dated="")
    assert "尽快重新报送" in paragraphs(bare)[1] and paragraphs(bare)[-1] == "特此通知。"


def test_a4_and_east_asian_fonts(letter: Letter) -> None:
    tree = document(letter)
    size = tree.find(f".//{WORD}pgSz")
    assert (size.get(f"{WORD}w"), size.get(f"{WORD}h")) == ("11906", "16838")
    fonts = [run.find(f"{WORD}rPr/{WORD}rFonts") for run in tree.iter(f"{WORD}r")]
    assert {font.get(f"{WORD}eastAsia") for font in fonts} == {"黑体", "仿宋", "楷体", "宋体"}
    heads = [
        row for row in tree.iter(f"{WORD}tr") if row.find(f"{WORD}trPr/{WORD}tblHeader") is not None
    ]
    assert len(heads) == len(list(tree.iter(f"{WORD}tbl")))


def test_what_came_from_outside_cannot_break_it(letter: Letter) -> None:
    odd = evolve(letter, file="a\x00<b>&\ud800.xlsx", sender="甲&乙<丙>\x07", issued_to="]]>县")
    texts = paragraphs(odd)
    assert texts[2] == "]]>县：" and "甲&乙<丙>␇" in texts
    assert "a␀<b>&�.xlsx" in texts[3]


def test_a_file_that_could_not_be_read() -> None:
    told = remarks([Problem(code="F105")])
    letter = Letter(title="申报表", file="空.xlsx", remarks=told)
    assert [row for row in rows(letter) if row[0] == "1"] == [
        ["1", "—", told[0].says, told[0].mend]
    ]
    assert "1. 整个文件（1 处）" in paragraphs(letter)
    assert chat_text(letter).splitlines() == [
        "【退回通知】你单位报送的“申报表”（空.xlsx）有必须更正的问题 1 处。",
        f"1. {told[0].says}{told[0].mend}",
        "请按上述意见处理后重新报送。",
    ]


# --- the text for a chat -------------------------------------------------------------------------


def many(letter: Letter, count: int) -> Letter:
    problem = Problem(code="V101", sheet="表", cell="D9", label="栏目")
    problems = [evolve(problem, sheet=f"表{n:04}") for n in range(count)]
    return evolve(letter, remarks=remarks(problems))


def test_a_short_text_tells_all_errors_before_explanations(letter: Letter, came: Judged) -> None:
    lines = chat_text(letter).splitlines()
    asked = [
        one for level in (Level.ERROR, Level.EXPLAIN) for one in came.causes if one.level is level
    ]
    assert [line.split(".")[0] for line in lines[1:-1]] == [str(one.number) for one in asked]
    assert (
        lines[-1]
        == "请在退回的“邵东市-退回.xlsx”中更正有底色的格，保存后发回。（省工业和信息化厅）"
    )


@pytest.mark.parametrize("count", [1, 20, 35, 36, 37, 38, 39, 40, 100, 5000])
def test_a_long_text_says_how_much_is_left_out(letter: Letter, count: int) -> None:
    text = chat_text(many(letter, count))
    assert len(text) <= CHAT_LIMIT
    told = len(re.findall(r"^\d+\. ", text, re.MULTILINE))
    left = re.search(r"还有 (\d+) 条未列出（共 (\d+) 条）", text)
    assert told + (int(left[1]) if left else 0) == count
    assert left is None or int(left[2]) == count
    assert left is not None or told == count


def test_a_long_value_is_shortened_with_its_length(letter: Letter) -> None:
    problem = Problem(code="V201", sheet="表", cell="D9", label="栏目", value="很" * 30000)
    text = chat_text(evolve(letter, remarks=remarks([problem])))
    assert "……（共30000字）" in text and len(text) < 500
