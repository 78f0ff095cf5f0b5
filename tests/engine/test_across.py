"""What shows only across submissions."""

from __future__ import annotations

from typing import Any

import pytest
from support.fill import fill, imported

from clusterbook.engine.across import standings
from clusterbook.engine.cache import Card
from clusterbook.forms import registry
from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.workbook import writer
from clusterbook.workbook.content import Entries

FORM = "cluster_contest"


def card(issue: str, content: str, modified: str = "", cluster: str = "") -> Card:
    stamp = Stamp.of(registry.workbook(FORM), issue=issue)
    return Card(content, stamp, readable=True, modified=modified, cluster=cluster)


def told(*cards: Card | None) -> dict[int, tuple[str, bool, str]]:
    """Code, whether it is replaced, and the other file, by position."""
    files = [(f"{number}.xlsx", one) for number, one in enumerate(cards)]
    return {
        at: (one.problem.code, one.replaced, one.problem.value)
        for at, one in standings(files).items()
    }


EARLY, LATE = "2026-03-01T08:00:00Z", "2026-03-02T08:00:00Z"


def test_the_later_document_counts_whatever_it_is_called() -> None:
    assert told(card("A", "x", LATE), card("A", "y", EARLY)) == {1: ("F111", True, "0.xlsx")}
    assert told(card("A", "x", EARLY), card("A", "y", LATE)) == {0: ("F111", True, "1.xlsx")}


def test_other_issue_ids_do_not_matter() -> None:
    assert told(card("A", "x", EARLY), card("B", "y", LATE), None) == {}


@pytest.mark.parametrize("times", [("", ""), (EARLY, EARLY), (EARLY, "")])
def test_what_cannot_be_decided_is_asked_back(times: tuple[str, str]) -> None:
    found = told(card("A", "x", times[0]), card("A", "y", times[1]))
    assert found == {0: ("F112", False, "1.xlsx"), 1: ("F112", False, "0.xlsx")}


def test_the_same_content_twice_counts_once() -> None:
    assert told(card("A", "x"), card("A", "x"), card("A", "x")) == {
        1: ("F111", True, "0.xlsx"),
        2: ("F111", True, "0.xlsx"),
    }


def test_a_returned_copy_counts_before_what_it_was_made_of() -> None:
    assert told(card("A-R1", "x", EARLY), card("A", "y", LATE)) == {1: ("F111", True, "0.xlsx")}
    assert told(card("A-R2", "x"), card("A-R10", "y"), card("A", "z")) == {
        0: ("F111", True, "1.xlsx"),
        2: ("F111", True, "1.xlsx"),
    }


def test_without_an_issue_id_the_cluster_tells() -> None:
    same = card("", "x", EARLY, "邵阳市|邵东市|小五金"), card("", "y", LATE, "邵阳市|邵东市|小五金")
    assert told(*same) == {0: ("F111", True, "1.xlsx")}
    assert told(card("", "x", EARLY, "甲"), card("", "y", LATE, "乙")) == {}
    assert told(card("", "x", EARLY), card("", "y", LATE)) == {}, "nobody knows whose they are"


# --- what stands in several submissions ----------------------------------------------------------


def batch_of(*changes: dict[str, Any]) -> list[list[tuple[str, str, str]]]:
    """R2.. problems (code, cell, value) of workbooks with these names in their lists."""
    layout = layouts.of(FORM)
    files = []
    for number, change in enumerate(changes):
        answers = fill(layout, seed=number, rows=2).answers()
        values = dict(answers.values) | {
            "basics.cluster_name": change.get("cluster", f"第{number}集群")
        }
        rows = {key: [dict(row) for row in lines] for key, lines in answers.rows.items()}
        for key, cells in change.get("rows", {}).items():
            rows[key][1] |= cells
        stamp = Stamp.of(layout.workbook, issue=f"N{number}", issued_to=f"第{number}县")
        files.append(writer.write_template(layout, stamp, Entries(values=values, rows=rows)))
    return [
        [(p.code, p.cell, p.facts["others"]) for p in one.problems if p.code.startswith("R2")]
        for one in imported(*files).submissions
    ]


ENTERPRISE = {"existing_enterprises": {"enterprise_name": "湖南样例甲(集团)有限公司"}}
SPELLED_OTHERWISE = {"existing_enterprises": {"enterprise_name": "湖南样例甲（集团） 有限公司"}}


def test_an_enterprise_in_two_clusters_is_told_to_both() -> None:
    first, second, third = batch_of({"rows": ENTERPRISE}, {"rows": SPELLED_OTHERWISE}, {})
    body = layouts.of(FORM).bodies["existing_enterprises"]
    cell = body.first_cell(body.inputs[0]).rstrip("0123456789") + str(body.first_row + 2)
    assert first == [("R201", cell, "第1县")]
    assert second == [("R201", cell, "第0县")]
    assert third == []


def test_two_returns_about_one_cluster_share_what_they_like() -> None:
    one = {"cluster": "同一集群", "rows": ENTERPRISE}
    assert batch_of(one, one) == [[], []]


def test_a_credit_code_tells_more_than_a_name() -> None:
    code = {"uscc": "91430521MA4L0000XX"}
    rows = [{"existing_enterprises": code | {"enterprise_name": name}} for name in ("甲厂", "乙厂")]
    first, second = batch_of({"rows": rows[0]}, {"rows": rows[1]})
    assert [problem[0] for problem in first + second] == ["R201", "R201"]


def test_a_project_is_the_same_only_with_its_builder() -> None:
    project = {"project_name": "智能化技改项目", "builder_name": "样例公司"}
    other = project | {"builder_name": "另一家样例公司"}
    rows = [{"ongoing_projects": one} for one in (project, project, other)]
    codes = [[p[0] for p in found] for found in batch_of(*[{"rows": one} for one in rows])]
    assert codes == [["R202"], ["R202"], []]


def test_many_others_are_counted_and_the_first_are_named() -> None:
    found = batch_of(*[{"rows": ENTERPRISE}] * 6)
    assert [len(one) for one in found] == [1] * 6
    assert found[0][0][2] == "第1县、第2县、第3县等5份"
