"""Workbooks read back in this process, and where what came of them is not what was typed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from clusterbook.engine.gather import run
from clusterbook.engine.inbox import find_files
from clusterbook.engine.workers import Here
from clusterbook.layout.layout import Layout
from clusterbook.validation.judged import Batch


def imported(*files: bytes) -> Batch:
    """The files as one batch, in this order."""
    with TemporaryDirectory() as folder:
        for number, data in enumerate(files):
            (Path(folder) / f"{number:03d}.xlsx").write_bytes(data)
        return run(find_files([Path(folder)]), pool=Here())


def without_computed(layout: Layout, values: dict[str, Any]) -> dict[str, Any]:
    """``values`` of a JSON document as far as people typed them."""
    computed: set[tuple[str, int | None, str, str | None]] = set()
    for parts in layout.slots.values():
        slot = parts[0]
        if slot.locked:
            year = slot.field.time or None
            computed.add((slot.block.key, slot.block.item, slot.field.key, year))
    for body in layout.bodies.values():
        computed |= {(body.library.key, None, h.key, None) for h in body.library.headlines}

    def kept(block: str, item: int | None, fields: dict[str, Any]) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for name, value in fields.items():
            if (block, item, name, None) in computed:
                continue
            by_year = isinstance(value, dict)
            inside = (
                {y: v for y, v in value.items() if (block, item, name, y) not in computed}
                if by_year
                else value
            )
            if not by_year or inside:
                result[name] = inside
        return result

    found: dict[str, Any] = {}
    for block, fields in values.items():
        if isinstance(fields, list):
            found[block] = [kept(block, item, one) for item, one in enumerate(fields, start=1)]
        elif (fields := kept(block, None, fields)) or block not in layout.bodies:
            found[block] = fields
    return found


def rows_without_computed(
    layout: Layout, libraries: dict[str, list[dict[str, Any]]]
) -> dict[str, list[dict[str, Any]]]:
    """``libraries`` of a JSON document as far as people typed them."""
    typed = {
        key: {"row", *(column.field.key for column in body.inputs)}
        for key, body in layout.bodies.items()
    }
    return {
        key: [{name: value for name, value in row.items() if name in typed[key]} for row in rows]
        for key, rows in libraries.items()
    }


def differences(expected: Any, found: Any, path: str = "") -> list[str]:
    """Where two JSON values differ, one line each; short to read when two forms are compared."""
    if isinstance(expected, dict) and isinstance(found, dict):
        keys: Sequence[str] = list(dict.fromkeys([*expected, *found]))
        return [
            line
            for key in keys
            for line in (
                differences(expected[key], found[key], f"{path}.{key}")
                if key in expected and key in found
                else [f"{path}.{key}: only {'expected' if key in expected else 'found'}"]
            )
        ]
    same_length = (
        isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found)
    )
    if same_length:
        return [
            line
            for at, (one, other) in enumerate(zip(expected, found, strict=True))
            for line in differences(one, other, f"{path}[{at}]")
        ]
    if expected == found and type(expected) is type(found):
        return []
    return [f"{path}: expected {expected!r}, found {found!r}"]
