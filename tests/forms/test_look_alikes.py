"""Texts out of PDFs: radicals and compatibility characters are read as the characters they look like."""

from __future__ import annotations

import csv
import unicodedata
from collections import defaultdict

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from support.human_values import KINDS, TABLE
from support.returning import sample

from clusterbook.forms.parsing.folding import fold, is_plain, is_plain_prose, name_key
from clusterbook.forms.parsing.look_alikes import RADICALS, has_look_alikes, ordinary
from clusterbook.forms.reasons import says_why
from clusterbook.issuing.roster import read_roster
from clusterbook.layout import layouts
from clusterbook.validation.check import check
from clusterbook.validation.normalize import normalize

TWICE = [*range(0x2E80, 0x2FE0), *range(0xF900, 0xFADA), *range(0x2F800, 0x2FA1E)]

# How each ordinary character may come out of a PDF.
LOOKS = defaultdict(list)
for _code in TWICE:
    if ordinary(chr(_code)) != chr(_code):
        LOOKS[ordinary(chr(_code))].append(chr(_code))


def disguised(draw, text):
    return "".join(draw(st.sampled_from([sign, *LOOKS.get(sign, ())])) for sign in text)


def test_every_radical_of_kangxi_is_an_ordinary_character():
    for code in range(0x2F00, 0x2FD6):
        (found,) = ordinary(chr(code))
        assert unicodedata.name(found).startswith("CJK UNIFIED IDEOGRAPH")
        assert found == ("户" if code == 0x2F3E else unicodedata.normalize("NFKC", chr(code)))


def test_radicals_of_newer_dictionaries_are_named_after_what_they_stand_for():
    assert all(0x2E80 <= ord(sign) < 0x2F00 for sign in RADICALS)
    assert all(
        "\u4e00" <= stands < "\u9fff" or stands in {"㔾", "㓁"} for stands in RADICALS.values()
    )
    # Unicode names the simplified ones after the character.
    for sign, stands in ("⻓长", "⻔门", "⻋车", "⻅见", "⻉贝", "⻚页", "⻛风", "⻜飞", "⻢马", "⻥鱼", "⻦鸟", "⻩黄",
                         "⻬齐", "⻮齿", "⻰龙", "⺠民", "⻄西", "⻘青", "⻁虎", "⻣骨", "⻤鬼", "⻆角", "⻨麦", "⺟母", "⻳龟"):  # fmt: skip
        assert ordinary(sign) == stands


def test_what_has_one_canonical_spelling_gets_it():
    for code in TWICE:
        if unicodedata.normalize("NFC", chr(code)) != chr(code):
            assert ordinary(chr(code)) == unicodedata.normalize("NFC", chr(code))


@given(st.text())
def test_ordinary_texts_stay_the_very_same(text):
    if has_look_alikes(text):
        assert ordinary(ordinary(text)) == ordinary(text)
        assert not is_plain(text)
        assert not is_plain_prose(text)
    else:
        assert ordinary(text) is text


@pytest.mark.parametrize("typed", ["用户", "西门子", "长三角高新区", "青龙马王"])
@settings(max_examples=30)
@given(data=st.data())
def test_keys_do_not_tell_look_alikes_apart(typed, data):
    other = disguised(data.draw, typed)
    assert fold(other) == fold(typed)
    assert name_key(other) == name_key(typed)


TYPED = sorted({
    (name, row[1], (row[5:] or ("",))[0])
    for row in TABLE for name in row[0].split()
    if isinstance(row[1], str) and any(sign in LOOKS for sign in row[1])
})  # fmt: skip


@settings(max_examples=400)
@given(data=st.data())
def test_every_kind_reads_look_alikes_as_what_they_look_like(data):
    """The same value, problem and declaration as of the ordinary text, and a note that says so."""
    name, typed, _ = data.draw(st.sampled_from(TYPED))
    kind, other = KINDS[name], disguised(data.draw, typed)
    right, found = kind.read(ordinary(typed)), kind.read(other)
    assert (found.value, found.problem, found.declared) == (
        right.value,
        right.problem,
        right.declared,
    )
    if other != ordinary(other) and (found.value is not None or found.declared):
        assert found.note.startswith("look_alike")
        assert set(found.note.split("+")) - {"look_alike"} == set(right.note.split("+")) - {""}
    elif other == ordinary(other):
        assert "look_alike" not in found.note


def test_there_are_texts_of_all_kinds_of_words_to_disguise():
    assert {name for name, *_ in TYPED} >= {
        "org",
        "person",
        "text",
        "long",
        "honours",
        "county",
        "yesno",
        "month",
    }


def test_a_duplicate_out_of_a_pdf_is_one():
    good = sample("cluster_contest/good")
    body = good.layout.bodies["existing_enterprises"]
    rows = good.extracted.libraries["existing_enterprises"]
    (column,) = (n for n, one in enumerate(body.columns) if one.field.key == "enterprise_name")
    names = list(rows.columns[column])
    names[1] = "".join(LOOKS.get(sign, [sign])[0] for sign in names[0])
    assert names[1] != names[0]
    columns = [*rows.columns[:column], names, *rows.columns[column + 1 :]]
    libraries = {**good.extracted.libraries, "existing_enterprises": evolve(rows, columns=columns)}
    data = normalize(good.layout, [evolve(good.extracted, libraries=libraries)])
    check(data)
    found = [p for p in data.problems[0] if p.code == "R101"]
    assert [(p.key, p.value) for p in found] == [("existing_enterprises.enterprise_name", names[1])]
    (logged,) = (one for one in data.changes[0] if one.note == "look_alike")
    assert (logged.raw, logged.value) == (names[1], names[0])


def test_a_roster_out_of_a_pdf_names_the_counties_as_they_are_called(tmp_path):
    rows = [["市州", "县（市、区）", "集群名称", "备注"],
            ["⻓沙市", "浏阳市", "浏阳市⽣物医药产业集群", "⼀类"]]  # fmt: skip
    path = tmp_path / "名单.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    form = layouts.of("cluster_contest").workbook
    (entry,) = read_roster(path, form).entries
    assert (entry.city, entry.county, entry.cluster_name) == (
        "长沙市",
        "浏阳市",
        "浏阳市生物医药产业集群",
    )


def test_a_reason_out_of_a_pdf_is_as_long_as_it_looks():
    assert says_why("⽣产线⼤修⽤时")
    assert not says_why("⽣⽣⽣⽣⽣⽣⽣")
