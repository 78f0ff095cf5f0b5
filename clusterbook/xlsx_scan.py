"""Read the XML of worksheets and shared strings, once, into sparse dictionaries of what is filled.

There are two readers with the same answer.  The fast one is a compiled expression that *tiles* the
sheet data: every character between ``<sheetData>`` and its end belongs to a blank cell, a row tag
or a filled cell of the plain shape that office programs write; on anything else it gives up.  The
exact one is a streaming parser, used for what the fast one gave up, and alone calls a part damaged.
"""

import math
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, time
from functools import lru_cache
from typing import Final
from xml.parsers import expat

from attrs import Factory, define

Scalar = str | float | bool
Address = tuple[int, int]
Merge = tuple[int, int, int, int]  # first row, first column, last row, last column
Tile = tuple[str, ...]

MAX_ROWS: Final = 1_048_576  # the grid of ECMA-376, the same in every office program
MAX_COLUMNS: Final = 16_384
MAX_DEPTH: Final = 200  # honest sheets nest seven elements deep
_CACHE_LIMIT: Final = 65_536
_BLOCK: Final = 20_000  # characters scanned at a time: their tiles fit a processor's cache
_FRAME_LIMIT: Final = 65_536
_XML_SPACE: Final = " \t\n\r"


class GridError(Exception):
    """A file that cannot be read: ``code`` is stable, ``facts`` say where and why."""

    def __init__(self, code: str, facts: dict[str, str] | None = None) -> None:
        super().__init__(code, facts or {})  # both in args, so that it survives pickling
        self.code = code
        self.facts: dict[str, str] = facts or {}


class NotPlainError(Exception):
    """The fast reader met a shape it does not know; the exact reader has to look."""


def damaged(part: str, reason: str, **more: str) -> GridError:
    """Return the error for a part whose content contradicts itself or the format."""
    return GridError("damaged", {"part": part, "reason": reason, **more})


# --- characters -----------------------------------------------------------------------------

_USUAL: Final = b'<?xml version="1.0" encoding="UTF-8"'
_DECLARED: Final = re.compile(
    rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})"""
)
_ENCODINGS: Final = {"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "gb2312", "gbk", "gb18030"}
_FORBIDDEN: Final = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ud800-\\udfff\\ufffe\\uffff]")
_HALF: Final = re.compile("[\\ud800-\\udfff]")
_REFERENCE: Final = re.compile(r"&(?:#([0-9]{1,7});|#x([0-9a-fA-F]{1,6});|([a-z]{2,4});)?")
_NAMED: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_ESCAPE: Final = re.compile(
    "_x([dD][89abAB][0-9a-fA-F]{2})__x([dD][c-fC-F][0-9a-fA-F]{2})_|_x([0-9a-fA-F]{4})_"
)


def decode_part(data: bytes, part: str) -> str:
    """Return the XML of a part as text with XML's own line ends; damaged when it is not text."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif data[:2] in (b"<\0", b"\0<"):
        encoding = "utf-16-le" if data[:1] == b"<" else "utf-16-be"
    else:
        declared = (
            None
            if data.startswith(_USUAL)
            else _DECLARED.match(data, 3 if data.startswith(b"\xef\xbb\xbf") else 0)
        )
        encoding = declared[1].decode().lower() if declared else "utf-8"
        if encoding == "utf-16":  # declared, but the bytes are not: some writers do this
            encoding = "utf-8"
        if encoding not in _ENCODINGS or b"\0" in data:
            raise damaged(part, "encoding", encoding=encoding)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise damaged(part, "encoding", encoding=encoding) from error
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.removeprefix("\ufeff")


def refuse_dtd(text: str, part: str) -> None:
    """Raise when a part declares a document type: the format has none, only attacks do."""
    if "!" in text and ("<!DOCTYPE" in text or "<!ENTITY" in text):
        raise GridError("dtd", {"part": part})


