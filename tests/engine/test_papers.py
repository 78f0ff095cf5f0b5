"""What goes back: named by the register, a folder and a pack per city, an index that leads to it."""

from __future__ import annotations

import csv
import io
import re
import shutil
import zipfile
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pytest
from attrs import evolve
from round_of_twelve import DEADLINE, SENDER, RoundOfTwelve

import clusterbook as cb
from clusterbook.engine import papers, posting
from clusterbook.engine.across import CountyStanding
from clusterbook.engine.cache import Card
from clusterbook.engine.inbox import skip_reason
from clusterbook.engine.window_files import WindowFile
from clusterbook.forms.stamp import Registered
from clusterbook.paths import file_stem, stem_of
from clusterbook.problems import Problem
from clusterbook.reports.page.facts import read_facts


def named(*given: tuple[str, Registered | None, str]) -> list[str]:
    members = [
        WindowFile(file=file, id=str(at), issued=one) for at, (file, one, _) in enumerate(given)
    ]
    cards = [Card(sha256=str(at), city=city) for at, (_, _, city) in enumerate(given)]
    return list(papers.names(members, cards).values())


def test_names_are_those_of_the_register_or_of_the_file() -> None:
    issued = Registered(issued_to="甲", city="长沙市", file="001_宁乡市_食品.xlsx")
    assert named(
        ("微信收到/宁乡 (1).xlsx", issued, "岳阳市"),
        ("再报.xlsx", issued, ""),
        ("常德/津市市.et", None, "常德市"),
        ("常德/津市市.xlsx", None, "常德市"),
        ("包.zip/../../etc/passwd", None, ""),
        ("CON.xlsx", None, ""), ("a|b?.xlsx", None, ""),
    ) == [
        "长沙市/001_宁乡市_食品", "长沙市/001_宁乡市_食品_2", "常德市/津市市", "常德市/津市市_2",
        "未注明市州/passwd", "未注明市州/CON_", "未注明市州/a_b",
    ]  # fmt: skip
    odd = evolve(issued, file="../../outside.xlsx", city="../..")
    assert named(("x.xlsx", odd, "")) == ["未注明市州/outside"]


def test_a_return_sent_again_takes_over_the_name() -> None:
    """The first sorts before it and counts no more: 食品_2_退回 would be of nothing known."""
    issued = Registered(issued_to="甲", city="长沙市", file="001_宁乡市_食品.xlsx")
    gone = CountyStanding(replaced=True, problem=Problem(code="F111"), by=1)
    members = [WindowFile(file="宁乡.xlsx", id="1", issued=issued, standing=gone),
               WindowFile(file="宁乡（更正）.xlsx", id="2", issued=issued)]  # fmt: skip
    found = papers.names(members, [None, None])
    assert found == {1: "长沙市/001_宁乡市_食品", 0: "长沙市/001_宁乡市_食品_2"}


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("a.b/c.tar.gz", "c.tar"),
        ("2.1 汇总", "2.1 汇总"),
        ("..", ""),
        ("名" * 90 + ".xlsx", "名" * 38),
    ],
)
def test_stems(name: str, stem: str) -> None:
    assert file_stem(name) == stem


@pytest.mark.parametrize(
    ("name", "stem"),
    [("韶山市 食品/饮料 产业集群", "韶山市 食品_饮料 产业集群"), (r"甲\乙", "甲_乙"),
     ("软件2.0", "软件2.0"), ("CON", "CON_"), ("", "")],
)  # fmt: skip
def test_a_name_that_is_no_file_loses_nothing(name: str, stem: str) -> None:
    """Neither what stands before a slash, as a folder would, nor what follows a dot."""
    assert stem_of(name) == stem


@pytest.fixture(scope="module")
def out(twelve: RoundOfTwelve) -> Path:
    with cb.Pool(1) as pool:
        pool.import_returns(
            [twelve.inbox], twelve.folder / "OUT", register=twelve.register, packs=True,
            deadline=DEADLINE, sender=SENDER,
        )  # fmt: skip
    return twelve.folder / "OUT"


def lines(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))


