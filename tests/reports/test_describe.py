"""The data dictionary: nothing missing, nothing invented, and the same bytes every time."""

import io
import json
from collections.abc import Iterator

import openpyxl
import pytest
from support.places import DATA

from clusterbook.forms import registry
from clusterbook.forms.options import Options
from clusterbook.forms.parsing.folding import fold
from clusterbook.forms.spec import Answers, Checklist, leaves
from clusterbook.layout import layouts
from clusterbook.reports import dictionary

FORMS = registry.form_ids()
INVENTORY = [
    line.split("\t") for line in (DATA / "inventory_keys.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
]  # fmt: skip


@pytest.fixture(scope="module", params=FORMS)
def form(request):
    return request.param


@pytest.fixture(scope="module")
def layout(form):
    return layouts.of(form)


@pytest.fixture(scope="module")
def facts(layout):
    return dictionary.describe(layout)


@pytest.fixture(scope="module")
def fields(facts):
    return {one["key"]: one for one in facts["fields"]}


def texts(value) -> Iterator[str]:
    if isinstance(value, dict):
        value = value.values()
    if isinstance(value, str):
        yield value
    elif hasattr(value, "__iter__"):
        for inner in value:
            yield from texts(inner)


def keys_inside(facts):
    """Keys of fields, and of the rows, checklists and columns that blocks are made of."""
    known = {one["field"] for one in facts["fields"]}
    for block in facts["blocks"]:
        for part in ("rows", "checklists", "columns", "headlines"):
            known |= {one["key"] for one in block.get(part, ())}
    return known


def test_every_answer_and_column_is_there(layout, facts, fields):
    assert len(fields) == len(facts["fields"])
    assert set(layout.slots) | set(layout.columns) <= set(fields)
    extra = set(fields) - set(layout.slots) - set(layout.columns)
    for body in layout.bodies.values():
        extra -= {f"{body.library.key}.{h.key}" for h in body.library.headlines}
        extra -= {f"{body.library.key}.{name}" for name in ("row_no", "rank")}
    assert not extra


def test_places_are_those_of_the_layout(layout, fields):
    for key, parts in layout.slots.items():
        assert fields[key]["sheet"] == layout.sheet_of[key].name
        assert fields[key]["cell"].split(":")[0] == parts[0].area.cell
    for key in layout.columns:
        body = layout.bodies[key.split(".")[0]]
        first, last = fields[key]["cell"].split(":")
        assert int(last.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) == body.last_row + 1
        assert first == body.first_cell(layout.columns[key])


def test_computed_fields_have_their_formula_and_no_demand(layout, fields):
    for key, parts in layout.slots.items():
        assert bool(fields[key]["computed"]) == parts[0].locked
        assert fields[key]["required"] == "no" or not parts[0].locked
        assert fields[key]["added"] == parts[0].field.added


def test_conditions_have_words(fields):
    conditional = [one for one in fields.values() if one["required"] == "conditional"]
    assert all(one["condition"] for one in conditional)


def test_every_checklist_is_found_with_its_options(layout, facts):
    blocks = [block for _, block in layout.workbook.blocks() if isinstance(block, Answers)]
    asked = [row for b in blocks for row in leaves(b.rows) if isinstance(row, Checklist)]
    told = {
        c["key"]: c["options"] for block in facts["blocks"] for c in block.get("checklists", ())
    }
    assert told == {one.key: list(one.options) for one in asked}


def test_inventory_keys_are_found(form, facts):
    known = keys_inside(facts)
    missing = [(part, key) for of, part, key in INVENTORY if of == form and key not in known]
    assert not missing


def test_inventory_labels_are_found(form, facts):
    told = {fold(text) for text in texts(facts)}
    wanted = (DATA / f"inventory_labels_{form}.txt").read_text("utf-8").splitlines()
    missing = [label for label in wanted if not any(fold(label) in text for text in told)]
    assert not missing


def test_labels_as_printed_where_the_years_rolled(fields):
    layout = layouts.of("fujian_sme_cluster")
    told = {one["key"]: one for one in dictionary.describe(layout)["fields"]}
    assert told["industry.output_value.2023"]["label_printed"] == "集群总产值（亿元） › 2020年"
    assert told["plan.g_quality_smes.2028"]["label_printed"].endswith("2025年目标值")
    assert told["plan.g_quality_smes.2026"]["label_printed"] == ""
    assert told["innovation.rd_growth.2023"]["label_printed"] == ""


def test_labels_as_printed_of_a_later_round(form):
    layout = layouts.of(form, Options(report_year=2026))
    for one in dictionary.describe(layout)["fields"]:
        if str(one["year"]) in one["label"] and not one["added"]:
            assert one["label_printed"], one["key"]
            assert str(one["year"]) not in one["label_printed"]


def test_nothing_is_printed_differently_in_an_as_printed_build(form):
    layout = layouts.of(form, Options(years="as-printed"))
    assert not any(one["label_printed"] for one in dictionary.describe(layout)["fields"])


def test_json_is_stable_and_readable(layout, facts):
    data = dictionary.as_json(facts)
    assert json.loads(data) == facts
    assert dictionary.as_json(dictionary.describe(layout)) == data
    assert "集群名称" in data.decode(), "Chinese stands as it is"


def test_markdown_tables_are_whole(facts):
    page = dictionary.markdown(facts)
    rows = [line for line in page.splitlines() if line.startswith("|")]
    assert rows
    widths = {len(line.replace("\\|", "").split("|")) for line in rows}
    assert len(widths) <= 3, "fields, checklists and corrections"
    for one in facts["fields"]:
        assert f"| `{one['key']}` |" in page


def test_xlsx_holds_texts_only(facts):
    data = dictionary.as_xlsx(facts)
    assert dictionary.as_xlsx(facts) == data
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book["字段"]
    assert sheet.max_row == len(facts["fields"]) + 1
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}
    assert any(cell.value.startswith("=") for cell in cells), "formulas are shown, as text"
