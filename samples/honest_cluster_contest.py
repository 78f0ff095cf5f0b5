"""A contest form as an honest clerk fills it in, 岳阳市临湘市钓具（浮标）产业集群: all of it made up.

Nobody asks such a clerk twice: honours stand there as the certificates call them, the research of a
handicraft is small, the evidence volume is half indexed, and the pages of 2.1 are left out.
"""

from __future__ import annotations

from typing import Any

from content_cluster_contest import SURNAMES, Rows, Values, lines, number, phone

CITY, COUNTY = "岳阳市", "临湘市"
PARK, PROMO = "湖南临湘样例高新技术产业开发区", "临湘市样例浮标（钓具）行业协会"

# key, 2024, 2025, evidence
TABLES = {
    "economy": """
        output_value        32.85  35.94
        revenue             31.02  33.80
        sme_output_share    93.20  93.65
        total_profit         2.51   2.77
        total_tax            0.83   0.91
        trade_usd            0.58   0.66
        fdi_usd              0      0
        project_investment   3.15   3.86
        employees         4105   4230
    """,
    "cultivation": """
        enterprises             61   64 P1-4
        scale_enterprises       37   40 P5
        hightech_enterprises     9   11 P6
        listed_enterprises       1    1 P7
        national_champions       0    0 无
        provincial_champions     0    1 P8
        little_giants            1    1 P9
        provincial_srdi          5    6 P10-11
        iii_certified            1    2 P12
        smart_pioneer            0    0
        smart_excellent          0    0
        smart_advanced           0    1
        smart_basic              2    3
    """,
    "innovation": """
        rd_funds                   0.27  0.31 P34
        rd_intensity               0.82  0.86 P34
        rd_staff_share             2.35  2.60 P35
        new_patents                9    11    P36-37
        new_standards              1     2    P38
        national_awards            0     0    无
        provincial_awards          0     0    无
        national_carriers          0     0    无
        provincial_carriers        2     3    P39-41
        national_design_centers    0     0    无
        provincial_design_centers  0     1    P41
    """,
    "green": """
        national_green_factories    0       0      无
        provincial_green_factories  1       2      P62-63
        national_green_supply       0       0      无
        provincial_green_supply     0       0      无
        co2_per_output              0.0910  0.0874 P64
        solid_waste_rate           88.40   89.10   P65
        water_reuse_rate           71.30   72.60   P66
    """,
    "services": """
        national_platforms    0 0 无
        provincial_platforms  1 2 P67-68
    """,
}  # fmt: skip
# key, 园区总额 and 其中：集群产业 of 2024, then of 2025
PARK_TABLE = """
    park_gdp                36.40  7.90  39.10  8.62
    park_scale_enterprises  88    26     92    28
    park_scale_revenue      97.50 21.30 104.80 23.45
    park_tax                 3.26  0.58   3.51  0.64
    park_trade_usd           0.95  0.42   1.02  0.47
    park_fai                18.20  2.05  19.75  2.44
    park_attracted          22.60  3.10  24.90  3.62
    park_fdi_cny             0.36  0      0.40  0
"""
PARK_LAND = """
    park_area_mu      9150    9320
    invest_intensity   232.00  236.50
    tax_per_mu           3.56    3.77
"""
TARGETS = """
    target_revenue           36.80 40.10 43.90
    target_scale_enterprises 43    46    50
    target_profit             3.02  3.30  3.62
    target_tax                0.99  1.08  1.18
"""
# name, 营收 2024, 2025, 研发投入 2024, 2025, products, honours, 高新技术企业, 上市挂牌
FIRMS = """
湖南样例浮标科技股份有限公司|3.11|3.42|402|455|浮标、鱼线|国家级专精特新“小巨人”企业（第五批）、湖南省专精特新中小企业、省级单项冠军（2024年）|是|新三板基础层
临湘市样例钓具有限公司|2.38|2.56|214|236|鱼竿、渔轮|湖南省专精特新中小企业|是|未上市
岳阳样例户外用品有限公司|1.86|2.01|121|138|折叠椅、帐篷|省专精特新中小企业（2024年）|是|未上市
湖南样例饵料生物有限公司|1.62|1.80|168|187|鱼饵|省级专精特新中小企业|是|未上市
临湘样例碳素制品有限公司|1.39|1.52|132|150|碳素鱼竿|湖南省“专精特新”中小企业|是|未上市
临湘市样例渔具厂|1.28|1.35|62|68|浮标|中国驰名商标|否|未上市
湖南样例渔线新材料有限公司|1.10|1.21|97|109|鱼线|省级“专精特新”小巨人|是|未上市
临湘样例竞技钓具有限公司|0.98|1.06|66|74|浮标、钓箱|无|是|未上市
临湘市样例芦苇浮标专业合作社|0.90|0.95|21|23|芦苇浮标|无|否|未上市
岳阳样例电子浮标有限公司|0.81|0.90|88|99|夜光浮标|无|是|未上市
临湘样例鱼钩制造有限公司|0.74|0.80|39|44|鱼钩|无|是|未上市
湖南样例钓鱼服饰有限公司|0.70|0.76|27|30|防晒服|无|否|未上市
临湘市样例钓箱有限公司|0.66|0.71|30|35|钓箱|国家级高新技术企业|是|未上市
临湘样例渔轮精密制造有限公司|0.60|0.66|36|41|渔轮|无|是|未上市
"""
BRANDS = ["江南", "长安", "桃林", "白云", "羊楼", "忠防", "聂市", "坦渡", "詹桥", "五里"]
TRADES = ("浮标", "钓具", "渔具配件", "鱼饵", "竿包")

