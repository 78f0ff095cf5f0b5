"""Contest forms with mistakes; each is the good sample with few enterprises and one kind of fault."""

from __future__ import annotations

import io

import openpyxl
from draft import Draft, Register
from office_file import Book

SAMPLES = Register()


@SAMPLES.bad(
    "V205 economy.output_value.2025",
    "V206 economy.total_profit.2025",
    "V210 economy.total_tax.2025",
    "V210 economy.trade_usd.2025",
    "V211 economy.fdi_usd.2025",
    "V201 economy.project_investment.2025",
    "V205 economy.employees.2025",
    "V212 cultivation.listed_enterprises.2025",
    "V274 cultivation.iii_certified.2025",
)
def numbers_not_exact(draft: Draft) -> None:
    """Words where statements give a figure."""
    draft.values |= {
        "economy.output_value.2025": "约197.6",
        "economy.total_profit.2025": "9.5-10",
        "economy.total_tax.2025": "待统计",
        "economy.trade_usd.2025": "详见附件",
        "economy.fdi_usd.2025": "/",
        "economy.project_investment.2025": "较多",
        "economy.employees.2025": "近4万",
        "cultivation.listed_enterprises.2025": "两家",
        "cultivation.iii_certified.2025": "36\n41",
        # Read without a question: the unit of the column, full width, thousands marks.
        "economy.output_value.2024": "182.4亿元",
        "economy.revenue.2024": "１７６．３０",
        "economy.employees.2024": "38,600人",
    }


@SAMPLES.bad(
    "V208 economy.output_value.2025",
    "V207 economy.revenue.2025",
    "V208 economy.employees.2025",
    "V208 top_revenue.revenue_y2",
    "V208 key_projects.total_investment_wan",
    "V207 park[1].park_area_mu.2025",
)
def wrong_units(draft: Draft) -> None:
    """Units that are not the column's, some of which can be converted."""
    draft.values |= {
        "economy.output_value.2025": "1976000万元",
        "economy.revenue.2025": "26.8亿美元",
        "economy.employees.2025": "3.985万人",
        "park[1].park_area_mu.2025": "5.77平方公里",
    }
    draft.rows["top_revenue"][0]["revenue_y2"] = "135500万元"
    draft.rows["key_projects"][0]["total_investment_wan"] = "1.86亿元"


@SAMPLES.bad(
    "L106 economy.revenue_growth",
    "V214 economy.total_profit.2025",
    "V215 economy.total_tax.2025",
    "V213 economy.trade_usd.2025",
    "V213 economy.fdi_usd.2025",
    "L106 targets.target_revenue.2025",
    "V216 existing_enterprises.uscc",
)
def formulas_and_error_values(draft: Draft) -> None:
    """Formulas in input cells, typed-over formulas, and a code that became a number."""
    draft.edits += [
        lambda book: book.put(*draft.cell("economy.revenue_growth"), 12.5),
        lambda book: book.put(*draft.cell("targets.target_revenue.2025"), 195),
        lambda book: book.formula(*draft.cell("economy.total_profit.2025"), "8.1+1.85", "9.95"),
        lambda book: book.formula(*draft.cell("economy.total_tax.2025"), "5.01+0.2"),
        lambda book: book.formula(
            *draft.cell("economy.trade_usd.2025"), "3.95/0", "#DIV/0!", error=True
        ),
        lambda book: book.put(*draft.cell("existing_enterprises.uscc", 12), 9.14305820000000e17),
    ]
    draft.values["economy.fdi_usd.2025"] = "#REF!"


