"""A desk that is really served: its own process, a database of either kind, and clients that talk to it.

with Served(tmp_path / "round") as desk, desk.client() as office:
    office.begin(ROSTER)
    county = desk.county(office.links()[0])
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import httpx
import pytest
import uvicorn
from click.testing import CliRunner, Result
from support.office import REQUIRE

from clusterbook.cli import cli
from clusterbook.forms.options import Options
from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.store import accounts
from clusterbook.store.database import Database, url_of
from clusterbook.workbook.content import Entries
from clusterbook.workbook.writer import write_template

SECONDS = 180.0
FORM, PROVINCE = "fujian_sme_cluster", "福建省"  # the smaller one
_LONGEST_PAUSE = 0.3  # between two looks
PASSWORD = "correct horse battery"
_CSRF = re.compile(r'name="csrf" value="([^"]*)"')


def roster(*places: tuple[str, str, str]) -> bytes:
    """A roster in CSV; without places one of two."""
    rows = places or (
        ("泉州市", "晋江市", "晋江市伞具产业集群"),
        ("泉州市", "石狮市", "石狮市服装产业集群"),
    )
    lines = ["市州,县（市、区）,集群名称,联系人,联系电话"]
    lines += [
        f"{city},{county},{name},王芳,1380000{at:04d}"
        for at, (city, county, name) in enumerate(rows)
    ]
    return "\n".join(lines).encode()


def filled(
    issue: str, issued_to: str, values: dict[str, Any], rows: dict[str, Any], *, form: str = FORM,
    province: str = PROVINCE,
) -> bytes:  # fmt: skip
    """A workbook as it was issued to somebody, filled in."""
    layout = layouts.of(form, Options(report_year=2025, province=province))
    stamp = Stamp.of(layout.workbook, issue=issue, issued_to=issued_to)
    return write_template(layout, stamp, Entries(values=values, rows=rows))


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def command(*arguments: str, typed: str = "") -> Result:
    """A command of the desk, in this process: nothing of it is shared, and starting one is dear."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(uvicorn.Server, "run", _never)
        return CliRunner().invoke(cli, arguments, input=typed)


def _never(*_: object, **__: object) -> None:
    raise AssertionError("a desk was opened that must not be")


# --- what is asked of it -------------------------------------------------------------------------


def get(url: str, **more: Any) -> httpx.Response:
    """One request of somebody without cookies.

    A desk that is tested speaks no https, and to load the certificates for that takes 20 ms of
    the processor for every client.
    """
    return httpx.get(url, verify=False, **more)


def post(url: str, **more: Any) -> httpx.Response:
    """Likewise, with something to be taken."""
    return httpx.post(url, verify=False, **more)


class Served:
    """``clusterbook serve`` in a process of its own. ``alone``: as a technician's own desk."""

    def __init__(
        self, folder: Path, *more: str, database: str = "", alone: bool = True, jobs: int = 1
    ) -> None:
        self.folder, self.database, self.alone = folder, database, alone
        self.port = free_port()
        self.more = ["--jobs", str(jobs), *more]
        self.opening = ""
        self._known: dict[str, Client] = {}
        self.process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def command(self, *arguments: str) -> Result:
        """Another command on the same desk."""
        return command(*arguments, *self._db)

    @property
    def _db(self) -> list[str]:
        return ["--db", self.database] if self.database else []

    def account(self, name: str, role: str, city: str = "") -> None:
        """An account, as the command makes one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        database = Database(url_of(self.database, self.folder))
        database.upgrade()
        with database.writing() as session:
            accounts.add(session, name, role, PASSWORD, city=city)
        database.close()

    def start(self) -> None:
        how = ["--open"] if self.alone else []
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "clusterbook", "serve", str(self.folder), *how, "--port",
             str(self.port), *self.more, *self._db],
            stdout=subprocess.PIPE, text=True, env={**os.environ, "BROWSER": "true"},
        )  # fmt: skip
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert "http" in line, line
        self.opening = line.partition("：")[2].strip()
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            try:
                get(f"{self.url}/static/desk.css")
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError("the desk does not answer")

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)
            self._closed()

    def kill(self) -> None:
        """As a power cut would: nobody is told."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(20)
            self._closed()

    def _closed(self) -> None:
        if self.process is not None and self.process.stdout is not None:
            self.process.stdout.close()
        self.process = None

    def client(self, name: str = "") -> Client:
        """Somebody of the office, who has come in: once, as passwords are slow by design."""
        if name not in self._known:
            with self.new_client(name) as known:
                self._known[name] = known
                known.token  # noqa: B018 - it is the session's, and kept
        known = self._known[name]
        client = Client(self.url, known.token)
        client.http.cookies.update(known.http.cookies)
        return client

    def new_client(self, name: str = "") -> Client:
        """Somebody of the office with a session of their own."""
        client = Client(self.url)
        if self.alone:
            client.get(self.opening)
        else:
            client.post("/login", {"name": name, "password": PASSWORD}, token=False)
        return client

    def county(self, link: str) -> Client:
        """A county at its link."""
        return Client(link)


