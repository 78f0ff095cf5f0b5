"""Works out every address of a workbook once: spec → Layout."""

from __future__ import annotations

from clusterbook.forms.spec import Library, Sheet, Workbook
from clusterbook.layout.layout import Layout, SheetPlan
from clusterbook.layout.library import LibraryPlanner
from clusterbook.layout.page import PagePlanner

# How much smaller than on the screen a sheet may be printed that must stay on one page: its text
# of 11 points is then still one of 7.5, the size that offices call 六号.
_SCALES = (0.95, 0.91, 0.87, 0.84, 0.81, 0.78, 0.75, 0.73, 0.71, 0.68)


def plan(workbook: Workbook) -> Layout:
    """The layout of a workbook: a pure function of the spec."""
    return Layout(workbook, tuple(_plan_sheet(sheet) for sheet in workbook.sheets))


def _plan_sheet(sheet: Sheet) -> SheetPlan:
    library = next((b for b in sheet.blocks if isinstance(b, Library)), None)
    if library is not None:
        return LibraryPlanner(sheet, library=library).plan()
    planned = PagePlanner(sheet).plan()
    for scale in _SCALES if sheet.one_page else ():
        if not planned.page_breaks:
            break
        planned = PagePlanner(sheet, scale=scale).plan()
    return planned
