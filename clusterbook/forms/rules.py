"""Rules over several values, each written once as an expression of what must hold.

A rule has three faces made from the same expression: the live check in the workbook (``violation``
as an Excel formula), the importer's check (``violation`` evaluated over columns), and the sentence
(``says``). A rule keeps silent where a value it needs is blank or unreadable: then another problem
speaks.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import field, frozen

from clusterbook.forms.asked_for import one_of
from clusterbook.forms.expressions.nodes import (
    AllOf,
    AnswerOf,
    AnyOf,
    Compare,
    Expression,
    Filled,
    Largest,
    Middle,
    MonthOf,
    Not,
    RowCount,
    RowsUntil,
    This,
    Total,
    lift,
)

ERROR, EXPLAIN, INFO = "error", "explain", "info"
COUNT = "{count}"  # in what a rule says of many rows: how many they are

# Sums and quotients of decimals differ in the last binary digit; no printed value is so fine.
_HAIR = 1e-9


@frozen
class Relation:
    """Base of what a rule demands. ``left`` is what the problem is about."""

    @property
    def violation(self) -> Expression:
        """The condition under which the rule is broken; false where a value is missing."""
        raise NotImplementedError

    @property
    def sides(self) -> tuple[Expression, ...]:
        """The values the sentence names, the guilty one first."""
        raise NotImplementedError

    def says(self, names: tuple[str, ...], lang: str) -> str:
        """The sentence; ``names`` are the sides with their values."""
        raise NotImplementedError


_EXPRESSION = one_of(Expression, words="an expression (answer(…), Total(…), …)")
_RELATION = one_of(Relation, words="a relation (AtMost, Equal, Must, …)")


def _number(value: Expression | float) -> Expression:
    return lift(value)


def _is_time(value: Expression) -> bool:
    """Whether a value is a month, which is early or late and not small or great."""
    return any(isinstance(node, MonthOf) for node in value.walk())


def _give(verb: str, share: float, by: float) -> str:
    """How far a value may be off, in brackets; nothing where it may not."""
    parts = [f"{share * 100:g}%"] if share else []
    parts += [f"{by:g}"] if by else []
    return f"（允许{verb}{'加'.join(parts)}）" if parts else ""


def _give_en(share: float, by: float) -> str:
    parts = [f"{share * 100:g} %"] if share else []
    parts += [f"{by:g}"] if by else []
    return f" (give or take {' and '.join(parts)})" if parts else ""


@frozen
class AtMost(Relation):
    """``left`` ≤ ``right`` × ``times`` + ``by``."""

    left: Expression = field(validator=_EXPRESSION)
    right: Expression = field(converter=_number)
    times: float = field(default=1.0, kw_only=True)
    by: float = field(default=0.0, kw_only=True)

    @property
    def violation(self) -> Expression:
        """More than allowed."""
        bound = self.right if self.times == 1 else self.right * self.times
        return Compare(">", self.left, bound + (self.by + _HAIR))

    @property
    def sides(self) -> tuple[Expression, ...]:
        """Both."""
        return self.left, self.right

    def says(self, names: tuple[str, ...], lang: str) -> str:
        """«A 不应大于 B»."""
        if lang == "en":
            return f"{names[0]} must not exceed {names[1]}{_give_en(self.times - 1, self.by)}."
        above = "晚于" if _is_time(self.left) else "大于"
        return f"{names[0]}，不应{above}{names[1]}{_give('超出', self.times - 1, self.by)}。"


@frozen
class AtLeast(Relation):
    """``left`` ≥ ``right`` × ``times`` − ``by``."""

    left: Expression = field(validator=_EXPRESSION)
    right: Expression = field(converter=_number)
    times: float = field(default=1.0, kw_only=True)
    by: float = field(default=0.0, kw_only=True)

    @property
    def violation(self) -> Expression:
        """Less than allowed."""
        bound = self.right if self.times == 1 else self.right * self.times
        return Compare("<", self.left, bound - (self.by + _HAIR))

    @property
    def sides(self) -> tuple[Expression, ...]:
        """Both."""
        return self.left, self.right

    def says(self, names: tuple[str, ...], lang: str) -> str:
        """«A 不应小于 B»."""
        if lang == "en":
            return f"{names[0]} must not be below {names[1]}{_give_en(1 - self.times, self.by)}."
        below = "早于" if _is_time(self.left) else "小于"
        return f"{names[0]}，不应{below}{names[1]}{_give('低于', 1 - self.times, self.by)}。"


@frozen
class Equal(Relation):
    """``left`` = ``right``, give or take ``by`` or the ``share`` of ``right``."""

    left: Expression = field(validator=_EXPRESSION)
    right: Expression = field(converter=_number)
    by: float = field(default=0.0, kw_only=True)
    share: float = field(default=0.0, kw_only=True)

    @property
    def violation(self) -> Expression:
        """Too far apart; squared, so that the sign does not matter."""
        apart = self.left - self.right
        allowed = self.right * self.share + (self.by + _HAIR)
        if not self.share:
            return AnyOf([Compare(">", apart, lift(self.by + _HAIR)),
                          Compare("<", apart, lift(-self.by - _HAIR))])  # fmt: skip
        return Compare(">", apart * apart, allowed * allowed)

    @property
    def sides(self) -> tuple[Expression, ...]:
        """Both."""
        return self.left, self.right

    def says(self, names: tuple[str, ...], lang: str) -> str:
        """«A 应等于 B»."""
        if lang == "en":
            return f"{names[0]} must equal {names[1]}{_give_en(self.share, self.by)}."
        return f"{names[0]}，应等于{names[1]}{_give('相差', self.share, self.by)}。"


@frozen
class Above(Relation):
    """``left`` > ``right``."""

    left: Expression = field(validator=_EXPRESSION)
    right: Expression = field(converter=_number)

    @property
    def violation(self) -> Expression:
        """As much or less."""
        return Compare("<", self.left, self.right + _HAIR)

    @property
    def sides(self) -> tuple[Expression, ...]:
        """Both."""
        return self.left, self.right

    def says(self, names: tuple[str, ...], lang: str) -> str:
        """«A 应大于 B»."""
        if lang == "en":
            return f"{names[0]} must be greater than {names[1]}."
        return f"{names[0]}，应大于{names[1]}。"


@frozen
class NearEither(Relation):
    """``left`` is within ``by`` of ``one`` or of ``other``: two readings of the printed text."""

    left: Expression = field(validator=_EXPRESSION)
    one: Expression = field(validator=_EXPRESSION)
    other: Expression = field(validator=_EXPRESSION)
    by: float

    @property
    def violation(self) -> Expression:
        """Too far from both; from the known one where the other has no value."""
        far = [Equal(self.left, right, by=self.by).violation for right in (self.one, self.other)]
        bound = lift(self.by + _HAIR)
        near = [
            AllOf([Compare("<", apart, bound), Compare("<", lift(0.0) - apart, bound)])
            for apart in (self.left - self.one, self.left - self.other)
        ]
        return AllOf([AnyOf(far), *map(Not, near)])

    @property
    def sides(self) -> tuple[Expression, ...]:
        """All three."""
        return self.left, self.one, self.other

    def says(self, names: tuple[str, ...], lang: str) -> str:
        """«A 与 B、C 都相差 x 以上»."""
        if lang == "en":
            return f"{names[0]} must be within {self.by:g} of {names[1]} or of {names[2]}."
        return f"{names[0]}，与{names[1]}或{names[2]}相差不应超过{self.by:g}。"


@frozen
class Between(Relation):
    """``low`` ≤ ``value`` ≤ ``high``."""

    value: Expression = field(validator=_EXPRESSION)
    low: float
    high: float

    @property
    def violation(self) -> Expression:
        """Outside."""
        return AnyOf([Compare("<", self.value, lift(self.low - _HAIR)),
                      Compare(">", self.value, lift(self.high + _HAIR))])  # fmt: skip

    @property
    def sides(self) -> tuple[Expression, ...]:
        """The value."""
        return (self.value,)

    def says(self, names: tuple[str, ...], lang: str) -> str:
        """«A 一般应在 x 至 y 之间»."""
        if lang == "en":
            return f"{names[0]} is outside the usual range {self.low:g} to {self.high:g}."
        return f"{names[0]}，一般应在{self.low:g}至{self.high:g}之间。"


@frozen(kw_only=True)
class Steady(Relation):
    """``now`` has not changed out of bounds against ``base``, the same figure a year before.

    ``growth``: lowest and highest in percent, looked at from a base of ``least`` on. ``ratio``: now
    ÷ base at which a slip of units is likely. A bound may be missing; a base ≤ 0 says nothing.
    """

    now: Expression = field(validator=_EXPRESSION)
    base: Expression = field(validator=_EXPRESSION)
    growth: tuple[float | None, float | None] = (None, None)
    ratio: tuple[float | None, float | None] = (None, None)
    least: float = 0.0

    @property
    def violation(self) -> Expression:
        """Grown or shrunk too much."""
        (low, high), (small, great) = self.growth, self.ratio
        now, base = self.now, self.base
        some, enough = Compare(">", base, lift(0.0)), Compare(">", base, lift(self.least - _HAIR))
        bad: list[Expression] = []
        if low is not None:
            bad.append(AllOf([enough, Compare("<", now, base * (1 + low / 100) - _HAIR)]))
        if high is not None:
            bad.append(AllOf([enough, Compare(">", now, base * (1 + high / 100) + _HAIR)]))
        if small is not None:
            bad.append(AllOf([Compare(">", now, lift(0.0)),
                              Compare("<", now, base * small + _HAIR)]))  # fmt: skip
        if great is not None:
            bad.append(Compare(">", now, base * great - _HAIR))
        return AllOf([some, AnyOf(bad)])

    @property
    def sides(self) -> tuple[Expression, ...]:
        """Both years."""
        return self.now, self.base

    def says(self, names: tuple[str, ...], lang: str) -> str:
        """«A 与 B 相比变化不应过大»."""
        if lang == "en":
            return f"{names[0]} should not differ that much from {names[1]}."
        low, high = self.growth
        usual = f"（增幅一般在{low:g}%至{high:g}%之间）" if None not in self.growth else ""
        return f"{names[0]}，与{names[1]}相比变化不应过大{usual}。"


@frozen
class Must(Relation):
    """A condition that must hold once ``about`` is filled; the sentence is given."""

    about: Expression = field(validator=_EXPRESSION)
    condition: Expression = field(validator=_EXPRESSION)
    zh: str
    en: str

    @property
    def violation(self) -> Expression:
        """Filled, and the condition does not hold."""
        return AllOf([Filled(self.about, readable=True), Not(self.condition)])

    @property
    def sides(self) -> tuple[Expression, ...]:
        """What it is about."""
        return (self.about,)

    def says(self, names: tuple[str, ...], lang: str) -> str:
        """The sentence given."""
        return f"{names[0]}: {self.en}" if lang == "en" else f"{names[0]}，{self.zh}"


@frozen
class Never(Relation):
    """A condition that must not hold; the sentence is given. False where a value is missing."""

    about: Expression = field(validator=_EXPRESSION)
    condition: Expression = field(validator=_EXPRESSION)
    zh: str
    en: str

    @property
    def violation(self) -> Expression:
        """The condition itself."""
        return self.condition

    @property
    def sides(self) -> tuple[Expression, ...]:
        """What it is about."""
        return (self.about,)

    def says(self, names: tuple[str, ...], lang: str) -> str:
        """The sentence given."""
        return f"{names[0]}: {self.en}" if lang == "en" else f"{names[0]}，{self.zh}"


@frozen
class When(Relation):
    """A relation that is demanded only under a condition."""

    condition: Expression = field(validator=_EXPRESSION)
    relation: Relation = field(validator=_RELATION)

    @property
    def violation(self) -> Expression:
        """The condition holds and the relation does not."""
        return AllOf([self.condition, self.relation.violation])

    @property
    def sides(self) -> tuple[Expression, ...]:
        """Those of the relation."""
        return self.relation.sides

    def says(self, names: tuple[str, ...], lang: str) -> str:
        """That of the relation."""
        return self.relation.says(names, lang)


@frozen
class LookedAt:
    """Full keys of what a rule looks at: answers, cells of its own row, whole columns."""

    answers: frozenset[str]
    cells: frozenset[str]
    columns: frozenset[str]


@frozen(kw_only=True)
class RuleGroup:
    """Like rules that the workbook lists as one line, with one 说明 that answers them all.

    ``key`` is made like the code of a rule and that of none; ``title`` is the sentence of the line.
    ``slips``: where more places than that break its rules in one return, they are no slips but a
    thing unfinished, of which nothing is said; None says all. For rules of the importer alone.
    """

    key: str
    title: str
    reason: str
    slips: int | None = None


@frozen(kw_only=True)
class Rule:
    """A rule of a form: code, level, what must hold, why, and who says so.

    ``library`` makes it hold for every row of that library. ``mend`` tells the county what to do
    where correcting one of the named values is not all. ``importer_only`` is the reason why the
    rule cannot live in a cell; then only the importer runs it. Rules of one ``group`` have one line
    in the workbook. ``timeless``: it holds of workbooks of earlier versions, too, which did not
    know it, as what it demands stood in them in so many words. ``many`` says it of several rows at
    once, with ``COUNT`` for how many they are; without it the rule's own sentence does.
    ``plausible`` tells that no paper says so and the bound is ours, or that one does; unless it is
    given, that is what the letter of the code means. ``explained_in`` is the key of a text answer
    beside the figure, where the form prints a column for the reason: it is written there, and not
    on the list of rules.
    """

    code: str
    level: str
    holds: Relation = field(validator=_RELATION)
    reason: str
    source: str
    library: str = ""
    mend: str = ""
    importer_only: str = ""
    group: RuleGroup | None = None
    timeless: bool = False
    plausible: bool | None = None
    many: str = ""
    explained_in: str = ""

    @property
    def ours(self) -> bool:
        """Whether it is a matter of plausibility and not of what is printed."""
        return self.code.startswith("P") if self.plausible is None else self.plausible

    @property
    def line(self) -> str:
        """Key of its line in the workbook's list of rules."""
        return self.group.key if self.group else self.code

    def looks_at(self) -> LookedAt:
        """All that its violation rests on: where any of it is wrong itself, the rule is silent."""
        nodes = list(self.holds.violation.walk())
        named = (getattr(node, name, None) for node in nodes for name in ("column", "by"))
        return LookedAt(
            frozenset(node.key for node in nodes if isinstance(node, AnswerOf)),
            frozenset(f"{self.library}.{node.key}" for node in nodes if isinstance(node, This)),
            frozenset(key for key in named if isinstance(key, str)),
        )

    @property
    def counted(self) -> str:
        """Key of the library whose rows it holds against a figure of the form; '' for another rule.

        A figure beside a list without any row is no question: the list is missing.
        """
        sides = [list(side.walk()) for side in self.holds.sides]
        stated = [nodes for nodes in sides if any(isinstance(node, AnswerOf) for node in nodes)]
        listed = {
            node.column.partition(".")[0]
            for nodes in sides
            if nodes not in stated
            for node in nodes
            if isinstance(node, RowCount)
        }
        if self.library or len(stated) != 1 or len(listed) != 1:
            return ""
        return listed.pop()

    def places(self) -> Iterator[str]:
        """Full keys of what it is about, the guilty one first; for a whole library its key."""
        nodes = [node for side in self.holds.sides for node in side.walk()]
        for node in nodes:
            if isinstance(node, This):
                yield f"{self.library}.{node.key}"
            elif isinstance(node, AnswerOf):
                yield node.key
        for node in nodes:
            if isinstance(node, Total | RowCount | RowsUntil | Largest | Middle):
                yield node.column.split(".", 1)[0]
