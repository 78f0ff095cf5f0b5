"""Honest files that were refused once, and the right names of what cannot be read."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest
from support.binary_books import (
    cell,
    cell12,
    formula,
    long_text,
    ods_file,
    ole,
    record,
    record12,
    row12,
    sst,
    text12,
    xls,
    xls_file,
    xlsb_file,
    zipped,
)
from support.fill import Here
from support.grids import OFFICE, PACKAGE, SHEET, both_ways, package, written
from support.hostile import unzipped
from support.office import Office
from support.places import SAMPLES
from support.tables_read import NUMBERS, name, only, row, table, typed, verdict
from support.xml2003_books import book, sheet

from clusterbook.engine import gather
from clusterbook.engine.inbox import find_files
from clusterbook.problems import CATALOGUE
from clusterbook.readers.cells import FileNote
from clusterbook.readers.grid import GridError, read_grid
from clusterbook.readers.sniffing import sniff
from clusterbook.readers.xls.formulas import is_number
from clusterbook.returns import pipeline

pack = struct.pack
ONE = '<row r="1"><c r="A1"><v>1</v></c></row>'


def good(form="fujian_sme_cluster"):
    return (SAMPLES / form / "good.xlsx").read_bytes()


# ---------------------------------------------------------------- views that somebody saved

VIEW = (
    '<customSheetViews><customSheetView guid="{8D0B6F2E-1A1B-4C1B-9D57-2C1B5E0F3A11}" filter="1" showAutoFilter="1">'
    '<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>{filter}'
    "</customSheetView></customSheetViews>"
)
FILTER = '<autoFilter ref="{ref}"><filterColumn colId="1"><filters><filter val="x"/></filters></filterColumn></autoFilter>'
SAVED = VIEW.replace("{filter}", FILTER.format(ref="B4:H40"))


@pytest.mark.parametrize(
    ("tail", "area"),
    [
        (SAVED, None),
        (FILTER.format(ref="A1:C9") + SAVED, (0, 0, 8, 2)),
        ('<autoFilter ref="A1:C9"/>' + SAVED, None),
        (VIEW.replace("{filter}", "<autoFilter ref='B4:H40'/>"), None),
        (VIEW.replace("{filter}", "<autoFilter><filterColumn colId='0'/></autoFilter>"), None),
        (SAVED * 2, None),
    ],
)
def test_saved_views_have_filters_of_their_own(tail, area, monkeypatch):
    assert both_ways(package(ONE, tail=tail), monkeypatch).sheets[0].filter == area


@pytest.mark.parametrize("form", ["cluster_contest", "fujian_sme_cluster"])
def test_a_return_with_a_saved_view_on_every_sheet_reads_the_same(form):
    files = unzipped(good(form))
    for part, content in files.items():
        if part.startswith("xl/worksheets/sheet"):
            at = (
                content.index(b"<pageMargins")
                if b"<mergeCells" not in content
                else content.index(b"<mergeCells")
            )
            files[part] = content[:at] + SAVED.encode() + content[at:]
    plain, read = pipeline.read_submission(good(form)), pipeline.read_submission(zipped(files))
    assert (read.problems, read.extracted) == (plain.problems, plain.extracted)


def test_saved_views_in_xlsb():
    own = record12(161, pack("<4L", 0, 9, 0, 3)) + record12(163, pack("<LL", 0, 0)) + record12(162)
    other = (
        record12(161, pack("<4L", 3, 39, 1, 7)) + record12(163, pack("<LL", 1, 0)) + record12(162)
    )
    saved = record12(422) + record12(423, bytes(80)) + other + record12(424) + record12(425)
    one = row12(0, cell12(5, 0, pack("<d", 1.0)))
    assert only(xlsb_file({"S": one}, around=saved)).filter is None
    for around in (own + saved, saved + own):
        assert only(xlsb_file({"S": one}, around=around)).filter == (0, 0, 9, 3)


def test_saved_views_in_xls():
    saved = record(0x1AA, bytes(58)) + record(0x9B) + record(0x9D, b"\2\0") + record(0x1AB, b"\1\0")
    globals_ = (
        record(0x1AE, pack("<HH", 1, 0x401)) + record(0x17, pack("<HHhh", 1, 0, 0, 0))
        + name("\x0d", b"\x3b" + pack("<HHHHH", 0, 1, 9, 0, 3), scope=1, built_in=True)
    )  # fmt: skip
    assert only(xls_file({"S": NUMBERS + saved}, globals_=globals_)).filter is None
    both = xls_file({"S": NUMBERS + record(0x9B) + saved}, globals_=globals_)
    assert only(both).filter == (1, 0, 9, 3)


# ---------------------------------------------------------------- the records of .xls


@pytest.mark.parametrize("stream", ["Workbook", "WORKBOOK", "workbook", "Book", "BOOK", "book"])
def test_the_name_of_the_stream_in_any_letters(stream):
    assert only(ole({stream: xls({"S": NUMBERS})})).cells[0, 0] == 1.5


@pytest.mark.parametrize(
    ("new", "old"),
    [("Workbook", "Book"), ("WORKBOOK", "BOOK"), ("BOOK", "WORKBOOK"), ("Book", "Workbook")],
)
def test_of_two_streams_the_later_format_is_read(new, old):
    early = xls({"S": cell(0x203, 0, 0, pack("<d", 95.0))}, version=0x500)
    late = xls({"S": cell(0x203, 0, 0, pack("<d", 97.0))})
    for streams in ({new: late, old: early}, {old: early, new: late}):
        assert only(ole(streams)).cells == {(0, 0): 97.0}


def test_empty_texts_without_their_flags():
    body = (
        cell(0x204, 0, 0, pack("<H", 0)) + cell(0x204, 0, 1, pack("<HB", 0, 0)) + cell(0xD6, 0, 2, pack("<H", 0))
        + formula(1, 0, b"\0\0\0\0\0\0\xff\xff") + record(0x207, pack("<H", 0)) + cell(0x204, 2, 0, long_text("末"))
        + cell(0xFD, 3, 0, pack("<L", 0)) + cell(0xFD, 3, 1, pack("<L", 1))
    )  # fmt: skip
    strings = record(0xFC, pack("<LL", 2, 2) + long_text("甲") + pack("<H", 0))
    assert only(xls_file({"S": body}, globals_=strings)).cells == {(2, 0): "末", (3, 0): "甲"}


def test_texts_as_older_versions_write_them():
    """A label of BIFF8 without the byte that tells how wide its characters are."""
    assert only(xls_file({"S": cell(0x204, 0, 0, pack("<H", 3) + b"abc")})).cells == {(0, 0): "abc"}
    for body in (b"", b"ab", b"\1bc", "湖南".encode("gbk")[:3]):
        cut = cell(0x204, 0, 0, pack("<H", 3) + body)
        assert verdict(xls_file({"S": cut})) == "F103", body


def test_a_short_formula_record():
    body = cell(0x06, 0, 0, pack("<d", 2.5)) + cell(0x06, 0, 1, bytes(8))
    assert only(xls_file({"S": body})).cells == {(0, 0): 2.5, (0, 1): 0.0}


@pytest.mark.parametrize("number", [0x06, 0x206, 0x406])
@pytest.mark.parametrize("version", [0x500, 0x600])
def test_formulas_as_older_versions_number_them(number, version):
    body = (
        record(number, pack("<HHH", 0, 0, 0) + pack("<d", 2.5) + pack("<HLH", 0, 0, 3) + b"\x1e\1\0")
        + record(number, pack("<HHH", 0, 1, 0) + b"\2\0\x07\0\0\0\xff\xff" + pack("<HLH", 0, 0, 3) + b"\x1e\1\0")
    )  # fmt: skip
    sheet = only(xls_file({"S": body}, version=version))
    assert (sheet.cells, sheet.errors) == ({(0, 0): 2.5}, {(0, 1): "#DIV/0!"})
    assert sheet.formulas.keys() == {(0, 0), (0, 1)}


def test_rows_that_say_nothing_of_their_look():
    body = record(0x208, pack("<HHHHHH", 3, 0, 9, 300, 0, 0)) + NUMBERS
    assert only(xls_file({"S": body})).hidden_rows == frozenset()


@pytest.mark.parametrize(
    ("page", "raw", "text"),
    [
        (936, "湖南".encode("gbk"), "湖南"), (10008, "湖南".encode("gb2312"), "湖南"),
        (10002, "臺灣".encode("big5"), "臺灣"), (10001, "日本".encode("shift_jis"), "日本"),
        (10003, "한국".encode("cp949"), "한국"), (10000, b"caf\x8e", "café"), (32768, b"caf\x8e", "café"),
        (10007, "Привет".encode("mac_cyrillic"), "Привет"), (10029, "Łódź".encode("mac_latin2"), "Łódź"),
        (32769, b"caf\xe9", "café"), (1252, b"caf\xe9", "café"), (437, b"caf\x82", "café"), (367, b"cafe", "cafe"),
    ],
)  # fmt: skip
def test_code_pages_of_excel_95(page, raw, text):
    body = cell(0x204, 0, 0, pack("<H", len(raw)) + raw)
    assert only(coded({"S": body}, page)).cells == {(0, 0): text}


def coded(sheets, page):
    """A file of Excel 95 with another code page."""
    usual = record(0x42, pack("<H", 936))
    data = xls(sheets, version=0x500)
    assert data.count(usual) == 1
    other = record(0x42, pack("<H", page)) if page is not None else record(0x41, b"\0\0")
    return ole({"Book": data.replace(usual, other)})


@pytest.mark.parametrize("page", [None, 9999])
def test_without_a_known_code_page_only_ascii_is_read(page):
    """Which characters the bytes are cannot be told, and is not guessed."""
    plain = cell(0x204, 0, 0, pack("<H", 3) + b"abc")
    assert only(coded({"S": plain}, page)).cells == {(0, 0): "abc"}
    raw = "湖南".encode("gbk")
    assert verdict(coded({"S": cell(0x204, 0, 0, pack("<H", 4) + raw)}, page)) == "F103"


# ---------------------------------------------------------------- a zero as the result of a formula

CALC = record(0x5C, b"\4\0\0Calc".ljust(112))
AREA, CELL = b"\x25" + bytes(8), b"\x44\x0c\0\2\xc0"
EMPTY_TEXT, COMMA_IF = b"\x17\0\0", b"\x22\3\1\0"


def summary(application):
    """The property stream with the name of the program, as office programs write it."""
    text = application.encode("utf-8") + b"\0"
    section = pack("<LL", 0, 2) + pack("<LLLL", 1, 24, 18, 32) + pack("<LHH", 2, 65001, 0)
    section += pack("<LL", 0x1E, len(text)) + text.ljust(-(-len(text) // 4) * 4, b"\0")
    section = pack("<L", len(section)) + section[4:]
    head = pack("<HHL16sL", 0xFFFE, 0, 0x20006, bytes(16), 1) + bytes(16) + pack("<L", 48)
    return head + section


def zero(tokens, *, flags=0):
    tail = pack("<HLH", flags, 0, len(tokens)) + tokens
    return cell(0x06, 0, 0, bytes(8) + tail)


TEXTUAL = AREA + EMPTY_TEXT + b"\x0b" + EMPTY_TEXT + CELL + COMMA_IF  # IF(area="","",cell)


@pytest.mark.parametrize(
    ("application", "user", "tokens", "flags", "known"),
    [
        ("Microsoft Excel", b"", TEXTUAL, 0, True),
        ("Microsoft Excel", b"", TEXTUAL, 2, True),
        ("WPS 表格", b"", TEXTUAL, 0, True),
        ("WPS Office", b"", CELL, 3, True),
        ("", b"", TEXTUAL, 0, True),
        ("", b"", TEXTUAL, 3, True),
        ("", b"", TEXTUAL, 2, False),  # made by a program that works nothing out
        ("Apache POI", b"", CELL + CELL + b"\3", 2, False),
        ("", CALC, TEXTUAL, 0, False),
        ("", CALC, CELL, 0, False),
        ("", CALC, b"", 0, False),
        ("", CALC, CELL + CELL + b"\4", 0, True),
        ("Microsoft Excel", CALC, CELL, 0, False),  # LibreOffice keeps nothing of the program before
    ],
)  # fmt: skip
def test_whose_zero_is_a_zero(application, user, tokens, flags, known):
    streams = {"Workbook": xls({"S": zero(tokens, flags=flags)}, globals_=user)}
    if application:
        streams["\5SummaryInformation"] = summary(application)
    read = read_grid(ole(streams))
    assert read.core.get("application", "") == application
    assert read.sheets[0].cells == ({(0, 0): 0.0} if known else {})
    assert read.sheets[0].formulas.keys() == {(0, 0)}


@pytest.mark.parametrize(
    ("tokens", "known"),
    [
        (CELL + CELL + b"\4", True), (CELL + b"\x1e\3\0\5", True), (b"\x15" + CELL, False), (CELL + b"\x13", True),
        (CELL + CELL + b"\4\x15", True), (CELL + CELL + b"\4\x19\x40\0\1", True), (b"\x1f" + bytes(8), True),
        (AREA + b"\x19\x10\0\0", True), (AREA + b"\x22\1\4\0", True), (CELL + b"\x1e\2\0\x41\x1b\0", True),
        (CELL + CELL + b"\x08", False), (EMPTY_TEXT, False), (b"\x17\2\1\4\0\5\0", False), (CELL, False),
        (CELL + CELL + b"\x0b", False), (TEXTUAL, False), (b"\x19\4\1\0" + bytes(4) + CELL + CELL + b"\3", True),
        (b"\1" + bytes(4), False), (b"\x23" + bytes(4), False), (CELL + b"\x1e", False), (b"\x18\0", False),
        (AREA + EMPTY_TEXT + b"\x42\2\x64\0", False), (b"", False), (CELL + b"\x41\xff\x7f", False),
    ],
)  # fmt: skip
def test_formulas_that_can_only_be_numbers(tokens, known):
    assert is_number(tokens) is known


@pytest.mark.office
def test_zeros_of_real_libreoffice(office: Office, tmp_path: Path):
    """What is stored for texts that it did not work out is not taken for a number."""

    def formulas(book):
        sheet = book.add_worksheet("S")
        sheet.write_number("A1", 3)
        for place, formula_, result in (
            ("B1", "=A1-A1", 0), ("C1", "=SUM(D1:D9)", 0), ("H1", "=ROUND(A1*0,2)", 0),
            ("E1", '=IF(A1=3,"是","")', "是"), ("F1", "=E1", "是"), ("G1", '=IF(A1=3,"","否")', ""),
        ):  # fmt: skip
            sheet.write_formula(place, formula_, None, result)

    source = tmp_path / "a.xlsx"
    source.write_bytes(written(formulas))
    with office.open(source) as doc:
        read = only(doc.save(tmp_path / "b.xls", "xls").read_bytes())
    assert {at: read.cells.get(at) for at in ((0, 1), (0, 2), (0, 7))} == {
        (0, 1): 0.0, (0, 2): 0.0, (0, 7): 0.0,
    }  # fmt: skip
    assert all(read.cells.get(at) in (None, "是") for at in ((0, 4), (0, 5), (0, 6)))


# ---------------------------------------------------------------- a guide to pronunciation is no text


@pytest.mark.parametrize(
    "inside",
    [
        "<r><t>湖</t></r><r><t>南</t></r><rPh sb='0' eb='1'><t>hú</t></rPh>",
        "<r><t>湖</t><rPh sb='0' eb='1'><t>hú</t></rPh></r><r><t>南</t></r>",
        "<t>湖南</t><rPh sb='0' eb='1'><r><t>hú</t></r></rPh>",
        "<r><rPr><b/></rPr><t>湖</t></r><rPh sb='0' eb='1'><r><rPr><b/></rPr><t xml:space='preserve'>hú</t></r></rPh><r><t>南</t></r>",
        "<rPh sb='0' eb='1'><t>hú</t></rPh><t>湖南</t><phoneticPr fontId='1'/>",
        "<t>湖南</t><extLst><ext><r><t>hú</t></r></ext></extLst>",
    ],
)  # fmt: skip
def test_phonetic_guides_are_no_text(inside, monkeypatch):
    rows = f'<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is>{inside}</is></c></row>'
    read = both_ways(package(rows, strings=f"<si>{inside}</si>"), monkeypatch)
    assert read.sheets[0].cells == {(0, 0): "湖南", (0, 1): "湖南"}


def test_phonetic_guides_of_the_other_formats():
    ruby = (
        "<table:table-cell office:value-type='string'><text:p><text:ruby><text:ruby-base>湖南</text:ruby-base>"
        "<text:ruby-text>hú nán</text:ruby-text></text:ruby>省</text:p></table:table-cell>"
    )
    assert only(ods_file(table(row(ruby)))).cells == {(0, 0): "湖南省"}
    guide = text12("hú") + pack("<L", 1) + bytes(6)
    rich = cell12(62, 0, b"\2" + text12("湖南") + guide)
    assert only(xlsb_file({"S": row12(0, rich)})).cells == {(0, 0): "湖南"}


# ---------------------------------------------------------------- dates as texts


@pytest.mark.parametrize(
    ("text", "serial"),
    [
        ("2024-10-12", 45_577.0), ("2024-10-12T10:30:00", 45_577.4375), ("2024-10-12T10:30:00Z", 45_577.4375),
        ("2024-10-12T10:30", 45_577.4375), ("2024-10-12 10:30:00", 45_577.4375), ("2024-10-12T06:00:00.000", 45_577.25),
        ("2024-10-12T00:00:43.2", 45_577.0005), ("2024-10-12T23:59:59.999999999", 45_578.0),
        ("06:00:00", 0.25), ("T06:00:00", 0.25), ("00:00:43.2", 0.0005), ("1900-01-01T06:00:00", 1.25),
    ],
)  # fmt: skip
def test_dates_keep_their_time(text, serial, monkeypatch):
    rows = f'<row r="1"><c r="A1" t="d"><v>{text}</v></c></row>'
    sheet = both_ways(package(rows), monkeypatch).sheets[0]
    assert sheet.cells[0, 0] == pytest.approx(serial, abs=1e-9)
    assert sheet.formats == {(0, 0): "date"}
    if "-" in text:
        (value,) = only(ods_file(table(row(typed("date", text.removesuffix("Z")))))).cells.values()
        assert value == pytest.approx(serial, abs=1e-9)


@pytest.mark.parametrize(
    "text", ["2024-03-31T16:00:00Z", "2024-03-31T18:30:00+01:00", "9999-12-31T23:00:00Z"]
)
def test_what_is_another_day_in_china_keeps_its_zone(text, monkeypatch):
    """A serial number has no zone: as one, the first of April in China would be in March."""
    rows = f'<row r="1"><c r="A1" t="d"><v>{text}</v></c></row>'
    sheet = both_ways(package(rows), monkeypatch).sheets[0]
    assert (sheet.cells, sheet.formats) == ({(0, 0): text}, {})


# ---------------------------------------------------------------- parts that are lost or damaged


def lossy(form, drop):
    """A return without the part of one sheet, by the sheet's name."""
    files = unzipped(good(form))
    listed = [sheet.name for sheet in read_grid(good(form)).sheets]
    del files[f"xl/worksheets/sheet{listed.index(drop) + 1}.xml"]
    return zipped(files)


