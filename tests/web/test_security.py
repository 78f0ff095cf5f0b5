"""What strangers, other counties and browsers under their influence get from a desk: nothing."""

from __future__ import annotations

import io
import re
import socket
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from support.desk import PASSWORD, Client, Served, get, post, receipt_of

from clusterbook.api.pool import most_bytes
from clusterbook.web.access import cookie_name, own_path
from clusterbook.web.county import shown_name
from clusterbook.web.desk import Desk, Setting

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(name="links", scope="module")
def links_fixture(staffed: Served) -> list[str]:
    with staffed.client("省") as office:
        return office.links()


@pytest.fixture(name="blank", scope="module")
def blank_fixture(links: list[str]) -> bytes:
    with Client(links[0]) as county:
        return county.get("/blank").content


# --- whose page it is ----------------------------------------------------------------------------


def test_a_county_sees_nothing_of_another(staffed: Served, links: list[str], blank: bytes) -> None:
    with Client(links[0]) as one, Client(links[1]) as other:
        page = one.verdict(one.send(blank))
        receipt = receipt_of(page)
        (row,) = set(re.findall(r"/copy/(\d+)", page))
        assert one.get(f"/copy/{row}").status_code == 200
        assert one.get(f"/receipts/{receipt}/text").status_code == 200
        for path in (f"/copy/{row}", f"/letter/{row}", f"/receipts/{receipt}/text"):
            assert other.get(path).status_code == 404
        assert receipt_of(other.get(f"?no={receipt}").text) != receipt
        for path in (
            "/desk",
            "/desk/problems",
            f"/desk/sent/copy/{row}",
            "/desk/results/OUT.zip",
            "/desk/audit.csv",
        ):
            answer = get(staffed.url + path)  # a link opens no page of the office
            assert answer.status_code == 303 and answer.headers["location"].startswith("/login")


@pytest.mark.parametrize("row", ["0", "999999", "-1", "1e3", "１", "9" * 40, "..%2f1", "%00"])
def test_guessed_numbers_lead_nowhere(links: list[str], row: str) -> None:
    with Client(links[0]) as county:
        assert county.get(f"/copy/{row}").status_code == 404


def test_another_countys_workbook_is_told_and_does_not_count(
    staffed: Served, links: list[str]
) -> None:
    with Client(links[1]) as other, Client(links[0]) as one, staffed.client("省") as office:
        theirs = other.get("/blank").content
        page = one.verdict(one.send(theirs, "别家的.xlsx"))
        assert "这份工作簿是发给“泉州市石狮市 石狮市服装产业集群”的" in page
        assert "/copy/" not in page and "/letter/" not in page  # nor shows what stands in it
        listed = office.get("/desk?state=%E6%9C%AA%E6%8A%A5").text
        assert "石狮市服装产业集群" in listed  # the other has still sent nothing


def test_a_city_sees_its_own_counties_alone(
    staffed: Served, links: list[str], blank: bytes
) -> None:
    with Client(links[0]) as one:
        one.verdict(one.send(blank))
    with staffed.client("泉州") as own, staffed.client("厦门") as other:
        assert "晋江市" in own.get("/desk").text and "同安区" not in own.get("/desk").text
        assert "晋江市" not in other.get("/desk").text
        assert own.get("/desk/county/1").status_code == 200
        row = re.search(r"/desk/sent/copy/(\d+)", own.get("/desk/county/1").text)
        assert row is not None and own.get(row[0]).status_code == 200
        sent = re.search(r"/desk/received/[\d-]+", own.get("/desk/county/1").text)
        assert sent is not None and own.get(sent[0]).status_code == 200
        assert other.get(sent[0]).status_code == 404
        assert other.get("/desk/county/1").status_code == 404
        assert other.get(row[0]).status_code == 404
        assert "晋江市" not in other.get("/desk/problems").text
        letters = other.get("/desk/results/letters.zip")
        assert letters.status_code == 404 or "晋江".encode() not in letters.content  # its own alone
        for path in ("/desk/links", "/desk/batch", "/desk/results", "/desk/audit", "/desk/new"):
            assert own.get(path).status_code == 403, path
        token = re.search(r'name="csrf" value="([^"]*)"', own.get("/desk/county/1").text)
        assert token is not None
        for path in (
            "/desk/lock",
            "/desk/results",
            "/desk/links",
            "/desk/links/1/revoke",
            "/desk/batch/files",
            "/desk/county/1/choose",
        ):
            assert own.http.post(own.base + path, data={"csrf": token[1]}).status_code == 403, path
        assert other.http.post(
            other.base + "/desk/county/1/opinion", data={"csrf": token[1]}
        ).status_code in (403, 404)
        said = own.http.post(
            own.base + "/desk/county/1/opinion",
            data={"csrf": token[1], "opinion": f"同意{SCRIPT}", "forward": "1"},
        )
        assert said.status_code == 200 and SCRIPT not in said.text
    with staffed.client("省") as office:
        assert "已推荐上报" in office.get("/desk").text


