"""The samples: good ones pass, bad ones lead to exactly the problems beside them, all can be rebuilt."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import build
import content_cluster_contest as contest
import content_fujian_sme_cluster as fujian
import pytest
from draft import MARK
from office_file import contents
from support.office import Office
from support.places import SAMPLES

from clusterbook.forms import registry
from clusterbook.layout import layouts
from clusterbook.problems import CATALOGUE

FORMS = tuple(build.FORMS)
BAD = build.bad_samples()
# Codes that no sample leads to, and why.
NOT_COVERED = {
    "F104": "a password needs a cipher, and Python brings none; test_formats has such a file",
    "F106": "what is beyond the limits is an attack; test_hostile has them",
    "F107": "a file that the operating system does not let us read",
    "F110": "needs a register of what was issued",
    "F190": "said of files that are not read at all, such as the .problems.json here",
    "F150": "test_strangers_words has damaged stamps",
    "F151": "needs a machine that ends workers; test_importing has one",
    "F152": "a folder that the operating system does not open; test_inbox has one",
    "F153": "a link to a folder; test_inbox has one",
    "F154": "test_attachments has attachments",
    "F170": "test_locked has such files",
    "F171": "test_honest_files has such files",
    "F172": "test_honest_files has such files",
    "F173": "test_locked has such files",
    "F174": "test_honest_files has such files",
    "F175": "test_honest_files has such files",
    "F155": "test_kinds_of_files has such a file",
    "F156": "test_kinds_of_files has such a file",
    "V269": "a hint; test_human_values has such pages",
    "V217": "needs an office program that turned a text into a date",
    "V218": "needs a picture in a cell; test_human_values has one",
    "V236": "test_human_values has such names",
    "R201": "needs submissions of several clusters; test_across has them",
    "R202": "needs submissions of several clusters; test_across has them",
    "R203": "needs submissions of several clusters; test_across has them",
    "F111": "needs several returns of one workbook; test_across has them",
    "F112": "needs several returns of one workbook; test_across has them",
    "F113": "needs a register of what was issued",
    **dict.fromkeys(["F216", "F217"], "test_foreign_saves has such files"),
    **dict.fromkeys(
        ["F160", "F161", "F162", *(f"V30{number}" for number in range(1, 9))],
        "needs a volume of evidence; tests/evidence has them",
    ),
    "F120": "needs a file that ends its worker; test_importing has one",
    "L104": "test_place has edited labels",
    "L110": "needs a workbook whose stored results an office program left stale",
    "F116": "needs the import of an earlier round; test_promises has one",
    "F115": "needs sheets copied into a new workbook; test_place has them",
    "L112": "test_place has sheets of one's own",
    "L113": "test_place has sheets of one's own",
    "L114": "test_extract has merged cells",
    "L115": "test_extract has merged cells",
    "L116": "test_extract has hidden rows",
    "L117": "test_extract has changed formulas",
    "L118": "test_stored_results has formulas written over",
    "L123": "needs a form that asks less than before; test_form_changed has one",
    **dict.fromkeys(["L135", "L136", "L137", "L138", "L139"], "test_overlays draws over cells"),
    **dict.fromkeys(["L140", "L141"], "test_row_kinds has such rows"),
    **dict.fromkeys(["L130", *(f"V{number}" for number in range(264, 269))], "test_appearance has such cells"),
    "L119": "test_extract has rows beyond the last one",
    "L120": "test_extract has totals among the rows",
    "L121": "test_extract has pasted heads",
    "L122": "test_place has sheets without marks",
    "V290": "both forms put X/X/X/X together from four numbers",
} | dict.fromkeys(
    ["F101", "F103", "F131", "F132", "F133", *(f"F{number}" for number in range(135, 142)), "F143", "F144"],
    "test_formats has such a file",
) | dict.fromkeys(
    ["F145", "F146", "F147"], "said of what is inside an archive; test_archives has such files"
) | dict.fromkeys(
    [*(f"F{number}" for number in range(201, 207)), *(f"F{number}" for number in range(208, 216))],
    "test_told has such a file",
)  # fmt: skip


@pytest.fixture(scope="module")
def results():
    return build.imported(SAMPLES)


def test_every_form_has_samples():
    assert sorted(FORMS) == list(registry.form_ids())


@pytest.mark.parametrize("form", FORMS)
def test_good_passes_without_a_word(form, results):
    assert results[f"{form}/good.xlsx"] == {"verdict": "通过", "problems": []}


@pytest.mark.parametrize("form", FORMS)
def test_an_honest_return_is_not_sent_back_and_hardly_asked(form, results):
    """Its industry and county are others than those of the good sample."""
    assert build.asked_too_much(form, results[f"{form}/honest.xlsx"]["problems"]) == []
    assert results[f"{form}/honest.xlsx"]["verdict"] != "退回"


def test_asking_too_much_is_noticed():
    one = {"code": "A1", "key": "k", "level": "explain", "message": "?"}
    many = [one | {"code": f"A{n}"} for n in range(build.MOST_ASKED + 1)]
    assert build.asked_too_much(FORMS[0], [one] * 9 + many[1:3] + [one | {"level": "info"}]) == []
    assert build.asked_too_much(FORMS[0], [one | {"level": "error"}]) == ["A1 k"]
    assert len(build.asked_too_much(FORMS[0], many)) == 1


@pytest.mark.parametrize("form", FORMS)
def test_blank_asks_for_what_is_required_and_for_nothing_else(form, results):
    layout = layouts.of(form)
    problems = results[f"{form}/blank.xlsx"]["problems"]
    assert {p["code"] for p in problems} <= {"V101", "V102", "V104"}
    first = {key: parts[0] for key, parts in layout.slots.items() if not parts[0].locked}
    inputs = {(layout.sheet_of[key].name, slot.area.cell) for key, slot in first.items()}
    for key, body in layout.bodies.items():
        inputs |= {(layout.sheet_of[key].name, body.first_cell(c)) for c in body.inputs}
    assert {(p["sheet"], p["cell"]) for p in problems} <= inputs
    asked = {key: slot.field for key, slot in first.items()}
    always = {k for k, f in asked.items() if f.required and f.when is None and not f.default}
    assert {p["key"] for p in problems if p["code"] == "V101"} == always
    expected_lists = {key for key, body in layout.bodies.items() if body.library.least}
    assert {p["key"] for p in problems if p["code"] == "V104"} == expected_lists


@pytest.mark.parametrize("file", BAD)
def test_bad_leads_to_the_problems_beside_it(file, results):
    expected = json.loads((SAMPLES / file).with_suffix(".problems.json").read_text("utf-8"))
    assert results[file]["problems"] == expected
    assert sorted(f"{p['code']} {p['key']}" for p in expected) == list(BAD[file].expected)


def test_every_code_is_shown_or_excused(results):
    shown = {p["code"] for file in BAD for p in results[file]["problems"]} & set(CATALOGUE)
    assert shown.isdisjoint(NOT_COVERED)
    assert shown | NOT_COVERED.keys() == CATALOGUE.keys()


def test_sentences_are_whole(results):
    odd = re.compile(r"[{}\n]|“”|（）|\(\)|\bNone\b|\bnan\b|[，：；]。|。。")
    for one in results.values():
        for problem in one["problems"]:
            for text in (problem["message"], problem["how_to_mend"]):
                assert not odd.search(text), text
                assert text.endswith("。"), text


# --- what the good ones hold ---------------------------------------------------------------------


@pytest.mark.parametrize("size", [contest.FULL, contest.SMALL], ids=["full", "small"])
def test_the_contest_sample_is_consistent(size):
    values, rows = contest.content(size)
    firms = rows["existing_enterprises"]

    def indicator(key):
        return values[f"{key}.2025"]

    def with_honour(word):
        return sum(word in firm["honours"] for firm in firms)

    assert indicator("cultivation.enterprises") == len(firms)
    assert indicator("cultivation.scale_enterprises") == sum(f["is_scale"] == "是" for f in firms)
    assert indicator("cultivation.hightech_enterprises") == sum(
        f["is_hightech"] == "是" for f in firms
    )
    assert indicator("cultivation.listed_enterprises") == sum(
        f["listing"] != "未上市" for f in firms
    )
    assert indicator("cultivation.iii_certified") == sum(f["iii_cert"] == "是" for f in firms)
    assert indicator("cultivation.national_champions") == with_honour("国家单项冠军")
    assert indicator("cultivation.provincial_champions") == with_honour("省级单项冠军")
    assert indicator("cultivation.little_giants") == with_honour("国家“专精特新”小巨人")
    assert indicator("cultivation.provincial_srdi") == with_honour("省级“专精特新”小巨人")
    assert all((f["main_revenue_y2"] >= 0.2) == (f["is_scale"] == "是") for f in firms)
    assert sum(f["main_revenue_y2"] for f in firms) < indicator("economy.revenue")
    assert len({f["contact_phone"] for f in firms}) == len(firms)
    assert {r["enterprise_name"] for r in rows["top_rd"]} <= {f["enterprise_name"] for f in firms}


def test_the_contest_lists_have_what_the_indicators_count():
    values, rows = contest.content()

    def levels(library, level, **more):
        return sum(row["level"] == level and more.items() <= row.items() for row in rows[library])

    design = {"carrier_type": "工业设计中心"}
    factory, supply = {"green_type": "绿色工厂"}, {"green_type": "绿色供应链管理企业"}
    for key, level in (("national", "国家级"), ("provincial", "省级")):
        counts = {
            f"innovation.{key}_carriers": levels("innovation_carriers", level),
            f"innovation.{key}_design_centers": levels("innovation_carriers", level, **design),
            f"green.{key}_green_factories": levels("green_units", level, **factory),
            f"green.{key}_green_supply": levels("green_units", level, **supply),
            f"services.{key}_platforms": levels("service_platforms", level),
        }
        assert {name: values[f"{name}.2025"] for name in counts} == counts
    in_yi = {
        row["project_name"]: row["total_investment_yi"]
        for row in rows["ongoing_projects"] + rows["planned_projects"]
    }
    for row in rows["key_projects"]:
        assert in_yi[row["project_name"]] == pytest.approx(row["total_investment_wan"] / 10000)


@pytest.mark.parametrize("size", [fujian.FULL, fujian.SMALL], ids=["full", "small"])
def test_the_fujian_sample_is_consistent(size):
    values, rows = fujian.content(size)
    assert values["innovation.sme_patents"] == len(rows["patents_list"])
    per_10k = len(rows["patents_list"]) / values["innovation.sme_employees"] * 10000
    assert values["innovation.patents_per_10k"] == pytest.approx(per_10k, abs=0.005)
    standards = sum(v for k, v in values.items() if k.startswith("innovation.std_"))
    assert standards == len(rows["standards_list"])
    for kind in ("prov", "other"):
        names = values[f"innovation.plat_{kind}_names"].split("、")
        assert values[f"innovation.plat_{kind}_count"] == len(names)
    texts = [v for k, v in values.items() if k in fujian.TEXTS and k.startswith("plan.")]
    assert sum(map(len, texts)) <= 3000


@pytest.mark.parametrize("form", FORMS)
def test_every_printed_sheet_says_that_it_is_a_sample(form):
    with zipfile.ZipFile(SAMPLES / form / "good.xlsx") as package:
        sheets = [package.read(n).decode() for n in package.namelist() if "worksheets/sheet" in n]
    printed = [sheet for sheet in sheets if "<pageSetup" in sheet]
    assert len(printed) >= len(layouts.of(form).sheets)
    assert all(MARK in sheet for sheet in printed)


@pytest.mark.office
@pytest.mark.parametrize("form", FORMS)
def test_good_still_passes_with_what_an_office_program_computed(form, office: Office, tmp_path):
    (tmp_path / form).mkdir()
    with office.open(SAMPLES / form / "good.xlsx") as doc:
        doc.recalculate()
        doc.save(tmp_path / form / "good.xlsx")
    assert build.imported(tmp_path, [form]) == {
        f"{form}/good.xlsx": {"verdict": "通过", "problems": []}
    }


# --- the files -----------------------------------------------------------------------------------


def test_nothing_else_lies_beside_the_samples():
    known = {
        f"{form}/{name}.xlsx" for form in FORMS for name in ("blank", "good", "honest")
    } | BAD.keys()
    known |= {Path(file).with_suffix(".problems.json").as_posix() for file in BAD}
    there = {p for form in FORMS for p in (SAMPLES / form).rglob("*") if p.is_file()}
    assert {path.relative_to(SAMPLES).as_posix() for path in there} == known


@pytest.mark.large
def test_building_again_gives_the_same(tmp_path):
    build.build(tmp_path)
    built = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    assert built
    for path in built:
        kept = SAMPLES / path.relative_to(tmp_path)
        assert contents(path.read_bytes()) == contents(kept.read_bytes()), kept
