"""Computed cells as they stand in the files, held against what the answers really give.

No stored result is ever taken over: answers that rest on others, columns and totals of lists, and
the sentences over them are worked out anew, and what the file says otherwise is told. A formula
cannot count what only the importer reads (√ for 是, 12万 as text): its result is as it has to be.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

import numpy as np
from attrs import define, field

from clusterbook.forms.expressions.cells import DASH
from clusterbook.forms.expressions.columns import evaluate
from clusterbook.forms.expressions.frames import Frames
from clusterbook.forms.expressions.nodes import AnswerOf, Expression
from clusterbook.forms.parsing.folding import fold, is_blank, to_text
from clusterbook.layout.layout import LABEL_MARK, Body, ColumnSlot, Printed, SheetPlan
from clusterbook.problems import CATALOGUE, Problem
from clusterbook.validation.shown import show
from clusterbook.validation.typed_data import Change, Data

# A stored result may differ from ours by rounding of the last shown decimal.
_TOLERANCE = 0.0051
_CELLS_TOLD = 30  # of those whose formula is gone
_SHEETS_TOLD = 5  # each by itself
_Places = frozenset[tuple[str, str]]  # key and cell, or key alone


def check_stored(data: Data, frames: Frames) -> None:
    """Tells stored results that differ, and formulas that are gone."""
    comparison = _Comparison(data, frames)
    comparison.answers()
    for body in data.layout.bodies.values():
        for column in body.columns:
            if column.locked:
                comparison.column(body, column)
    for plan in data.layout.sheets:
        for number, one in enumerate(plan.printed):
            if not isinstance(one.text, str):
                comparison.printed(plan, number, one, one.text)
    comparison.tell_gone()


@define
class _Comparison:
    data: Data
    frames: Frames
    #: cells without their formula, by submission and sheet
    gone: dict[tuple[int, str], list[str]] = field(factory=lambda: defaultdict(list))
    doubts: dict[tuple[int, bool], _Places] = field(factory=dict)

    def answers(self) -> None:
        """Answers that rest on other answers."""
        data = self.data
        for submission, one in enumerate(data.extracted):
            for key, (stored, formula) in one.computed.items():
                value = self.frames.answers[key][submission]
                doubtful = self._doubtful(submission, formula=formula)
                if self._differs(stored, value) and not self._answer_is_open(key, doubtful):
                    code = "L110" if formula else "L106"
                    data.tell(submission, key, code, to_text(stored), expected=_shown(value))
                elif not formula:
                    sheet, cell = data.place(submission, key)
                    self.gone[submission, sheet].append(cell)

    def column(self, body: Body, column: ColumnSlot) -> None:
        """One computed column of a library."""
        data, key = self.data, body.library.key
        library = data.libraries[key]
        values = library.columns[column.field.key].values
        for at, (stored, formula) in enumerate(library.stored[column.field.key]):
            if stored is None and formula:
                continue
            found = "" if stored is None else stored
            doubtful = self._doubtful(int(library.owner[at]), formula=formula)
            if self._differs(found, values[at]) and not any(
                (other.key, library.cell(at, other)) in doubtful for other in body.inputs
            ):
                code, expected = "L110" if formula else "L106", _shown(values[at])
                data.tell_row(key, at, column, code, to_text(found), expected=expected)
            elif not formula and (cell := library.cell(at, column)):
                self.gone[int(library.owner[at]), library.sheets[at]].append(cell)

    def printed(self, plan: SheetPlan, number: int, one: Printed, expression: Expression) -> None:
        """A total, or the sentence over a list."""
        place = plan.sheet.key, number
        there = [at for at, file in enumerate(self.data.extracted) if place in file.printed]
        if not there:
            return
        values = evaluate(expression, self.frames)
        key, label = _of_printed(plan, one)
        for submission in there:
            file = self.data.extracted[submission]
            stored, formula, cell = file.printed[place]
            sheet = file.sheet_names.get(plan.sheet.key, plan.name)
            value = values[submission]
            doubtful = self._doubtful(submission, formula=formula)
            if self._differs(stored, value) and not self._is_open(expression, doubtful):
                self.data.problems[submission].append(
                    Problem(
                        code="L110" if formula else "L106", sheet=sheet, cell=cell, key=key,
                        label=label, value=to_text(stored), facts={"expected": _shown(value)},
                    )
                )  # fmt: skip
            elif not formula:
                self.gone[submission, sheet].append(cell)

    def tell_gone(self) -> None:
        """Formulas that were deleted or written over, once for each sheet.

        Where many sheets lost theirs some program dropped them all: that is told once.
        """
        sheets = Counter(submission for submission, _ in self.gone)
        for submission in [one for one, count in sheets.items() if count > _SHEETS_TOLD]:
            lost = {at: cells for at, cells in self.gone.items() if at[0] == submission}
            self.data.problems[submission].append(
                Problem(
                    code="L118",
                    facts={"count": str(sum(map(len, lost.values()))), "cells": f"{len(lost)}张表"},
                )
            )  # fmt: skip
        for (submission, sheet), cells in self.gone.items():
            if sheets[submission] > _SHEETS_TOLD:
                continue
            shown = "、".join(cells[:_CELLS_TOLD]) + ("等" if len(cells) > _CELLS_TOLD else "")
            self.data.problems[submission].append(
                Problem(
                    code="L118", sheet=sheet, cell=cells[0],
                    facts={"count": str(len(cells)), "cells": shown},
                )
            )  # fmt: skip

    def _differs(self, stored: object, value: object) -> bool:
        # An emptied cell says nothing wrong; that its formula is gone is told.
        return not (is_blank(stored) or _agrees(stored, value))

    def _doubtful(self, submission: int, *, formula: bool) -> _Places:
        """Key and cell, and key alone, of what could not be read for sure.

        A rule that a value breaks does not count: the value is known. A ``formula`` does not know
        what was put right on reading, either; who types over one does.
        """
        if (submission, formula) not in self.doubts:
            found: list[Problem | Change] = [
                p for p in self.data.problems[submission] if p.code in CATALOGUE
            ]
            found += self.data.changes[submission] if formula else []
            places = {(one.key, one.cell) for one in found} | {(one.key, "") for one in found}
            self.doubts[submission, formula] = frozenset(places)
        return self.doubts[submission, formula]

    def _answer_is_open(self, key: str, doubtful: _Places) -> bool:
        """Whether a computed answer rests on an answer that has a problem of its own."""
        return any((source, "") in doubtful for source in self.data.layout.sources_of(key))

    def _is_open(self, expression: Expression, doubtful: _Places) -> bool:
        """The same of a printed formula; a computed column rests on all inputs of its row."""
        for node in expression.walk():
            if isinstance(node, AnswerOf) and (node.key, "") in doubtful:
                return True
            for key in _columns_of(node):
                column = self.data.layout.columns[key]
                body = self.data.layout.bodies[key.split(".", 1)[0]]
                if any(
                    (c.key, "") in doubtful for c in (body.inputs if column.locked else [column])
                ):
                    return True
        return False


def _columns_of(node: Expression) -> Iterator[str]:
    key = getattr(node, "column", None)
    if isinstance(key, str):
        yield key


def _of_printed(plan: SheetPlan, one: Printed) -> tuple[str, str]:
    """Key and label of a printed formula: those of its column in a line of totals."""
    body = plan.body
    if body is not None and one.area.row in body.total_rows:
        at = one.area.row - body.total_rows.start
        labels = (body.library.total_label, *(line.label for line in body.library.subtotals))
        for column in body.columns:
            if column.col == one.area.col:
                return column.key, f"{labels[at]}{LABEL_MARK}{column.path}"
    return "", plan.name


def _shown(value: object) -> str:
    return "空" if _missing(value) else show(value)


def _missing(value: object) -> bool:
    if isinstance(value, float):
        return bool(np.isnan(value))
    return value is None or value in ("", ())


def _agrees(stored: object, value: object) -> bool:
    if _missing(value):
        return is_blank(stored) or stored == DASH
    if isinstance(value, float):
        return isinstance(stored, float) and abs(stored - value) <= _TOLERANCE + 1e-9 * abs(value)
    said = value if isinstance(value, str) else show(value)
    # A formula hands on what was typed, blanks and all; the answer it rests on was cleaned.
    return fold(to_text(stored)) == fold(said)
