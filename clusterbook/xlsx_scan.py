"""Read the XML of worksheets and shared strings, once, into sparse dictionaries of what is filled.

There are two readers with the same answer.  The fast one is a compiled expression that *tiles* the
sheet data: every character between ``<sheetData>`` and its end belongs to a blank cell, a row tag
or a filled cell of the plain shape that office programs write; on anything else it gives up.  The
exact one is a streaming parser, used for what the fast one gave up, and alone calls a part damaged.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, time
from itertools import islice
from typing import Final
from xml.parsers import expat

from attrs import Factory, define

Scalar = str | float | bool
Address = tuple[int, int]
Tile = tuple[str, ...]

MAX_ROWS: Final = 1_048_576  # the grid of ECMA-376, the same in every office program
MAX_COLUMNS: Final = 16_384
MAX_DEPTH: Final = 200  # honest sheets nest seven elements deep
_MAX_FLOAT: Final = 1.7976931348623157e308
_LIST_LIMIT: Final = 16_000_000  # above this many characters tiles are taken in blocks, not at once
_CACHE_LIMIT: Final = 65_536
_XML_SPACE: Final = " \t\n\r"


class GridError(Exception):
    """A file that cannot be read: ``code`` is stable, ``facts`` say where and why."""

    def __init__(self, code: str, facts: dict[str, str] | None = None) -> None:
        super().__init__(code, facts or {})  # both in args, so that it survives pickling
        self.code = code
        self.facts: dict[str, str] = facts or {}


class NotPlain(Exception):
    """The fast reader met a shape it does not know; the exact reader has to look."""


def damaged(part: str, reason: str, **more: str) -> GridError:
    """Return the error for a part whose content contradicts itself or the format."""
    return GridError("damaged", {"part": part, "reason": reason, **more})


# --- characters -----------------------------------------------------------------------------

_DECLARED: Final = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})""")
_ENCODINGS: Final = frozenset(
    "utf-8 utf8 us-ascii ascii iso-8859-1 gb2312 gbk gb18030 utf-16".split()
)
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_REFERENCE: Final = re.compile(r"&(?:#([0-9]{1,7});|#x([0-9a-fA-F]{1,6});|([a-z]{2,4});)?")
_NAMED: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_ESCAPE: Final = re.compile("_x([dD][89abAB][0-9a-fA-F]{2})__x([dD][c-fC-F][0-9a-fA-F]{2})_|_x([0-9a-fA-F]{4})_")


def decode_part(data: bytes, part: str) -> str:
    """Return the XML of a part as text with XML's own line ends; damaged when it is not text."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif data[:2] in (b"<\0", b"\0<"):
        encoding = "utf-16-le" if data[:1] == b"<" else "utf-16-be"
    else:
        declared = _DECLARED.match(data, 3 if data.startswith(b"\xef\xbb\xbf") else 0)
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
    if "<!" in text and ("<!DOCTYPE" in text or "<!ENTITY" in text):
        raise GridError("dtd", {"part": part})


def _resolve(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if name in _NAMED:
        return _NAMED[name]
    code = int(decimal) if decimal else int(hexadecimal, 16) if hexadecimal else 0
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF or _FORBIDDEN.match(chr(code)):
        raise NotPlain("reference")
    return chr(code)


def unescape(text: str) -> str:
    """Return the characters that raw XML text stands for; NotPlain when it is not XML text."""
    if not text.isprintable() and _FORBIDDEN.search(text):
        raise NotPlain("control character")
    return _REFERENCE.sub(_resolve, text) if "&" in text else text


def _unhex(match: re.Match[str]) -> str:
    high, low, single = match.groups()
    if high:
        return bytes.fromhex(high + low).decode("utf-16-be")
    code = int(single, 16)
    return match[0] if 0xD800 <= code <= 0xDFFF else chr(code)  # half a character stays as it is


def unescape_excel(text: str) -> str:
    """Return a cell text with Excel's ``_xHHHH_`` written out (only string cells carry these)."""
    return _ESCAPE.sub(_unhex, text) if "_x" in text else text


# --- shared strings -------------------------------------------------------------------------


_STRING: Final = re.compile(
    r'<si><t( xml:space="preserve")?+>([^<]*+)</t></si>|<si>(.*?)</si>|(.+)', re.DOTALL
)
_RUN: Final = re.compile(
    r"<r>(?:<rPr>(?:<[a-zA-Z]++[^<>]*+/>)*+</rPr>)?+"
    r'<t( xml:space="preserve")?+>([^<]*+)</t></r>|(.+)',
    re.DOTALL,
)


