"""What else is to be told about the sheets of a file.

Contents that no field claims, changed texts, hidden rows, answers that were merged.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache
from itertools import groupby, product
from typing import TYPE_CHECKING

from clusterbook.a1 import Address, cell_name, column_letters
from clusterbook.forms.parsing.folding import fold, is_blank, to_text
from clusterbook.forms.stamp import is_mark
from clusterbook.layout.layout import SHEETS_KEPT, SheetPlan, Slot
from clusterbook.layout.own_sheets import META_SHEET
from clusterbook.problems import Problem
from clusterbook.readers.grid import Scalar, SheetGrid
from clusterbook.returns.library_rows import body_rows
from clusterbook.returns.place import Placement, SheetPlacement
from clusterbook.returns.raw_values import RawLibrary
from clusterbook.returns.witnesses import governed

if TYPE_CHECKING:
    from clusterbook.readers.block import CellBlock

Merge = tuple[int, int, int, int]
_SHOWN = 40  # characters of a changed formula or text in a sentence


# --- texts and contents ------------------------------------------------------------------------


def changed_texts(placed: SheetPlacement) -> Iterator[Problem]:
    """Printed texts that were changed; those that give answers their meaning ask for a reason."""
    meanings = governed(placed.plan) if placed.changed else {}
    for one in placed.changed:
        area = one.printed.area
        meant = meanings.get((area.row, area.col), frozenset())
        told = meant and not meant.isdisjoint(placed.disputed)
        code = "L111" if meant and one.text and not told else "L104"
        expected = str(one.printed.text)
        yield Problem(
            code=code, sheet=placed.grid.name, cell=cell_name(*one.at), label=expected,
            value=one.text, facts={"expected": expected},
        )  # fmt: skip


# Of a sheet as issued these are hidden, and nothing else.
_RULER_ROW, _RULER_COL = frozenset({0}), ((0, 0),)


@lru_cache(maxsize=SHEETS_KEPT)
def _claimed(plan: SheetPlan) -> frozenset[Address]:
    """Cells of a sheet as issued in which something may stand."""
    places = {(p.area.row, p.area.col) for p in plan.printed}
    places |= {(s.area.row, s.area.col) for s in plan.slots}
    places |= {(one.area.row, one.area.col) for one in plan.remarks}
    return frozenset(places)


@lru_cache(maxsize=SHEETS_KEPT)
def _claimed_as_issued(plan: SheetPlan) -> frozenset[Address]:
    """The same with the ruler, where that stands as issued."""
    ruler = {(row, 0) for row in range(plan.last_row + 1)}
    ruler |= {(0, col) for col in range(plan.last_col + 1)}
    return _claimed(plan) | ruler


def unclaimed(placed: SheetPlacement) -> Iterator[Problem]:
    """Filled cells that no field, printed text or mark claims."""
    plan, sheet = placed.plan, placed.grid
    claimed: AbstractSet[Address] = _claimed_as_issued(plan)
    printed: set[str] = set()
    if placed.moved:
        places = _claimed(plan)
        claimed = {at for row, col in places if (at := placed.at(row, col)) is not None}
        if not sheet.merges:
            claimed |= set(_filled_up(placed))
    if placed.foreign:
        # Laid out by another version: printed texts are known by what they say.
        printed = {fold(p.text) for p in plan.printed if isinstance(p.text, str)}
    cols, first, last = _body_cells(placed)
    cells = sheet.loose if _is_inside(sheet.block, cols, first, last) else sheet.cells
    loose: list[Address] = []
    known: Iterable[Mapping[Address, Scalar]] = (cells, sheet.errors, sheet.formulas)
    for filled in known:
        strange = {at for at in filled.keys() - claimed
                   if not (at[1] in cols and first <= at[0] <= last)}  # fmt: skip
        if strange:  # on hardly any sheet
            loose += (at for at in filled if at in strange)
    for at in dict.fromkeys(loose):  # an address may be in two of them
        value = cells.get(at, sheet.errors.get(at, ""))
        if is_mark(value) or is_blank(value):
            if at not in sheet.formulas:
                continue
            value = "=" + sheet.formulas[at][:_SHOWN]
        if placed.foreign and (at in sheet.formulas or fold(str(value)) in printed):
            continue
        code = "L114" if any(_covers(merge, at) for merge in sheet.merges) else "L105"
        yield Problem(code=code, sheet=sheet.name, cell=cell_name(*at), value=to_text(value))


def _is_inside(block: CellBlock | None, cols: Collection[int], first: int, last: int) -> bool:
    """Whether all cells of a block stand in the body of a list."""
    if block is None:
        return True
    return block.columns.keys() <= set(cols) and first <= block.rows[0] <= block.rows[-1] <= last


def _filled_up(placed: SheetPlacement) -> Iterator[Address]:
    """Cells that hold what the first cell of their area holds, as programs write merged cells."""
    cells, plan = placed.grid.cells, placed.plan
    for area in (*(one.area for one in plan.printed), *(one.area for one in plan.slots)):
        first = placed.at(area.row, area.col)
        if first is None or first not in cells or not area.merged:
            continue
        rows = range(first[0], first[0] + area.last_row - area.row + 1)
        cols = range(first[1], first[1] + area.last_col - area.col + 1)
        yield from (at for at in product(rows, cols) if cells.get(at) == cells[first])


def _covers(merge: Merge, at: Address) -> bool:
    """Whether a merged area hides a cell: only its first one is seen."""
    inside = merge[0] <= at[0] <= merge[2] and merge[1] <= at[1] <= merge[3]
    return inside and at != merge[:2]


def _body_cells(placed: SheetPlacement) -> tuple[set[int], int, int]:
    """Actual columns and rows of the body of a library."""
    body = placed.plan.body
    if body is None:
        return set(), 0, -1
    planned = [column.col for column in body.columns]
    planned += [] if body.number_col is None else [body.number_col]
    found = (placed.at(body.first_row, col) for col in planned)
    cols = {at[1] for at in found if at is not None}
    if placed.foreign and body.number_col is not None and cols:
        cols.add(min(cols) - 1)  # 序号 stands left of the first column and has no name
    return cols, *body_rows(placed, body)


def other_sheets(
    placement: Placement, known: Collection[str]
) -> Iterator[tuple[SheetGrid, dict[Address, Scalar]]]:
    """Sheets that are none of the workbook's, with all that stands on them."""
    for sheet in placement.others:
        if sheet.name == META_SHEET or sheet.name in known:
            continue
        formulas = {at: f"={text}" for at, text in sheet.formulas.items() if text}
        found: dict[Address, Scalar] = {**formulas, **sheet.errors, **sheet.cells}
        filled = {at: found[at] for at in sorted(found) if not is_blank(found[at])}
        if filled:
            yield sheet, filled


