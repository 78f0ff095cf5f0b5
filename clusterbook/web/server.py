"""``clusterbook serve``: the server, the workers' process beside it, and what is checked before."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Self

import uvicorn
from attrs import asdict, define, field
from sqlalchemy import func, select

from clusterbook.errors import Error
from clusterbook.store import audit
from clusterbook.store.files import Files
from clusterbook.store.tables import Account, Upload
from clusterbook.web.app import create
from clusterbook.web.desk import Desk, DeskError, Setting, only_one
from clusterbook.web.words import sentence

_WORKER = "from clusterbook.web.work import main; main()"
_PAUSE = 1.0  # before workers that ended are started again
_LEAST_FREE = 2_000_000_000  # bytes of disk


@define(eq=False)
class Workers:
    """The process that does the jobs. Whenever it ends it is started again."""

    setting: Setting
    _process: subprocess.Popen[bytes] | None = None
    _ended: threading.Event = field(init=False, factory=threading.Event)

    def __enter__(self) -> Self:
        """Start it, and whoever looks after it."""
        self._start()
        threading.Thread(target=self._keep, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Let it end: what it was doing waits in the database."""
        self._ended.set()
        process = self._process
        if process is not None and process.stdin is not None:
            with suppress(OSError):
                process.stdin.close()
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()

    def wake(self) -> None:
        """There is a new job."""
        process = self._process
        if process is not None and process.stdin is not None:
            with suppress(OSError, ValueError):
                process.stdin.write(b"\n")
                process.stdin.flush()

    def _start(self) -> None:
        command = [sys.executable, *(["-P"] if sys.flags.safe_path else []), "-c", _WORKER]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603 - ourselves
        facts = asdict(self.setting)
        facts["folder"] = str(self.setting.folder.resolve())
        facts["last_round"] = str(self.setting.last_round) if self.setting.last_round else ""
        if self._process.stdin is not None:
            self._process.stdin.write(json.dumps(facts).encode() + b"\n")
            self._process.stdin.flush()

    def _keep(self) -> None:
        while self._process is not None:
            self._process.wait()
            if self._ended.wait(_PAUSE):
                return
            with suppress(OSError):
                self._start()


def serve(setting: Setting, *, browser: bool, say: Callable[[str], None]) -> None:
    """Serve a desk until somebody ends it.

    Raises:
        DeskError: somebody has it already, its port is taken, or there are no accounts.
        DatabaseError: the database cannot be used.

    """
    with only_one(setting.folder):
        desk = Desk.open(setting)
        desk.files.sweep()
        _many_lines()
        _allowed(desk)
        opening = secrets.token_urlsafe(24) if setting.alone else ""
        with _listening(setting) as listener, Workers(setting) as workers:
            app = create(desk, opening=opening, wake=workers.wake)
            address = f"{setting.address}/open/{opening}" if opening else f"{setting.address}/"
            say(address)
            if browser:
                threading.Timer(0.5, webbrowser.open, (address,)).start()
            config = uvicorn.Config(
                app, log_level="warning", access_log=False, server_header=False,
                timeout_keep_alive=15, timeout_graceful_shutdown=3, limit_concurrency=5_000,
                backlog=2048,
            )  # fmt: skip
            uvicorn.Server(config).run(sockets=[listener])
        desk.database.close()


def _many_lines() -> None:
    """Let as many pages listen as the system lets us: each open page holds a line."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _allowed(desk: Desk) -> None:
    """DeskError where a desk would be open to people whom nobody knows."""
    with desk.database.reading() as session:
        accounts = session.scalar(select(func.count()).select_from(Account)) or 0
    if desk.setting.alone and not desk.setting.local:
        raise DeskError("a desk without accounts is for this machine only", why="outside")
    if not desk.setting.alone and not accounts:
        raise DeskError(
            "there are no accounts", why="accounts" if desk.setting.local else "outside"
        )


@contextmanager
def _listening(setting: Setting) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in setting.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        if os.name != "nt":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((setting.host, setting.port))
        except OSError as error:
            raise DeskError(str(error), why="port") from error
        listener.listen(2048)
        yield listener


def check(setting: Setting) -> Iterator[tuple[bool, str]]:
    """What of a set-up is right and what is wrong, one thing a line; nothing is left behind."""
    folder = setting.folder
    nearest = next(path for path in (folder, *folder.resolve().parents) if path.exists())
    yield nearest.is_dir() and os.access(nearest, os.W_OK), f"文件夹“{folder}”可以写入"
    free = shutil.disk_usage(nearest).free
    yield free > _LEAST_FREE, f"磁盘剩余 {free / 1e9:.1f} GB（不少于 {_LEAST_FREE / 1e9:.0f} GB）"
    yield _port_free(setting), f"端口 {setting.port} 没有被占用"
    yield setting.local or setting.secure, "对外使用时地址（--url）以 https:// 开头"
    if setting.last_round is not None:
        yield (setting.last_round / "submissions.csv").is_file(), "--last-round 是导入的结果"
    if not setting.database and not (folder / "desk.sqlite3").exists():
        yield True, "还没有数据库，第一次启动时建立"
        return
    yield from _check_database(setting)


def _port_free(setting: Setting) -> bool:
    try:
        with _listening(setting):
            return True
    except DeskError:
        return False


def _check_database(setting: Setting) -> Iterator[tuple[bool, str]]:
    try:
        desk = Desk.open(setting)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told
        yield False, f"数据库：{sentence(error) if isinstance(error, Error) else error}"
        return
    yield (
        not desk.database.differences(),
        f"数据库 {desk.database.shown} 可以使用，表结构是当前版本",
    )
    with desk.database.reading() as session:
        accounts = session.scalar(select(func.count()).select_from(Account)) or 0
        yield (
            bool(accounts) or setting.local,
            f"账号 {accounts} 个（没有账号时只能用 --open 在本机使用）",
        )
        broken = audit.broken(session)
        yield (
            broken is None,
            "操作记录完整" if broken is None else f"操作记录从第 {broken} 条起被改动",
        )
        hashes = set(session.scalars(select(Upload.sha256)))
    yield from _check_files(desk.files, hashes)
    key = desk.setting.folder / "secret.key"
    private = os.name == "nt" or not key.stat().st_mode & 0o077
    yield private, "密钥文件 secret.key 只有本人可读"
    desk.database.close()


def _check_files(files: Files, hashes: set[str]) -> Iterator[tuple[bool, str]]:
    missing = sum(not files.path(one).is_file() for one in hashes)
    yield (
        not missing,
        f"收到的 {len(hashes)} 个文件都在" if not missing else f"缺少 {missing} 个收到的文件",
    )
    damaged = list(files.damaged())
    told = (
        f"有 {len(damaged)} 个文件内容损坏：{'、'.join(damaged[:3])}"
        if damaged
        else "文件内容都完好"
    )
    yield not damaged, told
