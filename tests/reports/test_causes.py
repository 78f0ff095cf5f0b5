"""One cause, one line: what the letter, the message and the copy list, and where it waits."""

from __future__ import annotations

import io
import re
import warnings
import zipfile

import openpyxl
import pytest
from attrs import evolve
from lxml import etree
from support.returning import Draft, Judged, build, judged

from clusterbook.layout import layouts
from clusterbook.layout.own_sheets import RETURNED_SHEET, TYPED_SHEET
from clusterbook.problems import Code, Level, Problem
from clusterbook.reports.feedback.causes import SEVERAL_SHEETS, causes, count_told
from clusterbook.reports.feedback.flags import WAITS
from clusterbook.reports.feedback.letter import Letter, notice
from clusterbook.reports.feedback.message import chat_text
from clusterbook.reports.feedback.remarks import Remark, remarks

FIRMS, TEN = "六（一）现有企业库", "2.2 营业收入前十企业"
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def came() -> Judged:
    """Six of the ten are not in the library, nobody has a profile, two amounts have another unit."""
    prefix, content, _ = build.FORMS["cluster_contest"]
    draft = Draft("cluster_contest", f"{prefix}-causes", *content.content(content.SMALL))
    for row in draft.rows["top_revenue"][:6]:
        row["enterprise_name"] = row["enterprise_name"].replace("样例", "样板")
    for row in draft.rows["existing_enterprises"]:
        row["profile"] = ""
    draft.values |= {
        "economy.output_value.2025": "1976000万元",
        "economy.revenue.2025": "1902000万元",
    }
    return judged(draft.written())


def opened(data: bytes, **more: bool) -> openpyxl.Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(io.BytesIO(data), **more)


def told(came: Judged) -> dict[str, tuple[str, str, str]]:
    """What is said of each cause, by the code of its first problem."""
    return {one.first.problem.code: (one.sheet, one.place, one.says) for one in came.causes}


def test_one_cause_is_one_line_with_all_its_places(came: Judged) -> None:
    assert len(came.problems) == 24 + 6 + 2 + len(_others(came))
    found = told(came)
    names = [
        f"{name}（C{row}）" for row, name in enumerate(
            came.extracted.libraries["top_revenue"].columns[_column(came, "enterprise_name")][:6], 9)
    ]  # fmt: skip
    sheet, place, says = found["A10.top_revenue"]
    first = next(p for p in came.problems if p.code == "A10.top_revenue").cell
    shift = int(first[1:]) - 9
    names = [re.sub(r"\d+(?=）$)", lambda m: str(int(m[0]) + shift), name) for name in names]
    assert (sheet, place) == (TEN, f"{first}:{first[0]}{int(first[1:]) + 5}")
    assert says == f"6家企业不在现有企业库：{'、'.join(names)}。"
    cells = [p.cell for p in came.problems if p.code == "V101"]
    run = f"{cells[0]}:{cells[-1]}"
    assert found["V101"][:2] == (FIRMS, run)
    assert found["V101"][2].endswith(f"未填写。共24处：{run}。")


def _column(came: Judged, name: str) -> int:
    return [c.field.key for c in came.layout.bodies["top_revenue"].columns].index(name)


def _others(came: Judged) -> list[Problem]:
    return [p for p in came.problems if p.code not in ("V101", "V208", "A10.top_revenue")]


def test_what_differs_is_named_with_what_was_typed(came: Judged) -> None:
    (output, revenue) = (p for p in came.problems if p.code == "V208")
    sheet, place, says = told(came)["V208"]
    assert (sheet, place) == (output.sheet, f"{output.cell}:{revenue.cell}")
    first = next(one for one in came.remarks if one.problem is output)
    assert came.causes[first.number - 1].mend == f"{first.mend}其余各处照此处理。"
    assert says == (
        f"{first.says}同类问题共2处：集群产值（亿元） › 2025年“1976000万元”（{output.cell}）、"
        f"集群营收（亿元） › 2025年“1902000万元”（{revenue.cell}）。"
    )


