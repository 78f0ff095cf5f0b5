"""Every spelling that people are known to type, and that no text at all can make a reader raise."""

from __future__ import annotations

import datetime as dt
import string
from functools import partial

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clusterbook.forms.parsing import names as spellings
from clusterbook.forms.parsing.names import (
    Reading,
    Vocabulary,
    fold,
    is_blank,
    match_pattern,
    name_key,
    read_choice,
    read_date,
    read_four,
    read_items,
    read_month,
    read_name,
    read_number,
    read_pages,
    read_period,
    read_person,
    read_phone,
    read_text,
    read_yes_no,
    to_text,
)
from clusterbook.problems import CATALOGUE, Level

HONOURS = (
    "世界500强",
    "国内500强",
    "民营企业500强",
    "全球行业50强",
    "国家“专精特新”小巨人",
    "省级“专精特新”小巨人",
    "国家单项冠军",
    "省级单项冠军",
)
GIANT, _, CHAMPION, PROVINCIAL_CHAMPION = HONOURS[4:]

yi = partial(read_number, unit="亿元")
wan = partial(read_number, unit="万元")
count = partial(read_number, unit="家", whole=True, low=0)
people = partial(read_number, unit="人", whole=True, low=0)
percent = partial(read_number, unit="%", percent=True, none_is_zero=False)
rate = partial(read_number, unit="吨标准煤/万元", decimals=4, none_is_zero=False)
products = partial(read_items, at_most=3)
honours = partial(read_items, vocabulary=Vocabulary(HONOURS))
denial = partial(read_yes_no, denies=True)
level = partial(read_choice, vocabulary=Vocabulary(("国家级", "省级")))

# Readers print badly in test ids; these names print well.
READERS = {name: value for name, value in (vars(spellings) | globals()).items() if callable(value)}


def rows(*table):
    """Parameters of `reader, raw, value, problem, declared`, named after reader and raw."""
    full = [(*row, *("", "")[len(row) - 3 :]) for row in table]
    return pytest.mark.parametrize(
        ("reader", "raw", "value", "problem", "declared"),
        full,
        ids=[f"{name}-{str(raw)[:30]!r}" for name, raw, *_ in full],
    )


