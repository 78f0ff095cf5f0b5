"""Remarks of one cause, told once: what a letter, a message and the first sheet of a copy list.

Four hundred enterprises without a profile are one question. Each place keeps its mark and comment
in the copy, and its row in problems.csv; here it is one line that names what is alike, how often,
and where.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from attrs import frozen

from clusterbook.a1 import runs
from clusterbook.forms.rules import COUNT
from clusterbook.problems import Level
from clusterbook.reports.feedback.remarks import Remark

SEVERAL_SHEETS = "多张表"
_MOST_TOLD = 300  # characters of the places in a sentence; a row of the copy bears some more
_FEW = 2  # runs of cells that stand in full in a narrow column
_UNIT = re.compile("（单位：[^）]*）")


@frozen(kw_only=True)
class Cause:
    """Remarks that one sentence tells, under one number; they wait and are done together.

    ``place`` is a text for a narrow column: the cells, or the first and how many they are.
    ``sheet`` is "" for the file as a whole. ``typed`` is what was filled in where that is the same
    all over.
    """

    remarks: tuple[Remark, ...]
    sheet: str
    place: str
    typed: str
    says: str

    @property
    def first(self) -> Remark:
        """The remark that stands first, to which a link leads."""
        return self.remarks[0]

    @property
    def number(self) -> int:
        """Its number, in the letter and in the copy."""
        return self.first.number

    @property
    def level(self) -> Level:
        """How much it weighs."""
        return self.first.level

    @property
    def mend(self) -> str:
        """What to do about it; the unit of the first place is told where it is that of all."""
        mends = dict.fromkeys(one.mend for one in self.remarks)
        if len(mends) > 1:
            mends = dict.fromkeys(_UNIT.sub("", mend) for mend in mends)
        return next(iter(mends)) + ("" if len(mends) == 1 else "其余各处照此处理。")

    @property
    def label(self) -> str:
        """The field it is about; "" for several."""
        labels = {one.label for one in self.remarks}
        return self.first.label if len(labels) == 1 else ""


def causes(remarks: Iterable[Remark], *, marked: bool) -> tuple[Cause, ...]:
    """The remarks by their numbers, which those of one cause share.

    ``marked``: the county gets a copy in which every cell is marked, so that a long list of places
    may be cut short, saying so.
    """
    found: dict[int, list[Remark]] = {}
    for one in remarks:
        found.setdefault(one.number, []).append(one)
    return tuple(_cause(own, marked=marked) for own in found.values())


def count_told(found: Sequence[Cause]) -> str:
    """«3 处», or «2 条，共 438 处» where several places are one cause."""
    places = sum(len(one.remarks) for one in found)
    return f"{places} 处" if places == len(found) else f"{len(found)} 条，共 {places} 处"


def _cause(own: Sequence[Remark], *, marked: bool) -> Cause:
    first = own[0]
    sheets = list(dict.fromkeys(one.sheet for one in own))
    same = {one.typed for one in own} == {first.typed}
    return Cause(
        remarks=tuple(own), sheet=first.sheet if len(sheets) == 1 else SEVERAL_SHEETS,
        place=first.cell if len(own) == 1 else _place(own, len(sheets)),
        typed=first.typed if same else "", says=_says(own, len(sheets), marked=marked),
    )  # fmt: skip


def _place(own: Sequence[Remark], sheets: int) -> str:
    cells = runs(one.cell for one in own if one.cell)
    if sheets == 1 and 0 < len(cells) <= _FEW:
        return "、".join(cells)
    return f"{own[0].cell}等{len(own)}处" if sheets == 1 and own[0].cell else f"{len(own)}处"


def _says(own: Sequence[Remark], sheets: int, *, marked: bool) -> str:
    first, count = own[0], len(own)
    if count == 1:
        return first.says
    places = _told(list(_entries(own, sheets)), count, marked=marked)
    if COUNT in first.several:
        return f"{first.several.replace(COUNT, str(count))}：{places}。"
    if first.several:
        return f"{first.several}共{count}处：{places}。"
    alike = len({one.says for one in own}) == 1
    return f"{first.says}{'共' if alike else '同类问题共'}{count}处：{places}。"


def _entries(own: Sequence[Remark], sheets: int) -> Iterator[tuple[int, str]]:
    """What stands where: how many places, and the text; equal contents are one entry."""
    labels = len({one.label for one in own}) > 1
    # What a rule says of several names no value.
    typed = len({one.typed for one in own}) > 1 or bool(own[0].several)
    gathered: dict[tuple[str, str, str], list[Remark]] = {}
    for one in own:
        key = (one.sheet, one.label if labels else "", one.typed if typed else "")
        gathered.setdefault(key, []).append(one)
    sheet_told = ""
    for (sheet, label, content), remarks in gathered.items():
        cells = "、".join(runs(one.cell for one in remarks if one.cell))
        name = f"{label}“{content}”" if label and content else label or content
        text = f"{name}（{cells}）" if name and cells else name or cells
        if sheets > 1 and sheet != sheet_told:
            sheet_told, text = sheet, f"“{sheet}”表{text}"
        yield len(remarks), text


def _told(entries: Sequence[tuple[int, str]], count: int, *, marked: bool) -> str:
    """The entries, as many as a sentence bears where the others are marked in a copy."""
    told: list[str] = []
    places = 0
    for often, text in entries:
        if marked and told and sum(map(len, told)) + len(text) > _MOST_TOLD:
            return f"{'、'.join(told)}……（列出{places}处，其余{count - places}处见标有底色的格）"
        told.append(text)
        places += often
    return "、".join(told)
