"""A zip file of submissions, as county offices send them on: read like a folder, never unpacked.

Entries are addressed by their number.  Their names are only shown, so that no name leads anywhere;
what is inside an entry is seen when it is read, one at a time and never beyond its own limit.
"""

from __future__ import annotations

import re
import struct
import zlib
from typing import Final

from attrs import frozen

from clusterbook.readers.limits import (
    USUAL_LIMITS,
    GridError,
    Limits,
    ZipEntry,
    check_entry,
    inflate,
    read_directory,
    too_big,
)

_UTF8_FLAG: Final = 0x800
_UNICODE_PATH: Final = 0x7075
_BESIDE: Final = re.compile(
    r"(?:^|/)(?:__MACOSX/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE
)
_UNSHOWN: Final = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


@frozen
class Member:
    """A file in a pack. ``encoding`` is set where its name was guessed: "GBK", "UTF-8"."""

    name: str
    index: int
    encoding: str = ""


def members(data: bytes, limits: Limits = USUAL_LIMITS) -> tuple[Member, ...]:
    """Return the files of a pack in its own order, without folders and what systems lay beside.

    Raises GridError: "damaged", "too_big", and "empty_pack" when there is no file at all.
    """
    entries = _entries(data, limits)
    found = []
    for index, entry in enumerate(entries):
        name, encoding = _named(entry)
        if not name.endswith("/") and not _BESIDE.search(name):
            found.append(Member(_shown(name), index, encoding))
    if not found:
        raise GridError("empty_pack")
    return tuple(found)


def read_member(data: bytes, index: int, limits: Limits = USUAL_LIMITS) -> bytes:
    """Return the content of one file of a pack.

    Raises GridError: "encrypted_member", "too_big", "damaged".
    """
    entry = _entries(data, limits)[index]
    if entry.encrypted:
        raise GridError("encrypted_member")
    check_entry(entry, limits, limits.file_bytes)
    return inflate(data, entry, _shown(_named(entry)[0]))


def member(data: bytes, index: int, limits: Limits = USUAL_LIMITS) -> Member:
    """Return the listing of one file."""
    name, encoding = _named(_entries(data, limits)[index])
    return Member(_shown(name), index, encoding)


def _entries(data: bytes, limits: Limits) -> list[ZipEntry]:
    entries = read_directory(data, limits)
    if len(entries) > limits.pack_members:
        raise too_big("pack_members", limits.pack_members)
    return entries


def _named(entry: ZipEntry) -> tuple[str, str]:
    """Return the path of an entry and how it was read, where nothing in the file says so."""
    name, encoding = _name(entry)
    return name.replace("\\", "/"), encoding


def _name(entry: ZipEntry) -> tuple[str, str]:
    raw = entry.raw_name
    unicode_path = _unicode_path(entry)
    if unicode_path is not None:
        return unicode_path, ""
    if raw.isascii() or entry.flags & _UTF8_FLAG:
        return raw.decode("utf-8", "replace"), ""
    # Chinese in GBK is hardly ever valid UTF-8, so this way round.
    for codec, shown in (("utf-8", "UTF-8"), ("gb18030", "GBK")):
        try:
            return raw.decode(codec), shown
        except UnicodeDecodeError:
            continue
    return raw.decode("cp437"), "DOS"


def _unicode_path(entry: ZipEntry) -> str | None:
    """Return the name that Info-ZIP and WinRAR write beside the one in a local encoding."""
    extra, at = entry.extra, 0
    while at + 4 <= len(extra):
        tag, length = struct.unpack_from("<HH", extra, at)
        body = extra[at + 4 : at + 4 + length]
        # a version, the check sum of the other name, this name
        if tag == _UNICODE_PATH and body[1:5] == struct.pack("<L", zlib.crc32(entry.raw_name)):
            return body[5:].decode("utf-8", "replace")
        at += 4 + length
    return None


def _shown(name: str) -> str:
    """Return a name that can be shown anywhere and leads nowhere."""
    steps = (step for step in name.split("/") if step not in ("", ".", ".."))
    return _UNSHOWN.sub("\N{REPLACEMENT CHARACTER}", "/".join(steps)) or "?"
