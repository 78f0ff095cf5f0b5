"""Spec → pandera: bounds, options and required answers, one column at a time over the whole batch.

The only door to pandera. Schemas are built from the fields; what crosses columns is in ``check``.
Columns are typed before (``coerce`` hides every other failure of its column), the index is a
RangeIndex so that a failing index is the row, and ``error`` carries our code.

A short table is judged by the same bounds without pandera, which takes milliseconds for a column
however short it is. So pandas and pandera are imported when the first long one comes: neither a
single return nor the process that only hands out work pays for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from clusterbook.forms.expressions.columns import Array
from clusterbook.forms.kinds import Choice, DependentChoice, Number, YesNo
from clusterbook.forms.spec import Field

if TYPE_CHECKING:
    import pandera.pandas as pa

MISSING = "V101"
_BELOW, _ABOVE, _NOT_LISTED = "V203", "V204", "V230"
SHORT = 1000  # rows from which pandera judges a table; both ways say the same


@frozen
class Failure:
    """One failing cell of a table: column, row position, code of the catalogue, facts."""

    column: str
    index: int
    code: str
    facts: Mapping[str, Any]


@frozen
class Bound:
    """What each value of a column must be: at least or at most a number, or one of a list."""

    code: str
    least: float | None = None
    most: float | None = None
    options: tuple[Any, ...] | None = None

    @property
    def check(self) -> pa.Check:
        """The check of pandera; it passes over what is missing."""
        import pandera.pandas as pa  # noqa: PLC0415

        if self.least is not None:
            return pa.Check.ge(self.least, error=self.code)
        if self.most is not None:
            return pa.Check.le(self.most, error=self.code)
        return pa.Check.isin(list(self.options or ()), error=self.code)

    def broken(self, values: Array, missing: Array) -> Array:
        """Where a column breaks it, missing values passed over."""
        if self.least is not None:
            return ~missing & (values < self.least)
        if self.most is not None:
            return ~missing & (values > self.most)
        options = self.options or ()
        given = zip(values, missing, strict=True)
        return np.array([not none and value not in options for value, none in given], dtype=bool)

    @property
    def facts(self) -> Mapping[str, Any]:
        """What the sentence of its code names."""
        limit = self.most if self.least is None else self.least
        return {} if limit is None else {"limit": f"{limit:g}"}


def _bounds(asked: Field) -> Iterator[Bound]:
    kind = asked.kind
    if isinstance(kind, Number):
        if kind.low is not None:
            yield Bound(_BELOW, least=kind.low)
        if kind.high is not None:
            yield Bound(_ABOVE, most=kind.high)
    elif isinstance(kind, YesNo):
        yield Bound(_NOT_LISTED, options=(True, False))
    elif isinstance(kind, Choice) and not isinstance(kind, DependentChoice):
        yield Bound(_NOT_LISTED, options=tuple(kind.options))


def _dtype(asked: Field) -> str:
    return "float64" if isinstance(asked.kind, Number) else "object"


def _required(asked: Field) -> bool:
    return asked.required and asked.when is None and asked.computed is None


def table_schema(fields: Mapping[str, Field], *, any_texts: bool = False) -> pa.DataFrameSchema:
    """The schema of a table whose columns (by name) answer these fields.

    Texts are Python's, as ``normalize`` has them; with ``any_texts`` they may be of whatever type
    pandas gives them, and numbers are taken as floats.
    """
    import pandera.pandas as pa  # noqa: PLC0415

    def dtype(asked: Field) -> str | None:
        own = _dtype(asked)
        return None if any_texts and own == "object" else own

    return pa.DataFrameSchema({
        name: pa.Column(
            dtype(asked), checks=[bound.check for bound in _bounds(asked)],
            nullable=not _required(asked), coerce=any_texts and dtype(asked) is not None,
        )
        for name, asked in fields.items()
    })  # fmt: skip


def failures(columns: Mapping[str, Array], fields: Mapping[str, Field]) -> Iterator[Failure]:
    """Every failing cell of typed columns of equal length, all at once."""
    rows = max(map(len, columns.values()), default=0)
    if rows:
        yield from (_short if rows < SHORT else _long)(columns, fields)


def _short(columns: Mapping[str, Array], fields: Mapping[str, Field]) -> Iterator[Failure]:
    """What pandera says of a table, told without it."""
    for name, asked in fields.items():
        values = columns[name]
        if values.dtype != _dtype(asked):
            raise TypeError(f"{name} is of {values.dtype}")
        missing = values != values  # noqa: PLR0124 - NaN is nothing, itself included
        if values.dtype == object:
            missing = missing.astype(bool) | np.array([value is None for value in values])
        if _required(asked):
            for at in np.flatnonzero(missing):
                yield Failure(name, int(at), MISSING, {})
        for bound in _bounds(asked):
            for at in np.flatnonzero(bound.broken(values, missing)):
                yield Failure(name, int(at), bound.code, bound.facts)


def _long(columns: Mapping[str, Array], fields: Mapping[str, Field]) -> Iterator[Failure]:
    import pandas as pd  # noqa: PLC0415
    from pandera.errors import SchemaErrors  # noqa: PLC0415

    # An explicit dtype: pandas would take a column of texts for its own string type.
    table = pd.DataFrame({name: pd.Series(v, dtype=v.dtype) for name, v in columns.items()})
    try:
        table_schema(fields).validate(table, lazy=True)
    except SchemaErrors as found:
        for case in found.failure_cases.itertuples(index=False):
            code = MISSING if case.check == "not_nullable" else str(case.check)
            if case.index is None or code[:1] not in "VLR":
                # Not a county's doing: the table itself is not what the spec says.
                raise
            broken = {bound.code: bound for bound in _bounds(fields[case.column])}
            facts = broken[code].facts if code in broken else {}
            yield Failure(str(case.column), int(case.index), code, facts)