@SAMPLES.bad(
    "V234 basics.category",
    "V230 basics.stage",
    "V230 innovation_carriers.level",
    "V233 park[1].green_park_level",
    "V231 existing_enterprises.county",
    "V230 existing_enterprises.county",
    "V232 existing_enterprises.listing",
    "V232 existing_enterprises.honours",
    "V262 existing_enterprises.honours",
    "V230 existing_enterprises.is_hightech",
    "V234 existing_enterprises.is_scale",
    "V230 prospective_enterprises.country",
)
def choices_not_in_list(draft: Draft) -> None:
    """Pasted over the drop-down lists: words that are not in them, or that fit several."""
    draft.values |= {
        "basics.category": "中小企业特色",
        "basics.stage": "复赛",
        "park[1].green_park_level": "☑国家级 ☑省级 □否",
    }
    firms = draft.rows["existing_enterprises"]
    firms[3]["county"] = "宁乡市"
    firms[5]["county"] = "城东区"
    firms[6]["listing"] = "新三板"
    firms[7]["honours"] = "单项冠军"
    firms[8]["is_hightech"] = "申报中"
    firms[18]["honours"] = "样例协会金牌企业"
    firms[19]["is_scale"] = "准规上"
    # Read without a question: other words for the same, the short form of a county.
    firms[9]["is_scale"] = "√"
    firms[10]["county"] = "邵东"
    firms[9]["honours"] = "省级专精特新中小企业"
    draft.rows["innovation_carriers"][1]["level"] = "市级"
    draft.rows["prospective_enterprises"][2]["country"] = "欧洲"


@SAMPLES.bad(
    "D80.cluster_name basics.cluster_name",
    "V270 existing_enterprises.products",
    "V271 existing_enterprises.products",
    "V221 existing_enterprises.profile",
    "V220 existing_enterprises.profile",
    "V291 existing_enterprises.uscc",
    "V292 existing_enterprises.main_revenue_y2",
    "R101 existing_enterprises.enterprise_name",
    "V235 existing_enterprises.enterprise_name",
    "V101 existing_enterprises.enterprise_name",
    "A08.enterprises cultivation.enterprises.2025",
    "A08.scale_enterprises cultivation.scale_enterprises.2025",
)
def names_and_texts_of_enterprises(draft: Draft) -> None:
    """A library as it comes out of several people's lists."""
    draft.values["basics.cluster_name"] = "邵东小五金"
    firms = draft.rows["existing_enterprises"]
    sentence = "样例企业，主营锻件和轮毂，拥有精密锻造、热处理、机械加工全流程生产能力。"
    firms[0]["products"] = "钢锤、扳手、钳具、螺丝刀"
    firms[1]["products"] = "本公司主要生产各类汽车用的精密锻件以及轮毂等产品"
    firms[2]["profile"] = (sentence * 10)[:210]
    firms[3]["profile"] = (sentence * 10)[:260]
    firms[4]["uscc"] = firms[4]["uscc"][:-1] + ("0" if firms[4]["uscc"][-1] != "0" else "1")
    firms[11]["enterprise_name"] = f" {firms[10]['enterprise_name']} "
    firms[12]["enterprise_name"] += "（已注销）"
    firms[13]["profile"] = "同上"  # filled down; a number would be counted twice
    firms[13]["main_revenue_y2"] = "同上"
    firms[14]["enterprise_name"] = ""


@SAMPLES.bad(
    "V246 cover.apply_date",
    "V242 innovation_carriers.approved_on",
    "V241 innovation_carriers.approved_on",
    "V240 innovation_carriers.approved_on",
    "V244 ongoing_projects.build_period",
    "V245 ongoing_projects.build_period",
    "V210 ongoing_projects.build_period",
    "V243 ongoing_projects.build_period",
)
def dates_and_periods(draft: Draft) -> None:
    """Times that name no month, or may mean two."""
    draft.values["cover.apply_date"] = "2019年3月20日"
    carriers, projects = draft.rows["innovation_carriers"], draft.rows["ongoing_projects"]
    for carrier, typed in zip(carriers, (2024.1, "2019年", "近期", "2021年6月"), strict=False):
        carrier["approved_on"] = typed
    periods = ("2025.03至今", "2026.06-2025.06", "待定", "分两期实施", "2025年4月—2026年11月")
    for project, typed in zip(projects, periods, strict=False):
        project["build_period"] = typed


