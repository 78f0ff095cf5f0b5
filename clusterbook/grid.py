"""Read a returned workbook of whatever bytes into a sparse Grid, or refuse it with a stable code.

What a file is shows in its bytes, never in its name.  The .xlsx and .xlsm formats are read here,
straight from their XML; a reader of another format is one more entry of ``_READERS``.
"""

from collections.abc import Callable, Mapping
from typing import Final
from xml.etree import ElementTree as ET

from attrs import Factory, frozen

from clusterbook.guard import (
    USUAL_LIMITS,
    GridError,
    Limits,
    Package,
    damaged,
    not_xlsx,
    open_package,
    sniff,
    too_big,
)
from clusterbook.xlsx_book import (
    Book,
    Relations,
    defined_names,
    local_name,
    part_of,
    read_formats,
    read_notes,
    read_properties,
    read_relations,
    read_strings,
)
from clusterbook.xlsx_scan import Address, Merge, Scalar, Scan, scan_sheet

__all__ = ["Address", "Grid", "GridError", "Limits", "Scalar", "SheetGrid", "read_grid", "sniff"]


@frozen
class SheetGrid:
    """The filled cells of one sheet by 0-based (row, column), and what is known about them."""

    name: str
    state: str = "visible"  # or "hidden", "veryHidden"
    cells: dict[Address, Scalar] = Factory(dict)
    errors: dict[Address, str] = Factory(dict)  # "#DIV/0!", and numbers that are not finite
    formulas: dict[Address, str] = Factory(dict)  # "" where it shares the one of another cell
    formats: dict[Address, str] = Factory(dict)  # "percent" or "date"; no entry for the rest
    merges: tuple[Merge, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: tuple[tuple[int, int], ...] = ()  # first, last


@frozen
class Grid:
    """All that was in a workbook, before anyone asks what it means."""

    kind: str
    sheets: tuple[SheetGrid, ...]
    names: Mapping[str, str] = Factory(dict)  # defined names; of one sheet only: "Sheet!name"
    properties: Mapping[str, str] = Factory(dict)  # custom document properties
    core: Mapping[str, str] = Factory(dict)  # modified, comments, keywords, application
    notes: tuple[str, ...] = ()
    date1904: bool = False


def read_grid(data: bytes, limits: Limits = USUAL_LIMITS) -> Grid:
    """Return the grid of a workbook given as bytes.

    Raises GridError, with a stable code: ``empty``, ``html``, ``encrypted`` (has a password to
    open), ``not_xlsx`` (fact ``found``: what it is), ``too_big`` (facts ``what``, ``limit``),
    ``dtd``, ``missing_part`` (fact ``sheet``) and ``damaged`` (facts ``part``, ``reason``).
    """
    if len(data) > limits.file_bytes:
        raise too_big("file", limits.file_bytes)
    kind = sniff(data)
    reader = _READERS.get(kind)
    if reader:
        return reader(data, limits)
    if kind in ("empty", "zeros"):
        raise GridError("empty", {"found": kind})
    if kind in ("html", "mhtml"):
        raise GridError("html", {"found": kind})
    if kind == "ole":
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise GridError("encrypted")
        streams = {"Workbook": "xls", "Book": "xls", "WordDocument": "doc"}
        found = (kind for name, kind in streams.items() if name.encode("utf-16-le") in data)
        raise GridError("not_xlsx", {"found": next(found, "ole")})
    raise GridError("not_xlsx", {"found": kind})


def _read_xlsx(data: bytes, limits: Limits) -> Grid:
    """Return the grid of an .xlsx or .xlsm; other zip files are refused by their true name."""
    package = open_package(data, limits)
    root = read_relations(package, "")
    part = part_of(root, "officeDocument") or "xl/workbook.xml"
    if part.endswith(".bin") or not package.find(part):
        raise not_xlsx(package)
    workbook = package.tree(part)
    if local_name(workbook.tag) != "workbook":
        raise not_xlsx(package)
    relations = read_relations(package, part)
    elements: dict[str, list[ET.Element]] = {}
    for element in workbook:
        elements.setdefault(local_name(element.tag), []).extend(
            [element] if local_name(element.tag) == "workbookPr" else element
        )
    date1904 = any(e.get("date1904") in ("1", "true", "on") for e in elements.get("workbookPr", ()))
    book = Book(read_strings(package, relations), read_formats(package, relations), date1904)
    listed = [e for e in elements.get("sheets", ()) if local_name(e.tag) == "sheet"]
    if len(listed) > limits.sheets:
        raise too_big("sheets", limits.sheets)
    notes = read_notes(package, relations)
    sheets = tuple(_read_sheets(package, book, relations, listed, notes))
    properties, core = read_properties(package, root)
    names = defined_names(elements.get("definedNames", []), listed)
    return Grid("xlsx", sheets, names, properties, core, tuple(notes), date1904)


_OTHER_SHEETS: Final = {
    "chartsheet": "chart_sheet",
    "dialogsheet": "dialog_sheet",
    "xlMacrosheet": "macro_sheet",
    "xlIntlMacrosheet": "macro_sheet",
}


def _read_sheets(
    package: Package,
    book: Book,
    relations: Relations,
    listed: list[ET.Element],
    notes: list[str],
) -> list[SheetGrid]:
    """Return the worksheets in the workbook's order; those of other kinds become notes."""
    sheets: list[SheetGrid] = []
    for element in listed:
        name = element.get("name", "")
        ids = [value for key, value in element.items() if key.endswith("}id")]
        kind, part = relations.get(ids[0] if ids else "", ("", ""))
        if kind in _OTHER_SHEETS:
            notes.append(f"{_OTHER_SHEETS[kind]}:{name}")
            continue
        if kind != "worksheet" or not package.find(part):
            raise GridError("missing_part", {"sheet": name, "part": part})
        scan = scan_sheet(book, package.content(part), part)
        if scan.duplicates:
            notes.append(f"duplicate_cells:{name}")
        sheets.append(_sheet_grid(name, element.get("state", "visible"), scan))
    if not sheets:
        raise damaged("workbook", "no_sheets")
    if len({sheet.name.casefold() for sheet in sheets}) < len(sheets):
        notes.append("duplicate_sheet_names")
    return sheets


def _sheet_grid(name: str, state: str, scan: Scan) -> SheetGrid:
    return SheetGrid(
        name=name,
        state=state,
        cells=scan.cells,
        errors=scan.errors,
        formulas=scan.formulas,
        formats=scan.formats,
        merges=tuple(scan.merges),
        hidden_rows=frozenset(scan.hidden_rows),
        hidden_columns=tuple(scan.hidden_columns),
    )


_READERS: Final[Mapping[str, Callable[[bytes, Limits], Grid]]] = {"zip": _read_xlsx}