def other_sheet(sheet: SheetGrid, count: int) -> Problem:
    """The problem of such a sheet with so many filled cells."""
    code = "L112" if sheet.state == "visible" else "L113"
    return Problem(code=code, sheet=sheet.name, value=sheet.name, facts={"count": str(count)})


# --- merged answers ----------------------------------------------------------------------------


@lru_cache(maxsize=SHEETS_KEPT)
def _planned_merges(plan: SheetPlan) -> frozenset[Merge]:
    areas = [*(p.area for p in plan.printed), *(s.area for s in plan.slots)]
    return frozenset((a.row, a.col, a.last_row, a.last_col) for a in areas)


def merged_answers(placed: SheetPlacement) -> dict[str, tuple[Merge, Address]]:
    """Answers whose cell was merged with that of another one, or hidden by a merge.

    Returns the merge and the own cell by key and part: ``key#part``.
    """
    planned = frozenset() if placed.moved else _planned_merges(placed.plan)
    odd = [m for m in placed.grid.merges if m not in planned and m[:2] != m[2:]]
    places: list[tuple[Slot, Address]] = []
    if odd and placed.plan.slots:
        places = [(slot, at) for slot in placed.plan.slots
                  if (at := placed.at(slot.area.row, slot.area.col)) is not None]  # fmt: skip
    found: dict[str, tuple[Merge, Address]] = {}
    for merge in odd:
        inside = [(slot, at) for slot, at in places if at == merge[:2] or _covers(merge, at)]
        if len(inside) > 1 or any(at != merge[:2] for _, at in inside):
            found |= {f"{slot.key}#{slot.part}": (merge, at) for slot, at in inside}
    return found


# --- hidden ------------------------------------------------------------------------------------


def hidden_content(placed: SheetPlacement, library: RawLibrary | None) -> Iterator[Problem]:
    """Rows, columns and sheets with answers that nobody sees: they count like all others."""
    sheet = placed.grid
    if sheet.state != "visible":
        yield _hidden(sheet, "本表")
    if not placed.moved and sheet.hidden_rows <= _RULER_ROW and sheet.hidden_columns == _RULER_COL:
        return
    filled = [
        at
        for slot in placed.plan.slots
        if not slot.locked
        and (at := placed.at(slot.area.row, slot.area.col)) is not None
        and not is_blank(sheet.get(at))
    ]
    rows = {row for row, _ in filled}
    cols = {col for _, col in filled}
    if library is not None:
        rows |= set(library.rows)
        cols |= {
            col
            for col, values in zip(library.cols, library.columns, strict=True)
            if col is not None and any(value is not None for value in values)
        }
    if hidden := sorted(rows & sheet.hidden_rows):
        yield _hidden(sheet, f"第{ranges(hidden)}行")
    if hidden := sorted(col for col in cols if any(a <= col <= b for a, b in sheet.hidden_columns)):
        yield _hidden(sheet, "、".join(column_letters(col) for col in hidden) + "列")


def _hidden(sheet: SheetGrid, what: str) -> Problem:
    return Problem(code="L116", sheet=sheet.name, facts={"what": what})


def ranges(rows: list[int]) -> str:
    """Rows counted from 0 as people write them: 5、7–9."""
    parts = []
    for _, run in groupby(enumerate(rows), key=lambda pair: pair[1] - pair[0]):
        numbers = [row + 1 for _, row in run]
        parts.append(f"{numbers[0]}–{numbers[-1]}" if len(numbers) > 1 else f"{numbers[0]}")
    return "、".join(parts)
