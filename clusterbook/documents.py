"""A submission as one JSON document: values by block, libraries, what was declared, problems."""

from __future__ import annotations

from typing import Any

import numpy as np

from clusterbook.batch import Batch
from clusterbook.normalize import Data
from clusterbook.pipeline import Submission
from clusterbook.spec import Checklist, Form, leaves
from clusterbook.tables import json_value


def submission_document(batch: Batch, one: Submission, lang: str) -> dict[str, Any]:
    """The document of a readable submission.

    ``values``: block → field → value, or {year: value}; a block that repeats is a list. Checklists
    are the list of ticked options under their own key, besides a yes/no for each box.
    """
    group = batch.groups[one.group]
    data = group.data
    values, declared = _values(data, one.position)
    return {
        "form": group.stamp.form, "version": group.stamp.version, "year": group.stamp.report_year,
        "submission": one.id, "issued_to": one.stamp.issued_to if one.stamp else "",
        "file": one.file,
        "sha256": one.sha256, "verdict": one.verdict, "values": values, "declared": declared,
        "libraries": {key: _rows(data, key, one.position) for key in data.layout.bodies},
        "problems": [
            {
                "level": p.level.value, "code": p.code, "sheet": p.sheet, "cell": p.cell,
                "key": p.key, "label": p.label, "value": p.value, "message": p.message(lang),
                "how_to_mend": p.how_to_mend(lang),
                "explanation": p.explanation,
            }
            for p in one.problems
        ],
    }  # fmt: skip


def _values(data: Data, at: int) -> tuple[dict[str, Any], dict[str, str]]:
    values: dict[str, Any] = {}
    declared: dict[str, str] = {}
    for key, parts in data.layout.slots.items():
        slot, typed = parts[0], data.answers[key]
        block = _block(values, slot.block.key, slot.block.item)
        value = json_value(slot.field.kind, typed.values[at])
        if slot.field.year is None:
            block[slot.field.key] = value
        else:
            block.setdefault(slot.field.key, {})[str(slot.field.year)] = value
        if at in typed.declared:
            declared[key] = typed.declared[at]
    _ticked(data, at, values)
    for body in data.layout.bodies.values():
        for headline in body.library.headlines:
            number = data.headlines[f"{body.library.key}.{headline.key}"][at]
            _block(values, body.library.key, None)[headline.key] = int(number)
    return values, declared


def _block(values: dict[str, Any], key: str, item: int | None) -> dict[str, Any]:
    """The dict of a block, or of one repeat of it, made when it is first asked for."""
    if item is None:
        block: dict[str, Any] = values.setdefault(key, {})
        return block
    repeats: list[dict[str, Any]] = values.setdefault(key, [])
    while len(repeats) < item:
        repeats.append({})
    return repeats[item - 1]


def _ticked(data: Data, at: int, values: dict[str, Any]) -> None:
    """The printed wording of the ticked boxes, under the key of their checklist."""
    for _, block in data.layout.workbook.blocks():
        if not isinstance(block, Form):
            continue
        for row in leaves(block.rows):
            if isinstance(row, Checklist):
                keys = [f"{block.name}.{row.key}_{n}" for n in range(1, len(row.options) + 1)]
                _block(values, block.key, block.item)[row.key] = [
                    option
                    for option, key in zip(row.options, keys, strict=True)
                    if data.answers[key].values[at]
                ]


def _rows(data: Data, key: str, at: int) -> list[dict[str, Any]]:
    library = data.libraries[key]
    kinds = {column.field.key: column.field.kind for column in data.layout.bodies[key].columns}
    return [
        {"row": library.rows[row] + 1}
        | {
            name: json_value(kinds[name], typed.values[row])
            for name, typed in library.columns.items()
        }
        for row in np.flatnonzero(library.owner == at)
    ]
