"""The parts of a workbook beside its sheets: relations, names, properties and number formats."""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import zip_longest
from typing import Final
from xml.etree import ElementTree as ET

from attrs import Factory, define

from clusterbook.readers.appearance import HIDDEN, STRUCK, cell_class
from clusterbook.readers.cells import FileNote
from clusterbook.readers.limits import (
    USUAL_LIMITS,
    GridError,
    Package,
    damaged,
    decode_part,
    parse_tree,
)
from clusterbook.readers.number_formats import is_plain
from clusterbook.readers.xlsx.strings import (
    NotPlainError,
    SharedStrings,
    unescape,
    without_run_properties,
)

Relations = dict[str, tuple[str, str]]  # id -> (last word of the type, part; "" when outside)
Look = tuple[str, str]  # the cell's type, and "percent", "date" or "" for its number format


@define
class SharedParts:
    """What the cells of all sheets of a workbook refer to."""

    strings: SharedStrings
    classes: Mapping[str, str]  # cell format index as written -> "percent" or "date"
    date1904: bool = False
    max_cells: int = USUAL_LIMITS.cells
    beside: bool = True  # whether anything may lie over the cells of a sheet
    hiding: frozenset[str] = frozenset()  # looks of conditional formats that may hide a cell
    looks: dict[str, Look] = Factory(dict)  # by the text of the attributes, once they were met

    def look(self, kind: str | None, style: str | None) -> Look:
        """Return what a cell with these ``t`` and ``s`` attributes is."""
        return kind or "n", self.classes.get(style or "0", "")


def local_name(tag: str) -> str:
    """Return the name of an element without its namespace."""
    return tag.rpartition("}")[2]


def read_relations(package: Package, part: str) -> Relations:
    """Return what a part points to; a target outside the file is never followed."""
    folder, name = posixpath.split(part)
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    if not package.find(path):
        return {}
    return dict(_relations(package.small_text(path), path, folder))


@lru_cache(maxsize=32)
def _relations(text: str, path: str, folder: str) -> Relations:
    """Return the relations that a part lists; kept, for the files of one round list the same."""
    relations: Relations = {}
    for element in parse_tree(text, path):
        target = element.get("Target", "").replace("\\", "/")
        inside = element.get("TargetMode", "Internal") != "External"
        resolved = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        kind = element.get("Type", "").rpartition("/")[2]
        relations[element.get("Id", "")] = (kind, resolved if inside else "")
    return relations


def part_of(relations: Relations, kind: str) -> str:
    """Return the first part that is related in this way, or ""."""
    return next((part for found, part in relations.values() if found == kind), "")


def read_notes(package: Package, relations: Relations) -> Iterator[FileNote]:
    """Yield what else the file carries that the operator should hear of."""
    folders = {posixpath.dirname(name.lower()) for name in package.entries}
    kinds = {kind for kind, _ in relations.values()}
    facts = {
        "has_macros": "vbaProject" in kinds or bool(package.find("xl/vbaProject.bin")),
        "data_connections": "connections" in kinds,
        "embedded_objects": "xl/embeddings" in folders or "xl/activex" in folders,
        "names_differ_by_case": len(package.folded) < len(package.entries),
    }
    yield from (FileNote(kind) for kind, holds in facts.items() if holds)
    linked = [path for kind, path in relations.values() if kind == "externalLink"]
    dde = [bool(package.find(path)) and b"ddeLink" in package.content(path) for path in linked]
    if any(dde):
        yield FileNote("dde")
    if not all(dde):
        yield FileNote("external_links")


def without_sheets(notes: Iterable[FileNote]) -> GridError:
    """Return the error for a workbook of which no sheet could be read."""
    lost = next((note.sheet for note in notes if note.kind == "lost_sheet"), None)
    if lost is None:
        return damaged("workbook", "no_sheets")
    return GridError("missing_part", {"sheet": lost})


def read_strings(package: Package, relations: Relations) -> SharedStrings:
    """Return the shared strings; none where there is no such part."""
    part = part_of(relations, "sharedStrings")
    if not package.find(part):
        return SharedStrings("", part or "xl/sharedStrings.xml")
    data = without_run_properties(package.content(part))
    return SharedStrings(decode_part(data, part), part)


@define
class WorkbookPart:
    """What the workbook part says: its sheets (name, state, relation), its names, its calendar."""

    listed: list[tuple[str, str, str]] = Factory(list)
    names: dict[str, str] = Factory(dict)
    date1904: bool = False


def read_workbook(package: Package, part: str) -> WorkbookPart:
    """Return what the workbook part lists; GridError "not_xlsx" when it is no workbook."""
    text = package.small_text(part)
    try:
        text, found = _cut_names(text)
    except NotPlainError:
        found = []
    workbook = parse_tree(text, part)
    if local_name(workbook.tag) != "workbook":
        raise GridError("not_xlsx", {"found": "zip"})
    listing = WorkbookPart()
    for group in workbook:
        kind = local_name(group.tag)
        if kind == "workbookPr":
            listing.date1904 = group.get("date1904") in ("1", "true", "on")
        elif kind == "sheets":
            listing.listed += (_listed(e) for e in group if local_name(e.tag) == "sheet")
        elif kind == "definedNames":
            found += (
                (e.get("name", ""), e.get("localSheetId", ""), "".join(e.itertext())) for e in group
            )
    sheets = {str(index): sheet[0] for index, sheet in enumerate(listing.listed)}
    listing.names = {
        f"{sheets.get(scope, '')}!{name}" if scope else name: meaning
        for name, scope, meaning in found
    }
    return listing


