"""XlsxWriter without its losses: what it alters, looks into or cannot do, put right in one place.

Everything a county typed must come out of a workbook as it went in: numbers to their last digit,
texts that look like Excel's own escapes or like XML. Formulas are written as they are, sheets
cannot be moved or renamed, and a refusal is an error instead of a code that nobody looks at.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStrings
from xlsxwriter.worksheet import Worksheet

from clusterbook import styles
from clusterbook.template_rules import TemplateError, checked

__all__ = ["Book", "Format", "Sheet", "sure"]

_SPACE = re.compile(r"^\s|\s$")
# An underscore that would begin an escape when read: each one, as escapes may share underscores.
_LIKE_ESCAPE = re.compile(r"_(?=x[0-9a-fA-F]{4}_)")
_NO_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")


def sure(code: int | None) -> None:
    """XlsxWriter drops what is over a limit and only returns a code."""
    if code:
        raise TemplateError(f"XlsxWriter refused a cell or rule (code {code})")


class Sheet(Worksheet):
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

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002, FBT001, FBT002
        # XlsxWriter looks into each for some sixty functions newer than ours, which takes most of
        # its time.
        return checked(formula.removeprefix("="))

    def _xml_number_element(
        self, number: float, attributes: Sequence[tuple[str, Any]] = ()
    ) -> None:
        text = f"{number:.16G}"
        if float(text) != number:  # some numbers need seventeen digits
            text = repr(float(number))
        marks = "".join(f' {key}="{value}"' for key, value in attributes)
        out: Any = self.fh
        out.write(f"<c{marks}><v>{text}</v></c>")

    def look(self, row: int, col: int) -> Format | None:
        """The format of a cell that is written, None where none is."""
        cell = self.table.get(row, {}).get(col)
        return cell.format if cell is not None else None

    def paint(self, row: int, col: int, form: Format) -> None:
        """Another format for a cell that is written already."""
        self.table[row][col] = self.table[row][col]._replace(format=form)


class Book(xlsxwriter.Workbook):
    """A workbook in memory whose sheets cannot be renamed, moved or deleted in Excel and WPS."""

    def __init__(self, buffer: BytesIO) -> None:
        options = {
            "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
            "default_format_properties": dict(styles.STANDARD),
        }  # fmt: skip
        super().__init__(buffer, options)

    def add(self, name: str) -> Sheet:
        """A new sheet."""
        sheet = self.add_worksheet(name, Sheet)
        assert isinstance(sheet, Sheet)  # noqa: S101 - for the type
        return sheet

    def _write_book_views(self) -> None:
        # XlsxWriter has no call for it; the schema wants it just before bookViews.
        self._xml_empty_tag("workbookProtection", [("lockStructure", 1)])
        super()._write_book_views()

    def _get_packager(self) -> Packager:
        return _Packager()


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
