"""Raw values → typed columns over all files of one layout; every loss and change is told.

A batch holds the same answer of all submissions as one column. Readings are remembered per kind, so
that a spelling is worked out once however often it comes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

import numpy as np
from attrs import define, evolve, field, frozen

from clusterbook.evaluate import Array, Frames, evaluate
from clusterbook.extract import Extracted, Oddities, RawLibrary
from clusterbook.kinds import Kind, Number, Raw, Tick, mend_facts
from clusterbook.layout import Body, ColumnSlot, Layout, cell_name
from clusterbook.problems import Problem
from clusterbook.reading import Reading, is_stroke, says_none, to_text


@frozen
class Change:
    """One line of the 规范化记录: what was typed and what it came to."""

    sheet: str
    cell: str
    key: str
    raw: str
    value: str
    note: str


@define
class Typed:
    """One column: typed values, raw texts, and which entries someone declared 无 (none, na)."""

    values: Array
    raws: list[str]
    declared: dict[int, str] = field(factory=dict)


@define
class LibraryData:
    """One library over all submissions: typed columns, and where each row came from.

    ``owner``: position of each row's submission; ``places``: by submission, the actual sheet column
    of each library column.
    """

    owner: Array
    sheets: list[str]
    rows: list[int]
    columns: dict[str, Typed]
    places: list[dict[str, int | None]]
    #: what stands in computed columns: stored result and whether a formula is still there
    stored: dict[str, list[tuple[Raw | None, bool]]] = field(factory=dict)

    def cell(self, index: int, column: ColumnSlot) -> str:
        """Address of a column in row ``index``; '' where the column is gone."""
        col = self.places[int(self.owner[index])].get(column.key)
        return "" if col is None else cell_name(self.rows[index], col)


@define(slots=False)
class Data:
    """All typed values of the submissions of one layout.

    ``places`` gives (sheet, cell) of an answer in one submission. ``problems`` and ``changes`` are
    by submission. ``bad`` holds (submission, key) and (submission, key, row) of values that have a
    problem already: what depends on them keeps silent.
    """

    layout: Layout
    extracted: list[Extracted]
    answers: dict[str, Typed]
    libraries: dict[str, LibraryData]
    problems: list[list[Problem]]
    changes: list[list[Change]]
    bad: set[tuple[Any, ...]] = field(factory=set)

    @property
    def count(self) -> int:
        """Number of submissions."""
        return len(self.extracted)

    def place(self, submission: int, key: str) -> tuple[str, str]:
        """Sheet and cell of an answer in one submission's file."""
        first = self.layout.first_places[key]
        one = self.extracted[submission]
        if first.index in one.places:
            return one.places[first.index]
        name = one.sheet_names.get(first.plan.sheet.key, first.plan.name)
        return name, first.slot.area.cell

    def layout_sheet_name(self, key: str) -> str:
        """The issued name of a sheet."""
        return next(plan.name for plan in self.layout.sheets if plan.sheet.key == key)

    def row_place(self, library: str, index: int, column: ColumnSlot) -> tuple[str, str]:
        """Sheet and cell of a library column in one of its rows."""
        rows = self.libraries[library]
        return rows.sheets[index], rows.cell(index, column)

    def library_place(self, submission: int, library: str) -> tuple[str, str]:
        """Sheet and first cell of a library in one submission's file."""
        plan, body = self.layout.sheet_of[library], self.layout.bodies[library]
        name = self.extracted[submission].sheet_names.get(plan.sheet.key, plan.name)
        return name, body.first_cell(body.inputs[0])

    def tell(self, submission: int, key: str, code: str, value: str = "", /, **facts: Any) -> None:
        """Add a problem about one answer, unless the answer has one already."""
        if (submission, key) in self.bad:
            return
        self.bad.add((submission, key))
        slot = self.layout.slots[key][0]
        sheet, cell = self.place(submission, key)
        self.problems[submission].append(
            Problem(
                code=code, sheet=sheet, cell=cell, key=key, label=slot.path, value=value,
                facts={**mend_facts(slot.field.kind), **facts},
            )
        )  # fmt: skip

    def tell_row(
        self,
        library: str,
        index: int,
        column: ColumnSlot,
        code: str,
        value: str = "",
        /,
        **facts: Any,
    ) -> None:
        """Add a problem about one cell of a library row, unless the cell has one already."""
        rows = self.libraries[library]
        if (library, index, column.key) in self.bad:
            return
        self.bad.add((library, index, column.key))
        self.problems[int(rows.owner[index])].append(
            Problem(
                code=code, sheet=rows.sheets[index], cell=rows.cell(index, column), key=column.key,
                label=column.path, value=value, facts={**mend_facts(column.field.kind), **facts},
            )
        )  # fmt: skip

    @cached_property
    def headlines(self) -> dict[str, Array]:
        """The computed numbers of library heads by full key; asked after the check."""
        frames = self.frames()
        return {
            f"{key}.{headline.key}": evaluate(headline.of, frames)
            for key, body in self.layout.bodies.items()
            for headline in body.library.headlines
        }

    def frames(self) -> Frames:
        """The values as expressions take them."""
        columns = {f"{key}.{name}": typed.values
                   for key, library in self.libraries.items()
                   for name, typed in library.columns.items()}  # fmt: skip
        answers = {key: typed.values for key, typed in self.answers.items()}
        owner = {key: library.owner for key, library in self.libraries.items()}
        said = {key: _said(typed) for key, typed in self.answers.items() if key in self.asked}
        said |= {
            f"{key}.{name}": _said(typed)
            for key, library in self.libraries.items()
            for name, typed in library.columns.items()
            if name not in library.stored
        }
        absent = {key: np.array([key not in one.libraries for one in self.extracted], dtype=bool)
                  for key in self.libraries}  # fmt: skip
        return Frames(self.count, answers, columns, owner, said, absent)

    @cached_property
    def asked(self) -> frozenset[str]:
        """Full keys of the answers that people type."""
        return frozenset(k for k, parts in self.layout.slots.items() if not parts[0].locked)


