"""Honest returns that evidence goes with: written, and read back."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import content_cluster_contest as contest
import content_fujian_sme_cluster as fujian

from clusterbook.api.returned import Return
from clusterbook.engine.judge import judge_one
from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.returns.pipeline import read_submission
from clusterbook.workbook.content import Entries
from clusterbook.workbook.writer import write_template

FORMS = {"cluster_contest": contest, "fujian_sme_cluster": fujian}


def content(form: str) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    values, rows = FORMS[form].content(FORMS[form].SMALL)
    return dict(values), deepcopy(rows)


def written(form: str, values: dict[str, Any], rows: dict[str, Any]) -> bytes:
    layout = layouts.of(form)
    return write_template(
        layout, Stamp.of(layout.workbook, issue="YL-e"), Entries(values=values, rows=rows)
    )


def issued(form: str, issue: str, issued_to: str) -> bytes:
    """The honest return of one county."""
    values, rows = content(form)
    layout = layouts.of(form)
    stamp = Stamp.of(layout.workbook, issue=issue, issued_to=issued_to)
    return write_template(layout, stamp, Entries(values=values, rows=rows))


def read(book: bytes) -> Return:
    batch = judge_one("县.xlsx", read_submission(book))
    return Return(batch, batch.submissions[0])
