"""Workbooks issued by earlier builds are read for good, with the same values; their plans are kept."""

from __future__ import annotations

import keep_plans
import pytest
from support.issued_before import KEPT, PACKS, expected, lost, workbook
from system import keep_issued

from clusterbook.forms import registry
from clusterbook.forms.options import Options
from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.layout.earlier import EarlierLayout, filled, load, plan_file, with_years_open
from clusterbook.layout.layout import Layout, SheetPlan
from clusterbook.returns.formulas_kept import issued, issued_as
from clusterbook.returns.pipeline import read_submission


@pytest.mark.parametrize(("pack", "name"), KEPT)
def test_a_kept_workbook_is_read_as_on_the_day_it_was_issued(pack, name):
    before, now = expected(pack, name), keep_issued.read(workbook(pack, name))
    problems = [before.pop("problems"), now.pop("problems")]
    assert lost(before, now) == []
    assert problems[1] == problems[0]


def test_every_earlier_version_has_its_plan_and_its_workbooks():
    accepted = {
        f"{form}-{version}"
        for form in registry.form_ids()
        for version in registry.workbook(form).earlier
    }
    assert accepted
    assert {pack.stem for pack, _ in PACKS} == accepted
    for form in registry.form_ids():
        stamp = Stamp.of(registry.workbook(form))
        for version in registry.workbook(form).earlier:
            first, _ = layouts.plans(Stamp(**{**as_facts(stamp), "version": version}))
            assert isinstance(first, EarlierLayout)
            assert first.version == version


def as_facts(stamp: Stamp) -> dict:
    return {
        name: getattr(stamp, name) for name in ("form", "report_year", "years", "province", "rows")
    }


def formulas(layout: Layout, plan: SheetPlan) -> set[tuple]:
    return {(f.planned, issued_as(layout, plan, f), f.label, f.key) for f in issued(layout, plan)}


# --- the plan that is kept -----------------------------------------------------------------------


@pytest.mark.parametrize("form", registry.form_ids())
@pytest.mark.parametrize(
    "options",
    [
        Options(), Options(report_year=2032), Options(years="as-printed"),
        Options(report_year=2019, years="as-printed"), Options(rows=37),
    ],
    ids=str,
)  # fmt: skip
def test_a_kept_plan_is_the_plan(form, options, tmp_path):
    path = tmp_path / plan_file(form, "x")
    path.write_bytes(keep_plans.written(form))
    plan = layouts.of(form, options)
    kept = load(path, plan)
    assert kept.digest == plan.digest
    assert kept.reasons == plan.reasons
    assert kept.rules == {rule.code for rule in plan.workbook.rules}
    for one, other in zip(kept.sheets, plan.sheets, strict=True):
        assert (one.sheet.key, one.name, one.last_row, one.last_col) == (
            other.sheet.key, other.name, other.last_row, other.last_col,
        )  # fmt: skip
        assert [(p.area, p.text) for p in one.printed if isinstance(p.text, str)] == [
            (p.area, p.text) for p in other.printed if isinstance(p.text, str)
        ]
        assert [(s.key, s.part, s.parts, s.area, s.path, s.locked) for s in one.slots] == [
            (s.key, s.part, s.parts, s.area, s.path, s.locked) for s in other.slots
        ]
        assert (one.body is None) == (other.body is None)
        if one.body is not None and other.body is not None:
            for name in ("first_row", "last_row", "number_col", "total_row", "head_last_row"):
                assert getattr(one.body, name) == getattr(other.body, name)
            assert [(c.key, c.col, c.path, c.locked) for c in one.body.columns] == [
                (c.key, c.col, c.path, c.locked) for c in other.body.columns
            ]
        assert formulas(kept, one) == formulas(plan, other)


@pytest.mark.parametrize(
    ("text", "later", "kept"),
    [
        ("2025年", "2031年", "{y}年"),
        ("2024年至2028年", "2030年至2034年", "{y-1}年至{y+3}年"),
        ("国发〔2019〕5号，2025年", "国发〔2019〕5号，2031年", "国发〔2019〕5号，{y}年"),
        ("GB/T 4754", "GB/T 4754", "GB/T 4754"),
    ],
)
def test_years_that_move_along_are_kept_as_marks(text, later, kept):
    assert with_years_open(text, 2025, later, 6) == kept
    assert filled(kept, 2025) == text
    assert filled(kept, 2031) == later


@pytest.mark.parametrize(
    ("text", "later"), [("2025年", "2031"), ("甲", "乙"), ("2025年", "2030年"), ("2025年", "年")]
)
def test_texts_that_differ_in_more_than_years_are_refused(text, later):
    with pytest.raises(ValueError, match=r"."):
        with_years_open(text, 2025, later, 6)


# --- versions that are not accepted --------------------------------------------------------------


@pytest.mark.parametrize("version", ["2025.3", "2099.1"])
def test_an_unknown_or_newer_version_is_refused_with_a_clear_sentence(version, restamped):
    read = read_submission(restamped(version))
    assert [p.code for p in read.problems] == ["F108"]
    assert read.problems[0].message() == (
        f"表格版本不符：文件是{version}版，本次可以导入的是2026.2版、2026.1版。"
    )
    assert "更新软件" in read.problems[0].how_to_mend()


@pytest.mark.parametrize("version", ["", "2026.1 "])
def test_what_is_no_version_damages_the_stamp(version, restamped):
    read = read_submission(restamped(version))
    assert "F150" in [p.code for p in read.problems]
    assert read.stamp.version == registry.workbook("fujian_sme_cluster").version


@pytest.fixture(name="restamped")
def restamped_fixture():
    """A blank of today with another version in its stamp."""

    def made(version: str) -> bytes:
        layout = layouts.of("fujian_sme_cluster")
        stamp = Stamp(**{**as_facts(Stamp.of(layout.workbook)), "version": version})
        return keep_issued.write_template(layout, stamp)

    return made
