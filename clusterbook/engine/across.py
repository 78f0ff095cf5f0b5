"""What shows only across submissions: returns that replace others, and what stands in several.

Two returns of one issue id (or, where none was given, of one cluster) are told apart by the time
that the documents carry, never by their names. An enterprise in several clusters is told, a project
or patent in two is to be explained.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path

from attrs import frozen

from clusterbook.a1 import cell_name
from clusterbook.engine.cache import Card, Name, Spool
from clusterbook.forms.kinds import Raw
from clusterbook.forms.options import FORMS_KEPT, Options
from clusterbook.forms.parsing.folding import name_key, to_text
from clusterbook.forms.parsing.together import name_keys, stand_ins
from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.layout.layout import Layout
from clusterbook.problems import Problem
from clusterbook.returns.raw_values import Extracted
from clusterbook.validation import rounds

# What a row may be that can stand in several submissions, and the problem when it does.
SUBJECTS: Mapping[str, str] = {"enterprise": "R201", "project": "R202", "patent": "R203"}
_NOTHING = ("none", "stroke")  # 无 and /
_SHOWN = 3  # others named in a sentence; how many more there are is told


@frozen
class Shared:
    """One row of a submission that stands in others too: which row, and in which others."""

    library: str
    row: int
    code: str
    others: tuple[int, ...]  # the first few
    count: int  # all of them


# --- one submission ------------------------------------------------------------------------------


@lru_cache(maxsize=FORMS_KEPT)
def _subjects(form: str, options: Options) -> tuple[tuple[str, str, tuple[int, ...], int], ...]:
    """Library, subject, positions of the columns that name a row, and of its credit code or -1."""
    found = []
    layout: Layout = layouts.of(form, options)
    for key, body in layout.bodies.items():
        library = body.library
        if library.subject:
            places = {column.field.key: at for at, column in enumerate(body.columns)}
            codes = [at for at, c in enumerate(body.columns) if c.field.kind.identifies]
            named = tuple(places[name] for name in library.known_by or library.identity)
            found.append((key, library.subject, named, (codes or [-1])[0]))
    return tuple(found)


@lru_cache(maxsize=FORMS_KEPT)
def _naming(form: str, options: Options) -> tuple[int, ...]:
    """Places of the answers that name a cluster, its own name last."""
    layout: Layout = layouts.of(form, options)
    summary = layout.workbook.summary
    keys = (summary.city, summary.county, summary.name) if summary else ()
    return tuple(layout.first_places[key].index for key in keys)


def cluster_of(stamp: Stamp, extracted: Extracted) -> str:
    """The key of the cluster that a submission is about; '' where its name is not given."""
    raws = [extracted.raws[index] for index in _naming(stamp.form, stamp.options)]
    keys = [name_key(to_text(raw)) for raw in raws]
    return "|".join(keys) if keys and keys[-1] else ""


def city_of(stamp: Stamp, extracted: Extracted) -> str:
    """The city that a submission names, as the form's own list has it; "" for anything else."""
    layout: Layout = layouts.of(stamp.form, stamp.options)
    summary = layout.workbook.summary
    if summary is None or summary.city not in layout.slots:
        return ""
    kind = layout.slots[summary.city][0].field.kind
    raw = extracted.raws[layout.first_places[summary.city].index]
    read = kind.read(raw).value if raw is not None else None
    return read if isinstance(read, str) and read in getattr(kind, "options", ()) else ""


def names_of(stamp: Stamp, extracted: Extracted) -> tuple[Name, ...]:
    """The names in one submission that others may hold too; credit codes count as names."""
    found: list[Name] = []
    for key, subject, named, code in _subjects(stamp.form, stamp.options):
        raw = extracted.libraries.get(key)
        if raw is None:
            continue
        columns = [_keys(raw.columns[at]) for at in named]
        parts = zip(*columns, strict=True) if columns else [()] * len(raw.rows)
        codes = _keys(raw.columns[code]) if code >= 0 else [""] * len(raw.rows)
        for row, (names, registered) in enumerate(zip(parts, codes, strict=True)):
            if all(names):
                found.append((subject, "|".join(names), key, row))
            if registered:
                found.append((subject, f"#{registered}", key, row))
    return tuple(found)


def _keys(column: Sequence[Raw | None]) -> list[str]:
    """What each of the names in a column is known by; '' for nothing."""
    texts = ["" if raw is None else raw if type(raw) is str else to_text(raw) for raw in column]
    keys = zip(name_keys(texts), stand_ins(texts), strict=True)
    return ["" if said in _NOTHING else key for key, said in keys]


# --- all of them ---------------------------------------------------------------------------------


