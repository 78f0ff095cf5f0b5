"""A whole round in a real browser, by clicking and dropping files: from the roster to the summary.

It is the round of twelve counties; what comes out must be what ``clusterbook import`` makes of the
same files, answers and decisions.
"""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import evolve
from round_of_twelve import (
    CONTACT,
    COUNTIES,
    DEADLINE,
    FORM,
    PROVINCE,
    SENDER,
    RoundOfTwelve,
)
from support.browser import Browser, Page
from support.desk import SECONDS, Served, another, get
from support.papers import pdf

import clusterbook as cb

QUESTION = {"economy.fdi_usd.2025": "/"}  # nothing is wrong, something is asked


@pytest.fixture(
    scope="module", name="desk",
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.wide)],
)  # fmt: skip
def desk_fixture(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    database = another(request.getfixturevalue("server")) if request.param == "postgresql" else ""
    with Served(tmp_path_factory.mktemp("desk") / "round", database=database, jobs=2) as desk:
        yield desk


def until(page: Page, text: str, *, gone: bool = False) -> None:
    """Until the page says something: it hears of changes by itself."""
    said = f"(document.body || {{innerText: ''}}).innerText.indexOf({text!r})"
    page.wait(f"{said} {'<' if gone else '>='} 0", SECONDS)


def at(page: Page, path: str) -> None:
    """Until the browser is somewhere, and has loaded it."""
    page.wait(f"location.pathname === {path!r} && document.readyState === 'complete'", SECONDS)


@pytest.mark.office
def test_a_round_is_played_from_the_roster_to_the_summary(
    browser: Browser, desk: Served, twelve: RoundOfTwelve, tmp_path: Path
) -> None:
    with browser.visit(desk.opening, width=1366, height=768) as page:
        _begin(page, twelve)
        links = _links(page)
        _batch(page, twelve)
        _county(browser, links[3], twelve, tmp_path)
        _decide(page, desk)
        out = _results(page, desk)
        assert ["422" in one for one in page.complaints] == [True], "the roster that was not chosen"
        assert all(url.startswith((desk.url, "data:")) for url in page.requests)
    _same_as_an_import(desk, out, tmp_path)


def _begin(page: Page, twelve: RoundOfTwelve) -> None:
    at(page, "/desk/new")
    page.choose("[name=form]", FORM)
    page.type("[name=province]", PROVINCE)
    page.click("form.stack button")
    at(page, "/desk/new/roster")
    page.evaluate("void (document.getElementById('roster').required = false)")
    page.click("form.drop button")
    until(page, "没有选择名单")
    at(page, "/desk/new/roster")
    bad = twelve.folder / "坏名单.csv"
    bad.write_text("市州,县（市、区）,集群名称\n长沙市,没有这个县,甲\n", "utf-8")
    page.drop("form.drop", bad)
    until(page, "名单有 1 处问题")
    assert "第2行" in page.text(".faults")
    page.drop("form.drop", twelve.folder / "名单.csv")
    until(page, "名单没有问题，共 12 行")
    page.click("a.button.main")
    at(page, "/desk/new/issue")
    for name, text in (("deadline", DEADLINE), ("contact", CONTACT), ("sender", SENDER)):
        page.type(f"[name={name}]", text)
    page.click("form.stack button")
    at(page, "/desk")  # it hears how far it is, and goes on by itself
    assert page.count("tbody tr") >= 12


def _links(page: Page) -> list[str]:
    page.click('nav a[href="/desk/links"]')
    at(page, "/desk/links")
    page.click("form.filters button.main")
    page.wait("document.querySelectorAll('a.address').length === 12", SECONDS)
    at(page, "/desk/links")
    links = list(page.evaluate("[].map.call(document.querySelectorAll('a.address'), a => a.href)"))
    page.click('a[href="/desk/links?view=qr"]')
    page.wait("document.querySelectorAll('svg.qr').length === 12", SECONDS)
    return links


def _batch(page: Page, twelve: RoundOfTwelve) -> None:
    """What came by mail goes in as a folder; verdicts show as they come."""
    page.click('nav a[href="/desk/batch"]')
    at(page, "/desk/batch")
    page.drop("form.drop", twelve.inbox)
    page.wait(
        "/^.desk.batch.[0-9]+$/.test(location.pathname) && document.readyState === 'complete'",
        SECONDS,
    )
    until(page, "已核对 9 / 9")
    told = page.text("[role=status]")
    assert "退回 4" in told and "附件 1" in told and "通过 4" in told, told
    page.click('nav a[href="/desk"]')
    at(page, "/desk")
    page.wait("document.querySelector('.tile.pass b').innerText === '4'")
    assert page.text(".tile.back b") == "4"
    assert page.text(".tile.other b") == "4"  # one of them sent a letter alone
    assert "1390000" in page.text("table:not(.figures)") or page.count('a[href^="tel:"]') == 12


def _county(browser: Browser, link: str, twelve: RoundOfTwelve, folder: Path) -> None:
    """A county by its link: its second return has a question, which it answers on the page.

    Its evidence comes with it, and has more pages than its index says.
    """
    second = folder / "湘乡市第二次.zip"
    with zipfile.ZipFile(second, "w") as archive:
        archive.writestr("申报表.xlsx", twelve.data(evolve(COUNTIES[3], slips=QUESTION)))
        archive.writestr("佐证材料.pdf", pdf([f"page {n}" for n in range(1, 131)]))
    with browser.visit(link, width=390, height=844) as page:
        issued = get(f"{link}/blank").content
        original = twelve.folder / "发放" / twelve.issued[3].file
        assert issued == original.read_bytes()
        page.put("#file", second)
        page.click("form.drop button")
        until(page, "第2次报送")
        until(page, "待说明")
        page.wait("document.querySelector('textarea') !== null", SECONDS)
        page.wait("document.querySelector('a[href*=\"/copy/\"]') !== null", SECONDS)
        page.type("textarea", "当年没有利用外资，经商务部门确认")
        page.click("form[action$=answers] button.main")
        until(page, "说明已保存")
        page.wait("document.querySelector('.verdict .badge.pass') !== null", SECONDS)
        assert "当年没有利用外资" in page.text(".result")
        page.put("#file", second)  # the same bytes once more
        page.click("form.drop button")
        until(page, "以前报送过，内容完全相同")
        assert page.count("table") >= 1 and page.complaints == []


def _decide(page: Page, desk: Served) -> None:
    """The office takes the reason, and sets another figure."""
    page.go(f"{desk.url}/desk/county/4")
    until(page, "当年没有利用外资")
    page.choose("select[name=ruling]", "采纳")
    page.type("form[action$=decide] [name=number]", "12.5")
    page.click("form[action$=decide] button")
    until(page, "已保存")
    until(page, "核定数 12.5")


def _results(page: Page, desk: Served) -> bytes:
    page.click('nav a[href="/desk/results"]')
    at(page, "/desk/results")
    page.click('form[action="/desk/results"] button')
    page.wait("document.querySelector('a[href$=\"OUT.zip\"]') !== null", SECONDS)
    page.click('form[action="/desk/lock"] button')
    until(page, "不再接收报送")
    cookies = {one["name"]: one["value"] for one in page.ask("Network.getCookies")["cookies"]}
    for name in ("summary.xlsx", "report.html", "letters.zip", "blanks.zip"):
        assert get(f"{desk.url}/desk/results/{name}", cookies=cookies).status_code == 200, name
    found = {}
    for name in ("OUT", "received"):
        answer = get(f"{desk.url}/desk/results/{name}.zip", cookies=cookies, timeout=60)
        found[name] = answer.content
    assert answer.status_code == 200
    (desk.folder.parent / "received.zip").write_bytes(found["received"])
    return found["OUT"]


def _same_as_an_import(desk: Served, out: bytes, folder: Path) -> None:
    """On another machine, with what the desk hands out, the same comes out byte for byte."""
    with zipfile.ZipFile(desk.folder.parent / "received.zip") as pack:
        pack.extractall(folder / "other")
    other = folder / "other"
    told = subprocess.run(
        [sys.executable, "-P", "-m", "clusterbook", "import", str(other / "returns"), "-o", str(other / "OUT"),
         "--register", str(other / "register.csv"), "--answers", str(other / "answers.csv"),
         "--decisions", str(other / "decisions.csv"), "--deadline", DEADLINE, "--sender", SENDER, "--jobs", "1"],
        capture_output=True, text=True,
    )  # fmt: skip
    assert told.returncode in (0, 1), told.stderr
    with zipfile.ZipFile(io.BytesIO(out)) as pack:
        mine = {name: pack.read(name) for name in pack.namelist()}
    theirs = {
        path.relative_to(other / "OUT").as_posix(): path.read_bytes()
        for path in sorted((other / "OUT").rglob("*")) if path.is_file() and ".cache" not in path.parts
    }  # fmt: skip
    assert mine.keys() == theirs.keys()
    assert len([name for name in mine if name.startswith("evidence/")]) == 2
    assert [name for name in mine if mine[name] != theirs[name]] == []
    states = [line["status"] for line in cb.open_round(other / "OUT").table("progress")]
    assert (states.count("通过"), states.count("退回"), states.count("未报")) == (4, 4, 3)
    assert states.count("未报（仅附件）") == 1
    answers = (other / "answers.csv").read_text("utf-8-sig")
    decisions = (other / "decisions.csv").read_text("utf-8-sig")
    assert "当年没有利用外资" in answers and "采纳" in decisions and '"12.5"' in decisions
