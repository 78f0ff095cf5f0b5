"""A return held against its volume: pages that are not there, or show nothing, or another thing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, Final

from attrs import define, frozen

from clusterbook.evidence.cells import INDEX
from clusterbook.evidence.citing import Spans, merged
from clusterbook.evidence.survey import BLANK, BROKEN, TEXT, Survey
from clusterbook.forms.expressions.nodes import LastPage
from clusterbook.forms.parsing.folding import fold
from clusterbook.forms.parsing.pages import spell_pages
from clusterbook.layout.layout import ColumnSlot
from clusterbook.problems import Level, Problem
from clusterbook.validation.typed_data import Data

_YEAR: Final = re.compile(r"(20\d\d)年")
_SEVERAL: Final = re.compile(r"[、；;,，/\n]")
_DIGITS: Final = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_MOST: Final = 60  # pages of one citation whose words are looked at
_LONGEST: Final = 20_000


@define(slots=False)
class Held:
    """The files of a volume in their order; pages count on from one to the next."""

    files: Sequence[tuple[str, Survey]]

    @cached_property
    def pages(self) -> tuple[tuple[str, str], ...]:
        """What each page of the volume is, with its words."""
        return tuple(page for _, one in self.files for page in one.pages)

    @cached_property
    def whole(self) -> bool:
        """Whether all files could be looked into, so that pages can be counted."""
        return bool(self.files) and not any(one.why for _, one in self.files)

    def told(self) -> Iterator[Problem]:
        """What is to be said of the files themselves."""
        for name, one in self.files:
            if one.why:
                yield Problem(code="F160", value=_last(name), facts={"why": one.why})
        if self.whole and len(self.files) > 1:
            spans, at = [], 0
            for name, one in self.files:
                spans.append(f"“{_last(name)}”为P{at + 1}-{at + len(one.pages)}")
                at += len(one.pages)
            yield Problem(code="F161", facts={"count": len(self.files), "detail": "，".join(spans)})

    def against(self, data: Data, at: int) -> None:
        """Add to the problems of one return what its volume contradicts."""
        data.problems[at] += self.told()
        if self.whole:
            _Holding(data, at, self).all()


def _last(name: str) -> str:
    return name.rpartition("/")[2]


@frozen
class _Holding:
    data: Data
    at: int
    volume: Held

    def all(self) -> None:
        beyond: set[tuple[str, str]] = set()
        for key, parts in self.data.layout.slots.items():
            if parts[0].field.kind.cites:
                found = self._citation(self.data.answers[key].values[self.at])
                if found is not None:
                    code, facts = found
                    self.data.tell(
                        self.at, key, code, self.data.answers[key].text(self.at), **facts
                    )
                    beyond.add(self.data.place(self.at, key))
        for key, column in self.data.layout.columns.items():
            if column.field.kind.cites:
                beyond |= set(self._column(key.partition(".")[0], column))
        self._index()
        self._drop_hints(beyond)

    def _citation(self, pages: Any) -> tuple[str, dict[str, Any]] | None:
        """What is wrong with a citation: pages beyond the end, or with nothing to be seen.

        The page to look at is the first of those; of pages beyond the end, the last that there is.
        """
        if not isinstance(pages, tuple) or not pages:
            return None
        count = len(self.volume.pages)
        first = pages[0][0]
        if max(last for _, last in pages) > count:
            return "V301", {"count": count, "evidence_page": min(first, count)}
        cited = self._pages(pages)
        broken = [number for number, (what, _) in cited if what == BROKEN]
        if broken:
            told = spell_pages(merged((n, n) for n in broken))
            return "V303", {"pages": told, "evidence_page": min(broken)}
        if all(what == BLANK for _, (what, _) in cited):
            return "V302", {"evidence_page": first}
        return None

    def _pages(self, pages: Spans) -> list[tuple[int, tuple[str, str]]]:
        numbers = [n for a, b in pages for n in range(a, min(b, a + _LONGEST) + 1)]
        return [(number, self.volume.pages[number - 1]) for number in numbers]

    def _column(self, library: str, column: ColumnSlot) -> Iterator[tuple[str, str]]:
        rows = self.data.libraries[library]
        typed = rows.columns[column.field.key]
        for index in (i for i, owner in enumerate(rows.owner) if owner == self.at):
            pages, text = typed.values[index], typed.text(index)
            found = self._citation(pages) or self._words(library, index, pages)
            if found is not None:
                self.data.tell_row(library, index, column, found[0], text, **found[1])
                yield self.data.row_place(library, index, column)

    def _words(self, library: str, index: int, pages: Any) -> tuple[str, dict[str, Any]] | None:
        """Whose evidence it is, and of which year, where all its pages have words: a hint."""
        if not isinstance(pages, tuple) or sum(b - a + 1 for a, b in pages) > _MOST:
            return None
        cited = self._pages(pages)
        if not cited or any(what != TEXT for _, (what, _) in cited):
            return None
        words = "".join(text for _, (_, text) in cited)
        names = self._names(library, index)
        if names and not any(fold(name).lower() in words for name in names):
            return "V304", {"name": "、".join(names), "evidence_page": pages[0][0]}
        years = self._years(library)
        plain = words.translate(_DIGITS)
        if years and not any(year in plain for year in years):
            told = "、".join(f"{year}年" for year in years)
            return "V305", {"years": told, "evidence_page": pages[0][0]}
        return None

    def _names(self, library: str, index: int) -> list[str]:
        columns = self.data.layout.bodies[library].columns
        for column in columns:
            if column.field.kind.names:
                value = self.data.libraries[library].columns[column.field.key].values[index]
                if isinstance(value, str):
                    return [one.strip() for one in _SEVERAL.split(value) if one.strip()]
        return []

    def _years(self, library: str) -> list[str]:
        labels = (column.path for column in self.data.layout.bodies[library].columns)
        return sorted({year for label in labels for year in _YEAR.findall(label)})

    # --- the index --------------------------------------------------------------------------------

    def _index(self) -> None:
        """Rows of the index that lie beyond the volume or over each other, and pages in none."""
        if INDEX not in self.data.libraries:
            return
        rows = self.data.libraries[INDEX]
        body = self.data.layout.bodies[INDEX]
        columns = {one.field.key: one for one in body.columns}
        if not {"page_from", "page_to"} <= columns.keys():
            return
        own = [i for i, owner in enumerate(rows.owner) if owner == self.at]
        starts, ends = (rows.columns[name].values for name in ("page_from", "page_to"))
        titles = rows.columns["title"].values
        spans = [(_whole(starts[i]), _whole(ends[i])) for i in own]
        count, before, known = len(self.volume.pages), (0, 0), set()
        for i, (first, last) in sorted(zip(own, spans, strict=True), key=lambda one: one[1]):
            if not 0 < first <= last or (titles[i], first, last) in known:
                continue  # no pages, or the same material again, as it proves something else too
            known.add((titles[i], first, last))
            text = f"P{first}-{last}"
            if last > count:
                self.data.tell_row(INDEX, i, columns["page_to"], "V306", text, count=count,
                                   evidence_page=min(first, count))  # fmt: skip
            elif before[0] and first <= before[1]:
                other = f"P{before[0]}-{before[1]}"
                self.data.tell_row(INDEX, i, columns["page_from"], "V307", text, other=other,
                                   evidence_page=first)  # fmt: skip
            before = max(before, (first, last), key=lambda one: one[1])
        if own and all(0 < first <= last for first, last in spans):
            self._left_out(spans, own[0], columns["page_from"])

    def _left_out(self, spans: Sequence[tuple[int, int]], index: int, column: ColumnSlot) -> None:
        """Pages that a whole index does not list; those in front of it are the contents."""
        listed = merged(spans)
        ends = [last for _, last in listed]
        starts = [first for first, _ in listed[1:]] + [len(self.volume.pages) + 1]
        count = len(self.volume.pages)
        between = ((a + 1, min(b - 1, count)) for a, b in zip(ends, starts, strict=True))
        left = [(first, last) for first, last in between if first <= last]
        seen = [span for span in left if any(one[1][0] != BLANK for one in self._pages((span,)))]
        if seen:
            self.data.tell_row(INDEX, index, column, "V308", spell_pages(tuple(seen)),
                               evidence_page=seen[0][0])  # fmt: skip

    def _drop_hints(self, places: set[tuple[str, str]]) -> None:
        """Drop what the index hints at a cell of which the volume itself says something."""
        rules = {
            rule.code for rule in self.data.layout.workbook.rules
            if any(isinstance(node, LastPage) for node in rule.holds.violation.walk())
        }  # fmt: skip
        own = self.data.problems[self.at]
        own[:] = [one for one in own if one.level is not Level.INFO or one.code not in rules
                  or (one.sheet, one.cell) not in places]  # fmt: skip


def _whole(value: Any) -> int:
    try:
        return int(value) if float(value) == int(value) else 0
    except (TypeError, ValueError, OverflowError):
        return 0
