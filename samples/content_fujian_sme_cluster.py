"""A filled-in Fujian form, 泉州市洛江区卫生护理用品产业: every name and every figure is made up.

The lists are consistent with the figures: as many standards and patents as part 三 counts, as many
platforms as it names.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import frozen
from content_cluster_contest import SURNAMES, Rows, Values, lines, number, phone

YEARS = (2023, 2024, 2025)
NONE = "无"
TICK = "☑"


@frozen
class Size:
    """How many patents, and what follows from it."""

    patents: int
    patents_target: int
    per_10k: float


FULL = Size(412, 560, 192.97)
# For samples that are about something else.
SMALL = Size(24, 33, 11.24)

# key, 2023, 2024, 2025
INDUSTRY = """
    output_value            96.40 104.80 113.60
    sme_output_share        81.20  82.05  82.60
    lead_output_share       88.30  88.90  89.40
    lead_output_growth       8.60   9.45   9.01
    enterprises            286    301    318
    sme_enterprises        281    296    312
    srdi_smes               21     26     31
    little_giants            3      4      4
    champions                0      0      1
    hightech_and_innovative 58     66     75
"""
INNOVATION = """
    sme_rd_intensity  2.41  2.46  2.52
    rd_growth         8.90  9.60  9.20
"""
SOFTWARE = "software_purchase 460 515 586"
CO2 = "co2_per_output 0.1856 0.1742 0.1637"
OPENING = """
    export_growth  5.20  6.85  7.40
    fdi_growth     2.10  3.30  3.65
"""
# level, key, number of the standard, then 主持/参与 of each year
STANDARDS = """
    国际 intl  ISO    0/0 0/0 0/0
    国家 natl  GB/T   0/1 0/1 1/2
    行业 ind   QB/T   1/1 1/2 1/2
    地方 local DB35/T 0/0 0/0 0/0
    团体 group T/YL   2/3 2/3 3/4
"""
# checklist, which boxes, first page of the evidence (a page each)
TICKS = """
    industry.cb_resource_share     1,2,3      3
    industry.cb_quality_brand      1,2,4      6
    innovation.cb_coinnovation     1,2,3,5    50
    digital.cb_digital_service     1,2,3      60
    digital.cb_new_models          2,3        63
    green.cb_resource_use          1,3        73
    green.cb_green_service         1,2,3      75
    opening.cb_international       3,4,5      80
    governance.cb_platforms        2,3        90
    governance.cb_services         1,2,3,4,7  92
    governance.cb_governance       1,2,3      97