def test_each_city_has_its_papers_and_its_pack(out: Path) -> None:
    returned = out / "returned"
    found = {path.relative_to(returned).as_posix() for path in returned.glob("*/*")}
    assert len([name for name in found if name.endswith("_退回.xlsx")]) == 4
    assert "株洲市/003_醴陵市_株洲市醴陵市陶瓷产业集群_退回通知.docx" in found
    assert "长沙市/002_浏阳市_长沙市浏阳市烟花产业集群_通过通知.docx" in found
    told = [
        one[name]
        for table in ("returned", "passed") for one in lines(returned / f"{table}.csv")
        for name in ("copy", "notice", "message", "receipt") if one.get(name)
    ]  # fmt: skip
    assert sorted(told) == sorted(found)
    with zipfile.ZipFile(returned / "长沙市.zip") as pack:
        assert sorted(pack.namelist()) == sorted(n for n in found if n.startswith("长沙市/"))
    page = (returned / "index.html").read_text("utf-8")
    links = {unquote(link) for link in re.findall(r'href="([^"]+)"', page)}
    assert found < links and all((returned / link).is_file() for link in links)
    book = openpyxl.load_workbook(returned / "退回件目录.xlsx")
    assert sum(row[2] in ("退回", "通过") for row in book.active.iter_rows(values_only=True)) == 8


def test_what_goes_back_stands_in_the_order_of_the_register(out: Path, tmp_path: Path) -> None:
    """Not in that of the names under which it came."""
    staging = tmp_path / "OUT"
    shutil.copytree(out, staging, ignore=shutil.ignore_patterns(".cache"))
    head, *rows = (out / "progress.csv").read_text("utf-8").splitlines()
    (staging / "progress.csv").write_text("\n".join([head, *rows[::-1], ""]), "utf-8")
    for folder, names in ((out, ["宁乡", "浏阳"]), (staging, ["浏阳", "宁乡"])):
        posting.write_index(folder, packs=False)
        page = (folder / "returned" / "index.html").read_text("utf-8")
        assert re.findall("<td>长沙市(..)市", page) == names
        listed = openpyxl.load_workbook(folder / "returned" / "退回件目录.xlsx").active
        told = [str(row[1]) for row in listed.iter_rows(values_only=True) if row[0] == "长沙市"]
        assert [one[3:5] for one in told] == names


def test_printed_forms_are_called_by_whose_they_are(out: Path) -> None:
    names = [name for name, _ in cb.open_round(out).words()]
    assert len(names) == len(set(names)) == 8
    assert "长沙市浏阳市 长沙市浏阳市烟花产业集群_申报表.docx" in names


def test_a_letter_goes_to_the_department_of_the_county(out: Path) -> None:
    path = next((out / "returned" / "株洲市").glob("*退回通知.docx"))
    with zipfile.ZipFile(path) as package:
        text = package.read("word/document.xml").decode()
    assert "株洲市醴陵市工业和信息化主管部门：" in text and f"并于{DEADLINE}前" in text


def test_the_blank_is_called_one(out: Path) -> None:
    (path,) = (out / "returned" / "常德市").glob("*.txt")
    assert re.search(r"工作簿基本未填（0/\d+）", path.read_text("utf-8"))
    assert len(path.read_text("utf-8")) < 200


def test_what_a_blank_lacks_is_in_no_statistics(out: Path) -> None:
    """A hundred and more answers are missing for one cause: they would drown all others."""
    (blank,) = (one for one in lines(out / "submissions.csv") if one["county"] == "津市市")
    assert int(blank["errors"]) > 100
    assert (blank["verdict"], blank["filled"]) == ("退回", "0") and int(blank["asked"]) > 100
    told = "另有1份基本未填，未计入。"
    facts = read_facts(out).judged()
    assert len(facts.counted()) == len(facts.problems) - sum(
        int(blank[name]) for name in ("errors", "explains", "infos")
    )
    page = (out / "report.html").read_text("utf-8")
    frequent = page[page.index('id="frequent"') : page.index('id="problems"')]
    assert told in frequent and page.count(told) == 1
    assert not re.search(r"\b1[0-9]{2}\b", re.sub("<[^>]+>", " ", frequent))  # no such count
    book = openpyxl.load_workbook(io.BytesIO(cb.open_round(out).summary()))
    codes = list(book["问题分类"].iter_rows(values_only=True))
    assert any(told in str(cell) for row in codes[:3] for cell in row)
    (note,) = (str(cell) for row in codes for cell in row if "每类举一例" in str(cell))
    assert note.endswith(told)
    assert max(row[2] for row in codes if isinstance(row[2], int | float)) < 20
    listed = [row for row in book["问题清单"].iter_rows(values_only=True) if blank["file"] in row]
    assert listed and listed[0][5] == int(blank["errors"])  # its own line stays


@pytest.mark.parametrize(
    "name",
    ["发放登记表.xlsx", "预填清单.xlsx", "退回件目录.xlsx", "decisions.xlsx", "progress.xlsx"],
)
def test_what_the_software_writes_for_people_is_no_return(name: str) -> None:
    assert skip_reason(f"发放/{name}")
    assert not skip_reason(f"县{name}x")
