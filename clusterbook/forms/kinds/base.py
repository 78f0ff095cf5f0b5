"""What one value is, in general: the faces that every kind of answer has.

A kind says what a value is (``dtype``, ``name``), what it keeps to (``bounds``), and how it is read
(``interpret``). Everything else follows from these, and may be said otherwise: ``plain`` is a quick
look at what is typed as the form asks, ``spell`` goes the other way; ``offer`` is what the cell
gives to a typist (list, prompt, number format); ``fault`` says in Excel what is wrong with a cell,
for validation, conditional format and the check sheet alike; ``describe`` is its line in the data
dictionary. What others want to know of a kind is a fact of it, with an answer that fits most kinds:
nobody asks which kind it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from attrs import evolve, frozen

from clusterbook.forms.kinds.bounds import ITEM_MARK, Bound, EachOf, High, Low, OneOf, in_words
from clusterbook.forms.kinds.excel import either, no_answer
from clusterbook.forms.parsing.folding import Reading, joined, refuse, says_none, to_text
from clusterbook.forms.parsing.look_alikes import ordinary
from clusterbook.forms.parsing.names import NONE

Raw = str | float | bool
#: when the next round's blank is filled with an answer: for good, with its year and in lists, never
Carried = Literal["lasting", "by year", "never"]
#: what a value is: its column in tables, JSON, pandera; a month is YYYY-MM, a list a tuple of texts
DTYPES = ("string", "number", "integer", "boolean", "list", "pages", "month", "date")
_NUMBERS = frozenset({"number", "integer"})

# Typed into a General cell, 0111 becomes 111, 1/2 a date and 50% a half. Long texts stay General:
# old Excel shows a text cell of more than 255 characters as ####.
TEXT_FORMAT, TEXT_CELL = "@", 255


@frozen(kw_only=True)
class Offer:
    """What a cell gives to a typist.

    ``options`` is a list to choose from; ``parent`` names the field whose answer narrows it;
    ``suggest`` makes the list a help and not a bound. ``prompt`` is the sentence shown when the
    cell is entered.
    """

    prompt: str = ""
    number_format: str = "General"
    align: str = "left"
    options: tuple[str, ...] = ()
    parent: str = ""
    suggest: bool = False


def filled(cell: str) -> str:
    """Excel expression: whether a cell says something."""
    return f'(TRIM({cell})<>"")'


def filled_with_text(cell: str, *, none: bool, zero: bool) -> str:
    """Excel condition: a text stands where a number is asked, and is no 无 that may be there.

    ``zero`` where 无 counts as 0; elsewhere / and — say as much.
    """
    if not none:
        return f"ISTEXT({cell})"
    if zero:
        return f'ISTEXT({cell})*(TRIM({cell})<>"{NONE}")'
    return f'ISTEXT({cell})*(1-ISNUMBER(FIND("|"&TRIM({cell})&"|",{{nothing}})))'


@frozen(kw_only=True)
class Kind:
    """Base of all kinds. ``none`` allows a declared 无 where the printed rules do."""

    #: one of ``DTYPES``
    dtype: ClassVar[str] = "string"
    #: what the data dictionary calls it
    name: ClassVar[str] = ""
    #: number formats of a cell that mean something to the kind: "percent", "date"
    formats: ClassVar[frozenset[str]] = frozenset()
    #: classes of bounds out of which ``interpret`` of the same class reads nothing: no column needs
    #: another look for them
    on_reading: ClassVar[frozenset[type[Bound]]] = frozenset()
    #: an example for the sentences of the catalogue
    example: ClassVar[str] = ""
    #: what stands between the items of a list
    mark: ClassVar[str] = ITEM_MARK
    #: percent points
    percent: ClassVar[bool] = False
    #: long text, typed into boxes
    prose: ClassVar[bool] = False
    #: the value of a cell in which nothing stands
    nothing: ClassVar[Any] = None
    carried: ClassVar[Carried] = "by year"
    #: whether one merged cell may stand for several rows of a list
    fills_down: ClassVar[bool] = True
    #: whether it tells enterprises apart, as their codes do
    identifies: ClassVar[bool] = False
    #: whether it says how somebody is reached
    contact: ClassVar[bool] = False
    #: whether it cites pages of evidence
    cites: ClassVar[bool] = False
    #: whether it is the name of an organisation or of a person
    names: ClassVar[bool] = False
    #: how wide a column of a list is, in characters, and its share of a line beside other answers
    width: ClassVar[float] = 12.0
    weight: ClassVar[float] = 1.0

    none: bool = True

    # what it is ----------------------------------------------------------------------------------

    @property
    def bounds(self) -> Sequence[Bound]:
        """What each value keeps to."""
        return ()

    @property
    def told_later(self) -> Sequence[Bound]:
        """The bounds that are looked at in the column, as reading lets values out of them pass.

        ``on_reading`` is said of the ``interpret`` in the same class, and of the bounds it has.
        """
        reader = _owner(type(self), "interpret")
        held = vars(reader).get("on_reading", ())
        if not held:
            return self.bounds
        known = _bounds_in(reader, self)
        return [one for one in self.bounds if type(one) not in held or one not in known]

    def holds(self, value: Any) -> bool:
        """Whether a value is within all bounds."""
        return all(one.holds(value) for one in self.bounds)

    @property
    def numeric(self) -> bool:
        """Whether values are numbers: floats in a column, NaN where there is none."""
        return self.dtype in _NUMBERS

    @property
    def spelled(self) -> bool:
        """Whether Excel needs it typed in one way, where the importer reads several.

        A free text stands for itself.
        """
        return self.dtype not in ("string", "list") or bool(self.all_options)

    @property
    def whole(self) -> bool:
        """Whether numbers are whole."""
        return self.dtype == "integer"

    @property
    def unit(self) -> str:
        """Unit of a number."""
        return ""

    @property
    def decimals(self) -> int | None:
        """Decimals that a number is rounded to when it is read; None where it is not."""
        return None

    @property
    def low(self) -> float | None:
        """The lowest number."""
        return next((one.least for one in self.bounds if isinstance(one, Low)), None)

    @property
    def high(self) -> float | None:
        """The highest number."""
        return next((one.most for one in self.bounds if isinstance(one, High)), None)

    @property
    def none_is_zero(self) -> bool:
        """Whether a declared 无 is the number 0."""
        return False

    @property
    def counts_none(self) -> bool:
        """Whether 无 may be declared and is the number 0."""
        return self.none and self.none_is_zero

    @property
    def options(self) -> tuple[str, ...]:
        """The printed options of a choice or a list."""
        return next((one.texts for one in self.bounds if isinstance(one, OneOf | EachOf)), ())

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Options that belong to those of another answer: (parent, option)."""
        return ()

    @property
    def within(self) -> str:
        """Key of the answer in the same block to whose option the options belong."""
        return ""

    @property
    def all_options(self) -> tuple[str, ...]:
        """Every option, whatever it belongs to."""
        return tuple(dict.fromkeys(option for _, option in self.pairs)) or self.options

    @property
    def lookup(self) -> str:
        """Key of the library column whose entries are offered."""
        return ""

    @property
    def boxes(self) -> int:
        """How many cells a long text is typed into."""
        return 1

    @property
    def limit(self) -> int | None:
        """The printed limit of a long text, in characters."""
        return None

    @property
    def room(self) -> int:
        """Characters that a short answer needs room for; 0 where one line will do."""
        return 0

    @property
    def of_office(self) -> bool:
        """Whether it is the full name of an enterprise or office."""
        return False

    @property
    def later(self) -> frozenset[str]:
        """Codes of errors that what is plainly typed may have and ``fault`` cannot say."""
        return frozenset(one.code for one in self.bounds if not one.fault("A1"))

    # from the cell and back ----------------------------------------------------------------------

    def read(self, raw: Raw, number_format: str = "") -> Reading:
        """The value of ``raw``, or its problem.

        ``number_format`` is '', 'percent' or 'date' as the cell had it. Never raises, whatever
        stands in the cell, and takes time in proportion to its length.
        """
        if not number_format:
            value = self.plain(raw)
            if value is not None:
                return Reading(value)
        elif number_format not in self.formats and not isinstance(raw, str):
            # A text that the office program made a date or a percentage of.
            shown = to_text(raw, date_format=number_format == "date")
            return refuse("V217", value=shown)
        reading = self._interpret_ordinary(raw, number_format)
        if reading.declared and not self.none and not reading.problem:
            return self.refuse_none()
        if self.none and not reading.declared and isinstance(raw, str) and says_none(raw):
            return self._declared_none(reading)
        return reading

    def _declared_none(self, reading: Reading) -> Reading:
        """A declared 无, of which ``interpret`` need not know; itself where 无 is an option."""
        value = reading.value
        if value is not None and value != NONE and not reading.problem and self.holds(value):
            return reading
        nothing: Any = {"string": NONE, "list": (), "pages": ()}.get(self.dtype)
        zero = 0.0 if self.none_is_zero else nothing
        return Reading(zero, declared="none", note="declared")

    def _interpret_ordinary(self, raw: Raw, number_format: str) -> Reading:
        """What is made of it in ordinary characters, with a note where it was typed in others."""
        typed = ordinary(raw) if isinstance(raw, str) else raw
        reading = self.interpret(typed, number_format)
        if typed is raw or (reading.value is None and not reading.declared):
            return reading
        return evolve(reading, note=joined("look_alike", reading.note))

    def plain(self, raw: Raw) -> Any:  # noqa: ARG002
        """The value of what is typed as the form asks, None for all that takes reading.

        Never another value than that of ``interpret``, only sooner. For cells without a number
        format of their own.
        """
        return None

    def plain_texts(self, texts: Sequence[str]) -> list[Any]:
        """What ``plain`` says of each text of a column."""
        if _owner(type(self), "own_plain_texts") is _owner(type(self), "plain"):
            return self.own_plain_texts(texts)
        return list(map(self.plain, texts))

    def own_plain_texts(self, texts: Sequence[str]) -> list[Any]:
        """The same, said by the class that says ``plain``: where it can, of many at once."""
        return list(map(self.plain, texts))

    def interpret(self, raw: Raw, number_format: str) -> Reading:
        """The value of ``raw`` in whatever spelling."""
        raise NotImplementedError

    def refuse_none(self) -> Reading:
        """The problem of a declared 无 where the form does not allow it."""
        return refuse("V210")

    def spell(self, value: Any) -> Raw:
        """What to type for a value so that it reads as this value again."""
        typed: Raw = value
        return typed

    def retyped(self, value: Any) -> Raw:
        """A value of a JSON document as somebody would type it."""
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, list):
            return self.mark.join(map(str, value)) if value else NONE
        if self.numeric:
            number: float = value
            return number
        return str(value)

    def printed(self, value: Any) -> str:
        """A value of a JSON document as it stands on paper, so that the kind reads it back."""
        if value is None:
            return ""
        return ("☑" if value else "") if isinstance(value, bool) else self.paper(value)

    def paper(self, value: Any) -> str:
        """The same of a value that is neither missing nor a tick."""
        return str(value)

    def exported(self, values: Sequence[Any]) -> list[Any]:
        """A column of values that are no numbers as JSON: lists as arrays, None for nothing."""
        return [list(v) if type(v) is tuple else None if v != v else v for v in values]  # noqa: PLR0124

    @property
    def computed_type(self) -> type | None:
        """What a formula must come to for a value of this kind; None where it may be anything."""
        return float if self.numeric else None

    # in the workbook and the dictionary -----------------------------------------------------------
    # Each of the three has a part that a kind may say in its own way (``own_…``); bounds that a
    # class below it adds are put behind.

    def offer(self) -> Offer:
        """What the cell gives to a typist."""
        own, more = self.own_offer(), self._added("own_offer")
        if not more:
            return own
        options = next((one.texts for one in more if isinstance(one, OneOf)), own.options)
        return evolve(own, prompt=f"{own.prompt}{in_words(more)}。", options=options)

    def fault(self, cell: str, *cells: str) -> str:
        """Excel expression, true where a filled cell (or each cell of a range) is out of bounds.

        ``cells`` are those in which a long text goes on. Works cell by cell inside SUMPRODUCT, so
        it uses ``*`` and ``+`` and never AND or OR.
        """
        whole = f"({'&'.join((cell, *cells))})" if cells else cell
        more = [one.fault(whole) for one in self._added("own_fault")]
        added = [f"{filled(whole)}*{one}" for one in more if one]
        return either(self.own_fault(cell, *cells), *added)

    def describe(self) -> dict[str, Any]:
        """Plain facts for the data dictionary."""
        facts = self.own_facts()
        for one in self._added("own_facts"):
            facts |= one.described
        return facts

    def _added(self, face: str) -> Sequence[Bound]:
        """The bounds of which the class that says a face does not know."""
        owner = _owner(type(self), face)
        known = self.bounds if owner is Kind else _bounds_in(owner, self)
        return [one for one in self.bounds if one not in known]

    def own_offer(self) -> Offer:
        """What the cell gives: all bounds in words, and a list of the options."""
        figure = ("请填整数" if self.whole else "请填数字") if self.numeric else ""
        marks = f"多项之间用“{self.mark}”隔开" if self.dtype == "list" else ""
        told = "，".join(filter(None, (figure, in_words(self.bounds), marks)))
        unit = f"单位：{self.unit}。" if self.unit else ""
        none = "确无此项填“无”。" if self.none else ""
        return Offer(
            prompt=unit + (f"{told}。" if told else "") + none,
            options=self.options, suggest=self.dtype == "list",
            number_format="General" if self.numeric else TEXT_FORMAT,
            align="right" if self.numeric else "left",
        )  # fmt: skip

    def own_fault(self, cell: str, *more: str) -> str:  # noqa: ARG002
        """What cannot be read, and what is out of any bound."""
        wrong = [self.unreadable(cell), *(one.fault(cell) for one in self.bounds)]
        known = [one for one in wrong if one]
        return f"{filled(cell)}*{either(*known)}" if known else f"{filled(cell)}*0"

    def unreadable(self, cell: str) -> str:
        """Excel condition: a filled cell holds what cannot be read; '' where no cell can tell."""
        if self.numeric:
            return filled_with_text(cell, none=self.none, zero=self.none_is_zero)
        if self.dtype != "string":
            return ""
        words = no_answer(cell, none=self.none)
        return words if self.none else f"({words}>0)"

    def own_facts(self) -> dict[str, Any]:
        """Name, type, unit, decimals, all bounds."""
        facts: dict[str, Any] = {"kind": self.name, "type": self.dtype}
        facts |= {"unit": self.unit} if self.unit else {}
        facts |= {"decimals": self.decimals} if self.decimals is not None else {}
        for one in self.bounds:
            facts |= one.described
        return facts


def _owner(kind: type[Kind], face: str) -> type[Kind]:
    """The class of a kind that says a face."""
    return next(one for one in kind.__mro__ if face in vars(one))


def _bounds_in(owner: type[Kind], kind: Kind) -> Sequence[Bound]:
    """The bounds of a kind as one of its classes has them."""
    found: Any = owner.bounds
    known: Sequence[Bound] = found.__get__(kind, owner) if hasattr(found, "__get__") else found
    return known
