"""Whose workbook a file is: by its stamp, or by the marks of its sheets where that is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from attrs import evolve

from clusterbook import registry
from clusterbook.grid import Grid
from clusterbook.identity import META_KEY, META_SHEET, STAMP_CELL, STAMP_NAME, Stamp
from clusterbook.layout import Layout
from clusterbook.problems import Problem
from clusterbook.witnesses import corner, issued_digest

_YEARS = range(2000, 2100)
_MOST_ROWS = 100_000  # of a library, twenty times the longest; a layout is built for so many


def identify(grid: Grid) -> tuple[Stamp | None, list[Problem]]:
    """The stamp of a workbook, or why there is none that can be trusted."""
    stamp = next(filter(None, _stamps(grid)), None)
    if stamp is None:
        return _by_marks(grid)
    if stamp.form not in registry.form_ids() or not _likely(stamp):
        return None, [Problem(code="F102")]
    try:
        workbook = registry.workbook(stamp.form, stamp.options)
    except ValueError:  # a province that does not exist: nobody issued that
        return None, [Problem(code="F102")]
    accepted = (workbook.version, *workbook.earlier)
    if stamp.version not in accepted:
        facts = {"found": f"{stamp.version}版", "expected": "、".join(f"{v}版" for v in accepted)}
        return None, [Problem(code="F108", facts=facts)]
    return stamp, []


def _likely(stamp: Stamp) -> bool:
    """Whether a workbook like that can have been issued: a stamp may be anybody's invention."""
    return stamp.report_year in _YEARS and 0 <= stamp.rows <= _MOST_ROWS


def _stamps(grid: Grid) -> Iterable[Stamp | None]:
    """Stamps in order of trust: the hidden sheet, then the document's own description."""
    for sheet in grid.sheets:
        mark = corner(sheet)
        if sheet.name == META_SHEET or (mark and mark[1] == META_KEY):
            text = sheet.cells.get(STAMP_CELL)
            yield Stamp.parse(text) if isinstance(text, str) else None
    yield Stamp.parse(grid.core.get("comments", ""))
    name = grid.names.get(STAMP_NAME, "")
    yield Stamp.parse(name.strip('="').replace('""', '"'))


def _by_marks(grid: Grid) -> tuple[Stamp | None, list[Problem]]:
    """The form to which the sheets of a file without a stamp belong, as it is issued now.

    Whoever copies the sheets into a new workbook copies their rulers along, but not the stamp.
    """
    marks = [mark for mark in map(corner, grid.sheets) if mark]
    votes: Counter[str] = Counter()
    for form in registry.form_ids():
        keys = {sheet.key for sheet in registry.workbook(form).sheets}
        votes[form] = sum(mark[1] in keys for mark in marks)
    (form, most), *others = votes.most_common()
    if not most or any(count == most for _, count in others):
        return None, [Problem(code="F102")]
    issues = Counter(mark[2] for mark in marks)
    stamp = _likeliest(grid, Stamp.of(registry.workbook(form), issue=issues.most_common(1)[0][0]))
    return stamp, [Problem(code="F115", value=stamp.issue or "空白表")]


# --- versions ------------------------------------------------------------------------------------


def issued_by(grid: Grid, stamp: Stamp) -> Layout:
    """The plan by which a workbook was issued: its own hash tells, else what stands where."""
    plans, issued = registry.plans(stamp), issued_digest(grid)
    told = next((plan for plan in plans if plan.digest == issued), None)
    if told is not None or issued:
        # Of one that no plan fits only the names are read: those of its own version.
        return told or plans[0]
    return max(plans, key=lambda plan: _agreement(grid, plan))


def _likeliest(grid: Grid, stamp: Stamp) -> Stamp:
    """The stamp with the version in whose plan most of the texts stand where they were printed."""
    earlier = registry.workbook(stamp.form).earlier
    stamps = [stamp, *(evolve(stamp, version=version) for version in earlier)]
    return max(stamps, key=lambda one: _agreement(grid, registry.plans(one)[0]))


def _agreement(grid: Grid, layout: Layout) -> int:
    """How many printed texts of a plan stand in their places."""
    plans = {plan.sheet.key: plan for plan in layout.sheets}
    count = 0
    for sheet in grid.sheets:
        mark = corner(sheet)
        plan = plans.get(mark[1]) if mark else None
        for one in plan.printed if plan is not None else ():
            count += sheet.cells.get((one.area.row, one.area.col)) == one.text
    return count
