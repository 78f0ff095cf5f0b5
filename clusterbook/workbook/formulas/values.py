"""Values as Excel has them: blanks, numbers, texts, logicals, errors, and how they compare.

Numbers come before texts and texts before logicals; a logical never equals a number. This is the
order of Excel, WPS and every engine that follows them (Microsoft, "Calculation operators and
precedence in Excel"); LibreOffice takes logicals for numbers.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeAlias

from attrs import define, frozen


@frozen
class ExcelError:
    """An error as a value, such as #VALUE!."""

    code: str


VALUE, DIV0, NA, NUM, REF = map(ExcelError, ("#VALUE!", "#DIV/0!", "#N/A", "#NUM!", "#REF!"))

#: What a cell holds or a formula gives; None is a blank cell.
Scalar: TypeAlias = float | str | bool | ExcelError | None

_NUMBER = re.compile(r"\s*[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?(?:[eE][+-]?\d+)?\s*(%?)\s*")
_DIGITS = re.compile(r"\d")
# Excel shows whole numbers of up to so many digits as they are, larger ones with an exponent.
_LONGEST_WHOLE = 1e20
_ALL_DIGITS = 1e15  # whole numbers below it have no more than the fifteen digits that Excel keeps


#: Of what kind all values of an array are: nobody has asked; numbers, logicals, texts, texts and
#: blanks, numbers and blanks, errors; or several kinds.
UNASKED, NUMBERS, LOGICALS, TEXTS, TEXTS_AND_BLANKS, NUMBERS_AND_BLANKS, ERRORS, MIXED = range(8)
_KINDS: dict[frozenset[type], int] = {
    frozenset((float,)): NUMBERS,
    frozenset((float, type(None))): NUMBERS_AND_BLANKS,
    frozenset((bool,)): LOGICALS,
    frozenset((str,)): TEXTS,
    frozenset((str, type(None))): TEXTS_AND_BLANKS,
    frozenset((type(None),)): TEXTS_AND_BLANKS,
    frozenset((ExcelError,)): ERRORS,
}
#: Stands between texts that are looked through together: no cell can hold it.
SEPARATOR = "\0"


@define(slots=True)
class Array:
    """Values of ``rows`` × ``cols`` cells, row by row: first ``head``, all others ``tail``.

    Bodies of libraries are blank from some row on; what is worked out over them is, too.
    """

    head: list[Any]
    tail: Any
    rows: int
    cols: int = 1
    #: that of ``head``, without ``tail``
    kind: int = UNASKED
    # Its texts, blanks as empty ones, and all of them in one; "" where one holds the separator.
    _texts: list[str] | None = None
    _joined: str | None = None
    _lowered: list[str] | None = None
    # Its numbers, blanks as 0.
    _numbers: list[float] | None = None
    #: its numbers in order or its first error, once somebody has asked for them
    ordered: Any = None
    #: its values as criteria look for them (``criteria.Candidates``), once somebody has
    listed: Any = None

    @property
    def size(self) -> int:
        """How many values there are."""
        return self.rows * self.cols

    def asked_kind(self) -> int:
        """The kind of the values of ``head``."""
        if not self.kind:
            self.kind = _KINDS.get(frozenset(map(type, self.head)), MIXED)
        return self.kind

    def numbers(self) -> list[float] | None:
        """``head`` as numbers; None where there are other values than numbers and blanks."""
        kind = self.kind or self.asked_kind()
        if kind == NUMBERS:
            return self.head
        if kind != NUMBERS_AND_BLANKS:
            return None
        if self._numbers is None:
            self._numbers = [0.0 if one is None else one for one in self.head]
        return self._numbers

    def texts(self) -> list[str] | None:
        """``head`` as texts; None where there are other values than texts and blanks."""
        kind = self.kind or self.asked_kind()
        if kind == TEXTS:
            return self.head
        if kind != TEXTS_AND_BLANKS:
            return None
        if self._texts is None:
            self._texts = ["" if one is None else one for one in self.head]
        return self._texts

    def lowered(self) -> list[str] | None:
        """``texts`` in small letters, as they are compared."""
        if self._lowered is None:
            texts = self.texts()
            self._lowered = None if texts is None else list(map(str.lower, texts))
        return self._lowered

    def joined(self) -> str:
        """All its texts with the separator between them; "" where that cannot be."""
        if self._joined is None:
            texts = self.texts() or []
            joined = SEPARATOR.join(texts)
            self._joined = joined if joined.count(SEPARATOR) == len(texts) - 1 else ""
        return self._joined

    def padded(self, most: int) -> Array:
        """The same with so many values in ``head``."""
        missing = most - len(self.head)
        if not missing:
            return self
        return Array(self.head + [self.tail] * missing, self.tail, self.rows, self.cols)

    def whole(self) -> list[Any]:
        """Every value."""
        return self.head + [self.tail] * (self.size - len(self.head))

    def first(self) -> Any:
        """The value of the first cell."""
        return self.head[0] if self.head else self.tail

    def at(self, row: int, col: int) -> Any:
        """The value at a place counted from 0."""
        index = row * self.cols + col
        return self.head[index] if index < len(self.head) else self.tail


