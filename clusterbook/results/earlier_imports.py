"""What earlier imports know of those who send again: last problems, and promises of last year."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from clusterbook.forms.parsing.folding import name_key
from clusterbook.results.read import Line, Written, document, is_open, round_of
from clusterbook.validation.promises import Promise, Promises, marks_of
from clusterbook.validation.rounds import Finding, cluster_mark, unissued
from clusterbook.verdicts import SET_ASIDE, Verdict

_UNREAD = {"", *SET_ASIDE, Verdict.UNREADABLE}


def problems_of(out: Path) -> dict[str, tuple[Finding, ...]]:
    """The problems of an earlier import by issue id; NotAnImportError where there is none.

    What was returned without an id is found by its content, which its copies name as their parent,
    and by its cluster, where no other return of that import is about the same.
    """
    told: dict[str, list[Finding]] = {}
    written = Written(out).checked()
    for one in json.loads((out / "problems.json").read_text("utf-8")):
        told.setdefault(str(one["submission"]), []).append(Finding.of(one))
    passed = (out / "submissions").glob("*.json")
    found = {path.stem: () for path in passed} | {key: tuple(own) for key, own in told.items()}
    marks: Counter[str] = Counter()
    for row in _unissued(written):
        keys = (name_key(row[name]) for name in ("city", "county", "cluster_name"))
        cluster = "|".join(keys) if row["cluster_name"] else ""
        mark = cluster_mark(row["form"], round_of(row), cluster)
        marks[mark] += 1
        found |= {mark: found[row["submission"]], unissued(row["sha256"]): found[row["submission"]]}
    return {key: own for key, own in found.items() if key and marks[key] <= 1}


def _unissued(written: Written) -> Iterator[Line]:
    """The lines of readable returns that bore no issue id and that no other one replaced."""
    for row in written.lines("submissions"):
        own = row["submission"].startswith(f"{row['form']}-{row['sha256'][:12]}")
        if row["form"] and own and row["verdict"] not in SET_ASIDE:
            yield row


def promises_of(out: Path) -> Promises:
    """What the returns of an earlier round promised; NotAnImportError where there is no import.

    A mark that several returns share tells nothing, and is left out.
    """
    written = Written(out).checked()
    rows = [row for row in written.lines("submissions") if row["verdict"] not in _UNREAD]
    found: dict[str, tuple[Promise, ...]] = {}
    seen: Counter[str] = Counter()
    for row in rows:
        path = out / "submissions" / f"{row['submission']}.json"
        made = tuple(_made(document(path)))
        for mark in marks_of(row["form"], row["issued_to"], row["city"], row["cluster_name"]):
            seen[mark] += 1
            found[mark] = made
    return {mark: made for mark, made in found.items() if seen[mark] == 1}


def _made(found: Mapping[str, Any]) -> Iterator[Promise]:
    """The figures of years after its own round that had no open problem of their own."""
    own = int(found["year"])
    faulty = {one["key"] for one in found["problems"] if is_open(one)}
    for block, values in found["values"].items():
        for name, value in values.items() if isinstance(values, dict) else ():
            for year, figure in value.items() if isinstance(value, dict) else ():
                key = f"{block}.{name}"
                due = year.isdecimal() and int(year) > own
                if due and _is_number(figure) and f"{key}.{year}" not in faulty:
                    yield Promise(key, int(year), float(figure), own)


def _is_number(figure: Any) -> bool:
    return isinstance(figure, int | float) and not isinstance(figure, bool)
