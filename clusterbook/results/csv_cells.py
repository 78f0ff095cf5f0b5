"""Values as cells of CSV, columns as wholes: calls cost more than characters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from attrs import frozen

from clusterbook.results.tables import Table
from clusterbook.validation.shown import show

if TYPE_CHECKING:
    from clusterbook.forms.expressions.frames import Array
    from clusterbook.forms.kinds import Kind

LINE_END = "\r\n"
# Texts that Excel takes for a formula when it opens a CSV file; a Chinese or Japanese one takes the
# wide signs for them, too, and looks behind a line break.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_SHORT_NUMBER = 1e15  # whole numbers below keep every digit without an exponent


@frozen
class CsvCells:
    """Turns values into cells of CSV as RFC 4180 has it: every text quoted, nothing for None.

    ``for_excel`` puts a quote before texts that Excel would take for formulas.
    """

    for_excel: bool = False

    def texts(self, values: Iterable[str]) -> list[str]:
        """Texts, quoted."""
        if self.for_excel:
            values = map(self._safe, values)
        return [f'"{v}"' if '"' not in v else '"' + v.replace('"', '""') + '"' for v in values]

    def few(self, values: Iterable[str]) -> list[str]:
        """Texts of which most stand there many times, quoted."""
        values = list(values)
        cells = {value: self.text(value) for value in set(values)}
        return [cells[value] for value in values]

    def _safe(self, value: str) -> str:
        return "'" + value if value.startswith(_FORMULA_STARTS) else value

    def text(self, value: str) -> str:
        """One text, quoted."""
        if self.for_excel:
            value = self._safe(value)
        return '"' + value.replace('"', '""') + '"'

    def of(self, value: Any) -> str:
        """Any scalar."""
        return self.text(value) if isinstance(value, str) else number_cell(value)

    def column(self, kind: Kind, values: Array) -> list[str]:
        """A typed column."""
        if values.dtype.kind == "f":
            return numbers(values)
        if kind.dtype == "boolean":
            return [_BOOLEANS[value] for value in values.tolist()]
        found = values.tolist()
        distinct = set(found)
        types = set(map(type, distinct))
        if types <= _TOLD_APART and 2 * len(distinct) <= len(found):
            cells = dict(zip(distinct, self._cells(distinct), strict=True))
            return [cells[value] for value in found]
        return self.texts(found) if types == {str} else self._cells(found)

    def _cells(self, values: Iterable[Any]) -> list[str]:
        """Texts, lists, and whatever else is no number; nothing for None and NaN."""
        found = [None if v != v else v for v in values]  # noqa: PLR0124 - NaN
        texts = self.texts("" if v is None else v if type(v) is str else show(v) for v in found)
        return ["" if v is None else text for v, text in zip(found, texts, strict=True)]

    def line(self, values: Iterable[Any]) -> str:
        """A line of scalars, without its end."""
        return ",".join(map(self.of, values))

    def head(self, table: Table) -> str:
        """The line of names, with its end."""
        return self.line([column.name for column in table.columns]) + LINE_END


# Values of these types are equal only where they are shown alike; True and 1 are not.
_TOLD_APART = {str, tuple, type(None)}
_BOOLEANS: Mapping[Any, str] = {True: "true", False: "false", None: ""}


def number_cell(value: Any) -> str:
    """A number, yes/no or nothing as it stands in CSV."""
    if value is None or value != value:  # noqa: PLR0124 - NaN
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        whole = abs(value) < _SHORT_NUMBER and value == int(value)
        return str(int(value)) if whole else repr(value)
    return str(value)


def numbers(values: Array) -> list[str]:
    """A column of floats; NaN is nothing."""
    return [
        "" if v != v else str(int(v)) if v.is_integer() and -_SHORT_NUMBER < v < _SHORT_NUMBER  # noqa: PLR0124
        else repr(v)
        for v in values.tolist()
    ]  # fmt: skip
