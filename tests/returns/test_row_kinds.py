"""Rows of a list that are no enterprises, and names that only look like one of those."""

from __future__ import annotations

import pytest
from support.mutable import Cell
from support.mutation_kit import Case
from support.tampering import problems, read, tab_of

from clusterbook.layout.layout import Body
from clusterbook.returns.row_kinds import row_kind

KINDS = {
    "合计行": (
        "合计", "合 计：", "总计：42家", "合计（42家）", "本页小计", "全县合计", "共计42户", "累计数", "合计数（万元）",
        "以上合计：", "各县小计",
    ),
    "“其中”行": ("其中：规上企业（18家）", "其中:", "其中", "其中：高新技术企业"),
    "平均数": ("平均", "平均值", "户均：", "均值（亿元）"),
    "分类标题": ("二、新邵县（24家）", "新邵县（24家）", "（一）规上企业（共18户）", "五金类（计12家）："),
    "落款": (
        "填表人：", "填表人：张三", "审核人:李四  联系电话：0739-1234567", "填报日期：2026年3月1日", "单位负责人（签字）：",
        "联系电话：", "统计负责人：王五", "填报单位（盖章）：新邵县工信局",
    ),
}  # fmt: skip
ALONE = ("一、邵东市", "（二）新邵县", "三、培育企业", "二", "十一、")
SAMPLES = (
    "示例：湖南某某有限公司",
    "示例",
    "例：",
    "（示例）湖南某某有限公司",
    "填写示例",
    "样例1",
    "例如：某某厂",
)
NAMES = (
    "湖南三一重工股份有限公司", "合计（长沙）智能科技有限公司", "平均律文化有限公司", "其中堂书店", "示例五金制造有限公司",
    "例外服饰有限公司", "总计科技有限公司", "一心堂药业集团", "三六零（北京）科技有限公司", "人人乐连锁商业集团", "共创草坪股份有限公司",
    "联系人科技（深圳）有限公司", "上述科技", "全县通物流有限公司", "一、二级市场服务有限公司", "填表人科技有限公司", "样例", "含光门业",
    "（株）现代汽车", "小计算科技有限公司", "均值优选有限公司", "单位",
)  # fmt: skip


@pytest.mark.parametrize(("word", "text"), [(w, t) for w, texts in KINDS.items() for t in texts])
def test_rows_that_are_none_whatever_else_stands_there(word, text):
    assert row_kind(text, alone=False) == ("L120", word)
    assert row_kind(text, alone=True) == ("L120", word)


@pytest.mark.parametrize("text", ALONE)
def test_a_heading_is_one_where_nothing_else_stands(text):
    assert row_kind(text, alone=True) == ("L120", "分类标题")
    assert row_kind(text, alone=False) == ("", "")


@pytest.mark.parametrize("text", SAMPLES)
def test_examples_are_asked_about(text):
    assert row_kind(text, alone=False) == ("L140", "")


@pytest.mark.parametrize("text", [name for name in NAMES if name != "样例"])
def test_names_are_rows(text):
    assert row_kind(text, alone=False) == ("", "")


def _list(case: Case) -> tuple[object, Body, list[int]]:
    """The list of enterprises of the larger form."""
    tab = tab_of(case, "existing_enterprises")
    body = case.layout.bodies["existing_enterprises"]
    return tab, body, sorted(case.rows_of(tab))


def _read_rows(case: Case) -> list[int]:
    return read(case).extracted.libraries["existing_enterprises"].rows


@pytest.mark.parametrize(
    "text", ["其中：规上企业（18家）", "二、新邵县（24家）", "平均", "填表人：张三"]
)
def test_none_of_them_is_counted_as_an_enterprise(contest, text):
    tab, body, rows = _list(contest)
    name = next(c for c in body.inputs if c.field.key == "enterprise_name")
    tab.cells[rows[-1] + 1, name.col] = Cell(text)
    assert _read_rows(contest) == rows
    assert [(p.code, p.value) for p in problems(contest)] == [("L120", text)]


@pytest.mark.parametrize(
    ("above", "below", "read"),
    [
        ("湖南新邵样例五金", "制造有限公司", 0),
        ("湖南新邵样例五金制造", "有限责任公司", 0),
        ("湖南新邵样例五金制造", "有限责任公司", 1),
    ],
)
def test_a_name_broken_over_two_rows_is_one_row_and_an_error(contest, above, below, read):
    tab, body, rows = _list(contest)
    name = next(c for c in body.inputs if c.field.key == "enterprise_name")
    last = rows[-1]
    if read:  # the answers stand in the second row
        for col in (c.col for c in body.inputs if (last, c.col) in tab.cells):
            tab.cells[last + 1, col] = tab.cells.pop((last, col))
    tab.cells[last, name.col] = Cell(above)
    tab.cells[last + 1, name.col] = Cell(below)
    assert _read_rows(contest) == [*rows[:-1], last + read]
    (told,) = [p for p in problems(contest) if p.code == "L141"]
    assert told.value == (above if read else below)


def test_two_whole_names_are_two_rows(contest):
    tab, body, rows = _list(contest)
    name = next(c for c in body.inputs if c.field.key == "enterprise_name")
    tab.cells[rows[-1] + 1, name.col] = Cell("新邵样例制造有限公司")
    assert _read_rows(contest) == [*rows, rows[-1] + 1]
