"""Last round's answers in this round's blanks: by key and calendar year, or told and left out."""

import copy
import csv
import io
import json
import zipfile
from functools import cache

import pytest
from click.testing import CliRunner
from support.fill import fill, imported
from support.places import SAMPLES

from clusterbook.cli import cli
from clusterbook.forms import registry
from clusterbook.forms.options import Options
from clusterbook.forms.stamp import Stamp
from clusterbook.issuing import issue, prefill
from clusterbook.issuing.prefill import FILLED, LEFT_OUT, UNMATCHED, UNUSED, EarlierReturn
from clusterbook.issuing.roster import Roster, RosterRow, read_roster
from clusterbook.layout import layouts
from clusterbook.results.documents import submission_document
from clusterbook.workbook.writer import write_template

FORMS = registry.form_ids()
CONTEST, FUJIAN = "cluster_contest", "fujian_sme_cluster"


@cache
def _good(form):
    return document((SAMPLES / form / "good.xlsx").read_bytes())


def good(form, **changed):
    """The document of a return of 2025 without any problem, to be changed at will."""
    return copy.deepcopy(_good(form)) | changed


def document(data):
    batch = imported(data)
    return json.loads(json.dumps(submission_document(batch, batch.submissions[0], "zh")))


def next_round(form, **options):
    return layouts.of(form, Options(report_year=2026, **options))


def carried(document, layout):
    return prefill.prefilled(layout, None, [EarlierReturn(document)])


def prefilled_and_read_back(document, layout):
    answers = carried(document, layout).answers[0]
    return _document_of(write_template(layout, Stamp.of(layout.workbook), answers))


def _document_of(data):
    return document(data)


def year_values(values):
    """{(block, item, field): {year: value}} of a document's values."""
    return {
        (block, item, name): value
        for block, fields in values.items()
        for item, one in enumerate(fields if isinstance(fields, list) else [fields])
        for name, value in one.items()
        if isinstance(value, dict)
    }


@cache
def rounds(form):
    """What was said in 2025, and what the prefilled blank of 2026 says before anybody types."""
    return _good(form), prefilled_and_read_back(_good(form), next_round(form))


# --- by calendar year --------------------------------------------------------------------------

# Targets of the same year are still targets; in the other form the base year was one.
KEPT_TARGETS = {CONTEST: {"target_revenue", "target_scale_enterprises", "target_profit", "target_tax"},
                FUJIAN: set()}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_figures_go_to_the_same_calendar_year(form):
    old, new = rounds(form)
    before, now = year_values(old["values"]), year_values(new["values"])
    layout = next_round(form)
    computed = {(s[0].block.key, s[0].field.key, str(s[0].field.year))
                for s in layout.slots.values() if s[0].locked}  # fmt: skip
    moved = 0
    for (block, item, name), by_year in now.items():
        for year, value in by_year.items():
            if (block, name, year) in computed:
                continue
            if block == "plan" or year == "2026" or (block == "targets" and year == "2029"):
                assert value is None, (block, name, year)
            else:
                assert value == before[block, item, name][year], (block, name, year)
                moved += value is not None
    assert moved > 50


def test_what_was_computed_last_year_is_typed_as_the_earlier_one():
    old, new = rounds(CONTEST)
    assert "2025" in old["values"]["innovation"]["rd_growth"]
    assert new["values"]["innovation"]["rd_growth"]["2025"] == pytest.approx(12.24)


def test_columns_of_a_year_move_to_the_earlier_column():
    old, new = rounds(CONTEST)
    for library, earlier, latest in (("top_revenue", "revenue_y1", "revenue_y2"),
                                     ("top_rd", "rd_y1_wan", "rd_y2_wan")):  # fmt: skip
        assert [row[earlier] for row in new["libraries"][library]] == [
            row[latest] for row in old["libraries"][library]
        ]
        assert {row[latest] for row in new["libraries"][library]} == {None}
    assert {row["main_revenue_y2"] for row in new["libraries"]["existing_enterprises"]} == {None}


def test_within_one_year_the_columns_stay():
    old = good(CONTEST)
    (row, *_) = carried(old, layouts.of(CONTEST)).answers[0].rows["top_revenue"]
    first = old["libraries"]["top_revenue"][0]
    assert (row["revenue_y1"], row["revenue_y2"]) == (first["revenue_y1"], first["revenue_y2"])


