"""The straight line from the bytes of a returned file to its raw values; runs in a worker."""

from __future__ import annotations

import hashlib

from attrs import define, evolve, field, frozen

from clusterbook import registry
from clusterbook.archives import member, members, read_member
from clusterbook.around import written_around
from clusterbook.extract import NOT_ASKED, TYPED_ONLY, Extracted, extract, read_explanations
from clusterbook.findings import refusal, told
from clusterbook.grid import GridError, read_grid
from clusterbook.identity import Stamp
from clusterbook.place import place
from clusterbook.problems import Problem
from clusterbook.questions import explained
from clusterbook.recognize import identify
from clusterbook.rounds import Rounds


@frozen(kw_only=True)
class Returned:
    """One file as read: who it is for, and its raw values; or only problems."""

    sha256: str
    stamp: Stamp | None = None
    extracted: Extracted | None = None
    problems: tuple[Problem, ...] = ()
    modified: str = ""
    #: shown name and number of each file in a pack of submissions, which is no submission itself
    members: tuple[tuple[str, int], ...] = ()


@define(kw_only=True)
class Submission:
    """A judged file. ``group`` and ``position`` tell where its values are in the batch's data.

    ``rounds`` compares it with the return of the round before, where that is known.
    """

    file: str
    sha256: str
    id: str = ""
    stamp: Stamp | None = None
    problems: list[Problem] = field(factory=list)
    verdict: str = ""
    rounds: Rounds | None = None
    group: int = -1
    position: int = -1


def read_submission(data: bytes, digest: str = "") -> Returned:
    """Guards, reads, identifies and places one file; what is wrong with it becomes problems.

    ``digest`` is the SHA-256 of the bytes, for those who know it.
    """
    digest = digest or hashlib.sha256(data).hexdigest()
    try:
        grid = read_grid(data, skip=NOT_ASKED, uncomputed=TYPED_ONLY)
    except GridError as error:
        if error.code == "pack":
            return _pack(data, digest)
        return Returned(sha256=digest, problems=(refusal(error),))
    stamp, problems = identify(grid)
    if stamp is None:
        return Returned(sha256=digest, problems=tuple(problems))
    problems += told(grid)
    layout = registry.layout(stamp.form, stamp.options)
    extracted = extract(place(grid, layout, stamp.issue))
    extracted.explanations = read_explanations(grid, layout)
    extracted.problems += written_around(grid, layout)
    return Returned(
        sha256=digest, stamp=stamp, extracted=extracted,
        problems=tuple(explained(one, extracted.explanations) for one in problems),
        modified=grid.core.get("modified", ""),
    )  # fmt: skip


def _pack(data: bytes, digest: str) -> Returned:
    """A zip file of other files, which are read one by one."""
    try:
        listed = members(data)
    except GridError as error:
        return Returned(sha256=digest, problems=(refusal(error),))
    return Returned(sha256=digest, members=tuple((one.name, one.index) for one in listed))


def read_pack_member(data: bytes, index: int) -> Returned:
    """One file of a pack of submissions, like ``read_submission``."""
    try:
        listed = member(data, index)
        content = read_member(data, index)
    except GridError as error:
        return Returned(sha256="", problems=(refusal(error),))
    returned = read_submission(content)
    if returned.members:
        problem = refusal(GridError("pack_in_pack"))
        return Returned(sha256=returned.sha256, problems=(problem,))
    if listed.encoding:
        problem = Problem(code="F147", facts={"detail": listed.encoding})
        return evolve(returned, problems=(*returned.problems, problem))
    return returned
