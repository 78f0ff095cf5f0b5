"""What a workbook is filled with: a prefill's answers, or all that a county typed and what is said.

Raw values as they stood in a file; ``writer`` puts them into their cells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from attrs import evolve, field, frozen

from clusterbook.forms.kinds import Raw
from clusterbook.layout.front_pages import FrontPage
from clusterbook.layout.layout import Area
from clusterbook.layout.listing import Listing


@frozen
class Dressed:
    """A raw value with the look that it had in a file: "date", "percent" or "struck"."""

    raw: Raw
    look: str


Content: TypeAlias = Raw | Dressed

#: how the comment at an answer begins that was read from a form in Word
FROM_WORD = "【从Word读入，请核对】"


@frozen(kw_only=True)
class Entries:
    """What to fill in: raw values by full key, and library rows by block key.

    A long text of several boxes is one text, parted here, or a tuple with what stands in each.
    ``reasons`` are those of the 校验 sheet by rule code. ``earlier`` names the round whose
    answers they are, which the first sheet tells; 0 for none. ``remarks`` are comments at answers
    by full key, ``row_remarks`` at the first cell of each row of a library.
    """

    values: Mapping[str, Content | tuple[Content, ...]] = field(factory=dict)
    rows: Mapping[str, Sequence[Mapping[str, Content]]] = field(factory=dict)
    reasons: Mapping[str, str] = field(factory=dict)
    earlier: str = ""
    remarks: Mapping[str, str] = field(factory=dict)
    row_remarks: Mapping[str, Sequence[str]] = field(factory=dict)

    def saying(self, values: Mapping[str, Raw]) -> Entries:
        """These and some more, which come first."""
        return evolve(self, values={**self.values, **values}) if values else self


@frozen(kw_only=True)
class Flag:
    """What a returned copy says at one cell of the form: ``level`` is one of ``styles.MARKS``.

    ``changed`` is an Excel condition, true once the cell is not as it came; '' where a formula
    fills it. ``blank`` cells came with nothing in them.
    """

    area: Area
    level: str
    comment: str
    changed: str = ""
    blank: bool = False


@frozen(kw_only=True)
class Returning:
    """What makes a workbook a returned copy: a first sheet, flags by sheet key, and what was typed.

    ``typed`` is kept on a hidden sheet, one value a row, for the conditions of the flags; beside
    it ``states``, words or formulas, of the places that one line of the first sheet tells together.
    """

    page: FrontPage
    flags: Mapping[str, Sequence[Flag]]
    typed: Sequence[Content]
    #: the whole list, with what only the importer asked
    listed: Listing
    #: Excel expression: how many remarks wait
    waits: str
    states: Sequence[str] = ()


def raw_of(content: Content) -> Raw:
    """The value alone."""
    return content.raw if isinstance(content, Dressed) else content
