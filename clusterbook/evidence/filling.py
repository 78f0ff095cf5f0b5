"""A return with the pages of its volume: a new copy from the spec, all else as it came."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from attrs import evolve, frozen

from clusterbook.errors import Error
from clusterbook.evidence.cells import INDEX
from clusterbook.evidence.citing import Citations, cite
from clusterbook.evidence.volume import Volume
from clusterbook.forms.stamp import Stamp
from clusterbook.layout.layout import Layout
from clusterbook.problems import Problem
from clusterbook.reports.feedback.answers import Values, with_room
from clusterbook.reports.feedback.remarks import returnable
from clusterbook.returns.extract import Extracted
from clusterbook.workbook.content import Entries
from clusterbook.workbook.writer import write_template

# What lies on a sheet and in none of its cells, so that a copy of the answers does not hold it.
_BESIDE: Final = frozenset(
    ("L105", "L112", "L113", "L114", "L115", "L130", "L135", "L136", "L137", "L138", "L139", "L140",
     "L141", "F206", "V214")
)  # fmt: skip


class FillError(Error, ValueError):
    """A return into which no pages can be written."""


@frozen(kw_only=True)
class FilledReturn:
    """The new copy, what was cited in it, and what of the file it does not hold."""

    data: bytes
    citations: Citations
    #: problems that say what stands in the file and not in the copy
    beside: tuple[Problem, ...]


def fill(
    layout: Layout, stamp: Stamp, extracted: Extracted, problems: Sequence[Problem], volume: Volume
) -> FilledReturn:
    """The return with the pages of ``volume`` in all cells that its materials prove.

    FillError where a copy could not hold what was filled in.
    """
    if not returnable(problems, layout):
        raise FillError("a copy could not hold what this file holds")
    layout = with_room(layout, extracted)
    values = Values.of(layout, extracted, {})
    citations = cite(layout, values.answers, values.rows, volume)
    layout = _long_enough(layout, len(citations.index))
    more = citations.rows(values.rows)
    if INDEX not in layout.bodies:
        del more[INDEX]
    answers = Entries(
        values={**values.answers, **citations.values()},
        rows={**values.rows, **more}, reasons=extracted.explanations,
    )  # fmt: skip
    beside = tuple(one for one in problems if one.code in _BESIDE)
    return FilledReturn(
        data=write_template(layout, stamp, answers), citations=citations, beside=beside
    )


def _long_enough(layout: Layout, rows: int) -> Layout:
    """The layout with an index of at least so many rows, if it has one."""
    plans = []
    for plan in layout.sheets:
        body = plan.body
        if body is not None and body.library.key == INDEX:
            last = max(body.last_row, body.first_row + rows - 1)
            plans.append(evolve(plan, body=evolve(body, last_row=last)))
        else:
            plans.append(plan)
    return Layout(layout.workbook, tuple(plans))
