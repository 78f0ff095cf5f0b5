"""The batch box: what it does not take leaves nothing behind, and what it took is not lost."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from support.browser import Browser
from support.desk import FORM, Client, Served

from clusterbook.store import jobs, rounds
from clusterbook.store.tables import BatchRow, Job, Upload
from clusterbook.web.desk import Desk, Setting
from clusterbook.web.work import Work

SAMPLES = Path(__file__).parents[2] / "samples"
LOST = """(() => {  // the last of three
  const open = XMLHttpRequest.prototype.open;
  let asked = 0;
  XMLHttpRequest.prototype.open = function (method, url) {
    asked += url.indexOf("/batch/files") > 0 ? 1 : 0;
    open.call(this, method, asked === 3 ? "/nowhere" : url);
  };
})()"""


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


def test_of_nothing_no_results_are_made(desk: Desk) -> None:
    """An import with a register would write a round in which nobody sent anything."""
    with desk.database.writing() as session:
        jobs.ask(session, "results")
    assert Work(desk, SimpleNamespace()).step(("results",))  # type: ignore[arg-type]
    with desk.database.reading() as session:
        (job,) = session.query(Job)
        assert job.failure == "还没有计入的报送，没有什么可以生成结果。"
    assert not desk.out.exists()


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


def test_a_file_of_nobody_can_be_mended_and_sent_back(staffed: Served) -> None:
    """What is wrong, how to mend it, what goes back, and the file itself: nobody else shows it."""
    stray = (SAMPLES / FORM / "good.xlsx").read_bytes()
    with staffed.client("省") as office, staffed.client("泉州") as city:
        sent = office.post("/desk/batch/files", files=[("file", ("a/外来.xlsx", stray))])
        page = office.wait(str(sent.url), until="下载退回通知")
        assert "登记表中没有这个编号" in page and 'class="mend"' in page
        (letter,) = re.findall(r'href="(/desk/sent/letter/\d+)"', page)
        assert office.get(letter).content[:2] == b"PK"
        (path,) = re.findall(r'href="(/desk/received/[\d-]+)"', page)
        answer = office.get(path)
        assert answer.content == stray and "attachment" in answer.headers["content-disposition"]
        assert city.get(path).status_code == 404
        junk = office.post("/desk/batch/files", files=[("file", ("坏.html", b"<script>"))])
        page = office.wait(str(junk.url), until="已核对 1 / 1")
        (path,) = re.findall(r'href="(/desk/received/[\d-]+)"', page)
        assert office.get(path).headers["content-type"] == "application/octet-stream"


@pytest.mark.office
def test_what_was_taken_in_is_shown_where_the_rest_was_not(
    browser: Browser, staffed: Served, tmp_path: Path
) -> None:
    """One of three files gets lost on its way: the page says so, and where the others are."""
    sent = [tmp_path / f"{name}.xlsx" for name in "甲乙丙"]
    for one in sent:
        one.write_bytes(f"got lost {one.name}".encode())
    with staffed.client("省") as office, browser.visit("about:blank") as page:
        for name, value in office.http.cookies.items():
            page.ask("Network.setCookie", name=name, value=value, url=staffed.url)
        page.go(f"{staffed.url}/desk/batch?lang=zh")
        page.evaluate(LOST)
        page.drop("form.drop", *sent)
        page.wait("document.querySelector('form.drop [role=alert] a') !== null")
        assert "有1个文件没有收下" in page.text("form.drop [role=alert]")
        page.click("form.drop [role=alert] a")
        page.wait(
            "/desk.batch.[0-9]/.test(location.pathname) && document.readyState === 'complete'"
        )
        assert page.count("table.rows tbody tr") == 2
