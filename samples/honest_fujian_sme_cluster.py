"""A Fujian form as an honest clerk fills it in, 漳州市龙文区钟表产业: all of it made up.

The printed form has no cells for pages, so this clerk fills in those that were at hand; the index
of the evidence is half done, and the certificates of 167 patents are bound into the volume.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from content_cluster_contest import SURNAMES, Rows, Values, lines, number, phone

YEARS = (2023, 2024, 2025)
TICK, NONE = "☑", "无"
OPERATOR = "漳州市龙文区样例钟表产业服务中心"

TABLES = {
    "industry": """
        output_value            41.20 44.35 48.10
        sme_output_share        90.10 90.60 91.20
        lead_output_share       86.40 86.90 87.30
        lead_output_growth       7.10  8.27  8.96
        enterprises            118   124   131
        sme_enterprises        117   123   130
        srdi_smes               11    13    15
        little_giants            1     2     2
        champions                0     0     0
        hightech_and_innovative 31    36    42
    """,
    "innovation": """
        sme_rd_intensity  1.86  1.93  2.02
        rd_growth         7.90  8.30  9.10
    """,
    "digital": "software_purchase 148 166 171",
    "green": "co2_per_output 0.0512 0.0486 0.0461",
    "opening": """
        export_growth  -3.40  4.15  6.20
        fdi_growth      0     0     0
    """,
}  # fmt: skip
# level, key, number of the standard, then 主持/参与 of each year
STANDARDS = """
    国际 intl  ISO    0/0 0/0 0/0
    国家 natl  GB/T   0/1 0/0 0/1
    行业 ind   QB/T   0/1 1/0 0/1
    地方 local DB35/T 0/0 0/0 0/0
    团体 group T/YL   0/0 1/1 1/1
"""
# checklist, which boxes, first page of the evidence where the clerk has noted it
TICKS = """
    industry.cb_resource_share     1,3        2
    industry.cb_quality_brand      1,2        4
    innovation.cb_coinnovation     2,4,5      30
    digital.cb_digital_service     1,2        -
    digital.cb_new_models          3          -
    green.cb_resource_use          3          -
    green.cb_green_service         2,3        -
    opening.cb_international       4          -
    governance.cb_platforms        2,3        -
    governance.cb_services         1,2,4,6,7  -
    governance.cb_governance       1,2        -
