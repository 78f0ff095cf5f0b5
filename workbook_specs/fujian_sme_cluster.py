"""福建省中小企业特色产业集群申报表, issued by 福建省工业和信息化厅.

Source: the annex of the yearly notice under 《福建省促进中小企业特色产业集群发展暂行办法》, in shared/forms
003_e6fa3ebc7296e04d. Every printed text stands here verbatim; where the print is out of date or
unclear, ``_corrections`` says how this workbook reads it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from clusterbook import forms as f
from workbook_specs._fujian_relations import pledges
from workbook_specs._fujian_rules import LIST_ATTACHED, LIST_TYPED, LIST_WAYS, rules
from workbook_specs._fujian_summary import summary
from workbook_specs._shared import (
    ATTACHED_CALLED,
    DENIAL,
    EARLIER,
    FIRMS,
    ITEMS,
    ORGANISATION,
    ORGANISATIONS,
    PEOPLE,
    PERSON,
    PIECES,
    PROFILE,
    RATE,
    SHARE,
    SQUARE_KM,
    UNITS,
    VERSION,
    WAN,
    YES_NO,
    YES_NO_NA,
    YI,
    apply_day,
    city_field,
    county_field,
    evidence_library,
    province_of,
)

ID = "fujian_sme_cluster"
TITLE = "福建省中小企业特色产业集群申报表"

_NAME_PATTERN = "（福建省中小企业特色产业集群（XX产业））"
_PROVE_TICKS = "（注：勾选需提供佐证材料）"
_PROVE_IF_SO = "（如涉及，需提供佐证材料）"

# Three of the 填报说明 are also shown where they apply.
_OPERATOR = "集群运营管理机构是指对产业集群集中运营管理的产业园区管委会、园区运营企业或公共服务机构等法人主体，基础建设单位不可作为集群运营管理机构。"
_EMPLOYEES = "集群内中小企业从业人员数是指集群内所有中小企业从业人员期末数之和。从业人员期末人数，为上年度末在企业工作，并取得工资或其他形式劳动报酬的人员数，是在岗职工、劳务派遣人员及其他从业人员之和。从业人员以上年度末数据为定量依据。"
_RESEARCH = "企业研发费用是指企业研发活动中发生的相关费用，具体按照财政部、国家税务总局、科技部《关于完善研究开发费用税前加计扣除政策的通知》（财税〔2015〕119号）有关规定进行归集。"

_CO2_PER_OUTPUT = f.Number(unit="吨二氧化碳/万元", decimals=4)
_COAL_PER_OUTPUT = f.Number(unit="吨标准煤/万元", decimals=4)
_REDUCTION = f.Reduction()
_PER_10K = f.Number(unit="件/万人")
#: named after the enterprise that keeps them: 泉州市……股份有限公司企业技术中心
_PLATFORMS = f.Items(longest=1000, item=45)
_NOT_INDUSTRIAL = "非工业集群，不适用"
_ABOVE_AVERAGE = f.Choice(
    options=("是", "否", _NOT_INDUSTRIAL),
    aliases=(
        ("不适用", _NOT_INDUSTRIAL),
        ("不涉及", _NOT_INDUSTRIAL),
        ("非工业集群", _NOT_INDUSTRIAL),
    ),
)
_INDUSTRIES_OF_SECTORS = (
    ("第一产业", "农业 农林牧渔业 一产"),
    ("第二产业", "制造业 工业 建筑业 二产"),
    ("第三产业", "服务业 生产性服务业 三产"),
)
#: the sectors, also with one of their industries beside or in place of them
_SECTOR = f.Choice(
    options=tuple(sector for sector, _ in _INDUSTRIES_OF_SECTORS),
    aliases=tuple(
        (words, sector)
        for sector, industries in _INDUSTRIES_OF_SECTORS
        for industry in industries.split()
        for words in (industry, f"{sector}（{industry}）")
    ),
)
_STANDARD_LEVELS = ("国际", "国家", "行业", "地方", "团体")
_PATENT_TYPES = ("发明专利", "国防专利", "植物新品种", "国家级农作物品种", "国家新药", "国家一级中药保护品种", "集成电路布图设计专有权")  # fmt: skip

# Part 八 is limited to 3000 字 as a whole.
_PLAN_LIMIT = 3000
_QUALITATIVE = f.LongText(limit=None)
_FREE = f.Text(longest=100)
_COMMON_UNITS = ("%", "亿元", "万元", "亿美元", "人", "家", "个", "件", "项", "吨", "吨标准煤/万元")
_FREE_UNIT = f.Text(longest=20, suggestions=_COMMON_UNITS)
# The form prints one ...... row in a direction and invites more.
_EXTRA_ROWS = 2


# The outline of part 八 changes its numbering on the way (Z27).
_PRINTED_NUMBERS = {
    "三、存在的问题": "3、 存在的问题",
    "（一）总体思路": "（1） 总体思路",
    "（二）发展目标": "（2） 发展目标",
    "（三）重点任务": "（3） 重点任务",
    "（四）保障措施": "（4） 保障措施",
}


class _Years(NamedTuple):
    """The years of a round; the second part and the targets are printed with those of 2022."""

    recent: tuple[int, ...]  # 2023, 2024, 2025
    industry: tuple[int, ...]  # printed as 2020, 2021, 2022
    base: int  # printed as 2022
    target: int  # printed as 2025
    stages: tuple[int, ...]  # 2026, 2027, 2028
    as_printed: bool = False

    def numbered(self, clean: str) -> str:
        """A heading of part 八 in one clean outline, or with the number that the form prints."""
        return _PRINTED_NUMBERS.get(clean, clean) if self.as_printed else clean

    @classmethod
    def of(cls, options: f.Options) -> _Years:
        base, target = options.span(2022, 2025, of=2022)
        industry = options.span(2020, 2021, 2022, of=2022)
        recent, stages = options.span(2023, 2024, 2025), options.span(2026, 2027, 2028)
        return cls(recent, industry, base, target, stages, options.as_printed)


def workbook(options: f.Options) -> f.Workbook:
    """The form for one round."""
    years = _Years.of(options)
    sheets = (
        _cover(options),
        _basics(),
        _industry(years),
        _innovation(years),
        _digital(years),
        _green(years),
        _opening(years),
        _governance(),
        _plan(years),
        _plan_targets(years),
        _plan_stages(years),
        _declaration(),
    )
    annexes = (_standards_list(), _patents_list(), _evidence(sheet.name for sheet in sheets[1:-1]))
    return f.Workbook(
        id=ID,
        version=VERSION,
        earlier=EARLIER,
        title=TITLE,
        issuer="福建省工业和信息化厅",
        options=options,
        sheets=sheets + annexes,
        instructions=_instructions(years),
        corrections=_corrections(years),
        rules=rules(options, sheets + annexes),
        pledges=pledges(),
        glossary=_glossary(years),
        prefill={
            "设区市": "cover.city",
            "市州": "cover.city",
            "县（市、区）": "cover.county",
            "集群名称": "basics.cluster_name",
            "联系人": "cover.contact_name",
            "联系电话": "cover.contact_phone",
        },
        summary=summary(ID, industry=years.industry, recent=years.recent),
    )


# --- what recurs on the sheets -------------------------------------------------------------------


def _part(key: str, title: str, *blocks: Any) -> f.Sheet:
    """One of the parts 一 to 七, each of which prints on one page of its own (填报说明 11)."""
    return f.Sheet(key=key, name=title, title=title, blocks=blocks, one_page=True)


def _profile(key: str, label: str, **details: Any) -> f.Field:
    """A text of 200 字."""
    return f.Field(key, label, PROFILE, **details)


def _ticks(key: str, label: str, *options: str, heading: str = "") -> f.Checklist:
    return f.Checklist(key, label, options, heading=heading, note=_PROVE_TICKS)


def _annex(name: str, library: f.Library, *, landscape: bool = True) -> f.Sheet:
    """A list that goes with the form and that the form does not print."""
    return f.Sheet(key=library.key, name=name, title=name, blocks=(library,), landscape=landscape)


def _proof_pages(key: str, what: str) -> f.Field:
    """Where the evidence lies that the form asks for beside an answer."""
    return f.Field(f"{key}_pages", f"{what}佐证页码", f.Pages(), added=True, required=False)


def _year_heads(years: Iterable[int]) -> tuple[f.Year, ...]:
    return tuple(f.Year(year=year, label=f"{year}年") for year in years)


def _yearly(key: str, kind: f.Number, years: Iterable[int]) -> tuple[f.Field, ...]:
    """The same answer for several years, one below the other."""
    return tuple(f.Field(key, f"{year}年", kind, year=year) for year in years)


# --- 封面 ----------------------------------------------------------------------------------------


def _cover(options: f.Options) -> f.Sheet:
    province = province_of(options, "福建省")
    rows = (
        f.Field("cluster_name", "集群名称：", f.Text(), computed=f.Same(f.answer("basics.cluster_name")), hint=_NAME_PATTERN),
        f.Line("所属地区：", [city_field(province, label="市"), county_field(province, label="县（市、区）")]),
        f.Field("county_dept", "县（市、区）中小企业主管部门（盖章）：", ORGANISATION, computed=f.Same(f.answer("basics.county_dept"))),
        f.Field("operator_org", "集群运营管理机构：", ORGANISATION, computed=f.Same(f.answer("basics.operator_org"))),
        f.Field("apply_date", "申报时间：", apply_day(options)),
        f.Line("联系人及联系电话：", [f.Field("contact_name", "联系人", PERSON), f.Field("contact_phone", "联系电话", f.Phone())]),
        f.Note("福建省工业和信息化厅 制", role="title"),
    )  # fmt: skip
    return f.Sheet(
        key="cover",
        name="封面",
        title=TITLE,
        blocks=(f.Answers(key="cover", rows=rows),),
        cover=True,
    )


# --- 一 ------------------------------------------------------------------------------------------


def _basics() -> f.Sheet:
    rows = (
        f.Field("cluster_name", "集群名称：", f.Text(none=False), hint=_NAME_PATTERN),
        f.Field("industry_name", "产业名称（XX产业）", f.Text(longest=30), added=True, required=False),
        f.Field("county_dept", "县（市、区）中小企业主管部门", ORGANISATION),
        _contact("dept_contact", "县（市、区）中小企业主管部门的联系人。"),
        f.Field("operator_org", "集群运营管理机构", ORGANISATION, note=_OPERATOR),
        _contact("operator_contact", "集群运营管理机构的联系人。"),
        f.Field("area_km2", "集群占地面积（平方公里）", SQUARE_KM, carry=True),
        f.Field("industry_sector", "主导产业所属产业类型", _SECTOR, boxes="\n"),
        f.Field("st_not_prohibited", "集群主导产业不属于国家规定的禁止、限制和淘汰类产业", DENIAL, boxes="\n"),
        f.Field("st_no_accident", "近三年未发生较大及以上安全、质量、环境污染等事故，重大及以上网络安全事件和数据安全事件", DENIAL, boxes="\n"),
        f.Field("st_no_violation", "不存在偷税漏税、违法违规、严重失信和其他重大问题的行为", DENIAL, boxes="\n"),
        f.Field("st_energy_ok", "属于高耗能行业的集群，能效水平高于行业基准值", YES_NO_NA, boxes="\n", carry=False),
        f.Field("st_water_ok", "属于高用水行业的集群，水效水平高于行业基准值", YES_NO_NA, boxes="\n", carry=False),
    )  # fmt: skip
    return _part("basics", "一、基本情况", f.Answers(key="basics", rows=rows))


def _contact(key: str, whose: str) -> f.Line:
    name = f.Field(f"{key}_name", "联系人", PERSON, note=whose)
    return f.Line("联系人", [name, f.Field(f"{key}_phone", "联系方式", f.Phone(), note=whose)])


# --- 二 ------------------------------------------------------------------------------------------


def _industry(years: _Years) -> f.Sheet:
    table = f.Indicators(
        key="industry",
        corner="主导产业情况（近三年）",
        years=_year_heads(years.industry),
        rows=(
            f.Row("output_value", "集群总产值（亿元）", YI),
            f.Row("sme_output_share", "集群内中小企业产值占集群总产值比例（%）", SHARE),
            f.Row("lead_output_share", "集群主导产业产值占集群总产值比例（%）", SHARE),
            f.Row("lead_output_growth", "集群主导产业产值增速（%）", RATE),
            f.Row("lead_output_cagr", "近三年主导产业产值年均增速（%）", RATE, whole=True),
            f.Row("enterprises", "集群企业数量", FIRMS),
            f.Row("sme_enterprises", "其中：集群中小企业数量", FIRMS),
            f.Row("srdi_smes", "专精特新中小企业数量", FIRMS),
            f.Row("little_giants", "专精特新“小巨人”企业数量", FIRMS),
            f.Row("champions", "制造业单项冠军企业数量", FIRMS),
            f.Row("hightech_and_innovative", "国家级高新技术企业和创新型中小企业数量", FIRMS),
        ),
    )
    return _part("industry", "二、主导产业情况", table, _industry_texts())


def _industry_texts() -> f.Answers:
    return f.Answers(
        key="industry",
        rows=(
            f.Field("chain_map", "集群是否绘制产业链图谱", YES_NO, boxes="  ", hint=_PROVE_IF_SO, proof=f.Proof.EVIDENCE),
            _proof_pages("chain_map", "产业链图谱"),
            _profile("t_chain", "集群产业链培育和招商情况（200字以内）"),
            _profile("t_supply_risk", "集群供应链风险评估情况\n（200字以内）"),
            _profile("t_resource_share", "集群制造资源共享情况\n（200字以内）"),
            _ticks(
                "cb_resource_share",
                "集群已开展的制造资源共享工作",
                "建有产业链上下游产供销一体化协同协作机制",
                "建立了共享制造机制，开展通用生产设备、物流、仓储、人力、设计等资源共享",
                "开展了同类设备和产品的集中采销",
                "建立了共享车间、共享工厂",
            ),
            _profile("t_synergy", "集群协同发展情况\n（与先进制造业集群、新型工业化产业示范基地或龙头企业合作情况，200字以内）"),
            _profile("t_quality_brand", "集群质量品牌建设情况\n（200字以内）"),
            _ticks(
                "cb_quality_brand",
                "集群已开展的质量品牌建设工作",
                "开展了先进质量管理模式推广、品牌管理标准宣贯、质量诊断服务等工作",
                "获得了集体商标、地理标志产品批准认证或证明商标通过注册",
                "建立了品牌运营机制",
                "依托质量技术基础公共服务平台，提供计量、测试、认证等服务",
            ),
        ),
    )  # fmt: skip


# --- 三 ------------------------------------------------------------------------------------------


def _innovation(years: _Years) -> f.Sheet:
    heads = _year_heads(years.recent)
    research = f.Indicators(
        key="innovation",
        corner="年度",
        years=heads,
        rows=(
            f.Row("sme_rd_intensity", "集群中小企业近三年研发投入强度（%）", SHARE, note=_RESEARCH),
            f.Row("rd_growth", "集群近三年研发经费增速（%）", RATE, note=_RESEARCH),
        ),
    )
    standards = f.Indicators(
        key="innovation",
        years=heads,
        show_years=False,
        measures=(
            f.Measure(suffix="_kind", label="类别", printed=True),
            f.Measure(suffix="_lead", label="主持数量"),
            f.Measure(suffix="_join", label="参与数量"),
        ),
        rows=(
            f.Group(
                "集群中小企业近三年主持（起草单位排名前三位）或参与制修订标准数量情况（需提供清单）",
                [
                    f.Row(f"std_{key}", level, ITEMS, proof=f.Proof.LIST)
                    for key, level in zip(("intl", "natl", "ind", "local", "group"), _STANDARD_LEVELS, strict=True)
                ],
            ),
        ),
    )  # fmt: skip
    return _part("innovation", "三、创新能力情况", research, standards, _innovation_rest())


def _innovation_rest() -> f.Answers:
    sme_patents = "集群内中小企业有效发明专利拥有量（包括发明专利、国防专利、 植物新品种、国家级农作物品种、国家新药、国家一级中药保护品种、集成电路布图设计专有权等）"
    return f.Answers(
        key="innovation",
        rows=(
            f.Group(
                "创新平台建设情况",
                [
                    _platforms("national", "国家制造业创新中心或国家级创新平台名称及数量"),
                    _platforms("prov", "省级制造业创新中心或省级创新平台名称及数量"),
                    _platforms("other", "其他平台名称及数量"),
                ],
            ),
            *_list_way("standards_list", "标准清单"),
            f.Field("sme_employees", "集群内中小企业从业人员数量", PEOPLE, note=_EMPLOYEES),
            f.Field("rd_staff_share", "集群内研发人员占从业人员比例（%）", SHARE),
            f.Field("patents_cagr", "集群有效发明专利年均增速（%）", RATE),
            f.Field("patents_per_10k", "集群每万人有效发明专利拥有量", _PER_10K),
            f.Field(
                "sme_patents", sme_patents, UNITS, hint="个\n（需提供清单）", proof=f.Proof.LIST
            ),
            *_list_way("patents_list", "发明专利清单"),
            _profile("t_coinnovation", "协同创新总体情况\n（200字以内）"),
            _ticks(
                "cb_coinnovation",
                "集群已开展的协同创新工作",
                "绘制了集群主导产业技术路线图",
                "形成了集群技术难点清单或创新项目库",
                "建立了“揭榜挂帅”、“赛马”或众创众包等激励机制",
                "联合集群上下游企业，组建了创新联合体，并开展了产业链联合攻关",
                "集群引入了高等院校、科研院所开展核心和关键共性技术产学研协同创新",
            ),
        ),
    )


def _list_way(library: str, name: str) -> tuple[f.Field, f.Field]:
    """Whether a list is typed or goes with the evidence; nobody copies a thousand patents."""
    ways = f.Choice(options=LIST_WAYS, patterns=((ATTACHED_CALLED, LIST_ATTACHED),))
    way = f.Field(
        f"{library}_way",
        f"{name}提交方式",
        ways,
        added=True,
        required=False,
        default=LIST_TYPED,
        carry=False,
    )
    return way, _proof_pages(library, f"另附的{name}")


def _platforms(key: str, label: str) -> f.Line:
    count = f.Field(f"plat_{key}_count", "数量：", UNITS, hint="个")
    return f.Line(label, [count, f.Field(f"plat_{key}_names", "名称：", _PLATFORMS)])


# --- 四 ------------------------------------------------------------------------------------------


def _digital(years: _Years) -> f.Sheet:
    shares = f.Answers(
        key="digital",
        rows=(
            f.Field("cloud_share", "企业上云比例（%）", SHARE),
            f.Field("iiot_share", "集群工业互联网平台应用普及率（%）", SHARE),
            f.Field("software_rising", "工业软件应用率稳步提升", YES_NO, boxes="  "),
        ),
    )
    software = f.Indicators(
        key="digital",
        corner="工业软件采购金额（万元）",
        years=_year_heads(years.recent),
        rows=(f.Row("software_purchase", "", WAN),),
    )
    return _part("digital", "四、数字化升级情况", shares, software, _digital_texts())


def _digital_texts() -> f.Answers:
    return f.Answers(
        key="digital",
        rows=(
            _profile("t_digital_service", "数字化服务总体情况\n（200字以内）"),
            _ticks(
                "cb_digital_service",
                "集群已开展的数字化服务工作",
                "引入了数字化系统解决方案服务商",
                "开展了数字化共性解决方案开发和诊断等服务",
                "开展了两化融合管理体系推广工作",
                "开展了智能制造能力成熟度评估或数据管理能力成熟度评估等推广工作",
            ),
            f.Group(
                "数字化新模式新业态推广情况",
                [
                    _profile("t_new_models", "智能制造、工业互联网以及其它新模式新业态试点示范建设或应用情况（200字以内）"),
                    _ticks(
                        "cb_new_models",
                        "集群已开展的数字化新模式新业态推广工作：",
                        "建有国家智能制造、工业互联网以及其它国家新模式新业态试点示范项目",
                        "建有省级智能制造、工业互联网以及其它国家新模式新业态试点示范项目",
                        "开展了智能制造、工业互联网等新模式新业态创新应用推广",
                    ),
                ],
            ),
        ),
    )  # fmt: skip


# --- 五 ------------------------------------------------------------------------------------------


def _green(years: _Years) -> f.Sheet:
    emissions = f.Answers(
        key="green",
        rows=(
            f.Field("carbon_monitoring", "建立了集群碳排放监测机制", YES_NO, boxes="  ", hint=_PROVE_IF_SO, proof=f.Proof.EVIDENCE),
            _proof_pages("carbon_monitoring", "碳排放监测机制"),
            f.Group(
                "近三年单位产值二氧化碳排放量（吨二氧化碳/万元）",
                [
                    *_yearly("co2_per_output", _CO2_PER_OUTPUT, years.recent),
                    f.Note("（注：单位产值二氧化碳排放量需提供计算公式）"),
                ],
            ),
            f.Field("co2_formula", "单位产值二氧化碳排放量计算公式", f.LongText(limit=None), added=True, required=False),
            _profile("t_dual_carbon", "开展碳达峰碳中和相关宣传、监测等工作情况（200字以内）", hint="（需提供相关佐证材料）", proof=f.Proof.EVIDENCE),
            _proof_pages("t_dual_carbon", "碳达峰碳中和工作"),
        ),
    )  # fmt: skip
    return _part("green", "五、绿色化转型情况", emissions, _green_resources(years))


def _green_resources(years: _Years) -> f.Answers:
    basis = f.Choice(options=("三年累计", "年均"))
    boxes = "□是  否  非工业集群，不适用" if years.as_printed else ""
    return f.Answers(
        key="green",
        rows=(
            f.Field("energy_reduction", "近三年单位工业产值能耗降低率（%）", _REDUCTION, note="填三年累计降低率；所填为年均降低率的，请在右侧注明。"),
            f.Field("energy_reduction_basis", "能耗降低率口径", basis, added=True, required=False, default="三年累计", carry=False),
            f.Field("solid_waste_rate", "大宗工业固废综合利用率（%）", SHARE),
            f.Field("solid_waste_above_avg", "是否高于行业平均水平", _ABOVE_AVERAGE, boxes="  ", hint=boxes, carry=False, note="大宗工业固废综合利用率是否高于行业平均水平。"),
            f.Field("water_reuse_rate", "工业用水重复利用率（%）", SHARE),
            f.Field("water_reuse_above_avg", "是否高于行业平均水平", _ABOVE_AVERAGE, boxes="  ", hint=boxes, carry=False, note="工业用水重复利用率是否高于行业平均水平。"),
            _profile("t_resource_use", "能源和资源综合利用工作情况\n（200字以内）"),
            _ticks(
                "cb_resource_use",
                "集群已开展的能源和资源综合利用工作",
                *("余热余压集中回收", "水资源梯级循环利用", "工业废弃物分类分级利用"),
            ),
            _profile("t_green_service", "绿色低碳公共服务总体情况\n（200字以内）"),
            _ticks(
                "cb_green_service",
                "集群已具备绿色低碳公共服务能力",
                *("绿色制造系统解决方案", "节能诊断与服务", "清洁生产水平评价", "节能系统建设运营", "碳排放、碳足迹核算"),
            ),
        ),
    )  # fmt: skip


# --- 六 ------------------------------------------------------------------------------------------


def _opening(years: _Years) -> f.Sheet:
    rows = (
        _profile("t_international", "集群国际合作交流总体情况\n（200字以内）"),
        _ticks(
            "cb_international",
            "集群已开展的国际合作交流活动",
            "建立或参与主导产业国际合作机制",
            "与境外产业园区形成较为稳定的合作关系",
            "引进了国际领先技术、先进管理经验或高端人才团队等",
            "参加中国国际中小企业博览会等展会类活动",
            "承办主导产业国际研讨会或技术交流会",
        ),
        f.Field("overseas_branches", "集群或集群内企业在境外设立分支机构数量", UNITS, hint="个\n（需提供相关佐证材料）", proof=f.Proof.EVIDENCE),
        _proof_pages("overseas_branches", "境外分支机构"),
        f.Group("近三年集群主导产品出口贸易额增长率（%）", _yearly("export_growth", RATE, years.recent)),
        f.Group("近三年集群外商直接投资额增长率（%）", _yearly("fdi_growth", RATE, years.recent)),
    )  # fmt: skip
    return _part("opening", "六、开放合作情况", f.Answers(key="opening", rows=rows))


# --- 七 ------------------------------------------------------------------------------------------


def _governance() -> f.Sheet:
    rows = (
        _profile("t_governance", "治理和服务水平情况\n（200字以内）"),
        _ticks(
            "cb_platforms",
            "中小企业公共服务平台建设情况",
            "建设或引入国家中小企业公共服务示范平台",
            "建设或引入省级中小企业公共服务示范平台",
            "建立了中小企业公共服务平台",
            heading="集群已建设的中小企业公共服务平台：",
        ),
        _ticks(
            "cb_services",
            "集群提供中小企业公共服务情况",
            *("信息服务", "创业辅导", "创新支持", "人员培训", "市场营销", "投融资服务", "管理咨询"),
            heading="集群已提供的中小企业公共服务：",
        ),
        _ticks(
            "cb_governance",
            "集群治理情况",
            "建立了专业化发展促进机构、开展共商共建共享",
            "建立了中小企业合法权益保护机制",
            "建立了公共服务效果考核机制",
            heading="集群开展的治理工作：",
        ),
    )
    return _part("governance", "七、治理和服务水平", f.Answers(key="governance", rows=rows))


# --- 八 ------------------------------------------------------------------------------------------


def _text(key: str, label: str, *guidance: str, boxes: int = 1) -> f.Narrative:
    kind = f.LongText(limit=_PLAN_LIMIT, boxes=boxes)
    return f.Narrative(key="plan", field=f.Field(key, label, kind), guidance=guidance)


def _plan(years: _Years) -> f.Sheet:
    return f.Sheet(
        key="plan",
        name="八、发展规划",
        title="八、未来三年中小企业特色产业集群发展规划",
        blocks=(
            f.Note("（3000字以内）"),
            _text(
                "plan_intro",
                "一、集群基本情况简介",
                "包括总体情况、主导产业、产业集群相关政策制定与实施情况、优质主体培育、品牌打造、产业链供应链建设等方面近三年来发展情况、在行业中所处的地位等。",
            ),
            _text(
                "plan_results",
                "二、发展成效",
                "包括提升集群主导产业优势、激发集群创新活力、推进集群数字化升级、加快集群绿色低碳转型、深化集群开放合作、提升集群治理和服务能力等方面开展的工作和取得的成绩。",
                boxes=2,
            ),
            _text("plan_problems", years.numbered("三、存在的问题")),
            f.Note("四、未来三年中小企业特色产业集群发展规划", role="title"),
            _text("plan_idea", years.numbered("（一）总体思路")),
        ),
    )


def _plan_targets(years: _Years) -> f.Sheet:
    # An added year is one that the two printed columns do not already hold.
    extra = [year for year in years.stages if year not in (years.base, years.target)]
    table = f.Indicators(
        key="plan",
        carry=False,  # a target of one round is not the base of another
        corner="方向　　指标",
        years=(
            f.Year(year=years.base, label=f"{years.base}年基准值"),
            f.Year(year=years.target, label=f"{years.target}年目标值"),
            *(f.Year(year=year, label=f"{year}年阶段目标", added=True, optional=True) for year in extra),
        ),
        columns=(f.Column(key="unit", label="单位", kind=_FREE_UNIT, added=True),),
        rows=_target_rows(years, (*extra, years.base, years.target)),
    )  # fmt: skip
    return f.Sheet(
        key="plan_targets",
        name="八、三年总体目标",
        heading=years.numbered("（二）发展目标"),
        title="1.三年总体目标",
        one_page=True,
        blocks=(
            f.Note("（集群须围绕主导产业、创新、数字化、绿色化、开放合作、治理和服务等方面设定清晰、可考核的发展目标，鼓励集群根据自身特色增加考核指标，不局限于以上方面）"),
            table,
            *_thresholds(years.target),
        ),
    )  # fmt: skip


def _target_rows(years: _Years, staged: tuple[int, ...]) -> tuple[f.Group, ...]:
    both = (years.base, years.target)

    def row(
        key: str, label: str, kind: f.Kind, *units: str, asked: tuple[int, ...] = both
    ) -> f.Row:
        """A target; its unit is asked where there is a choice, else the kind says it."""
        kinds = {"unit": f.Choice(options=units)} if units else {}
        return f.Row(key, label, kind, years=asked, kinds=kinds, skip=() if units else ("unit",))

    def more(direction: str) -> list[f.Row]:
        """Rows for targets of the cluster's own."""
        return [
            f.Row(f"g_{direction}_ext_{number}", "......", _FREE, years=both, named=True)
            for number in range(1, _EXTRA_ROWS + 1)
        ]

    amount = f.Number(decimals=4)
    return (
        f.Group("主导产业", [
            row("g_output_cagr", "集群产值年均增速", RATE),
            row("g_quality_smes", "优质中小企业数量", FIRMS, asked=staged),
            *more("industry"),
        ]),
        f.Group("创新", [
            row("g_rd", "研发经费投入", f.Number(), "万元", "亿元"),
            row("g_patents", "有效发明专利数量", PIECES),
            *more("innovation"),
        ]),
        f.Group("数字化", [row("g_iiot", "工业互联网普及率", SHARE), *more("digital")]),
        f.Group("绿色化", [
            row("g_co2", "二氧化碳排放量", amount, "吨", "万吨", "吨/万元"),
            row("g_energy", "单位工业产值能耗", _COAL_PER_OUTPUT),
            *more("green"),
        ]),
        f.Group("开放合作", [row("g_open_text", "定性描述", _QUALITATIVE)]),
        f.Group("治理和服务", [row("g_gov_text", "定性描述", _QUALITATIVE)]),
        f.Group("其它", more("other")),
    )  # fmt: skip


