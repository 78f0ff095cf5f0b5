"""Plans of earlier versions of a form, kept as data: what they issued is read by its own plan.

A form may change from one version to the next: rows are put in, columns move, sheets come and go.
The ruler, the names and the printed texts of a workbook speak of the plan it was issued by, so
that plan is kept (``workbook_specs/data/keep_plans.py``), and all witnesses are heard as on the
first day. What is read is then carried over to the plan of today by key (``carried``). Years are
kept as ``{y}``, ``{y-1}`` …: one plan serves every round.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from attrs import define, evolve, field, frozen

from clusterbook.forms.expressions.nodes import Dash
from clusterbook.forms.kinds import Kind, Text
from clusterbook.forms.parsing.folding import fold
from clusterbook.forms.rules import Rule
from clusterbook.forms.spec import Block, Field, Library, Sheet
from clusterbook.layout.layout import (
    Area,
    Body,
    ColumnSlot,
    Layout,
    OverflowRemark,
    Printed,
    SheetPlan,
    Slot,
)

_YEAR = re.compile(r"\{y([+-]\d+)?\}")
_YEARS = re.compile(r"\d{4}")

Fill = Callable[[str], str]


@frozen
class OldFormula:
    """A formula as an earlier version wrote it: where, its text, and what it computes.

    ``row`` is that of the first row of a library, for a formula of its columns; else -1.
    """

    at: tuple[int, int]
    text: str
    label: str
    key: str
    row: int


@frozen(slots=False)
class KnownPage:
    """What a sheet around the form said, as it was written or folded; the cells that were taken."""

    said: tuple[str, ...]
    taken: frozenset[tuple[int, int]]

    @cached_property
    def texts(self) -> frozenset[str]:
        """What it said, folded; asked for only where something stands in a cell of nobody's."""
        return frozenset(map(fold, self.said))


