"""Descriptions of the outputs for other software: datapackage.json and a JSON Schema per form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clusterbook import __version__
from clusterbook.forms.kinds import Choice, Kind, Number, YesNo
from clusterbook.forms.spec import Checklist, Form, leaves
from clusterbook.layout.layout import Layout
from clusterbook.results.tables import Table


def datapackage(tables: Sequence[Table]) -> dict[str, Any]:
    """A frictionless Data Package of all CSV files, with Chinese titles and units."""
    return {
        "name": "clusterbook-import",
        "profile": "tabular-data-package",
        "created_by": f"clusterbook {__version__}",
        "resources": [
            {
                "name": table.name,
                "path": table.path, "profile": "tabular-data-resource", "encoding": "utf-8",
                "format": "csv", "mediatype": "text/csv",
                "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"'},
                "schema": {
                    "fields": [
                        {"name": c.name, "type": c.type, "title": c.title}
                        | ({"unit": c.unit} if c.unit else {})
                        for c in table.columns
                    ],
                    "missingValues": [""],
                },
            }
            for table in tables
        ],
    }  # fmt: skip


def submission_schema(layout: Layout) -> dict[str, Any]:
    """JSON Schema (2020-12) of the documents in submissions/ of one form."""
    blocks: dict[str, dict[str, Any]] = {}
    repeated: set[str] = set()
    for parts in layout.slots.values():
        slot = parts[0]
        properties = blocks.setdefault(slot.block.key, {})
        if slot.block.item is not None:
            repeated.add(slot.block.key)
        value = _value_schema(slot.field.kind)
        if slot.field.year is None:
            properties[slot.field.key] = {"title": slot.path, **value}
        else:
            years = properties.setdefault(slot.field.key, {"type": "object", "properties": {}})
            years["properties"][slot.field.time] = {"title": slot.path, **value}
    for _, block in layout.workbook.blocks():
        if isinstance(block, Form):
            for row in leaves(block.rows):
                if isinstance(row, Checklist):
                    blocks[block.key][row.key] = _list({"enum": list(row.options)})
    for body in layout.bodies.values():
        for headline in body.library.headlines:
            properties = blocks.setdefault(body.library.key, {})
            properties[headline.key] = {"title": headline.label, "type": "integer"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": layout.workbook.title.strip(),
        "type": "object",
        "required": ["form", "year", "submission", "values", "libraries", "problems"],
        "properties": {
            "form": {"const": layout.workbook.id}, "year": {"type": "integer"},
            **({"month": {"enum": list(months)}} if (months := layout.workbook.months) else {}),
            "submission": {"type": "string"}, "issued_to": {"type": "string"},
            "values": {"type": "object", "properties": {
                key: _list(_object(properties)) if key in repeated else _object(properties)
                for key, properties in blocks.items()
            }},
            "declared": {"type": "object", "additionalProperties": {"enum": ["none", "na"]}},
            "libraries": {"type": "object", "properties": {
                key: _list(_object({"row": {"type": "integer"}} | {
                    column.field.key: {"title": column.path, **_value_schema(column.field.kind)}
                    for column in body.columns
                }))
                for key, body in layout.bodies.items()
            }},
            "problems": _list({"type": "object"}),
        },
    }  # fmt: skip


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _value_schema(kind: Kind) -> dict[str, Any]:
    """What a value of this kind may be; null where nothing (readable) was given."""
    if isinstance(kind, Number):
        unit = {"description": kind.unit} if kind.unit else {}
        return {"type": ["integer" if kind.whole else "number", "null"], **unit}
    if kind.dtype == "boolean":
        return {"type": ["boolean", "null"]}
    if kind.dtype in ("list", "pages"):
        return {"type": ["array", "null"]}
    if isinstance(kind, Choice) and kind.options and not isinstance(kind, YesNo):
        return {"enum": [*kind.options, None]}
    return {"type": ["string", "null"]}
