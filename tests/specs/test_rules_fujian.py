"""The rules of the Fujian form: each breaks where it should, and not a hair earlier.

Workbooks are the good sample with a few answers changed, written and read in this process. A row of
the table gives changes that break exactly the rules named, and changes at the edge, where nothing is
broken; the edges share workbooks as far as their cells do not collide.
"""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from functools import cache
from typing import Any, NamedTuple

import content_fujian_sme_cluster as sample
import pytest
from attrs import evolve
from support import returning
from support.fujian_values import FORM, LAYOUT, ROWS, STAMP, VALUES, Changes, patents

from clusterbook.forms.kinds import Pages, Tick
from clusterbook.forms.options import Options
from clusterbook.layout import layouts
from clusterbook.layout.layout import Layout
from clusterbook.layout.own_sheets import RULES_SHEET
from clusterbook.layout.plan import plan
from clusterbook.readers.grid import read_grid
from clusterbook.returns.extract import Extracted, extract
from clusterbook.returns.place import place
from clusterbook.validation.check import check
from clusterbook.validation.normalize import normalize
from clusterbook.workbook.content import Entries
from clusterbook.workbook.writer import write_template
from workbook_specs import _fujian_rules, _thresholds

# The rules of a workbook are written by other tests; without them a workbook takes a third of the time.
BARE = plan(evolve(LAYOUT.workbook, rules=()))
RULES = {rule.code: rule for rule in LAYOUT.workbook.rules}


class Case(NamedTuple):
    """Codes that ``broken`` leads to (with ``*n`` for n places), and changes that lead to none."""

    codes: str
    broken: Changes
    edge: Changes


def rising(key: str, *figures: float, years=(2023, 2024, 2025)) -> Changes:
    return {f"{key}.{year}": figure for year, figure in zip(years, figures, strict=True)}


def row(library: str, number: int, **changes: Any) -> Changes:
    """A library with one row changed."""
    rows = deepcopy(ROWS[library])
    rows[number] |= changes
    return {library: rows}


def without(library: str, *numbers: int) -> Changes:
    return {library: [one for at, one in enumerate(ROWS[library]) if at not in numbers]}


TICKS = [key for key, parts in LAYOUT.slots.items() if isinstance(parts[0].field.kind, Tick)]
PAGES = [key for key, parts in LAYOUT.slots.items() if isinstance(parts[0].field.kind, Pages)]
LAST_PAGE = max(one["page_to"] for one in ROWS["evidence"])
PLAN = [key for key in sample.TEXTS if key.startswith("plan.")]
PLAN_LENGTH = sum(len(sample.TEXTS[key]) for key in PLAN)


