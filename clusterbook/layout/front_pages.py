"""The first sheets of a workbook: 首页 (what is open, index, how to fill) and 填报说明.

They are plain rows of cells here; ``writer`` writes them. A cell is a text, a formula (begins
with '=') or a link to a sheet. 校验 and the whole list behind it are in ``review``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from weakref import WeakKeyDictionary

from attrs import field, frozen

from clusterbook.a1 import sheet_prefix
from clusterbook.forms.spec import Correction, Workbook
from clusterbook.forms.stamp import Stamp
from clusterbook.layout import text_metrics
from clusterbook.layout.layout import Layout, SheetPlan
from clusterbook.layout.listing import (
    ASKED,
    FAULT,
    MISSING,
    NOTHING,
    QUESTION,
    SHOWN,
    SHOWN_ROW,
    Checks,
)
from clusterbook.layout.own_sheets import (
    DOOR,
    GUIDE_KEY,
    GUIDE_SHEET,
    NOTES_KEY,
    NOTES_SHEET,
    RETURNED_SHEET,
    REVIEW_SHEET,
    WHOLE_SHEET,
)

_EARLIER = "已预填{round}申报的内容，请逐项核对，有变化的请直接改正；本年度的数据请另行填写。"
_INDEX_ROW = 19.0  # points
_BAR = 16  # squares of the progress bar


def _as_tuple(items: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(items)


@frozen
class Cell:
    """One cell of such a sheet: columns ``col`` to ``last``, its look, and where it links to.

    It takes ``rows`` rows, of which none grows for its text.
    """

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
    rows: int = 1
    #: cells of a column with the same word here have the formula of the first, moved down
    alike: str = ""


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
class FrontPage:
    """One such sheet.

    ``frozen_row`` rows stay in sight and are printed on each page if ``repeat`` names them (first,
    last). What is not ``printed`` leaves the
    printed form alone. ``filter`` is the head of a list that can be filtered, and its last row;
    ``bound`` are cells with a validation: corners, formula, what it asks for.
    """

    name: str
    key: str
    tab: str
    widths: tuple[float, ...]
    rows: tuple[PageRow, ...] = field(converter=_as_tuple)
    marks: tuple[PageMark, ...] = ()
    one_page: bool = True
    frozen_row: int = 0
    repeat: tuple[int, int] | None = None
    landscape: bool = False
    printed: bool = False
    filter: tuple[int, int] | None = None
    bound: tuple[tuple[int, int, int, int], str, str] | None = None

    @property
    def heights(self) -> dict[int, float]:
        """Points of each row, from 1."""
        return {row: self.height(row) for row in range(1, len(self.rows) + 1)}

    def height(self, row: int) -> float:
        """Points of a row, counted from 1: what its texts need, at least what it was given."""
        line = self.rows[row - 1]
        height = line.height or text_metrics.ROW_HEIGHT
        for cell in line.cells:
            if cell.rows == 1 and (cell.typed or not cell.text.startswith("=")):
                across = self.widths[cell.col : max(cell.last, cell.col) + 1]
                points = sum(map(text_metrics.column_points, across))
                needed = text_metrics.text_height(cell.text, points, cell.role)
                height = min(max(height, needed), text_metrics.TALLEST)
        return height


# --- 首页 ----------------------------------------------------------------------------------------

_ENABLE = "窗口上方若有黄色提示条，请先点“启用编辑”，下面的数字才会随填写变化。"
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
        "5. 填完看“校验”表，那里只列还没处理的：未填的补填；错误的改正；"
        "待说明的，属实时点“写说明”写明原因。"
        "未填、错误、待说明都是 0 时，保存为 .xlsx 报送，不要改存为其他格式。"
    ),
)
_WIDTHS = (3, 31, 7, 7, 8, 9, 10, 2, 54)
_LAST, _ASIDE = 8, 8  # columns in which the title ends, and of what stands beside the index
_HEADS = ("工作表", "未填", "错误", "待说明", "完成率", "状态")
# Of the three figures: word, unit, first and last column, where in the index its sum stands, look.
_FIGURES = (
    ("未填", "项", 1, 1, "C", "open"), ("错误", "处", 2, 4, "D", "bad"),
    ("待说明", "处", 5, 6, "E", "open"),
)  # fmt: skip


def front(
    layout: Layout, stamp: Stamp, checked: Checks = NOTHING, earlier: str = "", waits: str = ""
) -> FrontPage:
    """首页, which sums up ``checked``.

    ``earlier`` names the round it is prefilled from, where it is; ``waits`` counts
    what of the remarks in a returned copy waits, '' where it is none.
    """
    rows = opening(layout.workbook, stamp, earlier)
    at = len(rows) + 1  # the row of the figures, from 0
    first = at + 3 + bool(waits)  # of the first sheet
    last = first + len(layout.sheets) - 1
    rows.append(_figures(last + 2, waits))
    if waits:
        rows.append(_returned(waits))
    known = _INDICES.setdefault(layout, {})
    if (first, checked.count) not in known:
        known[first, checked.count] = tuple(_index(layout, first, checked))
    rows += known[first, checked.count]
    total = last + 2
    marks = [*_colours((first, 6, last, 6), f"$G{first + 1}")]
    for _, _, left, right, letter, look in _FIGURES:
        sums = f"${letter}${total}"
        marks += [PageMark((at, left, at, right), f"{sums}>0", look)]
        marks += [PageMark((at, left, at, right), f"{sums}=0", "done")]
    marks += [
        PageMark((at, _ASIDE, at, _ASIDE), f"$D${total}>0", "bad"),
        PageMark((at, _ASIDE, at, _ASIDE), f'ISNUMBER(FIND("可以",$I${at + 1}))', "done"),
        PageMark((at, _ASIDE, at, _ASIDE), f"$D${total}=0", "open"),
    ]
    return FrontPage(name=GUIDE_SHEET, key=GUIDE_KEY, tab="guide", widths=_WIDTHS, rows=rows,
                marks=tuple(marks))  # fmt: skip


# Its index by layout, the row where it begins and the lines that it sums up.
_INDICES: WeakKeyDictionary[Layout, dict[tuple[int, int], tuple[PageRow, ...]]] = (
    WeakKeyDictionary()
)


def _index(layout: Layout, first: int, checked: Checks) -> Iterable[PageRow]:
    """All sheets with what is open on them, and beside them how to fill in."""
    index = [Cell(col, text, "guide_head") for col, text in enumerate(_HEADS, 1)]
    lines = [index, _link_line(NOTES_SHEET, "名词解释、原表与本表的对照")]
    lines += [_index_line(plan, first + n, checked) for n, plan in enumerate(layout.sheets)]
    last = first + len(layout.sheets) - 1
    lines += [_totals(first, last, checked), _link_line(REVIEW_SHEET, "还没处理的，逐项可跳转")]
    lines += [_link_line(WHOLE_SHEET, "全部校验项，在此写说明")]
    return _beside(lines)


def opening(workbook: Workbook, stamp: Stamp, earlier: str = "") -> list[PageRow]:
    """Title, for whom, until when, whom to ask: all of 首页 that is somebody's own."""
    for_whom = [f"填报单位：{stamp.issued_to}", f"发放编号：{stamp.issue}"] * bool(stamp.issued_to)
    when = [
        f"{word}：{text}"
        for word, text in (
            ("报送截止", stamp.deadline), ("联系", stamp.contact), ("发放单位", stamp.sender)
        ) if text
    ]  # fmt: skip
    texts = [
        f"用途：{workbook.purpose}" if workbook.purpose else "",
        f"报告期：{workbook.options.round_words}" if workbook.options.month else "",
        "　　".join(for_whom),
        "　　".join(when), _EARLIER.format(round=earlier) if earlier else "", _ENABLE,
    ]  # fmt: skip
    rows = [PageRow([Cell(1, workbook.title.strip(), "guide_title", _LAST)], 32)]
    return rows + [PageRow([Cell(1, text, "guide_fact", _LAST)], 19) for text in texts if text]


