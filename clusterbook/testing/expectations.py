"""What a blank must hold, and where the tables of an import are not what was typed."""

from __future__ import annotations

import csv
import warnings
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.worksheet.datavalidation import DataValidation

from clusterbook.a1 import cell_name
from clusterbook.forms.kinds import Kind, YesNo
from clusterbook.layout.layout import Layout
from clusterbook.testing.filling import FilledIn, holds, inputs


@lru_cache(maxsize=8)
def opened(data: bytes) -> openpyxl.Workbook:
    """A workbook as openpyxl reads it; the same object for the same bytes."""
    with warnings.catch_warnings():
        # A print area that is a formula, which grows with the rows filled, is news to openpyxl.
        warnings.filterwarnings("ignore", "Print area cannot be set", UserWarning)
        return openpyxl.load_workbook(BytesIO(data))


def required_when_blank(layout: Layout) -> list[tuple[str, str, str, str]]:
    """(code, sheet, cell, key) of what an empty form lacks, in printed order."""
    known = {
        key: parts[0].field.default
        for key, parts in layout.slots.items()
        if parts[0].field.default and not parts[0].locked
    }
    found = []
    for plan in layout.sheets:
        for slot in plan.slots:
            asked = slot.field
            if slot.locked or slot.part > 1 or not asked.required:
                continue
            if asked.when is None:
                found.append(("V101", plan.name, slot.area.cell, slot.key))
            elif holds(asked.when, known):
                found.append(("V102", plan.name, slot.area.cell, slot.key))
        if plan.body is not None and plan.body.library.least:
            first = cell_name(plan.body.first_row, plan.body.inputs[0].col)
            found.append(("V104", plan.name, first, plan.body.library.key))
    return found


def named_lists(book: openpyxl.Workbook) -> dict[str, list[str]]:
    """Every defined name of one column of cells, with the texts that stand there."""
    lists = {}
    for name, defined in book.defined_names.items():
        if defined.attr_text.startswith('"') or defined.attr_text.startswith("OFFSET"):
            continue
        (sheet, cells), *others = defined.destinations
        if not others and ":" in cells:
            column = [row[0].value for row in book[sheet][cells]]
            lists[name] = [str(text) for text in column if text is not None]
    return lists


def rules_at(book: openpyxl.Workbook, sheet: str, cell: str) -> list[DataValidation]:
    """The validations that cover a cell: one, or a program takes whichever it likes."""
    row, column = coordinate_to_tuple(cell)
    return [
        rule
        for rule in book[sheet].data_validations.dataValidation
        for area in rule.sqref.ranges
        if area.min_row <= row <= area.max_row and area.min_col <= column <= area.max_col
    ]


def kinds_by_place(layout: Layout) -> list[tuple[tuple[str, str], Kind]]:
    """Every input cell (of libraries the first and last row) with its kind."""
    last = {key: body.library.rows - 1 for key, body in layout.bodies.items()}
    found = []
    for one in inputs(layout):
        if one.row is None:
            kind = layout.slots[one.name][0].field.kind
        elif one.row in (0, last[one.name.split(".")[0]]):
            kind = layout.columns[one.name].field.kind
        else:
            continue
        found.append(((one.sheet, one.cell), kind))
    return found


def read_csv(path: Path) -> list[dict[str, str]]:
    """The lines of a table of an import."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def value_table_faults(filled: FilledIn, out: Path) -> list[str]:
    """Where values.csv does not hold what was typed, or holds what nobody typed."""
    layout = filled.layout
    rows: dict[str, dict[str, str]] = {}
    for row in read_csv(out / "tables" / "values.csv"):
        item = f"[{row['item']}]" if row["item"] else ""
        time = row.get("stretch") or row["year"]
        key = f"{row['block']}{item}.{row['field']}" + (f".{time}" if time else "")
        assert key not in rows, f"{key} stands twice in values.csv"
        rows[key] = row
    faults = []
    for key, texts in filled.texts.items():
        row = rows.pop(key, {})
        slot = layout.slots[key][0]
        number, text = _as_cells(slot.field.kind, filled.expected[key])
        joined = "\n".join(texts)
        expected = {
            "sheet": layout.sheet_of[key].name, "cell": slot.area.cell, "text": text,
            "raw": _canonical(joined) if slot.field.kind.numeric else joined,
            "unit": getattr(slot.field.kind, "unit", ""),
        }  # fmt: skip
        found = {name: row.get(name) for name in expected}
        if found != expected or _number(row["number"]) != number:
            faults.append(f"{key}: expected {expected} {number}, found {row}")
    for key, row in rows.items():
        if key in layout.slots:
            slot = layout.slots[key][0]
            if not slot.locked and row["raw"] != slot.field.default:
                faults.append(f"{key}: nobody typed {row}")
        elif row["field"] not in {h.key for h in layout.bodies[row["block"]].library.headlines}:
            faults.append(f"{key}: an unknown field")
    return faults


def library_table_faults(filled: FilledIn, out: Path) -> list[str]:
    """Where the table of a library is not what was typed."""
    faults = []
    for key, expected_rows in filled.libraries().items():
        body = filled.layout.bodies[key]
        kinds = {column.field.key: column.field.kind for column in body.inputs}
        table = read_csv(out / "tables" / f"{body.library.table}.csv")
        found_rows = [row for row in table if row.get("part", key) == key]
        if len(found_rows) != len(expected_rows):
            faults.append(f"{key}: {len(expected_rows)} rows filled, {len(found_rows)} found")
        for expected, found in zip(expected_rows, found_rows, strict=False):
            if (int(found["row"]), found["sheet"]) != (
                expected["row"],
                filled.layout.sheet_of[key].name,
            ):
                faults.append(f"{key}: row {expected['row']} is said to be {found['row']}")
            for name, kind in kinds.items():
                number, text = _as_cells(kind, expected[name])
                if isinstance(kind, YesNo):
                    same = found[name] == {True: "true", False: "false", None: ""}[expected[name]]
                elif kind.numeric:
                    same = _number(found[name]) == number
                else:
                    same = found[name] == text
                if not same:
                    faults.append(
                        f"{key}.{name}: expected {expected[name]!r}, found {found[name]!r}"
                    )
    return faults


def _as_cells(kind: Kind, value: Any) -> tuple[float | None, str]:
    """The number and the text of a value in the long table."""
    if value is None:
        return None, ""
    if isinstance(value, bool):
        return float(value), "是" if value else "否"
    if kind.numeric:
        return float(value), ""
    return None, "、".join(map(str, value)) if isinstance(value, list) else str(value)


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


def _canonical(text: str) -> str:
    """A number as it prints: the cell holds 12.5, whatever zeros were typed."""
    number = float(text)
    return str(int(number)) if number == int(number) else repr(number)
