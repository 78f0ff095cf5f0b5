"""The application form of the provincial contest of industrial clusters.

Source form: （先进制造业/中小企业特色产业）集群申报表, printed with the years 2024 and 2025 (近2年情况) and
the targets 2026 to 2028. Its wording is that of 湖南省. It prints no 填报说明 and no marks of what
must be filled; required is what the later parts of the form compute with or refer to.
"""

from __future__ import annotations

from typing import Any

from clusterbook import forms as f
from workbook_specs._cluster_contest_relations import pledges
from workbook_specs._cluster_contest_rules import rules
from workbook_specs._cluster_contest_summary import summary
from workbook_specs._divisions import countries, industries, provinces
from workbook_specs._shared import (
    APPROVED,
    ATTACHED_CALLED,
    BEGUN,
    CARRIER_CALLED,
    CARRIER_TYPES,
    DENIAL,
    EARLIER,
    GREEN_SUPPLY_CHAIN,
    GREEN_TYPES,
    HONOURS,
    LEVEL,
    LEVEL_CALLED,
    LEVEL_IF_ANY,
    LEVEL_OPTIONS,
    LISTING,
    LITTLE_GIANT,
    MU,
    NATIONAL_CHAMPION,
    ORGANISATION,
    ORGANISATIONS,
    PEOPLE,
    PERSON,
    POINTS,
    PRODUCTS,
    PROFILE,
    PROVINCIAL_CHAMPION,
    RATE,
    SHARE,
    SMART_LEVEL,
    SOFT_PROFILE,
    STOCK_EXCHANGES,
    UNITS,
    VERSION,
    WAN,
    WAN_PER_MU,
    YES_NO,
    YES_NO_NA,
    YI,
    YI_SIGNED,
    YI_USD,
    apply_day,
    city_field,
    contact_fields,
    counties_field,
    county_field,
    evidence_library,
    honoured,
    province_of,
    where_changed,
)

ID = "cluster_contest"
TITLE = "（先进制造业/中小企业特色产业）集群申报表"
PROVINCE = "湖南省"

ADVANCED = "先进制造业集群"
SPECIAL = "中小企业特色产业集群"
STAGE = "竞赛阶段"
STAGES = FIRST_ROUND, FINAL = ("初赛", "决赛")
IN_FORM, ATTACHED = ("本表填写", "另附文件")

# 产业领域 is not printed as a list; these help where the province has published one (“4×4”, 2024).
INDUSTRY_FIELDS = {
    "湖南省": (
        "现代石化 绿色矿业 食品加工 轻工纺织 工程机械 轨道交通 现代农业 文化旅游"
        " 数字产业 新能源 大健康 空天海洋 人工智能 生命工程 量子科技 前沿材料"
    ).split()
}
SERVICES_CALLED = (
    ("(?:技术)?研发(?:设计)?(?:类|服务)*|技术(?:创新|服务|支持)(?:服务)?", "研发设计"),
    ("(?:质量)?(?:检验|检测|检验检测)(?:认证)?(?:类|服务)*", "检验检测"),
    ("创业(?:孵化|辅导|服务)+|孵化(?:服务)?", "创业孵化"),
    ("(?:人才|人力资源)(?:培训|培养|服务|招聘)*|培训(?:服务)?|人才培训", "人力资源"),
    ("(?:管理)?咨询(?:管理)?(?:类|服务)*", "管理咨询"),
    ("(?:政策|法律)(?:法律|咨询|服务)*", "政策法律服务"),
    ("(?:质量)?认证(?:服务)?|质量认证服务", "质量认证"),
    ("试验分析服务|试验", "试验分析"),
)
SERVICES = "研发设计 试验分析 检验检测 质量认证 创业孵化 管理咨询 人力资源 政策法律服务".split()

#: offered by class; a code of four digits may be typed instead
INDUSTRY_CODE = f.Text(longest=30, suggestions=industries())
CLUSTER_NAME = f.Text(none=False)
NAME_FORMAT = "格式：XX市XX集群、XX市XX区XX集群或XX县（市）XX集群。"
#: a name that must stand in the 现有企业库
KNOWN_ENTERPRISE = f.Name(lookup="existing_enterprises.enterprise_name")
CO2 = f.Number(unit="吨/万元", decimals=4, none_is_zero=False)
OPEN_TEXT = f.LongText(limit=None, boxes=2)

GROWTH = f.Column(key="growth", label="增幅（%）", kind=RATE, computed=True)
#: where evidence is asked for, a rule asks for its pages: whoever has none yet gives a reason
PAGES = f.Column(
    key="pages", label="佐证页码", kind=f.Pages(), hint="PXX页（下同）", required=False
)
#: not printed, never required
ASIDE: dict[str, Any] = {"required": False, "added": True}


def workbook(options: f.Options) -> f.Workbook:
    """The form for one round."""
    sheets = (*_overview(options), *_outlook(options), *_libraries(options))
    return f.Workbook(
        id=ID,
        version=VERSION,
        earlier=EARLIER,
        title=TITLE,
        options=options,
        purpose="参加省级产业集群竞赛",
        sheets=(_cover(options), _basics(options), *sheets, _declaration(), _evidence(sheets)),
        corrections=_corrections(options),
        glossary=_glossary(),
        rules=rules(options),
        pledges=pledges(),
        prefill={
            "市州": "basics.city",
            "县（市、区）": "basics.counties",
            "集群名称": "basics.cluster_name",
            "申报类别": "basics.category",
            "联系人": "cover.contact_name",
            "联系电话": "cover.contact_phone",
            STAGE: "basics.stage",
        },
        summary=summary(options, ID, advanced=ADVANCED, special=SPECIAL),
    )


def _overview(options: f.Options) -> tuple[f.Sheet, ...]:
    """二、集群发展总体情况."""
    return (
        _economy(options),
        _cultivation(options),
        _top_revenue(options),
        _key_projects(),
        _innovation(options),
        _innovation_carriers(),
        _top_rd(options),
        _green(options),
        _green_units(),
        _services(options),
        _service_platforms(),
        _self_report(),
    )


def _outlook(options: f.Options) -> tuple[f.Sheet, ...]:
    """三 once for each park, 四, 五."""
    parks = [sheet for no in (1, 2) for sheet in (_park(options, no), _park_report(no))]
    return (*parks, _promo_org(), _targets(options), _plan())


def _libraries(options: f.Options) -> tuple[f.Sheet, ...]:
    """六、集群“四库”."""
    return (
        _existing_enterprises(options),
        _prospective_enterprises(),
        _ongoing_projects(options),
        _planned_projects(options),
    )


def _sheet(key: str, title: str, *blocks: Any, name: str = "", **more: Any) -> f.Sheet:
    """A sheet that is called like its title where that is short enough for a tab."""
    return f.Sheet(key=key, name=name or title, title=title, blocks=blocks, **more)


# --- 封面, 一 ----------------------------------------------------------------------------------


