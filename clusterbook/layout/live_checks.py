"""What the workbook watches while a person types: answers one by one, and the rules of the form.

A watch says whether an answer is asked, missing, or out of bounds, and where it stands; a rule, how
often it is broken and where first. They stand on hidden sheets, which ``listing`` puts in order.
"""

from __future__ import annotations

from collections.abc import Iterator
from weakref import WeakKeyDictionary

from attrs import frozen

from clusterbook.a1 import cell_name, sheet_prefix
from clusterbook.forms.expressions.excel import excel, truth
from clusterbook.forms.expressions.nodes import AnswerOf, This
from clusterbook.forms.kinds.excel import either
from clusterbook.forms.reasons import reason_name
from clusterbook.forms.rules import Rule
from clusterbook.layout.layout import Body, ColumnSlot, Layout, RowsView, SheetPlan, Slot, View
from clusterbook.layout.option_lists import Lists

# In the formula of what is missing: the cell that says how much is asked.
ASKED_HERE = "{asked}"
# Rows beyond any sheet, so that the first bad row is the largest difference to it.
_BEYOND = 1_048_577


@frozen(kw_only=True)
class LiveLine:
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
    #: whether others may have the same formula for ``asked``; then it stands once
    shares: bool = False


_ANSWER_WATCHES: WeakKeyDictionary[Layout, tuple[tuple[LiveLine, ...], Lists]] = WeakKeyDictionary()


def answer_watches(layout: Layout) -> tuple[tuple[LiveLine, ...], Lists]:
    """The lines of all answers, and the lists they name; worked out once a layout."""
    if layout not in _ANSWER_WATCHES:
        lists = Lists()
        _ANSWER_WATCHES[layout] = tuple(watches(layout, lists)), lists
    return _ANSWER_WATCHES[layout]


def watches(layout: Layout, lists: Lists) -> Iterator[LiveLine]:
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
                yield _column_watch(layout, plan, body, column, filled, lists)


def condition(slot: Slot, view: View) -> str:
    """Excel condition under which the answer is required; '' when always or never."""
    return excel(slot.field.when, view) if slot.field.when is not None else ""


def parent_key(slot_key: str, within: str) -> str:
    """Full key of the answer that narrows a dependent choice in the same block."""
    return slot_key.rsplit(".", 1)[0] + "." + within


def _slot_watch(layout: Layout, plan: SheetPlan, slot: Slot, lists: Lists) -> LiveLine:
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
        fault = lists.named(slot.field.kind.fault(*cells))
    else:
        within = slot.field.kind.within
        parent = view.answer(parent_key(slot.key, within)) if within else ""
        fault = lists.fault(slot.field.kind, cells[0], parent)
    if when and slot.field.only_when:
        fault = f'IF({when},{fault},(TRIM({text})<>"")*(1-{condition_wrong(slot, view, lists)}))'
    place = prefix + slot.area.cell
    return LiveLine(key=slot.key, sheet=plan.sheet.key, label=slot.path, asked=asked,
                    missing=missing,
                 fault=f"({fault})*1", missing_at=place, fault_at=place,
                 mend=slot.field.kind.offer().prompt)  # fmt: skip


def condition_wrong(slot: Slot, view: View, lists: Lists) -> str:
    """1 where an answer is wrong itself on which it rests whether this one is to be empty."""
    when = slot.field.when
    on = {node.key for node in when.walk() if isinstance(node, AnswerOf)} if when else set()
    faults = [f"({lists.fault(view.kind(key), view.answer(key))})*1" for key in sorted(on)]
    return f"MIN(1,{'+'.join(faults)})" if faults else "0"


def row_filled(plan: SheetPlan, body: Body) -> str:
    """Array expression: whether any input of each body row is filled."""
    prefix = sheet_prefix(plan.name)
    tests = [f'(TRIM({prefix}{body.range(column)})<>"")' for column in body.inputs]
    return either(*tests)


