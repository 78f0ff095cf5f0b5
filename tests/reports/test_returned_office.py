"""The second round in a real LibreOffice: only the marked cells are typed, and the workbook passes."""

from __future__ import annotations

import io
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from support.office import Doc, Office
from support.putting_right import reason_cell, right
from support.returning import SAMPLES, Draft, Judged, build, judged, raws

from clusterbook import styles
from clusterbook.a1 import cell_name
from clusterbook.forms.parsing.folding import to_text
from clusterbook.layout.own_sheets import RETURNED_SHEET, WHOLE_SHEET
from clusterbook.problems import Level
from clusterbook.reports.feedback import flags
from clusterbook.validation import rounds

pytestmark = pytest.mark.office
# Every kind of mistake of both forms that a county mends in marked cells.
RETURNED = {
    "cluster_contest": (
        "answers-under-conditions", "choices-not-in-list", "dates-and-periods",
        "formulas-and-error-values", "left-empty", "names-and-texts-of-enterprises",
        "numbers-not-exact", "wrong-units",
    ),
    "fujian_sme_cluster": (
        "beyond-the-limits", "row-deleted-cell-moved-remarks-added", "ticks-telephones-and-pages",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    "name", [f"{form}/bad/{name}" for form, names in RETURNED.items() for name in names]
)
def test_only_the_marked_cells_are_typed_and_it_passes(
    name: str, office: Office, tmp_path: Path
) -> None:
    came = judged((SAMPLES / f"{name}.xlsx").read_bytes())
    (tmp_path / "copy.xlsx").write_bytes(came.copy())
    prefix, content, _ = build.FORMS[came.stamp.form]
    good = Draft(came.stamp.form, prefix, *content.content(content.SMALL))
    wrong = [one for one in came.remarks if one.area and one.waits]
    stands = {place: to_text(raw) for place, raw in by_cell(judged(came.copy())).items()}
    entries = [
        entry
        for entry in dict.fromkeys(entry for one in wrong for entry in right(good, one))
        if stands.get(entry[:2], "") != entry[2]
    ]
    waiting = sum(cause.first.waits for cause in came.causes)
    with office.open(tmp_path / "copy.xlsx") as doc:
        doc.recalculate()
        told = Counter(states(doc, came))
        assert told[flags.WAITS] + told[flags.RECHECK] == waiting
        places = doc.names()
        # Figures that are right as they stand are explained.
        entries += [
            (WHOLE_SHEET, reason_cell(places, one, came), "已核对原始报表，情况属实。")
            for one in wrong
            if one.level is Level.EXPLAIN and one.problem.own is not None
        ]
        taken = doc.type(entries)
        assert [entry for entry, ok in zip(entries, taken, strict=True) if not ok] == []
        doc.recalculate()
        assert doc.formulas_with_errors() == []
        assert flags.WAITS not in states(doc, came)
        saved = doc.save(tmp_path / "saved.xlsx").read_bytes()
    mended = judged(saved)
    assert mended.open == []
    typed = {(sheet, cell) for sheet, cell, _ in entries}
    before, after = raws(judged((tmp_path / "copy.xlsx").read_bytes())), raws(mended)
    assert {at for at in before if before[at] != after[at]} <= set(keys_at(came, typed))
    done = rounds.compare(came.problems, mended.problems)
    explained = {mended.problems[at].key for at in done.still_open}
    asked = {at for at, problem in enumerate(came.problems) if problem.open}
    assert {came.problems[at].key for at in asked - set(done.fixed)} <= explained
    assert done.fixed
    # LibreOffice drops the comment of an empty cell with a bound as soon as somebody types there.
    # (What stood in a disputed cell is listed, and the cell left empty.)
    empty = [one for one in wrong if not one.problem.value or one.problem.code == "L103"]
    blank = {(one.sheet, one.cell) for one in empty} & typed
    kept(came, saved, without=blank)


def test_nothing_is_lost_when_it_is_saved_as_it_is(office: Office, tmp_path: Path) -> None:
    came = judged((SAMPLES / "cluster_contest/bad/answers-under-conditions.xlsx").read_bytes())
    (tmp_path / "copy.xlsx").write_bytes(came.copy())
    with office.open(tmp_path / "copy.xlsx") as doc:
        saved = doc.save(tmp_path / "saved.xlsx").read_bytes()
    kept(came, saved, without=set())
    assert raws(judged(saved)) == raws(came)


def states(doc: Doc, came: Judged) -> list[str]:
    """The last column of 退回意见."""
    rows = doc.texts(RETURNED_SHEET, f"B1:J{len(came.problems) + 20}")
    return [row[8] for row in rows if row[0].isdigit() and row[1] in {x.chinese for x in Level}]


def by_cell(copied: Judged) -> dict[tuple[str, str], object]:
    """What stands in each cell of a copy."""
    layout, found = copied.layout, raws(copied)
    cells = {
        (place.plan.name, place.slot.area.cell): found.get((place.slot.key, place.slot.part))
        for place in layout.in_order
    }
    for key, library in copied.extracted.libraries.items():
        for number, column in enumerate(layout.bodies[key].columns):
            for at, row in enumerate(library.rows):
                cells[library.sheet, cell_name(row, column.col)] = library.columns[number][at]
    return cells


def keys_at(came: Judged, cells: set[tuple[str, str]]) -> Iterator[tuple[object, int]]:
    """The answers that stand in these cells of the copy, as `raws` names them."""
    for place in came.layout.in_order:
        if (place.plan.name, place.slot.area.cell) in cells:
            yield place.slot.key, place.slot.part
    for key, column in came.layout.columns.items():
        plan, body = came.layout.sheet_of[key], came.layout.bodies[key.split(".")[0]]
        for at in range(body.last_row - body.first_row + 1):
            if (plan.name, cell_name(body.first_row + at, column.col)) in cells:
                yield key, at


def kept(came: Judged, saved: bytes, without: set[tuple[str, str]]) -> None:
    """Comments, fills, links and protection are still there after LibreOffice has saved."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(saved))
    fills = {mark["bg_color"][1:] for name, mark in styles.MARKS.items() if name in LEVELS}
    for one in came.remarks:
        if one.area is not None:
            cell = book[one.sheet][one.cell]
            if (one.sheet, one.cell) not in without:
                assert cell.comment is not None and one.mend in cell.comment.text
            assert cell.fill.fgColor.rgb[2:] in fills
    cells = [row[4] for row in book[RETURNED_SHEET].iter_rows() if row[4].hyperlink]
    links = [cell.hyperlink.location.replace("'", "") for cell in cells]
    first = [cause.first for cause in came.causes]
    assert links == [f"{one.sheet}!{one.cell}" for one in first if one.area]
    assert all(sheet.protection.sheet for sheet in book)


LEVELS = {level.value for level in Level}
