"""Read a returned workbook of whatever bytes into a sparse Grid, or refuse it with a stable code.

What a file is shows in its bytes, never in its name.  The .xlsx and .xlsm formats are read here,
straight from their XML; a reader of another format is one more entry of ``_READERS``.
"""

import posixpath
import re
import struct
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final, cast
from xml.etree import ElementTree as ET

from attrs import Factory, define, frozen
from isal import isal_zlib

from clusterbook.xlsx_scan import (
    Address,
    Book,
    GridError,
    Merge,
    NotPlainError,
    Scalar,
    Scan,
    SharedStrings,
    damaged,
    decode_part,
    refuse_dtd,
    scan_sheet,
    unescape,
)

__all__ = ["Address", "Grid", "GridError", "Limits", "Scalar", "SheetGrid", "read_grid", "sniff"]


@frozen
class Limits:
    """How much of a file is read.  Not one of 4,199 honest workbooks exceeds any of these."""

    file_bytes: int = 50_000_000
    entries: int = 5_000
    part_bytes: int = 300_000_000
    total_bytes: int = 600_000_000
    ratio: int = 150  # inflated to stored, for parts above ratio_from; deflate can reach 1032
    ratio_from: int = 10_000_000
    tree_bytes: int = 32_000_000  # parts read as a tree: relations, workbook, properties
    sheets: int = 1_000


@frozen
class SheetGrid:
    """The filled cells of one sheet by 0-based (row, column), and what is known about them."""

    name: str
    state: str = "visible"  # or "hidden", "veryHidden"
    cells: dict[Address, Scalar] = Factory(dict)
    errors: dict[Address, str] = Factory(dict)  # "#DIV/0!", and numbers that are not finite
    formulas: dict[Address, str] = Factory(dict)  # "" where it shares the one of another cell
    formats: dict[Address, str] = Factory(dict)  # "percent" or "date"; no entry for the rest
    merges: tuple[Merge, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: tuple[tuple[int, int], ...] = ()  # first, last


@frozen
class Grid:
    """All that was in a workbook, before anyone asks what it means."""

    kind: str
    sheets: tuple[SheetGrid, ...]
    names: Mapping[str, str] = Factory(dict)  # defined names; of one sheet only: "Sheet!name"
    properties: Mapping[str, str] = Factory(dict)  # custom document properties
    core: Mapping[str, str] = Factory(dict)  # modified, comments, keywords, application
    notes: tuple[str, ...] = ()
    date1904: bool = False


# --- what the bytes are ---------------------------------------------------------------------

_MAGIC: Final = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"\x09\x08", "xls"),  # BIFF without a container
    (b"\x09\x04", "xls"),
    (b"\x09\x02", "xls"),
    (b"%PDF", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"BM", "image"),
    (b"{\\rtf", "rtf"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
)
_HTML: Final = re.compile(
    rb"\s*(?:<!--.{0,500}?-->\s*)?<(?:!doctype html|html|head|body|table|meta)",
    re.IGNORECASE | re.DOTALL,
)


def sniff(data: bytes) -> str:
    """Return what kind of file the bytes are: "zip", "ole", "html", "text", "unknown" and so on."""
    start = data[:4096]
    if not data.strip(b"\0"):
        return "zeros" if data else "empty"
    for magic, kind in _MAGIC:
        if start.startswith(magic):
            return kind
    bare = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        bare = start.decode("utf-16", "replace").encode().lstrip()
    if _HTML.match(bare):
        return "html"
    if bare[:13].lower() == b"mime-version:":
        return "mhtml"
    if bare.startswith(b"<"):
        return "xml"
    return "unknown" if b"\0" in bare else "text"


def read_grid(data: bytes, limits: Limits = Limits()) -> Grid:
    """Return the grid of a workbook given as bytes.

    Raises GridError, with a stable code: ``empty``, ``html``, ``encrypted`` (has a password to
    open), ``not_xlsx`` (fact ``found``: what it is), ``too_big`` (facts ``what``, ``limit``),
    ``dtd``, ``missing_part`` (fact ``sheet``) and ``damaged`` (facts ``part``, ``reason``).
    """
    if len(data) > limits.file_bytes:
        raise _too_big("file", limits.file_bytes)
    kind = sniff(data)
    reader = _READERS.get(kind)
    if reader:
        return reader(data, limits)
    if kind in ("empty", "zeros"):
        raise GridError("empty", {"found": kind})
    if kind in ("html", "mhtml"):
        raise GridError("html", {"found": kind})
    if kind == "ole":
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise GridError("encrypted")
        streams = {"Workbook": "xls", "Book": "xls", "WordDocument": "doc"}
        found = (kind for name, kind in streams.items() if name.encode("utf-16-le") in data)
        raise GridError("not_xlsx", {"found": next(found, "ole")})
    raise GridError("not_xlsx", {"found": kind})


