"""Relations between the parts of the contest form that the form implies and does not print.

All are plausibility, ours, and run when a return comes in: a line on 校验 stands for each family. The
bounds come from ``data/plausibility.toml``; a rule whose bound is left empty is not made.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from clusterbook import forms as f
from workbook_specs._shared import NATIONAL, PROVINCIAL
from workbook_specs._thresholds import threshold

_bound = partial(threshold, "cluster_contest")

# The targets of part 五, and the figures that they are met by a year later; what their bounds are called.
_TARGETS = (
    ("target_revenue", "economy.revenue", ""),
    ("target_scale_enterprises", "cultivation.scale_enterprises", ""),
    ("target_profit", "economy.total_profit", "profit_"),
    ("target_tax", "economy.total_tax", ""),
)

# Why the importer alone looks at them.
_SLOW = "逐行互相比对太慢，收到后核对"
_SPELLED = "时间的写法不一，收到后核对"
_LIBRARY = "existing_enterprises"
_PARKS = ("park[1]", "park[2]")

# 其中集群产业 of the parks, and the figure of the cluster that it is a part of.
_PARK_PARTS = (
    ("park_gdp", "economy.output_value", "亿元"),
    ("park_scale_enterprises", "cultivation.scale_enterprises", "个"),
    ("park_scale_revenue", "economy.revenue", "亿元"),
    ("park_tax", "economy.total_tax", "亿元"),
    ("park_trade_usd", "economy.trade_usd", "亿美元"),
)

_WHOLE = f.RuleGroup(
    key="P20.whole", title="现有企业库主营业务收入之和、集群产值、集群营收，相互之间应大体相当。",
    reason="差得过多的，常见原因是单位填错、漏列企业，或集团收入计入了集群以外的部分。",
)  # fmt: skip
_OF_PARKS = f.RuleGroup(
    key="P21.parks", title="园区各项“其中集群产业”，不应大于集群的同一指标。",
    reason="园区内的集群产业是集群的一部分。",
)  # fmt: skip
_LAST_YEAR = f.RuleGroup(
    key="D86.last_year", title="上一年的载体、绿色制造、平台数，应与名单中上一年年底前批准的数量一致。",
    reason="上一年的数是截至上一年年底已经批准的；后来被撤销、摘牌的请说明。",
)  # fmt: skip


def relations(options: f.Options) -> Iterator[f.Rule]:
    """All rules of this module."""
    years = tuple(zip(("y1", "y2"), options.span(2024, 2025), strict=True))
    yield from _whole(years)
    yield from _of_parks(years)
    yield from _people(years)
    yield from _ranks(years)
    yield from _phones()
    yield from _last_year(*options.span(2024, 2025))
    yield from _investments()


def pledges() -> tuple[f.Pledge, ...]:
    """The targets that the next rounds' figures are held against."""
    return tuple(
        f.Pledge(
            target=f"targets.{target}", actual=actual,
            low=_bound(f"{kind}target_missed"), high=_bound(f"{kind}target_exceeded"),
        )
        for target, actual, kind in _TARGETS
    )  # fmt: skip


_Years = tuple[tuple[str, int], ...]


def _fixed(value: float, unit: str) -> f.Expression:
    return f.Named(f.lift(value), f"{value:.10g}{unit}")


def steady(key: str, before: int, year: int) -> f.Steady:
    """P01 of a count: it has not changed out of bounds within a year."""
    return f.Steady(
        now=f.answer(f"{key}.{year}"), base=f.answer(f"{key}.{before}"),
        growth=(_bound("growth_low"), _bound("growth_high")),
        ratio=(_bound("ratio_low"), _bound("ratio_high")),
        least=_bound("growth_least_count") or 0.0,
    )  # fmt: skip


