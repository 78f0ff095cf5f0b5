"""The pages of contents in front of a volume: every material with its pages, as links."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import pikepdf
from attrs import frozen

from clusterbook.evidence import lettering
from clusterbook.evidence.lettering import HAN, LATIN, drawable, fitted, width, written
from clusterbook.evidence.pictures import A4

TITLE: Final = "佐证材料目录"
_SIDE, _TOP, _BOTTOM = 56.0, 72.0, 56.0
_TITLE_SIZE, _SIZE, _LINE, _PAD = 18.0, 10.5, 15.0, 4.5
_HEADS: Final = ("序号", "材料名称", "对应表格及指标", "页码")
_WIDTHS: Final = (36.0, 235.0, 140.0, 72.0)
_CENTRED: Final = (0, 3)
_HEADING: Final = 2 * _TITLE_SIZE
_LIGHT: Final = "0.5 w 0.6 G"


@frozen
class ContentsLine:
    """One line of the contents: a material, what it proves and how many pages it has."""

    title: str
    related: str
    pages: int


@frozen
class _Placed:
    """A line on a page of the contents: its cells in lines, its lower edge and its height."""

    number: int
    cells: tuple[tuple[str, ...], ...]
    bottom: float
    height: float


def laid_out(lines: Sequence[ContentsLine], about: str = "") -> list[list[int]]:
    """Which lines stand on which page; as many pages as the contents take."""
    return [[one.number for one in page] for page in _pages(lines, [""] * len(lines), about)]


def add_contents(
    pdf: pikepdf.Pdf, lines: Sequence[ContentsLine], about: str = ""
) -> list[tuple[int, Any, tuple[float, float, float, float]]]:
    """Insert the contents in front of the pages of the materials, which follow in their order.

    What comes back are the links to be set: number of the contents' page, of the page they lead to,
    and where they stand.
    """
    front = len(laid_out(lines, about))
    first, said, at = [], [], front
    for line in lines:
        first.append(at)
        said.append(span(at + 1, at + line.pages))
        at += line.pages
    pages = _pages(lines, said, about)
    fonts = pikepdf.Dictionary({
        LATIN: lettering.latin(pdf),
        HAN: lettering.han(pdf, [TITLE, drawable(about), *_HEADS, *map(_joined, lines)]),
    })  # fmt: skip
    links = []
    for number, placed in enumerate(pages):
        drawn = [*_heading(about if number == 0 else "", first=number == 0)]
        for one in placed:
            drawn += _row(one)
            area = (_SIDE, one.bottom, _SIDE + sum(_WIDTHS), one.bottom + one.height)
            links.append((number, first[one.number], area))
        page = pikepdf.Dictionary(
            Type=pikepdf.Name.Page, MediaBox=[0, 0, *A4], Resources=pikepdf.Dictionary(Font=fonts),
            Contents=pdf.make_stream("\n".join(drawn).encode()),
        )  # fmt: skip
        pdf.pages.insert(number, pikepdf.Page(page))
    return links


def span(first: int, last: int) -> str:
    """Pages as they are cited: P12, P12-15."""
    return f"P{first}" if first == last else f"P{first}-{last}"


def _joined(line: ContentsLine) -> str:
    return drawable(line.title) + drawable(line.related)


def _pages(lines: Sequence[ContentsLine], said: Sequence[str], about: str) -> list[list[_Placed]]:
    """The lines page by page; how long a line is does not depend on its page numbers."""
    pages: list[list[_Placed]] = [[]]
    at = _start(about)
    for number, line in enumerate(lines):
        texts = (str(number + 1), drawable(line.title), drawable(line.related), said[number])
        cells = tuple(
            tuple(fitted(text, _SIZE, room - 2 * _PAD))
            for text, room in zip(texts, _WIDTHS, strict=True)
        )
        height = max(map(len, cells)) * _LINE + 2 * _PAD
        if at - height < _BOTTOM and pages[-1]:
            pages.append([])
            at = _start("")
        at -= height
        pages[-1].append(_Placed(number, cells, at, height))
    return pages


def _start(about: str) -> float:
    """Where the first line hangs: below the title and the head."""
    return A4[1] - _TOP - _HEADING - (_LINE if about else 0) - _LINE - 2 * _PAD


def _heading(about: str, *, first: bool) -> Iterator[str]:
    title = TITLE if first else f"{TITLE}（续）"
    y = A4[1] - _TOP - _TITLE_SIZE
    yield from written((A4[0] - width(title, _TITLE_SIZE)) / 2, y, _TITLE_SIZE, title)
    if about:
        shown = fitted(drawable(about), _SIZE, sum(_WIDTHS))[0]
        yield from written((A4[0] - width(shown, _SIZE)) / 2, y - _TITLE_SIZE, _SIZE, shown)
    height = _LINE + 2 * _PAD
    head = _Placed(-1, tuple((one,) for one in _HEADS), _start(about), height)
    yield from _row(head)
    top = head.bottom + height
    yield f"q {_LIGHT} {_SIDE:.2f} {top:.2f} m {_SIDE + sum(_WIDTHS):.2f} {top:.2f} l S Q"


def _row(one: _Placed) -> Iterator[str]:
    """The cells of a line and the rule below it."""
    left = _SIDE
    for at, (texts, room) in enumerate(zip(one.cells, _WIDTHS, strict=True)):
        y = one.bottom + one.height - _PAD - _SIZE
        for text in texts:
            aside = (room - width(text, _SIZE)) / 2 if at in _CENTRED else _PAD
            yield from written(left + aside, y, _SIZE, text)
            y -= _LINE
        left += room
    yield f"q {_LIGHT} {_SIDE:.2f} {one.bottom:.2f} m {left:.2f} {one.bottom:.2f} l S Q"
