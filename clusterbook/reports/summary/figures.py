"""The provincial summary, computed: clusters of each form with their figures, sums, ranks, demands.

Nothing here knows a workbook. What is missing is None and never 0; growth is that of sums over the
clusters that gave both years, never a mean of percentages. Every number keeps the answers it was
made from, with file, sheet and cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import fsum, isnan
from typing import Any

import numpy as np
from attrs import frozen

from clusterbook.forms.expressions.columns import evaluate, round_half_away
from clusterbook.forms.expressions.frames import Array, Frames
from clusterbook.forms.expressions.nodes import (
    AnswerOf,
    ColumnIs,
    Expression,
    Largest,
    Middle,
    RowCount,
    Total,
)
from clusterbook.forms.kinds import Kind
from clusterbook.forms.summary_spec import Demand, Summary
from clusterbook.layout.layout import Layout
from clusterbook.reports.summary.columns import FigureColumn, column_of
from clusterbook.reports.summary.derived import summary_of
from clusterbook.results.read import Line
from clusterbook.results.summary_input import Imported, Value
from clusterbook.verdicts import Verdict

COUNTED = (Verdict.PASSED, Verdict.EXPLAIN)
MET, NOT_MET, TO_CHECK = "符合", "不符合", "待核"
NOT_GIVEN = "（未填）"
_HAIR = 1e-9  # as the rules of the forms take equal numbers
_OVER_COLUMN = (Total, RowCount, ColumnIs, Largest, Middle)


@frozen
class Trace:
    """One answer behind a number: its key, where it stands in the county's file, what was typed."""

    key: str
    label: str
    sheet: str
    cell: str
    raw: str
    value: float | str | None


@frozen(kw_only=True)
class Cluster:
    """A submission as the summary sees it.

    ``now`` and ``before`` hold the figures by key. ``counted`` says whether it goes into sums.
    """

    submission: str
    file: str
    verdict: str
    counted: bool
    name: str
    city: str
    county: str
    industry: str
    facts: tuple[str, ...]
    now: Mapping[str, float | None]
    before: Mapping[str, float | None]
    demands: tuple[DemandOutcome, ...]
    traces: Mapping[tuple[str, str], tuple[Trace, ...]]

    def growth(self, column: FigureColumn) -> float | None:
        """Growth in per cent; of a share the difference in points."""
        return growth(self.before[column.key], self.now[column.key], share=column.share)


@frozen
class DemandOutcome:
    """A demand held against a cluster: 符合, 不符合 or 待核; '' where it does not apply."""

    word: str
    value: float | None = None


@frozen
class Sum:
    """A figure over several clusters.

    ``before`` and ``now`` are over those that gave the year (so many: ``given``,
    ``given_before``), ``growth`` over the ``both`` that gave the two.
    """

    before: float | None
    now: float | None
    growth: float | None
    given: int
    given_before: int
    both: int


@frozen
class ClusterGroup:
    """Clusters that belong together (a city, an industry) with the sums of the figures."""

    name: str
    clusters: tuple[Cluster, ...]
    sums: Mapping[str, Sum]


@frozen
class Ranked:
    """A line of a ranking; no rank where the value is missing. Equal values share the rank."""

    rank: int | None
    cluster: Cluster
    value: float | None


