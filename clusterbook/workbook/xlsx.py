"""XlsxWriter without its losses: what it alters, looks into or cannot do, put right in one place.

Everything a county typed must come out of a workbook as it went in: numbers to their last digit,
texts that look like Excel's own escapes or like XML. Formulas are written as they are, with their
true results, and only where Excel takes them as we do; sheets cannot be moved or renamed, and a
refusal is an error instead of a code that nobody looks at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache, cached_property
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStrings
from xlsxwriter.worksheet import (
    CellArrayFormulaTuple,
    CellBlankTuple,
    CellFormulaTuple,
    CellNumberTuple,
    CellStringTuple,
    Worksheet,
)

from clusterbook import styles
from clusterbook.a1 import column_letters
from clusterbook.workbook.formulas.formula import PLAIN, PRODUCT, FormulaFault
from clusterbook.workbook.formulas.results import Results
from clusterbook.workbook.formulas.values import ExcelError
from clusterbook.workbook.validations import TemplateError, checked

__all__ = ["Format", "LockedBook", "LockedSheet", "sure", "written_result", "xml_text"]

_SPACE = re.compile(r"^\s|\s$")
# An underscore that would begin an escape when read: each one, as escapes may share underscores.
_LIKE_ESCAPE = re.compile(r"_(?=x[0-9a-fA-F]{4}_)")
_NO_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")


_FORMULAS = (CellFormulaTuple, CellArrayFormulaTuple)
_letters = cache(column_letters)


def _digits(number: float) -> str:
    """A number as it is: some need seventeen digits."""
    text = f"{number:.16G}"
    return text if float(text) == number else repr(float(number))


def written_result(value: Any) -> tuple[str, str]:
    """The result of a formula: the mark of its type, and how it is written."""
    if isinstance(value, ExcelError):
        return ' t="e"', value.code
    if isinstance(value, bool):
        return ' t="b"', str(int(value))
    if isinstance(value, str):
        return ' t="str"', xml_text(_NO_XML.sub(_escape, value)) if value else ""
    return "", _digits(value)


def xml_text(text: str) -> str:
    """A text as it stands between tags; ``xml.sax.saxutils`` would load half of the network."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def sure(code: int | None) -> None:
    """XlsxWriter drops what is over a limit and only returns a code."""
    if code:
        raise TemplateError(f"XlsxWriter refused a cell or rule (code {code})")


