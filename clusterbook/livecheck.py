"""What the workbook watches while a person types: answers one by one, and the rules of the form.

A watch says whether an answer is asked, missing, or out of bounds, and where it stands; a rule, how
often it is broken and where first. They stand on hidden sheets, which ``listing`` puts in order.
"""

from __future__ import annotations

from collections.abc import Iterator
from weakref import WeakKeyDictionary

from attrs import frozen

from clusterbook.excel_texts import excel_length
from clusterbook.expressions import Answer, This
from clusterbook.formulas import excel, truth
from clusterbook.kinds import CELL_TEXT_LIMIT, LongText
from clusterbook.layout import (
    Body,
    ColumnSlot,
    Layout,
    RowsView,
    SheetPlan,
    Slot,
    View,
    cell_name,
    sheet_prefix,
)
from clusterbook.lists import Lists
from clusterbook.questions import reason_name
from clusterbook.rules import Rule
from clusterbook.wording import Wording

CHECKS_SHEET, RULES_SHEET = "_checks", "_rules"
# Rows beyond any sheet, so that the first bad row is the largest difference to it.
_BEYOND = 1_048_577


@frozen(kw_only=True)
class Watch:
    """One line: formulas for asked, missing and fault (each a count), and the place to go to.

    ``missing_at`` and ``fault_at`` are addresses as text (formulas for library columns); ``key`` is
    that of the answer, the column, or the library; ``mend`` says what is to be typed.
    """

    key: str
    sheet: str
    label: str
    asked: str
    missing: str
    fault: str
    missing_at: str
    fault_at: str
    mend: str = ""


def watches(layout: Layout, lists: Lists) -> Iterator[Watch]:
    """The lines of all sheets, in printed order."""
    for plan in layout.sheets:
        for slot in plan.slots:
            if not slot.locked and slot.part == 1:
                yield _slot_watch(layout, plan, slot, lists)
        if plan.body is not None:
            body = plan.body
            filled = row_filled(plan, body)
            if body.library.least:
                yield _rows_watch(plan, body, filled)
            for column in body.inputs:
                yield _column_watch(plan, body, column, filled, lists)


def condition(slot: Slot, view: View) -> str:
    """Excel condition under which the answer is required; '' when always or never."""
    return excel(slot.field.when, view) if slot.field.when is not None else ""


def parent_key(slot_key: str, within: str) -> str:
    """Full key of the answer that narrows a dependent choice in the same block."""
    return slot_key.rsplit(".", 1)[0] + "." + within


def _slot_watch(layout: Layout, plan: SheetPlan, slot: Slot, lists: Lists) -> Watch:
    view = layout.view(None)
    prefix = sheet_prefix(plan.name)
    parts = layout.slots[slot.key]
    cells = [prefix + cell_name(p.area.row, p.area.col, fixed=True) for p in parts]
    text = "&".join(cells)
    blank = f'(TRIM({text})="")'
    asked, missing = ("1", f"{blank}*1") if slot.field.required else ("0", "0")
    when = condition(slot, view)
    if when and slot.field.required:
        asked, missing = f"IF({when},1,0)", f"IF({when},{blank}*1,0)"
    if len(parts) > 1:
        fault = _long_fault(slot, cells)
    else:
        within = getattr(slot.field.kind, "within", "")
        parent = view.answer(parent_key(slot.key, within)) if within else ""
        fault = lists.fault(slot.field.kind, cells[0], parent)
    if when and slot.field.only_when:
        fault = f'IF({when},{fault},(TRIM({text})<>"")*1)'
    place = prefix + slot.area.cell
    return Watch(key=slot.key, sheet=plan.sheet.key, label=slot.path, asked=asked, missing=missing,
                 fault=f"({fault})*1", missing_at=place, fault_at=place,
                 mend=slot.field.kind.offer().prompt)  # fmt: skip


def _long_fault(slot: Slot, cells: list[str]) -> str:
    kind = slot.field.kind
    bound = CELL_TEXT_LIMIT
    if isinstance(kind, LongText) and kind.limit is not None:
        bound = int(kind.limit * kind.hard)
    return f"({'+'.join(excel_length(cell) for cell in cells)}>{bound})"


def row_filled(plan: SheetPlan, body: Body) -> str:
    """Array expression: whether any input of each body row is filled."""
    prefix = sheet_prefix(plan.name)
    tests = [f'(TRIM({prefix}{body.range(column)})<>"")' for column in body.inputs]
    return f"(({'+'.join(tests)})>0)"


def _rows_watch(plan: SheetPlan, body: Body, filled: str) -> Watch:
    place = sheet_prefix(plan.name) + cell_name(body.first_row, body.inputs[0].col)
    return Watch(key=body.library.key, sheet=plan.sheet.key, label=plan.sheet.title or plan.name,
                 asked="1", missing=f"(SUMPRODUCT({filled}*1)=0)*1", fault="0", missing_at=place,
                 fault_at="", mend="至少填写一行。")  # fmt: skip


