"""XML Spreadsheet 2003: the same grid as the other formats give, under the same guards."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.office import Office
from support.places import SAMPLES
from support.tables_read import only, verdict
from support.xml2003_books import book, converted, data, sheet

from clusterbook.readers.cells import FileNote
from clusterbook.readers.grid import Limits, read_grid
from clusterbook.readers.xlsx.r1c1 import in_letters, range_of
from clusterbook.returns import pipeline


def cell(inside="", more=""):
    return f"<Cell {more}>{inside}</Cell>"


def row(*cells, more=""):
    return f"<Row {more}>{''.join(cells)}</Row>"


# ---------------------------------------------------------------- whole returns


@pytest.mark.parametrize("form", ["cluster_contest", "fujian_sme_cluster"])
def test_a_return_reads_as_the_workbook_it_was_made_from(form):
    source = (SAMPLES / form / "good.xlsx").read_bytes()
    grid = read_grid(source)
    again = read_grid(converted(grid))
    for ours, theirs in zip(again.sheets, grid.sheets, strict=True):
        assert (ours.name, ours.state) == (theirs.name, theirs.state)
        assert ours.cells == theirs.cells
        assert (ours.errors, ours.formulas, ours.formats) == (
            theirs.errors,
            theirs.formulas,
            theirs.formats,
        )
        assert sorted(ours.merges) == sorted(theirs.merges)
        assert (ours.hidden_rows, ours.hidden_columns) == (
            theirs.hidden_rows,
            theirs.hidden_columns,
        )
    assert (again.core["comments"], again.properties) == (grid.core["comments"], grid.properties)
    assert again.names == {k: v for k, v in grid.names.items() if "!" not in k}
    written, read = (pipeline.read_submission(one) for one in (source, converted(grid)))
    assert read.stamp == written.stamp
    assert [p.code for p in read.problems] == ["F215"]
    assert read.extracted == written.extracted


def test_hidden_sheets_nobody_asks_for_are_left_out():
    hidden = "<x:WorksheetOptions><x:Visible>SheetVeryHidden</x:Visible></x:WorksheetOptions>"
    sheets = sheet(row(cell(data("Number", "1"))), "_lists", after=hidden) + sheet("", "_checks")
    listed, shown = read_grid(book(sheets), skip={"_lists", "_checks"}).sheets
    assert (listed.state, listed.skipped, listed.cells) == ("veryHidden", True, {})
    assert not shown.skipped


@pytest.mark.office
def test_libreoffice_reads_the_same(office: Office, tmp_path: Path):
    """Another reader of the format; truth values are not compared, as it loses them (7.4)."""
    rows = (
        row(cell(data("String", "甲")), cell(data("Number", "2.5"), 'ss:Index="4"'))
        + row(cell(data("Number", "2"), 'ss:Formula="=R[-3]C[3]-0.5"'), cell(data("Number", "5"), 'ss:Formula="=R1C4*2"'),
              more='ss:Index="4"')
        + row(cell(data("String", "并"), 'ss:MergeAcross="1" ss:MergeDown="1"'), cell(data("String", "后")))
        + row(cell(data("DateTime", "2024-10-12T12:00:00.000"), 'ss:Index="3" ss:StyleID="d"'))
    )  # fmt: skip
    styles = '<Styles><Style ss:ID="d"><NumberFormat ss:Format="Short Date"/></Style></Styles>'
    source = tmp_path / "a.xml"
    source.write_bytes(book(sheet(rows, "表"), before=styles))
    with office.open(source) as doc:
        theirs = only(doc.save(tmp_path / "b.xlsx").read_bytes())
    ours = only(source.read_bytes())
    assert ours.cells == theirs.cells
    assert ours.merges == theirs.merges
    assert ours.formulas == theirs.formulas
    assert ours.formats == theirs.formats


# ---------------------------------------------------------------- cells


def test_values_of_every_type():
    cells = row(
        cell(data("Number", "1")), cell(data("Number", "-1.5E3")), cell(data("Number", "12,5")),
        cell(data("Number", "1_0")), cell(data("String", "0012")), cell(data("String", " 甲&#10;乙&amp; ")),
        cell(data("Boolean", "1")), cell(data("Boolean", "0")), cell(data("Error", "#DIV/0!")),
        cell(data("DateTime", "2024-10-12T10:30:00.000")), cell(data("DateTime", "1899-12-31T06:00:00.000")),
        cell(data("DateTime", "soon")), cell(data("String", "")), cell(), cell(data("Number", "9")),
    )  # fmt: skip
    read = only(book(sheet(cells)))
    assert read.cells == {
        (0, 0): 1.0, (0, 1): -1500.0, (0, 2): "12,5", (0, 3): "1_0", (0, 4): "0012", (0, 5): " 甲\n乙& ",
        (0, 6): True, (0, 7): False, (0, 9): 45577.4375, (0, 10): 0.25, (0, 11): "soon", (0, 14): 9.0,
    }  # fmt: skip
    assert read.errors == {(0, 8): "#DIV/0!"}
    assert read.formats == {(0, 9): "date", (0, 10): "date"}


def test_runs_are_joined_and_what_stands_beside_the_text_is_not():
    rich = (
        '<Cell><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40"><B>湖</B><Font html:Color="#FF0000">南'
        '<I>省</I></Font></ss:Data><PhoneticText xmlns="urn:schemas-microsoft-com:office:excel">hú nán</PhoneticText>'
        '<Comment ss:Author="x"><ss:Data xmlns="http://www.w3.org/TR/REC-html40"><B>批注</B></ss:Data></Comment>'
        '<NamedCell ss:Name="cb"/></Cell>'
    )
    assert only(book(sheet(row(rich)))).cells == {(0, 0): "湖南省"}


def test_places_spans_merges_and_what_is_hidden():
    rows = (
        '<Column ss:Index="2" ss:Span="1" ss:Hidden="1"/><Column/><Column ss:Hidden="1"/>'
        + row(cell(data("Number", "1"), 'ss:MergeAcross="2"'), cell(data("Number", "2")))
        + row(more='ss:Span="3" ss:Hidden="1"')
        + row(cell(data("Number", "3"), 'ss:Index="3" ss:MergeDown="1"'))
        + row(cell(data("Number", "4")), more='ss:Index="10"')
    )
    read = only(book(sheet(rows)))
    assert read.cells == {(0, 0): 1.0, (0, 3): 2.0, (5, 2): 3.0, (9, 0): 4.0}
    assert read.merges == ((0, 0, 0, 2), (5, 2, 6, 2))
    assert read.hidden_rows == {1, 2, 3, 4}
    assert read.hidden_columns == ((1, 2), (4, 4))


def test_attributes_without_their_prefix():
    rows = '<Row Index="3"><Cell Index="2"><Data Type="Number">7</Data></Cell></Row>'
    assert only(book(f'<Worksheet Name="S"><Table>{rows}</Table></Worksheet>')).cells == {
        (2, 1): 7.0
    }


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("Percent", "percent"), ("0.0%", "percent"), ("Short Date", "date"), ("General Date", "date"),
        ("Long Time", "date"), ("yyyy\\-mm\\-dd", "date"), ("General", ""), ("Fixed", ""), ("Standard", ""),
        ("Currency", ""), ("Scientific", ""), ("Yes/No", ""), ("@", ""), ("#,##0.00", ""), ("", ""),
    ],
)  # fmt: skip
def test_number_formats(code, kind):
    styles = f'<Styles><Style ss:ID="Default"/><Style ss:ID="s1"><NumberFormat ss:Format="{code}"/></Style></Styles>'
    one = cell(data("Number", "0.5"), 'ss:StyleID="s1"')
    assert only(book(sheet(row(one)), before=styles)).formats == ({(0, 0): kind} if kind else {})


def test_a_cell_takes_the_format_of_its_row_column_or_table():
    styles = (
        '<Styles><Style ss:ID="p"><NumberFormat ss:Format="0%"/></Style><Style ss:ID="child" ss:Parent="p"/>'
        '<Style ss:ID="d"><NumberFormat ss:Format="Short Date"/></Style><Style ss:ID="n" ss:Parent="p">'
        '<NumberFormat ss:Format="0.0"/></Style></Styles>'
    )
    one = data("Number", "1")
    rows = (
        '<Column ss:StyleID="d"/><Column ss:StyleID="n"/>'
        + row(cell(one), cell(one), cell(one), cell(one, 'ss:StyleID="n"'))
        + row(cell(one), cell(one), more='ss:StyleID="child"')
    )
    table = f'<Worksheet ss:Name="S"><Table ss:StyleID="p">{rows}</Table></Worksheet>'
    assert only(book(table, before=styles)).formats == {
        (0, 0): "date", (0, 2): "percent", (1, 0): "percent", (1, 1): "percent",
    }  # fmt: skip


def test_dates_since_1904():
    calendar = "<x:ExcelWorkbook><x:Date1904/></x:ExcelWorkbook>"
    styles = '<Styles><Style ss:ID="d"><NumberFormat ss:Format="Short Date"/></Style></Styles>'
    cells = row(
        cell(data("DateTime", "2023-03-15T00:00:00.000"), 'ss:StyleID="d"'),
        cell(data("Number", "43538"), 'ss:StyleID="d"'), cell(data("Number", "43538")),
        cell(data("DateTime", "1904-01-01T12:00:00.000")),
    )  # fmt: skip
    read = read_grid(book(sheet(cells), before=calendar + styles))
    assert read.date1904
    assert list(read.sheets[0].cells.values()) == [45_000.0, 45_000.0, 43_538.0, 0.5]


def test_names_filters_and_what_else_is_told():
    before = (
        "<DocumentProperties xmlns='urn:schemas-microsoft-com:office:office'><Description>说明</Description>"
        "<LastSaved>2026-01-02T03:04:05Z</LastSaved><Title>x</Title></DocumentProperties>"
        "<CustomDocumentProperties xmlns='urn:schemas-microsoft-com:office:office'><k>v&amp;</k></CustomDocumentProperties>"
        "<x:ExcelWorkbook><x:SupBook><x:Path>b.xls</x:Path></x:SupBook></x:ExcelWorkbook>"
        '<Names><NamedRange ss:Name="cb_x" ss:RefersTo="=\'a b\'!R5C3:R6C4"/>'
        '<NamedRange ss:Name="cb_id" ss:RefersTo="=&quot;R1C1&quot;"/></Names>'
    )
    around = '<Names><NamedRange ss:Name="Print_Area" ss:RefersTo="=S!R1C1:R9C4"/></Names>'
    after = (
        '<AutoFilter x:Range="R2C1:R9C4" xmlns="urn:schemas-microsoft-com:office:excel">'
        '<AutoFilterColumn x:Type="Blanks"/></AutoFilter>'
    )
    idle = '<AutoFilter x:Range="R2C1:R9C4" xmlns="urn:schemas-microsoft-com:office:excel"/>'
    asking = cell(data("Number", "0"), "ss:Formula=\"=cmd|'/c calc'!R1C1\"")
    read = read_grid(
        book(
            sheet(row(asking), around=around, after=after) + sheet("", "T", after=idle),
            before=before,
        )
    )
    assert read.names == {
        "cb_x": "'a b'!$C$5:$D$6", "cb_id": '"R1C1"', "S!_xlnm.Print_Area": "S!$A$1:$D$9",
    }  # fmt: skip
    assert [one.filter for one in read.sheets] == [(1, 0, 8, 3), None]
    assert read.core == {"comments": "说明", "modified": "2026-01-02T03:04:05Z"}
    assert read.properties == {"k": "v&"}
    assert read.notes == (FileNote("external_links"), FileNote("dde", "S", "A1"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb2312", "gbk", "gb18030"])
def test_encodings(encoding):
    """Who declares gb2312 means the larger set: 镕 is not in the smaller one."""
    assert only(book(sheet(row(cell(data("String", "朱镕")))), encoding=encoding)).cells == {
        (0, 0): "朱镕"
    }


@pytest.mark.parametrize("before", [b"\r\n\r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf \n", b"\t"])
@pytest.mark.parametrize("encoding", ["", "gb2312"])
def test_what_web_servers_send_first(before, encoding):
    """The mark of UTF-8 counts more than what is declared."""
    content = book(sheet(row(cell(data("String", "中")))), encoding=encoding)
    if before.startswith(b"\xef"):
        content = content.decode("gb18030" if encoding else "utf-8").encode()
    assert only(before + content).cells == {(0, 0): "中"}


@pytest.mark.parametrize(
    ("formula", "at", "letters"),
    [
        ("SUM(R[-2]C:R[-1]C)", (5, 2), "SUM(C4:C5)"),
        ("RC[-1]*R1C3", (0, 1), "A1*$C$1"),
        ("""'R1C1'!R1C1&"R1C1\"""", (0, 0), """'R1C1'!$A$1&"R1C1\""""),
        ("一表!RC+SUM(R2:R4)", (0, 0), "一表!A1+SUM($2:$4)"),
        ("SUM(C1:C[1],C)", (0, 3), "SUM($A:E,D:D)"),
        ("RCX+R1C1x+LOG10(RC)+ROUND(R[1]C,2)", (1, 1), "RCX+R1C1x+LOG10(B2)+ROUND(B3,2)"),
        ("R[-1]C+RC[-1]", (0, 0), "#REF!+#REF!"),
        ("R9999999C1", (0, 0), "#REF!"),
    ],
)
def test_references_in_letters(formula, at, letters):
    assert in_letters(formula, at) == letters