def _whole(years: _Years) -> Iterator[f.Rule]:
    """P20: what the enterprises earn, what the cluster earns, what it makes."""
    more: dict[str, Any] = {"level": f.EXPLAIN, "group": _WHOLE}
    year = years[-1][1]
    revenue, earned = f.answer(f"economy.revenue.{year}"), f.Total(f"{_LIBRARY}.main_revenue_y2")
    sums = f"现有企业库{year}年主营业务收入之和"
    over, least = _bound("library_revenue_over"), _bound("library_revenue_share")
    if over is not None:
        held = f.AtMost(f.Named(earned, sums, "亿元"), revenue, times=1 + over / 100)
        yield f.Rule(
            code="P20.library_over", source="申报表2.1、六（一）", **more,
            holds=f.When(f.Not(_told_elsewhere(revenue)), held),
            mend="请核对单位（亿元），以及集团收入是否计入了集群以外的部分。",
            reason="集群营收包括现有企业库中全部企业的收入。",
        )  # fmt: skip
    if least is not None:
        # Only a complete list can be held against the whole.
        rows = {
            key: f.RowCount(f"{_LIBRARY}.{key}") for key in ("enterprise_name", "main_revenue_y2")
        }
        listed = rows["enterprise_name"]
        part = f.Named(revenue * (least / 100), f"{year}年集群营收的{least:g}%", "亿元")
        complete = f.AllOf([
            f.answer(f"cultivation.enterprises.{year}").equals(listed),
            rows["main_revenue_y2"].equals(listed),
        ])  # fmt: skip
        yield f.Rule(
            code="P20.library_short", source="申报表2.1、六（一）", **more,
            holds=f.When(complete, f.AtLeast(f.Named(earned, sums, "亿元"), part)),
            mend="请核对单位（亿元），集群营收是否计入了库外的企业。",
            reason=f"现有企业库列出了全部企业，其收入之和一般不低于集群营收的{least:g}%。",
        )  # fmt: skip
    low, high = _bound("output_to_revenue_low"), _bound("output_to_revenue_high")
    for n, each in years if low is not None and high is not None else ():
        output = f.answer(f"economy.output_value.{each}") / f.answer(f"economy.revenue.{each}")
        yield f.Rule(
            code=f"P20.output_{n}", source="申报表2.1", **more,
            holds=f.Between(f.Named(output, f"{each}年集群产值÷集群营收", "倍"), low or 0, high or 0),
            reason="产值与营收一般大体相当，相差很多的常是单位填错。",
        )  # fmt: skip


def _told_elsewhere(revenue: f.Expression) -> f.Expression:
    """The ten alone earn too much (A12), or one enterprise or most do (P05): one cause is told once."""
    told: list[f.Expression] = [f.Total("top_revenue.revenue_y2").above(revenue)]
    special, main = f.answer("basics.category").equals("中小企业特色产业集群"), "main_revenue_y2"
    for bound, figure in (("library_revenue_max", f.Largest(f"{_LIBRARY}.{main}")),
                          ("library_revenue_median", f.Middle(f"{_LIBRARY}.{main}"))):  # fmt: skip
        if (most := _bound(bound)) is not None:
            told.append(f.AllOf([special, figure.above(most)]))
    return f.AnyOf(told)


def _of_parks(years: _Years) -> Iterator[f.Rule]:
    """P21: what the parks have of the cluster is not more than the cluster."""
    declared = f.Filled(f.answer("park[2].park_name"))
    for n, year in years:
        for key, whole, unit in _PARK_PARTS:
            first, second = (f.answer(f"{park}.{key}_cluster.{year}") for park in _PARKS)
            # More than the park's own total: A06 speaks.
            told = [f.answer(f"{park}.{key}_cluster.{year}").above(f.answer(f"{park}.{key}.{year}"))
                    for park in _PARKS]  # fmt: skip
            both = f.Named(f.SumOf([first, second]), f"两个园区{year}年其中集群产业合计", unit)
            sides: tuple[tuple[str, f.Expression, f.Expression], ...] = (
                ("", first, f.AllOf([f.Not(declared), f.Not(told[0])])),
                ("_parks", both, f.AllOf([declared, *map(f.Not, told)])),
            )  # fmt: skip
            for more, part, condition in sides:
                yield f.Rule(
                    code=f"P21.{key}{more}_{n}", level=f.EXPLAIN, source="申报表2.1、2.2、3.1",
                    holds=f.When(condition, f.AtMost(part, f.answer(f"{whole}.{year}"))),
                    mend="请核对单位，以及两处的口径。", reason="园区内的集群产业是集群的一部分。",
                    group=_OF_PARKS,
                )  # fmt: skip


def _people(years: _Years) -> Iterator[f.Rule]:
    """P22: people per enterprise."""
    low, high = _bound("people_per_enterprise_low"), _bound("people_per_enterprise_high")
    year = years[-1][1]
    if low is None or high is None:
        return
    heads = f.answer(f"economy.employees.{year}") / f.answer(f"cultivation.enterprises.{year}")
    yield f.Rule(
        code="P22.people", level=f.EXPLAIN, source="申报表2.1、2.2",
        holds=f.Between(f.Named(heads, f"{year}年集群从业人员÷企业数量", "人/家"), low, high),
        mend="请核对从业人员（人）和企业数量。", reason="平均每家企业的人数过多或过少，常是单位填错。",
    )  # fmt: skip


