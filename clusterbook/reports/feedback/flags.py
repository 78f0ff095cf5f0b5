"""The marks of a returned copy: fill, comment, and the live state of each remark.

A mark turns green once the cell is not as it came. The first sheet follows the typing, too: it asks
whether a cell was changed and whether a rule of the form holds now.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from attrs import define, field

from clusterbook.a1 import cell_name, column_letters, sheet_prefix
from clusterbook.forms.kinds import NONE, Kind
from clusterbook.forms.rules import Rule
from clusterbook.layout.layout import Area, Layout, SheetPlan
from clusterbook.layout.listing import Listing
from clusterbook.layout.live_checks import rule_keys
from clusterbook.layout.own_sheets import RETURNED_SHEET, TYPED_SHEET
from clusterbook.problems import Level
from clusterbook.reports.feedback.answers import Values
from clusterbook.reports.feedback.causes import Cause
from clusterbook.reports.feedback.remarks import Remark
from clusterbook.workbook.content import Content, Flag, raw_of
from clusterbook.workbook.writer import STATES_COL, TYPED_NAME

# The words of a state. What the workbook cannot follow is looked at again when it comes back.
WAITS, CHANGED, REASONED, RECHECK = "待处理", "已改动", "已说明", "待复核"
DONE, OPTIONAL = "已恢复", "供参考"
# Of several places told together, the first of these that is the state of any.
_FIRST_TOLD = (WAITS, RECHECK, CHANGED, REASONED, OPTIONAL, DONE)
_LONGEST_COMMENT = 1200  # characters
_MOST_OVERLOOKED = 8  # cells in one condition

_Place = tuple[str, Area]  # sheet key and cell


@define
class Flags:
    """The marks at cells. ``typed`` is what stood in them, a row each on a hidden sheet.

    ``states``, on the same sheet, are those of places that are told together.
    """

    listed: Listing
    values: Values
    remarks: Sequence[Remark]
    typed: list[Content] = field(factory=list)
    states: list[str] = field(factory=list)
    layout: Layout = field(init=False)
    _numbers: dict[_Place, int] = field(factory=dict)
    _rules: dict[str, Rule] = field(init=False)
    _marked: dict[_Place, list[Remark]] = field(factory=dict)
    #: conditions by rule code, as a rule is broken in many places
    _known: dict[str, str] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        """The rules that live in the workbook by code, and the remarks by cell."""
        self.layout = self.listed.layout
        own = self.layout.workbook.rules
        self._rules = {rule.code: rule for rule in own if not rule.importer_only}
        for one in self.remarks:
            if one.plan is not None and one.area is not None:
                self._marked.setdefault((one.plan.sheet.key, one.area), []).append(one)

    def by_sheet(self) -> dict[str, list[Flag]]:
        """One flag for each cell with remarks, by sheet key."""
        flags: dict[str, list[Flag]] = {}
        for (sheet, area), own in self._marked.items():
            blank = all(content == "" for _, content in self._cells(own[0]))
            changed = self._changed(own[0], local=True)
            flags.setdefault(sheet, []).append(
                Flag(
                    area=area,
                    level=_weight(own),
                    comment=_comment(own),
                    changed=changed,
                    blank=blank,
                )
            )
        return flags

    def state_of(self, cause: Cause) -> str:
        """What the list says of a cause: it waits while any of its places does."""
        own = [self.state(one) for one in cause.remarks]
        if len(set(own)) == 1:
            return own[0]
        first = len(self.states)
        self.states += own
        col = column_letters(STATES_COL)
        cells = f"{TYPED_SHEET}!${col}${first + 1}:${col}${len(self.states)}"
        *told, last = _FIRST_TOLD
        state = f'"{last}"'
        for word in reversed(told):
            state = f'IF(COUNTIF({cells},"{word}")>0,"{word}",{state})'
        return f"={state}"

    def state(self, one: Remark) -> str:
        """What the list says of a remark: a word, or a formula that follows the typing."""
        if one.done:
            return DONE
        code = one.problem.code
        if code not in self._known:
            self._known[code] = self._holds(code)
        tests = [t for t in (self._changed(one, local=False), self._known[code]) if t]
        followed = bool(tests) and (one.problem.own is None or bool(self._known[code]))
        waits = WAITS if followed else RECHECK
        waits = OPTIONAL if one.level is Level.INFO else waits
        rest = f'"{waits}"'
        if one.level is Level.EXPLAIN and (line := self.listed.of(code)):
            rest = f'IF({line.said}>0,"{REASONED}",{rest})'
        if not tests:
            return waits if rest == f'"{waits}"' else f"={rest}"
        test = _joined("OR", tests)
        return f'=IF(ISERROR({test}),"{waits}",IF({test},"{CHANGED}",{rest}))'

    def _cells(self, one: Remark) -> list[tuple[Area, Content]]:
        """The cells of a remark's answer: all boxes of a long text, one row of a column."""
        key, area, layout = one.problem.key, one.area, self.layout
        if area is None:
            return []
        if key in layout.slots:
            slots = layout.slots[key]
            known = list(self.values.cells(layout, key))
            return known or ([] if slots[0].locked else [(slot.area, "") for slot in slots])
        body = layout.bodies[key.split(".", 1)[0]]
        column = next(c for c in body.columns if c.col == area.col)
        rows, at = self.values.rows.get(body.library.key, ()), area.row - body.first_row
        content = rows[at].get(column.field.key, "") if at < len(rows) else ""
        return [] if column.locked else [(area, content)]

    def _changed(self, one: Remark, *, local: bool) -> str:
        """Excel condition: the cells of the answer are not as they came; '' for computed ones."""
        cells = self._cells(one)
        return self._differ(one.plan, cells, local=local) if one.plan and cells else ""

    def _differ(
        self, plan: SheetPlan, cells: Sequence[tuple[Area, Content]], *, local: bool = False
    ) -> str:
        prefix = "" if local else sheet_prefix(plan.name)
        names = [prefix + cell_name(area.row, area.col, fixed=True) for area, _ in cells]
        if all(content == "" for _, content in cells):
            return f'TRIM({"&".join(names)})<>""'
        tests = []
        for name, (area, content) in zip(names, cells, strict=True):
            place = plan.sheet.key, area
            if place not in self._numbers:
                self.typed.append(content)
                self._numbers[place] = len(self.typed)
            tests.append(f"NOT(EXACT({name},INDEX({TYPED_NAME},{self._numbers[place]})))")
        return _joined("OR", tests)

    # rules ---------------------------------------------------------------------------------------

    def _holds(self, code: str) -> str:
        """Excel condition: a rule of the form holds now; '' where the workbook cannot tell.

        The importer reads more than Excel does (a number typed as text, √ for 是). As long as such
        a cell is as it came, Excel overlooks it and finds nothing wrong; where nothing is asked
        about the cell it will stay so, and Excel cannot tell.
        """
        rule = self._rules.get(code)
        if rule is None:
            return ""
        overlooked = list(islice(self._overlooked(rule), _MOST_OVERLOOKED + 1))
        unasked = any((plan.sheet.key, cell[0]) not in self._marked for plan, cell in overlooked)
        if unasked or len(overlooked) > _MOST_OVERLOOKED:
            return ""
        changed = [self._differ(plan, [cell]) for plan, cell in overlooked]
        return _joined("AND", [f"cb_rule.{code}=0", *changed])

    def _overlooked(self, rule: Rule) -> Iterator[tuple[SheetPlan, tuple[Area, Content]]]:
        """The cells that a rule looks at and Excel cannot read."""
        layout = self.layout
        for key in rule_keys(layout, rule):
            slot = layout.slots[key][0] if key in layout.slots else layout.columns[key]
            for area, content in self.values.cells(layout, key):
                if not _as_excel_reads(slot.field.kind, content):
                    yield layout.sheet_of[key], (area, content)


def _as_excel_reads(kind: Kind, content: Content) -> bool:
    """Whether Excel takes it for what the importer takes it for."""
    raw = raw_of(content)
    if kind.numeric:
        return not isinstance(raw, str) or raw in ("", NONE)
    return not kind.options or raw == "" or raw in kind.options


def _joined(operator: str, tests: Sequence[str]) -> str:
    return tests[0] if len(tests) == 1 else f"{operator}({','.join(tests)})"


def _weight(own: Sequence[Remark]) -> str:
    """The level of the weightiest remark on which something waits."""
    waiting = {one.level for one in own if one.waits}
    return next((level.value for level in Level if level in waiting), Level.INFO.value)


def _comment(own: Sequence[Remark]) -> str:
    text = "\n\n".join(
        f"【{one.level.chinese}】{one.says}\n怎样更正：{one.mend}" for one in own
    )  # fmt: skip
    if len(text) <= _LONGEST_COMMENT:
        return text
    return f"{text[:_LONGEST_COMMENT]}……（其余见“{RETURNED_SHEET}”表第{own[0].number}条）"
