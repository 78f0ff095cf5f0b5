"""Rows that workbooks of one frame share, for as long as nobody writes into them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from operator import is_
from typing import Any

from attrs import Factory, define

from clusterbook.workbook.formulas.values import Scalar, all_alike
from clusterbook.workbook.package import Piece
from clusterbook.workbook.row_xml import KeptRow, written_result

_MOST_KNOWN = 3  # results of the same rows, some 60 kB each
_LONG = 1 << 14  # characters of rows in XML that are told from those of the workbook before

Place = tuple[int, int]
_NOT_YET: Any = object()


class SharedRows(dict[int, dict[int, Any]]):
    """The rows of a sheet by number: what cells they have, by column.

    Workbooks share them. A row that is asked for by its number may be written into: from then on
    it is one of its own. ``get`` only looks.
    """

    def __init__(self, shared: Mapping[int, dict[int, Any]] | None = None) -> None:
        """With rows that are shared."""
        super().__init__(shared or {})
        self.own: dict[int, dict[int, Any]] = {}

    def __getitem__(self, row: int) -> dict[int, Any]:
        own = self.own.get(row)
        if own is None:
            own = self[row] = self.own[row] = dict(self.get(row, ()))
        return own

    def share(self) -> dict[int, dict[int, Any]]:
        """The rows as they stand, which stay so."""
        self.own = {}
        return dict(self)


@define(eq=False)
class RowRun:
    """Rows, one after the other, that were kept whole, and their XML over the last results."""

    rows: Sequence[int]
    cells: Sequence[Any]
    infos: Sequence[Any]
    places: Sequence[Place]
    #: their XML with room for results, each after the mark of its type
    texts: Sequence[str]
    #: the last few results with their XML, the latest first: what is wrong in one workbook is
    #: as usual in the next
    _known: list[tuple[list[Scalar], Piece]] = Factory(list)
    #: the texts with the results that were written last, and these
    _filled: tuple[list[str], Sequence[Scalar]] = ([], ())

    @classmethod
    def of(cls, rows: Mapping[int, KeptRow]) -> RowRun:
        """Of rows by number, in their order."""
        kept = list(rows.values())
        places = [place for row in kept for place, _, _ in row.formulas]
        texts = [""]
        for row in kept:
            texts[-1] += row.begins
            for _, middle, after in row.formulas:
                texts += "", middle, "", after
        infos = [row.info for row in kept]
        return cls(list(rows), [row.cells for row in kept], infos, places, texts)

    def stands(self, cells: Mapping[int, Any], infos: Mapping[int, Any]) -> bool:
        """Whether all its rows have the cells that they had, and are set up as they were."""
        return all(map(is_, map(cells.get, self.rows), self.cells)) and all(
            map(is_, map(infos.get, self.rows), self.infos)
        )

    def piece(self, results: Mapping[Place, Scalar]) -> Piece:
        """All of it as it was, with these results."""
        values = list(map(results.__getitem__, self.places))
        for at, known in enumerate(self._known):
            if all_alike(values, known[0]):
                self._known.insert(0, self._known.pop(at))
                return known[1]
        piece = Piece("".join(self._filled_in(values)))
        self._known = [(values, piece), *self._known[: _MOST_KNOWN - 1]]
        return piece

    def _filled_in(self, values: list[Scalar]) -> list[str]:
        """The texts with these results, most of which are those of the time before."""
        filled, before = self._filled
        texts = list(filled or self.texts)
        for at, (value, was) in enumerate(zip_longest(values, before, fillvalue=_NOT_YET)):
            if value is not was:
                texts[4 * at + 1], texts[4 * at + 3] = written_result(value)
        self._filled = texts, values
        return texts


def runs(rows: Mapping[int, KeptRow]) -> Iterator[RowRun]:
    """The runs of the rows of a sheet, in their order; single rows are none."""
    found: dict[int, KeptRow] = {}
    size = 0
    for row, kept in rows.items():
        if kept.whole:
            found[row] = kept
            size += kept.size
        if found and (not kept.whole or size >= _LONG):
            yield from _of_several(found)
            found, size = {}, 0
    yield from _of_several(found)


def _of_several(rows: Mapping[int, KeptRow]) -> Iterable[RowRun]:
    return [RowRun.of(rows)] if len(rows) > 1 else []