# builder, project, 万元, period, begins, what is built, progress ('' for what is only planned)
PROJECTS = """
湖南样例浮标科技股份有限公司|智能浮标生产线改造项目|3200|2025.04-2026.10|2025-04|改造浮标自动涂装线4条|设备安装完成七成
临湘市样例钓具有限公司|鱼竿卷制车间扩建项目|2800|2025.06-2026.12|2025-06|新建卷制车间6000平方米|主体封顶
湖南样例饵料生物有限公司|饵料研发中心项目|1500|2025.09-2026.09|2025-09|建设微生物实验室|装修中
临湘样例碳素制品有限公司|碳素布预浸生产线项目|4600|2025.03-2026.08|2025-03|新建预浸生产线2条|试生产
湖南样例渔线新材料有限公司|编织线技术改造项目|1200|2025.10-2026.07|2025-10|购置编织机160台|到货八成
临湘样例竞技钓具有限公司|竞技浮标产业化项目|2100|2026.06-2027.09|2026-06|新建标准厂房一栋|
岳阳样例户外用品有限公司|户外用品仓储中心项目|1800|2026.07-2027.06|2026-07|建设电商仓储中心|
临湘市样例浮标检测有限公司|浮标钓具检验检测公共服务平台|900|2026.05-2026.12|2026-05|建设检验室1200平方米|
"""
CARRIERS = """
样例浮标省级企业技术中心|省级|2021-10|湖南省工业和信息化厅|企业技术中心|0
样例饵料工程研究中心|省级|2023-06|湖南省发展和改革委员会|工程研究中心|3
样例钓具省级工业设计中心|省级|2025-08|湖南省工业和信息化厅|工业设计中心|1
"""
GREEN_UNITS = """
0|省级|湖南省工业和信息化厅|2023-11|绿色工厂
4|省级|湖南省工业和信息化厅|2025-10|绿色工厂
"""
PLATFORMS = """
临湘样例浮标钓具中小企业公共服务平台|省级|2022-08|湖南省工业和信息化厅|管理咨询、人力资源
临湘样例钓具质量检验公共服务平台|省级|2025-06|湖南省工业和信息化厅|检验检测
"""
# The rest of the volume is bound, but its index is not typed yet.
EVIDENCE = """
集群企业培育情况证明|2.2 集群企业培育情况|1|12|主管部门证明|临湘市工业和信息化局
前十企业利润表|2.2 营业收入前十企业|13|33|自我声明|各有关企业
集群创新情况证明|2.4 集群创新情况|34|41|主管部门证明|临湘市科学技术局
"""
TEXTS = {
    "basics.gov_opinion": "同意推荐。",
    "self_report.self_report": "临湘是“中国浮标之乡”，浮标产量占全国八成以上。集群现有企业64家，其中规上工业企业40家，2025年实现营业收入33.80亿元，同比增长8.96%。形成了芦苇、碳素、纳米材料到浮标、鱼竿、渔线、饵料、户外用品的完整链条，电商销售占六成。建有省级企业技术中心、工程研究中心、工业设计中心各1家，参与制定浮标团体标准。下一步将提升品牌和智能制造水平。",
    "park_report[1].park_self_report": "园区建设浮标钓具产业园，建成标准厂房12万平方米，设立企业服务专班，实行帮代办；引进配套企业9家，建设电商直播基地和质检中心。",
    "promo_org.promo_basic": "协会由31家企业发起，设理事会和秘书处，专职人员5人，会长为行业从业三十年的企业负责人。",
    "promo_org.promo_operation": "绘制产业链图谱，组织参加国内外钓具展6次，开展电商培训14期，协助企业制定团体标准。",
    "plan.plan_background": "实施范围为临湘市，重点是高新区浮标钓具产业园和江南镇、长安街道。",
    "plan.plan_basis": "产业工人多，市场网络全；高端鱼竿、渔轮与国际先进水平有差距。",
    "plan.plan_goals": "到2028年营业收入达到43.90亿元，规上工业企业达到50家。",
    "plan.plan_path": "实施品牌提升、智能制造、检测平台、电商出海四项工程，推进8个重点项目。",
    "plan.plan_safeguards": "建立市级专班，按季度调度，落实奖补和用地保障。",
}


