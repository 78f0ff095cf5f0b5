"""A sample before it is written, and the register of bad ones.

A bad sample is a function that takes the good sample's draft and makes one kind of mistake as people
make it. Its file is called like the function; ``bad`` states by hand which problems (code and key)
the import has to find, and ``build.py`` refuses to write anything else beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import Factory, define, frozen
from office_file import Book

from clusterbook.a1 import cell_name
from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.workbook.content import Entries
from clusterbook.workbook.writer import write_template

MARK = "样例数据，非真实"

Change = Callable[["Draft"], "bytes | None"]


@define
class Draft:
    """Answers of one form, and what is done to the finished workbook afterwards."""

    form: str
    issue: str
    values: dict[str, Any]
    rows: dict[str, list[dict[str, Any]]]
    edits: list[Callable[[Book], None]] = Factory(list)

    def cell(self, key: str, row: int = 0) -> tuple[str, str]:
        """Sheet and cell of an answer, or of a library column in one of its filled rows from 0."""
        layout = layouts.of(self.form)
        sheet = layout.sheet_of[key].name
        if key in layout.columns:
            body = layout.bodies[key.split(".", maxsplit=1)[0]]
            return sheet, cell_name(body.first_row + row, layout.columns[key].col)
        return sheet, layout.slots[key][0].area.cell

    def row_of(self, key: str) -> int:
        """Row of an answer, as the sheet numbers it."""
        return layouts.of(self.form).slots[key][0].area.row + 1

    def written(self) -> bytes:
        """The workbook, with every sheet marked as a sample."""
        layout = layouts.of(self.form)
        unknown = self.values.keys() - layout.slots.keys()
        if unknown:
            raise KeyError(*unknown)
        stamp = Stamp.of(layout.workbook, issue=self.issue, issued_to=MARK)
        data = write_template(layout, stamp, Entries(values=self.values, rows=self.rows))
        book = Book(data)
        for edit in self.edits:
            edit(book)
        return book.save()


@frozen
class Bad:
    """A bad sample: what makes it, and the code and key of each problem it must lead to."""

    name: str
    change: Change
    expected: tuple[str, ...]


class Register(list[Bad]):
    """The bad samples of one form."""

    def bad(self, *expected: str) -> Callable[[Change], Change]:
        """Registers the decorated change; ``expected`` are the problems in any order."""

        def add(change: Change) -> Change:
            name = change.__name__.replace("_", "-")
            self.append(Bad(name, change, tuple(sorted(expected))))
            return change

        return add
