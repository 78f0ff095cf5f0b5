"""Rules by measurement: what honest clerks write is neither sent back nor questioned all the time.

Hints ask for nothing, so they are not counted. A dozen returns of each form are judged here;
``python tests honest 200 -o FOLDER`` tries as many as are asked for, with lists as long as real
ones, through the whole import.
"""

from __future__ import annotations

from collections import Counter

import pytest
from support.fill import imported
from system import honest

from clusterbook.layout import layouts
from clusterbook.problems import Level, Problem

COUNT, FIRMS = 12, 26
LINES = {
    rule.code: rule.line
    for form in honest.FORMS
    for rule in layouts.of(form).workbook.rules
}  # fmt: skip


@pytest.fixture(scope="module", params=honest.FORMS)
def problems(request: pytest.FixtureRequest) -> list[list[Problem]]:
    """What is told of each return of one form."""
    return honest.judged(request.param, range(500, 500 + COUNT), FIRMS)


def test_no_honest_return_is_sent_back(problems: list[list[Problem]]) -> None:
    errors = [
        (number, one.code, one.message())
        for number, own in enumerate(problems)
        for one in own
        if one.level is Level.ERROR
    ]
    assert errors == []


def test_no_rule_asks_honest_returns_all_the_time(problems: list[list[Problem]]) -> None:
    asked = [{LINES.get(one.code, one.code) for one in own if one.level is not Level.INFO}
             for own in problems]  # fmt: skip
    fired = Counter(line for own in asked for line in own)
    often = {line: count for line, count in fired.items() if count > COUNT * honest.MOST / 100}
    assert often == {}


def test_what_is_typed_in_the_test_is_what_a_workbook_brings() -> None:
    for form in honest.FORMS:
        (own,) = honest.judged(form, [7], 24)
        (one,) = imported(honest.write(form, 7, 24)).submissions
        told = sorted((p.code, p.sheet, p.cell, p.message()) for p in own)
        assert told == sorted((p.code, p.sheet, p.cell, p.message()) for p in one.problems)


def test_the_clerks_are_not_all_the_same() -> None:
    for form in honest.FORMS:
        clerks = [honest.Clerk(form, seed) for seed in range(60)]
        assert len({clerk.industry.name for clerk in clerks}) > 8
        assert len({clerk.county for clerk in clerks}) > 30
        assert {clerk.index for clerk in clerks} == {"full", "half", "none"}
    one, other = (honest.content(honest.FORMS[0], seed)[0] for seed in (1, 2))
    assert one != other
    assert honest.content(honest.FORMS[0], 1)[0] == one


def test_a_platform_may_be_named_after_its_enterprise() -> None:
    """Names of some thirty characters are usual there; a product of that length is a sentence."""
    slots = layouts.of("fujian_sme_cluster").slots
    platforms = slots["innovation.plat_prov_names"][0].field.kind
    products = layouts.of("cluster_contest").columns["top_revenue.products"].field.kind
    name = "福建省泉州市样例卫生护理用品股份有限公司省级企业技术中心"
    assert len(name) > 20
    assert (platforms.read(name).problem, products.read(name).problem) == ("", "V271")
    assert platforms.read(name * 2).problem == "V271"
