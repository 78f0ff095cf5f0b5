"""What an import left in its folder, as the summary needs it: texts and numbers, nothing judged.

Only answers and libraries that are asked for are kept, so that a province's import stays small in
memory.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from attrs import field, frozen

from clusterbook.results.read import Line, Written


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
    """The lines of submissions.csv; NotAnImportError where the folder is no import."""
    written = Written(folder).checked()
    return list(written.lines("submissions"))


def read_import(
    folder: Path, wanted: Callable[[str], Collection[str]], libraries: Mapping[str, str]
) -> Imported:
    """The import in ``folder``: ``wanted`` names the answers of a submission that are needed.

    ``libraries`` are those that are needed, each with the table in which its rows are.
    """
    written = Written(folder)
    return Imported(
        submissions=read_submissions(folder),
        problems=list(written.lines("problems")),
        values=_values(written.lines("values"), wanted),
        rows={
            key: _rows(one for one in written.lines(table) if one.get("part", key) == key)
            for key, table in sorted(libraries.items())
        },
        progress=_progress(written),
        manifest=written.facts("manifest.json"),
    )


def _values(
    lines: Iterable[Line], wanted: Callable[[str], Collection[str]]
) -> dict[str, dict[str, Value]]:
    found: dict[str, dict[str, Value]] = {}
    keys: dict[str, Collection[str]] = {}
    for line in lines:
        submission = line["submission"]
        if submission not in keys:
            keys[submission] = wanted(submission)
            found[submission] = {}
        block = f"{line['block']}[{line['item']}]" if line["item"] else line["block"]
        time = line.get("stretch") or line["year"]
        key = f"{block}.{line['field']}" + (f".{time}" if time else "")
        if key in keys[submission]:
            number = float(line["number"]) if line["number"] else None
            found[submission][key] = Value(
                number, line["text"], line["raw"], line["sheet"], line["cell"]
            )
    return found


def _rows(lines: Iterable[Line]) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(line["submission"], []).append(line)
    return found


def _progress(written: Written) -> Progress | None:
    names = written.names("progress")
    if not names:
        return None
    titles = {one["name"]: one.get("title", one["name"]) for one in written.fields("progress")}
    lines = list(written.lines("progress"))
    return Progress(names, tuple(titles.get(name, name) for name in names), lines)
