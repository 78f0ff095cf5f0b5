"""XlsxWriter's workbook without its losses, like its sheets (``locked_sheet``), and in memory.

Every formula is written with its true result; sheets cannot be moved or renamed.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStringTable

from clusterbook import styles
from clusterbook.a1 import column_letters
from clusterbook.workbook.defined_names import KeptNames
from clusterbook.workbook.formulas.formula import FormulaFault
from clusterbook.workbook.formulas.results import Results
from clusterbook.workbook.locked_sheet import LockedSheet
from clusterbook.workbook.package import (
    USUAL,
    Part,
    PartsPackager,
    Piece,
    SettledFormat,
    string_items,
    zipped,
)
from clusterbook.workbook.packed import Snapshot
from clusterbook.workbook.validations import TemplateError

#: What only ``keep_written`` changes.
_KEPT = ("kept_strings", "kept_names")


class SharedTexts(SharedStringTable):
    """The texts of all cells by number; those of a packed workbook are not copied one by one."""

    def __getstate__(self) -> dict[str, Any]:
        """Its texts are shared."""
        return {**vars(self), "string_table": Snapshot(self.string_table.copy())}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self.string_table = state["string_table"].value.copy()

    def _sort_string_data(self) -> None:
        # XlsxWriter sorts them by their numbers, which they got in this order.
        self.string_array = list(self.string_table)
        self.string_table = {}


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
        self.kept_strings = 0, Piece("")
        self.kept_names = KeptNames()
        self.str_table = SharedTexts()

    def __getstate__(self) -> dict[str, Any]:
        """What is kept in XML is shared; of names, which are many, their list is copied."""
        kept = {name: Snapshot(vars(self)[name]) for name in _KEPT}
        return {**vars(self), **kept, "defined_names": Snapshot(self.defined_names.copy())}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        vars(self).update({name: state[name].value for name in _KEPT})
        self.defined_names = state["defined_names"].value.copy()

    def add_format(self, properties: dict[str, Any] | None = None) -> Format:
        """As XlsxWriter's own, for good."""
        look = {**self.default_format_properties, **(properties or {})}
        made = SettledFormat(look, self.xf_format_indices, self.dxf_format_indices)
        self.formats.append(made)
        return made

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
        results.settle()
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
        self.kept_strings = len(strings), Piece(string_items(strings))
        self.kept_names = KeptNames.of(self.defined_names)

    def _extract_named_ranges(self, _: Any) -> list[str]:
        """None for docProps/app.xml, which would list every name once more; no program needs it."""
        return []

    def _sort_defined_names(self, names: list[list[Any]]) -> list[list[Any]]:
        return names  # ``_write_defined_names`` puts them in order

    def _write_defined_names(self) -> None:
        names: Any = self.defined_names
        if names:
            out: Any = self.fh
            out.write("<definedNames>")
            for piece in self.kept_names.among(names[self.kept_names.count :]):
                out.add(piece)
            out.write("</definedNames>")

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
        for row, col, cell in cells.newcomers():
            try:
                cells.result(row, col, cell)
            except FormulaFault as wrong:
                place = f"{sheet.name}!{column_letters(col)}{row + 1}"
                raise TemplateError(f"{place}: {wrong}: {cell.formula[:200]}") from None
        sheet.results = cells.values

    def _write_book_views(self) -> None:
        # XlsxWriter has no call for it; the schema wants it just before bookViews.
        self._xml_empty_tag("workbookProtection", [("lockStructure", 1)])
        super()._write_book_views()

    def _get_packager(self) -> Packager:
        return PartsPackager()
