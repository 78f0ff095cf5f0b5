"""What ``writer`` writes, as plain data: validations, prompts, conditional formats, footers.

They help the typist only; the importer checks everything again. Each rule is given once for the
largest range that shares it. Limits of Excel that its writers pass over in silence are held here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from attrs import frozen

from clusterbook import styles
from clusterbook.a1 import cell_name
from clusterbook.forms.expressions.excel import truth
from clusterbook.forms.kinds import Kind, Offer
from clusterbook.forms.spec import Field, Workbook
from clusterbook.layout.layout import Area, Body, Layout, SheetPlan, Slot
from clusterbook.layout.live_checks import (
    RuleWatch,
    condition,
    condition_wrong,
    deepest,
    parent_key,
    rule_mark,
)
from clusterbook.layout.option_lists import Lists, names_of_library_column

PROMPT_LIMIT, RULE_LIMIT, FOOTER_LIMIT = 255, 255, 255
FORMULA_LIMIT, LITERAL_LIMIT = 8192, 255
_BOX_FILL = 1.15  # how far over its share a box of a prefilled long text is filled
_LOOKS = {"error": "fault", "explain": "query"}
_LITERAL = re.compile(r'"(?:[^"]|"")*"')


class TemplateError(Exception):
    """What is to be written is over a limit of Excel: a fault of the spec or of the writer."""


@frozen
class Validation:
    """A drop-down or bound of a range, with its prompt."""

    area: Area
    rule: Mapping[str, Any]


@frozen
class Mark:
    """A conditional format: ``formula`` speaks of the first cell, ``look`` is one of the marks."""

    area: Area
    formula: str
    look: str


Rule: TypeAlias = Validation | Mark


@lru_cache(8192)  # those of a blank, of which each workbook has the same
def checked(formula: str) -> str:
    """The formula, if Excel takes it."""
    if len(formula) > LITERAL_LIMIT:
        if len(formula) > FORMULA_LIMIT:
            raise TemplateError(f"formula of {len(formula)} characters: {formula[:80]}…")
        for literal in _LITERAL.findall(formula):
            if len(literal) - 2 > LITERAL_LIMIT:
                raise TemplateError(f"text of {len(literal) - 2} characters: {literal[:80]}…")
    return formula


def rules(
    layout: Layout, plan: SheetPlan, lists: Lists, watched: Sequence[RuleWatch]
) -> Iterator[Rule]:
    """All validations and marks of a sheet; ``watched`` are the form's rules."""
    yield from _Rules(layout, plan, lists, watched).all()


@frozen
class _Rules:
    layout: Layout
    plan: SheetPlan
    lists: Lists
    watched: Sequence[RuleWatch]

    def all(self) -> Iterator[Rule]:
        open_slots = [slot for slot in self.plan.slots if not slot.locked]
        for area, slot in _runs(open_slots, _rule_key):
            yield from self._bounds(area, slot)
        always = [s for s in open_slots if s.field.required and s.field.when is None]
        for area, slot in _runs([s for s in always if s.parts == 1], lambda _: ()):
            yield Mark(area, f'TRIM({_value_cell(area, slot)})=""', "missing")
        for slot in open_slots:
            if slot.field.when is not None or slot.parts > 1:
                yield from self._conditional(slot)
        if self.plan.body is not None:
            yield from self._body(self.plan.body)
        for watch in self.watched:
            if watch.sheet == self.plan.sheet.key:
                yield from self._broken(watch)

    def _broken(self, watch: RuleWatch) -> Iterator[Mark]:
        """The mark of a cell that breaks a rule of the form; a hint leaves no mark."""
        rule, look = watch.rule, _LOOKS.get(watch.rule.level)
        if look is None:
            return
        place = next(rule.places())
        if rule.library:
            body, column = self.plan.library, self.layout.columns[place]
            # Where a row is held against the one below, the last has none of its kind.
            last = body.last_row - deepest(rule)
            area = Area(body.first_row, column.col, last, column.col)
            mark = rule_mark(self.layout, watch, self.plan, body.first_row, self.lists)
            yield Mark(area, mark, look)
        elif place in self.layout.slots:
            yield Mark(self.layout.slots[place][0].area, f"{watch.name}>0", look)

    def _bounds(self, area: Area, slot: Slot) -> Iterator[Rule]:
        within = slot.field.kind.within
        view = self.layout.view(self.plan, named=True)
        parent = view.answer(parent_key(slot.key, within)) if within else ""
        yield self._validation(area, slot.field, cell_name(area.row, area.col), parent)
        if slot.parts == 1:
            fault = self.lists.fault(slot.field.kind, _value_cell(area, slot), parent)
            yield Mark(area, fault, "fault")

    def _conditional(self, slot: Slot) -> Iterator[Mark]:
        """Marks of an answer that is asked only sometimes, or typed into several boxes."""
        parts = self.layout.slots[slot.key]
        text = "&".join(cell_name(p.area.row, p.area.col, fixed=True) for p in parts)
        blank = f'TRIM({text})=""'
        when = condition(slot, self.layout.view(self.plan, named=True))
        if slot.field.required and slot.part == 1:
            yield Mark(slot.area, f"AND({when},{blank})" if when else blank, "missing")
        if when and slot.field.only_when:
            view = self.layout.view(self.plan, named=True)
            wrong = condition_wrong(slot, view, self.lists)
            yield Mark(slot.area, f'AND(NOT({when}),TRIM({text})<>"",{wrong}=0)', "fault")
            yield Mark(slot.area, f"NOT({when})", "idle")

    def _body(self, body: Body) -> Iterator[Rule]:
        first, last, inputs = body.first_row, body.last_row, body.inputs
        row_cells = f"{_fixed_col(first, inputs[0].col)}:{_fixed_col(first, inputs[-1].col)}"
        row_filled = f'SUMPRODUCT((TRIM({row_cells})<>"")*1)>0'
        by_key = {column.field.key: column for column in body.columns}
        for column in inputs:
            area = Area(first, column.col, last, column.col)
            within = column.field.kind.within
            parent = _fixed_col(first, by_key[within].col) if within else ""
            cell = _fixed_col(first, column.col)
            yield self._validation(area, column.field, cell, parent)
            yield Mark(area, self.lists.fault(column.field.kind, cell, parent), "fault")
            if column.field.required:
                when = column.field.when
                view = self.layout.view(self.plan, first, named=True)
                asked = f",{truth(when, view)}=1" if when is not None else ""
                yield Mark(area, f'AND({row_filled}{asked},TRIM({cell})="")', "missing")

    def _validation(self, area: Area, asked: Field, cell: str, parent: str) -> Validation:
        offer, kind = asked.kind.offer(), asked.kind
        rule: dict[str, Any] = {"validate": "any", **_prompt(asked, offer)}
        source = self.lists.source(kind, parent)
        if kind.lookup:
            source = names_of_library_column(self.layout, kind.lookup)
        if len(source) > RULE_LIMIT:
            raise TemplateError(f"list of {asked.key}: {source}")
        if source:
            # The county list is an error while no city is chosen; a blank parent must not let
            # anything pass.
            rule |= {"validate": "list", "source": source, "ignore_blank": not parent}
            rule |= {"show_error": not (offer.suggest or kind.lookup)}
        else:
            bound = f"=NOT({self.lists.fault(kind, cell, parent)})"
            if len(bound) <= RULE_LIMIT:  # a longer one is left to the conditional format
                rule |= {"validate": "custom", "value": bound}
        rule |= {"error_title": "请重新填写", "error_message": _refusal(offer)}
        return Validation(area, rule)


