"""Records what a program asks of XlsxWriter and plays it back as a bare script would."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import xlsxwriter
from attrs import define, field
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from clusterbook.workbook.locked_book import LockedBook
from clusterbook.workbook.locked_sheet import LockedSheet

_BOOK_CALLS = ("set_properties", "set_custom_property", "define_name")
_SHEET_CALLS = (
    "set_column", "set_row", "write_string", "write_number", "write_formula", "write_blank",
    "write_url", "write_array_formula", "merge_range", "data_validation", "conditional_format", "protect",
    "unprotect_range", "very_hidden", "hide", "activate", "freeze_panes", "set_landscape",
    "repeat_rows", "print_area", "set_paper", "set_margins", "fit_to_pages",
    "center_horizontally", "hide_gridlines", "set_footer", "set_header", "set_h_pagebreaks",
    "set_zoom", "set_tab_color", "write_comment",
)  # fmt: skip


@define
class Recording:
    """Formats by number, and calls in order: (sheet name or '', method, args, kwargs)."""

    formats: list[dict[str, Any]] = field(factory=list)
    sheets: list[str] = field(factory=list)
    calls: list[tuple[str, str, tuple[Any, ...], dict[str, Any]]] = field(factory=list)


class FormatNumber(int):
    """Stands for a format in recorded arguments."""


def record(program: Callable[[], object]) -> Recording:
    """Runs ``program`` and returns what it asked of XlsxWriter, calls inside calls left out."""
    recording = Recording()
    numbers: dict[int, FormatNumber] = {}
    depth = [0]
    saved: list[tuple[type, str, Any]] = []

    def plain(value: Any) -> Any:
        if isinstance(value, Format):
            return numbers[id(value)]
        if isinstance(value, dict):
            return {key: plain(inner) for key, inner in value.items()}
        return value

    def wrap(owner: type, name: str, note: Callable[..., None]) -> None:
        original = getattr(owner, name)
        saved.append((owner, name, vars(owner).get(name)))

        def wrapped(self: Any, *args: Any, **kwargs: Any) -> Any:
            if not depth[0]:
                kept = tuple(plain(a) for a in args), {k: plain(v) for k, v in kwargs.items()}
            depth[0] += 1
            try:
                result = original(self, *args, **kwargs)
            finally:
                depth[0] -= 1
            if not depth[0]:
                note(self, result, *kept)
            return result

        setattr(owner, name, wrapped)

    def note_format(_: Any, result: Format, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        properties = dict((args or (kwargs.get("properties", {}),))[0])
        if "xf_index" not in properties:  # the two that every workbook begins with
            numbers[id(result)] = FormatNumber(len(recording.formats))
            recording.formats.append(properties)

    def note_sheet(_: Any, result: Worksheet, *__: Any) -> None:
        recording.sheets.append(result.name)

    def note_call(name: str) -> Callable[..., None]:
        def note(self: Any, _: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
            sheet = self.name if isinstance(self, Worksheet) else ""
            recording.calls.append((sheet, name, args, kwargs))

        return note

    wrap(LockedBook, "add_format", note_format)
    wrap(Workbook, "add_worksheet", note_sheet)
    for name in _BOOK_CALLS:
        wrap(Workbook, name, note_call(name))
    for name in _SHEET_CALLS:
        wrap(LockedSheet, name, note_call(name))  # which has some of its own
    try:
        program()
    finally:
        for owner, name, own in saved:
            if own is None:
                delattr(owner, name)
            else:
                setattr(owner, name, own)
    return recording


def replay(recording: Recording) -> bytes:
    """Makes the same calls with nothing around them."""
    buffer = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(buffer, options)
    formats = [book.add_format(properties) for properties in recording.formats]
    sheets = {name: book.add_worksheet(name) for name in recording.sheets}
    for sheet, name, args, kwargs in recording.calls:
        target = sheets[sheet] if sheet else book
        args = tuple(formats[a] if isinstance(a, FormatNumber) else a for a in args)
        kwargs = {k: formats[v] if isinstance(v, FormatNumber) else v for k, v in kwargs.items()}
        if name == "conditional_format":
            rule = dict(args[-1])
            rule["format"] = formats[rule["format"]]
            args = (*args[:-1], rule)
        getattr(target, name)(*args, **kwargs)
    book.close()
    return buffer.getvalue()