"""
EVIDENCE = """
产业链图谱|二、主导产业情况|1|2|自我声明|泉州样例卫生护理用品产业服务有限公司
制造资源共享及质量品牌工作材料|二、主导产业情况|3|8|主管部门证明|洛江区样例工业信息化和科技局
标准文本首页|三、创新能力情况|9|38|第三方机构证明|样例标准化技术委员会
创新平台批复文件|三、创新能力情况|39|45|主管部门证明|福建省工业和信息化厅
有效发明专利汇总证明|三、创新能力情况|46|49|主管部门证明|洛江区样例市场监督管理局
协同创新工作材料|三、创新能力情况|50|53|自我声明|泉州样例卫生护理用品产业服务有限公司
数字化升级工作材料|四、数字化升级情况|60|64|第三方机构证明|福建样例数字服务有限公司
碳排放监测及计算材料|五、绿色化转型情况|70|72|第三方机构证明|福建样例节能服务有限公司
能源资源利用和绿色服务材料|五、绿色化转型情况|73|77|第三方机构证明|福建样例节能服务有限公司
国际合作和境外机构材料|六、开放合作情况|80|84|主管部门证明|洛江区样例商务局
公共服务和治理材料|七、治理和服务水平|90|99|自我声明|泉州样例卫生护理用品产业服务有限公司
"""
OPERATOR = "泉州样例卫生护理用品产业服务有限公司"
GOODS = ["纸尿裤", "卫生巾", "湿巾", "成人护理垫", "吸水芯体", "无纺布", "离型膜", "护理机械"]

TEXTS = {
    "industry.t_chain": "样例：集群已形成无纺布、吸水芯体、离型膜、整机设备到成品的完整链条，围绕短缺环节开展以商招商，2025年引进配套项目6个。",
    "industry.t_supply_risk": "样例：对木浆、高吸水树脂等关键原料建立月度价格监测和备选供应商名录，未发生断供风险。",
    "industry.t_resource_share": "样例：建成共享仓储和共享检测室，组织32家企业集中采购原料。",
    "industry.t_synergy": "样例：与泉州市样例先进制造业集群开展设备研发合作，龙头企业向中小企业开放订单。",
    "industry.t_quality_brand": "样例：推广先进质量管理模式，注册集体商标1件，开展品牌培训8场。",
    "innovation.t_coinnovation": "样例：龙头企业联合高校组建创新联合体，发布技术难点清单15项，已攻关完成6项。",
    "digital.t_digital_service": "样例：引进数字化服务商5家，为126家企业提供诊断，推广轻量化应用。",
    "digital.t_new_models": "样例：建设工业互联网标识解析应用试点，3家企业列入省级智能制造试点示范。",
    "green.t_dual_carbon": "样例：建立重点企业碳排放台账，每季度发布监测结果，开展宣传活动4次。",
    "green.co2_formula": "样例：单位产值二氧化碳排放量＝（化石燃料消费量×排放因子＋外购电力×电网排放因子）÷集群总产值。",
    "green.t_resource_use": "样例：推广余热回收和边角料再生利用，21家企业完成清洁生产审核。",
    "green.t_green_service": "样例：引进第三方机构开展节能诊断、清洁生产评价和绿色制造方案服务。",
    "opening.t_international": "样例：组织企业参加境外专业展会，产品销往四十多个国家和地区。",
    "governance.t_governance": "样例：成立产业促进机构，建立企业诉求办理和服务效果考核机制。",
    "plan.plan_intro": "样例：集群位于泉州市洛江区，占地18.60平方公里，2025年总产值113.60亿元，主导产业为卫生护理用品，企业318家，其中中小企业312家。近三年出台技改、人才、品牌等扶持政策，产业链配套率不断提高，在全国同行业中居前列。",
    "plan.plan_results": "样例：一是主导产业优势提升，年均增速9.02%；二是创新活力增强，有效发明专利拥有量持续增长；三是数字化升级加快，工业互联网平台应用普及率21.50%；四是绿色转型见效；五是开放合作深化；六是治理和服务能力提升。",
    "plan.plan_problems": "样例：高端原料依赖进口，自主品牌影响力不足，高层次人才短缺。",
    "plan.plan_idea": "样例：坚持专业化、数字化、绿色化方向，以龙头带动、平台支撑、协同创新，建设全国知名的卫生护理用品产业基地。",
    "plan.g_open_text.2025": "样例：参加境外展会12场",
    "plan.g_open_text.2028": "样例：参加境外展会20场，新设境外分支机构3个",
    "plan.g_gov_text.2025": "样例：服务企业800家次",
    "plan.g_gov_text.2028": "样例：服务企业1500家次，满意度95%以上",
    "plan.stage_2026": "样例：完成公共检测平台扩建，新增优质中小企业5家。",
    "plan.stage_2027": "样例：建成工业互联网区域平台，新增优质中小企业6家。",
    "plan.stage_2028": "样例：各项指标达到目标值，形成可复制的集群治理经验。",
    "plan.plan_tasks": "样例：一是补链强链；二是技术攻关；三是数字化改造；四是绿色制造；五是品牌出海；六是优化服务。",
    "plan.plan_safeguards": "样例：加强组织领导，落实资金、用地、人才保障，建立季度调度和年度评估制度。",
}


def content(size: Size = FULL) -> tuple[Values, Rows]:
    """Raw answers by full key, and library rows by block key."""
    values: Values = TEXTS | _head() | _single(size) | _ticks()
    for block, table in (("industry", INDUSTRY), ("innovation", INNOVATION), ("digital", SOFTWARE),
                         ("green", CO2), ("opening", OPENING)):  # fmt: skip
        for key, *figures in lines(table):
            values |= {f"{block}.{key}.{y}": number(f) for y, f in zip(YEARS, figures, strict=True)}
    for _, key, _, *counts in lines(STANDARDS):
        for year, count in zip(YEARS, counts, strict=True):
            lead, join = count.split("/")
            values[f"innovation.std_{key}_lead.{year}"] = int(lead)
            values[f"innovation.std_{key}_join.{year}"] = int(join)
    return values | _targets(size), _rows(size)


def _head() -> Values:
    people = ("cover.contact", "basics.dept_contact", "basics.operator_contact")
    values: Values = {f"{key}_name": f"{SURNAMES[at]}样例" for at, key in enumerate(people)}
    values |= {f"{key}_phone": phone(1 + at) for at, key in enumerate(people)}
    statements = ["st_not_prohibited", "st_no_accident", "st_no_violation"]
    return values | {f"basics.{key}": "是" for key in statements} | {
        "cover.city": "泉州市",
        "cover.county": "洛江区",
        "cover.apply_date": "2026-03-20",
        "basics.cluster_name": "福建省中小企业特色产业集群（卫生护理用品产业）",
        "basics.industry_name": "卫生护理用品产业",
        "basics.county_dept": "泉州市洛江区样例工业信息化和科技局",
        "basics.operator_org": OPERATOR,
        "basics.area_km2": 18.60,
        "basics.industry_sector": "第二产业",
        "basics.st_energy_ok": "不涉及",
        "basics.st_water_ok": "不涉及",
    }  # fmt: skip


def _single(size: Size) -> Values:
    return {
        "industry.lead_output_cagr": 9.02,
        "industry.chain_map": "是",
        "industry.chain_map_pages": "P1-2",
        "innovation.plat_national_count": 0,
        "innovation.plat_national_names": NONE,
        "innovation.plat_prov_count": 3,
        "innovation.plat_prov_names": "样例省级企业技术中心、样例省级工程研究中心、样例省级工业设计中心",
        "innovation.plat_other_count": 2,
        "innovation.plat_other_names": "样例护理用品研究院、样例校企联合实验室",
        "innovation.sme_employees": 21350,
        "innovation.rd_staff_share": 6.85,
        "innovation.patents_cagr": 10.86,
        "innovation.patents_per_10k": size.per_10k,
        "innovation.sme_patents": size.patents,
        "digital.cloud_share": 46.20,
        "digital.iiot_share": 21.50,
        "digital.software_rising": "是",
        "green.carbon_monitoring": "是",
        "green.carbon_monitoring_pages": "P70",
        "green.t_dual_carbon_pages": "P71-72",
        "green.energy_reduction": 7.69,
        "green.energy_reduction_basis": "三年累计",
        "green.solid_waste_rate": 93.10,
        "green.solid_waste_above_avg": "是",
        "green.water_reuse_rate": 90.40,
        "green.water_reuse_above_avg": "是",
        "opening.overseas_branches": 2,
        "opening.overseas_branches_pages": "P83-84",
    }


def _ticks() -> Values:
    values: Values = {}
    for key, boxes, first in lines(TICKS):
        for page, box in enumerate(boxes.split(","), start=int(first)):
            values |= {f"{key}_{box}": TICK, f"{key}_{box}_pages": f"P{page}"}
    return values


def _targets(size: Size) -> Values:
    rows = {
        "g_output_cagr": (9.02, 8.00),
        "g_rd": (28600, 36000),
        "g_patents": (size.patents, size.patents_target),
        "g_iiot": (21.50, 31.00),
        "g_co2": (18.60, 16.70),
        "g_energy": (0.0720, 0.0660),
        "g_industry_ext_1": ("118", "136"),
    }
    values: Values = {
        f"plan.{key}.{year}": figure
        for key, figures in rows.items()
        for year, figure in zip((2025, 2028), figures, strict=True)
    }
    smes = zip((2025, 2026, 2027, 2028), (46, 51, 57, 64), strict=True)
    return values | {f"plan.g_quality_smes.{year}": count for year, count in smes} | {
        "plan.g_rd_unit": "万元",
        "plan.g_co2_unit": "万吨",
        "plan.g_industry_ext_1_name": "规上工业企业数量",
        "plan.g_industry_ext_1_unit": "家",
    }  # fmt: skip


def enterprise(serial: int) -> str:
    """One of the sample enterprises."""
    return f"泉州样例护理用品第{serial % 60 + 1:02}号有限公司"


def _rows(size: Size) -> Rows:
    evidence = [
        {"title": title, "related_item": item, "page_from": int(first), "page_to": int(last),
         "kind": kind, "issued_by": by}
        for title, item, first, last, kind, by in lines(EVIDENCE, "|")
    ]  # fmt: skip
    return {
        "standards_list": list(_standards()),
        "patents_list": [_patent(serial) for serial in range(size.patents)],
        "evidence": evidence,
    }


def _standards() -> Iterator[dict[str, Any]]:
    serial = 0
    for level, _, mark, *counts in lines(STANDARDS):
        for year, count in zip(YEARS, counts, strict=True):
            for role, times in zip(("主持", "参与"), map(int, count.split("/")), strict=True):
                for _ in range(times):
                    serial += 1
                    yield {
                        "standard_no": f"{mark} {990000 + serial}-{year}",
                        "standard_name": f"样例{GOODS[serial % len(GOODS)]}技术规范",
                        "level": level,
                        "role": role,
                        "drafting_rank": serial % 3 + 1 if role == "主持" else "",
                        "published_on": f"{year}-{serial % 12 + 1:02}",
                        "enterprise": enterprise(serial),
                        "evidence_pages": f"P{8 + serial}",
                    }


def _patent(serial: int) -> dict[str, Any]:
    year, month, day = 2016 + serial % 10, serial % 12 + 1, serial % 27 + 1
    return {
        "patent_no": f"YL{year}{serial + 1:05}",
        "patent_name": f"一种样例{GOODS[serial % len(GOODS)]}及其制备方法（{serial + 1:03}）",
        "patent_type": "发明专利",
        "owner": enterprise(serial),
        "granted_on": f"{year}-{month:02}-{day:02}",
        "evidence_pages": f"P{46 + serial // 103}",
    }
