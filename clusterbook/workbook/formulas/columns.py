"""Functions of single values taken over arrays: whole columns at once where their values are plain.

``functions`` and ``operators`` say what each does with one value. Most values of a column are
texts, numbers and logicals as they are asked for; these are worked out here in one pass, all others
place by place by the function itself. A property test holds the two equal.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any, TypeAlias

from clusterbook.workbook.formulas.functions import FUNCTIONS, swapped
from clusterbook.workbook.formulas.operators import IN_A_ROW, OPERATORS
from clusterbook.workbook.formulas.values import (
    ERRORS,
    LOGICALS,
    NA,
    NUMBERS,
    SEPARATOR,
    TEXTS,
    UNASKED,
    VALUE,
    Array,
    as_truth,
    one_unit_each,
)

#: Values of so many places with their kind, and where they are texts as an array has them joined.
Found: TypeAlias = tuple[list[Any], int, str | None]
#: Works out so many places of arguments, each an array with so many values in ``head`` or one value
#: for all of them; None where something among them is not plain.
ColumnCall: TypeAlias = Callable[..., Found | None]
_NOTHING = object()


def lifted(call: Callable[..., Any], arguments: Sequence[Any]) -> Any:
    """``call`` of single values, or of each place where arrays are among the arguments."""
    return lifting(call)(arguments)


def lifting(call: Callable[..., Any]) -> Callable[[Sequence[Any]], Any]:
    """``lifted`` of one part of a formula; what its tails come to is known from the last time."""
    at_once = COLUMN_CALLS.get(call)
    known: tuple[list[Any], Any] = [], None

    def of(arguments: Sequence[Any]) -> Any:
        nonlocal known
        arrays = [one for one in arguments if type(one) is Array]
        if not arrays:
            return call(*arguments)
        first = arrays[0]
        rows, cols, most = first.rows, first.cols, len(first.head)
        columns = arguments
        if len(arrays) > 1:
            for one in arrays:
                if one.rows != rows or one.cols != cols:
                    return _broadcast(call, arguments, arrays)
            most = max([len(one.head) for one in arrays])
            columns = [one.padded(most) if type(one) is Array else one for one in arguments]
        tails = [one.tail if type(one) is Array else one for one in arguments]
        before, tail = known
        if len(before) != len(tails) or not all(map(operator.is_, tails, before)):
            tail = call(*tails)
            known = tails, tail
        return _along(call, at_once, columns, most, Array([], tail, rows, cols))

    return of


def lifting_one(call: Callable[..., Any], *rest: Any) -> Callable[[Any], Any]:
    """As ``lifting``, of a function of one value; what else it takes is the same for all."""
    at_once = COLUMN_CALLS.get(call)
    known: tuple[Any, Any] = _NOTHING, None

    def of(value: Any) -> Any:
        nonlocal known
        if type(value) is not Array:
            return call(value, *rest)
        if value.tail is not known[0]:
            known = value.tail, call(value.tail, *rest)
        blank = Array([], known[1], value.rows, value.cols)
        return _along(call, at_once, (value, *rest), len(value.head), blank)

    return of


def lifting_two(call: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """As ``lifting``, of a function of two values."""
    at_once = COLUMN_CALLS.get(call)
    known: tuple[Any, Any, Any] = _NOTHING, _NOTHING, None

    def of(left: Any, right: Any) -> Any:
        nonlocal known
        if type(left) is Array:
            rows, cols, most, tail = left.rows, left.cols, len(left.head), left.tail
            other = right
            if type(right) is Array:
                if right.rows != rows or right.cols != cols:
                    return _broadcast(call, (left, right), (left, right))
                other, count = right.tail, len(right.head)
                if count > most:
                    left, most = left.padded(count), count
                elif count < most:
                    right = right.padded(most)
        elif type(right) is Array:
            rows, cols, most = right.rows, right.cols, len(right.head)
            tail, other = left, right.tail
        else:
            return call(left, right)
        if tail is not known[0] or other is not known[1]:
            known = tail, other, call(tail, other)
        return _along(call, at_once, (left, right), most, Array([], known[2], rows, cols))

    return of


def _along(
    call: Callable[..., Any],
    at_once: ColumnCall | None,
    columns: Sequence[Any],
    most: int,
    found: Array,
) -> Array:
    """Fill the head of what was found, which has its tail only."""
    if most:
        plain = at_once(most, *columns) if at_once else None
        if plain is None:
            lines = [one.head if type(one) is Array else repeat(one, most) for one in columns]
            found.head = list(map(call, *lines))
        else:
            found.head, found.kind, found._joined = plain  # noqa: SLF001
    return found


def _broadcast(
    call: Callable[..., Any], arguments: Sequence[Any], arrays: Sequence[Array]
) -> Array:
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


def _texts(value: Any, most: int) -> Iterable[str] | None:
    """Texts and blanks as texts; None where there is anything else."""
    if type(value) is Array:
        return value.texts()
    return repeat(value or "", most) if value is None or type(value) is str else None


# --- operators -----------------------------------------------------------------------------------


def _numbers(value: Any, most: int) -> Iterable[float] | None:
    """Numbers and blanks as numbers; None where there is anything else."""
    if type(value) is Array:
        return value.numbers()
    return repeat(value, most) if type(value) is float else None


def _logicals(value: Any, most: int) -> Iterable[bool] | None:
    """Logicals; None where there is anything else."""
    if type(value) is Array:
        return value.head if value.asked_kind() == LOGICALS else None
    return repeat(value, most) if type(value) is bool else None


def _arithmetic(work: Callable[[Any, Any], Any]) -> ColumnCall:
    def of(most: int, *values: Any) -> Found | None:
        found: Any = None
        exact = False  # as long as only logicals are among them, it comes to whole numbers
        for value in values:
            numbers: Iterable[Any] | None = _numbers(value, most)
            if numbers is not None:
                exact = True
            else:
                numbers = _logicals(value, most)
                if numbers is None:
                    return None
            found = numbers if found is None else map(work, found, numbers)
        return list(found if exact else map(float, found)), NUMBERS, None

    return of


_product = _arithmetic(operator.mul)


def _multiplied(most: int, *values: Any) -> Found | None:
    # "(…)*1" makes numbers of logicals, and is in most formulas.
    first, last = values[0], values[-1]
    if type(last) is float and last == 1.0 and len(values) == 2 and type(first) is Array:  # noqa: PLR2004
        logicals = _logicals(first, most)
        if logicals is not None:
            return list(map(float, logicals)), NUMBERS, None
    return _product(most, *values)


def _compared(test: Callable[[Any, Any], Any]) -> ColumnCall:
    def of(most: int, left: Any, right: Any) -> Found | None:
        # Two blanks are compared as numbers, which comes to the same as two empty texts.
        ours: Iterable[Any] | None
        others: Iterable[Any] | None
        ours, others = _numbers(left, most), _numbers(right, most)
        if ours is None or others is None:
            folded = _texts if right == "" else _lowered  # nothing else becomes an empty text
            ours, others = folded(left, most), folded(right, most)
            if ours is None or others is None:
                return None
        return list(map(test, ours, others)), LOGICALS, None

    return of


def _lowered(value: Any, most: int) -> Iterable[str] | None:
    """As ``_texts``, in small letters."""
    if type(value) is Array:
        return value.lowered()
    return repeat((value or "").lower(), most) if value is None or type(value) is str else None


def _concatenated(most: int, left: Any, right: Any) -> Found | None:
    ours, others = _texts(left, most), _texts(right, most)
    if ours is None or others is None:
        return None
    return list(map(operator.add, ours, others)), TEXTS, None


# --- functions -----------------------------------------------------------------------------------

_LEN, _LEFT, _RIGHT = (FUNCTIONS[name].call for name in ("LEN", "LEFT", "RIGHT"))


def _lengths(_: int, values: Array) -> Found | None:
    texts = values.texts()
    if texts is None:
        return None
    if one_unit_each(values.joined() or "".join(texts)):
        return list(map(float, map(len, texts))), NUMBERS, None
    return list(map(_LEN, texts)), NUMBERS, None


def _trimmed(_: int, values: Array) -> Found | None:
    texts = values.texts()
    if texts is None:
        return None
    if " " not in (values.joined() or " "):
        return texts, TEXTS, values.joined()
    trimmed = [" ".join(filter(None, text.split(" "))) if " " in text else text for text in texts]
    return trimmed, TEXTS, None


def _substituted(most: int, values: Any, old: Any, new: Any) -> Found | None:
    if type(values) is not Array or type(old) is not str or type(new) is not str or not old:
        return None
    return _all_swapped(most, values, ((old, new),))


def _all_swapped(_: int, values: Array, swaps: Sequence[tuple[str, str]]) -> Found | None:
    texts = values.texts()
    if texts is None:
        return None
    joined = values.joined()
    if not joined or any(SEPARATOR in old or SEPARATOR in new for old, new in swaps):
        return [swapped(text, swaps) for text in texts], TEXTS, None
    found = joined
    for old, new in swaps:
        found = found.replace(old, new)  # the same object where it holds none
    return (texts if found is joined else found.split(SEPARATOR)), TEXTS, found


def _found(most: int, what: Any, within: Any, *start: Any) -> Found | None:
    sought, texts = _texts(what, most), _texts(within, most)
    if start or sought is None or texts is None:
        return None
    together = type(what) is str and type(within) is Array and what and SEPARATOR not in what
    if together and what not in (within.joined() or what):
        return [VALUE] * most, ERRORS, None
    places = map(str.find, texts, sought)
    return [float(at + 1) if at >= 0 else VALUE for at in places], UNASKED, None


def _cut(single: Callable[..., Any], *, first: bool) -> ColumnCall:
    """LEFT and RIGHT of one size for all."""

    def of(most: int, values: Any, count: Any = 1.0) -> Found | None:
        if type(values) is not Array or type(count) is not float or count < 0:
            return None
        texts = values.texts()
        if texts is None:
            return None
        if not one_unit_each(values.joined() or "".join(texts)):
            return list(map(single, texts, repeat(count, most))), TEXTS, None
        size = int(count)
        part = slice(size) if first else slice(-size, None) if size else slice(0)
        return [text[part] for text in texts], TEXTS, None

    return of


def _of_kind(kind: type, uniform: int) -> ColumnCall:
    def of(most: int, values: Array) -> Found:
        known = values.kind or values.asked_kind()
        if known in (NUMBERS, LOGICALS, TEXTS, ERRORS):
            return [known == uniform] * most, LOGICALS, None
        return [type(one) is kind for one in values.head], LOGICALS, None

    return of


def choice(test: Any, yes: Any, no: Any) -> Any:
    """IF of single values."""
    truth = as_truth(test)
    return yes if truth is True else no if truth is False else truth


def _chosen(most: int, tests: Any, yes: Any, no: Any) -> Found | None:
    if type(tests) is not Array or tests.asked_kind() not in (LOGICALS, NUMBERS):
        return None
    ours, others = (one.head if type(one) is Array else repeat(one, most) for one in (yes, no))
    chosen = [
        one if test else other for test, one, other in zip(tests.head, ours, others, strict=True)
    ]
    return chosen, UNASKED, None


#: By the function of single values.
COLUMN_CALLS: Mapping[Callable[..., Any], ColumnCall] = {
    OPERATORS["+"][0]: _arithmetic(operator.add),
    OPERATORS["-"][0]: _arithmetic(operator.sub),
    OPERATORS["*"][0]: _multiplied,
    IN_A_ROW["+"]: _arithmetic(operator.add),
    IN_A_ROW["*"]: _product,
    OPERATORS["="][0]: _compared(operator.eq),
    OPERATORS["<>"][0]: _compared(operator.ne),
    OPERATORS["<"][0]: _compared(operator.lt),
    OPERATORS["<="][0]: _compared(operator.le),
    OPERATORS[">"][0]: _compared(operator.gt),
    OPERATORS[">="][0]: _compared(operator.ge),
    OPERATORS["&"][0]: _concatenated,
    _LEN: _lengths,
    FUNCTIONS["TRIM"].call: _trimmed,
    FUNCTIONS["SUBSTITUTE"].call: _substituted,
    swapped: _all_swapped,
    FUNCTIONS["FIND"].call: _found,
    _LEFT: _cut(_LEFT, first=True),
    _RIGHT: _cut(_RIGHT, first=False),
    FUNCTIONS["ISNUMBER"].call: _of_kind(float, NUMBERS),
    FUNCTIONS["ISTEXT"].call: _of_kind(str, TEXTS),
    choice: _chosen,
}
