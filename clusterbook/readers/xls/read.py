"""Read .xls and .et workbooks: the records of BIFF8, and of BIFF5 before it ([MS-XLS]).

Pure Python over bytes whose every length is checked: the usual native reader dies of one damaged
file in fifteen, loses error values and knows neither formulas nor number formats.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Final

from attrs import Factory, define, field

from clusterbook.readers.appearance import Font, cell_font
from clusterbook.readers.cells import GUARDS, FileNote, Grid, SheetGrid
from clusterbook.readers.limits import GridError, Limits, after_password, damaged, too_big
from clusterbook.readers.ole import CompoundFile
from clusterbook.readers.ole_properties import read_summary
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
from clusterbook.readers.xls.cipher import decrypt
from clusterbook.readers.xls.formulas import is_number
from clusterbook.readers.xls.shapes import Shapes
from clusterbook.readers.xls.texts import Continued, Texts, font_place, read_sst
from clusterbook.readers.xlsx.book import classify_formats

Record = tuple[int, int, bytes]  # type, where it starts, its data

_BOF, _EOF, _CONTINUE, _STRINGS = 0x809, 0x0A, 0x3C, 0xFC
_STATES: Final = ("visible", "hidden", "veryHidden", "veryHidden")
_WORKSHEET: Final = 0
_ERROR_RESULT: Final = 2
_OTHER_SHEETS: Final = {1: "macro_sheet", 2: "chart_sheet", 6: "dialog_sheet"}
_BIFF8, _BIFF5 = 0x600, 0x500
_BIFF8_START: Final = struct.pack("<H", _BIFF8)  # after the head of the first record
_SELF, _ADD_INS = 0x401, 0x3A01  # what stands for a file where none is referred to
_HIDDEN_ROW: Final = 0x20
_BUILT_IN: Final = 0x20  # the flag of a name that Excel made
_ZERO: Final = bytes(8)
# When a formula is worked out: always, or on opening by who did not do it when the file was made.
_WHEN_CALCULATED, _ON_OPENING = 3, 2
_EXCEL: Final = re.compile(r"Excel|WPS|\bET\b", re.IGNORECASE)
_CALC: Final = (b"\4\0\0Calc ", b"\4Calc ")  # as the two formats write it


def _records(data: bytes, start: int) -> Iterator[Record]:
    """Yield the records from ``start`` to the end of their substream."""
    depth = 0
    at, end = start, len(data) - 4
    unpack = struct.Struct("<HH").unpack_from
    while at <= end:
        kind, length = unpack(data, at)
        if at + 4 + length > len(data):
            raise damaged("Workbook", "truncated")
        yield kind, at, data[at + 4 : at + 4 + length]
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        at += 4 + length
    raise damaged("Workbook", "truncated")


@define
class _Listed:
    """A sheet as the workbook lists it."""

    name: str
    start: int
    state: str
    kind: int


@define
class _Book:
    """What the first substream says about all sheets."""

    texts: Texts
    sheets: list[_Listed] = Factory(list)
    strings: list[str] = Factory(list)
    codes: dict[str, str] = Factory(dict)
    formats: list[str] = Factory(list)
    names: list[bytes] = Factory(list)
    links: list[tuple[int, int, int]] = Factory(list)  # of references to other sheets
    own_links: set[int] = Factory(set)
    books: int = 0
    date1904: bool = False
    notes: list[FileNote] = Factory(list)
    fonts: list[Font] = Factory(list)
    looks: list[tuple[int, bool]] = Factory(list)  # of cell formats: font, whether it is filled
    by_excel: bool = False  # or WPS: says so in its properties
    by_calc: bool = False  # LibreOffice, OpenOffice: says so where the user's name belongs

    @property
    def marked(self) -> bool:
        """Whether any font strikes, raises, lowers or hides a text."""
        return any(font.run or font.white for font in self.fonts)

    def has_zero(self, formula: bytes) -> bool:
        """Whether the zero stored for a formula, given as its record, is its result."""
        if self.by_calc:  # stores it for a text that it did not work out before saving, too
            size = int.from_bytes(formula[20:22], "little")
            return self.texts.wide and is_number(formula[22 : 22 + size])
        flags = int.from_bytes(formula[14:16], "little")
        return self.by_excel or flags & _WHEN_CALCULATED != _ON_OPENING


# By what name the records go, best first; some programs write it in capitals.
_STREAMS: Final = ("workbook", "book")


def workbook_stream(package: CompoundFile) -> str | None:
    """Return the name of the stream with the records of a workbook.

    Of two streams one is a copy for Excel 95, under whichever name.
    """
    known = sorted(package.streams, key=str.swapcase)  # as office programs write it, then others
    named = [name for kind in _STREAMS for name in known if name.lower() == kind]
    if len(named) > 1:
        named.sort(key=lambda name: package.stream(name)[4:6] != _BIFF8_START)
    return named[0] if named else None


def read_xls(
    package: CompoundFile, limits: Limits, skip: Collection[str], passwords: Sequence[str] = ()
) -> Grid:
    """Return the grid of a compound file that has a workbook stream."""
    stream = workbook_stream(package)
    if stream is None:
        raise GridError("not_xlsx", {"found": "ole"})
    data, opened = decrypt(package.stream(stream), passwords)
    properties, core = read_summary(package)
    with after_password(opened=opened):
        try:
            book = _read_globals(data, limits)
            book.by_excel = bool(_EXCEL.search(core.get("application", "")))
            names = dict(_names(book))
            sheets = tuple(_read_sheets(book, data, limits, skip, names))
        except (struct.error, IndexError) as error:
            raise damaged("Workbook", "record") from error
        if not sheets:
            raise damaged("Workbook", "no_sheets")
    if "_VBA_PROJECT_CUR" in package.storages:
        book.notes.append(FileNote("has_macros"))
    if opened:
        book.notes.append(FileNote("opened"))
    notes = tuple(dict.fromkeys(book.notes))
    return Grid("xls", sheets, name_texts(names), properties, core, notes, book.date1904)


def _read_sheets(
    book: _Book,
    data: bytes,
    limits: Limits,
    skip: Collection[str],
    names: Mapping[str, NameValue],
) -> Iterator[SheetGrid]:
    fonts = book.fonts if book.marked else ()
    looks = [cell_font(fonts, font, filled=filled) for font, filled in book.looks]
    classes = classify_formats(book.codes, book.formats, looks)
    for listed in book.sheets:
        if listed.kind != _WORKSHEET:
            kind = _OTHER_SHEETS.get(listed.kind, "macro_sheet")
            book.notes.append(FileNote(kind, listed.name))
        elif listed.name in skip and listed.state != "visible":
            yield SheetGrid(listed.name, listed.state, skipped=True)
        else:
            sink = SheetSink(
                name=listed.name, state=listed.state, classes=classes, date1904=book.date1904,
                limits=limits,
            )  # fmt: skip
            sink.marked, sink.unguarded = book.marked, GUARDS
            _Sheet(book, sink).read(data, listed.start)
            book.notes += sink.notes
            yield sink.filtered_by(names)


# --- the workbook ---------------------------------------------------------------------------


def _read_globals(data: bytes, limits: Limits) -> _Book:
    records = _records(data, 0)
    kind, _, bof = next(records)
    if kind & 0xFF != _BOF & 0xFF:
        raise damaged("Workbook", "record")
    version = struct.unpack_from("<H", bof)[0] if kind == _BOF else 0
    if version not in (_BIFF8, _BIFF5):
        raise GridError("not_xlsx", {"found": "xls_ancient"})
    book = _Book(Texts(wide=version == _BIFF8))
    sst: list[bytes] = []
    last = 0
    for kind, _, body in records:
        if kind == _STRINGS or (kind == _CONTINUE and last == _STRINGS):
            sst.append(body)
            last = _STRINGS
            continue
        last = kind
        take = _GLOBALS.get(kind)
        if take:
            take(book, body)
    if len(book.sheets) > limits.sheets:
        raise too_big("sheets", limits.sheets)
    if sst:
        book.strings = read_sst(sst, book.fonts if book.marked else ())
    return book


def _take_sheet(book: _Book, body: bytes) -> None:
    start, state, kind = struct.unpack_from("<LBB", body)
    book.sheets.append(_Listed(book.texts.short(body, 6), start, _STATES[state & 3], kind))


def _take_format(book: _Book, body: bytes) -> None:
    number = struct.unpack_from("<H", body)[0]
    code = book.texts.long(body, 2) if book.texts.wide else book.texts.short(body, 2)
    book.codes[str(number)] = code


def _take_cell_format(book: _Book, body: bytes) -> None:
    font, number = struct.unpack_from("<HH", body)
    book.formats.append(str(number))
    pattern = body[17] >> 2 if body[17:18] else 0
    white = pattern == _SOLID and book.texts.wide and body[18] & _COLOUR in _WHITES
    book.looks.append((font_place(font), pattern != 0 and not white))


def _take_font(book: _Book, body: bytes) -> None:
    flags, colour, _, position = struct.unpack_from("<HHHH", body, 2)
    book.fonts.append(Font.of(flags, position, white=colour in _WHITES and book.texts.wide))


def _take_date_mode(book: _Book, body: bytes) -> None:
    book.date1904 = body[:1] == b"\x01"


def _take_code_page(book: _Book, body: bytes) -> None:
    book.texts.set_code_page(struct.unpack_from("<H", body)[0])


def _take_name(book: _Book, body: bytes) -> None:
    book.names.append(body)


def _take_link_target(book: _Book, body: bytes) -> None:
    count, mark = struct.unpack_from("<HH", body)
    if mark == _SELF:
        book.own_links.add(book.books)
    elif mark != _ADD_INS:
        book.notes.append(FileNote("external_links" if count else "dde"))
    book.books += 1


def _take_links(book: _Book, body: bytes) -> None:
    if book.texts.wide:
        count = struct.unpack_from("<H", body)[0]
        book.links += struct.iter_unpack("<Hhh", body[2 : 2 + 6 * count])


def _take_user(book: _Book, body: bytes) -> None:
    book.by_calc = body.startswith(_CALC)


def _take_macros(book: _Book, _body: bytes) -> None:
    book.notes.append(FileNote("has_macros"))


_GLOBALS: Final[Mapping[int, Callable[[_Book, bytes], None]]] = {
    0x85: _take_sheet,
    0x41E: _take_format,
    0xE0: _take_cell_format,
    0x31: _take_font,
    0x22: _take_date_mode,
    0x42: _take_code_page,
    0x18: _take_name,
    0x1AE: _take_link_target,
    0x17: _take_links,
    0x5C: _take_user,
    0xD3: _take_macros,
}


def _names(book: _Book) -> Iterator[tuple[str, NameValue]]:
    """Yield the defined names that stand for an area of a sheet or a constant text."""
    if not book.texts.wide:
        return
    sheets = [listed.name for listed in book.sheets]
    sheet_of = sheet_by_link(sheets, book.links, book.own_links)
    for body in book.names:
        flags, _, length, size, _, scope = struct.unpack_from("<HBBHHH", body)
        name, after = book.texts.characters(body, 14, length)
        if flags & _BUILT_IN:
            name = BUILT_IN_NAMES.get(name, name)
        tokens = body[after : after + size]
        meaning = name_value(tokens, sheet_of, lambda text: book.texts.short(text, 0), wide=False)
        if meaning is None:
            continue
        if scope and scope <= len(sheets):
            name = f"{sheets[scope - 1]}!{name}"
        yield name, meaning


# --- a sheet --------------------------------------------------------------------------------

_WHITES: Final = (1, 9)  # among the colours
_SOLID, _COLOUR = 1, 0x7F  # of patterns; the bits of the colour in front
_CELL: Final = struct.Struct("<HHH")
_NUMBER: Final = struct.Struct("<HHHd")
_INDEXED: Final = struct.Struct("<HHHL")
_RK: Final = struct.Struct("<HL")
_DOUBLE: Final = struct.Struct("<d")


@define
class _Sheet:
    """Reads the records of one sheet into its sink."""

    book: _Book
    sink: SheetSink
    waiting: tuple[int, int, int] | None = None  # a formula whose text follows
    fragments: list[bytes] = Factory(list)  # of that text
    shapes: Shapes = field(init=False)
    in_view: bool = False  # of somebody who saved one, with a filter of its own

    def __attrs_post_init__(self) -> None:
        """What lies over the cells is taken by somebody else."""
        self.shapes = Shapes(self.book.texts)

    def read(self, data: bytes, start: int) -> None:
        """Take every record; charts embedded in the sheet are stepped over."""
        depth = 0
        for kind, at, body in _records(data, start):
            if at == start and kind != _BOF:
                raise damaged("Workbook", "sheet")
            if self.fragments:
                if kind == _CONTINUE:
                    self.fragments.append(body)
                    continue
                self._end_text()
            if kind == _BOF:
                depth += 1
            elif kind == _EOF:
                depth -= 1
            elif depth == 1:
                take = _TAKERS.get(kind)
                if take:
                    take(self, body)
        self.shapes.give(self.sink)

    def protect(self, body: bytes) -> None:
        if body[:1] == b"\1":
            self.sink.guard("protection")

    def shared_text(self, body: bytes) -> None:
        row, column, style, index = _INDEXED.unpack_from(body)
        self.sink.text(row, column, style, self.book.strings[index])

    def own_text(self, body: bytes) -> None:
        row, column, style = _CELL.unpack_from(body)
        self.sink.text(row, column, style, self.book.texts.long(body, 6))

    def rich_text(self, body: bytes) -> None:
        if not self.book.marked:
            self.own_text(body)
            return
        row, column, style = _CELL.unpack_from(body)
        self.sink.text(row, column, style, self.book.texts.rich(body, 6, self.book.fonts))

    def number(self, body: bytes) -> None:
        self.sink.number(*_NUMBER.unpack_from(body))

    def packed_number(self, body: bytes) -> None:
        row, column, style, packed = _INDEXED.unpack_from(body)
        self.sink.number(row, column, style, rk_number(packed))

    def packed_numbers(self, body: bytes) -> None:
        row, column = struct.unpack_from("<HH", body)
        for style, packed in _RK.iter_unpack(body[4 : 4 + (len(body) - 6) // 6 * 6]):
            self.sink.number(row, column, style, rk_number(packed))
            column += 1

    def truth_or_error(self, body: bytes) -> None:
        row, column, style = _CELL.unpack_from(body)
        if body[7]:
            self.sink.error(row, column, style, error_text(body[6]))
        else:
            self.sink.boolean(row, column, style, value=bool(body[6]))

    def formula(self, body: bytes) -> None:
        row, column, style = _CELL.unpack_from(body)
        result = body[6:14]
        self.waiting = None
        self.sink.formula(row, column)
        if result == _ZERO and not self.book.has_zero(body):
            return
        if result[6:] != b"\xff\xff":
            self.sink.number(row, column, style, _DOUBLE.unpack(result)[0])
        elif result[0] == 0:
            self.waiting = row, column, style
        elif result[0] == 1:
            self.sink.boolean(row, column, style, value=bool(result[2]))
        elif result[0] == _ERROR_RESULT:
            self.sink.error(row, column, style, error_text(result[2]))

    def formula_text(self, body: bytes) -> None:
        if self.waiting and self.book.texts.wide:
            self.fragments = [body]
        elif self.waiting:
            self.sink.text(*self.waiting, self.book.texts.long(body, 0))

    def _end_text(self) -> None:
        if self.waiting:
            self.sink.text(*self.waiting, Continued(self.fragments).text())
        self.waiting, self.fragments = None, []

    def row(self, body: bytes) -> None:
        if body[12:13] and body[12] & _HIDDEN_ROW:
            self.sink.hidden_rows.add(struct.unpack_from("<H", body)[0])

    def columns(self, body: bytes) -> None:
        first, last, _, _, flags = struct.unpack_from("<HHHHH", body)
        if flags & 1:
            self.sink.hidden_columns.append((first, last))

    def merges(self, body: bytes) -> None:
        for top, bottom, left, right in struct.iter_unpack(
            "<HHHH", body[2 : 2 + (len(body) - 2) // 8 * 8]
        ):
            self.sink.merges.append((top, left, bottom, right))

    def begin_view(self, _body: bytes) -> None:
        self.in_view = True

    def end_view(self, _body: bytes) -> None:
        self.in_view = False

    def filter(self, _body: bytes) -> None:
        if not self.in_view:
            self.sink.filtered = True


_TAKERS: Final[Mapping[int, Callable[[_Sheet, bytes], None]]] = {
    0xFD: _Sheet.shared_text,
    0x203: _Sheet.number,
    0x27E: _Sheet.packed_number,
    0xBD: _Sheet.packed_numbers,
    0x06: _Sheet.formula,
    0x206: _Sheet.formula,  # as older versions number it, and some writers still do
    0x406: _Sheet.formula,
    0x207: _Sheet.formula_text,
    0x204: _Sheet.own_text,
    0xD6: _Sheet.rich_text,
    0x205: _Sheet.truth_or_error,
    0x208: _Sheet.row,
    0x7D: _Sheet.columns,
    0xE5: _Sheet.merges,
    0x9B: _Sheet.filter,
    0x1AA: _Sheet.begin_view,
    0x1AB: _Sheet.end_view,
    0xEC: lambda sheet, body: sheet.shapes.draw(body),
    0x5D: lambda sheet, body: sheet.shapes.object(body),
    0x1B6: lambda sheet, body: sheet.shapes.caption(body),
    _CONTINUE: lambda sheet, body: sheet.shapes.go_on(body),
    0x1C: lambda sheet, body: sheet.shapes.note(body),
    0x12: _Sheet.protect,
    0x1BE: lambda sheet, _body: sheet.sink.guard("validations"),
}
