"""What a zip file is: a workbook, a document of some other program, or a pack of files.

Many programs keep their documents as zip files. One taken for a pack would become as many rejected
submissions as it has parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from clusterbook.readers.limits import Package, ZipEntry, start_of
from clusterbook.readers.sniffing import sniff

_SMALL: Final = 65_535
_HEAD: Final = 1_000_000  # bytes of a part that are looked at

# By what the part "mimetype" says: OpenDocument, EPUB.
_MIMETYPES: Final = (
    (b"opendocument.spreadsheet", "ods"), (b"opendocument.text", "odt"),
    (b"opendocument.presentation", "odp"), (b"opendocument", "odf"), (b"epub", "epub"),
    (b"xmind", "xmind"), (b"uof.spreadsheet", "uos"), (b"uof", "uof"),
)  # fmt: skip
# By a part that no other kind has; the first that is there decides.
_CLUES: Final = (
    ("OFD.xml", "ofd"), ("xl/workbook.bin", "xlsb"), ("word/document.xml", "docx"),
    ("ppt/presentation.xml", "pptx"), ("xl/workbook.xml", "xlsx"),
    ("AndroidManifest.xml", "program"), ("META-INF/MANIFEST.MF", "program"),
    ("META-INF/container.xml", "epub"),
)  # fmt: skip
# Of Open Packaging: by the folder in which a program keeps its parts.
_FOLDERS: Final = (
    ("word/", "docx"), ("ppt/", "pptx"), ("visio/", "vsdx"), ("xl/", "xlsx"),
    ("FixedDoc", "xps"), ("Documents/1/", "xps"),
)  # fmt: skip
_PACKAGING: Final = ("[Content_Types].xml", "_rels/.rels")
# OpenDocument without its mimetype: what the root of the content holds.
_BODIES: Final = (
    (b"opendocument.spreadsheet", "ods"), (b"opendocument.text", "odt"),
    (b"opendocument.presentation", "odp"), (b"<office:spreadsheet", "ods"),
    (b"<office:text", "odt"), (b"<office:presentation", "odp"), (b"<office:drawing", "odf"),
)  # fmt: skip
_SPREADSHEET: Final = re.compile(rb"uof[.:]?spreadsheet|<(?:\w+:)?spreadsheet[ >:]|\xe8\xa1\xa8:")

# What counties put into a pack, by the ends of names; people rename files, so this only decides
# between a pack and the inside of some program's document.
_SENT: Final = re.compile(
    r"\.(?:xls[xmb]?|xlt[xm]?|ett?|ods|csv|uos|numbers|docx?|wpt?s?|rtf|odt|pdf|ofd|ceb|txt|pptx?|dps|"
    r"jpe?g|png|bmp|gif|tiff?|heic|webp|zip|rar|7z|mp4|mov|avi|mp3)$",
    re.IGNORECASE,
)
_WORKBOOKS: Final = re.compile(r"\.(?:xls[xmb]?|xlt[xm]?|ett?|ods)$", re.IGNORECASE)
_BESIDE: Final = re.compile(r"(?:^|/)(?:__MACOSX/|\._|\.DS_Store$)")


def what_zip(package: Package) -> str:
    """Return what a zip file is: "xlsx", "ods", "docx", "ofd" and so on.

    "zip" is a pack of files; "parts" is none of all these, and no pack either.
    """
    said = _head(package, "mimetype") if _small(package, "mimetype") else b""
    for mark, kind in _MIMETYPES:
        if said and mark in said:
            return kind
    for clue, kind in _CLUES:
        if package.find(clue):
            return kind
    if any(map(package.find, _PACKAGING)):
        return _packaged(package)
    return _apple(package) or _unmarked(package) or ("zip" if _is_pack(package) else "parts")


def _packaged(package: Package) -> str:
    """What a file of Open Packaging is by its folders: its main part may have any name."""
    for folder, kind in _FOLDERS:
        if any(name.startswith(folder) for name in package.entries):
            return kind
    return "xlsx"  # its reader tells what is missing


def _apple(package: Package) -> str:
    """Which program of Apple's wrote a file, '' where none did.

    A document may be a folder, which lies in the zip file under its own name. A spreadsheet and a
    letter differ in the number that the first message of the document bears.
    """
    names = [name for name in package.entries if not _BESIDE.search(name)]
    tops = {name.partition("/")[0] for name in names}
    if len(tops) == 1:
        top = f"{tops.pop()}/"
        names = [name.removeprefix(top) for name in names]
    else:
        top = ""
    there = set(names)
    if "index.apxl" in there or any(name.startswith("Index/Slide") for name in names):
        return "key"
    if "Index/Document.iwa" in there:
        start = _head(package, f"{top}Index/Document.iwa")[:64]
        return "pages" if _PAGES in start else "numbers"
    older = {"index.xml", "Index.zip"} & there and any("plist" in name for name in names)
    return "numbers" if older else ""


_PAGES: Final = b"\x08\x90\x4e"  # message 10000, the document of Pages


def _unmarked(package: Package) -> str:
    """What a document is whose program left out, or lost, the part that says so."""
    manifest = _head(package, "META-INF/manifest.xml")
    if b"xmap" in manifest or {"content.json", "metadata.json"} <= package.entries.keys():
        return "xmind"
    if package.find("uof.xml"):
        seen = _head(package, "uof.xml") + _head(package, "content.xml")
        return "uos" if _SPREADSHEET.search(seen) else "uof"
    if package.find("content.xml") and (manifest or package.find("meta.xml")):
        seen = manifest + _head(package, "content.xml")
        return next((kind for mark, kind in _BODIES if mark in seen), "odf")
    return ""


def _is_pack(package: Package) -> bool:
    """Whether people put these files together: one may be a workbook, or most are documents."""
    files = [entry for entry in package.listed
             if not entry.name.endswith("/") and not _BESIDE.search(entry.name)]  # fmt: skip
    if not files or any(map(_may_be_workbook, _names(files))):
        return True
    known = sum(_SENT.search(name) is not None for name in _names(files))
    if 2 * known >= len(files):
        return True
    unnamed = [entry for entry in files if "." not in entry.name.rpartition("/")[2]]
    return any(sniff(start_of(package.data, entry, 8)) in ("zip", "ole") for entry in unnamed)


def _may_be_workbook(name: str) -> bool:
    return _WORKBOOKS.search(name) is not None


def _names(entries: list[ZipEntry]) -> Iterator[str]:
    return (entry.name for entry in entries)


def _small(package: Package, part: str) -> bool:
    entry = package.entries.get(part)
    return entry is not None and entry.size < _SMALL


def _head(package: Package, part: str) -> bytes:
    """The first bytes of a part; b"" where it is not there or has a password."""
    name = package.find(part)
    return start_of(package.data, package.entries[name], _HEAD) if name else b""
