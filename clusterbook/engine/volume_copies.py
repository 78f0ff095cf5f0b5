"""Volumes of evidence in the output: a copy of each to which a problem leads, at a page.

They are copies, since what a county sent may be written over where it lies. They are named by us,
and are the files as they came: opening one is the same as opening what was sent.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import suppress
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Final

from attrs import frozen

from clusterbook.engine.cache import Spool
from clusterbook.engine.gather import Gathered
from clusterbook.engine.volumes import content_of, sha256_of, surveyed
from clusterbook.engine.workers import certainly, finished, limited
from clusterbook.paths import inside
from clusterbook.readers.archives import read_member
from clusterbook.readers.limits import GridError
from clusterbook.results.read import Written
from clusterbook.results.tables import VOLUMES

_FOLDER: Final = VOLUMES.path.rpartition("/")[0]
_SECONDS: Final = 120.0  # of processor time for a file
_MEMORY: Final = 2_000_000_000
_STEP: Final = 1 << 20


@frozen(kw_only=True)
class VolumeFile:
    """A file of the volume of a return: how the copy is called, what it is of, and where that is.

    ``key`` is that of what was seen in it. ``member`` is its number in an archive, if it is in one.
    """

    submission: str
    pdf: str
    file: str
    key: str
    sha256: str
    path: str
    member: int | None


@frozen
class Folders:
    """The staging folder, the output as the import before left it, and the spool."""

    staging: Path
    out: Path
    spool: Path


def copy_volumes(pool: Executor, gathered: Gathered, folders: Folders) -> list[dict[str, Any]]:
    """Copies the volumes to which problems lead into a staging folder; the rows of their list."""
    if not any(one.evidence for one in gathered.members):
        return []
    wanted = certainly(pool, led_to, folders.staging)
    files = [one for one in _files(gathered) if one.submission in wanted]
    futures = [pool.submit(copy_file, one, folders) for one in files]
    rows: list[dict[str, Any]] = []
    whose, last = "", 0
    for one, future in zip(files, futures, strict=True):
        pages, copied = finished(future, pool, copy_file, one, folders)  # all was read before
        whose, last = one.submission, last if one.submission == whose else 0
        if copied:
            rows.append({"submission": whose, "pdf": one.pdf, "file": one.file,
                         "sha256": one.sha256, "first_page": last + 1,
                         "last_page": last + pages})  # fmt: skip
        last += pages
    return rows


def led_to(staging: Path) -> frozenset[str]:
    """The submissions with problems about a page of their volume; a worker's task."""
    lines = Written(staging).lines("problems")
    return frozenset(line["submission"] for line in lines if line["evidence_page"])


def _files(gathered: Gathered) -> Iterator[VolumeFile]:
    """The files of all volumes, by return and in their order."""
    found = {one.found.name: one for one in gathered.entries}
    for member in gathered.members:
        for number, (name, key) in enumerate(member.evidence, start=1):
            entry = found[name]
            yield VolumeFile(
                submission=member.id, pdf=f"{member.id}-{number}.pdf", file=name, key=key,
                sha256=content_of(entry),
                path=str(entry.found.path), member=entry.found.member,
            )  # fmt: skip


def copy_file(one: VolumeFile, folders: Folders) -> tuple[int, bool]:
    """A worker's task: copies a file; how many pages it has, and whether the copy is there.

    What the import before has copied stays that very file. There is no copy of a file that is
    another one by now, or gone.
    """
    pages = len(surveyed(Spool(folders.spool), one.key).pages)
    target = inside(folders.staging, f"{_FOLDER}/{one.pdf}")
    target.parent.mkdir(parents=True, exist_ok=True)
    with limited(_SECONDS, _MEMORY):
        before = inside(folders.out, f"{_FOLDER}/{one.pdf}")
        if _is(before, one.sha256):
            with suppress(OSError):  # a disk that knows no second name of a file
                os.link(before, target)
                return pages, True
        return pages, _copied(one, target)


def _is(path: Path, sha256: str) -> bool:
    """Whether a file is there, no link to one, and holds what has this hash."""
    with suppress(OSError):
        return not path.is_symlink() and sha256_of(path) == sha256
    return False


def _copied(one: VolumeFile, target: Path) -> bool:
    try:
        source = _opened(one)
    except (OSError, GridError):
        return False
    digest = hashlib.sha256()
    with source, target.open("wb") as file:
        for part in iter(partial(source.read, _STEP), b""):
            digest.update(part)
            file.write(part)
    if digest.hexdigest() == one.sha256:
        return True
    target.unlink()
    return False


def _opened(one: VolumeFile) -> BinaryIO:
    path = Path(one.path)
    if one.member is None:
        return path.open("rb")
    return BytesIO(read_member(path.read_bytes(), one.member))
