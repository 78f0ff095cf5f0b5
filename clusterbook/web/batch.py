"""The batch box: a folder, an archive or hundreds of files at once, and verdicts as they come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from clusterbook.store import rounds
from clusterbook.store.tables import BatchRow, Job, Upload
from clusterbook.web.county import shown_name, spoken
from clusterbook.web.office import STATES
from clusterbook.web.pages import Ask

_SHOWN = 500  # lines of a batch


def box(ask: Ask) -> Response:
    """Where files are dropped, and the batches so far."""
    counted = select(Upload.batch_id, func.count()).group_by(Upload.batch_id)
    with ask.desk.database.reading() as session:
        asked = select(BatchRow).where(  # where files came in once more elsewhere, nothing is left
            BatchRow.id.in_(select(Upload.batch_id)) | BatchRow.id.in_([*_packs(session)])
        )
        batches = session.scalars(asked.order_by(BatchRow.id.desc()).limit(20)).all()
        counts = dict(session.execute(counted).tuples().all())
        return ask.show("batch.html", round=rounds.the_round(session), batches=batches,
                        counts=counts)  # fmt: skip


def _packs(session: Session) -> dict[int, list[Job]]:
    """The archives that are being unpacked, or could not be, by their batch."""
    asked = select(Job).where(Job.kind == "unpack", Job.state != "done").order_by(Job.id)
    found: dict[int, list[Job]] = {}
    for job in session.scalars(asked):
        found.setdefault(job.facts["batch"], []).append(job)
    return found


def put_in(ask: Ask) -> Response:
    """Files come in; without a batch in the address they begin one.

    A program that sends them one by one is answered in JSON.
    """
    given = ask.files("file")
    if not given:
        return ask.go("/desk/batch")
    files = [
        (shown_name(ask.text("path", 1000) or one.filename or ""), ask.keep(one)) for one in given
    ]
    with ask.desk.database.writing() as session:  # all of them, or not even a batch
        batch = _batch(ask, session)
        whence = rounds.Whence("batch", ask.who.name, batch.id)
        for name, kept in files:
            take = rounds.receive_pack if name.lower().endswith(".zip") else rounds.receive
            take(session, kept, name, whence)
    ask.wake()
    if ask.request.headers.get("accept") == "application/json":
        return JSONResponse({"batch": batch.id, "page": f"/desk/batch/{batch.id}"})
    return ask.go(f"/desk/batch/{batch.id}")


def _batch(ask: Ask, session: Session) -> BatchRow:
    """The batch that more files go into, or a new one."""
    asked = ask.text("batch", 15)
    if not (asked.isascii() and asked.isdigit()):
        return rounds.new_batch(session, by=ask.who.name)
    batch = session.get(BatchRow, int(asked))
    if batch is None:
        raise HTTPException(404)
    return batch


def show(ask: Ask) -> Response:
    """A batch: how many are done, what came of them, and each file with its verdict."""
    number = ask.number("batch")
    with ask.desk.database.reading() as session:
        batch = session.get(BatchRow, number)
        if batch is None:
            raise HTTPException(404)
        asked = select(Upload).where(Upload.batch_id == number).order_by(Upload.id)
        uploads = session.scalars(asked).all()
        packs = _packs(session).get(number, [])
        counts = Counter(one.verdict if one.state == "judged" else one.state for one in uploads)
        done = sum(one.state != "waiting" for one in uploads)
        chosen = ask.query("verdict")
        shown = [one for one in uploads if not chosen or one.verdict == chosen]
        return ask.show(
            "batch_one.html", round=rounds.the_round(session), batch=batch, uploads=shown[-_SHOWN:],
            hidden=max(0, len(shown) - _SHOWN),
            count=len(uploads), done=done, counts=counts, states=STATES, chosen=chosen,
            packs=[job for job in packs if job.state != "failed"],
            failed=[job for job in packs if job.state == "failed"],
            problems={one.id: _first(one, ask.lang) for one in shown[-_SHOWN:]},
        )  # fmt: skip


def _first(upload: Upload, lang: str) -> Mapping[str, str]:
    """The gravest thing to say of an upload, and how to mend it."""
    records = [record for one in upload.returns for record in one.problems]
    order = ("error", "explain", "info")
    records.sort(key=lambda record: order.index(record["level"]))
    return spoken(records[0], lang) if records else {"message": "", "how_to_mend": ""}
