"""Raw values → typed columns over all files of one layout; every loss and change is told.

A batch holds the same answer of all submissions as one column. Readings are remembered per kind, so
that a spelling is worked out once however often it comes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
from attrs import define, evolve, field, frozen

from clusterbook.a1 import cell_name
from clusterbook.evaluate import Array, Frames, evaluate
from clusterbook.extract import Extracted, Oddities, RawLibrary
from clusterbook.kinds import Kind, Number, Raw, Tick, mend_facts
from clusterbook.layout import Body, ColumnSlot, Layout
from clusterbook.problems import CATALOGUE, Level, Problem
from clusterbook.raw_values import Shown
from clusterbook.reading import Reading, is_stroke, says_none, stand_in, to_text
from clusterbook.rules import LookedAt
from clusterbook.seen import read_shown

# Characters: 同上 and 无 with what people put around them.
_LONGEST_DITTO, _LONGEST_NONE = 6, 40


_MISSING, _LONG, _STRUCK_OUT = ("V101", "V102", "V104"), "V221", "V265"
_OF_A_ROW = 3  # library, row, column


def _is_wrong(code: str) -> bool:
    """Whether a problem says that what stands there is wrong, or may be misread.

    Other questions leave the value as it is: of its length, of how it was typed.
    """
    if code[0] != "V" or code in _MISSING:
        return False
    entry = CATALOGUE[code]
    asked = entry.level is Level.EXPLAIN and not entry.importer_only and code != _LONG
    return entry.level is Level.ERROR or asked or code == _STRUCK_OUT


@frozen
class Change:
    """One line of the 规范化记录: what was typed and what it came to."""

    sheet: str
    cell: str
    key: str
    raw: str
    value: str
    note: str


@frozen
class _Odd:
    """What the reader saw of a cell beside its value."""

    number_format: str = ""
    error: str = ""
    formula: str | None = None
    shown: Shown | None = None


@define(slots=False)
class Typed:
    """One column: typed values, raw cells, and which entries someone declared 无 (none, na).

    ``odd`` holds what is known of a raw cell beside its value, by entry; most have nothing.
    """

    values: Array
    raws: Sequence[Raw | None]
    odd: Mapping[int, _Odd] = field(factory=dict)
    declared: dict[int, str] = field(factory=dict)

    def text(self, at: int) -> str:
        """What stood in the cell, as it is shown to a person."""
        odd = self.odd.get(at)
        if odd is None:
            return to_text(self.raws[at])
        return to_text(self.raws[at], date_format=odd.number_format == "date") or odd.error

    def shown(self) -> list[str]:
        """What a person sees in the cells, where that is not ``text``."""
        found = [""] * len(self.raws)
        for at, odd in self.odd.items():
            if odd.shown is not None:
                found[at] = odd.shown.text
            elif odd.number_format == "percent" and type(raw := self.raws[at]) is float:
                found[at] = f"{to_text(float(Decimal(repr(raw)) * 100))}%"
        return found

    def texts(self) -> list[str]:
        """``text`` of all entries."""
        found = ["" if raw is None else raw if type(raw) is str else to_text(raw)
                 for raw in self.raws]  # fmt: skip
        for at in self.odd:
            found[at] = self.text(at)
        return found

    @cached_property
    def given(self) -> Array:
        """Where anything stood in the cell, readable or not."""
        given = np.array([raw is not None for raw in self.raws], dtype=bool)
        for at, odd in self.odd.items():
            given[at] |= bool(odd.error)
        return given


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
    #: the same of those whose value is not known, or wrong in itself: no rule speaks of them
    unsure: set[tuple[Any, ...]] = field(factory=set)

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
        if _is_wrong(code):
            self.unsure.add((submission, key))
        slot = self.layout.slots[key][0]
        sheet, cell = self.place(submission, key)
        facts |= self.covering(code, submission, sheet, cell)
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
        if _is_wrong(code):
            self.unsure.add((library, index, column.key))
        submission, sheet, cell = int(rows.owner[index]), *self.row_place(library, index, column)
        facts |= self.covering(code, submission, sheet, cell)
        self.problems[submission].append(
            Problem(
                code=code, sheet=sheet, cell=cell, key=column.key,
                label=column.path, value=value, facts={**mend_facts(column.field.kind), **facts},
            )
        )  # fmt: skip

    def covering(self, code: str, submission: int, sheet: str, cell: str) -> dict[str, str]:
        """The facts of what lies over an empty cell, where the code says that it is empty."""
        words = self.extracted[submission].covered.get((sheet, cell))
        return (
            {}
            if words is None or code not in _MISSING
            else dict(zip(("covered", "covered_en"), words, strict=True))
        )

    @cached_property
    def unsure_columns(self) -> frozenset[tuple[int, str]]:
        """Submission and library column, where a cell of it is unsure; asked after the readers."""
        cells = (one for one in self.unsure if len(one) == _OF_A_ROW)
        return frozenset((int(self.libraries[lib].owner[at]), key) for lib, at, key in cells)

    def is_unsure(self, looked: LookedAt, library: str, at: int) -> bool:
        """Whether anything that a rule looks at is wrong in itself: a problem speaks of that."""
        submission = int(self.libraries[library].owner[at]) if library else at
        answers = (key for key in looked.answers if (submission, key) in self.unsure)
        cells = (key for key in looked.cells if (library, at, key) in self.unsure)
        columns = (key for key in looked.columns if (submission, key) in self.unsure_columns)
        return any(True for found in (answers, cells, columns) for _ in found)

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
        absent = {(submission, slots[index].slot.key) for index in one.absent}
        data.bad |= absent
        data.unsure |= absent
    memo: _Memo = {}
    columns: list[tuple[Raw | None, ...]] = list(zip(*[one.raws for one in extracted], strict=True))
    odd = _odd_answers(extracted)
    for key, parts in layout.slots.items():
        if parts[0].locked:
            continue
        first = layout.first_places[key].index
        raws, strange = columns[first], odd.get(first, {})
        if len(parts) > 1:
            raws = tuple(map(_one_text, zip(*columns[first : first + len(parts)], strict=True)))

        def tell(at: int, code: str, value: str, facts: Mapping[str, Any], key: str = key) -> None:
            data.tell(at, key, code, value, **facts)

        def change(at: int, raw: str, value: str, note: str, key: str = key) -> None:
            data.changes[at].append(Change(*data.place(at, key), key, raw, value, note))

        data.answers[key] = _read_column(parts[0].field.kind, raws, strange, memo, tell, change)
    for key in layout.bodies:
        data.libraries[key] = _library(data, key, memo)
    return data


def _one_text(boxes: tuple[Raw | None, ...]) -> str | None:
    """The boxes of a long text as one, joined by line breaks."""
    texts = [to_text(raw) for raw in boxes if raw is not None]
    return "\n".join(texts) if texts else None


def _odd_answers(extracted: Sequence[Extracted]) -> dict[int, dict[int, _Odd]]:
    """By slot and submission, what is known of a cell beside its value."""
    found: dict[int, dict[int, _Odd]] = {}
    for at, one in enumerate(extracted):
        for index in one.oddities.indices():
            found.setdefault(index, {})[at] = _odd(one.oddities, index)
    return found


def _odd(oddities: Oddities, index: int) -> _Odd:
    return _Odd(
        oddities.formats.get(index, ""), oddities.errors.get(index, ""),
        oddities.formulas.get(index), oddities.shown.get(index),
    )  # fmt: skip


Tell = Callable[[int, str, str, Mapping[str, Any]], None]
Log = Callable[[int, str, str, str], None]
_Memo = dict[Kind, dict[str, Reading]]


def _read_column(
    kind: Kind,
    raws: Sequence[Raw | None],
    odd: Mapping[int, _Odd],
    memo: _Memo,
    tell: Tell,
    change: Log,
) -> Typed:
    """Reads one column; ``tell`` and ``change`` are given the position in it."""
    known = memo.setdefault(kind, {})
    plain = kind.plain
    nothing = False if isinstance(kind, Tick) else None
    values: list[Any] = [nothing] * len(raws)
    typed = Typed(np.empty(0), raws, odd)
    for at, raw in enumerate(raws):
        if at in odd:
            reading = _read_odd(kind, raw, odd[at])
        elif raw is None:
            continue
        else:
            value = plain(raw)
            if value is not None:
                values[at] = value
                continue
            # True, 1 and 1.0 are one key to a dict and different things to a person.
            found = known.get(raw) if type(raw) is str else None
            reading = kind.read(raw) if found is None else found
            if type(raw) is str:
                known[raw] = reading
        values[at] = reading.value
        if reading.declared:
            typed.declared[at] = reading.declared
        if reading.problem:
            tell(at, reading.problem, typed.text(at), reading.facts)
        if reading.note:
            change(at, typed.text(at), show(reading.value), reading.note)
    typed.values = as_array(kind, values)
    return typed


def _read_odd(kind: Kind, raw: Raw | None, odd: _Odd) -> Reading:
    if odd.error:
        return Reading(problem="V213", facts={"value": odd.error})
    if raw is None:
        return Reading(problem="V215") if odd.formula is not None else Reading()
    if odd.shown is not None:
        reading = read_shown(kind, raw, odd.number_format, odd.shown)
    else:
        reading = kind.read(raw, odd.number_format)
    if odd.formula is not None and not reading.problem:
        return evolve(reading, problem="V214")
    return reading


def _said(typed: Typed) -> Array:
    """Where something was said: what was declared 无 is nothing."""
    said = typed.given.copy()
    said[[at for at, how in typed.declared.items() if how == "none"]] = False
    return said


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


@define
class _RawColumn:
    """One column of a library over all files, before it is read."""

    raws: list[Raw | None] = field(factory=list)
    odd: dict[int, _Odd] = field(factory=dict)
    merged: list[int] = field(factory=list)


def _library(data: Data, key: str, memo: _Memo) -> LibraryData:
    body = data.layout.bodies[key]
    found = [one.libraries.get(key) for one in data.extracted]
    keep = [_kept_rows(raw, body) if raw else [] for raw in found]
    owner = np.repeat(np.arange(len(found)), [len(rows) for rows in keep])
    library = LibraryData(owner=owner, sheets=[], rows=[], columns={}, places=[])
    columns = [_RawColumn() for _ in body.columns]
    for raw, rows in zip(found, keep, strict=True):
        cols = raw.cols if raw else [None] * len(body.columns)
        library.places.append(dict(zip([c.key for c in body.columns], cols, strict=True)))
        if raw is not None:
            _add_rows(data, body, raw, rows, len(library.rows), columns)
            library.sheets += [raw.sheet] * len(rows)
            library.rows += [raw.rows[row] for row in rows]
    data.libraries[key] = library
    for slot, one in zip(body.columns, columns, strict=True):
        if slot.locked:
            formulas = [at in one.odd and one.odd[at].formula is not None
                        for at in range(len(one.raws))]  # fmt: skip
            library.stored[slot.field.key] = list(zip(one.raws, formulas, strict=True))
        else:
            library.columns[slot.field.key] = _library_column(data, key, slot, one, memo)
    return library


def _add_rows(
    data: Data, body: Body, raw: RawLibrary, rows: list[int], start: int, columns: list[_RawColumn]
) -> None:
    """Adds the kept rows of one file to the columns; the first of them is row ``start``."""
    whole = len(rows) == len(raw.rows)
    for column, values in zip(columns, raw.columns, strict=True):
        column.raws += values if whole else [values[row] for row in rows]
    kept = {row: at for at, row in enumerate(rows, start)}
    for index in sorted(raw.oddities.indices() | raw.filled | raw.settled):
        row, number = divmod(index, len(columns))
        at = kept.get(row, -1)
        if at < 0:
            continue
        if (seen := _odd(raw.oddities, index)) != _Odd():
            columns[number].odd[at] = seen
        if index in raw.filled:
            columns[number].merged.append(at)
        if index in raw.settled:
            place = body.library.key, at, body.columns[number].key
            data.bad.add(place)
            data.unsure.add(place)


def _library_column(
    data: Data, key: str, column: ColumnSlot, one: _RawColumn, memo: _Memo
) -> Typed:
    library, kind = data.libraries[key], column.field.kind

    def tell(at: int, code: str, value: str, facts: Mapping[str, Any]) -> None:
        data.tell_row(key, at, column, code, value, **facts)

    def change(at: int, raw: str, value: str, note: str) -> None:
        place = library.sheets[at], library.cell(at, column)
        data.changes[int(library.owner[at])].append(Change(*place, column.key, raw, value, note))

    raws = one.raws
    if column.field.default:
        raws = [column.field.default if raw is None else raw for raw in raws]
    above = {} if isinstance(kind, Number) else _dittos(raws, library.owner)
    filled = [raws[above.get(at, at)] for at in range(len(raws))] if above else raws
    typed = _read_column(kind, filled, one.odd, memo, tell, change)
    for at, source in above.items():
        change(at, to_text(raws[at]), show(typed.values[source]), "ditto")
    for at in one.merged:
        change(at, "", show(typed.values[at]), "merged")
    return evolve(typed, raws=raws) if above else typed


def _dittos(raws: Sequence[Raw | None], owner: Array) -> dict[int, int]:
    """Rows that say 同上, with the row above in the same submission that says what."""
    short = {raw for raw in raws if type(raw) is str and len(raw) <= _LONGEST_DITTO}
    words = {raw for raw in short if stand_in(raw) == "ditto"}
    found: dict[int, int] = {}
    for at, raw in enumerate(raws) if words else ():
        if raw in words:
            source = found.get(at - 1, at - 1)
            if source >= 0 and owner[source] == owner[at] and raws[source] is not None:
                found[at] = source
    return found


def _kept_rows(raw: RawLibrary, body: Body) -> list[int]:
    """Rows that say something: one that only says 无 declares an empty library."""
    inputs = [
        values for values, slot in zip(raw.columns, body.columns, strict=True) if not slot.locked
    ]
    width = len(body.columns)
    strange = {index // width for index in raw.oddities.errors}
    strange |= {index // width for index in raw.oddities.formulas
                if not body.columns[index % width].locked}  # fmt: skip
    return [
        at for at, row in enumerate(zip(*inputs, strict=True))
        if at in strange or _says_something(row)
    ]  # fmt: skip


def _says_something(row: tuple[Raw | None, ...]) -> bool:
    """Whether a row says more than 无; the first cell of most rows tells."""
    for value in row:
        if value is None:
            continue
        if type(value) is not str or len(value) > _LONGEST_NONE:
            return True
        if not (says_none(value) or is_stroke(value)):
            return True
    return False
