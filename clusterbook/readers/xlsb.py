"""Read .xlsb workbooks: the parts of .xlsx, written as records of BIFF12 ([MS-XLSB])."""

from __future__ import annotations

import struct
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Final

from attrs import Factory, define

from clusterbook.readers.appearance import Font, cell_font, with_fonts
from clusterbook.readers.cells import GUARDS, FileNote, Grid, Overlay, SheetGrid
from clusterbook.readers.limits import GridError, Limits, Package, damaged, too_big
from clusterbook.readers.xls.biff import (
    BUILT_IN_NAMES,
    NameValue,
    SheetSink,
    error_text,
    name_texts,
    name_value,
    rk_number,
    sheet_by_link,
)
from clusterbook.readers.xls.texts import whole_characters
from clusterbook.readers.xlsx.book import (
    classify_formats,
    part_of,
    read_notes,
    read_properties,
    read_relations,
    without_sheets,
)
from clusterbook.readers.xlsx.drawings import covers, note

_STATES: Final = ("visible", "hidden", "veryHidden", "veryHidden")
_OTHER_SHEETS: Final = {"chartsheet": "chart_sheet", "dialogsheet": "dialog_sheet"}
_NOTHING: Final = 0xFFFFFFFF  # the length of a text that is not there
_HIDDEN_ROW: Final = 0x10
# Types of records, in the order of the specification's names.
_NAME, _FORMAT, _CELL_FORMAT, _BOOK_PROPERTIES, _BUNDLE_SHEET = 39, 44, 47, 153, 156
_EXTERN_SHEET, _BEGIN_CELL_FORMATS, _END_CELL_FORMATS = 362, 617, 618
_BOOK, _SELF, _SAME, _ADD_IN = 355, 357, 358, 667  # what a link to a sheet leads to


def _records(data: bytes, part: str) -> Iterator[tuple[int, bytes]]:
    """Yield the type and data of every record of a part."""
    at, end = 0, len(data)
    try:
        while at < end:
            kind = data[at]
            at += 1
            if kind & 0x80:
                kind = kind & 0x7F | (data[at] & 0x7F) << 7
                at += 1
            length = shift = 0
            while True:
                byte = data[at]
                at += 1
                length |= (byte & 0x7F) << shift
                shift += 7
                if byte < 0x80 or shift > 21:  # noqa: PLR2004 - four bytes of seven bits
                    break
            if at + length > end:
                raise damaged(part, "truncated")
            yield kind, data[at : at + length]
            at += length
    except IndexError as error:
        raise damaged(part, "truncated") from error


def _text(data: bytes, at: int) -> tuple[str, int]:
    """Return a text with four bytes of length, and where it ends."""
    count = struct.unpack_from("<L", data, at)[0]
    at += 4
    if count == _NOTHING:
        return "", at
    end = at + 2 * count
    if end > len(data):
        raise IndexError("text")
    return whole_characters(data[at:end].decode("utf-16-le", "surrogatepass")), end


@define
class _Book:
    """What the workbook part and the shared parts say."""

    sheets: list[tuple[str, str, str]] = Factory(list)  # name, state, relation
    strings: list[str] = Factory(list)
    classes: Mapping[str, str] = Factory(dict)
    fonts: list[Font] = Factory(list)
    names: list[bytes] = Factory(list)
    links: list[tuple[int, int, int]] = Factory(list)
    own_links: set[int] = Factory(set)
    date1904: bool = False


def read_xlsb(package: Package, limits: Limits, skip: Collection[str]) -> Grid:
    """Return the grid of a package with a workbook in binary records."""
    root = read_relations(package, "")
    part = part_of(root, "officeDocument") or "xl/workbook.bin"
    if not package.find(part):
        raise GridError("missing_part", {"part": part})
    relations = read_relations(package, part)
    try:
        book = _read_workbook(package.content(part), part, limits)
        path = part_of(relations, "styles")
        if package.find(path):
            book.classes = _read_formats(book, package.content(path), path)
        path = part_of(relations, "sharedStrings")
        if package.find(path):
            found = _records(package.content(path), path)
            book.strings = [_rich(book, body, 0) for kind, body in found if kind == 19]  # noqa: PLR2004 - BrtSSTItem
        names = dict(_names(book))
    except (struct.error, IndexError) as error:
        raise damaged(part, "record") from error
    notes = list(read_notes(package, relations))
    sheets: list[SheetGrid] = []
    for name, state, relation in book.sheets:
        kind, path = relations.get(relation, ("", ""))
        if kind in _OTHER_SHEETS or "acrosheet" in kind:
            notes.append(FileNote(_OTHER_SHEETS.get(kind, "macro_sheet"), name))
        elif name in skip and state != "visible":
            sheets.append(SheetGrid(name, state, skipped=True))
        elif kind != "worksheet" or not package.find(path):
            notes.append(FileNote("lost_sheet", name))
        else:
            sink = SheetSink(
                name=name, state=state, classes=book.classes, date1904=book.date1904, limits=limits
            )
            sink.marked, sink.unguarded = any(font.run for font in book.fonts), GUARDS
            _read_sheet(book, sink, package.content(path), path)
            _look_over(package, path, sink)
            notes += sink.notes
            sheets.append(sink.filtered_by(names))
    if not sheets:
        raise without_sheets(notes)
    properties, core = read_properties(package, root, notes)
    return Grid(
        "xlsb", tuple(sheets), name_texts(names), properties, core, tuple(notes), book.date1904
    )


