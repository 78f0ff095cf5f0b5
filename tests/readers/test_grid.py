"""The reader against two others on workbooks of three writers, and on zips no honest program makes."""

import contextlib
import io
import math
import pickle
import shutil
import subprocess
import zipfile
from datetime import datetime
from time import process_time

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart
from support.fill import fill
from support.grids import (
    MAIN,
    OFFICE,
    SHEET,
    against_calamine,
    against_openpyxl,
    both_ways,
    only,
    package,
    refuse,
    written,
    zipped,
)

from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.layout.own_sheets import WHOLE_SHEET
from clusterbook.readers import limits as guard
from clusterbook.readers.cells import DAYS_TO_1904, FileNote
from clusterbook.readers.grid import GridError, Limits, read_grid
from clusterbook.readers.xlsx import scan
from clusterbook.readers.xlsx import sheet as xlsx_sheet
from clusterbook.readers.xlsx import strings as xlsx_strings
from clusterbook.readers.xlsx.book import SharedParts, format_class
from clusterbook.workbook.content import Entries
from clusterbook.workbook.writer import write_template


def moment(*parts):
    return datetime(*parts)  # noqa: DTZ001 - workbooks know no time zone


STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"

TEXTS = [
    "湖南省长沙市",
    "<a href=\"x\">&amp; 'q'</a>",
    "emoji 😀 𠮷 é",
    "line one\nline two\n",
    "  leading and trailing  ",
    "\ttab",
    "_x000D_",
    "_x005F_ and _xZZZZ_ and _x41_",
    "0012",
    "430102199001011234",
    "=1+1",
    "#DIV/0!",
    "TRUE",
    "]]>",
    "a\r\nb",
    "　全角空格　",
    "x" * 32_767,
]


# ---------------------------------------------------------------- workbooks of real writers


def everything(book):
    percent = book.add_format({"num_format": "0.0%"})
    day = book.add_format({"num_format": "yyyy年m月d日"})
    plain = book.add_format({"num_format": '#,##0.00"年"'})
    bold = book.add_format({"bold": True})
    texts = book.add_worksheet("文字")
    for row, text in enumerate(TEXTS):
        assert texts.write_string(row, 1, text) == 0
    texts.write_rich_string(30, 0, "前 ", bold, " 粗体 ", "后&")
    values = book.add_worksheet("Values")
    for row, number in enumerate([0, 1, -1.5, 1e-300, 123456789012345, 0.1, 1e308]):
        values.write_number(row, 0, number)
        values.write_number(row, 1, number, percent)
    values.write_datetime(0, 2, moment(2025, 6, 30, 12), day)
    values.write_number(1, 2, 45000, plain)
    values.write_boolean(2, 2, True)
    values.write_boolean(3, 2, False)
    values.write_formula("D1", '=A1&"<x>"', None, "文本 <&>")
    values.write_formula("D2", "=A1+1", percent, 0.25)
    values.write_formula("D3", "=A1/0", None, "#DIV/0!")
    values.write_formula("D4", "=A1=0", None, True)
    values.write_formula("D5", "=A1", None, "")
    values.write_formula("D6", '=IF(1<2,"a","b")', None, "  spaced ")
    values.write_array_formula("D7:D8", "{=A1:A2*2}", None, 4)
    values.merge_range("F2:H4", "merged", bold)
    values.set_row(10, None, None, {"hidden": True})
    values.set_column("J:L", 8, None, {"hidden": True})
    for row in range(50):
        values.write_blank(row, 14, None, percent)
    values.write_string("IV300", "far")
    book.add_worksheet("Empty")
    book.add_worksheet("Hidden").hide()
    book.add_worksheet("Very").very_hidden()
    book.define_name("cb_id", '="a&b"')
    book.define_name("Values!local", "=Values!$A$1")
    book.set_custom_property("issue", "编号&1")
    book.set_custom_property("count", 7)
    book.set_custom_property("yes", True)
    book.set_properties({"comments": "cb:1", "keywords": "k", "created": moment(2025, 1, 1)})


def library(book):
    sheet = book.add_worksheet("名单")
    sheet.set_row(0, None, None, {"hidden": True})
    text, number = book.add_format({"num_format": "@"}), book.add_format({"num_format": "0.00"})
    for row in range(2_000):
        sheet.write_string(row, 0, f"企业{row}有限公司", text)
        sheet.write_string(row, 1, f"类别{row % 7}", text)
        sheet.write_number(row, 2, row / 7, number)
        sheet.write_formula(row, 3, f"=C{row + 1}*2", number, row / 3.5)
        for column in range(4, 9):
            sheet.write_blank(row, column, None, text)


