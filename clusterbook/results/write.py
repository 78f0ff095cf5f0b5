"""Verdicts → the machine's outputs: CSV tables, one JSON per submission, their descriptions.

Each window writes its share into a staging folder beside the output; when all are there they are
joined and moved into place. No clock, host or absolute path gets in: the same inputs give the same
bytes.
"""

from __future__ import annotations

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
from clusterbook.forms.parsing.folding import note_words
from clusterbook.forms.stamp import LONGEST_SHOWN, Stamp, showable
from clusterbook.layout import layouts
from clusterbook.layout.layout import Layout
from clusterbook.paths import is_plain
from clusterbook.problems import Level
from clusterbook.results import shares
from clusterbook.results.datapackage import datapackage, submission_schema
from clusterbook.results.documents import documents, told
from clusterbook.results.shares import Share, Starts, WindowParts, put
from clusterbook.results.tables import (
    CHANGES,
    LINE_END,
    PASSED,
    PROBLEMS,
    PROGRESS,
    RETURNED,
    ROUNDS,
    VOLUMES,
    CsvCells,
    Table,
    library_lines,
    library_tables,
    submissions_table,
    value_lines,
    values_table,
)
from clusterbook.validation.judged import Batch, Submission
from clusterbook.validation.normalize import show
from clusterbook.validation.rounds import Finding

_EXCEL = "excel"
_LISTING = ".files"
_PLACE = ("cluster_name", "city", "county")


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


# --- one window ----------------------------------------------------------------------------------


def write_window(
    batch: Batch, parts: WindowParts, tables: Tables, choices: Choices
) -> list[FileOutcome]:
    """Writes the share of one window; the outcomes of what was judged in ``batch``."""
    own = [parts.shares[at] for at in parts.fresh]
    for one, share in zip(batch.submissions, own, strict=True):
        share.group = repr(batch.groups[one.group].stamp) if one.group >= 0 else ""
    outcomes = [_outcome(batch, one) for one in batch.submissions]
    problems = told(batch.submissions, choices.lang)
    listed = [
        [{"submission": one.id, "file": one.file, **record} for record in problems[one.id]]
        for one in batch.submissions
    ]
    number_of = {id(one): at for at, one in zip(parts.fresh, batch.submissions, strict=True)}
    for folder, cells in _encoders(choices):
        lines = {
            tables.submissions: _submission_lines(tables.submissions, batch, outcomes, cells),
            PROBLEMS: ([cells.line(row.values()) for row in rows] for rows in listed),
            ROUNDS: (_round_lines(one, choices.lang, cells) for one in batch.submissions),
            CHANGES: (_change_lines(batch, one, cells) for one in batch.submissions),
        }
        for table, blocks in lines.items():
            parts.add(f"{folder}{table.path}", [block(lines) for lines in blocks])
        values = _value_blocks(tables.values, batch, number_of, cells)
        parts.add_by_layout(f"{folder}{tables.values.path}", values)
        for table in tables.libraries:
            rows = _library_blocks(table, batch, number_of, cells)
            parts.add_by_layout(f"{folder}{table.path}", rows)
    parts.add("problems.json", [_elements(rows) for rows in listed])
    for group in batch.groups:
        for one, document in documents(group, problems):
            share = parts.shares[number_of[id(one)]]
            parts.add_file(share, f"submissions/{one.id}.json", json_bytes(document))
    return outcomes


def block(lines: Sequence[str]) -> bytes:
    """Lines of a table, each with its end."""
    return _utf8(LINE_END.join([*lines, ""])) if lines else b""


def changed_for_excel(shares: Iterable[Share]) -> dict[str, int]:
    """How many texts stand in another way in the tables for Excel: each is one sign longer."""
    changed: dict[str, int] = {}
    for share in shares:
        for (path, key), (_, size, _) in share.pieces.items():
            table = path.removeprefix(f"{_EXCEL}/")
            if table != path:
                more = size - share.pieces[table, key][1]
                changed[table] = changed.get(table, 0) + more
    return changed


def _encoders(choices: Choices) -> Iterator[tuple[str, CsvCells]]:
    yield "", CsvCells()
    if choices.csv_for_excel:
        yield f"{_EXCEL}/", CsvCells(for_excel=True)


