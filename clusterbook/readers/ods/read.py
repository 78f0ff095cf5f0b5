"""Read .ods workbooks: one pass of a streaming parser over ``content.xml`` (OpenDocument 1.3).

Repeated rows and cells are written out as far as they hold something; a million blank ones cost
nothing.  Errors, formulas, percentages, dates and hidden rows are all in the XML.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain, product
from operator import itemgetter
from typing import Final
from xml.etree import ElementTree as ET

from attrs import Factory, define

from clusterbook.a1 import MAX_COLUMNS, MAX_ROWS, Merge, parse_address, sheet_prefix
from clusterbook.readers.appearance import Run, cell_class, marked
from clusterbook.readers.cells import (
    GUARDS,
    FileNote,
    Grid,
    Scalar,
    SheetContent,
    SheetGrid,
    decimal_number,
)
from clusterbook.readers.limits import (
    MAX_DEPTH,
    GridError,
    Limits,
    Package,
    damaged,
    decode_part,
    parse_with,
    too_big,
)
from clusterbook.readers.ods.looks import Looks
from clusterbook.readers.ods.names import (
    CALC,
    DRAW,
    FORM,
    NUMBERS,
    OFFICE,
    PARAGRAPHS,
    STYLE,
    TABLE,
    TEXT,
    white_space,
)
from clusterbook.readers.ods.shapes import Over
from clusterbook.readers.xlsx.book import local_name, noting_loss
from clusterbook.readers.xlsx.sheet import iso_serial

_CELLS: Final = (TABLE + "table-cell", TABLE + "covered-table-cell")
_ROW, _COLUMN, _SHEET = TABLE + "table-row", TABLE + "table-column", TABLE + "table"
_SHAPES: Final = TABLE + "shapes"
_BOOK: Final = OFFICE + "spreadsheet"
# What stands inside a cell beside its content.
_ASIDE: Final = (OFFICE + "annotation", TEXT + "ruby-text", DRAW)

_DURATION: Final = re.compile(
    r"(-?)P(?:(\d{1,9})D)?T?(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d*)?)S)?"
)
_ERROR: Final = re.compile(r"#[A-Z/0]+[!?]?|Err:[0-9]{3}")
_REFERENCE: Final = re.compile(r"\[([^\[\]]*)\]")
_PLACE: Final = re.compile(r"\$?(?:'((?:[^']|'')+)'|([^'.]+))\.\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_ANY_DIGITS: Final = re.compile("[0-9]{1,9}")

Attributes = Mapping[str, str]


def _count(attributes: Attributes, name: str, limit: int) -> int:
    """Return how often something is repeated; at least once, at most to the edge of the grid."""
    text = attributes.get(TABLE + name, "1")
    return max(1, min(int(text), limit)) if _ANY_DIGITS.fullmatch(text) else 1


def _clock(text: str) -> float:
    match = _DURATION.fullmatch(text)
    if not match:
        raise ValueError(text)
    sign, days, hours, minutes, seconds = match.groups()
    whole = (
        int(days or 0)
        + int(hours or 0) / 24
        + int(minutes or 0) / 1_440
        + float(seconds or 0) / 86_400
    )
    return -whole if sign else whole


@define(kw_only=True)
class _Table(SheetContent):
    """The sheet that is being read."""

    name: str
    hidden: bool
    wanted: bool
    row: int = -1
    rows: int = 1  # how often the row is repeated
    next_row: int = 0
    column: int = 0
    next_column: int = 0
    linked: bool = False  # a copy of another file's sheet
    #: the styles of cells that name none, by column
    styles: list[tuple[int, str]] = Factory(list)

    def put(
        self, found: tuple[Scalar, str, str, str | None], last_row: int, last_column: int
    ) -> None:
        """Take a cell as often as it is repeated: its value, error, format and formula."""
        value, fault, shown, formula = found
        for at in product(range(self.row, last_row), range(self.column, last_column)):
            if fault:
                self.errors[at] = fault
            elif value != "":
                self.cells[at] = value
            if formula is not None:
                self.formulas[at] = formula
            if shown:
                self.formats[at] = shown

    def style(self, column: int) -> str:
        """Return the style of cells of a column that name none."""
        found = bisect_right(self.styles, column, key=itemgetter(0)) - 1
        return self.styles[found][1] if found >= 0 else ""


@define
class _Content:
    """Takes the elements of ``content.xml`` one after the other."""

    limits: Limits
    skip: Collection[str]
    path: list[str] = Factory(list)
    tables: list[_Table] = Factory(list)
    names: dict[str, str] = Factory(dict)
    filters: dict[str, Merge] = Factory(dict)
    notes: dict[FileNote, None] = Factory(dict)
    hidden_styles: set[str] = Factory(set)
    style: str = ""
    database: str = ""
    table: _Table | None = None
    cell: Attributes | None = None
    repeat: int = 1
    aside: int = 0  # how deep inside something that is not the cell's content
    over: Over = Factory(Over)
    lines: list[str] = Factory(list)
    text: list[str] | None = None
    looks: Looks = Factory(Looks)
    how: str = ""  # the span is set: "struck", "raised", "lowered"
    runs: list[Run] = Factory(list)  # of the cell, from its first such span on

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Enter an element."""
        path = self.path
        if len(path) >= MAX_DEPTH:
            raise damaged("content.xml", "depth")
        path.append(name)
        if self.aside or (self.cell is not None and name.startswith(_ASIDE)):
            self._open_aside(name, attributes)
        elif self.cell is not None:
            self._open_text(name, attributes)
        elif name in _CELLS:
            self._open_cell(attributes, covered=name != _CELLS[0])
        elif name == _ROW:
            self._open_row(attributes)
        elif name == _COLUMN:
            self._open_column(attributes)
        elif name == _SHEET:
            self._open_table(attributes)
        elif name == _SHAPES or name.startswith(FORM):
            self._open_drawn(name, attributes)
        elif name.startswith((STYLE + "te", STYLE + "table-cell", NUMBERS)):
            self.looks.take(name, attributes)
        else:
            self._open_other(name, attributes)

    def end(self, name: str) -> None:
        """Leave an element."""
        self.path.pop()
        if self.aside:
            self.aside -= 1
            if self.table is not None:
                self.over.end(name, self.table)
        elif self.cell is not None:
            if name in _CELLS:
                self._close_cell(self.cell)
                self.cell = None
            elif name in PARAGRAPHS and self.text is not None:
                self.lines.append("".join(self.text))
                self.text = None
            elif name == TEXT + "span" and self.how and self.text is not None:
                self._turn("")
        elif name == _SHEET and self.path[-1] == _BOOK:
            self.table = None

    def characters(self, data: str) -> None:
        """Keep the text of a paragraph as it stands.

        The format takes blanks in a row for one, but LibreOffice neither writes nor reads it so.
        """
        if self.aside:
            self.over.characters(data)
        elif self.text is not None:
            self.text.append(data)

    def _open_aside(self, name: str, attributes: Attributes) -> None:
        """Enter what is not the content of a cell, or what it holds."""
        self.aside += 1
        if self.table is None:
            return
        at = (self.table.row, self.table.column) if self.cell is not None else None
        if name == DRAW + "image" and at is not None:
            self.table.pictures.append((*at, *at))
        self.over.start(name, attributes, at)

    # --- cells

    def _open_text(self, name: str, attributes: Attributes) -> None:
        if name in PARAGRAPHS:
            self.text = []
        elif self.text is not None and name.startswith(TEXT):
            if name == TEXT + "span" and self.looks.sets_runs:
                self._turn(self.looks.run(attributes.get(TEXT + "style-name", "")))
            else:
                self.text.append(white_space(name, attributes))

    def _turn(self, how: str) -> None:
        """Begin a run that is set otherwise; what stood before it is one of its own."""
        self._end_run()
        self.how = how

    def _end_run(self) -> None:
        done = sum(len(text) for text, _ in self.runs)
        open_line = [] if self.text is None else ["".join(self.text)]
        said = "\n".join([*self.lines, *open_line])
        self.runs.append((said[done:], self.how))

    def _open_row(self, attributes: Attributes) -> None:
        table = self.table
        if table is None:
            return
        table.row = table.next_row
        table.rows = _count(attributes, "number-rows-repeated", MAX_ROWS)
        table.next_row += table.rows
        table.next_column = 0
        if attributes.get(TABLE + "visibility", "visible") != "visible":
            table.hidden_rows.update(range(table.row, min(table.next_row, MAX_ROWS)))

    def _open_column(self, attributes: Attributes) -> None:
        table = self.table
        if table is None:
            return
        first = table.next_column
        table.styles.append((first, attributes.get(TABLE + "default-cell-style-name", "")))
        table.next_column += _count(attributes, "number-columns-repeated", MAX_COLUMNS)
        if attributes.get(TABLE + "visibility", "visible") != "visible":
            table.hidden_columns.append((first, table.next_column - 1))

    def _open_cell(self, attributes: Attributes, *, covered: bool) -> None:
        table = self.table
        if table is None:
            return
        self.repeat = _count(attributes, "number-columns-repeated", MAX_COLUMNS)
        table.column = table.next_column
        table.next_column += self.repeat
        self.cell, self.lines, self.text = attributes, [], None
        if table.unguarded and TABLE + "content-validation-name" in attributes:
            table.guard("validations")
        self.runs, self.how = [], ""
        if covered:
            return
        wide = _count(attributes, "number-columns-spanned", MAX_COLUMNS)
        high = _count(attributes, "number-rows-spanned", MAX_ROWS)
        if wide > 1 or high > 1:
            last = table.row + high - 1, table.column + wide - 1
            table.merges.append((table.row, table.column, *last))

    def _close_cell(self, attributes: Attributes) -> None:
        table = self.table
        formula = attributes.get(TABLE + "formula")
        if table is None or not table.wanted or not (self.lines or formula or len(attributes) > 1):
            return
        text = "\n".join(self.lines)
        value, fault, shown = _value(attributes, text)
        if self.runs and value == text:
            value = self._marked(table)
        style = attributes.get(TABLE + "style-name") or table.style(table.column)
        shown = self.looks.kind(shown, text)
        seen = self.looks.shown(style, value, text, shown) if self.lines else None
        shown = cell_class(shown, "", self.looks.font(style))
        if value == "" and not fault and formula is None:
            return
        last_row, last_column = table.row + table.rows, table.column + self.repeat
        if last_row > MAX_ROWS or last_column > MAX_COLUMNS:
            raise damaged("content.xml", "address")
        if len(table.cells) + table.rows * self.repeat > self.limits.cells:
            raise too_big("cells", self.limits.cells)
        if seen is not None:
            rows, columns = range(table.row, last_row), range(table.column, last_column)
            table.shown |= dict.fromkeys(product(rows, columns), seen)
        found = value, fault, shown, formula and _plain_formula(formula)
        table.put(found, last_row, last_column)

    def _marked(self, table: _Table) -> str:
        self._end_run()
        table.marked = True
        return marked(self.runs)

    # --- around the cells

    def _open_table(self, attributes: Attributes) -> None:
        if len(self.path) < 2 or self.path[-2] != _BOOK:  # noqa: PLR2004 - a table in a table, or a deleted one
            return
        if len(self.tables) >= self.limits.sheets:
            raise too_big("sheets", self.limits.sheets)
        name = attributes.get(TABLE + "name", "")
        hidden = attributes.get(TABLE + "style-name") in self.hidden_styles
        self.table = _Table(name=name, hidden=hidden, wanted=not (hidden and name in self.skip))
        self.table.unguarded = GUARDS
        if attributes.get(TABLE + "protected") == "true":
            self.table.guard("protection")
        self.tables.append(self.table)

    def _open_drawn(self, name: str, attributes: Attributes) -> None:
        if name == _SHAPES:
            self._open_aside(name, attributes)
        else:
            self.over.control(name, attributes)

    def _open_other(self, name: str, attributes: Attributes) -> None:
        if name == TABLE + "table-source" and self.table is not None:
            self.table.linked = True
        elif name in (TABLE + "cell-range-source", TABLE + "dde-links"):
            self.notes[FileNote("dde" if name.endswith("links") else "external_links")] = None
        elif name == STYLE + "style":
            self.style = attributes.get(STYLE + "name", "")
            self.looks.take(name, attributes)
        elif name == STYLE + "table-properties":
            if attributes.get(TABLE + "display") == "false":
                self.hidden_styles.add(self.style)
        elif name == TABLE + "named-range":
            self._name(attributes, _range(attributes.get(TABLE + "cell-range-address", "")))
        elif name == TABLE + "named-expression":
            self._name(attributes, _plain_formula(attributes.get(TABLE + "expression", "")))
        elif name == TABLE + "database-range":
            self.database = attributes.get(TABLE + "target-range-address", "")
        elif name == TABLE + "filter":
            self._filter(self.database)

    def _name(self, attributes: Attributes, meaning: str) -> None:
        name = attributes.get(TABLE + "name", "")
        if self.table is not None:
            name = f"{self.table.name}!{name}"
        self.names[name] = meaning

    def _filter(self, address: str) -> None:
        corners = [_PLACE.fullmatch(corner) for corner in _corners(address)]
        if len(corners) == 2 and corners[0] and corners[1]:  # noqa: PLR2004 - first and last
            first, last = (parse_address(corner[3] + corner[4]) for corner in corners if corner)
            sheet = (corners[0][1] or corners[0][2]).replace("''", "'")
            self.filters[sheet] = (*first, *last)