# The table of what people really type: (reader, typed, value, problem, declared).
# Rows that need the row above, the formula or the whole file are tested where those are known.
TYPED = (
    # percent
    ("percent", "１２．５％", 12.5),
    ("percent", "12.5%", 12.5),
    ("percent", "百分之十二点五", 12.5, "V212"),
    ("percent", "12.5个百分点", 12.5),
    ("percent", "5‰", 0.5, "V208"),
    ("percent", 0.125, 0.125),
    ("percent", "-3.2%", -3.2),
    ("yi", "12.5%", None, "V207"),
    # thousands
    ("yi", "1,234.5", 1234.5),
    ("yi", "1，234.5", 1234.5),
    ("yi", "1 234.5", 1234.5),
    ("yi", "1,23", None, "V201"),
    ("yi", "12 5", None, "V201"),
    # the unit of the cell, and units that can be converted
    ("yi", "3.5亿", 3.5),
    ("yi", "3.5亿元", 3.5),
    ("yi", "人民币3.5亿元", 3.5),
    ("yi", "￥3.5亿", 3.5),
    ("yi", "35000万元", 3.5, "V208"),
    ("yi", "2000万", 0.2, "V208"),
    ("yi", "3千万元", 0.3, "V208"),
    ("yi", "3亿5000万元", 3.5),
    ("wan", "0.2亿", 2000.0, "V208"),
    ("people", "3.5万人", 35000, "V208"),
    # units that cannot
    ("yi", "3.5亿美元", None, "V207"),
    ("yi", "$3.5亿", None, "V207"),
    ("yi", "3.5亿港元", None, "V207"),
    ("yi", "186亩", None, "V207"),
    # not exact
    ("yi", "约3.5亿", None, "V205"),
    ("yi", "近4", None, "V205"),
    ("yi", "4左右", None, "V205"),
    ("yi", "40余", None, "V205"),
    ("yi", "≥5", None, "V205"),
    ("yi", ">5", None, "V205"),
    ("yi", "300+", None, "V205"),
    ("count", "二十多家", None, "V205"),
    ("yi", "3.5-4", None, "V206"),
    ("yi", "3～4", None, "V206"),
    ("yi", "3亿至4亿元", None, "V206"),
    # counts
    ("count", "15家", 15),
    ("people", "320人", 320),
    ("count", "12 个", 12),
    ("people", "15家", None, "V207"),
    ("count", "十二", 12, "V212"),
    ("count", "壹拾", 10, "V212"),
    ("count", "两千三百零五家", 2305, "V212"),
    ("count", "一百五", None, "V201"),
    ("count", "三五家", None, "V201"),
    ("count", 12.5, None, "V202"),
    ("count", -1.0, None, "V203"),
    # declared
    ("count", "无", 0, "", "none"),
    ("yi", "没有", 0.0, "", "none"),
    ("count", "零", 0, "", "none"),
    ("percent", "无", None, "", "na"),
    ("rate", "不适用", None, "", "na"),
    ("rate", "不涉及", None, "", "na"),
    ("count", "不适用", None, "", "na"),
    *(("rate", stroke, None, "", "na") for stroke in ("/", "／", "-", "—", "——", "N/A")),
    *(("count", stroke, None, "V211") for stroke in ("/", "／", "-", "—", "——", "N/A")),
    *(("read_text", stroke, "无", "", "none") for stroke in ("/", "—")),
    # not an answer
    ("count", "暂无", None, "V211"),
    *(("yi", text, None, "V210") for text in ("未统计", "待定", "保密", "见附件", "详见佐证")),
    *(("read_text", text, None, "V210") for text in ("暂无", "未统计", "待定", "保密", "见附件")),
    ("read_text", "详见佐证材料", None, "V210"),
    ("read_name", "待定", None, "V210"),
    # ditto: the row above is filled in before; what is left over is refused
    ("read_text", "同上", None, "V292"),
    ("read_name", "〃", None, "V292"),
    ("yi", "同上", None, "V292"),
    ("read_pages", "同上", None, "V292"),
    # errors
    *(("yi", text, None, "V213") for text in ("#DIV/0!", "#REF!", "#NAME?", "#N/A", "Err:502")),
    *((name, "#REF!", None, "V213") for name in ("read_text", "read_month", "read_phone", "level")),
    # numbers as text
    ("yi", "3.5", 3.5),
    ("yi", "'3.5", 3.5),
    ("yi", "\ufeff 3.5\u00a0", 3.5),
    ("yi", "3。5", 3.5),
    ("yi", True, None, "V201"),
    ("yi", "—5", -5.0, "V212"),
    ("yi", "10²", None, "V201"),
    ("yi", "①12", None, "V201"),
    ("yi", "1e999", None, "V204"),
    # months
    *(
        ("read_month", typed, "2024-03")
        for typed in (
            "2024年3月",
            "2024/3",
            "2024-03-15",
            "24年3月",
            "202403",
            "二〇二四年三月",
            "2024.3",
            "２０２４年０３月",
            "2024-03-15 00:00:00",
            "20240315",
            45352.0,
            "45352",
            202403.0,
            20240315.0,
            2024.3,
            dt.date(2024, 3, 15),
            "2024年3月底",
        )
    ),
    ("read_month", "2024.1", "2024-01"),
    ("read_month", 2024.1, None, "V242"),
    ("read_month", 2024.11, "2024-11"),
    *(
        ("read_month", typed, None, "V241")
        for typed in ("2024年", "2024年底", "2024年上半年", "Q2")
    ),
    ("read_month", 2024.0, None, "V241"),
    *(
        ("read_month", typed, None, "V240")
        for typed in (
            "2024年13月",
            "2024-02-30",
            "24.3",
            "3月",
            "1905-01",
            "2101年1月",
            60.0,
            20243.0,
        )
    ),
    ("read_date", "2024年3月15日", "2024-03-15"),
    ("read_date", "二〇二四年十二月三十一日", "2024-12-31"),
    ("read_date", "2024年3月", "2024-03"),
    ("read_date", 45366.0, "2024-03-15"),
    # periods
    *(
        ("read_period", typed, "2023-06/2025-12")
        for typed in (
            "2023.6-2025.12",
            "2023年6月—2025年12月",
            "2023.06～2025.12",
            "2023-06至2025-12",
            "2023-06-2025-12",
            "2023/6-2025/12",
            "202306-202512",
            "23年6月-25年12月",
            "2023.6-25.12",
            "2023.06.01-2025.12.31",
            "建设期：2023年6月到2025年12月（30个月）",
            "二〇二三年六月至二〇二五年十二月",
        )
    ),
    ("read_period", "2023-2025年", "2023-01/2025-12"),
    ("read_period", "2023-25年", "2023-01/2025-12"),
    ("read_period", "2023年6月-12月", "2023-06/2023-12"),
    *(
        ("read_period", typed, None, "V244")
        for typed in ("2023.6至今", "24个月", "2年", "2023年6月", "2023年6月起", 2023.6)
    ),
    ("read_period", "2025.12-2023.6", None, "V245"),
    ("read_period", "近期", None, "V243"),
    ("read_period", "2023-06/12", None, "V243"),
    # telephones
    ("read_phone", 13900000001.0, "13900000001"),
    ("read_phone", "1.3900000001E+10", "13900000001"),
    ("read_phone", "1.39E+10", None, "V250"),
    ("read_phone", "13900000001/0595-22000001", "13900000001"),
    ("read_phone", "13900000001\n0595-22000001", "13900000001"),
    ("read_phone", "13900000001、0595-22000001", "13900000001"),
    ("read_phone", "(0595)22000001转8001", "0595-22000001-8001"),
    ("read_phone", "0595—22000001", "0595-22000001"),
    ("read_phone", "+86 139 0000 0001", "13900000001"),
    ("read_phone", "+86 595 22000001", "0595-22000001"),
    ("read_phone", "22000001", "22000001", "V251"),
    ("read_phone", "5952200001", "5952200001", "V251"),
    ("read_phone", "1390000000", None, "V250"),
    ("read_phone", "139000000012", None, "V250"),
    ("read_phone", "139****0001", None, "V250"),
    ("read_phone", "4008000001", "400-800-0001", "V252"),
    ("read_phone", "手机：13900000001", "13900000001"),
    # names
    ("read_person", "张某、李某", "张某"),
    ("read_person", "张某 局长", "张某"),
    ("read_person", "张 某", "张某"),
    ("read_name", "恒某集团", "恒某集团"),
    ("read_name", "XX公司(总部)", "XX公司"),
    ("read_name", "XX有限公司（已注销）", "XX有限公司", "V235"),
    ("read_name", "XX有限公司 ", "XX有限公司"),
    ("read_name", "XX(福建)有限公司", "XX（福建）有限公司"),
    ("read_name", "样例 投资\n（有限合伙）", "样例投资（有限合伙）"),
    ("read_name", "Sample  GmbH (China)", "Sample GmbH (China)"),
    # lists
    *(
        ("products", typed, ("甲", "乙", "丙"))
        for typed in (
            "甲、乙、丙",
            "甲,乙，丙",
            "甲；乙;丙",
            "甲/乙／丙",
            "甲\n乙\n丙",
            "1.甲 2.乙 3.丙",
            "1、甲；2、乙；3、丙",
            "①甲②乙③丙",
            "（1）甲（2）乙（3）丙",
        )
    ),
    ("products", "1、3D打印机 2、5G模组", ("3D打印机", "5G模组")),
    ("products", "电机（永磁、异步）、轴承", ("电机（永磁、异步）", "轴承")),
    ("products", "3.5mm螺丝", ("3.5mm螺丝",)),
    ("products", "钢锤、扳手等", ("钢锤", "扳手")),
    ("products", "无", (), "", "none"),
    ("products", "甲、乙、丙、丁", None, "V270"),
    ("products", "很长" * 11, ("很长" * 11,), "V271"),
    # honours
    ("honours", '国家"专精特新"小巨人', (GIANT,)),
    ("honours", "单项冠军", None, "V232"),
    ("honours", "世界500强；单项冠军", ("世界500强",), "V232"),
    ("honours", "省级单项冠军\n国家单项冠军", (PROVINCIAL_CHAMPION, CHAMPION)),
    ("honours", "世界500强、诺贝尔奖", None, "V230"),
    ("honours", "☑世界500强 □国内500强", ("世界500强",)),
    ("honours", "无", (), "", "none"),
    # 是 and 否
    *(
        ("denial", typed, None, "V261")
        for typed in ("无", "没有", "无事故", "未发生", "有", "不", 0.0, 1.0)
    ),
    *(("denial", typed, True) for typed in ("是", "√", "☑是 □否")),
    *(("denial", typed, False) for typed in ("否", "不是", "×", "□是 ☑否")),
    ("denial", "不涉及", None, "", "na"),
    ("denial", "待定", None, "V210"),
    *(("read_yes_no", typed, True) for typed in ("是", "√", "✓", "Y", "有", 1.0, True, "规上")),
    *(("read_yes_no", typed, False) for typed in ("否", "×", "N", "无", 0.0, False, "规下")),
    ("read_yes_no", "准规上", False, "V234"),
    ("read_yes_no", "不涉及", None, "", "na"),
    ("read_yes_no", "□是 ☑否", False),
    ("read_yes_no", "是（√）否（ ）", True),
    ("read_yes_no", "☑是 ☑否", None, "V233"),
    ("read_yes_no", "□是 □否", None, "V230"),
    ("read_yes_no", "/", None, "V230"),
    # choices
    ("level", "国家级", "国家级"),
    ("level", " 国 家 级。", "国家级"),
    ("level", "国家", "国家级", "V234"),
    ("level", "级", None, "V230"),
    ("level", "市级", None, "V230"),
    ("level", "□国家级 ☑省级", "省级"),
    ("level", "☑国家级 ☑省级", None, "V233"),
    ("level", "□国家级 □省级", None, "V230"),
    ("level", "无", None, "", "none"),
    # ticks
    *(
        ("read_tick", typed, True)
        for typed in ("☑", "☒", "√", "✓", "是", 1.0, True, "TRUE", "☑\ufe0f")
    ),
    *(
        ("read_tick", typed, False)
        for typed in ("☐", "□", "否", 0.0, False, "FALSE", "", None, " ")
    ),
    ("read_tick", "已开展", None, "V280"),
    # pages
    ("read_pages", "P12", ((12, 12),)),
    ("read_pages", "12", ((12, 12),)),
    ("read_pages", 12.0, ((12, 12),)),
    ("read_pages", "第12页", ((12, 12),)),
    ("read_pages", "P12-15", ((12, 15),)),
    ("read_pages", "P12-P15", ((12, 15),)),
    ("read_pages", "P12、P18", ((12, 12), (18, 18))),
    ("read_pages", "P12 P18", ((12, 12), (18, 18))),
    ("read_pages", "见P12", ((12, 12),)),
    ("read_pages", "见佐证P12页（下同）", ((12, 12),)),
    ("read_pages", "无", (), "", "none"),
    ("read_pages", "见附件", None, "V260"),
    ("read_pages", "附件12", None, "V269"),
    ("read_pages", "附件12第0页和第9000页半", None, "V260"),
    ("read_pages", "PXX页", None, "V260"),
    ("read_pages", "P15-12", None, "V260"),
    ("read_pages", 45641.0, None, "V260"),  # 12-15 that became a date
    # smart factories
    ("read_four", "0/1/3/12", (0, 1, 3, 12)),
    ("read_four", "0／1／3／12", (0, 1, 3, 12)),
    ("read_four", "领航0个、卓越1个、先进3个、基础12个", (0, 1, 3, 12)),
    ("read_four", "基础级12、先进级3、卓越级1、领航级0", (0, 1, 3, 12)),
    ("read_four", "0/1/3", None, "V290"),
    ("read_four", "X/X/X/X", None, "V290"),
    ("read_four", "领航0个、卓越1个", None, "V290"),
    # codes, of three well-known companies
    ("read_code", "91330100799655058B", "91330100799655058B"),
    ("read_code", "9144030071526726xg", "9144030071526726XG"),
    ("read_code", "９１４４０３００ 1922038216", "914403001922038216"),
    ("read_code", "914403001922038217", None, "V291"),
    ("read_code", "9144030019220382", None, "V291"),
    ("read_code", "91330100799655O58B", None, "V291"),
    ("read_code", 350500199001011234.0, None, "V216"),
    ("read_code", "9.144E+17", None, "V216"),
    # texts
    ("read_text", "\u3000第一行\r\n第二行 ", "第一行\n第二行"),
    ("read_text", 12.0, "12"),
)


