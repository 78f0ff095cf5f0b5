"""Ids of returned copies, and which problems of a round are fixed, still there, or new."""

from __future__ import annotations

import pytest

from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.problems import Problem
from clusterbook.validation import rounds


@pytest.mark.parametrize(
    ("issue", "first", "number"),
    [
        ("R7K2", "R7K2", 0),
        ("R7K2-R1", "R7K2", 1),
        ("R7K2-R12", "R7K2", 12),
        ("YL-R-R0", "YL-R-R0", 0),  # there is no round 0
        ("A-R1-R2", "A-R1", 2),  # an id of the province's own that looks like a round
        ("", "", 0),
        ("unissued-0123456789ab-R2", "", 2),
    ],
)
def test_ids_of_rounds(issue: str, first: str, number: int) -> None:
    assert (rounds.first_issue(issue), rounds.number(issue)) == (first, number)


@pytest.mark.parametrize(
    ("issue", "parent", "child"),
    [
        ("R7K2", "R7K2", "R7K2-R1"),
        ("R7K2-R9", "R7K2-R9", "R7K2-R10"),
        ("", "unissued-0123456789ab", "unissued-0123456789ab-R1"),
        ("unissued-0123456789ab-R1", "unissued-0123456789ab-R1", "unissued-0123456789ab-R2"),
    ],
)
def test_a_child_knows_its_parent(issue: str, parent: str, child: str) -> None:
    workbook = layouts.of("cluster_contest").workbook
    stamp = rounds.child(Stamp.of(workbook, issue=issue, issued_to="某县"), "0123456789abcdef")
    assert (stamp.issue, stamp.parent, stamp.issued_to) == (child, parent, "某县")


def problem(code: str, key: str, cell: str = "", value: str = "", sheet: str = "表") -> Problem:
    return Problem(code=code, key=key, cell=cell, value=value, sheet=sheet)


def test_fixed_still_open_and_new() -> None:
    before = [
        problem("V101", "a.b"), problem("V201", "a.c", "D4", "约5"), problem("V201", "a.d", "D5", "x"),
    ]  # fmt: skip
    after = [
        problem("V201", "a.c", "D4", "约6"),
        problem("V204", "a.d", "D5", "900"),
        problem("V101", "a.e"),
    ]
    told = rounds.compare(before, after)
    assert (told.fixed, told.still_open, told.new) == ((0, 2), (0,), (1, 2))


def test_rows_of_a_list_are_told_apart_and_followed_when_they_move() -> None:
    before = [
        problem("V250", "lib.phone", f"K{row}", value)
        for row, value in ((5, "1"), (6, "2"), (9, "3"))
    ]
    # Row 5 was mended, row 7 deleted: what stood in row 9 is in row 8 now, and row 12 is new.
    after = [
        problem("V250", "lib.phone", f"K{row}", value)
        for row, value in ((6, "7"), (8, "3"), (12, "5"))
    ]
    told = rounds.compare(before, after)
    assert (told.fixed, told.still_open, told.new) == ((0,), (0, 1), (2,))


def test_the_same_problem_twice_is_counted_twice() -> None:
    twice = [
        problem("L101", "", value="甲表", sheet="甲表"),
        problem("L101", "", value="甲表", sheet="甲表"),
    ]
    told = rounds.compare(twice, twice[:1])
    assert (told.fixed, told.still_open, told.new) == ((1,), (0,), ())


def test_rows_of_an_earlier_problem_list_serve_as_well() -> None:
    row = {
        "code": "V201",
        "key": "a.c",
        "sheet": "旧表名",
        "cell": "D4",
        "value": "约5",
        "level": "error",
    }
    told = rounds.compare([row], [problem("V201", "a.c", "D4", "约5")])
    assert (told.fixed, told.still_open, told.new) == ((), (0,), ())
