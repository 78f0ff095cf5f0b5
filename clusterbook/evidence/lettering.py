"""What is written on pages: Latin and Chinese in fonts that every reader of PDF brings or finds.

Neither is embedded: no font with Chinese comes with the packages that this software rests on. What
is said stands in the text layer, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

import pikepdf

LATIN, HAN = "/CbLatin", "/CbHan"
_RUNS: Final = re.compile("[ -~]+|[^ -~]+")
# Widths of Helvetica from the blank to the tilde, in thousandths of its size.
_WIDTHS: Final = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    *[556] * 10, 278, 278, 584, 584, 584, 556, 1015,
    667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667,
    611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333,
    556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
    278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
)  # fmt: skip
_UNPRINTABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")

_RARE: Final = re.compile("[\U00010000-\U0010ffff]")


def printable(text: str) -> str:
    """The text without what no font draws."""
    return _UNPRINTABLE.sub(" ", text).strip()


def drawable(text: str) -> str:
    """The text as it is drawn: with 〓, as printers have it, for rare signs of the further planes.

    Readers of PDF leave those out without a trace, or draw them over what stands beside them.
    """
    return _RARE.sub("〓", printable(text))


def width(text: str, size: float) -> float:
    """How wide a text is, in points."""
    return sum(_WIDTHS[ord(one) - 32] if " " <= one <= "~" else 1000 for one in text) * size / 1000


def fitted(text: str, size: float, room: float) -> list[str]:
    """The text in lines no wider than ``room``; Latin words and numbers stay whole if they can."""
    lines, line = [], ""
    for word in re.findall("[!-~]+ ?|.", text):
        for piece in [word] if width(word.rstrip(), size) <= room else word:
            if line and width((line + piece).rstrip(), size) > room:
                lines.append(line.rstrip())
                line = ""
            line += piece
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def written(x: float, y: float, size: float, text: str) -> Iterator[str]:
    """The operators that write a text from a point on."""
    for run in _RUNS.findall(text):
        latin = run[0] <= "~"
        said = f"<{run.encode('latin-1' if latin else 'utf-16-be').hex()}>"
        font = LATIN if latin else HAN
        yield f"BT {font} {size:g} Tf {x:.2f} {y:.2f} Td {said} Tj ET"
        x += width(run, size)


def latin(pdf: pikepdf.Pdf) -> Any:
    """The font of page numbers."""
    return pdf.make_indirect(pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica,
        Encoding=pikepdf.Name.WinAnsiEncoding,
    ))  # fmt: skip


def han(pdf: pikepdf.Pdf, texts: Iterable[str]) -> Any:
    """The font of Chinese, which says what each sign of the texts is."""
    signs = sorted({sign for text in texts for sign in text if not " " <= sign <= "~"})
    descriptor = pikepdf.Dictionary(
        Type=pikepdf.Name.FontDescriptor, FontName=pikepdf.Name("/STSong-Light"), Flags=6,
        FontBBox=[-25, -254, 1000, 880], ItalicAngle=0, Ascent=880, Descent=-120, CapHeight=880,
        StemV=93,
    )  # fmt: skip
    below = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.CIDFontType0,
        BaseFont=pikepdf.Name("/STSong-Light"), DW=1000,
        CIDSystemInfo=pikepdf.Dictionary(
            Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("GB1"), Supplement=4
        ),
        FontDescriptor=pdf.make_indirect(descriptor),
    )  # fmt: skip
    return pdf.make_indirect(pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type0,
        BaseFont=pikepdf.Name("/STSong-Light-UniGB-UTF16-H"),
        Encoding=pikepdf.Name("/UniGB-UTF16-H"), DescendantFonts=[pdf.make_indirect(below)],
        ToUnicode=pdf.make_stream(_meanings(signs)),
    ))  # fmt: skip


def _meanings(signs: list[str]) -> bytes:
    """The map from what is written to the signs it means."""
    pairs = [sign.encode("utf-16-be").hex() for sign in signs]
    blocks = [pairs[at : at + 100] for at in range(0, len(pairs), 100)]
    mapped = "\n".join(
        "\n".join(
            [f"{len(block)} beginbfchar", *(f"<{one}> <{one}>" for one in block), "endbfchar"]
        )
        for block in blocks
    )
    return f"""/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
3 begincodespacerange
<0000> <d7ff>
<d800dc00> <dbffdfff>
<e000> <ffff>
endcodespacerange
{mapped}
endcmap
CMapName currentdict /CMap defineresource pop
end
end
""".encode()
