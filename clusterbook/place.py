"""Where each planned cell really stands in a returned file.

Three witnesses, in order of trust: the hidden ruler, the defined names, the printed texts. Rows and
columns that were inserted, deleted or moved are followed; two witnesses that disagree about a cell
make it a problem, and nothing is read from it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise

from attrs import define, field, frozen

from clusterbook.grid import Address, Grid, SheetGrid
from clusterbook.identity import DIGEST_CELL, META_SHEET, RULER, column_mark, row_mark
from clusterbook.layout import Layout, SheetPlan, cell_name, sheet_prefix
from clusterbook.problems import Problem
from clusterbook.reading import fold

_CORNER = re.compile(r"cb:sheet:([a-z0-9_]+)\|(.*)\Z")
_REFERENCE = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!\$([A-Z]{1,3})\$(\d+)(?::.*)?\Z")
# With fewer agreeing texts a sheet without its ruler is not taken for ours.
_LEAST_VOTES = 3


@frozen
class SheetPlacement:
    """One planned sheet in the file.

    ``rows`` and ``cols`` map planned to actual ones; None where nothing has moved.
    """

    plan: SheetPlan
    grid: SheetGrid
    rows: Mapping[int, int] | None = None
    cols: Mapping[int, int] | None = None
    #: full keys whose place is disputed, with what the witnesses say
    disputed: Mapping[str, str] = field(factory=dict)
    #: single cells by planned address, where only names tell the place
    named: Mapping[Address, Address] | None = None

    def at(self, row: int, col: int) -> Address | None:
        """The actual address of a planned cell, None when its row or column is gone."""
        if self.named is not None:
            return self.named.get((row, col))
        actual_row = row if self.rows is None else self.rows.get(row)
        actual_col = col if self.cols is None else self.cols.get(col)
        if actual_row is None or actual_col is None:
            return None
        return actual_row, actual_col


@define
class Placement:
    """The sheets found, by sheet key, and what was wrong with the rest."""

    layout: Layout
    sheets: dict[str, SheetPlacement] = field(factory=dict)
    doubled: set[str] = field(factory=set)
    problems: list[Problem] = field(factory=list)


def corner(sheet: SheetGrid) -> tuple[Address, str, str] | None:
    """Place, sheet key and issue id of the mark in the corner of a sheet's ruler."""
    first = sheet.cells.get((0, 0))
    candidates = [((0, 0), first)] if isinstance(first, str) and first.startswith(RULER) else (
        (at, value) for at, value in sheet.cells.items()
        if isinstance(value, str) and value.startswith(RULER + "sheet:"))  # fmt: skip
    for at, value in candidates:
        match = _CORNER.match(str(value))
        if match:
            return at, match[1], match[2]
    return None


def place(grid: Grid, layout: Layout) -> Placement:
    """Finds every planned sheet; what is missing or doubled becomes a problem."""
    placement = Placement(layout)
    found = _match_sheets(grid, layout, placement)
    issued = issued_digest(grid)
    if issued and issued != layout.digest:
        # Made by a version of the software that lays the form out differently: ruler numbers mean
        # other rows there, names mean the same answers.
        placement.problems.append(Problem(code="L109"))
    for plan in layout.sheets:
        sheet = found.get(plan.sheet.key)
        if plan.sheet.key in placement.doubled:
            continue
        if sheet is None:
            placement.problems.append(Problem(code="L101", sheet=plan.name, value=plan.name))
            continue
        if issued and issued != layout.digest:
            named = dict(_by_names(grid, plan, sheet))
            placement.sheets[plan.sheet.key] = SheetPlacement(plan, sheet, named=named)
        else:
            placement.sheets[plan.sheet.key] = _place_sheet(grid, plan, sheet)
    return placement


def issued_digest(grid: Grid) -> str:
    """The hash of the addresses with which a workbook was issued; '' where it says none."""
    for sheet in grid.sheets:
        mark = corner(sheet)
        if sheet.name == META_SHEET or (mark and mark[1] == "meta"):
            return str(sheet.cells.get(DIGEST_CELL, ""))
    return ""


