"""Files that want to break the importer, made by a script: attacks, lies, damage.

Run as a program it reads them all in this process, under the limits of a worker, and prints a line
for each: its name, the codes it led to, the seconds it took. A process that dies prints no more.
"""

from __future__ import annotations

import io
import json
import random
import re
import struct
import sys
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from support.binary_books import (
    cell,
    cell12,
    formula,
    ods_file,
    ole,
    record,
    record12,
    row12,
    text12,
    xls_file,
    xlsb_file,
    zipped,
)

from clusterbook.a1 import Address
from clusterbook.readers.cells import Grid, SheetGrid

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
SHEET, BOOK, RELATIONS = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
STRINGS, STYLES, ROOT = "xl/sharedStrings.xml", "xl/styles.xml", "_rels/.rels"
PARTS = (SHEET, BOOK, RELATIONS, STRINGS, STYLES, ROOT)


# ---------------------------------------------------------------- a good file in other formats

Files = dict[str, bytes]


def unzipped(data: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


Packed = tuple[int, int, bytes]  # check sum, size, deflated content


def packed(content: bytes) -> Packed:
    deflate = zlib.compressobj(1, zlib.DEFLATED, -15)
    return zlib.crc32(content), len(content), deflate.compress(content) + deflate.flush()


def assembled(parts: Mapping[str, Packed]) -> bytes:
    """A zip file of parts that are packed already: made quickly, for variants by the thousand."""
    whole = bytearray()
    directory = bytearray()
    for name, (crc, size, content) in parts.items():
        raw = name.encode()
        rest = struct.pack(
            "<HHHHHLLLHH", 20, 0x800, 8, 0, 0x5C21, crc, len(content), size, len(raw), 0
        )
        directory += (
            b"PK\x01\x02\x14\0" + rest + struct.pack("<HHHLL", 0, 0, 0, 0, len(whole)) + raw
        )
        whole += b"PK\x03\x04" + rest + raw + content
    end = struct.pack(
        "<4s4H2LH", b"PK\x05\x06", 0, 0, len(parts), len(parts), len(directory), len(whole), 0
    )
    return bytes(whole + directory + end)


_STYLES = ("", "percent", "date")
_STATES = {"visible": 0, "hidden": 1, "veryHidden": 2}
_ERROR_CODES = {"#DIV/0!": 7, "#VALUE!": 15, "#REF!": 23, "#NAME?": 29, "#NUM!": 36, "#N/A": 42}


def as_xls(grid: Grid) -> bytes:
    """The cells of a workbook as Excel 97 has them."""
    return xls_file(
        {sheet.name: _xls_sheet(sheet) for sheet in grid.sheets},
        states={sheet.name: _STATES[sheet.state] for sheet in grid.sheets}, styles=(0, 10, 14),
    )  # fmt: skip


def _xls_sheet(sheet: SheetGrid) -> bytes:
    parts = [
        record(0x208, struct.pack("<HHHHHHBB", row, 0, 0, 300, 0, 0, 0x20, 1)) for row in sorted(sheet.hidden_rows)
    ]  # fmt: skip
    for at in sorted(sheet.cells.keys() | sheet.errors.keys() | sheet.formulas.keys()):
        style = _STYLES.index(sheet.formats.get(at, ""))
        value = sheet.cells.get(at)
        if at in sheet.formulas:
            if at in sheet.errors:
                result = bytes([2, 0, _ERROR_CODES[sheet.errors[at]], 0, 0, 0, 255, 255])
            elif isinstance(value, bool):
                result = bytes([1, 0, value, 0, 0, 0, 255, 255])
            elif isinstance(value, float):
                result = struct.pack("<d", value)
            else:
                result = bytes([3 if value is None else 0, 0, 0, 0, 0, 0, 255, 255])
            parts.append(formula(*at, result, style))
            if isinstance(value, str):
                parts.append(record(0x207, _wide(value)))
        elif at in sheet.errors:
            parts.append(cell(0x205, *at, bytes([_ERROR_CODES[sheet.errors[at]], 1]), style))
        elif isinstance(value, bool):
            parts.append(cell(0x205, *at, bytes([value, 0]), style))
        elif isinstance(value, float):
            parts.append(cell(0x203, *at, struct.pack("<d", value), style))
        else:
            parts.append(cell(0x204, *at, _wide(str(value)), style))
    parts += [
        record(0xE5, struct.pack("<HHHHH", 1, top, bottom, left, right))
        for top, left, bottom, right in sheet.merges
    ]
    parts += [
        record(0x7D, struct.pack("<HHHHH", *columns, 0, 0, 1)) for columns in sheet.hidden_columns
    ]
    return b"".join(parts)


def _wide(text: str) -> bytes:
    raw = text.encode("utf-16-le")
    return struct.pack("<HB", len(raw) // 2, 1) + raw


def as_xlsb(grid: Grid) -> bytes:
    """The cells of a workbook as the binary package has them."""
    strings: dict[str, int] = {}
    return xlsb_file(
        {sheet.name: _xlsb_sheet(sheet, strings) for sheet in grid.sheets}, strings=strings,
        states={sheet.name: _STATES[sheet.state] for sheet in grid.sheets}, styles=(0, 10, 14),
    )  # fmt: skip


def _xlsb_sheet(sheet: SheetGrid, strings: dict[str, int]) -> bytes:
    rows: dict[int, list[bytes]] = {row: [] for row in sheet.hidden_rows}
    after = struct.pack("<HLL", 0, 0, 0)
    for at in sorted(sheet.cells.keys() | sheet.errors.keys() | sheet.formulas.keys()):
        style = _STYLES.index(sheet.formats.get(at, ""))
        value = sheet.cells.get(at)
        if at in sheet.errors:
            kind, data = 3, bytes([_ERROR_CODES[sheet.errors[at]]])
        elif isinstance(value, bool):
            kind, data = 4, bytes([value])
        elif isinstance(value, float):
            kind, data = 5, struct.pack("<d", value)
        elif at in sheet.formulas:
            kind, data = 6, text12(str(value or ""))
        else:
            kind, data = 7, struct.pack("<L", strings.setdefault(str(value), len(strings)))
        if at in sheet.formulas:
            kind, data = {3: 11, 4: 10, 5: 9, 6: 8}[kind], data + after
        rows.setdefault(at[0], []).append(cell12(kind, at[1], data, style))
    return b"".join(row12(row, *rows[row], hidden=row in sheet.hidden_rows) for row in sorted(rows))


def as_ods(grid: Grid) -> bytes:
    """The cells of a workbook as an OpenDocument spreadsheet."""
    styles = (
        '<style:style style:name="h"><style:table-properties table:display="false"/></style:style>'
    )
    return ods_file("".join(map(_ods_sheet, grid.sheets)), styles=styles)


def _ods_sheet(sheet: SheetGrid) -> str:
    rows: dict[int, dict[int, str]] = {row: {} for row in sheet.hidden_rows}
    for at in sheet.cells.keys() | sheet.errors.keys() | sheet.formulas.keys():
        rows.setdefault(at[0], {})[at[1]] = _ods_cell(sheet, at)
    lines, expected = [], 0
    for row in sorted(rows):
        if row > expected:
            lines.append(f'<table:table-row table:number-rows-repeated="{row - expected}"/>')
        expected = row + 1
        cells, column = [], 0
        for at in sorted(rows[row]):
            if at > column:
                cells.append(f'<table:table-cell table:number-columns-repeated="{at - column}"/>')
            cells.append(rows[row][at])
            column = at + 1
        hidden = ' table:visibility="collapse"' if row in sheet.hidden_rows else ""
        lines.append(f"<table:table-row{hidden}>{''.join(cells)}</table:table-row>")
    style = "" if sheet.state == "visible" else ' table:style-name="h"'
    return f"<table:table table:name={quoteattr(sheet.name)}{style}>{''.join(lines)}</table:table>"


def _ods_cell(sheet: SheetGrid, at: Address) -> str:
    value = sheet.cells.get(at)
    formula = (
        f" table:formula={quoteattr('of:=' + sheet.formulas[at])}" if at in sheet.formulas else ""
    )
    if at in sheet.errors:
        kind, text = 'office:value-type="string" calcext:value-type="error"', sheet.errors[at]
    elif isinstance(value, bool):
        kind, text = f'office:value-type="boolean" office:boolean-value="{str(value).lower()}"', ""
    elif isinstance(value, float) and sheet.formats.get(at) == "date":
        day = datetime(1899, 12, 30, tzinfo=UTC) + timedelta(days=value)
        kind, text = f'office:value-type="date" office:date-value="{day:%Y-%m-%dT%H:%M:%S}"', ""
    elif isinstance(value, float):
        name = "percentage" if sheet.formats.get(at) == "percent" else "float"
        kind, text = f'office:value-type="{name}" office:value="{value!r}"', ""
    else:
        kind, text = 'office:value-type="string"', str(value or "")
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in text.split("\n")) if text else ""
    return f"<table:table-cell {kind}{formula}>{lines}</table:table-cell>"


# ---------------------------------------------------------------- attacks and lies, by hand


def package(
    rows: str = "",
    *,
    strings: str = "",
    head: str = "",
    tail: str = "",
    **parts: bytes | str | None,
) -> bytes:
    contents: dict[str, bytes | str | None] = {
        "[Content_Types].xml": "<Types/>",
        ROOT: f'<Relationships xmlns="{PACKAGE}"><Relationship Id="a" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        BOOK: f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        RELATIONS: f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="r3" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
        SHEET: f'<worksheet xmlns="{MAIN}">{head}<sheetData>{rows}</sheetData>{tail}</worksheet>',
        STRINGS: f'<sst xmlns="{MAIN}">{strings}</sst>',
        STYLES: f'<styleSheet xmlns="{MAIN}"/>',
    }
    return zipped(contents | parts)


ONE = '<row r="1"><c r="A1"><v>1</v></c></row>'
UNKNOWN, TOO_BIG, DAMAGED, CUT, LOCKED = "F102", "F106", "F103", "F142", "F104"
Case = tuple[str, bytes, frozenset[str]]  # name, file, the code one of which it must lead to


def cases() -> Iterator[Case]:
    """Every attack with the code it must lead to. F102: read to the end, and not one of ours."""
    for make in (_bombs, _zip_lies, _sheet_lies, _xml_attacks, _structures, _others):
        for name, data, *codes in make():
            yield f"{make.__name__[1:]}/{name}", data, frozenset(codes)


def _bombs() -> Iterator[tuple[str, bytes, str]]:
    yield "spaces in a sheet", package(" " * 10_500_000), TOO_BIG
    yield "ratio in strings", package(strings="<si><t>" + "a" * 10_500_000 + "</t></si>"), TOO_BIG
    yield (
        "ratio in a picture nobody looks at",
        package(ONE, **{"xl/media/i.bmp": bytes(10_500_000)}),
        TOO_BIG,
    )
    yield "6,000 entries", package(ONE, **{f"x/{n}": "x" for n in range(6_000)}), TOO_BIG
    yield "11,000 entries in a pack", zipped({f"{n}.xlsx": "x" for n in range(11_000)}), TOO_BIG
    yield (
        "the size says 1, the data 10 million",
        _resized(package(" " * 10_500_000), SHEET, 1),
        DAMAGED,
    )
    yield (
        "100,000 cells in one cell's text",
        package(f'<row r="1"><c r="A1" t="str"><v>{"&amp;" * 900_000}</v></c></row>'),
        UNKNOWN,
    )
    flood = "".join(f'<c r="A1"><v>{n}</v></c>' for n in range(60_000))
    yield "60,000 times the same cell", package(f'<row r="1">{flood}</row>'), UNKNOWN


def _resized(data: bytes, name: str, size: int) -> bytes:
    """The directory and the local header say another unpacked size."""
    changed = bytearray(data)
    raw = name.encode()
    for mark, before, field in ((b"PK\x01\x02", 46, 24), (b"PK\x03\x04", 30, 22)):
        at = -1
        while (at := data.find(raw, at + 1)) >= 0:
            head = at - before
            if data[head : head + 4] == mark:
                changed[head + field : head + field + 4] = struct.pack("<L", size)
    return bytes(changed)


def _zip_lies() -> Iterator[tuple[str, bytes, str]]:
    good = package(ONE)
    for share in range(1, 20):
        yield f"cut at {share}/20", good[: len(good) * share // 20], CUT
    twice = io.BytesIO(good)
    with zipfile.ZipFile(twice, "a") as archive:
        archive.filelist[:] = [
            info for info in archive.filelist if info.filename != SHEET
        ] + archive.filelist
        archive._didModify = True
    yield "an entry listed twice", twice.getvalue(), DAMAGED
    at = good.rfind(STYLES.encode()) - 46
    other = good.rfind(STRINGS.encode()) - 46
    yield (
        "two names for one entry",
        good[: at + 42] + good[other + 42 : other + 46] + good[at + 46 :],
        DAMAGED,
    )
    yield "encrypted flag", good[: at + 8] + b"\1" + good[at + 9 :], LOCKED
    yield "unknown packing", good[: at + 10] + b"\x0e" + good[at + 11 :], DAMAGED
    end = good.rfind(b"PK\x05\x06")
    yield (
        "directory beyond the end",
        good[: end + 16] + b"\xff\xff\xff\x7f" + good[end + 20 :],
        DAMAGED,
    )
    yield "directory of four billion", good[: end + 12] + b"\xff" * 8 + good[end + 20 :], DAMAGED
    yield "a zip in a zip is a pack", zipped({"a.zip": good}), ""


def _sheet_lies() -> Iterator[tuple[str, bytes, str]]:
    yield (
        "a far corner",
        package(ONE + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        UNKNOWN,
    )
    for ref in ("A0:C9", "A1", "", "-1", "XFD1048576:A1", "A1:ZZZ99999999999", "漢"):
        yield f"dimension {ref!r}", package(ONE, head=f'<dimension ref="{ref}"/>'), UNKNOWN
    for count in ("4294967295", "100000000", "18446744073709551615", "-1", "x"):
        table = f'<sst xmlns="{MAIN}" count="{count}" uniqueCount="{count}"><si><t>a</t></si></sst>'
        rows = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
        yield f"string count {count}", package(rows, **{STRINGS: table}), UNKNOWN
    for index in ("-1", "9", "99999999999999999999", "1e3", "0x0"):
        yield (
            f"string {index}",
            package(f'<row r="1"><c r="A1" t="s"><v>{index}</v></c></row>'),
            DAMAGED,
        )
    for ref in ("A0", "XFE1", "A1048577", "AAAA1", "$A$1", "1A", "A" * 99):
        yield (
            f"a cell at {ref[:9]}",
            package(f'<row r="1"><c r="{ref}"><v>1</v></c></row>'),
            DAMAGED,
        )
    whole = "".join('<mergeCell ref="A1:XFD1048576"/>' for _ in range(20_000))
    yield (
        "20,000 merges of the whole grid",
        package(ONE, tail=f"<mergeCells>{whole}</mergeCells>"),
        UNKNOWN,
    )
    columns = '<col min="1" max="16384" hidden="1"/>' * 5_000
    yield "5,000 times all columns hidden", package(ONE, head=f"<cols>{columns}</cols>"), UNKNOWN
    yield (
        "column bounds without end",
        package(ONE, head=f'<cols><col min="1" max="{"9" * 5_000}" hidden="1"/></cols>'),
        DAMAGED,
    )
    rows = "".join(f'<row r="{n}" hidden="1"/>' for n in range(1, 100_001))
    yield "100,000 hidden rows", package(rows), UNKNOWN
    yield (
        "numbers without end",
        package(f'<row r="1"><c r="A1"><v>{"9" * 400_000}</v></c><c r="B1"><v>1e999</v></c></row>'),
        UNKNOWN,
    )


def _xml_attacks() -> Iterator[tuple[str, bytes, str]]:
    files = unzipped(package(ONE))
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha"}">' for n in range(12))
    laughs = f"<!DOCTYPE x [{entities}]>"
    outside = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    for part in PARTS:
        xml = files[part].decode()
        for name, attack in (("billion laughs", laughs), ("a file from outside", outside)):
            for encoding in ("utf-8", "utf-16"):
                yield (
                    f"{name} in {part} as {encoding}",
                    package(ONE, **{part: (attack + xml).encode(encoding)}),
                    TOO_BIG,
                )
        yield f"300,000 levels in {part}", package(ONE, **{part: "<a>" * 300_000}), DAMAGED
        yield f"half of {part}", package(ONE, **{part: xml[: len(xml) // 2]}), DAMAGED
        yield f"NUL in {part}", package(ONE, **{part: xml.replace(" ", "\0", 1)}), DAMAGED
        yield (
            f"no UTF-8 in {part}",
            package(ONE, **{part: xml.encode() + b"<!-- \xff\xfe -->"}),
            DAMAGED,
        )
        yield (
            f"an unknown encoding of {part}",
            package(ONE, **{part: f'<?xml version="1.0" encoding="ebcdic"?>{xml}'}),
            DAMAGED,
        )
    attributes = " ".join(f'a{n}="1"' for n in range(100_000))
    yield (
        "100,000 attributes",
        package(f'<row r="1" {attributes}><c r="A1"><v>1</v></c></row>'),
        UNKNOWN,
    )
    spaces = " ".join(f'xmlns:n{n}="urn:{n}"' for n in range(20_000))
    yield "20,000 namespaces", package(f'<row r="1" {spaces}/>'), UNKNOWN
    yield "200,000 comments", package("<!-- -->" * 200_000), UNKNOWN


def _structures() -> Iterator[tuple[str, bytes, str]]:
    listed = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="r1"/>' for n in range(100_000))
    book = f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>'
    yield "100,000 sheets", package(ONE, **{BOOK: book}), TOO_BIG
    twice = book.partition("<sheets>")[0]
    two = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="r1"/>' for n in (1, 2))
    yield (
        "one part for two sheets",
        package(ONE, **{BOOK: f"{twice}<sheets>{two}</sheets></workbook>"}),
        DAMAGED,
    )
    yield "no sheet part", package(ONE, **{SHEET: None}), DAMAGED
    yield "no sheets", package(ONE, **{BOOK: f"{twice}<sheets/></workbook>"}), DAMAGED
    rels = unzipped(package())[RELATIONS].decode()
    for target in (
        "../../../../etc/passwd",
        "http://example.com/x",
        "worksheets/../../xl/workbook.xml",
    ):
        yield (
            f"a sheet at {target}",
            package(ONE, **{RELATIONS: rels.replace("worksheets/sheet1.xml", target)}),
            DAMAGED,
        )
    outside = rels.replace(
        'Target="worksheets/sheet1.xml"', 'Target="file:///etc/passwd" TargetMode="External"'
    )
    yield "a sheet outside", package(ONE, **{RELATIONS: outside}), DAMAGED
    names = "".join(f'<definedName name="n{n}">S!$A$1</definedName>' for n in range(60_000))
    many = f'{twice}<sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets><definedNames>{names}</definedNames></workbook>'
    yield "200,000 names", package(ONE, **{BOOK: many}), UNKNOWN
    looks = '<xf numFmtId="200"/>' * 60_000
    formats = f'<numFmts><numFmt numFmtId="200" formatCode="{"[" * 500_000}"/></numFmts><cellXfs>{looks}</cellXfs>'
    yield (
        "60,000 formats",
        package(ONE, **{STYLES: f'<styleSheet xmlns="{MAIN}">{formats}</styleSheet>'}),
        UNKNOWN,
    )
    drawing = f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{OFFICE}/drawing" Target="../drawings/d.xml"/></Relationships>'
    anchors = "<a><from><row>9999999999</row><col>0</col></from><pic/></a>" * 50_000
    parts = {
        "xl/worksheets/_rels/sheet1.xml.rels": drawing,
        "xl/drawings/d.xml": f"<d>{anchors}</d>",
    }
    yield (
        "50,000 pictures off the grid",
        package(ONE, tail='<drawing r:id="r1"/>'.replace("r:", ""), **parts),
        UNKNOWN,
    )


def _others() -> Iterator[tuple[str, bytes, str]]:
    good = ole({"Workbook": b"x"})
    loop = bytearray(good)
    start = struct.unpack_from("<L", good, 76)[0]
    loop[(start + 1) * 512 : (start + 1) * 512 + 4] = bytes(4)  # sector 0 is followed by sector 0
    yield "xls: sectors in a circle", bytes(loop), DAMAGED
    for at, name in (
        (44, "tables"),
        (48, "directory"),
        (72, "lists"),
        (68, "list"),
        (76, "first table"),
    ):
        for value in (0x7FFFFFFF, 0xFFFFFFF0, 5_000_000):
            lying = good[:at] + struct.pack("<L", value) + good[at + 4 :]
            yield f"xls: {name} {value:x}", lying, DAMAGED, UNKNOWN, "F101"
    yield "xls: sector size", good[:30] + b"\x1f" + good[31:], DAMAGED
    for count in (0xFFFFFFFF, 0x7FFFFFFF):
        strings = record(0xFC, struct.pack("<LL", count, count) + struct.pack("<HB", 0xFFFF, 1))
        yield f"xls: {count} strings", xls_file({"S": b""}, globals_=strings), DAMAGED
    yield "xls: string 9", xls_file({"S": cell(0xFD, 0, 0, struct.pack("<L", 9))}), DAMAGED
    yield (
        "xls: a record beyond the end",
        ole({"Workbook": struct.pack("<HHHH", 0x809, 0xFFFF, 0x600, 5)}),
        CUT,
        DAMAGED,
    )
    yield "xls: merges that are none", xls_file({"S": record(0xE5, b"\xff\xff\1")}), UNKNOWN
    yield "xlsb: a record of four billion", xlsb_file({"S": b"\x00\xff\xff\xff\xff"}), CUT
    yield (
        "xlsb: row four billion",
        xlsb_file({"S": row12(0xFFFFFFFF, cell12(5, 0, bytes(8)))}),
        DAMAGED,
    )
    yield (
        "xlsb: column four billion",
        xlsb_file({"S": row12(0, cell12(5, 0xFFFFFFFF, bytes(8)))}),
        DAMAGED,
    )
    yield (
        "xlsb: a text of four billion",
        xlsb_file({"S": row12(0, cell12(6, 0, b"\xf0\xff\xff\xff"))}),
        DAMAGED,
    )
    yield "xlsb: short records", xlsb_file({"S": row12(0) + record12(5, b"\1")}), DAMAGED


# ---------------------------------------------------------------- damage by dice


def flipped(data: bytes, dice: random.Random) -> bytes:
    """A few bytes changed, cut out, doubled or put in; or the end cut off."""
    changed = bytearray(data)
    for _ in range(dice.choice((1, 1, 1, 2, 3, 8))):
        at = dice.randrange(len(changed))
        match dice.randrange(7):
            case 0 | 1:
                changed[at] ^= 1 << dice.randrange(8)
            case 2:
                changed[at] = dice.choice((0, 0xFF, 0x7F, 0x80, dice.randrange(256)))
            case 3:
                del changed[at : at + dice.randrange(1, 60)]
            case 4:
                changed[at:at] = changed[at : at + dice.randrange(1, 60)]
            case 5:
                changed[at : at + 4] = struct.pack(
                    "<L", dice.choice((0, 1, 0xFFFFFFFF, 0x7FFFFFFF, dice.randrange(1 << 32)))
                )
            case 6 if dice.random() < 0.2:
                del changed[at:]
        if not changed:
            changed.append(0)
    return bytes(changed)


_TAGS = (
    b"<c>",
    b"</row>",
    b"<v>",
    b"&",
    b"<!--",
    b'"',
    b"]]>",
    b"&#0;",
    b"\xff",
    b"<row>",
    b"</worksheet>",
)


def torn(files: Files, dice: random.Random) -> tuple[str, bytes | None]:
    """A part and what is left of it, None for nothing: no check sum will tell of it."""
    name = dice.choice(sorted(files))
    content = flipped(files[name], dice)
    if dice.random() < 0.5:
        at = dice.randrange(len(content))
        content = content[:at] + dice.choice(_TAGS) + content[at:]
    return name, None if dice.random() < 0.05 else content


def lied(files: Files, dice: random.Random) -> tuple[str, bytes | None]:
    """A part with one number or word inside quotes or between tags replaced: well-formed lies."""
    name = dice.choice([name for name in sorted(files) if name.endswith((".xml", ".rels"))])
    content = files[name]
    start = dice.randrange(len(content))
    spot = _SPOT.search(content, start) or _SPOT.search(content)
    assert spot
    lie = dice.choice(_LIES)
    return name, content[: spot.start()] + lie + content[spot.end() :]


_SPOT = re.compile(rb'(?<=")[^"<>]{1,30}(?=")|(?<=>)[^<>]{1,30}(?=<)')
_LIES = (
    b"", b"0", b"-1", b"1", b"99999999999", b"1e309", b"A1:XFD1048576", b"true", b"NaN", "假".encode(),
    b"xl/workbook.xml",
)  # fmt: skip


def _in_parts(
    good: bytes, change: Callable[[Files, random.Random], tuple[str, bytes | None]]
) -> Callable[[random.Random], bytes]:
    files = unzipped(good)
    whole = {name: packed(content) for name, content in files.items()}

    def variant(dice: random.Random) -> bytes:
        name, content = change(files, dice)
        parts = dict(whole)
        if content is None:
            del parts[name]
        else:
            parts[name] = packed(content)
        return assembled(parts)

    return variant


def fuzzed(good: Mapping[str, bytes], count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Variants of the good files, by kind of damage; the same for the same seed."""
    kinds: dict[str, tuple[int, Callable[[random.Random], bytes]]] = {
        "xlsx bytes": (6, lambda dice: flipped(good["xlsx"], dice)),
        "xlsx parts": (3, _in_parts(good["xlsx"], torn)),
        "xlsx lies": (2, _in_parts(good["xlsx"], lied)),
        "xlsb parts": (2, _in_parts(good["xlsb"], torn)),
        "ods parts": (2, _in_parts(good["ods"], torn)),
        "xls bytes": (2, lambda dice: flipped(good["xls"], dice)),
        "xml2003 bytes": (2, lambda dice: flipped(good["xml2003"], dice)),
        "locked bytes": (2, lambda dice: flipped(good["locked"], dice)),
    }
    whole = sum(weight for weight, _ in kinds.values())
    for kind, (weight, make) in kinds.items():
        for number in range(count * weight // whole + 1):
            dice = random.Random(f"{seed}|{kind}|{number}")
            yield f"{kind} {seed}-{number}", make(dice)


# ---------------------------------------------------------------- as a program


def main() -> None:
    """Read what comes in pairs of lines (name, length and bytes) on standard input."""
    import resource

    from clusterbook.readers.limits import USUAL_LIMITS
    from clusterbook.returns.pipeline import read_submission

    bound = USUAL_LIMITS.memory_bytes
    resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
    source = sys.stdin.buffer
    while header := source.readline():
        name, length = json.loads(header)
        data = source.read(length)
        started = time.process_time()
        try:
            read = read_submission(data)
        except Exception as error:
            told: dict[str, object] = {"error": f"{type(error).__name__}: {error}"[:300]}
        else:
            told = {
                "codes": [problem.code for problem in read.problems],
                "read": read.extracted is not None, "members": len(read.members),
                "values": None if read.extracted is None else values_digest(read.extracted),
            }  # fmt: skip
        # Not ru_maxrss: a process has that from the one that started it.
        status = Path("/proc/self/status").read_text()
        peak = int(status.partition("VmHWM:")[2].split()[0]) // 1024
        print(json.dumps([name, round(time.process_time() - started, 3), peak, told]), flush=True)


def values_digest(extracted: object) -> str:
    """A fingerprint of all values read, whatever was said about them."""
    libraries = {
        key: (library.rows, library.columns)
        for key, library in extracted.libraries.items()  # type: ignore[attr-defined]
    }
    return f"{zlib.crc32(repr((extracted.raws, sorted(libraries.items()))).encode()):08x}"  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
