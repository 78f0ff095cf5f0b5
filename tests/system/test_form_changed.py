"""A form that has changed altogether still reads what its earlier versions issued.

Sheets are new and bear other names, rows are put in, columns have moved, more is asked, more rules
are there: whatever a form becomes, a workbook is read by the plan it was issued by.
"""

from __future__ import annotations

from typing import Any

import keep_plans
import pytest
from attrs import evolve
from support.issued_before import KEPT, PACKS, expected, lost, workbook
from support.returning import Draft, build, judged, raws
from system import keep_issued

from clusterbook.engine import across
from clusterbook.forms import consistency, kinds, registry, rules, spec
from clusterbook.forms.expressions import nodes
from clusterbook.forms.expressions.nodes import answer
from clusterbook.forms.options import Options
from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.layout.earlier import plan_file
from clusterbook.readers.grid import read_grid
from clusterbook.returns.identify import identify, issued_by
from clusterbook.returns.witnesses import issued_digest
from clusterbook.workbook.content import Entries
from clusterbook.workbook.writer import write_template


def with_more(block: Any, key: str) -> Any:
    """A block with something new in front, its columns in another order."""
    if isinstance(block, spec.Answers):
        return evolve(block, rows=(spec.Field(key, "新增一栏", kinds.Text()), *block.rows))
    if isinstance(block, spec.Indicators):
        row = spec.Row(key, "新增指标（亿元）", kinds.Number(unit="亿元"))
        if len(block.rows) == 1:  # its label goes on in the head
            return block
        return evolve(block, rows=(*block.rows, row) if block.measures else (row, *block.rows))
    if isinstance(block, spec.Library):
        first, *others = block.columns
        new = spec.Field(key, "新增一列", kinds.Text())
        return evolve(block, columns=(*others, new, first))
    return block


def without_one(workbook: spec.Workbook, keys: list[str]) -> tuple[spec.Workbook, str]:
    """The form without one answer that nothing else rests on, and its key."""
    for number, sheet in enumerate(workbook.sheets):
        for at, block in enumerate(sheet.blocks):
            for row in block.rows if isinstance(block, spec.Answers) else ():
                key = f"{block.name}.{getattr(row, 'key', '')}"
                if not isinstance(row, spec.Field) or key not in keys:
                    continue
                less = evolve(block, rows=[one for one in block.rows if one is not row])
                blocks = [*sheet.blocks[:at], less, *sheet.blocks[at + 1 :]]
                sheets = list(workbook.sheets)
                sheets[number] = evolve(sheet, blocks=blocks)
                try:
                    return consistency.check(evolve(workbook, sheets=sheets)), key
                except consistency.SpecError:
                    continue
    raise LookupError(workbook.id)


def changed(workbook: spec.Workbook) -> spec.Workbook:
    """A later version: everything has moved, more is asked, more is looked at."""
    sheets = [
        evolve(
            sheet, name=f"新{sheet.name}",
            blocks=[with_more(block, f"since_{sheet.key}_{at}") for at, block in enumerate(sheet.blocks)],
        )
        for sheet in workbook.sheets
    ]  # fmt: skip
    asked = spec.Answers(key="since", rows=(spec.Field("all", "新增一表的一栏", kinds.Text()),))
    sheets.insert(0, spec.Sheet(key="since", name="新增一表", title="新增一表", blocks=(asked,)))
    firms = spec.Library(
        key="since_list", rows=10, least=1, columns=(spec.Field("name", "名称", kinds.Name()),)
    )
    sheets.append(spec.Sheet(key="since_list", name="新增名单", title="新增名单", blocks=(firms,)))
    figure = next(
        answer(f"{block.name}.{asked.name}")
        for block, asked in workbook.answers()
        if isinstance(asked.kind, kinds.Number) and asked.computed is None and asked.year
    )
    more = rules.Rule(
        code="Z98.new",
        level="error",
        holds=rules.AtMost(figure, -1.0),
        reason="新增",
        source="新增",
    )
    missing = nodes.Not(nodes.Filled(answer("since.all")))
    known = evolve(
        workbook.rules[0], holds=rules.Never(figure, missing, "应填写新增一栏。", "fill it in.")
    )
    return evolve(workbook, version="2099.9", earlier=(workbook.version, *workbook.earlier),
                  sheets=sheets, rules=(known, *workbook.rules[1:], more))  # fmt: skip


CACHES = (
    registry.workbook, layouts.of, layouts._earlier, layouts._asked, across._subjects,
    across._naming,
)  # fmt: skip


TODAY = {form: layouts.of(form) for form in registry.form_ids()}


@pytest.fixture(scope="module", autouse=True)
def later_fixture(tmp_path_factory):
    """Every form in a later version; the plan of today is kept, as whoever raises it keeps it."""
    forms = {form: registry.maker(form) for form in registry.form_ids()}
    own = tmp_path_factory.mktemp("specs")
    (own / "data").mkdir()
    for form in forms:
        path = own / "data" / plan_file(form, registry.workbook(form).version)
        path.write_bytes(keep_plans.written(form))
    folders = registry.folders()
    later = {form: lambda options, own=make: changed(own(options)) for form, make in forms.items()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "folders", lambda: (own, *folders))
        patch.setattr(registry, "maker", later.__getitem__)
        for cached in CACHES:
            cached.cache_clear()
        yield
    for cached in CACHES:
        cached.cache_clear()


