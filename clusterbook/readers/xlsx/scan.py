"""Read the XML of worksheets, once, into sparse dictionaries of what is filled.

There are three readers with the same answer.  The rows of long lists that are plain are taken as
arrays (``plain``).  All others are cut at their values, and what stands between two of these, a
gap, is read by a compiled expression that *tiles* it: every character belongs to a blank cell, a
row tag or a filled cell of the plain shape that office programs write; on anything else it gives
up.  Gaps are kept, as the files of one round have the same.  The exact one is a streaming parser,
used for what the fast ones gave up, and alone calls a part damaged.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import Final
from xml.parsers import expat

from attrs import frozen

from clusterbook.a1 import MAX_ROWS, Address, parse_address, parse_range
from clusterbook.readers.cells import GUARDS, Scalar
from clusterbook.readers.limits import GridError, decode_part, parse, too_big
from clusterbook.readers.xlsx.book import Look, SharedParts
from clusterbook.readers.xlsx.sheet import (
    CACHE_LIMIT,
    NUMBER,
    Scan,
    SheetHandler,
    address_of,
    scan_sheet_exactly,
)
from clusterbook.readers.xlsx.strings import XML_SPACE, NotPlainError, unescape, unescape_excel

Tile = tuple[str, ...]
Opened = tuple[Address, str, str | None]  # a cell: place, other attributes, formula

_CACHED_FORMULA: Final = 1_000  # characters
_CACHED_GAP: Final = 1_000
_BLOCK: Final = 20_000  # characters scanned at a time: their tiles fit a processor's cache
_FRAME_LIMIT: Final = 65_536
_HEAD_ROWS: Final = 40  # more than the head of any list has: these are always read cell by cell
_LONG: Final = 90_000  # bytes of the rows below, from which taking them as arrays is faster
_SAMPLE, _MANY = 30_000, 100  # bytes of these that are looked at, and filled cells in so many
_LONGEST: Final = 8_000_000  # bytes: arrays over the tags take some ten times as much memory
_PRINTED: Final = 200_000  # bytes of a sheet around a form that are kept
_ROW_END: Final = b"</row>"
_ROW_NUMBER: Final = re.compile(rb'<row r="([0-9]{1,7})"')


# --- the fast reader ------------------------------------------------------------------------

# A tile: any run of blank cells and row ends, then one filled cell (address, other attributes,
# formula, value), or one cell of a rarer shape, or all the rest when nothing fits. It ends with a
# value, and holds none: cut there a sheet has the same tiles.
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
_RESULT: Final = re.compile(rb"</f><v>[^<]++")
_END_OF_CELL, _END_OF_ROW = "</c>", "</row>"
_ENDS: Final = (_END_OF_ROW, "</sheetData>")  # of a block
_VALUE: Final = re.compile("<v>([^<]*+)</v>")
_LAST_ROWS: Final = re.compile(rf"(?:</row>)?{_ROW}</sheetData>")
_ROWS: Final = re.compile(rf"{_ROW}(?:{_ROW_START}|(?=</sheetData>))")
_HEAD: Final = re.compile(
    rb"""(?:\xef\xbb\xbf)?(?:<\?xml version=["']1.0["'](?: encoding=["'](?:UTF|utf)-8["'])?"""
    rb"""(?: standalone=["'][a-z]+["'])? ?\?>)?\s*<worksheet[\s>]"""
)
# Line breaks as LibreOffice and Excel write them are among the references.
_FOOTER: Final = re.compile(
    rb'<headerFooter(?: [a-zA-Z]++="[a-z01]*+")*+>'
    rb"(?:<((?:odd|even|first)(?:Header|Footer))>"
    rb"(?:[^<>&]++|&(?:amp|lt|gt|quot|apos|#10|#xA|#xa);)*+</\1>)*+</headerFooter>"
)
_PROTECTED: Final = re.compile(rb'<(?:\w+:)?sheetProtection [^<>]*\bsheet="(?:1|true)"')
_ODD: Final = re.compile(b"<[!?]")
_ATTRIBUTES: Final = re.compile(r'(?: [\w:.-]+="[^"<>&]*")*')
_ATTRIBUTE: Final = re.compile(r'(?<=\s)([\w:.-]+)="([^"]*)"')
# LibreOffice says "false" of every row; a blank, which is everywhere, is no sign to search for.
_HIDDEN: Final = re.compile(rb'hidden="(?<= hidden=")(?!false")')
_COLUMN: Final = re.compile(r"<col( [^>]*)>")
_MERGE: Final = re.compile(r'<mergeCell ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"/>')


_SHARED: Final[Look] = ("s", "")


def _look(book: SharedParts, looks: dict[str, Look], attributes: str) -> Look:
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
        if len(_FORMULAS) >= CACHE_LIMIT // 8:
            _FORMULAS.clear()
        formula = text.removeprefix("=")
        if len(text) < _CACHED_FORMULA:
            _FORMULAS[tile] = formula
    return formula


def scan_sheet(book: SharedParts, data: bytes, part: str) -> Scan:
    """Return what the bytes of a worksheet part hold; GridError when the part is damaged."""
    try:
        return _scan_plain(book, data)
    except (NotPlainError, ValueError):  # not UTF-8 is a ValueError too
        return scan_sheet_exactly(book, decode_part(data, part), part)


def scan_typed(book: SharedParts, data: bytes, part: str) -> Scan:
    """Like ``scan_sheet`` for a sheet whose computed cells nobody asks for: they are left out."""
    try:
        return _scan_plain(book, data, _scan_printed)
    except (NotPlainError, ValueError):
        return scan_sheet(book, data, part)


def _scan_plain(
    book: SharedParts, data: bytes, scan_rows: Callable[[SharedParts, bytes], Scan] | None = None
) -> Scan:
    start, stop = data.find(b"<sheetData>"), data.rfind(b"</sheetData>")
    scan = Scan()
    if 0 <= start < stop:
        rows = data[start + len("<sheetData>") : stop]
        scan = (scan_rows or _scan_rows)(book, rows)
        _scan_hidden_rows(scan, rows)
        stop += len("</sheetData>")
    else:
        start = data.find(b"<sheetData/>")
        stop = start + len("<sheetData/>")
        if start < 0:
            raise NotPlainError("no sheet data")
    read = _read_frame if start + len(data) - stop < _FRAME_LIMIT else _read_frame.__wrapped__
    frame = read(data[:start], *_around_footer(data, stop))
    scan.merges.extend(frame.merges)
    scan.hidden_columns.extend(frame.hidden_columns)
    scan.unguarded = frame.unguarded
    return scan


def _scan_rows(book: SharedParts, data: bytes) -> Scan:
    """Read sheet data, without its end."""
    scan = Scan()
    head = _end_of_head(data) if len(data) >= _LONG else len(data)
    if _is_long(data, head):
        if not data.isascii():
            data.decode()  # ValueError for what is no UTF-8
        from clusterbook.readers.xlsx import plain  # noqa: PLC0415 - numpy, for few sheets

        body = plain.read_rows(book, data[head:], partial(_look, book, book.looks))
        if body is not None and body.block.columns:
            _scan_cells(book, scan, (data[:head] + body.rest).decode() + "</sheetData>")
            # a cell may say that it stands in another row than its own
            stray = {row for row, _ in (*scan.cells, *scan.errors, *scan.formulas)
                     if row >= body.first} - body.odd  # fmt: skip
            ordered = body.first > _last_row(data[:head]) and list(scan.cells) == sorted(scan.cells)
            if ordered and not stray and len(scan.cells) + body.block.count <= book.max_cells:
                scan.block = body.block
                return scan
            scan = Scan()
    # decoded by itself the sheet data is mostly ASCII, which is the fastest kind of text
    rows = data.decode()
    if "\r" in rows:
        rows = rows.replace("\r\n", "\n").replace("\r", "\n")
    _scan_cells(book, scan, rows + "</sheetData>")
    return scan


def _scan_printed(book: SharedParts, data: bytes) -> Scan:
    """Read what is typed of sheet data nearly all of which is the same in files of one round."""
    printed = _printed_cells(_RESULT.sub(b"</f><v>", data)) if len(data) <= _PRINTED else None
    if printed is not None and all(_look(book, book.looks, k) is _SHARED for k in printed.kinds):
        texts = [*map(book.strings.__getitem__, printed.values)]
        if all(texts) and len(texts) <= book.max_cells:
            return Scan(cells=dict(zip(printed.places, texts, strict=True)), filled=len(texts))
    return _scan_rows(book, _COMPUTED.sub(b"", data))


@frozen
class _Printed:
    """Cells of a sheet: their places, the numbers of their texts, and the kinds of cells they are.

    A kind is the text of all other attributes.
    """

    places: list[Address]
    values: list[str]
    kinds: frozenset[str]


@lru_cache(maxsize=16)
def _printed_cells(data: bytes) -> _Printed | None:
    """Return the cells without formulas of some rows, where all those are of the plain shape.

    Kept, because what is printed around a form has the same numbers in most files of a round.
    """
    data = _COMPUTED.sub(b"", data)
    try:
        blocks = [*_blocks(data.decode() + "</sheetData>")]
        ends = [_tiles(parts.pop()) for parts in blocks]
        gaps = [gap for parts in blocks for gap in parts[::2]]
        tiled = [([], _GAPS[gap]) if gap in _GAPS else _tiled(gap) for gap in gaps]
    except (NotPlainError, ValueError):
        return None
    cells = [one for rare, one in tiled if not rare and one[2] is None]
    whole = all(len(end) == 1 and end[0][4] in _ENDS for end in ends) and b"\r" not in data
    places = [place for place, _, _ in cells]
    values = [value for parts in blocks for value in parts[1::2]]
    once = len(set(places)) == len(places)
    if not (whole and once and all(values) and len(cells) == len(gaps)):
        return None
    return _Printed(places, values, frozenset(kind for _, kind, _ in cells))


def _is_long(data: bytes, head: int) -> bool:
    """Whether rows below a head are worth taking as arrays, as far as the first of them tell."""
    if not _LONG <= len(data) - head <= _LONGEST:
        return False
    first = data[head : head + _SAMPLE]
    rows, filled = first.count(_ROW_END), first.count(b"</v>") + first.count(b"</is>")
    return filled >= _MANY and first.count(b"<f") < rows


def _end_of_head(data: bytes) -> int:
    """Where the rows end that may be the head of a list; the length of all that has no more."""
    place = 0
    for _ in range(_HEAD_ROWS):
        found = data.find(_ROW_END, place)
        if found < 0:
            return len(data)
        place = found + len(_ROW_END)
    return place


def _last_row(data: bytes) -> int:
    """The 0-based number of the last row of a head, beyond all rows where it says none."""
    tag = data[data.rfind(b"<row ") :]
    found = _ROW_NUMBER.match(tag)
    return int(found[1]) - 1 if found else MAX_ROWS


def _around_footer(data: bytes, stop: int) -> tuple[bytes, bytes]:
    """Return the end of a part before and behind its headers and footers.

    They name whom a workbook was issued to: all else is the same in the files of one round. Where
    they are not surely well-formed nothing is left out.
    """
    start = data.rfind(b"<headerFooter", stop)
    found = _FOOTER.match(data, start) if start >= 0 else None
    try:
        # a footer of several lines is as plain as one of one line
        plain = found is not None and found[0].decode().replace("\n", "").isprintable()
    except UnicodeDecodeError:
        plain = False
    return (data[stop:start], data[found.end() :]) if found and plain else (data[stop:], b"")


@lru_cache(maxsize=256)
def _read_frame(head: bytes, tail: bytes, end: bytes) -> Scan:
    """Return what stands around the sheet data, after proving it well-formed.

    Kept, because the files of one round came from one template and mostly have the same frames.
    """
    tail += end
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


def _scan_hidden_rows(scan: Scan, rows: bytes) -> None:
    """Take the rows whose tag says so; in sheet data no other element has the attribute."""
    end = 0  # of the tag looked at last: one that says it many times is looked at once
    for found in _HIDDEN.finditer(rows):
        place = found.start()
        if place < end:
            continue
        start, end = rows.rfind(b"<", 0, place), rows.find(b">", place)
        row = _hidden_row(rows[start:end])
        if row is not None:
            scan.hidden_rows.add(row)


@lru_cache(maxsize=256)
def _hidden_row(tag: bytes) -> int | None:
    """Return the row that its tag hides, as that of the ruler on each of our sheets; or none."""
    text = tag.decode()
    named = dict(_ATTRIBUTE.findall(text))
    if "r" not in named or not text.startswith("<row "):
        raise NotPlainError("hidden")
    return parse_address("A" + named["r"])[0] if named["hidden"] in ("1", "true") else None


def _blocks(rows: str) -> Iterator[list[str]]:
    """Yield the rows a block at a time, each ending with a row: gap, value, gap and so on.

    A gap begins where the cell of a value ends; what opens the rows is taken off the first one.
    """
    place, end = 0, len(rows)
    while place < end:
        opening = _ROWS.match(rows, place)
        if not opening:
            raise NotPlainError("rows")
        found = rows.find(_END_OF_ROW, opening.end() + _BLOCK)
        place = end if found < 0 else found + len(_END_OF_ROW)
        parts = _VALUE.split(rows[opening.end() : place])
        parts[0] = _END_OF_CELL + parts[0]
        yield parts
    if not _LAST_ROWS.fullmatch(rows, max(0, rows.rfind(_END_OF_ROW))):
        raise NotPlainError("last row")


def _scan_cells(  # noqa: C901, PLR0912, PLR0915 - a call per cell would double its price
    book: SharedParts, scan: Scan, rows: str
) -> None:
    """Read the sheet data; this loop is where the time of a whole import goes."""
    gaps, looks, strings = _GAPS, book.looks, book.strings
    cells, formulas, formats = scan.cells, scan.formulas, scan.formats
    careful = "_" in rows or not rows.isascii()  # else all that float() takes is a number here too
    count = aside = 0
    for parts in _blocks(rows):
        end = parts.pop()
        count += len(parts) // 2
        if len(cells) > book.max_cells:
            raise too_big("cells", book.max_cells)
        for gap, value in zip(parts[::2], parts[1::2], strict=True):
            try:
                address, attributes, formula = gaps[gap]
                look = looks[attributes]
            except KeyError:
                address, attributes, formula = _read_gap(book, scan, gap)
                look = _look(book, looks, attributes)
            if look is _SHARED and value and formula is None:  # the most of all cells
                text = strings[value]
                if text:
                    cells[address] = text
                else:
                    aside += 1
                continue
            kind, shown = look
            if formula is not None:
                formulas[address] = formula
            if shown and (value or formula is not None):
                formats[address] = shown
            if not value:  # a formula that has no result, or an empty one
                aside += 1
                continue
            content: Scalar | None = None
            if kind == "s":
                content = strings[value] or None
            elif kind == "n" and (not careful or NUMBER.fullmatch(value)):
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
        _read_end(book, scan, end)
    scan.filled += count - aside
    if scan.filled != len(cells) + len(scan.errors) or scan.twice:
        raise NotPlainError("an address twice")


# What gaps open, kept like the addresses: the files of one round differ in little but values.
_GAPS: Final[dict[str, Opened]] = {}


def _read_gap(book: SharedParts, scan: Scan, gap: str) -> Opened:
    """Read what stands before a value, cells of rarer shapes among it; return whose value it is."""
    opened = _GAPS.get(gap)
    if opened is None:
        rare, opened = _tiled(gap)
        for tile in rare:
            _scan_rare(book, scan, tile)
    return opened


def _tiled(gap: str) -> tuple[list[Tile], Opened]:
    """Return the cells of rarer shapes in a gap, and whose value follows.

    Kept where there are none of the first, as these hold values of their own.
    """
    *rare, (ref, attributes, formula, _, other) = _tiles(gap + "<v></v></c>")
    if other:
        raise NotPlainError("sheet data")
    opened = address_of(ref), attributes, _plain_formula(formula) if formula else None
    if not rare and len(gap) < _CACHED_GAP:
        if len(_GAPS) >= CACHE_LIMIT // 2:
            _GAPS.clear()
        _GAPS[gap] = opened
    return rare, opened


def _read_end(book: SharedParts, scan: Scan, gap: str) -> None:
    """Read what stands behind the last value of a block."""
    *rare, last = _tiles(gap)
    if last[4] not in _ENDS:
        raise NotPlainError("rows")
    for tile in rare:
        _scan_rare(book, scan, tile)


def _tiles(gap: str) -> list[Tile]:
    """Return the tiles of a gap; NotPlainError where none of them is to be had."""
    tiles: list[Tile] = _TILE.findall(gap, len(_END_OF_CELL))
    if not (tiles and gap.startswith(_END_OF_CELL)):
        raise NotPlainError("rows")
    return tiles


def _scan_rare(book: SharedParts, scan: Scan, tile: Tile) -> None:
    """Read a cell of a rarer shape."""
    other = tile[4]
    cell = _RARE.fullmatch(other)
    if cell:
        ref, attributes, written, value, keep, inline = cell.groups()
        look = _look(book, book.looks, attributes)
        if inline is not None:
            look = ("text", look[1])
            plain = unescape(inline if keep else inline.strip(XML_SPACE))
            value = unescape_excel(plain)
        elif value:
            value = unescape(value)
        formula = None if written is None else _plain_formula(written)
        scan.put(book, address_of(ref), look, formula, value)
    elif other.startswith("<c "):
        handler = SheetHandler(book=book, scan=scan)
        try:
            sheet = f"<worksheet><sheetData><row>{other}</row></sheetData></worksheet>"
            parse(sheet, "", handler)
        except GridError as error:
            raise NotPlainError("cell") from error
        if ' r="' not in other[: other.index(">")]:
            raise NotPlainError("cell without an address")
    else:
        raise NotPlainError("sheet data")
