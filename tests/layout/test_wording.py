"""Sentences of rules with their values: what was filled in, and what it is held against."""

from __future__ import annotations

import pytest

from clusterbook.forms.expressions.nodes import AnswerOf, Constant, Named
from clusterbook.layout import layouts
from clusterbook.layout.wording import Wording


@pytest.fixture(scope="module")
def wording() -> Wording:
    return Wording(layouts.of("cluster_contest"), "")


def test_what_a_value_is_held_against_stands_in_brackets(wording: Wording) -> None:
    """不应小于…的30%为57.06亿元 reads as if the share were the verb's."""
    layout = wording.layout
    (rule,) = (one for one in layout.workbook.rules if one.code == "P20.library_short")
    first, second = rule.holds.sides
    names = wording.with_value(first, 20.5), wording.against(second, 57.06)
    assert rule.holds.says(names, "zh") == (
        "现有企业库2025年主营业务收入之和为20.5亿元，不应小于2025年集群营收的30%（57.06亿元）。"
    )


def test_what_the_rule_says_itself_is_not_said_twice(wording: Wording) -> None:
    assert wording.against(Constant(150000), 150000.0) == "150000"
    assert wording.against(Named(Constant(3), "三家"), 3.0) == "三家"
    revenue = AnswerOf("economy.revenue.2025")
    assert wording.with_value(revenue, 190.2) == "“集群营收（亿元） › 2025年”为190.2亿元"
