"""An import summed up for the province: parts by form, merged lists, problems, the last round.

``summarize`` reads one import (and the one of the last round) and computes all that the summary
workbook shows; ``sheets`` only lays it out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from attrs import evolve, frozen

from clusterbook.forms.options import Options
from clusterbook.forms.parsing.folding import name_key
from clusterbook.layout import layouts
from clusterbook.layout.layout import Layout
from clusterbook.reports.summary.columns import FigureColumn
from clusterbook.reports.summary.figures import (
    COUNTED,
    Cluster,
    RoundPart,
    growth,
    needed_answers,
    needed_libraries,
    part,
)
from clusterbook.reports.summary.rolls import MergedRoll, merge
from clusterbook.results.read import Line, Written, blank_submissions, round_of
from clusterbook.results.summary_input import (
    Approved,
    Imported,
    Progress,
    read_import,
    read_submissions,
)
from clusterbook.verdicts import Verdict

_STYLES = ("rolled", "as-printed")


@frozen
class ProblemCount:
    """How often a problem of one code was told, in how many submissions, with one example."""

    code: str
    level: str
    times: int
    submissions: int
    example: Line


@frozen
class Compared:
    """A figure of one cluster in both rounds.

    ``last`` was reported a round ago, ``restated`` is what the cluster now gives for that year,
    ``now`` this round's value, ``rate`` the growth from ``last`` to ``now``.
    """

    cluster: Cluster
    column: FigureColumn
    last: float | None
    restated: float | None
    now: float | None
    rate: float | None


@frozen(kw_only=True)
class PartComparison:
    """A part beside the same form of the last round."""

    part: RoundPart
    previous: RoundPart
    lines: tuple[Compared, ...]
    joined: tuple[Cluster, ...]
    left: tuple[Cluster, ...]


@frozen(kw_only=True)
class Province:
    """All that the summary shows."""

    parts: tuple[RoundPart, ...]
    rolls: tuple[MergedRoll, ...]
    submissions: tuple[Line, ...]
    problems: tuple[ProblemCount, ...]
    #: the submissions that ``problems`` leave out: next to nothing is filled in
    blank: frozenset[str]
    progress: Progress | None
    replaced: tuple[Line, ...]
    same_name: tuple[tuple[Cluster, ...], ...]
    comparisons: tuple[PartComparison, ...]
    include_returned: bool
    software: str = ""
    #: what the office set in the stead of reported figures, each with its cluster
    approved: tuple[tuple[Cluster, Approved], ...] = ()

    def verdicts(self) -> dict[str, int]:
        """How many files came to which verdict, the replaced ones among them."""
        counts = Counter(line["verdict"] for line in self.submissions)
        return {one.value: counts[one] for one in Verdict if counts[one]}


def summarize(
    folder: Path, *, include_returned: bool = False, previous: Path | None = None
) -> Province:
    """The summary of the import in ``folder``, compared with that in ``previous`` if given.

    Raises:
        NotAnImportError: a folder is no import.
        NothingToReadError: nobody has sent anything in the round of ``folder``.
        UnknownFormError: it is of a form that this software does not know.

    """
    Written(folder).with_returns()
    imported, parts = _read(folder, include_returned=include_returned)
    blank = blank_submissions(imported.submissions)
    before = _read(previous, include_returned=include_returned)[1] if previous is not None else ()
    software = imported.manifest.get("software", {})
    return Province(
        parts=parts,
        rolls=merge(parts, imported),
        submissions=tuple(imported.submissions),
        problems=tuple(
            _by_code(one for one in imported.problems if one["submission"] not in blank)
        ),
        blank=blank,
        progress=imported.progress,
        replaced=tuple(
            line for line in imported.submissions if line["verdict"] == Verdict.REPLACED
        ),
        same_name=tuple(_same_name(parts)),
        comparisons=tuple(_comparisons(parts, before)),
        include_returned=include_returned,
        approved=tuple(_approved(parts, imported)),
        software=f"{software.get('name', '')} {software.get('version', '')}".strip(),
    )


# --- reading -------------------------------------------------------------------------------------


def _read(folder: Path, *, include_returned: bool) -> tuple[Imported, tuple[RoundPart, ...]]:
    lines = [one for one in read_submissions(folder) if _summed(one)]
    known = {_round(one): _layouts(one) for one in lines}
    both = [layout for pair in known.values() for layout in pair.values()]
    kinds = {one["submission"]: known[_round(one)] for one in lines}
    wanted = {
        pair: frozenset[str]().union(*(needed_answers(layout) for layout in found.values()))
        for pair, found in known.items()
    }
    pairs = {one["submission"]: _round(one) for one in lines}
    imported = read_import(
        folder,
        lambda submission: wanted.get(pairs.get(submission, ("", "")), frozenset()),
        {
            key: layout.bodies[key].library.table
            for layout in both
            for key in needed_libraries(layout)
        },
    )
    parts: dict[tuple[str, str, str], list[Line]] = {}
    for one in lines:
        given = imported.values.get(one["submission"], {}).keys()
        years = max(_STYLES, key=lambda style: _fits(kinds[one["submission"]][style], given))
        parts.setdefault((*_round(one), years), []).append(one)
    return imported, tuple(
        part(
            known[form, round_][years],
            parts[form, round_, years],
            imported,
            include_returned=include_returned,
        )
        for form, round_, years in sorted(parts)
    )


def _summed(line: Line) -> bool:
    """Whether a file is a submission that the summary lists at all."""
    return line["verdict"] in (*COUNTED, Verdict.RETURNED) and bool(line["form"])


def _round(line: Line) -> tuple[str, str]:
    """Form and round of a submission."""
    return line["form"], round_of(line)


def _layouts(line: Line) -> dict[str, Layout]:
    """The layouts of a submission's form with the years rolled and as printed."""
    options = Options(report_year=int(line["year"]), month=int(line.get("month") or 0))
    return {years: layouts.of(line["form"], evolve(options, years=years)) for years in _STYLES}