def content() -> tuple[Values, Rows]:
    """Raw answers by full key, and library rows by block key."""
    firms = [*lines(FIRMS, "|")]
    return _values(), _rows(firms)


def _values() -> Values:
    values: Values = dict(TEXTS)
    values |= {
        "cover.apply_date": "2026年3月27日", "cover.contact_name": "方样例",
        "cover.contact_phone": "0730-3700001",
        "basics.cluster_name": "岳阳市临湘市钓具（浮标）产业集群", "basics.industry_field": "轻工纺织",
        "basics.category": "中小企业特色产业集群", "basics.stage": "初赛",
        "basics.leading_industry": "钓具（浮标）",
        "basics.industry_code": "24 文教、工美、体育和娱乐用品制造业", "basics.area_scope": "临湘市",
        "basics.city": CITY, "basics.counties": COUNTY, "basics.promo_org_name": PROMO,
        "park[1].park_name": PARK, "park[1].park_industry": "钓具（浮标）、电子信息",
        "park[1].green_park_level": "否",
        "innovation.rd_growth.2024": 11.2, "innovation.rd_growth_pages": "P34",
        "cultivation.smart_factories_pages": "P12",
        "self_report.chain_map_attached": "是", "self_report.chain_map_pages": "P69",
        "promo_org.promo_evidence": "P70-74", "targets.plan_lead_unit": "临湘市人民政府",
        "plan.implementation_plan": "本表填写",
        "declaration.confirmed_industry": "是", "declaration.confirmed_safety": "是",
        "declaration.confirmed_integrity": "是",
    }  # fmt: skip
    for serial, key in enumerate(("basics.promo_head 会长", "basics.promo_contact 秘书长",
                                  "park[1].park_head 主任", "park[1].park_contact 科长")):  # fmt: skip
        name, title = key.split()
        values |= {f"{name}_name": f"{SURNAMES[serial]}样例", f"{name}_title": title,
                   f"{name}_phone": phone(9001 + serial)}  # fmt: skip
    for block, table in TABLES.items():
        values |= _two_years(block, table)
    values |= _two_years("park[1]", PARK_LAND)
    for key, *figures in lines(PARK_TABLE):
        names = (f"{key}.2024", f"{key}_cluster.2024", f"{key}.2025", f"{key}_cluster.2025")
        values |= {f"park[1].{n}": number(f) for n, f in zip(names, figures, strict=True)}
    for key, *figures in lines(TARGETS):
        values |= {f"targets.{key}.{year}": number(figure)
                   for year, figure in zip((2026, 2027, 2028), figures, strict=True)}  # fmt: skip
    return values


def _two_years(block: str, table: str) -> Values:
    values: Values = {}
    for key, before, now, *pages in lines(table):
        values |= {f"{block}.{key}.2024": number(before), f"{block}.{key}.2025": number(now)}
        values |= {f"{block}.{key}_pages": page for page in pages}
    return values


