"""推荐汇总表 of a round: who is recommended, in order, by form; the command."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from support.fill import Here, imported
from support.word_files import grid, read
from support.word_forms import FORMS, SAMPLES

from clusterbook.cli import cli
from clusterbook.engine.importing import Import
from clusterbook.engine.inbox import find_files
from clusterbook.layout import layouts
from clusterbook.layout.layout import Layout
from clusterbook.results.documents import submission_document
from clusterbook.verdicts import Verdict
from clusterbook.word.document import Paragraph
from clusterbook.word.recommendation import recommended

Found = tuple[Mapping[str, Any], Layout]


@pytest.fixture(scope="module", name="clusters")
def clusters_fixture() -> list[Found]:
    """A round of two forms: one cluster of each passed, and more of the second."""
    found: list[Found] = []
    for form in FORMS:
        batch = imported((SAMPLES / form / "good.xlsx").read_bytes())
        found.append((submission_document(batch, batch.submissions[0], "zh"), layouts.of(form)))
    document, layout = found[1]
    for county, verdict in (("安溪县", Verdict.EXPLAIN), ("德化县", Verdict.RETURNED)):
        other = copy.deepcopy(document)
        other["verdict"] = verdict
        other["values"]["cover"]["county"] = county
        found.append((other, layout))
    return found


def test_who_passed_or_waits_is_listed_by_form_and_place(clusters: list[Found]) -> None:
    found = read(recommended(clusters))
    contest, fujian = (grid(table) for table in found.tables())
    assert contest[0] == ["序号", "集群名称", "所在地", "申报类别或产业", "结论", "推荐意见"]
    assert [row[0] for row in contest[1:]] == ["1"]
    assert [row[0] for row in fujian[1:]] == ["1", "2"]
    assert {row[2]: row[4] for row in fujian[1:]} == {
        "泉州市洛江区": "通过",
        "泉州市安溪县": "待说明",
    }
    assert all(row[1] and row[3] and row[5] == "" for row in (*contest[1:], *fujian[1:]))
    texts = [block.text for block in found.blocks if isinstance(block, Paragraph)]
    assert texts.count("推荐汇总表（2025年度）") == 2
    assert sum("推荐单位（公章）" in text for text in texts) == 2


def test_places_stand_in_official_order_not_in_that_of_their_signs(clusters: list[Found]) -> None:
    """泉州 after 福州, 洛江区 before 安溪县, whatever the clusters are called."""
    document, layout = clusters[1]
    found = []
    for name, city, county in (
        ("一集群", "泉州市", "安溪县"), ("三集群", "泉州市", "洛江区"), ("二集群", "福州市", "鼓楼区"),
    ):  # fmt: skip
        other = copy.deepcopy(document)
        other["values"]["cover"] |= {"city": city, "county": county}
        other["values"]["basics"]["cluster_name"] = name
        found.append((other, layout))
    (rows,) = (grid(table) for table in read(recommended(found)).tables())
    assert [row[2] for row in rows[1:]] == ["福州市鼓楼区", "泉州市洛江区", "泉州市安溪县"]
    assert [row[0] for row in rows[1:]] == ["1", "2", "3"]


def test_the_order_of_what_came_changes_nothing(clusters: list[Found]) -> None:
    assert recommended(clusters) == recommended(clusters[::-1])


def test_a_round_without_any_has_an_empty_page() -> None:
    (only,) = read(recommended([])).blocks
    assert only.text == "推荐汇总表"


def test_the_command(tmp_path: Path) -> None:
    files = find_files([SAMPLES / FORMS[1] / "good.xlsx"])
    Import(files=files, out=tmp_path / "OUT", pool=Here()).run()
    made = CliRunner().invoke(
        cli, ["word", str(tmp_path / "OUT"), "--summary", "-o", str(tmp_path / "推荐汇总表.docx")]
    )
    assert made.exit_code == 0, made.output
    (table,) = read((tmp_path / "推荐汇总表.docx").read_bytes()).tables()
    assert len(table.rows) == 2
