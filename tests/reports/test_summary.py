"""汇总.xlsx: its numbers against a recomputation from the CSV files, its edges, its look as data."""

from __future__ import annotations

import csv
import functools
import io
import math
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pandas as pd
import pytest
from attrs import evolve
from click.testing import CliRunner
from support import engines
from support.forms_given import forms_from
from support.office import Office, page_texts
from support.places import FORMS, SAMPLES

from clusterbook.cli import cli
from clusterbook.forms import registry
from clusterbook.forms.consistency import SpecError, check
from clusterbook.forms.expressions.nodes import answer
from clusterbook.forms.options import Options
from clusterbook.forms.registry import UnknownFormError
from clusterbook.forms.summary_spec import Fact, Figure, Source
from clusterbook.reports.summary.rolls import converted
from clusterbook.reports.summary.sheets import write_summary
from clusterbook.reports.summary.summary import summarize
from clusterbook.results.read import NotAnImportError, NothingToReadError
from clusterbook.testing import live

H, F = "cluster_contest", "fujian_sme_cluster"
MISSING = "—"
SUBMISSIONS = "file sha256 submission form year issued_to cluster_name city county verdict errors explains infos".split()
VALUES = "submission block field item label year unit number text raw sheet cell".split()
PROBLEMS = (
    "submission file level code sheet cell key label value message how_to_mend explanation".split()
)
Y1, Y2 = 2024, 2025


# ---------------------------------------------------------------- an import, written by hand


def cluster(
    name: str,
    city: str = "长沙市",
    verdict: str = "通过",
    form: str = H,
    year: int = 2025,
    **more: Any,
) -> dict[str, Any]:
    """One submission: ``values`` by full key, ``rows`` by library."""
    values = {
        "basics.cluster_name": name, "basics.city": city, "basics.counties": "岳麓区",
        "basics.industry_field": "数字产业", "basics.category": "中小企业特色产业集群",
        "cover.contact_name": "张联系", "cover.contact_phone": "13900000001",
    } if form == H else {
        "basics.cluster_name": name, "cover.city": city, "cover.county": "洛江区",
        "basics.industry_name": "鞋服产业",
    }  # fmt: skip
    values |= more.pop("values", {})
    return {"name": name, "city": city, "verdict": verdict, "form": form, "year": year,
            "values": {k: v for k, v in values.items() if v is not None},
            "rows": more.pop("rows", {}), "submission": more.pop("submission", ""), **more}  # fmt: skip


def write_import(folder: Path, clusters: Iterable[Mapping[str, Any]]) -> Path:
    """The files of an import, as part 7 of the design promises them."""
    submissions, values, libraries = [], [], {}
    for number, one in enumerate(clusters):
        submission = one["submission"] or f"S{number:03d}"
        submissions.append({
            "file": f"{submission}.xlsx", "submission": submission, "form": one["form"],
            "year": one["year"], "cluster_name": one["name"], "city": one["city"],
            "verdict": one["verdict"], "errors": 0, "explains": 0, "infos": 0,
        })  # fmt: skip
        for at, (key, value) in enumerate(one["values"].items()):
            parts = key.split(".")
            block, _, item = parts[0].partition("[")
            number_like = isinstance(value, int | float)
            values.append({
                "submission": submission, "block": block, "item": item.rstrip("]"),
                "field": parts[1], "year": parts[2] if len(parts) > 2 else "",
                "number": repr(value) if number_like else "", "text": "" if number_like else value,
                "raw": f"填{value}", "sheet": f"表{at}", "cell": f"C{at + 3}",
            })  # fmt: skip
        for library, rows in one["rows"].items():
            libraries.setdefault(library, []).extend(
                {"submission": submission, "sheet": library, "row": 6 + at, **row}
                for at, row in enumerate(rows)
            )
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    put(folder / "submissions.csv", SUBMISSIONS, submissions)
    put(folder / "problems.csv", PROBLEMS, [])
    put(folder / "tables" / "values.csv", VALUES, values)
    for library, rows in libraries.items():
        names = list(dict.fromkeys(name for row in rows for name in row))
        put(folder / "tables" / f"{library}.csv", names, rows)
    return folder


def put(path: Path, names: list[str], rows: Iterable[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, restval="")
        writer.writeheader()
        writer.writerows(rows)


# ---------------------------------------------------------------- reading the workbook


@functools.lru_cache(maxsize=4)
def opened(data: bytes, *, results: bool) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data), data_only=results)


class Table:
    """A sheet read back with the results stored in it: rows as dicts by the path of the heads."""

    def __init__(self, data: bytes, name: str) -> None:
        self.sheet = opened(data, results=True)[name]
        self.formulas = opened(data, results=False)[name]
        last = self.sheet.auto_filter.ref
        assert last, f"{name} holds no table"
        (_, head, _, bottom) = openpyxl.utils.range_boundaries(last)
        self.head, self.bottom = head, bottom
        merged = {}
        for area in self.sheet.merged_cells.ranges:
            for row, col in area.cells:
                merged[row, col] = self.sheet.cell(area.min_row, area.min_col).value
        # Lists that are not printed repeat no heads, and have one row of them.
        first = (self.sheet.print_title_rows or str(head)).replace("$", "").split(":")[0]
        self.paths = []
        for col in range(1, self.sheet.max_column + 1):
            texts = []
            for row in range(int(first), head + 1):
                text = merged.get((row, col), self.sheet.cell(row, col).value)
                text = str(text or "").replace("\n", "")
                if text and (not texts or texts[-1] != text):
                    texts.append(text)
            self.paths.append("/".join(texts))

    def rows(self, *, below: int = 0) -> list[dict[str, Any]]:
        rows = range(self.head + 1, self.bottom + 1 + below)
        return [
            {path: self.sheet.cell(row, col).value for col, path in enumerate(self.paths, 1)}
            for row in rows
        ]

    def by(self, path: str) -> dict[str, dict[str, Any]]:
        return {str(row[path]): row for row in self.rows()}

    def col(self, ending: str) -> str:
        """The one path that ends so."""
        found = [path for path in self.paths if path.endswith(ending)]
        assert len(found) == 1, (ending, found)
        return found[0]


