"""The rules of the contest form that cross cells, tables and sheets, and those of plausibility.

Each code begins with its number in the list of all rules, which both forms share. Bounds that a
province may change come from ``data/plausibility.toml``; a rule whose bound is left empty is not
made. Figures of the earlier year have codes that end in ``_y1``, those of the latest in ``_y2``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain, pairwise
from typing import Any

from clusterbook import forms as f
from workbook_specs._cluster_contest_evidence import commitments, evidence
from workbook_specs._cluster_contest_keys import (
    ECONOMY,
    ENTERPRISES,
    GREEN_COUNTS,
    INNOVATION_COUNTS,
    PARKS,
    PLATFORMS,
    SMART,
    code_of,
    park_no,
    printed_in,
)
from workbook_specs._cluster_contest_relations import relations, steady
from workbook_specs._offices import wrong_level
from workbook_specs._shared import (
    GREEN_FACTORY,
    GREEN_SUPPLY_CHAIN,
    LITTLE_GIANT,
    NATIONAL,
    NATIONAL_CHAMPION,
    OTHER_MARKETS,
    PROVINCIAL,
    PROVINCIAL_CHAMPION,
    PROVINCIAL_SRDI,
    STOCK_EXCHANGES,
    honoured,
    is_full_name,
    province_of,
)
from workbook_specs._thresholds import threshold

_FORM = "cluster_contest"
_bound = partial(threshold, _FORM)

_ORDER = "TADP"
_MU_PER_KM2 = 1500
_WAN_PER_YI = 10000
_HAIR = 1e-9
# A smaller share of the numbers is no sign of anything.
_COPIED = (
    "economy.output_value economy.revenue economy.total_tax economy.project_investment".split()
)

_LIBRARY = "existing_enterprises"
_NAMES = f"{_LIBRARY}.enterprise_name"
_MAIN = f"{_LIBRARY}.main_revenue_y2"
_ONGOING, _PLANNED = "ongoing_projects", "planned_projects"

_SHARES = (
    "economy.sme_output_share innovation.rd_intensity innovation.rd_staff_share"
    " green.solid_waste_rate green.water_reuse_rate"
).split()
# Shares that are small by nature; what they are in no trade is a slip.
_SUSPECT = {
    "innovation.rd_intensity": "rd_intensity_suspect",
    "innovation.rd_staff_share": "rd_staff_suspect",
}
_RATES = ("innovation.rd_funds", "green.co2_per_output")
_PARK = (
    "park_gdp park_scale_enterprises park_scale_revenue park_tax park_trade_usd park_fai"
    " park_attracted park_fdi_cny"
).split()
_PARK_LAND = ("park_area_mu", "invest_intensity", "tax_per_mu")
_TARGETS = "target_revenue target_scale_enterprises target_profit target_tax".split()


def rules(options: f.Options) -> tuple[f.Rule, ...]:
    """All rules of the form: first what is printed, then sums, dates and names, plausibility."""
    made = chain.from_iterable(group(options) for group in (*_GROUPS, relations))
    return tuple(sorted(made, key=lambda rule: (_ORDER.index(rule.code[0]), rule.code[:3])))


def _years(options: f.Options) -> tuple[tuple[str, int], ...]:
    y1, y2 = options.span(2024, 2025)
    return ("y1", y1), ("y2", y2)


def _range(low: str, high: str, make: Callable[[float, float], f.Relation]) -> f.Relation | None:
    """A relation of two bounds, None where one of them is switched off."""
    least, most = _bound(low), _bound(high)
    return None if least is None or most is None else make(least, most)


def _fixed(value: float, unit: str) -> f.Expression:
    """A bound with its unit, as sentences say it."""
    return f.Named(f.lift(value), f"{value:.10g}{unit}")


# --- T: what is printed ------------------------------------------------------------------------


def _lists(options: f.Options) -> Iterator[f.Rule]:  # noqa: ARG001
    """T8: the lists of ten, and of about ten."""
    mend = "请补齐；集群内企业不足十家的，请填全部企业。"
    for library, column, where in (("top_revenue", "revenue_y2", "2.2"),
                                   ("top_rd", "rd_y2_wan", "2.4")):  # fmt: skip
        rows = f.RowCount(f"{library}.enterprise_name")
        yield f.Rule(
            code=f"T08.{library}_rows", level=f.EXPLAIN, mend=mend, source=f"申报表{where}",
            holds=f.When(rows.above(0), f.AtLeast(rows, _fixed(10, "行"))), reason="本表应填前十家企业。",
        )  # fmt: skip
        yield f.Rule(
            code=f"T08.{library}_order", level=f.INFO, library=library, source=f"申报表{where}",
            holds=f.AtLeast(f.this(column), f.this(column, 1)), mend="请按此栏由高到低重新排列各行。",
            reason="排名表按最近一年由高到低排列。",
        )  # fmt: skip
    projects = f.RowCount("key_projects.project_name")
    yield f.Rule(
        code="T08.key_projects_rows", level=f.EXPLAIN, source="申报表2.3", mend="请补充重点项目。",
        holds=f.When(projects.above(0), f.AtLeast(projects, _fixed(8, "行"))), reason="表下注明项目为10个左右。",
    )  # fmt: skip


# --- A: sums and tables that must agree --------------------------------------------------------


def _parts(options: f.Options) -> Iterator[f.Rule]:
    """A6, A7, A21: a part is not more than the whole."""
    for n, year in _years(options):
        for block in PARKS:
            for key in _PARK:
                part, whole = f.answer(f"{block}.{key}_cluster.{year}"), f"{block}.{key}.{year}"
                yield f.Rule(
                    code=code_of("A06", f"{block}.{key}", n), level=f.ERROR, source="申报表3.1",
                    holds=f.AtMost(part, f.answer(whole)), reason="其中集群产业是园区总额的一部分。",
                )  # fmt: skip
        for level in ("national", "provincial"):
            centres = f.answer(f"innovation.{level}_design_centers.{year}")
            yield f.Rule(
                code=f"A06.{level}_design_centers_{n}", level=f.ERROR, source="申报表2.4",
                holds=f.AtMost(centres, f.answer(f"innovation.{level}_carriers.{year}")),
                reason="工业设计中心是技术创新载体的一种。",
            )  # fmt: skip
        enterprises = f.answer(f"cultivation.enterprises.{year}")
        for key in ENTERPRISES:
            yield f.Rule(
                code=f"A07.{key}_{n}", level=f.ERROR, source="申报表2.2",
                holds=f.AtMost(f.answer(f"cultivation.{key}.{year}"), enterprises),
                reason="该类企业是集群企业的一部分。",
            )  # fmt: skip
        smart = f.SumOf([f.answer(f"cultivation.{key}.{year}") for key in SMART])
        yield f.Rule(
            code=f"A21.smart_factories_{n}", level=f.ERROR, source="申报表2.2",
            holds=f.AtMost(f.Named(smart, f"{year}年四级智能工厂合计", "个"), enterprises),
            reason="一家企业的智能工厂只计一级。",
        )  # fmt: skip


def _library_counts(options: f.Options) -> Iterator[f.Rule]:
    """A8: what 2.2 counts is marked in the 现有企业库."""
    year, of = options.year(2025), partial(honoured, f"{_LIBRARY}.honours")
    for key, level, name, conditions in (
        ("enterprises", f.ERROR, "", ()),
        ("scale_enterprises", f.ERROR, "规上企业", (f.is_one_of(f"{_LIBRARY}.is_scale", "是"),)),
        ("hightech_enterprises", f.EXPLAIN, "高新技术企业",
         (f.is_one_of(f"{_LIBRARY}.is_hightech", "是"),)),
        ("listed_enterprises", f.EXPLAIN, "上市和挂牌企业",
         (f.is_one_of(f"{_LIBRARY}.listing", *STOCK_EXCHANGES, *OTHER_MARKETS),)),
        ("national_champions", f.EXPLAIN, "国家单项冠军", (of(NATIONAL_CHAMPION),)),
        ("provincial_champions", f.EXPLAIN, "省级单项冠军", (of(PROVINCIAL_CHAMPION),)),
        ("little_giants", f.EXPLAIN, "国家“专精特新”小巨人", (of(LITTLE_GIANT),)),
        ("provincial_srdi", f.EXPLAIN, "省级“专精特新”小巨人", (of(PROVINCIAL_SRDI),)),
    ):  # fmt: skip
        count: f.Expression = f.RowCount(_NAMES, conditions)
        if level == f.EXPLAIN:
            # A blank 是否与主导产业相关 means 是.
            unrelated = f.is_one_of(f"{_LIBRARY}.related", "否")
            count = count - f.RowCount(_NAMES, (*conditions, unrelated))
        related = "与主导产业相关的" if level == f.EXPLAIN else ""
        shown = f.Named(count, f"现有企业库中{related}{name or '企业'}数", "个")
        yield f.Rule(
            code=f"A08.{key}", level=level, source="申报表2.2",
            holds=f.Equal(f.answer(f"cultivation.{key}.{year}"), shown),
            mend="请核对现有企业库中的企业和各栏标注，或更正本指标。",
            reason="申报表要求在现有企业库中注明，两处应当一致。",
        )  # fmt: skip


def _list_counts(options: f.Options) -> Iterator[f.Rule]:
    """A9: what 2.4 to 2.6 count stands in their lists.

    A question and no error: what was 省级 first and is 国家级 now is counted twice by some.
    """
    year = options.year(2025)

    def rule(code: str, source: str, relation: f.Relation) -> f.Rule:
        return f.Rule(
            code=f"A09.{code}", level=f.EXPLAIN, source=source, holds=relation,
            mend="请核对名单中的各行和级别，或更正本指标；由省级升为国家级等口径不同的，请写明。",
            reason="指标数应与名单一致。", group=_LISTED[source],
        )  # fmt: skip

    for level, prefix in ((NATIONAL, "national"), (PROVINCIAL, "provincial")):
        carriers = f.is_one_of("innovation_carriers.level", level)
        name = "innovation_carriers.carrier_name"
        total = f.answer(f"innovation.{prefix}_carriers.{year}")
        yield rule(f"{prefix}_carriers", "申报表2.4", f.Equal(total, f.RowCount(name, (carriers,))))
        centres = f.is_one_of("innovation_carriers.carrier_type", "工业设计中心")
        design = f.answer(f"innovation.{prefix}_design_centers.{year}")
        held = f.Equal(design, f.RowCount(name, (carriers, centres)))
        typed = f.RowCount("innovation_carriers.carrier_type").equals(f.RowCount(name))
        yield rule(f"{prefix}_design_centers", "申报表2.4", f.When(typed, held))
        yield from _green_counts(rule, year, level, prefix)
        platforms = f.is_one_of("service_platforms.level", level)
        listed = f.RowCount("service_platforms.platform_name", (platforms,))
        number = f.answer(f"services.{prefix}_platforms.{year}")
        yield rule(f"{prefix}_platforms", "申报表2.6", f.Equal(number, listed))


_LISTED = {
    f"申报表{where}": f.RuleGroup(
        key=f"A09.{key}", title=f"{what}的数量，应与所列名单一致。", reason="指标数应与名单一致。"
    )
    for where, key, what in (
        ("2.4", "carriers", "技术创新载体、工业设计中心"),
        ("2.5", "green_units", "绿色工厂、绿色供应链管理企业"),
        ("2.6", "service_platforms", "公共服务平台"),
    )
}


def _green_counts(
    rule: Callable[[str, str, f.Relation], f.Rule], year: int, level: str, prefix: str
) -> Iterator[f.Rule]:
    """By 绿色类别 where every row has one, else factories and supply chains together."""
    name, kind = "green_units.enterprise_name", "green_units.green_type"
    at_level = f.is_one_of("green_units.level", level)
    typed = f.RowCount(kind).equals(f.RowCount(name))
    keys = {"green_factories": GREEN_FACTORY, "green_supply": GREEN_SUPPLY_CHAIN}
    for key, option in keys.items():
        listed = f.RowCount(name, (at_level, f.is_one_of(kind, option)))
        held = f.Equal(f.answer(f"green.{prefix}_{key}.{year}"), listed)
        yield rule(f"{prefix}_{key}", "申报表2.5", f.When(typed, held))
    both = f.SumOf([f.answer(f"green.{prefix}_{key}.{year}") for key in keys])
    held = f.Equal(both, f.RowCount(name, (at_level,)))
    yield rule(f"{prefix}_green", "申报表2.5", f.When(f.Not(typed), held))


def _enterprises(options: f.Options) -> Iterator[f.Rule]:
    """A10, A11: the ten stand in the library, with figures that agree."""
    for library, source in (("top_revenue", "申报表2.2"), ("top_rd", "申报表2.4")):
        name = f.this("enterprise_name")
        yield f.Rule(
            code=f"A10.{library}", level=f.ERROR, library=library, source=source,
            holds=f.Must(name, f.Known(name, _NAMES), zh="应在现有企业库中有同名企业。",
                       en="must stand in the library of existing enterprises."),
            mend="请核对企业全称，或在现有企业库中补填该企业。", many=f"{f.COUNT}家企业不在现有企业库",
            reason="前十企业都是集群的现有企业。",
        )  # fmt: skip
    name, main, top = f.this("enterprise_name"), f.this("main_revenue_y2"), "top_revenue.revenue_y2"
    over = _bound("main_revenue_over")
    if over is not None:
        found = f.LookUp(top, "top_revenue.enterprise_name", name)
        yield f.Rule(
            code="A11.main_revenue", level=f.EXPLAIN, library=_LIBRARY, source="申报表2.2、六（一）",
            holds=f.AtMost(main, found, times=1 + over / 100),
            reason="主营业务收入是营业收入的一部分，同一企业不应更高。",
        )  # fmt: skip
    listed = f.Known(name, "top_revenue.enterprise_name")
    tenth = f.Named(f.Largest(top, 10), f"{options.year(2025)}年营业收入第十名的营业收入", "亿元")
    yield f.Rule(
        code="A11.left_out", level=f.EXPLAIN, library=_LIBRARY, source="申报表2.2、六（一）",
        holds=f.When(f.Not(listed), f.AtMost(main, tenth)),
        mend="请核对该企业是否应列入营业收入前十，两处企业名称是否一致。",
        reason="收入高于第十名的企业应列入营业收入前十企业。",
    )  # fmt: skip


def _sums(options: f.Options) -> Iterator[f.Rule]:
    """A12, A13: the ten against the cluster, 规上 against all."""
    for n, year in _years(options):
        revenue, funds = (
            f.answer(f"economy.revenue.{year}"),
            f.answer(f"innovation.rd_funds.{year}"),
        )
        yield f.Rule(
            code=f"A12.top_revenue_{n}", level=f.EXPLAIN, source="申报表2.1、2.2",
            holds=f.AtMost(f.Total(f"top_revenue.revenue_{n}"), revenue),
            mend="请核对单位（亿元），以及集团收入是否计入了集群以外的部分。",
            reason="前十企业营业收入之和不应大于集群营收。",
        )  # fmt: skip
        spent = f.Total(f"top_rd.rd_{n}_wan") / _WAN_PER_YI
        yield f.Rule(
            code=f"A12.top_rd_{n}", level=f.EXPLAIN, source="申报表2.4",
            holds=f.AtMost(f.Named(spent, f"{year}年研发投入前十企业合计", "亿元"), funds),
            mend="请核对单位：前十企业研发投入填万元，集群研发经费填亿元。",
            reason="前十企业研发投入之和不应大于集群研发经费。",
        )  # fmt: skip
        over = _bound("rd_intensity_over")
        if over is not None:
            whole = f.Named(funds / revenue * 100, f"{year}年集群研发经费÷集群营收", "%")
            yield f.Rule(
                code=f"A13.rd_intensity_{n}", level=f.EXPLAIN, source="申报表2.4",
                holds=f.AtMost(f.answer(f"innovation.rd_intensity.{year}"), whole, by=over),
                reason="规上企业的研发支出是集群研发经费的一部分，占比不应更高。",
            )  # fmt: skip


def _land(options: f.Options) -> Iterator[f.Rule]:
    """A14: figures per 亩 against the totals of the park."""
    for (n, year), block in ((pair, block) for pair in _years(options) for block in PARKS):
        area = f.answer(f"{block}.park_area_mu.{year}")
        off = _bound("tax_per_mu_off")
        if off is not None:
            tax = f.answer(f"{block}.park_tax.{year}") * _WAN_PER_YI / area
            shown = f.Named(tax, f"{year}年上交税金总额÷园区开发面积", "万元/亩")
            yield f.Rule(
                code=f"A14.tax_per_mu_{park_no(block)}_{n}", level=f.INFO, source="申报表3.1",
                plausible=True,
                holds=f.Equal(f.answer(f"{block}.tax_per_mu.{year}"), shown, share=off / 100),
                reason="亩均税收一般由上交税金和开发面积算出；申报表未印算式，口径可以不同。",
            )  # fmt: skip
        spent = f.answer(f"{block}.park_fai.{year}") * _WAN_PER_YI / area
        ratio = f.answer(f"{block}.invest_intensity.{year}") / spent
        shown = f.Named(ratio, f"{year}年投资强度÷（固定资产投资÷园区开发面积）", "倍")
        held = _range("intensity_ratio_low", "intensity_ratio_high", partial(f.Between, shown))
        if held is not None:
            yield f.Rule(
                code=f"A14.invest_intensity_{park_no(block)}_{n}", level=f.INFO, holds=held,
                source="申报表3.1", plausible=True, reason="投资强度常按累计投资计算，这里只看数量级。",
            )  # fmt: skip


def _projects(options: f.Options) -> Iterator[f.Rule]:  # noqa: ARG001
    """A15, D3: the projects of 2.3 and those of the two libraries."""
    name, total = f.this("project_name"), f.this("total_investment_wan")
    libraries = ((_ONGOING, "在建项目库"), (_PLANNED, "拟建项目库"))
    known = f.AnyOf([f.Known(name, f"{library}.project_name") for library, _ in libraries])
    yield f.Rule(
        code="A15.known", level=f.EXPLAIN, library="key_projects", source="申报表2.3、六（三）（四）",
        holds=f.Must(name, known, zh="应在在建项目库或拟建项目库中有同名项目。",
                   en="must stand in one of the two libraries of projects."),
        mend="请核对项目名称，或在项目库中补填该项目。", many=f"{f.COUNT}个项目不在在建、拟建项目库",
        reason="重点项目是在建或拟建项目。",
    )  # fmt: skip
    off = _bound("project_investment_off")
    for library, title in libraries if off is not None else ():
        found = f.LookUp(f"{library}.total_investment_yi", f"{library}.project_name", name)
        shown = f.Named(found, f"{title}中同名项目的总投资额", "亿元")
        own = f.Named(total / _WAN_PER_YI, "总投资", "亿元")
        # The libraries keep two decimals of 亿元.
        held = f.Equal(own, shown, share=(off or 0) / 100, by=0.005)
        yield f.Rule(
            code=f"A15.{library}", level=f.EXPLAIN, library="key_projects", holds=held,
            source="申报表2.3、六（三）（四）", mend="请核对单位：重点项目填万元，项目库填亿元。",
            reason="同一项目的总投资两处应当一致。",
        )  # fmt: skip
    yield f.Rule(
        code="D03.ongoing", level=f.EXPLAIN, library=_PLANNED, source="申报表六（三）（四）",
        holds=f.Never(name, f.Known(name, f"{_ONGOING}.project_name"),
                    zh="不应同时列入在建项目库。",
                    en="stands in the library of ongoing projects already."),
        mend="请保留其中一处。", reason="在建项目不再是拟建项目。",
    )  # fmt: skip


def _targets(options: f.Options) -> Iterator[f.Rule]:
    """A20: targets rise, and not beyond belief."""
    high = _bound("target_growth_high")
    for key in _TARGETS:
        for n, (before, year) in enumerate(pairwise(options.span(2025, 2026, 2027, 2028)), start=1):
            base, goal = f.answer(f"targets.{key}.{before}"), f.answer(f"targets.{key}.{year}")
            yield f.Rule(
                code=f"A20.{key}_t{n}", level=f.EXPLAIN, source="申报表5.1",
                holds=f.AtLeast(goal, base), reason="发展目标一般逐年不降。",
            )  # fmt: skip
            if high is not None:
                yield f.Rule(
                    code=f"A20.{key}_rate_t{n}", level=f.EXPLAIN, source="申报表5.1", plausible=True,
                    holds=f.AtMost(f.Growth(base, goal), _fixed(high, "%")),
                    mend="请核对单位和基数，目标确实高的请说明依据。",
                    reason=f"一年增长超过{high:g}%的目标需要说明依据。",
                )  # fmt: skip


# --- D: dates, names, places -------------------------------------------------------------------

_APPROVED = {"innovation_carriers": "2.4", "green_units": "2.5", "service_platforms": "2.6"}


def _approvals(options: f.Options) -> Iterator[f.Rule]:
    """D1: approved before the application, by an office of the level that is claimed."""
    applied = f.MonthOf(f.answer("cover.apply_date"))
    by, level = f.this("approved_by"), f.this("level")
    wrong = wrong_level(by, level.equals(NATIONAL), level.equals(PROVINCIAL),
                        province_of(options, "湖南省"))  # fmt: skip
    for library, part in _APPROVED.items():
        yield f.Rule(
            code=f"D01.{library}_time", level=f.ERROR, library=library, source=f"申报表{part}",
            holds=f.AtMost(f.MonthOf(f.this("approved_on")), applied),
            reason="只填申报时已经批准的。",
        )  # fmt: skip
        yield f.Rule(
            code=f"D01.{library}_office", level=f.EXPLAIN, library=library, source=f"申报表{part}",
            holds=f.Never(by, wrong, zh="应与所填级别相符。", en="is no office of the level claimed."),
            reason="国家级由国家有关部门批准，省级由省有关部门批准。",
        )  # fmt: skip


def _dates(options: f.Options) -> Iterator[f.Rule]:  # noqa: ARG001
    """D2, D3: when projects begin and end."""
    applied = f.MonthOf(f.answer("cover.apply_date"))
    start, period = f.MonthOf(f.this("start_on")), f.this("build_period")
    first = f.Named(f.MonthOf(period), "项目建设期的开始年月")
    last = f.Named(f.MonthOf(period, last=True), "项目建设期的截止年月")
    common: dict[str, Any] = {"library": _ONGOING, "source": "申报表六（三）"}
    yield f.Rule(
        code="D02.started", level=f.ERROR, holds=f.AtMost(start, applied), **common,
        mend="请核对；尚未开工的请移到拟建项目库。", reason="在建项目在申报时已经开工。",
    )  # fmt: skip
    why = "建设期有多种写法，单元格公式认不全"
    reason = "开工时间在项目建设期之内。"
    for code, held in (("from", f.AtLeast(start, first)), ("to", f.AtMost(start, last))):
        yield f.Rule(
            code=f"D02.inside_{code}", level=f.EXPLAIN, holds=held, importer_only=why, reason=reason,
            **common,
        )  # fmt: skip
    yield f.Rule(
        code="D02.ended", level=f.EXPLAIN, holds=f.AtLeast(last, applied), importer_only=why, **common,
        mend="请核对；已经竣工的不再列入在建项目库。", reason="建设期已过的项目可能已经竣工。",
    )  # fmt: skip
    yield f.Rule(
        code="D03.planned", level=f.EXPLAIN, library=_PLANNED, source="申报表六（四）",
        holds=f.AtLeast(f.MonthOf(f.this("planned_start_on")), applied),
        mend="请核对；已经开工的请移到在建项目库。", reason="拟建项目在申报时尚未开工。",
    )  # fmt: skip


def _cluster_name(options: f.Options) -> Iterator[f.Rule]:  # noqa: ARG001
    """D80: the cover prints how a cluster is called; other names are asked about, not refused."""
    name = f.answer("basics.cluster_name")
    yield f.Rule(
        code="D80.cluster_name", level=f.EXPLAIN, source="申报表封面：XX市XX集群等",
        holds=f.Must(name, f.AllOf([f.Says(name, ("市", "州", "区", "县")), f.EndsWith(name, ("集群",))]),
                   "应以所在市、县（市、区）开头，以“集群”结尾。",
                   "should begin with its city or county and end with 集群."),
        mend="请按“XX市XX集群”“XX市XX区XX集群”或“XX县（市）XX集群”填写。",
        reason="封面印有集群名称的格式。",
    )  # fmt: skip


def _names(options: f.Options) -> Iterator[f.Rule]:  # noqa: ARG001
    """D5, D8: full names, and enterprises of this cluster that are not here yet."""
    name, county = f.this("enterprise_name"), f.this("county")
    full = is_full_name(name)
    yield f.Rule(
        code="D05.full_name", level=f.EXPLAIN, library=_LIBRARY, source="申报表六（一）",
        holds=f.Must(name, full, zh="应填全称，现疑为简称。",
                   en="seems to be a short form; the full registered name is asked."),
        mend="请按营业执照填写企业全称。", reason="表头要求填写企业全称。",
    )  # fmt: skip
    counties = f.answer("basics.counties")
    yield f.Rule(
        code="D08.county", level=f.EXPLAIN, library=_LIBRARY, source="申报表一、六（一）",
        holds=f.When(f.Filled(counties), f.Must(county, f.Among(county, counties),
                                          zh="应在“所含县（市、区）”所列的地域范围之内。",
                                          en="is not among the counties of the cluster.")),
        mend="请核对企业所在地，或补充集群所含县（市、区）。",
        many=f"{f.COUNT}家企业不在“所含县（市、区）”所列的地域范围内",
        reason="现有企业库填集群地域范围内的企业。",
    )  # fmt: skip
    yield f.Rule(
        code="D08.prospective", level=f.EXPLAIN, library="prospective_enterprises",
        source="申报表六（一）（二）",
        holds=f.Never(name, f.Known(name, _NAMES), zh="不应已在现有企业库中。",
                    en="stands in the library of existing enterprises already."),
        mend="请保留其中一处。", reason="拟引进企业尚未落户集群。",
    )  # fmt: skip


# --- P: plausibility ---------------------------------------------------------------------------

_Pair = tuple[float | None, float | None]
_TWO_YEARS = "年度间变化过大，常见原因是单位填错（万元与亿元）或年份填串。"


def _changes(options: f.Options) -> Iterator[f.Rule]:
    """P1: the same figure in both years."""
    y1, y2 = options.span(2024, 2025)
    growth = (_bound("growth_low"), _bound("growth_high"))
    ratio = (_bound("ratio_low"), _bound("ratio_high"))
    if (*growth, *ratio) == (None,) * 4:
        return
    none: _Pair = (None, None)

    def told(key: str, held: f.Steady) -> f.Rule:
        return f.Rule(
            code=code_of("P01", key), level=f.EXPLAIN, source=printed_in(key), reason=_TWO_YEARS, holds=held,
        )  # fmt: skip

    def rule(key: str, growth: _Pair = none) -> f.Rule:
        now, base = f.answer(f"{key}.{y2}"), f.answer(f"{key}.{y1}")
        return told(key, f.Steady(now=now, base=base, ratio=ratio, growth=growth))

    counts = [f"cultivation.{key}" for key in ("enterprises", *ENTERPRISES, *SMART)]
    counts += [f"innovation.{key}" for key in INNOVATION_COUNTS]
    counts += [f"green.{key}" for key in GREEN_COUNTS] + [f"services.{k}" for k in PLATFORMS]
    amounts = [f"economy.{key}" for key in ECONOMY] + [*_RATES]
    amounts += [f"{block}.{key}" for block in PARKS for key in (*_PARK, *_PARK_LAND)]
    yield from (rule(key, growth=growth) for key in amounts)
    yield from (told(key, steady(key, y1, y2)) for key in counts)
    # A percentage has no growth rate, but it can have slipped by a power of ten.
    yield from (rule(key) for key in _SHARES)
    for library, prefix, suffix in (("top_revenue", "revenue", ""), ("top_rd", "rd", "_wan")):
        now, base = f.this(f"{prefix}_y2{suffix}"), f.this(f"{prefix}_y1{suffix}")
        yield f.Rule(
            code=f"P01.{library}", level=f.EXPLAIN, library=library, reason=_TWO_YEARS,
            source="申报表2.2" if library == "top_revenue" else "申报表2.4",
            holds=f.Steady(now=now, base=base, ratio=ratio, growth=growth),
        )  # fmt: skip
    typed = f.answer(f"innovation.rd_growth.{y1}")
    held = _range("growth_low", "growth_high", partial(f.Between, typed))
    if held is not None:
        yield f.Rule(code="P01.rd_growth_y1", level=f.EXPLAIN, source="申报表2.4", holds=held,
                   reason=_TWO_YEARS)  # fmt: skip


def _ratios(options: f.Options) -> Iterator[f.Rule]:
    """P2, P3, P4 of the cluster: figures against its revenue."""
    for n, year in _years(options):
        revenue = f.answer(f"economy.revenue.{year}")

        def figure(key: str, year: int = year) -> f.Expression:
            return f.answer(f"{key}.{year}")

        heads = revenue * _WAN_PER_YI / figure("economy.employees")
        margin = figure("economy.total_profit") / revenue * 100
        taxes = figure("economy.total_tax") / revenue * 100
        for code, value, name, unit, bounds, reason in (
            ("P02.revenue_per_head", heads, "集群营收÷从业人员", "万元/人", "revenue_per_head",
             "人均营收过高或过低，常见原因是亿元与万元、人与万人填混。"),
            ("P03.margin", margin, "利润总额÷集群营收", "%", "margin",
             "2025年全国规上工业营业收入利润率为5.31%。"),
            ("P03.tax_share", taxes, "税金总额÷集群营收", "%", "tax_share",
             "税金占营收的比重过高或过低，常见原因是单位填错。"),
        ):  # fmt: skip
            shown = f.Named(value, f"{year}年{name}", unit)
            held = _range(f"{bounds}_low", f"{bounds}_high", partial(f.Between, shown))
            if held is not None:
                yield f.Rule(code=f"{code}_{n}", level=f.EXPLAIN, source="申报表2.1", holds=held,
                           reason=reason)  # fmt: skip
        high = _bound("cluster_rd_high")
        spent = figure("innovation.rd_funds") / revenue * 100
        shown = f.Named(spent, f"{year}年集群研发经费÷集群营收", "%")
        for key, side in (("rd_funds", shown), ("rd_intensity", figure("innovation.rd_intensity"))):
            if high is not None:
                yield f.Rule(
                    code=f"P04.{key}_{n}", level=f.EXPLAIN, source="申报表2.4",
                    holds=f.AtMost(side, _fixed(high, "%")), reason="集群研发占比很少高于此数，请核对单位。",
                )  # fmt: skip


def _firms(options: f.Options) -> Iterator[f.Rule]:
    """P4, P5, P6: single enterprises."""
    yield from _firm_research(options)
    main = f.this("main_revenue_y2")
    special = f.answer("basics.category").equals("中小企业特色产业集群")
    source, unit = "申报表六（一）", "万元填进亿元栏，会大一万倍。"
    most, middle = _bound("library_revenue_max"), _bound("library_revenue_median")
    if most is not None:
        yield f.Rule(code="P05.largest", level=f.EXPLAIN, library=_LIBRARY, source=source, reason=unit,
                   holds=f.When(special, f.AtMost(main, _fixed(most, "亿元"))))  # fmt: skip
    if middle is not None:
        yield f.Rule(code="P05.median", level=f.EXPLAIN, source=source, reason=unit,
                   holds=f.When(special, f.AtMost(f.Middle(_MAIN), _fixed(middle, "亿元"))))  # fmt: skip
    scale = _bound("scale_revenue")
    if scale is None:
        return
    start = f"规上工业企业的起点是年主营业务收入{scale * _WAN_PER_YI:g}万元。"
    is_scale = f.this("is_scale")
    yield f.Rule(
        code="P06.below", level=f.EXPLAIN, library=_LIBRARY, source=source, reason=start,
        holds=f.When(is_scale.equals("是"),
                   f.Never(main, main.below(scale - _HAIR), zh=f"填为规上企业的，不应低于{scale:g}亿元。",
                         en="is below the bound of 规上, but the enterprise is said to be one.")),
    )  # fmt: skip
    yield f.Rule(
        code="P06.above", level=f.EXPLAIN, library=_LIBRARY, source=source, reason=start,
        holds=f.When(is_scale.equals("否"),
                   f.Never(main, main.above(scale - _HAIR), zh=f"填为非规上企业的，应低于{scale:g}亿元。",
                         en="is above the bound of 规上, but the enterprise is said to be none.")),
    )  # fmt: skip


def _firm_research(options: f.Options) -> Iterator[f.Rule]:
    """P4: R&D of an enterprise against what it earns."""
    revenue = f.LookUp(_MAIN, _NAMES, f.this("enterprise_name"))
    share = f.this("rd_y2_wan") / _WAN_PER_YI / revenue * 100
    shown = f.Named(share, f"{options.year(2025)}年研发投入÷主营业务收入", "%")
    reason = "研发投入填万元，主营业务收入填亿元，常见原因是单位填错。"
    more: dict[str, Any] = {"library": "top_rd", "source": "申报表2.4、六（一）", "reason": reason}
    error = _bound("firm_rd_error")
    if error is not None:
        yield f.Rule(
            code="P04.firm_error", level=f.ERROR, **more,
            holds=f.Never(shown, share.above(error - _HAIR), zh=f"不应达到{error:g}%。",
                        en=f"cannot reach {error:g} %."),
        )  # fmt: skip
    held = _range("firm_rd_low", "firm_rd_high", partial(f.Between, shown))
    if held is not None:
        sane = share.below(error - _HAIR) if error is not None else f.this("rd_y2_wan").above(-1)
        yield f.Rule(code="P04.firm", level=f.EXPLAIN, holds=f.When(sane, held), **more)


def _foreign(options: f.Options) -> Iterator[f.Rule]:
    """P8: dollars against yuan."""
    rate, times = _bound("exchange_rate"), _bound("trade_to_revenue")
    if rate is None:
        return
    for n, year in _years(options):
        if times is not None:
            trade = f.Named(f.answer(f"economy.trade_usd.{year}") * rate,
                          f"{year}年进出口额折合人民币", "亿元")  # fmt: skip
            yield f.Rule(
                code=f"P08.trade_{n}", level=f.EXPLAIN, source="申报表2.1",
                holds=f.AtMost(trade, f.answer(f"economy.revenue.{year}"), times=times),
                mend="请核对单位：进出口额填亿美元。", reason="进出口额折合后一般不高于集群营收。",
            )  # fmt: skip
        usd = f.answer(f"economy.fdi_usd.{year}") * rate
        first, second = (f.answer(f"{block}.park_fdi_cny.{year}") for block in PARKS)
        declared = f.Filled(f.answer("park[2].park_name"))
        for code, cny, condition in (("", first, f.Not(declared)),
                                     ("_parks", f.SumOf([first, second]), declared)):  # fmt: skip
            shown = f.Named(usd / cny, f"{year}年利用外资规模折合人民币÷园区实际使用外资", "倍")
            held = _range("fdi_ratio_low", "fdi_ratio_high", partial(f.Between, shown))
            if held is not None:
                # No foreign capital at all is not a mix of units.
                yield f.Rule(
                    code=f"P08.fdi{code}_{n}", level=f.INFO, source="申报表2.1、3.1",
                    holds=f.When(f.AllOf([condition, usd.above(0)]), held),
                    reason="前者填亿美元，后者填亿元，请核对单位。",
                )  # fmt: skip


def _caps(options: f.Options) -> Iterator[f.Rule]:
    """P9, P10: more than a cluster can have."""
    year = options.year(2025)
    few, giants = "首批全国仅15家领航级，卓越级约500家。", "全国“小巨人”约1.76万家。"
    centres = f.RowCount("innovation_carriers.carrier_name",
                   (f.is_one_of("innovation_carriers.carrier_type", "制造业创新中心"),
                    f.is_one_of("innovation_carriers.level", NATIONAL)))  # fmt: skip
    for code, value, name, reason in (
        ("P09.smart_pioneer", f.answer(f"cultivation.smart_pioneer.{year}"), "smart_pioneer_max", few),
        ("P09.smart_excellent", f.answer(f"cultivation.smart_excellent.{year}"),
         "smart_excellent_max", few),
        ("P09.innovation_centres", centres, "national_innovation_centres_max",
         "全国的国家制造业创新中心共33家。"),
        ("P09.national_awards", f.answer(f"innovation.national_awards.{year}"), "national_awards_max",
         "国家科技进步奖数量有限，请核对是否把省级奖计入。"),
        ("P10.national_champions", f.answer(f"cultivation.national_champions.{year}"),
         "national_champions_max", "湖南全省国家级单项冠军共94家。"),
        ("P10.little_giants", f.answer(f"cultivation.little_giants.{year}"), "little_giants_max",
         giants),
    ):  # fmt: skip
        most = _bound(name)
        if most is not None:
            block = {"P10": "申报表2.2"}.get(code[:3], "申报表2.2、2.4")
            yield f.Rule(code=code, level=f.EXPLAIN, source=block, holds=f.AtMost(value, _fixed(most, "个")),
                       reason=reason)  # fmt: skip


def _per_unit(options: f.Options) -> Iterator[f.Rule]:
    """P7, P11, P12: percentages, areas, and figures per unit."""
    widest = _bound("area_km2_max")
    for n, year in _years(options):
        for key in _SHARES:
            suspect = _bound(_SUSPECT.get(key, "share_suspect"))
            if suspect is None:
                continue
            value = f.answer(f"{key}.{year}")
            slip = f.AllOf([value.above(0), value.below(suspect)])
            yield f.Rule(
                code=code_of("P07", key, n), level=f.EXPLAIN, source=printed_in(key),
                holds=f.Never(value, slip, zh=f"不应小于{suspect:g}%，疑似漏乘100（12.5%应填12.5）。",
                            en=f"is below {suspect:g} %: was it meant as a fraction of 1?"),
                reason="百分数按百分点填写，12.5%填12.5，不填0.125。",
            )  # fmt: skip
        held = _range(
            "co2_low", "co2_high", partial(f.Between, f.answer(f"green.co2_per_output.{year}"))
        )
        if held is not None:
            yield f.Rule(code=f"P12.co2_{n}", level=f.EXPLAIN, source="申报表2.5", holds=held,
                       reason="请核对单位：吨/万元。")  # fmt: skip
        for block in PARKS:
            no = park_no(block)
            if widest is not None:
                yield f.Rule(
                    code=f"P11.area_{no}_{n}", level=f.EXPLAIN, source="申报表3.1",
                    holds=f.AtMost(f.answer(f"{block}.park_area_mu.{year}"), _fixed(widest * _MU_PER_KM2, "亩")),
                    reason=f"占地一般不超过{widest:g}平方公里（1平方公里为1500亩）。",
                )  # fmt: skip
            for key in ("tax_per_mu", "invest_intensity"):
                value = f.answer(f"{block}.{key}.{year}")
                held = _range(f"{key}_low", f"{key}_high", partial(f.Between, value))
                if held is not None:
                    yield f.Rule(code=f"P12.{key}_{no}_{n}", level=f.EXPLAIN, source="申报表3.1",
                               holds=held, reason="请核对单位：万元/亩。")  # fmt: skip


def _made_up(options: f.Options) -> Iterator[f.Rule]:
    """P13: figures that look copied or invented."""
    y1, y2 = options.span(2024, 2025)
    about = f.answer(f"economy.revenue.{y2}")
    pairs = [(f.answer(f"economy.{key}.{y1}"), f.answer(f"economy.{key}.{y2}"))
             for key in ("revenue", "output_value", "total_profit", "total_tax")]  # fmt: skip
    first, *others = [f.Growth(base, now) for base, now in pairs]
    near = 0.1
    alike = [c for g in others for c in ((g - first).below(near), (first - g).below(near))]
    numbers: list[f.Expression] = [
        f.answer(f"{key}.{year}") for key in _COPIED for year in (y1, y2)
    ]
    digits = [_last_digit(number) for number in numbers]
    for code, condition, zh, en in (
        ("growth", f.AllOf([f.Not(first.equals(0)), *alike]),
         "其增幅与产值、利润、税金的增幅不应几乎相同，请确认不是推算的。",
         "revenue, output, profit and taxes grow by almost the same rate."),
        ("same", f.AllOf([base.equals(now) for base, now in pairs]),
         "与产值、利润、税金不应都和上一年相同，请确认没有照抄。",
         "revenue, output, profit and taxes are the same in both years."),
        ("round", f.AllOf([number.equals(f.Rounded(number)) for number in numbers]),
         "与产值、税金、项目投资不应两年都是整数，请确认不是估算的。",
         "all figures are whole numbers: are they estimates?"),
        ("digits", f.AllOf([digits[0].above(0), *(d.equals(digits[0]) for d in digits[1:])]),
         "与产值、税金、项目投资两年的末位数字不应都相同，请核对。",
         "all figures end in the same digit."),
    ):  # fmt: skip
        yield f.Rule(
            code=f"P13.{code}", level=f.INFO, source="申报表2.1", holds=f.Never(about, condition, zh, en),
            reason="实际统计数据很少如此。",
        )  # fmt: skip


def _last_digit(number: f.Expression) -> f.Expression:
    """The second decimal."""
    return f.Rounded(number * 100) - f.Rounded(number * 10 - 0.45) * 10


_GROUPS: tuple[Callable[[f.Options], Iterator[f.Rule]], ...] = (
    _lists, commitments, evidence, _parts, _library_counts, _list_counts, _enterprises, _sums, _land, _projects,
    _targets, _approvals, _dates, _cluster_name, _names, _changes, _ratios, _firms, _foreign, _caps, _per_unit,
    _made_up,
)  # fmt: skip
