"""Writes one sheet of the form: printed texts, cells to fill, library rows, marks and comments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from attrs import Factory, define

from clusterbook import styles
from clusterbook.forms.expressions.excel import excel
from clusterbook.forms.spec import Field, Narrative
from clusterbook.forms.stamp import row_mark
from clusterbook.layout import paper, text_metrics
from clusterbook.layout.layout import Area, Body, Printed, SheetPlan, Slot
from clusterbook.layout.own_sheets import RETURNED_SHEET
from clusterbook.layout.text_metrics import BODY_ROW, ROW_HEIGHT
from clusterbook.workbook import screen_paper
from clusterbook.workbook.book import BookWriter, put
from clusterbook.workbook.content import FROM_WORD, Dressed, Flag, raw_of
from clusterbook.workbook.validations import Validation, escaped, in_boxes, joined, rules
from clusterbook.workbook.xlsx import Format, LockedSheet, sure

BODY_ROW_PIXELS = int(BODY_ROW / 0.75)
# Comments, in pixels: how wide short and long ones are, and how high at most.
COMMENT_WIDTHS, LONG_COMMENT = (300, 460), 200
COMMENT_EDGE, COMMENT_TALLEST = 12, 640


@define
class SheetWriter:
    """Writes one sheet of the form."""

    workbook: BookWriter
    plan: SheetPlan
    sheet: LockedSheet
    #: points of rows that were made higher than planned
    heights: dict[int, float] = Factory(dict)

    def write(self) -> None:
        """Everything that stands on it, and its protection."""
        plan, sheet = self.plan, self.sheet
        self._columns()
        last_ruler = plan.body.head_last_row if plan.body else plan.last_row
        name = "" if plan.sheet.cover else plan.name
        self.workbook.frame(sheet, plan.sheet.key, escaped(name), plan.last_col)
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
            screen_paper.remark(sheet, plan, remark, self.heights, form)
        returning = self.workbook.returning
        flags = returning.flags.get(plan.sheet.key, ()) if returning else ()
        self._flagged_blanks(flags)
        self._rules()
        if plan.body is not None:
            _BodyWriter(self, plan.body).write()
        for flag in flags:
            self._flag(flag)
        for area, text in self._remarks():
            self._comment(area, text, FROM_WORD)
        sheet.set_tab_color(styles.TABS["library" if plan.body else "form"])
        screen_paper.show(sheet, plan)
        screen_paper.on_paper(self.workbook.book, sheet, plan)
        self._protect()

    def _columns(self) -> None:
        body = self.plan.body
        forms: dict[int, Format] = {}
        if body and not body.library.closed:
            forms = {c.col: self.answer_format("cell", c.field) for c in body.inputs}
            if body.number_col is not None:
                forms[body.number_col] = self.workbook.format("free_number")
        for col, width in enumerate(self.plan.widths):
            self.sheet.set_column(col, col, width, forms.get(col))
        if body:
            # A default height without the "custom" mark: rows grow as long texts are typed.
            self.sheet.default_row_height = BODY_ROW_PIXELS
            self.sheet.original_row_height = BODY_ROW_PIXELS

    def answer_format(self, role: str, asked: Field, look: str = "") -> Format:
        """The format of a cell that answers ``asked``; ``look`` as in ``Dressed``."""
        offer = asked.kind.offer()
        role = "computed" if asked.computed is not None and role != "cover_answer" else role
        if asked.computed is not None and role == "cover_answer":
            role = "cover_computed"
        more: dict[str, Any] = {}
        struck = look == "struck"
        shown = styles.LOOKS[look] if look and not struck else offer.number_format
        if shown != "General":
            more["num_format"] = shown
        if struck:
            more["font_strikeout"] = True
        if role in ("answer", "cell"):
            more["align"] = offer.align
            more["indent"] = 0 if offer.align == "center" else 1
        return self.workbook.format(role, **more)

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
        role = "profile" if slot.field.kind.prose else "answer"
        role = "prose" if isinstance(slot.block, Narrative) else role
        if self.plan.sheet.cover:
            role = "cover_answer"
        form = self.answer_format(role, slot.field)
        if slot.field.computed is not None:
            self._printed(slot.area, slot.field.computed, role, form)
            return
        self._printed(slot.area, "", role, form)
        content = self.workbook.answers.values.get(slot.key, slot.field.default)
        if isinstance(content, str) and slot.parts > 1:
            content = tuple(in_boxes(content, slot.parts))
        if isinstance(content, tuple):
            content = content[slot.part - 1]
        if isinstance(content, Dressed):
            form = self.answer_format(role, slot.field, content.look)
        put(self.sheet, slot.area.row, slot.area.col, content, form)
        if self.workbook.returning and slot.area.row == slot.area.last_row:
            self._grow(slot.area, str(raw_of(content)), role)

    def _height(self, row: int) -> float:
        return self.heights.get(row, self.plan.heights.get(row, ROW_HEIGHT))

    def _grow(self, area: Area, text: str, role: str) -> None:
        """A row high enough for what was typed: no client fits rows of a file it did not write."""
        widths = self.plan.widths[area.col : area.last_col + 1]
        needed = text_metrics.text_height(text, sum(map(text_metrics.column_points, widths)), role)
        if needed > self._height(area.row):
            self.heights[area.row] = min(needed, text_metrics.TALLEST)
            self.sheet.set_row(area.row, self.heights[area.row])

    def _rules(self) -> None:
        workbook = self.workbook
        for rule in rules(workbook.layout, self.plan, workbook.lists, workbook.watched):
            corners = screen_paper.corners(rule.area)
            if isinstance(rule, Validation):
                sure(self.sheet.data_validation(*corners, dict(rule.rule)))
            else:
                self.workbook.mark(self.sheet, corners, rule.formula, rule.look)

    def _flagged_blanks(self, flags: Iterable[Flag]) -> None:
        """The level, as long as they are blank, before the rules: of marks the first counts."""
        for flag in flags:
            if flag.blank and flag.changed:
                corners, formula = screen_paper.corners(flag.area), f"NOT({flag.changed})"
                self.workbook.mark(self.sheet, corners, formula, flag.level)

    def _flag(self, flag: Flag) -> None:
        """The fill of the level, green once the cell is changed; what is wrong, as a comment."""
        area, sheet, workbook = flag.area, self.sheet, self.workbook
        for row in range(area.row, area.last_row + 1):
            for col in range(area.col, area.last_col + 1):
                form = sheet.look(row, col)
                if form is None:  # nothing is written yet into blank cells of open libraries
                    asked = next(c.field for c in self.plan.library.inputs if c.col == col)
                    form = self.answer_format("cell", asked)
                    sure(sheet.write_blank(row, col, None, form))
                sheet.paint(row, col, workbook.filled(form, flag.level))
        if flag.changed:
            workbook.mark(sheet, screen_paper.corners(area), flag.changed, "mended")
        self._comment(area, flag.comment, RETURNED_SHEET)

    def _remarks(self) -> Iterator[tuple[Area, str]]:
        """Where a comment says from where an answer is."""
        answers, body = self.workbook.answers, self.plan.body
        for slot in self.plan.slots:
            if slot.part == 1 and slot.key in answers.remarks:
                yield slot.area, answers.remarks[slot.key]
        for at, text in enumerate(answers.row_remarks.get(body.library.key, ()) if body else ()):
            first = self.plan.library.inputs[0]
            row = self.plan.library.first_row + at
            yield Area(row, first.col, row, first.col), text

    def _comment(self, area: Area, text: str, author: str) -> None:
        width = COMMENT_WIDTHS[len(text) > LONG_COMMENT]
        height = text_metrics.text_height(text, width * 0.75, "comment") / 0.75
        options = {
            "author": author, "start_col": area.last_col + 1, "width": width,
            "height": min(height + COMMENT_EDGE, COMMENT_TALLEST), "color": styles.COMMENT_FILL,
            "font_name": styles.ROLES["comment"]["font_name"],
            "font_size": text_metrics.font_size("comment"),
        }  # fmt: skip
        sure(self.sheet.write_comment(area.row, area.col, text, options))

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
    """Writes the rows of a library."""

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
        self._rows()

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
        """Serial numbers.

        Every row that holds anything is printed, so an open library numbers its first page and the
        rows that are filled; the column is free for dragging them on.
        """
        col, library = self.body.number_col, self.body.library
        if col is None:
            return
        filled = len(self.writer.workbook.answers.rows.get(library.key, ()))
        count = library.rows
        if not library.closed:
            page = paper.FORM.down(landscape=self.writer.plan.sheet.landscape)
            heads = range(1, self.body.first_row)
            used = sum(self.writer.plan.heights.get(row, ROW_HEIGHT) for row in heads)
            count = min(count, max(int((page - used) / BODY_ROW), filled))
        form = self.writer.workbook.format("number")
        for number in range(1, count + 1):
            row = self.body.first_row + number - 1
            sure(self.writer.sheet.write_number(row, col, number, form))

    def _ruled_rows(self) -> None:
        """The last of the empty rows that paper shows of an open list."""
        plan, sheet = self.writer.plan, self.writer.sheet
        if last := screen_paper.last_ruled(plan):
            asked = next(one.field for one in self.body.columns if one.col == last[1])
            form = self.writer.answer_format("cell", asked)
            sure(sheet.write_blank(*last, None, self.writer.workbook.filled(form, "paper")))

    def _closed_rows(self) -> None:
        for column in self.body.inputs:
            form = self.writer.answer_format("cell", column.field)
            for row in range(self.body.first_row, self.body.last_row + 1):
                sure(self.writer.sheet.write_blank(row, column.col, None, form))

    def _computed(self) -> None:
        layout, plan = self.writer.workbook.layout, self.writer.plan
        for column in self.body.columns:
            if column.field.computed is None:
                continue
            form = self.writer.answer_format("cell", column.field)
            for row in range(self.body.first_row, self.body.last_row + 1):
                formula = "=" + excel(column.field.computed, layout.view(plan, row))
                sure(self.writer.sheet.write_formula(row, column.col, formula, form, ""))

    def _rows(self) -> None:
        body, workbook, plan = self.body, self.writer.workbook, self.writer.plan
        for offset, row in enumerate(workbook.answers.rows.get(body.library.key, ())):
            at, height = body.first_row + offset, BODY_ROW
            for column in body.inputs:
                content = row.get(column.field.key, "")
                look = content.look if isinstance(content, Dressed) else ""
                if content != "":
                    form = self.writer.answer_format("cell", column.field, look)
                    put(self.writer.sheet, at, column.col, content, form)
                    width = text_metrics.column_points(plan.widths[column.col])
                    text = str(raw_of(content))
                    height = max(height, text_metrics.text_height(text, width, "cell"))
            if height > BODY_ROW:  # no client fits rows of a file it did not write
                self.writer.sheet.set_row(at, min(height, text_metrics.TALLEST))
                self.writer.sheet.growing.add(at)
