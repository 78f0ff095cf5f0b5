"""Kinds of choices: printed options, 是 and 否, options within another answer, lists, ticks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, ClassVar

from attrs import evolve, field, frozen

from clusterbook.forms.asked_for import as_tuple
from clusterbook.forms.kinds.base import (
    TEXT_CELL,
    TEXT_FORMAT,
    Carried,
    Kind,
    Offer,
    Raw,
    filled,
)
from clusterbook.forms.kinds.bounds import (
    ITEM_MARKS,
    OPTIONS,
    PARENT,
    PARENTS,
    Bound,
    EachOf,
    Longest,
    MostItems,
    OneOf,
)
from clusterbook.forms.kinds.excel import criterion, either, no_answer, quoted, replaced
from clusterbook.forms.parsing.folding import refuse
from clusterbook.forms.parsing.names import (
    NONE,
    Reading,
    Vocabulary,
    plain_items,
    plain_options,
    read_choice,
    read_items,
    read_tick,
    read_yes_no,
    spell_items,
)

_QUOTES = str.maketrans("", "", '“”" ')
# Options up to so many are taken out of a text one by one; the rest must be nothing.
_FEW, _NESTED = 12, 40
# Items of a longer list, and the characters that each has room for.
_ITEMS, _WIDTH = 40, 60
_LITERAL = 200


def _portions(options: tuple[str, ...]) -> Iterator[str]:
    """The options led by 、 in pieces that Excel takes as literals."""
    piece = ""
    for option in options:
        if len(piece) + len(option) >= _LITERAL:
            yield piece
            piece = ""
        piece += f"、{option}"
    yield piece


# With more options than this the prompt of a cell does not list them.
PROMPT_OPTIONS = 10
_YES_NO = {"是": True, "否": False}
_TICKS = {"☑": True, "☐": False}


@frozen(kw_only=True)
class Choice(Kind):
    """One of printed options; ``aliases`` and ``patterns`` map known other spellings to them."""

    name: ClassVar[str] = "choice"
    on_reading: ClassVar[frozenset[type[Bound]]] = frozenset({OneOf})
    carried: ClassVar[Carried] = "lasting"

    options: tuple[str, ...] = field(converter=as_tuple)
    aliases: tuple[tuple[str, str], ...] = ()
    patterns: tuple[tuple[str, str], ...] = ()
    none: bool = False

    @property
    def values(self) -> Sequence[Any]:
        """What the options are read as."""
        return self.options

    @property
    def bounds(self) -> Sequence[Bound]:
        """One of the options."""
        return [OneOf(self.values, self.options)]

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The options and what else is known of them."""
        return Vocabulary(self.options, self.aliases, self.patterns)

    def plain(self, raw: Raw) -> Any:
        """An option as printed."""
        return raw if isinstance(raw, str) and raw in self.vocabulary.known else None

    def interpret(self, raw: Raw, number_format: str) -> Reading:  # noqa: ARG002
        """The option; V230 when it is none of them."""
        return read_choice(raw, self.vocabulary)

    def refuse_none(self) -> Reading:
        """With what may be chosen instead."""
        return refuse("V230", options=self.vocabulary.shown)

    def own_offer(self) -> Offer:
        """A drop-down list."""
        return Offer(prompt="请从下拉列表中选择。", options=self.options, align="center")

    def unreadable(self, cell: str) -> str:  # noqa: ARG002
        """Nothing that its options do not say."""
        return ""


@frozen(kw_only=True)
class YesNo(Choice):
    """是 or 否; with ``denies`` of a sentence that denies something, where 无 may mean either."""

    dtype: ClassVar[str] = "boolean"
    name: ClassVar[str] = "yes or no"
    on_reading: ClassVar[frozenset[type[Bound]]] = frozenset({OneOf})
    carried: ClassVar[Carried] = "by year"
    width: ClassVar[float] = 7.0
    weight: ClassVar[float] = 0.6

    denies: bool = False

    options: tuple[str, ...] = ("是", "否")

    @property
    def values(self) -> Sequence[Any]:
        """True or False."""
        return (True, False)

    def plain(self, raw: Raw) -> Any:
        """是 and 否."""
        return _YES_NO.get(raw) if isinstance(raw, str) else None

    def interpret(self, raw: Raw, number_format: str) -> Reading:  # noqa: ARG002
        """True or False; V230, V233, V234, V261."""
        return read_yes_no(raw, denies=self.denies)

    def printed(self, value: Any) -> str:
        """是 or 否."""
        return self.options[not value] if isinstance(value, bool) else super().printed(value)

    def spell(self, value: Any) -> Raw:
        """是 or 否."""
        return self.options[0] if value else self.options[1]


