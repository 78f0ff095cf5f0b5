"""Pictures as pages of A4: upright as their camera or scanner says, whole, and not made bigger."""

from __future__ import annotations

import re
import warnings
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

import pikepdf
from attrs import frozen
from PIL import Image, UnidentifiedImageError

from clusterbook.evidence.documents import DocumentError, check_photo, is_pdf

ENDINGS: Final = (
    ".jpg",
    ".jpeg",
    ".jpe",
    ".jfif",
    ".png",
    ".bmp",
    ".tif",
    ".tiff",
    ".gif",
    ".webp",
)
A4: Final = (595.276, 841.89)
_MARGIN: Final = 36.0  # points, so that the page number stands beside the picture
_MOST_PIXELS: Final = 150_000_000
_MOST_FRAMES: Final = 500
_FINEST: Final = 0.75  # points that a pixel takes at most: 96 to the inch
_ORIENTATION: Final = 0x0112
_TURNS_ASIDE: Final = 5  # from this orientation on width and height change places
_FORMATS: Final = ("JPEG", "PNG", "BMP", "TIFF", "GIF", "WEBP")  # Pillow makes MPO of JPEG itself
# Not the two letters with which a BMP begins: texts do so, too.
_MARKS: Final = re.compile(rb"\xff\xd8\xff|\x89PNG\r\n|GIF8|II\*\0|MM\0\*|RIFF.{4}WEBP", re.DOTALL)
# From the unit square of a stored picture to that of the picture upright, by its orientation.
_UPRIGHT: Final = {
    1: (1, 0, 0, 1, 0, 0), 2: (-1, 0, 0, 1, 1, 0), 3: (-1, 0, 0, -1, 1, 1), 4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1), 6: (0, -1, 1, 0, 0, 1), 7: (0, 1, 1, 0, 0, 0), 8: (0, 1, -1, 0, 1, 0),
}  # fmt: skip


@frozen
class Picture:
    """One picture, ready to be put on a page."""

    width: int
    height: int
    orientation: int
    filter: str
    space: str
    bits: int
    data: bytes
    inverted: bool = False

    @property
    def upright(self) -> tuple[int, int]:
        """Width and height as it is to be seen."""
        aside = self.orientation >= _TURNS_ASIDE
        return (self.height, self.width) if aside else (self.width, self.height)


def is_picture(name: str, data: bytes) -> bool:
    """Whether a file is a picture: by what it holds, and by its name where that tells nothing."""
    if _MARKS.match(data):
        return True
    return name.lower().endswith(ENDINGS) and not is_pdf(data)


def pictures(data: bytes) -> Iterator[Picture]:
    """The pictures of a file: one, or every page of a TIFF; DocumentError where there is none."""
    check_photo(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(BytesIO(data), formats=_FORMATS) as image:
                yield from _frames(image, data)
        except UnidentifiedImageError as error:
            raise DocumentError("picture") from error
        except Image.DecompressionBombError as error:
            raise DocumentError("picture_size", limit=_MOST_PIXELS // 10_000) from error
        except (OSError, SyntaxError, ValueError, EOFError, TypeError, zlib.error) as error:
            if isinstance(error, DocumentError):
                raise
            raise DocumentError("picture") from error


def _frames(image: Any, data: bytes) -> Iterator[Picture]:
    count = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
    if count > _MOST_FRAMES:
        raise DocumentError("pages", limit=_MOST_FRAMES)
    for number in range(count):
        if count > 1:
            image.seek(number)
        if image.width * image.height > _MOST_PIXELS:
            raise DocumentError("picture_size", limit=_MOST_PIXELS // 10_000)
        yield _photo(image, data) if image.format in ("JPEG", "MPO") else _drawn(image)


def _orientation(image: Any) -> int:
    found = image.getexif().get(_ORIENTATION, 1)
    return found if found in _UPRIGHT else 1


def _photo(image: Any, data: bytes) -> Picture:
    """A JPEG as it is: nothing of it is compressed anew."""
    orientation, mode = _orientation(image), image.mode
    width, height = image.size
    spaces = {"L": "/DeviceGray", "RGB": "/DeviceRGB", "CMYK": "/DeviceCMYK"}
    if mode not in spaces:
        raise DocumentError("picture_kind", actual=f"JPEG {mode}")
    inverted = mode == "CMYK" and "adobe" in image.info
    image.draft("L", (width // 8, height // 8))  # decoded small: is all of it there?
    image.load()
    return Picture(width, height, orientation, "/DCTDecode", spaces[mode], 8, data, inverted)


def _drawn(image: Any) -> Picture:
    """Any other picture, without loss, on white where it is transparent."""
    orientation = _orientation(image)
    image.load()
    plain = image
    if image.mode.startswith("I;16"):
        plain = image.point(lambda value: value / 256).convert("L")
    elif image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        seen = image.convert("RGBA")
        plain = Image.new("RGB", seen.size, "white")
        plain.paste(seen, mask=seen.getchannel("A"))
    elif image.mode not in ("1", "L", "RGB", "CMYK"):
        plain = image.convert("RGB")
    space = {"RGB": "/DeviceRGB", "CMYK": "/DeviceCMYK"}.get(plain.mode, "/DeviceGray")
    bits = 1 if plain.mode == "1" else 8
    packed = zlib.compress(plain.tobytes(), 6)
    return Picture(plain.width, plain.height, orientation, "/FlateDecode", space, bits, packed)


def add_page(pdf: pikepdf.Pdf, picture: Picture) -> None:
    """A page of A4, upright or across as the picture is, with the picture in its middle."""
    width, height = picture.upright
    paper = A4 if width <= height else A4[::-1]
    scale = min((paper[0] - 2 * _MARGIN) / width, (paper[1] - 2 * _MARGIN) / height, _FINEST)
    wide, high = width * scale, height * scale
    left, bottom = (paper[0] - wide) / 2, (paper[1] - high) / 2
    a, b, c, d, e, f = _UPRIGHT[picture.orientation]
    matrix = (a * wide, b * high, c * wide, d * high, left + e * wide, bottom + f * high)
    image = pikepdf.Stream(
        pdf, picture.data, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image,
        Width=picture.width, Height=picture.height, BitsPerComponent=picture.bits,
        ColorSpace=pikepdf.Name(picture.space), Filter=pikepdf.Name(picture.filter),
    )  # fmt: skip
    if picture.inverted:
        image.Decode = [1, 0, 1, 0, 1, 0, 1, 0]
    drawn = f"q {' '.join(f'{one:.3f}' for one in matrix)} cm /Im Do Q".encode()
    pdf.pages.append(pikepdf.Page(pikepdf.Dictionary(
        Type=pikepdf.Name.Page, MediaBox=[0, 0, *paper],
        Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=pdf.make_indirect(image))),
        Contents=pdf.make_stream(drawn),
    )))  # fmt: skip
