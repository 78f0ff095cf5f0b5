"""What an import left in its folder, as the summary needs it: texts and numbers, nothing judged.

Only answers and libraries that are asked for are kept, so that a province's import stays small in
memory.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import field, frozen

Line = dict[str, str]
# A county may write 32,767 characters into a cell.
_FIELD_LIMIT = 1 << 24


class SummaryError(ValueError):
    """The folder is no import; the message tells the operator."""


@frozen
class Value:
    """An answer as exported: number or text, what was typed, and where it stands."""

    number: float | None
    text: str
    raw: str
    sheet: str
    cell: str


@frozen
class Progress:
    """The progress list of an import: its heads in Chinese, and the lines below them."""

    names: tuple[str, ...]
    titles: tuple[str, ...]
    lines: list[Line]


@frozen(kw_only=True)
class Imported:
    """An import: one line per file, and of the readable ones values and library rows.

    ``values``: submission → full key → value. ``rows``: library → submission → lines. ``problems``:
    lines of problems.csv. ``progress`` is None where the import made no such list.
    """

    submissions: list[Line]
    problems: list[Line]
    values: Mapping[str, Mapping[str, Value]]
    rows: Mapping[str, Mapping[str, list[Line]]]
    progress: Progress | None = None
    manifest: Mapping[str, Any] = field(factory=dict)


def read_submissions(folder: Path) -> list[Line]:
    """The lines of submissions.csv; SummaryError where the folder is no import."""
    path = folder / "submissions.csv"
    if not path.is_file():
        raise SummaryError(f"“{folder}”不是导入的结果：里面没有 submissions.csv。")
    lines = list(_lines(path))
    needed = {"file", "submission", "form", "year", "verdict"}
    if lines and not needed <= lines[0].keys():
        raise SummaryError(f"“{path}”缺少栏目：{'、'.join(sorted(needed - lines[0].keys()))}。")
    return lines


def read_import(
    folder: Path, wanted: Callable[[str], Collection[str]], libraries: Collection[str]
) -> Imported:
    """The import in ``folder``: ``wanted`` names the answers of a submission that are needed."""
    return Imported(
        submissions=read_submissions(folder),
        problems=list(_lines(folder / "problems.csv")),
        values=_values(folder / "tables" / "values.csv", wanted),
        rows={key: _rows(folder / "tables" / f"{key}.csv") for key in sorted(libraries)},
        progress=_progress(folder),
        manifest=_json(folder / "manifest.json"),
    )


def _values(path: Path, wanted: Callable[[str], Collection[str]]) -> dict[str, dict[str, Value]]:
    found: dict[str, dict[str, Value]] = {}
    keys: dict[str, Collection[str]] = {}
    for line in _lines(path):
        submission = line["submission"]
        if submission not in keys:
            keys[submission] = wanted(submission)
            found[submission] = {}
        block = f"{line['block']}[{line['item']}]" if line["item"] else line["block"]
        key = f"{block}.{line['field']}" + (f".{line['year']}" if line["year"] else "")
        if key in keys[submission]:
            number = float(line["number"]) if line["number"] else None
            found[submission][key] = Value(
                number, line["text"], line["raw"], line["sheet"], line["cell"]
            )
    return found


def _rows(path: Path) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for line in _lines(path):
        found.setdefault(line["submission"], []).append(line)
    return found


def _progress(folder: Path) -> Progress | None:
    path = folder / "progress.csv"
    if not path.is_file():
        return None
    with path.open(encoding="utf-8-sig", newline="") as file:
        names = tuple(next(csv.reader(file), ()))
    package = _json(folder / "datapackage.json")
    titles = {
        column["name"]: column.get("title", column["name"])
        for resource in package.get("resources", ())
        if resource.get("path") == "progress.csv"
        for column in resource["schema"]["fields"]
    }
    return Progress(names, tuple(titles.get(name, name) for name in names), list(_lines(path)))


def _json(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    facts = json.loads(path.read_bytes())
    return facts if isinstance(facts, dict) else {}


def _lines(path: Path) -> Iterator[Line]:
    """The lines of a CSV file; none where the import wrote no such table."""
    if not path.is_file():
        return
    csv.field_size_limit(_FIELD_LIMIT)
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)
