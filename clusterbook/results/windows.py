"""The share of one window: lines of tables, a JSON document per submission; a worker's work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from clusterbook.forms.parsing.folding import note_words
from clusterbook.layout.layout import Layout
from clusterbook.problems import Level
from clusterbook.results.csv_cells import LINE_END, CsvCells
from clusterbook.results.documents import documents, told
from clusterbook.results.lines import library_lines, value_lines
from clusterbook.results.shares import Share, WindowParts
from clusterbook.results.tables import CHANGES, PROBLEMS, ROUNDS, Table
from clusterbook.results.write import (
    EXCEL,
    Choices,
    FileOutcome,
    Tables,
    encoders,
    join,
    json_bytes,
    move,
    put_manifest,
    staging,
    tables_of,
    utf8,
)
from clusterbook.validation.judged import Batch, Submission
from clusterbook.validation.rounds import Finding
from clusterbook.validation.shown import show

_PLACE = ("cluster_name", "city", "county")


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
    for folder, cells in encoders(choices):
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
    return utf8(LINE_END.join([*lines, ""])) if lines else b""


def changed_for_excel(shares: Iterable[Share]) -> dict[str, int]:
    """How many texts stand in another way in the tables for Excel: each is one sign longer."""
    changed: dict[str, int] = {}
    for share in shares:
        for (path, key), (_, size, _) in share.pieces.items():
            table = path.removeprefix(f"{EXCEL}/")
            if table != path:
                more = size - share.pieces[table, key][1]
                changed[table] = changed.get(table, 0) + more
    return changed


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
        judged = batch.groups[one.group].data if one.group >= 0 else None
        filled, asked = judged.filled(one.position) if judged else (None, None)
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
            "filled": filled, "asked": asked,
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


def _elements(records: Sequence[Any]) -> bytes:
    """The elements of a JSON array without its brackets."""
    return json_bytes(records).strip()[1:-1].rstrip() if records else b""


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
