"""Columns of values as expressions take them: answers by submission, lists by row.

What many expressions ask of a column is worked out when one first asks for it, and kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from attrs import field, frozen

from clusterbook.forms.expressions.nodes import Expression
from clusterbook.forms.kinds import NONE
from clusterbook.forms.parsing.together import name_keys

Array = npt.NDArray[Any]
Whose = tuple[int, str]  # submission, and key of a name

_NOTHING: tuple[Any, ...] = ("", ())


@frozen
class NamedRows:
    """The rows of a library by submission and name: how many there are, and the first of them."""

    counts: Mapping[Whose, int]
    first: Mapping[Whose, int]

    @classmethod
    def of(cls, named: Sequence[Whose]) -> NamedRows:
        """Those of a column of names; rows without one are left out."""
        counts = Counter(named)
        for submission in {submission for submission, _ in named}:
            counts.pop((submission, ""), None)
        return cls(counts, dict(zip(reversed(named), reversed(range(len(named))), strict=True)))


def by_name(owner: Sequence[int], names: Sequence[str | None]) -> list[Whose]:
    """Submissions with the keys of names, "" for none."""
    return list(zip(owner, name_keys([name or "" for name in names]), strict=True))


@frozen
class Frames:
    """Typed values of ``count`` submissions of one layout.

    ``answers``: full key → array of ``count``. ``columns``: full key of a library column → array
    of its rows. ``owner``: block key → position of the submission of each row.
    """

    count: int
    answers: Mapping[str, Array]
    columns: Mapping[str, Array]
    owner: Mapping[str, Array]
    #: full key of an answer or column → where anything was typed, readable or not
    said: Mapping[str, Array] = field(factory=dict)
    #: block key → submissions whose sheet of that library is missing: nothing is known of its rows
    absent: Mapping[str, Array] = field(factory=dict)
    #: names in library columns, and the rows by them, once a rule has asked for them
    _names: dict[str, list[Whose]] = field(factory=dict, init=False, eq=False)
    _named: dict[str, NamedRows] = field(factory=dict, init=False, eq=False)
    #: what conditions on single values came to, by condition and library: many rules ask the same
    _filled: dict[str, Array] = field(factory=dict, init=False, eq=False)
    _kept: dict[tuple[Expression, str], Array] = field(factory=dict, init=False, eq=False)

    def kept(self, node: Expression, library: str, work_out: Callable[[], Array]) -> Array:
        """What a condition comes to, worked out when it is first asked for."""
        found = self._kept.get((node, library))
        if found is None:
            found = self._kept[node, library] = work_out()
        return found

    def filled(self, column: str) -> Array:
        """Where a library column holds anything."""
        if column not in self._filled:
            self._filled[column] = is_filled(self.columns[column])
        return self._filled[column]

    def rows_named(self, column: str) -> NamedRows:
        """The rows of a library by the names in a column."""
        if column not in self._named:
            self._named[column] = NamedRows.of(self.names(column))
        return self._named[column]

    def names(self, column: str) -> list[Whose]:
        """Submission and key of the name in each row of a column."""
        if column not in self._names:
            owner = self.owner[column.split(".", 1)[0]].tolist()
            self._names[column] = by_name(owner, self.columns[column].tolist())
        return self._names[column]


def is_empty(values: Array) -> Array:
    """Where an array of any kind holds nothing."""
    if values.dtype.kind == "f":
        return np.isnan(values)
    return np.array([v is None or v in _NOTHING for v in values.tolist()], dtype=bool)


def is_filled(values: Array) -> Array:
    """Where something stands that is not a declared 无."""
    filled = ~is_empty(values)
    if values.dtype.kind == "O":
        filled &= np.array([v != NONE for v in values.tolist()], dtype=bool)
    return filled
