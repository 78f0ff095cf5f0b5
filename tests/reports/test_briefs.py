"""情况报告 and 一页纸: each figure against a recomputation from the CSV files, one page each."""

from __future__ import annotations

import csv
import io
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from attrs import evolve, frozen
from round_of_twelve import COUNTIES, PASSED, RoundOfTwelve

import clusterbook as cb
from clusterbook.reports import wordml
from clusterbook.reports.briefs.situation import situation
from clusterbook.reports.briefs.trail import places_of
from clusterbook.reports.feedback.groups import kind_of
from clusterbook.reports.progress import by_city, official_cities


@pytest.fixture(scope="module")
def round_(twelve: RoundOfTwelve) -> cb.Round:
    with cb.Pool(1) as pool:
        return pool.import_returns([twelve.inbox], twelve.folder / "OUT", register=twelve.register)


@pytest.fixture(scope="module")
def papers(round_: cb.Round) -> dict[str, bytes]:
    return dict(round_.papers())


def lines(round_: cb.Round, name: str) -> Iterator[dict[str, str]]:
    path = round_.folder / f"{'tables/values' if name == 'values' else name}.csv"
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


def test_a_chart_stays_on_one_page(papers: dict[str, bytes]) -> None:
    """Its heads and bars are kept with what follows; long tables keep their heads only."""
    tables = docx.Document(io.BytesIO(papers["情况报告.docx"])).tables
    kept = [["keepNext" in row._tr.xml for row in table.rows] for table in tables]
    charts = [
        own for table, own in zip(tables, kept, strict=True) if table.cell(0, 0).text == "名称"
    ]
    assert len(charts) == 2
    assert all(own == [True] * (len(own) - 1) + [False] for own in charts)
    assert kept[-1] == [True] + [False] * (len(kept[-1]) - 1)


def test_same_import_same_bytes(round_: cb.Round, papers: dict[str, bytes]) -> None:
    assert dict(round_.papers()) == papers


# --- every figure, worked out again from the CSV files by nobody's means but the test's own --------


@frozen
class Table:
    """values.csv of an import: numbers by file, sheet and cell, and by submission and key."""

    at: dict[tuple[str, str, str], tuple[float, str]]
    by_key: dict[tuple[str, str], float]
    counted: dict[str, str]
    verdicts: Counter[str]


@pytest.fixture(scope="module")
def table(round_: cb.Round) -> Table:
    found = list(lines(round_, "submissions"))
    files = {one["submission"]: one["file"] for one in found}
    counted = {
        one["submission"]: one["file"] for one in found if one["verdict"] in ("通过", "待说明")
    }
    at, by_key = {}, {}
    for one in lines(round_, "values"):
        if one["number"]:
            key = f"{one['block']}.{one['field']}.{one['year']}"
            at[files[one["submission"]], one["sheet"], one["cell"]] = (
                float(one["number"]),
                one["year"],
            )
            by_key[one["submission"], key] = float(one["number"])
    return Table(at, by_key, counted, Counter(one["verdict"] for one in found))


@frozen
class TrailEntry:
    """A figure of the list at the end of the report, with its places."""

    number: str
    text: str
    how: str
    places: list[list[str]]

    def over(self, table: Table, year: str) -> float:
        """The sum of what stands in its cells of a year."""
        return sum(table.at[one[0], one[1], one[2]][0] for one in self.places
                   if table.at[one[0], one[1], one[2]][1] == year)  # fmt: skip

    def each(self, table: Table) -> Iterator[tuple[str, str, str, str]]:
        """Its places, one for each file that it speaks of."""
        for files, sheet, cell, _ in self.places:
            every = files == f"计入汇总的全部{len(table.counted)}份"
            for file in table.counted.values() if every else files.split("、"):
                yield file, sheet, cell, table.at[file, sheet, cell][1]


@pytest.fixture(scope="module")
def trail(papers: dict[str, bytes]) -> list[TrailEntry]:
    found: list[TrailEntry] = []
    for number, text, how, *place in cells(papers["情况报告.docx"])[-1][1:]:
        if number:
            found.append(TrailEntry(number, text, how, []))
        found[-1].places.append(place)
    return found


def paragraphs(papers: dict[str, bytes]) -> str:
    document = docx.Document(io.BytesIO(papers["情况报告.docx"]))
    return "\n".join(one.text for one in document.paragraphs)


