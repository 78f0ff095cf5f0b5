"""What the pages of a volume hold, seen once in a worker: words, blank pages, pages not to be seen.

Words are those of the text layer; nothing is recognised in pictures.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from typing import Any, Final

import pikepdf
import pypdfium2  # type: ignore[import-untyped]
from attrs import frozen
from pypdfium2 import raw

from clusterbook.evidence.documents import DocumentError, opened
from clusterbook.forms.parsing.folding import fold

TEXT, PICTURE, BLANK, BROKEN = "text", "picture", "blank", "broken"
_STAMP: Final = re.compile(r"^(?:佐证)?(?:[Pp]\.?|第)?\d{1,5}页?$")
_WORDS: Final = 20  # signs from which on a page has a text layer worth looking at
_MOST_SIGNS: Final = 6_000  # kept of a page
_WIDE: Final = 200  # pixels of a page that is looked at
_DARKER: Final = 30  # than the paper: what was written there
_LEAST: Final = 25  # pixels that are no dust
_CORNER: Final = (0.8, 0.09)  # where page numbers stand, and what is above and beside it
_EDGE: Final = 0.02  # the rim of a scan


@frozen
class Survey:
    """The pages of one file: what each is, and its words; or why it gives none."""

    pages: tuple[tuple[str, str], ...] = ()
    why: str = ""

    def packed(self) -> bytes:
        """As it is kept."""
        return json.dumps([self.why, self.pages], ensure_ascii=False).encode()

    @classmethod
    def unpacked(cls, data: bytes) -> Survey:
        """What was kept."""
        why, pages = json.loads(data)
        return cls(tuple((what, words) for what, words in pages), why)


def survey(data: bytes) -> Survey:
    """What is to be known of a PDF, or of a file that should be one."""
    try:
        looked_at, count = for_pdfium(data)
    except DocumentError as error:
        return Survey(why=error.sentence())
    with pypdfium2.PdfDocument(looked_at) as document:
        return Survey(tuple(_seen(document, number) for number in range(count)))


def for_pdfium(data: bytes) -> tuple[bytes, int]:
    """The PDF as PDFium opens all its pages, and how many there are; DocumentError otherwise."""
    with opened(data) as pdf:
        count = len(pdf.pages)
        # PDFium believes the count that a file states, and does not open every page at once.
        return data if _counted(data) == count else _plain(pdf), count


def _counted(data: bytes) -> int:
    with suppress(pypdfium2.PdfiumError), pypdfium2.PdfDocument(data) as document:
        return len(document)
    return -1


def _plain(pdf: pikepdf.Pdf) -> bytes:
    made = BytesIO()
    pdf.save(made)
    return made.getvalue()


def _seen(document: Any, number: int) -> tuple[str, str]:
    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return BROKEN, ""
    try:
        words = _words(page)
        if len(words) >= _WORDS:
            return TEXT, words[:_MOST_SIGNS]
        if not _empty(page):
            return PICTURE, words
        return (BROKEN if any(map(_damaged, _images(page))) else BLANK), ""
    except pypdfium2.PdfiumError:
        return BROKEN, ""
    finally:
        page.close()


def _words(page: Any) -> str:
    """The text layer, folded, without blanks and without the number of the page."""
    text = page.get_textpage().get_text_range()
    lines = (fold(line) for line in text.splitlines())
    return "".join(line for line in lines if not _STAMP.match(line)).lower()


def _empty(page: Any) -> bool:
    """Whether nothing is to be seen but paper, a page number and dust."""
    width, height = page.get_size()
    scale = min(_WIDE / max(width, 1), 4 * _WIDE / max(height, 1))
    image = page.render(scale=scale, grayscale=True).to_pil()
    rim = round(image.width * _EDGE), round(image.height * _EDGE)
    right, low = round(image.width * _CORNER[0]), round(image.height * _CORNER[1])
    body = image.crop((rim[0], low, image.width - rim[0], image.height - rim[1]))
    head = image.crop((rim[0], rim[1], right, low))
    counts = [a + b for a, b in zip(body.histogram(), head.histogram(), strict=True)]
    half, paper = sum(counts) / 2, 0
    below = 0
    for paper, count in enumerate(counts):  # noqa: B007 - the value at which half is reached
        below += count
        if below >= half:
            break
    return bool(sum(counts[: max(0, paper - _DARKER)]) < _LEAST)


def _images(page: Any) -> Iterator[Any]:
    yield from page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=4)


def _damaged(image: Any) -> bool:
    try:
        image.get_bitmap()  # freed with what holds it; closing it is warned of
    except pypdfium2.PdfiumError:
        return True
    return False
