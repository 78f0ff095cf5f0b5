"""The CSV tables of an import as Parquet, partitioned by form and round: the only door to pyarrow.

For DuckDB, pandas or Spark on many rounds. The CSV files are the source: types come from the same
declarations as datapackage.json, and nothing is worked out a second time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
from pyarrow import csv, dataset

from clusterbook.results.tables import SUBMISSIONS, Table

FOLDER = "parquet"
_TYPES = {
    "string": pa.string(), "yearmonth": pa.string(), "integer": pa.int64(),
    "number": pa.float64(), "boolean": pa.bool_(),
}  # fmt: skip
# The round is the year of the workbook; a figure in it may be of another year. Neither is ever
# null, which not all readers of partitions can bear: what was not read is of form "unknown".
_PARTITIONS = pa.schema([("form", pa.string()), ("round", pa.int64())])
_UNREAD = ("unknown", 0)


def write(folder: str, tables: Sequence[Table]) -> None:
    """Writes ``parquet/<table>/form=…/round=…/part-0.parquet`` for every table in a staging folder.

    A worker's task. Rows keep their order; memory holds some megabytes of a table at a time.
    """
    staging = Path(folder)
    submissions = next(table for table in tables if table.path == SUBMISSIONS.path)
    rounds = _rounds(staging, submissions)
    for table in tables:
        schema = pa.schema([(column.name, _TYPES[column.type]) for column in table.columns])
        own = [field for field in schema if field.name not in _PARTITIONS.names]
        dataset.write_dataset(
            _batches(staging / table.path, schema, rounds),
            staging / FOLDER / table.name,
            format="parquet",
            schema=pa.schema([*own, *_PARTITIONS]),
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


def _rounds(staging: Path, table: Table) -> dict[str, tuple[str, int]]:
    """Form and round by submission."""
    schema = pa.schema([(column.name, _TYPES[column.type]) for column in table.columns])
    found: dict[str, tuple[str, int]] = {}
    for batch in _read(staging / table.path, schema):
        for name, form, year in zip(
            *(batch.column(key).to_pylist() for key in ("submission", "form", "year")), strict=True
        ):
            found[name] = (form, year) if form and year is not None else _UNREAD
    return found


def _batches(
    path: Path, schema: pa.Schema, rounds: dict[str, tuple[str, int]]
) -> Iterator[pa.RecordBatch]:
    """The rows of a table, with the form and round of their submission."""
    for batch in _read(path, schema):
        columns = dict(zip(schema.names, batch.columns, strict=True))
        names = columns["submission"].to_pylist() if "submission" in columns else []
        found = [rounds.get(name, _UNREAD) for name in names]
        columns["form"] = pa.array([form for form, _ in found], pa.string())
        columns["round"] = pa.array([year for _, year in found], pa.int64())
        yield pa.RecordBatch.from_pydict(columns)
