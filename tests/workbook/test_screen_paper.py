"""What a screen of 1366 × 768 and a sheet of paper show of a workbook, beside what is filled in."""

from __future__ import annotations

import re
import subprocess
import zipfile
from collections import Counter
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest
import xlsxwriter
from support.office import page_texts
from support.places import DOCS
from support.returning import judged

from clusterbook.a1 import cell_name
from clusterbook.forms import registry
from clusterbook.forms.kinds import LongText
from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts, text_metrics
from clusterbook.layout.layout import BACK, HOME, NEXT, Layout, SheetPlan
from clusterbook.layout.own_sheets import DOOR, GUIDE_SHEET, NOTES_SHEET, REVIEW_SHEET
from clusterbook.layout.text_metrics import ROW_HEIGHT
from clusterbook.workbook import screen_paper
from clusterbook.workbook.content import Entries
from clusterbook.workbook.writer import write_template

FORMS = registry.form_ids()
#: points of height that a screen of 768 pixels has for cells below a ribbon
SCREEN_HEIGHT = 560 * 0.75


@pytest.fixture(scope="module", params=FORMS)
def layout(request: pytest.FixtureRequest) -> Layout:
    return layouts.of(str(request.param))


class Opened(NamedTuple):
    """The XML of the sheets of a blank by name, and of their relations."""

    sheets: dict[str, str]
    links: dict[str, list[tuple[str, str]]]


def opened(data: bytes) -> Opened:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        book = archive.read("xl/workbook.xml").decode()
        names = re.findall(r'<sheet name="([^"]*)"', book)
        sheets = {
            name: archive.read(f"xl/worksheets/sheet{number}.xml").decode()
            for number, name in enumerate(names, start=1)
            if not name.startswith("_")
        }
    links = {
        name: [
            (cell, place.replace("&apos;", "'"))
            for cell, place in re.findall(r'<hyperlink ref="(\w+)" location="([^"]*)"', text)
        ]
        for name, text in sheets.items()
    }
    return Opened(sheets, links)


@pytest.fixture(scope="module")
def blank(layout: Layout) -> Opened:
    return opened(write_template(layout, Stamp.of(layout.workbook)))


# --- the screen ----------------------------------------------------------------------------------


def test_each_sheet_opens_with_its_title_selected(layout: Layout, blank: Opened) -> None:
    """The formula bar then shows the title, and never a machine key."""
    doors = {plan.name: plan.title.cell for plan in layout.sheets}
    doors |= dict.fromkeys((GUIDE_SHEET, NOTES_SHEET, REVIEW_SHEET), DOOR)
    for name, door in doors.items():
        selected = re.findall(r'<selection [^>]*activeCell="([A-Z]+[0-9]+)"', blank.sheets[name])
        assert selected[-1] == door, name  # of frozen panes the last one is the active one
    for plan in layout.sheets:
        texts = {(p.area.row, p.area.col): p.text for p in plan.printed}
        title = texts[plan.title.row, plan.title.col]
        assert title, plan.name
        assert plan.title.row == 1, plan.name


def test_no_link_leads_to_the_corner_of_a_ruler(blank: Opened) -> None:
    places = [place for links in blank.links.values() for _, place in links]
    assert places
    assert not [place for place in places if place.endswith("!A1")]


def test_every_sheet_has_ways_to_its_neighbours(layout: Layout, blank: Opened) -> None:
    doors = {plan.name: plan.title.cell for plan in layout.sheets}
    names = [NOTES_SHEET, *(plan.name for plan in layout.sheets), REVIEW_SHEET]
    for at, plan in enumerate(layout.sheets, start=1):
        wanted = {HOME: GUIDE_SHEET, BACK: names[at - 1], NEXT: names[at + 1]}
        links = dict(blank.links[plan.name])
        found = {}
        for one in plan.printed:
            if one.link:
                assert one.area.col > plan.print_last_col, "beside the printed page"
                found[one.link] = links[one.area.cell]
        assert found == {
            link: f"'{name}'!{doors.get(name, DOOR)}" for link, name in wanted.items()
        }, plan.name


def test_a_sheet_fits_across_the_screen(layout: Layout, blank: Opened) -> None:
    for plan in layout.sheets:
        shown = re.search(r'zoomScale="(\d+)"', blank.sheets[plan.name])
        zoom = int(shown[1]) if shown else 100
        across = screen_paper.across(plan)
        assert across * zoom / 100 <= text_metrics.SCREEN_WIDTH * 1.01, plan.name
        assert zoom >= text_metrics.LEAST_ZOOM
        assert zoom == 100 or across > text_metrics.SCREEN_WIDTH, plan.name


def test_frozen_heads_leave_room_for_rows(layout: Layout) -> None:
    for plan in layout.sheets:
        if plan.frozen_row:
            heights = (plan.heights.get(row, ROW_HEIGHT) for row in range(1, plan.frozen_row))
            zoom = text_metrics.zoom(screen_paper.across(plan)) / 100
            assert sum(heights) * zoom <= 0.45 * SCREEN_HEIGHT, plan.name


