"""values.csv tells what the clerk saw, and a returned copy shows it again."""

from __future__ import annotations

import csv
from io import StringIO

from support.mutable import Cell
from support.mutation_kit import Case, base
from support.returning import Judged, judged

from clusterbook.readers.grid import read_grid
from clusterbook.results.csv_cells import CsvCells
from clusterbook.results.lines import value_lines
from clusterbook.results.tables import VALUES
from clusterbook.validation.check import check
from clusterbook.validation.normalize import normalize

FORM = "fujian_sme_cluster"


def answer(case: Case, key: str) -> Cell:
    return next(c for tab, _ in case.pages() for c in tab.cells.values() if c.owner == key)


def dressed() -> Judged:
    case = base(FORM).copy()
    scaled = answer(case, "industry.output_value.2025")
    scaled.value, scaled.look = 1136000.0, "scaled"
    answer(case, "industry.enterprises.2025").look = "struck"
    return judged(case.book.bytes())


def test_values_csv_tells_what_is_seen():
    came = dressed()
    data = normalize(came.layout, [came.extracted])
    check(data)
    (lines,) = value_lines(data, VALUES, ["A"], CsvCells())
    text = "\n".join(lines)
    names = [column.name for column in VALUES.columns]
    assert names[-1] == "shown"
    rows = [dict(zip(names, row, strict=True)) for row in csv.reader(StringIO(text))]
    seen = {(row["field"], row["raw"]): row["shown"] for row in rows if row["shown"]}
    assert seen == {("output_value", "1136000"): "113.6"}
    assert {(p.code, p.key) for p in came.open} >= {
        ("V267", "industry.output_value.2025"), ("V265", "industry.enterprises.2025"),
    }  # fmt: skip


def test_a_returned_copy_shows_what_was_seen():
    copy = dressed().copy()
    shown = {one.why for sheet in read_grid(copy).sheets for one in sheet.shown.values()}
    assert shown == {"gone"}
    again = judged(copy)
    assert "V265" in {p.code for p in again.open}
    assert 1136000.0 not in again.extracted.raws
