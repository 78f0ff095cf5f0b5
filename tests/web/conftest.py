"""Desks that are really served, for the tests of pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.browser import Browser, need_browser
from support.desk import Served, another, postgres, roster


@pytest.fixture(scope="session", name="server")
def server_fixture() -> Iterator[str]:
    """One PostgreSQL for all tests of pages."""
    with postgres() as url:
        yield url


@pytest.fixture(scope="session", name="one_browser")
def one_browser_fixture() -> Iterator[Browser]:
    """One Chromium for all tests of pages: to start one is dear."""
    need_browser()
    with Browser() as browser:
        yield browser


@pytest.fixture(name="browser")
def browser_fixture(one_browser: Browser) -> Iterator[Browser]:
    """It, without what the pages of another test have left in it."""
    yield one_browser
    one_browser.ask("Storage.clearCookies")


@pytest.fixture(
    scope="session",
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.wide)],
    name="staffed",
)
def staffed_fixture(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """A desk with accounts (省, 泉州, 厦门) and a round of four counties, for all tests of a process.

    What one test leaves there the others bear with; county 2 has sent nothing.
    """
    database = another(request.getfixturevalue("server")) if request.param == "postgresql" else ""
    desk = Served(tmp_path_factory.mktemp("desk") / "round", database=database, alone=False)
    desk.account("省", "province")
    desk.account("泉州", "city", "泉州市")
    desk.account("厦门", "city", "厦门市")
    with desk:
        with desk.client("省") as office:
            office.begin(roster(
                ("泉州市", "晋江市", "晋江市伞具产业集群"), ("泉州市", "石狮市", "石狮市服装产业集群"),
                ("厦门市", "同安区", "同安区食品产业集群"), ("厦门市", "翔安区", "翔安区水产产业集群"),
            ))  # fmt: skip
        yield desk
