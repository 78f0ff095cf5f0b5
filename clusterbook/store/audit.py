"""The audit log: who did what, and when. Lines are added, never changed, and hold together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusterbook.store.clock import now
from clusterbook.store.database import count
from clusterbook.store.tables import Record

FIRST = "0" * 64  # what stands before the first line


def note(session: Session, who: str, what: str, about: str = "", **facts: Any) -> None:
    """Add a line within the transaction that does what it tells."""
    number = count(session, "audit")
    last = session.get(Record, number - 1) if number > 1 else None
    record = Record(
        id=number, at=now(), who=who, what=what, about=about,
        facts=json.dumps(facts, ensure_ascii=False, sort_keys=True),
        before=last.hash if last else FIRST,
    )  # fmt: skip
    record.hash = _hash(record)
    session.add(record)
    session.flush()


def broken(session: Session) -> int | None:
    """The first line that was changed, or after which one is missing; None where all hold."""
    before, expected = FIRST, 1
    for record in _all(session):
        if record.id != expected or record.before != before or record.hash != _hash(record):
            return expected
        before, expected = record.hash, expected + 1
    return None


def lines(session: Session) -> Iterator[dict[str, Any]]:
    """All lines as plain data, the oldest first."""
    for record in _all(session):
        yield {
            "number": record.id, "at": record.at, "who": record.who, "what": record.what,
            "about": record.about, "facts": json.loads(record.facts), "before": record.before,
            "hash": record.hash,
        }  # fmt: skip


def _all(session: Session) -> Iterator[Record]:
    asked = select(Record).order_by(Record.id).execution_options(yield_per=500)
    with session.scalars(asked) as found:  # PostgreSQL keeps a cursor for it, wherever one stops
        yield from found


def _hash(record: Record) -> str:
    told = [
        record.id,
        record.at,
        record.who,
        record.what,
        record.about,
        record.facts,
        record.before,
    ]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()
