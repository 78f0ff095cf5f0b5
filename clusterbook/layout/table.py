"""Plans an Indicators block: fixed rows × years, with sub-columns and further columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import define

from clusterbook.forms.kinds import Text
from clusterbook.forms.spec import Group, Indicators, Row, leaves, row_fields
from clusterbook.forms.table_columns import Column, Measure, Year
from clusterbook.layout.base import GridPage, plain, spread
from clusterbook.layout.layout import Area

GROUP_SHARE = 0.13  # of the page, for the labels of groups
_COLUMN_WEIGHT = 0.85  # of 增幅 and 佐证页码, where a year has 1

Span = tuple[float, float]


def value_columns(block: Indicators) -> list[float]:
    """Weights of the printed columns behind the labels, left to right."""
    per_year = len(block.measures) or 1
    fixed = [column.share for column in block.fixed]
    years = [1.0] * (per_year * sum(not year.added for year in block.years))
    return fixed + years + [_COLUMN_WEIGHT for column in block.columns if not column.added]


def aligned_columns(block: Indicators) -> list[Column]:
    """The added columns that stand in the rows of the table: further columns, then added years."""
    columns = [column for column in block.columns if column.added]
    years = [
        Column(key=year.time, label=year.label, kind=Text(), added=True)
        for year in block.years
        if year.added
    ]
    return columns + years


@define
class TablePlanner:
    """Lays one table into the page of ``page``."""

    page: GridPage
    block: Indicators
    first_row: int = 0

    def lay(self) -> None:
        """Heads, rows and the corner over the row labels."""
        page, block = self.page, self.block
        spans = _Spans(block)
        self.first_row = page.row
        head_rows = self._head(spans)
        for row in block.rows:
            if not isinstance(row, Group):
                self._row(row, spans, ())
                continue
            first = page.row
            for inner in row.items:
                self._row(inner, spans, (row.label,))
            page.print(page.area(0, GROUP_SHARE, first, page.row - first), row.label, "group")
            page.keeps.append((first, page.row - 1))
        # A row without a label of its own continues the corner: 工业软件采购金额 over its years.
        run_down = any(isinstance(row, Row) and not row.label for row in block.rows)
        if head_rows:
            rows = page.row - self.first_row if run_down else head_rows
            corner = page.area(0, page.label_share, self.first_row, rows)
            page.print(corner, block.corner, "label" if run_down else "head")
        page.keeps.append((self.first_row, page.row - 1))
        page.keeps.append((self.first_row, self.first_row + head_rows + 1))

    def _head(self, spans: _Spans) -> int:
        """Prints the head rows; returns how many there are."""
        page, block = self.page, self.block
        first = page.row
        printed = [year for year in block.years if not year.added]
        levels: list[list[tuple[str, Span]]] = []
        if block.over:
            levels.append([(block.over, spans.all_years)])
        if block.show_years:
            levels.append([(year.label, spans.year(year)) for year in printed])
        if block.measures:
            cells = [(m.label, spans.measure(y, m)) for y in printed for m in block.measures]
            levels.append(cells)
        for level in levels:
            for text, span in level:
                page.print(page.values(*span), text, "head")
            page.row += 1
        for number, column in enumerate(aligned_columns(block)):
            col = page.added.aligned_col(number)
            page.print(Area(first, col, page.row - 1, col), column.label, "added_head")
        for column in block.columns:
            if not column.added:
                area = page.values(*spans.column(column), row=first, rows=len(levels))
                page.print(area, _column_head(column), "head")
        for constant in block.fixed:
            area = page.values(*spans.fixed[constant.key], row=first, rows=len(levels))
            page.print(area, constant.label, "head")
        return len(levels)

    def _row(self, row: Row, spans: _Spans, group: tuple[str, ...]) -> None:
        if row.added:
            return
        page, block = self.page, self.block
        label_area = page.area(GROUP_SHARE if group else 0.0, page.label_share)
        if row.label and not row.named:
            text = f"{row.label}\n{row.hint}" if row.hint else row.label
            page.print(label_area, text, "label")
        taken: set[Span] = set()
        aligned = {column.key: i for i, column in enumerate(aligned_columns(block))}
        for (what, where), asked in row_fields(block, row):
            path: tuple[str, ...] = (*group, row.label or block.corner)
            aside = _aside(what, where)
            if what == "name":
                area, path = label_area, (*path, "指标名称")
            elif aside:
                col = page.added.aligned_col(aligned[aside[0]])
                area, path = Area(page.row, col, page.row, col), (*path, aside[1])
            else:
                span, more = spans.of(what, where, row)
                taken.add(span)
                area, path = page.values(*span), (*path, *more)
            page.slot(block, asked, area, path)
        for span, text in spans.rest(row, taken):
            page.print(page.values(*span), text, "label" if text else "void")
        for constant in block.fixed:
            text = row.fixed.get(constant.key, "")
            page.print(page.values(*spans.fixed[constant.key]), text, "option" if text else "void")
        page.row += 1

    def lay_added(self, row: int, col: int) -> int:
        """Rows that are not printed, as a small table beside the printed one; the next free row."""
        page, block = self.page, self.block
        rows = [one for one in leaves(block.rows) if one.added]
        if not rows:
            return row
        at = max(row, self.first_row)
        years = [year for year in block.years if not year.added]
        page.print(Area(at, col, at, col), "补充指标", "added_head")
        for number, year in enumerate(years, start=1):
            page.print(Area(at, col + number, at, col + number), year.label, "added_head")
        for one in rows:
            at += 1
            page.print(Area(at, col, at, col), one.label, "added_label")
            for (what, where), asked in row_fields(block, one):
                if what == "year":
                    place = col + 1 + years.index(where[0])
                    path = (one.label, where[0].label)
                    page.slot(block, asked, Area(at, place, at, place), path)
        page.added.used = True
        return at + 1


def _column_head(column: Column) -> str:
    """The head of a further column; PXX页（下同） is printed in its first cell in the form."""
    return f"{column.label}\n{column.hint}" if column.hint else column.label


def _aside(what: str, where: Any) -> tuple[str, str] | None:
    """Key and label of the added column in which a cell stands, if it stands in one."""
    if what == "column" and where.added:
        return where.key, where.label
    if what == "year" and where[0].added:
        return where[0].time, where[0].label
    return None


class _Spans:
    """Where constants, years, measures and columns stand, as shares of the value zone."""

    def __init__(self, block: Indicators) -> None:
        self.block = block
        self.years = [year for year in block.years if not year.added]
        self.columns = [column for column in block.columns if not column.added]
        spans = spread(value_columns(block))
        self.fixed = {one.key: span for one, span in zip(block.fixed, spans, strict=False)}
        spans = spans[len(block.fixed) :]
        self.per_year = len(block.measures) or 1
        self.cells = spans[: self.per_year * len(self.years)]
        tail = spans[len(self.cells) :]
        self.column_spans = {c.key: span for c, span in zip(self.columns, tail, strict=True)}

    @property
    def all_years(self) -> Span:
        return self.cells[0][0], self.cells[-1][1]

    def year(self, year: Year) -> Span:
        first = self.years.index(year) * self.per_year
        return self.cells[first][0], self.cells[first + self.per_year - 1][1]

    def measure(self, year: Year, measure: Measure) -> Span:
        first = self.years.index(year) * self.per_year
        return self.cells[first + self.block.measures.index(measure)]

    def column(self, column: Column) -> Span:
        return self.column_spans[column.key]

    def of(self, what: str, where: Any, row: Row) -> tuple[Span, tuple[str, ...]]:
        """The span of a field of ``row`` and what its label path ends with."""
        if what == "whole":
            return self.all_years, ()
        if what == "column":
            return self.column(where), (plain(where.label),)
        year, measure = where
        if measure is None or row.plain:
            return self.year(year), (year.label,)
        return self.measure(year, measure), (year.label, measure.label)

    def rest(self, row: Row, taken: set[Span]) -> Iterator[tuple[Span, str]]:
        """Cells of the row that ask nothing: printed labels, and grey ones."""
        if not row.whole:
            for year in self.years:
                for measure in self.block.measures:
                    if measure.printed and not row.plain:
                        yield self.measure(year, measure), row.label
                if not self.block.measures and self.year(year) not in taken:
                    yield self.year(year), ""
        for column in self.columns:
            if self.column(column) not in taken:
                yield self.column(column), ""
