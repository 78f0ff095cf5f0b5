"""The document properties of a compound file ([MS-OLEPS]): its comments, its own tags."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from clusterbook.readers.limits import GridError
from clusterbook.readers.ole import CompoundFile

_SUMMARY, _DOCUMENT = "\x05SummaryInformation", "\x05DocumentSummaryInformation"
_CORE: Final = {5: "keywords", 6: "comments", 13: "modified", 18: "application"}
_CODE_PAGE, _DICTIONARY = 1, 0
_UNICODE: Final = 1200
_FILE_TIME_ZERO: Final = datetime(1601, 1, 1, tzinfo=UTC)
_MAX_PROPERTIES: Final = 1_000
_WHOLE, _TRUTH, _NARROW_TEXT, _WIDE_TEXT, _FILE_TIME = 3, 0xB, 0x1E, 0x1F, 0x40  # types

Section = Mapping[int, int]  # where each property stands


def read_summary(package: CompoundFile) -> tuple[dict[str, str], dict[str, str]]:
    """Return custom and core properties; none where they cannot be read: nobody depends on them."""
    custom: dict[str, str] = {}
    core: dict[str, str] = {}
    try:
        for _, values, _ in _sections(package, _SUMMARY):
            core |= {_CORE[key]: text for key, text in values.items() if key in _CORE and text}
        for number, values, names in _sections(package, _DOCUMENT):
            if number:
                custom |= {name: values[key] for key, name in names.items() if key in values}
    except (GridError, struct.error, IndexError, ValueError, OverflowError, LookupError):
        pass
    return custom, core


def _sections(
    package: CompoundFile, stream: str
) -> Iterator[tuple[int, dict[int, str], dict[int, str]]]:
    """Yield the sets of a stream: their number, their values by id, and the names of ids."""
    if stream not in package.streams:
        return
    data = package.stream(stream)
    count = min(2, struct.unpack_from("<L", data, 24)[0])
    for number in range(count):
        start = struct.unpack_from("<L", data, 28 + 20 * number + 16)[0]
        size = struct.unpack_from("<L", data, start + 4)[0]
        places = dict(
            struct.iter_unpack("<LL", data[start + 8 : start + 8 + 8 * min(size, _MAX_PROPERTIES)])
        )
        codec = "utf-8"
        if _CODE_PAGE in places:
            codec = _codec(struct.unpack_from("<H", data, start + places[_CODE_PAGE] + 4)[0])
        values = {
            key: value
            for key, offset in places.items()
            if key > _CODE_PAGE and (value := _value(data, start + offset, codec)) is not None
        }
        names = {}
        if _DICTIONARY in places:
            names = dict(_dictionary(data, start + places[_DICTIONARY], codec))
        yield number, values, names


def _codec(page: int) -> str:
    return {_UNICODE: "utf-16-le", 65001: "utf-8", 936: "gb18030"}.get(page, f"cp{page}")


def _value(data: bytes, at: int, codec: str) -> str | None:
    """Return a property as text, None for a type that no one asks for."""
    kind = struct.unpack_from("<L", data, at)[0] & 0xFFFF
    at += 4
    if kind == _NARROW_TEXT:
        length = struct.unpack_from("<L", data, at)[0]
        return data[at + 4 : at + 4 + length].decode(codec, "replace").split("\0")[0]
    if kind == _WIDE_TEXT:
        length = struct.unpack_from("<L", data, at)[0]
        return data[at + 4 : at + 4 + 2 * length].decode("utf-16-le", "replace").split("\0")[0]
    if kind == _FILE_TIME:
        ticks = struct.unpack_from("<Q", data, at)[0]
        moment = _FILE_TIME_ZERO + timedelta(microseconds=ticks // 10)
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    if kind == _WHOLE:
        return str(struct.unpack_from("<l", data, at)[0])
    if kind == _TRUTH:
        return "true" if struct.unpack_from("<h", data, at)[0] else "false"
    return None


def _dictionary(data: bytes, at: int, codec: str) -> Iterator[tuple[int, str]]:
    count = struct.unpack_from("<L", data, at)[0]
    at += 4
    for _ in range(min(count, _MAX_PROPERTIES)):
        key, length = struct.unpack_from("<LL", data, at)
        size = length * (2 if codec == "utf-16-le" else 1)
        yield key, data[at + 8 : at + 8 + size].decode(codec, "replace").split("\0")[0]
        at += 8 + (size + 3 & ~3 if codec == "utf-16-le" else size)
