"""One volume of all materials: merged, each page numbered, with contents and bookmarks.

A page is cited by where it stands in the volume, contents included, so the number that is printed
on it, the one that a reader of PDF shows and the one in the return are the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from io import BytesIO
from typing import Any, Final

import pikepdf
from attrs import frozen
from pikepdf import Name

from clusterbook.evidence import lettering
from clusterbook.evidence.contents import TITLE, ContentsLine, add_contents, laid_out
from clusterbook.evidence.documents import DocumentError, PageBox, box_of, inherited, opened
from clusterbook.evidence.materials import Material
from clusterbook.evidence.pictures import A4, add_page, is_picture, pictures

MOST_PAGES: Final = 20_000  # of a volume
_MADE_BY: Final = "clusterbook evidence"  # what a volume says of itself
# What a page keeps; all else leads elsewhere or does something when it is opened.
_KEPT: Final = frozenset(
    ("/Type", "/Parent", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Contents", "/Resources",
     "/Group")
)  # fmt: skip
_SIZE: Final = 12.0  # of a page number on A4
_EDGE: Final = 18.0


@frozen(kw_only=True)
class BoundMaterial:
    """A material in the volume: its first and last page."""

    material: Material
    first: int
    last: int
    #: of its file
    sha256: str = ""

    @property
    def pages(self) -> int:
        """How many pages it has."""
        return self.last - self.first + 1


@frozen(kw_only=True)
class RefusedMaterial:
    """A file that could not be taken into the volume, and why."""

    material: Material
    why: str


@frozen(kw_only=True)
class Volume:
    """A volume: the bytes of its PDF, what stands where, and what could not be taken."""

    data: bytes
    bound: tuple[BoundMaterial, ...]
    refused: tuple[RefusedMaterial, ...]
    pages: int

    def same(self) -> list[list[BoundMaterial]]:
        """Materials that are the same file, byte by byte."""
        found: dict[str, list[BoundMaterial]] = {}
        for one in self.bound:
            found.setdefault(one.sha256, []).append(one)
        return [own for own in found.values() if len(own) > 1]


@frozen
class _Taken:
    """A material that was taken in, how many pages it has, and the hash of its file."""

    material: Material
    pages: int
    sha256: str


def bind(materials: Sequence[tuple[Material, bytes]], about: str = "") -> Volume:
    """The volume of these materials in this order; the same ones give the same bytes.

    ``about`` stands below its title. What cannot be taken is told, and the rest bound without it.
    """
    refused: list[RefusedMaterial] = []
    taken: list[_Taken] = []
    with ExitStack() as stack:
        pdf = stack.enter_context(pikepdf.new())
        layers = _Layers()
        for material, data in materials:
            before = len(pdf.pages)
            try:
                source = stack.enter_context(pikepdf.new())
                _take(stack, pdf, source, material, data, layers)
                digest = hashlib.sha256(data).hexdigest()
                taken.append(_Taken(material, len(pdf.pages) - before, digest))
            except DocumentError as error:
                del pdf.pages[before:]
                refused.append(RefusedMaterial(material=material, why=error.sentence()))
        if len(pdf.pages) > MOST_PAGES:
            raise DocumentError("pages", limit=MOST_PAGES)
        return _finished(pdf, taken, refused, layers, about)


def is_volume(data: bytes) -> bool:
    """Whether a file is a volume that was bound here."""
    try:
        with opened(data) as pdf:
            return str(pdf.docinfo.get("/Creator", "")) == _MADE_BY
    except DocumentError:
        return False


def _finished(
    pdf: pikepdf.Pdf, taken: Sequence[_Taken], refused: Sequence[RefusedMaterial],
    layers: _Layers, about: str,
) -> Volume:  # fmt: skip
    lines = [ContentsLine(one.material.title, one.material.said, one.pages) for one in taken]
    front = len(laid_out(lines, about))
    bound, at = [], front
    for one in taken:
        bound.append(BoundMaterial(material=one.material, first=at + 1, last=at + one.pages,
                                   sha256=one.sha256))  # fmt: skip
        at += one.pages
    links = add_contents(pdf, lines, about)
    _number(pdf)
    for number, target, area in links:
        _link(pdf, number, target, area)
    _bookmarks(pdf, bound)
    layers.put(pdf)
    pdf.Root.PageLabels = pikepdf.Dictionary(
        Nums=[0, pikepdf.Dictionary(S=Name.D, P=pikepdf.String("P"))]
    )
    pdf.Root.PageMode = Name.UseOutlines
    pdf.docinfo["/Title"] = pikepdf.String(f"{TITLE[:-2]}（{about}）" if about else TITLE[:-2])
    pdf.docinfo["/Creator"] = pikepdf.String(_MADE_BY)
    made = BytesIO()
    pdf.remove_unreferenced_resources()
    pdf.save(made, deterministic_id=True, compress_streams=True,
             object_stream_mode=pikepdf.ObjectStreamMode.generate)  # fmt: skip
    return Volume(data=made.getvalue(), bound=tuple(bound), refused=tuple(refused),
                  pages=len(pdf.pages))  # fmt: skip


# --- taking one file in ---------------------------------------------------------------------------


def _take(
    stack: ExitStack, pdf: pikepdf.Pdf, source: pikepdf.Pdf, material: Material, data: bytes,
    layers: _Layers,
) -> None:  # fmt: skip
    """Append the pages of a file; those of a picture are made first."""
    if is_picture(material.name, data):
        for picture in pictures(data):
            add_page(source, picture)
        pdf.pages.extend(source.pages)
        return
    from_file = stack.enter_context(opened(data))
    try:
        _flatten(from_file)
        pages = [_only_a_page(page) for page in from_file.pages]
        pdf.pages.extend(pages)
        layers.add(pdf, from_file)
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError, RecursionError) as error:
        raise DocumentError("damaged") from error


def _flatten(pdf: pikepdf.Pdf) -> None:
    """Make what was typed into forms, and seals and notes that print, part of the page."""
    form = pdf.Root.get("/AcroForm")
    if form is not None or any("/Annots" in page for page in pdf.pages):
        if isinstance(form, pikepdf.Dictionary) and form.get("/NeedAppearances"):
            pdf.generate_appearance_streams()
        pdf.flatten_annotations("print")


def _only_a_page(page: pikepdf.Page) -> pikepdf.Page:
    """The page with what it inherits, and without what leads elsewhere."""
    for name in ("/MediaBox", "/CropBox", "/Rotate", "/Resources"):
        found = inherited(page, name)
        if found is not None and name not in page.obj:
            page.obj[name] = found
    for name in [*page.obj.keys()]:
        if name not in _KEPT:
            del page.obj[name]
    if "/MediaBox" not in page.obj:
        page.obj.MediaBox = pikepdf.Array([0, 0, *A4])
    return page


class _Layers:
    """Layers of drawings, so that what is hidden in a file is hidden in the volume."""

    def __init__(self) -> None:
        self._all: list[Any] = []
        self._off: list[Any] = []

    def add(self, pdf: pikepdf.Pdf, source: pikepdf.Pdf) -> None:
        found = source.Root.get("/OCProperties")
        if not isinstance(found, pikepdf.Dictionary):
            return
        usual = found.get("/D", pikepdf.Dictionary())
        own = [one for one in found.get("/OCGs", []) if one.is_indirect]
        on = {one.objgen for one in usual.get("/ON", [])}
        off = {one.objgen for one in usual.get("/OFF", [])}
        if usual.get("/BaseState") == Name.OFF:
            off |= {one.objgen for one in own} - on
        for one in own:
            copied = pdf.copy_foreign(one)
            self._all.append(copied)
            if one.objgen in off:
                self._off.append(copied)

    def put(self, pdf: pikepdf.Pdf) -> None:
        if self._all:
            pdf.Root.OCProperties = pikepdf.Dictionary(
                OCGs=self._all, D=pikepdf.Dictionary(Order=self._all, OFF=self._off)
            )


# --- page numbers ---------------------------------------------------------------------------------


def _number(pdf: pikepdf.Pdf) -> None:
    """Print P1, P2 … on the pages, upright in the upper right corner, over what stands there."""
    font = lettering.latin(pdf)
    for number, page in enumerate(pdf.pages, start=1):
        box = box_of(page)
        _give_font(page, font)
        before, after = _balance(page)
        page.contents_add(pdf.make_stream(b"q\n" * (1 + before)), prepend=True)
        stamp = f"{'Q ' * (1 + after)}\n{_stamp(f'P{number}', box)}"
        page.contents_add(pdf.make_stream(stamp.encode()))


def _give_font(page: pikepdf.Page, font: Any) -> None:
    """Name the font among the resources of this page alone."""
    own = pikepdf.Dictionary(dict(_items(page.obj.get("/Resources"))))
    fonts = pikepdf.Dictionary(dict(_items(own.get("/Font"))))
    fonts[lettering.LATIN] = font
    own.Font = fonts
    page.obj.Resources = own


def _items(found: Any) -> Iterable[tuple[str, Any]]:
    return found.items() if isinstance(found, pikepdf.Dictionary) else ()


def _balance(page: pikepdf.Page) -> tuple[int, int]:
    """How many states a page takes back that it never kept, and keeps without taking them back."""
    depth = least = 0
    try:
        for one in pikepdf.parse_content_stream(page, "q Q"):
            depth += 1 if str(one.operator) == "q" else -1
            least = min(least, depth)
    except (pikepdf.PdfError, TypeError, ValueError, RuntimeError):
        return 0, 0
    return -least, depth - least


def _stamp(text: str, box: PageBox) -> str:
    scale = min(box.width, box.height) / A4[0]
    size, edge = _SIZE * scale, _EDGE * scale
    wide = lettering.width(text, size)
    x, y = box.width - edge - wide, box.height - edge - size
    around = f"{x - size / 4:.2f} {y - size / 3:.2f} {wide + size / 2:.2f} {size * 1.35:.2f} re f"
    matrix = " ".join(f"{one:g}" if one in (0, 1, -1) else f"{one:.2f}" for one in box.matrix)
    return (
        f"q {matrix} cm 1 g {around} 0 g 0 Tr 0 Tc 0 Tw 100 Tz 0 Ts "
        f"{' '.join(lettering.written(x, y, size, text))} Q"
    )


# --- links and bookmarks --------------------------------------------------------------------------


def _link(
    pdf: pikepdf.Pdf, number: int, target: int, area: tuple[float, float, float, float]
) -> None:
    page = pdf.pages[number].obj
    link = pikepdf.Dictionary(
        Type=Name.Annot, Subtype=Name.Link, Rect=[*area], Border=[0, 0, 0],
        Dest=[pdf.pages[target].obj, Name.Fit],
    )  # fmt: skip
    if "/Annots" not in page:
        page.Annots = pikepdf.Array()
    page.Annots.append(pdf.make_indirect(link))


def _bookmarks(pdf: pikepdf.Pdf, bound: Sequence[BoundMaterial]) -> None:
    """The contents, and every material below the folders it lies in."""
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(TITLE, 0, "Fit"))
        open_at: tuple[tuple[str, ...], list[Any]] = ((), [outline.root])
        for one in bound:
            folders, lists = open_at
            shared = len([*_common(folders, one.material.folders)])
            lists = lists[: shared + 1]
            for name in one.material.folders[shared:]:
                item = pikepdf.OutlineItem(name, one.first - 1, "Fit")
                lists[-1].append(item)
                lists.append(item.children)
            title = f"{lettering.printable(one.material.title)}（P{one.first}）"
            lists[-1].append(pikepdf.OutlineItem(title, one.first - 1, "Fit"))
            open_at = one.material.folders, lists


def _common(a: Sequence[str], b: Sequence[str]) -> Iterator[str]:
    for one, other in zip(a, b, strict=False):
        if one != other:
            return
        yield one