def find_shared(
    folder: str, members: Sequence[tuple[int, str, str, str, str]]
) -> dict[int, tuple[Shared, ...]]:
    """Rows that stand in submissions of several clusters, by submission; a worker's task.

    ``members``: number of a submission, key of its spool entry, its round, its cluster, whom it was
    issued to. Different rounds do not share. What was issued to the same, or names no
    cluster, is not known to be about another one. Memory grows by some 100 bytes a name.
    """
    spool = Spool(Path(folder))
    first: dict[int, int] = {}
    holders: dict[int, list[int]] = {}  # of what stands in more than one submission
    for number, key, round_, _, _ in members:
        marks = {hash((subject, name, round_)) for subject, name, _, _ in spool.names(key)}
        known = marks & first.keys()
        for mark in known:
            holders.setdefault(mark, [first[mark]]).append(number)
        first |= dict.fromkeys(marks - known, number)
    if not holders:
        return {}
    about = {number: (cluster, whom) for number, _, _, cluster, whom in members}
    sharing = set(chain.from_iterable(holders.values()))
    found: dict[int, tuple[Shared, ...]] = {}
    for number, key, round_, *_ in (one for one in members if one[0] in sharing):
        rows: dict[tuple[str, int, str], list[int]] = {}
        for subject, name, library, row in spool.names(key):
            others = [
                other for other in holders.get(hash((subject, name, round_)), ())
                if other != number and _differ(about[other], about[number])
            ]  # fmt: skip
            if others:
                rows.setdefault((library, row, SUBJECTS[subject]), []).extend(others)
        if rows:
            found[number] = tuple(
                Shared(library, row, code, tuple(sorted(set(others))[:_SHOWN]), len(set(others)))
                for (library, row, code), others in rows.items()
            )
    return found


def _differ(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two submissions, by cluster and whom they were issued to, are of two clusters."""
    named = one[0] != "" and other[0] != "" and one[0] != other[0]
    return named and (one[1] == "" or one[1] != other[1])


def shared_problems(
    layout: Layout, extracted: Extracted, shared: Sequence[Shared], whose: Mapping[int, str]
) -> Iterator[Problem]:
    """The problems of the rows of one submission that stand in others; ``whose`` names those."""
    for one in shared:
        raw, body = extracted.libraries[one.library], layout.bodies[one.library]
        at = next(n for n, c in enumerate(body.columns) if c.field.key == body.library.identity[0])
        column, col = body.columns[at], raw.cols[at]
        value = raw.columns[at][one.row]
        names = [whose[number] for number in one.others]
        more = f"等{one.count}份" if one.count > len(names) else ""
        yield Problem(
            code=one.code, sheet=raw.sheet, key=column.key, label=column.path,
            cell="" if col is None else cell_name(raw.rows[one.row], col),
            value="" if value is None else to_text(value),
            facts={"others": "、".join(names) + more, "count": one.count},
        )  # fmt: skip


# --- returns of the same issue id ----------------------------------------------------------------


@frozen
class CountyStanding:
    """What other returns of its issue id make of one: replaced by a later one, or undecided.

    ``by`` is the position of the one that replaces it.
    """

    replaced: bool
    problem: Problem
    by: int = -1


def standings(files: Sequence[tuple[str, Card | None]]) -> dict[int, CountyStanding]:
    """The returns, by position, that another return of their issue id puts in question.

    A returned copy that comes back counts before what it was made of. Among equals the later
    document counts. Where the times are missing or the same, and the contents differ, nobody can
    tell, and all are asked back; of equal contents the first counts.
    """
    by_issue: dict[str, list[int]] = {}
    for at, (_, card) in enumerate(files):
        if card is None or not card.readable or card.stamp is None:
            continue
        stamp = card.stamp
        if known := rounds.origin(stamp.issue) or (
            card.cluster and f"{stamp.form}|{stamp.round}|{card.cluster}"
        ):
            by_issue.setdefault(known, []).append(at)
    found: dict[int, CountyStanding] = {}
    for same in by_issue.values():
        if len(same) > 1:
            found |= _standings(files, same)
    return found


def _standings(
    files: Sequence[tuple[str, Card | None]], same: Sequence[int]
) -> dict[int, CountyStanding]:
    cards = {at: card for at in same if (card := files[at][1]) is not None}
    contents: dict[str, int] = {}
    found: dict[int, CountyStanding] = {}
    for at in same:
        first = contents.setdefault(cards[at].sha256, at)
        if first != at:
            found[at] = _replaced(files, first, "内容完全相同")
    numbers = {at: _round(files, at) for at in contents.values()}
    highest = max(numbers.values())
    last = [at for at, number in numbers.items() if number == highest]
    latest = max(cards[at].modified for at in last)
    newest = [at for at in last if cards[at].modified == latest]
    if len(newest) > 1 or not all(cards[at].modified for at in last):
        newest = last
        for at in last if len(last) > 1 else ():
            others = "、".join(files[other][0] for other in last if other != at)
            problem = Problem(code="F112", value=others, facts={"count": len(last)})
            found[at] = CountyStanding(replaced=False, problem=problem)
    for at in numbers.keys() - newest:
        why = "保存时间较晚" if at in last else "是退回后重新报送的"
        found[at] = _replaced(files, newest[0], why)
    return found


def _replaced(files: Sequence[tuple[str, Card | None]], by: int, why: str) -> CountyStanding:
    problem = Problem(code="F111", value=files[by][0], facts={"why": why})
    return CountyStanding(replaced=True, problem=problem, by=by)


def rounds_before(
    files: Sequence[tuple[str, Card | None]], found: Mapping[int, CountyStanding]
) -> dict[int, int]:
    """The return of the round before, by the one that counts: both by position."""
    latest: dict[int, int] = {}
    for at, standing in found.items():
        if not standing.replaced or _round(files, at) >= _round(files, standing.by):
            continue
        known = latest.setdefault(standing.by, at)
        if _age(files, at) > _age(files, known):
            latest[standing.by] = at
    return latest


def _age(files: Sequence[tuple[str, Card | None]], at: int) -> tuple[int, str]:
    card = files[at][1]
    return _round(files, at), card.modified if card else ""


def _round(files: Sequence[tuple[str, Card | None]], at: int) -> int:
    card = files[at][1]
    return rounds.number(card.stamp.issue) if card and card.stamp else -1
