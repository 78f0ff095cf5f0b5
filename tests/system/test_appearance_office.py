"""What cells show, dressed and saved by real LibreOffice: one document, read alike in every format."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from support.looks import MENU, SHOWN
from support.office import Office

from clusterbook.readers.grid import read_grid
from clusterbook.readers.number_formats import is_plain, shown_number

pytestmark = pytest.mark.office

VALUES = (1136000.0, 113.6, -5.25, 0.0)
# LibreOffice offers neither as such: one is Excel's General in Chinese, one its colours in Chinese.
OTHERS_ONLY = ("G/通用格式", "¥#,##0_);[红色](¥#,##0)")
DATES = (
    "yyyy/m/d", "yyyy-mm-dd", 'yyyy"年"m"月"d"日"', 'yyyy"年"m"月"', 'm"月"d"日"', "m/d/yy",
    "[$-804]yyyy/m/d dddd", "d-mmm-yy", "mmm-yy", "h:mm", "h:mm:ss", "h:mm AM/PM", "[h]:mm:ss",
    "mm:ss.0", "yyyy/m/d h:mm", '[DBNum1][$-804]yyyy"年"m"月"d"日"',
)  # fmt: skip
# More of the lists of categories: decimals, signs and money.
CATEGORIES = tuple(
    f"{money}{form}{fall}"
    for money in ("", "¥", "[$¥-804]", '"￥"')
    for form in ("#,##0", "#,##0.0", "#,##0.00", "#,##0.000")
    for fall in ("", f";-{money}{form}", f";[Red]{money}{form}", f";[Red]-{money}{form}")
)
PLAIN = tuple(code for code in dict.fromkeys((*MENU, *CATEGORIES)) if code not in OTHERS_ONLY)
ODD = tuple(code for _, code, _ in SHOWN)
# Excel shows a number under a format for texts as a text; ! escapes in Excel alone; a minus of an
# unconditional last section, and of what rounds to zero, is Excel's; [White] is no colour here.
# What it saves of an escaped / is a fraction.
UNLIKE = frozenset({r"0\/0", '@"亿元"', '0!.0,"万"', "[White]0", ODD[17], ODD[18]})
SEEN = {
    1: ("113.6¹", "raised"), 2: ("13.67", "struck"), 3: ("", "gone"), 4: ("", "hidden"),
    6: ("", "gone"), 7: ("公司CO₂甲", "script"), 8: ("", "hidden"), 9: ("5.0万元", "format"),
    10: ("泉州公司", "struck"), 11: ("P9¹", "raised"),
}  # fmt: skip


@pytest.fixture(scope="module")
def saved(office: Office, tmp_path_factory: Any) -> tuple[dict[str, bytes], list[list[str]]]:
    folder: Path = tmp_path_factory.mktemp("seen")
    source = folder / "written.xlsx"
    _write(source)
    with office.open(source) as doc:
        texts = doc.texts("formats")
        kinds = ("xlsx", "xls", "ods")
        return {k: doc.save(folder / f"saved.{k}", k).read_bytes() for k in kinds}, texts


def _write(path: Path) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("formats")
        sheet.set_column(0, len(VALUES), 60)
        for row, code in enumerate((*PLAIN, *ODD, *DATES)):
            look = book.add_format({"num_format": code or "General"})
            for column, value in enumerate(VALUES):
                sheet.write_number(row, column, value, look)
        _dress(book, book.add_worksheet("seen"))


def _dress(book: xlsxwriter.Workbook, sheet: Any) -> None:
    struck, up = book.add_format({"font_strikeout": True}), book.add_format({"font_script": 1})
    down, white = book.add_format({"font_script": 2}), book.add_format({"font_color": "#FFFFFF"})
    dark = book.add_format({"font_color": "#FFFFFF", "bg_color": "#000080"})
    sheet.write_rich_string("A1", "113.6", up, "1")
    sheet.write_rich_string("A2", "13.", struck, "5", "67")
    sheet.write_number("A3", 12, struck)
    sheet.write_number("A4", 12, white)
    sheet.write_number("A5", 12, dark)
    sheet.write_string("A6", "甲", struck)
    sheet.write_rich_string("A7", "公司CO", down, "2", "甲")
    sheet.write_number("A8", 5, book.add_format({"num_format": ";;;"}))
    sheet.write_number("A9", 5, book.add_format({"num_format": '0.0"万元"'}))
    sheet.write_rich_string("A10", struck, "旧", "泉州公司")
    sheet.write_rich_string("A11", "P9", up, "1")


def test_what_formats_show_is_what_libreoffice_shows(saved):
    texts = saved[1]
    assert len(PLAIN) + len(ODD) + len(DATES) >= 120
    told = ("E+", "?/", "/8", "DBNum")  # rounding in other ways; of plain formats nothing is shown
    for row, code in enumerate((*PLAIN, *ODD)):
        if code not in UNLIKE and not any(mark in code for mark in told):
            ours = [shown_number(value, code or "General") for value in VALUES]
            theirs = [text.strip() for text in texts[row][: len(VALUES)]]
            assert [_unsigned(text) for text in ours] == [_unsigned(text) for text in theirs], code


def _unsigned(text: str) -> str:
    """Without the minus of what rounds to zero, which Excel shows and LibreOffice does not."""
    return text if any(digit in text for digit in "123456789") else text.lstrip("-")


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_formats_of_the_menus_say_nothing_and_others_are_seen(saved, kind):
    sheet = read_grid(saved[0][kind]).sheets[0]
    rows = {at[0] for at in sheet.shown}
    codes = (*PLAIN, *ODD, *DATES)
    assert all(map(is_plain, PLAIN))
    assert [
        codes[row] for row in sorted(rows) if not len(PLAIN) <= row < len(PLAIN) + len(ODD)
    ] == []
    silent = {code for row, code in enumerate(codes) if row not in rows} - {*PLAIN, *DATES}
    assert silent <= UNLIKE


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_runs_and_fonts_are_seen_alike(saved, kind):
    sheet = read_grid(saved[0][kind]).sheets[1]
    assert {at[0] + 1: (one.text, one.why) for at, one in sheet.shown.items()} == SEEN
