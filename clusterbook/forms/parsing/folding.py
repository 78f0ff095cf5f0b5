"""What a typed cell came to, and the foldings that all spellings share."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from itertools import chain
from types import MappingProxyType
from typing import Any

from attrs import field, frozen

from clusterbook.forms.parsing.look_alikes import RADICALS, has_look_alikes
from clusterbook.forms.parsing.patterns import lazy_pattern

# White space aside, everything that prints nothing: pasted from web pages and WeChat, and the
# variation selector that phones put behind ☑.
_UNSEEN_RANGES = (
    (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5),
    (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164),
    (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xE0100, 0xE01EF),
)  # fmt: skip
_UNSEEN = r"\s" + "".join(f"{chr(first)}-{chr(last)}" for first, last in _UNSEEN_RANGES)
_BLANKS = lazy_pattern(f"[{_UNSEEN}]+")
_VISIBLE = lazy_pattern(f"[^{_UNSEEN}]")

# What no text is meant to hold: control characters, halves of characters, code points that Unicode
# keeps for itself. The private ones stay: rare surnames are written with them.
_PLANES = "".join(map(chr, range(0x1FFFE, 0x110000, 0x10000)))
_BROKEN = lazy_pattern(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufff0-\ufffb\ufffe\uffff"
    f"{_PLANES}{''.join(chr(ord(sign) + 1) for sign in _PLANES)}]+"
)
# What steers a text without being seen: directions, word joints, hidden letters. The joiners U+200C
# and U+200D stay: some letters and signs are written with them.
_STEERING = lazy_pattern(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]+"
)
_LINE_ENDS = lazy_pattern("\r\n?|[\v\f\x85\u2028\u2029]")

# Not NFKC: it would turn 10² into 102 and ①12 into 112.
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    ord("￥"): "¥",
    ord("﹪"): "%",
    ord("﹣"): "-",
    ord("〜"): "~",
}
_VARIANTS = str.maketrans(
    RADICALS
    | {"戶": "户"}  # what NFKC makes of the radical that is drawn like 户
    | dict.fromkeys("“”„‟«»「」『』〝〞‘’‚‛′‵`'", '"')
    | dict.fromkeys("【〔[{〖《〈<", "(")
    | dict.fromkeys("】〕]}〗》〉>", ")")
    | dict.fromkeys("‐‑‒–—―−─", "-")
    | dict.fromkeys("•・‧∙⋅", "·")
    | {"〜": "~"}
)
_DASHES = lazy_pattern("-{2,}")
# What nearly all texts consist of, each sign of it what it seems and, but for blanks, to be seen.
_USUAL_SIGNS = " -~·\u2014-\u201d\u3001-\u3011\u4e00-\u9fef\uff01-\uff5e"
_UNUSUAL = lazy_pattern(f"[^{_USUAL_SIGNS}]").search
_USUAL = lazy_pattern(f"[{_USUAL_SIGNS}]*").fullmatch  # sooner done with a long text
_FOLDED = lazy_pattern("[0-9A-Za-z\u4e00-\u9fa5]*")
_UNSTEADY = "".join(sign for sign in map(chr, _VARIANTS) if "\u4e00" <= sign <= "\u9fa5")
_STEADY = lazy_pattern(
    f"(?:(?![{_UNSTEADY}])[\u4e00-\u9fa5]|[0-9A-Za-z](?=[0-9A-Za-z\u4e00-\u9fa5])){{3}}"
)
# Longer texts are no 无 and no 见附件.
_SHORT = 40

_NONE = frozenset({"无", "没有", "没", "無", "尚无", "未有", "无此项", "无此类"})
_NOT_APPLICABLE = frozenset({"不适用", "不涉及", "无需填写", "不需填写", "无需填报"})
# With its stroke: NA alone may be a name.
_STROKE = lazy_pattern(r"^(?:[/\\—–―─−-]+|n/\.?a\.?)$", re.IGNORECASE)
_DITTO = lazy_pattern(r"^(?:同上|同前|同左|〃|″|”|\"|〞)$")
_PUT_OFF = lazy_pattern(
    r"^(?:暂未?(?:无|统计|提供|定|缺)|尚未统计|未统计|未提供|待(?:定|统计|核实?|补充?|填|确认|完善|提供)"
    r"|保密|涉密|商业秘密|不(?:公开|便透露|详|清楚|知道?)|未知|略|tbd|[?？]+|[x×*]{2,}|x(?:/x)+"
    r"|(?:详|参)?见(?:附件|附表|附后|佐证|材料|证明|清单|另|后)\S{0,8})$",
    re.IGNORECASE,
)
_ERROR_VALUE = lazy_pattern(
    r"^#(?:DIV/0!?|REF!?|NAME\?|VALUE!?|N/A|NUM!?|NULL!?|SPILL!?|CALC!?|GETTING_DATA|FMT|#+)$"
    r"|^Err:[0-9]{3}$",
    re.IGNORECASE,
)
# WPS keeps a picture inside a cell as a formula, and its name as the text of the cell.
_PICTURE = lazy_pattern(r"^=?(?:_xlfn\.)?dispimg\(", re.IGNORECASE)
_BEFORE_A_WORD = "('\""
# How all of these begin; a text that begins otherwise is none of them.
_INITIALS = '无没無尚未不同暂待保涉商略详参见nNtTxXeEdD_×*?？#=/\\—–―─−-〃″”"〞'
_FULL_WIDTH = "".join(map(chr, _HALF_WIDTH))
_TELLING = lazy_pattern(
    f"[{_UNSEEN}{_BEFORE_A_WORD}{_FULL_WIDTH}]*[{re.escape(_INITIALS)}{_FULL_WIDTH}]"
)
_SPACES = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
UNSEEN_SIGNS = frozenset(
    chain(_SPACES, *(map(chr, range(first, last + 1)) for first, last in _UNSEEN_RANGES))
)
TELLING_SIGNS = UNSEEN_SIGNS | frozenset(_BEFORE_A_WORD + _INITIALS + _FULL_WIDTH)

_EXCEL_DAY_ZERO = dt.date(1899, 12, 30)
_NO_DAY = 60  # Excel believes in 1900-02-29
_LAST_SERIAL = 2_958_465  # 9999-12-31
EXACT = 10**15  # whole numbers below keep every digit in a cell

#: What a note says was done to a text; notes of one reading are joined by "+".
NOTES: Mapping[str, str] = MappingProxyType(
    {
        "alias": "换成规范名称",
        "chinese": "中文数字改为阿拉伯数字",
        "code_spelling": "统一代码写法",
        "control": "去掉控制字符",
        "converted": "换算单位",
        "date_number": "由日期数值读出",
        "date_spelling": "统一日期写法",
        "declared": "声明为无或不适用",
        "ditto": "同上，取上一行的内容",
        "four_spelling": "统一四级数量写法",
        "full_width": "全角改半角",
        "given": "批次、年份等见原填内容",
        "invisible": "去掉不可见字符",
        "list": "统一列表写法",
        "look_alike": "形近的部首等改为常用汉字",
        "merged": "合并单元格，取首行的内容",
        "name_spelling": "统一名称写法",
        "number_as_text": "数值读作文字",
        "option_spelling": "换成选项的写法",
        "others": "取第一个，其余见原填内容",
        "page_spelling": "统一页码写法",
        "percent_cell": "百分比格式还原为百分数",
        "person": "统一姓名写法",
        "phone_spelling": "统一电话写法",
        "remark": "去掉备注",
        "rounded": "四舍五入",
        "sign_word": "“下降”“增长”等字读作正负号",
        "script": "上下标写成字符",
        "shown": "按格内显示的内容读取",
        "text_number": "文字读作数字",
        "thousands": "去掉千分位",
        "tick": "统一勾选写法",
        "time_zone": "换算为北京时间",
        "title": "职务与姓名分开",
        "trim": "去掉首尾空白、统一换行",
        "unit": "去掉单位",
        "year_precision": "只有年份，按全年计",
        "yes_no": "读作是或否",
    }
)

#: of these, those after which the value says less than what was typed
SHORTENED = frozenset({"given", "others", "remark", "title"})


@lru_cache(maxsize=256)
def note_words(note: str) -> str:
    """A note of the 规范化记录 in words."""
    return "、".join(NOTES[one] for one in note.split("+"))


@frozen
class Reading:
    """What a cell came to.

    ``value`` is the normalised value, None when nothing could be read or when the reading would be
    a guess. ``declared`` is "none" where a person declared 无, "na" for 不适用. ``note`` tells what
    was normalised, keys of ``NOTES`` joined by "+"; empty when the value stood as is. ``problem``
    is a code of the catalogue; an error comes without a value. ``facts`` fill its sentence; a fact
    named ``value`` is there when the sentence is about a part of what was typed.
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
    if isinstance(raw, str):
        return raw
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


