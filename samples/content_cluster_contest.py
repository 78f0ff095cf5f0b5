"""A filled-in contest form, 邵阳市邵东市小五金产业集群: every name and every figure is made up.

The libraries are consistent with the indicators: what 2.2 counts stands in the 现有企业库, what 2.4
to 2.6 count stands in their lists, and each project of 2.3 stands in one of the project libraries.
"""

from __future__ import annotations

from typing import Any

from attrs import frozen
from texts_cluster_contest import TEXTS

Values = dict[str, Any]
Rows = dict[str, list[dict[str, Any]]]

PARK, PROMO = "邵东样例经济开发区", "邵东市样例五金产业促进会"
CITY, COUNTY = "邵阳市", "邵东市"
NONE = "无"


@frozen
class Size:
    """How many enterprises: what 2.2 counts in both years, and what follows from it elsewhere."""

    counts: str
    scale_targets: tuple[int, int, int]
    park_scale: tuple[int, int, int, int]


# key, 2024, 2025, evidence
FULL = Size(
    counts="""
        enterprises            412 436 P10
        scale_enterprises      128 136 P11
        hightech_enterprises    61  69 P12-13
        listed_enterprises       2   2 P14
        national_champions       1   1 P15
        provincial_champions     4   5 P16-17
        little_giants            7   8 P18-20
        provincial_srdi         38  45 P21-24
        iii_certified            6   8 P25-26
        smart_pioneer            0   0
        smart_excellent          0   1
        smart_advanced           2   3
        smart_basic              9  12
    """,
    scale_targets=(145, 154, 164),
    park_scale=(148, 121, 157, 129),
)
# For samples that are about something else.
SMALL = Size(
    counts="""
        enterprises             22  24 P10
        scale_enterprises       15  16 P11
        hightech_enterprises    11  12 P12-13
        listed_enterprises       2   2 P14
        national_champions       1   1 P15
        provincial_champions     1   2 P16-17
        little_giants            2   3 P18-20
        provincial_srdi          7   8 P21-24
        iii_certified            3   3 P25-26
        smart_pioneer            0   0
        smart_excellent          0   1
        smart_advanced           1   1
        smart_basic              2   3
    """,
    scale_targets=(17, 18, 20),
    park_scale=(25, 13, 26, 14),
)

ECONOMY = """
    output_value        182.40 197.60 P1
    revenue             176.30 190.20 P2
    sme_output_share     86.50  87.10 P3
    total_profit          9.12   9.95 P4
    total_tax             4.85   5.21 P5
    trade_usd             3.60   3.95 P6
    fdi_usd               0.12   0.13 P7
    project_investment   28.60  33.40 P8
    employees           38600  39850  P9
"""
INNOVATION = """
    rd_funds                   4.41  4.95 P51
    rd_intensity               2.38  2.47 P52
    rd_staff_share             4.12  4.35 P54
    new_patents               96   118    P55-60
    new_standards             14    17    P61-64
    national_awards            0     0    无
    provincial_awards          2     3    P65-66
    national_carriers          0     1    P67
    provincial_carriers        6     7    P68-74
    national_design_centers    0     0    无
    provincial_design_centers  2     2    P75-76
"""
GREEN = """
    national_green_factories    1       1      P97
    provincial_green_factories  3       4      P98-101
    national_green_supply       0       0      无
    provincial_green_supply     0       1      P102
    co2_per_output              0.2130  0.2040 P103
    solid_waste_rate           91.40   92.60   P104
    water_reuse_rate           88.20   89.10   P105
"""
SERVICES = """
    national_platforms    0 1 P106
    provincial_platforms  3 4 P107-110
"""
# key, 园区总额 and 其中：集群产业 of 2024, then of 2025
PARK_TABLE = """
    park_gdp             62.30  57.10  67.85  62.40
    park_scale_revenue  168.20 150.60 181.90 163.40
    park_tax              5.10   4.36   5.46   4.70
    park_trade_usd        3.05   2.72   3.34   2.98
    park_fai             31.60  26.90  36.20  31.10
    park_attracted       42.50  35.80  47.30  40.60
    park_fdi_cny          0.82   0.70   0.88   0.76
"""
PARK_LAND = """
    park_area_mu      8200    8650
    invest_intensity   265.00  278.40
    tax_per_mu           6.22    6.31
"""
TARGETS = """
    target_revenue  205   221   238
    target_profit    10.80 11.70 12.70
    target_tax        5.60  6.05  6.50
"""

