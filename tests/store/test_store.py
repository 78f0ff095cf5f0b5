"""What a desk remembers: tables, accounts, links, jobs, the log, files, and a copy of it all."""

from __future__ import annotations

import json
import os
import threading
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text, update
from support.desk import emptied

from clusterbook.store import accounts, audit, backups, jobs, rounds
from clusterbook.store.accounts import AccountError
from clusterbook.store.clock import now
from clusterbook.store.database import Database, DatabaseError
from clusterbook.store.files import Files
from clusterbook.store.tables import County, LinkRow, Login, Record, RoundRow, Upload

PASSWORD = "a long password"
KEY = b"k" * 32


def issued(database: Database) -> None:
    """A round with two counties."""
    with database.writing() as session:
        rounds.begin(session, {"form": "f", "title": "表", "year": 2025}, by="x")
        told = [
            {"issue": issue, "file": f"{issue}.xlsx", "issued_to": issue, "city": "甲市",
             "county": issue, "cluster_name": "", "contact_name": "", "contact_phone": ""}
            for issue in ("AAA", "BBB")
        ]  # fmt: skip
        rounds.issue(session, told, [rounds.Kept("a" * 64, 1)] * 2)


# --- tables --------------------------------------------------------------------------------------


def test_migrations_make_the_tables_that_the_code_expects(database: Database) -> None:
    assert database.differences() == []
    database.upgrade()  # again: nothing to do
    assert database.differences() == []


def test_a_database_of_a_newer_version_is_left_alone(database: Database, url: str) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with closing(Database(url)) as ours, pytest.raises(DatabaseError) as told:
        ours.upgrade()
    assert told.value.facts["why"] == "newer"


@pytest.mark.parametrize("url", ["mysql://x/y", "no address", "postgresql+nodriver://x"], ids=str)
def test_what_is_no_address_of_ours_is_refused(url: str) -> None:
    with pytest.raises(DatabaseError):
        Database(url)


def test_a_change_is_kept_whole_or_not_at_all(database: Database) -> None:
    def half() -> None:
        with database.writing() as session:
            audit.note(session, "a", "b")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    with database.reading() as session:
        assert list(audit.lines(session)) == []


# --- accounts ------------------------------------------------------------------------------------


def test_a_password_opens_its_account_alone(database: Database) -> None:
    with database.writing() as session:
        accounts.add(session, "王处", "province", PASSWORD)
        accounts.add(session, "邵阳", "city", PASSWORD + "2", city="邵阳市")
        found = accounts.checked(session, "王处", PASSWORD)
        assert found is not None
        assert PASSWORD not in found.password
        for name, password in (
            ("王处", PASSWORD + "2"),
            ("邵阳", PASSWORD),
            ("无", PASSWORD),
            ("王处", ""),
        ):
            assert accounts.checked(session, name, password) is None


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        (("", "province", PASSWORD, ""), "name"), (("a\nb", "province", PASSWORD, ""), "name"),
        (("a", "root", PASSWORD, ""), "role"), (("a", "city", PASSWORD, ""), "city"),
        (("a", "province", "short", ""), "short"), (("a", "province", "x" * 129, ""), "long"),
        (("长沙", "province", "长沙clusterbook2026", ""), "easy"), (("a", "province", "1212" * 4, ""), "easy"),
        (("王处", "province", PASSWORD, ""), "taken"),
    ],
)  # fmt: skip
def test_an_account_that_cannot_be_is_refused(
    database: Database, facts: tuple[str, ...], why: str
) -> None:
    name, role, password, city = facts
    with database.writing() as session:
        accounts.add(session, "王处", "province", PASSWORD)
    with pytest.raises(AccountError) as told, database.writing() as session:
        accounts.add(session, name, role, password, city=city)
    assert told.value.facts["why"] == why


def test_a_session_ends_by_itself_and_with_its_account(database: Database) -> None:
    with database.writing() as session:
        account = accounts.add(session, "王处", "province", PASSWORD)
        session.flush()
        tokens = [accounts.log_in(session, "province", account) for _ in range(4)]
    with database.reading() as session:
        assert all(accounts.login_of(session, token, program=False) for token in tokens)
        assert accounts.login_of(session, tokens[0], program=True) is None  # a cookie is no token
        stored = {login.id for login in session.query(Login)}
        assert not stored & set(tokens)  # what is in the database opens nothing
    old, idle, _, _ = (accounts._digest(token) for token in tokens)
    with database.writing() as session:
        session.execute(update(Login).where(Login.id == old).values(expires=now() - 1))
        session.execute(
            update(Login).where(Login.id == idle).values(seen=now() - accounts.IDLE_SECONDS - 1)
        )
        accounts.log_out(session, tokens[2])
    with database.reading() as session:
        assert [bool(accounts.login_of(session, token, program=False)) for token in tokens] == [
            False
        ] * 3 + [True]
    with database.writing() as session:
        accounts.disable(session, "王处")
    with database.reading() as session:
        assert accounts.login_of(session, tokens[3], program=False) is None
        assert accounts.checked(session, "王处", PASSWORD) is None


