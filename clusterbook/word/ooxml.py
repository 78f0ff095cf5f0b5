"""WordprocessingML as text: runs, paragraphs, cells, rows, tables, sections and the package.

Every run names its East Asian font. No clock, name of a machine or other chance is in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

from attrs import frozen

from clusterbook import styles
from clusterbook.docx_package import FOOTER, DocxFile, counted

_FONTS = {"song": styles.SONG, "hei": styles.HEI, "fang": styles.FANG, "kai": styles.KAI}
_SIGNS = "Segoe UI Symbol"  # has ☑, which 宋体 lacks
_TICKED, _OPEN = "☑", "□"
# What XML cannot hold.
_BROKEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PARTS = re.compile("([\n\t])")
_A4 = (11_906, 16_838)
_MARGIN = 1_134


@frozen
class PaperLook:
    """How a paragraph is set: ``size`` in half-points, distances in twentieths of a point."""

    font: str
    size: int
    align: str = "left"
    before: int = 0
    after: int = 0
    line: int = 0
    indent: int = 0
    indented: bool = False
    keep: bool = False
    underline: bool = False

    @property
    def flowing(self) -> bool:
        """Whether long texts are set in it, a paragraph for each of their lines."""
        return self.font == "fang"


def run(text: str, look: PaperLook, font: str = "") -> str:
    """A text in one look; '' for none."""
    if not text:
        return ""
    east = font or _FONTS[look.font]
    latin = font or "Times New Roman"
    line = '<w:u w:val="single"/>' if look.underline else ""
    looks = (
        f'<w:rPr><w:rFonts w:hint="eastAsia" w:ascii="{latin}" w:hAnsi="{latin}" '
        f'w:eastAsia="{east}"/>{line}<w:sz w:val="{look.size}"/><w:szCs w:val="{look.size}"/>'
        "</w:rPr>"
    )
    inside = "".join(map(_part, _PARTS.split(_BROKEN.sub("", text).replace("\r", ""))))
    return f"<w:r>{looks}{inside}</w:r>"


def _part(text: str) -> str:
    if text == "\n":
        return "<w:br/>"
    if text == "\t":
        return "<w:tab/>"
    return f'<w:t xml:space="preserve">{escape(text, quote=False)}</w:t>' if text else ""


def boxes(options: Iterable[tuple[bool, str]], look: PaperLook) -> str:
    """Options behind their boxes, two blanks between them.

    LibreOffice takes an open box at the start of a line for Latin, hint or not: all its fonts are
    named alike.
    """
    made = []
    for number, (ticked, text) in enumerate(options):
        lead = "  " if number else ""
        sign, font = (_TICKED, _SIGNS) if ticked else (_OPEN, _FONTS[look.font])
        made.append(run(lead, look) + run(sign, look, font) + run(text, look))
    return "".join(made)


def paragraph(runs: str, look: PaperLook) -> str:
    """A paragraph of runs."""
    keep = "<w:keepNext/>" if look.keep else ""
    rule = f' w:line="{look.line}" w:lineRule="exact"' if look.line else ""
    first = f' w:firstLineChars="200" w:firstLine="{look.size * 20}"' if look.indented else ""
    left = f' w:left="{look.indent}"' if look.indent else ""
    indent = f"<w:ind{left}{first}/>" if left or first else ""
    return (
        f'<w:p><w:pPr>{keep}<w:spacing w:before="{look.before}" w:after="{look.after}"{rule}/>'
        f'{indent}<w:jc w:val="{look.align}"/></w:pPr>{runs}</w:p>'
    )


EMPTY = "<w:p/>"
_THIN = '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
PAGE_BREAK = f'<w:p><w:pPr>{_THIN}</w:pPr><w:r><w:br w:type="page"/></w:r></w:p>'
#: tables without a paragraph between them become one; kept with what follows
GAP = f"<w:p><w:pPr>{_THIN}</w:pPr></w:p>"
GAP_KEPT = f"<w:p><w:pPr><w:keepNext/>{_THIN}</w:pPr></w:p>"


def cell(
    inside: str, width: int, span: int, merge: str, *, crossed: bool = False, top: bool = False
) -> str:
    """A cell; ``merge`` is "restart" or "continue", ``crossed`` draws the line of a corner."""
    spans = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    runs = f'<w:vMerge w:val="{merge}"/>' if merge else ""
    line = (
        '<w:tcBorders><w:tl2br w:val="single" w:sz="4" w:space="0" w:color="auto"/></w:tcBorders>'
        if crossed and merge != "continue" else ""
    )  # fmt: skip
    stands = "top" if top else "center"
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spans}{runs}{line}'
        f'<w:vAlign w:val="{stands}"/></w:tcPr>{inside}</w:tc>'
    )


def row(cells: Iterable[str], *, tall: float = 0, whole: bool = True, head: bool = False) -> str:
    """A row; ``whole`` ones are not torn by a page, ``head`` ones are repeated on each."""
    stays = "<w:cantSplit/>" if whole else ""
    high = f'<w:trHeight w:val="{round(tall * 20)}" w:hRule="atLeast"/>'
    again = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr>{stays}{high}{again}</w:trPr>{''.join(cells)}</w:tr>"


def table(grid: Sequence[int], rows: Iterable[str]) -> str:
    """A ruled table."""
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in grid)
    edges = "".join(
        f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
        for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    edge = ' w:w="70" w:type="dxa"/>'
    margins = f"<w:tblCellMar><w:left{edge}<w:right{edge}</w:tblCellMar>"
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(grid)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{edges}</w:tblBorders><w:tblLayout w:type="fixed"/>{margins}</w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def section(*, turned: bool, last: bool = False) -> str:
    """The end of a section of upright or turned pages."""
    wide, high = reversed(_A4) if turned else _A4
    across = ' w:orient="landscape"' if turned else ""
    edges = " ".join(f'w:{side}="{_MARGIN}"' for side in ("top", "right", "bottom", "left"))
    told = (
        f'<w:sectPr><w:footerReference w:type="default" r:id="{FOOTER}"/>'
        f'<w:pgSz w:w="{wide}" w:h="{high}"{across}/>'
        f'<w:pgMar {edges} w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>'
    )
    if last:
        return told
    return f"<w:p><w:pPr>{_THIN}{told}</w:pPr></w:p>"


# --- the package ---------------------------------------------------------------------------------

_FOOT = PaperLook("song", 18)


def package(body: str, *, title: str, foot: str) -> bytes:
    """The document as a file; ``foot`` stands at the foot of each page, before its number."""
    told = escape(_BROKEN.sub("", title), quote=False)
    made = DocxFile(body=body, footer=_footer(foot), font=styles.SONG, size=21, title=told)
    return made.written()


def _footer(foot: str) -> str:
    told = run(f"{foot}　　" if foot else "", _FOOT)
    one = run("1", _FOOT)
    pages = (
        run("第", _FOOT) + counted("PAGE", one)
        + run("页 共", _FOOT) + counted("NUMPAGES", one) + run("页", _FOOT)
    )  # fmt: skip
    return paragraph(told + pages, PaperLook("song", 18, align="center"))
