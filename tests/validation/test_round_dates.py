"""申报时间 outside the round: told once, there, and not at every date that is held against it."""

from __future__ import annotations

import pytest
from attrs import evolve
from support.contest_cases import Case, submission

from clusterbook.forms import registry
from clusterbook.forms.kinds import Day
from clusterbook.forms.options import Options
from clusterbook.layout import layouts
from clusterbook.validation.check import check
from clusterbook.validation.normalize import normalize

LAYOUT = layouts.of("cluster_contest")


def told(day: str) -> list[tuple[str, str]]:
    change = {"cover.apply_date": day}
    data = normalize(LAYOUT, [submission(Case(change, {}), change)])
    check(data)
    return [(p.code, p.key) for p in data.problems[0] if p.code != "L110"]


@pytest.mark.parametrize("day", ["2019-03-20", "2024-12-31", "2027年1月", "2031.3.20"])
def test_a_year_outside_the_round_is_told_there_only(day):
    assert told(day) == [("V246", "cover.apply_date")]


def test_the_sentence_names_the_years_of_the_round():
    change = {"cover.apply_date": "2031-03-20"}
    data = normalize(LAYOUT, [submission(Case(change, {}), change)])
    check(data)
    (one,) = [p for p in data.problems[0] if p.code == "V246"]
    assert "不在本次申报的时间（2025年至2026年）之内" in one.message()
    assert "2025 to 2026" in one.message("en")


@pytest.mark.parametrize("day", ["2026-03-20", "2026年4月"])
def test_a_day_of_the_round_is_silent(day):
    assert told(day) == []


@pytest.mark.parametrize("form", registry.form_ids())
@pytest.mark.parametrize("year", [2023, 2025, 2026])
def test_the_bounds_are_those_of_the_round(form, year):
    layout = layouts.of(form, evolve(Options(), report_year=year))
    kind = layout.slots["cover.apply_date"][0].field.kind
    assert kind == Day(years=(year, year + 1))
    assert kind.plain(f"{year + 2}-01-01") is None
    assert kind.plain(f"{year + 1}-12-28") == f"{year + 1}-12-28"


def test_another_day_has_no_bounds():
    assert Day().read("2019-03-20").value == "2019-03-20"