def _figures(total: int, waits: str) -> PageRow:
    """The three figures, each a link to the first of its kind on 校验, and how far one has come."""
    cells = []
    lines = f"{sheet_prefix(REVIEW_SHEET)}$C${SHOWN_ROW + 1}:$C${SHOWN_ROW + SHOWN}"
    for word, unit, left, right, letter, _ in _FIGURES:
        row = f'IFERROR(MATCH("{word}",{lines},0),1)+{SHOWN_ROW}'
        target = f'"#{sheet_prefix(REVIEW_SHEET)}B"&({row})'
        shown = f'"{word} "&{letter}{total}&" {unit}"'
        cells.append(Cell(left, f"=HYPERLINK({target},{shown})", "guide_figure", right))
    return PageRow([*cells, Cell(_ASIDE, _progress(total, waits), "guide_progress")], 42)


def _progress(total: int, waits: str) -> str:
    """A bar of squares and a sentence, as a formula over the line of sums."""
    part = f"$F${total}"
    bar = f'REPT("■",INT({part}*{_BAR}))&REPT("□",{_BAR}-INT({part}*{_BAR}))'
    rate = f'TEXT(INT({part}*100)/100,"0%")'
    open_ = [f"$C${total}", f"$D${total}", f"$E${total}", *([waits] if waits else [])]
    done = '"没有待处理的问题，可以保存报送。"'
    rest = f'IF($C${total}=0,"必填项已填完，还有问题待处理。","必填项还没有填完。")'
    return f'={bar}&"　"&{rate}&CHAR(10)&IF({"+".join(open_)}=0,{done},{rest})'


def _returned(waits: str) -> PageRow:
    text = f'"“{RETURNED_SHEET}”还有 "&{waits}&" 条待处理（点击查看）"'
    link = f'=HYPERLINK("#{sheet_prefix(RETURNED_SHEET)}B2",{text})'
    return PageRow([Cell(1, link, "guide_jump", 6)], 22)