@frozen(kw_only=True)
class RoundPart:
    """The submissions of one form and round."""

    form: str
    layout: Layout
    summary: Summary
    columns: tuple[FigureColumn, ...]
    clusters: tuple[Cluster, ...]
    declared: bool = True

    @property
    def round(self) -> str:
        """Which round it is of: a year, or a month of one."""
        return self.layout.workbook.options.round

    @property
    def round_words(self) -> str:
        """The round as people say it."""
        return self.layout.workbook.options.round_words

    @property
    def counted(self) -> tuple[Cluster, ...]:
        """The clusters that go into sums."""
        return tuple(one for one in self.clusters if one.counted)

    @property
    def others(self) -> tuple[Cluster, ...]:
        """Those that were returned and are only listed."""
        return tuple(one for one in self.clusters if not one.counted)

    def column(self, key: str) -> FigureColumn:
        """The column of a figure."""
        return next(column for column in self.columns if column.key == key)

    def total(self) -> ClusterGroup:
        """All counted clusters."""
        return group("合计", self.counted, self.columns)

    def by_city(self) -> list[ClusterGroup]:
        """The cities with counted clusters in official order, then the others with none."""
        found = _grouped(self.counted, lambda one: one.city)
        order = [*_options(self.layout, self.summary.city)]
        names = [*(n for n in order if n in found), *sorted(n for n in found if n not in order)]
        if NOT_GIVEN in names:
            names = [*(n for n in names if n != NOT_GIVEN), NOT_GIVEN]
        names += [name for name in order if name not in found]
        return [group(name, found.get(name, ()), self.columns) for name in names]

    def by_industry(self) -> list[ClusterGroup]:
        """The industries, the one with most clusters first, 未填 last."""
        found = _grouped(self.counted, lambda one: one.industry)
        names = sorted(found, key=lambda name: (name == NOT_GIVEN, -len(found[name]), name))
        return [group(name, found[name], self.columns) for name in names]

    def ranking(self, column: FigureColumn, *, by_growth: bool = False) -> list[Ranked]:
        """The counted clusters from the largest value down; the missing ones at the end."""
        values = [
            (one, one.growth(column) if by_growth else one.now[column.key]) for one in self.counted
        ]
        given = sorted((v for _, v in values if v is not None), reverse=True)
        ranks = {value: rank for rank, value in reversed([*enumerate(given, start=1)])}
        lines = [Ranked(None if v is None else ranks[v], one, v) for one, v in values]
        return sorted(lines, key=lambda line: line.rank or len(lines) + 1)


# --- numbers -------------------------------------------------------------------------------------


def growth(before: float | None, now: float | None, *, share: bool = False) -> float | None:
    """From ``before`` to ``now`` in per cent, of shares in points; None where there is no rate."""
    if before is None or now is None or (before <= 0 and not share):
        return None
    change = now - before if share else (now - before) / before * 100
    return float(round_half_away(np.array([change]), 2)[0])


def group(name: str, clusters: Sequence[Cluster], columns: Iterable[FigureColumn]) -> ClusterGroup:
    """Clusters with their sums."""
    sums = {column.key: _sum(clusters, column) for column in columns if column.sums}
    return ClusterGroup(name, tuple(clusters), sums)


def _sum(clusters: Sequence[Cluster], column: FigureColumn) -> Sum:
    pairs = [(one.before.get(column.key), one.now[column.key]) for one in clusters]
    given = sum(now is not None for _, now in pairs)
    given_before = sum(before is not None for before, _ in pairs)
    both = [(b, n) for b, n in pairs if b is not None and n is not None]
    if column.figure.weight:
        return _weighted_sum(clusters, column)
    rate = growth(fsum(b for b, _ in both), fsum(n for _, n in both)) if both else None
    return Sum(
        fsum(b for b, _ in pairs if b is not None) if given_before else None,
        fsum(n for _, n in pairs if n is not None) if given else None,
        rate, given, given_before, len(both),
    )  # fmt: skip


def _weighted_sum(clusters: Sequence[Cluster], column: FigureColumn) -> Sum:
    """Means weighted by another figure; their difference over those that gave all four numbers."""
    weight = column.figure.weight
    first = [(one.before.get(column.key), one.before.get(weight)) for one in clusters]
    last = [(one.now[column.key], one.now[weight]) for one in clusters]
    whole = [at for at in range(len(clusters)) if None not in (*first[at], *last[at])]
    before, now = (_mean(pairs[at] for at in whole) for pairs in (first, last))
    given, given_before = (sum(pair[0] is not None for pair in pairs) for pairs in (last, first))
    return Sum(_mean(first), _mean(last), growth(before, now, share=column.share), given,
               given_before, len(whole))  # fmt: skip


def _mean(pairs: Iterable[tuple[float | None, float | None]]) -> float | None:
    known = [(value, weight) for value, weight in pairs if value is not None and weight is not None]
    total = fsum(weight for _, weight in known)
    return fsum(value * weight for value, weight in known) / total if total > 0 else None


def _grouped(clusters: Iterable[Cluster], by: Callable[[Cluster], str]) -> dict[str, list[Cluster]]:
    found: dict[str, list[Cluster]] = {}
    for one in clusters:
        found.setdefault(by(one) or NOT_GIVEN, []).append(one)
    return found


# --- parts ---------------------------------------------------------------------------------------