class SharedStrings(dict[str, str]):
    """The shared strings of a workbook, by their index as cells write it.

    The declared count is ignored: it is wrong in honest files and a trap in others.
    """

    def __init__(self, text: str, part: str) -> None:
        try:
            strings = _plain_strings(text) if text else []
        except NotPlain:
            strings = _exact_strings(text, part)
        super().__init__(zip(map(str, range(len(strings))), strings, strict=True))
        self._part = part

    def __missing__(self, key: str) -> str:
        index = key.strip(_XML_SPACE).lstrip("0") or "0"
        if index == key or index not in self:
            raise damaged(self._part, "string_index", index=key[:20])
        return self[index]


def _plain_strings(text: str) -> list[str]:
    first = text.find("<si>")
    if first < 0 or "<!" in text[:first] or "<sst" not in text[:first]:
        raise NotPlain("string table")
    strings: list[str] = []
    tail = ""
    for keep, simple, item, rest in _STRING.findall(text, first):
        if rest:
            tail = rest
        elif item:
            strings.append(_rich_text(item))
        else:
            string = simple if keep else simple.strip(_XML_SPACE)
            if "&" in string or "_x" in string or not string.isprintable():
                string = unescape_excel(unescape(string))
            strings.append(string)
    if tail.rstrip(_XML_SPACE) != "</sst>" or len(strings) != text.count("</si>"):
        raise NotPlain("string table")
    return strings


def _rich_text(item: str) -> str:
    """Join the runs of a string item, as office programs also write for mixed scripts."""
    runs: list[str] = []
    for keep, run, rest in _RUN.findall(item):
        if rest:
            raise NotPlain("rich text")
        runs.append(unescape_excel(unescape(run if keep else run.strip(_XML_SPACE))))
    return "".join(runs)


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
        if local == "t" and self.text is not None:
            run = "".join(self.text)
            self.runs.append(unescape_excel(run if self.keep else run.strip(_XML_SPACE)))
            self.text = None


@define
class _StringHandler(_RichText):
    """Collect every ``<si>`` of a shared string table."""

    strings: list[str] = Factory(list)

    def closed(self, local: str, parent: str) -> None:
        super().closed(local, parent)
        if local == "si" and parent == "sst":
            self.strings.append("".join(self.runs))


# --- what a sheet holds ---------------------------------------------------------------------

Look = tuple[str, str]  # the cell's type, and "percent", "date" or "" for its number format

_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_NOT_FINITE: Final = re.compile(r"[+-]?(?:nan|inf(?:inity)?|1\.#[a-z]+)", re.IGNORECASE)
_REF: Final = re.compile("([A-Za-z]{1,3})([0-9]{1,7})")
_BOOLEANS: Final = {"1": True, "true": True, "0": False, "false": False}


def parse_address(ref: str) -> Address:
    """Return the 0-based (row, column) of a reference like ``B12``; ValueError off the grid."""
    match = _REF.fullmatch(ref)
    if not match:
        raise ValueError(ref)
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - 64
    row = int(match[2])
    if not 0 < row <= MAX_ROWS or column > MAX_COLUMNS:
        raise ValueError(ref)
    return row - 1, column - 1


class _Addresses(dict[str, Address]):
    """Addresses by reference, kept between sheets and files, which mostly fill the same cells."""

    def __missing__(self, ref: str) -> Address:
        if len(self) >= _CACHE_LIMIT:
            self.clear()
        address = self[ref] = parse_address(ref)
        return address


_ADDRESSES: Final = _Addresses()


def _serial(text: str, date1904: bool) -> float:
    """Return the serial number of an ISO 8601 date, time or both; ValueError for other text."""
    text = text.removesuffix("Z").removeprefix("T")
    if ":" in text and "-" not in text:
        clock = time.fromisoformat(text)
        return (clock.hour * 3600 + clock.minute * 60 + clock.second) / 86400
    moment = datetime.fromisoformat(text).replace(tzinfo=None)
    elapsed = moment - (datetime(1904, 1, 1) if date1904 else datetime(1899, 12, 30))
    serial = elapsed.days + elapsed.seconds / 86400
    # 1900 has a 29 February in every office program, so the days before it count one less
    return serial if date1904 or serial >= 61 else serial - 1


@define
class Scan:
    """The filled cells of one sheet and what else the importer asks of it, by address."""

    cells: dict[Address, Scalar] = Factory(dict)
    errors: dict[Address, str] = Factory(dict)
    formulas: dict[Address, str] = Factory(dict)
    formats: dict[Address, str] = Factory(dict)
    merges: list[tuple[int, int, int, int]] = Factory(list)
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
        kept, fault = _value(book, kind, value) if value else ("", "")
        if kind == "d" and isinstance(kept, float):
            shown = "date"
        if shown and (formula is not None or kept != "" or fault):
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
        if attributes.get("hidden") in ("1", "true", "on"):
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


