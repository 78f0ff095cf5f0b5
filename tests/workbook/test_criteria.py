"""What COUNTIF and MATCH find, against a plain reading of Excel's wildcards."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusterbook.workbook.formulas.criteria import Candidates, wildcards
from clusterbook.workbook.formulas.values import NA, VALUE, Array, ExcelError

signs = st.text("ab（A?*~.İΣ𠮷\n", max_size=7)


def plainly(criterion: str) -> re.Pattern[str]:
    """The same as a pattern: * any text, ? one character, ~ before them the sign itself."""

    def piece(found: re.Match[str]) -> str:
        wild = {"*": ".*", "?": "."}.get(found[0])
        return wild or re.escape((found[1] or found[0]).lower())

    return re.compile(re.sub(r"~([*?~])|[*?]|[^*?~]+|~", piece, criterion), re.DOTALL)


@given(criterion=signs, text=signs)
def test_wildcards(criterion: str, text: str) -> None:
    found = wildcards(criterion)(text.lower())
    assert bool(found) is bool(plainly(criterion).fullmatch(text.lower()))


@given(criterion=signs)
def test_a_criterion_without_stars_meets_itself(criterion: str) -> None:
    escaped = re.sub(r"([~*?])", r"~\1", criterion)
    assert wildcards(escaped)(criterion.lower())


VALUES: list[Any] = ["无", "甲（一）", "甲(一)", "", None, 2.0, "2", True, NA, "ab"]


@pytest.mark.parametrize(
    ("criterion", "count"),
    [
        ("=甲?一?", 2.0), ("=甲*", 2.0), ("", 2.0), ("=", 1.0), ("<>无", 9.0), ("2", 2.0),
        (2.0, 2.0), (True, 1.0), (None, 0.0), (">1", 1.0), ("=~?", 0.0), ("AB", 1.0),
        ("甲" * 256, VALUE), (NA, NA),
    ],
)  # fmt: skip
def test_counts(criterion: Any, count: float | ExcelError) -> None:
    candidates = Candidates(Array(VALUES, None, len(VALUES)))
    for _ in range(2):  # known the second time
        assert candidates.count(criterion) == count
    places = candidates.positions(criterion)
    assert (places if isinstance(places, ExcelError) else float(len(places))) == count
