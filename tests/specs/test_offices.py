"""The level of an office that approves things, by its name, in the importer and in the workbook."""

from __future__ import annotations

import content_cluster_contest as contest
import numpy as np
import pytest

from clusterbook.forms.expressions.columns import evaluate
from clusterbook.forms.expressions.frames import Array, Frames
from clusterbook.forms.expressions.nodes import answer
from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.testing.live import stored_told
from clusterbook.workbook.content import Entries
from clusterbook.workbook.writer import write_template
from workbook_specs._offices import wrong_level

STATE = (
    "国家市场监督管理总局", "市场监管总局", "工业和信息化部", "科技部火炬高技术产业开发中心", "国家发展改革委",
    "中国轻工业联合会", "住房和城乡建设部", "自然资源部", "国务院国有资产监督管理委员会", "全国城市工业品贸易中心联合会",
    "国家税务总局",
)  # fmt: skip
PROVINCE = (
    "湖南省工业和信息化厅", "省市场监督管理局", "湖南工信厅", "福建省发展和改革委员会", "广西壮族自治区科学技术厅",
    "湖南省人民政府",
)  # fmt: skip
LOCAL = (
    "长沙市市场监督管理局", "邵东市工业和信息化局", "邵阳市科技局", "邵东市人民政府", "安溪县发展和改革局",
    "长沙国家高新技术产业开发区管理委员会", "恩施土家族苗族自治州经信局", "鼓楼区人民政府", "湖南湘江新区管委会",
)  # fmt: skip
# Both at once, or nothing that tells.
OPEN = (
    "国家税务总局湖南省税务局", "湖南省国家税务局", "科技部、湖南省人民政府", "市场监管", "轻工业联合会", "", "无", "某某协会",
)  # fmt: skip


def column(*texts: str) -> Array:
    found = np.empty(len(texts), dtype=object)
    found[:] = texts
    return found


def wrong(level: str, offices: tuple[str, ...], province: str = "湖南省") -> list[bool]:
    """Whether each office cannot have given the level."""
    claimed = answer("x.level")
    rule = wrong_level(
        answer("x.office"), claimed.equals("国家级"), claimed.equals("省级"), province
    )
    many = len(offices)
    answers = {"x.office": column(*offices), "x.level": column(*[level] * many)}
    return list(map(bool, evaluate(rule, Frames(many, answers, {}, {}))))


@pytest.mark.parametrize(
    ("offices", "national", "provincial"),
    [(STATE, False, True), (PROVINCE, True, False), (LOCAL, True, True), (OPEN, False, False)],
    ids=["state", "province", "local", "open"],
)
def test_what_level_an_office_may_give(offices, national, provincial):
    assert wrong("国家级", offices) == [national] * len(offices)
    assert wrong("省级", offices) == [provincial] * len(offices)


def test_a_municipality_is_a_province():
    office = ("上海市经济和信息化委员会",)
    assert wrong("省级", office, "上海市") == [False]
    assert wrong("国家级", office, "上海市") == [True]
    assert wrong("省级", ("上海市浦东新区人民政府",), "上海市") == [False]


@pytest.mark.parametrize("names", [STATE + PROVINCE, LOCAL + OPEN], ids=["high", "low"])
def test_the_workbook_says_the_same(names):
    layout = layouts.of("cluster_contest")
    values, rows = contest.content(contest.SMALL)
    one = rows["innovation_carriers"][0]
    levels = ("国家级", "省级")
    rows["innovation_carriers"] = [
        one | {"carrier_name": f"第{at}研究中心", "level": levels[at % 2], "approved_by": name}
        for at, name in enumerate(name for name in names for _ in levels)
    ]
    stamp = Stamp.of(layout.workbook, issue="OFFICES")
    data = write_template(layout, stamp, Entries(values=values, rows=rows))
    assert stored_told(layout, data) == []