def test_the_unit_of_one_place_is_not_told_of_others() -> None:
    """亿元 of the profit are not 亿元 of the employees, which are one cause: a rough figure."""
    mends = ("请填写准确数字（单位：亿元）。", "请填写准确数字（单位：人）。")
    one, other = (remark(1, f"D{at}", mend=mend) for at, mend in enumerate(mends))
    (both,) = causes([one, other], marked=True)
    assert both.mend == "请填写准确数字。"
    (alike,) = causes([one, evolve(one, cell="D9")], marked=True)
    assert alike.mend == mends[0]
    (more,) = causes([one, remark(1, "D9", mend="请填写；没有的填“无”。")], marked=True)
    assert more.mend == "请填写准确数字。其余各处照此处理。"


def test_remarks_of_one_cause_share_a_number_and_causes_count_on(came: Judged) -> None:
    assert [one.number for one in came.causes] == list(range(1, len(came.causes) + 1))
    assert [p.code for p in _others(came)] == ["A11.left_out"] * 6
    assert len(came.causes) == 4
    assert count_told(came.causes) == f"{len(came.causes)} 条，共 {len(came.problems)} 处"
    assert count_told(came.causes[:0]) == "0 处"


def test_the_copy_has_a_line_a_cause_that_waits_while_any_place_does(came: Judged) -> None:
    book = opened(came.copy())
    rows = [row for row in book[RETURNED_SHEET].iter_rows(min_col=2, max_col=10) if
            str(row[0].value).isdigit() and row[1].value in {x.chinese for x in Level}]  # fmt: skip
    assert len(rows) == len(came.causes)
    cause = next(one for one in came.causes if one.first.problem.code == "A10.top_revenue")
    row = rows[cause.number - 1]
    assert [row[2].value, row[3].value, row[6].value] == [TEN, cause.place, cause.says]
    assert row[3].hyperlink.location == f"'{TEN}'!{cause.first.cell}"
    cells = re.search(rf"{TYPED_SHEET}!(\$B\$\d+:\$B\$\d+)", row[8].value)
    states = [cell.value for (cell,) in book[TYPED_SHEET][cells[1].replace("$", "")]]
    assert len(states) == 6 and all(state.startswith("=IF(") for state in states)
    shown = opened(came.copy(), data_only=True)
    assert shown[RETURNED_SHEET][row[8].coordinate].value == WAITS
    # Each place keeps its mark and its own words.
    for one in cause.remarks:
        assert one.says in book[TEN][one.cell].comment.text


def test_letter_and_message_tell_a_cause_once(came: Judged) -> None:
    letter = Letter(title="申报表", file="甲.xlsx", remarks=came.remarks, copy="甲-退回.xlsx")
    with zipfile.ZipFile(io.BytesIO(notice(letter))) as package:
        tree = etree.fromstring(package.read("word/document.xml"))
    rows = ["".join(cell.itertext(f"{WORD}t")) for row in tree.iter(f"{WORD}tr")
            for cell in list(row.iter(f"{WORD}tc"))[:1]]  # fmt: skip
    assert sorted(text for text in rows if text.isdecimal()) == sorted(
        str(one.number) for one in came.causes
    )
    told = "".join(tree.itertext())
    assert told.count("家企业不在现有企业库") == 1
    assert "必须更正的问题 2 条，共 30 处" in told
    assert "须更正30处" in chat_text(letter)


# --- by hand --------------------------------------------------------------------------------------


def remark(number: int, cell: str, **more: object) -> Remark:
    problem = Problem(code="V101", sheet=str(more.get("sheet", "表")), cell=cell)
    own = {
        "sheet": "表",
        "label": "栏目",
        "typed": "",
        "says": "“栏目”不对。",
        "mend": "请改。",
    } | more
    return Remark(number=number, problem=problem, cell=cell, **own)


