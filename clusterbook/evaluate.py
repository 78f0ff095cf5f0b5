"""The vectorised face of expressions: once per batch over columns, never once per workbook.

Answers are arrays with one entry per submission; library columns are arrays with one entry per row
and the position of its submission beside it. Numbers are floats with NaN for empty; texts, lists
and booleans are objects with None. What the Excel face shows as — has no value here: NaN.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from attrs import frozen

from clusterbook.expressions import (
    AllOf,
    Answer,
    AnyOf,
    Arithmetic,
    ColumnIs,
    Compare,
    Constant,
    Expression,
    Filled,
    Growth,
    Joined,
    Listed,
    Points,
    Rows,
    Same,
    Sentence,
    SumOf,
    This,
    Total,
    YearlyGrowth,
)

Array = npt.NDArray[Any]

_NOTHING: tuple[Any, ...] = ("", ())


@frozen
class Frames:
    """Typed values of ``count`` submissions of one layout.

    ``answers``: full key → array of ``count``. ``columns``: full key of a library column → array
    of its rows. ``owner``: block key → position of the submission of each row.
    """

    count: int
    answers: Mapping[str, Array]
    columns: Mapping[str, Array]
    owner: Mapping[str, Array]


def round_half_away(values: Array, decimals: int) -> Array:
    """Excel's ROUND: halves away from zero, judged on 15 significant digits."""
    scale = 10.0**decimals
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        scaled = np.abs(values) * scale
        # 2.675 × 100 is 267.49999999999994 in binary; Excel sees 267.5.
        digits = np.where(scaled > 0, 14 - np.floor(np.log10(np.where(scaled > 0, scaled, 1))), 0)
        factor = 10.0 ** np.clip(digits, 0, 15)
        exact = np.rint(scaled * factor) / factor
        return np.sign(values) * np.floor(exact + 0.5) / scale


def evaluate(expression: Expression, frames: Frames, library: str = "") -> Array:
    """The value for every submission, or for every row of ``library`` where one is given."""
    return _Evaluation(frames, library).of(expression)


def is_empty(values: Array) -> Array:
    """Where an array of any kind holds nothing."""
    if values.dtype.kind == "f":
        return np.isnan(values)
    return np.array([v is None or v in _NOTHING for v in values], dtype=bool)


