"""A workbook in memory that can be mishandled as people do, and written as an office program would.

    book = Book.of(grid)               # what stands in a file
    book.tabs[3].insert_rows(5, 2)     # names, merges and formulas follow, as in an office program
    book.bytes()                       # an .xlsx

Cells are objects: whoever marks one as the ``owner`` of an answer finds it wherever it was moved.
Rows and columns count from 0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from io import BytesIO

import xlsxwriter

from clusterbook.a1 import Address, cell_name, sheet_prefix
from clusterbook.forms.kinds import Raw
from clusterbook.layout.own_sheets import CHECKS_SHEET, LISTS_SHEET, RULES_SHEET
from clusterbook.readers.cells import GUARDS
from clusterbook.readers.grid import Grid
from clusterbook.returns.place import corner

Merge = tuple[int, int, int, int]
Move = Callable[[int], int | None]  # where a row or column goes; None: it is deleted

# Only the workbook itself needs them, and they are half of its bytes.
HELPERS = (CHECKS_SHEET, RULES_SHEET, LISTS_SHEET)
LOOKS = {
    "percent": "0.00%", "date": "yyyy/m/d", "text": "@",
    "scaled": r"0\.0,", "foreign": "[$US$-409]#,##0.00", "zeros": '0"00"', "hidden": ";;;",
}  # fmt: skip
FONTS = {"struck": {"font_strikeout": True}, "raised": {"font_script": 1}}

_TEXT_OR_PLACE = re.compile(
    r'"(?:[^"]|"")*"'  # a text literal: left alone
    r"|(?P<sheet>'(?:[^']|'')+'!|[^\W\d][\w.]*!)?"
    r"(?P<first>\$?[A-Z]{1,3}\$?[1-9][0-9]*)(?::(?P<last>\$?[A-Z]{1,3}\$?[1-9][0-9]*))?(?![\w(.])"
)
_PLACE = re.compile(r"(\$?)([A-Z]+)(\$?)([0-9]+)")


@dataclass
class Cell:
    """One cell.

    ``value`` beside a ``formula`` is its stored result; a value like #DIV/0! is an error. ``owner``
    is the answer that a person sees here; something must be said about a cell to be ``told``.
    """

    value: Raw | None = None
    formula: str = ""
    look: str = ""
    owner: str = ""
    told: bool = False
    runs: tuple[tuple[str, str], ...] = ()  # of a text: each with its look


@dataclass
class Tab:
    """One sheet."""

    book: Book = field(repr=False)
    name: str
    state: str = "visible"
    cells: dict[Address, Cell] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    filtered: Merge | None = None
    #: what lies over its cells: note, text_box, control or shape, with the cell and the text
    over: list[tuple[str, Address, str]] = field(default_factory=list)
    key: str = ""  # of the planned sheet, as its ruler says
    guarded: frozenset[str] = GUARDS

    def insert_rows(self, at: int, count: int = 1) -> None:
        self.move(rows=lambda row: row + count if row >= at else row)

    def delete_rows(self, at: int, count: int = 1) -> None:
        self.move(rows=_deleting(at, count))

    def insert_columns(self, at: int, count: int = 1) -> None:
        self.move(cols=lambda col: col + count if col >= at else col)

    def delete_columns(self, at: int, count: int = 1) -> None:
        self.move(cols=_deleting(at, count))

    def move(self, rows: Move = lambda row: row, cols: Move = lambda col: col) -> None:
        """Every row and column to another place; merges, names and formulas follow."""
        self.cells = {
            (to_row, to_col): cell
            for (row, col), cell in self.cells.items()
            if (to_row := rows(row)) is not None and (to_col := cols(col)) is not None
        }
        self.merges = [m for merge in self.merges if (m := _moved(merge, rows, cols))]
        moved = [(kind, (rows(at[0]), cols(at[1])), text) for kind, at, text in self.over]
        self.over = [one for one in moved if None not in one[1]]
        self.hidden_rows = {to for row in self.hidden_rows if (to := rows(row)) is not None}
        self.hidden_columns = {to for c in self.hidden_columns if (to := cols(c)) is not None}
        for tab in self.book.tabs:
            for cell in tab.cells.values():
                if cell.formula:
                    cell.formula = self._followed(cell.formula, rows, cols, own=tab is self)
        for name, text in self.book.names.items():
            self.book.names[name] = self._followed(text, rows, cols, own=False)

    def _followed(self, formula: str, rows: Move, cols: Move, *, own: bool) -> str:
        def follow(found: re.Match[str]) -> str:
            if not found["first"]:
                return found[0]
            sheet = found["sheet"]
            if sheet is None and not own:
                return found[0]
            if sheet is not None and sheet[:-1].strip("'").replace("''", "'") != self.name:
                return found[0]
            first = parsed(found["first"])
            last = parsed(found["last"] or found["first"])
            area = _moved((first[0], first[1], last[0], last[1]), rows, cols)
            if area is None:
                return (sheet or "") + "#REF!"
            text = _rewritten(found["first"], area[0], area[1])
            if found["last"]:
                text += ":" + _rewritten(found["last"], area[2], area[3])
            return (sheet or "") + text

        return _TEXT_OR_PLACE.sub(follow, formula)

    def rename(self, name: str) -> None:
        old, new = sheet_prefix(self.name), sheet_prefix(name)
        self.name = name
        for tab in self.book.tabs:
            for cell in tab.cells.values():
                cell.formula = cell.formula.replace(old, new)
        self.book.names = {key: text.replace(old, new) for key, text in self.book.names.items()}

    def copy(self, name: str) -> Tab:
        """A copy of the sheet behind the last one; nobody owns its cells."""
        tab = Tab(self.book, name, self.state, {}, list(self.merges), key=self.key)
        tab.cells = {
            at: Cell(c.value, c.formula, c.look, runs=c.runs) for at, c in self.cells.items()
        }
        tab.hidden_rows, tab.hidden_columns = set(self.hidden_rows), set(self.hidden_columns)
        self.book.tabs.append(tab)
        return tab

    def put(self, at: Address, value: Raw | None, formula: str = "", look: str = "") -> Cell:
        """Type over a cell; it keeps its owner."""
        owner = self.cells[at].owner if at in self.cells else ""
        self.cells[at] = Cell(value, formula, look, owner)
        return self.cells[at]

    def last_row(self) -> int:
        return max((row for row, _ in self.cells), default=2)

    def last_column(self) -> int:
        return max((col for _, col in self.cells), default=2)


@dataclass
class Book:
    """A workbook."""

    tabs: list[Tab] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    comments: str = ""

    @classmethod
    def of(cls, grid: Grid) -> Book:
        """What stands in a file, but for the sheets that only the workbook itself needs."""
        book = cls(names=dict(grid.names), comments=grid.core.get("comments", ""))
        for sheet in grid.sheets:
            if sheet.name in HELPERS:
                continue
            tab = Tab(book, sheet.name, sheet.state, merges=list(sheet.merges))
            for at in {*sheet.cells, *sheet.formulas}:
                value, formula = sheet.cells.get(at), sheet.formulas.get(at, "")
                if at in sheet.formulas and not formula:
                    formula = 'T("")'  # it shares that of a cell above, which stands there once
                tab.cells[at] = Cell(value, formula, sheet.formats.get(at, ""))
            tab.hidden_rows = set(sheet.hidden_rows)
            tab.hidden_columns = {c for a, b in sheet.hidden_columns for c in range(a, b + 1)}
            mark = corner(sheet)
            tab.key = mark[1] if mark else ""
            book.tabs.append(tab)
        return book

    def copy(self) -> Book:
        return deepcopy(self)

    def tab(self, name: str) -> Tab:
        return next(tab for tab in self.tabs if tab.name == name)

    def owned(self) -> dict[str, tuple[Tab, Address]]:
        """Where the cell of each owner stands."""
        return {
            cell.owner: (tab, at)
            for tab in self.tabs
            for at, cell in tab.cells.items()
            if cell.owner
        }

    def bytes(self) -> bytes:
        """The workbook as .xlsx."""
        buffer = BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(buffer, options) as out:
            out.set_properties({"comments": self.comments})
            looks = {look: out.add_format({"num_format": f}) for look, f in LOOKS.items()}
            looks |= {look: out.add_format(font) for look, font in FONTS.items()}
            for tab in self.tabs:
                _write(tab, out.add_worksheet(tab.name), looks)
            for name, text in self.names.items():
                if not name.split("!")[-1].startswith("_xlnm"):
                    out.define_name(name, "=" + text.lstrip("="))
        return buffer.getvalue()


def _write(tab: Tab, sheet: xlsxwriter.worksheet.Worksheet, looks: dict[str, object]) -> None:
    for merge in tab.merges:
        if merge[:2] != merge[2:]:
            assert not sheet.merge_range(*merge, "")
    for at, cell in sorted(tab.cells.items(), key=lambda item: item[0]):
        look = looks.get(cell.look)
        if cell.formula:
            sheet.write_formula(*at, "=" + cell.formula.lstrip("="), look, _stored(cell.value))
        elif cell.value is None:
            sheet.write_blank(*at, None, look)
        elif isinstance(cell.value, bool):
            sheet.write_boolean(*at, cell.value, look)
        elif cell.runs:
            pieces = [one for text, how in cell.runs for one in (looks.get(how), text) if one]
            assert not sheet.write_rich_string(*at, *pieces)
        elif isinstance(cell.value, str):
            assert not sheet.write_string(*at, cell.value, look)
        else:
            sheet.write_number(*at, cell.value, look)
    for row in tab.hidden_rows:
        sheet.set_row(row, None, None, {"hidden": True})
    for col in tab.hidden_columns:
        sheet.set_column(col, col, None, None, {"hidden": True})
    if "protection" in tab.guarded:
        sheet.protect()
    if "validations" in tab.guarded:
        anything = {"validate": "length", "criteria": ">=", "value": 0}
        assert not sheet.data_validation(0, 0, 0, 0, anything)
    if tab.filtered:
        sheet.autofilter(*tab.filtered)
    for kind, at, text in tab.over:
        if kind == "note":
            assert not sheet.write_comment(*at, text)
        elif kind == "control":
            assert not sheet.insert_button(*at, {"caption": text, "width": 40, "height": 10})
        else:
            assert not sheet.insert_textbox(*at, text, {"width": 40, "height": 10})
    if tab.state == "hidden":
        sheet.hide()
    elif tab.state == "veryHidden":
        sheet.very_hidden()


def _stored(value: Raw | None) -> Raw:
    return "" if value is None else value


def _deleting(at: int, count: int) -> Move:
    return lambda n: n if n < at else None if n < at + count else n - count


def _moved(area: Merge, rows: Move, cols: Move) -> Merge | None:
    """An area by its corners; what is deleted of it makes it smaller."""
    first_row, last_row = _span(area[0], area[2], rows)
    first_col, last_col = _span(area[1], area[3], cols)
    if first_row is None or last_row is None or first_col is None or last_col is None:
        return None
    return first_row, first_col, last_row, last_col


def _span(first: int, last: int, move: Move) -> tuple[int | None, int | None]:
    # Long ranges are not walked through: only their ends can be deleted here.
    steps: Iterable[int] = range(first, last + 1) if last - first < 60 else (first, last)
    there = [to for n in steps if (to := move(n)) is not None]
    return (min(there), max(there)) if there else (None, None)


def parsed(place: str) -> Address:
    found = _PLACE.match(place)
    assert found
    col = 0
    for letter in found[2]:
        col = col * 26 + ord(letter) - 64
    return int(found[4]) - 1, col - 1


def _rewritten(place: str, row: int, col: int) -> str:
    found = _PLACE.match(place)
    assert found
    plain = _PLACE.match(cell_name(row, col))
    assert plain
    return f"{found[1]}{plain[2]}{found[3]}{plain[4]}"
