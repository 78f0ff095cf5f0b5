"""What the forms have in common: units, vocabularies, fields of place, the index of evidence.

Sources of the vocabularies: the printed options of the two forms, the grades of the ministry's
lists (智能工厂四级, 绿色工厂与绿色供应链管理企业), the markets on which an enterprise can be listed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from clusterbook.kinds import (
    Choice,
    Day,
    DependentChoice,
    Integer,
    Items,
    LongText,
    Name,
    Number,
    Percent,
    Phone,
    Text,
    YesNo,
    growth_rate,
)
from clusterbook.spec import Correction, Field, Library, Options
from workbook_specs._divisions import aliases, cities, reporting_units

VERSION = "2026.2"
# Versions whose workbooks are still read: each has its plan in data/ and workbooks in tests/data.
EARLIER = ("2026.1",)

# --- numbers with their units ------------------------------------------------------------------

YI = Number(unit="亿元")
YI_SIGNED = Number(unit="亿元", low=None)  # 利润 may be a loss
WAN = Number(unit="万元")
YI_USD = Number(unit="亿美元")
MU = Number(unit="亩")
WAN_PER_MU = Number(unit="万元/亩")
SQUARE_KM = Number(unit="平方公里")
PEOPLE = Integer(unit="人")
UNITS = Integer(unit="个")
FIRMS = Integer(unit="家")
PIECES = Integer(unit="件")
ITEMS = Integer(unit="项")
PAGE_NUMBER = Integer(low=1, none=False)
SHARE = Percent()
RATE = growth_rate()
#: the difference of two percentages
POINTS = Number(unit="百分点", low=-100.0, high=100.0)


def apply_day(options: Options) -> Day:
    """申报时间: in the year of the latest figures, or in the next one."""
    year = options.year(2025)
    return Day(years=(year, year + 1))


# --- texts -------------------------------------------------------------------------------------

PERSON = Name(longest=20)
ORGANISATION = Name()
PROFILE = LongText(limit=200)
#: where no limit is printed: above 200 characters is asked about, never refused
SOFT_PROFILE = LongText(limit=200, hard=100.0)
PRODUCTS = Items(at_most=3)
YES_NO = YesNo()
#: 是, or a printed third option; a choice and not a YesNo, as that holds two values only
YES_NO_NA = Choice(options=("是", "否", "不涉及"))

# --- vocabularies ------------------------------------------------------------------------------

NATIONAL, PROVINCIAL = LEVEL_OPTIONS = ("国家级", "省级")
LEVEL = Choice(options=LEVEL_OPTIONS, aliases=(("国家", NATIONAL), ("省", PROVINCIAL)))

SMART_LEVELS = ("领航级", "卓越级", "先进级", "基础级")
SMART_LEVEL = Choice(options=SMART_LEVELS)

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
LISTING = Choice(options=(NOT_LISTED, *STOCK_EXCHANGES, *OTHER_MARKETS))

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
# What people write instead; 单项冠军 alone is missing on purpose, it does not say which.
_HONOURS_TYPED = {
    "世界500强": "世界五百强 财富世界500强",
    "国内500强": "中国500强 中国企业500强 国内五百强",
    "民营企业500强": "中国民营企业500强 民企500强",
    "全球行业50强": "全球50强",
    LITTLE_GIANT: (
        "小巨人 国家小巨人 国家级小巨人 重点小巨人 专精特新小巨人 国家专精特新小巨人 国家级专精特新小巨人"
        " 国家专精特新小巨人企业 国家级专精特新小巨人企业"
    ),
    PROVINCIAL_SRDI: (
        "省小巨人 省级小巨人 省专精特新 省级专精特新 省专精特新小巨人 省级专精特新小巨人 省级专精特新企业"
        " 省专精特新中小企业 省级专精特新中小企业 专精特新中小企业"
    ),
    NATIONAL_CHAMPION: "国家级单项冠军 国家制造业单项冠军 国家级制造业单项冠军 全国制造业单项冠军",
    PROVINCIAL_CHAMPION: "省单项冠军 省制造业单项冠军 省级制造业单项冠军",
}


def _quoted(written: str) -> tuple[str, ...]:
    """The same with 专精特新 or 小巨人 in quotes, also in the mixed ones that one form prints."""
    marks = (("“", "”"), ('"', '"'), ("“", '"'))
    words = [word for word in ("专精特新", "小巨人") if word in written]
    quoted = [written.replace(w, left + w + right) for w in words for left, right in marks]
    return (written, *quoted)


HONOURS = Items(
    options=HONOUR_OPTIONS,
    aliases=tuple(
        (spelling, honour)
        for honour, typed in _HONOURS_TYPED.items()
        for written in typed.split()
        for spelling in _quoted(written)
        if spelling != honour
    ),
)

EVIDENCE_KINDS = ("主管部门证明", "第三方机构证明", "自我声明")


# --- places ------------------------------------------------------------------------------------


def province_of(options: Options, default: str) -> str:
    """The province a workbook is built for."""
    return options.province or default


def province_pairs(province: str) -> tuple[tuple[str, str], ...]:
    """(市州, 县) of the units that report, as a dependent choice wants them."""
    return reporting_units(province)


def city_field(province: str, *, key: str = "city", label: str = "市州", **details: Any) -> Field:
    """A city of the province."""
    known = tuple(aliases(province, level="city").items())
    return Field(key, label, Choice(options=cities(province), aliases=known), **details)


def county_field(
    province: str,
    *,
    key: str = "county",
    label: str = "县（市）区",
    within: str = "city",
    **details: Any,
) -> Field:
    """A county of the city that stands in ``within`` of the same block."""
    known = tuple(aliases(province, level="county").items())
    kind = DependentChoice(within=within, pairs=province_pairs(province), aliases=known)
    return Field(key, label, kind, **details)


def counties_field(province: str, *, key: str, label: str, **details: Any) -> Field:
    """Several counties of the province, for a cluster that crosses borders."""
    names = dict.fromkeys(county for _, county in province_pairs(province))
    known = tuple(aliases(province, level="county").items())
    return Field(key, label, Items(options=tuple(names), aliases=known), **details)


# --- persons -----------------------------------------------------------------------------------


def contact_fields(
    *, name_label: str = "姓名", phone_label: str = "联系\n电话"
) -> tuple[Field, Field]:
    """The two columns below 联系人 in a library."""
    return (
        Field("contact_name", name_label, PERSON, wide=7),
        Field("contact_phone", phone_label, Phone(), wide=13),
    )


# --- evidence ----------------------------------------------------------------------------------


def evidence_library(*, tables: Iterable[str] = (), title: str = "佐证材料目录") -> Library:
    """The index of the evidence volume, to which all 佐证页码 refer. No form prints it.

    ``tables`` are the titles that 对应表格及指标 suggests.
    """
    return Library(
        key="evidence",
        title=title,
        carry=False,  # the next round has a volume of its own
        number_added=True,
        rows=200,
        printed_rows=20,
        identity=("title", "page_from"),
        columns=(
            Field("title", "材料名称", Text(none=False), added=True, wide=26),
            Field(
                "related_item",
                "对应表格及指标",
                Text(none=False, suggestions=tuple(tables)),
                added=True,
                wide=20,
            ),
            Field("page_from", "起始页", PAGE_NUMBER, added=True, wide=8.5),
            Field("page_to", "截止页", PAGE_NUMBER, added=True, wide=8.5),
            Field(
                "kind",
                "佐证类型",
                Choice(options=EVIDENCE_KINDS),
                added=True,
                required=False,
                wide=11,
            ),
            Field("issued_by", "出具单位", ORGANISATION, added=True, required=False, wide=14),
            Field("note", "备注", Text(), added=True, required=False, wide=10),
        ),
    )


# --- corrections -------------------------------------------------------------------------------


def where_changed(corrections: Iterable[Correction]) -> tuple[Correction, ...]:
    """Without those that leave the printed text as it stands (years, where they still fit)."""
    return tuple(c for c in corrections if c.printed != c.rendered)
