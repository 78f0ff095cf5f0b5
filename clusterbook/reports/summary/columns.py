"""Figures of the summary as columns: unit, decimals, and the times that their values are of."""

from __future__ import annotations

from attrs import frozen

from clusterbook.forms.expressions.nodes import AnswerOf, Expression
from clusterbook.forms.kinds import Kind
from clusterbook.forms.summary_spec import Figure
from clusterbook.forms.table_columns import time_words
from clusterbook.layout.layout import Layout

_USUAL_DECIMALS = 2


@frozen
class FigureColumn:
    """A figure with what its column says: unit, decimals and the times of both values."""

    figure: Figure
    unit: str
    decimals: int
    time: str
    time_before: str | None

    @property
    def when(self) -> str:
        """The time of its value in words: 2025年, 2025年1—10月."""
        return time_words(self.time)

    @property
    def when_before(self) -> str:
        """The time of the value before in words; '' where there is none."""
        return time_words(self.time_before) if self.time_before is not None else ""

    @property
    def key(self) -> str:
        """Of the figure."""
        return self.figure.key

    @property
    def share(self) -> bool:
        """Whether it is a percentage, whose change is told in points."""
        return self.unit == "%"

    @property
    def sums(self) -> bool:
        """Whether a number can be given for several clusters."""
        return bool(self.figure.weight) or (self.figure.adds and not self.share)

    @property
    def label(self) -> str:
        """With its unit."""
        return f"{self.figure.label}（{self.unit}）" if self.unit else self.figure.label


def column_of(layout: Layout, figure: Figure) -> FigureColumn:
    """What the column of a figure says of it, read off the answers it is made from."""
    kind, time = _asked(layout, figure.of)
    _, before = _asked(layout, figure.before) if figure.before is not None else (None, None)
    report_year = layout.workbook.options.report_year
    if figure.before is not None and before is None:
        before = str(report_year - 1)
    decimals = figure.decimals if kind is None or figure.decimals is not None else kind.decimals
    unit = figure.unit or (kind.unit if kind else "")
    shown = _USUAL_DECIMALS if decimals is None else decimals
    return FigureColumn(figure, unit, shown, time or str(report_year), before)


def _asked(layout: Layout, expression: Expression) -> tuple[Kind | None, str | None]:
    """Kind and time of a plain answer; only the time of what is computed from answers."""
    keys = [node.key for node in expression.walk() if isinstance(node, AnswerOf)]
    fields = [layout.slots[key][0].field for key in keys]
    times = [(asked.year, asked.time) for asked in fields if asked.year is not None]
    kind = fields[0].kind if isinstance(expression, AnswerOf) else None
    return kind, max(times, default=(0, None))[1]
