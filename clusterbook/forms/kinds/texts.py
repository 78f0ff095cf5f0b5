"""Kinds of texts: short and long ones, names, telephone numbers, page references, codes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, ClassVar

from attrs import frozen

from clusterbook.forms.kinds.base import TEXT_FORMAT, Carried, Kind, Offer, Raw, filled
from clusterbook.forms.kinds.bounds import Bound, Longest, Pattern
from clusterbook.forms.kinds.excel import NOT_APPLICABLE_WORDS, no_answer, quoted, replaced
from clusterbook.forms.parsing.codes import are_plain_codes
from clusterbook.forms.parsing.names import (
    NONE,
    Reading,
    is_plain,
    is_plain_prose,
    match_pattern,
    plain_code,
    plain_name,
    plain_pages,
    plain_person,
    plain_phone,
    read_code,
    read_name,
    read_pages,
    read_person,
    read_phone,
    read_text,
    spell_pages,
)
from clusterbook.forms.parsing.together import are_plain, are_plain_names, are_plain_prose

# Excel's own bound for the text of one cell.
CELL_TEXT_LIMIT = 32767
# The signs beside digits with which pages are given.
# A numbered attachment is bound apart, with pages of its own: the importer asks for ours.
_PAGE_SIGNS = (*"Pp第页-—~至到、，,;；/和及 见", "附件")
# The longest names of persons that forms have room for.
PERSON_NAME = 20


def _those(texts: Sequence[str], plain: Sequence[bool], longest: int | None = None) -> list[Any]:
    """The texts that are plain and no longer than this, None for the others."""
    if longest is None:
        return [text if one else None for text, one in zip(texts, plain, strict=True)]
    return [text if one and len(text) <= longest else None
            for text, one in zip(texts, plain, strict=True)]  # fmt: skip


@frozen(kw_only=True)
class Text(Kind):
    """Short text of at most ``longest`` characters; ``suggestions`` help, they do not bind.

    In a ``remark`` 见附件 and 待定 are as good as any other text.
    """

    name: ClassVar[str] = "text"
    on_reading: ClassVar[frozenset[type[Bound]]] = frozenset({Longest, Pattern})
    carried: ClassVar[Carried] = "lasting"

    longest: int = 100
    pattern: str = ""
    pattern_help: str = ""
    pattern_help_en: str = ""
    suggestions: tuple[str, ...] = ()
    remark: bool = False

    @property
    def bounds(self) -> Sequence[Bound]:
        """How long it is, and the pattern."""
        longest = Longest(self.longest)
        if not self.pattern:
            return [longest]
        return [longest, Pattern(self.pattern, self.pattern_help, self.pattern_help_en)]

    @property
    def room(self) -> int:
        """The longest text."""
        return self.longest

    def plain(self, raw: Raw) -> Any:
        """A text with nothing to clean, within its limit, that meets its pattern."""
        fits = isinstance(raw, str) and len(raw) <= self.longest and is_plain(raw)
        return raw if fits and (not self.pattern or re.search(self.pattern, str(raw))) else None

    def own_plain_texts(self, texts: Sequence[str]) -> list[Any]:
        """Those of a column with nothing to clean."""
        if self.pattern:
            return super().own_plain_texts(texts)
        return _those(texts, are_plain(texts), self.longest)

    def interpret(self, raw: Raw, number_format: str) -> Reading:  # noqa: ARG002
        """The text with trimmed ends; V220 when too long, V291 when its pattern is not met."""
        reading = read_text(raw, limit=self.longest, hard=1.0, required=not self.remark)
        if reading.problem or not self.pattern or reading.declared:
            return reading
        return match_pattern(
            reading, self.pattern, help=self.pattern_help, help_en=self.pattern_help_en
        )

    def own_offer(self) -> Offer:
        """Free text."""
        prompt = f"{self.pattern_help}。" if self.pattern_help else f"不超过{self.longest}字。"
        return Offer(
            prompt=prompt, options=self.suggestions, suggest=bool(self.suggestions),
            number_format=TEXT_FORMAT,
        )  # fmt: skip

    def own_fault(self, cell: str, *more: str) -> str:  # noqa: ARG002
        """Too many characters, or a word that is no answer."""
        long = Longest(self.longest).fault(cell)
        return long if self.remark else f"({long}+{no_answer(cell, none=self.none)}>0)"


@frozen(kw_only=True)
class LongText(Kind):
    """Text with a printed limit in 字; up to ten percent above it is to be explained.

    ``boxes`` is the number of cells it is typed into: one cell cannot be printed taller than
    409 points, about 900 characters. The parts are joined by a line break.
    """

    name: ClassVar[str] = "long text"
    on_reading: ClassVar[frozenset[type[Bound]]] = frozenset({Longest})
    prose: ClassVar[bool] = True
    width: ClassVar[float] = 30.0

    limit: int | None = 200
    hard: float = 1.1
    boxes: int = 1

    @property
    def bounds(self) -> Sequence[Bound]:
        """The length that is refused."""
        return [] if self.limit is None else [Longest(round(self.limit * self.hard))]

    def plain(self, raw: Raw) -> Any:
        """A text with nothing to clean, within its limit."""
        fits = isinstance(raw, str) and (self.limit is None or len(raw) <= self.limit)
        return raw if fits and is_plain_prose(str(raw)) else None

    def own_plain_texts(self, texts: Sequence[str]) -> list[Any]:
        """Those of a column with nothing to clean."""
        return _those(texts, are_plain_prose(texts), self.limit)

    def interpret(self, raw: Raw, number_format: str) -> Reading:  # noqa: ARG002
        """The text; V221 up to ``hard`` times the limit, V220 beyond it. Never cut."""
        return read_text(raw, limit=self.limit, hard=self.hard)

    def own_offer(self) -> Offer:
        """Free text with its limit."""
        limit = f"{self.limit}字以内。" if self.limit else ""
        more = "可分段写入下面几格，导入时自动合并。" if self.boxes > 1 else ""
        return Offer(prompt=f"{limit}换行请按 Alt+Enter。{more}")

    def own_fault(self, cell: str, *more: str) -> str:
        """Longer, over all boxes, than what is refused, or a word that is no answer."""
        refused = CELL_TEXT_LIMIT if self.limit is None else round(self.limit * self.hard)
        words = no_answer("&".join((cell, *more)), none=self.none)
        return f"({Longest(refused).fault(cell, *more)}+{words}>0)"

    def own_facts(self) -> dict[str, Any]:
        """The printed limit, and not the one that is refused."""
        facts = {"kind": self.name, "type": self.dtype}
        return facts | ({"limit": self.limit} if self.limit else {})


@frozen(kw_only=True)
class Name(Kind):
    """The name of an organisation or a person; ``lookup`` offers the names of a library column.

    ``joint`` where several organisations may stand together, as the owners of a patent do.
    """

    name: ClassVar[str] = "name"
    names: ClassVar[bool] = True
    on_reading: ClassVar[frozenset[type[Bound]]] = frozenset({Longest})
    carried: ClassVar[Carried] = "lasting"
    width: ClassVar[float] = 18.0

    longest: int = 100
    lookup: str = ""
    joint: bool = False

    @property
    def bounds(self) -> Sequence[Bound]:
        """How long it is."""
        return [Longest(self.longest, unsaid=True)]

    @property
    def of_office(self) -> bool:
        """Whether it is no person's."""
        return not self.of_person

    @property
    def of_person(self) -> bool:
        """Whether it is the name of a person: no organisation's full name is that short."""
        return self.longest <= PERSON_NAME

    def plain(self, raw: Raw) -> Any:
        """A name with nothing to put right."""
        if not isinstance(raw, str) or len(raw) > self.longest:
            return None
        return raw if (plain_person(raw) if self.of_person else plain_name(raw)) else None

    def own_plain_texts(self, texts: Sequence[str]) -> list[Any]:
        """Those of a column with nothing to put right."""
        if self.of_person:
            return super().own_plain_texts(texts)
        return _those(texts, are_plain_names(texts), self.longest)

    def interpret(self, raw: Raw, number_format: str) -> Reading:  # noqa: ARG002
        """The name with brackets and spaces put right; V220, V235, V236, V274, V292 for 同上."""
        if self.of_person:
            return read_person(raw, longest=self.longest)
        return read_name(raw, longest=self.longest, joint=self.joint)

    def own_offer(self) -> Offer:
        """Free text."""
        prompt = "请填写姓名。" if self.of_person else "请填写全称。"
        return Offer(prompt=prompt, number_format=TEXT_FORMAT)

    def own_fault(self, cell: str, *more: str) -> str:  # noqa: ARG002
        """Too many characters, or a word that is no name."""
        words = no_answer(cell, none=self.none)
        if not self.none:
            words += f'+ISNUMBER(FIND("|"&TRIM({cell})&"|",{quoted(NOT_APPLICABLE_WORDS)}))'
        return f"({Longest(self.longest).fault(cell)}+{words}>0)"


