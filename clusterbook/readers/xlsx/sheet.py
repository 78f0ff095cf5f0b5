"""Read the XML of a worksheet by parsing it: the exact reader, which alone calls a part damaged."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta, timezone
from typing import Final

from attrs import Factory, define

from clusterbook.a1 import MAX_COLUMNS, MAX_ROWS, Address, parse_address, parse_range
from clusterbook.readers.appearance import MarkedText
from clusterbook.readers.cells import GUARDS, Scalar, SheetContent
from clusterbook.readers.limits import damaged, parse, too_big
from clusterbook.readers.xlsx.book import Look, SharedParts
from clusterbook.readers.xlsx.strings import XML_SPACE, RichText, SharedStrings, unescape_excel

CACHE_LIMIT: Final = 65_536


NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


_NOT_FINITE: Final = re.compile(r"[+-]?(?:nan|inf(?:inity)?|1\.#[a-z]+)", re.IGNORECASE)


_EPOCH: Final = datetime(1899, 12, 30, tzinfo=UTC)


_EPOCH_1904: Final = datetime(1904, 1, 1, tzinfo=UTC)


_LEAP_DAY_1900: Final = 60


_DAY: Final = timedelta(days=1)


_CHINA: Final = timezone(timedelta(hours=8))


_FILTER_DEPTH: Final = 3  # of a column in the sheet's own filter


_BOOLEANS: Final = {"1": True, "true": True, "0": False, "false": False}


# Addresses by reference, kept between sheets and files, which mostly fill the same cells.
ADDRESSES: Final[dict[str, Address]] = {}


def address_of(ref: str) -> Address:
    """Return the place of a cell; kept, as sheets and files mostly fill the same ones."""
    address = ADDRESSES.get(ref)
    if address is None:
        if len(ADDRESSES) >= CACHE_LIMIT:
            ADDRESSES.clear()
        address = ADDRESSES[ref] = parse_address(ref)
    return address


def iso_serial(text: str, *, date1904: bool = False) -> float:
    """Return the serial number of an ISO 8601 date, time or both; ValueError for other text.

    So is a moment that is another day in China: a serial number has no zone, a text keeps it.
    """
    text = text.removeprefix("T")
    if ":" in text and "-" not in text:
        clock = time.fromisoformat(text.removesuffix("Z"))
        elapsed = timedelta(
            hours=clock.hour, minutes=clock.minute, seconds=clock.second,
            microseconds=clock.microsecond,
        )  # fmt: skip
        return elapsed / _DAY
    moment = datetime.fromisoformat(text)
    if moment.tzinfo and moment.astimezone(_CHINA).date() != moment.date():
        raise ValueError(f"another day in China: {text}")
    moment = moment.replace(tzinfo=UTC)
    elapsed = moment - (_EPOCH_1904 if date1904 else _EPOCH)
    serial = elapsed.days + (elapsed - timedelta(elapsed.days)) / _DAY
    # 1900 has a 29 February in every office program, so the days before it count one less
    return serial if date1904 or serial > _LEAP_DAY_1900 else serial - 1


@define
class Scan(SheetContent):
    """The filled cells of one sheet and what else the importer asks of it, by address."""

    default_hidden: bool = False
    filled: int = 0  # values delivered; more than are kept when an address came twice
    twice: list[Address] = Factory(list)  # where a value took the place of another

    def put(
        self,
        book: "SharedParts",
        address: Address,
        look: Look,
        formula: str | None,
        value: str | None,
    ) -> None:
        """Take one cell; ``value`` is the content of ``<v>``, or of ``<is>`` with type "text"."""
        kind, shown = look
        if formula is not None:
            self.formulas[address] = formula.removeprefix("=")
        kept, fault = _KINDS.get(kind, _written_text)(book, value) if value else ("", "")
        if kind == "d" and isinstance(kept, float):
            shown = "date"
        if shown and (formula is not None or value):
            self.formats[address] = shown
        if not fault and kept == "":
            return
        before = self.errors.pop(address, "") or self.cells.pop(address, "")
        if before not in ("", fault or kept):
            self.twice.append(address)
        if fault:
            self.errors[address] = fault
        else:
            self.cells[address] = kept
        self.filled += 1

    def hide_columns(self, attributes: Mapping[str, str]) -> None:
        """Take one ``<col>`` when it is hidden; ValueError when its bounds are not numbers."""
        if attributes.get("hidden") in ("1", "true"):
            first, last = int(attributes.get("min", "1")), int(attributes.get("max", "1"))
            self.hidden_columns.append((first - 1, last - 1))


Value = tuple[Scalar, str]  # what the cell holds, or "" and the text of its error


def _number(_book: SharedParts, value: str) -> Value:
    bare = value.strip(XML_SPACE)
    if NUMBER.fullmatch(bare):
        number = float(bare)
        return (number, "") if math.isfinite(number) else ("", bare)
    if _NOT_FINITE.fullmatch(bare):
        return "", bare
    return value if bare else "", ""  # text where a number should be: nothing is lost


def _boolean(_book: SharedParts, value: str) -> Value:
    return _BOOLEANS.get(value.strip(XML_SPACE).lower(), value), ""


def _date(book: SharedParts, value: str) -> Value:
    try:
        return iso_serial(value.strip(XML_SPACE), date1904=book.date1904), ""
    except (ValueError, OverflowError):
        return value, ""


_KINDS: Final[Mapping[str, Callable[[SharedParts, str], Value]]] = {
    "s": lambda book, value: (book.strings[value], ""),
    "n": _number,
    "b": _boolean,
    "d": _date,
    "e": lambda _book, value: ("", value.strip(XML_SPACE)),
    "text": lambda _book, value: (value, ""),  # of an inline string, already worked out
}


def _written_text(_book: SharedParts, value: str) -> Value:
    return unescape_excel(value), ""


@define
class SheetHandler(RichText):
    """Read a worksheet exactly, whatever its prefixes, comments and missing addresses."""

    book: SharedParts = Factory(lambda: SharedParts(SharedStrings("", ""), {}))
    scan: Scan = Factory(Scan)
    row: int = -1
    column: int = -1
    attributes: dict[str, str] = Factory(dict)
    formula: str | None = None
    value: str | None = None
    inline: str | None = None
    filter: str = ""

    def opened(self, local: str, parent: str, attributes: dict[str, str]) -> None:
        """Take the start of an element."""
        super().opened(local, parent, attributes)
        if not parent and local != "worksheet":
            raise damaged(self.part, "root", root=local[:40])
        try:
            if parent == "row" and local == "c":
                self._open_cell(attributes)
            elif parent == "c" and local in ("v", "f"):
                self.text = []
            elif parent == "sheetData" and local == "row":
                self._open_row(attributes)
            elif parent == "mergeCells" and local == "mergeCell":
                self.scan.merges.append(parse_range(attributes.get("ref", "")))
            elif parent == "cols" and local == "col":
                self.scan.hide_columns(attributes)
            elif parent in ("worksheet", "autoFilter"):
                self._open_frame(local, parent, attributes)
        except ValueError as error:
            raise damaged(self.part, "address", address=str(error)[:40]) from error

    def _open_row(self, attributes: dict[str, str]) -> None:
        self.row = parse_address("A" + attributes["r"])[0] if "r" in attributes else self.row + 1
        self.column = -1
        if attributes.get("hidden") in ("1", "true"):
            self.scan.hidden_rows.add(self.row)

    def _open_frame(self, local: str, parent: str, attributes: dict[str, str]) -> None:
        if parent == "autoFilter":
            # A view that somebody saved keeps a filter of its own, deeper inside.
            if local == "filterColumn" and len(self.path) == _FILTER_DEPTH:
                self.scan.filter = parse_range(self.filter)
        elif local == "autoFilter":
            self.filter = attributes.get("ref", "")
        elif local == "sheetProtection" and attributes.get("sheet") in ("1", "true"):
            self.scan.guard("protection")
        elif local == "sheetFormatPr":
            self.scan.default_hidden = attributes.get("zeroHeight") in ("1", "true")

    def _open_cell(self, attributes: dict[str, str]) -> None:
        self.attributes, self.formula, self.value, self.inline = attributes, None, None, None
        if "r" in attributes:
            self.row, self.column = parse_address(attributes["r"])
        else:
            self.column += 1
        if self.row >= MAX_ROWS or self.column >= MAX_COLUMNS:
            raise ValueError("outside the grid")

    def closed(self, local: str, parent: str) -> None:
        """Take the end of an element."""
        super().closed(local, parent)
        if parent == "c" and local in ("v", "f"):
            text, self.text = "".join(self.text or ()), None
            if local == "v":
                self.value = text
            else:
                self.formula = text
        elif parent == "c" and local == "is":
            self.inline = self.whole()
            self.scan.marked |= isinstance(self.inline, MarkedText)
        elif local == "c" and parent == "row":
            look = self.book.look(self.attributes.get("t"), self.attributes.get("s"))
            if self.inline is not None:
                look, self.value = ("text", look[1]), self.inline
            self.scan.put(self.book, (self.row, self.column), look, self.formula, self.value)
            if len(self.scan.cells) > self.book.max_cells:
                raise too_big("cells", self.book.max_cells)


def scan_sheet_exactly(book: SharedParts, text: str, part: str) -> Scan:
    """Return what a worksheet holds by parsing it; GridError when it is not well-formed."""
    handler = SheetHandler(book=book)
    handler.scan.unguarded = GUARDS
    if "dataValidation " in text:  # newer ones have a namespace of their own
        handler.scan.guard("validations")
    parse(text, part, handler)
    return handler.scan
