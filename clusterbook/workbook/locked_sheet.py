"""XlsxWriter's worksheet without its losses: what it alters, looks into or cannot do, put right.

Everything a county typed must come out of a workbook as it went in: numbers to their last digit,
texts that look like Excel's own escapes or like XML. Formulas are written as they are, and only
where Excel takes them as we do; a refusal is an error instead of a code that nobody looks at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, cached_property
from operator import attrgetter
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import (
    CellArrayFormulaTuple,
    CellBlankTuple,
    CellBooleanTuple,
    CellFormulaTuple,
    CellNumberTuple,
    CellStringTuple,
    Worksheet,
)

from clusterbook.a1 import column_letters
from clusterbook.workbook.formulas.formula import PLAIN, PRODUCT
from clusterbook.workbook.formulas.values import Scalar, takes_more
from clusterbook.workbook.kept_rows import RowRun, SharedRows, runs
from clusterbook.workbook.package import USUAL, PartText, Piece
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
    "LockedSheet",
    "has_number",
    "sure",
]


_NOT_KEPT: tuple[Any, Piece] = (None, Piece(""))
#: Of a sheet that is packed, what there is most of.
_SNAPSHOTS = (
    "cond_formats", "validations", "col_info", "row_info", "row_sizes", "merged_cells",
)  # fmt: skip
#: What only ``keep_written`` changes.
_KEPT = ("kept", "kept_runs", "kept_marks", "kept_tags")
#: What is kept of a sheet as a whole: the method that writes it, and what it is made of.
#: Not its views: writing frozen panes moves the selections that they are made of.
_MADE_OF: dict[str, Callable[[Any], Any]] = {
    "_write_sheet_pr": lambda sheet: (
        sheet.filter_on, sheet.fit_page, sheet.outline_below, sheet.outline_changed,
        sheet.outline_on, sheet.outline_right, sheet.outline_style, sheet.vba_codename,
        repr(sheet.tab_color),  # colours have no other way to be compared
    ),
    "_write_dimension": attrgetter("dim_rowmin", "dim_rowmax", "dim_colmin", "dim_colmax"),
    "_write_sheet_format_pr": attrgetter(
        "default_row_height", "default_row_zeroed", "excel_version", "original_row_height",
        "outline_col_level", "outline_row_level",
    ),
    "_write_cols": lambda sheet: sheet.col_info.copy(),
    "_write_sheet_protection": attrgetter("protect_options"),
    "_write_merge_cells": lambda sheet: len(sheet.merge),
    "_write_conditional_formats": lambda sheet: [
        (cells, len(marks)) for cells, marks in sheet.cond_formats.items()
    ],
    "_write_data_validations": lambda sheet: len(sheet.validations),
    "_write_hyperlinks": lambda sheet: [
        (row, col, link._link, link._text, link._tip)  # noqa: SLF001
        for row, links in sheet.hyperlinks.items()
        for col, link in links.items()
    ],
    "_write_page_margins": attrgetter(
        "margin_left", "margin_right", "margin_top", "margin_bottom", "margin_header",
        "margin_footer",
    ),
    "_write_page_setup": attrgetter(
        "black_white", "fit_height", "fit_page", "fit_width", "horizontal_dpi", "is_chartsheet",
        "orientation", "page_order", "page_setup_changed", "page_start", "paper_size",
        "print_scale", "vertical_dpi",
    ),
}  # fmt: skip
_FORMULAS = (CellFormulaTuple, CellArrayFormulaTuple)
_letters = cache(column_letters)
_text_cell = tuple.__new__  # which the class of a named tuple only calls


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


def _row_format(info: Any) -> Format | None:
    """The format of a row that is set up so."""
    return info.row_format if info else None


def _again(name: str) -> Callable[[Any], None]:
    """A method that writes what was kept, if what it was made of is still the same."""
    made_of, usual = _MADE_OF[name], getattr(Worksheet, name)

    def write(sheet: LockedSheet) -> None:
        before, piece = sheet.kept_tags.get(name, _NOT_KEPT)
        if before == made_of(sheet):
            out: Any = sheet.fh
            out.add(piece)
        else:
            usual(sheet)

    return write


class LockedSheet(Worksheet):
    """A worksheet that writes formulas and numbers as they are."""

    table: SharedRows  # type: ignore[assignment]
    # The area of its cells, None where there is none yet.
    dim_rowmin: Any
    dim_rowmax: Any
    dim_colmin: Any
    dim_colmax: Any

    def __init__(self) -> None:
        super().__init__()
        self.table = SharedRows()
        #: rows whose height is where they begin: they grow as somebody types
        self.growing: set[int] = set()
        # What is kept in XML, and what it was made of: see ``keep_written``.
        self.kept: dict[int, KeptRow] = {}
        self.kept_runs: dict[int, RowRun] = {}
        self.kept_marks: dict[str, tuple[Any, Piece]] = {}
        self.kept_tags: dict[str, tuple[Any, Piece]] = {}
        self._areas: dict[int, tuple[int, int]] = {}
        #: what its formulas come to, by row and column
        self.results: dict[tuple[int, int], Scalar] = {}

    def __getstate__(self) -> dict[str, Any]:
        """What there is most of is not copied through and through."""
        state = vars(self)
        most = {name: Snapshot.of(state[name]) for name in _SNAPSHOTS}
        kept = {name: Snapshot(state[name]) for name in _KEPT}
        return {**state, **most, **kept, "table": Snapshot(self.table.share())}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name in _SNAPSHOTS:
            state[name] = state[name].copied()
        for name in _KEPT:
            state[name] = state[name].value
        state["table"] = SharedRows(state["table"].value)
        self.__dict__ = state  # one's own, and there are a hundred attributes

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
        if takes_more(string, self.xls_strmax):
            return -2
        texts: Any = self.str_table  # XlsxWriter says None of what it fills in later
        index = texts._get_shared_string_index(string)  # noqa: SLF001
        self.table[row][col] = _text_cell(CellStringTuple, (index, cell_format))
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

    def set_default_row(self, *height: Any, **hiding: Any) -> None:
        """As XlsxWriter's own; rows that were kept in XML had another height."""
        super().set_default_row(*height, **hiding)
        self.kept, self.kept_runs = {}, {}

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

    def _check_dimensions(self, row: int, col: int, *ignored: bool, **ignoring: bool) -> int:
        bottom, right = self.dim_rowmax, self.dim_colmax
        # Most cells lie among others, so that the area of all of them stays as it is.
        among = bottom is not None and right is not None and row <= bottom and col <= right
        if among and row >= self.dim_rowmin and col >= self.dim_colmin:
            return 0
        return super()._check_dimensions(row, col, *ignored, **ignoring)

    @cached_property
    def told(self) -> list[tuple[str, int]]:
        """The formulas of validations and conditional formats, with how they are entered."""
        return []

    def _write_rows(self) -> None:
        # XlsxWriter asks for each place of each row, and looks for signs to escape in each number.
        self._areas = self._shared_areas()
        out: Any = self.fh
        rows = sorted({*self.row_info, *self.table, *self.comments})
        at = 0
        while at < len(rows):
            row = rows[at]
            run = self.kept_runs.get(row)
            if run and rows[at : at + len(run.rows)] == run.rows and self._stands(run):
                out.add(run.piece(self.results))
                at += len(run.rows)
            else:
                out.write(self._row(row))
                at += 1

    def _stands(self, run: RowRun) -> bool:
        return self.growing.isdisjoint(run.rows) and run.stands(self.table, self.row_info)

    def _row(self, row: int) -> str:
        """A row in XML."""
        cells: dict[int, Any] = self.table.get(row, {})
        info, kept = self.row_info.get(row), self.kept.get(row)
        if not cells:
            return self._in_xml(self._write_empty_row, row, None, info)
        if kept is None or kept.info != info or row in self.growing:
            return "".join([self._row_tag(row, info), *self._cells(row, cells, kept), ROW_END])
        if kept.whole and (kept.cells is cells or kept.cells == cells):
            return "".join(kept.written(self.results))
        return "".join([kept.tag, *self._cells(row, cells, kept), ROW_END])

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
        for cells, marks in self.cond_formats.items():
            text = self._in_xml(super()._write_conditional_formatting, cells, marks)
            self.kept_marks[cells] = len(marks), Piece(text)
        for name, made_of in _MADE_OF.items():
            text = self._in_xml(getattr(Worksheet, name), self)
            self.kept_tags[name] = made_of(self), Piece(text)
        self._keep_rows()

    def _keep_rows(self) -> None:
        """Formats get their numbers here, as they are met in the file after those of columns."""
        self._areas = self._shared_areas()
        # These may have the last row of their area yet to come.
        firsts = {(self._areas[number][0], col) for (col, _), number in self.shared.items()}
        for row, cells in sorted(self.table.share().items()):
            info = self.row_info.get(row)
            tag = self._row_tag(row, info)
            texts = {
                col: self._text(row, col, cells[col], _row_format(info))
                for col in sorted(cells)
                if (row, col) not in firsts
            }
            self.kept[row] = KeptRow.of(row, info, tag, cells, texts)
        self.kept_runs = {run.rows[0]: run for run in runs(self.kept)}

    def _in_xml(self, write: Callable[..., None], *arguments: Any) -> str:
        usual, part = self.fh, PartText(USUAL)
        self.fh = part  # type: ignore[assignment]
        write(*arguments)
        self.fh = usual
        return part.getvalue()

    def _write_protected_range(self, cell_range: str, range_name: str, password: str) -> None:
        if password:
            super()._write_protected_range(cell_range, range_name, password)
        else:  # one for each reason, hundreds
            name = self._escape_attributes(range_name)  # type: ignore[no-untyped-call]
            out: Any = self.fh
            out.write(f'<protectedRange sqref="{cell_range}" name="{name}"/>')

    def _write_conditional_formatting(self, cond_range: str, params: list[Any]) -> None:
        count, piece = self.kept_marks.get(cond_range, _NOT_KEPT)
        if count == len(params):
            out: Any = self.fh
            out.add(piece)
        else:
            super()._write_conditional_formatting(cond_range, params)

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


for _name in _MADE_OF:
    setattr(LockedSheet, _name, _again(_name))
