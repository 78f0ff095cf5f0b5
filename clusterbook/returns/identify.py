"""Whose workbook a file is: by its stamp, or by the marks of its sheets where that is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from attrs import evolve, field, frozen

from clusterbook.forms import registry
from clusterbook.forms.stamp import (
    STAMP_CELL,
    STAMP_NAME,
    Stamp,
    is_issue,
    stamp_facts,
    stamp_faults,
)
from clusterbook.layout import layouts
from clusterbook.layout.layout import Layout
from clusterbook.layout.own_sheets import META_KEY, META_SHEET
from clusterbook.problems import Problem
from clusterbook.readers.grid import Grid
from clusterbook.returns.witnesses import corner, issued_digest


@frozen
class Identity:
    """Whose workbook a file is, or why that cannot be told.

    ``marked`` is the id that its sheets carry: data of the file, which may be anything.
    """

    stamp: Stamp | None
    problems: list[Problem] = field(factory=list)
    marked: str = ""


def identify(grid: Grid) -> Identity:
    """The stamp of a workbook, or why there is none that can be trusted."""
    damaged: tuple[str, ...] = ()
    for text in _texts(grid):
        facts = stamp_facts(text)
        if facts is None:
            continue
        stamp = Stamp.from_facts(facts)
        if stamp is not None:
            return _issued(stamp)
        damaged = damaged or stamp_faults(facts)
    return _by_marks(grid, damaged)


def _issued(stamp: Stamp) -> Identity:
    """Whether a workbook with this stamp is one that this software reads."""
    if stamp.form not in registry.form_ids():
        return Identity(None, [Problem(code="F102")])
    try:
        workbook = registry.workbook(stamp.form, stamp.options)
    except ValueError:  # a province or a month that does not exist: nobody issued that
        return Identity(None, [Problem(code="F102")])
    if workbook.months and not stamp.month:
        return Identity(None, [Problem(code="F102")])
    accepted = (workbook.version, *workbook.earlier)
    if stamp.version not in accepted:
        facts = {"found": f"{stamp.version}版", "expected": "、".join(f"{v}版" for v in accepted)}
        return Identity(None, [Problem(code="F108", facts=facts)])
    return Identity(stamp, marked=stamp.issue)


def _texts(grid: Grid) -> Iterable[str]:
    """Where a stamp may stand, in order of trust: the hidden sheet, the document's properties."""
    for sheet in grid.sheets:
        mark = corner(sheet)
        if sheet.name == META_SHEET or (mark and mark[1] == META_KEY):
            text = sheet.get(STAMP_CELL)
            if isinstance(text, str):
                yield text
    yield grid.core.get("comments", "")
    yield grid.names.get(STAMP_NAME, "").strip('="').replace('""', '"')


def _by_marks(grid: Grid, damaged: tuple[str, ...]) -> Identity:
    """The form to which the sheets of a file without a stamp belong, as it is issued now.

    Whoever copies the sheets into a new workbook copies their rulers along, but not the stamp.
    ``damaged``: the fields of its stamp, where there is one, that say what none of ours can.
    """
    marks = [mark for mark in map(corner, grid.sheets) if mark]
    votes: Counter[str] = Counter()
    for form in registry.form_ids():
        keys = {sheet.key for sheet in registry.workbook(form).sheets}
        votes[form] = sum(mark[1] in keys for mark in marks)
    (form, most), *others = votes.most_common()
    if not most or any(count == most for _, count in others):
        return Identity(None, [Problem(code="F102")])
    marked = Counter(mark[2] for mark in marks).most_common(1)[0][0]
    issue = marked if is_issue(marked) else ""
    if damaged:
        problem = Problem(code="F150", facts={"detail": "、".join(damaged)})
    else:
        problem = Problem(code="F115", value=issue or "空白表")
    stamp = _likeliest(grid, Stamp.of(registry.workbook(form), issue=issue))
    return Identity(stamp, [problem], marked)


# --- versions ------------------------------------------------------------------------------------


def issued_by(grid: Grid, stamp: Stamp) -> Layout:
    """The plan by which a workbook was issued: its own hash tells, else what stands where."""
    plans, issued = layouts.plans(stamp), issued_digest(grid)
    told = next((plan for plan in plans if plan.digest == issued), None)
    if told is not None or issued:
        # Of one that no plan fits only the names are read: those of its own version.
        return told or plans[0]
    return max(plans, key=lambda plan: _agreement(grid, plan))


def _likeliest(grid: Grid, stamp: Stamp) -> Stamp:
    """The stamp in whose plan most of the texts stand where they were printed, of all versions.

    Of a form with months it is that of the month whose name stands over the figures.
    """
    form = registry.workbook(stamp.form)
    stamps = [stamp, *(evolve(stamp, version=version) for version in form.earlier)]
    if form.months:
        stamps = [evolve(one, month=month) for one in stamps for month in form.months]
    return max(stamps, key=lambda one: _agreement(grid, layouts.plans(one)[0]))


def _agreement(grid: Grid, layout: Layout) -> int:
    """How many printed texts of a plan stand in their places."""
    plans = {plan.sheet.key: plan for plan in layout.sheets}
    count = 0
    for sheet in grid.sheets:
        mark = corner(sheet)
        plan = plans.get(mark[1]) if mark else None
        for one in plan.printed if plan is not None else ():
            count += sheet.get((one.area.row, one.area.col)) == one.text
    return count
