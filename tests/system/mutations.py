"""The mutations of the kit: what counties and their office programs do to a filled-in workbook.

python tests mutations                     a table of all mutations, without an office program
python tests mutations --office --write    all of it, into docs/robustness.md; --new: what it lacks
"""

from __future__ import annotations

import argparse
import datetime as dt
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from support.fill import fill
from support.foreign_books import filled_up, numbered
from support.mutable import Cell, Tab
from support.mutation_kit import (
    MUTATIONS,
    Case,
    Count,
    Job,
    OneOf,
    base,
    classify,
    in_boxes,
    issued,
    kind_of,
    mutation,
    pairs,
    read_back,
    run,
    summed,
)
from support.office import Doc, Format, Office
from support.places import DOCS

from clusterbook.a1 import Address, cell_name, column_letters
from clusterbook.forms import registry
from clusterbook.forms.kinds import (
    Choice,
    CreditCode,
    Items,
    LongText,
    Month,
    Name,
    Number,
    Pages,
    Period,
    Phone,
    Text,
    Tick,
    YesNo,
)
from clusterbook.forms.parsing.folding import to_text
from clusterbook.forms.parsing.look_alikes import ordinary
from clusterbook.layout import layouts
from clusterbook.results.lines import json_column
from clusterbook.validation.normalize import as_array

# ---------------------------------------------------------------- rows and columns


@mutation("structure", "row inserted above the answers of every sheet")
def _(case: Case, dice: Random) -> None:
    for tab, plan in case.sheets():
        first = plan.body.head_last_row if plan.body else min(s.area.row for s in plan.slots)
        tab.insert_rows(first)


@mutation("structure", "rows inserted at three places of every sheet", anywhere=True)
def _(case: Case, dice: Random) -> None:
    for tab, _ in case.sheets():
        for _ in range(3):
            tab.insert_rows(dice.randrange(1, tab.last_row() + 1), dice.randint(1, 3))


@mutation("structure", "column inserted left of everything", anywhere=True)
def _(case: Case, dice: Random) -> None:
    for tab, _ in case.sheets():
        tab.insert_columns(1)


@mutation("structure", "columns inserted at two places of every sheet", anywhere=True)
def _(case: Case, dice: Random) -> None:
    for tab, _ in case.sheets():
        for _ in range(2):
            tab.insert_columns(dice.randrange(1, tab.last_column() + 1), dice.randint(1, 2))


@mutation("structure", "row and column inserted before the ruler", anywhere=True)
def _(case: Case, dice: Random) -> None:
    for tab, _ in case.sheets():
        tab.insert_rows(0)
        tab.insert_columns(0)


@mutation("structure", "a row deleted on every page")
def _(case: Case, dice: Random) -> None:
    for tab, _ in case.pages():
        row, owners = dice.choice(sorted(case.rows_of(tab).items()))
        for owner in owners:
            case.forget(owner)
        tab.delete_rows(row)


@mutation("structure", "a column of answers deleted on every sheet")
def _(case: Case, dice: Random) -> None:
    for tab, _ in case.sheets():
        cols = sorted({at[1] for at, cell in tab.cells.items() if cell.owner})
        col = dice.choice(cols)
        for at, cell in list(tab.cells.items()):
            if cell.owner and at[1] == col:
                case.forget(cell.owner)
        for owner in list(case.gone):
            # A column of a library is missed as a whole, not row by row.
            if "#" in owner:
                case.truth.pop(owner, None)
        tab.delete_columns(col)


@mutation("structure", "blank and note rows deleted")
def _(case: Case, dice: Random) -> None:
    for tab, plan in case.pages():
        taken = {row for s in plan.slots for row in range(s.area.row, s.area.last_row + 1)}
        notes = [p.area.row for p in plan.printed if p.role == "note" and p.area.row not in taken]
        for row in sorted(notes, reverse=True):
            tab.delete_rows(row)


@mutation("structure", "a row cut and inserted elsewhere")
def _(case: Case, dice: Random) -> None:
    for tab, _ in case.pages():
        merged = {row for m in tab.merges for row in range(m[0], m[2] + 1) if m[0] != m[2]}
        rows = [row for row in case.rows_of(tab) if row not in merged]
        if len(rows) > 1:
            source, target = dice.sample(rows, 2)
            tab.move(rows=lambda row, s=source, t=target: _carried(row, s, t))


def _carried(row: int, source: int, target: int) -> int:
    """Where a row goes when ``source`` is cut and inserted at ``target``."""
    if row == source:
        return target
    if source < row <= target:
        return row - 1
    return row + 1 if target <= row < source else row


@mutation("structure", "two columns of a library swapped")
def _(case: Case, dice: Random) -> None:
    for tab, body in case.libraries():
        one, other = dice.sample([column.col for column in body.inputs], 2)
        swap = {one: other, other: one}
        merged = any(m[1] in swap or m[3] in swap for m in tab.merges)
        if not merged:
            tab.move(cols=lambda col, swap=swap: swap.get(col, col))


@mutation("structure", "rows, columns and sheets hidden", anywhere=True)
def _(case: Case, dice: Random) -> None:
    for tab, _ in case.sheets():
        rows = sorted(case.rows_of(tab))
        tab.hidden_rows |= set(dice.sample(rows, min(2, len(rows))))
        tab.hidden_columns.add(dice.choice([at[1] for at, c in tab.cells.items() if c.owner]))
    dice.choice(case.sheets())[0].state = "hidden"


@mutation("structure", "libraries filtered")
def _(case: Case, dice: Random) -> None:
    for tab, body in case.libraries():
        rows = sorted(case.rows_of(tab))
        tab.hidden_rows |= set(rows[::2])
        tab.filtered = (body.head_last_row, body.columns[0].col, rows[-1], body.columns[-1].col)


@mutation("structure", "ruler shown: nothing hidden any more", anywhere=True)
def _(case: Case, dice: Random) -> None:
    for tab in case.book.tabs:
        tab.hidden_rows.clear()
        tab.hidden_columns.clear()
        tab.state = "visible"


# ---------------------------------------------------------------- sheets


@mutation("structure", "sheets renamed", anywhere=True)
def _(case: Case, dice: Random) -> None:
    for number, (tab, _) in enumerate(case.sheets()):
        tab.rename(f"表{number}")


@mutation("structure", "sheets in another order", anywhere=True)
def _(case: Case, dice: Random) -> None:
    dice.shuffle(case.book.tabs)


@mutation("structure", "sheet names swapped", anywhere=True)
def _(case: Case, dice: Random) -> None:
    tabs = [tab for tab, _ in case.sheets()]
    names = [tab.name for tab in tabs]
    for number, tab in enumerate(tabs):
        tab.rename(f"-{number}")
    for tab, name in zip(tabs, names[1:] + names[:1], strict=True):
        tab.rename(name)


@mutation("structure", "rows and columns inserted, sheets renamed and reordered", anywhere=True)
def _(case: Case, dice: Random) -> None:
    for number, (tab, _) in enumerate(case.sheets()):
        tab.insert_rows(dice.randrange(1, tab.last_row()), 2)
        tab.insert_columns(dice.randrange(1, tab.last_column()))
        tab.rename(f"表{number}")
    dice.shuffle(case.book.tabs)


