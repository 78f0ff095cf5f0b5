"""What every reader makes of a workbook: filled cells by address, and what else was in the file."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Final

from attrs import Factory, define, field, fields, frozen

from clusterbook.a1 import Address, Merge
from clusterbook.readers.appearance import Shown, unfold

if TYPE_CHECKING:
    from clusterbook.readers.block import CellBlock

Scalar = str | float | bool
#: serial numbers count the days from 1904 on in some workbooks, and are this much smaller there
DAYS_TO_1904: Final = 1_462


@frozen
class FileNote:
    """Something about a file that whoever reads its data should hear of; ``cell`` as in "B12"."""

    kind: str
    sheet: str = ""
    cell: str = ""
    detail: str = ""


@frozen
class Overlay:
    """Something that lies over the cells of a sheet and is in none of them.

    ``kind`` is a word of ``OVERLAYS``; ``area`` is None where it is bound to no cell.
    """

    kind: str
    area: Merge | None = None
    text: str = ""


#: notes with their cell; shapes with text in them; form controls, ticked or not; what has no text;
#: pictures that are bound to no cell, as the others are told by themselves; areas of conditional
#: formats that may strike or hide what stands in them
OVERLAYS: Final = (
    "note", "text_box", "ticked", "unticked", "control", "shape", "ink", "chart", "picture",
    "rule",
)  # fmt: skip


#: what keeps people from typing where, or what, a sheet does not ask for
GUARDS: Final = frozenset({"protection", "validations"})


@frozen(eq=False)
class SheetGrid:
    """The filled cells of one sheet by 0-based (row, column), and what is known about them.

    A date is its serial number in the system of 1900, whatever the file counts in. What stands
    under a merged area or in a hidden row is in ``cells`` like everything else.

    ``cells`` are all of them. The plain rows of a long list stand in ``block`` and not in
    ``loose``, so that whoever can takes them by column; ``get`` looks for one in both.
    """

    name: str
    state: str = "visible"  # or "hidden", "veryHidden"
    loose: dict[Address, Scalar] = field(factory=dict, alias="cells")
    errors: dict[Address, str] = Factory(dict)  # "#DIV/0!", and numbers that are not finite
    formulas: dict[Address, str] = Factory(dict)  # "" where its text is not known
    formats: dict[Address, str] = Factory(dict)  # "percent" or "date"; no entry for the rest
    shown: dict[Address, Shown] = Factory(dict)  # what is seen where it is not what is stored
    merges: tuple[Merge, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: tuple[tuple[int, int], ...] = ()  # first, last
    filter: Merge | None = None  # the area of an AutoFilter that is switched on
    pictures: tuple[Merge, ...] = ()  # what lies under pictures; one cell for those inside a cell
    overlays: tuple[Overlay, ...] = ()
    skipped: bool = False  # present in the file, but nobody asked for its cells
    unguarded: frozenset[str] = frozenset()  # of ``GUARDS``, what the sheet surely lacks
    block: CellBlock | None = None

    @cached_property
    def _all(self) -> dict[Address, Scalar]:
        plain = {} if self.block is None else dict(self.block.items())
        return dict(sorted({**self.loose, **plain}.items()))

    @property
    def cells(self) -> dict[Address, Scalar]:
        """All filled cells."""
        return self.loose if self.block is None else self._all

    def get(self, at: Address) -> Scalar | None:
        """Return what stands in a cell, None where it is blank."""
        found = self.loose.get(at)
        return self.block.get(at) if found is None and self.block is not None else found

    def holds(self, cells: Mapping[Address, Scalar]) -> bool:
        """Whether all of these stand in their cells."""
        if cells.items() <= self.loose.items():
            return True
        return self.block is not None and all(self.get(at) == value for at, value in cells.items())

    def __eq__(self, other: object) -> bool:
        """Whether two sheets hold the same, however they keep it."""
        if not isinstance(other, SheetGrid):
            return NotImplemented
        told = [one.name for one in fields(SheetGrid) if one.name not in ("loose", "block")]
        return all(getattr(self, name) == getattr(other, name) for name in ("cells", *told))

    __hash__ = None  # type: ignore[assignment]

    @property
    def odd(self) -> set[Address]:
        """Where more is known of a cell than its value."""
        return {*self.formats, *self.errors, *self.formulas, *self.shown}


@define
class SheetContent:
    """What is found on one sheet while it is read; fields as those of ``SheetGrid``."""

    cells: dict[Address, Scalar] = Factory(dict)
    errors: dict[Address, str] = Factory(dict)
    formulas: dict[Address, str] = Factory(dict)
    formats: dict[Address, str] = Factory(dict)
    merges: list[Merge] = Factory(list)
    hidden_rows: set[int] = Factory(set)
    hidden_columns: list[tuple[int, int]] = Factory(list)
    filter: Merge | None = None
    pictures: list[Merge] = Factory(list)
    overlays: list[Overlay] = Factory(list)
    shown: dict[Address, Shown] = Factory(dict)
    marked: bool = False  # whether a text may be marked
    unguarded: frozenset[str] = frozenset()
    block: CellBlock | None = None

    def guard(self, *found: str) -> None:
        """Take what guards the sheet."""
        self.unguarded = self.unguarded.difference(found)

    def cover(self, found: Iterable[Merge | Overlay]) -> None:
        """Take areas under pictures, and all else that lies over the cells."""
        for one in found:
            if isinstance(one, Overlay):
                self.overlays.append(one)
            else:
                self.pictures.append(one)

    def grid(self, name: str, state: str) -> SheetGrid:
        """Return all of it, as found on the sheet of that name."""
        unfold(self.cells, self.formats, self.shown, texts=self.marked)
        return SheetGrid(
            name=name, state=state, cells=self.cells, errors=self.errors, formulas=self.formulas,
            formats=self.formats, shown=self.shown, merges=tuple(self.merges), filter=self.filter,
            hidden_rows=frozenset(self.hidden_rows), hidden_columns=tuple(self.hidden_columns),
            pictures=tuple(dict.fromkeys(self.pictures)),
            overlays=tuple(dict.fromkeys(self.overlays)), unguarded=self.unguarded,
            block=self.block,
        )  # fmt: skip


@frozen
class Grid:
    """All that was in a workbook, before anyone asks what it means."""

    kind: str  # "xlsx", "xlsm", "xlsb", "xls", "ods"
    sheets: tuple[SheetGrid, ...]
    names: Mapping[str, str] = Factory(dict)  # defined names; of one sheet only: "Sheet!name"
    properties: Mapping[str, str] = Factory(dict)  # custom document properties
    core: Mapping[str, str] = Factory(dict)  # modified, comments, keywords, application
    notes: tuple[FileNote, ...] = ()
    date1904: bool = False


def decimal_number(text: str) -> float:
    """Return the number a decimal text stands for; ValueError for what only ``float`` takes."""
    value = float(text)  # "1_0" and "nan" are numbers to it, too, but not to any office program
    if "_" in text or not math.isfinite(value):
        raise ValueError(text)
    return value


def from_1904(serial: float) -> float:
    """Return the serial number since 1900 of one since 1904; below a day it is a time of day."""
    return serial + DAYS_TO_1904 if serial >= 1 else serial