def test_a_sheet_without_its_part_and_the_rest_is_read():
    book = unzipped(package())["xl/workbook.xml"].decode()
    lost = book.replace("</sheets>", '<sheet name="丢" sheetId="2" r:id="r9"/></sheets>')
    read = read_grid(package(ONE, **{"xl/workbook.xml": lost}))
    assert [s.name for s in read.sheets] == ["S"]
    assert read.notes == (FileNote("lost_sheet", "丢"),)
    binary = unzipped(xlsb_file({"S": row12(0, cell12(5, 0, pack("<d", 1.0))), "丢": b""}))
    del binary["xl/worksheets/sheet2.bin"]
    read = read_grid(zipped(binary))
    assert ([s.name for s in read.sheets], read.notes) == (["S"], (FileNote("lost_sheet", "丢"),))


def test_a_lost_sheet_of_the_form_is_missing_and_told_once():
    read = pipeline.read_submission(lossy("fujian_sme_cluster", "一、基本情况"))
    told = [(p.code, p.value) for p in (*read.problems, *read.extracted.problems)]
    assert ("L101", "一、基本情况") in told
    assert not [code for code, _ in told if code == "F174"]
    assert read.extracted.raws  # of the other sheets


def test_a_lost_sheet_of_the_county_s_own_is_told():
    files = unzipped(good())
    book = files["xl/workbook.xml"].decode()
    files["xl/workbook.xml"] = book.replace(
        "</sheets>", '<sheet name="我的" sheetId="99" r:id="rId9999"/></sheets>'
    ).encode()
    plain, read = pipeline.read_submission(good()), pipeline.read_submission(zipped(files))
    assert [(p.code, p.value) for p in read.problems] == [("F174", "我的")]
    assert read.extracted == plain.extracted


