"""What formulas need to know of where they stand: the addresses of all that they name."""

from __future__ import annotations

from typing import Protocol

from clusterbook.forms.kinds import Kind

DASH = "—"  # what a growth cell shows where no growth rate exists


class Cells(Protocol):
    """What the Excel face needs to know of a layout, seen from one sheet."""

    def answer(self, key: str) -> str:
        """Address of one answer."""

    def boxes(self, key: str) -> tuple[str, ...]:
        """Addresses of all cells of one answer: a long text has several."""

    def column(self, key: str) -> str:
        """Range of one library column, first to last body row."""

    def this(self, key: str, shift: int = 0) -> str:
        """Another cell of the row, or ``shift`` rows below; a range where all rows are meant."""

    def kind(self, key: str) -> Kind:
        """The kind of an answer, or of another column of the same row."""
