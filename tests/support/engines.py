"""What the formulas of a workbook come to: as stored, and as other programs work them out.

LibreOffice takes a logical for a number, Excel and WPS do not. ``betteroffice-xlsx`` orders values as
Excel does, so that a formula which is right in both is right where counties open it.
"""

from __future__ import annotations

import math
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import betteroffice_xlsx
import openpyxl
from support.office import Office

from clusterbook.testing.live import Results, formulas, opened

# What betteroffice-xlsx 0.2.1 cannot do (docs/decisions.md): DATEVALUE over rows.
_BEYOND = re.compile(r"DATEVALUE\(.*:\$")


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
    sheets = opened(data, data_only=False).sheetnames
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
