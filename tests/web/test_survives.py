"""Power cuts: whatever a receipt was given for is there afterwards, whole, and once."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError
from support.desk import Client, Served, another, get, receipt_of, roster

from clusterbook.store import audit, jobs, rounds
from clusterbook.store.database import Database, url_of
from clusterbook.store.files import Files
from clusterbook.store.tables import Job, Upload
from clusterbook.web.desk import Desk, Setting
from clusterbook.web.words import AWAY, INTERRUPTED
from clusterbook.web.work import Work, resume

_BETWEEN = 0.1  # seconds, of two files of a county: all of them are to be judged in the end
MOMENTS = 2  # of a thousand; the wide set has thirty


def workers(desk: Served) -> list[psutil.Process]:
    """The process beside the server, and those that read."""
    assert desk.process is not None
    return psutil.Process(desk.process.pid).children(recursive=True)


def sending(
    link: str, blank: bytes, given: dict[str, int], ended: threading.Event, number: int
) -> None:
    """A county that sends one file after the other, and keeps its receipts."""
    token = ""
    while not ended.is_set():
        number += 1
        content = blank + f"<!-- {number} -->".encode()
        try:
            with Client(link) as county:
                token = token or county.token
                page = county.http.post(
                    f"{link}/upload", data={"csrf": token}, files={"file": ("a.xlsx", content)}
                )
        except httpx.HTTPError:
            time.sleep(0.05)
            continue
        # Who has sent too often of late is shown the receipt of the file before.
        if page.status_code == 200 and page.url.params.get("said") == "received":
            given[receipt_of(page.text)] = len(content)
        time.sleep(_BETWEEN)


def cut(
    desk: Served, links: list[str], blank: bytes, dice: random.Random, number: int
) -> dict[str, int]:
    """Counties send, and at some moment everything is ended; the receipts that they have got."""
    given: dict[str, int] = {}
    ended = threading.Event()
    threads = [
        threading.Thread(target=sending, args=(link, blank, given, ended, 1000 * number + 300 * at))
        for at, link in enumerate(links)
    ]  # fmt: skip
    for one in threads:
        one.start()
    end = time.monotonic() + 60
    while not given and time.monotonic() < end:
        time.sleep(0.02)
    time.sleep(dice.uniform(0, 1))
    beside = workers(desk)
    if number % 2:  # the workers alone: the server starts them again
        for one in beside:
            one.kill()
        time.sleep(0.5)
    desk.kill()
    ended.set()
    for one in threads:
        one.join()
    psutil.wait_procs(beside, timeout=20)
    assert not [one for one in beside if one.is_running()]  # nobody goes on without a server
    return given


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.wide)])
@pytest.mark.parametrize("moments", [MOMENTS, pytest.param(30, marks=pytest.mark.wide)])
def test_what_has_a_receipt_survives_a_power_cut(
    tmp_path: Path, kind: str, moments: int, request: pytest.FixtureRequest
) -> None:
    database = another(request.getfixturevalue("server")) if kind == "postgresql" else ""
    desk, dice = Served(tmp_path / "round", database=database), random.Random(17)
    given: dict[str, int] = {}
    with desk, desk.client() as office:
        office.begin(roster())
        links = office.links()
        blank = get(f"{links[0]}/blank").content
        for number in range(moments):
            links = [link.replace(link.split("/c/")[0], desk.url) for link in links]
            given |= cut(desk, links, blank, dice, number)
            desk.start()
            _hold(desk, given)
        assert given
        _judged(desk)


def _hold(desk: Served, given: dict[str, int]) -> None:
    """Every receipt has its upload; every upload its file, whole; none is there twice."""
    database = Database(url_of(desk.database, desk.folder))
    files = Files(desk.folder / "files")
    with database.reading() as session:
        uploads = {one.receipt: one for one in session.query(Upload)}
        assert given.keys() <= uploads.keys()
        assert all(uploads[receipt].size == size for receipt, size in given.items())
        assert all(files.path(one.sha256).stat().st_size == one.size for one in uploads.values())
        keys = [(one.owner, one.sha256) for one in uploads.values()]
        assert len(set(keys)) == len(keys)
        assert audit.broken(session) is None
    database.close()
    assert list(files.damaged()) == []


def _judged(desk: Served) -> None:
    """What waited is judged in the end, each upload once; for as long as it goes on."""
    database = Database(url_of(desk.database, desk.folder))
    left, end = -1, 0.0
    while left:
        with database.reading() as session:
            uploads = session.query(Upload).all()
            failed = [one.id for one in uploads if one.state == "failed"]
            waiting = sum(one.state != "judged" for one in uploads)
            if not waiting:
                assert all(len(one.returns) == 1 for one in uploads)
                current = [one for one in uploads if one.current]
                assert len(current) == len({one.county_id for one in current})
        with database.writing() as session:  # what was cut three times: the office tries again
            for id_ in failed:
                rounds.again(session, session.get_one(Upload, id_))
        if waiting != left:
            left, end = waiting, time.monotonic() + 120
        assert time.monotonic() < end, f"{waiting} still wait"
        time.sleep(0.3)
    database.close()


def test_what_ends_the_workers_again_and_again_is_told(tmp_path: Path) -> None:
    """Nobody waits for ever, and others do not wait for it."""
    desk = Desk.open(Setting(folder=tmp_path / "round"))
    with desk.database.writing() as session:
        uploads = [
            Upload(receipt=f"2025-{at}", owner="batch", source="batch", name="a.xlsx",
                   sha256=f"{at}", size=1, received=1) for at in range(2)
        ]  # fmt: skip
        session.add_all(uploads)
        session.flush()
        for one in uploads:
            jobs.ask(session, "check", upload=one.id)
    taken = []
    for _ in range(6):
        with desk.database.writing() as session:
            job = jobs.take(session, ("check",))
            taken.append(job.facts["upload"] if job else 0)
        resume(desk)
    assert taken == [1, 2] * 3  # turn by turn
    with desk.database.reading() as session:
        told = {(one.state, one.failure) for one in session.query(Upload)}
        assert told == {("failed", INTERRUPTED)}
    desk.database.close()


@pytest.fixture(name="waiting")
def desk_with_a_page_to_make(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk.open(Setting(folder=tmp_path / "round"))
    with desk.database.writing() as session:
        jobs.ask(session, "page", row=0, page=1)
    yield desk
    desk.database.close()


def test_what_is_under_way_when_the_database_goes_is_done_again(
    waiting: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And whatever cannot be noted at once is noted later; it is said once, in a line."""
    work, away = Work(waiting, None), OperationalError("", None, Exception("gone"))  # type: ignore[arg-type]
    tried: list[int] = []

    def page(*_: object) -> None:
        tried.append(1)
        if len(tried) == 1:
            waiting.database.writing = gone  # type: ignore[method-assign]
            raise away

    def gone() -> None:
        tried.append(0)
        if len(tried) == 4:
            del waiting.database.writing
        raise away

    monkeypatch.setattr(Work, "_page", page)
    monkeypatch.setattr("clusterbook.web.work._LOOK_EVERY", 0.01)
    assert work.step(("page",)) and work.step(("page",)) and not work.step(("page",))
    assert tried == [1, 0, 0, 0, 1]
    with waiting.database.reading() as session:
        assert [one.state for one in session.query(Job)] == ["done"]
    assert capsys.readouterr().err == AWAY + "\n"


