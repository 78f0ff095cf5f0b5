"""Typed data → problems → verdicts: schemas first, then what crosses columns, tables and sheets.

A cell gets one problem: what is blank or unreadable keeps silent everywhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product

import numpy as np
from attrs import evolve

from clusterbook.a1 import by_place
from clusterbook.forms.expressions.columns import evaluate
from clusterbook.forms.expressions.frames import Array, Frames, is_empty
from clusterbook.forms.expressions.nodes import AnswerOf
from clusterbook.forms.kinds import Kind
from clusterbook.forms.parsing.together import name_keys
from clusterbook.forms.reasons import explained
from clusterbook.forms.spec import Field
from clusterbook.layout.layout import Body, ColumnSlot, Layout, Slot
from clusterbook.problems import Level, Problem
from clusterbook.validation import schema
from clusterbook.validation.normalize import as_array
from clusterbook.validation.promises import Promise
from clusterbook.validation.rulings import apply_rules
from clusterbook.validation.shown import show
from clusterbook.validation.stored_results import check_stored
from clusterbook.validation.typed_data import Data, Typed
from clusterbook.verdicts import Verdict


def verdict(problems: list[Problem]) -> Verdict:
    """The verdict that a list of problems of a readable submission leads to."""
    levels = {problem.level for problem in problems if problem.open}
    if Level.ERROR in levels:
        return Verdict.RETURNED
    return Verdict.EXPLAIN if Level.EXPLAIN in levels else Verdict.PASSED


def check(
    data: Data, promised: Mapping[int, Sequence[Promise]] | None = None,
    more: Callable[[], None] | None = None,
) -> None:  # fmt: skip
    """Adds every problem of the batch to ``data``, each submission's in printed order.

    ``promised``: by submission, what an earlier round stated for the years of this one. ``more``
    adds what is known from elsewhere, before all is put in order and reasons are taken in.
    """
    for slots in _alike(data.layout):
        _check_answers(data, slots)
    for body in data.layout.bodies.values():
        _check_library(data, body)
    frames = with_computed(data)
    _check_conditions(data, frames)
    _check_cascades(data)
    _check_row_conditions(data, frames)
    _check_identity(data)
    apply_rules(data, frames)
    _check_promised(data, frames, promised or {})
    check_stored(data, frames)
    if more is not None:
        more()
    order = {plan.name: number for number, plan in enumerate(data.layout.sheets)}
    for submission, problems in enumerate(data.problems):
        names = {
            actual: order[data.layout_sheet_name(key)]
            for key, actual in data.extracted[submission].sheet_names.items()
        }
        reasons = data.extracted[submission].explanations
        problems[:] = sorted(
            (explained(problem, reasons) for problem in problems) if reasons else problems,
            key=lambda p: (names.get(p.sheet, order.get(p.sheet, -1)), *by_place(p.cell)),
        )


def _alike(layout: Layout) -> Iterator[list[Slot]]:
    """The typed slots, those with the same bounds together: one column each to the schema.

    A form has hundreds of answers and some twenty bounds; a column costs a schema milliseconds
    however short it is.
    """
    groups: dict[tuple[Kind, bool], list[Slot]] = {}
    for parts in layout.slots.values():
        asked = parts[0].field
        if asked.computed is None:
            always = asked.required and asked.when is None
            groups.setdefault((asked.kind, always), []).append(parts[0])
    yield from groups.values()


def _check_answers(data: Data, slots: list[Slot]) -> None:
    values = np.concatenate([data.answers[slot.key].values for slot in slots])
    for failure in schema.failures({"value": values}, {"value": slots[0].field}):
        key = slots[failure.index // data.count].key
        submission = failure.index % data.count
        typed = data.answers[key]
        if submission in typed.declared:  # nothing is neither missing nor out of bounds
            continue
        data.tell(submission, key, failure.code, typed.text(submission), **failure.facts)


def _check_library(data: Data, body: Body) -> None:
    key = body.library.key
    library = data.libraries[key]
    fields = {column.field.key: column.field for column in body.inputs}
    by_key = {column.field.key: column for column in body.inputs}
    columns = {name: typed.values for name, typed in library.columns.items()}
    for failure in schema.failures(columns, fields):
        typed = library.columns[failure.column]
        if failure.index in typed.declared:
            continue
        column = by_key[failure.column]
        value = typed.text(failure.index)
        data.tell_row(key, failure.index, column, failure.code, value, **failure.facts)
    if body.library.least:
        counts = np.bincount(library.owner, minlength=data.count)
        for submission in np.flatnonzero(counts == 0):
            _tell_empty(data, int(submission), body)


def _tell_empty(data: Data, submission: int, body: Body) -> None:
    one = data.extracted[submission]
    raw = one.libraries.get(body.library.key)
    if raw is None:
        return
    plan = data.layout.sheet_of[body.library.key]
    first = body.inputs[0]
    cell = body.first_cell(first)
    data.problems[submission].append(
        Problem(
            code="V104", sheet=raw.sheet, cell=cell, key=body.library.key,
            label=plan.name, facts=data.covering("V104", submission, raw.sheet, cell),
        )
    )  # fmt: skip


def with_computed(data: Data) -> Frames:
    """All values, those of computed cells worked out anew in the order they need each other."""
    frames = data.frames()
    answers, columns = dict(frames.answers), dict(frames.columns)
    frames = evolve(frames, answers=answers, columns=columns)
    for key, one, expression in data.layout.in_order_of_dependence():
        if isinstance(one, ColumnSlot):
            library = key.split(".", 1)[0]
            columns[key] = evaluate(expression, frames, library)
            data.libraries[library].columns[one.field.key] = _computed_column(columns[key])
        else:
            answers[key] = _shaped(one.field, evaluate(expression, frames))
            data.answers[key] = _computed_column(answers[key])
    return frames


def _shaped(asked: Field, values: Array) -> Array:
    """A computed column in the form its kind has: a list where the kind is a list."""
    only = asked.kind.computed_type
    if only is None:
        return values
    return as_array(asked.kind, [v if isinstance(v, only) else None for v in values])


def _computed_column(values: Array) -> Typed:
    return Typed(values, [None] * len(values))


# --- conditions --------------------------------------------------------------------------------


def _check_conditions(data: Data, frames: Frames) -> None:
    """Answers that are asked only under a condition, and those that must be empty otherwise."""
    for key, parts in data.layout.slots.items():
        asked = parts[0].field
        if asked.when is None or parts[0].locked:
            continue
        holds = evaluate(asked.when, frames)
        typed = data.answers[key]
        empty = is_empty(typed.values)
        facts = {"condition": asked.when_text}
        if asked.required:
            for at in np.flatnonzero(holds & empty):
                if int(at) not in typed.declared:
                    data.tell(int(at), key, "V102", **facts)
        if asked.only_when:
            # Whether it is to be empty rests on an answer that may have a problem of its own.
            on = {node.key for node in asked.when.walk() if isinstance(node, AnswerOf)}
            for at in np.flatnonzero(~holds):
                if any((at, other) in data.unsure for other in on):
                    continue
                if typed.given[at] and int(at) not in typed.declared:
                    data.tell(int(at), key, "V103", typed.text(int(at)), **facts)


def _check_row_conditions(data: Data, frames: Frames) -> None:
    for body in data.layout.bodies.values():
        for column in body.inputs:
            asked = column.field
            if asked.when is None or not asked.required:
                continue
            library = data.libraries[body.library.key]
            typed = library.columns[asked.key]
            holds = evaluate(asked.when, frames, body.library.key)
            for at in np.flatnonzero(holds & is_empty(typed.values)):
                if int(at) not in typed.declared:
                    facts = {"condition": asked.when_text}
                    data.tell_row(body.library.key, int(at), column, "V102", **facts)


def _check_cascades(data: Data) -> None:
    """A county must belong to the chosen city."""
    for key, parts in data.layout.slots.items():
        kind = parts[0].field.kind
        if kind.within:
            parent = f"{key.rsplit('.', 1)[0]}.{kind.within}"
            label = data.layout.slots[parent][0].path
            pairs = frozenset(kind.pairs)
            for at, (city, county) in enumerate(
                zip(data.answers[parent].values, data.answers[key].values, strict=True)
            ):
                if city and county and (city, county) not in pairs:
                    data.tell(at, key, "V231", county, parent=city, parent_label=label)
    for body in data.layout.bodies.values():
        by_key = {column.field.key: column for column in body.inputs}
        for column in body.inputs:
            kind = column.field.kind
            if kind.within:
                city = by_key[kind.within]
                _check_library_cascade(data, body, column, city, frozenset(kind.pairs))


def _check_library_cascade(
    data: Data,
    body: Body,
    column: ColumnSlot,
    parent: ColumnSlot,
    pairs: frozenset[tuple[str, str]],
) -> None:
    library = data.libraries[body.library.key]
    cities = library.columns[parent.field.key].values
    counties = library.columns[column.field.key].values
    for at, (city, county) in enumerate(zip(cities, counties, strict=True)):
        if city and county and (city, county) not in pairs:
            facts = {"parent": city, "parent_label": parent.path}
            data.tell_row(body.library.key, at, column, "V231", county, **facts)


def _check_identity(data: Data) -> None:
    """Columns whose combination may stand only once in a library of one submission."""
    for body in data.layout.bodies.values():
        identity = body.library.identity
        if not identity:
            continue
        library = data.libraries[body.library.key]
        column = next(c for c in body.inputs if c.field.key == identity[0])
        seen: dict[tuple[object, ...], int] = {}
        columns = [_name_keys(library.columns[name].values) for name in identity]
        keys = list(zip(library.owners, *columns, strict=True))
        if len(set(keys)) == len(keys):
            continue
        for at, key in enumerate(keys):
            if not all(key[1:]):
                continue
            first = seen.setdefault(key, at)
            if first != at:
                raw = library.columns[identity[0]].text(at)
                facts = {"first": library.rows[first] + 1}
                data.tell_row(body.library.key, at, column, "R101", raw, **facts)


def _check_promised(data: Data, frames: Frames, promised: Mapping[int, Sequence[Promise]]) -> None:
    """Figures that are far from what was promised for their year.

    A figure that has a problem of its own has it for this reason, too, and keeps silent.
    """
    year = data.layout.workbook.options.report_year
    for submission, made in promised.items():
        for one, pledge in product(made, data.layout.workbook.pledges):
            key = f"{pledge.actual}.{one.year}"
            due = one.key == pledge.target and one.year <= year and key in data.layout.slots
            if not due or one.value <= 0:
                continue
            value = frames.answers[key][submission]
            share = value / one.value * 100
            under = pledge.low is not None and share < pledge.low
            if under or (pledge.high is not None and share > pledge.high):
                shown = show(float(round(share, 2)))
                facts = {"round": one.round, "target": show(one.value), "share": shown}
                data.tell(submission, key, "F116", show(value), **facts)


def _name_keys(values: Array) -> list[str]:
    """The keys under which the values of a column are the same name; '' for nothing."""
    return name_keys([
        v if type(v) is str else "" if v is None or v != v else show(v)  # noqa: PLR0124 - NaN
        for v in values.tolist()
    ])  # fmt: skip
