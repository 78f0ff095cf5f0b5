"""Jobs: what the workers are to do. They are rows, so whoever ends, none is lost."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from clusterbook.store.clock import now
from clusterbook.store.tables import Event, Job

MOST_TRIES = 3  # of a job whose workers somebody ends
_KEPT_SECONDS = 3600  # of events


def ask(session: Session, kind: str, **facts: Any) -> Job:
    """A new job, to be done after those that wait already."""
    job = Job(kind=kind, facts=facts, created=now())
    session.add(job)
    session.flush()
    return job


def under_way(session: Session, kind: str) -> bool:
    """Whether a job of this kind waits or is being done."""
    asked = select(Job.id).where(Job.kind == kind, Job.state.in_(("waiting", "running")))
    return session.scalar(asked.limit(1)) is not None


def take(session: Session, kinds: tuple[str, ...]) -> Job | None:
    """The next waiting job of these kinds, now running; None where there is none.

    What was interrupted comes after the others: it may be what ends the workers.
    """
    waiting = select(Job).where(Job.state == "waiting", Job.kind.in_(kinds))
    waiting = waiting.order_by(Job.tries, Job.id)
    job = session.scalar(waiting.limit(1).with_for_update(skip_locked=True))
    if job is not None:
        job.state, job.tries = "running", job.tries + 1
    return job


def resume(session: Session) -> list[Job]:
    """What was under way when the workers ended waits again.

    What ended them thrice has failed, and is given back.
    """
    running = session.scalars(select(Job).where(Job.state == "running")).all()
    for job in running:
        job.state = "waiting" if job.tries < MOST_TRIES else "failed"
    given_up = [job for job in running if job.state == "failed"]
    for job in given_up:
        job.failure, job.ended = "interrupted", now()
    return given_up


def put_back(session: Session, job: Job) -> bool:
    """Have an unfinished job done again; False where it was tried often enough."""
    if job.tries >= MOST_TRIES:
        return False
    session.execute(update(Job).where(Job.id == job.id).values(state="waiting"))
    return True


def end(session: Session, job: Job, failure: str = "") -> None:
    """A job is done, or has failed for a reason."""
    session.execute(
        update(Job).where(Job.id == job.id)
        .values(state="failed" if failure else "done", failure=failure, ended=now())
    )  # fmt: skip
    tell(session, "round")


def tell(session: Session, *topics: str) -> None:
    """Pages that show one of these topics are to ask again."""
    at = now()
    session.add_all([Event(topic=topic, at=at) for topic in topics])


def told_since(session: Session, last: int) -> list[tuple[int, str]]:
    """What has changed after an event, by number and topic."""
    found = session.execute(select(Event.id, Event.topic).where(Event.id > last).order_by(Event.id))
    return [(number, topic) for number, topic in found]


def last_told(session: Session) -> int:
    """The number of the latest event."""
    return session.scalar(select(func.max(Event.id))) or 0


def forget(session: Session) -> None:
    """Old events are of no use to anybody."""
    session.execute(delete(Event).where(Event.at < now() - _KEPT_SECONDS))