def number(value: Any) -> float | None:
    return None if value in (MISSING, None, "") else float(value)


def same(one: float | None, other: float | None) -> bool:
    if one is None or other is None or (isinstance(other, float) and math.isnan(other)):
        return one is None and (other is None or math.isnan(other))
    return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-9)


# ---------------------------------------------------------------- a province


CITIES = ["长沙市", "株洲市", "湘潭市", "衡阳市", "湘西土家族苗族自治州", ""]
FIELDS = ["轻工纺织", "数字产业", "新能源", None]
TWO_YEARS = {
    "economy.output_value": 2, "economy.revenue": 2, "economy.total_profit": 2,
    "economy.employees": 0, "economy.sme_output_share": 2, "cultivation.enterprises": 0,
    "innovation.rd_funds": 2, "innovation.rd_intensity": 2,
}  # fmt: skip


def province(seed: int = 5, count: int = 40) -> list[dict[str, Any]]:
    """Clusters with blanks, ties, losses and verdicts of every kind."""
    dice = Random(seed)
    found = []
    for at in range(count):
        values: dict[str, Any] = {"basics.industry_field": dice.choice(FIELDS)}
        for key, decimals in TWO_YEARS.items():
            for year in (Y1, Y2):
                value = round(dice.uniform(1, 99), decimals)
                if key == "economy.total_profit":
                    value = round(value - 40, decimals)
                if dice.random() < 0.3:
                    value = 50.0  # ties
                if dice.random() > 0.15:
                    values[f"{key}.{year}"] = float(value)
        for key in ("cultivation.little_giants", "green.national_green_factories"):
            if dice.random() > 0.2:
                values[f"{key}.{Y2}"] = float(dice.randrange(9))
        verdict = dice.choice(
            ["通过", "通过", "通过", "待说明", "退回", "无法读取", "被替代", "跳过"]
        )
        found.append(cluster(f"样例{at:02d}集群", dice.choice(CITIES), verdict, values=values))
    return found


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_import(tmp_path_factory.mktemp("province"), province())


@pytest.fixture(scope="module")
def data(out: Path) -> bytes:
    return write_summary(summarize(out))


def frame(out: Path, verdicts: Iterable[str] = ("通过", "待说明")) -> pd.DataFrame:
    """Counted submissions × block.field.year, straight from the CSV files."""
    submissions = pd.read_csv(out / "submissions.csv", dtype=str, keep_default_na=False)
    values = pd.read_csv(out / "tables" / "values.csv", dtype=str, keep_default_na=False)
    values["key"] = values["block"] + "." + values["field"] + "." + values["year"]
    numbers = values[values["number"] != ""].copy()
    numbers["number"] = numbers["number"].astype(float)
    wide = numbers.pivot_table(index="submission", columns="key", values="number")
    texts = values[values["number"] == ""].set_index(["key", "submission"])["text"]
    counted = submissions[submissions["verdict"].isin(list(verdicts))].set_index("submission")
    wide = wide.reindex(counted.index)
    wide["city"] = counted["city"].replace("", "（未填）")
    wide["industry"] = texts["basics.industry_field."].reindex(counted.index).fillna("（未填）")
    wide["name"] = counted["cluster_name"]
    return wide


def growth(before: float, now: float) -> float | None:
    return round((now - before) / before * 100, 2) if before > 0 else None


def expected_sums(rows: pd.DataFrame, key: str) -> dict[str, float | None]:
    before, now = rows[f"{key}.{Y1}"], rows[f"{key}.{Y2}"]
    both = before.notna() & now.notna()
    return {
        f"{Y1}年": before.sum() if before.notna().any() else None,
        f"{Y2}年": now.sum() if now.notna().any() else None,
        "增幅（%）": growth(before[both].sum(), now[both].sum()),
        "填报数": float(now.notna().sum()),
    }


LABELS = {
    "economy.output_value": "集群产值（亿元）", "economy.revenue": "集群营收（亿元）",
    "economy.total_profit": "利润总额（亿元）", "economy.employees": "从业人员（人）",
    "cultivation.enterprises": "企业数（个）", "innovation.rd_funds": "研发经费（亿元）",
}  # fmt: skip


@pytest.mark.parametrize(("sheet", "by"), [("分市州", "city"), ("分产业", "industry")])
def test_sums_are_those_of_the_csv(out: Path, data: bytes, sheet: str, by: str) -> None:
    """Sums, growth of sums and how many gave a figure, by city and by industry."""
    wide = frame(out)
    table = Table(data, sheet)
    shown = table.by(table.paths[0])
    groups = dict(list(wide.groupby(by)))
    assert {name for name, row in shown.items() if row["集群数"]} == set(groups)
    for name, rows in groups.items():
        assert shown[name]["集群数"] == len(rows)
        for key, label in LABELS.items():
            for ending, value in expected_sums(rows, key).items():
                found = shown[name][table.col(f"{label}/{ending}")]
                assert same(number(found), value), (name, label, ending, found, value)


