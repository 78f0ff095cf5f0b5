"""What a cell of each kind makes of typed contents: the importer, and the workbook's own bound.

The bound (``Kind.fault``) is worked out in a twin: a workbook of contents, with the bound beside
each one, plain and as part of an array formula over all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import xlsxwriter
from support.office import Office

from clusterbook.forms.kinds import DependentChoice, Items, Kind, Raw
from clusterbook.forms.spec import Field
from clusterbook.layout.option_lists import Lists
from clusterbook.problems import CATALOGUE, Level
from clusterbook.validation import schema
from clusterbook.validation.normalize import as_array

PARENT = "长沙市"
MANY = 12  # options of a list in one cell


def importer_code(kind: Kind, raw: Raw) -> str:
    """The code of what the importer says of a content, errors only; '' where it takes it."""
    reading = kind.read(raw)
    code = reading.problem
    if not code and reading.value is not None:
        asked = Field("x", "x", kind, required=False)
        found = list(schema.failures({"x": as_array(kind, [reading.value])}, {"x": asked}))
        code = found[0].code if found else ""
    return code if code and CATALOGUE[code].level is Level.ERROR else ""


def in_cells(office: Office, kind: Kind, contents: Sequence[Raw], folder: Path) -> list[list[bool]]:
    """Whether the bound refuses each content: plain, and in an array formula over the range."""
    lists, path = Lists(), folder / "twin.xlsx"
    book = xlsxwriter.Workbook(str(path), {"strings_to_numbers": False})
    sheet, last = book.add_worksheet("twin"), len(contents)
    for row, content in enumerate(contents):
        sheet.write_string(row, 4, PARENT)
        if isinstance(content, str):
            sheet.write_string(row, 0, content)
        else:
            sheet.write_number(row, 0, content)
        parent = f"E{row + 1}" if isinstance(kind, DependentChoice) else ""
        sheet.write_formula(row, 1, f"=({lists.fault(kind, f'A{row + 1}', parent)})*1")
    parents = f"$E$1:$E${last}" if isinstance(kind, DependentChoice) else ""
    area = f"$A$1:$A${last}"
    one_by_one = isinstance(kind, Items) and len(kind.options) > MANY  # never a column
    for row in range(last):
        over = f"$A${row + 1}" if one_by_one else area
        only = f"(ROW({area})={row + 1})*(({lists.fault(kind, over, parents)})*1)"
        sheet.write_array_formula(row, 2, row, 2, f"=SUM({only})")
    options = book.add_worksheet("_lists")
    for col, (_, values) in enumerate(lists.columns):
        for row, value in enumerate(values):
            options.write_string(row, col, value)
    for name, reference in lists.defined():
        book.define_name(name, reference)
    book.close()
    with office.open(path) as doc:
        doc.recalculate()
        rows = doc.values("twin", f"B1:C{last}")
    assert all(isinstance(cell.value, float) for row in rows for cell in row), rows
    return [[bool(cell.value) for cell in row] for row in rows]
