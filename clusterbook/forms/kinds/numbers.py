"""Kinds of numbers: amounts, counts, percentages, the four grades of smart factories."""

from __future__ import annotations

from typing import Any, ClassVar

from attrs import evolve, frozen

from clusterbook.forms.kinds.base import NONE, TEXT_FORMAT, Kind, Offer, Raw, filled
from clusterbook.forms.kinds.excel import either
from clusterbook.forms.parsing.names import (
    Reading,
    plain_four,
    plain_number,
    plain_whole,
    read_four,
    read_number,
)


@frozen(kw_only=True)
class Number(Kind):
    """A number with a unit; ``none_is_zero`` says what a declared 无 counts as."""

    dtype: ClassVar[str] = "number"
    name: ClassVar[str] = "decimal"

    unit: str = ""
    decimals: int = 2
    low: float | None = 0.0
    high: float | None = None
    none_is_zero: bool = True
    formats: ClassVar[frozenset[str]] = frozenset({"percent", "date"})
    whole: ClassVar[bool] = False
    percent: ClassVar[bool] = False

    def holds(self, number: float) -> bool:
        """Whether a number is within the bounds."""
        low, high = self.low, self.high
        return (low is None or number >= low) and (high is None or number <= high)

    @property
    def asks(self) -> str:
        """What the number tells: growth, a fall, or '' for any other figure."""
        below = self.low is None or self.low < 0
        return "growth" if below and self.unit in {"%", "百分点"} else ""

    def plain(self, raw: Raw) -> Any:
        """A float that needs no rounding."""
        return plain_number(raw, self.decimals) if type(raw) is float else None

    def interpret(self, raw: Raw, number_format: str) -> Reading:
        """A float rounded to ``decimals``; V201–V216. The bounds are checked on the column."""
        return read_number(
            raw, unit=self.unit, decimals=self.decimals, whole=self.whole,
            none_is_zero=self.none_is_zero, percent=self.percent, asks=self.asks,
            percent_format=number_format == "percent", date_format=number_format == "date",
        )  # fmt: skip

    def offer(self) -> Offer:
        """Digits with thousands marks; the prompt names the unit."""
        form = "0" if self.whole else "0." + "0" * self.decimals
        bounds = _bounds(self.low, self.high)
        what = "整数" if self.whole else f"数字，最多{self.decimals}位小数"
        unit = f"单位：{self.unit}。" if self.unit else ""
        none = "确无此项填“无”。" if self.none else ""
        return Offer(
            prompt=f"{unit}请填{what}{bounds}。{none}",
            number_format="#,##" + form,
            align="right",
        )

    def fault(self, cell: str) -> str:
        """Filled, and neither a number within bounds nor 无."""
        bad = [f"ISTEXT({cell})"]
        if self.none and self.none_is_zero:
            bad = [f'ISTEXT({cell})*(TRIM({cell})<>"{NONE}")']
        elif self.none:  # of a rate, / and — say as much
            bad = [f'ISTEXT({cell})*(1-ISNUMBER(FIND("|"&TRIM({cell})&"|",{{nothing}})))']
        number = f"ISNUMBER({cell})"
        if self.low is not None:
            bad.append(f"{number}*({cell}<{self.low:g})")
        if self.high is not None:
            bad.append(f"{number}*({cell}>{self.high:g})")
        if self.whole:
            # An error, and so no number, for whole ones and for texts; no IF, which would need an
            # array formula.
            bad.append(f"ISNUMBER(1/({cell}-INT({cell})))")
        return f"{filled(cell)}*{either(*bad)}"

    def describe(self) -> dict[str, Any]:
        """Unit, decimals and bounds."""
        facts = {"unit": self.unit, "decimals": self.decimals}
        facts |= {"minimum": self.low, "maximum": self.high}
        return super().describe() | {k: v for k, v in facts.items() if v not in ("", None)}


def _bounds(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f"，{low:g}至{high:g}之间"
    if low is not None:
        return "，不能为负数" if low == 0 else f"，不小于{low:g}"
    return f"，不大于{high:g}" if high is not None else "，可为负数"


@frozen(kw_only=True)
class Integer(Number):
    """A whole number, by default not below zero."""

    dtype: ClassVar[str] = "integer"
    name: ClassVar[str] = "integer"
    whole: ClassVar[bool] = True

    decimals: int = 0

    def plain(self, raw: Raw) -> Any:
        """A whole number as an int."""
        return plain_whole(raw) if type(raw) is float else None


@frozen(kw_only=True)
class Percent(Number):
    """Percent points as a plain number: 12.5 means 12.5 %. Never a %-formatted cell."""

    name: ClassVar[str] = "percent"
    percent: ClassVar[bool] = True

    unit: str = "%"
    high: float | None = 100.0
    none_is_zero: bool = False

    def offer(self) -> Offer:
        """As a number, with a word on what 12.5 means."""
        bounds = _bounds(self.low, self.high)
        none = "不适用填“无”。" if self.none else ""
        return Offer(
            prompt=f"单位：%。12.5%请填 12.5{bounds}。{none}",
            number_format="#,##0." + "0" * self.decimals,
            align="right",
        )


@frozen(kw_only=True)
class Reduction(Percent):
    """By how many percent something fell: a negative number is asked about, as 降低 has no sign."""

    low: float | None = -100.0

    @property
    def asks(self) -> str:
        """How much something fell."""
        return "fall"

    def plain(self, raw: Raw) -> Any:
        """A float that is not below zero."""
        return super().plain(raw) if type(raw) is float and raw >= 0 else None

    def interpret(self, raw: Raw, number_format: str) -> Reading:
        """As any percentage; V263 below zero."""
        reading = super().interpret(raw, number_format)
        if reading.problem or reading.value is None or reading.value >= 0:
            return reading
        return evolve(reading, problem="V263")

    def offer(self) -> Offer:
        """With a word on the sign."""
        offer = super().offer()
        bounds = f"，不大于{self.high:g}" if self.high is not None else ""
        return evolve(
            offer, prompt=f"单位：%。下降填正数（下降9.14%填 9.14）{bounds}。不适用填“无”。"
        )

    def fault(self, cell: str) -> str:
        """As any percentage, and below zero."""
        return either(super().fault(cell), f"ISNUMBER({cell})*({cell}<0)")


def growth_rate() -> Percent:
    """A growth rate: below zero and above a hundred are possible, below −100 % is not."""
    return Percent(low=-100.0, high=None)


@frozen(kw_only=True)
class FourPart(Kind):
    """``X/X/X/X``: four counts in printed order (领航级/卓越级/先进级/基础级)."""

    dtype: ClassVar[str] = "list"
    name: ClassVar[str] = "four-part"

    def plain(self, raw: Raw) -> Any:
        """The numbers of 0/1/3/12."""
        return plain_four(raw) if isinstance(raw, str) else None

    def interpret(self, raw: Raw, number_format: str) -> Reading:  # noqa: ARG002
        """A tuple of four whole numbers; V290."""
        return read_four(raw)

    def spell(self, value: Any) -> Raw:
        """With strokes."""
        return "/".join(map(str, value))

    def offer(self) -> Offer:
        """Text, with an example."""
        return Offer(prompt="四个整数，如 0/1/3/12。", number_format=TEXT_FORMAT, align="center")

    def fault(self, cell: str) -> str:
        """Not three strokes."""
        return f'{filled(cell)}*(LEN({cell})-LEN(SUBSTITUTE({cell},"/",""))<>3)'
