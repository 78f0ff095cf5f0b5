"""The batch box: what it does not take leaves nothing behind, and what it took is not lost."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from support.desk import Client, Served

from clusterbook.store import jobs, rounds
from clusterbook.store.tables import BatchRow, Upload
from clusterbook.web.desk import Desk, Setting
from clusterbook.web.work import Work


def batches(office: Client) -> list[str]:
    """The batches that there are, by their addresses."""
    return re.findall(r'href="(/desk/batch/\d+)"', office.get("/desk/batch").text)


def files(*names: str) -> list[tuple[str, tuple[str, bytes]]]:
    return [("file", (name, f"what is in {name}".encode())) for name in names]


def packed(**contents: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in contents.items():
            archive.writestr(f"{name}.xlsx", data)
    return made.getvalue()


def test_a_locked_round_has_no_empty_batch(staffed: Served) -> None:
    """Neither by files nor by an archive, whoever had the page open since before."""
    with staffed.client("省") as office:
        before = batches(office)
        office.post("/desk/lock", {"lock": "1"})
        try:
            for sent in (files("甲.xlsx", "乙.xlsx"), [("file", ("丙.zip", packed(a=b"1")))]):
                for accept in ("text/html", "application/json"):
                    answer = office.post(
                        "/desk/batch/files", files=sent, headers={"Accept": accept}
                    )
                    assert answer.status_code == 409 and "本轮已锁定" in answer.text
            assert batches(office) == before
        finally:
            office.post("/desk/lock", {"lock": ""})


def test_what_came_once_more_is_in_its_last_batch(staffed: Served) -> None:
    with staffed.client("省") as office:
        sent = files("两次.xlsx")
        first, second = (str(office.post("/desk/batch/files", files=sent).url) for _ in range(2))
        listed = batches(office)
        assert second.endswith(listed[0]) and not any(first.endswith(one) for one in listed)
        assert "后来又在别的一批里收到" in office.get(first).text
        office.wait(second, until="已核对 1 / 1")


@pytest.fixture(name="desk")
def desk_fixture(tmp_path: Path) -> Iterator[Desk]:
    """A desk with a round of nobody, which is not served."""
    desk = Desk.open(Setting(folder=tmp_path / "round"))
    with desk.database.writing() as session:
        rounds.begin(session, {"form": "f", "title": "表", "year": 2025}, by="x")
        rounds.issue(session, [], [])
    yield desk
    desk.database.close()


def test_an_archive_that_came_before_the_lock_is_unpacked_after_it(desk: Desk) -> None:
    """Results were being made, so it had to wait."""
    with desk.database.writing() as session:
        batch = rounds.new_batch(session, by="省").id
        kept = desk.files.put(packed(a=b"1", b=b"2"))
        rounds.receive_pack(session, kept, "包.zip", rounds.Whence("batch", "省", batch))
    with desk.database.writing() as session:
        rounds.lock(session, by="省", locked=True)
    pool = SimpleNamespace(members=lambda path: {"a.xlsx": b"1", "b.xlsx": b"2"}.items())
    assert Work(desk, pool).step(("unpack",))  # type: ignore[arg-type]
    with desk.database.reading() as session:
        assert [one.name for one in session.query(Upload)] == ["a.xlsx", "b.xlsx"]
        assert {one.batch_id for one in session.query(Upload)} == {batch}


def test_a_batch_is_all_of_its_files_or_nothing(desk: Desk) -> None:

    def put_in() -> None:
        with desk.database.writing() as session:
            batch = rounds.new_batch(session, by="省").id
            whence = rounds.Whence("batch", "省", batch)
            rounds.receive(session, desk.files.put(b"1"), "a.xlsx", whence)
            rounds.lock(session, by="省", locked=True)
            rounds.receive(session, desk.files.put(b"2"), "b.xlsx", whence)

    with pytest.raises(rounds.ClosedError):
        put_in()
    with desk.database.reading() as session:
        assert session.query(Upload).count() == session.query(BatchRow).count() == 0


def test_an_archive_that_could_not_be_unpacked_is_told(staffed: Served) -> None:
    desk = Desk.open(Setting(folder=staffed.folder, database=staffed.database))
    with desk.database.writing() as session:
        batch = rounds.new_batch(session, by="省").id
        job = jobs.ask(session, "unpack", sha256="0" * 64, name="缺.zip", batch=batch)
        jobs.end(session, job, "另一个导入正在进行，请稍后再试。")
    desk.database.close()
    with staffed.client("省") as office:
        page = office.get(f"/desk/batch/{batch}").text
        assert "压缩包“缺.zip”没有拆开：另一个导入正在进行" in page
        assert f"/desk/batch/{batch}" in batches(office)
