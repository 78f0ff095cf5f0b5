"""A desk: the folder of a round with its database, files and key, as pages and workers use it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from attrs import define, frozen

from clusterbook.errors import Error
from clusterbook.store import accounts
from clusterbook.store.database import Database, folder_of, url_of
from clusterbook.store.files import Files

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_LOCK = "desk.lock"


class DeskError(Error):
    """A desk that cannot be opened; fact ``why``: "busy", "folder", "accounts" or "port"."""


@frozen(kw_only=True)
class Setting:
    """How a desk is served. ``alone``: one technician on this machine, without accounts."""

    folder: Path
    database: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    url: str = ""  # how others reach it, where that is not host and port
    alone: bool = False
    last_round: Path | None = None
    jobs: int = 0

    @property
    def address(self) -> str:
        """How its pages are reached, without a slash behind it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.url or f"http://{host}:{self.port}").rstrip("/")

    @property
    def secure(self) -> bool:
        """Whether it is reached by https, so that cookies never travel otherwise."""
        return self.address.startswith("https://")

    @property
    def local(self) -> bool:
        """Whether nobody outside this machine can reach it."""
        return self.host in LOOPBACK

    @property
    def hosts(self) -> frozenset[str]:
        """The names by which requests may call it."""
        named = urlsplit(self.address).hostname or ""
        return frozenset({self.host, named, *(LOOPBACK if self.local else ())} - {"0.0.0.0", "::"})  # noqa: S104


@define
class Desk:
    """An open desk."""

    setting: Setting
    database: Database
    files: Files
    key: bytes

    @classmethod
    def open(cls, setting: Setting, *, upgrade: bool = True) -> Desk:
        """The desk in a folder, made where there is none; its tables are brought up to date."""
        folder = setting.folder
        folder_of(folder)
        database = Database(url_of(setting.database, folder))
        if upgrade:
            database.upgrade()
        (folder / "files").mkdir(exist_ok=True)
        return cls(setting, database, Files(folder / "files"), accounts.secret_key(folder))

    @property
    def issued(self) -> Path:
        """What was issued: workbooks and their register."""
        return self.setting.folder / "issued"

    @property
    def register(self) -> Path:
        """The register of issues."""
        return self.issued / "register.csv"

    @property
    def returns(self) -> Path:
        """The files that count, by their names, as the import reads them."""
        return self.setting.folder / "returns"

    @property
    def out(self) -> Path:
        """What the import writes."""
        return self.setting.folder / "OUT"

    @property
    def answers(self) -> Path:
        """The reasons that were given on the pages, as an import takes them."""
        return self.setting.folder / "answers.csv"

    @property
    def decisions(self) -> Path:
        """What was decided on the pages, as an import takes it."""
        return self.setting.folder / "decisions.csv"

    @property
    def summary(self) -> Path:
        """The provincial summary."""
        return self.setting.folder / "汇总.xlsx"

    def thumbnail(self, row: int, page: int) -> Path:
        """Where a page of a return's evidence is kept as a picture; it can be made again."""
        return self.setting.folder / "thumbnails" / f"{row}-{page}.png"

    def link(self, id_: str) -> str:
        """The whole address of a link."""
        return f"{self.setting.address}/c/{accounts.sign(self.key, 'link', id_)}"


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Keep other servers from the same desk; DeskError where there is one."""
    folder_of(folder)
    with (folder / _LOCK).open("a+b") as file:
        try:
            _hold(file.fileno())
        except OSError as error:
            raise DeskError("another server has this desk", why="busy") from error
        yield


def _hold(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl  # noqa: PLC0415

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
