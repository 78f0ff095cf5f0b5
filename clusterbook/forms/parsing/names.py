"""How a person's text becomes a value: names, texts, telephone numbers, page references, codes.

The one door to all spellings: numbers, times and choices have their own modules and are passed on
here. Every ``read_*`` takes what stood in a cell and gives a :class:`Reading`, whatever was typed;
what could be misread becomes a problem of the catalogue. Who memoises them must keep True, 1 and
1.0 apart (``lru_cache(typed=True)``).
"""

from __future__ import annotations

import re
from typing import Any

from attrs import evolve, frozen

from clusterbook.forms.parsing.calendar import (
    offered_period,
    plain_date,
    plain_month,
    plain_period,
    read_date,
    read_month,
    read_period,
)
from clusterbook.forms.parsing.choices import (
    Vocabulary,
    plain_items,
    plain_options,
    read_choice,
    read_items,
    read_tick,
    read_yes_no,
    spell_items,
)
from clusterbook.forms.parsing.codes import SCIENTIFIC, plain_code, read_code
from clusterbook.forms.parsing.company_names import several_companies
from clusterbook.forms.parsing.folding import (
    UNSEEN_SIGNS,
    Reading,
    clean,
    declared,
    fold,
    half_width,
    is_blank,
    is_plain,
    is_plain_prose,
    joined,
    name_key,
    no_answer,
    no_text,
    refuse,
    squeeze,
    stand_in,
    to_text,
    trim,
    visible_length,
    without_marks,
)
from clusterbook.forms.parsing.numbers import (
    plain_four,
    plain_number,
    plain_whole,
    read_four,
    read_number,
)
from clusterbook.forms.parsing.pages import plain_pages, read_pages, spell_pages
from clusterbook.forms.parsing.patterns import lazy_pattern

__all__ = [
    "Reading",
    "Vocabulary",
    "fold",
    "is_blank",
    "is_plain",
    "is_plain_prose",
    "match_pattern",
    "name_key",
    "offered_period",
    "plain_code",
    "plain_date",
    "plain_four",
    "plain_items",
    "plain_month",
    "plain_name",
    "plain_number",
    "plain_options",
    "plain_pages",
    "plain_period",
    "plain_person",
    "plain_phone",
    "plain_whole",
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
    "spell_items",
    "spell_pages",
    "to_text",
]

NONE = "无"

