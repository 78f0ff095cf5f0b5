"""Verdicts → the machine's outputs: CSV tables, one JSON per submission, their descriptions.

CSV is RFC 4180 with every text quoted; JSON has no NaN. Everything appears at once or not at
all: it is written beside and then moved. No clock, host or absolute path gets in, so the same
inputs give the same bytes.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
from attrs import asdict

from clusterbook import __version__, registry
from clusterbook.batch import Batch, Group
from clusterbook.documents import submission_document
from clusterbook.layout import Layout
from clusterbook.normalize import Data, show
from clusterbook.packages import datapackage, submission_schema
from clusterbook.pipeline import Submission
from clusterbook.problems import Level, Problem
from clusterbook.tables import (
    CHANGE_COLUMNS,
    PROBLEM_COLUMNS,
    SUBMISSION_COLUMNS,
    VALUE_COLUMNS,
    Table,
    library_tables,
    value_rows,
)

Row = Mapping[str, Any]
# Texts that Excel takes for a formula when it opens a CSV file.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write(batch: Batch, out: Path, *, lang: str = "zh", csv_for_excel: bool = False) -> list[Path]:
    """Writes everything an import gives to the folder ``out``; the files written, sorted.

    OSError when the folder cannot be written; then nothing has changed.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        _write_all(batch, beside, lang, csv_for_excel=csv_for_excel)
        return _move(beside, out)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _write_all(batch: Batch, out: Path, lang: str, *, csv_for_excel: bool) -> None:
    tables = list(_tables(batch, lang))
    for table in tables:
        _put(out / table.path, csv_bytes(table))
    _put(out / "problems.json", _json(list(problem_rows(batch, lang))))
    for submission in batch.submissions:
        if submission.group >= 0:
            document = submission_document(batch, submission, lang)
            _put(out / "submissions" / f"{submission.id}.json", _json(document))
    _put(out / "datapackage.json", _json(datapackage(tables)))
    for form, group in _forms(batch).items():
        _put(out / "schema" / f"{form}.json", _json(submission_schema(_layout(group))))
    if csv_for_excel:
        counts = {table.path: _put_for_excel(out / "excel" / table.path, table) for table in tables}
        _put(out / "excel" / "changed_cells.json", _json(counts))
    _put(out / "manifest.json", _json(_manifest(batch)))


def _forms(batch: Batch) -> dict[str, Group]:
    return {group.stamp.form: group for group in reversed(batch.groups)}


def _layout(group: Group) -> Layout:
    return registry.layout(group.stamp.form, group.stamp.options)


def _tables(batch: Batch, lang: str) -> Iterator[Table]:
    yield Table("submissions.csv", SUBMISSION_COLUMNS, list(submission_rows(batch)))
    yield Table("problems.csv", PROBLEM_COLUMNS, list(problem_rows(batch, lang)))
    yield Table("normalizations.csv", CHANGE_COLUMNS, list(_change_rows(batch)))
    yield Table("tables/values.csv", VALUE_COLUMNS, [
        row for group, data in _groups(batch) for row in value_rows(data, _ids(group))
    ])  # fmt: skip
    yield from library_tables([(data, _ids(group)) for group, data in _groups(batch)])


def _groups(batch: Batch) -> Iterator[tuple[Group, Data]]:
    for group in batch.groups:
        yield group, group.data


def _ids(group: Group) -> list[str]:
    return [submission.id for submission in group.members]


# --- rows --------------------------------------------------------------------------------------


def submission_rows(batch: Batch) -> Iterator[Row]:
    """One row per input file, whatever it was."""
    for one in batch.submissions:
        levels = [problem.level for problem in one.problems]
        yield {
            "file": one.file, "sha256": one.sha256, "submission": one.id,
            "form": one.stamp.form if one.stamp else "",
            "year": one.stamp.report_year if one.stamp else None,
            "issued_to": one.stamp.issued_to if one.stamp else "",
            **{name: _first(batch, one, name) for name in ("cluster_name", "city", "county")},
            "verdict": one.verdict,
            "errors": levels.count(Level.ERROR), "explains": levels.count(Level.EXPLAIN),
            "infos": levels.count(Level.INFO),
        }  # fmt: skip


