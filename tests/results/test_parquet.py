"""The Parquet files of an import: what the CSV files say, with types, by form and year."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from support.fill import Here, fill

from clusterbook.engine.importing import Import
from clusterbook.engine.inbox import find_files
from clusterbook.forms.options import Options
from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.results.write import Choices
from clusterbook.workbook import writer
from clusterbook.workbook.content import Entries

FORMS = (("fujian_sme_cluster", 2025), ("fujian_sme_cluster", 2026), ("cluster_contest", 2025))


@pytest.fixture(scope="module", name="out")
def out_fixture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An import of two forms and two years, and of a file that cannot be read."""
    folder = tmp_path_factory.mktemp("parquet")
    inbox = folder / "inbox"
    inbox.mkdir()
    for number, (form, year) in enumerate(FORMS):
        layout = layouts.of(form, Options(report_year=year))
        answers = fill(layout, seed=number, rows=3).answers()
        values = dict(answers.values)
        for key in (k for k, v in values.items() if v == ""):
            del values[key]
        stamp = Stamp.of(layout.workbook, issue=f"P{number}")
        data = writer.write_template(layout, stamp, Entries(values=values, rows=answers.rows))
        (inbox / f"{number}.xlsx").write_bytes(data)
    (inbox / "broken.xlsx").write_bytes(b"PK\x03\x04 no")
    choices = Choices(parquet=True, returned=False)
    for name in ("out", "again"):
        Import(files=find_files([inbox]), out=folder / name, pool=Here(), choices=choices).run()
    return folder / "out"


def tables(out: Path) -> dict[str, dict[str, Any]]:
    package = json.loads((out / "datapackage.json").read_text("utf-8"))
    return {one["name"]: one for one in package["resources"]}


def read(out: Path, name: str) -> duckdb.DuckDBPyRelation:
    return duckdb.sql(
        f"SELECT * FROM read_parquet('{out}/parquet/{name}/**/*.parquet', hive_partitioning = true)"
    )


TYPES = {"integer": "BIGINT", "number": "DOUBLE", "boolean": "BOOLEAN"}


def test_every_table_has_its_rows_and_types(out: Path) -> None:
    for name, resource in tables(out).items():
        with (out / resource["path"]).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        if not rows:
            continue
        found = read(out, name)
        assert len(found.fetchall()) == len(rows), name
        types = dict(zip(found.columns, map(str, found.types), strict=True))
        for column in resource["schema"]["fields"]:
            if column["name"] != "form":
                expected = TYPES.get(column["type"], "VARCHAR")
                assert types[column["name"]] == expected, (name, column)


def test_rows_go_to_their_form_and_year(out: Path) -> None:
    places = {path.parent.relative_to(out / "parquet" / "existing_enterprises").as_posix()
              for path in (out / "parquet" / "existing_enterprises").rglob("*.parquet")}  # fmt: skip
    assert places == {"form=cluster_contest/round=2025"}
    shares = (
        read(out, "submissions").aggregate("form, round, count(*)").order("form, round").fetchall()
    )
    assert shares == [
        ("cluster_contest", 2025, 1), ("fujian_sme_cluster", 2025, 1),
        ("fujian_sme_cluster", 2026, 1), ("unknown", 0, 1),
    ]  # fmt: skip


def test_a_figure_keeps_its_own_year(out: Path) -> None:
    years = read(out, "values").filter("form = 'cluster_contest' AND year IS NOT NULL")
    assert {2024, 2025, 2028} <= {row[0] for row in years.project("year").fetchall()}


def test_empty_and_missing_are_two_things(out: Path) -> None:
    """A text that is '' is not the same as none; pandas reads the numbers as numbers."""
    found = read(out, "values")
    assert found.filter("text IS NULL").fetchall() == []
    texts = found.filter("number IS NULL").aggregate("count(*), count(text)").fetchall()
    assert texts[0][0] == texts[0][1] > 0
    frame = pd.read_parquet(out / "parquet" / "values")
    frame = frame[frame["form"] == "cluster_contest"]
    assert frame["number"].dtype == "float64"
    with (out / "tables" / "values.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["submission"] == "P2"]
    assert frame["number"].sum() == pytest.approx(sum(float(r["number"] or 0) for r in rows))
    assert sorted(frame["raw"]) == sorted(row["raw"] for row in rows)


def test_same_inputs_same_bytes(out: Path) -> None:
    again = out.with_name("again")
    files = list(out.rglob("*.parquet"))
    assert files
    for path in files:
        assert (again / path.relative_to(out)).read_bytes() == path.read_bytes()