def _cover(options: f.Options) -> f.Sheet:
    name, organisation = f.answer("basics.cluster_name"), f.answer("basics.promo_org_name")
    parks = f.JoinFilled("、", (f.answer("park[1].park_name"), f.answer("park[2].park_name")))
    contact = (
        f.Field("contact_name", "联系人", PERSON),
        f.Field("contact_phone", "联系电话", f.Phone()),
    )
    rows = (
        f.Field("cluster_name", "集群名称：", f.Text(), computed=f.Same(name)),
        f.Note("（XX市XX集群/XX市XX区XX集群/XX县（市）XX集群）", role="hint"),
        f.Field("promo_org_name", "集群促进组织：", ORGANISATION, computed=f.Same(organisation)),
        f.Field("core_park_names", "集群核心承载园区：", f.Items(at_most=2), computed=parks),
        f.Field("apply_date", "申报时间：", apply_day(options)),
        f.Line("联系人及联系电话：", contact),
        f.Note("一、集群基本信息\n二、……", role="body"),
    )
    return _sheet("cover", TITLE, f.Answers(key="cover", rows=rows), name="封面", cover=True)


def _basics(options: f.Options) -> f.Sheet:
    opinion_label = "集群所在地县以上人民政府意见："
    opinion = f.Field("gov_opinion", opinion_label, f.LongText(limit=None), required=False)
    promo = f.Field("promo_org_name", "单位名称", ORGANISATION)
    rows = (
        f.Field("cluster_name", "集群名称", CLUSTER_NAME, note=NAME_FORMAT),
        *_classification(province_of(options, PROVINCE)),
        f.Group("集群促进组织", (promo, *_contacts("promo"))),
    )
    closing = (
        f.Signature(("（盖章）", "年   月   日")),
        f.Field("gov_opinion_date", "人民政府意见日期", f.Day(), **ASIDE),
    )
    return _sheet(
        "basics",
        "一、集群基本信息",
        f.Answers(key="basics", rows=rows),
        _park_contacts(1),
        _park_contacts(2),
        f.Narrative(key="basics", field=opinion),
        f.Answers(key="basics", rows=closing),
    )


def _classification(province: str) -> tuple[f.Field, ...]:
    """What kind of cluster it is and where, with what the summary of the province sorts by."""
    aliases = (("先进制造业", ADVANCED), ("中小企业特色产业", SPECIAL), ("特色产业集群", SPECIAL),
               ("中小企业集群", SPECIAL), ("先进制造业产业集群", ADVANCED))  # fmt: skip
    category = f.Choice(options=(ADVANCED, SPECIAL), aliases=aliases)
    fields = f.Text(suggestions=tuple(INDUSTRY_FIELDS.get(province, ())))
    return (
        f.Field("industry_field", "产业领域", fields),
        f.Field("category", "申报类别", category, hint="（先进制造业集群或中小企业特色产业集群）"),
        f.Field("stage", STAGE, f.Choice(options=STAGES), **ASIDE, carry=False),
        f.Field("leading_industry", "集群主导产业", f.Text()),
        f.Field("industry_code", "国民经济行业代码（GB/T 4754）", INDUSTRY_CODE, **ASIDE),
        f.Field("area_scope", "集群地域范围", f.Text(longest=200)),
        city_field(province, label="所在市州（跨市州的填牵头市州）", **ASIDE),
        counties_field(province, key="counties", label="所含县（市、区）", **ASIDE),
    )


def _contacts(prefix: str) -> tuple[f.Line, ...]:
    """负责人 and 联系人, each with 姓名、职务 and 电话."""
    return tuple(
        f.Line(
            f"{role}姓名、职务",
            (
                f.Field(f"{prefix}_{key}_name", "姓名", PERSON),
                f.Field(f"{prefix}_{key}_title", "职务", f.Text(longest=40)),
                f.Field(f"{prefix}_{key}_phone", "电话", f.Phone()),
            ),
        )
        for key, role in (("head", "负责人"), ("contact", "联系人"))
    )


def _park_contacts(no: int) -> f.Answers:
    name = f.Field("park_name", "单位名称", ORGANISATION, required=no == 1)
    group = f.Group("集群核心承载园区（如有2个，另行加行）", (name, *_contacts("park")))
    return f.Answers(key="park", item=no, rows=(group,), **_if_declared(no))


def _if_declared(no: int) -> dict[str, Any]:
    """The condition on all answers of park ``no``."""
    if no == 1:
        return {}
    return {"when": f.Filled(f.answer(f"park[{no}].park_name")), "when_text": "填报了第二个园区"}


# --- tables of indicators ----------------------------------------------------------------------


def _table(options: f.Options, key: str, columns: tuple[f.Column, ...], rows: Any) -> f.Indicators:
    """近2年情况."""
    years = tuple(f.Year(year=year, label=f"{year}年") for year in options.span(2024, 2025))
    return f.Indicators(
        key=key, corner="指标名称", over="近2年情况", years=years, columns=columns, rows=rows
    )


def _plain(key: str, label: str, kind: f.Kind, **more: Any) -> f.Row:
    """A row without 增幅."""
    proof = f.Proof.EVIDENCE if "提供佐证" in label else f.Proof.NONE
    return f.Row(key, label, kind, proof=proof, **more)


def _grown(
    block: str, options: f.Options, key: str, label: str, kind: f.Kind, **more: Any
) -> f.Row:
    """A row with 增幅; that of a percentage is the difference in percentage points."""
    base, now = (f.answer(f"{block}.{key}.{year}") for year in options.span(2024, 2025))
    if kind is SHARE:
        more |= {"kinds": {"growth": POINTS}, "note": "增幅按百分点之差计算。"}
        return _plain(key, label, kind, growth=f.Points(base, now), **more)
    return _plain(key, label, kind, growth=f.Growth(base, now), **more)


# --- 2.1 to 2.3 --------------------------------------------------------------------------------

