"""A form filled in as a diligent clerk would: what is typed into each input, and what it must come to.

    filled = fill(layouts.of("cluster_contest"), seed=1)
    filled.entries()   # (sheet, cell, text) of every input
    filled.answers()   # the same for ``template.write_template``
    filled.values()    # "values" of the JSON document, as far as people typed them

The same layout and seed give the same content. Numbers, names and texts are all different, so that
an answer that ends up in its neighbour's place is noticed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from functools import singledispatch
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from clusterbook.a1 import cell_name
from clusterbook.engine.gather import run
from clusterbook.engine.inbox import find_files
from clusterbook.forms.expressions.nodes import (
    AllOf,
    Answer,
    AnyOf,
    ColumnIs,
    Compare,
    Constant,
    Expression,
    Filled,
    Same,
    This,
)
from clusterbook.forms.kinds import (
    Choice,
    CreditCode,
    Day,
    DependentChoice,
    FourPart,
    Items,
    Kind,
    LongText,
    Month,
    Name,
    Number,
    Pages,
    Period,
    Phone,
    Raw,
    Reduction,
    Text,
    Tick,
    YesNo,
)
from clusterbook.forms.spec import Checklist, Field, Form, leaves
from clusterbook.layout.layout import Body, Layout
from clusterbook.validation.judged import Batch
from clusterbook.workbook.content import Answers

ROWS = 3  # of an open library; a closed one is filled to its end
CODE_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
# Texts that meet the patterns of specs. A spec with another pattern needs its line here.
PATTERNED = ("泉州市{name}产业集群", "{name}", "AB{number:04d}")
WORDS = "石材、R&D、“小巨人”、轴承<甲>、茶业；陶瓷（日用）、'时钟'、数控机床、光电%、新材料".split(
    "、"
)


@dataclass(frozen=True, kw_only=True)
class Input:
    """One cell to type into. ``name`` is the full key, or ``library.column``; ``part`` counts boxes."""

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

    def answers(self) -> Answers:
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
        return Answers(values=values, rows=rows)

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
                block.setdefault(slot.field.key, {})[str(slot.field.year)] = value
        for _, block in self.layout.workbook.blocks():
            if isinstance(block, Form):
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
    return float(text) if isinstance(kind, Number) else text


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
) -> FilledIn:
    """Fills in all that is asked and, at random, what is not.

    ``everything``: every single input, conditions chosen so that all are open. ``only`` tells by
    key which answers and columns to fill at all; what is required is then left out, too.
    """
    clerk = _Clerk(layout, seed, everything=everything, only=only or (lambda _: True))
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
        keys = {n.key for c in conditions if c for n in c.walk() if isinstance(n, Answer)}
        if isinstance(kind, DependentChoice):
            keys.add(f"{key.rsplit('.', 1)[0]}.{kind.within}")
        # A row whose name makes the rest of it required rests on itself.
        return set() if key in keys else keys

    def answer(self, key: str) -> None:
        slot = self.layout.slots[key][0]
        asked, kind = slot.field, slot.field.kind
        if slot.locked:
            if isinstance(asked.computed, Same) and isinstance(asked.computed.of, Answer):
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
            if when is None or any(n.key == key for n in when.walk() if isinstance(n, Answer)):
                continue
            known = {**self.filled.expected}
            if not holds(when, known) and (when is of_block or asked.only_when):
                return False
        if asked.when is not None:
            inside = any(n.key == key for n in asked.when.walk() if isinstance(n, Answer))
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
                        and node.left == Answer(key)
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
            raise NotImplementedError(f"teach fill.holds about {condition!r}")


def _value(term: Expression, known: dict[str, Any]) -> Any:
    match term:
        case Answer():
            return known.get(term.key)
        case This():
            return known.get(f"this.{term.key}")
        case Constant():
            return term.value
        case ColumnIs() | _:
            raise NotImplementedError(f"teach fill.holds about {term!r}")


# ---------------------------------------------------------------- one value of each kind


@singledispatch
def content(kind: Kind, dice: Random, number: int) -> tuple[str, Any]:
    """What is typed and what it must come to; ``number`` makes it different from all others."""
    raise NotImplementedError(f"teach fill.content about {kind!r}")


@content.register
def _(kind: Number, dice: Random, number: int) -> tuple[str, Any]:
    low = kind.low if kind.low is not None else -9_000_000.0
    if isinstance(kind, Reduction):  # what rose is asked about
        low = 0.0
    high = kind.high if kind.high is not None else 9_000_000.0
    steps = 10**kind.decimals
    if high - low < 1000:  # a percentage: as many different ones as there are
        first = max(low, -high)
        at = first + (number * 37 % (int((high - first) * steps) - 1) + 1) / steps
    else:
        at = max(low, 0.0) + number + (dice.randrange(steps) / steps if steps > 1 else 0)
        if kind.low is None and dice.random() < 0.3:
            at = -at
    text = f"{at:.{kind.decimals}f}"
    if dice.random() < 0.3 and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text, int(text) if kind.whole else float(text)


def _han(number: int) -> str:
    return "".join("甲乙丙丁戊己庚辛壬癸"[int(digit)] for digit in str(number))


@content.register
def _(kind: Text, dice: Random, number: int) -> tuple[str, Any]:
    if kind.pattern:
        for template in PATTERNED:
            text = template.format(name=_han(number), number=number)
            if re.search(kind.pattern, text) and len(text) <= kind.longest:
                return text, text
        raise NotImplementedError(f"teach fill.PATTERNED a text for {kind.pattern!r}")
    if kind.suggestions and dice.random() < 0.3:
        text = dice.choice(kind.suggestions)
        return text, text
    text = f"{dice.choice(WORDS)}第{number}号"[: kind.longest]
    return text, text


@content.register
def _(kind: LongText, dice: Random, number: int) -> tuple[str, Any]:
    longest = min(kind.limit or 400, 400)
    parts = []
    for box in range(kind.boxes):
        length = dice.randrange(20, longest // kind.boxes)
        body = (f"第{number}-{box + 1}段：" + "围绕主导产业，补链、强链；R&D 投入增长12.5%。" * 20)[
            :length
        ]
        parts.append(body[: length // 2].strip() + "\n" + body[length // 2 :].strip())
    text = "\n\n".join(parts)
    return text, text


@content.register
def _(kind: Name, dice: Random, number: int) -> tuple[str, Any]:
    if kind.longest <= 20:
        text = dice.choice("王李张刘陈杨黄赵吴周欧") + _han(number)
    else:
        text = dice.choice(("福建{}股份有限公司", "{}（中国）有限公司", "湖南省{}研究院")).format(
            _han(number)
        )
    return text, text


@content.register
def _(kind: Choice, dice: Random, number: int) -> tuple[str, Any]:
    text = dice.choice(kind.options)
    return text, text


@content.register
def _(kind: YesNo, dice: Random, number: int) -> tuple[str, Any]:
    text = dice.choice(("是", "否"))
    return text, text == "是"


@content.register
def _(kind: Tick, dice: Random, number: int) -> tuple[str, Any]:
    text = dice.choice((Tick.TICKED, Tick.TICKED, Tick.OPEN))
    return text, text == Tick.TICKED


@content.register
def _(kind: Items, dice: Random, number: int) -> tuple[str, Any]:
    count = dice.randint(1, min(kind.at_most or 3, len(kind.options) or 3))
    if kind.options:
        items = dice.sample(kind.options, count)
    else:
        items = [
            f"{dice.choice(('阀门', '石英表', '5G模组'))}{number}{'ABC'[n]}" for n in range(count)
        ]
    return "、".join(items), items


@content.register
def _(kind: Month, dice: Random, number: int) -> tuple[str, Any]:
    text = f"{dice.randint(2005, 2025)}-{dice.randint(1, 12):02d}"
    return text, text


@content.register
def _(kind: Day, dice: Random, number: int) -> tuple[str, Any]:
    first, last = (kind.years[0], kind.years[-1]) if kind.years else (2005, 2025)
    text = f"{dice.randint(first, last)}-{dice.randint(1, 12):02d}-{dice.randint(1, 28):02d}"
    return text, text


@content.register
def _(kind: Period, dice: Random, number: int) -> tuple[str, Any]:
    first, last = dice.randint(2015, 2024), dice.randint(2025, 2029)
    a, b = dice.randint(1, 12), dice.randint(1, 12)
    return f"{first}.{a:02d}-{last}.{b:02d}", f"{first}-{a:02d}/{last}-{b:02d}"


@content.register
def _(kind: Phone, dice: Random, number: int) -> tuple[str, Any]:
    mobile = f"13{dice.randint(0, 9)}{number % 10**8:08d}"
    landline = f"0{dice.randint(591, 599)}-2{number % 10**7:07d}"
    text = dice.choice((mobile, landline))
    return text, text


@content.register
def _(kind: Pages, dice: Random, number: int) -> tuple[str, Any]:
    first = number % 9000 + 1
    last = first + dice.randint(1, 20)
    return dice.choice(
        (
            (f"P{first}", [f"{first}"]),
            (f"P{first}-{last}", [f"{first}-{last}"]),
            (f"P{first}、P{last}", [f"{first}", f"{last}"]),
        )
    )


@content.register
def _(kind: CreditCode, dice: Random, number: int) -> tuple[str, Any]:
    text = f"913506{number % 10**9:09d}XY"[:17]
    total = sum(CODE_SIGNS.index(sign) * pow(3, at, 31) for at, sign in enumerate(text))
    text += CODE_SIGNS[-total % 31]
    return text, text


@content.register
def _(kind: FourPart, dice: Random, number: int) -> tuple[str, Any]:
    counts = [dice.randint(0, 3), dice.randint(0, 9), dice.randint(0, 99), number]
    return "/".join(map(str, counts)), counts


# ---------------------------------------------------------------- reading back


class Here(Executor):
    """A pool that works in this process, at once: no second start of Python for a test."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def imported(*files: bytes) -> Batch:
    """The files as one batch, in this order."""
    with TemporaryDirectory() as folder:
        for number, data in enumerate(files):
            (Path(folder) / f"{number:03d}.xlsx").write_bytes(data)
        return run(find_files([Path(folder)]), pool=Here())