def _thresholds(target: int) -> tuple[f.Note, ...]:
    lines = (
        f"（备注：基准值须符合中小企业特色产业集群认定标准，{target}年目标值须符合以下要求：",
        "a. 产值年均增速不低于6%",
        "b. 优质中小企业数量逐年增加",
        "c. 研发经费年均增速不低于6%",
        "d. 有效发明专利数年均增长不低于10%",
        "e. 工业互联网普及率达到30%左右",
        "f. 二氧化碳排放量降低达到10%左右",
        "g. 集群单位工业产值能耗下降达到8%左右）",
    )
    return tuple(f.Note(line) for line in lines)


def _plan_stages(years: _Years) -> f.Sheet:
    stages = (
        _text(f"stage_{year}", f"（{number}）{year}年度")
        for number, year in enumerate(years.stages, start=1)
    )
    return f.Sheet(
        key="plan_stages",
        name="八、阶段目标与任务",
        title="2.阶段性目标",
        blocks=(
            *stages,
            _text("plan_tasks", years.numbered("（三）重点任务"), boxes=2),
            _text("plan_safeguards", years.numbered("（四）保障措施")),
        ),
    )


# --- 九 ------------------------------------------------------------------------------------------


def _declaration() -> f.Sheet:
    # The opinion is the city's, which is given after the county has handed in.
    opinion = f.Field("city_opinion", "各设区市（含平潭）中小企业主管部门推荐意见", f.LongText(limit=None), required=False)  # fmt: skip
    return f.Sheet(
        key="declaration",
        name="九、真实性声明及推荐意见",
        title="九、真实性声明及推荐意见",
        blocks=(
            f.Note("真实性声明", role="title"),
            f.Note("本单位承诺此次申报福建省中小企业特色产业集群的申请材料(包括附件资料)真实、合法。如有不实之处，本单位愿意负相应法律责任，并承担由此产生的一切后果。", role="body"),
            f.Signature(("单位负责人（签字）：", "县（市、区）中小企业主管部门（公章）：", "年    月    日")),
            f.Answers(key="declaration", rows=(opinion,)),
            f.Signature(("推荐单位（公章）：", "年    月    日")),
        ),
    )  # fmt: skip