@mutation("structure", "a sheet deleted", anywhere=True)
def _(case: Case, dice: Random) -> None:
    tab, _ = dice.choice(case.sheets())
    for cell in tab.cells.values():
        if cell.owner:
            case.forget(cell.owner)
            if "#" in cell.owner:
                case.truth.pop(cell.owner)
    case.book.tabs.remove(tab)


@mutation("structure", "a sheet copied within the workbook", anywhere=True)
def _(case: Case, dice: Random) -> None:
    for tab, _ in dice.sample(case.sheets(), 3):
        tab.copy(f"{tab.name[:20]} (2)")


@mutation("told", "a sheet copied, other values in the copy")
def _(case: Case, dice: Random) -> None:
    for tab, _ in dice.sample(case.sheets(), 3):
        copy = tab.copy(f"{tab.name[:20]} (2)")
        at = next(at for at, cell in tab.cells.items() if cell.owner)
        copy.put(at, "另一个值")


@mutation("structure", "all sheets copied into a new workbook", anywhere=True)
def _(case: Case, dice: Random) -> None:
    kept = [tab for tab, _ in case.sheets()]
    case.book.tabs = kept
    case.book.comments = ""
    case.book.names = {
        name: text for name, text in case.book.names.items() if re.match(r"cb_[a-z_]+\.", name)
    }


@mutation(
    "structure", "all sheets pasted into a new workbook, ruler visible, names lost", anywhere=True
)
def _(case: Case, dice: Random) -> None:
    case.book.tabs = [tab for tab, _ in case.sheets()]
    case.book.comments = ""
    case.book.names = {}
    for number, tab in enumerate(case.book.tabs):
        tab.name = f"Sheet{number + 1}"
        tab.hidden_rows, tab.hidden_columns = set(), set()
        for cell in tab.cells.values():
            cell.formula = ""


@mutation("told", "a sheet of another county's workbook mixed in")
def _(case: Case, dice: Random) -> None:
    for tab, _ in dice.sample(case.sheets(), 2):
        case.unsure = True
        tab.cells[0, 0].value = str(tab.cells[0, 0].value).split("|")[0] + "|X9999"
        for at, cell in tab.cells.items():
            if isinstance(cell.value, float) and cell.owner:
                tab.put(at, cell.value + 1)


@mutation("structure", "sheets of one's own added", anywhere=True)
def _(case: Case, dice: Random) -> None:
    tab = Tab(case.book, "工作底稿")
    tab.cells = {(r, c): Cell(float(r * 10 + c)) for r in range(1, 9) for c in range(3)}
    case.book.tabs.insert(2, tab)
    case.book.tabs.append(Tab(case.book, "Sheet1"))


# ---------------------------------------------------------------- the ruler


@mutation("structure", "ruler row deleted", anywhere=True)
def _(case: Case, dice: Random) -> None:
    for tab, _ in case.sheets():
        tab.delete_rows(0)


@mutation("structure", "ruler column deleted", anywhere=True)
def _(case: Case, dice: Random) -> None:
    for tab, _ in case.sheets():
        tab.delete_columns(0)


@mutation("structure", "ruler row and column deleted", anywhere=True)
def _(case: Case, dice: Random) -> None:
    for tab, _ in case.sheets():
        tab.delete_columns(0)
        tab.delete_rows(0)


@mutation("structure", "ruler emptied")
def _(case: Case, dice: Random) -> None:
    for tab, _ in case.sheets():
        tab.cells = {at: cell for at, cell in tab.cells.items() if 0 not in at}


@mutation("structure", "ruler emptied, names lost, rows inserted")
def _(case: Case, dice: Random) -> None:
    case.book.names = {}
    for tab, _ in case.sheets():
        tab.cells = {at: cell for at, cell in tab.cells.items() if 0 not in at}
        tab.insert_rows(dice.randrange(1, tab.last_row()))


@mutation("structure", "some marks of the ruler typed over")
def _(case: Case, dice: Random) -> None:
    for tab, _ in case.sheets():
        marks = [at for at, cell in tab.cells.items() if 0 in at and at != (0, 0)]
        for at in dice.sample(marks, min(3, len(marks))):
            tab.put(at, dice.choice(("1", "x", 5.0)))


@mutation("structure", "names lost", anywhere=True)
def _(case: Case, dice: Random) -> None:
    case.book.names = {}


@mutation("structure", "names broken", anywhere=True)
def _(case: Case, dice: Random) -> None:
    case.book.names = dict.fromkeys(case.book.names, "#REF!")


@mutation("told", "a whole row copied and inserted again, another value in the copy")
def _(case: Case, dice: Random) -> None:
    for tab, _ in case.pages():
        rows = case.rows_of(tab)
        row = dice.choice(sorted(rows))
        tab.insert_rows(row)
        # The copy stands above, with the marks of the ruler and everything else.
        for (r, c), cell in list(tab.cells.items()):
            if r == row + 1:
                tab.cells[row, c] = Cell(cell.value, cell.formula, cell.look)
                if cell.owner:
                    tab.put((row, c), "又一个值")


# ---------------------------------------------------------------- labels


@mutation("structure", "labels respelled: spaces, width, line breaks")
def _(case: Case, dice: Random) -> None:
    for tab, plan in case.sheets():
        for one in plan.printed:
            if isinstance(one.text, str) and one.text:
                text = one.text.replace("（", "(").replace("）", ")").replace("\n", "")
                tab.put((one.area.row, one.area.col), " ".join(text[:200]))


@mutation("structure", "titles and notes rewritten")
def _(case: Case, dice: Random) -> None:
    for tab, plan in case.sheets():
        for one in plan.printed:
            if one.role in ("title", "heading", "note") and isinstance(one.text, str) and one.text:
                tab.put((one.area.row, one.area.col), "本表由办公室填写")


