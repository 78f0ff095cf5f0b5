"""Reasons that counties gave on the page and what the office decided, as an import takes them.

Both are kept by whose workbook it is, code and place, and written out as the lists that
``import --answers`` and ``--decisions`` read.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

import clusterbook as cb
from clusterbook.store import audit, rounds
from clusterbook.store.clock import now
from clusterbook.store.tables import County, DecisionRow, Judged, Reason

_LONGEST = 2_000  # signs of a reason or a note
ANSWERS = ("发放编号", "问题代码", "工作表", "单元格", "上报数", "说明")
DECISIONS = ("发放编号", "问题代码", "工作表", "单元格", "上报数", "填报单位的说明", "裁定",
             "核定数", "裁定意见", "裁定人")  # fmt: skip


def question(row: Judged, problem: Mapping[str, str]) -> dict[str, str]:
    """What a question is known by."""
    return {"issue": row.issue, **{name: problem[name] for name in ("code", "sheet", "cell")}}


def line(text: str) -> str:
    """What was typed, in one line."""
    return " ".join(text.split())[:_LONGEST]


def answer(
    session: Session, county: County, row: Judged, problem: Mapping[str, str], text: str, by: str
) -> bool:
    """Note the reason for a question; whether that is something new. Nothing takes it back."""
    known = session.scalar(select(Reason).filter_by(**question(row, problem)))
    reason = line(text)
    if (known.reason if known else "") == reason and (not known or known.value == problem["value"]):
        return False
    if known is not None:
        session.delete(known)
        session.flush()
    if reason:
        session.add(Reason(
            county_id=county.id, **question(row, problem), value=problem["value"], reason=reason,
            by=by, at=now(),
        ))  # fmt: skip
    audit.note(session, by, "填写说明", county.issue, code=problem["code"], cell=problem["cell"],
               reason=reason)  # fmt: skip
    rounds.changed(session)
    return True


def decide(
    session: Session, county: County, row: Judged, problem: Mapping[str, str],
    decided: Mapping[str, Any],
) -> None:  # fmt: skip
    """Note what the office decided about a question: ``ruling``, ``number``, ``note``, ``by``.

    Without a ruling the question is undecided again.
    """
    asked = question(row, problem)
    session.execute(delete(DecisionRow).filter_by(**asked))
    if decided["ruling"]:
        session.add(DecisionRow(
            county_id=county.id, **asked, value=problem["value"], reason=problem["explanation"],
            at=now(), **decided,
        ))  # fmt: skip
    audit.note(session, decided["by"], "裁定" if decided["ruling"] else "撤销裁定", county.issue,
               code=problem["code"], cell=problem["cell"], ruling=decided["ruling"])  # fmt: skip
    rounds.changed(session)


def given(session: Session, row: Judged) -> dict[tuple[str, ...], str]:
    """The reasons that were given on the page for a return, by code, sheet and cell."""
    found = session.scalars(select(Reason).where(Reason.issue == row.issue))
    return {(one.code, one.sheet, one.cell): one.reason for one in found}


def answers(session: Session) -> tuple[cb.Answer, ...]:
    """All reasons, as ``Pool.check`` takes them."""
    return tuple(
        cb.Answer(issue=one.issue, code=one.code, sheet=one.sheet, cell=one.cell, value=one.value,
                  reason=one.reason)
        for one in session.scalars(select(Reason).order_by(Reason.id))
    )  # fmt: skip


def decisions(session: Session) -> tuple[cb.Decision, ...]:
    """All decisions, as ``Pool.check`` takes them."""
    return tuple(
        cb.Decision(issue=one.issue, code=one.code, sheet=one.sheet, cell=one.cell,
                    value=one.value, reason=one.reason, ruling=cb.Ruling(one.ruling),
                    number=one.number, note=one.note, by=one.by)
        for one in session.scalars(select(DecisionRow).order_by(DecisionRow.id))
    )  # fmt: skip


def answers_list(session: Session) -> bytes:
    """All reasons, as ``--answers`` reads them."""
    found = session.scalars(
        select(Reason).order_by(Reason.issue, Reason.code, Reason.sheet, Reason.cell)
    )
    return _table(ANSWERS, (
        (one.issue, one.code, one.sheet, one.cell, one.value, one.reason) for one in found
    ))  # fmt: skip


def decisions_list(session: Session) -> bytes:
    """All decisions, as ``--decisions`` reads them."""
    found = session.scalars(
        select(DecisionRow).order_by(
            DecisionRow.issue, DecisionRow.code, DecisionRow.sheet, DecisionRow.cell
        )
    )
    return _table(DECISIONS, (
        (one.issue, one.code, one.sheet, one.cell, one.value, one.reason, one.ruling,
         "" if one.number is None else f"{one.number:.15g}", one.note, one.by)
        for one in found
    ))  # fmt: skip


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig", "backslashreplace")