_HAN = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAN_SIGN = _HAN + "（）“”‘’、，。；：·《》"
_JOINERS = lazy_pattern("[\u200c\u200d]")
_INNER_SPACE = lazy_pattern(f"(?<=[{_HAN_SIGN}]) (?=[{_HAN_SIGN}])|(?<=[（]) | (?=[）])")
_REMARK = lazy_pattern(r"^(?P<name>.{4,}?)\s?[（(](?P<remark>[^（()）]+)[)）]$", re.DOTALL)
_GRAVE = lazy_pattern(r"(?:已|拟)?(?:注销|吊销|停产|停业|歇业|破产|关停|搬迁|迁出|退出|倒闭)$")
_IS_REMARK = lazy_pattern(
    rf"(?:总部|本部|总公司|母公司|加?盖公?章|公章)$|(?:以下)?简称|原[名称]|曾用名|更名"
    rf"|原.*(?:公司|集团|厂|所|院|店|社|中心)$|{_GRAVE.pattern}"
)
_LONG_NAME = 200
NAME_ENDS = " '；;。，,、"
# What no name has that is written as it should be.
NO_NAME_SIGNS = " ()、/，；／"
_NO_NAME = lazy_pattern(f"[{NO_NAME_SIGNS}]").search
# Signs at the end of a name that take a closer look: a remark, or nothing of the name.
UNSURE_END = UNSEEN_SIGNS | frozenset(NAME_ENDS + "）)")
_POSTS = (
    r"(?:常务|执行|第一)?(?:副|总|代)?(?:局长|主任|书记|部长|处长|科长|股长|所长|院长|会长|秘书长|理事长|"
    r"董事长|经理|总经理|总裁|厂长|县长|区长|市长|主席|组长|镇长|干事|科员|主管|工程师|专员)"
)
_NAME_POST = lazy_pattern(rf"^(?P<name>[{_HAN}·]{{2,4}}?)(?<![副总代])(?P<post>{_POSTS})$")
_TITLE = lazy_pattern(
    rf"(?:{_POSTS}|教授|老师|女士|先生|同志|助理|秘书|负责人|联系人|法人|代表|顾问)$"
)
_POST_NAME = lazy_pattern(
    rf"^(?P<post>(?:党委|党组|党工委|党支部|管委会)?{_POSTS})(?P<name>[{_HAN}]{{2,3}})$"
)
_BRACKETED = lazy_pattern(r"[（(]([^（()）]*)[)）]")
_BETWEEN_PEOPLE = lazy_pattern(
    rf"[、，,；;/\n\t]+|(?:(?<=^[{_HAN}]{{2}})|(?<=^[{_HAN}]{{3}}))[和及与](?=[{_HAN}]{{2,3}}(?![{_HAN}]))"
)
# Surnames of two characters: 欧阳 建国 is one person, 张三 李四 are two.
_SURNAMES = """
    欧阳 上官 司马 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 夏侯 长孙 宇文 端木 南宫 司空 轩辕
    独孤 拓跋 钟离 闾丘 澹台 公冶 宗政 濮阳 淳于 单于 太叔 申屠 仲孙 鲜于 赫连 万俟 闻人 东郭
    西门 百里 呼延 羊舌 第五 梁丘 左丘
"""
_LONG_SURNAMES = frozenset(_SURNAMES.split())
_LED = lazy_pattern(rf"\s*(?P<lead>[{_HAN} ]{{2,10}})[:：](?P<name>.+)", re.DOTALL)
_CAPTION = lazy_pattern("姓名|名字|联系人")
_LEAD = lazy_pattern(f"{_CAPTION.pattern}|.*{_TITLE.pattern}")
_ABOUT_PERSON = lazy_pattern("^(?:男|女|.{1,3}族|兼|签[名字]|代)$")
_ALL_HAN = lazy_pattern(f"[{_HAN}·]+")
_NAME_FIRST = lazy_pattern(rf"(?P<name>[{_HAN}·]+?)[：:]?(?P<rest>[0-9+-]{{5,}})")
_SHORT_NAME = 4  # characters that most Chinese names do not exceed


def read_text(
    raw: Any,
    *,
    limit: int | None = None,
    hard: float = 1.1,
    required: bool = True,
    date_format: bool = False,
) -> Reading:
    """The text as typed but for its ends, line breaks and unseen marks; V210, V220, V221.

    ``limit`` counts characters that can be seen; from the limit to ``hard`` times the limit the
    text is to be explained. Where it is not ``required``, 见附件 is as good a text as any.
    """
    if is_blank(raw):
        return Reading()
    text, note = clean(to_text(raw, date_format=date_format))
    if other := no_text(raw) or _no_text_of_its_own(text, required=required):
        return other
    length = visible_length(text)
    facts = {"length": length, "limit": limit}
    if limit is not None and length > round(limit * hard):
        return Reading(problem="V220", facts=facts)
    if not isinstance(raw, str):
        note = "number_as_text"
    if limit is not None and length > limit:
        return Reading(text, note=note, problem="V221", facts=facts)
    return Reading(text, note=note)


def _no_text_of_its_own(text: str, *, required: bool) -> Reading | None:
    said = stand_in(text)
    if said in {"none", "stroke"}:
        return Reading(NONE, declared="none", note="declared")
    if said == "na" or (said == "put_off" and not required):
        return None
    return no_answer(text) if text else refuse("V210")


def match_pattern(reading: Reading, pattern: str, *, help: str, help_en: str) -> Reading:  # noqa: A002
    """The reading itself when its text matches; V291 with the help when it does not."""
    if re.search(pattern, reading.value or ""):
        return reading
    return refuse("V291", help=help, help_en=help_en)


# --- names ---------------------------------------------------------------------------------------


