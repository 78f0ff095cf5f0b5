"""Layout and content → protected .xlsx: a frame, filled in.

Library bodies are column formats, not styled blank cells, and each rule is written once per range:
the file stays small however many rows it offers. Formulas are written without their results:
``xlsx`` works them out when all cells are there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from attrs import frozen

from clusterbook.allowance import few_collections
from clusterbook.forms.stamp import PROPERTY, STAMP_CELL, STAMP_NAME, Stamp, sheet_mark
from clusterbook.layout import front_pages, listing, review
from clusterbook.layout.layout import Layout
from clusterbook.layout.own_sheets import (
    META_KEY,
    META_SHEET,
    NOTES_KEY,
    NOTES_SHEET,
    REVIEW_KEY,
    REVIEW_SHEET,
    RULES_SHEET,
    TYPED_SHEET,
)
from clusterbook.workbook import frames
from clusterbook.workbook.book import BookWriter, put
from clusterbook.workbook.content import Content, Entries, Returning
from clusterbook.workbook.filling import SheetFilling
from clusterbook.workbook.formulas.results import Results
from clusterbook.workbook.hidden_sheets import write_lines
from clusterbook.workbook.locked_sheet import sure
from clusterbook.workbook.package import QUICK
from clusterbook.workbook.pages import PageWriter
from clusterbook.workbook.validations import checked

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
    with few_collections():
        return _written(layout, stamp, answers or Entries(), returning, settled)


def _written(
    layout: Layout,
    stamp: Stamp,
    answers: Entries,
    returning: Returning | None,
    settled: Callable[[Results], None] | None,
) -> bytes:
    returned = returning is not None
    workbook = frames.frame(layout, returned=returned)
    _Filling(workbook, stamp, answers, returning).write()
    if returned:
        workbook.book.compression = QUICK
    if settled:  # may keep the results
        return workbook.book.written(settled=settled)
    with frames.results(layout, returned=returned) as results:
        return workbook.book.written(results)


@frozen
class _Filling:
    """Fills in one workbook."""

    workbook: BookWriter
    stamp: Stamp
    answers: Entries
    returning: Returning | None

    def write(self) -> None:
        workbook, returning, layout = self.workbook, self.returning, self.workbook.layout
        self._identify()
        self._pages(returning.listed if returning else listing.listing(layout))
        # First all that is whose it is: ``issuing.patch`` then renumbers few parts for a person.
        for plan in layout.sheets:
            workbook.identify(workbook.sheets[plan.name], plan.sheet.key, self.stamp)
        for plan in layout.sheets:
            sheet = workbook.sheets[plan.name]
            filling = SheetFilling(workbook, plan, sheet, self.answers, grows=returning is not None)
            filling.write(returning.flags.get(plan.sheet.key, ()) if returning else ())
        if returning:
            self._typed(returning.typed, returning.states)

    def _identify(self) -> None:
        book, stamp = self.workbook.book, self.stamp
        short = f"{stamp.form}|{stamp.version}|{stamp.issue}"
        title = self.workbook.layout.workbook.title.strip()
        book.set_properties({"title": title, "comments": stamp.text(), "created": CREATED})
        sure(book.set_custom_property(PROPERTY, short, "text"))
        sure(book.define_name(STAMP_NAME, f'="{short}"'))
        meta = self.workbook.sheets[META_SHEET]
        sure(meta.write_string(0, 0, sheet_mark(META_KEY, stamp.issue)))
        sure(meta.write_string(*STAMP_CELL, stamp.text()))

    def _pages(self, listed: listing.Listing) -> None:
        """The sheets around the form: all of 退回意见 and 首页, the rest of 校验明细."""
        workbook, returning, answers = self.workbook, self.returning, self.answers
        lines, _ = listing.checks(listed)
        waits = returning.waits if returning else ""
        front = front_pages.front(workbook.layout, self.stamp, lines, answers.earlier, waits)
        for page in [returning.page, front] if returning else [front]:
            PageWriter.of(workbook, page).write()
            workbook.identify(workbook.sheets[page.name], page.key, self.stamp)
        for name, key in ((NOTES_SHEET, NOTES_KEY), (REVIEW_SHEET, REVIEW_KEY)):
            workbook.identify(workbook.sheets[name], key, self.stamp)
        reasons = listing.reasons_by_line(listed, answers.reasons)
        whole = PageWriter.of(workbook, review.whole(listed, lines, reasons))
        for line in listed.live:
            if line.key in reasons and line.explains and not line.beside[0]:
                whole.filled_in(line.row, listing.REASON_COL)
        whole.rows(range(review.first_later_row(listed), len(whole.page.rows) + 1))
        whole.finish()
        workbook.identify(whole.sheet, whole.page.key, self.stamp)
        write_lines(workbook.sheets[RULES_SHEET], listed.later)

    def _typed(self, typed: Sequence[Content], states: Sequence[str]) -> None:
        """What stood in the flagged cells, with a name, as rules refer to other sheets by names.

        Beside it the state of each place that is told together with others.
        """
        sheet = self.workbook.sheets[TYPED_SHEET]
        for row, content in enumerate(typed):
            put(sheet, row, 0, content)
        for row, state in enumerate(states):
            if state.startswith("="):
                sure(sheet.write_formula(row, STATES_COL, "=" + checked(state[1:]), None, ""))
            else:
                sure(sheet.write_string(row, STATES_COL, state))
        area = f"={TYPED_SHEET}!$A$1:$A${len(typed) + 1}"
        sure(self.workbook.book.define_name(TYPED_NAME, area))
