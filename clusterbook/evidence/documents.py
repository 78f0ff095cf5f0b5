"""A PDF that somebody sent, opened with care: its pages, what it is, and what is wrong with it.

Pages are counted by walking their tree, since the count that a file states may be wrong. What a
file holds beside its pages (scripts, links, forms, files) is never run and never carried on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any, Final, NoReturn

import pikepdf
from attrs import frozen

from clusterbook.errors import Error

PDF_MARK: Final = b"%PDF-"
MOST_PAGES: Final = 5_000
MOST_BYTES: Final = 500_000_000
_MARK_WITHIN: Final = 1024  # bytes that may stand before the mark
_PAPER: Final = (0.0, 0.0, 595.276, 841.89)  # A4, for a page without a size of its own
_SMALLEST, _LARGEST = 3.0, 14_400.0  # points that a side may have


class DocumentError(Error, ValueError):
    """A file that gives no pages; fact ``why`` is one of ``WORDS``, others fill its sentence."""

    def __init__(self, why: str, **facts: Any) -> None:
        super().__init__(why, why=why, **facts)

    def sentence(self) -> str:
        """Why, in the words of the catalogue."""
        return WORDS[str(self.facts["why"])].format_map(self.facts)


#: why a file gives no pages, and what to do
WORDS: Final = {
    "not_pdf": "不是 PDF 文件（实际是{actual}），请在原软件中另存为 PDF",
    "archive": "是压缩包，请解压后放入里面的 PDF 和图片",
    "empty": "是空文件（0 字节），请重新导出",
    "damaged": "已损坏，打不开，请重新导出或重新扫描",
    "locked": "设置了打开密码，请去掉密码后另存",
    "portfolio": "是文件包，里面另有{count}个文件，请取出后逐个放入",
    "pages": "页数超过{limit}页，请分成几个文件",
    "bytes": "文件超过{limit} MB，请压缩扫描件后重新保存",
    "no_pages": "里面没有页面，请重新导出",
    "live_form": "是只能用 Adobe 打开的动态表单，请打印成 PDF 后再放入",
    "heic": "是手机的 HEIC 照片，不能放入：请用看图软件打开后另存为 JPG，"
    "以后可在手机“设置—相机—格式”中选“兼容性最佳”",
    "picture": "图片已损坏，打不开，请重新拍照或扫描",
    "picture_kind": "这种图片（{actual}）不能放入，请另存为 JPG",
    "picture_size": "图片超过{limit}万像素，请缩小后重新保存",
    "costly": "打开时超过了时间或内存限度，请重新导出或重新扫描",
}


@frozen
class PageBox:
    """What is seen of a page before it is turned: corners in points, and by how much it is turned.

    ``unit`` is the size of a point of this page in points of the paper.
    """

    left: float
    bottom: float
    right: float
    top: float
    turned: int = 0
    unit: float = 1.0

    @property
    def width(self) -> float:
        """The width as it is seen, turned."""
        return self.top - self.bottom if self.turned % 180 else self.right - self.left

    @property
    def height(self) -> float:
        """The height as it is seen, turned."""
        return self.right - self.left if self.turned % 180 else self.top - self.bottom

    @property
    def matrix(self) -> tuple[float, float, float, float, float, float]:
        """From places as they are seen, counted from the lower left, to those of the page."""
        return {
            0: (1, 0, 0, 1, self.left, self.bottom), 90: (0, 1, -1, 0, self.right, self.bottom),
            180: (-1, 0, 0, -1, self.right, self.top), 270: (0, -1, 1, 0, self.left, self.top),
        }[self.turned]  # fmt: skip


@contextmanager
def opened(data: bytes) -> Iterator[pikepdf.Pdf]:
    """The PDF, one that only an owner's password binds included; DocumentError otherwise."""
    check_bytes(data)
    try:
        with pikepdf.open(BytesIO(data)) as pdf:
            _check(pdf)
            yield pdf
    except pikepdf.PasswordError as error:
        raise DocumentError("locked") from error
    except (pikepdf.PdfError, RecursionError, ValueError, TypeError, RuntimeError) as error:
        if isinstance(error, DocumentError):
            raise
        raise DocumentError("damaged") from error


