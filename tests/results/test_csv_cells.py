"""Columns are quoted all at once, with the same cells as one after the other."""

import csv
from io import StringIO

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from clusterbook.forms.kinds import Items, Text
from clusterbook.results.csv_cells import CsvCells

_TEXTS = st.lists(st.one_of(st.text(), st.sampled_from(["", '"', "\0", 'a"b', "=1", "甲，乙\n丙"])))


@settings(deadline=None)
@given(_TEXTS, st.booleans())
def test_a_column_is_quoted_as_its_cells_are(texts, for_excel):
    cells = CsvCells(for_excel=for_excel)
    assert cells.texts(texts) == [cells.text(text) for text in texts]


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]))))
def test_what_is_quoted_is_read_back(texts):
    line = ",".join(CsvCells().texts(texts))
    assert next(csv.reader(StringIO(line)), []) == texts


def test_lists_and_blanks_of_a_column():
    values = np.empty(4, dtype=object)
    values[:] = [("钢锤", "扳手"), None, "甲", ("钢锤", "扳手")]
    assert CsvCells().column(Items(), values) == ['"钢锤、扳手"', "", '"甲"', '"钢锤、扳手"']
    assert CsvCells().column(Text(), values[1:3]) == ["", '"甲"']
