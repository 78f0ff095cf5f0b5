"""Computed cells are worked out anew; what the file says otherwise is told with both values."""

from __future__ import annotations

import pytest
from support.fill import imported
from support.mutable import Tab
from support.mutation_kit import Case, base
from support.stored import CODES, found

from clusterbook.a1 import cell_name
from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.workbook import writer
from clusterbook.workbook.content import Entries


@pytest.fixture
def case() -> Case:
    return base("cluster_contest").copy()


def computed(case: Case, what: str) -> tuple[Tab, tuple[int, int]]:
    """An answer, a cell of a column, a total or the head of a list that a formula makes."""
    for tab, plan in case.sheets():
        body = plan.body
        if what == "answer":
            for slot in plan.slots:
                if slot.locked and slot.field.key == "revenue_growth":
                    return tab, (slot.area.row, slot.area.col)
        elif body is not None and what == "column":
            for column in body.columns:
                if column.locked:
                    return tab, (body.first_row + 1, column.col)
        elif body is not None and what == "total" and body.total_row is not None:
            at = next(p.area for p in plan.printed if not isinstance(p.text, str))
            return tab, (at.row, at.col)
        elif body is not None and what == "head" and body.head_area is not None:
            return tab, (body.head_area.row, body.head_area.col)
    raise AssertionError(what)


KINDS = ("answer", "column", "total", "head")


@pytest.mark.parametrize("what", KINDS)
def test_a_value_over_a_formula_is_told_with_both(case, what):
    tab, at = computed(case, what)
    tab.put(at, 123456.5)
    problem = next(p for p in found(case) if (p.sheet, p.cell) == (tab.name, cell_name(*at)))
    assert (problem.code, problem.value) == ("L106", "123456.5")
    expected = problem.facts["expected"]
    assert expected not in ("", "123456.5")
    # The very value that is told to be right has nothing to be told but the loss of the formula.
    tab.put(at, float(expected) if what != "head" else expected)
    assert [(p.code, p.cell, p.facts["cells"]) for p in found(case)] == [
        ("L118", cell_name(*at), cell_name(*at))
    ]


@pytest.mark.parametrize("what", KINDS)
def test_a_stale_result_is_told_without_a_question(case, what):
    tab, at = computed(case, what)
    tab.cells[at].value = 123456.5
    assert [(p.code, p.cell) for p in found(case)] == [("L110", cell_name(*at))]


@pytest.mark.parametrize("what", KINDS)
def test_a_formula_that_was_deleted_is_told(case, what):
    tab, at = computed(case, what)
    del tab.cells[at]
    assert [(p.code, p.sheet, p.cell) for p in found(case)] == [("L118", tab.name, cell_name(*at))]


def test_formulas_that_are_gone_are_told_once_for_a_sheet(case):
    tab, at = computed(case, "column")
    rows = range(at[0], at[0] + 3)
    for row in rows:
        del tab.cells[row, at[1]]
    problem = next(iter(found(case)))
    assert len(found(case)) == 1
    assert problem.facts == {
        "count": "3",
        "cells": "、".join(cell_name(row, at[1]) for row in rows),
    }


def test_a_total_says_nothing_while_a_number_below_it_cannot_be_read(case):
    """What it ought to be is not known yet."""
    tab, at = computed(case, "total")
    tab.cells[at].value = 123456.5
    below = next(
        a
        for a, cell in tab.cells.items()
        if cell.owner and a[1] == at[1] and isinstance(cell.value, float)
    )
    tab.put(below, "约5")
    assert all(p.cell != cell_name(*at) for p in found(case))


def test_a_broken_rule_does_not_hide_a_wrong_result(case):
    """The values of the kit break rules everywhere; they are known all the same."""
    tab, at = computed(case, "total")
    for other, plan in case.sheets():
        for slot in plan.slots:
            if slot.locked and slot.key.startswith("targets."):
                tab, at = other, (slot.area.row, slot.area.col)
    tab.cells[at].value = 123456.5
    assert [(p.code, p.cell) for p in found(case)] == [("L110", cell_name(*at))]


@pytest.mark.parametrize(("text", "codes"), [("较高", ["L106"]), ("—", ["L118"])])
def test_where_nothing_can_be_computed_only_a_stroke_may_stand(case, text, codes):
    tab, at = computed(case, "answer")
    where, place = case.book.owned()["economy.revenue.2024"]
    where.put(place, 0.0)  # no growth without a base
    tab.put(at, text)
    told = [p for p in found(case) if p.cell == cell_name(*at)]
    assert [p.code for p in told] == codes
    assert all(p.facts["expected"] == "空" for p in told if p.code == "L106")


@pytest.mark.parametrize("blanks", [" {} ", "\u3000{}", "{}\xa0\n", "\x1f{}"])
def test_a_name_handed_on_with_its_blanks_is_not_stale(blanks):
    """The cover repeats what was typed; the name itself is read without what surrounds it."""
    layout = layouts.of("fujian_sme_cluster")
    answers = Entries(values={"basics.cluster_name": blanks.format("集美机械产业集群")})
    batch = imported(writer.write_template(layout, Stamp.of(layout.workbook), answers))
    assert [p.code for p in batch.submissions[0].problems if p.code in CODES] == []


@pytest.mark.parametrize(("over", "codes"), [(False, []), (True, ["L106"])])
def test_a_formula_is_not_stale_where_it_cannot_count_what_was_typed(case, over, codes):
    """√ is read as 是, and no formula counts it; who types a count over the formula could."""
    tab, at = computed(case, "head")
    body = next(plan.body for other, plan in case.sheets() if other is tab)
    column = next(one.col for one in body.columns if one.field.key == "is_scale")
    tab.put((body.first_row, column), "√")
    if over:
        tab.put(at, "现有企业1家")
    else:
        tab.cells[at].value = "现有企业1家"
    assert [p.code for p in found(case) if p.cell == cell_name(*at)] == codes