def _change_lines(batch: Batch, one: Submission, cells: CsvCells) -> list[str]:
    if one.group < 0:
        return []
    changes = batch.groups[one.group].data.changes[one.position]
    if not changes:
        return []
    sheets, places, keys, raws, values, notes = zip(*changes, strict=True)
    columns = (
        [cells.text(one.id)] * len(changes), cells.few(sheets), cells.texts(places),
        cells.few(keys), cells.texts(raws), cells.texts(values), cells.few(notes),
        cells.few(map(note_words, notes)),
    )  # fmt: skip
    return list(map(",".join, zip(*columns, strict=True)))


def _round_lines(one: Submission, lang: str, cells: CsvCells) -> list[str]:
    """What became of each problem since the round before."""
    if one.rounds is None:
        return []
    now = [Finding.of(problem, lang) for problem in one.problems]
    told = [("fixed", problem) for problem in one.rounds.fixed]
    told += [("still_open", now[at]) for at in one.rounds.still_open]
    told += [("new", now[at]) for at in one.rounds.new]
    return [
        cells.line((one.id, one.file, state, p.level, p.code, p.sheet, p.cell, p.key, p.label,
                    p.value, p.message))
        for state, p in told
    ]  # fmt: skip


_Blocks = dict[tuple[int, str], bytes]  # by position in the window, and list


def _value_blocks(
    table: Table, batch: Batch, number_of: Mapping[int, int], cells: CsvCells
) -> _Blocks:
    found: _Blocks = {}
    for group in batch.groups:
        ids = [one.id for one in group.members]
        lines = value_lines(group.data, table, ids, cells)
        for one, own in zip(group.members, lines, strict=True):
            found[number_of[id(one)], ""] = block(own)
    return found


def _library_blocks(
    table: Table, batch: Batch, number_of: Mapping[int, int], cells: CsvCells
) -> _Blocks:
    found: _Blocks = {}
    for group in batch.groups:
        ids = [one.id for one in group.members]
        for key, body in group.data.layout.bodies.items():
            if body.library.table == table.name:
                lines = library_lines(table, group.data, key, ids, cells)
                for one, own in zip(group.members, lines, strict=True):
                    found[number_of[id(one)], key] = block(own)
    return found


def _submission_lines(
    table: Table, batch: Batch, outcomes: Sequence[FileOutcome], cells: CsvCells
) -> Iterator[list[str]]:
    """One line per input file, whatever it was."""
    for one, outcome in zip(batch.submissions, outcomes, strict=True):
        levels = [problem.level for problem in one.problems]
        row = {
            "file": one.file, "sha256": one.sha256, "submission": one.id,
            "form": one.stamp.form if one.stamp else "",
            "year": one.stamp.report_year if one.stamp else None,
            "month": one.stamp.month or None if one.stamp else None,
            "issued_to": outcome.issued_to, **dict(outcome.place), "verdict": one.verdict,
            "errors": levels.count(Level.ERROR), "explains": levels.count(Level.EXPLAIN),
            "infos": levels.count(Level.INFO),
            "fixed": len(one.rounds.fixed) if one.rounds else None,
            "still_open": len(one.rounds.still_open) if one.rounds else None,
            "new": len(one.rounds.new) if one.rounds else None,
            "years": one.stamp.years if one.stamp else "",
            "province": one.stamp.province if one.stamp else "",
        }  # fmt: skip
        yield [cells.line(row[column.name] for column in table.columns)]


def _place(batch: Batch, one: Submission) -> dict[str, str]:
    """The answers to cluster_name, city and county in whichever block asks them."""
    found = dict.fromkeys(_PLACE, "")
    if one.group >= 0:
        data = batch.groups[one.group].data
        for name in found:
            values = (data.answers[key].values[one.position] for key in _keys(data.layout, name))
            found[name] = next((show(value) for value in values if value), "")
    return found


def _keys(layout: Layout, name: str) -> tuple[str, ...]:
    """The answers that say ``name`` of a cluster: as the spec declares, else by their own name."""
    summary = layout.workbook.summary
    if summary is None:
        return layout.called.get(name, ())
    return ({"cluster_name": summary.name, "city": summary.city, "county": summary.county}[name],)