def _too_big(what: str, limit: int, **facts: str) -> GridError:
    return GridError("too_big", {"what": what, "limit": str(limit), **facts})


# --- the zip package ------------------------------------------------------------------------

_END: Final = struct.Struct("<4s4H2LH")
_END64: Final = struct.Struct("<4sQ2H2L4Q")
_CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
_LOCAL: Final = struct.Struct("<4s5H3L2H")
_INFLATE_ERROR: Final = cast("type[Exception]", isal_zlib.error)  # its stub says it is an instance
_WIDE: Final = 0xFFFFFFFF  # "look in the zip64 fields"
_ENCRYPTED: Final = 0x41  # the flags of the two ways
_STORED: Final = 0
_DEFLATED: Final = 8
_MAX_COMMENT: Final = 65_535


@define
class _Entry:
    raw_name: bytes
    method: int
    crc: int
    packed: int
    size: int
    header: int
    start: int = 0  # of its data; known when the local header has been read

    @property
    def name(self) -> str:
        return self.raw_name.decode("utf-8", "surrogateescape").replace("\\", "/").lstrip("/")


@define
class _Package:
    """The parts of an Office Open XML file: all checked, none inflated before its turn."""

    data: bytes
    limits: Limits
    entries: dict[str, _Entry]
    folded: dict[str, str]
    read_parts: set[str] = Factory(set)

    def find(self, part: str) -> str | None:
        """Return the name under which a part is stored, whatever its upper and lower case."""
        return part if part in self.entries else self.folded.get(part.lower())

    def content(self, part: str) -> bytes:
        """Return the bytes of a part, once; GridError when it is absent, damaged or read again."""
        name = self.find(part)
        if name is None:
            raise GridError("missing_part", {"part": part})
        if name in self.read_parts:
            raise damaged(part, "part_twice")
        self.read_parts.add(name)
        return _inflate(self.data, self.entries[name], part)

    def text(self, part: str) -> str:
        """Return the XML of a part; what ``content`` raises, and "dtd"."""
        text = decode_part(self.content(part), part)
        refuse_dtd(text, part)
        return text

    def tree(self, part: str) -> ET.Element:
        """Return a small part as a tree."""
        name = self.find(part)
        if name and self.entries[name].size > self.limits.tree_bytes:
            raise _too_big("tree", self.limits.tree_bytes, part=part)
        return _parse_tree(self.text(part), part)


def _parse_tree(text: str, part: str) -> ET.Element:
    try:
        return ET.fromstring(text)  # noqa: S314 - a document type was refused before
    except ET.ParseError as error:
        raise damaged(part, "xml", line=str(error.position[0])) from error


def _inflate(data: bytes, entry: _Entry, part: str) -> bytes:
    """Return an entry's bytes; never more than it declares, whatever it holds."""
    packed = memoryview(data)[entry.start : entry.start + entry.packed]
    if entry.method == _STORED:
        content = bytes(packed)
    else:
        stream = isal_zlib.decompressobj(-15)
        try:
            content = stream.decompress(packed, entry.size + 1)
        except _INFLATE_ERROR as error:
            raise damaged(part, "deflate") from error
        if not stream.eof:
            raise damaged(part, "size")
    if len(content) != entry.size:
        raise damaged(part, "size")
    if isal_zlib.crc32(content) != entry.crc:
        raise damaged(part, "crc")
    return content


def _open_package(data: bytes, limits: Limits) -> _Package:
    """Return the package after checking its directory against the limits and against itself."""
    try:
        directory, entries = _read_directory(data, limits)
        _locate(data, directory, entries)
    except (struct.error, OverflowError) as error:
        raise damaged("zip", "directory") from error
    named: dict[str, _Entry] = {}
    for entry in entries:
        name = entry.name
        if name in named:
            raise damaged("zip", "duplicate_part", name=name)
        named[name] = entry
        if entry.size > limits.part_bytes:
            raise _too_big("part", limits.part_bytes, part=name)
        if entry.size > limits.ratio_from and entry.size > limits.ratio * entry.packed:
            raise _too_big("ratio", limits.ratio, part=name)
    if sum(entry.size for entry in entries) > limits.total_bytes:
        raise _too_big("total", limits.total_bytes)
    return _Package(data, limits, named, {name.lower(): name for name in reversed(named)})


