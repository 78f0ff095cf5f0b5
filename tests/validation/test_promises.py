"""What was promised for a year in the round before is held against that year's figures."""

from __future__ import annotations

import csv
import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import content_cluster_contest as contest
import content_fujian_sme_cluster as fujian
import pytest
from attrs import evolve
from support.fill import Here
from support.reasons import REASON, answered

from clusterbook.cli import cli
from clusterbook.engine import importing
from clusterbook.engine.inbox import find_files
from clusterbook.forms import consistency, registry
from clusterbook.forms.options import Options
from clusterbook.forms.spec import Pledge
from clusterbook.forms.stamp import Registered, Stamp
from clusterbook.layout import layouts
from clusterbook.problems import Problem
from clusterbook.results import earlier_imports
from clusterbook.results.earlier_imports import promises_of
from clusterbook.terminal import Refused
from clusterbook.validation.promises import Promise
from clusterbook.workbook.content import Entries
from clusterbook.workbook.writer import write_template

CONTEST, FUJIAN = "cluster_contest", "fujian_sme_cluster"
CONTENT = {CONTEST: contest, FUJIAN: fujian}
REVENUE = "economy.revenue.2026"


def written(form: str, years: int = 0, to: str = "样例县", **changes: Any) -> bytes:
    """The good sample so many years later, with other answers in some cells."""
    values, rows = CONTENT[form].content(CONTENT[form].SMALL)
    year = 2025 + years
    layout = layouts.of(form, evolve(Options(), report_year=year))
    known = {}
    for key, value in values.items():
        head, _, last = key.rpartition(".")
        moved = f"{head}.{int(last) + years}" if last.isdigit() else key
        if moved in layout.slots:
            known[moved] = value
    stamp = Stamp.of(layout.workbook, issue=f"YL-{year}", issued_to=to)
    answers = known | {"cover.apply_date": f"{year + 1}-03-20"} | changes
    return write_template(layout, stamp, Entries(values=answers, rows=deepcopy(rows)))


def run(folder: Path, out: Path, last: Path | None = None, **more: Any) -> list[Any]:
    promised = promises_of(last) if last else None
    return importing.Import(
        files=find_files([folder]), out=out, pool=Here(), promises=promised, **more
    ).run()