# --- annexes: the lists that 三 demands, and the evidence ---------------------------------------


def _standards_list() -> f.Sheet:
    level = f.Choice(
        options=_STANDARD_LEVELS,
        aliases=tuple((f"{name}标准", name) for name in _STANDARD_LEVELS),
        patterns=tuple(
            (f"{short}标|(?:推荐性|强制性|省|市)?{name}(?:级|推荐性|强制性)?标准", name)
            for short, name in zip("际国行地团", _STANDARD_LEVELS, strict=True)
        ),
    )
    role = f.Choice(
        options=("主持", "参与"), aliases=(("主持制定", "主持"), ("参与制定", "参与")),
        patterns=(
            ("(?:主持|牵头|主导|第一)(?:制|修|制修)?(?:定|订|起草)?(?:单位)?|主编(?:单位)?|第一起草(?:单位|人)?", "主持"),
            ("(?:参与|参加|协助)(?:制|修|制修)?(?:定|订|起草)?(?:单位)?|参编(?:单位)?", "参与"),
        ),
    )  # fmt: skip
    library = f.Library(
        key="standards_list",
        title="集群中小企业近三年主持（起草单位排名前三位）或参与制修订标准清单",
        number_added=True,
        rows=300,
        printed_rows=20,
        identity=("standard_no", "enterprise"),
        columns=(
            f.Field("standard_no", "标准号", f.Text(longest=40), added=True, wide=17),
            f.Field("standard_name", "标准名称", f.Text(), added=True, wide=32),
            f.Field("level", "类别", level, added=True, wide=8),
            f.Field("role", "主持或\n参与", role, added=True, wide=8),
            f.Field("drafting_rank", "起草单位\n排名", f.Integer(low=1, none=False), when=f.this("role").equals("主持"), when_text="主持的标准", added=True, wide=9),
            f.Field("published_on", "发布年月", f.Month(said=("发布",)), added=True, wide=11),
            f.Field("enterprise", "企业名称", f.Name(), added=True, wide=28),
            f.Field("evidence_pages", "佐证页码", f.Pages(), added=True, required=False, wide=11),
        ),
    )  # fmt: skip
    return _annex("标准清单", library)


