"""Formulas with brackets around every operation: two that differ in needless brackets are one.

Some programs write a formula anew from what they made of it, and leave out what it does not need.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_WORD: Final = r"""[^\s()+\-*/^&=<>,;"'%{}]"""
_PLACE: Final = rf"{_WORD}+![0-9]+,[0-9@~]+"  # as ``issued_formulas`` writes a reference
_TOKEN: Final = re.compile(
    rf'(?P<value>"(?:[^"]|"")*"|{_PLACE}(?::{_PLACE})?|[0-9.]+E[+-][0-9]+|{_WORD}+)'
    r"|(?P<sign><>|<=|>=|[-+*/^&=<>%(),])"
)
_BINDS: Final = {
    "=": 1, "<>": 1, "<": 1, "<=": 1, ">": 1, ">=": 1, "&": 2, "+": 3, "-": 3, "*": 4, "/": 4,
    "^": 5,
}  # fmt: skip
_LONGEST: Final = 8_192  # characters that Excel allows
_DEEPEST: Final = 100  # brackets within brackets; Excel allows 64


class _OddError(Exception):
    """Not a formula that is read here."""


@lru_cache(maxsize=1024)
def bracketed(formula: str) -> str | None:
    """The formula with brackets around each operation; None for one of an unknown shape."""
    if len(formula) > _LONGEST:
        return None
    tokens: list[tuple[str, bool]] = []
    end = 0
    for found in _TOKEN.finditer(formula):
        if found.start() != end:
            return None
        tokens.append((found[0], found["value"] is not None))
        end = found.end()
    reader = _Reader(tokens)
    try:
        whole = reader.expression(0)
    except _OddError:
        return None
    return whole if end == len(formula) and reader.at == len(tokens) else None


class _Reader:
    """Reads tokens, each with whether it is a value or a word."""

    def __init__(self, tokens: list[tuple[str, bool]]) -> None:
        self.tokens = tokens
        self.at = self.depth = 0

    def _sign(self) -> str:
        """The next sign; '' where there is none."""
        text, is_value = self.tokens[self.at] if self.at < len(self.tokens) else ("", False)
        return "" if is_value else text

    def expression(self, least: int) -> str:
        """Operators that bind at least so fast; those of one rank from left to right."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise _OddError
        left = self._operand()
        while (rank := _BINDS.get(sign := self._sign(), 0)) and rank >= least:
            self.at += 1
            left = f"({left}{sign}{self.expression(rank + 1)})"
        self.depth -= 1
        return left

    def _operand(self) -> str:
        signs = ""
        while (sign := self._sign()) in ("-", "+"):
            signs += sign
            self.at += 1
        value = self._value()
        value = f"({signs}{value})" if signs else value
        while self._sign() == "%":
            self.at += 1
            value = f"({value}%)"
        return value

    def _value(self) -> str:
        if self._sign() == "(":
            return self._within("")
        if self.at >= len(self.tokens) or self._sign():
            raise _OddError
        word = self.tokens[self.at][0]
        self.at += 1
        return self._within(word) if self._sign() == "(" else word

    def _within(self, name: str) -> str:
        """What stands in brackets: the arguments of a function, or one expression."""
        self.at += 1
        arguments = [self._argument()]
        while self._sign() == "," and name:
            self.at += 1
            arguments.append(self._argument())
        if self._sign() != ")" or not (name or arguments[0]):
            raise _OddError
        self.at += 1
        return f"{name}({','.join(arguments)})" if name else arguments[0]

    def _argument(self) -> str:
        return "" if self._sign() in (",", ")") else self.expression(0)
