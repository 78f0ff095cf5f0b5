"""Layout → protected .xlsx: the only door to XlsxWriter.

Library bodies are column formats, not styled blank cells, and each rule is written once per range:
the file stays small however many rows it offers. Every formula is written with an empty stored
value, as LibreOffice shows a stored 0 ("0 problems") without recalculating.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

import xlsxwriter
from attrs import Factory, define, field, frozen
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from clusterbook import guide, measure, styles
from clusterbook.formulas import excel
from clusterbook.identity import (
    DIGEST_CELL,
    META_SHEET,
    PROPERTY,
    STAMP_CELL,
    STAMP_NAME,
    Stamp,
    column_mark,
    row_mark,
    sheet_mark,
)
from clusterbook.kinds import LongText, Raw
from clusterbook.layout import (
    Area,
    Body,
    Layout,
    SheetPlan,
    Slot,
    cell_name,
    column_letters,
    sheet_prefix,
)
from clusterbook.lists import LISTS_SHEET, Lists
from clusterbook.livecheck import CHECKS_SHEET, RULES_SHEET, RuleWatch, Watch, rule_watches, watches
from clusterbook.measure import BODY_ROW, ROW_HEIGHT
from clusterbook.spec import Field, Narrative
from clusterbook.template_rules import (
    TemplateError,
    Validation,
    checked,
    escaped,
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
MARGIN = 0.71  # inches: 18 mm


@frozen(kw_only=True)
class Answers:
    """What to fill in: raw values by full key, and library rows by block key."""

    values: Mapping[str, Raw] = field(factory=dict)
    rows: Mapping[str, list[Mapping[str, Raw]]] = field(factory=dict)


def write_template(layout: Layout, stamp: Stamp, answers: Answers | None = None) -> bytes:
    """The workbook as bytes; the same arguments give the same bytes."""
    buffer = BytesIO()
    book = _LockedWorkbook(
        buffer,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    _Template(layout, stamp, answers or Answers(), book).write()
    book.close()
    return buffer.getvalue()


class _Sheet(Worksheet):
    """A worksheet that writes formulas as they are.

    XlsxWriter looks into each for some sixty functions newer than ours, which takes most of its
    time.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002, FBT001, FBT002
        return checked(formula.removeprefix("="))


class _LockedWorkbook(xlsxwriter.Workbook):
    """A workbook whose sheets cannot be renamed, moved or deleted in Excel and WPS."""

    def _write_book_views(self) -> None:
        # XlsxWriter has no call for it; the schema wants it just before bookViews.
        self._xml_empty_tag("workbookProtection", [("lockStructure", 1)])
        super()._write_book_views()


def _sure(code: int | None) -> None:
    """XlsxWriter drops what is over a limit and only returns a code."""
    if code:
        raise TemplateError(f"XlsxWriter refused a cell or rule (code {code})")