def test_a_lost_hidden_sheet_nobody_asks_for_is_no_matter():
    read = pipeline.read_submission(lossy("fujian_sme_cluster", "_lists"))
    assert [p.code for p in (*read.problems, *read.extracted.problems)] == []


def broken(part, content=b"<broken"):
    files = unzipped(good())
    assert part in files
    return zipped(files | {part: content})


@pytest.mark.parametrize("part", ["docProps/core.xml", "docProps/app.xml", "docProps/custom.xml"])
def test_damaged_properties_are_told_and_the_sheets_read(part):
    plain, read = pipeline.read_submission(good()), pipeline.read_submission(broken(part))
    assert (read.stamp, read.extracted) == (plain.stamp, plain.extracted)
    # of app.xml only one name is asked, which needs no well-formed XML
    assert [p.code for p in read.problems] == ([] if "app" in part else ["F175"])
    binary = pipeline.read_submission(broken(part, b"\xff\xfe\xff"))
    assert [p.code for p in binary.problems] == ["F175"]
    assert binary.extracted == plain.extracted


def test_attacks_in_properties_are_refused_all_the_same():
    attack = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    for part in ("docProps/core.xml", "docProps/app.xml", "docProps/custom.xml"):
        assert [p.code for p in pipeline.read_submission(broken(part, attack)).problems] == ["F106"]