# fmt: off
ECONOMY: tuple[tuple[str, str, f.Kind], ...] = (
    ("output_value", "集群产值（亿元）", YI),
    ("revenue", "集群营收（亿元）", YI),
    ("sme_output_share", "集群内中小企业产值占集群总产值的比重（%，仅中小企业特色产业集群填报）", SHARE),
    ("total_profit", "利润总额（亿元）", YI_SIGNED),
    ("total_tax", "税金总额（亿元）", YI),
    ("trade_usd", "进出口额（亿美元）", YI_USD),
    ("fdi_usd", "利用外资规模（亿美元）", YI_USD),
    ("project_investment", "集群项目投资总额（亿元）", YI),
    ("employees", "集群从业人员数量（人）", PEOPLE),
)
CULTIVATION = (
    ("enterprises", "企业数量（个，提供现有企业库）"),
    ("scale_enterprises", "规上工业企业数量（个，需在现有企业库中注明）"),
    ("hightech_enterprises", "与主导产业相关的高新技术企业数量（个，需在现有企业库中注明）"),
    ("listed_enterprises", "与主导产业相关的上市和挂牌企业数量（个，需在现有企业库中注明，同时提供佐证）"),
    ("national_champions", "与主导产业相关的国家级单项冠军数量（个，需提供佐证）"),
    ("provincial_champions", "与主导产业相关的省级单项冠军数量（个，需提供佐证）"),
    ("little_giants", "与主导产业相关的国家级专精特新“小巨人”企业数量（个，需提供佐证）"),
    ("provincial_srdi", "与主导产业相关的省级专精特新企业数量（个，需提供佐证）"),
    ("iii_certified", "与主导产业相关的获得两化融合管理体系贯标证书企业数量（个，需提供佐证）"),
)
# Typed one by one, printed as X/X/X/X in this order.
SMART_FACTORIES = (
    ("smart_pioneer", "其中：领航级"),
    ("smart_excellent", "其中：卓越级"),
    ("smart_advanced", "其中：先进级"),
    ("smart_basic", "其中：基础级"),
)
# fmt: on


def _economy(options: f.Options) -> f.Sheet:
    special: dict[str, Any] = {
        "when": f.answer("basics.category").equals(SPECIAL),
        "only_when": True,
        "when_text": f"申报类别为{SPECIAL}",
    }
    conditions = {"sme_output_share": special}
    rows = [
        _grown("economy", options, key, label, kind, **conditions.get(key, {}))
        for key, label, kind in ECONOMY
    ]
    pages = f.Column(key="pages", label="佐证页码", kind=f.Pages(), **ASIDE)
    table = _table(options, "economy", (GROWTH, pages), rows)
    return _sheet("economy", "2.1 集群主要经济指标", table, heading="二、集群发展总体情况")


def _cultivation(options: f.Options) -> f.Sheet:
    counts = [_grown("cultivation", options, *row, UNITS) for row in CULTIVATION]
    rows = (*counts, *_smart_factories(options))
    table = _table(options, "cultivation", (GROWTH, PAGES), rows)
    return _sheet("cultivation", "2.2 集群企业培育情况", table)


def _smart_factories(options: f.Options) -> tuple[f.Row, ...]:
    """X/X/X/X as printed, and outside the print the four numbers it is put together from."""
    levels = {
        year: [f.answer(f"cultivation.{key}.{year}") for key, _ in SMART_FACTORIES]
        for year in options.span(2024, 2025)
    }
    base, now = (f.SumOf(counts) for counts in levels.values())
    printed = _plain(
        "smart_factories",
        "领航级/卓越级/先进级/基础级智能工厂数量（个，需提供佐证）",
        f.FourPart(),
        values={year: f.Joined("/", counts) for year, counts in levels.items()},
        growth=f.Growth(base, now),
        hint="X/X/X/X",
        note="增幅按四级合计数计算。",
    )
    count = f.Integer(unit="个")
    parts = [f.Row(*row, count, added=True, skip=("pages",)) for row in SMART_FACTORIES]
    return (printed, *parts)


def _top_ten(options: f.Options, key: str, title: str, **more: Any) -> f.Library:
    """A list of ten enterprises with its printed title."""
    y1, y2 = options.span(2024, 2025)
    proof = (
        f"（需提供前十企业{y1}年、{y2}年会计利润报表（可简化版，但要包含营收、研发费用等基本信息），"
        "由企业盖章确认，并注明见佐证PXX页）"
    )
    return f.Library(
        key=key,
        title=title + proof,
        number_added=True,
        rows=10,
        closed=True,
        least=10,
        identity=("enterprise_name",),
        **more,
    )


def _growth_of(base: str, now: str) -> f.Field:
    return f.Field(
        "growth", "增幅（%）", RATE, computed=f.Growth(f.this(base), f.this(now)), wide=10
    )


def _growth_totals(block: str, base: str, now: str) -> dict[str, f.Expression]:
    """Sums of both years, and the growth of the sums."""
    y1, y2 = f.Total(f"{block}.{base}"), f.Total(f"{block}.{now}")
    return {base: y1, now: y2, "growth": f.Growth(y1, y2)}


def _top_revenue(options: f.Options) -> f.Sheet:
    y1, y2 = options.span(2024, 2025)
    both = (
        f.Field("revenue_y1", f"{y1}年", YI, wide=11, dated=("revenue", y1)),
        f.Field("revenue_y2", f"{y2}年", YI, wide=11, dated=("revenue", y2)),
    )
    library = _top_ten(
        options,
        "top_revenue",
        "营业收入排名前十企业发展情况",
        totals=_growth_totals("top_revenue", "revenue_y1", "revenue_y2"),
        columns=(
            f.Field("enterprise_name", "企业名称", KNOWN_ENTERPRISE, wide=28),
            f.Group("营业收入（亿元）", both),
            _growth_of("revenue_y1", "revenue_y2"),
            f.Field("products", "主导产品（不超过3个）", PRODUCTS, wide=26),
            f.Field("evidence_pages", "佐证页码", f.Pages(), **ASIDE, wide=10),
        ),
    )
    return _sheet("top_revenue", "2.2 集群企业培育情况", library, name="2.2 营业收入前十企业")


def _key_projects() -> f.Sheet:
    library = f.Library(
        key="key_projects",
        number_added=True,
        rows=20,
        closed=True,
        least=8,
        notes=("含研发、技术改造、公共服务平台等在建及新建项目等（10个左右）。",),
        identity=("builder_name", "project_name"),
        totals={
            "project_name": f.sentence(f.RowCount("key_projects.project_name"), "个"),
            "total_investment_wan": f.Total("key_projects.total_investment_wan"),
        },
        columns=(
            f.Field("builder_name", "建设单位名称", ORGANISATIONS, wide=26),
            f.Field("project_name", "项目名称", f.Text(), wide=30),
            f.Field("total_investment_wan", "总投资 （万元）", WAN, wide=14),
            f.Field("build_period", "建设期", f.Period(), wide=17),
        ),
    )
    return _sheet("key_projects", "2.3 集群重点项目建设情况", library)


# --- 2.4 ---------------------------------------------------------------------------------------

NEW_IN_THE_YEAR = (
    ("new_patents", "当年新增发明专利数（个，需提供佐证）"),
    ("new_standards", "当年新增主导、参与制定国际、国家、行业、团体标准数（个，需提供佐证）"),
)
AT_YEAR_END = (
    ("national_awards", "获得国家科技进步奖总数（个，需提供佐证）"),
    ("provincial_awards", "获得省级科技进步奖总数（个，需提供佐证）"),
    ("national_carriers", "国家级技术创新载体总数（个，需提供佐证）"),
    ("provincial_carriers", "省级技术创新载体总数（个，需提供佐证）"),
    ("national_design_centers", "国家级工业设计中心总数（个，需提供佐证）"),
    ("provincial_design_centers", "省级工业设计中心总数（个，需提供佐证）"),
)
CARRIERS = "主要包括制造业创新中心、技术创新中心、产业创新中心、重点实验室、工程研究中心、工业设计中心、企业技术中心等。"