def _read_directory(data: bytes, limits: Limits) -> tuple[int, list[_Entry]]:
    """Return where the central directory starts and what it lists."""
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - _END.size - _MAX_COMMENT))
    if end < 0:
        raise damaged("zip", "truncated")
    *_, size, start, _comment = _END.unpack_from(data, end)
    if _WIDE in (start, size):
        end = data.rfind(b"PK\x06\x06", 0, end)
        if end < 0:
            raise damaged("zip", "directory")
        *_, size, start = _END64.unpack_from(data, end)
    if start + size > end:
        raise damaged("zip", "directory")
    entries: list[_Entry] = []
    position = start
    while position < start + size:
        entry, position = _read_entry(data, position)
        entries.append(entry)
        if len(entries) > limits.entries:
            raise _too_big("entries", limits.entries)
    return start, entries


def _read_entry(data: bytes, position: int) -> tuple[_Entry, int]:
    """Return one line of the central directory, and where the next one starts."""
    fields = _CENTRAL.unpack_from(data, position)
    flags, method, crc, packed, size = fields[3], fields[4], *fields[7:10]
    names, extras, comments, header = *fields[10:13], fields[16]
    if fields[0] != b"PK\x01\x02":
        raise damaged("zip", "directory")
    position += _CENTRAL.size
    raw_name = data[position : position + names]
    position += names
    if _WIDE in (packed, size, header):
        size, packed, header = _zip64(data[position : position + extras], size, packed, header)
    entry = _Entry(raw_name, method, crc, packed, size, header)
    if flags & _ENCRYPTED:
        raise GridError("encrypted", {"part": entry.name})
    if method not in (_STORED, _DEFLATED):
        raise damaged("zip", "method", method=str(method))
    return entry, position + extras + comments


def _zip64(extra: bytes, *values: int) -> list[int]:
    """Return the given values with each _WIDE replaced from the zip64 extra field."""
    position = 0
    while position + 4 <= len(extra):
        tag, length = struct.Struct("<2H").unpack_from(extra, position)
        position += 4
        if tag == 1:
            wide = iter(struct.Struct(f"<{length // 8}Q").unpack_from(extra, position))
            return [next(wide, value) if value == _WIDE else value for value in values]
        position += length
    return list(values)


def _locate(data: bytes, directory: int, entries: list[_Entry]) -> None:
    """Find where each entry's data starts; entries that overlap or change name are refused."""
    free = 0
    for entry in sorted(entries, key=lambda entry: entry.header):
        fields = _LOCAL.unpack_from(data, entry.header)
        names, extras = fields[9], fields[10]
        at = entry.header + _LOCAL.size
        if fields[0] != b"PK\x03\x04" or data[at : at + names] != entry.raw_name:
            raise damaged("zip", "entry", name=entry.name)
        entry.start = at + names + extras
        if entry.header < free or entry.start + entry.packed > directory:
            raise damaged("zip", "overlap", name=entry.name)
        free = entry.start + entry.packed


# --- the workbook ---------------------------------------------------------------------------

Relations = dict[str, tuple[str, str]]  # id -> (last word of the type, part; "" when outside)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _relations(package: _Package, part: str) -> Relations:
    """Return what a part points to; a target outside the file is never followed."""
    folder, name = posixpath.split(part)
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    relations: Relations = {}
    for element in package.tree(path) if package.find(path) else ():
        target = element.get("Target", "").replace("\\", "/")
        inside = element.get("TargetMode", "Internal") != "External"
        resolved = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        kind = element.get("Type", "").rpartition("/")[2]
        relations[element.get("Id", "")] = (kind, resolved if inside else "")
    return relations


def _part_of(relations: Relations, kind: str) -> str:
    return next((part for found, part in relations.values() if found == kind), "")


def _read_xlsx(data: bytes, limits: Limits) -> Grid:
    """Return the grid of an .xlsx or .xlsm; other zip files are refused by their true name."""
    package = _open_package(data, limits)
    root = _relations(package, "")
    part = _part_of(root, "officeDocument") or "xl/workbook.xml"
    if part.endswith(".bin") or not package.find(part):
        raise _not_xlsx(package)
    workbook = package.tree(part)
    if _local(workbook.tag) != "workbook":
        raise _not_xlsx(package)
    relations = _relations(package, part)
    elements: dict[str, list[ET.Element]] = {}
    for element in workbook:
        elements.setdefault(_local(element.tag), []).extend(
            [element] if _local(element.tag) == "workbookPr" else element
        )
    date1904 = any(e.get("date1904") in ("1", "true", "on") for e in elements.get("workbookPr", ()))
    book = Book(_shared_strings(package, relations), _format_classes(package, relations), date1904)
    listed = [e for e in elements.get("sheets", ()) if _local(e.tag) == "sheet"]
    if len(listed) > limits.sheets:
        raise _too_big("sheets", limits.sheets)
    notes = _package_notes(package, relations)
    sheets = tuple(_read_sheets(package, book, relations, listed, notes))
    properties, core = _properties(package, root)
    names = _defined_names(elements.get("definedNames", []), listed)
    return Grid("xlsx", sheets, names, properties, core, tuple(notes), date1904)


