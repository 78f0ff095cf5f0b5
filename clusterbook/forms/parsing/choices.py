"""How a person's text becomes one of the printed options, a list of them, 是 or 否, or a tick."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from attrs import evolve, frozen

from clusterbook.forms.parsing.folding import (
    UNSEEN_SIGNS,
    Reading,
    clean,
    declared,
    fold,
    half_width,
    is_blank,
    is_plain,
    joined,
    no_answer,
    no_text,
    refuse,
    says_none,
    says_not_applicable,
    squeeze,
    to_text,
    trim,
    visible_length,
)
from clusterbook.forms.parsing.patterns import lazy_pattern

Aliases = tuple[tuple[str, str], ...]

_LONG_ITEM = 20
_LONG_OPTION = 80  # no option with a remark is longer, and patterns need not toil
_SHOWN_OPTIONS = 10

_YES_WORDS = "是 是的 对 符合 属实 确认 已确认 承诺 已承诺 √ ✓ ✔ ☑ ☒ ■ y yes t true"
_NO_WORDS = "否 不是 不符合 × ✗ ✘ ✕ ☐ □ x n no f false"
_SURE_YES, _SURE_NO = frozenset(_YES_WORDS.split()), frozenset(_NO_WORDS.split())
_MORE_YES = (
    "1 有 已 规上 规上企业 规模以上 规模以上企业 高企 高新技术企业 国家高新技术企业 相关"
    " 已贯标 已通过 已建 已建成 已提供 已绘制 已附"
)
_MORE_NO = (
    "0 不 无 没有 没 规下 规下企业 规模以下 规模以下企业 非规上 非高企 无关 不相关 未贯标 未通过"
    " 未建 未建设 未建成 未提供"
)
_YES, _NO = _SURE_YES.union(_MORE_YES.split()), _SURE_NO.union(_MORE_NO.split())
# Of a sentence that says 未发生: its answer, or the thing itself.
_UNSURE_DENIAL = lazy_pattern(
    "(?:(?:最?近)?(?:三|3)年(?:以?来|之?内|间)?|至今|目前|集群|企业|[我本][市县区集群]*|均|都)*"
    "(?:[有无没未已]|不(?!是|涉及|适用|符合)|[01]$)"
)
_ALMOST = frozenset({"准规上", "准规上企业", "拟规上", "小升规"})
_TICKED = frozenset({"☑", "☒", "√", "✓", "✔", "是", "1", "true"})
_UNTICKED = frozenset({"☐", "□", "否", "0", "false"})

_ON, _OFF = "☑☒√✓✔■●▣", "☐□○◯◻▢"
_MARKS = lazy_pattern(f"([{_ON}{_OFF}])")
_BRACKET_TICK = lazy_pattern(r"[(（\[【]\s*+(?:([√✓✔☑×✗xX])\s*+)?[)）\]】]")

_NONE_OPTION = "无"
_SEPARATORS = frozenset("、，,；;/／|｜\n")
_OPENING, _CLOSING = frozenset("(（[【《"), frozenset(")）]】》")
_NUMBERING = lazy_pattern(
    r"(?:^|(?<=[\s、，,；;。/]))"
    r"(?:(?:[(（][0-9]{1,2}[)）]|[0-9]{1,2}[)）]|[0-9]{1,2}[.．、](?![0-9]))\s*+)+|[①-⑳]"
)
# Numbers in a row are numbering even where alone they could be part of a name.
_SURELY_NUMBERED = (
    (lazy_pattern(r"^[(（]1[)）].+[(（]2[)）]", re.DOTALL), lazy_pattern(r"[(（][0-9]{1,2}[)）]")),
    (
        lazy_pattern(r"^1、.+[\s，,；;。、]2、", re.DOTALL),
        lazy_pattern(r"(?:^|(?<=[\s，,；;。、]))[0-9]{1,2}、"),
    ),
)
_SUFFIX = lazy_pattern("(?:企业|称号|荣誉|认定){1,2}$")
_ITEM_ENDS = "".join(UNSEEN_SIGNS) + "'。；;"
_AND_SO_ON = lazy_pattern("(?<=..)等+$")
# When and by whom something was given, and which place it holds in a ranking.
_GIVEN = (
    "(?:第[0-9一二三四五六七八九十]{1,3}(?:批次?|轮|年度?|名|位)|(?:19|20)[0-9]{2}(?:[-–—~至](?:19|20)?[0-9]{2})?年?度?"
    "|[0-9]{1,2}月(?:[0-9]{1,2}日)?|(?:排名|位列|名列|列)第?[0-9]{1,3}[名位]?|第?[0-9]{1,3}[名位]"
    "|(?:已|被)?(?:通过|获评|荣获|入选|获得|授予|认定|复核|公布|公示)(?:通过|为)?"
    "|工业和信息化[部厅]|工信[部厅]|(?:(?:国家|省)级?)?工业和信息化主管部门|[、,，\\s]){1,12}"
)
# 是（2025年入规）: since when, which is asked nowhere.
_YES_REMARKED = lazy_pattern(
    r"(?P<word>[是否√×])\s*[(（\[【](?P<remark>[^()（）\[\]【】]{1,20})[)）\]】]"
)
_SINCE = lazy_pattern(rf"(?:{_GIVEN}|新增|新?入规|升规|纳统|换证|贯标)+")
_BRACKETED = lazy_pattern(rf"[(（\[【]{_GIVEN}[)）\]】]")
_AT_THE_ENDS = lazy_pattern(rf"^{_GIVEN}(?=.{{3}})|(?<=.{{3}}){_GIVEN}$")
# Behind an option: the code of a share changes nothing of it, 拟 and 未 may.
_REMARKED = lazy_pattern(
    r"(?P<option>.{2,}?)\s*[(（\[【](?P<remark>[^()（）\[\]【】]{1,20})[)）\]】]"
)
_SHARE_CODE = lazy_pattern(r"(?:(?:股票|证券)?代码)?[:：]?[0-9]{5,6}(?:\.?[A-Za-z]{2})?")
_CODED = lazy_pattern(rf"[(\[【]{_SHARE_CODE.pattern}[)\]】]")
_HEDGED = lazy_pattern(
    "拟|申|培育|筹|辅导|未|非|不|曾|原|退|撤|注销|取消|部分|待|预|候选|除外|无|否"
)
_ONLY_GIVEN = lazy_pattern(rf"[(（\[【]?{_GIVEN}[)）\]】]?")
# Items of letters and digits, joined as the form asks, not numbered and not open-ended.
_PLAIN_ITEM = "(?![0-9]{1,2}、)[0-9A-Za-z\u4e00-\u9fa5]{1,20}"
_PLAIN_ITEMS = lazy_pattern(f"{_PLAIN_ITEM}(?:、{_PLAIN_ITEM})*(?<!等)")


def _phrase(options: Sequence[str]) -> str:
    more = f"等{len(options)}项" if len(options) > _SHOWN_OPTIONS else ""
    return "、".join(options[:_SHOWN_OPTIONS]) + more


@frozen(eq=False)
class Vocabulary:
    """Printed options with the other spellings known of them, made ready for looking up.

    ``aliases`` are (spelling, option); one with an empty option is a word that fits several.
    ``patterns`` are (regular expression over the whole of a spelling, option), likewise. With
    ``others`` a list may name more than the options: that is kept as typed and asked about.
    """

    options: tuple[str, ...]
    aliases: Aliases = ()
    patterns: Aliases = ()
    others: bool = False

    @cached_property
    def shown(self) -> str:
        """The options as one phrase, not longer than a person reads."""
        return _phrase(self.options)

    @cached_property
    def known(self) -> frozenset[str]:
        """The options as printed."""
        return frozenset(self.options)

    @cached_property
    def by_key(self) -> Mapping[str, str]:
        """Options by what is left of them without signs, width and case."""
        keys = {_key(option): option for option in self.options}
        if len(keys) == len(self.options):
            return keys
        # Two options that differ by a sign only are told apart by nothing but themselves.
        return {fold(option): option for option in self.options}

    @cached_property
    def by_alias(self) -> Mapping[str, str]:
        """Options by the keys of other spellings."""
        return {_key(word): self.by_key.get(_key(target), target) for word, target in self.aliases}

    @cached_property
    def by_pattern(self) -> tuple[tuple[re.Pattern[str], str], ...]:
        """Options by the patterns that the keys of their spellings match as a whole."""
        return tuple((re.compile(pattern), option) for pattern, option in self.patterns)


def read_choice(raw: Any, vocabulary: Vocabulary) -> Reading:
    """The option meant; also from □甲 ☑乙. V230 none of them, V232 several, V233 two ticked."""
    if is_blank(raw):
        return Reading()
    text, note = clean(to_text(raw))
    if text in vocabulary.known:
        return Reading(text, note=note)
    ticked = _ticked(text)
    if ticked is not None and len(ticked) > 1:
        return refuse("V233", options=vocabulary.shown)
    typed = ticked[0] if ticked else text
    found = _lookup(typed, vocabulary)
    if found.problem in {"V230", "V232"}:
        found = _with_remark(typed, vocabulary) or found
    if found.problem in {"V230", "V232", "V234"}:
        found = _called(typed, vocabulary, found)
    if found.problem in {"V230", "V232"} and not ticked:
        said = _yes_or_no(typed, vocabulary)
        return said or declared(text) or no_answer(text) or found
    if found.value is not None and not found.note:
        return evolve(found, note="option_spelling")
    return found


def _with_remark(text: str, vocabulary: Vocabulary) -> Reading | None:
    """创业板（300123） and 国家级（第五批） as the option; another remark is asked about, V234."""
    found = _REMARKED.fullmatch(text) if len(text) <= _LONG_OPTION else None
    if not found or _HEDGED.search(found["remark"]):
        return None
    named, other = _lookup(found["option"], vocabulary), _lookup(found["remark"], vocabulary)
    if named.problem or other.problem == "V232" or other.value not in {None, named.value}:
        return None
    note = named.note or "option_spelling"
    remark = squeeze(found["remark"])
    if _ONLY_GIVEN.fullmatch(f"({remark})"):
        return evolve(named, note=joined(note, "given"))
    if _SHARE_CODE.fullmatch(half_width(remark)):
        return evolve(named, note=joined(note, "remark"))
    facts = {"read": named.value, "options": vocabulary.shown}
    return evolve(named, note=joined(note, "remark"), problem="V234", facts=facts)


def _called(text: str, vocabulary: Vocabulary, found: Reading) -> Reading:
    """An option as it is called elsewhere, with batch, year or the code of a share taken off.

    Else what was ``found``, which may know better which options a word fits.
    """
    if len(text) > _LONG_OPTION or not vocabulary.patterns:
        return found
    bare = _AT_THE_ENDS.sub("", _BRACKETED.sub("", _CODED.sub("", half_width(text))))
    key = _key(bare)
    for pattern, target in vocabulary.by_pattern:
        if pattern.fullmatch(key):
            if target:
                return Reading(target, note="alias")
            unclear = refuse("V232", options=vocabulary.shown, value=text)
            return found if found.problem == "V232" else unclear
    return found


def _yes_or_no(text: str, vocabulary: Vocabulary) -> Reading | None:
    """是 or 否 where they are printed among others and a word can mean nothing else."""
    word = _word(text)
    for option, words in (("是", _SURE_YES), ("否", _SURE_NO)):
        if option in vocabulary.known and word in words:
            return Reading(option, note="yes_no")
    return None


def read_yes_no(
    raw: Any, *, yes: tuple[str, ...] = (), no: tuple[str, ...] = (), denies: bool = False
) -> Reading:
    """True or False; ``yes`` and ``no`` are further words of one column. V230, V233, V234.

    Where the sentence ``denies`` something (近三年未发生事故), 无 may mean that it is true: V261.
    """
    if is_blank(raw):
        return Reading()
    text = to_text(raw)
    ticked = _ticked(text)
    if ticked is not None and len(ticked) > 1:
        return refuse("V233", options="是、否")
    since = _YES_REMARKED.fullmatch(trim(text))
    if since and _SINCE.fullmatch(since["remark"]):
        text = since["word"]
    word = _word(ticked[0] if ticked else text)
    sure = word in _SURE_YES or word in _SURE_NO
    unsure = denies and not sure and (says_none(text) or _UNSURE_DENIAL.match(word))
    if not unsure and word in {*_YES, *_NO, *yes, *no}:
        value = word in _YES or word in yes
        return Reading(value, note="" if raw in ("是", "否") else "yes_no")
    if word in _ALMOST:
        return Reading(False, note="yes_no", problem="V234", facts={"read": "否"})
    if says_not_applicable(text):
        return Reading(declared="na", note="declared")
    return no_answer(text) or refuse("V261" if unsure else "V230", options="是、否")


def read_tick(raw: Any) -> Reading:
    """True for a tick, False for an empty box or an empty cell; V280."""
    if is_blank(raw):
        return Reading(False)
    text = to_text(raw)
    word = _word(text)
    if word not in _TICKED | _UNTICKED:
        problem = no_answer(text)
        return problem if problem and problem.problem != "V210" else refuse("V280")
    return Reading(word in _TICKED, note="" if raw in {"☑", "☐"} else "tick")


def plain_items(text: str) -> tuple[str, ...] | None:
    """The items of a list typed as the form asks; None for what takes reading."""
    if not _PLAIN_ITEMS.fullmatch(text) or not is_plain(text):
        return None
    items = tuple(text.split("、"))
    return items if len(items) == 1 or len(set(items)) == len(items) else None


def plain_options(text: str, vocabulary: Vocabulary) -> tuple[str, ...] | None:
    """The options of a list typed as the form asks; None for what takes reading."""
    items = tuple(text.split("、"))
    return items if vocabulary.known.issuperset(items) and len(set(items)) == len(items) else None


def read_items(
    raw: Any,
    *,
    at_most: int | None = None,
    longest: int | None = None,
    vocabulary: Vocabulary | None = None,
    item: int | None = None,
) -> Reading:
    """A tuple of texts, each once; of options where there are any. V220–V232, V262, V270, V271.

    Items are parted by 、，；/ or line breaks, not inside brackets; numbering is dropped.
    """
    if is_blank(raw):
        return Reading()
    if problem := no_text(raw):
        return problem
    text, _ = clean(to_text(raw))
    if longest is not None and visible_length(text) > longest:
        return refuse("V220", length=visible_length(text), limit=longest)
    reading = (
        _free(text, item or _LONG_ITEM) if vocabulary is None else _of_options(text, vocabulary)
    )
    value = reading.value
    if value is not None and at_most is not None and len(value) > at_most:
        return refuse("V270", count=len(value), limit=at_most)
    if value is not None and not reading.note and "、".join(value) != raw:
        return evolve(reading, note="list")
    return reading


def spell_items(items: tuple[str, ...]) -> Iterator[str]:
    """Ways to type a list; the first is the usual one, the others are for items that look odd."""
    yield from (sign.join(items) for sign in "、；\n")


def _key(text: str) -> str:
    """The fold without punctuation and case: 国家“专精特新”小巨人 is 国家专精特新小巨人."""
    letters = (sign for sign in fold(text).casefold() if unicodedata.category(sign)[0] != "P")
    return "".join(letters)


def _lookup(text: str, vocabulary: Vocabulary) -> Reading:
    """The option that a text means, or V230, V232, V234."""
    options, by_key = vocabulary.options, vocabulary.by_key
    key = _key(text)
    for known in (fold(text), key, _SUFFIX.sub("", key)):
        target = vocabulary.by_alias.get(known)
        if known in by_key:
            return Reading(by_key[known], note="" if text in options else "option_spelling")
        if target in options:
            return Reading(target, note="alias")
        if target is not None:
            return refuse("V232", options=vocabulary.shown, value=text)
    starts = [option for known, option in by_key.items() if known.startswith(key)]
    # One character is too little to tell what was meant; so is a part that is not the beginning
    # (上市 stands in 未上市).
    if len(key) > 1 and len(starts) == 1:
        facts = {"read": starts[0], "value": text, "options": vocabulary.shown}
        return Reading(starts[0], note="option_spelling", problem="V234", facts=facts)
    inside = [option for known, option in by_key.items() if len(key) > 1 and key in known]
    code = "V232" if len(inside) > 1 else "V230"
    return refuse(
        code, options=_phrase(inside) if len(inside) > 1 else vocabulary.shown, value=text
    )


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
    for sign, numbering in _SURELY_NUMBERED:
        text = numbering.sub("\n", text) if sign.match(text) else text
    pieces = _split(_NUMBERING.sub("\n", text))
    items = [" ".join(piece.split()).strip(_ITEM_ENDS) for piece in pieces]
    items = [item for item in items if item]
    if len(items) > 1:
        items[-1] = _AND_SO_ON.sub("", items[-1])
    found: dict[str, str] = {}
    for item in items:
        found.setdefault(fold(item), item)
    return tuple(found.values())


def _split(text: str) -> Iterator[str]:
    """The text cut at separators that do not stand between a bracket and its partner."""
    opened: list[int] = []
    partner: dict[int, int] = {}
    for at, sign in enumerate(text):
        if sign in _OPENING:
            opened.append(at)
        elif sign in _CLOSING and opened:
            partner[opened.pop()] = at
    start = inside = 0
    for at, sign in enumerate(text):
        inside = max(inside, partner.get(at, 0))
        if sign in _SEPARATORS and at >= inside:
            yield text[start:at]
            start = at + 1
    yield text[start:]


def _free(text: str, most: int) -> Reading:
    if plain := declared(text, ()) or no_answer(text):
        return plain
    items = _parts(text)
    if len(items) == 1 and (plain := declared(items[0], ()) or no_answer(items[0])):
        return plain  # 1.无
    if not items:
        return refuse("V210")
    long = [item for item in items if visible_length(item) > most]
    if long:
        return Reading(items, problem="V271", facts={"value": long[0]})
    return Reading(items)


def _of_options(text: str, vocabulary: Vocabulary) -> Reading:
    """What a list of options says, also 无 and ticked boxes."""
    for sign in "、；\n":
        if vocabulary.known.issuperset(items := text.split(sign)):
            return Reading(tuple(dict.fromkeys(items)))
    nothing = (_NONE_OPTION,) if _NONE_OPTION in vocabulary.known else ()
    if plain := declared(text, nothing) or no_answer(text):
        return plain
    ticked = _ticked(text)
    parts = _parts(text) if ticked is None else ticked
    named = [item for item in parts if not says_none(item)]
    if not named:
        said = Reading(nothing, declared="none", note="declared")
        return said if parts else refuse("V230", options=vocabulary.shown)
    return (_named if vocabulary.others else _listed)(named, vocabulary)


def _listed(items: Sequence[str], vocabulary: Vocabulary) -> Reading:
    """Every item as an option; the gravest problem of them, without the unclear ones."""
    found = [_looked_up(item, vocabulary) for item in items]
    values = tuple(dict.fromkeys(reading.value for reading in found if reading.value))
    worst = {reading.problem: reading for reading in reversed(found)}
    for code in ("V230", "V232", "V234"):
        if code in worst:
            value = None if code == "V230" else values or None
            return Reading(value, note="list", problem=code, facts=worst[code].facts)
    return Reading(values, note=joined(*(reading.note for reading in found)))


def _looked_up(item: str, vocabulary: Vocabulary) -> Reading:
    found = _lookup(item, vocabulary)
    return _called(item, vocabulary, found) if found.problem else found


def _named(items: Sequence[str], vocabulary: Vocabulary) -> Reading:
    """Options in any spelling, and what else is named: V232 for what fits several, else V262.

    小巨人（第五批） and 第五批 after it are the option; the record of changes keeps what was typed.
    """
    values: dict[str, None] = {}
    unclear, others, given = [], [], False
    for item in items:
        option, bare = _option_of(item, vocabulary)
        if option is None and values and _ONLY_GIVEN.fullmatch(item):
            given = True
        elif option is None:
            others.append(item)
            values[item] = None
        elif option:
            given |= bare != item
            values[option] = None
        else:
            unclear.append(item)
    note, found = joined("list", "given" if given else ""), tuple(values) or None
    if unclear:
        facts = {"value": "、".join(unclear), "options": vocabulary.shown}
        return Reading(found, note=note, problem="V232", facts=facts)
    if others:
        facts = {"value": "、".join(others), "options": vocabulary.shown}
        return Reading(found, note=note, problem="V262", facts=facts)
    known = all(item in vocabulary.known for item in items)
    return Reading(found, note=note if known else joined("alias", "given" if given else ""))


def _option_of(item: str, vocabulary: Vocabulary) -> tuple[str | None, str]:
    """The option that one item names, '' for several, None for none; and the item in itself."""
    bare = _AT_THE_ENDS.sub("", _BRACKETED.sub("", item)) or item
    for text in dict.fromkeys((item, bare)):
        key = _key(text)
        for known in dict.fromkeys((key, _SUFFIX.sub("", key))):
            option = vocabulary.by_key.get(known, vocabulary.by_alias.get(known))
            for pattern, target in vocabulary.by_pattern if option is None else ():
                if pattern.fullmatch(known):
                    return target, text
            if option is not None:
                return option, text
    return None, bare
