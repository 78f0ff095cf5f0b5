"""The driver of LibreOffice itself: what `office.py` promises, on workbooks made here."""

from __future__ import annotations

import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import xlsxwriter
from support.office import (
    Doc,
    Format,
    Office,
    OfficeDiedError,
    OfficeError,
    need_office,
    page_texts,
    render,
)

PAIRS = [
    ("长沙市", "芙蓉区"),
    ("长沙市", "天心区"),
    ("长沙市", "岳麓区"),
    ("株洲市", "荷塘区"),
    ("株洲市", "芦淞区"),
]
CASCADE = "=OFFSET(counties,MATCH($B6,county_keys,0)-1,0,COUNTIF(county_keys,$B6),1)"
FORMATS: tuple[Format, ...] = ("xlsx", "xls", "ods")


def write_form(path: Path) -> Path:
    """Rows 1-5 locked, rows 6 on unlocked through column formats, the sheet protected."""
    with xlsxwriter.Workbook(path, {"in_memory": True}) as book:
        sheet, lists = book.add_worksheet("企业库"), book.add_worksheet("_lists")
        open_ = book.add_format({"locked": False, "text_wrap": True})
        text = book.add_format({"locked": False, "num_format": "@"})
        closed = book.add_format({"locked": True, "bold": True})
        sheet.set_column("A:A", 4, closed, {"hidden": True})
        sheet.set_column("B:H", 14, open_)
        sheet.set_column("I:I", 14, text)
        for row in range(5):
            for column in range(1, 9):
                sheet.write_blank(row, column, None, closed)
        sheet.merge_range("B2:I2", "企业库", closed)
        sheet.write_string("A6", "cb:r5", closed)
        sheet.write_formula("D3", "=SUM(D6:D100)", closed, "")
        sheet.write_formula("E3", "=1/D4", closed, "")
        sheet.protect("", {"format_rows": True})

        lists.write_column("A1", ["长沙市", "株洲市"])
        lists.write_column("B1", [city for city, _ in PAIRS])
        lists.write_column("C1", [county for _, county in PAIRS])
        lists.hide()
        book.define_name("cities", "=_lists!$A$1:$A$2")
        book.define_name("county_keys", "=_lists!$B$1:$B$5")
        book.define_name("counties", "=_lists!$C$1")
        rules: dict[str, dict[str, object]] = {
            "B6:B100": {
                "validate": "list",
                "source": "=cities",
                "input_title": "城市",
                "input_message": "请选择",
                "error_message": "不在列表",
            },
            "C6:C100": {"validate": "list", "source": CASCADE, "ignore_blank": False},
            "E6:E100": {"validate": "list", "source": ["☑", "☐"]},
            "F6:F100": {"validate": "list", "source": "=$H$6:$H$8"},
            "G6:G100": {
                "validate": "decimal",
                "criteria": ">=",
                "value": 0,
                "error_type": "warning",
            },
        }
        for cells, rule in rules.items():
            assert sheet.data_validation(cells, rule) == 0
    return path


@pytest.fixture
def doc(office: Office, tmp_path: Path) -> Iterator[Doc]:
    with office.open(write_form(tmp_path / "form.xlsx")) as opened:
        yield opened


def typed(doc: Doc, *entries: tuple[str, str]) -> list[bool]:
    return doc.type([("企业库", cell, text) for cell, text in entries])


def test_locked_cells_refuse_and_unlocked_ones_accept(doc: Doc) -> None:
    assert typed(doc, ("B1", "x"), ("B2", "x"), ("C2", "x"), ("A6", "x")) == [False] * 4
    assert typed(doc, ("D6", "12"), ("H6", "甲"), ("H5000", "乙")) == [True] * 3
    assert [doc.cell("企业库", cell).text for cell in ("B2", "D6", "H6")] == ["企业库", "12", "甲"]


def test_the_answer_is_right_when_the_content_does_not_change(doc: Doc) -> None:
    typed(doc, ("H6", "甲"))
    assert typed(doc, ("B2", "企业库"), ("A6", "cb:r5"), ("B1", ""), ("B2", "")) == [False] * 4
    assert typed(doc, ("H6", "甲"), ("H7", ""), ("H6", ""), ("H6", "")) == [True] * 4
    assert doc.texts("企业库", "H6:H7") == [[""], [""]]


