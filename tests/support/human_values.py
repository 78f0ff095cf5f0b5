"""What people type, kind by kind."""

from __future__ import annotations

from clusterbook.forms.kinds import (
    CreditCode,
    Day,
    DependentChoice,
    FourPart,
    Integer,
    Items,
    LongText,
    Month,
    Name,
    Number,
    Pages,
    Percent,
    Period,
    Phone,
    Reduction,
    Text,
    Tick,
    YesNo,
    growth_rate,
)
from clusterbook.layout import layouts
from workbook_specs._shared import (
    BEGUN,
    HONOURS,
    LEVEL,
    LISTING,
    YES_NO_NA,
    city_field,
    county_field,
)


def field_kind(form, key):
    """The kind of one answer of a form."""
    return layouts.of(form).slots[key][0].field.kind


KINDS = {
    "yi": Number(unit="亿元"),
    "wan": Number(unit="万元"),
    "usd": Number(unit="亿美元"),
    "rate": Number(unit="吨标准煤/万元", decimals=4, none_is_zero=False),
    "area": Number(unit="平方公里"),
    "points": Number(unit="百分点", low=None),
    "bare": Number(),
    "count": Integer(unit="家"),
    "people": Integer(unit="人"),
    "pct": Percent(),
    "growth": growth_rate(),
    "four": FourPart(),
    "text": Text(),
    "must": Text(none=False),
    "remark": Text(remark=True),
    "long": LongText(limit=200),
    "org": Name(),
    "joint": Name(joint=True),
    "person": Name(longest=20),
    "phone": Phone(),
    "pages": Pages(),
    "code": CreditCode(),
    "month": Month(),
    "day": Day(),
    "round": Day(years=(2025, 2026)),
    "period": Period(),
    "begun": BEGUN,
    "level": LEVEL,
    "listing": LISTING,
    "sector": field_kind("fujian_sme_cluster", "basics.industry_sector"),
    "tri": YES_NO_NA,
    "yesno": YesNo(),
    "denial": YesNo(denies=True),
    "fall": Reduction(),
    "tick": Tick(),
    "city": city_field("福建省").kind,
    "county": county_field("福建省").kind,
    "twins": DependentChoice(within="city", pairs=(("南京市", "鼓楼区"), ("徐州市", "鼓楼区"))),
    "items": Items(at_most=3),
    "honours": HONOURS,
}


GIANT, PROVINCIAL = "国家“专精特新”小巨人", "省级“专精特新”小巨人"


# Pages, ticks and X/X/X/X have a sentence of their own for what is put off.
ALL_BUT_SOME = """
    yi count pct rate text must long org person month day period phone code items honours level yesno county
"""


