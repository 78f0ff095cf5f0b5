"""What a county's page shows of its returns: the pages that they cite, and what was mended."""

from __future__ import annotations

import io
import re
import zipfile
from urllib.parse import quote

import pytest
from PIL import Image
from support.browser import Browser
from support.desk import FORM, PROVINCE, Client, Served, filled
from support.papers import pdf

from clusterbook.forms.options import Options
from clusterbook.issuing.issue import read_register
from clusterbook.layout import layouts


def pack(desk: Served, at: int, citing: str, pages: str = "2-3") -> bytes:
    """A county's workbook that cites pages, with its evidence in two files."""
    issue = list(read_register(desk.folder / "issued" / "register.csv").items())[at]
    data = filled(issue[0], issue[1].issued_to, {citing: pages}, {})
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("申报.xlsx", data)
        archive.writestr("佐证/1 营业执照.pdf", pdf(["one", "two"]))
        archive.writestr("佐证/2 证书.pdf", pdf(["three", "four"]))
    return made.getvalue()


def citing_key() -> str:
    """An answer of the form that asks for pages."""
    layout = layouts.of(FORM, Options(report_year=2025, province=PROVINCE))
    return next(key for key, parts in layout.slots.items() if parts[0].field.kind.cites)


def test_a_blank_that_was_fetched_is_noted(staffed: Served) -> None:
    """It comes as it was issued, with its own name; the office sees that it is there."""
    with staffed.client("省") as office, Client(office.links()[3]) as county:
        answer = county.get("/blank")
        (issued,) = (staffed.folder / "issued").rglob("*翔安区*.xlsx")
        assert answer.content == issued.read_bytes()
        assert answer.headers["content-disposition"].endswith(quote(issued.name))
        office.wait("/desk/county/4", until="空白表已于")


def test_what_cannot_be_read_has_mended_nothing(staffed: Served) -> None:
    with staffed.client("省") as office, Client(office.links()[3]) as county:
        blank = county.get("/blank").content
        county.verdict(county.send(blank + b"first"))
        assert "已更正" not in county.verdict(county.send(b"no workbook"))
        assert "已更正 0 处，仍未改" in county.verdict(county.send(blank + b"second"))


def test_cited_pages_are_shown_to_whom_they_concern(staffed: Served) -> None:
    with staffed.client("省") as office, staffed.client("厦门") as city:
        links = office.links()
        with Client(links[0]) as county, Client(links[2]) as other:
            page = county.verdict(county.send(pack(staffed, 0, citing_key()), "报送.zip"))
            paths = re.findall(r'<img [^>]*src="[^"]*(/evidence/\d+/\d+)"', page)
            assert [one.rpartition("/")[2] for one in paths] == ["2", "3"]
            pictures = [county.get(one) for one in paths]
            assert {one.headers["content-type"] for one in pictures} == {"image/png"}
            assert all(Image.open(io.BytesIO(one.content)).width == 420 for one in pictures)
            assert pictures[0].content != pictures[1].content
            uncited = paths[0].rpartition("/")[0] + "/1"
            assert county.get(uncited).status_code == 404  # it is not cited
            assert other.get(paths[0]).status_code == 404
        assert office.get(f"/desk/sent{paths[1]}").content == pictures[1].content
        assert city.get(f"/desk/sent{paths[1]}").status_code == 404


@pytest.mark.office
def test_a_page_that_is_not_there_is_told(browser: Browser, staffed: Served) -> None:
    with staffed.client("省") as office, Client(office.links()[2]) as county:
        sent = county.send(pack(staffed, 2, citing_key(), pages="4-5"), "报送.zip")
        assert "没有：它只有4页" in county.verdict(sent)
    with browser.visit(f"{sent.url}&lang=zh") as page:
        page.evaluate("document.querySelector('details.cited').open = true; "
                      "document.querySelector('.thumbs').scrollIntoView()")  # fmt: skip
        page.wait("document.querySelector('.thumbs .missing') !== null")
        assert page.texts(".thumbs a") == ["P4", "没有这一页，或不能显示\nP5"]
