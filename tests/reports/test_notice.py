"""Letters to a county: all that waits is told, one page each, in the office's own template."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from pathlib import Path

import docx
import pytest
from attrs import evolve
from support.office import own_letter, page_texts
from support.returning import Judged, sample

from clusterbook.forms.stamp import LONGEST_SHOWN
from clusterbook.problems import Level, Problem
from clusterbook.reports.feedback import letter_template
from clusterbook.reports.feedback.causes import count_told
from clusterbook.reports.feedback.groups import groups, kind_of
from clusterbook.reports.feedback.letter import Letter, notice, passed, receipt
from clusterbook.reports.feedback.letter_template import LetterTemplateError
from clusterbook.reports.feedback.message import LIMIT, chat_text
from clusterbook.reports.feedback.remarks import remarks


@pytest.fixture(scope="module")
def came() -> Judged:
    return sample("cluster_contest/bad/names-and-texts-of-enterprises")


@pytest.fixture(scope="module")
def letter(came: Judged) -> Letter:
    return Letter(
        title=came.layout.workbook.title, file="邵阳市/邵东市.xlsx", remarks=came.remarks,
        issued_to="邵阳市邵东市 小五金产业集群", bureau="邵东市工业和信息化局",
        issue=came.stamp.issue, copy="006_邵东市_退回.xlsx", number="湘工信退〔2026〕3号",
        deadline="2026年4月10日", sender="省工业和信息化厅", dated="2026年3月20日",
        contact="样例科 0731-80000001", filled=(160, 163), sha256="ab" * 32,
    )  # fmt: skip


def texts(data: bytes) -> list[str]:
    document = docx.Document(io.BytesIO(data))
    return [one.text for one in document.paragraphs if one.text]


def tables(data: bytes) -> list[list[list[str]]]:
    document = docx.Document(io.BytesIO(data))
    return [[[cell.text for cell in row.cells] for row in one.rows] for one in document.tables]


@pytest.mark.parametrize("made", [notice, passed, receipt])
def test_same_letter_same_bytes_without_a_clock(letter: Letter, made) -> None:
    assert made(letter) == made(letter)
    with zipfile.ZipFile(io.BytesIO(made(letter))) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        times = re.findall(rb"\d{4}-\d\d-\d\dT[^<]*", package.read("docProps/core.xml"))
        assert set(times) == {b"2026-01-01T00:00:00Z"}


def test_it_is_a_letter(letter: Letter) -> None:
    told = texts(notice(letter))
    assert told[:4] == [
        "省工业和信息化厅", "湘工信退〔2026〕3号", f"关于退回“{letter.title.strip()}”的通知",
        "邵东市工业和信息化局：",
    ]  # fmt: skip
    errors, explains = (count_told(letter.of(level)) for level in (Level.ERROR, Level.EXPLAIN))
    assert f"必须更正的问题 {errors}、需要更正或说明的问题 {explains}" in told[4]
    assert "于2026年4月10日前重新报送" in told[4] and "（文件：邵东市.xlsx，编号" in told[4]
    assert told[6:10] == [
        "附件：退回的工作簿、问题清单", "联系人：样例科 0731-80000001", "省工业和信息化厅",
        "2026年3月20日",
    ]  # fmt: skip
    bare = evolve(letter, number="", issued_to="", bureau="", copy="", deadline="", sender="",
                  dated="", contact="")  # fmt: skip
    assert texts(notice(bare))[0].startswith("关于退回")
    assert "尽快重新报送" in texts(notice(bare))[1]


def test_everything_is_told_in_the_attachment_with_its_cell_and_number(
    letter: Letter, came: Judged
) -> None:
    kinds, *lists = tables(notice(letter))
    rows = [row for table in lists for row in table if row[0] != "序号"]
    by_level = sorted(came.causes, key=lambda one: list(Level).index(one.level))
    assert rows == [[str(one.number), one.place, one.says, one.mend] for one in by_level]
    assert [int(row[0]) for row in rows] != sorted(int(row[0]) for row in rows)
    told = "序号与退回的工作簿“退回意见”表相同。"  # or it would look as if some were missing
    assert told in texts(notice(letter)) and told not in texts(notice(evolve(letter, copy="")))
    found = groups(came.remarks, (Level.ERROR, Level.EXPLAIN))
    counts = [int(row[2]) for row in kinds[1:]]
    assert sum(counts) == sum(one.count for one in found)


def test_what_came_from_outside_cannot_break_it(letter: Letter) -> None:
    odd = evolve(letter, file="a\x00<b>&\ud800.xlsx", sender="甲&乙<丙>\x07{{ x }}", bureau="]]>县")
    told = texts(notice(odd))
    assert told[0] == "甲&乙<丙>␇{{ x }}" and told[3] == "]]>县："
    assert "a␀<b>&�.xlsx" in told[4]


def test_who_passed_is_told_so(letter: Letter) -> None:
    hint = remarks([Problem(code="V252", sheet="表", cell="D9", value="400-1")])
    told = texts(passed(evolve(letter, remarks=hint)))
    assert "予以通过" in told[4] and "附件：提示清单" in told
    bare = passed(evolve(letter, remarks=()))
    assert not any(text.startswith("附件") for text in texts(bare))
    (facts,) = tables(receipt(letter))
    assert ["文件摘要", "ab" * 32] in facts and ["填报情况", "应填163项，已填160项"] in facts


def test_a_blank_is_called_blank(letter: Letter, came: Judged) -> None:
    problems = [Problem(code="V101", sheet="表", cell=f"D{n}") for n in range(9, 170)]
    blank = evolve(letter, remarks=remarks(problems), filled=(0, 163))
    told = texts(notice(blank))
    assert "工作簿基本未填（0/163），现予退回" in "".join(told)
    assert tables(notice(blank)) == [] and "问题清单" not in "".join(told)
    assert chat_text(blank) == (
        "【退回通知】邵阳市邵东市 小五金产业集群：你单位报送的“（先进制造业/中小企业特色产业）"
        "集群申报表”（邵东市.xlsx）工作簿基本未填（0/163）。"
        "请填写完整后于2026年4月10日前发回。（省工业和信息化厅）"
    )


# --- the template ---------------------------------------------------------------------------------


def test_a_template_of_the_offices_own_is_used(letter: Letter) -> None:
    own = docx.Document(io.BytesIO(letter_template.default_template()))
    own.paragraphs[1].text = "样例省样例厅文件"
    own.add_paragraph("（印章）{{ sender }}")
    held = io.BytesIO()
    own.save(held)
    told = texts(notice(evolve(letter, template=held.getvalue())))
    assert told[0] == "样例省样例厅文件" and told[-1] == "（印章）省工业和信息化厅"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{{ sneder }}", "“sneder”没有对应的内容，可用的有：sender、"),
        ("{% if %}", "有误"),
        ("{{ ''.__class__ }}", "有误"),
    ],
)
def test_a_template_that_cannot_be_used_is_refused(letter: Letter, text: str, why: str) -> None:
    own = docx.Document(io.BytesIO(letter_template.default_template()))
    own.add_paragraph(text)
    held = io.BytesIO()
    own.save(held)
    with pytest.raises(LetterTemplateError, match=why):
        notice(evolve(letter, template=held.getvalue()))
    with pytest.raises(LetterTemplateError, match="不是 Word 文档"):
        notice(evolve(letter, template=b"no document"))


def test_a_condition_must_not_leave_half_a_table(letter: Letter) -> None:
    """It would be a file that Word calls damaged."""
    own = docx.Document(io.BytesIO(letter_template.default_template()))
    own.add_table(1, 1).cell(0, 0).text = "{% if number %}文号"
    own.add_paragraph("{{ number }}{% endif %}。")
    held = io.BytesIO()
    own.save(held)
    assert texts(notice(evolve(letter, template=held.getvalue(), number="一")))[-1] == "一。"
    with pytest.raises(LetterTemplateError, match="同一段落"):
        notice(evolve(letter, template=held.getvalue(), number=""))


def test_names_in_header_and_title_are_filled_and_all_else_stays(letter: Letter) -> None:
    own = docx.Document(io.BytesIO(letter_template.default_template()))
    own.sections[0].header.paragraphs[0].text = "{{ sender }}专用"
    own.core_properties.title = "{{ title }}"
    held = io.BytesIO()
    own.save(held)
    made = notice(evolve(letter, template=held.getvalue()))
    document = docx.Document(io.BytesIO(made))
    assert document.sections[0].header.paragraphs[0].text == "省工业和信息化厅专用"
    assert document.core_properties.title == f"关于退回“{letter.title}”的通知"
    with zipfile.ZipFile(held) as given, zipfile.ZipFile(io.BytesIO(made)) as told:
        assert given.read("word/styles.xml") == told.read("word/styles.xml")


@pytest.mark.office
def test_a_template_saved_by_libreoffice_survives_and_letters_are_one_page(
    letter: Letter, tmp_path: Path
) -> None:
    """Writer takes the names apart into runs of its own; the page break stands before the list."""
    convert = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    path = tmp_path / "通知样式.docx"
    path.write_bytes(letter_template.default_template())
    saved = tmp_path / "saved"
    subprocess.run([*convert, "--convert-to", "docx:MS Word 2007 XML", "--outdir", saved, path],
                   check=True, capture_output=True)  # fmt: skip
    template = (saved / path.name).read_bytes()
    assert template != path.read_bytes()
    theirs = evolve(letter, template=template)
    assert texts(notice(theirs)) == texts(notice(letter))
    assert tables(notice(theirs)) == tables(notice(letter))
    (tmp_path / "a.docx").write_bytes(notice(letter))
    subprocess.run([*convert, "--convert-to", "pdf", "--outdir", tmp_path, tmp_path / "a.docx"],
                   check=True, capture_output=True)  # fmt: skip
    shown = ["pdftotext", "-f", "2", "-l", "2", tmp_path / "a.pdf", "-"]
    second = subprocess.run(shown, check=True, capture_output=True, text=True).stdout
    assert second.split()[:2] == ["附件", "问题清单"]


@pytest.mark.office
def test_a_template_edited_in_libreoffice_is_used_and_survives(
    letter: Letter, tmp_path: Path
) -> None:
    """Letterhead, red rule, header, seal line and margins are the office's; the rest is the letter.

    A name that is half in bold is still that name.
    """
    path, edited = tmp_path / "通知样式.docx", tmp_path / "厅里的样式.docx"
    path.write_bytes(letter_template.default_template())
    own_letter(path, edited, tmp_path)
    theirs = evolve(letter, template=edited.read_bytes())
    assert notice(theirs) == notice(theirs)
    for made in (notice, passed, receipt):
        told = texts(made(theirs))
        assert told == ["样例省样例厅文件", *texts(made(letter)), "（此处盖章）省工业和信息化厅"]
        assert tables(made(theirs)) == tables(made(letter))
    document = docx.Document(io.BytesIO(notice(theirs)))
    head = document.paragraphs[0]
    colours = {str(run.font.color.rgb) for run in head.runs if run.text}
    assert colours == {"C00000"} and head.alignment == 1
    assert [one.text for one in document.sections[0].header.paragraphs] == ["内部资料"]
    assert document.sections[0].left_margin.mm == pytest.approx(30, abs=0.5)
    assert "C00000" in head._p.xml.upper() and ("wps:wsp" in head._p.xml or "v:line" in head._p.xml)
    (tmp_path / "通知.docx").write_bytes(passed(evolve(theirs, remarks=())))
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless",
         "--convert-to", "pdf", "--outdir", tmp_path, tmp_path / "通知.docx"],
        check=True, capture_output=True,
    )  # fmt: skip
    (page,) = page_texts(tmp_path / "通知.pdf")
    shown = "".join(page.split())
    assert shown.startswith("内部资料样例省样例厅文件") and "（此处盖章）省工业和信息化厅" in shown


# --- the text for a chat -------------------------------------------------------------------------


def many(letter: Letter, count: int) -> Letter:
    codes = ("V101", "V201", "V240", "V250", "V230", "A12.x", "R101", "V220")
    problems = [Problem(code="V101", sheet=f"表{n:04}", cell="D9", label="栏目" * 40)
                for n in range(count)]  # fmt: skip
    own = Problem(code="V101").entry
    problems += [evolve(problems[0], code=code, own=own) for code in codes]
    return evolve(letter, remarks=remarks(problems))


@pytest.mark.parametrize("blank", [False, True])
@pytest.mark.parametrize("copy", ["", "名" * 200])
@pytest.mark.parametrize("unreadable", [False, True])
def test_no_message_is_long_whatever_the_options_say(
    letter: Letter, *, blank: bool, copy: str, unreadable: bool
) -> None:
    """With the longest that an import takes, and names as long as they like."""
    line = "长" * LONGEST_SHOWN
    longest = evolve(
        many(letter, 200), deadline=line, sender=line, contact=line, number=line, dated=line,
        title=line * 9, file=line * 9, issued_to=line * 9, issue="A" * 12, copy=copy,
        unreadable=unreadable, filled=(0, 163) if blank else (163, 163),
    )  # fmt: skip
    text = chat_text(longest)
    assert len(text) <= LIMIT
    assert f"于{line}前" in text and text.endswith(f"（{line}）")
    assert any(remedy in text for remedy in ("更正有底色的格", "请填写完整", "按退回通知处理"))


@pytest.mark.parametrize("count", [1, 20, 5000])
def test_a_message_is_short_and_keeps_limit_and_remedy(letter: Letter, count: int) -> None:
    text = chat_text(many(letter, count))
    assert len(text) <= LIMIT
    assert f"①应填未填{count + 1}处" in text and "另有5类5处" in text
    assert "于2026年4月10日前发回。（省工业和信息化厅）" in text
    long = evolve(many(letter, count), deadline="限" * 60, sender="厅" * 60, copy="名" * 200)
    text = chat_text(long)
    assert len(text) <= LIMIT
    assert "限" * 60 in text and "厅" * 60 in text and "更正有底色的格" in text


@pytest.mark.parametrize(
    ("codes", "remedy"),
    [
        (("V101",), "中更正有底色的格，于"),
        (("A12.x",), "中更正有底色的格，属实的在“校验明细”表写明原因（不少于6个汉字），于"),
        (
            ("V101", "A12.x"),
            "中更正有底色的格，须说明而属实的在“校验明细”表写明原因（不少于6个汉字），于",
        ),
    ],
)
def test_a_message_says_where_to_explain(
    letter: Letter, codes: tuple[str, ...], remedy: str
) -> None:
    own = Problem(code="V101").entry
    problems = [Problem(code=code, sheet="表", cell="D9", own=own) for code in codes]
    for at, code in enumerate(codes):
        if "." in code:
            problems[at] = evolve(problems[at], own=Problem(code="V211").entry)
    assert remedy in chat_text(evolve(letter, remarks=remarks(problems)))


def test_a_message_calls_the_file_as_its_sender_does(letter: Letter) -> None:
    """Neither the office's folders stand before its name, nor is it cut where there is room."""
    own = "002_浏阳市_浏阳烟花爆竹及新材料产业集群申报工作簿.xlsx"
    text = chat_text(evolve(many(letter, 1), file=f"长沙市/打包.zip/浏阳/{own}"))
    assert f"（{own}）" in text
    full = evolve(many(letter, 1), file=f"甲/{own}", deadline="限" * 60, sender="厅" * 60)
    assert "（002_浏阳市_浏阳烟花……（共32字））" in chat_text(full)


def test_a_file_that_could_not_be_read(letter: Letter) -> None:
    told = remarks([Problem(code="F105")])
    lost = Letter(title="申报表", file="空.xlsx", remarks=told, unreadable=True)
    assert chat_text(lost) == (
        f"【退回通知】你单位报送的“申报表”（空.xlsx）无法读取：{told[0].says}{told[0].mend}"
        "请按退回通知处理后尽快重新报送。"
    )
    kinds, listed = tables(notice(lost))
    assert kinds[1][1:] == ["文件本身有问题", "1", "整个文件"]
    assert listed[1] == ["1", "—", told[0].says, told[0].mend]


def test_each_code_has_a_kind() -> None:
    assert {kind_of(code) for code in ("V101", "V102")} == {"应填未填"}
    assert kind_of("V236") == kind_of("V250") == "联系人、电话填写不规范"
    assert kind_of("P06.above") == kind_of("D08.county") == "数据存疑或不合填报要求"
    assert kind_of("F105") == "文件本身有问题" and kind_of("R202").startswith("名单重复")
