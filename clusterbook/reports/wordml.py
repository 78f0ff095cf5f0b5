"""Documents of Word, written as they are: paragraphs, tables, pictures, the package around them.

Sizes and margins follow GB/T 9704 (title 2号, text 3号 仿宋, 28 points a line). Each run names its
East Asian font. Nothing here knows a clock: the same content gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from attrs import frozen

from clusterbook import styles
from clusterbook.docx_package import FOOTER, DocxFile, counted
from clusterbook.reports.feedback.remarks import printable

# Twentieths of a point, half-points where a size is meant.
MARGINS = 'w:top="2098" w:right="1474" w:bottom="1984" w:left="1588"'
WIDE = 8845  # between the margins
LINE = 560
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_EMU = 12_700  # of a point
_DIGIT, _NARROW = 0.64, 0.4  # widths by the size, in whatever face stands for Times New Roman
_LEAST = 8  # half-points


class Runs(str):
    """Markup of runs. Any other text is escaped on its way into a document."""

    __slots__ = ()


def safe(text: str) -> str:
    """A text as it stands between tags, with a picture for what XML cannot hold."""
    return escape(printable(text), quote=False)


def run(text: str, font: str, size: int, *, colour: str = "", bold: bool = False) -> Runs:
    """A run of text; ``size`` in half-points, ``colour`` as #RRGGBB."""
    ink = f'<w:color w:val="{colour[1:]}"/>' if colour else ""
    heavy = "<w:b/>" if bold else ""
    return Runs(
        f'<w:r><w:rPr><w:rFonts w:hint="eastAsia" w:ascii="Times New Roman" '
        f'w:hAnsi="Times New Roman" w:eastAsia="{font}"/>{heavy}{ink}<w:sz w:val="{size}"/>'
        f'<w:szCs w:val="{size}"/></w:rPr><w:t xml:space="preserve">{safe(text)}</w:t></w:r>'
    )


@frozen(kw_only=True)
class Look:
    """How a paragraph stands; ``line`` 0 is as high as its text, ``rule`` a line below it."""

    align: str = "both"
    indent: bool = False
    keep: bool = False
    before: int = 0
    after: int = 0
    line: int = LINE
    rule: str = ""
    new_page: bool = False
    heading: int = 0


PLAIN = Look()
INDENTED = Look(indent=True)


def paragraph(runs: str, size: int, look: Look = PLAIN) -> str:
    """A paragraph of runs; ``size`` of its letters in half-points."""
    exact = f' w:line="{look.line}" w:lineRule="exact"' if look.line else ""
    level = f'<w:outlineLvl w:val="{look.heading - 1}"/>' if look.heading else ""
    rule = (
        f'<w:pBdr><w:bottom w:val="single" w:sz="18" w:space="4" w:color="{look.rule[1:]}"/>'
        "</w:pBdr>" if look.rule else ""
    )  # fmt: skip
    return (
        f"<w:p><w:pPr>{'<w:keepNext/>' if look.keep else ''}"
        f"{'<w:pageBreakBefore/>' if look.new_page else ''}{rule}"
        f'<w:spacing w:before="{look.before}" w:after="{look.after}"{exact}/>'
        + (f'<w:ind w:firstLineChars="200" w:firstLine="{size * 20}"/>' if look.indent else "")
        + f'<w:jc w:val="{look.align}"/>{level}</w:pPr>{runs}</w:p>'
    )


def line(text: str, font: str, size: int, look: Look = PLAIN, *, colour: str = "") -> str:
    """One paragraph of one run."""
    return paragraph(run(text, font, size, colour=colour), size, look)


def text(content: str, before: int = 0) -> str:
    """A paragraph of the body."""
    return line(content, styles.FANG, 32, Look(indent=True, before=before))


# --- tables --------------------------------------------------------------------------------------


@frozen(kw_only=True)
class LetterGrid:
    """A table: heads, widths in twentieths, which columns stand in the middle or at the right.

    What stands at the right is a figure and never broken: one too long for its column is smaller.
    ``side`` is the room between a cell's text and its edges. ``whole``: on one page, as a chart
    is; for short ones.
    """

    heads: tuple[str, ...]
    widths: tuple[int, ...]
    centred: tuple[int, ...] = ()
    right: tuple[int, ...] = ()
    size: int = 21
    pad: int = 40
    side: int = 108
    whole: bool = False


