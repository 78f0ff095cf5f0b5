"""What may be opened: no byte of a workbook reaches a reader but through the checks of this module.

A zip package is measured by its directory before anything of it is
inflated, and no entry yields more than it declared.  XML has no document type and is not too deep.
"""

import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Protocol, cast
from xml.etree import ElementTree as ET
from xml.parsers import expat

from attrs import Factory, define, frozen
from isal import isal_zlib

MAX_DEPTH: Final = 200  # honest sheets nest seven elements deep


class GridError(Exception):
    """A file that cannot be read: ``code`` is stable, ``facts`` say where and why."""

    def __init__(self, code: str, facts: dict[str, str] | None = None) -> None:
        super().__init__(code, facts or {})  # both in args, so that it survives pickling
        self.code = code
        self.facts: dict[str, str] = facts or {}


@contextmanager
def after_password(*, opened: bool) -> Iterator[None]:
    """Add the fact ``opened`` to an error about what took a password to be seen at all."""
    try:
        yield
    except GridError as error:
        if opened:
            error.facts["opened"] = "yes"
        raise


def damaged(part: str, reason: str, **more: str) -> GridError:
    """Return the error for a part whose content contradicts itself or the format."""
    return GridError("damaged", {"part": part, "reason": reason, **more})


def too_big(what: str, limit: int, **facts: str) -> GridError:
    """Return the error for a file that exceeds one of the limits."""
    return GridError("too_big", {"what": what, "limit": str(limit), **facts})


@frozen
class Limits:
    """How much of a file is read.  Not one of 4,199 honest workbooks exceeds any of these."""

    file_bytes: int = 50_000_000
    entries: int = 5_000
    part_bytes: int = 300_000_000
    total_bytes: int = 600_000_000
    ratio: int = 150  # inflated to stored, for parts above ratio_from; deflate can reach 1032
    ratio_from: int = 10_000_000
    tree_bytes: int = 32_000_000  # parts read as a tree: relations, workbook, properties
    sheets: int = 1_000
    cells: int = 3_000_000  # filled, of one sheet: 5,000 rows of a library fill 100,000
    pack_bytes: int = 500_000_000  # a zip of submissions
    pack_members: int = 10_000
    seconds: float = 20.0  # for one file in its worker process
    memory_bytes: int = 2 << 30  # of that process


USUAL_LIMITS: Final = Limits()


# --- the zip package ------------------------------------------------------------------------

_END: Final = struct.Struct("<4s4H2LH")
_END64: Final = struct.Struct("<4sQ2H2L4Q")
_CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
_LOCAL: Final = struct.Struct("<4s5H3L2H")
_INFLATE_ERROR: Final = cast("type[Exception]", isal_zlib.error)  # its stub says it is an instance
_WIDE: Final = 0xFFFFFFFF  # "look in the zip64 fields"
_ENCRYPTED: Final = 0x41  # the flags of the two ways
_STORED: Final = 0
_DEFLATED: Final = 8
_DEFLATE_ROOM: Final = 1_000  # what its tables may take beyond the bytes themselves
_MAX_COMMENT: Final = 65_535


@define
class ZipEntry:
    """One line of the directory of a zip file."""

    raw_name: bytes
    method: int
    crc: int
    packed: int
    size: int
    header: int
    flags: int
    extra: bytes
    start: int = 0  # of its data; known when the local header has been read

    @property
    def encrypted(self) -> bool:
        """Whether its content has a password."""
        return bool(self.flags & _ENCRYPTED)

    @property
    def name(self) -> str:
        """Return its name as parts of a document are called."""
        return self.raw_name.decode("utf-8", "surrogateescape").replace("\\", "/").lstrip("/")


@define
class Package:
    """The parts of an Office Open XML file: all checked, none inflated before its turn."""

    data: bytes
    limits: Limits
    listed: list[ZipEntry]
    entries: dict[str, ZipEntry]
    folded: dict[str, str]
    read_parts: set[str] = Factory(set)

    def check(self) -> None:
        """Hold the directory against the limits of a document and against itself."""
        limits = self.limits
        if len(self.listed) > limits.entries:
            raise too_big("entries", limits.entries)
        if len(self.entries) < len(self.listed):
            raise damaged("zip", "duplicate_part")
        for name, entry in self.entries.items():
            if entry.encrypted:
                raise GridError("encrypted", {"part": name})
            check_entry(entry, limits, limits.part_bytes)
        if sum(entry.size for entry in self.listed) > limits.total_bytes:
            raise too_big("total", limits.total_bytes)

    def find(self, part: str) -> str | None:
        """Return the name under which a part is stored, whatever its upper and lower case."""
        return part if part in self.entries else self.folded.get(part.lower())

    def content(self, part: str) -> bytes:
        """Return the bytes of a part, once; GridError when it is absent, damaged or read again."""
        name = self.find(part)
        if name is None:
            raise GridError("missing_part", {"part": part})
        if name in self.read_parts:
            raise damaged(part, "part_twice")
        self.read_parts.add(name)
        return inflate(self.data, self.entries[name], part)

    def text(self, part: str) -> str:
        """Return the XML of a part; what ``content`` raises, and "dtd"."""
        return decode_part(self.content(part), part)

    def small_text(self, part: str) -> str:
        """Return the XML of a part that is small enough to become a tree."""
        name = self.find(part)
        if name and self.entries[name].size > self.limits.tree_bytes:
            raise too_big("tree", self.limits.tree_bytes, part=part)
        return self.text(part)

    def tree(self, part: str) -> ET.Element:
        """Return a small part as a tree."""
        return parse_tree(self.small_text(part), part)