def test_after_a_year_without_a_round_nothing_is_a_year_off():
    layout = layouts.of(CONTEST, Options(report_year=2027))
    answers = carried(good(CONTEST), layout).answers[0]
    assert not [key for key in answers.values if key.startswith(("economy.", "innovation."))]
    assert "revenue_y1" not in answers.rows["top_revenue"][0]


def test_the_years_of_a_round_with_printed_years_are_found_by_them():
    """Issued for 2026 with the printed years: its latest column is of 2025."""
    old = good(CONTEST, year=2026)
    answers = carried(old, next_round(CONTEST)).answers[0]
    row, first = answers.rows["top_revenue"][0], old["libraries"]["top_revenue"][0]
    assert row["revenue_y1"] == first["revenue_y2"]
    assert "revenue_y2" not in row


# --- what lasts and what does not --------------------------------------------------------------


def test_the_contest_form_keeps_names_and_asks_the_rest_anew():
    old, new = (one["values"] for one in rounds(CONTEST))
    for block, names in {
        "basics": ("cluster_name", "category", "leading_industry", "area_scope", "city", "counties",
                   "promo_org_name", "promo_head_name", "promo_contact_phone"),
        "cover": ("contact_name", "contact_phone"), "targets": ("plan_lead_unit",),
    }.items():  # fmt: skip
        for name in names:
            assert new[block][name] == old[block][name] is not None, name
    assert new["park"][0]["park_head_phone"] == old["park"][0]["park_head_phone"]
    for block, names in {
        "basics": ("stage", "gov_opinion", "gov_opinion_date"), "cover": ("apply_date",),
        "self_report": ("self_report", "chain_map_attached", "chain_map_pages"),
        "promo_org": ("promo_basic", "promo_evidence"),
        "plan": ("implementation_plan", "plan_goals"),
        "declaration": ("confirmed_industry", "confirmed_safety", "confirmed_integrity"),
        "economy": ("revenue_pages",), "cultivation": ("little_giants_pages",),
    }.items():  # fmt: skip
        for name in names:
            assert new[block][name] is None, name


def test_the_fujian_form_keeps_names_and_asks_the_rest_anew():
    old, new = (one["values"] for one in rounds(FUJIAN))
    for block, names in {
        "basics": ("cluster_name", "county_dept", "operator_org", "area_km2", "industry_sector"),
        "cover": ("city", "county", "contact_phone"),
        "innovation": ("plat_prov_names",),
    }.items():  # fmt: skip
        for name in names:
            assert new[block][name] == old[block][name] is not None, name
    for block, names in {
        "basics": ("st_no_accident", "st_energy_ok"), "cover": ("apply_date",),
        "industry": ("t_chain", "chain_map", "chain_map_pages", "lead_output_cagr"),
        "innovation": ("sme_employees", "patents_per_10k"),
        "green": ("solid_waste_above_avg",), "plan": ("plan_intro",),
        "declaration": ("city_opinion",),
    }.items():  # fmt: skip
        for name in names:
            assert new[block][name] is None, name
    assert new["industry"]["cb_resource_share"] == [] != old["industry"]["cb_resource_share"]


@pytest.mark.parametrize("form", FORMS)
def test_rows_of_libraries_are_carried(form):
    old, new = (one["libraries"] for one in rounds(form))
    assert new["evidence"] == [] != old["evidence"]
    kept = set(old) - {"evidence"}
    assert {key: len(new[key]) for key in kept} == {key: len(old[key]) for key in kept}
    for key in kept:
        same = {name for row in old[key] for name in row} - {
            "evidence_pages", "progress", "growth",
        }  # fmt: skip
        same = {name for name in same if "_y1" not in name and "_y2" not in name}
        assert [{n: row[n] for n in same} for row in new[key]] == [
            {n: row[n] for n in same} for row in old[key]
        ]
        assert not any(row.get("evidence_pages") or row.get("progress") for row in new[key])


@pytest.mark.parametrize("form", FORMS)
def test_a_value_as_typed_reads_as_it_was(form):
    filled = fill(layouts.of(form), seed=3)
    kinds = {key: column.field.kind for key, column in filled.layout.columns.items()}
    for library, rows in filled.row_expected.items():
        for row in rows:
            for name, value in row.items():
                kind = kinds.get(f"{library}.{name}")
                if kind is None or value is None:
                    continue
                read = kind.read(kind.retyped(value)).value
                if kind.dtype != "pages":  # pages are never carried
                    assert (list(read) if isinstance(read, tuple) else read) == value, name


