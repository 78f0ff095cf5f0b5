"""Compound files: the container of .xls and .et files, and of everything with an open password.

Every chain of sectors is followed within the bytes that are there, and none twice; sizes are taken
from the file's length, not from its header.
"""

from __future__ import annotations

import struct
from array import array
from typing import Final

from attrs import Factory, define

from clusterbook.readers.limits import damaged

_HEADER: Final = struct.Struct("<8s16s2HH2H6xLLLLLLLLL109L")
_ENTRY: Final = struct.Struct("<64sHBxLLL36xLL4x")
_SHIFTS: Final = (9, 12)  # sectors of 512 or 4,096 bytes: no office program writes others
_LAST: Final = 0xFFFFFFFA  # sector numbers from here on are marks
_MINI_SHIFT: Final = 6
_LITTLE_ENDIAN: Final = 0xFFFE
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_MAX_ENTRIES: Final = 20_000


@define
class CompoundFile:
    """The streams at the top of a compound file, by name; those inside storages are not listed."""

    data: bytes
    shift: int
    table: array[int]
    mini_table: array[int]
    mini_bytes: bytes
    cutoff: int
    streams: dict[str, tuple[int, int]] = Factory(dict)  # first sector, size
    storages: set[str] = Factory(set)

    def stream(self, name: str) -> bytes:
        """Return the bytes of a stream; KeyError when there is none of this name."""
        start, size = self.streams[name]
        if size < self.cutoff:
            return _chain(self.mini_bytes, self.mini_table, _MINI_SHIFT, start, 0)[:size]
        return _chain(self.data, self.table, self.shift, start)[:size]


def open_ole(data: bytes) -> CompoundFile:
    """Return what a compound file holds; GridError "damaged" when its tables lead nowhere."""
    try:
        header = _HEADER.unpack_from(data)
    except struct.error as error:
        raise damaged("ole", "truncated") from error
    shift, mini_shift = header[5:7]
    if shift not in _SHIFTS or mini_shift != _MINI_SHIFT or header[4] != _LITTLE_ENDIAN:
        raise damaged("ole", "header")
    _directories, tables, directory, _, cutoff, mini_start, _, difat, _ = header[7:16]
    table = _table(data, shift, tables, header[16:], difat)
    book = CompoundFile(data, shift, table, array("I"), b"", cutoff)
    if mini_start < _LAST:
        book.mini_table = _numbers(_chain(data, table, shift, mini_start))
    _list(book, _chain(data, table, shift, directory))
    return book


def _numbers(data: bytes) -> array[int]:
    numbers = array("I", data[: len(data) // 4 * 4])
    if struct.pack("=H", 1) != struct.pack("<H", 1):
        numbers.byteswap()
    return numbers


def _table(
    data: bytes, shift: int, count: int, first: tuple[int, ...], next_list: int
) -> array[int]:
    """Return the table that says for each sector which one follows."""
    sectors = len(data) >> shift
    if count > sectors:
        raise damaged("ole", "table")
    lists = list(first)
    seen = 0
    while next_list < _LAST and len(lists) < count:
        more = _numbers(_sector(data, shift, next_list))
        lists += more[:-1]
        next_list = more[-1]
        seen += 1
        if seen > sectors:
            raise damaged("ole", "table")
    return _numbers(b"".join(_sector(data, shift, n) for n in lists[:count] if n < _LAST))


def _sector(data: bytes, shift: int, number: int) -> bytes:
    start = (number + 1) << shift
    if start >= len(data):
        raise damaged("ole", "sector")
    return data[start : start + (1 << shift)]


def _chain(data: bytes, table: array[int], shift: int, number: int, header: int = 1) -> bytes:
    """Return the sectors from one on; neighbours are taken in one go."""
    parts: list[bytes] = []
    size, limit = 1 << shift, len(table)
    steps = 0
    while number < _LAST:
        first = last = number
        while True:
            if last >= limit or steps > limit:
                raise damaged("ole", "chain")
            steps += 1
            number = table[last]
            if number != last + 1:
                break
            last = number
        start = (first + header) * size
        if start >= len(data):
            raise damaged("ole", "chain")
        parts.append(data[start : (last + header + 1) * size])
    return b"".join(parts)


def _list(book: CompoundFile, directory: bytes) -> None:
    """Find the streams of the root: its children are a tree of entries."""
    entries = list(_ENTRY.iter_unpack(directory[: len(directory) // _ENTRY.size * _ENTRY.size]))
    if not entries or len(entries) > _MAX_ENTRIES or entries[0][2] != _ROOT:
        raise damaged("ole", "directory")
    *_, child, start, size = entries[0]
    if start < _LAST and size:
        book.mini_bytes = _chain(book.data, book.table, book.shift, start)[:size]
    waiting, seen = [child], set()
    while waiting:
        number = waiting.pop()
        if number >= len(entries) or number in seen:
            if number < _LAST:
                raise damaged("ole", "directory")
            continue
        seen.add(number)
        raw, length, kind, left, right, _, start, size = entries[number]
        name = raw[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
        if kind == _STREAM:
            book.streams[name] = (start, size)
        elif kind == _STORAGE:
            book.storages.add(name)
        waiting += (left, right)