def check_bytes(data: bytes) -> None:
    """DocumentError for what is no PDF, or a PDF too long to be opened."""
    if not data:
        raise DocumentError("empty")
    check_photo(data)
    if not is_pdf(data):
        _refuse(data)
    if len(data) > MOST_BYTES:
        raise DocumentError("bytes", limit=MOST_BYTES // 1_000_000)


def is_pdf(data: bytes) -> bool:
    """Whether some bytes say that they are a PDF."""
    return PDF_MARK in data[:_MARK_WITHIN]


def check_photo(data: bytes) -> None:
    """DocumentError for a photograph as telephones keep it, whatever the file is called."""
    if _PHOTO.match(data):
        raise DocumentError("heic")


_PHOTO: Final = re.compile(rb".{4}ftyp(?:hei[cfmsx]|hev[cmsx]|mif1|msf1|avi[fs])", re.DOTALL)
_KINDS: Final = (
    (b"PK", "Office 文档或 OFD"), (b"\xd0\xcf\x11\xe0", "旧版 Office 文档"),
    (b"\xff\xd8\xff", "图片"), (b"\x89PNG", "图片"), (b"MZ", "程序"),
    (b"<html", "网页"), (b"<!DOC", "网页"), (b"{\\rtf", "RTF 文字文档"),
)  # fmt: skip


_PACKS: Final = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
_IN_DOCUMENTS: Final = (b"[Content_Types].xml", b"OFD.xml", b"META-INF/manifest.xml")


def _refuse(data: bytes) -> NoReturn:
    """Say what it is that is no PDF; a document is a zip file, too."""
    if data.startswith(_PACKS) and not any(name in data for name in _IN_DOCUMENTS):
        raise DocumentError("archive")
    raise DocumentError("not_pdf", actual=_actual(data))


def _actual(data: bytes) -> str:
    return next((name for mark, name in _KINDS if data.startswith(mark)), "其他文件")


def _check(pdf: pikepdf.Pdf) -> None:
    root = pdf.Root
    if "/Collection" in root:
        raise DocumentError("portfolio", count=len(pdf.attachments))
    count = len(pdf.pages)  # qpdf walks the tree, whatever /Count says, and takes no page twice
    if not count:
        raise DocumentError("no_pages")
    if count > MOST_PAGES:
        raise DocumentError("pages", limit=MOST_PAGES)
    form = root.get("/AcroForm")
    if isinstance(form, pikepdf.Dictionary) and "/XFA" in form and root.get("/NeedsRendering"):
        raise DocumentError("live_form")


def inherited(page: pikepdf.Page, name: str) -> Any:
    """An attribute of a page, or of the branches of the tree that it hangs on; None for none."""
    node: Any = page.obj
    seen = 0
    while isinstance(node, pikepdf.Dictionary) and seen < 64:  # noqa: PLR2004 - trees are not so deep
        if name in node:
            return node[name]
        node, seen = node.get("/Parent"), seen + 1
    return None


def box_of(page: pikepdf.Page) -> PageBox:
    """What is seen of a page: its crop box within its media box."""
    media = _corners(inherited(page, "/MediaBox")) or _PAPER
    crop = _corners(inherited(page, "/CropBox")) or media
    left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
    right, top = min(media[2], crop[2]), min(media[3], crop[3])
    if right - left < _SMALLEST or top - bottom < _SMALLEST:
        left, bottom, right, top = media
    turned = inherited(page, "/Rotate")
    angle = round(float(turned) / 90) * 90 % 360 if _number(turned) else 0
    unit: Any = page.obj.get("/UserUnit")
    scale = float(unit) if _number(unit) and 0 < float(unit) <= _LARGEST else 1.0
    return PageBox(left, bottom, right, top, angle, scale)


def _corners(found: Any) -> tuple[float, float, float, float] | None:
    if not isinstance(found, pikepdf.Array) or len(found) != 4 or not all(map(_number, found)):  # noqa: PLR2004
        return None
    a, b, c, d = (float(one) for one in found)
    box = min(a, c), min(b, d), max(a, c), max(b, d)
    return box if box[2] - box[0] >= _SMALLEST and box[3] - box[1] >= _SMALLEST else None


def _number(value: Any) -> bool:
    try:
        found = float(value)
    except (TypeError, ValueError):
        return False
    return abs(found) < 1e9  # noqa: PLR2004 - no NaN either
