"""Layout → protected .xlsx: the only door to XlsxWriter.

Library bodies are column formats, not styled blank cells, and each rule is written once per range:
the file stays small however many rows it offers. Every formula is written with an empty stored
value, as LibreOffice shows a stored 0 ("0 problems") without recalculating.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

import xlsxwriter
from attrs import Factory, define, field, frozen
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from clusterbook import guide, styles
from clusterbook.expressions import excel
from clusterbook.identity import META_SHEET, PROPERTY, STAMP_NAME, Stamp
from clusterbook.identity import column_mark, row_mark, sheet_mark
from clusterbook.kinds import Kind, LongText, Name, Offer, Raw
from clusterbook.layout import Area, Body, Layout, SheetPlan, Slot, cell_name, sheet_prefix
from clusterbook.lists import LISTS_SHEET, Lists, column_name, names_of_library_column
from clusterbook.livecheck import CHECKS_SHEET, Watch, condition, parent_key, watches
from clusterbook.plan import ROW_HEIGHT, height_needed
from clusterbook.spec import Field

# A fixed date: the same input gives the same bytes.
CREATED = datetime(2026, 1, 1)  # noqa: DTZ001
# Excel's limits for validations and page footers.
PROMPT_LIMIT, RULE_LIMIT, FOOTER_LIMIT = 255, 255, 255
BODY_ROW_PIXELS = 36  # 27 points
# Serial numbers written in advance. LibreOffice prints every row that holds anything, so an open
# library numbers its first page only; the rest of the column is free for dragging them on.
NUMBERED_ROWS = 30
A4 = 9
MARGIN = 0.71  # inches: 18 mm


class TemplateError(Exception):
    """XlsxWriter refused a cell or a rule: a fault of the spec or of this module."""


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

    def write(self) -> None:
        watched = list(watches(self.layout, self.lists))
        self._identify()
        front, notes, review = guide.pages(self.layout, self.stamp, len(watched))
        names = [front.name, notes.name, *(p.name for p in self.layout.sheets), review.name]
        for name in [*names, CHECKS_SHEET, LISTS_SHEET, META_SHEET]:
            self.sheets[name] = self.book.add_worksheet(name)
        for page in (front, notes, review):
            self._page(page)
        for plan in self.layout.sheets:
            _SheetWriter(self, plan, self.sheets[plan.name]).write()
        self._checks(watched)
        self._names()
        self._lists()
        meta = self.sheets[META_SHEET]
        _sure(meta.write_string(0, 0, sheet_mark("meta", self.stamp.issue)))
        _sure(meta.write_string(1, 1, self.stamp.text()))
        for name in (CHECKS_SHEET, LISTS_SHEET, META_SHEET):
            self.sheets[name].protect()
            self.sheets[name].very_hidden()
        self.sheets[front.name].activate()

    def format(self, role: str, **more: Any) -> Format:
        """The cell format of a role, with extras; each is made once."""
        key = (role, *sorted(more.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format({**styles.ROLES[role], **more})
        return self.formats[key]

    def plain_format(self, **properties: Any) -> Format:
        """A differential format for conditional formatting."""
        key = ("", *sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format(properties)
        return self.formats[key]

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
            for column in plan.body.columns if plan.body else ():
                assert plan.body is not None
                reference = f"={prefix}{plan.body.range(column)}"
                _sure(self.book.define_name(column_name(column.key), reference))

    def _lists(self) -> None:
        sheet = self.sheets[LISTS_SHEET]
        for col, (_, options) in enumerate(self.lists.columns):
            for row, option in enumerate(options):
                _sure(sheet.write_string(row, col, option))

    def _checks(self, watched: Iterable[Watch]) -> None:
        sheet = self.sheets[CHECKS_SHEET]
        for col, text in enumerate(("sheet", "label", "asked", "missing", "fault")):
            _sure(sheet.write_string(0, col, text))
        for row, watch in enumerate(watched, start=1):
            _sure(sheet.write_string(row, 0, watch.sheet))
            _sure(sheet.write_string(row, 1, watch.label))
            for col, formula in enumerate((watch.asked, watch.missing, watch.fault), start=2):
                self._count(sheet, row, col, formula)
            for col, place in ((5, watch.missing_at), (6, watch.fault_at)):
                if place.startswith("="):
                    _sure(sheet.write_formula(row, col, place, None, ""))
                elif place:
                    _sure(sheet.write_string(row, col, place))
            for col, source in ((7, "D"), (8, "E")):
                formula = f'=A{row + 1}&"|"&IF({source}{row + 1}>0,1,0)'
                _sure(sheet.write_formula(row, col, formula, None, ""))

    @staticmethod
    def _count(sheet: Worksheet, row: int, col: int, formula: str) -> None:
        if formula.isdigit():
            _sure(sheet.write_number(row, col, int(formula)))
        else:
            _sure(sheet.write_formula(row, col, "=" + formula, None, ""))

    # 首页, 填报说明, 校验 ---------------------------------------------------------------------

    def _page(self, page: guide.Page) -> None:
        sheet = self.sheets[page.name]
        for col, width in enumerate(page.widths):
            sheet.set_column(col, col, width)
        self.frame(sheet, page.key, len(page.rows), len(page.widths) - 1)
        for row, line in enumerate(page.rows, start=1):
            height = line.height or ROW_HEIGHT
            for cell in line.cells:
                last = max(cell.last, cell.col)
                self._page_cell(sheet, row, cell, last)
                if not cell.text.startswith("="):
                    points = sum((7 * w + 5) * 0.75 for w in page.widths[cell.col : last + 1])
                    size = float(styles.ROLES[cell.role]["font_size"])
                    height = max(height, height_needed(cell.text, points, size))
            sheet.set_row(row, height)
        sheet.protect("", {"select_locked_cells": True, "select_unlocked_cells": True})
        sheet.print_area(1, 1, len(page.rows), len(page.widths) - 1)

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

    def frame(self, sheet: Worksheet, key: str, last_row: int, last_col: int) -> None:
        """The ruler and the page set-up that all visible sheets share."""
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
        whom = self.stamp.issued_to or self.layout.workbook.issuer
        left = f"{self.stamp.form} {self.stamp.version}"
        footer = f'&L&"宋体"&8{left}&C&"宋体"&8第 &P 页 共 &N 页&R&"宋体"&8{_escaped(whom)}'
        if len(footer) > FOOTER_LIMIT:
            footer = footer[: FOOTER_LIMIT - 1] + "…"
        sheet.set_footer(footer)
        assert last_row >= 0


def _escaped(text: str) -> str:
    return text.replace("&", "&&")


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
        self.template.frame(sheet, plan.sheet.key, plan.last_row, plan.last_col)
        ruler = self.template.format("ruler")
        for row in range(1, last_ruler + 1):
            _sure(sheet.write_string(row, 0, row_mark(row), ruler))
            sheet.set_row(row, plan.heights.get(row, ROW_HEIGHT))
        for one in plan.printed:
            self._printed(one.area, one.text, one.role)
        for slot in plan.slots:
            self._slot(slot)
        self._rules()
        if plan.body is not None:
            _BodyWriter(self, plan.body).write()
        if plan.sheet.landscape:
            sheet.set_landscape()
        if plan.repeat:
            sheet.repeat_rows(*plan.repeat)
        if plan.frozen_row:
            sheet.freeze_panes(plan.frozen_row, plan.print_first_col + 2)
        if plan.body is None or plan.body.library.closed:
            sheet.print_area(1, plan.print_first_col, plan.last_row, plan.print_last_col)
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
            if offer.align == "left":
                more["indent"] = 1
        return self.template.format(role, **more)

    def _printed(self, area: Area, text: Any, role: str, form: Format | None = None) -> None:
        form = form or self.template.format(role)
        if area.merged:
            corners = (area.row, area.col, area.last_row, area.last_col)
            _sure(self.sheet.merge_range(*corners, "", form))
        if not isinstance(text, str):
            formula = "=" + excel(text, self.template.layout.view(self.plan))
            _sure(self.sheet.write_formula(area.row, area.col, formula, form, ""))
        elif text:
            _sure(self.sheet.write_string(area.row, area.col, text, form))
        elif not area.merged:
            _sure(self.sheet.write_blank(area.row, area.col, None, form))

    def _slot(self, slot: Slot) -> None:
        role = "prose" if isinstance(slot.field.kind, LongText) else "answer"
        if self.plan.sheet.cover:
            role = "cover_answer"
        form = self.answer_format(role, slot.field)
        if slot.field.computed is not None:
            self._printed(slot.area, slot.field.computed, role, form)
            return
        self._printed(slot.area, "", role, form)
        value = self.template.answers.values.get(slot.key, slot.field.default)
        if value != "" and slot.part == 1:
            self.put(slot.area.row, slot.area.col, value, form)

    def put(self, row: int, col: int, value: Raw, form: Format | None) -> None:
        """One raw value into one cell, text as text."""
        if isinstance(value, str):
            _sure(self.sheet.write_string(row, col, value, form))
        elif isinstance(value, bool):
            _sure(self.sheet.write_boolean(row, col, value, form))
        else:
            _sure(self.sheet.write_number(row, col, value, form))

    # validations and conditional formats ------------------------------------------------------

    def _rules(self) -> None:
        open_slots = [s for s in self.plan.slots if not s.locked]
        for area, slot in _runs(open_slots, _rule_key):
            cell = cell_name(area.row, area.col)
            within = getattr(slot.field.kind, "within", "")
            view = self.template.layout.view(self.plan, named=True)
            parent = view.answer(parent_key(slot.key, within)) if within else ""
            self.validate(area, slot.field, cell, parent)
            if slot.parts == 1:
                fault = self.template.lists.fault(slot.field.kind, _column_fixed(area), parent)
                self.mark(area, fault, styles.FAULT_FILL)
        always = [s for s in open_slots if s.field.required and s.field.when is None]
        for area, slot in _runs([s for s in always if s.parts == 1], lambda _: ()):
            self.mark(area, f'TRIM({_column_fixed(area)})=""', styles.MISSING_FILL)
        for slot in open_slots:
            if slot.field.when is not None or slot.parts > 1:
                self._conditional(slot)

    def _conditional(self, slot: Slot) -> None:
        """Marks of an answer that is asked only sometimes, or typed into several boxes."""
        parts = self.template.layout.slots[slot.key]
        text = "&".join(cell_name(p.area.row, p.area.col, fixed=True) for p in parts)
        blank = f'TRIM({text})=""'
        when = condition(slot, self.template.layout.view(self.plan, named=True))
        if slot.field.required and slot.part == 1:
            test = f"AND({when},{blank})" if when else blank
            self.mark(slot.area, test, styles.MISSING_FILL)
        if when and slot.field.only_when:
            self.mark(slot.area, f"AND(NOT({when}),TRIM({text})<>\"\")", styles.FAULT_FILL)
            self.mark(slot.area, f"NOT({when})", styles.LABEL_FILL)

    def mark(self, area: Area, formula: str, fill: str) -> None:
        """A conditional format over an area; ``formula`` speaks of its first cell."""
        rule = {
            "type": "formula", "criteria": "=" + formula,
            "format": self.template.plain_format(bg_color=fill),
        }  # fmt: skip
        corners = (area.row, area.col, area.last_row, area.last_col)
        _sure(self.sheet.conditional_format(*corners, rule))

    def validate(self, area: Area, asked: Field, cell: str, parent: str) -> None:
        """The drop-down or bound of a range, and the prompt shown when a cell is entered."""
        offer, kind = asked.kind.offer(), asked.kind
        rule: dict[str, Any] = {"validate": "any", **_prompt(asked, offer)}
        source = self.template.lists.source(kind, parent)
        if isinstance(kind, Name) and kind.lookup:
            source = names_of_library_column(self.template.layout, kind.lookup)
        if source:
            # The county list is an error while no city is chosen; a blank parent must not let
            # anything pass.
            rule |= {"validate": "list", "source": source, "ignore_blank": not parent}
            rule |= {"show_error": not (offer.suggest or isinstance(kind, Name))}
        else:
            fault = self.template.lists.fault(kind, cell, parent)
            if len(fault) + 4 <= RULE_LIMIT:
                rule |= {"validate": "custom", "value": f"=({fault})=0"}
        rule |= _refusal(kind, offer)
        corners = (area.row, area.col, area.last_row, area.last_col)
        _sure(self.sheet.data_validation(*corners, rule))

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
            joined = [Area(*corners) for corners in _joined(areas)]
            ranges = " ".join(area.range().replace("$", "") for area in joined)
            _sure(self.sheet.unprotect_range(ranges, "inputs"))


def _prompt(asked: Field, offer: Offer) -> dict[str, str]:
    message = " ".join(filter(None, (offer.prompt, asked.note, asked.proof.value)))
    if len(message) > PROMPT_LIMIT:
        message = message[: PROMPT_LIMIT - 1] + "…"
    return {"input_title": "填写提示", "input_message": message} if message else {}


def _refusal(kind: Kind, offer: Offer) -> dict[str, str]:
    message = "填写的内容不符合要求。" + offer.prompt
    if len(message) > PROMPT_LIMIT:
        message = message[: PROMPT_LIMIT - 1] + "…"
    assert kind.name
    return {"error_title": "请重新填写", "error_message": message}


def _rule_key(slot: Slot) -> tuple[Any, ...]:
    asked = slot.field
    within = getattr(asked.kind, "within", "")
    return (asked.kind, asked.note, asked.proof, slot.key if within else "")


def _runs(
    slots: Iterable[Slot], key: Callable[[Slot], tuple[Any, ...]]
) -> Iterator[tuple[Area, Slot]]:
    """Slots that stand under each other and share ``key``, as one area with its first slot."""
    running: dict[tuple[Any, ...], tuple[Area, Slot]] = {}
    for slot in slots:
        area = slot.area
        place = (area.col, area.last_col, key(slot))
        known = running.get(place)
        if known and known[0].last_row + 1 == area.row:
            first = known[0]
            running[place] = (Area(first.row, first.col, area.last_row, first.last_col), known[1])
            continue
        if known:
            yield known
        running[place] = (area, slot)
    yield from running.values()


def _joined(areas: list[Area]) -> Iterator[tuple[int, int, int, int]]:
    """Areas under each other in the same columns as one."""
    last: Area | None = None
    for area in sorted(areas, key=lambda a: (a.col, a.last_col, a.row)):
        same = last and (last.col, last.last_col) == (area.col, area.last_col)
        if last and same and last.last_row + 1 == area.row:
            last = Area(last.row, last.col, area.last_row, last.last_col)
            continue
        if last:
            yield (last.row, last.col, last.last_row, last.last_col)
        last = area
    if last:
        yield (last.row, last.col, last.last_row, last.last_col)


def _column_fixed(area: Area) -> str:
    """The first cell with its column fixed: merged cells all look at the one with the value."""
    return "$" + cell_name(area.row, area.col)


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
        self._rules()
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
        """Marks of the first and last body row; rows between need none."""
        ruler, sheet = self.writer.template.format("ruler"), self.writer.sheet
        rows = {self.body.first_row, self.body.last_row}
        if self.body.library.closed:
            rows = set(range(self.body.first_row, self.body.last_row + 1))
        if self.body.total_row is not None:
            rows.add(self.body.total_row)
        for row in sorted(rows):
            _sure(sheet.write_string(row, 0, row_mark(row), ruler))

    def _numbers(self) -> None:
        col = self.body.number_col
        if col is None:
            return
        library = self.body.library
        filled = len(self.writer.template.answers.rows.get(library.key, ()))
        count = library.rows if library.closed else min(library.rows, max(NUMBERED_ROWS, filled))
        form = self.writer.template.format("number")
        for number in range(1, count + 1):
            row = self.body.first_row + number - 1
            _sure(self.writer.sheet.write_number(row, col, number, form))
        if not library.closed:
            self._print_area(count)

    def _print_area(self, least: int) -> None:
        """Excel and WPS print down to the last filled row; a fixed area would print them all."""
        plan, body = self.writer.plan, self.body
        first = cell_name(1, plan.print_first_col, fixed=True)
        prefix = sheet_prefix(plan.name)
        height = f"{body.first_row - 1}+MAX({least},COUNTA({prefix}{body.range(body.inputs[0])}))"
        width = plan.print_last_col - plan.print_first_col + 1
        area = f"=OFFSET({prefix}{first},0,0,{height},{width})"
        _sure(self.writer.template.book.define_name(f"{prefix}_xlnm.Print_Area", area))

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

    def _rules(self) -> None:
        first, last = self.body.first_row, self.body.last_row
        inputs = self.body.inputs
        row_cells = f"{_fixed_col(first, inputs[0].col)}:{_fixed_col(first, inputs[-1].col)}"
        row_filled = f'SUMPRODUCT((TRIM({row_cells})<>"")*1)>0'
        by_key = {column.field.key: column for column in self.body.columns}
        for column in inputs:
            area = Area(first, column.col, last, column.col)
            within = getattr(column.field.kind, "within", "")
            parent = _fixed_col(first, by_key[within].col) if within else ""
            cell = _fixed_col(first, column.col)
            self.writer.validate(area, column.field, cell, parent)
            fault = self.writer.template.lists.fault(column.field.kind, cell, parent)
            self.writer.mark(area, fault, styles.FAULT_FILL)
            if column.field.required and column.field.when is None:
                test = f'AND({row_filled},TRIM({cell})="")'
                self.writer.mark(area, test, styles.MISSING_FILL)

    def _rows(self) -> None:
        body, template = self.body, self.writer.template
        for offset, row in enumerate(template.answers.rows.get(body.library.key, ())):
            at = body.first_row + offset
            for column in body.inputs:
                value = row.get(column.field.key, "")
                if value != "":
                    form = self.writer.answer_format("cell", column.field)
                    self.writer.put(at, column.col, value, form)


def _fixed_col(row: int, col: int) -> str:
    return "$" + cell_name(row, col)


