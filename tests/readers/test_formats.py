"""Formats other than .xlsx, and files that are no workbooks: known by their bytes, read exactly or named."""

import hashlib
import io
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
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
from support.encrypted_books import common_password, own_password
from support.grids import comparable, package
from support.tables_read import (
    NUMBERS,
    WHOLE,
    content_types,
    name,
    only,
    pack,
    row,
    table,
    typed,
    verdict,
)

from clusterbook.problems import CATALOGUE
from clusterbook.readers import findings
from clusterbook.readers.cells import FileNote
from clusterbook.readers.grid import GridError, Limits, read_grid


def by_calamine(data):
    """All that the other reader has: neither errors nor formulas nor formats."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {
        name: {
            (r, c): comparable(value)
            for r, row in enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False))
            for c, value in enumerate(row)
            if value != ""
        }
        for name in book.sheet_names
    }


def cells_of(data):
    return {
        sheet.name: {at: comparable(value) for at, value in sheet.cells.items()}
        for sheet in read_grid(data).sheets
    }


# ---------------------------------------------------------------- .xls and .et

TEXTS = (
    cell(0xFD, 3, 0, pack("<L", 1)) + cell(0x204, 3, 1, long_text("直接"))
    + cell(0xD6, 3, 2, long_text("rich") + pack("<HHH", 1, 0, 0)) + cell(0xFD, 3, 3, pack("<L", 2))
)  # fmt: skip
RESULTS = (
    formula(4, 0, b"\0\0\0\0\0\0\xff\xff") + record(0x207, long_text("公式文字"))
    + formula(4, 1, pack("<d", 2.5), 1) + formula(4, 2, b"\2\0\x2a\0\0\0\xff\xff")
    + formula(4, 3, b"\3\0\0\0\0\0\xff\xff") + formula(4, 4, b"\1\0\1\0\0\0\xff\xff")
    + formula(4, 5, bytes(8)) + cell(0x205, 5, 0, b"\x07\1") + cell(0x205, 5, 1, b"\0\0")
)  # fmt: skip
SHAPES = (
    record(0x208, pack("<HHHHHHBB", 3, 0, 9, 300, 0, 0, 0x20, 1))
    + record(0x7D, pack("<HHHHH", 2, 3, 0, 0, 1)) + record(0x7D, pack("<HHHHH", 5, 5, 0, 0, 0))
    + record(0xE5, pack("<HHHHHHHHH", 2, 7, 8, 0, 1, 9, 9, 2, 4))
)  # fmt: skip
LOOKS = {"formats": [(164, "0.0%")], "styles": (0, 164, 14)}


def test_xls_values_formulas_and_shapes():
    data = xls_file(
        {"表 一": NUMBERS + TEXTS + RESULTS + SHAPES, "隐藏": b"", "很": b""},
        globals_=sst(["甲", "乙 text", ""]), states={"隐藏": 1, "很": 2}, **LOOKS,
    )  # fmt: skip
    read = read_grid(data)
    assert (read.kind, [s.state for s in read.sheets]) == (
        "xls",
        ["visible", "hidden", "veryHidden"],
    )
    sheet = read.sheets[0]
    assert sheet.cells == {
        (0, 0): 1.5, (0, 1): 0.25, (0, 2): 45_000.0, (1, 1): 7.0, (1, 2): -12.34, (1, 3): 0.5,
        (2, 0): 5.0, (2, 1): 6.0, (3, 0): "乙 text", (3, 1): "直接", (3, 2): "rich",
        (4, 0): "公式文字", (4, 1): 2.5, (4, 4): True, (4, 5): 0.0, (5, 1): False,
    }  # fmt: skip
    assert sheet.errors == {(4, 2): "#N/A", (5, 0): "#DIV/0!"}
    assert sheet.formulas.keys() == {(4, column) for column in range(6)}
    assert sheet.formats == {
        (0, 1): "percent",
        (0, 2): "date",
        (2, 1): "percent",
        (4, 1): "percent",
    }
    assert sheet.hidden_rows == {3}
    assert sheet.hidden_columns == ((2, 3),)
    assert sheet.merges == ((7, 0, 8, 1), (9, 2, 9, 4))
    assert cells_of(data) == by_calamine(data)


def test_xls_long_texts_go_on_in_the_next_record():
    text = "长" * 5_000 + "x😀"
    raw = text.encode("utf-16-le")
    split = raw[: 2 * 5_001 + 2], raw[2 * 5_001 + 2 :]  # between the halves of a character
    strings = (
        record(0xFC, pack("<LL", 2, 2) + pack("<HB", len(raw) // 2, 1) + split[0][:6_000])
        + record(0x3C, b"\1" + split[0][6_000:]) + record(0x3C, b"\1" + split[1] + long_text("次"))
    )  # fmt: skip
    result = (
        formula(1, 0, b"\0\0\0\0\0\0\xff\xff") + record(0x207, pack("<HB", 6, 0) + b"abc")
        + record(0x3C, b"\1" + "中文字".encode("utf-16-le")) + cell(0x203, 1, 1, pack("<d", 2.0))
    )  # fmt: skip
    body = cell(0xFD, 0, 0, pack("<L", 0)) + cell(0xFD, 0, 1, pack("<L", 1)) + result
    assert only(xls_file({"S": body}, globals_=strings)).cells == {
        (0, 0): text, (0, 1): "次", (1, 0): "abc中文字", (1, 1): 2.0,
    }  # fmt: skip


def test_xls_rich_and_phonetic_strings():
    rich = pack("<HBH", 2, 0x8 | 1, 2) + "粗体".encode("utf-16-le") + bytes(8)
    phonetic = pack("<HBL", 1, 0x4 | 1, 6) + "漢".encode("utf-16-le") + bytes(6)
    strings = record(
        0xFC, pack("<LL", 9, 4) + rich + phonetic + long_text("后") + pack("<HB", 1, 0) + b"\xe9"
    )
    body = b"".join(cell(0xFD, 0, n, pack("<L", n)) for n in range(4))
    assert list(only(xls_file({"S": body}, globals_=strings)).cells.values()) == [
        "粗体",
        "漢",
        "后",
        "é",
    ]


def test_xls_half_a_character_is_written_out():
    half = pack("<HB", 2, 1) + b"\x3d\xd8" + "字".encode("utf-16-le")
    body = cell(0x204, 0, 0, half)
    assert only(xls_file({"S": body})).cells == {(0, 0): "_xD83D_字"}


def test_xls_names_links_and_what_else_is_told():
    globals_ = (
        record(0x1AE, pack("<HH", 2, 0x401)) + record(0x1AE, pack("<HH", 1, 3) + b"\0a.x")
        + record(0x1AE, pack("<HH", 0, 3) + b"\0a\3b") + record(0x1AE, pack("<HH", 1, 0x3A01))
        + record(0x17, pack("<HHhhHhhHhh", 3, 0, 1, 1, 0, 0, 1, 1, 0, 0))
        + name("cb_x", b"\x3a" + pack("<HHH", 0, 4, 2)) + name("cb_area", b"\x3b" + pack("<HHHHH", 0, 4, 9, 2, 3))
        + name("cb_id", b"\x17" + b'\x03\0a"b') + name("both", b"\x3a" + pack("<HHH", 1, 4, 2))
        + name("other", b"\x3a" + pack("<HHH", 2, 4, 2)) + name("sum", b"\x1e\1\0")
        + name("\x0d", b"\x3b" + pack("<HHHHH", 0, 1, 9, 0, 3), scope=2, built_in=True) + record(0xD3)
    )  # fmt: skip
    picture = b"\0" * 8 + pack("<HL", 0xF010, 18) + pack("<9H", 0, 1, 0, 6, 0, 3, 0, 8, 0)
    objects = record(0xEC, picture) + record(0x5D, pack("<HHHHH", 0x15, 0x12, 8, 1, 0))
    button = record(0xEC, picture) + record(0x5D, pack("<HHHHH", 0x15, 0x12, 7, 2, 0))
    data = xls_file(
        {"S": objects + button, "it's": record(0x9B), "图": b""}, globals_=globals_, kinds={"图": 2},
    )  # fmt: skip
    read = read_grid(data)
    assert read.names == {
        "cb_x": "'it''s'!$C$5", "cb_area": "'it''s'!$C$5:$D$10", "cb_id": '"a""b"',
        "it's!_xlnm._FilterDatabase": "'it''s'!$A$2:$D$10",
    }  # fmt: skip
    assert read.notes == (
        FileNote("external_links"), FileNote("dde"), FileNote("has_macros"), FileNote("chart_sheet", "图"),
    )  # fmt: skip
    assert [s.filter for s in read.sheets] == [None, (1, 0, 9, 3)]
    assert read.sheets[0].pictures == ((6, 1, 7, 2),)  # it ends where the next cells begin
    assert read_grid(ole({"Workbook": xls({"S": b""})}, ["_VBA_PROJECT_CUR"])).notes == (
        FileNote("has_macros"),
    )


def test_xls_dates_since_1904():
    body = cell(0x203, 0, 0, pack("<d", 43_538.0), 1) + cell(0x203, 0, 1, pack("<d", 43_538.0))
    read = read_grid(xls_file({"S": body}, globals_=record(0x22, b"\1\0"), styles=(0, 14)))
    assert read.date1904
    assert read.sheets[0].cells == {(0, 0): 45_000.0, (0, 1): 43_538.0}


def test_xls_a_cell_twice():
    body = cell(0x203, 0, 0, pack("<d", 1.0)) + cell(0x203, 0, 0, pack("<d", 2.0))
    read = read_grid(xls_file({"S": body}))
    assert read.notes == (FileNote("duplicate_cell", "S", "A1"),)
    assert read.sheets[0].cells == {(0, 0): 2.0}


def test_xls_charts_inside_a_sheet_are_stepped_over():
    chart = (
        record(0x809, pack("<HHHHLL", 0x600, 0x20, 0, 0, 0, 0))
        + cell(0x203, 9, 9, pack("<d", 9.0))
        + record(0x0A)
    )
    body = cell(0x203, 0, 0, pack("<d", 1.0)) + chart + cell(0x203, 0, 1, pack("<d", 2.0))
    assert only(xls_file({"S": body})).cells == {(0, 0): 1.0, (0, 1): 2.0}


def test_xls_of_excel_95():
    gbk = "湖南".encode("gbk")
    body = (
        cell(0x204, 0, 0, pack("<H", len(gbk)) + gbk) + cell(0x203, 0, 1, pack("<d", 0.5), 1)
        + formula(1, 0, b"\0\0\0\0\0\0\xff\xff") + record(0x207, pack("<H", len(gbk)) + gbk)
        + formula(1, 1, b"\2\0\x07\0\0\0\xff\xff")
    )  # fmt: skip
    data = xls_file({"名单": body}, version=0x500, formats=[(164, "0.0%")], styles=(0, 164))
    sheet = only(data)
    assert (sheet.name, sheet.cells) == ("名单", {(0, 0): "湖南", (0, 1): 0.5, (1, 0): "湖南"})
    assert (sheet.errors, sheet.formats) == ({(1, 1): "#DIV/0!"}, {(0, 1): "percent"})


def test_xls_skips_hidden_sheets_nobody_asks_for():
    data = xls_file({"S": NUMBERS, "_lists": NUMBERS}, states={"_lists": 2})
    shown, skipped = read_grid(data, skip={"_lists", "S"}).sheets
    assert shown.cells and not shown.skipped
    assert skipped.skipped and not skipped.cells


def test_xls_saved_with_a_protected_structure_needs_no_password():
    assert only(common_password()).cells == {(0, 0): "密", (1, 1): 12.5}
    assert verdict(own_password()) == "F104"


def test_xls_under_the_newer_cipher():
    """The other of the two ciphers Excel uses, encrypted here the way it is decrypted there."""
    from clusterbook.readers.xls import cipher

    salt, verifier = bytes(range(16)), bytes(range(16, 32))
    start = hashlib.sha1(salt + "VelvetSweatshop".encode("utf-16-le")).digest()
    key = lambda block: hashlib.sha1(start + pack("<L", block)).digest()  # noqa: E731
    secret = verifier + hashlib.sha1(verifier).digest()
    secret = cipher._xor(secret, cipher._key_stream(key(0), 36))
    header = pack("<8L", 4, 0, 0x6801, 0x8004, 160, 1, 0, 0) + "X\0".encode("utf-16-le")
    body = pack("<3H", 1, 4, 2) + pack("<LL", 4, len(header)) + header
    body += pack("<L", 16) + salt + secret[:16] + pack("<L", 20) + secret[16:]
    plain = xls({"S": NUMBERS}, globals_=record(0x2F, body))
    stream = b"".join(cipher._key_stream(key(n), 1_024) for n in range(len(plain) // 1_024 + 1))
    coded = bytearray(cipher._xor(plain, stream[: len(plain)]))
    at = 0
    while at < len(plain):
        kind, length = struct.unpack_from("<HH", plain, at)
        clear = 4 + (length if kind in (0x809, 0x2F) else 4 if kind == 0x85 else 0)
        coded[at : at + clear] = plain[at : at + clear]
        at += 4 + length
    assert bytes(coded) != plain
    assert only(ole({"Workbook": bytes(coded)})).cells[0, 0] == 1.5


# ---------------------------------------------------------------- .xlsb


def test_xlsb_values_formulas_and_shapes():
    after = pack("<H", 0) + pack("<LL", 0, 0)
    body = (
        row12(0, cell12(2, 0, pack("<L", 7 << 2 | WHOLE)), cell12(5, 1, pack("<d", 0.25), 1),
              cell12(5, 2, pack("<d", 45_000.0), 2), cell12(3, 3, b"\x2a"), cell12(4, 4, b"\1"),
              cell12(6, 5, text12("直接")), cell12(7, 6, pack("<L", 1)), cell12(1, 7, b""),
              cell12(7, 8, pack("<L", 2)))
        + row12(2, cell12(8, 0, text12("公式") + after), cell12(9, 1, pack("<d", 3.5) + after),
                cell12(10, 2, b"\1" + after), cell12(11, 3, b"\x07" + after), hidden=True)
    )  # fmt: skip
    around = (
        record12(60, pack("<LLLLH", 2, 3, 0, 0, 1)) + record12(60, pack("<LLLLH", 5, 5, 0, 0, 0))
        + record12(161, pack("<4L", 0, 9, 0, 3)) + record12(163, pack("<LH", 0, 0)) + record12(162)
        + record12(177, pack("<L", 1)) + record12(176, pack("<4L", 5, 6, 0, 1)) + record12(178)
    )  # fmt: skip
    data = xlsb_file({"表 一": body}, strings=["甲", "乙", ""], around=around, **LOOKS)
    sheet = only(data)
    assert read_grid(data).kind == "xlsb"
    assert sheet.cells == {
        (0, 0): 7.0, (0, 1): 0.25, (0, 2): 45_000.0, (0, 4): True, (0, 5): "直接", (0, 6): "乙",
        (2, 0): "公式", (2, 1): 3.5, (2, 2): True,
    }  # fmt: skip
    assert sheet.errors == {(0, 3): "#N/A", (2, 3): "#DIV/0!"}
    assert sheet.formulas.keys() == {(2, column) for column in range(4)}
    assert sheet.formats == {(0, 1): "percent", (0, 2): "date"}
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({2}, ((2, 3),))
    assert (sheet.merges, sheet.filter) == (((5, 0, 6, 1),), (0, 0, 9, 3))
    assert cells_of(data) == by_calamine(data)


def test_xlsb_names_states_and_calendar():
    def listed(text, tokens, scope=0xFFFFFFFF):
        return record12(
            39, pack("<LBL", 0, 0, scope) + text12(text) + pack("<L", len(tokens)) + tokens
        )

    book = (
        record12(357) + record12(355, text12("rId9")) + record12(362, pack("<LLllLll", 2, 0, 1, 1, 1, 0, 0))
        + listed("cb_x", b"\x3a" + pack("<HLH", 0, 4, 2)) + listed("cb_area", b"\x5b" + pack("<HLLHH", 0, 4, 9, 2, 3), 0)
        + listed("cb_id", b"\x17" + pack("<H", 1) + "号".encode("utf-16-le"))
        + listed("other", b"\x3a" + pack("<HLH", 1, 4, 2)) + listed("sum", b"\x1e\1\0")
    )  # fmt: skip
    row = row12(0, cell12(5, 0, pack("<d", 43_538.0), 1))
    data = xlsb_file(
        {"甲": row, "乙": b"", "_lists": row}, book=book, styles=(0, 14), states={"乙": 1, "_lists": 2},
        properties=1,
    )  # fmt: skip
    read = read_grid(data, skip={"_lists"})
    assert read.names == {"cb_x": "'乙'!$C$5", "甲!cb_area": "'乙'!$C$5:$D$10", "cb_id": '"号"'}
    assert [s.state for s in read.sheets] == ["visible", "hidden", "veryHidden"]
    assert read.date1904
    assert read.sheets[0].cells == {(0, 0): 45_000.0}
    assert read.sheets[2].skipped


# ---------------------------------------------------------------- .ods


def test_ods_values():
    rows = row(
        typed("float", "12.5", "13"), typed("percentage", "0.25", "25%"), typed("currency", "3", "¥3"),
        typed("date", "2025-06-30", "x"), typed("date", "2025-06-30T12:00:00"), typed("time", "PT36H00M00S"),
        typed("boolean", "true", "TRUE"), typed("boolean", "false"), typed("string", "", "文字"),
        typed("string", "真", "显示"), typed("float", "1_0", "1_0"), typed("date", "soon", "soon"),
        typed("float", "NaN"),
    )  # fmt: skip
    sheet = only(ods_file(table(rows)))
    assert list(sheet.cells.values()) == [
        12.5, 0.25, 3.0, 45_838.0, 45_838.5, 1.5, True, False, "文字", "真", "1_0", "soon",
    ]  # fmt: skip
    assert list(sheet.formats.values()) == ["percent", "date", "date", "date"]
    assert sheet.errors == {(0, 12): "#VALUE!"}


def test_ods_texts():
    inside = (
        "<table:table-cell office:value-type='string'>"
        "<office:annotation><text:p>批注</text:p></office:annotation>"
        "<text:p>甲<text:s text:c='3'/>乙<text:tab/><text:span>丙<text:line-break/></text:span>&lt;</text:p>"
        "<draw:frame><draw:text-box><text:p>图上</text:p></draw:text-box></draw:frame>"
        "<text:p/><text:p>  末 </text:p></table:table-cell>"
    )
    assert only(ods_file(table(row(inside)))).cells == {(0, 0): "甲   乙\t丙\n<\n\n  末 "}


def test_ods_repeats_are_written_out_and_blanks_cost_nothing():
    rows = (
        row(typed("float", "1", more='table:number-columns-repeated="3"'), more='table:number-rows-repeated="2"')
        + row("<table:table-cell table:number-columns-repeated='16384'/>", more='table:number-rows-repeated="1000000"')
        + row("<table:table-cell table:number-columns-repeated='16380'/>", typed("string", "", "末"))
    )  # fmt: skip
    sheet = only(ods_file(table(rows)))
    assert sheet.cells == {(r, c): 1.0 for r in range(2) for c in range(3)} | {
        (1_000_002, 16_380): "末"
    }
    bomb = row(
        typed("float", "1", more='table:number-columns-repeated="16384"'),
        more='table:number-rows-repeated="1048576"',
    )
    assert verdict(ods_file(table(bomb))) == "F106"
    outside = (
        row(typed("float", "1"))
        + row("<table:table-cell/>", more='table:number-rows-repeated="1048575"')
        + row(typed("float", "1"))
    )
    assert verdict(ods_file(table(outside))) == "F103"


def test_ods_errors_and_formulas():
    rows = row(
        typed("string", "", "#DIV/0!", 'table:formula="of:=1/0" calcext:value-type="error"'),
        typed("string", "", "#N/A", 'table:formula="of:=NA()"'), typed("string", "", "#N/A"),
        typed("float", "3", "3", """table:formula="of:=SUM([.A1:.B2];[$'它 们'.$C$5])" """),
        typed("string", "", "", 'table:formula="of:=[.A1]"'),
    )  # fmt: skip
    sheet = only(ods_file(table(rows)))
    assert sheet.errors == {(0, 0): "#DIV/0!", (0, 1): "#N/A"}
    assert sheet.cells == {(0, 2): "#N/A", (0, 3): 3.0}  # what a person typed stays text
    assert sheet.formulas == {
        (0, 0): "1/0",
        (0, 1): "NA()",
        (0, 3): "SUM(A1:B2;'它 们'!$C$5)",
        (0, 4): "A1",
    }


def test_ods_shapes_names_and_what_else_is_told():
    styles = (
        '<style:style style:name="ta1"><style:table-properties table:display="true"/></style:style>'
        '<style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>'
    )
    picture = "<table:table-cell><draw:frame><draw:image/></draw:frame></table:table-cell>"
    rows = (
        '<table:table-column/><table:table-column table:number-columns-repeated="2" table:visibility="collapse"/>'
        + row(typed("string", "", "甲", 'table:number-columns-spanned="2" table:number-rows-spanned="2"'),
              "<table:covered-table-cell office:value-type='float' office:value='9'/>")
        + "<table:table-header-rows>" + row(typed("float", "1"), picture, more='table:visibility="filter"')
        + "</table:table-header-rows>"
        + "<table:named-expressions><table:named-range table:name='here' table:cell-range-address=\"$S.$A$1\"/></table:named-expressions>"
    )  # fmt: skip
    other = table(row(typed("float", "9")), "'file:///x.ods'#$A", "") .replace(
        "<table:table-row", "<table:table-source/><table:table-row", 1)  # fmt: skip
    nested = table(
        row(
            "<table:table-cell>" + table(row(typed("float", "7")), "in") + "</table:table-cell>",
            typed("float", "8"),
        ),
        "外",
    )
    deleted = (
        "<table:tracked-changes><table:deletion>"
        + typed("float", "6")
        + "</table:deletion></table:tracked-changes>"
    )
    after = (
        "<table:named-expressions><table:named-range table:name='cb_x' table:cell-range-address=\"$'a ''b'.$B$2:.$C$9\"/>"
        "<table:named-expression table:name='cb_id' table:expression='of:=\"x|1\"'/></table:named-expressions>"
        '<table:database-ranges><table:database-range table:target-range-address="S.A1:S.D9"><table:filter/>'
        "</table:database-range></table:database-ranges><table:dde-links/>"
    )
    data = ods_file(
        deleted + table(rows, "S", 'table:style-name="ta1"') + table("", "藏", 'table:style-name="ta2"') + other + nested,
        styles=styles, after=after,
        **{"Basic/Standard/M.xml": "x", "meta.xml": "<office:document-meta xmlns:office='o' xmlns:dc='d' xmlns:meta='m'>"
           "<office:meta><dc:description>说明</dc:description><meta:user-defined meta:name='k'>v</meta:user-defined>"
           "</office:meta></office:document-meta>"},
    )  # fmt: skip
    read = read_grid(data)
    assert [(s.name, s.state) for s in read.sheets] == [
        ("S", "visible"),
        ("藏", "hidden"),
        ("外", "visible"),
    ]
    sheet = read.sheets[0]
    assert sheet.cells == {
        (0, 0): "甲",
        (0, 1): 9.0,
        (1, 0): 1.0,
    }  # what a merge covers is not lost
    assert sheet.merges == ((0, 0, 1, 1),)
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({1}, ((1, 2),))
    assert sheet.filter == (0, 0, 8, 3)
    assert sheet.pictures == ((1, 1, 1, 1),)
    assert read.sheets[2].cells == {(0, 1): 8.0}
    assert read.names == {"S!here": "'S'!$A$1", "cb_x": "'a ''b'!$B$2:$C$9", "cb_id": '"x|1"'}
    assert (read.core, read.properties) == ({"comments": "说明"}, {"k": "v"})
    assert set(read.notes) == {FileNote("dde"), FileNote("external_links"), FileNote("has_macros")}


def test_ods_with_a_password_and_attacks():
    assert (
        verdict(ods_file("", **{"META-INF/manifest.xml": "<m><manifest:encryption-data/></m>"}))
        == "F104"
    )
    content = (
        "<!DOCTYPE x [<!ENTITY a 'aaaa'>]><office:document-content>&a;</office:document-content>"
    )
    assert verdict(ods_file("", **{"content.xml": content})) == "F106"
    assert verdict(ods_file("", **{"content.xml": None})) == "F103"
    assert verdict(ods_file("")) == "F103"
    assert verdict(ods_file(table("<table:table-row>" * 300))) == "F103"


# ---------------------------------------------------------------- texts come back, whatever they are

texts = st.lists(st.text(min_size=1, max_size=40), min_size=1, max_size=8)


@settings(max_examples=60)
@given(texts)
def test_texts_of_binary_formats_come_back(listed):
    expected = {(0, n): text for n, text in enumerate(listed)}
    body = b"".join(cell(0x204, 0, n, _wide(text)) for n, text in enumerate(listed))
    assert only(xls_file({"S": body})).cells == expected
    cells = [cell12(7, n, pack("<L", n)) for n in range(len(listed))]
    assert only(xlsb_file({"S": row12(0, *cells)}, strings=listed)).cells == expected


def _wide(text):
    raw = text.encode("utf-16-le")
    return pack("<HB", len(raw) // 2, 1) + raw


# ---------------------------------------------------------------- what is no workbook


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "F105"),
        (bytes(5_000), "F141"),
        (bytes(5_000) + b"x", "F144"),
        (b"<html><table>", "F130"),
        (b"\xef\xbb\xbf \n<!DOCTYPE html>", "F130"),
        (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">', "F130"),
        ("<table>".encode("utf-16"), "F130"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "F130"),
        ("省,市\n湖南,长沙".encode("gbk"), "F131"),
        ("省,市\n湖南,长沙".encode(), "F131"),
        ("省\t市".encode("utf-16"), "F131"),
        (b"\x89PNG\r\n\x1a\n" + bytes(9), "F132"),
        (b"\xff\xd8\xff\xe0", "F132"),
        (b"\0\0\0\x18ftypheic", "F132"),
        (b"RIFF\0\0\0\0WEBPVP8", "F132"),
        (b"II*\0\x08\0", "F132"),
        (content_types("word/document.xml"), "F133"),
        (ole({"WordDocument": b"x"}), "F133"),
        (b"%PDF-1.7\n", "F134"),
        (b"\n%PDF-1.7\n", "F134"),
        (content_types("ppt/presentation.xml"), "F135"),
        (ole({"PowerPoint Document": b"x", "Pictures": b"x"}), "F135"),
        (b"Rar!\x1a\x07\x01\0", "F136"),
        (b"7z\xbc\xaf\x27\x1c", "F136"),
        (b"\x1f\x8b\x08\0", "F136"),
        (b"MZ\x90\0", "F137"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "F103"),
        (b'<?xml version="1.0"?><data/>', "F138"),
        (b"\x09\x08\x10\0\0\x06\x05\0" + bytes(40), "F139"),
        (b"\x09\x04\x06\0\0\x02", "F139"),
        (xls_file({"S": b""}, version=0x400), "F139"),
        (b"{\\rtf1\\ansi", "F140"),
        (b"\x17\x92\x01\x88\x33\0\x44", "F144"),
        (ole({"EncryptedPackage": b"x", "EncryptionInfo": b"x"}), "F104"),
        (ole({"Something": b"x"}), "F101"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), "F101"),
        (zipped({"[Content_Types].xml": "<Types/>"}), "F101"),
        (package()[:900], "F142"),
        (xlsb_file({"S": b""})[:-60], "F142"),
        (xls_file({"S": NUMBERS})[:300], "F142"),
        (xls_file({"S": NUMBERS})[:2_000], "F103"),
        (b"PK\x03\x04" + bytes(50), "F142"),
        (b"\x05Zhang" + b" " * 48 + b"\0" * 0 + b" " * 111, "F190"),
    ],
)  # fmt: skip
def test_what_is_no_workbook(data, code):
    assert verdict(data) == code
    assert code in CATALOGUE


def test_the_kind_of_a_file_is_never_its_name():
    """.et is .xls, .xlsm and .xltx are .xlsx: nothing but the bytes is asked for."""
    assert read_grid(xls_file({"S": NUMBERS})).kind == "xls"
    assert read_grid(package()).kind == "xlsx"


@pytest.mark.parametrize(
    ("limits", "data"),
    [
        ({"file_bytes": 4_000}, xls_file({"S": NUMBERS})),
        ({"cells": 3}, xls_file({"S": NUMBERS})),
        ({"sheets": 1}, xls_file({"S": NUMBERS, "T": b""})),
        (
            {"cells": 1},
            xlsb_file({"S": row12(0, *(cell12(5, n, pack("<d", 1.0)) for n in range(3)))}),
        ),
        ({"sheets": 1}, xlsb_file({"S": b"", "T": b""})),
        ({"sheets": 1}, ods_file(table("") + table("", "T"))),
        ({"cells": 1}, ods_file(table(row(typed("float", "1"), typed("float", "2"))))),
        ({"pack_bytes": 10}, zipped({"a.xlsx": "x"})),
    ],
)
def test_limits_of_all_formats(limits, data):
    assert verdict(data, Limits(**limits)) == "F106"


def test_every_refusal_of_the_reader_has_a_sentence():
    """Whatever a limit or a reason is called, the clerk reads plain words."""
    for what in findings._TOO_BIG:
        problem = findings.refusal(GridError("too_big", {"what": what, "limit": "50000000"}))
        assert "50" in problem.message()
    for reason in ("crc", "xml", "no_sheets", "address", "string_index"):
        problem = findings.refusal(GridError("damaged", {"part": "x", "reason": reason}))
        assert problem.code == "F103"
        assert problem.message().isprintable()
        assert not any(letter.isascii() and letter.isalpha() for letter in problem.message())