def _not_xlsx(package: _Package) -> GridError:
    """Name the kind of a zip file that is no workbook of ours."""
    names = package.entries
    if "mimetype" in names:
        kind = _inflate(package.data, names["mimetype"], "mimetype")[:200]
        if b"opendocument.spreadsheet" in kind:
            return GridError("not_xlsx", {"found": "ods"})
        if b"opendocument" in kind:
            return GridError("not_xlsx", {"found": "odf"})
    clues = {"xl/workbook.bin": "xlsb", "word/document.xml": "docx", "ppt/presentation.xml": "pptx"}
    found = next((kind for clue, kind in clues.items() if package.find(clue)), "zip")
    return GridError("not_xlsx", {"found": found})


def _package_notes(package: _Package, relations: Relations) -> list[str]:
    """Return what else the file carries that the operator should hear of."""
    folders = Counter(posixpath.dirname(name.lower()) for name in package.entries)
    kinds = {kind for kind, _ in relations.values()}
    facts = {
        "has_macros": "vbaProject" in kinds or bool(package.find("xl/vbaProject.bin")),
        "external_links": "externalLink" in kinds,
        "data_connections": "connections" in kinds,
        "embedded_objects": "xl/embeddings" in folders or "xl/activex" in folders,
        "pictures": "xl/media" in folders,
        "cell_pictures": bool(package.find("xl/cellimages.xml")),
        "names_differ_by_case": len(package.folded) < len(package.entries),
    }
    return [note for note, holds in facts.items() if holds]


_OTHER_SHEETS: Final = {
    "chartsheet": "chart_sheet",
    "dialogsheet": "dialog_sheet",
    "xlMacrosheet": "macro_sheet",
    "xlIntlMacrosheet": "macro_sheet",
}


def _read_sheets(
    package: _Package,
    book: Book,
    relations: Relations,
    listed: list[ET.Element],
    notes: list[str],
) -> list[SheetGrid]:
    """Return the worksheets in the workbook's order; those of other kinds become notes."""
    sheets: list[SheetGrid] = []
    for element in listed:
        name = element.get("name", "")
        ids = [value for key, value in element.items() if key.endswith("}id")]
        kind, part = relations.get(ids[0] if ids else "", ("", ""))
        if kind in _OTHER_SHEETS:
            notes.append(f"{_OTHER_SHEETS[kind]}:{name}")
            continue
        if kind != "worksheet" or not package.find(part):
            raise GridError("missing_part", {"sheet": name, "part": part})
        scan = scan_sheet(book, package.content(part), part)
        if scan.duplicates:
            notes.append(f"duplicate_cells:{name}")
        sheets.append(_sheet_grid(name, element.get("state", "visible"), scan))
    if not sheets:
        raise damaged("workbook", "no_sheets")
    if len({sheet.name.casefold() for sheet in sheets}) < len(sheets):
        notes.append("duplicate_sheet_names")
    return sheets


def _sheet_grid(name: str, state: str, scan: Scan) -> SheetGrid:
    return SheetGrid(
        name=name,
        state=state,
        cells=scan.cells,
        errors=scan.errors,
        formulas=scan.formulas,
        formats=scan.formats,
        merges=tuple(scan.merges),
        hidden_rows=frozenset(scan.hidden_rows),
        hidden_columns=tuple(scan.hidden_columns),
    )


def _shared_strings(package: _Package, relations: Relations) -> SharedStrings:
    part = _part_of(relations, "sharedStrings")
    if not package.find(part):
        return SharedStrings("", part or "xl/sharedStrings.xml")
    text = package.text(part)
    return SharedStrings(text, part)


def _defined_names(elements: list[ET.Element], listed: list[ET.Element]) -> dict[str, str]:
    names: dict[str, str] = {}
    sheets = {str(index): sheet.get("name", "") for index, sheet in enumerate(listed)}
    for element in elements:
        name, scope = element.get("name", ""), element.get("localSheetId")
        if scope is not None:
            name = f"{sheets.get(scope, '')}!{name}"
        names[name] = "".join(element.itertext())
    return names