def _innovation(options: f.Options) -> f.Sheet:
    y1, y2 = options.span(2024, 2025)
    funds = f.Growth(f.answer(f"innovation.rd_funds.{y1}"), f.answer(f"innovation.rd_funds.{y2}"))
    growing = _plain(
        "rd_growth",
        "集群研发经费增速（%）",
        RATE,
        values={y2: funds},
        growth=f.Dash(),
        note=f"{y2}年增速由集群研发经费自动计算。",
    )

    def grown(key: str, label: str, kind: f.Kind = UNITS, **more: Any) -> f.Row:
        return _grown("innovation", options, key, label, kind, **more)

    rows = (
        grown("rd_funds", "集群研发经费（亿元）", YI),
        grown("rd_intensity", "集群规上企业R&D经费支出占集群营业收入比重（%）", SHARE),
        growing,
        grown("rd_staff_share", "集群研发人员占集群从业人员的比例（%）", SHARE),
        *(grown(*row) for row in NEW_IN_THE_YEAR),
        *(grown(*row, note="填截至当年年底的累计数。") for row in AT_YEAR_END),
    )
    table = _table(options, "innovation", (GROWTH, PAGES), rows)
    return _sheet("innovation", "2.4 集群创新情况", table)


def _innovation_carriers() -> f.Sheet:
    types = f.Choice(options=CARRIER_TYPES, patterns=CARRIER_CALLED)
    library = f.Library(
        key="innovation_carriers",
        title="省级及以上集群技术创新载体",
        number_added=True,
        rows=60,
        notes=(CARRIERS,),
        identity=("carrier_name", "level"),
        columns=(
            f.Field("carrier_name", "技术创新载体名称", f.Text(), wide=36),
            f.Field("level", "级别", LEVEL, wide=10),
            f.Field("approved_on", "批准时间", APPROVED, wide=13),
            f.Field("approved_by", "批准单位", ORGANISATIONS, wide=28),
            f.Field("carrier_type", "载体类型", types, **ASIDE, wide=16),
            f.Field("host_enterprise", "依托单位", KNOWN_ENTERPRISE, **ASIDE, wide=24),
        ),
    )
    return _sheet("innovation_carriers", "2.4 集群创新情况", library, name="2.4 技术创新载体")


def _top_rd(options: f.Options) -> f.Sheet:
    y1, y2 = options.span(2024, 2025)
    both = (
        f.Field("rd_y1_wan", f"{y1}年", WAN, wide=16, dated=("rd", y1)),
        f.Field("rd_y2_wan", f"{y2}年", WAN, wide=16, dated=("rd", y2)),
    )
    name = f.Field("enterprise_name", "企业名称", KNOWN_ENTERPRISE, wide=38)
    library = _top_ten(
        options,
        "top_rd",
        "集群研发投入前十位企业",
        totals=_growth_totals("top_rd", "rd_y1_wan", "rd_y2_wan"),
        columns=(
            f.Group("近2年情况", (name,)),
            f.Group("研发投入（万元）", both),
            _growth_of("rd_y1_wan", "rd_y2_wan"),
            f.Field("evidence_pages", "佐证页码", f.Pages(), **ASIDE, wide=10),
        ),
    )
    return _sheet("top_rd", "2.4 集群创新情况", library, name="2.4 研发投入前十企业")


# --- 2.5, 2.6 ----------------------------------------------------------------------------------

GREEN: tuple[tuple[str, str, f.Kind], ...] = (
    ("national_green_factories", "国家级绿色工厂总数（个，需提供佐证）", UNITS),
    ("provincial_green_factories", "省级绿色工厂总数（个，需提供佐证）", UNITS),
    ("national_green_supply", "国家级绿色管理供应链企业总数（个，需提供佐证）", UNITS),
    ("provincial_green_supply", "省级绿色管理供应链企业总数（个，需提供佐证）", UNITS),
    ("co2_per_output", "集群单位产值二氧化碳排放量（吨/万元）", CO2),
    ("solid_waste_rate", "大宗工业固废综合利用率（%）", SHARE),
    ("water_reuse_rate", "工业用水重复利用率（%）", SHARE),
)
PLATFORMS = "主要包括为集群提供研发设计、试验分析、检验检测、质量认证、创业孵化、管理咨询、人力资源及政策法律服务等共性需求的公共服务机构。"


def _green(options: f.Options) -> f.Sheet:
    table = _table(options, "green", (PAGES,), [_plain(*row) for row in GREEN])
    return _sheet("green", "2.5 集群绿色发展情况", table)


def _services(options: f.Options) -> f.Sheet:
    rows = (
        _plain("national_platforms", "国家级公共服务平台数量（个，需提供佐证）", UNITS),
        _plain("provincial_platforms", "省级公共服务平台数量（个，需提供佐证）", UNITS),
    )
    return _sheet("services", "2.6 集群公共服务情况", _table(options, "services", (PAGES,), rows))


def _approved(name_key: str, kind: f.Kind) -> tuple[f.Field, ...]:
    """名称, 级别, 批准单位, 批准时间: in this order in 2.5 and 2.6, unlike 2.4."""
    return (
        f.Field(name_key, "名称", kind, wide=36),
        f.Field("level", "级别", LEVEL, wide=10),
        f.Field("approved_by", "批准单位", ORGANISATIONS, wide=28),
        f.Field("approved_on", "批准时间", APPROVED, wide=13),
    )


def _green_units() -> f.Sheet:
    aliases = (("绿色供应链企业", GREEN_SUPPLY_CHAIN), ("绿色管理供应链企业", GREEN_SUPPLY_CHAIN))
    called = tuple((f"(?:国家|省)级?{kind}(?:企业)?", kind) for kind in GREEN_TYPES)
    types = f.Choice(options=GREEN_TYPES, aliases=aliases, patterns=called)
    library = f.Library(
        key="green_units",
        title="省级及以上绿色工厂、绿色供应链企业名单",
        number_added=True,
        rows=60,
        printed_rows=3,
        identity=("enterprise_name", "level", "green_type"),
        columns=(
            *_approved("enterprise_name", ORGANISATION),
            f.Field("green_type", "绿色类别", types, **ASIDE, wide=20),
        ),
    )
    return _sheet("green_units", "2.5 集群绿色发展情况", library, name="2.5 绿色工厂和绿色供应链")


def _service_platforms() -> f.Sheet:
    library = f.Library(
        key="service_platforms",
        title="省级及以上公共服务平台",
        number_added=True,
        rows=40,
        printed_rows=2,
        notes=(PLATFORMS,),
        identity=("platform_name", "level"),
        columns=(
            *_approved("platform_name", f.Text()),
            f.Field(
                "service_type",
                "服务类型",
                f.Items(options=SERVICES, patterns=SERVICES_CALLED),
                **ASIDE,
                wide=24,
            ),
        ),
    )
    return _sheet("service_platforms", "2.6 集群公共服务情况", library, name="2.6 公共服务平台")


