"""What one value is: the one door to all kinds of answers, for specs and for everybody else."""

from __future__ import annotations

from collections.abc import Mapping

from clusterbook.forms.kinds.base import NONE, Kind, Offer, Raw
from clusterbook.forms.kinds.choices import Choice, DependentChoice, Items, Tick, YesNo
from clusterbook.forms.kinds.numbers import (
    FourPart,
    Integer,
    Number,
    Percent,
    Reduction,
    growth_rate,
)
from clusterbook.forms.kinds.texts import (
    CELL_TEXT_LIMIT,
    CreditCode,
    LongText,
    Name,
    Pages,
    Phone,
    Text,
)
from clusterbook.forms.kinds.times import Day, Month, Period

__all__ = [
    "CELL_TEXT_LIMIT",
    "NONE",
    "Choice",
    "CreditCode",
    "Day",
    "DependentChoice",
    "FourPart",
    "Integer",
    "Items",
    "Kind",
    "LongText",
    "Month",
    "Name",
    "Number",
    "Offer",
    "Pages",
    "Percent",
    "Period",
    "Phone",
    "Raw",
    "Reduction",
    "Text",
    "Tick",
    "YesNo",
    "growth_rate",
    "mend_facts",
]


def mend_facts(kind: Kind) -> Mapping[str, str]:
    """Hints that the catalogue's sentences take from a kind: its unit, whether 无 may stand."""
    unit = getattr(kind, "unit", "")
    example = getattr(kind, "example", "")
    facts = {"unit": unit, "example": example}
    if unit:
        facts |= {"unit_hint": f"（单位：{unit}）", "unit_hint_en": f" (unit: {unit})"}
    if kind.none:
        facts |= {"none_hint": "；确无此项的填“无”", "none_hint_en": ", or 无 if there is none"}
    return facts
