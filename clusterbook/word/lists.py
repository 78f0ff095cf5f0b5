"""The rows of lists: columns found by their heads, rows below them until the sum or the next label.

A list that a page, or a person, cut in two goes on where the same columns go on. A cell over two
columns answers neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from attrs import define, frozen

from clusterbook.forms.kinds import Raw
from clusterbook.forms.parsing.folding import fold
from clusterbook.issuing.prefill import carries
from clusterbook.layout.layout import Body
from clusterbook.word.answering import OTHER_EDITION
from clusterbook.word.document import WordCell
from clusterbook.word.labels import Sighting
from clusterbook.word.paper import PaperCell, PaperTable
from clusterbook.word.placing import Placer
from clusterbook.word.readings import READ, Item, cell_marks, is_empty, raw_of

_OVERLAP = 0.6
_NEAR = 0.002  # between edges that are one
_SUMS = re.compile(r"(?:合计|总计|小计|共计)(?:[（(].*)?")
_NO_DATA = re.compile(r"[\d.…\s、]*")
_ENOUGH = 0.5  # of the columns, for a table without heads to go on with a list


@frozen
class _Printed:
    """What is printed above the rows of a list, and may be printed again on each page."""

    heads: frozenset[str]
    titles: frozenset[str]

    def title(self, cells: Sequence[WordCell]) -> bool:
        """Whether a row is the title again, or a note below it."""
        told = [cell for cell in cells if not is_empty(cell.answer)]
        return len(told) == 1 and fold(told[0].text) in self.titles

    def again(self, cells: Sequence[WordCell]) -> bool:
        """Whether a row is printed above the list: its title, or most of its heads."""
        told = [fold(cell.text) for cell in cells if not is_empty(cell.answer)]
        known = sum(text in self.heads for text in told)
        return (known > 1 and known >= len(told) * _ENOUGH) or self.title(cells)


@define
class ListReader:
    """Reads one list by the plan of it."""

    placer: Placer
    table: PaperTable
    body: Body

    def read(self) -> None:
        """All its rows."""
        heads = self._heads()
        if not heads:
            return
        rows: list[dict[str, Raw]] = []
        places: list[str] = []
        for number, cells in self._rows(heads):
            row = self._row(number + 1, cells, heads)
            if row:
                rows.append(row)
                places.append(next(iter(cells)).place)
        readings = self.placer.readings
        if rows:
            readings.rows[self.body.library.key] = rows
            readings.row_places[self.body.library.key] = places

    def _heads(self) -> dict[str, tuple[WordCell, Sighting]]:
        """The cells of the heads that were found, by column."""
        found: dict[str, tuple[WordCell, Sighting]] = {}
        for column in self.table.columns:
            if not column.key:
                continue
            leaf = self._leaf(column.start, column.end)
            one = self.placer.sighting(self.placer.label_of(leaf)) if leaf else None
            if one is not None and one.spot.cell is not None:
                found[column.key] = one.spot.cell, one
        tables = [cell.table for cell, _ in found.values()]
        main = max(set(tables), key=tables.count, default=0)
        return {key: one for key, one in found.items() if one[0].table == main}

    def _leaf(self, start: float, end: float) -> PaperCell | None:
        cells = (cell for row in reversed(self.table.rows) for cell in row.cells)
        return next(
            (one for one in cells if abs(one.start - start) + abs(one.end - end) < _NEAR), None
        )

    def _rows(  # noqa: C901 - one walk down
        self, heads: dict[str, tuple[WordCell, Sighting]]
    ) -> Iterator[tuple[int, Sequence[WordCell]]]:
        """The cells of each row of data."""
        stream, number = self.placer.stream, 0
        first = next(iter(heads.values()))[0].table
        below = max(cell.last_row for cell, _ in heads.values())
        labelled = {(one.spot.cell.table, one.spot.cell.row) for one in self.placer.seen.values()
                    if one.spot.cell is not None and one.spot.whole}  # fmt: skip
        printed = self._printed(heads)
        table, row = first, below + 1
        while True:
            cells = stream.rows.get((table, row))
            if cells is None:
                table = self._next(table, labelled, len(heads), printed)
                if not table:
                    return
                row = 1
                continue
            if (table, row) in labelled and not self._is_sum(cells):
                return
            row += 1
            if printed.again(cells):
                for cell in cells:
                    self.placer.use(cell)
                continue
            if self._is_sum(cells):
                for cell in cells:
                    self.placer.use(cell)
                return
            if not all(_NO_DATA.fullmatch(cell.text) for cell in cells):
                yield number, cells
                number += 1
            else:
                for cell in cells:
                    self.placer.use(cell)

    def _printed(self, heads: Mapping[str, tuple[WordCell, Sighting]]) -> _Printed:
        """What stands above the rows of this list."""
        cells = [row.cells[0] for row in self.table.rows if len(row.cells) == 1]
        titles = [label for cell in cells if (label := self.placer.label_of(cell))]
        found = [one.spot.text for label in titles if (one := self.placer.sighting(label))]
        return _Printed(
            frozenset(fold(cell.text) for cell, _ in heads.values()),
            frozenset(fold(text) for text in (*(label.text for label in titles), *found)),
        )

    def _next(
        self, table: int, labelled: set[tuple[int, int]], columns: int, printed: _Printed
    ) -> int:
        """The table in which the list goes on; 0 where it does not."""
        stream = self.placer.stream
        following, own = stream.tables.get(table + 1), stream.tables[table]
        if following is None or following.within is not own.within:
            return 0
        rows = [stream.rows[one] for one in sorted(labelled) if one[0] == following.number]
        there = (stream.rows.get((following.number, at + 1), [])
                    for at in range(len(following.rows)))  # fmt: skip
        top = next((row for row in there if not printed.title(row)), [])
        again = printed.again(top)
        if rows and not (
            (again and all(printed.again(row) or self._is_sum(row) for row in rows))
            or all(map(self._is_sum, rows))
        ):
            return 0
        last = stream.rows.get((table, len(own.rows)), [])
        alike = len(top) == len(last) or again
        between = self._between(table, following.number)
        return following.number if alike and not between and len(top) >= columns * _ENOUGH else 0

    def _between(self, table: int, following: int) -> bool:
        """Whether anything is written between two tables."""
        stream = self.placer.stream
        own, others = stream.tables[table], stream.tables[following]
        last = max(stream.lines_of(cell).stop for cell in own.cells())
        first = min(stream.first_line[id(cell)] for cell in others.cells())
        return any(not is_empty(line.text) for line in stream.lines[last:first])

    @staticmethod
    def _is_sum(cells: Sequence[WordCell]) -> bool:
        first = next((cell.text for cell in cells if not is_empty(cell.answer)), "")
        return _SUMS.fullmatch("".join(first.split())) is not None

    def _row(  # noqa: C901 - cell by cell
        self, number: int, cells: Sequence[WordCell], heads: dict[str, tuple[WordCell, Sighting]]
    ) -> dict[str, Raw]:
        """One row as it goes into the workbook; what is unsure is noted and left out."""
        placer, library = self.placer, self.body.library.key
        taken: dict[int, list[str]] = {}
        for key, (head, _) in heads.items():
            best = max(cells, key=lambda cell: _shared(cell, head), default=None)
            if best is not None and _shared(best, head) >= _OVERLAP:
                taken.setdefault(id(best), []).append(key)
        by_id = {id(cell): cell for cell in cells}
        columns = len(self.table.columns)
        torn = len(cells) != columns and not placer.gridded(cells[0])
        row: dict[str, Raw] = {}
        for at, keys in taken.items():
            cell = by_id[at]
            placer.use(cell)
            if is_empty(cell.answer):
                if cell.pictures:
                    placer.readings.unsure(
                        f"{library}.{keys[0]}", self._path(keys[0], number), "（图片）", cell.place,
                        "答案贴成了图片，请照图片填写",
                    )  # fmt: skip
                continue
            column = placer.layout.columns[f"{library}.{keys[0]}"]
            why = "这一格跨了几栏" if len(keys) > 1 else "这一行的格数与表头不同" if torn else ""
            doubt = next(
                (heads[key][1].why for key in keys if heads[key][1].quality == "doubtful"), ""
            )
            if column.locked and len(keys) == 1:
                continue
            raw = None
            if placer.shift and not (
                column.field.dated or carries(self.body.library, column.field)
            ):
                why = OTHER_EDITION
            if placer.is_stale(cell):
                why = "这是自动计算的日期或合计，转换时重新算过"
            if not (why or doubt):
                raw, why = raw_of(column.field.kind, cell.answer, self._path(keys[0], number))
            if raw is None or doubt:
                label, said = self._path(keys[0], number), doubt or why
                placer.readings.unsure(column.key, label, cell.answer, cell.place, said)
            else:
                row[keys[0]] = raw
                placer.readings.items.append(Item(
                    result=READ, key=column.key, label=self._path(keys[0], number),
                    text=cell.answer.strip(), place=cell.place, why="；".join(cell_marks(cell)),
                ))  # fmt: skip
        number_col = self.table.columns[0]
        if (
            not number_col.key
            and cells
            and id(cells[0]) not in taken
            and _NO_DATA.fullmatch(cells[0].text)
        ):
            placer.use(cells[0])
        return row

    def _path(self, key: str, number: int) -> str:
        column = self.placer.layout.columns[f"{self.body.library.key}.{key}"]
        sheet = self.placer.layout.sheet_of[column.key].name
        return f"{sheet} › {column.path}（第{number}行）"


def _shared(one: WordCell, head: WordCell) -> float:
    """How much of a head stands over a cell."""
    width = head.right - head.left
    return (min(one.right, head.right) - max(one.left, head.left)) / width if width > 0 else 0.0
