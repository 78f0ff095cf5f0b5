"""Read a returned workbook of whatever bytes into a sparse Grid, or refuse it with a stable code.

What a file is shows in its bytes, never in its name.  Every format is read here, in Python, from
bytes whose lengths were checked: no native parser, which a damaged file could bring down.

Nearly all that comes is .xlsx; the readers of other formats are loaded with the first such file.
"""

from collections.abc import Collection, Sequence
from typing import Final

from attrs import evolve, frozen

from clusterbook.readers.cells import FileNote, Grid, Scalar, SheetGrid
from clusterbook.readers.limits import (
    USUAL_LIMITS,
    GridError,
    Limits,
    after_password,
    open_package,
    too_big,
)
from clusterbook.readers.sniffing import sniff
from clusterbook.readers.xlsx.read import read_xlsx
from clusterbook.readers.zip_kinds import what_zip

__all__ = [
    "FileNote",
    "Grid",
    "GridError",
    "Limits",
    "Scalar",
    "SheetGrid",
    "read_grid",
    "sniff",
]  # fmt: skip

Skip = Collection[str]
_NEVER_READ: Final = ("pdf", "image", "rtf")  # named for what they are, however large


@frozen
class _Wanted:
    """What of a workbook is asked for; as ``read_grid`` has it."""

    limits: Limits
    skip: Skip
    uncomputed: Skip
    passwords: Sequence[str]


def read_grid(
    data: bytes,
    limits: Limits = USUAL_LIMITS,
    skip: Skip = frozenset(),
    uncomputed: Skip = frozenset(),
    passwords: Sequence[str] = (),
) -> Grid:
    """Return the grid of a workbook given as bytes.

    Hidden sheets whose names are in ``skip`` are listed without their cells, and not opened. Of
    those in ``uncomputed`` the cells with formulas may be left out. A file with a password to open
    is tried with each of ``passwords``; one that took one has the note "opened", and any GridError
    after that the fact ``opened``.

    Raises GridError, with a stable code: ``empty``, ``html``, ``encrypted`` (has a password to
    open), ``not_xlsx`` (fact ``found``: what it is), ``pack`` (a zip file of other files),
    ``rights`` (protected otherwise than by a password), ``too_big`` (facts ``what``, ``limit``),
    ``dtd``, ``missing_part`` (fact ``sheet``) and
    ``damaged`` (facts ``part``, ``reason``).
    """
    kind = sniff(data)
    wanted = _Wanted(limits, skip, uncomputed, passwords)
    if kind == "zip":
        return _read_zip(data, wanted)
    if len(data) > limits.file_bytes and kind not in _NEVER_READ:
        raise too_big("file", limits.file_bytes)
    if kind == "ole":
        return _read_ole(data, wanted)
    if kind in ("empty", "zeros"):
        raise GridError("empty", {"found": kind})
    if kind == "xml2003":
        from clusterbook.readers.xlsx.xml2003 import read_xml2003

        return read_xml2003(data, limits, skip)
    if kind in ("html", "mhtml"):
        raise GridError("html", {"found": kind})
    raise GridError("not_xlsx", {"found": kind})


def _read_zip(data: bytes, wanted: _Wanted) -> Grid:
    limits = wanted.limits
    if len(data) > limits.pack_bytes:
        raise too_big("file", limits.pack_bytes)
    package = open_package(data, limits)
    kind = what_zip(package)
    if kind == "zip":
        raise GridError("pack")
    if kind not in ("xlsx", "xlsb", "ods"):
        raise GridError("not_xlsx", {"found": kind, "parts": str(len(package.listed))})
    if len(data) > limits.file_bytes:
        raise too_big("file", limits.file_bytes)
    package.check()
    if kind == "xlsb":
        from clusterbook.readers.xlsb import read_xlsb

        return read_xlsb(package, limits, wanted.skip)
    if kind == "ods":
        from clusterbook.readers.ods.read import read_ods

        return read_ods(package, limits, wanted.skip)
    return read_xlsx(package, limits, wanted.skip, wanted.uncomputed)


_OLE_STREAMS: Final = {
    "WordDocument": "doc",
    "PowerPoint Document": "ppt",
    "HwpSummaryInformation": "hwp",
}


def _read_ole(data: bytes, wanted: _Wanted) -> Grid:
    from clusterbook.readers import office_cipher
    from clusterbook.readers.ole import open_ole
    from clusterbook.readers.xls.read import read_xls, workbook_stream

    package = open_ole(data)
    if office_cipher.is_rights_protected(package):
        raise GridError("rights")
    if office_cipher.PACKAGE in package.streams:
        content, opened = office_cipher.open_encrypted(data, package, wanted.passwords)
        with after_password(opened=opened):
            grid = _read_package(content, wanted)
        return evolve(grid, notes=(*grid.notes, FileNote("opened"))) if opened else grid
    if workbook_stream(package):
        return read_xls(package, wanted.limits, wanted.skip, wanted.passwords)
    found = next((kind for name, kind in _OLE_STREAMS.items() if name in package.streams), "ole")
    raise GridError("not_xlsx", {"found": found})


def _read_package(content: bytes, wanted: _Wanted) -> Grid:
    """Return the grid of what was encrypted, which can be no zip file of submissions."""
    try:
        return _read_zip(content, wanted)
    except GridError as error:
        if error.code != "pack":
            raise
        raise GridError("not_xlsx", {"found": "zip"}) from error
