"""Writes the hidden sheets on which the workbook works out what is open: see ``listing``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from clusterbook.a1 import cell_name
from clusterbook.forms.reasons import MARKS_NAME, NO_LETTERS
from clusterbook.layout import listing
from clusterbook.layout.live_checks import RuleFormulas, RuleWatch
from clusterbook.layout.own_sheets import RULES_SHEET
from clusterbook.workbook.locked_book import LockedBook
from clusterbook.workbook.locked_sheet import LockedSheet, sure
from clusterbook.workbook.validations import checked


def write_checks(sheet: LockedSheet, found: listing.Checks) -> None:
    """The lines of answers and rules, and beside them which of them 校验 shows."""
    for row, line in enumerate([listing.heads(), *found.rows]):
        for col, content in enumerate(line):
            if content != "":
                _put(sheet, row, col, content)
    for row, formula in enumerate(listing.totals(found), 1):
        _put(sheet, row, listing.OPEN_COL, formula)
    for number in range(1, listing.SHOWN + 1):
        position, target = listing.shown(found, number)
        _array(sheet, number, listing.POSITION_COL, position[1:])
        _put(sheet, number, listing.POSITION_COL + 1, target)
        sheet.share(number, listing.POSITION_COL + 1)


def write_rules(
    book: LockedBook,
    sheet: LockedSheet,
    watched: Sequence[RuleWatch],
    formulas: Sequence[RuleFormulas],
    live: Iterable[listing.ListingLine],
    found: listing.Checks,
) -> None:
    """How often each rule is broken, and where first; array formulas, as rows are many.

    Below them the same for the groups among the ``live`` lines; see ``write_lines``.
    """
    write_lines(sheet, live)
    marks = cell_name(0, listing.MARKS_COL, fixed=True)
    sure(sheet.write_string(0, listing.MARKS_COL, NO_LETTERS))
    sure(book.define_name(MARKS_NAME, f"={RULES_SHEET}!{marks}"))
    for row, (watch, made) in enumerate(zip(watched, formulas, strict=True), start=1):
        sure(sheet.write_string(row, listing.CODE_COL, watch.rule.code))
        _array(sheet, row, listing.COUNT_COL, found.unless_wrong(made.silent_by, made.count))
        if made.at.startswith("="):
            # Looked for only where there is one.
            _array(sheet, row, listing.AT_COL, f'IF($B${row + 1}=0,"",{made.at[1:]})')
        else:
            sure(sheet.write_string(row, listing.AT_COL, made.at))
        sure(book.define_name(watch.name, f"={RULES_SHEET}!$B${row + 1}"))


def write_lines(sheet: LockedSheet, lines: Iterable[listing.ListingLine]) -> None:
    """What lines work out for themselves: the sums of groups, and what each reason says."""
    for line in lines:
        for col, formula, over_rows in line.formulas():
            if over_rows:
                _array(sheet, line.hidden, col, formula)
            else:
                _put(sheet, line.hidden, col, "=" + formula)
                if col == listing.SAID_COL:
                    sheet.share(line.hidden, col)


def _put(sheet: LockedSheet, row: int, col: int, content: str | int) -> None:
    if isinstance(content, int):
        sure(sheet.write_number(row, col, content))
    elif content.startswith("="):
        sure(sheet.write_formula(row, col, content, None, ""))
    else:
        sure(sheet.write_string(row, col, content))


def _array(sheet: LockedSheet, row: int, col: int, formula: str) -> None:
    sure(sheet.write_array_formula(row, col, row, col, "=" + checked(formula), None, ""))