def planned(length: int) -> Changes:
    """Part 八 with so many characters in all, blanks besides, over both boxes of one text."""
    more = length - PLAN_LENGTH
    boxes = "字 　\n" * (more // 2) + "\n" + "字" * (more - more // 2)
    return {"plan.plan_results": sample.TEXTS["plan.plan_results"] + boxes}


def listed(level: str, role: str) -> list[int]:
    return [
        at for at, one in enumerate(ROWS["standards_list"])
        if (one["level"], one["role"]) == (level, role)
    ]  # fmt: skip


def standard(level: str, role: str) -> dict[str, Any]:
    rank = 3 if role == "主持" else ""
    return ROWS["standards_list"][0] | {
        "standard_no": f"YL {level}{role}-2025", "level": level, "role": role, "drafting_rank": rank,
    }  # fmt: skip


def suspects(*keys: str, value: float = 0.99) -> Case:
    """Shares below one; those that other rules know too bring them along."""
    codes = " ".join(f"P07.{key.split('.', 1)[1].replace('.', '_')}" for key in keys)
    return Case(codes, dict.fromkeys(keys, value), dict.fromkeys(keys, 1.0 if value > 0.5 else 0.1))


ATTACHED = {
    "standards_list": [], "patents_list": [], "innovation.standards_list_way": "清单另附",
    "innovation.patents_list_way": "清单另附", "innovation.sme_patents": 923,
    "innovation.patents_per_10k": 432.32,
    "plan.g_patents.2025": 923,
    "plan.g_patents.2028": 1300,
}  # fmt: skip
INDUSTRY = "industry."
CASES = [
    # --- 一
    Case("T11.st_not_prohibited", {"basics.st_not_prohibited": "否"}, {"basics.st_not_prohibited": "是"}),
    Case("T11.st_no_accident", {"basics.st_no_accident": "否"}, {"basics.st_no_accident": "☑是 □否"}),
    Case("T11.st_no_violation", {"basics.st_no_violation": "否"}, {"basics.st_no_violation": "是"}),
    Case("T11.st_energy_ok", {"basics.st_energy_ok": "否"}, {"basics.st_energy_ok": "是"}),
    Case("T11.st_water_ok", {"basics.st_water_ok": "否"}, {"basics.st_water_ok": "不涉及"}),
    Case("D09.operator", {"basics.operator_org": "泉州样例开发建设有限公司"}, {"basics.operator_org": "泉州样例产业园区管理委员会"}),
    Case("D80.cluster_name", {"basics.cluster_name": "洛江区卫生护理用品产业集群"}, {"basics.cluster_name": "福建省中小企业特色产业集群(卫生护理用品产业)"}),
    Case("P11.area", {"basics.area_km2": 100.01}, {"basics.area_km2": 100}),
    # --- 二
    *(
        case
        for year in sample.YEARS
        for firms in [VALUES[f"industry.enterprises.{year}"]]
        for smes in [VALUES[f"industry.sme_enterprises.{year}"]]
        for case in (
            Case(f"A06.sme_enterprises_{year}", {f"industry.sme_enterprises.{year}": firms + 1}, {f"industry.sme_enterprises.{year}": firms}),
            Case(f"A07.champions_{year}" + " P10.champions" * (year == 2025), {f"industry.champions.{year}": firms + 1},
                 {f"industry.champions.{year}": 10 if year == 2025 else firms}),
            Case(f"A07.little_giants_{year}" + " P10.little_giants" * (year == 2025), {f"industry.little_giants.{year}": firms + 1},
                 {}),
            Case(f"P23.little_giants_{year}", {f"industry.little_giants.{year}": 60 if year == 2025 else firms},
                 {f"industry.little_giants.{year}": VALUES[f"industry.srdi_smes.{year}"]}),
            Case(f"A07.srdi_smes_{year}" + " P25.quality_smes_least" * (year != 2025), rising("industry.srdi_smes", 280, 290, 300) | {f"industry.srdi_smes.{year}": smes + 1}, {}),
            Case(f"A07.hightech_and_innovative_{year}",
                 rising("industry.hightech_and_innovative", 500, 550, 600) | {f"industry.hightech_and_innovative.{year}": 2 * firms + 1}, {}),
        )
    ),
    Case("", {}, {f"industry.srdi_smes.{year}": VALUES[f"industry.sme_enterprises.{year}"] for year in sample.YEARS}
         | rising("plan.g_quality_smes", 312, 313, 314, 315, years=(2025, 2026, 2027, 2028))),
    Case("", {}, {f"industry.hightech_and_innovative.{year}": 2 * VALUES[f"industry.enterprises.{year}"] for year in sample.YEARS}),
    Case("P10.champions", {"industry.champions.2025": 11}, {"industry.champions.2025": 10}),
    Case("P10.little_giants P23.little_giants_2025", {"industry.little_giants.2025": 61}, {}),
    # 104.80×88.90 ÷ (96.40×88.30) is 9.45 %, 113.60×89.40 ÷ (104.80×88.90) is 9.01 %.
    Case("A16.lead_output_growth_2024", {"industry.lead_output_growth.2024": 9.96}, {"industry.lead_output_growth.2024": 9.95}),
    Case("A16.lead_output_growth_2025", {"industry.lead_output_growth.2025": 8.50}, {"industry.lead_output_growth.2025": 8.51}),
    # The mean of the three rates is 9.02 %, that of the ends 9.23 %: either will do.
    Case("A16.lead_output_cagr", {"industry.lead_output_cagr": 10.24}, {"industry.lead_output_cagr": 10.23}),
    Case("A16.lead_output_cagr", {"industry.lead_output_cagr": 8.01}, {"industry.lead_output_cagr": 8.02}),
    # --- 三
    # 24 of 21,350 people are 11.24 per ten thousand.
    Case("A17.patents_per_10k", {"innovation.patents_per_10k": 13.50}, {"innovation.patents_per_10k": 13.48}),
    Case("A17.patents_per_10k", {"innovation.patents_per_10k": 8.98}, {"innovation.patents_per_10k": 9.00}),
    Case("A18.plat_national", {"innovation.plat_national_count": 1}, {"innovation.plat_national_count": "无"}),
    Case("A18.plat_prov", {"innovation.plat_prov_count": 4}, {"innovation.plat_prov_count": 4, "innovation.plat_prov_names": "样例中心，样例平台；样例研究院\n样例实验室"}),
    Case("A18.plat_other", {"innovation.plat_other_names": "样例护理用品研究院"}, {"innovation.plat_other_names": "样例中心/样例研究院"}),
    *(
        Case(f"P04.sme_rd_intensity_{year}", {f"innovation.sme_rd_intensity.{year}": 15.01}, {f"innovation.sme_rd_intensity.{year}": 15})
        for year in sample.YEARS
    ),
    *(
        Case(
            f"A18.std_{key}_{role}",
            {"standards_list": [*ROWS["standards_list"], standard(level, word)]},
            {"standards_list": [*ROWS["standards_list"], standard(level, word)],
             f"innovation.std_{key}_{role}.2025": VALUES[f"innovation.std_{key}_{role}.2025"] + 1},
        )
        for key, level in (("intl", "国际"), ("natl", "国家"), ("ind", "行业"), ("local", "地方"), ("group", "团体"))
        for role, word in (("lead", "主持"), ("join", "参与"))
    ),
    Case("A18.std_natl_join", without("standards_list", listed("国家", "参与")[0]), {}),
    Case("A18.sme_patents", {"patents_list": ROWS["patents_list"][:-1]}, patents(23)),
    # Nobody copies 923 patents: the list goes with the evidence.
    Case("T12.patents_list T12.standards_list", ATTACHED, ATTACHED | {"innovation.standards_list_pages": "P9-38", "innovation.patents_list_pages": "P46-49"}),
    Case("A18.std_years", row("standards_list", 0, published_on="2022-12"), row("standards_list", 0, published_on="2023-01")),
    Case("A18.std_years", row("standards_list", 0, published_on="2026-01"), row("standards_list", 0, published_on="2025-12")),
    Case("A18.std_rank", row("standards_list", listed("行业", "主持")[0], drafting_rank=4), row("standards_list", listed("行业", "主持")[0], drafting_rank=3)),
    Case("D01.standards_list A18.std_years", row("standards_list", 0, published_on="2026-04"), {"cover.apply_date": "2025年12月", **row("standards_list", 0, published_on="2025-12")}),
    Case("D01.patents_list*2", {"patents_list": [one | {"granted_on": "2026-04-01"} if at in (2, 5) else one for at, one in enumerate(ROWS["patents_list"])]},
         row("patents_list", 2, granted_on="2026-03-31")),
    Case("D05.standards_list", row("standards_list", 0, enterprise="泉州样例护理"), row("standards_list", 0, enterprise="泉州样例合伙企业（有限合伙）")),
    Case("D05.standards_list", row("standards_list", 0, enterprise="样例公司"), row("standards_list", 0, enterprise="泉州样例公司")),
    *(Case("D05.patents_list", row("patents_list", 0, owner=short), row("patents_list", 0, owner=whole))
      for short, whole in (("三一重工", "陈样例"), ("某样例", "泉州样例设计工作室"), ("样例五金店", "晋江市样例五金店（个体工商户）"),
                           ("泉州样例、陈样例", "泉州样例有限公司、陈样例"), ("样例设计", "晋江样例茶叶专业合作社"),
                           ("样例、某样例", "陈样例、王某"), ("某样例建", "欧阳样例"), ("样例职高", "福州大学"),
                           ("安踏样例（中国）", "福建医科大学附属样例医院"))),
    Case("V261", {"basics.st_no_accident": "无"}, {"basics.st_no_accident": "√"}),
    Case("V261", {"basics.st_no_violation": "没有"}, {"basics.st_no_violation": "是的"}),
    Case("V263", {"green.energy_reduction": -9.14}, {"green.energy_reduction": 9.14}),
    Case("V263", {"green.energy_reduction": "-9.14%"}, {"green.energy_reduction": 0}),
    Case("D05.patents_list", row("patents_list", 0, owner="样例护理用品"), row("patents_list", 0, owner="泉州样例研究所")),
    # --- 四
    Case("A22.software_purchase_2024", {"digital.software_purchase.2024": 459.99}, {"digital.software_purchase.2024": 460}),
    Case("A22.software_purchase_2025", {"digital.software_purchase.2025": 514.99}, {"digital.software_purchase.2025": 514.99, "digital.software_rising": "否"}),
    Case("A05.iiot_share", {"plan.g_iiot.2025": 21.51}, {"plan.g_iiot.2025": 22, "digital.iiot_share": 22}),
    # --- 八
    Case("A19.a_output_growth", {"plan.g_output_cagr.2028": 5.99}, {"plan.g_output_cagr.2028": 6}),
    Case("A19.b_quality_smes_2026", {"plan.g_quality_smes.2026": 46}, {"plan.g_quality_smes.2026": 47}),
    Case("A19.b_quality_smes_2027", {"plan.g_quality_smes.2027": 51}, {"plan.g_quality_smes.2027": 52}),
    Case("A19.b_quality_smes_2028", {"plan.g_quality_smes.2028": 57}, {"plan.g_quality_smes.2028": 58}),
    Case("A19.b_quality_smes_stages", {"plan.g_quality_smes.2027": ""}, {}),
    Case("A19.b_quality_smes A19.b_quality_smes_stages",
         {"plan.g_quality_smes.2026": "", "plan.g_quality_smes.2027": "", "plan.g_quality_smes.2028": 46}, {}),
    Case("A19.c_research", rising("plan.g_rd", 100, 119.10, years=(2025, 2028)), rising("plan.g_rd", 1000, 1191.02, years=(2025, 2028))),
    Case("A19.d_patents P25.patents", rising("plan.g_patents", 1000, 1330, years=(2025, 2028)), {}),
    Case("P25.patents", rising("plan.g_patents", 1000, 1331, years=(2025, 2028)), {}),
    Case("A19.d_patents", {"plan.g_patents.2028": 31}, {"plan.g_patents.2028": 32}),
    Case("P25.quality_smes_least", {"plan.g_quality_smes.2025": 30}, {"plan.g_quality_smes.2025": 31}),
    Case("P25.quality_smes_most", rising("plan.g_quality_smes", 313, 314, 315, 316, years=(2025, 2026, 2027, 2028)),
         rising("plan.g_quality_smes", 312, 314, 315, 316, years=(2025, 2026, 2027, 2028))),
    Case("P25.growth", {"plan.g_output_cagr.2025": 6.55}, {"plan.g_output_cagr.2025": 6.56}),
    Case("P25.growth", {"plan.g_output_cagr.2025": 11.1}, {"plan.g_output_cagr.2025": 11.01}),
    Case("P22.people P02.output_per_head A17.patents_per_10k", {"innovation.sme_employees": 935}, {}),
    Case("D87.co2_formula", {"green.co2_formula": ""}, {"green.co2_formula": "综合能耗折算的二氧化碳排放量÷集群总产值"}),
    *(
        Case(f"D88.{key}", {f"green.{key}": "非工业集群，不适用"}, {f"green.{key}": "非工业集群，不适用", "basics.industry_sector": "第三产业"})
        for key in ("solid_waste_above_avg", "water_reuse_above_avg")
    ),
    Case("A19.e_iiot", {"plan.g_iiot.2028": 26.99}, {"plan.g_iiot.2028": 27}),
    Case("A19.f_co2", rising("plan.g_co2", 100, 91.01, years=(2025, 2028)), rising("plan.g_co2", 100, 91, years=(2025, 2028))),
    Case("A19.g_energy", rising("plan.g_energy", 0.5, 0.4641, years=(2025, 2028)), rising("plan.g_energy", 0.5, 0.464, years=(2025, 2028))),
    Case("T05.plan_length", planned(3001), planned(3000)),
    Case("T05.plan_length", planned(3300), {}),
    Case("T05.plan_too_long", planned(3301), {}),
    # --- 佐证
    *(Case(f"T12.{key.split('.')[1]}", {key: "☑", f"{key}_pages": ""}, {key: "☐", f"{key}_pages": ""}) for key in TICKS),
    Case("", {}, dict.fromkeys(TICKS, "☑") | {f"{key}_pages": "P3" for key in TICKS}),
    Case("T12.cb_resource_share_4", {"industry.cb_resource_share_4": "√"}, {"industry.cb_resource_share_4": "□"}),
    Case("T12.cb_services_1", {"governance.cb_services_1_pages": "无"}, {"governance.cb_services_1": "", "governance.cb_services_1_pages": ""}),
    Case("T12.chain_map", {"industry.chain_map_pages": ""}, {"industry.chain_map": "否", "industry.chain_map_pages": ""}),
    Case("T12.carbon_monitoring", {"green.carbon_monitoring_pages": "无"}, {"green.carbon_monitoring": "否", "green.carbon_monitoring_pages": "无"}),
    Case("T12.t_dual_carbon", {"green.t_dual_carbon_pages": ""}, {"green.t_dual_carbon": "无", "green.t_dual_carbon_pages": ""}),
    Case("T09.overseas_branches", {"opening.overseas_branches_pages": ""}, {"opening.overseas_branches": 0, "opening.overseas_branches_pages": ""}),
    Case("T09.evidence", {"evidence": []}, {"evidence": [ROWS["evidence"][-1]]}),
    Case("T09.evidence_pages", row("evidence", 1, page_from=9, page_to=8), row("evidence", 1, page_from=8, page_to=8)),
    *(Case(f"T09.{key.split('.')[1]}", {key: f"P1、P90-{LAST_PAGE + 1}"}, {key: f"P1、P90-{LAST_PAGE}"}) for key in PAGES),
    Case("T09.standards_list", row("standards_list", 3, evidence_pages=f"P{LAST_PAGE + 1}"), row("standards_list", 3, evidence_pages=f"P{LAST_PAGE}")),
    Case("T09.patents_list", row("patents_list", 3, evidence_pages=f"P{LAST_PAGE + 1}"), row("patents_list", 3, evidence_pages=f"P{LAST_PAGE}")),
    # --- plausibility
    Case("P01.output_value_2024", rising("industry.output_value", 50, 100.01, 113.6) | {"industry.lead_output_growth.2024": 100, "industry.lead_output_cagr": 35, "industry.lead_output_share.2024": 88.3, "industry.lead_output_growth.2025": 15, "industry.lead_output_growth.2023": 9, "plan.g_output_cagr.2025": 15}, {}),
    Case("P01.output_value_2025", rising("industry.output_value", 49, 50, 100.01) | {"industry.lead_output_growth.2024": 2.5, "industry.lead_output_growth.2025": 100, "industry.lead_output_share.2025": 88.9, "industry.lead_output_share.2024": 88.9, "industry.lead_output_cagr": 42, "plan.g_output_cagr.2025": 42, "industry.lead_output_share.2023": 88.9}, {}),
    Case("", {}, rising("industry.output_value", 25.1, 50.2, 100.4) | rising("industry.lead_output_share", 80, 80, 80) | rising("industry.lead_output_growth", 10, 100, 100) | {"industry.lead_output_cagr": 100, "plan.g_output_cagr.2025": 100}),
    Case("P01.software_purchase_2024", rising("digital.software_purchase", 100, 200.01, 300), rising("digital.software_purchase", 100, 200, 300)),
    Case("P01.software_purchase_2025", rising("digital.software_purchase", 100, 150, 300.01), rising("digital.software_purchase", 100, 150, 300)),
    Case("P01.co2_per_output_2024", rising("green.co2_per_output", 1, 0.4999, 0.4), rising("green.co2_per_output", 1, 0.5, 0.4)),
    Case("P01.co2_per_output_2025", rising("green.co2_per_output", 1, 0.9, 1.8001), rising("green.co2_per_output", 1, 0.9, 1.8)),
    Case("P01.srdi_smes_2024", rising("industry.srdi_smes", 10, 21, 31), rising("industry.srdi_smes", 10, 20, 31)),
    Case("P01.srdi_smes_2024", rising("industry.srdi_smes", 3, 30, 31), rising("industry.srdi_smes", 3, 29, 31)),  # ten times: a unit?
    Case("P01.srdi_smes_2025", rising("industry.srdi_smes", 10, 10, 21), rising("industry.srdi_smes", 9, 9, 21)),  # too few to say
    Case("P01.hightech_and_innovative_2024", rising("industry.hightech_and_innovative", 58, 117, 130), rising("industry.hightech_and_innovative", 58, 116, 130)),
    Case("P01.hightech_and_innovative_2025", rising("industry.hightech_and_innovative", 58, 66, 32), rising("industry.hightech_and_innovative", 58, 66, 33)),
    Case("P01.enterprises_2024", {"industry.enterprises.2023": 150, "industry.sme_enterprises.2023": 148}, {"industry.enterprises.2023": 151, "industry.sme_enterprises.2023": 148}),
    Case("P01.enterprises_2025", rising("industry.enterprises", 310, 310, 621), rising("industry.enterprises", 310, 310, 620)),
    Case("P01.sme_enterprises_2024", {"industry.sme_enterprises.2023": 147}, {"industry.sme_enterprises.2023": 148}),
    Case("P01.sme_enterprises_2025", {"industry.sme_enterprises.2025": 147}, {"industry.sme_enterprises.2025": 148}),
    *(
        Case(f"P01.{key}_{year}", {f"{block}.{key}.{year}": value - 0.01 if value < 0 else value + 0.01}, {f"{block}.{key}.{year}": value})
        for block, key in (("innovation", "rd_growth"), ("opening", "export_growth"), ("opening", "fdi_growth"))
        for year, value in zip(sample.YEARS, (-50, 100, 100), strict=True)
    ),
    Case("P01.lead_output_growth_2023", {"industry.lead_output_growth.2023": 100.01}, {"industry.lead_output_growth.2023": 100}),
    Case("P01.lead_output_growth_2024 A16.lead_output_growth_2024", {"industry.lead_output_growth.2024": 100.01}, {}),
    Case("P01.lead_output_growth_2025 A16.lead_output_growth_2025", {"industry.lead_output_growth.2025": -50.01}, {}),
    Case("P01.lead_output_cagr A16.lead_output_cagr", {"industry.lead_output_cagr": 100.01}, {}),
    Case("P01.patents_cagr", {"innovation.patents_cagr": 100.01}, {"innovation.patents_cagr": 100}),
    # 113.60 亿元 × 82.6 % are 938,336 万元.
    Case("P02.output_per_head A17.patents_per_10k", {"innovation.sme_employees": 938}, {"innovation.sme_employees": 939, "innovation.patents_per_10k": 255.6}),
    Case("P02.output_per_head", {"innovation.sme_employees": 93834, "innovation.patents_per_10k": 2.56}, {"innovation.sme_employees": 93833, "innovation.patents_per_10k": 2.56}),
    *(
        Case(f"P12.co2_per_output_{year}", rising("green.co2_per_output", *low) | {f"green.co2_per_output.{year}": 0.0009}, rising("green.co2_per_output", *low))
        for year, low in zip(sample.YEARS, ((0.001, 0.0015, 0.002), (0.0015, 0.001, 0.0015), (0.002, 0.0015, 0.001)), strict=True)
    ),
    Case("P12.co2_per_output_2025", rising("green.co2_per_output", 19, 20, 20.0001), rising("green.co2_per_output", 19, 20, 20)),
    Case("P07.rd_staff_share", {"innovation.rd_staff_share": 0.29}, {"innovation.rd_staff_share": 0.3}),
    *map(suspects, ("digital.cloud_share", "green.solid_waste_rate", "green.water_reuse_rate")),
    suspects("digital.iiot_share", "plan.g_iiot.2025"),
    Case("P07.g_iiot_2028 A19.e_iiot", {"plan.g_iiot.2028": 0.31}, {}),
    suspects(*(f"innovation.sme_rd_intensity.{year}" for year in sample.YEARS), value=0.0999),
    Case("P07.lead_output_share_2023 P07.lead_output_share_2024 P07.lead_output_share_2025", rising("industry.lead_output_share", 0.883, 0.889, 0.894), rising("industry.lead_output_share", 1, 1.01, 1.02)),
    Case("P07.sme_output_share_2023 P07.sme_output_share_2024", rising("industry.sme_output_share", 0.99, 0.01, 82), rising("industry.sme_output_share", 1, 0, 82)),
    Case("P07.sme_output_share_2025 P02.output_per_head", {"industry.sme_output_share.2025": 0.826}, {}),
    Case("P13.equal_growth", rising("industry.lead_output_growth", 9.2, 9.2, 9.2), rising("industry.lead_output_growth", 9.2, 9.2, 9.21)),
    Case(
        "P13.unchanged A16.lead_output_growth_2025 A16.lead_output_cagr",
        {f"industry.{key}.2025": VALUES[f"industry.{key}.2024"]
         for key in ("output_value", "lead_output_share", "enterprises", "sme_enterprises", "srdi_smes", "hightech_and_innovative")}
        | {"industry.lead_output_growth.2023": 40},
        {f"industry.{key}.2025": VALUES[f"industry.{key}.2024"] for key in ("enterprises", "sme_enterprises", "srdi_smes", "hightech_and_innovative")},
    ),
    Case("P13.round", rising("industry.output_value", 97, 105, 114), rising("industry.output_value", 97, 105, 114) | {"digital.software_purchase.2025": 586.5}),
    Case("P13.last_digits", rising("industry.output_value", 96.43, 104.83, 113.63) | rising("industry.sme_output_share", 81.21, 82.01, 82.61),
         rising("industry.output_value", 96.43, 104.83, 113.63) | rising("industry.sme_output_share", 81.21, 82.01, 82.62)),
]  # fmt: skip


def written(changes: Changes, layout: Layout = LAYOUT) -> bytes:
    """The good sample with changes."""
    values = VALUES | {key: value for key, value in changes.items() if key in LAYOUT.slots}
    rows = ROWS | {key: value for key, value in changes.items() if key in LAYOUT.bodies}
    assert changes.keys() <= LAYOUT.slots.keys() | LAYOUT.bodies.keys(), changes
    return write_template(layout, STAMP, Entries(values=values, rows=rows))


@cache
def good() -> Extracted:
    """The good sample as it is read from its workbook."""
    return extract(place(read_grid(written({}, BARE)), LAYOUT))


def judged(batch: list[Changes]) -> list[Counter[str]]:
    """Codes of problems and how many of each, for every changed sample, judged in one batch.

    The results of formulas in the sample are those of its own figures (L110).
    """
    read = [
        returning.changed(
            LAYOUT, good(),
            {key: value for key, value in one.items() if key in LAYOUT.slots},
            {key: value for key, value in one.items() if key in LAYOUT.bodies},
        )
        for one in batch
    ]  # fmt: skip
    data = normalize(LAYOUT, read)
    check(data)
    return [Counter(p.code for p in problems if p.code != "L110") for problems in data.problems]


def expected(codes: str) -> Counter[str]:
    pairs = [(*code.split("*"), "1")[:2] for code in codes.split()]
    return Counter({code: int(times) for code, times in pairs})


def packed(edges: list[Changes]) -> list[Changes]:
    """Changes put together in few workbooks: only such as touch different sheets of the form."""
    packs: list[Changes] = []
    for edge in edges:
        blocks = {key.split(".")[0] for key in edge}
        for pack in packs:
            if blocks.isdisjoint(key.split(".")[0] for key in pack):
                pack.update(edge)
                break
        else:
            packs.append(dict(edge))
    return packs


@pytest.fixture(scope="module")
def found() -> list[Counter[str]]:
    """All broken samples, judged in one batch as an import does."""
    return judged([case.broken for case in CASES])


@pytest.mark.parametrize(
    "at", range(len(CASES)), ids=[f"{at}-{case.codes[:60]}" for at, case in enumerate(CASES)]
)
def test_what_is_broken_is_told_and_nothing_else(at, found):
    assert found[at] == expected(CASES[at].codes)


def test_nothing_is_told_at_the_edge():
    packs = packed([case.edge for case in CASES if case.edge])
    told = {
        str(pack): dict(codes) for pack, codes in zip(packs, judged(packs), strict=True) if codes
    }
    assert not told


def test_every_rule_has_its_row():
    shown = {code.split("*")[0] for case in CASES for code in case.codes.split() if code[0] != "V"}
    assert shown == RULES.keys()


def test_rules_that_only_the_importer_runs_say_why():
    alone = {code for code, rule in RULES.items() if rule.importer_only}
    assert alone == {f"T09.{key.split('.')[1]}" for key in PAGES} | {
        "T09.standards_list",
        "T09.patents_list",
    }


def test_the_printed_years_have_their_rules_too():
    rules = layouts.of(FORM, Options(years="as-printed")).workbook.rules
    codes = {rule.code for rule in rules}
    assert {"A19.b_quality_smes_2025", "A19.b_quality_smes_2028", "A07.champions_2022"} <= codes
    # What compares a year of one part with another year of another part makes no sense.
    assert not {"A05.iiot_share", "P02.output_per_head"} & codes


def test_a_bound_left_empty_switches_its_rule_off(monkeypatch):
    def empty(form: str, name: str) -> float | None:
        return None

    monkeypatch.setattr(_fujian_rules, "threshold", empty)
    workbook = LAYOUT.workbook
    kept = {rule.code for rule in _fujian_rules.rules(workbook.options, workbook.sheets)}
    assert kept < RULES.keys()
    assert {code[:3] for code in RULES.keys() - kept} >= {
        "A16",
        "A17",
        "P02",
        "P04",
        "P07",
        "P10",
        "P11",
        "P12",
    }


def test_what_the_province_has_not_published_is_to_be_verified():
    demanded = _thresholds.eligibility(FORM)
    assert demanded
    assert all(one.value is None for one in demanded.values())


def test_the_workbook_counts_as_the_importer_does():
    """By the results stored in it, which test_true_results holds against LibreOffice.

    It asks for ☑ where √ is typed, which only the importer reads.
    """
    typed = [case.broken for case in CASES if "√" not in case.broken.values()]
    packs = [{}, *packed(typed[::3])]
    live = [code for code, rule in RULES.items() if not rule.importer_only]
    wrong = []
    for pack, told in zip(packs, judged(packs), strict=True):
        (sheet,) = (s for s in read_grid(written(pack)).sheets if s.name == RULES_SHEET)
        shown = {sheet.cells[row, 0]: sheet.cells[row, 1] for row in range(1, len(live) + 1)}
        assert shown.keys() == set(live)
        wrong += [
            (code, shown[code], told[code], pack) for code in live if shown[code] != told[code]
        ]
    assert not wrong
