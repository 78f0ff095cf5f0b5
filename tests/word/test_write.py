"""The printed form: its texts in their order, blank and filled, and the same bytes each time."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from support.fill import imported
from support.word_files import read

import clusterbook as cb
from clusterbook.api.returned import Return
from clusterbook.word.document import Block, WordTable

DATA = Path(__file__).parent.parent / "data"
SAMPLES = Path(__file__).parent.parent.parent / "samples"
FORMS = ("cluster_contest", "fujian_sme_cluster")
# What is printed otherwise than in the form, and why.
EXCEPTIONS = {
    "cluster_contest": {
        "—、集群基本信息": "一、集群基本信息 (Z01)",
        "（一）现有企业库（共有企业XXX个，其中，上市企业XX个，制造业单项冠军XX个，专精特新“小巨人”XX个，"
        "规上工业企业XX个，高新技术企业……）": "it ends 高新技术企业XX个……: that number is counted, too (Z18)",
    },
    "fujian_sme_cluster": {},
}


def folded(text: str) -> str:
    return re.sub(r"[\s□☐☑_]+", "", text)


def said(block: Block) -> str:
    if isinstance(block, WordTable):
        return "".join(said(inner) for cell in block.cells() for inner in cell.blocks)
    return block.text


@cache
def good(form: str) -> Return:
    batch = imported((SAMPLES / form / "good.xlsx").read_bytes())
    return Return(batch, batch.submissions[0])


@cache
def document(form: str, *, filled: bool) -> bytes:
    return good(form).word() if filled else cb.load_form(form, years="as-printed").word()


def fragments(form: str, *, filled: bool) -> list[str]:
    """The printed fragments; of a filled form with the years of its round."""
    return (DATA / f"printed_{form}.txt").read_text("utf-8").splitlines()


def missing(form: str, whole: str, printed: list[str]) -> list[str]:
    """Fragments that do not follow those before them; room to write may be filled."""
    at, lost = 0, []
    for fragment in printed:
        for part in re.split(r"\s{3,}", fragment):
            wanted = folded(part)
            if not wanted:
                continue
            found = whole.find(wanted, at)
            if found < 0:
                lost.append(fragment)
                break
            at = found + len(wanted)
    return list(dict.fromkeys(lost))


@pytest.mark.parametrize("form", FORMS)
def test_every_printed_text_stands_in_its_order_in_the_blank(form: str) -> None:
    whole = folded("".join(map(said, read(document(form, filled=False)).blocks)))
    printed = fragments(form, filled=False)
    assert missing(form, whole, printed) == list(EXCEPTIONS[form])
    assert len(printed) > 200
