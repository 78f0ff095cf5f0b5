"""The file of a workbook: its parts in a zip, and its shared strings.

XlsxWriter makes the parts, but for the shared strings, some of which it would take for others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from io import BytesIO, StringIO
from typing import Any, TypeAlias
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStrings

from clusterbook.workbook.row_xml import without_controls, xml_text

_SPACE = re.compile(r"^\s|\s$")
# An underscore that would begin an escape when read: each one, as escapes may share underscores.
_LIKE_ESCAPE = re.compile(r"_(?=x[0-9a-fA-F]{4}_)")
#: A part: what it holds, its name, whether it is no text.
Part: TypeAlias = tuple[StringIO | BytesIO, str, bool]


def zipped(parts: Iterable[Part], level: int) -> bytes:
    """The file of these parts; its entries all have the time that Excel gives them."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=level) as archive:
        for part, name, _ in parts:
            entry = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            data = part.getvalue()
            archive.writestr(entry, data, ZIP_DEFLATED, level)
    return file.getvalue()


class PartsPackager(Packager):
    """Hands the parts of the file to its workbook, and writes the shared strings in our own way."""

    def _create_package(self) -> list[Any]:
        packager: Any = self
        packager.workbook.parts = super()._create_package()  # type: ignore[no-untyped-call]
        return []

    def _write_shared_strings_file(self) -> None:
        packager: Any = self  # XlsxWriter says None of what it fills in later
        strings: Any = _Strings(packager.workbook.kept_strings)
        strings.string_table = packager.workbook.str_table
        if strings.string_table.count:
            strings._set_xml_writer(packager._filename("xl/sharedStrings.xml"))  # noqa: SLF001
            strings._assemble_xml_file()  # noqa: SLF001


class _Strings(SharedStrings):
    """XlsxWriter takes "<r>…</r>" for XML of its own, and misses escapes that share a mark."""

    def __init__(self, kept: tuple[int, str]) -> None:
        super().__init__()
        self.kept = kept

    def _write_sst_strings(self) -> None:
        strings: Any = self.string_table
        count, text = self.kept
        out: Any = self.fh
        out.write(text + string_items(strings.string_array[count:]))


def string_items(strings: Iterable[str]) -> str:
    """The items of shared strings in XML."""
    items = []
    for string in strings:
        text = xml_text(without_controls(_LIKE_ESCAPE.sub("_x005F_", string)))
        space = ' xml:space="preserve"' if _SPACE.search(text) else ""
        items.append(f"<si><t{space}>{text}</t></si>")
    return "".join(items)