@pytest.mark.parametrize("form", TODAY)
def test_the_form_has_changed_altogether(form):
    """Else nothing here were proven."""
    before, now = TODAY[form], layouts.of(form)
    moved = [
        key
        for key, parts in now.slots.items()
        if key in before.slots and parts[0].area != before.slots[key][0].area
    ]
    assert len(moved) > 0.9 * len(before.slots)
    assert {plan.name for plan in before.sheets}.isdisjoint(plan.name for plan in now.sheets)
    assert len(now.slots) > len(before.slots)
    assert all(now.columns[key].col != column.col for key, column in before.columns.items())


@pytest.mark.parametrize(("pack", "name"), KEPT)
def test_a_kept_workbook_is_read_the_same(pack, name):
    before, now = expected(pack, name), keep_issued.read(workbook(pack, name))
    problems = [before.pop("problems"), now.pop("problems")]
    assert lost(before, now) == []
    assert problems[1] == problems[0]


@pytest.mark.parametrize("form", TODAY)
def test_the_workbook_of_the_day_before_is_read_the_same(form):
    """What this build issues now, in the same way: with the plan that ``keep_plans`` makes of it."""
    prefix, content, _ = build.FORMS[form]
    good = Draft(form, prefix, *content.content(content.SMALL))
    stamp = evolve(Stamp.of(TODAY[form].workbook), issue="X1")
    data = write_template(TODAY[form], stamp, Entries(values=good.values, rows=good.rows))
    assert judged(data).problems == []
    assert judged(data).stamp.version == TODAY[form].workbook.version


@pytest.mark.parametrize("form", TODAY)
def test_of_a_workbook_of_its_own_all_is_asked(form):
    layout = layouts.of(form)
    problems = judged(write_template(layout, Stamp.of(layout.workbook))).problems
    missing = {p.key for p in problems if p.code in ("V101", "V104")}
    new = layout.slots.keys() - TODAY[form].slots.keys()
    assert {"since.all", "since_list"} <= missing
    asked = {key: layout.slots[key][0].field for key in new}
    assert {key for key, one in asked.items() if one.required and one.when is None} <= missing


@pytest.mark.parametrize("form", TODAY)
def test_the_returned_copy_asks_what_was_asked(form):
    """It is laid out anew, holds all that was typed, and is read again without a new question."""
    pack = next(pack for pack, _ in PACKS if pack.stem.startswith(form))
    came = judged(workbook(pack, "bad.xlsx"))
    again = judged(came.copy())
    layout = layouts.of(form)
    assert again.stamp.version == came.stamp.version != layout.workbook.version
    assert issued_by(read_grid(again.data), again.stamp).digest == layout.digest
    assert raws(again) == raws(came)
    told = {(p.code, p.key) for p in again.problems}
    once = {(p.code, p.key) for p in judged(workbook(pack, "returned.xlsx")).problems}
    assert told == once
    assert came.copy() == judged(workbook(pack, "bad.xlsx")).copy()


@pytest.mark.parametrize("form", TODAY)
def test_sheets_copied_out_are_read_by_the_plan_in_whose_places_they_stand(form):
    """Without a stamp the rulers tell the form, and the printed texts the version."""
    pack = next(pack for pack, _ in PACKS if pack.stem.startswith(form))
    whole = read_grid(workbook(pack, "filled.xlsx"))
    sheets = tuple(sheet for sheet in whole.sheets if sheet.name != "_meta")
    grid = evolve(whole, sheets=sheets, core={}, names={})
    identity = identify(grid)
    stamp = identity.stamp
    assert [p.code for p in identity.problems] == ["F115"]
    assert stamp is not None
    assert issued_by(grid, stamp).digest == issued_digest(whole)
    assert issued_by(grid, stamp) is layouts.plans(stamp)[0]


@pytest.mark.parametrize("form", TODAY)
def test_what_is_not_asked_any_more_is_told_and_not_missed(form, monkeypatch):
    pack = next(pack for pack, _ in PACKS if pack.stem.startswith(form))
    values = expected(pack, "filled.xlsx")["values"]
    given = [f"{block}.{name}" for block, one in values.items() if isinstance(one, dict)
             for name, value in one.items() if isinstance(value, str)
             and not TODAY[form].slots[f"{block}.{name}"][0].locked]  # fmt: skip
    make = registry.maker(form)
    _, gone = without_one(make(Options()), given)
    monkeypatch.setattr(
        registry, "maker", {form: lambda options: without_one(make(options), [gone])[0]}.__getitem__
    )
    for cached in CACHES:
        cached.cache_clear()
    block, name = gone.split(".")
    came = judged(workbook(pack, "filled.xlsx"))
    assert [(p.code, p.key, p.value) for p in came.problems] == [
        ("L123", gone, values[block][name])
    ]
    monkeypatch.undo()
    for cached in CACHES:
        cached.cache_clear()


def test_a_version_that_the_form_does_not_name_is_refused():
    pack, name = PACKS[0]
    form = registry.workbook("cluster_contest")
    assert form.earlier[-1] == "2026.1"
    grid = read_grid(workbook(pack, name))
    for sheet in grid.sheets:
        if sheet.name == "_meta":
            sheet.cells[1, 1] = str(sheet.cells[1, 1]).replace("2026.1", "2025.9")
    assert [p.code for p in identify(grid).problems] == ["F108"]
