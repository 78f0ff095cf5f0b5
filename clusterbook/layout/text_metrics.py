"""How wide and high texts come out on paper: what line breaks, row heights and pages rest on.

Neither Excel nor LibreOffice fits the height of merged cells by itself, and both leave a lone ）
on a line of its own; so labels are broken here and rows are made high enough for the estimate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from itertools import pairwise

from clusterbook.styles import ROLES

ROW_HEIGHT, TALLEST = 24.0, 409.0  # Excel caps rows at 409 points
BODY_ROW = 27.0  # of a library
LEADING, PADDING = 1.4, 6.0
# Clients round the lines of small print up to whole pixels.
SMALL, SMALL_LEADING = 9.5, 1.6
# Pixels across that a screen of 1366 × 768 has for cells, where a client makes columns up to an
# eighth wider than Excel; steps in which a sheet is zoomed.
SCREEN_WIDTH, ZOOM_STEP, LEAST_ZOOM = 1130, 5, 70

# No line begins with the first, none ends with the second.
_NO_START = frozenset("）)】」』》〉、，。；：！？”’%％…—年月日")
_NO_END = frozenset("（(【「『《〈“‘")
_WIDE_MARKS = frozenset("“”‘’—…·")
_MANY = 1e9
# Where a break is welcome: below the cost of one more line.
_WELCOME_BEFORE = {"（": -60.0, "(": -60.0}
_WELCOME_AFTER = {"）": -70.0, "、": -15.0, "，": -15.0, "；": -15.0, "：": -15.0}


def column_points(width: float) -> float:
    """Points of a column ``width`` characters wide (digits of 7 pixels, and 5 of padding)."""
    return (7 * width + 5) * 0.75


def column_width(points: float) -> float:
    """The width in characters that gives a column of so many points."""
    return max((points / 0.75 - 5) / 7, 0.5)


def text_width(text: str, size: float) -> float:
    """Points that a line takes: a Chinese character is as wide as its size, others half."""
    return sum(map(_WIDTHS.__getitem__, text)) * size


class _Widths(dict[str, float]):
    """Width of a character in units of its size, found once for each."""

    def __missing__(self, char: str) -> float:
        wide = ord(char) > 0x2E7F or char in _WIDE_MARKS  # noqa: PLR2004
        return self.setdefault(char, 1.0 if wide else 0.55)


_WIDTHS = _Widths()


def font_size(role: str) -> float:
    """The size in which texts of this role are printed."""
    return float(ROLES[role]["font_size"])


def room(width: float, role: str) -> float:
    """Points for text in a cell ``width`` points wide: less padding, indent and rounding."""
    return max(width * 0.98 - 5 - 9 * int(ROLES[role].get("indent", 0)), font_size(role))


@lru_cache(maxsize=16384)
def lines_needed(text: str, width: float, role: str) -> int:
    """Lines of ``text`` when a client wraps it."""
    size, space, _, _ = _print(width, role)
    return sum(max(1, -int(-text_width(line, size) // space)) for line in text.split("\n"))


def text_height(text: str, width: float, role: str) -> float:
    """Points that the wrapped text needs."""
    _, _, signs, line = _print(width, role)
    if len(text) <= signs and "\n" not in text:
        return line + PADDING
    return lines_needed(text, width, role) * line + PADDING


@cache
def _print(width: float, role: str) -> tuple[float, float, int, float]:
    """Size, points for text, signs that surely go on one line, and points from line to line."""
    return font_size(role), room(width, role), _across(width, role), line_height(role)


def line_height(role: str) -> float:
    """Points from one line to the next."""
    size = font_size(role)
    return size * (LEADING if size > SMALL else SMALL_LEADING)


def overflow(cell: str, width: float, height: float, role: str) -> str:
    """Excel condition: what stands in ``cell`` may take more lines than its box prints.

    Each paragraph is taken to leave its last line all but empty, so that a box of which this is
    false prints all it holds.
    """
    across = _across(width, role)
    down = max(1, int((height - PADDING) // line_height(role)))
    plain = f'LEN(SUBSTITUTE({cell},CHAR(10),""))'
    paragraphs = f"(LEN({cell})-{plain}+1)"
    return f"INT(({plain}+{paragraphs}*{across - 1})/{across})>{down}"


def box_height(characters: int, width: float, role: str) -> float:
    """Points in which a box prints so many Chinese characters of one paragraph."""
    lines = -(-characters // _across(width, role))
    return lines * line_height(role) + PADDING


def _across(width: float, role: str) -> int:
    """Whole Chinese characters on a line."""
    return max(1, int(room(width, role) // font_size(role)))


def zoom(pixels: float) -> int:
    """Percent at which so many pixels fit across the screen, within what can be read."""
    fitting = int(SCREEN_WIDTH * 100 / pixels) // ZOOM_STEP * ZOOM_STEP
    return max(LEAST_ZOOM, min(100, fitting))


@cache
def broken(text: str, width: float, role: str) -> str:
    """``text`` with line breaks where a compositor would set them, none where it fits."""
    size, space = font_size(role), room(width, role)
    return "\n".join(_broken_line(line, space / size) for line in text.split("\n"))


def _broken_line(text: str, space: float) -> str:
    """The fewest lines, as even as they can be, best broken before （. ``space`` in characters."""
    widths = [_WIDTHS[char] for char in text]
    if sum(widths) <= space:
        return text
    costs = _break_costs(text)
    least, begins = [0.0], [0]  # what setting text[:i] costs, and where its last line begins
    for end in range(1, len(text) + 1):
        found, first, width = _MANY, 0, 0.0
        for start in range(end - 1, -1, -1):
            width += widths[start]
            if width > space:
                break
            cost = least[start] + 100 + (space - width) ** 2 + costs[start]
            if cost < found:  # of equal ones the fullest first lines
                found, first = cost, start
        least.append(found)
        begins.append(first)
    if least[-1] >= _MANY:
        return text  # a word longer than the line
    lines: list[str] = []
    end = len(text)
    while end:
        start = begins[end]
        lines.append(text[start:end].strip())
        end = start
    return "\n".join(reversed(lines))


def _break_costs(text: str) -> list[float]:
    """What it costs to begin a line at each character; below zero where it is welcome."""
    costs, quoted = [0.0], False
    for before, after in pairwise(text):
        quoted = (quoted or before in "“《") and before not in "”》"
        glued = before.isascii() and before.isalnum() and after.isascii() and after.isalnum()
        if glued or after in _NO_START or before in _NO_END:
            costs.append(_MANY)
        elif quoted:
            costs.append(80.0)
        else:
            costs.append(min(_WELCOME_BEFORE.get(after, 0.0), _WELCOME_AFTER.get(before, 0.0)))
    return costs


def page_breaks(
    heights: Mapping[int, float], rows: range, keeps: Iterable[tuple[int, int]], page: float
) -> tuple[int, ...]:
    """The rows that begin a new page, so that none of ``keeps`` (first, last) is torn apart."""
    tall = {row: heights.get(row, ROW_HEIGHT) for row in rows}
    bound: set[int] = set()
    for first, last in keeps:
        if sum(tall.get(row, 0.0) for row in range(first, last + 1)) <= page:
            bound.update(range(first + 1, last + 1))
    breaks: list[int] = []
    start, used = rows.start, 0.0
    for row in rows:
        used += tall[row]
        if used > page and row > start:
            start = next((r for r in range(row, start, -1) if r not in bound), row)
            breaks.append(start)
            used = sum(tall[r] for r in range(start, row + 1))
    return tuple(breaks)
