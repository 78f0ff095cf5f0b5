"""What the two binary formats of Excel share: cell values, errors, and what a name stands for."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from attrs import Factory, define

from clusterbook.a1 import MAX_COLUMNS, MAX_ROWS, Address, Merge, cell_name, sheet_reference
from clusterbook.readers.cells import FileNote, SheetContent, SheetGrid, from_1904
from clusterbook.readers.limits import Limits, damaged, too_big

_ERRORS: Final = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?",
    0x24: "#NUM!", 0x2A: "#N/A", 0x2B: "#GETTING_DATA",
}  # fmt: skip
FILTER_NAME: Final = "_xlnm._FilterDatabase"
BUILT_IN_NAMES: Final = {
    "\x06": "_xlnm.Print_Area",
    "\x07": "_xlnm.Print_Titles",
    "\x0d": FILTER_NAME,
}

Style = int | str  # the number or the name of a cell format
NameValue = tuple[str, Merge] | str  # an area of a sheet, or a constant text


def error_text(code: int) -> str:
    """Return what a cell shows for an error code."""
    return _ERRORS.get(code, f"#ERR{code}!")


def rk_number(packed: int) -> float:
    """Return the number that is packed into 30 bits and two flags."""
    if packed & 2:
        whole = packed >> 2
        value = float(whole - (1 << 30) if whole >= 1 << 29 else whole)
    else:
        value = struct.unpack("<d", struct.pack("<Q", (packed & ~3) << 32))[0]
    return value / 100 if packed & 1 else value


@define(kw_only=True)
class SheetSink(SheetContent):
    """Takes the cells of one sheet in any order."""

    name: str
    state: str
    classes: Mapping[str, str]  # "percent" or "date" by the number of a cell format
    date1904: bool
    limits: Limits
    filtered: bool = False  # by an area that only a name tells
    notes: list[FileNote] = Factory(list)

    def _take(self, row: int, column: int, style: Style) -> Address:
        if row >= MAX_ROWS or column >= MAX_COLUMNS:
            raise damaged(self.name, "address")
        at = row, column
        if at in self.cells or at in self.errors:
            self.notes.append(FileNote("duplicate_cell", self.name, cell_name(*at)))
            self.cells.pop(at, None)
            self.errors.pop(at, None)
        elif len(self.cells) >= self.limits.cells:
            raise too_big("cells", self.limits.cells)
        shown = self.classes.get(str(style), "")
        if shown:
            self.formats[at] = shown
        return at

    def number(self, row: int, column: int, style: Style, value: float) -> None:
        """Take a number; one that is not finite is an error."""
        at = self._take(row, column, style)
        if not math.isfinite(value):
            self.errors[at] = str(value)
        elif self.date1904 and self.formats.get(at, "").startswith("date"):
            self.cells[at] = from_1904(value)
        else:
            self.cells[at] = value

    def date(self, row: int, column: int, serial: float) -> None:
        """Take a date that counts from 1900, whatever the file's numbers count from."""
        at = self._take(row, column, "")
        self.cells[at], self.formats[at] = serial, "date"

    def text(self, row: int, column: int, style: Style, value: str) -> None:
        """Take a text; an empty one leaves the cell blank."""
        at = self._take(row, column, style)
        if value:
            self.cells[at] = value
        elif at not in self.formulas:
            self.formats.pop(at, None)

    def boolean(self, row: int, column: int, style: Style, *, value: bool) -> None:
        """Take a truth value."""
        self.cells[self._take(row, column, style)] = value

    def error(self, row: int, column: int, style: Style, value: str) -> None:
        """Take an error value."""
        self.errors[self._take(row, column, style)] = value

    def formula(self, row: int, column: int, text: str = "") -> None:
        """Take note of a formula; without its text, where that is not decoded."""
        self.formulas[row, column] = text

    def filtered_by(self, names: Mapping[str, NameValue]) -> SheetGrid:
        """Return what was taken, with the filter whose area a name tells."""
        area = names.get(f"{self.name}!{FILTER_NAME}") if self.filtered else None
        if isinstance(area, tuple):
            self.filter = area[1]
        return self.grid(self.name, self.state)


def name_texts(names: Mapping[str, NameValue]) -> dict[str, str]:
    """Return what names stand for as formulas say it."""
    return {
        name: sheet_reference(*value) if isinstance(value, tuple) else value
        for name, value in names.items()
    }


# --- names ----------------------------------------------------------------------------------

_REFERENCE: Final = (0x3A, 0x5A, 0x7A)
_AREA: Final = (0x3B, 0x5B, 0x7B)
_TEXT: Final = 0x17
_NARROW: Final = struct.Struct("<HHH"), struct.Struct("<HHHHH")
_WIDE: Final = struct.Struct("<HLH"), struct.Struct("<HLLHH")


def name_value(
    tokens: bytes,
    sheet_of: Callable[[int], str | None],
    text_of: Callable[[bytes], str],
    *,
    wide: bool,
) -> NameValue | None:
    """Return what a name stands for, None when it is neither an area nor a constant text."""
    cell, area = _WIDE if wide else _NARROW
    kind, body = tokens[0] if tokens else 0, tokens[1:]
    if kind in _REFERENCE and len(body) == cell.size:
        link, row, column = cell.unpack(body)
        corners = row, column, row, column
    elif kind in _AREA and len(body) == area.size:
        link, row, last_row, column, last_column = area.unpack(body)
        corners = row, column, last_row, last_column
    elif kind == _TEXT:
        return '"' + text_of(body).replace('"', '""') + '"'
    else:
        return None
    sheet = sheet_of(link)
    if sheet is None:
        return None
    first_row, first, last_row, last = corners
    return sheet, (first_row, first & 0x3FFF, last_row, last & 0x3FFF)


def sheet_by_link(
    sheets: Sequence[str], links: Sequence[tuple[int, int, int]], own: set[int]
) -> Callable[[int], str | None]:
    """Return a function that names the one sheet of this workbook that a link leads to."""

    def sheet_of(link: int) -> str | None:
        if link >= len(links):
            return None
        book, first, last = links[link]
        return sheets[first] if book in own and first == last and 0 <= first < len(sheets) else None

    return sheet_of
