"""Every page as people see it: at three widths, by axe, and with the keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from content_fujian_sme_cluster import SMALL, content
from support.axe import serious
from support.browser import Browser, Page
from support.desk import Client, Served, filled, receipt_of

from clusterbook.issuing.issue import read_register

VALUES, ROWS = content(SMALL)
# Something to be mended, something to be explained: to look at a hundred of them is dear.
SLIPS = {
    "cover.contact_phone": "1390000",
    "basics.area_km2": "约12",
    "industry.output_value.2025": "/",
}
WIDTHS = (1366, 768, 375)
PAGES = ("/desk", "/desk/batch", "/desk/batch/1", "/desk/problems", "/desk/county/1", "/desk/county/2", "/desk/links",
         "/desk/links?view=qr", "/desk/results", "/desk/audit", "/password", "/desk?lang=en", "/login", "/c/wrong.link")  # fmt: skip

# Of rows that are built alike axe need not see a hundred.
FEW = """(() => {
  const seen = {};
  document.querySelectorAll("tbody tr").forEach(row => {
    const parts = [row, ...row.querySelectorAll("*")];
    const shape = parts.map(one => one.tagName + one.className + !one.innerText).join();
    seen[shape] = (seen[shape] || 0) + 1;
    if (seen[shape] > 2) { row.remove(); }
  });
})()"""


@pytest.fixture(name="links", scope="module")
def links_fixture(staffed: Served) -> list[str]:
    """The pages of the counties, once there is something to be seen there."""
    with staffed.client("省") as office:
        links = office.links()
        issue, told = next(iter(read_register(staffed.folder / "issued" / "register.csv").items()))
        with Client(links[0]) as county:
            sent = county.send(filled(issue, told.issued_to, VALUES | SLIPS, ROWS))
            page = county.verdict(sent)
        batch = office.post(
            "/desk/batch/files", files=[("file", ("a/说明.pdf", b"%PDF-1.4\n%%EOF\n"))]
        )
        office.wait(str(batch.url), until="已核对 1 / 1")
        office.results()
    return [f"{links[0]}?no={receipt_of(page)}", *links[1:]]


@pytest.mark.office
def test_every_page_fits_and_can_be_used_by_everybody(
    browser: Browser, staffed: Served, links: list[str]
) -> None:
    with staffed.client("省") as office, browser.visit("about:blank") as page:
        for name, value in office.http.cookies.items():
            page.ask("Network.setCookie", name=name, value=value, url=staffed.url)
        for path in (*PAGES, *links[:2]):
            page.go(path if path.startswith("http") else staffed.url + path)
            for width in WIDTHS:
                page.ask("Emulation.setDeviceMetricsOverride", width=width, height=768,
                         deviceScaleFactor=1, mobile=False)  # fmt: skip
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
            page.ask("Emulation.setDeviceMetricsOverride", width=WIDTHS[0], height=768,
                     deviceScaleFactor=1, mobile=False)  # fmt: skip
            page.evaluate(FEW)
            assert serious(page) == [], path
        wrong = [told for told in page.complaints if not re.search("404|429", told)]
        assert wrong == []


ORDER = ["跳到正文", "下载空白工作簿", "file", "报送", "下载回执", "下载标注副本，在上面改", "下载退回通知"]  # fmt: skip
COUNTED = """(() => {
  window.asked = window.swapped = 0;
  document.addEventListener("htmx:afterRequest", () => { asked += 1; });
  document.addEventListener("htmx:afterSwap", () => { swapped += 1; });
})()"""


@pytest.mark.office
def test_the_keyboard_is_enough(browser: Browser, links: list[str]) -> None:
    """Everything that can be clicked is reached, in the order in which it stands, and is seen there.

    The page asks for itself again at every stroke, and nobody loses their place.
    """
    with in_chinese(browser, links[0]) as page:
        page.evaluate(COUNTED)
        walk = list(tabbed(page, "htmx.trigger(document.body, 'changed')"))
        assert [one for one in walk if one in ORDER] == ORDER
        page.wait("asked > 0")
        assert page.evaluate("swapped") == 0  # it says what it said


@pytest.mark.office
def test_news_leave_the_focus_where_it_is(browser: Browser, links: list[str]) -> None:
    """A page that says something else is shown anew around whoever works on it."""
    with in_chinese(browser, links[0]) as page:
        page.evaluate(COUNTED)
        walk = tabbed(page)
        while next(walk) != "下载标注副本，在上面改":
            pass
        page.evaluate("window.before = document.activeElement; window.scrollBy(0, 40)")
        top = page.evaluate("pageYOffset")
        with Client(links[0].partition("?")[0]) as county:
            county.send(b"no workbook at all")
        page.wait("document.querySelector('table tbody tr.current') && swapped > 0")
        assert page.evaluate("before.isConnected") is False
        assert page.evaluate("document.activeElement.innerText") == "下载标注副本，在上面改"
        assert page.evaluate("pageYOffset") == top
        assert next(walk) == "下载退回通知"


@pytest.mark.office
def test_what_is_not_sent_is_told(browser: Browser, links: list[str], tmp_path: Path) -> None:
    """Where one file is asked for, none of several is picked in silence."""
    files = [tmp_path / name for name in ("申报.xlsx", "证书.pdf")]
    for one in files:
        one.write_bytes(b"one of several")
    with in_chinese(browser, links[0]) as page:
        page.drop("form.drop", *files)
        page.wait("document.querySelector('form.drop [role=alert]') !== null")
        assert "一次只能报送一个文件" in page.text("form.drop [role=alert]")
        page.drop("form.drop", files[0])  # and then one of them goes in
        page.wait("/said=received/.test(location.search) && document.readyState === 'complete'")


def in_chinese(browser: Browser, url: str) -> Page:
    """A page, whatever language another test left in the browser's cookies."""
    return browser.visit(f"{url}&lang=zh", width=1366, height=768)


def tabbed(page: Page, meanwhile: str = "0") -> Iterator[str]:
    """What has the focus after each stroke of the tab key; where it is can be seen."""
    for _ in range(40):
        for kind in ("keyDown", "keyUp"):
            page.ask("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab",
                     windowsVirtualKeyCode=9)  # fmt: skip
        seen = page.evaluate(
            "(e => e && e !== document.body ? [e.tagName, (e.innerText || e.name || '').slice(0, 20),"
            " getComputedStyle(e).outlineStyle !== 'none'] : null)(document.activeElement)"
        )
        if seen is None:
            return
        assert seen[2], seen
        yield seen[1]
        page.evaluate(meanwhile)
