"""The rows of a library as they stand in a returned file: which are data, and what is merged.

People paste heads and totals among the rows, write notes below them and merge cells that say the
same. None of it may pass for an enterprise.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from attrs import define, field

from clusterbook.grid import Address, SheetGrid
from clusterbook.kinds import FourPart, Kind, Number, Raw, Tick
from clusterbook.layout import Body, ColumnSlot, SheetPlan, cell_name
from clusterbook.place import SheetPlacement
from clusterbook.problems import Problem
from clusterbook.raw_values import Oddities, RawLibrary
from clusterbook.reading import fold, is_blank, to_text

_ROWS = 1 << 20
_TOTALS = frozenset({"合计", "总计", "小计", "共计", "累计", "总合计"})
_NOTE = re.compile(r"\s*(?:[（(]?\s*(?:备?注|附注|说明|填[表报]说明)\s*\d*\s*[:：、.．]|※)")
# Where a total or a note begins: number column and first columns.
_FIRST_COLUMNS = 2
_HEADS_OF_A_ROW = 2


@define
class _Rows:
    """What is known of the rows of one library while they are read."""

    placed: SheetPlacement
    body: Body
    cols: list[int | None]
    first: int
    last: int
    problems: list[Problem]
    #: cells that a merge hides, and what a merge above makes them show
    hidden: set[Address] = field(factory=set)
    shown: dict[Address, Address] = field(factory=dict)
    refused: set[Address] = field(factory=set)

    @property
    def sheet(self) -> SheetGrid:
        return self.placed.grid

    def tell(self, code: str, at: Address, column: ColumnSlot | None = None, **facts: str) -> None:
        """Add a problem about one cell; the fact ``value`` is what stands there."""
        value = facts.pop("value", None)
        if value is None:
            value = to_text(self.sheet.cells.get(at, self.sheet.errors.get(at)))
        self.problems.append(
            Problem(
                code=code, sheet=self.sheet.name, cell=cell_name(*at),
                key=column.key if column else self.body.library.key,
                label=column.path if column else self.placed.plan.name, value=value, facts=facts,
            )
        )  # fmt: skip


def read_rows(placed: SheetPlacement, body: Body, problems: list[Problem]) -> RawLibrary:
    """The filled rows of a library; what is no row of data is told instead."""
    first, last = body_rows(placed, body)
    rows = _Rows(placed, body, _columns(placed, body, problems), first, last, problems)
    filled = _filled(rows)
    _merges(rows, filled)
    for row in sorted(filled):
        left = [at for at in filled[row] if at not in rows.hidden]
        filled[row] = left
        if not left or _is_remark(rows, row, left):
            del filled[row]
    for row in _pasted_heads(rows, filled):
        del filled[row]
    _beyond(rows, filled)
    return _gathered(rows, sorted(filled))


def body_rows(placed: SheetPlacement, body: Body) -> tuple[int, int]:
    """First and last actual row of the body; an open body has no last row."""
    if placed.foreign:
        found = [placed.at(body.first_row, column.col) for column in body.columns]
        start = next((at[0] for at in found if at is not None), _ROWS)
        return start, (start + body.library.rows - 1 if body.library.closed else _ROWS)
    if placed.rows is None:
        return body.first_row, body.last_row if body.library.closed else _ROWS
    known = [row for n in range(body.first_row, body.last_row + 1)
             if (row := placed.rows.get(n)) is not None]  # fmt: skip
    head = placed.rows.get(body.head_last_row)
    start = head + 1 if head is not None else min(known, default=_ROWS)
    if not body.library.closed:
        return start, _ROWS
    # What stands between two rows of the body belongs to it, inserted rows included.
    total = placed.rows.get(body.total_row) if body.total_row is not None else None
    return start, max(known, default=-1) if total is None else total - 1


def _columns(placed: SheetPlacement, body: Body, problems: list[Problem]) -> list[int | None]:
    """The actual column of each column; what has none is told once, not row by row."""
    found: list[int | None] = []
    for column in body.columns:
        at = placed.at(body.first_row, column.col)
        disputed = placed.disputed.get(column.key)
        if at is None or disputed is not None:
            code = "L102" if at is None else "L103"
            problems.append(
                Problem(
                    code=code, sheet=placed.grid.name, key=column.key, label=column.path,
                    facts={"detail": disputed or ""},
                )
            )  # fmt: skip
            at = None
        found.append(None if at is None else at[1])
    return found


def _filled(rows: _Rows) -> dict[int, list[Address]]:
    """Filled input cells of the body by row."""
    inputs = {col for column, col in zip(rows.body.columns, rows.cols, strict=True)
              if col is not None and not column.locked}  # fmt: skip
    first, last, sheet = rows.first, rows.last, rows.sheet
    found: dict[int, list[Address]] = defaultdict(list)
    for at, value in sheet.cells.items():
        if at[1] in inputs and first <= at[0] <= last and not is_blank(value):
            found[at[0]].append(at)
    for more in (sheet.errors, sheet.formulas):
        for at in more:
            if at[1] in inputs and first <= at[0] <= last and at not in sheet.cells:
                found[at[0]].append(at)
    return found


# --- merged cells ------------------------------------------------------------------------------


def _merges(rows: _Rows, filled: dict[int, list[Address]]) -> None:
    """Text merged over rows below is theirs, too; numbers, and several columns, are asked about."""
    column_of = {col: column for column, col in zip(rows.body.columns, rows.cols, strict=True)
                 if col is not None and not column.locked}  # fmt: skip
    for top, left, bottom, right in rows.sheet.merges:
        if bottom < rows.first or top > rows.last:
            continue
        columns = [col for col in range(left, right + 1) if col in column_of]
        if not columns:
            continue
        corner = top, left
        area = [(row, col) for row in range(top, min(bottom, rows.last) + 1) for col in columns]
        covered = {at for at in area if at != corner}
        rows.hidden |= covered
        _tell_hidden(rows, covered)
        column = column_of[columns[0]]
        others = [
            row
            for row in range(top, bottom + 1)
            if any(at not in covered and at != corner for at in filled.get(row, ()))
        ]
        alone = len(columns) == 1 and columns[0] == left
        value = rows.sheet.cells.get(corner)
        if is_blank(value) and corner not in rows.sheet.errors:
            continue
        if alone and (len(others) < _HEADS_OF_A_ROW or _fills_down(column.field.kind)):
            rows.shown |= {(row, left): corner for row in others if row != top}
        else:
            rows.refused |= {at for at in area if at[0] in others or at == corner}
            detail = f"{cell_name(top, left)}:{cell_name(bottom, right)}"
            rows.tell("L115", corner, column, detail=detail)


def _tell_hidden(rows: _Rows, covered: set[Address]) -> None:
    for at in sorted(covered & rows.sheet.cells.keys()):
        if not is_blank(rows.sheet.cells[at]):
            rows.tell("L114", at)


def _fills_down(kind: Kind) -> bool:
    """Whether one entry may stand for several rows: a number would be counted once too often."""
    return not isinstance(kind, Number | FourPart | Tick)


# --- rows that are none ------------------------------------------------------------------------


def _is_remark(rows: _Rows, row: int, left: list[Address]) -> bool:
    """Whether a row is a total or a note; it is told."""
    number = rows.body.number_col
    actual = None if number is None else rows.placed.at(rows.body.first_row, number)
    inputs = [col for column, col in zip(rows.body.columns, rows.cols, strict=True)
              if col is not None and not column.locked]  # fmt: skip
    begin = [(row, col) for col in inputs[:_FIRST_COLUMNS]]
    begin += [] if actual is None else [(row, actual[1])]
    for at in begin:
        value = rows.sheet.cells.get(at)
        if not isinstance(value, str) or len(value) > len(_TOTALS) * 20:
            continue
        if fold(value).rstrip(":") in _TOTALS:
            rows.tell("L120", at, what="合计行", row=str(row + 1))
            return True
        if len(left) <= 1 and _NOTE.match(value):
            rows.tell("L105", at)
            return True
    return False


@cache
def _heads(plan: SheetPlan) -> dict[str, frozenset[str]]:
    """Spellings of the column heads, and the keys of the columns that bear them."""
    found: dict[str, set[str]] = defaultdict(set)
    for column in plan.library.columns:
        asked = column.field
        for text in (asked.label, column.path, f"{asked.label}{asked.hint}"):
            found[fold(text)].add(column.key)
    return {text: frozenset(keys) for text, keys in found.items() if text}


def _pasted_heads(rows: _Rows, filled: dict[int, list[Address]]) -> Iterator[int]:
    """Rows that repeat the head. One in another order says that the columns mean something else."""
    heads = _heads(rows.placed.plan)
    longest = 2 * max(map(len, heads), default=0)
    column_of = {col: n for n, col in enumerate(rows.cols) if col is not None}
    for row, cells in list(filled.items()):
        found = {}
        for at in cells:
            value = rows.sheet.cells.get(at)
            if isinstance(value, str) and len(value) <= longest and fold(value) in heads:
                found[at] = heads[fold(value)]
        if len(found) < min(_HEADS_OF_A_ROW, len(rows.body.inputs)) or 2 * len(found) < len(cells):
            continue
        wrong = [at for at, keys in found.items()
                 if rows.body.columns[column_of[at[1]]].key not in keys]  # fmt: skip
        for at in wrong:
            number = column_of[at[1]]
            rows.tell("L121", at, rows.body.columns[number])
            rows.refused |= {(r, at[1]) for r in filled}
        if not wrong:
            rows.tell("L120", cells[0], what="表头", row=str(row + 1))
        yield row


def _beyond(rows: _Rows, filled: dict[int, list[Address]]) -> None:
    """Rows below the last one that the workbook offers: its own totals leave them out."""
    if rows.body.library.closed or rows.placed.foreign:
        return
    end = rows.first + rows.body.library.rows - 1
    below = sorted(row for row in filled if row > end)
    if below:
        at = filled[below[0]][0]
        rows.tell("L119", at, count=str(len(below)), rows=str(rows.body.library.rows), value="")


# --- the result --------------------------------------------------------------------------------


def _gathered(rows: _Rows, numbers: list[int]) -> RawLibrary:
    body, sheet = rows.body, rows.sheet
    library = RawLibrary(sheet.name, numbers, [], rows.cols, Oddities())
    width = len(body.columns)
    plain = not (rows.hidden or rows.shown or rows.refused)
    for number, col in enumerate(rows.cols):
        values: list[Raw | None] = []
        for position, row in enumerate(numbers):
            index = position * width + number
            if col is None:
                values.append(None)
                library.settled.add(index)
                continue
            at = row, col
            if not plain:
                if at in rows.refused:
                    library.settled.add(index)
                    values.append(None)
                    continue
                if at in rows.shown:
                    library.filled.add(index)
                    at = rows.shown[at]
                elif at in rows.hidden:
                    values.append(None)
                    continue
            value = sheet.cells.get(at)
            values.append(None if is_blank(value) else value)
            library.oddities.note(index, sheet, at)
        library.columns.append(values)
    return library