def test_answers_beside_a_report_stand_at_its_top(layout: Layout) -> None:
    """Below boxes of 3,000 characters nobody would look for them."""
    for plan in layout.sheets:
        boxes = [slot.area.row for slot in plan.slots if slot.parts > 1]
        for slot in plan.slots:
            if boxes and slot.area.col > plan.print_last_col:
                assert slot.area.row <= min(boxes), slot.key


def test_rows_of_lists_grow_with_what_is_typed_into_them() -> None:
    """A filled row begins as high as its text needs, and is not held at this height."""
    layout = layouts.of("cluster_contest")
    rows = {"existing_enterprises": ({"enterprise_name": "短", "profile": "长" * 200}, {})}
    data = write_template(layout, Stamp.of(layout.workbook), Entries(rows=rows))
    plan = layout.sheet_of["existing_enterprises"]
    body = plan.library
    sheet = opened(data).sheets[plan.name]
    row = re.search(rf'<row r="{body.first_row + 1}" [^>]*>', sheet)
    assert row is not None
    height = re.search(r' ht="([\d.]+)"', row[0])
    assert height is not None
    assert float(height[1]) > 10 * ROW_HEIGHT
    assert "customHeight" not in row[0]
    head = re.search(rf'<row r="{body.head_last_row + 1}" [^>]*>', sheet)
    assert head is not None
    assert "customHeight" in head[0]


# --- long texts ----------------------------------------------------------------------------------


