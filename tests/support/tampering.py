"""What the tests of placement and extraction share: a filled-in form to tamper with, and what is said."""

from __future__ import annotations

from functools import cache

from support.mutable import Tab
from support.mutation_kit import ISSUE, Case, base

from clusterbook.problems import Problem
from clusterbook.readers.grid import read_grid
from clusterbook.returns.pipeline import Returned, read_submission
from clusterbook.returns.place import Placement, place

FORM = "fujian_sme_cluster"
CONTEST = "cluster_contest"


@cache
def pristine(form: str) -> Case:
    return base(form)


def read(case: Case) -> Returned:
    return read_submission(case.book.bytes())


def placed(case: Case) -> Placement:
    return place(read_grid(case.book.bytes()), case.layout, ISSUE)


def problems(case: Case) -> list[Problem]:
    returned = read(case)
    assert returned.extracted is not None
    return [*returned.problems, *returned.extracted.problems]


def told(case: Case, *codes: str) -> list[tuple[str, str, str, str]]:
    """Code, sheet, cell and key of the problems, of some codes or of all."""
    found = [(p.code, p.sheet, p.cell, p.key) for p in problems(case)]
    return [one for one in found if not codes or one[0] in codes]


def raws(case: Case) -> dict[str, object]:
    """The raw values by key and part, of libraries by column and row."""
    extracted = read(case).extracted
    assert extracted is not None
    found: dict[str, object] = {
        f"{one.slot.key}|{one.slot.part}": extracted.raws[one.index]
        for one in case.layout.in_order
        if extracted.raws[one.index] is not None
    }
    for key, body in case.layout.bodies.items():
        for column, values in zip(body.columns, extracted.libraries[key].columns, strict=True):
            found |= {f"{column.key}#{n}": v for n, v in enumerate(values) if v is not None}
    return found


def tab_of(case: Case, key: str) -> Tab:
    return next(tab for tab, plan in case.sheets() if plan.sheet.key == key)


def a_page(case: Case) -> tuple[Tab, list[str]]:
    """A page with many answers, and these."""
    tab = max(case.pages(), key=lambda pair: len(pair[1].slots))[0]
    return tab, [cell.owner for cell in tab.cells.values() if cell.owner]