def test_links_that_lead_nowhere_say_why(staffed: Served) -> None:
    with staffed.client("省") as office:
        office.post("/desk/links", {"county": "4"})
        first = office.links()[3]
        assert get(first).status_code == 200
        office.post("/desk/links", {"county": "4"})
        second = office.links()[3]
        assert get(first).status_code == 410 and "已经收回" in get(first).text
        assert get(second).status_code == 200
        office.post("/desk/links/4/revoke")
        assert get(second).status_code == 410
        sent = post(f"{second}/upload", files={"file": ("a.xlsx", b"x")}, data={"csrf": "x"})
        assert sent.status_code in (410, 429)
        office.post("/desk/links", {"county": "4"})
    stem, _, signature = second.rpartition(".")
    for wrong in (
        f"{stem}.{signature[::-1]}",
        stem,
        f"{staffed.url}/c/x",
        f"{staffed.url}/c/%00.x",
    ):
        assert get(wrong).status_code in (404, 429)


def test_whoever_guesses_links_is_held_up(staffed: Served, links: list[str]) -> None:
    answers = [get(f"{staffed.url}/c/guess{number}.x").status_code for number in range(25)]
    assert answers[-1] == 429
    assert get(links[0]).status_code == 200  # and nobody else


# --- sessions and forms --------------------------------------------------------------------------


def test_whoever_guesses_passwords_is_held_up(staffed: Served) -> None:
    name = "没有这个人"

    def tried() -> httpx.Response:
        return post(f"{staffed.url}/login", data={"name": name, "password": "wrong password"})

    assert [tried().status_code for _ in range(6)] == [401] * 5 + [429]


def test_a_session_is_a_new_one_whatever_cookie_came(staffed: Served) -> None:
    planted = {"clusterbook": "planted.0123456789abcdef"}
    answer = post(
        f"{staffed.url}/login", data={"name": "省", "password": PASSWORD}, cookies=planted
    )
    assert answer.status_code == 303
    cookie = answer.headers["set-cookie"]
    assert "planted" not in cookie and "HttpOnly" in cookie and "SameSite=lax" in cookie
    value = answer.cookies["clusterbook"]
    assert get(f"{staffed.url}/desk", cookies={"clusterbook": value}).status_code == 200
    for wrong in (value[:-1], value.partition(".")[0], "x" + value, "planted.0123456789abcdef"):
        assert get(f"{staffed.url}/desk", cookies={"clusterbook": wrong}).status_code == 303
    token = re.search(
        r'name="csrf" value="([^"]*)"',
        get(f"{staffed.url}/desk", cookies={"clusterbook": value}).text,
    )
    assert token is not None
    post(f"{staffed.url}/logout", data={"csrf": token[1]}, cookies={"clusterbook": value})
    assert get(f"{staffed.url}/desk", cookies={"clusterbook": value}).status_code == 303


def test_whoever_knows_the_password_gives_another_one(staffed: Served) -> None:
    staffed.account("改密", "province")
    new = "another horse battery"
    with staffed.new_client("改密") as one, staffed.new_client("改密") as other:
        for told, facts in (
            ("现在的密码不对", {"password": "wrong horse battery", "new": new, "again": new}),
            ("两次输入", {"password": PASSWORD, "new": new, "again": new + "x"}),
            ("太容易猜到", {"password": PASSWORD, "new": "改密" * 7, "again": "改密" * 7}),
        ):
            answer = one.post("/password", facts)
            assert answer.status_code == 400 and told in answer.text
        changed = one.post("/password", {"password": PASSWORD, "new": new, "again": new})
        assert changed.url.path == "/desk" and one.get("/desk").url.path == "/desk"
        assert other.get("/desk").url.path == "/login"  # and everywhere else it is over
    name = {"name": "改密"}
    for password, status in ((PASSWORD, 401), (new, 303), (new + "x" * 120, 401)):
        answer = post(f"{staffed.url}/login", data={**name, "password": password})
        assert answer.status_code == status


