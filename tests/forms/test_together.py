"""What is said of the texts of a column together is what is said of each."""

from typing import Any

import pytest
from attrs import frozen
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clusterbook.forms.kinds import CreditCode, LongText, Name, Text
from clusterbook.forms.parsing.codes import are_plain_codes, plain_code
from clusterbook.forms.parsing.folding import (
    UNSEEN_SIGNS,
    folds_to_itself,
    is_plain,
    is_plain_prose,
    is_usual,
    name_key,
    squeeze,
    stand_in,
    visible_length,
)
from clusterbook.forms.parsing.names import plain_name
from clusterbook.forms.parsing.together import (
    are_plain,
    are_plain_names,
    are_plain_prose,
    name_keys,
    stand_ins,
    visible_lengths,
)

CODE = "91430582YL0000001E"


def test_every_blank_is_a_sign_that_nobody_sees() -> None:
    assert {sign for sign in map(chr, range(0x10000)) if sign.isspace()} <= UNSEEN_SIGNS


_PIECES = st.sampled_from(
    [
        "湖南样例五金有限公司", "甲", "戶", "⼾", "（", "(", ")", " ", "　", "\n", "\t", "\u200b",
        "\ufeff", "\x00", "无", "没有", "/", "—", "同上", "待定", "见附件", "#REF!", "'", '"', "、",
        "，", "；", "／", "。", "Ａ", "a", "B", "1", "①", "ß", "İ", "ǅ", "e\u0301", "㈱", "\ud800",
        "\U00020000", "\ufffe", "\u3164", "￥", CODE, CODE.lower(),
    ]
)  # fmt: skip
_ANY = st.one_of(
    st.lists(_PIECES, max_size=4).map("".join), st.text(max_size=8), st.just(CODE),
    st.text("0123456789ABCDEFGHJKLMNPQRTUWXYI", min_size=17, max_size=19),
)  # fmt: skip
_USUAL = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FEF), min_size=1, max_size=9)
# Columns of usual texts with few others among them, so that both ways are taken.
_COLUMNS = st.lists(st.one_of(_USUAL, _USUAL, _USUAL, _ANY), max_size=150)


@pytest.mark.parametrize(
    ("together", "one_by_one"),
    [
        (are_plain, is_plain), (are_plain_prose, is_plain_prose), (are_plain_names, plain_name),
        (are_plain_codes, plain_code), (name_keys, name_key), (stand_ins, stand_in),
        (visible_lengths, visible_length),
    ],
)  # fmt: skip
@given(texts=_COLUMNS)
@example(texts=["　无", "\xa0无", "\t/", "\u2028同上"])
@example(texts=[])
@example(texts=[""])
@example(texts=["湖南样例"] * 40 + [""] + ["湖南（样例）公司"] * 40)
@example(texts=["湖南样例\n公司"] * 3)
@example(texts=[CODE, "91430582YL0000001F", CODE.lower(), f"{CODE} ", "甲" * 18, "", "9" * 18])
def test_a_column_is_told_as_each_of_its_texts(together, one_by_one, texts):
    assert together(texts) == list(map(one_by_one, texts))


def test_every_usual_sign_but_the_blank_is_seen():
    usual = [sign for sign in map(chr, range(0x110000)) if is_usual(sign)]
    assert len(usual) > 20_000
    assert {sign for sign in usual if not squeeze(sign)} == {" "}


def test_signs_that_fold_to_themselves_keep_their_names_apart():
    own = [sign for sign in map(chr, range(0x110000)) if folds_to_itself(sign)]
    assert len(own) > 20_000
    assert all(name_key(sign) == sign.casefold() and len(sign.casefold()) == 1 for sign in own)


@given(_ANY)
def test_the_visible_length_is_what_is_left_without_the_unseen(text):
    assert visible_length(text) == len(squeeze(text))


@frozen(kw_only=True)
class Shout(Name):
    """A name from outside, which has another quick look than the kind that it is made of."""

    def plain(self, raw: Any) -> Any:
        return raw.upper() if isinstance(raw, str) and raw.islower() else None


@frozen(kw_only=True)
class Deaf(Shout):
    """Made of that one, it has no quick look at all."""

    def plain(self, raw: Any) -> Any:
        return None


KINDS = (
    Text(), Text(longest=3), Text(pattern="^[甲A]"), LongText(), LongText(limit=3),
    LongText(limit=None), Name(), Name(longest=20), Name(longest=3), CreditCode(), Shout(),
    Deaf(),
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS, ids=repr)
@settings(max_examples=50)
@given(texts=_COLUMNS)
@example(texts=["abc", "湖南样例五金有限公司"])
def test_kinds_take_a_column_as_each_of_its_texts(kind, texts):
    assert kind.plain_texts(texts) == [kind.plain(text) for text in texts]