def no_text(raw: Any) -> Reading | None:
    """The problem of a number that cannot stand for a text: its digits are lost, or it is none."""
    if isinstance(raw, (str, bool)) or not isinstance(raw, (int, float)):
        return None
    if math.isnan(raw):
        return refuse("V213")
    return refuse("V216") if abs(raw) >= EXACT else None


def trim(text: str) -> str:
    """The text without unseen characters at its ends."""
    first = _VISIBLE.search(text)
    if not first:
        return ""
    end = len(text)
    while not _VISIBLE.match(text, end - 1):
        end -= 1
    return text[first.start() : end]


def clean(text: str) -> tuple[str, str]:
    r"""A text as it was meant, and the note of what was done.

    Control characters, lone surrogates and unseen marks that steer the text are taken out, lines
    end in ``\n``, nothing unseen stands at the ends.
    """
    if text.isprintable():
        short = trim(text)
        return short, "" if short == text else "trim"
    lines = _LINE_ENDS.sub("\n", text)
    whole = _BROKEN.sub("", lines)
    steady = _STEERING.sub("", whole)
    short = trim(steady)
    notes = (
        "control" if whole != lines else "",
        "invisible" if steady != whole else "",
        "trim" if lines != text or short != steady else "",
    )
    return short, joined(*notes)