def test_what_each_industry_has_of_the_whole(out: Path, data: bytes) -> None:
    """The block behind the stacked bars: both years, in per cent, of industries that told both."""
    sheet, formulas = opened(data, results=True)["图表"], opened(data, results=False)["图表"]
    rows = [[cell.value for cell in row[18:21]] for row in sheet.iter_rows()]
    live = [[cell.value for cell in row[18:21]] for row in formulas.iter_rows()]
    counted = frame(out)
    for label, key in (("集群产值", "economy.output_value"), ("集群营收", "economy.revenue")):
        at = next(n for n, row in enumerate(rows) if row[0] == f"各产业{label}占比（%）")
        assert rows[at][1:] == [f"{Y1}年", f"{Y2}年"]
        sums = {name: [own[f"{key}.{year}"].sum() for year in (Y1, Y2)]
                for name, own in counted.groupby("industry")}  # fmt: skip
        whole = [sum(values[n] for values in sums.values()) for n in (0, 1)]
        told = {row[0]: row[1:] for row in rows[at + 1 : at + 1 + len(sums)]}
        assert told.keys() == sums.keys()
        for name, values in sums.items():
            assert told[name] == pytest.approx([values[n] / whole[n] * 100 for n in (0, 1)])
        assert all(
            str(cell).startswith("=") for row in live[at + 1 : at + 1 + len(sums)] for cell in row
        )
        assert [row[2] for row in rows[at + 1 : at + 1 + len(sums)]] == sorted(
            (values[1] for values in told.values()), reverse=True
        )


def test_an_engine_with_the_ordering_of_excel_comes_to_the_same(data: bytes) -> None:
    """Where LibreOffice and Excel order values differently, Excel's is what offices see."""
    found = engines.excel_ordered(data)
    assert len(found) > 1000
    assert list(engines.different(live.stored(data), found)) == []


def test_many_industries_are_nine_and_the_others(tmp_path: Path) -> None:
    """A chart of thirteen parts would name none; what is put together still adds up to all."""
    fields = [f"产业{n:02}" for n in range(13)]
    found = write_import(tmp_path, [
        cluster(name, values={"basics.industry_field": name} | {
            f"economy.{key}.{year}": float(at + 1) for key in ("output_value", "revenue")
            for year in (Y1, Y2)
        }) for at, name in enumerate(fields)
    ])  # fmt: skip
    sheet = opened(write_summary(summarize(found)), results=True)["图表"]
    rows = [[cell.value for cell in row[18:21]] for row in sheet.iter_rows()]
    at = next(n for n, row in enumerate(rows) if row[0] == "各产业集群产值占比（%）")
    block = rows[at + 1 : at + 11]
    assert [row[0] for row in block] == [*reversed(fields[4:]), "其他"]
    assert sum(row[1] for row in block) == pytest.approx(100)
    assert block[-1][2] == pytest.approx((1 + 2 + 3 + 4) / sum(range(1, 14)) * 100)


def test_cities_are_a_heat_table(data: bytes) -> None:
    """Each column of figures that differ is coloured from low to high, the sum below is not."""
    sheet, table = opened(data, results=True)["分市州"], Table(data, "分市州")
    areas = {str(one.sqref) for one in sheet.conditional_formatting
             for rule in one.rules if rule.type == "colorScale"}  # fmt: skip
    head = openpyxl.utils.get_column_letter(
        1 + table.paths.index(table.col("集群产值（亿元）/2025年"))
    )
    assert f"{head}{table.head + 1}:{head}{table.bottom}" in areas
    assert str(sheet.cell(table.bottom + 1, 1).value) == "合计"
    counts = [n for n, path in enumerate(table.paths, 1) if path.endswith("填报数")]
    letters = {openpyxl.utils.get_column_letter(n) for n in counts}
    assert letters.isdisjoint(area.split(":")[0].rstrip("0123456789") for area in areas)


def test_lists_for_the_screen_say_so_on_paper_and_are_printed_where_asked(out: Path) -> None:
    for asked in (False, True):
        book = opened(write_summary(summarize(out), print_lists=asked), results=True)
        for name in ("排名", "溯源"):
            sheet = book[name]
            notes = [str(sheet.cell(row, col).value or "") for row in (2, 3) for col in range(1, 9)]
            told = any("供在屏幕上查看，不打印" in note for note in notes)
            assert told is not asked, name
            _, _, _, bottom = openpyxl.utils.range_boundaries(
                sheet.print_area.rsplit("!")[-1].replace("$", "")
                if sheet.print_area
                else "A1:A9999"
            )
            (_, head, _, _) = openpyxl.utils.range_boundaries(sheet.auto_filter.ref)
            assert (bottom < head) is not asked, "no head of a list stands alone on paper"


def test_what_a_demand_rests_on_begins_a_page_of_its_own(out: Path, data: bytes) -> None:
    sheet = opened(data, results=True)["门槛对照"]
    row = next(
        cell.row for line in sheet.iter_rows() for cell in line if cell.value == "要求及出处："
    )
    assert [one.id for one in sheet.row_breaks.brk] == [row - 1]


def test_a_city_without_clusters_has_no_sums(data: bytes) -> None:
    """Not 0: nothing is known."""
    table = Table(data, "分市州")
    row = table.by("市州")["永州市"]
    assert row["集群数"] == 0
    assert row[table.col("集群产值（亿元）/2025年")] == MISSING
    assert row[table.col("集群产值（亿元）/填报数")] == 0


