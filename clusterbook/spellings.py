"""How a person's text becomes a value: names, texts, telephone numbers, page references, codes.

The one door to all spellings: numbers, times and choices have their own modules and are passed on
here. Every ``read_*`` takes what stood in a cell and gives a :class:`Reading`, whatever was typed;
what could be misread becomes a problem of the catalogue. Who memoises them must keep True, 1 and
1.0 apart (``lru_cache(typed=True)``).
"""

from __future__ import annotations

import re
from typing import Any

from clusterbook.calendar_spellings import read_date, read_month, read_period
from clusterbook.choice_spellings import (
    HONOUR_ALIASES,
    read_choice,
    read_items,
    read_tick,
    read_yes_no,
)
from clusterbook.number_spellings import read_four, read_number
from clusterbook.reading import (
    EXACT,
    Reading,
    declared,
    fold,
    half_width,
    is_blank,
    is_put_off,
    is_stroke,
    joined,
    name_key,
    no_answer,
    refuse,
    says_none,
    squeeze,
    to_text,
    trim,
    visible_length,
)

__all__ = [
    "HONOUR_ALIASES",
    "Reading",
    "fold",
    "is_blank",
    "match_pattern",
    "name_key",
    "read_choice",
    "read_code",
    "read_date",
    "read_four",
    "read_items",
    "read_month",
    "read_name",
    "read_number",
    "read_pages",
    "read_period",
    "read_person",
    "read_phone",
    "read_text",
    "read_tick",
    "read_yes_no",
    "to_text",
]

NONE = "无"

_HAN = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAN_SIGN = _HAN + "（）“”‘’、，。；：·《》"
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_INNER_SPACE = re.compile(f"(?<=[{_HAN_SIGN}]) (?=[{_HAN_SIGN}])|(?<=[（]) | (?=[）])")
_REMARK = re.compile(r"^(?P<name>.{4,}?)\s?[（(](?P<remark>[^（()）]+)[)）]$", re.DOTALL)
_GRAVE = re.compile(r"(?:已|拟)?(?:注销|吊销|停产|停业|歇业|破产|关停|搬迁|迁出|退出|倒闭)$")
_IS_REMARK = re.compile(
    rf"(?:总部|本部|总公司|母公司)$|(?:以下)?简称|原|曾用名|更名|{_GRAVE.pattern}"
)
_LONG_NAME = 200
_POSTS = (
    r"(?:常务|执行|第一)?(?:副|总|代)?(?:局长|主任|书记|部长|处长|科长|股长|所长|院长|会长|秘书长|理事长|"
    r"董事长|经理|总经理|总裁|厂长|县长|区长|市长|主席|组长|镇长|干事|科员|主管|工程师|专员)"
)
_NAME_POST = re.compile(rf"^(?P<name>[{_HAN}·]{{2,4}}?)(?P<post>{_POSTS})$")


def read_text(
    raw: Any,
    *,
    limit: int | None = None,
    hard: float = 1.1,
    required: bool = True,
    date_format: bool = False,
) -> Reading:
    """The text as typed but for its ends and line breaks; V210, V220, V221.

    ``limit`` counts characters that can be seen; from the limit to ``hard`` times the limit the
    text is to be explained. Where it is not ``required``, 见附件 is as good a text as any.
    """
    if is_blank(raw):
        return Reading()
    text = trim(re.sub("\r\n?|[\v\u0085\u2028\u2029]", "\n", to_text(raw, date_format=date_format)))
    if says_none(text) or is_stroke(text):
        return Reading(NONE, declared="none", note="declared")
    problem = None if is_put_off(text) and not required else no_answer(text)
    if problem:
        return problem
    length = visible_length(text)
    facts = {"length": length, "limit": limit}
    if limit is not None and length > round(limit * hard):
        return Reading(problem="V220", facts=facts)
    note = "" if text == raw else "trim" if isinstance(raw, str) else "number_as_text"
    if limit is not None and length > limit:
        return Reading(text, note=note, problem="V221", facts=facts)
    return Reading(text, note=note)


def match_pattern(reading: Reading, pattern: str, *, help: str, help_en: str) -> Reading:  # noqa: A002
    """The reading itself when its text matches; V291 with the help when it does not."""
    if re.search(pattern, reading.value or ""):
        return reading
    return refuse("V291", help=help, help_en=help_en)


def read_name(raw: Any) -> Reading:
    """The name of an organisation with brackets and spaces put right; V210, V235, V292."""
    if is_blank(raw):
        return Reading()
    text = _clean_name(to_text(raw))
    name, remarks = _without_remarks(text)
    if plain := declared(name) or no_answer(name):
        return plain
    if not name:
        return refuse("V210")
    note = "" if text == raw else "name_spelling"
    note = joined(note, "remark" if remarks else "")
    grave = [remark for remark in remarks if _GRAVE.match(remark)]
    if grave:
        return Reading(name, note=note, problem="V235", facts={"remark": grave[0], "read": name})
    return Reading(name, note=note)


