"""Read XML Spreadsheet 2003, one XML file, which report systems still export and Excel opens.

One pass of a streaming parser.  Attributes count with and without their prefix, as some programs
leave it out; formulas and names are turned from R1C1 into the letters of all other formats.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Final

from attrs import Factory, define

from clusterbook.a1 import MAX_COLUMNS, MAX_ROWS, Address, cell_name
from clusterbook.readers.appearance import HIDDEN, STRUCK, cell_class, marked
from clusterbook.readers.cells import (
    DAYS_TO_1904,
    FileNote,
    Grid,
    Overlay,
    SheetGrid,
    decimal_number,
)
from clusterbook.readers.limits import MAX_DEPTH, Limits, damaged, decode_part, parse_with, too_big
from clusterbook.readers.xls.biff import SheetSink
from clusterbook.readers.xlsx.book import asks_a_program, format_class
from clusterbook.readers.xlsx.r1c1 import in_letters, range_of
from clusterbook.readers.xlsx.sheet import iso_serial

_PART: Final = "Workbook"
_SS: Final = "urn:schemas-microsoft-com:office:spreadsheet"
_EXCEL: Final = "urn:schemas-microsoft-com:office:excel"
_OFFICE: Final = "urn:schemas-microsoft-com:office:office"
_RUN: Final = "http://www.w3.org/TR/REC-html40 "  # the elements that set a part of a text
_SET: Final = {"S": "struck", "Sup": "raised", "Sub": "lowered"}
# The formats that have names of their own; all other codes are those of other formats.
_NAMED: Final = {
    "Percent": "percent", "Standard": "", "Scientific": "", "Fixed": "", "Currency": "",
    "Euro Currency": "", "General Number": "", "Yes/No": "", "True/False": "", "On/Off": "",
} | dict.fromkeys(
    (
        "General Date", "Long Date", "Medium Date", "Short Date",
        "Long Time", "Medium Time", "Short Time",
    ),
    "date",
)  # fmt: skip
_WHITE: Final = "#FFFFFF"
_STATES: Final = {"SheetHidden": "hidden", "SheetVeryHidden": "veryHidden"}
_PROPERTIES: Final = {"Description": "comments", "Keywords": "keywords", "LastSaved": "modified"}
_BUILT_IN: Final = ("Print_Area", "Print_Titles", "_FilterDatabase")
_ANY_DIGITS: Final = re.compile("[0-9]{1,9}")

Attributes = Mapping[str, str]


def _attribute(attributes: Attributes, name: str, space: str = _SS) -> str | None:
    return attributes.get(f"{space} {name}", attributes.get(name))


def _number(attributes: Attributes, name: str, default: int) -> int:
    text = _attribute(attributes, name) or ""
    return int(text) if _ANY_DIGITS.fullmatch(text) else default


def _is_set(attributes: Attributes, name: str) -> bool:
    return _attribute(attributes, name) in ("1", "true", "True")


@define(kw_only=True)
class _Sheet:
    """The sheet that is being read: where the reader stands, the formats of rows and columns."""

    sink: SheetSink
    row: int = -1
    last_row: int = -1  # of the rows that the one before stood for
    column: int = -1
    last_column: int = -1
    styles: dict[int, str] = Factory(dict)  # of columns
    style: str = ""  # of all cells
    row_style: str = ""
    at: Address = (0, 0)
    cell_style: str = ""
    filter: str = ""


@define
class _Content:
    """Takes the elements of the file one after the other."""

    limits: Limits
    path: list[str] = Factory(list)
    classes: dict[str, str] = Factory(dict)  # of cell formats, by their names
    sheets: list[_Sheet] = Factory(list)
    names: dict[str, str] = Factory(dict)
    notes: list[FileNote] = Factory(list)
    core: dict[str, str] = Factory(dict)
    properties: dict[str, str] = Factory(dict)
    date1904: bool = False
    style: str = ""
    kind: str = ""  # of the data that is being read
    text: list[str] | None = None
    runs: list[str] = Factory(list)  # how each piece of the text is set
    how: list[str] = Factory(list)  # of the elements that are open
    looks: dict[str, dict[str, str]] = Factory(dict)  # what styles say: format, kind, font, fill
    taken: Callable[[str], None] = lambda _text: None
    depth: int = 0  # where the text that is wanted began

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Enter an element."""
        if len(self.path) >= MAX_DEPTH:
            raise damaged(_PART, "depth")
        parent = self.path[-1] if self.path else ""
        self.path.append(name)
        if len(self.path) == 1 and name != f"{_SS} Workbook":
            raise damaged(_PART, "root", root=name[-40:])
        if self.text is not None:  # a run with a look of its own, inside the text
            self.how.append(_SET.get(name.removeprefix(_RUN), ""))
            return
        take = _TAKERS.get(name)
        if take:
            take(self, attributes)
        elif name == f"{_EXCEL} Visible" and parent == f"{_EXCEL} WorksheetOptions":
            self._want(self._take_visibility)
        elif parent == f"{_OFFICE} DocumentProperties":
            self._want(self._take_property)
        elif parent == f"{_OFFICE} CustomDocumentProperties":
            self._want(self._take_custom)

    def end(self, _name: str) -> None:
        """Leave an element."""
        if self.text is not None and len(self.path) == self.depth:
            pieces, self.text = self.text, None
            whole = "".join(pieces)
            self.taken(marked(zip(pieces, self.runs, strict=True)) if any(self.runs) else whole)
        elif self.text is not None:
            self.how.pop()
        self.path.pop()

    def characters(self, data: str) -> None:
        """Keep text where it is wanted."""
        if self.text is not None:
            self.text.append(data)
            self.runs.append(next((how for how in self.how if how), ""))

    def _want(self, taken: Callable[[str], None]) -> None:
        self.text, self.taken, self.depth = [], taken, len(self.path)
        self.runs, self.how = [], []

    # --- around the sheets

    def _take_property(self, text: str) -> None:
        key = _PROPERTIES.get(self.path[-1].rpartition(" ")[2])
        if key and text:
            self.core[key] = text

    def _take_custom(self, text: str) -> None:
        self.properties[self.path[-1].rpartition(" ")[2]] = text

    def open_calendar(self, _attributes: Attributes) -> None:
        self.date1904 = True

    def open_other_book(self, _attributes: Attributes) -> None:
        self.notes.append(FileNote("external_links"))

    def open_style(self, attributes: Attributes) -> None:
        self.style = _attribute(attributes, "ID") or ""
        parent = _attribute(attributes, "Parent") or "Default"
        self._look(**self.looks.get(parent, {}))

    def open_format(self, attributes: Attributes) -> None:
        code = _attribute(attributes, "Format")
        if code is not None:
            known = _NAMED.get(code)
            kind = format_class(code) if known is None else known
            self._look(kind=kind, code=code if known is None else "")

    def open_font(self, attributes: Attributes) -> None:
        white = (_attribute(attributes, "Color") or "").upper() == _WHITE
        struck = _is_set(attributes, "StrikeThrough")
        self._look(font=STRUCK if struck else HIDDEN if white else "")

    def open_interior(self, attributes: Attributes) -> None:
        paper = (_attribute(attributes, "Color") or _WHITE).upper()
        self._look(paper="" if paper == _WHITE else paper)

    def _look(self, **said: str) -> None:
        """Take what a style says, beside what it has of its parent."""
        if not self.style:
            return
        look = self.looks[self.style] = self.looks.get(self.style, {}) | said
        font = look.get("font", "")
        font = "" if font == HIDDEN and look.get("paper") else font
        self.classes[self.style] = cell_class(look.get("kind", ""), look.get("code", ""), font)

    def open_name(self, attributes: Attributes) -> None:
        name, meaning = _attribute(attributes, "Name"), _attribute(attributes, "RefersTo")
        if name and meaning:
            name = f"_xlnm.{name}" if name in _BUILT_IN else name
            if f"{_SS} Worksheet" in self.path:
                name = f"{self.sheets[-1].sink.name}!{name}"
            self.names[name] = in_letters(meaning.removeprefix("="), (0, 0))

    # --- sheets

    def open_sheet(self, attributes: Attributes) -> None:
        if len(self.sheets) >= self.limits.sheets:
            raise too_big("sheets", self.limits.sheets)
        sink = SheetSink(
            name=_attribute(attributes, "Name") or "", state="visible", classes=self.classes,
            date1904=self.date1904, limits=self.limits,
        )  # fmt: skip
        self.sheets.append(_Sheet(sink=sink))

    def open_table(self, attributes: Attributes) -> None:
        self.sheets[-1].style = _attribute(attributes, "StyleID") or ""

    def _take_visibility(self, text: str) -> None:
        if self.sheets:
            self.sheets[-1].sink.state = _STATES.get(text.strip(), "visible")

    def open_filter(self, attributes: Attributes) -> None:
        if self.sheets:
            self.sheets[-1].filter = _attribute(attributes, "Range", _EXCEL) or ""

    def open_filter_column(self, _attributes: Attributes) -> None:
        if self.sheets:
            self.sheets[-1].sink.filter = range_of(self.sheets[-1].filter)

    def open_column(self, attributes: Attributes) -> None:
        sheet = self.sheets[-1]
        first = _number(attributes, "Index", sheet.last_column + 2) - 1
        last = first + _number(attributes, "Span", 0)
        if not sheet.last_column < first <= last < MAX_COLUMNS:
            raise damaged(_PART, "address")
        sheet.last_column = last
        style = _attribute(attributes, "StyleID")
        if style:
            sheet.styles.update(dict.fromkeys(range(first, last + 1), style))
        if _is_set(attributes, "Hidden"):
            sheet.sink.hidden_columns.append((first, last))

    def open_row(self, attributes: Attributes) -> None:
        sheet = self.sheets[-1]
        sheet.row = _number(attributes, "Index", sheet.last_row + 2) - 1
        last = sheet.row + _number(attributes, "Span", 0)
        if not sheet.last_row < sheet.row <= last < MAX_ROWS:
            raise damaged(_PART, "address")
        sheet.last_row, sheet.column = last, -1
        sheet.row_style = _attribute(attributes, "StyleID") or ""
        if _is_set(attributes, "Hidden"):
            sheet.sink.hidden_rows.update(range(sheet.row, sheet.last_row + 1))

    def open_cell(self, attributes: Attributes) -> None:
        sheet = self.sheets[-1]
        column = _number(attributes, "Index", sheet.column + 2) - 1
        wide, high = (_number(attributes, name, 0) for name in ("MergeAcross", "MergeDown"))
        if not 0 <= column <= column + wide < MAX_COLUMNS or not 0 <= sheet.row < MAX_ROWS - high:
            raise damaged(_PART, "address")
        sheet.column = column + wide
        row = sheet.row
        sheet.at = row, column
        if wide or high:
            sheet.sink.merges.append((row, column, row + high, column + wide))
        style = _attribute(attributes, "StyleID") or sheet.row_style
        sheet.cell_style = style or sheet.styles.get(column, sheet.style)
        formula = _attribute(attributes, "Formula")
        if formula is not None:
            text = in_letters(formula.removeprefix("="), sheet.at)
            sheet.sink.formula(row, column, text)
            if asks_a_program(text):
                self.notes.append(FileNote("dde", sheet.sink.name, cell_name(row, column)))

    def open_data(self, attributes: Attributes) -> None:
        if self.path[-2] == f"{_SS} Cell":
            self.kind = _attribute(attributes, "Type") or "String"
            self._want(self._take_data)

    def open_note(self, _attributes: Attributes) -> None:
        self._want(self._take_note)

    def _take_note(self, text: str) -> None:
        at = self.sheets[-1].at
        self.sheets[-1].sink.overlays.append(Overlay("note", (*at, *at), text.strip()))

    def _take_data(self, text: str) -> None:
        sheet = self.sheets[-1]
        sink, place = sheet.sink, (*sheet.at, sheet.cell_style)
        bare = text.strip()
        if self.kind == "Error":
            sink.error(*place, bare or "#VALUE!")
        elif self.kind == "Boolean" and bare in ("0", "1"):
            sink.boolean(*place, value=bare == "1")
        elif self.kind == "DateTime":
            self._take_moment(text)
        elif self.kind == "Number":
            try:
                sink.number(*place, decimal_number(bare))
            except ValueError:
                sink.text(*place, text)  # nothing is lost
        else:
            sink.marked |= type(text) is not str
            sink.text(*place, text)

    def _take_moment(self, text: str) -> None:
        sheet = self.sheets[-1]
        try:
            serial = iso_serial(text.strip())
        except (ValueError, OverflowError):
            sheet.sink.text(*sheet.at, sheet.cell_style, text)
            return
        if self.date1904 and DAYS_TO_1904 <= serial < DAYS_TO_1904 + 1:
            serial -= DAYS_TO_1904  # a time of day
        sheet.sink.date(*sheet.at, serial)


