"""What the forms have in common: units, vocabularies, fields of place, the index of evidence.

Sources of the vocabularies: the printed options of the two forms, the grades of the ministry's
lists (智能工厂四级, 绿色工厂与绿色供应链管理企业), the markets on which an enterprise can be listed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from attrs import evolve

from clusterbook import forms as f
from workbook_specs._divisions import aliases, cities, provinces, reporting_units

VERSION = "2026.2"
# Versions whose workbooks are still read: each has its plan in data/ and workbooks in tests/data.
EARLIER = ("2026.1",)

# --- numbers with their units ------------------------------------------------------------------

YI = f.Number(unit="亿元")
YI_SIGNED = f.Number(unit="亿元", low=None)  # 利润 may be a loss
WAN = f.Number(unit="万元")
YI_USD = f.Number(unit="亿美元")
MU = f.Number(unit="亩")
WAN_PER_MU = f.Number(unit="万元/亩")
SQUARE_KM = f.Number(unit="平方公里")
PEOPLE = f.Integer(unit="人")
UNITS = f.Integer(unit="个")
FIRMS = f.Integer(unit="家")
PIECES = f.Integer(unit="件")
ITEMS = f.Integer(unit="项")
PAGE_NUMBER = f.Integer(low=1, none=False)
SHARE = f.Percent()
RATE = f.growth_rate()
#: the difference of two percentages
POINTS = f.Number(unit="百分点", low=-100.0, high=100.0)


def apply_day(options: f.Options) -> f.Day:
    """申报时间: in the year of the latest figures, or in the next one."""
    year = options.year(2025)
    return f.Day(years=(year, year + 1))


# --- texts -------------------------------------------------------------------------------------

PERSON = f.Name(longest=20)
ORGANISATION = f.Name()
#: where several may act together: who builds, approves, owns
ORGANISATIONS = f.Name(joint=True)
#: when something was begun, approved: with the words that people put beside it
BEGUN = f.Month(said=("开工建设", "动工建设", "启动建设", "开工", "动工", "启动"))
APPROVED = f.Month(said=("批准", "获批", "批复", "认定", "获认定", "获得认定", "授牌", "批准建设"))
PROFILE = f.LongText(limit=200)
#: where no limit is printed: above 200 characters is asked about, never refused
SOFT_PROFILE = f.LongText(limit=200, hard=100.0)
PRODUCTS = f.Items(at_most=3)
YES_NO = f.YesNo()
#: of a sentence that denies something: 无 may mean that it is true
DENIAL = f.YesNo(denies=True)
#: 是, or a printed third option; a choice and not a YesNo, as that holds two values only
YES_NO_NA = f.Choice(
    options=("是", "否", "不涉及"),
    patterns=(("(?:不适用|不属于|非高(?:耗能|用水|耗水)(?:行业|企业|产业)?)", "不涉及"),),
)
#: how somebody says that a thing lies beside the form
ATTACHED_CALLED = (
    "(?:详|参)?(?:见|另|已)?(?:附|附件|附表|附后|附件[0-9一二三四五六七八九十]{1,2})"
    "|(?:清单|方案|文件)?(?:另附|附后|见附件|另册)|另附(?:页|清单|文件|方案)?|另册"
)

# --- vocabularies ------------------------------------------------------------------------------

NATIONAL, PROVINCIAL = LEVEL_OPTIONS = ("国家级", "省级")
_OF_A_LEVEL = "(?:绿色)?(?:园区|工厂|供应链(?:管理)?企业|制造)?(?:称号)?"
LEVEL_CALLED = (
    (f"(?:国家|全国|工信部|部)级?{_OF_A_LEVEL}", NATIONAL),
    (f"(?:省|自治区)级?{_OF_A_LEVEL}|是?省级{_OF_A_LEVEL}", PROVINCIAL),
)
LEVEL = f.Choice(
    options=LEVEL_OPTIONS, aliases=(("国家", NATIONAL), ("省", PROVINCIAL)), patterns=LEVEL_CALLED
)
#: where an enterprise may have none
LEVEL_IF_ANY = evolve(LEVEL, none=True)

SMART_LEVELS = ("领航级", "卓越级", "先进级", "基础级")
SMART_LEVEL = f.Choice(
    options=SMART_LEVELS,
    patterns=tuple(
        (f"(?:国家|省|市)?级?{level[:2]}级?(?:智能)?(?:制造)?(?:示范)?(?:工厂|车间)?", level)
        for level in SMART_LEVELS
    ),
    none=True,
)

_OF_CARRIERS = "(?:国家|省|自治区|部|企业)?级?(?:企业|工业|地方联合)?"
CARRIER_CALLED = (
    (f"{_OF_CARRIERS}企业技术中心|{_OF_CARRIERS}(?:认定)?企业技术中心", "企业技术中心"),
    (f"{_OF_CARRIERS}工程(?:技术)?(?:研究中心|研究院|实验室|中心)", "工程研究中心"),
    (f"{_OF_CARRIERS}重点实验室", "重点实验室"),
    (f"{_OF_CARRIERS}工业设计(?:中心|研究院)", "工业设计中心"),
    (f"{_OF_CARRIERS}制造业创新中心", "制造业创新中心"),
    (f"{_OF_CARRIERS}技术创新中心", "技术创新中心"),
    (f"{_OF_CARRIERS}产业创新中心", "产业创新中心"),
    (
        f"{_OF_CARRIERS}(?:院士|博士后|专家)(?:科研|创新|协同创新)*(?:工作站|流动站|创新中心)",
        "其他",
    ),
    (
        f"{_OF_CARRIERS}(?:新型)?(?:研发机构|产业技术研究院|国际科技合作基地|众创空间|孵化器)",
        "其他",
    ),
)
CARRIER_TYPES = (
    "制造业创新中心",
    "技术创新中心",
    "产业创新中心",
    "重点实验室",
    "工程研究中心",
    "工业设计中心",
    "企业技术中心",
    "其他",
)

GREEN_FACTORY, GREEN_SUPPLY_CHAIN = GREEN_TYPES = ("绿色工厂", "绿色供应链管理企业")

STOCK_EXCHANGES = (
    "上交所主板",
    "科创板",
    "深交所主板",
    "创业板",
    "北交所",
    "港交所",
    "境外其他",
)
OTHER_MARKETS = ("新三板创新层", "新三板基础层", "区域性股权市场")
NOT_LISTED = "未上市"
_LISTED = "(?:上市|挂牌)?(?:公司|企业)?"
_SHANGHAI = "(?:上海(?:证券交易所)?|上交所|上证|沪市?)"
_SHENZHEN = "(?:深圳(?:证券交易所)?|深交所|深证|深市?)"
_SHARE_MARKET = "[^0-9未拟非]{0,6}股权?(?:托管)?交易?(?:所|中心)[^0-9未拟非]{0,8}"
_LISTING_CALLED = (
    (f"{_SHANGHAI}(?:a股)?主板{_LISTED}", "上交所主板"),
    (f"{_SHENZHEN}?(?:a股)?中小企?业?板{_LISTED}|{_SHENZHEN}(?:a股)?主板{_LISTED}", "深交所主板"),
    (f"{_SHANGHAI}?科创板{_LISTED}", "科创板"),
    (f"{_SHENZHEN}?创业板{_LISTED}", "创业板"),
    (f"(?:北交所|北京证券交易所|北证){_LISTED}", "北交所"),
    (
        f"(?:香港|港股|h股|(?:香港)?联交所|香港联合交易所|港交所)(?:主板|创业板)?{_LISTED}",
        "港交所",
    ),
    (
        f"(?:美股|纳斯达克|纽交所|美国|新加坡|伦敦|德国|境外|海外)(?:证券)?(?:交易所)?(?:主板)?{_LISTED}",
        "境外其他",
    ),
    (f"(?:新三板|全国股转系统|股转系统)?创新层{_LISTED}", "新三板创新层"),
    (f"(?:新三板|全国股转系统|股转系统)?基础层{_LISTED}", "新三板基础层"),
    (
        f"{_SHARE_MARKET}|(?:四板|区域性?股权?(?:交易)?市场){_LISTED}",
        "区域性股权市场",
    ),
    (
        "(?:暂|尚)?(?:未|没有?|非)(?:上市|挂牌)(?:(?:未|或)?挂牌)?(?:公司|企业)?|否|均?无",
        NOT_LISTED,
    ),
    ("(?:未上市)?拟上市(?:公司|企业)?|上市后备(?:公司|企业)?|股改中?", NOT_LISTED),
    ("(?:ipo|上市)辅导(?:期|中)?", NOT_LISTED),
    # Which of them it does not say.
    (f"(?:(?:沪深)?主板|a股|新三板|{_SHANGHAI}|{_SHENZHEN}){_LISTED}", ""),
    ("(?:已|境内|国内)?上市(?:公司|企业)?|已?挂牌(?:公司|企业)?|是", ""),
)  # fmt: skip
LISTING = f.Choice(
    options=(NOT_LISTED, *STOCK_EXCHANGES, *OTHER_MARKETS),
    aliases=(("上交所科创板", "科创板"), ("深交所创业板", "创业板")),
    patterns=_LISTING_CALLED,
)

LITTLE_GIANT = "国家“专精特新”小巨人"
PROVINCIAL_SRDI = "省级“专精特新”小巨人"
NATIONAL_CHAMPION = "国家单项冠军"
PROVINCIAL_CHAMPION = "省级单项冠军"
HONOUR_OPTIONS = (
    "世界500强",
    "国内500强",
    "民营企业500强",
    "全球行业50强",
    LITTLE_GIANT,
    PROVINCIAL_SRDI,
    NATIONAL_CHAMPION,
    PROVINCIAL_CHAMPION,
)
# Words that fit several of them.
_UNCLEAR_HONOURS = "单项冠军 制造业单项冠军 单项冠军企业 专精特新 专精特新企业 500强".split()
_BY_PROVINCE = f"(?:省|自治区|{'|'.join(provinces())})级?"
_BY_STATE = "(?:国家|全国|中国|工信部|国家工信部|工业和信息化部)级?"
_CHAMPION = "(?:制造业)?单项冠军(?:示范)?(?:企业|产品)?"
# How they are really called, without quotes and brackets, batch and year; the whole of a spelling.
# 单项冠军 alone is missing on purpose, it does not say which; 培育企业 hold nothing yet.
_HONOURS_CALLED = (
    ("(?:财富)?世界(?:500|五百)强|财富全球500强", "世界500强"),
    (
        "(?:国内|中国|全国)(?:制造业|服务业|工业)?(?:企业|上市公司)?(?:500|五百)强|财富中国500强",
        "国内500强",
    ),
    (
        "(?:中国|全国)?(?:制造业|服务业)?民(?:营企业|营|企)(?:制造业|服务业)?(?:500|五百)强",
        "民营企业500强",
    ),
    ("(?:全球|世界)[^0-9]{0,15}(?<![0-9])50强[^0-9]{0,8}", "全球行业50强"),
    (f"(?:{_BY_STATE})?(?:重点)?(?:专精特新)?(?:重点)?小巨人", LITTLE_GIANT),
    (
        f"{_BY_PROVINCE}(?:专精特新)?小巨人|(?:{_BY_PROVINCE})?专精特新中小|{_BY_PROVINCE}专精特新",
        PROVINCIAL_SRDI,
    ),
    (f"{_BY_STATE}{_CHAMPION}", NATIONAL_CHAMPION),
    (f"{_BY_PROVINCE}{_CHAMPION}", PROVINCIAL_CHAMPION),
)

HONOURS = f.Items(
    options=HONOUR_OPTIONS,
    aliases=tuple((word, "") for word in _UNCLEAR_HONOURS),
    patterns=_HONOURS_CALLED,
    others=True,
)

# The same for the workbook, which looks for words: what is taken out of a list first, then found.
_FOLDED = ("级", "制造业", "单项冠军培育", "小巨人培育")
_HONOUR_WORDS = {
    LITTLE_GIANT: (("省专精特新小巨人", "省小巨人"), ("小巨人",)),
    PROVINCIAL_SRDI: ((), ("省专精特新", "省小巨人", "专精特新中小企业")),
    NATIONAL_CHAMPION: ((), ("国家单项冠军", "全国单项冠军")),
    PROVINCIAL_CHAMPION: ((), ("省单项冠军",)),
}


def honoured(column: str, *honours: str) -> f.ColumnIs:
    """Condition: the list in a cell names one of these honours, in whatever spelling."""
    less = [word for honour in honours for word in _HONOUR_WORDS[honour][0]]
    words = [word for honour in honours for word in _HONOUR_WORDS[honour][1]]
    return f.ColumnIs(column, honours, part=True, words=words, without=(*_FOLDED, *less))


#: pages beyond the end of the index: more of them than this and the index is not finished yet
PAGE_SLIPS = 3
EVIDENCE_KINDS = ("主管部门证明", "第三方机构证明", "自我声明")


# --- places ------------------------------------------------------------------------------------


def province_of(options: f.Options, default: str) -> str:
    """The province a workbook is built for."""
    return options.province or default


def province_pairs(province: str) -> tuple[tuple[str, str], ...]:
    """(市州, 县) of the units that report, as a dependent choice wants them."""
    return reporting_units(province)


def city_field(province: str, *, key: str = "city", label: str = "市州", **details: Any) -> f.Field:
    """A city of the province."""
    known = (*aliases(province, level="city").items(),
             *((province + city, city) for city in cities(province)))  # fmt: skip
    return f.Field(key, label, f.Choice(options=cities(province), aliases=known), **details)


def county_field(
    province: str,
    *,
    key: str = "county",
    label: str = "县（市）区",
    within: str = "city",
    **details: Any,
) -> f.Field:
    """A county of the city that stands in ``within`` of the same block."""
    pairs = province_pairs(province)
    whole = ((f"{province}{part}{county}", county) for city, county in pairs for part in ("", city))
    known = (*aliases(province, level="county").items(), *whole)
    kind = f.DependentChoice(within=within, pairs=pairs, aliases=known)
    return f.Field(key, label, kind, **details)


def counties_field(province: str, *, key: str, label: str, **details: Any) -> f.Field:
    """Several counties of the province, for a cluster that crosses borders."""
    names = dict.fromkeys(county for _, county in province_pairs(province))
    known = tuple(aliases(province, level="county").items())
    return f.Field(key, label, f.Items(options=tuple(names), aliases=known), **details)


# --- names -------------------------------------------------------------------------------------

# How the registered name of an enterprise or another legal person ends.
NAME_ENDS = (
    "公司 集团 企业 厂 矿 院 所 中心 社 行 店 部 站 场 馆 坊 园 工作室 大学 学校 会"
    " 工商户 工商户） 工商户) 合伙） 合伙)"
).split()
_SHORTEST_NAME = 6
_OF_A_PERSON, _OF_FOUR_PERSONS = 3, 15  # characters
# 福州大学 is whole with four characters; no enterprise is called like this.
_SCHOOLS = ("大学", "学院", "医院")
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
    "钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱丘江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施洪柯庄"
)
_LONG_SURNAMES = "欧阳 上官 司马 诸葛 司徒 夏侯 皇甫 尉迟 公孙 慕容 令狐 东方".split()


def is_full_name(name: f.Answer | f.This) -> f.Expression:
    """Condition: a name as it is registered, by its end and its length."""
    return f.AllOf([f.Length(name).above(_SHORTEST_NAME - 1), f.EndsWith(name, NAME_ENDS)])


def other_owners(owner: f.Answer | f.This) -> tuple[f.Expression, ...]:
    """Conditions: the owner is no enterprise, but a person or a school.

    Persons show by surname and length, alone, with others or beside a company.
    """
    named = f.Begins(owner, _SURNAMES)
    return (
        f.AllOf([f.Length(owner).below(_OF_A_PERSON + 1), named]),
        f.AllOf([f.Length(owner).below(_OF_A_PERSON + 2), f.Says(owner, _LONG_SURNAMES)]),
        f.AllOf([f.Length(owner).below(_OF_FOUR_PERSONS + 1), named, f.Says(owner, "、，,；;")]),
        f.Says(owner, [f"公司{sign}" for sign in "、，,；;"]),
        f.AllOf([f.Length(owner).above(_OF_A_PERSON), f.EndsWith(owner, _SCHOOLS)]),
    )


# --- persons -----------------------------------------------------------------------------------


def contact_fields(
    *, name_label: str = "姓名", phone_label: str = "联系\n电话"
) -> tuple[f.Field, f.Field]:
    """The two columns below 联系人 in a library."""
    return (
        f.Field("contact_name", name_label, PERSON, wide=7),
        f.Field("contact_phone", phone_label, f.Phone(), wide=13),
    )


# --- evidence ----------------------------------------------------------------------------------


def evidence_library(*, tables: Iterable[str] = (), title: str = "佐证材料目录") -> f.Library:
    """The index of the evidence volume, to which all 佐证页码 refer. No form prints it.

    So nothing of it is demanded, and one that is half filled in is no worse than none.
    ``tables`` are the titles that 对应表格及指标 suggests.
    """
    aside: dict[str, Any] = {"added": True, "required": False}
    return f.Library(
        key="evidence",
        title=title,
        carry=False,  # the next round has a volume of its own
        number_added=True,
        rows=200,
        printed_rows=20,
        columns=(
            f.Field("title", "材料名称", f.Text(), **aside, wide=26),
            f.Field(
                "related_item",
                "对应表格及指标",
                f.Text(suggestions=tuple(tables)),
                **aside,
                wide=20,
            ),
            f.Field("page_from", "起始页", PAGE_NUMBER, **aside, wide=8.5),
            f.Field("page_to", "截止页", PAGE_NUMBER, **aside, wide=8.5),
            f.Field("kind", "佐证类型", f.Choice(options=EVIDENCE_KINDS), **aside, wide=11),
            f.Field("issued_by", "出具单位", ORGANISATIONS, **aside, wide=14),
            f.Field("note", "备注", f.Text(), **aside, wide=10),
        ),
    )


# --- corrections -------------------------------------------------------------------------------


def where_changed(corrections: Iterable[f.Correction]) -> tuple[f.Correction, ...]:
    """Without those that leave the printed text as it stands (years, where they still fit)."""
    return tuple(c for c in corrections if c.printed != c.rendered)
