"""A draft from an empty form in Word: it loads, gives a blank, and holds most labels where they belong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.word_files import cell, docx, row, table, text

import clusterbook as cb
from clusterbook.forms.folders import name_folders, named_folders
from clusterbook.forms.parsing.folding import fold
from clusterbook.forms.spec import (
    Answers,
    Checklist,
    Field,
    Indicators,
    Library,
    Line,
    Narrative,
    Workbook,
    leaves,
)
from clusterbook.layout.layouts import forget


@pytest.fixture(name="drafted")
def drafted_fixture(tmp_path):
    """Writes a draft into a folder of forms, and loads it."""
    before = named_folders()

    def load(form: str, data: bytes) -> cb.Form:
        Path(tmp_path / f"{form}.py").write_text(cb.draft_form(form, data), "utf-8")
        name_folders(str(tmp_path))
        forget()
        return cb.load_form(form)

    yield load
    name_folders(before)
    forget()


def bare(label: str) -> str:
    """A label without its number, its hint and its colon."""
    return re.sub(r"\(.*?\)$", "", re.sub(r"^\d+\.\d*", "", fold(label))).rstrip(":")


def structure(form: Workbook) -> set[tuple[str, str]]:
    """What each label is: a field, a row, a column, a year, an option, a report."""
    found: set[tuple[str, str]] = set()
    for _, block in form.blocks():
        if isinstance(block, Library):
            found |= {("column", bare(one.label)) for one in block.fields() if not one.added}
        elif isinstance(block, Indicators):
            rows = (one for one in leaves(block.rows) if not one.added and not one.named)
            found |= {("row", bare(one.label)) for one in rows if one.label}
            found |= {("year", bare(one.label)) for one in block.years if not one.added}
            found |= {("side", bare(one.label)) for one in block.columns if not one.added}
        elif isinstance(block, Narrative):
            found.add(("report", bare(block.field.label)))
        elif isinstance(block, Answers):
            for one in leaves(block.rows):
                if isinstance(one, Checklist):
                    found |= {("option", bare(option)) for option in one.options}
                elif isinstance(one, Field | Line) and not getattr(one, "added", False):
                    found.add(("field", bare(one.label)))
    return found


@pytest.mark.parametrize("form", ["cluster_contest", "fujian_sme_cluster"])
def test_most_labels_stand_where_they_belong(form: str, drafted) -> None:
    printed = cb.load_form(form, years="as-printed")
    made = drafted(f"draft_of_{form[:6]}", printed.word())
    wanted, found = structure(printed.layout.workbook), structure(made.layout.workbook)
    assert len(wanted & found) >= 0.8 * len(wanted), sorted(wanted - found)
    assert made.blank()[:2] == b"PK"


def test_units_years_ticks_and_limits_are_seen_and_guesses_marked(drafted) -> None:
    body = (
        text("某省集群申报表") + text("集群名称：________") + text("一、基本情况")
        + table(row(cell("集群产值（亿元）"), cell()), row(cell("联系电话"), cell()),
                row(cell("是否上云"), cell(text("□是") + text("□否"))),
                row(cell("集群做法（200字以内）"), cell()))
        + text("二、指标")
        + table(row(cell("指标名称"), cell("2024年"), cell("2025年"), cell("增幅（%）")),
                row(cell("企业数量（个）"), cell(), cell(), cell()), row(cell("营收（亿元）"), cell(), cell(), cell()))
        + text("三、名单")
        + table(row(cell("序号"), cell("企业名称"), cell("主导产品"), cell("建设期")),
                row(cell("1"), cell(), cell(), cell()), row(cell("2"), cell(), cell(), cell()))
    )  # fmt: skip
    data = docx(body)
    told = cb.draft_form("some_form", data)
    for part in ('f.Number(unit="亿元")', "f.Phone()", "f.YesNo()", "limit=200", "f.Library(", "f.Period()",
                 'f.Integer(unit="个")', "y2024"):  # fmt: skip
        assert part in told
    asked = [line for line in told.splitlines() if re.match(r"\s*f\.(Field|Row)\(", line)]
    assert asked and all("猜" in line for line in asked if "Group" not in line)
    made = drafted("some_form", data)
    assert {
        ("row", "营收"),
        ("column", "企业名称"),
        ("field", "是否上云"),
        ("year", "2024年"),
    } <= structure(made.layout.workbook)


def test_an_id_that_is_none_is_refused() -> None:
    with pytest.raises(cb.Error):
        cb.draft_form("Draft 1", docx(text("甲")))