class LockedSheet(Worksheet):
    """A worksheet that writes formulas and numbers as they are."""

    def __init__(self) -> None:
        super().__init__()
        #: rows whose height is where they begin: they grow as somebody types
        self.growing: set[int] = set()

    def _xml_start_tag_unencoded(
        self, tag: str, attributes: Sequence[tuple[str, Any]] = ()
    ) -> None:
        # XlsxWriter takes a height for a fixed one, which clients then keep.
        if tag == "row" and int(attributes[0][1]) - 1 in self.growing:
            attributes = [one for one in attributes if one[0] != "customHeight"]
        super()._xml_start_tag_unencoded(tag, attributes)

    # As XlsxWriter's own, which look first whether they are given "A1" instead of row and column.
    write_string: Any = Worksheet._write_string  # noqa: SLF001
    write_number: Any = Worksheet._write_number  # noqa: SLF001
    write_blank: Any = Worksheet._write_blank  # noqa: SLF001
    write_array_formula: Any = Worksheet._write_array_formula  # noqa: SLF001

    def write_formula(  # type: ignore[override]
        self, row: int, col: int, formula: str, cell_format: Any = None, value: Any = 0
    ) -> int:
        """As XlsxWriter's own, but for the search in each for functions that spill: ours do not."""
        if self._check_dimensions(row, col):
            return -1
        self.table[row][col] = CellFormulaTuple(self._prepare_formula(formula), cell_format, value)
        return 0

    def _calculate_spans(self) -> None:
        # Which columns each row has: no reader needs it, and it is work, and bytes of each file.
        self.row_spans = {}

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002, FBT001, FBT002
        # XlsxWriter looks into each for some sixty functions newer than ours, which takes most of
        # its time.
        return checked(formula.removeprefix("="))

    def data_validation(self, *arguments: Any) -> int:  # type: ignore[override]
        """As XlsxWriter does it; its formulas are looked at when the book is closed."""
        rule = arguments[-1]
        for key, mode in (("value", PLAIN), ("source", PRODUCT)):  # a source is a range
            if str(rule.get(key, "")).startswith("="):
                self.told.append((rule[key], mode))
        return int(super().data_validation(*arguments))

    def conditional_format(self, *arguments: Any) -> int:  # type: ignore[override]
        """As XlsxWriter does it; its formula is looked at when the book is closed."""
        if "criteria" in arguments[-1]:
            self.told.append((arguments[-1]["criteria"], PLAIN))
        return int(super().conditional_format(*arguments))

    @cached_property
    def told(self) -> list[tuple[str, int]]:
        """The formulas of validations and conditional formats, with how they are entered."""
        return []

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        # XlsxWriter looks for signs to escape in each attribute, numbers included.
        out: Any = self.fh
        kind = type(cell)
        style = cell.format or self._style(row, col)
        look = f' s="{style.xf_index or style._get_xf_index()}"' if style else ""  # noqa: SLF001
        marks = f' r="{_letters(col)}{row + 1}"{look}'
        if kind is CellStringTuple:
            out.write(f'<c{marks} t="s"><v>{cell.string}</v></c>')
        elif kind is CellBlankTuple:
            out.write(f"<c{marks}/>")
        elif kind is CellNumberTuple:
            out.write(f"<c{marks}><v>{_digits(cell.number)}</v></c>")
        elif kind in _FORMULAS:
            mark, text = written_result(cell.value)
            form, formula = self._written_formula(row, col, cell)
            out.write(f"<c{marks}{mark}><f{form}>{formula}</f><v>{text}</v></c>")
        else:
            super()._write_cell(row, col, cell)

    def share(self, row: int, col: int, word: str = "") -> None:
        """Write a formula once: it is that of the first of its column with this word, moved."""
        number = self.shared.setdefault((col, word), len(self.shared))
        self.sharing[row, col] = number

    @cached_property
    def shared(self) -> dict[tuple[int, str], int]:
        """The numbers of formulas that are written once."""
        return {}

    @cached_property
    def sharing(self) -> dict[tuple[int, int], int]:
        """The cells that have them, by row and column."""
        return {}

    @cached_property
    def _areas(self) -> dict[int, tuple[int, int]]:
        """The first and last row of each."""
        rows: dict[int, list[int]] = {}
        for (row, _), number in self.sharing.items():
            rows.setdefault(number, []).append(row)
        return {number: (min(found), max(found)) for number, found in rows.items()}

    def _written_formula(self, row: int, col: int, cell: Any) -> tuple[str, str]:
        """The attributes and the text of a formula."""
        if type(cell) is CellArrayFormulaTuple:
            return f' t="array" ref="{cell.range}"', xml_text(cell.formula)
        number = self.sharing.get((row, col))
        if number is None:
            return "", xml_text(cell.formula)
        first, last = self._areas[number]
        if row != first:
            return f' t="shared" si="{number}"', ""
        area = f"{_letters(col)}{first + 1}:{_letters(col)}{last + 1}"
        return f' t="shared" ref="{area}" si="{number}"', xml_text(cell.formula)

    def _style(self, row: int, col: int) -> Any:
        """The format of a cell that has none of its own: that of its row, else of its column."""
        row_info, col_info = self.row_info.get(row), self.col_info.get(col)
        if row_info and row_info.row_format:
            return row_info.row_format
        return col_info.column_format if col_info else None

    def look(self, row: int, col: int) -> Format | None:
        """The format of a cell that is written, None where none is."""
        cell = self.table.get(row, {}).get(col)
        return cell.format if cell is not None else None

    def paint(self, row: int, col: int, form: Format) -> None:
        """Another format for a cell that is written already."""
        self.table[row][col] = self.table[row][col]._replace(format=form)


