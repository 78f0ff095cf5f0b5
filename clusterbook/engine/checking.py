"""Few files checked in one process, which reads and judges them; whoever asks loads neither."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from clusterbook.engine import scratch
from clusterbook.engine.inbox import FoundFile
from clusterbook.engine.workers import Here, died

if TYPE_CHECKING:
    from clusterbook.validation.judged import Submission

FEW, SMALL = 25, 20_000_000  # files that one process reads anyway, and bytes: one may be a pack


def submissions(
    files: Sequence[FoundFile], *, pool: Executor, passwords: tuple[str, ...] = ()
) -> list[Submission]:
    """What ``gather.run`` comes to, without the values.

    A file may end the process that reads it. Then all are read again, each told from the others.
    """
    if len(files) <= FEW and sum(map(_size, files)) <= SMALL:
        try:
            with TemporaryDirectory(dir=scratch.folder()) as folder:
                return pool.submit(_judged, folder, tuple(files), passwords).result()
        except Exception as error:
            if not died(error):
                raise
    from clusterbook.engine import gather

    return gather.run(files, pool=pool, passwords=passwords).submissions


def _size(file: FoundFile) -> int:
    try:
        return file.path.stat().st_size
    except OSError:  # which reading it tells of
        return 0


def _judged(
    folder: str, files: Sequence[FoundFile], passwords: tuple[str, ...]
) -> list[Submission]:
    """The same in this process, with a spool in a folder that others remove."""
    from clusterbook.engine import gather
    from clusterbook.engine.cache import Spool
    from clusterbook.engine.reads import Means

    means = Means(pool=Here(), spool=Spool.beside(Path(folder)), passwords=passwords)
    return gather.run_with(means, files).submissions