def test_nobody_types_into_a_hidden_sheet(doc: Doc) -> None:
    assert doc.type([("_lists", "A1", "x")]) == [False]
    doc.show_sheet("_lists")
    assert doc.type([("_lists", "A1", "x")]) == [True]


def test_stopping_validation_refuses_typing_but_not_a_paste(doc: Doc) -> None:
    assert typed(doc, ("B6", "火星"), ("B6", "长沙市"), ("E6", "yes")) == [False, True, False]
    assert typed(doc, ("G6", "-1")) == [True], "a warning is clicked away"
    assert doc.paste([("企业库", "B6", "火星"), ("企业库", "B2", "火星")]) == [True, False]
    assert doc.cell("企业库", "B6").text == "火星"
    assert typed(doc, ("B6", "木星")) == [False]
    assert doc.cell("企业库", "B6").text == "火星", "a refusal leaves what was there"


@pytest.mark.parametrize(
    ("text", "shown", "value"),
    [
        ("2024年3月5日", "2024年3月5日", 45356.0),
        ("2024.6.30", "2024-06-30", 45473.0),
        ("2024年3月", "2024年3月", "2024年3月"),
        ("１２３", "123", 123.0),
        ("1,234.5", "1,234.50", 1234.5),
        ("50%", "50.00%", 0.5),
        ("12.5亿元", "12.5亿元", "12.5亿元"),
        ("第一行\n第二行", "第一行\n第二行", "第一行\n第二行"),
        ("(c) a -- b", "(c) a -- b", "(c) a -- b"),
        ("=100+20", "120", 120.0),
    ],
)
def test_text_is_read_as_for_a_chinese_clerk(
    doc: Doc, text: str, shown: str, value: float | str
) -> None:
    assert typed(doc, ("H6", text), ("I6", text)) == [True, True]
    cell = doc.cell("企业库", "H6")
    assert cell.value == value
    assert cell.text == shown or not isinstance(value, str)
    assert doc.cell("企业库", "I6").text == text, "a text cell keeps what is typed"


def test_a_checked_cell_gets_the_same_text_as_an_unchecked_one(doc: Doc) -> None:
    """They are typed along two ways; AutoCorrect must not stand on one of them."""
    for text in ("1/2", "(c) a--b -- c", "i am"):
        doc.paste([("企业库", "H6", text)])
        assert typed(doc, ("F10", text)) == [True]
        assert doc.cell("企业库", "F10").formula == doc.cell("企业库", "H6").formula


def test_cells_tell_all_about_themselves(doc: Doc) -> None:
    typed(doc, ("D6", "1.5"), ("D7", "2"), ("I6", "013800"))
    total = doc.cell("企业库", "D3")
    assert (total.text, total.value, total.formula, total.kind, total.error, total.locked) == (
        "3.5",
        3.5,
        "=SUM(D6:D100)",
        "formula",
        0,
        True,
    )
    phone = doc.cell("企业库", "I6")
    assert (phone.text, phone.number_format, phone.locked) == ("013800", "@", False)
    assert doc.cell("企业库", "H6").number_format == "General"
    assert doc.cell("企业库", "A6").hidden
    kinds = [[cell.kind for cell in row] for row in doc.values("企业库", "D6:I6")]
    assert kinds == [["number", "empty", "empty", "empty", "empty", "text"]]


def test_errors_are_found_everywhere(doc: Doc) -> None:
    assert doc.formulas_with_errors() == [("企业库", "E3", "#DIV/0!")]
    assert doc.cell("企业库", "E3").error == 532
    typed(doc, ("H9", "=nosuch(1)"))
    assert ("企业库", "H9", "#NAME?") in doc.formulas_with_errors()


def test_choices_of_literals_names_ranges_and_cascades(doc: Doc) -> None:
    assert doc.choices("企业库", "B6") == ["长沙市", "株洲市"]
    assert doc.choices("企业库", "E99") == ["☑", "☐"]
    assert doc.choices("企业库", "C7") == [], "no city, no counties"
    assert doc.choices("企业库", "H6") == doc.choices("企业库", "G6") == []
    typed(doc, ("B6", "株洲市"), ("B7", "长沙市"), ("H6", "甲"), ("H8", "乙"))
    assert doc.choices("企业库", "C6") == ["荷塘区", "芦淞区"]
    assert doc.choices("企业库", "C7") == ["芙蓉区", "天心区", "岳麓区"]
    assert doc.choices("企业库", "F50") == ["甲", "乙"]
    typed(doc, ("B6", "长沙市"))
    assert doc.choices("企业库", "C6") == ["芙蓉区", "天心区", "岳麓区"]
    assert doc.used("企业库") == "A1:H8", "asking leaves no trace"
    assert doc.formulas_with_errors() == [("企业库", "E3", "#DIV/0!")]


