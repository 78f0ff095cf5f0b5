"""Workbooks as libraries of tables write what they read: pandas, pyexcel."""

from __future__ import annotations

from support.mutable import Cell
from support.mutation_kit import Case


def without_formulas(case: Case) -> None:
    """As libraries read a workbook that know values only."""
    case.book.names, case.book.comments = {}, ""
    for tab in case.book.tabs:
        tab.state, tab.guarded, tab.filtered = "visible", frozenset(), None
        tab.hidden_rows, tab.hidden_columns = set(), set()
        for cell in tab.cells.values():
            cell.formula, cell.look = "", ""


def numbered(case: Case, head: str) -> None:
    """As pandas writes what it read: a column of numbers, and a row of them or of made-up names."""
    without_formulas(case)
    for tab in case.book.tabs:
        tab.merges = []
        tab.insert_columns(0)
        if head == "numbers":
            tab.insert_rows(0)
        last_row, last_col = tab.last_row(), tab.last_column()
        if head == "numbers":
            tab.cells |= {(0, col): Cell(col - 1.0) for col in range(1, last_col + 1)}
        if head == "names":
            tab.cells |= {(0, col): Cell(f"Unnamed: {col - 1}")
                          for col in range(1, last_col + 1) if (0, col) not in tab.cells}  # fmt: skip
        first = 0 if head == "none" else 1
        tab.cells |= {(row, 0): Cell(float(row - first)) for row in range(first, last_row + 1)}


def filled_up(case: Case) -> None:
    """As pyexcel writes what it read: nothing is hidden, every cell of a merged area has its text."""
    ruled = [tab for tab in case.book.tabs if 0 in tab.hidden_rows]
    without_formulas(case)
    for tab in case.book.tabs:
        for top, left, bottom, right in tab.merges:
            first = tab.cells.get((top, left))
            for row in range(top, bottom + 1):
                for col in range(left, right + 1):
                    if first is not None:
                        tab.cells.setdefault((row, col), Cell(None)).value = first.value
        tab.merges = []
    for tab in ruled:
        tab.delete_rows(0)
        tab.delete_columns(0)