@rows(*TYPED)
def test_what_people_type(reader, raw, value, problem, declared):
    reading = READERS[reader](raw)
    assert (reading.value, reading.problem, reading.declared) == (value, problem, declared)
    assert type(reading.value) is type(value)


HINTS = {"unit_hint", "unit_hint_en", "none_hint", "none_hint_en"}


@rows(*(row for row in TYPED if len(row) > 3 and row[3]))
def test_a_problem_brings_the_facts_of_its_sentence(reader, raw, value, problem, declared):
    code = CATALOGUE[problem]
    wanted = {
        name
        for template in (code.zh, code.zh_mend, code.en, code.en_mend)
        for _, name, _, _ in string.Formatter().parse(template)
        if name
    }
    facts = READERS[reader](raw).facts
    assert wanted - HINTS - {"label", "value"} <= facts.keys()


def test_notes_tell_what_was_normalised():
    assert yi("3.5").note == "text_number"
    assert yi("３．５亿元").note == "full_width+unit"
    assert yi(3.456).note == "rounded"
    assert percent(0.125, percent_format=True).note == "percent_cell"
    assert yi(3.5).note == read_month("2024-03").note == read_phone("0595-22000001").note == ""
    assert read_month("2024.3").note == "date_spelling"


@pytest.mark.parametrize(
    ("typed", "rounded"),
    [(1.005, 1.01), (-1.005, -1.01), (2.675, 2.68), (0.1 + 0.2, 0.3), (3.5, 3.5), (8.325, 8.33)],
)
def test_rounding_is_that_of_excel(typed, rounded):
    assert yi(typed).value == yi(repr(typed)).value == rounded


