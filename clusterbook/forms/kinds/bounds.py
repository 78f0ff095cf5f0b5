"""Bounds of values, as data: each class has all that anybody makes of it, side by side.

A bound has six faces. ``holds`` says of one value, and ``broken`` of a whole column, whether it is
kept; ``fault`` is the same as an Excel condition; ``words`` tell it to whoever fills in the cell;
``described`` is what the data dictionary says of it, ``json_schema`` the schema of the documents.
The seventh, the check of pandera, is registered by class where pandera is known
(``validation.schema``); a class that has none there is checked by ``broken``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import field, frozen

from clusterbook.forms.kinds.excel import criterion, excel_length, replaced
from clusterbook.forms.parsing.folding import visible_length
from clusterbook.forms.parsing.names import NONE

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[Any]

ITEM_MARK = "、"
# What else people put between the items of a list.
ITEM_MARKS = ("，", ",", "；", ";", "/", "\n")
# Marks in an Excel condition that stand for the defined names of lists: of options and their
# parents, of the words for “later” and “nothing”. The layout fills in the names.
OPTIONS, PARENTS, PARENT = "{options}", "{parents}", "{parent}"
_SHOWN_OPTIONS = 40


def figure(number: float) -> str:
    """A number with all of its digits, for formulas and sentences."""
    return format(Decimal(f"{number:.15g}"), "f")


@frozen
class Bound:
    """What each value of a kind must keep to. A value that is missing is no matter of a bound."""

    #: code of the catalogue that tells a value out of bounds
    code: ClassVar[str] = "V291"

    def holds(self, value: Any) -> bool:
        """Whether a value is within."""
        raise NotImplementedError

    def broken(self, values: Array, missing: Array) -> Array:
        """Where a column is out of bounds, missing values passed over."""
        import numpy as np  # noqa: PLC0415 - a blank is made without it

        given = zip(values.tolist(), missing.tolist(), strict=True)
        return np.array([not none and not self.holds(value) for value, none in given], dtype=bool)

    def fault(self, cell: str) -> str:  # noqa: ARG002
        """Excel condition: a filled cell is out of bounds; '' where a cell cannot tell.

        Never an error, whatever stands there, and cell by cell for a range.
        """
        return ""

    @property
    def words(self) -> str:
        """The bound in words, as part of a sentence: 不小于0."""
        raise NotImplementedError

    @property
    def described(self) -> Mapping[str, Any]:
        """What the data dictionary says of it."""
        return {}

    @property
    def json_schema(self) -> Mapping[str, Any]:
        """Keywords of JSON Schema that say the same of a value that is there."""
        return {}

    def facts(self, value: Any) -> Mapping[str, Any]:  # noqa: ARG002
        """What the sentence of ``code`` names, for a value out of bounds."""
        return {"help": f"要求：{self.words}", "help_en": f"It must be: {self.words}"}


@frozen
class Low(Bound):
    """A number that is not below ``least``."""

    code: ClassVar[str] = "V203"
    least: float

    def holds(self, value: Any) -> bool:
        """Not below."""
        return bool(value >= self.least)

    def broken(self, values: Array, missing: Array) -> Array:
        """Below, all at once."""
        return ~missing & (values < self.least)

    def fault(self, cell: str) -> str:
        """A number below."""
        return f"ISNUMBER({cell})*({cell}<{figure(self.least)})"

    @property
    def words(self) -> str:
        """不能为负数, 不小于5."""
        return f"不小于{figure(self.least)}" if self.least else "不能为负数"

    @property
    def described(self) -> Mapping[str, Any]:
        """The minimum."""
        return {"minimum": self.least}

    @property
    def json_schema(self) -> Mapping[str, Any]:
        """The minimum."""
        return {"minimum": self.least}

    def facts(self, value: Any) -> Mapping[str, Any]:  # noqa: ARG002
        """The limit."""
        return {"limit": figure(self.least)}


@frozen
class High(Bound):
    """A number that is not above ``most``."""

    code: ClassVar[str] = "V204"
    most: float

    def holds(self, value: Any) -> bool:
        """Not above."""
        return bool(value <= self.most)

    def broken(self, values: Array, missing: Array) -> Array:
        """Above, all at once."""
        return ~missing & (values > self.most)

    def fault(self, cell: str) -> str:
        """A number above."""
        return f"ISNUMBER({cell})*({cell}>{figure(self.most)})"

    @property
    def words(self) -> str:
        """不大于100."""
        return f"不大于{figure(self.most)}"

    @property
    def described(self) -> Mapping[str, Any]:
        """The maximum."""
        return {"maximum": self.most}

    @property
    def json_schema(self) -> Mapping[str, Any]:
        """The maximum."""
        return {"maximum": self.most}

    def facts(self, value: Any) -> Mapping[str, Any]:  # noqa: ARG002
        """The limit."""
        return {"limit": figure(self.most)}


@frozen
class Whole(Bound):
    """A whole number."""

    code: ClassVar[str] = "V202"

    def holds(self, value: Any) -> bool:
        """Without decimals."""
        return bool(float(value).is_integer())

    def broken(self, values: Array, missing: Array) -> Array:
        """With decimals, all at once."""
        broken: Array = ~missing & (values % 1 != 0)
        return broken

    def fault(self, cell: str) -> str:
        """An error, and so no number, for whole ones and texts; no IF, which would need arrays."""
        return f"ISNUMBER(1/({cell}-INT({cell})))"

    @property
    def words(self) -> str:
        """整数."""
        return "整数"

    @property
    def json_schema(self) -> Mapping[str, Any]:
        """A multiple of one."""
        return {"multipleOf": 1}

    def facts(self, value: Any) -> Mapping[str, Any]:  # noqa: ARG002
        """The sentence needs none."""
        return {}


@frozen
class Steps(Bound):
    """A number that is a multiple of ``step``: 0.5 takes 3 and 3.5, and not 3.2."""

    step: float

    def holds(self, value: Any) -> bool:
        """A multiple, as far as six digits tell."""
        return bool(round(float(value) / self.step, 6).is_integer())

    def fault(self, cell: str) -> str:
        """As ``Whole`` of how many steps it is."""
        steps = f"ROUND({cell}/{figure(self.step)},6)"
        return f"ISNUMBER(1/({steps}-INT({steps})))"

    @property
    def words(self) -> str:
        """每0.5一档."""
        return f"每{figure(self.step)}一档"

    @property
    def described(self) -> Mapping[str, Any]:
        """The step."""
        return {"step": self.step}

    @property
    def json_schema(self) -> Mapping[str, Any]:
        """A multiple of the step."""
        return {"multipleOf": self.step}


def _listing(options: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(options)


@frozen
class OneOf(Bound):
    """One of ``options``; ``printed`` are their texts in the workbook where they are others."""

    code: ClassVar[str] = "V230"
    options: tuple[Any, ...] = field(converter=_listing)
    printed: tuple[str, ...] = field(converter=_listing, default=())

    @property
    def texts(self) -> tuple[str, ...]:
        """The options as they are printed."""
        return self.printed or tuple(map(str, self.options))

    def holds(self, value: Any) -> bool:
        """One of them."""
        return value in self.options

    def fault(self, cell: str) -> str:
        """Not in the list, to whose name ``{options}`` leads."""
        return f"(COUNTIF({OPTIONS},{criterion(cell)})=0)"

    @property
    def words(self) -> str:
        """从“甲、乙”中选一项."""
        return f"从“{_phrase(self.texts)}”中选一项"

    @property
    def described(self) -> Mapping[str, Any]:
        """The options."""
        return {"options": list(self.texts)}

    @property
    def json_schema(self) -> Mapping[str, Any]:
        """The options; of true and false the type says it."""
        return {} if set(self.options) == {True, False} else {"enum": list(self.options)}

    def facts(self, value: Any) -> Mapping[str, Any]:  # noqa: ARG002
        """The options."""
        return {"options": _phrase(self.texts)}


def _phrase(texts: Sequence[str]) -> str:
    more = f"等{len(texts)}项" if len(texts) > _SHOWN_OPTIONS else ""
    return ITEM_MARK.join(texts[:_SHOWN_OPTIONS]) + more


def items_of(value: Any) -> tuple[str, ...]:
    """The items of a list, also of one that a table holds as a text."""
    return tuple(value.split(ITEM_MARK)) if isinstance(value, str) else tuple(value)


@frozen
class EachOf(Bound):
    """A list with nothing but ``options`` in it."""

    code: ClassVar[str] = "V230"
    options: tuple[str, ...] = field(converter=_listing)

    @property
    def texts(self) -> tuple[str, ...]:
        """The options as they are printed."""
        return self.options

    def holds(self, value: Any) -> bool:
        """Each is one of them."""
        return all(item in self.options for item in items_of(value))

    @property
    def words(self) -> str:
        """可选：甲、乙."""
        return f"可选：{_phrase(self.options)}"

    @property
    def described(self) -> Mapping[str, Any]:
        """The options."""
        return {"options": list(self.options)}

    @property
    def json_schema(self) -> Mapping[str, Any]:
        """The options, for each item."""
        return {"items": {"enum": list(self.options)}}

    def facts(self, value: Any) -> Mapping[str, Any]:
        """The options, and what is none."""
        odd = [item for item in items_of(value) if item not in self.options]
        return {"options": _phrase(self.options), "value": ITEM_MARK.join(odd)}


@frozen
class MostItems(Bound):
    """A list of at most ``most`` items."""

    code: ClassVar[str] = "V270"
    most: int

    def holds(self, value: Any) -> bool:
        """Not more of them."""
        return len(items_of(value)) <= self.most

    def fault(self, cell: str) -> str:
        """More marks between items than so many have."""
        folded = replaced(cell, *((mark, ITEM_MARK) for mark in ITEM_MARKS))
        marks = f'LEN({folded})-LEN(SUBSTITUTE({folded},"{ITEM_MARK}",""))'
        return f"({marks}>{self.most - 1})"

    @property
    def words(self) -> str:
        """不超过3项."""
        return f"不超过{self.most}项"

    @property
    def described(self) -> Mapping[str, Any]:
        """How many."""
        return {"at_most": self.most}

    @property
    def json_schema(self) -> Mapping[str, Any]:
        """How many."""
        return {"maxItems": self.most}

    def facts(self, value: Any) -> Mapping[str, Any]:
        """How many there are, and how many may be."""
        return {"count": len(items_of(value)), "limit": self.most}


@frozen
class Longest(Bound):
    """A text of at most ``most`` characters that can be seen.

    ``unsaid`` where it only stops accidents: no honest answer comes near, and nobody is told.
    """

    code: ClassVar[str] = "V220"
    most: int
    unsaid: bool = field(default=False, kw_only=True)

    def holds(self, value: Any) -> bool:
        """Not longer."""
        text = str(value)
        return len(text) <= self.most or visible_length(text) <= self.most

    def fault(self, cell: str, *more: str) -> str:
        """Longer; the text may go on in ``more`` cells."""
        lengths = [excel_length(one) for one in (cell, *more)]
        length = "+".join(lengths)
        return f"(({length})>{self.most})" if more else f"({length}>{self.most})"

    @property
    def words(self) -> str:
        """不超过100字."""
        return "" if self.unsaid else f"不超过{self.most}字"

    @property
    def described(self) -> Mapping[str, Any]:
        """How many characters."""
        return {} if self.unsaid else {"longest": self.most}

    @property
    def json_schema(self) -> Mapping[str, Any]:
        """A pattern, as ``maxLength`` would count blanks."""
        return {"pattern": rf"^(?:\s*\S){{0,{self.most}}}\s*$"}

    def facts(self, value: Any) -> Mapping[str, Any]:
        """How long it is, and how long it may be."""
        return {"length": visible_length(str(value)), "limit": self.most}


@frozen
class Pattern(Bound):
    """A text in which ``pattern`` is found, or 无; ``help`` says what is asked for."""

    pattern: str
    help: str
    help_en: str = ""

    @property
    def expression(self) -> str:
        """The pattern as it holds for every value."""
        return f"^{NONE}$|(?:{self.pattern})"

    def holds(self, value: Any) -> bool:
        """It is found."""
        return value == NONE or re.search(self.pattern, str(value)) is not None

    @property
    def words(self) -> str:
        """What is asked for."""
        return self.help

    @property
    def described(self) -> Mapping[str, Any]:
        """The pattern."""
        return {"pattern": self.pattern}

    @property
    def json_schema(self) -> Mapping[str, Any]:
        """The pattern."""
        return {"pattern": self.expression}

    def facts(self, value: Any) -> Mapping[str, Any]:  # noqa: ARG002
        """What is asked for."""
        return {"help": self.help, "help_en": self.help_en or self.help}


@frozen
class Years(Bound):
    """A month or day (2026-03, 2026-03-15) of the years from ``first`` to ``last``."""

    code: ClassVar[str] = "V246"
    first: int
    last: int

    @property
    def years(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(map(str, range(self.first, self.last + 1)))

    def holds(self, value: Any) -> bool:
        """In one of them."""
        return str(value)[:4] in self.years

    def fault(self, cell: str) -> str:
        """A text that begins otherwise."""
        years = ",".join(self.years)
        return f'ISTEXT({cell})*(TRIM({cell})<>"")*ISERROR(FIND(LEFT(TRIM({cell}),4),"{years}"))'

    @property
    def words(self) -> str:
        """应在2025年至2026年之间."""
        return f"应在{self.first}年至{self.last}年之间"

    @property
    def described(self) -> Mapping[str, Any]:
        """The first and the last."""
        return {"years": [self.first, self.last]}

    @property
    def json_schema(self) -> Mapping[str, Any]:
        """How the text begins."""
        return {"pattern": f"^(?:{'|'.join(self.years)})"}

    def facts(self, value: Any) -> Mapping[str, Any]:  # noqa: ARG002
        """The first and the last."""
        return {"first": str(self.first), "last": str(self.last)}


ALL: tuple[type[Bound], ...] = (
    Low, High, Whole, Steps, OneOf, EachOf, MostItems, Longest, Pattern, Years,
)  # fmt: skip


def in_words(bounds: Sequence[Bound]) -> str:
    """Bounds as one phrase for whoever fills in the cell: 0至100之间，每0.5一档."""
    low = next((one for one in bounds if type(one) is Low), None)
    high = next((one for one in bounds if type(one) is High), None)
    both = low is not None and high is not None
    said = [f"{figure(low.least)}至{figure(high.most)}之间"] if low and high else []
    said += [one.words for one in bounds if not (both and one in (low, high))]
    return "，".join(filter(None, said))