def _by_names(grid: Grid, plan: SheetPlan, sheet: SheetGrid) -> Iterator[tuple[Address, Address]]:
    """Planned and actual address of every answer and first library cell that has a name."""
    places = [(slot.defined_name, (slot.area.row, slot.area.col)) for slot in plan.slots]
    if plan.body is not None:
        first = plan.body.first_row
        places += [(column.defined_name, (first, column.col)) for column in plan.body.columns]
    for name, planned in places:
        said = read_reference(grid.names.get(name, ""))
        if said is not None and said[0] == sheet.name:
            yield planned, said[1:]


def _match_sheets(grid: Grid, layout: Layout, placement: Placement) -> dict[str, SheetGrid]:
    by_key: dict[str, list[SheetGrid]] = {}
    unmarked: list[SheetGrid] = []
    for sheet in grid.sheets:
        mark = corner(sheet)
        if mark:
            by_key.setdefault(mark[1], []).append(sheet)
        else:
            unmarked.append(sheet)
    found: dict[str, SheetGrid] = {}
    for plan in layout.sheets:
        sheets = by_key.get(plan.sheet.key, [])
        if not sheets:
            sheets = [s for s in unmarked if s.name == plan.name] or _by_text(plan, unmarked)
        if len(sheets) > 1:
            sheets = _settle(plan, sheets, placement)
        if sheets:
            found[plan.sheet.key] = sheets[0]
    return found


def _settle(plan: SheetPlan, sheets: list[SheetGrid], placement: Placement) -> list[SheetGrid]:
    """One of several copies of a sheet: any if they hold the same, else a problem."""
    if any(sheet.cells != sheets[0].cells for sheet in sheets[1:]):
        names = "、".join(sheet.name for sheet in sheets)
        placement.problems.append(Problem(code="L108", sheet=sheets[0].name, value=names))
        placement.doubled.add(plan.sheet.key)
    named = [sheet for sheet in sheets if sheet.name == plan.name]
    return named or sheets


