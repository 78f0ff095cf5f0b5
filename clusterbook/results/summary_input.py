"""What an import left in its folder, as the summary needs it: texts and numbers, nothing judged.

Only answers and libraries that are asked for are kept, so that a province's import stays small in
memory.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import evolve, field, frozen

from clusterbook.a1 import parted
from clusterbook.results.read import Line, Written


@frozen
class Value:
    """An answer as exported: number or text, what was typed, and where it stands."""

    number: float | None
    text: str
    raw: str
    sheet: str
    cell: str


@frozen(kw_only=True)
class Approved:
    """A figure that the office set in the stead of what was reported, and why."""

    submission: str
    key: str
    label: str
    sheet: str
    cell: str
    reported: float | None
    number: float
    note: str


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
    approved: Sequence[Approved] = ()
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
    problems = list(written.lines("problems"))
    values = _values(written.lines("values"), wanted)
    rows = {
        key: _rows(one for one in written.lines(table) if one.get("part", key) == key)
        for key, table in sorted(libraries.items())
    }
    return Imported(
        submissions=read_submissions(folder), problems=problems, values=values, rows=rows,
        progress=_progress(written), approved=list(_approve(problems, values, rows)),
        manifest=written.facts("manifest.json"),
    )  # fmt: skip


def _approve(
    problems: Iterable[Line], values: Mapping[str, dict[str, Value]],
    rows: Mapping[str, Mapping[str, list[Line]]],
) -> Iterator[Approved]:  # fmt: skip
    """Puts the figures that the office set where those stood that were reported."""
    for line in problems:
        if not line.get("approved"):
            continue
        key, number = line["key"], float(line["approved"])
        found = values.get(line["submission"], {}).get(key)
        library, _, column = key.partition(".")
        row = str(parted(line["cell"])[1] or "")
        entry = next((one for one in rows.get(library, {}).get(line["submission"], ())
                      if (one["row"], one["sheet"]) == (row, line["sheet"])), {})  # fmt: skip
        if found is not None:
            reported = found.number
            values[line["submission"]][key] = evolve(found, number=number)
        elif column in entry:
            reported = float(entry[column]) if entry[column] else None
            entry[column] = line["approved"]
        else:
            continue  # of no figure that the summary has
        yield Approved(
            submission=line["submission"], key=key, label=line["label"], sheet=line["sheet"],
            cell=line["cell"], reported=reported, number=number, note=line["decision_note"],
        )  # fmt: skip


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
