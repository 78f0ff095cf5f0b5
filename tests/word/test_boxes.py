"""Ticks in all the ways that people make them."""

from __future__ import annotations

import pytest

from clusterbook.word.boxes import chosen

TWO, THREE = ("是", "否"), ("是", "否", "非工业集群，不适用")


@pytest.mark.parametrize(
    ("text", "options", "what"),
    [
        ("☐是\n☑否", TWO, "否"), ("☑是 ☐否", TWO, "是"), ("√是  否", TWO, "是"), ("是√  否", TWO, "是"),
        ("☐是√ ☐否", TWO, "是"), ("■是 ☐否", TWO, "是"), ("(√)是 ( )否", TWO, "是"), ("是（√） 否（ ）", TWO, "是"),
        ("×是 √否", TWO, "否"), ("☐√是 ☐否", TWO, "是"), ("☐是  否  ☑非工业集群，不适用", THREE, THREE[2]),
        ("☐是 ☑否 非工业集群,不适用", THREE, "否"), ("●是 ○否", TWO, "是"), ("☐ 是  ☑ 否", TWO, "否"),
        ("[√]是 [ ]否", TWO, "是"),
    ],
)  # fmt: skip
def test_one_is_chosen(text: str, options: tuple[str, ...], what: str) -> None:
    assert chosen(text, options).options == (what,)


@pytest.mark.parametrize("text", ["是 √ 否", "是√否", "☑是 ☑否", "☐是 ×否", "是√ 否√"])
def test_what_may_be_either_is_unsure(text: str) -> None:
    found = chosen(text, TWO)
    assert found.unsure and not found.options


@pytest.mark.parametrize("text", ["☐是 ☐否", "是  否", "（ ）是 （ ）否", "○是 ○否"])
def test_nothing_is_chosen(text: str) -> None:
    found = chosen(text, TWO)
    assert (found.options, found.unsure) == ((), "")


def test_highlighted_and_struck_options() -> None:
    assert chosen("☐是 ☐否", TWO, lit=["是"]).options == ("是",)
    assert chosen("☐是 ☐", TWO, struck=["否"]).options == ("是",)
    assert chosen("☐是", TWO).options == ()  # deleted, not struck: who knows
    assert chosen("☑信息服务 ☐创业辅导 ☑培训", ("信息服务", "创业辅导", "培训"), several=True).options == (
        "信息服务", "培训",
    )  # fmt: skip


SERVICES = ("信息服务", "创业辅导", "培训")


@pytest.mark.parametrize(
    ("text", "ticked", "rest"),
    [
        ("☑信息化服务 ☐创业辅导 ☑培训", ("培训",), "信息化服务"),
        ("☐信息服务 ☑创业和辅导 ☐培训", (), "创业和辅导"), ("☐信息服务☑创业和辅导☐培训", (), "创业和辅导"),
        ("☑信息服务 ☐创业辅导 ☐培训 ☑其他：展会", ("信息服务",), "其他 展会"),
        ("信息服务√ 创业和辅导√ 培训", ("信息服务",), "创业和辅导"),
        ("☑1.信息服务 ☐2.创业辅导 ☐3.培训", ("信息服务",), ""), ("1）☑信息服务 2）☐创业辅导", ("信息服务",), ""),
        ("①信息服务√②创业辅导", ("信息服务",), ""), ("开展的服务：☑信息服务 ☐创业辅导", ("信息服务",), "开展的服务"),
        ("____☑信息服务____ ☐培训", ("信息服务",), ""),
    ],
)  # fmt: skip
def test_a_sign_of_other_words_is_no_tick_of_the_next_option(
    text: str, ticked: tuple[str, ...], rest: str
) -> None:
    found = chosen(text, SERVICES, several=True)
    assert (found.options, found.rest, found.unsure) == (ticked, rest, "")


@pytest.mark.parametrize("text", ["创业和辅导√培训 信息服务", "其他√ 信息服务 培训√ 创业辅导"])
def test_a_sign_between_other_words_and_an_option_is_unsure(text: str) -> None:
    found = chosen(text, SERVICES, several=True)
    assert found.unsure and not found.options


@pytest.mark.parametrize(
    ("text", "rest"), [("R是 ☐否", "R"), ("☐是 ☑未开展 ☐否", "未开展"), ("\uf0d2是 ☐否", "\uf0d2")]
)
def test_a_tick_that_is_none_is_told(text: str, rest: str) -> None:
    found = chosen(text, TWO)
    assert (found.options, found.rest) == ((), rest)
