"""A document as one stream of lines, and the spots in it where a label may stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from attrs import define, field, frozen

from clusterbook.word.document import Block, Document, Paragraph, WordCell, WordTable


@frozen(eq=False)
class StreamLine:
    """One line of text; ``cell`` is the innermost cell it stands in."""

    text: str
    cell: WordCell | None
    paragraph: int  # counted over the whole document, from 1
    boxed: bool = False

    @property
    def place(self) -> str:
        """Where it stands, in words."""
        if self.cell is not None:
            return self.cell.place
        return "文本框" if self.boxed else f"第{self.paragraph}段"


@frozen(eq=False)
class Spot:
    """A cell, or one of several lines: ``first`` to before ``last`` in the stream."""

    text: str
    first: int
    last: int
    cell: WordCell | None
    whole: bool


@define
class Stream:
    """The lines of a document in order, its spots, and the cells of each table row."""

    lines: list[StreamLine] = field(factory=list)
    spots: list[Spot] = field(factory=list)
    #: by table and row, every cell that stands in the row, those from above included
    rows: dict[tuple[int, int], list[WordCell]] = field(factory=lambda: defaultdict(list))
    tables: dict[int, WordTable] = field(factory=dict)
    first_line: dict[int, int] = field(factory=dict)
    paragraphs: int = 0

    @classmethod
    def of(cls, document: Document) -> Stream:
        """The stream of a document."""
        found = cls()
        found._blocks(document.blocks, None)
        return found

    def beside(self, cell: WordCell, down: int = 0) -> Sequence[WordCell]:
        """The cells in a row of a cell's table, from left to right."""
        return self.rows.get((cell.table, cell.row + down), ())

    def lines_of(self, cell: WordCell) -> range:
        """The lines that stand in a cell."""
        first = self.first_line[id(cell)]
        last = first
        while last < len(self.lines) and self.lines[last].cell is cell:
            last += 1
        return range(first, last)

    def _blocks(self, blocks: Iterable[Block], cell: WordCell | None) -> None:
        for block in blocks:
            if isinstance(block, Paragraph):
                self._paragraph(block, cell)
            elif cell is None:
                self._table(block)

    def _paragraph(self, block: Paragraph, cell: WordCell | None) -> None:
        self.paragraphs += 1
        for text in block.text.split("\n"):
            at = len(self.lines)
            self.lines.append(StreamLine(text, cell, self.paragraphs, block.boxed))
            if cell is None and text.strip():
                self.spots.append(Spot(text, at, at + 1, None, whole=True))

    def _table(self, table: WordTable) -> None:
        self.tables[table.number] = table
        for row in table.rows:
            for cell in row:
                self._cell(cell)
        for cells in self.rows.values():
            if cells and cells[0].table == table.number:
                cells.sort(key=lambda one: (one.left, one.col))

    def _cell(self, cell: WordCell) -> None:
        for row in range(cell.row, max(cell.row, cell.last_row) + 1):
            self.rows[cell.table, row].append(cell)
        first = len(self.lines)
        self.first_line[id(cell)] = first
        self._blocks(cell.blocks, cell)
        last = len(self.lines)
        told = [at for at in range(first, last) if self.lines[at].text.strip()]
        if told:
            text = cell.text if len(told) > 1 else self.lines[told[0]].text
            self.spots.append(Spot(text, first, last, cell, whole=True))
        if len(told) > 1:
            self.spots += [Spot(self.lines[at].text, at, at + 1, cell, whole=False) for at in told]
        for inner in cell.inner:
            self._table(inner)
