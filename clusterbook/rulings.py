"""Rules over a batch: which submissions and rows break them, and the sentence for each.

A rule is evaluated once per batch over columns; only what is broken is then looked at one by one.
"""

from __future__ import annotations

import numpy as np

from clusterbook.evaluate import Frames, evaluate
from clusterbook.normalize import Data
from clusterbook.problems import Code, Level, Problem
from clusterbook.questions import WORD
from clusterbook.rules import Rule
from clusterbook.wording import Wording

_EXPLAIN = f"如属实，请在“校验明细”表该行的“说明”栏写明原因（{WORD}{{once}}）。"
_ONCE = "，同类各项写一次即可"


def apply_rules(data: Data, frames: Frames) -> None:
    """Adds a problem for every place where a rule of the form is broken."""
    for rule in data.layout.workbook.rules:
        broken = np.flatnonzero(evaluate(rule.holds.violation, frames, rule.library))
        if not len(broken):
            continue
        sides = [(side, evaluate(side, frames, rule.library)) for side in rule.holds.sides]
        wording = Wording(data.layout, rule.library)
        for at in map(int, broken):
            names = tuple(wording.with_value(side, values[at]) for side, values in sides)
            value = wording.value(sides[0][0], sides[0][1][at])
            _tell(data, rule, at, names, value)


def _explain(rule: Rule) -> str:
    return _EXPLAIN.format(once=_ONCE if rule.group else "")


def _tell(data: Data, rule: Rule, at: int, names: tuple[str, ...], value: str) -> None:
    explain = rule.level == "explain"
    own = Code(
        id=rule.code, level=Level(rule.level), zh="{sentence}", en="{sentence_en}",
        zh_mend=(rule.mend or "请核对后更正。") + (_explain(rule) if explain else ""),
        en_mend="Check and correct it" + (", or give the reason in 说明." if explain else "."),
    )  # fmt: skip
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
