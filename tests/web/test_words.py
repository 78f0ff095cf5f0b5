"""What the pages say, and what browsers they can be shown in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import clusterbook
from clusterbook.api.forms import MonthNeededError
from clusterbook.api.pool import NothingToReadError
from clusterbook.errors import Error
from clusterbook.web.english import ENGLISH
from clusterbook.web.words import AWAY, UNEXPECTED, sentence

WEB = Path(clusterbook.__file__).parent / "web"
STORE = WEB.with_name("store")
TEMPLATES = sorted((WEB / "templates").glob("*"))
HAN = re.compile("[\u4e00-\u9fff]")
# What Chromium 86 does not know.
TOO_NEW = {
    "desk.css": (
        r":has\(", r":is\(", r":where\(", r"aspect-ratio", r"\binset\s*:", r"accent-color", r"@container", r"@layer",
        r"color-mix", r"\boklch\(", r"\bdvh\b", r"\bsvh\b", r"text-wrap\s*:", r"^\s+&", r"content-visibility:\s*hidden",
        r"scrollbar-gutter", r"@property",
    ),
    "desk.js": (
        r"\.at\(", r"structuredClone", r"Object\.hasOwn", r"\.findLast", r"\.toSorted", r"\.groupBy", r"replaceChildren",
        r"#\w+\s*[=(;]", r"static\s*\{", r"\bimport\s*\(", r"Promise\.any", r"\?\?=|\|\|=|&&=", r"AbortSignal\.timeout",
        r"crypto\.randomUUID", r"\.showPicker", r"\bdialog\b", r"popover",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TOO_NEW)
def test_nothing_is_newer_than_chromium_86(name: str) -> None:
    text = re.sub(r"/\*.*?\*/", "", (WEB / "static" / name).read_text("utf-8"), flags=re.DOTALL)
    for feature in TOO_NEW[name]:
        assert not re.search(feature, text, re.MULTILINE), feature


def said(text: str) -> set[str]:
    """The Chinese in a template, which is all within words that are looked up."""
    quoted = re.findall(r'"([^"{}]*(?:\{\w+\}[^"{}]*)*)"', text) + re.findall(
        r"'([^'\"<>]*)'", text
    )
    return {one for one in quoted if HAN.search(one)}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_sentence_of_a_page_has_its_english(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)
    lacking = {one for one in said(text) if one not in ENGLISH and one != "中文"}
    assert lacking == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_sentence_of_a_page_escapes_the_other_language(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert [line for line in text.splitlines() if HAN.search(line)] == []


def test_both_languages_take_the_same_facts() -> None:
    for chinese, english in ENGLISH.items():
        assert set(re.findall(r"\{(\w+)\}", chinese)) == set(re.findall(r"\{(\w+)\}", english)), (
            chinese
        )
        assert not HAN.search(
            re.sub("[市州县（）、区集群名称申报类别联系人电话汇总月日]", "", english)
        ), english


def test_what_goes_wrong_is_told_in_chinese() -> None:
    """Errors that a command tells in its own words, too."""
    for error in (
        NothingToReadError("there is no file to read"),
        MonthNeededError("", months=(3,)),
        Error("for programs alone"),
        ValueError("broken"),
    ):
        assert HAN.search(sentence(error))
        assert sentence(error) in ENGLISH


def test_what_the_log_tells_has_its_english() -> None:
    """Each thing that is noted, wherever that is."""
    sources = [path.read_text("utf-8") for path in (*WEB.glob("*.py"), *STORE.glob("*.py"))]
    noted = {
        word for text in sources for call in re.findall(r"audit\.note\((.*?)\)\n", text, re.DOTALL)
        for word in re.findall(r'"([\u4e00-\u9fff]+)"', call)
    }  # fmt: skip
    assert {"收到文件", "锁定轮次", "解除锁定"} <= noted
    assert noted - ENGLISH.keys() == set()


def test_what_workers_tell_has_its_english() -> None:
    from clusterbook.web import words

    assert {UNEXPECTED, AWAY, *words._CLOSED.values()} <= ENGLISH.keys()
    first_step = {words.YEARS, words.NO_MONTH, words.MORE_ASKED, words.SAME, words.EARLIER}
    assert first_step <= ENGLISH.keys()
    for say in (
        words._BY_KIND["BusyError"],
        words._BY_KIND["CannotStartError"],
        words._BY_KIND["WorkerDiedError"],
    ):
        assert say(None) in ENGLISH  # type: ignore[arg-type]
