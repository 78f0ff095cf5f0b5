"""Submissions of the contest form that break one rule."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from typing import Any

import content_cluster_contest as contest
from attrs import frozen
from support import returning

from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.readers.grid import read_grid
from clusterbook.returns.extract import Extracted, extract
from clusterbook.returns.place import place
from clusterbook.workbook.content import Entries
from clusterbook.workbook.writer import write_template

Change = Mapping[str, Any]

LAYOUT = layouts.of("cluster_contest")

ROW = re.compile(r"(?P<library>\w+)\[(?P<row>\d+)\]\.(?P<column>\w+)")


@frozen
class Case:
    """``breaks`` leads to the rule and ``also``; ``edge`` to ``edge_also`` alone.

    Keys are those of answers, ``library[row].column`` of a row, ``library+`` for a row more and
    ``library-`` for so many rows less at the end. ``also`` are rules about the same figure.
    """

    breaks: Change
    edge: Change
    also: tuple[str, ...] = ()
    edge_also: tuple[str, ...] | None = None
    second_park: bool = False


BASE, BASE_ROWS = contest.content(contest.SMALL)


def with_second_park(values: dict[str, Any]) -> dict[str, Any]:
    """The content with a second park like the first, in which less of the cluster lies."""
    parks = {k.replace("park[1]", "park[2]"): v for k, v in values.items()
             if k.startswith("park[1]")}  # fmt: skip
    parks |= {k: 1 if isinstance(v, int) else 0.1 for k, v in parks.items() if "_cluster." in k}
    text = {"park_report[2].park_self_report": values["park_report[1].park_self_report"]}
    return values | parks | text | {"park[2].park_name": "新邵样例经济开发区"}


def changed(case: Case, change: Change) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """The content of the sample after a change."""
    values, rows = dict(BASE), deepcopy(BASE_ROWS)
    if case.second_park:
        values = with_second_park(values)
    for key, value in change.items():
        found = ROW.fullmatch(key)
        if key.endswith("+"):
            rows[key[:-1]].append(value)
        elif key.endswith("-"):
            del rows[key[:-1]][-value:]
        elif found and found["library"] in rows:
            rows[found["library"]][int(found["row"])][found["column"]] = value
        else:
            values[key] = value
    return values, rows


def written(case: Case, change: Change) -> bytes:
    values, rows = changed(case, change)
    stamp = Stamp.of(LAYOUT.workbook, issue="YL-H-rules")
    return write_template(LAYOUT, stamp, Entries(values=values, rows=rows))


@cache
def sample() -> Extracted:
    """The good sample as it is read from its workbook."""
    return extract(place(read_grid(written(Case({}, {}), {})), LAYOUT))


def submission(case: Case, change: Change) -> Extracted:
    """The sample with other raw values in some of its cells."""
    values, rows = changed(case, change)
    return returning.changed(
        LAYOUT, sample(),
        {key: value for key, value in values.items() if value != BASE.get(key)},
        {key: lines for key, lines in rows.items() if lines != BASE_ROWS[key]},
    )  # fmt: skip
