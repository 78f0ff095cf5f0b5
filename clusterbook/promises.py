"""What the returns of an earlier round promised for this year, each known by whose it is."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from clusterbook.identity import Stamp
from clusterbook.reading import name_key
from clusterbook.verdicts import SET_ASIDE, Verdict

_UNREAD = {"", *SET_ASIDE, Verdict.UNREADABLE}


@frozen
class Promise:
    """A figure that a return of ``round`` stated for a later ``year``."""

    key: str  # block.field
    year: int
    value: float
    round: int


#: by a mark of whose they are: whom the workbook was issued to, or city and name of the cluster
Promises = Mapping[str, tuple[Promise, ...]]


def promises_of(out: Path) -> Promises:
    """What stands in an earlier import; OSError, ValueError, KeyError where it is none.

    A mark that several returns share tells nothing, and is left out.
    """
    with (out / "submissions.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["verdict"] not in _UNREAD]
    found: dict[str, tuple[Promise, ...]] = {}
    seen: Counter[str] = Counter()
    for row in rows:
        path = out / "submissions" / f"{row['submission']}.json"
        made = tuple(_made(json.loads(path.read_bytes())))
        for mark in _marks(row["form"], row["issued_to"], row["city"], row["cluster_name"]):
            seen[mark] += 1
            found[mark] = made
    return {mark: made for mark, made in found.items() if seen[mark] == 1}


def of_return(promises: Promises, stamp: Stamp, cluster: str) -> tuple[Promise, ...]:
    """What was promised by whoever this return is from; ``cluster`` as in ``spool.Card``."""
    city, _, name = cluster.partition("|")
    marks = _marks(stamp.form, stamp.issued_to, city, name.rpartition("|")[2])
    made = next((promises[mark] for mark in marks if mark in promises), ())
    return tuple(one for one in made if one.round < stamp.report_year)


def _marks(form: str, issued_to: str, city: str, name: str) -> Iterator[str]:
    """The surest first."""
    if issued_to:
        yield f"{form}|{name_key(issued_to)}"
    if name:
        yield f"{form}|{name_key(city)}|{name_key(name)}"


def _made(document: Mapping[str, Any]) -> Iterator[Promise]:
    """The figures of years after its own round that had no open problem of their own."""
    own = int(document["year"])
    faulty = {
        one["key"] for one in document["problems"]
        if one["level"] == "error" or (one["level"] == "explain" and not one["explanation"])
    }  # fmt: skip
    for block, values in document["values"].items():
        for name, value in values.items() if isinstance(values, dict) else ():
            for year, figure in value.items() if isinstance(value, dict) else ():
                key = f"{block}.{name}"
                if int(year) > own and _is_number(figure) and f"{key}.{year}" not in faulty:
                    yield Promise(key, int(year), float(figure), own)


def _is_number(figure: Any) -> bool:
    return isinstance(figure, int | float) and not isinstance(figure, bool)