def _patents_list() -> f.Sheet:
    inventions = (("(?:授权|有效|国内|国家)*发明(?:专利)?(?:授权)?", "发明专利"),)
    patent = f.Choice(options=_PATENT_TYPES, patterns=inventions)
    library = f.Library(
        key="patents_list",
        title="集群内中小企业有效发明专利清单（含国防专利、植物新品种、国家级农作物品种、国家新药、国家一级中药保护品种、集成电路布图设计专有权等）",
        number_added=True,
        rows=500,
        printed_rows=20,
        identity=("patent_no",),
        subject="patent",
        columns=(
            f.Field("patent_no", "专利号或\n授权编号", f.Text(longest=40), added=True, wide=20),
            f.Field("patent_name", "专利名称", f.Text(), added=True, wide=34),
            f.Field("patent_type", "类型", patent, added=True, wide=18),
            f.Field("owner", "权利人", ORGANISATIONS, added=True, wide=28),
            f.Field(
                "granted_on", "授权日期", f.Day(said=("授权", "授权公告")), added=True, wide=12
            ),
            f.Field("evidence_pages", "佐证页码", f.Pages(), added=True, required=False, wide=11),
        ),
    )
    return _annex("发明专利清单", library)


def _evidence(parts: Iterable[str]) -> f.Sheet:
    return _annex("佐证材料目录", evidence_library(tables=parts, title=""), landscape=False)


