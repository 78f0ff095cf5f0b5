"""What people and programs do to a form in Word: nearly all is read, the rest listed, nothing wrong."""

from __future__ import annotations

import pytest
from support.word_forms import FORMS, filled, joined, of_the_year_before, values
from support.word_mutations import MUTATIONS, mutated

from clusterbook.word.reading import read_form
from clusterbook.word.readings import LEFT, UNSURE, Readings

# The contest's form takes longer; its mutations are among the wide tests, but for a few.
USUAL = {"table_cut", "cells_merged", "old_edition"}
CASES = [
    pytest.param(form, name, seed, marks=[pytest.mark.wide] * (seed > 0 or (form == FORMS[0] and name not in USUAL)))
    for form in FORMS for name in MUTATIONS for seed in (0, 1)
]  # fmt: skip
# Mutations that take answers away; of an old edition only what lasts is carried over.
TAKEN = {
    "pictures",
    "rows_deleted",
    "old_edition",
    "labels_of_others",
    "cells_merged",
    "options_respelled",
}
LISTED_ONLY = {"rows_deleted"}


def test_there_are_forty_and_more() -> None:
    assert len(MUTATIONS) >= 40


@pytest.mark.parametrize(("form", "name", "seed"), CASES)
def test_nothing_is_silently_wrong(form: str, name: str, seed: int) -> None:
    layout, document = filled(form)
    expected = values(layout, read_form(layout, document))
    found = read_form(layout, mutated(document, MUTATIONS[name], seed))
    got = values(layout, found)
    true = of_the_year_before(expected) if name == "old_edition" else expected
    wrong = {key: (true.get(key), got[key]) for key in got if got[key] != true.get(key)}
    assert {key: two for key, two in wrong.items() if key not in joined(found)} == {}
    lost = expected.keys() - got.keys()
    if name not in TAKEN:
        assert len(lost) <= 0.05 * len(expected), sorted(lost)[:20]
    if name not in LISTED_ONLY:
        assert not lost or _told(found)


def _told(found: Readings) -> int:
    return len(found.of(UNSURE)) + len(found.of(LEFT))


def test_an_untouched_form_is_read_whole() -> None:
    for form in FORMS:
        layout, document = filled(form)
        assert not _told(read_form(layout, document))
