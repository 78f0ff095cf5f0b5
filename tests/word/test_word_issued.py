"""Filled forms in Word as the workbooks of a round: the register, the foot of the page, an import."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from attrs import evolve
from click.testing import CliRunner
from support.fill import Here
from support.word_forms import FORMS, content, good
from support.word_mutations import Element, mutated, number_cells, rewrite

import clusterbook as cb
from clusterbook.api.pool import find
from clusterbook.cli import cli
from clusterbook.engine import gather
from clusterbook.engine.inbox import find_files
from clusterbook.engine.word_forms import LIST, Whose, read_forms
from clusterbook.forms.options import Options
from clusterbook.issuing.issue import IssueError, options_of, read_register
from clusterbook.word.document import Document
from clusterbook.word.identity import FormIdentity, Register, identified
from clusterbook.word.prefilled import document_of
from clusterbook.word.reading import readings_of
from clusterbook.word.readings import TOLD, Item, Readings
from clusterbook.word.write import word_form

FORM = FORMS[1]
NAME = "福建省中小企业特色产业集群（卫生护理用品产业）"
ROSTER = f"""设区市,县（市、区）,集群名称
泉州市,洛江区,{NAME}
泉州市,晋江市,福建省中小企业特色产业集群（鞋服产业）
"""


@pytest.fixture(scope="module", name="issued")
def issued_fixture(tmp_path_factory: pytest.TempPathFactory) -> cb.forms.Issued:
    folder = tmp_path_factory.mktemp("round")
    (folder / "名单.csv").write_text(ROSTER, "utf-8")
    return cb.load_form(FORM, province="福建省").issue(folder / "名单.csv", folder / "发放")


@pytest.fixture(scope="module", name="paper")
def paper_fixture() -> bytes:
    return word_form(evolve(good(FORM), issue=""))


def told(items: Sequence[Item]) -> str:
    return "；".join(item.why for item in items if item.result == TOLD)


@cache
def read(paper: bytes) -> tuple[Document, Readings]:
    document = document_of(paper)
    return document, readings_of(good(FORM).layout, document)


def whose(paper: bytes, issue: str = "", register: Register | None = None) -> FormIdentity:
    return identified(good(FORM).layout, *read(paper), issue, register)


def test_a_form_becomes_the_workbook_that_was_issued(issued, paper, tmp_path: Path) -> None:
    """It imports as that county's return, with what the form says and no question about whose."""
    first = issued.workbooks[0].stamp
    found = cb.load_form(FORM).from_word(paper, register=issued.register)
    assert found.issue == first.issue and f"发放编号 {first.issue}" in told(found.items)
    (tmp_path / "表.xlsx").write_bytes(found.workbook)
    judged = gather.run(find([tmp_path]), pool=Here(), register=read_register(issued.register))
    (one,) = judged.submissions
    assert one.stamp == first
    direct = content((tmp_path / "表.xlsx").read_bytes())
    assert dict(direct.printed()) == dict(good(FORM).printed())
    assert one.verdict == cb.Verdict.PASSED, [(p.code, p.message()) for p in one.problems]


def test_the_form_is_as_it_was_issued(issued) -> None:
    assert options_of(issued.register, FORM) == options_of(issued.folder / "发放登记表.xlsx", FORM)
    assert options_of(issued.register, FORM).province == "福建省"
    with pytest.raises(IssueError, match="不是"):
        options_of(issued.register, FORMS[0])


def test_workbooks_issued_unlike_each_other_are_refused(tmp_path: Path) -> None:
    heads = "issue,issued_to,form,report_year,years,province,rows\n"
    path = tmp_path / "register.csv"
    path.write_text(f"{heads}A1,甲,{FORM},2025,rolled,,0\nA2,乙,{FORM},2024,rolled,,0\n", "utf-8")
    with pytest.raises(IssueError, match="不同"):
        options_of(path, FORM)
    path.write_text("issue,issued_to\nA1,甲\n", "utf-8")
    assert options_of(path, FORM) is None
    path.write_text(f"{heads}A1,甲,{FORM},2025,as-printed,,300\n", "utf-8")
    assert options_of(path, FORM) == Options(years="as-printed", rows=300)


@pytest.mark.parametrize("case", ["of nobody", "of another county", "twice"])
def test_whose_form_it_is_is_never_guessed(case: str, issued, paper) -> None:
    register = read_register(issued.register)
    one, other = register
    if case == "of nobody":
        register = {other: register[other]}
    elif case == "of another county":
        register = {one: evolve(register[one], county="鲤城区")}
    else:
        register[other] = register[one]
    found = whose(paper, register=register)
    assert found.issue == "" and "认不出" in told(found.told)
    chosen = whose(paper, next(iter(register)), register)
    assert chosen.issue == next(iter(register))
    assert ("登记表上是" in told(chosen.told)) == (case != "twice")


def test_the_foot_of_the_page_decides_between_two_of_one_name(issued) -> None:
    register = read_register(issued.register)
    one, other = register
    register[other] = register[one]
    paper = word_form(evolve(good(FORM), issue=other))
    assert whose(paper, register=register).issue == other


def test_paper_and_data_are_held_against_each_other(paper) -> None:
    assert "页脚的数据校验码一致" in told(whose(paper).told)

    def changed(root: Element, _: object) -> None:
        rewrite(number_cells(root)[3], "77")

    after = told(whose(mutated(paper, changed, 0)).told)
    assert good(FORM).digest in after and "打印以后改过" in after


def test_another_issue_at_the_foot_is_told(issued) -> None:
    paper = word_form(evolve(good(FORM), issue="OLD-1"))
    found = whose(paper, "NEW-1")
    assert found.issue == "NEW-1" and "页脚的发放编号是 OLD-1" in told(found.told)
    assert whose(paper).issue == ""  # anybody can write such a foot


def test_a_folder_by_the_register(issued, paper, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "洛江.docx").write_bytes(paper)
    by = Whose(register=read_register(issued.register))
    found = read_forms(
        good(FORM).layout, find_files([tmp_path / "in"]), tmp_path / "out", Here(), by
    )
    assert [one.issue for one in found] == [issued.workbooks[0].stamp.issue]
    (row,) = csv.DictReader((tmp_path / "out" / LIST).read_text("utf-8-sig").splitlines())
    assert row["发放编号"] == found[0].issue


def test_one_issue_is_for_one_form(paper, issued, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("一.docx", "二.docx"):
        (tmp_path / "in" / name).write_bytes(paper)
    form = cb.load_form(FORM)
    pool = type("Held", (), {"executor": Here()})()
    with pytest.raises(IssueError, match="只能用于一份"):
        form.read_words(pool, [tmp_path / "in"], tmp_path / "out", issue="A-1")
    with pytest.raises(IssueError, match="没有编号"):
        form.read_words(
            pool, [tmp_path / "in" / "一.docx"], tmp_path / "out", issue="A-1",
            register=issued.register,
        )  # fmt: skip
    assert not (tmp_path / "out").exists()


def test_the_command_takes_the_register(issued, tmp_path: Path) -> None:
    runner = CliRunner()
    made = runner.invoke(cli, ["from-word", FORM, str(tmp_path / "没有.docx"), "-o",
                               str(tmp_path / "a.xlsx"), "--register", str(tmp_path / "没有.csv")])  # fmt: skip
    assert made.exit_code == 2
    assert "没有" in made.output