# kinds | typed | value | problem | note | declared | number format
TABLE = (
    # percentages
    ("pct growth points", "１２．５％", 12.5, "", "full_width+unit"),
    ("pct growth points", "12.5%", 12.5, "", "unit"),
    ("pct growth points", "12.5 ％", 12.5, "", "full_width+unit"),
    ("pct growth points", 0.125, 12.5, "", "percent_cell", "", "percent"),
    ("pct growth", 0.5, 50.0, "", "percent_cell", "", "percent"),
    ("pct", 0.125, 0.125),  # asked about by a rule
    ("pct", 0.5, 0.5),
    ("yi count people wan rate", 0.125, None, "V207", "", "", "percent"),
    ("bare", 0.125, None, "V201", "", "", "percent"),
    ("yi count", "12.5%", None, "V207"),
    # thousands marks
    ("yi wan usd", "1,234.5", 1234.5, "", "thousands"),
    ("yi", "1，234.5", 1234.5, "", "full_width+thousands"),
    ("yi", "1 234.5", 1234.5, "", "thousands"),
    ("yi", "1\u00a0234.5", 1234.5, "", "trim+thousands"),
    ("count people", "12,345", 12345, "", "thousands"),
    ("count", "12，345", 12345, "", "full_width+thousands"),
    ("yi count", "1234,5", None, "V201"),
    # units: the own, those that convert, those that do not
    ("yi", "3.5亿", 3.5, "", "unit"),
    ("yi", "3.5亿元", 3.5, "", "unit"),
    ("yi", "12.5亿元", 12.5, "", "unit"),
    ("wan", "1.2万", 1.2, "", "unit"),
    ("yi", "35000万元", 3.5, "V208", "converted"),
    ("yi", "2000万", 0.2, "V208", "converted"),
    ("wan", "0.2亿", 2000.0, "V208", "converted"),
    ("yi wan", "3.5亿美元", None, "V207"),
    ("usd", "3.5亿元", None, "V207"),
    ("usd", "3.5亿", 3.5, "", "unit"),
    ("area", "1亩", None, "V207"),
    ("people", "1.2万", 12000, "V208", "converted"),
    ("yi", "13.67元", None, "V207"),  # would be nothing of an 亿
    # 元整, a currency sign without a unit, decimals of 亿 in words
    *(("yi", typed, 13.67, "", "unit") for typed in
      ("人民币13.67亿元整", "13.67亿元正", "¥13.67", "人民币13.67", "RMB 13.67", "¥13.67亿")),
    ("wan", "￥9,999.5", 9999.5, "", "full_width+thousands+unit"),
    ("wan", "¥12,345.6", 1.23, "V208", "converted+rounded"),
    ("yi", "¥1367000000", 13.67, "V208", "converted"),
    ("yi", "¥50000", None, "V207"),
    ("yi", "$13.67", None, "V207"),
    ("usd", "$13.67", 13.67, "", "unit"),
    ("people", "¥12", None, "V207"),
    *(("yi", typed, 3.5, "V212", "chinese") for typed in ("三点五亿", "三点五亿元", "叁点伍亿元整")),
    ("yi", "三点五千万", 0.35, "V212", "chinese"),
    ("wan", "三点五亿", 35000.0, "V212", "chinese"),
    ("yi", "三点五万亿", 35000.0, "V212", "chinese"),
    *(("yi", typed, None, "V201") for typed in ("三点五十", "三亿点五万", "三点五百")),
    # two figures in a cell are never one
    *(("yi count pct people", typed, None, "V274") for typed in
      ("12\n500", "12\t500", "12\u3000500", "12  500", "12 \n500", "12\r\n500", "12/13", "12、13", "12；13", "318\n289",
       "12\u2028500", "１２\n５００", "12（其中规上3）", "12(上年11)", "2024年12；2025年13", "12，其中3", "12|13", "-\n500", "12\n-5")),
    *(("yi", typed, None, "V274") for typed in
      ("12.5（其中出口3.2）", "12.5\n13.2", "12.\n5", "12.5亿元/13.2亿元", "3亿\n5000万", "12.5亿元 （2024年）", "12.5（13.2）")),
    ("yi", "12.5\n亿元", 12.5, "", "trim+unit"),
    ("yi", "\n12.5\n", 12.5, "", "trim"),
    *(("yi", typed, None, "V201") for typed in ("12.5（含税）", "12.5 13.2", "3亿零500万")),
    # signs in words, where a cell asks how much something grew or fell
    *(("growth points", typed, -3.2, "", "sign_word+unit") for typed in
      ("下降3.2%", "负增长3.2%", "同比下降3.2个百分点", "较上年下降3.2%", "降幅3.2%", "减少了3.2%", "↓3.2%", "增速为-3.2%", "增长-3.2%")),
    *(("growth points", typed, 3.2, "", "sign_word+unit") for typed in
      ("增长3.2%", "同比增长3.2%", "上升3.2%", "增速:3.2%", "提高3.2个百分点", "↑3.2%", "正增长3.2%")),
    ("growth", "下降3.2", -3.2, "", "sign_word"),
    ("fall", "下降9.14%", 9.14, "", "sign_word+unit"),
    ("fall", "增长9.14%", -9.14, "V263", "sign_word+unit"),
    *(("growth fall points", typed, None, "V276") for typed in
      ("(3.2)", "（3.2）", "(3.2%)", "(3.2)%", "▼3.2%", "▲3.2", "△3.2", "下降-3.2%", "负增长-3.2%", "(-3.2)")),
    ("fall", "增长-3.2%", None, "V276"),
    ("yi count", "(12)", None, "V276"),
    *(("growth", typed, None, problem) for typed, problem in
      (("下降约3.2%", "V205"), ("增长3-4%", "V206"), ("下降3.2亿元", "V207"), ("增长3.2%，下降1%", "V274"), ("增收3.2%", "V201"))),
    *(("pct yi", typed, None, "V201") for typed in ("下降3.2", "增长3.2")),
    # not exact, a range
    *(("yi count rate pct", typed, None, "V205") for typed in
      ("约3.5亿", "近4", "4左右", "40余", "≥5", ">5", "5+", "超过5", "不足5", "一百多", "５左右")),
    *(("yi count rate pct", typed, None, "V206") for typed in ("3.5-4", "3～4", "３－４", "3至4", "三到四")),
    # counts
    ("count", "15家", 15, "", "unit"),
    ("people", "320人", 320, "", "unit"),
    ("count", "12 个", 12, "", "unit"),
    ("people", "15家", None, "V207"),
    ("count", "320人", None, "V207"),
    ("count", "12.0", 12, "", "text_number"),
    ("count", 12.5, None, "V202"),
    ("count", "12.5", None, "V202"),
    ("count", "十二", 12, "V212", "chinese"),
    ("count", "壹拾", 10, "V212", "chinese"),
    ("yi", "三亿", 3.0, "V212", "chinese"),
    # nothing
    *(("count people", typed, 0, "", "declared", "none") for typed in ("无", "没有", "零", "（无）")),
    *(("yi wan", typed, 0.0, "", "declared", "none") for typed in ("无", "没有", "零")),
    *(("rate pct growth", typed, None, "", "declared", "na") for typed in ("无", "不适用", "不涉及")),
    *(("count yi", typed, None, "", "declared", "na") for typed in ("不适用", "不涉及")),
    *(("rate pct growth", typed, None, "", "declared", "na")
      for typed in ("/", "／", "-", "—", "——", "N/A", "NA")),
    *(("count yi wan", typed, None, "V211") for typed in ("/", "／", "-", "—", "——", "N/A", "NA", "暂无")),
    *(("text remark long", typed, "无", "", "declared", "none") for typed in ("无", "/", "／", "—", "——")),
    *(("org person", typed, None, "", "declared", "none") for typed in ("无", "/", "—")),
    *(("pages items honours", typed, (), "", "declared", "none") for typed in ("无", "/", "—")),
    *(("must phone month period", typed, None, "V210") for typed in ("无", "/", "—")),
    *(("level tri county city yesno", typed, None, "V230") for typed in ("/", "—")),
    # put off
    *((ALL_BUT_SOME, typed, None, "V210")
      for typed in ("未统计", "待定", "保密", "见附件", "详见佐证", "XX")),
    ("pct rate text org month", "暂无", None, "V210"),
    ("remark", "详见附件", "详见附件"),
    ("remark", "待定", "待定"),
    ("pages", "见附件", None, "V260"),
    ("tick", "待定", None, "V280"),
    # numbers as text, oddly typed
    ("yi count", "12", 12, "", "text_number"),
    ("yi", " 12 ", 12.0, "", "trim"),
    ("yi", "'3.5", 3.5, "", "trim"),
    ("yi count", "１２", 12, "", "full_width"),
    ("yi", "\u200b1\u200b2.5\ufeff", 12.5, "", "invisible"),
    ("yi", 12.345, 12.35, "", "rounded"),
    ("yi", "12.345", 12.35, "", "rounded"),
    ("yi", 0.1 + 0.2, 0.3),
    ("yi count", 1e15, None, "V204"),
    ("yi count pct month", True, None, ("V201", "V201", "V201", "V240")),
    ("yi count pct", 45366.0, None, "V201", "", "", "date"),  # 3-15 that became a day
    # months and days
    *(("month day", typed, "2024-03", "", "date_spelling") for typed in
      ("2024年3月", "2024/3", "24年3月", "202403", "二〇二四年三月", "2024.3", "２０２４．３", "2024年03月",
       "2024 年 3 月", "2024年3月底", "2024-3", "2024年3月份")),
    ("month day", "2024-03", "2024-03"),
    ("month", "2024-03-15", "2024-03", "", "date_spelling"),
    ("day", "2024-03-15", "2024-03-15"),
    *(("day", typed, "2020-06-30", "", "date_spelling") for typed in
      ("2020年6月30日", "2020.6.30", "2020/6/30", "20200630", "2020-06-30 00:00:00")),
    ("round", "2025年12月31日", "2025-12-31", "", "date_spelling"),
    ("round", 46023.0, "2026-01-01", "", "date_number"),
    *(("round", typed, None, "V246") for typed in ("2019-06-30", "2024-12", "2027.1.1", 46388.0)),
    ("month", 45352.0, "2024-03", "", "date_number"),
    ("month", 45352.0, "2024-03", "", "date_number", "", "date"),
    ("day", 44012.0, "2020-06-30", "", "date_number", "", "date"),
    ("day", 20200630.0, "2020-06-30", "", "date_number"),
    ("day", 20200630.0, "2020-06-30", "", "date_number", "", "date"),  # shown as ########
    ("month", 2020.6, "2020-06", "", "date_number"),
    ("month", 2020.6, "2020-06", "", "date_number", "", "date"),  # shown as 1905-07-12
    ("month day", 2024.1, None, "V242"),
    *(("month day", typed, None, "V241") for typed in ("2024年", "2024年底", "2024年上半年", "Q2")),
    *(("month day", typed, None, "V240") for typed in ("6月30日", "2024年13月", "2024-02-30", "近期")),
    ("month", 0.5, None, "V217", "", "", "percent"),
    # what happened then, where the form asks when it did
    *(("begun", typed, "2024-10", "", "date_spelling+remark") for typed in
      ("2024年10月开工", "2024年10月已开工", "2024.10开工建设", "开工时间：2024年10月", "2024年10月（动工）", "2024/10/8 开工")),
    ("begun", "2024-10开工", "2024-10", "", "remark"),
    ("begun", "拟2026年3月开工", "2026-03", "", "date_spelling+remark"),
    *(("begun", typed, None, "V240") for typed in
      ("2024年10月竣工", "2024年10月未开工", "2024年10月开工，2026年12月竣工", "开工", "未开工", "2024年10月前开工")),
    ("begun", "2024年开工", None, "V241"),
    ("month", "2024年10月开工", None, "V240"),
    # moments of the whole world are read as China's; day 00; two times in a cell, digits torn apart
    *(("month", typed, "2024-04", "", "date_spelling+time_zone") for typed in
      ("2024-03-31T16:00:00.000Z", "2024-03-31 16:00:00Z", "2024/3/31 16:00 UTC", "2024-03-31T16:00:00.1234567+00:00",
       "2024-03-31T09:00:00-0700", "2024-03-31T18:30:00+01:00")),
    *(("day", typed, "2024-04-01", "", "date_spelling") for typed in
      ("2024-04-01T00:00:00+08:00", "2024-04-01T00:00:00Z", "2024-04-01T23:59+08", "2024-04-01T15:59:59.999Z")),
    ("day", "2024-04-01T00:30:00+09:00", "2024-03-31", "", "date_spelling+time_zone"),
    *(("month day", typed, None, "V240") for typed in
      ("2024-03-31T25:00:00Z", "2024-02-30T16:00:00Z", "2024-03-31T16:00:00+99:00", "2024年3月31日16:00Z")),
    *(("month day", typed, None, "V240") for typed in
      ("2024-03-00", "2024/3/0", "2024.3.00", "2024年3月0日", "20240300", 20240300.0, "2024-00-15")),
    *(("month day", typed, None, "V274") for typed in
      ("2024-03\n2025-04", "2024年3月/2025年4月", "2024.3、2024.4", "2024-03\t2024-04", "2024年3月和2024年4月")),
    *(("month day", typed, None, "V240") for typed in ("2024.1\n2.5", "2024.1 2", "2024\n03", "2024年1 2月")),
    ("month", "2 0 2 4 年 3 月", "2024-03", "", "date_spelling"),
    ("month", "2024 03 15", "2024-03", "", "date_spelling"),
    ("month", "2024年\n3月", "2024-03", "", "date_spelling"),
    *(("period", typed, None, "V243") for typed in
      ("2023-06-00至2025-12-00", "2023.1\n2.5-2025.12", "2023-06-01T00:00Z/2025-12-31T00:00Z")),
    # periods
    *(("period", typed, "2023-06/2025-12", "", "date_spelling") for typed in
      ("2023.6-2025.12", "2023年6月—2025年12月", "2023.06～2025.12", "2023-06至2025-12")),
    ("period", "2023.06-2025.12", "2023-06/2025-12"),
    ("period", "2023-2025年", "2023-01/2025-12", "", "year_precision"),
    *(("period", typed, None, "V244") for typed in ("2023.6至今", "24个月", "2年")),
    ("period", "2025.12-2023.06", None, "V245"),
    ("period", "近期", None, "V243"),
    # telephones
    ("phone", 13900000001.0, "13900000001", "", "number_as_text"),
    ("phone", 13900000001.0, "13900000001", "", "number_as_text", "", "date"),
    ("phone", "1.3900000001E+10", "13900000001", "", "phone_spelling"),
    ("phone", "1.39E+10", None, "V250"),
    *(("phone", typed, "13900000001", "", "phone_spelling+others") for typed in
      ("13900000001/0595-22000001", "13900000001\n0595-22000001", "13900000001、0595-22000001", "13900000001 13900000002",
       "\u202d13900000001\u202c、\u202d13900000002\u202c")),
    *(("phone", typed, "13900000001", "", "phone_spelling") for typed in
      ("+86 13900000001", "13900000001、13900000001", "139 0000 0001", "１３９００００００01", "手机：13900000001",
       "\u202d13900000001\u202c")),
    ("phone", "(0595)22000001转8001", "0595-22000001-8001", "", "phone_spelling"),
    ("phone", "0595—22000001", "0595-22000001", "", "phone_spelling"),
    ("phone", "22000001", "22000001", "V251", ""),
    ("phone", "5952200001", "5952200001", "V251", ""),
    *(("phone", typed, None, "V250") for typed in ("1390000000", "139000000012", "139****0001")),
    # persons
    *(("person", typed, "张某", "", "person+others") for typed in
      ("张某、李某", "张某/李某", "张某\n李某", "张某和李某某", "张某与李某", "张某\t李某")),
    *(("person", typed, "张某", "V236", "person") for typed in ("张某 李某", "张某 李某 王某", "张某 李 某")),
    ("person", "欧阳 建国", "欧阳建国", "", "person"),
    *(("person", typed, typed) for typed in ("李和平", "欧阳和平", "万和及第")),
    *(("person", typed, "张某", "", "person+title") for typed in
      ("张某 局长", "张某（局长）", "张某局长", "局长 张某", "局长：张某", "张某，局长", "张某(男，局长)", "局长张某")),
    *(("person", typed, "张某", "", "person") for typed in ("张 某", "张某(女)", "联系人：张某", " 张某 ")),
    ("person", "张 三丰", "张三丰", "", "person"),
    ("person", "张某某 综合科", "张某某", "V236", "person"),
    ("person", "张某13900000001", "张某", "V236", "person"),
    ("person", "泉州市工信局 张某 局长", "张某", "V236", "person+title"),
    ("person", "买买提·吐尔逊", "买买提·吐尔逊"),
    ("person", "张" * 21, None, "V220"),
    # organisations
    ("org", "恒某集团", "恒某集团"),  # a short name: asked about by a rule
    ("org", "XX公司(总部)", "XX公司", "", "name_spelling+remark"),
    ("org", "XX有限公司（已注销）", "XX有限公司", "V235", "remark"),
    ("org", "XX有限公司（原XX厂）", "XX有限公司", "", "remark"),
    ("org", "XX有限公司（盖章）", "XX有限公司", "", "remark"),
    ("org", "XX制药（原料药）", "XX制药（原料药）"),
    ("org", "XX有限公司 ", "XX有限公司", "", "name_spelling"),
    ("org", "XX(福建)有限公司", "XX（福建）有限公司", "", "name_spelling"),
    ("org", "样例 投资（有限合伙）", "样例投资（有限合伙）", "", "name_spelling"),
    ("org", "Sample GmbH", "Sample GmbH"),
    ("org", "样" * 101, None, "V220"),
    # several in one cell; a name broken over two lines is one
    *(("org", typed, None, "V274") for typed in
      ("甲某有限公司\n乙某有限公司", "甲某有限公司、乙某有限公司", "甲某有限公司/乙某有限公司", "甲某有限公司；乙某厂", "甲某有限公司 乙某有限公司",
       "甲某公司\t乙某专业合作社", "甲某（福建）有限公司，乙某投资（有限合伙）", "甲某有限公司（原丙厂）、乙某有限公司（盖章）", "甲厂区机械厂\r\n乙某公司")),
    *(("org", typed, name, "", "name_spelling") for typed, name in
      (("泉州样例\n有限公司", "泉州样例有限公司"), ("样例集团\n股份有限公司", "样例集团股份有限公司"),
       ("样例有限公司\n泉州分公司", "样例有限公司泉州分公司"), ("样例大学\n泉州研究院", "样例大学泉州研究院"))),
    *(("org", typed, typed) for typed in ("水果、蔬菜专业合作社", "样例工业、信息化局", "工业和信息化部、财政部", "甲某有限公司、样例大学")),
    ("joint", "甲某有限公司、乙某有限公司", "甲某有限公司、乙某有限公司"),
    *(("joint", typed, "甲某有限公司、乙某有限公司", "", "name_spelling") for typed in
      ("甲某有限公司\n乙某有限公司", "甲某有限公司/乙某有限公司", "甲某有限公司；乙某有限公司")),
    ("org", "泉州卫⽣⽤品有限公司", "泉州卫生用品有限公司", "", "look_alike"),
    # lists
    *(("items", typed, ("A", "B", "C"), "", "list") for typed in
      ("A,B,C", "A，B，C", "A；B；C", "A/B／C", "A\nB\nC", "1.A 2.B 3.C", "①A②B③C", "A、 B 、C")),
    ("items", "A、B、C", ("A", "B", "C")),
    ("items", "A、B、C、D", None, "V270"),
    ("items", "1.无", (), "", "declared", "none"),
    ("items", "；；", None, "V210"),
    # honours
    *(("honours", typed, (GIANT,), "", "alias") for typed in ("小巨人", "国家级小巨人", "重点“小巨人”")),
    ("honours", "省专精特新", (PROVINCIAL,), "", "alias"),
    ("honours", "单项冠军", None, "V232", "list"),
    ("honours", "小巨人、单项冠军", (GIANT,), "V232", "list"),
    ("honours", "世界500强、诺贝尔奖", ("世界500强", "诺贝尔奖"), "V262", "list"),
    ("honours", "小巨人（第五批）", (GIANT,), "", "alias+given"),
    # sentences that deny, and what falls
    *(("denial", typed, None, "V261") for typed in
      ("无", "没有", "未发生", "三年内无", "近三年未发生", "近3年来无事故", "集群企业均无", "我市无", "至今未发生")),
    ("denial", "符合", True, "", "yes_no"),
    ("denial", "不符合", False, "", "yes_no"),
    ("denial", "是。", True, "", "yes_no"),
    ("denial", "否", False),
    ("fall", 9.14, 9.14),
    ("fall", 0.0, 0.0),
    ("fall", -9.14, -9.14, "V263"),
    ("fall", "-9.14%", -9.14, "V263", "unit"),
    # 是 and 否, boxes, ticks
    *(("yesno", typed, True, "", "yes_no") for typed in ("√", "✓", "Y", "有", 1.0, True, "规上", "是。")),
    *(("yesno", typed, False, "", "yes_no") for typed in ("×", "N", "无", 0.0, False, "规下", "□是 ☑否")),
    ("yesno", "准规上", False, "V234", "yes_no"),
    ("tri", "√", "是", "", "yes_no"),
    ("tri", "×", "否", "", "yes_no"),
    ("tri", "□是 ☑否 □不涉及", "否", "", "option_spelling"),
    ("tri", "不涉及", "不涉及"),
    ("yesno tri", "☑是 ☑否", None, "V233"),
    ("yesno tri", "□是 □否", None, "V230"),
    *(("tick", typed, True, "", "tick") for typed in ("☒", "√", "✓", "是", 1.0, True, "TRUE")),
    *(("tick", typed, False, "", "tick") for typed in ("□", "否", 0.0, False, "FALSE")),
    ("tick", "☑", True),
    ("tick", "☐", False),
    ("tick", "已开展", None, "V280"),
    # choices; a county with its city before it
    ("level", "国家", "国家级", "", "alias"),
    ("level", "市级", None, "V230"),
    ("level", " 国 家 级。", "国家级", "", "option_spelling"),
    ("county", "洛江区", "洛江区"),
    *(("county", typed, "洛江区", "", "alias") for typed in
      ("泉州市洛江区", "泉州市 洛江区", "洛江", "泉州市洛江")),
    ("county", "福州市洛江区", None, "V230"),
    ("county", "沙县", "沙县区", "", "alias"),
    ("twins", "鼓楼区", "鼓楼区"),
    ("twins", "鼓楼区 ", "鼓楼区", "", "trim"),
    ("twins", "南京市鼓楼区", "鼓楼区", "V234", "alias"),
    # an option with a remark behind it: only what changes nothing of it goes without a question
    ("level", "国家级（第五批）", "国家级", "", "option_spelling+given"),
    ("level", "国家级（2024年）", "国家级", "", "option_spelling+given"),
    ("level", "国家（第五批）", "国家级", "", "alias+given"),
    ("level", "国家级（工信部）", "国家级", "", "option_spelling+given"),
    ("level", "国家级（样例园区）", "国家级", "V234", "option_spelling+remark"),
    *(("level", typed, None, "V230") for typed in
      ("国家级（拟）", "国家级（申报中）", "国家级（省级）", "国家级（已取消）", "国家级（省）", "市级（第五批）", "（国家级）（省级）")),
    *(("listing", typed, "创业板", "", "option_spelling+remark") for typed in
      ("创业板（300123）", "创业板(300123.SZ)", "创业板（股票代码：300123）", "创业板【代码300123】")),
    ("listing", "深交所创业板（300123）", "创业板", "", "alias+remark"),
    *(("listing", typed, None, "V230") for typed in ("创业板（辅导期）", "创业板（已退市）", "创业板（未上市）", "未上市（拟创业板）")),
    ("sector", "第二产业（制造业）", "第二产业", "", "alias"),
    ("sector", "制造业", "第二产业", "", "alias"),
    ("sector", "第二产业（服务业）", None, "V230"),
    ("sector", "第二产业（电子信息）", "第二产业", "V234", "option_spelling+remark"),
    ("twins", "南京市鼓楼区（2024年）", "鼓楼区", "V234", "alias+given"),
    # pages
    *(("pages", typed, ((12, 12),), "", "page_spelling") for typed in
      ("12", "第12页", "见P12", "p12", "Ｐ１２", "佐证材料P12", 12.0)),
    ("pages", "P12", ((12, 12),)),
    ("pages", "P12-15", ((12, 15),)),
    ("pages", "P12、P18", ((12, 12), (18, 18))),
    *(("pages", typed, ((90, 90),), "", "chinese+page_spelling") for typed in ("九十页", "第九十页", "P九十", "九〇页")),
    ("pages", "第十二至十五页、二十页", ((12, 15), (20, 20)), "", "chinese+page_spelling"),
    *(("pages", typed, None, "V260") for typed in ("三五页", "附件", "一万页", "十几页", "共九十页")),
    *(("pages", typed, None, "V269") for typed in
      ("附件三", "附件3", "见附件2", "附件3第2页", "附件一、附件二", "详见附件4（P3-5）", "附表1-2")),
    ("pages", "P12、附件3", ((12, 12),), "V269", "page_spelling"),
    ("pages", 46096.0, None, "V217", "", "", "date"),
    # smart factories
    ("four", "0/1/3/12", (0, 1, 3, 12)),
    *(("four", typed, (0, 1, 3, 12), "", "four_spelling") for typed in
      ("0／1／3／12", "领航0个、卓越1个、先进3个、基础12个", "0，1，3，12")),
    *(("four", typed, None, "V290") for typed in ("0/1/3", "X/X/X/X", "0/1/3/12/5")),
    # codes
    ("code", "91330100799655058B", "91330100799655058B"),
    ("code", " 9133 0100 7996 5505 8b", "91330100799655058B", "", "code_spelling"),
    ("code", "９１３３０１００799655058B", "91330100799655058B", "", "code_spelling"),
    ("code", "91330100799655058C", None, "V291"),
    ("code text org items long", 3.505e17, None, "V216"),
    # texts: as they are, apart from what nobody meant to type
    ("text long", "\u3000第一行\r\n第二行 ", "第一行\n第二行", "", "trim"),
    ("text long", "甲\u200b乙\u202e丙", "甲乙丙", "", "invisible"),
    ("text long", "甲\x07乙\ud800", "甲乙", "", "control"),
    ("text long", "甲\x00 ", "甲", "", "control+trim"),
    ("text", 12.0, "12", "", "number_as_text"),
    *(("text org", typed, typed) for typed in ("NA", "null", "nan", "None", "0", "1/2", "=1+1", "@SUM(A1)")),
    ("text items", 45366.0, None, "V217", "", "", "date"),
    ("text org code pages four level yesno", 0.5, None, "V217", "", "", "percent"),
    ("text", "字" * 101, None, "V220"),
    ("long", "字" * 201, "字" * 201, "V221"),
    ("long", "字" * 221, None, "V220"),
)  # fmt: skip