def _ranks(years: _Years) -> Iterator[f.Rule]:
    """P23: every 小巨人 is a 专精特新 enterprise first."""
    year = years[-1][1]
    giants, all_of_them = (f.answer(f"cultivation.{key}.{year}")
                           for key in ("little_giants", "provincial_srdi"))  # fmt: skip
    yield f.Rule(
        code="P23.little_giants", level=f.EXPLAIN, source="申报表2.2",
        # More than there are enterprises: A07 speaks.
        holds=f.When(f.Not(giants.above(f.answer(f"cultivation.enterprises.{year}"))),
                   f.AtMost(giants, all_of_them)),
        mend="请核对；两类企业分开统计的请说明。",
        reason="“小巨人”企业从省级专精特新企业中评出。",
    )  # fmt: skip


def _phones() -> Iterator[f.Rule]:
    """D85: one number for many enterprises is that of an office."""
    most = _bound("same_phone_max")
    if most is None:
        return
    sharing = f.Named(f.Sharing(f.this("contact_phone")), "填同一电话的企业数", "家")
    yield f.Rule(
        code="D85.same_phone", level=f.EXPLAIN, library=_LIBRARY, source="申报表六（一）", plausible=True,
        holds=f.AtMost(sharing, _fixed(most, "家")), importer_only=_SLOW,
        mend="请填写各企业自己的联系人和电话；确属同一集团的请说明。",
        reason="企业联系人栏填企业自己的联系方式。",
    )  # fmt: skip


def _last_year(before: int, year: int) -> Iterator[f.Rule]:
    """D86: the counts of the earlier year, by when the rows of the lists were approved.

    Silent where another rule tells the cause: the list does not agree with this year's count (A09),
    a row was approved after the application (D01), the count changed too much to be true (P01).
    """
    applied = f.MonthOf(f.answer("cover.apply_date"))
    lists = (
        ("carriers", "innovation_carriers.carrier_name", ("innovation.{}_carriers",), "2.4"),
        ("green", "green_units.enterprise_name",
         ("green.{}_green_factories", "green.{}_green_supply"), "2.5"),
        ("platforms", "service_platforms.platform_name", ("services.{}_platforms",), "2.6"),
    )  # fmt: skip
    for what, name, keys, part in lists:
        library = name.partition(".")[0]
        for level, prefix in ((NATIONAL, "national"), (PROVINCIAL, "provincial")):
            at_level = (f.is_one_of(f"{library}.level", level),)
            figures = [key.format(prefix) for key in keys]
            rows, when = f.RowCount(name, at_level), f"{library}.approved_on"
            sound = f.AllOf([
                _counts(figures, year).equals(rows),
                f.RowsUntil(when, applied, at_level).equals(rows),
                *(f.Not(steady(key, before, year).violation) for key in figures),
            ])  # fmt: skip
            approved = f.RowsUntil(when, before, at_level)
            shown = f.Named(approved, f"名单中{before}年年底前批准的{level}数量", "个")
            yield f.Rule(
                code=f"D86.{prefix}_{what}", level=f.EXPLAIN, source=f"申报表{part}",
                holds=f.When(sound, f.Equal(_counts(figures, before), shown)),
                mend="请核对上一年的数和各行的批准时间。",
                reason="上一年的数是截至上一年年底已经批准的。",
                importer_only=_SPELLED, group=_LAST_YEAR,
            )  # fmt: skip


def _counts(keys: list[str], year: int) -> f.Expression:
    figures = [f.answer(f"{key}.{year}") for key in keys]
    return figures[0] if len(figures) == 1 else f.SumOf(figures)


def _investments() -> Iterator[f.Rule]:
    """P24: one project by its own size: 万元 typed where 亿元 is asked is ten thousand times as much."""
    most = _bound("project_investment_max")
    if most is None:
        return
    for library, part in (("ongoing_projects", "六（三）"), ("planned_projects", "六（四）")):
        held: f.Relation = f.AtMost(f.this("total_investment_yi"), _fixed(most, "亿元"))
        yield f.Rule(
            code=f"P24.{library}", level=f.EXPLAIN, library=library, source=f"申报表{part}",
            holds=held, mend="请核对单位：总投资额填亿元。",
            reason="万元填进亿元栏，会大一万倍。",
        )  # fmt: skip