def normalize(layout: Layout, extracted: list[Extracted]) -> Data:
    """Typed columns of all submissions of one layout, with what was changed and what is wrong."""
    data = Data(
        layout=layout, extracted=extracted, answers={}, libraries={},
        problems=[list(one.problems) for one in extracted], changes=[[] for _ in extracted],
    )  # fmt: skip
    for submission, one in enumerate(extracted):
        slots = layout.in_order
        data.bad |= {(submission, slots[index].slot.key) for index in one.absent}
    for key, parts in layout.slots.items():
        if parts[0].locked:
            continue
        first = layout.first_places[key].index
        cells = [_cell(one, first, len(parts)) for one in extracted]

        def tell(at: int, code: str, value: str, facts: Mapping[str, Any], key: str = key) -> None:
            data.tell(at, key, code, value, **facts)

        def change(at: int, raw: str, value: str, note: str, key: str = key) -> None:
            data.changes[at].append(Change(*data.place(at, key), key, raw, value, note))

        field_of = parts[0].field
        data.answers[key] = _read_column(field_of.kind, cells, tell, change)
    for key in layout.bodies:
        data.libraries[key] = _library(data, key)
    return data


@frozen
class _RawCell:
    """One cell as the reader saw it."""

    raw: Raw | None
    number_format: str = ""
    error: str = ""
    formula: str | None = None


_BLANK = _RawCell(None)


def _cell(one: Extracted, index: int, parts: int) -> _RawCell:
    """The cell of a slot; the boxes of a long text are joined by line breaks."""
    raw = one.raws[index]
    if parts > 1:
        texts = [to_text(r) for r in one.raws[index : index + parts] if r is not None]
        raw = "\n".join(texts) if texts else None
    return _seen(raw, one.oddities, index)


def _seen(raw: Raw | None, oddities: Oddities, index: int) -> _RawCell:
    error, formula = oddities.errors.get(index, ""), oddities.formulas.get(index)
    if raw is None and not error and formula is None:
        return _BLANK
    return _RawCell(raw, oddities.formats.get(index, ""), error, formula)


Tell = Callable[[int, str, str, Mapping[str, Any]], None]
Log = Callable[[int, str, str, str], None]


def _read_column(kind: Kind, cells: Iterable[_RawCell], tell: Tell, change: Log) -> Typed:
    """Reads one column; ``tell`` and ``change`` are given the position in it."""
    values: list[Any] = []
    typed = Typed(np.empty(0), [])
    for at, cell in enumerate(cells):
        if cell is _BLANK:
            values.append(False if isinstance(kind, Tick) else None)
            typed.raws.append("")
            continue
        text = to_text(cell.raw, date_format=cell.number_format == "date")
        reading = _read(kind, cell)
        values.append(reading.value)
        typed.raws.append(text or cell.error)
        if reading.declared:
            typed.declared[at] = reading.declared
        if reading.problem:
            tell(at, reading.problem, text or cell.error, reading.facts)
        if reading.note:
            change(at, text, show(reading.value), reading.note)
    typed.values = as_array(kind, values)
    return typed


