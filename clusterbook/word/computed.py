"""What stands in Word where the workbook computes: taken for what is shown there, else compared.

A name that is typed once and shown twice may have been written in the second place only. A growth
rate or a share that differs from what the figures come to is told: one of them was read or typed
wrong.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from clusterbook.forms.expressions.nodes import AnswerOf, Same
from clusterbook.forms.parsing.folding import fold, to_text
from clusterbook.layout.layout import Layout, Slot
from clusterbook.word.answering import Answering
from clusterbook.word.readings import LEFT, UNSURE, Item, Readings
from clusterbook.workbook.formulas.results import Results
from clusterbook.workbook.formulas.values import ExcelError, Scalar

_NOTHING = re.compile(r"[\s—–\-/…]*")
_OTHERWISE = "这一栏由工作簿计算，算出来是“{}”，与这里写的不同，请核对"
_UNFILLED = "这一栏由工作簿计算，有关各栏没有填全，算不出来"
_DECIMALS = re.compile(r"\.(\d+)")


def take_shown(placer: Answering) -> None:
    """Read answers that stand only where another part of the form shows them, by its labels."""
    readings = placer.readings
    asked = {item.key for item in readings.items if item.result == UNSURE}
    for key, (text, place) in list(readings.computed.items()):
        source = placer.layout.slots[key][0].field.computed
        if not isinstance(source, Same) or not isinstance(source.of, AnswerOf):
            continue
        target = source.of.key
        slot = placer.layout.slots[target][0]
        open_ = not slot.locked and target not in readings.values and target not in asked
        if open_ and not (placer.shift and slot.field.year is not None):
            placer.take(target, text, place, f"由“{placer.path(key)}”处读入")


def compared(layout: Layout, readings: Readings, results: Results) -> Iterator[Item]:
    """What the form says otherwise than the workbook that is filled from it computes."""
    for key, (text, place) in readings.computed.items():
        slot = layout.slots[key][0]
        if _NOTHING.fullmatch(text) or readings.places.get(key) == place:
            continue
        sheet = layout.sheet_of[key].name
        own = results.of(sheet, slot.area.row, slot.area.col)
        if isinstance(own, ExcelError) or _same(slot, text, own):
            continue
        shown = slot.field.kind.printed(own) if isinstance(own, float) else to_text(own)
        why = _UNFILLED if _NOTHING.fullmatch(shown) else _OTHERWISE.format(shown)
        label = f"{sheet} › {slot.path}"
        yield Item(result=LEFT, key=key, label=label, text=text.strip(), place=place, why=why)


def _same(slot: Slot, text: str, own: Scalar) -> bool:
    """Whether a text says what was computed, as exactly as it is written."""
    if not isinstance(own, float | int) or isinstance(own, bool):
        return fold(text) == fold(to_text(own)) or _value(slot, text) == _value(slot, to_text(own))
    said = _value(slot, text)
    if not isinstance(said, float | int):
        return False
    decimals = _DECIMALS.search(text)
    near = 0.51 * 10.0 ** -(len(decimals[1]) if decimals else 0)
    return math.isclose(float(said), float(own), rel_tol=1e-9, abs_tol=near)


def _value(slot: Slot, text: str) -> object:
    return slot.field.kind.read(text.strip()).value
