"""Long texts in a form: where they begin and end, and what of the neighbourhood is none of them."""

from __future__ import annotations

from support.word_files import cell, docx, row, table, text
from support.word_forms import FORMS, filled

from clusterbook.forms.options import Options
from clusterbook.layout import layouts
from clusterbook.word.reading import read_form
from clusterbook.word.readings import ANOTHER_FORM, LEFT, Readings

LAYOUT = layouts.of(FORMS[0], Options())
WHOLE = '<w:gridSpan w:val="2"/>'
NAME = row(cell("集群促进组织名称"), cell("石材协会"))
FIRST = (
    row(cell("4.1 基本情况", WHOLE)),
    row(cell(text("协会于2010年成立。") + text("有会员60家。"), WHOLE)),
)
SECOND = row(cell("4.2 集群发展促进组织运营情况", WHOLE)), row(cell("开展对接16场。", WHOLE))


def read(*rows: str, behind: str = "") -> Readings:
    body = text("四、集群发展促进组织情况") + table(NAME, *rows, grid=(3, 5)) + behind
    return read_form(LAYOUT, docx(body))


def left(found: Readings) -> list[str]:
    return [item.text for item in found.items if item.result == LEFT]


def test_reports_end_at_the_next_title() -> None:
    found = read(*FIRST, *SECOND)
    assert found.values["promo_org.promo_basic"] == "协会于2010年成立。\n有会员60家。"
    assert found.values["promo_org.promo_operation"] == "开展对接16场。"
    assert left(found) == []


def test_a_row_of_several_cells_is_no_part_of_a_report() -> None:
    found = read(*FIRST, *SECOND, row(cell("其他证明"), cell("P12-15")))
    assert found.values["promo_org.promo_operation"] == "开展对接16场。"
    assert left(found) == ["其他证明", "P12-15"]


def test_a_report_in_a_row_of_several_cells_is_read_all_the_same() -> None:
    split = row(cell("开展对接16场。"), cell("<w:p/>"))
    found = read(*FIRST, SECOND[0], split)
    assert found.values["promo_org.promo_operation"] == "开展对接16场。"


def test_what_stands_behind_the_table_is_no_part_of_a_report_in_it() -> None:
    found = read(
        *FIRST, *SECOND, behind=text("（联系人已核对）") + text("五、培育发展产业集群实施方案")
    )
    assert found.values["promo_org.promo_operation"] == "开展对接16场。"
    assert left(found) == ["（联系人已核对）"]


def test_a_report_that_stands_in_no_table_is_read() -> None:
    parts = (
        text("4.1 基本情况")
        + text("协会于2010年成立。")
        + text("有会员60家。")
        + text("4.2 集群发展促进组织运营情况")
    )
    found = read_form(
        LAYOUT, docx(text("四、集群发展促进组织情况") + parts + text("开展对接16场。"))
    )
    assert found.values["promo_org.promo_basic"] == "协会于2010年成立。\n有会员60家。"
    assert found.values["promo_org.promo_operation"] == "开展对接16场。"


def figures(*labels: str) -> Readings:
    rows = [row(cell(label), cell("100"), cell("112"), cell()) for label in labels]
    heads = row(cell("指标名称"), cell("2024年"), cell("2025年"), cell("增幅（%）"))
    title = row(cell("2.1 集群主要经济指标", '<w:gridSpan w:val="4"/>'))
    return read_form(LAYOUT, docx(table(title, heads, *rows, grid=(4, 2, 2, 2))))


def test_labels_that_somebody_numbered_are_found() -> None:
    found = figures(
        "1.集群产值（亿元）",
        "2.集群营收（亿元）",
        "利润总额（亿元）",
        "（4）税金总额（亿元）",
        "进出口额（亿美元）",
    )
    assert {key: raw for key, raw in found.values.items() if key.endswith("2025")} == {
        f"economy.{key}.2025": 112.0
        for key in ("output_value", "revenue", "total_profit", "total_tax", "trade_usd")
    }
    assert left(found) == []


def test_figures_of_a_row_that_nobody_asks_for_are_listed() -> None:
    found = figures("利润总额（亿元）", "其中：规上工业")
    assert left(found) == ["其中：规上工业", "100", "112"]


def test_another_form_is_told_and_an_excerpt_is_none() -> None:
    other = read_form(layouts.of(FORMS[1], Options()), filled(FORMS[0])[1])
    assert other.items[0].why == ANOTHER_FORM
    own = read_form(*filled(FORMS[0]))
    assert all(item.why != ANOTHER_FORM for item in (*own.items, *read(*FIRST, *SECOND).items))