def by_openpyxl():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "一"
    for row, text in enumerate(TEXTS, 1):
        if "\r" not in text:  # written raw, so that XML takes it for a line feed
            sheet.cell(row, 2, text).data_type = "s"
    sheet["A1"] = CellRichText("plain ", TextBlock(InlineFont(b=True), " bold"), " end ")
    sheet["C1"], sheet["C2"], sheet["C3"] = 12, 0.5, True
    sheet["C2"].number_format = "0%"
    sheet["C4"] = moment(2024, 2, 29, 6)
    sheet["C5"] = "=SUM(C1:C2)"
    sheet["C6"] = "#N/A"
    sheet.merge_cells("E1:F3")
    sheet.row_dimensions[4].hidden = True
    sheet.column_dimensions["H"].hidden = True
    book.create_sheet("二").sheet_state = "hidden"
    book.create_chartsheet("图").add_chart(BarChart())
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_xlsxwriter_against_openpyxl(monkeypatch):
    data = written(everything)
    against_openpyxl(data)
    read = both_ways(data, monkeypatch)
    values = read.sheets[1]
    assert values.cells[299, 255] == "far"
    assert len(values.cells) < 40
    assert values.errors == {(2, 3): "#DIV/0!"}
    assert values.formulas[4, 3] == "A1"
    assert (4, 3) not in values.cells
    assert values.formats[0, 1] == values.formats[1, 3] == "percent"
    assert values.formats[0, 2] == "date"
    assert values.merges == ((1, 5, 3, 7),)
    assert values.hidden_columns == ((9, 11),)
    assert [read.sheets[0].cells[row, 1] for row in range(len(TEXTS))] == TEXTS
    assert read.sheets[0].cells[30, 0] == "前  粗体 后&"
    assert read.names == {"cb_id": '"a&b"', "Values!local": "Values!$A$1"}
    assert read.properties == {"issue": "编号&1", "count": "7", "yes": "true"}
    assert read.core["comments"] == "cb:1"
    assert read.core["keywords"] == "k"
    assert read.core["modified"] == "2025-01-01T00:00:00Z"
    assert read.core["application"] == "Microsoft Excel"
    assert read.notes == ()
    assert not read.date1904


def test_xlsxwriter_against_calamine():
    against_calamine(written(everything))
    against_calamine(written(library))


@given(
    st.lists(
        st.sampled_from(
            ["甲", "甲&amp;乙", "&lt;", "_x0041_", "_x", "x_", "&#20013;", "a&amp;_x000D_"]
        ),
        min_size=1,
    )
)
def test_usual_strings_are_those_that_the_exact_reader_finds(raw):
    """Those with escapes are found among the others, wherever they stand."""
    items = "".join(f"<si><t>{text}</t></si>" for text in raw)
    table = f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{items}</sst>'
    strings = xlsx_strings.SharedStrings(table, "")
    assert strings.listed == raw
    exact = xlsx_strings._exact_strings(table, "")
    assert [strings[str(index)] for index in range(len(raw))] == exact
    assert strings.escaped == [n for n, text in enumerate(raw) if "&" in text or "_x" in text]


FORM_TEXTS = [f"第{number}项{'说明' * 20}" for number in range(40)]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 40),
            st.lists(st.sampled_from(["甲", "乙&amp;", " 丙 ", "_x0041_", "甲" * 300]), max_size=4),
        ),
        min_size=2,
        max_size=6,
    )
)
def test_a_table_that_begins_like_others_is_read_like_one_alone(tables):
    """However much of its beginning was met before, and whatever follows it."""
    for common, own in tables:
        texts = [*FORM_TEXTS[:common], *own, *FORM_TEXTS[common + 1 :]]
        keep = ["" if text == text.strip() else ' xml:space="preserve"' for text in texts]
        items = "".join(f"<si><t{k}>{t}</t></si>" for k, t in zip(keep, texts, strict=True))
        table = (
            f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{items}</sst>'
        )
        strings = xlsx_strings.SharedStrings(table, "")
        read = [strings[str(index)] for index in range(len(texts))]
        assert read == xlsx_strings._exact_strings(table, "")


@pytest.mark.parametrize("after", ["<si><r><t>x</t></r></si>", "<si><t> x</t></si>", "<x/>"])
def test_a_strange_item_after_a_known_beginning_is_not_taken_for_a_usual_one(after):
    items = "".join(f"<si><t>{text}</t></si>" for text in FORM_TEXTS)
    head = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    xlsx_strings.SharedStrings(f"{head}{items}</sst>", "")
    strings = xlsx_strings.SharedStrings(f"{head}{items}{after}</sst>", "")
    exact = xlsx_strings._exact_strings(f"{head}{items}{after}</sst>", "")
    assert [strings[str(index)] for index in range(len(exact))] == exact


@pytest.mark.parametrize("build", [everything, library])
def test_usual_workbooks_never_need_the_exact_reader(build, monkeypatch):
    monkeypatch.setattr(scan, "scan_sheet_exactly", refuse)
    monkeypatch.setattr(xlsx_strings, "_exact_strings", refuse)
    assert read_grid(written(build)).sheets
    assert read_grid(by_openpyxl()).sheets


def test_long_library(monkeypatch):
    data = written(library)
    against_openpyxl(data)
    sheet = both_ways(data, monkeypatch).sheets[0]
    assert len(sheet.cells) == 8_000
    assert len(sheet.formulas) == 2_000
    assert sheet.cells[1_999, 0] == "企业1999有限公司"


@pytest.mark.parametrize("options", [{"constant_memory": True}, {"default_date_format": "d/m/yy"}])
def test_other_shapes_of_xlsxwriter(options):
    data = written(everything, **options)
    if "constant_memory" not in options:
        against_openpyxl(data)
    assert [read_grid(data).sheets[0].cells[row, 1] for row in range(len(TEXTS))] == TEXTS


def test_openpyxl_workbook(monkeypatch):
    data = by_openpyxl()
    against_openpyxl(data)
    read = both_ways(data, monkeypatch)
    assert read.notes == (FileNote("chart_sheet", "图"),)
    assert read.sheets[0].cells[0, 0] == "plain  bold end "
    assert read.sheets[0].formats == {(1, 2): "percent", (3, 2): "date"}
    assert read.sheets[0].errors == {(5, 2): "#N/A"}


def test_1904():
    def build(book):
        book.add_worksheet().write_datetime(
            0, 0, moment(2025, 6, 30), book.add_format({"num_format": 14})
        )

    read = read_grid(written(build, date_1904=True))
    assert read.date1904
    since_1904 = (moment(2025, 6, 30) - moment(1904, 1, 1)).days
    assert read.sheets[0].cells[0, 0] == since_1904 + DAYS_TO_1904 == 45838