@pytest.mark.parametrize("meta", ["<office:document-meta", "", "plain text", "<a>\0</a>"])
def test_a_damaged_meta_xml_is_told_and_the_tables_read(meta):
    data = ods_file(table(row(typed("float", "12.5"))), **{"meta.xml": meta})
    read = read_grid(data)
    assert read.sheets[0].cells == {(0, 0): 12.5}
    assert read.notes == (FileNote("lost_properties"),)


def test_damage_that_properties_share_with_the_file_is_damage():
    """The bytes of a part that do not unpack are forgiven; a directory that lies is not."""
    data = bytearray(good())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo("docProps/core.xml")
    at = info.header_offset + 30 + len(info.filename) + info.compress_size // 2
    data[at] ^= 0xFF
    read = pipeline.read_submission(bytes(data))
    assert [p.code for p in read.problems] == ["F175"]
    assert read.extracted == pipeline.read_submission(good()).extracted


# ---------------------------------------------------------------- right names

BOM = b"\xef\xbb\xbf"
LINK = b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0F" + bytes(60)


KINDS = [
        (BOM + b"\r\n<!-- exported by oa -->\r\n<style>td{}</style>\r\n<html><table>", "html", "F130"),
        (b"<style>td{mso-number-format:'\\@'}</style><table><tr><td>1", "html", "F130"),
        (b"<STYLE type='text/css'>", "html", "F130"),
        (b"<!-- a --><!-- b -->\n<table border=1>", "html", "F130"),
        (b"<!--" + b"x" * 20_000 + b"--><html>", "html", "F130"),
        (b"<script>var a</script><table>", "html", "F130"),
        (b"<meta charset='gb2312'><table>", "html", "F130"),
        (b"<link rel=stylesheet><table>", "html", "F130"),
        (b"<title>a</title>", "html", "F130"),
        (b"<div><table>", "html", "F130"),
        (b"<tr><td>1</td></tr>", "html", "F130"),
        (b"<font size=2>", "html", "F130"),
        (b"<br/>", "html", "F130"),
        (b"<!DOCTYPE  HTML PUBLIC '-//W3C//DTD'>", "html", "F130"),
        (b"<?xml version='1.0'?><!-- c --><?x y?><html>", "html", "F130"),
        ("<!-- 导出 --><style>".encode("utf-16"), "html", "F130"),
        ("<!-- 导出 --><style>".encode("gbk"), "html", "F130"),
        (b"From: <Saved by Excel>\r\nSubject: a\r\n b\r\nMIME-Version: 1.0\r\n", "mhtml", "F130"),
        (b"MIME-Version: 1.0\r\n", "mhtml", "F130"),
        (b"<?xml version='1.0'?><!-- <html> --><data/>", "xml", "F138"),
        (b"<?xml version='1.0'?><form/>", "xml", "F138"),
        (b"<div:x xmlns:div='a'/>", "xml", "F138"),
        (b"<tablet/>", "xml", "F138"),
        (b"<b-c/>", "xml", "F138"),
        (b"<!-- never ends", "xml", "F138"),
        (b"%TSD-Header-###%\x44\x20\x82", "wrapped", "F171"),
        (b"%TSD-Header-###%" + b"text only", "wrapped", "F171"),
        (b"%XYZ-Header-01%\0\1", "wrapped", "F171"),
        (b"b\x14#e\0\0\0\0E-SafeNet\0\0\0LOCK", "wrapped", "F171"),
        (b"E-SafeNet\0\0\0LOCK", "wrapped", "F171"),
        (b"% a LaTeX comment", "text", "F131"),
        (LINK, "shortcut", "F172"),
        (b"[InternetShortcut]\r\nURL=https://www.kdocs.cn/l/x\r\n", "shortcut", "F172"),
        (b"[{000214A0-0000-0000-C000-000000000046}]\r\nProp3=19,2\r\n[InternetShortcut]\r\nURL=", "shortcut", "F172"),
        (BOM + b"[internetshortcut]\nURL=file:///c:/a.xlsx", "shortcut", "F172"),
        (b"[Desktop Entry]\nType=Link\n", "shortcut", "F172"),
        (b"<?xml version='1.0'?>\n<!DOCTYPE plist PUBLIC 'a' 'b'><plist><dict><key>URL</key>", "shortcut", "F172"),
        (b"bplist00\xd1\x01\x02SURL_\x10\x13", "shortcut", "F172"),
        (b"book\0\0\0\0mark\0\0\0\0", "shortcut", "F172"),
        (b"[section]\r\nkey=1\r\n", "text", "F131"),
        (b".pfile\0\1", "rights", "F170"),
    ]  # fmt: skip


