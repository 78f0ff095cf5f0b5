"""Pages of evidence: one question for all of them, never an error; half an index is no worse than none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import content_cluster_contest as contest
import content_fujian_sme_cluster as fujian
import pytest
from support.fill import Here

from clusterbook.engine import gather
from clusterbook.engine.inbox import find_files
from clusterbook.forms import registry
from clusterbook.forms.expressions.nodes import answer
from clusterbook.forms.kinds import Number, Pages
from clusterbook.forms.spec import Indicators, Row, block_fields
from clusterbook.forms.stamp import Stamp
from clusterbook.forms.table_columns import Column, Year
from clusterbook.layout import layouts
from clusterbook.layout.earlier import EarlierLayout, as_asked
from clusterbook.layout.layout import Layout
from clusterbook.problems import Problem
from clusterbook.readers.grid import read_grid
from clusterbook.returns.extract import extract
from clusterbook.returns.place import place
from clusterbook.validation.check import check
from clusterbook.validation.judged import Submission
from clusterbook.validation.normalize import normalize
from clusterbook.workbook.content import Entries
from clusterbook.workbook.writer import write_template
from workbook_specs._shared import PAGE_SLIPS

FORMS = {"cluster_contest": contest, "fujian_sme_cluster": fujian}
GROUPS = {"cluster_contest": "T09.proof", "fujian_sme_cluster": "T12.pages"}
LEVELS = {"cluster_contest": "explain", "fujian_sme_cluster": "info"}  # one prints no page cells
REASON = "佐证材料另行装订成册，页码待定"

Content = tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]


def content(form: str) -> Content:
    values, rows = FORMS[form].content(FORMS[form].SMALL)
    return dict(values), deepcopy(rows)


def written(form: str, filled: Content, reasons: Mapping[str, str] | None = None) -> bytes:
    layout = layouts.of(form)
    stamp = Stamp.of(layout.workbook, issue="YL-pages")
    return write_template(
        layout, stamp, Entries(values=filled[0], rows=filled[1], reasons=reasons or {})
    )


def told(form: str, *filled: Content) -> list[list[Problem]]:
    """What is found in each, judged together."""
    layout = layouts.of(form)
    books = [written(form, one) for one in filled]
    data = normalize(layout, [extract(place(read_grid(book), layout)) for book in books])
    check(data)
    return data.problems


def lines(form: str, problems: Iterable[Problem]) -> set[tuple[str, str]]:
    """What is asked of the county: level, and the code or that of the group."""
    line_of = {rule.code: rule.line for rule in layouts.of(form).workbook.rules}
    return {(p.level.value, line_of.get(p.code, p.code)) for p in problems}


def without_pages(form: str) -> Content:
    """The good sample as a clerk hands it in who has no pages yet."""
    values, rows = content(form)
    layout = layouts.of(form)
    for key, parts in layout.slots.items():
        if isinstance(parts[0].field.kind, Pages):
            values[key] = ""
    for key, column in layout.columns.items():
        library, name = key.split(".")
        if isinstance(column.field.kind, Pages):
            for row in rows[library]:
                row[name] = ""
    rows["evidence"] = []
    return values, rows


@pytest.mark.parametrize("form", FORMS)
def test_all_pages_left_empty_are_one_question(form):
    (problems,) = told(form, without_pages(form))
    assert len(problems) > 10
    assert lines(form, problems) == {(LEVELS[form], GROUPS[form])}


def imported(folder: Path, book: bytes) -> Submission:
    (folder / "县.xlsx").write_bytes(book)
    (one,) = gather.run(find_files([folder]), pool=Here()).submissions
    return one


def test_one_reason_answers_it(tmp_path):
    form = "cluster_contest"
    codes = {rule.code for rule in layouts.of(form).workbook.rules if rule.line == GROUPS[form]}
    book = written(form, without_pages(form), {min(codes): REASON})
    one = imported(tmp_path, book)
    assert one.verdict == "通过"
    assert {p.code for p in one.problems} <= codes
    assert {p.explanation for p in one.problems} == {REASON}


def test_pages_that_the_printed_form_has_no_cells_for_hold_nobody_up(tmp_path):
    form = "fujian_sme_cluster"
    one = imported(tmp_path, written(form, without_pages(form)))
    assert (one.verdict, lines(form, one.problems)) == ("通过", {("info", "T12.pages")})


def test_a_list_apart_must_be_found(tmp_path):
    form = "fujian_sme_cluster"
    values, rows = content(form)
    apart = {f"innovation.{one}_way": "清单另附" for one in ("standards_list", "patents_list")}
    pages = {f"innovation.{one}_pages": "" for one in ("standards_list", "patents_list")}
    rows |= {"standards_list": [], "patents_list": []}
    (problems,) = told(form, (values | apart | pages, rows))
    assert lines(form, problems) == {("explain", "T12.lists")}


@pytest.mark.parametrize("way", ["另附", "见附件", "详见附件", "清单附后", "☑清单另附"])
def test_a_list_apart_is_said_in_many_ways(way):
    kind = layouts.of("fujian_sme_cluster").slots["innovation.patents_list_way"][0].field.kind
    assert kind.read(way).value == "清单另附"


def half_filled(form: str) -> list[list[dict[str, Any]]]:
    """Indexes as they are handed in before they are done."""
    whole = content(form)[1]["evidence"]
    first = whole[0]
    return [
        whole[:3],
        [one | {"page_from": "", "page_to": ""} for one in whole],
        [one | {"page_to": ""} for one in whole],
        [{"title": one["title"]} for one in whole],
        [one | {"title": "", "related_item": ""} for one in whole],
        [first, dict(first)],
        [first | {"page_from": first["page_to"] + 5}],
        [{"page_to": 3}],
    ]


@pytest.mark.parametrize("form", FORMS)
def test_half_an_index_is_no_worse_than_none(form):
    values, rows = content(form)
    empty, *others = told(
        form, *((values, rows | {"evidence": one}) for one in ([], *half_filled(form)))
    )
    asked = {line for line in lines(form, empty) if line[0] != "info"}
    assert asked == set()
    hints = set()
    for problems in others:
        found = lines(form, problems)
        assert {line for line in found if line[0] != "info"} == asked
        hints |= found
    order = "T09.evidence_order" if form == "cluster_contest" else "T09.evidence_pages"
    assert hints - {("info", "T09.evidence")} == {("info", order)}


def test_no_rule_about_pages_is_an_error():
    found = {
        rule.level
        for form in FORMS
        for rule in layouts.of(form).workbook.rules
        if rule.code.startswith(("T09", "T12"))
    }
    assert found == {"explain", "info"}


# --- a condition of a row and its columns -------------------------------------------------------


def column(*, asked: bool, row_asked: bool = True) -> tuple[bool, bool, bool]:
    """Whether a column of a row under a condition is required, has it, and is idle otherwise."""
    row = Row(
        "share",
        "占比",
        Number(),
        required=row_asked,
        when=answer("a.b").equals("是"),
        only_when=True,
    )
    block = Indicators(
        key="a", years=(Year(year=2025, label="2025年"),), rows=(row,),
        columns=(Column(key="pages", label="佐证页码", kind=Pages(), required=asked),),
    )  # fmt: skip
    field = next(one for one in block_fields(block) if one.key == "share_pages")
    return field.required, field.when is not None, field.only_when


def test_the_condition_of_a_row_makes_no_column_required():
    assert column(asked=False) == (False, True, True)
    assert column(asked=True) == (True, True, True)
    assert column(asked=True, row_asked=False) == (False, True, True)


def test_a_named_row_asks_what_its_columns_ask():
    row = Row("more", "......", Number(), named=True)
    columns = [
        Column(key=key, label="", kind=Pages(), required=key == "unit") for key in ("unit", "pages")
    ]
    years = (Year(year=2025, label="2025年"),)
    found = {
        one.key: one.required
        for one in block_fields(Indicators(key="a", years=years, rows=(row,), columns=columns))
    }
    assert found == {"more_name": True, "more": True, "more_unit": True, "more_pages": False}


def test_the_share_of_small_firms_needs_no_page():
    values, rows = content("cluster_contest")
    key = "economy.sme_output_share_pages"
    without = values | {key: ""}
    other = {"basics.category": "先进制造业集群", "economy.sme_output_share.2024": "",
             "economy.sme_output_share.2025": ""}  # fmt: skip
    found = told("cluster_contest", (without, rows), (values | other | {key: "P12"}, rows))
    assert [[(p.code, p.key) for p in one] for one in found] == [[], [("V103", key)]]


# --- what weighs how much -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "start", "level"),
    [
        ("cluster_contest", "T08.top_revenue_order", "info"),
        ("cluster_contest", "T08.top_rd_order", "info"),
        ("cluster_contest", "A14.tax_per_mu", "info"),
        ("cluster_contest", "A09.", "explain"),
        ("cluster_contest", "D80.", "explain"),
        ("cluster_contest", "T11.confirmed_", "error"),
        ("cluster_contest", "T11.chain_map_attached", "explain"),
        ("fujian_sme_cluster", "A05.", "explain"),
        ("fujian_sme_cluster", "D80.", "explain"),
    ],
)
def test_levels(form, start, level):
    rules = layouts.of(form).workbook.rules
    assert {rule.level for rule in rules if rule.code.startswith(start)} == {level}


# --- workbooks of earlier versions ------------------------------------------------------------------


def earlier(form: str) -> tuple[Layout, EarlierLayout]:
    facts = Stamp.of(registry.workbook(form))
    stamp = Stamp(
        form=form, version="2026.1", report_year=facts.report_year, years=facts.years,
        province=facts.province, rows=facts.rows,
    )  # fmt: skip
    issued, _ = layouts.plans(stamp)
    assert isinstance(issued, EarlierLayout)
    return as_asked(layouts.of(form), issued), issued


def test_promises_that_stood_in_earlier_workbooks_bind_there_too():
    layout, issued = earlier("cluster_contest")
    codes = {rule.code for rule in layout.workbook.rules}
    promised = {f"T11.confirmed_{key}" for key in ("industry", "safety", "integrity")}
    assert promised <= codes - issued.rules
    assert "T11.chain_map_attached" not in codes
    unknown = {rule.code for rule in layout.workbook.rules if rule.code not in issued.rules}
    assert unknown == promised


def test_a_list_handed_in_another_way_keeps_no_rule_from_earlier_workbooks():
    layout, issued = earlier("fujian_sme_cluster")
    codes = {rule.code for rule in layout.workbook.rules}
    counted = {code for code in issued.rules if code.startswith(("A18.std_", "A18.sme_patents"))}
    assert len(counted) == 13
    assert counted <= codes
    assert "T12.patents_list" not in codes


# --- slips and an index that is not finished --------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_a_page_beyond_the_index_is_told_as_long_as_it_can_be_a_slip(form):
    """The pages of an index that ends too early say nothing about its end; one typed as 1200 does."""
    values, rows = content(form)
    layout = layouts.of(form)
    keys = [key for key, parts in layout.slots.items()
            if isinstance(parts[0].field.kind, Pages) and values.get(key) not in (None, "", "无")]  # fmt: skip
    found = told(form, *(
        (values | dict.fromkeys(keys[:count], "P1200"), rows) for count in (0, 1, PAGE_SLIPS, PAGE_SLIPS + 1)
    ))  # fmt: skip
    assert [lines(form, one) for one in found] == [
        set(), {("info", "T09.pages")}, {("info", "T09.pages")}, set()
    ]  # fmt: skip
    assert len(found[2]) == PAGE_SLIPS