def test_ranges():
    assert range_of("S!R2C1:R9C4") == (1, 0, 8, 3)
    assert range_of("R2C1") == (1, 0, 1, 0)
    assert range_of("A1:B2") is None


# ---------------------------------------------------------------- guards

ONE = sheet(row(cell(data("Number", "1"))))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (book(""), "F103"),
        (book(ONE)[:-20], "F103"),
        (book(ONE).replace(b"</Row>", b"</Raw>"), "F103"),
        (book(ONE).replace(b'<?mso-application progid="Excel.Sheet"?>', b"<!DOCTYPE x [<!ENTITY a 'b'>]>"), "F138"),
        (book(ONE).replace(b"<Row ", b"<!DOCTYPE x [<!ENTITY a 'b'>]><Row "), "F106"),
        (book(sheet(row(more='ss:Index="1048577"'))), "F103"),
        (book(sheet(row(more='ss:Index="2" ss:Span="1048576"'))), "F103"),
        (book(sheet(row(more='ss:Index="5"') + row(more='ss:Index="5"'))), "F103"),
        (book(sheet('<Column ss:Index="9"/><Column ss:Index="3"/>')), "F103"),
        (book(sheet(row(cell(more='ss:Index="16385"')))), "F103"),
        (book(sheet(row(cell(more='ss:Index="0"')))), "F103"),
        (book(sheet(row(cell(more='ss:MergeDown="1048576"')))), "F103"),
        (book("<Table><Row><Cell/></Row></Table>"), "F103"),
        (book(sheet(cell(data("Number", "1")))), "F103"),
        (book(sheet("<Row>" * 300)), "F103"),
        (b'<?xml version="1.0"?><w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"/>', "F133"),
    ],
)  # fmt: skip
def test_what_is_refused(content, code):
    assert verdict(content) == code