def _first(batch: Batch, one: Submission, name: str) -> str:
    """The answer to ``name`` (cluster_name, city, county) in whichever block asks it."""
    if one.group < 0:
        return ""
    data = batch.groups[one.group].data
    for key, typed in data.answers.items():
        if key.split(".", 1)[1] == name:
            value = typed.values[one.position]
            if value is not None:
                return show(value)
    return ""


def problem_rows(batch: Batch, lang: str = "zh") -> Iterator[Row]:
    """Every problem of every file with its sentences."""
    for one in batch.submissions:
        for problem in one.problems:
            yield problem_row(one, problem, lang)


def problem_row(one: Submission, problem: Problem, lang: str) -> Row:
    """One problem as a row of problems.csv."""
    return {
        "submission": one.id, "file": one.file, "level": problem.level.value,
        "code": problem.code, "sheet": problem.sheet, "cell": problem.cell, "key": problem.key,
        "label": problem.label, "value": problem.value, "message": problem.message(lang),
        "how_to_mend": problem.how_to_mend(lang),
        "explanation": problem.explanation,
    }  # fmt: skip


def _change_rows(batch: Batch) -> Iterator[Row]:
    for one in batch.submissions:
        if one.group >= 0:
            data = batch.groups[one.group].data
            for change in data.changes[one.position]:
                yield {"submission": one.id, **asdict(change)}


def _manifest(batch: Batch) -> dict[str, Any]:
    verdicts: dict[str, int] = {}
    for one in batch.submissions:
        verdicts[one.verdict] = verdicts.get(one.verdict, 0) + 1
    return {
        "software": {"name": "clusterbook", "version": __version__},
        "specs": sorted({f"{g.stamp.form} {g.stamp.version}" for g in batch.groups}),
        "inputs": [{"file": one.file, "sha256": one.sha256} for one in batch.submissions],
        "counts": {"inputs": len(batch.submissions), "verdicts": dict(sorted(verdicts.items()))},
    }


# --- bytes -------------------------------------------------------------------------------------


def csv_bytes(table: Table) -> bytes:
    """A table as RFC 4180: CRLF, every text quoted, numbers bare, nothing for empty."""
    names = [column.name for column in table.columns]
    lines = [",".join(map(_csv_cell, names))]
    lines += [",".join([_csv_cell(row.get(name)) for name in names]) for row in table.rows]
    return ("\r\n".join(lines) + "\r\n").encode("utf-8", "backslashreplace")


def _csv_cell(value: Any) -> str:
    if value is None or value != value:  # noqa: PLR0124 - NaN
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)  # noqa: PLR2004
    return '"' + str(value).replace('"', '""') + '"'


def _put_for_excel(path: Path, table: Table) -> int:
    """The table for opening in Excel: with a BOM, formula-like texts quoted; how many were."""
    changed = 0
    rows: list[Row] = []
    for row in table.rows:
        safe = dict(row)
        for name, value in row.items():
            if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
                safe[name] = "'" + value
                changed += 1
        rows.append(safe)
    _put(path, b"\xef\xbb\xbf" + csv_bytes(Table(table.path, table.columns, rows)))
    return changed


def _json(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _move(beside: Path, out: Path) -> list[Path]:
    """Moves finished files into place and removes what an earlier import left there."""
    written = sorted(p.relative_to(beside) for p in beside.rglob("*") if p.is_file())
    stale = _earlier_files(out) - set(written)
    listing = "\n".join(path.as_posix() for path in written)
    for path in written:
        target = out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        (beside / path).replace(target)
    for path in stale:
        (out / path).unlink(missing_ok=True)
    _put(out / ".files", (listing + "\n").encode())
    return [out / path for path in written]


def _earlier_files(out: Path) -> set[Path]:
    """What the last import into this folder wrote, by its own list: nothing else is touched."""
    listing = out / ".files"
    if not listing.is_file():
        return set()
    lines = listing.read_text("utf-8").splitlines()
    return {Path(line) for line in lines if line and ".." not in Path(line).parts}