def plain_name(text: str) -> bool:
    """Whether a text is the name of an organisation as it should be written; a quick look."""
    return (
        is_plain(text)
        and text[-1] not in UNSURE_END
        and _NO_NAME(text) is None
        and text[0] not in NAME_ENDS
    )


def read_name(raw: Any, *, longest: int | None = None, joint: bool = False) -> Reading:
    """The name of an organisation with brackets and spaces put right; V210, V220, V235, V274, V292.

    Where several may act together they are ``joint``: their names are joined by 、.
    """
    if is_blank(raw):
        return Reading()
    several = several_companies(without_marks(to_text(raw)))
    if several and not joint:
        return refuse("V274")
    text = "、".join(map(_clean_name, several)) or _clean_name(to_text(raw))
    name, remarks = _without_remarks(text)
    if other := no_text(raw) or _no_name(name, longest):
        return other
    note = "" if text == raw else "name_spelling"
    note = joined(note, "remark" if remarks else "")
    grave = [remark for remark in remarks if _GRAVE.match(remark)]
    if grave:
        return Reading(name, note=note, problem="V235", facts={"remark": grave[0], "read": name})
    return Reading(name, note=note)


def _no_name(text: str, longest: int | None) -> Reading | None:
    if not text:
        return refuse("V210")
    length = visible_length(text)
    if longest is not None and length > longest:
        return refuse("V220", length=length, limit=longest)
    return declared(text) or no_answer(text)


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
    text = " ".join(_JOINERS.sub("", without_marks(text)).split())
    text = text.strip(NAME_ENDS)
    if re.search(f"[{_HAN}]", text):
        text = text.replace("(", "（").replace(")", "）")
    return trim(_INNER_SPACE.sub("", text))


def plain_person(text: str) -> bool:
    """Whether a text is a Chinese name and nothing but it; a quick look."""
    return (
        len(text) < _SHORT_NAME  # a post and a name are longer
        and text.isalpha()
        and is_plain(text)
    )


def read_person(raw: Any, *, longest: int | None = None) -> Reading:
    """The first person named; the facts hold their ``title`` and the ``others`` as typed.

    V236 where it is not clear what of it is the name.
    """
    if is_blank(raw):
        return Reading()
    text, _ = clean(to_text(raw))
    if other := no_text(raw) or declared(text) or no_answer(text):
        return other
    # Brackets are looked at by themselves: 张某（男，局长） is one person.
    text = text.strip("、，,；;/\n ")
    masked = _BRACKETED.sub(lambda found: " " * len(found.group()), text)
    cut = _BETWEEN_PEOPLE.search(masked)
    end = cut.start() if cut else len(text)
    remarks = [found[1] for found in _BRACKETED.finditer(text, 0, end)]
    person = _person(masked[:end], remarks)
    if other := _no_name(person.name, longest):
        return other
    others = [part for part in _BETWEEN_PEOPLE.split(text[end:]) if _clean_name(part)]
    # 张某，局长: what follows is the person's post, and no second person.
    if others and not person.title and re.fullmatch(_POSTS, squeeze(others[0])):
        person = evolve(person, title=squeeze(others.pop(0)))
    facts: dict[str, Any] = {"title": person.title} if person.title else {}
    if others:
        facts["others"] = tuple(map(_clean_name, others))
    note = "" if person.name == raw else joined("person", *facts)
    if not person.sure:
        facts["read"] = person.name
        return Reading(person.name, note=note, problem="V236", facts=facts)
    return Reading(person.name, note=note, facts=facts)


@frozen
class _Person:
    """A name, the post beside it, and whether that is surely what is meant."""

    name: str
    title: str = ""
    sure: bool = True


def _person(text: str, remarks: list[str]) -> _Person:
    """张某 局长, 张某（局长）, 局长：张某 and 张某局长 taken apart; 张 某 is one name."""
    text = _JOINERS.sub("", without_marks(text))
    title, sure = "", True
    for remark in remarks:
        parts = [part for part in re.split("[，,、；;]", squeeze(remark)) if part]
        title = next(filter(_TITLE.search, parts), title)
        sure = sure and all(_TITLE.search(part) or _ABOUT_PERSON.match(part) for part in parts)
    if (led := _LED.match(text)) and _LEAD.fullmatch(squeeze(led["lead"])):
        title = title if _CAPTION.fullmatch(squeeze(led["lead"])) else squeeze(led["lead"])
        text = led["name"]
    found = _words(text)
    return _Person(found.name, title or found.title, sure and found.sure)


