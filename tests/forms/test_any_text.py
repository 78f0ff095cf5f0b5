"""Whatever stands in a cell: each kind of both forms reads it to a value that prints back, or says why not."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clusterbook.forms import registry
from clusterbook.forms.kinds import (
    CreditCode,
    DependentChoice,
    FourPart,
    Items,
    Kind,
    Text,
    growth_rate,
)
from clusterbook.forms.parsing.folding import (
    NOTES,
    UNSEEN_SIGNS,
    Reading,
    _stand_in,
    clean,
    fold,
    is_blank,
    is_plain,
    is_plain_prose,
    name_key,
    stand_in,
    to_text,
    trim,
)
from clusterbook.layout import layouts
from clusterbook.problems import CATALOGUE, Level, Problem

# Parents that share an option, options that hold separators: no form has them yet.
CITIES = DependentChoice(
    within="city",
    pairs=(("南京市", "鼓楼区"), ("南京市", "玄武区"), ("徐州市", "鼓楼区"), ("徐州市", "NA")),
    aliases=(("玄武", "玄武区"),),
)
CLAUSES = Items(options=("管理、培训", "检测，认证", "无", "信息（含5G、6G）"), at_most=3)


def kinds_of_forms() -> Iterator[Kind]:
    for form in registry.form_ids():
        layout = layouts.of(form)
        yield from (parts[0].field.kind for parts in layout.slots.values())
        yield from (column.field.kind for column in layout.columns.values())


KINDS = list(
    dict.fromkeys(
        [
            *kinds_of_forms(),
            CreditCode(),
            FourPart(),
            Text(remark=True),
            CITIES,
            CLAUSES,
            growth_rate(),
        ]
    )
)
KIND_NAMES = [f"{number}-{type(kind).__name__}" for number, kind in enumerate(KINDS)]
ONE_OF_EACH = list(
    {
        (type(kind), getattr(kind, "pattern", ""), len(getattr(kind, "options", ())) > 10): kind
        for kind in KINDS
    }.values()
)

# What the readers look for, what hides in texts, what other software takes for something else.
WORDS = """
    0 1 2 3 12 15 24 2024 202403 13900000001 0595 22000001 . , ， 、 ； ; / ／ - — ～ ~ ( ) （ ） % ％ ‰ e E+ ' "
    年 月 日 季度 上半年 底 至 今 个 家 人 元 万 亿 美元 亩 约 余 ≥ 无 不适用 一 二 十 百 零 〇 两 点 负 P 第 页 见
    ☑ □ √ 是 否 小巨人 国家 省级 张某 局长 有限公司 （已注销） （总部） 转 领航 卓越 先进 基础 # ! ① ² 〃 同上 等 1. (1)
    NA N/A null nan None #N/A TRUE =1+1 @SUM(1) +86 待定 见附件 _x0001_ &amp; =DISPIMG("ID_1",1) : ：