@frozen(kw_only=True)
class Phone(Kind):
    """A telephone number, kept as text."""

    name: ClassVar[str] = "phone"
    contact: ClassVar[bool] = True
    carried: ClassVar[Carried] = "lasting"
    spelled: ClassVar[bool] = True
    width: ClassVar[float] = 14.0
    # A long number in a date cell shows as ######## and keeps its digits.
    formats: ClassVar[frozenset[str]] = frozenset({"date"})
    none: bool = False

    def plain(self, raw: Raw) -> Any:
        """A number in its usual spelling."""
        return raw if isinstance(raw, str) and plain_phone(raw) else None

    def interpret(self, raw: Raw, number_format: str) -> Reading:  # noqa: ARG002
        """The number in its usual spelling; V250, V251."""
        return read_phone(raw)

    def own_offer(self) -> Offer:
        """Text, so that no leading zero is lost."""
        return Offer(
            prompt="11位手机号码，或区号-号码，如 0595-22000001。",
            number_format=TEXT_FORMAT,
            align="center",
        )

    def own_fault(self, cell: str, *more: str) -> str:  # noqa: ARG002
        """Too short, or digits alone that are no number: too many, or a wrong beginning."""
        digits = f'SUBSTITUTE(SUBSTITUTE({cell},"-","")," ","")'
        mobile = f'ISNUMBER(FIND(LEFT({digits},2),"13,14,15,16,17,18,19"))'
        wrong = [
            f"(LEN({digits})=9)",
            f'(LEN({digits})=10)*(1-ISNUMBER(FIND(LEFT({digits},1),"048")))',
            f'(LEN({digits})=11)*(LEFT({digits},1)<>"0")*(1-{mobile})',
            f"(LEN({digits})>13)",
        ]
        alone = f'(LEN({cell})-LEN(SUBSTITUTE({cell},"-",""))<2)*ISNUMBER({digits}*1)'
        return f"{filled(cell)}*(((LEN({cell})<7)+{alone}*({'+'.join(wrong)}))>0)"