@frozen
class _Evaluation:
    frames: Frames
    library: str

    @property
    def length(self) -> int:
        return len(self.frames.owner[self.library]) if self.library else self.frames.count

    def of(self, node: Expression) -> Array:
        method = getattr(self, "_" + type(node).__name__.lower())
        result: Array = method(node)
        return result

    def number(self, node: Expression) -> Array:
        values = self.of(node)
        if values.dtype.kind == "f":
            return values
        return np.array([v if isinstance(v, float | int) else np.nan for v in values], dtype=float)

    def _answer(self, node: Answer) -> Array:
        values = self.frames.answers[node.key]
        return values[self.frames.owner[self.library]] if self.library else values

    def _this(self, node: This) -> Array:
        return self.frames.columns[f"{self.library}.{node.key}"]

    def _constant(self, node: Constant) -> Array:
        dtype = float if isinstance(node.value, float | int) else object
        return np.full(self.length, node.value, dtype=dtype)

    def _arithmetic(self, node: Arithmetic) -> Array:
        left, right = self.number(node.left), self.number(node.right)
        with np.errstate(all="ignore"):
            if node.operator == "/":
                return np.where(right == 0, np.nan, left / right)
            operations = {"+": np.add, "-": np.subtract, "*": np.multiply}
            result: Array = operations[node.operator](left, right)
            return result

    def _compare(self, node: Compare) -> Array:
        left, right = self.of(node.left), self.of(node.right)
        if node.operator == "=":
            return np.asarray((left == right) & ~is_empty(left), dtype=bool)
        with np.errstate(invalid="ignore"):
            return self.number(node.left) > self.number(node.right)

    def _filled(self, node: Filled) -> Array:
        return ~is_empty(self.of(node.of))

    def _anyof(self, node: AnyOf) -> Array:
        return np.asarray(np.any([self.of(c) for c in node.conditions], axis=0))

    def _allof(self, node: AllOf) -> Array:
        return np.asarray(np.all([self.of(c) for c in node.conditions], axis=0))

    def _spread(self, per_submission: Array) -> Array:
        """A value per submission, for every row where rows are asked."""
        return per_submission[self.frames.owner[self.library]] if self.library else per_submission

    def _total(self, node: Total) -> Array:
        block = node.column.split(".", 1)[0]
        values, owner = self.frames.columns[node.column], self.frames.owner[block]
        there = ~np.isnan(values)
        counts = np.bincount(owner[there], minlength=self.frames.count)
        sums = np.bincount(owner[there], weights=values[there], minlength=self.frames.count)
        return self._spread(np.where(counts > 0, round_half_away(sums, 6), np.nan))

    def _rows(self, node: Rows) -> Array:
        block = node.column.split(".", 1)[0]
        wanted = ~is_empty(self.frames.columns[node.column])
        for condition in node.where:
            wanted &= _column_is(self.frames.columns[condition.column], condition)
        owner = self.frames.owner[block][wanted]
        return self._spread(np.bincount(owner, minlength=self.frames.count).astype(float))

    def _sumof(self, node: SumOf) -> Array:
        return round_half_away(np.add.reduce([self.number(t) for t in node.terms]), 6)

    def _growth(self, node: Growth) -> Array:
        base, now = self.number(node.base), self.number(node.now)
        with np.errstate(all="ignore"):
            rate = round_half_away((now - base) / base * 100, 2)
        return np.where(base > 0, rate, np.nan)

    def _points(self, node: Points) -> Array:
        return round_half_away(self.number(node.now) - self.number(node.base), 2)

    def _yearlygrowth(self, node: YearlyGrowth) -> Array:
        base, now = self.number(node.base), self.number(node.now)
        with np.errstate(all="ignore"):
            rate = round_half_away(((now / base) ** (1 / node.years) - 1) * 100, 2)
        return np.where((base > 0) & (now >= 0), rate, np.nan)

    def _joined(self, node: Joined) -> Array:
        terms = [self.of(term) for term in node.terms]
        empty = np.logical_or.reduce([is_empty(term) for term in terms])
        rows = zip(*terms, strict=True)
        texts = [None if e else node.mark.join(map(_plain, row))
                 for e, row in zip(empty, rows, strict=True)]  # fmt: skip
        return _objects(texts)

    def _listed(self, node: Listed) -> Array:
        rows = zip(*[self.of(term) for term in node.terms], strict=True)
        return _objects([tuple(_plain(v) for v in row if v not in (None, "")) for row in rows])

    def _same(self, node: Same) -> Array:
        return self.of(node.of)

    def _dash(self, node: Expression) -> Array:  # noqa: ARG002
        return np.full(self.length, np.nan)

    def _sentence(self, node: Sentence) -> Array:
        pieces = [self.of(piece) for piece in node.pieces]
        return _objects(["".join(map(_plain, row)) for row in zip(*pieces, strict=True)])

    def _columnis(self, node: ColumnIs) -> Array:
        return _column_is(self.frames.columns[node.column], node)


def _column_is(values: Array, condition: ColumnIs) -> Array:
    options = set(condition.options)
    if condition.part:
        return np.array([bool(v) and not options.isdisjoint(v) for v in values], dtype=bool)
    if options <= {"是", "否"}:
        return np.array([v is ("是" in options) or v in options for v in values], dtype=bool)
    return np.array([v in options for v in values], dtype=bool)


def _objects(values: list[Any]) -> Array:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _plain(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.15g}"
    return "" if value is None else str(value)
