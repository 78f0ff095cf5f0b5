"""Functions of single values taken over arrays: whole columns at once where their values are plain.

``functions`` and ``operators`` say what each does with one value. Most values of a column are
texts, numbers and logicals as they are asked for; these are worked out here in one pass, all others
place by place by the function itself. A property test holds the two equal.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from clusterbook.workbook.formulas.functions import FUNCTIONS
from clusterbook.workbook.formulas.operators import OPERATORS
from clusterbook.workbook.formulas.values import (
    FLOAT,
    NA,
    VALUE,
    Array,
    are_all,
    as_truth,
    one_unit_each,
)

#: Works out so many places of arguments, each a column of values or one value for all of them;
#: None where something among them is not plain.
ColumnCall: TypeAlias = Callable[..., list[Any] | None]

_NUMERIC: frozenset[type] = frozenset((float, bool))
_TEXTUAL: frozenset[type] = frozenset((str, type(None)))


def lifted(call: Callable[..., Any], arguments: Sequence[Any]) -> Any:
    """``call`` of single values, or of each place where arrays are among the arguments."""
    arrays = [one for one in arguments if type(one) is Array]
    if not arrays:
        return call(*arguments)
    rows, cols = arrays[0].rows, arrays[0].cols
    for one in arrays:
        if one.rows != rows or one.cols != cols:
            return _broadcast(call, arguments, arrays)
    most = max([len(one.head) for one in arrays])
    tails = [one.tail if type(one) is Array else one for one in arguments]
    return Array(_head(call, arguments, most) if most else [], call(*tails), rows, cols)


def _head(call: Callable[..., Any], arguments: Sequence[Any], most: int) -> list[Any]:
    """``call`` of the first ``most`` places."""
    columns = [
        one.head + [one.tail] * (most - len(one.head)) if type(one) is Array else one
        for one in arguments
    ]
    at_once = COLUMN_CALLS.get(call)
    if at_once is not None:
        found = at_once(most, *columns)
        if found is not None:
            return found
    return list(map(call, *[_column(one, most) for one in columns]))


def _broadcast(call: Callable[..., Any], arguments: Sequence[Any], arrays: list[Array]) -> Any:
    """Arrays of different shapes: one row or column is repeated; beyond the others is #N/A."""
    rows, cols = max(one.rows for one in arrays), max(one.cols for one in arrays)

    def value(one: Any, row: int, col: int) -> Any:
        if type(one) is not Array:
            return one
        row, col = (0 if one.rows == 1 else row), (0 if one.cols == 1 else col)
        return one.at(row, col) if row < one.rows and col < one.cols else NA

    values = [
        call(*(value(one, row, col) for one in arguments))
        for row in range(rows)
        for col in range(cols)
    ]
    return Array(values, None, rows, cols)


def _column(values: Any, most: int) -> list[Any]:
    return values if type(values) is list else [values] * most


def _texts(values: list[Any]) -> list[str] | None:
    """Texts and blanks as texts; None where there is anything else."""
    if not are_all(_TEXTUAL, values):
        return None
    return ["" if one is None else one for one in values] if None in values else values


# --- operators -----------------------------------------------------------------------------------


def _arithmetic(work: Callable[[Any, Any], Any]) -> ColumnCall:
    def of(most: int, left: Any, right: Any) -> list[Any] | None:
        left, right = _column(left, most), _column(right, most)
        if not (are_all(_NUMERIC, left) and are_all(_NUMERIC, right)):
            return None
        return list(map(float, map(work, left, right)))

    return of


def _compared(test: Callable[[Any, Any], Any]) -> ColumnCall:
    def of(most: int, left: Any, right: Any) -> list[Any] | None:
        left, right = _column(left, most), _column(right, most)
        if are_all(FLOAT, left) and are_all(FLOAT, right):
            return list(map(test, left, right))
        # Two blanks are compared as numbers, which comes to the same as two empty texts.
        ours, others = _texts(left), _texts(right)
        if ours is None or others is None:
            return None
        return list(map(test, map(str.lower, ours), map(str.lower, others)))

    return of


