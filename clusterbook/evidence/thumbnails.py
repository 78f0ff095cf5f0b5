"""A page of a volume as a small picture, for whoever looks up what a return cites."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import Final

import pypdfium2  # type: ignore[import-untyped]

from clusterbook.evidence.documents import DocumentError
from clusterbook.evidence.survey import for_pdfium

WIDE: Final = 420  # pixels
_TALL: Final = 1_200


def thumbnail(files: Iterable[bytes], number: int) -> bytes:
    """The page as PNG; pages count on from one file to the next, from 1. Empty where there is none.

    What cannot be rendered, or stands behind a file whose pages cannot be counted, is none.
    """
    left = number
    try:
        for data in files:
            plain, count = for_pdfium(data)
            if left <= count:
                return _rendered(plain, left - 1)
            left -= count
    except (DocumentError, pypdfium2.PdfiumError):
        return b""
    return b""


def _rendered(data: bytes, at: int) -> bytes:
    with pypdfium2.PdfDocument(data) as document:
        page = document[at]
        width, height = page.get_size()
        scale = min(WIDE / max(width, 1), _TALL / max(height, 1))
        picture = BytesIO()
        page.render(scale=scale).to_pil().save(picture, "PNG", optimize=True)
        page.close()
    return picture.getvalue()
