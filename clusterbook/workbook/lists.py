"""Plain lists of texts as workbooks that officials open: heads, a filter, ready to print."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from clusterbook.workbook.tables import Cell, Col, TablesBook

_CENTRED = 14  # characters of a column whose texts stand in its middle


def columns(heads: Mapping[str, float]) -> tuple[Col, ...]:
    """Columns of texts by their heads and widths."""
    return tuple(
        Col(heads=(name,), wide=wide, look="centre" if wide <= _CENTRED else "text")
        for name, wide in heads.items()
    )


def listing(
    title: str, heads: Mapping[str, float], rows: Iterable[Sequence[Cell]],
    notes: Sequence[str] = (), *, printed: int = 0,
) -> bytes:  # fmt: skip
    """A workbook of one list, of which the first ``printed`` columns are printed, 0 for all."""
    book = TablesBook(title)
    add(book, title, heads, rows, notes, printed=printed)
    return book.saved()


def add(
    book: TablesBook, name: str, heads: Mapping[str, float], rows: Iterable[Sequence[Cell]],
    notes: Sequence[str] = (), *, printed: int = 0,
) -> None:  # fmt: skip
    """A list on a sheet of its own."""
    book.add([name], "review")
    page = book.pages[name]
    page.printed = printed
    page.table(page.begin(name, notes, columns(heads), frozen_cols=2), list(rows))
