"""Writes one sheet of the form before anybody has filled it: printed texts, cells, marks, rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import define

from clusterbook import styles
from clusterbook.forms.expressions.excel import excel
from clusterbook.forms.spec import Narrative
from clusterbook.forms.stamp import row_mark
from clusterbook.layout import paper
from clusterbook.layout.layout import Area, Body, Printed, SheetPlan, Slot
from clusterbook.layout.live_checks import RuleWatch
from clusterbook.layout.text_metrics import BODY_ROW, ROW_HEIGHT
from clusterbook.workbook import screen_paper
from clusterbook.workbook.book import BookWriter
from clusterbook.workbook.locked_sheet import Format, LockedSheet, sure
from clusterbook.workbook.validations import Validation, escaped, joined, rules

BODY_ROW_PIXELS = int(BODY_ROW / 0.75)


def slot_role(plan: SheetPlan, slot: Slot) -> str:
    """The role of a cell to fill in."""
    if plan.sheet.cover:
        return "cover_answer"
    if isinstance(slot.block, Narrative):
        return "prose"
    return "profile" if slot.field.kind.prose else "answer"


def rows_numbered(plan: SheetPlan, body: Body) -> int:
    """How many rows of a library have serial numbers before anything is filled in.

    Every row that holds anything is printed, so an open library numbers its first page alone.
    """
    if body.library.closed:
        return body.library.rows
    page = paper.FORM.down(landscape=plan.sheet.landscape)
    used = sum(plan.heights.get(row, ROW_HEIGHT) for row in range(1, body.first_row))
    return min(body.library.rows, int((page - used) / BODY_ROW))


@define
class SheetWriter:
    """Writes one sheet of the form."""

    workbook: BookWriter
    plan: SheetPlan
    sheet: LockedSheet
    watched: Sequence[RuleWatch]

    def write(self) -> None:
        """All that every workbook has on it, and its protection."""
        plan, sheet = self.plan, self.sheet
        self._columns()
        last_ruler = plan.body.head_last_row if plan.body else plan.last_row
        self.workbook.frame(sheet, "" if plan.sheet.cover else escaped(plan.name), plan.last_col)
        ruler = self.workbook.format("ruler")
        for row in range(1, last_ruler + 1):
            sure(sheet.write_string(row, 0, row_mark(row), ruler))
            sheet.set_row(row, plan.heights.get(row, ROW_HEIGHT))
        for one in plan.printed:
            self._text(one)
        for slot in plan.slots:
            self._slot(slot)
        for remark in plan.remarks:
            form = self.workbook.format("aside_remark")
            screen_paper.remark(sheet, plan, remark, form)
        self._rules()
        if plan.body is not None:
            _BodyWriter(self, plan.body).write()
        sheet.set_tab_color(styles.TABS["library" if plan.body else "form"])
        screen_paper.show(sheet, plan)
        screen_paper.on_paper(self.workbook.book, sheet, plan)
        self._protect()

    def _columns(self) -> None:
        body = self.plan.body
        forms: dict[int, Format] = {}
        if body and not body.library.closed:
            forms = {c.col: self.workbook.answer_format("cell", c.field) for c in body.inputs}
            if body.number_col is not None:
                forms[body.number_col] = self.workbook.format("free_number")
        for col, width in enumerate(self.plan.widths):
            self.sheet.set_column(col, col, width, forms.get(col))
        if body:
            # A default height without the "custom" mark: rows grow as long texts are typed.
            self.sheet.default_row_height = BODY_ROW_PIXELS
            self.sheet.original_row_height = BODY_ROW_PIXELS

    def _text(self, one: Printed) -> None:
        shown = {"num_format": one.number_format} if one.number_format else {}
        form = self.workbook.format(one.role, **shown)
        if one.link:
            screen_paper.link(self.sheet, self.workbook.layout, self.plan, one, form)
        else:
            self._printed(one.area, one.text, one.role, form)

    def _printed(self, area: Area, text: Any, role: str, form: Format | None = None) -> None:
        form = form or self.workbook.format(role)
        if area.merged:
            sure(self.sheet.merge_range(*screen_paper.corners(area), "", form))
        if not isinstance(text, str):
            formula = "=" + excel(text, self.workbook.layout.view(self.plan))
            sure(self.sheet.write_formula(area.row, area.col, formula, form, ""))
        elif text:
            sure(self.sheet.write_string(area.row, area.col, text, form))
        elif not area.merged:
            sure(self.sheet.write_blank(area.row, area.col, None, form))

    def _slot(self, slot: Slot) -> None:
        role = slot_role(self.plan, slot)
        form = self.workbook.answer_format(role, slot.field)
        computed = slot.field.computed
        self._printed(slot.area, "" if computed is None else computed, role, form)

    def _rules(self) -> None:
        workbook = self.workbook
        for rule in rules(workbook.layout, self.plan, workbook.lists, self.watched):
            corners = screen_paper.corners(rule.area)
            if isinstance(rule, Validation):
                sure(self.sheet.data_validation(*corners, dict(rule.rule)))
            else:
                self.workbook.mark(self.sheet, corners, rule.formula, rule.look)

    # protection -------------------------------------------------------------------------------

    def _protect(self) -> None:
        self.sheet.protect(
            "",
            {
                "format_columns": True, "format_rows": True, "autofilter": True,
                "select_locked_cells": True, "select_unlocked_cells": True,
            },
        )  # fmt: skip
        areas = [s.area for s in self.plan.slots if not s.locked]
        body = self.plan.body
        if body is not None:
            areas += [Area(body.first_row, c.col, body.last_row, c.col) for c in body.inputs]
        if areas:
            # A paste with formats locks the cells it meets; inside this range they stay editable.
            ranges = " ".join(area.range().replace("$", "") for area in joined(areas))
            sure(self.sheet.unprotect_range(ranges, "inputs"))


@define
class _BodyWriter:
    """Writes the rows of a library, still empty."""

    writer: SheetWriter
    body: Body

    def write(self) -> None:
        self._lock_head()
        self._ruler()
        self._numbers()
        if self.body.library.closed:
            self._closed_rows()
        self._computed()
        self._ruled_rows()

    def _lock_head(self) -> None:
        """Column formats are unlocked all the way up; the head zone needs locked cells."""
        covered = {
            (row, col)
            for one in self.writer.plan.printed
            for row in range(one.area.row, one.area.last_row + 1)
            for col in range(one.area.col, one.area.last_col + 1)
        }
        blank = self.writer.workbook.format("locked_blank")
        if self.body.library.closed:
            return
        open_columns = [column.col for column in self.body.inputs]
        if self.body.number_col is not None:
            open_columns.append(self.body.number_col)
        for row in range(1, self.body.first_row):
            for col in open_columns:
                if (row, col) not in covered:
                    sure(self.writer.sheet.write_blank(row, col, None, blank))

    def _ruler(self) -> None:
        """The mark of the first body row, of all rows where they are fixed.

        An open library has none below: paper would be printed down to it.
        """
        ruler, sheet, body = self.writer.workbook.format("ruler"), self.writer.sheet, self.body
        rows = {body.first_row}
        if body.library.closed:
            rows = set(range(body.first_row, body.last_row + 1))
        rows |= set(body.total_rows)
        for row in sorted(rows):
            sure(sheet.write_string(row, 0, row_mark(row), ruler))

    def _numbers(self) -> None:
        """Serial numbers; the column is free for dragging them on."""
        col = self.body.number_col
        if col is None:
            return
        form = self.writer.workbook.format("number")
        for number in range(1, rows_numbered(self.writer.plan, self.body) + 1):
            row = self.body.first_row + number - 1
            sure(self.writer.sheet.write_number(row, col, number, form))

    def _ruled_rows(self) -> None:
        """The last of the empty rows that paper shows of an open list."""
        plan, sheet = self.writer.plan, self.writer.sheet
        if last := screen_paper.last_ruled(plan):
            asked = next(one.field for one in self.body.columns if one.col == last[1])
            form = self.writer.workbook.answer_format("cell", asked)
            sure(sheet.write_blank(*last, None, self.writer.workbook.filled(form, "paper")))

    def _closed_rows(self) -> None:
        for column in self.body.inputs:
            form = self.writer.workbook.answer_format("cell", column.field)
            for row in range(self.body.first_row, self.body.last_row + 1):
                sure(self.writer.sheet.write_blank(row, column.col, None, form))

    def _computed(self) -> None:
        layout, plan = self.writer.workbook.layout, self.writer.plan
        for column in self.body.columns:
            if column.field.computed is None:
                continue
            form = self.writer.workbook.answer_format("cell", column.field)
            for row in range(self.body.first_row, self.body.last_row + 1):
                formula = "=" + excel(column.field.computed, layout.view(plan, row))
                sure(self.writer.sheet.write_formula(row, column.col, formula, form, ""))
