"""Evidence in workers: what counties scanned and printed is opened nowhere else.

The libraries that open it are an extra, so they are imported where they are used.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from attrs import evolve

from clusterbook.engine.attachments import Listed, returns_of
from clusterbook.engine.cache import Spool
from clusterbook.engine.inbox import EVIDENCE, FoundFile
from clusterbook.engine.reads import Means, ReadFile
from clusterbook.engine.workers import WorkerDiedError, limited
from clusterbook.errors import Error
from clusterbook.forms.stamp import Registered
from clusterbook.paths import resolved
from clusterbook.problems import Problem
from clusterbook.readers import archives
from clusterbook.readers.archives import read_member
from clusterbook.readers.limits import GridError

if TYPE_CHECKING:
    from clusterbook.evidence.materials import Material
    from clusterbook.evidence.survey import Survey
    from clusterbook.evidence.volume import Volume

_SECONDS: Final = 300.0  # of processor time for a volume
_SECONDS_ALONE: Final = 60.0
_MEMORY: Final = 4_000_000_000
_NOT_LISTED: Final = "没有列入清单"
_MARK: Final = EVIDENCE[:2]  # in the name of a PDF that lies beside a return
_KEPT: Final = "survey"


class EvidenceExtraError(Error, ImportError):
    """The libraries that open evidence are not installed."""


def available() -> bool:
    """Whether the libraries that open evidence are installed."""
    names = ("pikepdf", "pypdfium2", "PIL")
    return all(importlib.util.find_spec(name) is not None for name in names)


def needed() -> None:
    """EvidenceExtraError where the libraries that open evidence are not installed."""
    if not available():
        raise EvidenceExtraError("install clusterbook[evidence]")


# --- binding --------------------------------------------------------------------------------------


def bind(
    pool: Executor, files: Sequence[FoundFile], list_: Path | None, about: str,
    apart: Collection[Path] = (),
) -> Volume:  # fmt: skip
    """The volume of these files but those ``apart``, made by a worker.

    Should that worker end, each file is tried by itself, and those at which workers end are told.
    """
    needed()
    from clusterbook.evidence.materials import in_order, listed
    from clusterbook.evidence.volume import RefusedMaterial

    others = {resolved(path) for path in (*apart, list_) if path is not None}
    own = [(one.name, one.path) for one in files if not one.skip and one.path not in others]
    left: list[Material] = []
    materials = in_order(own)
    if list_ is not None:
        materials, left = listed(materials, list_)
    refused = [RefusedMaterial(material=one, why=_NOT_LISTED) for one in left]
    volume = _within(pool, bind_files, materials, about, _SECONDS)
    if volume is None:
        costly = [one for one in materials
                  if _within(pool, bind_files, [one], "", _SECONDS_ALONE) is None]  # fmt: skip
        refused += [RefusedMaterial(material=one, why=_costly()) for one in costly]
        good = [one for one in materials if one not in costly]
        volume = pool.submit(bind_files, good, about, _SECONDS).result()
    made: Volume = evolve(volume, refused=(*volume.refused, *refused))
    return made


def is_volume(pool: Executor, path: Path) -> bool:
    """Whether a file is a volume that was bound here; a worker looks into it."""
    needed()
    return _within(pool, look_if_volume, str(path)) is True


def look_if_volume(path: str) -> bool:
    """A worker's task: whether a file is a volume that was bound here."""
    from clusterbook.evidence.volume import is_volume as is_one

    with limited(_SECONDS_ALONE, _MEMORY):
        return is_one(Path(path).read_bytes())


def _within(pool: Executor, call: Any, *args: Any) -> Any:
    """What a task gives; None where its worker ended."""
    return _result(pool.submit(call, *args))


def _result(future: Future[Any]) -> Any:
    try:
        return future.result()
    except (WorkerDiedError, BrokenExecutor, MemoryError):
        return None


def _costly() -> str:
    from clusterbook.evidence.documents import WORDS

    return WORDS["costly"]


def bind_files(materials: Sequence[Material], about: str, seconds: float) -> Volume:
    """A worker's task: reads the files and binds them."""
    from clusterbook.evidence.volume import bind as bind_all

    with limited(seconds, _MEMORY):
        return bind_all([(one, one.path.read_bytes()) for one in materials], about)


# --- looking into volumes -------------------------------------------------------------------------


def volumes_of(
    files: Sequence[Listed], given: Collection[int], attachments: Iterable[int],
    register: Mapping[str, Registered] | None,
) -> dict[int, tuple[int, ...]]:  # fmt: skip
    """The files of evidence of each return, by position, in natural order.

    Those are what was ``given`` as evidence, else PDFs beside a return whose path says 佐证. Some
    may be the same: see ``once``.
    """
    every = frozenset(attachments)
    beside = [at for at in every if (card := files[at][1]) is not None and card.kind == "pdf"
              and _MARK in files[at][0]]  # fmt: skip
    wanted = {at for at in every if at in given} | set(beside)
    if not wanted or not available():
        return {}
    from clusterbook.evidence.materials import natural

    found: dict[int, list[int]] = {}
    owners = returns_of(files, every, register)
    for at in sorted(wanted, key=lambda at: (natural(files[at][0]), files[at][0])):
        for owner in owners.get(at, ()):
            found.setdefault(owner, []).append(at)
    return {
        owner: tuple(at for at in own if at in given) or tuple(own) for owner, own in found.items()
    }


