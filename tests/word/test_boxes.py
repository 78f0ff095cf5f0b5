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
