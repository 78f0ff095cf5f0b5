"""What an import writes, read by other software as its datapackage.json says."""

import csv
import json

import duckdb
import pandas as pd
import pytest
from click.testing import CliRunner
from support.places import SAMPLES

from clusterbook.cli import cli
from clusterbook.forms import registry
from clusterbook.layout import layouts

BATCHES = {"clean": "good.xlsx", "dirty": "bad"}

DUCKDB_TYPES = {"string": "VARCHAR", "yearmonth": "VARCHAR", "integer": "BIGINT",
                "number": "DOUBLE", "boolean": "BOOLEAN"}  # fmt: skip
PANDAS_TYPES = {"string": "string", "yearmonth": "string", "integer": "Int64",
                "number": "Float64", "boolean": "boolean"}  # fmt: skip


@pytest.fixture(scope="module", params=BATCHES)
def out(request, tmp_path_factory):
    """The output of an import of all samples of a sort."""
    folder = tmp_path_factory.mktemp(request.param) / "out"
    paths = [str(SAMPLES / form / BATCHES[request.param]) for form in registry.form_ids()]
    done = CliRunner().invoke(cli, ["import", *paths, "-o", str(folder), "--jobs", "1"])
    assert isinstance(done.exception, SystemExit | None), done.output  # it did not fall over
    assert done.exit_code == (request.param == "dirty"), done.output
    return folder


@pytest.fixture(scope="module")
def package(out):
    return json.loads((out / "datapackage.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def rows(out, package):
    """The tables as the csv module reads them: texts by column."""
    found = {}
    for resource in package["resources"]:
        with (out / resource["path"]).open(encoding="utf-8", newline="") as file:
            found[resource["path"]] = list(csv.DictReader(file))
    return found


def types(resource):
    return {field["name"]: field["type"] for field in resource["schema"]["fields"]}


def value(text, type_):
    """What a cell of a type stands for; '' is nothing."""
    if text == "":
        return None
    if type_ == "boolean":
        return {"true": True, "false": False}[text]
    return {"integer": int, "number": float}.get(type_, str)(text)


def expected(rows, types):
    return [[value(row[name], type_) for name, type_ in types.items()] for row in rows]


@pytest.mark.filterwarnings("ignore::Warning:frictionless", "ignore::DeprecationWarning")
def test_frictionless_finds_nothing_wrong(out, package):
    import frictionless

    report = frictionless.validate(str(out / "datapackage.json"))
    assert report.flatten(["name", "rowNumber", "fieldName", "message"]) == []
    assert report.valid
    assert {task.place for task in report.tasks} == {one["path"] for one in package["resources"]}
    described = {out / one["path"] for one in package["resources"]}
    assert described == set(out.rglob("*.csv"))


def test_every_table_is_there_and_every_type_is_used(out, package, rows):
    """What the tests below compare is not nothing."""
    used = {type_ for one in package["resources"] for type_ in types(one).values()}
    assert used == set(DUCKDB_TYPES)
    libraries = {key for form in registry.form_ids() for key in layouts.of(form).bodies}
    assert {f"tables/{key}.csv" for key in libraries} <= set(rows)
    assert all(rows[f"tables/{key}.csv"] for key in libraries)
    assert rows["tables/values.csv"] and rows["submissions.csv"]


def test_duckdb_reads_the_tables_with_their_types(out, package, rows):
    for resource in package["resources"]:
        own = types(resource)
        columns = {name: DUCKDB_TYPES[type_] for name, type_ in own.items()}
        read = duckdb.read_csv(
            str(out / resource["path"]), header=True, dtype=columns, sep=",", quotechar='"',
            escapechar='"', na_values=[""], all_varchar=False, auto_detect=False, columns=columns,
        )  # fmt: skip
        assert dict(zip(read.columns, map(str, read.types), strict=True)) == columns
        found = [list(row) for row in read.fetchall()]
        assert found == expected(rows[resource["path"]], own), resource["path"]


def test_pandas_reads_the_tables_with_their_types(out, package, rows):
    for resource in package["resources"]:
        own = types(resource)
        dtypes = {name: PANDAS_TYPES[type_] for name, type_ in own.items()}
        frame = pd.read_csv(
            out / resource["path"], dtype=dtypes, keep_default_na=False, na_values=[""],
        )  # fmt: skip
        assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == dtypes
        found = frame.astype(object).where(frame.notna(), None).to_numpy().tolist()
        assert found == expected(rows[resource["path"]], own), resource["path"]


def test_tables_and_documents_say_the_same(out):
    """Sums by DuckDB over the tables are those over the documents; codes keep every sign."""
    documents = [json.loads(one.read_text("utf-8")) for one in (out / "submissions").glob("*.json")]
    enterprises = [
        row for one in documents for row in one["libraries"].get("existing_enterprises", ())
    ]
    path = out / "tables" / "existing_enterprises.csv"
    query = f"""select count(*), sum(main_revenue_y2), count(*) filter (is_scale)
        from read_csv('{path}', types={{'contact_phone': 'VARCHAR'}})"""
    ((count, revenue, scale),) = duckdb.sql(query).fetchall()
    assert count == len(enterprises) > 0
    assert revenue == pytest.approx(sum(row["main_revenue_y2"] or 0 for row in enterprises))
    assert scale == sum(row["is_scale"] is True for row in enterprises) > 0
    query = f"select contact_phone, uscc from read_csv('{path}', all_varchar=true)"
    pairs = {(row["contact_phone"], row["uscc"]) for row in enterprises}
    assert set(duckdb.sql(query).fetchall()) == pairs
