"""The operators of formulas over single values: arithmetic, joining of texts, comparisons."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

from clusterbook.workbook.formulas.functions import L, N, T
from clusterbook.workbook.formulas.values import DIV0, NUM, ExcelError, as_number, as_text, compared


def _arithmetic(call: Callable[[float, float], Any]) -> Callable[[Any, Any], Any]:
    def of(left: Any, right: Any) -> Any:
        if type(left) is not float:
            left = as_number(left)
            if type(left) is not float:
                return left
        if type(right) is not float:
            right = as_number(right)
            if type(right) is not float:
                return right
        return call(left, right)

    return of


def _divided(left: float, right: float) -> Any:
    return left / right if right else DIV0


def _power(left: float, right: float) -> Any:
    if not left and right <= 0:
        return DIV0 if right else NUM
    try:
        result = left**right
    except OverflowError:
        return NUM
    return result if isinstance(result, float) else NUM


def _concatenated(left: Any, right: Any) -> Any:
    one, other = as_text(left), as_text(right)
    if isinstance(one, ExcelError):
        return one
    return other if isinstance(other, ExcelError) else one + other


def negative(value: Any) -> Any:
    """A number with the other sign."""
    number = as_number(value)
    return number if isinstance(number, ExcelError) else -number


def positive(value: Any) -> Any:
    """A value as it is."""
    return value


def _comparison(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], Any]:
    def of(left: Any, right: Any) -> Any:
        if type(left) is float and type(right) is float:
            return test(left, right)
        if type(left) is str and type(right) is str:
            return test(left.lower(), right.lower())
        order = compared(left, right)
        return order if isinstance(order, ExcelError) else test(order, 0)

    return of


#: Each operator with the kind of value it gives.
OPERATORS: Mapping[str, tuple[Callable[[Any, Any], Any], int]] = {
    "+": (_arithmetic(operator.add), N),
    "-": (_arithmetic(operator.sub), N),
    "*": (_arithmetic(operator.mul), N),
    "/": (_arithmetic(_divided), N),
    "^": (_arithmetic(_power), N),
    "&": (_concatenated, T),
    "=": (_comparison(operator.eq), L),
    "<>": (_comparison(operator.ne), L),
    "<": (_comparison(operator.lt), L),
    "<=": (_comparison(operator.le), L),
    ">": (_comparison(operator.gt), L),
    ">=": (_comparison(operator.ge), L),
}


def _folded(call: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    return lambda *values: reduce(call, values)


#: Several sums or products in a row, from left to right, as one function.
IN_A_ROW: Mapping[str, Callable[..., Any]] = {
    sign: _folded(OPERATORS[sign][0]) for sign in ("+", "*")
}
