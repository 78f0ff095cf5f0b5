"""The index of a volume → the pages in the cells of a return, and what is left without."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import define, field, frozen

from clusterbook.evidence.cells import INDEX, NamedCell, Names, PageCell, page_cells
from clusterbook.evidence.materials import without_order
from clusterbook.evidence.volume import BoundMaterial, Volume
from clusterbook.forms.parsing.folding import fold
from clusterbook.forms.parsing.pages import read_pages, spell_pages
from clusterbook.layout.layout import Layout
from clusterbook.workbook.content import Content, raw_of

Spans = tuple[tuple[int, int], ...]
Rows = Mapping[str, Sequence[Mapping[str, Content]]]


@frozen(kw_only=True)
class CitedPages:
    """Pages that a cell gets: those of ``materials``; ``before`` is what stood there."""

    cell: PageCell
    pages: Spans
    materials: tuple[BoundMaterial, ...]
    before: str = ""

    @property
    def text(self) -> str:
        """As the form asks to have them typed."""
        return spell_pages(self.pages)


@frozen(kw_only=True)
class Unplaced:
    """A material that belongs to no cell; ``perhaps`` are those that may have been meant."""

    bound: BoundMaterial
    said: str
    perhaps: tuple[PageCell, ...] = ()


@define
class Citations:
    """What the index of a volume comes to in one return."""

    #: every cell that asks for pages
    cells: tuple[PageCell, ...] = ()
    cited: list[CitedPages] = field(factory=list)
    unplaced: list[Unplaced] = field(factory=list)
    #: cells that hold pages which no material of the volume accounts for: they stay as they are
    kept: list[tuple[PageCell, str]] = field(factory=list)
    #: titles of the index in the return of which the volume has no material
    missing: list[str] = field(factory=list)
    #: the rows of the index as they are to stand
    index: list[dict[str, Content]] = field(factory=list)

    def values(self) -> dict[str, str]:
        """The answers to write, by key."""
        return {one.cell.key: one.text for one in self.cited if one.cell.row < 0}

    def rows(self, before: Rows) -> dict[str, list[dict[str, Content]]]:
        """The rows to write of every list that gets any: the index, and those with pages."""
        found: dict[str, list[dict[str, Content]]] = {INDEX: self.index}
        for one in self.cited:
            if one.cell.row >= 0:
                library, _, column = one.cell.key.partition(".")
                own = found.setdefault(library, [dict(row) for row in before.get(library, ())])
                own[one.cell.row][column] = one.text
        return found


def cite(
    layout: Layout, values: Mapping[str, Sequence[Content]], rows: Rows, volume: Volume
) -> Citations:
    """The pages for every cell, from what each material says that it proves.

    A material says so in the list it was bound by, in the row of its title in the return's own
    index, or by the folder it lies in. A cell that no material names, whose pages were right by the
    return's index, is given where the same pages stand now.
    """
    plain = {key: [{name: raw_of(one) for name, one in row.items()} for row in some]
             for key, some in rows.items()}  # fmt: skip
    cells = tuple(page_cells(layout, plain))
    found = Citations(cells)
    index = _Index.of(plain.get(INDEX, ()))
    by_cell: dict[PageCell, list[BoundMaterial]] = {}
    names = Names(cells)
    unnamed: list[Unplaced] = []
    for bound in volume.bound:
        said, named = _named(names, bound, index.row(bound))
        for cell in named.cells:
            by_cell.setdefault(cell, []).append(bound)
        if not named.cells:
            unnamed.append(Unplaced(bound=bound, said=said, perhaps=named.perhaps))
    for cell in cells:
        before = _typed(cell, values, plain)
        _cite_cell(found, cell, before, by_cell.get(cell, []), index, volume.bound)
    used = {one.material.name for cited in found.cited for one in cited.materials}
    found.unplaced = [one for one in unnamed if one.bound.material.name not in used]
    found.index = [*index.rewritten(volume.bound, rows.get(INDEX, ()))]
    found.missing = index.missing(volume.bound)
    return found


def _cite_cell(
    found: Citations, cell: PageCell, before: str, named: Sequence[BoundMaterial], index: _Index,
    bound: Sequence[BoundMaterial],
) -> None:  # fmt: skip
    pages, materials = merged((one.first, one.last) for one in named), tuple(named)
    read = read_pages(before) if before else None
    typed = read.value if read is not None and not read.problem else None
    carried = index.carried(typed, bound) if typed else None
    if carried is not None and (not pages or _within(carried[0], pages)):
        pages, materials = carried  # the very pages, where a material is named as a whole
    if not pages and read is not None and not read.declared:
        found.kept.append((cell, before))
    if pages:
        found.cited.append(CitedPages(cell=cell, pages=pages, materials=materials, before=before))


def _within(pages: Spans, others: Spans) -> bool:
    return all(any(a <= first and last <= b for a, b in others) for first, last in pages)


def _typed(cell: PageCell, values: Mapping[str, Sequence[Content]], rows: Any) -> str:
    if cell.row < 0:
        return "".join(str(raw_of(one)) for one in values.get(cell.key, ())).strip()
    library, _, column = cell.key.partition(".")
    return str(rows[library][cell.row].get(column, "") or "").strip()


def _named(names: Names, bound: BoundMaterial, row: Mapping[str, Any]) -> tuple[str, NamedCell]:
    """What a material says that it proves, and the cells it leads to: the first that says it."""
    material = bound.material
    ways = [material.related, str(row.get("related_item", "") or ""), *_folders(material.folders)]
    said = next((one for one in ways if one.strip()), "")
    best = NamedCell()
    for one in filter(str.strip, ways):
        named = names.of(one, material.title)
        if named.cells:
            return one, named
        best = best if best.perhaps else named
        if one is material.related:
            break  # what the list says is not to be overruled by a folder's name
    return said, best if best.perhaps or said else names.of("", material.title)


def _folders(folders: Sequence[str]) -> Iterator[str]:
    """The folders of a material, the nearest first, each with those above it and alone."""
    names = [without_order(one) for one in folders]
    for depth in range(len(names), 0, -1):
        yield " ".join(names[:depth])
        yield names[depth - 1]


def merged(spans: Any) -> Spans:
    """Spans in order, those that touch as one."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(found[-1][1], last)
        else:
            found.append((first, last))
    return tuple(found)


