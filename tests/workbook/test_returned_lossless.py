"""The writer alters nothing: any text and any number come back as they were."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clusterbook.readers.grid import read_grid
from clusterbook.workbook.locked_book import LockedBook
from clusterbook.workbook.locked_sheet import sure
from clusterbook.workbook.validations import TemplateError

# Pieces that escapes, formulas and markup are made of, in any order.
PIECES = st.sampled_from(
    ["_", "x", "X", "000D", "005F", "D83D", "DE00", "_x0041_", "<r>", "</r>", "<t>", "&", "&amp;", "]]>",
     "=", "'", '"', " ", "\n", "\r", "\t", "\x00", "\x1f", "\x7f", "\x85", "\u2028", "\ufffe", "\uffff",
     "\ufeff", "😀", "中", "http://"]
)  # fmt: skip
TEXTS = st.lists(PIECES, min_size=1, max_size=8).map("".join)


def through(values: list[str | float]) -> list[object]:
    """The values after they were written and read, in order."""
    book = LockedBook()
    sheet = book.add("表")
    for row, value in enumerate(values):
        write = sheet.write_string if isinstance(value, str) else sheet.write_number
        sure(write(row, 0, value))
    cells = read_grid(book.written()).sheets[0].cells
    return [cells.get((row, 0)) for row in range(len(values))]


@settings(max_examples=150)
@given(st.lists(TEXTS, min_size=1, max_size=20))
@example(["_x0041_x0042_", "_x005F_x0041_", "<r>&</r>", "<r><t>x</t></r>", "_xD83D__xDE00_"])
def test_texts(texts: list[str]) -> None:
    assert through(list(texts)) == texts


@settings(max_examples=100)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
@example([0.1 + 0.2, 5e-324, 1.7976931348623157e308, -0.0, 123456789012345680.0])
def test_numbers(numbers: list[float]) -> None:
    assert through(list(numbers)) == numbers


@pytest.mark.parametrize("fits", ["长" * 32_767, "𠮷" * 16_383 + "田"])
def test_what_is_over_a_limit_is_refused_aloud(fits: str) -> None:
    """Excel counts in UTF-16, and calls a file damaged that holds more in a cell."""
    sheet = LockedBook().add("表")
    sure(sheet.write_string(0, 0, fits))
    with pytest.raises(TemplateError):
        sure(sheet.write_string(0, 0, f"{fits}长"))
    sure(sheet.write_string(99, 99, "further away"))
