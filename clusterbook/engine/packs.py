"""Archives of returns taken apart, one file at a time: tasks of workers."""

from __future__ import annotations

from pathlib import Path

from clusterbook.engine.workers import limited
from clusterbook.readers import archives
from clusterbook.readers.limits import USUAL_LIMITS


def names(path: str) -> list[tuple[int, str]]:
    """The files of an archive by number and name; GridError where it is none."""
    with limited(USUAL_LIMITS.seconds, USUAL_LIMITS.memory_bytes):
        return [(one.index, one.name) for one in archives.members(Path(path).read_bytes())]


def content(path: str, index: int) -> bytes:
    """One of its files; GridError where it cannot be had."""
    with limited(USUAL_LIMITS.seconds, USUAL_LIMITS.memory_bytes):
        return archives.read_member(Path(path).read_bytes(), index)