def _concatenated(most: int, left: Any, right: Any) -> list[Any] | None:
    ours, others = _texts(_column(left, most)), _texts(_column(right, most))
    if ours is None or others is None:
        return None
    return list(map(operator.add, ours, others))


# --- functions -----------------------------------------------------------------------------------


def _over_texts(work: Callable[[str], Any]) -> ColumnCall:
    """A function of one text and nothing else."""

    def of(most: int, values: Any) -> list[Any] | None:
        texts = _texts(_column(values, most))
        return None if texts is None else list(map(work, texts))

    return of


_LEN, _LEFT, _RIGHT = (FUNCTIONS[name].call for name in ("LEN", "LEFT", "RIGHT"))


def _length(text: str) -> Any:
    return float(len(text)) if one_unit_each(text) else _LEN(text)


def _trimmed(text: str) -> str:
    return " ".join(filter(None, text.split(" "))) if " " in text else text


def _substituted(most: int, values: Any, old: Any, new: Any) -> list[Any] | None:
    if type(old) is not str or type(new) is not str or not old:
        return None
    texts = _texts(_column(values, most))
    return None if texts is None else [text.replace(old, new) for text in texts]


def _found(most: int, what: Any, within: Any, *start: Any) -> list[Any] | None:
    sought, texts = _texts(_column(what, most)), _texts(_column(within, most))
    if start or sought is None or texts is None:
        return None
    return [float(at + 1) if at >= 0 else VALUE for at in map(str.find, texts, sought)]


def _cut(single: Callable[..., Any], *, first: bool) -> ColumnCall:
    """LEFT and RIGHT of one size for all."""

    def of(most: int, values: Any, count: Any = 1.0) -> list[Any] | None:
        texts = _texts(_column(values, most))
        if type(count) is not float or count < 0 or texts is None:
            return None
        size = int(count)
        part = slice(size) if first else slice(-size, None) if size else slice(0)
        return [text[part] if one_unit_each(text) else single(text, count) for text in texts]

    return of


def _of_kind(kind: type) -> ColumnCall:
    return lambda most, values: [type(one) is kind for one in _column(values, most)]


def choice(test: Any, yes: Any, no: Any) -> Any:
    """IF of single values."""
    truth = as_truth(test)
    return yes if truth is True else no if truth is False else truth


def _chosen(most: int, tests: Any, yes: Any, no: Any) -> list[Any]:
    columns = [_column(one, most) for one in (tests, yes, no)]
    return [
        one if test is True else other if test is False else choice(test, one, other)
        for test, one, other in zip(*columns, strict=True)
    ]


#: By the function of single values.
COLUMN_CALLS: Mapping[Callable[..., Any], ColumnCall] = {
    OPERATORS["+"][0]: _arithmetic(operator.add),
    OPERATORS["-"][0]: _arithmetic(operator.sub),
    OPERATORS["*"][0]: _arithmetic(operator.mul),
    OPERATORS["="][0]: _compared(operator.eq),
    OPERATORS["<>"][0]: _compared(operator.ne),
    OPERATORS["<"][0]: _compared(operator.lt),
    OPERATORS["<="][0]: _compared(operator.le),
    OPERATORS[">"][0]: _compared(operator.gt),
    OPERATORS[">="][0]: _compared(operator.ge),
    OPERATORS["&"][0]: _concatenated,
    _LEN: _over_texts(_length),
    FUNCTIONS["TRIM"].call: _over_texts(_trimmed),
    FUNCTIONS["SUBSTITUTE"].call: _substituted,
    FUNCTIONS["FIND"].call: _found,
    _LEFT: _cut(_LEFT, first=True),
    _RIGHT: _cut(_RIGHT, first=False),
    FUNCTIONS["ISNUMBER"].call: _of_kind(float),
    FUNCTIONS["ISTEXT"].call: _of_kind(str),
    choice: _chosen,
}