def _rows_watch(plan: SheetPlan, body: Body, filled: str) -> LiveLine:
    place = sheet_prefix(plan.name) + cell_name(body.first_row, body.inputs[0].col)
    return LiveLine(key=body.library.key, sheet=plan.sheet.key, label=plan.sheet.title or plan.name,
                 asked="1", missing=f"(SUMPRODUCT({filled}*1)=0)*1", fault="0", missing_at=place,
                 fault_at="", mend="至少填写一行。")  # fmt: skip


def _column_watch(
    layout: Layout, plan: SheetPlan, body: Body, column: ColumnSlot, filled: str, lists: Lists
) -> LiveLine:
    prefix = sheet_prefix(plan.name)
    cells = prefix + body.range(column)
    rows = f"ROW({cells})"
    within = column.field.kind.within
    parent = ""
    if within:
        other = next(c for c in body.columns if c.field.key == within)
        parent = prefix + body.range(other)
    fault = lists.fault(column.field.kind, cells, parent)
    rows_asked = filled
    if column.field.when is not None:
        view = RowsView(layout, None, library=body.library.key)
        rows_asked = f"{filled}*{truth(column.field.when, view)}"
    blank = f'{rows_asked}*(TRIM({cells})="")'
    # Whoever fills the column fills the row.
    missing = f'{ASKED_HERE}-SUMPRODUCT((TRIM({cells})<>"")*1)'
    if column.field.when is not None:
        missing = f"SUMPRODUCT({blank})"
    required = column.field.required
    letter = cell_name(0, column.col)[:-1]

    def first(bad: str) -> str:
        row = f"({_BEYOND}-SUMPRODUCT(MAX(({bad})*({_BEYOND}-{rows}))))"
        return f'"{prefix}{letter}"&{row}'

    return LiveLine(
        key=column.key, sheet=plan.sheet.key,
        label=f"{plan.sheet.title or plan.name} {column.path}",
        mend=column.field.kind.offer().prompt,
        asked=f"SUMPRODUCT({rows_asked}*1)" if required else "0",
        missing=missing if required else "0", shares=required,
        fault=f"SUMPRODUCT(({fault})*1)",
        missing_at="=" + first(blank) if required else "",
        fault_at="=" + first(fault),
    )  # fmt: skip


# --- rules ---------------------------------------------------------------------------------------


@frozen
class RuleWatch:
    """A rule that the workbook watches, and the key of the sheet with what it is about."""

    rule: Rule
    sheet: str

    @property
    def name(self) -> str:
        """Defined name of the count."""
        return f"cb_rule.{self.rule.code}"

    @property
    def reason_name(self) -> str:
        """Defined name of the 说明 cell, which it may share with its group."""
        return reason_name(self.rule.line)


@frozen(kw_only=True)
class RuleFormulas:
    """How the workbook watches a rule: array formulas for how often it is broken, where first.

    ``at`` is an address as text where the rule has one place, else a formula.
    """

    count: str
    at: str
    #: keys of what it looks at: it counts nothing where one of them is wrong itself
    silent_by: tuple[str, ...]


_RULE_WATCHES: WeakKeyDictionary[Layout, tuple[RuleWatch, ...]] = WeakKeyDictionary()
_RULE_FORMULAS: WeakKeyDictionary[Layout, tuple[RuleFormulas, ...]] = WeakKeyDictionary()


def rule_watches(layout: Layout) -> tuple[RuleWatch, ...]:
    """The rules that live in the workbook, in the order of the spec; worked out once a layout.

    Those of a group stand together, in the order of their sheets.
    """
    if layout not in _RULE_WATCHES:
        found = tuple(
            RuleWatch(rule, layout.sheet_of[next(rule.places())].sheet.key)
            for rule in layout.workbook.rules if not rule.importer_only
        )  # fmt: skip
        first: dict[str, int] = {}
        for number, watch in enumerate(found):
            first.setdefault(watch.rule.line, number)
        order = {plan.sheet.key: number for number, plan in enumerate(layout.sheets)}

        def place(watch: RuleWatch) -> tuple[int, int]:
            return first[watch.rule.line], order[watch.sheet] if watch.rule.group else 0

        _RULE_WATCHES[layout] = tuple(sorted(found, key=place))
    return _RULE_WATCHES[layout]


