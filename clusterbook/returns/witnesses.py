"""What a sheet itself says about where its rows, columns and answers stand: three witnesses.

The ruler says it for rows and columns, the defined names for single cells, the printed texts by
what is written beside and above the answers. Each is read here by itself; ``place`` holds them
against each other.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise, product

from attrs import field, frozen

from clusterbook.a1 import Address, cell_name, read_reference, sheet_prefix
from clusterbook.forms.parsing.folding import fold
from clusterbook.forms.stamp import DIGEST_CELL, RULER, column_mark, row_mark
from clusterbook.layout.layout import LABEL_MARK, SHEETS_KEPT, Area, Printed, SheetPlan
from clusterbook.layout.own_sheets import META_KEY, META_SHEET
from clusterbook.readers.grid import Grid, Scalar, SheetGrid

_CORNER = re.compile(r"cb:sheet:([a-z0-9_]+)\|(.*)\Z", re.DOTALL)
_MARK = re.compile(r"cb:([rc])(\d{1,7})\Z")

Lines = dict[int, int]  # planned → actual row or column


def corner(sheet: SheetGrid) -> tuple[Address, str, str] | None:
    """Place, sheet key and issue id of the mark in the corner of a sheet's ruler."""
    first = sheet.get((0, 0))
    if isinstance(first, str) and first.startswith(RULER):
        said = _said(first)
        return None if said is None else ((0, 0), *said)
    for at, value in sheet.cells.items():
        if isinstance(value, str) and value.startswith(RULER + "sheet:"):
            said = _said(value)
            if said is not None:
                return at, *said
    return None


@lru_cache(maxsize=SHEETS_KEPT)
def _said(mark: str) -> tuple[str, str] | None:
    """Sheet key and issue id that a mark says; each is asked several times for a workbook."""
    match = _CORNER.match(mark)
    return (match[1], match[2]) if match else None


def issued_digest(grid: Grid) -> str:
    """The hash of the addresses with which a workbook was issued; '' where it says none."""
    for sheet in grid.sheets:
        mark = corner(sheet)
        if sheet.name == META_SHEET or (mark and mark[1] == META_KEY):
            return str(found if (found := sheet.get(DIGEST_CELL)) is not None else "")
    return ""


# --- the ruler ---------------------------------------------------------------------------------


@frozen
class Ruler:
    """Rows and columns by their marks; ``doubled`` rows carry the same mark."""

    rows: Lines = field(factory=dict)
    cols: Lines = field(factory=dict)
    doubled: Mapping[int, tuple[int, ...]] = field(factory=dict)


@lru_cache(maxsize=SHEETS_KEPT)
def _marks(plan: SheetPlan) -> Mapping[Address, Scalar]:
    """The ruler of a sheet as issued, without its corner."""
    rows = {(row, 0): row_mark(row) for row in range(1, last_mark(plan) + 1)}
    return rows | {(0, col): column_mark(col) for col in range(1, plan.last_col + 1)}


def last_mark(plan: SheetPlan) -> int:
    """The last row with a mark: an open body has none below its first row."""
    open_body = plan.body is not None and not plan.body.library.closed
    return plan.library.first_row if open_body else plan.last_row


def is_untouched(plan: SheetPlan, sheet: SheetGrid) -> bool:
    """Whether every mark of the ruler stands where it was issued, and no other one."""
    mark = corner(sheet)
    if mark is None or mark[0] != (0, 0) or not sheet.holds(_marks(plan)):
        return False
    # A copied row brings its mark along.
    return not isinstance(sheet.get((last_mark(plan) + 1, 0)), str)


def read_ruler(sheet: SheetGrid) -> Ruler:
    """The marks of a sheet whose ruler was moved, copied or damaged.

    Row marks count in the column that has most of them, column marks in the row that has most.
    """
    found: dict[str, list[tuple[int, int, int]]] = {"r": [], "c": []}
    for (row, col), value in sheet.cells.items():
        match = _MARK.match(value) if isinstance(value, str) else None
        if match:
            along, across = (row, col) if match[1] == "r" else (col, row)
            found[match[1]].append((across, int(match[2]), along))
    rows, cols = (_on_one_line(marks) for marks in found.values())
    doubled = {number: tuple(sorted(at)) for number, at in rows.items() if len(at) > 1}
    return Ruler(
        rows={number: min(at) for number, at in rows.items()},
        cols={number: min(at) for number, at in cols.items()},
        doubled=doubled,
    )


