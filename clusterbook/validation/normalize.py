"""Raw values → typed columns over all files of one layout; every loss and change is told.

A batch holds the same answer of all submissions as one column. Readings are remembered per kind, so
that a spelling is worked out once however often it comes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from attrs import define, evolve, field

from clusterbook.a1 import column_letters
from clusterbook.forms.expressions.frames import Array
from clusterbook.forms.kinds import Kind, Raw
from clusterbook.forms.parsing.folding import Reading, stand_in, to_text
from clusterbook.forms.parsing.together import stand_ins
from clusterbook.layout.layout import Body, ColumnSlot, Layout
from clusterbook.returns.raw_values import Extracted, Oddities, RawLibrary
from clusterbook.validation.seen import read_shown
from clusterbook.validation.shown import show
from clusterbook.validation.typed_data import Change, Data, LibraryData, Odd, Typed

# Characters: 同上 and 无 with what people put around them.
_LONGEST_DITTO, _LONGEST_NONE = 6, 40


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

        def log(changed: Iterable[_Changed], key: str = key) -> None:
            for at, raw, value, note in changed:
                data.changes[at].append(Change(*data.place(at, key), key, raw, value, note))

        data.answers[key] = _read_column(parts[0].field.kind, raws, strange, memo, tell, log)
    for key in layout.bodies:
        data.libraries[key] = _library(data, key, memo)
    return data


def _one_text(boxes: tuple[Raw | None, ...]) -> str | None:
    """The boxes of a long text as one, joined by line breaks."""
    texts = [to_text(raw) for raw in boxes if raw is not None]
    return "\n".join(texts) if texts else None


def _odd_answers(extracted: Sequence[Extracted]) -> dict[int, dict[int, Odd]]:
    """By slot and submission, what is known of a cell beside its value."""
    found: dict[int, dict[int, Odd]] = {}
    for at, one in enumerate(extracted):
        for index in one.oddities.indices():
            found.setdefault(index, {})[at] = _odd(one.oddities, index)
    return found


def _odd(oddities: Oddities, index: int) -> Odd:
    return Odd(
        oddities.formats.get(index, ""), oddities.errors.get(index, ""),
        oddities.formulas.get(index), oddities.shown.get(index),
    )  # fmt: skip


Tell = Callable[[int, str, str, Mapping[str, Any]], None]
_Changed = tuple[int, str, str, str]  # position in the column, what was typed, value, note
Log = Callable[[Iterable[_Changed]], None]


@define
class _Known:
    """The texts that a kind has read: what those came to that are plain, the readings of others.

    ``shown`` are the values of the others as logs have them.
    """

    plain: dict[Any, Any] = field(factory=dict)
    read: dict[str, Reading] = field(factory=dict)
    shown: dict[str, str] = field(factory=dict)

    def learn(self, kind: Kind, raws: Sequence[Raw | None]) -> None:
        """Read the texts of a column that are not known yet, as far as they are plain."""
        known, read = self.plain, self.read
        texts = [raw for raw in set(raws)
                 if type(raw) is str and raw not in known and raw not in read]  # fmt: skip
        for text, value in zip(texts, kind.plain_texts(texts), strict=True):
            if value is None:
                reading = self.read[text] = kind.read(text)
                self.shown[text] = show(reading.value)
            else:
                self.plain[text] = value


_Memo = dict[Kind, _Known]


def _read_column(
    kind: Kind,
    raws: Sequence[Raw | None],
    odd: Mapping[int, Odd],
    memo: _Memo,
    tell: Tell,
    log: Log,
) -> Typed:
    """Reads one column; ``tell`` and ``log`` are given positions in it.

    Each distinct text is read once, and most cells take what theirs came to without a call.
    """
    known = memo.setdefault(kind, _Known())
    known.learn(kind, raws)
    values: list[Any] = list(map(known.plain.get, raws))
    typed = Typed(np.empty(0), raws, odd)
    changed: list[_Changed] = []
    given = [at for at, value in enumerate(values) if value is None and raws[at] is not None]
    for at in sorted({*given, *odd}) if odd else given:
        raw = raws[at]
        if at in odd:
            reading = _read_odd(kind, raw, odd[at])
        elif type(raw) is str:
            reading = known.read[raw]
        elif (value := kind.plain(raw)) is not None:  # type: ignore[arg-type]
            values[at] = value
            continue
        else:
            reading = kind.read(raw)  # type: ignore[arg-type]
        values[at] = reading.value
        if reading.declared:
            typed.declared[at] = reading.declared
        if reading.problem:
            tell(at, reading.problem, typed.text(at), reading.facts)
        if reading.note:
            if at in odd or type(raw) is not str:
                changed.append((at, typed.text(at), show(reading.value), reading.note))
            else:
                changed.append((at, raw, known.shown[raw], reading.note))
    log(changed)
    if kind.nothing is not None:  # no sign says that it is not ticked
        values = [kind.nothing if raw is None and at not in odd else value
                  for at, (raw, value) in enumerate(zip(raws, values, strict=True))]  # fmt: skip
    typed.values = as_array(kind, values)
    return typed


def _read_odd(kind: Kind, raw: Raw | None, odd: Odd) -> Reading:
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


def as_array(kind: Kind, values: list[Any]) -> Array:
    """Numbers as floats with NaN for empty, everything else as objects."""
    if kind.numeric:
        return np.array([np.nan if value is None else value for value in values], dtype=float)
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


@define
class _RawColumn:
    """One column of a library over all files, before it is read."""

    raws: list[Raw | None] = field(factory=list)
    odd: dict[int, Odd] = field(factory=dict)
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
        if (seen := _odd(raw.oddities, index)) != Odd():
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

    sheets, rows, full, owners = library.sheets, library.rows, column.key, library.owners
    letters = ["" if (col := places.get(column.key)) is None else column_letters(col)
               for places in library.places]  # fmt: skip

    def log(changed: Iterable[_Changed]) -> None:
        changes = data.changes
        for at, raw, value, note in changed:
            owner = owners[at]
            cell = f"{letter}{rows[at] + 1}" if (letter := letters[owner]) else ""
            changes[owner].append(Change(sheets[at], cell, full, raw, value, note))

    raws = one.raws
    if column.field.default:
        raws = [column.field.default if raw is None else raw for raw in raws]
    above = {} if kind.numeric else _dittos(raws, library.owner)
    filled = [raws[above.get(at, at)] for at in range(len(raws))] if above else raws
    typed = _read_column(kind, filled, one.odd, memo, tell, log)
    log((at, to_text(raws[at]), show(typed.values[source]), "ditto")
        for at, source in above.items())  # fmt: skip
    log((at, "", show(typed.values[at]), "merged") for at in one.merged)
    return evolve(typed, raws=raws) if above else typed


def _dittos(raws: Sequence[Raw | None], owner: Array) -> dict[int, int]:
    """Rows that say 同上, with the row above in the same submission that says what."""
    short = {raw for raw in set(raws) if type(raw) is str and len(raw) <= _LONGEST_DITTO}
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
    silent: Sequence[int] = range(len(raw.rows))
    for values in inputs:  # the first one tells of most rows
        nothing = _nothing({values[at] for at in silent})
        silent = [at for at in silent if values[at] in nothing]
        if not silent:
            break
    gone = set(silent) - strange
    return [at for at in range(len(raw.rows)) if at not in gone]


def _nothing(values: Iterable[Raw | None]) -> set[Raw | None]:
    """No value, and those of the given ones that say as much: 无 or a stroke."""
    texts = [value for value in values if type(value) is str and len(value) <= _LONGEST_NONE]
    words = zip(texts, stand_ins(texts), strict=True)
    return {None, *(text for text, word in words if word in ("none", "stroke"))}
