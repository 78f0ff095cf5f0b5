"""Fills one sheet of the form: what a county has answered, and what a returned copy says to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import Factory, define

from clusterbook import styles
from clusterbook.layout import text_metrics
from clusterbook.layout.layout import Area, Body, SheetPlan, Slot
from clusterbook.layout.own_sheets import RETURNED_SHEET
from clusterbook.layout.text_metrics import BODY_ROW, ROW_HEIGHT
from clusterbook.workbook import screen_paper
from clusterbook.workbook.book import BookWriter, put
from clusterbook.workbook.content import FROM_WORD, Dressed, Entries, Flag, raw_of
from clusterbook.workbook.locked_sheet import LockedSheet, sure
from clusterbook.workbook.sheet import rows_numbered, slot_role
from clusterbook.workbook.validations import in_boxes

# Comments, in pixels: how wide short and long ones are, and how high at most.
COMMENT_WIDTHS, LONG_COMMENT = (300, 460), 200
COMMENT_EDGE, COMMENT_TALLEST = 12, 640


@define
class SheetFilling:
    """Fills one sheet; rows grow for what was typed where it is to be read again."""

    workbook: BookWriter
    plan: SheetPlan
    sheet: LockedSheet
    answers: Entries
    grows: bool
    #: points of rows that were made higher than planned
    heights: dict[int, float] = Factory(dict)

    def write(self, flags: Iterable[Flag] = ()) -> None:
        """The answers with their remarks; ``flags`` of a returned copy."""
        plan, body = self.plan, self.plan.body
        for slot in plan.slots:
            if slot.field.computed is None:
                self._slot(slot)
        if self.heights:
            form = self.workbook.format("aside_remark")
            for remark in plan.remarks:
                screen_paper.remark(self.sheet, plan, remark, form, self.heights)
        self._flagged_blanks(flags)
        if body is not None:
            self._rows(body)
        for flag in flags:
            self._flag(flag)
        for area, text in self._remarks():
            self._comment(area, text, FROM_WORD)

    def _slot(self, slot: Slot) -> None:
        content = self.answers.values.get(slot.key, slot.field.default)
        if isinstance(content, str) and slot.parts > 1:
            content = tuple(in_boxes(content, slot.parts))
        if isinstance(content, tuple):
            content = content[slot.part - 1]
        if content == "":
            return
        role, look = (
            slot_role(self.plan, slot),
            content.look if isinstance(content, Dressed) else "",
        )
        form = self.workbook.answer_format(role, slot.field, look)
        put(self.sheet, slot.area.row, slot.area.col, content, form)
        if self.grows and slot.area.row == slot.area.last_row:
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

    def _flagged_blanks(self, flags: Iterable[Flag]) -> None:
        """The level, as long as they are blank, before the rules: of marks the first counts."""
        blank = [flag for flag in flags if flag.blank and flag.changed]
        if blank:
            with self.sheet.marked_first():
                for flag in blank:
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
                    form = workbook.answer_format("cell", asked)
                    sure(sheet.write_blank(row, col, None, form))
                sheet.paint(row, col, workbook.filled(form, flag.level))
        if flag.changed:
            workbook.mark(sheet, screen_paper.corners(area), flag.changed, "mended")
        self._comment(area, flag.comment, RETURNED_SHEET)

    def _remarks(self) -> Iterator[tuple[Area, str]]:
        """Where a comment says from where an answer is."""
        answers, body = self.answers, self.plan.body
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

    def _rows(self, body: Body) -> None:
        rows = self.answers.rows.get(body.library.key, ())
        self._numbers(body, len(rows))
        columns = [
            (one.field.key, one.col, self.workbook.answer_format("cell", one.field), one.field,
             text_metrics.column_points(self.plan.widths[one.col]))
            for one in body.inputs
        ] if rows else []  # fmt: skip
        for at, row in enumerate(rows, body.first_row):
            height = BODY_ROW
            for key, col, usual, asked, width in columns:
                content = row.get(key, "")
                if content == "":
                    continue
                look = content.look if isinstance(content, Dressed) else ""
                form = self.workbook.answer_format("cell", asked, look) if look else usual
                put(self.sheet, at, col, content, form)
                text = str(raw_of(content))
                height = max(height, text_metrics.text_height(text, width, "cell"))
            if height > BODY_ROW:  # no client fits rows of a file it did not write
                self.sheet.set_row(at, min(height, text_metrics.TALLEST))
                self.sheet.growing.add(at)

    def _numbers(self, body: Body, filled: int) -> None:
        """Serial numbers of the rows that are filled beyond those which have one anyway."""
        if body.number_col is None or body.library.closed:
            return
        form = self.workbook.format("number")
        for number in range(rows_numbered(self.plan, body) + 1, filled + 1):
            row = body.first_row + number - 1
            sure(self.sheet.write_number(row, body.number_col, number, form))
