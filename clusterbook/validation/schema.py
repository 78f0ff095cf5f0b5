"""Spec → pandera: bounds, options and required answers, one column at a time over the whole batch.

The only door to pandera. Schemas are built from the fields; what crosses columns is in ``check``.
Columns are typed before (``coerce`` hides every other failure of its column), the index is a
RangeIndex so that a failing index is the row, and ``error`` carries our code.

A short table is judged by the same bounds without pandera, which takes milliseconds for a column
however short it is. A long one is looked at once for each distinct value, and given to pandera
where any of them is out of bounds, or not what the spec says. So pandas and pandera are imported
when the first long table comes that has something to tell: neither a single return nor a worker
with sound ones pays for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from clusterbook.forms.expressions.frames import Array
from clusterbook.forms.faces import Face
from clusterbook.forms.kinds.bounds import (
    Bound,
    EachOf,
    High,
    Longest,
    Low,
    MostItems,
    OneOf,
    Pattern,
    Steps,
    Whole,
    Years,
)
from clusterbook.forms.spec import Field

if TYPE_CHECKING:
    import pandera.pandas as pa

MISSING = "V101"
SHORT = 1000  # rows from which pandera judges a table; both ways say the same


@frozen
class Failure:
    """One failing cell of a table: column, row position, code of the catalogue, facts."""

    column: str
    index: int
    code: str
    facts: Mapping[str, Any]


#: The check of pandera for each class of bounds.
PANDERA = Face("check of pandera")


@PANDERA.of(Low)
def _low(_: object, bound: Low) -> pa.Check:
    import pandera.pandas as pa  # noqa: PLC0415

    return pa.Check.ge(bound.least, error=_error(bound))


@PANDERA.of(High)
def _high(_: object, bound: High) -> pa.Check:
    import pandera.pandas as pa  # noqa: PLC0415

    return pa.Check.le(bound.most, error=_error(bound))


@PANDERA.of(OneOf)
def _one_of(_: object, bound: OneOf) -> pa.Check:
    import pandera.pandas as pa  # noqa: PLC0415

    return pa.Check.isin(list(bound.options), error=_error(bound))


@PANDERA.of(Whole)
@PANDERA.of(Steps)
@PANDERA.of(EachOf)
@PANDERA.of(MostItems)
@PANDERA.of(Longest)
@PANDERA.of(Pattern)
@PANDERA.of(Years)
def _one_by_one(_: object, bound: Bound) -> pa.Check:
    import pandera.pandas as pa  # noqa: PLC0415

    return pa.Check(
        bound.holds, element_wise=True, error=_error(bound), name=type(bound).__name__,
    )  # fmt: skip


def _check(bound: Bound) -> pa.Check:
    """What pandera checks; of a bound that a form brings along, one value after the other."""
    found: pa.Check = PANDERA(None, bound) if PANDERA.has(bound) else _one_by_one(None, bound)
    return found


def _error(bound: Bound) -> str:
    """What a failing check of pandera says: our code first."""
    return f"{bound.code} {bound.words}".strip()


def _dtype(asked: Field) -> str:
    return "float64" if asked.kind.numeric else "object"


def _required(asked: Field) -> bool:
    return asked.required and asked.when is None and asked.computed is None


Bounds = Callable[[Field], Sequence[Bound]]


def told_later(asked: Field) -> Sequence[Bound]:
    """The bounds that a column has to be looked at for which was read by its kind."""
    return asked.kind.told_later


def all_bounds(asked: Field) -> Sequence[Bound]:
    """Every bound of what is typed, for columns that nobody has read."""
    return () if asked.computed is not None else asked.kind.bounds


def table_schema(
    fields: Mapping[str, Field], bounds: Bounds = told_later, *, any_texts: bool = False
) -> pa.DataFrameSchema:
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
            dtype(asked), checks=[_check(bound) for bound in bounds(asked)],
            nullable=not _required(asked), coerce=any_texts and dtype(asked) is not None,
        )
        for name, asked in fields.items()
    })  # fmt: skip


def failures(
    columns: Mapping[str, Array], fields: Mapping[str, Field], bounds: Bounds = told_later
) -> Iterator[Failure]:
    """Every failing cell of typed columns of equal length, all at once."""
    rows = max(map(len, columns.values()), default=0)
    if 0 < rows < SHORT:
        yield from _short(columns, fields, bounds)
    elif rows and not all(
        _is_sound(columns[name], asked, bounds) for name, asked in fields.items()
    ):
        yield from _long(columns, fields, bounds)


def _is_sound(values: Array, asked: Field, bounds: Bounds) -> bool:
    """Whether a column surely has nothing that fails; each distinct value is looked at once."""
    if values.dtype != _dtype(asked):
        return False
    if values.dtype == object:
        distinct = set(values.tolist())
        values = np.empty(len(distinct), dtype=object)
        values[:] = list(distinct)
    missing = _missing(values)
    if _required(asked) and missing.any():
        return False
    return not any(bound.broken(values, missing).any() for bound in bounds(asked))


def _missing(values: Array) -> Array:
    """Where a column has nothing."""
    missing: Array = values != values  # noqa: PLR0124 - NaN is nothing, itself included
    if values.dtype == object:
        missing = missing.astype(bool) | np.array([value is None for value in values], dtype=bool)
    return missing


def _short(
    columns: Mapping[str, Array], fields: Mapping[str, Field], bounds: Bounds
) -> Iterator[Failure]:
    """What pandera says of a table, told without it."""
    for name, asked in fields.items():
        values = columns[name]
        if values.dtype != _dtype(asked):
            raise TypeError(f"{name} is of {values.dtype}")
        missing = _missing(values)
        if _required(asked):
            for at in np.flatnonzero(missing):
                yield Failure(name, int(at), MISSING, {})
        for bound in bounds(asked):
            for at in np.flatnonzero(bound.broken(values, missing)):
                yield Failure(name, int(at), bound.code, bound.facts(values[at]))


def _long(
    columns: Mapping[str, Array], fields: Mapping[str, Field], bounds: Bounds
) -> Iterator[Failure]:
    import pandas as pd  # noqa: PLC0415
    from pandera.errors import SchemaErrors  # noqa: PLC0415

    # An explicit dtype: pandas would take a column of texts for its own string type.
    table = pd.DataFrame({name: pd.Series(v, dtype=v.dtype) for name, v in columns.items()})
    try:
        table_schema(fields, bounds).validate(table, lazy=True)
    except SchemaErrors as found:
        for case in found.failure_cases.itertuples(index=False):
            name, said = str(case.column), str(case.check)
            known = {_error(bound): bound for bound in bounds(fields[name])}
            if case.index is not None and said == "not_nullable":
                yield Failure(name, int(case.index), MISSING, {})
            elif case.index is not None and said in known:
                facts = known[said].facts(columns[name][int(case.index)])
                yield Failure(name, int(case.index), known[said].code, facts)
            else:  # not a county's doing: the table itself is not what the spec says
                raise
