"""A form filled in as a diligent clerk would: what is typed into each input, and what it comes to.

    filled = fill(layouts.of("cluster_contest"), seed=1)
    filled.entries()   # (sheet, cell, text) of every input
    filled.answers()   # the same for ``writer.write_template``
    filled.values()    # "values" of the JSON document, as far as people typed them

The same layout and seed give the same content. Numbers, names and texts are all different, so that
an answer that ends up in its neighbour's place is noticed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from clusterbook.a1 import cell_name
from clusterbook.forms.expressions.nodes import (
    AllOf,
    AnswerOf,
    AnyOf,
    Compare,
    Constant,
    Expression,
    Filled,
    Same,
    This,
)
from clusterbook.forms.kinds import (
    DependentChoice,
    Kind,
    LongText,
    Name,
    Raw,
    Text,
    Tick,
    YesNo,
)
from clusterbook.forms.spec import Answers, Checklist, Field, leaves
from clusterbook.layout.layout import Body, Layout
from clusterbook.testing.contents import content, patterned
from clusterbook.workbook.content import Entries

ROWS = 3  # of an open library; a closed one is filled to its end


@dataclass(frozen=True, kw_only=True)
class Input:
    """One cell to type into: full key or ``library.column``, ``part`` counts boxes."""

    sheet: str
    cell: str
    name: str
    part: int = 1
    row: int | None = None


@dataclass(kw_only=True)
class FilledIn:
    """Texts and expected values: of answers by full key (one text a box), of libraries by row."""

    layout: Layout
    texts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    expected: dict[str, Any] = field(default_factory=dict)
    row_texts: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    row_expected: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def entries(self) -> list[tuple[str, str, str]]:
        """What is typed where, sheet by sheet."""
        return [(one.sheet, one.cell, text) for one, text in self.typed() if text]

    def typed(self) -> Iterator[tuple[Input, str]]:
        """Every input with its text; '' where it is left empty."""
        for one in inputs(self.layout, {key: len(rows) for key, rows in self.row_texts.items()}):
            if one.row is None:
                parts = self.texts.get(one.name, ())
                yield one, parts[one.part - 1] if one.part <= len(parts) else ""
            else:
                library, column = one.name.split(".")
                yield one, self.row_texts[library][one.row].get(column, "")

    def answers(self) -> Entries:
        """The same as raw values: what stands in the cells once it is typed."""
        slots = self.layout.slots
        values = {
            key: raw(slots[key][0].field.kind, "\n".join(parts))
            for key, parts in self.texts.items()
        }
        kinds = {key: column.field.kind for key, column in self.layout.columns.items()}
        rows: dict[str, list[Any]] = {
            key: [{c: raw(kinds[f"{key}.{c}"], text) for c, text in row.items()} for row in rows]
            for key, rows in self.row_texts.items()
        }
        return Entries(values=values, rows=rows)

    def values(self) -> dict[str, Any]:
        """``values`` of the JSON document without what is computed."""
        found: dict[str, Any] = {}
        for key, parts in self.layout.slots.items():
            slot = parts[0]
            block = _block(found, slot.block.key, slot.block.item)
            if slot.locked:
                continue
            value = self.expected.get(key, default_value(slot.field))
            if slot.field.year is None:
                block[slot.field.key] = value
            else:
                block.setdefault(slot.field.key, {})[slot.field.time] = value
        for _, block in self.layout.workbook.blocks():
            if isinstance(block, Answers):
                for row in leaves(block.rows):
                    if isinstance(row, Checklist):
                        keys = [f"{block.name}.{row.key}_{n}" for n, _ in enumerate(row.options, 1)]
                        ticked = [self.expected.get(key) for key in keys]
                        _block(found, block.key, block.item)[row.key] = [
                            option for option, on in zip(row.options, ticked, strict=True) if on
                        ]
        return found

    def libraries(self) -> dict[str, list[dict[str, Any]]]:
        """``libraries`` of the JSON document without what is computed."""
        return {
            key: [
                {"row": body.first_row + at + 1}
                | {c.field.key: row.get(c.field.key, default_value(c.field)) for c in body.inputs}
                for at, row in enumerate(self.row_expected.get(key, ()))
            ]
            for key, body in self.layout.bodies.items()
        }


def _block(values: dict[str, Any], key: str, item: int | None) -> dict[str, Any]:
    if item is None:
        block: dict[str, Any] = values.setdefault(key, {})
        return block
    repeats: list[dict[str, Any]] = values.setdefault(key, [])
    repeats += [{} for _ in range(item - len(repeats))]
    return repeats[item - 1]


def inputs(layout: Layout, rows: dict[str, int] | None = None) -> Iterator[Input]:
    """Every cell that takes an answer; of libraries the first ``rows`` rows (all by default)."""
    for plan in layout.sheets:
        for slot in plan.slots:
            if not slot.locked:
                yield Input(sheet=plan.name, cell=slot.area.cell, name=slot.key, part=slot.part)
        if plan.body is None:
            continue
        body = plan.body
        key = body.library.key
        for row in range(body.library.rows if rows is None else rows.get(key, 0)):
            for column in body.inputs:
                cell = cell_name(body.first_row + row, column.col)
                yield Input(sheet=plan.name, cell=cell, name=column.key, row=row)


def raw(kind: Kind, text: str) -> Raw:
    """What a spreadsheet makes of a text typed into a cell of this kind."""
    return float(text) if kind.numeric else text


def default_value(asked: Field) -> Any:
    """What an answer is while nobody touches it."""
    if isinstance(asked.kind, Tick):
        return asked.default == Tick.TICKED
    if isinstance(asked.kind, YesNo):
        return {"": None, "是": True, "否": False}[asked.default]
    return asked.default or None


# ---------------------------------------------------------------- filling


def fill(
    layout: Layout,
    seed: int,
    *,
    rows: int = ROWS,
    everything: bool = False,
    only: Callable[[str], bool] | None = None,
    texts: Sequence[str] = (),
) -> FilledIn:
    """Fills in all that is asked and, at random, what is not.

    ``everything``: every single input, conditions chosen so that all are open. ``only`` tells by
    key which answers and columns to fill at all; what is required is then left out, too. ``texts``
    are templates of texts that meet patterns of the form, as ``contents.patterned`` takes them.
    """
    clerk = _Clerk(layout, seed, everything=everything, only=only or (lambda _: True))
    clerk.texts = texts
    clerk.answers()
    for body in layout.bodies.values():
        clerk.library(body, body.library.rows if body.library.closed else rows)
    return clerk.filled


class _Clerk:
    def __init__(
        self, layout: Layout, seed: int, *, everything: bool, only: Callable[[str], bool]
    ) -> None:
        self.layout, self.seed = layout, seed
        self.everything, self.only = everything, only
        self.texts: Sequence[str] = ()
        self.filled = FilledIn(layout=layout)
        # 1 is for row 1: an enterprise has one name on all lists.
        self.numbers = {key: n for n, key in enumerate(layout.slots, start=1000)}
        self.tosses: dict[Any, bool] = {}

    def toss(self, about: Any) -> bool:
        """Whether to fill in what is optional; the same answer for what belongs together."""
        fresh = self.everything or Random(f"{self.seed}|{about!r}").random() < 0.6
        return self.tosses.setdefault(about, fresh)

    def answers(self) -> None:
        waiting = dict(self.layout.slots)
        while waiting:
            ready = [key for key in waiting if not self.rests_on(key) & waiting.keys()]
            assert ready, f"conditions in a circle: {sorted(waiting)}"
            for key in ready:
                self.answer(key)
                del waiting[key]

    def rests_on(self, key: str) -> set[str]:
        slot = self.layout.slots[key][0]
        kind = slot.field.kind
        conditions = [slot.field.when, slot.block.when, slot.field.computed]
        keys = {n.key for c in conditions if c for n in c.walk() if isinstance(n, AnswerOf)}
        if isinstance(kind, DependentChoice):
            keys.add(f"{key.rsplit('.', 1)[0]}.{kind.within}")
        # A row whose name makes the rest of it required rests on itself.
        return set() if key in keys else keys

    def answer(self, key: str) -> None:
        slot = self.layout.slots[key][0]
        asked, kind = slot.field, slot.field.kind
        if slot.locked:
            if isinstance(asked.computed, Same) and isinstance(asked.computed.of, AnswerOf):
                self.filled.expected[key] = self.filled.expected.get(asked.computed.of.key)
            return
        if not self.only(key) or not self.wanted(key, asked, slot.block.when):
            return
        parent = None
        if isinstance(kind, DependentChoice):
            parent = self.filled.expected.get(f"{key.rsplit('.', 1)[0]}.{kind.within}")
        dice = Random(f"{self.seed}|{key}")
        text, value = self.content(kind, dice, self.numbers[key] + 1000 * self.seed, parent)
        if self.everything and (needed := self.needed_for_others(key)):
            text = value = needed
        if isinstance(kind, LongText) and kind.boxes > 1 and text:
            parts = text.split("\n\n")
            text = "\n".join(parts)
            value = text
        else:
            parts = [text]
        if value is not None:
            self.filled.texts[key] = tuple(parts)
            self.filled.expected[key] = value

    def wanted(self, key: str, asked: Field, of_block: Expression | None) -> bool:
        """Whether an answer is filled in, by its own condition and that of its block."""
        for when in (of_block, asked.when):
            if when is None or any(n.key == key for n in when.walk() if isinstance(n, AnswerOf)):
                continue
            known = {**self.filled.expected}
            if not holds(when, known) and (when is of_block or asked.only_when):
                return False
        if asked.when is not None:
            inside = any(n.key == key for n in asked.when.walk() if isinstance(n, AnswerOf))
            if inside:
                return self.toss(asked.when)
            if holds(asked.when, self.filled.expected):
                return True
            return self.everything or self.toss(key)
        return asked.required or self.toss(key)

    def needed_for_others(self, key: str) -> str | None:
        """The option under which other answers may be filled in at all."""
        for parts in self.layout.slots.values():
            asked = parts[0].field
            if asked.only_when and asked.when is not None:
                for node in asked.when.walk():
                    if (
                        isinstance(node, Compare)
                        and node.left == AnswerOf(key)
                        and isinstance(node.right, Constant)
                    ):
                        return str(node.right.value)
        return None

    # -- libraries

    def library(self, body: Body, count: int) -> None:
        texts: list[dict[str, str]] = []
        values: list[dict[str, Any]] = []
        for number in range(count):
            row, typed = self.row(body, number)
            texts.append(row)
            values.append(typed)
        if any(texts):
            self.filled.row_texts[body.library.key] = texts
            self.filled.row_expected[body.library.key] = values

    def row(self, body: Body, number: int) -> tuple[dict[str, str], dict[str, Any]]:
        texts: dict[str, str] = {}
        values: dict[str, Any] = {}
        for at, column in enumerate(body.inputs):
            asked, kind = column.field, column.field.kind
            if not self.only(column.key):
                continue
            optional = not asked.required
            if asked.when is not None:
                optional = not holds(asked.when, {f"this.{k}": v for k, v in values.items()})
                if optional and asked.only_when:
                    continue
            if optional and not self.toss((column.key, number)):
                continue
            dice = Random(f"{self.seed}|{column.key}|{number}")
            place = list(self.layout.bodies).index(body.library.key)
            unique = 100_000 + place * 10_000 + number * 20 + at + 1000 * self.seed
            if isinstance(kind, Name) and (kind.lookup or column.key in self.looked_up()):
                unique = 1 + number + 1000 * self.seed
            parent = values.get(kind.within) if isinstance(kind, DependentChoice) else None
            text, value = self.content(kind, dice, unique, parent)
            if value is not None:
                texts[asked.key], values[asked.key] = text, value
        return texts, values

    def looked_up(self) -> set[str]:
        kinds = [column.field.kind for column in self.layout.columns.values()]
        return {kind.lookup for kind in kinds if isinstance(kind, Name) and kind.lookup}

    def content(self, kind: Kind, dice: Random, number: int, parent: str | None) -> tuple[str, Any]:
        """Text and value; (…, None) where there is nothing to choose."""
        if isinstance(kind, DependentChoice):
            own = [option for above, option in kind.pairs if above == parent]
            return (text := dice.choice(own), text) if own else ("", None)
        if isinstance(kind, Text) and kind.pattern:
            return (text := patterned(kind, number, self.texts)), text
        return content(kind, dice, number)


def holds(condition: Expression, known: dict[str, Any]) -> bool:
    """A condition over what is filled in so far; cells of the same row are ``this.column``."""
    match condition:
        case AnyOf():
            return any(holds(one, known) for one in condition.conditions)
        case AllOf():
            return all(holds(one, known) for one in condition.conditions)
        case Filled():
            return _value(condition.of, known) not in (None, "")
        case Compare():
            left, right = _value(condition.left, known), _value(condition.right, known)
            if left in (None, "") or right in (None, ""):
                return False
            if isinstance(left, bool):
                left = "是" if left else "否"
            return bool(left == right if condition.operator == "=" else left > right)
        case _:
            raise NotImplementedError(f"teach testing.filling.holds about {condition!r}")


def _value(term: Expression, known: dict[str, Any]) -> Any:
    match term:
        case AnswerOf():
            return known.get(term.key)
        case This():
            return known.get(f"this.{term.key}")
        case Constant():
            return term.value
        case _:
            raise NotImplementedError(f"teach testing.filling.holds about {term!r}")
