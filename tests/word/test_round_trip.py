"""Workbook → docx → workbook: everything that was typed comes back, whatever stands where."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.fill import fill
from support.word_forms import FORMS, content, good, random_book

import clusterbook as cb
from clusterbook.forms.folders import name_folders, named_folders
from clusterbook.forms.stamp import Stamp
from clusterbook.layout.layouts import forget
from clusterbook.word.content import Content
from clusterbook.word.prefilled import from_word
from clusterbook.word.readings import LEFT, UNSURE
from clusterbook.word.write import word_form
from clusterbook.workbook.writer import write_template

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"

SEEDS = [pytest.param(seed, marks=[pytest.mark.wide] * (seed > 1)) for seed in range(50)]


def differences(said: Content) -> dict[str, tuple[str | None, str | None]]:
    """What stands in the workbook read from the printed form otherwise than in the first."""
    found = from_word(said.layout, word_form(said), issue=said.issue)
    assert [item for item in found.items if item.result in (UNSURE, LEFT)] == []
    again = content(found.workbook)
    before, after = dict(said.printed()), dict(again.printed())
    assert (said.digest == again.digest) == (before == after)
    assert again.issue == said.issue
    return {key: (before.get(key), after.get(key)) for key in before | after
            if before.get(key) != after.get(key)}  # fmt: skip


@pytest.mark.parametrize("form", [pytest.param(FORMS[0], marks=pytest.mark.wide), FORMS[1]])
def test_the_good_sample_comes_back(form: str) -> None:
    said = good(form)
    assert differences(said) == {}
    assert len(dict(said.printed())) > 300


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("seed", SEEDS)
def test_random_books_come_back(form: str, seed: int) -> None:
    assert differences(content(random_book(form, seed))) == {}


def test_reasons_come_back() -> None:
    said = good(FORMS[1])
    code = next(rule.code for rule in said.layout.workbook.rules
                if rule.level == "explain" and rule.line == rule.code)  # fmt: skip
    told = Content(
        layout=said.layout,
        values=said.values,
        rows=said.rows,
        reasons={code: "当年技改投产，产值增长较快"},
    )
    found = from_word(said.layout, word_form(told))
    assert not found.unsure
    assert content(found.workbook).reasons == told.reasons


def test_a_form_of_months_comes_back(months) -> None:
    """Constants between labels and figures, labels without a colon on the cover."""
    layout = months.layout
    answers = fill(layout, 3, rows=3, only=lambda key: "code" not in key).answers()
    data = write_template(layout, Stamp.of(layout.workbook, "M-1"), answers)
    assert differences(content(data)) == {}


@pytest.fixture(name="months")
def months_fixture():
    """The monthly return of the documentation."""
    before = named_folders()
    name_folders(str(EXAMPLES / "monthly_return" / "forms"))
    forget()
    yield cb.load_form("cluster_monthly", year=2025, month=10)
    name_folders(before)
    forget()
