"""How high tables stand on paper at a size of letters, so that a part is set to fit its page."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from clusterbook.layout.text_metrics import text_width
from clusterbook.word.paper import PaperCell, PaperRow, Pieces

#: points between the margins of an upright page, less what office programs differ by
PAGE = 715.0
#: sizes of letters in half-points, the most legible first
SIZES = (21, 20, 19, 18, 17, 16, 15, 14, 13)
_LEADING = 1.3
_BESIDE = 9.0  # points of a cell's width that are no room for text
_ABOVE = 3.0  # points of a row's height
_SLACK = 0.97  # of a line, as words and signs are not broken everywhere


def leading(size: int) -> int:
    """Twentieths of a point from one line to the next."""
    return round(size / 2 * _LEADING * 20)


def least(size: int) -> float:
    """Points of a row of one line."""
    return leading(size) / 20 + _ABOVE


def row_heights(
    rows: Iterable[PaperRow], width: float, size: int, said: Callable[[Pieces], str]
) -> list[float]:
    """Points that each row takes at a size, on a page ``width`` points wide.

    What a cell over several rows lacks is room of the last of them, as office programs have it.
    """
    heights: list[float] = []
    running: list[tuple[int, int, float]] = []  # row behind the last, first row, points
    for at, row in enumerate(rows):
        high = least(size)
        for cell in row.cells:
            own = max(_cell_height(cell, width, size, said), min(cell.tall, roomy(size)))
            if cell.rows > 1:
                running.append((at + cell.rows, at, own))
            else:
                high = max(high, own)
        heights.append(high)
    for last, first, points in sorted(running):
        end = min(last, len(heights))
        heights[end - 1] += max(0.0, points - sum(heights[first:end]))
    return heights


def roomy(size: int) -> float:
    """Points of room for a long answer where nothing is written yet."""
    return 2 * size


def _cell_height(cell: PaperCell, width: float, size: int, said: Callable[[Pieces], str]) -> float:
    room = ((cell.end - cell.start) * width - _BESIDE) * _SLACK
    texts = [line for pieces in cell.lines for line in said(pieces).split("\n")]
    lines = sum(max(1, -int(-text_width(text, size / 2) // max(room, size / 2))) for text in texts)
    return lines * leading(size) / 20 + _ABOVE