# name, 营收 2024, 2025, 研发投入 2024, 2025, products
TOP_TEN = """
湖南样例甲五金工具有限公司|12.40|13.55|1860|2105|钢锤、扳手、钳具
湖南样例乙精密锻造有限公司|10.15|11.02|1725|1980|锻件、轮毂
邵东样例丙工具制造有限公司|8.62|9.30|1290|1452|螺丝刀、套筒
邵东样例丁打火机电子有限公司|7.48|7.95|980|1064|电子打火机
邵东样例戊锁具股份有限公司|6.90|7.66|1455|1702|智能锁、挂锁、锁芯
湖南样例己新材料科技有限公司|5.86|6.48|1610|1893|合金棒材
邵东样例庚机电制造有限公司|5.12|5.40|765|812|电动工具
邵东样例辛刃具厂|4.35|4.58|520|561|刀具、剪具
邵东样例壬五金制品有限公司|3.98|4.21|488|530|铰链、滑轨
湖南样例癸智能装备有限公司|3.44|3.90|1240|1466|抛光机器人
"""
PRODUCTS = [
    "扳手、钳具",
    "螺丝刀",
    "锁具",
    "铰链、滑轨",
    "刀具",
    "剪具、刀具",
    "打火机",
    "锻件",
    "电动工具",
    "模具、冲压件",
]
CRAFTS = ["精密锻造", "冲压成型", "热处理", "表面处理", "自动装配", "激光焊接", "数控加工"]
SURNAMES = ["张", "李", "王", "赵", "刘", "陈", "杨", "黄", "周", "吴"]

