"""Verdicts → the machine's outputs: CSV tables, one JSON per submission, their descriptions.

Each window writes its share into a staging folder beside the output; when all are there they are
joined and moved into place. No clock, host or absolute path gets in: the same inputs give the same
bytes.
"""

from __future__ import annotations

import errno
import glob
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from attrs import Attribute, field, frozen

from clusterbook import __version__
from clusterbook.errors import Error
from clusterbook.forms.stamp import LONGEST_SHOWN, Stamp, showable
from clusterbook.layout import layouts
from clusterbook.layout.layout import Layout
from clusterbook.paths import is_plain
from clusterbook.results import shares
from clusterbook.results.csv_cells import LINE_END, CsvCells
from clusterbook.results.datapackage import datapackage, submission_schema
from clusterbook.results.shares import Starts, put, stand_at_both
from clusterbook.results.tables import (
    CHANGES,
    PASSED,
    PROBLEMS,
    PROGRESS,
    RETURNED,
    ROUNDS,
    VOLUMES,
    Table,
    library_tables,
    submissions_table,
    values_table,
)

EXCEL = "excel"
LISTING = ".files"  # all that an import wrote
_BOTH = ".files-both"  # the same and what the import before wrote
_REPLACED = ".replaced"  # of a staging folder: a folder of the output that a new one stands for


class SaidError(Error, ValueError):
    """What letters are to say is no single line, or too long; facts ``name``, ``most``."""


def _one_line(_: Choices, asked: Attribute[str], text: str) -> None:
    """As on the first page of a blank: a message has room for all of it, a letter one page."""
    if text and not showable(text):
        told = f"{asked.name} is no single line of at most {LONGEST_SHOWN} characters"
        raise SaidError(told, name=asked.name, most=LONGEST_SHOWN)


@frozen
class Choices:
    """What the operator asked for."""

    lang: str = "zh"
    csv_for_excel: bool = False
    parquet: bool = False
    returned: bool = True
    packs: bool = False
    deadline: str = field(default="", validator=_one_line)
    sender: str = field(default="", validator=_one_line)
    dated: str = field(default="", validator=_one_line)
    contact: str = field(default="", validator=_one_line)
    number: str = field(default="", validator=_one_line)
    #: the office's own template of letters, its bytes in base64
    letter_template: str = ""


@frozen
class FileOutcome:
    """What the main process keeps of one judged file."""

    file: str
    id: str
    sha256: str
    verdict: str
    issue: str = ""
    issued_to: str = ""
    spec: str = ""
    place: tuple[tuple[str, str], ...] = ()
    #: an attachment from somebody who sent nothing else
    alone: bool = False


# --- all windows ---------------------------------------------------------------------------------


@frozen
class Tables:
    """The tables of an import whose columns rest on the forms that came."""

    submissions: Table
    values: Table
    libraries: tuple[Table, ...]


def tables_of(stamps: Iterable[Stamp]) -> Tables:
    """The tables of an import of workbooks with these stamps."""
    made = [_layout(stamp) for stamp in stamps]
    return Tables(submissions_table(made), values_table(made), tuple(library_tables(made)))


def _layout(stamp: Stamp) -> Layout:
    return layouts.of_stamp(stamp)


def all_tables(stamps: Iterable[Stamp]) -> list[Table]:
    """Every table of an import of workbooks with these stamps."""
    own = tables_of(stamps)
    common = [own.submissions, PROBLEMS, ROUNDS, PROGRESS, RETURNED, PASSED, CHANGES, own.values]
    return [*common, *own.libraries]


def encoders(choices: Choices) -> Iterator[tuple[str, CsvCells]]:
    """What makes cells, and the folder of the tables with them."""
    yield "", CsvCells()
    if choices.csv_for_excel:
        yield f"{EXCEL}/", CsvCells(for_excel=True)


