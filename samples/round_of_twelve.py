"""A round of twelve counties from end to end: issued, sent back as counties do, ready to import.

Three have sent nothing, one a letter only, one its blank untouched, three are to be returned, four
pass, one of these within a .zip. Every name and every figure is made up. Written by
``make demo-round``, and built anew by tests: the same folder always holds the same bytes.
"""

from __future__ import annotations

import csv
import io
import sys
import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import content_cluster_contest as content
from attrs import evolve, frozen

import clusterbook as cb
from clusterbook.issuing.issue import Issue
from clusterbook.workbook.content import Entries
from clusterbook.workbook.writer import write_template

FORM, PROVINCE, YEAR = "cluster_contest", "湖南省", 2025
SENDER, DEADLINE, CONTACT = "湖南省工业和信息化厅", "2026年3月31日", "样例科 0731-80000001"
ISSUED_ON = date(2026, 2, 10)
_EPOCH = (1980, 1, 1, 0, 0, 0)
NOTHING, ATTACHMENT, BLANK, RETURNED, PASSED = "未报", "仅附件", "空白", "退回", "通过"
#: of the county whose figure is a question with a reason: 裁定 can refuse it, or set a figure
QUESTION, REASON = "economy.output_value.2025", "统计部门以万元出数，已核对换算无误。"


@frozen
class County:
    """One county of the round: where, what it makes, what came of it, how large it is."""

    city: str
    name: str
    makes: str
    state: str
    scale: float = 1.0
    slips: Mapping[str, Any] = {}
    zipped: bool = False
    industry: str = "轻工纺织"

    @property
    def cluster(self) -> str:
        """What its cluster is called."""
        return f"{self.city}{self.name}{self.makes}产业集群"

    @property
    def stem(self) -> str:
        """Its name without 市 or 县."""
        return self.name[:-1]


_FEW = {"economy.revenue.2025": "约190亿元", "cover.contact_phone": "1390000"}
_MANY = {
    "economy.total_profit.2025": "九个多亿", "economy.employees.2025": "3.9万余人",
    "economy.trade_usd.2025": None, "economy.fdi_usd.2025": "/",
    "cultivation.listed_enterprises.2025": "两家", "basics.promo_head_phone": "见附件",
    "innovation.rd_funds.2025": "4.95-5.1", "green.solid_waste_rate.2025": 192.6,
    "services.national_platforms.2025": -1, "basics.industry_field": "五金",
    "cover.apply_date": "三月", "targets.target_revenue.2026": "待定",
}  # fmt: skip
_EXPLAIN = {"economy.fdi_usd.2025": "/", "economy.output_value.2024": None}
COUNTIES = (
    County("长沙市", "宁乡市", "食品", PASSED, 1.3, industry="食品加工"),
    County("长沙市", "浏阳市", "烟花", PASSED, 1.2, zipped=True),
    County("株洲市", "醴陵市", "陶瓷", RETURNED, 1.1, _FEW),
    County("湘潭市", "湘乡市", "皮革", PASSED, 0.7, {QUESTION: "1383200万元"}),
    County("衡阳市", "耒阳市", "油茶", NOTHING),
    County("邵阳市", "邵东市", "小五金", PASSED),
    County("岳阳市", "汨罗市", "再生有色金属", RETURNED, 0.9, _MANY),
    County("常德市", "津市市", "盐化工", BLANK),
    County("益阳市", "沅江市", "船舶", ATTACHMENT),
    County("郴州市", "永兴县", "贵金属", RETURNED, 0.8, _EXPLAIN),
    County("永州市", "祁阳市", "纺织", NOTHING),
    County("娄底市", "冷水江市", "锑", NOTHING),
)
SERIALS = {county.name: at for at, county in enumerate(COUNTIES)}


@frozen
class RoundOfTwelve:
    """Where everything stands, and whose each workbook is."""

    form: cb.Form
    folder: Path
    issued: tuple[Issue, ...]

    @property
    def inbox(self) -> Path:
        """What came back, in a folder per city."""
        return self.folder / "报送"

    @property
    def register(self) -> Path:
        """The register of what was issued."""
        return self.folder / "发放" / "register.csv"

    def issue(self, county: str) -> str:
        """The issue id of a county."""
        found = (one.stamp.issue for one in self.issued if one.entry.county == county)
        return next(found)

    def data(self, county: County, **slips: Any) -> bytes:
        """The workbook of a county as it is filled in, perhaps with other slips than its own."""
        issue = self.issued[SERIALS[county.name]]
        return filled(self.form, issue, evolve(county, slips=slips or county.slips))


def build(folder: Path) -> RoundOfTwelve:
    """Issues the workbooks and puts the returns below ``folder``, which must be new or empty."""
    folder.mkdir(parents=True, exist_ok=True)
    form = cb.load_form(FORM, year=YEAR, province=PROVINCE)
    roster = folder / "名单.csv"
    roster.write_bytes(_roster())
    issued = form.issue(
        roster, folder / "发放", issued_on=ISSUED_ON, deadline=DEADLINE, contact=CONTACT,
        sender=SENDER,
    )  # fmt: skip
    made = RoundOfTwelve(form, folder, issued.workbooks)
    for county, issue in zip(COUNTIES, issued.workbooks, strict=True):
        for name, data in _sent(made, county, issue):
            target = made.inbox / county.city / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
    return made