# builder, project, 万元, period, begins, what is built, progress ('' for what is only planned)
PROJECTS = """
湖南样例甲五金工具有限公司|样例甲智能化技改项目|18600|2025.03-2026.12|2025-03|改造锻造、热处理生产线，新增数控设备86台套|主体设备安装完成六成
邵东样例检验检测有限公司|五金检验检测公共服务平台|4200|2025.06-2026.06|2025-06|建设检验检测实验室3200平方米|实验室装修完成，设备进场调试
湖南样例乙精密锻造有限公司|样例乙精密锻造生产线技术改造项目|9800|2025.05-2026.10|2025-05|新建精密锻造生产线2条|厂房完工，设备安装中
邵东样例戊锁具股份有限公司|样例戊智能锁研发中心项目|6500|2025.09-2027.03|2025-09|建设研发中心及中试线|主体结构封顶
湖南样例己新材料科技有限公司|样例己合金棒材扩能项目|12400|2025.04-2026.11|2025-04|新增合金棒材年产能1.2万吨|设备采购完成，正在安装
湖南样例癸智能装备有限公司|样例癸抛光机器人产业化项目|15800|2025.10-2027.06|2025-10|建设抛光机器人装配车间|正在进行基础施工
邵东样例丙工具制造有限公司|样例丙工具智能仓储项目|5600|2026.06-2027.12|2026-06|建设智能仓储及分拣系统|
邵东样例丁打火机电子有限公司|样例丁打火机自动化装配项目|7200|2026.07-2027.08|2026-07|新建自动化装配线6条|
邵东样例庚机电制造有限公司|样例庚锂电电动工具项目|10500|2026.09-2028.03|2026-09|建设锂电电动工具生产线|
邵东样例科创园运营有限公司|样例五金创新创业公共服务平台|3800|2026.08-2027.10|2026-08|建设创业孵化和工业设计服务平台|
"""
PROVINCE_MIIT, PROVINCE_NDRC = "湖南省工业和信息化厅", "湖南省发展和改革委员会"
CARRIERS = """
样例戊国家企业技术中心|国家级|2025-11|国家发展和改革委员会|企业技术中心|4
样例甲省级企业技术中心|省级|2019-09|湖南省工业和信息化厅|企业技术中心|0
样例乙省级企业技术中心|省级|2020-10|湖南省工业和信息化厅|企业技术中心|1
样例丙省级工业设计中心|省级|2021-06|湖南省工业和信息化厅|工业设计中心|2
样例戊省级工业设计中心|省级|2022-08|湖南省工业和信息化厅|工业设计中心|4
样例己合金材料省级工程研究中心|省级|2021-12|湖南省发展和改革委员会|工程研究中心|5
样例癸抛光装备省级技术创新中心|省级|2023-05|湖南省科学技术厅|技术创新中心|9
样例小五金省级重点实验室|省级|2025-07|湖南省科学技术厅|重点实验室|0
"""
# which of the ten, level, approved by, when, type
GREEN_UNITS = """
4|国家级|工业和信息化部|2023-11|绿色工厂
0|省级|湖南省工业和信息化厅|2021-09|绿色工厂
1|省级|湖南省工业和信息化厅|2022-09|绿色工厂
2|省级|湖南省工业和信息化厅|2023-10|绿色工厂
5|省级|湖南省工业和信息化厅|2025-10|绿色工厂
9|省级|湖南省工业和信息化厅|2025-10|绿色供应链管理企业
"""
PLATFORMS = """
样例五金国家中小企业公共服务示范平台|国家级|工业和信息化部|2025-06|检验检测、研发设计
样例五金检验检测公共服务平台|省级|湖南省工业和信息化厅|2020-08|检验检测、质量认证
样例五金工业设计公共服务平台|省级|湖南省工业和信息化厅|2021-08|研发设计
样例五金人才实训公共服务平台|省级|湖南省工业和信息化厅|2023-07|人力资源
样例五金创业孵化公共服务平台|省级|湖南省工业和信息化厅|2025-07|创业孵化、管理咨询
"""
PROSPECTS = """
浙江样例五金集团有限公司|中国|浙江省|永康市|高端手工具|是|是|否|民营企业500强
广东样例智能锁业有限公司|中国|广东省|中山市|智能锁|是|是|否|国家“专精特新”小巨人
德国样例工具有限公司|德国|||精密量具、切削刀具|不涉及|否|是|全球行业50强
样例机器人（苏州）有限公司|中国|江苏省|苏州市|工业机器人|否|否|否|无
"""
# title, what it proves, first and last page, kind, issued by
EVIDENCE = """
集群主要经济指标统计证明|2.1 集群主要经济指标|1|9|主管部门证明|邵东市样例统计部门
企业培育情况证明及名单|2.2 集群企业培育情况|10|30|主管部门证明|邵东市样例工业和信息化局
前十企业会计利润报表|2.2 营业收入前十企业|31|50|自我声明|各有关企业
研发经费统计证明|2.4 集群创新情况|51|54|主管部门证明|邵东市样例统计部门
新增发明专利证书|2.4 集群创新情况|55|60|主管部门证明|国家知识产权局
新增标准文本首页|2.4 集群创新情况|61|64|第三方机构证明|样例标准化技术委员会
科技进步奖证书|2.4 集群创新情况|65|66|主管部门证明|湖南省科学技术厅
技术创新载体批复文件|2.4 技术创新载体|67|76|主管部门证明|湖南省工业和信息化厅
前十企业研发费用明细|2.4 研发投入前十企业|77|96|自我声明|各有关企业
绿色制造批复文件|2.5 绿色工厂和绿色供应链|97|102|主管部门证明|湖南省工业和信息化厅
能源资源利用证明|2.5 集群绿色发展情况|103|105|第三方机构证明|湖南样例节能服务有限公司
公共服务平台批复文件|2.6 公共服务平台|106|110|主管部门证明|湖南省工业和信息化厅
产业链图谱|2.7 自评报告|111|112|自我声明|邵东市样例五金产业促进会
省级绿色园区批复文件|3.1 园区主要经济指标（1）|113|113|主管部门证明|湖南省工业和信息化厅
促进组织批文及负责人资历证明|四、集群发展促进组织情况|114|120|主管部门证明|邵东市样例民政局
"""


