"""The round of a desk: whom it asks, what has come in, what counts, and how far each has come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attrs import frozen
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from clusterbook.api.returned import Return
from clusterbook.errors import Error
from clusterbook.store import audit, jobs
from clusterbook.store.clock import now
from clusterbook.store.database import count
from clusterbook.store.files import Kept
from clusterbook.store.tables import BatchRow, County, Judged, RoundRow, Upload
from clusterbook.verdicts import SET_ASIDE, Verdict

_GRAVEST = (Verdict.UNREADABLE, Verdict.RETURNED, Verdict.EXPLAIN, Verdict.PASSED)
_SAID_LATER = ("roster", "roster_name", "deadline", "contact", "sender")
BATCH = "batch"  # the owner of what the office put in


class ClosedError(Error):
    """What is asked of the round cannot be; ``why``: "locked", "none", "issued" or "issuing"."""


def the_round(session: Session) -> RoundRow | None:
    """The round of this desk, if there is one yet."""
    return session.get(RoundRow, 1)


def changed(session: Session) -> None:
    """What the results rest on is no longer what it was."""
    session.execute(update(RoundRow).values(changes=RoundRow.changes + 1))
    jobs.tell(session, "round")


def begin(session: Session, facts: Mapping[str, Any], *, by: str) -> RoundRow:
    """The round that the first steps describe; in place of one that was not issued yet.

    What was said of that one stays where it is of the same form and province: a roster, a deadline.
    """
    found = the_round(session)
    kept = {}
    if found is not None:
        check_unissued(session, found)
        if (found.form, found.province) == (facts["form"], facts.get("province", "")):
            kept = {name: getattr(found, name) for name in _SAID_LATER}
        session.delete(found)
        session.flush()
    made = RoundRow(id=1, created=now(), **kept, **facts)
    session.add(made)
    month = {"month": made.month} if made.month else {}
    audit.note(session, by, "新建轮次", made.form, year=made.year, **month)
    jobs.tell(session, "round")
    return made


def check_unissued(session: Session, found: RoundRow) -> None:
    """ClosedError where the workbooks of a round are out already, or are being made."""
    if found.issued is not None:
        raise ClosedError("the round is issued", why="issued")
    if jobs.under_way(session, "issue"):
        raise ClosedError("the round is being issued", why="issuing")


def issue(session: Session, workbooks: Sequence[Mapping[str, str]], blanks: Sequence[Kept]) -> None:
    """Note whom workbooks were issued to; with each the hash of its file."""
    for number, (one, kept) in enumerate(zip(workbooks, blanks, strict=True), start=1):
        names = ("issue", "issued_to", "city", "county", "cluster_name", "contact_name",
                 "contact_phone")  # fmt: skip
        session.add(County(number=number, blank=kept.sha256, blank_name=one["file"],
                           **{name: one[name] for name in names}))  # fmt: skip
    found = the_round(session)
    if found is not None:
        found.issued = now()
    changed(session)


def lock(session: Session, *, by: str, locked: bool) -> None:
    """Take nothing in any more, or again."""
    found = _open_or_locked(session)
    if (found.locked is not None) != locked:
        found.locked = now() if locked else None
        audit.note(session, by, "锁定轮次" if locked else "解除锁定", found.form)
        jobs.tell(session, "round")


# --- what comes in -------------------------------------------------------------------------------


@frozen
class Received:
    """An upload as it was received, and whether this very file had come before."""

    upload: Upload
    again: bool


@frozen
class Whence:
    """Where a file comes from: "link", "batch" or "api", by whom, and with which batch.

    ``packed``: in an archive that was taken in already, whether the round is locked since or not.
    """

    source: str
    by: str
    batch: int | None = None
    packed: bool = False


def receive(
    session: Session, kept: Kept, name: str, whence: Whence, county: County | None = None
) -> Received:  # fmt: skip
    """Note a file that is on the disk, and have it judged. The same file is received once.

    ClosedError where the round takes nothing in.
    """
    found = _open_or_locked(session)
    number = count(session, "receipts")  # from here on one at a time
    owner = county.issue if county is not None else BATCH
    known = session.scalar(
        select(Upload).where(Upload.owner == owner, Upload.sha256 == kept.sha256)
    )
    if known is not None:
        if whence.batch is not None:
            known.batch_id = whence.batch
        return Received(known, again=True)
    if not whence.packed:
        _check_unlocked(found)
    upload = Upload(
        receipt=f"{_numbered(found)}-{number:06d}", owner=owner,
        county_id=county.id if county else None, batch_id=whence.batch, source=whence.source,
        name=name, sha256=kept.sha256, size=kept.size, number=_next(session, county),
        received=now(),
    )  # fmt: skip
    session.add(upload)
    session.flush()
    jobs.ask(session, "check", upload=upload.id)
    audit.note(session, whence.by, "收到文件", owner, receipt=upload.receipt, sha256=kept.sha256)
    _told(session, upload)
    return Received(upload, again=False)


def receive_pack(session: Session, kept: Kept, name: str, whence: Whence) -> None:
    """Have an archive unpacked that the office put in; ClosedError as ``receive``."""
    _check_unlocked(_open_or_locked(session))
    jobs.ask(session, "unpack", sha256=kept.sha256, name=name, batch=whence.batch)
    jobs.tell(session, f"batch:{whence.batch}")


def _open_or_locked(session: Session) -> RoundRow:
    found = the_round(session)
    if found is None or found.issued is None:
        raise ClosedError("there is no round", why="none")
    return found


def _check_unlocked(found: RoundRow) -> None:
    if found.locked is not None:
        raise ClosedError("the round is locked", why="locked")


def _numbered(found: RoundRow) -> str:
    """What the receipts of a round begin with: each month begins to count anew."""
    return f"{found.year}-{found.month:02d}" if found.month else str(found.year)


def _next(session: Session, county: County | None) -> int:
    if county is None:
        return 0
    highest = select(func.max(Upload.number)).where(Upload.county_id == county.id)
    return (session.scalar(highest) or 0) + 1


def _told(session: Session, upload: Upload) -> None:
    topics = ["round", f"upload:{upload.id}"]
    topics += [f"county:{upload.county_id}"] if upload.county_id else []
    topics += [f"batch:{upload.batch_id}"] if upload.batch_id else []
    jobs.tell(session, *topics)


# --- what came of it -----------------------------------------------------------------------------


@frozen
class Sent:
    """What goes back for a return: the hashes of its copy and letter, and the short message."""

    copy: str = ""
    letter: str = ""
    message: str = ""


def judged(session: Session, upload: Upload, returns: Iterable[Return]) -> None:
    """Note what was found in an upload; from now on it counts, where it is its county's own."""
    upload.returns.clear()
    session.flush()
    for one in returns:
        upload.returns.append(_judged(one))
    _settle(session, upload)
    upload.state, upload.judged = "judged", now()
    if not upload.astray:
        choose(session, upload)
    changed(session)
    _told(session, upload)