"""
EVIDENCE = """
产业链图谱|二、主导产业情况|1|1|自我声明|漳州市龙文区样例钟表产业服务中心
资源共享和质量品牌材料|二、主导产业情况|2|6|主管部门证明|龙文区工业和信息化局
标准文本首页|三、创新能力情况|7|18|第三方机构证明|中国钟表协会样例分会
"""
GOODS = ["石英机芯", "挂钟", "闹钟", "智能手表", "钟壳", "日历机芯", "电波钟"]
DRAFTERS = (
    "漳州样例钟表有限公司",
    "福建样例精密机芯股份有限公司",
    "漳州样例电子有限责任公司",
    "漳州样例钟壳厂",
)
PLATFORMS = {
    "national": (),
    "prov": ("样例钟表省级企业技术中心",),
    "other": ("样例钟表检测中心", "样例石英机芯联合实验室"),
}
TEXTS = {
    "industry.t_chain": "集群从机芯、钟壳、钟针到整机配套齐全，机芯年产量占全国四成，2025年引进配套项目5个。",
    "industry.t_supply_risk": "对石英晶体、芯片建立备选供应商名录，按季评估，未发生断供。",
    "industry.t_resource_share": "建成共享注塑车间和共享检测室，18家企业集中采购包装材料。",
    "industry.t_synergy": "与漳州市电子信息产业链企业合作开发电波钟模组。",
    "industry.t_quality_brand": "注册集体商标，开展质量管理培训6场。",
    "innovation.t_coinnovation": "两家企业联合高校攻关低功耗机芯，形成技术难点清单9项。",
    "digital.t_digital_service": "引进数字化服务商2家，为43家企业提供诊断。",
    "digital.t_new_models": "推广机芯自动装配线的在线检测。",
    "green.t_dual_carbon": NONE,
    "green.co2_formula": "（外购电力×电网排放因子＋天然气×排放因子）÷集群总产值",
    "green.t_resource_use": "注塑边角料全部回用，电镀废水集中处理。",
    "green.t_green_service": "引进第三方机构开展清洁生产审核。",
    "opening.t_international": "每年组织企业参加香港钟表展和广交会。",
    "governance.t_governance": "由产业服务中心牵头，设立企业服务专班，按季考核服务效果。",
    "plan.plan_intro": "集群位于漳州市龙文区，2025年总产值48.10亿元，企业131家，其中中小企业130家，石英机芯产量居全国前列。",
    "plan.plan_results": "主导产业年均增长8%左右，新增专精特新中小企业4家，机芯自动装配线普及。",
    "plan.plan_problems": "高端机芯与国外有差距，自主品牌知名度不高。",
    "plan.plan_idea": "做强机芯、做响品牌，向智能穿戴延伸。",
    "plan.g_open_text.2025": "参加境外展会4场",
    "plan.g_open_text.2028": "参加境外展会8场",
    "plan.g_gov_text.2025": "服务企业400家次",
    "plan.g_gov_text.2028": "服务企业700家次",
    "plan.stage_2026": "建成钟表质检中心二期。",
    "plan.stage_2027": "形成电波钟模组批量生产能力。",
    "plan.stage_2028": "完成各项目标。",
    "plan.plan_tasks": "技术攻关、品牌培育、数字化改造、绿色制造、开拓市场。",
    "plan.plan_safeguards": "区领导挂钩，安排专项资金，落实用地用工保障。",
}


def content() -> tuple[Values, Rows]:
    """Raw answers by full key, and library rows by block key."""
    values: Values = TEXTS | _head() | _single() | _ticks() | _targets()
    for block, table in TABLES.items():
        for key, *figures in lines(table):
            values |= {f"{block}.{key}.{y}": number(f) for y, f in zip(YEARS, figures, strict=True)}
    for _, key, _, *counts in lines(STANDARDS):
        for year, count in zip(YEARS, counts, strict=True):
            lead, join = count.split("/")
            values |= {
                f"innovation.std_{key}_lead.{year}": int(lead),
                f"innovation.std_{key}_join.{year}": int(join),
            }
    return values, _rows()


def _head() -> Values:
    people = ("cover.contact", "basics.dept_contact", "basics.operator_contact")
    values: Values = {f"{key}_name": f"{SURNAMES[at + 3]}样例" for at, key in enumerate(people)}
    values |= dict(zip((f"{key}_phone" for key in people),
                       ("0596-2100001", phone(9401), phone(9402)), strict=True))  # fmt: skip
    return values | {f"basics.st_{key}": "是" for key in ("not_prohibited", "no_accident", "no_violation")} | {
        "cover.city": "漳州市", "cover.county": "龙文区", "cover.apply_date": "2026年4月2日",
        "basics.cluster_name": "福建省中小企业特色产业集群（钟表产业）", "basics.industry_name": "钟表产业",
        "basics.county_dept": "漳州市龙文区工业和信息化局", "basics.operator_org": OPERATOR,
        "basics.area_km2": 6.4, "basics.industry_sector": "第二产业",
        "basics.st_energy_ok": "不涉及", "basics.st_water_ok": "不涉及",
    }  # fmt: skip


def _single() -> Values:
    values: Values = {
        "industry.lead_output_cagr": 8.61, "industry.chain_map": "是", "industry.chain_map_pages": "P1",
        "innovation.sme_employees": 5460, "innovation.rd_staff_share": 5.2, "innovation.patents_cagr": 12.4,
        "innovation.patents_per_10k": 305.86, "innovation.sme_patents": 167,
        "innovation.patents_list_way": "清单另附", "innovation.patents_list_pages": "P32-48",
        "digital.cloud_share": 41.5, "digital.iiot_share": 24.2, "digital.software_rising": "是",
        "green.carbon_monitoring": "否", "green.energy_reduction": 4.8,
        "green.solid_waste_rate": 96.3, "green.solid_waste_above_avg": "是",
        "green.water_reuse_rate": 74.5, "green.water_reuse_above_avg": "是",
        "opening.overseas_branches": 0,
    }  # fmt: skip
    for key, names in PLATFORMS.items():
        values[f"innovation.plat_{key}_count"] = len(names)
        values[f"innovation.plat_{key}_names"] = "、".join(names) or NONE
    return values


def _ticks() -> Values:
    values: Values = {}
    for key, boxes, first in lines(TICKS):
        for at, box in enumerate(boxes.split(",")):
            values[f"{key}_{box}"] = TICK
            if first != "-":
                values[f"{key}_{box}_pages"] = f"P{int(first) + at}"
    return values


def _targets() -> Values:
    rows = {
        "g_output_cagr": (8.05, 7.5), "g_rd": (9280, 11800), "g_patents": (167, 225), "g_iiot": (24.2, 31),
        "g_co2": (2.22, 1.98), "g_energy": (0.021, 0.0192),
    }  # fmt: skip
    values: Values = {
        f"plan.{key}.{year}": figure
        for key, figures in rows.items()
        for year, figure in zip((2025, 2028), figures, strict=True)
    }
    smes = zip((2025, 2026, 2027, 2028), (22, 25, 28, 32), strict=True)
    return values | {f"plan.g_quality_smes.{year}": count for year, count in smes} | {
        "plan.g_rd_unit": "万元", "plan.g_co2_unit": "万吨",
    }  # fmt: skip


def _rows() -> Rows:
    return {
        "standards_list": list(_standards()),
        "evidence": [
            {"title": title, "related_item": item, "page_from": int(first), "page_to": int(last), "kind": kind, "issued_by": by}
            for title, item, first, last, kind, by in lines(EVIDENCE, "|")
        ],
    }  # fmt: skip


def _standards() -> Iterator[dict[str, Any]]:
    serial = 0
    for level, _, mark, *counts in lines(STANDARDS):
        for year, count in zip(YEARS, counts, strict=True):
            for role, times in zip(("主持", "参与"), map(int, count.split("/")), strict=True):
                for _ in range(times):
                    serial += 1
                    yield {
                        "standard_no": f"{mark} {980000 + serial}-{year}", "standard_name": f"{GOODS[serial % 7]}技术条件",
                        "level": level, "role": role, "drafting_rank": 2 if role == "主持" else "",
                        "published_on": f"{year}年{serial % 12 + 1}月", "enterprise": DRAFTERS[serial % 4],
                    }  # fmt: skip
