"""One bad value is one problem: what rests on it keeps silent, in the import and in the workbook."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from support.office import Doc, Office
from support.returning import Draft, Judged, build, judged

from clusterbook.layout import layouts
from clusterbook.layout.layout import Layout
from clusterbook.layout.listing import checks, listing
from clusterbook.layout.live_checks import rule_watches
from clusterbook.layout.own_sheets import CHECKS_SHEET, RULES_SHEET

CONTEST, FUJIAN = "cluster_contest", "fujian_sme_cluster"


def changed(form: str, changes: dict[str, Any]) -> Judged:
    """The good sample with some answers changed: ``library.column#row`` is a cell of a list."""
    prefix, content, _ = build.FORMS[form]
    draft = Draft(form, prefix, *content.content(content.SMALL))
    for key, value in changes.items():
        name, _, row = key.partition("#")
        if row:
            library, column = name.split(".")
            draft.rows[library][int(row)][column] = value
        else:
            draft.values[key] = value
    return judged(draft.written())


def told(one: Judged) -> list[tuple[str, str]]:
    return sorted((problem.code, problem.key) for problem in one.problems)


def seen(doc: Doc, layout: Layout) -> list[tuple[str, str]]:
    """What the workbook itself shows as open: missing answers, wrong ones, broken rules."""
    doc.recalculate()
    found: list[tuple[str, str]] = []
    made, _ = checks(listing(layout))
    whose: dict[int, str] = {}
    for key, rows in made.places.items():
        for row in rows:
            whose.setdefault(row, key)
    for row, counts in enumerate(doc.values(CHECKS_SHEET, f"D2:E{made.count + 1}"), start=2):
        for what, count in zip(("missing", "wrong"), counts, strict=True):
            found += [(what, whose[row])] * int(count.value or 0) if row in whose else []
    rules = rule_watches(layout)
    for rule, row in zip(rules, doc.values(RULES_SHEET, f"B2:B{len(rules) + 1}"), strict=True):
        found += [(rule.rule.code, next(rule.rule.places()))] * int(row[0].value or 0)
    return sorted(found)


# What is changed, what the importer says, and what the workbook shows.
CASES: dict[str, tuple[str, dict[str, Any], list[tuple[str, str]]]] = {
    "unreadable counties": (
        CONTEST, {"basics.counties": "邵东市等五个县"}, [("V230", "basics.counties")],
    ),
    "unreadable county of a firm": (
        CONTEST, {"existing_enterprises.county#3": "很远的县"}, [("V230", "existing_enterprises.county")],
    ),
    "a yes or no that a count rests on": (
        CONTEST, {"existing_enterprises.is_scale#2": "大概"}, [("V230", "existing_enterprises.is_scale")],
    ),
    "a word in a figure that sums and shares rest on": (
        CONTEST, {"economy.revenue.2025": "较多"}, [("V201", "economy.revenue.2025")],
    ),
    "a figure below its bound": (
        CONTEST, {"cultivation.scale_enterprises.2025": -3.0},
        [("V203", "cultivation.scale_enterprises.2025")],
    ),
    "a share above a hundred": (
        FUJIAN, {"digital.iiot_share": 480.0}, [("V204", "digital.iiot_share")],
    ),
    "a stroke for a figure": (
        CONTEST, {"economy.revenue.2025": "/"}, [("V211", "economy.revenue.2025")],
    ),
    "a word for a count": (
        FUJIAN, {"innovation.sme_patents": "很多"}, [("V201", "innovation.sme_patents")],
    ),
    "pages that are none beside a tick": (
        FUJIAN, {"innovation.cb_coinnovation_1": "☑", "innovation.cb_coinnovation_1_pages": "见附件"},
        [("V260", "innovation.cb_coinnovation_1_pages")],
    ),
    "a category on which it rests what is to be empty": (
        CONTEST, {"basics.category": "某类"}, [("V230", "basics.category")],
    ),
    "a level in a list that an indicator counts": (
        CONTEST, {"innovation_carriers.level#0": "市级"}, [("V230", "innovation_carriers.level")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_importer_tells_it_once(name: str) -> None:
    form, changes, expected = CASES[name]
    assert told(changed(form, changes)) == expected


@pytest.mark.office
@pytest.mark.parametrize("name", CASES)
def test_the_workbook_shows_it_once(name: str, office: Office, tmp_path: Path) -> None:
    form, changes, expected = CASES[name]
    (tmp_path / "bad.xlsx").write_bytes(changed(form, changes).data)
    with office.open(tmp_path / "bad.xlsx") as doc:
        found = seen(doc, layouts.of(form))
    assert found == [("wrong", key) for _, key in expected]


def test_readable_values_are_still_held_against_each_other() -> None:
    """The silence is about what is wrong, nothing else."""
    _, content, _ = build.FORMS[CONTEST]
    firms = content.content(content.SMALL)[1]["existing_enterprises"]
    one = changed(CONTEST, {"basics.counties": "芙蓉区"})
    assert Counter(code for code, _ in told(one)) == {"D08.county": len(firms)}


# --- asked under a condition, in a list -----------------------------------------------------------


CONDITIONAL: dict[str, tuple[str, dict[str, Any], str]] = {
    "the rank of a standard that was led": (
        FUJIAN, {"standards_list.drafting_rank#2": ""},
        "standards_list.drafting_rank",
    ),
    "the province of a firm from China": (
        CONTEST,
        {
            "prospective_enterprises.country#0": "中国", "prospective_enterprises.province#0": "",
            "prospective_enterprises.city#0": "某市",
        },
        "prospective_enterprises.province",
    ),
}  # fmt: skip


@pytest.mark.office
@pytest.mark.parametrize("name", CONDITIONAL)
def test_both_sides_miss_what_a_row_asks_under_a_condition(
    name: str, office: Office, tmp_path: Path
) -> None:
    form, changes, key = CONDITIONAL[name]
    one = changed(form, changes)
    assert told(one) == [("V102", key)]
    (tmp_path / "bad.xlsx").write_bytes(one.data)
    with office.open(tmp_path / "bad.xlsx") as doc:
        assert seen(doc, layouts.of(form)) == [("missing", key)]


@pytest.mark.office
@pytest.mark.parametrize("form", [CONTEST, FUJIAN])
def test_of_a_good_one_nothing_is_open(form: str, office: Office, tmp_path: Path) -> None:
    (tmp_path / "good.xlsx").write_bytes(changed(form, {}).data)
    with office.open(tmp_path / "good.xlsx") as doc:
        assert seen(doc, layouts.of(form)) == []
