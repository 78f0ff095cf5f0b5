"""The file of a workbook: its parts in a zip, and its shared strings.

XlsxWriter makes the parts, but for the shared strings, some of which it would take for others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from io import BytesIO, StringIO
from struct import Struct
from typing import Any, TypeAlias
from zlib import DEFLATED, MAX_WBITS, Z_FULL_FLUSH, compressobj

from isal.isal_zlib import crc32
from xlsxwriter.format import Format
from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStrings
from xlsxwriter.styles import Styles

from clusterbook.workbook.row_xml import without_controls, xml_text

# An underscore that would begin an escape when read: each one, as escapes may share underscores.
_LIKE_ESCAPE = re.compile(r"_(?=x[0-9a-fA-F]{4}_)")
#: How hard deflate tries: for a file that many get, and for one that is made for one reader.
USUAL, QUICK = 6, 1
#: A part: what it holds, its name, whether it is no text.
Part: TypeAlias = tuple[StringIO | BytesIO, str, bool]
_WORTH = 6144  # characters of a piece that is compressed by itself


class Piece:
    """A text that parts of many files hold, each of which is made for one reader."""

    def __init__(self, text: str) -> None:
        """Without knowing yet whether a file needs it."""
        self.text = text

    @cached_property
    def block(self) -> tuple[bytes, bytes]:
        """Its bytes, plain and compressed as a block of its own."""
        data = self.text.encode()
        return data, _block(data)


class PartText(StringIO):
    """The text of a part; what many files hold may stand in it compressed already."""

    def __init__(self, level: int) -> None:
        """``level`` is how hard deflate will try."""
        super().__init__()
        self._in_pieces = level == QUICK
        #: pieces, with the number of characters written before them
        self.pieces: list[tuple[int, Piece]] = []

    def add(self, piece: Piece) -> None:
        """Write a piece."""
        if self._in_pieces and len(piece.text) >= _WORTH:
            self.pieces.append((self.tell(), piece))
        else:
            self.write(piece.text)

    def compressed(self) -> tuple[int, int, bytes]:
        """Size and checksum of all of it, and what is left of it."""
        text, at = self.getvalue(), 0
        size, check, packed = 0, 0, []
        for end, piece in self.pieces:
            blocks = [piece.block]
            if end > at:
                data = text[at:end].encode()
                blocks.insert(0, (data, _block(data)))
            for data, block in blocks:
                size, check = size + len(data), crc32(data, check)
                packed.append(block)
            at = end
        data = text[at:].encode()
        check = crc32(data, check)
        return size + len(data), check, b"".join([*packed, _end(data, QUICK)])


def zipped(parts: Iterable[Part], level: int) -> bytes:
    """The file of these parts; its entries all have the time that Excel gives them."""
    file: list[bytes] = []
    directory: list[bytes] = []
    at = count = 0
    for part, name, _ in parts:
        (size, check, packed), path = _compressed(part, level), name.encode("ascii")
        facts = (_DEFLATED, 0, _DATE, check, len(packed), size, len(path), 0)
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


def _compressed(part: StringIO | BytesIO, level: int) -> tuple[int, int, bytes]:
    """Size and checksum of a part, and what is left of it."""
    if level == QUICK and isinstance(part, PartText):
        return part.compressed()
    held = part.getvalue()
    data = held.encode() if isinstance(held, str) else held
    return len(data), crc32(data), _end(data, level)


def compressor(level: int) -> Any:
    """One that makes what stands in a zip file."""
    return compressobj(level, DEFLATED, -MAX_WBITS)


def _block(data: bytes) -> bytes:
    """What others follow in a part; none of them looks back into it."""
    deflate = compressor(QUICK)
    packed: bytes = deflate.compress(data) + deflate.flush(Z_FULL_FLUSH)
    return packed


def _end(data: bytes, level: int) -> bytes:
    """What ends a part."""
    deflate = compressor(level)
    packed: bytes = deflate.compress(data) + deflate.flush()
    return packed


class PartsPackager(Packager):
    """Hands the parts of the file to its workbook, and writes the shared strings in our own way."""

    def _filename(self, xml_filename: str) -> PartText:
        packager: Any = self
        part = PartText(packager.workbook.compression)
        packager.filenames.append((part, xml_filename, False))
        return part

    def _create_package(self) -> list[Any]:
        packager: Any = self
        packager.workbook.parts = super()._create_package()  # type: ignore[no-untyped-call]
        return []

    def _write_styles_file(self) -> None:
        packager: Any = self
        book = packager.workbook
        looks: Any = _Looks()
        looks._set_style_properties(  # noqa: SLF001
            [
                book.xf_formats, book.palette, book.font_count, book.num_formats,
                book.border_count, book.fill_count, book.custom_colors, book.dxf_formats,
                book.has_comments,
            ]
        )  # fmt: skip
        looks._set_xml_writer(packager._filename("xl/styles.xml"))  # noqa: SLF001
        looks._assemble_xml_file()  # noqa: SLF001

    def _write_shared_strings_file(self) -> None:
        packager: Any = self  # XlsxWriter says None of what it fills in later
        strings: Any = _Strings(packager.workbook.kept_strings)
        strings.string_table = packager.workbook.str_table
        if strings.string_table.count:
            strings._set_xml_writer(packager._filename("xl/sharedStrings.xml"))  # noqa: SLF001
            strings._assemble_xml_file()  # noqa: SLF001


class SettledFormat(Format):
    """A format that nobody changes once it is made: workbooks of one frame share it."""

    #: numbers of its parts in a workbook, and its XML there
    written: tuple[Any, str] = (None, "")

    @cached_property
    def _font(self) -> str:
        return super()._get_font_key()  # type: ignore[no-any-return,no-untyped-call]

    @cached_property
    def _border(self) -> str:
        return super()._get_border_key()  # type: ignore[no-any-return,no-untyped-call]

    def _get_font_key(self) -> str:
        return self._font

    def _get_border_key(self) -> str:
        return self._border


class _Looks(Styles):
    """The formats of a workbook, most of which other workbooks have, too."""

    def _write_xf(self, xf_format: Any, xf_type: Any) -> None:
        form, out = xf_format, self.fh
        parts = form.font_index, form.fill_index, form.border_index, form.num_format_index, xf_type
        if form.written[0] != parts:
            text = StringIO()
            self.fh = text  # type: ignore[assignment]
            super()._write_xf(form, xf_type)
            self.fh = out
            form.written = parts, text.getvalue()
        out.write(form.written[1])  # type: ignore[attr-defined]


class _Strings(SharedStrings):
    """XlsxWriter takes "<r>…</r>" for XML of its own, and misses escapes that share a mark."""

    def __init__(self, kept: tuple[int, Piece]) -> None:
        super().__init__()
        self.kept = kept

    def _write_sst_strings(self) -> None:
        strings: Any = self.string_table
        count, items = self.kept
        out: Any = self.fh
        out.add(items)
        out.write(string_items(strings.string_array[count:]))


def string_items(strings: Iterable[str]) -> str:
    """The items of shared strings in XML."""
    items = []
    for string in strings:
        text = xml_text(without_controls(_LIKE_ESCAPE.sub("_x005F_", string)))
        space = ' xml:space="preserve"' if text != text.strip() else ""
        items.append(f"<si><t{space}>{text}</t></si>")
    return "".join(items)
