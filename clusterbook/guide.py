"""The sheets around the form: 首页 (how to fill, index, live progress), 填报说明, 校验.

They are plain rows of cells here; ``template`` writes them. A cell is a text, a formula (begins
with '=') or a link to a sheet.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import field, frozen

from clusterbook.identity import Stamp
from clusterbook.layout import Layout, sheet_prefix
from clusterbook.livecheck import CHECKS_SHEET
from clusterbook.spec import Workbook

GUIDE_SHEET, NOTES_SHEET, REVIEW_SHEET = "首页", "填报说明", "校验"

# Columns of the hidden sheet of watches (see ``template``), rows from 2.
SHEET_COL, ASKED_COL, MISSING_COL, FAULT_COL = "A", "C", "D", "E"
MISSING_AT_COL, FAULT_AT_COL, MISSING_KEY_COL, FAULT_KEY_COL = "F", "G", "H", "I"


@frozen
class Cell:
    """One cell of such a sheet: columns ``col`` to ``last``, its look, and a sheet it links to."""

    col: int
    text: str
    role: str
    last: int = -1
    link: str = ""


@frozen
class PageRow:
    """One row of such a sheet."""

    cells: tuple[Cell, ...] = field(converter=tuple)
    height: float = 0


@frozen
class Page:
    """One such sheet."""

    name: str
    key: str
    widths: tuple[float, ...]
    rows: tuple[PageRow, ...]
    landscape: bool = False


def _watch_range(column: str, count: int) -> str:
    return f"{CHECKS_SHEET}!${column}$2:${column}${count + 1}"


def _sum(key: str, column: str, count: int) -> str:
    return f'SUMIF({_watch_range(SHEET_COL, count)},"{key}",{_watch_range(column, count)})'


def pages(layout: Layout, stamp: Stamp, watch_count: int) -> tuple[Page, Page, Page]:
    """首页, 填报说明 and 校验."""
    return (
        _guide(layout, stamp, watch_count),
        _instructions(layout.workbook),
        _review(layout, watch_count),
    )


_STEPS = (
    "1. 只需填写白色（必填未填时为浅黄色）的格；灰色格为固定文字或自动计算，不能修改。",
    "2. 带下拉箭头的格请从列表中选择；选中某格时会显示填写提示。右侧绿色“补充填报”栏不打印，但同样需要填写。",
    "3. 数字只填数值，不写单位和千分号；百分数 12.5% 填 12.5；年月填 2024-03 的样式；确无此项填“无”。",
    "4. 请勿插入、删除、剪切行列或改动工作表名称；粘贴时请用“选择性粘贴—数值”。各库行数已预留。",
    "5. 填完后查看“校验”表，点击“定位”可跳到第一个有问题的格；全部为 0 后保存为 .xlsx 报送。",
)


def _guide(layout: Layout, stamp: Stamp, count: int) -> Page:
    workbook = layout.workbook
    rows = [
        PageRow([Cell(1, workbook.title.strip(), "guide_title", 5)], 44),
        PageRow([Cell(1, workbook.purpose, "guide_text", 5)]),
    ]
    if stamp.issued_to:
        text = f"本工作簿发放给：{stamp.issued_to}　　发放编号：{stamp.issue}"
        rows.append(PageRow([Cell(1, text, "guide_text", 5)]))
    rows.append(PageRow([Cell(1, "怎样填写", "title", 5)], 32))
    rows += [PageRow([Cell(1, step, "guide_text", 5)]) for step in _STEPS]
    rows.append(PageRow([Cell(1, "目录与填报进度", "title", 5)], 32))
    heads = ("工作表", "内容", "必填项", "已填", "待更正")
    rows.append(PageRow([Cell(i, text, "guide_head") for i, text in enumerate(heads, 1)]))
    first = len(rows) + 2
    for plan in layout.sheets:
        key = plan.sheet.key
        asked, missing = _sum(key, ASKED_COL, count), _sum(key, MISSING_COL, count)
        title = plan.sheet.title or plan.sheet.heading or plan.name
        rows.append(PageRow([
            Cell(1, plan.name, "guide_link", link=plan.name), Cell(2, title.strip(), "guide_cell"),
            Cell(3, f"={asked}", "guide_count"), Cell(4, f"={asked}-{missing}", "guide_count"),
            Cell(5, f"={_sum(key, FAULT_COL, count)}", "guide_count"),
        ]))  # fmt: skip
    last = len(rows) + 1
    totals = [Cell(i, f"=SUM({c}{first}:{c}{last})", "total") for i, c in ((3, "D"), (4, "E"), (5, "F"))]
    rows.append(PageRow([Cell(1, "合计", "total", 2), *totals]))
    return Page(GUIDE_SHEET, "guide", (3, 24, 40, 10, 10, 10), tuple(rows))


def _instructions(workbook: Workbook) -> Page:
    rows = [PageRow([Cell(1, "填报说明", "guide_title", 4)], 40)]
    rows += [PageRow([Cell(1, text, "guide_text", 4)]) for text in workbook.instructions]
    if workbook.corrections:
        rows.append(PageRow([Cell(1, "原表与本表的对照", "title", 4)], 32))
        text = "原表个别地方年度、单位或写法不一致，本表按下列方式处理，请照本表填写。"
        rows.append(PageRow([Cell(1, text, "guide_text", 4)]))
        heads = ("编号", "位置", "原表印作", "本表处理")
        rows.append(PageRow([Cell(i, t, "guide_head") for i, t in enumerate(heads, 1)]))
        rows += [
            PageRow([Cell(i, t, "guide_cell") for i, t in enumerate(
                (c.id, c.where, c.printed, c.rendered), 1)])
            for c in workbook.corrections
        ]  # fmt: skip
    if workbook.glossary:
        rows.append(PageRow([Cell(1, "名词对照", "title", 4)], 32))
        rows += [
            PageRow([Cell(1, word, "guide_cell", 2), Cell(3, text, "guide_cell", 4)])
            for word, text in workbook.glossary
        ]
    return Page(NOTES_SHEET, "instructions", (3, 8, 24, 30, 38), tuple(rows))


def _review(layout: Layout, count: int) -> Page:
    rows = [
        PageRow([Cell(1, "校验", "guide_title", 5)], 40),
        PageRow([Cell(1, "各行随填报实时更新；数量为 0 表示通过。点击“定位”跳到第一个有问题的格。",
                      "guide_text", 5)]),
        PageRow([Cell(i, t, "guide_head") for i, t in enumerate(
            ("工作表", "检查内容", "数量", "状态", "定位"), 1)]),
    ]  # fmt: skip
    for plan in layout.sheets:
        rows += _review_rows(plan.sheet.key, plan.name, len(rows) + 2, count)
    return Page(REVIEW_SHEET, "review", (3, 24, 40, 10, 12, 10), tuple(rows))


def _review_rows(key: str, name: str, row: int, count: int) -> Iterator[PageRow]:
    """Two lines for a sheet: what is missing, what is out of bounds. ``row`` is the first's."""
    lines = (
        ("必填项未填", MISSING_COL, MISSING_KEY_COL, MISSING_AT_COL),
        ("内容不符合要求（不是数字、超出范围、不在列表中、超字数等）", FAULT_COL, FAULT_KEY_COL, FAULT_AT_COL),
    )  # fmt: skip
    for number, (text, column, key_column, at_column) in enumerate(lines):
        total = f"D{row + number}"
        match = f'MATCH("{key}|1",{_watch_range(key_column, count)},0)'
        target = f'"#"&INDEX({_watch_range(at_column, count)},{match})'
        yield PageRow([
            Cell(1, name, "guide_link", link=name), Cell(2, text, "guide_cell"),
            Cell(3, f"={_sum(key, column, count)}", "guide_count"),
            Cell(4, f'=IF({total}=0,"通过","待处理")', "guide_count"),
            Cell(5, f'=IF({total}=0,"",HYPERLINK({target},"定位"))', "guide_link"),
        ])  # fmt: skip


def home_link(name: str) -> str:
    """Internal link to the top of a sheet."""
    return f"internal:{sheet_prefix(name)}A1"