def content(size: Size = FULL) -> tuple[Values, Rows]:
    """Raw answers by full key, and library rows by block key."""
    return _values(size), _rows(size)


def number(text: str) -> int | float:
    """A figure as somebody types it into a cell."""
    return float(text) if "." in text else int(text)


def phone(serial: int) -> str:
    """A number that nobody has: 13900000001 and the following ones."""
    return str(13900000000 + serial)


def lines(table: str, mark: str | None = None) -> list[list[str]]:
    """The cells of each line."""
    return [line.strip().split(mark) for line in table.strip().splitlines()]


def _values(size: Size) -> Values:
    values: Values = dict(TEXTS)
    values |= {
        "cover.apply_date": "2026-03-20",
        "basics.cluster_name": "邵阳市邵东市小五金产业集群",
        "basics.industry_field": "轻工纺织",
        "basics.category": "中小企业特色产业集群",
        "basics.stage": "初赛",
        "basics.leading_industry": "小五金（样例）",
        "basics.industry_code": "33 金属制品业",
        "basics.area_scope": "邵东市，辐射新邵县、大祥区",
        "basics.city": CITY,
        "basics.counties": "邵东市、新邵县、大祥区",
        "basics.promo_org_name": PROMO,
        "basics.gov_opinion_date": "2026-03-18",
        "park[1].park_name": PARK,
        "park[1].park_industry": "小五金、智能装备",
        "park[1].green_park_level": "省级",
        "park[1].green_park_pages": "P113",
        "innovation.rd_growth.2024": 10.53,
        "innovation.rd_growth_pages": "P53",
        "cultivation.smart_factories_pages": "P27-30",
        "self_report.chain_map_attached": "是",
        "self_report.chain_map_pages": "P111-112",
        "promo_org.promo_evidence": "P114-120",
        "targets.plan_lead_unit": "邵东市人民政府（样例）",
        "plan.implementation_plan": "本表填写",
        **dict.fromkeys([f"declaration.confirmed_{part}" for part in
                         ("industry", "safety", "integrity")], "是"),
    }  # fmt: skip
    for block, table in (("economy", ECONOMY), ("cultivation", size.counts), ("green", GREEN),
                         ("innovation", INNOVATION), ("services", SERVICES)):  # fmt: skip
        values |= _two_years(block, table)
    return values | _people() | _park(size) | _targets(size)


def _two_years(block: str, table: str) -> Values:
    values: Values = {}
    for key, before, now, *pages in lines(table):
        values |= {f"{block}.{key}.2024": number(before), f"{block}.{key}.2025": number(now)}
        values |= {f"{block}.{key}_pages": page for page in pages}
    return values


def _people() -> Values:
    values: Values = {"cover.contact_name": "样例联络员", "cover.contact_phone": phone(901)}
    people = ("basics.promo_head 会长", "basics.promo_contact 秘书长", "park[1].park_head 主任",
              "park[1].park_contact 科长")  # fmt: skip
    for serial, person in enumerate(people):
        key, title = person.split()
        values |= {
            f"{key}_name": f"{SURNAMES[serial]}样例",
            f"{key}_title": title,
            f"{key}_phone": phone(902 + serial),
        }
    return values


def _park(size: Size) -> Values:
    values: Values = {}
    rows = lines(PARK_TABLE)
    rows.append(["park_scale_enterprises", *map(str, size.park_scale)])
    for key, *figures in rows:
        names = (f"{key}.2024", f"{key}_cluster.2024", f"{key}.2025", f"{key}_cluster.2025")
        values |= {f"park[1].{n}": number(f) for n, f in zip(names, figures, strict=True)}
    return values | _two_years("park[1]", PARK_LAND)