def needed_answers(layout: Layout) -> frozenset[str]:
    """Full keys of the answers that the summary of a form rests on."""
    summary = summary_of(layout)
    keys = {summary.name, summary.city, summary.county, summary.industry}
    keys |= {fact.key for fact in summary.facts}
    nodes = (node for expression in summary.expressions() for node in expression.walk())
    keys |= {node.key for node in nodes if isinstance(node, AnswerOf)}
    keys -= {""}
    sources = (layout.sources_of(key) for key in keys if key in layout.slots)
    return frozenset(keys.union(*sources))


def needed_columns(layout: Layout) -> frozenset[str]:
    """Full keys of the library columns that the figures and demands of a form rest on."""
    nodes = [n for one in summary_of(layout).expressions() for n in one.walk()]
    return frozenset(node.column for node in nodes if isinstance(node, _OVER_COLUMN))


def needed_libraries(layout: Layout) -> frozenset[str]:
    """The libraries that the summary of a form reads."""
    keys = {key.split(".", 1)[0] for key in needed_columns(layout)}
    sources = (source for roll in summary_of(layout).rolls for source in roll.sources)
    return frozenset(keys | {source.library for source in sources})


def part(
    layout: Layout, lines: Sequence[Line], imported: Imported, *, include_returned: bool
) -> RoundPart:
    """The submissions ``lines`` of one layout, computed; those that were replaced left out."""
    summary = summary_of(layout)
    frames = _frames(layout, lines, imported)
    columns = tuple(column_of(layout, figure) for figure in summary.figures)
    figures: dict[tuple[str, str], list[float | None]] = {}
    for figure in summary.figures:
        figures[figure.key, "now"] = _numbers(figure.of, frames)
        figures[figure.key, "before"] = (
            _numbers(figure.before, frames) if figure.before is not None else [None] * len(lines)
        )
    outcomes = [_outcomes(demand, frames) for demand in summary.demands]
    counted = (*COUNTED, Verdict.RETURNED) if include_returned else COUNTED
    clusters = []
    for at, line in enumerate(lines):
        values = imported.values.get(line["submission"], {})
        clusters.append(Cluster(
            submission=line["submission"], file=line["file"], verdict=line["verdict"],
            counted=line["verdict"] in counted,
            name=_text(values, summary.name) or line.get("cluster_name", ""),
            city=_text(values, summary.city) or line.get("city", ""),
            county=_text(values, summary.county) or line.get("county", ""),
            industry=_text(values, summary.industry),
            facts=tuple(_text(values, fact.key) for fact in summary.facts),
            now={key: found[at] for (key, when), found in figures.items() if when == "now"},
            before={key: found[at] for (key, when), found in figures.items() if when == "before"},
            demands=tuple(outcome[at] for outcome in outcomes),
            traces=dict(_traces(layout, summary, values)),
        ))  # fmt: skip
    order = _order(layout, summary)
    return RoundPart(
        form=layout.workbook.id, layout=layout, summary=summary, columns=columns,
        clusters=tuple(sorted(clusters, key=order)), declared=layout.workbook.summary is not None,
    )  # fmt: skip


def _text(values: Mapping[str, Value], key: str) -> str:
    return values[key].text if key in values else ""


def _order(layout: Layout, summary: Summary) -> Callable[[Cluster], Any]:
    """Cities and counties as in the official list, then by name."""
    cities = {name: at for at, name in enumerate(_options(layout, summary.city))}
    counties = {name: at for at, name in enumerate(_options(layout, summary.county))}

    def key(one: Cluster) -> Any:
        first = one.county.split("、")[0]
        city, county = cities.get(one.city, len(cities)), counties.get(first, len(counties))
        return city, one.city, county, one.county, one.name, one.submission

    return key


def _options(layout: Layout, key: str) -> tuple[str, ...]:
    return layout.slots[key][0].field.kind.all_options if key in layout.slots else ()


# --- what the expressions are evaluated on -------------------------------------------------------


