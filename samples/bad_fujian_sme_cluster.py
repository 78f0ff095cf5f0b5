"""Fujian forms with mistakes; each is the good sample with few patents and one kind of fault."""

from __future__ import annotations

import openpyxl
from draft import Draft, Register
from office_file import through_openpyxl

from clusterbook.forms import registry
from clusterbook.layout import layouts

SAMPLES = Register()


@SAMPLES.bad(
    "V204 industry.sme_output_share.2025",
    "V202 industry.srdi_smes.2025",
    "V203 industry.output_value.2023",
    "V203 opening.fdi_growth.2025",
    "V204 digital.iiot_share",
    "V207 basics.area_km2",
    "V203 evidence.page_from",
    "V208 innovation.rd_staff_share",
    "V263 green.energy_reduction",
    "V276 opening.export_growth.2024",
    "V221 industry.t_chain",
    "V220 industry.t_supply_risk",
    "V220 basics.industry_name",
    "V221 plan.plan_tasks",
    # and what no longer fits together
    "T05.plan_too_long plan.plan_intro",
)
def beyond_the_limits(draft: Draft) -> None:
    """A lost decimal point, a count with decimals, a sign too many; texts five percent too long and far too long."""
    draft.values |= {
        "industry.sme_output_share.2025": 826,
        "industry.srdi_smes.2025": 31.5,
        "industry.output_value.2023": -96.4,
        "opening.fdi_growth.2025": -365,
        "digital.iiot_share": "215%",
        "green.energy_reduction": -9.14,
        "opening.export_growth.2024": "▲3.2",
        "basics.area_km2": "27900亩",
        "innovation.rd_staff_share": "68.5‰",
        "industry.t_chain": ("样例：集群形成了完整的产业链条，围绕短缺环节开展精准招商。" * 20)[
            :210
        ],
        "industry.t_supply_risk": ("样例：建立关键原料价格监测和备选供应商名录，定期研判。" * 20)[
            :240
        ],
        "basics.industry_name": "样例" * 20,
        "plan.plan_tasks": ("样例：补链强链，技术攻关，数字化改造，绿色制造，品牌出海。" * 200)[
            :3150
        ],
    }
    draft.rows["evidence"][2]["page_from"] = 0


@SAMPLES.bad(
    "V250 cover.contact_phone",
    "V251 basics.dept_contact_phone",
    "V252 basics.operator_contact_phone",
    "V260 industry.chain_map_pages",
    "V260 green.carbon_monitoring_pages",
    "V260 industry.cb_quality_brand_1_pages",
    "V280 industry.cb_resource_share_1",
    "V280 governance.cb_services_7",
    "V233 basics.st_no_accident",
    "V233 green.solid_waste_above_avg",
    "V230 basics.st_energy_ok",
    "V230 industry.chain_map",
    "V231 cover.county",
)
def ticks_telephones_and_pages(draft: Draft) -> None:
    """Boxes copied from the Word form, numbers without area code, pages that are none."""
    draft.values |= {
        "cover.contact_phone": "1390000000",
        "basics.dept_contact_phone": "22000001",
        "basics.operator_contact_phone": "400-000-0001",
        "industry.chain_map_pages": "见附件",
        "green.carbon_monitoring_pages": "证明材料",
        "industry.cb_quality_brand_1_pages": "P15-12",
        "industry.cb_resource_share_1": "已开展",
        "governance.cb_services_7": "√√",
        "basics.st_no_accident": "☑是 ☑否",
        "green.solid_waste_above_avg": "☑是 □否 ☑非工业集群，不适用",
        "basics.st_energy_ok": "达标",
        "industry.chain_map": "正在绘制",
        "cover.county": "集美区",
        # Read without a question.
        "basics.st_no_violation": "☑是 □否",
        "industry.cb_resource_share_2": "√",
        "green.t_dual_carbon_pages": "第71页、第72页",
    }


@SAMPLES.bad()
def none_declared(draft: Draft) -> None:
    """无 where 填报说明 2 allows it, 不适用 in rates: nothing to complain about."""
    draft.values |= {
        "industry.champions.2025": "无",
        "industry.little_giants.2023": "没有",
        "opening.export_growth.2023": "不适用",
        "opening.fdi_growth.2023": "—",
        "opening.overseas_branches": "无",
        "opening.overseas_branches_pages": "无",
        "industry.t_synergy": "无",
        "innovation.plat_other_count": "无",
        "innovation.plat_other_names": "无",
    }