def is_plain(text: str) -> bool:
    """Whether a text surely is what it seems: nothing unseen in it, no blank around it, no 无.

    A quick look: some plain texts are not known as such, and whoever asks then reads them slowly.
    """
    return (
        (_UNUSUAL(text) is None or (text.isprintable() and not has_look_alikes(text)))
        and text != ""
        and text[0] not in TELLING_SIGNS
        and text[-1] not in UNSEEN_SIGNS
    )


def is_plain_prose(text: str) -> bool:
    """The same for a text of several lines."""
    return is_plain(text) or (is_plain(text.replace("\n", "")) and text[0] != "\n" != text[-1])


def is_usual(text: str) -> bool:
    """Whether a text surely has nothing but signs that are what they seem, and blanks."""
    return _USUAL(text) is not None


def folds_to_itself(text: str) -> bool:
    """Whether a text, and its small letters, surely are their own ``fold``."""
    return _FOLDED.fullmatch(text) is not None


def squeeze(text: str) -> str:
    """The text without any unseen character."""
    return _BLANKS.sub("", text)


def without_marks(text: str) -> str:
    """The text without control characters and unseen marks, for numbers, telephones and dates."""
    return text if text.isprintable() else _STEERING.sub("", _BROKEN.sub("", text))


def visible_length(text: str) -> int:
    """How many characters of a text can be seen: the 字数 of the printed limits."""
    return len(text) - text.count(" ") if is_usual(text) else len(squeeze(text))


