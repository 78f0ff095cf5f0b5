"""What a county typed in other words than the form asks for, and nobody has a question about.

The importer reads more than Excel does: " 176.3 " typed as text, √ for 是. Written again as it was
typed, each of them would be 内容有误 in the copy, which asks for nothing there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

from attrs import define, field, frozen

from clusterbook.a1 import parted
from clusterbook.forms.kinds import NONE, Kind, Raw
from clusterbook.forms.parsing.folding import SHORTENED
from clusterbook.layout.layout import Layout
from clusterbook.layout.live_checks import rule_keys
from clusterbook.problems import Problem
from clusterbook.validation.typed_data import Change, Data, Typed


@frozen
class Spelling:
    """What to type so that Excel reads it as the importer did.

    ``shortened`` where what was typed says more, which the cell has no room for.
    """

    raw: Raw
    shortened: bool = False


#: by key and, in lists, row of the file
Spellings: TypeAlias = Mapping[tuple[str, int], Spelling]
NO_ROW = -1  # of an answer
_COMPARED: WeakKeyDictionary[Layout, frozenset[str]] = WeakKeyDictionary()


def spellings(data: Data, submission: int, problems: Sequence[Problem]) -> Spellings:
    """Those of one submission. A cell whose content is asked about stays as it was typed.

    Only what the import changed is looked at: all else was typed as the form asks. A free text is
    written otherwise only where a rule of the workbook compares or counts what stands in it. What
    a rule says of a value that was read is no question about how it is typed.
    """
    compared, rules = _compared(data.layout), {rule.code for rule in data.layout.workbook.rules}
    told = {(one.sheet, one.cell) for one in problems if one.code not in rules}
    rows = _Rows(data, submission)
    found: dict[tuple[str, int], Spelling] = {}
    for change in data.changes[submission]:
        if change.cell and (change.sheet, change.cell) not in told:
            place, kind = _place(change, data), _kind(change.key, data)
            if not kind.spelled and (kind.prose or change.key not in compared):
                continue
            spelling = _spelling(kind, change, *rows.value(*place))
            if spelling is not None:
                found[place] = spelling
    return found


def _compared(layout: Layout) -> frozenset[str]:
    """The answers and columns that rules of the workbook look at; worked out once a layout."""
    if layout not in _COMPARED:
        live = (rule for rule in layout.workbook.rules if not rule.importer_only)
        _COMPARED[layout] = frozenset(key for rule in live for key in rule_keys(layout, rule))
    return _COMPARED[layout]


def _place(change: Change, data: Data) -> tuple[str, int]:
    row = parted(change.cell)[1] if change.key in data.layout.columns else None
    return change.key, NO_ROW if row is None else row - 1


def _kind(key: str, data: Data) -> Kind:
    column = data.layout.columns.get(key)
    return column.field.kind if column else data.layout.slots[key][0].field.kind


@define
class _Rows:
    """Where the typed values of one submission stand."""

    data: Data
    submission: int
    #: by list: places in its columns by row of the file
    _known: dict[str, dict[int, int]] = field(factory=dict)

    def value(self, key: str, row: int) -> tuple[Any, str]:
        """A value, and how it was declared to be none; None of a row that says nothing."""
        if row == NO_ROW:
            return _entry(self.data.answers[key], self.submission)
        library, _, column = key.partition(".")
        at = self._places(library).get(row)
        typed = self.data.libraries[library].columns[column]
        return (None, "") if at is None else _entry(typed, at)

    def _places(self, key: str) -> dict[int, int]:
        if key not in self._known:
            library = self.data.libraries[key]
            first, end = library.owner.searchsorted([self.submission, self.submission + 1])
            self._known[key] = {library.rows[at]: at for at in range(first, end)}
        return self._known[key]


def _entry(typed: Typed, at: int) -> tuple[Any, str]:
    return typed.values[at], typed.declared.get(at, "")


def _spelling(kind: Kind, change: Change, value: Any, declared: str) -> Spelling | None:
    """How a value is typed; None where it stays as it is, or nothing reads as the same again."""
    shortened = not SHORTENED.isdisjoint(change.note.split("+"))
    # Whose number it is, or a second one, stands in the cell as well as beside it.
    worded = kind.contact and any(sign.isalpha() for sign in change.raw)
    if worded or (shortened and (kind.names or kind.contact)):
        return None
    if declared:
        return Spelling(NONE) if declared == "none" and kind.none else None
    if value is None or value != value:  # noqa: PLR0124 - no number
        return None
    raw = float(value) if kind.numeric else kind.spell(value)
    reading = kind.read(raw)
    return None if reading.problem or reading.value != value else Spelling(raw, shortened)
