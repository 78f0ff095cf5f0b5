"""Placement → raw values: what stands in each answer's cell, with where it was found.

This runs in worker processes once per file, so it keeps to plain lists in the order of the layout;
kinds and rules see the columns of all files together later.
"""

from __future__ import annotations

from functools import cache

from attrs import define, field

from clusterbook.grid import Address, Grid, SheetGrid
from clusterbook.identity import RULER
from clusterbook.kinds import Raw
from clusterbook.layout import Body, Layout, SheetPlan, SlotPlace, cell_name
from clusterbook.place import Placement, SheetPlacement, moved_labels, read_reference
from clusterbook.problems import Problem
from clusterbook.reading import fold, is_blank, to_text


@define
class Oddities:
    """What the reader saw beside plain values, by index: rare, so kept sparse."""

    formats: dict[int, str] = field(factory=dict)
    errors: dict[int, str] = field(factory=dict)
    formulas: dict[int, str] = field(factory=dict)

    def note(self, index: int, sheet: SheetGrid, at: Address) -> None:
        """Remember the format, error and formula of one cell."""
        if at in sheet.formats:
            self.formats[index] = sheet.formats[at]
        if at in sheet.errors:
            self.errors[index] = sheet.errors[at]
        if at in sheet.formulas:
            self.formulas[index] = sheet.formulas[at]


@define
class RawLibrary:
    """The filled rows of a library: their actual row numbers and one list per column.

    ``oddities`` are indexed by row × number of columns + column.
    """

    sheet: str
    rows: list[int]
    columns: list[list[Raw | None]]
    cols: list[int | None]
    oddities: Oddities


@define
class Extracted:
    """All raw values of one file, in the order of the layout.

    ``raws`` follows ``Layout.in_order``; ``places`` holds (sheet, cell) where not as planned;
    ``absent`` are slots without a place. ``computed`` are stored values of computed cells and
    whether a formula still stands there.
    """

    raws: list[Raw | None]
    oddities: Oddities
    places: dict[int, tuple[str, str]]
    absent: set[int]
    libraries: dict[str, RawLibrary]
    computed: dict[str, tuple[Raw, bool]]
    sheet_names: dict[str, str]
    problems: list[Problem]
    #: reasons written on the 校验 sheet, by rule code
    explanations: dict[str, str] = field(factory=dict)


def extract(placement: Placement) -> Extracted:
    """The raw values of one placed file; what no field claims becomes a problem."""
    layout = placement.layout
    slots = layout.in_order
    result = Extracted(
        raws=[None] * len(slots), oddities=Oddities(), places={}, absent=set(), libraries={},
        computed={}, sheet_names={}, problems=list(placement.problems),
    )  # fmt: skip
    for one in slots:
        placed = placement.sheets.get(one.plan.sheet.key)
        if placed is None:
            result.absent.add(one.index)
        else:
            _slot(result, placed, one)
    for placed in placement.sheets.values():
        result.sheet_names[placed.plan.sheet.key] = placed.grid.name
        if placed.plan.body is not None:
            body = placed.plan.body
            result.libraries[body.library.key] = _library(result, placed, body)
        if placed.named is None:
            result.problems += _labels(placed)
        result.problems += _unclaimed(placed)
    return result


def read_explanations(grid: Grid, layout: Layout) -> dict[str, str]:
    """The reasons on the 校验 sheet by rule code, found by the names of their cells."""
    by_name = {sheet.name: sheet for sheet in grid.sheets}
    found: dict[str, str] = {}
    for rule in layout.workbook.rules:
        said = read_reference(grid.names.get(f"cb_reason.{rule.code}", ""))
        if said is not None and said[0] in by_name:
            text = by_name[said[0]].cells.get(said[1:])
            if text is not None and not is_blank(text):
                found[rule.code] = to_text(text).strip()
    return found


def _slot(result: Extracted, placed: SheetPlacement, one: SlotPlace) -> None:
    slot = one.slot
    at = placed.at(slot.area.row, slot.area.col)
    if at is None or slot.key in placed.disputed:
        result.absent.add(one.index)
        code = "L102" if at is None else "L103"
        result.problems.append(
            Problem(
                code=code, sheet=placed.grid.name, cell="" if at is None else cell_name(*at),
                key=slot.key, label=slot.path, facts={"detail": placed.disputed.get(slot.key, "")},
            )
        )  # fmt: skip
        return
    sheet = placed.grid
    value = sheet.cells.get(at)
    if slot.locked:
        if value is not None:
            result.computed[slot.key] = value, at in sheet.formulas
        return
    result.raws[one.index] = None if is_blank(value) else value
    result.oddities.note(one.index, sheet, at)
    if at != (slot.area.row, slot.area.col) or sheet.name != placed.plan.name:
        result.places[one.index] = (sheet.name, cell_name(*at))