"""
SIGNS = [" ", "\n", "\r", "\t", "\u3000", "\u200b", "\u200d", "\ufeff", "\u202e", "\u2066", "\x00"]
SIGNS += [
    "\x07",
    "\x1f",
    "\x85",
    "\ud800",
    "\udfff",
    "\ufffe",
    "\ufe0f",
    "\u3164",
    "\U0001f600",
    "é",
]
BITS = [*WORDS.split(), *SIGNS]
FORMATS = st.sampled_from(("", "", "", "percent", "date"))
ANYTHING = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=30),
    st.lists(st.sampled_from(BITS), max_size=9).map("".join),
    st.floats(),
    st.floats(min_value=-1e6, max_value=1e6).map(lambda number: round(number, 2)),
    st.integers(1900_00, 2100_00).map(lambda number: number / 100),
    st.booleans(),
)


def texts_about(kind: Kind) -> st.SearchStrategy[str]:
    """Its own options with things around them."""
    options = [*getattr(kind, "options", ()), *(one for _, one in getattr(kind, "pairs", ()))]
    parents = [parent for parent, _ in getattr(kind, "pairs", ())]
    return st.lists(st.sampled_from([*options, *parents, *BITS]), max_size=5).map("".join)


@pytest.mark.parametrize("kind", KINDS, ids=KIND_NAMES)
@settings(max_examples=20)
@given(data=st.data())
def test_a_cell_comes_to_a_value_that_prints_back_or_to_a_problem(kind, data):
    look_at(kind, data.draw(st.one_of(ANYTHING, texts_about(kind))), data.draw(FORMATS))


def look_at(kind, raw, number_format=""):
    reading = kind.read(raw, number_format)
    assert set(reading.note.split("+")) <= {"", *NOTES}
    if reading.problem:
        assert CATALOGUE[reading.problem].level is not Level.ERROR or reading.value is None
        problem = Problem(code=reading.problem, facts=reading.facts)
        assert problem.message()
        assert problem.how_to_mend("en")
    elif reading.value is None:
        assert reading.declared or is_blank(raw)
    else:
        typed = kind.spell(reading.value)
        again = kind.read(typed)
        assert (again.value, again.problem) == (reading.value, ""), (raw, typed)
        assert type(again.value) is type(reading.value)
        # Nothing is changed in silence; a cell keeps fifteen digits of a number.
        same = typed == raw or (type(raw) is float and to_text(typed) == to_text(raw))
        assert reading.note or reading.declared or same or is_blank(raw), (raw, typed)


FOUND_BEFORE = (
    "1\n甲\n2\n乙", "甲、乙等等", "丙丙、丙丙等", "（a、（a、x）", "1.无", "、、、", "(1)(2)甲", "甲 '", "无、无",
    "张三局长局长", "局长 局长", "张某(女)", "张 三丰", "\x00", "\r\x00\n甲", "NA", "1\u200b234", "２０２４．１０",
    "\u202d13900000001\u202c、\u202d13900000002\u202c", '=DISPIMG("ID_0123456789ABCDEF0123456789ABCDEF",1)',
)  # fmt: skip


@pytest.mark.parametrize("text", FOUND_BEFORE)
def test_texts_that_once_went_wrong(text):
    for kind in KINDS:
        look_at(kind, text)


@pytest.mark.parametrize("kind", ONE_OF_EACH, ids=lambda kind: type(kind).__name__)
@settings(max_examples=80)
@given(data=st.data())
@example(data=None)
def test_the_quick_look_sees_what_reading_sees(kind, data):
    if data is None:
        raws = [*BITS, *map(trim, BITS), 0.0, -0.0, 1e9, 999_999_999.99, 0.005, 1.005, 2.675, 1e15]
    else:
        raws = [data.draw(st.one_of(ANYTHING, texts_about(kind), typed_well(kind)))]
    for raw in raws:
        value = kind.plain(raw)
        if value is not None:
            assert kind.interpret(raw, "") == Reading(value)
            assert type(kind.interpret(raw, "").value) is type(value)


def typed_well(kind: Kind) -> st.SearchStrategy[str | float]:
    """What is close to what the form asks for."""
    han = st.text("甲乙丙无同XN一二等（）()、-/. 12", max_size=12)
    month = st.from_regex(
        r"(19|20|21)[0-9]{2}[-.][01][0-9](-[0-9]{2}|-20[0-9]{2}\.[01][0-9])?", fullmatch=True
    )
    pages = st.from_regex(r"P[0-9]{1,5}(-[0-9]{1,4})?(、P[0-9]{1,2})?", fullmatch=True)
    phone = st.from_regex(r"1[0-9]{10}|0[0-9]{2,3}-[0-9]{6,9}", fullmatch=True)
    four = st.from_regex(r"[0-9]{1,3}(/[0-9]{1,6}){2,4}", fullmatch=True)
    near = st.integers(-(10**8), 10**8).map(lambda number: number / 10000)
    return st.one_of(han, month, pages, phone, four, near, st.floats(-1e10, 1e10))


@settings(max_examples=400)
@given(
    st.one_of(
        st.text(st.characters(exclude_categories=()), max_size=12),
        st.lists(st.sampled_from(BITS), max_size=4).map("".join),
    )
)
@example("\ufe0f甲")
@example("甲\u3164")
@example("\n甲")
def test_the_shortcuts_over_texts_are_the_long_way(text):
    assert stand_in(text) == _stand_in(text)
    assert clean(clean(text)[0]) == (clean(text)[0], "")
    assert clean(text)[1] or clean(text)[0] == text
    if is_plain_prose(text):
        assert clean(text) == (text, "")
        assert _stand_in(text) == ""
    assert is_plain_prose(text) or not is_plain(text)
    assert fold(f"{text}\u200b") == fold(text)  # the second never takes the short way
    assert name_key(f"{text}\u200b") == name_key(text)


def test_every_word_that_stands_for_something_is_met_by_the_shortcut():
    spoken = """无 没有 没 無 尚无 未有 无此项 无此类 不适用 不涉及 无需填写 不需填写 无需填报 / — ── - n/a N/A 同上 同前
        同左 〃 ″ ” 〞 暂无 暂未提供 尚未统计 未统计 未提供 待定 待核 保密 涉密 商业秘密 不公开 不详 不知道 未知 略 TBD ？？ XX ×× ** x/x/x
        见附件 详见佐证 参见清单第三页 #REF! #N/A #### Err:502 =DISPIMG("ID",1) _xlfn.DISPIMG("ID",1) dispimg("ID",1)"""
    dressed = ("{}", "（{}）", "({}）", "'{}", " {} ", "{}。", "\u200b{}", "“{}”"[1:])
    for word in spoken.split():
        for dress in dressed:
            text = dress.format(word)
            assert stand_in(text) == _stand_in(text)
        assert stand_in(word), word


