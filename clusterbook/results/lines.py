"""Typed data as lines of CSV: the long table of values and one wide table per library.

Columns are turned into CSV cells as wholes, then joined to lines: a batch has a thousand cells for
each submission.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from clusterbook.forms.expressions.frames import Array
from clusterbook.forms.kinds import Kind
from clusterbook.results.csv_cells import CsvCells, numbers
from clusterbook.results.tables import PART, ROW_COLUMNS, STRETCH, Table
from clusterbook.validation.shown import show
from clusterbook.validation.typed_data import Data

# --- the long table ------------------------------------------------------------------------------


def value_lines(
    data: Data, table: Table, ids: Sequence[str], cells: CsvCells
) -> Iterator[list[str]]:
    """Lines of every single-valued answer that says something, those of each submission."""
    stretches = any(column.name == STRETCH.name for column in table.columns)
    by_key = [_answer_lines(data, key, cells, stretches=stretches) for key in data.layout.slots]
    by_key += _headline_lines(data, cells, stretches=stretches)
    starts = cells.texts(ids)
    for start, lines in zip(starts, zip(*by_key, strict=True), strict=True):
        yield [start + line for line in lines if line]


def _answer_lines(data: Data, key: str, cells: CsvCells, *, stretches: bool) -> list[str]:
    """The lines of one answer over all submissions, from the second column on; '' for nothing."""
    slot, typed = data.layout.slots[key][0], data.answers[key]
    kind = slot.field.kind
    time = (slot.field.year, slot.field.stretch) if stretches else (slot.field.year,)
    head = cells.line((slot.block.key, slot.field.key, slot.block.item, slot.path, *time,
                       kind.unit))  # fmt: skip
    places = _places(data, key, cells)
    raws = cells.texts(typed.texts())
    seen = cells.texts(typed.shown()) if typed.odd else ['""'] * len(raws)
    if kind.numeric:
        figures = numbers(typed.values)
        return [
            f',{head},{figure},"",{raw},{place},{shown}' if figure or raw != '""' else ""
            for figure, raw, place, shown in zip(figures, raws, places, seen, strict=True)
        ]
    values = typed.values.tolist()
    figures = ["" if type(v) is not bool else "1" if v else "0" for v in values]
    texts = cells.texts([text_of(value) for value in values])
    return [
        f",{head},{figure},{text},{raw},{place},{shown}"
        if figure or text != '""' or raw != '""'
        else ""
        for figure, text, raw, place, shown in zip(figures, texts, raws, places, seen, strict=True)
    ]


def _places(data: Data, key: str, cells: CsvCells) -> list[str]:
    """Sheet and cell of an answer in every submission."""
    first = data.layout.first_places[key]
    usual = cells.line((first.plan.name, first.slot.area.cell))
    return [
        cells.line(data.place(at, key)) if one.places else usual
        for at, one in enumerate(data.extracted)
    ]


def _headline_lines(data: Data, cells: CsvCells, *, stretches: bool) -> list[list[str]]:
    """The computed numbers of library heads, like answers."""
    found = []
    for key, body in data.layout.bodies.items():
        plan = data.layout.sheet_of[key]
        sheets = [one.sheet_names.get(plan.sheet.key, plan.name) for one in data.extracted]
        cell = body.head_area.cell if body.head_area else ""
        for headline in body.library.headlines:
            time = (None, "") if stretches else (None,)
            head = cells.line((key, headline.key, None, headline.label, *time, ""))
            figures = numbers(np.asarray(data.headlines[f"{key}.{headline.key}"], dtype=float))
            found.append([
                f',{head},{figure},"","",{cells.line((sheet, cell))},""'
                for figure, sheet in zip(figures, sheets, strict=True)
            ])  # fmt: skip
    return found


def text_of(value: Any) -> str:
    """The text of an answer that is no number."""
    if type(value) is str:
        return value
    return "" if value is None or isinstance(value, float) else show(value)


# --- libraries -----------------------------------------------------------------------------------


def library_lines(
    table: Table, data: Data, key: str, ids: Sequence[str], cells: CsvCells
) -> Iterator[list[str]]:
    """Lines of the rows of the library ``key``, those of each submission.

    A column that its layout does not have is empty.
    """
    library = data.libraries[key]
    kinds = {c.field.key: c.field.kind for c in data.layout.bodies[key].columns}
    quoted = cells.texts(ids)
    columns = [
        [quoted[at] for at in library.owners],
        cells.few(library.sheets),
        [str(row + 1) for row in library.rows],
    ]
    for column in table.columns[len(ROW_COLUMNS) :]:
        typed = library.columns.get(column.name)
        if column.name == PART and typed is None:
            columns.append(cells.texts([key]) * len(library.rows))
        elif typed is None:
            columns.append([""] * len(library.rows))
        else:
            columns.append(cells.column(kinds[column.name], typed.values))
    lines = list(map(",".join, zip(*columns, strict=True)))
    bounds = np.searchsorted(library.owner, np.arange(data.count + 1)).tolist()
    return (lines[first:end] for first, end in pairwise(bounds))


def json_column(kind: Kind, values: Array) -> list[Any]:
    """A typed column as JSON: whole numbers as integers, lists as arrays, None for nothing."""
    found = values.tolist()
    if values.dtype.kind == "f":
        if kind.whole:
            return [None if v != v else int(v) if v.is_integer() else v for v in found]  # noqa: PLR0124
        return [None if v != v else v for v in found]  # noqa: PLR0124
    return kind.exported(found)
