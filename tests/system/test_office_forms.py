"""Both forms in a real LibreOffice Calc: every cell typed as a person types, saved, imported."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from support.fill import (
    FilledIn,
    differences,
    fill,
    imported,
    rows_without_computed,
    without_computed,
)
from support.office import Doc, Office

from clusterbook.a1 import cell_name
from clusterbook.forms import registry
from clusterbook.forms.expressions.columns import evaluate
from clusterbook.forms.expressions.nodes import Total
from clusterbook.forms.kinds import Choice, DependentChoice, Name, Number, Text
from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts, listing
from clusterbook.layout.layout import Layout
from clusterbook.layout.own_sheets import (
    CHECKS_SHEET,
    GUIDE_SHEET,
    REVIEW_SHEET,
    RULES_SHEET,
    WHOLE_SHEET,
)
from clusterbook.problems import Level, Problem
from clusterbook.results.documents import submission_document
from clusterbook.workbook import writer

pytestmark = pytest.mark.office
FORMS = registry.form_ids()
ASKED = {"V101", "V102", "V104"}


def blank(layout: Layout, folder: Path) -> Path:
    path = folder / f"{layout.workbook.id}.xlsx"
    stamp = Stamp.of(layout.workbook, issue="T0001", issued_to="测试县")
    path.write_bytes(writer.write_template(layout, stamp))
    return path


@pytest.fixture(scope="module", params=FORMS)
def layout(request: pytest.FixtureRequest) -> Layout:
    return layouts.of(request.param)


@pytest.fixture(scope="module")
def opened(layout: Layout, office: Office, tmp_path_factory: pytest.TempPathFactory) -> Doc:
    """A blank, opened and recalculated; the tests of this file type into it in their order."""
    doc = office.open(blank(layout, tmp_path_factory.mktemp("blank")))
    doc.recalculate()
    return doc


@pytest.fixture(scope="module")
def filled(layout: Layout) -> FilledIn:
    return fill(layout, seed=7, rows=2, everything=True)


Counts = dict[str, tuple[int, int, int]]  # 未填, 错误, 待说明 by sheet name


def shown_counts(doc: Doc, layout: Layout) -> Counts:
    """What 首页 counts; its three figures are the sums."""
    rows = doc.texts(GUIDE_SHEET, f"B1:G{len(layout.sheets) + 20}")
    names = {plan.name for plan in layout.sheets}
    counts = {row[0]: (int(row[1]), int(row[2]), int(row[3])) for row in rows if row[0] in names}
    assert set(counts) == names
    figures = next(row for row in rows if row[0].startswith("未填 "))
    told = [re.sub(r"\D", "", figures[at]) for at in (0, 1, 4)]
    assert tuple(map(int, told)) == tuple(map(sum, zip(*counts.values(), strict=True)))
    return counts


def importers_counts(layout: Layout, problems: Iterable[Problem]) -> Counts:
    """The same of the importer, without the rules that it alone looks at."""
    alone = {rule.code for rule in layout.workbook.rules if rule.importer_only}
    counts = {plan.name: [0, 0, 0] for plan in layout.sheets}
    for one in problems:
        if one.open and one.code not in alone:
            counts[one.sheet][2 if one.level is Level.EXPLAIN else one.code not in ASKED] += 1
    return {name: (own[0], own[1], own[2]) for name, own in counts.items()}


def open_lines(doc: Doc) -> list[list[str]]:
    """The lines of 校验: number, kind, sheet, what, how often, where, how to mend, link."""
    first = listing.SHOWN_ROW + 1
    rows = doc.texts(REVIEW_SHEET, f"B{first}:I{first + listing.SHOWN - 1}")
    return [row for row in rows if row[0]]


def test_blank_recalculates_and_counts_what_the_importer_counts(
    layout: Layout, opened: Doc, tmp_path: Path
) -> None:
    assert opened.formulas_with_errors() == []
    batch = imported(opened.save(tmp_path / "blank.xlsx").read_bytes())
    problems = batch.submissions[0].problems
    assert {p.code for p in problems} <= ASKED
    counts = shown_counts(opened, layout)
    assert counts == importers_counts(layout, problems)
    lines = open_lines(opened)
    assert {row[1] for row in lines} == {"未填"}
    missing = sum(own[0] for own in counts.values())
    assert len(lines) == listing.SHOWN
    (told,) = opened.texts(REVIEW_SHEET, "B4:B4")[0]
    assert f"未填 {missing} 项，错误 0 处，待说明 0 处" in told
    assert f"另有 {missing - listing.SHOWN} 行" in told
    states = {row[3] for row in opened.texts(WHOLE_SHEET, "B6:E400") if row[2]}
    assert states <= {"待填", "收到后核对", "状态"}


def test_locked_cells_refuse_typing(layout: Layout, opened: Doc) -> None:
    """Titles, heads, labels, computed cells and the zone around them; the hidden ruler as well."""
    entries = []
    for plan in layout.sheets:
        places = [printed.area.cell for printed in plan.printed]
        places += [slot.area.cell for slot in plan.slots if slot.locked]
        places += ["A1", "A3", cell_name(0, 2)]
        if plan.body is None:
            places.append(cell_name(plan.last_row + 40, 1))
        else:
            body = plan.body
            places += [cell_name(body.head_last_row, c.col) for c in body.inputs]
            places += [cell_name(1, c.col) for c in body.inputs]
            places += [cell_name(body.first_row, c.col) for c in body.columns if c.locked]
        entries += [(plan.name, place, "改") for place in dict.fromkeys(places)]
    accepted = opened.type(entries)
    assert [e for e, ok in zip(entries, accepted, strict=True) if ok] == []


def test_lists_are_offered(layout: Layout, opened: Doc) -> None:
    """Plain lists show their options; a cascade shows nothing until the level above is chosen."""
    seen = set()
    for plan in layout.sheets:
        for slot in plan.slots:
            kind = slot.field.kind
            if type(kind) in seen or slot.locked:
                continue
            if isinstance(kind, Choice) and not isinstance(kind, DependentChoice):
                assert opened.choices(plan.name, slot.area.cell) == list(kind.options)
                seen.add(type(kind))
        for column in plan.body.inputs if plan.body else ():
            kind = column.field.kind
            cell = cell_name(plan.body.first_row, column.col)
            if isinstance(kind, DependentChoice) and "cascade" not in seen:
                seen.add("cascade")
                above = next(c for c in plan.body.inputs if c.field.key == kind.within)
                city = kind.pairs[0][0]
                assert opened.choices(plan.name, cell) == []
                place = cell_name(plan.body.first_row, above.col)
                assert opened.type([(plan.name, place, city)]) == [True]
                own = [option for parent, option in kind.pairs if parent == city]
                assert opened.choices(plan.name, cell) == own
    assert seen


def test_every_cell_typed_comes_back(
    layout: Layout, opened: Doc, filled: FilledIn, tmp_path: Path
) -> None:
    entries = filled.entries()
    accepted = opened.type(entries)
    assert [e for e, ok in zip(entries, accepted, strict=True) if not ok] == []
    opened.recalculate()
    assert opened.formulas_with_errors() == []
    saved = opened.save(tmp_path / "filled.xlsx")
    batch = imported(saved.read_bytes())
    one = batch.submissions[0]
    assert [p for p in one.problems if p.own is None] == []
    document = submission_document(batch, one, "zh")
    assert differences(filled.values(), without_computed(layout, document["values"])) == []
    libraries = rows_without_computed(layout, document["libraries"])
    assert differences(filled.libraries(), libraries) == []


def test_computed_cells_and_counts_agree_when_filled(
    layout: Layout, opened: Doc, filled: FilledIn, tmp_path: Path
) -> None:
    """After the typing: nothing missing or wrong, and each result is what the importer works out."""
    assert filled.entries()
    batch = imported(opened.save(tmp_path / "again.xlsx").read_bytes())
    counts = shown_counts(opened, layout)
    assert counts == importers_counts(layout, batch.submissions[0].problems)
    assert not any(own[0] for own in counts.values())
    data = batch.groups[0].data
    different = []
    for key, parts in layout.slots.items():
        if not parts[0].locked:
            continue
        plan = layout.sheet_of[key]
        shown = opened.cell(plan.name, parts[0].area.cell)
        value = data.answers[key].values[0]
        kind = parts[0].field.kind
        if isinstance(kind, Number) and isinstance(value, float) and value == value:  # noqa: PLR0124
            same = shown.value == pytest.approx(value, abs=1e-9)
        elif isinstance(value, tuple):
            same = shown.text == "、".join(map(str, value))
        else:
            empty = value is None or value != value  # noqa: PLR0124
            same = shown.text in ("", "—") if empty else shown.text == value
        if not same:
            different.append((key, shown.text, value))
    assert different == []


def test_rules_shown_agree_with_the_importer(
    layout: Layout, opened: Doc, filled: FilledIn, tmp_path: Path
) -> None:
    """How often each rule is broken on the hidden sheet is how often the importer says so."""
    assert filled.entries()
    rules = [rule for rule in layout.workbook.rules if not rule.importer_only]
    if not rules:
        pytest.skip("the form has no rules")
    rows = opened.values(RULES_SHEET, f"A2:C{len(rules) + 1}")
    shown = {row[0].text: row[1].value for row in rows}
    batch = imported(opened.save(tmp_path / "rules.xlsx").read_bytes())
    told = dict.fromkeys(shown, 0)
    for problem in batch.submissions[0].problems:
        if problem.own is not None and problem.code in told:
            told[problem.code] += 1
    assert shown == told
    places = {row[0].text: row[2].text for row in rows}
    for problem in batch.submissions[0].problems:
        if problem.own is not None and problem.code in told and told[problem.code] == 1:
            place = places[problem.code].rsplit("!", 1)
            assert (place[0].strip("'"), place[1]) == (problem.sheet, problem.cell)
    assert opened.texts(CHECKS_SHEET, "A1:A1") == [["sheet"]]
    assert all(re.match(r"[A-Z]\d\d\.", code) for code in shown)


def test_what_is_open_is_listed_in_the_order_of_the_sheets(
    layout: Layout, opened: Doc, filled: FilledIn, tmp_path: Path
) -> None:
    """Each line with its first place, its count, and where it can be explained."""
    assert filled.entries()
    batch = imported(opened.save(tmp_path / "open.xlsx").read_bytes())
    live = listing.listing(layout).live
    line_of = {watch.rule.code: line for line in live for watch in line.watches}
    count: Counter[str] = Counter()
    first: dict[str, str] = {}
    for one in batch.submissions[0].problems:
        if one.open and (line := line_of.get(one.code)) is not None:
            count[line.key] += 1
            first.setdefault(line.key, one.sheet)
    lines = open_lines(opened)
    order = [plan.name for plan in layout.sheets]
    assert [order.index(row[2]) for row in lines] == sorted(order.index(row[2]) for row in lines)
    told = [(row[2], row[3].split("　")[0], int(row[4])) for row in lines]
    expected = [(first[key], key.split(".")[0], often) for key, often in count.items()]
    assert len(lines) == min(len(expected), listing.SHOWN)
    if len(expected) <= listing.SHOWN:
        assert sorted(told) == sorted(expected)
    for row in lines:
        assert row[1] in {"错误", "待说明"}
        assert (row[7] == "写说明") == (row[1] == "待说明")
        assert re.fullmatch("[A-Z]{1,2}[0-9]+", row[5])
        assert row[6]


def test_libraries_show_the_totals_the_importer_works_out(
    layout: Layout, opened: Doc, filled: FilledIn, tmp_path: Path
) -> None:
    """The 合计 rows, the growth in each row, and the counts inside the head of a library."""
    batch = imported(opened.save(tmp_path / "totals.xlsx").read_bytes())
    data = batch.groups[0].data
    frames = data.frames()
    different, seen = [], 0
    for key, body in layout.bodies.items():
        name, library = layout.sheet_of[key].name, body.library
        cells = {}
        if library.head is not None and body.head_area is not None:
            cells[body.head_area.cell] = evaluate(library.head, frames)[0]
        for column in body.columns:
            total = library.totals.get(column.field.key)
            if total is not None and body.total_row is not None:
                cells[cell_name(body.total_row, column.col)] = evaluate(total, frames)[0]
            if column.locked:
                values = data.libraries[key].columns[column.field.key].values
                for at, value in zip(data.libraries[key].rows, values, strict=True):
                    cells[cell_name(at, column.col)] = value
            elif total == Total(column.key):
                typed = math.fsum(row[column.field.key] for row in filled.row_expected[key])
                assert cells[cell_name(body.total_row, column.col)] == pytest.approx(typed)
        for cell, value in cells.items():
            shown = opened.cell(name, cell)
            empty = value is None or value != value  # noqa: PLR0124
            same = shown.text in ("", "—") if empty else shown.value == pytest.approx(value)
            seen += 1
            if not same:
                different.append((name, cell, shown.text, value))
    assert different == []
    assert seen or not any(b.library.totals or b.library.head for b in layout.bodies.values())


def test_text_cells_keep_what_is_typed(layout: Layout, office: Office, tmp_path: Path) -> None:
    """Codes, dates and percentages typed into text cells are not turned into something else."""
    typed = ("0111", "50%", "1/2", "2024.10", "3月5日", "13:30", "(5)")
    slots = [
        (plan.name, slot)
        for plan in layout.sheets
        for slot in plan.slots
        if type(slot.field.kind) in (Text, Name) and not slot.locked
    ]
    entries = [
        (sheet, slot.area.cell, text) for (sheet, slot), text in zip(slots, typed, strict=False)
    ]
    with office.open(blank(layout, tmp_path)) as doc:
        doc.paste(entries)
        saved = doc.save(tmp_path / "typed.xlsx")
    data = imported(saved.read_bytes()).groups[0].data
    kept = [data.answers[slot.key].raws[0] for _, slot in slots[: len(entries)]]
    assert kept == [text for _, _, text in entries]
