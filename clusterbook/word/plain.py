"""Plain documents: nothing but text in paragraphs and cells, as most parts of most forms are.

Nothing of how their runs are set matters, so that one pass over a paragraph or a table is enough.
What holds anything else is walked step by step, in ``walk``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from attrs import define, field

from clusterbook.word import signs
from clusterbook.word.document import Paragraph, WordTable
from clusterbook.word.grid import CELL_PROPERTIES, PlacedCell, gridded, laid, number_of
from clusterbook.word.package import Element, W

_W = f"{{{W}}}"
_VAL = f"{_W}val"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
#: elements of runs that stand for a text of their own
FIXED = {f"{_W}{name}": text for name, text in {
    "br": "\n", "cr": "\n", "tab": "\t", "ptab": "\t", "noBreakHyphen": "-", "softHyphen": "",
}.items()}  # fmt: skip
_T, _P, _TBL, _TR, _TC = (f"{_W}{name}" for name in ("t", "p", "tbl", "tr", "tc"))
_WIDE, _WIDTH = f"{_W}w", f"{_W}tcW"
_STOPS = f"{_W}tabs"
_SAID = (_T, *FIXED)
# Where none of these is in a part, its runs hold nothing but text, and all of it is read. Fonts
# that draw signs are named in attributes, so they are looked for in the XML.
_RARE = (*(f"{_W}{name}" for name in (
    "strike", "dstrike", "vanish", "highlight", "shd", "vertAlign", "sym", "fldChar", "fldSimple",
    "moveFrom", "moveTo", "ins", "del", "cellDel", "sdt", "drawing", "pict", "object", "ruby",
    "txbxContent", "tcPrChange", "trPrChange", "tblPrChange", "tblGridChange",
)), "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent")  # fmt: skip
_FONTS = (b"dings", b'"Symbol"', b"'Symbol'")


def is_plain(element: Element) -> bool:
    """Whether an element holds nothing but text, as far as no font draws signs."""
    return next(element.iter(*_RARE), None) is None


def draws_signs(xml: bytes) -> bool:
    """Whether a font that draws signs is named anywhere."""
    return any(font in xml for font in _FONTS)


def shown(text: Element) -> str:
    """A text as it is shown: blanks at its ends only where they are kept."""
    said: str = text.text or ""
    bare = said.strip(" \t\n\r")
    return said if len(bare) == len(said) or text.get(_SPACE) == "preserve" else bare


def _fixed(one: Element) -> str:
    """The text that an element stands for; a tab stop has the name of a tab."""
    return "" if one.getparent().tag == _STOPS else FIXED[one.tag]


def plain_paragraph(element: Element) -> Paragraph:
    """A paragraph that holds nothing but text."""
    said = (_fixed(one) if one.tag != _T else signs.boxes(shown(one))
            for one in element.iter(*_SAID))  # fmt: skip
    return Paragraph("".join(said))


def plain_table(number: int, element: Element) -> WordTable | None:
    """A table that holds nothing but text; None where it has to be walked after all.

    That is where another table is in it, or where its grid lacks columns: only then it matters how
    wide each cell says that it is, so that this is not read here.
    """
    table = _Table()
    cell, nowhere = PlacedCell(), Paragraph("")
    paragraph = nowhere  # for texts that stand in no paragraph of a cell
    for one in element.iter(*_OF_TABLES):  # the most frequent first
        tag = one.tag
        if tag == _T:
            paragraph.text += signs.boxes(shown(one))
        elif tag == _P:
            paragraph = Paragraph("")
            cell.blocks.append(paragraph)
        elif tag == _TC:
            cell, paragraph = PlacedCell(), nowhere
            table.add(cell)
        elif tag in CELL_PROPERTIES:
            CELL_PROPERTIES[tag](cell, one)
        elif tag in FIXED:
            paragraph.text += _fixed(one)
        else:
            _STEPS[tag](table, one)
    if table.tables > 1:
        return None
    for row, before in zip(table.rows, table.before, strict=True):
        _lay_out(row, before)
    return laid(number, table.grid, table.rows) if gridded(table.grid, table.rows) else None


@define
class _Table:
    """A table as far as it has been read; ``before``: how many columns rows leave out in front."""

    grid: list[int] = field(factory=list)
    rows: list[list[PlacedCell]] = field(factory=list)
    before: list[int] = field(factory=list)
    tables: int = 0

    def begun(self, _: Element) -> None:
        self.tables += 1

    def column(self, one: Element) -> None:
        self.grid.append(number_of(one.get(_WIDE)))

    def row(self, _: Element) -> None:
        self.rows.append([])
        self.before.append(0)

    def columns_before(self, one: Element) -> None:
        if self.before:
            self.before[-1] = max(0, number_of(one.get(_VAL)))

    def add(self, cell: PlacedCell) -> None:
        if self.rows:
            self.rows[-1].append(cell)


_STEPS: dict[str, Callable[[_Table, Element], None]] = {
    _TBL: _Table.begun, f"{_W}gridCol": _Table.column, _TR: _Table.row,
    f"{_W}gridBefore": _Table.columns_before,
}  # fmt: skip
_OF_TABLES = (_TC, _P, *_STEPS, *(tag for tag in CELL_PROPERTIES if tag != _WIDTH), *_SAID)


def _lay_out(row: Iterable[PlacedCell], col: int) -> None:
    for cell in row:
        cell.col = col
        col += cell.span