# --- long texts ----------------------------------------------------------------------------------

LONG = 32_767
REPEATED = """
    1 12 一 万 甲 （ ( ） （） ()( 、 1、 (1) ① / - — ~ 至 年 2024年 2024-01- P P1 P12- 无 XX # ##N/A ☑ □是 （√ 是（ ）
    =DISPIMG( 张某、 局长 张某局长 （原 （已注销） , 1,234 1. 0595- 13900000001 13900000001、 1E 转 . 。 ' " “ 市 市集群 同 é
""".split()
SPACED = (
    " ",
    "( ",
    "1 ",
    "甲 ",
    "局长 ",
    "\n",
    "1\n",
    "\u200b",
    "甲\u200b",
    "P1 ",
    "\x00",
    "\ud800",
    "😀",
)
LONG_TEXTS = [(bit * LONG)[:LONG] for bit in (*REPEATED, *SPACED)]
LONG_TEXTS += [f"{head}{' ' * (LONG - 9)}{tail}" for head, tail in (("(", "x"), ("1", "1"), ("无", "无"), ("P1", "P2"), ("（", "√"))]  # fmt: skip
LONG_TEXTS += ["甲" * 100 + "市" + " " * (LONG - 300) + "市" * 100 + "x", "#" * (LONG - 1) + "!"]


def seconds(kind, text):
    start = time.process_time()
    kind.read(text)
    return time.process_time() - start


@pytest.mark.parametrize("kind", ONE_OF_EACH, ids=lambda kind: type(kind).__name__)
def test_a_full_cell_is_read_in_linear_time(kind):
    """A quadratic pattern takes a thousand million steps for a text as long as a cell holds."""
    for text in LONG_TEXTS:
        # A machine that works for others may take its time once.
        assert any(seconds(kind, text) < 1.0 for _ in range(3)), text[:20]
        reading = kind.read(text)
        assert reading.problem or reading.value is not None or is_blank(text) or reading.declared


def test_signs_that_are_not_seen_are_known_one_by_one():
    assert all(is_blank(sign) for sign in UNSEEN_SIGNS)
    assert not any(is_plain(sign) or is_plain(f"甲{sign}") for sign in UNSEEN_SIGNS)
