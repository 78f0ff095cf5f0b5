"""How a person's text becomes a month, a date or a period."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import Any

from attrs import field, frozen

from clusterbook.forms.parsing.folding import (
    Reading,
    declared,
    from_serial,
    half_width,
    is_blank,
    joined,
    no_answer,
    refuse,
    squeeze,
)
from clusterbook.forms.parsing.patterns import lazy_pattern

_FIRST_YEAR, _LAST_YEAR = 1949, 2100
_SERIAL = lazy_pattern("[0-9]{5}$")
_EXAMPLES = {"month": "2024-03", "date": "2026-03-15", "period": "2024.03-2026.12"}

# As the form asks to have them typed; every month has 28 days.
_YEAR, _MONTH = "19[5-9][0-9]|20[0-9]{2}", "0[1-9]|1[0-2]"
_PLAIN_MONTH = lazy_pattern(f"(?:{_YEAR})-(?:{_MONTH})")
_PLAIN_DATE = lazy_pattern(f"(?:{_YEAR})-(?:{_MONTH})(?:-(?:0[1-9]|1[0-9]|2[0-8]))?")
_PLAIN_PERIOD = lazy_pattern(rf"({_YEAR})\.({_MONTH})-({_YEAR})\.({_MONTH})")
_OFFERED = str.maketrans("-/", ".-")

_FIRST_RUN = 10**7  # eight digits; no serial is that large

_LONGEST = 200  # no time is longer, and patterns need not toil
_DIGITS = "〇一二三四五六七八九"
_CHINESE_YEAR = lazy_pattern(
    "[〇零○一二三四五六七八九]{4}(?=年)|[〇零○一二三四五六七八九]{2}(?=年)"
)
_CHINESE_COUNT = lazy_pattern(
    "[一二三四五六七八九]?十[一二三四五六七八九]?(?=[月日号])|[一二三四五六七八九](?=[月日号])"
)
_TIME = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?"
_CLOCK = lazy_pattern(rf"(?<=[0-9日号])[T ]{_TIME}$")
# A moment of the whole world: what day it is depends on where one is.
_STAMP = lazy_pattern(
    r"(?P<year>[0-9]{4})[-/](?P<month>[0-9]{1,2})[-/](?P<day>[0-9]{1,2})"
    rf"[T ](?P<clock>{_TIME})\s?"
    r"(?:z|utc|gmt|(?P<hours>[+-][0-9]{2})(?::?(?P<minutes>[0-9]{2}))?)",
    re.IGNORECASE,
)
_CHINA = dt.timezone(dt.timedelta(hours=8))
# 2024.1 and 2.5 on two lines are not 2024.12.5; only what is written in full may be parted.
_APART = lazy_pattern(r"[0-9]\s+[0-9]")
_PARTED = lazy_pattern("[0-9]{4} [0-9]{2}(?: [0-9]{2})?")
_SEVERAL = lazy_pattern(r"[\n\t、;,/|]|\s{2,}|[和及]")
# A plan's date is a plan: 拟2026年3月 says no less than 2026年3月.
_HEDGE = lazy_pattern(r"^(?:预计|计划|拟定?|定于)(?:于|在)?|[(]?(?:预计|计划|拟)[)]?$")

_POINT = lazy_pattern(
    r"(?P<year>[0-9]{4}|[0-9]{2}(?=年))(?P<mark>年|[-./])(?P<month>[0-9]{1,2})"
    r"(?:(?:月|(?P=mark))(?P<day>[0-9]{1,2})(?:日|号)?|月份?(?:[初底末]|[上中下]旬|中)?|)"
)
_RUN = lazy_pattern(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})?")
_PART = lazy_pattern(
    r"(?P<year>[0-9]{4}年?|[0-9]{2}年|)[-/.]?度?(?P<part>|[初中底末]|年[初中底末]|全年|上半年|下半年|"
    r"第?[1-4一二三四]季度|[qQ][1-4]|[1-4][qQ])"
)
_HALVES = {"初": (1, 1), "中": (6, 6), "底": (12, 12), "末": (12, 12), "上": (1, 6), "下": (7, 12)}

_LABEL = lazy_pattern(r"^(?:项目)?(?:建设|起止|实施)?(?:工期|期限?|时间|年限|周期)[:：]?|^自")
_LENGTH = lazy_pattern(
    r"[(,，、]?(?:共计?|工期|合计|为期)?[0-9一二三四五六七八九十两]+(?:个月|年|天)[)]?$"
)
_ONLY_LENGTH = lazy_pattern(
    r"^(?:共|约)?[0-9一二三四五六七八九十两]+(?:个半?月|年半?|年[0-9]+个月|天|日)$"
)
_OPEN_END = lazy_pattern(r"(?:(?:至|到|-|~|—+|–)(?:今|现在|目前)?|起|开始|以来)$")
_BETWEEN = lazy_pattern(r"至|到|~|—+|–+|―+|--+|→")
_STROKES = lazy_pattern(r"[-/]")


@frozen
class _Moment:
    """A time as precise as it was typed; ``first`` to ``last`` month for a part of a year."""

    year: int
    first: int
    last: int
    day: int = 0
    precision: str = field(default="month", kw_only=True)

    @property
    def month(self) -> str:
        """The first month, YYYY-MM."""
        return f"{self.year:04}-{self.first:02}"

    @property
    def end(self) -> str:
        """The last month, YYYY-MM."""
        return f"{self.year:04}-{self.last:02}"


def read_month(raw: Any, *, date_format: bool = False, said: tuple[str, ...] = ()) -> Reading:
    """``YYYY-MM`` from any usual spelling or an Excel serial; V240, V241, V242, V274.

    ``said`` are words for what happened then, which may stand beside the month: 2024年10月开工.
    """
    return _read(raw, "month", date_format=date_format, said=said)


def read_date(raw: Any, *, date_format: bool = False, said: tuple[str, ...] = ()) -> Reading:
    """``YYYY-MM-DD``, or ``YYYY-MM`` where no day was given; V240, V241, V242, V274."""
    return _read(raw, "date", date_format=date_format, said=said)


def read_period(raw: Any, *, date_format: bool = False) -> Reading:
    """``YYYY-MM/YYYY-MM``, an ISO interval that ends with its second month; V243, V244, V245.

    Years alone mean January to December; the fact ``precision`` then is "year".
    """
    if plain := _plain(raw):
        return plain
    example = _EXAMPLES["period"]
    text = _LABEL.sub("", _HEDGE.sub("", _tidy(raw))) if isinstance(raw, str) else ""
    ends = _ends(text) or _ends(_LENGTH.sub("", text))
    if ends is None:
        alone = _moment_of(raw, date_format=date_format) or _moment(_OPEN_END.sub("", text))
        return refuse("V244" if alone or _ONLY_LENGTH.match(text) else "V243", example=example)
    value = f"{ends[0].month}/{ends[1].end}"
    expected = {value, offered_period(value)}
    if ends[0].month > ends[1].end:
        return refuse("V245", example=example)
    if "year" in {end.precision for end in ends}:
        return Reading(value, note="year_precision", facts={"precision": "year"})
    return Reading(value, note="" if raw in expected else "date_spelling")


def offered_period(value: str) -> str:
    """A period as the form asks to have it typed: 2024-03/2026-12 as 2024.03-2026.12."""
    return value.translate(_OFFERED)


def plain_month(text: str) -> str | None:
    """A text that is ``YYYY-MM`` already; None for what takes reading."""
    return text if _PLAIN_MONTH.fullmatch(text) else None


def plain_date(text: str) -> str | None:
    """A text that is ``YYYY-MM-DD`` or ``YYYY-MM`` already; None for what takes reading."""
    return text if _PLAIN_DATE.fullmatch(text) else None


def plain_period(text: str) -> str | None:
    """The value of a period typed as the form asks; None for what takes reading."""
    found = _PLAIN_PERIOD.fullmatch(text)
    if not found:
        return None
    start, end = f"{found[1]}-{found[2]}", f"{found[3]}-{found[4]}"
    return f"{start}/{end}" if start <= end else None


def _plain(raw: Any) -> Reading | None:
    """The reading of a cell without any time in it: blank, 无, 待定."""
    if is_blank(raw):
        return Reading()
    return (declared(raw) or no_answer(raw)) if isinstance(raw, str) else None


def _read(raw: Any, kind: str, *, date_format: bool, said: tuple[str, ...]) -> Reading:
    if plain := _plain(raw):
        return plain
    bare = raw
    moment = _moment_of(raw, date_format=date_format)
    if moment is None and said and isinstance(raw, str) and len(raw) <= _LONGEST:
        bare = _beside(said).sub("", raw.strip())
        moment = _moment_of(bare, date_format=date_format)
    code = "V242" if _is_january_or_october(raw) else ""
    if moment is None:
        code = "V274" if isinstance(raw, str) and _several(raw) else code or "V240"
    if moment is None or code:
        return refuse(code, example=_EXAMPLES[kind])
    if moment.precision == "year":
        return refuse("V241", example=_EXAMPLES[kind], precision="year", year=moment.year)
    value = moment.month
    if kind == "date" and moment.day:
        value += f"-{moment.day:02}"
    note = "" if value == bare else _respelled(bare)
    return Reading(value, note=note if bare is raw else joined(note, "remark"))


@lru_cache(maxsize=64)
def _beside(said: tuple[str, ...]) -> re.Pattern[str]:
    """Words before a time or behind it."""
    words = "|".join(sorted(map(re.escape, said), key=len, reverse=True))
    return re.compile(
        rf"^(?:{words})(?:时间|日期|于)?[:：]?|[(（]?(?:正式|全面|已)?(?:{words})[)）]?。?$"
    )


def _respelled(raw: Any) -> str:
    """The note of a time that was typed in another way than it is kept."""
    if not isinstance(raw, str):
        return "date_number"
    found = _STAMP.match(half_width(raw).strip())
    stated = found and dt.date(*map(int, found.group("year", "month", "day"))).isoformat()
    return joined("date_spelling", "time_zone" if stated and _in_china(raw) != stated else "")


def _several(raw: str) -> bool:
    """Whether the parts of a text are times each."""
    parts = [part for part in _SEVERAL.split(half_width(raw)[:_LONGEST]) if part.strip()]
    return len(parts) > 1 and all(_moment(_tidy(part)) for part in parts)


def _in_china(raw: str) -> str:
    """The day in China at the moment of a time stamp with a zone; '' for any other text."""
    found = _STAMP.fullmatch(half_width(raw[:_LONGEST]).strip())
    if not found:
        return ""
    day = "-".join((found["year"], found["month"].zfill(2), found["day"].zfill(2)))
    clock = found["clock"] if found["clock"][2] == ":" else f"0{found['clock']}"
    zone = f"{found['hours'] or '+00'}:{found['minutes'] or '00'}"
    try:
        moment = dt.datetime.fromisoformat(f"{day}T{clock}{zone}")
        return moment.astimezone(_CHINA).date().isoformat()
    except (ValueError, OverflowError):
        return ""


def _is_january_or_october(raw: Any) -> bool:
    """Whether a number is 2024.1, which 2024.10 becomes too."""
    return (
        isinstance(raw, float)
        and _FIRST_YEAR <= raw <= _LAST_YEAR
        and f"{raw:.6f}".endswith(".100000")
    )


def _moment_of(raw: Any, *, date_format: bool) -> _Moment | None:
    if isinstance(raw, dt.date):
        return _checked(raw.year, raw.month, raw.day)
    if isinstance(raw, bool) or not isinstance(raw, (str, int, float)):
        return None
    if isinstance(raw, str):
        text = _HEDGE.sub("", _tidy(raw))
        return _moment_of(int(text), date_format=False) if _SERIAL.match(text) else _moment(text)
    if _FIRST_YEAR <= raw < _LAST_YEAR + 1:  # 2024.3; as a serial it would be a day of 1905
        return _moment(format(raw, ".10g"))
    if date_format or (_is_serial(raw) and not _is_year_and_month(raw)):
        day = from_serial(raw)
        if day or raw < _FIRST_RUN:
            return _checked(day.year, day.month, day.day) if day else None
    # 20240315, also where a date cell cannot show it
    return _moment(str(int(raw))) if 10**5 <= raw < 10**8 and raw == int(raw) else None


def _is_serial(raw: float) -> bool:
    return 10_000 <= raw < 80_001  # noqa: PLR2004 - days of 1927 to 2119


def _is_year_and_month(raw: float) -> bool:
    """Whether a serial (of the 1950s) may as well be 20243 for March 2024."""
    return _FIRST_YEAR <= raw / 10 < _LAST_YEAR + 1


def _tidy(raw: str) -> str:
    """The text with digits for Chinese numerals, without spaces and the time of day."""
    if len(raw) > _LONGEST:
        return ""
    clear = _in_china(raw) or _CLOCK.sub("", half_width(raw).strip())
    if _APART.search(clear) and not _PARTED.fullmatch(clear) and max(map(len, clear.split())) > 1:
        return ""
    text = squeeze(clear).strip("'。;,.")
    if text.isascii():
        return text
    text = _CHINESE_YEAR.sub(lambda found: _year_digits(found.group()), text)
    return _CHINESE_COUNT.sub(lambda found: _count_digits(found.group()), text)


def _year_digits(text: str) -> str:
    return "".join(str(max(_DIGITS.find(digit), 0)) for digit in text)


def _count_digits(text: str) -> str:
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return str(_DIGITS.index(text))
    return str(_DIGITS.index(tens or "一") * 10 + (_DIGITS.index(ones) if ones else 0))


def _moment(text: str) -> _Moment | None:
    """The moment a tidy text names as a whole."""
    found = _POINT.fullmatch(text) or _RUN.fullmatch(text)
    if found:
        if found["day"] is not None and not int(found["day"]):
            return None
        return _checked(_full_year(found["year"]), int(found["month"]), int(found["day"] or 0))
    found = _PART.fullmatch(text)
    if not found or not (found["year"] or found["part"]):
        return None
    year = _full_year(found["year"].rstrip("年")) if found["year"] else 0
    if year and not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    return _Moment(year, *_months(found["part"]), precision="year")


def _full_year(digits: str) -> int:
    if len(digits) > 2:  # noqa: PLR2004
        return int(digits)
    return int(digits) + (1900 if int(digits) >= _FIRST_YEAR % 100 else 2000)


def _months(part: str) -> tuple[int, int]:
    """First and last month of a part of a year."""
    quarter = re.search("[1-4一二三四]", part)
    if quarter:
        number = (
            int(quarter.group()) if quarter.group().isdigit() else _DIGITS.index(quarter.group())
        )
        return number * 3 - 2, number * 3
    sign = part.replace("年", "").replace("半", "").replace("全", "")
    return _HALVES.get(sign, (1, 12))


def _checked(year: int, month: int, day: int) -> _Moment | None:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        dt.date(year, month, day or 1)
    except ValueError:
        return None
    return _Moment(year, month, month, day)


def _ends(text: str) -> tuple[_Moment, _Moment] | None:
    """Start and end of a period; None when it cannot be split in exactly one way."""
    if _moment(text):
        return None
    for sign in (_BETWEEN, _STROKES):
        splits = [_pair(text[: cut.start()], text[cut.end() :]) for cut in sign.finditer(text)]
        found = [pair for pair in splits if pair]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _pair(left: str, right: str) -> tuple[_Moment, _Moment] | None:
    start, end = _moment(left), _moment(right)
    if end is not None and not end.year and start is not None:
        return None
    if start is None and re.fullmatch("[0-9]{4}", left):
        start = _moment(left + "年")
    if start is None or not start.year:
        return None
    short = re.fullmatch(r"([0-9]{1,2})(月份?|年)?|([0-9]{2})[./]([0-9]{1,2})", right)
    if end is None and short:
        end = _short_end(start, short)
    return (start, end) if end else None


def _short_end(start: _Moment, short: re.Match[str]) -> _Moment | None:
    """The end of 2023.6-12, 2023-25 and 2023.6-25.12, whose century or year stands at the start."""
    number, word, year, month = short.groups()
    century = start.year // 100 * 100
    if year:
        return _checked(century + int(year), int(month), 0)
    if word == "年" or (not word and int(number) > 12):  # noqa: PLR2004
        return _moment(str(century + int(number)) + "年")
    return _checked(start.year, int(number), 0) if start.precision == "month" else None
