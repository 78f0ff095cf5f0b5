"""A workbook that begins with a frame of before is what it would have been without."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from support.fill import fill
from support.places import SAMPLES

from clusterbook.forms import registry
from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts, plan
from clusterbook.layout.layout import Layout
from clusterbook.layout.own_sheets import RULES_SHEET
from clusterbook.reports.feedback.marked_copy import returned_copy
from clusterbook.returns import pipeline
from clusterbook.testing import live
from clusterbook.validation import check, normalize
from clusterbook.workbook.content import Entries
from clusterbook.workbook.writer import write_template

FORMS = registry.form_ids()
BAD = {
    "cluster_contest": SAMPLES / "cluster_contest/bad/answers-under-conditions.xlsx",
    "fujian_sme_cluster": SAMPLES / "fujian_sme_cluster/bad/ticks-telephones-and-pages.xlsx",
}
STAMP_OF = {form: Stamp.of(registry.workbook(form), issue="T1") for form in FORMS}


def fresh(form: str) -> Layout:
    """A layout of which no workbook has been written."""
    return plan.plan(registry.workbook(form))


@pytest.fixture(scope="module", params=FORMS)
def form(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def answers(form: str, seed: int) -> Entries:
    return fill(layouts.of(form), seed=seed, rows=seed + 2).answers()


def test_blank_and_filled_workbooks_are_the_same_from_every_frame(form: str) -> None:
    layout, stamp = fresh(form), STAMP_OF[form]
    filled = answers(form, 2)
    written = [write_template(layout, stamp, one) for one in (Entries(), filled, Entries(), filled)]
    assert written[0] == written[2], "nothing of one workbook stays for the next"
    assert written[1] == written[3] == write_template(fresh(form), stamp, filled)
    stored = live.stored(written[3])
    counted = [value for (sheet, cell), value in stored.items()
               if sheet == RULES_SHEET and cell.startswith("B")]  # fmt: skip
    assert counted
    assert None not in counted, "formulas have their results beside them, those over rows too"


def test_threads_that_write_at_once_do_not_meet(form: str) -> None:
    layout, stamp = fresh(form), STAMP_OF[form]
    filled = [answers(form, seed) for seed in (1, 2, 3, 4)]
    alone = [write_template(layout, stamp, one) for one in filled]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda one: write_template(layout, stamp, one), filled * 2))
    assert together == alone * 2


def test_returned_copies_are_the_same_from_every_frame(form: str) -> None:
    came = [(SAMPLES / form / "honest.xlsx").read_bytes(), BAD[form].read_bytes()]
    layout = fresh(form)
    first, other, again = (marked(one, layout) for one in (came[0], came[1], came[0]))
    assert first == again, "nothing of one return stays for the next"
    assert other == marked(came[1], fresh(form))


def marked(data: bytes, layout: Layout) -> bytes:
    read = pipeline.read_submission(data)
    assert read.stamp is not None
    assert read.extracted is not None
    found = normalize.normalize(layout, [read.extracted])
    check.check(found)
    problems = [*read.problems, *found.problems[0]]
    digest = hashlib.sha256(data).hexdigest()
    return returned_copy(found, 0, read.stamp, problems, file="x.xlsx", sha256=digest)