# --- 2.7 ---------------------------------------------------------------------------------------

SELF_REPORT = (
    "从产业基础、规模工业培育、创新能力、要素集聚、绿色发展、数字化、集群公共服务、开放合作、组织保障等方面简要介绍集群总体情况。",
    "提供产业链图谱（包括但不限于产业链上中下游重点产品及代表性企业）",
    "产业基础主要包括集群主导产业规模实力、产品市场竞争力、品牌建设等情况；创新能力主要包括研发投入强度、发明专利、行业标准建设、从业人员（高技术人才及专家团队）情况；要素集聚包括产业链上下游协作、人才、金融等集群发展的各类要素集聚情况；绿色发展主要包括绿色产品、绿色工厂、绿色园区、绿色供应链等情况；集群公共服务主要包括集群促进组织建设及运行情况，各类公共服务机构建设情况；开放合作主要包括集群国际化合作、区域合作、品牌打造、吸引外资、进出口额等情况；组织保障主要包括集群领导及工作推进机制，相关规划、政策的制定落实等情况。",
)
FINAL_REPORT = "参加集群竞赛决赛的集群发展自评报告还应包括集群初赛胜出后，集群产业基础、规模工业培育、创新能力、要素集聚、绿色发展、数字化、集群公共服务、开放合作、组织保障等方面的进展与突破。"


def _self_report() -> f.Sheet:
    report = f.Field("self_report", "集群发展总体情况自评报告", f.LongText(limit=3000, boxes=5))
    in_final: dict[str, Any] = {
        "when": f.answer("basics.stage").equals(FINAL),
        "when_text": "参加决赛",
    }
    progress = f.Field("progress_since_prelim", "集群初赛胜出后的进展与突破", OPEN_TEXT, **in_final)
    chain_map = (
        f.Field("chain_map_attached", "是否提供产业链图谱", YES_NO, added=True),
        f.Field("chain_map_pages", "产业链图谱佐证页码", f.Pages(), **ASIDE),
    )
    key = "self_report"
    return _sheet(
        key,
        "2.7 集群发展总体情况自评报告（3000字）",
        f.Narrative(key=key, field=report, guidance=SELF_REPORT, show_label=False),
        f.Narrative(key=key, field=progress, guidance=(FINAL_REPORT,), show_label=False),
        f.Answers(key=key, rows=chain_map),
        name="2.7 自评报告",
    )


# --- 三 ----------------------------------------------------------------------------------------

PARK: tuple[tuple[str, str, f.Kind], ...] = (
    ("park_gdp", "园区生产总值（亿元）", YI),
    ("park_scale_enterprises", "园区规上工业企业数（个）", UNITS),
    ("park_scale_revenue", "园区规上工业企业营业收入（亿元）", YI),
    ("park_tax", "上交税金总额（亿元）", YI),
    ("park_trade_usd", "进出口总额（亿美元）", YI_USD),
    ("park_fai", "固定资产投资（亿元）", YI),
    ("park_attracted", "园区招商引资总额（亿元）", YI),
    ("park_fdi_cny", "园区实际使用外资（亿元）", YI),
)
PARK_LAND = (
    ("park_area_mu", "园区开发面积（亩）", MU),
    ("invest_intensity", "投资强度（万元/亩）", WAN_PER_MU),
    ("tax_per_mu", "亩均税收（万元/亩）", WAN_PER_MU),
)
PARK_REPORT = "核心承载园区在推进产业集群发展中，围绕项目建设、企业培育、招商引资、要素保障、营商环境改善、企业服务、体制机制创新等方面所开展的工作和取得的成效，下一步推进集群发展的工作思路。"


def _park(options: f.Options, no: int) -> f.Sheet:
    block = f"park[{no}]"
    name = f.Same(f.answer(f"{block}.park_name"))
    head = (
        f.Field("park_name_shown", "园区名称", ORGANISATION, computed=name),
        f.Field("park_industry", "园区主导产业", f.Text()),
    )
    table = f.Indicators(
        key="park",
        item=no,
        corner="指标名称",
        over="近2年情况",
        years=tuple(f.Year(year=year, label=f"{year}年") for year in options.span(2024, 2025)),
        measures=(
            f.Measure(suffix="", label="园区总额"),
            f.Measure(suffix="_cluster", label="其中：\n集群产业"),
        ),
        columns=(f.Column(key="growth", label="总额增幅 （%）", kind=RATE, computed=True),),
        rows=(
            *(_grown(block, options, *row) for row in PARK),
            *(f.Row(*row, plain=True, skip=("growth",)) for row in PARK_LAND),
        ),
        **_if_declared(no),
    )
    return _sheet(
        f"park_{no}",
        "3.1 园区主要经济指标",
        f.Answers(key="park", item=no, rows=head, **_if_declared(no)),
        table,
        f.Answers(key="park", item=no, rows=(_green_park(),), **_if_declared(no)),
        name=f"3.1 园区主要经济指标（{no}）",
        heading="三、集群核心承载园区情况",
    )


def _green_park() -> f.Line:
    label = "是否为国/省级绿色园区"
    # 是 does not say which.
    called = (*LEVEL_CALLED, ("否|无|不是|非绿色园区", "否"), ("是|有|绿色园区", ""))
    levels = f.Choice(options=(*LEVEL_OPTIONS, "否"), patterns=called)
    return f.Line(
        f"{label}\n（需提供佐证）",
        (
            f.Field("green_park_level", label, levels, proof=f.Proof.EVIDENCE),
            f.Field("green_park_pages", "佐证页码", f.Pages(), required=False),
        ),
    )


def _park_report(no: int) -> f.Sheet:
    label = "集群核心承载园区推进集群发展自评报告"
    report = f.Narrative(
        key="park_report",
        item=no,
        field=f.Field("park_self_report", label, f.LongText(limit=2500, boxes=4)),
        guidance=(PARK_REPORT,),
        show_label=False,
        **_if_declared(no),
    )
    name = f"3.2 园区自评报告（{no}）"
    return _sheet(f"park_report_{no}", f"3.2 {label}（2500字）", report, name=name)


# --- 四, 五 ------------------------------------------------------------------------------------

