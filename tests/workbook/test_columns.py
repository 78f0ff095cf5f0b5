"""Functions over whole columns come to what they come to place by place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusterbook.workbook.formulas import columns
from clusterbook.workbook.formulas.functions import FUNCTIONS, swapped
from clusterbook.workbook.formulas.operators import IN_A_ROW, OPERATORS
from clusterbook.workbook.formulas.values import NA, SEPARATOR, UNASKED, Array

NAMES = {
    **{function.call: name for name, function in FUNCTIONS.items()},
    **{call: sign for sign, (call, _) in OPERATORS.items()},
    **{call: f"{sign}…{sign}" for sign, call in IN_A_ROW.items()},
    columns.choice: "IF",
}
TAKES = {"SUBSTITUTE": 3, "IF": 3, "LEFT": 2, "RIGHT": 2, "FIND": 2, "LEN": 1, "TRIM": 1,
         "ISNUMBER": 1, "ISTEXT": 1, "+…+": 3, "*…*": 3}  # fmt: skip

texts = st.text(f"ab A、，　无是\t𠮷é1İΣ{SEPARATOR}", max_size=6)
numbers = st.sampled_from([0.0, 1.0, -1.0, 2.5, 1e20, 0.1, -0.0, 3.0])
plain = st.one_of(texts, st.none())
anything = st.one_of(texts, st.none(), numbers, st.booleans(), st.just(NA), st.just("1,234"))
columns_of = st.one_of(
    st.lists(plain, min_size=1, max_size=5),
    st.lists(numbers, min_size=1, max_size=5),
    st.lists(st.one_of(numbers, st.none()), min_size=1, max_size=5),
    st.lists(st.booleans(), min_size=1, max_size=5),
    st.lists(anything, min_size=1, max_size=5),
)
arguments = st.one_of(
    anything, st.builds(lambda head, tail: Array(head, tail, 9), columns_of, anything)
)


AT_ONCE = [call for call in columns.COLUMN_CALLS if call is not swapped]  # it takes no cells


@pytest.mark.parametrize("call", AT_ONCE, ids=[NAMES[call] for call in AT_ONCE])
@given(data=st.data())
@settings(max_examples=60)
def test_a_column_is_its_places(call: Callable[..., Any], data: st.DataObject) -> None:
    count = TAKES.get(NAMES[call], 2)
    given_ones = data.draw(st.lists(arguments, min_size=count, max_size=count))
    arrays = [one for one in given_ones if type(one) is Array]
    if not arrays:
        return
    places = [
        call(*(one.at(row, 0) if type(one) is Array else one for one in given_ones))
        for row in range(9)
    ]
    for lifting in _ways(call, given_ones):
        lifting([Array(["a", 1.0], None, 9) for _ in range(count)])  # nothing of it stays
        found = lifting(given_ones)
        assert list(map(_exactly, found.whole())) == list(map(_exactly, places))
        _is_what_it_says(found)


def _ways(call: Callable[..., Any], values: list[Any]) -> Iterator[Callable[[list[Any]], Any]]:
    """All ways to work these values out that there are."""
    yield columns.lifting(call)
    if len(values) == 2:
        of_two = columns.lifting_two(call)
        yield lambda values: of_two(*values)
    if not any(type(one) is Array for one in values[1:]):
        of_one = columns.lifting_one(call, *values[1:])
        yield lambda values: of_one(values[0])


def _is_what_it_says(found: Array) -> None:
    """The kind of an array and its texts in one are those of its values."""
    anew = Array(found.head, found.tail, found.rows, found.cols)
    assert found.kind in (UNASKED, anew.asked_kind())
    assert found.texts() == anew.texts()
    assert found.lowered() == anew.lowered()
    if found.texts():
        assert found.joined() == anew.joined()


@given(st.lists(st.one_of(st.none(), st.booleans(), numbers), min_size=3, max_size=6))
def test_sums_and_products_in_a_row_go_from_left_to_right(values: list[Any]) -> None:
    for sign, call in IN_A_ROW.items():
        one = values[0]
        for value in values[1:]:
            one = OPERATORS[sign][0](one, value)
        found = columns.lifted(call, [Array([value], None, 9) for value in values])
        assert _exactly(found.head[0]) == _exactly(one)


@given(
    st.builds(lambda head, tail: Array(head, tail, 9), columns_of, anything),
    st.lists(st.tuples(texts.filter(bool), texts), min_size=1, max_size=4),
)
def test_texts_are_swapped_one_after_the_other(array: Array, swaps: list[tuple[str, str]]) -> None:
    substitute = FUNCTIONS["SUBSTITUTE"].call
    one_by_one: Any = array
    for old, new in swaps:
        one_by_one = columns.lifted(substitute, [one_by_one, old, new])
    found = columns.lifting_one(swapped, swaps)(array)
    assert list(map(_exactly, found.whole())) == list(map(_exactly, one_by_one.whole()))
    assert list(map(_exactly, found.whole())) == [
        _exactly(swapped(array.at(row, 0), swaps)) for row in range(9)
    ]
    _is_what_it_says(found)


def _exactly(value: Any) -> tuple[type, Any]:
    """Not 1 for TRUE, and not -0.0 for 0.0."""
    return type(value), repr(value) if isinstance(value, float) else value


def test_what_is_taken_at_once_is_known_by_name() -> None:
    assert {NAMES[call] for call in AT_ONCE} >= {"TRIM", "SUBSTITUTE", "=", "*", "IF"}
