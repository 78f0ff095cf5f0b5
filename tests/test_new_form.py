"""A new form is one new file: found, built, filled, read back, its rules alive on both sides."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import agreement
import pytest
from attrs import evolve
from fill import fill, imported
from office import Office, office_fixture  # noqa: F401

import workbook_specs
from clusterbook import registry, template
from clusterbook.expressions import answer
from clusterbook.faults import SpecError, check
from clusterbook.identity import Stamp
from clusterbook.layout import Layout
from clusterbook.rules import AtMost, Rule
from clusterbook.spec import Options

SPECS = str(Path(__file__).parent / "specs")


@pytest.fixture(scope="module")
def layout() -> Iterator[Layout]:
    """The form of tests/specs, registered by nothing but its file."""
    caches = (registry.form_ids, registry._module, registry.workbook, registry.layout)
    workbook_specs.__path__.append(SPECS)
    for cache in caches:
        cache.cache_clear()
    yield registry.layout("tiny_form")
    workbook_specs.__path__.remove(SPECS)
    for cache in caches:
        cache.cache_clear()


def test_it_is_found_and_filled_and_read_back(layout: Layout) -> None:
    assert "tiny_form" in registry.form_ids()
    stamp = Stamp.of(layout.workbook)
    batch = imported(template.write_template(layout, stamp, fill(layout, seed=3).answers()))
    assert [p for p in batch.submissions[0].problems if p.own is None] == []


def test_each_rule_speaks(layout: Layout) -> None:
    """Over some random workbooks every rule is broken at least once, with a whole sentence."""
    said = {}
    for seed in range(60):
        stamp = Stamp.of(layout.workbook)
        data = template.write_template(layout, stamp, agreement.spoiled(layout, seed))
        for problem in imported(data).submissions[0].problems:
            if problem.own is not None:
                said[problem.code] = problem
    silent = {rule.code for rule in layout.workbook.rules} - set(said)
    assert silent <= {"B02.order", "B06.says", "B07.items", "C01.not", "C02.paper", "B01.known"}
    for problem in said.values():
        assert "{" not in problem.message() + problem.message("en")
        assert problem.cell
        assert problem.sheet


@pytest.mark.office
@pytest.mark.parametrize("seed", range(8))
def test_the_workbook_says_what_the_importer_says(
    layout: Layout, office: Office, seed: int, tmp_path: Path
) -> None:
    assert agreement.disagreements(office, layout, seed, tmp_path) == []


def test_a_rule_that_leads_nowhere_is_named() -> None:
    """Every fault of a spec at once, when it is loaded."""
    book = registry.workbook("cluster_contest", Options())
    lost = Rule(code="A01.x", level="error", reason="", source="",
                holds=AtMost(answer("economy.nothing.2025"), 1))  # fmt: skip
    with pytest.raises(SpecError) as caught:
        check(evolve(book, rules=(lost, lost)))
    assert len(caught.value.faults) >= 3
    assert any("economy.nothing.2025" in fault for fault in caught.value.faults)
    assert any("used twice" in fault for fault in caught.value.faults)
