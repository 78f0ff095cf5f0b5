"""Descriptions of the outputs for other software: datapackage.json and a JSON Schema per form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from clusterbook import __version__
from clusterbook.forms.kinds import Kind
from clusterbook.forms.kinds.bounds import Bound, OneOf
from clusterbook.forms.spec import Answers, Checklist, Field, leaves
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


def submission_schema(layout: Layout, *, passed: bool = False) -> dict[str, Any]:
    """JSON Schema (2020-12) of the documents in submissions/ of one form.

    Documents say what was handed in, also where it was sent back for a value out of its bounds. The
    schema of those that ``passed`` has the bounds, too.
    """
    schema_of = partial(value_schema, passed=passed)
    blocks: dict[str, dict[str, Any]] = {}
    repeated: set[str] = set()
    for parts in layout.slots.values():
        slot = parts[0]
        properties = blocks.setdefault(slot.block.key, {})
        if slot.block.item is not None:
            repeated.add(slot.block.key)
        value = schema_of(slot.field)
        if slot.field.year is None:
            properties[slot.field.key] = {"title": slot.path, **value}
        else:
            years = properties.setdefault(slot.field.key, {"type": "object", "properties": {}})
            years["properties"][slot.field.time] = {"title": slot.path, **value}
    for key, row in _checklists(layout):
        blocks[key][row.key] = _list({"enum": list(row.options)})
    for body in layout.bodies.values():
        for headline in body.library.headlines:
            properties = blocks.setdefault(body.library.key, {})
            properties[headline.key] = {"title": headline.label, "type": ["integer", "null"]}
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
                    column.field.key: {"title": column.path, **schema_of(column.field)}
                    for column in body.columns
                }))
                for key, body in layout.bodies.items()
            }},
            "problems": _list({"type": "object"}),
        },
    }  # fmt: skip


def _checklists(layout: Layout) -> Iterator[tuple[str, Checklist]]:
    for _, block in layout.workbook.blocks():
        if isinstance(block, Answers):
            yield from ((block.key, r) for r in leaves(block.rows) if isinstance(r, Checklist))


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


_TYPES = {"number": "number", "integer": "integer", "boolean": "boolean",
          "list": "array", "pages": "array"}  # fmt: skip


def value_schema(asked: Field, *, passed: bool) -> dict[str, Any]:
    """What the value of a field may be; null where nothing (readable) was given."""
    kind, typed = asked.kind, asked.computed is None
    bounds = [one for one in kind.bounds if _kept(one, kind) or (passed and typed)]
    said = _merged(one.json_schema for one in bounds)
    if "enum" in said:
        return said | {"enum": [*said["enum"], None]}
    unit = {"description": kind.unit} if kind.unit else {}
    # What a formula joins is a text, whatever somebody would type there.
    joined = not typed and kind.computed_type is None
    kept = "string" if joined else _TYPES.get(kind.dtype, "string")
    return {"type": [kept, "null"], **unit, **said}


def _kept(bound: Bound, kind: Kind) -> bool:
    """Whether a document says no other value, passed or not."""
    return type(bound) is OneOf and OneOf in kind.on_reading


def _merged(schemas: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """One schema for what several say; a keyword that comes again goes under ``allOf``."""
    found: dict[str, Any] = {}
    again: list[dict[str, Any]] = []
    for schema in schemas:
        for word, said in schema.items():
            if found.setdefault(word, said) != said:
                again.append({word: said})
    return found | ({"allOf": again} if again else {})
