"""The cells of a sheet as formulas see them, and which of them are other ones than before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from attrs import define, field

from clusterbook.workbook.formulas.formula import ARRAY, PLAIN
from clusterbook.workbook.formulas.places import Calculation, CellFormula, Place
from clusterbook.workbook.formulas.values import Array, Scalar

#: Rows of a sheet as XlsxWriter holds them.
Table: TypeAlias = dict[int, dict[int, Any]]

_NO_CELLS: dict[int, Any] = {}


class _Kinds(dict[type, str]):
    """What the cells of a class of XlsxWriter's hold."""

    def __missing__(self, kind: type) -> str:
        self[kind] = kind.__name__
        return self[kind]


class _Modes(dict[type, int | None]):
    """How a formula is entered in each class of cells; None: it is another content."""

    def __missing__(self, kind: type) -> int | None:
        self[kind] = {"Formula": PLAIN, "ArrayFormula": ARRAY}.get(kind.__name__)
        return self[kind]


# XlsxWriter's classes are known by their names: looked up, they are there at once.
_KINDS, MODES = _Kinds(), _Modes()


def is_text(cell: Any) -> bool:
    """Whether a cell holds a text that somebody wrote."""
    return _KINDS[type(cell)] == "String"


@define(eq=False)
class SheetCells:
    """The cells of one sheet."""

    results: Calculation
    name: str
    hidden: bool
    table: Table = field(factory=dict)
    #: its rows from the last on, and the last of each column that holds anything
    rows: Sequence[int] | None = None
    last_rows: dict[int, int] = field(factory=dict)
    #: places by what a formula on this sheet calls them
    places: dict[str, Place] = field(factory=dict)
    #: formulas by their cells, and what they come to
    formulas: dict[tuple[int, int], CellFormula] = field(factory=dict)
    values: dict[tuple[int, int], Scalar] = field(factory=dict)
    #: how many times a formula has come or gone
    version: int = 0
    #: the cells with formulas that nobody has met yet
    unmet: dict[tuple[int, int], Any] = field(factory=dict)
    #: cells that formulas refer to, by column and row; ranges by their corners, and by each of
    #: their columns
    _cells: dict[int, dict[int, Place]] = field(factory=dict)
    _ranges: dict[tuple[int, int, int, int], Place] = field(factory=dict)
    _by_column: dict[int, list[Place]] = field(factory=dict)
    #: the ranges over cells, as far as somebody has asked
    _over: dict[tuple[int, int], list[Place]] = field(factory=dict)
    #: the rows of the workbook before: most are those of the next one
    _before: Table | None = None

    def hold(self, table: Table) -> None:
        """These cells from now on."""
        self.table, self.rows, self.last_rows = table, None, {}
        before, self._before = self._before, dict(table)
        if before is not None:
            self._exchange(before, table)
        else:
            self.unmet = {
                (row, col): cell
                for row, cells in table.items()
                for col, cell in cells.items()
                if MODES[type(cell)] is not None
            }

    def let_go(self) -> None:
        """No cell is asked for any more until others are held."""
        self.table, self.rows, self.last_rows = {}, None, {}

    def _exchange(self, before: Table, now: Table) -> None:
        """Find the cells that are not those of the workbook before."""
        rows = [row for row, cells in now.items() if before.get(row) is not cells]
        changed: defaultdict[int, list[int]] = defaultdict(list)
        for row in [*rows, *(before.keys() - now.keys())]:
            ours, others = before.get(row, _NO_CELLS), now.get(row, _NO_CELLS)
            for col, cell in others.items():
                was = ours.get(col)
                if was is not cell:
                    changed[col].append(row)
                    if MODES[type(cell)] is not None or MODES[type(was)] is not None:
                        self._enter(row, col, cell)
            for col in ours.keys() - others.keys():
                changed[col].append(row)
                self.forget(row, col)
        for col, found in changed.items():
            self._touch(col, found)

    def _enter(self, row: int, col: int, cell: Any) -> None:
        """A cell stands here that did not before."""
        known = self.formulas.get((row, col))
        if known is not None and known.entry is type(cell) and known.text == cell.formula:
            return
        self.forget(row, col)
        if MODES[type(cell)] is not None:
            self.unmet[row, col] = cell

    def forget(self, row: int, col: int) -> None:
        """The formula in a cell is not known any more."""
        self.unmet.pop((row, col), None)
        formula = self.formulas.pop((row, col), None)
        if formula:
            del self.values[row, col]
            formula.leave()
            self.version += 1

    def renamed(self, row: int, col: int) -> None:
        """A name stands for something else, which the formula in a cell calls."""
        if (row, col) in self.formulas:
            self.forget(row, col)
            self.unmet[row, col] = self.table[row][col]
            self.touch(row, col)

    def _touch(self, col: int, rows: Sequence[int]) -> None:
        """Cells of a column may hold something else."""
        cells = self._cells.get(col)
        if cells:
            for row in rows:
                if row in cells:
                    cells[row].touch()
        for place in self._by_column.get(col, ()):
            if not place.stale and any(0 <= row - place.row < place.height for row in rows):
                place.touch()

    def touch(self, row: int, col: int) -> None:
        """The formula in a cell comes to something else than before."""
        cells = self._cells.get(col, {})
        if row in cells:
            cells[row].touch()
        over = self._over.get((row, col))
        if over is None:
            ranges = self._by_column.get(col, ())
            over = [place for place in ranges if 0 <= row - place.row < place.height]
            self._over[row, col] = over
        for place in over:
            place.touch()

    def place(self, row: int, col: int, height: int, width: int) -> Place:
        """The one object of a cell or range."""
        if height == 1 and width == 1:
            cells = self._cells.setdefault(col, {})
            if row not in cells:
                cells[row] = Place(self, row, col, 1, 1)
            return cells[row]
        corners = row, col, height, width
        place = self._ranges.get(corners)
        if place is None:
            place = self._ranges[corners] = Place(self, *corners)
            for column in range(col, col + width):
                self._by_column.setdefault(column, []).append(place)
            self._over.clear()
        return place

    def count_places(self) -> int:
        """How many cells and ranges formulas have referred to."""
        return sum(map(len, self._cells.values())) + len(self._ranges)

    def newcomers(self) -> list[tuple[int, int, Any]]:
        """The cells with formulas that nobody has met, column by column, with row and column."""
        cells = sorted((col, row) for row, col in self.unmet)
        return [(row, col, self.unmet[row, col]) for col, row in cells]

    def last_filled(self, first_row: int, end_row: int, cols: Sequence[int]) -> int:
        """The last row of an area with anything in these columns, or one above it."""
        last = max([self._last_row(col) for col in cols])
        if last < end_row:
            return last
        return self._last_of(range(end_row - 1, first_row - 1, -1), cols)

    def _last_row(self, col: int) -> int:
        """The last row with anything in a column; -1: there is none."""
        if self.rows is None:
            self.rows = sorted(self.table, reverse=True)
        if col not in self.last_rows:
            self.last_rows[col] = self._last_of(self.rows, (col,))
        return self.last_rows[col]

    def _last_of(self, rows: Iterable[int], cols: Sequence[int]) -> int:
        """The first of these rows, which go upwards, with anything in these columns."""
        for row in rows:
            cells = self.table.get(row)
            if cells:
                for col in cols:
                    cell = cells.get(col)
                    if cell is not None and _KINDS[type(cell)] != "Blank":
                        return row
        return -1

    def array(self, row: int, col: int, height: int, width: int) -> Array:
        """What the cells of an area hold."""
        cols = range(col, col + width)
        rows = range(row, max(row, self.last_filled(row, row + height, cols) + 1))
        return Array(self._values(rows, cols), None, height, width)

    def value(self, row: int, col: int) -> Scalar:
        """What a cell holds or its formula gives."""
        cell: Any = (self.table.get(row) or _NO_CELLS).get(col)
        kind = _KINDS[type(cell)]
        if kind == "String":
            text: str = self.results.strings[cell.string]
            return text
        if MODES[type(cell)] is not None:
            return self.result(row, col, cell)
        return _held(cell, kind)

    def _values(self, rows: Iterable[int], cols: Sequence[int]) -> list[Scalar]:
        """What the cells of these rows and columns hold, or their formulas give."""
        values: list[Scalar] = []
        table, formulas, results, add = self.table, self.formulas, self.results, values.append
        strings = results.strings
        for row in rows:
            cells = table.get(row) or _NO_CELLS
            for col in cols:
                cell: Any = cells.get(col)
                if cell is None:
                    add(None)
                    continue
                kind = _KINDS[type(cell)]
                if kind == "String":
                    add(strings[cell.string])
                elif kind == "Number":
                    add(float(cell.number))
                elif MODES[type(cell)] is not None:
                    formula = formulas.get((row, col))
                    if formula is None or formula.number != results.number:
                        add(self.result(row, col, cell))
                    else:
                        add(formula.value)
                else:
                    add(_held(cell, kind))
        return values

    def formulas_in(self, row: int, col: int, height: int, width: int) -> Sequence[CellFormula]:
        """The formulas in the cells of an area that are known; row by row if each cell has one."""
        known = self.formulas
        if len(known) < height * width:
            return [
                formula
                for (r, c), formula in known.items()
                if row <= r < row + height and col <= c < col + width
            ]
        cells = [(r, c) for r in range(row, row + height) for c in range(col, col + width)]
        return [formula for formula in map(known.get, cells) if formula is not None]

    def result(self, row: int, col: int, cell: Any) -> Scalar:
        """The result of a formula; one that rests on itself is a fault."""
        formula = self.formulas.get((row, col)) or self._met(row, col, cell)
        if formula.number != self.results.number:
            formula.settle(self.results.number)
        return formula.value

    def _met(self, row: int, col: int, cell: Any) -> CellFormula:
        """A formula that was not in this cell before."""
        self.unmet.pop((row, col), None)
        formula = self.results.formula(self.name, row, col, cell)
        self.formulas[row, col] = formula
        self.version += 1
        return formula


def _held(cell: Any, kind: str) -> Scalar:
    """What a cell holds that has neither a text nor a formula."""
    if kind == "Number":
        return float(cell.number)
    return bool(cell.boolean) if kind == "Boolean" else None