def _outcome(batch: Batch, one: Submission) -> FileOutcome:
    stamp = one.stamp
    if (attached := one.attached) is not None:
        whose = attached.whose
        return FileOutcome(
            file=one.file, id=one.id, sha256=one.sha256, verdict=one.verdict,
            issue=attached.issue, issued_to=whose.issued_to, alone=attached.alone,
            place=tuple((name, getattr(whose, name)) for name in _PLACE),
        )  # fmt: skip
    return FileOutcome(
        file=one.file, id=one.id, sha256=one.sha256, verdict=one.verdict,
        issue=stamp.issue if stamp else "", issued_to=stamp.issued_to if stamp else "",
        spec=f"{stamp.form} {stamp.version}" if stamp else "",
        place=tuple(_place(batch, one).items()),
    )  # fmt: skip


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
    for folder, cells in _encoders(choices):
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
        told = {path.removeprefix(f"{_EXCEL}/") for path in starts if path.startswith(_EXCEL)}
        put(staging, f"{_EXCEL}/changed_cells.json",
            json_bytes({path: changed.get(path, 0) for path in sorted(told)}))  # fmt: skip
    return starts


def _put_table(staging: Path, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    cells = CsvCells()
    lines = [cells.line([row[c.name] for c in table.columns]) + LINE_END for row in rows]
    put(staging, table.path, _utf8(cells.head(table) + "".join(lines)))


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


def _elements(records: Sequence[Any]) -> bytes:
    """The elements of a JSON array without its brackets."""
    return json_bytes(records).strip()[1:-1].rstrip() if records else b""


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


def _utf8(text: str) -> bytes:
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
    for stale in out.parent.glob(f"{prefix}*"):
        shutil.rmtree(stale, ignore_errors=True)
    beside = Path(tempfile.mkdtemp(prefix=prefix, dir=out.parent))
    try:
        yield beside
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def move(beside: Path, out: Path) -> list[Path]:
    """Moves finished files into place, folders as wholes, and removes what an earlier import left.

    What somebody else put into ``out`` stays. The files written, sorted.
    """
    shutil.rmtree(beside / shares.PARTS, ignore_errors=True)
    written = sorted(path.relative_to(beside) for path in beside.rglob("*") if path.is_file())
    put(beside, _LISTING, ("".join(f"{path.as_posix()}\n" for path in written)).encode())
    if hasattr(os, "sync"):
        os.sync()  # one for all, before the first is moved
    out.mkdir(exist_ok=True)
    earlier = _earlier_files(out)
    for path in sorted(earlier - set(written)):
        (out / path).unlink(missing_ok=True)
    for entry in sorted(beside.iterdir(), key=lambda path: (path.name == "manifest.json", path)):
        target = out / entry.name
        if entry.is_dir() and target.is_dir():
            _keep_foreign(target, entry, earlier)
            old = beside.with_name(f"{beside.name}-old")
            target.replace(old)
            entry.replace(target)
            shutil.rmtree(old, ignore_errors=True)
        else:
            entry.replace(target)
    for folder in {path.parent for path in earlier}:
        if (out / folder).is_dir() and folder != Path() and not any((out / folder).iterdir()):
            (out / folder).rmdir()
    return [out / path for path in written]


def _keep_foreign(old: Path, new: Path, earlier: set[Path]) -> None:
    """Takes over the files in a folder that no import wrote."""
    for path in [path for path in old.rglob("*") if path.is_file()]:
        inside = path.relative_to(old)
        if Path(old.name) / inside not in earlier and not (new / inside).exists():
            (new / inside).parent.mkdir(parents=True, exist_ok=True)
            path.replace(new / inside)


def _earlier_files(out: Path) -> set[Path]:
    """What the last import into this folder wrote, by its own list."""
    listing = out / _LISTING
    if not listing.is_file():
        return set()
    lines = listing.read_text("utf-8").splitlines()
    return {Path(line) for line in lines if all(map(is_plain, line.split("/")))}


def write(batch: Batch, out: Path, choices: Choices | None = None) -> list[Path]:
    """Writes what an import gives of a batch judged as one window; the files written, sorted."""
    chosen = choices or Choices()
    stamps = [group.stamp for group in batch.groups]
    with staging(out) as beside:
        parts = WindowParts.of(beside, 0, len(batch.submissions))
        outcomes = write_window(batch, parts, tables_of(stamps), chosen)
        join(beside, stamps, (), changed_for_excel(parts.shares), chosen)
        put_manifest(beside, outcomes)
        return move(beside, out)