@define(slots=False, eq=False)
class EarlierLayout(Layout):
    """The plan of an earlier version, as far as reading needs it; kinds are those of today.

    ``optional`` are the keys of what might stay empty, ``rules`` the codes of its rules,
    ``named_reasons`` the names of their 说明 cells by code, ``pages`` the sheets around the form.
    """

    version: str = ""
    optional: frozenset[str] = frozenset()
    rules: frozenset[str] = frozenset()
    named_reasons: tuple[tuple[str, tuple[str, ...]], ...] = ()
    formulas: Mapping[str, tuple[OldFormula, ...]] = field(factory=dict)
    pages: Mapping[str, KnownPage] = field(factory=dict)

    @property
    def reasons(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Rule codes, and the defined names of the cells in which a reason may stand."""
        return self.named_reasons

    @property
    def asked(self) -> frozenset[str]:
        """Full keys of the answers and columns, and keys of the libraries, that it asked for."""
        return frozenset((*self.slots, *self.columns, *self.bodies))


def plan_file(form: str, version: str) -> str:
    """The name of the file that keeps the plan of a version."""
    return f"plan-{form}-{version}.json"


def with_years_open(text: str, year: int, other: str, shift: int) -> str:
    """A text of the plan of ``year`` with its years as marks.

    ``other`` is the same text ``shift`` years later: what moved along is a year of the round.
    """
    pieces, end = [], 0
    for here, there in zip(_YEARS.finditer(text), _YEARS.finditer(other), strict=True):
        pieces.append(text[end : here.start()])
        moved = int(there[0]) == int(here[0]) + shift
        away = int(here[0]) - year
        pieces.append(("{y}" if not away else f"{{y{away:+d}}}") if moved else here[0])
        end = here.end()
    found = "".join([*pieces, text[end:]])
    if filled(found, year) != text or filled(found, year + shift) != other:
        raise ValueError(f"not the same but for its years: {text!r}, {other!r}")
    return found


def filled(text: str, year: int) -> str:
    """A kept text as the round of a year has it."""
    return _YEAR.sub(lambda mark: str(year + int(mark[1] or 0)), text) if "{y" in text else text


def load(path: Path, current: Layout) -> EarlierLayout:
    """The plan kept in a file for the options of ``current``, the same form's plan of today."""
    options = current.workbook.options
    kept = _read(path)["plans"][options.years]

    def fill(text: str) -> str:
        return filled(text, options.report_year)

    rows = options.rows or 0
    sheets = tuple(_sheet(one, current, rows, fill) for one in kept["sheets"])
    formulas = {
        plan.sheet.key: tuple(_formulas(one, plan, fill))
        for one, plan in zip(kept["sheets"], sheets, strict=True)
    }
    pages = {
        key: KnownPage(
            tuple(map(fill, one["texts"])),
            frozenset((row, col) for row, first, last in one["taken"]
                      for col in range(first, last + 1)),
        )
        for key, one in kept["around"].items()
    }  # fmt: skip
    return EarlierLayout(
        current.workbook, sheets, version=_read(path)["version"], formulas=formulas, pages=pages,
        optional=frozenset(map(fill, kept["optional"])), rules=frozenset(map(fill, kept["rules"])),
        named_reasons=tuple(
            (fill(code), tuple(map(fill, [names] if isinstance(names, str) else names)))
            for code, names in kept["reasons"]
        ),
    )  # fmt: skip


@cache
def _read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def _sheet(kept: Mapping[str, Any], current: Layout, rows: int, fill: Fill) -> SheetPlan:
    body, more = None, 0
    if kept["body"] is not None:
        body, more = _body(kept["body"], current, rows, fill)
    printed = [
        Printed(Area(*area), Dash() if text is None else fill(text), "")
        for *area, text in kept["printed"]
    ]
    slots = [_slot(one, current, fill) for one in kept["slots"]]
    remarks = [OverflowRemark(Area(*area), (), "") for area in kept.get("remarks", ())]
    return SheetPlan(
        sheet=Sheet(key=kept["key"], name=kept["name"], title=kept["title"], blocks=()),
        printed=tuple(printed), slots=tuple(slots), remarks=tuple(remarks), body=body, heights={},
        widths=(0.0,) * (kept["last_col"] + 1), last_row=kept["last_row"] + more,
        print_first_col=1, print_last_col=kept["last_col"],
    )  # fmt: skip


def _slot(kept: list[Any], current: Layout, fill: Fill) -> Slot:
    key, part, parts, *area, path, formula = kept
    key = fill(key)
    kind = current.slots[key][0].field.kind if key in current.slots else Text()
    return Slot(
        key, Block(key=key.split(".", 1)[0]), _field(key, "", kind, formula=formula),
        Area(*area), fill(path), part, parts,
    )  # fmt: skip


def _field(key: str, label: str, kind: Kind, *, formula: str | None, hint: str = "") -> Field:
    computed = None if formula is None else Dash()
    return Field(key.split(".", 1)[1], label, kind, computed=computed, hint=hint)


def _body(kept: Mapping[str, Any], current: Layout, rows: int, fill: Fill) -> tuple[Body, int]:
    """The body of a library, and how many rows longer it was made than the kept plan has it."""
    key, first, last = kept["library"], kept["first_row"], kept["last_row"]
    more = rows - (last - first + 1) if kept["resizable"] and rows else 0
    columns = []
    for name, col, path, label, hint, formula in kept["columns"]:
        own = f"{key}.{name}"
        kind = current.columns[own].field.kind if own in current.columns else Text()
        asked = _field(own, fill(label), kind, formula=formula, hint=fill(hint))
        columns.append(ColumnSlot(own, asked, col, fill(path)))
    library = Library(
        key=key, columns=(), rows=last - first + 1 + more, closed=kept["closed"],
        resizable=kept["resizable"],
    )  # fmt: skip
    return Body(
        library, first, last + more, tuple(columns), kept["number_col"], kept["total_row"],
        kept["head_last_row"],
    ), more  # fmt: skip


def _formulas(kept: Mapping[str, Any], plan: SheetPlan, fill: Fill) -> list[OldFormula]:
    found = [
        OldFormula((slot.area.row, slot.area.col), fill(one[-1]), slot.path, slot.key, -1)
        for one, slot in zip(kept["slots"], plan.slots, strict=True)
        if one[-1] is not None
    ]
    found += [OldFormula((row, col), fill(text), plan.name, "", -1)
              for row, col, text in kept["printed_formulas"]]  # fmt: skip
    if plan.body is not None:
        row = plan.body.first_row
        found += [
            OldFormula((row, column.col), fill(one[-1]), column.path, column.key, row)
            for one, column in zip(kept["body"]["columns"], plan.body.columns, strict=True)
            if one[-1] is not None
        ]
    return found


# --- what is asked -------------------------------------------------------------------------------


def as_asked(layout: Layout, issued: EarlierLayout) -> Layout:
    """The plan of today with only what an earlier version asked.

    What has been added since, or was optional then, may stay empty; rules that it did not know, or
    that look at what has been added, are not applied: nobody could have answered them. An addition
    that stands at its default unless somebody changes it keeps no rule away.
    """
    new = frozenset((*layout.slots, *layout.columns, *layout.bodies)) - issued.asked
    unknown = new - {key for key in new & layout.slots.keys() if layout.slots[key][0].field.default}
    rules = tuple(
        rule
        for rule in layout.workbook.rules
        if (rule.timeless or rule.code in issued.rules) and unknown.isdisjoint(_looks_at(rule))
    )
    sheets = tuple(_loosened(plan, new | issued.optional) for plan in layout.sheets)
    return Layout(evolve(layout.workbook, rules=rules), sheets)


def _looks_at(rule: Rule) -> frozenset[str]:
    """Full keys of all that a rule looks at, and keys of the libraries."""
    looked = rule.looks_at()
    columns = looked.cells | looked.columns
    return looked.answers | columns | {key.split(".", 1)[0] for key in columns} | {rule.library}


def _loosened(plan: SheetPlan, free: frozenset[str]) -> SheetPlan:
    """A sheet on which these answers, columns and libraries may stay empty."""
    slots = tuple(
        evolve(slot, field=_free(slot.field)) if slot.key in free else slot for slot in plan.slots
    )
    body = plan.body
    if body is not None:
        columns = tuple(
            evolve(column, field=_free(column.field)) if column.key in free else column
            for column in body.columns
        )
        least = 0 if body.library.key in free else body.library.least
        body = evolve(body, columns=columns, library=evolve(body.library, least=least))
    return evolve(plan, slots=slots, body=body)


def _free(asked: Field) -> Field:
    return evolve(asked, required=False, when=None, only_when=False)
