"""Choices as clerks paste them from certificates and lists: the printed option, or a question."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from clusterbook import registry
from clusterbook.kinds import Kind

LAYOUT = registry.layout("cluster_contest")
LISTING, SMART = "existing_enterprises.listing", "existing_enterprises.smart_level"
LEVEL, CARRIER = "innovation_carriers.level", "innovation_carriers.carrier_type"
PARK, GREEN = "park[1].green_park_level", "green_units.green_type"

CALLED: dict[str, dict[str, str]] = {
    LISTING: {
        "上交所主板": "沪市主板 上海主板 上证主板上市 上交所A股主板 上海证券交易所主板",
        "深交所主板": "深市主板 深圳主板 深圳中小板 中小板 中小企业板",
        "科创板": "科创板上市 上海证券交易所科创板 科创板（688001）",
        "创业板": "创业板上市（300123） 深交所创业板上市 深圳证券交易所创业板",
        "北交所": "北交所上市 北京证券交易所",
        "港交所": "香港主板 港股 H股 港股上市 联交所主板",
        "境外其他": "美股 纳斯达克 新加坡交易所上市",
        "新三板创新层": "新三板创新层挂牌 创新层",
        "新三板基础层": "新三板基础层（839123） 新三板基础层挂牌",
        "区域性股权市场": "区域性股权市场挂牌 湖南股交所挂牌 湖南股权交易所 海峡股权交易中心 四板 湖南股交所专精特新专板",
        "未上市": "未挂牌 否 无 拟上市 IPO辅导期 未上市（拟上市） 股改 上市后备企业 未上市企业 暂未上市 未上市未挂牌",
    },
    SMART: {
        "领航级": "领航级智能工厂", "卓越级": "国家卓越级智能工厂 卓越级智能工厂（2024年）",
        "先进级": "先进级智能制造工厂 省先进级智能工厂", "基础级": "基础级智能工厂（第一批）",
    },
    LEVEL: {"国家级": "国家 部级 全国级", "省级": "省 省级（2023）"},
    CARRIER: {
        "企业技术中心": "国家企业技术中心 省级企业技术中心",
        "工程研究中心": "工程技术研究中心 省工程技术研究中心 工程实验室 国家地方联合工程研究中心",
        "重点实验室": "国家重点实验室 省重点实验室",
        "其他": "博士后科研工作站 院士工作站 省级新型研发机构",
    },
    GREEN: {"绿色工厂": "国家绿色工厂 省级绿色工厂（2023年）", "绿色供应链管理企业": "国家级绿色供应链管理企业"},
    PARK: {"国家级": "国家级绿色园区", "省级": "省级绿色园区 是（省级）", "否": "无"},
}  # fmt: skip
UNCLEAR = {
    LISTING: "主板 主板上市 A股 上市 上市公司 新三板 新三板挂牌 已挂牌 深市 上交所上市",
    PARK: "是 有 绿色园区",
}
REFUSED = {
    LISTING: "上海钢联 深圳 待定 拟在北交所上市 未知 上市失败",
    SMART: "省级智能工厂 准先进级",
    LEVEL: "市级 国家级（培育） 省部级",
    CARRIER: "市级企业技术中心 检测站",
}


def kind(key: str) -> Kind:
    place = LAYOUT.columns[key] if key in LAYOUT.columns else LAYOUT.slots[key][0]
    return place.field.kind


def pairs(table: dict[str, str]) -> Iterator[tuple[str, str]]:
    return ((key, typed) for key, words in table.items() for typed in words.split())


@pytest.mark.parametrize(
    ("key", "option", "typed"),
    [(key, option, typed) for key, table in CALLED.items() for option, typed in pairs(table)],
)
def test_an_option_as_it_is_called_elsewhere(key: str, option: str, typed: str) -> None:
    reading = kind(key).read(typed)
    assert (reading.value, reading.problem) == (option, "")
    assert reading.note


@pytest.mark.parametrize(("key", "typed"), [*pairs(UNCLEAR)])
def test_what_fits_several_is_a_question(key: str, typed: str) -> None:
    reading = kind(key).read(typed)
    assert (reading.value, reading.problem) == (None, "V232")


@pytest.mark.parametrize(("key", "typed"), [*pairs(REFUSED)])
def test_what_is_none_of_them_is_refused(key: str, typed: str) -> None:
    assert kind(key).read(typed).value is None
    assert kind(key).read(typed).problem in {"V230", "V210", "V232"}


@pytest.mark.parametrize("key", [SMART, "existing_enterprises.green_level"])
@pytest.mark.parametrize("typed", ["无", "/", "—"])
def test_an_enterprise_may_have_no_level(key: str, typed: str) -> None:
    reading = kind(key).read(typed)
    assert (reading.value, reading.problem, reading.declared) == (None, "", "none")
