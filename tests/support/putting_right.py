"""Right values for marked cells."""

from __future__ import annotations

from collections.abc import Iterator

from support.returning import Draft, Judged

from clusterbook.a1 import cell_name
from clusterbook.forms.parsing.folding import to_text
from clusterbook.layout import layouts
from clusterbook.reports.feedback.remarks import Remark
from clusterbook.workbook.validations import in_boxes

# What the good sample has nothing for, as it has one park and no attachment.
ADDED = {
    "plan.implementation_plan_file": "样例实施方案.docx",
    "plan.implementation_plan_pages": "P1-20",
    "park[2].green_park_pages": "P90",
}


def right(draft: Draft, one: Remark) -> Iterator[tuple[str, str, str]]:
    """What the good sample has for a marked cell, as somebody types it: sheet, cell, text."""
    assert one.plan is not None and one.area is not None
    key, sheet, layout = one.problem.key, one.sheet, layouts.of(draft.form)
    if key in layout.bodies:  # a list that nobody filled in
        body = layout.bodies[key]
        for at, row in enumerate(draft.rows[key]):
            for column in body.inputs:
                if column.field.key in row:
                    cell = cell_name(body.first_row + at, column.col)
                    yield sheet, cell, to_text(row[column.field.key])
    elif key in layout.columns:
        library, name = key.split(".")
        at = one.area.row - layout.bodies[library].first_row
        yield sheet, one.cell, to_text(draft.rows[library][at].get(name, ""))
    else:
        slots = layout.slots[key]
        value = draft.values.get(
            key, draft.values.get(key.replace("[2]", "[1]"), slots[0].field.default)
        )
        value = "" if one.problem.code == "V103" else ADDED.get(key, value)
        parts = in_boxes(value, len(slots)) if len(slots) > 1 else [value]
        for slot, part in zip(slots, parts, strict=True):
            yield sheet, slot.area.cell, to_text(part)


def reason_cell(names: dict[str, str], one: Remark, came: Judged) -> str:
    """The cell of the 说明 of a rule or its group, from what its name stands for."""
    rule = next(rule for rule in came.layout.workbook.rules if rule.code == one.problem.code)
    return names[f"cb_reason.{rule.line}"].rsplit(".", 1)[1].replace("$", "")
