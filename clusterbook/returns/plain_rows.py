"""Which rows of a long list are surely rows of data, seen by column and once for each text.

Everything about the rows of a list is decided cell by cell in ``library_rows``. Where a reader kept
them as a block, those that could be nothing but data are told from the rest here; whatever is in
any doubt is looked at there, as if there were no block.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from clusterbook.a1 import Address
from clusterbook.forms.parsing.folding import begins_steady, fold, is_blank
from clusterbook.layout.layout import SHEETS_KEPT, SheetPlan
from clusterbook.readers.grid import Scalar, SheetGrid
from clusterbook.returns.row_kinds import ENDS, STARTS, row_kind

if TYPE_CHECKING:
    from clusterbook.readers.block import CellBlock

_NONE: frozenset[str] = frozenset()
# With which a text begins that is no head, as most do; and how many tell that.
_STEADY_SIGNS, _TELLING_SIGNS = 3, 4


@frozen
class Heads:
    """The heads of the columns of a list: their spellings, with the keys of those that bear them.

    ``signs`` and ``beginnings`` are how they begin.
    """

    keys: Mapping[str, frozenset[str]]
    signs: frozenset[str]
    beginnings: frozenset[str]

    def may_begin(self, beginning: str) -> bool:
        """Whether a text that begins like this, with its first four signs, may be a head."""
        first = beginning.lstrip()[:1]
        return not first or (
            first in self.signs
            and (beginning[:_STEADY_SIGNS] in self.beginnings or not begins_steady(beginning))
        )

    def named(self, value: Scalar | None) -> frozenset[str]:
        """The keys of the columns whose head a value is; most are told without folding them."""
        if type(value) is not str or not self.may_begin(value[:_TELLING_SIGNS]):
            return _NONE
        return self.keys.get(fold(value), _NONE)

    def any_in(self, texts: Collection[str]) -> bool:
        """Whether any of these texts is a head."""
        beginnings = filter(self.may_begin, {text[:_TELLING_SIGNS] for text in texts})
        return bool(beginning := tuple(beginnings)) and any(
            text.startswith(beginning) and fold(text) in self.keys for text in texts
        )


@lru_cache(maxsize=SHEETS_KEPT)
def heads_of(plan: SheetPlan) -> Heads:
    """The heads of the list on a sheet."""
    found: dict[str, set[str]] = {}
    for column in plan.library.columns:
        asked = column.field
        for text in (asked.label, column.path, f"{asked.label}{asked.hint}"):
            found.setdefault(fold(text), set()).add(column.key)
    found.pop("", None)
    return Heads(
        {text: frozenset(keys) for text, keys in found.items()},
        frozenset(text[0] for text in found),
        frozenset(text[:_STEADY_SIGNS] for text in found),
    )


@frozen
class Asked:
    """What is asked of the rows of a list on a sheet.

    ``inputs`` are the columns that people fill, ``begin`` those where a total or a note begins;
    ``last`` is the last row that the workbook offers.
    """

    heads: Heads
    inputs: AbstractSet[int]
    begin: Collection[int]
    first: int
    last: int


def parted(sheet: SheetGrid, asked: Asked) -> tuple[dict[Address, Scalar], CellBlock | None]:
    """The cells to be looked at one by one, and the rows that are surely data."""
    block = sheet.block
    if block is None:
        return sheet.cells, None
    texts = {col: {value for value in set(column.tolist()) if type(value) is str}
             for col, column in block.columns.items()}  # fmt: skip
    if not _may_stay(sheet, block, texts, asked):
        return sheet.cells, None
    doubtful = np.zeros(len(block.rows), bool)
    for col, column in block.columns.items():
        strange = blanks(texts[col]) | (_begin_other(texts[col]) if col in asked.begin else set())
        if strange:
            doubtful |= np.fromiter((value in strange for value in column), bool, len(column))
    columns = (block.filled[col] for col in asked.inputs if col in block.columns)
    filled = np.sum([*columns], axis=0)
    alone = [*block.rows[filled == 1].tolist(), *_alone(sheet, asked)]
    near = [other for row in alone for other in (row - 1, row, row + 1)]
    doubtful |= np.isin(block.rows, near)
    cells = sheet.loose
    if doubtful.any():
        cells = {**cells, **dict(block.only(doubtful).items())}
    stays = ~doubtful & (filled > 0)
    return cells, block if stays.all() else block.only(stays)


def _may_stay(
    sheet: SheetGrid, block: CellBlock, texts: Mapping[int, Collection[str]], asked: Asked
) -> bool:
    """Whether nothing on the sheet concerns all rows: merged cells, pasted heads, too many rows."""
    first, last = int(block.rows[0]), int(block.rows[-1])
    inputs = asked.inputs & block.columns.keys()
    if first < asked.first or last > asked.last or not inputs:
        return False
    if any(bottom >= first and top <= last for top, _, bottom, _ in sheet.merges):
        return False
    body = (value for (row, col), value in sheet.loose.items()
            if row >= asked.first and col in asked.inputs)  # fmt: skip
    heads = asked.heads
    return not any(map(heads.named, body)) and not any(heads.any_in(texts[col]) for col in inputs)


def blanks(texts: Collection[str]) -> set[str]:
    """The texts in which nothing is to be seen: hardly any begins with a sign that is not."""
    unseen = set(filter(is_blank, {text[:1] for text in texts}))
    return {text for text in texts if text[:1] in unseen and is_blank(text)} if unseen else set()


def _begin_other(texts: Collection[str]) -> set[str]:
    """The texts with which a row begins that is no row of data."""
    strange = (text for text in texts if text[0] in STARTS or text[-1] in ENDS)
    return {text for text in strange if row_kind(text, alone=False)[0]}


def _alone(sheet: SheetGrid, asked: Asked) -> list[int]:
    """The rows of single cells that may be a part of the name above or below."""
    found: dict[int, int] = {}
    for row, col in sheet.loose:
        if col in asked.inputs and row >= asked.first:
            found[row] = found.get(row, 0) + 1
    return [row for row, count in found.items() if count == 1]