_NAMES, _NAMES_END, _NAME_END = "<definedNames>", "</definedNames>", "</definedName>"
_NAME: Final = re.compile(
    r'<definedName (?:function="[a-z01]+" )?(?:hidden="[a-z01]+" )?(?:localSheetId="([0-9]+)" )?'
    r'name="([^"<>&]*)"(?: localSheetId="([0-9]+)")?(?: hidden="[a-z01]+")?'
    r'(?: vbProcedure="[a-z01]+")?>([^<>]*)'
)


def _cut_names(text: str) -> tuple[str, list[tuple[str, str, str]]]:
    """Return the text of a workbook without its names, and each of these, its sheet, its meaning.

    They are nine tenths of the part, and all of one shape.
    """
    start, stop = text.find(_NAMES), text.rfind(_NAMES_END)
    if not 0 <= start < stop or "<!" in text:
        raise NotPlainError("names")
    listed = text[start + len(_NAMES) : stop]
    pieces = listed.split(_NAME_END)
    if pieces.pop():
        raise NotPlainError("names")
    found = [_PLAIN_NAMES.get(piece) or _plain_name(piece) for piece in pieces]
    return text[:start] + text[stop + len(_NAMES_END) :], found


# Names by their XML, kept between files: those of one round differ in a single one.
_PLAIN_NAMES: Final[dict[str, tuple[str, str, str]]] = {}
_MOST_NAMES: Final = 8_192


def _plain_name(piece: str) -> tuple[str, str, str]:
    """Return one name, its sheet and its meaning from its element without the closing tag."""
    tile = _NAME.fullmatch(piece)
    if not tile:
        raise NotPlainError("names")
    one, name, other, meaning = tile.groups()
    if len(_PLAIN_NAMES) >= _MOST_NAMES:
        _PLAIN_NAMES.clear()
    found = _PLAIN_NAMES[piece] = (name, one or other or "", unescape(meaning))
    return found


def _listed(sheet: ET.Element) -> tuple[str, str, str]:
    ids = (value for key, value in sheet.items() if key.endswith("}id"))
    return sheet.get("name", ""), sheet.get("state", "visible"), next(ids, "")


_CORE: Final = {"modified": "modified", "description": "comments", "keywords": "keywords"}
_APPLICATION: Final = re.compile(r"<(?:\w+:)?Application>([^<&]+)</")


