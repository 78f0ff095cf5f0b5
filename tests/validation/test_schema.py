"""Tables are judged alike by pandera and without it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from random import Random
from typing import Any

import numpy as np
import pytest

from clusterbook.forms.kinds import Number
from clusterbook.forms.spec import Field
from clusterbook.layout import layouts
from clusterbook.validation import schema
from clusterbook.validation.normalize import as_array
from clusterbook.validation.schema import Failure

FORMS = ("cluster_contest", "fujian_sme_cluster")


def fields_of_all_forms() -> list[Field]:
    """One of each kind and obligation."""
    found: dict[Any, Field] = {}
    for form in FORMS:
        layout = layouts.of(form)
        asked = [parts[0].field for parts in layout.slots.values()]
        asked += [column.field for column in layout.columns.values()]
        for one in asked:
            found.setdefault((one.kind, one.required, one.when is None, one.computed is None), one)
    return list(found.values())


def values_of(asked: Field) -> list[Any]:
    """Values on both sides of every bound, and none."""
    kind = asked.kind
    if kind.numeric:
        bounds = [one for one in (kind.low, kind.high) if one is not None]
        near = [at for one in bounds for at in (one, math.nextafter(one, -math.inf), one + 1e-9)]
        return [None, 0.0, 0.5, -1e12, 1e12, *near]
    if kind.dtype == "boolean":
        return [None, True, False, "是"]
    if kind.dtype == "list":
        return [None, (), kind.options[:2], ("甲", "乙"), tuple("甲" * 300)]
    return [None, "", *kind.options, "都不是", "字" * 50_000, "2019-03", "2026-03-15"]


def told(found: Iterable[Failure]) -> list[Failure]:
    return sorted(found, key=lambda one: (one.column, one.index, one.code))


@pytest.mark.parametrize("bounds", [schema.told_later, schema.all_bounds])
@pytest.mark.parametrize("seed", range(6))
def test_a_short_table_is_judged_as_pandera_judges_it(seed: int, bounds: schema.Bounds) -> None:
    dice = Random(seed)
    fields = {f"c{number}": asked for number, asked in enumerate(fields_of_all_forms())}
    rows = dice.choice((1, 2, 40))
    columns = {
        name: as_array(asked.kind, [dice.choice(values_of(asked)) for _ in range(rows)])
        for name, asked in fields.items()
    }
    short = told(schema._short(columns, fields, bounds))
    assert short == told(schema._long(columns, fields, bounds))
    assert short


def test_each_bound_and_what_is_missing_is_told_by_both() -> None:
    asked = Field("share", "占比", Number(low=0.0, high=100.0))
    for rows in (4, schema.SHORT * 4):
        values = np.tile([math.nan, -1.0, 50.0, 101.0], rows // 4)
        found = list(schema.failures({"share": values}, {"share": asked}))
        assert told(found)[:3] == [
            Failure("share", 0, "V101", {}), Failure("share", 1, "V203", {"limit": "0"}),
            Failure("share", 3, "V204", {"limit": "100"}),
        ]  # fmt: skip
        assert len(found) == rows // 4 * 3


@pytest.mark.parametrize("rows", [1, schema.SHORT])
def test_a_column_of_another_type_is_a_fault_of_ours(rows: int) -> None:
    asked = Field("share", "占比", Number())
    with pytest.raises(Exception, match="object"):
        list(schema.failures({"share": np.array(["1"] * rows, dtype=object)}, {"share": asked}))
