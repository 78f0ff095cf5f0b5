"""What a Word document holds, once it is read: paragraphs, and cells with their places."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TypeAlias

from attrs import define, frozen

Block: TypeAlias = "Paragraph | WordTable"


@define
class Paragraph:
    """A paragraph as it reads once changes are accepted.

    ``struck`` and ``notes`` (raised digits of footnotes) are no part of ``text``; ``lit`` are the
    pieces of it that somebody highlighted. ``boxed``: it stands in a text box; ``computed``: part
    of it is a date or a sum that office programs work out anew.
    """

    text: str
    struck: tuple[str, ...] = ()
    lit: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    boxed: bool = False
    pictures: int = 0
    computed: bool = False


@define(eq=False, slots=False)
class WordCell:
    """One cell of a table, merged ones once.

    ``row`` and ``number`` count as a person does, from 1, cells that others run into not counted;
    ``col`` and ``span`` count the table's grid from 0. ``left`` and ``right`` are distances from
    the edge of the table as shares of its width.
    """

    table: int
    row: int
    number: int
    col: int
    span: int
    left: float
    right: float
    blocks: tuple[Block, ...]
    last_row: int = 0

    @cached_property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """Its own paragraphs, without those of tables within it."""
        return tuple(block for block in self.blocks if isinstance(block, Paragraph))

    @cached_property
    def text(self) -> str:
        """What stands in it, a line for each paragraph, text boxes last."""
        return "\n".join(one.text for one in sorted(self.paragraphs, key=lambda one: one.boxed))

    @cached_property
    def answer(self) -> str:
        """What stands in it, or in the only filled cell of a table within it."""
        if self.text.strip() or not self.inner:
            return self.text
        inner = [cell.answer for table in self.inner for cell in table.cells()]
        filled = [text for text in inner if text.strip()]
        return filled[0] if len(filled) == 1 else ""

    @property
    def struck(self) -> tuple[str, ...]:
        """What was struck out."""
        return tuple(text for one in self.paragraphs for text in one.struck)

    @property
    def lit(self) -> tuple[str, ...]:
        """What was highlighted."""
        return tuple(text for one in self.paragraphs for text in one.lit)

    @property
    def notes(self) -> tuple[str, ...]:
        """Raised digits that were taken for footnotes."""
        return tuple(text for one in self.paragraphs for text in one.notes)

    @property
    def pictures(self) -> int:
        """How many pictures lie in it."""
        return sum(one.pictures for one in self.paragraphs)

    @property
    def computed(self) -> bool:
        """Whether a date or sum in it is worked out by office programs."""
        return any(one.computed for one in self.paragraphs)

    @property
    def inner(self) -> tuple[WordTable, ...]:
        """The tables within it."""
        return tuple(block for block in self.blocks if isinstance(block, WordTable))

    @property
    def place(self) -> str:
        """Where it stands, in words."""
        return f"第{self.table}个表格第{self.row}行第{self.number}格"


@define(eq=False)
class WordTable:
    """A table: its cells by row, in the order of the file. ``number`` counts all tables from 1.

    ``gridded``: its grid has all columns, so that distances of cells in different rows compare.
    """

    number: int
    rows: tuple[tuple[WordCell, ...], ...]
    gridded: bool = True
    within: WordCell | None = None

    def cells(self) -> Iterator[WordCell]:
        """Every cell, row by row."""
        for row in self.rows:
            yield from row


@frozen
class Changes:
    """What was not read as it stands: open tracked changes, hidden text."""

    tracked: int = 0
    hidden: tuple[str, ...] = ()


@define(eq=False)
class Document:
    """A document: its body, and the texts of its other parts by what they are called."""

    blocks: tuple[Block, ...]
    changes: Changes = Changes()
    others: tuple[tuple[str, str], ...] = ()

    def tables(self) -> Iterator[WordTable]:
        """Every table, one within a cell after the one that holds it."""
        waiting = [block for block in reversed(self.blocks) if isinstance(block, WordTable)]
        while waiting:
            table = waiting.pop()
            yield table
            inner = [one for cell in table.cells() for one in cell.inner]
            waiting += reversed(inner)