def _resolve(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if name in _NAMED:
        return _NAMED[name]
    code = int(decimal) if decimal else int(hexadecimal, 16) if hexadecimal else 0
    if code > sys.maxunicode or _FORBIDDEN.match(chr(code)):
        raise NotPlainError("reference")
    return chr(code)


def unescape(text: str) -> str:
    """Return the characters that raw XML text stands for; NotPlainError when it is not XML text."""
    if not text.isprintable() and _FORBIDDEN.search(text):
        raise NotPlainError("control character")
    if "&" not in text:
        return text
    if "&#" not in text:
        swapped = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
        if swapped.count("&") == swapped.count(
            "&amp;"
        ):  # the usual four; the rest letter by letter
            return swapped.replace("&amp;", "&")
    return _REFERENCE.sub(_resolve, text)


def _unhex(match: re.Match[str]) -> str:
    high, low, single = match.groups()
    if high:
        return bytes.fromhex(high + low).decode("utf-16-be")
    character = chr(int(single, 16))
    return match[0] if _HALF.match(character) else character  # half a character stays as written


def unescape_excel(text: str) -> str:
    """Return a cell text with Excel's ``_xHHHH_`` written out (only string cells carry these)."""
    return _ESCAPE.sub(_unhex, text) if "_x" in text else text


# --- shared strings -------------------------------------------------------------------------


_KEEP: Final = '<t xml:space="preserve">'
_STRING: Final = re.compile(
    r'<si><t( xml:space="preserve")?+>([^<]*+)</t></si>|<si>(.*?)</si>|(.+)', re.DOTALL
)
_TABLE_HEAD: Final = re.compile(r"(?:<\?xml [^<>]*\?>)?\s*<sst(?:\s[^<>]*[^<>/])?>")
_RUN: Final = re.compile(r'<r><t( xml:space="preserve")?+>([^<]*+)</t></r>|(.+)', re.DOTALL)
_RUN_PROPERTIES: Final = re.compile("(?:<[a-zA-Z][^<>]*+(?<=/)>)*+")


class SharedStrings(dict[str, str]):
    """The shared strings of a workbook, by their index as cells write it.

    The declared count is ignored: it is wrong in honest files and a trap in others.
    """

    def __init__(self, text: str, part: str) -> None:
        try:
            strings = _plain_strings(text) if text else []
        except NotPlainError:
            strings = _exact_strings(text, part)
        super().__init__(zip(map(str, range(len(strings))), strings, strict=True))
        self._part = part

    def __missing__(self, key: str) -> str:
        index = key.strip(_XML_SPACE).lstrip("0") or "0"
        if index == key or index not in self:
            raise damaged(self._part, "string_index", index=key[:20])
        return self[index]


def _plain_strings(text: str) -> list[str]:
    """Return the strings of a table of the usual shape, cut where one like the first begins."""
    first, last = text.find("<si>"), text.rfind("</si>") + len("</si>")
    if first < 0 or not _TABLE_HEAD.fullmatch(text, 0, first):
        raise NotPlainError("string table")
    if text[last:].strip(_XML_SPACE) != "</sst>":
        raise NotPlainError("string table")
    items = text[first:last]
    if "<rPr>" in items:
        items = _without_run_properties(items)
    opening = "<si>" + (_KEEP if items.startswith(_KEEP, 4) else "<t>")
    if not items.startswith(opening) or not items.endswith("</t></si>"):
        return _mixed_strings(items)
    keep = opening.endswith(_KEEP)
    bare = "&" not in items and "_x" not in items
    strings: list[str] = []
    for string in items[len(opening) : -len("</t></si>")].split("</t></si>" + opening):
        if "<" in string:
            strings += _mixed_strings(f"{opening}{string}</t></si>")
        elif bare and string.isprintable():
            strings.append(string if keep else string.strip(" "))
        else:
            raw = string if keep else string.strip(_XML_SPACE)
            strings.append(unescape_excel(unescape(raw)))
    return strings


def _without_run_properties(items: str) -> str:
    """Join rich text: LibreOffice has a run, with properties, for each script of a mixed text."""
    first, *pieces = items.split("<rPr>")
    known: set[str] = set()
    kept = [first]
    for piece in pieces:
        properties, _, rest = piece.partition("</rPr>")
        known.add(properties)
        kept.append(rest)
    if not all(map(_RUN_PROPERTIES.fullmatch, known)):
        raise NotPlainError("run properties")
    joined = "".join(kept)
    runs = joined.count("<r>" + _KEEP)
    if runs == joined.count("<r>") == joined.count("</t></r>"):
        joined = joined.replace("</t></r><r>" + _KEEP, "")
        joined = joined.replace("<r>" + _KEEP, _KEEP).replace("</t></r>", "</t>")
    return joined


def _mixed_strings(items: str) -> list[str]:
    """Return the strings of items of several plain shapes."""
    strings: list[str] = []
    for keep, simple, rich, rest in _STRING.findall(items):
        if rest:
            raise NotPlainError("string item")
        runs = [unescape(simple if keep else simple.strip(_XML_SPACE))]
        for keep_run, run, odd in _RUN.findall(rich):
            if odd:
                raise NotPlainError("rich text")
            runs.append(unescape(run if keep_run else run.strip(_XML_SPACE)))
        strings.append(unescape_excel("".join(runs)))
    return strings


def _exact_strings(text: str, part: str) -> list[str]:
    handler = _StringHandler()
    _parse(text, part, handler)
    return handler.strings


# --- the exact reader: elements by their path, in the namespace of the root --------------------


@define
class _Handler:
    """Follow the elements of one part; foreign namespaces are stepped over."""

    path: list[str] = Factory(list)
    space: str = ""
    text: list[str] | None = None  # where character data goes, while it is wanted
    part: str = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        if not self.path:
            self.space = space
        elif len(self.path) >= MAX_DEPTH:
            raise damaged(self.part, "depth")
        if space != self.space or (self.path and not self.path[-1]):
            local = ""  # an element of another namespace hides all that is inside it
        self.path.append(local)
        if local:
            self.opened(local, self.path[-2] if len(self.path) > 1 else "", attributes)

    def end(self, _name: str) -> None:
        local = self.path.pop()
        if local:
            self.closed(local, self.path[-1] if self.path else "")

    def characters(self, data: str) -> None:
        if self.text is not None and self.path[-1]:
            self.text.append(data)

    def opened(self, local: str, parent: str, attributes: dict[str, str]) -> None:
        raise NotImplementedError

    def closed(self, local: str, parent: str) -> None:
        raise NotImplementedError


def _no_dtd(*_: object) -> None:
    raise GridError("dtd", {})


def _parse(text: str, part: str, handler: _Handler) -> None:
    """Send a whole part through the parser; damaged when it is not well-formed."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    handler.part = part
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    parser.CharacterDataHandler = handler.characters
    parser.StartDoctypeDeclHandler = _no_dtd
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        raise damaged(part, "xml", line=str(error.lineno), column=str(error.offset)) from error
    except GridError as error:
        if error.code == "dtd":
            raise GridError("dtd", {"part": part}) from None
        raise


_SPACE_ATTRIBUTE: Final = "http://www.w3.org/XML/1998/namespace space"


@define
class _RichText(_Handler):
    """Join the ``<t>`` of a string item or an inline string, without its phonetic guides."""

    runs: list[str] = Factory(list)
    keep: bool = False

    def opened(self, local: str, parent: str, attributes: dict[str, str]) -> None:
        if local in ("si", "is"):
            self.runs = []
        elif local == "t" and parent in ("si", "is", "r"):
            self.text, self.keep = [], attributes.get(_SPACE_ATTRIBUTE) == "preserve"

    def closed(self, local: str, parent: str) -> None:
        if local == "t" and parent in ("si", "is", "r") and self.text is not None:
            run = "".join(self.text)
            self.runs.append(run if self.keep else run.strip(_XML_SPACE))
            self.text = None


@define
class _StringHandler(_RichText):
    """Collect every ``<si>`` of a shared string table."""

    strings: list[str] = Factory(list)

    def closed(self, local: str, parent: str) -> None:
        super().closed(local, parent)
        if local == "si" and parent == "sst":
            self.strings.append(unescape_excel("".join(self.runs)))


# --- what a sheet holds ---------------------------------------------------------------------

Look = tuple[str, str]  # the cell's type, and "percent", "date" or "" for its number format

_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_NOT_FINITE: Final = re.compile(r"[+-]?(?:nan|inf(?:inity)?|1\.#[a-z]+)", re.IGNORECASE)
_REF: Final = re.compile("([A-Za-z]{1,3})([0-9]{1,7})")
_EPOCH: Final = datetime(1899, 12, 30, tzinfo=UTC)
_EPOCH_1904: Final = datetime(1904, 1, 1, tzinfo=UTC)
_LEAP_DAY_1900: Final = 60
_DAY: Final = 86_400
_BOOLEANS: Final = {"1": True, "true": True, "0": False, "false": False}


# Column numbers from 1 by letters, filled as they are met; at most 18,278 can be.
_COLUMNS: Final[dict[str, int]] = {}


def _column(letters: str) -> int:
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    _COLUMNS[letters] = column
    return column


def parse_address(ref: str) -> Address:
    """Return the 0-based (row, column) of a reference like ``B12``; ValueError off the grid."""
    match = _REF.fullmatch(ref)
    if not match:
        raise ValueError(ref)
    letters, digits = match.groups()
    row, column = int(digits), _COLUMNS.get(letters) or _column(letters)
    if not 0 < row <= MAX_ROWS or column > MAX_COLUMNS:
        raise ValueError(ref)
    return row - 1, column - 1


# Addresses by reference, kept between sheets and files, which mostly fill the same cells.
_ADDRESSES: Final[dict[str, Address]] = {}


def _address(ref: str) -> Address:
    address = _ADDRESSES.get(ref)
    if address is None:
        if len(_ADDRESSES) >= _CACHE_LIMIT:
            _ADDRESSES.clear()
        address = _ADDRESSES[ref] = parse_address(ref)
    return address


def _serial(text: str, *, date1904: bool) -> float:
    """Return the serial number of an ISO 8601 date, time or both; ValueError for other text."""
    text = text.removesuffix("Z").removeprefix("T")
    if ":" in text and "-" not in text:
        clock = time.fromisoformat(text)
        return (clock.hour * 3600 + clock.minute * 60 + clock.second) / _DAY
    moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
    elapsed = moment - (_EPOCH_1904 if date1904 else _EPOCH)
    serial = elapsed.days + elapsed.seconds / _DAY
    # 1900 has a 29 February in every office program, so the days before it count one less
    return serial if date1904 or serial > _LEAP_DAY_1900 else serial - 1


@define
class Scan:
    """The filled cells of one sheet and what else the importer asks of it, by address."""

    cells: dict[Address, Scalar] = Factory(dict)
    errors: dict[Address, str] = Factory(dict)
    formulas: dict[Address, str] = Factory(dict)
    formats: dict[Address, str] = Factory(dict)
    merges: list[Merge] = Factory(list)
    hidden_rows: set[int] = Factory(set)
    hidden_columns: list[tuple[int, int]] = Factory(list)
    filled: int = 0  # values delivered; more than are kept when an address came twice

    @property
    def duplicates(self) -> int:
        """How many values stood at an address that another value of the sheet took."""
        return self.filled - len(self.cells) - len(self.errors)

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
        if fault:
            self.errors[address] = fault
            self.cells.pop(address, None)
        elif kept != "":
            self.cells[address] = kept
            self.errors.pop(address, None)
        self.filled += bool(fault) or kept != ""

    def merge(self, ref: str) -> None:
        """Take one merged range; ValueError when it is not one."""
        first, _, last = ref.partition(":")
        top, left = parse_address(first)
        bottom, right = parse_address(last or first)
        self.merges.append((top, left, bottom, right))

    def hide_columns(self, attributes: Mapping[str, str]) -> None:
        """Take one ``<col>`` when it is hidden; ValueError when its bounds are not numbers."""
        if attributes.get("hidden") in ("1", "true"):
            first, last = int(attributes.get("min", "1")), int(attributes.get("max", "1"))
            self.hidden_columns.append((first - 1, last - 1))


@define
class Book:
    """What the cells of all sheets of a workbook refer to."""

    strings: SharedStrings
    classes: Mapping[str, str]  # cell format index as written -> "percent" or "date"
    date1904: bool = False

    def look(self, kind: str | None, style: str | None) -> Look:
        """Return what a cell with these ``t`` and ``s`` attributes is."""
        return kind or "n", self.classes.get(style or "0", "")


Value = tuple[Scalar, str]  # what the cell holds, or "" and the text of its error


def _number(_book: Book, value: str) -> Value:
    bare = value.strip(_XML_SPACE)
    if _NUMBER.fullmatch(bare):
        number = float(bare)
        return (number, "") if math.isfinite(number) else ("", bare)
    if _NOT_FINITE.fullmatch(bare):
        return "", bare
    return value if bare else "", ""  # text where a number should be: nothing is lost


def _boolean(_book: Book, value: str) -> Value:
    return _BOOLEANS.get(value.strip(_XML_SPACE).lower(), value), ""


def _date(book: Book, value: str) -> Value:
    try:
        return _serial(value.strip(_XML_SPACE), date1904=book.date1904), ""
    except (ValueError, OverflowError):
        return value, ""


_KINDS: Final[Mapping[str, Callable[[Book, str], Value]]] = {
    "s": lambda book, value: (book.strings[value], ""),
    "n": _number,
    "b": _boolean,
    "d": _date,
    "e": lambda _book, value: ("", value.strip(_XML_SPACE)),
    "text": lambda _book, value: (value, ""),  # of an inline string, already worked out
}


def _written_text(_book: Book, value: str) -> Value:
    return unescape_excel(value), ""


@define
class _SheetHandler(_RichText):
    """Read a worksheet exactly, whatever its prefixes, comments and missing addresses."""

    book: Book = Factory(lambda: Book(SharedStrings("", ""), {}))
    scan: Scan = Factory(Scan)
    row: int = -1
    column: int = -1
    attributes: dict[str, str] = Factory(dict)
    formula: str | None = None
    value: str | None = None
    inline: str | None = None

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
                self.scan.merge(attributes.get("ref", ""))
            elif parent == "cols" and local == "col":
                self.scan.hide_columns(attributes)
        except ValueError as error:
            raise damaged(self.part, "address", address=str(error)[:40]) from error

    def _open_row(self, attributes: dict[str, str]) -> None:
        self.row = parse_address("A" + attributes["r"])[0] if "r" in attributes else self.row + 1
        self.column = -1
        if attributes.get("hidden") in ("1", "true"):
            self.scan.hidden_rows.add(self.row)

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
            self.inline = unescape_excel("".join(self.runs))
        elif local == "c" and parent == "row":
            look = self.book.look(self.attributes.get("t"), self.attributes.get("s"))
            if self.inline is not None:
                look, self.value = ("text", look[1]), self.inline
            self.scan.put(self.book, (self.row, self.column), look, self.formula, self.value)


def scan_sheet_exactly(book: Book, text: str, part: str) -> Scan:
    """Return what a worksheet holds by parsing it; GridError when it is not well-formed."""
    handler = _SheetHandler(book=book)
    _parse(text, part, handler)
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
_LAST_ROWS: Final = re.compile(rf"(?:</row>)?{_ROW}</sheetData>")
_ROWS: Final = re.compile(rf"{_ROW}(?:{_ROW_START}|(?=</sheetData>))")
_HEAD: Final = re.compile(
    rb"""(?:\xef\xbb\xbf)?(?:<\?xml version=["']1.0["'](?: encoding=["'](?:UTF|utf)-8["'])?"""
    rb"""(?: standalone=["'][a-z]+["'])? ?\?>)?\s*<worksheet[\s>]"""
)
_ODD: Final = re.compile(b"<[!?]")
_ATTRIBUTES: Final = re.compile(r'(?: [\w:.-]+="[^"<>&]*")*')
_ATTRIBUTE: Final = re.compile(r'(?<=\s)([\w:.-]+)="([^"]*)"')
_COLUMN: Final = re.compile(r"<col( [^>]*)>")
_MERGE: Final = re.compile(r'<mergeCell ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"/>')


def _look(book: Book, looks: dict[str, Look], attributes: str) -> Look:
    """Return what a cell is by the text of its attributes after the address, and remember it."""
    look = looks.get(attributes)
    if look is None:
        if not _ATTRIBUTES.fullmatch(attributes):
            raise NotPlainError("attributes")
        named = dict(_ATTRIBUTE.findall(attributes))
        look = looks[attributes] = book.look(named.get("t"), named.get("s"))
    return look


def _plain_formula(tile: str) -> str:
    """Return the formula of a tile, which has it after a ``>``, or "/" for an empty element."""
    text = tile[1:]
    if "&" in text or not text.isprintable():
        text = unescape(text)
    return text.removeprefix("=")


def scan_sheet(book: Book, data: bytes, part: str) -> Scan:
    """Return what the bytes of a worksheet part hold; GridError when the part is damaged."""
    try:
        return _scan_plain(book, data)
    except (NotPlainError, ValueError):  # not UTF-8 is a ValueError too
        return scan_sheet_exactly(book, decode_part(data, part), part)


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
    head, tail = data[:start], data[stop:]
    read = _read_frame if len(head) + len(tail) < _FRAME_LIMIT else _read_frame.__wrapped__
    merges, hidden_columns = read(head, tail)
    scan.merges.extend(merges)
    scan.hidden_columns.extend(hidden_columns)
    return scan


@lru_cache(maxsize=256)
def _read_frame(head: bytes, tail: bytes) -> tuple[list[Merge], list[tuple[int, int]]]:
    """Return the merges and hidden columns around the sheet data, after proving it well-formed.

    Kept, because the files of one round came from one template and mostly have the same frames.
    """
    if not _HEAD.match(head) or _ODD.search(head, 2) or _ODD.search(tail):
        raise NotPlainError("frame")
    try:
        expat.ParserCreate("utf-8").Parse(head + b"<sheetData/>" + tail, True)
    except expat.ExpatError as error:
        raise NotPlainError("frame") from error
    frame = Scan()
    if b"hidden=" in head:
        for column in _COLUMN.findall(head.decode()):
            frame.hide_columns(dict(_ATTRIBUTE.findall(column)))
    if b"mergeCell" in tail:
        for ref in _MERGE.findall(tail.decode()):
            frame.merge(ref)
        if len(frame.merges) != tail.count(b"<mergeCell ") or b":mergeCell" in tail:
            raise NotPlainError("merge")
    return frame.merges, frame.hidden_columns


def _scan_hidden_rows(scan: Scan, rows: str) -> None:
    """Take the rows whose tag says so; in sheet data no other element has the attribute."""
    place = rows.find(" hidd")  # a search is fast when its last letter is rare
    while place >= 0:
        stop = rows.find(">", place)
        if rows.startswith(('en="1"', 'en="true"'), place + len(" hidd")):
            tag = rows[rows.rfind("<", 0, place) : stop]
            number = dict(_ATTRIBUTE.findall(tag)).get("r")
            if number is None or not tag.startswith("<row "):
                raise NotPlainError("hidden")
            scan.hidden_rows.add(parse_address("A" + number)[0])
        place = rows.find(" hidd", stop)


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
    looks: dict[str, Look] = {}
    addresses, strings = _ADDRESSES, book.strings
    cells, formulas, formats = scan.cells, scan.formulas, scan.formats
    careful = "_" in rows or not rows.isascii()  # else all that float() takes is a number here too
    count = aside = census = 0
    for tiles in _tiles(rows):
        count += len(tiles)
        for ref, attributes, formula, value, other in tiles:
            if other:
                count -= 1
                census += _scan_rare(book, scan, looks, other)
                continue
            try:
                address = addresses[ref]
                kind, shown = looks[attributes]
            except KeyError:
                address = _address(ref)
                kind, shown = _look(book, looks, attributes)
            if formula:
                formulas[address] = _plain_formula(formula)
            if shown and (value or formula):
                formats[address] = shown
            content: Scalar | None = None
            if kind == "s" and value:
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
                scan.put(book, address, (kind, shown), None, unescape(value))
            else:
                cells[address] = content
    scan.filled += count - aside
    # the independent count: every value element of the sheet was one that came out as a tile
    if rows.count("</v>") != count + census:
        raise NotPlainError("census")
    if any(address in cells for address in scan.errors):
        raise NotPlainError("an address twice")


def _scan_rare(book: Book, scan: Scan, looks: dict[str, Look], other: str) -> int:
    """Read a filled cell of a rarer shape; return how many ``<v>`` it held."""
    cell = _RARE.fullmatch(other)
    if cell:
        ref, attributes, tile, value, keep, inline = cell.groups()
        look = _look(book, looks, attributes)
        if inline is not None:
            look = ("text", look[1])
            plain = unescape(inline if keep else inline.strip(_XML_SPACE))
            value = unescape_excel(plain)
        elif value:
            value = unescape(value)
        formula = None if tile is None else _plain_formula(tile)
        scan.put(book, _address(ref), look, formula, value)
    elif other.startswith("<c "):
        handler = _SheetHandler(book=book, scan=scan)
        try:
            sheet = f"<worksheet><sheetData><row>{other}</row></sheetData></worksheet>"
            _parse(sheet, "", handler)
        except GridError as error:
            raise NotPlainError("cell") from error
        if ' r="' not in other[: other.index(">")]:
            raise NotPlainError("cell without an address")
    else:
        raise NotPlainError("sheet data")
    return other.count("</v>")
