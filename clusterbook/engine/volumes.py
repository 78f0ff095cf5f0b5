"""Evidence in workers: what counties scanned and printed is opened nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import BrokenExecutor, Executor
from pathlib import Path
from typing import Final

from attrs import evolve

from clusterbook.engine.inbox import Found
from clusterbook.engine.workers import WorkerDiedError, limited
from clusterbook.evidence.documents import WORDS
from clusterbook.evidence.materials import Material, in_order, listed
from clusterbook.evidence.volume import Refused, Volume
from clusterbook.evidence.volume import bind as bind_all

_SECONDS: Final = 300.0  # of processor time for a volume
_SECONDS_ALONE: Final = 60.0
_MEMORY: Final = 4_000_000_000
_NOT_LISTED: Final = "没有列入清单"


def bind(pool: Executor, files: Sequence[Found], list_: Path | None, about: str) -> Volume:
    """The volume of these files, made by a worker.

    Should that worker end, each file is tried by itself, and the rest bound without those at which
    workers end.
    """
    own = [(one.name, one.path) for one in files if not one.skip and one.path != list_]
    materials = in_order((name, path) for name, path in own)
    left: list[Material] = []
    if list_ is not None:
        materials, left = listed(materials, list_)
    refused = [Refused(material=one, why=_NOT_LISTED) for one in left]
    try:
        volume = pool.submit(bind_files, materials, about, _SECONDS).result()
    except (WorkerDiedError, BrokenExecutor):
        good = [one for one in materials if _bearable(pool, one)]
        refused += [
            Refused(material=one, why=WORDS["costly"]) for one in materials if one not in good
        ]
        volume = pool.submit(bind_files, good, about, _SECONDS).result()
    return evolve(volume, refused=(*volume.refused, *refused))


def _bearable(pool: Executor, material: Material) -> bool:
    try:
        pool.submit(bind_files, [material], "", _SECONDS_ALONE).result()
    except (WorkerDiedError, BrokenExecutor):
        return False
    return True


def bind_files(materials: Sequence[Material], about: str, seconds: float) -> Volume:
    """A worker's task: reads the files and binds them."""
    with limited(seconds, _MEMORY):
        return bind_all([(one, one.path.read_bytes()) for one in materials], about)
