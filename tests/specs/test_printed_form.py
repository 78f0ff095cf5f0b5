"""The printed forms stand in their workbooks: their texts fragment by fragment, their labels one by one.

``data/printed_<form>.txt`` holds what the form prints, in its order, each fragment once: split at
line ends, tabs and boxes (□), without row numbers, the dots that stand for further rows, and the
[bookmark: _GoBack] that the conversion of the file left behind.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from functools import cache
from io import BytesIO

import openpyxl
import pytest
from support.places import DATA

from clusterbook.forms import registry
from clusterbook.forms.options import Options
from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.layout.own_sheets import LISTS_SHEET, NOTES_SHEET
from clusterbook.workbook import writer

FORMS = ("cluster_contest", "fujian_sme_cluster")
# Shorter fragments (个, 级别) stand somewhere inside some text by chance; they need a cell, a line
# of a cell or a piece of a formula of their own.
LONG = 6

# What does not stand in the blank as printed, and why.
EXCEPTIONS: dict[str, dict[str, str]] = {
    "cluster_contest": {
        "（一）现有企业库（共有企业XXX个，其中，上市企业XX个，制造业单项冠军XX个，专精特新“小巨人”XX个，"
        "规上工业企业XX个，高新技术企业……）": "the sentence is computed, and ends 高新技术企业N个……: the number "
        "that the print leaves open is counted, too (Z18)",
    },
    "fujian_sme_cluster": {
        "否（如涉及，需提供佐证材料）": "an option and the hint behind it: one is in the drop-down, the other "
        "beside the cell",
        "......": "in the cell of the dots the county types the name of a further target",
    },
}

# What stands in the blank only as a quotation, in the list of what is read otherwise than printed
# (原表印作, on the sheet 填报说明), and what stands in its place.
QUOTED: dict[str, dict[str, str]] = {
    "cluster_contest": {"—、集群基本信息": "一、集群基本信息 (Z01)"},
    "fujian_sme_cluster": {},
}


def folded(text: str) -> str:
    return re.sub(r"\s+", "", text)


def fragments(form: str) -> list[str]:
    return (DATA / f"printed_{form}.txt").read_text("utf-8").splitlines()


@cache
def texts(form: str) -> tuple[str, ...]:
    """Every text of the blank but quotations: cells, texts in formulas, options of lists, prompts."""
    layout = layouts.of(form, Options(years="as-printed"))
    quoted = {one.printed for one in layout.workbook.corrections}
    blank = writer.write_template(layout, Stamp.of(layout.workbook))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Print area cannot be set", UserWarning)
        book = openpyxl.load_workbook(BytesIO(blank))
    found: list[str] = []
    for sheet in book:
        if sheet.title.startswith("_") and sheet.title != LISTS_SHEET:
            continue
        for row in sheet.iter_rows(min_row=1 if sheet.title == LISTS_SHEET else 2):
            for cell in row:
                value = getattr(cell.value, "text", cell.value)
                if sheet.title == NOTES_SHEET and value in quoted:
                    continue
                if isinstance(value, str):
                    found.extend(_pieces(value))
        for rule in sheet.data_validations.dataValidation:
            found.extend(filter(None, (rule.prompt, rule.error)))
    return tuple(dict.fromkeys(folded(text) for text in found if text))


def _pieces(value: str) -> Iterator[str]:
    if not value.startswith("="):
        yield value
        yield from value.splitlines()
        return
    literals = [text.replace('""', '"') for text in re.findall(r'"((?:[^"]|"")*)"', value)]
    yield from literals
    yield "".join(literals)


def stands(form: str, fragment: str) -> bool:
    """Whether a fragment stands in the blank, in one piece or with its gaps as cells to fill in."""
    wanted = folded(fragment)
    there = texts(form)
    if wanted in there or (len(wanted) >= LONG and any(wanted in text for text in there)):
        return True
    gaps = re.split(r"\s{3,}", fragment)  # room to write: 所属地区：      市
    return len(gaps) > 1 and all(stands(form, part) for part in gaps)


def wrapped(form: str, before: str, fragment: str, after: str) -> bool:
    """Whether a fragment is one line of a label that stands in the blank without the line break."""
    return bool({folded(before + fragment), folded(fragment + after)} & set(texts(form)))


@pytest.mark.parametrize("form", FORMS)
def test_printed_texts_stand_in_the_blank(form: str) -> None:
    printed = fragments(form)
    missing = [
        fragment
        for before, fragment, after in zip(
            ["", *printed], printed, [*printed[1:], ""], strict=False
        )
        if not stands(form, fragment) and not wrapped(form, before, fragment, after)
    ]
    assert sorted(missing) == sorted([*EXCEPTIONS[form], *QUOTED[form]])
    assert len(EXCEPTIONS[form]) <= 0.01 * len(printed)
    assert len(printed) > 200
    corrections = registry.workbook(form, Options(years="as-printed")).corrections
    quotations = folded("\n".join(one.printed for one in corrections))
    assert [text for text in QUOTED[form] if folded(text) not in quotations] == []