def _value(attributes: Attributes, text: str) -> tuple[Scalar, str, str]:
    """Return value, error and format of a cell; a value that cannot be read is its text."""
    kind = attributes.get(OFFICE + "value-type", "string")
    faulty = attributes.get(CALC + "value-type") == "error"
    if faulty or (TABLE + "formula" in attributes and _ERROR.fullmatch(text)):
        return "", text or "#VALUE!", ""
    if kind == "string":
        return attributes.get(OFFICE + "string-value", text) or text, "", ""
    if kind == "boolean":
        return attributes.get(OFFICE + "boolean-value") == "true", "", ""
    try:
        if kind == "date":
            value = iso_serial(attributes.get(OFFICE + "date-value", ""))
        elif kind == "time":
            value = _clock(attributes.get(OFFICE + "time-value", ""))
        else:
            value = decimal_number(attributes.get(OFFICE + "value", ""))
    except (ValueError, OverflowError):
        return text, "" if text else "#VALUE!", ""
    return value, "", _SHOWN_AS.get(kind, "")


_SHOWN_AS: Final = {"date": "date", "time": "date", "percentage": "percent"}


def _corners(address: str) -> list[str]:
    """Return the two ends of ``$A.$B$2:.$C$9``, each with its sheet."""
    first, mark, last = address.rpartition(":")
    if not mark:
        return [address, address]
    return [first, first[: first.rfind(".")] + last if last.startswith(".") else last]


