"""Filled forms in Word for tests: what they say, and how what was read compares with it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from support.fill import fill, imported

from clusterbook.api.papers import content_of
from clusterbook.forms.options import Options
from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.layout.layout import Layout
from clusterbook.word.content import Content
from clusterbook.word.readings import READ, Readings
from clusterbook.word.write import word_form
from clusterbook.workbook.writer import write_template

FORMS = ("cluster_contest", "fujian_sme_cluster")
SAMPLES = Path(__file__).parents[2] / "samples"
# Of columns that stand for a year: the one of the year before.
_BEFORE = {"revenue_y2": "revenue_y1", "rd_y2_wan": "rd_y1_wan"}


def content(data: bytes) -> Content:
    """What a workbook says."""
    batch = imported(data)
    return content_of(batch, batch.submissions[0])


@cache
def good(form: str) -> Content:
    """The good sample."""
    return content((SAMPLES / form / "good.xlsx").read_bytes())


@cache
def random_book(form: str, seed: int, years: str = "rolled") -> bytes:
    """A workbook filled at random."""
    layout = layouts.of(form, Options(years=years))
    answers = fill(layout, seed, rows=1 + seed % 5, everything=seed % 3 == 0).answers()
    return write_template(layout, Stamp.of(layout.workbook, f"T-{seed}"), answers)


@cache
def filled(form: str, seed: int = 7) -> tuple[Layout, bytes]:
    """A form filled at random, as it is printed."""
    said = content(random_book(form, seed))
    return said.layout, word_form(said)


def values(layout: Layout, readings: Readings) -> dict[str, Any]:
    """What was read, as values; rows of lists by what their first name says."""
    found = {
        key: layout.slots[key][0].field.kind.read(raw).value for key, raw in readings.values.items()
    }
    for library, rows in readings.rows.items():
        body = layout.bodies[library]
        name = next(iter(body.library.identity), body.inputs[0].field.key)
        for row in rows:
            for column, raw in row.items():
                kind = layout.columns[f"{library}.{column}"].field.kind
                found[f"{library}[{row.get(name)}].{column}"] = kind.read(raw).value
    return found


def of_the_year_before(said: dict[str, Any]) -> dict[str, Any]:
    """The same where every printed year is one less."""
    found: dict[str, Any] = {}
    for key, value in said.items():
        dated = re.fullmatch(r"(.*)\.(20\d\d)", key)
        found[f"{dated[1]}.{int(dated[2]) - 1}" if dated else key] = value
    for key, value in said.items():
        for now, before in _BEFORE.items():
            if key.endswith(f".{now}"):
                found[key.removesuffix(now) + before] = value
    return found


def joined(readings: Readings) -> set[str]:
    """Reports of which it is told that they stood in several cells."""
    return {one.key for one in readings.items if one.result == READ and "连在一起" in one.why}
