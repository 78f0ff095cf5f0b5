"""What the import before has judged, known by all that it was judged from.

What a submission comes to rests on nothing but its own values and what the window knows of it: a
change in one file judges that file, and others only where it says something else of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from attrs import astuple, evolve, field, frozen

from clusterbook.engine.cache import Spool
from clusterbook.engine.window_files import WindowFile
from clusterbook.results.shares import Earlier, Share, Starts, WindowParts
from clusterbook.results.write import Choices, FileOutcome, Tables

LAST: Final = "last"  # its key in the spool
_ENDING: Final = "-judged"  # of the keys of windows

Known = dict[int, tuple[Share, FileOutcome]]  # by position in the window


@frozen
class Last:
    """What the import before has left: where the parts of windows begin in what it wrote.

    ``entries`` are those of the spool that hold what it judged, by the marks of the submissions.
    """

    starts: Starts = field(factory=dict)
    entries: Mapping[str, str] = field(factory=dict)

    @classmethod
    def of(cls, spool: Spool) -> Last:
        """What a spool keeps of it; nothing where no import came to its end."""
        return cls(**(spool.made(LAST) or {}))

    def keep(self, spool: Spool) -> None:
        """Keeps it for the next import."""
        spool.keep_made(LAST, {"starts": dict(self.starts), "entries": dict(self.entries)})


@frozen
class KeptWindow:
    """What the spool keeps of one window: an entry for all its marks, and papers by their keys."""

    entry: str
    marks: tuple[str, ...]
    papers: tuple[str, ...]


def marks(
    members: Sequence[WindowFile], whose: Mapping[int, str], tables: Tables, choices: Choices
) -> list[str]:
    """A hash of all that each submission of a window is judged from; '' for what is not kept.

    That is what may be another thing next time, and what rests on passwords.
    """
    common = hashlib.sha256(repr((tables, evolve(choices, packs=False, parquet=False))).encode())
    found = []
    for one in members:
        digest = common.copy()
        digest.update(repr(_facts(one, whose)).encode("utf-8", "surrogatepass"))
        found.append("" if one.circumstantial or one.locked else digest.hexdigest())
    return found


def _facts(one: WindowFile, whose: Mapping[int, str]) -> tuple[WindowFile, list[list[str]]]:
    """What is known of a submission, without where in the folder it and others stand."""
    names = [[whose[other] for other in row.others] for row in one.shared]
    shared = tuple(evolve(row, others=()) for row in one.shared)
    standing = None if one.standing is None else evolve(one.standing, by=-1)
    return evolve(one, shared=shared, standing=standing), names


def known(spool: Spool, last: Last, before: Earlier, marks: Sequence[str]) -> Known:
    """The shares that lie in the output as they were, with what became of their files."""
    found: Known = {}
    entries: dict[str, dict[str, Any]] = {"": {}}
    for at, mark in enumerate(marks):
        entry = last.entries.get(mark, "")
        if entry not in entries:
            entries[entry] = spool.made(entry) or {}
        if kept := entries[entry].get(mark):
            packed, outcome = kept
            share = Share.unpacked(packed)
            if before.holds(share):
                found[at] = share, FileOutcome(*outcome)
    return found


def keep(
    spool: Spool, marks: Sequence[str], parts: WindowParts, outcomes: Sequence[FileOutcome]
) -> KeptWindow:
    """Keeps the shares of a window for the next import, all in one entry."""
    shares: dict[str, Any] = {}
    papers: list[str] = []
    for mark, share, outcome in zip(marks, parts.shares, outcomes, strict=True):
        papers += share.papers
        if mark:
            shares[mark] = share.packed(), astuple(outcome, recurse=False)
    entry = f"{hashlib.sha256(''.join(marks).encode()).hexdigest()}{_ENDING}"
    spool.keep_made(entry, shares)
    return KeptWindow(entry, tuple(shares), tuple(papers))
