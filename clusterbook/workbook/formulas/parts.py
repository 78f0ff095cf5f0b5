"""The parts of a formula: values, operators and functions, each with what Excel makes of it.

A part knows beforehand which kinds of values it may come to and how a formula that holds it has
to be entered. What means something else in Excel than in LibreOffice is a ``FormulaFault``, as is
every function whose result is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeAlias

from attrs import define, field

from clusterbook.workbook.formulas.columns import lifting, lifting_one, lifting_two
from clusterbook.workbook.formulas.functions import ANY, LONGEST_CRITERION, L, N, T
from clusterbook.workbook.formulas.operators import IN_A_ROW, OPERATORS
from clusterbook.workbook.formulas.values import Array, Scalar

# What a formula needs to be entered as: anything will do, its arrays stand inside SUMPRODUCT, it is
# an array formula.
PLAIN, PRODUCT, ARRAY = 0, 1, 2
_ENDLESS = float("inf")
_COMPARISONS = frozenset(("=", "<>", "<", "<=", ">", ">="))


class FormulaFault(Exception):  # noqa: N818 - as in "a fault of the spec"
    """A formula that Excel would refuse, or would take for something else than we mean."""


class Reference(Protocol):
    """A cell or range that a formula refers to."""

    row: int
    col: int
    height: int
    width: int
    memo: dict[Any, Any]

    #: one of ``MARKS``
    mark: str
    #: its value, or its array if it is a range, once it is settled: a formula settles what it reads
    content: Any

    @property
    def single(self) -> bool:
        """Whether it is one cell."""

    def value(self) -> Scalar:
        """What a single cell holds."""

    def array(self) -> Array:
        """What the cells hold."""

    def moved(self, rows: int, cols: int, height: int, width: int) -> Reference | None:
        """Another range, seen from the first cell of this; None beyond the sheet."""


#: Works a part out over the blocks of a formula, its own from the given one on.
Run: TypeAlias = Callable[[Sequence[Any], int], Any]


@define(eq=False)
class FormulaPart:
    """A part of a formula: how it is worked out, and what is known of it beforehand.

    Nothing of it changes once it is handed on: ``but`` makes another one.

    ``kinds`` are flags of what it may come to, ``count`` its operands, ``needs`` how a formula that
    holds it has to be entered. ``where`` gives a place instead of its values.
    """

    run: Run = field(repr=False)
    kinds: int
    count: int = 0
    array: bool = False
    needs: int = PLAIN
    #: whether it matters where its operands stand, and not only what they hold
    placed: bool = False
    #: whether it reads other cells than those of its operands, or not all of them
    roams: bool = False
    #: which of its operands are only asked where they are: the first is the lowest bit
    unread: int = 0
    #: whether it is worked out once for the same places: see ``remembered``
    remembered: bool = False
    where: Run | None = field(default=None, repr=False)
    depth: int = 0
    # what a criterion is asked: whether anybody typed it, its longest text, the signs escaped in it
    typed: bool = False
    longest: float = _ENDLESS
    escapes: int = 0
    constant: Any = None
    compares: bool = False
    #: what SUBSTITUTE swaps texts of the formula in, and these, one after the other
    swapped: tuple[FormulaPart, tuple[tuple[str, str], ...]] | None = None

    def but(self, **facts: Any) -> FormulaPart:
        """The same with other facts; there are thousands, and attrs.evolve takes its time."""
        other = FormulaPart(
            self.run, self.kinds, self.count, self.array, self.needs, self.placed, self.roams,
            self.unread, self.remembered, self.where, self.depth, self.typed, self.longest,
            self.escapes, self.constant, self.compares, self.swapped,
        )  # fmt: skip
        for name, fact in facts.items():
            setattr(other, name, fact)
        return other


def require(condition: object, what: str) -> None:
    """FormulaFault, unless the condition holds."""
    if not condition:
        raise FormulaFault(what)


def needing(part: FormulaPart, needs: int) -> FormulaPart:
    """The same part, to be entered otherwise."""
    return part if part.needs == needs else part.but(needs=needs)


def fixed(value: Any, kinds: int, longest: float = _ENDLESS) -> FormulaPart:
    """A value that does not change."""
    return FormulaPart(lambda _b, _a: value, kinds, longest=longest, constant=value)


def literal(text: str) -> FormulaPart:
    """A text in quotes."""
    value = text[1:-1].replace('""', '"')
    return fixed(value, T, len(value))


def number(text: str) -> FormulaPart:
    """A number as it is written."""
    return fixed(float(text), N, len(text))


def logical(*, truth: bool) -> FormulaPart:
    """TRUE or FALSE."""
    return fixed(truth, L, 5)


def operand(*, single: bool, ours: bool) -> FormulaPart:
    """A cell or range, typed into or on a hidden sheet."""
    longest = LONGEST_CRITERION if ours else _ENDLESS
    return FormulaPart(lambda b, at: b[at].content, ANY, 1, array=not single,
                       where=lambda b, at: b[at], typed=not ours, longest=longest)  # fmt: skip


def binary(sign: str, left: FormulaPart, right: FormulaPart) -> FormulaPart:
    """Two parts with an operator between them."""
    call, gives = OPERATORS[sign]
    compares = sign in _COMPARISONS
    if compares:
        require(not left.compares, "a=b=c compares a logical with a value")
        _comparable(left.kinds, right.kinds)
    part = applied(call, [left, right], gives)
    part.compares = compares
    if sign == "&":
        part.longest = left.longest + right.longest
        part.escapes = left.escapes | right.escapes
    return part


def in_a_row(sign: str, parts: Sequence[FormulaPart]) -> FormulaPart:
    """Parts with the same operator between them, which binds from left to right."""
    if len(parts) > 2 and any(part.array for part in parts):  # noqa: PLR2004
        return applied(IN_A_ROW[sign], parts, N)
    made = parts[0]
    for part in parts[1:]:
        made = binary(sign, made, part)
    return made


def _comparable(left: int, right: int) -> None:
    """Whether two values can be compared: between kinds the kind alone decides."""
    pair = {left, right}
    require(pair != {L, N}, "a logical is compared with a number")
    require(pair != {T, N}, "a text is compared with a number")
    require(pair != {L, T}, "a logical is compared with a text")


# --- building ------------------------------------------------------------------------------------


def _joined(run: Run, parts: Sequence[FormulaPart], kinds: int, **more: Any) -> FormulaPart:
    """A part made of others."""
    part = FormulaPart(run, kinds, longest=25.0 if kinds == N else _ENDLESS)
    for one in parts:
        part.unread |= one.unread << part.count
        part.count += one.count
        part.needs = max(part.needs, one.needs)
        part.depth = max(part.depth, one.depth)
        part.typed = part.typed or one.typed
        part.placed = part.placed or one.placed
        part.roams = part.roams or one.roams
    for name, fact in more.items():
        setattr(part, name, fact)
    return part


def _lengths(parts: Sequence[FormulaPart]) -> list[int]:
    """Where the operands of each part begin."""
    starts, at = [], 0
    for part in parts:
        starts.append(at)
        at += part.count
    return starts


def _values(parts: Sequence[FormulaPart]) -> Callable[[Sequence[Any], int], list[Any]]:
    """Works several parts out."""
    if len(parts) == 1:
        only = parts[0].run
        return lambda b, at: [only(b, at)]
    pairs = [(part.run, start) for part, start in zip(parts, _lengths(parts), strict=True)]
    return lambda b, at: [run(b, at + start) for run, start in pairs]


def applied(call: Callable[..., Any], parts: Sequence[FormulaPart], kinds: int) -> FormulaPart:
    """A function of single values, place by place where one of its parts is an array."""
    array = any(part.array for part in parts)
    constants = [part.constant for part in parts[1:]]
    if None not in constants:  # most stand in the formula itself
        if array:
            call, constants = lifting_one(call, *constants), []
        run = _of_first(call, parts[0], *constants)
    elif len(parts) == 2:  # noqa: PLR2004
        run = _of_two(lifting_two(call) if array else call, *parts)
    else:
        run = _of_several(lifting(call) if array else lambda values: call(*values), parts)
    if not array:
        return _joined(run, parts, kinds)
    needs = max(PRODUCT, *[part.needs for part in parts])
    return remembered(_joined(run, parts, kinds, array=True, needs=needs))


def _of_first(call: Callable[..., Any], part: FormulaPart, *constants: Any) -> Run:
    only = part.run
    if not constants:
        return lambda b, at: call(only(b, at))
    if len(constants) == 1:
        constant = constants[0]
        return lambda b, at: call(only(b, at), constant)
    return lambda b, at: call(only(b, at), *constants)


def _of_two(call: Callable[[Any, Any], Any], first: FormulaPart, second: FormulaPart) -> Run:
    left, right, shift = first.run, second.run, first.count
    return lambda b, at: call(left(b, at), right(b, at + shift))


def _of_several(call: Callable[[Sequence[Any]], Any], parts: Sequence[FormulaPart]) -> Run:
    values = _values(parts)
    return lambda b, at: call(values(b, at))


def remembered(part: FormulaPart) -> FormulaPart:
    """An array is worked out once for the same places, however many formulas hold it."""
    if part.remembered or not (part.array and part.count and part.where is None):
        return part
    run, count, name = part.run, part.count, object()

    def once(blocks: Sequence[Any], at: int) -> Any:
        key = (name, *blocks[at : at + count])
        memo = blocks[at].memo
        known = memo.get(key)
        if known is None:  # an array never is
            known = memo[key] = run(blocks, at)
        return known

    return part.but(run=once, remembered=True)


# --- functions -----------------------------------------------------------------------------------


# places


# what asks a whole range
