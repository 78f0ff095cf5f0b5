"""Read a returned workbook of whatever bytes into a sparse Grid, or refuse it with a stable code.

What a file is shows in its bytes, never in its name.  Every format is read here, in Python, from
bytes whose lengths were checked: no native parser, which a damaged file could bring down.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Final

from clusterbook.cells import Address, Grid, Note, Scalar, SheetGrid
from clusterbook.guard import (
    USUAL_LIMITS,
    GridError,
    Limits,
    Package,
    open_package,
    sniff,
    too_big,
)
from clusterbook.ods import read_ods
from clusterbook.ole import open_ole
from clusterbook.xls import read_xls
from clusterbook.xlsb import read_xlsb
from clusterbook.xlsx import read_xlsx
from clusterbook.zip_kinds import what_zip

__all__ = [
    "Address", "Grid", "GridError", "Limits", "Note", "Scalar", "SheetGrid", "read_grid", "sniff",
]  # fmt: skip

Skip = Collection[str]
_NEVER_READ: Final = ("pdf", "image", "rtf")  # named for what they are, however large


def read_grid(
    data: bytes,
    limits: Limits = USUAL_LIMITS,
    skip: Skip = frozenset(),
    uncomputed: Skip = frozenset(),
) -> Grid:
    """Return the grid of a workbook given as bytes.

    Hidden sheets whose names are in ``skip`` are listed without their cells, and not opened. Of
    those in ``uncomputed`` the cells with formulas may be left out.

    Raises GridError, with a stable code: ``empty``, ``html``, ``encrypted`` (has a password to
    open), ``not_xlsx`` (fact ``found``: what it is), ``pack`` (a zip file of other files),
    ``too_big`` (facts ``what``, ``limit``), ``dtd``, ``missing_part`` (fact ``sheet``) and
    ``damaged`` (facts ``part``, ``reason``).
    """
    kind = sniff(data)
    if kind == "zip":
        return _read_zip(data, limits, skip, uncomputed)
    if len(data) > limits.file_bytes and kind not in _NEVER_READ:
        raise too_big("file", limits.file_bytes)
    if kind == "ole":
        return _read_ole(data, limits, skip)
    if kind in ("empty", "zeros"):
        raise GridError("empty", {"found": kind})
    if kind in ("html", "mhtml"):
        raise GridError("html", {"found": kind})
    raise GridError("not_xlsx", {"found": kind})


def _read_zip(data: bytes, limits: Limits, skip: Skip, uncomputed: Skip) -> Grid:
    if len(data) > limits.pack_bytes:
        raise too_big("file", limits.pack_bytes)
    package = open_package(data, limits)
    kind = what_zip(package)
    if kind == "zip":
        raise GridError("pack")
    reader = _ZIP_READERS.get(kind)
    if kind != "xlsx" and reader is None:
        raise GridError("not_xlsx", {"found": kind, "parts": str(len(package.listed))})
    if len(data) > limits.file_bytes:
        raise too_big("file", limits.file_bytes)
    package.check()
    if reader is None:
        return read_xlsx(package, limits, skip, uncomputed)
    return reader(package, limits, skip)


_OLE_STREAMS: Final = {
    "EncryptedPackage": "encrypted",
    "WordDocument": "doc",
    "PowerPoint Document": "ppt",
    "HwpSummaryInformation": "hwp",
}


def _read_ole(data: bytes, limits: Limits, skip: Skip) -> Grid:
    package = open_ole(data)
    if not package.streams.keys().isdisjoint(("Workbook", "Book")):
        return read_xls(package, limits, skip)
    found = next((kind for name, kind in _OLE_STREAMS.items() if name in package.streams), "ole")
    if found == "encrypted":
        raise GridError("encrypted")
    raise GridError("not_xlsx", {"found": found})


_ZIP_READERS: Final[Mapping[str, Callable[[Package, Limits, Skip], Grid]]] = {
    "xlsb": read_xlsb,
    "ods": read_ods,
}
