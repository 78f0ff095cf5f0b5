"""What the formulas of a workbook come to: as stored, and as other programs work them out.

LibreOffice takes a logical for a number, Excel and WPS do not. ``betteroffice-xlsx`` orders values as
Excel does, so that a formula which is right in both is right where counties open it.
"""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import betteroffice_xlsx
import openpyxl
from office import Office
from openpyxl.worksheet.formula import ArrayFormula

# What betteroffice-xlsx 0.2.1 cannot do (docs/decisions.md): DATEVALUE over rows.
_BEYOND = re.compile(r"DATEVALUE\(")

Results = dict[tuple[str, str], Any]


def formulas(data: bytes) -> dict[tuple[str, str], str]:
    """Every formula by sheet and cell, without '='."""
    found = {}
    for sheet in _opened(data, data_only=False).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                value = cell.value
                text = value.text if isinstance(value, ArrayFormula) else value
                if cell.data_type == "f":
                    found[sheet.title, cell.coordinate] = str(text).removeprefix("=")
    return found


def stored(data: bytes) -> Results:
    """What is stored beside the formulas: what Protected View and readers without a calculator show."""
    book = _opened(data, data_only=True)
    return {place: book[place[0]][place[1]].value for place in formulas(data)}


def excel_ordered(data: bytes) -> Results:
    """As an engine with Excel's ordering works them out, what it cannot do left out."""
    book = betteroffice_xlsx.Workbook.open_recalculated(data)
    results = {}
    for (sheet, cell), formula in formulas(data).items():
        if not _BEYOND.search(formula):
            value = book.value(sheet, cell)
            results[sheet, cell] = getattr(value, "code", value)
    return results


def in_office(office: Office, path: Path) -> Results:
    """As LibreOffice works them out."""
    results: Results = {}
    places = formulas(path.read_bytes())
    with office.open(path) as doc:
        doc.recalculate()
        for sheet in {sheet for sheet, _ in places}:
            used = doc.values(sheet)
            for row, line in enumerate(used, start=1):
                for col, cell in enumerate(line, start=1):
                    place = sheet, f"{openpyxl.utils.get_column_letter(col)}{row}"
                    if place in places:
                        results[place] = cell.text if cell.kind == "text" else cell.value
    return results


def different(one: Results, other: Results) -> Iterator[str]:
    """Where two of them do not say the same, of what both know."""
    for place in one.keys() & other.keys():
        left, right = one[place], other[place]
        if not _same(left, right):
            yield f"{place[0]}!{place[1]}: {left!r}, {right!r}"


def _same(left: Any, right: Any) -> bool:
    left, right = ("" if value is None else value for value in (left, right))
    if isinstance(left, str) or isinstance(right, str):
        return str(left) == str(right)
    return math.isclose(float(left), float(right), rel_tol=1e-9, abs_tol=1e-9)


def _opened(data: bytes, *, data_only: bool) -> openpyxl.Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it does not know print areas of whole columns
        return openpyxl.load_workbook(BytesIO(data), data_only=data_only)
