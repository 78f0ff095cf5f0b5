"""The texts of .xls records: one or two bytes a character, some continued in the next record."""

from __future__ import annotations

import re
import struct
from typing import Final

from attrs import define

_WIDE, _PHONETIC, _RICH = 1, 4, 8  # flags of a text
_HALVES: Final = re.compile("[\ud800-\udfff]")
_CODE_PAGES: Final = {936: "gb18030", 950: "big5", 932: "shift_jis", 949: "cp949"} | {
    number: f"cp{number}" for number in range(1250, 1259)
}


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
    codec: str = "cp1252"

    def set_code_page(self, number: int) -> None:
        """Take the code page of a file older than BIFF8."""
        self.codec = _CODE_PAGES.get(number, "cp1252")

    def characters(self, data: bytes, at: int, count: int) -> tuple[str, int]:
        """Return so many characters and where they end."""
        if not self.wide:
            if at + count > len(data):
                raise IndexError("text")
            return data[at : at + count].decode(self.codec, "replace"), at + count
        flags = data[at]
        end = at + 1 + count * (2 if flags & _WIDE else 1)
        if end > len(data):
            raise IndexError("text")
        return whole_characters(_decode(data[at + 1 : end], flags)), end

    def short(self, data: bytes, at: int) -> str:
        """Return a text whose length is one byte."""
        return self.characters(data, at + 1, data[at])[0]

    def long(self, data: bytes, at: int) -> str:
        """Return a text whose length is two bytes, all in one record."""
        return self.characters(data, at + 2, struct.unpack_from("<H", data, at)[0])[0]


@define
class Continued:
    """Reads texts across a record and its continuations, each of which repeats the flag byte."""

    fragments: list[bytes]
    number: int = 0
    at: int = 0

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
        count, flags = struct.unpack_from("<HB", data, self.at)
        self.at += 3
        skip = 0
        if flags & _RICH:
            skip += 4 * int(struct.unpack_from("<H", data, self.at)[0])
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
        self._skip(skip)
        return whole_characters("".join(parts))

    def _skip(self, count: int) -> None:
        while count:
            left = len(self.fragments[self.number]) - self.at
            if count <= left:
                self.at += count
                return
            count -= left
            self._turn()


def read_sst(fragments: list[bytes]) -> list[str]:
    """Return the shared strings; the declared count only tells whether a bad end is damage."""
    declared = int(struct.unpack_from("<L", fragments[0], 4)[0])
    reader = Continued(fragments, at=8)
    strings: list[str] = []
    while not reader.ended:
        try:
            strings.append(reader.text())
        except (IndexError, struct.error):
            if len(strings) < declared:
                raise
            break
    return strings
