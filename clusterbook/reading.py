"""What a typed cell came to, and the foldings that all spellings share."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

# White space and everything else that prints nothing: pasted from web pages and WeChat, and the
# variation selector that phones put behind ☑.
_UNSEEN = (
    r"\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0100-\U000e01ef"
)
_BLANKS = re.compile(f"[{_UNSEEN}]+")
_VISIBLE = re.compile(f"[^{_UNSEEN}]")

# Not NFKC: it would turn 10² into 102 and ①12 into 112.
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    ord("￥"): "¥",
    ord("﹪"): "%",
    ord("﹣"): "-",
    ord("〜"): "~",
}
_VARIANTS = str.maketrans(
    dict.fromkeys("“”„‟«»「」『』〝〞‘’‚‛′‵`'", '"')
    | dict.fromkeys("【〔[{〖《〈<", "(")
    | dict.fromkeys("】〕]}〗》〉>", ")")
    | dict.fromkeys("‐‑‒–—―−─", "-")
    | dict.fromkeys("•・‧∙⋅", "·")
    | {"〜": "~"}
)
_DASHES = re.compile("-{2,}")
# Longer texts are no 无 and no 见附件.
_SHORT = 40

_NONE = frozenset({"无", "没有", "没", "無", "尚无", "未有", "无此项", "无此类"})
_NOT_APPLICABLE = frozenset({"不适用", "不涉及", "无需填写", "不需填写", "无需填报"})
_STROKE = re.compile(r"^(?:[/\\—–―─−-]+|n/?\.?a\.?)$", re.IGNORECASE)
_DITTO = re.compile(r"^(?:同上|同前|同左|〃|″|”|\"|〞)$")
_PUT_OFF = re.compile(
    r"^(?:暂未?(?:无|统计|提供|定|缺)|尚未统计|未统计|未提供|待(?:定|统计|核实?|补充?|填|确认|完善|提供)"
    r"|保密|涉密|商业秘密|不(?:公开|便透露|详|清楚|知道?)|未知|略|tbd|[?？]+|[x×*]{2,}|x(?:/x)+"
    r"|(?:详|参)?见(?:附件|附表|附后|佐证|材料|证明|清单|另|后)\S{0,8}|=dispimg\(.*)$",
    re.IGNORECASE,
)
_ERROR_VALUE = re.compile(
    r"^#(?:DIV/0!?|REF!?|NAME\?|VALUE!?|N/A|NUM!?|NULL!?|SPILL!?|CALC!?|GETTING_DATA|FMT|#+)$"
    r"|^Err:[0-9]{3}$",
    re.IGNORECASE,
)

_EXCEL_DAY_ZERO = dt.date(1899, 12, 30)
_NO_DAY = 60  # Excel believes in 1900-02-29
_LAST_SERIAL = 2_958_465  # 9999-12-31
EXACT = 10**15  # whole numbers below keep every digit in a cell


@frozen
class Reading:
    """What a cell came to.

    ``value`` is the normalised value, None when nothing could be read or when the reading would be
    a guess. ``declared`` is "none" where a person declared 无, "na" for 不适用. ``note`` tells what
    was normalised, codes joined by "+"; empty when the value stood as is. ``problem`` is a code of
    the catalogue; an error comes without a value. ``facts`` fill its sentence; a fact named
    ``value`` is there when the sentence is about a part of what was typed.
    """

    value: Any = None
    declared: str = ""
    note: str = ""
    problem: str = ""
    facts: Mapping[str, Any] = field(factory=dict)


def refuse(code: str, **facts: Any) -> Reading:
    """The reading of what cannot be read."""
    return Reading(problem=code, facts=facts)


def is_blank(raw: Any) -> bool:
    """Whether a cell holds nothing that can be seen."""
    return raw is None or (isinstance(raw, str) and not _VISIBLE.search(raw))


def to_text(raw: Any, *, date_format: bool = False) -> str:
    """How a raw scalar prints: 12.0 as 12, True as TRUE, the serial in a date cell as its date."""
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, (int, float)):
        return _number_text(raw, from_serial(raw) if date_format else None)
    if isinstance(raw, dt.date):
        return raw.isoformat()[:10]
    return "" if raw is None else str(raw)


def _number_text(raw: float, day: dt.date | None) -> str:
    if day is not None:
        return day.isoformat()
    if abs(raw) < EXACT and raw == int(raw):
        return str(int(raw))
    return format(raw, ".15g")


def from_serial(raw: float) -> dt.date | None:
    """The day of a serial number in the 1900 system; 60 is a day that never was."""
    if not 1 <= raw < _LAST_SERIAL + 1 or int(raw) == _NO_DAY:
        return None
    days = int(raw)
    return _EXCEL_DAY_ZERO + dt.timedelta(days=days if days > _NO_DAY else days + 1)


def trim(text: str) -> str:
    """The text without unseen characters at its ends."""
    first = _VISIBLE.search(text)
    if not first:
        return ""
    end = len(text)
    while not _VISIBLE.match(text, end - 1):
        end -= 1
    return text[first.start() : end]


def squeeze(text: str) -> str:
    """The text without any unseen character."""
    return _BLANKS.sub("", text)


def visible_length(text: str) -> int:
    """How many characters of a text can be seen: the 字数 of the printed limits."""
    return len(squeeze(text))


def half_width(text: str) -> str:
    """Full-width digits, letters and signs as half-width ones; for numbers, phones and dates."""
    return text if text.isascii() else text.translate(_HALF_WIDTH)


def fold(text: str) -> str:
    """The key under which two spellings of a label or an option are the same."""
    text = _BLANKS.sub("", unicodedata.normalize("NFKC", text).translate(_VARIANTS))
    # What stood apart may now compose, and a spacing accent leaves its mark behind.
    return _DASHES.sub("-", unicodedata.normalize("NFKC", text))


def name_key(text: str) -> str:
    """The key under which two spellings of an enterprise name are the same.

    Look-alikes keep different keys: only spaces, width, case, brackets and quotes are folded.
    """
    return fold(fold(text).casefold())


def bare(text: str) -> str:
    """A short answer without its dress: （无） and 无。 are 无. Empty for a long text."""
    text = half_width(squeeze(text))
    return "" if len(text) > _SHORT else text.lstrip("('\"").rstrip(')"。;,') or text


def says_none(text: str) -> bool:
    """Whether a text declares that there is nothing: 无, 没有."""
    return bare(text) in _NONE


def says_not_applicable(text: str) -> bool:
    """Whether a text declares that the question does not apply: 不适用, 不涉及."""
    return bare(text) in _NOT_APPLICABLE


def is_stroke(text: str) -> bool:
    """Whether a text is only a stroke: / — N/A."""
    return bool(_STROKE.match(bare(text)))


def is_put_off(text: str) -> bool:
    """Whether a text stands in for an answer without being one: 待定, 见附件, XX."""
    return bool(_PUT_OFF.match(bare(text)))


def no_answer(text: str) -> Reading | None:
    """The problem of a text that no kind of cell can take, None for any other text."""
    short = squeeze(text)
    if _ERROR_VALUE.match(half_width(short)):
        return refuse("V213")
    if _DITTO.match(short):
        return refuse("V292")
    return refuse("V210") if is_put_off(text) else None


def declared(text: str, value: Any = None) -> Reading | None:
    """The reading of 无, / or 不适用 where a cell may declare it, None for any other text."""
    if says_not_applicable(text):
        return Reading(value, declared="na", note="declared")
    if says_none(text) or is_stroke(text):
        return Reading(value, declared="none", note="declared")
    return None


def joined(*notes: str) -> str:
    """Notes as one, each once, in the order given."""
    return "+".join(dict.fromkeys(note for note in notes if note))