def _roster() -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["市州", "县（市、区）", "集群名称", "联系人", "联系电话"])
    for serial, one in enumerate(COUNTIES, start=1):
        person = f"{content.SURNAMES[serial % 10]}样例"
        writer.writerow([one.city, one.name, one.cluster, person, content.phone(700 + serial)])
    return out.getvalue().encode("utf-8-sig")


def _sent(made: RoundOfTwelve, county: County, issue: Issue) -> list[tuple[str, bytes]]:
    """What came from a county: names and bytes."""
    if county.state == NOTHING:
        return []
    if county.state == ATTACHMENT:
        return [(f"{county.name}推荐函.pdf", b"%PDF-1.4\n% a letter, no return\n%%EOF\n")]
    if county.state == BLANK:
        return [(f"{county.name}.xlsx", (made.folder / "发放" / issue.file).read_bytes())]
    data = made.data(county)
    if county.zipped:
        return [(f"{county.name}报送材料.zip", _zipped(f"{county.name}申报工作簿.xlsx", data))]
    return [(f"{county.name}申报工作簿.xlsx", data)]


def _zipped(name: str, data: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(zipfile.ZipInfo(name, _EPOCH), data)
    return target.getvalue()


# --- one workbook --------------------------------------------------------------------------------


def filled(form: cb.Form, issue: Issue, county: County) -> bytes:
    """The workbook issued to a county, filled in as a diligent clerk would, but for its slips."""
    values, rows = content.content(content.SMALL)
    values = {key: _local(value, county) for key, value in values.items()}
    rows = {
        key: [{name: _own(value, county) for name, value in row.items()} for row in found]
        for key, found in rows.items()
    }
    values |= {
        "basics.cluster_name": county.cluster, "basics.city": county.city,
        "basics.counties": county.name, "basics.area_scope": county.name,
        "basics.leading_industry": f"{county.makes}（样例）", "basics.industry_field": county.industry,
    }  # fmt: skip
    for key in ("ongoing_projects", "planned_projects"):
        rows[key] = [row | {"city": county.city, "county": county.name} for row in rows[key]]
    for at, row in enumerate(rows["existing_enterprises"]):
        row |= {"city": county.city, "county": county.name}
        if row["uscc"]:
            row["uscc"] = content.credit_code(1000 * (1 + SERIALS[county.name]) + at)
    _grow(values, rows, county.scale)
    values |= {key: "" if value is None else value for key, value in county.slips.items()}
    reasons = {"V208": REASON} if QUESTION in county.slips else {}
    answers = Entries(values=values, rows=rows, reasons=reasons)
    return write_template(form.layout, issue.stamp, answers)


def _local(value: Any, county: County) -> Any:
    """A text that speaks of this county instead of 邵东."""
    if not isinstance(value, str):
        return value
    for name, own in (("邵阳市", county.city), ("邵东市", county.name), ("邵东", county.stem)):
        value = value.replace(name, own)
    return value


def _own(value: Any, county: County) -> Any:
    """The same for names in lists, which no two counties share."""
    if isinstance(value, str) and "样例" in value and len(value) < 40:
        stem = "" if county.stem in _local(value, county) else county.stem
        value = value.replace("样例", f"{stem}样例", 1)
    return _local(value, county)


_MONEY = ("economy.output_value", "economy.revenue", "economy.total_profit", "economy.total_tax",
          "economy.trade_usd", "economy.project_investment", "innovation.rd_funds",
          "targets.target_revenue", "targets.target_profit", "targets.target_tax",
          "park[1].park_gdp", "park[1].park_scale_revenue", "park[1].park_tax",
          "park[1].park_trade_usd", "park[1].tax_per_mu", "park[1].park_fai", "park[1].park_attracted")  # fmt: skip


def _grow(values: dict[str, Any], rows: dict[str, list[dict[str, Any]]], scale: float) -> None:
    """All amounts that belong together, as much larger or smaller."""
    for key, value in values.items():
        if key.startswith(_MONEY) and isinstance(value, int | float):
            values[key] = round(value * scale, 2)
    for row in rows["top_revenue"]:
        row |= {year: round(row[year] * scale, 2) for year in ("revenue_y1", "revenue_y2")}
    for row in rows["existing_enterprises"]:
        if row["main_revenue_y2"] > 1:  # what is small stays on its side of the threshold of 规上
            row["main_revenue_y2"] = round(row["main_revenue_y2"] * scale, 2)
    for row in rows["top_rd"]:
        row |= {year: round(row[year] * scale, 2) for year in ("rd_y1_wan", "rd_y2_wan")}


def _tell(say: Callable[[str], None], made: RoundOfTwelve) -> None:
    say(f"{made.folder}: {len(made.issued)} workbooks issued, returns in {made.inbox}")


if __name__ == "__main__":
    _tell(print, build(Path(sys.argv[1])))
