"""What is told of stored results."""

from __future__ import annotations

from support.mutation_kit import Case, read_back

from clusterbook.problems import Problem

CODES = ("L106", "L110", "L118")


def found(case: Case) -> list[Problem]:
    result = read_back(case.layout, [case.book.bytes()])[0]
    return [p for p in result.problems if p.code in CODES]
