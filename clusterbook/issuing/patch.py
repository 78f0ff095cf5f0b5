"""One workbook built → the same for many people, byte for byte what building each would give.

A master is built with stand-ins for all that is personal. For a person, the stand-ins are exchanged
in the parts that hold them, and what formulas come to over them is worked out; where two texts of
the workbook turn out to be the same, the shared strings are numbered anew. A part that does not
change is taken as it lies in the master's archive; another is compressed on from the last byte it
shares with the master.
"""

from __future__ import annotations

import re
import struct
import zlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from io import BytesIO
from typing import Any, TypeAlias
from xml.sax.saxutils import unescape
from zipfile import ZipFile

from attrs import Factory, define, evolve, field, frozen

from clusterbook.forms.stamp import Stamp
from clusterbook.layout import front_pages
from clusterbook.layout.layout import Layout
from clusterbook.workbook.content import Entries
from clusterbook.workbook.formulas.results import At, Results
from clusterbook.workbook.formulas.values import Scalar, identical
from clusterbook.workbook.package import END, ENTRY, LOCAL, USUAL, compressor
from clusterbook.workbook.row_xml import written_result, xml_text
from clusterbook.workbook.validations import FOOTER_LIMIT, escaped, footer
from clusterbook.workbook.writer import write_template

# Stand-ins come from the private use area, where no text of a form comes from.
_ISSUE, _WHOM, _FIRST_VALUE = "\ue000", "\ue001", 0xE002
# A formula whose result is personal, with a sign from the last plane but one in its place.
_FIRST_RESULT = 0xF0000
_RESULT = re.compile(rb' t="str"(><f[^>]*>[^<]*</f><v>)(\xf3[\xb0-\xbf]..)</v>', re.DOTALL)
_STAND_IN = re.compile(f"{_ISSUE}|{_WHOM}+|[\ue002-\ue0ff]")
_MOST_VALUES = 0xFE
_STRINGS = "xl/sharedStrings.xml"
_STRING = re.compile(rb"<si>.*?</si>", re.DOTALL)
_INDEX = re.compile(rb'(?<= t="s"><v>)[0-9]+(?=</v>)')
# What XlsxWriter writes in other ways than escaped: controls, what looks like its own escapes,
# blanks at the ends, runs of rich text, pictures in footers.
_UNUSUAL = re.compile(r"[\x00-\x1f\ue000-\ue0ff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_|^\s|\s$|^\Z|<r>|&\[")
_MASTERS = 8  # kept at a time: each takes about 10 MB
_PACKS = 32  # of each part: many people have the same results

# Of local headers and entries of the directory in a zip archive: where crc, packed and full size
# stand, how long they are without names.
_LOCAL_SIZES, _ENTRY_SIZES, _ENTRY_OFFSET = 14, 16, 42
_SIZES, _LENGTHS, _OFFSET = struct.Struct("<3L"), struct.Struct("<3H"), struct.Struct("<L")


def workbooks(layout: Layout, people: Iterable[tuple[Stamp, Entries]]) -> Iterator[bytes]:
    """The workbook of each: the bytes that ``write_template`` would give."""

    @lru_cache(maxsize=_MASTERS)
    def first_sheet(unnamed: Stamp) -> _FirstSheet:
        return _FirstSheet(layout, front_pages.front(layout, evolve(unnamed, issued_to="—")))

    @lru_cache(maxsize=_MASTERS)
    def master(unnamed: Stamp, keys: tuple[str, ...], heights: tuple[float, ...]) -> _Master:
        return _Master.of(first_sheet(unnamed), unnamed, keys, heights)

    for stamp, answers in people:
        if not _usual(layout, stamp, answers):
            yield write_template(layout, stamp, answers)
            continue
        unnamed = evolve(stamp, issue="", issued_to="")
        heights = first_sheet(unnamed).heights(stamp)
        found = master(unnamed, tuple(sorted(answers.values)), heights)
        yield found.for_person(stamp, answers.values)


@frozen(eq=False)
class _FirstSheet:
    """The first sheet for somebody, to tell which of its rows are personal."""

    layout: Layout
    page: front_pages.FrontPage

    def heights(self, stamp: Stamp) -> tuple[float, ...]:
        """Heights of the rows that are not as on this one: longer texts make them higher."""
        opening = front_pages.opening(self.layout.workbook, stamp)
        rows = [row for row, other in zip(opening, self.page.rows, strict=False) if row != other]
        return tuple(evolve(self.page, rows=rows).heights.values())


