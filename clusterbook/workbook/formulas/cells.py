"""Cells as formulas see them: places that hold values, and formulas with what they came to.

Workbooks of one frame have nearly all formulas alike, and most cells. So a place remembers what it
held, and a formula what it came to: it is worked out again where a value that it reads is another
one than it was in the workbook before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
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
_UNDER_WAY = -1


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

    def place(self, sheet: SheetCells, row: int, col: int, height: int, width: int) -> Place:
        """The one object of a range."""

    def formula(self, sheet: SheetCells, at: At, cell: Any) -> CellFormula:
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
    #: the workbook in which it was looked at last; 0: none yet
    number: int = 0
    #: the workbook since which it holds what it holds
    since: int = 0
    _content: Any = _NOT_YET
    #: of a single cell, the object that it was
    _cell: Any = _NOT_YET
    #: the formulas in its cells, where all of them are formulas
    _formulas: Sequence[CellFormula] = ()

    def __attrs_post_init__(self) -> None:
        self.results = self.sheet.results
        self.memo = self.results.memo
        self.single = self.height == 1 and self.width == 1
        self.mark = MARKS[self.single, self.sheet.hidden]

    def look(self) -> None:
        """Look at its cells, and whether they hold what they held in the workbook before."""
        sheet, number = self.sheet, self.results.number
        if self._formulas and sheet.kept_since(self.number):
            if not self._unchanged(number):
                self._hold(self._formulas[0].value if self.single else self._array())
        elif not self.single:
            self._hold(self._array())
            self._formulas = sheet.formulas_in(self.row, self.col, self.height, self.width)
        else:
            cell: Any = (sheet.table.get(self.row) or _NO_CELLS).get(self.col)
            if cell is not self._cell or self._formulas:
                self._hold(sheet.value(self.row, self.col))
                self._cell, self._formulas = cell, sheet.formulas_in(self.row, self.col, 1, 1)
        self.number = number

    def _array(self) -> Array:
        return self.sheet.array(self.row, self.col, self.height, self.width)

    def _hold(self, content: Any) -> None:
        known = self._content
        if self.single:
            same = identical(content, known)
        else:
            same = known is not _NOT_YET and all_identical(content.head, known.head)
        if not same:
            self._content, self.since = content, self.results.number

    def _unchanged(self, number: int) -> bool:
        """Whether all formulas in its cells come to what they came to when it was looked at."""
        last = 0
        for formula in self._formulas:
            if formula.number != number:
                formula.settle(number)
            last = max(last, formula.changed)
        return last <= self.number

    def value(self) -> Scalar:
        """What a single cell holds."""
        if self.number != self.results.number:
            self.look()
        value: Scalar = self._content
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
            self.look()
        array: Array = self._content
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
        place = self.results.place(self.sheet, row, col, height, width)
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

    results: Calculation
    at: At
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
    #: the workbook since which it comes to what it comes to
    changed: int = 0
    #: the last workbook in which it was asked for
    number: int = 0

    def settle(self, number: int) -> None:
        """Find out what it comes to in this workbook, unless that is known."""
        if self.number == _UNDER_WAY:
            raise FormulaFault("rests on its own result")
        self.number = _UNDER_WAY
        since = self.since
        stale = not since
        for place in self.reads:
            if place.number != number:
                place.look()
            if place.since > since:
                stale = True
        if not stale and self.moved:
            stale = self._moved_to_others(number)
        if stale:
            self._work_out(number)
        self.number = number
        self.results.order.append(self)

    def _moved_to_others(self, number: int) -> bool:
        """Whether other values stand where INDEX and OFFSET led to."""
        for place in self.moved:
            if place.number != number:
                place.look()
        return any(place.since > self.since for place in self.moved)

    def _work_out(self, number: int) -> None:
        if self.part.roams:
            results = self.results
            others, results.moved = results.moved, []
            value = _worked_out(self.part, self.places, self.order)
            self.moved, results.moved = results.moved, others
        else:
            value = _worked_out(self.part, self.places, self.order)
        if value is None:
            value = 0.0  # so an empty cell that is referred to shows
        if not (self.since and identical(value, self.value)):
            self.value, self.changed = value, number
        self.since = number


@define(eq=False)
class SheetCells:
    """The cells of one sheet."""

    results: Calculation
    name: str
    table: Table
    hidden: bool
    #: its rows from the last on, and the last of each column that holds anything
    rows: Sequence[int] | None = None
    last_rows: dict[int, int] = field(factory=dict)
    #: places by what a formula on this sheet calls them
    places: dict[str, Place] = field(factory=dict)
    #: formulas by their cells
    formulas: dict[tuple[int, int], CellFormula] = field(factory=dict)
    #: the workbook since which they are the same
    since: int = 0
    #: the cells with formulas, with column and row, once somebody has asked for them
    _entered: list[tuple[int, int, Any]] | None = None
    #: the same row by row, each row with all its cells: most are those of the workbook before
    _by_row: dict[int, tuple[dict[int, Any], list[tuple[int, int, Any]]]] = field(factory=dict)

    def hold(self, table: Table) -> None:
        """These cells from now on."""
        self.table, self.rows, self.last_rows, self._entered = table, None, {}, None

    def entered(self) -> list[tuple[int, int, Any]]:
        """The cells with formulas, column by column; formulas known from before are kept."""
        if self._entered is None:
            before, self._by_row = self._by_row, {}
            for row, cells in self.table.items():
                known = before.get(row)
                if known is None or (known[0] is not cells and known[0] != cells):
                    found = [
                        (c, row, one) for c, one in cells.items() if MODES[type(one)] is not None
                    ]
                    known = cells, found
                self._by_row[row] = known
            self._entered = list(chain.from_iterable(found for _, found in self._by_row.values()))
            self._entered.sort()  # no two have the same column and row
            self._keep_known(self._entered)
        return self._entered

    def _keep_known(self, entered: Sequence[tuple[int, int, Any]]) -> None:
        known = self.formulas
        kept = {
            (row, col): formula
            for col, row, cell in entered
            if (formula := known.get((row, col))) is not None
            and formula.text == cell.formula
            and formula.entry is type(cell)
        }
        if not len(known) == len(kept) == len(entered):
            self.formulas, self.since = kept, self.results.number

    def kept_since(self, number: int) -> bool:
        """Whether all its formulas are those of that workbook."""
        if self._entered is None:
            self.entered()
        return self.since <= number

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
        """The formulas in the cells of an area; none where it has other cells."""
        if (row, col) not in self.formulas:
            return ()
        cells = [(r, c) for r in range(row, row + height) for c in range(col, col + width)]
        formulas = list(map(self.formulas.get, cells))
        return () if None in formulas else formulas  # type: ignore[return-value]

    def result(self, row: int, col: int, cell: Any) -> Scalar:
        """The result of a formula; one that rests on itself is a fault."""
        if self._entered is None:
            self.entered()
        formula = self.formulas.get((row, col)) or self._met(row, col, cell)
        if formula.number != self.results.number:
            formula.settle(self.results.number)
        return formula.value

    def _met(self, row: int, col: int, cell: Any) -> CellFormula:
        """A formula that was not in this cell before."""
        formula = self.results.formula(self, (self.name, row, col), cell)
        self.formulas[row, col] = formula
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
        values = [place.alike() for place in places]
        if None not in values:
            key = (part, at, *values)
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