def _fits(layout: Layout, given: Iterable[str]) -> int:
    """How many of the answers given are among those of the layout."""
    return len(needed_answers(layout) & set(given))


def _approved(parts: Sequence[RoundPart], imported: Imported) -> Iterator[tuple[Cluster, Approved]]:
    clusters = {one.submission: one for part in parts for one in part.clusters}
    for one in imported.approved:
        if one.submission in clusters:
            yield clusters[one.submission], one


# --- problems, names -----------------------------------------------------------------------------


def _by_code(problems: Iterable[Line]) -> Iterator[ProblemCount]:
    """The most frequent first."""
    found: dict[str, list[Line]] = {}
    for line in problems:
        found.setdefault(line["code"], []).append(line)
    counts = (
        ProblemCount(code, lines[0]["level"], len(lines), len({one["submission"] for one in lines}),
                  lines[0])
        for code, lines in found.items()
    )  # fmt: skip
    yield from sorted(counts, key=lambda one: (-one.times, one.code))


def _same_name(parts: Iterable[RoundPart]) -> Iterator[tuple[Cluster, ...]]:
    """Counted clusters of one form, city and name: perhaps one that came twice."""
    for one in parts:
        found: dict[tuple[str, str], list[Cluster]] = {}
        for cluster in one.counted:
            if cluster.name:
                found.setdefault((cluster.city, name_key(cluster.name)), []).append(cluster)
        yield from (tuple(group) for group in found.values() if len(group) > 1)


# --- the last round ------------------------------------------------------------------------------


def _comparisons(
    parts: Sequence[RoundPart], before: Sequence[RoundPart]
) -> Iterator[PartComparison]:
    """Each part with the latest earlier round of its form."""
    for one in parts:
        earlier = [other for other in before if other.form == one.form]
        if earlier:
            yield _comparison(one, max(earlier, key=lambda other: other.round))


def _comparison(now: RoundPart, last: RoundPart) -> PartComparison:
    known = {_identity(one): one for one in last.counted}
    times = {column.key: column.time for column in last.columns}
    lines: list[Compared] = []
    joined: list[Cluster] = []
    for cluster in now.counted:
        other = known.pop(_identity(cluster), None)
        if other is None:
            joined.append(cluster)
            continue
        both = (
            _compared(cluster, other, column, times[column.key] == column.time_before)
            for column in now.columns
            if column.sums and column.time_before is not None and column.key in times
        )
        lines += [one for one in both if {one.last, one.restated, one.now} != {None}]
    return PartComparison(part=now, previous=last, lines=tuple(lines), joined=tuple(joined),
                      left=tuple(known.values()))  # fmt: skip


def _identity(cluster: Cluster) -> tuple[str, str]:
    return cluster.city, name_key(cluster.name)


def _compared(cluster: Cluster, other: Cluster, column: FigureColumn, same_year: bool) -> Compared:  # noqa: FBT001
    last, now = other.now[column.key], cluster.now[column.key]
    restated = cluster.before[column.key] if same_year else None
    return Compared(cluster, column, last, restated, now, growth(last, now, share=column.share))
