"""The charts of the summary, each over a small block of live formulas beside it on the same page.

What has no value is left out of a chart and never drawn as zero; bars stand in order of size.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from attrs import define, frozen

from clusterbook import styles
from clusterbook.a1 import cell_name, sheet_prefix
from clusterbook.reports.summary.columns import FigureColumn
from clusterbook.reports.summary.figures import ClusterGroup
from clusterbook.reports.summary.summary import Province
from clusterbook.reports.summary.tables import Main, Placed
from clusterbook.verdicts import JUDGED
from clusterbook.workbook.charts import Series, bars, ring
from clusterbook.workbook.tables import Cell, Col, Formula, Span, TablesBook, TablesPage

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
        self._place(chart)

    def _place(self, chart: Any) -> None:
        """The next chart of the page; a page break stands after every second row of them."""
        across, down = self.count % 2, self.count // 2
        self.page.place(chart, self.top + down * _ROWS, across * (_DATA_COL // 2), _WIDE, _HIGH)
        self.count += 1

    def _share(self, row: int, head: int, name: str, times: int, ink: str) -> Series:
        """The series of one part: a value for each time, in one row of the block."""

        def across(at: int) -> str:
            ends = [cell_name(at, _DATA_COL + 1 + col, fixed=True) for col in (0, times - 1)]
            return sheet_prefix(self.page.name) + ":".join(ends)

        return Series(name=name, categories=across(head), values=across(row), ink=ink, decimals=1)

    def shares(self, title: str, times: Sequence[str], parts: Sequence[Sequence[Bar]]) -> None:
        """A bar for each time, in parts of a whole: each part a series, one bar of it a time."""
        if len(parts) < 2:  # noqa: PLR2004
            return
        if len(parts) > len(styles.CHART_PARTS):
            parts = [*parts[: len(styles.CHART_PARTS) - 1],
                     _others(parts[len(styles.CHART_PARTS) - 1 :])]  # fmt: skip
        first = self.top + self.row
        self.page.write(first, _DATA_COL, title, "list_head", text_wrap=False)
        for at, time in enumerate(times):
            self.page.write(first, _DATA_COL + 1 + at, time, "list_head")
        series = []
        whole = [sum(part[at].value for part in parts) for at in range(len(times))]
        for row, (part, ink) in enumerate(zip(parts, styles.CHART_PARTS, strict=False), first + 1):
            name = part[0].name
            named: Cell = Formula(part[0].name_at, name) if part[0].name_at else name
            self.page.write(row, _DATA_COL, named, "list_text", text_wrap=False)
            for at, bar in enumerate(part):
                share = bar.value / whole[at] * 100
                places = ",".join(one[at].value_at for one in parts)
                value = Formula(f"{bar.value_at}/SUM({places})*100", share)
                self.page.write(row, _DATA_COL + 1 + at, value, "figure", num_format="#,##0.0")
            series.append(self._share(row, first, name, len(times), ink))
        self.row += len(parts) + 2
        self._place(bars(self.book, title, series, subtype="percent_stacked"))

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
        for title, times, parts in _shares(
            main, addresses[main.page].get("产业", {}), several=len(mains) > 1
        ):
            board.shares(title, times, parts)
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


def _others(parts: Sequence[Sequence[Bar]]) -> list[Bar]:
    """The parts that are too many for a chart, as one."""
    return [
        Bar("其他", sum(bar.value for bar in bars_), "",
            f"({'+'.join(bar.value_at for bar in bars_)})")
        for bars_ in zip(*parts, strict=True)
    ]  # fmt: skip


def _shares(
    main: Main, places: Mapping[str, Placed], *, several: bool
) -> Iterator[tuple[str, list[str], list[list[Bar]]]]:
    """Title, times and parts: what each industry has of the leading figures, this year and last.

    Only industries that have a number for each time; a part that is missing is no part of zero.
    """
    part = main.part
    prefix = f"{part.summary.short}：" if several else ""
    for column in part.columns:
        if not column.figure.leading or column.share or not column.sums:
            continue
        whens = {"before": column.when_before} if column.time_before is not None else {}
        whens |= {"now": column.when}
        parts = []
        for group in part.by_industry():
            found = group.sums[column.key]
            values = [getattr(found, when) for when in whens]
            if group.name in places and all(value is not None and value >= 0 for value in values):
                name, figures = places[group.name].name, places[group.name].figures
                parts.append([Bar(group.name, value, name, figures[f"{column.key}.{when}"])
                              for when, value in zip(whens, values, strict=True)])  # fmt: skip
        whole = [sum(bars_[at].value for bars_ in parts) for at in range(len(whens))]
        if all(total > 0 for total in whole):
            parts.sort(key=lambda bars_: -bars_[-1].value)
            yield f"{prefix}各产业{column.figure.label}占比（%）", list(whens.values()), parts


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
