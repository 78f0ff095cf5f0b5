"""The round of twelve counties, walked as a province does: what everybody gets, in one go."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner
from round_of_twelve import ATTACHMENT, BLANK, COUNTIES, NOTHING, PASSED, RETURNED, RoundOfTwelve
from support.axe import serious
from support.browser import Browser

import clusterbook as cb
from clusterbook.cli import cli


@pytest.fixture(scope="module")
def folder(twelve: RoundOfTwelve) -> Path:
    return twelve.folder


@pytest.fixture(scope="module")
def said(folder: Path) -> list[str]:
    arguments = ["import", str(folder / "报送"), "-o", str(folder / "OUT"), "--jobs", "1",
                 "--register", str(folder / "发放" / "发放登记表.xlsx"), "--deadline", "3月31日"]  # fmt: skip
    done = CliRunner().invoke(cli, arguments)
    assert done.exit_code == 1, done.output
    return done.output.splitlines()


def test_the_states_are_those_of_the_round(folder: Path, said: list[str]) -> None:
    states = Counter(one.state for one in COUNTIES)
    assert states == {NOTHING: 3, ATTACHMENT: 1, BLANK: 1, RETURNED: 3, PASSED: 4}
    progress = Counter(one["status"] for one in cb.open_round(folder / "OUT").table("progress"))
    assert progress == {"未报": 3, "未报（仅附件）": 1, "退回": 4, "通过": 4}


def test_the_last_line_says_who_is_missing(said: list[str]) -> None:
    assert said[-1] == "未报 3，未报（仅附件） 1"
    read = [line for line in said if line.startswith("已读取")]
    assert read[-1] == "已读取 10/10", "the pack and what is in it"


def test_every_paper_is_there(folder: Path, said: list[str]) -> None:
    run = CliRunner()
    out = str(folder / "OUT")
    assert run.invoke(cli, ["summarize", out, "-o", str(folder / "汇总.xlsx")]).exit_code == 0
    done = run.invoke(cli, ["papers", out, "-o", str(folder / "材料")])
    assert (done.exit_code, done.output) == (
        0, f"已生成 {folder / '材料'}：情况报告和一页纸共 9 个文件\n",
    )  # fmt: skip
    found = Counter(path.suffix for path in (folder / "OUT" / "returned").rglob("*.*"))
    assert (found[".docx"], found[".txt"]) == (4 + 2 * 4, 4)
    assert len(list((folder / "OUT" / "催报").iterdir())) == 8
    page = (folder / "OUT" / "report.html").read_text("utf-8")
    assert "应报 12 份，已报 8 份，未报 4 份；已报的通过 4 份，待说明 0 份，退回 4 份。" in page
    assert "报送截止：3月31日" in page and "附件 1 个" in page


@pytest.mark.office
def test_the_index_of_papers_leads_everybody(
    folder: Path, said: list[str], browser: Browser
) -> None:
    """In official order, without a fault that axe finds, each link to a file that is there."""
    index = folder / "OUT" / "returned" / "index.html"
    with browser.open(index) as page:
        assert page.texts("h2") == [
            "长沙市",
            "株洲市",
            "湘潭市",
            "邵阳市",
            "岳阳市",
            "常德市",
            "郴州市",
        ]
        assert serious(page) == []
        links = page.evaluate("[].map.call(document.links, e => decodeURI(e.getAttribute('href')))")
    assert len(links) == 3 * 4 + 2 * 4
    assert all((index.parent / link).is_file() for link in links)


@pytest.mark.office
@pytest.mark.wide
def test_axe_finds_nothing_in_the_report(folder: Path, said: list[str], browser: Browser) -> None:
    with browser.open(folder / "OUT" / "report.html") as page:
        page.wait("document.documentElement.hasAttribute('data-ready')")
        assert serious(page) == []


def test_what_letters_say_is_one_line_that_a_message_has_room_for(
    folder: Path, tmp_path: Path
) -> None:
    """At most 60 characters each; so a message keeps limit and remedy whatever they are."""
    returns = str(folder / "报送" / "株洲市")
    for name in ("deadline", "sender", "contact", "number", "dated"):
        for text in ("长" * 61, "两行\n字"):
            out = tmp_path / "OUT"
            done = CliRunner().invoke(cli, ["import", returns, "-o", str(out), f"--{name}", text])
            told = f"--{name} 要写进通知和短消息，请写成一行，不超过60字。"
            assert (done.exit_code, told in done.output) == (2, True), done.output
            assert not out.exists()


def test_a_template_is_written_once(tmp_path: Path) -> None:
    target = str(tmp_path / "样式.docx")
    assert CliRunner().invoke(cli, ["letter-template", "-o", target]).exit_code == 0
    (tmp_path / "样式.docx").write_bytes(b"edited")
    done = CliRunner().invoke(cli, ["letter-template", "-o", target])
    assert done.exit_code == 1 or "已经存在" in done.output
    assert (tmp_path / "样式.docx").read_bytes() == b"edited"