class LockedBook(xlsxwriter.Workbook):
    """A workbook in memory whose sheets cannot be renamed, moved or deleted in Excel and WPS."""

    def __init__(self, buffer: BytesIO, settled: Callable[[Results], None] | None = None) -> None:
        """Into ``buffer``; ``settled`` may look at the results before they are written."""
        self._settled = settled
        options = {
            "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
            "default_format_properties": dict(styles.STANDARD),
        }  # fmt: skip
        super().__init__(buffer, options)

    def add(self, name: str) -> LockedSheet:
        """A new sheet."""
        sheet = self.add_worksheet(name, LockedSheet)
        assert isinstance(sheet, LockedSheet)  # noqa: S101 - for the type
        return sheet

    def close(self) -> None:
        """Written and done: every formula is looked at, and has its result beside it."""
        self._settle()
        super().close()

    def _extract_named_ranges(self, _: Any) -> list[str]:
        """None for docProps/app.xml, which would list every name once more; no program needs it."""
        return []

    def _settle(self) -> None:
        results = Results(strings=list(self.str_table.string_table))
        results.names = {name: reference for name, _, reference, *_ in self.defined_names}
        sheets: list[Any] = self.worksheets()
        for sheet in sheets:
            results.add(sheet.name, sheet.table, hidden=bool(sheet.hidden))
        for sheet in sheets:
            for formula, fault in results.faults(sheet.name, sheet.told):
                raise TemplateError(f"{sheet.name}: {fault}: {formula[:200]}")
        # Hidden sheets first: what counts through a whole column is there before others ask for it.
        for sheet in sorted(sheets, key=lambda sheet: not sheet.hidden):
            self._work_out(sheet, results)
        if self._settled:
            self._settled(results)

    @staticmethod
    def _work_out(sheet: Any, results: Results) -> None:
        for row, col, cell in _formulas(sheet):
            try:
                value = results.of(sheet.name, row, col)
            except FormulaFault as wrong:
                place = f"{sheet.name}!{column_letters(col)}{row + 1}"
                raise TemplateError(f"{place}: {wrong}: {cell.formula[:200]}") from None
            if cell.value == "":
                results.store(sheet.name, row, col, value)

    def _write_book_views(self) -> None:
        # XlsxWriter has no call for it; the schema wants it just before bookViews.
        self._xml_empty_tag("workbookProtection", [("lockStructure", 1)])
        super()._write_book_views()

    def _get_packager(self) -> Packager:
        return _Packager()


def _formulas(sheet: Worksheet) -> list[tuple[int, int, Any]]:
    """The formulas of a sheet with their places, column by column."""
    found = [
        (row, col, cell)
        for row, cells in sheet.table.items()
        for col, cell in cells.items()
        if type(cell) in _FORMULAS
    ]
    return sorted(found, key=lambda one: (one[1], one[0]))


class _Packager(Packager):
    """Writes the shared strings through our own writer."""

    def _write_shared_strings_file(self) -> None:
        packager: Any = self  # XlsxWriter says None of what it fills in later
        strings: Any = _Strings()
        strings.string_table = packager.workbook.str_table
        if strings.string_table.count:
            strings._set_xml_writer(packager._filename("xl/sharedStrings.xml"))  # noqa: SLF001
            strings._assemble_xml_file()  # noqa: SLF001


class _Strings(SharedStrings):
    """XlsxWriter takes "<r>…</r>" for XML of its own, and misses escapes that share a mark."""

    def _write_si(self, string: str) -> None:
        text = _NO_XML.sub(_escape, _LIKE_ESCAPE.sub("_x005F_", string))
        keep: list[tuple[str, str]] = [("xml:space", "preserve")] if _SPACE.search(text) else []
        self._xml_si_element(text, keep)


def _escape(found: re.Match[str]) -> str:
    return f"_x{ord(found[0]):04X}_"