@pytest.fixture(scope="module")
def last_round(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The import of 2025: one return of each form."""
    folder = tmp_path_factory.mktemp("last")
    (folder / "in").mkdir()
    for form in CONTENT:
        (folder / "in" / f"{form}.xlsx").write_bytes(written(form))
    run(folder / "in", folder / "out")
    return folder / "out"


def told(folder: Path, last: Path | None, book: bytes, **more: Any) -> list[dict[str, str]]:
    """What an import tells about promises."""
    (folder / "in").mkdir(exist_ok=True)
    (folder / "in" / "县.xlsx").write_bytes(book)
    run(folder / "in", folder / "out", last, **more)
    return [row for row in problems_of(folder / "out") if row["code"] == "F116"]


def problems_of(out: Path) -> list[dict[str, str]]:
    with (out / "problems.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_far_below_the_target_is_asked_at_its_figure(tmp_path: Path, last_round: Path) -> None:
    assert contest.content(contest.SMALL)[0]["targets.target_revenue.2026"] == 205
    (one,) = told(tmp_path, last_round, written(CONTEST, 1, **{REVENUE: 153.6}))
    assert (one["level"], one["key"], one["cell"]) == ("explain", REVENUE, "D7")
    assert one["message"] == (
        "“集群营收（亿元） › 2026年”为153.6，是上一轮（2025年度）申报时所定目标205的74.93%。"
    )
    assert "说明原因" in one["how_to_mend"]


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        ({REVENUE: 153.75}, []),
        ({REVENUE: 287.0}, []),
        ({REVENUE: 287.01}, [REVENUE]),
        ({}, []),
        ({"economy.total_tax.2026": 2.1}, ["economy.total_tax.2026"]),
        ({"economy.total_profit.2026": -0.5}, ["economy.total_profit.2026"]),
        ({"economy.total_profit.2026": 5.4}, []),  # half of it: profits come and go
        ({REVENUE: "待定"}, []),  # unreadable, which is told; nothing more
    ],
)
def test_bounds(tmp_path: Path, last_round: Path, changes: dict[str, Any], keys: list[str]) -> None:
    found = told(tmp_path, last_round, written(CONTEST, 1, **changes))
    assert [one["key"] for one in found] == keys


def test_a_reason_in_the_returned_copy_answers_it(tmp_path: Path, last_round: Path) -> None:
    book = written(CONTEST, 1, **{REVENUE: 100})
    (one,) = told(tmp_path, last_round, book)
    (copy,) = (tmp_path / "out" / "returned").rglob("*_退回*.xlsx")
    asked = [Problem(code=row["code"]) for row in problems_of(tmp_path / "out")]
    assert {one.code for one in asked} >= {"F116"}
    again = tmp_path / "again"
    again.mkdir()
    (answer,) = told(again, last_round, answered(copy.read_bytes(), asked))
    assert (answer["key"], answer["explanation"]) == (one["key"], REASON)
    with (again / "out" / "submissions.csv").open(encoding="utf-8", newline="") as file:
        assert [row["verdict"] for row in csv.DictReader(file)] == ["通过"]


def test_without_the_last_round_nothing_is_known(tmp_path: Path) -> None:
    assert told(tmp_path, None, written(CONTEST, 1, **{REVENUE: 15})) == []


def test_the_other_form_promises_for_three_years(tmp_path: Path, last_round: Path) -> None:
    target = fujian.content(fujian.SMALL)[0]["plan.g_patents.2028"]
    key = "plan.g_patents.2028"
    book = written(FUJIAN, 3, **{key: target // 2 - 1, "plan.g_quality_smes.2028": 1})
    assert [one["key"] for one in told(tmp_path, last_round, book)] == [
        "plan.g_quality_smes.2028", key,
    ]  # fmt: skip
    assert told(tmp_path, last_round, written(FUJIAN, 1, **{"plan.g_patents.2026": 1})) == []


def test_a_return_of_the_same_round_was_promised_nothing(tmp_path: Path, last_round: Path) -> None:
    assert told(tmp_path, last_round, written(CONTEST, 0, **{"economy.revenue.2025": 15})) == []


def test_whose_it_is_shows_by_name_register_or_cluster(tmp_path: Path, last_round: Path) -> None:
    low = {REVENUE: 100}
    place = {"basics.city": "长沙市", "basics.counties": "长沙县"}
    cases = {
        "name": ("样例县", place, {}),
        "cluster": ("", {}, {}),
        "register": ("", place, {"register": {"YL-2026": Registered(issued_to="样例县")}}),
    }
    for name, (to, changes, more) in cases.items():
        (tmp_path / name).mkdir()
        book = written(CONTEST, 1, to, **low, **changes)
        assert len(told(tmp_path / name, last_round, book, **more)) == 1, name
    (tmp_path / "other").mkdir()
    assert told(tmp_path / "other", last_round, written(CONTEST, 1, "", **low, **place)) == []


def test_a_name_that_two_share_tells_nothing(tmp_path: Path, last_round: Path) -> None:
    whole = promises_of(last_round)
    twice = tmp_path / "twice"
    (twice / "submissions").mkdir(parents=True)
    for path in (last_round / "submissions").iterdir():
        (twice / "submissions" / path.name).write_bytes(path.read_bytes())
    lines = (last_round / "submissions.csv").read_text("utf-8").splitlines()
    own = [line for line in lines if CONTEST in line]
    (twice / "submissions.csv").write_text("\n".join([*lines, *own]) + "\n", "utf-8")
    left = promises_of(twice)
    assert {mark for mark in whole if mark.startswith(FUJIAN)} == set(left)
    assert len(whole) == 2 * len(left) == 4


def test_a_target_with_a_problem_is_no_promise(tmp_path: Path, last_round: Path) -> None:
    documents = (json.loads(path.read_text("utf-8"))
                 for path in last_round.glob("submissions/*.json"))  # fmt: skip
    document = next(one for one in documents if one["form"] == CONTEST)
    fault = {"key": "targets.target_revenue.2026", "cell": "D5", "level": "error", "code": "V201",
             "explanation": ""}  # fmt: skip
    made = tuple(earlier_imports._made(document))
    less = tuple(earlier_imports._made(document | {"problems": [fault]}))
    assert set(made) - set(less) == {Promise("targets.target_revenue", 2026, 205.0, 2025)}


def test_the_command(tmp_path: Path, last_round: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "县.xlsx").write_bytes(written(CONTEST, 1, **{REVENUE: 100}))
    out = tmp_path / "out"
    said = ["import", str(tmp_path / "in"), "-o", str(out), "--no-returned", "--jobs", "1"]
    for last, count in (([], 0), (["--last-round", str(last_round)], 1), ([], 0)):
        cli([*said, *last], standalone_mode=False)
        assert (out / "problems.csv").read_text("utf-8").count("F116") == count
    (tmp_path / "submissions.csv").write_text("a\n1\n", "utf-8")
    with pytest.raises(Refused, match="不是导入的结果"):
        cli([*said, "--last-round", str(tmp_path)], standalone_mode=False)
    capsys.readouterr()


def test_a_pledge_of_nothing_is_a_fault_of_the_spec() -> None:
    book = registry.workbook(CONTEST, Options())
    wrong = Pledge(target="targets.lost", actual="economy.revenue", low=1, high=None)
    with pytest.raises(consistency.SpecError, match=r"pledge: no answer 'targets\.lost' of a year"):
        consistency.check(evolve(book, pledges=(wrong,)))
