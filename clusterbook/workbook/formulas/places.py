"""Places that hold values, and formulas with what they came to.

Workbooks of one frame have nearly all formulas alike, and most cells. So a place remembers what it
held, and a formula what it came to. In the next workbook the cells that are not the same touch the
places they belong to (``cells``), and these tell the formulas that read them; such a formula is
worked out again if a place indeed holds something else, and touches others if it comes to
something else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias

from attrs import define, field

from clusterbook.workbook.formulas.formula import MARKS, FormulaFault, FormulaPart
from clusterbook.workbook.formulas.values import Array, Scalar, all_identical, identical

#: Where a cell is: sheet, row and column.
At: TypeAlias = tuple[str, int, int]

# What formulas came to over the same values: most cells of a blank are alike.
_SAME: dict[tuple[Any, ...], Any] = {}
_MOST_SAME = 100_000
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

    def formula(self, sheet: str, row: int, col: int, cell: Any) -> CellFormula:
        """The formula of a cell."""


class HeldCells(Protocol):
    """The cells of a sheet, as ``cells.SheetCells`` holds them."""

    results: Calculation
    name: str
    hidden: bool
    #: what its formulas come to, by row and column
    values: dict[tuple[int, int], Scalar]
    #: how many times a formula has come or gone
    version: int

    def place(self, row: int, col: int, height: int, width: int) -> Place:
        """The one object of a cell or range."""

    def value(self, row: int, col: int) -> Scalar:
        """What a cell holds or its formula gives."""

    def array(self, row: int, col: int, height: int, width: int) -> Array:
        """What the cells of an area hold."""

    def formulas_in(self, row: int, col: int, height: int, width: int) -> Sequence[CellFormula]:
        """The formulas in an area that are known; row by row if each cell has one."""

    def touch(self, row: int, col: int) -> None:
        """The formula in a cell has come to something else than before."""


@define(eq=False, slots=True)
class Place:
    """A cell or range of the workbook, as formulas see it: a ``parts.Reference``."""

    sheet: HeldCells
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
            return (type(value), value) if value != 0 else repr(value)
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


@define(eq=False, slots=True)
class CellFormula:
    """The formula in a cell, and what it came to."""

    sheet: HeldCells
    #: its row and column
    cell: tuple[int, int]
    text: str
    #: the class of cells that are entered this way
    entry: type[Any]
    part: FormulaPart
    #: the places it refers to, which of them stands where in its text, and all as they stand there
    places: Sequence[Place]
    order: Sequence[int]
    blocks: Sequence[Place]
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
        if type(value) is Array:
            value = value.first()
        if value is None:
            value = 0.0  # so an empty cell that is referred to shows
        if not (self.since and identical(value, self.value)):
            self.value = self.sheet.values[self.cell] = value
            if self.since:  # or else nobody has looked at its cell
                self.sheet.touch(*self.cell)
        self.since = number

    def _come_to(self) -> Any:
        """What it comes to; for the first time others of a blank may have come to it."""
        if self.since or self.part.placed:
            return self.part.run(self.blocks, 0)
        values = [place.alike() for place in self.places]
        if None in values:
            return self.part.run(self.blocks, 0)
        key = (self.part, self.order, *values)
        if key not in _SAME:
            if len(_SAME) >= _MOST_SAME:
                _SAME.clear()
            _SAME[key] = self.part.run(self.blocks, 0)
        return _SAME[key]

    def _roamed(self) -> Any:
        """What it comes to where it may lead to other places than before."""
        results = self.sheet.results
        others, results.moved = results.moved, []
        value = self._come_to()
        moved, results.moved = tuple(dict.fromkeys(results.moved)), others
        if moved != self.moved:
            for place in self.moved:
                if place not in self.reads:
                    place.readers.remove(self)
            for place in moved:
                if place not in self.reads:
                    place.readers.append(self)
            self.moved = moved
        return value
