"""What a straightforward script does: every sheet with openpyxl, each table through pandera.

    python benchmarks/naive.py FOLDER OUT

It reads the libraries of each workbook where they were issued, checks the column types and bounds
workbook by workbook, and writes one CSV per library. No placement, no spellings, no rules.
"""

import sys
from pathlib import Path

import openpyxl
import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from clusterbook.forms.kinds import Number
from clusterbook.layout import layouts
from clusterbook.validation import schema


def main(folder: Path, out: Path) -> None:
    layout = layouts.of("cluster_contest")
    tables: dict[str, list[pd.DataFrame]] = {}
    failures: list[pd.DataFrame] = []
    for path in sorted(folder.glob("*.xlsx")):
        book = openpyxl.load_workbook(path, data_only=True)
        sheets = {sheet.title: pd.DataFrame(sheet.values) for sheet in book.worksheets}
        for plan in layout.sheets:
            if plan.body is None:
                continue
            body, frame = plan.body, sheets[plan.name]
            cols = [column.col for column in body.inputs if column.col < frame.shape[1]]
            rows = frame.iloc[body.first_row :, cols].dropna(how="all")
            rows.columns = [column.field.key for column in body.inputs][: len(cols)]
            for column in body.inputs[: len(cols)]:
                if isinstance(column.field.kind, Number):
                    rows[column.field.key] = pd.to_numeric(rows[column.field.key], errors="coerce")
                else:
                    rows[column.field.key] = rows[column.field.key].astype(object)
            fields = {column.field.key: column.field for column in body.inputs[: len(cols)]}
            try:
                schema.table_schema(fields).validate(rows, lazy=True)
            except SchemaErrors as error:
                failures.append(
                    error.failure_cases.assign(file=path.name, library=body.library.key)
                )
            except pa.errors.SchemaError:
                continue
            tables.setdefault(body.library.key, []).append(rows.assign(file=path.name))
    out.mkdir(parents=True, exist_ok=True)
    for key, frames in tables.items():
        pd.concat(frames).to_csv(out / f"{key}.csv", index=False)
    if failures:
        pd.concat(failures).to_csv(out / "failures.csv", index=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