def _judged(one: Return) -> Judged:
    stamp, english, attached = one.stamp, one.told("en"), one.submission.attached
    records = [
        {**record, "message_en": other["message"], "how_to_mend_en": other["how_to_mend"]}
        for record, other in zip(one.told(), english, strict=True)
    ]
    return Judged(
        file=one.file, sha256=one.submission.sha256, verdict=one.verdict.value,
        issue=stamp.issue if stamp else attached.issue if attached else "",
        issued_to=stamp.issued_to if stamp else "",
        form=stamp.form if stamp else "", problems=records, **levels(records),
        volume=list(one.volume), cited=one.cited() if one.volume else [],
    )  # fmt: skip


def levels(records: Iterable[Mapping[str, str]]) -> dict[str, int]:
    """How many problems there are of each level, by the names of their columns."""
    found = Counter(record["level"] for record in records)
    return {f"{level}s": found[level] for level in ("error", "explain", "info")}


def origin(issue: str) -> str:
    """The id under which a workbook was issued, whichever of its returned copies this is."""
    stem, mark, number = issue.rpartition("-R")
    return stem if mark and number.isdigit() else issue


def _settle(session: Session, upload: Upload) -> None:
    """Whose an upload is, and what becomes of it."""
    counting = [one for one in upload.returns if one.verdict not in SET_ASIDE]
    verdicts = {one.verdict for one in counting}
    upload.verdict = next(
        (one.value for one in _GRAVEST if one in verdicts),
        upload.returns[0].verdict if upload.returns else Verdict.UNREADABLE.value,
    )
    issues = {origin(one.issue) for one in counting or upload.returns if one.issue}
    whose = {
        one.issue: one for one in session.scalars(select(County).where(County.issue.in_(issues)))
    }
    if upload.county is None and len(upload.returns) == 1 and len(whose) == 1:
        upload.county = next(iter(whose.values()))
        upload.county_id = upload.county.id
        upload.number = _next(session, upload.county)
    own = upload.county.issue if upload.county is not None else ""
    others = [issue for issue in sorted(issues) if own and issue != own]
    upload.astray = whose[others[0]].issued_to if others and others[0] in whose else ""
    if others and not upload.astray:
        upload.astray = others[0]


