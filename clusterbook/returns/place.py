"""Where each planned cell really stands in a returned file.

Three witnesses, in order of trust: the hidden ruler, the defined names, the printed texts. Rows and
columns that were inserted, deleted or moved are followed. Where two witnesses disagree about a cell
it becomes a problem, and nothing is read from it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache

from attrs import define, evolve, field, frozen

from clusterbook.a1 import Address, cell_name, read_reference, sheet_prefix
from clusterbook.forms.parsing.folding import fold
from clusterbook.layout.layout import SHEETS_KEPT, Layout, Printed, SheetPlan
from clusterbook.layout.own_sheets import (
    CHECKS_SHEET,
    LISTS_SHEET,
    META_KEY,
    META_SHEET,
    PAGE_KEYS,
    RULES_SHEET,
)
from clusterbook.problems import Problem
from clusterbook.readers.grid import Grid, Scalar, SheetGrid
from clusterbook.returns.witnesses import (
    Lines,
    Ruler,
    by_names,
    by_texts,
    corner,
    filled_between,
    governed,
    is_untouched,
    issued_digest,
    issued_names,
    likeness,
    named_places,
    planned_texts,
    read_ruler,
    without_shared,
)

# With fewer agreeing texts a sheet without its ruler is not taken for ours.
_LEAST_TEXTS = 3
# Sheets of ours that hold no answers; those of version 2026.1 stay ours for good.
_OWN_SHEETS = {CHECKS_SHEET, RULES_SHEET, LISTS_SHEET, META_SHEET, *PAGE_KEYS}
_AROUND = {"guide", "instructions", "review", "returned", *PAGE_KEYS.values(), META_KEY}


@frozen
class Changed:
    """A printed text that is not as printed."""

    printed: Printed
    at: Address
    text: str


@frozen
class SheetPlacement:
    """One planned sheet in the file.

    ``rows`` and ``cols`` map planned to actual ones; None where nothing has moved.
    """

    plan: SheetPlan
    grid: SheetGrid
    rows: Mapping[int, int] | None = None
    cols: Mapping[int, int] | None = None
    #: single cells by planned address, for what the other witnesses do not know
    named: Mapping[Address, Address] = field(factory=dict)
    #: laid out by another version of the software: only names tell places
    foreign: bool = False
    #: full keys whose place is disputed, with what the witnesses say
    disputed: Mapping[str, str] = field(factory=dict)
    changed: tuple[Changed, ...] = ()

    def at(self, row: int, col: int) -> Address | None:
        """The actual address of a planned cell, None when its row or column is gone."""
        actual_row = row if self.rows is None else self.rows.get(row)
        actual_col = col if self.cols is None else self.cols.get(col)
        if actual_row is None or actual_col is None:
            return self.named.get((row, col))
        return actual_row, actual_col

    @property
    def moved(self) -> bool:
        """Whether actual addresses differ from planned ones at all."""
        return self.rows is not None or self.cols is not None or self.foreign


@define
class Placement:
    """The sheets found, by sheet key, and what was wrong with the rest."""

    layout: Layout
    sheets: dict[str, SheetPlacement] = field(factory=dict)
    #: sheets that are there but not read, for a reason that was told
    unread: set[str] = field(factory=set)
    problems: list[Problem] = field(factory=list)
    #: sheets of the file that are none of ours, or of which another copy is read
    others: list[SheetGrid] = field(factory=list)


def place(grid: Grid, layout: Layout, issue: str | None = None) -> Placement:
    """Finds every planned sheet; what is missing or doubled becomes a problem.

    With ``issue`` the sheets of workbooks that were issued under another id are left alone.
    """
    placement = Placement(layout)
    found = _match_sheets(grid, layout, placement, issue)
    issued = issued_digest(grid)
    foreign = bool(issued) and issued != layout.digest
    if foreign:
        # Made by a version of the software that lays the form out differently: ruler numbers mean
        # other rows there, names mean the same answers.
        placement.problems.append(Problem(code="L109"))
    for plan in layout.sheets:
        key = plan.sheet.key
        sheet = found.get(key)
        if sheet is None:
            if key not in placement.unread:
                placement.problems.append(Problem(code="L101", sheet=plan.name, value=plan.name))
        elif foreign:
            named = by_names(grid, plan, sheet)
            placement.sheets[key] = SheetPlacement(
                plan, sheet, rows={}, cols={}, named=named, foreign=True
            )
        else:
            placement.sheets[key] = _place_sheet(grid, plan, sheet)
    if not foreign:
        placement.problems += _without_marks(placement)
    return placement


def _without_marks(placement: Placement) -> Iterator[Problem]:
    """Sheets without a mark in their corner; told once where a program dropped all of them."""
    sheets = [one.grid.name for one in placement.sheets.values()]
    bare = [one.grid.name for one in placement.sheets.values() if corner(one.grid) is None]
    if len(bare) == len(sheets) > 1:
        facts = {"what": f"全部{len(bare)}张表", "what_en": f"all {len(bare)} sheets"}
        yield Problem(code="L122", facts=facts)
    else:
        facts = {"what": "本表", "what_en": "this sheet"}
        yield from (Problem(code="L122", sheet=name, facts=facts) for name in bare)


# --- sheets ------------------------------------------------------------------------------------


def _match_sheets(
    grid: Grid, layout: Layout, placement: Placement, issue: str | None
) -> dict[str, SheetGrid]:
    """Planned sheets in the file by the marks in their corners, else by their texts."""
    marked: dict[str, list[SheetGrid]] = defaultdict(list)
    unmarked: list[SheetGrid] = []
    keys = {plan.sheet.key for plan in layout.sheets}
    ours = keys | _AROUND
    for sheet in grid.sheets:
        mark = corner(sheet)
        if mark is None or mark[1] not in ours:
            # Without a mark, or with that of another form or another version of this one.
            unmarked.append(sheet)
        elif issue is None or mark[2] == issue:
            marked[mark[1]].append(sheet)
        elif mark[1] in keys:
            detail = f"表中发放编号为“{mark[2]}”，应为“{issue}”"
            placement.problems.append(
                Problem(code="F109", sheet=sheet.name, facts={"detail": detail})
            )
            placement.unread.add(mark[1])
    found: dict[str, SheetGrid] = {}
    for plan in layout.sheets:
        sheets = marked.pop(plan.sheet.key, [])
        if len(sheets) > 1:
            sheets = _settle(plan, sheets, placement)
        if sheets:
            found[plan.sheet.key] = sheets[0]
    missing = [
        plan
        for plan in layout.sheets
        if plan.sheet.key not in found and plan.sheet.key not in placement.unread
    ]
    by_text = _by_text(missing, [sheet for sheet in unmarked if sheet.name not in _OWN_SHEETS])
    placement.others = [s for s in unmarked if all(s is not other for other in by_text.values())]
    return found | by_text


def _settle(plan: SheetPlan, sheets: list[SheetGrid], placement: Placement) -> list[SheetGrid]:
    """One of several copies of a sheet: any if they hold the same, else a problem."""
    first, *rest = (_typed(sheet) for sheet in sheets)
    if any(typed != first for typed in rest):
        names = "、".join(sheet.name for sheet in sheets)
        placement.problems.append(Problem(code="L108", sheet=sheets[0].name, value=names))
        placement.unread.add(plan.sheet.key)
        return []
    named = [sheet for sheet in sheets if sheet.name == plan.name]
    return named or sheets


def _typed(sheet: SheetGrid) -> dict[Address, object]:
    """What was typed into a sheet, without what formulas made of it."""
    typed: dict[Address, object] = {at: v for at, v in sheet.cells.items()
                                    if at not in sheet.formulas}  # fmt: skip
    return typed | {at: e for at, e in sheet.errors.items() if at not in sheet.formulas}


def _by_text(plans: list[SheetPlan], sheets: list[SheetGrid]) -> dict[str, SheetGrid]:
    """Sheets that lost their mark: each goes with the plan whose texts it holds best.

    Sheets that hold equally much of a plan are told apart by their name, or not at all.
    """
    found: dict[str, list[SheetGrid]] = defaultdict(list)
    for sheet in sheets:
        scores = [(likeness(plan, sheet), plan) for plan in plans]
        enough = [
            (score, plan)
            for score, plan in scores
            if plan.name == sheet.name
            or score >= max(_LEAST_TEXTS, (len(planned_texts(plan)) + 1) // 2)
        ]
        best = max((score for score, _ in enough), default=0)
        able = [plan for score, plan in enough if score == best]
        named = [plan for plan in able if plan.name == sheet.name]
        for plan in named or able if len(named or able) == 1 else ():
            found[plan.sheet.key].append(sheet)
    return {key: sheets[0] for key, sheets in found.items() if len(sheets) == 1}


# --- one sheet ---------------------------------------------------------------------------------


def _place_sheet(grid: Grid, plan: SheetPlan, sheet: SheetGrid) -> SheetPlacement:
    if is_untouched(plan, sheet):
        placed, ruler = SheetPlacement(plan, sheet), Ruler()
    else:
        ruler = read_ruler(sheet)
        named = by_names(grid, plan, sheet)
        ruler = _chosen(ruler, named)
        rows, cols = _lines(plan, sheet, ruler)
        placed = SheetPlacement(plan, sheet, rows, cols, named)
    if changed := tuple(_changed(placed)):
        placed = evolve(placed, changed=changed)
    disputed = dict(_name_disputes(grid, placed))
    for key, detail in (*_label_disputes(placed), *_doubled_rows(placed, ruler)):
        disputed.setdefault(key, detail)
    return evolve(placed, disputed=disputed) if disputed else placed


def _chosen(ruler: Ruler, named: Mapping[Address, Address]) -> Ruler:
    """The ruler with that one of several equal marks to which names point."""
    rows, doubled = dict(ruler.rows), dict(ruler.doubled)
    for number, copies in ruler.doubled.items():
        said = {at[0] for planned, at in named.items() if planned[0] == number}
        if len(said) == 1 and said <= set(copies):
            rows[number] = said.pop()
            del doubled[number]
    return evolve(ruler, rows=rows, doubled=doubled)


def _lines(plan: SheetPlan, sheet: SheetGrid, ruler: Ruler) -> tuple[Lines, Lines]:
    """Rows and columns by the ruler; what it does not know any more by gaps, then by texts."""
    rows, cols = filled_between(ruler.rows), filled_between(ruler.cols)
    if plan.body is not None:
        rows = _with_body(plan, rows, ruler)
    lost_rows = any(row not in rows for row in range(1, plan.last_row + 1))
    lost_cols = any(col not in cols for col in range(1, plan.last_col + 1))
    if lost_rows or lost_cols:
        text_rows, text_cols = by_texts(plan, sheet, ruler)
        rows, cols = _completed(rows, text_rows), _completed(cols, text_cols)
        if plan.body is not None:
            rows = _with_body(plan, rows, ruler)
    return rows, cols


def _completed(known: Lines, other: Lines) -> Lines:
    """Lines that only the second witness knows, where the first does not claim their place."""
    taken = set(known.values())
    more = {line: at for line, at in other.items() if line not in known and at not in taken}
    return known | without_shared(more)


def _with_body(plan: SheetPlan, rows: Lines, ruler: Ruler) -> Lines:
    """The rows of an open body carry a mark only at the first: they follow the head.

    Rows of a body may be sorted with their marks, so a mark does not tell where the body begins.
    """
    body = plan.library
    head = rows.get(body.head_last_row)
    if body.library.closed:
        return rows
    first = head + 1 if head is not None else rows.get(body.first_row)
    if first is None:
        return rows
    known = {row: at for row, at in rows.items() if not body.first_row <= row <= body.last_row}
    count = max(body.last_row - body.first_row, ruler.rows.get(body.first_row, first) - first)
    return known | {body.first_row + step: first + step for step in range(count + 1)}


def _changed(placed: SheetPlacement) -> Iterator[Changed]:
    """Printed texts that are not as printed."""
    get = placed.grid.get
    printed = _printed_texts(placed.plan)
    if not placed.moved:  # then most of them stand where they were, letter for letter
        if placed.grid.holds(_printed_cells(placed.plan)):
            return
        printed = tuple(one for one in printed if get(one[0]) != one[1])
    for planned, expected, one in printed:
        at = placed.at(*planned)
        if at is None:
            continue
        found = get(at)
        if found == expected:
            continue
        text = "" if found is None else str(found)
        if fold(text) != fold(expected):
            yield Changed(one, at, text)


@lru_cache(maxsize=SHEETS_KEPT)
def _printed_cells(plan: SheetPlan) -> Mapping[Address, Scalar]:
    """The same as cells of the sheet."""
    return {at: text for at, text, _ in _printed_texts(plan)}


@lru_cache(maxsize=SHEETS_KEPT)
def _printed_texts(plan: SheetPlan) -> tuple[tuple[Address, str, Printed], ...]:
    """Place and text of everything printed that is no formula."""
    return tuple(
        ((one.area.row, one.area.col), one.text, one)
        for one in plan.printed
        if isinstance(one.text, str) and one.text
    )


# --- disputes ----------------------------------------------------------------------------------


def _name_disputes(grid: Grid, placed: SheetPlacement) -> Iterator[tuple[str, str]]:
    """Answers and columns for which a defined name says another place than the rest.

    After cut and paste the name of the cut cell points to the target, and that of the target to
    nothing; after cells were shifted the names went along.
    """
    names = grid.names
    if not placed.moved and issued_names(placed.plan).items() <= names.items():
        return
    elsewhere: dict[str, tuple[Address, Address]] = {}
    broken: list[tuple[str, Address]] = []
    agreeing: list[tuple[str, Address]] = []
    for key, at, said in _said_by_names(grid, placed):
        if said is None:
            broken.append((key, at))
        elif said == at:
            agreeing.append((key, at))
        else:
            elsewhere[key] = at, said
    for key, (at, said) in elsewhere.items():
        yield key, f"{cell_name(*at)} / {cell_name(*said)}"
    targets = {said for _, said in elsewhere.values()}
    yield from ((key, cell_name(*at)) for key, at in agreeing if at in targets)
    if len(agreeing) + len(elsewhere) > len(broken):
        yield from ((key, cell_name(*at)) for key, at in broken)
        # An .xls drops broken names; that says something where others show that cells were moved.
        if elsewhere:
            yield from _without_name(grid, placed)


def _without_name(grid: Grid, placed: SheetPlacement) -> Iterator[tuple[str, str]]:
    for key, name, planned in named_places(placed.plan):
        at = placed.at(*planned)
        if name not in grid.names and at is not None:
            yield key, cell_name(*at)


def _said_by_names(
    grid: Grid, placed: SheetPlacement
) -> Iterator[tuple[str, Address, Address | None]]:
    """Key, place, and place by name of what has a name; None where the name points nowhere.

    Of a column of a library only the column counts: rows come and go.
    """
    sheet, body = placed.grid.name, placed.plan.body
    prefix = sheet_prefix(sheet)
    there = {other.name for other in grid.sheets}
    columns = {column.key for column in body.columns} if body is not None else set()
    for key, name, planned in named_places(placed.plan):
        reference = grid.names.get(name)
        at = placed.at(*planned)
        if reference is None or at is None:
            continue
        if reference == prefix + cell_name(*at, fixed=True):
            yield key, at, at
            continue
        said = read_reference(reference)
        if said is None:
            yield key, at, None
        elif said[0] == sheet:
            yield key, at, (at[0] if key in columns else said[1], said[2])
        elif said[0] in there:
            yield key, at, None
        # Some programs rename a sheet and forget its names: those say nothing.


def _label_disputes(placed: SheetPlacement) -> Iterator[tuple[str, str]]:
    """Answers whose label is now that of others: labels, or cells with them, were moved."""
    texts = planned_texts(placed.plan) if placed.changed else {}
    for one in placed.changed:
        area = one.printed.area
        if one.text and fold(one.text) in texts:
            detail = f"{cell_name(*one.at)}的栏目文字现为“{''.join(one.text.split())}”"
            for key in sorted(governed(placed.plan).get((area.row, area.col), ())):
                yield key, detail


def _doubled_rows(placed: SheetPlacement, ruler: Ruler) -> Iterator[tuple[str, str]]:
    """Answers in rows that stand there several times with different content."""
    body = placed.plan.body
    for number, copies in ruler.doubled.items():
        if body is not None and number > body.head_last_row:
            continue
        for slot in placed.plan.slots:
            at = placed.at(slot.area.row, slot.area.col)
            if slot.area.row == number and at is not None:
                values = [placed.grid.get((row, at[1])) for row in copies]
                if any(value != values[0] for value in values):
                    rows = "、".join(str(row + 1) for row in copies)
                    yield slot.key, f"第{rows}行是同一行"
