"""Spec → pandera: bounds, options and required answers, one column at a time over the whole batch.

The only door to pandera. Schemas are built from the fields; what crosses columns is in ``check``.
Columns are typed before (``coerce`` hides every other failure of its column), the index is a
RangeIndex so that a failing index is the row, and ``error`` carries our code.

pandas and pandera are imported when the first table is checked: the process that only hands out
work must not pay for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from attrs import frozen

from clusterbook.evaluate import Array
from clusterbook.kinds import Choice, DependentChoice, Number, YesNo
from clusterbook.spec import Field

if TYPE_CHECKING:
    import pandera.pandas as pa

MISSING = "V101"
_BELOW, _ABOVE, _NOT_LISTED = "V203", "V204", "V230"


@frozen
class Failure:
    """One failing cell of a table: column, row position, code of the catalogue, facts."""

    column: str
    index: int
    code: str
    facts: Mapping[str, Any]


def table_schema(fields: Mapping[str, Field]) -> pa.DataFrameSchema:
    """The schema of a table whose columns (by name) answer these fields."""
    import pandera.pandas as pa  # noqa: PLC0415

    return pa.DataFrameSchema({name: _column(asked) for name, asked in fields.items()})


def _column(asked: Field) -> pa.Column:
    import pandera.pandas as pa  # noqa: PLC0415

    required = asked.required and asked.when is None and asked.computed is None
    dtype = "float64" if isinstance(asked.kind, Number) else "object"
    return pa.Column(dtype, checks=list(_checks(asked)), nullable=not required)


def _checks(asked: Field) -> Iterator[pa.Check]:
    import pandera.pandas as pa  # noqa: PLC0415

    kind = asked.kind
    if isinstance(kind, Number):
        if kind.low is not None:
            yield pa.Check.ge(kind.low, error=_BELOW)
        if kind.high is not None:
            yield pa.Check.le(kind.high, error=_ABOVE)
    elif isinstance(kind, YesNo):
        yield pa.Check.isin([True, False], error=_NOT_LISTED)
    elif isinstance(kind, Choice) and not isinstance(kind, DependentChoice):
        yield pa.Check.isin(list(kind.options), error=_NOT_LISTED)


def failures(columns: Mapping[str, Array], fields: Mapping[str, Field]) -> Iterable[Failure]:
    """Every failing cell of typed columns of equal length, all at once."""
    import pandas as pd  # noqa: PLC0415
    from pandera.errors import SchemaErrors  # noqa: PLC0415

    # An explicit dtype: pandas would take a column of texts for its own string type.
    table = pd.DataFrame({name: pd.Series(v, dtype=v.dtype) for name, v in columns.items()})
    if table.empty:
        return
    try:
        table_schema(fields).validate(table, lazy=True)
    except SchemaErrors as found:
        for case in found.failure_cases.itertuples(index=False):
            code = MISSING if case.check == "not_nullable" else str(case.check)
            if case.index is None or code[:1] not in "VLR":
                # Not a county's doing: the table itself is not what the spec says.
                raise
            kind = fields[case.column].kind
            limit = getattr(kind, "low" if code == _BELOW else "high", None)
            facts = {} if limit is None else {"limit": f"{limit:g}"}
            yield Failure(str(case.column), int(case.index), code, facts)