def test_the_whole_province(out: Path, data: bytes) -> None:
    """合计 and 填报集群数 below the clusters, each of which stands there with its numbers."""
    wide = frame(out)
    table = Table(data, "申报汇总表")
    rows = table.rows(below=2)
    assert [row["集群名称"] for row in rows[-2:]] == ["合计", "填报集群数"]
    assert {row["集群名称"] for row in rows[:-2]} == set(wide["name"])
    for key, label in LABELS.items():
        sums = expected_sums(wide, key)
        for ending in (f"{Y1}年", f"{Y2}年", "增幅（%）"):
            path = table.col(f"{label}/{ending}")
            assert same(number(rows[-2][path]), sums[ending]), path
        assert rows[-1][table.col(f"{label}/{Y2}年")] == sums["填报数"]
        own = {row["集群名称"]: row for row in rows[:-2]}
        for _, one in wide.iterrows():
            found = own[one["name"]][table.col(f"{label}/{Y2}年")]
            assert same(number(found), one[f"{key}.{Y2}"])


def test_how_many_gave_a_figure_has_no_decimals(data: bytes) -> None:
    sheet = opened(data, results=False)["申报汇总表"]
    (row,) = (one[0].row for one in sheet.iter_rows() if one[1].value == "填报集群数")
    formats = {cell.number_format for cell in sheet[row] if cell.data_type == "f"}
    assert formats == {"#,##0"}


@pytest.mark.office
@pytest.mark.parametrize("verdict", ["待说明", "退回"])
def test_a_figure_of_a_wrong_unit_is_shown_nevertheless(
    tmp_path: Path, office: Office, verdict: str
) -> None:
    """Smaller than the others, and never as ####."""
    values = {"economy.output_value.2024": 145.92, "economy.output_value.2025": 1976000.0}
    path = tmp_path / "汇总.xlsx"
    path.write_bytes(summary_of(tmp_path, cluster("甲", verdict=verdict, values=values)))
    with office.open(path) as doc:
        printed = page_texts(doc.pdf(tmp_path / "汇总.pdf"))
    told = "".join(printed)
    assert "1,976,000.00" in told and "1,354,066.67" in told and "##" not in told


def test_a_share_is_weighted_never_averaged(out: Path, data: bytes) -> None:
    """The province's share of small enterprises: their output over all output."""
    wide = frame(out)
    share, weight = wide[f"economy.sme_output_share.{Y2}"], wide[f"economy.output_value.{Y2}"]
    known = share.notna() & weight.notna()
    mean = (share[known] * weight[known]).sum() / weight[known].sum()
    table = Table(data, "申报汇总表")
    total = table.rows(below=1)[-1]
    assert same(number(total[table.col("中小企业产值占比（%）/2025年")]), mean)
    assert not same(mean, share.mean())


def test_the_ranking_is_that_of_the_csv(out: Path, data: bytes) -> None:
    """Equal values share the rank and leave gaps; the missing ones stand last without a rank."""
    wide = frame(out)
    table = Table(data, "排名")
    lines = [row for row in table.rows() if row["指标"] == "2025年集群产值（亿元）"]
    values = wide.set_index("name")[f"economy.output_value.{Y2}"]
    ranks = values.rank(method="min", ascending=False)
    assert len(lines) == len(values)
    assert (ranks.duplicated() & ranks.notna()).any(), "the sample must hold ties"
    assert ranks.isna().any(), "the sample must hold missing values"
    for line in lines:
        assert same(number(line["名次"]), ranks[line["集群名称"]])
        assert same(number(line["数值"]), values[line["集群名称"]])
        assert (line["说明"] == "未填报") == (line["名次"] == MISSING)
    order = [number(line["名次"]) or math.inf for line in lines]
    assert order == sorted(order)


def test_what_counts(out: Path) -> None:
    """Returned ones only where asked for, and listed apart; replaced and unreadable ones never."""
    wide = frame(out, ("退回",))
    data = write_summary(summarize(out))
    table = Table(data, "申报汇总表")
    counted = {row["集群名称"] for row in table.rows()}
    below = {
        table.sheet.cell(row, 2).value for row in range(table.bottom + 3, table.sheet.max_row + 1)
    }
    assert not counted & set(wide["name"])
    assert set(wide["name"]) <= below
    everything = {cell.value for row in table.sheet.iter_rows() for cell in row}
    never = frame(out, ("被替代", "无法读取", "跳过"))
    assert len(never)
    assert not everything & set(never["name"])
    both = Table(write_summary(summarize(out, include_returned=True)), "申报汇总表")
    assert {row["集群名称"] for row in both.rows()} == counted | set(wide["name"])
    total = expected_sums(frame(out, ("通过", "待说明", "退回")), "economy.revenue")
    found = both.rows(below=1)[-1][both.col("集群营收（亿元）/2025年")]
    assert same(number(found), total["2025年"])


