"""Kinds of problems as an official speaks of them: what a letter and a message count.

Codes are for machines and for searching; whoever reads a letter wants to know what was done wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from attrs import frozen

from clusterbook.problems import Level
from clusterbook.reports.feedback.remarks import Remark

#: how many submissions a count of problems leaves out, because next to nothing is filled in
LEFT_OUT = "另有{}份基本未填，未计入。"
_RULE = "数据存疑或不合填报要求"
_KINDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("应填未填", ("V101", "V102", "V104")),
    ("不应填写的栏填了内容", ("V103",)),
    ("填写的内容无效或不明确", ("V210", "V211")),
    ("数字或单位填写不规范", ("V20", "V21", "V263", "V274", "V276", "V290")),
    ("超过字数限制", ("V22",)),
    ("选项、勾选不符", ("V23", "V261", "V262", "V27", "V28")),
    ("日期、期限填写不规范", ("V24",)),
    ("联系人、电话填写不规范", ("V25",)),
    ("佐证页码填写不规范", ("V260", "V269")),
    ("佐证材料与所注页码不符", ("V30", "F160", "F161", "F162")),
    ("格内显示与内容不一致", ("V264", "V265", "V266", "V267", "V268")),
    ("名单重复或与其他申报重复", ("R",)),
    ("表样或工作表被改动", ("L",)),
    ("文件本身有问题", ("F",)),
    ("其他填写问题", ("V",)),
)
_NAMED = {"V236": "联系人、电话填写不规范"}


@cache
def kind_of(code: str) -> str:
    """What a problem of this code is called in a letter."""
    if "." in code:
        return _RULE
    if code in _NAMED:
        return _NAMED[code]
    found = [
        (len(start), name) for name, starts in _KINDS for start in starts if code.startswith(start)
    ]
    return max(found)[1] if found else _RULE


@frozen
class ProblemGroup:
    """Remarks of one kind and level: what they are, how many places, and the first of them."""

    name: str
    level: Level
    remarks: tuple[Remark, ...]

    @property
    def count(self) -> int:
        """How many places."""
        return len(self.remarks)

    @property
    def where(self) -> str:
        """The first place; "" where it is the file as a whole."""
        first = self.remarks[0]
        return f"“{first.sheet}”表{first.cell}" if first.sheet else ""


def groups(remarks: Iterable[Remark], levels: Sequence[Level]) -> list[ProblemGroup]:
    """What waits, by kind: the gravest level first, then what came most often."""
    found: dict[tuple[Level, str], list[Remark]] = {}
    for one in remarks:
        if one.waits and one.level in levels:
            found.setdefault((one.level, kind_of(one.problem.code)), []).append(one)
    made = [ProblemGroup(name, level, tuple(own)) for (level, name), own in found.items()]
    return sorted(made, key=lambda one: (levels.index(one.level), -one.count, one.name))