def most(plan: SheetPlan, key: str) -> int:
    """Characters of one paragraph that the boxes of an answer print."""
    total = 0
    for remark in plan.remarks:
        for slot in remark.slots:
            if slot.key == key:
                widths = plan.widths[slot.area.col : slot.area.last_col + 1]
                width = sum(map(text_metrics.column_points, widths))
                height = plan.heights.get(slot.area.row, ROW_HEIGHT) - text_metrics.PADDING
                across = text_metrics.room(width, remark.role) // text_metrics.font_size(
                    remark.role
                )
                total += int(across) * int(height // text_metrics.line_height(remark.role))
    return total


def test_boxes_print_what_the_form_allows(layout: Layout) -> None:
    """Part 八 of the Fujian form is limited as a whole: there the limit is that of all texts."""
    limited: Counter[tuple[str, int]] = Counter()
    for plan in layout.sheets:
        for key in {slot.key for remark in plan.remarks for slot in remark.slots}:
            kind = layout.slots[key][0].field.kind
            assert isinstance(kind, LongText)
            if kind.limit is not None:
                block = key.split(".")[0] if key.startswith("plan.") else key
                limited[block, kind.limit] += most(plan, key)
    assert limited
    assert not {block: held for (block, limit), held in limited.items() if held < limit}


def test_every_box_of_long_text_has_its_remark(layout: Layout) -> None:
    for plan in layout.sheets:
        told = {(slot.key, slot.part) for remark in plan.remarks for slot in remark.slots}
        printed = {
            (slot.key, slot.part)
            for slot in plan.slots
            if isinstance(slot.field.kind, LongText) and slot.area.col <= plan.print_last_col
        }
        assert told == printed, plan.name


# --- in a real office program --------------------------------------------------------------------

office_only = pytest.mark.office


@office_only
def test_no_box_is_called_printable_that_is_not(office, tmp_path) -> None:
    """The formula never promises more than the estimate of lines, whatever the paragraphs."""
    dice = Random(7)
    width, height, role = 480.0, 200.0, "prose"
    texts = []
    for _ in range(300):
        parts = [dice.choice("国a，") * dice.randrange(120) for _ in range(dice.randrange(1, 9))]
        texts.append("\n".join(parts))
    path = tmp_path / "boxes.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("x")
    for row, text in enumerate(texts):
        sheet.write_string(row, 0, text)
        over = text_metrics.overflow(cell_name(row, 0), width, height, role)
        sheet.write_formula(row, 1, f"=({over})*1", None, "")
    book.close()
    lines = int((height - text_metrics.PADDING) // text_metrics.line_height(role))
    with office.open(path) as doc:
        said = [bool(cell.value) for (cell,) in doc.values("x", f"B1:B{len(texts)}")]
    needs_more = [text_metrics.lines_needed(text, width, role) > lines for text in texts]
    assert any(needs_more)
    assert not all(said)
    assert not [
        t for t, over, more in zip(texts, said, needs_more, strict=True) if more and not over
    ]


@office_only
def test_a_full_box_is_printed_and_one_that_is_too_full_says_so(office, tmp_path) -> None:
    layout = layouts.of("cluster_contest")
    path = tmp_path / "blank.xlsx"
    path.write_bytes(write_template(layout, Stamp.of(layout.workbook)))
    wanted = {
        "self_report.self_report": screen_paper.BOX_FULL_GO_ON,
        "promo_org.promo_basic": screen_paper.BOX_FULL_GO_ON,
        "basics.gov_opinion": screen_paper.BOX_FULL,
    }
    said, fitting = {}, {}
    with office.open(path) as doc:
        for key in wanted:
            plan = layout.sheet_of[key]
            remark = next(one for one in plan.remarks if one.slots[0].key == key)
            (slot,) = remark.slots
            alone = SheetPlan(**{
                name: getattr(plan, name) for name in (
                    "sheet", "printed", "slots", "body", "widths", "heights", "last_row",
                    "print_first_col", "print_last_col",
                )
            }, remarks=(remark,))  # fmt: skip
            text = "国" * (most(alone, key) - 1) + "尾"
            doc.paste([(plan.name, slot.area.cell, text + "国")])
            said[key] = doc.texts(plan.name, remark.area.cell)[0][0]
            doc.paste([(plan.name, slot.area.cell, text)])
            fitting[key] = doc.texts(plan.name, remark.area.cell)[0][0]
        pdf = doc.pdf(tmp_path / "full.pdf")
    assert said == wanted
    assert set(fitting.values()) == {""}
    assert sum(text.count("尾") for text in page_texts(pdf)) == len(wanted)


#: pages of a blank: docs/decisions.md says the same
PAGES = {"cluster_contest": 32, "fujian_sme_cluster": 19}


@office_only
@pytest.mark.parametrize("form", FORMS)
def test_a_blank_prints_the_form_and_nothing_else(form, office, tmp_path) -> None:
    layout = layouts.of(form)
    path = tmp_path / "blank.xlsx"
    path.write_bytes(write_template(layout, Stamp.of(layout.workbook)))
    with office.open(path) as doc:
        texts = page_texts(doc.pdf(tmp_path / "blank.pdf"))
    assert len(texts) == PAGES[form]
    decisions = (DOCS / "decisions.md").read_text("utf-8")
    assert f"| {form} | {PAGES[form]} |" in decisions
    heads = [text.strip().split("\n")[0].strip() for text in texts[1:]]
    pages = Counter(heads)
    for plan in layout.sheets[1:]:
        assert pages[plan.name] >= 1, plan.name
        if plan.sheet.one_page:
            assert pages[plan.name] == 1, plan.name
        if not plan.page_breaks:
            assert pages[plan.name] == 1, plan.name
    assert set(pages) == {plan.name for plan in layout.sheets[1:]}
    foot = "".join(texts[1].split())
    title = "".join(layout.workbook.title.split())
    assert title in foot
    assert f"2025年度{layout.workbook.version}版" in foot


@office_only
@pytest.mark.parametrize("form", FORMS)
def test_an_empty_list_prints_a_few_ruled_rows(form, office, tmp_path) -> None:
    """Seen as lines across the page, below those of the head."""
    layout = layouts.of(form)
    path = tmp_path / "blank.xlsx"
    path.write_bytes(write_template(layout, Stamp.of(layout.workbook)))
    with office.open(path) as doc:
        pdf = doc.pdf(tmp_path / "blank.pdf")
    heads = [text.strip().split("\n")[0].strip() for text in page_texts(pdf)]
    for plan in layout.sheets:
        if plan.body is not None:
            lines = lines_across(pdf, heads.index(plan.name) + 1)
            assert lines >= 2 + screen_paper.FEW_ROWS, plan.name


def lines_across(pdf: Path, page: int) -> int:
    """How many dark lines run over most of a page."""
    number = ["-f", str(page), "-l", str(page)]
    made = subprocess.run(
        ["pdftoppm", "-gray", "-r", "72", *number, str(pdf)], check=True, capture_output=True
    )
    head = re.match(rb"P5\s(\d+)\s(\d+)\s\d+\s", made.stdout)
    assert head is not None
    width, height = int(head[1]), int(head[2])
    pixels = made.stdout[head.end() :]
    rows = (pixels[row * width : (row + 1) * width] for row in range(height))
    dark = [sum(tone < 200 for tone in row) > 0.6 * width for row in rows]
    return sum(now and not before for before, now in pairwise([False, *dark]))


@office_only
def test_links_and_remarks_are_nothing_to_tell_of(office, tmp_path) -> None:
    """Saved by LibreOffice, with a remark on show, the file has no problem it had not before."""
    layout = layouts.of("cluster_contest")
    blank = write_template(layout, Stamp.of(layout.workbook))
    path = tmp_path / "blank.xlsx"
    path.write_bytes(blank)
    before = Counter(problem.code for problem in judged(blank).problems)
    slot = layout.slots["promo_org.promo_basic"][0]
    with office.open(path) as doc:
        doc.paste([(layout.sheet_of[slot.key].name, slot.area.cell, "样" * 900)])
        for kind in ("xlsx", "xls", "ods"):
            saved = doc.save(tmp_path / f"saved.{kind}", kind)
            codes = Counter(problem.code for problem in judged(saved.read_bytes()).problems)
            more = {code for code in codes - before if not code.startswith("F")}
            assert more == set(), kind