def test_another_password_ends_every_session(database: Database) -> None:
    with database.writing() as session:
        account = accounts.add(session, "王处", "province", PASSWORD)
        session.flush()
        token = accounts.log_in(session, "province", account)
        program = accounts.token_for(session, "王处", days=5)
    with database.writing() as session:
        accounts.change_password(session, "王处", "another password", by="王处")
    with database.reading() as session:
        assert accounts.login_of(session, token, program=False) is None
        assert accounts.login_of(session, program, program=True) is None


# --- links ---------------------------------------------------------------------------------------


def test_a_link_leads_to_its_county_until_it_is_withdrawn_or_old(database: Database) -> None:
    issued(database)
    with database.writing() as session:
        one, other = session.query(County).order_by(County.number)
        link, another = (accounts.new_link(session, county, by="x") for county in (one, other))
        session.flush()
        signed = accounts.sign(KEY, "link", link.id)
    with database.reading() as session:
        found, why = accounts.link_of(session, KEY, signed)
        assert (found and found.county.issue, why) == ("AAA", "")
        forged = f"{another.id}.{signed.rpartition('.')[2]}"  # another's id under our signature
        for wrong in (forged, link.id, signed[:-1], "", ".", accounts.sign(KEY, "cookie", link.id),
                      accounts.sign(b"x" * 32, "link", link.id)):  # fmt: skip
            assert accounts.link_of(session, KEY, wrong) == (None, "unknown")
    with database.writing() as session:
        session.execute(update(LinkRow).where(LinkRow.id == link.id).values(expires=now() - 1))
    with database.reading() as session:
        assert accounts.link_of(session, KEY, signed)[1] == "expired"
    with database.writing() as session:
        renewed = accounts.new_link(session, session.query(County).first(), by="x")
        session.flush()
        address = accounts.sign(KEY, "link", renewed.id)
    with database.reading() as session:
        assert accounts.link_of(session, KEY, signed)[1] == "revoked"  # the new one replaces it
        assert accounts.link_of(session, KEY, address)[1] == ""


# --- the log -------------------------------------------------------------------------------------


def test_no_line_of_the_log_can_be_changed_or_taken_away_unnoticed(database: Database) -> None:
    with database.writing() as session:
        for number in range(5):
            audit.note(session, "甲", "做了", str(number), n=number)
    for change, first in (
        (text("UPDATE audit SET who = '乙' WHERE id = 3"), 3),
        (text("DELETE FROM audit WHERE id = 2"), 2),
    ):
        with database.engine.connect() as connection:
            tried = connection.begin()
            connection.execute(change)
            with database.reading() as session:
                assert audit.broken(session) is None
            with Database_session(connection) as session:
                assert audit.broken(session) == first
            tried.rollback()
    with database.reading() as session:
        assert audit.broken(session) is None


def Database_session(connection: object) -> object:  # noqa: N802 - a session on a connection
    from sqlalchemy.orm import Session

    return Session(connection)


