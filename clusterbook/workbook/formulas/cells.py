"""Cells as formulas see them: places that hold values, and formulas with what they came to.

Workbooks of one frame have nearly all formulas alike, and most cells. So a place remembers what it
held, and a formula what it came to. In the next workbook the cells that are not the same touch the
places they belong to, and these tell the formulas that read them; such a formula is worked out
again if a place indeed holds something else, and touches others if it comes to something else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Protocol, TypeAlias

from attrs import define, field

from clusterbook.workbook.formulas.formula import ARRAY, MARKS, PLAIN, FormulaFault, FormulaPart
from clusterbook.workbook.formulas.values import Array, Scalar, all_identical, identical

#: Where a cell is: sheet, row and column.
At: TypeAlias = tuple[str, int, int]
#: Rows of a sheet as XlsxWriter holds them.
Table: TypeAlias = dict[int, dict[int, Any]]

# What formulas came to over the same values: most cells of a blank are alike.
_SAME: dict[tuple[Any, ...], Scalar] = {}
_MOST_SAME = 100_000
_NO_CELLS: dict[int, Any] = {}
_NOT_YET: Any = object()
_UNDER_WAY, GONE = -1, -2


class Calculation(Protocol):
    """The workbook that cells and formulas are in, as ``results.Results`` holds it."""

    #: how many workbooks it has been, with this one
    number: int
    strings: Sequence[str]
    memo: dict[Any, Any]
    #: the formulas of this workbook: each after those it rests on
    order: list[CellFormula]
    #: the places that INDEX and OFFSET led to in the formula that is being worked out
    moved: list[Place]

    def formula(self, sheet: SheetCells, row: int, col: int, cell: Any) -> CellFormula:
        """The formula of a cell."""


@define(eq=False, slots=True)
class Place:
    """A cell or range of the workbook, as formulas see it: a ``parts.Reference``."""

    sheet: SheetCells
    row: int
    col: int
    height: int
    width: int
    results: Calculation = field(init=False)
    memo: dict[Any, Any] = field(init=False)
    single: bool = field(init=False)
    mark: str = field(init=False)
    #: the formulas that ask what it holds
    readers: list[CellFormula] = field(factory=list)
    #: whether a cell may have changed since it was looked at; its readers know that they are late
    stale: bool = True
    #: the workbook since which it holds what it holds
    since: int = 0
    #: the last workbook in which the formulas in its cells were asked for
    number: int = 0
    #: what it held when it was looked at
    content: Any = _NOT_YET
    _formulas: Sequence[CellFormula] = ()
    #: of its sheet, when these were the formulas in its cells
    _version: int = -1

    def __attrs_post_init__(self) -> None:
        self.results = self.sheet.results
        self.memo = self.results.memo
        self.single = self.height == 1 and self.width == 1
        self.mark = MARKS[self.single, self.sheet.hidden]

    def settle(self, number: int) -> None:
        """Find out whether it holds in this workbook what it held before."""
        if not self.stale:
            for formula in self.formulas():
                if formula.number != number:
                    formula.settle(number)  # which may touch this place
        if self.stale:
            self._look()
        self.number = number

    def formulas(self) -> Sequence[CellFormula]:
        """The formulas in its cells that are known, row by row where all its cells have one."""
        sheet = self.sheet
        if self._version != sheet.version:
            self._formulas = sheet.formulas_in(self.row, self.col, self.height, self.width)
            self._version = sheet.version
        return self._formulas

    def touch(self) -> None:
        """One of its cells may have changed."""
        if not self.stale:
            self.stale = True
            for formula in self.readers:
                formula.late = True

    def _look(self) -> None:
        known: Any = self.content
        content: Any
        if self.single:
            content = self.sheet.value(self.row, self.col)
            same = identical(content, known)
        else:
            content = self._array()
            same = known is not _NOT_YET and all_identical(content.head, known.head)
        if not same:
            self.content, self.since = content, self.results.number
        self.stale = False

    def _array(self) -> Array:
        height, width, number = self.height, self.width, self.results.number
        if self.since:  # it is cheaper to look at the cells than to look for formulas only once
            formulas = self.formulas()
            if len(formulas) == height * width:
                for formula in formulas:
                    if formula.number != number:
                        formula.settle(number)
                return Array([formula.value for formula in formulas], None, height, width)
        return self.sheet.array(self.row, self.col, height, width)

    def value(self) -> Scalar:
        """What a single cell holds."""
        if self.number != self.results.number:
            self.settle(self.results.number)
        value: Scalar = self.content
        return value

    def alike(self) -> Any:
        """A key that places with the same values share, None where there is none."""
        if self.single:
            value = self.value()
            return type(value), value
        array = self.array()
        return None if array.head else (self.height, self.width)

    def array(self) -> Array:
        """What all its cells hold; from the first row on below which nothing stands, the tail."""
        if self.single:
            return self.sheet.array(self.row, self.col, 1, 1)
        if self.number != self.results.number:
            self.settle(self.results.number)
        array: Array = self.content
        return array

    def holds(self, at: At) -> bool:
        """Whether a cell of its sheet is among its own."""
        row, col = at[1] - self.row, at[2] - self.col
        return 0 <= row < self.height and 0 <= col < self.width

    def moved(self, rows: int, cols: int, height: int, width: int) -> Place | None:
        """Another place on the same sheet; None above or left of it."""
        row, col = self.row + rows, self.col + cols
        if row < 0 or col < 0:
            return None
        place = self.sheet.place(row, col, height, width)
        self.results.moved.append(place)
        return place


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


@define(eq=False, slots=True)
class CellFormula:
    """The formula in a cell, and what it came to."""

    sheet: SheetCells
    #: its row and column
    cell: tuple[int, int]
    text: str
    #: the class of cells that are entered this way
    entry: type
    part: FormulaPart
    places: Sequence[Place]
    order: Sequence[int]
    #: those of the places whose values count
    reads: Sequence[Place]
    #: the places that INDEX and OFFSET led to
    moved: Sequence[Place] = ()
    value: Scalar = None
    #: the workbook in which it was worked out; 0: none yet
    since: int = 0
    #: the last workbook in which it was asked for
    number: int = 0
    #: whether a place that it reads may hold something else than when it was asked for
    late: bool = True

    def __attrs_post_init__(self) -> None:
        for place in self.reads:
            place.readers.append(self)

    def settle(self, number: int) -> None:
        """Find out what it comes to in this workbook, unless that is known."""
        if self.number == _UNDER_WAY:
            raise FormulaFault("rests on its own result")
        self.number = _UNDER_WAY
        since = self.since
        stale = not since
        for place in self.reads:
            if place.number != number:
                place.settle(number)
            if place.since > since:
                stale = True
        if not stale and self.moved:
            stale = self._moved_to_others(number)
        if stale:
            self._work_out(number)
        self.number, self.late = number, False
        self.sheet.results.order.append(self)

    def leave(self) -> None:
        """It is gone: nobody has to tell it anything any more."""
        self.number, self.late = GONE, True
        for place in {*self.reads, *self.moved}:
            place.readers.remove(self)

    def _moved_to_others(self, number: int) -> bool:
        """Whether other values stand where INDEX and OFFSET led to."""
        for place in self.moved:
            if place.number != number:
                place.settle(number)
        return any(place.since > self.since for place in self.moved)

    def _work_out(self, number: int) -> None:
        value = self._roamed() if self.part.roams else self._come_to()
        if value is None:
            value = 0.0  # so an empty cell that is referred to shows
        if not (self.since and identical(value, self.value)):
            self.value = self.sheet.values[self.cell] = value
            if self.since:  # or else nobody has looked at its cell
                self.sheet.touch(*self.cell)
        self.since = number

    def _come_to(self) -> Scalar:
        return _worked_out(self.part, self.places, self.order)

    def _roamed(self) -> Scalar:
        """What it comes to where it may lead to other places than before."""
        results = self.sheet.results
        others, results.moved = results.moved, []
        value = self._come_to()
        moved, results.moved = list(dict.fromkeys(results.moved)), others
        for place in self.moved:
            if place not in moved and place not in self.reads:
                place.readers.remove(self)
        for place in moved:
            if self not in place.readers:
                place.readers.append(self)
        self.moved = moved
        return value


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
    #: cells that formulas refer to; ranges by their corners, and by each of their columns
    _cells: dict[tuple[int, int], Place] = field(factory=dict)
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
                if ours.get(col) is not cell:
                    changed[col].append(row)
                    if MODES[type(cell)] is not None or (row, col) in self.formulas:
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
            self._touch(col, (row,))

    def _touch(self, col: int, rows: Sequence[int]) -> None:
        """Cells of a column may hold something else."""
        for row in rows:
            place = self._cells.get((row, col))
            if place is not None:
                place.touch()
        for place in self._by_column.get(col, ()):
            if not place.stale and any(0 <= row - place.row < place.height for row in rows):
                place.touch()

    def touch(self, row: int, col: int) -> None:
        """The formula in a cell has come to something else than before."""
        place = self._cells.get((row, col))
        if place is not None:
            place.touch()
        over = self._over.get((row, col))
        if over is None:
            ranges = self._by_column.get(col, ())
            over = [place for place in ranges if 0 <= row - place.row < place.height]
            self._over[row, col] = over
        for place in over:
            place.touch()

    def place(self, row: int, col: int, height: int, width: int) -> Place:
        """The one object of a cell or range."""
        single = height == 1 and width == 1
        known: dict[Any, Place] = self._cells if single else self._ranges
        corners = (row, col) if single else (row, col, height, width)
        place = known.get(corners)
        if place is None:
            place = known[corners] = Place(self, row, col, height, width)
            if not single:
                for column in range(col, col + width):
                    self._by_column.setdefault(column, []).append(place)
                self._over.clear()
        return place

    def count_places(self) -> int:
        """How many cells and ranges formulas have referred to."""
        return len(self._cells) + len(self._ranges)

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
        for row in rows:
            cells = table.get(row) or _NO_CELLS
            for col in cols:
                cell: Any = cells.get(col)
                kind = _KINDS[type(cell)]
                if kind == "String":
                    add(results.strings[cell.string])
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
        formula = self.results.formula(self, row, col, cell)
        self.formulas[row, col] = formula
        self.version += 1
        return formula


def _held(cell: Any, kind: str) -> Scalar:
    """What a cell holds that has neither a text nor a formula."""
    if kind == "Number":
        return float(cell.number)
    return bool(cell.boolean) if kind == "Boolean" else None


def _worked_out(part: FormulaPart, places: Sequence[Place], at: Sequence[int]) -> Scalar:
    """What a formula comes to; found, where another has come to it over the same values."""
    key = None
    if not part.placed:
        key = _key(part, places, at)
        if key in _SAME:
            return _SAME[key]
    value: Any = part.run([places[index] for index in at], 0)
    if type(value) is Array:
        value = value.first()
    if key is not None:
        if len(_SAME) >= _MOST_SAME:
            _SAME.clear()
        _SAME[key] = value
    result: Scalar = value
    return result


def _key(
    part: FormulaPart, places: Sequence[Place], at: Sequence[int]
) -> tuple[Any, ...] | None:
    """What a formula has in common with all that come to the same; None: it may have no like."""
    key: list[Any] = [part, at]
    for place in places:
        value = place.alike()
        if value is None:
            return None
        key.append(value)
    return tuple(key)
