"""What was read of each file, kept beside the results, so that it is not read again.

An entry is found by the hash of the file's bytes, below a folder named by the version of the
software and of the specs, so that nothing outlives what made it. Entries are plain builtin values
(``marshal``): reading one cannot run code, and a damaged one counts as missing.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from itertools import chain
from pathlib import Path
from struct import Struct
from typing import Any
from zlib import crc32

import attrs
from attrs import frozen

from clusterbook.forms import registry
from clusterbook.forms.stamp import Stamp
from clusterbook.problems import Problem
from clusterbook.readers.appearance import Shown
from clusterbook.returns.raw_values import Extracted, Oddities, RawLibrary, Returned

FOLDER = ".cache"
_MARK = b"cbsp"
_HEAD = Struct("<4sIQ")  # mark, checksum, length of what follows
_PARTS = 3


@cache
def software_key() -> str:
    """Hash of everything that decides how a file is read: code, specs and interpreter."""
    digest = hashlib.sha256(sys.version.encode())
    named: Iterator[tuple[str, str | Path]] = chain(_code(), registry.files())
    for name, path in named:
        digest.update(name.encode())
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - hundreds, at each start
            digest.update(file.read())
    return digest.hexdigest()[:16]


def _code() -> Iterator[tuple[str, str]]:
    """Every module of this package, under its name, in the order of names."""
    ours = os.path.dirname(os.path.dirname(__file__))  # noqa: PTH120
    found = []
    for folder, folders, files in os.walk(ours):
        folders[:] = [one for one in folders if one != "__pycache__"]
        found += [f"{folder}/{name}" for name in files if name.endswith(".py")]
    yield from ((path[len(ours) :].replace(os.sep, "/"), path) for path in sorted(found))


@frozen
class Card:
    """What the main process knows of a file that was read; the values stay in the spool.

    ``cluster`` is the key of the cluster it is about, ``city`` that of the form's own list that it
    names. ``members``: shown name and number of each
    file in a pack. ``kind``: what it is that is no workbook. ``locked``: the file has a password,
    and what was read depends on those given. ``unread``: why a file could not be opened; such a
    card is not kept.
    """

    sha256: str
    stamp: Stamp | None = None
    readable: bool = False
    modified: str = ""
    cluster: str = ""
    members: tuple[tuple[str, int], ...] = ()
    kind: str = ""
    locked: bool = False
    unread: str = ""
    city: str = ""


Name = tuple[str, str, str, int]  # subject, key of the name, library, position of the row


@frozen
class Spool:
    """The entries of one version of the software in a folder.

    An entry has three parts, each with its own checksum: the card, the names that may stand in
    other submissions too, and all that was read.
    """

    folder: Path

    @classmethod
    def beside(cls, folder: Path) -> Spool:
        """The spool in a cache folder; entries of other versions are removed."""
        own = folder / software_key()
        own.mkdir(parents=True, exist_ok=True)
        for other in folder.iterdir():
            if other != own and other.is_dir():
                shutil.rmtree(other, ignore_errors=True)
        return cls(own)

    def _path(self, key: str) -> str:
        return f"{self.folder}/{key}"  # text: a few are asked for each file of a round

    def put(self, key: str, card: Card, names: tuple[Name, ...], returned: Returned) -> None:
        """Keeps what was read of the file with this key; whole or not at all."""
        data = bytearray()
        for part in (_pack_card(card), names, _pack(returned)):
            dumped = marshal.dumps(part)
            data += _HEAD.pack(_MARK, crc32(dumped), len(dumped)) + dumped
        self._write(key, data)

    def _write(self, key: str, data: bytes | bytearray) -> None:
        path = self._path(key)
        beside = f"{path}.{os.getpid()}.{threading.get_ident()}"
        with open(beside, "wb") as file:  # noqa: PTH123 - once per file read
            file.write(data)
        os.replace(beside, path)  # noqa: PTH105

    def card(self, key: str) -> Card | None:
        """The card of an entry, None where there is none or a part of it is damaged."""
        parts = list(self._parts(key))
        return _unpack_card(_load(parts[0])) if len(parts) == _PARTS else None

    def drop(self, key: str) -> None:
        """Removes an entry."""
        Path(self._path(key)).unlink(missing_ok=True)

    def names(self, key: str) -> tuple[Name, ...]:
        """The names in a submission that may stand in others, too."""
        parts = self._parts(key)
        next(parts, None)
        found: tuple[Name, ...] = _load(next(parts))
        return found

    def returned(self, key: str) -> Returned:
        """What was read of a file; LookupError where there is no whole entry."""
        parts = list(self._parts(key))
        if len(parts) != _PARTS:
            raise LookupError(f"no whole entry {key} in {self.folder}")
        returned: Returned = _unpack(Returned, _load(parts[-1]))
        return returned

    def _parts(self, key: str) -> Iterator[bytes]:
        """The parts of an entry up to the first that is damaged."""
        try:
            file = open(self._path(key), "rb")  # noqa: PTH123, SIM115
        except OSError:
            return
        with file:
            rest = os.fstat(file.fileno()).st_size
            for _ in range(_PARTS):
                head = file.read(_HEAD.size)
                if len(head) < _HEAD.size:
                    return
                mark, check, length = _HEAD.unpack(head)
                rest -= len(head) + length
                if mark != _MARK or rest < 0:  # a damaged length would take all memory
                    return
                data = file.read(length)
                if crc32(data) != check:
                    return
                yield data

    def made(self, key: str) -> dict[str, Any] | None:
        """Files made earlier from what ``key`` is the hash of, by kind; None if there are none."""
        try:
            with open(self._path(key), "rb", buffering=0) as file:  # noqa: PTH123
                data = file.read()
        except OSError:
            return None
        head, body = data[: _HEAD.size], data[_HEAD.size :]
        if len(head) < _HEAD.size or _HEAD.unpack(head) != (_MARK, crc32(body), len(body)):
            return None
        found: dict[str, Any] = _load(body)
        return found

    def keep_made(self, key: str, files: dict[str, Any]) -> None:
        """Keeps files that cost much to make."""
        body = marshal.dumps(files)
        self._write(key, _HEAD.pack(_MARK, crc32(body), len(body)) + body)

    def keep_only(self, keys: Iterable[str]) -> None:
        """Removes the entries of all other files, and what a killed run left half-written."""
        wanted = set(keys)
        for path in self.folder.iterdir():
            if path.name not in wanted:
                path.unlink(missing_ok=True)


def _load(data: bytes) -> Any:
    return marshal.loads(data)  # noqa: S302 - of our own writing, and its checksum was right


# --- plain values --------------------------------------------------------------------------------

_Turn = Callable[[Callable[[Any], Any], Any], Any]


def _one(turn: Callable[[Any], Any], value: Any) -> Any:
    return None if value is None else turn(value)


def _each(turn: Callable[[Any], Any], values: Any) -> Any:
    return type(values)(turn(value) for value in values)


def _each_value(turn: Callable[[Any], Any], values: Any) -> Any:
    return {key: turn(value) for key, value in values.items()}


# Which attributes hold further objects; all others are builtin values.
_NESTED: Mapping[type, Mapping[str, tuple[type, _Turn]]] = {
    Returned: {
        "stamp": (Stamp, _one), "extracted": (Extracted, _one), "problems": (Problem, _each),
    },
    Extracted: {
        "oddities": (Oddities, _one), "libraries": (RawLibrary, _each_value),
        "problems": (Problem, _each),
    },
    RawLibrary: {"oddities": (Oddities, _one)},
    Oddities: {"shown": (Shown, _each_value)},
}  # fmt: skip


@cache
def _names(cls: Any) -> tuple[str, ...]:
    return tuple(one.name for one in attrs.fields(cls))


def _pack(value: Any) -> list[Any]:
    """The attributes of an object as builtin values, in their order."""
    cls: Any = type(value)
    nested = _NESTED.get(cls, {})
    packed = []
    for name in _names(cls):
        attribute = getattr(value, name)
        packed.append(nested[name][1](_pack, attribute) if name in nested else attribute)
    return packed


def _unpack(cls: Any, packed: list[Any]) -> Any:
    nested = _NESTED.get(cls, {})
    found = {}
    for name, value in zip(_names(cls), packed, strict=True):
        if name in nested:
            inner, turn = nested[name]
            found[name] = turn(partial(_unpack, inner), value)
        else:
            found[name] = value
    return cls(**found)


def _pack_card(card: Card) -> tuple[Any, ...]:
    stamp = None if card.stamp is None else card.stamp.text()
    rest = (card.readable, card.modified, card.cluster, card.members, card.kind, card.locked,
            card.unread, card.city)  # fmt: skip
    return card.sha256, stamp, *rest


def _unpack_card(packed: tuple[Any, ...]) -> Card:
    sha256, stamp, *rest = packed
    return Card(sha256, Stamp.parse(stamp) if stamp else None, *rest)
