"""The charts of the summary, each over a small block of live formulas beside it on the same page.

What has no value is left out of a chart and never drawn as zero; bars stand in order of size.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from attrs import define, frozen

from clusterbook import styles
from clusterbook.reports.summary.columns import FigureColumn
from clusterbook.reports.summary.figures import ClusterGroup
from clusterbook.reports.summary.summary import Province
from clusterbook.reports.summary.tables import Main, Placed
from clusterbook.verdicts import JUDGED
from clusterbook.workbook.tables import (
    Cell,
    Col,
    Formula,
    Series,
    Span,
    TablesBook,
    TablesPage,
    bars,
    ring,
)

_WIDE, _HIGH = 480, 290  # pixels; two across and two down on A4 landscape
_ROWS = 16  # sheet rows that a chart covers
_ROW_HEIGHT = 14.0
_LONGEST = 20  # bars of one chart; its title says where there are more
_FIRST = 10  # ranks; who shares the last one is in
_DATA_COL = 18  # where the blocks of numbers begin, right of the print area


@frozen
class Bar:
    """One bar: its name and value, each with the formula that fetches it ('' for a plain one)."""

    name: str
    value: float
    name_at: str = ""
    value_at: str = ""


@define
class Board:
    """The page with the charts, filled from the upper left."""

    book: TablesBook
    page: TablesPage
    top: int
    count: int = 0
    row: int = 0

    def add(self, title: str, chart_of: str, bars_: Sequence[Bar], *, decimals: int = 0) -> None:
        """A chart of at least two bars; ``chart_of`` is ring, bars or growth."""
        if len(bars_) < 2:  # noqa: PLR2004
            return
        if len(bars_) > _LONGEST:
            title, bars_ = f"{title}（列前{_LONGEST}）", bars_[:_LONGEST]
        span = self._data(title, bars_, decimals)
        names, values = span.column(_DATA_COL), span.column(_DATA_COL + 1)
        if chart_of == "ring":
            inks = [styles.CHART_VERDICTS[JUDGED.index(one.name)] for one in bars_]
            chart = ring(self.book, title, Series(name=title, categories=names, values=values,
                                                  ink="", points=tuple(inks)))  # fmt: skip
        else:
            ink = styles.CHART_INKS[1 if chart_of == "growth" else 0]
            chart = bars(self.book, title, [Series(
                name=title, categories=names, values=values, ink=ink, falls=chart_of == "growth",
                decimals=decimals, largest=max(one.value for one in bars_),
            )])  # fmt: skip
        across, down = self.count % 2, self.count // 2
        # A page break after every second row of charts.
        self.page.place(chart, self.top + down * _ROWS, across * (_DATA_COL // 2), _WIDE, _HIGH)
        self.count += 1

    def _data(self, title: str, bars_: Sequence[Bar], decimals: int) -> Span:
        cols = (Col(heads=(title,), wide=30), Col(heads=("数值",), wide=14, look="number",
                                                  decimals=decimals))  # fmt: skip
        first = self.top + self.row
        self.page.write(first, _DATA_COL, title, "list_head", text_wrap=False)
        self.page.write(first, _DATA_COL + 1, "数值", "list_head")
        for at, bar in enumerate(bars_, start=first + 1):
            name: Cell = Formula(bar.name_at, bar.name) if bar.name_at else bar.name
            value: Cell = Formula(bar.value_at, bar.value) if bar.value_at else bar.value
            self.page.write(at, _DATA_COL, name, "list_text", text_wrap=False)
            form = "#,##0." + "0" * cols[1].decimals if decimals else "#,##0"
            self.page.write(at, _DATA_COL + 1, value, "figure", num_format=form)
        self.row += len(bars_) + 2
        return Span(self.page.name, first + 1, first + len(bars_))


def write_charts(
    book: TablesBook,
    province: Province,
    mains: Sequence[Main],
    addresses: Mapping[str, Mapping[str, Mapping[str, Placed]]],
    page: str,
) -> None:
    """Verdicts, and for each form its leading figures by city and industry and the first ten.

    ``addresses``: page of a part → 市州 or 产业 → name → where it and its figures stand.
    """
    sheet = book.pages[page]
    note = "没有填报的不画；数据在右侧，均由公式取自各汇总表。"
    top = sheet.set_up("图表", (note,), widths=[7] * _DATA_COL)
    for col in range(_DATA_COL):
        sheet.sheet.set_column(col, col, 7)
    sheet.sheet.set_column(_DATA_COL, _DATA_COL, 36)
    sheet.sheet.set_column(_DATA_COL + 1, _DATA_COL + 1, 14)
    board = Board(book, sheet, top)
    counts = Counter(line["verdict"] for line in province.submissions)
    board.add("报送结论（份）", "ring",
              [Bar(one.value, float(counts[one])) for one in JUDGED if counts[one]])  # fmt: skip
    for main in mains:
        for title, kind, found, decimals in _of_part(
            main, addresses[main.page], several=len(mains) > 1
        ):
            board.add(title, kind, found, decimals=decimals)
    _print(sheet, board)


def _print(sheet: TablesPage, board: Board) -> None:
    rows = -(-board.count // 2) * _ROWS
    for row in range(board.top, max(board.top + rows, board.top + board.row)):
        sheet.sheet.set_row(row, _ROW_HEIGHT)
    sheet.sheet.print_area(0, 0, board.top + max(rows, 1) - 1, _DATA_COL - 1)
    sheet.sheet.fit_to_pages(1, 0)
    breaks = range(board.top + 2 * _ROWS, board.top + rows, 2 * _ROWS)
    sheet.sheet.set_h_pagebreaks(list(breaks))


def _of_part(
    main: Main, addresses: Mapping[str, Mapping[str, Placed]], *, several: bool
) -> Iterator[tuple[str, str, list[Bar], int]]:  # fmt: skip
    """Title, kind, bars and decimals of the charts of one form."""
    part = main.part
    prefix = f"{part.summary.short}：" if several else ""
    word = part.summary.city_word
    for column in part.columns:
        if not column.figure.leading:
            continue
        what, figure = f"{column.when}{column.label}", column.figure.label
        cities, industries = part.by_city(), part.by_industry()
        for name, groups in ((word, cities), ("产业", industries)):
            places = addresses.get(name, {})
            yield f"{prefix}各{name}{what}", "bars", _sums(groups, column, places), column.decimals
            if column.time_before is not None:
                title = f"{prefix}各{name}{figure}增幅（%）"
                yield title, "growth", _rates(groups, column, places), 2
        title = f"{prefix}{what}前十"
        yield title, "bars", _first(main, column), column.decimals


def _bars(
    groups: Sequence[ClusterGroup],
    places: Mapping[str, Placed],
    figure: str,
    of: Callable[[ClusterGroup], float | None],
) -> list[Bar]:
    """A bar for each group that has the figure, the longest first."""
    found = [
        Bar(group.name, value, places[group.name].name, places[group.name].figures[figure])
        for group in groups
        if group.name in places and (value := of(group)) is not None
    ]
    return sorted(found, key=lambda bar: -bar.value)


def _sums(
    groups: Sequence[ClusterGroup], column: FigureColumn, places: Mapping[str, Placed]
) -> list[Bar]:
    return _bars(groups, places, f"{column.key}.now", lambda group: group.sums[column.key].now)


def _rates(
    groups: Sequence[ClusterGroup], column: FigureColumn, places: Mapping[str, Placed]
) -> list[Bar]:
    figure = f"{column.key}.growth"
    return _bars(groups, places, figure, lambda group: group.sums[column.key].growth)


def _first(main: Main, column: FigureColumn) -> list[Bar]:
    lines = [line for line in main.part.ranking(column) if line.rank and line.rank <= _FIRST]
    return [
        Bar(line.cluster.name, line.value or 0.0, main.name_of(line.cluster),
            main.cell(line.cluster, column.key, "now"))
        for line in lines
    ]  # fmt: skip