def test_a_declared_none_is_declared_again():
    old = good(CONTEST)
    old["values"]["economy"]["fdi_usd"]["2025"] = 0
    old["declared"]["economy.fdi_usd.2025"] = "none"
    old["libraries"]["existing_enterprises"][0]["honours"] = []
    answers = carried(old, next_round(CONTEST)).answers[0]
    assert answers.values["economy.fdi_usd.2025"] == "无"
    assert answers.rows["existing_enterprises"][0]["honours"] == "无"


# --- what had problems -------------------------------------------------------------------------


def problem(key, level, cell="C6", explanation="", code="V999"):
    return {"key": key, "level": level, "cell": cell, "explanation": explanation, "code": code}


def test_values_with_problems_are_left_out_and_told():
    old = good(CONTEST)
    enterprises = old["libraries"]["existing_enterprises"]
    at = enterprises[1]["row"]
    old["problems"] = [
        problem("economy.revenue.2025", "error"),
        problem("economy.total_tax.2025", "explain"),
        problem("economy.employees.2025", "explain", explanation="属实"),
        problem("economy.trade_usd.2025", "info"),
        problem("existing_enterprises.county", "error", cell=f"E{at}"),
    ]
    found = carried(old, next_round(CONTEST))
    values = found.answers[0].values
    assert {"economy.revenue.2025", "economy.total_tax.2025"}.isdisjoint(values)
    assert {"economy.employees.2025", "economy.trade_usd.2025"} <= set(values)
    rows = found.answers[0].rows["existing_enterprises"]
    assert "county" not in rows[1] and "county" in rows[0] and len(rows) == len(enterprises)
    assert [(line.key, line.reason) for line in found.lines if line.result == LEFT_OUT] == [
        ("economy.revenue.2025", "上次报送时有问题（V999）"),
        ("economy.total_tax.2025", "上次报送时有问题（V999）"),
        ("existing_enterprises.county", "上次报送时有问题（V999）"),
    ]


def test_a_row_goes_as_a_whole_where_its_name_had_a_problem():
    old = good(CONTEST)
    first = old["libraries"]["key_projects"][0]
    old["problems"] = [problem("key_projects.project_name", "error", cell=f"D{first['row']}")]
    found = carried(old, next_round(CONTEST))
    names = [row["project_name"] for row in found.answers[0].rows["key_projects"]]
    assert names == [row["project_name"] for row in old["libraries"]["key_projects"][1:]]
    (line,) = (line for line in found.lines if line.result == LEFT_OUT)
    assert line.reason == "上次报送时有问题（V999），整行没有预填"
    assert f"上次第{first['row']}行" in line.label


def test_what_the_form_no_longer_takes_is_left_out_and_told():
    old = good(CONTEST)
    old["values"]["basics"]["category"] = "别的集群"
    old["values"]["economy"]["revenue"]["2025"] = "很多"
    found = carried(old, next_round(CONTEST))
    left = {line.key: line for line in found.lines if line.result == LEFT_OUT}
    assert set(left) == {"basics.category", "economy.revenue.2025"}
    assert {line.reason for line in left.values()} == {"按本次的要求不能这样填"}


def test_more_rows_than_the_blank_has():
    old = good(CONTEST)
    found = carried(old, next_round(CONTEST, rows=430))
    assert len(found.answers[0].rows["existing_enterprises"]) == 430
    left = [line for line in found.lines if line.result == LEFT_OUT]
    assert len(left) == len(old["libraries"]["existing_enterprises"]) - 430 > 0
    assert {line.reason for line in left} == {"本次的表只有430行"}


def test_the_list_tells_where_everything_stands():
    layout = next_round(CONTEST)
    found = carried(good(CONTEST), layout)
    rows = list(csv.DictReader(io.StringIO(found.as_csv().decode(), newline="")))
    by_key = {row["key"]: row for row in rows}
    revenue = by_key["economy.revenue.2025"]
    assert revenue["result"] == FILLED
    slot = layout.slots["economy.revenue.2025"][0]
    assert (revenue["sheet"], revenue["cell"]) == ("2.1 集群主要经济指标", slot.area.cell)
    assert float(revenue["value"]) == 190.2
    assert by_key["existing_enterprises"]["value"] == "436行"
    keys = set(found.answers[0].values) | set(found.answers[0].rows)
    assert {row["key"] for row in rows if row["result"] == FILLED} == keys


