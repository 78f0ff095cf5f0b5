"""Many files at once: read in workers, compared with each other, judged in windows.

Windows are cut by the order of the files and never by the number of workers, so that the same
files give the same results however the work was shared out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from clusterbook.allowance import few_collections
from clusterbook.engine import across, attachments, papers, scratch, volumes
from clusterbook.engine.cache import Spool
from clusterbook.engine.inbox import FoundFile
from clusterbook.engine.reads import Means, ReadFile, hash_all, read_all
from clusterbook.engine.window_files import WindowFile
from clusterbook.engine.workers import certainly
from clusterbook.forms.stamp import Registered, Stamp
from clusterbook.problems import Problem
from clusterbook.progress import Progress
from clusterbook.validation.promises import Promises, of_return
from clusterbook.validation.rounds import Finding, cluster_mark, first_issue, number, origin
from clusterbook.validation.settled import Settlements

if TYPE_CHECKING:
    from clusterbook.validation.judged import Batch

# Submissions judged at a time: many, because schemas and rules cost as much for one as for
# hundreds; not all, because their values are in memory, and so that two workers share 500.
WINDOW = 250
Register = Mapping[str, Registered]
# Problems of an earlier import, by issue id or by what stands for one.
Previous = Mapping[str, tuple[Finding, ...]]


@frozen
class Gathered:
    """All files read: their members in order, and the names by which sentences call them."""

    members: tuple[WindowFile, ...]
    entries: tuple[ReadFile, ...]

    def windows(self) -> Iterator[tuple[int, tuple[WindowFile, ...]]]:
        """Number and members of each window."""
        for window, at in enumerate(range(0, len(self.members), WINDOW)):
            yield window, self.members[at : at + WINDOW]

    def whose(self, members: Sequence[WindowFile]) -> dict[int, str]:
        """The names of all submissions that share rows with these."""
        others = {other for member in members for row in member.shared for other in row.others}
        return {other: _whose(self.members[other], self.entries[other]) for other in others}


def _whose(member: WindowFile, entry: ReadFile) -> str:
    stamp = entry.card.stamp if entry.card else None
    return (stamp.issued_to if stamp else "") or member.file


def gather(
    hashed: Sequence[ReadFile],
    means: Means,
    *,
    register: Register | None = None,
    previous: Previous | None = None,
    promises: Promises | None = None,
    settlements: Settlements | None = None,
) -> Gathered:
    """Reads all files into the spool and finds what shows only across them."""
    entries = read_all(hashed, means)
    files = [(one.found.name, one.card) for one in entries]
    listed = [(one.found.name, one.card, bool(one.found.skip)) for one in entries]
    evidence = frozenset(at for at, one in enumerate(entries) if one.found.evidence)
    beside = attachments.attached(listed, register, evidence)
    standings = across.standings(files)
    counting = [
        (at, one.key, one.card.stamp.round, one.card.cluster, one.card.stamp.issued_to)
        for at, one in enumerate(entries)
        if one.card and one.card.readable and one.card.stamp
        and not (at in standings and standings[at].replaced)
    ]  # fmt: skip
    shared: dict[int, tuple[across.Shared, ...]] = {}
    if len(counting) > 1:
        shared = certainly(means.pool, across.find_shared, str(means.spool.folder), counting)
    ids = _ids(entries, standings)
    members = [
        _member(entry, ids[at], standings.get(at), shared.get(at, ()), register)
        for at, entry in enumerate(entries)
    ]
    for at, paper in papers.names(members, [one.card for one in entries]).items():
        members[at] = evolve(members[at], paper=paper)
    for at, found in beside.items():
        members[at] = evolve(members[at], attached=found)
    volumes_of = volumes.volumes_of(listed, evidence, beside, register)
    for at, (own, told) in volumes.survey_all(volumes_of, entries, means).items():
        problems = (*members[at].problems, *told)
        members[at] = evolve(members[at], evidence=own, problems=problems)
    for at, earlier in across.rounds_before(files, standings).items():
        members[at] = evolve(members[at], earlier=members[earlier])
    known = _by_origin(previous or {})
    for at, (_, card) in enumerate(files):
        if known and members[at].earlier is None and card is not None and card.stamp is not None:
            before = _before(known, card.stamp, card.cluster)
            members[at] = evolve(members[at], before=before)
        if promises and card is not None and card.stamp is not None:
            promised = of_return(promises, _named(card.stamp, members[at].issued), card.cluster)
            members[at] = evolve(members[at], promised=promised)
        if settlements and card is not None and card.stamp is not None:
            given = settlements.of(card.stamp.issue, card.sha256, members[at].id)
            members[at] = evolve(members[at], given=given)
    return Gathered(tuple(members), tuple(entries))


def _named(stamp: Stamp, issued: Registered | None) -> Stamp:
    """The stamp with the name that the register has for it."""
    return stamp if issued is None else evolve(stamp, issued_to=issued.issued_to)


def _by_origin(previous: Previous) -> dict[str, dict[int, tuple[Finding, ...]]]:
    """Problems of an earlier import by the workbook and its round."""
    found: dict[str, dict[int, tuple[Finding, ...]]] = {}
    for issue, problems in previous.items():
        found.setdefault(origin(issue), {})[number(issue)] = problems
    return found


def _before(
    known: Mapping[str, Mapping[int, tuple[Finding, ...]]], stamp: Stamp, cluster: str
) -> tuple[Finding, ...] | None:
    """What an earlier import found in the latest round before this one.

    Where no workbook was issued its cluster tells which return is meant.
    """
    if not stamp.issue:
        return known.get(cluster_mark(stamp.form, stamp.round, cluster), {}).get(0)
    own = known.get(origin(stamp.issue), {})
    rounds = [round_ for round_ in own if round_ < number(stamp.issue)]
    return own[max(rounds)] if rounds else None


def _member(
    entry: ReadFile,
    id: str,  # noqa: A002
    standing: across.CountyStanding | None,
    shared: tuple[across.Shared, ...],
    register: Register | None,
) -> WindowFile:
    problems, issued = entry.problems, None
    stamp = entry.card.stamp if entry.card else None
    if register is not None and stamp is not None and first_issue(stamp.issue):
        issued = register.get(first_issue(stamp.issue))
        if issued is None:
            problems = (*problems, Problem(code="F110", value=stamp.issue))
    return WindowFile(
        file=entry.found.name, id=id, key=entry.key if entry.card else "",
        sha256=entry.card.sha256 if entry.card else entry.key, problems=problems,
        standing=standing, shared=shared, issued=issued, skipped=bool(entry.found.skip),
        locked=bool(entry.card and entry.card.locked),
    )  # fmt: skip


def _ids(
    entries: Sequence[ReadFile], standings: Mapping[int, across.CountyStanding]
) -> dict[int, str]:
    """An id for each: its issue id for the one that counts, else one with a number or hash.

    Ids become names of files, so no two differ by case only.
    """

    def last(at: int) -> bool:
        return at in standings and standings[at].replaced

    order = sorted(range(len(entries)), key=lambda at: (last(at), at))
    stems = {at: _stem(entries[at]) for at in order}
    reserved = {stem.casefold() for stem in stems.values()}
    taken: set[str] = set()
    ids: dict[int, str] = {}
    for at in order:
        ids[at] = stems[at]
        for at_least in count(2):
            known = ids[at].casefold()
            if known not in taken and (ids[at] == stems[at] or known not in reserved):
                break
            ids[at] = f"{stems[at]}-{at_least}"
        taken.add(ids[at].casefold())
    return ids


def _stem(entry: ReadFile) -> str:
    stamp = entry.card.stamp if entry.card else None
    if stamp is not None and stamp.issue:
        return stamp.issue
    content = (entry.card.sha256 if entry.card else entry.key)[:12]
    return f"{stamp.form if stamp else 'file'}-{content or 'skipped'}"


def run(
    files: Sequence[FoundFile],
    *,
    pool: Executor,
    register: Register | None = None,
    settlements: Settlements | None = None,
    progress: Progress | None = None,
    passwords: tuple[str, ...] = (),
) -> Batch:
    """Reads all files through ``pool`` and judges them here, together: for few files."""
    with TemporaryDirectory(dir=scratch.folder()) as folder:
        means = Means(pool=pool, spool=Spool.beside(Path(folder)), progress=progress,
                      passwords=passwords)  # fmt: skip
        return run_with(means, files, register=register, settlements=settlements)


def run_with(
    means: Means,
    files: Sequence[FoundFile],
    *,
    register: Register | None = None,
    settlements: Settlements | None = None,
) -> Batch:
    """The same by means of one's own."""
    with few_collections():
        from clusterbook.engine.judge import judge

        gathered = gather(hash_all(files), means, register=register, settlements=settlements)
        return judge(
            gathered.members, means.spool.returned, gathered.whose(gathered.members),
            partial(volumes.surveyed, means.spool),
        )  # fmt: skip
