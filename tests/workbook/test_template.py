"""What is in the produced file, as openpyxl and the raw XML tell it."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator
from io import BytesIO
from time import process_time

import openpyxl
import pytest
from openpyxl.utils.cell import absolute_coordinate
from openpyxl.worksheet.worksheet import Worksheet

from clusterbook.a1 import cell_name
from clusterbook.forms import reasons as questions
from clusterbook.forms import registry
from clusterbook.forms.kinds import Choice, DependentChoice, Tick
from clusterbook.forms.options import Options
from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.layout.layout import Layout
from clusterbook.layout.option_lists import Lists
from clusterbook.layout.own_sheets import (
    CHECKS_SHEET,
    GUIDE_SHEET,
    NOTES_SHEET,
    REVIEW_SHEET,
    WHOLE_SHEET,
)
from clusterbook.workbook.content import Entries
from clusterbook.workbook.validations import TemplateError, Validation, checked, in_boxes, rules
from clusterbook.workbook.writer import write_template

FORMS = registry.form_ids()


def written(layout: Layout, answers: Entries | None = None) -> bytes:
    return write_template(layout, Stamp.of(layout.workbook, "R7K2M9QXWD", "某市某县"), answers)


@pytest.fixture(scope="module", params=FORMS)
def form(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def layout(form: str) -> Layout:
    return layouts.of(form)


@pytest.fixture(scope="module")
def data(layout: Layout) -> bytes:
    return written(layout)


@pytest.fixture(scope="module")
def book(data: bytes) -> openpyxl.Workbook:
    with warnings.catch_warnings():
        # openpyxl warns of what it cannot read: whole columns as a print area, for one.
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", "Print area cannot be set")
        return openpyxl.load_workbook(BytesIO(data))


def formulas(data: bytes) -> Iterator[str]:
    """Every formula of cells, validations, conditional formats and names, unescaped."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet") or name == "xl/workbook.xml":
                text = archive.read(name).decode()
                tags = r"<(?:f|formula1|formula|definedName[^>]*)>(.*?)</(?:f|formula1|formula|definedName)>"
                for found in re.findall(tags, text):
                    yield (
                        found.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
                        .replace("&amp;", "&")
                    )  # fmt: skip


def test_same_arguments_same_bytes(layout: Layout, data: bytes) -> None:
    assert written(layout) == data


def test_every_sheet_is_protected(book: openpyxl.Workbook) -> None:
    assert all(sheet.protection.sheet for sheet in book.worksheets)
    assert book.security.lockStructure


def test_only_inputs_can_be_typed_into(book: openpyxl.Workbook, layout: Layout) -> None:
    for plan in layout.sheets:
        sheet = book[plan.name]
        for slot in plan.slots:
            cell = sheet.cell(slot.area.row + 1, slot.area.col + 1)
            assert cell.protection.locked == slot.locked, slot.key
        for one in plan.printed:
            cell = sheet.cell(one.area.row + 1, one.area.col + 1)
            assert cell.protection.locked, one.text
        if plan.body is not None:
            for row in range(1, plan.body.first_row + 1):
                assert sheet.cell(row, 1).protection.locked
    for name in (GUIDE_SHEET, NOTES_SHEET, REVIEW_SHEET):
        assert all(cell.protection.locked for row in book[name].iter_rows() for cell in row)
    reasons = [cell.coordinate for row in book[WHOLE_SHEET].iter_rows() for cell in row
               if not cell.protection.locked]  # fmt: skip
    lines = {rule.line for rule in layout.workbook.rules if rule.level == "explain"}
    named = {questions.reason_name(key) for key in {*lines, *questions.FROM_TYPING}}
    places = {name: found.attr_text for name, found in book.defined_names.items() if name in named}
    assert places.keys() == named
    assert sorted(places.values()) == sorted(
        f"'{WHOLE_SHEET}'!{absolute_coordinate(at)}" for at in reasons
    )


def test_a_reason_must_say_something(book: openpyxl.Workbook) -> None:
    """The cell refuses a text without letters, and tells before and after what it wants."""
    (rule,) = book[WHOLE_SHEET].data_validations.dataValidation
    assert rule.type == "custom"
    assert rule.errorStyle in (None, "stop")
    assert rule.prompt == rule.error == "属实的，请写明原因，不少于6个汉字。"
    assert len(rule.formula1) <= 255


def test_the_whole_list_can_be_filtered_though_it_is_protected(
    book: openpyxl.Workbook, layout: Layout
) -> None:
    sheet = book[WHOLE_SHEET]
    lines = {rule.line for rule in layout.workbook.rules if not rule.importer_only}
    assert sheet.auto_filter.ref == f"B5:H{5 + len(lines)}"
    assert sheet.protection.sheet
    assert not sheet.protection.autoFilter