@define
class _Template:
    """Writes one workbook."""

    layout: Layout
    stamp: Stamp
    answers: Answers
    book: xlsxwriter.Workbook
    lists: Lists = Factory(Lists)
    formats: dict[tuple[Any, ...], Format] = Factory(dict)
    sheets: dict[str, Worksheet] = Factory(dict)
    watched: list[RuleWatch] = Factory(list)

    def write(self) -> None:
        watched = list(watches(self.layout, self.lists))
        self._identify()
        self.watched = list(rule_watches(self.layout))
        front, notes, review = guide.pages(self.layout, self.stamp, len(watched), self.watched)
        names = [front.name, notes.name, *(p.name for p in self.layout.sheets), review.name]
        hidden = (CHECKS_SHEET, RULES_SHEET, LISTS_SHEET, META_SHEET)
        for name in [*names, *hidden]:
            self.sheets[name] = self.book.add_worksheet(name, _Sheet)
        for page in (front, notes, review):
            self._page(page)
        for plan in self.layout.sheets:
            _SheetWriter(self, plan, self.sheets[plan.name]).write()
        self._checks(watched)
        self._rules()
        self._names()
        self._lists()
        meta = self.sheets[META_SHEET]
        _sure(meta.write_string(0, 0, sheet_mark("meta", self.stamp.issue)))
        _sure(meta.write_string(*STAMP_CELL, self.stamp.text()))
        _sure(meta.write_string(*DIGEST_CELL, self.layout.digest))
        for name in hidden:
            self.sheets[name].protect()
            self.sheets[name].very_hidden()
        self.sheets[front.name].activate()

    def format(self, role: str, **more: Any) -> Format:
        """The cell format of a role, with extras; each is made once."""
        key = (role, *sorted(more.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format({**styles.ROLES[role], **more})
        return self.formats[key]

    def mark(
        self, sheet: Worksheet, corners: tuple[int, int, int, int], formula: str, look: str
    ) -> None:
        """A conditional format over an area; ``look`` is one of the marks of ``styles``."""
        key = ("", look)
        if key not in self.formats:
            self.formats[key] = self.book.add_format(dict(styles.MARKS[look]))
        criteria = "=" + checked(formula)
        rule = {"type": "formula", "criteria": criteria, "format": self.formats[key]}
        _sure(sheet.conditional_format(*corners, rule))

    def _identify(self) -> None:
        short = f"{self.stamp.form}|{self.stamp.version}|{self.stamp.issue}"
        self.book.set_properties(
            {
                "title": self.layout.workbook.title.strip(),
                "comments": self.stamp.text(),
                "created": CREATED,
            }
        )
        _sure(self.book.set_custom_property(PROPERTY, short, "text"))
        _sure(self.book.define_name(STAMP_NAME, f'="{short}"'))

    def _names(self) -> None:
        for name, reference in self.lists.defined():
            _sure(self.book.define_name(name, reference))
        for plan in self.layout.sheets:
            prefix = sheet_prefix(plan.name)
            for slot in plan.slots:
                cell = cell_name(slot.area.row, slot.area.col, fixed=True)
                _sure(self.book.define_name(slot.defined_name, f"={prefix}{cell}"))
            if plan.body is not None:
                for column in plan.body.columns:
                    reference = f"={prefix}{plan.body.range(column)}"
                    _sure(self.book.define_name(column.defined_name, reference))

    def _lists(self) -> None:
        sheet = self.sheets[LISTS_SHEET]
        for col, (_, options) in enumerate(self.lists.columns):
            for row, option in enumerate(options):
                _sure(sheet.write_string(row, col, option))

    def _checks(self, watched: Iterable[Watch]) -> None:
        sheet = self.sheets[CHECKS_SHEET]
        for col, text in enumerate(Watch.heads()):
            _sure(sheet.write_string(0, col, text))
        for row, watch in enumerate(watched, start=1):
            for col, text in enumerate(watch.cells(row)):
                if text.startswith("="):
                    _sure(sheet.write_formula(row, col, text, None, ""))
                elif text.isdigit():
                    _sure(sheet.write_number(row, col, int(text)))
                elif text:
                    _sure(sheet.write_string(row, col, text))

    def _rules(self) -> None:
        """How often each rule is broken, and where first; array formulas, as rows are many."""
        sheet = self.sheets[RULES_SHEET]
        for row, watch in enumerate(self.watched, start=1):
            _sure(sheet.write_string(row, 0, watch.rule.code))
            self._array(sheet, row, 1, watch.count)
            if watch.at.startswith("="):
                self._array(sheet, row, 2, watch.at[1:])
            else:
                _sure(sheet.write_string(row, 2, watch.at))
            _sure(self.book.define_name(watch.name, f"={RULES_SHEET}!$B${row + 1}"))

    @staticmethod
    def _array(sheet: Worksheet, row: int, col: int, formula: str) -> None:
        _sure(sheet.write_array_formula(row, col, row, col, "=" + checked(formula), None, ""))

    # 首页, 填报说明, 校验 ---------------------------------------------------------------------

    def _page(self, page: guide.Page) -> None:
        sheet = self.sheets[page.name]
        for col, width in enumerate(page.widths):
            sheet.set_column(col, col, width)
        last_col = len(page.widths) - 1
        self.frame(sheet, page.key, page.name, last_col)
        heights: dict[int, float] = {}
        for row, line in enumerate(page.rows, start=1):
            heights[row] = line.height or ROW_HEIGHT
            for cell in line.cells:
                last = max(cell.last, cell.col)
                self._page_cell(sheet, row, cell, last)
                if not cell.text.startswith("="):
                    points = sum(map(measure.column_points, page.widths[cell.col : last + 1]))
                    needed = measure.text_height(cell.text, points, cell.role)
                    heights[row] = max(heights[row], needed)
            sheet.set_row(row, heights[row])
        for mark in page.marks:
            self.mark(sheet, mark.corners, mark.formula, mark.look)
        if page.one_page:
            sheet.fit_to_pages(1, 1)
        elif page.keeps:
            rows = range(1, len(page.rows) + 1)
            breaks = measure.page_breaks(heights, rows, page.keeps, measure.PORTRAIT_HEIGHT)
            sheet.set_h_pagebreaks(list(breaks))
        if page.frozen_row:
            sheet.freeze_panes(page.frozen_row, 0)
        sheet.set_tab_color(styles.TABS[page.tab])
        sheet.protect("", {"select_locked_cells": True, "select_unlocked_cells": True})
        sheet.print_area(1, 1, len(page.rows), last_col)

    def _page_cell(self, sheet: Worksheet, row: int, cell: guide.Cell, last: int) -> None:
        form = self.format(cell.role)
        if last > cell.col:
            _sure(sheet.merge_range(row, cell.col, row, last, "", form))
        if cell.link:
            target = guide.home_link(cell.link)
            _sure(sheet.write_url(row, cell.col, target, form, cell.text))
        elif cell.text.startswith("="):
            _sure(sheet.write_formula(row, cell.col, cell.text, form, ""))
        elif cell.text:
            _sure(sheet.write_string(row, cell.col, cell.text, form))
        elif last == cell.col:
            _sure(sheet.write_blank(row, cell.col, None, form))
        if cell.name:
            address = cell_name(row, cell.col)
            _sure(sheet.unprotect_range(address, cell.name))
            place = f"={sheet_prefix(guide.REVIEW_SHEET)}{cell_name(row, cell.col, fixed=True)}"
            _sure(self.book.define_name(cell.name, place))

    def frame(self, sheet: Worksheet, key: str, name: str, last_col: int) -> None:
        """The ruler and the page set-up that all visible sheets share; no ``name``, no header."""
        ruler = self.format("ruler")
        sheet.set_row(0, None, ruler, {"hidden": True})
        sheet.set_column(0, 0, 3, ruler, {"hidden": True})
        _sure(sheet.write_string(0, 0, sheet_mark(key, self.stamp.issue), ruler))
        for col in range(1, last_col + 1):
            _sure(sheet.write_string(0, col, column_mark(col), ruler))
        sheet.set_paper(A4)
        sheet.set_margins(MARGIN, MARGIN, MARGIN, MARGIN)
        sheet.fit_to_pages(1, 0)
        sheet.center_horizontally()
        sheet.hide_gridlines(2)
        title = self.layout.workbook.title.strip()
        whom = self.stamp.issued_to or self.layout.workbook.issuer
        version = f"{self.stamp.form} {self.stamp.version}"
        if name:
            sheet.set_header(three_parts(title, "", name))
        sheet.set_footer(three_parts(version, "— &P —", escaped(whom)))


def _corners(area: Area) -> tuple[int, int, int, int]:
    return area.row, area.col, area.last_row, area.last_col


@define
class _SheetWriter:
    """Writes one sheet of the form."""

    template: _Template
    plan: SheetPlan
    sheet: Worksheet

    def write(self) -> None:
        plan, sheet = self.plan, self.sheet
        self._columns()
        last_ruler = plan.body.head_last_row if plan.body else plan.last_row
        name = "" if plan.sheet.cover else plan.name
        self.template.frame(sheet, plan.sheet.key, escaped(name), plan.last_col)
        ruler = self.template.format("ruler")
        for row in range(1, last_ruler + 1):
            _sure(sheet.write_string(row, 0, row_mark(row), ruler))
            sheet.set_row(row, plan.heights.get(row, ROW_HEIGHT))
        for one in plan.printed:
            shown = {"num_format": one.number_format} if one.number_format else {}
            form = self.template.format(one.role, **shown)
            self._printed(one.area, one.text, one.role, form)
        for slot in plan.slots:
            self._slot(slot)
        self._rules()
        if plan.body is not None:
            _BodyWriter(self, plan.body).write()
        if plan.sheet.landscape:
            sheet.set_landscape()
        if plan.repeat:
            sheet.repeat_rows(*plan.repeat)
        sheet.set_h_pagebreaks(list(plan.page_breaks))
        if plan.body is None and not plan.page_breaks:
            sheet.fit_to_pages(1, 1)
        sheet.set_tab_color(styles.TABS["library" if plan.body else "form"])
        self._view()
        self._print_area()
        self._protect()

    def _view(self) -> None:
        """What a person sees on coming to the sheet: heads stay, the first input is selected."""
        plan, body = self.plan, self.plan.body
        inputs = [(slot.area.row, slot.area.col) for slot in plan.slots if not slot.locked]
        if body is not None:
            inputs = [(body.first_row, body.inputs[0].col)]
            self.sheet.freeze_panes(plan.frozen_row, body.inputs[0].col + 1)
        if inputs:
            self.sheet.set_selection(*inputs[0], *inputs[0])

    def _print_area(self) -> None:
        """Open libraries print whole columns, which all clients end at the last filled row."""
        plan, body = self.plan, self.plan.body
        first, last = plan.print_first_col, plan.print_last_col
        if body is not None and not body.library.closed:
            prefix = sheet_prefix(plan.name)
            columns = f"${column_letters(first)}:${column_letters(last)}"
            name = f"{prefix}_xlnm.Print_Area"
            _sure(self.template.book.define_name(name, f"={prefix}{columns}"))
            return
        areas = [*(one.area for one in plan.printed), *(slot.area for slot in plan.slots)]
        last_row = max((a.last_row for a in areas if a.last_col <= last), default=1)
        self.sheet.print_area(1, first, max(last_row, plan.last_row if body else 0), last)

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

    def answer_format(self, role: str, asked: Field) -> Format:
        """The format of a cell that answers ``asked``."""
        offer = asked.kind.offer()
        role = "computed" if asked.computed is not None and role != "cover_answer" else role
        if asked.computed is not None and role == "cover_answer":
            role = "cover_computed"
        more: dict[str, Any] = {}
        if offer.number_format != "General":
            more["num_format"] = offer.number_format
        if role in ("answer", "cell"):
            more["align"] = offer.align
            more["indent"] = 0 if offer.align == "center" else 1
        return self.template.format(role, **more)

    def _printed(self, area: Area, text: Any, role: str, form: Format | None = None) -> None:
        form = form or self.template.format(role)
        if area.merged:
            _sure(self.sheet.merge_range(*_corners(area), "", form))
        if not isinstance(text, str):
            formula = "=" + excel(text, self.template.layout.view(self.plan))
            _sure(self.sheet.write_formula(area.row, area.col, formula, form, ""))
        elif text:
            _sure(self.sheet.write_string(area.row, area.col, text, form))
        elif not area.merged:
            _sure(self.sheet.write_blank(area.row, area.col, None, form))

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
        value = self.template.answers.values.get(slot.key, slot.field.default)
        if slot.parts > 1 and isinstance(value, str):
            value = in_boxes(value, slot.parts)[slot.part - 1]
        if value != "" and (slot.part == 1 or slot.parts > 1):
            self.put(slot.area.row, slot.area.col, value, form)

    def put(self, row: int, col: int, value: Raw, form: Format | None) -> None:
        """One raw value into one cell, text as text."""
        if isinstance(value, str):
            _sure(self.sheet.write_string(row, col, value, form))
        elif isinstance(value, bool):
            _sure(self.sheet.write_boolean(row, col, value, form))
        else:
            _sure(self.sheet.write_number(row, col, value, form))

    def _rules(self) -> None:
        template = self.template
        for rule in rules(template.layout, self.plan, template.lists, template.watched):
            corners = _corners(rule.area)
            if isinstance(rule, Validation):
                _sure(self.sheet.data_validation(*corners, dict(rule.rule)))
            else:
                self.template.mark(self.sheet, corners, rule.formula, rule.look)

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
            _sure(self.sheet.unprotect_range(ranges, "inputs"))


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
                    _sure(self.writer.sheet.write_blank(row, col, None, blank))

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
            _sure(sheet.write_string(row, 0, row_mark(row), ruler))

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
            _sure(self.writer.sheet.write_number(row, col, number, form))

    def _closed_rows(self) -> None:
        for column in self.body.inputs:
            form = self.writer.answer_format("cell", column.field)
            for row in range(self.body.first_row, self.body.last_row + 1):
                _sure(self.writer.sheet.write_blank(row, column.col, None, form))

    def _computed(self) -> None:
        layout, plan = self.writer.template.layout, self.writer.plan
        for column in self.body.columns:
            if column.field.computed is None:
                continue
            form = self.writer.answer_format("cell", column.field)
            for row in range(self.body.first_row, self.body.last_row + 1):
                formula = "=" + excel(column.field.computed, layout.view(plan, row))
                _sure(self.writer.sheet.write_formula(row, column.col, formula, form, ""))

    def _rows(self) -> None:
        body, template, plan = self.body, self.writer.template, self.writer.plan
        for offset, row in enumerate(template.answers.rows.get(body.library.key, ())):
            at, height = body.first_row + offset, BODY_ROW
            for column in body.inputs:
                value = row.get(column.field.key, "")
                if value != "":
                    form = self.writer.answer_format("cell", column.field)
                    self.writer.put(at, column.col, value, form)
                    width = measure.column_points(plan.widths[column.col])
                    height = max(height, measure.text_height(str(value), width, "cell"))
            if height > BODY_ROW:  # no client fits rows of a file it did not write
                self.writer.sheet.set_row(at, min(height, measure.TALLEST))