def _properties(package: _Package, root: Relations) -> tuple[dict[str, str], dict[str, str]]:
    """Return the custom properties and the few document properties that help to identify."""
    custom: dict[str, str] = {}
    core: dict[str, str] = {}
    part = _part_of(root, "custom-properties")
    for element in package.tree(part) if package.find(part) else ():
        value = "".join(element.itertext())
        if len(element) and _local(element[0].tag) == "bool":
            value = "true" if value in ("1", "true") else "false"  # both are written
        custom[element.get("name", "")] = value
    wanted = {"modified": "modified", "description": "comments", "keywords": "keywords"}
    for kind, keys in (
        ("core-properties", wanted),
        ("extended-properties", {"Application": "application"}),
    ):
        part = _part_of(root, kind)
        for element in package.tree(part) if package.find(part) else ():
            key = keys.get(_local(element.tag))
            if key and element.text:
                core[key] = element.text
    return custom, core


# --- number formats -------------------------------------------------------------------------

_BUILT_IN: Final = {"9": "percent", "10": "percent"} | {
    str(number): "date"  # the last two ranges are those of Chinese and Japanese programs
    for first, last in ((14, 22), (45, 47), (27, 36), (50, 58))
    for number in range(first, last + 1)
}
_MAX_CODE: Final = 1_000  # office programs stop at 255
_LITERAL: Final = re.compile(
    r'"[^"]*"?|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]|General|G/通用格式', re.IGNORECASE
)
_DATE_TOKEN: Final = re.compile("[ymdhs年月日]|aaa", re.IGNORECASE)


def format_class(code: str) -> str:
    """Return "percent", "date" or "" for a number format; literals in it do not count."""
    bare = _LITERAL.sub("", code[:_MAX_CODE])
    return "percent" if "%" in bare else "date" if _DATE_TOKEN.search(bare) else ""


def _format_classes(package: _Package, relations: Relations) -> dict[str, str]:
    """Return the class of each cell format that has one, by its index as cells write it."""
    part = _part_of(relations, "styles")
    if not package.find(part):
        return {}
    text = package.text(part)
    return format_classes(text, part)


_FORMAT: Final = re.compile(r"<numFmt ([^<>]*)/>")
_CELL_FORMAT: Final = re.compile("<xf([^<>]*)>")
_CODE: Final = re.compile('(?:^| )formatCode="([^"]*)"')
_FORMAT_ID: Final = re.compile('(?:^| )numFmtId="([0-9]+)"')


def format_classes(text: str, part: str) -> dict[str, str]:
    """Return the classes of the cell formats of a styles part; GridError when it is damaged."""
    try:
        return _plain_format_classes(text)
    except NotPlainError:
        return _exact_format_classes(text, part)


def _plain_format_classes(text: str) -> dict[str, str]:
    start, stop = text.find("<cellXfs"), text.find("</cellXfs>")
    if start < 0 or stop < 0 or "<!" in text or "'" in text[:stop]:
        raise NotPlainError("styles")
    codes = {}
    for attributes in _FORMAT.findall(text, 0, stop):
        code, number = _CODE.search(attributes), _FORMAT_ID.search(attributes)
        if code and number:
            codes[number[1]] = unescape(code[1])
    formats = _CELL_FORMAT.findall(text, start, stop)
    if len(formats) != text.count("<xf", start, stop):
        raise NotPlainError("cell formats")
    numbers = (_FORMAT_ID.search(attributes) for attributes in formats)
    return _classify(codes, [number[1] if number else "0" for number in numbers])


def _exact_format_classes(text: str, part: str) -> dict[str, str]:
    root = _parse_tree(text, part)
    codes: dict[str, str] = {}
    formats: list[str] = []
    for group in root:
        if _local(group.tag) == "numFmts":
            codes = {e.get("numFmtId", ""): e.get("formatCode", "") for e in group}
        elif _local(group.tag) == "cellXfs":
            formats = [e.get("numFmtId", "0") for e in group]
    return _classify(codes, formats)


def _classify(codes: dict[str, str], formats: list[str]) -> dict[str, str]:
    by_number = {
        number: format_class(codes[number]) if number in codes else _BUILT_IN.get(number, "")
        for number in set(formats)
    }
    classes = {str(index): by_number[number] for index, number in enumerate(formats)}
    return {index: kind for index, kind in classes.items() if kind}


_READERS: Final[Mapping[str, Callable[[bytes, Limits], Grid]]] = {"zip": _read_xlsx}
