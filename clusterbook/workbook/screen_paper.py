"""How a sheet of the form stands on screen and paper: what is seen first, what is printed, links.

A screen of 1366 × 768 shows a sheet from edge to edge, with its title selected and the ways to
other sheets beside it; paper shows the printed form and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping

from clusterbook.a1 import column_letters, sheet_prefix
from clusterbook.layout import front_pages, text_metrics
from clusterbook.layout.layout import BACK, HOME, Area, Layout, OverflowRemark, Printed, SheetPlan
from clusterbook.layout.own_sheets import DOOR, GUIDE_SHEET, NOTES_SHEET, RETURNED_KEY, REVIEW_SHEET
from clusterbook.layout.text_metrics import ROW_HEIGHT
from clusterbook.workbook.locked_book import LockedBook
from clusterbook.workbook.locked_sheet import Format, LockedSheet, sure
from clusterbook.workbook.validations import checked

# What stands beside a box of long text that holds more than paper shows.
BOX_FULL_GO_ON = "本格打印不下，请续写下一格"
BOX_FULL = "本格打印不下，请精简文字"
FEW_ROWS = 5  # of an empty list, printed at the least


def corners(area: Area) -> tuple[int, int, int, int]:
    """An area as XlsxWriter takes it."""
    return area.row, area.col, area.last_row, area.last_col


def show(sheet: LockedSheet, plan: SheetPlan) -> None:
    """What a person sees on coming to the sheet: heads stay, the title is selected, all fits."""
    if plan.body is not None:
        sheet.freeze_panes(plan.frozen_row, plan.body.inputs[0].col + 1)
    sheet.set_selection(*corners(plan.title))
    sheet.set_zoom(text_metrics.zoom(across(plan)))


def across(plan: SheetPlan) -> float:
    """Pixels from the first column that is seen to the last."""
    return sum(map(text_metrics.column_points, plan.widths[1:])) / 0.75


def on_paper(book: LockedBook, sheet: LockedSheet, plan: SheetPlan) -> None:
    """Which cells are printed, and on which pages."""
    if plan.sheet.landscape:
        sheet.set_landscape()
    if plan.repeat:
        sheet.repeat_rows(*plan.repeat)
    sheet.set_h_pagebreaks(list(plan.page_breaks))
    if plan.body is None and not plan.page_breaks:
        sheet.fit_to_pages(1, 1)
    _print_area(book, sheet, plan)


def page_on_paper(sheet: LockedSheet, page: front_pages.FrontPage) -> None:
    """The same of a sheet around the form: the paper form has none, only 退回意见 is printed."""
    if page.key != RETURNED_KEY:
        sheet.print_area(0, 0, 0, 0)  # the corner of the ruler, which is hidden
        return
    sheet.print_area(1, 1, len(page.rows), len(page.widths) - 1)
    if page.repeat:
        sheet.repeat_rows(*page.repeat)
    if page.landscape:
        sheet.set_landscape()
    if page.one_page:
        sheet.fit_to_pages(1, 1)


def _print_area(book: LockedBook, sheet: LockedSheet, plan: SheetPlan) -> None:
    """Open libraries print whole columns, which all clients end at the last filled row."""
    body = plan.body
    first, last = plan.print_first_col, plan.print_last_col
    if body is not None and not body.library.closed:
        prefix = sheet_prefix(plan.name)
        columns = f"${column_letters(first)}:${column_letters(last)}"
        sure(book.define_name(f"{prefix}_xlnm.Print_Area", f"={prefix}{columns}"))
        return
    areas = [*(one.area for one in plan.printed), *(slot.area for slot in plan.slots)]
    last_row = max((a.last_row for a in areas if a.last_col <= last), default=1)
    sheet.print_area(1, first, max(last_row, plan.last_row if body else 0), last)


def last_ruled(plan: SheetPlan) -> tuple[int, int] | None:
    """The cell that must look unlike those below it, so that paper shows some empty rows.

    None where serial numbers do so: clients print an open list down to the last such cell.
    """
    body = plan.body
    if body is None or body.library.closed:
        return None
    if body.number_col is not None and body.number_col >= plan.print_first_col:
        return None
    rows = min(max(body.library.printed_rows, FEW_ROWS), body.library.rows)
    return body.first_row + rows - 1, plan.print_first_col


# --- beside the page -----------------------------------------------------------------------------


def link(sheet: LockedSheet, layout: Layout, plan: SheetPlan, one: Printed, form: Format) -> None:
    """A link to another sheet, where its title is selected and not the corner of the ruler."""
    target = front_pages.jump(*_neighbour(layout, plan, one.link))
    sure(sheet.write_url(one.area.row, one.area.col, target, form, str(one.text)))


def _neighbour(layout: Layout, plan: SheetPlan, where: str) -> tuple[str, str]:
    """The sheet to which a link beside a sheet leads, and a cell of it."""
    if where == HOME:
        return GUIDE_SHEET, DOOR
    plans = layout.sheets
    at = plans.index(plan) + (-1 if where == BACK else 1)
    if at < 0:
        return NOTES_SHEET, DOOR
    if at == len(plans):
        return REVIEW_SHEET, DOOR
    return plans[at].name, plans[at].title.cell


def remark(
    sheet: LockedSheet,
    plan: SheetPlan,
    one: OverflowRemark,
    form: Format,
    heights: Mapping[int, float] | None = None,
) -> None:
    """Says while somebody types that a box is full: paper shows no more of it.

    ``heights`` are those of rows that were made higher than planned, where it is written anew.
    """
    if one.area.merged and heights is None:
        sure(sheet.merge_range(*corners(one.area), "", form))
    formula = checked(_full(plan, one, heights or {}))
    sure(sheet.write_formula(one.area.row, one.area.col, formula, form, ""))


def _full(plan: SheetPlan, one: OverflowRemark, heights: Mapping[int, float]) -> str:
    over = []
    for slot in one.slots:
        area = slot.area
        width = sum(map(text_metrics.column_points, plan.widths[area.col : area.last_col + 1]))
        rows = range(area.row, area.last_row + 1)
        height = sum(heights.get(row, plan.heights.get(row, ROW_HEIGHT)) for row in rows)
        over.append(text_metrics.overflow(area.cell, width, height, one.role))
    full = over[0] if len(over) == 1 else f"OR({','.join(over)})"
    said = BOX_FULL if all(slot.last for slot in one.slots) else BOX_FULL_GO_ON
    return f'=IF({full},"{said}","")'
