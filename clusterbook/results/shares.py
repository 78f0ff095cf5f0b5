"""What each submission adds to the files of an import, so that the next one can take it over.

Behind its head a file of many submissions is one block after the other, so a block is known by
where it begins, how long it is and its checksum. What lies there as it was is copied instead of
judged again; whatever else lies there is no block.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, BinaryIO, Self
from zlib import crc32

from attrs import define, evolve, field, frozen

from clusterbook.paths import inside

PARTS = "parts"  # of a staging folder: what windows leave for joining
Place = tuple[str, str]  # an output file; the list of which it is the block, '' for all others
Piece = tuple[int, int, int]  # where it begins in the part of its window, length, checksum
Starts = Mapping[str, Mapping[int, int]]  # by file: where the part of each window begins
_ELEMENTS = "problems.json"  # the one whose blocks are elements of an array
_NOTHING: Piece = (0, 0, 0)
_AT_A_TIME = 1 << 18  # bytes of an earlier file: its blocks are asked for one after the other


@define(kw_only=True)
class Share:
    """What one submission of a window adds, in whole files of its own and in blocks of others.

    ``group`` is the layout that it shares with others, '' where nothing was judged. ``files`` have
    length and checksum. ``papers`` are the keys under which its papers are kept.
    """

    window: int
    group: str = ""
    pieces: dict[Place, Piece] = field(factory=dict)
    files: dict[str, tuple[int, int]] = field(factory=dict)
    papers: tuple[str, ...] = ()

    def packed(self) -> tuple[Any, ...]:
        """As builtin values."""
        return self.window, self.group, self.pieces, self.files, self.papers

    @classmethod
    def unpacked(cls, packed: Sequence[Any]) -> Share:
        """From what ``packed`` gave."""
        window, group, pieces, files, papers = packed
        return cls(window=window, group=group, pieces=pieces, files=files, papers=papers)


@frozen
class Earlier:
    """The files of the import before, and where in them the parts of its windows begin."""

    out: Path
    starts: Starts
    _open: dict[str, BinaryIO] = field(factory=dict)
    _closing: ExitStack = field(factory=ExitStack)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def holds(self, share: Share) -> bool:
        """Whether all that a share adds lies there as it was."""
        try:
            return all(
                self._same(self.block(path, share.window, piece), piece[1:])
                for (path, _), piece in share.pieces.items()
                if piece[1]
            ) and all(
                self._same(inside(self.out, path).read_bytes(), facts)
                for path, facts in share.files.items()
            )
        except (OSError, KeyError):
            return False

    @staticmethod
    def _same(data: bytes, facts: tuple[int, ...]) -> bool:
        return (len(data), crc32(data)) == facts

    def block(self, path: str, window: int, piece: Piece) -> bytes:
        """A block as it lies there; KeyError or OSError where there is none."""
        return self._at(path, window, piece[0]).read(piece[1])

    def copy(self, path: str, window: int, stretch: tuple[int, int], target: BinaryIO) -> None:
        """Copies what lies from one place to another in the part of a window; else OSError."""
        start, end = stretch
        file = self._at(path, window, start)
        while start < end:
            data = file.read(min(end - start, 1 << 20))
            if not data:
                raise OSError(f"{path} was cut off while it was read")
            start += target.write(data)

    def _at(self, path: str, window: int, begin: int) -> BinaryIO:
        file = self._open.get(path)
        if file is None:
            file = inside(self.out, path).open("rb", _AT_A_TIME)
            self._open[path] = self._closing.enter_context(file)
        file.seek(self.starts[path][window] + begin)
        return file

    def link(self, path: str, staging: Path) -> None:
        """Puts a whole file into a staging folder."""
        source, target = inside(self.out, path), inside(staging, path)
        target.parent.mkdir(parents=True, exist_ok=True)
        stand_at_both(source, target)


@frozen
class WindowParts:
    """The parts of one window: what was judged now, between what is taken over.

    ``taken`` are shares of the import before, by the position of their submission in the window;
    ``shares`` are those that all submissions come to now.
    """

    staging: Path
    number: int
    shares: Sequence[Share]
    taken: Mapping[int, Share] = field(factory=dict)
    earlier: Earlier | None = None

    @classmethod
    def of(
        cls, staging: Path, number: int, submissions: int,
        taken: Mapping[int, Share] | None = None, earlier: Earlier | None = None,
    ) -> WindowParts:  # fmt: skip
        """Those of a window of so many submissions; whole files that are taken over lie there."""
        shares = [Share(window=number) for _ in range(submissions)]
        if not taken or earlier is None:
            return cls(staging, number, shares)
        for at, one in taken.items():
            shares[at] = evolve(one, window=number, pieces={})
            for path in one.files:
                earlier.link(path, staging)
        return cls(staging, number, shares, taken, earlier)

    @property
    def fresh(self) -> list[int]:
        """The positions of what is judged now."""
        return [at for at in range(len(self.shares)) if at not in self.taken]

    def add_file(self, share: Share, path: str, data: bytes) -> None:
        """A whole file of one submission."""
        put(self.staging, path, data)
        share.files[path] = len(data), crc32(data)

    def add(self, path: str, blocks: Sequence[bytes]) -> None:
        """The window's part of a file: a block of each submission that is judged now."""
        told = {(at, ""): data for at, data in zip(self.fresh, blocks, strict=True)}
        self._write(path, told, [(at, "") for at in range(len(self.shares))])

    def add_by_layout(self, path: str, blocks: Mapping[tuple[int, str], bytes]) -> None:
        """The same for a file where one layout comes after the other, and in it list after list.

        ``blocks`` by the position of the submission in the window, and the list.
        """
        keys: dict[int, list[str]] = {}
        for at, key in blocks:
            keys.setdefault(at, []).append(key)
        for at, share in self.taken.items():
            if known := [key for of, key in share.pieces if of == path]:
                keys[at] = known
        groups: dict[str, list[int]] = {}
        for at in sorted(keys):
            groups.setdefault(self.shares[at].group, []).append(at)
        order = [(at, key) for own in groups.values() for key in keys[own[0]] for at in own]
        self._write(path, blocks, order)

    def _write(
        self, path: str, fresh: Mapping[tuple[int, str], bytes], order: Sequence[tuple[int, str]]
    ) -> None:
        target = inside(self.staging, f"{PARTS}/{path}.{self.number:06d}")
        target.parent.mkdir(parents=True, exist_ok=True)
        places = {key: (path, key) for _, key in order}  # one object each, for all submissions
        with target.open("wb", 1 << 20) as file:
            part = _Part(path, file, self.earlier)
            for at, key in order:
                pieces, place = self.shares[at].pieces, places[key]
                if at in self.taken:
                    pieces[place] = part.take(self.taken[at].window, self.taken[at].pieces[place])
                else:
                    pieces[place] = part.put(fresh[at, key])
            part.copy()