def counts_by_the_test(round_: cb.Round, table: Table) -> dict[str, int]:
    """What each count of the list must be, by how it says that it came about."""
    progress = Counter(one["status"] for one in lines(round_, "progress"))
    unsent = progress["未报"] + progress["未报（仅附件）"]
    blank = {one["submission"] for one in lines(round_, "submissions") if one["asked"]
             and int(one["filled"]) * 20 < int(one["asked"])}  # fmt: skip
    problems = [one for one in lines(round_, "problems") if one["level"] != "info"
                and one["submission"] not in blank]  # fmt: skip
    assert len(blank) == 1
    says = "progress.csv 中状态的份数"
    return {
        f"{says}（应报）": sum(progress.values()), f"{says}（未报）": unsent,
        f"{says}（仅附件）": progress["未报（仅附件）"],
        f"{says}（已报）": sum(progress.values()) - unsent, f"{says}（通过）": progress["通过"],
        f"{says}（待说明）": progress["已报"], f"{says}（退回）": progress["退回"],
        "计入汇总的报送份数（按结论）": len(table.counted),
        "错误和需说明的条数（基本未填的除外）": len(problems),
        "基本未填（filled 不到 asked 的 5%）的份数": len(blank),
        "写有说明的条数": sum(bool(one["explanation"]) for one in problems),
    }  # fmt: skip


def test_every_figure_of_the_list_is_worked_out_again(
    round_: cb.Round, papers: dict[str, bytes], trail: list[TrailEntry], table: Table
) -> None:
    """None is left out: each kind of figure has its own sum here, and an unknown kind fails."""
    counts, seen = counts_by_the_test(round_, table), Counter()
    for one in trail:
        value = float(one.text.replace(",", "")) if one.text[0].isdigit() else None
        own = [table.at[place[0], place[1], place[2]][0] for place in one.places
               if (place[0], place[1], place[2]) in table.at]  # fmt: skip
        if one.how in counts:
            assert value == counts[one.how], one
        elif one.how.endswith("个集群合计"):
            assert len(own) == len(one.places) == len(table.counted) == int(one.how[0])
            assert value == pytest.approx(sum(own), abs=0.00501)
        elif one.how.endswith("个集群合计数之比"):
            before, now = one.over(table, "2024"), one.over(table, "2025")
            assert value == pytest.approx(abs(now - before) / before * 100, abs=0.00501)
        elif one.how.endswith("所填数"):
            assert (value, *own) == (pytest.approx(own[0], abs=0.00501), own[0])
        elif one.text == "图中各数":
            assert {place[0] for place in one.places} == set(table.counted.values()), one
            assert all(place[2] for place in one.places) or one.places[0][0].endswith(".csv")
        elif one.how == "各集群填报数合计" or "加权平均" in one.how:
            for place in one.places if one.how == "各集群填报数合计" else ():
                told = [table.at[file, sheet, cell][0] for file, sheet, cell, _ in one.each(table)
                        if (sheet, cell) == (place[1], place[2])]  # fmt: skip
                assert float(place[3]) == pytest.approx(sum(told)), one
        elif "所填的行数" in one.how:
            assert value == entries_by_the_test(round_, table, [place[0] for place in one.places])
        else:
            assert one.text == "表中各数" and (round_.folder / one.places[0][0]).is_file(), one
        seen[one.how] += 1
    assert set(counts) <= set(seen), "no count of the report is missing"
    assert [one.number for one in trail] == [str(at) for at in range(1, len(trail) + 1)]


def entries_by_the_test(round_: cb.Round, table: Table, files: list[str]) -> int:
    """Rows of the libraries of clusters that count; patents of one owner are one entry."""
    found = 0
    for file in files:
        with (round_.folder / file).open(encoding="utf-8", newline="") as opened:
            found += sum(row["submission"] in table.counted for row in csv.DictReader(opened))
    return found


def test_every_number_in_a_sentence_is_in_the_list(
    papers: dict[str, bytes], trail: list[TrailEntry]
) -> None:
    """With its mark and its very digits; what has no mark is a year, a number of a part, or no number."""
    text = paragraphs(papers)
    marked = re.findall(r"([\d,.]+)\[(\d+)\]", text)
    known = {one.number: one.text for one in trail}
    assert all(known[number] == figure for figure, number in marked)
    tables = "".join(row[0] for table in cells(papers["情况报告.docx"])[:-1] for row in table)
    noted = set(re.findall(r"\[(\d+)\]", text + tables))
    assert noted == set(known), "each entry is cited, each citation is listed"
    rest = re.sub(r"[\d,.]+\[\d+\]|\[\d+\]|20\d\d年", "", text)
    assert re.findall(r"\d+", rest) == []


