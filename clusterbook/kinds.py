"""What one value is: how a person's text becomes it, and what the cell offers to a typist.

A kind has five faces. ``read`` turns what stands in a cell into a value or a problem; ``offer``
says what the cell gives to a typist (list, prompt, number format); ``fault`` is the same bound as
an Excel expression, used by validation, conditional format and the check sheet alike; ``dtype`` is
the column type of exports and of pandera; ``describe`` is its line in the data dictionary.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from attrs import field, frozen

from clusterbook import spellings
from clusterbook.excel_texts import excel_day, excel_length, excel_month
from clusterbook.spellings import Reading

Raw = str | float | bool

# Excel's own bound for the text of one cell.
CELL_TEXT_LIMIT = 32767
# With more options than this the prompt of a cell does not list them.
PROMPT_OPTIONS = 10
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


def _as_tuple(items: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(items)


def _turned(raw: Raw, number_format: str) -> Reading | None:
    """The problem of a text that the office program made a date or a percentage of."""
    if isinstance(raw, str) or not number_format:
        return None
    shown = spellings.to_text(raw, date_format=number_format == "date")
    return Reading(problem="V217", facts={"value": shown})


def _filled(cell: str) -> str:
    return f'(TRIM({cell})<>"")'


@frozen(kw_only=True)
class Kind:
    """Base of all kinds. ``none`` allows a declared 无 where the printed rules do."""

    dtype: ClassVar[str] = "string"
    name: ClassVar[str] = ""

    none: bool = True

    def read(self, raw: Raw, number_format: str = "") -> Reading:
        """The value of ``raw``; ``number_format`` is '', 'percent' or 'date' as the cell had it."""
        raise NotImplementedError

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


@frozen(kw_only=True)
class Number(Kind):
    """A number with a unit; ``none_is_zero`` says what a declared 无 counts as."""

    dtype: ClassVar[str] = "number"
    name: ClassVar[str] = "decimal"

    unit: str = ""
    decimals: int = 2
    low: float | None = 0.0
    high: float | None = None
    none_is_zero: bool = True
    whole: ClassVar[bool] = False
    percent: ClassVar[bool] = False

    def read(self, raw: Raw, number_format: str = "") -> Reading:
        """A float rounded to ``decimals``; V201–V216. The bounds are checked on the column."""
        return spellings.read_number(
            raw, unit=self.unit, decimals=self.decimals, whole=self.whole, low=None, high=None,
            none_is_zero=self.none_is_zero, percent=self.percent,
            percent_format=number_format == "percent", date_format=number_format == "date",
        )  # fmt: skip

    def offer(self) -> Offer:
        """Digits with thousands marks; the prompt names the unit."""
        form = "0" if self.whole else "0." + "0" * self.decimals
        bounds = _bounds(self.low, self.high)
        what = "整数" if self.whole else f"数字，最多{self.decimals}位小数"
        unit = f"单位：{self.unit}。" if self.unit else ""
        none = "确无此项填“无”。" if self.none else ""
        return Offer(
            prompt=f"{unit}请填{what}{bounds}。{none}",
            number_format="#,##" + form,
            align="right",
        )

    def fault(self, cell: str) -> str:
        """Filled, and neither a number within bounds nor 无."""
        bad = [f"ISTEXT({cell})" + (f'*(TRIM({cell})<>"{NONE}")' if self.none else "")]
        number = f"ISNUMBER({cell})"
        # N() does not take arrays; text never reaches the comparison through ISNUMBER's zero.
        if self.low is not None:
            bad.append(f"{number}*({cell}<{self.low:g})")
        if self.high is not None:
            bad.append(f"{number}*({cell}>{self.high:g})")
        if self.whole:
            bad.append(f"{number}*(IF({number},{cell},0)<>INT(IF({number},{cell},0)))")
        return f"{_filled(cell)}*(({'+'.join(bad)})>0)"

    def describe(self) -> dict[str, Any]:
        """Unit, decimals and bounds."""
        facts = {"unit": self.unit, "decimals": self.decimals}
        facts |= {"minimum": self.low, "maximum": self.high}
        return super().describe() | {k: v for k, v in facts.items() if v not in ("", None)}


def _bounds(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f"，{low:g}至{high:g}之间"
    if low is not None:
        return "，不能为负数" if low == 0 else f"，不小于{low:g}"
    return f"，不大于{high:g}" if high is not None else "，可为负数"


@frozen(kw_only=True)
class Integer(Number):
    """A whole number, by default not below zero."""

    dtype: ClassVar[str] = "integer"
    name: ClassVar[str] = "integer"
    whole: ClassVar[bool] = True

    decimals: int = 0


@frozen(kw_only=True)
class Percent(Number):
    """Percent points as a plain number: 12.5 means 12.5 %. Never a %-formatted cell."""

    name: ClassVar[str] = "percent"
    percent: ClassVar[bool] = True

    unit: str = "%"
    high: float | None = 100.0
    none_is_zero: bool = False

    def offer(self) -> Offer:
        """As a number, with a word on what 12.5 means."""
        bounds = _bounds(self.low, self.high)
        none = "不适用填“无”。" if self.none else ""
        return Offer(
            prompt=f"单位：%。12.5%请填 12.5{bounds}。{none}",
            number_format="#,##0." + "0" * self.decimals,
            align="right",
        )


def growth_rate() -> Percent:
    """A growth rate: below zero and above a hundred are possible, below −100 % is not."""
    return Percent(low=-100.0, high=None)


@frozen(kw_only=True)
class Text(Kind):
    """Short text of at most ``longest`` characters; ``suggestions`` help, they do not bind."""

    name: ClassVar[str] = "text"

    longest: int = 100
    pattern: str = ""
    pattern_help: str = ""
    pattern_help_en: str = ""
    suggestions: tuple[str, ...] = ()

    def read(self, raw: Raw, number_format: str = "") -> Reading:
        """The text with trimmed ends; V220 when too long, V291 when its pattern is not met."""
        if turned := _turned(raw, number_format):
            return turned
        reading = spellings.read_text(raw, limit=self.longest, hard=1.0)
        if reading.problem or not self.pattern or reading.declared:
            return reading
        return spellings.match_pattern(
            reading, self.pattern, help=self.pattern_help, help_en=self.pattern_help_en
        )

    def offer(self) -> Offer:
        """Free text."""
        prompt = f"{self.pattern_help}。" if self.pattern_help else f"不超过{self.longest}字。"
        return Offer(
            prompt=prompt, options=self.suggestions, suggest=bool(self.suggestions),
            number_format=TEXT_FORMAT,
        )  # fmt: skip

    def fault(self, cell: str) -> str:
        """Too many characters."""
        return f"({excel_length(cell)}>{self.longest})"

    def describe(self) -> dict[str, Any]:
        """The limit and the pattern."""
        facts: dict[str, Any] = super().describe() | {"longest": self.longest}
        return facts | ({"pattern": self.pattern} if self.pattern else {})


@frozen(kw_only=True)
class LongText(Kind):
    """Text with a printed limit in 字; up to ten percent above it is to be explained.

    ``boxes`` is the number of cells it is typed into: one cell cannot be printed taller than
    409 points, about 900 characters. The parts are joined by a line break.
    """

    name: ClassVar[str] = "long text"

    limit: int | None = 200
    hard: float = 1.1
    boxes: int = 1

    def read(self, raw: Raw, number_format: str = "") -> Reading:
        """The text; V221 up to ``hard`` times the limit, V220 beyond it. Never cut."""
        return _turned(raw, number_format) or spellings.read_text(
            raw, limit=self.limit, hard=self.hard
        )

    def offer(self) -> Offer:
        """Free text with its limit."""
        limit = f"{self.limit}字以内。" if self.limit else ""
        more = "可分段写入下面几格，导入时自动合并。" if self.boxes > 1 else ""
        return Offer(prompt=f"{limit}换行请按 Alt+Enter。{more}")

    def fault(self, cell: str) -> str:
        """Longer than the bound that is refused."""
        bound = CELL_TEXT_LIMIT if self.limit is None else int(self.limit * self.hard)
        return f"({excel_length(cell)}>{bound})"

    def describe(self) -> dict[str, Any]:
        """The limit."""
        return super().describe() | ({"limit": self.limit} if self.limit else {})


@frozen(kw_only=True)
class Name(Kind):
    """The name of an organisation or a person; ``lookup`` offers the names of a library column."""

    name: ClassVar[str] = "name"

    longest: int = 100
    lookup: str = ""

    def read(self, raw: Raw, number_format: str = "") -> Reading:
        """The name with brackets and spaces put right; V292 for 同上."""
        return _turned(raw, number_format) or spellings.read_name(raw)

    def offer(self) -> Offer:
        """Free text."""
        prompt = "请填写全称。" if self.longest > 20 else "请填写姓名。"  # noqa: PLR2004
        return Offer(prompt=prompt, number_format=TEXT_FORMAT)

    def fault(self, cell: str) -> str:
        """Too many characters."""
        return f"({excel_length(cell)}>{self.longest})"


@frozen(kw_only=True)
class Choice(Kind):
    """One of printed options; ``aliases`` maps known other spellings to them."""

    name: ClassVar[str] = "choice"

    options: tuple[str, ...] = field(converter=_as_tuple)
    aliases: tuple[tuple[str, str], ...] = ()
    none: bool = False

    def read(self, raw: Raw, number_format: str = "") -> Reading:  # noqa: ARG002
        """The option; V230 when it is none of them."""
        return spellings.read_choice(raw, options=self.options, aliases=self.aliases)

    def offer(self) -> Offer:
        """A drop-down list."""
        return Offer(prompt="请从下拉列表中选择。", options=self.options, align="center")

    def fault(self, cell: str) -> str:
        """Filled with something else; the list is named by ``{options}`` for the layout to fill."""
        return f"{_filled(cell)}*(COUNTIF({{options}},{cell})=0)"

    def describe(self) -> dict[str, Any]:
        """The options."""
        return super().describe() | {"options": list(self.options)}


@frozen(kw_only=True)
class YesNo(Choice):
    """是 or 否."""

    dtype: ClassVar[str] = "boolean"
    name: ClassVar[str] = "yes or no"

    options: tuple[str, ...] = ("是", "否")

    def read(self, raw: Raw, number_format: str = "") -> Reading:  # noqa: ARG002
        """True or False."""
        return spellings.read_yes_no(raw)


@frozen(kw_only=True)
class DependentChoice(Choice):
    """One of the options that belong to the answer of another field (县 of the chosen 市).

    ``within`` is the key of that field in the same block; ``pairs`` holds (parent, option) with all
    options of one parent standing together, as the cascade by OFFSET needs.
    """

    name: ClassVar[str] = "dependent choice"

    options: tuple[str, ...] = ()
    within: str = ""
    pairs: tuple[tuple[str, str], ...] = field(converter=_as_tuple, factory=tuple)

    def read(self, raw: Raw, number_format: str = "") -> Reading:  # noqa: ARG002
        """Any option of any parent; that it belongs to *this* parent is checked over the row."""
        options = tuple(dict.fromkeys(option for _, option in self.pairs))
        return spellings.read_choice(raw, options=options, aliases=self.aliases)

    def offer(self) -> Offer:
        """A list that follows the parent."""
        prompt = "请先选上一级，再从下拉列表中选择。"
        return Offer(prompt=prompt, parent=self.within, align="center")

    def fault(self, cell: str) -> str:
        """The pair is not in the list; the layout fills in the names in braces."""
        return f"{_filled(cell)}*(COUNTIFS({{parents}},{{parent}},{{options}},{cell})=0)"

    def describe(self) -> dict[str, Any]:
        """The parent instead of some hundred options."""
        return {"kind": self.name, "type": self.dtype, "within": self.within}


@frozen(kw_only=True)
class Items(Kind):
    """A list in one cell, joined by 、: at most ``at_most`` items, of ``options`` where given."""

    dtype: ClassVar[str] = "list"
    name: ClassVar[str] = "list"

    at_most: int | None = None
    options: tuple[str, ...] = field(converter=_as_tuple, factory=tuple)
    aliases: tuple[tuple[str, str], ...] = ()
    longest: int = 200

    def read(self, raw: Raw, number_format: str = "") -> Reading:
        """A tuple of texts; V270 above ``at_most``, V230 and V232 outside ``options``."""
        return _turned(raw, number_format) or spellings.read_items(
            raw, at_most=self.at_most, options=self.options, aliases=self.aliases
        )

    def offer(self) -> Offer:
        """Free text; where there are options the list helps with the first."""
        most = f"不超过{self.at_most}项，" if self.at_most else ""
        none = "没有的填“无”。" if self.none else ""
        prompt = f"{most}多项之间用“、”隔开。{none}"
        if self.options and len(self.options) <= PROMPT_OPTIONS:
            prompt += f"可选：{'、'.join(self.options)}。"
        return Offer(
            prompt=prompt, options=self.options, suggest=True,
            number_format=TEXT_FORMAT if self.longest <= TEXT_CELL else "General",
        )  # fmt: skip

    def fault(self, cell: str) -> str:
        """More separators than the number of items allows."""
        if self.at_most is None:
            return f"({excel_length(cell)}>{self.longest})"
        folded = cell
        for mark in ("，", ",", "；", ";", "/"):
            folded = f'SUBSTITUTE({folded},"{mark}","、")'
        return f'(LEN({folded})-LEN(SUBSTITUTE({folded},"、",""))>{self.at_most - 1})'

    def describe(self) -> dict[str, Any]:
        """Limit and options."""
        facts = {"at_most": self.at_most, "options": list(self.options)}
        return super().describe() | {k: v for k, v in facts.items() if v}


@frozen(kw_only=True)
class Month(Kind):
    """A month, YYYY-MM. The cell is text: number formats turn 2024.10 into 2024.1."""

    dtype: ClassVar[str] = "month"
    name: ClassVar[str] = "month"
    none: bool = False
    example: ClassVar[str] = "2024-03"

    def read(self, raw: Raw, number_format: str = "") -> Reading:
        """``YYYY-MM``; V240–V242."""
        return spellings.read_month(raw, date_format=number_format == "date")

    def offer(self) -> Offer:
        """Text, with an example."""
        return Offer(
            prompt=f"请填年月，如 {self.example}。", number_format=TEXT_FORMAT, align="center"
        )  # fmt: skip

    def fault(self, cell: str) -> str:
        """Text that is no month."""
        return f"{_filled(cell)}*ISTEXT({cell})*ISERROR({excel_month(cell)})"


@frozen(kw_only=True)
class Day(Month):
    """A date; month precision is accepted (申报时间)."""

    dtype: ClassVar[str] = "date"
    name: ClassVar[str] = "date"
    example: ClassVar[str] = "2026-03-15"

    def read(self, raw: Raw, number_format: str = "") -> Reading:
        """``YYYY-MM-DD`` or ``YYYY-MM``; V240, V241."""
        return spellings.read_date(raw, date_format=number_format == "date")

    def offer(self) -> Offer:
        """Text, with an example."""
        return Offer(
            prompt=f"请填日期，如 {self.example}，也可只填年月。",
            number_format=TEXT_FORMAT,
            align="center",
        )

    def fault(self, cell: str) -> str:
        """Text that is neither a month nor a day."""
        wrong = f"ISERROR({excel_month(cell)})*ISERROR({excel_day(cell)})"
        return f"{_filled(cell)}*ISTEXT({cell})*{wrong}"


@frozen(kw_only=True)
class Period(Kind):
    """From month to month; exported as an ISO interval ``YYYY-MM/YYYY-MM``."""

    name: ClassVar[str] = "period"
    none: bool = False
    example: ClassVar[str] = "2024.03-2026.12"

    def read(self, raw: Raw, number_format: str = "") -> Reading:
        """``YYYY-MM/YYYY-MM``; V243–V245."""
        return spellings.read_period(raw, date_format=number_format == "date")

    def offer(self) -> Offer:
        """Text, with an example."""
        return Offer(
            prompt=f"请填起止年月，如 {self.example}。", number_format=TEXT_FORMAT, align="center"
        )  # fmt: skip

    def fault(self, cell: str) -> str:
        """Too short to hold two years."""
        return f"{_filled(cell)}*(LEN({cell})<9)"


@frozen(kw_only=True)
class Phone(Kind):
    """A telephone number, kept as text."""

    name: ClassVar[str] = "phone"
    none: bool = False

    def read(self, raw: Raw, number_format: str = "") -> Reading:  # noqa: ARG002
        """The number in its usual spelling; V250, V251."""
        return spellings.read_phone(raw)

    def offer(self) -> Offer:
        """Text, so that no leading zero is lost."""
        return Offer(
            prompt="11位手机号码，或区号-号码，如 0595-22000001。",
            number_format=TEXT_FORMAT,
            align="center",
        )

    def fault(self, cell: str) -> str:
        """Too short to be a number."""
        return f"{_filled(cell)}*(LEN({cell})<7)"


@frozen(kw_only=True)
class Pages(Kind):
    """佐证页码: where in the evidence volume a figure is proven."""

    dtype: ClassVar[str] = "pages"
    name: ClassVar[str] = "evidence pages"

    def read(self, raw: Raw, number_format: str = "") -> Reading:  # noqa: ARG002
        """A tuple of (first, last) pages; V260."""
        return spellings.read_pages(raw)

    def offer(self) -> Offer:
        """Text, with an example."""
        return Offer(
            prompt="佐证材料页码，如 P12 或 P12-15。", number_format=TEXT_FORMAT, align="center"
        )

    def fault(self, cell: str) -> str:
        """Filled without any digit."""
        digits = "+".join(f'ISNUMBER(FIND("{d}",{cell}))' for d in range(10))
        none = f'*(TRIM({cell})<>"{NONE}")' if self.none else ""
        return f"{_filled(cell)}*(({digits})=0){none}"


@frozen(kw_only=True)
class Tick(Kind):
    """One box of a checklist: ☑ or ☐ from a drop-down, as native check boxes are lost in WPS."""

    dtype: ClassVar[str] = "boolean"
    name: ClassVar[str] = "tick"
    none: bool = False
    TICKED: ClassVar[str] = "☑"
    OPEN: ClassVar[str] = "☐"
    options: ClassVar[tuple[str, ...]] = (TICKED, OPEN)

    def read(self, raw: Raw, number_format: str = "") -> Reading:  # noqa: ARG002
        """True for a tick; V280."""
        return spellings.read_tick(raw)

    def offer(self) -> Offer:
        """The two signs."""
        return Offer(
            prompt="已开展的请选 ☑，未开展的选 ☐。", options=self.options, align="center"
        )  # fmt: skip

    def fault(self, cell: str) -> str:
        """Neither of the two signs."""
        return f'{_filled(cell)}*(({cell}="☑")+({cell}="☐")=0)'


@frozen(kw_only=True)
class CreditCode(Kind):
    """统一社会信用代码, 18 characters with the check character of GB 32100-2015."""

    name: ClassVar[str] = "credit code"

    def read(self, raw: Raw, number_format: str = "") -> Reading:  # noqa: ARG002
        """The code in capitals; V216 when digits were lost, V291 when the check fails."""
        return spellings.read_code(raw)

    def offer(self) -> Offer:
        """Text, so that no digit is lost."""
        return Offer(prompt="18位统一社会信用代码。", number_format=TEXT_FORMAT, align="center")

    def fault(self, cell: str) -> str:
        """Not 18 characters."""
        return f"{_filled(cell)}*(LEN(TRIM({cell}))<>18)"


@frozen(kw_only=True)
class FourPart(Kind):
    """``X/X/X/X``: four counts in printed order (领航级/卓越级/先进级/基础级)."""

    dtype: ClassVar[str] = "list"
    name: ClassVar[str] = "four-part"

    def read(self, raw: Raw, number_format: str = "") -> Reading:  # noqa: ARG002
        """A tuple of four whole numbers; V290."""
        return spellings.read_four(raw)

    def offer(self) -> Offer:
        """Text, with an example."""
        return Offer(prompt="四个整数，如 0/1/3/12。", number_format=TEXT_FORMAT, align="center")

    def fault(self, cell: str) -> str:
        """Not three strokes."""
        return f'{_filled(cell)}*(LEN({cell})-LEN(SUBSTITUTE({cell},"/",""))<>3)'


def mend_facts(kind: Kind) -> Mapping[str, str]:
    """Hints that the catalogue's sentences take from a kind: its unit, whether 无 may stand."""
    unit = getattr(kind, "unit", "")
    example = getattr(kind, "example", "")
    facts = {"unit": unit, "example": example}
    if unit:
        facts |= {"unit_hint": f"（单位：{unit}）", "unit_hint_en": f" (unit: {unit})"}
    if kind.none:
        facts |= {"none_hint": "；确无此项的填“无”", "none_hint_en": ", or 无 if there is none"}
    return facts
