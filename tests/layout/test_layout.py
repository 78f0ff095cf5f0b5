"""Where everything stands: nothing overlaps, everything fits, and it is the same every time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest

from clusterbook.forms import registry
from clusterbook.forms.options import Options
from clusterbook.forms.spec import Narrative
from clusterbook.layout import layouts, paper, text_metrics
from clusterbook.layout.layout import Area, Layout, SheetPlan
from clusterbook.layout.plan import plan
from clusterbook.layout.text_metrics import ROW_HEIGHT

OPTIONS = [
    Options(),
    Options(report_year=2026),
    Options(report_year=2025, years="as-printed"),
    Options(rows=2000),
]
BUILDS = [(form, options) for form in registry.form_ids() for options in OPTIONS]
NAMES = [f"{form}-{o.report_year}-{o.years}-{o.rows}" for form, o in BUILDS]


@pytest.fixture(params=BUILDS, ids=NAMES)
def layout(request: pytest.FixtureRequest) -> Layout:
    form, options = request.param
    return layouts.of(form, options)


def areas(sheet: SheetPlan) -> Iterator[tuple[str, Area]]:
    for one in sheet.printed:
        yield f"text {one.text!r}", one.area
    for slot in sheet.slots:
        yield slot.key, slot.area
    for remark in sheet.remarks:
        yield f"remark on {remark.slots[0].key}", remark.area
    body = sheet.body
    if body is not None:
        for column in body.columns:
            yield column.key, Area(body.first_row, column.col, body.last_row, column.col)
        if body.number_col is not None:
            yield "number", Area(body.first_row, body.number_col, body.last_row, body.number_col)


def test_nothing_overlaps(layout: Layout) -> None:
    for sheet in layout.sheets:
        taken: dict[tuple[int, int], str] = {}
        for what, area in areas(sheet):
            assert area.row <= area.last_row, what
            assert area.col <= area.last_col, what
            for row in range(area.row, area.last_row + 1):
                for col in range(area.col, area.last_col + 1):
                    other = taken.setdefault((row, col), what)
                    assert other == what, f"{sheet.name}: {other} and {what}"


def test_everything_stands_inside_its_sheet(layout: Layout) -> None:
    for sheet in layout.sheets:
        for what, area in areas(sheet):
            assert 1 <= area.row <= area.last_row <= sheet.last_row, what
            assert 1 <= area.col <= area.last_col <= sheet.last_col, what
        assert all(0 < height <= text_metrics.TALLEST for height in sheet.heights.values())
        assert all(0 < width <= 255 for width in sheet.widths)


def test_only_what_the_form_prints_is_printed(layout: Layout) -> None:
    """Added answers stand beside the print area, the others within it."""
    for sheet in layout.sheets:
        for slot in sheet.slots:
            inside = sheet.print_first_col <= slot.area.col <= sheet.print_last_col
            beside = slot.key.endswith("_pages") or slot.field.added
            assert inside or beside, slot.key
        for one in sheet.printed:
            aside = one.area.col > sheet.print_last_col
            number = one.area.col < sheet.print_first_col
            # A 合计 row runs under the number, and over the added columns of its library.
            assert number or aside or not one.role.startswith("added"), one.text


def test_names_are_ascii_and_their_own(layout: Layout) -> None:
    names = [slot.defined_name for sheet in layout.sheets for slot in sheet.slots]
    assert len(set(map(str.lower, names))) == len(names)
    assert all(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.]*", name) and len(name) < 255 for name in names)
    assert not any(re.fullmatch(r"[A-Za-z]{1,3}[0-9]+", name) for name in names)


def test_sheet_names_suit_excel(layout: Layout) -> None:
    names = [sheet.name for sheet in layout.sheets]
    assert len({name.casefold() for name in names}) == len(names)
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in names)


def test_printed_texts_have_room(layout: Layout) -> None:
    for sheet in layout.sheets:
        for one in sheet.printed:
            if not isinstance(one.text, str) or not one.text or one.role == "added_title":
                continue
            columns = sheet.widths[one.area.col : one.area.last_col + 1]
            width = sum(map(text_metrics.column_points, columns))
            rows = range(one.area.row, one.area.last_row + 1)
            given = sum(sheet.heights.get(row, ROW_HEIGHT) for row in rows)
            needed = text_metrics.text_height(one.text, width, one.role)
            assert needed <= given + 0.01, f"{sheet.name}: {one.text}"


def test_no_label_begins_a_line_with_a_closing_mark(layout: Layout) -> None:
    for sheet in layout.sheets:
        for one in sheet.printed:
            if isinstance(one.text, str) and one.role in {"label", "head", "group", "option"}:
                assert not re.search(r"\n[）、，。；：”%]", one.text), one.text


def test_printed_columns_fill_the_page(layout: Layout) -> None:
    for sheet in layout.sheets:
        printed = sheet.widths[sheet.print_first_col : sheet.print_last_col + 1]
        width = sum(map(text_metrics.column_points, printed))
        page = paper.FORM.across(landscape=sheet.sheet.landscape) / sheet.scale
        assert 0.95 * page < width < 1.02 * page, sheet.name


def test_pages_are_full_but_not_too_full(layout: Layout) -> None:
    for sheet in layout.sheets:
        if sheet.body is not None:
            assert not sheet.page_breaks
            continue
        inside = [s.area for s in sheet.slots if s.area.col <= sheet.print_last_col]
        inside += [p.area for p in sheet.printed if p.area.col <= sheet.print_last_col]
        end = max(area.last_row for area in inside) + 1
        page = paper.FORM.down(landscape=sheet.sheet.landscape) / sheet.scale
        assert list(sheet.page_breaks) == sorted(set(sheet.page_breaks))
        for start, following in pairwise((1, *sheet.page_breaks, end)):
            used = sum(sheet.heights.get(row, ROW_HEIGHT) for row in range(start, following))
            limit = page if sheet.page_breaks else page * 1.2
            assert used <= limit + 0.01, f"{sheet.name} from row {start}"


def test_a_head_and_its_first_box_stay_together(layout: Layout) -> None:
    for sheet in layout.sheets:
        for slot in sheet.slots:
            if isinstance(slot.block, Narrative) and slot.part == 1 and sheet.page_breaks:
                above = [p for p in sheet.printed if p.area.last_row == slot.area.row - 1]
                if above:
                    assert slot.area.row not in sheet.page_breaks, slot.key


def test_added_answers_do_not_stretch_printed_rows() -> None:
    """The formula of the CO2 figure is long; the row of the year 2023 beside it stays low."""
    sheet = layouts.of("fujian_sme_cluster").sheet_of["green.co2_formula"]
    for slot in sheet.slots:
        if slot.key.startswith("green.co2_per_output."):
            assert sheet.heights.get(slot.area.row, ROW_HEIGHT) <= 2 * ROW_HEIGHT


@pytest.mark.parametrize("form", registry.form_ids())
def test_the_same_spec_gives_the_same_layout(form: str) -> None:
    again = plan(registry.workbook(form))
    assert repr(again.sheets) == repr(layouts.of(form).sheets)


@pytest.mark.parametrize("form", registry.form_ids())
def test_another_year_moves_nothing_but_the_years(form: str) -> None:
    """Rolled by a year, every answer stands where it stood, its key a year later."""

    def later(key: str) -> str:
        return re.sub(r"20\d\d", lambda year: str(int(year[0]) + 1), key)

    now = layouts.of(form, Options(report_year=2025))
    then = layouts.of(form, Options(report_year=2026))
    assert [later(slot.key) for sheet in now.sheets for slot in sheet.slots] == [
        slot.key for sheet in then.sheets for slot in sheet.slots
    ]
    assert [s.area for p in now.sheets for s in p.slots] == [
        s.area for p in then.sheets for s in p.slots
    ]


# --- measuring -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("集群产值（亿元）", ["集群产值（亿元）"]),
        (
            "获得国家科技进步奖总数（个，需提供佐证）",
            ["获得国家科技进步奖总数", "（个，需提供佐证）"],
        ),
        ("国家级专精特新“小巨人”企业数量", ["国家级专精特新", "“小巨人”企业数量"]),
        ("企业名称\n（填写企业全称）", ["企业名称", "（填写企业全称）"]),
    ],
)
def test_labels_break_where_a_compositor_breaks_them(text: str, lines: list[str]) -> None:
    assert text_metrics.broken(text, 165.0, "label").split("\n") == lines


def test_a_word_longer_than_the_line_is_left_alone() -> None:
    assert text_metrics.broken("GB/T19001-2016ABCDEFGH", 30.0, "head") == "GB/T19001-2016ABCDEFGH"


def test_pages_break_before_what_must_stay_together() -> None:
    heights = dict.fromkeys(range(1, 11), 30.0)
    assert text_metrics.page_breaks(heights, range(1, 11), [], 120.0) == (5, 9)
    assert text_metrics.page_breaks(heights, range(1, 11), [(3, 6)], 120.0) == (3, 7)
    # What is longer than a page cannot stay together.
    assert text_metrics.page_breaks(heights, range(1, 11), [(1, 10)], 120.0) == (5, 9)
