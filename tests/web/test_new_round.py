"""A new round of a form that is returned by months: which month it is for is said on the desk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest
from support.axe import serious
from support.browser import Browser
from support.desk import FORM, Client, Served, roster
from support.forms_given import MONTHLY, forms_from

import clusterbook as cb
from clusterbook.web.new_round import likely

MONTHLY_FORM, QUARTERLY_FORM = "cluster_monthly", "cluster_quarterly"
PLACES = (
    ("长沙市", "长沙县", "长沙县工程机械产业集群"),
    ("湘潭市", "湘乡市", "湘乡市皮革产业集群"),
)


@pytest.fixture(scope="module", name="unissued")
def unissued_fixture(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A technician's own desk that knows a monthly form and others; nothing is issued on it.

    The round before was of September 2026; one form cannot be read.
    """
    folder = tmp_path_factory.mktemp("desk")
    others = folder / "forms"
    others.mkdir()
    quarterly = cb.new_form(QUARTERLY_FORM, "集群季报").replace(
        "options=options", "options=options, months=f.QUARTERLY", 1
    )
    (others / f"{QUARTERLY_FORM}.py").write_text(quarterly, "utf-8")
    (others / "broken.py").write_text("workbook = None", "utf-8")
    (folder / "OUT").mkdir()
    told = {"file": "a.xlsx", "submission": "A", "form": MONTHLY_FORM, "year": "2026", "month": "9",
            "verdict": "通过"}  # fmt: skip
    lines = f"{','.join(told)}\n{','.join(told.values())}\n"
    (folder / "OUT" / "submissions.csv").write_text(lines, "utf-8")
    with (
        forms_from(MONTHLY, others),
        Served(folder / "round", "--last-round", str(folder / "OUT")) as desk,
    ):
        yield desk


@pytest.fixture(name="monthly")
def monthly_fixture(tmp_path: Path) -> Iterator[Served]:
    """Another one, for a round of its own."""
    with forms_from(MONTHLY), Served(tmp_path / "round") as desk:
        yield desk


def begin(office: Client, year: str = "2026", month: str = "10") -> httpx.Response:
    return office.post("/desk/new", {"form": MONTHLY_FORM, "year": year, "month": month})


def chosen(page: str) -> str:
    """The month that is chosen."""
    found = re.search(r'<option value="(\d+)" selected>[^<]*月', page)
    return found[1] if found else ""


def test_a_month_is_issued_sent_and_imported(monthly: Served) -> None:
    with monthly.client() as office:
        asked = office.post("/desk/new", {"form": MONTHLY_FORM, "year": "2025", "shown": FORM})
        assert asked.status_code == 200 and "这张表还要填下面几项" in asked.text
        assert chosen(asked.text) and office.get("/desk").url.path == "/desk/new"
        asked = office.post("/desk/new", {"form": MONTHLY_FORM, "year": "2026"})
        assert "请选择是哪一期的" in asked.text and office.get("/desk").url.path == "/desk/new"
        for month in ("13", "0", "-1", "十月", "1" * 9):
            assert begin(office, month=month).status_code == 422
        assert begin(office, year="26").status_code == 422
        assert begin(office).url.path == "/desk/new/roster"
        again = office.get("/desk/new").text
        assert 'value="2026"' in again and chosen(again) == "10"
        office.issue(roster(*PLACES))
        issued = office.get("/desk").text
        assert "2026年10月填报" in issued and "还没有发给各单位" in issued  # what is next
        office.post("/desk/links")
        assert "还没有发给各单位" not in office.get("/desk").text
        link = office.links()[0]
        assert "2026年10月" in office.get("/desk/links?view=qr").text
        late = begin(office, month="11")  # and not this one once more
        assert late.status_code == 409 and "如下个月的" in late.text
        with Client(link) as county:
            assert "2026年10月" in county.get().text
            page = county.verdict(county.send(county.get("/blank").content))
            receipt = re.search(r"收件号 <b>2026-10-\d{6}</b>", page)
            assert receipt is not None and "退回" in page
        office.results()
        after = f'--open --last-round "{monthly.folder / "OUT"}"'
        assert after in office.get("/desk/results").text
        log = office.get("/desk/audit").text
        assert "月份" in log
    (line,) = cb.open_round(monthly.folder / "OUT").submissions
    assert (line["year"], line["month"]) == ("2026", "10")


