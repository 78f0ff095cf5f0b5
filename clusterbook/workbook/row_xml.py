"""Rows of a sheet in XML: what is written of them once is kept until it changes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from attrs import frozen

from clusterbook.workbook.formulas.values import ExcelError, Scalar

#: A cell in XML; of a formula what stands before the mark of its result's type, and from there on.
CellText: TypeAlias = str | tuple[str, str]

ROW_END, _CELL_END = "</row>", "</v></c>"
_NO_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")


def xml_text(text: str) -> str:
    """A text as it stands between tags; ``xml.sax.saxutils`` would load half of the network."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def without_controls(text: str) -> str:
    """A text with Excel's escapes for the signs that XML has no room for."""
    return _NO_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def digits(number: float) -> str:
    """A number as it is: some need seventeen digits."""
    text = f"{number:.16G}"
    return text if float(text) == number else repr(float(number))


@lru_cache(maxsize=4096, typed=True)
def written_result(value: Any) -> tuple[str, str]:
    """The result of a formula: the mark of its type, and how it is written."""
    if isinstance(value, ExcelError):
        return ' t="e"', value.code
    if isinstance(value, bool):
        return ' t="b"', str(int(value))
    if isinstance(value, str):
        return ' t="str"', xml_text(without_controls(value)) if value else ""
    return "", digits(value + 0.0)  # no result is shown as -0


def with_result(text: tuple[str, str], value: Scalar) -> str:
    """A cell with a formula, and what it comes to."""
    mark, result = written_result(value)
    return f"{text[0]}{mark}{text[1]}{result}{_CELL_END}"


@frozen(eq=False)
class KeptRow:
    """A row as it was once: what it is set up as, its tag and its cells, and all of it in XML.

    ``texts`` lacks the cells that may not be kept; the row as a whole is kept where none is
    lacking: what ``begins`` it and each formula, by its place, with what stands on both sides of
    its result.
    """

    info: Any
    tag: str
    cells: Mapping[int, Any]
    texts: Mapping[int, CellText]
    whole: bool
    begins: str
    formulas: Sequence[tuple[tuple[int, int], str, str]]

    @classmethod
    def of(
        cls, row: int, info: Any, tag: str, cells: Mapping[int, Any], texts: dict[int, CellText]
    ) -> KeptRow:
        """A row of today, with what may be kept of it in the order of its columns."""
        formulas: list[tuple[tuple[int, int], str, str]] = []
        after = ROW_END
        for col, text in reversed(texts.items()):
            if isinstance(text, str):
                after = text + after
            else:
                formulas.insert(0, ((row, col), text[1], _CELL_END + after))
                after = text[0]
        whole = len(texts) == len(cells)
        return cls(info, tag, cells, texts, whole, tag + after, formulas)

    @property
    def size(self) -> int:
        """The characters of it in XML, but for results."""
        return len(self.begins) + sum(len(text) for _, *texts in self.formulas for text in texts)

    def written(self, results: Mapping[tuple[int, int], Scalar]) -> list[str]:
        """All of it as it was, with these results."""
        texts = [self.begins]
        for place, middle, after in self.formulas:
            mark, result = written_result(results[place])
            texts += mark, middle, result, after
        return texts
