"""Cells by name and by number: A1 notation in both directions, for every room of the house.

Rows and columns count from 0 in numbers and from 1 in names, as everywhere in spreadsheets. The
grid is that of ECMA-376.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

Address = tuple[int, int]  # row, column, from 0
Merge = tuple[int, int, int, int]  # first row, first column, last row, last column

MAX_ROWS: Final = 1_048_576
MAX_COLUMNS: Final = 16_384

_CELL: Final = re.compile("([A-Za-z]{1,3})([0-9]{1,7})")
_REFERENCE: Final = re.compile(
    r"\$?(?:'((?:[^']|'')+)'|([^'!]+))[!.]\$([A-Z]{1,3})\$([0-9]+)(?::.*)?\Z"
)
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# Column numbers from 1 by letters, filled as they are met; at most 18,278 can be.
_COLUMNS: Final[dict[str, int]] = {}


# --- from numbers --------------------------------------------------------------------------------


@lru_cache(maxsize=1_024)
def column_letters(col: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    letters = ""
    col += 1
    while col:
        col, rest = divmod(col - 1, 26)
        letters = _LETTERS[rest] + letters
    return letters


def cell_name(row: int, col: int, *, fixed: bool = False) -> str:
    """(8, 3) → D9, or $D$9 where ``fixed``."""
    mark = "$" if fixed else ""
    return f"{mark}{column_letters(col)}{mark}{row + 1}"


def sheet_prefix(name: str) -> str:
    """Sheet name as it stands before '!' in a formula."""
    return "'" + name.replace("'", "''") + "'!"


def sheet_reference(sheet: str, area: Merge) -> str:
    """An area of a sheet as a defined name says it: ``'A b'!$B$2:$C$9``."""
    corners = dict.fromkeys((area[:2], area[2:]))
    return sheet_prefix(sheet) + ":".join(cell_name(*corner, fixed=True) for corner in corners)


# --- from names ----------------------------------------------------------------------------------


def column_number(letters: str) -> int:
    """A → 0, Z → 25, AA → 26, in either case."""
    number = _COLUMNS.get(letters)
    if number is None:
        number = 0
        for letter in letters.upper():
            number = number * 26 + ord(letter) - 64
        _COLUMNS[letters] = number
    return number - 1


def parse_address(ref: str) -> Address:
    """(row, column) of a reference like ``B12``; ValueError off the grid."""
    match = _CELL.fullmatch(ref)
    if not match:
        raise ValueError(ref)
    row, column = int(match[2]), column_number(match[1])
    if not 0 < row <= MAX_ROWS or column >= MAX_COLUMNS:
        raise ValueError(ref)
    return row - 1, column


def parse_range(ref: str) -> Merge:
    """The corners of a reference like ``B2:C9``; ValueError when it is not one."""
    first, _, last = ref.partition(":")
    return *parse_address(first), *parse_address(last or first)


@lru_cache(maxsize=1 << 14)
def read_reference(reference: str) -> tuple[str, int, int] | None:
    """Sheet, row and column of the (first) cell that a defined name points to, if it does."""
    match = _REFERENCE.match(reference.lstrip("="))
    if match is None:
        return None
    name = (match[1] or match[2]).replace("''", "'")
    return name, int(match[4]) - 1, column_number(match[3])


def parted(cell: str) -> tuple[str, int]:
    """B12 → B, 12; B → B, 0. What a problem says of its place may be a column, or nothing."""
    letters = cell.rstrip("0123456789")
    return letters, int(cell[len(letters) :] or 0)


def by_place(cell: str) -> tuple[int, int, str]:
    """The order in which a sheet is read: row by row, from the left to the right."""
    letters, row = parted(cell)
    return row, len(letters), letters


def runs(cells: Iterable[str]) -> list[str]:
    """Cells in their order, those below each other as one: C5, C6, C7, E9 → C5:C7, E9."""
    found: list[list[str]] = []
    for cell in dict.fromkeys(cells):
        letters, row = parted(found[-1][-1]) if found else ("", 0)
        if found and cell == f"{letters}{row + 1}":
            found[-1].append(cell)
        else:
            found.append([cell])
    return [run[0] if len(run) == 1 else f"{run[0]}:{run[-1]}" for run in found]
