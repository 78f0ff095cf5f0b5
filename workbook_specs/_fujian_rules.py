"""What must hold between the answers of the Fujian form, and what is plausible in them.

The letters and numbers of the codes are those of the list of rules; the bounds come from
``data/plausibility.toml``, and a bound left empty there switches its rule off.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from attrs import frozen

from clusterbook import forms as f
from workbook_specs._fujian_relations import relations
from workbook_specs._shared import PAGE_SLIPS, is_full_name, other_owners
from workbook_specs._thresholds import threshold

#: how a list that part 三 asks for is handed in
LIST_TYPED, LIST_ATTACHED = LIST_WAYS = ("在本工作簿填写", "清单另附")

_FORM = "fujian_sme_cluster"
_PLAN_LIMIT = 3000
_PLAN_HARD = 1.1
_LEAD_RANK = 3  # 主持: 起草单位排名前三位
_TINY = 1e-6

# Like rules, which one reason answers.
_STANDARDS = f.RuleGroup(
    key="A18.standards", title="各级标准的主持、参与数量，应与“标准清单”所列的一致。",
    reason="标准数量应与《标准清单》所列一致，漏列的请补入清单。",
)  # fmt: skip
_MISSED = "请补入漏列的，或更正所填数量；清单另附的，请选“清单另附”并注明页码。"
_UNPROVED = f.RuleGroup(
    key="T12.pages",
    title="勾选、选“是”或写明了情况的各项，都应注明佐证页码。",
    reason="如涉及，需提供佐证材料。",
)  # fmt: skip
_APART = f.RuleGroup(
    key="T12.lists", title="清单另附的，应注明所在页码。", reason="另附的清单应能在佐证材料中找到。",
)  # fmt: skip
_PAGES_BEYOND = f.RuleGroup(
    key="T09.pages",
    title="各处所注佐证页码，都应在佐证材料目录的页码范围内。",
    reason="所注页码应能在佐证材料目录中找到。",
    slips=PAGE_SLIPS,
)  # fmt: skip

# How the cover prints the name of a cluster, in brackets of either width.
_CALLED = ("福建省中小企业特色产业集群（", "福建省中小企业特色产业集群(")
_CALLED_AT_LAST = ("产业）", "产业)")
_LEVELS = {"intl": "国际", "natl": "国家", "ind": "行业", "local": "地方", "group": "团体"}
_ROLES = {"lead": "主持", "join": "参与"}
_BUILDERS = ("建设", "城投", "基建", "房地产", "置业")


@frozen
class _Round:
    """The years of a round, as the parts of the form print them."""

    recent: tuple[int, ...]
    industry: tuple[int, ...]
    base: int
    target: int
    stages: tuple[int, ...]

    @classmethod
    def of(cls, options: f.Options) -> _Round:
        base, target = options.span(2022, 2025, of=2022)
        return cls(
            recent=options.span(2023, 2024, 2025),
            industry=options.span(2020, 2021, 2022, of=2022),
            base=base,
            target=target,
            stages=options.span(2026, 2027, 2028),
        )


def rules(options: f.Options, sheets: Iterable[f.Sheet]) -> tuple[f.Rule, ...]:
    """All rules of the form: those of its parts, of the evidence, of what is plausible."""
    years, blocks = _Round.of(options), [block for sheet in sheets for block in _blocks(sheet)]
    return (
        *_statements(),
        *_counts(years),
        *_industry_growth(years),
        *_innovation(years),
        *_lists(years),
        *_digital(years),
        *_targets(years),
        *_plan(blocks),
        *_evidence(blocks),
        *_changes(years),
        *_plausible(years),
        *_shares(years),
        *_copied(years),
        *relations(options),
    )


def _blocks(sheet: f.Sheet) -> Iterator[f.Block]:
    return (block for block in sheet.blocks if isinstance(block, f.Block))


def _bound(name: str) -> float | None:
    return threshold(_FORM, name)


def _each(pattern: str, years: Iterable[int]) -> tuple[f.Answer, ...]:
    """One answer for each year: ``industry.output_value`` → its answers."""
    return tuple(f.answer(f"{pattern}.{year}") for year in years)


# --- 一 ------------------------------------------------------------------------------------------


def _statements() -> Iterator[f.Rule]:
    for key in ("st_not_prohibited", "st_no_accident", "st_no_violation"):
        stated = f.answer(f"basics.{key}")
        yield f.Rule(
            code=f"T11.{key}", level=f.ERROR,
            holds=f.Must(stated, stated.equals("是"), "必须为“是”。", "must be 是."),
            reason="这三条是申报的前提，有一条为“否”即不符合申报条件。",
            source="申报表一、基本情况", mend="如误选请更正；确为“否”的不能申报。",
        )  # fmt: skip
    for key in ("st_energy_ok", "st_water_ok"):
        stated = f.answer(f"basics.{key}")
        yield f.Rule(
            code=f"T11.{key}", level=f.EXPLAIN,
            holds=f.Never(stated, stated.equals("否"), "属于该类行业的应高于基准值。",
                        "must be above the base value in such an industry."),
            reason="高耗能、高用水行业的集群，能效、水效应高于行业基准值，不属于该类行业的选“不涉及”。",
            source="申报表一、基本情况",
        )  # fmt: skip
    operator = f.answer("basics.operator_org")
    yield f.Rule(
        code="D09.operator", level=f.EXPLAIN,
        holds=f.Never(operator, f.Says(operator, _BUILDERS),
                    f"不应是基础建设单位（名称含{'、'.join(f'“{word}”' for word in _BUILDERS)}等字样的请核实）。",
                    "must not be a construction company."),
        reason="运营管理机构应是园区管委会、园区运营企业或公共服务机构，基础建设单位不可作为集群运营管理机构。",
        source="填报说明第3条",
    )  # fmt: skip
    name = f.answer("basics.cluster_name")
    printed = f.AllOf([f.Says(name, _CALLED), f.EndsWith(name, _CALLED_AT_LAST)])
    yield f.Rule(
        code="D80.cluster_name", level=f.EXPLAIN, source="申报表封面：福建省中小企业特色产业集群（XX产业）",
        holds=f.Must(name, printed, "应按“福建省中小企业特色产业集群（XX产业）”的格式填写。",
                   "should be 福建省中小企业特色产业集群（XX产业）, as printed."),
        mend="请按封面所印格式填写。", reason="封面印有集群名称的格式。",
    )  # fmt: skip
    if (most := _bound("area_km2_max")) is not None:
        yield f.Rule(
            code="P11.area", level=f.EXPLAIN, plausible=False, holds=f.AtMost(f.answer("basics.area_km2"), most),
            reason="集群占地面积一般不超过100平方公里，过大的常是把亩、公顷当作平方公里。",
            source="工信部企业〔2022〕119号",
        )  # fmt: skip


# --- 二 ------------------------------------------------------------------------------------------


def _counts(years: _Round) -> Iterator[f.Rule]:
    for year in years.industry:
        firms, smes = (
            f.answer(f"industry.enterprises.{year}"),
            f.answer(f"industry.sme_enterprises.{year}"),
        )
        yield f.Rule(
            code=f"A06.sme_enterprises_{year}", level=f.ERROR, holds=f.AtMost(smes, firms),
            reason="中小企业是集群企业的一部分。", source="申报表二、主导产业情况",
        )  # fmt: skip
        yield f.Rule(
            code=f"A07.srdi_smes_{year}", level=f.ERROR,
            holds=f.AtMost(f.answer(f"industry.srdi_smes.{year}"), smes),
            reason="专精特新中小企业是集群中小企业的一部分。", source="申报表二、主导产业情况",
        )  # fmt: skip
        for key, what in (("little_giants", "“小巨人”企业"), ("champions", "单项冠军企业")):
            yield f.Rule(
                code=f"A07.{key}_{year}", level=f.ERROR,
                holds=f.AtMost(f.answer(f"industry.{key}.{year}"), firms),
                reason=f"{what}是集群企业的一部分。", source="申报表二、主导产业情况",
            )  # fmt: skip
        twice = f.Named(firms * 2, f"“集群企业数量 › {year}年”的2倍", "家")
        yield f.Rule(
            code=f"A07.hightech_and_innovative_{year}", level=f.ERROR,
            holds=f.AtMost(f.answer(f"industry.hightech_and_innovative.{year}"), twice),
            reason="高新技术企业、创新型中小企业各不超过集群企业数量，一家企业可以同时是两类。",
            source="申报表二、主导产业情况",
        )  # fmt: skip
    latest = years.industry[-1]
    for key, bound in (
        ("champions", "national_champions_max"),
        ("little_giants", "little_giants_max"),
    ):
        if (most := _bound(bound)) is not None:
            yield f.Rule(
                code=f"P10.{key}", level=f.EXPLAIN,
                holds=f.AtMost(f.answer(f"industry.{key}.{latest}"), most),
                reason="一个县域集群很少有这么多，常是把省级、市级的也算在内。",
                source="全国和各省公布的名单",
            )  # fmt: skip


def _lead_output(year: int) -> f.Expression:
    """主导产业产值 in hundredths of 亿元: 总产值 × its share."""
    return f.answer(f"industry.output_value.{year}") * f.answer(
        f"industry.lead_output_share.{year}"
    )


def _industry_growth(years: _Round) -> Iterator[f.Rule]:
    off = _bound("lead_growth_off")
    for before, year in pairwise(years.industry):
        if off is not None:
            worked = f.Named(
                f.Growth(_lead_output(before), _lead_output(year)),
                "按“总产值×主导产业占比”计算的增速",
                "%",
            )
            yield f.Rule(
                code=f"A16.lead_output_growth_{year}", level=f.EXPLAIN,
                holds=f.Equal(f.answer(f"industry.lead_output_growth.{year}"), worked, by=off),
                reason=f"主导产业产值等于集群总产值乘以主导产业占比，增速应与之相符，允许相差{off:g}个百分点。",
                source="申报表二、主导产业情况",
            )  # fmt: skip
    off = _bound("lead_cagr_off")
    if off is None:
        return
    product: f.Expression = f.lift(1.0)
    for rate in _each("industry.lead_output_growth", years.industry):
        product = product * (rate / 100 + 1)
    first, latest = years.industry[0], years.industry[-1]
    of_rates = f.YearlyGrowth(f.lift(1.0), product, len(years.industry))
    of_ends = f.YearlyGrowth(_lead_output(first), _lead_output(latest), latest - first)
    yield f.Rule(
        code="A16.lead_output_cagr", level=f.EXPLAIN,
        holds=f.NearEither(
            f.answer("industry.lead_output_cagr"), f.Named(of_rates, "三个年度增速的几何平均数", "%"),
            f.Named(of_ends, f"按{first}年和{latest}年产值计算的年均增速", "%"), by=off,
        ),
        reason="原表未说明年均增速从哪一年算起，两种算法都认可。", source="申报表二、主导产业情况",
    )  # fmt: skip


# --- 三 and its lists -----------------------------------------------------------------------------


def _innovation(years: _Round) -> Iterator[f.Rule]:
    patents, people = f.answer("innovation.sme_patents"), f.answer("innovation.sme_employees")
    if (off := _bound("patents_per_10k_off")) is not None:
        worked = f.Named(
            patents / people * 10000, "有效发明专利拥有量÷从业人员数量×10000", "件/万人"
        )
        yield f.Rule(
            code="A17.patents_per_10k", level=f.EXPLAIN,
            holds=f.Equal(f.answer("innovation.patents_per_10k"), worked, share=off / 100),
            reason=f"每万人拥有量由专利数和从业人员数得出，两处口径可略有不同，允许相差{off:g}%。",
            source="申报表三、创新能力情况",
        )  # fmt: skip
    for key in ("national", "prov", "other"):
        names = f.answer(f"innovation.plat_{key}_names")
        yield f.Rule(
            code=f"A18.plat_{key}", level=f.EXPLAIN,
            holds=f.Equal(f.answer(f"innovation.plat_{key}_count"), f.ItemsIn(names)),
            reason="平台数量应与所列名称一一对应，名称之间用“、”隔开。",
            source="申报表三、创新平台建设情况",
        )  # fmt: skip
    if (most := _bound("cluster_rd_high")) is not None:
        for year in years.recent:
            yield f.Rule(
                code=f"P04.sme_rd_intensity_{year}", level=f.EXPLAIN,
                holds=f.AtMost(f.answer(f"innovation.sme_rd_intensity.{year}"), most),
                reason="制造业集群的研发投入强度很少这么高，常是研发费用与营收的单位不一致。",
                source="审核经验",
            )  # fmt: skip


def _attached(library: str) -> f.Expression:
    """Condition: a list goes with the evidence and is not typed."""
    return f.answer(f"innovation.{library}_way").equals(LIST_ATTACHED)


def _lists(years: _Round) -> Iterator[f.Rule]:
    for key, level in _LEVELS.items():
        for role, word in _ROLES.items():
            listed = f.RowCount("standards_list.standard_no", [
                f.is_one_of("standards_list.level", level), f.is_one_of("standards_list.role", word),
            ])  # fmt: skip
            stated = f.Named(
                f.SumOf(_each(f"innovation.std_{key}_{role}", years.recent)),
                f"“{level}标准{word}数量”近三年合计",
                "项",
            )
            yield f.Rule(
                code=f"A18.std_{key}_{role}", level=f.EXPLAIN, mend=_MISSED,
                holds=f.When(f.Not(_attached("standards_list")), f.Equal(stated, listed)),
                reason="标准数量应与《标准清单》所列一致，漏列的请补入清单。",
                source="申报表三：需提供清单", group=_STANDARDS,
            )  # fmt: skip
    patents = f.Equal(f.answer("innovation.sme_patents"), f.RowCount("patents_list.patent_no"))
    yield f.Rule(
        code="A18.sme_patents", level=f.EXPLAIN, mend=_MISSED,
        holds=f.When(f.Not(_attached("patents_list")), patents),
        reason="有效发明专利数量应与《发明专利清单》所列一致，漏列的请补入清单。",
        source="申报表三：需提供清单",
    )  # fmt: skip
    first, latest = years.recent[0], years.recent[-1]
    published = f.MonthOf(f.this("published_on"))
    outside = [published.below(first * 12 + 1), published.above(latest * 12 + 12)]
    yield f.Rule(
        code="A18.std_years", level=f.EXPLAIN, library="standards_list",
        holds=f.Never(f.this("published_on"), f.AnyOf(outside), f"应在近三年（{first}年至{latest}年）内。",
                    f"must lie in {first} to {latest}."),
        reason="申报表统计近三年主持或参与制修订的标准。", source="申报表三：近三年",
    )  # fmt: skip
    yield f.Rule(
        code="A18.std_rank", level=f.EXPLAIN, library="standards_list",
        holds=f.When(f.this("role").equals("主持"), f.AtMost(f.this("drafting_rank"), _LEAD_RANK)),
        reason="主持指起草单位排名前三位，排名靠后的应算作参与。", source="申报表三：起草单位排名前三位",
    )  # fmt: skip
    yield from _dates_and_names("standards_list", "published_on", "enterprise", "标准发布")
    yield from _dates_and_names("patents_list", "granted_on", "owner", "专利授权")


def _dates_and_names(library: str, day: str, holder: str, event: str) -> Iterator[f.Rule]:
    """A list speaks of what has happened, and of enterprises by their registered names."""
    yield f.Rule(
        code=f"D01.{library}", level=f.ERROR, library=library,
        holds=f.AtMost(f.MonthOf(f.this(day)), f.MonthOf(f.answer("cover.apply_date"))),
        reason=f"{event}应在申报之前。", source="申报表封面：申报时间",
    )  # fmt: skip
    owner = f.this(holder)
    whole = is_full_name(owner)
    if library == "patents_list":
        whole = f.AnyOf([whole, *other_owners(owner)])
    yield f.Rule(
        code=f"D05.{library}", level=f.EXPLAIN, library=library,
        holds=f.Never(owner, f.AllOf([f.Filled(owner), f.Not(owner.equals("无")), f.Not(whole)]),
                    "应是营业执照上的全称，疑似简称。", "seems to be a short name."),
        reason="企业名称由行政区划、字号、行业和组织形式组成，简称无法核对。",
        source="企业名称登记管理规定",
    )  # fmt: skip


# --- 四 ------------------------------------------------------------------------------------------


def _digital(years: _Round) -> Iterator[f.Rule]:
    rising = f.answer("digital.software_rising").equals("是")
    for before, after in pairwise(_each("digital.software_purchase", years.recent)):
        yield f.Rule(
            code=f"A22.software_purchase_{after.key[-4:]}", level=f.EXPLAIN,
            holds=f.When(rising, f.AtLeast(after, before)),
            reason="“工业软件应用率稳步提升”选了“是”，而采购金额比上年减少。",
            source="申报表四、数字化升级情况",
        )  # fmt: skip
    if years.base == years.recent[-1]:
        yield f.Rule(
            code="A05.iiot_share", level=f.EXPLAIN,
            holds=f.Equal(f.answer(f"plan.g_iiot.{years.base}"), f.answer("digital.iiot_share"), by=0.005),
            reason="同一个数填了两处，应当一致；取整等差别请写明。", source="申报表四与八、三年总体目标",
        )  # fmt: skip


# --- 八 ------------------------------------------------------------------------------------------


def _targets(years: _Round) -> Iterator[f.Rule]:
    source = "申报表八、三年总体目标备注"
    if (least := _bound("target_output_growth")) is not None:
        yield f.Rule(
            code="A19.a_output_growth", level=f.ERROR,
            holds=f.AtLeast(f.answer(f"plan.g_output_cagr.{years.target}"), least),
            reason=f"a. 产值年均增速不低于{least:g}%。", source=source,
        )  # fmt: skip
    yield from _rising_smes(years, source)
    for code, key, bound, what in (
        ("c_research", "g_rd", "target_rd_growth", "c. 研发经费年均增速"),
        ("d_patents", "g_patents", "target_patents_growth", "d. 有效发明专利数年均增长"),
    ):
        if (least := _bound(bound)) is not None:
            base, target = _each(f"plan.{key}", (years.base, years.target))
            span = years.target - years.base
            wanted = f.Named(
                base * (1 + least / 100) ** span,
                f"{years.base}年基准值按年均增长{least:g}%推算的数",
            )
            yield f.Rule(
                code=f"A19.{code}", level=f.ERROR, holds=f.AtLeast(target, wanted),
                reason=f"{what}不低于{least:g}%。", source=source,
            )  # fmt: skip
    yield from _about(years, source)


def _rising_smes(years: _Round, source: str) -> Iterator[f.Rule]:
    ordered = sorted({years.base, years.target, *years.stages})
    counts = _each("plan.g_quality_smes", ordered)
    why = "b. 优质中小企业数量逐年增加。"
    for before, after in pairwise(counts):
        yield f.Rule(
            code=f"A19.b_quality_smes_{after.key[-4:]}", level=f.ERROR, holds=f.Above(after, before),
            reason=why, source=source,
        )  # fmt: skip
    stages = [
        one for one, year in zip(counts, ordered, strict=True)
        if year not in (years.base, years.target)
    ]  # fmt: skip
    base, target = _each("plan.g_quality_smes", (years.base, years.target))
    unknown = f.AnyOf([f.Not(f.Filled(stage)) for stage in stages])
    yield f.Rule(
        code="A19.b_quality_smes", level=f.ERROR, holds=f.When(unknown, f.Above(target, base)),
        reason=why, source=source,
    )  # fmt: skip
    yield f.Rule(
        code="A19.b_quality_smes_stages", level=f.EXPLAIN,
        holds=f.Must(target, f.AllOf(map(f.Filled, stages)), "各年的阶段目标也应填写，以便核对是否逐年增加。",
                   "the targets of the years between are needed too."),
        reason=why, source=source,
    )  # fmt: skip


def _about(years: _Round, source: str) -> Iterator[f.Rule]:
    """The demands that are printed with 左右."""
    slack = _bound("target_about") or 0.0
    part = 1 - slack / 100
    said = f"原表未规定“左右”的幅度，按要求值的{part * 10:g}成掌握。"
    if (share := _bound("target_iiot_share")) is not None:
        yield f.Rule(
            code="A19.e_iiot", level=f.EXPLAIN,
            holds=f.AtLeast(f.answer(f"plan.g_iiot.{years.target}"), round(share * part, 6)),
            reason=f"e. 工业互联网普及率达到{share:g}%左右。{said}", source=source,
        )  # fmt: skip
    for code, key, bound, what in (
        ("f_co2", "g_co2", "target_co2_cut", "f. 二氧化碳排放量降低达到"),
        ("g_energy", "g_energy", "target_energy_cut", "g. 单位工业产值能耗下降达到"),
    ):
        if (cut := _bound(bound)) is not None:
            base, target = _each(f"plan.{key}", (years.base, years.target))
            least = round(cut * part, 6)
            wanted = f.Named(
                base * round(1 - least / 100, 8), f"{years.base}年基准值降低{least:g}%后的数"
            )
            yield f.Rule(
                code=f"A19.{code}", level=f.EXPLAIN, holds=f.AtMost(target, wanted),
                reason=f"{what}{cut:g}%左右。{said}", source=source,
            )  # fmt: skip


def _plan(blocks: Iterable[f.Block]) -> Iterator[f.Rule]:
    texts = [
        f.Length(f.answer(f"{block.name}.{asked.name}"))
        for block in blocks if block.key == "plan"
        for asked in f.block_fields(block) if isinstance(asked.kind, f.LongText)
    ]  # fmt: skip
    whole = f.Named(f.SumOf(texts), "第八部分全部文字的字数", "字")
    hard = round(_PLAN_LIMIT * _PLAN_HARD)
    yield f.Rule(
        code="T05.plan_length", level=f.EXPLAIN,
        holds=f.When(whole.below(hard + 0.5), f.AtMost(whole, _PLAN_LIMIT)),
        reason="发展规划限3000字以内，为第八部分全部文字合计，空格和换行不计。",
        source="申报表八：3000字以内", mend="请精简文字。",
    )  # fmt: skip
    yield f.Rule(
        code="T05.plan_too_long", level=f.ERROR, holds=f.AtMost(whole, hard),
        reason="发展规划限3000字以内，超出一成以上的退回修改。", source="申报表八：3000字以内",
        mend="请精简文字。",
    )  # fmt: skip


# --- 佐证 ----------------------------------------------------------------------------------------


def _unproved(pages: f.Answer) -> f.Expression:
    """Condition: no pages are given."""
    return f.AnyOf([f.Not(f.Filled(pages)), pages.equals("无")])


def _evidence(blocks: list[f.Block]) -> Iterator[f.Rule]:
    for block in blocks:
        if isinstance(block, f.Answers):
            for row in f.leaves(block.rows):
                if isinstance(row, f.Checklist):
                    yield from _proved_ticks(block.name, row)
    for key in ("industry.chain_map", "green.carbon_monitoring"):
        pages = f.answer(f"{key}_pages")
        yield f.Rule(
            code=f"T12.{key.split('.')[1]}", level=f.INFO,
            holds=f.Never(pages, f.AllOf([f.answer(key).equals("是"), _unproved(pages)]),
                        "选“是”的应填写。", "is needed where the answer is 是."),
            reason="如涉及，需提供佐证材料。", source="申报表：如涉及，需提供佐证材料",
            group=_UNPROVED,
        )  # fmt: skip
    text, pages = f.answer("green.t_dual_carbon"), f.answer("green.t_dual_carbon_pages")
    said = f.AllOf([f.Filled(text), f.Not(text.equals("无")), _unproved(pages)])
    yield f.Rule(
        code="T12.t_dual_carbon", level=f.INFO,
        holds=f.Never(pages, said, "写明了工作情况的应填写。", "is needed where work is described."),
        reason="碳达峰碳中和工作需提供相关佐证材料。", source="申报表五：需提供相关佐证材料",
        group=_UNPROVED,
    )  # fmt: skip
    pages = f.answer("opening.overseas_branches_pages")
    some = f.AllOf([f.answer("opening.overseas_branches").above(0), _unproved(pages)])
    yield f.Rule(
        code="T09.overseas_branches", level=f.INFO,
        holds=f.Never(pages, some, "境外分支机构数量大于0的应填写。", "is needed for a number above 0."),
        reason="境外分支机构需提供相关佐证材料。", source="申报表六：需提供相关佐证材料",
        group=_UNPROVED,
    )  # fmt: skip
    for library in ("standards_list", "patents_list"):
        pages = f.answer(f"innovation.{library}_pages")
        yield f.Rule(
            code=f"T12.{library}", level=f.EXPLAIN,
            holds=f.Never(pages, f.AllOf([_attached(library), _unproved(pages)]),
                        "清单另附的应填写。", "is needed where the list is attached."),
            reason="需提供清单。", source="申报表三：需提供清单", group=_APART,
        )  # fmt: skip
    yield from _evidence_index(blocks)


def _proved_ticks(block: str, ticks: f.Checklist) -> Iterator[f.Rule]:
    for number in range(1, len(ticks.options) + 1):
        key = f"{block}.{ticks.key}_{number}"
        pages = f.answer(f"{key}_pages")
        about = f.Named(pages, _pages_of_tick(ticks, number))
        yield f.Rule(
            code=f"T12.{ticks.key}_{number}", level=f.INFO,
            holds=f.Never(about, f.AllOf([f.Ticked(f.answer(key)), _unproved(pages)]),
                        "勾选该项的应填写。", "is needed where the box is ticked."),
            reason="勾选需提供佐证材料。", source="申报表：勾选需提供佐证材料", group=_UNPROVED,
        )  # fmt: skip


def _page_answers(blocks: Iterable[f.Block]) -> Iterator[tuple[str, str]]:
    """Keys of all 佐证页码 of the form, each with what it is called."""
    ticks = {}
    for block in blocks:
        rows = f.leaves(block.rows) if isinstance(block, f.Answers) else ()
        for row in rows:
            if isinstance(row, f.Checklist):
                for number in range(1, len(row.options) + 1):
                    ticks[f"{block.name}.{row.key}_{number}_pages"] = _pages_of_tick(row, number)
        for asked in f.block_fields(block):
            if isinstance(asked.kind, f.Pages):
                key = f"{block.name}.{asked.name}"
                yield key, ticks.get(key, f"“{asked.label}”")


def _pages_of_tick(ticks: f.Checklist, number: int) -> str:
    return f"“{ticks.label.rstrip('：')}”第{number}项的佐证页码"


def _evidence_index(blocks: list[f.Block]) -> Iterator[f.Rule]:
    """Only hints: no form prints the index, and half of it is better than nothing."""
    last = f.Named(f.Largest("evidence.page_to"), "佐证材料目录的最后一页")
    source = "佐证材料目录"
    named = dict(_page_answers(blocks))
    cited = f.AnyOf([f.Filled(f.answer(key)) for key in named])
    yield f.Rule(
        code="T09.evidence", level=f.INFO,
        holds=f.When(cited, f.AtLeast(f.RowCount("evidence.title"), 1)),
        reason="各处填了佐证页码，佐证材料目录应列出相应材料。", source=source,
        mend="请填写“佐证材料目录”。",
    )  # fmt: skip
    yield f.Rule(
        code="T09.evidence_pages", level=f.INFO, library="evidence",
        holds=f.AtMost(f.this("page_from"), f.this("page_to")), reason="起始页应在截止页之前。", source=source,
    )  # fmt: skip
    why = "页码写法多样（P12、P15-18），单元格公式不能可靠地拆分"
    for key, name in named.items():
        yield f.Rule(
            code=f"T09.{key.split('.')[1]}", level=f.INFO,
            holds=f.AtMost(f.Named(f.LastPage(f.answer(key)), f"{name}中的最大页码"), last),
            reason="所注页码应在佐证材料目录的页码范围内。", source=source, importer_only=why,
            group=_PAGES_BEYOND,
        )  # fmt: skip
    for block in blocks:
        if isinstance(block, f.Library) and block.key != "evidence":
            yield f.Rule(
                code=f"T09.{block.key}", level=f.INFO, library=block.key,
                holds=f.AtMost(f.LastPage(f.this("evidence_pages")), last),
                reason="所注页码应在佐证材料目录的页码范围内。", source=source, importer_only=why,
                group=_PAGES_BEYOND,
            )  # fmt: skip


# --- plausibility ---------------------------------------------------------------------------------

# What is compared with the year before; counts only from a certain size on.
_AMOUNTS = ("industry.output_value", "digital.software_purchase", "green.co2_per_output")
_FIRMS = tuple(
    f"industry.{key}"
    for key in ("enterprises", "sme_enterprises", "srdi_smes", "hightech_and_innovative")
)
_RATES = (
    "industry.lead_output_growth",
    "innovation.rd_growth",
    "opening.export_growth",
    "opening.fdi_growth",
)


def _years_of(key: str, years: _Round) -> tuple[int, ...]:
    return years.industry if key.startswith("industry.") else years.recent


def _changes(years: _Round) -> Iterator[f.Rule]:
    low, high, least = _bound("growth_low"), _bound("growth_high"), _bound("growth_least_count")
    for key in (*_AMOUNTS, *_FIRMS):
        for before, after in pairwise(_each(key, _years_of(key, years))):
            yield f.Rule(
                code=f"P01.{after.key.split('.', 1)[1].replace('.', '_')}", level=f.EXPLAIN,
                holds=f.Steady(
                    now=after, base=before, growth=(low, high),
                    ratio=(_bound("ratio_low"), _bound("ratio_high")),
                    least=(least or 0.0) if key in _FIRMS else 0.0,
                ),
                reason="一年之内变化过大，常见原因是万元与亿元、千与万等单位填错，或漏填、多填了一位。",
                source="统计部门与上年对比的审核方法",
            )  # fmt: skip
    if low is None or high is None:
        return
    rates = [rate for key in _RATES for rate in _each(key, _years_of(key, years))]
    rates += [f.answer("industry.lead_output_cagr"), f.answer("innovation.patents_cagr")]
    for rate in rates:
        yield f.Rule(
            code=f"P01.{rate.key.split('.', 1)[1].replace('.', '_')}", level=f.EXPLAIN,
            holds=f.Between(rate, low, high),
            reason="增速过高或过低，常见原因是上年基数很小，或所填的不是百分数。",
            source="统计部门与上年对比的审核方法",
        )  # fmt: skip


def _plausible(years: _Round) -> Iterator[f.Rule]:
    low, high = _bound("revenue_per_head_low"), _bound("revenue_per_head_high")
    latest = years.industry[-1]
    if low is not None and high is not None and latest == years.recent[-1]:
        output = f.answer(f"industry.output_value.{latest}")
        share = f.answer(f"industry.sme_output_share.{latest}")
        per_head = output * share * 100 / f.answer("innovation.sme_employees")
        yield f.Rule(
            code="P02.output_per_head", level=f.EXPLAIN,
            holds=f.Between(f.Named(per_head, "中小企业人均产值（总产值×中小企业占比÷从业人员数量）", "万元"), low, high),
            reason="人均产值过高或过低，常见原因是亿元与万元、人与万人填错。", source="审核经验",
        )  # fmt: skip
    low, high = _bound("co2_low"), _bound("co2_high")
    if low is not None and high is not None:
        for year in years.recent:
            yield f.Rule(
                code=f"P12.co2_per_output_{year}", level=f.EXPLAIN,
                holds=f.Between(f.answer(f"green.co2_per_output.{year}"), low, high),
                reason="超出常见的数量级，请核对吨、万吨和万元、亿元。", source="审核经验",
            )  # fmt: skip


def _shares(years: _Round) -> Iterator[f.Rule]:
    least = _bound("share_suspect")
    shares = [
        *_each("industry.sme_output_share", years.industry),
        *_each("industry.lead_output_share", years.industry),
    ]
    shares += [
        f.answer(f"{part}.{key}") for part, key in (
            ("digital", "cloud_share"), ("digital", "iiot_share"),
            ("green", "solid_waste_rate"), ("green", "water_reuse_rate"),
        )
    ]  # fmt: skip
    shares += _each("plan.g_iiot", (years.base, years.target))
    suspects = [(share, least) for share in shares]
    intensity = _bound("rd_intensity_suspect")
    suspects += [(share, intensity) for share in _each("innovation.sme_rd_intensity", years.recent)]
    suspects.append((f.answer("innovation.rd_staff_share"), _bound("rd_staff_suspect")))
    for share, bound in suspects:
        if bound is not None:
            yield f.Rule(
                code=f"P07.{share.key.split('.', 1)[1].replace('.', '_')}", level=f.EXPLAIN,
                holds=f.Never(share, f.AllOf([share.above(0), share.below(bound)]),
                            f"不应在0和{bound:g}之间，疑似漏乘100（12.5%应填12.5，不是0.125）。",
                            "is very small: 12.5 % is written 12.5 and not 0.125."),
                reason="百分数栏填百分号前面的数。", source="审核经验",
            )  # fmt: skip


def _whole(value: f.Expression) -> f.Expression:
    """Condition: a whole number, but for the last binary digits."""
    apart = value - f.Rounded(value)
    return f.AllOf([apart.below(_TINY), apart.above(-_TINY)])


def _same(values: Iterable[f.Expression]) -> Iterator[f.Expression]:
    """Conditions: all are the same number."""
    for before, after in pairwise(values):
        yield f.AllOf([(after - before).below(_TINY), (after - before).above(-_TINY)])


def _copied(years: _Round) -> Iterator[f.Rule]:
    """Signs of figures that nobody counted: hints only."""
    output = _each("industry.output_value", years.industry)
    shares = _each("industry.sme_output_share", years.industry)
    software = _each("digital.software_purchase", years.recent)
    growth = _each("industry.lead_output_growth", years.industry)
    kept = (*_FIRMS, "industry.output_value", "industry.lead_output_share")
    same = [pair for key in kept for pair in _same(_each(key, years.industry[-2:]))]
    digits = [
        one for values in (output, shares)
        for one in (f.Not(_whole(values[0] * 10)), *(_whole((b - a) * 10) for a, b in pairwise(values)))
    ]  # fmt: skip
    signs = (
        ("equal_growth", growth[-1], list(_same(growth)), "不应各年完全相同。", "is the same in all years."),
        ("unchanged", output[-1], same, "和企业数量不应都与上年完全相同。", "and the counts of firms are those of the year before."),
        ("round", output[-1], [_whole(v) for v in (*output, *software)], "和工业软件采购金额不应各年都是整数。", "is a whole number in all years, and so is the purchase of software."),
        ("last_digits", output[-1], digits, "和中小企业占比的末位数字不应各年都相同。", "has the same last digit in all years, and so has the share of small firms."),
    )  # fmt: skip
    for code, about, conditions, zh, en in signs:
        yield f.Rule(
            code=f"P13.{code}", level=f.INFO, holds=f.Never(about, f.AllOf(conditions), zh, en),
            reason="实际统计的数很少如此，可能是估算或照抄，请核对。", source="统计数据审核经验",
        )  # fmt: skip