def _without_remarks(text: str) -> tuple[str, list[str]]:
    """A name and what stood behind it in brackets without being part of it."""
    remarks = []
    # A name has some ten characters; hundreds of brackets need not be taken off one by one.
    while (
        len(text) < _LONG_NAME
        and (found := _REMARK.match(text))
        and _IS_REMARK.match(found["remark"])
    ):
        text = _clean_name(found["name"])
        remarks.append(found["remark"])
    return text, remarks


def _clean_name(text: str) -> str:
    text = " ".join(_INVISIBLE.sub("", text).split()).strip(" '；;。，,、")
    if re.search(f"[{_HAN}]", text):
        text = text.replace("(", "（").replace(")", "）")
    return _INNER_SPACE.sub("", text).strip()


def read_person(raw: Any) -> Reading:
    """The first person named; the facts hold their ``title`` and the ``others`` as typed."""
    if is_blank(raw):
        return Reading()
    text = trim(to_text(raw))
    if plain := declared(text) or no_answer(text):
        return plain
    people = [part for part in re.split(r"[、，,；;/\n]+", text) if _clean_name(part)]
    if not people:
        return refuse("V210")
    first, *others = people
    name, title = _name_and_title(first)
    facts: dict[str, Any] = {"title": title} if title else {}
    # 张某，局长: what follows is the person's post, and no second person.
    if others and not title and re.fullmatch(_POSTS, squeeze(others[0])):
        facts["title"] = squeeze(others.pop(0))
    if others:
        facts["others"] = tuple(_clean_name(other) for other in others)
    return Reading(name, note="" if name == raw else joined("person", *facts), facts=facts)


def _name_and_title(text: str) -> tuple[str, str]:
    """张某 局长, 张某（局长） and 张某局长 in two; a name spaced out as 张 某 stays one."""
    words = [word for word in re.split(r"[\s（()）]+", _INVISIBLE.sub("", text)) if word]
    if len(words) > 1 and re.search(f"[{_HAN}]", text) and len(words[-1]) > 1:
        return "".join(words[:-1]), words[-1]
    name = _clean_name(text)
    found = _NAME_POST.match(name)
    return (found["name"], found["post"]) if found else (name, "")


# --- telephone numbers ---------------------------------------------------------------------------

_PHONE_SEPARATORS = re.compile(r"[/\\、,;|\n\r]|或|和")
_EXTENSION = re.compile(r"(?:转|分机号?|ext\.?|#|x)[:：]?", re.IGNORECASE)
_REMARKS = re.compile(rf"[(]?[{_HAN}]+[)]?:?|tel\.?:?|phone:?", re.IGNORECASE)
_COUNTRY = re.compile(r"^(?:\+|00)86-?|^86-?(?=1[3-9][0-9]{9}$)")
_MOBILE = re.compile(r"0?(1[3-9][0-9]{9})")
_SERVICE = re.compile(r"([48]00)([0-9]{3})([0-9]{4})")
_LOCAL = r"([2-9][0-9]{2,3})-?([0-9]{4})(?:-([0-9]{1,6}))?"
_LANDLINE = re.compile(rf"(010|02[0-9]|0[3-9][0-9]{{2}})-?{_LOCAL}")
_WITHOUT_ZERO = re.compile(rf"(10|2[0-9]|[3-9][0-9]{{2}})-?{_LOCAL}")
_WITHOUT_AREA = re.compile(_LOCAL)
_SCIENTIFIC = re.compile(r"([0-9])\.?([0-9]*)E\+?([0-9]{2})", re.IGNORECASE)


def read_phone(raw: Any) -> Reading:
    """The first number in its usual spelling, further ones as the fact ``others``; V250–V252."""
    if is_blank(raw):
        return Reading()
    text = half_width(trim(to_text(raw)))
    if plain := declared(text):
        return plain
    numbers = [number for part in _PHONE_SEPARATORS.split(text) for number in _phones(part)]
    codes = [code for _, code in numbers if code]
    if not numbers or "V250" in codes:
        return no_answer(text) or refuse("V250")
    value, *others = dict.fromkeys(number for number, _ in numbers)
    note = "" if value == raw else "phone_spelling" if isinstance(raw, str) else "number_as_text"
    facts: dict[str, Any] = {"others": tuple(others)} if others else {}
    return Reading(value, note=note, problem=codes[0] if codes else "", facts=facts)


def _phones(part: str) -> list[tuple[str, str]]:
    """The numbers in a part, each with its problem; spaces stand inside a number or between two."""
    part = _EXTENSION.sub("-", re.sub("[‐‑–—―−]+", "-", part))
    part = _REMARKS.sub(" ", part).strip(" '.。;:")
    if not part:
        return []
    whole = _phone(re.sub(r"[\s(]|(?<=[0-9])[)](?=-)", "", part).replace(")", "-"))
    if whole[1] != "V250":
        return [whole]
    return [_phone(word.strip("()")) for word in part.split()]


