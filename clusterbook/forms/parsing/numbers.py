"""How a person's text becomes a number with a unit."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from attrs import evolve, frozen

from clusterbook.forms.parsing.folding import (
    EXACT,
    Reading,
    bare,
    half_width,
    is_blank,
    is_stroke,
    joined,
    no_answer,
    refuse,
    says_none,
    says_not_applicable,
    squeeze,
    to_text,
    trim,
    without_marks,
)
from clusterbook.forms.parsing.numerals import DIGITS, FORMAL, NUMERALS, chinese_number, positional
from clusterbook.forms.parsing.patterns import lazy_pattern

_MAGNITUDES: Mapping[str, Decimal] = {
    "": Decimal(1),
    "十": Decimal(10),
    "百": Decimal(100),
    "千": Decimal(1000),
    "万": Decimal(10**4),
    "十万": Decimal(10**5),
    "百万": Decimal(10**6),
    "千万": Decimal(10**7),
    "亿": Decimal(10**8),
    "十亿": Decimal(10**9),
    "百亿": Decimal(10**10),
    "千亿": Decimal(10**11),
    "万亿": Decimal(10**12),
}
# A unit in several spellings, with what one of it is in the first spelling.
_SAME_UNIT: Mapping[str, tuple[str, Decimal]] = {
    **dict.fromkeys(("元", "元整", "元人民币", "人民币", "块", "rmb", "cny"), ("元", Decimal(1))),
    **dict.fromkeys(("美元", "美金", "usd", "$"), ("美元", Decimal(1))),
    **dict.fromkeys(("人", "名", "位"), ("人", Decimal(1))),
    **dict.fromkeys(("家", "户"), ("家", Decimal(1))),
    **dict.fromkeys(("%", "百分点", "个百分点", "个点"), ("%", Decimal(1))),
    "‰": ("%", Decimal("0.1")),
    "亩": ("亩", Decimal(1)),
    "公顷": ("亩", Decimal(15)),
    **dict.fromkeys(("平方公里", "平方千米", "km2", "km²", "㎢"), ("亩", Decimal(1500))),
    **dict.fromkeys(("吨标准煤", "吨标煤", "tce"), ("吨标准煤", Decimal(1))),
    **dict.fromkeys(("吨", "t"), ("吨", Decimal(1))),
}
# 15家 typed where the form prints 个 counts the same things.
_COUNT_WORDS = frozenset("个家件项条种类套")

_OTHER_UNITS = """
    个 件 项 条 种 类 套 台 辆 只 双 张 片 篇 份 所 座 处 次 期 批 人次 倍 级 年 个月 月 天 日 小时
    港元 港币 欧元 日元 英镑 平方米 平米 ㎡ m2 m² 立方米 米 公里 千米 km 千克 公斤 kg 克 斤
    吨二氧化碳 tco2 度 瓦 瓦时 kwh