def test_every_choice_is_accepted(doc: Doc) -> None:
    typed(doc, ("B6", "长沙市"))
    for county in doc.choices("企业库", "C6"):
        assert typed(doc, ("C6", county)) == [True]
    assert typed(doc, ("C6", "荷塘区")) == [False], "a county of another city"


def test_validation_is_told_in_full(doc: Doc) -> None:
    rule = doc.validation("企业库", "B6")
    assert (rule.kind, rule.formula, rule.error_style) == ("list", "cities", "stop")
    assert (rule.input_title, rule.input_message) == ("城市", "请选择")
    assert rule.error_message == "不在列表" and rule.ignore_blank and rule.dropdown
    assert not doc.validation("企业库", "C6").ignore_blank
    assert doc.validation("企业库", "G6").error_style == "warning"
    assert doc.validation("企业库", "H6").kind == "any"


def test_protection_is_told(doc: Doc) -> None:
    assert doc.is_protected("企业库") and not doc.is_protected("_lists")
    assert [state.visible for state in doc.sheets()] == [True, False]
    assert "I6:I1048576" in doc.unlocked_ranges("企业库")
    assert "A7:A1048576" in doc.locked_ranges("企业库")


@pytest.mark.parametrize("format", FORMATS)
def test_saved_in_three_formats(office: Office, doc: Doc, tmp_path: Path, format: Format) -> None:
    typed(doc, ("B6", "长沙市"), ("D6", "7"), ("H6", "一"))
    saved = doc.save(tmp_path / f"saved.{format}", format)
    with office.open(saved) as again:
        assert again.texts("企业库", "B6:H6") == [["长沙市", "", "7", "", "", "", "一"]]
        assert again.cell("企业库", "D3").value == 7
        assert again.is_protected("企业库")
        assert again.choices("企业库", "C6") == ["芙蓉区", "天心区", "岳麓区"]
        assert typed(again, ("B1", "x"), ("H6", "x"), ("B6", "火星")) == [False, True, False]


def test_formulas_follow_and_can_be_recalculated(doc: Doc) -> None:
    typed(doc, ("D6", "7"), ("D100", "3"))
    assert doc.cell("企业库", "D3").value == 10
    doc.recalculate()
    assert doc.cell("企业库", "D3").value == 10


def test_the_shape_of_the_workbook_can_be_changed(doc: Doc, tmp_path: Path) -> None:
    typed(doc, ("H6", "甲"))
    with pytest.raises(OfficeError, match="protected"):
        doc.insert_rows("企业库", 3)
    doc.unprotect("企业库")
    doc.insert_rows("企业库", 3, 2)
    assert doc.cell("企业库", "H8").text == "甲"
    doc.delete_rows("企业库", 4)
    doc.insert_columns("企业库", "C")
    assert doc.cell("企业库", "I7").text == "甲"
    doc.delete_columns("企业库", "C")
    doc.move_cells("企业库", "H7:H7", "H20")
    assert doc.texts("企业库", "H7:H7") == [[""]] and doc.cell("企业库", "H20").text == "甲"
    doc.rename_sheet("企业库", "改名")
    doc.move_sheet("改名", 2)
    doc.add_sheet("新表")
    assert [state.name for state in doc.sheets()] == ["新表", "_lists", "改名"]
    doc.delete_sheet("新表")
    assert doc.copy_sheet_out("改名", tmp_path / "copy.xlsx").stat().st_size > 0
    with pytest.raises(OfficeError, match="no sheet '企业库'"):
        doc.texts("企业库")


def test_a_copied_out_sheet_stands_alone(office: Office, doc: Doc, tmp_path: Path) -> None:
    out = doc.copy_sheet_out("企业库", tmp_path / "copy.xlsx")
    with office.open(out) as copy:
        assert [state.name for state in copy.sheets()] == ["企业库"]
        assert copy.cell("企业库", "A6").text == "cb:r5"


