"""情况报告 and 一页纸: each figure against a recomputation from the CSV files, one page each."""

from __future__ import annotations

import csv
import io
import subprocess
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from round_of_twelve import COUNTIES, PASSED, RoundOfTwelve, build

import clusterbook as cb
from clusterbook.reports.briefs.situation import situation
from clusterbook.reports.progress import by_city, official_cities


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> RoundOfTwelve:
    return build(tmp_path_factory.mktemp("round"))


@pytest.fixture(scope="module")
def round_(made: RoundOfTwelve) -> cb.Round:
    with cb.Pool(1) as pool:
        return pool.import_returns([made.inbox], made.folder / "OUT", register=made.register)


@pytest.fixture(scope="module")
def papers(round_: cb.Round) -> dict[str, bytes]:
    return dict(round_.papers())


def lines(round_: cb.Round, name: str) -> Iterator[dict[str, str]]:
    path = round_.folder / ("tables" if name == "values" else ".") / f"{name}.csv"
    yield from csv.DictReader(io.StringIO(path.read_text("utf-8")))


def figures(round_: cb.Round, key: str) -> dict[str, float]:
    """A figure of every return that counts, read from the CSV alone."""
    block, field, year = key.split(".")
    counted = {one["submission"] for one in lines(round_, "submissions")
               if one["verdict"] in ("通过", "待说明")}  # fmt: skip
    return {
        one["submission"]: float(one["number"]) for one in lines(round_, "values")
        if one["submission"] in counted
        and (one["block"], one["field"], one["year"]) == (block, field, year)
    }  # fmt: skip


def cells(data: bytes) -> list[list[list[str]]]:
    document = docx.Document(io.BytesIO(data))
    return [[[cell.text for cell in row.cells] for row in one.rows] for one in document.tables]


def test_there_is_a_page_for_each_cluster_and_a_report(papers: dict[str, bytes]) -> None:
    assert len(papers) == 1 + 8
    assert "一页纸/邵阳市/邵阳市邵东市小五金产业集群.docx" in papers


def test_same_import_same_bytes(round_: cb.Round, papers: dict[str, bytes]) -> None:
    assert dict(round_.papers()) == papers


def test_each_figure_of_the_report_is_that_of_the_csv(
    round_: cb.Round, papers: dict[str, bytes]
) -> None:
    tables = cells(papers["情况报告.docx"])
    sums = {row[0]: row[1:] for row in tables[1][1:]}
    for label, key in (("集群产值（亿元）", "economy.output_value"), ("集群营收（亿元）", "economy.revenue"),
                       ("利润总额（亿元）", "economy.total_profit"), ("研发经费（亿元）", "innovation.rd_funds"),
                       ("企业数（个）", "cultivation.enterprises")):  # fmt: skip
        before, now = (figures(round_, f"{key}.{year}") for year in (2024, 2025))
        decimals = 0 if label.endswith("（个）") else 2
        growth = (sum(now.values()) - sum(before.values())) / sum(before.values()) * 100
        assert sums[label] == [
            f"{sum(before.values()):,.{decimals}f}", f"{sum(now.values()):,.{decimals}f}",
            f"{growth:,.2f}", str(len(now)),
        ]  # fmt: skip
    text = "".join(
        one.text for one in docx.Document(io.BytesIO(papers["情况报告.docx"])).paragraphs
    )
    assert "本轮应报12[1]份，已报8[2]份，未报4[3]份。已报的通过4[4]份" not in text
    assert "本轮应报12[1]份，已报8[2]份，未报4[3]份" in text


def test_the_list_names_every_cell_behind_a_figure(
    round_: cb.Round, papers: dict[str, bytes]
) -> None:
    trail = cells(papers["情况报告.docx"])[-1][1:]
    places = {
        (one["sheet"], one["cell"]): one for one in lines(round_, "values")
        if (one["block"], one["field"], one["year"]) == ("economy", "output_value", "2025")
    }  # fmt: skip
    assert len(places) == 1, "one cell in every workbook"
    ((sheet, cell),) = places
    start = next(at for at, row in enumerate(trail) if row[2].endswith("个集群合计"))
    own = [trail[start]]
    for row in trail[start + 1 :]:
        if row[0]:
            break
        own.append(row)
    assert {(row[4], row[5]) for row in own} == {(sheet, cell)}
    assert sum(float(row[6]) for row in own) == pytest.approx(float(own[0][1]), abs=0.005)
    assert sorted(row[6] for row in own) == sorted(
        f"{value:g}" for value in figures(round_, "economy.output_value.2025").values()
    )
    assert [row[0] for row in trail if row[0]] == [
        str(n) for n in range(1, sum(bool(row[0]) for row in trail) + 1)
    ]


def test_a_page_has_the_figures_of_its_cluster(round_: cb.Round, papers: dict[str, bytes]) -> None:
    (table,) = cells(papers["一页纸/邵阳市/邵阳市邵东市小五金产业集群.docx"])
    rows = {row[at]: row[at + 1 : at + 5] for row in table[1:] for at in (0, 5)}
    (own,) = [
        one["submission"] for one in lines(round_, "submissions") if one["county"] == "邵东市"
    ]
    before, now = (figures(round_, f"economy.output_value.{year}") for year in (2024, 2025))
    rank = 1 + sum(value > now[own] for value in now.values())
    growth = (now[own] - before[own]) / before[own] * 100
    assert rows["集群产值（亿元）"] == [
        f"{before[own]:,.2f}", f"{now[own]:,.2f}", f"{growth:.2f}", f"{rank}/4",
    ]  # fmt: skip


def test_a_reason_and_a_figure_set_by_the_office_stand_on_the_page(
    papers: dict[str, bytes],
) -> None:
    data = papers["一页纸/湘潭市/湘潭市湘乡市皮革产业集群.docx"]
    text = "".join(one.text for one in docx.Document(io.BytesIO(data)).paragraphs)
    assert "需说明事项：共1条。" in text and "统计部门以万元出数" in text


def test_markup_of_a_county_stays_text(round_: cb.Round) -> None:
    province = round_.province()
    name = "<w:r><w:t>x</w:t></w:r>"
    progress = [{"city": name, "county": "", "status": "未报", "issue": ""}]
    data, _ = situation(province, by_city(progress, ()), [])
    assert name in [row[0] for row in cells(data)[0]]
    assert official_cities(lines(round_, "submissions"))[0] == "长沙市"


@pytest.mark.office
def test_each_page_is_one(papers: dict[str, bytes], tmp_path: Path) -> None:
    for name, data in papers.items():
        if name.startswith("一页纸/"):
            (tmp_path / Path(name).name).write_bytes(data)
    files = sorted(tmp_path.glob("*.docx"))
    assert len(files) == sum(one.state in (PASSED, "退回", "空白") for one in COUNTIES)
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless",
         "--convert-to", "pdf", "--outdir", tmp_path, *files], check=True, capture_output=True,
    )  # fmt: skip
    for path in files:
        told = subprocess.run(["pdfinfo", path.with_suffix(".pdf")], check=True,
                              capture_output=True, text=True).stdout  # fmt: skip
        assert "Pages:           1" in told, path.name
