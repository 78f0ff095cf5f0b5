"""Raw values read by the plan of an earlier version, carried over to the plan of today by key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from attrs import evolve

from clusterbook.forms.kinds import Raw
from clusterbook.forms.parsing.folding import to_text
from clusterbook.layout.layout import Body, Layout, SheetPlan, SlotPlace
from clusterbook.problems import Problem
from clusterbook.returns.raw_values import Extracted, Oddities, RawLibrary

_Places = Mapping[str, list[SlotPlace]]


def carried(extracted: Extracted, issued: Layout, layout: Layout) -> Extracted:
    """What was read by the plan ``issued``, in the order of ``layout``, with places in the file.

    What is not asked any more is told, and not missed.
    """
    sheets = {plan.sheet.key for plan in layout.sheets}
    result = evolve(
        extracted, raws=[None] * len(layout.in_order), oddities=Oddities(), places={}, absent=set(),
        libraries={}, computed={}, printed={}, problems=list(_asked(extracted, issued, layout)),
        sheet_names={k: name for k, name in extracted.sheet_names.items() if k in sheets},
    )  # fmt: skip
    old, new = _by_key(issued), _by_key(layout)
    for key, places in new.items():
        if key in old:
            _carry_answer(extracted, result, old[key], places)
    for key, body in layout.bodies.items():
        raw, before = extracted.libraries.get(key), issued.bodies.get(key)
        if raw is not None and before is not None:
            result.libraries[key] = _library(raw, before, body)
    result.computed |= {key: one for key, one in extracted.computed.items() if key in new}
    result.printed |= dict(_printed(extracted, issued, layout))
    result.problems += _not_asked(extracted, issued, layout)
    return result


def _asked(extracted: Extracted, issued: Layout, layout: Layout) -> Iterator[Problem]:
    """The problems but those of sheets and answers that are gone from the form."""
    sheets = {plan.sheet.key for plan in layout.sheets}
    gone = {plan.name for plan in issued.sheets if plan.sheet.key not in sheets}
    keys = {*issued.slots, *issued.columns, *issued.bodies}
    keys -= {*layout.slots, *layout.columns, *layout.bodies}
    for problem in extracted.problems:
        if problem.key not in keys and not (problem.code == "L101" and problem.value in gone):
            yield problem


@cache
def _by_key(layout: Layout) -> Mapping[str, list[SlotPlace]]:
    found: dict[str, list[SlotPlace]] = {}
    for one in layout.in_order:
        found.setdefault(one.slot.key, []).append(one)
    return found


def _place(extracted: Extracted, one: SlotPlace) -> tuple[str, str]:
    """Sheet and cell of a slot in the file."""
    name = extracted.sheet_names.get(one.plan.sheet.key, one.plan.name)
    return extracted.places.get(one.index, (name, one.slot.area.cell))


def _carry_answer(
    extracted: Extracted, result: Extracted, before: Sequence[SlotPlace], now: Sequence[SlotPlace]
) -> None:
    """One answer; what stood in more boxes than there are now is joined in the last."""
    for number, one in enumerate(now):
        own = [*before[number : number + 1]]
        if number == len(now) - 1:
            own = [*before[number:]]
        source = own[0] if own else before[-1]
        result.places[one.index] = _place(extracted, source)
        if source.index in extracted.absent:
            result.absent.add(one.index)
        if not own:
            continue
        result.raws[one.index] = _joined([extracted.raws[place.index] for place in own])
        for place in reversed(own):
            _carry_oddities(extracted.oddities, place.index, result.oddities, one.index)


def _joined(raws: Sequence[Raw | None]) -> Raw | None:
    there = [raw for raw in raws if raw is not None]
    return there[0] if len(there) == 1 else "\n".join(map(to_text, there)) if there else None


def _carry_oddities(before: Oddities, at: int, now: Oddities, to: int) -> None:
    pairs: tuple[tuple[dict[int, Any], dict[int, Any]], ...] = (
        (before.formats, now.formats), (before.errors, now.errors),
        (before.formulas, now.formulas), (before.shown, now.shown),
    )  # fmt: skip
    for source, target in pairs:
        if at in source:
            target[to] = source[at]


def _library(raw: RawLibrary, before: Body, body: Body) -> RawLibrary:
    """The rows of a library under the columns of today; new columns are empty."""
    numbers = {column.key: number for number, column in enumerate(before.columns)}
    old_width, width, count = len(before.columns), len(body.columns), len(raw.rows)
    sources = [numbers.get(column.key) for column in body.columns]
    columns: list[list[Raw | None]] = [
        [None] * count if source is None else raw.columns[source] for source in sources
    ]
    cols = [None if source is None else raw.cols[source] for source in sources]
    result = RawLibrary(raw.sheet, raw.rows, columns, cols, Oddities())
    target = {source: number for number, source in enumerate(sources) if source is not None}
    for at in raw.oddities.indices() | raw.filled | raw.settled:
        row, source = divmod(at, old_width)
        if source not in target:
            continue
        to = row * width + target[source]
        _carry_oddities(raw.oddities, at, result.oddities, to)
        if at in raw.filled:
            result.filled.add(to)
        if at in raw.settled:
            result.settled.add(to)
    return result


@cache
def _printed_formulas(plan: SheetPlan) -> Mapping[str, int]:
    return dict(_formulas(plan))


def _formulas(plan: SheetPlan) -> Iterator[tuple[str, int]]:
    """What each printed formula of a sheet is (the total of a column, the n-th), and its number."""
    count = 0
    for number, one in enumerate(plan.printed):
        if isinstance(one.text, str):
            continue
        body = plan.body
        if body is not None and one.area.row in body.total_rows:
            column = next((c.key for c in body.columns if c.col == one.area.col), "")
            line = one.area.row - body.total_rows.start
            yield f"total {line or ''}{column}", number
        else:
            yield f"{count}", number
            count += 1


def _printed(
    extracted: Extracted, issued: Layout, layout: Layout
) -> Iterator[tuple[tuple[str, int], tuple[Raw, bool, str]]]:
    """Stored results of printed formulas that there are in both plans."""
    now = {plan.sheet.key: _printed_formulas(plan) for plan in layout.sheets}
    for plan in issued.sheets:
        key = plan.sheet.key
        for what, number in _printed_formulas(plan).items():
            stored = extracted.printed.get((key, number))
            if stored is not None and what in now.get(key, {}):
                yield (key, now[key][what]), stored


def _not_asked(extracted: Extracted, issued: Layout, layout: Layout) -> Iterator[Problem]:
    """Answers to what the form does not ask any more: they are in no table."""
    for one in issued.in_order:
        raw = extracted.raws[one.index]
        if one.slot.key not in layout.slots and raw is not None:
            sheet, cell = _place(extracted, one)
            yield Problem(
                code="L123", sheet=sheet, cell=cell, key=one.slot.key, label=one.slot.path,
                value=to_text(raw),
            )  # fmt: skip
    for key, library in extracted.libraries.items():
        for number, column in enumerate(issued.bodies[key].columns):
            given = sum(value is not None for value in library.columns[number])
            if column.key not in layout.columns and given and not column.locked:
                yield Problem(
                    code="L123", sheet=library.sheet, key=column.key, label=column.path,
                    value=f"{given}行",
                )  # fmt: skip