def _usual(layout: Layout, stamp: Stamp, answers: Entries) -> bool:
    """Whether it differs from a master in nothing but texts that are escaped in the usual way."""
    if answers.rows or answers.reasons or answers.earlier or len(answers.values) > _MOST_VALUES:
        return False
    texts = [stamp.issue, stamp.issued_to, *answers.values.values()]
    # Of what is only shown each wording has a master of its own.
    texts += filter(None, (stamp.deadline, stamp.contact, stamp.sender))
    if not all(isinstance(text, str) and not _UNUSUAL.search(text) for text in texts):
        return False
    # Longer footers are cut.
    if len(footer(layout.workbook, stamp.issued_to).encode("utf-16-le")) >= 2 * FOOTER_LIMIT:
        return False
    return all(len(layout.slots[key]) == 1 for key in answers.values)


# --- the archive -------------------------------------------------------------------------------


#: Of a part: checksum, compressed bytes and size.
_Packed: TypeAlias = tuple[int, bytes, int]


@frozen
class _Begun:
    """A compressor that has been given bytes, its output so far, their checksum and number."""

    deflate: Any
    output: bytes
    crc: int
    size: int

    @classmethod
    def of(cls, data: bytes) -> _Begun:
        """With what others share."""
        deflate = compressor(USUAL)
        return cls(deflate, deflate.compress(data), zlib.crc32(data), len(data))

    def ended(self, data: bytes) -> _Packed:
        """With what comes after it; it stays as it is."""
        deflate = self.deflate.copy()
        packed = self.output + deflate.compress(data) + deflate.flush()
        return zlib.crc32(data, self.crc), packed, self.size + len(data)


@define(slots=False)
class _Part:
    """One part of the master: its headers in the archive, its bytes, compressed and as they are."""

    head: bytes
    entry: bytes
    packed: bytes
    data: bytes
    #: what other workbooks have in its place, each a pattern of bytes
    tokens: re.Pattern[bytes]
    packs: dict[tuple[bytes, ...], _Packed] = Factory(dict)

    @cached_property
    def facts(self) -> tuple[int, int, int]:
        """Checksum, packed and full size."""
        crc, packed, size = _SIZES.unpack_from(self.head, _LOCAL_SIZES)
        return crc, packed, size

    @cached_property
    def own(self) -> int:
        """How many bytes it shares with the same part of all others, at the least."""
        found = self.tokens.search(self.data)
        return found.start() if found else len(self.data)

    @cached_property
    def begun(self) -> _Begun:
        """With the bytes that it shares."""
        return _Begun.of(self.data[: self.own])

    @cached_property
    def rest(self) -> list[bytes]:
        """What is not shared: bytes and tokens, in turns."""
        pieces, at = [], self.own
        for token in self.tokens.finditer(self.data, at):
            pieces += [self.data[at : token.start()], token[0]]
            at = token.end()
        return [*pieces, self.data[at:]]

    @cached_property
    def numbered(self) -> list[bytes]:
        """The bytes between the numbers of shared strings, and the numbers, in turns."""
        pieces, at = [], 0
        for number in _INDEX.finditer(self.data):
            pieces += [self.data[at : number.start()], number[0]]
            at = number.end()
        return [*pieces, self.data[at:]]

    @cached_property
    def highest(self) -> int:
        """The highest number of a shared string, −1 where there is none."""
        return max(map(int, self.numbered[1::2]), default=-1)

    def exchanged(self, own: Mapping[bytes, bytes]) -> _Packed:
        """Checksum, compressed bytes and size with ``own`` in place of the tokens."""
        if self.own == len(self.data):
            crc, _, size = self.facts
            return crc, self.packed, size
        rest = self.rest.copy()
        rest[1::2] = personal = [own[token] for token in rest[1::2]]
        known = self.packs.get(tuple(personal))
        if known is not None:
            return known
        made = self.begun.ended(b"".join(rest))
        if len(self.packs) >= _PACKS:
            self.packs.clear()
        self.packs[tuple(personal)] = made
        return made

    def renumbered(self, numbers: _Numbers, own: Mapping[bytes, bytes]) -> _Packed:
        """The same, with shared strings numbered anew."""
        pieces = self.numbered.copy()
        pieces[1::2] = [b"%d" % numbers.of(int(number)) for number in pieces[1::2]]
        return _Begun.of(self.tokens.sub(lambda token: own[token[0]], b"".join(pieces))).ended(b"")


def _parts(archive: bytes, tokens: re.Pattern[bytes]) -> tuple[dict[str, _Part], bytes]:
    """The parts of an archive in its order, and its last bytes."""
    parts: dict[str, _Part] = {}
    end = archive[-END.size :]
    at = END.unpack(end)[6]
    with ZipFile(BytesIO(archive)) as opened:
        for info in opened.infolist():
            names = sum(_LENGTHS.unpack_from(archive, at + 28))
            entry = archive[at : at + ENTRY.size + names]
            at += len(entry)
            first = info.header_offset
            begin = first + LOCAL.size + sum(_LENGTHS.unpack_from(archive, first + 26)[:2])
            head, packed = archive[first:begin], archive[begin : begin + info.compress_size]
            part = _Part(head, entry, packed, opened.read(info), tokens)
            parts[info.filename] = part
    return parts, end


