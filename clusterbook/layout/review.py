"""The last sheets of a workbook: 校验 with what is open, and the whole list with the 说明 cells.

校验 is made by formulas alone, so its lines move as things are mended; reasons therefore stand on
the whole list, where nothing moves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from weakref import WeakKeyDictionary

from clusterbook.a1 import cell_name, column_letters, sheet_prefix
from clusterbook.forms.reasons import WORD, excel_bound, reason_name
from clusterbook.layout.front_pages import Cell, FrontPage, PageMark, PageRow, back_row
from clusterbook.layout.layout import Layout
from clusterbook.layout.listing import (
    ASKED,
    FAULT,
    FIRST_ROW,
    LABEL,
    MEND,
    MISSING,
    MOST,
    NOTHING,
    OPEN,
    PART_ROWS,
    POSITION,
    QUESTION,
    REASON_COL,
    REASON_ROW,
    RULE_ROW,
    SHEET,
    SHOWN,
    SHOWN_ROW,
    TARGET,
    Checks,
    Listing,
    ListingLine,
)
from clusterbook.layout.live_checks import rule_keys
from clusterbook.layout.own_sheets import (
    CHECKS_SHEET,
    REVIEW_KEY,
    REVIEW_SHEET,
    RULES_SHEET,
    WHOLE_KEY,
    WHOLE_SHEET,
)
from clusterbook.problems import Level

# The states of a line. What waits for a reason begins with 需.
PASSED, UNFILLED, LATER = "通过", "待填", "收到后核对"
WAITS, TOO_THIN, SAID = "需说明", "需补充说明", "已说明"
_EXPLAIN = f"属实的，点右侧“写说明”写明原因，{WORD}。"
_HINT = f"属实的，请写明原因，{WORD}。"


# --- 校验 ----------------------------------------------------------------------------------------

_OPEN_HEADS = ("序号", "类别", "工作表", "内容", "处数", "位置", "怎样处理", "说明")
_OPEN_WIDTHS = (3, 5, 7, 17, 60, 6, 8, 44, 9)
_OPEN_ROW = 39.0  # points: three lines


def opened(checked: Checks) -> FrontPage:
    """校验: what is open."""
    last = len(_OPEN_WIDTHS) - 1
    rows = [
        PageRow([Cell(1, REVIEW_SHEET, "guide_title", last)], 32),
        back_row(WHOLE_SHEET),
        PageRow([Cell(1, _summary(checked), "guide_progress", last)], 26),
        PageRow([Cell(i, text, "guide_head") for i, text in enumerate(_OPEN_HEADS, 1)], 22),
    ]
    rows += [PageRow(_open_line(number, checked), _OPEN_ROW) for number in range(1, SHOWN + 1)]
    top, end = SHOWN_ROW, SHOWN_ROW + SHOWN - 1
    said = f"$B${SHOWN_ROW - 1}"
    marks = (
        PageMark((3, 1, 3, last), f'ISNUMBER(FIND("没有",{said}))', "done"),
        PageMark((3, 1, 3, last), f'ISNUMBER(FIND("还有",{said}))', "open"),
        PageMark((top, 2, end, 2), f'$C{top + 1}="错误"', "bad"),
        PageMark((top, 2, end, 2), f'OR($C{top + 1}="未填",$C{top + 1}="待说明")', "open"),
        PageMark((top, 1, end, last), f'$C{top + 1}<>""', "boxed"),
    )
    return FrontPage(name=REVIEW_SHEET, key=REVIEW_KEY, tab="review", widths=_OPEN_WIDTHS,
                     rows=rows,
                marks=marks, one_page=False, frozen_row=SHOWN_ROW)  # fmt: skip


def _summary(checked: Checks) -> str:
    """What is open in all, and how much of it has no line here."""
    counts = [checked.total(column) for column in (MISSING, FAULT, QUESTION)]
    words = [f'"{word} "&{count}&" {unit}"' for word, count, unit in zip(
        ("未填", "错误", "待说明"), counts, ("项", "处", "处"), strict=True)]  # fmt: skip
    told_so = f'"　（下面列出前{SHOWN}行，另有 "&({OPEN}-{SHOWN})&" 行，处理后依次显示）"'
    more = f'IF({OPEN}>{SHOWN},{told_so},"")'
    told = '&"，"&'.join(words)
    nothing = '"没有待处理的问题，可以保存报送。"'
    return f'=IF({OPEN}=0,{nothing},"还有："&{told}&"。点“位置”跳到那一格。"&{more})'


def _open_line(number: int, checked: Checks) -> Iterator[Cell]:
    """The ``number``-th open line: what it is, where, how to mend it, where to explain it.

    The formulas are those of the first line, moved down.
    """
    at = f"{CHECKS_SHEET}!${POSITION}{number + 1}"
    target = f"{CHECKS_SHEET}!${TARGET}{number + 1}"

    def of(column: str) -> str:
        return f"INDEX({checked.area(column)},{at})"

    kind = f'IF({of(FAULT)}>0,"错误",IF({of(MISSING)}>0,"未填","待说明"))'
    kind_cell = f"$C{SHOWN_ROW + number}"
    answer = f'IF({kind_cell}="错误","内容有误，请改正。","请填写。")&{of(MEND)}'
    rule = f'IF(LEN({of(MEND)})>0,{of(MEND)},"请核对，有误的更正。")'
    rule = f'{rule}&IF({kind_cell}="待说明","{_EXPLAIN}","")'
    mend = f"IF(ISNUMBER({of(ASKED)}),{answer},{rule})"
    rules = f"INDEX({RULES_SHEET}!$B$1:$B${MOST},{of(RULE_ROW)})"
    count = f"IF({of(RULE_ROW)}>0,{rules},{of(FAULT)}+{of(MISSING)})"
    shown = f'MID({target},FIND("!",{target})+1,12)'
    column = column_letters(REASON_COL)
    link = f'HYPERLINK("#{sheet_prefix(WHOLE_SHEET)}{column}"&{of(REASON_ROW)},"写说明")'
    texts = (
        (str(number), "review_mark"), (kind, "review_mark"), (of(SHEET), "review_text"),
        (of(LABEL), "review_what"), (count, "review_mark"),
        (f'HYPERLINK("#"&{target},{shown})', "review_jump"),
        (mend, "review_text"),
        (f'IF({kind_cell}="待说明",{link},"")', "review_jump"),
    )  # fmt: skip
    for col, (text, role) in enumerate(texts, 1):
        yield Cell(col, f'=IF({at}=0,"",{text})', role, alike="open" if col > 1 else "")


# --- the whole list ------------------------------------------------------------------------------

_WHOLE_HEADS = ("应当满足", "工作表", "级别", "状态", "处数", "依据", "说明")
_WHOLE_WIDTHS = (3, 48, 14, 8, 11, 6, 24, 36)
_STATE_COL, _COUNT_COL = 4, 5


# The rows of live lines without a reason, by layout and row.
_LIVE_ROWS: WeakKeyDictionary[Layout, dict[int, PageRow]] = WeakKeyDictionary()


def first_later_row(listed: Listing) -> int:
    """The first row, from 1, of what is looked at after the workbook came."""
    return FIRST_ROW + len(listed.live) + PART_ROWS


def whole(listed: Listing, checked: Checks, reasons: Mapping[str, str]) -> FrontPage:
    """校验明细: all lines, with the reasons that are given, by line."""
    plain = {} if checked is NOTHING else _LIVE_ROWS.setdefault(listed.layout, {})

    def unready(line: ListingLine) -> str:
        """Condition: an answer that its rules look at is missing or cannot be read."""
        if checked is NOTHING:
            return checked.unready(())
        found = (key for watch in line.watches for key in rule_keys(listed.layout, watch.rule))
        return checked.unready(tuple(dict.fromkeys(found)))

    def live(line: ListingLine) -> PageRow:
        if line.key in reasons:
            return PageRow(_live_line(line, unready(line), reasons))
        if line.row not in plain:
            plain[line.row] = PageRow(_live_line(line, unready(line), {}))
        return plain[line.row]

    last = len(_WHOLE_WIDTHS) - 1
    note = (
        f"标为“需说明”的，有误请改正；属实的，请在该行“说明”格写明原因，{WORD}，同类各项写一次即可。"
        "标为“错误”的必须改正。点击处数可跳到第一处；点表头的箭头可以筛选。"
    )
    heads = PageRow([Cell(i, text, "guide_head") for i, text in enumerate(_WHOLE_HEADS, 1)], 22)
    rows = [
        PageRow([Cell(1, WHOLE_SHEET, "guide_title", last)], 32), back_row(REVIEW_SHEET),
        PageRow([Cell(1, note, "guide_text", last)]), heads,
        *(live(line) for line in listed.live),
    ]  # fmt: skip
    text = "下列事项要收到后才能核对。退回时提出的，有误请改正；属实的，请在该行“说明”格写明原因。"
    rows += [
        PageRow([Cell(1, "收到后才能核对的事项", "guide_part", last)], 30),
        PageRow([Cell(1, text, "guide_text", last)]), heads,
        *(PageRow(_later_line(line, listed.asked, reasons)) for line in listed.later),
    ]  # fmt: skip
    assert len(rows) == FIRST_ROW - 1 + len(listed.lines) + PART_ROWS  # noqa: S101 - rows of lines
    end = len(rows)
    state = f"$E{FIRST_ROW + 1}"
    area = (FIRST_ROW, _STATE_COL, end, _STATE_COL)
    marks = (
        PageMark(area, f'{state}="{Level.ERROR.chinese}"', "bad"),
        PageMark(area, f'LEFT({state},1)="需"', "open"),
        PageMark(area, f'OR({state}="{PASSED}",{state}="{SAID}")', "done"),
    )
    reason = cell_name(FIRST_ROW, REASON_COL)
    return FrontPage(
        name=WHOLE_SHEET, key=WHOLE_KEY, tab="review", widths=_WHOLE_WIDTHS, rows=rows, marks=marks,
        one_page=False, frozen_row=FIRST_ROW,
        filter=(FIRST_ROW - 1, FIRST_ROW + len(listed.live) - 1) if listed.live else None,
        bound=((FIRST_ROW, REASON_COL, end, REASON_COL), excel_bound(reason), _HINT),
    )  # fmt: skip


def _live_line(line: ListingLine, unready: str, reasons: Mapping[str, str]) -> Iterable[Cell]:
    level = Level(line.level)
    broken = f'"{level.chinese}"'
    if line.explains:
        reason = _own_reason(line)
        answered = f'IF({line.said}>0,"{SAID}","{TOO_THIN}")'
        broken = f'IF(TRIM({reason})="","{WAITS}",{answered})'
        if line.listed:
            broken = f'IF({line.no_rows},"{Level.ERROR.chinese}",{broken})'
    unbroken = f'IF({unready},"{UNFILLED}","{PASSED}")'
    # Written in relation to its own row, as most lines have the same distance to theirs.
    count, at = line.count.replace("$", ""), line.at.replace("$", "")
    formula = f'=IF({count}=0,0,HYPERLINK("#"&{at},{count}))'
    distance = str(line.hidden - line.row)
    return [
        Cell(1, line.text, "guide_small"),
        Cell(2, "、".join(plan.name for plan in line.sheets), "guide_small"),
        Cell(3, level.chinese, "guide_count"),
        Cell(_STATE_COL, f"=IF({line.count}=0,{unbroken},{broken})", "guide_count"),
        Cell(_COUNT_COL, formula, "guide_count", alike=distance),
        Cell(6, line.reason, "guide_small"),
        _reason(line, reasons),
    ]


def _later_line(
    line: ListingLine, asked: Mapping[str, int], reasons: Mapping[str, str]
) -> Iterable[Cell]:
    state = LATER
    if asked.get(line.key) and line.explains:
        reason = _own_reason(line)
        answered = f'IF({line.said}>0,"{SAID}","{TOO_THIN}")'
        state = f'=IF(TRIM({reason})="","{WAITS}",{answered})'
    return [
        Cell(1, line.text, "guide_small"),
        Cell(2, "", "guide_small"),
        Cell(3, Level(line.level).chinese, "guide_count"),
        Cell(_STATE_COL, state, "guide_count"),
        Cell(_COUNT_COL, str(asked.get(line.key, "")), "guide_count"),
        Cell(6, line.reason, "guide_small"),
        _reason(line, reasons),
    ]


def _own_reason(line: ListingLine) -> str:
    """The cell of its reason as a formula on this sheet calls it."""
    return line.reason_cell if line.beside[0] else cell_name(line.row, REASON_COL)


def _reason(line: ListingLine, reasons: Mapping[str, str]) -> Cell:
    if not line.explains:
        return Cell(REASON_COL, "", "void")
    if line.beside[0]:
        sheet, cell = line.beside
        target = f'"#{sheet_prefix(sheet)}{cell}"'
        shown = f'IF(TRIM({line.reason_cell})="","填在“{sheet}”{cell}",{line.reason_cell})'
        return Cell(REASON_COL, f"=HYPERLINK({target},{shown})", "guide_small")
    text = reasons.get(line.key, "")
    return Cell(REASON_COL, text, "explain", name=reason_name(line.key), typed=True)