def test_every_figure_says_where_it_is_from(out: Path, data: bytes) -> None:
    """溯源 holds file, sheet, cell and what was typed for each number of 申报汇总表, and leads there."""
    values = pd.read_csv(out / "tables" / "values.csv", dtype=str, keep_default_na=False)
    typed = {(v.submission, v.sheet, v.cell): v.raw for v in values.itertuples()}
    main, trace = Table(data, "申报汇总表"), Table(data, "溯源")
    seen = set()
    for at, row in enumerate(trace.rows(), start=trace.head + 1):
        assert typed[row["报送编号"], row["工作表"], row["单元格"]] == row["原填内容"]
        assert row["文件"] == f"{row['报送编号']}.xlsx"
        target = trace.formulas.cell(at, 1).hyperlink.location
        cell = target.split("!")[1]
        assert target == f"'申报汇总表'!{cell}" and main.sheet[cell].value == row["数值"]
        seen.add(cell)
    figures = {
        cell.coordinate
        for line in main.formulas.iter_rows(min_row=main.head + 1, max_row=main.bottom)
        for cell in line
        if isinstance(cell.value, int | float)
    }
    assert figures
    assert figures <= seen
    first = main.formulas.cell(main.head + 1, main.paths.index(main.col("（点击看溯源）")) + 1)
    place = first.hyperlink.location.split("!")[1]
    assert trace.sheet[place].row > trace.head
    assert trace.sheet.cell(trace.sheet[place].row, 10).value == first.value


def test_the_same_import_gives_the_same_bytes(out: Path, data: bytes) -> None:
    assert write_summary(summarize(out)) == data


# ---------------------------------------------------------------- edges


def summary_of(tmp_path: Path, *clusters: dict[str, Any], **options: Any) -> bytes:
    contacts = options.pop("contacts", True)
    return write_summary(summarize(write_import(tmp_path, clusters), **options), contacts=contacts)


SPECIAL, ADVANCED = "中小企业特色产业集群", "先进制造业集群"


@pytest.mark.parametrize(
    ("value", "word"),
    [(30.0, "符合"), (29.99, "不符合"), (30.0 - 1e-12, "符合"), (None, "待核"), (0.0, "不符合")],
)
def test_a_demand_at_its_limit(tmp_path: Path, value: float | None, word: str) -> None:
    """Exactly 30 亿元 of output is enough for 中小企业特色产业集群; nothing given is 待核."""
    one = cluster("甲集群", values={"economy.output_value.2025": value})
    row = demands(summary_of(tmp_path, one))
    assert row["中小企业特色产业集群/集群产值（亿元）不低于30/对照"] == word
    assert row["先进制造业集群/集群营收（亿元）不低于100/对照"] == "/"
    assert row["各类集群/占地面积（平方公里）要求待核/对照"] == "待核"


def demands(data: bytes) -> dict[str, Any]:
    return Table(data, "门槛对照").rows()[0]


def test_demands_over_libraries(tmp_path: Path) -> None:
    """The largest enterprise, and enterprises with an honour, each counted once."""
    honours = ["国家单项冠军、省级单项冠军", "省级“专精特新”小巨人", "世界500强", ""]
    rows = [{"enterprise_name": f"样例{at}有限公司", "honours": h} for at, h in enumerate(honours)]
    one = cluster("甲集群", rows={"existing_enterprises": rows})
    row = demands(summary_of(tmp_path / "a", one))
    path = "中小企业特色产业集群/省级以上单项冠军、专精特新企业（家）不低于5"
    assert (row[f"{path}/填报值"], row[f"{path}/对照"]) == (2, "不符合")
    top = [
        {"enterprise_name": "甲", "revenue_y2": "9.99"},
        {"enterprise_name": "乙", "revenue_y2": "10"},
    ]
    two = cluster("乙集群", values={"basics.category": ADVANCED}, rows={"top_revenue": top})
    row = demands(summary_of(tmp_path / "b", two))
    path = "先进制造业集群/链主企业营业收入（亿元）不低于10"
    assert (row[f"{path}/填报值"], row[f"{path}/对照"]) == (10, "符合")


def test_a_library_without_rows_is_not_zero(tmp_path: Path) -> None:
    """Its sheet may have been deleted: 待核, not 不符合."""
    row = demands(summary_of(tmp_path, cluster("甲集群")))
    path = "中小企业特色产业集群/省级以上单项冠军、专精特新企业（家）不低于5"
    assert (row[f"{path}/填报值"], row[f"{path}/对照"]) == (MISSING, "待核")


def test_each_of_three_years_must_meet_a_demand(tmp_path: Path) -> None:
    """The lowest decides; with one missing it stays open unless another already fails."""
    book = registry.workbook(F)
    demand = next(d for d in book.summary.demands if d.key == "output_yi")
    from clusterbook.reports.summary.figures import DemandOutcome, _outcome

    known = evolve(demand, limit=40.0)
    assert _outcome(known, [40.0, 41.0, 50.0]) == DemandOutcome("符合", 40.0)
    assert _outcome(known, [40.0, None, 50.0]) == DemandOutcome("待核", 40.0)
    assert _outcome(known, [39.0, None, 50.0]) == DemandOutcome("不符合", 39.0)
    assert _outcome(demand, [40.0, 41.0, 50.0]) == DemandOutcome("待核", 40.0)
    most = evolve(demand, limit=100.0, at_most=True)
    assert [_outcome(most, [v]).word for v in (100.0, 100.01)] == ["符合", "不符合"]


def test_a_base_of_zero_or_below_has_no_growth(tmp_path: Path) -> None:
    """扭亏 is no rate; in sums it takes part."""
    one = {"economy.total_profit.2024": -2.0, "economy.total_profit.2025": 1.0}
    two = {"economy.total_profit.2024": 4.0, "economy.total_profit.2025": 5.0}
    data = summary_of(tmp_path, cluster("甲集群", values=one), cluster("乙集群", values=two))
    table = Table(data, "申报汇总表")
    path = table.col("利润总额（亿元）/增幅（%）")
    rows = {row["集群名称"]: row[path] for row in table.rows(below=1)}
    assert rows == {"甲集群": MISSING, "乙集群": 25, "合计": 200}