def join(
    staging: Path,
    stamps: Sequence[Stamp],
    progress: Sequence[Mapping[str, str]],
    changed: Mapping[str, int],
    choices: Choices,
) -> Starts:
    """Joins what the windows wrote, and adds what describes all of it.

    Where in each file the part of each window begins.
    """
    tables = all_tables(stamps)
    starts: dict[str, Mapping[int, int]] = {}
    for folder, cells in encoders(choices):
        for table in tables:
            if table is PROGRESS or (table in (RETURNED, PASSED) and cells.for_excel):
                continue
            head = cells.head(table).encode()
            if cells.for_excel:
                head = b"\xef\xbb\xbf" + head
            path = f"{folder}{table.path}"
            starts[path] = shares.join(staging, path, head)
    starts["problems.json"] = shares.join(staging, "problems.json", b"[", b"\n]\n")
    _put_table(staging, PROGRESS, progress)
    for form, stamp in {stamp.form: stamp for stamp in reversed(stamps)}.items():
        schema = submission_schema(_layout(stamp))
        put(staging, f"schema/{form}.json", json_bytes(schema))
    if choices.csv_for_excel:
        told = {path.removeprefix(f"{EXCEL}/") for path in starts if path.startswith(EXCEL)}
        put(staging, f"{EXCEL}/changed_cells.json",
            json_bytes({path: changed.get(path, 0) for path in sorted(told)}))  # fmt: skip
    return starts


