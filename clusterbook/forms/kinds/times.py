"""Kinds of times: months, days, periods."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from attrs import frozen

from clusterbook.forms.kinds.base import TEXT_FORMAT, Kind, Offer, Raw, filled
from clusterbook.forms.kinds.bounds import Bound, Years
from clusterbook.forms.kinds.excel import either, not_a_day, not_a_month
from clusterbook.forms.parsing.folding import refuse
from clusterbook.forms.parsing.names import (
    Reading,
    offered_period,
    plain_date,
    plain_month,
    plain_period,
    read_date,
    read_month,
    read_period,
)


@frozen(kw_only=True)
class Month(Kind):
    """A month, YYYY-MM. The cell is text: number formats turn 2024.10 into 2024.1.

    ``said``: words for what happened then, which people write beside it (2024年10月开工). With any
    other word (竣工 in a cell for the beginning) nothing is read.
    """

    dtype: ClassVar[str] = "month"
    name: ClassVar[str] = "month"
    formats: ClassVar[frozenset[str]] = frozenset({"date"})
    width: ClassVar[float] = 10.0
    none: bool = False
    said: tuple[str, ...] = ()
    example: ClassVar[str] = "2024-03"

    def plain(self, raw: Raw) -> Any:
        """YYYY-MM."""
        return plain_month(raw) if isinstance(raw, str) else None

    def interpret(self, raw: Raw, number_format: str) -> Reading:
        """``YYYY-MM``; V240–V242, V274."""
        return read_month(raw, date_format=number_format == "date", said=self.said)

    def own_offer(self) -> Offer:
        """Text, with an example."""
        return Offer(
            prompt=f"请填年月，如 {self.example}。", number_format=TEXT_FORMAT, align="center"
        )  # fmt: skip

    def own_fault(self, cell: str, *more: str) -> str:  # noqa: ARG002
        """Text that is neither a month nor a day of a year in four digits, or another number."""
        return not_a_day(cell)

    def paper(self, value: Any) -> str:
        """2026年3月, with the day where it has one."""
        parts = str(value).split("-")
        if not all(part.isdigit() for part in parts):
            return str(value)
        return "".join(f"{int(part)}{unit}" for part, unit in zip(parts, "年月日", strict=False))


@frozen(kw_only=True)
class Day(Month):
    """A date; month precision is accepted (申报时间).

    ``years``: the first and the last one in which it can lie; empty where any year will do.
    """

    dtype: ClassVar[str] = "date"
    name: ClassVar[str] = "date"
    on_reading: ClassVar[frozenset[type[Bound]]] = frozenset({Years})
    example: ClassVar[str] = "2026-03-15"
    years: tuple[int, ...] = ()

    @property
    def _within(self) -> Sequence[Bound]:
        return [Years(self.years[0], self.years[-1])] if self.years else []

    @property
    def bounds(self) -> Sequence[Bound]:
        """The years."""
        return self._within

    def plain(self, raw: Raw) -> Any:
        """YYYY-MM-DD and YYYY-MM."""
        found = plain_date(raw) if isinstance(raw, str) else None
        return found if found and all(one.holds(found) for one in self._within) else None

    def interpret(self, raw: Raw, number_format: str) -> Reading:
        """``YYYY-MM-DD`` or ``YYYY-MM``; V240, V241, V246."""
        found = read_date(raw, date_format=number_format == "date", said=self.said)
        for one in self._within:
            if found.value is not None and not one.holds(found.value):
                return refuse(one.code, **one.facts(found.value))
        return found

    def own_fault(self, cell: str, *more: str) -> str:  # noqa: ARG002
        """No day, or a text that begins with a year out of bounds."""
        return either(super().own_fault(cell), *(one.fault(cell) for one in self._within))

    def own_offer(self) -> Offer:
        """Text, with an example."""
        return Offer(
            prompt=f"请填日期，如 {self.example}，也可只填年月。",
            number_format=TEXT_FORMAT,
            align="center",
        )


@frozen(kw_only=True)
class Period(Kind):
    """From month to month; exported as an ISO interval ``YYYY-MM/YYYY-MM``."""

    name: ClassVar[str] = "period"
    width: ClassVar[float] = 16.0
    formats: ClassVar[frozenset[str]] = frozenset({"date"})
    none: bool = False
    spelled: ClassVar[bool] = True
    example: ClassVar[str] = "2024.03-2026.12"

    def plain(self, raw: Raw) -> Any:
        """The example's spelling."""
        return plain_period(raw) if isinstance(raw, str) else None

    def interpret(self, raw: Raw, number_format: str) -> Reading:
        """``YYYY-MM/YYYY-MM``; V243–V245."""
        return read_period(raw, date_format=number_format == "date")

    def paper(self, value: Any) -> str:
        """2024.1-2025.12."""
        return str(value).replace("-", ".").replace("/", "-")

    def spell(self, value: Any) -> Raw:
        """The example's spelling."""
        return offered_period(value)

    def retyped(self, value: Any) -> Raw:
        """The example's spelling."""
        return str(value).replace("-", ".").replace("/", "-")

    def own_offer(self) -> Offer:
        """Text, with an example."""
        return Offer(
            prompt=f"请填起止年月，如 {self.example}。", number_format=TEXT_FORMAT, align="center"
        )  # fmt: skip

    def own_fault(self, cell: str, *more: str) -> str:  # noqa: ARG002
        """Too short to hold two years, digits alone, or ends that are none or in wrong order."""
        first = f'LEFT({cell},FIND("-",{cell}&"-")-1)'
        last = f'MID({cell},FIND("-",{cell}&"-")+1,99)'
        one = f'(LEN({cell})-LEN(SUBSTITUTE({cell},"-",""))=1)'
        ends = [f"(LEN({end})<>4)*{not_a_month(end)}" for end in (first, last)]
        back = f"(LEN({cell})=15)*(LEFT({cell},7)>RIGHT({cell},7))"
        wrong = [f"(LEN({cell})<9)", f"ISNUMBER({cell}*1)", *(f"{one}*{end}" for end in ends)]
        return f"{filled(cell)}*(({'+'.join([*wrong, f'{one}*{back}'])})>0)"