def test_long_text_grows_its_row(doc: Doc) -> None:
    before = doc.row_heights("企业库", 6, 6)
    typed(doc, ("H6", "很长的说明" * 20))
    assert doc.row_heights("企业库", 6, 6) > before


def test_pages_can_be_read_and_seen(doc: Doc, tmp_path: Path) -> None:
    typed(doc, ("H6", "印在纸上"))
    pdf = doc.pdf(tmp_path / "form.pdf")
    texts = page_texts(pdf)
    assert any("印在纸上" in text for text in texts)
    assert not any("cb:r5" in text for text in texts), "hidden columns are not printed"
    pages = render(pdf, tmp_path / "pages")
    assert len(pages) == len(texts) and all(page.stat().st_size > 0 for page in pages)


def test_several_workbooks_do_not_disturb_each_other(office: Office, tmp_path: Path) -> None:
    path = write_form(tmp_path / "form.xlsx")
    with office.open(path) as one, office.open(path) as two, office.open(path) as three:
        for turn, doc in enumerate((one, two, one, three, three, two, one)):
            row = 6 + turn
            assert typed(doc, (f"B{row}", "株洲市"), (f"B{row}", "火星"), (f"H{row}", "x")) == [
                True,
                False,
                True,
            ]
        filled = [
            [row[0] for row in doc.texts("企业库", "B6:B12")].count("株洲市")
            for doc in (one, two, three)
        ]
    assert filled == [3, 2, 2]


def test_thousands_of_cells_in_a_minute(doc: Doc) -> None:
    entries = [("企业库", f"{column}{row}", "值") for row in range(110, 360) for column in "CDFI"]
    started = time.monotonic()
    assert all(doc.type(entries))
    assert time.monotonic() - started < 30  # measured: under 10


def _processes_with(text: str) -> int:
    lines = Path("/proc").glob("[0-9]*/cmdline")
    return sum(text.encode() in _bytes(line) for line in lines)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # it ended meanwhile
        return b""


def test_nothing_is_left_running(tmp_path: Path) -> None:
    need_office()
    with Office() as office:
        assert office._scratch is not None
        scratch = office._scratch.name
        office.open(write_form(tmp_path / "form.xlsx"))
        assert _processes_with(scratch) > 0 or not Path("/proc/self/cmdline").exists()
    time.sleep(0.5)
    assert _processes_with(scratch) == 0
    assert not Path(scratch).exists()
    with pytest.raises(OfficeError, match="not running"):
        office.open(tmp_path / "form.xlsx")


def test_a_death_is_told_and_the_next_workbook_opens(tmp_path: Path) -> None:
    need_office()
    path = write_form(tmp_path / "form.xlsx")
    with Office() as office:
        first = office.open(path)
        office.kill()
        with pytest.raises(OfficeDiedError, match="has died"):
            first.texts("企业库")
        with office.open(path) as second:
            assert second.cell("企业库", "B2").text == "企业库"


def test_a_test_in_which_it_died_is_run_once_more_and_no_other(tmp_path: Path) -> None:
    tests = Path(__file__).parent.parent
    (tmp_path / "test_deaths.py").write_text(
        """
from support.office import OfficeDiedError, OfficeError

seen = []

def test_dies_once():
    seen.append(1)
    if len(seen) == 1:
        raise OfficeDiedError("LibreOffice died during `open`")

def test_dies_always():
    raise OfficeDiedError("LibreOffice died during `open`")

def test_refused():
    raise OfficeError("open: no sheet")
""",
        "utf-8",
    )
    options = tomllib.loads((tests.parent / "pyproject.toml").read_text("utf-8"))
    again = [one for one in options["tool"]["pytest"]["ini_options"]["addopts"] if "rerun" in one]
    ended = subprocess.run(
        [sys.executable, "-P", "-m", "pytest", "-p", "no:schemathesis", *again, "-o", f"pythonpath={tests}", "."],
        cwd=tmp_path, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert "2 failed, 1 passed, 2 rerun" in ended.stdout


def test_too_slow_is_an_error_not_a_hang() -> None:
    need_office()
    with pytest.raises(OfficeError, match=r"took LibreOffice over 0\.01 s"), Office(seconds=0.01):
        pass


def test_what_cannot_be_opened_is_told(office: Office, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        office.open(tmp_path / "nothing.xlsx")
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 not a workbook")
    with pytest.raises(OfficeError, match="could not open"):
        office.open(broken)