def _column_watch(
    plan: SheetPlan, body: Body, column: ColumnSlot, filled: str, lists: Lists
) -> Watch:
    prefix = sheet_prefix(plan.name)
    cells = prefix + body.range(column)
    rows = f"ROW({cells})"
    within = getattr(column.field.kind, "within", "")
    parent = ""
    if within:
        other = next(c for c in body.columns if c.field.key == within)
        parent = prefix + body.range(other)
    fault = lists.fault(column.field.kind, cells, parent)
    blank = f'{filled}*(TRIM({cells})="")'
    if column.field.when is not None:
        blank = "0"  # conditions over a row are told by the importer
    required = column.field.required and column.field.when is None
    letter = cell_name(0, column.col)[:-1]

    def first(bad: str) -> str:
        row = f"({_BEYOND}-SUMPRODUCT(MAX(({bad})*({_BEYOND}-{rows}))))"
        return f'"{prefix}{letter}"&{row}'

    return Watch(
        key=column.key, sheet=plan.sheet.key,
        label=f"{plan.sheet.title or plan.name} {column.path}",
        mend=column.field.kind.offer().prompt,
        asked=f"SUMPRODUCT({filled}*1)" if required else "0",
        missing=f"SUMPRODUCT({blank})" if required else "0",
        fault=f"SUMPRODUCT(({fault})*1)",
        missing_at="=" + first(blank) if required else "",
        fault_at="=" + first(fault),
    )  # fmt: skip


# --- rules ---------------------------------------------------------------------------------------


@frozen(kw_only=True)
class RuleWatch:
    """A rule as the workbook watches it: array formulas for how often it is broken and where first.

    ``sheet`` is the key of the sheet on which what it is about stands; ``at`` an address as text
    where the rule has one place, else a formula.
    """

    rule: Rule
    sheet: str
    sentence: str
    count: str
    at: str

    @property
    def name(self) -> str:
        """Defined name of the count."""
        return f"cb_rule.{self.rule.code}"

    @property
    def reason_name(self) -> str:
        """Defined name of the 说明 cell, which it may share with its group."""
        return reason_name(self.rule.line)


_RULE_WATCHES: WeakKeyDictionary[Layout, tuple[RuleWatch, ...]] = WeakKeyDictionary()


def rule_watches(layout: Layout) -> tuple[RuleWatch, ...]:
    """The rules that live in the workbook, in the order of the spec; worked out once a layout.

    Those of a group stand together, in the order of their sheets.
    """
    if layout not in _RULE_WATCHES:
        found = tuple(_rule_watches(layout))
        first: dict[str, int] = {}
        for number, watch in enumerate(found):
            first.setdefault(watch.rule.line, number)
        order = {plan.sheet.key: number for number, plan in enumerate(layout.sheets)}

        def place(watch: RuleWatch) -> tuple[int, int]:
            return first[watch.rule.line], order[watch.sheet] if watch.rule.group else 0

        _RULE_WATCHES[layout] = tuple(sorted(found, key=place))
    return _RULE_WATCHES[layout]


def rule_keys(layout: Layout, rule: Rule) -> Iterator[str]:
    """The answers and columns that a rule looks at, those behind computed ones included."""
    found: dict[str, None] = {}
    for node in rule.holds.violation.walk():
        if isinstance(node, Answer):
            found |= dict.fromkeys([node.key, *sorted(layout.sources_of(node.key))])
        elif isinstance(node, This):
            found[f"{rule.library}.{node.key}"] = None
        else:
            found |= dict.fromkeys(getattr(node, name, "") for name in ("column", "by"))
    return (key for key in found if key in layout.slots or key in layout.columns)


def _rule_watches(layout: Layout) -> Iterator[RuleWatch]:
    for rule in layout.workbook.rules:
        if rule.importer_only:
            continue
        sentence = Wording(layout, rule.library).of(rule)
        if rule.library:
            yield _row_rule(layout, rule, sentence)
            continue
        broken = truth(rule.holds.violation, layout.view(None))
        place = next(rule.places())
        plan = layout.sheet_of[place]
        if place in layout.slots:
            cell = layout.slots[place][0].area.cell
        else:
            cell = plan.library.first_cell(plan.library.inputs[0])
        yield RuleWatch(
            rule=rule, sheet=plan.sheet.key, sentence=sentence, count=broken,
            at=sheet_prefix(plan.name) + cell,
        )  # fmt: skip


def _row_rule(layout: Layout, rule: Rule, sentence: str) -> RuleWatch:
    shifts = max((n.shift for n in rule.holds.violation.walk() if isinstance(n, This)), default=0)
    view = RowsView(layout, None, library=rule.library, shifts=shifts)
    broken = truth(rule.holds.violation, view)
    place = next(rule.places())
    rows = f"ROW({view.this(place.split('.', 1)[1])})"
    column = cell_name(0, layout.columns[place].col)[:-1]
    plan = layout.sheet_of[place]
    prefix = sheet_prefix(plan.name)
    return RuleWatch(
        rule=rule, sheet=plan.sheet.key, sentence=sentence, count=f"SUM({broken})",
        at=f'="{prefix}{column}"&MIN(IF({broken}=1,{rows}))',
    )  # fmt: skip


def rule_mark(layout: Layout, rule: Rule, plan: SheetPlan, row: int) -> str:
    """Conditional format of a library cell that breaks a rule, for the first body row."""
    return truth(rule.holds.violation, layout.view(plan, row, named=True)) + "=1"