@frozen(kw_only=True)
class DependentChoice(Choice):
    """One of the options that belong to the answer of another field (县 of the chosen 市).

    ``within`` is the key of that field in the same block; ``pairs`` holds (parent, option) with all
    options of one parent standing together, as the cascade by OFFSET needs.
    """

    name: ClassVar[str] = "dependent choice"

    options: tuple[str, ...] = ()
    within: str = ""
    pairs: tuple[tuple[str, str], ...] = field(converter=as_tuple, factory=tuple)

    @property
    def bounds(self) -> Sequence[Bound]:
        """None by itself: the option and its parent are looked at together."""
        return []

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Every option, known also with its parent before it: 泉州市洛江区, 泉州市洛江."""
        parents: dict[str, list[str]] = {}
        for parent, option in self.pairs:
            parents.setdefault(option, []).append(parent)
        words = [*((option, option) for option in parents), *self.aliases]
        led = [
            (parent + word, option) for word, option in words for parent in parents.get(option, ())
        ]
        return Vocabulary(tuple(parents), (*led, *self.aliases))

    @cached_property
    def shared(self) -> frozenset[str]:
        """Options that several parents have."""
        counts = Counter(option for _, option in self.pairs)
        return frozenset(option for option, count in counts.items() if count > 1)

    def interpret(self, raw: Raw, number_format: str) -> Reading:
        """Any option of any parent; that it belongs to *this* parent is checked over the row."""
        reading = super().interpret(raw, number_format)
        if reading.value in self.shared and "alias" in reading.note:
            # 南京市鼓楼区 beside 徐州市: only the clerk knows which of the two was meant.
            facts = {"read": reading.value, "options": reading.value}
            return evolve(reading, problem="V234", facts=facts)
        return reading

    def own_offer(self) -> Offer:
        """A list that follows the parent."""
        prompt = "请先选上一级，再从下拉列表中选择。"
        return Offer(prompt=prompt, parent=self.within, align="center")

    def own_fault(self, cell: str, *more: str) -> str:  # noqa: ARG002
        """The pair is not in the list; the layout fills in the names in braces."""
        parent, option = criterion(PARENT), criterion(cell)
        pair = f"(COUNTIFS({PARENTS},{parent},{OPTIONS},{option})=0)"
        alone = f"(COUNTIF({OPTIONS},{option})=0)"
        # While nothing is chosen above, only that is to be told.
        above = filled(PARENT)
        return f"{filled(cell)}*({above}*{pair}+(1-{above})*{alone})"

    def own_facts(self) -> dict[str, Any]:
        """The parent instead of some hundred options."""
        return {"kind": self.name, "type": self.dtype, "within": self.within}


@frozen(kw_only=True)
class Items(Kind):
    """A list in one cell, joined by 、: at most ``at_most`` items, of ``options`` where given.

    ``patterns`` tell more spellings of the options. With ``others`` the list may name more than the
    options: that is asked about and never refused.
    """

    dtype: ClassVar[str] = "list"
    name: ClassVar[str] = "list"
    on_reading: ClassVar[frozenset[type[Bound]]] = frozenset({MostItems, EachOf})
    carried: ClassVar[Carried] = "lasting"
    width: ClassVar[float] = 18.0
    weight: ClassVar[float] = 1.6

    at_most: int | None = None
    options: tuple[str, ...] = field(converter=as_tuple, factory=tuple)
    aliases: tuple[tuple[str, str], ...] = ()
    patterns: tuple[tuple[str, str], ...] = ()
    others: bool = False
    longest: int = 200
    #: characters of one item, above which it reads like a sentence, where more than usual
    item: int | None = None

    @property
    def bounds(self) -> Sequence[Bound]:
        """How many, and which; ``longest`` bounds what is typed, which may be worded otherwise."""
        most = [MostItems(self.at_most)] if self.at_most is not None else []
        return [*most, EachOf(self.options)] if self.options and not self.others else most

    @property
    def computed_type(self) -> type | None:
        """A tuple."""
        return tuple

    @property
    def room(self) -> int:
        """What may be typed."""
        return self.longest

    @property
    def later(self) -> frozenset[str]:
        """Nothing: ``fault`` looks at each item."""
        return frozenset()

    @cached_property
    def vocabulary(self) -> Vocabulary | None:
        """The options and what else is known of them; None where any item will do."""
        if not self.options:
            return None
        return Vocabulary(self.options, self.aliases, self.patterns, self.others)

    def plain(self, raw: Raw) -> Any:
        """Items joined by 、 with nothing to put right."""
        if not isinstance(raw, str) or len(raw) > self.longest:
            return None
        vocabulary = self.vocabulary
        items = plain_items(raw) if vocabulary is None else plain_options(raw, vocabulary)
        most = self.at_most
        return items if items is not None and (most is None or len(items) <= most) else None

    def interpret(self, raw: Raw, number_format: str) -> Reading:  # noqa: ARG002
        """A tuple of texts; V220, V270 above ``at_most``, V230–V232, V262 outside ``options``."""
        longest = None if self.at_most else self.longest
        return read_items(
            raw, at_most=self.at_most, longest=longest, vocabulary=self.vocabulary, item=self.item
        )

    def paper(self, value: Any) -> str:
        """One behind the other."""
        return str(self.spell(tuple(value)))

    def spell(self, value: Any) -> Raw:
        """Joined by 、 where that reads back; 无 where it was declared."""
        if not value:
            return NONE
        ways = list(spell_items(value))
        return next((way for way in ways if self.read(way).value == value), ways[0])

    def own_offer(self) -> Offer:
        """Free text; where there are options the list helps with the first."""
        most = f"不超过{self.at_most}项，" if self.at_most else ""
        none = "没有的填“无”。" if self.none else ""
        prompt = f"{most}多项之间用“、”隔开。{none}"
        if self.options and len(self.options) <= PROMPT_OPTIONS:
            prompt += f"可选：{'、'.join(self.options)}。"
        return Offer(
            prompt=prompt, options=self.options, suggest=True,
            number_format=TEXT_FORMAT if self.longest <= TEXT_CELL else "General",
        )  # fmt: skip

    def own_fault(self, cell: str, *more: str) -> str:  # noqa: ARG002
        """Too long, more separators than items, a word that is no answer, or what is no option."""
        folded = replaced(cell, *((mark, "、") for mark in ITEM_MARKS))
        most = Longest(self.longest) if self.at_most is None else MostItems(self.at_most)
        wrong = [most.fault(cell)]
        if self.options:
            wrong.append(self._not_listed(cell, folded))
        return f"(({'+'.join(wrong)}+{no_answer(cell, none=self.none)})>0)"

    def _not_listed(self, cell: str, folded: str) -> str:
        """Excel condition: something stands there that is none of the options."""
        if self.others:
            # A word that fits several of them, as an item of its own.
            unclear = [word for word, option in self.aliases if not option]
            signs = ((sign, "") for sign in '“”"" ')
            items = f'"、"&{replaced(folded, *signs)}&"、"'
            return either(*(f"ISNUMBER(FIND({quoted(f'、{w}、')},{items}))" for w in unclear))
        none = f'*(TRIM({cell})<>"{NONE}")' if self.none else ""
        if len(self.options) <= _FEW:
            words = {word.translate(_QUOTES) for word in self.options}
            words |= {word.translate(_QUOTES) for word, _ in self.aliases}
            rest = replaced(folded, *((sign, "") for sign in '“”"" '))
            for word in sorted(words, key=lambda word: (-len(word), word))[:_NESTED]:
                rest = f'SUBSTITUTE({rest},{quoted(word)},"")'
            return f'(SUBSTITUTE({rest},"、","")<>""){none}'
        if ":" in cell:
            raise ValueError(f"a column of lists with {len(self.options)} options")
        # Each item must be how an option begins: 邵东 is 邵东市.
        rows = f"(ROW($A$1:$A${_ITEMS})-1)*{_WIDTH}+1"
        item = f'TRIM(MID(SUBSTITUTE({folded},"、",REPT(" ",{_WIDTH})),{rows},{_WIDTH}))'
        known = "&".join(quoted(part) for part in _portions(self.options))
        odd = f'({item}<>"")*(1-ISNUMBER(FIND("、"&{item},{known})))'
        return f"(SUMPRODUCT({odd})>0){none}"

    def own_facts(self) -> dict[str, Any]:
        """Limit and options, also those that do not bind."""
        return super().own_facts() | ({"options": list(self.options)} if self.options else {})


@frozen(kw_only=True)
class Tick(Kind):
    """One box of a checklist: ☑ or ☐ from a drop-down, as native check boxes are lost in WPS."""

    dtype: ClassVar[str] = "boolean"
    name: ClassVar[str] = "tick"
    on_reading: ClassVar[frozenset[type[Bound]]] = frozenset({OneOf})
    nothing: ClassVar[Any] = False
    carried: ClassVar[Carried] = "never"
    fills_down: ClassVar[bool] = False
    none: bool = False
    TICKED: ClassVar[str] = "☑"
    OPEN: ClassVar[str] = "☐"

    @property
    def bounds(self) -> Sequence[Bound]:
        """True or False."""
        return [OneOf((True, False), (self.TICKED, self.OPEN))]

    def plain(self, raw: Raw) -> Any:
        """The two signs."""
        return _TICKS.get(raw) if isinstance(raw, str) else None

    def interpret(self, raw: Raw, number_format: str) -> Reading:  # noqa: ARG002
        """True for a tick; V280."""
        return read_tick(raw)

    def spell(self, value: Any) -> Raw:
        """One of the two signs."""
        return self.TICKED if value else self.OPEN

    def own_offer(self) -> Offer:
        """The two signs."""
        return Offer(
            prompt="已开展的请选 ☑，未开展的选 ☐。", options=self.options, align="center"
        )  # fmt: skip

    def own_fault(self, cell: str, *more: str) -> str:  # noqa: ARG002
        """Neither of the two signs."""
        return f'{filled(cell)}*(({cell}="☑")+({cell}="☐")=0)'
