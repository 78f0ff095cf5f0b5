"""What a person sees in a cell is what is read: struck and raised runs, fonts, number formats."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter
from binary_books import cell12, record12, row12, text12, xlsb_file

from clusterbook.appearance import Marked, Shown, cell_class, marked
from clusterbook.grid import SheetGrid, read_grid
from clusterbook.kinds import Integer, LongText, Name, Number, Pages, Percent, Phone, Text
from clusterbook.number_formats import is_plain, shown_number, shown_text
from clusterbook.seen import read_shown

YI, WAN, YUAN = Number(unit="亿元"), Number(unit="万元"), Number(unit="元")

# What the menus of Excel, WPS and LibreOffice offer, and what this software itself writes.
MENU = (
    "General", "G/通用格式", "0", "0.00", "#,##0", "#,##0.00", "#,##0.000", "0_ ", "0.00_ ",
    "#,##0_ ", "#,##0.00_ ", "0.00_);(0.00)", "0.00_);[Red](0.00)", "0.00;[Red]0.00",
    "0.00_ ;[Red]-0.00 ", "#,##0;-#,##0", "#,##0;[Red]-#,##0", "#,##0.00;[Red]-#,##0.00",
    "#,##0_);(#,##0)", "#,##0_);[Red](#,##0)", "#,##0.00_);(#,##0.00)",
    "#,##0.00_);[Red](#,##0.00)", '"¥"#,##0;"¥"-#,##0', '"¥"#,##0.00;[Red]"¥"-#,##0.00',
    "¥#,##0.00;¥-#,##0.00", "¥#,##0_);[红色](¥#,##0)", "[$¥-804]#,##0.00", "[$¥-804]#,##0.00;[RED]-[$¥-804]#,##0.00",
    "[$￥-804]#,##0.00;[$￥-804]-#,##0.00", "[$CNY] #,##0.00",
    '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ',
    '_ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ;_ ¥* "-"??_ ;_ @_ ',
    '_(* #,##0.00_);_(* (#,##0.00);_(* "-"??_);_(@_)',
    "0%", "0.00%", "0.0%", "#,##0.00%", "0.00E+00", "##0.0E+0", "# ?/?", "# ??/??", "# ?/8",
    "@", "[DBNum1][$-804]General", "[DBNum2][$-804]General", "[$-804]General", "",
)  # fmt: skip


@pytest.mark.parametrize("code", MENU)
def test_formats_of_the_menus_say_nothing(code):
    assert is_plain(code)
    assert "|" not in cell_class("", code)


SHOWN = (
    (1136000.0, r"0\.0,", "113.6"), (1136000.0, '0!.0,"万"', "113.6万"), (1136000.0, "0.00,,", "1.14"),
    (1136000.0, "#,##0,", "1,136"), (12345678.0, '#,##0.0,"千元"', "12,345.7千元"),
    (113.6, '#,##0.00"万元"', "113.60万元"), (113.6, "[$$-409]#,##0.00", "$113.60"),
    (113.6, "[$US$-409]#,##0.00", "US$113.60"), (5.0, '0"00"', "500"), (5.0, r"0\0", "50"),
    (-5.0, "0;0", "5"), (-5.0, "0.0;;", ""), (0.0, "0;-0;", ""), (5.0, ";;;", ""), (0.0, "#", ""),
    (15905950001.0, "000-0000-0000", "159-0595-0001"), (9.0, '"P"0', "P9"),
    (1136000.0, '[>=100000000]0.00,,"亿";[>=10000]0.0,"千";0', "1136.0千"),
    (12.0, '[>=100]"多";[>=10]"中";"少"', "中"), (202405.0, '0000"年"00"月"', "2024年05月"),
    (113.6, '@"亿元"', "113.6亿元"), (-1234567.891, '#,##0.00"元";(#,##0.00"元")', "(1,234,567.89元)"),
    (12.5, '0.0"%"', "12.5%"), (12.0, r"0\/0", "1/2"), (1234.0, '0"/"00', "12/34"),
    (113.6, "0.0;-0.0%", "113.6"), (113.6, "General亿元", "113.6亿元"), (0.5, '0"."00', "0.01"),
    (5.0, "[White]0", ""), (113.6, '"约"0', "约114"), (2.5, '0"家"', "3家"),
)  # fmt: skip


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
    assert isinstance(text, Marked)
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
