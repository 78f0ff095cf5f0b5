"""The raw values of one returned file: what stands in each answer's cell, with where it was found.

Plain lists in the order of the layout: kinds and rules see the columns of all files together later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field, frozen

from clusterbook.a1 import Address
from clusterbook.forms.kinds import Raw
from clusterbook.forms.stamp import Stamp
from clusterbook.problems import Problem
from clusterbook.readers.appearance import Shown

if TYPE_CHECKING:
    from clusterbook.readers.cells import SheetGrid

__all__ = ["Extracted", "Oddities", "RawLibrary", "Returned", "Shown"]


@define
class Oddities:
    """What the reader saw beside plain values, by index: rare, so kept sparse."""

    formats: dict[int, str] = field(factory=dict)
    errors: dict[int, str] = field(factory=dict)
    formulas: dict[int, str] = field(factory=dict)
    shown: dict[int, Shown] = field(factory=dict)

    def indices(self) -> set[int]:
        """Where anything was seen."""
        return {*self.formats, *self.errors, *self.formulas, *self.shown}

    def note(self, index: int, sheet: SheetGrid, at: Address) -> None:
        """Remember the format, error and formula of one cell, and what is seen in it."""
        if at in sheet.formats:
            self.formats[index] = sheet.formats[at]
        if at in sheet.errors:
            self.errors[index] = sheet.errors[at]
        if at in sheet.formulas:
            self.formulas[index] = sheet.formulas[at]
        if at in sheet.shown:
            self.shown[index] = sheet.shown[at]


@define
class RawLibrary:
    """The filled rows of a library: their actual row numbers and one list per column.

    ``oddities``, ``filled`` and ``settled`` are indexed by row × number of columns + column.
    """

    sheet: str
    rows: list[int]
    columns: list[list[Raw | None]]
    cols: list[int | None]
    oddities: Oddities
    #: cells that show the value of the merged cell above them: a line of the 规范化记录 each
    filled: set[int] = field(factory=set)
    #: cells that have a problem already, so that nobody calls them empty as well
    settled: set[int] = field(factory=set)


@define
class Extracted:
    """All raw values of one file, in the order of the layout.

    ``raws`` follows ``Layout.in_order``; ``places`` holds (sheet, cell) where not as planned;
    ``absent`` are slots without a place. ``computed`` are stored values of computed cells and
    whether a formula still stands there.
    """

    raws: list[Raw | None]
    oddities: Oddities
    places: dict[int, tuple[str, str]]
    absent: set[int]
    libraries: dict[str, RawLibrary]
    computed: dict[str, tuple[Raw, bool]]
    sheet_names: dict[str, str]
    problems: list[Problem]
    #: reasons written in the 说明 cells, by the code of what they explain
    explanations: dict[str, str] = field(factory=dict)
    #: what stands on sheets of the county's own: the first cells, and how many there are
    others: dict[str, tuple[dict[Address, Raw], int]] = field(factory=dict)
    #: what lies over empty cells, by sheet and cell: in Chinese and in English
    covered: dict[tuple[str, str], tuple[str, str]] = field(factory=dict)
    #: stored values of printed formulas (totals, heads of lists) by sheet key and number in
    #: ``SheetPlan.printed``: value, whether a formula still stands there, cell
    printed: dict[tuple[str, int], tuple[Raw, bool, str]] = field(factory=dict)


@frozen(kw_only=True)
class Returned:
    """One file as read: who it is for, and its raw values; or only problems."""

    sha256: str
    stamp: Stamp | None = None
    extracted: Extracted | None = None
    problems: tuple[Problem, ...] = ()
    modified: str = ""
    #: shown name and number of each file in a pack of submissions, which is no submission itself
    members: tuple[tuple[str, int], ...] = ()
    #: whether it has a password to open, so that what was read depends on the passwords given
    locked: bool = False
    #: what kind of file it is that is no workbook; '' for what was not told apart, or was read
    kind: str = ""