def _on_one_line(marks: list[tuple[int, int, int]]) -> dict[int, list[int]]:
    lines = Counter(across for across, _, _ in marks)
    found: dict[int, list[int]] = defaultdict(list)
    if lines:
        line = max(lines, key=lambda across: (lines[across], -across))
        for across, number, along in marks:
            if across == line:
                found[number].append(along)
    return found


# --- defined names -----------------------------------------------------------------------------


@lru_cache(maxsize=SHEETS_KEPT)
def issued_names(plan: SheetPlan) -> Mapping[str, str]:
    """Defined names of answers and library columns, and where they point in a blank."""
    prefix = sheet_prefix(plan.name)
    found = {s.defined_name: prefix + cell_name(s.area.row, s.area.col, fixed=True)
             for s in plan.slots}  # fmt: skip
    if plan.body is not None:
        found |= {c.defined_name: prefix + plan.body.range(c) for c in plan.body.columns}
    return found


def named_places(plan: SheetPlan) -> Iterator[tuple[str, str, Address]]:
    """Key, defined name and planned place of every answer and every first library cell."""
    for slot in plan.slots:
        yield slot.key, slot.defined_name, (slot.area.row, slot.area.col)
    if plan.body is not None:
        for column in plan.body.columns:
            yield column.key, column.defined_name, (plan.body.first_row, column.col)


def by_names(grid: Grid, plan: SheetPlan, sheet: SheetGrid) -> dict[Address, Address]:
    """Planned → actual place of what has a name that points into the sheet."""
    found: dict[Address, Address] = {}
    for _, name, planned in named_places(plan):
        said = read_reference(grid.names.get(name, ""))
        if said is not None and said[0] == sheet.name:
            found[planned] = said[1:]
    return found


# --- printed texts -----------------------------------------------------------------------------


@lru_cache(maxsize=SHEETS_KEPT)
def planned_texts(plan: SheetPlan) -> dict[str, tuple[Address, ...]]:
    """Folded printed texts of a sheet with the places where they stand, in reading order."""
    found: dict[str, list[Address]] = defaultdict(list)
    for one in plan.printed:
        if isinstance(one.text, str) and (text := fold(one.text)):
            found[text].append((one.area.row, one.area.col))
    return {text: tuple(sorted(places)) for text, places in found.items()}


def actual_texts(sheet: SheetGrid, wanted: Iterable[str]) -> dict[str, list[Address]]:
    """Where a sheet holds the wanted folded texts, in reading order."""
    known = frozenset(wanted)
    longest = 2 * max(map(len, known), default=0) + 8
    found: dict[str, list[Address]] = defaultdict(list)
    for at in sorted(sheet.cells):
        value = sheet.cells[at]
        if isinstance(value, str) and len(value) <= longest and (text := fold(value)) in known:
            found[text].append(at)
    return found


def likeness(plan: SheetPlan, sheet: SheetGrid) -> int:
    """How many of the printed texts of a sheet stand on another."""
    return len(actual_texts(sheet, planned_texts(plan)))


def by_texts(plan: SheetPlan, sheet: SheetGrid, ruler: Ruler) -> tuple[Lines, Lines]:
    """Rows and columns by the printed texts in them.

    A text that is printed n times and found n times counts in its order; found more or less often
    it says nothing. A line for which texts speak differently is left out. Where there are no marks
    at all, an answer is also taken to begin where its label ends; where there are some, a missing
    one means that its line was deleted.
    """
    planned = planned_texts(plan)
    there = actual_texts(sheet, planned)
    ends = {merge[:2]: merge[2:] for merge in sheet.merges}
    areas = {(p.area.row, p.area.col): p.area for p in plan.printed}
    votes, marked = (_Votes(), _Votes()), (bool(ruler.rows), bool(ruler.cols))
    for text, places in planned.items():
        found = there.get(text, [])
        if len(found) != len(places):
            found = _first_cells(found, [areas[at] for at in places]) if not sheet.merges else []
            ends |= {at: _end(at, areas[one]) for one, at in zip(places, found, strict=False)}
        if len(found) != len(places):
            continue
        sure = len(places) == 1
        for at, actual in zip(places, found, strict=True):
            area, end = areas[at], ends.get(actual, actual)
            last = area.last_row, area.last_col
            for axis, vote in enumerate(votes):
                vote.add(at[axis], actual[axis], sure=sure)
                if not marked[axis]:
                    vote.add_weak(last[axis] + 1, end[axis] + 1)
    return votes[0].settled(), votes[1].settled()