def read_xml2003(data: bytes, limits: Limits, skip: Collection[str]) -> Grid:
    """Return the grid of a workbook that is one XML file."""
    content = _Content(limits)
    text = decode_part(data, _PART).lstrip()  # web servers like to send empty lines first
    try:
        parse_with(text, _PART, content)
    except IndexError as error:  # a cell outside of every sheet
        raise damaged(_PART, "record") from error
    notes = [*content.notes]
    sheets: list[SheetGrid] = []
    for sheet in content.sheets:
        sink = sheet.sink
        if sink.name in skip and sink.state != "visible":
            sheets.append(SheetGrid(sink.name, sink.state, skipped=True))
        else:
            notes += sink.notes
            sheets.append(sink.grid(sink.name, sink.state))
    if not sheets:
        raise damaged(_PART, "no_sheets")
    if len({sheet.name.casefold() for sheet in sheets}) < len(sheets):
        notes.append(FileNote("duplicate_sheet_names"))
    return Grid(
        "xml2003", tuple(sheets), content.names, content.properties, content.core,
        tuple(dict.fromkeys(notes)), content.date1904,
    )  # fmt: skip


_TAKERS: Final[Mapping[str, Callable[[_Content, Attributes], None]]] = {
    f"{_EXCEL} Date1904": _Content.open_calendar,
    f"{_EXCEL} SupBook": _Content.open_other_book,
    f"{_EXCEL} AutoFilter": _Content.open_filter,
    f"{_EXCEL} AutoFilterColumn": _Content.open_filter_column,
    f"{_SS} Style": _Content.open_style,
    f"{_SS} NumberFormat": _Content.open_format,
    f"{_SS} Font": _Content.open_font,
    f"{_SS} Interior": _Content.open_interior,
    f"{_SS} NamedRange": _Content.open_name,
    f"{_SS} Worksheet": _Content.open_sheet,
    f"{_SS} Table": _Content.open_table,
    f"{_SS} Column": _Content.open_column,
    f"{_SS} Row": _Content.open_row,
    f"{_SS} Cell": _Content.open_cell,
    f"{_SS} Data": _Content.open_data,
    f"{_SS} Comment": _Content.open_note,
}