def test_a_small_percentage_keeps_what_a_hundredfold_of_it_would_need():
    assert percent(0.1234).value == 0.1234
    assert percent("0.1234%").value == 0.12
    assert percent(1.2345).value == 1.23


def test_cell_formats_decide():
    assert percent(0.125, percent_format=True).value == 12.5
    assert yi(0.5, percent_format=True).problem == "V207"
    assert count(45366.0, date_format=True).problem == "V201"
    assert read_month(2024.3, date_format=True).value == "2024-03"
    assert read_month(60.0, date_format=True).problem == "V240"
    assert read_text(45366.0, date_format=True).value == "2024-03-15"


def test_units():
    assert read_number("15家", unit="个").value == 15
    assert read_number("15人", unit="个").problem == "V207"
    assert read_number("300000元/亩", unit="万元/亩").value == 30
    assert read_number("30万", unit="万元/亩").value == 30
    assert read_number("30万元", unit="万元/亩").problem == "V207"
    assert read_number("18.6km²", unit="平方公里").value == 18.6
    assert read_number("186公顷", unit="平方公里").problem == "V207"
    assert read_number("186公顷", unit="平方公里", convert_area=True).value == 1.86
    assert read_number("3吨CO2", unit="吨CO2").value == 3
    assert read_number("3", unit="吨CO2").value == 3


