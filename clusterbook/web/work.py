"""What the workers do: the process beside the server that runs jobs through the public API.

It lives as long as the server: when the pipe between them ends, so does it. Whatever it was doing
then waits as a row in the database.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath
from time import monotonic, sleep
from typing import Any

from attrs import define, field
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

import clusterbook as cb
from clusterbook import NothingToReadError
from clusterbook.api.pool import PackError
from clusterbook.api.returned import Return
from clusterbook.paths import inside, is_plain, safe_name
from clusterbook.store import jobs, rounds, settled
from clusterbook.store.clock import now
from clusterbook.store.files import Kept
from clusterbook.store.tables import BatchRow, County, Job, Judged, RoundRow, Upload
from clusterbook.web.desk import Desk, Setting
from clusterbook.web.words import AWAY, INTERRUPTED, sentence

QUICK, SLOW = ("check",), ("roster", "issue", "unpack", "results")
ASIDE = ("page",)  # what somebody looks at this moment
_LOOK_EVERY = 0.5  # seconds, should nobody wake us
_TELL_EVERY = 0.3
_LONGEST_SUFFIX = 6
_OTHERS = "其他"  # the folder of files that belong to no county of the register
_SUFFIXES = frozenset("xlsx xlsm xls et ods xlsb xml zip".split())  # noqa: SIM905


def main() -> None:
    """The process: its setting comes in the first line, then a line for each new job."""
    facts = json.loads(sys.stdin.readline())
    last = facts.pop("last_round")
    setting = Setting(folder=Path(facts.pop("folder")), last_round=Path(last) if last else None,
                      **facts)  # fmt: skip
    desk = Desk.open(setting, upgrade=False)  # the server has done that
    resume(desk)
    with cb.Pool(setting.jobs) as pool:
        work = Work(desk, pool)
        for kinds in (*[QUICK] * pool.jobs, SLOW, ASIDE):
            threading.Thread(target=work.go_on, args=(kinds,), daemon=True).start()
        while sys.stdin.readline():
            work.wake()
        work.end()
    os._exit(0)


def resume(desk: Desk) -> None:
    """What was under way goes on; whose upload ended the workers again and again is told."""
    with desk.database.writing() as session:
        for job in jobs.resume(session):
            _cannot(session, job, INTERRUPTED)


def _end(session: Session, job: Job, failure: str) -> None:
    jobs.end(session, job, failure)
    if failure:
        _cannot(session, job, failure)


def _put_back(session: Session, job: Job) -> None:
    if not jobs.put_back(session, job):
        _end(session, job, AWAY)


def _cannot(session: Session, job: Job, why: str) -> None:
    upload = session.get(Upload, job.facts["upload"]) if job.kind == "check" else None
    if upload is not None:
        rounds.failed(session, upload, why)


@define(eq=False)
class Work:
    """Takes jobs and does them, one after the other in each thread."""

    desk: Desk
    pool: cb.Pool
    _news: threading.Condition = field(init=False, factory=threading.Condition)
    _told: threading.Event = field(init=False, factory=threading.Event)
    _ended: threading.Event = field(init=False, factory=threading.Event)

    def wake(self) -> None:
        """There is something to do."""
        with self._news:
            self._news.notify_all()

    def end(self) -> None:
        """The server has ended: what fails from now on does so for want of a pool, and waits."""
        self._ended.set()

    def go_on(self, kinds: tuple[str, ...]) -> None:
        """Do whatever there is to do, for ever."""
        while True:
            try:
                idle = not self.step(kinds)
            except OperationalError:
                self._away()
                continue
            self._told.clear()
            if idle:
                with self._news:
                    self._news.wait(_LOOK_EVERY)

    def step(self, kinds: tuple[str, ...]) -> bool:
        """Do the next job, if there is one."""
        with self.desk.database.writing() as session:
            job = jobs.take(session, kinds)
        if job is None:
            return False
        try:
            failure = self._done(job)
        except OperationalError:  # it is to be done again, as soon as that can be noted
            self._note(lambda session: _put_back(session, job))
        else:
            if not (failure and self._ended.is_set()):
                self._note(lambda session: _end(session, job, failure))
        return True

    def _done(self, job: Job) -> str:
        """Do a job; why it has failed, or nothing. OperationalError where the database is away."""
        try:
            getattr(self, f"_{job.kind}")(job)
        except OperationalError:
            raise
        except Exception as error:  # noqa: BLE001 - one job that fails is not the end of others
            if not isinstance(error, cb.Error) and not self._ended.is_set():
                traceback.print_exc()
            return sentence(error)
        return ""

    def _note(self, note: Callable[[Session], None]) -> None:
        """Note something, when the database is there to take it."""
        while True:
            try:
                with self.desk.database.writing() as session:
                    note(session)
            except OperationalError:
                self._away()
            else:
                return

    def _away(self) -> None:
        """Wait a moment for the database; that it is away is said once."""
        if not self._told.is_set():
            self._told.set()
            print(AWAY, file=sys.stderr, flush=True)  # noqa: T201 - to whoever runs the server
        sleep(_LOOK_EVERY)

    # --- one upload -------------------------------------------------------------------------------

    def _check(self, job: Job) -> None:
        with self.desk.database.reading() as session:
            upload = session.get(Upload, job.facts["upload"])
            found = rounds.the_round(session)
        if upload is None or found is None:
            return
        path = self.desk.files.path(upload.sha256)
        answers, decisions = self._settled()
        returns = self.pool.check(
            {upload.name: path}, register=self.desk.register, answers=answers, decisions=decisions
        )
        with self.desk.database.writing() as session:
            fresh = session.get_one(Upload, upload.id)
            rounds.judged(session, fresh, returns)
            session.flush()
            rows = [one.id for one in fresh.returns]
        for row, one in zip(rows, () if fresh.astray else returns, strict=False):
            self._send_back(row, one, found)
        with self.desk.database.writing() as session:
            jobs.tell(session, f"upload:{upload.id}", f"county:{fresh.county_id}")

    def _settled(self) -> tuple[tuple[cb.Answer, ...], tuple[cb.Decision, ...]]:
        """What was answered and decided on the pages."""
        with self.desk.database.reading() as session:
            return settled.answers(session), settled.decisions(session)

    def _send_back(self, row: int, one: Return, found: RoundRow) -> None:
        """Keep what goes back for a return that has not passed."""
        if one.verdict in (cb.Verdict.PASSED, cb.Verdict.ATTACHED, cb.Verdict.SKIPPED):
            return
        made = self.pool.what_goes_back(one, deadline=found.deadline, sender=found.sender)
        sent = {
            "copy": self.desk.files.put(made["xlsx"]).sha256 if "xlsx" in made else "",
            "letter": self.desk.files.put(made["docx"]).sha256,
            "message": made["txt"].decode().rstrip("\n"),
        }
        with self.desk.database.writing() as session:
            session.execute(update(Judged).where(Judged.id == row).values(**sent))

    def _page(self, job: Job) -> None:
        """A page of evidence as a small picture; an empty file where it cannot be rendered."""
        with self.desk.database.reading() as session:
            row = session.get(Judged, job.facts["row"])
            upload = row.upload if row is not None else None
        if row is None or upload is None:
            return
        number, target = job.facts["page"], self.desk.thumbnail(row.id, job.facts["page"])
        names = [name.removeprefix(f"{upload.name}/") for name in row.volume]
        made = self.pool.page_picture(self.desk.files.path(upload.sha256), names, number)
        target.parent.mkdir(exist_ok=True)
        _put(target, made)

    # --- a round begins ---------------------------------------------------------------------------

    def _form(self, found: RoundRow) -> cb.Form:
        return cb.load_form(
            found.form, year=found.year, month=found.month or None, province=found.province
        )

    def _roster(self, job: Job) -> None:
        with self.desk.database.reading() as session:
            found = rounds.the_round(session)
        if found is None:
            return
        told: dict[str, Any] = {"roster": found.roster}
        try:
            roster = self._form(found).roster(self.desk.files.path(found.roster))
        except cb.Error as error:
            faults = error.facts.get("faults")
            if type(error).__name__ != "RosterError" or not isinstance(faults, tuple):
                raise  # it is not the roster that is wrong
            told["faults"] = [str(fault) for fault in faults]
        else:
            told["rows"] = [
                [one.city, one.county, one.cluster_name] for one in roster.entries
            ]  # fmt: skip
            told["unread"] = list(roster.unread)
        with self.desk.database.writing() as session:
            session.execute(update(Job).where(Job.id == job.id).values(facts=told))

    def _issue(self, job: Job) -> None:
        with self.desk.database.reading() as session:
            found = rounds.the_round(session)
        if found is None or found.issued is not None:
            return
        form = self._form(found)
        shutil.rmtree(self.desk.issued, ignore_errors=True)  # of a try that was interrupted
        with self._telling(job, "已生成") as tell:
            issued = form.issue(
                self.desk.files.path(found.roster), self.desk.issued, stage=found.stage,
                previous=self.desk.setting.last_round, on_progress=partial(tell, "已生成"),
                deadline=found.deadline, contact=found.contact, sender=found.sender,
            )  # fmt: skip
        told = issued.told()
        blanks = [self.desk.files.put((issued.folder / one["file"]).read_bytes()) for one in told]
        with self.desk.database.writing() as session:
            rounds.issue(session, told, blanks)

    # --- many files at once -----------------------------------------------------------------------

    def _unpack(self, job: Job) -> None:
        """An archive that the office put in: each file of it is an upload of its own."""
        path, batch = self.desk.files.path(job.facts["sha256"]), job.facts["batch"]
        with self.desk.database.reading() as session:
            by = session.get_one(BatchRow, batch).by
        whence = rounds.Whence("batch", by, batch, packed=True)
        try:
            for name, data in self.pool.members(path):
                self._receive(self.desk.files.put(io.BytesIO(data)), name, whence)
        except PackError:  # the importer tells what is wrong with it
            kept = Kept(job.facts["sha256"], path.stat().st_size)
            self._receive(kept, job.facts["name"], whence)

    def _receive(self, kept: Kept, name: str, whence: rounds.Whence) -> None:
        with self.desk.database.writing() as session:
            rounds.receive(session, kept, name, whence)
        self.wake()

    # --- results ----------------------------------------------------------------------------------

    def _results(self, job: Job) -> None:
        with self.desk.database.reading() as session:
            found = rounds.the_round(session)
            if found is None:
                return
            uploads = session.scalars(
                select(Upload).where(Upload.state == "judged", Upload.astray == "")
                .where(Upload.current.is_(True) | Upload.county_id.is_(None)).order_by(Upload.id)
            ).all()  # fmt: skip
            counties = {one.id: one for one in session.scalars(select(County))}
        if not uploads:  # with a register an import would write a round of nobody
            raise NothingToReadError("nobody has sent anything that counts")
        names = {
            upload.id: name_of(upload, counties.get(upload.county_id or 0)) for upload in uploads
        }
        self._lay_out({names[one.id]: one.sha256 for one in uploads})
        answers, decisions = self._lists()
        with self._telling(job, "") as tell:
            made = self.pool.import_returns(
                [self.desk.returns], self.desk.out, register=self.desk.register, on_progress=tell,
                last_round=self.desk.setting.last_round, deadline=found.deadline,
                sender=found.sender, answers=answers, decisions=decisions,
            )  # fmt: skip
            _put(self.desk.summary, made.summary())
        with self.desk.database.writing() as session:
            _take_over(session, made, {name: id_ for id_, name in names.items()})
            session.execute(update(RoundRow).values(made=found.changes, made_at=now()))
            jobs.tell(session, "round")

    def _lists(self) -> tuple[Path, Path]:
        """The lists of answers and decisions, written; an earlier import left none of its own."""
        with self.desk.database.reading() as session:
            _put(self.desk.answers, settled.answers_list(session))
            _put(self.desk.decisions, settled.decisions_list(session))
        (self.desk.out / "decisions.xlsx").unlink(missing_ok=True)
        return self.desk.answers, self.desk.decisions

    def _lay_out(self, files: Mapping[str, str]) -> None:
        """Put the files that count where an import, or somebody by hand, can read them."""
        beside = self.desk.returns.with_name(".returns")
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir()
        for name, sha256 in files.items():
            target = inside(beside, name)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.desk.files.path(sha256), target)
        shutil.rmtree(self.desk.returns, ignore_errors=True)
        beside.rename(self.desk.returns)

    @contextmanager
    def _telling(self, job: Job, what: str) -> Iterator[Callable[..., None]]:
        """What tells pages how far a job is, not more often than anybody looks."""
        last = [0.0]

        def tell(step: str, done: int, total: int, note: str = "") -> None:
            if monotonic() - last[0] < _TELL_EVERY and done != total:
                return
            last[0] = monotonic()
            with self.desk.database.writing() as session:
                session.execute(
                    update(Job).where(Job.id == job.id)
                    .values(done=done, total=total, note=f"{step} {note}".strip())
                )  # fmt: skip
                jobs.tell(session, "round")

        tell(what, 0, 0)
        yield tell


def _put(path: Path, data: bytes) -> None:
    beside = path.with_name(f".{path.name}.tmp")
    beside.write_bytes(data)
    beside.replace(path)


def name_of(upload: Upload, county: County | None) -> str:
    """What an upload is called in the folder that the import reads.

    A county's by the name of the workbook that was issued to it; what belongs to nobody by its
    receipt and its own name, with the folders that it came in.
    """
    suffix = PurePosixPath(upload.name).suffix.lower().lstrip(".")
    plain = suffix.isascii() and suffix.isalnum() and len(suffix) < _LONGEST_SUFFIX
    if county is not None:
        own = suffix in _SUFFIXES or (plain and upload.verdict == cb.Verdict.ATTACHED)
        return f"{PurePosixPath(county.blank_name).stem}.{suffix if own else 'xlsx'}"
    *folders, last = upload.name.replace("\\", "/").split("/")
    stem = safe_name(upload.receipt, "", PurePosixPath(last).stem).removesuffix(".xlsx")
    ending = f".{suffix}" if plain else ""
    return "/".join([_OTHERS, *(one for one in folders if is_plain(one)), stem + ending])


def _take_over(session: Any, made: cb.Round, names: Mapping[str, int]) -> None:
    """What only an import of all returns can see goes to the pages, too."""
    problems: dict[str, list[dict[str, str]]] = {}
    for line in made.problems:
        problems.setdefault(line["file"], []).append(dict(line))
    for line in made.submissions:
        upload = session.get(Upload, names.get(line["file"], 0))
        if upload is None or len(upload.returns) != 1:
            continue
        (one,) = upload.returns
        known = {_place(record): record for record in one.problems}
        told = problems.get(line["file"], [])
        records = [_merged(record, known.get(_place(record))) for record in told]
        one.problems, one.verdict, upload.verdict = records, line["verdict"], line["verdict"]
        for name, number in rounds.levels(records).items():
            setattr(one, name, number)
        session.flush()
        jobs.tell(session, f"upload:{upload.id}", f"county:{upload.county_id}")


def _place(record: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(record.get(name, "") for name in ("code", "sheet", "cell", "key", "value"))


def _merged(line: Mapping[str, str], known: Mapping[str, str] | None) -> dict[str, str]:
    record = {name: text for name, text in line.items() if name not in ("submission", "file")}
    english = known or {}
    return {
        **record, "message_en": english.get("message_en") or record["message"],
        "how_to_mend_en": english.get("how_to_mend_en") or record["how_to_mend"],
    }  # fmt: skip
