"""Long tables that have nothing to tell are not given to pandera; all others say the same."""

import random
import sys

import numpy as np
import pytest

from clusterbook.layout import layouts
from clusterbook.validation import schema

ROWS = 1_200
FORMS = ("cluster_contest", "fujian_sme_cluster")


def library(form):
    """Fields of the longest list of a form, with columns of values within all their bounds."""
    body = max(layouts.of(form).bodies.values(), key=lambda one: len(one.columns))
    fields = {column.field.key: column.field for column in body.inputs}
    dice = random.Random(form)
    return fields, {key: column(asked, dice) for key, asked in fields.items()}


def column(asked, dice):
    bounds = schema.told_later(asked)
    options = next((list(one.options) for one in bounds if hasattr(one, "options")), ["甲", "乙"])
    if asked.kind.numeric:
        least = max((one.least for one in bounds if hasattr(one, "least")), default=0)
        return np.array([least + dice.randint(0, 1) for _ in range(ROWS)], dtype=float)
    values = np.empty(ROWS, dtype=object)
    values[:] = [dice.choice(options) for _ in range(ROWS)]
    return values


@pytest.mark.parametrize("form", FORMS)
def test_a_sound_table_needs_no_pandera(form, monkeypatch):
    fields, columns = library(form)
    monkeypatch.setitem(sys.modules, "pandera.pandas", None)  # importing it would fail
    assert list(schema.failures(columns, fields)) == []


@pytest.mark.parametrize("form", FORMS)
def test_whatever_a_long_table_holds_it_is_told_as_of_a_short_one(form, monkeypatch):
    """A few cells are emptied, or hold what no option says or no bound allows."""
    fields, sound = library(form)
    dice = random.Random(f"{form} spoilt")
    for _ in range(12):
        columns = {key: values.copy() for key, values in sound.items()}
        for key in dice.sample(list(columns), dice.randint(1, 3)):
            numeric = fields[key].kind.numeric
            for at in dice.sample(range(ROWS), 3):
                columns[key][at] = dice.choice((np.nan, -1e9, 1e15) if numeric else (None, "？"))
        long = {(one.column, one.index, one.code) for one in schema.failures(columns, fields)}
        with monkeypatch.context() as patch:
            patch.setattr(schema, "SHORT", ROWS + 1)
            short = {(one.column, one.index, one.code) for one in schema.failures(columns, fields)}
        assert long == short


def test_a_column_of_another_type_is_never_taken_for_sound():
    fields, columns = library(FORMS[0])
    key = next(key for key, asked in fields.items() if asked.kind.numeric)
    columns[key] = columns[key].astype(object)
    with pytest.raises(Exception, match=key):
        list(schema.failures(columns, fields))
