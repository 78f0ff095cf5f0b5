"""Kinds of numbers: amounts, counts, percentages, the four grades of smart factories."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from attrs import evolve, frozen

from clusterbook.forms.kinds.base import TEXT_FORMAT, Kind, Offer, Raw, filled
from clusterbook.forms.kinds.bounds import Bound, High, Low, Whole, in_words
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
    on_reading: ClassVar[frozenset[type[Bound]]] = frozenset({Whole})
    fills_down: ClassVar[bool] = False  # a number would be counted once too often
    width: ClassVar[float] = 11.0
    weight: ClassVar[float] = 0.6

    @property
    def limits(self) -> Sequence[Bound]:
        """The lowest and the highest number."""
        low = [Low(self.low)] if self.low is not None else []
        return [*low, High(self.high)] if self.high is not None else low

    @property
    def bounds(self) -> Sequence[Bound]:
        """The limits, and that it is whole."""
        return [*self.limits, Whole()] if self.whole else self.limits

    @property
    def told(self) -> str:
        """The limits in words."""
        return in_words(self.limits) or "可为负数"

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

    def own_offer(self) -> Offer:
        """Digits with thousands marks; the prompt names the unit."""
        form = "0" if self.whole else "0." + "0" * self.decimals
        bounds = self.told
        what = "整数" if self.whole else f"数字，最多{self.decimals}位小数"
        unit = f"单位：{self.unit}。" if self.unit else ""
        none = "确无此项填“无”。" if self.none else ""
        return Offer(
            prompt=f"{unit}请填{what}，{bounds}。{none}",
            number_format="#,##" + form,
            align="right",
        )

    def paper(self, value: Any) -> str:
        """With commas between thousands, and its decimals."""
        return f"{value:,.{self.decimals}f}" if isinstance(value, int | float) else str(value)


@frozen(kw_only=True)
class Integer(Number):
    """A whole number, by default not below zero."""

    dtype: ClassVar[str] = "integer"
    name: ClassVar[str] = "integer"

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

    def own_offer(self) -> Offer:
        """As a number, with a word on what 12.5 means."""
        bounds = self.told
        none = "不适用填“无”。" if self.none else ""
        return Offer(
            prompt=f"单位：%。12.5%请填 12.5，{bounds}。{none}",
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

    def own_offer(self) -> Offer:
        """With a word on the sign."""
        offer = super().own_offer()
        bounds = f"，{High(self.high).words}" if self.high is not None else ""
        return evolve(
            offer, prompt=f"单位：%。下降填正数（下降9.14%填 9.14）{bounds}。不适用填“无”。"
        )

    def own_fault(self, cell: str, *more: str) -> str:  # noqa: ARG002
        """As any percentage, and below zero."""
        return either(super().own_fault(cell), f"ISNUMBER({cell})*({cell}<0)")


def growth_rate() -> Percent:
    """A growth rate: below zero and above a hundred are possible, below −100 % is not."""
    return Percent(low=-100.0, high=None)


@frozen(kw_only=True)
class FourPart(Kind):
    """``X/X/X/X``: four counts in printed order (领航级/卓越级/先进级/基础级)."""

    dtype: ClassVar[str] = "list"
    name: ClassVar[str] = "four-part"
    mark: ClassVar[str] = "/"
    spelled: ClassVar[bool] = True
    fills_down: ClassVar[bool] = False

    def plain(self, raw: Raw) -> Any:
        """The numbers of 0/1/3/12."""
        return plain_four(raw) if isinstance(raw, str) else None

    def interpret(self, raw: Raw, number_format: str) -> Reading:  # noqa: ARG002
        """A tuple of four whole numbers; V290."""
        return read_four(raw)

    def paper(self, value: Any) -> str:
        """X/X/X/X, which counts that were joined are already."""
        return value if isinstance(value, str) else self.mark.join(map(str, value))

    def spell(self, value: Any) -> Raw:
        """With strokes."""
        return self.mark.join(map(str, value))

    def own_offer(self) -> Offer:
        """Text, with an example."""
        return Offer(prompt="四个整数，如 0/1/3/12。", number_format=TEXT_FORMAT, align="center")

    def own_fault(self, cell: str, *more: str) -> str:  # noqa: ARG002
        """Not three strokes."""
        return f'{filled(cell)}*(LEN({cell})-LEN(SUBSTITUTE({cell},"/",""))<>3)'
