"""What a judged return says, as the printed form takes it."""

from __future__ import annotations

from typing import Any

from clusterbook.forms.expressions.columns import Array, evaluate
from clusterbook.forms.kinds import Kind
from clusterbook.results.documents import submission_document
from clusterbook.results.tables import json_column
from clusterbook.validation.judged import Batch, Group, Submission
from clusterbook.validation.typed_data import Data, Typed
from clusterbook.word.content import Content, shown

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
    heads, totals = _sums(group, at)
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


def _sums(group: Group, at: int) -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    """The head sentences and the sums of lists, worked out from the rows."""
    frames = group.data.frames()
    heads: dict[str, str] = {}
    totals: dict[tuple[str, str], str] = {}
    for key, library in group.data.layout.workbook.libraries().items():
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
    return _DASH if value is None else shown(kind, value)