@frozen(kw_only=True)
class Pages(Kind):
    """佐证页码: where in the evidence volume a figure is proven."""

    dtype: ClassVar[str] = "pages"
    name: ClassVar[str] = "evidence pages"
    cites: ClassVar[bool] = True
    carried: ClassVar[Carried] = "never"
    width: ClassVar[float] = 9.0

    def plain(self, raw: Raw) -> Any:
        """P12 and P12-15."""
        return plain_pages(raw) if isinstance(raw, str) else None

    def interpret(self, raw: Raw, number_format: str) -> Reading:  # noqa: ARG002
        """A tuple of (first, last) pages; V260, V269."""
        return read_pages(raw)

    def paper(self, value: Any) -> str:
        """P3、P5-7; 无 of none."""
        return "、".join(f"P{pages}" for pages in value) or NONE

    def spell(self, value: Any) -> Raw:
        """P12、P15-18; 无 where it was declared."""
        return spell_pages(value) or NONE

    def exported(self, values: Sequence[Any]) -> list[Any]:
        """Lists of texts: 12, 15-18."""
        return [
            None if pages is None else [f"{a}" if a == b else f"{a}-{b}" for a, b in pages]
            for pages in values
        ]

    def own_offer(self) -> Offer:
        """Text, with an example."""
        return Offer(
            prompt="佐证材料页码，如 P12 或 P12-15。", number_format=TEXT_FORMAT, align="center"
        )

    def own_fault(self, cell: str, *more: str) -> str:  # noqa: ARG002
        """Other signs than pages are written with, more than four digits, a range turned round."""
        none = f'*(TRIM({cell})<>"{NONE}")' if self.none else ""
        digits = replaced(cell, *((sign, "") for sign in _PAGE_SIGNS))
        bare = f'SUBSTITUTE({cell},"P","")'
        at = f'FIND("-",{bare}&"-")'
        alone = f"({at}>LEN({bare}))*ISNUMBER({bare}*1)*(LEN({bare})>4)"
        first, last = f"LEFT({bare},{at}-1)", f"MID({bare},{at}+1,9)"
        span = f"ISNUMBER({first}*1)*ISNUMBER({last}*1)"
        back = f'{span}*(RIGHT("000"&{first},4)>RIGHT("000"&{last},4))'
        wrong = f"(1-ISNUMBER({digits}*1))+{alone}+{back}"
        return f"{filled(cell)}*(({wrong})>0){none}"


@frozen(kw_only=True)
class CreditCode(Kind):
    """统一社会信用代码, 18 characters with the check character of GB 32100-2015."""

    name: ClassVar[str] = "credit code"
    identifies: ClassVar[bool] = True
    carried: ClassVar[Carried] = "lasting"
    spelled: ClassVar[bool] = True

    def plain(self, raw: Raw) -> Any:
        """A code in capitals."""
        return raw if isinstance(raw, str) and plain_code(raw) else None

    def own_plain_texts(self, texts: Sequence[str]) -> list[Any]:
        """Those of a column, their check characters worked out at once."""
        return _those(texts, are_plain_codes(texts))

    def interpret(self, raw: Raw, number_format: str) -> Reading:  # noqa: ARG002
        """The code in capitals; V216 when digits were lost, V291 when the check fails."""
        return read_code(raw)

    def own_offer(self) -> Offer:
        """Text, so that no digit is lost."""
        return Offer(prompt="18位统一社会信用代码。", number_format=TEXT_FORMAT, align="center")

    @property
    def later(self) -> frozenset[str]:
        """The check character."""
        return frozenset({"V291"})

    def own_fault(self, cell: str, *more: str) -> str:  # noqa: ARG002
        """Not 18 characters."""
        none = f'*(TRIM({cell})<>"{NONE}")' if self.none else ""
        return f"{filled(cell)}*(LEN(TRIM({cell}))<>18){none}"