@SAMPLES.bad(
    "V103 economy.sme_output_share.2024",
    "V103 economy.sme_output_share.2025",
    "V103 economy.sme_output_share_pages",
    "V102 park[2].park_contact_name",
    "V102 park[2].park_contact_title",
    "V102 park[2].park_contact_phone",
    "V102 plan.implementation_plan_file",
    "V261 declaration.confirmed_safety",
    "V102 prospective_enterprises.province",
    "V102 prospective_enterprises.city",
    *(f"V102 park[2].{key}.{year}" for key in ("park_attracted", "park_attracted_cluster")
      for year in (2024, 2025)),
    "T09.green_park_2 park[2].green_park_pages",
    "V102 park_report[2].park_self_report",
)  # fmt: skip
def answers_under_conditions(draft: Draft) -> None:
    """The share of 特色产业集群 in another category, half a second park, an unnamed attachment.

    The second park holds a little of the cluster: what both hold is no more than the whole.
    """
    values = draft.values
    values["basics.category"] = "先进制造业集群"
    values["plan.implementation_plan"] = "另附文件"
    values["declaration.confirmed_safety"] = "无"
    second = {
        key.replace("park[1]", "park[2]"): 0.0 if "_cluster." in key else value
        for key, value in values.items()
        if key.startswith("park[1]")
        and "contact" not in key
        and "attracted" not in key
        and key != "park[1].green_park_pages"
    }
    values |= second | {"park[2].park_name": "新邵样例产业园"}
    draft.rows["prospective_enterprises"][0] |= {"province": "", "city": ""}


@SAMPLES.bad(
    "V101 cover.contact_phone",
    "V101 economy.revenue.2024",
    "V101 economy.revenue.2025",
    "V101 cultivation.smart_basic.2025",
    "V104 key_projects",
    "V104 top_rd",
    "V101 self_report.self_report",
    "V101 existing_enterprises.contact_phone",
    "V101 existing_enterprises.main_revenue_y2",
    "V101 declaration.confirmed_safety",
)
def left_empty(draft: Draft) -> None:
    """Required cells and whole tables that nobody filled in."""
    for key in ("cover.contact_phone", "economy.revenue.2024", "economy.revenue.2025",
                "cultivation.smart_basic.2025", "self_report.self_report",
                "declaration.confirmed_safety"):  # fmt: skip
        del draft.values[key]
    draft.rows["key_projects"] = draft.rows["top_rd"] = []
    draft.rows["existing_enterprises"][15]["contact_phone"] = ""
    draft.rows["existing_enterprises"][16]["main_revenue_y2"] = "　"


# --- no workbooks of ours ------------------------------------------------------------------------


@SAMPLES.bad("F102 ")
def another_workbook(draft: Draft) -> bytes:  # noqa: ARG001
    """Last year's list instead of the form."""
    book = openpyxl.Workbook()
    for row in (("集群名称", "营业收入（亿元）"), ("样例集群", 12.5)):
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    finished = Book(target.getvalue())
    created = finished.parts["docProps/core.xml"].decode().split('W3CDTF">')[1][:20]
    finished.replace("docProps/core.xml", created, "2026-01-01T00:00:00Z")
    return finished.save()


@SAMPLES.bad("F130 ")
def web_page_named_xlsx(draft: Draft) -> bytes:  # noqa: ARG001
    """What an office system exports as Excel."""
    rows = "<tr><td>集群名称</td><td>样例集群</td></tr><tr><td>营业收入</td><td>12.5</td></tr>"
    return f'<html><head><meta charset="utf-8"></head><body><table>{rows}</table></body></html>\n'.encode()


@SAMPLES.bad("F134 ")
def scan_named_xlsx(draft: Draft) -> bytes:  # noqa: ARG001
    """The sealed paper form, scanned."""
    return b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


@SAMPLES.bad("F142 ")
def cut_short(draft: Draft) -> bytes:
    """A file whose transfer broke off."""
    draft.rows = {}
    return Book(draft.written()).save(packed=False)[:16_384]


@SAMPLES.bad("F105 ")
def nothing_in_it(draft: Draft) -> bytes:  # noqa: ARG001
    """A file of no bytes."""
    return b""