_READINGS: dict[tuple[Any, ...], Reading] = {}


def _read(kind: Kind, cell: _RawCell) -> Reading:
    if cell.error:
        return Reading(problem="V213", facts={"value": cell.error})
    if cell.raw is None:
        return Reading(problem="V215")
    # True, 1 and 1.0 are the same key to a dict and different things to a person.
    memo = (kind, type(cell.raw), cell.raw, cell.number_format)
    reading = _READINGS.get(memo)
    if reading is None:
        reading = _READINGS[memo] = kind.read(cell.raw, cell.number_format)
    if reading.declared and not kind.none and not reading.problem:
        # 无 stands for an answer only where the form allows it.
        options = "、".join(getattr(kind, "options", ()))
        code, facts = ("V230", {"options": options}) if options else ("V210", {})
        return Reading(problem=code, facts=facts)
    if cell.formula is not None and not reading.problem:
        return evolve(reading, problem="V214")
    return reading


def _said(typed: Typed) -> Array:
    return np.array(
        [bool(raw) and typed.declared.get(at) != "none" for at, raw in enumerate(typed.raws)],
        dtype=bool,
    )


def as_array(kind: Kind, values: list[Any]) -> Array:
    """Numbers as floats with NaN for empty, everything else as objects."""
    if isinstance(kind, Number):
        return np.array([np.nan if value is None else value for value in values], dtype=float)
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def show(value: Any) -> str:
    """A typed value as text, as logs and CSV columns of lists write it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple):
        pages = [f"{a}" if a == b else f"{a}-{b}" for a, b in value] if _is_pages(value) else value
        return "、".join(map(str, pages))
    return to_text(value)


def _is_pages(value: tuple[Any, ...]) -> bool:
    return bool(value) and isinstance(value[0], tuple)


def _library(data: Data, key: str) -> LibraryData:
    body = data.layout.bodies[key]
    found = [one.libraries.get(key) for one in data.extracted]
    keep = [_kept_rows(raw, body) if raw else [] for raw in found]
    owner = np.repeat(np.arange(len(found)), [len(rows) for rows in keep])
    library = LibraryData(owner=owner, sheets=[], rows=[], columns={}, places=[])
    for raw, rows in zip(found, keep, strict=True):
        cols = raw.cols if raw else [None] * len(body.columns)
        library.places.append(dict(zip([c.key for c in body.columns], cols, strict=True)))
        library.sheets += [raw.sheet] * len(rows) if raw else []
        library.rows += [raw.rows[row] for row in rows] if raw else []
    data.libraries[key] = library
    for number, column in enumerate(body.columns):
        cells = [
            _seen(raw.columns[number][row], raw.oddities, row * len(body.columns) + number)
            for raw, rows in zip(found, keep, strict=True) if raw
            for row in rows
        ]  # fmt: skip
        if column.locked:
            stored = [(cell.raw, cell.formula is not None) for cell in cells]
            library.stored[column.field.key] = stored
        else:
            library.columns[column.field.key] = _library_column(data, key, column, cells)
    return library


def _library_column(data: Data, key: str, column: ColumnSlot, cells: list[_RawCell]) -> Typed:
    library = data.libraries[key]

    def tell(at: int, code: str, value: str, facts: Mapping[str, Any]) -> None:
        data.tell_row(key, at, column, code, value, **facts)

    def change(at: int, raw: str, value: str, note: str) -> None:
        place = library.sheets[at], library.cell(at, column)
        data.changes[int(library.owner[at])].append(Change(*place, column.key, raw, value, note))

    if column.field.default:
        cells = [_RawCell(column.field.default) if c is _BLANK else c for c in cells]
    return _read_column(column.field.kind, cells, tell, change)


def _kept_rows(raw: RawLibrary, body: Body) -> list[int]:
    """Rows that say something: one that only says 无 declares an empty library."""
    kept = []
    for row in range(len(raw.rows)):
        said = [column[row] for column in raw.columns if column[row] is not None]
        only_none = said and all(
            isinstance(v, str) and (says_none(v) or is_stroke(v)) for v in said
        )
        locked = [raw.columns[i][row] for i, c in enumerate(body.columns) if c.locked]
        if not only_none and len(said) > sum(value is not None for value in locked):
            kept.append(row)
    return kept