def inflate(data: bytes, entry: ZipEntry, part: str) -> bytes:
    """Return an entry's bytes; never more than it declares, whatever it holds."""
    packed = memoryview(data)[entry.start : entry.start + entry.packed]
    if entry.method == _STORED:
        content = bytes(packed)
    else:
        stream = isal_zlib.decompressobj(-15)
        try:
            content = stream.decompress(packed, entry.size + 1)
        except _INFLATE_ERROR as error:
            raise damaged(part, "deflate") from error
        if not stream.eof:
            raise damaged(part, "size")
    if len(content) != entry.size:
        raise damaged(part, "size")
    if isal_zlib.crc32(content) != entry.crc:
        raise damaged(part, "crc")
    return content


def start_of(data: bytes, entry: ZipEntry, size: int) -> bytes:
    """Return the first bytes of an entry, whatever else it holds; b"" where none can be had."""
    if entry.encrypted or entry.method not in (_STORED, _DEFLATED):
        return b""
    packed = memoryview(data)[entry.start : entry.start + min(entry.packed, size + _DEFLATE_ROOM)]
    if entry.method == _STORED:
        return bytes(packed[:size])
    try:
        return bytes(isal_zlib.decompressobj(-15).decompress(packed, size))
    except _INFLATE_ERROR:
        return b""


def open_package(data: bytes, limits: Limits) -> Package:
    """Return what a zip file lists, its directory checked against itself; see ``Package.check``."""
    listed = read_directory(data, limits)
    named = {entry.name: entry for entry in listed}
    return Package(data, limits, listed, named, {name.lower(): name for name in reversed(named)})


def check_entry(entry: ZipEntry, limits: Limits, most: int) -> None:
    """Raise when an entry is packed in a way no reader knows, or grows beyond measure."""
    if entry.method not in (_STORED, _DEFLATED):
        raise damaged("zip", "method", method=str(entry.method))
    if entry.size > most:
        raise too_big("part", most, part=entry.name)
    if entry.size > limits.ratio_from and entry.size > limits.ratio * entry.packed:
        raise too_big("ratio", limits.ratio, part=entry.name)


def read_directory(data: bytes, limits: Limits) -> list[ZipEntry]:
    """Return the entries of a zip file; damaged when they overlap or contradict themselves."""
    try:
        directory, entries = _read_directory(data, max(limits.entries, limits.pack_members))
        _locate(data, directory, entries)
    except (struct.error, OverflowError) as error:
        raise damaged("zip", "directory") from error
    return entries


def _read_directory(data: bytes, most: int) -> tuple[int, list[ZipEntry]]:
    """Return where the central directory starts and what it lists."""
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - _END.size - _MAX_COMMENT))
    if end < 0:
        raise damaged("zip", "truncated")
    *_, size, start, _comment = _END.unpack_from(data, end)
    if _WIDE in (start, size):
        end = data.rfind(b"PK\x06\x06", 0, end)
        if end < 0:
            raise damaged("zip", "directory")
        *_, size, start = _END64.unpack_from(data, end)
    if start + size > end:
        raise damaged("zip", "directory")
    entries: list[ZipEntry] = []
    position = start
    while position < start + size:
        entry, position = _read_entry(data, position)
        entries.append(entry)
        if len(entries) > most:
            raise too_big("entries", most)
    return start, entries


def _read_entry(data: bytes, position: int) -> tuple[ZipEntry, int]:
    """Return one line of the central directory, and where the next one starts."""
    fields = _CENTRAL.unpack_from(data, position)
    flags, method, crc, packed, size = fields[3], fields[4], *fields[7:10]
    names, extras, comments, header = *fields[10:13], fields[16]
    if fields[0] != b"PK\x01\x02":
        raise damaged("zip", "directory")
    position += _CENTRAL.size
    raw_name = data[position : position + names]
    position += names
    if _WIDE in (packed, size, header):
        size, packed, header = _zip64(data[position : position + extras], size, packed, header)
    extra = data[position : position + extras]
    entry = ZipEntry(raw_name, method, crc, packed, size, header, flags, extra)
    return entry, position + extras + comments


def _zip64(extra: bytes, *values: int) -> list[int]:
    """Return the given values with each _WIDE replaced from the zip64 extra field."""
    position = 0
    while position + 4 <= len(extra):
        tag, length = struct.Struct("<2H").unpack_from(extra, position)
        position += 4
        if tag == 1:
            wide = iter(struct.Struct(f"<{length // 8}Q").unpack_from(extra, position))
            return [next(wide, value) if value == _WIDE else value for value in values]
        position += length
    return list(values)


