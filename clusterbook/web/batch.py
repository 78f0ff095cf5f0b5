"""The batch box: a folder, an archive or hundreds of files at once, and verdicts as they come."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import func, select
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from clusterbook.store import jobs, rounds
from clusterbook.store.tables import BatchRow, Job, Upload
from clusterbook.web.county import shown_name
from clusterbook.web.office import STATES
from clusterbook.web.pages import Ask

_SHOWN = 500  # lines of a batch


def box(ask: Ask) -> Response:
    """Where files are dropped, and the batches so far."""
    counted = select(Upload.batch_id, func.count()).group_by(Upload.batch_id)
    with ask.desk.database.reading() as session:
        batches = session.scalars(select(BatchRow).order_by(BatchRow.id.desc()).limit(20)).all()
        counts = dict(session.execute(counted).tuples().all())
        return ask.show("batch.html", round=rounds.the_round(session), batches=batches,
                        counts=counts)  # fmt: skip


def put_in(ask: Ask) -> Response:
    """Files come in; without a batch in the address they begin one.

    A program that sends them one by one is answered in JSON.
    """
    given = ask.files("file")
    if not given:
        return ask.go("/desk/batch")
    asked = ask.text("batch", 15)
    with ask.desk.database.writing() as session:
        if asked.isascii() and asked.isdigit():
            batch = session.get(BatchRow, int(asked))
            if batch is None:
                raise HTTPException(404)
        else:
            batch = rounds.new_batch(session, by=ask.who.name)
    for one in given:
        _take(ask, one, batch.id)
    ask.wake()
    if ask.request.headers.get("accept") == "application/json":
        return JSONResponse({"batch": batch.id, "page": f"/desk/batch/{batch.id}"})
    return ask.go(f"/desk/batch/{batch.id}")


def _take(ask: Ask, given: UploadFile, batch: int) -> None:
    kept, name = ask.keep(given), shown_name(ask.text("path", 1000) or given.filename or "")
    with ask.desk.database.writing() as session:
        if name.lower().endswith(".zip"):
            found = rounds.the_round(session)
            if found is None or found.issued is None or found.locked is not None:
                raise rounds.ClosedError(
                    "closed", why="locked" if found and found.locked else "none"
                )
            jobs.ask(session, "unpack", sha256=kept.sha256, name=name, batch=batch)
            jobs.tell(session, f"batch:{batch}")
        else:
            rounds.receive(session, kept, name, rounds.Whence("batch", ask.who.name, batch))


def show(ask: Ask) -> Response:
    """A batch: how many are done, what came of them, and each file with its verdict."""
    number = ask.number("batch")
    with ask.desk.database.reading() as session:
        batch = session.get(BatchRow, number)
        if batch is None:
            raise HTTPException(404)
        asked = select(Upload).where(Upload.batch_id == number).order_by(Upload.id)
        uploads = session.scalars(asked).all()
        packs = [
            job for job in session.scalars(select(Job).where(Job.kind == "unpack"))
            if job.facts.get("batch") == number and job.state in ("waiting", "running")
        ]  # fmt: skip
        counts = Counter(one.verdict if one.state == "judged" else one.state for one in uploads)
        done = sum(one.state != "waiting" for one in uploads)
        chosen = ask.query("verdict")
        shown = [one for one in uploads if not chosen or one.verdict == chosen]
        return ask.show(
            "batch_one.html", batch=batch, uploads=shown[-_SHOWN:],
            hidden=max(0, len(shown) - _SHOWN),
            count=len(uploads), done=done, counts=counts, packs=packs, states=STATES, chosen=chosen,
            problems={one.id: _first(one) for one in shown[-_SHOWN:]},
        )  # fmt: skip


def _first(upload: Upload) -> str:
    """The gravest thing to say of an upload, in short."""
    records = [record for one in upload.returns for record in one.problems]
    order = ("error", "explain", "info")
    records.sort(key=lambda record: order.index(record["level"]))
    return str(records[0]["message"]) if records else ""