def _archive(parts: Iterable[tuple[_Part, _Packed]], end: bytes) -> bytes:
    """The parts with new contents as an archive."""
    body: list[bytes | bytearray] = []
    entries: list[bytearray] = []
    at = 0
    for part, (crc, packed, size) in parts:
        head, entry = bytearray(part.head), bytearray(part.entry)
        _SIZES.pack_into(head, _LOCAL_SIZES, crc, len(packed), size)
        _SIZES.pack_into(entry, _ENTRY_SIZES, crc, len(packed), size)
        _OFFSET.pack_into(entry, _ENTRY_OFFSET, at)
        body += [head, packed]
        entries.append(entry)
        at += len(head) + len(packed)
    facts = list(END.unpack(end))
    facts[6] = at
    return b"".join([*body, *entries, END.pack(*facts)])


# --- shared strings ----------------------------------------------------------------------------


@frozen
class _Numbers:
    """Where shared strings went: those that became the same as an earlier one are gone."""

    same: Mapping[int, int]
    gone: list[int]

    def of(self, old: int) -> int:
        """The new number of a string."""
        number = self.same.get(old, old)
        return number - bisect_left(self.gone, number)


@define(slots=False)
class _Strings:
    """The shared strings of the master."""

    head: bytes
    strings: list[bytes]
    tail: bytes
    #: the texts that hold stand-ins, by number
    personal: dict[int, str]
    _begun: dict[int, _Begun] = Factory(dict)

    @classmethod
    def of(cls, data: bytes) -> _Strings:
        """Taken apart; every string is what stands in one ``si``."""
        found = list(_STRING.finditer(data))
        strings = [one[0] for one in found]
        texts = {at: unescape(one.decode()[len("<si><t>") : -len("</t></si>")])
                 for at, one in enumerate(strings) if _STAND_IN.search(one.decode())}  # fmt: skip
        return cls(data[: found[0].start()], strings, data[found[-1].end() :], texts)

    @cached_property
    def others(self) -> dict[bytes, int]:
        """The numbers of the strings that all workbooks have."""
        return {one: at for at, one in enumerate(self.strings) if at not in self.personal}

    @cached_property
    def own(self) -> int:
        """How many strings come before the first personal one."""
        return min(self.personal, default=len(self.strings))

    def begun(self, count: int) -> _Begun:
        """With these strings, in a workbook that has so many different ones."""
        if count not in self._begun:
            was, now = (b'uniqueCount="%d"' % n for n in (len(self.strings), count))
            head = self.head.replace(was, now)
            self._begun[count] = _Begun.of(b"".join([head, *self.strings[: self.own]]))
        return self._begun[count]

    def exchanged(self, texts: Mapping[int, str]) -> tuple[_Packed, _Numbers]:
        """The part with ``texts`` in place of the personal ones, and the new numbers."""
        strings = self.strings.copy()
        places: dict[bytes, list[int]] = {}
        for at, text in texts.items():
            strings[at] = f"<si><t>{xml_text(text)}</t></si>".encode()
            places.setdefault(strings[at], []).append(at)
        same: dict[int, int] = {}
        for string, found in places.items():
            first, *more = sorted({*found, self.others.get(string, found[0])})
            same |= dict.fromkeys(more, first)
        gone = sorted(same)
        for at in reversed(gone):  # none of them comes before the first personal one
            del strings[at]
        packed = self.begun(len(strings)).ended(b"".join([*strings[self.own :], self.tail]))
        return packed, _Numbers(same, gone)


# --- results -----------------------------------------------------------------------------------