def _prompt(asked: Field, offer: Offer) -> dict[str, str]:
    proof = f"{asked.proof.value}。" if asked.proof.value else ""
    message = "\n".join(filter(None, (offer.prompt, asked.note, proof)))
    return {"input_title": "填写提示", "input_message": _cut(message)} if message else {}


def _refusal(offer: Offer) -> str:
    return _cut("填写的内容不符合要求。" + offer.prompt)


def _cut(message: str) -> str:
    return message if len(message) <= PROMPT_LIMIT else message[: PROMPT_LIMIT - 1] + "…"


def _rule_key(slot: Slot) -> tuple[Kind, str, Any, str]:
    asked = slot.field
    within = asked.kind.within
    return (asked.kind, asked.note, asked.proof, slot.key if within else "")


def _runs(
    slots: Iterable[Slot], key: Callable[[Slot], tuple[Any, ...]]
) -> Iterator[tuple[Area, Slot]]:
    """Slots that stand under each other and share ``key``, as one area with its first slot."""
    running: dict[tuple[Any, ...], tuple[Area, Slot]] = {}
    for slot in slots:
        area = slot.area
        place = (area.col, area.last_col, key(slot))
        known = running.get(place)
        below = known and known[0].last_row + 1 == area.row
        if known and below and not _tall(slot) and not _tall(known[1]):
            first = known[0]
            running[place] = (Area(first.row, first.col, area.last_row, first.last_col), known[1])
            continue
        if known:
            yield known
        running[place] = (area, slot)
    yield from running.values()


def _tall(slot: Slot) -> bool:
    return slot.area.row != slot.area.last_row


def _value_cell(area: Area, slot: Slot) -> str:
    """The cell with the value as all cells of the area see it: merged ones look at their first."""
    tall = _tall(slot)
    return cell_name(area.row, area.col, fixed=True) if tall else _fixed_col(area.row, area.col)


def joined(areas: Iterable[Area]) -> Iterator[Area]:
    """Areas under each other in the same columns as one."""
    last: Area | None = None
    for area in sorted(areas, key=lambda a: (a.col, a.last_col, a.row)):
        same = last and (last.col, last.last_col) == (area.col, area.last_col)
        if last and same and last.last_row + 1 == area.row:
            last = Area(last.row, last.col, area.last_row, last.last_col)
            continue
        if last:
            yield last
        last = area
    if last:
        yield last


def _fixed_col(row: int, col: int) -> str:
    return "$" + cell_name(row, col)


def three_parts(left: str, centre: str, right: str) -> str:
    """A header or footer; what is too long for Excel is cut, whole ones are dropped by it."""
    font = styles.PAGE_FONT
    text = f"&L{font}{left}&C{font}{centre}&R{font}{right}"
    return text if len(text) <= FOOTER_LIMIT else text[: FOOTER_LIMIT - 1] + "…"


def footer(workbook: Workbook, whom: str) -> str:
    """The form and its edition, the page, and whose it is."""
    edition = f"{workbook.options.round_words} {workbook.version}版"
    title = escaped(workbook.title.strip())
    return three_parts(f"{title}\n{edition}", "— &P —", escaped(whom))


def escaped(text: str) -> str:
    """A text as headers and footers want it."""
    return text.replace("&", "&&")


def in_boxes(text: str, parts: int) -> list[str]:
    """A long text over its boxes, parted at line breaks only, so that joined it is the same."""
    boxes: list[list[str]] = [[] for _ in range(parts)]
    room, at, used = max(len(text) / parts * _BOX_FILL, 1), 0, 0
    for line in text.split("\n"):
        if used and used + len(line) > room and at < parts - 1:
            at, used = at + 1, 0
        boxes[at].append(line)
        used += len(line) + 1
    return ["\n".join(lines) for lines in boxes]