def _rows(firms: list[list[str]]) -> Rows:
    ten = firms[:10]
    projects = lines(PROJECTS, "|")
    return {
        "top_revenue": [
            {"enterprise_name": firm[0], "revenue_y1": number(firm[1]), "revenue_y2": number(firm[2]),
             "products": firm[5], "evidence_pages": f"P{13 + 2 * at}-{14 + 2 * at}"}
            for at, firm in enumerate(ten)
        ],
        "top_rd": [
            {"enterprise_name": firm[0], "rd_y1_wan": number(firm[3]), "rd_y2_wan": number(firm[4]),
             "evidence_pages": f"P{42 + at}"}
            for at, firm in enumerate(sorted(firms, key=lambda one: -int(one[4]))[:10])
        ],
        "key_projects": [
            {"builder_name": by, "project_name": name, "total_investment_wan": number(wan), "build_period": period}
            for by, name, wan, period, *_ in projects
        ],
        "innovation_carriers": [
            {"carrier_name": name, "level": level, "approved_on": when, "approved_by": by,
             "carrier_type": kind, "host_enterprise": firms[int(host)][0]}
            for name, level, when, by, kind, host in lines(CARRIERS, "|")
        ],
        "green_units": [
            {"enterprise_name": firms[int(host)][0], "level": level, "approved_by": by, "approved_on": when, "green_type": kind}
            for host, level, by, when, kind in lines(GREEN_UNITS, "|")
        ],
        "service_platforms": [
            {"platform_name": name, "level": level, "approved_on": when, "approved_by": by, "service_type": kinds}
            for name, level, when, by, kinds in lines(PLATFORMS, "|")
        ],
        "existing_enterprises": [*(_known(firm, at) for at, firm in enumerate(firms)), *map(_small, range(50))],
        "prospective_enterprises": [
            {"enterprise_name": "山东样例渔具集团有限公司", "country": "中国", "province": "山东省", "city": "威海市",
             "profile": "国内鱼竿骨干企业。", "products": "鱼竿", "is_scale": "是", "domestic_brand": "是",
             "international_brand": "否", "brand_honours": "国家级专精特新小巨人"},
        ],
        "ongoing_projects": [_project(row, at, "ongoing") for at, row in enumerate(projects) if row[6]],
        "planned_projects": [_project(row, at, "planned") for at, row in enumerate(projects) if not row[6]],
        "evidence": [
            {"title": title, "related_item": item, "page_from": int(first), "page_to": int(last), "kind": kind, "issued_by": by}
            for title, item, first, last, kind, by in lines(EVIDENCE, "|")
        ],
    }  # fmt: skip


def _known(firm: list[str], at: int) -> dict[str, Any]:
    name, _, revenue, _, _, products, honours, hightech, listing = firm
    return {
        "enterprise_name": name, "city": CITY, "county": COUNTY, "park": PARK if at % 4 else "无",
        "profile": f"主营{products}，职工{180 - 9 * at}人。", "products": products, "is_scale": "是",
        "main_revenue_y2": round(float(revenue) * 0.99, 2), "honours": honours,
        "contact_name": f"{SURNAMES[at % 10]}样例", "contact_phone": phone(9101 + at),
        "is_hightech": hightech, "listing": listing, "iii_cert": "是" if at < 2 else "否",
        "smart_level": ("先进级", "基础级", "基础级", "基础级", *[""] * 10)[at],
        "green_level": "省级" if at in (0, 4) else "",
    }  # fmt: skip


def _small(at: int) -> dict[str, Any]:
    """One of the many small ones: 26 just above 2000万元, the others below."""
    scale = at < 26
    revenue = round(0.62 - at * 0.015, 2) if scale else round(0.185 - (at - 26) * 0.006, 3)
    trade = TRADES[at % len(TRADES)]
    form = (
        ("有限公司", "有限公司", "厂", "经营部（个体工商户）", "有限责任公司")[at // 10]
        if not scale
        else "有限公司"
    )
    return {
        "enterprise_name": f"临湘市样例{BRANDS[at % len(BRANDS)]}{trade}{'甲乙丙丁戊'[at // 10]}{form}",
        "city": CITY, "county": COUNTY, "park": PARK if at < 20 else "无",
        "profile": f"从事{trade}生产，职工{70 - at}人。", "products": trade, "is_scale": "是" if scale else "否",
        "main_revenue_y2": revenue, "honours": "无", "contact_name": f"{SURNAMES[at % 10]}样例",
        "contact_phone": phone(9201 + at), "is_hightech": "否", "listing": "未上市",
        "iii_cert": "否",
    }  # fmt: skip


def _project(row: list[str], at: int, library: str) -> dict[str, Any]:
    by, name, wan, period, start, built, progress = row
    own = {"project_name": name, "builder_name": by, "total_investment_yi": int(wan) / 10000, "content": built,
           "city": CITY, "county": COUNTY, "contact_name": f"{SURNAMES[at]}样例", "contact_phone": phone(9301 + at)}  # fmt: skip
    if library == "ongoing":
        return own | {"park": PARK, "build_period": period, "start_on": start, "progress": progress}
    return own | {"location": PARK, "planned_period": period, "planned_start_on": start}