def _first_cells(found: list[Address], areas: Sequence[Area]) -> list[Address]:
    """The first cells of areas every cell of which holds the text; none where they do not fit.

    So do programs write them that know no merged cells.
    """
    left, first = set(found), []
    for area in areas:
        if not left:
            return []
        at = min(left)
        inside = set(product(*(range(a, b + 1) for a, b in zip(at, _end(at, area), strict=True))))
        if not inside <= left:
            return []
        left -= inside
        first.append(at)
    return [] if left else first


def _end(at: Address, area: Area) -> Address:
    """The last cell of an area that begins there."""
    return at[0] + area.last_row - area.row, at[1] + area.last_col - area.col


class _Votes:
    """For each planned line the actual lines that texts speak for."""

    def __init__(self) -> None:
        self.sure: dict[int, set[int]] = defaultdict(set)
        self.repeated: dict[int, set[int]] = defaultdict(set)
        self.weak: dict[int, set[int]] = defaultdict(set)

    def add(self, planned: int, actual: int, *, sure: bool) -> None:
        (self.sure if sure else self.repeated)[planned].add(actual)

    def add_weak(self, planned: int, actual: int) -> None:
        self.weak[planned].add(actual)

    def settled(self) -> Lines:
        """Lines with one candidate each that nobody else claims; gaps of equal width are filled."""
        found: Lines = {}
        for votes in (self.sure, self.repeated):
            for planned, lines in votes.items():
                if len(lines) == 1 and (votes is self.sure or planned not in self.sure):
                    found[planned] = next(iter(lines))
        filled = filled_between(without_shared(found))
        for planned, lines in self.weak.items():
            if planned not in filled and len(lines) == 1:
                line = next(iter(lines))
                if line not in filled.values():
                    filled[planned] = line
        return filled


def without_shared(found: Lines) -> Lines:
    """The lines whose actual line nobody else claims."""
    claims = Counter(found.values())
    return {planned: line for planned, line in found.items() if claims[line] == 1}


def filled_between(found: Lines) -> Lines:
    """With the lines between two found ones that are as far apart as planned."""
    filled = dict(found)
    for left, right in pairwise(sorted(found)):
        if right - left == found[right] - found[left]:
            filled |= {left + step: found[left] + step for step in range(1, right - left)}
    return filled


@lru_cache(maxsize=SHEETS_KEPT)
def governed(plan: SheetPlan) -> dict[Address, frozenset[str]]:
    """Keys of the answers and columns that a printed text gives its meaning, by its place.

    It is part of their label path and stands in their rows or in their columns.
    """
    found: dict[Address, set[str]] = defaultdict(set)
    texts = [p for p in plan.printed if isinstance(p.text, str) and p.text]
    for slot in plan.slots:
        parts = [fold(part) for part in slot.path.split(LABEL_MARK)]
        for one in texts:
            area = one.area
            beside = area.row <= slot.area.last_row and slot.area.row <= area.last_row
            above = area.col <= slot.area.last_col and slot.area.col <= area.last_col
            if (beside or (above and area.row < slot.area.row)) and _names_one(one, parts):
                found[area.row, area.col].add(slot.key)
    for column in plan.body.columns if plan.body else ():
        parts = [fold(part) for part in column.path.split(LABEL_MARK)]
        for one in texts:
            if one.area.col <= column.col <= one.area.last_col and _names_one(one, parts):
                found[one.area.row, one.area.col].add(column.key)
    return {at: frozenset(keys) for at, keys in found.items()}


def _names_one(one: Printed, parts: list[str]) -> bool:
    text = fold(str(one.text))
    return any(part and text.startswith(part) for part in parts)
