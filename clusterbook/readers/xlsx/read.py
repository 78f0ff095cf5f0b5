"""Read .xlsx and .xlsm workbooks straight from their XML; macros are told of, never looked into."""

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from typing import Final

from clusterbook.a1 import cell_name, parse_address, parse_range
from clusterbook.readers.cells import FileNote, Grid, Overlay, SheetGrid, from_1904
from clusterbook.readers.limits import GridError, Limits, Package, too_big
from clusterbook.readers.xlsx.book import (
    SharedParts,
    asks_a_program,
    part_of,
    read_formats,
    read_notes,
    read_properties,
    read_relations,
    read_strings,
    read_workbook,
    without_sheets,
)
from clusterbook.readers.xlsx.drawings import covers
from clusterbook.readers.xlsx.scan import scan_sheet, scan_typed
from clusterbook.readers.xlsx.sheet import Scan

_OTHER_SHEETS: Final = {
    "chartsheet": "chart_sheet",
    "dialogsheet": "dialog_sheet",
    "xlMacrosheet": "macro_sheet",
    "xlIntlMacrosheet": "macro_sheet",
}
_RELATIONS, _OF_THE_BOOK = ".rels", 2  # of the package and of the workbook
_IN_CELLS: Final = "xl/richdata/richvaluerel.xml"  # in small letters
_RICH_CELL: Final = re.compile(rb'<c r="([A-Z]{1,3}[0-9]{1,7})"[^>]* vm="')


def read_xlsx(
    package: Package,
    limits: Limits,
    skip: Collection[str],
    uncomputed: Collection[str] = frozenset(),
) -> Grid:
    """Return the grid of a package with a workbook in XML."""
    root = read_relations(package, "")
    part = part_of(root, "officeDocument") or "xl/workbook.xml"
    if part.endswith(".bin") or not package.find(part):
        raise GridError("not_xlsx", {"found": "zip"})
    workbook = read_workbook(package, part)
    relations = read_relations(package, part)
    if len(workbook.listed) > limits.sheets:
        raise too_big("sheets", limits.sheets)
    strings = read_strings(package, relations)
    formats, hiding = read_formats(package, relations)
    book = SharedParts(
        strings,
        formats,
        workbook.date1904,
        limits.cells,
        hiding=hiding,
    )
    parts = sum(name.endswith(_RELATIONS) for name in package.folded)
    book.beside = not (root and relations) or parts > _OF_THE_BOOK or _IN_CELLS in package.folded
    notes = list(read_notes(package, relations))
    sheets: list[SheetGrid] = []
    for name, state, relation in workbook.listed:
        kind, path = relations.get(relation, ("", ""))
        if kind in _OTHER_SHEETS:
            notes.append(FileNote(_OTHER_SHEETS[kind], name))
        elif name in skip and state != "visible":
            sheets.append(SheetGrid(name, state, skipped=True))
        elif kind != "worksheet" or not package.find(path):
            notes.append(FileNote("lost_sheet", name))
        else:
            scan = scan_typed if name in uncomputed else scan_sheet
            sheets.append(_read_sheet(package, book, path, (name, state), notes, scan))
    if not sheets:
        raise without_sheets(notes)
    if len({sheet.name.casefold() for sheet in sheets}) < len(sheets):
        notes.append(FileNote("duplicate_sheet_names"))
    properties, core = read_properties(package, root, notes)
    return Grid(
        "xlsx", tuple(sheets), workbook.names, properties, core, tuple(notes), workbook.date1904
    )


def _read_sheet(
    package: Package,
    book: SharedParts,
    part: str,
    listed: tuple[str, str],
    notes: list[FileNote],
    read: Callable[[SharedParts, bytes, str], Scan],
) -> SheetGrid:
    name, state = listed
    content = package.content(part)
    scan = read(book, content, part)
    scan.marked |= book.strings.marked
    if book.date1904:
        for at, kind in scan.formats.items():
            value = scan.cells.get(at)
            if kind.startswith("date") and type(value) is float:
                scan.cells[at] = from_1904(value)
    notes += (FileNote("duplicate_cell", name, cell_name(*at)) for at in scan.twice)
    places = list(scan.cells)
    if places != sorted(places):
        notes.append(FileNote("unordered_rows", name))
    if scan.default_hidden:
        notes.append(FileNote("rows_hidden_by_default", name))
    for at, formula in scan.formulas.items():
        if ("|" in formula or "DDE(" in formula) and asks_a_program(formula):
            notes.append(FileNote("dde", name, cell_name(*at)))
        elif "DISPIMG(" in formula:
            scan.pictures.append((*at, *at))
    if book.beside or book.hiding:
        _look_over(package, book, part, content, scan)
    return scan.grid(name, state)


_RULES: Final = re.compile(
    rb'<(?:\w+:)?conditionalFormatting\s[^<>]*\bsqref="([^"<>]*)"[^<>]*>(.*?)'
    rb"</(?:\w+:)?conditionalFormatting>",
    re.DOTALL,
)
_LOOK_OF: Final = re.compile(rb'\bdxfId="([0-9]{1,6})"')


def _rules(content: bytes, hiding: frozenset[str]) -> Iterator[Overlay]:
    """Yield the areas of conditional formats that may strike or hide what stands in their cells."""
    for areas, rules in _RULES.findall(content):
        if hiding.isdisjoint(number.decode() for number in _LOOK_OF.findall(rules)):
            continue
        for area in areas.decode(errors="replace").split()[:_MOST_AREAS]:
            with suppress(ValueError):
                yield Overlay("rule", parse_range(area))


_MOST_AREAS: Final = 10_000  # of one rule, more than any sheet of ours has answers


# --- over the cells --------------------------------------------------------------------------


def _look_over(package: Package, book: SharedParts, part: str, content: bytes, scan: Scan) -> None:
    """Take what lies over the cells; looked for only where a part says that there is something."""
    if book.hiding:
        scan.overlays += _rules(content, book.hiding)
    if package.find(_IN_CELLS):
        refs = (parse_address(ref.decode()) for ref in _RICH_CELL.findall(content))
        scan.pictures += ((*at, *at) for at in refs)
    scan.cover(covers(package, read_relations(package, part), content))