def _locate(data: bytes, directory: int, entries: list[ZipEntry]) -> None:
    """Find where each entry's data starts; entries that overlap or change name are refused."""
    free = 0
    for entry in sorted(entries, key=lambda entry: entry.header):
        fields = _LOCAL.unpack_from(data, entry.header)
        names, extras = fields[9], fields[10]
        at = entry.header + _LOCAL.size
        if fields[0] != b"PK\x03\x04" or data[at : at + names] != entry.raw_name:
            raise damaged("zip", "entry", name=entry.name)
        entry.start = at + names + extras
        if entry.header < free or entry.start + entry.packed > directory:
            raise damaged("zip", "overlap", name=entry.name)
        free = entry.start + entry.packed


# --- XML --------------------------------------------------------------------------------------

USUAL_HEAD: Final = b'<?xml version="1.0" encoding="UTF-8"'
_DECLARED: Final = re.compile(
    rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})"""
)
_ENCODINGS: Final = dict.fromkeys(("utf-8", "utf8"), "utf-8") | {
    # Whoever writes one of these names means the largest of them.
    **dict.fromkeys(("gb2312", "gbk", "gb18030"), "gb18030"),
    "us-ascii": "ascii", "ascii": "ascii", "iso-8859-1": "iso-8859-1",
}  # fmt: skip


def decode_part(data: bytes, part: str) -> str:
    """Return the XML of a part as text with XML's own line ends.

    GridError "damaged" when it is not text, "dtd" when it declares a document type: the format has
    none, only attacks do.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif data[:2] in (b"<\0", b"\0<"):
        encoding = "utf-16-le" if data[:1] == b"<" else "utf-16-be"
    else:
        # The mark counts, whatever is declared.
        told = data.startswith((USUAL_HEAD, b"\xef\xbb\xbf"))
        declared = None if told else _DECLARED.match(data)
        encoding = declared[1].decode().lower() if declared else "utf-8"
        if encoding == "utf-16":  # declared, but the bytes are not: some writers do this
            encoding = "utf-8"
        if encoding not in _ENCODINGS or b"\0" in data:
            raise damaged(part, "encoding", encoding=encoding)
    try:
        text = data.decode(_ENCODINGS.get(encoding, encoding))
    except UnicodeDecodeError as error:
        raise damaged(part, "encoding", encoding=encoding) from error
    # In all these encodings the bytes tell that a sign is not there, and sooner than the text does.
    if b"\r" in data:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if b"!" in data and ("<!DOCTYPE" in text or "<!ENTITY" in text):
        raise GridError("dtd", {"part": part})
    return text.removeprefix("\ufeff")


def parse_tree(text: str, part: str) -> ET.Element:
    """Return XML without a document type as a tree; damaged when it is not well-formed."""
    try:
        return ET.fromstring(text)  # noqa: S314 - a document type was refused before
    except ET.ParseError as error:
        raise damaged(part, "xml", line=str(error.position[0])) from error


@define
class Handler:
    """Follow the elements of one part by their path, in the namespace of its root.

    What is in a foreign namespace is stepped over.
    """

    path: list[str] = Factory(list)
    space: str = ""
    text: list[str] | None = None  # where character data goes, while it is wanted
    part: str = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Enter an element; damaged when the nesting has no end."""
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
        """Leave the element entered last."""
        local = self.path.pop()
        if local:
            self.closed(local, self.path[-1] if self.path else "")

    def characters(self, data: str) -> None:
        """Keep text where it is wanted."""
        if self.text is not None and self.path[-1]:
            self.text.append(data)

    def opened(self, local: str, parent: str, attributes: dict[str, str]) -> None:
        """Take the start of an element of ours."""
        raise NotImplementedError

    def closed(self, local: str, parent: str) -> None:
        """Take the end of an element of ours."""
        raise NotImplementedError


def _no_dtd(*_: object) -> None:
    raise GridError("dtd", {})


class Takers(Protocol):
    """What a streaming parser tells: names are "space local"."""

    def start(self, name: str, attributes: dict[str, str], /) -> None:
        """Enter an element."""

    def end(self, name: str, /) -> None:
        """Leave an element."""

    def characters(self, data: str, /) -> None:
        """Take some text."""


def parse(text: str, part: str, handler: Handler) -> None:
    """Send a whole part through the parser; damaged when it is not well-formed."""
    handler.part = part
    parse_with(text, part, handler)


def parse_with(text: str, part: str, takers: Takers) -> None:
    """Send a whole part to whatever takes its elements; damaged when it is not well-formed."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = takers.start
    parser.EndElementHandler = takers.end
    parser.CharacterDataHandler = takers.characters
    parser.StartDoctypeDeclHandler = _no_dtd
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        raise damaged(part, "xml", line=str(error.lineno), column=str(error.offset)) from error
    except GridError as error:
        if error.code == "dtd":
            raise GridError("dtd", {"part": part}) from None
        raise
