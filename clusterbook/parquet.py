"""The CSV tables of an import as Parquet, partitioned by form and year: the only door to pyarrow.

For DuckDB, pandas or Spark on many rounds. The CSV files are the source: types come from the same
declarations as datapackage.json, and nothing is worked out a second time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
from pyarrow import csv, dataset

from clusterbook.tables import SUBMISSIONS, Table

FOLDER = "parquet"
_TYPES = {
    "string": pa.string(), "yearmonth": pa.string(), "integer": pa.int64(),
    "number": pa.float64(), "boolean": pa.bool_(),
}  # fmt: skip
_PARTITIONS = pa.schema([("form", pa.string()), ("year", pa.int64())])


def write(folder: str, tables: Sequence[Table]) -> None:
    """Writes ``parquet/<table>/form=…/year=…/part-0.parquet`` for every table in a staging folder.

    A worker's task. Rows keep their order; memory holds some megabytes of a table at a time.
    """
    staging = Path(folder)
    forms, years = _rounds(staging)
    for table in tables:
        schema = pa.schema([(column.name, _TYPES[column.type]) for column in table.columns])
        own = [field for field in _PARTITIONS if field.name not in schema.names]
        dataset.write_dataset(
            _batches(staging / table.path, schema, forms, years),
            staging / FOLDER / table.name,
            format="parquet",
            schema=pa.schema([*schema, *own]),
            partitioning=dataset.partitioning(_PARTITIONS, flavor="hive"),
            basename_template="part-{i}.parquet",
            use_threads=False,  # the order of rows
        )


def _read(path: Path, schema: pa.Schema) -> csv.CSVStreamingReader:
    return csv.open_csv(
        path,
        read_options=csv.ReadOptions(use_threads=False),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types=schema, null_values=[""], strings_can_be_null=True,
            quoted_strings_can_be_null=False, true_values=["true"], false_values=["false"],
        ),
    )  # fmt: skip


def _rounds(staging: Path) -> tuple[dict[str, str], dict[str, int | None]]:
    """Form and year by submission."""
    schema = pa.schema([(column.name, _TYPES[column.type]) for column in SUBMISSIONS.columns])
    forms: dict[str, str] = {}
    years: dict[str, int | None] = {}
    for batch in _read(staging / SUBMISSIONS.path, schema):
        for name, form, year in zip(
            *(batch.column(key).to_pylist() for key in ("submission", "form", "year")), strict=True
        ):
            forms[name], years[name] = form, year
    return forms, years


def _batches(
    path: Path, schema: pa.Schema, forms: dict[str, str], years: dict[str, int | None]
) -> Iterator[pa.RecordBatch]:
    """The rows of a table, with the form and year of their submission."""
    for batch in _read(path, schema):
        columns = dict(zip(schema.names, batch.columns, strict=True))
        if "form" not in columns or "year" not in columns:
            names = batch.column("submission").to_pylist()
            added = {"form": pa.array([forms.get(name) for name in names], pa.string()),
                     "year": pa.array([years.get(name) for name in names], pa.int64())}  # fmt: skip
            columns |= {name: value for name, value in added.items() if name not in columns}
        yield pa.RecordBatch.from_pydict(columns)
