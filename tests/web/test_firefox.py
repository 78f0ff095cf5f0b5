"""The pages in Firefox ESR, which is what Linux desktops of offices have."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.desk import PASSWORD, SECONDS, Client, Served
from support.firefox import Firefox, need_firefox

OFFICE = ("/desk", "/desk/batch", "/desk/problems", "/desk/county/3", "/desk/links",
          "/desk/links?view=qr", "/desk/results", "/desk/audit")  # fmt: skip


@pytest.mark.office
def test_a_county_and_the_office_work_in_firefox(staffed: Served, tmp_path: Path) -> None:
    need_firefox()
    with staffed.client("省") as office:
        link = office.links()[2]
    data = tmp_path / "申报.xlsx"
    with Client(link) as county:
        data.write_bytes(county.get("/blank").content + b"firefox")
    with Firefox() as firefox:
        firefox.resize(500)  # its windows are not made narrower
        firefox.go(link)
        firefox.type("#file", str(data))
        firefox.click("form.drop button")
        firefox.wait("/no=/.test(location.search)", SECONDS)
        firefox.wait("document.querySelector('.verdict .badge') !== null", SECONDS)  # by itself
        assert firefox.evaluate("document.querySelector('.verdict .badge').innerText") == "退回"
        firefox.wait("document.querySelector('a[href*=\"/copy/\"]') !== null", SECONDS)
        assert firefox.evaluate("document.documentElement.scrollWidth <= innerWidth")
        firefox.resize(1366)
        firefox.go(f"{staffed.url}/login")
        firefox.type("[name=name]", "省")
        firefox.type("[name=password]", PASSWORD)
        firefox.click("main button")
        firefox.wait("location.pathname === '/desk'")
        for path in OFFICE:
            firefox.go(staffed.url + path)
            assert firefox.evaluate("document.querySelector('main h1, main h2') !== null"), path
            assert firefox.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
            assert firefox.screenshot(tmp_path / "page.png").stat().st_size > 5_000
