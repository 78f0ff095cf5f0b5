"""What all sheets of a workbook share while it is written: its formats, marks and page set-up."""

from __future__ import annotations

from typing import Any

from attrs import Factory, define

from clusterbook import styles
from clusterbook.forms.spec import Field
from clusterbook.forms.stamp import Stamp, column_mark, sheet_mark
from clusterbook.layout import paper
from clusterbook.layout.layout import Layout
from clusterbook.layout.option_lists import Lists
from clusterbook.workbook.content import Content, raw_of
from clusterbook.workbook.locked_book import LockedBook
from clusterbook.workbook.locked_sheet import Format, LockedSheet, has_number, sure
from clusterbook.workbook.packed import Packed
from clusterbook.workbook.validations import checked, footer, three_parts


class _Answers(dict[tuple[str, int, str], tuple[Field, tuple[Any, ...]]]):
    """What formats answers have, by role, answer and look; all workbooks of a layout share it."""


_NOTHING_SAID = {("indent", 0)}  # of a look: formats that look the same would be two


def _is_shared(value: Any) -> bool:
    return has_number(value) or isinstance(value, _Answers)


@define
class BookWriter:
    """A workbook that is being written."""

    layout: Layout
    book: LockedBook = Factory(LockedBook)
    lists: Lists = Factory(Lists)
    formats: dict[tuple[Any, ...], Format] = Factory(dict)
    #: the formats of cells by all that they look like: roles may look the same
    _by_look: dict[frozenset[tuple[str, Any]], Format] = Factory(dict)
    _answers: _Answers = Factory(_Answers)
    sheets: dict[str, LockedSheet] = Factory(dict)
    _filled: dict[tuple[Format, str], Format] = Factory(dict)

    def packed(self) -> Packed:
        """As it stands, to be written on again and again."""
        parts = self.book, self.lists, self.formats, self._by_look, self._answers, self.sheets
        return Packed.of(*parts, unchanging=_is_shared)

    @classmethod
    def unpacked(cls, layout: Layout, packed: Packed) -> BookWriter:
        """One of its own, as it stood."""
        return cls(layout, *packed.unpacked())

    def format(self, role: str, **more: Any) -> Format:
        """The cell format of a role, with extras; each is made once."""
        return self._of((role, *sorted(more.items())) if more else (role,))

    def _of(self, key: tuple[Any, ...]) -> Format:
        """The same for a role and its extras, in the order of their names."""
        if key not in self.formats:
            role, *more = key
            look = {**styles.ROLES[role], **dict(more)}
            seen = frozenset(look.items() - _NOTHING_SAID)
            if seen not in self._by_look:
                self._by_look[seen] = self.book.add_format(look)
            self.formats[key] = self._by_look[seen]
        return self.formats[key]

    def answer_format(self, role: str, asked: Field, look: str = "") -> Format:
        """The format of a cell that answers ``asked``; ``look`` as in ``Dressed``."""
        place = role, id(asked), look
        if place not in self._answers:
            self._answers[place] = asked, _answer_key(role, asked, look)
        return self._of(self._answers[place][1])

    def filled(self, form: Format, level: str) -> Format:
        """A format of ours with the fill of a level."""
        if (form, level) not in self._filled:
            role, *more = next(key for key, known in self.formats.items() if known is form)
            look = {**dict(more), **styles.MARKS[level]}
            self._filled[form, level] = self.format(role, **look)
        return self._filled[form, level]

    def mark(
        self, sheet: LockedSheet, corners: tuple[int, int, int, int], formula: str, look: str
    ) -> None:
        """A conditional format over an area; ``look`` is one of the marks of ``styles``."""
        key = ("", look)
        if key not in self.formats:
            self.formats[key] = self.book.add_format(dict(styles.MARKS[look]))
        criteria = "=" + checked(formula)
        rule = {"type": "formula", "criteria": criteria, "format": self.formats[key]}
        sure(sheet.conditional_format(*corners, rule))

    def frame(self, sheet: LockedSheet, name: str, last_col: int) -> None:
        """The ruler and the page set-up that all visible sheets share; no ``name``, no header."""
        ruler = self.format("ruler")
        sheet.set_row(0, None, ruler, {"hidden": True})
        sheet.set_column(0, 0, 3, ruler, {"hidden": True})
        for col in range(1, last_col + 1):
            sure(sheet.write_string(0, col, column_mark(col), ruler))
        sheet.set_paper(paper.A4)
        sheet.set_margins(*[paper.FORM.margin] * 4)
        sheet.fit_to_pages(1, 0)
        sheet.center_horizontally()
        sheet.hide_gridlines(2)
        if name:
            sheet.set_header(three_parts("", "", name))

    def identify(self, sheet: LockedSheet, key: str, stamp: Stamp) -> None:
        """Whose it is, on a visible sheet: the mark in its corner, and its footer."""
        sure(sheet.write_string(0, 0, sheet_mark(key, stamp.issue), self.format("ruler")))
        sheet.set_footer(
            footer(self.layout.workbook, stamp.issued_to or self.layout.workbook.issuer)
        )


def _answer_key(role: str, asked: Field, look: str) -> tuple[Any, ...]:
    """The role of a cell that answers ``asked``, and the extras of its format."""
    offer = asked.kind.offer()
    role = "computed" if asked.computed is not None and role != "cover_answer" else role
    if asked.computed is not None and role == "cover_answer":
        role = "cover_computed"
    more: list[tuple[str, Any]] = []
    struck = look == "struck"
    shown = styles.LOOKS[look] if look and not struck else offer.number_format
    aligned = role in ("answer", "cell")
    if aligned:
        more.append(("align", offer.align))
    if struck:
        more.append(("font_strikeout", True))
    if aligned:
        more.append(("indent", 0 if offer.align == "center" else 1))
    if shown != "General":
        more.append(("num_format", shown))
    return role, *more


def put(
    sheet: LockedSheet, row: int, col: int, content: Content, form: Format | None = None
) -> None:
    """One raw value into one cell, text as text; '' leaves the cell as it is."""
    value = raw_of(content)
    if isinstance(value, str):
        if value:
            sure(sheet.write_string(row, col, value, form))
    elif isinstance(value, bool):
        sure(sheet.write_boolean(row, col, value, form))
    else:
        sure(sheet.write_number(row, col, value, form))