# --- 填报说明 ------------------------------------------------------------------------------------


def _instructions(years: _Years) -> tuple[str, ...]:
    return (
        "1. 集群应如实填报所附各表。要求文字简洁，数据准确、详实。填报数据将依权限对相关部门和单位开放共享，仅供审核验证和查阅用。",
        "2. 各必填栏目不得空缺，无相关情况时应填写“无”；数据有小数时，保留小数点后2位。",
        f"3. {_OPERATOR}",
        "4. 佐证材料包括主管部门、第三方机构出具的证明或申报主体自我声明。",
        "5. 财务数据应以企业该年度会计报表期末数为准。",
        f"6. 未注明填报年度的，请填写截止到{years.recent[-1]}年底的数据。",
        "7. 主导产品按获得的产品收入占比或重要程度从高到低填写。",
        f"8. {_EMPLOYEES}",
        f"9. {_RESEARCH}",
        "10. 未来三年中小企业特色产业集群发展规划中的发展目标依据《福建省促进中小企业特色产业集群发展暂行办法》编制，要可考核，突出培育重点，分阶段合理制定年度目标。",
        "11. 为确保文件信息的正确采集，填表时不得改变表格样式，其中一至七部分不得串页。",
    )


def _glossary(years: _Years) -> tuple[tuple[str, str], ...]:
    return (
        ("近三年", "、".join(f"{year}年" for year in years.recent)),
        ("每万人有效发明专利拥有量", "有效发明专利拥有量÷从业人员数×10000，单位为件/万人"),
        ("达到……左右", "原表未规定幅度，审核时按要求值的九成掌握，如30%左右不低于27%"),
    )


