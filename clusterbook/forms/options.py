"""What a form is asked for: the year of its round, the province, the size of its lists."""

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
    """What a spec is built for: the round's year, the province, rows of the open library."""

    report_year: int = 2025
    years: str = "rolled"
    province: str = ""
    rows: int | None = None

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
