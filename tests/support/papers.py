"""Papers as counties hand them in: PDFs, scans and photographs, made for the tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
from pikepdf import Name
from PIL import Image, ImageDraw

A4 = (595, 842)


def pdf(texts: Sequence[str], *, rotate: int = 0, crop: Sequence[float] = ()) -> bytes:
    """A page for each text, in a font that every reader has; an empty text gives a blank page."""
    made = pikepdf.new()
    font = made.make_indirect(
        pikepdf.Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    )
    for text in texts:
        page = made.add_blank_page(page_size=A4)
        page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        if text:
            page.obj.Contents = made.make_stream(
                f"BT /F1 24 Tf 80 700 Td ({text}) Tj ET".encode("latin-1")
            )
        if rotate:
            page.obj.Rotate = rotate
        if crop:
            page.obj.CropBox = [*crop]
    return saved(made)


def chinese(pages: Sequence[Sequence[str]]) -> bytes:
    """A page for each list of lines, in Chinese, with a text layer."""
    from clusterbook.evidence import lettering

    made = pikepdf.new()
    fonts = pikepdf.Dictionary({
        lettering.LATIN: lettering.latin(made),
        lettering.HAN: lettering.han(made, [line for lines in pages for line in lines]),
    })  # fmt: skip
    for lines in pages:
        page = made.add_blank_page(page_size=A4)
        page.obj.Resources = pikepdf.Dictionary(Font=fonts)
        drawn = [one for at, line in enumerate(lines)
                 for one in lettering.written(80, 740 - 24 * at, 14, line)]  # fmt: skip
        page.obj.Contents = made.make_stream("\n".join(drawn).encode())
    return saved(made)


def saved(made: pikepdf.Pdf) -> bytes:
    data = BytesIO()
    made.save(data, deterministic_id=True)
    return data.getvalue()


def picture(kind: str = "JPEG", size: tuple[int, int] = (400, 300), orientation: int = 1) -> bytes:
    """A picture that is red at its upper left corner once it is upright."""
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, size[0] // 4, size[1] // 4), fill="red")
    back = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90,
            8: Image.Transpose.ROTATE_270, 2: Image.Transpose.FLIP_LEFT_RIGHT,
            4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
            7: Image.Transpose.TRANSVERSE}  # fmt: skip
    if orientation in back:
        image = image.transpose(back[orientation])
    made = BytesIO()
    exif = Image.Exif()
    exif[0x0112] = orientation
    image.save(made, kind, **({"exif": exif} if kind in ("JPEG", "PNG", "WEBP") else {}))
    return made.getvalue()


def scanned(data: bytes) -> bytes:
    """A PDF as it comes back from printer and scanner: pictures of its pages, no text."""
    made = pikepdf.new()
    with pypdfium2.PdfDocument(data) as document:
        for page in document:
            image = page.render(scale=1.2, grayscale=True).to_pil()
            packed = BytesIO()
            image.save(packed, "JPEG", quality=60)
            width, height = page.get_size()
            sheet = made.add_blank_page(page_size=(width, height))
            drawn = pikepdf.Stream(
                made, packed.getvalue(), Type=Name.XObject, Subtype=Name.Image, Width=image.width,
                Height=image.height, BitsPerComponent=8, ColorSpace=Name.DeviceGray,
                Filter=Name.DCTDecode,
            )  # fmt: skip
            sheet.obj.Resources = pikepdf.Dictionary(
                XObject=pikepdf.Dictionary(Im=made.make_indirect(drawn))
            )
            sheet.obj.Contents = made.make_stream(f"{width} 0 0 {height} 0 0 cm /Im Do".encode())
    return saved(made)


def portfolio() -> bytes:
    """A PDF that is a cover for the files in it."""
    made = pikepdf.new()
    made.add_blank_page()
    made.attachments["证明.pdf"] = pdf(["inside"])
    made.Root.Collection = pikepdf.Dictionary(Type=Name.Collection)
    return saved(made)


def locked(data: bytes) -> bytes:
    """A PDF with a password to open."""
    made = BytesIO()
    with pikepdf.open(BytesIO(data)) as one:
        one.save(made, encryption=pikepdf.Encryption(owner="a", user="b"))
    return made.getvalue()


def miscounted() -> bytes:
    """A PDF of six pages that says it has three."""
    with pikepdf.open(BytesIO(pdf([f"page {n}" for n in range(6)]))) as made:
        data = BytesIO()
        made.save(data, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return data.getvalue().replace(b"/Count 6", b"/Count 3")


def form(value: str) -> bytes:
    """A PDF with a text field, filled in, and a script that runs when it is opened."""
    made = pikepdf.new()
    page = made.add_blank_page(page_size=A4)
    font = made.make_indirect(
        pikepdf.Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    )
    field = made.make_indirect(pikepdf.Dictionary(
        Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T="name", V=value, F=4,
        Rect=[100, 600, 400, 630], DA="/Helv 12 Tf 0 g",
    ))  # fmt: skip
    page.obj.Annots = [field]
    made.Root.AcroForm = pikepdf.Dictionary(
        Fields=[field], NeedAppearances=True, DA="/Helv 12 Tf 0 g",
        DR=pikepdf.Dictionary(Font=pikepdf.Dictionary(Helv=font)),
    )  # fmt: skip
    made.Root.OpenAction = pikepdf.Dictionary(S=Name.JavaScript, JS="app.alert(1)")
    return saved(made)


def folder_of(folder: Path, files: Mapping[str, bytes]) -> Path:
    """The files in a folder, by their paths below it."""
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def texts(data: bytes) -> list[str]:
    """The text layer of each page."""
    with pypdfium2.PdfDocument(data) as document:
        return [page.get_textpage().get_text_range() for page in document]


def seen(data: bytes, number: int, scale: float = 1.0) -> Image.Image:
    """A page as it is seen."""
    with pypdfium2.PdfDocument(data) as document:
        return document[number - 1].render(scale=scale).to_pil().convert("RGB")
