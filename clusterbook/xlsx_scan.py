"""Read the XML of worksheets, once, into sparse dictionaries of what is filled.

There are two readers with the same answer.  The fast one is a compiled expression that *tiles* the
sheet data: every character between ``<sheetData>`` and its end belongs to a blank cell, a row tag
or a filled cell of the plain shape that office programs write; on anything else it gives up.  The
exact one is a streaming parser, used for what the fast one gave up, and alone calls a part damaged.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import Final
from xml.parsers import expat

from attrs import Factory, define

from clusterbook.a1 import MAX_COLUMNS, MAX_ROWS, Address, parse_address, parse_range
from clusterbook.appearance import Marked
from clusterbook.cells import GUARDS, Scalar, SheetContent
from clusterbook.guard import GridError, damaged, decode_part, parse, too_big
from clusterbook.xlsx_book import Book, Look
from clusterbook.xlsx_strings import (
    XML_SPACE,
    NotPlainError,
    RichText,
    SharedStrings,
    unescape,
    unescape_excel,
)

Tile = tuple[str, ...]

_CACHE_LIMIT: Final = 65_536
_CACHED_FORMULA: Final = 1_000  # characters
_BLOCK: Final = 20_000  # characters scanned at a time: their tiles fit a processor's cache
_FRAME_LIMIT: Final = 65_536

# --- what a sheet holds ---------------------------------------------------------------------

_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_NOT_FINITE: Final = re.compile(r"[+-]?(?:nan|inf(?:inity)?|1\.#[a-z]+)", re.IGNORECASE)
_EPOCH: Final = datetime(1899, 12, 30, tzinfo=UTC)
_EPOCH_1904: Final = datetime(1904, 1, 1, tzinfo=UTC)
_LEAP_DAY_1900: Final = 60
_DAY: Final = timedelta(days=1)
_CHINA: Final = timezone(timedelta(hours=8))
_FILTER_DEPTH: Final = 3  # of a column in the sheet's own filter
_BOOLEANS: Final = {"1": True, "true": True, "0": False, "false": False}
# Addresses by reference, kept between sheets and files, which mostly fill the same cells.
_ADDRESSES: Final[dict[str, Address]] = {}


def _address(ref: str) -> Address:
    address = _ADDRESSES.get(ref)
    if address is None:
        if len(_ADDRESSES) >= _CACHE_LIMIT:
            _ADDRESSES.clear()
        address = _ADDRESSES[ref] = parse_address(ref)
    return address


def iso_serial(text: str, *, date1904: bool = False) -> float:
    """Return the serial number of an ISO 8601 date, time or both; ValueError for other text.

    So is a moment that is another day in China: a serial number has no zone, a text keeps it.
    """
    text = text.removeprefix("T")
    if ":" in text and "-" not in text:
        clock = time.fromisoformat(text.removesuffix("Z"))
        elapsed = timedelta(
            hours=clock.hour, minutes=clock.minute, seconds=clock.second,
            microseconds=clock.microsecond,
        )  # fmt: skip
        return elapsed / _DAY
    moment = datetime.fromisoformat(text)
    if moment.tzinfo and moment.astimezone(_CHINA).date() != moment.date():
        raise ValueError(f"another day in China: {text}")
    moment = moment.replace(tzinfo=UTC)
    elapsed = moment - (_EPOCH_1904 if date1904 else _EPOCH)
    serial = elapsed.days + (elapsed - timedelta(elapsed.days)) / _DAY
    # 1900 has a 29 February in every office program, so the days before it count one less
    return serial if date1904 or serial > _LEAP_DAY_1900 else serial - 1


@define
class Scan(SheetContent):
    """The filled cells of one sheet and what else the importer asks of it, by address."""

    default_hidden: bool = False
    filled: int = 0  # values delivered; more than are kept when an address came twice
    twice: list[Address] = Factory(list)  # where a value took the place of another

    def put(
        self, book: "Book", address: Address, look: Look, formula: str | None, value: str | None
    ) -> None:
        """Take one cell; ``value`` is the content of ``<v>``, or of ``<is>`` with type "text"."""
        kind, shown = look
        if formula is not None:
            self.formulas[address] = formula.removeprefix("=")
        kept, fault = _KINDS.get(kind, _written_text)(book, value) if value else ("", "")
        if kind == "d" and isinstance(kept, float):
            shown = "date"
        if shown and (formula is not None or value):
            self.formats[address] = shown
        if not fault and kept == "":
            return
        before = self.errors.pop(address, "") or self.cells.pop(address, "")
        if before not in ("", fault or kept):
            self.twice.append(address)
        if fault:
            self.errors[address] = fault
        else:
            self.cells[address] = kept
        self.filled += 1

    def hide_columns(self, attributes: Mapping[str, str]) -> None:
        """Take one ``<col>`` when it is hidden; ValueError when its bounds are not numbers."""
        if attributes.get("hidden") in ("1", "true"):
            first, last = int(attributes.get("min", "1")), int(attributes.get("max", "1"))
            self.hidden_columns.append((first - 1, last - 1))


Value = tuple[Scalar, str]  # what the cell holds, or "" and the text of its error


def _number(_book: Book, value: str) -> Value:
    bare = value.strip(XML_SPACE)
    if _NUMBER.fullmatch(bare):
        number = float(bare)
        return (number, "") if math.isfinite(number) else ("", bare)
    if _NOT_FINITE.fullmatch(bare):
        return "", bare
    return value if bare else "", ""  # text where a number should be: nothing is lost


def _boolean(_book: Book, value: str) -> Value:
    return _BOOLEANS.get(value.strip(XML_SPACE).lower(), value), ""


def _date(book: Book, value: str) -> Value:
    try:
        return iso_serial(value.strip(XML_SPACE), date1904=book.date1904), ""
    except (ValueError, OverflowError):
        return value, ""


_KINDS: Final[Mapping[str, Callable[[Book, str], Value]]] = {
    "s": lambda book, value: (book.strings[value], ""),
    "n": _number,
    "b": _boolean,
    "d": _date,
    "e": lambda _book, value: ("", value.strip(XML_SPACE)),
    "text": lambda _book, value: (value, ""),  # of an inline string, already worked out
}


def _written_text(_book: Book, value: str) -> Value:
    return unescape_excel(value), ""


@define
class _SheetHandler(RichText):
    """Read a worksheet exactly, whatever its prefixes, comments and missing addresses."""

    book: Book = Factory(lambda: Book(SharedStrings("", ""), {}))
    scan: Scan = Factory(Scan)
    row: int = -1
    column: int = -1
    attributes: dict[str, str] = Factory(dict)
    formula: str | None = None
    value: str | None = None
    inline: str | None = None
    filter: str = ""

    def opened(self, local: str, parent: str, attributes: dict[str, str]) -> None:
        super().opened(local, parent, attributes)
        if not parent and local != "worksheet":
            raise damaged(self.part, "root", root=local[:40])
        try:
            if parent == "row" and local == "c":
                self._open_cell(attributes)
            elif parent == "c" and local in ("v", "f"):
                self.text = []
            elif parent == "sheetData" and local == "row":
                self._open_row(attributes)
            elif parent == "mergeCells" and local == "mergeCell":
                self.scan.merges.append(parse_range(attributes.get("ref", "")))
            elif parent == "cols" and local == "col":
                self.scan.hide_columns(attributes)
            elif parent in ("worksheet", "autoFilter"):
                self._open_frame(local, parent, attributes)
        except ValueError as error:
            raise damaged(self.part, "address", address=str(error)[:40]) from error

    def _open_row(self, attributes: dict[str, str]) -> None:
        self.row = parse_address("A" + attributes["r"])[0] if "r" in attributes else self.row + 1
        self.column = -1
        if attributes.get("hidden") in ("1", "true"):
            self.scan.hidden_rows.add(self.row)

    def _open_frame(self, local: str, parent: str, attributes: dict[str, str]) -> None:
        if parent == "autoFilter":
            # A view that somebody saved keeps a filter of its own, deeper inside.
            if local == "filterColumn" and len(self.path) == _FILTER_DEPTH:
                self.scan.filter = parse_range(self.filter)
        elif local == "autoFilter":
            self.filter = attributes.get("ref", "")
        elif local == "sheetProtection" and attributes.get("sheet") in ("1", "true"):
            self.scan.guard("protection")
        elif local == "sheetFormatPr":
            self.scan.default_hidden = attributes.get("zeroHeight") in ("1", "true")

    def _open_cell(self, attributes: dict[str, str]) -> None:
        self.attributes, self.formula, self.value, self.inline = attributes, None, None, None
        if "r" in attributes:
            self.row, self.column = parse_address(attributes["r"])
        else:
            self.column += 1
        if self.row >= MAX_ROWS or self.column >= MAX_COLUMNS:
            raise ValueError("outside the grid")

    def closed(self, local: str, parent: str) -> None:
        super().closed(local, parent)
        if parent == "c" and local in ("v", "f"):
            text, self.text = "".join(self.text or ()), None
            if local == "v":
                self.value = text
            else:
                self.formula = text
        elif parent == "c" and local == "is":
            self.inline = self.whole()
            self.scan.marked |= isinstance(self.inline, Marked)
        elif local == "c" and parent == "row":
            look = self.book.look(self.attributes.get("t"), self.attributes.get("s"))
            if self.inline is not None:
                look, self.value = ("text", look[1]), self.inline
            self.scan.put(self.book, (self.row, self.column), look, self.formula, self.value)
            if len(self.scan.cells) > self.book.max_cells:
                raise too_big("cells", self.book.max_cells)


def scan_sheet_exactly(book: Book, text: str, part: str) -> Scan:
    """Return what a worksheet holds by parsing it; GridError when it is not well-formed."""
    handler = _SheetHandler(book=book)
    handler.scan.unguarded = GUARDS
    if "dataValidation " in text:  # newer ones have a namespace of their own
        handler.scan.guard("validations")
    parse(text, part, handler)
    return handler.scan


# --- the fast reader ------------------------------------------------------------------------

# A tile: any run of blank cells and row ends, then one filled cell (address, other attributes,
# formula, value), or one cell of a rarer shape, or all the rest when nothing fits.
_ROW: Final = r"(?:<row [^>]*+(?<=/)>)*+"
_ROW_START: Final = r"<row [^>]*+(?<!/)>"
_FORMULA: Final = r'<f(?: [a-zA-Z0-9]++="[^"<>]*+")*+(/|>[^<]*+(?=</f>))(?:</f)?+>'
_TILE: Final = re.compile(
    rf"(?:<c [^>]*+(?:(?<=/)>|></c>)|</row>{_ROW}(?:{_ROW_START}|(?=</sheetData>)))*+"
    rf'(?:<c r="([^"]*+)"([^>]*+)>(?:{_FORMULA})?+<v>([^<]*+)</v></c>'
    r"|(<c [^>]*+>(?:[^<]++|<(?!/c>))*+</c>|(?s:.+)))"
)
_RARE: Final = re.compile(
    rf'<c r="([^"]*+)"([^>]*+)>(?:{_FORMULA})?+(?:<v/>|<v xml:space="preserve">([^<]*+)</v>'
    r'|<is><t( xml:space="preserve")?+>([^<]*+)</t></is>)?+</c>'
)
_COMPUTED: Final = re.compile(rf"<c [^>]*+>{_FORMULA}(?:<v>[^<]*+</v>|<v/>)?+</c>".encode())
_LAST_ROWS: Final = re.compile(rf"(?:</row>)?{_ROW}</sheetData>")
_ROWS: Final = re.compile(rf"{_ROW}(?:{_ROW_START}|(?=</sheetData>))")
_HEAD: Final = re.compile(
    rb"""(?:\xef\xbb\xbf)?(?:<\?xml version=["']1.0["'](?: encoding=["'](?:UTF|utf)-8["'])?"""
    rb"""(?: standalone=["'][a-z]+["'])? ?\?>)?\s*<worksheet[\s>]"""
)
_FOOTER: Final = re.compile(
    rb'<headerFooter(?: [a-zA-Z]++="[a-z01]*+")*+>'
    rb"(?:<((?:odd|even|first)(?:Header|Footer))>[^<>]*+</\1>)*+</headerFooter>"
)
_PROTECTED: Final = re.compile(rb'<(?:\w+:)?sheetProtection [^<>]*\bsheet="(?:1|true)"')
_ENTITIES: Final = ("&amp;", "&lt;", "&gt;", "&quot;", "&apos;")
_ODD: Final = re.compile(b"<[!?]")
_ATTRIBUTES: Final = re.compile(r'(?: [\w:.-]+="[^"<>&]*")*')
_ATTRIBUTE: Final = re.compile(r'(?<=\s)([\w:.-]+)="([^"]*)"')
_COLUMN: Final = re.compile(r"<col( [^>]*)>")
_MERGE: Final = re.compile(r'<mergeCell ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"/>')


_SHARED: Final[Look] = ("s", "")


def _look(book: Book, looks: dict[str, Look], attributes: str) -> Look:
    """Return what a cell is by the text of its attributes after the address, and remember it."""
    look = looks.get(attributes)
    if look is None:
        if not _ATTRIBUTES.fullmatch(attributes):
            raise NotPlainError("attributes")
        named = dict(_ATTRIBUTE.findall(attributes))
        look = book.look(named.get("t"), named.get("s"))
        look = looks[attributes] = _SHARED if look == _SHARED else look
    return look


# Formulas by their XML, kept like the addresses: the files of one round share nearly all of them.
_FORMULAS: Final[dict[str, str]] = {}


def _plain_formula(tile: str) -> str:
    """Return the formula of a tile, which has it after a ``>``, or "/" for an empty element."""
    formula = _FORMULAS.get(tile)
    if formula is None:
        text = tile[1:]
        if "&" in text or not text.isprintable():
            text = unescape(text)
        if len(_FORMULAS) >= _CACHE_LIMIT // 8:
            _FORMULAS.clear()
        formula = text.removeprefix("=")
        if len(text) < _CACHED_FORMULA:
            _FORMULAS[tile] = formula
    return formula


def scan_sheet(book: Book, data: bytes, part: str) -> Scan:
    """Return what the bytes of a worksheet part hold; GridError when the part is damaged."""
    try:
        return _scan_plain(book, data)
    except (NotPlainError, ValueError):  # not UTF-8 is a ValueError too
        return scan_sheet_exactly(book, decode_part(data, part), part)


def scan_typed(book: Book, data: bytes, part: str) -> Scan:
    """Like ``scan_sheet`` for a sheet whose computed cells nobody asks for: they are left out."""
    try:
        return _scan_plain(book, _COMPUTED.sub(b"", data))
    except (NotPlainError, ValueError):
        return scan_sheet(book, data, part)


def _scan_plain(book: Book, data: bytes) -> Scan:
    start, stop = data.find(b"<sheetData>"), data.rfind(b"</sheetData>")
    scan = Scan()
    if 0 <= start < stop:
        # decoded by itself the sheet data is mostly ASCII, which is the fastest kind of text
        rows = data[start + len("<sheetData>") : stop + len("</sheetData>")].decode()
        if "\r" in rows:
            rows = rows.replace("\r\n", "\n").replace("\r", "\n")
        _scan_tiles(book, scan, rows)
        _scan_hidden_rows(scan, rows)
        stop += len("</sheetData>")
    else:
        start = data.find(b"<sheetData/>")
        stop = start + len("<sheetData/>")
        if start < 0:
            raise NotPlainError("no sheet data")
    head, tail = data[:start], _without_footer(data[stop:])
    read = _read_frame if len(head) + len(tail) < _FRAME_LIMIT else _read_frame.__wrapped__
    frame = read(head, tail)
    scan.merges.extend(frame.merges)
    scan.hidden_columns.extend(frame.hidden_columns)
    scan.unguarded = frame.unguarded
    return scan


def _without_footer(tail: bytes) -> bytes:
    """Return the end of a part without its headers and footers, where those are surely well-formed.

    They name whom a workbook was issued to: all else is the same in the files of one round.
    """
    start = tail.rfind(b"<headerFooter")
    found = _FOOTER.match(tail, start) if start >= 0 else None
    if found is None:
        return tail
    try:
        text = found[0].decode()
    except UnicodeDecodeError:
        return tail
    if not text.isprintable() or text.count("&") != sum(map(text.count, _ENTITIES)):
        return tail
    return tail[: found.start()] + tail[found.end() :]


@lru_cache(maxsize=256)
def _read_frame(head: bytes, tail: bytes) -> Scan:
    """Return what stands around the sheet data, after proving it well-formed.

    Kept, because the files of one round came from one template and mostly have the same frames.
    """
    if not _HEAD.match(head) or _ODD.search(head, 2) or _ODD.search(tail):
        raise NotPlainError("frame")
    try:
        expat.ParserCreate("utf-8").Parse(head + b"<sheetData/>" + tail, True)
    except expat.ExpatError as error:
        raise NotPlainError("frame") from error
    frame = Scan()
    frame.unguarded = GUARDS
    if _PROTECTED.search(tail):
        frame.guard("protection")
    if b"dataValidation " in tail:
        frame.guard("validations")
    if b"hidden=" in head:
        for column in _COLUMN.findall(head.decode()):
            frame.hide_columns(dict(_ATTRIBUTE.findall(column)))
    if b'zeroHeight="1' in head or b'zeroHeight="t' in head or b"filterColumn" in tail:
        raise NotPlainError("rare frame")
    if b"mergeCell" in tail:
        frame.merges += (parse_range(ref) for ref in _MERGE.findall(tail.decode()))
        if len(frame.merges) != tail.count(b"<mergeCell ") or b":mergeCell" in tail:
            raise NotPlainError("merge")
    return frame


def _scan_hidden_rows(scan: Scan, rows: str) -> None:
    """Take the rows whose tag says so; in sheet data no other element has the attribute."""
    place = rows.find(' hidden="')
    while place >= 0:
        stop = rows.find(">", place)
        tag = rows[rows.rfind("<", 0, place) : stop]
        named = dict(_ATTRIBUTE.findall(tag))
        if "r" not in named or not tag.startswith("<row "):
            raise NotPlainError("hidden")
        if named["hidden"] in ("1", "true"):
            scan.hidden_rows.add(parse_address("A" + named["r"])[0])
        place = rows.find(' hidden="', stop)


def _tiles(rows: str) -> Iterator[list[Tile]]:
    """Yield the tiles of the rows a block at a time, each block but the last ending with a row."""
    place = 0
    while True:
        opening = _ROWS.match(rows, place)
        if not opening:
            raise NotPlainError("rows")
        place = rows.find("</row>", opening.end() + _BLOCK)
        if place < 0:
            tiles = _TILE.findall(rows, opening.end())
            ending = "</sheetData>"
        else:
            place += len("</row>")
            tiles = _TILE.findall(rows, opening.end(), place)
            ending = "</row>"
        if not tiles or tiles.pop()[4] != ending:
            raise NotPlainError("rows")
        yield tiles
        if place < 0:
            break
    if not _LAST_ROWS.fullmatch(rows, max(0, rows.rfind("</row>"))):
        raise NotPlainError("last row")


def _scan_tiles(  # noqa: C901, PLR0912, PLR0915 - a call per cell would double its price
    book: Book, scan: Scan, rows: str
) -> None:
    """Read the sheet data; this loop is where the time of a whole import goes."""
    looks = book.looks
    addresses, strings = _ADDRESSES, book.strings
    cells, formulas, formats = scan.cells, scan.formulas, scan.formats
    careful = "_" in rows or not rows.isascii()  # else all that float() takes is a number here too
    count = aside = census = 0
    for tiles in _tiles(rows):
        count += len(tiles)
        if len(cells) > book.max_cells:
            raise too_big("cells", book.max_cells)
        for ref, attributes, formula, value, other in tiles:
            try:
                address = addresses[ref]
                look = looks[attributes]
            except KeyError:
                if other:  # then there is no reference
                    count -= 1
                    census += _scan_rare(book, scan, looks, other)
                    continue
                address = _address(ref)
                look = _look(book, looks, attributes)
            if look is _SHARED and value and not formula:  # the most of all cells
                text = strings[value]
                if text:
                    cells[address] = text
                else:
                    aside += 1
                continue
            kind, shown = look
            if formula:
                formulas[address] = _plain_formula(formula)
            if shown and (value or formula):
                formats[address] = shown
            if not value:  # a formula that has no result, or an empty one
                aside += 1
                continue
            content: Scalar | None = None
            if kind == "s":
                content = strings[value] or None
            elif kind == "n" and (not careful or _NUMBER.fullmatch(value)):
                try:
                    content = float(value)
                except ValueError:
                    pass
                else:
                    if content - content != 0:  # infinite, or not a number
                        content = None
            elif kind == "str":
                content = unescape_excel(unescape(value)) or None
            if content is None:
                aside += 1
                scan.put(book, address, look, None, unescape(value))
            else:
                cells[address] = content
    scan.filled += count - aside
    _check_census(scan, rows, count + census)


def _check_census(scan: Scan, rows: str, count: int) -> None:
    """The independent count: every value element of the sheet is one that came out as a tile."""
    if rows.count("</v>") != count:
        raise NotPlainError("census")
    if scan.filled != len(scan.cells) + len(scan.errors) or scan.twice:
        raise NotPlainError("an address twice")


def _scan_rare(book: Book, scan: Scan, looks: dict[str, Look], other: str) -> int:
    """Read a filled cell of a rarer shape; return how many ``<v>`` it held."""
    cell = _RARE.fullmatch(other)
    if cell:
        ref, attributes, tile, value, keep, inline = cell.groups()
        look = _look(book, looks, attributes)
        if inline is not None:
            look = ("text", look[1])
            plain = unescape(inline if keep else inline.strip(XML_SPACE))
            value = unescape_excel(plain)
        elif value:
            value = unescape(value)
        formula = None if tile is None else _plain_formula(tile)
        scan.put(book, _address(ref), look, formula, value)
    elif other.startswith("<c "):
        handler = _SheetHandler(book=book, scan=scan)
        try:
            sheet = f"<worksheet><sheetData><row>{other}</row></sheetData></worksheet>"
            parse(sheet, "", handler)
        except GridError as error:
            raise NotPlainError("cell") from error
        if ' r="' not in other[: other.index(">")]:
            raise NotPlainError("cell without an address")
    else:
        raise NotPlainError("sheet data")
    return other.count("</v>")
