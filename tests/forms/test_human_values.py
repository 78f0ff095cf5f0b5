"""What people really type, kind by kind: the value it comes to, or its problem, and the line in the log.

The rows follow the notes on dirty values and on what office programs make of typing; the last tests
are those that hold for every kind alike. 同上, merged-down cells, blank rows and formulas need the
row above or the file, and are tested with the importer.
"""

from __future__ import annotations

import pytest
from attrs import evolve
from support.human_values import KINDS, TABLE

from clusterbook.forms.parsing.folding import NOTES
from clusterbook.problems import CATALOGUE, Level, Problem


def rows():
    for names, typed, value, *rest in TABLE:
        problems, note, declared, number_format = (*rest, *("", "", "", "")[len(rest) :])
        for number, name in enumerate(names.split()):
            problem = problems if isinstance(problems, str) else problems[number]
            yield pytest.param(
                name, typed, value, problem, note, declared, number_format,
                id=f"{name}-{str(typed)[:20]!r}-{number_format}",
            )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "typed", "value", "problem", "note", "declared", "number_format"), [*rows()]
)
def test_typed(name, typed, value, problem, note, declared, number_format):
    kind = KINDS[name]
    reading = kind.read(typed, number_format)
    found = (reading.value, reading.problem, reading.note, reading.declared)
    assert found == (value, problem, note, declared)
    # True is not 1, and a count is whole.
    assert isinstance(reading.value, bool) == isinstance(value, bool)
    assert not getattr(kind, "whole", False) or isinstance(reading.value, int | None)


@pytest.mark.parametrize("name", KINDS)
def test_what_no_kind_takes(name):
    kind = KINDS[name]
    picture = f'=DISPIMG("ID_{"0123456789ABCDEF" * 2}",1)'
    for typed, problem in (
        ("#DIV/0!", "V213"), ("#REF!", "V213"), ("#NAME?", "V213"), ("#N/A", "V213"), ("Err:502", "V213"),
        ("同上", "V292"), ("〃", "V292"), (picture, "V218"), (f"_xlfn.{picture[1:]}", "V218"),
    ):  # fmt: skip
        reading = kind.read(typed)
        assert (reading.value, reading.problem) == (None, problem), typed
        said = Problem(code=problem, label="栏目", value=typed, facts=reading.facts)
        assert said.level is Level.ERROR
        assert "{" not in said.message() + said.how_to_mend()


@pytest.mark.parametrize("name", KINDS)
def test_a_blank_cell_is_no_answer_and_no_problem(name):
    for typed in ("", " ", "\u3000\n", "\u200b\ufeff"):
        reading = KINDS[name].read(typed)
        assert reading.value is (False if name == "tick" else None)
        assert (reading.problem, reading.note, reading.declared) == ("", "", "")


def test_nothing_may_be_declared_only_where_the_form_allows_it():
    for name, kind in KINDS.items():
        if name != "twins":
            strict = evolve(kind, none=False).read("不涉及")
            assert not strict.declared or strict.problem, name


def test_notes_have_words_and_are_all_used():
    used = {part for row in TABLE for part in (row[4] if len(row) > 4 else "").split("+")}
    # What one cell alone cannot show is tested where rows are read, how it looks in test_appearance.
    assert used - {""} == set(NOTES) - {"ditto", "merged", "script", "shown"}


def test_all_problems_of_values_come_up_here():
    told = {
        code
        for row in TABLE
        for code in ([row[3]] if len(row) > 3 and isinstance(row[3], str) else [])
    }
    values = {code for code in CATALOGUE if code.startswith("V2")}
    # Bounds are checked on columns; these need the row, the formula or the whole file.
    elsewhere = {"V203", "V213", "V214", "V215", "V218", "V231", "V271", "V252", "V292"}
    elsewhere |= {f"V{number}" for number in range(264, 269)}  # how a cell looks: test_appearance
    assert values - told <= elsewhere | {code for code in values if code > "V292"}