# --- whose it is -------------------------------------------------------------------------------


def submission(name, cluster="", county="", to="", verdict="通过", year=2025):
    values = {"basics": {"cluster_name": cluster or None, "counties": [county] if county else []},
              "economy": {"revenue": {str(year): 1.5}}}  # fmt: skip
    return EarlierReturn({"form": CONTEST, "year": year, "submission": name, "issued_to": to,
                   "verdict": verdict, "values": values, "declared": {}, "libraries": {},
                   "problems": []})  # fmt: skip


def roster(*rows):
    """(county, cluster name) of each row; the first is row 2."""
    cities = {"邵东市": "邵阳市", "浏阳市": "长沙市"}
    return Roster(entries=tuple(
        RosterRow(row=n, county=county, city=cities.get(county, ""), cluster_name=name)
        for n, (county, name) in enumerate(rows, start=2)
    ))  # fmt: skip


def matched(listed, *sources):
    """{row: submission}, and {row or submission: reason} of the rest."""
    found = prefill.prefilled(next_round(CONTEST), listed, sources)
    taken = {line.row: line.submission for line in found.lines if line.result == FILLED}
    assert set(taken) == set(found.answers)
    rest = {line.row or line.submission: line.reason for line in found.lines
            if line.result in (UNMATCHED, UNUSED)}  # fmt: skip
    return taken, rest


def test_by_whom_it_was_issued_to_then_by_cluster_then_by_county():
    taken, rest = matched(
        roster(("邵东市", "小五金集群"), ("浏阳市", "烟花集群"), ("桂阳县", "")),
        submission("A", to="邵阳市邵东市 小五金集群", cluster="已改名集群"),
        submission("B", cluster="烟花 集群", county="浏阳市", to="别的写法"),
        submission("C", cluster="家居集群", county="桂阳县"),
    )
    assert taken == {2: "A", 3: "B", 4: "C"}
    assert rest == {}


def test_of_several_returns_the_one_that_passed():
    listed = roster(("邵东市", "小五金集群"))
    facts = {"cluster": "小五金集群", "county": "邵东市"}
    returned = submission("A", verdict="退回", **facts)
    taken, rest = matched(listed, returned, submission("A-R1", **facts))
    assert taken == {2: "A-R1"}
    assert list(rest) == ["A"]
    taken, rest = matched(listed, returned, submission("B", verdict="退回", **facts))
    assert taken == {}
    assert rest == {
        2: "来源中有几份报送（A、B），无法确定是哪一份",
        "A": "没有预填到任何一份工作簿", "B": "没有预填到任何一份工作簿",
    }  # fmt: skip
    assert matched(listed, returned)[0] == {2: "A"}


@pytest.mark.parametrize(
    ("row", "facts"),
    [
        (("邵东市", "小五金集群"), {"cluster": "小五金集群", "county": "浏阳市"}),
        (("邵东市", "小五金集群"), {"cluster": "打火机集群", "county": "邵东市"}),
        (("邵东市", "小五金集群"), {}),
    ],
)
def test_nothing_is_guessed(row, facts):
    taken, rest = matched(roster(row), submission("A", **facts))
    assert taken == {}
    assert rest == {2: "来源中没有它的报送", "A": "没有预填到任何一份工作簿"}


def test_one_return_is_not_given_to_two():
    taken, rest = matched(
        roster(("邵东市", "小五金集群"), ("邵东市", "")),
        submission("A", cluster="小五金集群", county="邵东市"),
    )
    assert taken == {}
    assert rest[2] == rest[3] == "报送A也可能是名单中另一行的，无法确定"


@pytest.mark.parametrize("form", FORMS)
def test_the_first_sheet_tells_that_it_is_prefilled(form):
    layout = next_round(form)
    for answers, told in ((carried(good(form), layout).answers[0], True), (None, False)):
        data = write_template(layout, Stamp.of(layout.workbook), answers)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            texts = archive.read("xl/sharedStrings.xml").decode()
        assert ("已预填2025年度申报的内容" in texts) == told


