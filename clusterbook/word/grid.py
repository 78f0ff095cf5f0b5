"""The grid of a table: which cells there are, merged ones once, and how far each reaches."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import define, field

from clusterbook.word.document import Block, WordCell, WordTable
from clusterbook.word.package import Element, W

_W = f"{{{W}}}"
_VAL, _WIDE, _KIND = f"{_W}val", f"{_W}w", f"{_W}type"
_MOST_SPAN = 200  # Word itself takes 63 columns
_MOST_DIGITS = 10


def number_of(text: str | None) -> int:
    """A whole number as attributes have it; 0 for anything else."""
    if text is not None and text.isdecimal() and len(text) < _MOST_DIGITS:
        return int(text)
    try:
        return int(float(text or 0))
    except (ValueError, OverflowError):
        return 0


@define
class PlacedCell:
    """A cell as its row has it."""

    col: int = 0
    span: int = 1
    left: int = 0
    width: int = 0
    runs_on: bool = False
    beside: bool = False
    blocks: list[Block] = field(factory=list)


def _width(cell: PlacedCell, one: Element) -> None:
    cell.width = number_of(one.get(_WIDE)) if one.get(_KIND, "dxa") == "dxa" else 0


def _span(cell: PlacedCell, one: Element) -> None:
    cell.span = min(max(1, number_of(one.get(_VAL))), _MOST_SPAN)


def _down(cell: PlacedCell, one: Element) -> None:
    cell.runs_on = one.get(_VAL, "continue") == "continue"


def _beside(cell: PlacedCell, one: Element) -> None:
    cell.beside = one.get(_VAL, "continue") == "continue"


#: what the properties of a cell say of its place, by their tags
CELL_PROPERTIES: dict[str, Callable[[PlacedCell, Element], None]] = {
    f"{_W}tcW": _width, f"{_W}gridSpan": _span, f"{_W}vMerge": _down, f"{_W}hMerge": _beside,
}  # fmt: skip


def gridded(grid: list[int], rows: list[list[PlacedCell]]) -> bool:
    """Whether the grid has all columns that the cells take."""
    most = max((one.col + one.span for row in rows for one in row), default=0)
    return len(grid) >= most and any(width > 0 for width in grid)


def laid(number: int, grid: list[int], rows: list[list[PlacedCell]]) -> WordTable:
    """The cells at their places: merges followed downwards by grid offset."""
    edges = [0]
    for width in grid:
        edges.append(edges[-1] + max(0, width))
    by_grid = gridded(grid, rows)
    whole = float(edges[-1] if by_grid else max(
        (one.left + one.width for row in rows for one in row), default=0
    ))  # fmt: skip
    above: dict[int, WordCell] = {}
    found: list[tuple[WordCell, ...]] = []
    for at, row in enumerate(rows, start=1):
        cells: list[WordCell] = []
        current: dict[int, WordCell] = {}
        for one in row:
            start = above.get(one.col) if one.runs_on else None
            if start is not None and start.span == one.span:
                start.last_row = at
                start.blocks += _said_in(one.blocks)
                current[one.col] = start
                continue
            if one.beside and cells:
                cells[-1].span += one.span
                cells[-1].blocks += _said_in(one.blocks)
                cells[-1].right = _share(one, edges, whole, by_grid=by_grid)[1]
                continue
            left, right = _share(one, edges, whole, by_grid=by_grid)
            cell = WordCell(
                number, at, len(cells) + 1, one.col, one.span, left, right, tuple(one.blocks), at
            )
            cells.append(cell)
            current[one.col] = cell
        above = current
        found.append(tuple(cells))
    return WordTable(number, tuple(found), gridded=by_grid)


def _said_in(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """What a cell holds that runs on from another: usually an empty paragraph."""
    return tuple(
        one for one in blocks if isinstance(one, WordTable) or one.text.strip() or one.pictures
    )


def _share(
    one: PlacedCell, edges: list[int], whole: float, *, by_grid: bool
) -> tuple[float, float]:
    if whole <= 0:
        return float(one.col), float(one.col + one.span)
    if by_grid:
        return edges[one.col] / whole, edges[one.col + one.span] / whole
    return one.left / whole, (one.left + one.width) / whole
