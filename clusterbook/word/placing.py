"""From labels to answers: which cell of a document answers which question of the form.

A row is found by its label, a cell in it by its heads and by its place among the row's cells; two
witnesses that disagree leave the answer unsure. Nothing is taken by position alone where years
stand above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from attrs import define

from clusterbook.forms.parsing.folding import fold
from clusterbook.word.annex import TITLE as ANNEX
from clusterbook.word.answering import Answering
from clusterbook.word.document import WordCell
from clusterbook.word.labels import Sighting
from clusterbook.word.paper import (
    Box,
    Boxes,
    PaperAnswer,
    PaperCell,
    PaperLine,
    PaperRow,
    PaperTable,
    PaperWords,
    Several,
)
from clusterbook.word.readings import cell_marks, is_empty
from clusterbook.word.stream import StreamLine

OTHER_EDITION = "这是另一年度的表，本次的内容请重新填写"
_HEADS = ("head", "corner", "list_head")
_OVERLAP = 0.5
_MARKS = "、，,/／；; 　\t\n"
_YEAR = re.compile(r"20\d\d")
_SHORT = 2  # signs of a label that a report may say in a line of its own


@define
class Placer(Answering):
    """Reads the answers of one document by the plan of one form."""

    def place(self) -> None:
        """All answers but those of lists."""
        self._use_labels()
        for part in self.paper.parts:
            for item in part.items:
                if isinstance(item, PaperLine):
                    self._cover_line(item)
                elif item.library is None:
                    self._table(item)

    # the cover ------------------------------------------------------------------------------------

    def _cover_line(self, line: PaperLine) -> None:
        label = self.labels.of_line.get(id(line))
        sighting = self.sighting(label)
        if label is None or sighting is None or line.role != "cover_row":
            return
        rest, spot = self._rest(label, sighting.spot), sighting.spot
        place = self.stream.lines[spot.first].place
        if not rest and spot.cell is not None:
            row = self.stream.beside(spot.cell)
            after = row[row.index(spot.cell) + 1 :]
            rest = after[0].text if after else ""
            if after:
                self.use(after[0])
                place = after[0].place
        self.used.update(range(spot.first, spot.last))
        keys = list(line.pieces[1:])
        self._pieces(((*keys,),), rest, place, [sighting], None)

    # tables ---------------------------------------------------------------------------------------

    def _table(self, table: PaperTable) -> None:
        running: list[tuple[PaperCell, int, int]] = []  # cell, first row, last row
        for at, row in enumerate(table.rows):
            running = [one for one in running if one[2] >= at]
            running += [(cell, at, at + cell.rows - 1) for cell in row.cells if cell.rows > 1]
            self._row(table, at, row, running)

    def _row(
        self,
        table: PaperTable,
        at: int,
        row: PaperRow,
        running: Sequence[tuple[PaperCell, int, int]],
    ) -> None:
        above = {id(cell): at - first for cell, first, _ in running if first < at}
        cells = sorted((*row.cells, *(cell for cell, first, _ in running if first < at)),
                       key=lambda one: one.start)  # fmt: skip
        segments: list[tuple[PaperCell | None, list[PaperCell]]] = [(None, [])]
        for cell in cells:
            if self._is_written(cell) or cell.role in ("void", "fixed"):
                segments[-1][1].append(cell)
            else:
                segments.append((cell, []))
        for number, (left, asked) in enumerate(segments):
            if not any(map(self._is_written, asked)):
                continue
            if len(asked) == 1 and asked[0].role == "prose" and asked[0].start == 0:
                self._prose(table, at, asked[0])
            elif left is not None:
                right = segments[number + 1][0] if number + 1 < len(segments) else None
                self._segment(table, at, left, above.get(id(left), 0), asked, right)
            elif id(asked[0]) in self.labels.of_cell:
                self._whole(asked[0])

    @staticmethod
    def _is_written(cell: PaperCell) -> bool:
        return any(not isinstance(piece, PaperWords) for pieces in cell.lines for piece in pieces)

    def _whole(self, cell: PaperCell) -> None:
        """A cell whose heading stands in it."""
        sighting = self.sighting(self.label_of(cell))
        if sighting is not None and sighting.spot.cell is not None:
            self.use(sighting.spot.cell)
            self._cell(cell, sighting.spot.cell, [sighting])

    def _segment(
        self, table: PaperTable, at: int, left: PaperCell, down: int,
        asked: Sequence[PaperCell], right: PaperCell | None,
    ) -> None:  # fmt: skip
        """The cells between a label and the next one."""
        label = self.label_of(left)
        sighting = self.sighting(label)
        if label is None or sighting is None:
            return
        spot = sighting.spot
        if spot.cell is None:
            rest = self._rest(label, spot) if label.prefix else ""
            if rest and len(asked) == 1:
                self.used.update(range(spot.first, spot.last))
                place = self.stream.lines[spot.first].place
                self._pieces(asked[0].lines, rest, place, [sighting], None)
            return
        row = self.stream.beside(spot.cell, down)
        if spot.cell not in row:
            return
        after = list(row[row.index(spot.cell) + 1 :])
        end = self.sighting(self.label_of(right)) if right is not None else None
        if end is not None and end.spot.cell in after:
            after = after[: after.index(end.spot.cell)]
        rest = self._rest(label, spot) if label.prefix else ""
        if (
            rest
            and not is_empty(rest)
            and len(asked) == 1
            and all(is_empty(one.answer) for one in after)
        ):
            self.use(spot.cell)
            self._pieces(asked[0].lines, rest, spot.cell.place, [sighting], spot.cell)
            return
        for cell, found, sightings, why in self._matched(table, at, asked, after):
            if found is None:
                continue
            self.use(found)
            told = [sighting, *sightings]
            if why:
                self._unsure(cell, found, why)
            else:
                self._cell(cell, found, told)

    def _unsure(self, cell: PaperCell, found: WordCell, why: str) -> None:
        keys = [piece.key for pieces in cell.lines for piece in pieces
                if isinstance(piece, PaperAnswer | Boxes | Box)]  # fmt: skip
        keys += [key for pieces in cell.lines for piece in pieces if isinstance(piece, Several)
                 for key in piece.keys]  # fmt: skip
        keys = [key for key in keys if not self.layout.slots[key][0].locked]
        text = self._without_hints(cell, found.answer)
        if keys and not is_empty(text):
            self.readings.unsure(keys[0], self.path(keys[0]), text, found.place, why)

    _Match = tuple[PaperCell, "WordCell | None", list[Sighting], str]

    def _matched(
        self, table: PaperTable, at: int, asked: Sequence[PaperCell], there: Sequence[WordCell]
    ) -> Iterator[_Match]:
        """Each asked cell with the one that answers it, or why that is unsure."""
        chosen: list[tuple[PaperCell, WordCell | None, list[Sighting], str]] = []
        for number, cell in enumerate(asked):
            heads = self._heads_over(table, at, cell)
            sightings = [one for head in heads if (one := self.sighting(self.label_of(head)))]
            by_order = there[number] if len(there) == len(asked) else None
            missing = [head for head in heads if self.sighting(self.label_of(head)) is None]
            dated = any(_YEAR.search(_words(head)) for head in missing)
            by_head = self._under(sightings, there)
            found, why = by_head or by_order, ""
            apart = by_head is None and any(one.spot.cell is not None for one in sightings)
            if by_head is not None and by_order is None and not self.gridded(by_head):
                why = "这一行的格数与原表不同"
            elif by_order is not None and (apart or by_head not in (None, by_order)):
                why = "表头和次序指向不同的格"
            elif dated and found is not None:
                why = "没有找到这一栏的年份表头"
            elif found is None:
                found, why = self._only(asked, there)
            chosen.append((cell, found, sightings, why))
        taken: dict[int, int] = {}
        for cell, found, _, _ in chosen:
            if found is not None and self._is_written(cell):
                taken[id(found)] = taken.get(id(found), 0) + 1
        for cell, found, sightings, why in chosen:
            if not self._is_written(cell):
                continue
            shared = found is not None and taken[id(found)] > 1
            yield cell, found, sightings, "这一格跨了几栏" if shared else why

    @staticmethod
    def _only(asked: Sequence[PaperCell], there: Sequence[WordCell]) -> tuple[WordCell | None, str]:
        """Of more cells than were asked the only one that is filled."""
        filled = [cell for cell in there if not is_empty(cell.answer)]
        if len(asked) == 1 and len(filled) == 1:
            return filled[0], ""
        if filled:
            return filled[0], "这一行的格数与原表不同"
        return None, ""

    def _heads_over(self, table: PaperTable, at: int, cell: PaperCell) -> list[PaperCell]:
        """The heads that stand over a cell, the nearest first."""
        found = []
        for row in reversed(table.rows[:at]):
            for head in row.cells:
                over = head.start <= cell.start + 0.001 and head.end >= cell.end - 0.001
                if head.role in _HEADS and over and head.start > 0:
                    found.append(head)
        return found

    @staticmethod
    def _under(sightings: Sequence[Sighting], there: Sequence[WordCell]) -> WordCell | None:
        """The cell that stands under all heads that were found."""
        heads = [one.spot.cell for one in sightings if one.spot.cell is not None]
        if not heads:
            return None
        best = max(there, key=lambda cell: _overlap(cell, heads[0]), default=None)
        if best is None or _overlap(best, heads[0]) < _OVERLAP:
            return None
        return best if all(_overlap(best, head) >= _OVERLAP for head in heads[1:]) else None

    # long texts -----------------------------------------------------------------------------------

    def _prose(self, table: PaperTable, at: int, cell: PaperCell) -> None:
        """A report: what stands between its title or guidance and the next label."""
        own = [label for label in self.labels.listed if label.cell is cell]
        found = {label.number: one for label in own if (one := self.seen.get(label.number))}
        title = self._title_above(table, at)
        if title is None and not found:
            return
        start = title.spot.last if title else min(one.spot.first for one in found.values())
        last = max((*found, *(number for number, one in self.seen.items() if one is title)))
        after = (one.spot.first for number, one in self.seen.items() if number > last)
        end = min((at for at in after if at >= start), default=len(self.stream.lines))
        rests = {one.spot.first: self._rest(label, one.spot) for label in own
                 if label.prefix and (one := found.get(label.number))}  # fmt: skip
        texts: list[str] = []
        kept: list[StreamLine] = []
        outside: list[int] = []  # behind the table that the report stands in
        titles = {key for label in self.labels.listed for key in label.keys if len(key) > _SHORT}
        titles.add(fold(ANNEX))
        titles.difference_update(key for label in own for key in label.keys)
        for number in range(start, end):
            line = self.stream.lines[number]
            again = fold(line.text) in titles  # a part that stands here again
            if again or (kept and self._is_row(line, kept[0])):
                end = number
                break
            text = rests.get(number, "" if self._is_printed(line) else line.text)
            if text and kept and line.cell is None and kept[0].cell is not None:
                outside.append(number)
            elif text or (texts and is_empty(line.text)):
                texts.append(text)
                kept += [line] if text else []
        self.used.update(set(range(start, end)).difference(outside))
        text = "\n".join(texts).strip("\n")
        keys = [
            piece.key for pieces in cell.lines for piece in pieces if isinstance(piece, PaperAnswer)
        ]
        if is_empty(text) or self.doubt(keys[0], text, kept[0].place, [title]):
            return
        cells = {id(line.cell): line.cell for line in kept if line.cell is not None}
        marks = [mark for one in cells.values() for mark in cell_marks(one)]
        marks += [f"内容在{len(cells)}格里，已连在一起"] if len(cells) > 1 else []
        self.take(keys[0], text, kept[0].place, "；".join(marks))

    def _is_row(self, line: StreamLine, first: StreamLine) -> bool:
        """Whether a line stands in a row of several cells, and so in no report that began above."""
        cell = line.cell
        if cell is None or (
            first.cell and (cell.table, cell.row) == (first.cell.table, first.cell.row)
        ):
            return False
        return self.stream.tables[cell.table].within is None and len(self.stream.beside(cell)) > 1

    def _title_above(self, table: PaperTable, at: int) -> Sighting | None:
        """Where the title that stands right above a cell was found."""
        above = table.rows[at - 1].cells if at else ()
        if len(above) == 1 and above[0].role == "title":
            return self.sighting(self.label_of(above[0]))
        return None

    def _is_printed(self, line: StreamLine) -> bool:
        """Whether a line is what the form prints, or a place to write in."""
        return is_empty(line.text) or fold(line.text) in self.labels.known


def _words(cell: PaperCell) -> str:
    return "".join(
        piece.text for pieces in cell.lines for piece in pieces if isinstance(piece, PaperWords)
    )


def _overlap(one: WordCell, other: WordCell) -> float:
    """How much of the narrower of two cells lies over or under the other."""
    shared = min(one.right, other.right) - max(one.left, other.left)
    narrow = min(one.right - one.left, other.right - other.left)
    return shared / narrow if narrow > 0 else 0.0
