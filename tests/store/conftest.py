"""Databases of both kinds for the tests of what a desk remembers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desk import emptied, postgres

from clusterbook.store.database import Database


@pytest.fixture(scope="module", name="server")
def server_fixture() -> Iterator[str]:
    """A PostgreSQL for the tests of a module."""
    with postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"], name="url")
def url_fixture(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'desk.sqlite3'}"
    return emptied(request.getfixturevalue("server"))


@pytest.fixture(name="database")
def database_fixture(url: str) -> Iterator[Database]:
    """An empty database with its tables."""
    database = Database(url)
    database.upgrade()
    yield database
    database.close()
