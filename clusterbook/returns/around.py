"""What somebody wrote on the sheets around the form: 首页, 填报说明, 校验 and 退回意见.

They ask for nothing but reasons, and are protected. What was written there all the same is told,
as on any other sheet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from weakref import WeakKeyDictionary

from attrs import evolve

from clusterbook.a1 import Address, cell_name, read_reference
from clusterbook.forms.parsing.folding import fold, is_blank, to_text
from clusterbook.forms.reasons import QUESTIONS
from clusterbook.forms.stamp import Stamp, is_mark
from clusterbook.layout import front_pages, review
from clusterbook.layout.earlier import EarlierLayout, KnownPage
from clusterbook.layout.layout import Layout
from clusterbook.layout.listing import NOTHING, listing
from clusterbook.layout.own_sheets import PAGE_KEYS, RETURNED_KEY
from clusterbook.problems import Problem
from clusterbook.readers.grid import Grid, SheetGrid
from clusterbook.returns.witnesses import corner, issued_digest


def _known(page: front_pages.FrontPage) -> KnownPage:
    """What a page says as issued, and where something of it stands."""
    cells = [(row, cell) for row, line in enumerate(page.rows, 1) for cell in line.cells]
    taken = [(at, col) for row, cell in cells for at in range(row, row + cell.rows)
             for col in range(cell.col, max(cell.last, cell.col) + 1)]  # fmt: skip
    return KnownPage(tuple(cell.text for _, cell in cells), frozenset(taken))


_PAGES: WeakKeyDictionary[Layout, Mapping[str, KnownPage]] = WeakKeyDictionary()


def known_pages(layout: Layout) -> Mapping[str, KnownPage]:
    """The pages of a workbook by their keys; with all that any of them may hold.

    To whom it is issued adds rows to the first one, and no new place.
    """
    if isinstance(layout, EarlierLayout):
        return layout.pages
    if layout not in _PAGES:
        listed = listing(layout, dict.fromkeys(QUESTIONS, 1))
        told = Stamp.of(layout.workbook, "—", "—")
        built = (
            front_pages.front(layout, evolve(told, deadline="—"), NOTHING, waits="0"),
            front_pages.instructions(layout.workbook),
            review.opened(NOTHING),
            review.whole(listed, NOTHING, {}),
        )
        _PAGES[layout] = {page.key: _known(page) for page in built}
    return _PAGES[layout]


def written_around(grid: Grid, layout: Layout) -> Iterator[Problem]:
    """Contents of these sheets that are not ours.

    A text of ours is known wherever it stands, and where we wrote something nothing is asked: the
    wording of these pages may change between issuing and importing. Nothing is told of a workbook
    that another version of the software laid out.
    """
    if issued_digest(grid) not in ("", layout.digest):
        return
    known = known_pages(layout)
    for sheet in grid.sheets:
        mark = corner(sheet)
        key = mark[1] if mark else PAGE_KEYS.get(sheet.name, "")
        if key == RETURNED_KEY:
            found = _outside(grid, sheet)
        elif key in known:
            found = _unknown(sheet, known[key], mark[0] if mark else (-1, -1))
        else:
            continue
        for at in found:
            yield Problem(
                code="L105", sheet=sheet.name, cell=cell_name(*at), value=to_text(sheet.get(at))
            )


def _unknown(sheet: SheetGrid, page: KnownPage, start: Address) -> Iterator[Address]:
    """What the page does not know.

    ``start`` is where its ruler begins: behind lines of others, or nowhere if that is gone.
    """
    taken = page.taken
    if start != (0, 0):
        moved = frozenset((row + start[0], col + start[1]) for row, col in taken)
        taken = moved | taken if start < (0, 0) else moved
    places = sheet.loose.keys() - taken
    if sheet.block is not None:
        places |= set(sheet.block.places()) - taken
    for at in sorted(places):
        if _typed(sheet, at) and fold(to_text(sheet.get(at))) not in page.texts:
            yield at


def _outside(grid: Grid, sheet: SheetGrid) -> Iterator[Address]:
    """Only the file itself tells how far such a sheet went: by what it prints."""
    printed = grid.names.get(f"{sheet.name}!_xlnm.Print_Area", "")
    first, _, last = printed.rpartition(":")
    end = read_reference(f"{first.rpartition('!')[0]}!{last}")
    if end is None:
        return
    for at in sheet.cells:
        if (at[0] > end[1] or at[1] > end[2]) and _typed(sheet, at):
            yield at


def _typed(sheet: SheetGrid, at: Address) -> bool:
    """Whether somebody may have typed what stands in a cell: no formula, and no mark of ours."""
    value = sheet.get(at)
    return at not in sheet.formulas and not is_blank(value) and not is_mark(value)
