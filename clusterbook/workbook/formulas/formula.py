"""Formulas taken apart: what Excel makes of each is known before a workbook is written.

A formula is read from the innermost brackets outwards. What stands in one pair of brackets is
compiled once, however many formulas hold it; addresses and names are handed in when it is worked
out. Compiling is the type check, too (``parts``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from clusterbook.workbook.formulas.calls import call_of
from clusterbook.workbook.formulas.functions import N
from clusterbook.workbook.formulas.operators import IN_A_ROW, negative, positive
from clusterbook.workbook.formulas.parts import (
    ARRAY,
    PLAIN,
    PRODUCT,
    FormulaFault,
    FormulaPart,
    Reference,
    applied,
    in_a_row,
    literal,
    logical,
    needing,
    number,
    operand,
    remembered,
    require,
)

__all__ = [
    "ARRAY",
    "MARKS",
    "PLAIN",
    "PRODUCT",
    "FormulaFault",
    "FormulaPart",
    "compiled",
    "taken_apart",
]

_NEEDS = {
    PRODUCT: "a range where one value is asked, outside SUMPRODUCT (implicit intersection)",
    ARRAY: "IF over a range outside an array formula",
}
DEEPEST = 64  # functions within functions that Excel takes

# Texts, and words with all that belongs to an address: functions, numbers, cells, ranges, names.
_SPLIT = re.compile(r"""("(?:[^"]|"")*"|(?:'(?:[^']|'')+'!)?[$\w][\w.$!:]*)""")
_LOGICALS = ("TRUE", "FALSE")
_INNERMOST = re.compile(r"(?:(?<![A-Z0-9.])[A-Z][A-Z0-9.]*+)?\([^()]*+\)")
# While a formula is read an operand is one sign, by whether it is one cell and whether it stands
# on a hidden sheet of ours. What is compiled already has a sign from the planes of private use.
MARKS = {(True, False): "\ue000", (True, True): "\ue001",
         (False, False): "\ue002", (False, True): "\ue003"}  # fmt: skip
_FIRST_PART, _MOST_PARTS = 0xF0000, 0x1FFF0
_TOKEN = re.compile(
    r"\s*(<>|<=|>=|[-+*/^&=<>,]|[\ue000-\ue003\U000f0000-\U0010ffff]"
    r"|[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?|TRUE|FALSE)\s*"
)
_BINDS = {"=": 1, "<>": 1, "<": 1, "<=": 1, ">": 1, ">=": 1, "&": 2, "+": 3, "-": 3, "*": 4,
          "/": 4, "^": 5}  # fmt: skip


@lru_cache(maxsize=16384)
def taken_apart(formula: str) -> tuple[str, tuple[str, ...], tuple[int, ...]]:
    """The shape of a formula without '=', what it refers to, and which of them stands where."""
    parts = _SPLIT.split(formula)
    operands: dict[str, int] = {}
    places: list[int] = []
    for index in range(1, len(parts), 2):
        part = parts[index]
        first = part[0]
        if first == '"':
            parts[index] = _sign_of(part)
        elif not (first.isdigit() or parts[index + 1][:1] == "(" or part in _LOGICALS):
            places.append(operands.setdefault(part, len(operands)))
            parts[index] = "\0"
    return "".join(parts), tuple(operands), tuple(places)


def compiled(shape: str, operands: Sequence[Reference], mode: int) -> FormulaPart:
    """The formula of a shape; ``operands`` only tell which are single cells and which are ours."""
    part = _of_shape(shape, "".join([one.mark for one in operands]))
    require(part.needs <= mode, _NEEDS.get(part.needs, ""))
    return part


@lru_cache(maxsize=16384)
def _of_shape(shape: str, marks: str) -> FormulaPart:
    pieces = shape.split("\0")
    text = "".join(piece + mark for piece, mark in zip(pieces, (*marks, ""), strict=True))
    part = _parsed(_flat(text))
    require(part.depth <= DEEPEST, f"more than {DEEPEST} functions within each other")
    return needing(part, max(part.needs, PRODUCT)) if part.array else part


def _flat(text: str) -> str:
    """A formula with a sign for each pair of brackets, the innermost first."""
    while "(" in text:
        within = _INNERMOST.sub(lambda found: _sign_of(found[0]), text)
        require(within != text, "brackets that do not close")
        text = within
    require(")" not in text, "brackets that do not open")
    return text


# --- reading -------------------------------------------------------------------------------------

_OPERANDS = {mark: operand(single=single, ours=ours) for (single, ours), mark in MARKS.items()}
_SIGNS: dict[str, str] = {}
_PARTS: dict[str, FormulaPart] = {}


def _sign_of(text: str) -> str:
    """The sign of a part in brackets or a text: compiled when it is first met."""
    sign = _SIGNS.get(text)
    if sign is None:
        part = literal(text) if text[0] == '"' else _in_brackets(text)
        if len(_SIGNS) >= _MOST_PARTS:
            raise FormulaFault("more different parts of formulas than there are signs for")
        sign = _SIGNS[text] = chr(_FIRST_PART + len(_SIGNS))
        _PARTS[sign] = part
    return sign


def _in_brackets(text: str) -> FormulaPart:
    name, _, inside = text[:-1].partition("(")
    if not name:
        return _parsed(inside).but(compares=False)
    arguments = [_parsed(one) for one in inside.split(",")] if inside.strip() else []
    part = remembered(call_of(name, arguments))
    part.depth += 1
    return part


@lru_cache(maxsize=16384)
def _parsed(text: str) -> FormulaPart:
    """A part without brackets: operators between operands."""
    tokens, at = [], 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise FormulaFault(f"not to be read: {text[at:]!r}")
        tokens.append(found[1])
        at = found.end()
    reader = _Reader(tokens)
    part = reader.expression(0)
    require(reader.at == len(tokens), "not to be read")
    return part


class _Reader:
    """Reads the tokens of one part."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.at = 0

    def expression(self, least: int) -> FormulaPart:
        """Operators that bind at least so fast; those of one rank from left to right."""
        left = self.operand()
        while self.at < len(self.tokens):
            sign = self.tokens[self.at]
            rank = _BINDS.get(sign, -1)
            if rank < least or rank < 0:
                break
            operands = [left]
            while self.tokens[self.at : self.at + 1] == [sign]:
                self.at += 1
                operands.append(self.expression(rank + 1))
                if sign not in IN_A_ROW:
                    break
            left = in_a_row(sign, operands)
        return left

    def operand(self) -> FormulaPart:
        """A value, or a sign before one."""
        require(self.at < len(self.tokens), "something is missing")
        sign = self.tokens[self.at]
        self.at += 1
        if sign in "-+":
            inner = self.operand()
            return applied(negative if sign == "-" else positive, [inner], N)
        if sign in _PARTS:
            return _PARTS[sign]
        if sign in _OPERANDS:
            return _OPERANDS[sign]
        if sign in _LOGICALS:
            return logical(truth=sign == "TRUE")
        require(sign[0].isdigit(), f"{sign!r} where a value is asked")
        return number(sign)