def test_every_line_of_its_tables_is_worked_out_again(
    round_: cb.Round, papers: dict[str, bytes], trail: list[TrailEntry], table: Table
) -> None:
    """The sums from the cells that the list names, the counts from progress.csv and problems.csv."""
    by_city, sums, cities, industries, kinds, _ = cells(papers["情况报告.docx"])
    progress = list(lines(round_, "progress"))
    for row in by_city[1:]:
        own = [one["status"] for one in progress if row[0] in (one["city"], "合计")]
        unsent = own.count("未报") + own.count("未报（仅附件）")
        assert row[1:] == [*map(str, (len(own), len(own) - unsent, unsent, own.count("未报（仅附件）"),
                                      own.count("通过"), own.count("已报"), own.count("退回")))]  # fmt: skip
    listed = {f"{one.text}[{one.number}]": one for one in trail}
    for label, before, now, growth, given in sums[1:]:
        entry = listed[label]
        found = {year: total(table, entry, year) for year in ("2024", "2025")}
        decimals = 0 if "（个）" in label or "（人）" in label else 2
        assert now == f"{found['2025']:,.{decimals}f}", label
        assert before == ("—" if found["2024"] is None else f"{found['2024']:,.{decimals}f}"), label
        assert given == str(len(table.counted))
        if found["2024"] is None:
            assert growth == "—"
            continue
        change = found["2025"] - found["2024"]
        rate = change if "%" in label else change / found["2024"] * 100
        assert float(growth) == pytest.approx(rate, abs=0.00501), label
    assert len(sums) > 20
    values = figures(round_, "economy.output_value.2025")
    where = {one["submission"]: one["city"] for one in lines(round_, "submissions")}
    for name, _, value in cities[1:]:
        assert float(value) == pytest.approx(
            sum(v for one, v in values.items() if where[one] == name)
        )
    assert [row[0] for row in cities[1:]] == ["长沙市", "湘潭市", "邵阳市"]
    fields = {one["submission"]: one["text"] for one in lines(round_, "values")
              if (one["block"], one["field"]) == ("basics", "industry_field")}  # fmt: skip
    told = {row[0]: float(row[2]) for row in industries[1:]}
    assert len(told) == len({fields[one] for one in values}) == 2
    for name in {fields[one] for one in values}:
        own = sum(value for one, value in values.items() if fields[one] == name)
        share = own / sum(values.values()) * 100
        assert told[f"{name}（占{share:.1f}%）"] == pytest.approx(own)
    blank = next(one for one in lines(round_, "submissions") if one["filled"] == "0")
    judged = [one for one in lines(round_, "problems")
              if one["level"] != "info" and one["submission"] != blank["submission"]]  # fmt: skip
    assert sum(int(row[1]) for row in kinds[1:]) == len(judged)
    for kind, count, returns in kinds[1:]:
        own = [one["submission"] for one in judged if kind_of(one["code"]) == kind]
        assert (count, returns) == (str(len(own)), str(len(set(own))))


WEIGHTS = {
    "中小企业产值占比（%）": "economy.output_value",
    "规上研发支出占营收（%）": "economy.revenue",
}


def total(table: Table, entry: TrailEntry, year: str) -> float | None:
    """What a line comes to in a year: a sum, or a mean weighted as the form says."""
    files = {file: one for one, file in table.counted.items()}
    found = [(table.at[file, sheet, cell][0], files[file])
             for file, sheet, cell, when in entry.each(table) if when == year]  # fmt: skip
    if not found:
        return None
    if entry.text not in WEIGHTS:
        return sum(value for value, _ in found)
    weights = [table.by_key[one, f"{WEIGHTS[entry.text]}.{year}"] for _, one in found]
    return sum(v * w for (v, _), w in zip(found, weights, strict=True)) / sum(weights)


def test_every_figure_of_every_page_is_worked_out_again(
    twelve: RoundOfTwelve, round_: cb.Round, papers: dict[str, bytes], table: Table
) -> None:
    """This year's, last year's, growth and rank, of all clusters; the counts of lists and questions."""
    asked = {
        f"{one.label}（{unit}）": (one.of.key, one.before.key if one.before else "")
        for one in twelve.form.layout.workbook.summary.figures
        for unit in ("亿元", "亿美元", "人", "个", "%", "件", "吨标准煤/万元", "家")
    }
    checked = 0
    for line in lines(round_, "submissions"):
        name = f"一页纸/{line['city']}/{line['cluster_name']}.docx"
        if name not in papers:
            continue
        own = line["submission"]
        (grid,) = cells(papers[name])
        for row in grid[1:]:
            for label, before, now, growth, rank in (row[:5], row[5:]):
                if label:
                    page_figure(table, own, asked[label], label, (before, now, growth, rank))
                    checked += 1
    assert checked == 8 * 22


