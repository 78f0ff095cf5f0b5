"""The cells of a return that ask for pages of evidence, and how a material names one of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from attrs import frozen

from clusterbook.a1 import cell_name
from clusterbook.forms.parsing.folding import fold
from clusterbook.layout.layout import LABEL_MARK, Layout
from clusterbook.problems import short_label

INDEX: Final = "evidence"  # the library that lists the materials
_ABOUT_PAGES: Final = re.compile(r"[（(]佐证页码[）)]|佐证页码|页码$")
_NOTES: Final = re.compile(r"[（(][^（）()]*[）)]")
_SIGNS: Final = re.compile(r"[^0-9a-z\u3400-\u9fff]")
# What a label says beside its matter, in front of it and behind.
_AROUND: Final = re.compile(r"^(?:与主导产业相关的|集群|相关)+|(?:总数|数量|情况|数)$")
_TABLE_NUMBER: Final = re.compile(r"^\s*(\d(?:\.\d)+|[一二三四五六七八九十]+)(?=[^\d])")
_PARTS: Final = re.compile(r"[；;\n]")
_FINER_PARTS: Final = re.compile(r"[；;\n、,，]")
_LEAST: Final = 4  # characters of a name that stands within another


@frozen(kw_only=True)
class PageCell:
    """A cell that asks for pages: an answer, or a row of a list (``row`` counts from 0)."""

    key: str
    sheet: str
    cell: str
    label: str
    row: int = -1
    #: whose row it is
    who: str = ""

    @property
    def place(self) -> str:
        """Where it stands, as sentences have it."""
        return f"{self.sheet}!{self.cell}"

    @property
    def called(self) -> str:
        """What is to be proven, for people."""
        label = short_label(self.label)
        return f"{label}（{self.who}）" if self.who else label


def page_cells(
    layout: Layout, rows: Mapping[str, Sequence[Mapping[str, Any]]]
) -> Iterator[PageCell]:
    """Every cell of a return that asks for pages, in printed order.

    ``rows`` are those of its lists as they are to stand; rows without a name are none.
    """
    for plan in layout.sheets:
        for slot in plan.slots:
            if slot.field.kind.cites:
                label = _label(slot.path)
                yield PageCell(key=slot.key, sheet=plan.name, cell=slot.area.cell, label=label)
        body = plan.body
        if body is None:
            continue
        named = next((c.field.key for c in body.columns if c.field.kind.names), "")
        for column in body.columns:
            if column.field.kind.cites and named:
                for number, row in enumerate(rows.get(body.library.key, ())):
                    who = str(row.get(named, "") or "").strip()
                    if who:
                        cell = cell_name(body.first_row + number, column.col)
                        yield PageCell(key=column.key, sheet=plan.name, cell=cell, row=number,
                                       label=plan.name, who=who)  # fmt: skip


def _label(path: str) -> str:
    """What the pages of a cell prove: its label without the word for pages."""
    parts = [_ABOUT_PAGES.sub("", part).strip() for part in path.split(LABEL_MARK)]
    return next((part for part in reversed(parts) if part), path)


def core(text: str) -> str:
    """What a label is about: without notes in brackets, signs, and words that all labels have."""
    bare = _bare(_NOTES.sub("", text))
    return _AROUND.sub("", bare) or bare


def _bare(text: str) -> str:
    return _SIGNS.sub("", fold(text).lower())


@frozen
class NamedCell:
    """What a material names: cells, or candidates where it could be several or is only near."""

    cells: tuple[PageCell, ...] = ()
    perhaps: tuple[PageCell, ...] = ()


class Names:
    """Finds cells by what materials say of them."""

    def __init__(self, cells: Iterable[PageCell]) -> None:
        self.cells = tuple(cells)
        self._places: dict[str, list[PageCell]] = {}
        self._labels: dict[str, list[PageCell]] = {}
        self._cores: dict[str, list[PageCell]] = {}
        self._sheets: dict[str, list[PageCell]] = {}
        for one in self.cells:
            answer = one.key.removesuffix("_pages")
            for name in {one.key, answer, one.place, f"{one.sheet}{one.cell}"}:
                self._places.setdefault(fold(name).lower(), []).append(one)
            if one.row < 0:
                self._cores.setdefault(core(one.label), []).append(one)
                for name in {_bare(one.label), _bare(_NOTES.sub("", one.label))}:
                    self._labels.setdefault(name, []).append(one)
            self._sheets.setdefault(one.sheet, []).append(one)

    def of(self, related: str, title: str) -> NamedCell:
        """The cells that a material proves; ``related`` is what it says, ``title`` its name.

        What is said must lead to one cell; several are named with ； or 、 between them. A table
        with rows is named as a whole: the title then tells whose row is meant, if it names anybody.
        """
        if not related.strip():
            return NamedCell(perhaps=self._near(title, self.cells))
        for signs in (_PARTS, _FINER_PARTS):
            found = [self._one(part, title) for part in signs.split(related) if part.strip()]
            if found and all(one.cells for one in found):
                return NamedCell(tuple(dict.fromkeys(c for one in found for c in one.cells)))
        perhaps = [self._one(part, title).perhaps for part in _PARTS.split(related)]
        return NamedCell(perhaps=tuple(dict.fromkeys(c for some in perhaps for c in some)))

    def _one(self, said: str, title: str) -> NamedCell:
        if exact := self._places.get(fold(said).lower()):
            return self._rows(exact, title)
        within, rest = self._table(said)
        if not core(rest):
            return self._whole_table(within, title)
        alike = [one for one in self._alike(rest) if one in within]
        if len(alike) == 1:
            return NamedCell(tuple(alike))
        return NamedCell(perhaps=tuple(alike) or self._near(rest, within))

    def _table(self, said: str) -> tuple[Sequence[PageCell], str]:
        """The cells of the table that is named in front, all where none is; and what follows."""
        for sheet, cells in sorted(self._sheets.items(), key=lambda one: -len(one[0])):
            bare = _TABLE_NUMBER.sub("", sheet).strip()
            for name in (sheet, bare):
                if len(name) >= _LEAST and fold(said).startswith(fold(name)):
                    return cells, _without(said, name)
        number = _TABLE_NUMBER.match(said)
        if number is not None:
            cells = [one for sheet, own in self._sheets.items() for one in own
                     if sheet.startswith(number[1])]  # fmt: skip
            if cells:
                return cells, said[number.end() :]
        return self.cells, said

    def _whole_table(self, within: Sequence[PageCell], title: str) -> NamedCell:
        """A table alone was named: its rows, its only cell, or the one that the title names."""
        if any(one.row >= 0 for one in within):
            return self._rows(within, title)
        if len(within) == 1:
            return NamedCell(tuple(within))
        alike = [one for one in self._alike(title) if one in within]
        if len(alike) == 1:
            return NamedCell(tuple(alike))
        return NamedCell(perhaps=tuple(alike) or self._near(title, within))

    @staticmethod
    def _rows(found: Sequence[PageCell], title: str) -> NamedCell:
        """Of rows those of whom the title names; all where it names nobody."""
        own = [one for one in found if one.who and fold(one.who) in fold(title)]
        longest = max((len(one.who) for one in own), default=0)
        chosen = [one for one in own if len(one.who) == longest] or found
        return NamedCell(tuple(chosen))

    def _alike(self, text: str) -> list[PageCell]:
        """Cells called so; else those whose names stand in the text, or hold what it says."""
        if same := self._labels.get(_bare(text)) or self._labels.get(_bare(_NOTES.sub("", text))):
            return same
        said = core(text)
        if len(said) < _LEAST:
            return []
        if said in self._cores:
            return self._cores[said]
        inside = {name for name in self._cores if len(name) >= _LEAST and name in said}
        names = {
            name for name in inside if not any(name in other and name != other for other in inside)
        }
        names = names or {name for name in self._cores if said in name}
        return list(dict.fromkeys(one for name in sorted(names) for one in self._cores[name]))

    def _near(self, said: str, within: Sequence[PageCell]) -> tuple[PageCell, ...]:
        """Up to three cells that may be meant, for the person to choose from."""
        ranked = sorted(
            ((_shared(core(said), core(one.label)), -at, one) for at, one in enumerate(within)
             if one.row < 0), key=lambda one: one[:2], reverse=True,
        )  # fmt: skip
        return tuple(one for length, _, one in ranked[:3] if length >= _LEAST)


def _without(said: str, name: str) -> str:
    """What follows a table's name; spelled as it was as far as that can be told."""
    return fold(said)[len(fold(name)) :].lstrip("-—:：/›>,，、 ")


def _shared(a: str, b: str) -> int:
    """How many characters in a row two texts share."""
    best, before = 0, [0] * (len(b) + 1)
    for one in a:
        row = [0]
        for at, other in enumerate(b):
            row.append(before[at] + 1 if one == other else 0)
        best, before = max(best, *row), row
    return best
