"""Choices as clerks paste them from certificates and lists: the printed option, or a question."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from clusterbook.forms.kinds import Kind
from clusterbook.layout import layouts

LAYOUTS = [layouts.of(form) for form in ("cluster_contest", "fujian_sme_cluster")]
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
    "plan.implementation_plan": {"另附文件": "另附 见附件 见附件1 已附 方案另附"},
    "innovation.patents_list_way": {"清单另附": "另附 见附件 详见附件2 清单附后 清单另附"},
    "standards_list.role": {"主持": "牵头 主导 第一起草单位 主持起草 主编", "参与": "参编 参加起草 参与制修订"},
    "standards_list.level": {"国家": "国标 推荐性国家标准", "行业": "行标", "团体": "团标", "地方": "省地方标准"},
    "patents_list.patent_type": {"发明专利": "发明 授权发明专利 有效发明专利 发明授权"},
    "basics.st_energy_ok": {"不涉及": "不适用 不属于 非高耗能行业"},
    "green.solid_waste_above_avg": {"非工业集群，不适用": "不适用 不涉及 非工业集群"},
    "cover.city": {"泉州市": "泉州 福建省泉州市"},
    "cover.county": {"安溪县": "安溪 泉州市安溪县 福建省安溪县 福建省泉州市安溪县"},
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
    "standards_list.role": "批准 归口",
    "standards_list.level": "企业标准 GB/T",
    "patents_list.patent_type": "实用新型 PCT",
    "cover.city": "湖南省泉州市 福建省",
}


def kind(key: str) -> Kind:
    layout = next(one for one in LAYOUTS if key in one.columns or key in one.slots)
    place = layout.columns[key] if key in layout.columns else layout.slots[key][0]
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
    assert reading.note or typed == option


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


@pytest.mark.parametrize(
    ("key", "value", "typed"),
    [
        ("existing_enterprises.is_scale", True, "规模以上"),
        ("existing_enterprises.is_scale", True, "是（2025年入规）"),
        ("existing_enterprises.is_scale", False, "规模以下"),
        ("existing_enterprises.is_hightech", True, "高新技术企业"),
        ("existing_enterprises.is_hightech", True, "是（2023年认定）"),
        ("existing_enterprises.iii_cert", True, "已贯标"),
        ("existing_enterprises.related", False, "无关"),
        ("declaration.confirmed_safety", True, "已确认"),
        ("declaration.confirmed_integrity", True, "承诺"),
        ("basics.st_no_accident", True, "属实"),
        ("industry.chain_map", True, "已绘制"),
        ("green.carbon_monitoring", False, "未建设"),
    ],
)
def test_yes_and_no_in_the_words_of_the_question(key: str, value: bool, typed: str) -> None:
    reading = kind(key).read(typed)
    assert (reading.value, reading.problem, reading.note) == (value, "", "yes_no")


@pytest.mark.parametrize(
    "typed", ["是（已注销）", "是（拟申报）", "否（2023年）或是", "高新（培育）", "在建"]
)
def test_a_remark_that_takes_it_back_is_no_answer(typed: str) -> None:
    assert kind("existing_enterprises.is_hightech").read(typed).problem == "V230"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("检验检测服务、研发设计服务", ("检验检测", "研发设计")),
        ("技术服务、人才培训", ("研发设计", "人力资源")),
        ("质量检测；管理咨询服务", ("检验检测", "管理咨询")),
    ],
)
def test_services_as_platforms_call_them(typed: str, value: tuple[str, ...]) -> None:
    reading = kind("service_platforms.service_type").read(typed)
    assert (reading.value, reading.problem) == (value, "")