@mutation("structure", "labels emptied")
def _(case: Case, dice: Random) -> None:
    for tab, plan in case.sheets():
        labels = [p for p in plan.printed if isinstance(p.text, str) and p.text]
        for one in dice.sample(labels, len(labels) // 4):
            tab.cells.pop((one.area.row, one.area.col), None)


@mutation("told", "labels of two rows swapped, their answers not")
def _(case: Case, dice: Random) -> None:
    """Nobody can tell whose the answers are: they must be reported."""
    for tab, plan in case.pages():
        pair = _two_label_rows(case, tab, plan, dice)
        if pair:
            one, other, cols = pair
            for col in cols:
                _swap(tab, (one, col), (other, col))
            for row in (one, other):
                for owner in _labelled(tab, plan, row, cols[0]):
                    case.truth[owner] = OneOf(())


@mutation("told", "two rows of a table swapped by cut and paste, the ruler not")
def _(case: Case, dice: Random) -> None:
    for tab, plan in case.pages():
        pair = _two_label_rows(case, tab, plan, dice)
        if pair:
            one, other, _ = pair
            for col in range(1, tab.last_column() + 1):
                _swap(tab, (one, col), (other, col))


def _two_label_rows(
    case: Case, tab: Tab, plan: Any, dice: Random
) -> tuple[int, int, list[int]] | None:
    """Two rows of a table with a label of their own and answers, and the columns of the labels."""
    merged = {row for m in tab.merges for row in range(m[0], m[2] + 1) if m[0] != m[2]}
    rows = case.rows_of(tab)
    labels = {
        p.area.row: p
        for p in plan.printed
        if p.role in ("label", "added_label") and p.area.row in rows and p.area.row not in merged
    }
    texts = [str(p.text) for p in plan.printed]
    able = [row for row, p in labels.items() if p.text and texts.count(str(p.text)) == 1]
    keys = {row: list(rows[row]) for row in able}
    able = [row for row in able if keys[row]]
    if len(able) < 2:
        return None
    one, other = dice.sample(able, 2)
    if labels[one].area.col != labels[other].area.col:
        return None
    return one, other, [labels[one].area.col]


def _labelled(tab: Tab, plan: Any, row: int, col: int) -> list[str]:
    """The answers from a label to the next label in its row."""
    others = [p.area.col for p in plan.printed if p.area.row == row and p.text and p.area.col > col]
    end = min(others, default=1 << 20)
    return [
        c.owner for at, c in tab.cells.items() if at[0] == row and col < at[1] < end and c.owner
    ]


def _swap(tab: Tab, one: Address, other: Address) -> None:
    there, here = tab.cells.pop(one, None), tab.cells.pop(other, None)
    if here is not None:
        tab.cells[one] = here
    if there is not None:
        tab.cells[other] = there


@mutation("told", "cells deleted on a page, those below moved up")
def _(case: Case, dice: Random) -> None:
    """Delete > shift cells up, over the visible columns: the hidden ruler stays where it was."""
    for tab, _plan in case.pages():
        rows = sorted(case.rows_of(tab))
        row = rows[len(rows) // 2]
        for owner in case.rows_of(tab)[row]:
            case.forget(owner)
        moved = {(r, 0): cell for (r, c), cell in tab.cells.items() if c == 0}
        tab.delete_rows(row)
        tab.cells = {at: cell for at, cell in tab.cells.items() if at[1]} | moved


@mutation("told", "a block of answers cut and pasted elsewhere")
def _(case: Case, dice: Random) -> None:
    """The names go along; what was at the target is lost, and nobody can say what is meant."""
    for tab, _ in case.pages():
        cells = [at for of, at, _ in _answers(case) if of is tab]
        if len(cells) < 2:
            continue
        source, target = dice.sample(cells, 2)
        moved = tab.cells.pop(source)
        case.forget(moved.owner)
        tab.put(target, moved.value)
        old, new = (f"!{cell_name(*at, fixed=True)}" for at in (source, target))
        for name, text in case.book.names.items():
            if text.endswith(old) and text.startswith(f"'{tab.name}'"):
                case.book.names[name] = text.replace(old, new)
        owner = tab.cells[target].owner
        case.truth[owner] = _shown(case, owner, moved.value)


# ---------------------------------------------------------------- libraries


@mutation("structure", "library sorted, ruler left")
def _(case: Case, dice: Random) -> None:
    for tab, _ in case.libraries():
        rows = sorted(case.rows_of(tab))
        swap = dict(zip(rows, dice.sample(rows, len(rows)), strict=True))
        ruler = {at: cell for at, cell in tab.cells.items() if at[1] == 0}
        tab.move(rows=lambda row, swap=swap: swap.get(row, row))
        tab.cells = {at: cell for at, cell in tab.cells.items() if at[1] != 0} | ruler


@mutation("structure", "library sorted, ruler and all")
def _(case: Case, dice: Random) -> None:
    for tab, _ in case.libraries():
        rows = sorted(case.rows_of(tab))
        swap = dict(zip(rows, [*rows[1:], rows[0]], strict=True))
        tab.move(rows=lambda row, swap=swap: swap.get(row, row))


@mutation("structure", "rows inserted and left blank in libraries")
def _(case: Case, dice: Random) -> None:
    for tab, _ in case.libraries():
        for _ in range(2):
            tab.insert_rows(dice.choice(sorted(case.rows_of(tab))), dice.randint(1, 3))


@mutation("structure", "rows deleted from open libraries")
def _(case: Case, dice: Random) -> None:
    for tab, _ in case.libraries(closed=False):
        rows = case.rows_of(tab)
        for row in sorted(dice.sample(sorted(rows), 2), reverse=True):
            case.drop_row(rows[row])
            tab.delete_rows(row)


@mutation("structure", "library row copied with its ruler mark and inserted, then filled anew")
def _(case: Case, dice: Random) -> None:
    for tab, body in case.libraries(closed=False):
        row = body.first_row
        tab.insert_rows(row + 1)
        for (r, c), cell in list(tab.cells.items()):
            if r == row and not cell.owner:
                tab.cells[row + 1, c] = Cell(cell.value, cell.formula, cell.look)
            elif r == row:
                _new_row(case, tab, (r, c), (row + 1, c), "900")


def _new_row(case: Case, tab: Tab, source: Address, target: Address, row: str) -> None:
    """A library cell repeated in another row, its text or number changed where that is possible."""
    cell = tab.cells[source]
    owner = f"{cell.owner.split('#')[0]}#{row}"
    value, expected = cell.value, case.truth[cell.owner]
    kind = kind_of(case.layout, owner)
    if isinstance(kind, Name) or (type(kind) is Text and not kind.pattern):
        value = expected = f"{value}之{row}"
    tab.cells[target] = Cell(value, "", cell.look, owner)
    case.truth[owner] = expected


@mutation("structure", "rows typed beyond the last row of open libraries")
def _(case: Case, dice: Random) -> None:
    for tab, body in case.libraries(closed=False):
        row = min(case.rows_of(tab))
        for (r, c), cell in list(tab.cells.items()):
            if r == row and cell.owner:
                for n in range(2):
                    _new_row(case, tab, (r, c), (body.last_row + 1 + n, c), f"{950 + n}")


@mutation("structure", "gaps between the rows of open libraries")
def _(case: Case, dice: Random) -> None:
    for tab, _ in case.libraries(closed=False):
        rows = sorted(case.rows_of(tab), reverse=True)
        for number, row in enumerate(rows):
            for (r, c), cell in list(tab.cells.items()):
                if r == row and cell.owner:
                    tab.cells[row + 3 * (len(rows) - number), c] = tab.cells.pop((r, c))


@mutation("told", "text of a list merged down over rows below")
def _(case: Case, dice: Random) -> None:
    for tab, body in case.libraries():
        texts = [c for c in body.inputs if type(c.field.kind) in (Name, Text, Choice, LongText)]
        rows = sorted(case.rows_of(tab))[:3]
        if texts:
            col = dice.choice(texts).col
            _merge_down(case, tab, rows, col, hidden=None)


@mutation("told", "numbers of a list merged down over rows below")
def _(case: Case, dice: Random) -> None:
    for tab, body in case.libraries():
        numbers = [c for c in body.inputs if isinstance(c.field.kind, Number)]
        rows = sorted(case.rows_of(tab))[:3]
        if numbers:
            col = dice.choice(numbers).col
            _merge_down(case, tab, rows, col, hidden=None)
            for row in rows:
                # Whose number it is nobody can say.
                case.truth[tab.cells[row, col].owner] = OneOf(())


@mutation("told", "cells of a list merged, values left beneath")
def _(case: Case, dice: Random) -> None:
    for tab, body in case.libraries():
        rows = sorted(case.rows_of(tab))[:3]
        col = dice.choice(body.inputs).col
        owners = [tab.cells[row, col].owner for row in rows if (row, col) in tab.cells]
        if len(owners) == len(rows) and len(rows) > 1:
            tab.merges.append((rows[0], col, rows[-1], col))
            for owner in owners[1:]:
                case.truth[owner] = OneOf(())
            for row in rows[1:]:
                tab.cells[row, col].told = True


def _merge_down(case: Case, tab: Tab, rows: list[int], col: int, hidden: Any) -> None:
    top = tab.cells.get((rows[0], col))
    if top is None or not all((row, col) in tab.cells for row in rows):
        return
    tab.merges.append((rows[0], col, rows[-1], col))
    for row in rows[1:]:
        tab.put((row, col), hidden)
        case.truth[tab.cells[row, col].owner] = case.truth[top.owner]


@mutation("told", "two answer cells of a page merged")
def _(case: Case, dice: Random) -> None:
    for tab, plan in case.pages():
        rows = [
            sorted(
                (s for s in plan.slots if s.area.row == row and not s.locked),
                key=lambda s: s.area.col,
            )
            for row in sorted(case.rows_of(tab))
        ]
        rows = [r for r in rows if len(r) > 1 and r[0].area.last_col + 1 == r[1].area.col
                and r[0].area.last_row == r[1].area.last_row]  # fmt: skip
        if not rows:
            continue
        one, other = dice.choice(rows)[:2]
        areas = [(s.area.row, s.area.col, s.area.last_row, s.area.last_col) for s in (one, other)]
        tab.merges = [m for m in tab.merges if m not in areas]
        tab.merges.append((*areas[0][:2], *areas[1][2:]))
        tab.put(areas[1][:2], None)
        case.forget(other.key)
        case.truth[one.key] = OneOf(())


# ---------------------------------------------------------------- beside and below


@mutation("structure", "notes typed beside the tables")
def _(case: Case, dice: Random) -> None:
    for tab, _ in case.sheets():
        at = dice.choice(sorted(case.rows_of(tab))), tab.last_column() + 2
        tab.cells[at] = Cell("此数待核")
        tab.cells[at].told = True


@mutation("structure", "numbers and sums typed below the pages")
def _(case: Case, dice: Random) -> None:
    for tab, _ in case.pages():
        row = tab.last_row() + 2
        for col, cell in (
            (2, Cell(77.0)),
            (3, Cell(78.0, formula="C3+1")),
            (4, Cell("#DIV/0!", "1/0")),
        ):
            tab.cells[row, col] = cell
            tab.cells[row, col].told = True


@mutation("structure", "a note below the rows of open libraries")
def _(case: Case, dice: Random) -> None:
    for tab, body in case.libraries(closed=False):
        at = max(case.rows_of(tab)) + 3, body.inputs[0].col
        tab.cells[at] = Cell("注：以上数据由统计局提供。")
        tab.cells[at].told = True


# ---------------------------------------------------------------- over the cells


def _over(case: Case, dice: Random, kind: str, text: str) -> None:
    """Something over one filled answer of every page."""
    for tab, _ in case.pages():
        answers = [
            at for at, cell in tab.cells.items() if cell.owner and cell.value not in (None, "")
        ]
        if answers:
            at = dice.choice(sorted(answers))
            tab.over.append((kind, at, text))
            tab.cells[at].told = True


@mutation("told", "text boxes with a correction over answers", anywhere=True)
def _(case: Case, dice: Random) -> None:
    _over(case, dice, "text_box", "更正为15.2亿元")


@mutation("told", "notes with a correction at answers", anywhere=True)
def _(case: Case, dice: Random) -> None:
    _over(case, dice, "note", "应为 15.2 亿元")


@mutation("told", "lines drawn over answers", anywhere=True)
def _(case: Case, dice: Random) -> None:
    _over(case, dice, "shape", "")


@mutation("told", "form controls over answers", anywhere=True)
def _(case: Case, dice: Random) -> None:
    _over(case, dice, "control", "是")


@mutation("told", "rows of lists that are none: headings, averages, examples, signatures")
def _(case: Case, dice: Random) -> None:
    texts = [
        "其中：规上企业（18家）",
        "二、新邵县（24家）",
        "平均",
        "示例：某某有限公司",
        "填表人：张三",
    ]
    for tab, body in case.libraries(closed=False):
        text = dice.choice(texts)
        at = max(case.rows_of(tab)) + 1, body.inputs[0].col
        tab.cells[at] = Cell(text, told=True)


# ---------------------------------------------------------------- pastes


@mutation("paste", "values of a table pasted one row too low")
def _(case: Case, dice: Random) -> None:
    """What a person sees is what counts: each answer shows its neighbour's value."""
    for tab, _plan in case.pages():
        cols = sorted({at[1] for at, cell in tab.cells.items() if cell.owner})
        col = dice.choice(cols)
        owner = {row: tab.cells[row, col].owner for row in case.rows_of(tab)
                 if (row, col) in tab.cells}  # fmt: skip
        rows = [row for row in sorted(owner)
                if owner[row] and not in_boxes(case.layout, owner[row])]  # fmt: skip
        values = [tab.cells[row, col].value for row in rows]
        for row, value in zip(rows[1:], values, strict=False):
            cell = tab.put((row, col), value)
            case.truth[cell.owner] = _shown(case, cell.owner, value)


@mutation("paste", "rows of a library pasted one column too far")
def _(case: Case, dice: Random) -> None:
    for tab, body in case.libraries():
        columns = [column for column in body.columns if not column.locked]
        for row in sorted(case.rows_of(tab)):
            values = [tab.cells.get((row, c.col), Cell()).value for c in columns]
            for column, value in zip(columns[1:], values, strict=False):
                at = row, column.col
                number = next(o for o in case.rows_of(tab)[row]).split("#")[1]
                owner = f"{column.key}#{number}"
                tab.cells[at] = Cell(value, owner=owner)
                case.truth[owner] = _shown(case, owner, value)


def _shown(case: Case, owner: str, value: Any) -> Any:
    """What a misplaced value comes to: its plain reading, nothing where it cannot be read."""
    kind = kind_of(case.layout, owner)
    reading = kind.read(value, "") if value is not None else None
    if reading is None or reading.problem or reading.declared:
        return OneOf(())
    return json_column(kind, as_array(kind, [reading.value]))[0]


@mutation("paste", "the head of a list pasted into its rows")
def _(case: Case, dice: Random) -> None:
    for tab, body in case.libraries(closed=False):
        row = max(case.rows_of(tab)) + 1
        for column in body.columns:
            tab.cells[row, column.col] = Cell(column.field.label)


@mutation("paste", "rows pasted with a head in another order")
def _(case: Case, dice: Random) -> None:
    """The pasted head says that the columns below it mean something else: no guess."""
    for tab, body in case.libraries(closed=False):
        rows = sorted(case.rows_of(tab))
        tab.insert_rows(rows[0])
        texts = [c for c in body.inputs if type(c.field.kind) in (Name, Text)]
        one, other = (texts + list(body.inputs))[:2] if len(texts) < 2 else texts[:2]
        for column in body.inputs:
            swapped = {one.key: other, other.key: one}.get(column.key, column)
            tab.cells[rows[0], column.col] = Cell(swapped.field.label)
        for row in rows:
            _swap(tab, (row + 1, one.col), (row + 1, other.col))


@mutation("paste", "a total typed below the rows of a list")
def _(case: Case, dice: Random) -> None:
    for tab, body in case.libraries(closed=False):
        rows = sorted(case.rows_of(tab))
        row = rows[-1] + 1
        tab.cells[row, body.inputs[0].col] = Cell(dice.choice(("合计", "总 计", "合计：")))
        for column in body.inputs[1:]:
            if isinstance(column.field.kind, Number):
                values = [
                    tab.cells[r, column.col].value for r in rows if (r, column.col) in tab.cells
                ]
                tab.cells[row, column.col] = Cell(sum(v for v in values if isinstance(v, float)))


@mutation("paste", "numbers pasted over formulas")
def _(case: Case, dice: Random) -> None:
    for tab, plan in case.sheets():
        for slot in plan.slots:
            if slot.locked and isinstance(slot.field.kind, Number):
                tab.put((slot.area.row, slot.area.col), 123456.5)
                tab.cells[slot.area.row, slot.area.col].told = True
        for one in plan.printed:
            if not isinstance(one.text, str):
                tab.put((one.area.row, one.area.col), 123456.5)
                tab.cells[one.area.row, one.area.col].told = True
        for column in plan.body.columns if plan.body else ():
            if column.locked:
                for row in sorted(case.rows_of(tab)):
                    tab.put((row, column.col), 123456.5)
                    tab.cells[row, column.col].told = True


@mutation("paste", "formulas replaced by others")
def _(case: Case, dice: Random) -> None:
    for tab, plan in case.sheets():
        hints = {(one.area.row, one.area.col) for one in plan.remarks}  # they only help to type
        for at, cell in sorted(tab.cells.items(), key=lambda item: item[0]):
            if at in hints:
                continue
            if cell.formula and not cell.owner:
                tab.put(at, None, "1+1")
                # A column of a library is told once.
                if plan.body is None or at[0] <= plan.body.first_row:
                    tab.cells[at].told = True


@mutation("paste", "everything pasted as text")
def _(case: Case, dice: Random) -> None:
    for tab, at, cell in _answers(case):
        if isinstance(cell.value, float):
            tab.put(at, _plain(cell.value), look="text")


@mutation("paste", "pasted from a web page: no-break and zero-width spaces")
def _(case: Case, dice: Random) -> None:
    for tab, at, cell in _answers(case):
        if isinstance(cell.value, float):
            tab.put(at, f"\u00a0{_plain(cell.value)}\u200b")
        elif isinstance(cell.value, str):
            tab.put(at, f"\ufeff{cell.value}\u00a0")


def _plain(value: float) -> str:
    return f"{value:.15g}"


def _answers(case: Case) -> list[tuple[Tab, Address, Cell]]:
    """Every answer with its cell; a long text in several boxes is left alone."""
    return [
        (tab, at, cell)
        for tab, _ in case.sheets()
        for at, cell in list(tab.cells.items())
        if cell.owner and not in_boxes(case.layout, cell.owner)
    ]


# ---------------------------------------------------------------- typing habits


def _numbers(case: Case) -> list[tuple[Tab, Address, Cell, Number]]:
    return [
        (tab, at, cell, kind)
        for tab, at, cell in _answers(case)
        if isinstance(kind := kind_of(case.layout, cell.owner), Number)
        and isinstance(cell.value, float)
    ]


@mutation("typing", "numbers in full-width digits")
def _(case: Case, dice: Random) -> None:
    wide = {ord(c): ord(c) + 0xFEE0 for c in "0123456789.-"}
    for tab, at, cell, _ in _numbers(case):
        tab.put(at, _plain(cell.value).translate(wide))


@mutation("typing", "numbers with thousands marks")
def _(case: Case, dice: Random) -> None:
    for tab, at, cell, _ in _numbers(case):
        tab.put(at, f"{cell.value:,}".removesuffix(".0").replace(",", dice.choice(",，")))


@mutation("typing", "numbers with their unit")
def _(case: Case, dice: Random) -> None:
    for tab, at, cell, kind in _numbers(case):
        if kind.unit:
            tab.put(at, f"{_plain(cell.value)}{kind.unit}")


@mutation("typing", "numbers in another unit")
def _(case: Case, dice: Random) -> None:
    factors = {"亿元": ("万元", 10000.0), "万元": ("亿元", 0.0001)}
    for tab, at, cell, kind in _numbers(case):
        if kind.unit in factors:
            unit, factor = factors[kind.unit]
            tab.put(at, f"{_plain(cell.value * factor)}{unit}")


@mutation("typing", "about, more than, from to")
def _(case: Case, dice: Random) -> None:
    for tab, at, cell, _ in _numbers(case):
        text = _plain(cell.value)
        tab.put(
            at, dice.choice(("约{}", "{}左右", "{}余", "≥{}", "近{}", "{}-9999999")).format(text)
        )
        case.truth[cell.owner] = OneOf(())


@mutation("typing", "cells formatted as percent")
def _(case: Case, dice: Random) -> None:
    for tab, at, cell, kind in _numbers(case):
        if kind.percent:
            tab.put(at, cell.value / 100, look="percent")


@mutation("typing", "numbers with a percent sign")
def _(case: Case, dice: Random) -> None:
    for tab, at, cell, kind in _numbers(case):
        tab.put(at, f"{_plain(cell.value)}{dice.choice('%％')}")
        if not kind.percent:
            case.truth[cell.owner] = OneOf(())


@mutation("typing", "无 and strokes for numbers")
def _(case: Case, dice: Random) -> None:
    for tab, at, cell, kind in _numbers(case):
        tab.put(at, dice.choice(("无", "/", "—", "不适用", "没有")))
        # Where the form takes 无 for an answer, and where that is 0, is the kind's own business.
        case.truth[cell.owner] = OneOf((0, 0.0, None) if kind.none else ())


@mutation("typing", "put off: 待定, 见附件")
def _(case: Case, dice: Random) -> None:
    for tab, at, cell, _ in _numbers(case):
        tab.put(at, dice.choice(("待定", "见附件", "未统计", "保密", "XX")))
        case.truth[cell.owner] = OneOf(())


@mutation("typing", "error values")
def _(case: Case, dice: Random) -> None:
    for tab, at, cell in _answers(case):
        if dice.random() < 0.3:
            tab.put(at, dice.choice(("#DIV/0!", "#REF!", "#N/A", "#NAME?")), formula="1/0")
            case.truth[cell.owner] = OneOf(())


@mutation("typing", "formulas in answers")
def _(case: Case, dice: Random) -> None:
    for tab, at, cell, _ in _numbers(case):
        tab.put(at, cell.value, formula="100+20")


@mutation("typing", "formulas without a stored result")
def _(case: Case, dice: Random) -> None:
    for tab, at, cell, _ in _numbers(case):
        tab.put(at, None, formula="100+20")
        case.truth[cell.owner] = OneOf(())


@mutation("typing", "months spelled in Chinese, with strokes and points")
def _(case: Case, dice: Random) -> None:
    for tab, at, cell in _answers(case):
        if type(kind_of(case.layout, cell.owner)) is Month:
            year, month = str(cell.value).split("-")
            forms = ("{y}年{m}月", "{y}/{m}", "{y}.{m:02d}", "{y}{m:02d}", "{y} 年 {m} 月份")
            tab.put(at, dice.choice(forms).format(y=year, m=int(month)))


@mutation("typing", "months turned into dates")
def _(case: Case, dice: Random) -> None:
    for tab, at, cell in _answers(case):
        if type(kind_of(case.layout, cell.owner)) is Month:
            year, month = map(int, str(cell.value).split("-"))
            serial = (dt.date(year, month, 1) - dt.date(1899, 12, 30)).days
            tab.put(at, float(serial), look=dice.choice(("date", "")))


@mutation("typing", "months as numbers with a lost zero")
def _(case: Case, dice: Random) -> None:
    for tab, at, cell in _answers(case):
        if type(kind_of(case.layout, cell.owner)) is Month:
            tab.put(at, float(str(cell.value).replace("-", ".")))


@mutation("typing", "periods spelled otherwise")
def _(case: Case, dice: Random) -> None:
    for tab, at, cell in _answers(case):
        if isinstance(kind_of(case.layout, cell.owner), Period):
            first, last = str(cell.value).split("-")
            (y, m), (z, n) = first.split("."), last.split(".")
            forms = ("{y}年{m}月—{z}年{n}月", "{y}/{m}～{z}/{n}", "{y}-{m:02d}至{z}-{n:02d}")
            tab.put(at, dice.choice(forms).format(y=y, m=int(m), z=z, n=int(n)))


@mutation("typing", "phones as numbers, with spaces, with +86")
def _(case: Case, dice: Random) -> None:
    for tab, at, cell in _answers(case):
        if isinstance(kind_of(case.layout, cell.owner), Phone):
            text = str(cell.value)
            if text.startswith("1"):
                text = dice.choice((f"+86 {text}", f"{text[:3]} {text[3:7]} {text[7:]}"))
                tab.put(at, float(str(cell.value)) if dice.random() < 0.5 else text)
            else:
                area, number = text.split("-")
                tab.put(
                    at, dice.choice((f"({area}){number}", f"{area}—{number}", f"{area} {number}"))
                )


@mutation("typing", "landlines as numbers: the leading zero is lost")
def _(case: Case, dice: Random) -> None:
    for tab, at, cell in _answers(case):
        if isinstance(kind_of(case.layout, cell.owner), Phone) and str(cell.value).startswith("0"):
            tab.put(at, float(str(cell.value).replace("-", "")))


@mutation("typing", "ticks and yes in other signs")
def _(case: Case, dice: Random) -> None:
    for tab, at, cell in _answers(case):
        kind = kind_of(case.layout, cell.owner)
        yes = case.truth.get(cell.owner)
        if isinstance(kind, Tick):
            tab.put(
                at, dice.choice(("√", "✓", "☑️", "是", True, 1.0) if yes else ("□", "☐", False, 0.0))
            )
        elif isinstance(kind, YesNo):
            tab.put(at, dice.choice(("√", "Y", "有", " 是 ") if yes else ("×", "N", "否 ", "无")))


@mutation("typing", "同上 in lists")
def _(case: Case, dice: Random) -> None:
    for tab, body in case.libraries():
        rows = sorted(case.rows_of(tab))
        for column in body.inputs:
            above, below = ((row, column.col) for row in rows[:2])
            if above in tab.cells and below in tab.cells and tab.cells[below].owner:
                cell = tab.put(below, dice.choice(("同上", "〃")))
                case.truth[cell.owner] = case.truth[tab.cells[above].owner]


@mutation("typing", "pages spelled otherwise")
def _(case: Case, dice: Random) -> None:
    for tab, at, cell in _answers(case):
        if isinstance(kind_of(case.layout, cell.owner), Pages):
            text = str(cell.value).replace("P", "")
            tab.put(at, dice.choice(("第{}页", "{}", "p{}", "见P{}")).format(text))


@mutation("typing", "names with other brackets and spaces")
def _(case: Case, dice: Random) -> None:
    for tab, at, cell in _answers(case):
        if isinstance(kind_of(case.layout, cell.owner), Name):
            text = str(cell.value).replace("（", "(").replace("）", ")")
            tab.put(at, f"{text[:2]} {text[2:]} ")


@mutation("typing", "lists with other marks")
def _(case: Case, dice: Random) -> None:
    for tab, at, cell in _answers(case):
        kind = kind_of(case.layout, cell.owner)
        if isinstance(kind, Items) and isinstance(cell.value, str):
            tab.put(at, cell.value.replace("、", dice.choice((",", "，", "；", "\n"))))


@mutation("typing", "codes in small letters with spaces")
def _(case: Case, dice: Random) -> None:
    for tab, at, cell in _answers(case):
        if isinstance(kind_of(case.layout, cell.owner), CreditCode):
            text = str(cell.value)
            tab.put(at, f"{text[:6]} {text[6:12]} {text[12:].lower()}")


@mutation("typing", "two figures in one cell")
def _(case: Case, dice: Random) -> None:
    forms = (
        "{0}\n{1}",
        "{0}\t{1}",
        "{0}/{1}",
        "{0}、{1}",
        "{0}（其中{1}）",
        "{0}　{1}",
        "{0}  {1}",
        "{0}{2}\n{1}{2}",
    )
    for tab, at, cell, kind in _numbers(case):
        other = _plain(dice.choice((500.0, 12.0, 3.2, cell.value + 1)))
        tab.put(at, dice.choice(forms).format(_plain(cell.value), other, kind.unit))
        case.truth[cell.owner] = OneOf(())


@mutation("typing", "two months, telephones, persons or companies in one cell")
def _(case: Case, dice: Random) -> None:
    for tab, at, cell in _answers(case):
        kind, text = kind_of(case.layout, cell.owner), str(cell.value)
        parted = dice.choice(("\n", "/", "、", "；"))
        if type(kind) is Month:
            tab.put(at, f"{text}{parted}2019-07")
            case.truth[cell.owner] = OneOf(())
        elif isinstance(kind, Phone):
            tab.put(at, f"{text}{parted}13900009999")
        elif isinstance(kind, Name) and kind.of_person:
            tab.put(at, f"{text}{dice.choice((parted, ' '))}钱某某")
        elif isinstance(kind, Name) and text.endswith("公司") and not kind.joint:
            tab.put(at, f"{text}{parted}湖南另一样例有限公司")
            case.truth[cell.owner] = OneOf(())


@mutation("typing", "texts out of a PDF: radicals for characters")
def _(case: Case, dice: Random) -> None:
    looks = {
        ordinary(sign): sign for sign in map(chr, (*range(0x2E80, 0x2FE0), *range(0xF900, 0xFADA)))
    }
    for tab, at, cell in _answers(case):
        if isinstance(cell.value, str):
            signs = (looks.get(sign, sign) if dice.random() < 0.7 else sign for sign in cell.value)
            tab.put(at, "".join(signs))


@mutation("typing", "months as time stamps of web systems, and day 00")
def _(case: Case, dice: Random) -> None:
    for tab, at, cell in _answers(case):
        if type(kind_of(case.layout, cell.owner)) is Month:
            first = dt.datetime.fromisoformat(f"{cell.value}-01T00:00:00+08:00")
            stamps = [first.astimezone(dt.timezone(dt.timedelta(hours=hours))).isoformat()
                      for hours in (0, 1, 8, 9, -7)]  # fmt: skip
            stamps += [stamps[0].replace("+00:00", ".000Z"), f"{cell.value}-00"]
            tab.put(at, (text := dice.choice(stamps)))
            if text.endswith("-00"):
                case.truth[cell.owner] = OneOf(())


@mutation("typing", "signs in words and in brackets")
def _(case: Case, dice: Random) -> None:
    for tab, at, cell, kind in _numbers(case):
        size, risen = _plain(abs(cell.value)), cell.value >= 0
        unit = dice.choice((kind.unit, ""))
        if dice.random() < 0.3:
            tab.put(
                at, dice.choice(("({}){}", "（{}{}）", "▲{}{}", "下降-{}{}")).format(size, unit)
            )
            case.truth[cell.owner] = OneOf(())
        elif kind.asks:
            up = risen == (kind.asks == "growth")
            words = ("增长", "同比增长", "↑", "上升") if up else ("下降", "同比下降", "↓", "负增长")
            tab.put(at, f"{dice.choice(words)}{size}{unit}")
        else:
            tab.put(at, f"{dice.choice(('下降', '增长'))}{size}{unit}")
            case.truth[cell.owner] = OneOf(())


@mutation("typing", "everything cleared on a page")
def _(case: Case, dice: Random) -> None:
    tab, _ = dice.choice(case.pages())
    for owner in [cell.owner for cell in tab.cells.values() if cell.owner]:
        case.truth.pop(owner.split("|")[0], None)
    for at in [at for at, cell in tab.cells.items() if cell.owner]:
        del tab.cells[at]


# ---------------------------------------------------------------- in a real LibreOffice
#
# It dies when answer rows are deleted by menu (7.4.7), so rows are deleted above only.

FORMATS: tuple[Format, ...] = ("xlsx", "xls", "ods")
Handle = Callable[[Doc, Case, Random], None]
BY_MENU: dict[str, Handle] = {}


def by_menu(name: str) -> Callable[[Handle], Handle]:
    """Adds a mutation that LibreOffice makes itself; it does the same to the book in memory."""

    def add(do: Handle) -> Handle:
        BY_MENU[name] = do
        return do

    return add


def saved_by(office: Office, format: Format, folder: Path) -> Callable[[Case], bytes]:
    """Opens what the kit wrote in LibreOffice and saves it in a format."""

    def save(case: Case) -> bytes:
        path = folder / "case.xlsx"
        path.write_bytes(case.book.bytes())
        with office.open(path) as doc:
            return doc.save(folder / f"saved.{format}", format).read_bytes()

    return save


def handled(
    office: Office, form: str, name: str, seed: int, folder: Path
) -> tuple[Case, dict[Format, bytes]]:
    """A real workbook after what was done by menu, saved in each format."""
    layout = layouts.of(form)
    case = base(form).copy()
    path = folder / "issued.xlsx"
    path.write_bytes(issued(fill(layout, seed=1, rows=4, everything=True)))
    with office.open(path) as doc:
        doc.recalculate()
        BY_MENU[name](doc, case, Random(f"{seed}|{form}|{name}"))
        doc.recalculate()
        files = {f: doc.save(folder / f"handled.{f}", f).read_bytes() for f in FORMATS}
    return case, files


@by_menu("opened, recalculated and saved")
def _(doc: Doc, case: Case, dice: Random) -> None:
    """Nothing else."""


@by_menu("rows inserted by menu")
def _(doc: Doc, case: Case, dice: Random) -> None:
    for tab, _ in case.sheets():
        doc.unprotect(tab.name)
        for _ in range(2):
            row = dice.randrange(1, tab.last_row() + 1)
            doc.insert_rows(tab.name, row + 1, 2)
            tab.insert_rows(row, 2)


@by_menu("columns inserted by menu")
def _(doc: Doc, case: Case, dice: Random) -> None:
    for tab, _ in case.sheets():
        doc.unprotect(tab.name)
        col = dice.randrange(1, tab.last_column() + 1)
        doc.insert_columns(tab.name, column_letters(col))
        tab.insert_columns(col)


@by_menu("an answer cut and pasted onto another")
def _(doc: Doc, case: Case, dice: Random) -> None:
    for tab, plan in case.pages():
        single = [
            s.key
            for s in plan.slots
            if not s.area.merged and s.parts == 1 and not s.locked and s.key in case.truth
        ]
        if len(single) < 2:
            continue
        owned = case.book.owned()
        source, target = (owned[key][1] for key in dice.sample(single, 2))
        doc.unprotect(tab.name)
        doc.move_cells(tab.name, f"{cell_name(*source)}:{cell_name(*source)}", cell_name(*target))
        moved = tab.cells.pop(source)
        case.forget(moved.owner)
        owner = tab.cells[target].owner
        tab.put(target, moved.value)
        case.truth[owner] = _shown(case, owner, moved.value)


@by_menu("sheets renamed and moved")
def _(doc: Doc, case: Case, dice: Random) -> None:
    tabs = [tab for tab, _ in case.sheets()]
    for number, tab in enumerate(tabs):
        doc.rename_sheet(tab.name, f"第{number}张表")
        tab.rename(f"第{number}张表")
    for tab in dice.sample(tabs, 4):
        doc.move_sheet(tab.name, 0)


# ---------------------------------------------------------------- the table

PAGE = DOCS / "robustness.md"
HEAD = """# What is done to workbooks, and what is read of them

Generated by `python tests mutations --write` (`make robustness`). Both forms are filled with
values that all differ, spoiled, imported, and every value is looked at: it is **right** (what a person
sees at that answer), **reported** (a problem that the county has to answer names this answer, cell,
sheet or file), **deleted** (by the person; reported as missing) or **silently wrong**. "Told" counts cells that are no
answers, such as notes beside a table or overwritten totals, and about which something was said.
{how}
"""
# --- what is seen is not what is stored


def _dressed(case: Case, kinds: type | tuple[type, ...], dice: Random) -> list[tuple[str, Cell]]:
    """Some cells of these kinds that hold a text or number, with their owners."""
    found = [
        (cell.owner, cell)
        for tab, _ in case.sheets()
        for _, cell in sorted(tab.cells.items(), key=lambda item: item[0])
        if cell.owner and isinstance(kind_of(case.layout, cell.owner), kinds)
        and isinstance(cell.value, str | float) and not cell.runs and not cell.look
        and not in_boxes(case.layout, cell.owner)
    ]  # fmt: skip
    return dice.sample(found, min(12, len(found)))


_TYPED = (Number, Name, Pages, Phone, Choice, Month)


def _run(cell: Cell, before: str, after: str, how: str) -> None:
    kept = to_text(cell.value)
    cell.runs = tuple(run for run in ((before, how), (kept, ""), (after, how)) if run[0])
    cell.value = before + kept + after


@mutation("seen", "figures and letters struck out within values")
def _(case: Case, dice: Random) -> None:
    for _, cell in _dressed(case, _TYPED, dice):
        before, after = dice.choice([("5", ""), ("", "5"), ("旧", ""), ("12", "7")])
        _run(cell, before, after, "struck")


@mutation("seen", "raised marks of footnotes behind values")
def _(case: Case, dice: Random) -> None:
    for _, cell in _dressed(case, _TYPED, dice):
        _run(cell, "", dice.choice(["1", "2", "[3]", "①"]), "raised")


@mutation("seen", "values struck out as a whole")
def _(case: Case, dice: Random) -> None:
    for owner, cell in _dressed(case, _TYPED, dice):
        cell.look = "struck"
        case.truth[owner] = "struck out"


@mutation("seen", "formats that show another number, unit or nothing")
def _(case: Case, dice: Random) -> None:
    for owner, cell in _dressed(case, Number, dice):
        if isinstance(cell.value, float) and cell.value >= 1:
            # Dollars are shown rightly where dollars are asked.
            foreign = [] if "_usd" in owner else ["foreign"]
            cell.look = dice.choice(["scaled", "zeros", "hidden", *foreign])
            case.truth[owner] = "shown otherwise"


@mutation("seen", "rows of libraries struck out")
def _(case: Case, dice: Random) -> None:
    for tab, _ in case.libraries(closed=False):
        row, owners = dice.choice(sorted(case.rows_of(tab).items()))
        cells = [cell for at, cell in sorted(tab.cells.items()) if at[0] == row and cell.owner]
        for cell in cells:
            cell.look = "struck"
        cells[0].told = True
        case.drop_row(owners)


@mutation("structure", "written anew by pandas: a numbered row and column before all others")
def _(case: Case, dice: Random) -> None:
    numbered(case, dice.choice(["numbers", "names", "none"]))


@mutation("structure", "written anew by pyexcel: merged cells filled up, hidden lines gone")
def _(case: Case, dice: Random) -> None:
    filled_up(case)


GROUPS = {
    "seen": "What is seen is not what is stored",
    "structure": "Structure: all values are still there",
    "told": "No way to know: must be reported",
    "paste": "Paste accidents",
    "typing": "Typing habits",
}


def line(name: str, count: Count) -> str:
    """One line of the table."""
    cells = (name, count.values, count.right, f"{100 * count.share:.1f} %", count.reported,
             count.gone, count.said, len(count.wrong))  # fmt: skip
    return "| " + " | ".join(map(str, cells)) + " |"


def table(rows: Iterable[tuple[str, Count]]) -> str:
    """A table of mutations."""
    head = "| mutation | values | right | share | reported | deleted | told | silently wrong |"
    return "\n".join([head, "| --- |" + " ---: |" * 7, *(line(*row) for row in rows)])


def counted() -> dict[str, Count]:
    """What the page tells of mutations, by name."""
    found = {}
    for text in PAGE.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in text.strip("|").split("|")]
        if len(cells) == 8 and cells[-1] == "0":
            right, reported, gone, said = (int(cells[at]) for at in (2, 4, 5, 6))
            name = "pairs" if cells[0].endswith(" pairs of the above at random") else cells[0]
            found[name] = Count(right=right, reported=reported, gone=gone, said=said)
    found.pop("all", None)
    return found


def everything(
    office: Office | None, seeds: int, couples: int, folder: Path, known: Mapping[str, Count]
) -> dict[str, Count]:
    """Every mutation over both forms and all formats, by name; pairs as one.

    What is ``known`` is not counted again.
    """
    forms = registry.form_ids()
    saves = [None, *((saved_by(office, f, folder)) for f in FORMATS if office)]
    found = dict(known)

    def count(name: str, jobs: list[Job]) -> None:
        counts = [run(jobs, save) if save else run(jobs) for save in saves]
        found[name] = summed(one for more in counts for one in more)
        print(line(name, found[name]), *found[name].wrong[:5], sep="\n  ", flush=True)

    for name in [name for name in MUTATIONS if name not in known]:
        count(name, [(form, (name,), seed) for form in forms for seed in range(1, seeds + 1)])
    chosen = list(enumerate(pairs(couples)))
    if "pairs" not in known:
        count("pairs", [(form, names, seed) for seed, names in chosen for form in forms])
    for name in [name for name in BY_MENU if office and name not in known]:
        cases = [handled(office, form, name, 1, folder) for form in forms]
        found[name] = summed(
            classify(case, read_back(case.layout, [data])[0])
            for case, files in cases
            for data in files.values()
        )
        print(line(name, found[name]), *found[name].wrong[:5], sep="\n  ", flush=True)
    return found


def page(found: dict[str, Count], couples: int) -> str:
    """docs/robustness.md."""
    how = (
        "Each mutation is applied to both forms; each file is imported as written (.xlsx), and after "
        "LibreOffice opened it\nand saved it as .xlsx, .xls and .ods."
    )
    parts = [HEAD.format(how=how)]
    for group, title in GROUPS.items():
        rows = [(m.name, found[m.name]) for m in MUTATIONS.values() if m.group == group]
        parts.append(f"## {title}\n\n{table(rows)}\n")
    rows = [(name, found[name]) for name in BY_MENU]
    parts.append(
        f"## Done by menu in LibreOffice, on the issued workbook itself\n\n{table(rows)}\n"
    )
    rows = [
        (f"{couples} pairs of the above at random", found["pairs"]),
        ("all", summed(found.values())),
    ]
    parts.append(f"## Pairs, and all together\n\n{table(rows)}\n")
    return "\n".join(parts)


def main() -> int:
    """The large run."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--office", action="store_true", help="also through LibreOffice")
    parser.add_argument("--write", action="store_true", help="write docs/robustness.md")
    parser.add_argument(
        "--new", action="store_true", help="only what the page does not tell of yet"
    )
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--pairs", type=int, default=100)
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        office = stack.enter_context(Office()) if options.office or options.write else None
        known = counted() if options.new else {}
        found = everything(office, options.seeds, options.pairs, folder, known)
    if options.write:
        PAGE.write_text(page(found, options.pairs), "utf-8")
    wrong = sum(len(count.wrong) for count in found.values())
    print(f"silently wrong: {wrong}")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
