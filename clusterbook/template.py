"""Layout → protected .xlsx: the only door to XlsxWriter.

Library bodies are column formats, not styled blank cells, and each rule is written once per range:
the file stays small however many rows it offers. Formulas are written without their
results: ``lossless`` works them out when all cells are there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from attrs import Factory, define

from clusterbook import guide, listing, measure, review, screen_paper, styles
from clusterbook.a1 import cell_name, sheet_prefix
from clusterbook.allowance import few_collections
from clusterbook.excel_results import Results
from clusterbook.filling import Answers, Content, Flag, Returning, Typed, raw_of
from clusterbook.formulas import excel
from clusterbook.hidden_sheets import write_checks, write_rules
from clusterbook.identity import (
    DIGEST_CELL,
    PROPERTY,
    STAMP_CELL,
    STAMP_NAME,
    Stamp,
    column_mark,
    row_mark,
    sheet_mark,
)
from clusterbook.kinds import LongText
from clusterbook.layout import Area, Body, Layout, Printed, SheetPlan, Slot
from clusterbook.lists import Lists
from clusterbook.livecheck import RuleWatch, rule_watches
from clusterbook.lossless import Book, Format, Sheet, sure
from clusterbook.measure import BODY_ROW, ROW_HEIGHT
from clusterbook.own_sheets import (
    CHECKS_SHEET,
    DOOR,
    LISTS_SHEET,
    META_KEY,
    META_SHEET,
    RETURNED_SHEET,
    RULES_SHEET,
    TYPED_SHEET,
)
from clusterbook.spec import Field, Narrative
from clusterbook.template_rules import (
    TemplateError,
    Validation,
    checked,
    escaped,
    footer,
    in_boxes,
    joined,
    rules,
    three_parts,
)

__all__ = ["Answers", "TemplateError", "write_template"]

# A fixed date: the same input gives the same bytes.
CREATED = datetime(2026, 1, 1)  # noqa: DTZ001
BODY_ROW_PIXELS = int(BODY_ROW / 0.75)
A4 = 9
# Comments, in pixels: how wide short and long ones are, and how high at most.
COMMENT_WIDTHS, LONG_COMMENT = (300, 460), 200
COMMENT_EDGE, COMMENT_TALLEST = 12, 640
TYPED_NAME = "cb_typed"
STATES_COL = 1  # of the same sheet: see ``Returning.states``
MARGIN = 0.71  # inches: 18 mm


def write_template(
    layout: Layout,
    stamp: Stamp,
    answers: Answers | None = None,
    returning: Returning | None = None,
    settled: Callable[[Results], None] | None = None,
) -> bytes:
    """The workbook as bytes; the same arguments give the same bytes.

    ``settled`` may look at the results of all formulas before they are written.
    """
    buffer = BytesIO()
    book = Book(buffer, settled)
    with few_collections():
        _Template(layout, stamp, answers or Answers(), returning, book).write()
        book.close()
    return buffer.getvalue()


@define
class _Template:
    """Writes one workbook."""

    layout: Layout
    stamp: Stamp
    answers: Answers
    returning: Returning | None
    book: Book
    lists: Lists = Factory(Lists)
    formats: dict[tuple[Any, ...], Format] = Factory(dict)
    sheets: dict[str, Sheet] = Factory(dict)
    watched: Sequence[RuleWatch] = ()

    def write(self) -> None:
        returning = self.returning
        listed = returning.listed if returning else listing.listing(self.layout)
        checked, self.lists = listing.checks(listed)
        self._identify()
        self.watched = rule_watches(self.layout)
        pages = list(
            review.pages(
                listed, self.stamp, checked, self.answers.reasons, self.answers.earlier,
                returning.waits if returning else "",
            )
        )  # fmt: skip
        front, notes, *last = [page.name for page in pages]
        names = [front, notes, *(plan.name for plan in self.layout.sheets), *last]
        hidden = [CHECKS_SHEET, RULES_SHEET, LISTS_SHEET, META_SHEET]
        if returning:
            front = returning.page.name
            pages.insert(0, returning.page)
            names.insert(0, front)
            hidden.append(TYPED_SHEET)
        for name in [*names, *hidden]:
            self.sheets[name] = self.book.add(name)
        for page in pages:
            self._page(page)
        for plan in self.layout.sheets:
            _SheetWriter(self, plan, self.sheets[plan.name]).write()
        write_checks(self.sheets[CHECKS_SHEET], checked)
        write_rules(self.book, self.sheets[RULES_SHEET], self.watched, listed, checked)
        self._names()
        self._lists()
        if returning:
            self._typed(returning.typed, returning.states)
        meta = self.sheets[META_SHEET]
        sure(meta.write_string(0, 0, sheet_mark(META_KEY, self.stamp.issue)))
        sure(meta.write_string(*STAMP_CELL, self.stamp.text()))
        sure(meta.write_string(*DIGEST_CELL, self.layout.digest))
        for name in hidden:
            self.sheets[name].protect()
            self.sheets[name].very_hidden()
        self.sheets[front].activate()

    def format(self, role: str, **more: Any) -> Format:
        """The cell format of a role, with extras; each is made once."""
        key = (role, *sorted(more.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format({**styles.ROLES[role], **more})
        return self.formats[key]

    def filled(self, form: Format, level: str) -> Format:
        """A format of ours with the fill of a level."""
        role, *more = next(key for key, known in self.formats.items() if known is form)
        return self.format(role, **{**dict(more), **styles.MARKS[level]})

    def mark(
        self, sheet: Sheet, corners: tuple[int, int, int, int], formula: str, look: str
    ) -> None:
        """A conditional format over an area; ``look`` is one of the marks of ``styles``."""
        key = ("", look)
        if key not in self.formats:
            self.formats[key] = self.book.add_format(dict(styles.MARKS[look]))
        criteria = "=" + checked(formula)
        rule = {"type": "formula", "criteria": criteria, "format": self.formats[key]}
        sure(sheet.conditional_format(*corners, rule))

    def _identify(self) -> None:
        short = f"{self.stamp.form}|{self.stamp.version}|{self.stamp.issue}"
        self.book.set_properties(
            {
                "title": self.layout.workbook.title.strip(),
                "comments": self.stamp.text(),
                "created": CREATED,
            }
        )
        sure(self.book.set_custom_property(PROPERTY, short, "text"))
        sure(self.book.define_name(STAMP_NAME, f'="{short}"'))

    def _names(self) -> None:
        for name, reference in self.lists.defined():
            sure(self.book.define_name(name, reference))
        for plan in self.layout.sheets:
            prefix = sheet_prefix(plan.name)
            for slot in plan.slots:
                cell = cell_name(slot.area.row, slot.area.col, fixed=True)
                sure(self.book.define_name(slot.defined_name, f"={prefix}{cell}"))
            if plan.body is not None:
                for column in plan.body.columns:
                    reference = f"={prefix}{plan.body.range(column)}"
                    sure(self.book.define_name(column.defined_name, reference))

    def _lists(self) -> None:
        sheet = self.sheets[LISTS_SHEET]
        for col, (_, options) in enumerate(self.lists.columns):
            for row, option in enumerate(options):
                sure(sheet.write_string(row, col, option))

    def _typed(self, typed: Sequence[Content], states: Sequence[str]) -> None:
        """What stood in the flagged cells, with a name, as rules refer to other sheets by names.

        Beside it the state of each place that is told together with others.
        """
        sheet = self.sheets[TYPED_SHEET]
        for row, content in enumerate(typed):
            put(sheet, row, 0, content)
        for row, state in enumerate(states):
            if state.startswith("="):
                sure(sheet.write_formula(row, STATES_COL, "=" + checked(state[1:]), None, ""))
            else:
                sure(sheet.write_string(row, STATES_COL, state))
        sure(self.book.define_name(TYPED_NAME, f"={TYPED_SHEET}!$A$1:$A${len(typed) + 1}"))

    # 首页, 填报说明, 校验, 校验明细 ------------------------------------------------------------

    def _page(self, page: guide.Page) -> None:
        sheet = self.sheets[page.name]
        for col, width in enumerate(page.widths):
            sheet.set_column(col, col, width)
        last_col = len(page.widths) - 1
        self.frame(sheet, page.key, page.name, last_col)
        heights = page.heights
        for row, line in enumerate(page.rows, start=1):
            for cell in line.cells:
                self._page_cell(sheet, row, cell, page.name)
            sheet.set_row(row, heights[row])
        for mark in page.marks:
            self.mark(sheet, mark.corners, mark.formula, mark.look)
        self._page_view(sheet, page)
        screen_paper.page_on_paper(sheet, page)
        if page.bound:
            self._bound(sheet, *page.bound)

    @staticmethod
    def _page_view(sheet: Sheet, page: guide.Page) -> None:
        """Panes and protection; the title is selected, so that no key of the ruler shows."""
        if page.frozen_row:
            sheet.freeze_panes(page.frozen_row, 0)
        sheet.set_selection(DOOR)
        sheet.set_tab_color(styles.TABS[page.tab])
        if page.filter:
            sheet.autofilter(page.filter[0], 1, page.filter[1], len(page.widths) - 1)
        options = {"select_locked_cells": True, "select_unlocked_cells": True}
        sheet.protect("", options | {"autofilter": True} if page.filter else options)

    @staticmethod
    def _bound(sheet: Sheet, corners: tuple[int, int, int, int], formula: str, says: str) -> None:
        """What a cell refuses, and says before and after."""
        rule = {
            "validate": "custom", "value": checked(formula), "input_title": "填写提示",
            "input_message": says, "error_title": "请重新填写", "error_message": says,
        }  # fmt: skip
        sure(sheet.data_validation(*corners, rule))

    def _page_cell(self, sheet: Sheet, row: int, cell: guide.Cell, name: str) -> None:
        form, last = self.format(cell.role), max(cell.last, cell.col)
        merged = last > cell.col or cell.rows > 1
        if merged:
            sure(sheet.merge_range(row, cell.col, row + cell.rows - 1, last, "", form))
        if cell.link:
            target = guide.jump(cell.link, cell.at)
            sure(sheet.write_url(row, cell.col, target, form, cell.text))
        elif cell.text.startswith("=") and not cell.typed:
            sure(sheet.write_formula(row, cell.col, cell.text, form, ""))
            if cell.alike:
                sheet.share(row, cell.col, cell.alike)
        elif cell.text:
            sure(sheet.write_string(row, cell.col, cell.text, form))
        elif not merged:
            sure(sheet.write_blank(row, cell.col, None, form))
        if cell.name:
            address = cell_name(row, cell.col)
            sure(sheet.unprotect_range(address, cell.name))
            place = cell_name(row, cell.col, fixed=True)
            sure(self.book.define_name(cell.name, f"={sheet_prefix(name)}{place}"))

    def frame(self, sheet: Sheet, key: str, name: str, last_col: int) -> None:
        """The ruler and the page set-up that all visible sheets share; no ``name``, no header."""
        ruler = self.format("ruler")
        sheet.set_row(0, None, ruler, {"hidden": True})
        sheet.set_column(0, 0, 3, ruler, {"hidden": True})
        sure(sheet.write_string(0, 0, sheet_mark(key, self.stamp.issue), ruler))
        for col in range(1, last_col + 1):
            sure(sheet.write_string(0, col, column_mark(col), ruler))
        sheet.set_paper(A4)
        sheet.set_margins(MARGIN, MARGIN, MARGIN, MARGIN)
        sheet.fit_to_pages(1, 0)
        sheet.center_horizontally()
        sheet.hide_gridlines(2)
        whom = self.stamp.issued_to or self.layout.workbook.issuer
        if name:
            sheet.set_header(three_parts("", "", name))
        sheet.set_footer(footer(self.layout.workbook, whom))


def put(sheet: Sheet, row: int, col: int, content: Content, form: Format | None = None) -> None:
    """One raw value into one cell, text as text; '' leaves the cell as it is."""
    value = raw_of(content)
    if isinstance(value, bool):
        sure(sheet.write_boolean(row, col, value, form))
    elif not isinstance(value, str):
        sure(sheet.write_number(row, col, value, form))
    elif value:
        sure(sheet.write_string(row, col, value, form))


@define
class _SheetWriter:
    """Writes one sheet of the form."""

    template: _Template
    plan: SheetPlan
    sheet: Sheet
    #: points of rows that were made higher than planned
    heights: dict[int, float] = Factory(dict)

    def write(self) -> None:
        plan, sheet = self.plan, self.sheet
        self._columns()
        last_ruler = plan.body.head_last_row if plan.body else plan.last_row
        name = "" if plan.sheet.cover else plan.name
        self.template.frame(sheet, plan.sheet.key, escaped(name), plan.last_col)
        ruler = self.template.format("ruler")
        for row in range(1, last_ruler + 1):
            sure(sheet.write_string(row, 0, row_mark(row), ruler))
            sheet.set_row(row, plan.heights.get(row, ROW_HEIGHT))
        for one in plan.printed:
            self._text(one)
        for slot in plan.slots:
            self._slot(slot)
        for remark in plan.remarks:
            form = self.template.format("aside_remark")
            screen_paper.remark(sheet, plan, remark, self.heights, form)
        returning = self.template.returning
        flags = returning.flags.get(plan.sheet.key, ()) if returning else ()
        self._flagged_blanks(flags)
        self._rules()
        if plan.body is not None:
            _BodyWriter(self, plan.body).write()
        for flag in flags:
            self._flag(flag)
        sheet.set_tab_color(styles.TABS["library" if plan.body else "form"])
        screen_paper.show(sheet, plan)
        screen_paper.on_paper(self.template.book, sheet, plan)
        self._protect()

    def _columns(self) -> None:
        body = self.plan.body
        forms: dict[int, Format] = {}
        if body and not body.library.closed:
            forms = {c.col: self.answer_format("cell", c.field) for c in body.inputs}
            if body.number_col is not None:
                forms[body.number_col] = self.template.format("free_number")
        for col, width in enumerate(self.plan.widths):
            self.sheet.set_column(col, col, width, forms.get(col))
        if body:
            # A default height without the "custom" mark: rows grow as long texts are typed.
            self.sheet.default_row_height = BODY_ROW_PIXELS
            self.sheet.original_row_height = BODY_ROW_PIXELS

    def answer_format(self, role: str, asked: Field, look: str = "") -> Format:
        """The format of a cell that answers ``asked``; ``look`` as in ``Typed``."""
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
        return self.template.format(role, **more)

    def _text(self, one: Printed) -> None:
        shown = {"num_format": one.number_format} if one.number_format else {}
        form = self.template.format(one.role, **shown)
        if one.link:
            screen_paper.link(self.sheet, self.template.layout, self.plan, one, form)
        else:
            self._printed(one.area, one.text, one.role, form)

    def _printed(self, area: Area, text: Any, role: str, form: Format | None = None) -> None:
        form = form or self.template.format(role)
        if area.merged:
            sure(self.sheet.merge_range(*screen_paper.corners(area), "", form))
        if not isinstance(text, str):
            formula = "=" + excel(text, self.template.layout.view(self.plan))
            sure(self.sheet.write_formula(area.row, area.col, formula, form, ""))
        elif text:
            sure(self.sheet.write_string(area.row, area.col, text, form))
        elif not area.merged:
            sure(self.sheet.write_blank(area.row, area.col, None, form))

    def _slot(self, slot: Slot) -> None:
        role = "profile" if isinstance(slot.field.kind, LongText) else "answer"
        role = "prose" if isinstance(slot.block, Narrative) else role
        if self.plan.sheet.cover:
            role = "cover_answer"
        form = self.answer_format(role, slot.field)
        if slot.field.computed is not None:
            self._printed(slot.area, slot.field.computed, role, form)
            return
        self._printed(slot.area, "", role, form)
        content = self.template.answers.values.get(slot.key, slot.field.default)
        if isinstance(content, str) and slot.parts > 1:
            content = tuple(in_boxes(content, slot.parts))
        if isinstance(content, tuple):
            content = content[slot.part - 1]
        if isinstance(content, Typed):
            form = self.answer_format(role, slot.field, content.look)
        put(self.sheet, slot.area.row, slot.area.col, content, form)
        if self.template.returning and slot.area.row == slot.area.last_row:
            self._grow(slot.area, str(raw_of(content)), role)

    def _height(self, row: int) -> float:
        return self.heights.get(row, self.plan.heights.get(row, ROW_HEIGHT))

    def _grow(self, area: Area, text: str, role: str) -> None:
        """A row high enough for what was typed: no client fits rows of a file it did not write."""
        widths = self.plan.widths[area.col : area.last_col + 1]
        needed = measure.text_height(text, sum(map(measure.column_points, widths)), role)
        if needed > self._height(area.row):
            self.heights[area.row] = min(needed, measure.TALLEST)
            self.sheet.set_row(area.row, self.heights[area.row])

    def _rules(self) -> None:
        template = self.template
        for rule in rules(template.layout, self.plan, template.lists, template.watched):
            corners = screen_paper.corners(rule.area)
            if isinstance(rule, Validation):
                sure(self.sheet.data_validation(*corners, dict(rule.rule)))
            else:
                self.template.mark(self.sheet, corners, rule.formula, rule.look)

    def _flagged_blanks(self, flags: Iterable[Flag]) -> None:
        """The level, as long as they are blank, before the rules: of marks the first counts."""
        for flag in flags:
            if flag.blank and flag.changed:
                corners, formula = screen_paper.corners(flag.area), f"NOT({flag.changed})"
                self.template.mark(self.sheet, corners, formula, flag.level)

    def _flag(self, flag: Flag) -> None:
        """The fill of the level, green once the cell is changed; what is wrong, as a comment."""
        area, sheet, template = flag.area, self.sheet, self.template
        for row in range(area.row, area.last_row + 1):
            for col in range(area.col, area.last_col + 1):
                form = sheet.look(row, col)
                if form is None:  # nothing is written yet into blank cells of open libraries
                    asked = next(c.field for c in self.plan.library.inputs if c.col == col)
                    form = self.answer_format("cell", asked)
                    sure(sheet.write_blank(row, col, None, form))
                sheet.paint(row, col, template.filled(form, flag.level))
        if flag.changed:
            template.mark(sheet, screen_paper.corners(area), flag.changed, "mended")
        width = COMMENT_WIDTHS[len(flag.comment) > LONG_COMMENT]
        height = measure.text_height(flag.comment, width * 0.75, "comment") / 0.75
        options = {
            "author": RETURNED_SHEET, "start_col": area.last_col + 1, "width": width,
            "height": min(height + COMMENT_EDGE, COMMENT_TALLEST), "color": styles.COMMENT_FILL,
            "font_name": styles.ROLES["comment"]["font_name"],
            "font_size": measure.font_size("comment"),
        }  # fmt: skip
        sure(sheet.write_comment(area.row, area.col, flag.comment, options))

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

    writer: _SheetWriter
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
        blank = self.writer.template.format("locked_blank")
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
        ruler, sheet, body = self.writer.template.format("ruler"), self.writer.sheet, self.body
        rows = {body.first_row}
        if body.library.closed:
            rows = set(range(body.first_row, body.last_row + 1))
        if body.total_row is not None:
            rows.add(body.total_row)
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
        filled = len(self.writer.template.answers.rows.get(library.key, ()))
        count = library.rows
        if not library.closed:
            page = measure.page_height(landscape=self.writer.plan.sheet.landscape)
            heads = range(1, self.body.first_row)
            used = sum(self.writer.plan.heights.get(row, ROW_HEIGHT) for row in heads)
            count = min(count, max(int((page - used) / BODY_ROW), filled))
        form = self.writer.template.format("number")
        for number in range(1, count + 1):
            row = self.body.first_row + number - 1
            sure(self.writer.sheet.write_number(row, col, number, form))

    def _ruled_rows(self) -> None:
        """The last of the empty rows that paper shows of an open list."""
        plan, sheet = self.writer.plan, self.writer.sheet
        if last := screen_paper.last_ruled(plan):
            asked = next(one.field for one in self.body.columns if one.col == last[1])
            form = self.writer.answer_format("cell", asked)
            sure(sheet.write_blank(*last, None, self.writer.template.filled(form, "paper")))

    def _closed_rows(self) -> None:
        for column in self.body.inputs:
            form = self.writer.answer_format("cell", column.field)
            for row in range(self.body.first_row, self.body.last_row + 1):
                sure(self.writer.sheet.write_blank(row, column.col, None, form))

    def _computed(self) -> None:
        layout, plan = self.writer.template.layout, self.writer.plan
        for column in self.body.columns:
            if column.field.computed is None:
                continue
            form = self.writer.answer_format("cell", column.field)
            for row in range(self.body.first_row, self.body.last_row + 1):
                formula = "=" + excel(column.field.computed, layout.view(plan, row))
                sure(self.writer.sheet.write_formula(row, column.col, formula, form, ""))

    def _rows(self) -> None:
        body, template, plan = self.body, self.writer.template, self.writer.plan
        for offset, row in enumerate(template.answers.rows.get(body.library.key, ())):
            at, height = body.first_row + offset, BODY_ROW
            for column in body.inputs:
                content = row.get(column.field.key, "")
                look = content.look if isinstance(content, Typed) else ""
                if content != "":
                    form = self.writer.answer_format("cell", column.field, look)
                    put(self.writer.sheet, at, column.col, content, form)
                    width = measure.column_points(plan.widths[column.col])
                    text = str(raw_of(content))
                    height = max(height, measure.text_height(text, width, "cell"))
            if height > BODY_ROW:  # no client fits rows of a file it did not write
                self.writer.sheet.set_row(at, min(height, measure.TALLEST))
                self.writer.sheet.growing.add(at)