@pytest.mark.parametrize(("data", "kind", "code"), KINDS)
def test_what_files_are_by_how_they_begin(data, kind, code):
    assert sniff(data) == kind
    assert verdict(data) == code


@pytest.mark.parametrize(
    ("code", "words", "not_words"),
    [
        ("F170", ("权限", "不是打开密码"), ()),
        ("F171", ("安全", "加密", "外发"), ("请在 WPS 或 Excel 中打开",)),
        ("F172", ("快捷方式",), ("损坏",)),
    ],
)
def test_sentences_say_what_helps(code, words, not_words):
    text = CATALOGUE[code].zh + CATALOGUE[code].zh_mend
    assert all(word in text for word in words)
    assert not any(word in text for word in not_words)


def test_sniffing_long_texts_takes_no_time():
    """No pattern goes back and forth over the start of a file."""
    for text in (b"<!--" * 16_000, b"<?" * 30_000, b"a:\n" * 20_000, b"[a]" * 20_000, b" " * 65_000, b"<!-- -->" * 8_000):  # fmt: skip
        assert sniff(text) in ("xml", "text")


# ---------------------------------------------------------------- what changed nothing


def test_outside_parts_are_still_refused():
    outside = f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{OFFICE}/worksheet" Target="http://x/a" TargetMode="External"/></Relationships>'
    with pytest.raises(GridError) as caught:
        read_grid(package(**{"xl/_rels/workbook.xml.rels": outside}))
    assert caught.value.facts == {"sheet": "S"}
    assert verdict(package(**{SHEET: None})) == "F103"


