"""A finished .xlsx, changed the way office programs and people change it; see ``Book``."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable

import openpyxl
from lxml import etree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_FORMULAS = {f"{_MAIN}{name}" for name in ("f", "formula", "formula1", "formula2")}
_QUOTED = re.compile('("[^"]*")')
_REFERENCE = re.compile(
    r"(?P<sheet>'[^']+'!)?(?<![A-Za-z0-9_.$])"
    r"(?P<first>\$?[A-Z]{1,3}\$?[0-9]+)(?::(?P<last>\$?[A-Z]{1,3}\$?[0-9]+))?(?![A-Za-z0-9_.(])"
)
_CELL = re.compile(r"(\$?)([A-Z]{1,3})(\$?)([0-9]+)")
_FIXED_DATE = (1980, 1, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")

Move = Callable[[int], int | None]  # a row or column number from 1 to the new one, None: gone


class Book:
    """The parts of a workbook.

    Rows and columns are inserted and deleted as Excel does it: cells, merged ranges, rules,
    formulas and defined names move along.
    """

    def __init__(self, data: bytes) -> None:
        """Takes the file apart."""
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            self.parts = {name: package.read(name) for name in package.namelist()}

    def save(self, *, packed: bool = True) -> bytes:
        """The file: the same bytes for the same content."""
        target = io.BytesIO()
        method = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        with zipfile.ZipFile(target, "w", method, compresslevel=9) as package:
            for name, content in self.parts.items():
                entry = zipfile.ZipInfo(name, _FIXED_DATE)
                entry.compress_type = method
                if name == "docProps/core.xml":
                    content = _MODIFIED.sub(rb"\g<1>2026-01-01T00:00:00Z", content)  # noqa: PLW2901
                package.writestr(entry, content)
        return target.getvalue()

    def replace(self, part: str, old: str, new: str) -> None:
        """Changes a text that stands in a part, wherever it stands."""
        text = self.parts[part].decode()
        if old not in text:
            raise ValueError(f"{old} does not stand in {part}")
        self.parts[part] = text.replace(old, new).encode()

    def sheet_part(self, name: str) -> str:
        """The part of a sheet."""
        book = etree.fromstring(self.parts["xl/workbook.xml"])
        links = etree.fromstring(self.parts["xl/_rels/workbook.xml.rels"])
        link = next(s.get(_LINK) for s in book.iter(f"{_MAIN}sheet") if s.get("name") == name)
        return "xl/" + next(one.get("Target") for one in links if one.get("Id") == link)

    # cells ---------------------------------------------------------------------------------------

    def put(self, sheet: str, cell: str, value: str | float | None) -> None:
        """Types a value into a cell."""
        kind = "inlineStr" if isinstance(value, str) else None
        element = self._cell(sheet, cell, kind)
        if isinstance(value, str):
            text = etree.SubElement(etree.SubElement(element[0], f"{_MAIN}is"), f"{_MAIN}t")
            text.text = value
        elif value is not None:
            etree.SubElement(element[0], f"{_MAIN}v").text = repr(value)
        self._keep(sheet, element[1])

    def formula(
        self, sheet: str, cell: str, formula: str, result: str = "", *, error: bool = False
    ) -> None:
        """Types a formula; without a ``result`` as a program leaves it that does not calculate."""
        element, tree = self._cell(sheet, cell, "e" if error else None)
        etree.SubElement(element, f"{_MAIN}f").text = formula
        if result:
            etree.SubElement(element, f"{_MAIN}v").text = result
        self._keep(sheet, tree)

    def _cell(
        self, sheet: str, cell: str, kind: str | None
    ) -> tuple[etree._Element, etree._Element]:
        """An emptied cell, made where there is none, and the tree it stands in."""
        tree = etree.fromstring(self.parts[self.sheet_part(sheet)])
        found = _split(cell)
        row = next(r for r in tree.iter(f"{_MAIN}row") if r.get("r") == str(found[1]))
        before = [c for c in row if _split(c.get("r"))[0] < found[0]]
        same = next((c for c in row if c.get("r") == cell), None)
        if same is None:
            same = etree.Element(f"{_MAIN}c", r=cell)
            row.insert(len(before), same)
        del same[:]
        same.attrib.pop("t", None)
        if kind:
            same.set("t", kind)
        return same, tree

    def _keep(self, sheet: str, tree: etree._Element) -> None:
        self.parts[self.sheet_part(sheet)] = etree.tostring(
            tree, xml_declaration=True, encoding="UTF-8", standalone=True
        )

    # rows, columns, sheets -----------------------------------------------------------------------

    def insert_rows(self, sheet: str, before: int, count: int = 1) -> None:
        """Inserts rows above one (numbered from 1)."""
        self._move(sheet, lambda row: row + count if row >= before else row, lambda col: col)

    def insert_columns(self, sheet: str, before: int, count: int = 1) -> None:
        """Inserts columns left of one (numbered from 1)."""
        self._move(sheet, lambda row: row, lambda col: col + count if col >= before else col)

    def delete_row(self, sheet: str, gone: int) -> None:
        """Deletes one row."""
        self._move(sheet, lambda row: None if row == gone else row - (row > gone), lambda col: col)

    def rename_sheet(self, old: str, new: str) -> None:
        """Gives a sheet another name, which every formula follows."""
        self.replace("xl/workbook.xml", f'name="{old}"', f'name="{new}"')
        for part, content in self.parts.items():
            if part.endswith(".xml"):
                self.parts[part] = content.replace(f"'{old}'!".encode(), f"'{new}'!".encode())

    def point_name(self, name: str, reference: str) -> None:
        """Lets a defined name point elsewhere, as cutting and pasting its cell does."""
        pattern = rf'(<definedName name="{re.escape(name)}"[^>]*>)[^<]*'
        text, count = re.subn(pattern, rf"\g<1>{reference}", self.parts["xl/workbook.xml"].decode())
        if count != 1:
            raise ValueError(f"there are {count} names {name}")
        self.parts["xl/workbook.xml"] = text.encode()

    def _move(self, sheet: str, rows: Move, cols: Move) -> None:
        own = self.sheet_part(sheet)
        for part, content in self.parts.items():
            if part in (own, "xl/workbook.xml") or part.startswith("xl/worksheets/sheet"):
                tree = etree.fromstring(content)
                if part == own:
                    _move_cells(tree, rows, cols)
                for element in tree.iter():
                    if element.text and (
                        element.tag in _FORMULAS or element.tag.endswith("definedName")
                    ):
                        element.text = _moved(element.text, rows, cols, sheet, own=part == own)
                self.parts[part] = etree.tostring(
                    tree, xml_declaration=True, encoding="UTF-8", standalone=True
                )


def _move_cells(tree: etree._Element, rows: Move, cols: Move) -> None:
    for row in tree.findall(f".//{_MAIN}row"):
        number = rows(int(row.get("r")))
        if number is None:
            row.getparent().remove(row)
            continue
        row.set("r", str(number))
        for cell in row:
            cell.set("r", _shifted(cell.get("r"), rows, cols))
    for col in tree.findall(f".//{_MAIN}cols/{_MAIN}col"):
        col.set("min", str(cols(int(col.get("min")))))
        col.set("max", str(cols(int(col.get("max")))))
    for element in tree.iter():
        for name in ("ref", "sqref", "activeCell", "topLeftCell"):
            if element.get(name) and element.tag != f"{_MAIN}f":
                moved = [
                    _moved(area, rows, cols, "", own=True) for area in element.get(name).split()
                ]
                element.set(name, " ".join(area for area in moved if "#" not in area))
    for element in tree.xpath("//*[@sqref='' or @ref='']"):
        element.getparent().remove(element)
    merged = tree.find(f"{_MAIN}mergeCells")
    if merged is not None:
        merged.set("count", str(len(merged)))


def _moved(formula: str, rows: Move, cols: Move, sheet: str, *, own: bool) -> str:
    """A formula after the move; ``own``: references without a sheet are to the one that changed."""

    def swap(found: re.Match[str]) -> str:
        if found["sheet"] != f"'{sheet}'!" if found["sheet"] else not own:
            return found[0]
        ends = [_shifted(end, rows, cols) for end in (found["first"], found["last"]) if end]
        return (found["sheet"] or "") + ("#REF!" if "" in ends else ":".join(ends))

    pieces = _QUOTED.split(formula)
    return "".join(p if p.startswith('"') else _REFERENCE.sub(swap, p) for p in pieces)


def _shifted(cell: str, rows: Move, cols: Move) -> str:
    fixed_col, letters, fixed_row, digits = _CELL.fullmatch(cell).groups()
    row, col = rows(int(digits)), cols(_number(letters))
    return "" if row is None or col is None else f"{fixed_col}{_letters(col)}{fixed_row}{row}"


def _split(cell: str) -> tuple[int, int]:
    _, letters, _, digits = _CELL.fullmatch(cell).groups()
    return _number(letters), int(digits)


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def through_openpyxl(data: bytes, change: Callable[[openpyxl.Workbook], None]) -> bytes:
    """The workbook after another program opened and saved it, with its losses."""
    target = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(data))
        change(book)
        book.save(target)
    return Book(target.getvalue()).save()


def contents(data: bytes) -> str:
    """What must be equal in two builds: versions of zlib pack the same content differently."""
    if not data.startswith(b"PK\x03\x04") or not zipfile.is_zipfile(io.BytesIO(data)):
        return f"{zlib.crc32(data):08x}"
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return "\n".join(f"{e.filename} {e.date_time} {e.CRC:08x}" for e in package.infolist())