def test_limits():
    assert percent(101.0, high=100).facts["limit"] == "100"
    assert percent(100.0, high=100).value == 100
    assert yi(-1.5, low=0).problem == "V203"
    assert yi(1e15).problem == yi(float("inf")).problem == "V204"
    assert yi(float("nan")).problem == "V201"


def test_further_numbers_and_people_are_kept():
    reading = read_phone("13900000001/0595-22000001、13900000002")
    assert reading.facts["others"] == ("0595-22000001", "13900000002")
    assert read_person("张某、李某").facts == {"others": ("李某",)}
    assert read_person("张某 局长").facts == {"title": "局长"}
    assert read_person("张某（副主任）").facts == {"title": "副主任"}


def test_a_period_of_years_says_so():
    assert read_period("2023-2025年").facts == {"precision": "year"}
    assert read_period("2023.6-2025.12").facts == {}


@pytest.mark.parametrize(
    ("length", "value", "problem"),
    [(200, True, ""), (201, True, "V221"), (220, True, "V221"), (221, False, "V220")],
)
def test_a_text_is_measured_and_never_cut(length, value, problem):
    text = "字 \n" * length
    reading = read_text(text, limit=200)
    assert reading.problem == problem
    assert reading.value == (text.strip() if value else None)
    assert not problem or reading.facts == {"length": length, "limit": 200}


def test_a_remark_may_refer_to_an_annex():
    assert read_text("见附件", required=False).value == "见附件"


def test_a_pattern():
    good, bad = Reading("泉州市样例集群"), Reading("样例")
    pattern = "^.{2,}[市州区县].*集群$"
    assert match_pattern(good, pattern, help="甲", help_en="a") is good
    assert match_pattern(bad, pattern, help="甲", help_en="a").facts == {
        "help": "甲",
        "help_en": "a",
    }


def test_options_and_aliases():
    known = Vocabulary(
        ("是", "否", "非工业集群，不适用"), (("不适用", "非工业集群，不适用"), ("适用", ""))
    )
    choose = partial(read_choice, vocabulary=known)
    assert choose("非工业集群, 不适用").value == "非工业集群，不适用"
    assert choose("不适用").value == "非工业集群，不适用"
    assert choose("适用").problem == "V232"
    assert choose("√") == Reading("是", note="yes_no")
    assert choose("无").problem == ""  # declared, and no 否
    # 上市 is a part of 未上市 and its opposite.
    assert read_choice("上市", Vocabulary(("未上市", "科创板"))).problem == "V230"
    many = Vocabulary(tuple(f"选项{number}" for number in range(30)))
    assert read_choice("其他", many).facts["options"].endswith("选项9等30项")
    assert read_yes_no("通过", yes=("通过",)).value is True


def test_fold():
    assert fold('国家“专精特新"小巨人') == fold("国家「专精特新」小 巨人")
    assert fold("县（市、区）") == fold("县(市、区)")
    assert fold("—、集群基本信息") == fold("－、集群 基本信息")
    assert fold("2024—2025") == fold("2024－－2025")
    assert fold("营业收入\n（亿元）\u200b") == fold("营业收入（亿元）")
    assert fold("ＣＯ₂") == "CO2"


def test_name_keys_never_join_look_alikes():
    assert name_key("样例（福建）有限公司") == name_key("样例(福建) 有限公司")
    assert name_key("样例福建有限公司") != name_key("样例（福建）有限公司")
    assert name_key("样例公司") != name_key("样例有限公司")


