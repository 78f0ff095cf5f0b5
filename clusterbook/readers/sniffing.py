"""What kind of file some bytes are, seen in how they begin; nothing is unpacked for it."""

import re
from typing import Final

_MAGIC: Final = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"\x09\x08", "xls_ancient"),  # BIFF without a container
    (b"\x09\x04", "xls_ancient"),
    (b"\x09\x02", "xls_ancient"),
    (b"\x09\x00\x04\x00", "xls_ancient"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"BM", "image"),
    (b"II*\0", "image"),
    (b"MM\0*", "image"),
    (b"{\\rtf", "rtf"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ", "archive"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0", "shortcut"),  # .lnk
    (b"book\0\0\0\0mark", "shortcut"),  # an alias of macOS
    (b"bplist00\xd1\x01\x02SURL", "shortcut"),  # .webloc
    (b".pfile", "rights"),  # Microsoft's wrapper around files of any kind
)
_STARTS: Final = (
    (re.compile(rb".{0,1019}%PDF-", re.DOTALL), "pdf"),
    # What security software makes of every file as soon as it is saved.
    (re.compile(rb"%[A-Za-z]{2,8}-Header-|.{0,16}E-SafeNet\0", re.DOTALL), "wrapped"),
    (re.compile(rb".{4}ftyp(?:hei|mif|avif)|RIFF.{4}WEBP", re.DOTALL), "image"),
)
_START: Final = 4_096
_TEXT_START: Final = 65_536  # comments before the first element may be long
_LOCK_SIZES: Final = (54, 165)  # of the files that Word and Excel lay beside an open one


def sniff(data: bytes) -> str:
    """Return what kind of file the bytes are: "zip", "ole", "html", "text", "unknown" and so on."""
    start = data[:_START]
    if not start.strip(b"\0") and not data.strip(b"\0"):
        return "zeros" if data else "empty"
    found = next((kind for magic, kind in _MAGIC if start.startswith(magic)), "")
    found = found or next((kind for shape, kind in _STARTS if shape.match(start)), "")
    if found:
        return found
    if len(data) in _LOCK_SIZES and 0 < data[0] < _LOCK_SIZES[0] and data[-1] in b"\0 ":
        return "lock"
    return _sniff_text(data[:_TEXT_START])


# --- texts ------------------------------------------------------------------------------------

_MAIL: Final = re.compile(
    rb"(?:[a-z][\w-]{0,40}:[^\n]*\n(?:[ \t][^\n]*\n)*){0,20}mime-version:", re.IGNORECASE
)
_SHORTCUT: Final = re.compile(
    rb"(?:\[[^\]\r\n]{1,80}\][^\[]{0,500})?\[(?:internetshortcut|desktop entry)\]", re.IGNORECASE
)
_CONTROL: Final = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")


def _sniff_text(start: bytes) -> str:
    bare = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        bare = start.decode("utf-16", "replace").encode().lstrip()
    if _MAIL.match(bare):
        return "mhtml"
    if _SHORTCUT.match(bare):
        return "shortcut"
    if bare.startswith(b"<"):
        return _sniff_markup(bare)
    return "unknown" if b"\0" in bare or _CONTROL.search(bare) else "text"


# What may stand before the first element: declarations, instructions, comments.
_PROLOGUE: Final = re.compile(rb"(?:\s|<\?[^>]*>|<!--.*?-->)*", re.DOTALL)
_PAGE: Final = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|table|meta)\b(?![:.-])", re.IGNORECASE
)
# Programs that write tables for Excel leave out what stands around them.
_SCRAP: Final = re.compile(
    rb"<(?:title|base|link|style|script|thead|tbody|tr|td|th|frameset|div|span|font|center|form|h[1-6]"
    rb"|p|br|img|ul|ol|a|b)\b(?![:.-])",
    re.IGNORECASE,
)
_OTHER_ROOTS: Final = (
    (re.compile(rb"<(?:\w+:)?Workbook\s[^>]*office:spreadsheet"), "xml2003"),
    (re.compile(rb"<(?:\w+:)?wordDocument\s"), "doc"),
    (re.compile(rb"<!DOCTYPE plist.{0,400}<key>URL</key>", re.DOTALL), "shortcut"),
)


def _sniff_markup(bare: bytes) -> str:
    """Return what a file is by its first element."""
    prologue = _PROLOGUE.match(bare)
    end = prologue.end() if prologue else 0
    first = bare[end:]
    if _PAGE.match(first) or (_SCRAP.match(first) and b"<?xml" not in bare[:end]):
        return "html"
    return next((kind for root, kind in _OTHER_ROOTS if root.match(first)), "xml")
