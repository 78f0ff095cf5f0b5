"""A workbook of printable tables and native charts: what officials' lists are written with.

It knows pages, tables, formats and charts, and nothing of what they tell. Texts are written as
texts whatever they begin with; what is missing is shown as —; every formula carries its result, as
programs that do not calculate show it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, Literal

from attrs import Factory, define, field, frozen

from clusterbook import styles
from clusterbook.a1 import cell_name, sheet_prefix
from clusterbook.forms.kinds import CELL_TEXT_LIMIT
from clusterbook.layout import paper, text_metrics
from clusterbook.workbook.locked_book import LockedBook
from clusterbook.workbook.locked_sheet import Format, LockedSheet, sure
from clusterbook.workbook.validations import escaped, three_parts

# A fixed date: the same input gives the same bytes.
CREATED = datetime(2026, 1, 1)  # noqa: DTZ001
MISSING = "—"
# Excel keeps no more links on one sheet.
LINKS_LIMIT = 65_000
_PAGE = paper.TABLES.across(landscape=True)
_LEAST_SCALE, _BROKEN_SCALE = 66, 75  # per cent: shrunk to one page across, or broken into several
# A client without Calibri or its metrics makes columns up to a third wider.
_SLACK = 1.36
_TITLE_ROW, _ROW = 30.0, 18.0
_CUT = "……（其余见导入结果）"
_ON_SCREEN = "本表较长，供在屏幕上查看，不打印；要打印的，请用 summarize --print-lists 重新生成。"

Look = Literal["text", "centre", "number", "rank", "input"]


@frozen
class Formula:
    """A formula with its result; None shows —, as the formula itself must.

    ``decimals``, if not those of the column.
    """

    text: str
    value: float | str | None
    decimals: int | None = None


@frozen
class NumberCell:
    """A number with decimals of its own."""

    value: float
    decimals: int


@frozen
class Link:
    """A text that leads to a cell of this workbook."""

    text: str
    page: str
    cell: str


@frozen
class MarkedCell:
    """A text under one of the marks of ``styles`` (done, open, bad)."""

    text: str
    mark: str


Cell = str | float | int | NumberCell | Formula | Link | MarkedCell | None


@frozen(kw_only=True)
class Col:
    """A column of a table: its heads from the top down, width in characters, look of its cells.

    ``keep``: columns with the same value are printed on one page across.
    """

    heads: tuple[str, ...]
    wide: float = 12
    look: Look = "text"
    decimals: int = 0
    keep: str = ""


@frozen
class Span:
    """Where the body of a table stands: first and last row (last < first where it is empty)."""

    page: str
    first: int
    last: int

    def column(self, col: int) -> str:
        """The fixed range of a column, with its sheet."""
        top, bottom = cell_name(self.first, col, fixed=True), cell_name(self.last, col, fixed=True)
        return f"{sheet_prefix(self.page)}{top}:{bottom}"

    def cell(self, row: int, col: int) -> str:
        """The fixed address of a cell in body row ``row``, with its sheet."""
        return sheet_prefix(self.page) + cell_name(self.first + row, col, fixed=True)


class _OpenBook(LockedBook):
    """A workbook whose sheets may be moved and deleted: who gets it works with it."""

    def _write_book_views(self) -> None:
        super(LockedBook, self)._write_book_views()


@define
class TablesBook:
    """A workbook in the making. Pages stand in the order in which they are named first."""

    title: str
    print_lists: bool = True
    _book: LockedBook = field(init=False)
    _formats: dict[tuple[Any, ...], Format] = Factory(dict)
    pages: dict[str, TablesPage] = Factory(dict)

    def __attrs_post_init__(self) -> None:
        self._book = _OpenBook()
        self._book.set_properties({"title": self.title, "created": CREATED})
        self._book.set_calc_mode("auto")

    def add(self, names: Iterable[str], tab: str) -> None:
        """Adds pages in this order; ``tab`` is a role of tabs."""
        for name in names:
            sheet = self._book.add(name)
            sheet.set_tab_color(styles.TABS[tab])
            self.pages[name] = TablesPage(self, name, sheet)

    def format(self, role: str, **more: Any) -> Format:
        """The cell format of a role, with extras; each is made once."""
        key = (role, *sorted(more.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format({**styles.ROLES[role], **more})
        return self._formats[key]

    def chart(self, kind: str, subtype: str = "") -> Any:
        """A native chart."""
        return self._book.add_chart({"type": kind} | ({"subtype": subtype} if subtype else {}))

    def saved(self) -> bytes:
        """The workbook as bytes."""
        return self._book.written()


@define
class TablesPage:
    """A sheet of the workbook. Rows and columns count from 0."""

    book: TablesBook
    name: str
    sheet: LockedSheet
    links: int = 0
    cols: tuple[Col, ...] = ()
    frozen_cols: int = 1
    breaks: list[int] = Factory(list)
    text_cols: tuple[int, int] = (0, 0)
    text_points: float = 0.0
    #: for the screen: printed where the book is asked to
    long_list: bool = False
    #: how many columns are printed, 0 for all: what follows is for programs
    printed: int = 0

    def set_up(
        self, title: str, notes: Sequence[str], *, first_col: int = 0, widths: Sequence[float]
    ) -> int:
        """Title and notes from ``first_col`` on over columns of these widths, and the page set-up.

        Returns the first row below them.
        """
        sheet, last_col = self.sheet, first_col + len(widths) - 1
        sheet.set_paper(paper.A4)
        sheet.set_landscape()
        sheet.set_margins(*[paper.TABLES.margin] * 4)
        sheet.center_horizontally()
        sheet.hide_gridlines(2)
        heading = escaped(self.book.title)
        sheet.set_header(three_parts(heading, "", escaped(self.name)))
        sheet.set_footer(three_parts("", "第 &P 页，共 &N 页", ""))
        self.merged(0, first_col, last_col, title, "title")
        sheet.set_row(0, _TITLE_ROW)
        self.text_cols, self.text_points = (
            (first_col, last_col), sum(map(text_metrics.column_points, widths))
        )  # fmt: skip
        for row, note in enumerate(notes, start=1):
            self.note(row, note)
        return 1 + len(notes)

    def note(self, row: int, text: str) -> None:
        """A text over the width of the first page, as high as it needs."""
        self.merged(row, *self.text_cols, text, "note")
        self.sheet.set_row(row, text_metrics.text_height(text, self.text_points, "note"))

    def begin(
        self, title: str, notes: Sequence[str], cols: Sequence[Col], *, frozen_cols: int = 1
    ) -> int:
        """The page of one table with these columns; the row its heads begin in.

        One page across if it stays legible, else several with the frozen columns on each. Then
        title and notes stand beside those, or they would be printed on each page, cut.
        """
        sheet = self.sheet
        if self.long_list and not self.book.print_lists:
            notes = (*notes[:-1], "".join((*notes[-1:], _ON_SCREEN)))
        self.cols, self.frozen_cols = tuple(cols), frozen_cols
        for at, col in enumerate(cols):
            sheet.set_column(at, at, col.wide)
        cols = cols[: self.printed or len(cols)]
        points = [text_metrics.column_points(col.wide) for col in cols]
        if sum(points) <= _PAGE * 100 / _LEAST_SCALE:
            sheet.fit_to_pages(1, 0)
            return self.set_up(title, notes, widths=[col.wide for col in cols])
        sheet.set_print_scale(_BROKEN_SCALE)
        sheet.repeat_columns(0, frozen_cols - 1)
        sheet.print_across()
        room = _PAGE / _SLACK * 100 / _BROKEN_SCALE - sum(points[:frozen_cols])
        self.breaks = _breaks(points, cols, frozen_cols, room)
        sheet.set_v_pagebreaks(self.breaks)
        first_page = cols[frozen_cols : (*self.breaks, len(cols))[0]]
        widths = [col.wide for col in first_page]
        return self.set_up(title, notes, first_col=frozen_cols, widths=widths)

    # -- cells

    def write(self, row: int, col: int, value: Cell, role: str, **more: Any) -> None:
        """A cell of any kind in the look of ``role``."""
        form = self.book.format(role, **more)
        if isinstance(value, Formula):
            stored = MISSING if value.value is None else value.value
            sure(self.sheet.write_formula(row, col, "=" + value.text, form, stored))
        elif isinstance(value, Link):
            self._link(row, col, value, form)
        elif isinstance(value, MarkedCell):
            marked = self.book.format(role, **{**more, **styles.MARKS[value.mark]})
            sure(self.sheet.write_string(row, col, value.text, marked))
        elif isinstance(value, str):
            if value:
                sure(self.sheet.write_string(row, col, shown(value), form))
            else:
                sure(self.sheet.write_blank(row, col, None, form))
        elif value is None:
            sure(self.sheet.write_string(row, col, MISSING, form))
        elif isinstance(value, NumberCell):
            sure(self.sheet.write_number(row, col, value.value, form))
        else:
            sure(self.sheet.write_number(row, col, value, form))

    def _link(self, row: int, col: int, link: Link, form: Format) -> None:
        """A link as long as Excel keeps them, a plain text beyond."""
        self.links += 1
        if self.links > LINKS_LIMIT:
            sure(self.sheet.write_string(row, col, shown(link.text), form))
            return
        target = f"internal:{sheet_prefix(link.page)}{link.cell}"
        sure(self.sheet.write_url(row, col, target, form, shown(link.text)))

    def merged(self, row: int, col: int, last_col: int, value: Cell, role: str) -> None:
        """A value over several columns of a row."""
        if last_col > col:
            sure(self.sheet.merge_range(row, col, row, last_col, "", self.book.format(role)))
        self.write(row, col, value, role)

    # -- tables

    def table(
        self, top: int, rows: Sequence[Sequence[Cell]], totals: Sequence[Sequence[Cell]] = ()
    ) -> Span:
        """The table of a page begun: frozen and printed heads, a filter; where its body stands."""
        first = self._heads(top)
        self.rows(first, rows)
        self.rows(first + len(rows), totals, total=True)
        span = Span(self.name, first, first + len(rows) - 1)
        if self.long_list and not self.book.print_lists:
            self.sheet.print_area(0, self.text_cols[0], top - 1, self.text_cols[1])
            self.sheet.fit_to_pages(1, 1)
        else:
            self.sheet.repeat_rows(top, first - 1)
            if self.printed:
                self.sheet.print_area(0, 0, span.last + len(totals), self.printed - 1)
        self.sheet.freeze_panes(first, self.frozen_cols)
        if rows:
            sure(self.sheet.autofilter(first - 1, 0, span.last, len(self.cols) - 1))
        return span

    def rows(self, top: int, rows: Iterable[Sequence[Cell]], *, total: bool = False) -> None:
        """Rows below the heads of the page's table."""
        for at, cells in enumerate(rows, start=top):
            self._row(at, cells, total=total)

    def _heads(self, top: int) -> int:
        """Heads, the same ones side by side merged; the first row below them."""
        cols = self.cols
        depth = max(len(col.heads) for col in cols)
        form = self.book.format("list_head")
        for level in range(depth):
            tallest, at = _ROW, 0
            while at < len(cols):
                end = _run(cols, at, level, self.breaks)
                if level < len(cols[at].heads):
                    last = level if level < len(cols[at].heads) - 1 else depth - 1
                    text = cols[at].heads[level]
                    points = sum(text_metrics.column_points(one.wide) for one in cols[at : end + 1])
                    text = text_metrics.broken(text, points, "list_head")
                    if last == level:
                        tallest = max(tallest, text_metrics.text_height(text, points, "list_head"))
                    self._head(top + level, at, top + last, end, text, form)
                at = end + 1
            self.sheet.set_row(top + level, max(tallest, _tall_single(cols, level, depth)))
        return top + depth

    def _head(
        self, row: int, col: int, last_row: int, last_col: int, text: str, form: Format
    ) -> None:
        if (row, col) == (last_row, last_col):
            sure(self.sheet.write_string(row, col, text, form))
        else:
            sure(self.sheet.merge_range(row, col, last_row, last_col, "", form))
            sure(self.sheet.write_string(row, col, text, form))

    def _row(self, row: int, cells: Sequence[Cell], *, total: bool) -> None:
        height = _ROW
        for at, (col, value) in enumerate(zip(self.cols, cells, strict=True)):
            role, more = _role(col, value, total=total)
            self.write(row, at, value, role, **more)
            text = value.text if isinstance(value, Link | MarkedCell) else value
            if isinstance(text, str) and len(text) * 5 > col.wide:
                points = text_metrics.column_points(col.wide)
                height = max(height, text_metrics.text_height(text, points, role))
        self.sheet.set_row(row, min(height, text_metrics.TALLEST))

    def heat(self, span: Span, col: int) -> None:
        """Colours the numbers of a column from low to high; what is no number stays white."""
        low, high = styles.HEAT
        sure(self.sheet.conditional_format(span.first, col, span.last, col, {
            "type": "2_color_scale", "min_color": low, "max_color": high,
        }))  # fmt: skip

    # -- charts

    def place(self, chart: Any, row: int, col: int, wide: int, high: int) -> None:
        """Puts a chart of so many pixels on the page."""
        chart.set_size({"width": wide, "height": high})
        sure(self.sheet.insert_chart(row, col, chart, {"object_position": 1, "y_offset": 6}))