def page_figure(
    table: Table, own: str, keys: tuple[str, str], label: str, told: tuple[str, str, str, str]
) -> None:
    """One figure of a page against the CSV."""
    decimals = 0 if label.endswith(("（个）", "（人）", "（件）")) else 2
    now, before = (table.by_key.get((own, key)) for key in keys)
    assert told[0] == ("—" if before is None else f"{before:,.{decimals}f}"), (own, label)
    assert told[1] == ("—" if now is None else f"{now:,.{decimals}f}"), (own, label)
    if None in (now, before) or not before:
        assert told[2] == "—", (own, label)
    else:
        rate = now - before if "%" in label else (now - before) / before * 100
        assert float(told[2].replace(",", "")) == pytest.approx(rate, abs=0.00501), (own, label)
    others = [table.by_key.get((one, keys[0])) for one in table.counted]
    if own in table.counted and now is not None:
        higher = sum(value > now for value in others if value is not None)
        assert told[3] == f"{1 + higher}/{len(table.counted)}", (own, label)
    else:
        assert told[3] == "—", (own, label)


def test_a_page_counts_lists_and_questions_as_the_csv_does(
    twelve: RoundOfTwelve, round_: cb.Round, papers: dict[str, bytes], table: Table
) -> None:
    rolls = {one.title: [source.library for source in one.sources]
             for one in twelve.form.layout.workbook.summary.rolls}  # fmt: skip
    asked = Counter(
        one["submission"] for one in lines(round_, "problems") if one["level"] == "explain"
    )
    for line in lines(round_, "submissions"):
        name = f"一页纸/{line['city']}/{line['cluster_name']}.docx"
        if name not in papers:
            continue
        text = [one.text for one in docx.Document(io.BytesIO(papers[name])).paragraphs]
        for title, libraries in rolls.items():
            (told,) = [one for one in text if one.startswith(f"{title}：")]
            found = sum(row["submission"] == line["submission"] for library in libraries
                        for row in lines(round_, f"tables/{library}")
                        if line["submission"] in table.counted)  # fmt: skip
            number = re.match(rf"{title}：(\d+)项", told)
            assert int(number[1] if number else 0) == found, (name, title)
            told_so = told == f"{title}：{line['verdict']}的报送不计入名单。"
            assert told_so == (line["submission"] not in table.counted), (name, title)
        (told,) = [one for one in text if one.startswith("需说明事项：")]
        number = re.match(r"需说明事项：共(\d+)条", told)
        assert int(number[1] if number else 0) == asked[line["submission"]], name


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


@pytest.mark.parametrize("value", [1383200.0, 1234567.89, 0.1234])
def test_a_figure_is_traced_to_all_its_digits(round_: cb.Round, value: float) -> None:
    part = round_.province().parts[0]
    one, column = part.counted[0], part.columns[0]
    key = column.key, "now"
    found = [evolve(trace, value=value) for trace in one.traces[key]]
    (place,) = places_of(evolve(one, traces={**one.traces, key: found}), column, "now")
    assert place.value == str(value).removesuffix(".0")


def test_figures_are_never_broken() -> None:
    """A wrong unit makes one long: it is set smaller, as far as can be read."""
    grid = wordml.LetterGrid(heads=("甲", "乙"), widths=(830, 830), right=(1,), size=16, side=30)
    for figure, size in (("276.64", 16), ("9,999.99", 16), ("1,976,000.00", 11), ("9" * 40, 8)):
        drawn = wordml.table(grid, [(figure, figure)])
        sizes = re.findall(r'<w:sz w:val="(\d+)"/>', drawn)[2:]
        assert sizes == ["16", str(size)], figure


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
        shown = subprocess.run(["pdftotext", "-layout", path.with_suffix(".pdf"), "-"], check=True,
                               capture_output=True, text=True).stdout.split()  # fmt: skip
        rows = cells(path.read_bytes())[0][1:]
        figures = {row[at] for row in rows for at in (1, 2, 3, 6, 7, 8)}
        assert figures - {""} <= set(shown), path.name  # none is broken
