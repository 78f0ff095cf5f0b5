"""No value is silently wrong, whatever was done to the workbook; `python tests mutations` does more."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from support.mutation_kit import MUTATIONS, Count, base, classify, pairs, read_back, run
from support.office import Office
from system import mutations

from clusterbook.forms import registry

FORMS = registry.form_ids()
HONEST = "opened, recalculated and saved"
PAIRS = list(pairs(12, seed=7))


def by_turns(number: int) -> str:
    """The forms by turns: each mutation meets one of them here, and both in the large run."""
    return FORMS[number % len(FORMS)]


# ---------------------------------------------------------------- the kit itself


def test_there_are_mutations_of_every_group():
    groups = [one.group for one in MUTATIONS.values()]
    assert len(groups) + len(mutations.BY_MENU) >= 40
    assert set(groups) == set(mutations.GROUPS)


@pytest.fixture(scope="module", params=FORMS)
def untouched(request):
    case = base(request.param).copy()
    return case, read_back(case.layout, [case.book.bytes()])[0]


def test_untouched_is_all_right(untouched):
    case, result = untouched
    count = classify(case, result)
    assert count == Count(right=len(case.truth))


def test_the_kit_sees_a_value_in_its_neighbours_place(untouched):
    case, result = untouched
    one, other = [key for key, value in case.truth.items() if isinstance(value, float)][:2]
    answers = result.answers | {one: result.answers[other], other: result.answers[one]}
    wrong = classify(case, replace(result, answers=answers)).wrong
    assert [text.split(":")[0] for text in wrong] == [one, other]


def test_the_kit_sees_what_is_missing_and_what_nobody_typed(untouched):
    case, result = untouched
    key, rows = next((key, rows) for key, rows in result.rows.items() if rows)
    lost = classify(case, replace(result, rows=result.rows | {key: rows[1:]}))
    assert len(lost.wrong) == sum(owner.startswith(f"{key}.") and owner.endswith("#0")
                                  for owner in case.truth)  # fmt: skip
    column = case.layout.bodies[key].inputs[0].field.key
    more = [*rows, {"row": 99, column: "无中生有"}]
    extra = classify(case, replace(result, rows=result.rows | {key: more}))
    assert extra.wrong == [f"{key}.{column} row 99: nobody typed '无中生有'"]


def test_the_kit_does_not_take_a_broken_rule_for_a_report():
    """Values shifted in a table break rules about the very cells; that tells nobody they shifted."""
    case = base("cluster_contest").copy()
    result = read_back(case.layout, [case.book.bytes()])[0]
    key = next(p.key for p in result.problems if p.own is not None and p.key in case.truth)
    wrong = classify(case, replace(result, answers=result.answers | {key: -1.0})).wrong
    assert len(wrong) == 1


# ---------------------------------------------------------------- every mutation


@pytest.mark.parametrize("number", range(len(MUTATIONS)), ids=list(MUTATIONS))
def test_nothing_is_silently_wrong(number):
    """And of what a structure is changed by, a deleted row excepted, 95 % of the values are read."""
    name = list(MUTATIONS)[number]
    (count,) = run([(by_turns(number), (name,), 1)])
    assert count.wrong == []
    if MUTATIONS[name].group == "structure":
        assert count.share >= 0.95


def test_pairs_are_not_silently_wrong_either():
    jobs = [(by_turns(number), names, number) for number, names in enumerate(PAIRS)]
    counts = dict(zip(PAIRS, run(jobs), strict=True))
    assert {names: count.wrong for names, count in counts.items() if count.wrong} == {}


# ---------------------------------------------------------------- the table


def test_the_table_is_of_these_mutations_and_shows_no_silent_error():
    lines = [line for line in mutations.PAGE.read_text("utf-8").splitlines() if line[:2] == "| "]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    rows = [row for row in rows if row[0] != "mutation"]
    told = {row[0] for row in rows}
    assert {*MUTATIONS, *mutations.BY_MENU} <= told
    assert {row[-1] for row in rows if not re.match("-+$", row[0])} == {"0"}


# ---------------------------------------------------------------- in a real LibreOffice


@pytest.mark.office
@pytest.mark.parametrize("name", [name for name in mutations.BY_MENU if name != HONEST])
def test_done_by_menu(name, office: Office, tmp_path: Path):
    """On the issued workbook, saved in each format."""
    form = by_turns(list(mutations.BY_MENU).index(name))
    case, files = mutations.handled(office, form, name, 1, tmp_path)
    results = read_back(case.layout, list(files.values())[:1])
    results += [read_back(case.layout, [data])[0] for data in list(files.values())[1:]]
    for result in results:
        count = classify(case, result)
        assert count.wrong == []
        assert count.share >= 0.95


@pytest.mark.office
@pytest.mark.parametrize("form", FORMS)
def test_an_honest_save_has_nothing_to_tell(form, office: Office, tmp_path: Path):
    """No formula, label or hidden row of ours may look tampered with, in any format."""
    case, files = mutations.handled(office, form, HONEST, 1, tmp_path)
    for kind, data in files.items():
        result = read_back(case.layout, [data])[0]
        assert classify(case, result) == Count(right=len(case.truth))
        codes = [p.code for p in result.problems if p.own is None]
        assert codes == ([] if kind == "xlsx" else ["F215"])  # in another format


@pytest.mark.office
@pytest.mark.parametrize("format", mutations.FORMATS)
def test_saved_by_libreoffice(format, office: Office, tmp_path: Path):
    """What was done and then saved: merges, hidden rows and marks in the format's own words."""
    names = ("cells of a list merged, values left beneath", "libraries filtered",
             "ruler row and column deleted", "a column of answers deleted on every sheet",
             "numbers pasted over formulas")  # fmt: skip
    jobs = [(by_turns(number), (name,), 1) for number, name in enumerate(names)]
    counts = run(jobs, mutations.saved_by(office, format, tmp_path))
    assert {name: c.wrong for name, c in zip(names, counts, strict=True) if c.wrong} == {}