def content_of(entry: ReadFile) -> str:
    """The hash of what a file holds, wherever it lies; '' for one that could not be read."""
    return entry.card.sha256 if entry.card else entry.key


def once(named: Sequence[tuple[str, str]]) -> tuple[list[int], list[Problem]]:
    """The places of files, by name and SHA-256, that count in their volume; what is told of others.

    The second copy of a file adds no pages: nobody counts on from it.
    """
    first: dict[str, str] = {}
    counting: list[int] = []
    told: list[Problem] = []
    for at, (name, sha256) in enumerate(named):
        if sha256 and sha256 in first:
            facts = {"other": first[sha256].rpartition("/")[2]}
            told.append(Problem(code="F162", value=name.rpartition("/")[2], facts=facts))
        else:
            first[sha256] = name
            counting.append(at)
    return counting, told


def survey_all(
    volumes: Mapping[int, Sequence[int]], entries: Sequence[ReadFile], means: Means
) -> dict[int, tuple[tuple[tuple[str, str], ...], list[Problem]]]:
    """Name and key of the files of each volume, and what is told of those that it has twice.

    What was seen in them is kept in the spool.
    """
    found: dict[int, tuple[tuple[tuple[str, str], ...], list[Problem]]] = {}
    wanted: dict[str, FoundFile] = {}
    for owner, own in volumes.items():
        files = [entries[at] for at in own if entries[at].key]
        counting, told = once([(one.found.name, content_of(one)) for one in files])
        keys = {f"{files[at].key}-{_KEPT}": files[at].found for at in counting}
        wanted |= keys
        found[owner] = tuple((one.name, key) for key, one in keys.items()), told
    futures = {
        key: means.pool.submit(survey_file, str(one.path), one.member)
        for key, one in wanted.items() if means.spool.made(key) is None
    }  # fmt: skip
    for key, future in futures.items():
        seen = _result(future)
        means.spool.keep_made(key, {_KEPT: seen if seen is not None else _not_seen()})
    return found


def look_into(
    pool: Executor, files: Sequence[FoundFile]
) -> tuple[list[tuple[str, Survey]], list[Problem]]:
    """What is to be seen in the files of one volume, in natural order, and what is told of them."""
    needed()
    from clusterbook.evidence.materials import natural
    from clusterbook.evidence.survey import Survey

    own = sorted((one for one in files if not one.skip), key=lambda one: natural(one.name))
    counting, told = once([(one.name, sha256_of(one.path)) for one in own])
    own = [own[at] for at in counting]
    futures = [pool.submit(survey_file, str(one.path), None) for one in own]
    seen = [_result(future) or _not_seen() for future in futures]
    found = [(one.name, Survey.unpacked(data)) for one, data in zip(own, seen, strict=True)]
    return found, told


def sha256_of(path: Path) -> str:
    """The hash of what a file holds; '' for one that cannot be read, as opening it will tell."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _not_seen() -> bytes:
    from clusterbook.evidence.survey import Survey

    return Survey(why=_costly()).packed()


def surveyed(spool: Spool, key: str) -> Survey:
    """What was seen in a file of evidence."""
    from clusterbook.evidence.survey import Survey

    return Survey.unpacked((spool.made(key) or {_KEPT: _not_seen()})[_KEPT])


def page_picture(path: str, members: Sequence[str], number: int) -> bytes:
    """A worker's task: a page of the volume that these files of an archive make, as PNG."""
    from clusterbook.evidence.thumbnails import thumbnail

    with limited(_SECONDS_ALONE, _MEMORY):
        try:
            data = Path(path).read_bytes()
            numbers = {one.name: one.index for one in archives.members(data)}
            parts = (read_member(data, numbers[name]) for name in members)
            return thumbnail(parts, number)
        except (OSError, GridError, KeyError):
            return b""


def picture(pool: Executor, path: Path, members: Sequence[str], number: int) -> bytes:
    """A page of a volume in an archive, rendered by a worker; empty where it cannot be."""
    needed()
    return _result(pool.submit(page_picture, str(path), list(members), number)) or b""


def survey_file(path: str, member: int | None) -> bytes:
    """A worker's task: what is to be seen in a file of evidence."""
    from clusterbook.evidence.survey import Survey, survey

    with limited(_SECONDS, _MEMORY):
        try:
            data = Path(path).read_bytes()
            return survey(data if member is None else read_member(data, member)).packed()
        except (OSError, GridError):
            return Survey(why="打不开，请重新报送").packed()
