"""The classic functions our formulas use, as Excel works them out.

Each is here once, for single values; ``columns.lifted`` takes it over arrays. A function that
is not in the tables is refused when a workbook is written: nobody would know its result.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import reduce
from operator import add
from statistics import median
from typing import Any

from attrs import frozen

from clusterbook.workbook.formulas.values import (
    DIV0,
    NA,
    NUM,
    NUMBERS,
    VALUE,
    Array,
    ExcelError,
    Scalar,
    as_number,
    as_text,
    as_truth,
    one_unit_each,
    rounded,
    units,
)

# Kinds of values, as flags: what a part of a formula may come to.
N, T, L, BLANK = 1, 2, 4, 8
ANY = N | T | L | BLANK

# What a criterion may hold, and a text of a cell or formula.
LONGEST_CRITERION, LONGEST_TEXT = 255, 32767
_EPOCH = date(1899, 12, 30)
_DATE = re.compile(r"\s*(\d{4})[-/](\d{1,2})(?:[-/](\d{1,2}))?\s*")


@frozen
class Function:
    """A function of single values: how many it takes, what it gives, and how it is worked out.

    ``errors`` marks those that look at errors instead of handing them on.
    """

    call: Callable[..., Any]
    least: int
    most: int
    gives: int
    errors: bool = False


@frozen
class Aggregate:
    """A function of all the values of ranges and arrays; ``call`` gets their numbers."""

    call: Callable[[list[float]], Any]
    #: whether it counts, and so looks past errors
    counts: bool = False


def _spread(call: Callable[..., Any]) -> Callable[..., Any]:
    """The same, handing on the first error among its arguments."""

    def checked(*values: Any) -> Any:
        for value in values:
            if type(value) is ExcelError:
                return value
        return call(*values)

    return checked


# --- texts ---------------------------------------------------------------------------------------


def _len(value: Scalar) -> float:
    text = as_text(value)
    return float(units(text))  # type: ignore[arg-type]


def _trim(value: Scalar) -> str:
    text = str(as_text(value))
    return " ".join([part for part in text.split(" ") if part]) if " " in text else text


def _substitute(text: Scalar, old: Scalar, new: Scalar) -> str:
    was = str(as_text(old))
    return str(as_text(text)).replace(was, str(as_text(new))) if was else str(as_text(text))


def _all_swapped(text: Scalar, swaps: Sequence[tuple[str, str]]) -> str:
    found = str(as_text(text))
    for old, new in swaps:
        found = found.replace(old, new)
    return found


#: SUBSTITUTE of SUBSTITUTE, and so on, with texts that stand in the formula.
swapped = _spread(_all_swapped)


def _find(what: Scalar, within: Scalar, start: Scalar = 1.0) -> Any:
    first = as_number(start)
    if isinstance(first, ExcelError):
        return first
    at = str(as_text(within)).find(str(as_text(what)), int(first) - 1)
    return float(at + 1) if at >= 0 else VALUE


def _cut(text: str, first: int, count: int) -> str:
    """Characters counted in UTF-16; a pair is never torn."""
    if one_unit_each(text):
        return text[first : first + count]
    data = text.encode("utf-16-le", "surrogatepass")[2 * first : 2 * (first + count)]
    return data.decode("utf-16-le", "surrogatepass")


def _mid(value: Scalar, first: Scalar, count: Scalar) -> Any:
    start, size = as_number(first), as_number(count)
    if isinstance(start, ExcelError) or isinstance(size, ExcelError) or start < 1 or size < 0:
        return VALUE
    return _cut(str(as_text(value)), int(start) - 1, int(size))


def _left(value: Scalar, count: Scalar = 1.0) -> Any:
    return _mid(value, 1.0, count)


def _right(value: Scalar, count: Scalar = 1.0) -> Any:
    size, text = as_number(count), str(as_text(value))
    if isinstance(size, ExcelError) or size < 0:
        return VALUE
    length = units(text)
    return _cut(text, max(length - int(size), 0), int(size))


def _rept(value: Scalar, times: Scalar) -> Any:
    count = as_number(times)
    if isinstance(count, ExcelError) or count < 0:
        return VALUE
    text = str(as_text(value)) * int(count)
    return text if len(text) <= LONGEST_TEXT else VALUE


def _char(value: Scalar) -> Any:
    code = as_number(value)
    # Above 127 it depends on the code page of the machine.
    ascii_code = isinstance(code, float) and 1 <= code <= 127  # noqa: PLR2004
    return chr(int(code)) if ascii_code else VALUE  # type: ignore[arg-type]


def _code(value: Scalar) -> Any:
    text = str(as_text(value))
    return float(ord(text[0])) if text and text.isascii() else VALUE


def _clean(value: Scalar) -> str:
    return "".join(sign for sign in str(as_text(value)) if ord(sign) >= 32)  # noqa: PLR2004


def _value(value: Scalar) -> Any:
    return NUM if isinstance(value, bool) else as_number(value)


def _exact(left: Scalar, right: Scalar) -> bool:
    return as_text(left) == as_text(right)


#: The formats TEXT is used with: decimals, whether a percentage, whether with thousands marks.
TEXT_FORMATS: Mapping[str, tuple[int, bool, bool]] = {
    "0": (0, False, False), "0.0": (1, False, False), "0.00": (2, False, False),
    "0%": (0, True, False), "0.0%": (1, True, False), "0.00%": (2, True, False),
    "#,##0": (0, False, True), "#,##0.00": (2, False, True),
}  # fmt: skip


def _text(value: Scalar, form: Scalar) -> Any:
    if isinstance(value, str):
        return value
    decimals, percent, marks = TEXT_FORMATS[str(form)]
    number = as_number(value)
    assert isinstance(number, float)  # noqa: S101 - errors are handed on before
    number = rounded(number * 100 if percent else number, decimals) + 0.0
    return f"{number:{',' if marks else ''}.{decimals}f}" + "%" * percent


# --- numbers and dates ---------------------------------------------------------------------------


def _numeric(call: Callable[..., Any]) -> Callable[..., Any]:
    """A function of numbers: every argument is taken for one."""

    def checked(*values: Scalar) -> Any:
        numbers = [as_number(value) for value in values]
        for number in numbers:
            if isinstance(number, ExcelError):
                return number
        return call(*numbers)

    return checked


def _round(number: float, digits: float) -> float:
    return rounded(number, int(digits))


def _round_up(number: float, digits: float) -> float:
    near = rounded(number, int(digits))
    if abs(near) < abs(rounded(number, 14)):
        near += (1 if number > 0 else -1) * 10.0 ** -int(digits)
    return rounded(near, int(digits))


def _int(number: float) -> float:
    return float(number // 1)


def _mod(number: float, divisor: float) -> Any:
    return number - divisor * (number / divisor // 1) if divisor else DIV0


def _serial(day: date) -> float:
    return float((day - _EPOCH).days)


def _date(year: float, month: float, day: float) -> Any:
    months = int(year) * 12 + int(month) - 1
    try:
        first = date(months // 12, months % 12 + 1, 1)
        return _serial(first + timedelta(days=int(day) - 1))
    except (ValueError, OverflowError):
        return NUM


def _date_value(value: Scalar) -> Any:
    found = _DATE.fullmatch(str(as_text(value)))
    if not found:
        return VALUE
    try:
        return _serial(date(int(found[1]), int(found[2]), int(found[3] or 1)))
    except ValueError:
        return VALUE


def _day_of(part: str) -> Callable[[float], Any]:
    def of(serial: float) -> Any:
        try:
            return float(getattr(_EPOCH + timedelta(days=int(serial)), part))
        except OverflowError:
            return NUM

    return of


# --- what may be asked of any value --------------------------------------------------------------


def _is_number(value: Scalar) -> bool:
    return isinstance(value, float)


def _is_text(value: Scalar) -> bool:
    return isinstance(value, str)


def _is_error(value: Scalar) -> bool:
    return isinstance(value, ExcelError)


def _is_blank(value: Scalar) -> bool:
    return value is None


def _n(value: Scalar) -> Any:
    return value if isinstance(value, float | ExcelError) else float(value is True)


def _t(value: Scalar) -> Any:
    return value if isinstance(value, str | ExcelError) else ""


def _not(value: Scalar) -> Any:
    truth = as_truth(value)
    return truth if isinstance(truth, ExcelError) else not truth


def _hyperlink(target: Scalar, label: Scalar = None) -> Scalar:
    return target if label is None else label


FUNCTIONS: Mapping[str, Function] = {
    "LEN": Function(_spread(_len), 1, 1, N),
    "TRIM": Function(_spread(_trim), 1, 1, T),
    "CLEAN": Function(_spread(_clean), 1, 1, T),
    "SUBSTITUTE": Function(_spread(_substitute), 3, 3, T),
    "FIND": Function(_spread(_find), 2, 3, N),
    "MID": Function(_spread(_mid), 3, 3, T),
    "LEFT": Function(_spread(_left), 1, 2, T),
    "RIGHT": Function(_spread(_right), 1, 2, T),
    "REPT": Function(_spread(_rept), 2, 2, T),
    "CHAR": Function(_spread(_char), 1, 1, T),
    "CODE": Function(_spread(_code), 1, 1, N),
    "TEXT": Function(_spread(_text), 2, 2, T),
    "VALUE": Function(_spread(_value), 1, 1, N),
    "EXACT": Function(_spread(_exact), 2, 2, L),
    "ROUND": Function(_numeric(_round), 2, 2, N),
    "ROUNDUP": Function(_numeric(_round_up), 2, 2, N),
    "INT": Function(_numeric(_int), 1, 1, N),
    "ABS": Function(_numeric(abs), 1, 1, N),
    "MOD": Function(_numeric(_mod), 2, 2, N),
    "DATE": Function(_numeric(_date), 3, 3, N),
    "DATEVALUE": Function(_spread(_date_value), 1, 1, N),
    "YEAR": Function(_numeric(_day_of("year")), 1, 1, N),
    "MONTH": Function(_numeric(_day_of("month")), 1, 1, N),
    "DAY": Function(_numeric(_day_of("day")), 1, 1, N),
    "ISNUMBER": Function(_is_number, 1, 1, L, errors=True),
    "ISTEXT": Function(_is_text, 1, 1, L, errors=True),
    "ISERROR": Function(_is_error, 1, 1, L, errors=True),
    "ISBLANK": Function(_is_blank, 1, 1, L, errors=True),
    "N": Function(_n, 1, 1, N),
    "T": Function(_t, 1, 1, T),
    "NOT": Function(_not, 1, 1, L),
    "HYPERLINK": Function(_spread(_hyperlink), 2, 2, ANY),
}


def _largest(numbers: list[float]) -> float:
    return max(numbers, default=0.0)


def _smallest(numbers: list[float]) -> float:
    return min(numbers, default=0.0)


def _median(numbers: list[float]) -> Any:
    return median(numbers) if numbers else NUM


AGGREGATES: Mapping[str, Aggregate] = {
    "SUM": Aggregate(lambda numbers: float(sum(numbers))),
    "MAX": Aggregate(_largest),
    "MIN": Aggregate(_smallest),
    "MEDIAN": Aggregate(_median),
    "COUNT": Aggregate(lambda numbers: float(len(numbers)), counts=True),
}


def numbers_of(values: Iterable[Any], *, counts: bool = False) -> list[float] | ExcelError:
    """The numbers among single values, ranges and arrays; of the others what Excel makes of them.

    Texts and logicals in ranges and arrays are passed over; a single value is taken for a number.
    """
    numbers: list[float] = []
    for value in values:
        if type(value) is Array:
            found = _numbers_in(value, counts=counts)
            if type(found) is ExcelError:
                return found
            numbers += found  # type: ignore[arg-type]
            continue
        number = as_number(value)
        if type(number) is float:
            if not (counts and value is None):
                numbers.append(number)
        elif not counts:
            return number  # type: ignore[return-value]
    return numbers


def _numbers_in(array: Array, *, counts: bool) -> list[float] | ExcelError:
    """The numbers of an array, or its first error unless ``counts``."""
    tail: Any = array.tail
    rest = [tail] * (array.size - len(array.head)) if type(tail) in (float, ExcelError) else []
    if type(tail) is not ExcelError and array.numbers() is not None:
        if array.kind == NUMBERS:
            return array.head + rest
        return [one for one in array.head if one is not None] + rest
    numbers: list[float] = []
    for one in (*array.head, *rest):
        if type(one) is float:
            numbers.append(one)
        elif type(one) is ExcelError and not counts:
            return one
    return numbers


def sum_at(array: Array, places: Iterable[int]) -> float:
    """SUMIF and SUMIFS: the numbers among these places of a range, in this order."""
    numbers = array.numbers()
    if numbers is not None and len(numbers) == array.size:
        return float(sum(map(numbers.__getitem__, places)))
    values = map(array.whole().__getitem__, places)
    return float(sum(value for value in values if type(value) is float))


def ranked(values: Any, position: Any, *, largest: bool) -> Any:
    """LARGE and SMALL."""
    numbers, at = _ordered(values), as_number(position)
    if isinstance(numbers, ExcelError):
        return numbers
    if isinstance(at, ExcelError) or not 1 <= at <= len(numbers):
        return at if isinstance(at, ExcelError) else NUM
    return numbers[-int(at) if largest else int(at) - 1]


def place_among(values: Any, number: Any) -> Any:
    """RANK from the greatest on."""
    numbers, one = _ordered(values), as_number(number)
    if isinstance(numbers, ExcelError) or isinstance(one, ExcelError):
        return one if isinstance(one, ExcelError) else numbers
    after = bisect_right(numbers, one)
    there = after > 0 and numbers[after - 1] == one
    return float(len(numbers) - after + 1) if there else NA


def _ordered(values: Any) -> list[float] | ExcelError:
    """Numbers from the lowest on: lists are asked for the first, the second … of an array."""
    known = values.ordered if type(values) is Array else None
    if known is None:
        known = numbers_of([values])
        if not isinstance(known, ExcelError):
            known.sort()
        if type(values) is Array:
            values.ordered = known
    ordered: list[float] | ExcelError = known
    return ordered


def sum_of_products(arrays: Sequence[Any]) -> Any:
    """SUMPRODUCT: what is no number counts as 0."""
    if any(type(one) is not Array for one in arrays):
        if len(arrays) > 1:
            return VALUE
        number = arrays[0]
        return number if isinstance(number, float | ExcelError) else 0.0
    if len({(one.rows, one.cols) for one in arrays}) > 1:
        return VALUE
    total = 0.0
    most = max([len(one.head) for one in arrays])
    rest = arrays[0].size - most
    lines = [one.padded(most).head for one in arrays]
    if len(arrays) == 1 and arrays[0].asked_kind() == NUMBERS:
        total = reduce(add, lines[0], total)
    else:
        for product in map(_product, zip(*lines, strict=True)):
            if type(product) is ExcelError:
                return product
            total += product
    if rest:
        product = _product([one.tail for one in arrays])
        if type(product) is ExcelError:
            return product
        total += product * rest
    return total


def _product(values: Iterable[Any]) -> Any:
    product = 1.0
    for value in values:
        if type(value) is float:
            product *= value
        elif type(value) is ExcelError:
            return value
        else:
            product = 0.0
    return product
