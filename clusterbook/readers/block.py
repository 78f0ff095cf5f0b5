"""Rows of plain cells, kept by column: the body of a long list, without an object for each cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import repeat
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from clusterbook.a1 import Address

Numbers = NDArray[np.int64]
Values = NDArray[np.object_]  # texts and numbers, None where a cell is blank


_NOTHING = np.array(None, object)


def is_filled(values: Values) -> NDArray[np.bool_]:
    """Where a column has a value."""
    filled: NDArray[np.bool_] = np.not_equal(values, _NOTHING)
    return filled


@frozen(slots=False, eq=False)
class CellBlock:
    """Cells of which nothing is known but their values, by 0-based column.

    ``rows`` are the 0-based numbers of its rows, strictly increasing; each of ``columns`` has a
    value, or None, for each of them. No other cell of the sheet stands in one of these rows.
    """

    rows: Numbers
    columns: Mapping[int, Values]

    def get(self, at: Address) -> Any:
        """Return the value of a cell, None for a blank one and for all that are elsewhere."""
        column = self.columns.get(at[1])
        if column is None:
            return None
        place = self._places.get(at[0])
        return None if place is None else column[place]

    @cached_property
    def _places(self) -> dict[int, int]:
        """Where in the columns each row stands."""
        return {row: place for place, row in enumerate(self.rows.tolist())}

    @cached_property
    def count(self) -> int:
        """How many cells it has."""
        return sum(int(np.count_nonzero(filled)) for filled in self.filled.values())

    @cached_property
    def filled(self) -> Mapping[int, NDArray[np.bool_]]:
        """Where each column has a value."""
        return {col: is_filled(column) for col, column in self.columns.items()}

    def items(self) -> Iterator[tuple[Address, Any]]:
        """Yield its cells, row by row."""
        columns = sorted(self.columns.items())
        for row, *values in zip(
            self.rows.tolist(), *(column.tolist() for _, column in columns), strict=True
        ):
            for (col, _), value in zip(columns, values, strict=True):
                if value is not None:
                    yield (row, col), value

    def places(self) -> Iterator[Address]:
        """Yield where its cells stand, column by column."""
        for col, filled in self.filled.items():
            yield from zip(self.rows[filled].tolist(), repeat(col))

    def only(self, rows: NDArray[np.bool_]) -> CellBlock:
        """Return some of its rows."""
        columns = {col: column[rows] for col, column in self.columns.items()}
        return CellBlock(self.rows[rows], columns)
