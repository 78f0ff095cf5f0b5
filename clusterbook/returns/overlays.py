"""What lies over the cells of a file: notes, text boxes, form controls, what was drawn.

None of it is read as an answer. It is told with its place and text; what covers an empty answer is
named where that is asked for.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice
from typing import Final

from clusterbook.a1 import Address, Merge, cell_name
from clusterbook.forms.parsing.folding import is_blank
from clusterbook.layout.layout import SheetPlan
from clusterbook.problems import Problem
from clusterbook.readers.cells import Overlay
from clusterbook.readers.grid import Grid, SheetGrid
from clusterbook.returns.place import Placement, SheetPlacement

_SHOWN = 10  # places named in a sentence; how many more there are is told
_QUOTED = 60  # characters of what covers a cell, in the sentence about that cell
_MOST_COVERING = 1_000  # shapes of a sheet that are looked at for empty cells under them
_LARGEST = 4_000  # cells; what covers more is a background
_WHAT: Final = {
    "note": ("批注", "a note"), "text_box": ("文本框", "a text box"),
    "ticked": ("已勾选的复选框", "a ticked box"),
    "unticked": ("未勾选的复选框", "an empty check box"), "control": ("控件", "a control"),
    "shape": ("线条或图形", "a drawing"), "ink": ("墨迹", "ink"), "chart": ("图表", "a chart"),
    "picture": ("图片", "a picture"),
    "rule": ("会划去或隐藏内容的条件格式", "a conditional format that may hide it"),
}  # fmt: skip
_CODES: Final = {
    "note": "L135", "text_box": "L136", "ticked": "L139", "unticked": "L139", "control": "L139",
}  # fmt: skip
# The notes of a returned copy, as ``flags`` writes them, and where it cuts them short; before them
# what an answer read from Word has.
_OWN: Final = re.compile(
    r"(?:【从Word读入，请核对】[^\n]*\n*)?"
    r"(?:【(?:错误|需说明|提示)】[^\n]*\n怎样更正：[^\n]*(?:\n\n)?)*"
)
_OWN_CUT: Final = re.compile(
    r"【(?:错误|需说明|提示)】.*……（其余见“退回意见”表第\d+条）", re.DOTALL
)


def lying_over(grid: Grid, placement: Placement) -> Iterator[Problem]:
    """A problem for each text over the cells of a sheet, one a sheet for what has no text."""
    placed = {one.grid.name: one for one in placement.sheets.values()}
    for sheet in grid.sheets:
        if sheet.overlays:
            yield from _of_sheet(sheet, placed.get(sheet.name))


def _of_sheet(sheet: SheetGrid, placed: SheetPlacement | None) -> Iterator[Problem]:
    """What says the same in several places is told once."""
    found: dict[tuple[str, str, str], list[Merge | None]] = {}
    answers = _Filled(sheet, placed)
    for one, text in _not_ours(sheet.overlays):
        code = _CODES.get(one.kind) or ("L137" if answers.touched(one.area) else "L138")
        if one.kind != "rule" or code == "L137":  # elsewhere it hides nothing of ours
            found.setdefault((code, one.kind, text), []).append(one.area)
    for (code, kind, text), areas in found.items():
        first = areas[0]
        yield Problem(
            code=code, sheet=sheet.name, value=text,
            cell="" if first is None or len(areas) > 1 else cell_name(*first[:2]),
            facts={"where": _places(areas), "what": _WHAT[kind][0]},
        )  # fmt: skip


def _not_ours(overlays: Iterable[Overlay]) -> Iterator[tuple[Overlay, str]]:
    """Each with what it says, but for notes that say no more than our remarks."""
    for one in overlays:
        text = theirs(one.text) if one.kind == "note" else one.text
        if text or one.kind != "note":
            yield one, text


def theirs(note: str) -> str:
    """What a note says beside the remarks of a returned copy, which are ours."""
    lines = note.replace("\r\n", "\n").replace("\r", "\n").strip()
    own = _OWN_CUT.match(lines) or _OWN.match(lines)
    return lines[own.end() :].strip() if own else lines


def _places(areas: Iterable[Merge | None]) -> str:
    places = list(dict.fromkeys(_place(area) for area in areas))
    more = f"等{len(places)}处" if len(places) > _SHOWN else ""
    return "、".join(places[:_SHOWN]) + more


def _place(area: Merge | None) -> str:
    if area is None:
        return "位置不定"
    corners = dict.fromkeys((cell_name(*area[:2]), cell_name(*area[2:])))
    return ":".join(corners)


class _Filled:
    """The cells of answers in which something stands, row by row; found when asked for."""

    def __init__(self, sheet: SheetGrid, placed: SheetPlacement | None) -> None:
        self._sheet, self._placed = sheet, placed

    @cached_property
    def _columns(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        cells = self._sheet.cells
        for row, col in _answers(self._sheet, self._placed) if self._placed else ():
            if not is_blank(cells.get((row, col))):
                found.setdefault(row, []).append(col)
        return found

    @cached_property
    def _rows(self) -> list[int]:
        return sorted(self._columns)

    def touched(self, area: Merge | None) -> bool:
        """Whether any of them lies in an area."""
        if area is None:
            return False
        top, left, bottom, right = area
        rows = self._rows[bisect_left(self._rows, top) : bisect_right(self._rows, bottom)]
        return any(left <= col <= right for row in rows for col in self._columns[row])


def _answers(sheet: SheetGrid, placed: SheetPlacement) -> Iterator[Address]:
    """The places of answers on a sheet, filled or not, and the filled cells of a list."""
    slots = (slot.area for slot in placed.plan.slots if not slot.locked)
    yield from filter(None, (placed.at(area.row, area.col) for area in slots))
    body = placed.plan.body
    if body is not None:
        found = [placed.at(body.first_row, one.col) for one in body.columns if not one.locked]
        cols = {at[1] for at in found if at is not None}
        first = min((at[0] for at in found if at is not None), default=0)
        yield from (at for at in sheet.cells if at[1] in cols and at[0] >= first)


# --- over empty answers ------------------------------------------------------------------------


def covered(placed: SheetPlacement) -> dict[tuple[str, str], tuple[str, str]]:
    """Empty cells under something, by sheet and cell: what is said of it, in both languages."""
    sheet = placed.grid
    found: dict[tuple[str, str], tuple[str, str]] = {}
    over = [*sheet.overlays, *(Overlay("picture", area) for area in sheet.pictures)]
    for one, text in _not_ours(islice(over, _MOST_COVERING)):
        if one.area is None or one.kind == "rule":
            continue
        words = _words(one.kind, text)
        for at in _inside(one.area, placed.plan):
            if is_blank(sheet.get(at)):
                found.setdefault((sheet.name, cell_name(*at)), words)
    return found


def _words(kind: str, text: str) -> tuple[str, str]:
    line = " ".join(text.split())
    short = line if len(line) <= _QUOTED else line[:_QUOTED] + "…"
    chinese, english = _WHAT[kind]
    quoted = f"“{short}”" if short else ""
    where = "此格有" if kind == "note" else "格上有"
    return (f"（{where}{chinese}{quoted}，不作为填报内容读取）",
            f" ({english}{' ' + quoted if quoted else ''} lies on it and is not read)")  # fmt: skip


def _inside(area: Merge, plan: SheetPlan) -> Iterator[Address]:
    """The cells of an area, as far as a sheet of that plan goes or a row of a list may."""
    top, left, bottom, right = area
    right = min(right, plan.last_col + 1)
    if (bottom - top + 1) * (right - left + 1) <= _LARGEST:
        yield from ((row, col) for row in range(top, bottom + 1) for col in range(left, right + 1))