"""
_KNOWN = {"", *_OTHER_UNITS.split(), *(base for base, _ in _SAME_UNIT.values())}
_LEADS: Mapping[str, str] = {
    **dict.fromkeys(("人民币", "rmb", "cny", "¥"), "元"),
    **dict.fromkeys(("$", "us$"), "美元"),
}

_NUMBER = r"(?:[0-9]{1,3}(?:[, ][0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
_PLAIN = lazy_pattern(
    rf"^(?P<lead>共计?|合计|总计|人民币|rmb|cny|us\$|\$|¥)?\s?(?P<sign>[-−–—+负]?)\s?"
    rf"(?P<number>{_NUMBER})(?P<power>e[+-]?[0-9]{{1,3}})?\s?(?P<unit>[^0-9]*(?:(?<=[mo])2)?)$",
    re.IGNORECASE,
)
_MIXED = lazy_pattern(r"^([0-9]+(?:\.[0-9]+)?)亿([0-9]+(?:\.[0-9]+)?)(千?万)([^0-9]*)$")
_CHINESE = lazy_pattern(
    rf"^(?P<sign>负?)(?P<percent>(?:百分之)?)(?P<number>[{NUMERALS}]+)"
    rf"(?:点(?P<rest>[{DIGITS}]+)(?P<size>(?:万亿|[十百千]?[万亿])?))?(?P<unit>[^0-9{NUMERALS}]*)$"
)
_RANGE = lazy_pattern(rf"[0-9{NUMERALS}][^0-9\s,.]{{0,4}}?\s?(?:--?|[~–—―至到]+)\s?[0-9{NUMERALS}]")
_APPROXIMATE = lazy_pattern(
    r"约|近|接近|左右|上下|余|多|以[上下内]|超|逾|不[足到低少高]|至少|最多|[高低大小]于|"
    r"[预估]计|预估|暂估|几|若干|数[十百千万]|[≥≤><≧≦≈~+±]"
)
_PLAIN_FOUR = lazy_pattern("(0|[1-9][0-9]{0,4})" + "/(0|[1-9][0-9]{0,4})" * 3)
_SIMPLE = 1e9
_STEPS = (1.0, 10.0, 100.0, 1e3, 1e4, 1e5, 1e6)  # by number of decimals
_LONGEST = 200  # no number is longer, and patterns need not toil
# Letters for "not applicable"; only here, as in other cells NA may be a name.
_LETTERS = frozenset({"na", "n.a", "n.a."})
# Blanks other than the one between thousands; what they part are two figures.
_PARTED = lazy_pattern(
    r"[-−–—+0-9][^0-9]*(?:[^\S \u00a0\u2009\u202f]|\s{2})[^0-9]*(?<![A-Za-z])[0-9]"
)
# What stands between two figures is more than a thousands mark, a magnitude or arithmetic.
_TWO_FIGURES = lazy_pattern(
    "[0-9][^0-9]*[^-0-9A-Za-z亿万千百十零.,:+*×^= ][^0-9]*(?<![A-Za-z])[0-9]"
)
# Accountants bracket what is below zero, others what they are not sure of.
_UNCLEAR_SIGN = lazy_pattern(
    rf"\(\s?[-−–—+]?{_NUMBER}\s?[^0-9()]*\)[^0-9()]*|[▲△▼▽]\s?{_NUMBER}[^0-9]*"
)
_DOWN = "负增长|下降|降低|降幅|减少|减幅|下滑|回落|下跌|降|减|↓"
_UP = "正增长|增长|增加|增幅|增速|上升|升高|提高|提升|上涨|增|升|↑"
_TURNED = lazy_pattern(
    rf"(?:(?:与|较|比)?(?:上年|上一年|去年)(?:同期)?(?:相比)?|同比|年均|平均)?"
    rf"(?:(?P<down>{_DOWN})|(?P<up>{_UP}))(?:率|幅度?)?[了为]?:?\s?(?P<rest>[-−–—+.0-9].*)"
)
# 亿元整: what cheques end with. From so many on, a bare sign is of single 元 and not of the cell's.
_WHOLE_SUM = lazy_pattern("(?<=元)[整正]$")
_SURELY_LARGE = 10**4
_ANY_NUMERAL = lazy_pattern(f"[0-9{NUMERALS}几]")


@frozen
class _Unit:
    """A unit taken apart: 亿元 is 10⁸ of 元, 万元/亩 is 10⁴ of 元 per 亩."""

    base: str
    scale: Decimal
    per: str = ""


@frozen
class _Question:
    """What a number cell asks for."""

    unit: str
    decimals: int
    whole: bool
    low: float | None
    high: float | None
    none_is_zero: bool
    convert_area: bool
    asks: str

    def facts(self, *, read: float) -> dict[str, str]:
        """What a sentence about an interpreted number takes."""
        return {"unit": self.unit, "read": to_text(read)}

    def refuse(self, code: str, **facts: str) -> Reading:
        """A problem with the facts that sentences about numbers take."""
        if self.unit:
            hints = {"unit_hint": f"（单位：{self.unit}）", "unit_hint_en": f" (unit: {self.unit})"}
            facts |= {"unit": self.unit} | hints
        return refuse(code, **facts)


_question = lru_cache(maxsize=1024)(_Question)


def read_number(  # noqa: PLR0913
    raw: str | float | bool | None,  # noqa: FBT001
    *,
    unit: str = "",
    decimals: int = 2,
    whole: bool = False,
    low: float | None = None,
    high: float | None = None,
    none_is_zero: bool = True,
    percent_format: bool = False,
    date_format: bool = False,
    percent: bool = False,
    convert_area: bool = False,
    asks: str = "",
) -> Reading:
    """A float (an int where ``whole``) in the unit of the cell, rounded as Excel rounds.

    ``none_is_zero`` is for counts and amounts: 无 is 0 there, and not applicable in rates.
    ``percent_format`` and ``date_format`` tell how the cell was formatted. Areas are converted
    only where ``convert_area`` asks for it. ``asks`` is "growth" or "fall" where a number tells of
    either, so that 下降3.2% has a sign. Memoise with ``typed=True``: True is not 1 here.
    """
    if is_blank(raw):
        return Reading()
    question = _question(
        unit or "%" * percent, decimals, whole, low, high, none_is_zero, convert_area, asks
    )
    if isinstance(raw, str):
        return _read_text(raw, question)
    if isinstance(raw, bool) or not isinstance(raw, (int, float)) or math.isnan(raw):
        return question.refuse("V201")
    if date_format:  # 3-4 became the fourth of March
        return question.refuse("V201", value=to_text(raw, date_format=True))
    if percent_format:
        return _read_percent_cell(raw, question)
    return _read_float(raw, question)


def _read_float(raw: float, question: _Question, *, times: int = 1, note: str = "") -> Reading:
    if abs(raw) >= EXACT:
        return question.refuse("V204", limit=to_text(EXACT - 1))
    # Fifteen digits, as Excel sees it: 1.005 is not 1.00499999999999989.
    return _finish(Decimal(format(raw, ".15g")) * times, question, note=note)


def _read_percent_cell(raw: float, question: _Question) -> Reading:
    unit = _unit(question.unit)
    if unit is None or unit.base != "%":
        return question.refuse("V207" if question.unit else "V201", value=f"{to_text(raw * 100)}%")
    return _read_float(raw, question, times=100, note="percent_cell")


def plain_number(raw: float, decimals: int) -> float | None:
    """A number that needs no rounding to ``decimals``; None for what takes reading.

    Below 10⁹ the nearest float to k/10ⁿ prints as that decimal fraction, so that rounding the
    printed digits, as Excel does, gives the number back.
    """
    steps = _STEPS[decimals]
    if -_SIMPLE < raw < _SIMPLE and round(raw * steps) / steps == raw:
        return raw + 0.0  # no -0.0
    return None


def plain_whole(raw: float) -> int | None:
    """A whole number; None for what takes reading."""
    return int(raw) if -_SIMPLE < raw < _SIMPLE and raw.is_integer() else None


def plain_four(text: str) -> tuple[int, ...] | None:
    """The numbers of 0/1/3/12; None for what takes reading."""
    found = _PLAIN_FOUR.fullmatch(text)
    return tuple(map(int, found.groups())) if found else None


def read_four(
    raw: str | float | bool | None,  # noqa: FBT001
    *,
    labels: tuple[str, str, str, str] = ("领航", "卓越", "先进", "基础"),
) -> Reading:
    """Four whole numbers in printed order, from 0/1/3/12 or from 领航0个、卓越1个…; V290."""
    if is_blank(raw):
        return Reading()
    text = half_width(trim(to_text(raw)))[:_LONGEST]
    if says_none(text):
        return Reading((0, 0, 0, 0), declared="none", note="declared")
    problem = no_answer(text)
    if problem and problem.problem != "V210":
        return problem
    found = _labelled(squeeze(text), labels) or _separated(text)
    if len(found) != len(labels):
        return refuse("V290")
    return Reading(found, note="" if raw == "/".join(map(str, found)) else "four_spelling")


def _labelled(text: str, labels: tuple[str, ...]) -> tuple[int, ...]:
    counts = []
    for label in labels:
        found = re.findall(rf"{label}级?(?:智能工厂)?[:：]?([0-9]{{1,5}})(?![0-9.])", text)
        if len(found) != 1:
            return ()
        counts.append(int(found[0]))
    return tuple(counts)


def _separated(text: str) -> tuple[int, ...]:
    parts = re.split(r"[/、,;\n\\]|(?<=[0-9个家])\s+(?=[0-9])", text)
    found = [re.fullmatch(r"\s*([0-9]{1,5})\s?[个家]?\s*", part) for part in parts]
    return tuple(int(part[1]) for part in found if part) if all(found) else ()


def _read_text(raw: str, question: _Question) -> Reading:
    if len(raw) > _LONGEST:
        return question.refuse("V201")
    steady = without_marks(raw)
    narrow = half_width(steady)
    if _PARTED.search(narrow):
        return question.refuse("V274")
    text = re.sub(r"\s+", " ", trim(narrow).lstrip("'").rstrip("。;"))
    # With a Chinese keyboard the decimal point comes out as a full stop.
    text = re.sub(r"(?<=[0-9])。(?=[0-9])", ".", text)
    readings = (reader(text, question) for reader in _READERS)
    reading = next((reading for reading in readings if reading), question.refuse("V201"))
    if reading.declared or reading.value is None:
        return reading
    width = "full_width" if narrow != steady else "trim" if text != steady else ""
    marks = "invisible" if steady != raw else ""
    return evolve(reading, note=joined(marks, width, reading.note) or "text_number")


def _no_number(text: str, question: _Question) -> Reading | None:
    if bare(text) in {"暂无", "暂缺"} and question.none_is_zero:
        return question.refuse("V211")
    problem = no_answer(text)
    return question.refuse(problem.problem) if problem else None


def _several(text: str, question: _Question) -> Reading | None:
    """Two figures in one cell: on two lines, with a stroke between them, one among the other."""
    return question.refuse("V274") if _TWO_FIGURES.search(text) else None


def _unclear_sign(text: str, question: _Question) -> Reading | None:
    """(3.2), which may be minus 3.2 and may be 3.2."""
    return question.refuse("V276") if _UNCLEAR_SIGN.fullmatch(text) else None


def _turned(text: str, question: _Question) -> Reading | None:
    """下降3.2% where the cell asks how much something grew or fell."""
    found = _TURNED.fullmatch(text) if question.asks else None
    read = _quantity(found["rest"], question) if found else None
    if found is None or read is None:
        return None
    against = bool(found["down"]) if question.asks == "growth" else bool(found["up"])
    if found["rest"][0] in "-−–—" and (against or question.asks == "fall"):
        return question.refuse("V276")
    if read.value is None:
        return read
    value = -read.value + 0.0 if against else read.value
    return evolve(read, value=value, note=joined("sign_word", read.note))


def _declared(text: str, question: _Question) -> Reading | None:
    stroke = is_stroke(text) or bare(text).casefold() in _LETTERS
    if question.none_is_zero and stroke:
        return question.refuse("V211")
    if question.none_is_zero and (says_none(text) or bare(text) == "零"):
        return Reading(0 if question.whole else 0.0, declared="none", note="declared")
    if says_none(text) or stroke or says_not_applicable(text):
        return Reading(declared="na", note="declared")
    return None


def _quantity(text: str, question: _Question) -> Reading | None:
    found = _PLAIN.match(text)
    if not found:
        return None
    number = Decimal(re.sub("[, ]", "", found["number"]) + (found["power"] or ""))
    if found["sign"] not in {"", "+"}:
        number = -number
    typed = _WHOLE_SUM.sub("", squeeze(found["unit"]))
    currency = _LEADS.get((found["lead"] or "").lower(), "")
    thousands = "thousands" if re.search("[, ]", found["number"]) else ""
    if currency and not typed and abs(number) < _SURELY_LARGE:
        typed = _of_the_cell(currency, question)
    if not typed.endswith(currency):
        typed += currency
    # A minus, or a stroke in front of the number.
    problem = "V212" if found["sign"] == "—" else ""
    return _with_unit(number, typed, question, note=thousands, problem=problem)


def _of_the_cell(currency: str, question: _Question) -> str:
    """The unit of the cell where it is one of that currency: ￥13.67 among 亿元 are 亿元."""
    here = _unit(question.unit)
    return question.unit if here and (here.base, here.per) == (currency, "") else ""


def _mixed_quantity(text: str, question: _Question) -> Reading | None:
    found = _MIXED.match(squeeze(text))
    if not found:
        return None
    upper, lower, magnitude, rest = found.groups()
    tail = Decimal(lower) * _MAGNITUDES[magnitude]
    if tail >= _MAGNITUDES["亿"]:
        return None
    return _with_unit(Decimal(upper) + tail / _MAGNITUDES["亿"], "亿" + rest, question)


def _with_unit(
    number: Decimal, typed: str, question: _Question, *, note: str = "", problem: str = ""
) -> Reading | None:
    """The number in the unit of the cell; None when what follows the digits is no unit."""
    if not typed:
        return _finish(number, question, note=note, problem=problem)
    there, here = _unit(typed), _unit(question.unit)
    if there is None or here is None or not {there.base, there.per} <= {*_KNOWN, *_parts(here)}:
        return None
    if not there.base and there.per in {"", here.per}:  # 3.5亿
        there = _Unit(here.base, there.scale, here.per)
    if not _same_things(there, here):
        return question.refuse("V207" if question.unit else "V201")
    if there.scale == here.scale:
        return _finish(number, question, note=joined(note, "unit"), problem=problem)
    converted = number * there.scale / here.scale
    gone = number != 0 and abs(converted) < Decimal(1).scaleb(-question.decimals) / 2
    if gone or (here.base == "亩" and not question.convert_area):  # 13.67元 is nothing in 亿元
        return question.refuse("V207")
    return _finish(converted, question, note="converted", problem="V208")


def _parts(unit: _Unit) -> set[str]:
    return {unit.base, unit.per}


def _same_things(there: _Unit, here: _Unit) -> bool:
    if there.per != here.per:
        return False
    counted = {there.base, here.base} <= _COUNT_WORDS | {""} and "个" in {there.base, here.base}
    return counted or there.base == here.base or (not here.base and there.base in _COUNT_WORDS)


@lru_cache(maxsize=4096)
def _unit(text: str) -> _Unit | None:
    """A unit taken apart, None for an impossible magnitude."""
    text, _, per = text.lower().strip("()").partition("/")
    if text in _SAME_UNIT:
        return _Unit(*_SAME_UNIT[text], per)
    rest = text.lstrip("十百千万亿")
    magnitude = _MAGNITUDES.get(text[: len(text) - len(rest)])
    if magnitude is None:
        return None
    base, scale = _SAME_UNIT.get(rest, (rest, Decimal(1)))
    return _Unit(base, scale * magnitude, per)


def _chinese(text: str, question: _Question) -> Reading | None:
    found = _CHINESE.match(squeeze(text).translate(FORMAL))
    whole = chinese_number(found["number"]) if found else None
    if found is None or whole is None:
        return None
    rest = positional(found["rest"] or "零")
    number = Decimal(f"{'-' * bool(found['sign'])}{whole}.{rest}")
    typed = found["unit"] + "%" * bool(found["percent"])
    size = found["size"] or ""
    if size and (found["percent"] or re.search("[万亿]", found["number"])):
        return None
    if re.search(
        "[万亿]", found["number"] + size
    ):  # 三亿 is absolute, 三十 in the unit of the cell
        number, typed = number * _MAGNITUDES[size] / _MAGNITUDES["亿"], "亿" + typed
    reading = _with_unit(number, typed, question)
    if reading is None or reading.value is None:
        return reading
    return evolve(reading, note="chinese", problem="V212", facts=question.facts(read=reading.value))


def _range(text: str, question: _Question) -> Reading | None:
    return question.refuse("V206") if _RANGE.search(text.translate(FORMAL)) else None


def _approximate(text: str, question: _Question) -> Reading | None:
    if _APPROXIMATE.search(text) and _ANY_NUMERAL.search(text.translate(FORMAL)):
        return question.refuse("V205")
    return None


_READERS: tuple[Callable[[str, _Question], Reading | None], ...] = (
    _no_number,
    _declared,
    _quantity,
    _mixed_quantity,
    _range,
    _approximate,
    _turned,
    _chinese,
    _unclear_sign,
    _several,
)


def _finish(number: Decimal, question: _Question, *, note: str = "", problem: str = "") -> Reading:
    """The number within its bounds, rounded half away from zero."""
    if abs(number) >= EXACT:
        return question.refuse("V204", limit=to_text(EXACT - 1))
    if question.whole and number != number.to_integral_value():
        return question.refuse("V202")
    decimals = 0 if question.whole else question.decimals
    if question.unit == "%" and abs(number) < 1 and not note:
        decimals += 2  # 0.125 may mean 12.5 %: whoever asks must still see it
    rounded = number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    if question.low is not None and rounded < question.low:
        return question.refuse("V203", limit=to_text(question.low))
    if question.high is not None and rounded > question.high:
        return question.refuse("V204", limit=to_text(question.high))
    value = int(rounded) if question.whole else float(rounded) + 0.0  # no -0.0
    note = joined(note, "rounded" if rounded != number else "")
    facts = question.facts(read=value) if problem else {}
    return Reading(value, note=note, problem=problem, facts=facts)
