"""The file of a workbook: its parts in a zip, and its shared strings.

XlsxWriter makes the parts, but for the shared strings, some of which it would take for others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from io import BytesIO, StringIO
from struct import Struct
from typing import Any, TypeAlias
from zlib import DEFLATED, MAX_WBITS, Z_FULL_FLUSH, compressobj, crc32

from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStrings

from clusterbook.workbook.row_xml import without_controls, xml_text

_SPACE = re.compile(r"^\s|\s$")
# An underscore that would begin an escape when read: each one, as escapes may share underscores.
_LIKE_ESCAPE = re.compile(r"_(?=x[0-9a-fA-F]{4}_)")
#: How hard deflate tries: for a file that many get, and for one that is made for one reader.
USUAL, QUICK = 6, 1
#: A part: what it holds, its name, whether it is no text.
Part: TypeAlias = tuple[StringIO | BytesIO, str, bool]


def zipped(parts: Iterable[Part], level: int) -> bytes:
    """The file of these parts; its entries all have the time that Excel gives them."""
    file: list[bytes] = []
    directory: list[bytes] = []
    at = count = 0
    for part, name, _ in parts:
        held = part.getvalue()
        data = held.encode() if isinstance(held, str) else held
        packed, path = _deflated(data, level), name.encode("ascii")
        facts = (_DEFLATED, 0, _DATE, crc32(data), len(packed), len(data), len(path), 0)
        head = LOCAL.pack(b"PK\x03\x04", _VERSION, 0, *facts)
        directory += (
            ENTRY.pack(b"PK\x01\x02", _MADE_BY, _VERSION, 0, *facts, 0, 0, 0, _RIGHTS, at),
            path,
        )
        file += head, path, packed
        at += len(head) + len(path) + len(packed)
        count += 1
    entries = b"".join(directory)
    end = END.pack(b"PK\x05\x06", 0, 0, count, count, len(entries), at, 0)
    return b"".join([*file, entries, end])


#: The headers of a zip file, as APPNOTE.TXT has them: of a part, of its entry, and the end.
LOCAL, ENTRY, END = Struct("<4s5H3I2H"), Struct("<4s6H3I5H2I"), Struct("<4s4H2IH")
_VERSION, _MADE_BY, _DEFLATED = 20, 20 | 3 << 8, 8
_DATE = 1 << 5 | 1  # 1980-01-01, where zip begins to count
_RIGHTS = 0o600 << 16
_BLOCK = 1 << 15  # no match reaches further back


def _deflated(data: bytes, level: int) -> bytes:
    """A part, compressed; quickly in blocks of its own, most of which others had as well."""
    if level != QUICK:
        return _closed(data, level)
    blocks = [data[at : at + _BLOCK] for at in range(0, len(data), _BLOCK)]
    return b"".join([*map(_open_block, blocks[:-1]), _closed(b"".join(blocks[-1:]), level)])


def compressor(level: int) -> Any:
    """One that makes what stands in a zip file."""
    return compressobj(level, DEFLATED, -MAX_WBITS)


def _closed(data: bytes, level: int) -> bytes:
    deflate = compressor(level)
    packed: bytes = deflate.compress(data) + deflate.flush()
    return packed


@lru_cache(maxsize=256)
def _open_block(data: bytes) -> bytes:
    """One that others follow; none of them looks back into it."""
    deflate = compressor(QUICK)
    packed: bytes = deflate.compress(data) + deflate.flush(Z_FULL_FLUSH)
    return packed


class PartsPackager(Packager):
    """Hands the parts of the file to its workbook, and writes the shared strings in our own way."""

    def _create_package(self) -> list[Any]:
        packager: Any = self
        packager.workbook.parts = super()._create_package()  # type: ignore[no-untyped-call]
        return []

    def _write_shared_strings_file(self) -> None:
        packager: Any = self  # XlsxWriter says None of what it fills in later
        strings: Any = _Strings(packager.workbook.kept_strings)
        strings.string_table = packager.workbook.str_table
        if strings.string_table.count:
            strings._set_xml_writer(packager._filename("xl/sharedStrings.xml"))  # noqa: SLF001
            strings._assemble_xml_file()  # noqa: SLF001


class _Strings(SharedStrings):
    """XlsxWriter takes "<r>…</r>" for XML of its own, and misses escapes that share a mark."""

    def __init__(self, kept: tuple[int, str]) -> None:
        super().__init__()
        self.kept = kept

    def _write_sst_strings(self) -> None:
        strings: Any = self.string_table
        count, text = self.kept
        out: Any = self.fh
        out.write(text + string_items(strings.string_array[count:]))


def string_items(strings: Iterable[str]) -> str:
    """The items of shared strings in XML."""
    items = []
    for string in strings:
        text = xml_text(without_controls(_LIKE_ESCAPE.sub("_x005F_", string)))
        space = ' xml:space="preserve"' if _SPACE.search(text) else ""
        items.append(f"<si><t{space}>{text}</t></si>")
    return "".join(items)