def read_properties(
    package: Package, root: Relations, notes: list[FileNote]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the custom properties and the few document properties that help to identify.

    Damaged ones are noted, and left out: no value of a cell depends on them.
    """
    custom: dict[str, str] = {}
    core: dict[str, str] = {}
    with noting_loss(notes):
        _read_custom(package, part_of(root, "custom-properties"), custom)
    with noting_loss(notes):
        _read_core(package, part_of(root, "core-properties"), core)
    with noting_loss(notes):
        part = part_of(root, "extended-properties")
        application = _APPLICATION.search(package.text(part)) if package.find(part) else None
        if application:
            core["application"] = application[1]
    return custom, core


@contextmanager
def noting_loss(notes: list[FileNote]) -> Iterator[None]:
    """Note that properties of a document are damaged; what attacks is refused all the same."""
    try:
        yield
    except GridError as error:
        if error.code not in ("damaged", "missing_part"):
            raise
        notes.append(FileNote("lost_properties"))


def _read_custom(package: Package, part: str, custom: dict[str, str]) -> None:
    for element in package.tree(part) if package.find(part) else ():
        value = "".join(element.itertext())
        if len(element) and local_name(element[0].tag) == "bool":
            value = "true" if value in ("1", "true") else "false"  # both are written
        custom[element.get("name", "")] = value


def _read_core(package: Package, part: str, core: dict[str, str]) -> None:
    for element in package.tree(part) if package.find(part) else ():
        key = _CORE.get(local_name(element.tag))
        if key and element.text:
            core[key] = element.text


# A formula that asks another program: =cmd|'/c calc'!A0, or LibreOffice's DDE().
_DDE: Final = re.compile(r"""(?:\A|[=+\-*/^&(,;<>])[\w.]{1,30}+\|'|\bDDE\(""")
_MAX_FORMULA: Final = 8_192  # characters that Excel allows


def asks_a_program(formula: str) -> bool:
    """Whether a formula calls another program."""
    return bool(_DDE.search(formula[:_MAX_FORMULA]))


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


def read_formats(package: Package, relations: Relations) -> tuple[dict[str, str], frozenset[str]]:
    """Return the class of each cell format that has one, and which looks of rules may hide a cell.

    Both by their index as cells and rules write it.
    """
    part = part_of(relations, "styles")
    if not package.find(part):
        return {}, frozenset()
    text = package.text(part)
    return format_classes(text, part), hiding_looks(text)


_RULE_LOOKS: Final = re.compile(r"<(\w+:)?dxfs\b[^<>]*>(.*?)</(?:\w+:)?dxfs>", re.DOTALL)
_RULE_LOOK: Final = re.compile(r"<(?:\w+:)?dxf(?:/>|>(.*?)</(?:\w+:)?dxf>)", re.DOTALL)


@lru_cache(maxsize=8)
def hiding_looks(styles: str) -> frozenset[str]:
    """Return the looks of conditional formats that strike a text, or show it otherwise or not."""
    found = _RULE_LOOKS.search(styles)
    looks = _RULE_LOOK.findall(found[2]) if found else ()
    return frozenset(str(index) for index, look in enumerate(looks) if _may_hide(look))


def _may_hide(look: str) -> bool:
    font, code = _font(look), _CODE.search(look)
    odd = code is not None and not is_plain(unescape(code[1])) and format_class(code[1]) != "date"
    return font == STRUCK or odd or (font == HIDDEN and "fill>" not in look)


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


@lru_cache(maxsize=8)
def _plain_format_classes(text: str) -> dict[str, str]:
    """Return the classes of a usual styles part; kept, for the files of one round have one."""
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
    fonts = [_font(match[0]) for match in _FONT.finditer(text, text.find("<fonts"), start)]
    fills = [_is_filled(match[0]) for match in _FILL.finditer(text, text.find("<fills"), start)]
    return classify_formats(
        codes,
        [number[1] if number else "0" for number in numbers],
        [_cell_font(dict(_NAMED_ID.findall(attributes)), fonts, fills) for attributes in formats],
    )


_FONT: Final = re.compile(r"<font>.*?</font>|<font/>", re.DOTALL)
_FILL: Final = re.compile(r"<fill>.*?</fill>|<fill/>", re.DOTALL)
_NAMED_ID: Final = re.compile('(fontId|fillId)="([0-9]{1,6})"')
_STRUCK: Final = re.compile(r'<(?:\w+:)?strike *(?:val="(?:1|true|on)" *)?/>')
_WHITE: Final = re.compile(
    r'<(?:\w+:)?color [^<>]*(?:rgb="(?:FF|00)FFFFFF"|theme="0"|indexed="[19]")'
)
_SOLID: Final = re.compile(
    r'patternType="(?!none)(?!solid"><(?:\w+:)?fgColor '
    r'(?:rgb="(?:FF|00)FFFFFF"|theme="0"|indexed="[19]") ?/>)'
)


def _font(font: str) -> str:
    """Return what a font does to a text that has it: strikes it, or hides it on white paper."""
    white = "theme=" not in font or "tint=" not in font
    return STRUCK if _STRUCK.search(font) else HIDDEN if white and _WHITE.search(font) else ""


def _is_filled(fill: str) -> bool:
    return bool(_SOLID.search(fill))


def _cell_font(ids: Mapping[str, str], fonts: list[str], fills: list[bool]) -> str:
    font, fill = int(ids.get("fontId", "0")), int(ids.get("fillId", "0"))
    how = fonts[font] if font < len(fonts) else ""
    return "" if how == HIDDEN and fill < len(fills) and fills[fill] else how


def _exact_format_classes(text: str, part: str) -> dict[str, str]:
    root = parse_tree(text, part)
    codes: dict[str, str] = {}
    formats: list[str] = []
    looks: list[str] = []
    fonts: list[str] = []
    fills: list[bool] = []
    for group in root:
        if local_name(group.tag) == "numFmts":
            codes = {e.get("numFmtId", ""): e.get("formatCode", "") for e in group}
        elif local_name(group.tag) == "cellXfs":
            formats = [e.get("numFmtId", "0") for e in group]
            looks = [_cell_font(e.attrib, fonts, fills) for e in group]
        elif local_name(group.tag) == "fonts":
            fonts = [_font(_flat(e)) for e in group]
        elif local_name(group.tag) == "fills":
            fills = [_is_filled(_flat(e)) for e in group]
    return classify_formats(codes, formats, looks)


def _flat(element: ET.Element) -> str:
    """Return an element as a usual part writes it, without prefixes."""
    inside = "".join(map(_flat, element))
    attributes = "".join(f' {local_name(k)}="{v}"' for k, v in element.items())
    name = local_name(element.tag)
    return f"<{name}{attributes}>{inside}</{name}>" if inside else f"<{name}{attributes}/>"


def classify_formats(
    codes: dict[str, str], formats: list[str], fonts: Sequence[str] = ()
) -> dict[str, str]:
    """Return the classes of cell formats, given as the numbers of their number formats.

    ``fonts`` says what the font of each does to a text.
    """
    by_number = {
        number: format_class(codes[number]) if number in codes else _BUILT_IN.get(number, "")
        for number in set(formats)
    }
    classes = {
        str(index): cell_class(by_number[number], codes.get(number, ""), font)
        for index, (number, font) in enumerate(zip_longest(formats, fonts, fillvalue=""))
    }
    return {index: kind for index, kind in classes.items() if kind}