# --- looks ---------------------------------------------------------------------------------------


def shown(text: str) -> str:
    """A text as a cell can hold it; what does not fit ends in a remark."""
    if len(text.encode("utf-16-le", "surrogatepass")) // 2 <= CELL_TEXT_LIMIT:
        return text
    return text[: CELL_TEXT_LIMIT // 2] + _CUT


def number_format(decimals: int) -> str:
    """Thousands marks and so many decimals."""
    return "#,##0" + ("." + "0" * decimals if decimals else "")


_LIST_ROLES = {"text": "list_text", "input": "list_input"}


def _role(col: Col, value: Cell, *, total: bool) -> tuple[str, dict[str, Any]]:
    """The role of a cell, by its column and by what stands in it.

    A number too long for its column, as of a wrong unit, is shown smaller: never as ####.
    """
    missing = value is None or (isinstance(value, Formula) and value.value is None)
    if col.look == "number" and not isinstance(value, str | MarkedCell):
        own = value.decimals if isinstance(value, Formula | NumberCell) else None
        form = {"num_format": number_format(col.decimals if own is None else own), "shrink": True}
        if total:
            return "figure_total", form
        if missing and not isinstance(value, Formula):
            return "list_none", {}
        return ("figure_made" if isinstance(value, Formula) else "figure"), form
    if total:
        return "list_total", {}
    if isinstance(value, Link):
        return "list_link", {}
    return _LIST_ROLES.get(col.look, "list_centre"), {}


def _run(cols: Sequence[Col], at: int, level: int, breaks: Collection[int]) -> int:
    """The last column on the page that shares the head of ``at`` on this level and all above."""
    path, end = cols[at].heads[: level + 1], at
    if level >= len(cols[at].heads) - 1:
        return at
    while (
        end + 1 < len(cols)
        and end + 1 not in breaks
        and cols[end + 1].heads[: level + 1] == path
        and (len(cols[end + 1].heads) > level + 1)
    ):
        end += 1
    return end


def _tall_single(cols: Sequence[Col], level: int, depth: int) -> float:
    """What heads that reach down from ``level`` need in its row, shared with those below."""
    heights = [
        text_metrics.text_height(
            text_metrics.broken(col.heads[-1], text_metrics.column_points(col.wide), "list_head"),
            text_metrics.column_points(col.wide), "list_head",
        ) / (depth - len(col.heads) + 1)
        for col in cols if len(col.heads) - 1 <= level
    ]  # fmt: skip
    return max(heights, default=0.0)


def _breaks(
    points: Sequence[float], cols: Sequence[Col], frozen_cols: int, room: float
) -> list[int]:
    """The columns that begin a new page across; what is to be kept together stays so."""
    breaks: list[int] = []
    used, at = 0.0, frozen_cols
    while at < len(cols):
        end = at
        while end + 1 < len(cols) and cols[at].keep and cols[end + 1].keep == cols[at].keep:
            end += 1
        wide = sum(points[at : end + 1])
        if used and used + wide > room:
            breaks.append(at)
            used = 0.0
        used += wide
        at = end + 1
    return breaks
