"""XlsxWriter without its losses: what it alters, looks into or cannot do, put right in one place.

Everything a county typed must come out of a workbook as it went in: numbers to their last digit,
texts that look like Excel's own escapes or like XML. Formulas are written as they are, with their
true results, and only where Excel takes them as we do; sheets cannot be moved or renamed, and a
refusal is an error instead of a code that nobody looks at.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, cached_property
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter
import xlsxwriter.worksheet
from xlsxwriter.format import Format
from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStrings
from xlsxwriter.worksheet import (
    CellArrayFormulaTuple,
    CellBlankTuple,
    CellBooleanTuple,
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

__all__ = [
    "Format",
    "LockedBook",
    "LockedSheet",
    "sure",
    "unpacked",
    "written_result",
    "xml_text",
]

_SPACE = re.compile(r"^\s|\s$")
# An underscore that would begin an escape when read: each one, as escapes may share underscores.
_LIKE_ESCAPE = re.compile(r"_(?=x[0-9a-fA-F]{4}_)")
_NO_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")


_NOT_KEPT = (-1, "")
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
        # How many there were of each, and their XML: see ``keep_written``.
        self.kept_marks: dict[str, tuple[int, str]] = {}
        self.kept_validations = self.kept_merged = _NOT_KEPT

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

    def _write_rows(self) -> None:
        # XlsxWriter asks for each place of each row, and looks for signs to escape in each number.
        out: Any = self.fh
        for row in sorted({*self.row_info, *self.table, *self.comments}):
            cells, info = self.table.get(row), self.row_info.get(row)
            if cells:
                look = info.row_format if info else None
                texts = [self._cell(row, col, cells[col], look) for col in sorted(cells)]
                self._begin_row(row, info)
                out.write("".join(texts) + "</row>")
            elif info or row in self.comments:
                self._write_empty_row(row, None, info)

    def keep_written(self) -> None:
        """Keep in XML what lies over the cells by now: where nothing is added, it stays so."""
        write = super()._write_conditional_formatting
        for cells, marks in self.cond_formats.items():
            self.kept_marks[cells] = len(marks), self._in_xml(write, cells, marks)
        validations = self._in_xml(super()._write_data_validations)
        self.kept_validations = len(self.validations), validations
        self.kept_merged = len(self.merge), self._in_xml(super()._write_merge_cells)

    def _in_xml(self, write: Callable[..., None], *arguments: Any) -> str:
        usual, self.fh = self.fh, StringIO()  # type: ignore[assignment]
        write(*arguments)
        text: str = self.fh.getvalue()  # type: ignore[attr-defined]
        self.fh = usual
        return text

    def _write_conditional_formatting(self, cond_range: str, params: list[Any]) -> None:
        count, text = self.kept_marks.get(cond_range, _NOT_KEPT)
        if count == len(params):
            self.fh.write(text)  # type: ignore[attr-defined]
        else:
            super()._write_conditional_formatting(cond_range, params)

    def _write_data_validations(self) -> None:
        if self.kept_validations[0] == len(self.validations):
            self.fh.write(self.kept_validations[1])  # type: ignore[attr-defined]
        else:
            super()._write_data_validations()

    def _write_merge_cells(self) -> None:
        if self.kept_merged[0] == len(self.merge):
            self.fh.write(self.kept_merged[1])  # type: ignore[attr-defined]
        else:
            super()._write_merge_cells()

    def _begin_row(self, row: int, info: Any) -> None:
        out: Any = self.fh
        plain = info is None or not (
            info.row_format or info.hidden or info.level or info.collapsed or info.height is None
        )
        if not plain or self.default_row_height != self.original_row_height:
            self._write_row(row, None, info)
        elif info is None or info.height == self.original_row_height:
            out.write(f'<row r="{row + 1}">')
        else:
            # XlsxWriter takes a height for a fixed one, which clients then keep.
            custom = "" if row in self.growing else ' customHeight="1"'
            out.write(f'<row r="{row + 1}" ht="{info.height * 0.75:.16g}"{custom}>')

    def _cell(self, row: int, col: int, cell: Any, row_format: Format | None) -> str:
        """A cell in XML; one without a format has that of its row, else of its column."""
        kind, style = type(cell), cell.format or row_format
        if not style:
            column = self.col_info.get(col)
            style = column.column_format if column else None
        look = f' s="{style.xf_index or style._get_xf_index()}"' if style else ""  # noqa: SLF001
        marks = f' r="{_letters(col)}{row + 1}"{look}'
        if kind is CellStringTuple:
            return f'<c{marks} t="s"><v>{cell.string}</v></c>'
        if kind is CellBlankTuple:
            return f"<c{marks}/>"
        if kind is CellNumberTuple:
            return f"<c{marks}><v>{_digits(cell.number)}</v></c>"
        if kind is CellBooleanTuple:
            return f'<c{marks} t="b"><v>{cell.boolean}</v></c>'
        if kind not in _FORMULAS:
            raise TemplateError(f"a cell of a kind that is not written here: {kind.__name__}")
        mark, text = written_result(cell.value)
        form, formula = self._written_formula(row, col, cell)
        return f"<c{marks}{mark}><f{form}>{formula}</f><v>{text}</v></c>"

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

    def leave_room(self, marks: int) -> None:
        """Conditional formats from here on come after so many others: see ``marked_first``."""
        self.dxf_priority += marks

    @contextmanager
    def marked_first(self) -> Iterator[None]:
        """Conditional formats that are made meanwhile come before all others: the first counts."""
        others, priority = self.cond_formats, self.dxf_priority
        self.cond_formats, self.dxf_priority = {}, 1
        yield
        for cells, marks in others.items():
            self.cond_formats.setdefault(cells, []).extend(marks)
        self.dxf_priority = priority

    def look(self, row: int, col: int) -> Format | None:
        """The format of a cell that is written, None where none is."""
        cell = self.table.get(row, {}).get(col)
        return cell.format if cell is not None else None

    def paint(self, row: int, col: int, form: Format) -> None:
        """Another format for a cell that is written already."""
        self.table[row][col] = self.table[row][col]._replace(format=form)


class LockedBook(xlsxwriter.Workbook):
    """A workbook in memory whose sheets cannot be renamed, moved or deleted in Excel and WPS."""

    def __init__(self) -> None:
        """Without sheets yet."""
        options = {
            "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
            "default_format_properties": dict(styles.STANDARD),
        }  # fmt: skip
        super().__init__(BytesIO(), options)

    def add(self, name: str) -> LockedSheet:
        """A new sheet."""
        sheet = self.add_worksheet(name, LockedSheet)
        assert isinstance(sheet, LockedSheet)  # noqa: S101 - for the type
        return sheet

    def written(
        self, results: Results | None = None, settled: Callable[[Results], None] | None = None
    ) -> bytes:
        """The file: every formula is looked at, and has its result beside it. Then it is gone.

        ``results`` may be those of another workbook with the same sheets; ``settled`` may look at
        them before they are written.
        """
        results = self._results(results)
        self._look_through(results)
        # Hidden sheets first: what counts through a whole column is there before others ask.
        sheets: list[Any] = self.worksheets()
        for sheet in sorted(sheets, key=lambda sheet: not sheet.hidden):
            self._work_out(sheet, results)
        if settled:
            settled(results)
        self.close()
        written: bytes = self.filename.getvalue()
        self._fall_apart()
        return written

    def _fall_apart(self) -> None:
        """Sheets know their workbook: it would wait for a search for cycles, and slow it down."""
        for sheet in self.worksheets():
            sheet.workbook_add_format = None

    def looked_through(self) -> None:
        """What watches over cells is fine so far, and need not be looked at again."""
        self._look_through(self._results())

    def packed(self, *more: Any) -> bytes:
        """The workbook as it is now, with what refers to parts of it: see ``unpacked``."""
        packed = BytesIO()
        _BookPickler(packed, pickle.HIGHEST_PROTOCOL).dump((self, *more))
        return packed.getvalue()

    def _extract_named_ranges(self, _: Any) -> list[str]:
        """None for docProps/app.xml, which would list every name once more; no program needs it."""
        return []

    def _results(self, known: Results | None = None) -> Results:
        results = known or Results()
        names = {name: reference for name, _, reference, *_ in self.defined_names}
        sheets: list[Any] = self.worksheets()
        cells = ((sheet.name, sheet.table, bool(sheet.hidden)) for sheet in sheets)
        results.begin(names, list(self.str_table.string_table), cells)
        return results

    def _look_through(self, results: Results) -> None:
        sheets: list[Any] = self.worksheets()
        for sheet in sheets:
            for formula, fault in results.faults(sheet.name, sheet.told):
                raise TemplateError(f"{sheet.name}: {fault}: {formula[:200]}")
            sheet.told.clear()

    @staticmethod
    def _work_out(sheet: Any, results: Results) -> None:
        cells = results.sheets[sheet.name]
        for col, row, cell in results.formulas(sheet.name):
            try:
                value = cells.result(row, col, cell)
            except FormulaFault as wrong:
                place = f"{sheet.name}!{column_letters(col)}{row + 1}"
                raise TemplateError(f"{place}: {wrong}: {cell.formula[:200]}") from None
            if cell.value == "":
                sheet.table[row][col] = _with_result(cell, value)

    def _write_book_views(self) -> None:
        # XlsxWriter has no call for it; the schema wants it just before bookViews.
        self._xml_empty_tag("workbookProtection", [("lockStructure", 1)])
        super()._write_book_views()

    def _get_packager(self) -> Packager:
        return _Packager()


class _BookPickler(pickle.Pickler):
    """XlsxWriter's cells are of classes that know themselves by other names than their module."""

    def reducer_override(self, value: Any) -> Any:
        return (
            _CELL_CLASSES.get(value, NotImplemented) if isinstance(value, type) else NotImplemented
        )


_CELL_CLASSES: dict[Any, str] = {
    value: name
    for name, value in vars(xlsxwriter.worksheet).items()
    if name.startswith("Cell") and isinstance(value, type)
}


def unpacked(packed: bytes) -> tuple[Any, ...]:
    """A workbook of its own with what was packed beside it, to be written on.

    ``packed`` never leaves the process that made it.
    """
    found: tuple[Any, ...] = pickle.loads(packed)  # noqa: S301 - made by ``LockedBook.packed``
    return found


def _with_result(cell: Any, value: Any) -> Any:
    """A formula with a result beside it; ``_replace`` takes twice as long."""
    if type(cell) is CellFormulaTuple:
        return CellFormulaTuple(cell.formula, cell.format, value)
    return cell._replace(value=value)


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
