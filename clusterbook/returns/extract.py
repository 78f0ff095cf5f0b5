"""Placement → raw values: what stands in each answer's cell, with where it was found.

This runs in worker processes once per file, so it keeps to plain lists in the order of the layout;
kinds and rules see the columns of all files together later.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby, islice

from attrs import evolve

from clusterbook.a1 import Address, cell_name, read_reference
from clusterbook.forms.options import FORMS_KEPT
from clusterbook.forms.parsing.folding import is_blank, to_text
from clusterbook.layout.layout import SHEETS_KEPT, Layout, Printed, SheetPlan, SlotPlace
from clusterbook.layout.own_sheets import (
    AROUND,
    CHECKS_SHEET,
    LISTS_SHEET,
    RULES_SHEET,
    TYPED_SHEET,
)
from clusterbook.problems import Problem
from clusterbook.readers.grid import Grid, Scalar, SheetGrid
from clusterbook.returns.formulas_kept import changed_formulas
from clusterbook.returns.library_rows import read_rows
from clusterbook.returns.overlays import covered
from clusterbook.returns.place import Placement, SheetPlacement
from clusterbook.returns.raw_values import Extracted, Oddities, RawLibrary
from clusterbook.returns.sheet_findings import (
    Merge,
    changed_texts,
    hidden_content,
    merged_answers,
    other_sheet,
    other_sheets,
    unclaimed,
)

__all__ = ["Extracted", "Oddities", "RawLibrary", "extract", "read_explanations"]

# Hidden sheets with what the workbook itself works out; the importer asks for nothing on them. What
# they were called in version 2026.1 stays here for good, whatever they are called now.
NOT_ASKED = frozenset({"_checks", "_rules", "_lists", "_returned"}) | frozenset(
    {CHECKS_SHEET, RULES_SHEET, LISTS_SHEET, TYPED_SHEET}
)
# Here it asks for reasons only, if for anything: all the rest is worked out anew.
TYPED_ONLY = frozenset({"校验", "首页", "填报说明"}) | frozenset(AROUND)
_KEPT = 2_000  # cells of a sheet of the county's own, for the list in a returned copy


def extract(placement: Placement) -> Extracted:
    """The raw values of one placed file; what no field claims becomes a problem."""
    slots = placement.layout.in_order
    result = Extracted(
        raws=[None] * len(slots), oddities=Oddities(), places={}, absent=set(), libraries={},
        computed={}, sheet_names={}, problems=list(placement.problems),
    )  # fmt: skip
    for plan, own in _by_sheet(slots):
        placed = placement.sheets.get(plan.sheet.key)
        if placed is None:
            result.absent.update(one.index for one in own)
            continue
        merged = merged_answers(placed)
        if merged or placed.moved or placed.disputed or placed.grid.name != plan.name:
            for one in own:
                _slot(result, placed, one, merged.get(f"{one.slot.key}#{one.slot.part}"))
        else:
            _as_issued(result, placed.grid, own)
    for key, placed in placement.sheets.items():
        result.sheet_names[key] = placed.grid.name
        if placed.plan.body is not None:
            library = read_rows(placed, placed.plan.body, result.problems)
            result.libraries[placed.plan.body.library.key] = library
            result.problems += hidden_content(placed, library)
        else:
            result.problems += hidden_content(placed, None)
        if not placed.foreign:
            result.problems += changed_texts(placed)
            _printed(result, placed)
        result.problems += unclaimed(placed)
        result.covered |= covered(placed)
    result.problems += changed_formulas(placement)
    for sheet, filled in other_sheets(placement, NOT_ASKED | TYPED_ONLY):
        result.others[sheet.name] = dict(islice(filled.items(), _KEPT)), len(filled)
        result.problems.append(other_sheet(sheet, len(filled)))
    return result


def _by_sheet(slots: Sequence[SlotPlace]) -> Iterator[tuple[SheetPlan, list[SlotPlace]]]:
    """The answers sheet by sheet."""
    for _, own in groupby(slots, key=lambda one: one.plan.sheet.key):
        places = list(own)
        yield places[0].plan, places


def _as_issued(result: Extracted, sheet: SheetGrid, own: Sequence[SlotPlace]) -> None:
    """The answers of a sheet on which nothing was moved: most sheets, so without detours."""
    odd, get = sheet.odd, sheet.loose.get if sheet.block is None else sheet.get
    for one in own:
        area = one.slot.area
        at = area.row, area.col
        value = get(at)
        if one.slot.locked:
            formula = at in sheet.formulas
            if value is not None or not formula:
                result.computed[one.slot.key] = value if value is not None else "", formula
            continue
        if value is not None and (type(value) is not str or not is_blank(value)):
            result.raws[one.index] = value
        if at in odd:
            result.oddities.note(one.index, sheet, at)


def read_explanations(grid: Grid, layout: Layout) -> dict[str, str]:
    """The reasons by the code of what they explain, found by the names of their cells.

    What somebody struck out of a reason is no part of it; one that is struck out was taken back.
    """
    names, codes = _reason_names(layout.reasons)
    places = _pointed_at(tuple(map(grid.names.get, names)))
    filled: dict[int, Scalar] = {}  # by the number of the name
    for sheet in {sheet.name: sheet for sheet in grid.sheets}.values():
        own = places.get(sheet.name, {})
        written = (sheet.cells, sheet.shown) if own else ()
        for at in {at for cells in written for at in own.keys() & cells.keys()}:
            text = _seen(sheet, at)
            if text is not None and not is_blank(text):
                filled |= dict.fromkeys(own[at], text)
    found: dict[str, str] = {}
    for number in sorted(filled):
        found.setdefault(codes[number], to_text(filled[number]).strip())
    return found


@lru_cache(maxsize=FORMS_KEPT)
def _reason_names(
    reasons: tuple[tuple[str, tuple[str, ...]], ...],
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of all cells for reasons, and of each the code that it is about."""
    pairs = [(name, code) for code, names in reasons for name in names]
    return tuple(name for name, _ in pairs), tuple(code for _, code in pairs)