def test_what_is_under_way_when_the_server_is_ended_has_not_failed(
    waiting: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The pool goes first; whoever starts the desk again finds the job waiting."""
    work = Work(waiting, None)  # type: ignore[arg-type]

    def page(*_: object) -> None:
        work.end()
        raise RuntimeError("a Pool reads inside its with block only")

    monkeypatch.setattr(Work, "_page", page)
    assert work.step(("page",))
    resume(waiting)
    with waiting.database.reading() as session:
        assert [(one.state, one.failure) for one in session.query(Job)] == [("waiting", "")]
    assert capsys.readouterr().err == ""


@pytest.mark.wide
def test_a_database_that_goes_away_takes_nothing_along(
    tmp_path: Path, server: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """PostgreSQL lets nobody in for a while, six times, while counties send."""
    database = another(server)
    name = make_url(database).database
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    given: dict[str, int] = {}
    ended = threading.Event()
    with Served(tmp_path / "round", database=database) as desk, desk.client() as office:
        office.begin(roster())
        links = office.links()
        blank = get(f"{links[0]}/blank").content
        threads = [
            threading.Thread(target=sending, args=(link, blank, given, ended, 1000 * at))
            for at, link in enumerate(links)
        ]  # fmt: skip
        for one in threads:
            one.start()
        for _ in range(6):
            time.sleep(1.5)
            with engine.connect() as connection:
                connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
                connection.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                                        f"WHERE datname = '{name}'"))  # fmt: skip
                time.sleep(1.5)
                connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true"))
        ended.set()
        for one in threads:
            one.join()
        assert given
        _hold(desk, given)
        _judged(desk)
    engine.dispose()
    told = capfd.readouterr().err
    assert AWAY in told and "Traceback" not in told


def test_a_worker_that_is_ended_is_started_again(staffed: Served) -> None:
    (first,) = [one for one in workers(staffed) if "web.work" in " ".join(one.cmdline())]
    os.kill(first.pid, signal.SIGKILL)
    with staffed.client("省") as office:
        link = office.links()[3]
    with Client(link) as county:
        page = county.verdict(county.send(county.get("/blank").content))
        assert "退回" in page
    (again,) = [one for one in workers(staffed) if "web.work" in " ".join(one.cmdline())]
    assert again.pid != first.pid
