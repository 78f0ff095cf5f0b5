"""References counted as R1C1 in the letters of all other formats: R[-1]C3 in D5 is $C4."""

import re
from typing import Final

from clusterbook.a1 import MAX_COLUMNS, MAX_ROWS, Address, Merge, column_letters

_ROW: Final = r"R(?:\[(-?[0-9]{1,7})\]|([0-9]{1,7}))?"
_COLUMN: Final = r"C(?:\[(-?[0-9]{1,5})\]|([0-9]{1,5}))?"
# A text, the name of a sheet or of anything else; a cell, whole rows, whole columns.
_TOKEN: Final = re.compile(
    r"""\"(?:[^"]|"")*+"|'(?:[^']|'')*+'|(?<![\w.\]])(?:"""
    rf"{_ROW}{_COLUMN}(?![\w.(\[])|{_ROW}(?::{_ROW})?(?![\w.(\[])|{_COLUMN}(?::{_COLUMN})?(?![\w.(\[]))"
    r"|[\w.]+"
)  # fmt: skip
_CORNERS: Final = re.compile("R([0-9]{1,7})C([0-9]{1,5})(?::R([0-9]{1,7})C([0-9]{1,5}))?")


def in_letters(formula: str, at: Address) -> str:
    """Return a formula of the cell ``at`` with its references in letters."""

    def written(match: re.Match[str]) -> str:
        text = match[0]
        if text[0] not in "RC" or not _REFERENCE.fullmatch(text):
            return text
        found = _cell_or_lines(text, match.groups(), at)
        return _OUTSIDE if _OUTSIDE in found else found

    return _TOKEN.sub(written, formula)


_REFERENCE: Final = re.compile(rf"{_ROW}{_COLUMN}|{_ROW}(?::{_ROW})?|{_COLUMN}(?::{_COLUMN})?")
_OUTSIDE: Final = "#REF!"


def _cell_or_lines(text: str, groups: tuple[str | None, ...], at: Address) -> str:
    """Return a cell, or whole rows or columns; ``groups`` as ``_TOKEN`` has them."""
    row, column = at
    if text[0] == "R" and "C" in text:
        return _column(groups[2], groups[3], column) + _row(groups[0], groups[1], row)
    if text[0] == "R":
        first, last = _row(groups[4], groups[5], row), _row(groups[6], groups[7], row)
    else:
        first = _column(groups[8], groups[9], column)
        last = _column(groups[10], groups[11], column)
    return f"{first}:{last if ':' in text else first}"


def _row(moved: str | None, fixed: str | None, here: int) -> str:
    """Return a row, with $ where it does not move with the formula."""
    place = int(fixed) - 1 if fixed else here + int(moved or 0)
    return ("$" if fixed else "") + str(place + 1) if 0 <= place < MAX_ROWS else _OUTSIDE


def _column(moved: str | None, fixed: str | None, here: int) -> str:
    """Return a column likewise."""
    place = int(fixed) - 1 if fixed else here + int(moved or 0)
    return ("$" if fixed else "") + column_letters(place) if 0 <= place < MAX_COLUMNS else _OUTSIDE


def range_of(text: str) -> Merge | None:
    """Return the corners of ``R2C1:R9C4``, None where it is something else."""
    match = _CORNERS.fullmatch(text.rpartition("!")[2])
    if not match:
        return None
    first = int(match[1]) - 1, int(match[2]) - 1
    return (*first, int(match[3]) - 1, int(match[4]) - 1) if match[3] else (*first, *first)
