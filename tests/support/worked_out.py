"""What a formula comes to, as the writer of workbooks works it out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clusterbook.workbook.locked_book import LockedBook
from clusterbook.workbook.locked_sheet import sure


def worked_out(
    formula: str,
    cells: Mapping[str, Any] | None = None,
    *,
    array: bool = False,
    names: Mapping[str, str] | None = None,
) -> Any:
    """What a formula comes to over ``cells`` of its sheet, as it is stored; a hidden sheet beside."""
    kept: dict[str, Any] = {}
    book = LockedBook()
    sheet, hidden = book.add("表"), book.add("_ours")
    hidden.very_hidden()
    sure(hidden.write_string(0, 0, "甲"))
    for place, value in (cells or {}).items():
        row, col = int(place[1:]) - 1, ord(place[0]) - 65
        write: Any = sheet.write_string if isinstance(value, str) else sheet.write_number
        if isinstance(value, bool):
            write = sheet.write_boolean
        sure(write(row, col, value))
    for name, reference in (names or {}).items():
        sure(book.define_name(name, reference))
    if array:
        sure(sheet.write_array_formula(0, 9, 0, 9, formula, None, ""))
    else:
        sure(sheet.write_formula(0, 9, formula, None, ""))
    book.written(settled=lambda results: kept.update(value=results.of("表", 0, 9)))
    return kept["value"]
