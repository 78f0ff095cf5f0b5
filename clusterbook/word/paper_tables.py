"""Tables as they stand on paper: columns of figures by year, heads of lists and their sum."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, TypeAlias

from attrs import evolve

from clusterbook.forms.spec import Group, Indicators, Library, Row, Sheet, leaves
from clusterbook.forms.table_columns import Column, Year
from clusterbook.word.paper import (
    PaperCell,
    PaperColumn,
    PaperRow,
    PaperTotal,
    PaperWords,
    Pieces,
)

TAIL_WEIGHT = 0.85  # of a column behind the years, where a year has 1


def weights(block: Indicators) -> list[float]:
    """Weights of the columns behind the labels, left to right."""
    per_year = len(block.measures) or 1
    constants = [one.share for one in block.fixed]
    years = [1.0] * (per_year * sum(not year.added for year in block.years))
    return constants + years + [TAIL_WEIGHT for column in block.columns if not column.added]


Span: TypeAlias = tuple[float, float]


class Columns:
    """Where the years, what is below them, and further columns stand."""

    def __init__(self, block: Indicators, value: Callable[[float], float]) -> None:
        wide = weights(block)
        whole = sum(wide) or 1.0
        cuts = [value(sum(wide[:at]) / whole) for at in range(len(wide) + 1)]
        self.block = block
        self.years = [year for year in block.years if not year.added]
        self.columns = [column for column in block.columns if not column.added]
        self.per_year = len(block.measures) or 1
        self.constants = list(pairwise(cuts))[: len(block.fixed)]
        self.cells = list(pairwise(cuts))[len(block.fixed) :]
        self.first = self.per_year * len(self.years)

    @staticmethod
    def head(text: str, start: float, end: float) -> PaperCell:
        """A head over a part of the columns."""
        return PaperCell(start, end, [(PaperWords(text),)], "head")

    def year(self, year: Year) -> Span:
        """Where a year stands."""
        at = self.years.index(year) * self.per_year
        return self.cells[at][0], self.cells[at + self.per_year - 1][1]

    def measure(self, year: Year, measure: Any) -> Span:
        """Where one of several columns below a year stands."""
        at = self.years.index(year) * self.per_year
        return self.cells[at + self.block.measures.index(measure)]

    def column(self, column: Column) -> Span:
        """Where a column behind the years stands."""
        return self.cells[self.first + self.columns.index(column)]

    def of(self, what: str, where: Any, row: Row) -> Span:
        """The span of one answer of a row."""
        if what == "whole":
            return self.cells[0][0], self.cells[self.first - 1][1]
        if what == "column":
            return self.column(where)
        year, measure = where
        return self.year(year) if measure is None or row.plain else self.measure(year, measure)

    def spans(self, row: Row, placed: Iterable[Span]) -> Iterator[tuple[Span, str]]:
        """Every cell of a row from left to right, with what is printed in those without answer."""
        found: dict[Span, str] = dict.fromkeys(placed, "")
        if not row.whole:
            for year in self.years:
                if self.block.measures and not row.plain:
                    for measure in self.block.measures:
                        text = row.label if measure.printed else ""
                        found.setdefault(self.measure(year, measure), text)
                else:
                    found.setdefault(self.year(year), "")
        for column in self.columns:
            found.setdefault(self.column(column), "")
        yield from sorted(found.items())


# --- heads that each page repeats: none of them is left alone at the foot of one ------------------


def titled(rows: Sequence[PaperRow]) -> tuple[list[PaperRow], list[PaperRow]]:
    """Rows apart from the title with its notes that they end with, which is of what follows."""
    at = len(rows)
    while at and _role(rows[at - 1]) in ("title", "note"):
        at -= 1
    while at < len(rows) and _role(rows[at]) != "title":
        at += 1
    return list(rows[:at]), list(rows[at:])


def _role(row: PaperRow) -> str:
    return row.cells[0].role if len(row.cells) == 1 else ""


def repeated(rows: Iterable[PaperRow]) -> Iterator[PaperRow]:
    """Rows as heads of their table."""
    return (evolve(row, head=True) for row in rows)


def stand_alone(heads: Sequence[PaperRow]) -> bool:
    """Whether no head runs down beside the rows below."""
    return all(at + cell.rows <= len(heads) for at, row in enumerate(heads) for cell in row.cells)


# --- lists --------------------------------------------------------------------------------------

_NUMBER_WIDTH, _USUAL_WIDTH = 5.0, 12.0


def list_columns(library: Library) -> tuple[PaperColumn, ...]:
    """The printed columns, the serial number first where the form prints it."""
    shown = [asked for asked in leaves(_printed(library.columns)) if not asked.added]
    widths = [(asked.key, asked.wide or _USUAL_WIDTH) for asked in shown]
    if library.numbered and not library.number_added:
        widths.insert(0, ("", _NUMBER_WIDTH))
    whole, at = sum(width for _, width in widths), 0.0
    columns = []
    for key, width in widths:
        columns.append(PaperColumn(key, at / whole, (at + width) / whole))
        at += width
    return tuple(columns)


def _printed(items: Iterable[Any]) -> list[Any]:
    return [item for item in items if not item.added]


def depth_of(item: Any) -> int:
    """How many rows of heads an item takes."""
    return 1 + max(map(depth_of, item.items)) if isinstance(item, Group) else 1


def list_heads(
    library: Library, columns: Sequence[PaperColumn], depth: int
) -> tuple[PaperRow, ...]:
    """The rows of heads of a list, merged where a head stands over others."""
    levels: list[list[PaperCell]] = [[] for _ in range(depth)]
    waiting = list(columns)
    if not waiting[0].key:
        number = waiting.pop(0)
        levels[0].append(_head_cell(library.numbered, number.start, number.end, depth))

    def lay(item: Any, level: int) -> Span:
        if not isinstance(item, Group):
            own = waiting.pop(0)
            text = f"{item.label}\n{item.hint}" if item.hint else item.label
            levels[level].append(_head_cell(text, own.start, own.end, depth - level))
            return own.start, own.end
        inner = _printed(item.items)
        if len(inner) == 1 and not isinstance(inner[0], Group):
            own = waiting.pop(0)
            said = [(PaperWords(item.label),), (PaperWords(inner[0].label),)]
            cell = PaperCell(own.start, own.end, said, "corner", rows=depth - level)
            levels[level].append(cell)
            return own.start, own.end
        at = len(levels[level])
        spans = [lay(one, level + 1) for one in inner]
        levels[level].insert(at, _head_cell(item.label, spans[0][0], spans[-1][1], 1))
        return spans[0][0], spans[-1][1]

    for item in _printed(library.columns):
        lay(item, 0)
    return tuple(PaperRow(cells, head=True) for cells in levels)


def _head_cell(text: str, start: float, end: float, rows: int) -> PaperCell:
    return PaperCell(start, end, [(PaperWords(text),)], "list_head", rows=rows)


def total_row(library: Library, columns: Sequence[PaperColumn]) -> PaperRow:
    """合计 over the first column without a sum."""
    cells: list[PaperCell] = []
    done = False
    for column in columns:
        if column.key in library.totals:
            pieces: Pieces = (PaperTotal(library.key, column.key),)
        else:
            pieces = () if done else (PaperWords(library.total_label),)
            done = True
        cells.append(PaperCell(column.start, column.end, [pieces], "total"))
    return PaperRow(cells)


def is_annex(sheet: Sheet) -> bool:
    """Whether a sheet is a list that the form does not print."""
    libraries = [block for block in sheet.blocks if isinstance(block, Library)]
    return bool(libraries) and all(one.added for lib in libraries for one in lib.fields())
