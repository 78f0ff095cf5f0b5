"""How a person's text becomes one of the printed options, a list of them, 是 or 否, or a tick."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from attrs import evolve, frozen

from clusterbook.reading import (
    Reading,
    declared,
    fold,
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
    visible_length,
)

Aliases = tuple[tuple[str, str], ...]

# 国际国内品牌企业; domain notes §4. An empty target: which of the options is not clear.
HONOUR_ALIASES: Aliases = (
    ("小巨人", "国家“专精特新”小巨人"),
    ("国家级小巨人", "国家“专精特新”小巨人"),
    ("重点小巨人", "国家“专精特新”小巨人"),
    ("国家重点小巨人", "国家“专精特新”小巨人"),
    ("专精特新小巨人", "国家“专精特新”小巨人"),
    ("国家级专精特新小巨人", "国家“专精特新”小巨人"),
    ("省专精特新", "省级“专精特新”小巨人"),
    ("省级专精特新", "省级“专精特新”小巨人"),
    ("专精特新中小企业", "省级“专精特新”小巨人"),
    ("省专精特新中小企业", "省级“专精特新”小巨人"),
    ("省级专精特新中小企业", "省级“专精特新”小巨人"),
    ("省级小巨人", "省级“专精特新”小巨人"),
    ("国家级单项冠军", "国家单项冠军"),
    ("国家制造业单项冠军", "国家单项冠军"),
    ("国家级制造业单项冠军", "国家单项冠军"),
    ("省单项冠军", "省级单项冠军"),
    ("省级制造业单项冠军", "省级单项冠军"),
    ("单项冠军", ""),
    ("制造业单项冠军", ""),
    ("专精特新", ""),
    ("高企", ""),
    ("国高", ""),
    ("高新技术企业", ""),
    ("中国500强", "国内500强"),
    ("民企500强", "民营企业500强"),
    ("中国民营企业500强", "民营企业500强"),
)

_LONG_ITEM = 20
_SHOWN_OPTIONS = 10

_YES_WORDS = "是 是的 对 有 已 规上 规上企业 √ ✓ ✔ ☑ ☒ ■ 1 y yes t true"
_NO_WORDS = "否 不是 不 无 没有 没 规下 规下企业 非规上 × ✗ ✘ ✕ ☐ □ x 0 n no f false"
_YES, _NO = frozenset(_YES_WORDS.split()), frozenset(_NO_WORDS.split())
_ALMOST = frozenset({"准规上", "准规上企业", "拟规上", "小升规"})
_TICKED = frozenset({"☑", "☒", "√", "✓", "✔", "是", "1", "true"})
_UNTICKED = frozenset({"☐", "□", "否", "0", "false"})

_ON, _OFF = "☑☒√✓✔■●▣", "☐□○◯◻▢"
_MARKS = re.compile(f"([{_ON}{_OFF}])")
_BRACKET_TICK = re.compile(r"[(（\[【]\s*([√✓✔☑×✗xX]?)\s*[)）\]】]")

_SEPARATORS = frozenset("、，,；;/／|｜\n")
_NUMBERING = re.compile(
    r"(?:^|(?<=[\s、，,；;。/]))(?:[(（][0-9]{1,2}[)）]|[0-9]{1,2}[)）]|[0-9]{1,2}[.．、](?![0-9]))\s*"
    r"|[①-⑳]"
)
# Numbers in a row are numbering even where alone they could be part of a name.
_SURELY_NUMBERED = (
    (re.compile(r"^[(（]1[)）].+[(（]2[)）]", re.DOTALL), re.compile(r"[(（][0-9]{1,2}[)）]")),
    (
        re.compile(r"^1、.+[\s，,；;。、]2、", re.DOTALL),
        re.compile(r"(?:^|(?<=[\s，,；;。、]))[0-9]{1,2}、"),
    ),
)
_SUFFIX = re.compile("(?:企业|称号|荣誉|认定)$")


def read_choice(raw: Any, *, options: tuple[str, ...], aliases: Aliases = ()) -> Reading:
    """The option meant; also from □甲 ☑乙. V230 none of them, V232 several, V233 two ticked.

    An alias with an empty target is a word that fits several options.
    """
    if is_blank(raw):
        return Reading()
    text = trim(to_text(raw))
    if text in options:
        return Reading(text, note="" if text == raw else "trim")
    ticked = _ticked(text)
    if ticked is not None and len(ticked) > 1:
        return refuse("V233", options=_shown(options))
    found = _lookup(ticked[0] if ticked else text, options, aliases)
    if found.problem in {"V230", "V232"} and not ticked:
        return declared(text) or no_answer(text) or found
    return found


def read_yes_no(raw: Any, *, yes: tuple[str, ...] = (), no: tuple[str, ...] = ()) -> Reading:
    """True or False; ``yes`` and ``no`` are further words of one column. V230, V233, V234."""
    if is_blank(raw):
        return Reading()
    text = to_text(raw)
    ticked = _ticked(text)
    if ticked is not None and len(ticked) > 1:
        return refuse("V233", options="是、否")
    word = _word(ticked[0] if ticked else text)
    if word in {*_YES, *_NO, *yes, *no}:
        value = word in _YES or word in yes
        return Reading(value, note="" if raw in ("是", "否") or raw is value else "yes_no")
    if word in _ALMOST:
        return Reading(False, note="yes_no", problem="V234", facts={"read": "否"})
    if says_not_applicable(text):
        return Reading(declared="na", note="declared")
    problem = None if is_stroke(text) else no_answer(text)
    return problem or refuse("V230", options="是、否")


def read_tick(raw: Any) -> Reading:
    """True for a tick, False for an empty box or an empty cell; V280."""
    if is_blank(raw):
        return Reading(False)
    word = _word(to_text(raw))
    if word not in _TICKED | _UNTICKED:
        return refuse("V280")
    return Reading(word in _TICKED, note="" if raw in {"☑", "☐"} else "tick")


def read_items(
    raw: Any,
    *,
    at_most: int | None = None,
    options: tuple[str, ...] = (),
    aliases: Aliases = (),
) -> Reading:
    """A tuple of texts, each once; of options where there are any. V230, V232, V270, V271.

    Items are parted by 、，；/ or line breaks, not inside brackets; numbering is dropped.
    """
    if is_blank(raw):
        return Reading()
    text = trim(to_text(raw))
    if plain := declared(text, ()) or no_answer(text):
        return plain
    ticked = _ticked(text) if options else None
    parts = _parts(text) if ticked is None else ticked
    reading = _of_options(parts, options, aliases) if options else _free(parts)
    value = reading.value
    if value is not None and at_most is not None and len(value) > at_most:
        return refuse("V270", count=len(value), limit=at_most)
    if value is not None and not reading.note and "、".join(value) != raw:
        return evolve(reading, note="list")
    return reading


@frozen
class _Index:
    options: Mapping[str, str]
    aliases: Mapping[str, str]


@lru_cache(maxsize=256)
def _index(options: tuple[str, ...], aliases: Aliases) -> _Index:
    keys = {_key(option): option for option in options}
    # Two options that differ by a sign only are told apart by nothing but themselves.
    if len(keys) < len(options):
        keys = {fold(option): option for option in options}
    return _Index(keys, {_key(word): keys.get(_key(target), target) for word, target in aliases})


def _key(text: str) -> str:
    """The fold without punctuation and case: 国家“专精特新”小巨人 is 国家专精特新小巨人."""
    letters = (sign for sign in fold(text).casefold() if unicodedata.category(sign)[0] != "P")
    return "".join(letters)


def _lookup(text: str, options: tuple[str, ...], aliases: Aliases) -> Reading:
    """The option that a text means, or V230, V232, V234."""
    index = _index(options, aliases)
    key = _key(text)
    for known in (fold(text), key, _SUFFIX.sub("", key)):
        target = index.aliases.get(known)
        if known in index.options:
            return Reading(index.options[known], note="" if text in options else "option_spelling")
        if target in options:
            return Reading(target, note="alias")
        if target is not None:
            return refuse("V232", options=_shown(options), value=text)
    starts = [option for known, option in index.options.items() if known.startswith(key)]
    # One character is too little to tell what was meant; so is a part that is not the beginning
    # (上市 stands in 未上市).
    if len(key) > 1 and len(starts) == 1:
        facts = {"read": starts[0], "value": text, "options": _shown(options)}
        return Reading(starts[0], note="option_spelling", problem="V234", facts=facts)
    inside = [option for known, option in index.options.items() if len(key) > 1 and key in known]
    code = "V232" if len(inside) > 1 else "V230"
    return refuse(code, options=_shown(inside if len(inside) > 1 else options), value=text)


def _shown(options: Iterable[str]) -> str:
    """The options as one phrase, not longer than a person reads."""
    listed = tuple(options)
    more = f"等{len(listed)}项" if len(listed) > _SHOWN_OPTIONS else ""
    return "、".join(listed[:_SHOWN_OPTIONS]) + more


def _word(text: str) -> str:
    return half_width(squeeze(text)).strip("()。;,'\"").casefold()


def _ticked(text: str) -> tuple[str, ...] | None:
    """The labels ticked in □是 ☑否 or 是（√）否（ ）; None where no labels stand beside boxes."""
    text = _BRACKET_TICK.sub(lambda found: "☑" if found[1] and found[1] in _ON else "☐", text)
    parts = [part.strip(" 、,，;；\n\t\u3000") for part in _MARKS.split(text)]
    labels, marks = parts[::2], parts[1::2]
    if not marks or not any(labels):
        return None
    labels = labels[:-1] if labels[0] else labels[1:]
    pairs = zip(labels, marks, strict=True)
    return tuple(label for label, mark in pairs if mark in _ON)


def _parts(text: str) -> tuple[str, ...]:
    """The items of a list as typed, without numbering, each once."""
    items: dict[str, str] = {}
    for sign, numbering in _SURELY_NUMBERED:
        text = numbering.sub("\n", text) if sign.match(text) else text
    for piece in _split(_NUMBERING.sub("\n", text)):
        item = " ".join(piece.split()).strip("'。；;")
        if item:
            items.setdefault(fold(item), item)
    listed = list(items.values())
    if len(listed) > 1:
        listed[-1] = re.sub("(?<=..)等$", "", listed[-1])
    return tuple(listed)


def _split(text: str) -> list[str]:
    """The text cut at separators outside brackets; anywhere when the brackets do not match."""
    pieces, depth = [""], 0
    for sign in text:
        depth += (sign in "(（[【《") - (sign in ")）]】》")
        if sign in _SEPARATORS and depth == 0:
            pieces.append("")
        else:
            pieces[-1] += sign
    if depth:
        return re.split(f"[{''.join(_SEPARATORS)}]", text)
    return pieces


def _free(items: tuple[str, ...]) -> Reading:
    long = [item for item in items if visible_length(item) > _LONG_ITEM]
    if long:
        return Reading(items, problem="V271", facts={"value": long[0]})
    return Reading(items)


def _of_options(items: tuple[str, ...], options: tuple[str, ...], aliases: Aliases) -> Reading:
    """Every item as an option; the gravest problem of them, without the unclear ones."""
    found = [_lookup(item, options, aliases) for item in items if not says_none(item)]
    if not found and not items:
        return refuse("V230", options=_shown(options))
    values = tuple(dict.fromkeys(reading.value for reading in found if reading.value))
    worst = {reading.problem: reading for reading in reversed(found)}
    for code in ("V230", "V232", "V234"):
        if code in worst:
            value = None if code == "V230" else values or None
            return Reading(value, note="list", problem=code, facts=worst[code].facts)
    return Reading(values, note=joined(*(reading.note for reading in found)))