def _by_text(plan: SheetPlan, sheets: list[SheetGrid]) -> list[SheetGrid]:
    wanted = set(_texts(plan))
    for sheet in sheets:
        there = {fold(v) for v in sheet.cells.values() if isinstance(v, str)}
        if len(wanted & there) >= max(_LEAST_VOTES, len(wanted) // 2):
            return [sheet]
    return []


@cache
def _texts(plan: SheetPlan) -> dict[str, Address]:
    """Folded printed texts that stand once on the sheet, with their planned place."""
    texts = [(fold(p.text), (p.area.row, p.area.col)) for p in plan.printed
             if isinstance(p.text, str) and p.text]  # fmt: skip
    counts = Counter(text for text, _ in texts)
    return {text: at for text, at in texts if counts[text] == 1}


@cache
def _marks(plan: SheetPlan) -> tuple[tuple[Address, str], ...]:
    """The ruler of a sheet as issued, without its corner."""
    last = plan.body.first_row if plan.body else plan.last_row
    rows = [((row, 0), row_mark(row)) for row in range(1, last + 1)]
    cols = [((0, col), column_mark(col)) for col in range(1, plan.last_col + 1)]
    return tuple(rows + cols)


def _place_sheet(grid: Grid, plan: SheetPlan, sheet: SheetGrid) -> SheetPlacement:
    cells = sheet.cells
    mark = corner(sheet)
    rows: Mapping[int, int] | None = None
    cols: Mapping[int, int] | None = None
    if mark is None:
        rows, cols = _by_votes(plan, sheet)
    elif mark[0] != (0, 0) or any(cells.get(at) != text for at, text in _marks(plan)):
        rows, cols = _by_ruler(sheet, mark[0])
        rows = _with_body(plan, rows)
    placed = SheetPlacement(plan, sheet, rows, cols)
    return SheetPlacement(plan, sheet, rows, cols, dict(_disputes(grid, placed)))


def _by_ruler(sheet: SheetGrid, at: Address) -> tuple[dict[int, int], dict[int, int]]:
    rows: dict[int, int] = {}
    cols: dict[int, int] = {}
    for (row, col), value in sheet.cells.items():
        if not isinstance(value, str) or not value.startswith(RULER):
            continue
        number = value[len(RULER) + 1 :]
        if not number.isdigit():
            continue
        if col == at[1] and value.startswith(f"{RULER}r"):
            rows[int(number)] = row
        elif row == at[0] and value.startswith(f"{RULER}c"):
            cols[int(number)] = col
    return rows, cols


def _with_body(plan: SheetPlan, rows: dict[int, int]) -> dict[int, int]:
    """Body rows carry a mark only at the first: the others follow it."""
    body = plan.body
    if body is None or body.library.closed:
        return rows
    head = rows.get(body.head_last_row)
    first = rows.get(body.first_row, None if head is None else head + 1)
    if first is not None:
        for row in range(body.first_row, body.last_row + 1):
            rows.setdefault(row, first + row - body.first_row)
    return rows


def _by_votes(plan: SheetPlan, sheet: SheetGrid) -> tuple[dict[int, int], dict[int, int]]:
    """Rows and columns by the printed texts that stand in them; ties and conflicts are left out."""
    wanted = _texts(plan)
    there = Counter(fold(v) for v in sheet.cells.values() if isinstance(v, str))
    rows: dict[int, Counter[int]] = {}
    cols: dict[int, Counter[int]] = {}
    for (row, col), value in sheet.cells.items():
        text = fold(value) if isinstance(value, str) else ""
        if text in wanted and there[text] == 1:
            planned = wanted[text]
            rows.setdefault(planned[0], Counter())[row] += 1
            cols.setdefault(planned[1], Counter())[col] += 1
    row_map = {
        planned: votes.most_common(1)[0][0] for planned, votes in rows.items() if len(votes) == 1
    }
    col_map = {
        planned: votes.most_common(1)[0][0] for planned, votes in cols.items() if len(votes) == 1
    }
    return _with_body(plan, row_map), _filled_between(col_map)


def _filled_between(found: dict[int, int]) -> dict[int, int]:
    """Columns between two found ones that are as far apart as planned."""
    known = sorted(found)
    for left, right in pairwise(known):
        if right - left == found[right] - found[left]:
            for step in range(1, right - left):
                found[left + step] = found[left] + step
    return found


def _disputes(grid: Grid, placed: SheetPlacement) -> Iterator[tuple[str, str]]:
    """Slots for which a defined name points elsewhere than the ruler."""
    prefix = sheet_prefix(placed.grid.name)
    there = {sheet.name for sheet in grid.sheets}
    for slot in placed.plan.slots:
        reference = grid.names.get(slot.defined_name)
        at = placed.at(slot.area.row, slot.area.col)
        if reference is None or at is None:
            continue
        if reference == prefix + cell_name(*at, fixed=True):
            continue
        said = read_reference(reference)
        # Some programs rename a sheet and forget its names: those say nothing.
        if said is None or said[0] not in there:
            continue
        if said != (placed.grid.name, at[0], at[1]):
            yield slot.key, f"{cell_name(*at)} / {cell_name(said[1], said[2])}"


def read_reference(reference: str) -> tuple[str, int, int] | None:
    """Sheet, row and column of the (first) cell that a defined name points to."""
    match = _REFERENCE.match(reference.lstrip("="))
    if match is None:
        return None
    name = (match[1] or match[2]).replace("''", "'")
    col = 0
    for letter in match[3]:
        col = col * 26 + ord(letter) - 64
    return name, int(match[4]) - 1, col - 1


def moved_labels(placed: SheetPlacement) -> Iterator[tuple[str, Address, str, str]]:
    """Printed texts that are not as printed: (role, place, expected, found)."""
    cells = placed.grid.cells
    for one in placed.plan.printed:
        if not isinstance(one.text, str) or not one.text:
            continue
        at = placed.at(one.area.row, one.area.col)
        if at is None:
            continue
        found = cells.get(at)
        if found == one.text:
            continue
        text = "" if found is None else str(found)
        if fold(text) != fold(one.text):
            yield one.role, at, one.text, text
