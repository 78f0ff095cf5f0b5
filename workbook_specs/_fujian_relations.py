"""Relations between the parts of the Fujian form that it implies and does not print.

All are plausibility, ours. The bounds come from ``data/plausibility.toml``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from clusterbook import forms as f
from workbook_specs._thresholds import threshold

_bound = partial(threshold, "fujian_sme_cluster")
_HAIR = 1e-9
_NOT_INDUSTRIAL = "非工业集群，不适用"

_BASES = f.RuleGroup(
    key="P25.bases", title="八、三年总体目标的基准值，应与第二、三部分的同一指标相符。",
    reason="基准值是同一年的实际数，口径不同的请说明。",
)  # fmt: skip
_SECTOR = f.RuleGroup(
    key="D88.sector", title="第二产业的集群，“是否高于行业平均水平”不应填“非工业集群，不适用”。",
    reason="第二产业以工业为主；属建筑业的请说明。",
)  # fmt: skip


def relations(options: f.Options) -> Iterator[f.Rule]:
    """All rules of this module."""
    industry = options.span(2020, 2021, 2022, of=2022)
    recent = options.span(2023, 2024, 2025)
    base = options.year(2022, of=2022)
    yield from _said_twice(recent)
    yield from _firms(industry, recent)
    yield from _bases(industry, recent, base)


def pledges() -> tuple[f.Pledge, ...]:
    """Targets of part 八 that are base values three years later, of figures without a choice of unit."""
    low, high = _bound("profit_target_missed"), _bound("profit_target_exceeded")
    return tuple(
        f.Pledge(target=f"plan.{key}", actual=f"plan.{key}", low=low, high=high)
        for key in ("g_quality_smes", "g_patents", "g_iiot")
    )


def _said_twice(recent: tuple[int, ...]) -> Iterator[f.Rule]:
    """D87, D88: a figure with its formula; a sector with what it means."""
    some = f.AnyOf([f.answer(f"green.co2_per_output.{year}").above(0) for year in recent])
    formula = f.answer("green.co2_formula")
    yield f.Rule(
        code="D87.co2_formula", level=f.EXPLAIN, source="申报表五：单位产值二氧化碳排放量需提供计算公式",
        holds=f.Never(formula, f.AllOf([some, f.Not(f.Filled(formula))]),
                    "填了单位产值二氧化碳排放量的应写明。", "is needed with the figures of CO2."),
        mend="请写明计算公式，如“综合能耗折算的二氧化碳排放量÷集群总产值”。",
        reason="单位产值二氧化碳排放量需提供计算公式。",
    )  # fmt: skip
    second = f.answer("basics.industry_sector").equals("第二产业")
    for key in ("solid_waste_above_avg", "water_reuse_above_avg"):
        stated = f.answer(f"green.{key}")
        yield f.Rule(
            code=f"D88.{key}", level=f.EXPLAIN, source="申报表一、五", group=_SECTOR,
            holds=f.Never(stated, f.AllOf([second, stated.equals(_NOT_INDUSTRIAL)]),
                        "与主导产业属第二产业不符。", "does not go with 第二产业."),
            mend="请核对主导产业所属产业类型，或改选“是”“否”。", reason="第二产业以工业为主。",
        )  # fmt: skip


def _firms(industry: tuple[int, ...], recent: tuple[int, ...]) -> Iterator[f.Rule]:
    """P22, P23: people per enterprise; every 小巨人 is a 专精特新 enterprise first."""
    for year in industry:
        giants = f.answer(f"industry.little_giants.{year}")
        yield f.Rule(
            code=f"P23.little_giants_{year}", level=f.EXPLAIN, source="申报表二、主导产业情况",
            # More than there are enterprises: A07 speaks.
            holds=f.When(f.Not(giants.above(f.answer(f"industry.enterprises.{year}"))),
                       f.AtMost(giants, f.answer(f"industry.srdi_smes.{year}"))),
            mend="请核对；两类企业分开统计的请说明。",
            reason="“小巨人”企业从专精特新中小企业中评出。",
        )  # fmt: skip
    low, high, year = _bound("people_per_sme_low"), _bound("people_per_sme_high"), industry[-1]
    if low is None or high is None or year != recent[-1]:
        return
    heads = f.answer("innovation.sme_employees") / f.answer(f"industry.sme_enterprises.{year}")
    yield f.Rule(
        code="P22.people", level=f.EXPLAIN, source="申报表二、三",
        holds=f.Between(f.Named(heads, "中小企业从业人员÷中小企业数量", "人/家"), low, high),
        mend="请核对从业人员（人）和企业数量。", reason="工业中小企业的从业人员少于1000人。",
    )  # fmt: skip


def _bases(industry: tuple[int, ...], recent: tuple[int, ...], base: int) -> Iterator[f.Rule]:
    """P25: the base values of part 八 are figures of parts 二 and 三."""
    if base == recent[-1]:
        yield _base(
            "patents", "申报表三、八",
            f.Equal(f.answer(f"plan.g_patents.{base}"), f.answer("innovation.sme_patents")),
            "有效发明专利数量的基准值就是现有拥有量。",
        )  # fmt: skip
    if base not in industry:
        return
    firms = f.answer(f"plan.g_quality_smes.{base}")
    best, smes = (
        f.answer(f"industry.srdi_smes.{base}"),
        f.answer(f"industry.sme_enterprises.{base}"),
    )
    for code, held, reason in (
        ("quality_smes_least", f.When(f.Not(best.above(smes)), f.AtLeast(firms, best)),
         "优质中小企业包括专精特新中小企业。"),
        ("quality_smes_most", f.AtMost(firms, smes),
         "优质中小企业是中小企业的一部分。"),
    ):  # fmt: skip
        yield _base(code, "申报表二、八", held, reason)
    off, first = _bound("plan_growth_off"), industry[0]
    if off is None:
        return
    output = [f.answer(f"industry.output_value.{year}") for year in (first, base)]
    worked = f.YearlyGrowth(output[0], output[1], base - first)
    stated = f.answer(f"plan.g_output_cagr.{base}")
    known = (
        worked,
        f.answer("industry.lead_output_cagr"),
        f.answer(f"industry.lead_output_growth.{base}"),
    )
    yield _base(
        "growth", "申报表二、八",
        f.Never(stated, f.AllOf([_far(stated, one, off) for one in known]),
              f"与第二部分的总产值年均增速、主导产业年均增速和当年增速相差不应都超过{off:g}个百分点。",
              "is far from every rate of growth in part 二."),
        "产值年均增速的基准值应由第二部分的产值得出。",
    )  # fmt: skip


def _far(value: f.Expression, other: f.Expression, off: float) -> f.Expression:
    apart = value - other
    return f.AnyOf([apart.above(off + _HAIR), apart.below(-off - _HAIR)])


def _base(code: str, source: str, held: f.Relation, reason: str) -> f.Rule:
    return f.Rule(
        code=f"P25.{code}", level=f.EXPLAIN, source=source, holds=held, reason=reason,
        mend="请核对基准值和第二、三部分的数。", group=_BASES,
    )  # fmt: skip