def _library(result: Extracted, placed: SheetPlacement, body: Body) -> RawLibrary:
    sheet = placed.grid
    cols = [placed.at(body.first_row, column.col) for column in body.columns]
    actual = [None if at is None else at[1] for at in cols]
    for column, col in zip(body.columns, actual, strict=True):
        if col is None:
            result.problems.append(
                Problem(code="L102", sheet=sheet.name, key=column.key, label=column.path)
            )
    inputs = {col for column, col in zip(body.columns, actual, strict=True)
              if col is not None and not column.locked}  # fmt: skip
    first, last = _body_rows(placed, body)
    seen = {row for row, col in _filled(sheet) if col in inputs and first <= row <= last}
    rows = sorted(seen)
    library = RawLibrary(sheet.name, rows, [], actual, Oddities())
    width = len(body.columns)
    for number, col in enumerate(actual):
        values: list[Raw | None] = []
        for position, row in enumerate(rows):
            value = None if col is None else sheet.cells.get((row, col))
            values.append(None if is_blank(value) else value)
            if col is not None:
                library.oddities.note(position * width + number, sheet, (row, col))
        library.columns.append(values)
    return library


def _filled(sheet: SheetGrid) -> list[Address]:
    return [at for at, value in sheet.cells.items() if not is_blank(value)] + list(sheet.errors)


def _body_rows(placed: SheetPlacement, body: Body) -> tuple[int, int]:
    """First and last actual row of the body; an open body has no last row."""
    found = [placed.at(body.first_row, column.col) for column in body.columns]
    start = next((at[0] for at in found if at is not None), 1 << 20)
    if not body.library.closed:
        return start, 1 << 20
    total = body.last_row + 1
    actual = start + total - body.first_row
    if placed.rows is not None:
        actual = placed.rows.get(total, actual)
    return start, actual - 1


def _labels(placed: SheetPlacement) -> list[Problem]:
    """Changed printed texts: each is told, but nothing is read by them here."""
    return [
        Problem(
            code="L104", sheet=placed.grid.name, cell=cell_name(*at), label=expected, value=found,
            facts={"expected": expected},
        )
        for _, at, expected, found in moved_labels(placed)
    ]  # fmt: skip


@cache
def _claimed(plan: SheetPlan) -> frozenset[Address]:
    """Cells of a sheet as issued in which something may stand."""
    places = {(p.area.row, p.area.col) for p in plan.printed}
    places |= {(s.area.row, s.area.col) for s in plan.slots}
    return frozenset(places)


def _unclaimed(placed: SheetPlacement) -> list[Problem]:
    """Filled cells that no field, printed text or mark claims."""
    plan, sheet = placed.plan, placed.grid
    claimed: set[Address] | frozenset[Address] = _claimed(plan)
    printed: set[str] = set()
    if placed.rows is not None or placed.cols is not None or placed.named is not None:
        places = (placed.at(row, col) for row, col in claimed)
        claimed = {at for at in places if at is not None}
    if placed.named is not None:
        # Laid out by another version: printed texts are known by what they say.
        printed = {fold(p.text) for p in plan.printed if isinstance(p.text, str)}
    body = plan.body
    body_cols: set[int] = set()
    first, last = 0, -1
    if body is not None:
        planned = [column.col for column in body.columns]
        planned += [] if body.number_col is None else [body.number_col]
        found = [placed.at(body.first_row, col) for col in planned]
        body_cols = {at[1] for at in found if at is not None}
        if placed.named is not None and body.number_col is not None and body_cols:
            body_cols.add(
                min(body_cols) - 1
            )  # 序号 stands left of the first column and has no name
        first, last = _body_rows(placed, body)
    return [
        Problem(code="L105", sheet=sheet.name, cell=cell_name(*at), value=to_text(value))
        for at, value in sheet.cells.items()
        if at not in claimed
        and not (at[1] in body_cols and first <= at[0] <= last)
        and not (isinstance(value, str) and (value.startswith(RULER) or is_blank(value)))
        and at not in sheet.formulas
        and not (printed and fold(str(value)) in printed)
    ]
