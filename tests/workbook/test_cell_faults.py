"""What a cell refuses in the workbook and what the importer refuses, content by content."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.cell_faults import importer_code, in_cells
from support.office import Office

from clusterbook.forms import kinds, registry
from clusterbook.forms.kinds import Kind
from clusterbook.forms.kinds.excel import NOT_APPLICABLE_WORDS, NOTHING_WORDS, PUT_OFF_WORDS
from clusterbook.forms.parsing.folding import stand_in
from clusterbook.layout import layouts
from clusterbook.problems import CATALOGUE

WORDS = (
    "待定", "待补充", "见附件", "同上", "XX", "暂无", "#REF!", "无", "/", "—", "N/A", "某某",
)  # fmt: skip
MONTHS = (
    "2024-03", "2024.3", "2024/03", "2024年3月", "2024-03-15", "2024年3月15日", "2024-13", "2024-00",
    "24.3", "12345", "2024-02-30", 45000.0, 12345.0, 2024.3,
)  # fmt: skip
PHONES = (
    "0739-2200001", "13812345678", "138 1234 5678", "0739-2200001-801", "2200001", "400-123-4567",
    "13812345678、13912345678", "1381234567812345678901", "073922000012200001", "12345678901",
    "1381234567", "123456", "电话", 13812345678.0, "8613812345678",
)  # fmt: skip
PAGES = (
    "P12", "P12-15", "12-15", "12", "第12页", "P12、P15-18", "12页至15页", "见P12", 12.0, "12345", 12345.0,
    "2024-13", "P15-12", "P12345", "附件3", "见附件3第2页", "P12、附件3", "附件", "见附件", "12、13",
)  # fmt: skip
PERIODS = (
    "2024.03-2026.12", "2024-2026", "2024年3月至2026年12月", "2024.03—2026.12", "2026.12-2024.03",
    "2024.3-2026.13", "12345678901", "长期实施中",
)  # fmt: skip
HONOURS = (
    "国家单项冠军", "国家单项冠军、省级单项冠军", "国家“专精特新”小巨人", "国家专精特新小巨人",
    "世界五百强", "其他", "国家单项冠军、其他", "待定", "无",
)  # fmt: skip
COUNTIES = (
    "邵东市", "邵东", "邵东市、新邵县", "邵东市，新邵县", "邵东市;新邵县", "邵东市等五个县", "其他", "邵东市、某县",
    "?",
)  # fmt: skip


def kind_of(key: str) -> Kind:
    for form in registry.form_ids():
        layout = layouts.of(form)
        if key in layout.slots:
            return layout.slots[key][0].field.kind
        if key in layout.columns:
            return layout.columns[key].field.kind
    raise KeyError(key)


CASES = {
    "text": (kinds.Text(), WORDS),
    "text that may not be 无": (kinds.Text(none=False), WORDS),
    "remark": (kinds.Text(remark=True), ("待定", "见附件", "甲")),
    "long text": (kinds.LongText(), WORDS),
    "name": (kinds.Name(), WORDS),
    "name that may not be 无": (kinds.Name(none=False), (*WORDS, "不适用")),
    "list": (kinds.Items(at_most=3), ("甲、乙", "甲、乙、丙、丁", "待定", "无")),
    "month": (kinds.Month(), MONTHS),
    "day": (kinds.Day(), MONTHS),
    "period": (kinds.Period(), PERIODS),
    "phone": (kinds.Phone(), PHONES),
    "pages": (kinds.Pages(), PAGES),
    "honours": (kind_of("existing_enterprises.honours"), HONOURS),
    "counties": (kind_of("basics.counties"), COUNTIES),
    "choice": (kind_of("basics.category"), ("某类", "其他", "待定")),
}


@pytest.mark.office
@pytest.mark.parametrize("name", CASES)
def test_both_sides_refuse_the_same(name: str, office: Office, tmp_path: Path) -> None:
    kind, contents = CASES[name]
    refused = {one: importer_code(kind, one) for one in contents}
    cells = dict(zip(contents, in_cells(office, kind, contents, tmp_path), strict=True))
    assert {one: plain for one, (plain, _) in cells.items()} == {
        one: bool(code) for one, code in refused.items()
    }
    assert all(plain == over_a_range for plain, over_a_range in cells.values())
    assert len(set(map(bool, refused.values()))) == 2 or name in ("remark", "choice")


# The workbook asks for the plain spelling where the importer reads others: formulas and totals of
# the workbook could not take them.
STRICTER: dict[str, tuple[Kind, tuple[Any, ...]]] = {
    "number": (kinds.Number(unit="亿元"), ("13.67亿元", "1,234.5", "十二", "/")),
    "month": (kinds.Month(), ("202403",)),
    "pages": (kinds.Pages(), ("/", "不适用", "附录3")),
    "yes or no": (kinds.YesNo(), ("√", "有")),
    "tick": (kinds.Tick(), ("√", "是")),
}


@pytest.mark.office
@pytest.mark.parametrize("name", STRICTER)
def test_the_workbook_is_stricter_about_spellings(
    name: str, office: Office, tmp_path: Path
) -> None:
    kind, contents = STRICTER[name]
    assert [importer_code(kind, one) for one in contents] == [""] * len(contents)
    assert in_cells(office, kind, contents, tmp_path) == [[True, True]] * len(contents)


@pytest.mark.office
def test_what_no_formula_can_say_is_marked_importer_only(office: Office, tmp_path: Path) -> None:
    """A check character: the catalogue says so, and the sheet never says 通过."""
    kind, wrong = kind_of("existing_enterprises.uscc"), "91430521MA4L0ABC1X"
    code = importer_code(kind, wrong)
    assert code in kind.later
    assert CATALOGUE[code].importer_only
    assert in_cells(office, kind, [wrong], tmp_path) == [[False, False]]


def test_words_of_the_workbook_are_words_of_the_importer() -> None:
    put_off, nothing, not_applicable = (
        words.strip("|").split("|")
        for words in (PUT_OFF_WORDS, NOTHING_WORDS, NOT_APPLICABLE_WORDS)
    )
    assert {stand_in(word) for word in put_off} <= {"put_off", "ditto", "error"}
    assert {stand_in(word) for word in nothing} == {"none", "stroke"}
    assert {stand_in(word) for word in not_applicable} == {"na"}


def test_every_code_of_a_kind_that_comes_later_is_importer_only() -> None:
    for form in registry.form_ids():
        layout = layouts.of(form)
        fields = [parts[0].field for parts in layout.slots.values()]
        fields += [column.field for column in layout.columns.values()]
        assert all(CATALOGUE[code].importer_only for one in fields for code in one.kind.later)