# --- the index that the return has already --------------------------------------------------------


@frozen
class _Index:
    """The index in a return: its rows, and where each title stood."""

    rows: Sequence[Mapping[str, Any]]
    by_title: Mapping[str, int]

    @classmethod
    def of(cls, rows: Sequence[Mapping[str, Any]]) -> _Index:
        seen: dict[str, list[int]] = {}
        for at, row in enumerate(rows):
            if title := fold(str(row.get("title", "") or "")):
                seen.setdefault(title, []).append(at)
        return cls(rows, {title: own[0] for title, own in seen.items() if len(own) == 1})

    def row(self, bound: BoundMaterial) -> Mapping[str, Any]:
        at = self.by_title.get(fold(bound.material.title))
        return {} if at is None else self.rows[at]

    def carried(
        self, pages: Spans, bound: Sequence[BoundMaterial]
    ) -> tuple[Spans, tuple[BoundMaterial, ...]] | None:
        """Where pages of the old volume stand now; None where one of them cannot be followed."""
        now: list[tuple[int, int]] = []
        materials: dict[str, BoundMaterial] = {}
        places = [*self._places(bound)]
        for first, last in pages:
            own = [one for one in places if one[0] <= last and first <= one[1]]
            covered = {page for a, b, _ in own for page in range(a, b + 1)}
            if not own or not covered.issuperset(range(first, min(last, first + 9999) + 1)):
                return None
            for a, b, one in own:
                part = max(a, first), min(b, last)
                if part != (a, b) and b - a + 1 != one.pages:
                    return None  # some pages of a material that has become longer or shorter
                whole = part == (a, b)
                start = one.first + part[0] - a
                now.append((one.first, one.last) if whole else (start, start + part[1] - part[0]))
                materials[one.material.name] = one
        return merged(now), tuple(materials.values())

    def _places(self, bound: Sequence[BoundMaterial]) -> Iterator[tuple[int, int, BoundMaterial]]:
        """Where materials of the volume stood by this index, as far as no two stood together."""
        titles = [fold(one.material.title) for one in bound]
        found = []
        for one, title in zip(bound, titles, strict=True):
            at = self.by_title.get(title) if titles.count(title) == 1 else None
            row = {} if at is None else self.rows[at]
            first, last = _page(row.get("page_from")), _page(row.get("page_to"))
            if 0 < first <= last:
                found.append((first, last, one))
        found.sort(key=lambda one: one[:2])
        for at, (first, last, one) in enumerate(found):
            apart = at == 0 or found[at - 1][1] < first
            if apart and (at + 1 == len(found) or last < found[at + 1][0]):
                yield first, last, one

    def rewritten(
        self, bound: Sequence[BoundMaterial], before: Sequence[Mapping[str, Content]]
    ) -> Iterator[dict[str, Content]]:
        """The rows of the index: the volume in its order, then titles that it does not have."""
        used = set()
        for one in bound:
            material = one.material
            at = self.by_title.get(fold(material.title))
            row = dict(before[at]) if at is not None and at not in used else {}
            used.add(at)
            own: dict[str, Content] = {
                "title": material.title, "related_item": material.related, "kind": material.kind,
                "issued_by": material.issued_by, "note": material.note,
            }  # fmt: skip
            if not material.related and not row.get("related_item"):
                own["related_item"] = material.said
            row |= {name: text for name, text in own.items() if text}
            yield row | {"page_from": one.first, "page_to": one.last}
        for at, row_before in enumerate(before):
            if at not in used and any(raw_of(one) not in ("", None) for one in row_before.values()):
                yield dict(row_before) | {"page_from": "", "page_to": ""}

    def missing(self, bound: Sequence[BoundMaterial]) -> list[str]:
        """Titles that no material bears."""
        there = {fold(one.material.title) for one in bound}
        titles = [str(row.get("title", "") or "") for row in self.rows]
        return [title for title in titles if title and fold(title) not in there]


def _page(value: Any) -> int:
    try:
        found = float(value)
    except (TypeError, ValueError):
        return 0
    return int(found) if found == int(found) else 0
