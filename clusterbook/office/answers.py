"""Answers to 需说明 that were given elsewhere, as on a web page: read from a list.

Each row names whose return it is about, the code and the cell of the question, and the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from clusterbook.office.lists import ListRow, SettlementError, rows_of
from clusterbook.validation.settled import Answer

WHAT = "说明清单"
HEADS: Mapping[str, tuple[str, ...]] = {
    "issue": ("发放编号", "报送编号", "issue", "submission"),
    "code": ("问题代码", "代码", "code"),
    "sheet": ("工作表", "sheet"),
    "cell": ("单元格", "cell"),
    "value": ("上报数", "填报内容", "value"),
    "reason": ("说明", "填报单位的说明", "reason", "explanation"),
}
_NEEDED = ("issue", "code", "cell", "reason")
_MUST = ("issue", "code", "reason")


def read_answers(path: Path) -> tuple[Answer, ...]:
    """The answers of a list, .xlsx or .csv; rows without a reason are no answers.

    SettlementError with every fault, OSError where it cannot be opened.
    """
    faults: list[str] = []
    found: list[Answer] = []
    for row in rows_of(path, WHAT, HEADS, _NEEDED):
        if row.cells.get("reason"):
            wrong = [*row.faults, *_lacking(row)]
            faults += wrong
            if not wrong:
                found.append(_answer(row))
    if faults:
        raise SettlementError(path.name, WHAT, faults)
    return tuple(found)


def _lacking(row: ListRow) -> list[str]:
    return [row.fault(HEADS[role][0], "没有填写。") for role in _MUST if not row.cells.get(role)]


def _answer(row: ListRow) -> Answer:
    cells = row.cells
    return Answer(
        issue=cells["issue"], code=cells["code"], reason=cells["reason"],
        sheet=cells.get("sheet", ""), cell=cells.get("cell", ""), value=cells.get("value") or None,
    )  # fmt: skip
