"""The grid of a table: which cells there are, merged ones once, and how far each reaches."""

from __future__ import annotations

from attrs import define

from clusterbook.word.document import Block, WordCell, WordTable

MOST_SPAN = 200  # Word itself takes 63 columns


@define
class PlacedCell:
    """A cell as its row has it."""

    col: int
    span: int
    left: int
    width: int
    runs_on: bool
    beside: bool
    blocks: tuple[Block, ...]


def laid(number: int, grid: list[int], rows: list[list[PlacedCell]]) -> WordTable:
    """The cells at their places: merges followed downwards by grid offset."""
    edges = [0]
    for width in grid:
        edges.append(edges[-1] + max(0, width))
    most = max((one.col + one.span for row in rows for one in row), default=0)
    by_grid = len(grid) >= most and edges[-1] > 0
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
                number, at, len(cells) + 1, one.col, one.span, left, right, one.blocks, at
            )
            cells.append(cell)
            current[one.col] = cell
        above = current
        found.append(tuple(cells))
    return WordTable(number, tuple(found), gridded=by_grid)


def _said_in(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
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
