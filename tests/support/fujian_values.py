"""A filled Fujian form, as values by key."""

from __future__ import annotations

from typing import Any

import content_fujian_sme_cluster as sample

from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts

FORM = "fujian_sme_cluster"

LAYOUT = layouts.of(FORM)

STAMP = Stamp.of(LAYOUT.workbook, issue="R1", issued_to="测试")


VALUES, ROWS = sample.content(sample.SMALL)


Changes = dict[str, Any]


def patents(count: int) -> Changes:
    """So many patents in the list and in the numbers that follow."""
    return {
        "patents_list": [sample._patent(serial) for serial in range(count)],
        "innovation.sme_patents": count,
        "plan.g_patents.2025": count,
    }
