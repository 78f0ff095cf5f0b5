"""The texts of .xls records: one or two bytes a character, some continued in the next record."""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from typing import Final

from attrs import define

from clusterbook.readers.appearance import Font, with_fonts
from clusterbook.readers.limits import damaged

_WIDE, _PHONETIC, _RICH = 1, 4, 8  # flags of a text
_HALVES: Final = re.compile("[\ud800-\udfff]")
_CODE_PAGES: Final = {
    936: "gb18030", 950: "big5", 932: "shift_jis", 949: "cp949", 1361: "johab", 367: "ascii",
    # those of the Macintosh
    10000: "mac_roman", 32768: "mac_roman", 10001: "shift_jis", 10002: "big5", 10003: "cp949",
    10006: "mac_greek", 10007: "mac_cyrillic", 10008: "gb18030", 10029: "mac_latin2",
    10079: "mac_iceland", 10081: "mac_turkish", 10010: "mac_romanian", 10082: "mac_croatian",
    32769: "cp1252",
} | {
    number: f"cp{number}"
    for number in (437, 737, 775, 850, 852, 855, 857, 858, *range(860, 867), 869, 874,
                   *range(1250, 1259))
}  # fmt: skip
_UNKNOWN: Final = ""
_NO_FONT: Final = 4
_FIRST_SHOWN: Final = 0x20  # of characters, and above all flags


def whole_characters(text: str) -> str:
    """Join halves of characters; one left alone is written out, as .xlsx writes it."""
    if not _HALVES.search(text):
        return text
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return _HALVES.sub(lambda half: f"_x{ord(half[0]):04X}_", joined)


def _decode(data: bytes, flags: int) -> str:
    if flags & _WIDE:
        return data.decode("utf-16-le", "surrogatepass")
    return data.decode("latin-1")


@define
class Texts:
    """How this file writes its texts: ``wide`` is BIFF8, with a flag byte before the characters."""

    wide: bool
    codec: str = _UNKNOWN

    def set_code_page(self, number: int) -> None:
        """Take the code page of a file older than BIFF8."""
        self.codec = _CODE_PAGES.get(number, _UNKNOWN)

    def characters(self, data: bytes, at: int, count: int) -> tuple[str, int]:
        """Return so many characters and where they end."""
        if not self.wide:
            if at + count > len(data):
                raise IndexError("text")
            return self._decode_narrow(data[at : at + count]), at + count
        if not count and at == len(data):
            return "", at  # whether an empty text has a flag byte is a matter of taste
        flags = data[at]
        end = at + 1 + count * (2 if flags & _WIDE else 1)
        if end > len(data):
            if at + count == len(data) and flags >= _FIRST_SHOWN:
                return self._decode_narrow(data[at:]), len(data)  # written as in older versions
            raise IndexError("text")
        return whole_characters(_decode(data[at + 1 : end], flags)), end

    def _decode_narrow(self, data: bytes) -> str:
        if data.isascii():
            return data.decode("ascii")
        if self.codec == _UNKNOWN:
            raise damaged("Workbook", "code_page")
        return data.decode(self.codec, "replace")

    def short(self, data: bytes, at: int) -> str:
        """Return a text whose length is one byte."""
        return self.characters(data, at + 1, data[at])[0]

    def long(self, data: bytes, at: int) -> str:
        """Return a text whose length is two bytes, all in one record."""
        return self.characters(data, at + 2, struct.unpack_from("<H", data, at)[0])[0]

    def rich(self, data: bytes, at: int, fonts: Sequence[Font]) -> str:
        """Return a long text with the fonts of its runs, which stand behind it."""
        count = struct.unpack_from("<H", data, at)[0]
        text, end = self.characters(data, at + 2, count)
        if self.wide:
            return with_fonts(text, font_runs(data[end + 2 :]), fonts)
        narrow, pairs = data[at + 2 : end], data[end + 1 :]  # counted in bytes
        starts = [len(self._decode_narrow(narrow[:first])) for first in pairs[::2]]
        return with_fonts(text, zip(starts, map(font_place, pairs[1::2]), strict=False), fonts)


@define
class Continued:
    """Reads texts across a record and its continuations, each of which repeats the flag byte."""

    fragments: list[bytes]
    number: int = 0
    at: int = 0
    fonts: Sequence[Font] = ()  # where some of them strike, raise or lower a text

    @property
    def ended(self) -> bool:
        """Whether nothing is left."""
        while self.number < len(self.fragments) and self.at >= len(self.fragments[self.number]):
            self._turn()
        return self.number >= len(self.fragments)

    def _turn(self) -> None:
        self.number, self.at = self.number + 1, 0

    def text(self) -> str:
        """Return the next text; IndexError or struct.error when it is cut short."""
        if self.ended:
            raise IndexError("text")
        data = self.fragments[self.number]
        if data[self.at :] == b"\0\0":
            self.at += 2  # an empty text without its flag byte
            return ""
        count, flags = struct.unpack_from("<HB", data, self.at)
        self.at += 3
        skip = rich = 0
        if flags & _RICH:
            rich = 4 * int(struct.unpack_from("<H", data, self.at)[0])
            self.at += 2
        if flags & _PHONETIC:
            skip += int(struct.unpack_from("<L", data, self.at)[0])
            self.at += 4
        parts: list[str] = []
        while True:
            width = 2 if flags & _WIDE else 1
            data = self.fragments[self.number]
            take = min(count, (len(data) - self.at) // width)
            parts.append(_decode(data[self.at : self.at + take * width], flags))
            self.at += take * width
            count -= take
            if not count:
                break
            self._turn()
            flags = flags & ~_WIDE | self.fragments[self.number][0] & _WIDE
            self.at = 1
        runs = self._skip(rich)
        self._skip(skip)
        text = whole_characters("".join(parts))
        return with_fonts(text, font_runs(runs), self.fonts) if runs and self.fonts else text

    def _skip(self, count: int) -> bytes:
        """Step over so many bytes, and return them."""
        parts: list[bytes] = []
        while count:
            part = self.fragments[self.number][self.at : self.at + count]
            parts.append(part)
            self.at += len(part)
            count -= len(part)
            if count:
                self._turn()
        return b"".join(parts)


def font_place(number: int) -> int:
    """Return the place among the fonts of the one with a number; there is no font 4."""
    return number - (number > _NO_FONT)


def font_runs(data: bytes) -> list[tuple[int, int]]:
    """Return where runs begin and their fonts."""
    runs = struct.iter_unpack("<HH", data[: len(data) // 4 * 4])
    return [(first, font_place(font)) for first, font in runs]


def read_sst(fragments: list[bytes], fonts: Sequence[Font] = ()) -> list[str]:
    """Return the shared strings; the declared count only tells whether a bad end is damage."""
    declared = int(struct.unpack_from("<L", fragments[0], 4)[0])
    reader = Continued(fragments, at=8, fonts=fonts)
    strings: list[str] = []
    while not reader.ended:
        try:
            strings.append(reader.text())
        except (IndexError, struct.error):
            if len(strings) < declared:
                raise
            break
    return strings
