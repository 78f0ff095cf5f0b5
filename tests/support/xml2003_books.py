"""Workbooks as XML Spreadsheet 2003, as Excel writes them: from another workbook, or from rows of XML."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape, quoteattr

from clusterbook.a1 import parse_address
from clusterbook.readers.cells import Grid, SheetGrid

HEAD = (
    '<?xml version="1.0"{encoding}?>\n<?mso-application progid="Excel.Sheet"?>\n'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:x="urn:schemas-microsoft-com:office:excel" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"'
    ' xmlns:html="http://www.w3.org/TR/REC-html40">'
)
_ZERO = datetime(1899, 12, 30, tzinfo=UTC)
_TOKEN = re.compile(r'"(?:[^"]|"")*"|\'(?:[^\']|\'\')*\'|(?<![\w.])(\$?)([A-Z]{1,3})(\$?)([0-9]{1,7})(?![\w.(])')  # fmt: skip


def book(sheets: str, *, before: str = "", encoding: str = "") -> bytes:
    """A workbook around the XML of its sheets."""
    declared = f' encoding="{encoding}"' if encoding else ""
    text = HEAD.format(encoding=declared) + before + sheets + "</Workbook>"
    return text.encode({"gb2312": "gbk"}.get(encoding, encoding) or "utf-8")


def sheet(rows: str, name: str = "S", *, around: str = "", after: str = "") -> str:
    return f"<Worksheet ss:Name={quoteattr(name)}>{around}<Table>{rows}</Table>{after}</Worksheet>"


def data(kind: str, text: str) -> str:
    return f'<Data ss:Type="{kind}">{text}</Data>'


def in_r1c1(formula: str, at: tuple[int, int]) -> str:
    """A formula as this format writes it."""

    def written(match: re.Match[str]) -> str:
        if not match[2]:
            return match[0]
        row, column = parse_address(match[2] + match[4])
        parts = []
        for letter, fixed, place, here in (
            ("R", match[3], row, at[0]),
            ("C", match[1], column, at[1]),
        ):
            moved = f"[{place - here}]" if place != here else ""
            parts.append(letter + (str(place + 1) if fixed else moved))
        return "".join(parts)

    return _TOKEN.sub(written, formula)


def converted(grid: Grid) -> bytes:
    """The same workbook in this format; of number formats only their kind."""
    comments = escape(grid.core.get("comments", ""))
    custom = "".join(
        f'<o:{name} dt:dt="string" xmlns:dt="uuid:C2F41010">{escape(value)}</o:{name}>'
        for name, value in grid.properties.items()
    )
    properties = (
        f"<o:DocumentProperties><o:Description>{comments}</o:Description></o:DocumentProperties>"
    )
    if custom:
        properties += f"<o:CustomDocumentProperties>{custom}</o:CustomDocumentProperties>"
    styles = (
        '<Styles><Style ss:ID="Default"/><Style ss:ID="p"><NumberFormat ss:Format="Percent"/></Style>'
        '<Style ss:ID="d"><NumberFormat ss:Format="Short Date"/></Style></Styles>'
    )
    names = "".join(_name(*one) for one in grid.names.items() if "!" not in one[0])
    sheets = "".join(_sheet(one) for one in grid.sheets if not one.skipped)
    return book(sheets, before=properties + styles + f"<Names>{names}</Names>")


def _name(name: str, meaning: str) -> str:
    return f"<NamedRange ss:Name={quoteattr(name)} ss:RefersTo={quoteattr('=' + in_r1c1(meaning, (0, 0)))}/>"


def _sheet(grid: SheetGrid) -> str:
    hidden_columns = "".join(
        f'<Column ss:Index="{first + 1}" ss:Hidden="1" ss:Span="{last - first}"/>'
        for first, last in grid.hidden_columns
    )
    merges = {(top, left): (right - left, bottom - top) for top, left, bottom, right in grid.merges}
    places = grid.cells.keys() | grid.errors.keys() | grid.formulas.keys() | merges.keys()
    by_row: dict[int, list[int]] = {row: [] for row in grid.hidden_rows}
    for row, column in sorted(places):
        by_row.setdefault(row, []).append(column)
    rows = "".join(
        f'<Row ss:Index="{row + 1}"{" ss:Hidden=" + chr(34) + "1" + chr(34) if row in grid.hidden_rows else ""}>'
        + "".join(_cell(grid, (row, column), merges.get((row, column))) for column in columns)
        + "</Row>"
        for row, columns in sorted(by_row.items())
    )
    state = {"hidden": "SheetHidden", "veryHidden": "SheetVeryHidden"}.get(grid.state)
    options = f"<x:WorksheetOptions>{f'<x:Visible>{state}</x:Visible>' if state else ''}</x:WorksheetOptions>"
    return sheet(hidden_columns + rows, grid.name, after=options)


def _cell(grid: SheetGrid, at: tuple[int, int], merge: tuple[int, int] | None) -> str:
    style = {"percent": ' ss:StyleID="p"', "date": ' ss:StyleID="d"'}.get(
        grid.formats.get(at, ""), ""
    )
    across = f' ss:MergeAcross="{merge[0]}" ss:MergeDown="{merge[1]}"' if merge else ""
    formula = grid.formulas.get(at)
    told = "" if formula is None else f" ss:Formula={quoteattr('=' + in_r1c1(formula, at))}"
    return f'<Cell ss:Index="{at[1] + 1}"{style}{across}{told}>{_held(grid, at)}</Cell>'


def _held(grid: SheetGrid, at: tuple[int, int]) -> str:
    if at in grid.errors:
        return data("Error", grid.errors[at])
    value = grid.cells.get(at)
    if value is None:
        return ""
    if isinstance(value, bool):
        return data("Boolean", str(int(value)))
    if isinstance(value, str):
        return data("String", escape(value).replace("\n", "&#10;"))
    if grid.formats.get(at) == "date":
        moment = (_ZERO + timedelta(days=value)).replace(tzinfo=None)
        return data("DateTime", moment.isoformat(timespec="milliseconds"))
    return data("Number", repr(value))
