"""One file judged and sent back, for the tests of returned copies and notices."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import build
from attrs import evolve, frozen
from draft import Draft
from office_file import Book, through_openpyxl
from support.places import SAMPLES

from clusterbook.forms.kinds import Raw
from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.layout.layout import Layout
from clusterbook.problems import Problem
from clusterbook.reports.feedback.causes import Cause, causes
from clusterbook.reports.feedback.marked_copy import returned_copy
from clusterbook.reports.feedback.remarks import Remark, remarks
from clusterbook.returns.extract import Extracted, Oddities
from clusterbook.returns.pipeline import read_submission
from clusterbook.validation.check import check
from clusterbook.validation.normalize import normalize
from clusterbook.validation.typed_data import Data

__all__ = [
    "SAMPLES",
    "Book",
    "Draft",
    "Judged",
    "build",
    "changed",
    "judged",
    "raws",
    "sample",
    "through_openpyxl",
]


@frozen
class Judged:
    data: bytes
    stamp: Stamp
    layout: Layout
    extracted: Extracted
    problems: list[Problem]
    typed: Data

    @property
    def open(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.open]

    @property
    def remarks(self) -> tuple[Remark, ...]:
        return remarks(self.problems, self.layout, self.extracted)

    @property
    def causes(self) -> tuple[Cause, ...]:
        return causes(self.remarks, marked=True)

    def copy(self, file: str = "样例.xlsx") -> bytes:
        return returned_copy(
            self.typed, 0, self.stamp, self.problems, file=file,
            sha256=hashlib.sha256(self.data).hexdigest(),
        )  # fmt: skip


def judged(data: bytes) -> Judged:
    """A readable file, read and judged by itself."""
    read = read_submission(data)
    assert read.stamp is not None and read.extracted is not None, read.problems
    layout = layouts.of_stamp(read.stamp)
    found = normalize(layout, [read.extracted])
    check(found)
    problems = [*read.problems, *found.problems[0]]
    return Judged(data, read.stamp, layout, read.extracted, problems, found)


def sample(name: str) -> Judged:
    """A sample by its path below samples/."""
    return judged((SAMPLES / f"{name}.xlsx").read_bytes())


def raws(one: Judged) -> dict[tuple[str, int], Raw | None]:
    """Every raw value by key and box, or by library column and place among the rows.

    What shows as an error is its text, a formula without a result its own.
    """
    extracted = one.extracted

    def seen(raw: Raw | None, oddities: Oddities, index: int) -> Raw | None:
        formula = oddities.formulas.get(index)
        if raw is None and index in oddities.errors:
            return oddities.errors[index]
        return f"={formula}" if raw is None and formula else raw

    found = {
        (place.slot.key, place.slot.part): seen(
            extracted.raws[place.index], extracted.oddities, place.index
        )
        for place in one.layout.in_order
        if not place.slot.locked
    }
    for key, library in extracted.libraries.items():
        columns = one.layout.bodies[key].columns
        for number, column in enumerate(columns):
            if not column.locked:
                for at, raw in enumerate(library.columns[number]):
                    index = at * len(columns) + number
                    found[column.key, at] = seen(raw, library.oddities, index)
    return found


Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def changed(layout: Layout, base: Extracted, values: Mapping[str, Any], rows: Rows) -> Extracted:
    """What was read of a workbook, other raw values in some of its cells and lists.

    Thousands of such are judged in the time that a hundred workbooks take to be written and read.
    """
    raws = list(base.raws)
    for one in layout.in_order:
        key = one.slot.key
        if one.slot.part == 1 and not one.slot.locked and key in values:
            value = values[key]
            raws[one.index] = float(value) if isinstance(value, int) else value or None
    libraries = {key: evolve(library) for key, library in base.libraries.items()}
    for key, lines in rows.items():
        body = layout.bodies[key]
        libraries[key] = evolve(
            base.libraries[key],
            # What is computed still has its formula.
            oddities=Oddities(formulas={
                at * len(body.columns) + number: ""
                for at in range(len(lines))
                for number, column in enumerate(body.columns) if column.locked
            }),
            rows=[body.first_row + at for at in range(len(lines))],
            columns=[[row.get(column.field.key) or None for row in lines]
                     for column in body.columns],
        )  # fmt: skip
    return evolve(base, raws=raws, libraries=libraries, problems=[], printed={})