def _value(book: Book, kind: str, value: str) -> tuple[Scalar, str]:
    """Return a cell's value, or "" and the text of its error."""
    if kind == "s":
        return book.strings[value], ""
    if kind == "text":
        return value, ""
    bare = value.strip(_XML_SPACE)
    if kind == "n" and _NUMBER.fullmatch(bare):
        number = float(bare)
        return (number, "") if -_MAX_FLOAT <= number <= _MAX_FLOAT else ("", bare)
    if kind == "n" and _NOT_FINITE.fullmatch(bare):
        return "", bare
    if kind == "b" and bare.lower() in _BOOLEANS:
        return _BOOLEANS[bare.lower()], ""
    if kind == "e":
        return "", bare
    if kind == "d":
        try:
            return _serial(bare, book.date1904), ""
        except (ValueError, OverflowError):
            return value, ""
    if kind in ("n", "b"):
        return (value, "") if bare else ("", "")  # text where a number should be: nothing is lost
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
        if attributes.get("hidden") in ("1", "true", "on"):
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
            self.inline = "".join(self.runs)
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
_FORMULA: Final = r'<f((?: [a-zA-Z0-9]++="[^"<>]*+")*+(?:/|>[^<]*+</f))>'
_TILE: Final = re.compile(
    rf"(?:<c [^>]*+(?:(?<=/)>|></c>)|</row>{_ROW}(?:{_ROW_START}|(?=</sheetData>)))*+"
    rf'(?:<c r="([^"]*+)"([^>]*+)>(?:{_FORMULA})?+<v>([^<]*+)</v></c>'
    r"|(<c [^>]*+>(?:[^<]++|<(?!/c>))*+</c>|(?s:.+)))"
)
_RARE: Final = re.compile(
    rf'<c r="([^"]*+)"([^>]*+)>(?:{_FORMULA})?+(?:<v/>|<v xml:space="preserve">([^<]*+)</v>'
    r'|<is><t( xml:space="preserve")?+>([^<]*+)</t></is>)?+</c>'
)
_START: Final = re.compile(rf"<sheetData>{_ROW}(?:{_ROW_START}|(?=</sheetData>))")
_HEAD: Final = re.compile(r"(?:<\?xml [^>]*\?>)?\s*<worksheet[\s>]")
_ATTRIBUTES: Final = re.compile(r'(?: [\w:.-]+="[^"<>&]*")*')
_ATTRIBUTE: Final = re.compile(r'(?<=\s)([\w:.-]+)="([^"]*)"')
_HIDDEN_ROW: Final = re.compile(r'<row( [^>]*(?<= )hidden="(?:1|true|on)"[^>]*)>')
_COLUMN: Final = re.compile(r"<col( [^>]*)>")
_MERGE: Final = re.compile(r'<mergeCell ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"/>')


class _Looks(dict[str, Look]):
    """What a cell is, by the text of its attributes after the address."""

    def __init__(self, book: Book) -> None:
        super().__init__()
        self._book = book

    def __missing__(self, attributes: str) -> Look:
        if not _ATTRIBUTES.fullmatch(attributes):
            raise NotPlain("attributes")
        named = dict(_ATTRIBUTE.findall(attributes))
        look = self[attributes] = self._book.look(named.get("t"), named.get("s"))
        return look


def _plain_formula(tile: str) -> str:
    """Return the formula of a tile's formula group, which is all after ``<f`` but the last ``>``."""
    return unescape(tile[tile.index(">") + 1 : -3]) if tile.endswith("</f") else ""


def _careful(value: str) -> float:
    """Return a number as ``float`` does, but refuse what only Python takes for one."""
    if "_" in value or not value.isascii():
        raise ValueError(value)
    return float(value)


def scan_sheet(book: Book, text: str, part: str) -> Scan:
    """Return what a worksheet holds; GridError when the part is damaged."""
    try:
        return _scan_plain(book, text)
    except (NotPlain, ValueError):
        return scan_sheet_exactly(book, text, part)


def _scan_plain(book: Book, text: str) -> Scan:
    start, stop = text.find("<sheetData"), text.find("</sheetData>")
    if start < 0:
        raise NotPlain("no sheet data")
    scan = Scan()
    if stop >= 0:
        opening = _START.match(text, start)
        if not opening:
            raise NotPlain("start")
        _scan_tiles(book, scan, text, opening.end(), stop)
        if 'hidden="' in text:
            _scan_hidden_rows(scan, text, start, stop)
        stop += len("</sheetData>")
    else:
        stop = start + len("<sheetData/>")
        if not text.startswith("<sheetData/>", start):
            raise NotPlain("start")
    _scan_frame(scan, text[:start], text[stop:])
    return scan