@lru_cache(maxsize=8)
def _pointed_at(meanings: tuple[str | None, ...]) -> Mapping[str, Mapping[Address, Sequence[int]]]:
    """Where names point, by sheet and cell; kept, as those of a round hardly ever differ."""
    found: dict[str, dict[Address, list[int]]] = {}
    for number, meaning in enumerate(meanings):
        said = None if meaning is None else read_reference(meaning)
        if said is not None:
            found.setdefault(said[0], {}).setdefault(said[1:], []).append(number)
    return found


def reasons_beside(extracted: Extracted, layout: Layout) -> dict[str, str]:
    """The reasons that the form has a cell for beside the figure, by the code of their rule."""
    found: dict[str, str] = {}
    for rule in layout.workbook.rules:
        if rule.explained_in:
            said = extracted.raws[layout.first_places[rule.explained_in].index]
            if said is not None and not is_blank(said):
                found[rule.code] = to_text(said).strip()
    return found


def _seen(sheet: SheetGrid, at: Address) -> Scalar | None:
    """What is seen in a cell, as far as it is not only white."""
    shown = sheet.shown.get(at)
    return sheet.get(at) if shown is None or shown.why == "hidden" else shown.text


def _slot(
    result: Extracted, placed: SheetPlacement, one: SlotPlace, merged: tuple[Merge, Address] | None
) -> None:
    slot, sheet = one.slot, placed.grid
    at = placed.at(slot.area.row, slot.area.col)
    if at is None or slot.key in placed.disputed:
        _absent(result, placed, one, at)
        return
    value = sheet.get(at)
    if at != (slot.area.row, slot.area.col) or sheet.name != placed.plan.name:
        result.places[one.index] = (sheet.name, cell_name(*at))
    if slot.locked:
        formula = at in sheet.formulas
        if value is not None or not formula:
            result.computed[slot.key] = value if value is not None else "", formula
        return
    if merged is not None:
        _merged(result, placed, one, *merged)
        return
    result.raws[one.index] = None if is_blank(value) else value
    result.oddities.note(one.index, sheet, at)


def _absent(result: Extracted, placed: SheetPlacement, one: SlotPlace, at: Address | None) -> None:
    """An answer without a place of its own: its row is gone, or the witnesses disagree."""
    slot = one.slot
    result.absent.add(one.index)
    code = "L102" if at is None else "L103"
    result.problems.append(
        Problem(
            code=code, sheet=placed.grid.name, cell="" if at is None else cell_name(*at),
            key=slot.key, label=slot.path, facts={"detail": placed.disputed.get(slot.key, "")},
            value="" if at is None else to_text(placed.grid.get(at)),
        )
    )  # fmt: skip


def _merged(
    result: Extracted, placed: SheetPlacement, one: SlotPlace, merge: Merge, at: Address
) -> None:
    """An answer whose cell was merged with another: what is seen there may belong to either."""
    result.absent.add(one.index)
    seen = to_text(placed.grid.get(merge[:2]))
    detail = f"{cell_name(*merge[:2])}:{cell_name(*merge[2:])}"
    found = Problem(
        code="L115", sheet=placed.grid.name, cell=cell_name(*at), key=one.slot.key,
        label=one.slot.path, value=seen, facts={"detail": detail},
    )  # fmt: skip
    result.problems.append(found)
    hidden = placed.grid.get(at)
    if at != merge[:2] and not is_blank(hidden):
        result.problems.append(evolve(found, code="L114", value=to_text(hidden), facts={}))


def _printed(result: Extracted, placed: SheetPlacement) -> None:
    """Stored results of printed formulas: totals, and the heads of lists."""
    sheet = placed.grid
    for number, one in _printed_formulas(placed.plan):
        at = placed.at(one.area.row, one.area.col)
        if at is None:
            continue
        value, formula = sheet.get(at), at in sheet.formulas
        if value is not None or not formula:
            stored = value if value is not None else ""
            result.printed[placed.plan.sheet.key, number] = stored, formula, cell_name(*at)


@lru_cache(maxsize=SHEETS_KEPT)
def _printed_formulas(plan: SheetPlan) -> tuple[tuple[int, Printed], ...]:
    """What is printed on a sheet and no text, with its number among all that is printed."""
    return tuple((at, one) for at, one in enumerate(plan.printed) if not isinstance(one.text, str))
