"""Libraries of all clusters merged into one list each, with what stands in it more than once.

Entries are the same where their codes are, or their names but for spaces, brackets and width.
Look-alikes are never merged, and no line is left out: what is double is marked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from attrs import evolve, frozen

from clusterbook.forms.parsing.folding import name_key
from clusterbook.forms.summary_spec import Roll, RollColumn, Source
from clusterbook.layout.layout import Layout
from clusterbook.reports.summary.figures import Cluster, RoundPart, cell_value
from clusterbook.results.read import Line
from clusterbook.results.summary_input import Imported

_TENS = {"万": 4, "亿": 8}
_YES_NO = {"true": "是", "false": "否"}


@frozen(kw_only=True)
class RollLine:
    """A line of a merged list: the cluster, the library, the row in its file, the cells by key.

    ``reported`` is the amount in the library's own ``unit``. ``times``: how many rows of the
    library it stands for. ``group`` is the same for lines that mean the same; ``spread`` are the
    clusters these stand in.
    """

    cluster: Cluster
    source: str
    sheet: str
    row: int
    cells: Mapping[str, str | float | None]
    reported: float | None = None
    unit: str = ""
    times: int = 1
    group: int = -1
    spread: tuple[Cluster, ...] = ()
    marks: tuple[str, ...] = ()


@frozen(kw_only=True)
class MergedRoll:
    """A list over all forms. ``columns`` are those in which at least one line says something."""

    roll: Roll
    columns: tuple[RollColumn, ...]
    entries: tuple[RollLine, ...]

    def shared(self) -> list[list[RollLine]]:
        """The lines of each name or code that stands in several clusters."""
        groups: dict[int, list[RollLine]] = {}
        for entry in self.entries:
            if len(entry.spread) > 1:
                groups.setdefault(entry.group, []).append(entry)
        return list(groups.values())


def merge(parts: Sequence[RoundPart], imported: Imported) -> tuple[MergedRoll, ...]:
    """The lists of all parts, those with the same key as one; counted clusters only."""
    rolls: dict[str, Roll] = {}
    entries: dict[str, list[RollLine]] = {}
    for part in parts:
        for roll in part.summary.rolls:
            known = rolls.setdefault(roll.key, roll)
            more = [c for c in roll.columns if c.key not in {k.key for k in known.columns}]
            rolls[roll.key] = evolve(known, columns=(*known.columns, *more))
            entries.setdefault(roll.key, []).extend(_entries(part, roll, imported))
    return tuple(_merged(rolls[key], entries[key]) for key in rolls)


def _merged(roll: Roll, entries: Sequence[RollLine]) -> MergedRoll:
    marked = tuple(_marked(roll, entries))
    used = {
        key for entry in marked for key, value in entry.cells.items() if value not in (None, "")
    }
    used |= {roll.name, roll.amount}
    columns = tuple(column for column in roll.columns if column.key in used)
    return MergedRoll(roll=roll, columns=columns, entries=marked)


# --- lines ---------------------------------------------------------------------------------------


def _entries(part: RoundPart, roll: Roll, imported: Imported) -> Iterator[RollLine]:
    for cluster in part.counted:
        for source in roll.sources:
            lines = imported.rows.get(source.library, {}).get(cluster.submission, [])
            found = [_entry(part.layout, roll, source, cluster, line) for line in lines]
            yield from _distinct(roll, found) if source.distinct else found


def _entry(layout: Layout, roll: Roll, source: Source, cluster: Cluster, line: Line) -> RollLine:
    units = {column.key: column.unit for column in roll.columns}
    cells: dict[str, str | float | None] = {}
    reported, reported_unit = None, ""
    for key, names in source.taken().items():
        kind = layout.columns[f"{source.library}.{names[0]}"].field.kind
        if not kind.numeric:
            cells[key] = _joined(line.get(name, "") for name in names)
            continue
        number = cell_value(kind, line.get(names[0], "")).number
        cells[key] = converted(number, kind.unit, units[key] or kind.unit)
        if key == roll.amount:
            reported, reported_unit = number, kind.unit
    return RollLine(
        cluster=cluster, source=source.label, sheet=line["sheet"], row=int(line["row"]),
        cells=cells, reported=reported, unit=reported_unit,
    )  # fmt: skip


def _joined(texts: Iterable[str]) -> str:
    """The texts side by side, one that repeats what stands before it only once."""
    return "".join(dict.fromkeys(_YES_NO.get(text, text) for text in texts))


def converted(value: float | None, unit: str, target: str) -> float | None:
    """A number of one unit in another one of the same base (万元, 亿元); ValueError otherwise."""
    if value is None or unit == target:
        return value
    (tens, base), (target_tens, target_base) = _apart(unit), _apart(target)
    if base != target_base:
        raise ValueError(f"{unit!r} cannot be converted to {target!r}")
    return float(Decimal(repr(value)).scaleb(tens - target_tens))


def _apart(unit: str) -> tuple[int, str]:
    return (_TENS[unit[0]], unit[1:]) if unit[:1] in _TENS else (0, unit)


def _distinct(roll: Roll, entries: Iterable[RollLine]) -> Iterator[RollLine]:
    """One line for each name, which says how many it stands for."""
    found: dict[str, RollLine] = {}
    for entry in entries:
        key = name_key(str(entry.cells.get(roll.name) or ""))
        known = found.get(key)
        found[key] = evolve(known, times=known.times + 1) if known else entry
    yield from found.values()


# --- what is double ------------------------------------------------------------------------------


@frozen
class _Same:
    """What the lines of a group, which mean the same, have among them."""

    spread: tuple[Cluster, ...]
    #: how many lines of each source, by cluster
    sources: Mapping[str, Mapping[str, int]]
    codes: int
    names: int

    @classmethod
    def of(cls, roll: Roll, lines: Sequence[RollLine]) -> _Same:
        """Told once for all of them: a list may hold thousands of one name."""
        sources: dict[str, dict[str, int]] = {}
        for one in lines:
            here = sources.setdefault(one.cluster.submission, {})
            here[one.source] = here.get(one.source, 0) + 1
        codes = {str(one.cells.get(roll.code) or "") for one in lines} - {""} if roll.code else ()
        names = {str(one.cells.get(roll.name) or "") for one in lines}
        return cls(
            spread=tuple({one.cluster.submission: one.cluster for one in lines}.values()),
            sources=sources, codes=len(codes), names=len(set(map(name_key, names))),
        )  # fmt: skip


def _marked(roll: Roll, entries: Sequence[RollLine]) -> Iterator[RollLine]:
    groups = _groups(roll, entries)
    members: dict[int, list[RollLine]] = {}
    for entry, group in zip(entries, groups, strict=True):
        members.setdefault(group, []).append(entry)
    told = {group: _Same.of(roll, lines) for group, lines in members.items()}
    for entry, group in zip(entries, groups, strict=True):
        same = told[group]
        named = bool(entry.cells.get(roll.name))
        marks = tuple(_marks(entry, same)) if named else ()
        yield evolve(entry, group=group, spread=same.spread if named else (), marks=marks)


def _marks(entry: RollLine, same: _Same) -> Iterator[str]:
    here = same.sources[entry.cluster.submission]
    if here[entry.source] > 1:
        yield f"本集群重复{here[entry.source]}行"
    if others := sorted(here.keys() - {entry.source}):
        yield f"同见{'、'.join(others)}"
    if len(same.spread) > 1:
        yield f"涉及{len(same.spread)}个集群"
    if same.codes > 1:
        yield "同名但代码不同，请核"
    elif same.names > 1:
        yield "同代码但名称不同，请核"


def _groups(roll: Roll, entries: Sequence[RollLine]) -> list[int]:
    """For each line the first one that means the same, by name or by code, step by step."""
    first: dict[tuple[str, str], int] = {}
    parent = list(range(len(entries)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    for at, entry in enumerate(entries):
        name = name_key(str(entry.cells.get(roll.name) or ""))
        code = str(entry.cells.get(roll.code) or "") if roll.code else ""
        for mark in (("name", name), ("code", code)):
            if mark[1]:
                one, other = sorted((root(at), root(first.setdefault(mark, at))))
                parent[other] = one
    return [root(at) for at in range(len(entries))]
