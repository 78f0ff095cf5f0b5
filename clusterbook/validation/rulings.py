"""Rules over a batch: which submissions and rows break them, and the sentence for each.

A rule is evaluated once per batch over columns; only what is broken is then looked at one by one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from math import isnan

import numpy as np
from attrs import evolve

from clusterbook.forms.expressions.columns import evaluate
from clusterbook.forms.expressions.frames import Array, Frames
from clusterbook.forms.expressions.nodes import AnswerOf, Expression, Named, This
from clusterbook.forms.reasons import WORD
from clusterbook.forms.rules import LookedAt, Rule
from clusterbook.layout.layout import LABEL_MARK, Layout
from clusterbook.layout.wording import Wording
from clusterbook.problems import Code, Level, Problem
from clusterbook.validation.typed_data import Data

_EXPLAIN = f"如属实，请在“校验明细”表该行的“说明”栏写明原因（{WORD}{{once}}）。"
_BESIDE = f"如属实，请在“{{sheet}}”表{{cell}}格（{{label}}）写明原因（{WORD}）。"
_ONCE = "，同类各项写一次即可"
_NO_ROWS = (
    "表中填有数量，“{list}”里却一行也没有读到：请逐条填写；"
    "如原已填写，多半是该表在保存或传输中丢失、损坏，请从原文件恢复。"
)
_NO_ROWS_EN = (
    "The form counts entries, and not one was read from “{list}”: fill in that list, or restore it."
)


def apply_rules(data: Data, frames: Frames) -> None:
    """Adds a problem for every place where a rule of the form is broken.

    Of what is wrong in itself nothing more is said: one bad value is one problem.
    """
    for rule in data.layout.workbook.rules:
        found = np.flatnonzero(evaluate(rule.holds.violation, frames, rule.library)).tolist()
        if not found:
            continue
        looked = _with_sources(data.layout, rule.looks_at())
        broken = [at for at in found if not data.is_unsure(looked, rule.library, at)]
        if not broken:
            continue
        sides = [(side, evaluate(side, frames, rule.library)) for side in rule.holds.sides]
        (first, own_values), *others = sides
        wording = Wording(data.layout, rule.library)
        lost = dict(_lost(data, rule, sides, broken))
        own, filled_in = _filled_in(data.layout, rule, sides, frames)
        for at in broken:
            names = (
                wording.with_value(first, own_values[at]),
                *(wording.against(side, values[at]) for side, values in others),
            )
            value = _shown(wording, own, filled_in[at])
            _tell(data, rule, at, names, value, lost.get(at, ""))
    _leave_unfinished(data)


def _filled_in(
    layout: Layout, rule: Rule, sides: Sequence[tuple[Expression, Array]], frames: Frames
) -> tuple[Expression, Array]:
    """What stands in the cell that a problem is about, which need be no side of the rule.

    The sum of the top ten is said of the cluster's revenue: the revenue is what was filled in, and
    what the office may set. Of a list, and of a long text, it is what the rule counts.
    """
    place, (first, values) = next(rule.places()), sides[0]
    slot = layout.columns.get(place) or next(iter(layout.slots.get(place, ())), None)
    if slot is None or slot.field.kind.prose:
        return first, values
    key = place.removeprefix(f"{rule.library}.") if rule.library else place
    own = This(key) if rule.library else AnswerOf(key)
    bare = first.of if isinstance(first, Named) else first
    return (first, values) if bare == own else (own, evaluate(own, frames, rule.library))


def _shown(wording: Wording, own: Expression, value: object) -> str:
    """A value as the sentence shows it; nothing where a figure is missing."""
    if isinstance(value, float) and isnan(value):
        return ""
    return wording.value(own, value)


def _leave_unfinished(data: Data) -> None:
    """Takes back what is no slip: too many places of a group that speaks of slips only."""
    most = {rule.code: (rule.group.key, rule.group.slips) for rule in data.layout.workbook.rules
            if rule.group is not None and rule.group.slips is not None}  # fmt: skip
    for problems in data.problems if most else ():
        told = Counter(most[one.code] for one in problems if one.code in most)
        many = {group for group, count in told.items() if count > group[1]}
        if many:
            problems[:] = [one for one in problems if most.get(one.code) not in many]


def _explain(layout: Layout, rule: Rule) -> str:
    if rule.explained_in:
        place = layout.first_places[rule.explained_in]
        cell, label = place.slot.area.cell, place.slot.path.rpartition(LABEL_MARK)[2]
        return _BESIDE.format(sheet=place.plan.name, cell=cell, label=label)
    return _EXPLAIN.format(once=_ONCE if rule.group else "")


def _with_sources(layout: Layout, looked: LookedAt) -> LookedAt:
    """Computed answers are wrong where what they rest on is."""
    sources = (layout.sources_of(key) for key in looked.answers)
    return evolve(looked, answers=looked.answers.union(*sources))


def _lost(
    data: Data, rule: Rule, sides: Sequence[tuple[Expression, Array]], broken: Sequence[int]
) -> Iterator[tuple[int, str]]:
    """The submissions that count entries of a list of which not one row was read, with the list.

    No reason settles that: a list that got lost, or that nobody could read, must not pass for one
    that the county has explained.
    """
    if not rule.counted:
        return
    stated = next(values for side, values in sides
                  if any(isinstance(node, AnswerOf) for node in side.walk()))  # fmt: skip
    owners = set(data.libraries[rule.counted].owner.tolist())
    for at in broken:
        if at not in owners and stated[at] > 0:
            yield at, data.layout.sheet_of[rule.counted].name


def _entry(layout: Layout, rule: Rule, lost: str) -> Code:
    """The catalogue entry of a rule; ``lost`` is the list of which no row was read."""
    explain = rule.level == "explain"
    entry = Code(
        id=rule.code, level=Level(rule.level), zh="{sentence}", en="{sentence_en}",
        zh_mend=(rule.mend or "请核对后更正。") + (_explain(layout, rule) if explain else ""),
        en_mend="Check and correct it" + (", or give the reason in 说明." if explain else "."),
    )  # fmt: skip
    if not lost:
        return entry
    return evolve(
        entry, level=Level.ERROR, zh_mend=_NO_ROWS.format(list=lost),
        en_mend=_NO_ROWS_EN.format(list=lost),
    )  # fmt: skip


def _tell(data: Data, rule: Rule, at: int, names: tuple[str, ...], value: str, lost: str) -> None:
    own = _entry(data.layout, rule, lost)
    place = next(rule.places())
    submission = int(data.libraries[rule.library].owner[at]) if rule.library else at
    if rule.library:
        column = data.layout.columns[place]
        sheet, cell = data.row_place(rule.library, at, column)
        label = column.path
    elif place in data.layout.bodies:
        sheet, cell = data.library_place(submission, place)
        label = data.layout.sheet_of[place].name
    else:
        sheet, cell = data.place(submission, place)
        label = data.layout.slots[place][0].path
    says = {"sentence": rule.holds.says(names, "zh"), "sentence_en": rule.holds.says(names, "en")}
    data.problems[submission].append(
        Problem(
            code=rule.code, sheet=sheet, cell=cell, key=place, label=label, value=value,
            facts={**says, "reason": rule.reason}, own=own,
        )
    )  # fmt: skip