# fmt: off
PROMO_ORG = (
    ("promo_basic", "4.1 基本情况", "集群促进组织组建方式及组织架构、主要负责人简历和工作业绩及其他专业技术人员情况等。"),
    ("promo_operation", "4.2 集群发展促进组织运营情况", "集群促进组织在推进集群发展方面已开展的工作及取得成效"),
)
PROMO_EVIDENCE = "包括机构成立批文或注册登记执照复印件、固定的办公场所证明、机构负责人相关资历证书等佐证材料。"
# The last part is the number of the base year.
TARGETS: tuple[tuple[str, str, f.Kind, str], ...] = (
    ("target_revenue", "集群营业收入（亿元）", YI, "economy.revenue"),
    ("target_scale_enterprises", "集群规模工业企业（个）", UNITS, "cultivation.scale_enterprises"),
    ("target_profit", "集群利润（亿元）", YI_SIGNED, "economy.total_profit"),
    ("target_tax", "集群上交税金（亿元）", YI, "economy.total_tax"),
)
PLAN_GUIDE = (
    "《实施方案》由集群所在地地方政府牵头，根据产业集群发展实际进行编制，具有科学性、前瞻性和可操作性，提出目标、任务和政策措施可衡量、可考核，提出的重点项目要聚焦“锻长板”和“ 补短板”，对集群发展具有较强促进作用，采用的数据真实可靠。本提纲仅作为参考，编制主体可根据实际情况做相应调整。",
    "参考提纲如下。",
)
PLAN = (
    ("plan_background", "第一部分：培育背景", "明确实施范围，分析背景和意义。"),
    ("plan_basis", "第二部分：基础条件", "分析集群的基础条件、优势和特色，对标对表国际、国内先进水平找出集群发展的差距。"),
    ("plan_goals", "第三部分：发展思路和目标", "结合本地区实际提出发展的思路、培育原则、发展定位和主要目标。"),
    ("plan_path", "第四部分：培育发展路径", "重点阐明推动集群产业发展、加快技术创新、促进要素集聚、深化开放合作、推动重 点项目建设的主要任务和做法（列出重点项目清单及实施时间表）。"),
    ("plan_safeguards", "第五部分：保障措施", "提出培育发展集群的工作机制和保证措施，年度计划，任务分工及进度安排。"),
)
# fmt: on


def _promo_org() -> f.Sheet:
    key, title = "promo_org", "四、集群发展促进组织情况"
    name = f.Same(f.answer("basics.promo_org_name"))
    head = f.Field("promo_org_name", "集群促进组织名称", ORGANISATION, computed=name)
    label = "4.3 相关佐证资料"
    evidence = f.Field("promo_evidence", label, f.Pages(), proof=f.Proof.EVIDENCE, required=False)
    return _sheet(
        key,
        title,
        f.Answers(key=key, rows=(head,)),
        *_narratives(key, PROMO_ORG),
        f.Answers(key=key, rows=(evidence, f.Note(PROMO_EVIDENCE))),
    )


def _narratives(
    block: str, texts: tuple[tuple[str, str, str], ...], **more: Any
) -> list[f.Narrative]:
    """Texts without a printed limit: key, label, guidance."""
    return [
        f.Narrative(key=block, field=f.Field(key, label, OPEN_TEXT, **more), guidance=(guidance,))
        for key, label, guidance in texts
    ]


def _targets(options: f.Options) -> f.Sheet:
    base, *targets = options.span(2025, 2026, 2027, 2028)

    def row(key: str, label: str, kind: f.Kind, actual: str) -> f.Row:
        first, last = f.answer(f"targets.{key}.{base}"), f.answer(f"targets.{key}.{targets[-1]}")
        values = {base: f.Same(f.answer(f"{actual}.{base}"))}
        growth = f.YearlyGrowth(first, last, targets[-1] - base)
        return f.Row(key, label, kind, values=values, growth=growth)

    head = (
        f.Field(
            "plan_lead_unit", "编制牵头单位", ORGANISATIONS, hint="（集群所在地县以上人民政府）"
        ),
        f.Note("5.1 未来三年集群主要经济指标发展目标", role="title"),
    )
    table = f.Indicators(
        key="targets",
        corner="指标名称",
        years=(
            f.Year(year=base, label="上一年\n实际值"),
            *(f.Year(year=year, label=f"{year}年发展目标") for year in targets),
        ),
        columns=(
            f.Column(key="cagr", label="年均增速（%）", kind=RATE, computed=True, added=True),
        ),
        rows=[row(*target) for target in TARGETS],
    )
    form = f.Answers(key="targets", rows=head)
    title = "五、培育发展产业集群实施方案"
    return _sheet("targets", title, form, table, name="5.1 未来三年发展目标")


def _plan() -> f.Sheet:
    way = f.answer("plan.implementation_plan")
    ways = f.Choice(options=(IN_FORM, ATTACHED), patterns=((ATTACHED_CALLED, ATTACHED),))
    typed: dict[str, Any] = {"when": way.equals(IN_FORM), "when_text": f"实施方案在{IN_FORM}"}
    attached: dict[str, Any] = {"when": way.equals(ATTACHED), "when_text": f"实施方案{ATTACHED}"}
    head = (
        *(f.Note(text) for text in PLAN_GUIDE),
        f.Field("implementation_plan", "实施方案提交方式", ways, added=True),
        f.Field("implementation_plan_file", "实施方案文件名", f.Text(), added=True, **attached),
        f.Field("implementation_plan_pages", "实施方案页码", f.Pages(), **ASIDE),
    )
    return _sheet(
        "plan",
        "5.2 培育发展省级产业集群实施方案",
        f.Answers(key="plan", rows=head, carry=False),
        *_narratives("plan", PLAN, **typed),
    )


# --- 六 ----------------------------------------------------------------------------------------

BRANDS = '国际国内品牌企业（获评世界500强、国内500强、民营企业500强、全球行业50强、国家“专精特新”小巨人、省级“专精特新"小巨人、国家单项冠军、省级单项冠军中任意一项或多项都认定为品牌企业，请逐一列出获评项）'
PROFILE_LABEL = "企业概况\n（填写主营业务、企业规模、关键技术等，字数控制在200字以内）"


def _place(options: f.Options, *, park: str) -> tuple[f.Field, ...]:
    """市州, 县（市）区 and the park."""
    province = province_of(options, PROVINCE)
    return (
        city_field(province, wide=8),
        county_field(province, wide=10),
        f.Field("park", park, f.Text(), wide=9),
    )


def _existing_enterprises(options: f.Options) -> f.Sheet:
    counts = _existing_counts()
    total, listed, champions, giants, scale, hightech = (headline.of for headline in counts)
    head = f.sentence(
        "（一）现有企业库（共有企业", total, "个，其中，上市企业", listed, "个，制造业单项冠军", champions,
        "个，专精特新“小巨人”", giants, "个，规上工业企业", scale, "个，高新技术企业", hightech, "个……）",
    )  # fmt: skip
    library = f.Library(
        key="existing_enterprises",
        least=1,
        rows=options.rows or 500,
        printed_rows=8,
        resizable=True,
        head=head,
        headlines=counts,
        identity=("enterprise_name",),
        subject="enterprise",
        columns=(*_existing_printed(options), *_existing_added()),
    )
    title, name = "六、集群“四库”", "六（一）现有企业库"
    return _sheet("existing_enterprises", title, library, name=name, landscape=True)


