"""What a printed form is filled with: answers as they were understood, and how each is written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from attrs import field, frozen

from clusterbook.forms.kinds import (
    NONE,
)
from clusterbook.layout.layout import Layout

_DECLARED = {"none": NONE, "na": "不适用"}


@frozen(kw_only=True, slots=False)
class Content:
    """Answers by full key and rows by library, as values of JSON documents.

    ``declared`` are answers that say 无 or 不适用, ``texts`` and ``row_texts`` (library, row,
    column) what nobody could read, as it was typed. ``heads`` are the sentences above lists,
    ``totals`` (library, column) their sums, ``reasons`` those that were given, by rule.
    """

    layout: Layout
    values: Mapping[str, Any] = field(factory=dict)
    declared: Mapping[str, str] = field(factory=dict)
    texts: Mapping[str, str] = field(factory=dict)
    rows: Mapping[str, Sequence[Mapping[str, Any]]] = field(factory=dict)
    row_texts: Mapping[tuple[str, int, str], str] = field(factory=dict)
    heads: Mapping[str, str] = field(factory=dict)
    totals: Mapping[tuple[str, str], str] = field(factory=dict)
    reasons: Mapping[str, str] = field(factory=dict)
    issue: str = ""

    def text(self, key: str) -> str:
        """An answer as it is printed; '' where there is none."""
        if key in self.texts:
            return self.texts[key]
        if key in self.declared:
            return _DECLARED[self.declared[key]]
        return self.layout.slots[key][0].field.kind.printed(self.values.get(key))

    def row_text(self, library: str, row: int, column: str) -> str:
        """A cell of a list as it is printed; rows count from 0."""
        typed = self.row_texts.get((library, row, column))
        if typed is not None:
            return typed
        kind = self.layout.columns[f"{library}.{column}"].field.kind
        return kind.printed(self.rows[library][row].get(column))

    def filled(self, key: str) -> bool:
        """Whether anything stands there that somebody typed."""
        return key in self.texts or key in self.declared or self.values.get(key) is not None

    def printed(self) -> Iterator[tuple[str, str]]:
        """Everything that people typed as it is printed, by key or library, row and column."""
        for key, slots in self.layout.slots.items():
            if not slots[0].locked and (text := self.text(key)):
                yield key, text
        for key, body in self.layout.bodies.items():
            for at in range(len(self.rows.get(key, ()))):
                for column in body.inputs:
                    if text := self.row_text(key, at, column.field.key):
                        yield f"{key}[{at + 1}].{column.field.key}", text
        yield from ((f"reason {code}", text) for code, text in sorted(self.reasons.items()))

    @cached_property
    def digest(self) -> str:
        """A short hash of all that is printed: the same for the paper and the workbook."""
        return digest_of(dict(self.printed()))


def digest_of(printed: Mapping[str, str]) -> str:
    """The hash of texts by key; sixteen signs in groups of four; '' of nothing."""
    if not printed:
        return ""
    told = json.dumps(sorted(printed.items()), ensure_ascii=False)
    found = hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:16].upper()
    return "-".join(found[at : at + 4] for at in range(0, 16, 4))
