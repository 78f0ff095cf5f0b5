"""The typed columns of all submissions of one layout, with problems and changes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from attrs import define, field, frozen

from clusterbook.a1 import cell_name
from clusterbook.forms.expressions.columns import evaluate
from clusterbook.forms.expressions.frames import Array, Frames
from clusterbook.forms.kinds import Raw, mend_facts
from clusterbook.forms.parsing.folding import to_text
from clusterbook.forms.rules import LookedAt
from clusterbook.layout.layout import ColumnSlot, Layout
from clusterbook.problems import CATALOGUE, Level, Problem
from clusterbook.returns.raw_values import Extracted, Shown

_MISSING, _LONG, _STRUCK_OUT = ("V101", "V102", "V104"), "V221", "V265"


OF_A_ROW = 3  # library, row, column


def _is_wrong(code: str) -> bool:
    """Whether a problem says that what stands there is wrong, or may be misread.

    Other questions leave the value as it is: of its length, of how it was typed.
    """
    if code[0] != "V" or code in _MISSING:
        return False
    entry = CATALOGUE[code]
    asked = entry.level is Level.EXPLAIN and not entry.importer_only and code != _LONG
    return entry.level is Level.ERROR or asked or code == _STRUCK_OUT


class Change(NamedTuple):
    """One line of the 规范化记录: what was typed and what it came to.

    A tuple, as a long list has thousands of them.
    """

    sheet: str
    cell: str
    key: str
    raw: str
    value: str
    note: str


@frozen
class Odd:
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
    odd: Mapping[int, Odd] = field(factory=dict)
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


@define(slots=False)
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

    @cached_property
    def owners(self) -> list[int]:
        """``owner`` as a list."""
        found: list[int] = self.owner.tolist()
        return found

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

    def filled(self, submission: int) -> tuple[int, int]:
        """How many of the answers asked of everybody were given in a submission, and are asked.

        Those that a roster fills in are none of them.
        """
        keys = self._asked_of_all
        return sum(bool(self.answers[key].given[submission]) for key in keys), len(keys)

    @cached_property
    def _asked_of_all(self) -> tuple[str, ...]:
        known = set(self.layout.workbook.prefill.values())
        fields = ((key, parts[0]) for key, parts in self.layout.slots.items())
        return tuple(
            key for key, one in fields
            if not one.locked and one.field.required and one.field.when is None
            and key not in known
        )  # fmt: skip

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
        cells = (one for one in self.unsure if len(one) == OF_A_ROW)
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


def _said(typed: Typed) -> Array:
    """Where something was said: what was declared 无 is nothing."""
    said = typed.given.copy()
    said[[at for at, how in typed.declared.items() if how == "none"]] = False
    return said
