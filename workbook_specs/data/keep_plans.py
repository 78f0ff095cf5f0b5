"""Keep the plans of the forms as this build issues them: ``python workbook_specs/data/keep_plans.py``.

Run it before a form's version is raised, and name the version in the form's ``earlier`` after that.
A workbook of that version is then read by the plan it was issued by, whatever becomes of the form
(``clusterbook.earlier``). ``tests/keep_issued.py`` keeps workbooks of it to prove that.
"""

# ruff: noqa: INP001 (a script: it stands alone)

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from attrs import evolve

from clusterbook.forms import registry
from clusterbook.forms.expressions.excel import excel
from clusterbook.forms.options import Options
from clusterbook.layout import layouts
from clusterbook.layout.earlier import plan_file, with_years_open
from clusterbook.layout.layout import Area, Body, Layout, SheetPlan
from clusterbook.returns.around import known_pages

HERE = Path(__file__).resolve().parent
YEAR, LATER = 2025, 6


def keep(form: str) -> dict[str, Any]:
    """The plan of a form in its present version, its years as marks."""
    plans = {}
    for years in ("rolled", "as-printed"):
        options = Options(report_year=YEAR, years=years)
        there = evolve(options, report_year=YEAR + LATER)
        both = layouts.of(form, options), layouts.of(form, there)
        plans[years] = _open(*map(_plan, both)) | {"around": _around(*both)}
    return {"form": form, "version": registry.workbook(form).version, "plans": plans}


def _open(here: Any, there: Any) -> Any:
    """What is the same ``LATER`` years on, but for the years in its texts."""
    if isinstance(here, dict):
        if here.keys() != there.keys():
            raise ValueError(f"not the same: {list(here)}, {list(there)}")
        return {key: _open(value, there[key]) for key, value in here.items()}
    if isinstance(here, list):
        return [_open(one, other) for one, other in zip(here, there, strict=True)]
    if isinstance(here, str):
        return with_years_open(here, YEAR, there, LATER)
    if here != there:
        raise ValueError(f"not the same: {here}, {there}")
    return here


def _plan(layout: Layout) -> dict[str, Any]:
    asked = {key: parts[0].field for key, parts in layout.slots.items()}
    asked |= {key: column.field for key, column in layout.columns.items()}
    return {
        "optional": [key for key, one in asked.items() if not one.required],
        "rules": [rule.code for rule in layout.workbook.rules],
        "reasons": [[code, list(names)] for code, names in layout.reasons],
        "sheets": [_sheet(layout, plan) for plan in layout.sheets],
    }


def _around(layout: Layout, later: Layout) -> dict[str, Any]:
    """What the sheets around the form say. Some of it is said in some years only."""
    others = known_pages(later)
    return {
        key: {
            "texts": sorted({*_texts(page.texts, others[key].texts)}),
            "taken": _runs(page.taken | others[key].taken),
        }
        for key, page in known_pages(layout).items()
    }


def _texts(here: Iterable[str], there: Iterable[str]) -> Iterator[str]:
    """Texts of both, those as one that are the same but for years."""
    pairs: dict[str, tuple[list[str], list[str]]] = {}
    for side, texts in enumerate((here, there)):
        for text in sorted(texts):
            pairs.setdefault(re.sub(r"\d", "", text), ([], []))[side].append(text)
    for ours, others in pairs.values():
        try:
            yield from [with_years_open(one, YEAR, other, LATER)
                        for one, other in zip(ours, others, strict=True)]  # fmt: skip
        except ValueError:
            yield from (*ours, *others)


def _runs(cells: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Cells as row, first and last column."""
    runs: list[list[int]] = []
    for row, col in sorted(cells):
        if runs and runs[-1][0] == row and runs[-1][2] == col - 1:
            runs[-1][2] = col
        else:
            runs.append([row, col, col])
    return runs


def _area(area: Area) -> list[int]:
    return [area.row, area.col, area.last_row, area.last_col]


def _sheet(layout: Layout, plan: SheetPlan) -> dict[str, Any]:
    view = layout.view(plan)
    slots = []
    for slot in plan.slots:
        computed = slot.field.computed
        formula = None if computed is None else excel(computed, view)
        slots.append([slot.key, slot.part, slot.parts, *_area(slot.area), slot.path, formula])
    return {
        "key": plan.sheet.key, "name": plan.name, "title": plan.sheet.title,
        "last_row": plan.last_row, "last_col": plan.last_col,
        "printed": [
            [*_area(one.area), one.text if isinstance(one.text, str) else None]
            for one in plan.printed
        ],
        "printed_formulas": [
            [one.area.row, one.area.col, excel(one.text, view)]
            for one in plan.printed if not isinstance(one.text, str)
        ],
        "remarks": [_area(one.area) for one in plan.remarks],
        "slots": slots,
        "body": None if plan.body is None else _body(layout, plan, plan.body),
    }  # fmt: skip


def _body(layout: Layout, plan: SheetPlan, body: Body) -> dict[str, Any]:
    view = layout.view(plan, body.first_row)
    columns = []
    for column in body.columns:
        asked = column.field
        formula = None if asked.computed is None else excel(asked.computed, view)
        columns.append([asked.key, column.col, column.path, asked.label, asked.hint, formula])
    return {
        "library": body.library.key, "closed": body.library.closed,
        "resizable": body.library.resizable, "first_row": body.first_row,
        "last_row": body.last_row, "number_col": body.number_col, "total_row": body.total_row,
        "head_last_row": body.head_last_row, "columns": columns,
    }  # fmt: skip


def written(form: str) -> bytes:
    """What the file of a form's present version holds."""
    return json.dumps(keep(form), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def main() -> None:
    """Keep the plan of every form."""
    for form in registry.form_ids():
        (HERE / plan_file(form, registry.workbook(form).version)).write_bytes(written(form))


if __name__ == "__main__":
    main()