@define
class _Personal:
    """The formulas of the master that come to something else for everybody."""

    results: Results = field(init=False)
    #: the cells with personal texts, by the number of the text
    cells: dict[At, int] = Factory(dict)
    #: what each of these formulas looks at
    sources: dict[At, frozenset[At]] = Factory(dict)
    #: each as it stands in its part: as a whole, and between the mark of its type and its result
    tokens: list[tuple[bytes, bytes]] = Factory(list)
    #: the texts of the first person, what formulas come to over them, and stand in the parts
    _first: tuple[Mapping[int, str], Results, dict[bytes, bytes]] | None = None

    def stand_in(self, results: Results) -> None:
        """Find them, and put signs in the place of their results."""
        personal = {n for n, text in enumerate(results.strings) if _STAND_IN.search(text)}
        self.results, self.cells = results, results.cells_with(personal)
        self.sources = results.resting_on(self.cells)
        for number, place in enumerate(self.sources):
            results.store(*place, chr(_FIRST_RESULT + number))

    def find(self, parts: Iterable[_Part]) -> None:
        """Find the signs in the parts as they were written."""
        found = {
            ord(token[2].decode()) - _FIRST_RESULT: (token[0], token[1])
            for part in parts
            for token in _RESULT.finditer(part.data)
        }
        self.tokens = [found[number] for number in range(len(self.sources))]

    def over(self, texts: Mapping[int, str]) -> dict[bytes, bytes]:
        """What stands in the place of each sign for somebody with these texts.

        All formulas are worked out for the first person, for others what is different from it.
        """
        if self._first is None:
            own = self.results.with_texts(texts)
            stood = {
                sign: _stands(formula, own.anew(*at))
                for at, (sign, formula) in zip(self.sources, self.tokens, strict=True)
            }
            self._first = texts, own, stood
            return stood.copy()
        known, first, stood = self._first
        own, stood = first.with_texts(texts), stood.copy()
        changed = {at for at, text in self.cells.items() if texts[text] != known[text]}
        for (at, sources), (sign, formula) in zip(self.sources.items(), self.tokens, strict=True):
            if not changed.isdisjoint(sources):
                value = own.anew(*at)
                stood[sign] = _stands(formula, value)
                if not identical(value, first.of(*at)):
                    changed.add(at)
        return stood


def _stands(formula: bytes, value: Scalar) -> bytes:
    """The rest of a cell with a formula that comes to this."""
    mark, result = written_result(value)
    return b"%b%b%b</v>" % (mark.encode(), formula, result.encode())


# --- the master --------------------------------------------------------------------------------


@frozen(kw_only=True)
class _Master:
    """A built workbook with stand-ins for what is personal."""

    stamp: Stamp
    keys: tuple[str, ...]
    parts: Mapping[str, _Part]
    end: bytes
    strings: _Strings
    results: _Personal

    @classmethod
    def of(
        cls, sheet: _FirstSheet, unnamed: Stamp, keys: tuple[str, ...], heights: tuple[float, ...]
    ) -> _Master:
        """Built for all who have answers to the same ``keys`` and texts of the same heights."""
        stamps = (
            evolve(unnamed, issue=_ISSUE, issued_to=_WHOM * n) for n in range(1, FOOTER_LIMIT)
        )
        stamp = next(one for one in stamps if sheet.heights(one) == heights)
        values = {key: chr(_FIRST_VALUE + n) for n, key in enumerate(keys)}
        results = _Personal()
        archive = write_template(
            sheet.layout, stamp, Entries(values=values), settled=results.stand_in
        )
        texts = (xml_text(stamp.text()), stamp.issued_to, stamp.issue)
        tokens = b"|".join(re.escape(text.encode()) for text in texts)
        parts, end = _parts(archive, re.compile(tokens + b"|" + _RESULT.pattern, re.DOTALL))
        strings = _Strings.of(parts[_STRINGS].data)
        results.find(parts.values())
        return cls(stamp=stamp, keys=keys, parts=parts, end=end, strings=strings, results=results)

    def for_person(self, stamp: Stamp, values: Mapping[str, Any]) -> bytes:
        """The workbook of somebody whose answers have the keys of this master."""
        own = {
            xml_text(self.stamp.text()).encode(): xml_text(stamp.text()).encode(),
            self.stamp.issued_to.encode(): xml_text(escaped(stamp.issued_to)).encode(),
            self.stamp.issue.encode(): stamp.issue.encode(),
        }
        texts = self._texts(stamp, values)
        own |= self.results.over(texts)
        strings, numbers = self.strings.exchanged(texts)
        first = numbers.gone[0] if numbers.gone else None

        def content(name: str, part: _Part) -> _Packed:
            if name == _STRINGS:
                return strings
            if first is not None and part.highest >= first:
                return part.renumbered(numbers, own)
            return part.exchanged(own)

        return _archive(((part, content(n, part)) for n, part in self.parts.items()), self.end)

    def _texts(self, stamp: Stamp, values: Mapping[str, Any]) -> dict[int, str]:
        """The personal texts among the shared strings, by number."""
        own = {self.stamp.issue: stamp.issue, self.stamp.issued_to: stamp.issued_to}
        own |= {chr(_FIRST_VALUE + n): values[key] for n, key in enumerate(self.keys)}
        whole = self.stamp.text()
        return {
            at: stamp.text() if text == whole else _STAND_IN.sub(lambda one: own[one[0]], text)
            for at, text in self.strings.personal.items()
        }