def _frames(layout: Layout, lines: Sequence[Line], imported: Imported) -> Frames:
    """Answers and library columns as arrays, as the importer had them."""
    ids = [line["submission"] for line in lines]
    answers = {
        key: _array(
            layout.slots[key][0].field.kind,
            [imported.values.get(one, {}).get(key) for one in ids],
        )
        for key in needed_answers(layout)
    }
    columns: dict[str, Array] = {}
    owner: dict[str, Array] = {}
    for key in needed_columns(layout):
        library, name = key.split(".", 1)
        rows = imported.rows.get(library, {})
        owner[library] = np.repeat(np.arange(len(ids)), [len(rows.get(one, ())) for one in ids])
        kind = layout.columns[key].field.kind
        cells = [row.get(name, "") for one in ids for row in rows.get(one, ())]
        columns[key] = _array(kind, [cell_value(kind, cell) for cell in cells])
    computed = [key for key, _, _ in layout.in_order_of_dependence() if key in answers]
    # Where a library holds no row, its sheet may be missing: nothing is known, and nothing counted.
    absent = {key: np.bincount(rows, minlength=len(ids)) == 0 for key, rows in owner.items()}
    frames = Frames(count=len(ids), answers=answers, columns=columns, owner=owner, absent=absent)
    set_ = {one.submission for one in imported.approved}
    changed = [at for at, one in enumerate(ids) if one in set_]
    for key in computed if changed else ():
        _work_out(layout, key, frames, changed)
    return frames


def _work_out(layout: Layout, key: str, frames: Frames, changed: Sequence[int]) -> None:
    """An answer that rests on figures the office set, worked out anew in these submissions."""
    expression = layout.slots[key][0].field.computed
    nodes = list(expression.walk()) if expression is not None else []
    wanted = {n.key for n in nodes if isinstance(n, AnswerOf)}
    listed = {n.column for n in nodes if isinstance(n, _OVER_COLUMN)}
    if expression is not None and wanted <= frames.answers.keys() and not listed:
        found = evaluate(expression, frames)
        for at in changed:
            frames.answers[key][at] = found[at]


def cell_value(kind: Kind, text: str) -> Value:
    """A cell of a library's CSV, where numbers are bare and yes/no is true or false."""
    if kind.numeric:
        return Value(float(text) if text else None, "", text, "", "")
    if kind.dtype == "boolean":
        return Value(float(text == "true") if text else None, "", text, "", "")
    return Value(None, text, text, "", "")


def _array(kind: Kind, values: Sequence[Value | None]) -> Array:
    if kind.numeric:
        numbers = [np.nan if v is None or v.number is None else v.number for v in values]
        return np.array(numbers, dtype=float)
    array: Array = np.empty(len(values), dtype=object)
    array[:] = [None if value is None else _typed(kind, value) for value in values]
    return array


def _typed(kind: Kind, value: Value) -> Any:
    if kind.dtype == "boolean":
        return None if value.number is None else bool(value.number)
    if kind.dtype == "list":
        return tuple(value.text.split("、")) if value.text else None
    return value.text or None


def _numbers(expression: Expression, frames: Frames) -> list[float | None]:
    values = evaluate(expression, frames)
    if values.dtype.kind != "f":
        numbers = [v if isinstance(v, float | int) else np.nan for v in values]
        values = np.array(numbers, dtype=float)
    return [None if isnan(value) else float(value) for value in values]


def _outcomes(demand: Demand, frames: Frames) -> list[DemandOutcome]:
    applies = evaluate(demand.when, frames) if demand.when is not None else [True] * frames.count
    found = [_numbers(expression, frames) for expression in demand.of]
    return [
        _outcome(demand, [values[at] for values in found]) if applies[at] else DemandOutcome("")
        for at in range(frames.count)
    ]


def _outcome(demand: Demand, values: Sequence[float | None]) -> DemandOutcome:
    """The worst of several values decides; what is missing can only leave it open."""
    given = [value for value in values if value is not None]
    worst = (max if demand.at_most else min)(given, default=None)
    if worst is None or demand.limit is None:
        return DemandOutcome(TO_CHECK, worst)
    over = worst - demand.limit
    if (over > _HAIR) if demand.at_most else (over < -_HAIR):
        return DemandOutcome(NOT_MET, worst)
    return DemandOutcome(MET if len(given) == len(values) else TO_CHECK, worst)


def _traces(
    layout: Layout, summary: Summary, values: Mapping[str, Value]
) -> Iterator[tuple[tuple[str, str], tuple[Trace, ...]]]:
    for figure in summary.figures:
        for when, expression in (("now", figure.of), ("before", figure.before)):
            if expression is None:
                continue
            keys = dict.fromkeys(n.key for n in expression.walk() if isinstance(n, AnswerOf))
            yield (
                (figure.key, when),
                tuple(_trace(layout, key, values[key]) for key in keys if key in values),
            )


def _trace(layout: Layout, key: str, value: Value) -> Trace:
    shown: float | str = value.number if value.number is not None else value.text
    label = layout.slots[key][0].path
    return Trace(key, label, value.sheet, value.cell, value.raw, shown)
