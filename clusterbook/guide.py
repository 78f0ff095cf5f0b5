"""The sheets around the form: 首页 (how to fill, index, live progress), 填报说明, 校验.

They are plain rows of cells here; ``template`` writes them. A cell is a text, a formula (begins
with '=') or a link to a sheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attrs import field, frozen

from clusterbook import measure
from clusterbook.identity import Stamp
from clusterbook.layout import Layout, SheetPlan, sheet_prefix
from clusterbook.livecheck import CHECKS_SHEET, RULES_SHEET, RuleWatch, looked_at_later
from clusterbook.problems import Level
from clusterbook.spec import Workbook

GUIDE_SHEET, NOTES_SHEET, REVIEW_SHEET = "首页", "填报说明", "校验"
RETURNED_SHEET = "退回意见"
# The cell that is selected on coming to one of these sheets: its title, as A1 holds a mark.
DOOR = "B2"
# What the corners of their rulers call them.
GUIDE_KEY, NOTES_KEY, REVIEW_KEY, RETURNED_KEY = "guide", "instructions", "review", "returned"
PAGE_KEYS = {
    GUIDE_SHEET: GUIDE_KEY, NOTES_SHEET: NOTES_KEY, REVIEW_SHEET: REVIEW_KEY,
    RETURNED_SHEET: RETURNED_KEY,
}  # fmt: skip

# Columns of the hidden sheet of watches (see ``template``), rows from 2.
SHEET_COL, LABEL_COL, ASKED_COL, MISSING_COL, FAULT_COL = "A", "B", "C", "D", "E"
MISSING_AT_COL, FAULT_AT_COL, MISSING_KEY_COL, FAULT_KEY_COL = "F", "G", "H", "I"

_LATER = "收到后核对"  # of a sheet with what no formula can check
_EARLIER = "已预填{year}年度申报的内容，请逐项核对，有变化的请直接改正；本年度的数据请另行填写。"
_INDEX_ROW = 19.0  # points
_INDEX_TEXT = 24  # characters that one line of the index holds
_BAR = 24  # squares of the progress bar


def _as_tuple(items: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(items)


@frozen
class Cell:
    """One cell of such a sheet: columns ``col`` to ``last``, its look, and where it links to."""

    col: int
    text: str
    role: str
    last: int = -1
    #: sheet and cell
    link: str = ""
    at: str = DOOR
    #: whether a person wrote the text: then it is one, whatever it begins with
    typed: bool = False
    #: defined name of an input (the 说明 of a rule)
    name: str = ""


@frozen
class PageRow:
    """One row of such a sheet."""

    cells: tuple[Cell, ...] = field(converter=_as_tuple)
    height: float = 0


@frozen
class PageMark:
    """A conditional format: first row, first column, last row, last column; formula; look."""

    corners: tuple[int, int, int, int]
    formula: str
    look: str


@frozen(kw_only=True)
class Page:
    """One such sheet.

    ``keeps`` are rows that no page break may tear apart, ``frozen_row`` rows stay in sight and are
    printed on each page if ``repeat`` names them (first, last).
    """

    name: str
    key: str
    tab: str
    widths: tuple[float, ...]
    rows: tuple[PageRow, ...] = field(converter=_as_tuple)
    marks: tuple[PageMark, ...] = ()
    keeps: tuple[tuple[int, int], ...] = ()
    one_page: bool = True
    frozen_row: int = 0
    repeat: tuple[int, int] | None = None
    landscape: bool = False

    @property
    def heights(self) -> dict[int, float]:
        """Points of each row, from 1: what its texts need, at least what it was given."""
        heights = {}
        for row, line in enumerate(self.rows, start=1):
            heights[row] = line.height or measure.ROW_HEIGHT
            for cell in line.cells:
                if cell.typed or not cell.text.startswith("="):
                    across = self.widths[cell.col : max(cell.last, cell.col) + 1]
                    points = sum(map(measure.column_points, across))
                    needed = measure.text_height(cell.text, points, cell.role)
                    heights[row] = min(max(heights[row], needed), measure.TALLEST)
        return heights


def _watch_range(column: str, count: int) -> str:
    return f"{CHECKS_SHEET}!${column}$2:${column}${count + 1}"


def _sum(key: str, column: str, count: int) -> str:
    return f'SUMIF({_watch_range(SHEET_COL, count)},"{key}",{_watch_range(column, count)})'


def _total(column: str, count: int) -> str:
    return f"SUM({_watch_range(column, count)})"


def pages(
    layout: Layout,
    stamp: Stamp,
    watch_count: int,
    rules: Sequence[RuleWatch],
    reasons: Mapping[str, str],
    earlier: int = 0,
) -> tuple[Page, Page, Page]:
    """首页, 填报说明 and 校验, there with the reasons already given by rule code.

    ``earlier`` is the year of the round it is prefilled from, 0 where it is not.
    """
    return (
        front(layout, stamp, watch_count, earlier),
        _instructions(layout.workbook),
        _review(layout, watch_count, rules, reasons),
    )


# --- 首页 ----------------------------------------------------------------------------------------

_STEPS = (
    (
        "1. 先看“填报说明”，再按目录逐表填写，点击表名即可跳转。"
        "白色格填写，浅黄色格为必填未填，浅红色格为内容有误，灰色格不用填写。"
    ),
    (
        "2. 带下拉箭头的格从列表中选择；选中一格会显示填写提示。"
        "右侧绿色“补充填报”栏不打印，但同样需要填写。"
    ),
    (
        "3. 数字只填数值，不写单位；百分数 12.5% 填 12.5；年月填 2024-03；"
        "确无此项填“无”，不要留空或填“/”。"
    ),
    (
        "4. 不要插入、删除、剪切行列，不要改动表名；从别处粘贴时用“选择性粘贴—数值”。"
        "各库已预留足够的行。"
    ),
    (
        "5. 填完看“校验”表，点击各项可跳到出问题的格；"
        "全部通过后保存为 .xlsx 报送，不要改存为其他格式。"
    ),
)


def front(layout: Layout, stamp: Stamp, count: int, earlier: int = 0) -> Page:
    """首页; ``count`` is the number of watches that it sums up."""
    workbook = layout.workbook
    rows = [PageRow([Cell(1, workbook.title.strip(), "guide_title", 7)], 46)]
    if workbook.purpose:
        rows.append(PageRow([Cell(1, f"用途：{workbook.purpose}", "guide_text", 7)]))
    if stamp.issued_to:
        text = f"填报单位：{stamp.issued_to}　　发放编号：{stamp.issue}"
        rows.append(PageRow([Cell(1, text, "guide_text", 7)]))
    if earlier:
        rows.append(PageRow([Cell(1, _EARLIER.format(year=earlier), "guide_text", 7)]))
    bar_row = len(rows) + 1
    rows += [
        PageRow([Cell(1, _progress(count), "guide_progress", 7)], 34),
        PageRow([Cell(1, "怎样填写", "guide_part", 7)], 30),
        *(PageRow([Cell(1, step, "guide_text", 7)]) for step in _STEPS),
        PageRow([Cell(1, "目录与填报进度", "guide_part", 7)], 30),
    ]
    heads = ("工作表", "内容", "必填项", "已填", "完成率", "有误", "状态")
    rows.append(PageRow([Cell(i, text, "guide_head") for i, text in enumerate(heads, 1)]))
    first = len(rows) + 1
    rows += [_index_row(plan, first + n, count) for n, plan in enumerate(layout.sheets)]
    last = len(rows)
    top = f"{first + 1}:{{0}}{last + 1}"
    totals = [
        Cell(i, f"=SUM({c}{top.format(c)})", "total") for i, c in ((3, "D"), (4, "E"), (6, "G"))
    ]
    row = last + 1
    rate = Cell(5, f"={_rate(row)}", "total")
    rows.append(PageRow([Cell(1, "合计", "total", 2), *totals, rate, Cell(7, "", "total")], 22))
    marks = (
        *_colours((first, 7, last, 7), f"$H{first + 1}", "有误", "未填完", "已填完"),
        *_colours((bar_row, 1, bar_row, 7), f"$B${bar_row + 1}", "更正", "待填", "已全部填完"),
    )
    return Page(name=GUIDE_SHEET, key=GUIDE_KEY, tab="guide", widths=(3, 30, 40, 7, 7, 8, 7, 9),
                rows=rows, marks=marks)  # fmt: skip


def _index_row(plan: SheetPlan, row: int, count: int) -> PageRow:
    """One sheet of the form; ``row`` counts from 0."""
    key, at = plan.sheet.key, row + 1
    asked, missing = _sum(key, ASKED_COL, count), _sum(key, MISSING_COL, count)
    status = f'IF(G{at}>0,"有误",IF(D{at}=0,"选填",IF(E{at}<D{at},"未填完","已填完")))'
    return PageRow([
        Cell(1, plan.name, "guide_link", link=plan.name),
        Cell(2, _content(plan), "guide_cell"),
        Cell(3, f"={asked}", "guide_count"), Cell(4, f"=D{at}-{missing}", "guide_count"),
        Cell(5, f"={_rate(at - 1)}", "guide_count"),
        Cell(6, f"={_sum(key, FAULT_COL, count)}", "guide_count"),
        Cell(7, f"={status}", "guide_count"),
    ], _INDEX_ROW)  # fmt: skip


def _content(plan: SheetPlan) -> str:
    """What a sheet holds, short enough for one line of the index."""
    library = plan.body.library if plan.body else None
    title = library.title.split("（需")[0] if library else ""
    if not 0 < len(title) <= _INDEX_TEXT:
        title = plan.sheet.title or plan.sheet.heading or plan.name
    return title.strip()


def _rate(row: int) -> str:
    return f'IF(D{row + 1}=0,"—",TEXT(E{row + 1}/D{row + 1},"0%"))'


def _progress(count: int) -> str:
    """A bar of squares and a sentence, as a formula."""
    asked, missing = _total(ASKED_COL, count), _total(MISSING_COL, count)
    fault = _total(FAULT_COL, count)
    part = f"({asked}-{missing})/MAX(1,{asked})"
    bar = f'REPT("■",INT({part}*{_BAR}))&REPT("□",{_BAR}-INT({part}*{_BAR}))'
    rest = f'IF({missing}=0,"，已全部填完","，待填 "&{missing}&" 项")'
    wrong = f'IF({fault}=0,"","，更正 "&{fault}&" 处")'
    return f'={bar}&"　"&TEXT(INT({part}*100)/100,"0%")&{rest}&{wrong}'


def _colours(
    corners: tuple[int, int, int, int], cell: str, bad: str, open_: str, done: str
) -> tuple[PageMark, ...]:
    """Red, amber and green by the word that stands in ``cell``; the first that fits counts."""
    looks = ((bad, "bad"), (open_, "open"), (done, "done"))
    earlier: list[str] = []
    marks = []
    for word, look in looks:
        found = f'ISNUMBER(FIND("{word}",{cell}))'
        marks.append(PageMark(corners, f"AND({','.join([found, *earlier])})", look))
        earlier.append(f"NOT({found})")
    return tuple(marks)


# --- 填报说明 ------------------------------------------------------------------------------------


def _instructions(workbook: Workbook) -> Page:
    rows = [PageRow([Cell(1, "填报说明", "guide_title", 4)], 46)]
    keeps: list[tuple[int, int]] = []
    rows += [PageRow([Cell(1, text, "guide_text", 4)]) for text in workbook.instructions]

    def part(title: str, entries: list[PageRow], *above: PageRow) -> None:
        first = len(rows) + 1
        rows.append(PageRow([Cell(1, title, "guide_part", 4)], 34))
        rows.extend([*above, *entries])
        keeps.append((first, min(first + len(above) + 1, len(rows))))
        keeps.append((first, len(rows)))

    if workbook.glossary:
        part("名词对照", [
            PageRow([Cell(1, word, "guide_cell", 2), Cell(3, text, "guide_cell", 4)])
            for word, text in workbook.glossary
        ])  # fmt: skip
    if workbook.corrections:
        text = "原表个别地方年度、单位或写法不一致，本表按下列方式处理，请照本表填写。"
        heads = ("编号", "位置", "原表印作", "本表处理")
        part("原表与本表的对照", [
            PageRow([Cell(i, t, "guide_small") for i, t in enumerate(
                (c.id, c.where, c.printed, c.rendered), 1)], 20)
            for c in workbook.corrections
        ], PageRow([Cell(1, text, "guide_text", 4)]),
            PageRow([Cell(i, t, "guide_head") for i, t in enumerate(heads, 1)]))  # fmt: skip
    return Page(name=NOTES_SHEET, key=NOTES_KEY, tab="guide", widths=(3, 7, 21, 27, 34),
                rows=rows, keeps=tuple(keeps), one_page=False)  # fmt: skip


# --- 校验 ----------------------------------------------------------------------------------------


def _rule_rows(
    rules: Sequence[RuleWatch], reasons: Mapping[str, str], first: int
) -> Iterable[PageRow]:
    """One line for each rule: what must hold, whether it does, why, and room for a reason."""
    yield PageRow([Cell(1, "勾稽关系与合理性", "guide_part", 6)], 30)
    note = (
        "标为“需说明”的，数据属实时请在右侧“说明”栏写明原因；标为“错误”的必须更正。"
        "点击处数可跳到第一处。"
    )
    yield PageRow([Cell(1, note, "guide_text", 6)])
    heads = ("应当满足", "状态", "处数", "依据", "级别", "说明")
    yield PageRow([Cell(i, text, "guide_head") for i, text in enumerate(heads, 1)])
    for number, watch in enumerate(rules):
        at, row = number + 2, first + 4 + number
        count, place = f"{RULES_SHEET}!$B${at}", f"{RULES_SHEET}!$C${at}"
        level = watch.rule.level
        broken = f'"{Level(level).chinese}"'
        if level == "explain":
            broken = f'IF(TRIM(G{row})<>"","已说明","需说明")'
        cells = [
            Cell(1, f"{watch.rule.code.split('.')[0]}　{watch.sentence}", "guide_cell"),
            Cell(2, f'=IF({count}=0,"通过",{broken})', "guide_count"),
            Cell(3, f'=IF({count}=0,0,HYPERLINK("#"&{place},{count}))', "guide_count"),
            Cell(4, watch.rule.reason, "guide_cell"),
            Cell(5, Level(level).chinese, "guide_count"),
        ]
        if level == "explain":
            reason = reasons.get(watch.rule.code, "")
            cells.append(Cell(6, reason, "explain", name=watch.reason_name, typed=True))
        else:
            cells.append(Cell(6, "", "void"))
        yield PageRow(cells)


def _review(
    layout: Layout, count: int, rules: Sequence[RuleWatch], reasons: Mapping[str, str]
) -> Page:
    note = "随填报实时更新。点击“第一处”可跳到那一格，改好后自动显示下一处。"
    heads = ("工作表", "状态", "未填", "第一处未填", "有误", "第一处有误")
    rows = [
        PageRow([Cell(1, "校验", "guide_title", 6)], 46),
        PageRow([Cell(1, note, "guide_text", 6)]),
        PageRow([Cell(i, text, "guide_head") for i, text in enumerate(heads, 1)]),
    ]
    first = len(rows) + 1
    rows += [
        _review_row(plan, first + n, count, _LATER if looked_at_later(layout, plan) else "通过")
        for n, plan in enumerate(layout.sheets)
    ]
    last = len(rows)
    sums = [
        Cell(i, f"=SUM({c}{first + 1}:{c}{last + 1})", "total") for i, c in ((3, "D"), (5, "F"))
    ]
    blanks = [Cell(i, "", "total") for i in (2, 4, 6)]
    rows.append(PageRow([Cell(1, "合计", "total"), *sums, *blanks], 22))
    top = first + 1
    marks = (
        *_colours((first, 2, last, 2), f"$C{top}", "有误", "未填完", "通过"),
        PageMark((first, 3, last, 3), f"$D{top}>0", "open"),
        PageMark((first, 5, last, 5), f"$F{top}>0", "bad"),
    )
    if rules:
        top = len(rows) + 5
        rows += _rule_rows(rules, reasons, len(rows) + 1)
        area = (top - 1, 2, len(rows), 2)
        marks += (
            PageMark(area, f'$C{top}="错误"', "bad"),
            PageMark(area, f'$C{top}="需说明"', "open"),
            PageMark(area, f'OR($C{top}="通过",$C{top}="已说明")', "done"),
        )
    return Page(name=REVIEW_SHEET, key=REVIEW_KEY, tab="review", widths=(3, 30, 9, 7, 32, 7, 32),
                rows=rows, marks=marks, one_page=not rules, frozen_row=first)  # fmt: skip


def _review_row(plan: SheetPlan, row: int, count: int, fine: str) -> PageRow:
    """One sheet: what is missing, what is out of bounds, else ``fine``. ``row`` counts from 0."""
    key, at = plan.sheet.key, row + 1
    cells = [
        Cell(1, plan.name, "guide_link", link=plan.name),
        Cell(2, f'=IF(F{at}>0,"有误",IF(D{at}>0,"未填完","{fine}"))', "guide_count"),
    ]
    for col, letter, sums, key_col, at_col in (
        (3, "D", MISSING_COL, MISSING_KEY_COL, MISSING_AT_COL),
        (5, "F", FAULT_COL, FAULT_KEY_COL, FAULT_AT_COL),
    ):
        match = f'MATCH("{key}|1",{_watch_range(key_col, count)},0)'
        target = f'"#"&INDEX({_watch_range(at_col, count)},{match})'
        label = f"INDEX({_watch_range(LABEL_COL, count)},{match})"
        cells += [
            Cell(col, f"={_sum(key, sums, count)}", "guide_count"),
            Cell(col + 1, f'=IF({letter}{at}=0,"",HYPERLINK({target},{label}))', "guide_jump"),
        ]
    return PageRow(cells, _INDEX_ROW + 9)


def jump(sheet: str, at: str) -> str:
    """Internal link to a cell of a sheet."""
    return f"internal:{sheet_prefix(sheet)}{at}"