def choose(session: Session, upload: Upload, *, by: str = "") -> None:
    """Let an upload count for its county.

    What cannot be read, or holds no return, takes nothing's place unless somebody says so.
    """
    if upload.county_id is None or upload.astray:
        return
    before = current(session, upload.county_id)
    weak = upload.verdict in (Verdict.UNREADABLE, *SET_ASIDE)
    if before is not None and not by and (weak or before.number > upload.number):
        return
    if before is not None:
        before.current = False
    upload.current = True
    if by:
        audit.note(session, by, "以此份为准", upload.owner, receipt=upload.receipt)
        changed(session)


def current(session: Session, county: int) -> Upload | None:
    """The upload that counts for a county."""
    return session.scalar(
        select(Upload).where(Upload.county_id == county, Upload.current.is_(True))
    )


def again(session: Session, upload: Upload) -> None:
    """Have an upload judged once more: something was said about it."""
    upload.state, upload.failure = "waiting", ""
    jobs.ask(session, "check", upload=upload.id)
    _told(session, upload)


def failed(session: Session, upload: Upload, why: str) -> None:
    """Note that an upload could not be judged; that is our fault, and it can be tried again."""
    upload.state, upload.failure = "failed", why
    _told(session, upload)


def new_batch(session: Session, *, by: str) -> BatchRow:
    """Files that come in together."""
    batch = BatchRow(created=now(), by=by)
    session.add(batch)
    session.flush()
    return batch


# --- how far the round is ------------------------------------------------------------------------


@frozen
class Standing:
    """A county with its latest upload and the one that counts; ``state`` is how far it has come."""

    county: County
    latest: Upload | None
    counts: Upload | None

    @property
    def state(self) -> str:
        """未报, 核对中, 附件, 通过, 待说明, 退回 or 无法读取."""
        if self.counts is not None:
            return self.counts.verdict
        if self.latest is None:
            return "未报"
        if self.latest.state != "judged":
            return "核对中"
        return "未报" if self.latest.astray else self.latest.verdict


def standings(session: Session, *, city: str = "") -> list[Standing]:
    """Every county in the order of the roster; of one city where it is named."""
    asked = select(County).order_by(County.number)
    counties = session.scalars(asked.where(County.city == city) if city else asked).all()
    latest: dict[int, Upload] = {}
    counts: dict[int, Upload] = {}
    found = session.scalars(
        select(Upload).where(Upload.county_id.is_not(None)).order_by(Upload.number)
    )
    for upload in found:
        latest[upload.county_id or 0] = upload
        if upload.current:
            counts[upload.county_id or 0] = upload
    return [Standing(one, latest.get(one.id), counts.get(one.id)) for one in counties]


def history(session: Session, county: int) -> list[Upload]:
    """The uploads of a county, the latest first."""
    asked = select(Upload).where(Upload.county_id == county).order_by(Upload.number.desc())
    return list(session.scalars(asked))
