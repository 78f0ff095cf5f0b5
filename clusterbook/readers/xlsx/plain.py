"""Read the rows of long lists as arrays, where their XML is proven to be plain.

A form has a few hundred cells around its lists and up to a hundred thousand in them; those are
written by programs, one like the other. Here they are never taken one by one: numpy finds all tags
of the sheet data at once, and *proves* for each row that it is a run of blank cells and of cells
with an address, attributes and one value, and nothing in between. What is proven is taken by
column; a row with anything else in it is left to the readers of single cells, and where the tags
as a whole do not stand one after the other, everything is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from xml.parsers import expat

import numpy as np
from attrs import define, frozen
from numpy.typing import NDArray

from clusterbook.a1 import MAX_ROWS
from clusterbook.readers.block import CellBlock, Numbers, Values, is_filled
from clusterbook.readers.xlsx.book import Look, SharedParts
from clusterbook.readers.xlsx.sheet import NUMBER
from clusterbook.readers.xlsx.strings import XML_SPACE, NotPlainError, unescape_excel

Flags = NDArray[np.bool_]
Words = NDArray[np.uint64]
LookOf = Callable[[str], Look]

_PAD: Final = bytes(32)  # so that eight bytes may be taken from any place
_WORD: Final = 8
_LONGEST_ATTRIBUTES: Final = 3 * _WORD
_DIGITS: Final = 7  # of a row or an index of a shared string
_BUCKET_BITS: Final = 12
_SEPARATOR: Final = "\uf8ff"  # a private sign that hardly any text has; it is counted

# What a tag is, by how it begins; all others are odd.
_ODD, _ROW, _EMPTY_ROW, _END_ROW, _CELL, _BLANK, _END_CELL = range(7)
_VALUE, _END_VALUE, _INLINE, _END_INLINE, _TEXT, _KEPT_TEXT, _END_TEXT = range(7, 14)
_TAGS: Final = (
    (b'<row r="', _ROW), (b"</row>", _END_ROW), (b'<c r="', _CELL), (b"</c>", _END_CELL),
    (b"<v>", _VALUE), (b"</v>", _END_VALUE), (b"<is>", _INLINE), (b"</is>", _END_INLINE),
    (b"<t>", _TEXT), (b"</t>", _END_TEXT), (b"<t xml:s", _KEPT_TEXT),
)  # fmt: skip
_KIND_OF: Final = np.zeros(1 << 16, np.int64)  # by the first two bytes behind the <
_MASK_OF, _TAG_OF = np.zeros(14, np.uint64), np.zeros(14, np.uint64)
for _text, _kind in _TAGS:
    _KIND_OF[_text[1] | _text[2] << 8] = _kind
    _MASK_OF[_kind] = (1 << 8 * len(_text)) - 1
    _TAG_OF[_kind] = int.from_bytes(_text, "little")
_KEPT: Final = len('<t xml:space="preserve">') - 1
_NEXT: Final = {
    _ROW: (_CELL, _BLANK, _END_ROW), _BLANK: (_CELL, _BLANK, _END_ROW),
    _END_CELL: (_CELL, _BLANK, _END_ROW), _CELL: (_VALUE, _INLINE), _VALUE: (_END_VALUE,),
    _END_VALUE: (_END_CELL,), _INLINE: (_TEXT, _KEPT_TEXT), _TEXT: (_END_TEXT,),
    _KEPT_TEXT: (_END_TEXT,), _END_TEXT: (_END_INLINE,), _END_INLINE: (_END_CELL,),
    _END_ROW: (_ROW, _EMPTY_ROW), _EMPTY_ROW: (_ROW, _EMPTY_ROW), _ODD: (),
}  # fmt: skip
_KINDS: Final = len(_NEXT)
_FOLLOWS: Final = np.array([two in _NEXT[one] for one in range(_KINDS) for two in range(_KINDS)])
_HOLDS_TEXT: Final = np.isin(np.arange(_KINDS), (_VALUE, _TEXT, _KEPT_TEXT))


@frozen(eq=False)
class PlainBody:
    """The rows of a long list: the plain ones, the XML of the others, and the numbers of these.

    ``first`` is the number of the first row of all.
    """

    block: CellBlock
    rest: bytes
    odd: frozenset[int]
    first: int


def read_rows(book: SharedParts, data: bytes, look_of: LookOf) -> PlainBody | None:
    """Return the rows of some sheet data; None where the tags do not prove anything.

    ``data`` is whole rows; ``look_of`` tells what a cell is by the text of its attributes after the
    address.
    """
    if book.strings.marked or b"\r" in data:
        return None
    tags = _tags(data)
    rows = None if tags is None else _rows(tags)
    if tags is None or rows is None:
        return None
    cells = _Cells.of(tags, rows)
    values = _values(book, cells, look_of)
    plain, odd = ~rows.odd, np.flatnonzero(rows.odd)
    return PlainBody(
        block=CellBlock(rows.numbers[plain], _columns(cells, values, plain)),
        rest=b"".join(data[rows.starts[at] : rows.starts[at + 1]] for at in odd),
        odd=frozenset(rows.numbers[odd].tolist()), first=int(rows.numbers[0]),
    )  # fmt: skip


# --- tags ----------------------------------------------------------------------------------------


@frozen(eq=False)
class _Tags:
    """All tags of some XML: where each begins and ends, and what it is.

    ``words`` has the eight bytes that begin at each place.
    """

    data: bytes
    bytes: NDArray[np.uint8]
    words: Words
    starts: Numbers
    ends: Numbers
    kinds: NDArray[np.uint8]


def _tags(data: bytes) -> _Tags | None:
    """Return the tags, where they stand one after the other and are elements all."""
    padded = data + _PAD
    signs = np.frombuffer(padded, np.uint8)
    words: Words = np.ndarray(len(data) + _WORD, "<u8", padded, strides=(1,))
    starts, ends = np.flatnonzero(signs == ord("<")), np.flatnonzero(signs == ord(">"))
    if not len(starts) or len(starts) != len(ends) or starts[0] != 0 or ends[-1] != len(data) - 1:
        return None
    if not ((starts < ends).all() and (ends[:-1] < starts[1:]).all()):
        return None
    second = signs[starts + 1]
    if ((second == ord("!")) | (second == ord("?"))).any():  # a comment may hold anything
        return None
    likely = _KIND_OF[second.astype(np.int64) | signs[starts + 2].astype(np.int64) << 8]
    kinds = likely.astype(np.uint8)
    kinds[(words[starts] & _MASK_OF[likely]) != _TAG_OF[likely]] = _ODD
    closed = signs[ends - 1] == ord("/")
    kinds[closed & (kinds == _CELL)] = _BLANK
    kinds[closed & (kinds == _ROW)] = _EMPTY_ROW
    kinds[(kinds == _KEPT_TEXT) & (ends - starts != _KEPT)] = _ODD
    return _Tags(data, signs, words, starts, ends, kinds)


def _masked(words: Words, length: Any) -> Words:
    """The first so many bytes of each word, up to all eight."""
    bits = np.clip(_WORD - np.asarray(length), 0, _WORD).astype(np.uint64) * np.uint64(8)
    # A shift by all its bits leaves a word as it is.
    kept = np.where(bits < 64, ~np.uint64(0) >> np.minimum(bits, 63), np.uint64(0))  # noqa: PLR2004
    return words & kept


# --- rows ----------------------------------------------------------------------------------------


@define(eq=False)
class _Rows:
    """The rows: 0-based numbers, where each begins (and the last ends), where its number stands.

    ``of_tag`` is the row of each tag; ``odd`` the rows that are left to others.
    """

    numbers: Numbers
    starts: Numbers
    of_tag: Numbers
    lengths: Numbers
    odd: Flags


def _rows(tags: _Tags) -> _Rows | None:
    """Return the rows, where they follow each other upwards, with those that are odd."""
    kinds, gaps = tags.kinds, tags.starts[1:] - tags.ends[:-1] - 1
    begins = np.flatnonzero((kinds == _ROW) | (kinds == _EMPTY_ROW))
    before = kinds[begins[1:] - 1]
    whole = ((before == _END_ROW) | (before == _EMPTY_ROW)).all() and kinds[-1] in (
        _END_ROW, _EMPTY_ROW)  # fmt: skip
    if not len(begins) or begins[0] != 0 or not whole or gaps[begins[1:] - 1].any():
        return None
    starts = tags.starts[begins]
    found = _row_numbers(tags, starts)
    if found is None:
        return None
    numbers, lengths = found
    of_tag = np.cumsum((kinds == _ROW) | (kinds == _EMPTY_ROW)) - 1
    touching = gaps == 0
    fits = _FOLLOWS[kinds[:-1] * np.uint8(_KINDS) + kinds[1:]]
    fits &= touching != _HOLDS_TEXT[kinds[:-1]]
    texts = (kinds[:-1] == _TEXT) | (kinds[:-1] == _KEPT_TEXT)
    fits |= texts & touching & (kinds[1:] == _END_TEXT)  # an empty one
    odd = np.zeros(len(begins), bool)
    odd[of_tag[:-1][~fits]] = True
    return _Rows(numbers, np.append(starts, len(tags.data)), of_tag, lengths, odd)


def _row_numbers(tags: _Tags, starts: Numbers) -> tuple[Numbers, Numbers] | None:
    """The 0-based numbers of rows that begin here, and how many digits each has."""
    first = starts + len('<row r="')
    digits = tags.bytes[first[:, None] + np.arange(_WORD)]
    lengths = (digits == ord('"')).argmax(axis=1)  # 0 where there is no end
    numbers, good = _whole_numbers(tags.bytes, first, first + lengths)
    numbers -= 1
    if not (good & (lengths > 0) & (numbers >= 0)).all():
        return None
    if numbers[-1] >= MAX_ROWS or (np.diff(numbers) <= 0).any():
        return None
    return numbers, lengths


# --- cells ---------------------------------------------------------------------------------------


@define(eq=False)
class _Cells:
    """The filled cells: their tag, row and column, and where their attributes stand."""

    tags: _Tags
    rows: _Rows
    tag: Numbers
    row: Numbers
    column: Numbers
    first: Numbers
    length: Numbers

    @classmethod
    def of(cls, tags: _Tags, rows: _Rows) -> _Cells:
        """Take the cells of all rows; a row becomes odd where an address is not as it should be."""
        filled = np.flatnonzero((tags.kinds == _CELL) & ~rows.odd[rows.of_tag])
        row = rows.of_tag[filled]
        letters = tags.starts[filled] + len('<c r="')
        one, two = (tags.bytes[letters + place].astype(np.int64) - ord("A") for place in (0, 1))
        wide = (two >= 0) & (two < 26)  # noqa: PLR2004 - letters
        column = np.where(wide, (one + 1) * 26 + two, one)
        digits = letters + 1 + wide
        length = rows.lengths[row] + 1  # with the mark behind them
        own = rows.starts[row] + len('<row r="')
        same = _masked(tags.words[digits], length) == _masked(tags.words[own], length)
        good = (one >= 0) & (one < 26) & same  # noqa: PLR2004
        good[1:] &= (row[1:] != row[:-1]) | (column[1:] > column[:-1])
        first = digits + length
        length = tags.ends[filled] - first
        good &= length <= _LONGEST_ATTRIBUTES
        rows.odd[row[~good]] = True
        return cls(tags, rows, filled, row, column, first, length).without_odd()

    def without_odd(self) -> _Cells:
        """The cells of rows that are plain so far."""
        keep = ~self.rows.odd[self.row]
        if keep.all():
            return self
        found = (self.tag, self.row, self.column, self.first, self.length)
        return _Cells(self.tags, self.rows, *(one[keep] for one in found))

    def shapes(self) -> tuple[Numbers, list[str]]:
        """For each cell the number of its attributes, and these as texts."""
        words = [_masked(self.tags.words[self.first + _WORD * at], self.length - _WORD * at)
                 for at in range(3)]  # fmt: skip
        mixed = self.length.astype(np.uint64)
        for word in words:
            mixed = (mixed ^ word) * np.uint64(0x9E3779B97F4A7C15)
            mixed ^= mixed >> np.uint64(29)
        known, shape = _distinct(mixed)
        same = self.length[known][shape] == self.length
        for word in words:
            same &= word[known][shape] == word
        self.rows.odd[self.row[~same]] = True  # two texts of one hash, which hardly ever are
        places = zip(self.first[known].tolist(), self.length[known].tolist(), strict=True)
        texts = [self.tags.data[at : at + length].decode("latin-1") for at, length in places]
        return shape, texts


def _distinct(words: Words) -> tuple[Numbers, Numbers]:
    """Where one of each distinct word stands, and which of these each word is.

    Few words hardly ever share their first bits: then nothing has to be sorted.
    """
    bucket = words >> np.uint64(64 - _BUCKET_BITS)
    one_in = np.full(1 << _BUCKET_BITS, -1)
    one_in[bucket] = np.arange(len(words))
    known = one_in[one_in >= 0]
    one_in[bucket[known]] = np.arange(len(known))
    shape = one_in[bucket]
    if (words[known][shape] == words).all():
        return known, shape
    _, known, shape = np.unique(words, return_index=True, return_inverse=True)
    return known, shape


def _values(book: SharedParts, cells: _Cells, look_of: LookOf) -> Values:
    """The value of each cell; rows with one that is not plain become odd."""
    shape, texts = cells.shapes()
    looks = [_plain_look(look_of, text) for text in texts]
    kinds = cells.tags.kinds[cells.tag + 1]
    inline = kinds == _INLINE
    shared = np.array([look == "s" for look in looks], bool)[shape] & ~inline
    numbers = np.array([look == "n" for look in looks], bool)[shape] & ~inline
    inline &= np.array([look is not None for look in looks], bool)[shape]
    values = np.full(len(cells.tag), None, object)
    known = np.zeros(len(cells.tag), bool)
    readers = ((shared, _shared), (numbers, _numbers), (inline, _inline))
    for which, read in readers:
        at = np.flatnonzero(which)
        if len(at):
            values[at], known[at] = read(book, cells, at)
    cells.rows.odd[cells.row[~known]] = True
    return values


def _plain_look(look_of: LookOf, attributes: str) -> str | None:
    """The type of a cell that shows what it holds; None for all others."""
    try:
        kind, shown = look_of(attributes)
    except NotPlainError:
        return None
    return None if shown else kind


def _between(cells: _Cells, at: Numbers, tag: int) -> tuple[Numbers, Numbers]:
    """Where the text behind a tag of these cells, so many tags on, begins and ends."""
    tags = cells.tags
    return tags.ends[cells.tag[at] + tag] + 1, tags.starts[cells.tag[at] + tag + 1]


def _shared(book: SharedParts, cells: _Cells, at: Numbers) -> tuple[Values, Flags]:
    """The shared strings of cells; blank where they are."""
    strings = book.strings
    index, good = _whole_numbers(cells.tags.bytes, *_between(cells, at, 1))
    good &= index < len(strings.listed)
    index[~good] = 0
    texts = np.array([*strings.listed, None], object)
    texts[texts == ""] = None
    used = np.zeros(len(texts), bool)
    used[index[good]] = True
    for escaped in strings.escaped:
        if used[escaped]:
            texts[escaped] = strings[str(escaped)] or None
    return texts[index], good


def _whole_numbers(
    signs: NDArray[np.uint8], start: Numbers, stop: Numbers
) -> tuple[Numbers, Flags]:
    """What texts of digits are as numbers, and which texts are such; 07 is none."""
    length = stop - start
    good = (length <= _DIGITS) & ((length == 1) | (signs[start] != ord("0")))
    found = np.zeros(len(start), np.int64)
    for place in range(min(int(length.max()), _DIGITS)):
        digit = signs[start + place].astype(np.int64) - ord("0")
        inside = place < length
        good &= ~inside | ((digit >= 0) & (digit <= 9))  # noqa: PLR2004
        found = np.where(inside, found * 10 + digit, found)
    return found, good


def _numbers(_book: SharedParts, cells: _Cells, at: Numbers) -> tuple[Values, Flags]:
    """The numbers of cells."""
    start, stop = _between(cells, at, 1)
    found, good = _whole_numbers(cells.tags.bytes, start, stop)
    values = found.astype(float).astype(object)
    data, others = cells.tags.data, np.flatnonzero(~good)
    places = zip(start[others].tolist(), stop[others].tolist(), strict=True)
    texts = [data[one:two].decode("latin-1") for one, two in places]
    numbers = [float(text) if NUMBER.fullmatch(text) else np.inf for text in texts]
    good[others] = np.isfinite(numbers)
    for place, number in zip(others.tolist(), numbers, strict=True):
        values[place] = number
    return values, good


def _inline(_book: SharedParts, cells: _Cells, at: Numbers) -> tuple[Values, Flags]:
    """The texts that stand in the cells themselves, each distinct one read once."""
    start, stop = _between(cells, at, 2)
    kept = cells.tags.kinds[cells.tag[at] + 2] == _KEPT_TEXT
    data, space = cells.tags.data, XML_SPACE.encode()
    raw = [
        data[one:two] if keep else data[one:two].strip(space)
        for one, two, keep in zip(start.tolist(), stop.tolist(), kept.tolist(), strict=True)
    ]
    values = np.full(len(at), None, object)
    distinct = list(dict.fromkeys(raw))
    texts = parsed(distinct)
    if texts is None:
        return values, np.zeros(len(at), bool)
    known = {one: unescape_excel(text) or None for one, text in zip(distinct, texts, strict=True)}
    values[:] = [known[one] for one in raw]
    return values, np.ones(len(at), bool)


def parsed(raw: list[bytes]) -> list[str] | None:
    """Return the characters that pieces of XML text stand for, all of them parsed at once.

    Some programs write every Chinese sign as a reference; a parser resolves them at its own speed.
    """
    parser = expat.ParserCreate("utf-8")
    found: list[str] = []
    parser.buffer_text, parser.buffer_size = True, 1 << 20
    parser.CharacterDataHandler = found.append
    try:
        parser.Parse(b"<t>" + _SEPARATOR.encode().join(raw) + b"</t>", True)
    except expat.ExpatError:
        return None
    texts = "".join(found).split(_SEPARATOR)
    return texts if len(texts) == len(raw) else None


def _columns(cells: _Cells, values: Values, plain: Flags) -> dict[int, Values]:
    """The values of the plain rows by column."""
    place = np.cumsum(plain) - 1
    keep = np.flatnonzero(plain[cells.row] & is_filled(values))
    counts = np.bincount(cells.column[keep])
    keep = keep[np.argsort(cells.column[keep].astype(np.int16), kind="stable")]
    row, values = place[cells.row[keep]], values[keep]
    found, end = {}, 0
    for one in np.flatnonzero(counts).tolist():
        start, end = end, end + int(counts[one])
        found[one] = np.full(int(place[-1]) + 1, None, object)
        found[one][row[start:end]] = values[start:end]
    return found
