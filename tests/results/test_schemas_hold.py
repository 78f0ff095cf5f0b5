"""Documents and tables of real rounds are what the schemas say, and those out of bounds are not."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from pandera.errors import SchemaErrors
from support.fill import fill, imported
from support.importing import run
from support.mutation_kit import base
from support.places import SAMPLES

import clusterbook as cb
from clusterbook.forms import registry
from clusterbook.forms.stamp import Stamp
from clusterbook.results.documents import submission_document
from clusterbook.workbook.writer import write_template

OUT_OF_BOUNDS = ("V203", "V204")
FORMS = registry.form_ids()


def documents(form: cb.Form) -> list[dict[str, Any]]:
    """Of the samples and of returns filled in by dice."""
    folder = SAMPLES / form.id
    files = [folder / "good.xlsx", folder / "honest.xlsx", *sorted((folder / "bad").glob("*.xlsx"))]
    filled = [
        write_template(
            form.layout,
            Stamp.of(form.layout.workbook, issue=f"D{seed}"),
            fill(form.layout, seed, rows=3, everything=bool(seed % 2)).answers(),
        )
        for seed in range(3)
    ]
    batch = imported(*[path.read_bytes() for path in files], *filled)
    read = [one for one in batch.submissions if one.group >= 0]
    return [submission_document(batch, one, "zh") for one in read]


@pytest.mark.parametrize("form", FORMS)
def test_documents_hold_to_the_schema_beside_them(form: str) -> None:
    asked = cb.load_form(form)
    found = documents(asked)
    assert len(found) > 8
    written = jsonschema.Draft202012Validator(asked.json_schema())
    passed = jsonschema.Draft202012Validator(asked.json_schema(passed=True))
    refused = 0
    for document in found:
        assert [error.message for error in written.iter_errors(document)] == []
        beyond = [one for one in document["problems"] if one["code"] in OUT_OF_BOUNDS]
        told = {error.message for error in passed.iter_errors(document)}
        assert bool(told) == bool(beyond), (document["submission"], told)
        refused += bool(told)
    assert refused >= (form == "fujian_sme_cluster")


@pytest.mark.parametrize("form", FORMS)
def test_without_any_one_of_its_sheets_a_return_is_still_written_down(form: str, tmp_path) -> None:
    """What would be counted in a list that is missing is not known: it is not 0, and no fault."""
    asked = cb.load_form(form)
    names = [plan.name for plan in asked.layout.sheets]
    inbox, out = tmp_path / "in", tmp_path / "out"
    inbox.mkdir()
    for number, name in enumerate(names):
        book = base(form).copy(f"D{number:04}").book
        book.tabs.remove(book.tab(name))
        (inbox / f"{number:02}.xlsx").write_bytes(book.bytes())
    run(inbox, out)
    written = jsonschema.Draft202012Validator(asked.json_schema())
    unknown = 0
    documents = sorted((out / "submissions").glob("*.json"))
    assert len(documents) == len(names)
    for path in documents:
        document = json.loads(path.read_bytes())
        assert [error.message for error in written.iter_errors(document)] == []
        counted = document["values"].get("existing_enterprises", {})
        unknown += bool(counted) and set(counted.values()) == {None}
    assert unknown == (form == "cluster_contest")


@pytest.mark.parametrize("form", FORMS)
def test_tables_are_judged_by_pandera_as_by_the_import(form: str, tmp_path) -> None:
    asked = cb.load_form(form)
    run(SAMPLES / form, tmp_path / "OUT")
    round_ = cb.open_round(tmp_path / "OUT")
    codes = {(p["key"], p["code"]) for p in round_.problems if p["code"] in OUT_OF_BOUNDS}
    judged = 0
    for key in asked.layout.bodies:
        schema, frame = asked.schema(key), round_.table(key).frame()
        try:
            schema.validate(frame, lazy=True)
            told = set()
        except SchemaErrors as found:
            cases = found.failure_cases
            beyond = cases[cases.check != "not_nullable"]
            told = {(f"{key}.{one.column}", one.check[:4]) for one in beyond.itertuples()}
        assert told == {pair for pair in codes if pair[0].startswith(f"{key}.")}
        judged += len(frame)
    assert judged > 100
