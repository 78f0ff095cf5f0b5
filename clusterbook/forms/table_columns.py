"""The columns of a table of figures: years, parts of years, constants, and further ones."""

from __future__ import annotations

import re

from attrs import field, frozen
from attrs.validators import ge, le

from clusterbook.forms.asked_for import one_of
from clusterbook.forms.kinds import Kind

_TIME = re.compile(r"(\d{4})(?:m(\d\d)(?:_(\d\d))?|q([1-4]))?")


def time_words(time: str) -> str:
    """How people say the time at the end of a key: 2025年, 2025年1—10月, 2025年三季度."""
    found = _TIME.fullmatch(time)
    if found is None:
        raise ValueError(f"{time!r} is no time")
    year, first, last, quarter = found.groups()
    if quarter:
        return f"{year}年{'一二三四'[int(quarter) - 1]}季度"
    more = f"—{int(last)}" if last else ""
    return f"{year}年{int(first)}{more}月" if first else f"{year}年"


@frozen(kw_only=True)
class Fixed:
    """A printed column of constants between the labels and the figures: 指标代码, 计量单位.

    ``share`` is its width, where a year has 1.
    """

    key: str
    label: str
    share: float = 0.6


@frozen(kw_only=True)
class Year:
    """A column of an Indicators block: a year, its printed head, and whether it is ``added``."""

    year: int
    label: str
    added: bool = False
    optional: bool = False

    @property
    def stretch(self) -> str:
        """Which part of the year it is; '' for all of it."""
        return ""

    @property
    def time(self) -> str:
        """What stands at the end of the keys of its answers."""
        return self.stretch or str(self.year)


@frozen(kw_only=True)
class Months(Year):
    """A column of months of a year, ``first`` to ``last``: 2025年10月, 2025年1—10月.

    Its answers end in ``2025m10`` or ``2025m01_10``. Without a ``label`` its months are its name.
    """

    first: int = field(validator=[ge(1), le(12)])
    last: int = field(validator=[ge(1), le(12)])
    label: str = field()

    @last.default
    def _one_month(self) -> int:
        return self.first

    @label.default
    def _months(self) -> str:
        return time_words(self.stretch)

    @property
    def stretch(self) -> str:
        """``2025m10`` or ``2025m01_10``."""
        more = f"_{self.last:02d}" if self.last > self.first else ""
        return f"{self.year}m{self.first:02d}{more}"


@frozen(kw_only=True)
class Quarter(Year):
    """A column of a quarter of a year: 2025年三季度. Its answers end in ``2025q3``."""

    number: int = field(validator=[ge(1), le(4)])
    label: str = field()

    @label.default
    def _quarter(self) -> str:
        return time_words(self.stretch)

    @property
    def stretch(self) -> str:
        """``2025q3``."""
        return f"{self.year}q{self.number}"


@frozen(kw_only=True)
class Measure:
    """One of several columns under each year (园区总额; 其中：集群产业). ``suffix`` ends its keys.

    Without a kind of its own it takes the kind of the row; ``printed`` repeats the row's label
    instead of asking (the 类别 column of the standards table).
    """

    suffix: str
    label: str
    printed: bool = False


@frozen(kw_only=True)
class Column:
    """A column after the years: 增幅, 佐证页码, a unit. Its answers have the key ``row_key``.

    ``computed``: the cell shows the row's ``growth``; else ``kind`` says what is typed.
    """

    key: str
    label: str
    kind: Kind = field(validator=one_of(Kind, words="a kind (Number, Text, …)"))
    required: bool = True
    added: bool = False
    computed: bool = False
    hint: str = ""