def _read_workbook(data: bytes, part: str, limits: Limits) -> _Book:
    book = _Book()
    targets = 0
    for kind, body in _records(data, part):
        if kind == _BUNDLE_SHEET:
            state = struct.unpack_from("<L", body)[0]
            relation, at = _text(body, 8)
            book.sheets.append((_text(body, at)[0], _STATES[state & 3], relation))
        elif kind == _BOOK_PROPERTIES:
            book.date1904 = bool(struct.unpack_from("<L", body)[0] & 1)
        elif kind == _NAME:
            book.names.append(body)
        elif kind == _EXTERN_SHEET:
            book.links += struct.iter_unpack("<Lll", body[4 : 4 + (len(body) - 4) // 12 * 12])
        elif kind in (_SELF, _SAME):
            book.own_links.add(targets)
            targets += 1
        elif kind in (_BOOK, _ADD_IN):
            targets += 1
    if len(book.sheets) > limits.sheets:
        raise too_big("sheets", limits.sheets)
    return book


def _rich(book: _Book, body: bytes, at: int) -> str:
    """Return a text with the fonts of its runs, which stand behind it."""
    text, end = _text(body, at + 1)
    if not body[at] & 1 or not any(font.run for font in book.fonts):
        return text
    count = struct.unpack_from("<L", body, end)[0]
    runs = struct.iter_unpack("<HH", body[end + 4 : end + 4 + 4 * count])
    return with_fonts(text, runs, book.fonts)


_FONT, _FILL = 43, 45
_COLOUR_KINDS: Final = {1: (1, 9), 3: (0,)}  # white among the indexed ones, and of a theme


def _font(body: bytes) -> Font:
    flags, _, position = struct.unpack_from("<HHH", body, 2)
    return Font.of(flags, position, white=_is_white(body[12:20]))


def _is_white(colour: bytes) -> bool:
    kind, index, tint = colour[0] >> 1, colour[1], colour[2:4]
    rgb = kind == 2 and colour[4:7] == b"\xff\xff\xff"  # noqa: PLR2004 - in red, green and blue
    return rgb or (index in _COLOUR_KINDS.get(kind, ()) and tint == b"\0\0")


def _is_filled(body: bytes) -> bool:
    pattern = struct.unpack_from("<L", body)[0]
    return pattern > 1 or (pattern == 1 and not _is_white(body[4:12]))


def _read_formats(book: _Book, data: bytes, part: str) -> dict[str, str]:
    codes: dict[str, str] = {}
    formats: list[str] = []
    looks: list[str] = []
    fills: list[bool] = []
    inside = False
    for kind, body in _records(data, part):
        if kind == _FORMAT:
            codes[str(struct.unpack_from("<H", body)[0])] = _text(body, 2)[0]
        elif kind in (_BEGIN_CELL_FORMATS, _END_CELL_FORMATS):
            inside = kind == _BEGIN_CELL_FORMATS
        elif kind == _CELL_FORMAT and inside:
            number, font, fill = struct.unpack_from("<HHH", body, 2)
            formats.append(str(number))
            filled = fill < len(fills) and fills[fill]
            looks.append(cell_font(book.fonts, font, filled=filled))
        elif kind == _FONT:
            book.fonts.append(_font(body))
        elif kind == _FILL:
            fills.append(_is_filled(body))
    return classify_formats(codes, formats, looks)


def _names(book: _Book) -> Iterator[tuple[str, NameValue]]:
    sheets = [name for name, _, _ in book.sheets]
    sheet_of = sheet_by_link(sheets, book.links, book.own_links)
    for body in book.names:
        flags, _, scope = struct.unpack_from("<LBL", body)
        name, at = _text(body, 9)
        size = struct.unpack_from("<L", body, at)[0]
        meaning = name_value(body[at + 4 : at + 4 + size], sheet_of, _token_text, wide=True)
        if meaning is None:
            continue
        if flags & 0x20:
            name = BUILT_IN_NAMES.get(name, name)
        if scope < len(sheets):
            name = f"{sheets[scope]}!{name}"
        yield name, meaning


def _token_text(body: bytes) -> str:
    count = struct.unpack_from("<H", body)[0]
    return whole_characters(body[2 : 2 + 2 * count].decode("utf-16-le", "surrogatepass"))


# --- a sheet --------------------------------------------------------------------------------


@define
class _Sheet:
    """Reads the records of one sheet into its sink."""

    book: _Book
    sink: SheetSink
    row: int = 0
    filter: bytes = b""
    in_view: bool = False  # of somebody who saved one, with a filter of its own

    def _place(self, body: bytes) -> tuple[int, int, int]:
        column, style = struct.unpack_from("<LL", body)
        return self.row, column, style & 0xFFFFFF

    def begin_row(self, body: bytes) -> None:
        self.row = struct.unpack_from("<L", body)[0]
        if body[11] & _HIDDEN_ROW:
            self.sink.hidden_rows.add(self.row)

    def packed_number(self, body: bytes) -> None:
        self.sink.number(*self._place(body), rk_number(struct.unpack_from("<L", body, 8)[0]))

    def number(self, body: bytes) -> None:
        self.sink.number(*self._place(body), struct.unpack_from("<d", body, 8)[0])

    def error(self, body: bytes) -> None:
        self.sink.error(*self._place(body), error_text(body[8]))

    def boolean(self, body: bytes) -> None:
        self.sink.boolean(*self._place(body), value=bool(body[8]))

    def own_text(self, body: bytes) -> None:
        self.sink.text(*self._place(body), _text(body, 8)[0])

    def rich_text(self, body: bytes) -> None:
        self.sink.text(*self._place(body), _rich(self.book, body, 8))

    def shared_text(self, body: bytes) -> None:
        self.sink.text(*self._place(body), self.book.strings[struct.unpack_from("<L", body, 8)[0]])

    def formula(self, body: bytes) -> None:
        row, column, _ = self._place(body)
        self.sink.formula(row, column)

    def columns(self, body: bytes) -> None:
        first, last, _, _, flags = struct.unpack_from("<LLLLH", body)
        if flags & 1:
            self.sink.hidden_columns.append((first, last))

    def merge(self, body: bytes) -> None:
        top, bottom, left, right = struct.unpack_from("<4L", body)
        self.sink.merges.append((top, left, bottom, right))

    def protect(self, body: bytes) -> None:
        if struct.unpack_from("<L", body, 2)[0]:
            self.sink.guard("protection")

    def begin_view(self, _body: bytes) -> None:
        self.in_view = True

    def end_view(self, _body: bytes) -> None:
        self.in_view = False

    def begin_filter(self, body: bytes) -> None:
        if not self.in_view:
            self.filter = body

    def filter_column(self, _body: bytes) -> None:
        if self.in_view:
            return
        top, bottom, left, right = struct.unpack_from("<4L", self.filter)
        self.sink.filter = (top, left, bottom, right)


_FORMULAS: Final = range(8, 12)
_VALIDATION, _PROTECTION, _PROTECTION_BY_HASH = 64, 535, 677
_TAKERS: Final[Mapping[int, Callable[[_Sheet, bytes], None]]] = {
    0: _Sheet.begin_row,
    2: _Sheet.packed_number,
    3: _Sheet.error,
    4: _Sheet.boolean,
    5: _Sheet.number,
    6: _Sheet.own_text,
    7: _Sheet.shared_text,
    8: _Sheet.own_text,  # from here to 11 results of formulas
    9: _Sheet.number,
    10: _Sheet.boolean,
    11: _Sheet.error,
    62: _Sheet.rich_text,
    60: _Sheet.columns,
    176: _Sheet.merge,
    161: _Sheet.begin_filter,
    163: _Sheet.filter_column,
    _VALIDATION: lambda sheet, _body: sheet.sink.guard("validations"),
    _PROTECTION: _Sheet.protect,
    _PROTECTION_BY_HASH: lambda sheet, _body: sheet.sink.guard("protection"),
    423: _Sheet.begin_view,
    424: _Sheet.end_view,
}


def _read_sheet(book: _Book, sink: SheetSink, data: bytes, part: str) -> None:
    sheet = _Sheet(book, sink)
    try:
        for kind, body in _records(data, part):
            take = _TAKERS.get(kind)
            if take:
                if kind in _FORMULAS:
                    sheet.formula(body)
                take(sheet, body)
    except (struct.error, IndexError) as error:
        raise damaged(part, "record") from error


# --- over the cells --------------------------------------------------------------------------

_BEGIN_NOTE, _NOTE_TEXT = 635, 637


def _look_over(package: Package, part: str, sink: SheetSink) -> None:
    """Take what lies over the cells: the same parts as in .xlsx, notes in records."""
    relations = read_relations(package, part)
    sink.cover(covers(package, relations))
    told = {one.area for one in sink.overlays}
    for kind, path in relations.values():
        if kind == "comments" and path.endswith(".bin") and package.find(path):
            sink.overlays += (one for one in _notes(package, path) if one.area not in told)


def _notes(package: Package, part: str) -> Iterator[Overlay]:
    at = 0, 0
    try:
        for kind, body in _records(package.content(part), part):
            if kind == _BEGIN_NOTE:
                row, _, column = struct.unpack_from("<3L", body, 4)
                at = row, column
            elif kind == _NOTE_TEXT:
                yield note(at, _text(body, 1)[0])
    except (struct.error, IndexError) as error:
        raise damaged(part, "record") from error
