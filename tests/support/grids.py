"""Packages made part by part, and the reader held against two others."""

from __future__ import annotations

import io
import zipfile
from datetime import date, time, timedelta

import openpyxl
import xlsxwriter
from openpyxl.utils.datetime import to_excel
from python_calamine import CalamineWorkbook

from clusterbook.readers.grid import SheetGrid, read_grid
from clusterbook.readers.xlsx import scan
from clusterbook.readers.xlsx import strings as xlsx_strings

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def written(build, **options):
    """The bytes of a workbook that XlsxWriter writes."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False} | options,
    )
    build(book)
    book.close()
    return stream.getvalue()


def comparable(value):
    """What another reader gave, as a grid has it."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, timedelta):
        return round(value / timedelta(days=1), 9)
    if isinstance(value, (date, time)):
        return round(float(to_excel(value)), 9)
    return round(float(value), 9) if isinstance(value, (int, float)) else value


def against_openpyxl(data):
    """Every cell, formula, merge and hidden row, by the other reader's whole model."""
    read = read_grid(data)
    values = openpyxl.load_workbook(io.BytesIO(data), data_only=True, rich_text=False)
    formulas = openpyxl.load_workbook(io.BytesIO(data))
    assert [s.name for s in read.sheets] == [s.title for s in values.worksheets]
    assert [s.state for s in read.sheets] == [s.sheet_state for s in values.worksheets]
    for ours, theirs, other in zip(
        read.sheets, values.worksheets, formulas.worksheets, strict=True
    ):
        cells, errors, kinds = {}, {}, {}
        for (row, column), cell in theirs._cells.items():
            at = (row - 1, column - 1)
            if cell.data_type == "e":
                errors[at] = cell.value
            elif cell.value is not None and cell.value != "":
                value = cell.value
                if isinstance(value, str) and "_x" in value:  # it decodes _x005F_ and no other
                    value = ours.cells.get(at)
                cells[at] = comparable(value)
            if getattr(cell, "is_date", False) and at in ours.cells:
                kinds[at] = "date"
        assert {at: comparable(v) for at, v in ours.cells.items()} == cells
        assert ours.errors == errors
        assert {at for at, kind in ours.formats.items() if kind == "date"} == set(kinds)
        assert {at: text for at, text in ours.formulas.items() if text} == {
            (c.row - 1, c.column - 1): getattr(c.value, "text", c.value).removeprefix("=")
            for c in other._cells.values()
            if c.data_type == "f"
        }
        assert sorted(ours.merges) == sorted(
            (m.min_row - 1, m.min_col - 1, m.max_row - 1, m.max_col - 1)
            for m in theirs.merged_cells
        )
        assert ours.hidden_rows == {n - 1 for n, d in theirs.row_dimensions.items() if d.hidden}
        assert ours.hidden_columns == tuple(
            (d.min - 1, d.max - 1) for d in theirs.column_dimensions.values() if d.hidden
        )


def against_calamine(data):
    """Every cell, where the other reader can be trusted with it: no errors, nothing far away."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for ours in read_grid(data).sheets:
        rows = book.get_sheet_by_name(ours.name).to_python(skip_empty_area=False)
        theirs = {
            (r, c): comparable(value)
            for r, row in enumerate(rows)
            for c, value in enumerate(row)
            if value != ""
        }
        assert {at: comparable(value) for at, value in ours.cells.items()} == theirs


def both_ways(data, monkeypatch):
    """The grid, after seeing the exact reader give the same as the fast one."""
    fast = read_grid(data)
    with monkeypatch.context() as patch:
        patch.setattr(scan, "_scan_plain", refuse)
        patch.setattr(xlsx_strings, "_cut_strings", refuse)
        assert read_grid(data) == fast
    return fast


def refuse(*_):
    raise xlsx_strings.NotPlainError


def package(rows="", *, strings="", head="", tail="", styles="", namespace=MAIN, **parts):
    """A workbook around the given sheet data; other parts replace (None: drop) by name."""
    relations = (
        OFFICE if namespace == MAIN else "http://purl.oclc.org/ooxml/officeDocument/relationships"
    )
    contents = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="a" Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{namespace}" xmlns:r="{relations}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{relations}/worksheet" Target="/xl/worksheets/sheet1.xml"/><Relationship Id="r2" Type="{relations}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="r3" Type="{relations}/styles" Target="styles.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{namespace}">{head}<sheetData>{rows}</sheetData>{tail}</worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{namespace}">{strings}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{namespace}">{styles}</styleSheet>',
    }
    return zipped(contents | parts)


def zipped(contents):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            if content is not None:
                archive.writestr(name, content)
    return stream.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def only(data) -> SheetGrid:
    (sheet,) = read_grid(data).sheets
    return sheet