@define
class _Part:
    """The part of a file while it is written.

    Blocks of the import before are copied together where they lie together.
    """

    path: str
    file: BinaryIO
    earlier: Earlier | None
    end: int = 0  # of all that stands in the part, what waits to be copied included
    between: bytes = field(init=False)
    _waiting: tuple[int, int, int] = _NOTHING  # to be copied: of which window, from where, to where

    def __attrs_post_init__(self) -> None:
        self.between = b"," if self.path == _ELEMENTS else b""

    def put(self, data: bytes) -> Piece:
        """A new block."""
        if not data:
            return _NOTHING
        self.copy()
        begin = self._part_off()
        self.file.write(data)
        self.end = begin + len(data)
        return begin, len(data), crc32(data)

    def take(self, window: int, piece: Piece) -> Piece:
        """A block that was found to be as it was written."""
        begin, size, checksum = piece
        if not size:
            return _NOTHING
        of, start, end = self._waiting
        if start < end and of == window and end + len(self.between) == begin:
            self.end += len(self.between)
        else:
            self.copy()
            start = begin
            self.end = self._part_off()
        self._waiting = window, start, begin + size
        now = self.end, size, checksum
        self.end += size
        return now

    def copy(self) -> None:
        """Copies what waits for it."""
        window, start, end = self._waiting
        if start < end and self.earlier is not None:
            self.earlier.copy(self.path, window, (start, end), self.file)
        self._waiting = _NOTHING

    def _part_off(self) -> int:
        """Parts the next block from the one before it; where it begins."""
        return self.end + (self.file.write(self.between) if self.end else 0)


def join(staging: Path, name: str, head: bytes, end: bytes = b"") -> dict[int, int]:
    """Joins the parts of one file in the order of their windows: where in it each begins."""
    folder = inside(staging / PARTS, name).parent
    target = inside(staging, name)
    target.parent.mkdir(parents=True, exist_ok=True)
    between = b"," if name == _ELEMENTS else b""
    starts: dict[int, int] = {}
    with target.open("wb") as file:
        at, written = file.write(head), False
        for part in sorted(folder.glob(f"{target.name}.*")):
            if size := part.stat().st_size:
                at += file.write(between if written else b"")
                written = True
                starts[int(part.suffix[1:])] = at
                at += size
                with part.open("rb") as share:
                    shutil.copyfileobj(share, file, 1 << 20)
            part.unlink()
        file.write(end)
    return starts


def stand_at_both(path: Path, other: Path) -> None:
    """Has a file stand elsewhere, too: the same one where the system can do that, else a copy."""
    if not path.is_symlink():
        with suppress(OSError):
            os.link(path, other)
            return
    shutil.copy2(path, other, follow_symlinks=False)


def put(folder: Path, name: str, data: bytes) -> None:
    """Writes a file of a staging folder; ``name`` may have steps, parted by ``/``.

    Whatever names there are to come from, a file outside the folder is never written.
    """
    path = inside(folder, name)
    try:
        path.write_bytes(data)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