class Client:
    """A browser without script: cookies, forms, and the token that pages hold."""

    def __init__(self, base: str, token: str = "") -> None:
        self.base, self._token = base, token
        self.http = httpx.Client(follow_redirects=True, timeout=SECONDS, verify=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def get(self, path: str = "", **more: Any) -> httpx.Response:
        return self.http.get(path if path.startswith("http") else self.base + path, **more)

    @property
    def token(self) -> str:
        """What the forms of every page of a session hold."""
        if not self._token:
            self._token = self._found_token()
        return self._token

    def _found_token(self) -> str:
        page = self.get().text if "/c/" in self.base else self.get("/desk/batch").text
        found = _CSRF.search(page) or _CSRF.search(self.get("/desk/new").text)
        assert found is not None, page
        return found[1]

    def post(
        self, path: str, data: dict[str, str] | None = None, *, token: bool = True, **more: Any
    ) -> httpx.Response:
        facts = {**({"csrf": self.token} if token else {}), **(data or {})}
        return self.http.post(self.base + path, data=facts, **more)

    def wait(self, path: str, *, until: str = "", unless: str = "") -> str:
        """A page, once it says something, or says it no more."""
        end, pause = time.monotonic() + SECONDS, 0.05
        while time.monotonic() < end:
            page = self.get(path).text
            if (not until or until in page) and (not unless or unless not in page):
                return page
            time.sleep(pause := min(_LONGEST_PAUSE, pause * 1.5))
        raise AssertionError(f"{path}: {until or unless}\n{page}")

    # -- the office

    def begin(self, listed: bytes, form: str = FORM, province: str = PROVINCE) -> None:
        """A round, from nothing until everything is issued and every county has its link."""
        self.post("/desk/new", {"form": form, "year": "2025", "province": province})
        self.issue(listed)
        self.post("/desk/links")

    def issue(self, listed: bytes) -> None:
        """What comes after the first step."""
        self.post("/desk/new/roster", files={"roster": ("名单.csv", listed)})
        self.wait("/desk/new/roster", until="名单没有问题")
        self.post("/desk/new/issue", {"deadline": "3月15日", "sender": "省工业和信息化厅"})
        end = time.monotonic() + SECONDS
        while self.get("/desk/new/issue").url.path != "/desk":
            assert time.monotonic() < end
            time.sleep(0.1)

    def links(self) -> list[str]:
        """The links of the counties, in the order of the roster."""
        return re.findall(r'class="address" href="([^"]*)"', self.get("/desk/links").text)

    def results(self) -> None:
        """Have the results made."""
        self.post("/desk/results")
        self.wait("/desk/results", unless="正在生成结果")
        assert "结果生成于" in self.get("/desk/results").text

    # -- a county

    def send(self, data: bytes, name: str = "申报.xlsx") -> httpx.Response:
        """A file goes in; the page with its receipt comes back."""
        return self.post("/upload", files={"file": (name, data)})

    def verdict(self, sent: httpx.Response) -> str:
        """The page of an upload, once it is judged."""
        path = str(sent.url).removeprefix(self.base)
        self.wait(path, unless="正在核对")
        return self.wait(path, unless="正在生成")


def receipt_of(page: str) -> str:
    found = re.search(r"收件号 <b>([0-9-]+)</b>", page)
    return found[1] if found else ""


# --- PostgreSQL ----------------------------------------------------------------------------------


def _binaries() -> Path | None:
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    known = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return known[-1].parent if known else None


def need_postgres() -> None:
    """Skip the calling test, loudly, if there is no PostgreSQL; fail if one is required."""
    if _binaries() is not None:
        return
    why = "PostgreSQL is missing: no `initdb` (Debian: postgresql)"
    if os.environ.get(REQUIRE) == "1":
        pytest.fail(f"{why}; {REQUIRE}=1 forbids skipping", pytrace=False)
    pytest.skip(f"NOT TESTED ON POSTGRESQL: {why}")


def _as_somebody(command: Sequence[str | Path]) -> list[str]:
    """PostgreSQL will not be run by root."""
    words = [str(word) for word in command]
    if os.geteuid() != 0:
        return words
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *words]


@contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL of our own, in a folder that goes with it; the address of an empty database."""
    need_postgres()
    binaries = _binaries()
    assert binaries is not None
    with tempfile.TemporaryDirectory(prefix="cb-pg-", dir="/tmp") as name:
        if os.geteuid() == 0:
            shutil.chown(name, "postgres", "postgres")
        data = f"{name}/data"
        quiet = {"check": True, "capture_output": True, "cwd": name}
        subprocess.run(_as_somebody([binaries / "initdb", "-D", data, "-U", "desk", "-A", "trust",
                                     "-E", "UTF8", "--no-sync"]), **quiet)  # fmt: skip
        server = subprocess.Popen(
            _as_somebody([binaries / "postgres", "-D", data, "-k", name, "-c", "listen_addresses=",
                          "-c", "max_connections=100", "-c", "fsync=off"]),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=name,
        )  # fmt: skip
        try:
            end = time.monotonic() + SECONDS
            while subprocess.run([binaries / "pg_isready", "-h", name, "-q"]).returncode:
                assert time.monotonic() < end
                time.sleep(0.05)
            yield f"postgresql+psycopg://desk@/postgres?host={name}"
        finally:
            server.send_signal(signal.SIGQUIT)  # nothing of it is kept
            server.wait(20)


def emptied(url: str) -> str:
    """The same database with nothing in it."""
    from sqlalchemy import create_engine, text

    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return url


def another(url: str) -> str:
    """An empty database of its own on the same server: desks run beside each other."""
    from sqlalchemy import create_engine, text

    name = f"desk_{secrets.token_hex(4)}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return url.replace("/postgres?", f"/{name}?")