def without_computed(layout: Layout, values: dict[str, Any]) -> dict[str, Any]:
    """``values`` of a JSON document as far as people typed them."""
    computed: set[tuple[str, int | None, str, str | None]] = set()
    for key, parts in layout.slots.items():
        slot = parts[0]
        if slot.locked:
            year = None if slot.field.year is None else str(slot.field.year)
            computed.add((slot.block.key, slot.block.item, slot.field.key, year))
            assert key
    for body in layout.bodies.values():
        computed |= {(body.library.key, None, h.key, None) for h in body.library.headlines}

    def kept(block: str, item: int | None, fields: dict[str, Any]) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for name, value in fields.items():
            if (block, item, name, None) in computed:
                continue
            by_year = isinstance(value, dict)
            inside = (
                {y: v for y, v in value.items() if (block, item, name, y) not in computed}
                if by_year
                else value
            )
            if not by_year or inside:
                result[name] = inside
        return result

    found: dict[str, Any] = {}
    for block, fields in values.items():
        if isinstance(fields, list):
            found[block] = [kept(block, item, one) for item, one in enumerate(fields, start=1)]
        elif (fields := kept(block, None, fields)) or block not in layout.bodies:
            found[block] = fields
    return found


def rows_without_computed(
    layout: Layout, libraries: dict[str, list[dict[str, Any]]]
) -> dict[str, list[dict[str, Any]]]:
    """``libraries`` of a JSON document as far as people typed them."""
    typed = {
        key: {"row", *(column.field.key for column in body.inputs)}
        for key, body in layout.bodies.items()
    }
    return {
        key: [{name: value for name, value in row.items() if name in typed[key]} for row in rows]
        for key, rows in libraries.items()
    }


def differences(expected: Any, found: Any, path: str = "") -> list[str]:
    """Where two JSON values differ, one line each; short to read when two forms are compared."""
    if isinstance(expected, dict) and isinstance(found, dict):
        keys: Sequence[str] = list(dict.fromkeys([*expected, *found]))
        return [
            line
            for key in keys
            for line in (
                differences(expected[key], found[key], f"{path}.{key}")
                if key in expected and key in found
                else [f"{path}.{key}: only {'expected' if key in expected else 'found'}"]
            )
        ]
    same_length = (
        isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found)
    )
    if same_length:
        return [
            line
            for at, (one, other) in enumerate(zip(expected, found, strict=True))
            for line in differences(one, other, f"{path}[{at}]")
        ]
    if expected == found and type(expected) is type(found):
        return []
    return [f"{path}: expected {expected!r}, found {found!r}"]
