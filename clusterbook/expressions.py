"""Computed values and conditions, written once over keys.

An expression names answers by key (``economy.revenue.2025``), columns of libraries by key
(``existing_enterprises.is_scale``) and, inside a library, the other cells of the same row by
``this("revenue_y1")``. It has an Excel face here (``excel``) and a vectorised one in ``evaluate``;
both must say the same for any content, so the rules for blanks and texts stand with each class.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from attrs import field, fields, frozen

from clusterbook.kinds import NONE

DASH = "—"  # what a growth cell shows where no growth rate exists


def _as_tuple(items: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(items)


class Cells(Protocol):
    """What the Excel face needs to know of a layout, seen from one sheet."""

    def answer(self, key: str) -> str:
        """Address of one answer."""

    def column(self, key: str) -> str:
        """Range of one library column, first to last body row."""

    def this(self, key: str) -> str:
        """Address of another cell of the same row."""

    def none_is_zero(self, key: str) -> bool:
        """Whether a declared 无 in this field counts as 0."""


@frozen
class Expression:
    """Base of all expressions; operators build bigger ones."""

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

    def parts(self) -> Iterator[Expression]:
        """The expressions this one is made of."""
        for attribute in fields(type(self)):
            value = getattr(self, attribute.name)
            for part in value if isinstance(value, tuple) else (value,):
                if isinstance(part, Expression):
                    yield part

    def walk(self) -> Iterator[Expression]:
        """Yield the expression itself and all below it."""
        yield self
        for part in self.parts():
            yield from part.walk()


@frozen
class Answer(Expression):
    """One answer of a Form or Indicators block."""

    key: str


@frozen
class This(Expression):
    """Another cell of the same library row."""

    key: str


@frozen
class Constant(Expression):
    """A number or a text."""

    value: float | str | bool


@frozen
class Arithmetic(Expression):
    """Two numbers; empty where either is."""

    operator: str
    left: Expression
    right: Expression


@frozen
class Compare(Expression):
    """A condition over two values; false where either is empty."""

    operator: str
    left: Expression
    right: Expression


@frozen
class Filled(Expression):
    """A condition: the answer is not blank."""

    of: Expression


@frozen
class AnyOf(Expression):
    """A condition: at least one of the conditions holds."""

    conditions: tuple[Expression, ...] = field(converter=_as_tuple)


@frozen
class AllOf(Expression):
    """A condition: every one of the conditions holds."""

    conditions: tuple[Expression, ...] = field(converter=_as_tuple)


@frozen
class Total(Expression):
    """Sum of the numbers in a library column; empty while the column holds none."""

    column: str


@frozen
class Rows(Expression):
    """Number of library rows whose ``column`` is filled and for which every condition holds."""

    column: str
    where: tuple[ColumnIs, ...] = field(converter=_as_tuple, default=())


@frozen
class ColumnIs(Expression):
    """Condition over the rows of a library: the column holds one of the ``options``.

    With ``part`` the column is a list in one cell and must contain one of the options.
    """

    column: str
    options: tuple[str, ...] = field(converter=_as_tuple)
    part: bool = False


@frozen
class SumOf(Expression):
    """Sum of a few answers; empty until all of them are numbers."""

    terms: tuple[Expression, ...] = field(converter=_as_tuple)


@frozen
class Growth(Expression):
    """(now − base) ÷ base × 100, two decimals; empty until both are numbers, — where base ≤ 0.

    A base of zero or below has no growth rate (a loss that became a profit is 扭亏, not a rate).
    """

    base: Expression
    now: Expression


@frozen
class Points(Expression):
    """Difference of two percentages in percentage points, two decimals."""

    base: Expression
    now: Expression


@frozen
class YearlyGrowth(Expression):
    """Mean yearly growth over ``years``: ((now ÷ base)^(1/years) − 1) × 100; — where base ≤ 0."""

    base: Expression
    now: Expression
    years: int


@frozen
class Joined(Expression):
    """Texts or whole numbers joined by ``mark``; empty until all are there."""

    mark: str
    terms: tuple[Expression, ...] = field(converter=_as_tuple)


@frozen
class Listed(Expression):
    """The filled ones of a few answers, joined by ``mark``."""

    mark: str
    terms: tuple[Expression, ...] = field(converter=_as_tuple)


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

    pieces: tuple[Expression, ...] = field(converter=_as_tuple)


def lift(value: Expression | str | float) -> Expression:
    """A plain value as an expression."""
    return value if isinstance(value, Expression) else Constant(value)


def answer(key: str) -> Answer:
    """The answer with this key."""
    return Answer(key)


def this(key: str) -> This:
    """The cell of this column in the same row."""
    return This(key)


def sentence(*pieces: Expression | str) -> Sentence:
    """Printed text with computed numbers in it."""
    return Sentence([lift(piece) for piece in pieces])


def is_one_of(column: str, *options: str) -> ColumnIs:
    """Rows whose ``column`` holds one of the options."""
    return ColumnIs(column, options)


def contains(column: str, *options: str) -> ColumnIs:
    """Rows whose list in ``column`` contains one of the options."""
    return ColumnIs(column, options, part=True)


# --- the Excel face ----------------------------------------------------------------------------


def excel(expression: Expression, cells: Cells) -> str:
    """The formula text without '='. Classic functions only (Excel 2007, old WPS)."""
    return _Excel(cells).of(expression)


def quoted(text: str) -> str:
    """An Excel text literal. Excel refuses literals above 255 characters."""
    return '"' + text.replace('"', '""') + '"'


@frozen
class _Excel:
    """Writes expressions as formulas; one method per class of expression."""

    cells: Cells

    def of(self, node: Expression) -> str:
        method = getattr(self, "_" + type(node).__name__.lower())
        return str(method(node))

    def number(self, node: Expression) -> str:
        """``node`` as a number, a declared 无 as 0 where the field counts it so."""
        address = self.of(node)
        if isinstance(node, Answer | This) and self.cells.none_is_zero(node.key):
            return f'IF(TRIM({address})="{NONE}",0,{address})'
        return address

    def guarded(self, formula: str, *operands: Expression) -> str:
        """``formula`` once every operand is a number, else an empty text."""
        missing = "*".join(f"ISNUMBER({self.number(operand)})" for operand in operands)
        return f'IF({missing},{formula},"")'

    def _answer(self, node: Answer) -> str:
        return self.cells.answer(node.key)

    def _this(self, node: This) -> str:
        return self.cells.this(node.key)

    def _constant(self, node: Constant) -> str:
        return quoted(node.value) if isinstance(node.value, str) else f"{node.value:.15g}"

    def _arithmetic(self, node: Arithmetic) -> str:
        left, right = self.number(node.left), self.number(node.right)
        return self.guarded(f"({left}){node.operator}({right})", node.left, node.right)

    def _compare(self, node: Compare) -> str:
        left, right = self.of(node.left), self.of(node.right)
        if isinstance(node.right, Constant) and isinstance(node.right.value, str):
            return f"(TRIM({left}){node.operator}{right})"
        return f"IF(ISNUMBER({left})*ISNUMBER({right}),{left}{node.operator}{right},FALSE)"

    def _filled(self, node: Filled) -> str:
        return f'(TRIM({self.of(node.of)})<>"")'

    def _anyof(self, node: AnyOf) -> str:
        return f"OR({','.join(map(self.of, node.conditions))})"

    def _allof(self, node: AllOf) -> str:
        return f"AND({','.join(map(self.of, node.conditions))})"

    def _total(self, node: Total) -> str:
        column = self.cells.column(node.column)
        return f'IF(COUNT({column})=0,"",ROUND(SUM({column}),6))'

    def _rows(self, node: Rows) -> str:
        filled = f'(TRIM({self.cells.column(node.column)})<>"")'
        return f"SUMPRODUCT({'*'.join([filled, *map(self.of, node.where)])}*1)"

    def _columnis(self, node: ColumnIs) -> str:
        column = self.cells.column(node.column)
        if node.part:
            # Quotes of either style stand around 专精特新 in the printed form itself.
            folded = column
            for mark in ("“", "”", '""'):
                folded = f'SUBSTITUTE({folded},"{mark}","")'
            bare = [option.replace("“", "").replace("”", "") for option in node.options]
            found = [f"ISNUMBER(FIND({quoted(b)},{folded}))" for b in bare]
        else:
            found = [f"(TRIM({column})={quoted(option)})" for option in node.options]
        return f"(({'+'.join(found)})>0)"

    def _sumof(self, node: SumOf) -> str:
        total = "+".join(map(self.number, node.terms))
        return self.guarded(f"ROUND({total},6)", *node.terms)

    def _growth(self, node: Growth) -> str:
        base, now = self.number(node.base), self.number(node.now)
        rate = f"ROUND(({now}-{base})/{base}*100,2)"
        return self.guarded(f'IF({base}<=0,"{DASH}",{rate})', node.base, node.now)

    def _points(self, node: Points) -> str:
        difference = f"ROUND({self.number(node.now)}-{self.number(node.base)},2)"
        return self.guarded(difference, node.base, node.now)

    def _yearlygrowth(self, node: YearlyGrowth) -> str:
        base, now = self.number(node.base), self.number(node.now)
        rate = f"ROUND((({now}/{base})^(1/{node.years})-1)*100,2)"
        return self.guarded(f'IF(({base}<=0)+({now}<0)>0,"{DASH}",{rate})', node.base, node.now)

    def _joined(self, node: Joined) -> str:
        terms = [self.of(term) for term in node.terms]
        there = "*".join(f'(TRIM({term})<>"")' for term in terms)
        return f'IF({there},{f"&{quoted(node.mark)}&".join(terms)},"")'

    def _listed(self, node: Listed) -> str:
        first, *rest = [self.of(term) for term in node.terms]
        text = f"TRIM({first})"
        for term in rest:
            text += f'&IF(TRIM({term})="","",{quoted(node.mark)}&TRIM({term}))'
        return text

    def _same(self, node: Same) -> str:
        address = self.of(node.of)
        return f'IF({address}="","",{address})'

    def _dash(self, node: Dash) -> str:  # noqa: ARG002
        return quoted(DASH)

    def _sentence(self, node: Sentence) -> str:
        return "&".join(map(self.of, node.pieces))
