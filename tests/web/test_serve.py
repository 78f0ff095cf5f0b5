"""How a desk is started, checked, and refused; and that its pages need no script."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from support.browser import Browser
from support.desk import FORM, PASSWORD, PROVINCE, Client, Served, command, free_port, get


def serve(folder: Path, *options: str) -> Result:
    return command("serve", str(folder), *options)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--port", "1"), "account add"),
        (("--host", "0.0.0.0"), "不能用 --host 对外开放"),
        (("--host", "0.0.0.0", "--open"), "不能用 --host 对外开放"),
        (("--db", "mysql://x"), "数据库地址不对"),
        (("--db", "postgresql+psycopg://x@/x?host=/nowhere"), "无法连接"),
    ],
)  # fmt: skip
def test_a_desk_that_would_be_open_to_strangers_is_not_opened(
    tmp_path: Path, options: tuple[str, ...], told: str
) -> None:
    answer = serve(tmp_path / "round", *options)
    assert answer.exit_code == 2 and isinstance(answer.exception, SystemExit)
    assert told in answer.stderr


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    """A file of that name, or a name that was mistyped: nothing is made of it."""
    file, nowhere = tmp_path / "round.zip", tmp_path / "ruond"
    file.write_bytes(b"")
    for options in (
        ("serve", file, "--open"),
        ("account", "add", file, "王处", "--role", "province"),
    ):
        answer = command(*map(str, options), typed=PASSWORD)
        assert answer.exit_code == 2 and "同名的是一个文件" in answer.stderr
    assert "✗ 文件夹" in serve(file, "--check").stdout
    for options in (("desk", "backup", nowhere, "-o", file), ("account", "token", nowhere, "王处"),
                    ("account", "disable", nowhere, "王处"), ("account", "disable", tmp_path, "王处")):  # fmt: skip
        answer = command(*map(str, options))
        assert answer.exit_code == 2 and "还没有轮次" in answer.stderr
    assert list(tmp_path.iterdir()) == [file]


def test_one_desk_has_one_server_and_a_check_that_tells_what_is_wrong(
    staffed: Served, tmp_path: Path
) -> None:
    second = staffed.command("serve", str(staffed.folder), "--port", str(free_port()))
    assert second.exit_code == 2 and "已由另一个" in second.stderr
    taken = staffed.command("serve", str(staffed.folder), "--check", "--port", str(staffed.port))
    assert taken.exit_code == 1 and f"✗ 端口 {staffed.port}" in taken.stdout
    backup, folder = tmp_path / "backup.zip", tmp_path / "round"
    with staffed.client("省") as office, Client(office.links()[0]) as county:
        county.send(b"any file at all")
    assert staffed.command("desk", "backup", str(staffed.folder), "-o", str(backup)).exit_code == 0
    restored = Served(folder, alone=False)  # onto SQLite, whatever it comes from
    assert restored.command("desk", "restore", str(folder), str(backup)).exit_code == 0
    fine = serve(folder, "--check")
    assert fine.exit_code == 0, fine.stdout
    with restored:  # accounts, links and files are there
        with restored.client("省") as office:
            link = office.links()[0]
        assert get(f"{link}/blank").content[:2] == b"PK"
    damaged = next(path for path in (folder / "files").glob("??/*") if path.is_file())
    damaged.write_bytes(b"something else")
    wrong = serve(folder, "--check")
    assert wrong.exit_code == 1 and "内容损坏" in wrong.stdout


def test_honest_mistakes_of_the_office_are_told(staffed: Served) -> None:
    """A window left open since before the round was issued; days that are none."""
    with staffed.client("省") as office:
        late = office.post("/desk/new", {"form": FORM, "year": "2025", "province": PROVINCE})
        assert late.status_code == 409 and "本轮已经发放，不能重新建立" in late.text
        links = office.links()
        for days in ("0", "401", "-1", "两月"):
            wrong = office.post("/desk/links", {"days": days, "county": "1"})
            assert "有效天数应为1至400的整数，没有生成链接" in wrong.text
        assert office.links() == links


def test_the_technicians_own_desk_opens_for_its_key_alone(tmp_path: Path) -> None:
    with Served(tmp_path / "round") as desk, desk.client() as office:
        assert office.get("/").url.path == "/desk/new"
        assert get(f"{desk.url}/desk").status_code == 303
        assert get(f"{desk.url}/open/wrong").status_code == 404


@pytest.mark.office
def test_everything_works_without_script(browser: Browser, staffed: Served, tmp_path: Path) -> None:
    """A county with a browser that runs none: by plain forms, and a link to look again."""
    with staffed.client("省") as office:
        link = office.links()[2]
    with Client(link) as county, browser.visit(link, script=False, width=375) as page:
        data = tmp_path / "申报.xlsx"
        data.write_bytes(county.get("/blank").content + b"without script")
        page.put("#file", data)
        page.click("form.drop button")
        page.wait("/no=/.test(location.search) && document.readyState === 'complete'")
        county.wait(str(page.evaluate("location.href")), unless="正在核对")
        page.go(page.evaluate("location.href"))
        assert page.text(".verdict .badge") == "退回"
        assert page.count(".problems tbody tr") > 10
        assert page.evaluate("document.documentElement.scrollWidth") <= 375
