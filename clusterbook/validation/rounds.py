"""The rounds of one workbook: ids of returned copies, and what a round has mended.

A returned copy is a child of the workbook it was made from: ``R7K2-R1`` of ``R7K2``, ``R7K2-R2`` of
``R7K2-R1``. All rounds share the id under which the workbook was issued.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from attrs import evolve, frozen

from clusterbook.a1 import parted
from clusterbook.forms.stamp import Stamp
from clusterbook.problems import Problem

_ROUND = re.compile(r"(.*)-R([1-9][0-9]{0,5})\Z", re.DOTALL)
# Stands before the hash of a workbook that was issued to nobody and came back.
_UNISSUED = "unissued-"
_HASH_DIGITS = 12


def first_issue(issue: str) -> str:
    """The id in the register of what was issued; '' for a workbook issued to nobody."""
    first = origin(issue)
    return "" if first.startswith(_UNISSUED) else first


def unissued(sha256: str) -> str:
    """What stands for the id of a workbook that was issued to nobody and came back like this."""
    return _UNISSUED + sha256[:_HASH_DIGITS]


def cluster_mark(form: str, round_: str, cluster: str) -> str:
    """What all rounds about one cluster have in common where no workbook was issued for it."""
    return f"cluster|{form}|{round_}|{cluster}" if cluster else ""


def number(issue: str) -> int:
    """How often the workbook has been returned: 0 as issued, 1 for the first returned copy."""
    found = _ROUND.match(issue)
    return int(found[2]) if found else 0


def child(stamp: Stamp, sha256: str) -> Stamp:
    """The stamp of the returned copy of a workbook with this stamp and this content.

    A workbook without an issue id gets one from its content, so that its copies have a parent.
    """
    parent = stamp.issue or unissued(sha256)
    return evolve(stamp, issue=f"{origin(parent)}-R{number(parent) + 1}", parent=parent)


def origin(issue: str) -> str:
    """What all rounds of one workbook have in common."""
    found = _ROUND.match(issue)
    return found[1] if found else issue


# --- before and after ----------------------------------------------------------------------------


@frozen(kw_only=True)
class Finding:
    """A problem as rounds compare it, and what is told of it; problems.json has the same names."""

    code: str
    key: str = ""
    sheet: str = ""
    cell: str = ""
    value: str = ""
    level: str = ""
    label: str = ""
    message: str = ""

    @classmethod
    def of(cls, one: Finding | Problem | Mapping[str, Any], lang: str = "zh") -> Finding:
        """From a problem, or from its row in an earlier problems.json or problems.csv."""
        if isinstance(one, Finding):
            return one
        if isinstance(one, Problem):
            return cls(
                code=one.code, key=one.key, sheet=one.sheet, cell=one.cell, value=one.value,
                level=one.level.value, label=one.label, message=one.message(lang),
            )  # fmt: skip
        names = ("code", "key", "sheet", "cell", "value", "level", "label", "message")
        return cls(**{name: str(one.get(name) or "") for name in names})

    @property
    def row(self) -> str:
        """The row its cell stands in."""
        return str(parted(self.cell)[1] or "")

    @property
    def places(self) -> tuple[Hashable, ...]:
        """What it is known by, the surest first.

        The cell of its answer; the same content of the same column in another row, as rows move
        when others are deleted. What no answer claims is known by its sheet and cell.
        """
        if not self.key:
            return ((self.code, self.sheet, self.cell, self.value),)
        return ((self.code, self.key, self.row), (self.code, self.key, self.value, "moved"))


@frozen(kw_only=True)
class RoundComparison:
    """A round against the one before: what is mended, and for each problem now whether it is new.

    ``new`` and ``still_open`` are positions in the later list, ``fixed`` in the earlier one.
    """

    fixed: tuple[int, ...]
    still_open: tuple[int, ...]
    new: tuple[int, ...]


def compare(
    before: Iterable[Finding | Problem | Mapping[str, Any]],
    after: Iterable[Finding | Problem | Mapping[str, Any]],
) -> RoundComparison:
    """Which problems of an earlier round are fixed, which are still there, which are new.

    A cell that has another problem now has mended one and made one.
    """
    old, now = [Finding.of(one) for one in before], [Finding.of(one) for one in after]
    waiting, met = set(range(len(old))), {}
    for step in range(2):
        places: dict[Hashable, list[int]] = {}
        for at in sorted(waiting):
            if step < len(old[at].places):
                places.setdefault(old[at].places[step], []).append(at)
        for at, one in enumerate(now):
            found = places.get(one.places[step]) if step < len(one.places) else None
            if at not in met and found:
                met[at] = found.pop(0)
                waiting.discard(met[at])
    return RoundComparison(
        fixed=tuple(sorted(waiting)), still_open=tuple(sorted(met)),
        new=tuple(at for at in range(len(now)) if at not in met),
    )  # fmt: skip


@frozen(kw_only=True)
class Rounds:
    """A return against that of the round before: what is mended, and which problems are new.

    ``fixed`` are problems of the earlier return, ``new`` positions among those of this one.
    """

    fixed: tuple[Finding, ...]
    still_open: tuple[int, ...]
    new: tuple[int, ...]

    @classmethod
    def of(cls, before: Sequence[Finding], after: Sequence[Problem]) -> Rounds:
        """The comparison of two lists of problems."""
        told = compare(before, after)
        fixed = tuple(before[at] for at in told.fixed)
        return cls(fixed=fixed, still_open=told.still_open, new=told.new)