def _index_line(plan: SheetPlan, row: int, checked: Checks) -> list[Cell]:
    """One sheet of the form; ``row`` counts from 0."""
    at = row + 1
    asked = checked.of_sheet(plan.name, ASKED)
    sums = [checked.of_sheet(plan.name, column) for column in (MISSING, FAULT, QUESTION)]
    untouched = f'IF({asked}=0,"选填","已填完")'
    waiting = f'IF(E{at}>0,"待说明",{untouched})'
    status = f'IF(D{at}>0,"有误",IF(C{at}>0,"未填完",{waiting}))'
    rate = f'IF({asked}=0,"—",TEXT(INT(({asked}-C{at})/{asked}*100)/100,"0%"))'
    counts = enumerate([*sums, rate, status], 2)
    return [
        Cell(1, plan.name, "guide_link", link=plan.name, at="B2"),
        *(Cell(col, f"={text}", "guide_count") for col, text in counts),
    ]


def _totals(first: int, last: int, checked: Checks) -> list[Cell]:
    sums = [Cell(col, f"=SUM({letter}{first + 1}:{letter}{last + 1})", "total")
            for col, letter in ((2, "C"), (3, "D"), (4, "E"))]  # fmt: skip
    asked = checked.total(ASKED)
    part = f"=({asked}-C{last + 2})/MAX(1,{asked})"
    return [Cell(1, "合计", "total"), *sums, Cell(5, part, "guide_part_done"), Cell(6, "", "total")]


def _link_line(sheet: str, text: str) -> list[Cell]:
    return [Cell(1, sheet, "guide_link", link=sheet, at="B2"), Cell(2, text, "guide_small", 6)]


def _beside(lines: list[list[Cell]]) -> Iterable[PageRow]:
    """The lines of the index, and beside them how to fill in, each step over some of them."""
    lines[0].append(Cell(_ASIDE, "怎样填写", "guide_head"))
    at, width = 1, text_metrics.column_points(_WIDTHS[_ASIDE])
    for step in _STEPS:
        needed = -int(-text_metrics.text_height(step, width, "guide_step") // _INDEX_ROW)
        lines += [[] for _ in range(at + needed - len(lines))]
        lines[at].append(Cell(_ASIDE, step, "guide_step", rows=needed))
        at += needed
    return (PageRow(cells, _INDEX_ROW) for cells in lines)


def _colours(corners: tuple[int, int, int, int], cell: str) -> tuple[PageMark, ...]:
    """Red, amber and green by the word that stands in ``cell``."""
    looks = (("有误", "bad"), ("未填完", "open"), ("待说明", "open"), ("已填完", "done"))
    return tuple(PageMark(corners, f'{cell}="{word}"', look) for word, look in looks)


# --- 填报说明 ------------------------------------------------------------------------------------


def instructions(workbook: Workbook) -> FrontPage:
    """填报说明: what the printed form says, what its words mean, where this one differs from it."""
    rows = [PageRow([Cell(1, NOTES_SHEET, "guide_title", 4)], 32), back_row()]
    rows += [PageRow([Cell(1, text, "guide_text", 4)]) for text in workbook.instructions]

    def part(title: str, *entries: PageRow) -> None:
        rows.append(PageRow([Cell(1, title, "guide_part", 4)], 34))
        rows.extend(entries)

    if workbook.glossary:
        part("名词对照", *(
            PageRow([Cell(1, word, "guide_cell", 2), Cell(3, text, "guide_cell", 4)])
            for word, text in workbook.glossary
        ))  # fmt: skip
    if workbook.corrections:
        text = "原表个别地方年度、单位或写法不一致，本表按下列方式处理，请照本表填写。"
        heads = ("序号", "位置", "原表怎样写", "本表怎样处理（请照此填写）")
        part("原表与本表的对照", PageRow([Cell(1, text, "guide_text", 4)]),
             PageRow([Cell(i, t, "guide_head") for i, t in enumerate(heads, 1)]),
             *(_correction(number, one) for number, one in enumerate(workbook.corrections, 1)),
             )  # fmt: skip
    return FrontPage(name=NOTES_SHEET, key=NOTES_KEY, tab="guide", widths=(3, 7, 34, 44, 56),
                     rows=rows,
                one_page=False)  # fmt: skip


def _correction(number: int, one: Correction) -> PageRow:
    texts = (one.where, one.printed, one.rendered)
    cells = [Cell(col, text, "guide_small") for col, text in enumerate(texts, 2)]
    return PageRow([Cell(1, str(number), "guide_small"), *cells], 20)


def back_row(*more: str) -> PageRow:
    """Links to 首页 and to the other sheets named."""
    others = [
        Cell(col, sheet, "guide_way", link=sheet, at="B2") for col, sheet in enumerate(more, 3)
    ]
    back = Cell(1, f"← {GUIDE_SHEET}", "guide_way", 2, link=GUIDE_SHEET, at="B2")
    return PageRow([back, *others], 20)


def jump(sheet: str, at: str) -> str:
    """Internal link to a cell of a sheet."""
    return f"internal:{sheet_prefix(sheet)}{at}"
