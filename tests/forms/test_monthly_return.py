"""The worked example of the documentation: a monthly return from a folder outside of the package."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from support.office import Office
from support.places import DOCS

import clusterbook as cb
from clusterbook.engine.gather import run
from clusterbook.engine.inbox import find_files
from clusterbook.forms import registry
from clusterbook.forms.options import Options
from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.layout.layout import Layout
from clusterbook.layout.own_sheets import META_SHEET, WHOLE_SHEET
from clusterbook.testing import forms_from, imported
from clusterbook.testing.expectations import opened
from clusterbook.testing.live import stored_told
from clusterbook.testing.reading_back import Here
from clusterbook.workbook.content import Entries
from clusterbook.workbook.writer import write_template

EXAMPLE = DOCS / "examples" / "monthly_return"
FORMS = EXAMPLE / "forms"
FORM = "cluster_monthly"

sys.path.append(str(EXAMPLE))
import fill as monthly  # noqa: E402 - the script of the example


@pytest.fixture(autouse=True)
def _known() -> Iterator[None]:
    with forms_from(FORMS):
        yield


@pytest.fixture
def layout() -> Layout:
    return layouts.of(FORM, Options(month=10))


def written(layout: Layout, answers: Entries | None = None, issue: str = "M1") -> bytes:
    stamp = Stamp.of(layout.workbook, issue=issue, issued_to="某县")
    return write_template(layout, stamp, answers)


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "clusterbook", "--forms", str(FORMS), *arguments],
        capture_output=True, encoding="utf-8", check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- what is printed -----------------------------------------------------------------------------


def test_constants_months_and_subtotals_are_printed(layout: Layout) -> None:
    book = opened(written(layout))
    sheet = book["一、主要指标"]
    shown = [[cell.value for cell in row] for row in sheet["B3:J4"]]
    assert [text.replace("\n", "") for text in shown[0] if text] == [
        "指标名称", "指标代码", "计量单位", "2025年10月", "1—10月累计", "去年同期2024年10月",
        "去年同期1—10月累计", "累计增幅（%）", "增减原因",
    ]  # fmt: skip
    assert [text for text in shown[1] if text][:3] == ["一、工业总产值", "1210", "万元"]
    assert sheet["C4"].protection.locked
    products = book["二、产品产量（消费品）"]
    heads = [products.cell(row, 3).value for row in (5, 6, 7)]
    assert heads == ["合计", "13 农副食品", "14 食品制造"]


def test_january_has_no_column_of_the_year_so_far() -> None:
    january = layouts.of(FORM, Options(report_year=2026, month=1))
    assert "output.c1210.2026m01" in january.slots
    assert not [key for key in january.slots if key.endswith("m01_01")]
    assert "B01.to_date" not in {rule.code for rule in january.workbook.rules}


@pytest.mark.parametrize(
    ("made", "time", "label"),
    [
        ({"year": 2025, "first": 10}, "2025m10", "2025年10月"),
        ({"year": 2025, "first": 1, "last": 10}, "2025m01_10", "2025年1—10月"),
        ({"year": 2025, "number": 3}, "2025q3", "2025年三季度"),
    ],
)
def test_stretches_are_named_by_their_months(made: dict[str, int], time: str, label: str) -> None:
    from clusterbook import forms as f

    column = f.Quarter(**made) if "number" in made else f.Months(**made)
    assert (column.time, column.label) == (time, label)


# --- which month ---------------------------------------------------------------------------------


def test_a_blank_is_of_a_month(tmp_path: Path) -> None:
    form = cb.load_form(FORM)
    with pytest.raises(cb.Error) as caught:
        form.blank()
    assert caught.value.facts == {"form": FORM, "months": tuple(range(1, 13))}
    with pytest.raises(cb.Error):
        form.issue("名单.csv", tmp_path / "out")
    with pytest.raises(cb.Error, match="不按月报送"):
        cb.load_form("cluster_contest", month=3)
    october = cb.load_form(FORM, month=10)
    assert (october.round, october.month) == ("2025-10", 10)
    text = opened(october.blank())["首页"]
    assert any("报告期：2025年10月" in str(cell.value) for row in text for cell in row)


def test_months_are_different_rounds(tmp_path: Path) -> None:
    """The same county in two months: two returns, and neither replaces the other."""
    for month in (9, 10):
        own = layouts.of(FORM, Options(month=month))
        values = {key: value for key, value in monthly.good().values.items() if key in own.slots}
        (tmp_path / f"{month}.xlsx").write_bytes(written(own, Entries(values=values), issue=""))
    batch = run(find_files([tmp_path]), pool=Here())
    assert len(batch.groups) == 2
    codes = {problem.code for one in batch.submissions for problem in one.problems}
    assert not {code for code in codes if code.startswith("F")}


def test_without_its_stamp_the_month_is_read_off_the_heads(layout: Layout) -> None:
    book = opened(written(layout, monthly.good()))
    del book[META_SHEET]
    book.properties.description = ""
    for name in [name for name in book.defined_names if name == "cb_id"]:
        del book.defined_names[name]
    out = BytesIO()
    book.save(out)
    (one,) = imported(out.getvalue()).submissions
    assert one.stamp is not None
    assert (one.stamp.form, one.stamp.month) == (FORM, 10)


def test_a_stamp_of_no_month_is_of_no_form_of_ours(layout: Layout) -> None:
    no_month = layouts.of(FORM, Options())
    (one,) = imported(written(no_month)).submissions
    assert [problem.code for problem in one.problems] == ["F102"]


def test_last_years_figures_come_from_last_years_return(layout: Layout) -> None:
    """The return of October 2024 fills in the columns 去年同期 of October 2025; that of September not."""
    form = cb.Form(layout)
    for month, filled in ((10, True), (9, False)):
        earlier = layouts.of(FORM, Options(report_year=2024, month=month))
        time = f"2024m{month:02d}"
        values = {f"output.c1210.{time}": 77.0, "cover.cluster_name": "某县五金产业集群",
                  "output.c1420_reason": monthly.REASON}  # fmt: skip
        data = written(earlier, Entries(values=values), issue="")
        with cb.Pool(1) as pool:
            document = pool.read(data).to_dict()
        answers = form.prefilled([document]).answers[0]
        assert answers.values["cover.cluster_name"] == "某县五金产业集群"
        assert answers.values.get("output.c1210.2024m10") == (77.0 if filled else None)
        assert "output.c1420_reason" not in answers.values, "it was the reason of another month"
        assert answers.earlier == f"2024年{month}月"


# --- returns -------------------------------------------------------------------------------------

SAID = [("P01.c1420", "一、主要指标", "F12")]
EXPECTED = {
    "good": ("通过", SAID),
    "no_reason": ("待说明", SAID),
    "wrong_sum": ("退回", [("B01.month", "一、主要指标", "E4"), *SAID]),
    "twice": ("退回", [
        ("V205", "一、主要指标", "E8"), *SAID, ("D01.consumer", "二、产品产量（消费品）", "C8"),
        ("D01.equipment", "二、产品产量（装备）", "C9"),
    ]),
}  # fmt: skip


@pytest.mark.parametrize("name", EXPECTED)
def test_a_return_has_exactly_its_problems(layout: Layout, name: str) -> None:
    data = written(layout, monthly.RETURNS[name]())
    (one,) = imported(data).submissions
    verdict, problems = EXPECTED[name]
    assert [(p.code, p.sheet, p.cell) for p in one.problems] == problems
    assert one.verdict == verdict
    assert stored_told(layout, data) == [], "the workbook says the same"


def test_a_reason_beside_the_figure_settles_the_question(layout: Layout) -> None:
    for reason, open_ in (("正常", True), (monthly.REASON, False)):
        good = monthly.good()
        values = {**good.values, "output.c1420_reason": reason}
        (one,) = imported(written(layout, Entries(values=values, rows=good.rows))).submissions
        (problem,) = (p for p in one.problems if p.code == "P01.c1420")
        assert problem.open == open_
        assert ("J12" in problem.how_to_mend()) is True


def test_by_command(tmp_path: Path) -> None:
    """Blank, filled by the script of the example, imported, summed up, described."""
    blank = tmp_path / "blank.xlsx"
    refused = command("blank", FORM, "-o", str(blank))
    assert (refused.returncode, "--month" in refused.stderr) == (2, True)
    made = command("blank", FORM, "--month", "10", "-o", str(blank))
    assert made.returncode == 0, made.stderr
    monthly.write(tmp_path / "in")
    out = tmp_path / "OUT"
    done = command("import", str(tmp_path / "in"), "-o", str(out), "--parquet")
    assert done.returncode == 1, done.stderr
    assert {(one["year"], one["month"]) for one in lines(out / "submissions.csv")} == {
        ("2025", "10")
    }
    values = {
        (one["field"], one["stretch"]): one["number"]
        for one in lines(out / "tables" / "values.csv") if one["submission"] == "M-good"
    }  # fmt: skip
    assert values["c1210", "2025m01_10"] == "79600"
    products = [
        one for one in lines(out / "tables" / "products.csv") if one["submission"] == "M-good"
    ]
    assert [(one["part"], one["code"], one["row"]) for one in products] == [
        ("consumer", "1311", "8"), ("consumer", "1392", "9"), ("consumer", "1432", "10"),
        ("equipment", "3421", "8"),
    ]  # fmt: skip
    document = json.loads((out / "submissions" / "M-good.json").read_text("utf-8"))
    assert (document["year"], document["month"]) == (2025, 10)
    assert document["values"]["output"]["c1330"] == {
        "2025m10": 512, "2025m01_10": 4880, "2024m10": 470, "2024m01_10": 4500,
    }  # fmt: skip
    summary = tmp_path / "汇总.xlsx"
    summed = command("summarize", str(out), "-o", str(summary), "--include-returned")
    assert summed.returncode == 0, summed.stderr
    book = opened(summary.read_bytes())
    texts = {str(cell.value) for sheet in book for row in sheet for cell in row if cell.value}
    assert {"2025年1—10月", "2024年10月", "数控机床"} <= texts
    assert any("2025年10月工业集群运行月报" in text for text in texts)
    assert "（2025年10月）4 份" in (out / "report.html").read_text("utf-8")
    described = command("describe", FORM, "--month", "10", "--format", "json").stdout
    facts = json.loads(described)
    (block,) = (one for one in facts["blocks"] if one["key"] == "output")
    assert block["rows"][0] == {
        "key": "c1210",
        "label": "一、工业总产值",
        "code": "1210",
        "unit": "万元",
    }
    assert facts["months"] == list(range(1, 13))


def test_from_python(tmp_path: Path) -> None:
    """The same without a command: read from bytes, imported, a table as a frame, the summary."""
    monthly.write(tmp_path / "in")
    with cb.Pool(1) as pool:
        one = pool.read(tmp_path / "in" / "good.xlsx")
        assert (one.verdict, one["output.c1210.2025m10"]) == ("通过", 8200.0)
        round_ = pool.import_returns([tmp_path / "in"], tmp_path / "OUT")
    frame = round_.table("products").frame()
    cb.load_form(FORM, month=10).schema("products").validate(frame)
    assert frame["to_date_value"].sum() == 4 * (5900 + 1150 + 2300 + 9300) + 27
    assert round_.summary(include_returned=True)[:2] == b"PK"


@pytest.mark.office
def test_filled_in_libreoffice(layout: Layout, office: Office, tmp_path: Path) -> None:
    """A clerk types all of it; sums, subtotals and states are worked out as they are read."""
    path = tmp_path / "blank.xlsx"
    path.write_bytes(cb.Form(layout).blank())
    answers = monthly.no_reason()
    entries = [
        (layout.sheet_of[key].name, layout.slots[key][0].area.cell, f"{value}")
        for key, value in answers.values.items()
    ]
    for library, rows in answers.rows.items():
        body, sheet = layout.bodies[library], layout.sheet_of[library].name
        for at, row in enumerate(rows):
            for column in body.columns:
                name = body.first_cell(column)
                cell = f"{name.rstrip('0123456789')}{body.first_row + 1 + at}"
                entries.append((sheet, cell, f"{row[column.field.key]}"))
    with office.open(path) as doc:
        assert all(doc.type(entries))
        doc.recalculate()
        assert doc.formulas_with_errors() == []
        totals = [doc.texts("二、产品产量（消费品）", f"H{row}:I{row}")[0] for row in (5, 6, 7)]
        assert [[float(text.replace(",", "")) for text in row] for row in totals] == [
            [970, 9350], [730, 7050], [240, 2300],
        ]  # fmt: skip
        states = {row[0].split("　")[0]: row[3] for row in doc.texts(WHOLE_SHEET, "B1:H40")}
        assert states["P01"] in ("通过", "需说明")
        waits = [row for row in doc.texts(WHOLE_SHEET, "B1:H40") if row[3] == "需说明"]
        assert [(row[1], row[6]) for row in waits] == [("一、主要指标", "填在“一、主要指标”J12")]
        assert doc.type([("一、主要指标", "J12", monthly.REASON)]) == [True]
        doc.recalculate()
        assert "需说明" not in {row[3] for row in doc.texts(WHOLE_SHEET, "B1:H40")}
        back = doc.save(tmp_path / "back.xlsx").read_bytes()
    (one,) = imported(back).submissions
    assert [(p.code, p.open) for p in one.problems] == [("P01.c1420", False)]
    assert one.verdict == "通过"


def test_its_codes_can_be_found_by_searching() -> None:
    """Each rule's code, or the part of it before the column, stands in the files of the form."""
    text = "".join(path.read_text("utf-8") for path in FORMS.iterdir() if path.is_file())
    for rule in registry.workbook(FORM, Options(month=10)).rules:
        assert rule.code in text or f"{rule.code.split('.')[0]}:" in text, rule.code
