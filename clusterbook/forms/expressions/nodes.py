"""Computed values and conditions, written once over keys.

An expression names answers by key (``economy.revenue.2025``), columns of libraries by key
(``existing_enterprises.is_scale``) and, inside a library, the other cells of the same row by
``this("revenue_y1")``. An expression has an Excel face in ``excel`` and a vectorised one in
``columns``; both must say the same for any content.

What is blank or no number has no value, and whatever is made from it has none either: a formula
shows an empty text, a condition is false. Each class says where it differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, ClassVar

from attrs import field, fields, frozen

from clusterbook.forms.asked_for import as_tuple

# Of attributes that hold no expression, as they are declared.
_PLAIN = frozenset(
    ("str", "int", "bool", "float", "float | str | bool", "tuple[str, ...]", str, int, bool, float)
)


@cache
def _attributes(kind: type[Any]) -> tuple[str, ...]:
    """Where an expression of a class may hold others; walks ask it thousands of times."""
    return tuple(one.name for one in fields(kind) if one.type not in _PLAIN)


def _words(items: Iterable[str]) -> tuple[str, ...]:
    """Words, or the single signs of a text."""
    return tuple(items)


@frozen
class Expression:
    """Base of all expressions; operators build bigger ones.

    ``importer_only`` says why a class has no face in formulas; '' where it has one.
    """

    importer_only: ClassVar[str] = ""

    def __add__(self, other: Expression | float) -> Arithmetic:
        return Arithmetic("+", self, lift(other))

    def __sub__(self, other: Expression | float) -> Arithmetic:
        return Arithmetic("-", self, lift(other))

    def __mul__(self, other: Expression | float) -> Arithmetic:
        return Arithmetic("*", self, lift(other))

    def __truediv__(self, other: Expression | float) -> Arithmetic:
        return Arithmetic("/", self, lift(other))

    def equals(self, other: Expression | str | float) -> Compare:
        """Condition: both sides are the same."""
        return Compare("=", self, lift(other))

    def above(self, other: Expression | float) -> Compare:
        """Condition: greater than."""
        return Compare(">", self, lift(other))

    def below(self, other: Expression | float) -> Compare:
        """Condition: less than."""
        return Compare("<", self, lift(other))

    def parts(self) -> Iterable[Expression]:
        """The expressions this one is made of."""
        found: list[Expression] = []
        for name in _attributes(type(self)):  # type: ignore[arg-type] # a class, not its objects
            value = getattr(self, name)
            if isinstance(value, tuple):
                found += [part for part in value if isinstance(part, Expression)]
            elif isinstance(value, Expression):
                found.append(value)
        return found

    def walk(self) -> Iterator[Expression]:
        """Yield the expression itself and all below it."""
        ahead: list[Expression] = [self]
        while ahead:
            node = ahead.pop()
            yield node
            if _attributes(type(node)):  # type: ignore[arg-type] # a class, not its objects
                ahead += reversed([*node.parts()])


# --- values ------------------------------------------------------------------------------------


@frozen
class AnswerOf(Expression):
    """The value of one answer of an Answers or Indicators block."""

    key: str


@frozen
class This(Expression):
    """Another cell of the same library row; ``shift`` 1 is the row below."""

    key: str
    shift: int = 0


@frozen
class Constant(Expression):
    """A number or a text."""

    value: float | str | bool


@frozen
class Arithmetic(Expression):
    """Two numbers; nothing where either is missing or a divisor is 0."""

    operator: str
    left: Expression
    right: Expression


@frozen
class Total(Expression):
    """Sum of the numbers in a library column; nothing while the column holds none.

    With conditions only of the rows for which every one of them holds: a subtotal.
    """

    column: str
    where: tuple[ColumnIs, ...] = field(converter=as_tuple, default=())


@frozen
class RowCount(Expression):
    """Number of library rows whose ``column`` is ``Filled`` and for which every condition holds."""

    column: str
    where: tuple[ColumnIs, ...] = field(converter=as_tuple, default=())


@frozen
class ColumnIs(Expression):
    """Condition over the rows of a library: the column holds one of the ``options``.

    With ``part`` the column is a list in one cell and must contain one of the options. A workbook
    finds them by ``words`` where they have more spellings, after ``without`` is taken out. With
    ``begins`` it need only begin with one of them: codes of a class within that of a branch.
    """

    column: str
    options: tuple[str, ...] = field(converter=as_tuple)
    part: bool = False
    words: tuple[str, ...] = field(converter=as_tuple, default=())
    without: tuple[str, ...] = field(converter=as_tuple, default=())
    begins: bool = False


@frozen
class RowsUntil(Expression):
    """Like ``RowCount``, where ``column`` is a time up to the end of a year, or to a month.

    For the importer only: a time has too many spellings for a formula. Nothing where a row has no
    time, as it may have been before or after.
    """

    importer_only: ClassVar[str] = "a time has too many spellings for a formula"

    column: str
    until: int | Expression
    where: tuple[ColumnIs, ...] = field(converter=as_tuple, default=())


@frozen
class Sharing(Expression):
    """How many rows hold the same text in ``of``, told at the first of them; nothing elsewhere.

    For the importer only: counting every row against all the others takes a workbook minutes.
    """

    importer_only: ClassVar[str] = "counting every row against all others takes a workbook minutes"

    of: This


@frozen
class Largest(Expression):
    """The ``rank``-th largest number of a library column; nothing when there are fewer."""

    column: str
    rank: int = 1


@frozen
class Middle(Expression):
    """The median of a library column; nothing while it holds no number."""

    column: str


@frozen
class LookUp(Expression):
    """``column`` in the first row whose ``by`` holds the same name as ``name``.

    Names are the same whatever brackets they are written with. Nothing when there is none.
    """

    column: str
    by: str
    name: Expression


@frozen
class SumOf(Expression):
    """Sum of a few answers; nothing until all of them are numbers."""

    terms: tuple[Expression, ...] = field(converter=as_tuple)


@frozen
class SumOfKnown(Expression):
    """Sum of those of a few values that there are; nothing until one is: one list over sheets."""

    terms: tuple[Expression, ...] = field(converter=as_tuple)


@frozen
class _Change(Expression):
    """From ``base`` to ``now``, which is what a sentence is about."""

    base: Expression
    now: Expression

    def parts(self) -> Iterable[Expression]:
        """The later one first."""
        return (self.now, self.base)


@frozen
class Growth(_Change):
    """(now − base) ÷ base × 100, two decimals; nothing until both are numbers, — where base ≤ 0.

    A base of zero or below has no growth rate (a loss that became a profit is 扭亏, not a rate).
    """


@frozen
class Points(_Change):
    """Difference of two percentages in percentage points, two decimals."""


@frozen
class YearlyGrowth(_Change):
    """Mean yearly growth over ``years``: ((now ÷ base)^(1/years) − 1) × 100; — where base ≤ 0."""

    years: int


@frozen
class Rounded(Expression):
    """A number rounded to ``decimals``, halves away from zero."""

    of: Expression
    decimals: int = 0


@frozen
class Length(Expression):
    """字数 of a text over all its boxes: the characters that can be seen; 0 for a blank."""

    of: AnswerOf | This


@frozen
class LastPage(Expression):
    """The highest page in a 佐证页码; nothing where there is none. For the importer only."""

    importer_only: ClassVar[str] = "a page may be written in more ways than a formula can read"

    of: Expression


@frozen
class Named(Expression):
    """The same value under a name of its own in sentences, with its unit."""

    of: Expression
    name: str
    unit: str = ""


@frozen
class MonthOf(Expression):
    """A month or date as a count of months, to be compared with others.

    Of a period the first month, or the ``last``: for the importer only, as a period has too many
    spellings for a formula.
    """

    of: Expression
    last: bool = False


@frozen
class ItemsIn(Expression):
    """How many items a list in one cell has; 0 for a declared 无."""

    of: Expression


@frozen
class Joined(Expression):
    """Texts or whole numbers joined by ``mark``; nothing until all are there."""

    mark: str
    terms: tuple[Expression, ...] = field(converter=as_tuple)


@frozen
class JoinFilled(Expression):
    """The filled ones of a few answers, joined by ``mark``."""

    mark: str
    terms: tuple[Expression, ...] = field(converter=as_tuple)


@frozen
class Same(Expression):
    """The same value as another answer (typed once, shown twice)."""

    of: Expression


@frozen
class Dash(Expression):
    """Always —: the printed column has no meaning in this row."""


@frozen
class Sentence(Expression):
    """Printed text around computed numbers: ``pieces`` alternate text and expressions."""

    pieces: tuple[Expression, ...] = field(converter=as_tuple)


# --- conditions --------------------------------------------------------------------------------


@frozen
class Compare(Expression):
    """A condition over two values; false where either is missing."""

    operator: str
    left: Expression
    right: Expression

    @property
    def of_text(self) -> bool:
        """Whether a text is compared with a printed one."""
        return isinstance(self.right, Constant) and isinstance(self.right.value, str)


@frozen
class Filled(Expression):
    """A condition: the answer is neither blank nor a declared 无 that is no number."""

    of: Expression
    #: unreadable content does not count, as another problem speaks of it
    readable: bool = False


@frozen
class Known(Expression):
    """A condition: the name stands in a library column, whatever brackets it is written with."""

    name: Expression
    column: str


@frozen
class Says(Expression):
    """A condition: a text contains one of some words, after ``without`` is taken out of it.

    Either may be a text of single signs: "、，".
    """

    of: Expression
    words: tuple[str, ...] = field(converter=_words)
    without: tuple[str, ...] = field(converter=_words, default=())


@frozen
class SaysNone(Expression):
    """A condition: 无 is declared where pages, a list or a text are asked."""

    of: Expression


@frozen
class Among(Expression):
    """A condition: the value is one of the items of a list in one cell."""

    value: Expression
    items: Expression


@frozen
class EndsWith(Expression):
    """A condition: a text ends with one of some words."""

    of: Expression
    words: tuple[str, ...] = field(converter=as_tuple)


@frozen
class Begins(Expression):
    """A condition: the first character of a text is one of these."""

    of: Expression
    signs: str


@frozen
class Ticked(Expression):
    """A condition: the box of a checklist is ticked."""

    of: Expression


@frozen
class Not(Expression):
    """A condition: the other does not hold."""

    condition: Expression


@frozen
class AnyOf(Expression):
    """A condition: at least one of the conditions holds."""

    conditions: tuple[Expression, ...] = field(converter=as_tuple)


@frozen
class AllOf(Expression):
    """A condition: every one of the conditions holds."""

    conditions: tuple[Expression, ...] = field(converter=as_tuple)


def lift(value: Expression | str | float) -> Expression:
    """A plain value as an expression."""
    return value if isinstance(value, Expression) else Constant(value)


def answer(key: str) -> AnswerOf:
    """The answer with this key."""
    return AnswerOf(key)


def this(key: str, shift: int = 0) -> This:
    """The cell of this column in the same row, or ``shift`` rows below."""
    return This(key, shift)


def sentence(*pieces: Expression | str) -> Sentence:
    """Printed text with computed numbers in it."""
    return Sentence([lift(piece) for piece in pieces])


def is_one_of(column: str, *options: str) -> ColumnIs:
    """Rows whose ``column`` holds one of the options."""
    return ColumnIs(column, options)


def begins_with(column: str, *options: str) -> ColumnIs:
    """Rows whose ``column`` begins with one of the options: the classes of a branch by code."""
    return ColumnIs(column, options, begins=True)


def contains(column: str, *options: str) -> ColumnIs:
    """Rows whose list in ``column`` contains one of the options."""
    return ColumnIs(column, options, part=True)
