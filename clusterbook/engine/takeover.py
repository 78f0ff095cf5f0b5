"""What the import before has judged, known by all that it was judged from.

What a submission comes to rests on nothing but its own values and what the window knows of it: a
change in one file judges that file, and others only where it says something else of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from attrs import astuple, evolve

from clusterbook.engine.cache import Spool
from clusterbook.engine.window_files import WindowFile
from clusterbook.results.shares import Earlier, Share, Starts, WindowParts
from clusterbook.results.write import Choices, FileOutcome, Tables

STARTS: Final = "starts"  # its key in the spool
_ENDING: Final = "-judged"  # of the keys of shares

Known = dict[int, tuple[Share, FileOutcome]]  # by position in the window


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
        found.append("" if one.circumstantial or one.locked else f"{digest.hexdigest()}{_ENDING}")
    return found


def _facts(one: WindowFile, whose: Mapping[int, str]) -> tuple[WindowFile, list[list[str]]]:
    """What is known of a submission, without where in the folder it and others stand."""
    names = [[whose[other] for other in row.others] for row in one.shared]
    shared = tuple(evolve(row, others=()) for row in one.shared)
    standing = None if one.standing is None else evolve(one.standing, by=-1)
    return evolve(one, shared=shared, standing=standing), names


def earlier(spool: Spool, out: Path) -> Earlier:
    """What the import before has written to ``out``, if anything."""
    starts: Starts = spool.made(STARTS) or {}
    return Earlier(out, starts)


def known(spool: Spool, before: Earlier, marks: Sequence[str]) -> Known:
    """The shares that lie in the output as they were, with what became of their files."""
    found: Known = {}
    for at, mark in enumerate(marks):
        kept = spool.made(mark) if mark and before.starts else None
        if kept is not None:
            share = Share.unpacked(kept["share"])
            if before.holds(share):
                found[at] = share, FileOutcome(*kept["outcome"])
    return found


def keep(
    spool: Spool, marks: Sequence[str], parts: WindowParts, outcomes: Sequence[FileOutcome]
) -> list[str]:
    """Keeps the shares of a window for the next import; all keys that the spool is to keep."""
    keys: list[str] = []
    for at, (mark, share) in enumerate(zip(marks, parts.shares, strict=True)):
        keys += share.papers
        if mark:
            keys.append(mark)
            if parts.taken.get(at) != share:
                outcome = astuple(outcomes[at], recurse=False)
                spool.keep_made(mark, {"share": share.packed(), "outcome": outcome})
    return keys


def note_starts(spool: Spool, starts: Starts) -> None:
    """Keeps where the parts of windows begin in what was written."""
    spool.keep_made(STARTS, dict(starts))
