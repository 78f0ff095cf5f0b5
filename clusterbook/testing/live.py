"""Whether a workbook tells a county what the importer will tell it, cell by cell.

A workbook is filled plausibly, then spoiled at random: blanks, words in number cells, zeros,
negative bases, values equal to each other or a hair apart, empty and full libraries. Every count of
a rule, every computed cell and the figures of the first page are compared, as they are stored in
the workbook; that those are what spreadsheets work out is for the tests of this software.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from random import Random
from typing import Any

import openpyxl
from attrs import evolve
from openpyxl.worksheet.formula import ArrayFormula

from clusterbook import problems
from clusterbook.a1 import cell_name
from clusterbook.forms.kinds import Number, Raw
from clusterbook.forms.stamp import Stamp
from clusterbook.layout.layout import Layout
from clusterbook.layout.own_sheets import GUIDE_SHEET, RULES_SHEET
from clusterbook.testing.filling import fill
from clusterbook.testing.reading_back import imported
from clusterbook.workbook import writer
from clusterbook.workbook.content import Entries

Results = dict[tuple[str, str], Any]
MISSING = {"V101", "V102", "V104"}
WORDS = ("约5", "待定", "较多", "无", "/", " ", "3-4", "见附件")


def spoiled(layout: Layout, seed: int, texts: Sequence[str] = ()) -> Entries:
    """Answers of one random workbook."""
    dice = Random(seed)
    rows = dice.choice((0, 1, 2, 3, 8, 20))
    answers = fill(layout, seed=seed, rows=rows, texts=texts).answers()
    values = {k: v for k, v in answers.values.items() if dice.random() > 0.05}
    numbers = [k for k in values if isinstance(layout.slots[k][0].field.kind, Number)]
    scale = dice.choice((1.0, 10.0, 100.0))
    for key in numbers:
        kind = layout.slots[key][0].field.kind
        if isinstance(kind, Number):
            values[key] = _number(dice, kind, scale)
    for key in dice.sample(numbers, k=min(len(numbers), dice.randrange(0, 12))):
        values[key] = dice.choice(WORDS)
    for _ in range(dice.randrange(0, 10)):
        if len(numbers) > 1:
            one, other = dice.sample(numbers, 2)
            if isinstance(values[other], float):
                values[one] = values[other]
    libraries = {
        key: [_row(dice, layout, key, row, scale) for row in rows if dice.random() > 0.1]
        for key, rows in answers.rows.items()
    }
    return evolve(answers, values=values, rows=libraries)


def _number(dice: Random, kind: Number, scale: float) -> Raw:
    value = dice.choice(
        (
            0.0,
            1.0,
            scale,
            dice.uniform(0, scale),
            dice.uniform(0, scale),
            dice.uniform(0, 1000 * scale),
        )
    )
    if kind.low is None or (kind.percent and kind.low < 0):
        value *= dice.choice((1, 1, -1))
    if kind.high is not None:
        value = min(value, kind.high)
    return float(round(value)) if kind.whole else round(value, kind.decimals)


def _row(
    dice: Random, layout: Layout, library: str, row: Mapping[str, Any], scale: float
) -> dict[str, Any]:
    spoilt = dict(row)
    for column in layout.bodies[library].inputs:
        key = column.field.key
        if key in spoilt and isinstance(column.field.kind, Number):
            spoilt[key] = _number(dice, column.field.kind, scale)
            if dice.random() < 0.03:
                spoilt[key] = dice.choice(WORDS)
        if dice.random() < 0.04:
            spoilt.pop(key, None)
    return spoilt


def book(layout: Layout, seed: int, texts: Sequence[str] = ()) -> bytes:
    """The workbook of ``seed``."""
    stamp = Stamp.of(layout.workbook, issue=f"S{seed}")
    return writer.write_template(layout, stamp, spoiled(layout, seed, texts))


def stored_disagreements(layout: Layout, seed: int, texts: Sequence[str] = ()) -> list[str]:
    """Where the workbook of ``seed``, as it is stored, says something else than the importer."""
    return stored_told(layout, book(layout, seed, texts), seed)


def stored_told(layout: Layout, data: bytes, seed: int = 0) -> list[str]:
    """What is stored in one workbook against what the importer says of it."""
    return told_differently(Stored(data), layout, data, seed)


def told_differently(doc: Any, layout: Layout, data: bytes, seed: int) -> list[str]:
    """Where ``doc``, a workbook that somebody worked out, says something else than the importer."""
    batch = imported(data)
    lines = (
        *_errors(doc), *_rules(doc, layout, batch), *_computed(doc, layout, batch),
        *_figures(doc, layout, batch),
    )  # fmt: skip
    return [f"seed {seed}: {line}" for line in lines]


def _figures(doc: Any, layout: Layout, batch: Any) -> Iterator[str]:
    """The counts of 首页 against the importer's problems, but for what it alone can see.

    A spelling that the importer reads by a guess, and asks about, is red in the workbook: there
    it counts as wrong, as no formula can reckon with it (docs/decisions.md).
    """
    alone = {rule.code for rule in layout.workbook.rules if rule.importer_only}
    alone |= {code.id for code in problems.CATALOGUE.values() if code.importer_only}
    counts = {plan.name: [0, 0, 0] for plan in layout.sheets}
    for one in batch.submissions[0].problems:
        if one.open and one.code not in alone:
            # What a cell cannot be read for is red in the workbook, though the importer may ask.
            explains = one.level is problems.Level.EXPLAIN and one.own is not None
            counts[one.sheet][2 if explains else one.code not in MISSING] += 1
    rows = doc.texts(GUIDE_SHEET, f"B1:E{len(layout.sheets) + 20}")
    for name, *shown in rows:
        if name in counts and [int(text) for text in shown] != counts[name]:
            yield f"首页 {name}: workbook {shown}, importer {counts[name]}"


def _errors(doc: Any) -> Iterator[str]:
    for sheet, cell, error in doc.formulas_with_errors():
        yield f"{sheet}!{cell} shows {error}"


def _rules(doc: Any, layout: Layout, batch: Any) -> Iterator[str]:
    rules = [rule for rule in layout.workbook.rules if not rule.importer_only]
    if not rules:
        return
    told = {rule.code: 0 for rule in rules}
    for problem in batch.submissions[0].problems:
        if problem.own is not None and problem.code in told:
            told[problem.code] += 1
    for row in doc.values(RULES_SHEET, f"A2:B{len(rules) + 1}"):
        if row[1].value != told[row[0].text]:
            yield f"rule {row[0].text}: workbook {row[1].value}, importer {told[row[0].text]}"


def _computed(doc: Any, layout: Layout, batch: Any) -> Iterator[str]:
    data = batch.groups[0].data
    for plan in layout.sheets:
        for slot in plan.slots:
            if slot.locked:
                shown = doc.cell(plan.name, slot.area.cell)
                line = _differs(shown, data.answers[slot.key].values[0])
                if line:
                    yield f"{slot.key} ({slot.area.cell}): {line}"
        for column in plan.body.columns if plan.body else ():
            if column.locked and plan.body:
                library = data.libraries[plan.body.library.key]
                for at, value in enumerate(library.columns[column.field.key].values):
                    cell = cell_name(library.rows[at], column.col)
                    line = _differs(doc.cell(plan.name, cell), value)
                    if line:
                        yield f"{column.key} ({cell}): {line}"


def _differs(shown: Any, value: Any) -> str:
    if isinstance(value, tuple):
        value = "、".join(map(str, value))
    if value is None or (isinstance(value, float) and math.isnan(value)):
        same = shown.text in ("", "—") or shown.text == "无"
    elif isinstance(value, float):
        same = shown.kind != "text" and math.isclose(
            shown.value or 0.0, value, abs_tol=1e-6, rel_tol=1e-9
        )
    else:
        same = shown.text == str(value)
    return "" if same else f"workbook {shown.text!r}, importer {value!r}"


# --- what is stored in a workbook ----------------------------------------------------------------


@lru_cache(maxsize=4)
def formulas(data: bytes) -> dict[tuple[str, str], str]:
    """Every formula by sheet and cell, without '='."""
    found = {}
    for sheet in opened(data, data_only=False).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                value = cell.value
                text = value.text if isinstance(value, ArrayFormula) else value
                if cell.data_type == "f":
                    found[sheet.title, cell.coordinate] = str(text).removeprefix("=")
    return found


def stored(data: bytes) -> Results:
    """What is stored beside the formulas: what Protected View shows."""
    book = opened(data, data_only=True)
    return {place: book[place[0]][place[1]].value for place in formulas(data)}


@dataclass(frozen=True)
class StoredCell:
    """A cell as it is stored, as ``office.Cell`` has it."""

    value: Any

    @property
    def text(self) -> str:
        """What a person reads."""
        value = self.value
        whole = isinstance(value, float) and value.is_integer()
        return "" if value is None else str(int(value) if whole else value)

    @property
    def kind(self) -> str:
        """Text or number."""
        return "text" if isinstance(self.value, str) else "number"


class Stored:
    """A workbook as a reader sees it that does not calculate; what of ``office.Doc`` is asked."""

    def __init__(self, data: bytes) -> None:
        self.book = opened(data, data_only=True)
        self.results = stored(data)

    def values(self, sheet: str, cells: str) -> list[list[StoredCell]]:
        """The cells of an area."""
        return [[StoredCell(cell.value) for cell in row] for row in self.book[sheet][cells]]

    def texts(self, sheet: str, cells: str) -> list[list[str]]:
        """Their texts."""
        return [[cell.text for cell in row] for row in self.values(sheet, cells)]

    def cell(self, sheet: str, cell: str) -> StoredCell:
        """One cell."""
        return StoredCell(self.book[sheet][cell].value)

    def formulas_with_errors(self) -> list[tuple[str, str, str]]:
        """The formulas that come to an error."""
        return [(*at, str(value)) for at, value in self.results.items() if str(value)[:1] == "#"]


@lru_cache(maxsize=4)
def opened(data: bytes, *, data_only: bool) -> openpyxl.Workbook:
    """A workbook as openpyxl reads it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it does not know print areas of whole columns
        return openpyxl.load_workbook(BytesIO(data), data_only=data_only)
