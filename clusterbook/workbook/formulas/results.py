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

from attrs import define, field

from clusterbook.a1 import column_number
from clusterbook.workbook.formulas.cells import MODES, SheetCells, Table, is_text
from clusterbook.workbook.formulas.formula import (
    FormulaFault,
    FormulaPart,
    compiled,
    taken_apart,
)
from clusterbook.workbook.formulas.places import GONE, At, CellFormula, Place
from clusterbook.workbook.formulas.values import Scalar

__all__ = ["At", "Results"]

_CELL = r"\$?([A-Z]{1,3})\$?([0-9]+)"
_AREA = re.compile(rf"(?:(?:'((?:[^']|'')+)'|(\w+))!)?{_CELL}(?::{_CELL})?")
#: A formula compiled, the places it refers to, which of them stands where, and the names it calls.
Taken: TypeAlias = "tuple[FormulaPart, Sequence[Place], Sequence[int], Sequence[str]]"


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


# Formulas of validations and marks that were found to be fine, by what their names stand for.
_FINE: set[tuple[int, str, int]] = set()
_MOST_FINE = 20_000


@define(eq=False)
class Results:
    """The formulas of one workbook and what they come to."""

    sheets: dict[str, SheetCells] = field(factory=dict)
    names: dict[str, str] = field(factory=dict)
    strings: Sequence[str] = ()
    #: a number for all that a formula may name: workbooks of one layout share it
    known_by: int = 0
    #: how many workbooks it has been, with this one
    number: int = 0
    memo: dict[Any, Any] = field(factory=dict)
    #: the formulas of this workbook: each after those it rests on
    order: list[CellFormula] = field(factory=list)
    #: the places that INDEX and OFFSET led to in the formula that is being worked out
    moved: list[Place] = field(factory=list)
    #: the cells of formulas that call a name, by the name
    _naming: dict[str, set[At]] = field(factory=dict)

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
        self.number += 1
        before, self.names, self.strings = self.names, names, strings
        self.known_by = hash(frozenset(names.items()))
        for name, table, hidden in sheets:
            if name not in self.sheets:
                self.sheets[name] = SheetCells(self, name, hidden)
            self.sheets[name].hold(table)
        for name in sorted({name for name, _ in before.items() ^ names.items()}):
            self._rename(name)

    def settle(self) -> None:
        """Find out what the formulas come to that are known from the workbook before."""
        number, known, self.order = self.number, self.order, []
        try:
            for formula in known:
                if not formula.late:
                    formula.number = number
                    self.order.append(formula)
                elif formula.number not in (number, GONE):
                    formula.settle(number)
        except FormulaFault:  # told as that of a workbook of which nothing is known
            self._begin_anew()

    def _begin_anew(self) -> None:
        self.order.clear()
        self.memo.clear()
        self._naming.clear()
        for name, sheet in self.sheets.items():
            self.sheets[name] = SheetCells(self, name, sheet.hidden)
            self.sheets[name].hold(sheet.table)

    def let_go(self) -> None:
        """Nothing of the workbook is kept but its formulas, what they read and came to."""
        for sheet in self.sheets.values():
            sheet.let_go()
        self.strings = ()
        self.memo.clear()

    def _rename(self, name: str) -> None:
        for sheet in self.sheets.values():
            sheet.places.pop(name, None)
        for sheet_name, row, col in self._naming.pop(name, ()):
            self.sheets[sheet_name].renamed(row, col)

    @property
    def size(self) -> int:
        """How many places its formulas have referred to."""
        return sum(sheet.count_places() for sheet in self.sheets.values())

    def formula(self, sheet: str, row: int, col: int, cell: Any) -> CellFormula:
        """The formula of a cell."""
        mode: Any = MODES[type(cell)]
        text = cell.formula
        cells = self.sheets[sheet]
        part, places, order, names = self._taken(cells, text, mode)
        for name in names:
            self._naming.setdefault(name, set()).add((sheet, row, col))
        # A summary has thousands of formulas: most share one list for all three.
        blocks = places if len(order) == len(places) else [places[index] for index in order]
        reads = places
        if part.unread or len(set(places)) < len(places):
            read = [one for n, one in enumerate(blocks) if not part.unread >> n & 1]
            reads = list(dict.fromkeys(read))
        return CellFormula(cells, (row, col), text, type(cell), part, places, order, blocks, reads)

    def _taken(self, sheet: SheetCells, text: str, mode: int) -> Taken:
        shape, operands, order = taken_apart(text)
        known = sheet.places
        places = [known.get(operand) or self._resolved(sheet, operand) for operand in operands]
        names = [operand for operand in operands if operand in self.names]
        return compiled(shape, [places[index] for index in order], mode), places, order, names

    def _resolved(self, sheet: SheetCells, text: str) -> Place:
        place = sheet.places[text] = self._looked_up(sheet, text)
        return place

    def _looked_up(self, sheet: SheetCells, text: str) -> Place:
        if text in self.names:
            return self._resolved(sheet, self.names[text].removeprefix("="))
        area = _area_of(text)
        if area is None:
            raise FormulaFault(f"there is no name {text}")
        name, *corners = area
        if name and name not in self.sheets:
            raise FormulaFault(f"there is no sheet {name}")
        return (self.sheets[name] if name else sheet).place(*corners)

    def of(self, sheet: str, row: int, col: int) -> Scalar:
        """What the formula in a cell comes to."""
        cells = self.sheets[sheet]
        return cells.result(row, col, cells.table[row][col])

    def store(self, sheet: str, row: int, col: int, value: Any) -> None:
        """Write down what is to stand beside a formula."""
        cells = self.sheets[sheet].table[row]
        cells[col] = cells[col]._replace(value=value)

    def cells_with(self, texts: Container[int]) -> dict[At, int]:
        """The cells that hold one of these texts, by their number."""
        return {
            (name, row, col): cell.string
            for name, sheet in self.sheets.items()
            for row, columns in sheet.table.items()
            for col, cell in columns.items()
            if is_text(cell) and cell.string in texts
        }

    def resting_on(self, cells: Iterable[At]) -> dict[At, frozenset[At]]:
        """The formulas that rest on these cells, directly or through others.

        Each comes after those it rests on, and with those of all these that it looks at itself.
        """
        by_sheet: dict[str, list[At]] = {}
        for at in cells:
            by_sheet.setdefault(at[0], []).append(at)
        found: dict[At, frozenset[At]] = {}
        for formula in self.order:
            sources = {
                source
                for place in formula.places
                for source in by_sheet.get(place.sheet.name, ())
                if place.holds(source)
            }
            if sources:
                at = (formula.sheet.name, *formula.cell)
                found[at] = frozenset(sources)
                by_sheet.setdefault(at[0], []).append(at)
        return found

    def with_texts(self, texts: Mapping[int, str]) -> Results:
        """The same workbook with other texts; its formulas are still worked out as they were."""
        strings = list(self.strings)
        for number, text in texts.items():
            strings[number] = text
        other = Results(names=self.names, strings=strings, number=self.number)
        for name, cells in self.sheets.items():
            own = other.sheets[name] = SheetCells(other, name, cells.hidden)
            own.table, own.formulas = cells.table, cells.formulas.copy()
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
                self._taken(self.sheets[sheet], formula.removeprefix("="), mode)
            except FormulaFault as fault:
                yield formula, str(fault)
            else:
                if len(_FINE) >= _MOST_FINE:  # a name tells whose a workbook is
                    _FINE.clear()
                _FINE.add(key)