def test_the_roster_knows_better(tmp_path):
    """What it says stands in the workbook, and the rest is last year's."""
    layout = next_round(CONTEST)
    path = tmp_path / "r.csv"
    path.write_text(
        "市州,县,集群名称,联系人\n邵阳市,邵东市,邵阳市邵东市小五金产业集群,新联系人\n", "utf-8"
    )
    listed = read_roster(path, layout.workbook)
    found = prefill.prefilled(layout, listed, [EarlierReturn(good(CONTEST))])
    issued = issue.write(
        layout, listed, tmp_path / "out", issued_on="2027-01-05", besides=found.besides()
    )
    said = document((tmp_path / "out" / issued[0].file).read_bytes())
    assert said["values"]["cover"]["contact_name"] == "新联系人"
    assert (
        said["values"]["cover"]["contact_phone"]
        == good(CONTEST)["values"]["cover"]["contact_phone"]
    )
    assert said["values"]["economy"]["revenue"] == {"2025": 190.2, "2026": None}
    assert said["issued_to"] == "邵阳市邵东市 邵阳市邵东市小五金产业集群"
    lines = (tmp_path / "out" / prefill.LIST).read_bytes()
    assert lines == found.as_csv()
    assert b"cover.contact_name" not in lines


# --- the command -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """What an import of last year left, as far as it is read."""
    folder = tmp_path_factory.mktemp("out")
    (folder / "submissions").mkdir()
    text = json.dumps(_good(FUJIAN), ensure_ascii=False)
    (folder / "submissions" / "YL-F-good.json").write_text(text, "utf-8")
    return folder


def run(*args):
    return CliRunner().invoke(cli, list(map(str, args)), prog_name="clusterbook")


def test_one_blank_from_a_folder_a_document_or_a_workbook(out, tmp_path):
    sources = (out, out / "submissions" / "YL-F-good.json", SAMPLES / FUJIAN / "good.xlsx")
    for number, earlier in enumerate(sources):
        target = tmp_path / f"{number}.xlsx"
        done = run("blank", FUJIAN, "--year", 2026, "--prefill", earlier, "-o", target)
        assert done.exit_code == 0, done.output
        assert f"已预填 1 份。清单：{tmp_path / f'{number}.prefill.csv'}" in done.output
    assert len({(tmp_path / f"{n}.xlsx").read_bytes() for n in range(3)}) == 1
    assert len({(tmp_path / f"{n}.prefill.csv").read_bytes() for n in range(3)}) == 1


def test_a_roster_with_and_without_a_source(out, tmp_path):
    name = _good(FUJIAN)["values"]["basics"]["cluster_name"]
    rows = tmp_path / "r.csv"
    rows.write_text(f"市,县,集群名称\n泉州市,洛江区,{name}\n泉州市,晋江市,鞋服集群\n", "utf-8")
    folder = tmp_path / "发放"
    done = run("blank", FUJIAN, "--year", 2026, "--roster", rows, "--prefill", out, "-o", folder)
    assert done.exit_code == 0, done.output
    assert "已预填 1 份，1 行名单没有找到来源。清单：" in done.output
    assert len(list(folder.glob("0*.xlsx"))) == 2
    assert (folder / "prefill.csv").is_file()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((FUJIAN, "--year", 2024, "--prefill", "{out}"), "晚于本次的2024年度"),
        ((CONTEST, "--prefill", "{out}"), "没有“cluster_contest”的报送"),
        ((FUJIAN, "--prefill", "{tmp}"), "没有导入结果"),
        ((FUJIAN, "--prefill", "{tmp}/none"), "找不到"),
        ((FUJIAN, "--prefill", "{tmp}/other.json"), "不是导入结果中的 .json 文件"),
        ((FUJIAN, "--prefill", "{tmp}/broken.json"), "不是导入结果中的 .json 文件"),
        ((FUJIAN, "--prefill", "{tmp}/broken.xlsx"), "无法预填"),
        ((FUJIAN, "--prefill", "{two}"), "有2份报送"),
    ],
)
def test_sources_that_nothing_can_be_taken_from(args, said, out, tmp_path):
    (tmp_path / "other.json").write_text("[]", "utf-8")
    (tmp_path / "broken.json").write_text("{", "utf-8")
    (tmp_path / "broken.xlsx").write_text("none", "utf-8")
    two = tmp_path / "two" / "submissions"
    two.mkdir(parents=True)
    for name in "ab":
        text = json.dumps(good(FUJIAN, submission=name))
        (two / f"{name}.json").write_text(text, "utf-8")
    places = {"out": out, "tmp": tmp_path, "two": two.parent}
    target = tmp_path / "x.xlsx"
    done = run("blank", *(str(arg).format(**places) for arg in args), "-o", target)
    assert done.exit_code == 2, done.output
    assert said in done.output
    assert not target.exists()
