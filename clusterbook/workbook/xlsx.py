"""XlsxWriter without its losses: what it alters, looks into or cannot do, put right in one place.

Everything a county typed must come out of a workbook as it went in: numbers to their last digit,
texts that look like Excel's own escapes or like XML. Formulas are written as they are, with their
true results, and only where Excel takes them as we do; sheets cannot be moved or renamed, and a
refusal is an error instead of a code that nobody looks at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, cached_property, lru_cache
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter
import xlsxwriter.worksheet
from xlsxwriter.format import Format
from xlsxwriter.packager import Packager
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
from clusterbook.workbook.formulas.values import Scalar
from clusterbook.workbook.package import USUAL, Part, PartsPackager, string_items, zipped
from clusterbook.workbook.packed import Snapshot
from clusterbook.workbook.row_xml import (
    ROW_END,
    CellText,
    KeptRow,
    digits,
    with_result,
    xml_text,
)
from clusterbook.workbook.validations import TemplateError, checked

__all__ = [
    "Format",
    "LockedBook",
    "LockedSheet",
    "has_number",
    "sure",
]


_NOT_KEPT: tuple[Any, str] = (None, "")
#: Of a sheet that is packed, what there is most of.
_SNAPSHOTS = (
    "table", "cond_formats", "validations", "col_info", "row_info", "row_sizes", "merged_cells",
)  # fmt: skip
_KEPT = ("kept", "kept_marks", "kept_columns")  # which only ``keep_written`` changes
_FORMULAS = (CellFormulaTuple, CellArrayFormulaTuple)
_letters = cache(column_letters)


def sure(code: int | None) -> None:
    """XlsxWriter drops what is over a limit and only returns a code."""
    if code:
        raise TemplateError(f"XlsxWriter refused a cell or rule (code {code})")


_TWO_USES = "a format is for cells or for marks: workbooks share those that have a number"


def _numbered(style: Format) -> int:
    """The number of the format of a cell, which it may get now."""
    index = style.dxf_index  # XlsxWriter says None of what it fills in later
    if index is not None:
        raise TemplateError(_TWO_USES)
    number: int = style._get_xf_index()  # type: ignore[no-untyped-call]  # noqa: SLF001
    return number


def has_number(value: Any) -> bool:
    """Whether it is a format that has its number: it stays as it is from then on."""
    return isinstance(value, Format) and (value.xf_index, value.dxf_index) != (None, None)


@lru_cache(maxsize=32768)
def _key_of_name(name: str, place: str) -> str:
    """By what Excel orders the names of a workbook."""
    return f"{name.replace('_xlnm.', '').lower()}::{place.lstrip(chr(39)).lower()}"


def _row_format(info: Any) -> Format | None:
    """The format of a row that is set up so."""
    return info.row_format if info else None


class LockedSheet(Worksheet):
    """A worksheet that writes formulas and numbers as they are."""

    def __init__(self) -> None:
        super().__init__()
        #: rows whose height is where they begin: they grow as somebody types
        self.growing: set[int] = set()
        # What is kept in XML, and what it was made of: see ``keep_written``.
        self.kept: dict[int, KeptRow] = {}
        self.kept_marks: dict[str, tuple[Any, str]] = {}
        self.kept_columns = self.kept_validations = self.kept_merged = _NOT_KEPT
        self._areas: dict[int, tuple[int, int]] = {}
        #: what its formulas come to, by row and column
        self.results: dict[tuple[int, int], Scalar] = {}

    def __getstate__(self) -> dict[str, Any]:
        """What there is most of is not copied through and through."""
        state = vars(self)
        most = {name: Snapshot.of(state[name]) for name in _SNAPSHOTS}
        return {**state, **most, **{name: Snapshot(state[name]) for name in _KEPT}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        vars(self).update({name: state[name].copied() for name in _SNAPSHOTS})
        vars(self).update({name: state[name].value for name in _KEPT})

    # As XlsxWriter's own, which look first whether they are given "A1" instead of row and column.
    write_number: Any = Worksheet._write_number  # noqa: SLF001
    write_blank: Any = Worksheet._write_blank  # noqa: SLF001
    write_array_formula: Any = Worksheet._write_array_formula  # noqa: SLF001

    def write_string(  # type: ignore[override]
        self, row: int, col: int, string: str, cell_format: Any = None
    ) -> int:
        """As XlsxWriter's own, but that it writes nothing of a text that is too long."""
        if self._check_dimensions(row, col):
            return -1
        if len(string) > self.xls_strmax:
            return -2
        texts: Any = self.str_table  # XlsxWriter says None of what it fills in later
        index = texts._get_shared_string_index(string)  # noqa: SLF001
        self.table[row][col] = CellStringTuple(index, cell_format)
        return 0

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
        look = arguments[-1].get("format")
        if look is not None and look.xf_index is not None:
            raise TemplateError(_TWO_USES)
        if "criteria" in arguments[-1]:
            self.told.append((arguments[-1]["criteria"], PLAIN))
        return int(super().conditional_format(*arguments))

    @cached_property
    def told(self) -> list[tuple[str, int]]:
        """The formulas of validations and conditional formats, with how they are entered."""
        return []

    def _write_rows(self) -> None:
        # XlsxWriter asks for each place of each row, and looks for signs to escape in each number.
        self._areas = self._shared_areas()
        texts: list[str] = []
        for row in sorted({*self.row_info, *self.table, *self.comments}):
            cells: dict[int, Any] = self.table.get(row, {})
            info, kept = self.row_info.get(row), self.kept.get(row)
            if not cells:
                texts.append(self._in_xml(self._write_empty_row, row, None, info))
            elif kept is None or kept.info != info or row in self.growing:
                texts += self._row_tag(row, info), *self._cells(row, cells, kept), ROW_END
            elif kept.whole and cells == kept.cells:
                texts += kept.written(self.results)
            else:
                texts += kept.tag, *self._cells(row, cells, kept), ROW_END
        out: Any = self.fh
        out.write("".join(texts))

    def _cells(self, row: int, cells: dict[int, Any], kept: KeptRow | None) -> Iterator[str]:
        """The cells of a row in XML."""
        look = _row_format(self.row_info.get(row))
        same = kept if kept and _row_format(kept.info) is look else None
        texts, were = (same.texts, same.cells) if same else ({}, {})
        for col in sorted(cells):
            cell = cells[col]
            text = texts.get(col) if were.get(col) is cell else None
            if text is None:
                text = self._text(row, col, cell, look)
            yield text if isinstance(text, str) else self._settled(row, col, cell, text)

    def keep_written(self) -> None:
        """Keep in XML what is there by now: where nothing is changed or added, it stays so."""
        self._keep_rows()
        write = super()._write_conditional_formatting
        for cells, marks in self.cond_formats.items():
            self.kept_marks[cells] = len(marks), self._in_xml(write, cells, marks)
        validations = self._in_xml(super()._write_data_validations)
        self.kept_validations = len(self.validations), validations
        self.kept_merged = len(self.merge), self._in_xml(super()._write_merge_cells)

    def _keep_rows(self) -> None:
        """Formats get their numbers here, as they are met in the file."""
        self.kept_columns = self.col_info.copy(), self._in_xml(super()._write_cols)
        self._areas = self._shared_areas()
        # These may have the last row of their area yet to come.
        firsts = {(self._areas[number][0], col) for (col, _), number in self.shared.items()}
        for row in sorted(self.table):
            cells, info = self.table[row], self.row_info.get(row)
            tag = self._row_tag(row, info)
            texts = {
                col: self._text(row, col, cells[col], _row_format(info))
                for col in sorted(cells)
                if (row, col) not in firsts
            }
            self.kept[row] = KeptRow.of(row, info, tag, cells, texts)

    def _in_xml(self, write: Callable[..., None], *arguments: Any) -> str:
        usual, self.fh = self.fh, StringIO()  # type: ignore[assignment]
        write(*arguments)
        text: str = self.fh.getvalue()  # type: ignore[attr-defined]
        self.fh = usual
        return text

    def _write_conditional_formatting(self, cond_range: str, params: list[Any]) -> None:
        write = super()._write_conditional_formatting
        kept = self.kept_marks.get(cond_range, _NOT_KEPT)
        self._again(kept, len(params), lambda: write(cond_range, params))

    def _write_data_validations(self) -> None:
        self._again(self.kept_validations, len(self.validations), super()._write_data_validations)

    def _write_merge_cells(self) -> None:
        self._again(self.kept_merged, len(self.merge), super()._write_merge_cells)

    def _write_cols(self) -> None:
        self._again(self.kept_columns, self.col_info, super()._write_cols)

    def _again(self, kept: tuple[Any, str], now: Any, write: Callable[[], None]) -> None:
        """Write what was kept, if what it was made of is still the same."""
        before, text = kept
        if before == now:
            out: Any = self.fh
            out.write(text)
        else:
            write()

    def _row_tag(self, row: int, info: Any) -> str:
        """What a row with cells begins with."""
        plain = info is None or not (
            info.row_format or info.hidden or info.level or info.collapsed or info.height is None
        )
        if not plain or self.default_row_height != self.original_row_height:
            return self._in_xml(self._write_row, row, None, info)
        if info is None or info.height == self.original_row_height:
            return f'<row r="{row + 1}">'
        # XlsxWriter takes a height for a fixed one, which clients then keep.
        custom = "" if row in self.growing else ' customHeight="1"'
        return f'<row r="{row + 1}" ht="{info.height * 0.75:.16g}"{custom}>'

    def _settled(self, row: int, col: int, cell: Any, text: tuple[str, str]) -> str:
        """A formula with its result, which may have been written beside it."""
        return with_result(
            text, self.results.get((row, col), "") if cell.value == "" else cell.value
        )

    def _text(self, row: int, col: int, cell: Any, row_format: Format | None) -> CellText:
        """A cell in XML; one without a format has that of its row, else of its column."""
        kind, style = type(cell), cell.format or row_format
        if not style:
            column = self.col_info.get(col)
            style = column.column_format if column else None
        look = f' s="{style.xf_index or _numbered(style)}"' if style else ""
        marks = f' r="{_letters(col)}{row + 1}"{look}'
        if kind is CellStringTuple:
            return f'<c{marks} t="s"><v>{cell.string}</v></c>'
        if kind is CellBlankTuple:
            return f"<c{marks}/>"
        if kind is CellNumberTuple:
            return f"<c{marks}><v>{digits(cell.number)}</v></c>"
        if kind is CellBooleanTuple:
            return f'<c{marks} t="b"><v>{cell.boolean}</v></c>'
        if kind not in _FORMULAS:
            raise TemplateError(f"a cell of a kind that is not written here: {kind.__name__}")
        form, formula = self._written_formula(row, col, cell)
        return f"<c{marks}", f"><f{form}>{formula}</f><v>"

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

    def _shared_areas(self) -> dict[int, tuple[int, int]]:
        """The first and last row of each formula that is written once."""
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
        self.compression = USUAL
        self.parts: list[Part] = []
        # How many shared strings there were, and their XML: see ``keep_written``.
        self.kept_strings = 0, ""

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
        self._fall_apart()
        return zipped(self.parts, self.compression)

    def _fall_apart(self) -> None:
        """Sheets know their workbook: it would wait for a search for cycles, and slow it down."""
        for sheet in self.worksheets():
            sheet.workbook_add_format = None

    def keep_written(self) -> None:
        """Keep what is there by now, in XML; it is fine, and need not be looked at again."""
        self._look_through(self._results())
        sheets: list[Any] = self.worksheets()
        for sheet in sheets:
            sheet.keep_written()
        strings = list(self.str_table.string_table)
        self.kept_strings = len(strings), string_items(strings)

    def _extract_named_ranges(self, _: Any) -> list[str]:
        """None for docProps/app.xml, which would list every name once more; no program needs it."""
        return []

    def _sort_defined_names(self, names: list[list[Any]]) -> list[list[Any]]:
        # In XlsxWriter's order; it makes the key of each anew for every workbook.
        names.sort(key=lambda one: _key_of_name(one[0], one[2]))
        return names

    def _write_defined_names(self) -> None:
        # XlsxWriter looks into each name for signs to escape, and there are thousands.
        names = []
        for name, sheet, place, hidden in self.defined_names:
            marks = f' localSheetId="{sheet}"' * (sheet != -1) + ' hidden="1"' * bool(hidden)
            names.append(f'<definedName name="{name}"{marks}>{xml_text(place)}</definedName>')
        if names:
            out: Any = self.fh
            out.write(f"<definedNames>{''.join(names)}</definedNames>")

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
        found, result = sheet.results, results.sheets[sheet.name].result
        for col, row, cell in results.formulas(sheet.name):
            try:
                found[row, col] = result(row, col, cell)
            except FormulaFault as wrong:
                place = f"{sheet.name}!{column_letters(col)}{row + 1}"
                raise TemplateError(f"{place}: {wrong}: {cell.formula[:200]}") from None

    def _write_book_views(self) -> None:
        # XlsxWriter has no call for it; the schema wants it just before bookViews.
        self._xml_empty_tag("workbookProtection", [("lockStructure", 1)])
        super()._write_book_views()

    def _get_packager(self) -> Packager:
        return PartsPackager()
