"""What all workbooks of a layout have alike, written once: everything but whose it is and answers.

A workbook is such a frame, filled in (``writer``). A second one of the same layout begins with a
copy of the frame as it was, which costs a fraction of writing it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakKeyDictionary

from attrs import Factory, define

from clusterbook.a1 import cell_name, sheet_prefix
from clusterbook.forms.stamp import DIGEST_CELL
from clusterbook.layout import listing, review
from clusterbook.layout.front_pages import instructions
from clusterbook.layout.layout import Layout
from clusterbook.layout.live_checks import rule_formulas, rule_watches
from clusterbook.layout.own_sheets import (
    CHECKS_SHEET,
    GUIDE_SHEET,
    LISTS_SHEET,
    META_SHEET,
    RETURNED_SHEET,
    RULES_SHEET,
    TYPED_SHEET,
)
from clusterbook.workbook.book import BookWriter
from clusterbook.workbook.formulas.results import Results
from clusterbook.workbook.hidden_sheets import write_checks, write_rules
from clusterbook.workbook.locked_sheet import sure
from clusterbook.workbook.packed import Packed
from clusterbook.workbook.pages import PageWriter
from clusterbook.workbook.sheet import SheetWriter

_HIDDEN = (CHECKS_SHEET, RULES_SHEET, LISTS_SHEET, META_SHEET)
_MOST_FLAGS = 1_000_000  # conditional formats of a returned copy that come before ours


@define
class _Known:
    """What is kept of the frame of a layout, once it was asked for."""

    #: the frame, from the second time on: packing costs something, and many a layout is used once
    packed: Packed | None = None
    #: results in which its formulas are known, with which nobody works
    spare: list[Results] = Factory(list)


#: By layout, and whether the frame is one of returned copies.
_KNOWN: WeakKeyDictionary[Layout, dict[bool, _Known]] = WeakKeyDictionary()
_MOST_PLACES = 50_000  # that formulas of kept results have referred to


def frame(layout: Layout, *, returned: bool) -> BookWriter:
    """A frame of one's own; ``returned``: with the sheets that only a returned copy has."""
    kinds = _KNOWN.setdefault(layout, {})
    known = kinds.get(returned)
    if known and known.packed:
        return BookWriter.unpacked(layout, known.packed)
    made = _made(layout, returned=returned)
    if known:
        known.packed = made.packed()
    else:
        kinds[returned] = _Known()
    return made


@contextmanager
def results(layout: Layout, *, returned: bool) -> Iterator[Results]:
    """Results for a workbook in such a frame, in which formulas are known that were met before."""
    known = _KNOWN[layout][returned]
    try:
        own = known.spare.pop()
    except IndexError:  # none yet, or other threads work with them
        own = Results()
    yield own
    own.let_go()
    if known.packed and own.size < _MOST_PLACES:
        known.spare.append(own)


def _made(layout: Layout, *, returned: bool) -> BookWriter:
    listed = listing.listing(layout)
    watched, formulas = rule_watches(layout), rule_formulas(layout)
    checked, lists = listing.checks(listed)
    workbook = BookWriter(layout, lists=lists)
    whole = review.whole(listed, checked, {})
    notes, opened = instructions(layout.workbook), review.opened(checked)
    first = [RETURNED_SHEET, GUIDE_SHEET] if returned else [GUIDE_SHEET]
    form = [plan.name for plan in layout.sheets]
    hidden = [*_HIDDEN, TYPED_SHEET] if returned else _HIDDEN
    for name in [*first, notes.name, *form, opened.name, whole.name, *hidden]:
        workbook.sheets[name] = workbook.book.add(name)
    if returned:
        for name in form:
            workbook.sheets[name].leave_room(_MOST_FLAGS)
    PageWriter.of(workbook, notes).write()
    PageWriter.of(workbook, opened).write()
    last_page = PageWriter.of(workbook, whole)
    last_page.frame()
    last_page.rows(range(1, review.first_later_row(listed)))
    for plan in layout.sheets:
        SheetWriter(workbook, plan, workbook.sheets[plan.name], watched).write()
    write_checks(workbook.sheets[CHECKS_SHEET], checked)
    write_rules(
        workbook.book, workbook.sheets[RULES_SHEET], watched, formulas, listed.live, checked
    )  # fmt: skip
    _names(workbook)
    _lists(workbook)
    sure(workbook.sheets[META_SHEET].write_string(*DIGEST_CELL, layout.digest))
    for name in hidden:
        workbook.sheets[name].protect()
        workbook.sheets[name].very_hidden()
    workbook.sheets[first[0]].activate()
    workbook.book.keep_written()
    return workbook


def _names(workbook: BookWriter) -> None:
    book = workbook.book
    for name, reference in workbook.lists.defined():
        sure(book.define_name(name, reference))
    for plan in workbook.layout.sheets:
        prefix = sheet_prefix(plan.name)
        for slot in plan.slots:
            cell = cell_name(slot.area.row, slot.area.col, fixed=True)
            sure(book.define_name(slot.defined_name, f"={prefix}{cell}"))
        if plan.body is not None:
            for column in plan.body.columns:
                reference = f"={prefix}{plan.body.range(column)}"
                sure(book.define_name(column.defined_name, reference))


def _lists(workbook: BookWriter) -> None:
    sheet = workbook.sheets[LISTS_SHEET]
    for col, (_, options) in enumerate(workbook.lists.columns):
        for row, option in enumerate(options):
            sure(sheet.write_string(row, col, option))