def test_cookies_of_https_belong_to_this_host_alone(tmp_path: Path) -> None:
    desk = Desk(Setting(folder=tmp_path, url="https://desk.example.cn"), *[None] * 3)  # type: ignore[arg-type]
    assert cookie_name(desk) == "__Host-clusterbook"


def test_a_form_of_another_site_changes_nothing(
    staffed: Served, links: list[str], blank: bytes
) -> None:
    with staffed.client("省") as office, staffed.client("泉州") as city:
        token, others = (
            office.token,
            re.search(r'name="csrf" value="([^"]*)"', city.get("/desk").text),
        )
        assert others is not None
        url = f"{office.base}/desk/lock"
        for data, headers in (
            ({}, {}), ({"csrf": ""}, {}), ({"csrf": others[1]}, {}),
            ({"csrf": token}, {"Origin": "https://evil.example"}), ({"csrf": token}, {"Origin": "null"}),
            ({"csrf": token}, {"Sec-Fetch-Site": "cross-site"}), ({"csrf": token}, {"Sec-Fetch-Site": "same-site"}),
        ):  # fmt: skip
            answer = office.http.post(url, data={"lock": "1", **data}, headers=headers)
            assert answer.status_code == 403, (data, headers)
        assert "锁定后" in office.get("/desk/results").text
        assert office.http.get(url).status_code == 405  # nothing is changed by looking
    sent = post(f"{links[0]}/upload", files={"file": ("a.xlsx", blank)}, data={"csrf": "x"})
    assert sent.status_code == 403


@pytest.mark.parametrize(
    "path",
    ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/%0d%0aSet-Cookie:a=b",
     "/x\r\nSet-Cookie: a=b", "\\\\evil.example", "http:evil.example", ""],
)  # fmt: skip
def test_nobody_is_sent_on_to_another_site(staffed: Served, path: str) -> None:
    answer = post(f"{staffed.url}/login", data={"name": "省", "password": PASSWORD, "next": path})
    assert answer.status_code == 303
    where = answer.headers["location"]
    assert re.match(r"/(?![/\\])", where) and "\n" not in where and "a" not in answer.cookies
    assert own_path("/desk?x=1") == "/desk?x=1"


def test_another_name_of_the_machine_is_refused(staffed: Served) -> None:
    """A page of another site may have its own name lead to this machine."""
    for host in ("evil.example", f"evil.example:{staffed.port}", "127.0.0.1.evil.example", ""):
        assert get(f"{staffed.url}/login", headers={"Host": host}).status_code in (400, 421)


def test_every_answer_tells_browsers_what_they_may_do(staffed: Served, links: list[str]) -> None:
    for url in (
        f"{staffed.url}/login",
        links[0],
        f"{staffed.url}/nowhere",
        f"{staffed.url}/static/desk.css",
        f"{staffed.url}/api/v1/round",
    ):
        headers = get(url).headers
        policy = headers["content-security-policy"]
        assert (
            "default-src 'none'" in policy
            and "unsafe" not in policy
            and "frame-ancestors 'none'" in policy
        )
        assert (
            headers["x-content-type-options"] == "nosniff"
            and headers["referrer-policy"] == "same-origin"
        )
        assert "server" not in headers
    page = get(links[0]).text
    assert not re.search(r"<style|\sstyle=|<script>|\son\w+=|javascript:", page)
    assert not re.search(r"""(src|href)=["']?(https?:)?//(?!127\.0\.0\.1)""", page)


# --- what is sent --------------------------------------------------------------------------------


def _raw(desk: Served, request: bytes, wait: float = 10) -> bytes:
    with socket.create_connection(("127.0.0.1", desk.port), timeout=wait) as line:
        line.sendall(request)
        found = b""
        while part := line.recv(65536):
            found += part
        return found


def _memory(desk: Served) -> float:
    assert desk.process is not None
    return float(psutil.Process(desk.process.pid).memory_info().rss) / 1e6


def test_two_gigabytes_are_refused_before_they_are_sent(staffed: Served, links: list[str]) -> None:
    path = links[0].removeprefix(staffed.url).encode() + b"/upload"
    before = _memory(staffed)
    head = (b"POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=x\r\n"
            b"Content-Length: %d\r\n\r\n" % (path, 2 << 30))  # fmt: skip
    started = time.monotonic()
    assert _raw(staffed, head).startswith(b"HTTP/1.1 413")
    assert time.monotonic() - started < 5
    assert _memory(staffed) - before < 30
    small = head.replace(path, b"/login")
    assert _raw(staffed, small).startswith(b"HTTP/1.1 413")
    for length in (b"-1", b"abc", b"1_0"):
        assert b" 400 " in _raw(staffed, head.replace(str(2 << 30).encode(), length))[:20]


