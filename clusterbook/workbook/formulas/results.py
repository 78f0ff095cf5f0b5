"""True results for the formulas of a workbook that is being written.

Protected View, previewers and readers that do not calculate show what is stored. So every formula
is worked out before the file is closed, over the cells as XlsxWriter holds them; and each has to be
one that means in Excel what we mean (``formula``).
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from attrs import define, evolve, field

from clusterbook.a1 import column_number
from clusterbook.workbook.formulas.formula import (
    ARRAY,
    MARKS,
    PLAIN,
    FormulaFault,
    FormulaPart,
    compiled,
    taken_apart,
)
from clusterbook.workbook.formulas.values import Array, Scalar

_CELL = r"\$?([A-Z]{1,3})\$?([0-9]+)"
_AREA = re.compile(rf"(?:(?:'((?:[^']|'')+)'|(\w+))!)?{_CELL}(?::{_CELL})?")
#: Where a cell is: sheet, row and column.
At: TypeAlias = tuple[str, int, int]
#: Rows of a sheet as XlsxWriter holds them.
Table: TypeAlias = dict[int, dict[int, Any]]
_FORMULAS = ("Formula", "ArrayFormula")
#: A formula compiled, the places it refers to, and which of them stands where in it.
Taken: TypeAlias = "tuple[FormulaPart, Sequence[Place], Sequence[int]]"


@lru_cache(maxsize=32768)
def _area_of(text: str) -> tuple[str, int, int, int, int] | None:
    """An address: sheet ('' for the formula's own), first row and column, height and width."""
    found = _AREA.fullmatch(text)
    if found is None:
        return None
    quoted, plain, letters, number, last_letters, last_number = found.groups()
    row, col = int(number), column_number(letters)
    name = quoted.replace("''", "'") if quoted else plain or ""
    if last_letters is None:
        return name, row - 1, col, 1, 1
    return name, row - 1, col, int(last_number) - row + 1, column_number(last_letters) - col + 1


# What formulas came to over the same values: most cells of a blank are alike.
_SAME: dict[tuple[Any, ...], Scalar] = {}
_MOST_SAME = 100_000
_NOT_YET = object()
# Formulas of validations and marks that were found to be fine, by what their names stand for.
_FINE: set[tuple[int, str, int]] = set()


@define(eq=False, slots=True)
class Place:
    """A cell or range of the workbook, as formulas see it: an ``formula.Block``."""

    sheet: _Cells
    row: int
    col: int
    height: int
    width: int
    memo: dict[Any, Any]
    single: bool = field(init=False)
    mark: str = field(init=False)
    _value: Any = _NOT_YET
    _array: Array | None = None

    def __attrs_post_init__(self) -> None:
        self.single = self.height == 1 and self.width == 1
        self.mark = MARKS[self.single, self.sheet.hidden]

    def value(self) -> Scalar:
        """What the first cell holds."""
        if self._value is _NOT_YET:
            self._value = self.sheet.value(self.row, self.col)
        value: Scalar = self._value
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
        if self._array is None:
            last = self.sheet.last_filled(self.col, self.col + self.width, self.row + self.height)
            rows = range(self.row, max(self.row, last + 1))
            cols = range(self.col, self.col + self.width)
            head = [self.sheet.value(row, col) for row in rows for col in cols]
            self._array = Array(head, None, self.height, self.width)
        return self._array

    def holds(self, at: At) -> bool:
        """Whether a cell of its sheet is among its own."""
        row, col = at[1] - self.row, at[2] - self.col
        return 0 <= row < self.height and 0 <= col < self.width

    def forget(self) -> None:
        """Nothing is known of its cells any more."""
        self._value, self._array = _NOT_YET, None

    def moved(self, rows: int, cols: int, height: int, width: int) -> Place | None:
        """Another place on the same sheet; None above or left of it."""
        row, col = self.row + rows, self.col + cols
        if row < 0 or col < 0:
            return None
        return self.sheet.results.place(self.sheet, row, col, height, width)


@define(eq=False)
class _Cells:
    """The cells of one sheet."""

    results: Results
    name: str
    table: Table
    hidden: bool
    formulas: dict[tuple[int, int], Scalar] = field(factory=dict)
    under_way: set[tuple[int, int]] = field(factory=set)
    filled: dict[int, list[int]] = field(factory=dict)
    #: places by what a formula on this sheet calls them
    places: dict[str, Place] = field(factory=dict)
    #: formulas on this sheet, by how they are entered, as ``Results.taken`` gives them
    known: dict[tuple[str, int], Taken] = field(factory=dict)

    def hold(self, table: Table) -> None:
        """These cells from now on."""
        self.table = table
        self.formulas, self.under_way, self.filled = {}, set(), {}

    @property
    def filled_rows(self) -> dict[int, list[int]]:
        """The rows of each column that hold anything, in order."""
        if not self.filled:
            for row in sorted(self.table):
                for col, cell in self.table[row].items():
                    if type(cell).__name__ != "Blank":
                        self.filled.setdefault(col, []).append(row)
        return self.filled

    def last_filled(self, first_col: int, end_col: int, end_row: int) -> int:
        """The last row before ``end_row`` with anything in these columns; -1: there is none."""
        last = -1
        for col in range(first_col, end_col):
            rows = self.filled_rows.get(col, ())
            last = max(last, next((row for row in reversed(rows) if row < end_row), -1))
        return last

    def value(self, row: int, col: int) -> Scalar:
        """What a cell holds or its formula gives."""
        cell = self.table.get(row, {}).get(col)
        kind = type(cell).__name__
        if kind in _FORMULAS:
            return self.result(row, col, cell)
        if kind == "String":
            return self.results.strings[cell.string]  # type: ignore[union-attr]
        if kind == "Number":
            return float(cell.number)  # type: ignore[union-attr]
        return bool(cell.boolean) if kind == "Boolean" else None  # type: ignore[union-attr]

    def result(self, row: int, col: int, cell: Any) -> Scalar:
        """The result of a formula; one that rests on itself is a fault."""
        at = row, col
        if at not in self.formulas:
            if at in self.under_way:
                raise FormulaFault("rests on its own result")
            self.under_way.add(at)
            mode = ARRAY if type(cell).__name__ == "ArrayFormula" else PLAIN
            value = _worked_out(*self.results.taken(self, cell.formula, mode))
            # An empty cell that is referred to shows as 0.
            self.formulas[at] = 0.0 if value is None else value
            self.under_way.discard(at)
            self.results.order.append((self.name, row, col))
        return self.formulas[at]


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


@define(eq=False)
class Results:
    """The formulas of one workbook and what they come to."""

    sheets: dict[str, _Cells] = field(factory=dict)
    names: dict[str, str] = field(factory=dict)
    strings: Sequence[str] = ()
    #: a number for all that a formula may name: workbooks of one layout share it
    known_by: int = 0
    memo: dict[Any, Any] = field(factory=dict)
    #: the formulas as they were worked out: each after those it rests on
    order: list[At] = field(factory=list)
    #: formulas that call a name, by the name: sheet and how the sheet knows them
    _naming: dict[str, list[tuple[_Cells, tuple[str, int]]]] = field(factory=dict)
    _places: dict[tuple[int, int, int, int, int], Place] = field(factory=dict)

    def begin(
        self,
        names: dict[str, str],
        strings: Sequence[str],
        sheets: Iterable[tuple[str, Table, bool]],
    ) -> None:
        """A workbook: what its names stand for, its texts, its sheets with their cells.

        Cells are as XlsxWriter holds them; of a sheet it is told whether it is hidden. After
        ``let_go`` it may be another workbook, which has the same sheets.
        """
        for name in self.names.keys() | names.keys():
            if self.names.get(name) != names.get(name):
                self._forget_name(name)
        self.names, self.strings = names, strings
        self.known_by = hash(frozenset(names.items()))
        for name, table, hidden in sheets:
            if name in self.sheets:
                self.sheets[name].hold(table)
            else:
                self.sheets[name] = _Cells(self, name, table, hidden)

    def let_go(self) -> None:
        """Nothing of the workbook is kept but what its formulas are."""
        for sheet in self.sheets.values():
            sheet.hold({})
        for place in self._places.values():
            place.forget()
        self.strings = ()
        self.memo.clear()
        self.order.clear()

    def _forget_name(self, name: str) -> None:
        for sheet in self.sheets.values():
            sheet.places.pop(name, None)
        for sheet, key in self._naming.pop(name, ()):
            sheet.known.pop(key, None)

    @property
    def size(self) -> int:
        """How many places its formulas have referred to."""
        return len(self._places)

    def place(self, sheet: _Cells, row: int, col: int, height: int, width: int) -> Place:
        """The one object of a range."""
        key = (id(sheet), row, col, height, width)
        if key not in self._places:
            self._places[key] = Place(sheet, row, col, height, width, self.memo)
        return self._places[key]

    def taken(self, sheet: _Cells, formula: str, mode: int) -> Taken:
        """A formula on ``sheet``, compiled, with the places it refers to and their order in it."""
        key = formula, mode
        taken = sheet.known.get(key)
        if taken is None:
            shape, operands, at = taken_apart(formula)
            known = sheet.places
            places = [known.get(text) or self._resolved(sheet, text) for text in operands]
            taken = compiled(shape, [places[index] for index in at], mode), places, at
            sheet.known[key] = taken
            for text in operands:
                if text in self.names:
                    self._naming.setdefault(text, []).append((sheet, key))
        return taken

    def _resolved(self, sheet: _Cells, text: str) -> Place:
        place = sheet.places[text] = self._looked_up(sheet, text)
        return place

    def _looked_up(self, sheet: _Cells, text: str) -> Place:
        if text in self.names:
            return self._resolved(sheet, self.names[text].removeprefix("="))
        area = _area_of(text)
        if area is None:
            raise FormulaFault(f"there is no name {text}")
        name, *corners = area
        if name and name not in self.sheets:
            raise FormulaFault(f"there is no sheet {name}")
        return self.place(self.sheets[name] if name else sheet, *corners)

    def of(self, sheet: str, row: int, col: int) -> Scalar:
        """What the formula in a cell comes to."""
        cells = self.sheets[sheet]
        return cells.result(row, col, cells.table[row][col])

    def store(self, sheet: str, row: int, col: int, value: Any) -> None:
        """Write down what is to stand beside a formula."""
        table = self.sheets[sheet].table
        table[row][col] = table[row][col]._replace(value=value)

    def cells_with(self, texts: Container[int]) -> dict[At, int]:
        """The cells that hold one of these texts, by their number."""
        return {
            (name, row, col): cell.string
            for name, sheet in self.sheets.items()
            for row, columns in sheet.table.items()
            for col, cell in columns.items()
            if type(cell).__name__ == "String" and cell.string in texts
        }

    def resting_on(self, cells: Iterable[At]) -> dict[At, frozenset[At]]:
        """The formulas that rest on these cells, directly or through others.

        Each comes after those it rests on, and with those of all these that it looks at itself.
        """
        by_sheet: dict[str, list[At]] = {}
        for at in cells:
            by_sheet.setdefault(at[0], []).append(at)
        found: dict[At, frozenset[At]] = {}
        for at in self.order:
            sources = {
                source
                for place in self._rests_on(*at)
                for source in by_sheet.get(place.sheet.name, ())
                if place.holds(source)
            }
            if sources:
                found[at] = frozenset(sources)
                by_sheet.setdefault(at[0], []).append(at)
        return found

    def _rests_on(self, sheet: str, row: int, col: int) -> Sequence[Place]:
        cells = self.sheets[sheet]
        cell = cells.table[row][col]
        mode = ARRAY if type(cell).__name__ == "ArrayFormula" else PLAIN
        return self.taken(cells, cell.formula, mode)[1]

    def with_texts(self, texts: Mapping[int, str]) -> Results:
        """The same workbook with other texts; its formulas are still worked out as they were."""
        strings = list(self.strings)
        for number, text in texts.items():
            strings[number] = text
        other = Results(names=self.names, strings=strings)
        for name, cells in self.sheets.items():
            other.sheets[name] = evolve(
                cells,
                results=other,
                formulas=cells.formulas.copy(),
                under_way=set(),
                places={},
                known={},
            )
        return other

    def anew(self, sheet: str, row: int, col: int) -> Scalar:
        """A formula worked out once more."""
        self.sheets[sheet].formulas.pop((row, col), None)
        return self.of(sheet, row, col)

    def faults(self, sheet: str, formulas: Iterable[tuple[str, int]]) -> Iterator[tuple[str, str]]:
        """What is wrong with formulas of validations and marks on a sheet: formula and fault."""
        for formula, mode in dict.fromkeys(formulas):
            key = (self.known_by, formula, mode)
            if key in _FINE:
                continue
            try:
                self.taken(self.sheets[sheet], formula.removeprefix("="), mode)
            except FormulaFault as fault:
                yield formula, str(fault)
            else:
                _FINE.add(key)