def rule_formulas(layout: Layout) -> tuple[RuleFormulas, ...]:
    """Those of all ``rule_watches``, in their order; worked out once a layout.

    Whoever only names the rules, as an import does, has no use for them.
    """
    if layout not in _RULE_FORMULAS:
        _, lists = answer_watches(layout)
        _RULE_FORMULAS[layout] = tuple(
            _formulas(layout, watch.rule, lists) for watch in rule_watches(layout)
        )
    return _RULE_FORMULAS[layout]


def rule_keys(layout: Layout, rule: Rule) -> Iterator[str]:
    """The answers and columns that a rule looks at, those behind computed ones included."""
    found: dict[str, None] = {}
    for node in rule.holds.violation.walk():
        if isinstance(node, AnswerOf):
            found |= dict.fromkeys([node.key, *sorted(layout.sources_of(node.key))])
        elif isinstance(node, This):
            found[f"{rule.library}.{node.key}"] = None
        else:
            found |= dict.fromkeys(getattr(node, name, "") for name in ("column", "by"))
    return (key for key in found if key in layout.slots or key in layout.columns)


def _formulas(layout: Layout, rule: Rule, lists: Lists) -> RuleFormulas:
    if rule.library:
        return _row_formulas(layout, rule, lists)
    place = next(rule.places())
    plan = layout.sheet_of[place]
    if place in layout.slots:
        cell = layout.slots[place][0].area.cell
    else:
        cell = plan.library.first_cell(plan.library.inputs[0])
    return RuleFormulas(
        count=truth(rule.holds.violation, layout.view(None)), at=sheet_prefix(plan.name) + cell,
        silent_by=_silent_by(layout, rule),
    )  # fmt: skip


def _silent_by(layout: Layout, rule: Rule) -> tuple[str, ...]:
    """The answers and columns that speak for themselves where they are wrong."""
    looked = rule.looks_at()
    answers = looked.answers.union(*(layout.sources_of(key) for key in looked.answers))
    return tuple(sorted(answers | looked.columns))


def _row_wrong(rule: Rule, view: View, lists: Lists) -> str:
    """Factors, 0 in each row where a cell that the rule looks at is wrong itself."""
    factors = []
    for key in sorted(rule.looks_at().cells):
        name = key.split(".", 1)[1]
        kind = view.kind(name)
        within = kind.within
        parent = view.this(within) if within else ""
        if not view.layout.columns[key].locked:
            factors.append(f"*(1-({lists.fault(kind, view.this(name), parent)})*1)")
    return "".join(factors)


def _row_formulas(layout: Layout, rule: Rule, lists: Lists) -> RuleFormulas:
    view = RowsView(layout, None, library=rule.library, shifts=deepest(rule))
    broken = truth(rule.holds.violation, view) + _row_wrong(rule, view, lists)
    place = next(rule.places())
    rows = f"ROW({view.this(place.split('.', 1)[1])})"
    column = cell_name(0, layout.columns[place].col)[:-1]
    prefix = sheet_prefix(layout.sheet_of[place].name)
    return RuleFormulas(
        count=f"SUM({broken})", at=f'="{prefix}{column}"&MIN(IF({broken}=1,{rows}))',
        silent_by=_silent_by(layout, rule),
    )  # fmt: skip


def deepest(rule: Rule) -> int:
    """How many rows further down a rule over rows looks."""
    return max((n.shift for n in rule.holds.violation.walk() if isinstance(n, This)), default=0)


def rule_mark(layout: Layout, watch: RuleWatch, plan: SheetPlan, row: int, lists: Lists) -> str:
    """Conditional format of a library cell that breaks a rule, for the first body row."""
    view = layout.view(plan, row, named=True)
    broken = truth(watch.rule.holds.violation, view) + _row_wrong(watch.rule, view, lists)
    return f"AND({watch.name}>0,{broken}=1)"