def test_a_long_list_of_places_is_cut_only_where_a_copy_marks_them() -> None:
    many = [remark(1, f"C{9 + n}", typed=f"样例第{n:03}号有限公司") for n in range(436)]
    (cut,) = causes(many, marked=True)
    assert len(cut.says) < 400
    listed = cut.says.count("有限公司")
    assert cut.says.endswith(f"……（列出{listed}处，其余{436 - listed}处见标有底色的格）。")
    (whole,) = causes(many, marked=False)
    assert [name in whole.says for name in ("样例第000号", "样例第435号")] == [True, True]
    assert (cut.place, cut.typed) == ("C9:C444", "")


def test_equal_contents_are_one_entry_with_their_cells() -> None:
    own = [remark(1, cell, typed=typed) for cell, typed in
           (("E9", "甲县"), ("E10", "甲县"), ("E14", "乙县"), ("E20", "甲县"))]  # fmt: skip
    (one,) = causes(own, marked=True)
    assert one.says == "“栏目”不对。共4处：甲县（E9:E10、E20）、乙县（E14）。"
    assert one.place == "E9等4处"


def test_what_a_rule_says_of_several_names_the_one_value_they_share() -> None:
    own = [
        remark(1, f"E{n}", typed="双清区", several="{count}家企业不在地域范围内")
        for n in (9, 10, 11)
    ]
    (one,) = causes(own, marked=True)
    assert (one.says, one.typed) == ("3家企业不在地域范围内：双清区（E9:E11）。", "双清区")


def test_a_group_is_one_line_over_all_sheets() -> None:
    own = [remark(1, "D9", sheet="一", label="甲", several="都应注明佐证页码。"),
           remark(1, "D4", sheet="二", label="乙", several="都应注明佐证页码。"),
           remark(1, "D5", sheet="二", label="丙", several="都应注明佐证页码。")]  # fmt: skip
    (one,) = causes(own, marked=True)
    assert (one.sheet, one.place, one.label) == (SEVERAL_SHEETS, "3处", "")
    assert one.says == "都应注明佐证页码。共3处：“一”表甲（D9）、“二”表乙（D4）、丙（D5）。"
    letter = Letter(title="申报表", file="甲.xlsx", remarks=(*own, remark(2, "F1")))
    assert [c.sheet for c in letter.of(Level.ERROR)] == ["表", SEVERAL_SHEETS]


def test_rules_of_a_group_share_a_number_and_other_rules_do_not() -> None:
    layout = layouts.of("fujian_sme_cluster")
    rules = [rule for rule in layout.workbook.rules if rule.group and rule.level == "explain"]
    group = [rule for rule in rules if rule.group == rules[0].group][:3]
    lone = next(
        rule for rule in layout.workbook.rules if not rule.group and rule.level == "explain"
    )
    problems = [_broken(rule) for rule in (*group, lone, lone)]
    numbers = [one.number for one in remarks(problems, layout, None)]
    assert numbers == [1, 1, 1, 2, 2]
    (cause, _) = causes(remarks(problems, layout, None), marked=True)
    assert cause.says.startswith(group[0].group.title)


def _broken(rule) -> Problem:
    own = Code(
        id=rule.code, level=Level(rule.level), zh="甲。", zh_mend="乙。", en="a.", en_mend="b."
    )
    return Problem(code=rule.code, sheet="表", cell="D9", key=next(rule.places()), own=own)


def test_problems_of_the_file_and_what_is_listed_in_full_stand_alone() -> None:
    problem = Problem(code="L105", sheet="表", cell="K9", value="备注甲")
    found = remarks([problem, evolve(problem, cell="K10", value="备注乙"), Problem(code="F105"), Problem(code="F105")])  # fmt: skip
    assert [one.number for one in found] == [1, 2, 3, 4]