def _targets(size: Size) -> Values:
    rows = [*lines(TARGETS), ["target_scale_enterprises", *map(str, size.scale_targets)]]
    return {
        f"targets.{key}.{year}": number(figure)
        for key, *figures in rows
        for year, figure in zip((2026, 2027, 2028), figures, strict=True)
    }


def _rows(size: Size) -> Rows:
    ten = lines(TOP_TEN, "|")
    names = [row[0] for row in ten]
    projects = [dict(zip(("builder", "name", "wan", "period", "start", "content", "progress"),
                         row, strict=True)) for row in lines(PROJECTS, "|")]  # fmt: skip
    return {
        "top_revenue": [
            {"enterprise_name": name, "revenue_y1": number(y1), "revenue_y2": number(y2),
             "products": products, "evidence_pages": f"P{31 + 2 * at}-{32 + 2 * at}"}
            for at, (name, y1, y2, _, _, products) in enumerate(ten)
        ],
        "top_rd": [
            {"enterprise_name": name, "rd_y1_wan": number(y1), "rd_y2_wan": number(y2),
             "evidence_pages": f"P{77 + 2 * ten.index(row)}-{78 + 2 * ten.index(row)}"}
            for row in sorted(ten, key=lambda row: -int(row[4]))
            for name, _, _, y1, y2, _ in [row]
        ],
        "key_projects": [
            {"builder_name": p["builder"], "project_name": p["name"],
             "total_investment_wan": number(p["wan"]), "build_period": p["period"]}
            for p in projects
        ],
        "innovation_carriers": [
            {"carrier_name": name, "level": level, "approved_on": when, "approved_by": by,
             "carrier_type": kind, "host_enterprise": names[int(host)]}
            for name, level, when, by, kind, host in lines(CARRIERS, "|")
        ],
        "green_units": [
            {"enterprise_name": names[int(host)], "level": level, "approved_by": by,
             "approved_on": when, "green_type": kind}
            for host, level, by, when, kind in lines(GREEN_UNITS, "|")
        ],
        "service_platforms": [
            {"platform_name": name, "level": level, "approved_by": by, "approved_on": when,
             "service_type": kinds}
            for name, level, by, when, kinds in lines(PLATFORMS, "|")
        ],
        "existing_enterprises": _enterprises(size, ten),
        "prospective_enterprises": _prospects(),
        "ongoing_projects": [_ongoing(p, at) for at, p in enumerate(projects) if p["progress"]],
        "planned_projects": [_planned(p, at) for at, p in enumerate(projects) if not p["progress"]],
        "evidence": [
            {"title": title, "related_item": item, "page_from": int(first), "page_to": int(last),
             "kind": kind, "issued_by": by}
            for title, item, first, last, kind, by in lines(EVIDENCE, "|")
        ],
    }  # fmt: skip


def _project(project: dict[str, str], at: int) -> dict[str, Any]:
    return {
        "project_name": project["name"], "builder_name": project["builder"],
        "total_investment_yi": int(project["wan"]) / 10000, "content": project["content"],
        "city": CITY, "county": COUNTY,
        "contact_name": f"{SURNAMES[at]}样例", "contact_phone": phone(801 + at),
    }  # fmt: skip


def _ongoing(project: dict[str, str], at: int) -> dict[str, Any]:
    more = {"park": PARK, "build_period": project["period"], "start_on": project["start"]}
    return _project(project, at) | more | {"progress": project["progress"]}


def _planned(project: dict[str, str], at: int) -> dict[str, Any]:
    more = {"planned_period": project["period"], "planned_start_on": project["start"]}
    return _project(project, at) | more | {"location": PARK}


def _prospects() -> list[dict[str, Any]]:
    keys = ("enterprise_name", "country", "province", "city", "products", "is_scale",
            "domestic_brand", "international_brand", "brand_honours")  # fmt: skip
    rows = [dict(zip(keys, row, strict=True)) for row in lines(PROSPECTS, "|")]
    return [row | {"profile": f"样例企业，主营{row['products']}。"} for row in rows]


