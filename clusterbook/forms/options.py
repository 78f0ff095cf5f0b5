"""What a form is asked for: the year and month of its round, the province, the size of lists."""

from __future__ import annotations

from attrs import frozen

from clusterbook.errors import Error

# How many forms, with their options, are kept with what is worked out of them. Which there are is
# said by the stamps of files, which may say anything.
FORMS_KEPT = 64


class OptionError(Error, ValueError):
    """A form cannot be had with the options asked for; the message tells the operator why."""


@frozen(kw_only=True)
class Options:
    """What a spec is built for: the round's year, the province, rows of the open library.

    ``month`` is that of a form returned every month, and the last one of the quarter of a form
    returned every quarter; 0 for all others.
    """

    report_year: int = 2025
    years: str = "rolled"
    province: str = ""
    rows: int | None = None
    month: int = 0

    @property
    def round(self) -> str:
        """Which round it is, in order as texts: 2025, or 2025-10 of a form with months."""
        return f"{self.report_year}-{self.month:02d}" if self.month else f"{self.report_year}"

    @property
    def round_words(self) -> str:
        """The round as people say it: 2025年度, 2025年10月."""
        return f"{self.report_year}年{self.month}月" if self.month else f"{self.report_year}年度"

    @property
    def as_printed(self) -> bool:
        """Whether the years of the printed form stand as they are."""
        return self.years == "as-printed"

    def year(self, printed: int, *, of: int = 2025) -> int:
        """The year for a printed one. ``of`` is the year the printed text took as its latest.

        The Fujian form prints 2022 where it means the latest year: ``year(2021, of=2022)``.
        """
        return printed if self.as_printed else self.report_year + printed - of

    def span(self, *printed: int, of: int = 2025) -> tuple[int, ...]:
        """``year`` for several printed years."""
        return tuple(self.year(year, of=of) for year in printed)
