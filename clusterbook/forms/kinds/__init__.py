"""What one value is: the one door to all kinds of answers, for specs and for everybody else."""

from __future__ import annotations

from collections.abc import Mapping

from clusterbook.forms.kinds.base import DTYPES, Kind, Offer, Raw
from clusterbook.forms.kinds.bounds import (
    Bound,
    EachOf,
    High,
    Longest,
    Low,
    MostItems,
    OneOf,
    Pattern,
    Steps,
    Whole,
    Years,
)
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
from clusterbook.forms.parsing.folding import Reading, refuse
from clusterbook.forms.parsing.names import NONE

__all__ = [
    "ALL_KINDS",
    "CELL_TEXT_LIMIT",
    "DTYPES",
    "NONE",
    "Bound",
    "Choice",
    "CreditCode",
    "Day",
    "DependentChoice",
    "EachOf",
    "FourPart",
    "High",
    "Integer",
    "Items",
    "Kind",
    "LongText",
    "Longest",
    "Low",
    "Month",
    "MostItems",
    "Name",
    "Number",
    "Offer",
    "OneOf",
    "Pages",
    "Pattern",
    "Percent",
    "Period",
    "Phone",
    "Raw",
    "Reading",
    "Reduction",
    "Steps",
    "Text",
    "Tick",
    "Whole",
    "Years",
    "YesNo",
    "growth_rate",
    "mend_facts",
    "refuse",
]

ALL_KINDS: tuple[type[Kind], ...] = (
    Choice, CreditCode, Day, DependentChoice, FourPart, Integer, Items, LongText, Month, Name,
    Number, Pages, Percent, Period, Phone, Reduction, Text, Tick, YesNo,
)  # fmt: skip


def mend_facts(kind: Kind) -> Mapping[str, str]:
    """Hints that the catalogue's sentences take from a kind: its unit, whether 无 may stand."""
    unit = kind.unit
    facts = {"unit": unit, "example": kind.example}
    if unit:
        facts |= {"unit_hint": f"（单位：{unit}）", "unit_hint_en": f" (unit: {unit})"}
    if kind.none:
        facts |= {"none_hint": "；确无此项的填“无”", "none_hint_en": ", or 无 if there is none"}
    return facts