@pytest.mark.parametrize(
    ("raw", "printed"),
    [
        (12.0, "12"),
        (0.1, "0.1"),
        (-0.5, "-0.5"),
        (13900000001.0, "13900000001"),
        (True, "TRUE"),
        (False, "FALSE"),
        ("甲", "甲"),
        (None, ""),
        (3.5e17, "3.5e+17"),
    ],
)
def test_how_a_scalar_prints(raw, printed):
    assert to_text(raw) == printed


def test_blank():
    for raw in (None, "", " ", "\n\t", "\u3000", "\u200b\ufeff\u00a0"):
        assert is_blank(raw)
    for raw in ("0", "-", 0.0, False):
        assert not is_blank(raw)


# --- whatever is typed ---------------------------------------------------------------------------

EVERY_READER = {
    name: value
    for name, value in READERS.items()
    if name.startswith("read_") or (isinstance(value, partial) and name in globals())
} | {"read_choice": level, "read_number": read_number}

# Texts made of what the readers look for go deeper than arbitrary ones.
WORDS = """
    0 1 2 3 12 15 24 2024 202403 13900000001 0595 22000001 . , ， 、 ； / ／ - — ～ ~ ( ) （ ） % ％ ‰ e E+
    年 月 日 季度 上半年 底 至 今 个 家 人 元 万 亿 美元 亩 约 余 ≥ 无 不适用 一 二 十 百 零 〇 两 点 负 P 第 页 见
    ☑ □ √ 是 否 小巨人 国家 省级 张某 局长 有限公司 （已注销） （总部） 转 领航 卓越 先进 基础 # ! ' ① ² 〃 同上
"""
BITS = WORDS.split()
typed = st.one_of(
    st.text(max_size=40),
    st.lists(st.sampled_from([*BITS, " ", "\n", "\u3000", "\u200b"]), max_size=9).map("".join),
    st.floats(),
    st.booleans(),
    st.none(),
)


@pytest.mark.parametrize("name", EVERY_READER)
@settings(max_examples=300)
@given(raw=typed)
@example(raw="1" * 5000)
@example(raw="一" * 5000)
@example(raw="万" * 50)
@example(raw="（" * 2000)
@example(raw="1、" * 2000)
@example(raw="\x00\ud800")
@example(raw="0E00")
def test_a_reader_never_raises(name, raw):
    reading = EVERY_READER[name](raw)
    if reading.problem:
        assert CATALOGUE[reading.problem].level is not Level.ERROR or reading.value is None
    elif not is_blank(raw):
        assert reading.value is not None or reading.declared


@given(st.text())
@example("ß¸")
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)
    assert name_key(name_key(text)) == name_key(text)


def reads_as_itself(reading, raw):
    return (reading.value, reading.problem, reading.note) == (raw, "", "")


@given(st.floats(min_value=-1e12, max_value=1e12))
def test_a_number_that_was_read_reads_as_itself(number):
    value = yi(number).value
    assert reads_as_itself(yi(value), value)
    assert yi(to_text(value)).value == value
    assert yi(f"{value:,.2f}").value == value
    assert yi(f"{value:.2f}亿元").value == value


@given(st.integers(min_value=0, max_value=10**9))
def test_a_count_in_chinese_numerals(number):
    reading = count(in_chinese(number))
    assert reading.value == number
    assert reading.problem == ("V212" if number else "")


