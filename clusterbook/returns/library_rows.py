"""The rows of a library as they stand in a returned file: which are data, and what is merged.

People paste heads and totals among the rows, write notes below them and merge cells that say the
same. None of it may pass for an enterprise.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from attrs import define, field

from clusterbook.a1 import Address, cell_name
from clusterbook.forms.parsing.folding import is_blank, to_text
from clusterbook.layout.layout import Body, ColumnSlot
from clusterbook.problems import Problem
from clusterbook.readers.grid import Scalar, SheetGrid
from clusterbook.returns.place import SheetPlacement
from clusterbook.returns.plain_rows import Asked, blanks, heads_of, parted
from clusterbook.returns.raw_values import Oddities, RawLibrary
from clusterbook.returns.row_kinds import ENDS, STARTS, is_whole_name, may_go_on, row_kind

if TYPE_CHECKING:
    from clusterbook.readers.block import CellBlock

_ROWS = 1 << 20
# Where a total or a note begins: number column and first columns.
_FIRST_COLUMNS = 2
_HEADS_OF_A_ROW = 2
_SEVERAL = 2  # rows of one merge


@define(slots=False)
class _Rows:
    """What is known of the rows of one library while they are read."""

    placed: SheetPlacement
    body: Body
    cols: list[int | None]
    first: int
    last: int
    problems: list[Problem]
    #: what is looked at cell by cell, and the rows that are surely data
    cells: dict[Address, Scalar] = field(factory=dict)
    plain: CellBlock | None = None
    #: the different texts in what is looked at
    texts: Collection[str] = ()
    #: cells that a merge hides, and what a merge above makes them show
    hidden: set[Address] = field(factory=set)
    shown: dict[Address, Address] = field(factory=dict)
    refused: set[Address] = field(factory=set)

    @property
    def sheet(self) -> SheetGrid:
        return self.placed.grid

    @cached_property
    def inputs(self) -> dict[int, ColumnSlot]:
        """The columns that people fill by their actual column, in printed order."""
        pairs = zip(self.body.columns, self.cols, strict=True)
        return {col: column for column, col in pairs if col is not None and not column.locked}

    def tell(self, code: str, at: Address, column: ColumnSlot | None = None, **facts: str) -> None:
        """Add a problem about one cell; the fact ``value`` is what stands there."""
        value = facts.pop("value", None)
        if value is None:
            found = self.sheet.get(at)
            value = to_text(self.sheet.errors.get(at) if found is None else found)
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
    rows.cells, rows.plain = parted(placed.grid, _asked(rows))
    filled = _filled(rows)
    _merges(rows, filled)
    if rows.hidden:
        for row in list(filled):
            filled[row] = [at for at in filled[row] if at not in rows.hidden]
            if not filled[row]:
                del filled[row]
    _drop_struck(rows, filled)
    _drop_remarks(rows, filled)
    _drop_broken_names(rows, filled)
    for row in _pasted_heads(rows, filled):
        del filled[row]
    _beyond(rows, filled)
    return _gathered(rows, filled)


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


def _asked(rows: _Rows) -> Asked:
    """What tells the rows that are surely data."""
    body, last = rows.body, rows.last
    if not body.library.closed and not rows.placed.foreign:
        last = rows.first + body.library.rows - 1
    heads = heads_of(rows.placed.plan)
    return Asked(heads, rows.inputs.keys(), _begin(rows), rows.first, last)


def _begin(rows: _Rows) -> list[int]:
    """The columns in which a total or a note begins."""
    number = rows.body.number_col
    actual = None if number is None else rows.placed.at(rows.body.first_row, number)
    begin = [] if actual is None else [actual[1]]
    return begin + list(rows.inputs)[:_FIRST_COLUMNS]


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
    inputs = rows.inputs
    first, last, sheet = rows.first, rows.last, rows.sheet
    inside = {at: value for at, value in rows.cells.items()
              if at[1] in inputs and first <= at[0] <= last}  # fmt: skip
    rows.texts = {value for value in inside.values() if type(value) is str}
    empty = blanks(rows.texts)
    found: dict[int, list[Address]] = defaultdict(list)
    for at, value in inside.items():
        if value not in empty:
            found[at[0]].append(at)
    for more in (sheet.errors, sheet.formulas):
        for at in more:
            if at[1] in inputs and first <= at[0] <= last and at not in rows.cells:
                found[at[0]].append(at)
    return found


# --- merged cells ------------------------------------------------------------------------------


def _merges(rows: _Rows, filled: dict[int, list[Address]]) -> None:
    """Text merged over rows below is theirs, too; numbers, and several columns, are asked about."""
    numbers = sorted(filled)
    for top, left, bottom, right in rows.sheet.merges:
        columns = [col for col in rows.inputs if left <= col <= right]
        if not columns or bottom < rows.first or top > rows.last:
            continue
        corner = top, left
        # However far down a merge goes, only rows with content matter.
        inside = numbers[bisect_left(numbers, top) : bisect_right(numbers, bottom)]
        covered = {(row, col) for row in inside for col in columns} - {corner}
        hidden = sorted(at for row in inside for at in filled[row] if at in covered)
        for at in hidden:
            rows.tell("L114", at)
        rows.hidden |= covered
        others = [row for row in inside if set(filled[row]) - covered - {corner}]
        column = rows.inputs[columns[0]]
        if is_blank(rows.sheet.get(corner)) and corner not in rows.sheet.errors:
            continue
        alone = columns == [left]
        if alone and (len(others) < _SEVERAL or column.field.kind.fills_down):
            rows.shown |= {(row, left): corner for row in others if row != top}
        else:
            rows.refused |= {(row, col) for row in (top, *others) for col in columns}
            detail = f"{cell_name(top, left)}:{cell_name(bottom, right)}"
            rows.tell("L115", corner, column, detail=detail)


# --- rows that are none ------------------------------------------------------------------------


def _drop_struck(rows: _Rows, filled: dict[int, list[Address]]) -> None:
    """Takes rows out that are struck out as a whole; whether they are gone is asked."""
    gone = {at for at, shown in rows.sheet.shown.items() if shown.why == "gone"}
    for row in sorted({row for row, _ in gone} & filled.keys()):
        if gone.issuperset(filled[row]):
            said = "、".join(to_text(rows.cells[at]) for at in sorted(filled[row]))
            rows.tell("L130", min(filled[row]), row=str(row + 1), value=said)
            del filled[row]


def _drop_remarks(rows: _Rows, filled: dict[int, list[Address]]) -> None:
    """Takes totals and notes out of the rows; they are told."""
    begin, cells = _begin(rows), rows.cells
    for row in sorted(filled):
        for col in begin:
            value = cells.get((row, col))
            if not isinstance(value, str) or (value[:1] not in STARTS and value[-1:] not in ENDS):
                continue  # most values are worth no call
            code, what = row_kind(value, alone=len(filled[row]) <= 1)
            if code and not _is_choice(rows, col, value):
                rows.tell(code, (row, col), what=what, row=str(row + 1))
                del filled[row]
                break


def _is_choice(rows: _Rows, col: int, text: str) -> bool:
    """Whether a text was chosen from what its column offers: parts of a form look like headings."""
    column = rows.inputs.get(col)
    return column is not None and text.strip() in column.field.kind.offer().options


def _drop_broken_names(rows: _Rows, filled: dict[int, list[Address]]) -> None:
    """Takes out rows with nothing but a part of the name in the row above or below."""
    columns = [col for col, one in rows.inputs.items() if one.field.kind.of_office]
    if not columns or len(rows.inputs) < _SEVERAL:
        return
    name, cells = columns[0], rows.cells
    alone = [row for row, own in filled.items() if len(own) == 1 and own[0][1] == name]
    for row in sorted(alone):
        above, own, below = (cells.get((at, name)) for at in (row - 1, row, row + 1))
        if not isinstance(own, str):
            continue
        goes_on = _is_part(above) and row - 1 in filled and may_go_on(own)
        begins = isinstance(below, str) and may_go_on(below) and len(filled.get(row + 1, ())) > 1
        if goes_on or (begins and _is_part(own)):
            rows.tell("L141", (row, name), rows.inputs[name], row=str(row + 1))
            del filled[row]


def _is_part(value: Scalar | None) -> bool:
    return isinstance(value, str) and not is_blank(value) and not is_whole_name(value)


def _pasted_heads(rows: _Rows, filled: dict[int, list[Address]]) -> Iterator[int]:
    """Rows that repeat the head. One in another order says that the columns mean something else."""
    heads = heads_of(rows.placed.plan)
    if not heads.any_in(rows.texts):
        return
    cells, least = rows.cells, min(_HEADS_OF_A_ROW, len(rows.inputs))
    for row, places in list(filled.items()):
        found: dict[Address, frozenset[str]] = {}
        for number, at in enumerate(places, 1):
            keys = heads.named(cells.get(at))
            if keys:
                found[at] = keys
            elif 2 * (number - len(found)) > len(places):
                break  # more than half of what stands here is no head
        if len(found) < least or 2 * len(found) < len(places):
            continue
        wrong = [at for at, keys in found.items() if rows.inputs[at[1]].key not in keys]
        for at in wrong:
            rows.tell("L121", at, rows.inputs[at[1]])
            rows.refused |= {(r, at[1]) for r in filled}
        if not wrong:
            rows.tell("L120", places[0], what="表头", row=str(row + 1))
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


def _gathered(rows: _Rows, filled: dict[int, list[Address]]) -> RawLibrary:
    """The values of the rows that are left, column by column."""
    cells, refused, plain = rows.cells, rows.refused, rows.plain
    numbers = sorted(filled) if plain is None else sorted([*filled, *plain.rows.tolist()])
    columns = _plain_columns(rows, numbers)
    library = RawLibrary(rows.sheet.name, numbers, columns, rows.cols, Oddities())
    position = {row: at for at, row in enumerate(numbers)}
    number_of = {col: number for number, col in enumerate(rows.cols) if col is not None}
    for row, places in filled.items():
        at_row = position[row]
        for at in places:
            if at not in refused:
                columns[number_of[at[1]]][at_row] = cells.get(at)
    for number, (column, col) in enumerate(zip(rows.body.columns, rows.cols, strict=True)):
        if column.locked and col is not None:
            for row in filled:
                value = cells.get((row, col))
                columns[number][position[row]] = None if is_blank(value) else value
    _note_oddities(rows, library, position, number_of)
    return library


def _plain_columns(rows: _Rows, numbers: Sequence[int]) -> list[list[Scalar | None]]:
    """A column for each, so far with the values of the rows that are surely data."""
    empty = len(numbers)
    if rows.plain is None:
        return [[None] * empty for _ in rows.cols]
    places = np.searchsorted(numbers, rows.plain.rows)
    found: list[list[Scalar | None]] = []
    for col in rows.cols:
        column = np.full(empty, None, object)
        if col is not None and col in rows.plain.columns:
            column[places] = rows.plain.columns[col]
        found.append(column.tolist())
    return found


def _note_oddities(
    rows: _Rows, library: RawLibrary, position: dict[int, int], number_of: dict[int, int]
) -> None:
    """Formats, errors and formulas, and what was merged or is told already."""
    sheet, width = rows.sheet, len(rows.cols)

    def index(at: Address) -> int | None:
        row, number = position.get(at[0]), number_of.get(at[1])
        return None if row is None or number is None else row * width + number

    for at in sheet.odd - rows.hidden - rows.refused:
        if (place := index(at)) is not None:
            library.oddities.note(place, sheet, at)
    for at, corner in rows.shown.items():
        if (place := index(at)) is not None:
            library.columns[place % width][place // width] = sheet.get(corner)
            library.oddities.note(place, sheet, corner)
            library.filled.add(place)
    library.settled |= {place for at in rows.refused if (place := index(at)) is not None}
    gone = [number for number, col in enumerate(rows.cols) if col is None]
    library.settled |= {row * width + number for row in position.values() for number in gone}
