"""What a judged return says, as the printed form takes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from clusterbook.a1 import parted
from clusterbook.forms.expressions.columns import evaluate
from clusterbook.forms.expressions.frames import Array, Frames
from clusterbook.forms.kinds import Kind
from clusterbook.issuing.prefill import EarlierReturn
from clusterbook.layout.layout import Layout
from clusterbook.results.documents import submission_document
from clusterbook.results.lines import json_column
from clusterbook.validation.judged import Batch, Submission
from clusterbook.validation.typed_data import Data, Typed
from clusterbook.word.content import Content

_DASH = "—"


def content_of(batch: Batch, one: Submission) -> Content:
    """The answers of a readable return: values as they were understood, else what was typed."""
    group = batch.groups[one.group]
    data, at = group.data, one.position
    document = submission_document(batch, one, "zh")
    values: dict[str, Any] = {}
    texts: dict[str, str] = {}
    for key, slots in data.layout.slots.items():
        typed, kind = data.answers[key], slots[0].field.kind
        values[key] = json_column(kind, typed.values[at : at + 1])[0]
        if slots[0].locked and values[key] is None:
            texts[key] = _DASH
        elif values[key] is None and at not in typed.declared and (text := typed.text(at)):
            texts[key] = text
    row_texts = _row_texts(data, at)
    heads, totals = _sums(data.layout, group.data.frames(), at)
    return Content(
        layout=data.layout, values=values, declared=document["declared"], texts=texts,
        rows=document["libraries"], row_texts=row_texts, heads=heads, totals=totals,
        reasons=data.extracted[at].explanations, issue=one.stamp.issue if one.stamp else "",
    )  # fmt: skip


def _row_texts(data: Data, at: int) -> dict[tuple[str, int, str], str]:
    """What stands in cells of lists and could not be read, or was declared not to be there."""
    found: dict[tuple[str, int, str], str] = {}
    for key, library in data.libraries.items():
        own = [index for index, owner in enumerate(library.owner.tolist()) if owner == at]
        for name, typed in library.columns.items():
            kind = data.layout.columns[f"{key}.{name}"].field.kind
            for number, index in enumerate(own):
                if text := _unread(typed, index, kind):
                    found[key, number, name] = text
    return found


def _unread(typed: Typed, index: int, kind: Kind) -> str:
    if index in typed.declared:
        return typed.text(index)
    value = json_column(kind, typed.values[index : index + 1])[0]
    return typed.text(index) if value is None else ""


def content_of_document(layout: Layout, document: Mapping[str, Any]) -> Content:
    """The same of a submission that an import wrote: what could not be read is in its problems."""
    source = EarlierReturn(document)
    values = {key: source.value(slots[0]) for key, slots in layout.slots.items()}
    texts = {key: _DASH for key, slots in layout.slots.items()
             if slots[0].locked and values[key] is None}  # fmt: skip
    rows, row_texts = document["libraries"], {}
    numbers = {(key, row["row"]): at for key, own in rows.items() for at, row in enumerate(own)}
    for problem in document["problems"]:
        key, text = problem["key"], problem["value"]
        library, _, column = key.partition(".")
        if not text or (problem["cell"] and library in rows and column):
            at = numbers.get((library, parted(problem["cell"])[1])) if problem["cell"] else None
            if text and at is not None and rows[library][at].get(column) is None:
                row_texts[library, at, column] = text
        elif key in values and values[key] is None and key not in document["declared"]:
            texts[key] = text
    heads, totals = _sums(layout, _frames(layout, values, rows), 0)
    reasons = {
        one["code"]: one["explanation"] for one in document["problems"] if one["explanation"]
    }
    return Content(
        layout=layout, values=values, declared=document["declared"], texts=texts, rows=rows,
        row_texts=row_texts, heads=heads, totals=totals, reasons=reasons,
        issue=str(document["submission"]),
    )  # fmt: skip


def _frames(layout: Layout, values: Mapping[str, Any], rows: Mapping[str, Any]) -> Frames:
    """The values of one document as expressions take them."""
    answers = {
        key: _array(slots[0].field.kind, [values[key]]) for key, slots in layout.slots.items()
    }
    columns = {
        f"{key}.{column.field.key}": _array(
            column.field.kind, [row.get(column.field.key) for row in rows.get(key, ())]
        )
        for key, body in layout.bodies.items() for column in body.columns
    }  # fmt: skip
    owner = {key: np.zeros(len(rows.get(key, ())), dtype=int) for key in layout.bodies}
    return Frames(1, answers, columns, owner)


def _array(kind: Kind, values: list[Any]) -> Array:
    if kind.dtype in ("number", "integer"):
        return np.array([np.nan if one is None else one for one in values], dtype=float)
    found = np.empty(len(values), dtype=object)
    found[:] = [tuple(one) if isinstance(one, list) else one for one in values]
    return found


def _sums(
    layout: Layout, frames: Frames, at: int
) -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    """The head sentences and the sums of lists, worked out from the rows."""
    heads: dict[str, str] = {}
    totals: dict[tuple[str, str], str] = {}
    for key, library in layout.workbook.libraries().items():
        if library.head is not None:
            heads[key] = str(evaluate(library.head, frames)[at])
        kinds = {asked.key: asked.kind for asked in library.fields()}
        for column, expression in library.totals.items():
            totals[key, column] = _shown(kinds[column], evaluate(expression, frames), at)
    return heads, totals


def _shown(kind: Kind, values: Array, at: int) -> str:
    if values.dtype.kind == "O":
        return str(values[at] or "")
    value = json_column(kind, values[at : at + 1])[0]
    return _DASH if value is None else kind.printed(value)
