"""What one value is, in general: the faces that every kind of answer has.

A kind has seven faces. ``read`` turns what stands in a cell into a value or a problem, ``plain`` is
its quick look at what is typed as the form asks, and ``spell`` goes the other way; ``offer`` says
what the cell gives to a typist (list, prompt, number format); ``fault`` is the same bound as an
Excel expression, used by validation, conditional format and the check sheet alike; ``dtype`` is the
column type of exports and of pandera; ``describe`` is its line in the data dictionary.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from attrs import evolve, frozen

from clusterbook.forms.parsing.folding import Reading, joined, refuse, to_text
from clusterbook.forms.parsing.look_alikes import ordinary

Raw = str | float | bool

# Typed into a General cell, 0111 becomes 111, 1/2 a date and 50% a half. Long texts stay General:
# old Excel shows a text cell of more than 255 characters as ####.
TEXT_FORMAT, TEXT_CELL = "@", 255

NONE = "无"  # 填报说明 2 of the Fujian form: 无相关情况时应填写“无”


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


def as_tuple(items: Iterable[Any]) -> tuple[Any, ...]:
    """Any listing as a tuple: options are kept in the order given."""
    return tuple(items)


def filled(cell: str) -> str:
    """Excel expression: whether a cell says something."""
    return f'(TRIM({cell})<>"")'


@frozen(kw_only=True)
class Kind:
    """Base of all kinds. ``none`` allows a declared 无 where the printed rules do."""

    dtype: ClassVar[str] = "string"
    name: ClassVar[str] = ""
    #: number formats of a cell that mean something to the kind: "percent", "date"
    formats: ClassVar[frozenset[str]] = frozenset()

    none: bool = True

    @property
    def later(self) -> frozenset[str]:
        """Codes of errors that what is plainly typed may have and ``fault`` cannot say."""
        return frozenset()

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
        return reading

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

    def offer(self) -> Offer:
        """What the cell gives to a typist."""
        raise NotImplementedError

    def fault(self, cell: str) -> str:
        """Excel expression, true where a filled cell (or each cell of a range) is out of bounds.

        Works cell by cell inside SUMPRODUCT, so it uses ``*`` and ``+`` and never AND or OR. Empty
        where a cell cannot tell (telephone numbers); then only the importer checks.
        """
        raise NotImplementedError

    def describe(self) -> dict[str, Any]:
        """Plain facts for the data dictionary."""
        return {"kind": self.name, "type": self.dtype}