def test_the_shared_strings_of_every_writer_are_the_same_as_before():
    assert only(xls_file({"S": cell(0xFD, 0, 0, pack("<L", 1))}, globals_=sst(["甲", "乙"]))).cells == {
        (0, 0): "乙"
    }  # fmt: skip


# ---------------------------------------------------------------- one row each

NAMES = (
    "a.xlsx",
    "b.xls",
    "c.et",
    "d.csv",
    "e.docx",
    "f.zip",
    "g.url",
    "h.xml",
    "i.htm",
    "无后缀",
    "j.ods",
    "k.XLSX",
)


def test_every_file_of_a_folder_has_one_row(tmp_path):
    """Whatever it is and is called: some five hundred of them, and never more rows than files."""
    contents = {f"{at:02}": data for at, (data, _, _) in enumerate(KINDS)}
    contents |= {
        "rights": ole({"EncryptedPackage": b"x"}), "capital": ole({"WORKBOOK": xls({"S": NUMBERS})}),
        "early": ole({"Workbook": xls({"S": NUMBERS}), "Book": xls({"S": NUMBERS}, version=0x500)}),
        "2003": book(sheet("")),
    }  # fmt: skip
    expected = {}
    for kind, data in contents.items():
        for called in NAMES:
            (tmp_path / f"{kind}{called}").write_bytes(data)
            expected[f"{kind}{called}"] = pipeline.read_submission(data).problems[0].code
    assert len(expected) > 500
    judged = gather.run(find_files([tmp_path]), pool=Here())
    found = {one.file: [p.code for p in one.problems] for one in judged.submissions}
    assert found == {name: [code] for name, code in expected.items()}
    assert len(judged.submissions) == len(expected)
