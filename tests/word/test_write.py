"""The printed form: its texts in their order, blank and filled, and the same bytes each time."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.word_files import read
from support.word_forms import FORMS, SAMPLES, content, good, random_book

import clusterbook as cb
from clusterbook.forms.options import Options
from clusterbook.layout import layouts
from clusterbook.readers.grid import read_grid
from clusterbook.word.document import Block, WordTable
from clusterbook.word.package import open_document
from clusterbook.word.paper import PaperTable
from clusterbook.word.planning import paper
from clusterbook.word.write import word_form

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DATA = Path(__file__).parent.parent / "data"
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


def whole(data: bytes) -> str:
    """Everything that a document says, in its order."""
    return folded("".join(map(said, read(data).blocks)))


def fragments(form: str) -> list[str]:
    """The printed fragments, in their order."""
    return (DATA / f"printed_{form}.txt").read_text("utf-8").splitlines()


def missing(text: str, printed: list[str]) -> list[str]:
    """Fragments that do not follow those before them; room to write may be filled."""
    at, lost = 0, []
    for fragment in printed:
        for part in re.split(r"\s{3,}", fragment):
            wanted = folded(part)
            if not wanted:
                continue
            found = text.find(wanted, at)
            if found < 0:
                lost.append(fragment)
                break
            at = found + len(wanted)
    return list(dict.fromkeys(lost))


@pytest.mark.parametrize("form", FORMS)
def test_every_printed_text_stands_in_its_order_in_the_blank(form: str) -> None:
    printed = fragments(form)
    blank = cb.load_form(form, years="as-printed").word()
    assert missing(whole(blank), printed) == list(EXCEPTIONS[form])
    assert len(printed) > 200


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("seed", [
    pytest.param(seed, marks=[pytest.mark.wide] * (seed > 0)) for seed in range(12)
])  # fmt: skip
def test_every_printed_text_stands_in_its_order_in_a_filled_one(form: str, seed: int) -> None:
    """Dots alone are room for a row that the county names itself: its name stands there."""
    filled = content(random_book(form, seed, years="as-printed"))
    printed = [fragment for fragment in fragments(form) if fragment.strip(".…")]
    assert missing(whole(word_form(filled)), printed) == list(EXCEPTIONS[form])
    assert len(dict(filled.printed())) > 250  # few rows in some, but filled from end to end


@pytest.mark.parametrize("form", FORMS)
def test_computed_answers_are_printed_as_the_workbook_shows_them(form: str) -> None:
    said = good(form)
    grids = {one.name: one for one in read_grid((SAMPLES / form / "good.xlsx").read_bytes()).sheets}
    locked = {key: slots[0] for key, slots in said.layout.slots.items() if slots[0].locked}
    for key, slot in locked.items():
        printed = said.text(key)
        shown = grids[said.layout.sheet_of[key].name].get((slot.area.row, slot.area.col))
        if isinstance(shown, float):
            assert float(printed.replace(",", "")) == pytest.approx(shown, abs=0.006), key
        else:
            assert printed == (shown or "—"), key
    assert len(locked) >= 3


def test_what_is_out_of_order_is_missed() -> None:
    blank = whole(cb.load_form(FORMS[1], years="as-printed").word())
    printed = fragments(FORMS[1])
    assert missing(blank, [*printed[1:], printed[0]])


def test_titles_stand_with_what_they_are_of() -> None:
    """Titles and heads of lists and figures are heads of their table, so that none stands alone."""
    plan = paper(layouts.of(FORMS[0], Options()).workbook, lambda _: True)
    tables = [item for part in plan.parts for item in part.items if isinstance(item, PaperTable)]
    assert len(tables) > 20
    for table in tables:
        heads = [row.head for row in table.rows]
        assert heads == sorted(heads, reverse=True)
        assert heads[-1] if table.library else table.rows[-1].cells[0].role != "title"
    assert sum(row.head for table in tables for row in table.rows) > 40


def test_parts_of_one_page_repeat_no_heads() -> None:
    plan = paper(layouts.of(FORMS[1], Options()).workbook, lambda _: True)
    pages = [part for part in plan.parts if part.sheet.one_page]
    assert pages
    assert not any(row.head for part in pages for item in part.items
                   if isinstance(item, PaperTable) for row in item.rows)  # fmt: skip


def test_merged_heads_have_the_room_that_they_take() -> None:
    """Of heads on further pages LibreOffice knows no more than the heights of their rows."""
    body = open_document(cb.load_form(FORMS[0]).word()).body()
    table = next(
        one for one in body.iter(f"{W}tbl") if "国际国内品牌企业" in "".join(one.itertext())
    )
    heads = [row for row in table.iter(f"{W}tr") if row.find(f"{W}trPr/{W}tblHeader") is not None]
    points = [int(row.find(f"{W}trPr/{W}trHeight").get(f"{W}val")) / 20 for row in heads]
    assert len(points) == 2
    assert points[0] < 25
    assert 80 < points[1] < 140
