"""Texts that break software: raw they are kept to the letter, from the cell to CSV and JSON.

A value may lack what nobody meant to type (control characters, marks that are not seen); then the
log of changes says so. Nothing is taken for a formula or for a missing value on the way.
"""

from __future__ import annotations

import csv
import json

import pytest
from support.fill import imported

from clusterbook.forms.kinds import CELL_TEXT_LIMIT, LongText, Text
from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.layout.layout import Layout
from clusterbook.results.csv_cells import CsvCells
from clusterbook.results.windows import write
from clusterbook.workbook.content import Entries
from clusterbook.workbook.writer import write_template

FORM, LIBRARY, COLUMN = "fujian_sme_cluster", "patents_list", "patent_name"

FULL = "字，a" * 10_922 + "完"  # as much as a cell holds

# typed, and the value where it is another
TEXTS: tuple[tuple[str, str] | tuple[str], ...] = (
    # what other software takes for something else
    ("NA",), ("null",), ("NULL",), ("nan",), ("NaN",), ("None",), ("true",), ("-0",), ("0012",), ("1e5",),
    ("=1+1",), ('=HYPERLINK("http://127.0.0.1","x")',), ("@SUM(A1)",), ("+86 0595",), ("-cmd|' /C calc'!A0",),
    ('"quoted", with, commas',), ("';--",), ("<b>&amp;</b>",), ("]]>",), ("{formula}",), ("%s %d {0}",), ("\\n \\u0000",),
    ("a;b\tc",), ("甲\n乙\n\n丙",), ("http://127.0.0.1/a b",), ("internal:A1",), ("2024-03-15",), ("50%",),
    # escapes of Excel, written by a person
    ("_x0041_",), ("_x005F_x0041_",), ("_xD83D_",), ("_x000D_",), ("a_x0000_b",),
    # beyond the first plane, private, composed
    ("😀👨‍👩‍👧 👍🏽",), ("𠮷野家",), ("\ue000造字",), ("e\u0301 é",), ("שלום",), ("ﬀ①²½㎡",),
    # control characters
    ("甲\x07乙", "甲乙"), ("甲\x00", "甲"), ("\x1b[31m红", "[31m红"), ("甲\x7f\x9b乙", "甲乙"), ("甲\ufffe", "甲"),
    ("甲\r\n乙", "甲\n乙"), ("甲\x0b乙\u2028丙", "甲\n乙\n丙"),
    # marks that are not seen
    ("甲\u200b乙", "甲乙"), ("\u202e倒序\u202c", "倒序"), ("甲\u2066乙\u2069", "甲乙"), ("\ufeff甲", "甲"),
    ("甲\u00ad乙", "甲乙"), ("甲\U000e0041乙", "甲乙"), ("\u3000 甲\u00a0", "甲"), ("☑\ufe0f", "☑"), ("甲\u200d乙",),
)  # fmt: skip


def text_fields(layout: Layout) -> list[str]:
    """Answers of free text, of one box, that ask for nothing but a text."""
    return [
        key
        for key, parts in layout.slots.items()
        if len(parts) == 1
        and key != "basics.cluster_name"  # the form prints how it is called
        and not parts[0].locked
        and (
            isinstance(kind := parts[0].field.kind, LongText)
            or (type(kind) is Text and not kind.pattern)
        )
    ]


def kind_of(layout: Layout, key: str) -> type:
    return type(layout.slots[key][0].field.kind)


@pytest.fixture(scope="module")
def layout():
    return layouts.of(FORM)


@pytest.fixture(scope="module")
def out(layout, tmp_path_factory):
    """What an import writes of a workbook that is full of such texts."""
    folder = tmp_path_factory.mktemp("texts") / "out"
    long, *keys = sorted(text_fields(layout), key=lambda key: kind_of(layout, key) is Text)
    typed = [text for text, *_ in TEXTS]
    files = [
        Entries(
            values=dict(
                zip([long, *keys], [FULL, *typed[start : start + len(keys)]], strict=False)
            ),
            rows={LIBRARY: [{COLUMN: text} for text in typed]} if start == 0 else {},
        )
        for start in range(0, len(typed), len(keys))
    ]
    stamp = Stamp.of(layout.workbook)
    write(imported(*(write_template(layout, stamp, one) for one in files)), folder)
    return folder


def table(out, name):
    with (out / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def value_of(text, *other):
    return other[0] if other else text


def test_raw_texts_are_kept_to_the_letter(out, layout):
    found = {row["raw"]: row["text"] for row in table(out, "tables/values.csv")}
    for text, *other in TEXTS:
        assert text in found, ascii(text)
        assert found[text] == value_of(text, *other), ascii(text)


def test_rows_of_a_library_hold_the_values(out):
    rows = table(out, f"tables/{LIBRARY}.csv")
    assert [row[COLUMN] for row in rows] == [value_of(*one) for one in TEXTS]


def test_json_holds_the_same(out):
    documents = [
        json.loads(path.read_bytes()) for path in sorted((out / "submissions").glob("*.json"))
    ]
    rows = next(d["libraries"][LIBRARY] for d in documents if d["libraries"][LIBRARY])
    assert [row[COLUMN] for row in rows] == [value_of(*one) for one in TEXTS]


def test_each_change_of_a_text_is_a_line_of_the_log(out):
    lines = [row for row in table(out, "normalizations.csv") if row["key"] == f"{LIBRARY}.{COLUMN}"]
    changed = [(text, other[0]) for text, *other in TEXTS if other]
    assert [(row["raw"], row["value"]) for row in lines] == changed
    assert all(row["note"] for row in lines)


def test_no_text_is_told_as_a_problem_for_what_it_looks_like(out):
    """Only what is missing is told: none of these texts is an error value, a stroke or too long."""
    codes = {
        row["code"]
        for row in table(out, "problems.csv")
        if row["value"] in dict.fromkeys(t for t, *_ in TEXTS)
    }
    assert codes == set()


def test_a_full_cell_is_kept_whole_and_told(out):
    assert len(FULL) == CELL_TEXT_LIMIT
    assert FULL in {row["raw"] for row in table(out, "tables/values.csv")}
    told = [row for row in table(out, "problems.csv") if row["value"] == FULL]
    assert {row["code"] for row in told} == {"V220"}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_csv_for_excel_begins_no_text_as_a_formula(start: str) -> None:
    """Excel for Chinese and Japanese takes the wide signs for the narrow ones."""
    cells = CsvCells(for_excel=True)
    assert cells.text(f"{start}1+1") == f'"\'{start}1+1"'
    assert cells.texts([f"{start}cmd|x", "1－2"]) == [f'"\'{start}cmd|x"', '"1－2"']
    assert CsvCells().text(f"{start}1") == f'"{start}1"', "the machine's set is exact"
