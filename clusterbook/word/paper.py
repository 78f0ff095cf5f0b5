"""How a form stands on paper: what its cells and lines are made of.

A part is a page or more; its items are lines and tables; a table's cells are shares of its width.
Writing fills in the answers, reading looks for the labels: both go by this plan, which ``planning``
makes from the spec.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from attrs import field, frozen

from clusterbook.forms.spec import Library, Sheet, Workbook

#: whether anything stands under one of these keys; rows that only repeat are printed where it does
Filled: TypeAlias = Callable[[str], bool]


@frozen
class PaperWords:
    """A printed text; ``aside`` is set small: a hint beside an answer."""

    text: str
    aside: bool = False


@frozen
class PaperAnswer:
    """Where the text of an answer goes; ``locked`` answers are computed and never read."""

    key: str
    locked: bool = False


@frozen
class Several:
    """Answers one behind the other in one place, parted by ``mark``."""

    keys: tuple[str, ...]
    mark: str


@frozen
class Boxes:
    """The options of one choice, each behind a box; the chosen one is ticked."""

    key: str
    options: tuple[str, ...]


@frozen
class Box:
    """One box of a checklist with its wording."""

    key: str
    text: str


@frozen
class PaperTotal:
    """A computed text of a library: its head sentence, or a cell of 合计."""

    library: str
    column: str = ""


Piece: TypeAlias = PaperWords | PaperAnswer | Several | Boxes | Box | PaperTotal
Pieces: TypeAlias = tuple[Piece, ...]


def _as_tuple(items: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(items)


@frozen
class PaperLine:
    """A paragraph outside tables."""

    pieces: Pieces
    role: str


@frozen
class PaperCell:
    """A cell from ``start`` to ``end`` of the table's width, ``rows`` rows high."""

    start: float
    end: float
    lines: tuple[Pieces, ...] = field(converter=_as_tuple)
    role: str
    rows: int = 1
    #: points of room that an empty cell has for writing
    tall: float = 0


@frozen
class PaperRow:
    """One row; ``head`` rows are repeated on each page."""

    cells: tuple[PaperCell, ...] = field(converter=_as_tuple)
    head: bool = False


@frozen
class PaperColumn:
    """A column of a list: where it stands, and which answers. '' is the serial number."""

    key: str
    start: float
    end: float


@frozen
class PaperTable:
    """A table; that of a library has a body of as many rows as are filled, and a tail."""

    rows: tuple[PaperRow, ...] = field(converter=_as_tuple)
    library: Library | None = None
    columns: tuple[PaperColumn, ...] = ()
    tail: tuple[PaperRow, ...] = ()


@frozen
class PaperPart:
    """What is printed of one sheet of the spec."""

    sheet: Sheet
    items: tuple[PaperLine | PaperTable, ...]
    new_page: bool


@frozen
class PaperForm:
    """The whole printed form."""

    workbook: Workbook
    parts: tuple[PaperPart, ...]