# --- how this workbook reads the printed form ----------------------------------------------------


def _corrections(years: _Years) -> tuple[f.Correction, ...]:
    found = [
        f.Correction(id=number, where=where, printed=printed, rendered=rendered)
        for number, where, printed, rendered in (*_changed_years(years), *_READINGS)
        if not (years.as_printed and number in _ONLY_RENDERED)
    ]
    return tuple(sorted(found, key=lambda one: one.id))


def _changed_years(years: _Years) -> list[tuple[str, str, str, str]]:
    """Years that are rendered otherwise than printed; none where they still fit."""
    printed = _year_texts(_Years.of(f.Options(years="as-printed")))
    return [
        (number, where, as_printed, f"本表按{as_rendered}填报")
        for (number, where, as_printed), (_, _, as_rendered) in zip(printed, _year_texts(years), strict=True)
        if as_printed != as_rendered
    ]  # fmt: skip


def _year_texts(years: _Years) -> tuple[tuple[str, str, str], ...]:
    def listed(some: Iterable[int], unit: str) -> str:
        return "、".join(f"{year}{unit}" for year in some)

    return (
        ("Z02", "三至六各表的年度", listed(years.recent, "年")),
        ("Z02", "填报说明第6条", f"{years.recent[-1]}年底"),
        ("Z02", "八、2.阶段性目标", listed(years.stages, "年度")),
        ("Z20", "二、主导产业情况 表头", listed(years.industry, "年")),
        ("Z21", "八、三年总体目标 表头及备注", f"{years.base}年基准值、{years.target}年目标值"),
    )


