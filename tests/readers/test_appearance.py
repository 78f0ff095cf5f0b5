"""What a person sees in a cell is what is read: struck and raised runs, fonts, number formats."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter
from support.binary_books import (
    SPACES,
    cell,
    cell12,
    ods_file,
    record,
    record12,
    row12,
    short_text,
    text12,
    xls_file,
    xlsb_file,
)
from support.grids import both_ways, package
from support.looks import MENU, SHOWN

from clusterbook.forms.kinds import Integer, LongText, Name, Number, Pages, Percent, Phone, Text
from clusterbook.layout import layouts
from clusterbook.readers.appearance import MarkedText, Shown, cell_class, marked
from clusterbook.readers.grid import Grid, SheetGrid, read_grid
from clusterbook.readers.number_formats import is_plain, shown_number, shown_text
from clusterbook.returns.extract import read_explanations
from clusterbook.validation.seen import read_shown

YI, WAN, YUAN = Number(unit="亿元"), Number(unit="万元"), Number(unit="元")


@pytest.mark.parametrize("code", MENU)
def test_formats_of_the_menus_say_nothing(code):
    assert is_plain(code)
    assert "|" not in cell_class("", code)


@pytest.mark.parametrize(("value", "code", "text"), SHOWN)
def test_what_a_format_shows(value, code, text):
    assert shown_number(value, code) == text
    assert not is_plain(code)


# LibreOffice takes the first for no format at all, and multiplies by a hundred once for the last.
@pytest.mark.parametrize("code", ["0,.00", "#,##0,.00", "#,##0,,.0", "#,##0,.00_ ", "0%%"])
def test_formats_that_programs_show_in_their_own_ways_are_not_plain(code):
    assert not is_plain(code)


@pytest.mark.parametrize(
    ("code", "text"),
    [(";;;", ""), ('0;0;0;"已"@', "已甲"), ('@"市"', "甲市"), ("0.00", "甲"), (";;;@", "甲"),
     ('0;0;0;"略"', "略")],
)  # fmt: skip
def test_what_a_format_shows_of_a_text(code, text):
    assert shown_text("甲", code) == text


# kind, stored, its format, value, problem, note
READ = (
    (YI, 1136000.0, r"0\.0,", None, "V267", ""),
    (YI, 1136000.0, '0!.0,"万"', None, "V267", ""),
    (YI, 113.6, '#,##0.00"亿元"', 113.6, "", ""),
    (YI, 113.6, '0.0"亿"', 113.6, "", ""),
    (YI, 1136000.0, '0"万元"', 113.6, "V208", "converted"),
    (WAN, 1136000.0, '0.0,,"百万"', None, "V267", ""),
    (YUAN, 113600.0, '0.0,"千元"', 113600.0, "", ""),
    (YI, 113.6, "[$$-409]#,##0.00", None, "V207", ""),
    (YI, 113.6, '"约"0.0', None, "V205", ""),
    (YI, 113.6, '0.0"Q"', None, "V267", ""),
    (YI, -5.0, "0;0", None, "V267", ""),
    (YI, 5.0, '0"00"', None, "V267", ""),
    (YI, 5.0, ";;;", 5.0, "V268", ""),
    (Integer(unit="家"), 318.0, '0"家"', 318, "", ""),
    (Percent(), 12.5, '0.0"%"', 12.5, "", ""),
    (Pages(), 9.0, '"P"0', ((9, 9),), "", "page_spelling"),
    (Phone(), 15905950001.0, "000-0000-0000", "15905950001", "", "number_as_text"),
    (Name(), "样例", '@"公司"', None, "V267", ""),
    (Text(), "样例", ";;;", "样例", "V268", ""),
)


@pytest.mark.parametrize(("kind", "stored", "code", "value", "problem", "note"), READ)
def test_what_a_format_shows_is_held_against_what_is_stored(
    kind: Any, stored: Any, code: str, value: Any, problem: str, note: str
):
    text = shown_text(stored, code) if isinstance(stored, str) else shown_number(stored, code)
    shown = Shown(text, "format" if text else "hidden", stored)
    reading = read_shown(kind, stored, "", shown)
    assert (reading.value, reading.problem, reading.note) == (value, problem, note)


# runs, kind, value, problem
RUNS = (
    ([("113.6", ""), ("1", "raised")], YI, 113.6, "V266"),
    ([("13.", ""), ("5", "struck"), ("67", "")], YI, 13.67, "V264"),
    ([("13.67", "struck")], YI, None, "V265"),
    ([("13.67", "struck"), ("15.2", "")], YI, 15.2, "V264"),
    ([("3.2×10", ""), ("4", "raised")], YI, None, "V201"),
    ([("10", ""), ("4", "raised")], YI, None, "V201"),
    ([("13", ""), ("67", "lowered")], YI, None, "V201"),
    ([("P9", ""), ("1", "raised")], Pages(), ((9, 9),), "V266"),
    ([("P9", ""), ("[1]", "raised")], Pages(), ((9, 9),), "V266"),
    ([("15905950001", ""), ("①", "raised")], Phone(), "15905950001", "V266"),
    ([("泉州样例公司", ""), ("2", "raised")], Name(), "泉州样例公司", "V266"),
    ([("旧", "struck"), ("泉州样例公司", "")], Name(), "泉州样例公司", "V264"),
    ([("减排CO", ""), ("2", "lowered"), ("三成", "")], LongText(), "减排CO₂三成", ""),
    ([("产值13亿元", ""), ("1", "raised")], LongText(), "产值13亿元¹", ""),
    ([("厂房100m", ""), ("2", "raised")], Text(), "厂房100m²", ""),
)


@pytest.mark.parametrize(("runs", "kind", "value", "problem"), RUNS)
def test_runs_are_never_glued(runs: Any, kind: Any, value: Any, problem: str):
    text = marked(runs)
    assert isinstance(text, MarkedText)
    assert text == "".join(run for run, _ in runs)
    reading = read_shown(kind, str(text), "", text.shown)
    assert (reading.value, reading.problem) == (value, problem)
    assert reading.problem or "script" in reading.note


def test_plain_runs_are_a_plain_text():
    assert type(marked([("a", ""), (" ", "raised"), ("b", "")])) is str


# --- files ----------------------------------------------------------------------------------------


def dressed(*, exact: bool) -> SheetGrid:
    """A sheet with runs and formats, as XlsxWriter writes it."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet()
    struck, raised = book.add_format({"font_strikeout": True}), book.add_format({"font_script": 1})
    white = {"font_color": "#FFFFFF"}
    sheet.write_rich_string("A1", "113.6", raised, "1", " ")
    sheet.write_rich_string("A2", "13.", struck, "5", "67")
    sheet.write_number("A3", 1136000, book.add_format({"num_format": r"0\.0,"}))
    sheet.write_number("A4", 12, struck)
    sheet.write_number("A5", 12, book.add_format(white))
    sheet.write_number("A6", 12, book.add_format({**white, "bg_color": "#000080"}))
    sheet.write_number("A7", 12, book.add_format({"num_format": "#,##0.00"}))
    sheet.write_number("A8", 0.125, book.add_format({"num_format": "0.0%", "font_strikeout": True}))
    sheet.write_string("A9", "甲", book.add_format({"num_format": ";;;"}))
    if exact:
        sheet.write_comment("A1", "x")
    book.close()
    return read_grid(buffer.getvalue()).sheets[0]


