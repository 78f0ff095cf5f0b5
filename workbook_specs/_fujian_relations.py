"""Relations between the parts of the Fujian form that it implies and does not print.

All are plausibility, ours. The bounds come from ``data/plausibility.toml``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from clusterbook.forms.expressions.nodes import (
    AllOf,
    AnyOf,
    Expression,
    Filled,
    Named,
    Not,
    YearlyGrowth,
    answer,
)
from clusterbook.forms.options import Options
from clusterbook.forms.rules import (
    EXPLAIN,
    AtLeast,
    AtMost,
    Between,
    Equal,
    Never,
    Relation,
    Rule,
    RuleGroup,
    When,
)
from clusterbook.forms.spec import Pledge
from workbook_specs._thresholds import threshold

_bound = partial(threshold, "fujian_sme_cluster")
_HAIR = 1e-9
_NOT_INDUSTRIAL = "非工业集群，不适用"

_BASES = RuleGroup(
    key="P25.bases", title="八、三年总体目标的基准值，应与第二、三部分的同一指标相符。",
    reason="基准值是同一年的实际数，口径不同的请说明。",
)  # fmt: skip
_SECTOR = RuleGroup(
    key="D88.sector", title="第二产业的集群，“是否高于行业平均水平”不应填“非工业集群，不适用”。",
    reason="第二产业以工业为主；属建筑业的请说明。",
)  # fmt: skip


def relations(options: Options) -> Iterator[Rule]:
    """All rules of this module."""
    industry = options.span(2020, 2021, 2022, of=2022)
    recent = options.span(2023, 2024, 2025)
    base = options.year(2022, of=2022)
    yield from _said_twice(recent)
    yield from _firms(industry, recent)
    yield from _bases(industry, recent, base)


def pledges() -> tuple[Pledge, ...]:
    """Targets of part 八 that are base values three years later, of figures without a choice of unit."""
    low, high = _bound("profit_target_missed"), _bound("profit_target_exceeded")
    return tuple(
        Pledge(target=f"plan.{key}", actual=f"plan.{key}", low=low, high=high)
        for key in ("g_quality_smes", "g_patents", "g_iiot")
    )


def _said_twice(recent: tuple[int, ...]) -> Iterator[Rule]:
    """D87, D88: a figure with its formula; a sector with what it means."""
    some = AnyOf([answer(f"green.co2_per_output.{year}").above(0) for year in recent])
    formula = answer("green.co2_formula")
    yield Rule(
        code="D87.co2_formula", level=EXPLAIN, source="申报表五：单位产值二氧化碳排放量需提供计算公式",
        holds=Never(formula, AllOf([some, Not(Filled(formula))]),
                    "填了单位产值二氧化碳排放量的应写明。", "is needed with the figures of CO2."),
        mend="请写明计算公式，如“综合能耗折算的二氧化碳排放量÷集群总产值”。",
        reason="单位产值二氧化碳排放量需提供计算公式。",
    )  # fmt: skip
    second = answer("basics.industry_sector").equals("第二产业")
    for key in ("solid_waste_above_avg", "water_reuse_above_avg"):
        stated = answer(f"green.{key}")
        yield Rule(
            code=f"D88.{key}", level=EXPLAIN, source="申报表一、五", group=_SECTOR,
            holds=Never(stated, AllOf([second, stated.equals(_NOT_INDUSTRIAL)]),
                        "与主导产业属第二产业不符。", "does not go with 第二产业."),
            mend="请核对主导产业所属产业类型，或改选“是”“否”。", reason="第二产业以工业为主。",
        )  # fmt: skip


def _firms(industry: tuple[int, ...], recent: tuple[int, ...]) -> Iterator[Rule]:
    """P22, P23: people per enterprise; every 小巨人 is a 专精特新 enterprise first."""
    for year in industry:
        giants = answer(f"industry.little_giants.{year}")
        yield Rule(
            code=f"P23.little_giants_{year}", level=EXPLAIN, source="申报表二、主导产业情况",
            # More than there are enterprises: A07 speaks.
            holds=When(Not(giants.above(answer(f"industry.enterprises.{year}"))),
                       AtMost(giants, answer(f"industry.srdi_smes.{year}"))),
            mend="请核对；两类企业分开统计的请说明。",
            reason="“小巨人”企业从专精特新中小企业中评出。",
        )  # fmt: skip
    low, high, year = _bound("people_per_sme_low"), _bound("people_per_sme_high"), industry[-1]
    if low is None or high is None or year != recent[-1]:
        return
    heads = answer("innovation.sme_employees") / answer(f"industry.sme_enterprises.{year}")
    yield Rule(
        code="P22.people", level=EXPLAIN, source="申报表二、三",
        holds=Between(Named(heads, "中小企业从业人员÷中小企业数量", "人/家"), low, high),
        mend="请核对从业人员（人）和企业数量。", reason="工业中小企业的从业人员少于1000人。",
    )  # fmt: skip


def _bases(industry: tuple[int, ...], recent: tuple[int, ...], base: int) -> Iterator[Rule]:
    """P25: the base values of part 八 are figures of parts 二 and 三."""
    if base == recent[-1]:
        yield _base(
            "patents", "申报表三、八",
            Equal(answer(f"plan.g_patents.{base}"), answer("innovation.sme_patents")),
            "有效发明专利数量的基准值就是现有拥有量。",
        )  # fmt: skip
    if base not in industry:
        return
    firms = answer(f"plan.g_quality_smes.{base}")
    best, smes = answer(f"industry.srdi_smes.{base}"), answer(f"industry.sme_enterprises.{base}")
    for code, held, reason in (
        ("quality_smes_least", When(Not(best.above(smes)), AtLeast(firms, best)),
         "优质中小企业包括专精特新中小企业。"),
        ("quality_smes_most", AtMost(firms, smes),
         "优质中小企业是中小企业的一部分。"),
    ):  # fmt: skip
        yield _base(code, "申报表二、八", held, reason)
    off, first = _bound("plan_growth_off"), industry[0]
    if off is None:
        return
    output = [answer(f"industry.output_value.{year}") for year in (first, base)]
    worked = YearlyGrowth(output[0], output[1], base - first)
    stated = answer(f"plan.g_output_cagr.{base}")
    known = (
        worked,
        answer("industry.lead_output_cagr"),
        answer(f"industry.lead_output_growth.{base}"),
    )
    yield _base(
        "growth", "申报表二、八",
        Never(stated, AllOf([_far(stated, one, off) for one in known]),
              f"与第二部分的总产值年均增速、主导产业年均增速和当年增速相差不应都超过{off:g}个百分点。",
              "is far from every rate of growth in part 二."),
        "产值年均增速的基准值应由第二部分的产值得出。",
    )  # fmt: skip


def _far(value: Expression, other: Expression, off: float) -> Expression:
    apart = value - other
    return AnyOf([apart.above(off + _HAIR), apart.below(-off - _HAIR)])


def _base(code: str, source: str, held: Relation, reason: str) -> Rule:
    return Rule(
        code=f"P25.{code}", level=EXPLAIN, source=source, holds=held, reason=reason,
        mend="请核对基准值和第二、三部分的数。", group=_BASES,
    )  # fmt: skip
