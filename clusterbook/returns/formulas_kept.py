"""Whether the formulas in a returned file are still those that were issued.

Office programs write a formula in their own way and move its references along with rows, columns
and sheets. So both are brought to one form, in which references are planned places; what cannot be
brought to it is not compared, as its result is worked out anew in any case.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from weakref import WeakKeyDictionary

from attrs import define, field

from clusterbook.a1 import Address, cell_name, parse_address
from clusterbook.forms.expressions.excel import excel
from clusterbook.layout.earlier import EarlierLayout
from clusterbook.layout.layout import Layout, SheetPlan
from clusterbook.problems import Problem
from clusterbook.returns.brackets import bracketed
from clusterbook.returns.library_rows import body_rows
from clusterbook.returns.place import Placement, SheetPlacement

_CELL = r"\$?[A-Z]{1,3}\$?[1-9][0-9]*"
_PART = re.compile(
    r'(?P<text>"(?:[^"]|"")*")'
    r"|(?P<sheet>(?:\$?'(?:[^']|'')+'|\$?[^\W\d][\w.、]*)[!.])?"
    rf"(?P<first>{_CELL})(?::(?P<last>{_CELL}))?(?![\w(.])"
    r"|(?P<blank>\s+)"
)
# A choice of spelling, not of meaning.
_SPELLINGS = (("TRUE()", "TRUE"), ("FALSE()", "FALSE"), ("_XLFN.", ""), ("OF:", ""))

_SHOWN = 120  # characters of a formula in a sentence
_KNOWN = 5000  # spellings of one formula to remember

#: (sheet name or '', row, column) → the planned place as text, None where it is not known
Where = Callable[[str, int, int], str | None]


def canonical(formula: str, where: Where) -> str | None:
    """A formula with planned places for references; None where one of them is not known."""
    pieces: list[str] = []
    end = 0
    for found in _PART.finditer(formula):
        pieces.append(_plain(formula[end : found.start()]))
        end = found.end()
        if found["text"] is not None:
            pieces.append(found["text"])
        elif found["first"]:
            sheet = _sheet_name(found["sheet"] or "")
            corners = [
                where(sheet, *parse_address(one.replace("$", "")))
                for one in (found["first"], found["last"])
                if one
            ]
            if None in corners:
                return None
            pieces.append(":".join(str(one) for one in corners))
    pieces.append(_plain(formula[end:]))
    text = "".join(pieces).removeprefix("=")
    for one, other in _SPELLINGS:
        text = text.replace(one, other)
    return text


def _plain(text: str) -> str:
    """Names and signs outside of texts; LibreOffice parts arguments by semicolons."""
    return text.upper().replace(";", ",")


def _sheet_name(text: str) -> str:
    return text[:-1].lstrip("$").strip("'").replace("''", "'")


@define(eq=False)
class IssuedFormula:
    """One formula of the workbook as issued; ``row`` is its own where it is that of a list's row.

    ``canonical`` is for ``issued_as``, asked where a file has another text: most files have none.
    """

    planned: Address
    text: str
    label: str
    key: str
    row: int
    canonical: str | None = None
    #: spellings and places that were found to be the same where nothing had moved
    known: set[tuple[str, Address]] = field(factory=set)


_ISSUED: WeakKeyDictionary[SheetPlan, tuple[IssuedFormula, ...]] = WeakKeyDictionary()


def issued(layout: Layout, plan: SheetPlan) -> tuple[IssuedFormula, ...]:
    """The formulas of a sheet as issued; of the columns of a library that of the first row.

    A workbook of an earlier version holds the formulas of that version.
    """
    if plan not in _ISSUED:
        _ISSUED[plan] = tuple(_issue(layout, plan))
    return _ISSUED[plan]


def issued_as(layout: Layout, plan: SheetPlan, one: IssuedFormula) -> str:
    """The canonical form of a formula of a sheet as issued; worked out once."""
    if one.canonical is None:
        plans = {other.name: other for other in layout.sheets}

        def where(sheet: str, at: int, col: int) -> str | None:
            target = plans.get(sheet) if sheet else plan
            if target is None:
                return f"{sheet}!{col},{at}"
            return _placed(target, at, col, one.row if target is plan else -1)

        one.canonical = canonical(one.text, where) or ""
    return one.canonical


def _issue(layout: Layout, plan: SheetPlan) -> Iterator[IssuedFormula]:
    if isinstance(layout, EarlierLayout):
        for kept in layout.formulas[plan.sheet.key]:
            yield IssuedFormula(kept.at, kept.text, kept.label, kept.key, kept.row)
        return
    view = layout.view(plan)
    for slot in plan.slots:
        if slot.field.computed is not None:
            text = excel(slot.field.computed, view)
            yield IssuedFormula((slot.area.row, slot.area.col), text, slot.path, slot.key, -1)
    for one in plan.printed:
        if not isinstance(one.text, str):
            place = (one.area.row, one.area.col)
            yield IssuedFormula(place, excel(one.text, view), plan.name, "", -1)
    for column in plan.body.columns if plan.body is not None else ():
        if column.field.computed is not None:
            row = plan.library.first_row
            text = excel(column.field.computed, layout.view(plan, row))
            yield IssuedFormula((row, column.col), text, column.path, column.key, row)


def _placed(plan: SheetPlan, row: int, col: int, own_row: int) -> str:
    """A planned place as text; in the rows of a library the own row is @.

    How far down a range of an open library goes changes with every row put in or taken out.
    """
    open_body = plan.body is not None and not plan.body.library.closed
    below = open_body and row > plan.library.first_row
    return f"{plan.sheet.key}!{col},{'@' if row == own_row else '~' if below else row}"


@define
class _Back:
    """From actual places back to planned ones, for all sheets of a file."""

    placement: Placement
    by_name: dict[str, SheetPlacement] = field(init=False)
    lines: dict[str, tuple[Mapping[int, int] | None, Mapping[int, int] | None]] = field(init=False)
    #: whether any sheet is not as issued
    moved: bool = field(init=False)

    def __attrs_post_init__(self) -> None:
        placed = self.placement.sheets.values()
        self.by_name = {one.grid.name: one for one in placed}
        self.moved = any(one.moved or one.grid.name != one.plan.name for one in placed)
        self.lines = {one.plan.sheet.key: (_turned(one.rows), _turned(one.cols)) for one in placed}

    def where(self, own: SheetPlacement, own_row: int) -> Where:
        """The planned place of what a formula on ``own`` refers to."""

        def planned(sheet: str, row: int, col: int) -> str | None:
            target = self.by_name.get(sheet) if sheet else own
            if target is None:
                return f"{sheet}!{col},{row}"
            if target is own and row == own_row:
                back: int | None = row
            else:
                back = self._row(target, row)
            cols = self.lines[target.plan.sheet.key][1]
            back_col = col if cols is None else cols.get(col)
            if back is None or back_col is None:
                return None
            return _placed(target.plan, back, back_col, own_row if target is own else -1)

        return planned

    def _row(self, target: SheetPlacement, row: int) -> int | None:
        rows, body = self.lines[target.plan.sheet.key][0], target.plan.body
        if rows is None or row in rows:
            return row if rows is None else rows[row]
        if body is not None and not body.library.closed and row > body_rows(target, body)[0]:
            return body.last_row
        return None


def _turned(lines: Mapping[int, int] | None) -> Mapping[int, int] | None:
    return None if lines is None else {actual: planned for planned, actual in lines.items()}


def changed_formulas(placement: Placement) -> Iterator[Problem]:
    """Formulas that are not those issued any more; one problem for a column of a library."""
    back = _Back(placement)
    for placed in placement.sheets.values():
        if placed.foreign or not placed.grid.formulas:
            continue
        for one in issued(placement.layout, placed.plan):
            at = placed.at(*one.planned)
            if at is None or one.key in placed.disputed:
                continue
            body = placed.plan.body
            if body is not None and one.planned[0] == body.first_row and one.key:
                first, last = body_rows(placed, body)
                cells = [c for c in placed.grid.formulas if c[1] == at[1] and first <= c[0] <= last]
            else:
                cells = [at] if at in placed.grid.formulas else []
            odd = sorted(cell for cell in cells if not _same(back, placed, one, cell))
            if odd:
                found = _brief(placed.grid.formulas[odd[0]])
                facts = {"expected": _brief(one.text), "count": str(len(odd))}
                yield Problem(
                    code="L117", sheet=placed.grid.name, cell=cell_name(*odd[0]), key=one.key,
                    label=one.label, value=found, facts=facts,
                )  # fmt: skip


def _brief(formula: str) -> str:
    return formula if len(formula) <= _SHOWN else formula[:_SHOWN] + "……"


def _same(back: _Back, placed: SheetPlacement, one: IssuedFormula, at: Address) -> bool:
    """Whether the formula in a cell is the issued one, or cannot be compared with it."""
    found = placed.grid.formulas[at]
    if not found or (found == one.text and at == one.planned):
        return True
    in_body = placed.plan.body is not None and one.planned[0] == placed.plan.body.first_row
    if not back.moved and (found, at) in one.known:
        return True
    text = canonical(found, back.where(placed, at[0] if in_body else -1))
    other = issued_as(back.placement.layout, placed.plan, one)
    same = text == other or _differ_in_brackets(text, other)
    if same and not back.moved and len(one.known) < _KNOWN:
        one.known.add((found, at))
    return text is None or same


def _differ_in_brackets(text: str | None, other: str) -> bool:
    """Whether a formula differs from another in nothing but brackets that it does not need."""
    return text is not None and (whole := bracketed(text)) is not None and whole == bracketed(other)
