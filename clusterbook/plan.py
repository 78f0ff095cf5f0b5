"""Works out every address of a workbook once: spec → Layout."""

from __future__ import annotations

from clusterbook.layout import Layout, SheetPlan
from clusterbook.plan_library import LibraryPlanner
from clusterbook.plan_page import PagePlanner
from clusterbook.spec import Library, Sheet, Workbook


def plan(workbook: Workbook) -> Layout:
    """The layout of a workbook: a pure function of the spec."""
    return Layout(workbook, tuple(_plan_sheet(sheet) for sheet in workbook.sheets))


def _plan_sheet(sheet: Sheet) -> SheetPlan:
    library = next((b for b in sheet.blocks if isinstance(b, Library)), None)
    return (LibraryPlanner(sheet, library=library) if library else PagePlanner(sheet)).plan()