def as_number(value: Scalar) -> float | ExcelError:
    """A value where a number is asked: blanks are 0, logicals 1 and 0, texts only if digits."""
    if type(value) is float:
        return value
    if value is None:
        return 0.0
    if isinstance(value, str):
        found = None if value.isalpha() else _NUMBER.fullmatch(value)
        if not found or not _DIGITS.search(value):
            return VALUE
        number = float(value.strip().rstrip("% ").replace(",", ""))
        return number / 100 if found[1] else number
    return value if isinstance(value, ExcelError) else float(value)


def as_text(value: Scalar) -> str | ExcelError:
    """A value where a text is asked: numbers with up to fifteen digits."""
    if isinstance(value, str | ExcelError):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return number_text(value)


def identical(one: Any, other: Any) -> bool:
    """Whether two values are equal and of one kind: TRUE is not 1, nor -0.0 the same as 0.0."""
    if one is other:
        return True
    same: bool = type(one) is type(other) and one == other
    return same and (one != 0 or repr(one) == repr(other))


def all_identical(ours: list[Any], others: list[Any]) -> bool:
    """Whether there are as many values, each identical to the other in its place."""
    return all_alike(ours, others) and (0 not in ours or all(map(identical, ours, others)))


def all_alike(ours: list[Any], others: list[Any]) -> bool:
    """The same, but that 0.0 may stand for -0.0, as where they are only written."""
    return ours == others and list(map(type, ours)) == list(map(type, others))


def one_unit_each(text: str) -> bool:
    """Whether each character counts once, as Excel counts in UTF-16."""
    return text.isascii() or len(text.encode("utf-16-le", "surrogatepass")) == 2 * len(text)


def units(text: str) -> int:
    """Length as Excel counts it, in UTF-16."""
    if one_unit_each(text):
        return len(text)
    return len(text) + sum(1 for sign in text if ord(sign) > 0xFFFF)  # noqa: PLR2004


def takes_more(text: str, most: int) -> bool:
    """Whether a text has more units than that."""
    return 2 * len(text) > most and units(text) > most


def number_text(number: float) -> str:
    """A number in General format."""
    if number == int(number) and abs(number) < _LONGEST_WHOLE:
        return str(int(number if abs(number) < _ALL_DIGITS else float(f"{number:.15g}")))
    text = f"{number:.15g}"
    mantissa, _, exponent = text.partition("e")
    return f"{mantissa}E{int(exponent):+03d}" if exponent else text


def as_truth(value: Scalar) -> bool | ExcelError:
    """A value where a condition is asked."""
    if isinstance(value, bool | ExcelError):
        return value
    if value is None:
        return False
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower(), VALUE)
    return value != 0


def rank(value: Scalar) -> int:
    """Numbers before texts before logicals."""
    return 2 if isinstance(value, bool) else 1 if isinstance(value, str) else 0


def compared(left: Scalar, right: Scalar) -> int | ExcelError:
    """-1, 0 or 1 as the left one is below, the same as or above the right one."""
    if isinstance(left, ExcelError):
        return left
    if isinstance(right, ExcelError):
        return right
    if left is None:
        left = _blank_as(right)
    if right is None:
        right = _blank_as(left)
    ranks = rank(left), rank(right)
    if ranks[0] != ranks[1]:
        return -1 if ranks[0] < ranks[1] else 1
    if isinstance(left, str):
        left, right = left.lower(), str(right).lower()
    return (left > right) - (left < right)  # type: ignore[operator]


def _blank_as(other: Scalar) -> Scalar:
    """A blank cell beside another value."""
    return "" if isinstance(other, str) else False if isinstance(other, bool) else 0.0


def rounded(number: float, digits: int) -> float:
    """Halves away from zero, of the fifteen digits that Excel keeps."""
    if digits > 15 or abs(number) >= _LONGEST_WHOLE:  # noqa: PLR2004
        return number
    if digits >= 0 and abs(number) < _ALL_DIGITS and number == int(number):
        return number
    step = Decimal(1).scaleb(-digits)
    return float(Decimal(f"{number:.15g}").quantize(step, ROUND_HALF_UP))