def table(
    grid: LetterGrid, rows: Iterable[Sequence[str]], totals: Sequence[Sequence[str]] = ()
) -> str:
    """A ruled table over the width of the page; cells are texts, or runs."""
    edges = "".join(
        f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="{styles.RULE[1:]}"/>'
        for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in grid.widths)
    listed = list(rows)
    body = "".join(
        _row(grid, row, styles.SONG, keep=grid.whole and at < len(listed))
        for at, row in enumerate(listed, start=1)
    )
    body += "".join(_row(grid, row, styles.HEI, fill=styles.LABEL_FILL) for row in totals)
    head = _row(grid, grid.heads, styles.HEI, fill=styles.HEAD_FILL, head=True, keep=True)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(grid.widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{edges}</w:tblBorders><w:tblLayout w:type="fixed"/>{_sides(grid)}</w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid>{head}{body}</w:tbl>"
        # Tables that follow each other without a paragraph between them become one.
        '<w:p><w:pPr><w:spacing w:line="120" w:lineRule="exact"/></w:pPr></w:p>'
    )


def _row(
    grid: LetterGrid, cells: Sequence[str], font: str, *, fill: str = "", head: bool = False,
    keep: bool = False,
) -> str:  # fmt: skip
    """A row; ``keep`` it on the page of the next one."""
    together = "<w:keepNext/>" if keep else ""
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill[1:]}"/>' if fill else ""
    made = []
    for number, (cell, width) in enumerate(zip(cells, grid.widths, strict=True)):
        align = "center" if head or number in grid.centred else "left"
        align = "right" if number in grid.right and not head else align
        size = grid.size
        if number in grid.right and not head and not isinstance(cell, Runs):
            size = _fitting(cell, width - 2 * grid.side, size)
        runs = cell if isinstance(cell, Runs) else run(cell, font, size)
        made.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}<w:vAlign w:val="center"/>'
            f"</w:tcPr><w:p><w:pPr>{together}"
            f'<w:spacing w:before="{grid.pad}" w:after="{grid.pad}"/>'
            f'<w:jc w:val="{align}"/></w:pPr>{runs}</w:p></w:tc>'
        )
    repeat = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeat}</w:trPr>{''.join(made)}</w:tr>"


def _sides(grid: LetterGrid) -> str:
    edges = "".join(f'<w:{edge} w:w="{grid.side}" w:type="dxa"/>' for edge in ("left", "right"))
    return f"<w:tblCellMar>{edges}</w:tblCellMar>"


def _fitting(figure: str, room: int, size: int) -> int:
    """The largest size, in half-points, at which a figure stands on one line of its cell."""
    signs = sum(_NARROW if sign in ".,-/" else _DIGIT for sign in figure)
    return size if signs * size * 10 <= room else max(int(room / signs / 10), _LEAST)


# --- pictures ------------------------------------------------------------------------------------


def picture(number: int, wide: float, high: float, told: str) -> Runs:
    """The run of a picture of the package, so many points wide and high, with what it shows."""
    size = f'cx="{round(wide * _EMU)}" cy="{round(high * _EMU)}"'
    name = escape(printable(told), quote=True)
    return Runs(
        f'<w:r><w:drawing><wp:inline xmlns:wp="{_DRAWING}/wordprocessingDrawing" distT="0" '
        f'distB="0" distL="0" distR="0"><wp:extent {size}/><wp:docPr id="{number}" '
        f'name="图{number}" descr="{name}"/><a:graphic xmlns:a="{_DRAWING}/main"><a:graphicData '
        f'uri="{_DRAWING}/picture"><pic:pic xmlns:pic="{_DRAWING}/picture"><pic:nvPicPr>'
        f'<pic:cNvPr id="{number}" name="图{number}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
        f'<a:blip r:embed="pic{number}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm><a:prstGeom prst="rect">'
        "<a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline>"
        "</w:drawing></w:r>"
    )


# --- the package ---------------------------------------------------------------------------------


@frozen(kw_only=True)
class LetterDocument:
    """A document: its body, title and author, pictures by number."""

    body: str
    title: str
    author: str = ""
    pictures: Mapping[int, bytes] = {}

    def written(self) -> bytes:
        """The .docx file."""
        made = DocxFile(
            body=self._main(), footer=_page_number(), font=styles.FANG, size=32,
            title=safe(self.title), author=safe(self.author), pictures=self.pictures,
        )  # fmt: skip
        return made.written()

    def _main(self) -> str:
        return (
            f'{self.body}<w:sectPr><w:footerReference w:type="default" r:id="{FOOTER}"/>'
            f'<w:pgSz w:w="11906" w:h="16838"/><w:pgMar {MARGINS} w:header="851" '
            'w:footer="1417" w:gutter="0"/></w:sectPr>'
        )


def _page_number() -> str:
    number = counted("PAGE", run("1", styles.SONG, 28))
    dash = run("— ", styles.SONG, 28), run(" —", styles.SONG, 28)
    return f'<w:p><w:pPr><w:jc w:val="center"/></w:pPr>{dash[0]}{number}{dash[1]}</w:p>'
