"""Where each figure of a paper comes from: cited in the text by a number, listed at its end.

A figure that stands in a cell of a county's workbook names file, sheet and cell; a sum names every
one of them; a count names the table it was counted in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import fsum

from attrs import define, field, frozen

from clusterbook import styles
from clusterbook.reports import wordml
from clusterbook.reports.summary.columns import FigureColumn
from clusterbook.reports.summary.figures import Cluster, ClusterGroup
from clusterbook.reports.summary.tables import When

_LIST = wordml.LetterGrid(
    heads=("序号", "数", "怎样得出", "文件", "工作表", "单元格", "原数"),
    widths=(600, 1000, 1900, 2100, 1500, 700, 1045), centred=(0, 5), right=(1, 6), size=16,
    pad=15,
)  # fmt: skip


@frozen
class TrailPlace:
    """One cell that a figure rests on, and the number that stands there."""

    file: str
    sheet: str
    cell: str
    value: str


@frozen
class Cited:
    """A figure as it stands in a paper: its number in the list, and how it came about."""

    number: int
    text: str
    how: str
    places: tuple[TrailPlace, ...]


@define
class Trail:
    """The figures of one paper in the order in which they were cited."""

    size: int = 32
    cited: list[Cited] = field(factory=list)

    def cite(self, text: str, how: str, places: Iterable[TrailPlace]) -> wordml.Runs:
        """The runs of a figure with its number raised behind it."""
        mark = (
            f'<w:r><w:rPr><w:vertAlign w:val="superscript"/><w:sz w:val="{self.size}"/></w:rPr>'
            f"<w:t>{self.note(text, how, places)}</w:t></w:r>"
        )
        return wordml.Runs(wordml.run(text, styles.FANG, self.size) + mark)

    def note(self, text: str, how: str, places: Iterable[TrailPlace]) -> str:
        """The number of what a table or a chart says, to be put behind its name: ``[7]``."""
        one = Cited(len(self.cited) + 1, text, how, tuple(places))
        self.cited.append(one)
        return f"[{one.number}]"

    def listed(self) -> str:
        """The list as a table."""
        return wordml.table(_LIST, self._rows())

    def _rows(self) -> Iterator[Sequence[str]]:
        for one in self.cited:
            places = one.places or (TrailPlace("", "", "", ""),)
            for at, place in enumerate(places):
                head = (str(one.number), one.text, one.how) if at == 0 else ("", "", "")
                yield (*head, place.file, place.sheet, place.cell, place.value)


def number(value: float | None, decimals: int) -> str:
    """A figure as papers write it; — where there is none."""
    return "—" if value is None else f"{value:,.{decimals}f}"


def places_of(cluster: Cluster, column: FigureColumn, when: When) -> Iterator[TrailPlace]:
    """The cells behind a figure of one cluster; of its growth those of both years."""
    whens: tuple[When, ...] = ("before", "now") if when == "growth" else (when,)
    for each in whens:
        for trace in cluster.traces.get((column.key, each), ()):
            value = trace.value
            shown = f"{value:.15g}" if isinstance(value, float) else str(value or "")
            yield TrailPlace(cluster.file, trace.sheet, trace.cell, shown)


def places_over(group: ClusterGroup, column: FigureColumn, when: When) -> Iterator[TrailPlace]:
    """The cells behind a figure over several clusters: those that have it."""
    for one in group.clusters:
        values = {"before": (one.before,), "now": (one.now,), "growth": (one.before, one.now)}
        if all(found.get(column.key) is not None for found in values[when]):
            yield from places_of(one, column, when)


def places_together(group: ClusterGroup, column: FigureColumn) -> Iterator[TrailPlace]:
    """The cells behind a line of a table, both years: one place where the files agree on the cell.

    Its number is what stands there in all of them together.
    """
    found: dict[tuple[str, str], dict[str, float]] = {}
    for when in ("before", "now"):
        for cluster in group.clusters:
            for trace in cluster.traces.get((column.key, when), ()):
                if isinstance(trace.value, float):
                    found.setdefault((trace.sheet, trace.cell), {})[cluster.file] = trace.value
    for (sheet, cell), values in found.items():
        every = len(values) == len(group.clusters)
        files = f"计入汇总的全部{len(values)}份" if every else "、".join(values)
        sums = "" if column.figure.weight else f"{fsum(values.values()):.15g}"
        yield TrailPlace(files, sheet, cell, sums)
