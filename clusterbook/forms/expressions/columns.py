"""The vectorised face of expressions: once per batch over columns, never once per workbook.

Answers are arrays with one entry per submission; library columns are arrays with one entry per row
and the position of its submission beside it. Numbers are floats with NaN for empty; texts, lists
and booleans are objects with None. What the Excel face shows as — has no value here: NaN.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from attrs import frozen

from clusterbook.forms.expressions.frames import Array, Frames, Whose, by_name, is_empty, is_filled
from clusterbook.forms.expressions.nodes import (
    AllOf,
    Among,
    AnswerOf,
    AnyOf,
    Arithmetic,
    Begins,
    ColumnIs,
    Compare,
    Constant,
    Dash,
    EndsWith,
    Expression,
    Filled,
    Growth,
    ItemsIn,
    Joined,
    JoinFilled,
    Known,
    Largest,
    LastPage,
    Length,
    LookUp,
    Middle,
    MonthOf,
    Named,
    Not,
    Points,
    Rounded,
    RowCount,
    RowsUntil,
    Same,
    Says,
    SaysNone,
    Sentence,
    Sharing,
    SumOf,
    SumOfKnown,
    This,
    Ticked,
    Total,
    YearlyGrowth,
)
from clusterbook.forms.expressions.single_values import (
    YES_NO,
    as_text,
    middle,
    months_of,
    nth_largest,
    said_by,
    without_words,
)
from clusterbook.forms.faces import Face
from clusterbook.forms.kinds import NONE
from clusterbook.forms.parsing.together import visible_lengths


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


#: an array of its values: one per submission, or per row of a library
COLUMN = Face("column of values")


@frozen
class _Evaluation:
    frames: Frames
    library: str

    @property
    def length(self) -> int:
        return len(self.frames.owner[self.library]) if self.library else self.frames.count

    def of(self, node: Expression) -> Array:
        result: Array = COLUMN(self, node)
        return result

    def number(self, node: Expression) -> Array:
        values = self.of(node)
        if values.dtype.kind == "f":
            return values
        return np.array([v if isinstance(v, float | int) else np.nan for v in values], dtype=float)

    @COLUMN.of(AnswerOf)
    def _answer(self, node: AnswerOf) -> Array:
        values = self.frames.answers[node.key]
        return values[self.frames.owner[self.library]] if self.library else values

    @COLUMN.of(This)
    def _this(self, node: This) -> Array:
        values = self.frames.columns[f"{self.library}.{node.key}"]
        if not node.shift:
            return values
        owner = self.frames.owner[self.library]
        shifted = np.full_like(values, np.nan if values.dtype.kind == "f" else None)
        if len(values) > node.shift:
            same = owner[node.shift :] == owner[: -node.shift]
            shifted[: -node.shift][same] = values[node.shift :][same]
        return shifted

    @COLUMN.of(Constant)
    def _constant(self, node: Constant) -> Array:
        dtype = float if isinstance(node.value, float | int) else object
        return np.full(self.length, node.value, dtype=dtype)

    @COLUMN.of(Arithmetic)
    def _arithmetic(self, node: Arithmetic) -> Array:
        left, right = self.number(node.left), self.number(node.right)
        with np.errstate(all="ignore"):
            if node.operator == "/":
                return np.where(right == 0, np.nan, left / right)
            operations = {"+": np.add, "-": np.subtract, "*": np.multiply}
            result: Array = operations[node.operator](left, right)
            return result

    @COLUMN.of(Compare)
    def _compare(self, node: Compare) -> Array:
        if isinstance(node.right, Constant) and isinstance(node.right.value, str):
            return self.frames.kept(node, self.library, lambda: self._is_text(node))
        left, right = self.number(node.left), self.number(node.right)
        with np.errstate(invalid="ignore"):
            return np.asarray(_COMPARISONS[node.operator](left, right), dtype=bool)

    def _is_text(self, node: Compare) -> Array:
        """Where a value is one text, a yes/no as the cell says it."""
        text, values = getattr(node.right, "value", None), self.of(node.left).tolist()
        said = map(said_by, values) if text in YES_NO else values
        return np.array([v == text for v in said], dtype=bool)

    @COLUMN.of(Filled)
    def _filled(self, node: Filled) -> Array:
        return self.frames.kept(node, self.library, lambda: self._stands(node))

    def _stands(self, node: Filled) -> Array:
        said = None
        if node.readable:
            return is_filled(self.of(node.of))
        if isinstance(node.of, AnswerOf) and node.of.key in self.frames.said:
            said = self._spread(self.frames.said[node.of.key])
        elif isinstance(node.of, This) and not node.of.shift:
            said = self.frames.said.get(f"{self.library}.{node.of.key}")
        return is_filled(self.of(node.of)) if said is None else said

    @COLUMN.of(SaysNone)
    def _saysnone(self, node: SaysNone) -> Array:
        return np.array([v in ((), NONE) for v in self.of(node.of)], dtype=bool)

    @COLUMN.of(Among)
    def _among(self, node: Among) -> Array:
        pairs = zip(self.of(node.value), self.of(node.items), strict=True)
        return np.array([bool(v) and v in (items or ()) for v, items in pairs], dtype=bool)

    @COLUMN.of(Known)
    def _known(self, node: Known) -> Array:
        return self._matches(node.name, node.column) > 0

    @COLUMN.of(Says)
    def _says(self, node: Says) -> Array:
        texts = self.of(node.of)
        bare = [without_words(text or "", node.without) for text in texts]
        return np.array([any(word in text for word in node.words) for text in bare], dtype=bool)

    @COLUMN.of(EndsWith)
    def _endswith(self, node: EndsWith) -> Array:
        texts = self.of(node.of)
        return np.array([(t or "").endswith(node.words) for t in texts], dtype=bool)

    @COLUMN.of(Begins)
    def _begins(self, node: Begins) -> Array:
        texts = self.of(node.of)
        return np.array([bool(t) and t[0] in node.signs for t in texts], dtype=bool)

    @COLUMN.of(Ticked)
    def _ticked(self, node: Ticked) -> Array:
        return np.array([bool(value) for value in self.of(node.of)], dtype=bool)

    @COLUMN.of(Not)
    def _not(self, node: Not) -> Array:
        return ~self.of(node.condition)

    @COLUMN.of(AnyOf)
    def _anyof(self, node: AnyOf) -> Array:
        return np.asarray(np.any([self.of(c) for c in node.conditions], axis=0))

    @COLUMN.of(AllOf)
    def _allof(self, node: AllOf) -> Array:
        return np.asarray(np.all([self.of(c) for c in node.conditions], axis=0))

    def _spread(self, per_submission: Array) -> Array:
        """A value per submission, for every row where rows are asked."""
        return per_submission[self.frames.owner[self.library]] if self.library else per_submission

    @COLUMN.of(Total)
    def _total(self, node: Total) -> Array:
        block = node.column.split(".", 1)[0]
        values, owner = self.frames.columns[node.column], self.frames.owner[block]
        there = self._meeting(~np.isnan(values), node.where)
        counts = np.bincount(owner[there], minlength=self.frames.count)
        sums = np.bincount(owner[there], weights=values[there], minlength=self.frames.count)
        return self._spread(np.where(counts > 0, round_half_away(sums, 6), np.nan))

    @COLUMN.of(RowCount)
    def _rows(self, node: RowCount) -> Array:
        wanted = self._meeting(self.frames.filled(node.column), node.where)
        return self._spread(self._counted(node.column, wanted))

    def _meeting(self, wanted: Array, conditions: tuple[ColumnIs, ...]) -> Array:
        """Those of the wanted rows for which every condition holds."""
        for condition in conditions:
            wanted = wanted & self._columnis(condition)
        return wanted

    def _counted(self, column: str, wanted: Array) -> Array:
        """The wanted rows of each submission; nothing where the sheet of the list is missing."""
        block = column.split(".", 1)[0]
        owner = self.frames.owner[block][wanted]
        counts = np.bincount(owner, minlength=self.frames.count).astype(float)
        absent = self.frames.absent.get(block)
        return counts if absent is None else np.where(absent, np.nan, counts)

    @COLUMN.of(RowsUntil)
    def _rowsuntil(self, node: RowsUntil) -> Array:
        times = [months_of(text) for text in self.frames.columns[node.column].tolist()]
        months = np.array(times, dtype=float)
        undated = self._counted(node.column, self._meeting(np.isnan(months), node.where))
        with np.errstate(invalid="ignore"):
            early = self._meeting(months <= self._end(node), node.where)
        counts = self._counted(node.column, early)
        return self._spread(np.where(undated > 0, np.nan, counts))

    def _end(self, node: RowsUntil) -> Array | int:
        """The last month that counts, for every row where submissions differ in it."""
        if isinstance(node.until, int):
            return node.until * 12 + 12
        owner = self.frames.owner[node.column.split(".", 1)[0]]
        return np.asarray(evaluate(node.until, self.frames)[owner])

    @COLUMN.of(Sharing)
    def _sharing(self, node: Sharing) -> Array:
        rows = self.frames.rows_named(f"{self.library}.{node.of.key}")
        shared = np.full(self.length, np.nan)
        shared[[rows.first[named] for named in rows.counts]] = list(rows.counts.values())
        return shared

    @COLUMN.of(Largest)
    def _largest(self, node: Largest) -> Array:
        return self._spread(self._per_submission(node.column, lambda v: nth_largest(v, node.rank)))

    @COLUMN.of(Middle)
    def _middle(self, node: Middle) -> Array:
        return self._spread(self._per_submission(node.column, middle))

    def _per_submission(self, column: str, measure: Callable[[Array], float]) -> Array:
        """A measure of the numbers in a library column, for every submission that has any."""
        owner = self.frames.owner[column.split(".", 1)[0]]
        values = self.frames.columns[column]
        result = np.full(self.frames.count, np.nan)
        there = ~np.isnan(values)
        numbers = values[there]
        bounds = np.searchsorted(owner[there], np.arange(self.frames.count + 1)).tolist()
        for at, (start, end) in enumerate(pairwise(bounds)):
            if end > start:
                result[at] = measure(numbers[start:end])
        return result

    def _wanted(self, name: Expression) -> list[Whose]:
        """Submission and name key for every entry."""
        if isinstance(name, This) and not name.shift:
            return self.frames.names(f"{self.library}.{name.key}")
        count = range(self.frames.count)
        whose = self.frames.owner[self.library].tolist() if self.library else count
        return by_name(whose, self.of(name).tolist())

    def _matches(self, name: Expression, column: str) -> Array:
        rows = self.frames.rows_named(column).counts
        return np.array([rows.get(wanted, 0) for wanted in self._wanted(name)], dtype=float)

    @COLUMN.of(LookUp)
    def _found(self, node: LookUp) -> Array:
        rows, values = self.frames.rows_named(node.by), self.frames.columns[node.column]
        found = [rows.first[wanted] if rows.counts.get(wanted) == 1 else None
                 for wanted in self._wanted(node.name)]  # fmt: skip
        return np.array([np.nan if at is None else values[at] for at in found], dtype=float)

    @COLUMN.of(MonthOf)
    def _monthof(self, node: MonthOf) -> Array:
        texts = self.of(node.of)
        return np.array([months_of(t[-7:] if t and node.last else t) for t in texts], dtype=float)

    @COLUMN.of(ItemsIn)
    def _itemsin(self, node: ItemsIn) -> Array:
        lists = self.of(node.of)
        return np.array([np.nan if v is None else len(v) for v in lists], dtype=float)

    @COLUMN.of(Rounded)
    def _rounded(self, node: Rounded) -> Array:
        return round_half_away(self.number(node.of), node.decimals)

    @COLUMN.of(Length)
    def _length(self, node: Length) -> Array:
        texts = [text or "" for text in self.of(node.of).tolist()]
        return np.array(visible_lengths(texts), dtype=float)

    @COLUMN.of(LastPage)
    def _lastpage(self, node: LastPage) -> Array:
        lists = self.of(node.of)
        return np.array([max(last for _, last in p) if p else np.nan for p in lists], dtype=float)

    @COLUMN.of(Named)
    def _named(self, node: Named) -> Array:
        return self.of(node.of)

    @COLUMN.of(SumOf)
    def _sumof(self, node: SumOf) -> Array:
        return round_half_away(np.add.reduce([self.number(t) for t in node.terms]), 6)

    @COLUMN.of(SumOfKnown)
    def _sumofknown(self, node: SumOfKnown) -> Array:
        values = np.array([self.number(one) for one in node.terms])
        known = ~np.isnan(values)
        sums = np.where(known, values, 0.0).sum(axis=0)
        return np.where(known.any(axis=0), sums, np.nan)

    @COLUMN.of(Growth)
    def _growth(self, node: Growth) -> Array:
        base, now = self.number(node.base), self.number(node.now)
        with np.errstate(all="ignore"):
            rate = round_half_away((now - base) / base * 100, 2)
        return np.where(base > 0, rate, np.nan)

    @COLUMN.of(Points)
    def _points(self, node: Points) -> Array:
        return round_half_away(self.number(node.now) - self.number(node.base), 2)

    @COLUMN.of(YearlyGrowth)
    def _yearlygrowth(self, node: YearlyGrowth) -> Array:
        base, now = self.number(node.base), self.number(node.now)
        with np.errstate(all="ignore"):
            rate = round_half_away(((now / base) ** (1 / node.years) - 1) * 100, 2)
        return np.where((base > 0) & (now >= 0), rate, np.nan)

    @COLUMN.of(Joined)
    def _joined(self, node: Joined) -> Array:
        terms = [self.of(term) for term in node.terms]
        empty = np.logical_or.reduce([is_empty(term) for term in terms])
        rows = zip(*terms, strict=True)
        texts = [None if e else node.mark.join(map(as_text, row))
                 for e, row in zip(empty, rows, strict=True)]  # fmt: skip
        return _objects(texts)

    @COLUMN.of(JoinFilled)
    def _listed(self, node: JoinFilled) -> Array:
        rows = zip(*[self.of(term) for term in node.terms], strict=True)
        return _objects([tuple(as_text(v) for v in row if v not in (None, "")) for row in rows])

    @COLUMN.of(Same)
    def _same(self, node: Same) -> Array:
        return self.of(node.of)

    @COLUMN.of(Dash)
    def _dash(self, node: Expression) -> Array:  # noqa: ARG002
        return np.full(self.length, np.nan)

    @COLUMN.of(Sentence)
    def _sentence(self, node: Sentence) -> Array:
        pieces = [self.of(piece) for piece in node.pieces]
        return _objects(["".join(map(as_text, row)) for row in zip(*pieces, strict=True)])

    @COLUMN.of(ColumnIs)
    def _columnis(self, node: ColumnIs) -> Array:
        values = self.frames.columns[node.column]
        return self.frames.kept(node, "", lambda: _column_is(values, node))


_COMPARISONS: dict[str, Callable[[Array, Array], Array]] = {
    "=": np.equal,
    ">": np.greater,
    "<": np.less,
}


def _column_is(values: Array, condition: ColumnIs) -> Array:
    options: set[Any] = set(condition.options)
    found = values.tolist()
    if condition.begins:
        return np.array([str(v or "").startswith(condition.options) for v in found], dtype=bool)
    if condition.part:
        return np.array([bool(v) and not options.isdisjoint(v) for v in found], dtype=bool)
    # A yes/no is asked for as the cell says it. 1 and 0 are no options.
    options |= {value for value, word in ((True, "是"), (False, "否")) if word in options}
    return np.array([v in options for v in found], dtype=bool)


def _objects(values: list[Any]) -> Array:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array
