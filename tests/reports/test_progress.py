"""进度 and 催报: who is due, who has sent, whom to call, and a text that says so."""

from __future__ import annotations

import io

import openpyxl

from clusterbook.reports import progress
from clusterbook.reports.progress import Asking


def line(city: str, status: str, **more: str) -> dict[str, str]:
    names = ("issue", "issued_to", "county", "cluster_name", "submission", "file", "verdict",
             "contact", "phone")  # fmt: skip
    return {**dict.fromkeys(names, ""), "city": city, "status": status, **more}


LINES = [
    line("乙市", "通过", county="一县"),
    line("甲市", "未报", county="二县", contact="王某", phone="13900000001"),
    line("甲市", "未报（仅附件）", cluster_name="三集群"),
    line("甲市", "退回", county="四县"), line("甲市", "已报", file="五.xlsx"), line("", "未报", county="六县"),
]  # fmt: skip
ASKING = Asking(deadline="3月31日", sender="样例厅", contact="样例科")


def test_cities_stand_in_official_order_with_those_from_which_nothing_is_due() -> None:
    found = progress.by_city(LINES, ("甲市", "丙市", "乙市"))
    assert [(one.city, one.counts) for one in found] == [
        ("甲市", (4, 2, 2, 1, 0, 1, 1)), ("丙市", (0, 0, 0, 0, 0, 0, 0)),
        ("乙市", (1, 1, 0, 0, 1, 0, 0)), ("未注明市州", (1, 0, 1, 0, 0, 0, 0)),
    ]  # fmt: skip


def test_a_text_tells_whom_to_call_and_by_when() -> None:
    found = {one.city: one for one in progress.by_city(LINES, ())}
    assert progress.reminder(found["乙市"], ASKING) == ""
    assert progress.reminder(found["甲市"], ASKING) == (
        "【催报】甲市：应报4份，已报2份，通过0份。未报1份：二县（王某 13900000001）；"
        "只报了附件、没有报工作簿1份：三集群；已退回待更正1份：四县；待补充说明1份：五.xlsx。"
        "请于3月31日前督促报送。咨询：样例科。（样例厅）"
    )
    many = progress.by_city([line("丁市", "未报", county=f"{n}县") for n in range(30)], ())
    assert "19县等30份。请尽快督促报送。" in progress.reminder(many[0], Asking())


def test_a_cluster_is_named_where_its_county_has_several() -> None:
    """Else the same county stands in one text as one that has sent nothing and as one returned."""
    lines = [
        line("甲市", "未报", county="岳塘区", cluster_name="岳塘区电工电气产业集群"),
        line("甲市", "退回", county="岳塘区", cluster_name="新能源装备产业集群", contact="卫某"),
        line("甲市", "退回", county="雨湖区", cluster_name="雨湖区钢材产业集群"),
    ]
    (city,) = progress.by_city(lines, ())
    told = progress.reminder(city, Asking())
    assert "未报1份：岳塘区电工电气产业集群；" in told
    assert "待更正2份：岳塘区新能源装备产业集群（卫某）、雨湖区。" in told


def test_the_workbook_has_counts_list_and_texts() -> None:
    cities = progress.by_city(LINES, ("甲市", "丙市", "乙市"))
    data = progress.progress_book(cities, ASKING)
    assert data == progress.progress_book(cities, ASKING)
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["分市州", "名单", "催报"]
    rows = list(book["分市州"].iter_rows(values_only=True))
    assert rows[3] == ("甲市", 4, 2, 2, 1, 0, 1, 1)
    states = [row[3] for row in book["名单"].iter_rows(min_row=3, values_only=True)]
    # 已报 counts all that have sent something: one who has to explain is called so.
    assert states == ["未报", "未报（仅附件）", "退回", "待说明", "通过", "未报"]
    assert rows[-1][:2] == ("合计", "=SUM(B4:B7)")
    assert "13900000001" in [
        cell for row in book["名单"].iter_rows(values_only=True) for cell in row
    ]
    assert len(list(book["催报"].iter_rows())) == 2 + 2
    shown = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    assert [cell.value for cell in shown["分市州"][8]][1:] == [6, 3, 3, 1, 1, 1, 1]


def test_official_cities() -> None:
    one = {"form": "cluster_contest", "year": "2025", "years": "rolled", "province": "湖南省"}
    found = progress.official_cities([one, {**one, "form": "", "year": ""}])
    assert len(found) == 14 and found[0] == "长沙市"
    assert progress.official_cities([{**one, "form": "unknown_form"}]) == ()