def _existing_counts() -> tuple[f.Headline, ...]:
    """The numbers of the head sentence, in its order."""

    def count(key: str, label: str, *conditions: Any) -> f.Headline:
        rows = f.RowCount("existing_enterprises.enterprise_name", conditions)
        return f.Headline(key=key, label=label, of=rows)

    listing, honours = "existing_enterprises.listing", "existing_enterprises.honours"
    champion = honoured(honours, NATIONAL_CHAMPION, PROVINCIAL_CHAMPION)
    return (
        count("n_total", "企业总数"),
        count("n_listed", "上市企业", f.is_one_of(listing, *STOCK_EXCHANGES)),
        count("n_champions", "制造业单项冠军", champion),
        count("n_little_giants", "专精特新“小巨人”", honoured(honours, LITTLE_GIANT)),
        count("n_scale", "规上工业企业", f.is_one_of("existing_enterprises.is_scale", "是")),
        count("n_hightech", "高新技术企业", f.is_one_of("existing_enterprises.is_hightech", "是")),
    )


def _existing_printed(options: f.Options) -> tuple[Any, ...]:
    year = options.year(2025)
    revenue = f"{year}年\n主营业务收入（亿元）"
    return (
        f.Field("enterprise_name", "企业名称\n（填写企业全称）", f.Name(none=False), wide=18),
        f.Group("企业所在地", _place(options, park="所在园区")),
        f.Field("profile", PROFILE_LABEL, PROFILE, wide=20),
        f.Field("products", "主导产品（不超过3种）", PRODUCTS, wide=12),
        f.Field("is_scale", "是否为规上企业", YES_NO, wide=7),
        f.Field("main_revenue_y2", revenue, YI, wide=10, dated=("main_revenue", year)),
        f.Field("honours", BRANDS, HONOURS, wide=25),
        f.Group("企业联系人", contact_fields()),
    )


def _existing_added() -> tuple[f.Field, ...]:
    """What 2.2 and the head sentence ask to have marked in this library, but no column prints."""
    return (
        f.Field("is_hightech", "是否高新技术企业", YES_NO, added=True, wide=8),
        f.Field("listing", "上市/挂牌情况", LISTING, added=True, wide=14),
        f.Field("related", "是否与主导产业相关", YES_NO, **ASIDE, wide=8, default="是"),
        f.Field("iii_cert", "是否两化融合贯标", YES_NO, **ASIDE, wide=8),
        f.Field("smart_level", "智能工厂级别", SMART_LEVEL, **ASIDE, wide=9),
        f.Field("green_level", "绿色制造级别", LEVEL_IF_ANY, **ASIDE, wide=9),
        f.Field("uscc", "统一社会信用代码", f.CreditCode(), **ASIDE, wide=21),
    )


def _prospective_enterprises() -> f.Sheet:
    regions = ("中国台湾", "台湾", "中国香港", "香港", "中国澳门", "澳门", "中华人民共和国")
    country = f.Choice(options=countries(), aliases=tuple((region, "中国") for region in regions))
    china: dict[str, Any] = {"when": f.this("country").equals("中国"), "when_text": "国别为中国"}
    place = (
        f.Field("country", "国别", country, wide=9),
        f.Field("province", "省份", f.Text(suggestions=provinces()), **china, wide=11),
        f.Field("city", "城市", f.Text(), **china, wide=11),
    )
    brands = (
        f.Field("domestic_brand", "国内品牌企业", YES_NO, wide=9),
        f.Field("international_brand", "国际品牌企业", YES_NO, wide=9),
    )
    columns = (
        f.Field("enterprise_name", "企业名称", ORGANISATION, wide=22),
        f.Group("所在地", place),
        f.Field("profile", "企业概况", SOFT_PROFILE, wide=34),
        f.Field("products", "主导产品", f.Items(), wide=16),
        f.Field("is_scale", "是否为规上\n企业", YES_NO_NA, wide=9),
        f.Group("是否为国际国内品牌企业", brands),
        f.Field("brand_honours", "获评项", HONOURS, **ASIDE, wide=20),
    )
    return _open_library("prospective_enterprises", "（二）拟引进企业库", columns)


# The same words may name the projects of two enterprises.
_PROJECT: dict[str, Any] = {"subject": "project", "known_by": ("project_name", "builder_name")}


def _open_library(key: str, title: str, columns: tuple[Any, ...], **more: Any) -> f.Sheet:
    """拟引进企业库, 在建项目库, 拟建项目库; the first column tells the rows apart."""
    library = f.Library(
        key=key, rows=100, printed_rows=3, identity=(columns[0].key,), columns=columns, **more
    )
    return _sheet(key, title, library, name=f"六{title}", landscape=True)


def _ongoing_projects(options: f.Options) -> f.Sheet:
    columns = (
        f.Field("project_name", "项目名称", f.Text(), wide=18),
        f.Group("建设地点", _place(options, park="园区")),
        f.Field("builder_name", "项目建设单位", ORGANISATIONS, wide=15),
        f.Field("total_investment_yi", "总投资额\n（亿元）", YI, wide=10.5),
        f.Field("build_period", "项目建设期", f.Period(), wide=10),
        f.Field("start_on", "开工时间", BEGUN, wide=9),
        f.Field("content", "项目建设内容", SOFT_PROFILE, wide=14),
        f.Field("progress", "项目进展情况", SOFT_PROFILE, wide=12, carry=False),
        f.Group("项目联系人", contact_fields()),
    )
    return _open_library("ongoing_projects", "（三）在建项目库", columns, **_PROJECT)


def _planned_projects(options: f.Options) -> f.Sheet:
    province = province_of(options, PROVINCE)
    columns = (
        f.Field("project_name", "项目名称", f.Text(), wide=24),
        f.Field("location", "建设地点", f.Text(), wide=18),
        f.Field("planned_period", "拟建项目期", f.Period(), wide=11),
        f.Field("planned_start_on", "拟开工时间", BEGUN, wide=10),
        f.Field("builder_name", "项目建设单位", ORGANISATIONS, wide=17),
        f.Field("total_investment_yi", "总投资额\n（亿元）", YI, wide=10),
        f.Field("content", "项目建设内容", SOFT_PROFILE, wide=22),
        f.Group("项目联系人", contact_fields()),
        city_field(province, **ASIDE, wide=10),
        county_field(province, **ASIDE, wide=10),
    )
    return _open_library("planned_projects", "（四）拟建项目库", columns, **_PROJECT)


# --- 七, 八 ------------------------------------------------------------------------------------

PROMISES = (
    "本单位承诺此次参加省级产业集群竞赛所填报的信息真实、合法。承诺：",
    "1、集群主导产业不属于国家规定的禁止、限制和淘汰类产业；",
    "2、近三年未发生重大安全生产、产品质量安全、环境污染事故；",
    "3、集群企业不存在偷税漏税、违法违规、严重失信和其他重大问题的行为。 如有不实之处，本单位愿意负相应法律责任，并承担由此产生的一切后果。",
)