@pytest.mark.office
def test_libreoffice_workbook(tmp_path, monkeypatch):
    soffice = shutil.which("soffice")
    if not soffice:
        pytest.skip("no LibreOffice")

    (tmp_path / "in.xlsx").write_bytes(written(everything))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    subprocess.run(
        [soffice, profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML",
         "--outdir", str(tmp_path / "out"), str(tmp_path / "in.xlsx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    data = (tmp_path / "out" / "in.xlsx").read_bytes()
    read = both_ways(data, monkeypatch)
    against_openpyxl(data)
    against_calamine(data)
    assert read.core["application"].startswith("LibreOffice")
    for module in (scan, xlsx_strings):  # not even here is the exact reader needed
        monkeypatch.setattr(module, "parse", refuse)
    assert read_grid(data) == read
    assert read.properties["issue"] == "编号&1"
    kept = [text.replace("\r", "") for text in TEXTS]
    ours = [read.sheets[0].cells[row, 1].replace("\r", "") for row in range(len(TEXTS))]
    assert ours == kept


# Without control characters: XlsxWriter lets the escape of one end the text before it, "_x0041" + CR.
cells_of_text = st.dictionaries(
    st.tuples(st.integers(0, 400), st.integers(0, 60)),
    st.one_of(
        st.text(
            st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"),
            min_size=1,
            max_size=30,
        ),
        st.text("_x05FDea&<> \n\t;#", min_size=1, max_size=20),
        st.floats(-1e300, 1e300),  # at the very end XlsxWriter rounds up to infinity
        st.booleans(),
    ),
    max_size=60,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(cells_of_text)
def test_what_is_written_comes_back(cells):
    def build(book):
        sheet = book.add_worksheet()
        for (row, column), value in cells.items():
            if isinstance(value, str):
                assert sheet.write_string(row, column, value) == 0
            elif isinstance(value, bool):
                sheet.write_boolean(row, column, value)
            else:
                sheet.write_number(row, column, value)

    data = written(build)
    sheet = read_grid(data).sheets[0]
    assert sheet.cells.keys() == cells.keys()
    for at, value in cells.items():
        if isinstance(value, float):
            assert math.isclose(sheet.cells[at], value, rel_tol=1e-15, abs_tol=5e-324)
        else:
            assert sheet.cells[at] == value
    exact = xlsx_sheet.scan_sheet_exactly(
        SharedParts(xlsx_strings.SharedStrings(part(data, "xl/sharedStrings.xml"), ""), {}),
        part(data, "xl/worksheets/sheet1.xml"),
        "",
    )
    assert exact.cells == sheet.cells


# ---------------------------------------------------------------- workbooks made by hand


EVERYTHING = written(everything)


def part(data, name):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode() if name in archive.namelist() else ""


def code(data, **limits):
    with pytest.raises(GridError) as caught:
        read_grid(data, Limits(**limits))
    return caught.value.code


def reason(data):
    with pytest.raises(GridError) as caught:
        read_grid(data)
    assert caught.value.code == "damaged"
    return caught.value.facts["reason"]


TWO = '<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="s"><v>0</v></c></row>'


@pytest.mark.parametrize(
    ("rows", "cells"),
    [
        (TWO, {(0, 0): 1.0, (0, 1): "x"}),
        ("<row><c><v>1</v></c><c t='s'><v>0</v></c></row>", {(0, 0): 1.0, (0, 1): "x"}),
        ('<row r="3"><c><v>1</v></c></row><row><c/><c><v>2</v></c></row>', {(2, 0): 1.0, (3, 1): 2.0}),
        ('<row r="1"><c r="B1"><v>1</v></c><c><v>2</v></c></row>', {(0, 1): 1.0, (0, 2): 2.0}),
        ('<row r="1"><c r="A1"><v>12<!-- --></v></c></row>', {(0, 0): 12.0}),
        ('<row r="1"><c r="A1"><v>12<!-- -->.5</v></c></row>', {(0, 0): 12.5}),
        ('<row r="1"><!-- <c r="B1"><v>9</v></c> --><c r="A1"><v>1</v></c></row>', {(0, 0): 1.0}),
        ('<row r="1"><?pi x?><c r="A1" t="str"><v><![CDATA[a<b&]]></v></c></row>', {(0, 0): "a<b&"}),
        ('<row r="1"><c s="0" r="A1" t="str"><v>q</v></c></row>', {(0, 0): "q"}),
        ('<row r="1"><c r="A1" t="str" s="0" cm="1"><v>q</v></c></row>', {(0, 0): "q"}),
        ('<row r="1">\n <c r="A1">\n <v>1</v>\n </c>\n</row>\n', {(0, 0): 1.0}),
        ('<row r="1"/><row r="2"><c r="A2"><v> 7 </v></c></row><row r="3"></row>', {(1, 0): 7.0}),
        ('<row r="1"><c r="A1"></c><c r="B1"/><c r="C1" t="n"><v/></c><c r="D1"><v>4</v></c></row>', {(0, 3): 4.0}),
        ('<row r="1"><c r="A1" t="inlineStr"><is><t> a </t></is></c></row>', {(0, 0): "a"}),
        ('<row r="1"><c r="A1" t="inlineStr"><is><t xml:space="preserve"> a&#10;_x000D_</t></is></c></row>', {(0, 0): " a\n\r"}),
        ('<row r="1"><c r="A1" t="inlineStr"><is><r><t>a</t></r><r><rPr><b/></rPr><t>b</t></r><rPh sb="0" eb="1"><t>P</t></rPh></is></c></row>', {(0, 0): "ab"}),
        ('<row r="1"><c r="A1" t="inlineStr"><v>z</v></c></row>', {(0, 0): "z"}),
        ('<row r="1"><c r="A1" t="str"><v>  a_x0041__xD83D__xDE00__xD83D_ </v></c></row>', {(0, 0): "  aA😀_xD83D_ "}),
        ('<row r="1"><c r="A1" t="str"><v xml:space="preserve"> a&amp;lt;&#x4e2d; </v></c></row>', {(0, 0): " a&lt;中 "}),
        ('<row r="1"><c r="A1" t="str"><v>a\r\nb&#13;</v></c></row>', {(0, 0): "a\nb\r"}),
        ('<row r="1"><c r="A1" t="b"><v>true</v></c><c r="B1" t="b"><v>0</v></c><c r="C1" t="b"><v>2</v></c></row>', {(0, 0): True, (0, 1): False, (0, 2): "2"}),
        ('<row r="1"><c r="A1" t="n"><v>１２</v></c><c r="B1"><v>1_0</v></c><c r="C1"><v>0x10</v></c></row>', {(0, 0): "１２", (0, 1): "1_0", (0, 2): "0x10"}),
        ('<row r="1"><c r="A1"><v>+1.5E+3</v></c><c r="B1"><v>.5</v></c><c r="C1"><v>-0</v></c></row>', {(0, 0): 1500.0, (0, 1): 0.5, (0, 2): 0.0}),
        ('<row r="1"><c r="A1" t="str"><f>x</f><v></v></c><c r="B1" t="s"><v>1</v></c></row>', {}),
        ('<row r="5"><c r="A5"><v>1</v></c></row><row r="2"><c r="C2"><v>2</v></c></row>', {(4, 0): 1.0, (1, 2): 2.0}),
        ("", {}),
    ],
)  # fmt: skip
def test_shapes(rows, cells, monkeypatch):
    data = package(rows, strings="<si><t>x</t></si><si><t/></si>")
    assert both_ways(data, monkeypatch).sheets[0].cells == cells


@pytest.mark.parametrize(
    ("strings", "texts"),
    [
        ("<si><t> a </t></si><si><t>b</t></si>", ["a", "b"]),
        ('<si><t xml:space="preserve"> a </t></si><si><t> b </t></si>', [" a ", "b"]),
        ("<si><t>a</t></si>\n<si>\n<t>b</t>\n</si>", ["a", "b"]),
        ("<si/><si><t>b</t></si>", ["", "b"]),
        ("<si><t/></si><si><t></t></si><si><t>c</t></si>", ["", "", "c"]),
        ("<si><r><t>a </t></r><r><rPr><b/></rPr><t xml:space='preserve'> b</t></r></si><si><t>x</t></si>", ["a b", "x"]),
        ('<si><r><rPr><b/></rPr><t xml:space="preserve">a </t></r><r><rPr><sz val="1"/></rPr><t xml:space="preserve">_x0041_</t></r></si>', ["a A"]),
        ('<si><t>漢</t><rPh sb="0" eb="1"><t>かん</t></rPh><phoneticPr fontId="1"/></si><si><t>b</t></si>', ["漢", "b"]),
        ("<si><t>a<!-- </t></si><si><t> -->b</t></si><si><t>c</t></si>", ["ab", "c"]),
        ("<si><t><![CDATA[</si><si>]]></t></si><si><t>c</t></si>", ["</si><si>", "c"]),
        ("<si><t>&lt;&amp;gt;&quot;&apos;&#65;&#x4E2D;&amp;</t></si>", ["<&gt;\"'A中&"]),
        ("<si><t>a&#13;\r\nb\rc</t></si>", ["a\r\nb\nc"]),
    ],
)  # fmt: skip
def test_shared_strings(strings, texts, monkeypatch):
    cells = "".join(f'<c r="A{n + 1}" t="s"><v>{n}</v></c>' for n in range(len(texts)))
    rows = f'<row r="1">{cells}</row>'
    data = package(rows, strings=strings)
    read = both_ways(data, monkeypatch).sheets[0].cells
    assert [read.get((n, 0), "") for n in range(len(texts))] == texts
    lying = f'<sst xmlns="{MAIN}" count="4294967295" uniqueCount="4294967295">{strings}</sst>'
    assert only(package(rows, **{"xl/sharedStrings.xml": lying})).cells == read


def test_errors_and_numbers_without_end(monkeypatch):
    rows = (
        '<row r="1"><c r="A1" t="e"><v>#GETTING_DATA</v></c><c r="B1"><v>NaN</v></c>'
        '<c r="C1"><v>1e309</v></c><c r="D1"><v>-INF</v></c><c r="E1"><v>1</v></c></row>'
    )
    sheet = both_ways(package(rows), monkeypatch).sheets[0]
    assert sheet.errors == {(0, 0): "#GETTING_DATA", (0, 1): "NaN", (0, 2): "1e309", (0, 3): "-INF"}
    assert sheet.cells == {(0, 4): 1.0}


def test_formulas(monkeypatch):
    rows = (
        '<row r="1"><c r="A1"><f t="shared" ref="A1:A3" si="0">B1&lt;1</f><v>1</v></c>'
        '<c r="B1"><f aca="false">=SUM(C1)</f></c><c r="C1"><f>X</f><v></v></c><c r="D1"><f/><v>1</v></c></row>'
        '<row r="2"><c r="A2"><f t="shared" si="0"/><v>2</v></c></row>'
        '<row r="3"><c r="A3"><f t="shared" si="0"></f><v/></c><c r="B3"><f ca="1">N</f><v>3</v></c></row>'
    )
    sheet = both_ways(package(rows), monkeypatch).sheets[0]
    assert sheet.formulas == {
        (0, 0): "B1<1", (0, 1): "SUM(C1)", (0, 2): "X", (0, 3): "", (1, 0): "", (2, 0): "", (2, 1): "N",
    }  # fmt: skip
    assert sheet.cells == {(0, 0): 1.0, (0, 3): 1.0, (1, 0): 2.0, (2, 1): 3.0}


def test_iso_dates(monkeypatch):
    values = ["2025-06-30", "2025-06-30T12:00:00Z", "T06:00:00", "1900-01-01", "1900-03-01", "soon"]
    cells = "".join(f'<c r="A{n}" t="d"><v>{v}</v></c>' for n, v in enumerate(values, 1))
    sheet = both_ways(package(f'<row r="1">{cells}</row>'), monkeypatch).sheets[0]
    assert list(sheet.cells.values()) == [45838.0, 45838.5, 0.25, 1.0, 61.0, "soon"]
    assert len(sheet.formats) == 5


def test_formats(monkeypatch):
    styles = (
        '<numFmts count="1"><numFmt numFmtId="200" formatCode="0.0&quot;%&quot;"/>'
        '<numFmt formatCode="yyyy\\-mm" numFmtId="201"/></numFmts>'
        '<cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="10"/><xf numFmtId="31"/><xf numFmtId="200"/>'
        '<xf numFmtId="201" applyNumberFormat="1"><alignment/></xf><xf/></cellXfs>'
    )
    cells = "".join(f'<c r="A{n + 1}" s="{n}"><v>1</v></c>' for n in range(6))
    rows = f'<row r="1">{cells}<c r="B1" s="1"/></row>'
    expected = {(1, 0): "percent", (2, 0): "date", (4, 0): "date"}
    assert both_ways(package(rows, styles=styles), monkeypatch).sheets[0].formats == expected
    commented = package(rows, styles=f"<!-- -->{styles}")
    assert only(commented).formats == expected


@pytest.mark.parametrize(
    ("number_format", "expected"),
    [
        ("General", ""), ("0.00", ""), ("0%", "percent"), ('0.0"%"', ""), ("[Red]0.00%;-0%", "percent"),
        ("yyyy-mm-dd", "date"), ("[$-804]yyyy年m月d日", "date"), ('#,##0"年"', ""), ("h:mm", "date"),
        ("[h]:mm:ss", "date"), ("[DBNum1]General", ""), ("@", ""), (r"0\d", ""), ("0_d", ""),
        ("G/通用格式", ""), ("[$-804]aaaa", "date"), ("#,##0.00;[Red]-#,##0.00", ""), ("0.00E+00", ""),
        ("# ?/?", ""), ("mmss.0", "date"),
    ],
)  # fmt: skip
def test_format_class(number_format, expected):
    assert format_class(number_format) == expected


def test_merges_and_hidden(monkeypatch):
    data = package(
        '<row r="2" hidden="true"><c r="A2"><v>1</v></c></row><row r="4" hidden="false"/><row r="7" ht="3" hidden="1"/>',
        head='<cols><col min="2" max="3" width="1" hidden="1"/><col min="5" max="5" hidden="false"/><col hidden="true" max="9" min="9"/></cols>',
        tail='<mergeCells count="2"><mergeCell ref="A1:B2"/><mergeCell ref="D4:D9"/></mergeCells>',
    )
    sheet = both_ways(data, monkeypatch).sheets[0]
    assert sheet.hidden_rows == {1, 6}
    assert sheet.hidden_columns == ((1, 2), (8, 8))
    assert sheet.merges == ((0, 0, 1, 1), (3, 3, 8, 3))


def test_prefixed_and_strict():
    prefixed = (
        f'<x:worksheet xmlns:x="{MAIN}" xmlns:o="urn:o"><x:sheetData><x:row r="1"><o:c r="C1"><o:v>9</o:v></o:c>'
        '<x:c r="A1" t="s"><x:v>0</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    table = f'<x:sst xmlns:x="{MAIN}"><x:si><x:t>a</x:t></x:si></x:sst>'
    assert only(package(**{SHEET: prefixed, "xl/sharedStrings.xml": table})).cells == {(0, 0): "a"}
    strict = package(TWO, strings="<si><t>x</t></si>", namespace=STRICT)
    assert only(strict).cells == {(0, 0): 1.0, (0, 1): "x"}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "gb18030"])
def test_encodings(encoding):
    declared = {"utf-8-sig": "UTF-8", "gb18030": "GB18030"}.get(encoding, "UTF-16")
    xml = (
        f'<?xml version="1.0" encoding="{declared}"?><worksheet xmlns="{MAIN}"><sheetData>'
        '<row r="1"><c r="A1" t="str"><v>中文</v></c></row></sheetData></worksheet>'
    )
    assert only(package(**{SHEET: xml.encode(encoding)})).cells == {(0, 0): "中文"}


def test_far_cells_and_a_lying_dimension():
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    data = package(rows, head='<dimension ref="A0:C9"/>')
    assert only(data).cells == {(0, 0): 1.0, (1_048_575, 16_383): 2.0}
    assert only(package(TWO, strings="<si><t>x</t></si>", head='<dimension ref="A1"/>')).cells


def test_an_address_twice(monkeypatch):
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="A1" t="e"><v>#N/A</v></c><c r="B1"><v>1</v></c><c r="B1"><v>2</v></c></row>'
    read = both_ways(package(rows), monkeypatch)
    assert read.notes == (
        FileNote("duplicate_cell", "S", "A1"),
        FileNote("duplicate_cell", "S", "B1"),
    )
    assert read.sheets[0].errors == {(0, 0): "#N/A"}
    assert read.sheets[0].cells == {(0, 1): 2.0}


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>1</v></row></c>',
        '<row r="1"><c r="A1"><v>1</v></c>',
        '<row r="1"><c r="A1"><v>1</c></v></row>',
        '<row r="1"><row r="2"><c r="A2"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="str"><v>a & b</v></c></row>',
        '<row r="1"><c r="A1" t="str"><v>&nbsp;</v></c></row>',
        '<row r="1"><c r="A1" t="str"><v>&#0;</v></c></row>',
        '<row r="1"><c r="A1" t="str"><v>\x01</v></c></row>',
        '<row r="1"><c r="A1" t="str"><v>\ud800</v></c></row>'.encode("utf-8", "surrogatepass"),
        '</sheetData><sheetData><row r="1"/>x</row>',
        "<row" * 10_000,
        "<row>" * 10_000,
        "<c>" * 500_000,
    ],
)
def test_broken_sheets(rows):
    if isinstance(rows, bytes):
        xml = b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>"
        assert reason(package(**{SHEET: xml})) == "encoding"
    else:
        assert reason(package(rows)) in ("xml", "depth", "address")


@pytest.mark.parametrize("ref", ["A0", "AAAA1", "XFE1", "A1048577", "1A", "$A$1", "Ａ1", ""])
def test_addresses_off_the_grid(ref):
    assert reason(package(f'<row r="1"><c r="{ref}"><v>1</v></c></row>')) == "address"


@pytest.mark.parametrize("index", ["1", "-1", "x", "0.0", "99999999999999999999", "٣"])
def test_string_indexes_that_lead_nowhere(index):
    rows = f'<row r="1"><c r="A1" t="s"><v>{index}</v></c></row>'
    assert reason(package(rows, strings="<si><t>x</t></si>")) == "string_index"
    assert reason(package(rows, **{"xl/sharedStrings.xml": None})) == "string_index"


def test_a_broken_tail_is_seen():
    assert (
        reason(package(TWO, strings="<si><t>x</t></si>", tail="<pageSetup><x></pageSetup></x>"))
        == "xml"
    )
    assert reason(package(**{SHEET: "<html><body/></html>"})) == "root"
    assert reason(package(strings="<si><t>x</si></t>", rows=TWO)) == "xml"


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize(
    "name", [SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml", "_rels/.rels", "xl/_rels/workbook.xml.rels"]
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_document_types(name, encoding):
    content = BOMB + part(package(), name)
    assert code(package(**{name: content.encode(encoding)})) == "dtd"


def test_parts_that_are_not_there():
    assert code(package(**{SHEET: None})) == "missing_part"
    relations = part(package(), "xl/_rels/workbook.xml.rels")
    outside = relations.replace(
        'Target="/xl/worksheets/sheet1.xml"', 'Target="file:///etc/passwd" TargetMode="External"'
    )
    assert code(package(**{"xl/_rels/workbook.xml.rels": outside})) == "missing_part"
    above = relations.replace("/xl/worksheets/sheet1.xml", "../../../../etc/passwd")
    assert code(package(**{"xl/_rels/workbook.xml.rels": above})) == "missing_part"
    book = part(package(), "xl/workbook.xml")
    assert (
        reason(
            package(
                **{"xl/workbook.xml": book.replace('<sheet name="S" sheetId="1" r:id="r1"/>', "")}
            )
        )
        == "no_sheets"
    )
    twice = book.replace("</sheets>", '<sheet name="T" sheetId="2" r:id="r1"/></sheets>')
    assert reason(package(**{"xl/workbook.xml": twice})) == "part_twice"


def test_part_names_differ_by_case_or_backslash():
    xml = part(package(TWO), SHEET)
    for name in (
        "xl/Worksheets/Sheet1.xml",
        "xl\\worksheets\\sheet1.xml",
        "/xl/worksheets/sheet1.xml",
    ):
        data = package(strings="<si><t>x</t></si>", **{SHEET: None, name: xml})
        assert len(only(data).cells) == 2
    assert FileNote("names_differ_by_case") in read_grid(package(**{"XL/Styles.xml": ""})).notes


def test_notes():
    relations = part(package(), "xl/_rels/workbook.xml.rels")
    linked = relations.replace(
        "</Rel",
        f'<Relationship Id="x" Type="{OFFICE}/externalLink" Target="externalLinks/externalLink1.xml"/></Rel',
    )
    data = package(
        **{
            "xl/_rels/workbook.xml.rels": linked,
            "xl/vbaProject.bin": b"x",
            "xl/media/image1.png": b"x",
        }
    )
    assert set(read_grid(data).notes) == {FileNote("has_macros"), FileNote("external_links")}


def test_no_shape_takes_long():
    """Each of these grew with the square of its size in some reader, or once in this one."""
    fmt = f'<numFmts><numFmt numFmtId="200" formatCode="{"[" * 300_000}"/></numFmts><cellXfs><xf numFmtId="200"/></cellXfs>'
    started = process_time()
    assert only(package('<row r="1"' + ' hidden="1"' * 50_000 + "/>", styles=fmt)).cells == {}
    assert reason(package('<row r="1">' + '<c r="A1"><v>1</v>' * 50_000)) == "depth"
    assert reason(package(strings="<si>" * 50_000 + "</si>")) == "depth"
    wide = "".join(f'<row r="{row}" hidden="1"/>' for row in range(1, 50_001))
    assert len(only(package(wide)).hidden_rows) == 50_000
    assert process_time() - started < 20


def test_limits():
    data = package(TWO, strings="<si><t>x</t></si>")
    assert code(data, file_bytes=100) == "too_big"
    assert code(data, entries=3) == "too_big"
    assert code(data, part_bytes=50) == "too_big"
    assert code(data, total_bytes=500) == "too_big"
    assert code(data, tree_bytes=100) == "too_big"
    assert code(data, sheets=0) == "too_big"
    huge = package(rows=" " * 11_000_000)
    with pytest.raises(GridError) as caught:
        read_grid(huge)
    assert caught.value.facts["what"] == "ratio"


def patched(data, old, new, count=-1):
    assert old in data
    return data.replace(old, new, count)


def test_zip_lies():
    data = package(TWO, strings="<si><t>x</t></si>")
    assert reason(data[: len(data) // 2]) == "truncated"
    assert reason(data[:-30]) in ("truncated", "directory")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo(SHEET)
    crc = info.CRC.to_bytes(4, "little")
    assert reason(patched(data, crc, bytes(4))) == "crc"
    sizes = info.compress_size.to_bytes(4, "little") + info.file_size.to_bytes(4, "little")
    smaller = info.compress_size.to_bytes(4, "little") + (info.file_size - 1).to_bytes(4, "little")
    assert reason(patched(data, sizes, smaller)) == "size"
    larger = info.compress_size.to_bytes(4, "little") + (info.file_size + 9).to_bytes(4, "little")
    assert reason(patched(data, sizes, larger)) == "size"
    assert reason(patched(data, b"xl/styles.xml", b"xl/stylez.xml", 1)) == "entry"
    stream = io.BytesIO(data)
    with zipfile.ZipFile(stream, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(SHEET, "<worksheet/>")
    assert reason(stream.getvalue()) == "duplicate_part"
    assert reason(patched(data, b"PK\x05\x06", b"PK\x05\x07")) == "truncated"


def test_overlapping_entries():
    data = package(TWO, strings="<si><t>x</t></si>")
    at = data.rfind(b"xl/styles.xml") - 46
    other = data.rfind(b"xl/sharedStrings.xml") - 46
    moved = data[: at + 42] + data[other + 42 : other + 46] + data[at + 46 :]
    assert reason(moved) == "entry"


def test_a_refusal_survives_the_way_out_of_a_worker():
    with pytest.raises(GridError) as caught:
        read_grid(b"%PDF-1.7")
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.code, again.facts) == ("not_xlsx", {"found": "pdf"})


@settings(max_examples=200)
@given(st.data())
def test_damage_ends_in_a_grid_or_a_code(data):
    """Flipped, cut and doubled bytes, inside the parts and around them, never end otherwise."""
    whole = bytearray(EVERYTHING)
    if data.draw(st.booleans()):
        with zipfile.ZipFile(io.BytesIO(bytes(whole))) as archive:
            contents = {name: archive.read(name) for name in archive.namelist()}
        name = data.draw(st.sampled_from(sorted(contents)))
        broken = bytearray(contents[name])
        damage(data, broken)
        whole = bytearray(zipped(contents | {name: bytes(broken)}))
    else:
        damage(data, whole)
    with contextlib.suppress(GridError):
        read_grid(bytes(whole))


def damage(data, content):
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        match data.draw(st.sampled_from(["flip", "cut", "double", "tag"])):
            case "flip":
                content[at] ^= 1 << data.draw(st.integers(0, 7))
            case "cut":
                del content[at : at + data.draw(st.integers(1, 40))]
            case "double":
                content[at:at] = content[at : at + 40]
            case "tag":
                content[at:at] = data.draw(
                    st.sampled_from([b"<c>", b"</row>", b"<v>", b"&", b"<!--", b'"'])
                )
        if not content:
            content.append(0)


@settings(max_examples=200)
@given(st.data())
def test_the_fast_reader_never_disagrees(data):
    """On damaged sheets, too: what the fast reader accepts, the exact one reads the same."""
    whole = EVERYTHING
    strings = xlsx_strings.SharedStrings(part(whole, "xl/sharedStrings.xml"), "")
    book = SharedParts(strings, {"1": "percent"})
    sheet = bytearray(part(whole, "xl/worksheets/sheet2.xml").encode())
    damage(data, sheet)
    try:
        fast = scan._scan_plain(book, bytes(sheet))
    except (xlsx_strings.NotPlainError, ValueError, GridError):
        return
    try:
        exact = xlsx_sheet.scan_sheet_exactly(book, guard.decode_part(bytes(sheet), ""), "")
    except GridError:
        return  # attributes of blank cells are not looked at
    assert (fast.cells, fast.errors, fast.formulas, fast.formats) == (
        exact.cells,
        exact.errors,
        exact.formulas,
        exact.formats,
    )


def test_big_sheets_are_scanned_in_blocks(monkeypatch):
    monkeypatch.setattr(scan, "_BLOCK", 60)
    both_ways(written(everything), monkeypatch)
    both_ways(written(library), monkeypatch)


def test_the_address_cache_is_bounded(monkeypatch):
    monkeypatch.setattr(scan, "CACHE_LIMIT", 10)
    monkeypatch.setattr(xlsx_sheet, "CACHE_LIMIT", 10)
    kept: dict[str, tuple[int, int]] = {}
    monkeypatch.setattr(xlsx_sheet, "ADDRESSES", kept)
    monkeypatch.setattr(scan, "_GAPS", {})
    assert len(read_grid(written(library)).sheets[0].cells) == 8_000
    assert len(kept) <= 10
    assert Limits().ratio == 150


def test_gaps_are_kept_between_files_and_bounded(monkeypatch):
    """What stands between the values of one file is known in the next."""
    monkeypatch.setattr(scan, "_GAPS", kept := {})
    first = read_grid(written(everything))
    gaps = dict(kept)
    assert gaps
    assert read_grid(written(everything)) == first
    assert kept == gaps
    monkeypatch.setattr(scan, "CACHE_LIMIT", 20)
    assert len(read_grid(written(library)).sheets[0].cells) == 8_000
    assert len(kept) <= 10


PRINTED = {
    "printed": '<c r="A1" s="2" t="s"><v>0</v></c><c r="B1"/><c r="C1" t="s"><v>1</v></c>',
    "a number": '<c r="A1" t="s"><v>0</v></c><c r="B1"><v>1</v></c>',
    "a percentage": '<c r="A1" s="1" t="s"><v>0</v></c>',
    "an empty text": '<c r="A1" t="s"><v>2</v></c><c r="B1" t="s"><v>0</v></c>',
    "nothing": '<c r="A1" t="s"><v></v></c>',
    "computed": '<c r="A1" t="s"><v>0</v></c><c r="B1"><f>1+1</f><v>2</v></c>',
    "only computed": '<c r="A1"><f>1+1</f><v>2</v></c>',
    "a computed text": '<c r="A1" t="str"><f>"x"</f><v>x</v></c><c r="B1" t="s"><v>1</v></c>',
    "a formula of others": '<c r="A1"><f t="shared" si="0"/><v>2</v></c><c r="B1" t="s"><v>1</v></c>',
    "no result": '<c r="A1"><f>1+1</f></c><c r="B1"><f>1</f><v></v></c><c r="C1" t="s"><v>1</v></c>',
    "written in the cell": '<c r="A1" t="s"><v>0</v></c><c r="B1"><is><t>x</t></is></c>',
    "written behind": '<c r="A1" t="inlineStr"><is><t>x</t></is></c>',
    "an address twice": '<c r="A1" t="s"><v>0</v></c><c r="A1" t="s"><v>1</v></c>',
    "no rows": "",
}


@pytest.mark.parametrize("texts", ["甲|乙|", "乙|丙&amp;|", "_x0041_|丁|"])
@pytest.mark.parametrize("rows", PRINTED.values(), ids=PRINTED)
def test_what_is_printed_is_kept_without_its_texts(rows, texts):
    """The same rows with other texts, or other styles, are other cells."""
    items = "".join(f"<si><t>{text}</t></si>" for text in texts.split("|"))
    rows = f'<row r="1">{rows}</row>' if rows else ""
    sheet = f"<worksheet><sheetData>{rows}</sheetData></worksheet>".encode()
    for classes in ({}, {"1": "percent", "2": "percent"}):
        strings = xlsx_strings.SharedStrings(f"<sst>{items}</sst>", "")
        book = SharedParts(strings, classes)
        typed = scan.scan_typed(book, sheet, "")
        exact = xlsx_sheet.scan_sheet_exactly(book, scan._COMPUTED.sub(b"", sheet).decode(), "")
        assert list(typed.cells.items()) == list(exact.cells.items())
        assert (typed.formulas, typed.formats, typed.errors, typed.twice) == (
            exact.formulas, exact.formats, exact.errors, exact.twice)  # fmt: skip
        assert typed.filled == exact.filled


def test_what_is_printed_is_kept_without_results():
    book = SharedParts(xlsx_strings.SharedStrings("<sst><si><t>甲</t></si></sst>", ""), {})
    sheet = (
        '<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c>'
        '<c r="B1" t="str"><f>TODAY()</f><v>{}</v></c></row></sheetData></worksheet>'
    )
    scan._printed_cells.cache_clear()
    for result in ("", "x", "3.5"):
        assert scan.scan_typed(book, sheet.format(result).encode(), "").cells == {(0, 0): "甲"}
    assert scan._printed_cells.cache_info().misses == 1


@pytest.mark.parametrize("rows", [
    "{gap}1</v></c></row>", '<row r="1">{cell}{gap}1</v></c></row>',
    '<row r="1">{cell}<row r="2">{cell}</row>', '<row r="1">{cell}</c></row>',
])  # fmt: skip
def test_a_known_gap_in_the_wrong_place_is_no_gap(rows):
    cell = '<c r="A1"><v>1</v></c>'
    book = SharedParts(xlsx_strings.SharedStrings("", ""), {})
    sheet = "<worksheet><sheetData>{}</sheetData></worksheet>"
    good = f'<row r="1">{cell}<c r="B1"><v>1</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>'
    assert len(scan._scan_plain(book, sheet.format(good).encode()).cells) == 3
    bad = rows.format(cell=cell, gap='</c><c r="B1"><v>')
    with pytest.raises(xlsx_strings.NotPlainError):
        scan._scan_plain(book, sheet.format(bad).encode())


def test_of_a_sheet_whose_results_nobody_asks_for_only_what_is_typed_is_read():
    layout = layouts.of("fujian_sme_cluster")
    code = next(rule.code for rule in layout.workbook.rules if rule.level == "explain")
    answers = Entries(values=fill(layout, 1, rows=2).answers().values, reasons={code: "情况属实"})
    data = write_template(layout, Stamp.of(layout.workbook), answers)
    whole, typed = read_grid(data), read_grid(data, uncomputed={WHOLE_SHEET})
    for full, part in zip(whole.sheets, typed.sheets, strict=True):
        if full.name != WHOLE_SHEET:
            assert part == full
            continue
        assert full.formulas
        assert part.formulas == {}
        assert part.cells == {at: v for at, v in full.cells.items() if at not in full.formulas}
        assert "情况属实" in part.cells.values()
