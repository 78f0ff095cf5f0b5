"""decisions.xlsx, read: what the office decided about each 需说明, and the figures it set.

The list is written by every import and filled in by the office; see ``decision_list``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from attrs import frozen

from clusterbook.office.lists import ListRow, SettlementError, figure, rows_of
from clusterbook.problems import Ruling
from clusterbook.validation.settled import Decision

FILE = "decisions.xlsx"
WHAT = "裁定表"
#: 1383200万元 may have been reported where 亿元 are asked
UNIT = "单位以“栏目”所注为准（如亿元）"
HEADS: Mapping[str, tuple[str, ...]] = {
    "issue": ("发放编号", "issue"),
    "code": ("问题代码", "代码", "code"),
    "sheet": ("工作表", "sheet"),
    "cell": ("单元格", "cell"),
    "value": ("上报数", "填报内容", "value"),
    "reason": ("填报单位的说明", "说明", "reason", "explanation"),
    "ruling": ("裁定", "decision"),
    "number": ("核定数", "approved"),
    "note": ("裁定意见", "decision_note"),
    "by": ("裁定人", "by"),
}
#: what an import writes into its own list for people to read, and works out anew
SHOWN = ("序号", "市州", "发放对象", "栏目", "问题", "状态")
_NEEDED = ("issue", "code", "sheet", "cell", "value", "reason", "ruling")
_WORDS = {
    **{one.value: one for one in Ruling},
    "accept": Ruling.ACCEPTED, "accepted": Ruling.ACCEPTED,
    "refuse": Ruling.REFUSED, "refused": Ruling.REFUSED,
}  # fmt: skip


@frozen
class Decided:
    """A decision as it stands in a list, with what else the office noted in that row."""

    decision: Decision
    shown: Mapping[str, str]
    noted: Mapping[str, str]


def read_decisions(path: Path) -> tuple[Decided, ...]:
    """The decisions of a list, .xlsx or .csv; rows in which nothing was decided are none.

    SettlementError with every fault, OSError where it cannot be opened.
    """
    faults: list[str] = []
    found: list[Decided] = []
    for row in rows_of(path, WHAT, HEADS, _NEEDED):
        if any(row.cells.get(role) for role in ("ruling", "number", "note", "by")):
            wrong = [*row.faults, *_faults(row)]
            faults += wrong
            if not wrong:
                found.append(_decided(row))
    faults += _contradictions(found)
    if faults:
        raise SettlementError(path.name, WHAT, faults)
    return tuple(found)


def _faults(row: ListRow) -> Iterator[str]:
    cells = row.cells
    for role in ("issue", "code"):
        if not cells.get(role):
            yield row.fault(HEADS[role][0], "没有填写，看不出裁定的是哪一条。")
    ruling = cells.get("ruling", "")
    if not ruling:
        yield row.fault("裁定", "没有填写；本行写有核定数、意见或裁定人，请选“采纳”或“不采纳”。")
    elif ruling.lower() not in _WORDS:
        yield row.fault("裁定", f"填的是“{ruling}”，请选“采纳”或“不采纳”。")
    number = cells.get("number", "")
    if number and figure(number) is None:
        yield row.fault("核定数", f"填的是“{number}”，请只填数字，{UNIT}。")


def _decided(row: ListRow) -> Decided:
    cells = row.cells
    decision = Decision(
        issue=cells["issue"], code=cells["code"], sheet=cells.get("sheet", ""),
        cell=cells.get("cell", ""), value=cells.get("value", ""), reason=cells.get("reason", ""),
        ruling=_WORDS[cells["ruling"].lower()],
        number=figure(cells["number"]) if cells.get("number") else None,
        note=cells.get("note", ""), by=cells.get("by", ""),
    )  # fmt: skip
    shown = {name: text for name, text in row.others.items() if name in SHOWN}
    noted = {name: text for name, text in row.others.items() if name not in SHOWN}
    return Decided(decision, shown, noted)


def _contradictions(found: list[Decided]) -> Iterator[str]:
    """The same question decided twice, and not alike: nobody can tell which was meant."""
    seen: dict[tuple[str, ...], Decision] = {}
    for one in found:
        decision = one.decision
        first = seen.setdefault(decision.question, decision)
        if (first.ruling, first.number) != (decision.ruling, decision.number):
            where = "!".join(filter(None, (decision.sheet, decision.cell)))
            yield f"{decision.issue} {decision.code} {where} 裁定了两次，内容不同，请只留一条。"