def half_width(text: str) -> str:
    """Full-width digits, letters and signs as half-width ones; for numbers, phones and dates."""
    return text if text.isascii() else text.translate(_HALF_WIDTH)


def fold(text: str) -> str:
    """The key under which two spellings of a label or an option are the same."""
    if _FOLDED.fullmatch(text):
        return text
    text = _BLANKS.sub("", unicodedata.normalize("NFKC", text).translate(_VARIANTS))
    # What stood apart may now compose, and a spacing accent leaves its mark behind.
    return _DASHES.sub("-", unicodedata.normalize("NFKC", text))


def begins_steady(text: str) -> bool:
    """Whether a text begins with three signs with which its ``fold`` begins, too.

    They are Han characters that fold to themselves, none of which composes with what follows, and
    letters and digits that stand before another of all these. Four signs tell.
    """
    return _STEADY.match(text) is not None


def name_key(text: str) -> str:
    """The key under which two spellings of an enterprise name are the same.

    Look-alikes keep different keys: only spaces, width, case, brackets and quotes are folded.
    """
    if _FOLDED.fullmatch(text):  # folds to itself, and so do its small letters
        return text.casefold()
    return fold(fold(text).casefold())


def bare(text: str) -> str:
    """A short answer without its dress: （无） and 无。 are 无. Empty for a long text."""
    short = squeeze(text)
    return _undressed(half_width(short)) if len(short) <= _SHORT else ""


def _undressed(text: str) -> str:
    return text.lstrip(_BEFORE_A_WORD).rstrip(')"。;,') or text


def stand_in(text: str) -> str:
    """What a text stands for that is no answer of its own; '' for any other text.

    none (无), na (不适用), stroke (/, —, N/A), ditto (同上), put_off (待定, 见附件, XX), error
    (#REF!), picture (a picture in the cell).
    """
    return _stand_in(text) if _TELLING.match(text) else ""


def _stand_in(text: str) -> str:
    short = squeeze(text)
    narrow = half_width(short)
    word = _undressed(narrow) if len(short) <= _SHORT else ""
    if word in _NONE:
        return "none"
    if word in _NOT_APPLICABLE:
        return "na"
    patterns = (
        ("error", _ERROR_VALUE, narrow), ("ditto", _DITTO, short), ("picture", _PICTURE, narrow),
        ("stroke", _STROKE, word), ("put_off", _PUT_OFF, word),
    )  # fmt: skip
    return next((name for name, pattern, form in patterns if pattern.match(form)), "")


def says_none(text: str) -> bool:
    """Whether a text declares that there is nothing: 无, 没有."""
    return stand_in(text) == "none"


def says_not_applicable(text: str) -> bool:
    """Whether a text declares that the question does not apply: 不适用, 不涉及."""
    return stand_in(text) == "na"


def is_stroke(text: str) -> bool:
    """Whether a text is only a stroke: / — N/A."""
    return stand_in(text) == "stroke"


_NO_ANSWERS = {"error": "V213", "ditto": "V292", "picture": "V218", "put_off": "V210"}


def no_answer(text: str) -> Reading | None:
    """The problem of a text that no kind of cell can take, None for any other text."""
    code = _NO_ANSWERS.get(stand_in(text))
    return refuse(code) if code else None


def declared(text: str, value: Any = None) -> Reading | None:
    """The reading of 无, / or 不适用 where a cell may declare it, None for any other text."""
    said = stand_in(text)
    if said == "na":
        return Reading(value, declared="na", note="declared")
    if said in {"none", "stroke"}:
        return Reading(value, declared="none", note="declared")
    return None


def joined(*notes: str) -> str:
    """Notes as one, each once, in the order given."""
    return "+".join(dict.fromkeys(part for note in notes for part in note.split("+") if part))