@SAMPLES.bad("L101 ", "L101 ")
def sheets_deleted(draft: Draft) -> bytes:
    """Two sheets deleted as not needed."""

    def change(book: openpyxl.Workbook) -> None:
        del book["五、绿色化转型情况"]
        del book["标准清单"]

    return through_openpyxl(draft.written(), change)


@SAMPLES.bad("L108 ")
def sheet_copied_and_changed(draft: Draft) -> bytes:
    """A copy of a sheet kept for another try, with another figure."""

    def change(book: openpyxl.Workbook) -> None:
        copy = book.copy_worksheet(book[draft.cell("digital.cloud_share")[0]])
        copy[draft.cell("digital.cloud_share")[1]] = 64.2

    return through_openpyxl(draft.written(), change)


@SAMPLES.bad()
def renamed_and_reordered_by_another_program(draft: Draft) -> bytes:
    """Sheets renamed, also by a program that forgets names and loses half of it: all is found."""

    def change(book: openpyxl.Workbook) -> None:
        book["二、主导产业情况"].title = "Sheet2"
        book.move_sheet("佐证材料目录", -5)

    draft.edits.append(lambda book: book.rename_sheet("三、创新能力情况", "创新（最终稿）"))
    return through_openpyxl(draft.written(), change)


@SAMPLES.bad()
def rows_and_columns_inserted(draft: Draft) -> None:
    """Inserted where somebody wanted more room: all is still found."""
    draft.edits += [
        lambda book: book.insert_rows(
            draft.cell("industry.enterprises.2023")[0], draft.row_of("industry.enterprises.2023"), 2
        ),
        lambda book: book.insert_columns(draft.cell("digital.cloud_share")[0], 3),
        lambda book: book.insert_rows(draft.cell("patents_list.patent_no")[0], 10),
        lambda book: book.rename_sheet(draft.cell("digital.cloud_share")[0], "四、数字化"),
    ]


@SAMPLES.bad(
    "L102 digital.iiot_share",
    "L103 innovation.sme_employees",
    "L103 innovation.rd_staff_share",
    "L105 ",
    "L105 ",
    "L111 ",
)
def row_deleted_cell_moved_remarks_added(draft: Draft) -> None:
    """A row deleted, a cell cut and pasted, remarks beside the table, a changed label."""
    sheet, cell = draft.cell("innovation.sme_employees")
    other = draft.cell("innovation.rd_staff_share")[1]
    column, row = other.rstrip("0123456789"), other.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    industry = draft.cell("industry.output_value.2023")[0]
    draft.edits += [
        lambda book: book.delete_row(
            draft.cell("digital.iiot_share")[0], draft.row_of("digital.iiot_share")
        ),
        lambda book: book.point_name("cb_innovation.sme_employees", f"'{sheet}'!${column}${row}"),
        lambda book: book.put(sheet, "Z" + cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), "此数待核"),
        lambda book: book.put(industry, "L5", "口径同上年"),
        lambda book: book.put(
            industry, f"B{draft.row_of('industry.output_value.2023')}", "集群工业总产值（亿元）"
        ),
    ]


@SAMPLES.bad("F109 ")
def sheet_of_another_workbook(draft: Draft) -> None:
    """A sheet copied in from the neighbour's workbook."""
    mark = f"cb:sheet:green|{draft.issue}"
    draft.edits.append(
        lambda book: book.replace("xl/sharedStrings.xml", mark, "cb:sheet:green|YL-F-neighbour")
    )


@SAMPLES.bad("F108 ")
def of_an_earlier_round(draft: Draft) -> None:
    """The workbook of another version of the form."""
    version = registry.workbook(draft.form).version
    for part in ("xl/sharedStrings.xml", "docProps/core.xml"):
        draft.edits.append(lambda book, part=part: book.replace(part, version, "2025.3"))


@SAMPLES.bad("L109 ")
def issued_by_other_software(draft: Draft) -> None:
    """Issued by a version of this software that laid the form out otherwise: read by its names."""
    digest = layouts.of(draft.form).digest
    draft.edits.append(lambda book: book.replace("xl/sharedStrings.xml", digest, digest[::-1]))
