"""Columns are quoted all at once, with the same cells as one after the other."""

import csv
from io import StringIO

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from clusterbook.forms.kinds import Items, Text
from clusterbook.results.csv_cells import CsvCells
from clusterbook.validation.shown import show

_TEXTS = st.lists(st.one_of(st.text(), st.sampled_from(["", '"', "\0", 'a"b', "=1", "甲，乙\n丙"])))


@given(_TEXTS, st.booleans())
def test_a_column_is_quoted_as_its_cells_are(texts, for_excel):
    cells = CsvCells(for_excel=for_excel)
    assert cells.texts(texts) == [cells.text(text) for text in texts]


@given(st.lists(st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]))))
def test_what_is_quoted_is_read_back(texts):
    line = ",".join(CsvCells().texts(texts))
    assert next(csv.reader(StringIO(line)), []) == texts


def test_lists_and_blanks_of_a_column():
    values = np.empty(4, dtype=object)
    values[:] = [("钢锤", "扳手"), None, "甲", ("钢锤", "扳手")]
    assert CsvCells().column(Items(), values) == ['"钢锤、扳手"', "", '"甲"', '"钢锤、扳手"']
    assert CsvCells().column(Text(), values[1:3]) == ["", '"甲"']


NAN = float("nan")
_VALUES = st.one_of(
    st.none(), st.just(NAN), st.text(max_size=3), st.tuples(st.text(max_size=2)),
    st.sampled_from(["甲", "", '"', "=1", ("钢锤", "扳手"), (), ((1, 2), (3, 3)), True, 1.0, 1]),
)  # fmt: skip


@given(st.lists(_VALUES, max_size=12), st.integers(1, 3), st.booleans())
def test_a_column_is_written_as_each_of_its_values(found, times, for_excel):
    """Also where few different ones stand many times, or texts alone."""
    cells = CsvCells(for_excel=for_excel)
    values = np.empty(len(found) * times, dtype=object)
    values[:] = found * times
    expected = ["" if v is None or v is NAN else cells.text(show(v)) for v in values]
    assert cells.column(Items(), values) == expected


@given(_TEXTS, st.booleans())
def test_few_texts_are_quoted_as_all_are(texts, for_excel):
    cells = CsvCells(for_excel=for_excel)
    assert cells.few(texts * 2) == cells.texts(texts * 2)