def test_a_body_of_no_told_length_is_counted(staffed: Served) -> None:
    """Where nobody says how much comes, it is cut off where it is too much."""

    def much() -> Iterator[bytes]:
        for _ in range(40):
            yield b"x" * 10_000

    form = {"Content-Type": "application/x-www-form-urlencoded"}
    try:
        answer = post(f"{staffed.url}/login", content=much(), headers=form, timeout=60)
    except httpx.TransportError:
        return  # it hung up while there was still something to send
    assert answer.status_code == 413


def test_names_are_only_names(staffed: Served, links: list[str], blank: bytes) -> None:
    names = ("../../../etc/passwd", "..\\..\\evil.xlsx", "/abs.xlsx", "a\r\nSet-Cookie: x=y.xlsx", f"{SCRIPT}.xlsx",
             "CON.xlsx", "x" * 3000 + ".xlsx", "\u202exslx.exe", "C:\\a.xlsx")  # fmt: skip
    with Client(links[2]) as county:
        for number, name in enumerate(names):
            sent = county.send(blank + bytes([number]), name)
            assert sent.status_code == 200 and SCRIPT not in sent.text, name
            assert "x" not in county.http.cookies
            text = county.get(f"/receipts/{receipt_of(sent.text)}/text")
            assert re.fullmatch(
                r"attachment; filename\*=UTF-8''[\w.%-]+", text.headers["content-disposition"]
            )
    inside = {path.resolve() for path in staffed.folder.rglob("*")}
    assert all(staffed.folder.resolve() in path.parents for path in inside)
    assert not [path for path in inside if "passwd" in path.name or "evil" in path.name]
    assert (
        shown_name("../a\\..\\b\x00/c.xlsx") == "a/b/c.xlsx" and shown_name("///") == "未命名.xlsx"
    )


@pytest.mark.filterwarnings("ignore:Print area cannot be set")
def test_what_stands_in_a_file_is_shown_and_not_run(staffed: Served, links: list[str]) -> None:
    """Script in the names of sheets and in cells."""
    from openpyxl import load_workbook
    from openpyxl.cell.cell import MergedCell

    with Client(links[2]) as county:
        book = load_workbook(io.BytesIO(county.get("/blank").content))
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                asked = [
                    cell
                    for row in sheet.iter_rows()
                    for cell in row
                    if not cell.protection.locked and not isinstance(cell, MergedCell)
                ]
                for cell in asked[:20]:
                    cell.value = SCRIPT
        book.create_sheet("<img src=x onerror=1>")["A1"] = SCRIPT
        made = io.BytesIO()
        book.save(made)
        page = county.verdict(county.send(made.getvalue()))
        assert "&lt;script&gt;" in page and SCRIPT not in page and "<img" not in page
    with staffed.client("省") as office:
        for path in ("/desk/problems", "/desk/county/3"):
            shown = office.get(path).text
            assert SCRIPT not in shown and "<img" not in shown


def test_an_archive_that_unfolds_without_end_is_told_like_on_the_command_line(
    links: list[str],
) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("申报.xlsx", b"\0" * 120_000_000)
    with Client(links[2]) as county:
        page = county.verdict(county.send(made.getvalue(), "包.zip"))
        assert ("无法读取" in page and "压缩" in page) or "MB" in page


def test_the_largest_file_that_is_read_may_be_sent() -> None:
    from clusterbook.web.guards import SMALL_BODY, largest

    assert largest("/c/x/upload") > most_bytes() == 500_000_000
    assert largest("/login") == SMALL_BODY


def test_slow_senders_are_let_go(staffed: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """A body that trickles in holds nothing but its own line, and not for ever."""
    import asyncio

    from clusterbook.web import guards

    monkeypatch.setattr(guards, "_PAUSE_SECONDS", 0.05)

    async def never() -> dict[str, object]:
        await asyncio.sleep(5)
        return {}

    async def tried() -> int:
        body = guards._Body(never, 100)
        try:
            await body.receive()
        except guards._RefusedError as error:
            return error.status
        return 0

    assert asyncio.run(tried()) == 408