def _declaration() -> f.Sheet:
    promo = f.Signature(("集群促进组织负责人签字：", "（单位盖章）", "年    月    日"))
    park = f.Signature(("集群核心承载园区负责人签字：", "（单位盖章）", "年    月    日"))
    rows = (
        f.Note("真实性声明", role="title"),
        *(f.Note(promise, role="body") for promise in PROMISES),
        f.Field("confirmed_industry", "已确认第1项承诺", DENIAL, added=True),
        f.Field("confirmed_safety", "已确认第2项承诺", DENIAL, added=True),
        f.Field("confirmed_integrity", "已确认第3项承诺", DENIAL, added=True),
        promo,
        park,
        park,  # one for each park
    )
    return _sheet("declaration", "七、真实性声明", f.Answers(key="declaration", rows=rows))


def _evidence(sheets: tuple[f.Sheet, ...]) -> f.Sheet:
    """The index of the evidence for what stands on ``sheets``."""
    tables = [sheet.name for sheet in sheets]
    return _sheet("evidence", "八、佐证材料", evidence_library(tables=tables))


# --- how unclear places are read ---------------------------------------------------------------

# number | where | as printed | as read here
READINGS = """
Z01 | 一、集群基本信息 标题 | —、集群基本信息 | 一、集群基本信息
Z02 | 各表年份（近2年情况、发展目标） | {printed} | {years}
Z03 | 封面 表名 | （先进制造业/中小企业特色产业）集群申报表 | 两类集群共用一张表，以“申报类别”所选为准；仅特色产业集群填报的指标随之启用
Z04 | 三、集群核心承载园区情况；七、真实性声明 | 园区指标、园区自评报告和园区签字处各印一份，而园区可有2个（另行加行） | 园区指标、园区自评报告和园区签字处各备两份，只有一个园区的第二份不填
Z05 | 2.4 集群研发投入前十位企业 | 印有11个空行 | 按前十位企业填10行
Z06 | 2.4 集群研发经费增速 | 增速指标也印有增幅栏 | 最近一年的增速由集群研发经费自动计算；增速的增幅无意义，显示“—”
Z07 | 2.1、2.4 单位为%的指标 增幅栏 | 增幅（%） | 百分比指标的增幅按两年之差计算，单位为百分点
Z08 | 2.2、2.3、2.4、六 金额单位 | 营业收入和库内总投资额用亿元，研发投入和重点项目总投资用万元 | 按各表所印单位填报，校验时按1亿元=10000万元换算
Z09 | 2.1 利用外资规模；3.1 园区实际使用外资 | 前者单位为亿美元，后者单位为亿元 | 按各表所印单位填报，互相参照时折算，仅作提示
Z10 | 2.4 集群规上企业R&D经费支出占集群营业收入比重（%） | 分子为规上企业，分母为全集群 | 按所印口径填报，不应高于集群研发经费占集群营收的比重
Z11 | 2.2 省级专精特新企业；六（一）品牌企业 | 省级“专精特新"小巨人（引号不一致） | 与省级专精特新企业按同一荣誉统计，选项写作省级“专精特新”小巨人
Z12 | 2.1、2.2和2.4前十企业 | 要求注明佐证页码，表内没有佐证页码栏 | 在右侧“补充填报”栏增设佐证页码
Z13 | 2.4 科技进步奖总数、载体总数、工业设计中心总数 | 总数（未说明是当年数还是累计数） | 填截至当年年底的累计数
Z14 | 2.4、2.5、2.6 名单 | 2.4先印批准时间，2.5和2.6先印批准单位 | 各表按所印顺序填报，汇总时按栏名对应
Z15 | 2.5 绿色供应链 | 绿色管理供应链企业、绿色供应链企业 | 均指绿色供应链管理企业
Z16 | 各表名词 | 集群营收和集群营业收入，税金总额和上交税金，规上和规模工业企业，3个和3种 | 各组按同义处理，见名词对照
Z17 | 2.2 营业收入；六（一）主营业务收入 | 营业收入、主营业务收入 | 两者口径不同，分别填报；同一企业的主营业务收入不应高于营业收入
Z18 | 2.2 需在现有企业库中注明；六（一）标题 | 现有企业库没有高新技术企业、上市挂牌、两化融合、智能工厂等栏，标题以“高新技术企业……”结尾 | 在现有企业库右侧“补充填报”栏增设相应各栏，标题中的数由各栏自动统计；专精特新“小巨人”按国家级统计
Z19 | 2.7、3.2 自评报告 | （3000字）、（2500字） | 按不超过所印字数掌握，超过的须说明，超过一成的须压缩
Z30 | 一、集群名称 | （XX市XX集群/XX市XX区XX集群/XX县（市）XX集群） | 名称以所在市、县（市、区）开头，以“集群”结尾；市州、县（市、区）在右侧“补充填报”栏选填，供汇总使用
Z31 | 2.2 领航级/卓越级/先进级/基础级智能工厂数量 | X/X/X/X | 四级数量在右侧“补充填报”栏分别填写，按领航、卓越、先进、基础的顺序自动合并
Z32 | 六（二）至（四）企业概况、主导产品、项目建设内容、项目进展情况 | 没有字数和个数限制 | 参照现有企业库，超过200字的只作提醒
"""

# Names for one thing, so that the same number is typed under each.
GLOSSARY = """
集群营收 | 即集群营业收入（2.1与5.1）
税金总额 | 即集群上交税金（2.1与5.1）
集群规模工业企业 | 即规上工业企业（2.2与5.1）
规上企业 | 即规上工业企业，年主营业务收入2000万元及以上的工业企业
集群产值 | 即集群总产值
主导产品不超过3个 | 即不超过3种
绿色管理供应链企业 | 即绿色供应链管理企业
省级“专精特新”小巨人 | 即省级专精特新企业
营业收入 | 利润表中的营业收入，包括主营业务收入和其他业务收入
增幅 | （后一年－前一年）÷前一年×100；前一年为零或负数的显示“—”
"""


def _cells(table: str) -> list[list[str]]:
    return [line.split(" | ") for line in table.strip().splitlines()]


def _corrections(options: f.Options) -> tuple[f.Correction, ...]:
    years = {
        "printed": _listed(2024, 2025, 2026, 2027, 2028),
        "years": _listed(*options.span(2024, 2025, 2026, 2027, 2028)),
    }
    rows = [[cell.format(**years) for cell in row] for row in _cells(READINGS)]
    return where_changed(
        f.Correction(id=number, where=where, printed=printed, rendered=rendered)
        for number, where, printed, rendered in rows
    )


def _listed(*years: int) -> str:
    return "、".join(f"{year}年" for year in years)


def _glossary() -> tuple[tuple[str, str], ...]:
    return tuple((word, meaning) for word, meaning in _cells(GLOSSARY))
