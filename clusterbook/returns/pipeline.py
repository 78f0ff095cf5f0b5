"""The straight line from the bytes of a returned file to its raw values; runs in a worker."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from attrs import evolve

from clusterbook.forms.reasons import explained
from clusterbook.layout import layouts
from clusterbook.problems import Problem
from clusterbook.readers.archives import member, members, read_member
from clusterbook.readers.findings import refusal, told
from clusterbook.readers.grid import GridError, read_grid
from clusterbook.returns.around import written_around
from clusterbook.returns.carried import carried
from clusterbook.returns.extract import (
    NOT_ASKED,
    TYPED_ONLY,
    extract,
    read_explanations,
    reasons_beside,
)
from clusterbook.returns.foreign_saves import lost_guards, without_numbers
from clusterbook.returns.identify import identify, issued_by
from clusterbook.returns.overlays import lying_over
from clusterbook.returns.place import place
from clusterbook.returns.raw_values import Returned


def read_submission(data: bytes, digest: str = "", passwords: Sequence[str] = ()) -> Returned:
    """Guards, reads, identifies and places one file; what is wrong with it becomes problems.

    ``digest`` is the SHA-256 of the bytes, for those who know it; ``passwords`` are tried on a
    file that has one to open.
    """
    digest = digest or hashlib.sha256(data).hexdigest()
    try:
        grid = read_grid(data, skip=NOT_ASKED, uncomputed=TYPED_ONLY, passwords=passwords)
    except GridError as error:
        if error.code == "pack":
            return _pack(data, digest)
        locked = error.code == "encrypted" or "opened" in error.facts
        kind = error.facts.get("found", "")
        return Returned(sha256=digest, problems=(refusal(error),), locked=locked, kind=kind)
    locked = any(note.kind == "opened" for note in grid.notes)
    grid, numbered = without_numbers(grid)
    identity = identify(grid)
    stamp, problems = identity.stamp, [*identity.problems, *numbered]
    if stamp is None:
        return Returned(sha256=digest, problems=tuple(problems), locked=locked)
    problems += told(grid)
    issued, layout = issued_by(grid, stamp), layouts.of_stamp(stamp)
    placement = place(grid, issued, identity.marked)
    extracted = extract(placement)
    extracted.problems += lying_over(grid, placement)
    if not identity.problems:  # else it is no wonder: the sheets were copied into another file
        problems += lost_guards(placement)
    if issued is not layout:
        extracted = carried(extracted, issued, layout)
    extracted.explanations = read_explanations(grid, issued) | reasons_beside(extracted, layout)
    extracted.problems += written_around(grid, issued)
    missing = {p.value for p in extracted.problems if p.code == "L101"}
    problems = [p for p in problems if p.code != "F174" or p.value not in missing]
    return Returned(
        sha256=digest, stamp=stamp, extracted=extracted,
        problems=tuple(explained(one, extracted.explanations) for one in problems),
        modified=grid.core.get("modified", ""), locked=locked,
    )  # fmt: skip


def _pack(data: bytes, digest: str) -> Returned:
    """A zip file of other files, which are read one by one."""
    try:
        listed = members(data)
    except GridError as error:
        return Returned(sha256=digest, problems=(refusal(error),))
    return Returned(sha256=digest, members=tuple((one.name, one.index) for one in listed))


def read_pack_member(data: bytes, index: int, passwords: Sequence[str] = ()) -> Returned:
    """One file of a pack of submissions, like ``read_submission``."""
    try:
        listed = member(data, index)
        content = read_member(data, index)
    except GridError as error:
        return Returned(sha256="", problems=(refusal(error),))
    returned = read_submission(content, passwords=passwords)
    if returned.members:
        problem = refusal(GridError("pack_in_pack"))
        return Returned(sha256=returned.sha256, problems=(problem,))
    if listed.encoding:
        problem = Problem(code="F147", facts={"detail": listed.encoding})
        return evolve(returned, problems=(*returned.problems, problem))
    return returned