# --- 现有企业库 ----------------------------------------------------------------------------------


def _enterprises(size: Size, ten: list[list[str]]) -> list[dict[str, Any]]:
    count = {key: int(now) for key, _, now, *_ in lines(size.counts)}
    total, scale = count["enterprises"], count["scale_enterprises"]
    ranks = _ranks(total)
    names = [row[0] for row in ten]
    names += [f"邵东样例五金第{n:03}号有限公司" for n in range(1, total - len(ten) + 1)]
    rows = []
    for at, name in enumerate(names):
        products = ten[at][5] if at < len(ten) else PRODUCTS[at % len(PRODUCTS)]
        craft, people = CRAFTS[at % len(CRAFTS)], 12 + (total - at) * 7 % 180
        in_park = at < min(scale, size.park_scale[3]) or at % 3 == 0
        rows.append({
            "enterprise_name": name, "city": CITY, "county": _county(at),
            "park": PARK if in_park else NONE,
            "profile": f"样例企业，主营{products}，职工{people}人，掌握{craft}技术。",
            "products": products, "is_scale": "是" if at < scale else "否",
            "main_revenue_y2": _revenue(at, ten, scale, total),
            "contact_name": f"{SURNAMES[at % 10]}样例", "contact_phone": phone(1 + at),
            "is_hightech": "是" if at < count["hightech_enterprises"] else "否",
            "listing": {4: "北交所", 5: "区域性股权市场"}.get(at, "未上市"), "related": "是",
            **_marks(ranks[at], count), "uscc": credit_code(at) if at < len(ten) else "",
        })  # fmt: skip
    return rows


def _ranks(total: int) -> list[int]:
    """How far up each enterprise stands in honours; the ninth of the ten is a small workshop."""
    order = [4, 0, 1, 2, 5, 9, 3, 6, 8, *range(10, total), 7]
    return sorted(range(total), key=order.__getitem__)


def _county(at: int) -> str:
    return {20: "新邵县", 33: "大祥区"}.get(at % 40, COUNTY)


def _revenue(at: int, ten: list[list[str]], scale: int, total: int) -> float:
    """主营业务收入: below 营业收入 for the ten, above 2000万元 for all 规上, below for the others."""
    if at < len(ten):
        return round(float(ten[at][2]) * 0.985, 2)
    if at < scale:
        return round(0.21 + 3.1 * (1 - (at - len(ten)) / (scale - len(ten))) ** 4.7, 2)
    return round(0.01 + 0.18 * (1 - (at - scale) / (total - scale)) ** 2.6, 2)


def _marks(rank: int, count: dict[str, int]) -> dict[str, str]:
    """Honours and levels: the first ``n`` in rank have what 2.2 counts ``n`` of."""
    champions = count["national_champions"]
    honours = [
        honour
        for honour, holds in (
            ("国家“专精特新”小巨人", rank < count["little_giants"]),
            ("省级“专精特新”小巨人", rank < count["provincial_srdi"]),
            ("国家单项冠军", rank < champions),
            ("省级单项冠军", champions <= rank < champions + count["provincial_champions"]),
        )
        if holds
    ]
    smart = [
        level
        for level, key in (("卓越级", "smart_excellent"), ("先进级", "smart_advanced"),
                           ("基础级", "smart_basic"))
        for _ in range(count[key])
    ]  # fmt: skip
    green = ["国家级", *["省级"] * 5]
    return {
        "honours": "、".join(honours) or NONE,
        "iii_cert": "是" if rank < count["iii_certified"] else "否",
        "smart_level": smart[rank] if rank < len(smart) else "",
        "green_level": green[rank] if rank < len(green) else "",
    }


def credit_code(serial: int) -> str:
    """A code in the right form with its check character; no office gives out YL (样例)."""
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    code = f"91430582YL{serial + 1:07}"
    total = sum(signs.index(sign) * 3**place for place, sign in enumerate(code))
    return code + signs[-total % 31]
