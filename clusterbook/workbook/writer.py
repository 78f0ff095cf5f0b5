"""Layout → protected .xlsx: the only door to XlsxWriter.

Library bodies are column formats, not styled blank cells, and each rule is written once per range:
the file stays small however many rows it offers. Formulas are written without their
results: ``xlsx`` works them out when all cells are there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from io import BytesIO

from attrs import define

from clusterbook import styles
from clusterbook.a1 import cell_name, sheet_prefix
from clusterbook.allowance import few_collections
from clusterbook.forms.stamp import DIGEST_CELL, PROPERTY, STAMP_CELL, STAMP_NAME, Stamp, sheet_mark
from clusterbook.layout import front_pages, listing, review
from clusterbook.layout.layout import Layout
from clusterbook.layout.live_checks import rule_watches
from clusterbook.layout.own_sheets import (
    CHECKS_SHEET,
    DOOR,
    LISTS_SHEET,
    META_KEY,
    META_SHEET,
    RULES_SHEET,
    TYPED_SHEET,
)
from clusterbook.workbook import screen_paper
from clusterbook.workbook.book import BookWriter, put
from clusterbook.workbook.content import Content, Entries, Returning
from clusterbook.workbook.formulas.results import Results
from clusterbook.workbook.hidden_sheets import write_checks, write_rules
from clusterbook.workbook.sheet import SheetWriter
from clusterbook.workbook.validations import checked
from clusterbook.workbook.xlsx import LockedBook, LockedSheet, sure

# A fixed date: the same input gives the same bytes.
CREATED = datetime(2026, 1, 1)  # noqa: DTZ001
TYPED_NAME = "cb_typed"
STATES_COL = 1  # of the same sheet: see ``Returning.states``


def write_template(
    layout: Layout,
    stamp: Stamp,
    answers: Entries | None = None,
    returning: Returning | None = None,
    settled: Callable[[Results], None] | None = None,
) -> bytes:
    """The workbook as bytes; the same arguments give the same bytes.

    ``settled`` may look at the results of all formulas before they are written.
    """
    buffer = BytesIO()
    book = LockedBook(buffer, settled)
    with few_collections():
        _Writer(layout, stamp, answers or Entries(), returning, book).write()
        book.close()
    return buffer.getvalue()


@define
class _Writer(BookWriter):
    """Writes one workbook."""

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
            SheetWriter(self, plan, self.sheets[plan.name]).write()
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

    def _page(self, page: front_pages.FrontPage) -> None:
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
    def _page_view(sheet: LockedSheet, page: front_pages.FrontPage) -> None:
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
    def _bound(
        sheet: LockedSheet, corners: tuple[int, int, int, int], formula: str, says: str
    ) -> None:
        """What a cell refuses, and says before and after."""
        rule = {
            "validate": "custom", "value": checked(formula), "input_title": "填写提示",
            "input_message": says, "error_title": "请重新填写", "error_message": says,
        }  # fmt: skip
        sure(sheet.data_validation(*corners, rule))

    def _page_cell(self, sheet: LockedSheet, row: int, cell: front_pages.Cell, name: str) -> None:
        form, last = self.format(cell.role), max(cell.last, cell.col)
        merged = last > cell.col or cell.rows > 1
        if merged:
            sure(sheet.merge_range(row, cell.col, row + cell.rows - 1, last, "", form))
        if cell.link:
            target = front_pages.jump(cell.link, cell.at)
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
