"""WordprocessingML as text: runs, paragraphs, cells, rows, tables, sections and the package.

Every run names its East Asian font. No clock, name of a machine or other chance is in it.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from html import escape

from attrs import frozen

from clusterbook import styles

_FONTS = {"song": styles.SONG, "hei": styles.HEI, "fang": styles.FANG, "kai": styles.KAI}
_SIGNS = "Segoe UI Symbol"  # has ☑, which 宋体 lacks
_TICKED, _OPEN = "☑", "□"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_CREATED = "2026-01-01T00:00:00Z"
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
    """Options behind their boxes, two blanks between them."""
    made = []
    for number, (ticked, text) in enumerate(options):
        lead = "  " if number else ""
        if ticked:
            made.append(run(lead, look) + run(_TICKED, look, _SIGNS) + run(text, look))
        else:
            made.append(run(f"{lead}{_OPEN}{text}", look))
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
        '<w:sectPr><w:footerReference w:type="default" r:id="rId2"/>'
        f'<w:pgSz w:w="{wide}" w:h="{high}"{across}/>'
        f'<w:pgMar {edges} w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>'
    )
    if last:
        return told
    return f"<w:p><w:pPr>{_THIN}{told}</w:pPr></w:p>"


# --- the package ---------------------------------------------------------------------------------

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_FOOT = PaperLook("song", 18)


def package(body: str, *, title: str, foot: str) -> bytes:
    """The document as a file; ``foot`` stands at the foot of each page, before its number."""
    parts = {
        "[Content_Types].xml": _types(),
        "_rels/.rels": _relations(
            (f"{_LINKS}/officeDocument", "word/document.xml"),
            (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ),
        "word/_rels/document.xml.rels": _relations(
            (f"{_LINKS}/styles", "styles.xml"), (f"{_LINKS}/footer", "footer1.xml")
        ),
        "word/document.xml": f'{_XML}<w:document xmlns:w="{_WORD}" xmlns:r="{_LINKS}">'
                             f"<w:body>{body}</w:body></w:document>",
        "word/styles.xml": _STYLES,
        "word/footer1.xml": _footer(foot),
        "docProps/core.xml": _core(title),
    }  # fmt: skip
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in parts.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(entry, text.encode())
    return target.getvalue()


def _types() -> str:
    kinds = {
        "/word/document.xml": f"{_TYPE}.document.main+xml",
        "/word/styles.xml": f"{_TYPE}.styles+xml",
        "/word/footer1.xml": f"{_TYPE}.footer+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    }
    listed = "".join(f'<Override PartName="{n}" ContentType="{k}"/>' for n, k in kinds.items())
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    return (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="{relations}"/><Default Extension="xml" ContentType="application/xml"/>'
        f"{listed}</Types>"
    )


def _relations(*targets: tuple[str, str]) -> str:
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'


def _footer(foot: str) -> str:
    told = run(f"{foot}　　" if foot else "", _FOOT)
    pages = (
        run("第", _FOOT)
        + _count("PAGE")
        + run("页 共", _FOOT)
        + _count("NUMPAGES")
        + run("页", _FOOT)
    )
    centred = PaperLook("song", 18, align="center")
    return f'{_XML}<w:ftr xmlns:w="{_WORD}">{paragraph(told + pages, centred)}</w:ftr>'


def _count(code: str) -> str:
    def mark(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    asked = f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
    return mark("begin") + asked + mark("separate") + run("1", _FOOT) + mark("end")


def _core(title: str) -> str:
    names = (
        f'xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    )
    dates = "".join(
        f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{_CREATED}</dcterms:{name}>'
        for name in ("created", "modified")
    )
    told = escape(_BROKEN.sub("", title), quote=False)
    return (
        f"{_XML}<cp:coreProperties {names}><dc:title>{told}</dc:title>{dates}</cp:coreProperties>"
    )


_STYLES = (
    f'{_XML}<w:styles xmlns:w="{_WORD}"><w:docDefaults><w:rPrDefault><w:rPr>'
    f'<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="{styles.SONG}" '
    'w:cs="Times New Roman"/><w:sz w:val="21"/><w:szCs w:val="21"/>'
    '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
    '<w:pPrDefault/></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal">'
    '<w:name w:val="Normal"/></w:style></w:styles>'
)