# What --years as-printed leaves as it stands on paper.
_ONLY_RENDERED = ("Z22", "Z27")

# number, where, as printed, as this workbook reads it
_READINGS = (
    ("Z19", "各处字数要求", "（200字以内）、（3000字以内）",
     "字数不计空格和换行；超出一成以内的需说明，超出一成以上的退回修改；3000字为第八部分全部文字合计"),
    ("Z22", "五、绿色化转型情况 “是否高于行业平均水平”（两处）", "□是  否  非工业集群，不适用",
     "“否”和“非工业集群，不适用”前漏印方框，本表从下拉列表三选一"),
    ("Z23", "二、近三年主导产业产值年均增速（%）", "近三年主导产业产值年均增速（%）",
     "按三个年度增速的几何平均数核对；按首末两年产值计算的，相差1个百分点以内也予认可"),
    ("Z24", "填报说明第7条", "主导产品按获得的产品收入占比或重要程度从高到低填写。",
     "原表没有主导产品栏目，说明照录，不需填报"),
    ("Z25", "五、近三年单位工业产值能耗降低率（%）", "近三年单位工业产值能耗降低率（%）",
     "本表按三年累计降低率填报；填年均降低率的，在表格右侧选“年均”"),
    ("Z26", "四、数字化新模式新业态推广工作 第2项", "建有省级智能制造、工业互联网以及其它国家新模式新业态试点示范项目",
     "文字照录，“其它国家”按“其它省级”理解"),
    ("Z27", "八、发展规划的编号", "3、 存在的问题，（1） 总体思路，（2） 发展目标，（3） 重点任务，（4） 保障措施",
     "本表编号统一为：三、存在的问题，（一）总体思路，（二）发展目标，（三）重点任务，（四）保障措施"),
    ("Z28", "二、企业数量各行；三、从业人员数量、每万人有效发明专利拥有量；八、三年总体目标", "（未印单位）",
     "企业按家、从业人员按人、标准按项、每万人有效发明专利按件/万人、有效发明专利数量按件、单位工业产值能耗按吨标准煤/万元填报；研发经费投入、二氧化碳排放量和自行增加的指标，在表格右侧另填单位"),
    ("Z30", "封面、一、集群名称", _NAME_PATTERN,
     "集群名称按此格式填写全称，产业名称在第一部分表格右侧另填"),
)  # fmt: skip
