"""The returned copy: the county's workbook again, with only the wrong cells to mend.

It is regenerated from the spec, so that rules, lists, formulas and protection are whole again, and
holds every raw value as it came: what cannot be read stands there verbatim, what has no place is
listed. Wrong cells are filled by level and carry a comment, green once they are changed; a first
sheet lists all problems with links, those of one cause in one line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from clusterbook.a1 import sheet_prefix
from clusterbook.forms.reasons import QUESTIONS, WORD
from clusterbook.forms.stamp import Stamp
from clusterbook.layout import text_metrics
from clusterbook.layout.front_pages import Cell, FrontPage, PageMark, PageRow
from clusterbook.layout.layout import Layout
from clusterbook.layout.listing import Listing, listing
from clusterbook.layout.own_sheets import RETURNED_KEY, RETURNED_SHEET, WHOLE_SHEET
from clusterbook.problems import Level, Problem
from clusterbook.reports.feedback.answers import Left, Values, with_room
from clusterbook.reports.feedback.causes import Cause, causes
from clusterbook.reports.feedback.flags import CHANGED, DONE, REASONED, RECHECK, WAITS, Flags
from clusterbook.reports.feedback.remarks import Remark, brief, printable, remarks, returnable
from clusterbook.reports.feedback.spellings import spellings
from clusterbook.validation import rounds
from clusterbook.validation.typed_data import Data
from clusterbook.workbook.content import Entries, Returning
from clusterbook.workbook.writer import write_template

_MOST_LINKS = 32_000  # two a line; Excel takes some 65,000 on a sheet
_WIDTHS = (3, 5, 8, 15, 8, 18, 20, 32, 29, 9)
_LAST = len(_WIDTHS) - 1
_LABEL = text_metrics.column_points(_WIDTHS[5])
_HEADS = ("序号", "级别", "工作表", "单元格", "栏目", "原填内容", "存在问题", "怎样更正", "状态")


def returned_copy(
    data: Data,
    submission: int,
    stamp: Stamp,
    problems: Sequence[Problem],
    *,
    file: str,
    sha256: str,
) -> bytes:
    """The marked copy of one submission, as bytes; the same arguments give the same bytes.

    ``submission`` is its place in the data; ``stamp`` is that of the file that came, ``file`` its
    shown name, ``sha256`` its hash. Raises ValueError where no copy may be returned (see
    ``remarks.returnable``).
    """
    layout, extracted = data.layout, data.extracted[submission]
    if not returnable(problems, layout):
        raise ValueError("a copy could not hold what this file holds")
    layout = with_room(layout, extracted)
    said = remarks(problems, layout, extracted)
    child = rounds.child(stamp, sha256)
    values = Values.of(layout, extracted, spellings(data, submission, problems))
    listed = listing(layout, _asked(layout, said))
    flags = Flags(listed, values, said)
    lines = [(one, flags.state_of(one)) for one in causes(said, marked=True)]
    page, waits = _page(listed, child, file, lines, values.left)
    returning = Returning(page=page, flags=flags.by_sheet(), typed=flags.typed,
                          states=flags.states, listed=listed, waits=waits)  # fmt: skip
    answers = Entries(values=values.answers, rows=values.rows, reasons=extracted.explanations)
    return write_template(layout, child, answers, returning)


def _asked(layout: Layout, said: Sequence[Remark]) -> dict[str, int]:
    """How often the return led to what only the importer looks at, by line of the whole list."""
    line_of = {rule.code: rule.line for rule in layout.workbook.rules if rule.importer_only}
    known = {*line_of.values(), *QUESTIONS}
    codes = (line_of.get(one.problem.code, one.problem.code) for one in said if not one.done)
    return dict(Counter(code for code in codes if code in known))


# --- the list ------------------------------------------------------------------------------------


def _page(
    listed: Listing,
    stamp: Stamp,
    file: str,
    lines: Sequence[tuple[Cause, str]],
    left: Sequence[Left],
) -> tuple[FrontPage, str]:
    """退回意见: who, how many, how to go on, and every problem with a link to its cell.

    With it, an Excel expression for how many remarks wait, as other sheets may use it.
    """
    rows = [*_opening(stamp, file, [one for one, state in lines if state != DONE])]
    live_row = len(rows)
    rows += _steps()
    rows.append(PageRow([Cell(i, text, "guide_head") for i, text in enumerate(_HEADS, 1)], 26))
    head, first = len(rows), len(rows) + 1
    rows += [_line(one, state, listed) for one, state in lines]
    last = len(rows)
    cells = f"$J${first + 1}:$J${last + 1}"
    waiting, unseen = (f'COUNTIF({cells},"{word}")' for word in (WAITS, RECHECK))
    live = (
        f'=IF({waiting}>0,"还有 "&{waiting}&" 条待处理。",IF({unseen}>0,"其余 "&{unseen}&'
        '" 条请逐条核对后报送。","已逐条处理，请保存后报送。"))'
    )
    rows[live_row - 1] = PageRow(
        [*rows[live_row - 1].cells[:-1], Cell(7, live, "total", _LAST)], 26
    )
    rows += _leftovers(left)
    words = ((WAITS, "open"), (RECHECK, "open"), (CHANGED, "done"), (REASONED, "done"))
    marks = [
        PageMark((first, _LAST, last, _LAST), f'$J{first + 1}="{word}"', look)
        for word, look in words
    ]
    area = (live_row, 7, live_row, _LAST)
    open_ = f"{waiting}+{unseen}"
    marks += [PageMark(area, f"{open_}>0", "open"), PageMark(area, f"{open_}=0", "done")]
    page = FrontPage(
        name=RETURNED_SHEET, key=RETURNED_KEY, tab="returned", widths=_WIDTHS, rows=rows,
        marks=tuple(marks),
        one_page=False, repeat=(head, head), landscape=True, printed=True,
    )  # fmt: skip
    return page, f'COUNTIF({sheet_prefix(RETURNED_SHEET)}{cells},"{WAITS}")'


def _opening(stamp: Stamp, file: str, said: Sequence[Cause]) -> Iterator[PageRow]:
    yield PageRow([Cell(1, RETURNED_SHEET, "guide_title", _LAST)], 40)
    whom = f"填报单位：{stamp.issued_to}　　" if stamp.issued_to else ""
    ids = (
        f"原编号：{stamp.parent}　　本表编号：{stamp.issue}（第{rounds.number(stamp.issue)}次退回）"
    )
    yield PageRow([Cell(1, whom + ids, "returned_facts", _LAST, typed=True)])
    yield PageRow([Cell(1, f"报送文件：{brief(file)}", "returned_facts", _LAST, typed=True)])
    counts = [(level, sum(one.level is level for one in said)) for level in Level]
    words = {"error": "必须更正", "explain": "更正或说明原因", "info": "供参考"}
    legend = [
        Cell(1, f"错误 {counts[0][1]} 条，{words['error']}", "returned_error", 3),
        Cell(4, f"需说明 {counts[1][1]} 条，{words['explain']}", "returned_explain", 5),
        Cell(6, f"提示 {counts[2][1]} 条，{words['info']}", "returned_info"),
        Cell(7, "", "total", _LAST),
    ]
    yield PageRow(legend, 26)


_STEPS = (
    "下面逐条列出了全部问题。点击蓝色的单元格地址可跳到该格；鼠标移到该格上，会显示问题和更正办法。",
    (
        "只需更正有底色的格，其余内容已保留；写法与要求不同、但意思明确的（如文本形式的数字），"
        "已换成规定的写法。改动过的格变为绿色，本表“状态”随之更新。"
    ),
)
_REASON = (
    f"标为“需说明”的，有误请更正；情况属实的，点击蓝色的“需说明”，在“{WHOLE_SHEET}”表该行的"
    f"“说明”格写明原因，{WORD}，同类各项写一次即可。"
)
_SEND = "改完请保存，并把本工作簿（不是原来的文件）重新报送。"


def _steps() -> Iterator[PageRow]:
    for number, text in enumerate([*_STEPS, _REASON, _SEND], start=1):
        yield PageRow([Cell(1, f"{number}. {text}", "returned_facts", _LAST)])


def _line(one: Cause, state: str, listed: Listing) -> PageRow:
    first = one.first
    link = first.plan.name if first.plan and first.area and one.number <= _MOST_LINKS else ""
    jump = Cell(4, one.place, "returned_jump", link=link, at=first.cell)
    place = jump if link else Cell(4, one.place or "—", "returned_mark", typed=True)
    asked = listed.of(first.problem.code) if one.number <= _MOST_LINKS else None
    level = Cell(2, one.level.chinese, f"returned_{one.level.value}")
    label = text_metrics.broken(one.label, _LABEL, "returned_text")
    if asked:
        sheet, at = asked.reason_place
        level = Cell(2, one.level.chinese, "returned_ask", link=sheet, at=at)
    return PageRow([
        Cell(1, str(one.number), "returned_mark"),
        level,
        Cell(3, printable(one.sheet) or "整个文件", "returned_mark", typed=True),
        place,
        Cell(5, label, "returned_text", typed=True),
        Cell(6, one.typed, "returned_text", typed=True),
        Cell(7, one.says, "returned_text", typed=True),
        Cell(8, one.mend, "returned_text", typed=True),
        Cell(9, state, "returned_mark"),
    ])  # fmt: skip


def _leftovers(left: Sequence[Left]) -> Iterator[PageRow]:
    """What the copy has no cell for, in full."""
    if not left:
        return
    yield PageRow([Cell(1, "放不进表格的内容", "guide_part", _LAST)], 30)
    text = (
        "下列内容在申报表中没有位置（超出了该格或该表能容纳的范围，是写在答案旁的备注，"
        "或写在另外加的表中），"
        "列在这里，请核对后处理。"
    )
    yield PageRow([Cell(1, text, "returned_facts", _LAST)])
    for number, one in enumerate(left, start=1):
        yield PageRow([
            Cell(1, str(number), "returned_mark"), Cell(2, "", "returned_mark"),
            Cell(3, printable(one.sheet), "returned_mark", typed=True),
            Cell(4, one.cell or "—", "returned_mark"),
            Cell(5, printable(one.label), "returned_text", typed=True),
            Cell(6, printable(one.text), "returned_text", _LAST, typed=True),
        ])  # fmt: skip