def test_lines_of_the_log_do_not_get_into_each_others_way(database: Database) -> None:
    def write(who: str) -> None:
        for _ in range(10):
            with database.writing() as session:
                audit.note(session, who, "做了")

    threads = [threading.Thread(target=write, args=(str(number),)) for number in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with database.reading() as session:
        assert session.query(Record).count() == 40
        assert audit.broken(session) is None


# --- jobs and uploads ----------------------------------------------------------------------------


def test_a_job_is_done_by_one_and_survives_whoever_does_it(database: Database) -> None:
    with database.writing() as session:
        first = jobs.ask(session, "check", upload=1).id
        jobs.ask(session, "results")
    with database.writing() as session:
        job = jobs.take(session, ("check",))
        assert job is not None and job.id == first
    with database.writing() as session:
        assert jobs.take(session, ("check",)) is None
        assert jobs.resume(session) == []  # the worker is gone, and it waits again
    for _ in range(jobs.MOST_TRIES - 1):
        with database.writing() as session:
            assert jobs.take(session, ("check",)) is not None
        with database.writing() as session:
            jobs.resume(session)
    with database.reading() as session:  # what ends its workers every time has failed
        assert session.get_one(jobs.Job, first).state == "failed"


def test_the_same_file_is_received_once(database: Database) -> None:
    issued(database)
    kept, whence = rounds.Kept("b" * 64, 5), rounds.Whence("link", "x")

    def receive(issue: str, kept: rounds.Kept = kept) -> rounds.Received:
        with database.writing() as session:
            county = session.query(County).filter_by(issue=issue).one()
            return rounds.receive(session, kept, "a.xlsx", whence, county)

    first, again, other = receive("AAA"), receive("AAA"), receive("BBB")
    assert (first.again, again.again, other.again) == (False, True, False)
    assert first.upload.receipt == again.upload.receipt != other.upload.receipt
    second = receive("AAA", rounds.Kept("c" * 64, 5))
    assert (first.upload.number, second.upload.number, other.upload.number) == (1, 2, 1)
    results: list[str] = []

    def race() -> None:
        results.append(receive("BBB", rounds.Kept("d" * 64, 5)).upload.receipt)

    threads = [threading.Thread(target=race) for _ in range(5)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(results) == 5 and len(set(results)) == 1
    with database.reading() as session:
        assert session.query(Upload).count() == 4


def test_a_locked_round_takes_nothing_in(database: Database) -> None:
    issued(database)
    with database.writing() as session:
        rounds.lock(session, by="x", locked=True)
    kept, whence = rounds.Kept("e" * 64, 1), rounds.Whence("link", "x")
    with pytest.raises(rounds.ClosedError) as told, database.writing() as session:
        rounds.receive(session, kept, "a.xlsx", whence, session.query(County).first())
    assert told.value.facts["why"] == "locked"
    with pytest.raises(rounds.ClosedError), database.writing() as session:  # nor begins anew
        rounds.begin(session, {"form": "g", "title": "", "year": 2025}, by="x")


# --- files ---------------------------------------------------------------------------------------


def test_a_file_is_kept_by_its_content(tmp_path: Path) -> None:
    files = Files(tmp_path)
    kept = files.put(b"abc")
    assert files.put(b"abc") == kept
    assert files.path(kept.sha256).read_bytes() == b"abc"
    assert list(files.damaged()) == []
    files.path(kept.sha256).write_bytes(b"abd")
    assert list(files.damaged()) == [kept.sha256]
    for wrong in ("../../etc/passwd", "", "A" * 64, kept.sha256[:-1]):
        with pytest.raises(KeyError):
            files.path(wrong)


def test_the_key_is_made_once_and_for_nobody_else(tmp_path: Path) -> None:
    key = accounts.secret_key(tmp_path)
    assert accounts.secret_key(tmp_path) == key and len(key) == 32
    if os.name != "nt":
        assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600


# --- a copy of it all ----------------------------------------------------------------------------


def test_a_backup_comes_back_as_it_was(database: Database, url: str, tmp_path: Path) -> None:
    folder = tmp_path / "desk"
    folder.mkdir()
    issued(database)
    files = Files(folder / "files")
    kept = files.put(b"a return")
    key = accounts.secret_key(folder)
    with database.writing() as session:
        county = session.query(County).first()
        rounds.receive(session, kept, "甲.xlsx", rounds.Whence("link", "x"), county)
    backups.save(database, folder, tmp_path / "copy.zip")
    other = "" if database.sqlite else emptied(url)
    if not database.sqlite:
        database.close()
    backups.restore(tmp_path / "copy.zip", tmp_path / "again", other)
    assert accounts.secret_key(tmp_path / "again") == key
    restored = Database(other or f"sqlite:///{tmp_path / 'again' / 'desk.sqlite3'}")
    with restored.writing() as session:
        (upload,) = session.query(Upload)
        assert (upload.sha256, upload.county and upload.county.issue) == (kept.sha256, "AAA")
        assert Files(tmp_path / "again" / "files").path(kept.sha256).read_bytes() == b"a return"
        assert audit.broken(session) is None
        assert session.get_one(RoundRow, 1).title == "表"
        county = session.query(County).first()
        more = rounds.receive(
            session, rounds.Kept("f" * 64, 1), "b.xlsx", rounds.Whence("link", "x"), county
        )
        assert more.upload.number == 2  # numbers go on where they were
    restored.close()


def test_a_backup_goes_nowhere_but_into_its_folder(tmp_path: Path) -> None:
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "file").write_text("x")
    good = Database(f"sqlite:///{tmp_path / 'desk.sqlite3'}")
    good.upgrade()
    backups.save(good, tmp_path, tmp_path / "good.zip")
    good.close()
    with pytest.raises(backups.BackupError):
        backups.restore(tmp_path / "good.zip", tmp_path / "used")
    with zipfile.ZipFile(tmp_path / "good.zip", "a") as pack:
        pack.writestr("files/../../evil", "x")
    with pytest.raises(backups.BackupError):
        backups.restore(tmp_path / "good.zip", tmp_path / "new")
    assert not (tmp_path / "evil").exists() and not (tmp_path.parent / "evil").exists()
    (tmp_path / "no.zip").write_bytes(json.dumps({}).encode())
    with pytest.raises(backups.BackupError):
        backups.restore(tmp_path / "no.zip", tmp_path / "third")