def _put_table(staging: Path, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    cells = CsvCells()
    lines = [cells.line([row[c.name] for c in table.columns]) + LINE_END for row in rows]
    put(staging, table.path, utf8(cells.head(table) + "".join(lines)))


def describe(staging: Path, stamps: Sequence[Stamp], volumes: Sequence[Mapping[str, Any]]) -> None:
    """Says what each table is; with the list of the volumes of evidence, where there are any."""
    tables = all_tables(stamps)
    if volumes:
        _put_table(staging, VOLUMES, volumes)
        tables.append(VOLUMES)
    put(staging, "datapackage.json", json_bytes(datapackage(tables)))


def put_manifest(
    staging: Path, outcomes: Sequence[FileOutcome], settled: Mapping[str, int] | None = None,
    choices: Choices | None = None,
) -> None:  # fmt: skip
    """What the import was made of; ``settled`` counts answers and decisions beside the files.

    Of the ``choices`` it keeps what papers say of the round: sender, deadline and contact.
    """
    names = ("sender", "deadline", "contact")
    said = {name: text for name in names if choices and (text := getattr(choices, name))}
    more = {"settled": settled, "round": said}
    facts = _manifest(outcomes) | {name: found for name, found in more.items() if found}
    put(staging, "manifest.json", json_bytes(facts))


def _manifest(outcomes: Sequence[FileOutcome]) -> dict[str, Any]:
    verdicts: dict[str, int] = {}
    for one in outcomes:
        verdicts[one.verdict] = verdicts.get(one.verdict, 0) + 1
    return {
        "software": {"name": "clusterbook", "version": __version__},
        "specs": sorted({one.spec for one in outcomes if one.spec}),
        "inputs": [{"file": one.file, "sha256": one.sha256} for one in outcomes],
        "counts": {"inputs": len(outcomes), "verdicts": dict(sorted(verdicts.items()))},
    }


# --- bytes and files -----------------------------------------------------------------------------


def utf8(text: str) -> bytes:
    """A text as it is written: half a character as its code."""
    return text.encode("utf-8", "backslashreplace")


def json_bytes(value: Any) -> bytes:
    """JSON as it is written: indented, UTF-8, no NaN; half a character as its code."""
    try:
        return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    except TypeError:  # half a surrogate pair, which UTF-8 does not have
        return orjson.dumps(_whole(value), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, Mapping):
        return {_whole(key): _whole(one) for key, one in value.items()}
    return [_whole(one) for one in value] if isinstance(value, list | tuple) else value


@contextmanager
def staging(out: Path) -> Iterator[Path]:
    """A folder beside ``out`` to write to; what killed imports left there before is removed.

    OSError when the folder cannot be written; then nothing has changed.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{out.name}-importing-"
    for stale in out.parent.glob(f"{glob.escape(prefix)}*"):
        _give_up(stale, out)
    beside = Path(tempfile.mkdtemp(prefix=prefix, dir=out.parent))
    try:
        yield beside
    finally:
        _give_up(beside, out)


def _give_up(beside: Path, out: Path) -> None:
    """Removes a staging folder; a folder of ``out`` that it was just to replace goes back."""
    replaced = beside / _REPLACED
    for old in list(replaced.iterdir()) if replaced.is_dir() else ():
        if not (out / old.name).exists():
            old.replace(out / old.name)
    shutil.rmtree(beside, ignore_errors=True)


def move(beside: Path, out: Path, ours: Iterable[str] = ()) -> list[Path]:
    """Moves finished files into place, folders as wholes, and removes what an earlier import left.

    What somebody else put into ``out`` stays, whenever this ends. ``ours`` are files that an
    earlier import wrote, beside those on its own list, which may be damaged. The files written,
    sorted. OSError where a file stands for a folder or the other way round; then nothing has
    changed.
    """
    shutil.rmtree(beside / shares.PARTS, ignore_errors=True)
    written = sorted(path.relative_to(beside) for path in beside.rglob("*") if path.is_file())
    earlier = {*_earlier_files(out), *_paths(ours)} - {Path(LISTING)}
    put(beside, LISTING, _lines(written))
    # Until all is moved, what either of them wrote is nobody else's.
    put(beside, _BOTH, _lines(sorted({*earlier, *written})))
    entries = [path for path in beside.iterdir() if path.name != _BOTH]
    for entry in entries:
        _fit(entry, out / entry.name)
    if hasattr(os, "sync"):
        os.sync()  # one for all, before the first is moved
    out.mkdir(exist_ok=True)
    (beside / _BOTH).replace(out / LISTING)
    for path in sorted(earlier - set(written)):
        (out / path).unlink(missing_ok=True)
    (beside / _REPLACED).mkdir()
    # What says that all is there comes at the end.
    for entry in sorted(entries, key=lambda e: (e.name == LISTING, e.name == "manifest.json", e)):
        target = out / entry.name
        if entry.is_dir() and target.is_dir():
            _keep_foreign(target, entry, earlier)
            old = beside / _REPLACED / entry.name
            target.replace(old)
            entry.replace(target)
            shutil.rmtree(old, ignore_errors=True)
        else:
            entry.replace(target)
    for folder in {path.parent for path in earlier}:
        if (out / folder).is_dir() and folder != Path() and not any((out / folder).iterdir()):
            (out / folder).rmdir()
    return [out / path for path in written]


def _fit(entry: Path, target: Path) -> None:
    """OSError where one is a folder and the other is none."""
    if target.exists() and target.is_dir() != entry.is_dir():
        kind = errno.ENOTDIR if entry.is_dir() else errno.EISDIR
        raise OSError(kind, os.strerror(kind), str(target))


def _keep_foreign(old: Path, new: Path, earlier: set[Path]) -> None:
    """Takes over the files in a folder that no import wrote; they stay in the old one, too."""
    for path in [path for path in old.rglob("*") if path.is_file() or path.is_symlink()]:
        inside = path.relative_to(old)
        if Path(old.name) / inside not in earlier and not (new / inside).exists():
            (new / inside).parent.mkdir(parents=True, exist_ok=True)
            stand_at_both(path, new / inside)


def _earlier_files(out: Path) -> set[Path]:
    """What the last import into this folder wrote, by its own list."""
    listing = out / LISTING
    return (
        _paths(listing.read_text("utf-8", "replace").splitlines()) if listing.is_file() else set()
    )


def _paths(names: Iterable[str]) -> set[Path]:
    """Those that lead to a file below a folder, as paths."""
    return {Path(name) for name in names if all(map(is_plain, name.split("/")))}


def _lines(paths: Iterable[Path]) -> bytes:
    return "".join(f"{path.as_posix()}\n" for path in paths).encode()