def _phone(text: str) -> tuple[str, str]:
    """One number in its usual spelling and the problem with it."""
    typed = _unscientific(text)
    text = _COUNTRY.sub("", typed)
    digits = text.replace("-", "")
    if mobile := _MOBILE.fullmatch(digits):
        return mobile[1], ""
    if service := _SERVICE.fullmatch(digits):
        return "-".join(service.groups()), "V252"
    if landline := _LANDLINE.fullmatch(text):
        return _landline(*landline.groups()), ""
    if local := _WITHOUT_AREA.fullmatch(text):
        return _landline("", *local.groups()), "V251"
    if short := _WITHOUT_ZERO.fullmatch(text):
        # +86 595 is how the area code is written for callers from abroad.
        return (
            (_landline("0" + short[1], *short.groups()[1:]), "")
            if text != typed
            else (text, "V251")
        )
    return "", "V250"


def _landline(area: str, upper: str, lower: str, extension: str | None) -> str:
    return "-".join(part for part in (area, upper + lower, extension) if part)


def _unscientific(text: str) -> str:
    """1.3900000001E+10 as its digits, as long as they are all there."""
    found = _SCIENTIFIC.fullmatch(text)
    if not found or len(found[2]) < int(found[3]):
        return text
    return found[1] + found[2][: int(found[3])]


# --- page references -----------------------------------------------------------------------------

_PAGE_LEAD = re.compile(
    r"^(?:(?:详|参)?见)?(?:(?:佐证(?:材料|资料)?|材料)(?=[P第]))?|[(]?下同[)]?$", re.IGNORECASE
)
_PAGE_SEPARATORS = re.compile(r"[、,;/和及\n]|(?<=[0-9页])\s*(?=[Pp第])|(?<=[0-9页])\s+(?=[0-9])")
_PAGE = re.compile(
    r"(?:第|PP?\.?)?([0-9]{1,4})[P页]?(?:(?:-+|~|—+|–|至|到)(?:第|PP?\.?)?([0-9]{1,4})[P页]?)?",
    re.IGNORECASE,
)


def read_pages(raw: Any) -> Reading:
    """A tuple of (first, last) pages, from P12、P15-18 or 第12页; V260."""
    if is_blank(raw):
        return Reading()
    text = half_width(trim(to_text(raw)))
    if plain := declared(text, ()):
        return plain
    parts = _PAGE_SEPARATORS.split(_PAGE_LEAD.sub("", text.rstrip("。.;,")))
    pages = [_pages(squeeze(part)) for part in parts]
    if any(first < 1 or last < first for first, last in pages):
        problem = no_answer(text)
        return problem if problem and problem.problem != "V210" else refuse("V260")
    plain_text = "、".join(f"P{a}" if a == b else f"P{a}-{b}" for a, b in pages)
    return Reading(tuple(dict.fromkeys(pages)), note="" if plain_text == raw else "page_spelling")


def _pages(text: str) -> tuple[int, int]:
    found = _PAGE.fullmatch(text)
    return (int(found[1]), int(found[2] or found[1])) if found else (0, 0)


# --- codes ---------------------------------------------------------------------------------------

# GB 32100-2015: no I, O, S, V, Z, and the last character checks the others.
_CODE_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CODE_LENGTH = 18
_CODE_HELP = {
    "length": ("统一社会信用代码应为18位，请对照营业执照填写", "The code has 18 characters"),
    "signs": (
        "统一社会信用代码只用数字和大写字母，不用字母I、O、S、V、Z，请对照营业执照填写",
        "The code uses digits and capitals but not I, O, S, V, Z",
    ),
    "check": (
        "统一社会信用代码的校验码不符，可能有一位填错，请对照营业执照核对",
        "The check character does not fit; one character may be wrong",
    ),
}


def read_code(raw: Any) -> Reading:
    """统一社会信用代码 in capitals, its check character checked; V216, V291."""
    if is_blank(raw):
        return Reading()
    text = half_width(trim(to_text(raw)))
    if plain := declared(text) or no_answer(text):
        return plain
    number = isinstance(raw, (int, float)) and not isinstance(raw, bool) and abs(raw) >= EXACT
    if number or _SCIENTIFIC.fullmatch(text):
        return refuse("V216")
    code = re.sub("[-_–—']", "", squeeze(text)).upper()
    fault = _code_fault(code)
    if fault:
        zh, en = _CODE_HELP[fault]
        return refuse("V291", help=zh, help_en=en)
    return Reading(code, note="" if code == raw else "code_spelling")


def _code_fault(code: str) -> str:
    if len(code) != _CODE_LENGTH:
        return "length"
    if any(sign not in _CODE_SIGNS for sign in code):
        return "signs"
    total = sum(_CODE_SIGNS.index(sign) * 3**place for place, sign in enumerate(code[:-1]))
    return "" if (31 - total % 31) % 31 == _CODE_SIGNS.index(code[-1]) else "check"
