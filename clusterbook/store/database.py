"""The database of a desk: SQLite in its folder, or PostgreSQL; one way to read, one to write."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, select
from sqlalchemy.exc import DBAPIError, NoSuchModuleError
from sqlalchemy.orm import Session

from clusterbook.errors import Error
from clusterbook.store.tables import Base, Counter

if TYPE_CHECKING:
    from alembic.config import Config

_BUSY_MS = 30_000  # until another process has done writing
_WRITES = "clusterbook_writes"
_FILE = "desk.sqlite3"


class DatabaseError(Error):
    """The database cannot be used.

    Fact ``why``: "url", "unreachable", "driver", "newer", or, of its folder, "folder" or "none".
    """


def folder_of(folder: Path, url: str = "", *, new: bool = True) -> None:
    """Make the folder of a desk where there is none.

    DatabaseError where it cannot be one, and, unless it may be new, where there is no desk yet.
    """
    if not new and not (folder.is_dir() and (url or (folder / _FILE).exists())):
        raise DatabaseError("there is no desk", why="none")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseError(str(error), why="folder") from error


def url_of(url: str, folder: Path) -> str:
    """The address of the database; the desk's own file where none is given."""
    return url or f"sqlite:///{(folder / _FILE).resolve().as_posix()}"


class Database:
    """A database with its tables up to date once ``upgrade`` has run."""

    def __init__(self, url: str) -> None:
        """Raises DatabaseError where the address or its driver is none that we know."""
        try:
            self.url = make_url(url)
        except Exception as error:
            raise DatabaseError("not an address of a database", why="url") from error
        if self.url.get_backend_name() not in ("sqlite", "postgresql"):
            raise DatabaseError("neither SQLite nor PostgreSQL", why="url")
        try:
            self.engine = _engine(self.url.render_as_string(hide_password=False))
        except (ModuleNotFoundError, NoSuchModuleError) as error:
            raise DatabaseError(str(error), why="driver") from error
        self._writing = self.engine.execution_options(**{_WRITES: True})

    @property
    def shown(self) -> str:
        """Its address without the password."""
        return self.url.render_as_string(hide_password=True)

    @property
    def sqlite(self) -> bool:
        """Whether it is a file."""
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state of everything, and writes nothing."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose changes are kept, all or none, when its block ends well.

        When it has ended the changes are on the disk.
        """
        with Session(self._writing, expire_on_commit=False) as session, session.begin():
            yield session

    def upgrade(self) -> None:
        """Bring the tables to what this version knows; DatabaseError where they are newer."""
        from alembic import command
        from alembic.runtime.migration import MigrationContext
        from alembic.script import ScriptDirectory

        script = ScriptDirectory.from_config(_config())
        known = {one.revision for one in script.walk_revisions()}
        try:
            with self.engine.connect() as connection:
                found = MigrationContext.configure(connection).get_current_revision()
            if found is not None and found not in known:
                raise DatabaseError("tables of a newer version", why="newer", found=found)
            with self._writing.begin() as connection:
                config = _config()
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        except DBAPIError as error:
            raise DatabaseError(str(error.orig), why="unreachable") from error

    def differences(self) -> list[Any]:
        """What sets the tables apart from what this version expects; none when all is well."""
        from alembic.autogenerate import compare_metadata
        from alembic.runtime.migration import MigrationContext

        try:
            with self.engine.connect() as connection:
                context = MigrationContext.configure(connection, opts={"compare_type": False})
                return list(compare_metadata(context, Base.metadata))
        except DBAPIError as error:
            raise DatabaseError(str(error.orig), why="unreachable") from error

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()


def count(session: Session, name: str) -> int:
    """The next number of a counter; others wait until this session has ended."""
    row = session.scalars(select(Counter).where(Counter.name == name).with_for_update()).one()
    row.value += 1
    session.flush()
    return row.value


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    logging.getLogger("alembic").setLevel(logging.WARNING)
    return config


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_size=10, max_overflow=30, pool_pre_ping=True)
    engine = create_engine(url, pool_size=10, max_overflow=30)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _: object) -> None:
    """Each commit reaches the disk; readers do not wait for writers."""
    connection.isolation_level = None  # we begin by ourselves, see below
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON",
                   f"busy_timeout={_BUSY_MS}"):  # fmt: skip
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    """Whoever will write says so at once: SQLite cannot wait once a transaction has read."""
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
