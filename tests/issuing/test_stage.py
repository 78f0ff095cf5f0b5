"""The stage of a round: a roster's column or ``--stage`` sets it, and a final asks for more."""

from __future__ import annotations

import csv

import openpyxl
import pytest
from click.testing import CliRunner
from support.contest_cases import Case, submission

from clusterbook.cli import cli
from clusterbook.issuing import issue
from clusterbook.issuing.roster import RosterError, read_roster
from clusterbook.layout import layouts
from clusterbook.validation.check import check
from clusterbook.validation.normalize import normalize
from clusterbook.workbook.content import Entries

LAYOUT = layouts.of("cluster_contest")
STAGE, PROGRESS = "basics.stage", "self_report.progress_since_prelim"


def roster(path, *stages: str):
    rows = [
        ["集群名称", "竞赛阶段"],
        *([f"邵阳市样例{n}产业集群", one] for n, one in enumerate(stages)),
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def entries(path) -> list[dict[str, str]]:
    listed = read_roster(path, LAYOUT.workbook)
    besides = issue.Besides().saying(listed, issue.stage_of(LAYOUT.workbook, "决赛"))
    return [
        dict(besides.answers[entry.row].saying(entry.values).values) for entry in listed.entries
    ]


def test_a_row_of_the_roster_goes_before_the_stage_of_all(tmp_path):
    found = entries(roster(tmp_path / "名单.csv", "初赛", "", "决赛"))
    assert [one[STAGE] for one in found] == ["初赛", "决赛", "决赛"]


def test_a_stage_that_is_none_is_told_with_its_row(tmp_path):
    with pytest.raises(RosterError) as caught:
        read_roster(roster(tmp_path / "名单.csv", "初赛", "复赛"), LAYOUT.workbook)
    (fault,) = caught.value.faults
    assert (fault.row, fault.column) == (3, "竞赛阶段")
    assert "初赛" in fault.text


def test_prefilled_answers_stay_beside_the_stage(tmp_path):
    listed = read_roster(roster(tmp_path / "名单.csv", ""), LAYOUT.workbook)
    (row,) = [entry.row for entry in listed.entries]
    before = issue.Besides(answers={row: Entries(values={"basics.area_scope": "邵东市"})})
    after = before.saying(listed, {STAGE: "决赛"})
    assert after.answers[row].values == {"basics.area_scope": "邵东市", STAGE: "决赛"}


def test_without_a_stage_nothing_is_said(tmp_path):
    listed = read_roster(roster(tmp_path / "名单.csv", ""), LAYOUT.workbook)
    assert issue.Besides().saying(listed, issue.stage_of(LAYOUT.workbook, "")) == issue.Besides()


@pytest.mark.parametrize(
    ("form", "stage", "expected"),
    [
        ("cluster_contest", "复赛", "没有竞赛阶段“复赛”，可选：初赛、决赛。"),
        ("fujian_sme_cluster", "决赛", "不分竞赛阶段"),
    ],
)
def test_a_stage_that_the_form_does_not_know_is_refused(tmp_path, form, stage, expected):
    target = tmp_path / "表.xlsx"
    result = CliRunner().invoke(cli, ["blank", form, "--stage", stage, "-o", str(target)])
    assert result.exit_code == 2
    assert expected in result.stderr
    assert not target.exists()


@pytest.mark.filterwarnings("ignore:Print area:UserWarning")  # openpyxl knows no computed ones
def test_a_blank_carries_its_stage(tmp_path):
    target = tmp_path / "表.xlsx"
    args = ["blank", "cluster_contest", "--stage", "决赛", "-o", str(target)]
    assert CliRunner().invoke(cli, args).exit_code == 0
    (slot,) = LAYOUT.slots[STAGE]
    book = openpyxl.load_workbook(target)
    assert book[LAYOUT.sheet_of[STAGE].name][slot.area.cell].value == "决赛"


@pytest.mark.parametrize(
    ("stage", "text", "codes"),
    [
        ("初赛", "", []),
        ("决赛", "", ["V102"]),
        ("决赛", "样例：初赛后新增规上企业三家，引进两个重点项目。", []),
    ],
)
def test_a_final_asks_for_the_progress_since(stage, text, codes):
    change = {STAGE: stage, PROGRESS: text}
    data = normalize(LAYOUT, [submission(Case(change, {}), change)])
    check(data)
    assert [p.code for p in data.problems[0] if p.code != "L110"] == codes
