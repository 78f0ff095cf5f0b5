"""Workbooks in the formats no Python library writes: .xls, .xlsb and .ods, record by record.

Only as much of each format as office programs always write, so that other readers take them, too.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable, Mapping

SECTOR = 512
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
NOTHING = 0xFFFFFFFF


def zipped(contents: Mapping[str, bytes | str | None]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            if content is not None:
                archive.writestr(
                    zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED
                )
    return stream.getvalue()


# ---------------------------------------------------------------- compound files


def ole(streams: Mapping[str, bytes], storages: Iterable[str] = ()) -> bytes:
    """A compound file. Every stream is filled up to 4,096 bytes, below which another table rules."""
    sectors: list[bytes] = []
    table: list[int] = []

    def put(data: bytes) -> int:
        first = len(sectors)
        count = -(-len(data) // SECTOR)
        for number in range(count):
            sectors.append(data[number * SECTOR : (number + 1) * SECTOR].ljust(SECTOR, b"\0"))
            table.append(first + number + 1 if number + 1 < count else END)
        return first

    names = [*streams, *storages]
    entries = [_entry("Root Entry", 5, child=1 if names else FREE, start=END, size=0)]
    for number, name in enumerate(names, 1):
        right = number + 1 if number < len(names) else FREE
        if name in streams:
            data = streams[name].ljust(4_096, b"\0")
            entries.append(_entry(name, 2, right=right, start=put(data), size=len(data)))
        else:
            entries.append(_entry(name, 1, right=right, start=0, size=0))
    directory = put(b"".join(entries).ljust(-(-len(entries) // 4) * SECTOR, b"\0"))
    tables = 1
    while (len(table) + tables) * 4 > tables * SECTOR:
        tables += 1
    places = [len(sectors) + number for number in range(tables)]
    table += [FAT] * tables
    packed = struct.pack(f"<{len(table)}L", *table).ljust(tables * SECTOR, b"\xff")
    sectors += [packed[number * SECTOR : (number + 1) * SECTOR] for number in range(tables)]
    listed = (places + [FREE] * 109)[:109]
    header = struct.pack(
        "<8s16s2HH2H6xLLLLLLLLL109L",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", bytes(16), 0x3E, 3, 0xFFFE, 9, 6,
        0, tables, directory, 0, 4_096, END, 0, END, 0, *listed,
    )  # fmt: skip
    return header + b"".join(sectors)


def _entry(
    name: str, kind: int, *, right: int = FREE, child: int = FREE, start: int, size: int
) -> bytes:
    raw = name.encode("utf-16-le") + b"\0\0"
    return struct.pack("<64sHBxLLL36xLL4x", raw, len(raw), kind, FREE, right, child, start, size)


# ---------------------------------------------------------------- .xls


def record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def short_text(text: str) -> bytes:
    return struct.pack("<BB", len(text), 1) + text.encode("utf-16-le")


def long_text(text: str) -> bytes:
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")


def cell(kind: int, row: int, column: int, data: bytes, style: int = 0) -> bytes:
    return record(kind, struct.pack("<HHH", row, column, style) + data)


def formula(row: int, column: int, result: bytes, style: int = 0) -> bytes:
    return cell(0x06, row, column, result + struct.pack("<HLH", 0, 0, 3) + b"\x1e\x01\x00", style)


def sst(texts: Iterable[str], *, declared: int | None = None) -> bytes:
    listed = list(texts)
    count = len(listed) if declared is None else declared
    return record(0xFC, struct.pack("<LL", count, count) + b"".join(map(long_text, listed)))


def xls(
    sheets: Mapping[str, bytes],
    *,
    globals_: bytes = b"",
    states: Mapping[str, int] | None = None,
    formats: Iterable[tuple[int, str]] = (),
    styles: Iterable[int] = (0,),
    version: int = 0x600,
    kinds: Mapping[str, int] | None = None,
) -> bytes:
    """A workbook stream: sheets by name with their records, and further records of the workbook."""
    wide = version == 0x600
    start = record(0x809, struct.pack("<HHHHLL", version, 5, 0, 0, 0, 0x600))
    inner = record(0x42, struct.pack("<H", 1200 if wide else 936)) + globals_
    for number, code in formats:
        text = long_text(code) if wide else bytes([len(code)]) + code.encode("gbk")
        inner += record(0x41E, struct.pack("<H", number) + text)
    for number in styles:
        inner += record(0xE0, struct.pack("<HH", 0, number).ljust(20 if wide else 16, b"\0"))
    names = {
        name: short_text(name) if wide else bytes([len(name.encode("gbk"))]) + name.encode("gbk")
        for name in sheets
    }
    listed = sum(4 + 6 + len(text) for text in names.values())
    place = len(start) + len(inner) + listed + 4
    bodies = b""
    lines = b""
    for name, body in sheets.items():
        head = struct.pack(
            "<LBB", place + len(bodies), (states or {}).get(name, 0), (kinds or {}).get(name, 0)
        )
        lines += record(0x85, head + names[name])
        bodies += (
            record(0x809, struct.pack("<HHHHLL", version, 0x10, 0, 0, 0, 0x600))
            + body
            + record(0x0A)
        )
    return start + inner + lines + record(0x0A) + bodies


def xls_file(sheets: Mapping[str, bytes], *, storages: Iterable[str] = (), **more: object) -> bytes:
    stream = "Book" if more.get("version") == 0x500 else "Workbook"
    return ole({stream: xls(sheets, **more)}, storages)  # type: ignore[arg-type]


# ---------------------------------------------------------------- .xlsb


def record12(kind: int, data: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length = len(data)
    size = b""
    while True:
        length, low = length >> 7, length & 0x7F
        size += bytes([low | 0x80 if length else low])
        if not length:
            return head + size + data


def text12(text: str) -> bytes:
    raw = text.encode("utf-16-le", "surrogatepass")
    return struct.pack("<L", len(raw) // 2) + raw


def row12(row: int, *cells: bytes, hidden: bool = False) -> bytes:
    head = struct.pack("<LLHBBB", row, 0, 300, 0, 0x10 if hidden else 0, 0) + struct.pack("<L", 0)
    return record12(0, head) + b"".join(cells)


def cell12(kind: int, column: int, data: bytes, style: int = 0) -> bytes:
    return record12(kind, struct.pack("<LL", column, style) + data)


OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def relations(*targets: tuple[str, str]) -> str:
    lines = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{lines}</Relationships>'


def xlsb_file(
    sheets: Mapping[str, bytes],
    *,
    strings: Iterable[str] = (),
    formats: Iterable[tuple[int, str]] = (),
    styles: Iterable[int] = (0,),
    states: Mapping[str, int] | None = None,
    book: bytes = b"",
    properties: int = 0,
    around: bytes = b"",
    **parts: bytes | str | None,
) -> bytes:
    """A package: sheets by name with the records of their data."""
    listed = b"".join(
        record12(
            156,
            struct.pack("<LL", (states or {}).get(name, 0), n) + text12(f"rId{n}") + text12(name),
        )
        for n, name in enumerate(sheets, 1)
    )
    workbook = (
        record12(131) + record12(153, struct.pack("<LL", properties, 0) + text12(""))
        + record12(143) + listed + record12(144) + book + record12(132)
    )  # fmt: skip
    texts = list(strings)
    table = record12(159, struct.pack("<LL", len(texts), len(texts)))
    table += b"".join(record12(19, b"\0" + text12(text)) for text in texts) + record12(160)
    looks = record12(278)
    looks += b"".join(record12(44, struct.pack("<H", n) + text12(code)) for n, code in formats)
    looks += record12(617, struct.pack("<L", 1))
    looks += b"".join(record12(47, struct.pack("<HH", 0, n).ljust(16, b"\0")) for n in styles)
    looks += record12(618) + record12(279)
    contents: dict[str, bytes | str | None] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relations(("officeDocument", "xl/workbook.bin")),
        "xl/workbook.bin": workbook,
        "xl/_rels/workbook.bin.rels": relations(
            *(("worksheet", f"worksheets/sheet{n}.bin") for n in range(1, len(sheets) + 1)),
            ("sharedStrings", "sharedStrings.bin"), ("styles", "styles.bin"),
        ),
        "xl/sharedStrings.bin": table,
        "xl/styles.bin": looks,
    }  # fmt: skip
    for number, body in enumerate(sheets.values(), 1):
        contents[f"xl/worksheets/sheet{number}.bin"] = (
            record12(129) + record12(148, struct.pack("<4L", 0, 100, 0, 100))
            + record12(145) + body + record12(146) + around + record12(130)
        )  # fmt: skip
    return zipped(contents | parts)


# ---------------------------------------------------------------- .ods

SPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"), ("draw", "drawing"),
    )
) + ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'  # fmt: skip


def ods_file(
    tables: str, *, styles: str = "", after: str = "", **parts: bytes | str | None
) -> bytes:
    """A package around the XML of its tables."""
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {SPACES}>'
        f"<office:automatic-styles>{styles}</office:automatic-styles><office:body>"
        f"<office:spreadsheet>{tables}{after}</office:spreadsheet></office:body></office:document-content>"
    )
    contents: dict[str, bytes | str | None] = {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": content,
    }
    return zipped(contents | parts)
