"""A new form is one new file: found, built, filled, read back, its rules alive on both sides."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import evolve
from support.fill import fill, imported
from support.forms_given import forms_from
from support.office import Office
from support.places import FORMS
from system import agreement

from clusterbook.forms import registry
from clusterbook.forms.consistency import SpecError, check
from clusterbook.forms.expressions.nodes import answer
from clusterbook.forms.kinds import Integer, Percent
from clusterbook.forms.options import Options
from clusterbook.forms.rules import AtMost, Rule
from clusterbook.forms.spec import Answers, Field, Sheet, Workbook
from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.layout.layout import Layout
from clusterbook.layout.own_sheets import WHOLE_SHEET
from clusterbook.workbook import writer
from clusterbook.workbook.content import Entries


@pytest.fixture(scope="module")
def layout() -> Iterator[Layout]:
    """The form of tests/specs, registered by nothing but its file."""
    with forms_from(FORMS):
        yield layouts.of("tiny_form")


def test_it_is_found_and_filled_and_read_back(layout: Layout) -> None:
    assert "tiny_form" in registry.form_ids()
    stamp = Stamp.of(layout.workbook)
    batch = imported(writer.write_template(layout, stamp, fill(layout, seed=3).answers()))
    assert [p for p in batch.submissions[0].problems if p.own is None] == []


def test_each_rule_speaks(layout: Layout) -> None:
    """Over some random workbooks every rule is broken at least once, with a whole sentence."""
    said = {}
    for seed in range(60):
        stamp = Stamp.of(layout.workbook)
        data = writer.write_template(layout, stamp, agreement.spoiled(layout, seed))
        for problem in imported(data).submissions[0].problems:
            if problem.own is not None:
                said[problem.code] = problem
    silent = {rule.code for rule in layout.workbook.rules} - set(said)
    assert silent <= {"B02.order", "B06.says", "B07.items", "C01.not", "C02.paper", "B01.known"}
    for problem in said.values():
        assert "{" not in problem.message() + problem.message("en")
        assert problem.cell
        assert problem.sheet


@pytest.mark.office
@pytest.mark.parametrize("seed", range(8))
def test_the_workbook_says_what_the_importer_says(
    layout: Layout, office: Office, seed: int, tmp_path: Path
) -> None:
    assert agreement.disagreements(office, layout, seed, tmp_path) == []


def test_a_rule_that_leads_nowhere_is_named() -> None:
    """Every fault of a spec at once, when it is loaded."""
    book = registry.workbook("cluster_contest", Options())
    lost = Rule(code="A01.x", level="error", reason="", source="",
                holds=AtMost(answer("economy.nothing.2025"), 1))  # fmt: skip
    with pytest.raises(SpecError) as caught:
        check(evolve(book, rules=(lost, lost)))
    assert len(caught.value.faults) >= 3
    assert any("economy.nothing.2025" in fault for fault in caught.value.faults)
    assert any("used twice" in fault for fault in caught.value.faults)


def test_none_is_no_zero_where_zero_is_out_of_bounds() -> None:
    """Else the workbook would take 无, and the importer refuse it as too small."""
    rank = Answers(key="ranks", rows=(Field("first", "排名", Integer(low=1)),
                                   Field("second", "名次", Integer(low=1, none=False)),
                                   Field("rate", "增幅", Percent(low=1))))  # fmt: skip
    sheet = Sheet(key="ranks", name="排名", title="排名", blocks=(rank,))
    book = Workbook(id="ranks", version="1", title="排名", options=Options(), sheets=(sheet,))
    with pytest.raises(SpecError) as caught:
        check(book)
    assert caught.value.faults == ["ranks.first: takes 无 as 0, which is not within its bounds"]


@pytest.mark.office
def test_a_written_reason_settles_what_is_to_be_explained(
    layout: Layout, office: Office, tmp_path: Path
) -> None:
    """A reason typed on the whole list is read with the rule; an error it does not settle."""
    values = {
        "head.name": "某市某集群", "head.date": "2026-03-01", "head.unit": "某局",
        "size.output.2024": 100.0, "size.output.2025": 40.0, "size.profit.2024": 5.0,
        "size.profit.2025": 2.0, "size.margin.2024": 5.0, "size.margin.2025": 5.0,
        "size.firms.2024": 1.0, "size.firms.2025": 1.0, "size.sme.2024": 1.0, "size.sme.2025": 1.0,
    }  # fmt: skip
    row = {"name": "某市某某有限公司", "small": "是", "revenue": 3.0, "founded": "2001-05",
           "products": "锁"}  # fmt: skip
    answers = Entries(values=values, rows={"firms": [row]})
    path = tmp_path / "return.xlsx"
    path.write_bytes(writer.write_template(layout, Stamp.of(layout.workbook), answers))
    before = imported(path.read_bytes()).submissions[0]
    broken = {p.code for p in before.problems if p.own is not None}
    assert broken == {"A02.at_least", "A07.growth", "A08.yearly"}
    assert before.verdict == "待说明"
    with office.open(path) as doc:
        for code in ("A02.at_least", "A07.growth"):
            sheet, cell = (
                doc.names()[f"cb_reason.{code}"].lstrip("$").replace("'", "").split(".")[:2]
            )
            assert doc.type([(sheet, cell.replace("$", ""), "龙头企业停产检修。")]) == [True]
        doc.recalculate()
        shown = doc.texts(WHOLE_SHEET, "B1:G40")
        states = {line[0].split("　")[0]: line[3] for line in shown if line[0][:1] in "AB"}
        assert states["A02"] == "已说明"
        after = imported(doc.save(tmp_path / "again.xlsx").read_bytes()).submissions[0]
    reasons = {p.code: p.explanation for p in after.problems if p.own is not None}
    assert reasons["A02.at_least"] == "龙头企业停产检修。"
    assert reasons["A08.yearly"] == ""
    assert after.verdict == "通过"
