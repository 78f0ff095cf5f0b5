"""What a row among the rows of a list is, by how it begins: data, a total, a heading, a signature.

Only what no name, number or answer can be is taken for something else; the rest is a row of data.
"""

from __future__ import annotations

from typing import Final

from clusterbook.forms.parsing.folding import fold
from clusterbook.forms.parsing.patterns import lazy_pattern

_LONGEST: Final = 60  # characters of what is no row of data
_COUNT: Final = r"(?:共|合?计)?[:：]?\d+(?:家|户|个|项|件|人|条)"
_TOTAL: Final = lazy_pattern(
    r"(?:本页|本表|本列|以上|上述|全[国省市州县区]|各[市州县区])?"
    rf"(?:合计|总计|小计|共计|累计|总合计)(?:数|值|[:：])*(?:[(（].*[)）]|{_COUNT})?[:：]*"
)
_PART: Final = lazy_pattern(r"(?:其中|内含|含)[:：].*|其中")
_AVERAGE: Final = lazy_pattern(r"(?:平均|均值|平均值|平均数|户均|人均)(?:[(（].*[)）])?[:：]*")
# A number in Chinese, a name of a place or sort, and how many follow.
_NUMBERED: Final = lazy_pattern(
    r"[(（][一二三四五六七八九十]+[)）]\S*|[一二三四五六七八九十]+(?:[、.．]\S*)?"
)
_COUNTED: Final = lazy_pattern(rf".*[(（]{_COUNT}[)）][:：]?")
_SIGNED: Final = lazy_pattern(
    r"(?:填表|填报|制表|编制|审核|复核|审批|经办|统计|联系|报送|报告|单位|主管|分管|科室|部门)?"
    r"(?:人|人员|负责人|领导|日期|时间|单位|电话|联系电话)(?:[(（](?:签字|签章|盖章|签名|公章)[)）])?:.*"
)
_SAMPLE: Final = lazy_pattern(
    r"[(（\[【]?(?:填写|填报)?(?:示例|样例|范例|举例|例如|例)(?:[)）\]】:].*|\d*)"
)
_NOTE: Final = lazy_pattern(
    r"\s*(?:[（(]?\s*(?:备?注|附注|说明|填[表报]说明)\s*\d*\s*[:：、.．]|※)"
)
_WHOLE: Final = lazy_pattern(
    r".*(?:公司|集团|企业|合伙[)）]?|工厂|厂|社|中心|院|所|校|大学|协会|商会|学会|店|行|部|场|站|馆)"
    r"(?:[(（][^()（）]*[)）])?"
)
_LONGEST_END: Final = 9  # characters of what a name that is broken over two rows goes on with


def row_kind(text: str, *, alone: bool) -> tuple[str, str]:
    """Code and word for a row that begins like this; ("", "") for a row of data.

    ``alone``: nothing else stands in the row.
    """
    if text[:1] not in STARTS and text[-1:] not in ENDS:
        return "", ""
    bare = text.strip()
    if alone and _NOTE.match(text):
        return "L105", ""
    if not bare or len(bare) > _LONGEST or not _is_like_none(bare):
        return "", ""
    folded = fold(bare)
    for pattern, code, word in _KINDS:
        if pattern.fullmatch(folded):
            return code, word
    if _COUNTED.fullmatch(folded) or (alone and _NUMBERED.fullmatch(folded)):
        return "L120", "分类标题"
    return "", ""


def _is_like_none(text: str) -> bool:
    """Whether it is worth folding; patents for 一种… are not."""
    if text.rstrip(":：")[-2:-1] in _COUNTED_IN:
        return True
    return text[0] in STARTS and (text[0] not in _NUMERALS or text[1:2] in _AFTER_NUMERALS)


_COUNTED_IN: Final = frozenset("家户个项件人条")
_NUMERALS: Final = frozenset("一二三四五六七八九十")
_AFTER_NUMERALS: Final = _NUMERALS | frozenset(("、", ".", "．", ""))
_KINDS: Final = (
    (_TOTAL, "L120", "合计行"), (_PART, "L120", "“其中”行"), (_AVERAGE, "L120", "平均数"),
    (_SIGNED, "L120", "落款"), (_SAMPLE, "L140", ""),
)  # fmt: skip
#: How such rows begin or end; most names of enterprises do neither, and need no closer look
STARTS: Final = frozenset(
    "合总小共累本以上全各其内含平均户人([【（［一二三四五六七八九十填制编审复经统联报单主分科部负领日时电示样范举例"
    "备注附说※ \t\u3000\xa0"
)
ENDS: Final = frozenset(")）:： \t\u3000\xa0")


def is_whole_name(text: str) -> bool:
    """Whether a name ends as the full names of enterprises and offices do."""
    return _WHOLE.fullmatch(fold(text)) is not None


def may_go_on(text: str) -> bool:
    """Whether a text may be the end of a name that began a row above."""
    return len(fold(text)) <= _LONGEST_END and is_whole_name(text)
