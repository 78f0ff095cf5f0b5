"""The blocks of a form in its data dictionary: rows, checklists, columns and sums by their keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from clusterbook.a1 import cell_name
from clusterbook.forms.expressions.excel import excel
from clusterbook.forms.spec import (
    Answers,
    Block,
    Checklist,
    Group,
    Indicators,
    Library,
    Narrative,
    Note,
    leaves,
)
from clusterbook.layout.layout import Body, Layout, SheetPlan, View

Facts = dict[str, Any]


def blocks(layout: Layout) -> Iterator[Facts]:
    """Each block with the keys of what is inside: rows, checklists, columns, totals."""
    for plan in layout.sheets:
        for block in plan.sheet.blocks:
            if isinstance(block, Block):
                facts = {
                    "key": block.key, "item": block.item, "kind": type(block).__name__.lower(),
                    "sheet": plan.name, "condition": block.when_text,
                }  # fmt: skip
                yield facts | _inside(layout, plan, block)


def _inside(layout: Layout, plan: SheetPlan, block: Block) -> Facts:
    if isinstance(block, Answers):
        return {
            "groups": [item.label for item in _groups(block.rows)],
            "notes": [row.text for row in leaves(block.rows) if isinstance(row, Note)],
            "checklists": [_checklist(r) for r in leaves(block.rows) if isinstance(r, Checklist)],
        }
    if isinstance(block, Indicators):
        return {
            "over": block.over or block.corner,
            "groups": [item.label for item in _groups(block.rows)],
            "rows": [{"key": row.key, "label": row.label or block.corner, **row.fixed}
                     for row in leaves(block.rows)],
            **({"fixed": [{"key": c.key, "label": c.label} for c in block.fixed]}
               if block.fixed else {}),
            "years": [
                {"year": y.year, **({"stretch": y.stretch} if y.stretch else {}),
                 "label": y.label, "added": y.added}
                for y in block.years
            ],
            "measures": [{"suffix": m.suffix, "label": m.label} for m in block.measures],
            "columns": [{"key": c.key, "label": c.label, "added": c.added} for c in block.columns],
        }  # fmt: skip
    if isinstance(block, Narrative):
        return {"rows": [{"key": block.field.key, "label": block.field.label}],
                "guidance": list(block.guidance)}  # fmt: skip
    return _library(layout, plan, block) if isinstance(block, Library) else {}


def _library(layout: Layout, plan: SheetPlan, library: Library) -> Facts:
    body = layout.bodies[library.key]
    view = layout.view(plan)
    return {
        "title": library.title or plan.sheet.title.strip(), "notes": list(library.notes),
        "rows_given": library.rows, "rows_printed": library.printed_rows,
        "closed": library.closed, "identity": list(library.identity),
        "groups": [item.label for item in _groups(library.columns)],
        "columns": [
            {"key": c.field.key, "label": c.path, "added": c.field.added} for c in body.columns
        ],
        "headlines": [{"key": h.key, "label": h.label} for h in library.headlines],
        "totals": list(_totals(body, view)),
        **({"table": library.table} if library.part_of else {}),
    }  # fmt: skip


def _totals(body: Body, view: View) -> Iterator[Facts]:
    """The sums in the lines of totals and subtotals, each with its cell."""
    library = body.library
    lines = [(library.total_label, library.totals)]
    lines += [(one.label, one.of) for one in library.subtotals]
    for row, (label, sums) in zip(body.total_rows, lines, strict=False):
        for key, of in sums.items():
            col = next(column.col for column in body.columns if column.field.key == key)
            yield {"key": key, "label": label, "computed": "=" + excel(of, view),
                   "cell": cell_name(row, col)}  # fmt: skip


def _groups(items: Iterable[Any]) -> Iterator[Group]:
    for item in items:
        if isinstance(item, Group):
            yield item
            yield from _groups(item.items)


def _checklist(checklist: Checklist) -> Facts:
    return {"key": checklist.key, "label": checklist.label, "heading": checklist.heading,
            "options": list(checklist.options)}  # fmt: skip