def test_only_the_form_prints(data: bytes, book: openpyxl.Workbook, layout: Layout) -> None:
    """Excel prints a sheet without a print range whole; a range of one empty, hidden cell is no page."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        text = archive.read("xl/workbook.xml").decode()
    found = re.findall(
        r'<definedName name="_xlnm.Print_Area" localSheetId="(\d+)"[^>]*>([^<]*)<', text
    )
    ranges = {book.sheetnames[int(number)]: area.rpartition("!")[2] for number, area in found}
    assert ranges.keys() == {sheet.title for sheet in book if sheet.sheet_state == "visible"}
    assert {name for name, area in ranges.items() if area != "$A$1"} == {
        p.name for p in layout.sheets
    }


def test_inputs_stay_editable_after_a_paste_with_formats(data: bytes, layout: Layout) -> None:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        for number, plan in enumerate(layout.sheets, start=3):
            text = archive.read(f"xl/worksheets/sheet{number}.xml").decode()
            found = re.findall(r'<protectedRange sqref="([^"]*)" name="inputs"', text)
            inputs = [slot for slot in plan.slots if not slot.locked] or plan.body
            assert bool(found) == bool(inputs), plan.name
            ranges = found[0].split() if found else []
            for slot in plan.slots:
                covered = any(_inside(slot.area.row, slot.area.col, one) for one in ranges)
                assert covered != slot.locked, slot.key


def _inside(row: int, col: int, cells: str) -> bool:
    first_col, first_row, last_col, last_row = openpyxl.utils.range_boundaries(cells)
    return first_row <= row + 1 <= last_row and first_col <= col + 1 <= last_col


def _validation(sheet: Worksheet, row: int, col: int) -> object:
    at = cell_name(row, col)
    return next((v for v in sheet.data_validations.dataValidation if at in v.sqref), None)


def test_choices_have_their_lists(book: openpyxl.Workbook, layout: Layout) -> None:
    for plan in layout.sheets:
        sheet = book[plan.name]
        body = plan.body
        places = [(s.field, s.area.row, s.area.col) for s in plan.slots if not s.locked]
        if body is not None:
            places += [(c.field, row, c.col) for c in body.inputs
                       for row in (body.first_row, body.last_row)]  # fmt: skip
        for asked, row, col in places:
            rule = _validation(sheet, row, col)
            assert rule is not None, asked.key
            assert rule.prompt, asked.key
            if isinstance(asked.kind, DependentChoice):
                assert rule.formula1.startswith("OFFSET("), asked.key
                assert not rule.allow_blank
            elif isinstance(asked.kind, Choice):
                name = book.defined_names[rule.formula1.lstrip("=")]
                assert _listed(book, name.attr_text) == list(asked.kind.options), asked.key
            elif isinstance(asked.kind, Tick):
                assert rule.type == "list"


def _listed(book: openpyxl.Workbook, reference: str) -> list[str]:
    sheet, cells = reference.replace("$", "").split("!")
    return [row[0].value for row in book[sheet.strip("'")][cells]]


def test_no_rule_points_to_another_sheet(book: openpyxl.Workbook) -> None:
    """Excel rewrites such rules into an extension that other programs drop."""
    for sheet in book.worksheets:
        for rule in sheet.data_validations.dataValidation:
            assert "!" not in (rule.formula1 or ""), rule.formula1
        for marks in sheet.conditional_formatting:
            for rule in marks.rules:
                assert not any("!" in formula for formula in rule.formula), rule.formula


def test_checklists_come_unticked(book: openpyxl.Workbook, layout: Layout) -> None:
    for plan in layout.sheets:
        for slot in plan.slots:
            if isinstance(slot.field.kind, Tick):
                cell = book[plan.name].cell(slot.area.row + 1, slot.area.col + 1)
                assert cell.value == Tick.OPEN, slot.key


def test_limits_of_excel(data: bytes, book: openpyxl.Workbook) -> None:
    for formula in formulas(data):
        assert len(formula) <= 8192
        assert all(len(text) <= 257 for text in re.findall(r'"(?:[^"]|"")*"', formula))
    for sheet in book.worksheets:
        for rule in sheet.data_validations.dataValidation:
            assert len(rule.formula1 or "") <= 255
            assert len(rule.prompt or "") <= 255
            assert len(rule.error or "") <= 255
        for line in (sheet.oddHeader, sheet.oddFooter):
            assert sum(len(part.text or "") for part in (line.left, line.center, line.right)) < 255


def test_only_classic_functions(data: bytes) -> None:
    new = r"_xlfn|\b(XLOOKUP|FILTER|UNIQUE|LET|TEXTJOIN|CONCAT|IFS|IFNA|SORT|LAMBDA)\("
    assert not [formula for formula in formulas(data) if re.search(new, formula)]


def test_an_empty_library_that_must_not_be_is_watched(
    book: openpyxl.Workbook, layout: Layout
) -> None:
    rows = list(book[CHECKS_SHEET].iter_rows(min_row=2, max_col=4, values_only=True))
    for key, library in layout.workbook.libraries().items():
        if library.least:
            sheet = layout.sheet_of[key].name
            assert any(r[0] == sheet and r[2] == 1 and "SUMPRODUCT" in str(r[3]) for r in rows)


def test_open_libraries_print_whole_columns(data: bytes, layout: Layout) -> None:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        names = archive.read("xl/workbook.xml").decode()
    found = re.findall(r"Print_Area[^>]*>([^<]*)!([^<!]*)<", names)
    printed = {sheet.strip("'"): area for sheet, area in found}
    for plan in layout.sheets:
        area = printed[plan.name]
        is_open = plan.body is not None and not plan.body.library.closed
        assert bool(re.fullmatch(r"\$[A-Z]+:\$[A-Z]+", area)) == is_open, (plan.name, area)


def test_long_texts_are_parted_without_loss() -> None:
    text = "\n".join(["第一段" * 40, "", "第二段" * 80, "第三段" * 10, "尾"])
    for parts in (1, 2, 3, 5):
        boxes = in_boxes(text, parts)
        assert len(boxes) == parts
        while boxes and not boxes[-1]:
            boxes.pop()
        assert "\n".join(boxes) == text


def test_answers_stand_in_their_cells(layout: Layout) -> None:
    slots = [s for p in layout.sheets for s in p.slots if not s.locked and s.parts == 1]
    values = {slot.key: f"=1+{number}" for number, slot in enumerate(slots)}
    body = next(iter(layout.bodies.values()))
    column = body.inputs[0]
    rows = {body.library.key: [{column.field.key: "甲"}, {column.field.key: "乙" * 200}]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(BytesIO(written(layout, Entries(values=values, rows=rows))))
    for slot in slots:
        cell = book[layout.sheet_of[slot.key].name][slot.area.cell]
        assert (cell.value, cell.data_type) == (values[slot.key], "s"), slot.key
    sheet = book[layout.sheet_of[body.library.key].name]
    assert sheet.cell(body.first_row + 1, column.col + 1).value == "甲"
    assert (sheet.row_dimensions[body.first_row + 2].height or 0) > 27


@pytest.mark.parametrize(
    "formula", ["1+" * 4200 + "1", f'IF(A1=1,"{"字" * 256}","")', f'"{"a" * 300}"']
)
def test_what_excel_refuses_is_an_error_of_ours(formula: str) -> None:
    with pytest.raises(TemplateError):
        checked(formula)


def test_quotes_within_a_literal_do_not_end_it() -> None:
    assert checked('IF(A1="""x""","' + "字" * 250 + '","")')


def test_a_rule_covers_each_input_once(layout: Layout) -> None:
    for plan in layout.sheets:
        seen: set[tuple[int, int]] = set()
        for rule in rules(layout, plan, Lists(), ()):
            if isinstance(rule, Validation):
                area = rule.area
                cells = {(row, col) for row in range(area.row, area.last_row + 1)
                         for col in range(area.col, area.last_col + 1)}  # fmt: skip
                assert not cells & seen, plan.name
                seen |= cells


def test_capacity_costs_nothing() -> None:
    """2,000 rows are written about as fast as 500, and the file is hardly larger."""

    def build(rows: int) -> tuple[float, int]:
        layout = layouts.of("cluster_contest", Options(rows=rows))
        best, size = 9.0, 0
        for _ in range(3):
            start = process_time()
            size = len(written(layout))
            best = min(best, process_time() - start)
        return best, size

    small, large = build(500), build(2000)
    assert large[1] < small[1] * 1.05
    assert large[0] < small[0] * 1.5  # 1.0 measured; a busy machine may take longer


def test_the_review_sheet_flows_over_pages(book: openpyxl.Workbook, layout: Layout) -> None:
    """Hundreds of rule lines are not shrunk onto one page."""
    assert layout.workbook.rules
    for name in (REVIEW_SHEET, WHOLE_SHEET):
        assert int(book[name].page_setup.fitToHeight) == 0
        assert int(book[name].page_setup.fitToWidth or 1) == 1


def test_the_instructions_show_printed_and_handled_without_debris(
    book: openpyxl.Workbook, layout: Layout
) -> None:
    """Numbers of our own lists and marks that a conversion left behind tell a clerk nothing."""
    rows = [[str(cell or "") for cell in row[1:]] for row in book[NOTES_SHEET].values]
    assert not [row for row in rows if re.search(r"\bZ\d\d\b|bookmark", "".join(row))]
    head = rows.index(["序号", "位置", "原表怎样写", "本表怎样处理（请照此填写）"])
    shown = [tuple(row[1:]) for row in rows[head + 1 :]]
    assert shown == [(c.where, c.printed, c.rendered) for c in layout.workbook.corrections]