def in_chinese(number):
    """A number as it is read out, with a 零 for each gap."""
    if number < 10:
        return "零一二三四五六七八九"[number]
    for size, mark in ((10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百"), (10, "十")):
        if number >= size:
            upper, lower = divmod(number, size)
            gap = "零" if lower and lower < size // 10 else ""
            return in_chinese(upper) + mark + gap + (in_chinese(lower) if lower else "")
    raise AssertionError(number)


days = st.dates(dt.date(1949, 1, 1), dt.date(2100, 12, 31))


@given(days)
def test_a_day_in_all_its_spellings(day):
    iso = day.isoformat()
    assert reads_as_itself(read_date(iso), iso)
    assert reads_as_itself(read_month(iso[:7]), iso[:7])
    for form in (
        "{0}年{1}月{2}日",
        "{0}.{1}.{2}",
        "{0}/{1}/{2}",
        "{0}-{1:02}-{2:02}",
        "{0}{1:02}{2:02}",
    ):
        assert read_date(form.format(day.year, day.month, day.day)).value == iso
    serial = float((day - dt.date(1899, 12, 30)).days)
    assert read_date(serial, date_format=True).value == iso


@given(days, days)
def test_a_period_in_its_spellings(one, other):
    start, end = sorted((one, other))
    value = f"{start:%Y-%m}/{end:%Y-%m}"
    assert reads_as_itself(read_period(value), value)
    for sign in ("-", "—", "～", "至", " - ", "--"):
        assert read_period(f"{start.year}.{start.month}{sign}{end.year}.{end.month}").value == value
        assert (
            read_period(f"{start.year}年{start.month}月{sign}{end.year}年{end.month}月").value
            == value
        )
        assert read_period(f"{start:%Y-%m}{sign}{end:%Y-%m}").value == value


@given(
    st.from_regex(
        r"1[3-9][0-9]{9}|0(10|2[0-9]|[3-9][0-9]{2})-[2-9][0-9]{6,7}(-[0-9]{1,6})?", fullmatch=True
    )
)
def test_a_telephone_number_reads_as_itself(number):
    number = number.replace("00", "0", 1) if number.startswith("0010") else number
    reading = read_phone(number)
    if reading.problem:  # 0 and a two-digit area code is no area
        assert reading.problem == "V250"
    else:
        assert read_phone(reading.value).value == reading.value


@given(
    st.lists(st.tuples(st.integers(1, 999), st.integers(0, 9)), min_size=1, max_size=5, unique=True)
)
def test_pages_read_as_they_print(spans):
    pages = tuple((first, first + more) for first, more in spans)
    printed = "、".join(f"P{a}" if a == b else f"P{a}-{b}" for a, b in pages)
    assert read_pages(printed) == Reading(pages)


@given(st.lists(st.sampled_from(HONOURS), min_size=1, max_size=8, unique=True))
def test_options_read_as_they_print(options):
    assert honours("、".join(options)) == Reading(tuple(options))


@given(st.tuples(*[st.integers(0, 999)] * 4))
def test_four_numbers_read_as_they_print(numbers):
    assert read_four("/".join(map(str, numbers))) == Reading(numbers)


@given(st.one_of(st.text(), st.lists(st.sampled_from(BITS), max_size=6).map("".join)))
@example("\x01\ufe00")
@example("样例公司\ufe00")
def test_a_name_or_text_that_was_read_reads_as_itself(text):
    for read in (read_name, read_text):
        value = read(text).value
        if value is not None and value != "无":
            assert reads_as_itself(read(value), value)


def test_the_door_lists_what_it_passes_on():
    assert sorted(spellings.__all__) == spellings.__all__
    assert {name for name in vars(spellings) if name.startswith("read_")} <= set(spellings.__all__)


EVER = [dt.datetime.fromisoformat(day) for day in ("1950-01-01", "2099-12-30")]


@given(
    st.datetimes(*EVER),
    st.integers(-14 * 4, 14 * 4),
    st.booleans(),
)
def test_a_time_stamp_is_the_day_that_it_was_in_china(moment, quarters, short):
    """Whatever the zone: the day of eight hours after UTC, and a note where that is another one."""
    zone = dt.timezone(dt.timedelta(minutes=15 * quarters))
    stamp = moment.replace(tzinfo=zone).isoformat()
    typed = stamp.removesuffix("+00:00") + "Z" if short and quarters == 0 else stamp
    day = (moment - zone.utcoffset(None) + dt.timedelta(hours=8)).date().isoformat()
    found = read_date(typed)
    assert (found.value, found.problem) == (day, "")
    assert ("time_zone" in found.note) == (day != moment.date().isoformat())
    assert read_month(typed).value == day[:7]


@given(
    st.dates(dt.date(1950, 1, 1), dt.date(2099, 12, 31)), st.sampled_from("-./"), st.integers(0, 9)
)
def test_digits_torn_apart_never_make_another_time(day, sign, at):
    """A text cut between two of its digits is the same time or none, and never another one."""
    text = f"{day.year}{sign}{day.month}{sign}{day.day}"
    cut = 1 + at % (len(text) - 1)
    for blank in ("\n", "\t", " ", "  "):
        found = read_date(text[:cut] + blank + text[cut:])
        assert found.value in {None, read_date(text).value}


FIGURES = st.decimals(0, 99999, places=2).map(lambda number: f"{number:f}".removesuffix(".00"))
BREAKS = ("\n", "\t", "\r\n", "/", "、", ";", "；", "|", " \n ", "\u3000", "   ", "\u2028", "\v")
NUMBERS = {"yi": yi, "wan": wan, "count": count, "people": people, "percent": percent, "rate": rate}


@given(
    st.sampled_from(sorted(NUMBERS)), FIGURES, FIGURES, st.sampled_from(BREAKS),
    st.sampled_from(["", "亿元", "家", "%", "万"]), st.sampled_from(["", "-", "约", "其中", "（"]),
)  # fmt: skip
def test_two_figures_in_a_cell_are_never_read_as_one(kind, first, second, parted, unit, lead):
    found = NUMBERS[kind](f"{first}{unit}{parted}{lead}{second}{unit}")
    assert found.value is None
    assert CATALOGUE[found.problem].level is Level.ERROR


@given(
    st.sampled_from(["下降", "同比下降", "负增长", "减少了", "降幅", "↓", "较上年下降"]),
    st.sampled_from(["增长", "同比增长", "上升", "增速", "提高", "↑", "增幅为"]),
    st.decimals(1, 900, places=2), st.sampled_from(["", "%", "％", " %", "个百分点"]),
)  # fmt: skip
def test_words_give_the_sign_where_growth_is_asked_and_nowhere_else(down, up, number, unit):
    size = float(number)
    for asks, falling, rising in (("growth", -size, size), ("fall", size, -size)):
        assert percent(f"{down}{number}{unit}", asks=asks).value == falling
        assert percent(f"{up}{number}{unit}", asks=asks).value == rising
        assert "sign_word" in percent(f"{down}{number}{unit}", asks=asks).note
        assert percent(f"{down}-{number}{unit}", asks=asks).problem == "V276"
    assert percent(f"{down}{number}{unit}").value is None
    assert percent(f"（{number}）{unit}", asks="growth").problem == "V276"


@given(st.decimals(0, 10**12, places=2), st.sampled_from(["¥", "￥", "人民币", "RMB", "CNY "]))
def test_a_bare_currency_sign_is_never_a_silent_conversion(number, sign):
    """As many 亿元 as stand there, or asked about."""
    found = yi(f"{sign}{number:f}")
    assert (found.value == float(number) and not found.problem) or found.problem in {
        "V208",
        "V207",
        "V204",
    }
    if number < 10**4:
        assert found.value == float(number)


@given(st.integers(1, 9999), st.integers(0, 999), st.sampled_from(["千", "百", "十", ""]))
def test_decimals_of_large_units_in_words(whole, rest, size):
    """三点五千万 is three and a half times ten million."""
    numerals = "零一二三四五六七八九"
    words = "".join(numerals[int(digit)] for digit in str(whole))
    spelled = (
        words
        if whole < 10 or whole > 99
        else f"{words[0].removeprefix('一')}十{words[1].removeprefix('零')}"
    )
    decimals = "".join(numerals[int(digit)] for digit in f"{rest:03}")
    found = wan(f"{spelled}点{decimals}{size}万")
    right = (whole + rest / 1000) * {"千": 1000, "百": 100, "十": 10, "": 1}[size]
    assert found.problem == "V212"
    assert found.value == pytest.approx(right, abs=0.005000001)


HAN_WORDS = st.text(
    st.sampled_from("泉州湖南样例卫生用品精密机械科技甲乙丙"), min_size=2, max_size=8
)
COMPANIES = st.builds(
    "{}{}".format,
    HAN_WORDS,
    st.sampled_from(
        ["有限公司", "股份有限公司", "厂", "专业合作社", "（福建）有限公司", "投资（有限合伙）"]
    ),
)
PARTED = st.sampled_from(["\n", "\r\n", "\t", "、", "/", "；", ";", "，", " ", " 、 "])


@given(st.lists(COMPANIES, min_size=2, max_size=3), PARTED)
def test_companies_are_never_glued_to_one(names, parted):
    assert read_name(parted.join(names)).problem == "V274"
    joint = read_name(parted.join(names), joint=True)
    assert (joint.value, joint.problem) == ("、".join(names), "")


@given(COMPANIES, st.integers(1, 20), st.sampled_from(["\n", "\r\n", " ", "\t"]))
def test_a_name_broken_over_two_lines_stays_one(name, at, parted):
    cut = 1 + at % (len(name) - 1)
    found = read_name(name[:cut] + parted + name[cut:])
    assert (found.value, found.problem) == (name, "")


PEOPLE = st.builds(
    "{}{}".format,
    st.sampled_from("张李王钱孙赵"),
    st.text(st.sampled_from("某芳伟军"), min_size=1, max_size=2),
)


@given(PEOPLE, PEOPLE, st.sampled_from(["、", "/", "\n", "，", "和", "与", "\t", " ", "  "]))
def test_of_two_persons_neither_goes_without_a_word(first, second, parted):
    found = read_person(f"{first}{parted}{second}")
    assert found.value == first
    assert found.problem == "V236" or "others" in found.note


@given(
    st.sampled_from(["国家级", "省级", "国家"]),
    st.sampled_from(["拟", "申报", "培育", "未", "不", "已撤销", "除外", "候选", "曾", "原"]),
    st.sampled_from(["", "第五批", "2024年", "认定", "300123", "某某"]),
    st.booleans(),
)
def test_a_remark_that_may_change_an_option_is_never_read_over(option, hedge, word, first):
    inside = hedge + word if first else word + hedge
    assert level(f"{option}（{inside}）").value is None