def _words(text: str) -> _Person:
    words, title = text.split(), ""
    if len(words) > 1 and _TITLE.search(words[-1]):
        title = words.pop()
    elif len(words) > 1 and _TITLE.fullmatch(words[0]):
        title = words.pop(0)
    whole = "".join(words)
    if len(words) < 2 or not _ALL_HAN.fullmatch(words[0]):  # noqa: PLR2004
        found = _one_word(" ".join(words))
        return evolve(found, title=title or found.title)
    surname = len(words[0]) == 1 or words[0] in _LONG_SURNAMES
    if surname and _ALL_HAN.fullmatch(whole) and len(whole) <= _SHORT_NAME:
        return _Person(whole, title)
    # 泉州市工信局 张某 局长: with a title the name stands next to it, else first.
    return _Person(_clean_name(words[-1 if title else 0]), title, sure=False)


def _one_word(text: str) -> _Person:
    name = _clean_name(text)
    if found := _NAME_FIRST.match(name):
        return _Person(found["name"], sure=False)
    title = ""
    while found := _NAME_POST.match(name) or _POST_NAME.match(name):
        name, title = found["name"], title or found["post"]
    return _Person(name, title)


# --- telephone numbers ---------------------------------------------------------------------------

_PHONE_SEPARATORS = lazy_pattern(r"[/\\、,;|\n\r]|或|和")
_EXTENSION = lazy_pattern(r"(?:转|分机号?|ext\.?|#|x)[:：]?", re.IGNORECASE)
_REMARKS = lazy_pattern(rf"[(]?[{_HAN}]+[)]?:?|(?i:tel\.?:?|phone:?)")
_COUNTRY = lazy_pattern(r"^(?:\+|00)86-?|^86-?(?=1[3-9][0-9]{9}$)")
_MOBILE = lazy_pattern(r"0?(1[3-9][0-9]{9})")
_SERVICE = lazy_pattern(r"([48]00)([0-9]{3})([0-9]{4})")
_LOCAL = r"([2-9][0-9]{2,3})-?([0-9]{4})(?:-([0-9]{1,6}))?"
_LANDLINE = lazy_pattern(rf"(010|02[0-9]|0[3-9][0-9]{{2}})-?{_LOCAL}")
_WITHOUT_ZERO = lazy_pattern(rf"(10|2[0-9]|[3-9][0-9]{{2}})-?{_LOCAL}")
_WITHOUT_AREA = lazy_pattern(_LOCAL)
_PLAIN_PHONE = lazy_pattern(r"1[3-9][0-9]{9}|0(?:10|2[0-9]|[3-9][0-9]{2})-[2-9][0-9]{6,7}")


def plain_phone(text: str) -> bool:
    """Whether a text is one number in its usual spelling, surely."""
    return _PLAIN_PHONE.fullmatch(text) is not None


def read_phone(raw: Any) -> Reading:
    """The first number in its usual spelling, further ones as the fact ``others``; V250–V252."""
    if is_blank(raw):
        return Reading()
    text = half_width(without_marks(trim(to_text(raw))))
    if plain := declared(text):
        return plain
    numbers = [number for part in _PHONE_SEPARATORS.split(text) for number in _phones(part)]
    codes = [code for _, code in numbers if code]
    if not numbers or "V250" in codes:
        return no_answer(text) or refuse("V250")
    value, *others = dict.fromkeys(number for number, _ in numbers)
    note = "" if value == raw else "phone_spelling" if isinstance(raw, str) else "number_as_text"
    facts: dict[str, Any] = {"others": tuple(others)} if others else {}
    note = joined(note, *facts)
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
    found = SCIENTIFIC.fullmatch(text)
    if not found or len(found[2]) < int(found[3]):
        return text
    return found[1] + found[2][: int(found[3])]
