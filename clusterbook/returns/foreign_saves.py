"""What a workbook gains and loses where other programs read it and wrote it anew.

Libraries of tables put a numbered row and column before all cells, and drop what guards a sheet.
Each is told in one line for the file: it has one cause, and no answer depends on it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from attrs import evolve

from clusterbook.a1 import Address
from clusterbook.problems import Problem
from clusterbook.readers.grid import Grid, SheetGrid
from clusterbook.returns.place import Placement
from clusterbook.returns.witnesses import corner

_SHOWN: Final = 5  # sheets named in a sentence; how many more there are is told
_GUARDS: Final = {"protection": "工作表保护", "validations": "下拉选项和输入检查"}


# --- numbered rows and columns -----------------------------------------------------------------


def without_numbers(grid: Grid) -> tuple[Grid, list[Problem]]:
    """The grid without the row and the column of numbers that libraries put before the ruler."""
    numbered: list[str] = []
    sheets: list[SheetGrid] = []
    for sheet in grid.sheets:
        found = _numbers(sheet) if sheet.loose and not _begins_as_issued(sheet) else ()
        if found:
            numbered.append(sheet.name)
            cells = {at: value for at, value in sheet.cells.items() if at not in found}
            sheet = evolve(sheet, cells=cells, block=None)  # noqa: PLW2901
        sheets.append(sheet)
    if not numbered:
        return grid, []
    problem = Problem(code="F217", facts={"detail": _listed(numbered, len(grid.sheets))})
    return evolve(grid, sheets=tuple(sheets)), [problem]


def _begins_as_issued(sheet: SheetGrid) -> bool:
    """Whether the ruler begins in the first cell, or the sheet does not begin with a number."""
    return isinstance(sheet.get((0, 0)), str) or sheet.get((1, 0)) not in (0.0, 1.0)


def _numbers(sheet: SheetGrid) -> Collection[Address]:
    """The cells of the numbered column, and of the row of numbers or of names without a meaning."""
    mark = corner(sheet)
    if mark is None or mark[0][1] != 1:
        return ()
    column = sorted((row, value) for (row, col), value in sheet.cells.items() if col == 0)
    first = column[0][0] if column else -1
    if first not in (0, 1) or any(value != row - first for row, value in column):
        return ()
    found = {(row, 0) for row, _ in column}
    above = {at: value for at, value in sheet.cells.items() if at[0] == 0 and at[1] > 0}
    if mark[0][0] == 1 and all(value == at[1] - 1 for at, value in above.items()):
        found |= above.keys()
    elif mark[0][0] == 0:
        found |= {at for at, value in above.items() if value == f"Unnamed: {at[1] - 1}"}
    return found


# --- what guards a sheet -----------------------------------------------------------------------


def lost_guards(placement: Placement) -> Iterator[Problem]:
    """Sheets of the form that came without their protection, or without checks of what is typed."""
    sheets = [one.grid for one in placement.sheets.values()]
    parts = []
    for guard, called in _GUARDS.items():
        if lost := [sheet.name for sheet in sheets if guard in sheet.unguarded]:
            parts.append(f"{called}（{_listed(lost, len(sheets))}）")
    if parts:
        yield Problem(code="F216", facts={"detail": "、".join(parts)})


def _listed(names: list[str], count: int) -> str:
    if len(names) == count > 1:
        return f"全部{count}张表"
    more = f"等{len(names)}张表" if len(names) > _SHOWN else ""
    return "、".join(f"“{name}”" for name in names[:_SHOWN]) + more