TRICKS = (
    "=1+1",
    "+SUM(A1:A9)",
    "@now",
    "-2",
    "http://a.cn",
    "{=1}",
    "甲\n乙",
    "_x0041_",
    "0012",
    "\u202e倒",
)


def test_texts_stay_texts(tmp_path: Path) -> None:
    """Whatever a county typed for its name or its enterprises."""
    rows = [{"enterprise_name": trick} for trick in TRICKS]
    clusters = [cluster(t, t, values={"basics.leading_industry": t}) for t in TRICKS]
    clusters[0]["rows"] = {"existing_enterprises": rows}
    data = summary_of(tmp_path, *clusters)
    for sheet in ("申报汇总表", "企业名录"):
        book = openpyxl.load_workbook(io.BytesIO(data))[sheet]
        cells = [cell for row in book.iter_rows() for cell in row if cell.value in TRICKS]
        assert {cell.value for cell in cells} >= set(TRICKS) - {"_x0041_"}
        assert {cell.data_type for cell in cells} == {"s"}
        assert not [cell for cell in cells if cell.hyperlink]


def test_enterprises_of_several_clusters(tmp_path: Path) -> None:
    """The same by name but for brackets, or by code; look-alikes are left alone."""
    one = [
        {"enterprise_name": "样例（湖南）有限公司", "main_revenue_y2": "1.5", "is_scale": "true"},
        {"enterprise_name": "样例(湖南) 有限公司", "is_scale": "false"},
        {"enterprise_name": "独一有限公司"},
    ]
    two = [
        {"enterprise_name": "样例(湖南)有限公司", "uscc": "91430582YL0000001E"},
        {"enterprise_name": "改名有限公司", "uscc": "91430582YL0000001E"},
        {"enterprise_name": "独一股份有限公司"},
    ]
    incoming = [{"enterprise_name": "独一有限公司", "country": "中国", "city": "长沙市"}]
    data = summary_of(
        tmp_path,
        cluster("甲集群", rows={"existing_enterprises": one, "prospective_enterprises": incoming}),
        cluster("乙集群", "株洲市", rows={"existing_enterprises": two}),
        cluster("丙集群", verdict="退回", rows={"existing_enterprises": one}),
    )
    table = Table(data, "企业名录")
    marks = [(row["所属集群"], row["企业名称"], row["标记"]) for row in table.rows()]
    renamed = "同代码但名称不同，请核"
    assert marks == [
        ("甲集群", "样例（湖南）有限公司", f"本集群重复2行；涉及2个集群；{renamed}"),
        ("甲集群", "样例(湖南) 有限公司", f"本集群重复2行；涉及2个集群；{renamed}"),
        ("甲集群", "独一有限公司", "同见拟引进企业库"),
        ("甲集群", "独一有限公司", "同见现有企业库"),
        ("乙集群", "样例(湖南)有限公司", f"本集群重复2行；涉及2个集群；{renamed}"),
        ("乙集群", "改名有限公司", f"本集群重复2行；涉及2个集群；{renamed}"),
        ("乙集群", "独一股份有限公司", None),
    ]
    first, second = table.rows()[:2]
    assert (first["规上"], second["规上"]) == ("是", "否")
    assert (first["主营业务收入（亿元）"], second["主营业务收入（亿元）"]) == (1.5, MISSING)
    assert table.rows()[3]["所在地"] == "中国长沙市"
    shared = Table(data, "跨集群企业").rows()
    assert {row["所属集群"] for row in shared} == {"甲集群", "乙集群"}
    assert len(shared) == 4


def test_projects_in_one_unit(tmp_path: Path) -> None:
    """万元 become 亿元 beside what was reported; each library is summed by itself."""
    rows = {
        "ongoing_projects": [{"project_name": "甲项目", "total_investment_yi": "1.86", "city": "长沙市",
                              "county": "岳麓区", "park": "样例园"}],
        "key_projects": [{"project_name": "甲项目", "total_investment_wan": "18600"},
                         {"project_name": "乙项目", "total_investment_wan": "0.3"},
                         {"project_name": "丙项目", "total_investment_wan": ""}],
    }  # fmt: skip
    table = Table(summary_of(tmp_path, cluster("甲集群", rows=rows)), "项目清单")
    found = [
        (row["项目名称"], row["总投资（亿元）"], row["填报数"], row["填报单位"])
        for row in table.rows()
    ]
    assert found == [
        ("甲项目", 1.86, 1.86, "亿元"), ("甲项目", 1.86, 18600, "万元"),
        ("乙项目", 0.00003, 0.3, "万元"), ("丙项目", MISSING, MISSING, "万元"),
    ]  # fmt: skip
    assert table.rows()[0]["建设地点"] == "长沙市岳麓区样例园"
    totals = [(row["来源"], row["总投资（亿元）"]) for row in table.rows(below=2)[-2:]]
    assert totals == [("在建项目库", 1.86), ("2.3重点项目", 1.86003)]
    assert converted(1.0, "亿元", "万元") == 10_000
    with pytest.raises(ValueError, match="亿美元"):
        converted(1.0, "亿美元", "亿元")


def test_owners_of_many_patents_are_one_line(tmp_path: Path) -> None:
    rows = [
        {"owner": name, "patent_no": str(at)}
        for at, name in enumerate("甲厂 乙厂 甲厂 甲厂".split())
    ]
    data = summary_of(tmp_path, cluster("甲集群", "泉州市", form=F, rows={"patents_list": rows}))
    assert [(row["企业名称"], row["条数"]) for row in Table(data, "企业名录").rows()] == [
        ("甲厂", 3), ("乙厂", 1),
    ]  # fmt: skip