def numbers(*cells: tuple[float, dict[str, Any]]) -> SheetGrid:
    """A row of numbers in these formats, as XlsxWriter writes it."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for column, (value, look) in enumerate(cells):
            sheet.write_number(0, column, value, book.add_format(look))
    return read_grid(buffer.getvalue()).sheets[0]


def test_a_percentage_is_one_only_where_the_section_of_the_number_says_so():
    mixed = {"num_format": "0.0;-0.0%"}
    limits = {"num_format": "[>=1]0.0;0.0%"}
    sheet = numbers((113.6, mixed), (-0.05, mixed), (113.65, mixed), (2.5, limits), (0.25, limits))
    assert sheet.formats == {(0, 1): "percent", (0, 4): "percent"}
    assert {at[1]: (one.text, one.read) for at, one in sheet.shown.items()} == {
        1: ("-5.0%", -0.05), 2: ("113.7", 113.65), 4: ("25.0%", 0.25),
    }  # fmt: skip
    found = [read_shown(kind, one.read, sheet.formats.get(at, ""), one) for kind, (at, one) in
             zip((Percent(), YI, Percent()), sheet.shown.items(), strict=True)]  # fmt: skip
    assert [(one.value, one.problem) for one in found] == [(-5.0, ""), (113.65, ""), (25.0, "")]


WHITE = "#FFFFFF"
HIDING = (
    ({"num_format": "[Color2]0.0"}, True), ({"num_format": "[Color 2]0.0"}, True),
    ({"num_format": "[颜色2]0.0"}, True), ({"num_format": "[Color3]0.0"}, False),
    ({"num_format": "[Color20]0.0"}, False), ({"font_color": WHITE}, True),
    ({"font_color": WHITE, "bg_color": WHITE}, True),
    ({"font_color": WHITE, "bg_color": "#FFFFFE"}, False),
    ({"font_color": WHITE, "pattern": 4, "fg_color": WHITE, "bg_color": "#000080"}, False),
)  # fmt: skip


def test_white_on_white_is_hidden_whoever_paints_it():
    sheet = numbers(*((12.0, look) for look, _ in HIDING))
    assert [(0, at) in sheet.shown for at in range(len(HIDING))] == [hides for _, hides in HIDING]
    assert {one.why for one in sheet.shown.values()} == {"hidden"}


# How the fill of a white text is written, and whether the text is hidden.
PAPER = (
    ('<patternFill patternType="solid"><fgColor theme="0"/><bgColor indexed="64"/></patternFill>', True),
    ('<patternFill patternType="solid"><fgColor theme="0" tint="-0.15"/></patternFill>', False),
    ('<patternFill patternType="solid"><fgColor indexed="9"/></patternFill>', True),
    ('<patternFill patternType="solid"><fgColor indexed="13"/></patternFill>', False),
    ('<patternFill patternType="solid"><fgColor theme="4"/></patternFill>', False),
    ('<patternFill patternType="none"/>', True),
)  # fmt: skip


@pytest.mark.parametrize(("fill", "hides"), PAPER)
def test_white_paper_has_several_names(fill: str, hides: bool, monkeypatch: Any):
    styles = (
        '<fonts><font><color rgb="FFFFFFFF"/></font></fonts>'
        f'<fills><fill>{fill}</fill></fills><cellXfs><xf fontId="0" fillId="0"/></cellXfs>'
    )
    read = both_ways(package('<row r="1"><c r="A1"><v>1</v></c></row>', styles=styles), monkeypatch)
    assert bool(read.sheets[0].shown) is hides


@pytest.mark.parametrize(("fill", "colour", "hides"),
                         [(0, 0, True), (1, 9, True), (1, 1, True), (1, 10, False), (2, 9, False)])  # fmt: skip
def test_white_paper_in_binary_files(fill: int, colour: int, hides: bool):
    font = record(0x31, struct.pack("<HHHHH", 220, 0, 9, 400, 0) + bytes(4) + short_text("宋"))
    look = struct.pack("<HH", 0, 0).ljust(14, b"\0") + struct.pack("<LH", fill << 26, colour)
    cells = cell(0x203, 0, 0, struct.pack("<d", 12), 1)
    old = xls_file(
        {"S": cells}, globals_=font + record(0xE0, bytes(20)) + record(0xE0, look), styles=()
    )
    assert bool(read_grid(old).sheets[0].shown) is hides
    white = struct.pack("<BBh4s", 1 << 1 | 1, 9, 0, bytes(4))
    paper = struct.pack("<BBh4s", 1 << 1 | 1, colour, 0, bytes(4))
    fonts = record12(
        43, struct.pack("<HHHH", 220, 0, 400, 0) + bytes(4) + white + b"\2" + text12("宋")
    )
    styles = (
        fonts + record12(45, struct.pack("<L", fill) + paper) + record12(617, struct.pack("<L", 1))
    )
    styles += record12(47, bytes(16)) + record12(618)
    new = xlsb_file(
        {"S": row12(0, cell12(5, 0, struct.pack("<d", 12)))}, **{"xl/styles.bin": styles}
    )
    assert bool(read_grid(new).sheets[0].shown) is hides


@pytest.mark.parametrize("version", [0x500, 0x600])
def test_rich_strings_of_old_files_have_runs(version: int):
    """Fonts 1 to 3: struck, raised, plain; in Excel 95 a run begins at a byte, and there is no font 4."""

    def font(flags: int, position: int) -> bytes:
        name = short_text("宋") if version == 0x600 else b"\1S"
        return record(0x31, struct.pack("<HHHHH", 220, flags, 8, 400, position) + bytes(4) + name)

    def rich(column: int, text: str, *runs: tuple[int, int]) -> bytes:
        wide = version == 0x600
        content = b"\1" + text.encode("utf-16-le") if wide else text.encode("gbk")
        count, form = (len(text), "<HH") if wide else (len(content), "<BB")
        places = [(at if wide else len(text[:at].encode("gbk")), number) for at, number in runs]
        listed = struct.pack("<H" if wide else "<B", len(runs))
        listed += b"".join(struct.pack(form, *one) for one in places)
        return cell(0xD6, 0, column, struct.pack("<H", count) + content + listed)

    fonts = font(0, 0) + font(8, 0) + font(0, 1) + font(0, 0) + font(8, 0)
    cells = (
        rich(0, "约13.567", (4, 1), (5, 3)) + rich(1, "见P91", (3, 2)) + rich(2, "甲乙", (1, 3))
        + rich(3, "甲乙丙", (1, 5), (2, 0))
    )  # fmt: skip
    sheet = read_grid(xls_file({"S": cells}, globals_=fonts, version=version)).sheets[0]
    assert {at[1]: (one.text, one.why) for at, one in sheet.shown.items()} == {
        0: ("约13.67", "struck"), 1: ("见P9¹", "raised"), 3: ("甲丙", "struck"),
    }  # fmt: skip
    assert list(sheet.cells.values()) == ["约13.567", "见P91", "甲乙", "甲乙丙"]


# --- OpenDocument ---------------------------------------------------------------------------------


def ods_cell(kind: str, value: str, text: str, style: str = "") -> str:
    named = f'table:style-name="{style}"' if style else ""
    return (
        f'<table:table-cell {named} office:value-type="{kind}" office:value="{value}">'
        f"<text:p>{text}</text:p></table:table-cell>"
    )


# value, its text, whether it counts as a percentage, what is seen where that is another number
SHARES = (
    ("0.25", "25%", True, None), ("0.256", "25.6%", True, None), ("0.256", "26%", True, None),
    ("-0.05", "-5.0%", True, None), ("-0.05", "(5.0%)", True, None), ("0.25", "50%", True, "50%"),
    ("0.25", "250%", True, "250%"), ("-0.05", "5.0%", True, "5.0%"), ("0.25", "25%%", True, "25%%"),
    ("0.25", "约25%", True, "约25%"), ("113.6", "113.6", False, None), ("0.25", "25", False, "25"),
    ("1.5", "1 1/2", False, None),
)  # fmt: skip


def test_percentages_of_an_ods_are_held_against_what_is_shown():
    rows = "".join(
        f"<table:table-row>{ods_cell('percentage', value, text)}</table:table-row>"
        for value, text, _, _ in SHARES
    )
    sheet = read_grid(ods_file(f'<table:table table:name="S">{rows}</table:table>')).sheets[0]
    found = [(sheet.formats.get((row, 0)) == "percent", sheet.shown.get((row, 0)))
             for row in range(len(SHARES))]  # fmt: skip
    assert [(share, one and one.text) for share, one in found] == [one[2:] for one in SHARES]


FO = 'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"'
COMMON = (
    '<style:style style:name="Out" style:family="table-cell"><style:text-properties'
    ' style:text-line-through-style="solid"/></style:style>'
    '<style:style style:name="Far" style:family="table-cell" style:parent-style-name="Out"/>'
    '<style:style style:name="Pale" style:family="table-cell"><style:text-properties fo:color="#FFFFFF"/></style:style>'
    '<style:style style:name="Note" style:family="text"><style:text-properties'
    ' style:text-position="super 58%"/></style:style>'
)
OWN = (
    '<style:style style:name="a" style:parent-style-name="Far"/>'
    '<style:style style:name="b" style:parent-style-name="Far"><style:text-properties'
    ' style:text-line-through-style="none"/></style:style>'
    '<style:style style:name="c" style:parent-style-name="Pale"><style:table-cell-properties'
    f' {FO} fo:background-color="#000080"/></style:style>'
    '<style:style style:name="d" style:parent-style-name="Pale"/>'
    '<style:style style:name="e" style:parent-style-name="e"/>'
    '<style:style style:name="t" style:parent-style-name="Note"/>'
)


def test_styles_of_an_ods_rest_on_common_ones():
    cells = "".join(
        ods_cell("float", "12", "12", style) for style in ("a", "b", "c", "d", "e", "Out")
    )
    cells += (
        '<table:table-cell office:value-type="string"><text:p>113.6<text:span text:style-name="t">1'
        '</text:span></text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>P9'
        '<text:span text:style-name="Note">1</text:span></text:p></table:table-cell>'
    )
    table = f'<table:table table:name="S"><table:table-row>{cells}</table:table-row></table:table>'
    common = f"<office:document-styles {SPACES} {FO}><office:styles>{COMMON}</office:styles></office:document-styles>"
    sheet = read_grid(ods_file(table, styles=OWN, **{"styles.xml": common})).sheets[0]
    assert {at[1]: (one.text, one.why) for at, one in sheet.shown.items()} == {
        0: ("", "gone"), 3: ("", "hidden"), 5: ("", "gone"), 6: ("113.6¹", "raised"),
        7: ("P9¹", "raised"),
    }  # fmt: skip


@pytest.mark.parametrize("exact", [False, True])
def test_a_file_tells_what_its_cells_show(exact):
    sheet = dressed(exact=exact)
    assert {row: (one.text, one.why) for (row, _), one in sheet.shown.items()} == {
        0: ("113.6¹ ", "raised"), 1: ("13.67", "struck"), 2: ("113.6", "format"), 3: ("", "gone"),
        4: ("", "hidden"), 7: ("", "gone"), 8: ("", "hidden"),
    }  # fmt: skip
    assert sheet.formats == {(7, 0): "percent"}
    assert sheet.cells[0, 0] == "113.61 "
    assert all(type(value) in (str, float) for value in sheet.cells.values())


def test_the_fonts_of_xlsb_mark_runs_and_cells():
    """Records as Excel writes them: struck (8), raised (1), white; a rich string of each."""

    def font(flags: int, position: int, colour: bytes = bytes(8)) -> bytes:
        data = struct.pack("<HHHH", 220, flags, 400, position) + bytes(4) + colour + b"\2"
        return record12(43, data + text12("宋体"))

    def rich(text: str, *runs: tuple[int, int]) -> bytes:
        packed = b"".join(struct.pack("<HH", *run) for run in runs)
        return b"\1" + text12(text) + struct.pack("<L", len(runs)) + packed

    white = struct.pack("<BBh4s", 2 << 1 | 1, 0, 0, b"\xff\xff\xff\xff")
    fonts = font(0, 0) + font(8, 0) + font(0, 1) + font(0, 0, white)
    looks = [struct.pack("<HHHH", 0, 0, number, 0).ljust(16, b"\0") for number in range(4)]
    styles = record12(278) + fonts + record12(45, bytes(4)) + record12(617, struct.pack("<L", 4))
    styles += b"".join(record12(47, look) for look in looks) + record12(618) + record12(279)
    strings = [rich("13.567", (3, 1), (4, 0)), rich("113.61", (5, 2))]
    table = record12(159, struct.pack("<LL", 2, 2))
    table += b"".join(record12(19, one) for one in strings) + record12(160)
    cells = [
        cell12(7, 0, struct.pack("<L", 0)), cell12(7, 1, struct.pack("<L", 1)),
        cell12(62, 2, rich("P91", (2, 2))), cell12(5, 3, struct.pack("<d", 12), 1),
        cell12(5, 4, struct.pack("<d", 12), 3), cell12(5, 5, struct.pack("<d", 12)),
    ]  # fmt: skip
    parts = {"xl/styles.bin": styles, "xl/sharedStrings.bin": table}
    sheet = read_grid(xlsb_file({"A": row12(0, *cells)}, **parts)).sheets[0]
    assert {at[1]: (one.text, one.why) for at, one in sheet.shown.items()} == {
        0: ("13.67", "struck"), 1: ("113.6¹", "raised"), 2: ("P9¹", "raised"), 3: ("", "gone"),
        4: ("", "hidden"),
    }  # fmt: skip


# --- reasons ----------------------------------------------------------------------------------

REASON = "以合并报表口径填报，与统计局核对一致"


@pytest.mark.parametrize(
    ("shown", "read"),
    [(None, REASON), (Shown("", "gone"), None), (Shown("以合并报表口径填报", "struck"), "以合并报表口径填报"),
     (Shown(f"{REASON}¹", "raised", REASON), f"{REASON}¹"), (Shown("", "hidden", REASON), REASON)],
)  # fmt: skip
def test_a_reason_that_is_struck_out_is_none(shown: Shown | None, read: str | None):
    layout = layouts.of("fujian_sme_cluster")
    code, (name, *_) = next(iter(layout.reasons))
    cells, looks = {(6, 4): REASON}, {} if shown is None else {(6, 4): shown}
    page = SheetGrid("校验", cells=cells, shown=looks)
    found = read_explanations(Grid("xlsx", (page,), names={name: "'校验'!$E$7"}), layout)
    assert found == ({} if read is None else {code: read})
