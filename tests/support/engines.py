"""What the formulas of a workbook come to: as stored, and as other programs work them out.

LibreOffice takes a logical for a number, Excel and WPS do not. ``betteroffice-xlsx`` orders values as
Excel does, so that a formula which is right in both is right where counties open it.
"""

from __future__ import annotations

import math
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import betteroffice_xlsx
import openpyxl
from openpyxl.worksheet.formula import ArrayFormula
from support.office import Office

# What betteroffice-xlsx 0.2.1 cannot do (docs/decisions.md): DATEVALUE over rows.
_BEYOND = re.compile(r"DATEVALUE\(.*:\$")

Results = dict[tuple[str, str], Any]


@lru_cache(maxsize=4)
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


@dataclass(frozen=True)
class StoredCell:
    """A cell as it is stored, as ``office.Cell`` has it."""

    value: Any

    @property
    def text(self) -> str:
        """What a person reads."""
        value = self.value
        whole = isinstance(value, float) and value.is_integer()
        return "" if value is None else str(int(value) if whole else value)

    @property
    def kind(self) -> str:
        """text or number."""
        return "text" if isinstance(self.value, str) else "number"


class Stored:
    """A workbook as a reader sees it that does not calculate; what of ``office.Doc`` is asked."""

    def __init__(self, data: bytes) -> None:
        self.book = _opened(data, data_only=True)
        self.results = stored(data)

    def values(self, sheet: str, cells: str) -> list[list[StoredCell]]:
        """The cells of an area."""
        return [[StoredCell(cell.value) for cell in row] for row in self.book[sheet][cells]]

    def texts(self, sheet: str, cells: str) -> list[list[str]]:
        """Their texts."""
        return [[cell.text for cell in row] for row in self.values(sheet, cells)]

    def cell(self, sheet: str, cell: str) -> StoredCell:
        """One cell."""
        return StoredCell(self.book[sheet][cell].value)

    def formulas_with_errors(self) -> list[tuple[str, str, str]]:
        """The formulas that come to an error."""
        return [(*at, str(value)) for at, value in self.results.items() if str(value)[:1] == "#"]


def excel_ordered(data: bytes) -> Results:
    """As an engine with Excel's ordering works them out, what it cannot do left out.

    What rests on those it cannot do is worked out from what is stored for them.
    """
    known = formulas(data)
    beyond = {place for place, formula in known.items() if _BEYOND.search(formula)}
    book = betteroffice_xlsx.Workbook.open_recalculated(_without_formulas(data, beyond))
    results = {}
    for sheet, cell in known.keys() - beyond:
        value = book.value(sheet, cell)
        results[sheet, cell] = getattr(value, "code", value)
    return results


def _without_formulas(data: bytes, places: set[tuple[str, str]]) -> bytes:
    """The workbook, some of its cells holding their stored results only."""
    sheets = _opened(data, data_only=False).sheetnames
    cells: dict[str, set[str]] = {}
    for sheet, cell in places:
        cells.setdefault(f"xl/worksheets/sheet{sheets.index(sheet) + 1}.xml", set()).add(cell)
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as book, zipfile.ZipFile(out, "w") as copy:
        for name in book.namelist():
            part = book.read(name).decode() if name in cells else book.read(name)
            for cell in cells.get(name, ()):
                part, count = re.subn(rf'(<c r="{cell}"[^>]*>)<f[^>]*>[^<]*</f>', r"\1", part)
                assert count == 1, (name, cell)
            copy.writestr(name, part)
    return out.getvalue()


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


@lru_cache(maxsize=4)
def _opened(data: bytes, *, data_only: bool) -> openpyxl.Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it does not know print areas of whole columns
        return openpyxl.load_workbook(BytesIO(data), data_only=data_only)