def test_nobody_is_named_without_contacts(tmp_path: Path) -> None:
    rows = [
        {
            "enterprise_name": "样例有限公司",
            "contact_name": "李联系",
            "contact_phone": "13900000002",
        }
    ]
    one = cluster("甲集群", rows={"existing_enterprises": rows})
    for contacts in (True, False):
        data = summary_of(tmp_path, one, contacts=contacts)
        texts = zipfile.ZipFile(io.BytesIO(data)).read("xl/sharedStrings.xml").decode()
        for text in ("张联系", "李联系", "13900000001", "13900000002", "联系电话"):
            assert (text in texts) is contacts, text


def test_the_last_round(tmp_path: Path) -> None:
    """What was reported then, what is said of that year now, and what has changed."""
    last = [
        cluster(
            "甲集群",
            year=2024,
            values={"economy.revenue.2024": 100.0, "economy.revenue.2023": 90.0},
        ),
        cluster("退出集群", year=2024, values={"economy.revenue.2024": 7.0}),
    ]
    now = [
        cluster("甲 集群", values={"economy.revenue.2024": 98.0, "economy.revenue.2025": 110.0}),
        cluster("新集群", values={"economy.revenue.2025": 5.0}),
    ]
    before = write_import(tmp_path / "last", last)
    data = summary_of(tmp_path / "now", *now, previous=before)
    table = Table(data, "对比上轮")
    rows = [row for row in table.rows() if row["指标"] == "集群营收（亿元）"]
    assert len(rows) == 1
    assert [rows[0][p] for p in table.paths[3:9]] == [100, 98, -2, 110, 10, "两轮不一致"]
    texts = [cell.value for row in table.sheet.iter_rows(min_row=table.bottom + 1) for cell in row]
    assert "本轮新增：1. 新集群（长沙市）" in texts
    assert "上轮有而本轮没有：1. 退出集群（长沙市）" in texts


def test_progress_is_shown_where_there_is_a_list(tmp_path: Path) -> None:
    write_import(tmp_path, [cluster("甲集群")])
    lines = [
        {"issue": "X1", "issued_to": "甲县", "status": "未报"},
        {"issue": "X2", "issued_to": "乙县", "status": "通过"},
    ]
    put(tmp_path / "progress.csv", ["issue", "issued_to", "status"], lines)
    book = openpyxl.load_workbook(io.BytesIO(write_summary(summarize(tmp_path))))
    texts = [cell.value for row in book["报送进度"].iter_rows() for cell in row]
    assert "共发放2份：未报1，通过1。" in texts
    assert {"甲县", "乙县"} <= set(texts)


def test_two_forms_and_two_clusters_of_one_name(tmp_path: Path) -> None:
    """Each form has its sheets; a cluster that came twice is pointed out on the first page."""
    both = [cluster("甲集群", submission="A1"), cluster("甲集群", submission="A2"),
            cluster("乙集群", "泉州市", form=F)]  # fmt: skip
    book = openpyxl.load_workbook(io.BytesIO(summary_of(tmp_path, *both)))
    assert {"申报汇总表（集群竞赛）", "申报汇总表（特色集群）", "分设区市（特色集群）"} <= set(
        book.sheetnames
    )
    cover = [str(cell.value) for row in book["说明"].iter_rows() for cell in row]
    assert any("“甲集群”（长沙市）有2份报送" in text and "A1、A2" in text for text in cover)


def test_years_as_printed(tmp_path: Path) -> None:
    """The Fujian form as printed asks for 2021 and 2022; its figures are found and named so."""
    values = {"industry.output_value.2021": 10.0, "industry.output_value.2022": 12.0}
    data = summary_of(tmp_path, cluster("甲集群", "泉州市", form=F, values=values))
    table = Table(data, "申报汇总表")
    assert table.rows()[0][table.col("集群总产值（亿元）/2022年")] == 12


def test_a_round_to_which_nobody_has_sent_anything_has_no_summary(tmp_path: Path) -> None:
    with pytest.raises(NothingToReadError):
        summary_of(tmp_path)


def test_an_import_with_nothing_to_count(tmp_path: Path) -> None:
    data = summary_of(tmp_path, cluster("甲集群", verdict="退回"))
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames[0] == "说明"
    assert "溯源" in book.sheetnames


def test_what_is_no_import_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotAnImportError, match=r"submissions\.csv"):
        summarize(tmp_path)
    write_import(tmp_path, [cluster("甲集群", form="no_such_form")])
    with pytest.raises(UnknownFormError, match="no_such_form"):
        summarize(tmp_path)


# ---------------------------------------------------------------- specs


@pytest.fixture
def tiny_form() -> Iterator[str]:
    """A form that declares nothing about its summary."""
    with forms_from(FORMS):
        yield "tiny_form"


def test_a_form_that_says_nothing_gets_what_can_be_derived(tmp_path: Path, tiny_form: str) -> None:
    assert registry.workbook(tiny_form).summary is None
    values = {
        "head.name": "甲集群",
        "size.output.2024": 4.0,
        "size.output.2025": 5.0,
        "size.margin.2025": 3.0,
    }
    rows = {"firms": [{"name": "样例有限公司", "small": "true", "revenue": "2.5"}]}
    one = cluster("甲集群", form=tiny_form, rows=rows)
    one["values"] = values
    data = summary_of(tmp_path, one)
    table = Table(data, "申报汇总表")
    row = table.rows()[0]
    assert [row[table.col(f"产值（亿元）/{end}")] for end in ("2024年", "2025年", "增幅（%）")] == [
        4,
        5,
        25,
    ]
    assert (
        Table(data, "三、企业库").rows()[0]["名称" if "名称" in row else "企业名称"]
        == "样例有限公司"
    )


