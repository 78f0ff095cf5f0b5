"""What stands in Word where the workbook computes: taken for what is shown there, or compared."""

from __future__ import annotations

from support.word_files import cell, docx, row, table, text
from support.word_forms import FORMS

from clusterbook.forms.options import Options
from clusterbook.layout import layouts
from clusterbook.word.prefilled import FromWord, from_word
from clusterbook.word.readings import Item

CONTEST, FUJIAN = (layouts.of(form, Options()) for form in FORMS)


def items(found: FromWord, key: str) -> list[Item]:
    return [item for item in found.items if item.key == key]


ROWS = ("集群产值（亿元）", "集群营收（亿元）", "利润总额（亿元）", "税金总额（亿元）", "进出口额（亿美元）",
        "利用外资规模（亿美元）", "集群从业人员数量（人）")  # fmt: skip


def economy(*figures: tuple[str, str, str]) -> bytes:
    """A part of the contest's form with a few rows of figures."""
    heads = row(
        cell(text("近2年情况") + text("指标名称")),
        cell("2024年"),
        cell("2025年"),
        cell("增幅（%）"),
    )
    rows = [row(cell(label), *map(cell, own)) for label, own in zip(ROWS, figures, strict=False)]
    title = row(cell("2.1 集群主要经济指标", '<w:gridSpan w:val="4"/>'))
    return docx(text("二、集群发展总体情况") + table(title, heads, *rows, grid=(4, 2, 2, 2)))


def test_a_name_that_stands_on_the_cover_only_is_read() -> None:
    found = from_word(
        FUJIAN, docx(text("集群名称：泉州市石材集群") + text("申报时间：2026年3月1日"))
    )
    (item,) = items(found, "basics.cluster_name")
    assert (item.text, item.result) == ("泉州市石材集群", "已读入")
    assert "封面" in item.why
    assert not items(found, "cover.cluster_name")


def test_another_name_on_the_cover_is_told() -> None:
    inside = table(row(cell("集群名称："), cell("洛江区石材集群")), grid=(1, 1))
    found = from_word(
        FUJIAN, docx(text("集群名称：泉州市石材集群") + text("一、基本情况") + inside)
    )
    assert items(found, "basics.cluster_name")[0].text == "洛江区石材集群"
    (item,) = items(found, "cover.cluster_name")
    assert (item.result, item.text) == ("未读入", "泉州市石材集群")
    assert "洛江区石材集群" in item.why


def test_growth_rates_are_compared_as_they_are_written() -> None:
    found = from_word(CONTEST, economy(
        ("100", "112.5", "10.5"), ("100", "", "10.5"), ("100", "112.5", "12.5"), ("100", "112.5", "13"),
        ("100", "112.5", "12.50%"), ("100", "112.5", "—"), ("100", "112", "12％"),
    ))  # fmt: skip
    assert len(found.read) == 13
    told = {item.key: item for item in found.items if item.result == "未读入"}
    assert set(told) == {"economy.output_value_growth", "economy.revenue_growth"}
    assert "12.50" in told["economy.output_value_growth"].why
    assert "算不出来" in told["economy.revenue_growth"].why