def _scan_frame(scan: Scan, head: str, tail: str) -> None:
    """Read what stands around the sheet data, after proving it well-formed."""
    if not _HEAD.match(head) or "<!" in head or "<!" in tail or "<?" in head[2:] or "<?" in tail:
        raise NotPlain("frame")
    try:
        expat.ParserCreate().Parse(f"{head}<sheetData/>{tail}", True)
    except expat.ExpatError as error:
        raise NotPlain("frame") from error
    if "hidden=" in head:
        for column in _COLUMN.findall(head):
            scan.hide_columns(dict(_ATTRIBUTE.findall(column)))
    if "mergeCell" in tail:
        for ref in _MERGE.findall(tail):
            scan.merge(ref)
        if len(scan.merges) != tail.count("<mergeCell ") or ":mergeCell" in tail:
            raise NotPlain("merge")


def _scan_hidden_rows(scan: Scan, text: str, start: int, stop: int) -> None:
    for row in _HIDDEN_ROW.findall(text, start, stop):
        number = dict(_ATTRIBUTE.findall(row)).get("r")
        if number is None:
            raise NotPlain("row without a number")
        scan.hidden_rows.add(parse_address("A" + number)[0])


def _tiles(text: str, start: int, stop: int) -> Iterator[list[Tile]]:
    """Yield the tiles in lists: all at once for usual sheets, in blocks for huge ones."""
    if stop - start < _LIST_LIMIT:
        yield _TILE.findall(text, start, stop)
        return
    matches = _TILE.finditer(text, start, stop)
    while block := [match.groups("") for match in islice(matches, _CACHE_LIMIT)]:
        yield block


def _scan_tiles(book: Book, scan: Scan, text: str, start: int, stop: int) -> None:
    """Read the sheet data from its first row on; this loop is where the time of a read goes."""
    addresses, looks, strings = _ADDRESSES, _Looks(book), book.strings
    cells, formulas, formats = scan.cells, scan.formulas, scan.formats
    number = _careful if "_" in text or not text.isascii() else float
    tiles = aside = census = 0
    content: Scalar
    for block in _tiles(text, start, stop + len("</sheetData>")):
        tiles += len(block)
        for ref, attributes, formula, value, other in block:
            if other:
                tiles -= 1
                census += _scan_rare(book, scan, looks, other)
                continue
            address = addresses[ref]
            kind, shown = look = looks[attributes]
            content = ""
            if value:
                if kind == "s":
                    content = strings[value]
                elif kind == "n":
                    try:
                        content = number(value)
                    except ValueError:
                        pass
                    else:
                        if not -_MAX_FLOAT <= content <= _MAX_FLOAT:
                            content = ""
            if content == "":
                aside += 1
                held = _plain_formula(formula) if formula else None
                scan.put(book, address, look, held, unescape(value))
                continue
            if formula:
                formulas[address] = _plain_formula(formula).removeprefix("=")
            if shown:
                formats[address] = shown
            cells[address] = content
    scan.filled += tiles - aside
    # the independent count: every value element of the sheet was one that came out as a tile
    if text.count("</v>", start, stop) != tiles + census:
        raise NotPlain("census")
    if any(address in cells for address in scan.errors):
        raise NotPlain("an address twice")


def _scan_rare(book: Book, scan: Scan, looks: _Looks, other: str) -> int:
    """Read a filled cell of a rarer shape, or the end; return how many ``<v>`` it held."""
    if other == "</sheetData>":
        return 0
    cell = _RARE.fullmatch(other)
    if cell:
        ref, attributes, tile, value, keep, inline = cell.groups()
        look = looks[attributes]
        if inline is not None:
            look = ("text", look[1])
            plain = unescape(inline if keep else inline.strip(_XML_SPACE))
            value = unescape_excel(plain)
        elif value:
            value = unescape(value)
        formula = None if tile is None else _plain_formula(tile)
        scan.put(book, _ADDRESSES[ref], look, formula, value)
    elif other.startswith("<c "):
        handler = _SheetHandler(book=book, scan=scan)
        try:
            sheet = f"<worksheet><sheetData><row>{other}</row></sheetData></worksheet>"
            _parse(sheet, "", handler)
        except GridError as error:
            raise NotPlain("cell") from error
        if ' r="' not in other[: other.index(">")]:
            raise NotPlain("cell without an address")
    else:
        raise NotPlain("sheet data")
    return other.count("</v>")