def test_limits():
    two = row(cell(data("Number", "1")), cell(data("Number", "2")), cell(data("Number", "3")))
    assert verdict(book(sheet(two)), Limits(cells=1)) == "F106"
    assert verdict(book(ONE + sheet("", "T")), Limits(sheets=1)) == "F106"
    assert verdict(book(ONE), Limits(file_bytes=200)) == "F106"


def test_two_sheets_of_one_name_are_told():
    assert read_grid(book(ONE + ONE)).notes == (FileNote("duplicate_sheet_names"),)


# --- what is seen ---------------------------------------------------------------------------------

LOOKS = (
    '<Styles><Style ss:ID="Default"/><Style ss:ID="x"><Font ss:StrikeThrough="1"/></Style>'
    '<Style ss:ID="w"><Font ss:Color="#FFFFFF"/></Style>'
    '<Style ss:ID="d" ss:Parent="w"><Interior ss:Color="#000080" ss:Pattern="Solid"/></Style>'
    '<Style ss:ID="p" ss:Parent="x"><NumberFormat ss:Format="0.00%"/></Style>'
    '<Style ss:ID="f"><NumberFormat ss:Format="0\\.0,"/></Style></Styles>'
)


def test_fonts_fills_and_runs_are_seen():
    def rich(text: str) -> str:
        return f'<ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40">{text}</ss:Data>'

    cells = "".join(
        f'<Cell ss:StyleID="{style}">{data("Number", value)}</Cell>'
        for style, value in (("x", "12"), ("w", "12"), ("d", "12"), ("p", "0.5"), ("f", "1136000"))
    )
    texts = (
        rich("113.6<Sup>1</Sup>"), rich("13.<S>5</S>67"), rich("<B>13.<Font><S>5</S></Font></B>67"),
        rich("<S>13.67</S>"), rich("公司CO<Sub>2</Sub>甲"), rich("<B>113.6</B>"),
    )  # fmt: skip
    cells += "".join(f"<Cell>{text}</Cell>" for text in texts)
    read = read_grid(book(sheet(f"<Row>{cells}</Row>"), before=LOOKS)).sheets[0]
    assert {at[1]: (one.text, one.why) for at, one in read.shown.items()} == {
        0: ("", "gone"), 1: ("", "hidden"), 3: ("", "gone"), 4: ("113.6", "format"),
        5: ("113.6¹", "raised"), 6: ("13.67", "struck"), 7: ("13.67", "struck"), 8: ("", "gone"),
        9: ("公司CO₂甲", "script"),
    }  # fmt: skip
    assert read.formats == {(0, 3): "percent"}
    assert [read.cells[0, column] for column in (5, 10)] == ["113.61", "113.6"]
    assert {type(value) for value in read.cells.values()} == {str, float}
