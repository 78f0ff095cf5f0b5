"""A desk in one file, and back: the rows of its database, the files, what was issued, its key.

Rows are written as JSON, so that a desk may move from SQLite to PostgreSQL.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from alembic.runtime.migration import MigrationContext
from sqlalchemy import delete, insert, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from clusterbook.errors import Error
from clusterbook.paths import LeadsElsewhereError, inside
from clusterbook.store.database import Database, folder_of, url_of
from clusterbook.store.tables import Base, Counter

_FOLDERS = ("files", "issued", "OUT")
_FILES = ("secret.key", "汇总.xlsx")
_FACTS = "backup.json"


class BackupError(Error):
    """Something that cannot be backed up or restored; fact ``why``."""


def save(database: Database, folder: Path, target: Path) -> int:
    """Write a desk to one file, whole or not at all; how many files of it there were.

    The rows are of one moment, and their files are there: files are written before their rows.
    """
    beside = target.with_name(f".{target.name}.tmp")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as pack:
            for table, lines in _rows(database):
                pack.writestr(f"rows/{table}.jsonl", lines)
            pack.writestr(_FACTS, json.dumps({"tables": _revision(database)}))
            count = 0
            for path, name in _kept(folder):
                pack.write(path, name)
                count += 1
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    return count


def _kept(folder: Path) -> Iterator[tuple[Path, str]]:
    paths = [folder / name for name in _FILES]
    for name in _FOLDERS:
        paths += sorted((folder / name).rglob("*"))
    for path in paths:
        inner = path.relative_to(folder)
        if path.is_file() and not {"incoming", ".cache"} & set(inner.parts):
            yield path, inner.as_posix()


def _rows(database: Database) -> Iterator[tuple[str, str]]:
    level = "SERIALIZABLE" if database.sqlite else "REPEATABLE READ"
    engine = (
        database.engine
        if database.sqlite
        else database.engine.execution_options(isolation_level=level)
    )
    with Session(engine) as session:
        for table in Base.metadata.sorted_tables:
            rows = session.execute(table.select()).mappings()
            lines = (json.dumps(dict(row), ensure_ascii=False) for row in rows)
            yield table.name, "".join(f"{line}\n" for line in lines)


def _revision(database: Database) -> str | None:
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def restore(source: Path, folder: Path, url: str = "") -> int:
    """Make a desk of what ``save`` wrote, in a new folder and an empty database.

    BackupError where the folder or the database is in use, or the file is no backup of this
    version.
    """
    if folder.is_dir() and any(folder.iterdir()):
        raise BackupError(f"文件夹“{folder}”不是空的，请恢复到新的文件夹。", why="folder")
    try:
        pack = zipfile.ZipFile(source)
    except (OSError, zipfile.BadZipFile) as error:
        raise BackupError(f"“{source}”不是备份文件。", why="file") from error
    with pack:
        if _FACTS not in pack.namelist():
            raise BackupError(f"“{source}”不是备份文件。", why="file")
        folder_of(folder)
        database = Database(url_of(url, folder))
        database.upgrade()
        try:
            _put_rows(database, pack)
        finally:
            database.close()
        return sum(_put_file(pack, name, folder) for name in pack.namelist())


def _put_rows(database: Database, pack: zipfile.ZipFile) -> None:
    if json.loads(pack.read(_FACTS))["tables"] != _revision(database):
        raise BackupError("备份由另一版本的软件生成，请用那个版本恢复，再升级。", why="version")
    try:
        with database.writing() as session:
            session.execute(delete(Counter))  # a new database counts from nothing
            for table in Base.metadata.sorted_tables:
                lines = pack.read(f"rows/{table.name}.jsonl").decode().splitlines()
                rows: list[dict[str, Any]] = [json.loads(line) for line in lines]
                if rows:
                    session.execute(insert(table), rows)
                if not database.sqlite and table.name not in (
                    "logins",
                    "links",
                    "audit",
                    "counters",
                ):
                    session.execute(text(
                        f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), "  # noqa: S608 - our own names
                        f"COALESCE((SELECT MAX(id) FROM {table.name}), 0) + 1, false)"
                    ))  # fmt: skip
    except SQLAlchemyError as error:
        raise BackupError("数据库不是空的，请恢复到空的数据库。", why="database") from error


def _put_file(pack: zipfile.ZipFile, name: str, folder: Path) -> bool:
    if name == _FACTS or name.startswith("rows/"):
        return False
    try:
        target = inside(folder, name)
    except LeadsElsewhereError as error:
        raise BackupError(f"备份文件里有不该有的内容：{name}", why="file") from error
    target.parent.mkdir(parents=True, exist_ok=True)
    with pack.open(name) as source, target.open("wb") as sink:
        shutil.copyfileobj(source, sink)
    if name == "secret.key":
        target.chmod(0o600)
    return True