def test_a_month_is_not_begun_twice(unissued: Served) -> None:
    """Nor is one before the round whose figures are to fill in the blanks."""
    with unissued.client() as office:
        offered = office.get(f"/desk/new?form={MONTHLY_FORM}").text
        assert 'value="2026"' in offered and chosen(offered) == "10"
        same = begin(office, month="9")
        assert same.status_code == 422 and "上一轮就是这一期的，不能再建一轮" in same.text
        before = begin(office, month="8")
        assert before.status_code == 422 and "早于上一轮" in before.text
        assert begin(office, month="10").url.path == "/desk/new/roster"


def test_quarters_are_offered_by_their_months(unissued: Served) -> None:
    """A form that cannot be read is told, and keeps nobody from the others."""
    with unissued.client() as office:
        page = office.get(f"/desk/new?form={QUARTERLY_FORM}").text
        offered = re.findall(r'<option value="(\d+)"(?: selected)?>([^<]*)</option>', page)
        assert offered == [(f"{3 * at}", f"{3 * at}月（第{at}季度）") for at in range(1, 5)]
        assert "申报表“broken”的定义有错误" in page and f'value="{FORM}"' in page
        wrong = office.post("/desk/new", {"form": QUARTERLY_FORM, "year": "2026", "month": "4"})
        assert wrong.status_code == 422 and "请选择是哪一期的" in wrong.text
        assert "没有申报表“nowhere”" in office.post("/desk/new", {"form": "nowhere"}).text


def test_the_month_can_be_mended_before_anything_is_issued(unissued: Served) -> None:
    """Whoever goes back to step one for it need not upload the roster again."""
    with unissued.client() as office:
        begin(office)
        office.post("/desk/new/roster", files={"roster": ("名单.csv", roster(*PLACES))})
        office.wait("/desk/new/roster", until="名单没有问题，共 2 行")
        begin(office, month="11")
        assert "名单没有问题，共 2 行" in office.get("/desk/new/roster").text
        assert office.get("/desk/new/issue").url.path == "/desk/new/issue"
        office.post("/desk/new", {"form": FORM, "year": "2025"})  # another form, another roster
        assert office.get("/desk/new/issue").url.path == "/desk/new/roster"
        assert "名单没有问题" not in office.get("/desk/new/roster").text


@pytest.mark.parametrize(
    ("before", "today", "offered"),
    [
        ([], date(2026, 11, 29), (2026, 10)), ([], date(2026, 1, 3), (2025, 12)),
        ([(2026, 9), (2026, 8)], date(2026, 12, 1), (2026, 10)),
        ([(2025, 12)], date(2026, 3, 1), (2026, 1)),
    ],
)  # fmt: skip
def test_the_likely_month_is_offered(
    before: list[tuple[int, int]], today: date, offered: tuple[int, int]
) -> None:
    """What comes after the round before; else the last month that has ended."""
    with forms_from(MONTHLY):
        assert likely(cb.load_form(MONTHLY_FORM), before, today) == offered


def test_a_yearly_form_is_offered_for_the_last_year() -> None:
    assert likely(cb.load_form(FORM), [(2024, 0)], date(2026, 11, 29)) == (2025, 0)


@pytest.mark.office
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_the_month_is_chosen_in_a_browser(browser: Browser, unissued: Served, script: bool) -> None:
    """With script its field comes at once; without, when Next is pressed."""
    with unissued.client() as office:
        office.post("/desk/new", {"form": FORM, "year": "2025"})
    with browser.visit(unissued.opening, script=script, width=375, height=700) as page:
        page.go(f"{unissued.url}/desk/new")
        page.evaluate("document.querySelector('[name=form]').focus()")
        page.choose("[name=form]", MONTHLY_FORM)
        if not script:
            page.click("form.stack button.main")
        page.wait("document.querySelector('[name=month]') && document.readyState === 'complete'")
        assert "每一期建一轮" in page.text("#asked")
        assert page.evaluate("document.querySelector('[name=shown]').value") == MONTHLY_FORM
        assert page.evaluate("document.documentElement.scrollWidth") <= 375
        if script:
            assert serious(page) == []
        page.type("[name=year]", "2026")
        page.choose("[name=month]", "10")
        page.click("form.stack button.main")
        page.wait("location.pathname === '/desk/new/roster' && document.readyState === 'complete'")
    with unissued.client() as office:
        begun = office.get("/desk/new").text
        assert MONTHLY_FORM in begun and 'value="2026"' in begun and chosen(begun) == "10"
