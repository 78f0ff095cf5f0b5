"""What tests of every module share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from office import Office, need_office


@pytest.fixture(scope="session", name="office")
def office_fixture() -> Iterator[Office]:
    """One LibreOffice for all the tests of a process."""
    need_office()
    with Office() as office:
        yield office