def _range(address: str) -> str:
    """Return ``$A.$B$2:.$C$9`` as ``'A'!$B$2:$C$9``; as it stands where it is something else."""
    corners = [_PLACE.fullmatch(corner) for corner in _corners(address)]
    if not all(corners):
        return address
    found = [corner for corner in corners if corner]
    sheet = (found[0][1] or found[0][2]).replace("''", "'")
    places = dict.fromkeys(f"${corner[3]}${corner[4]}" for corner in found)
    return sheet_prefix(sheet) + ":".join(places)


def _plain_formula(formula: str) -> str:
    """Return a formula as Excel has it, as far as it is a matter of brackets and points."""
    formula = formula.removeprefix("of:").removeprefix("oooc:").removeprefix("msoxl:")
    return _REFERENCE.sub(_plain_reference, formula.removeprefix("="))


def _plain_reference(match: re.Match[str]) -> str:
    return ":".join(
        part[1:] if part.startswith(".") else "!".join(part.removeprefix("$").rsplit(".", 1))
        for part in match[1].split(":")
    )


# --- the package ----------------------------------------------------------------------------


def read_ods(package: Package, limits: Limits, skip: Collection[str]) -> Grid:
    """Return the grid of an OpenDocument spreadsheet."""
    manifest = "META-INF/manifest.xml"
    if package.find(manifest) and b"encryption-data" in package.content(manifest):
        raise GridError("encrypted")
    text = decode_part(package.content("content.xml"), "content.xml")
    content = _Content(limits, skip)
    if package.find("styles.xml"):
        styles = package.content("styles.xml")
        if content.looks.take_common(styles):
            parse_with(decode_part(styles, "styles.xml"), "styles.xml", content.looks)
    try:
        parse_with(text, "content.xml", content)
    except ValueError as error:
        raise damaged("content.xml", "value") from error
    notes = list(content.notes)
    if any(table.linked for table in content.tables):
        notes.append(FileNote("external_links"))
    if any(name.startswith(("Basic/", "Scripts/")) for name in package.entries):
        notes.append(FileNote("has_macros"))
    sheets = tuple(_sheets(content))
    if not sheets:
        raise damaged("content.xml", "no_sheets")
    properties, core = _read_meta(package, notes)
    unique = tuple(dict.fromkeys(notes))
    return Grid("ods", sheets, content.names, properties, core, unique)


def _sheets(content: _Content) -> Iterator[SheetGrid]:
    for table in content.tables:
        if table.linked:
            continue
        state = "hidden" if table.hidden else "visible"
        if not table.wanted:
            yield SheetGrid(table.name, state, skipped=True)
            continue
        table.filter = content.filters.get(table.name)
        yield table.grid(table.name, state)


_META: Final = {
    "description": "comments", "date": "modified", "generator": "application",
    "keyword": "keywords",
}  # fmt: skip


def _read_meta(package: Package, notes: list[FileNote]) -> tuple[dict[str, str], dict[str, str]]:
    """Return custom and core properties; damaged ones are noted."""
    custom: dict[str, str] = {}
    core: dict[str, str] = {}
    root: Iterable[ET.Element] = ()
    with noting_loss(notes):
        root = package.tree("meta.xml") if package.find("meta.xml") else ()
    for element in chain.from_iterable(root):
        kind = local_name(element.tag)
        value = "".join(element.itertext())
        if kind == "user-defined":
            name = next((v for k, v in element.items() if k.endswith("}name")), "")
            custom[name] = value
        elif kind in _META and value:
            core[_META[kind]] = value
    return custom, core
