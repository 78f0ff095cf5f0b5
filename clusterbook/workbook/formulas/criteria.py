"""What COUNTIF, SUMIF and MATCH look for, as Excel compares it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from clusterbook.workbook.formulas.functions import LONGEST_CRITERION, sum_at
from clusterbook.workbook.formulas.values import (
    NA,
    VALUE,
    Array,
    ExcelError,
    as_number,
    number_text,
    takes_more,
)

_OPERATOR = re.compile("<>|<=|>=|[<>=]")
_MOST_KNOWN = 5_000  # criteria of which a range remembers who meets them
_WILD = re.compile(r"~?[*?]|~~")


class Candidates:
    """The values of a range, made ready for criteria: the same ranges are asked often."""

    def __init__(self, array: Array) -> None:
        # Not the array itself, which keeps these.
        self.head, self.tail, self.size = array.head, array.tail, array.size
        self.places: dict[Any, list[int]] = {}
        for index, value in enumerate(array.whole() if array.tail is not None else array.head):
            if value is not None and type(value) is not ExcelError:
                self.places.setdefault(_folded(value), []).append(index)
        self.known: dict[Any, frozenset[int] | ExcelError] = {}
        self.counted: dict[str, float | ExcelError] = {}
        self.ordered: dict[Any, list[int]] = {}

    def positions(self, criterion: Any) -> frozenset[int] | ExcelError:
        """The places (from 0) that meet a criterion of COUNTIF, SUMIF and their like."""
        if isinstance(criterion, ExcelError):
            return criterion
        key = type(criterion), criterion
        if key not in self.known:
            if len(self.known) >= _MOST_KNOWN:
                self.known.clear()
            found = self._meeting(criterion)
            self.known[key] = found if isinstance(found, ExcelError) else frozenset(found)
        return self.known[key]

    def count(self, criterion: Any) -> float | ExcelError:
        """How many places meet a criterion: COUNTIF."""
        text = type(criterion) is str
        if text and criterion in self.counted:
            return self.counted[criterion]
        places = self.positions(criterion)
        count = places if isinstance(places, ExcelError) else float(len(places))
        if text:
            if len(self.counted) >= _MOST_KNOWN:
                self.counted.clear()
            self.counted[criterion] = count
        return count

    def total(self, summed: Array, criterion: Any) -> float | ExcelError:
        """What stands in another range at the places that meet a criterion, in all: SUMIF."""
        key = type(criterion), criterion
        if key not in self.ordered:
            places = self.positions(criterion)
            if isinstance(places, ExcelError):
                return places
            if len(self.ordered) >= _MOST_KNOWN:
                self.ordered.clear()
            self.ordered[key] = sorted(places)
        return sum_at(summed, self.ordered[key])

    def _meeting(self, criterion: Any) -> Iterable[int] | ExcelError:
        if not isinstance(criterion, str):
            return self._equal(0.0 if criterion is None else criterion)
        if takes_more(criterion, LONGEST_CRITERION):
            return VALUE
        found = _OPERATOR.match(criterion)
        operator = found[0] if found else ""
        operand = criterion[len(operator) :]
        if operator in ("", "="):
            return self._alike(operand, bare=not operator)
        if operator == "<>":
            same = set(self._alike(operand, bare=False))
            return (index for index in range(self.size) if index not in same)
        return self._beyond(operator, operand)

    def _equal(self, value: Any) -> Iterable[int]:
        found = list(self.places.get(_folded(value), ()))
        if type(value) is float:
            found += self.places.get((1, number_text(value)), ())
        return found

    def _alike(self, operand: str, *, bare: bool) -> Iterable[int]:
        if not operand:
            # "" meets blanks and empty texts, "=" blanks alone.
            blanks = [index for index, value in enumerate(self.head) if value is None]
            if self.tail is None:
                blanks += range(len(self.head), self.size)
            return [*blanks, *(self.places.get((1, ""), ()) if bare else ())]
        number = as_number(operand)
        if type(number) is float:
            return [*self._equal(number), *(
                index for key, places in self.places.items()
                if key[0] == 1 and key[1] != number_text(number)
                and as_number(key[1]) == number for index in places
            )]  # fmt: skip
        if not _WILD.search(operand):
            return self.places.get((1, operand.lower()), ())
        fits = wildcards(operand)
        return [index for key, places in self.places.items()
                if key[0] == 1 and fits(key[1]) for index in places]  # fmt: skip

    def _beyond(self, operator: str, operand: str) -> Iterable[int]:
        bound = as_number(operand)
        kind, limit = (0, bound) if type(bound) is float else (1, operand.lower())
        tests: dict[str, Callable[[Any, Any], bool]] = {
            "<": lambda a, b: a < b, ">": lambda a, b: a > b,
            "<=": lambda a, b: a <= b, ">=": lambda a, b: a >= b,
        }  # fmt: skip
        meets = tests[operator]
        return [index for key, places in self.places.items()
                if key[0] == kind and meets(key[1], limit) for index in places]  # fmt: skip

    def match(self, value: Any) -> Any:
        """MATCH(value, range, 0), from 1; a text takes wildcards."""
        if isinstance(value, ExcelError):
            return value
        if isinstance(value, str):
            if takes_more(value, LONGEST_CRITERION):
                return VALUE
            if _WILD.search(value):
                fits = wildcards(value)
                found = [i for key, places in self.places.items()
                         if key[0] == 1 and fits(key[1]) for i in places]  # fmt: skip
                return float(min(found) + 1) if found else NA
        places = self.places.get(_folded(0.0 if value is None else value))
        return float(places[0] + 1) if places else NA


def _folded(value: Any) -> tuple[int, Any]:
    """A key under which values that Excel holds equal meet."""
    if isinstance(value, bool):
        return 2, value
    return (1, value.lower()) if isinstance(value, str) else (0, value)


def wildcards(text: str) -> Callable[[str], object]:
    """A criterion as a test: * is any text, ? one character, ~ before them the sign itself."""
    pieces: list[str] = [""]  # between the wildcards, which stand at every second place
    at = 0
    for found in _WILD.finditer(text):
        pieces[-1] += text[at : found.start()]
        if found[0] in ("*", "?"):
            pieces += [found[0], ""]
        else:
            pieces[-1] += found[0][-1]
        at = found.end()
    pieces[-1] += text[at:]
    return _pattern(pieces) if "*" in pieces[1::2] else _of_one_length(pieces)


def _pattern(pieces: list[str]) -> Callable[[str], object]:
    parts = [re.escape(piece.lower()) for piece in pieces]
    parts[1::2] = [".*" if sign == "*" else "." for sign in pieces[1::2]]
    return re.compile("".join(parts), re.DOTALL).fullmatch


def _of_one_length(pieces: list[str]) -> Callable[[str], object]:
    """Without * each piece has its place: compiling a pattern takes a hundred times as long."""
    texts, at = [], 0
    for piece in map(str.lower, pieces[::2]):
        if piece:
            texts.append((piece, at))
        at += len(piece) + 1
    length = at - 1
    return lambda text: len(text) == length and all(text.startswith(*one) for one in texts)