def test_faults_of_a_summary_are_named() -> None:
    book = registry.workbook(H, Options())
    summary = book.summary
    roll = summary.rolls[0]
    lost = Source(
        library="existing_enterprises", label="", columns={"name": "no_column", "x": "uscc"}
    )
    figure = Figure(key="a", label="", of=answer("economy.nothing.2025"), weight="b")
    wrong = evolve(
        summary, industry="basics.nothing", facts=[Fact(label="", key="basics.lost")],
        figures=[figure, figure], demands=[],
        rolls=[evolve(roll, sources=[lost, evolve(lost, library="no_library")], code="no_code")],
    )  # fmt: skip
    with pytest.raises(SpecError) as caught:
        check(evolve(book, summary=wrong))
    told = "\n".join(caught.value.faults)
    for word in ("economy.nothing.2025", "basics.nothing", "basics.lost", "'a' is given twice", "'b'",
                 "existing_enterprises.no_column", "'x'", "no_library", "no_code"):  # fmt: skip
        assert word in told, word


@pytest.mark.parametrize("form", registry.form_ids())
@pytest.mark.parametrize("year", [2025, 2027])
def test_units_and_years_come_from_the_form(tmp_path: Path, form: str, year: int) -> None:
    """Every figure has its unit and the year of the round; every amount can be converted."""
    part = summarize(write_import(tmp_path, [cluster("甲", form=form, year=year)])).parts[0]
    for column in part.columns:
        assert column.unit, column.key
        assert column.time == str(year)
        assert column.time_before in (None, str(year - 1))
    for roll in part.summary.rolls:
        units = {column.key: column.unit for column in roll.columns}
        for source in roll.sources:
            for key, names in source.taken().items():
                kind = part.layout.columns[f"{source.library}.{names[0]}"].field.kind
                if units[key]:
                    assert converted(1.0, kind.unit, units[key]) is not None


# ---------------------------------------------------------------- the command


def run(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(cli, [str(one) for one in arguments])
    return done.exit_code, done.output


def test_from_workbooks_to_the_summary(tmp_path: Path) -> None:
    """Two good samples imported and summed up: the numbers typed into them stand in the tables."""
    samples = SAMPLES
    files = [samples / form / "good.xlsx" for form in (H, F)]
    assert run("import", *files, "-o", tmp_path / "out", "--jobs", 1)[0] == 0
    code, said = run("summarize", tmp_path / "out", "-o", tmp_path / "s.xlsx")
    assert code == 0
    assert said.rstrip().endswith("计入 2 个集群，退回未计入 0 个")
    data = (tmp_path / "s.xlsx").read_bytes()
    table = Table(data, "申报汇总表（集群竞赛）")
    row = table.rows()[0]
    assert (row["市州"], row["核心承载园区"]) == ("邵阳市", "邵东样例经济开发区")
    path = "集群产值（亿元）"
    assert [row[table.col(f"{path}/{end}")] for end in ("2024年", "2025年")] == [182.4, 197.6]
    assert row[table.col("企业数（个）/2025年")] == 436
    firms = Table(data, "企业名录").rows()
    assert sum(row["来源"] == "现有企业库" for row in firms) == 436
    table = Table(data, "申报汇总表（特色集群）")
    assert table.rows()[0][table.col("集群总产值（亿元）/2025年")] == 113.6


def test_the_command_says_what_is_wrong(tmp_path: Path) -> None:
    code, said = run("summarize", tmp_path, "-o", tmp_path / "s.xlsx")
    assert code == 2
    assert "不是导入的结果" in said
    write_import(tmp_path, [cluster("甲集群")])
    assert run("summarize", tmp_path, "-o", tmp_path / "s.csv")[0] == 2
    assert (
        run("summarize", tmp_path, "--previous", tmp_path / "nowhere", "-o", tmp_path / "s.xlsx")[0]
        == 2
    )


# ---------------------------------------------------------------- in a real LibreOffice


@pytest.mark.office
def test_libreoffice_comes_to_the_same(data: bytes, office: Office, tmp_path: Path) -> None:
    """No formula ends in an error, and each comes to the result that is stored beside it."""
    path = tmp_path / "汇总.xlsx"
    path.write_bytes(data)
    stored = openpyxl.load_workbook(path, data_only=True)
    formulas = openpyxl.load_workbook(path)
    with office.open(path) as doc:
        doc.recalculate()
        assert doc.formulas_with_errors() == []
        compared = 0
        for sheet in formulas.sheetnames:
            cells = [c for row in formulas[sheet].iter_rows() for c in row if c.data_type == "f"]
            if not cells:
                continue
            shown = doc.values(sheet)
            for cell in cells:
                value, found = (
                    stored[sheet][cell.coordinate].value,
                    shown[cell.row - 1][cell.column - 1],
                )
                if isinstance(value, str):
                    assert found.value == value, (sheet, cell.coordinate, cell.value)
                else:
                    assert math.isclose(found.value, value, rel_tol=1e-9, abs_tol=1e-9), (
                        sheet, cell.coordinate, cell.value, found.value, value
                    )  # fmt: skip
                compared += 1
        assert compared > 1000
