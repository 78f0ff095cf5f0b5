"""Walk the XML of a Word document and take what it says, as a person sees it in print.

Changes are accepted, fields give their stored results, content controls and other wrappings are
seen through at every level, hidden and struck text is left out and kept beside. Cells are taken
once each, with their place in the grid: merges are followed by grid offset.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import define, evolve, field
from lxml import etree

from clusterbook.readers.appearance import MarkedText, marked
from clusterbook.word import signs
from clusterbook.word.document import Block, Changes, Document, Paragraph, WordTable
from clusterbook.word.grid import CELL_PROPERTIES, PlacedCell, laid, number_of
from clusterbook.word.looks import Looks, Styles, is_on
from clusterbook.word.package import W, WordPackage
from clusterbook.word.plain import (
    FIXED,
    draws_signs,
    holds_no_table,
    is_plain,
    plain_paragraph,
    plain_table,
    shown,
)

_W = f"{{{W}}}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_VAL = f"{_W}val"
_INSTR = f"{_W}instr"
_COMPUTED = re.compile(r"\s*(?:=|(?:CREATE|SAVE|PRINT)?DATE\b|TIME\b)", re.IGNORECASE)
_T, _R, _P, _RPR, _PPR = (f"{_W}{name}" for name in ("t", "r", "p", "rPr", "pPr"))
_TBL, _TR, _TC, _SDT = (f"{_W}{name}" for name in ("tbl", "tr", "tc", "sdt"))
_ROW_PROPERTIES, _CELL_PROPERTIES = f"{_W}trPr", f"{_W}tcPr"
_CELL_DELETED, _COLUMNS = f"{_W}cellDel", f"{_W}tblGrid/{_W}gridCol"
_DEL, _INS, _WIDE = f"{_W}del", f"{_W}ins", f"{_W}w"
_UNTOUCHED, _BOX_14 = f"{_W}sdtPr/{_W}showingPlcHdr", f"{_W}sdtPr/{_W14}checkbox"
# What is seen through: its content counts as if it were not there.
_WRAPPINGS = {f"{_W}{name}" for name in (
    "sdtContent", "smartTag", "customXml", "hyperlink", "fldSimple", "ins", "moveTo", "dir", "bdo",
    "ruby", "rubyBase",
)} | {f"{_MC}AlternateContent", f"{_MC}Choice"}  # fmt: skip
_DROPPED = {f"{_W}{name}" for name in ("del", "moveFrom", "rt", "rubyPr")} | {f"{_MC}Fallback"}
_CHANGES = {f"{_W}{name}" for name in ("ins", "del", "moveTo", "moveFrom")}
_OFF = frozenset(("0", "false", "off"))
_TEXT_BOX = f"{_W}txbxContent"
_PICTURES = tuple(f"{{{space}}}{name}" for space, name in (
    ("http://schemas.openxmlformats.org/drawingml/2006/picture", "pic"),
    ("urn:schemas-microsoft-com:vml", "imagedata"),
))  # fmt: skip
_BODIES = tuple(f"{_W}{name}" for name in ("body", "ftr", "hdr", "footnote", "endnote", "comment"))


def read_document(package: WordPackage) -> Document:
    """What the document says; GridError where a part cannot be read."""
    root = package.body()
    styles = Styles.of(package.styles())
    simple = not styles.by_name and not draws_signs(package.xml)
    walker = _Walker(styles, simple=simple, plain=simple and is_plain(root))
    body = root.find(f"{_W}body")
    blocks = tuple(walker.blocks(body)) if body is not None else ()
    others = []
    for name, part in package.others():
        whole = "\n".join(
            block.text for block in _Walker(styles).blocks(part) if isinstance(block, Paragraph)
        )
        if whole.strip():
            others.append((name, whole))
    changes = Changes(walker.tracked, tuple(walker.hidden))
    return Document(blocks, changes, tuple(others))


@define
class _Field:
    """A complex field that is under way: its code, what its form says, whether it shows yet."""

    code: list[str] = field(factory=list)
    form: etree._Element | None = None
    shows: bool = False


@define
class _Said:
    """What one paragraph says so far: pieces with how they are set."""

    runs: list[tuple[str, str]] = field(factory=list)
    boxes: list[Block] = field(factory=list)
    pictures: int = 0
    computed: bool = False


@define
class _Walker:
    """One pass over a part.

    ``simple``: no font draws signs and no style strikes out or hides, so that what is plain needs
    no second look; ``plain``: all of it is.
    """

    styles: Styles
    simple: bool = False
    plain: bool = False
    tables: int = 0
    tracked: int = 0
    hidden: list[str] = field(factory=list)
    fields: list[_Field] = field(factory=list)
    said: _Said = field(factory=_Said)
    #: what the style of the paragraph says of its runs
    usual: Looks = field(factory=dict)
    #: whether the mark of the paragraph just read is deleted
    joins: bool = False

    # blocks ---------------------------------------------------------------------------------------

    def blocks(self, parent: etree._Element) -> Iterator[Block]:
        """Paragraphs and tables below an element; paragraphs whose mark is deleted are joined."""
        kept: Paragraph | None = None
        for block in self._blocks(parent):
            if isinstance(block, Paragraph) and not block.boxed:
                whole = block if kept is None else _one(kept, block)
                kept, self.joins = (whole, False) if self.joins else (None, False)
                if kept is None:
                    yield whole
                continue
            if kept is not None:
                yield kept
                kept = None
            yield block
        if kept is not None:
            yield kept

    def _blocks(self, parent: etree._Element) -> Iterator[Block]:
        for one in parent:
            tag = one.tag
            if tag == _P:
                yield from self._paragraph(one)
            elif tag == _TBL:
                yield self._table(one)
            elif tag == _SDT:
                if not self._untouched(one):
                    yield from self._blocks(one)
            elif tag in _WRAPPINGS or tag in _BODIES:
                self.tracked += tag in _CHANGES
                yield from self._blocks(one)

    @staticmethod
    def _untouched(control: etree._Element) -> bool:
        """Whether a content control still shows its hint."""
        return control.find(_UNTOUCHED) is not None

    # paragraphs -----------------------------------------------------------------------------------

    def _is_plain(self, element: etree._Element) -> bool:
        return self.plain or (self.simple and not self.fields and is_plain(element))

    def _paragraph(self, element: etree._Element) -> Iterator[Block]:
        if self._is_plain(element):
            yield plain_paragraph(element)
            return
        outer, self.usual = self.usual, self.styles.of_paragraph(element)
        said, self.said = self.said, _Said()
        self._inside(element)
        own, self.said = self.said, said
        self.usual = outer
        mark = element.find(f"{_PPR}/{_RPR}")
        if mark is not None and len(mark):
            if mark.find(f"{_W}del") is not None or mark.find(f"{_W}moveFrom") is not None:
                self.tracked += 1
                self.joins = True
            elif mark.find(f"{_W}ins") is not None:
                self.tracked += 1
        yield _paragraph(own)
        yield from own.boxes

    def _inside(self, parent: etree._Element) -> None:
        """The content of a paragraph, or of what wraps a part of it."""
        for one in parent:
            tag = one.tag
            if tag == _R:
                self._run(one)
            elif tag == _SDT:
                self._control(one)
            elif tag in _WRAPPINGS:
                self.tracked += tag in _CHANGES
                self.said.computed |= _is_computed(one.get(_INSTR))
                self._inside(one)
            elif tag in _DROPPED:
                self.tracked += tag in _CHANGES

    def _control(self, control: etree._Element) -> None:
        box = control.find(_BOX_14)
        if box is not None:
            state = box.find(f"{_W14}checked")
            ticked = state is not None and (state.get(f"{_W14}val") or "1") not in _OFF
            self._say(signs.TICKED if ticked else signs.OPEN, "")
        elif not self._untouched(control):
            self._inside(control)

    @property
    def _silent(self) -> bool:
        """Whether what comes is the code of a field and not what it shows."""
        return any(not one.shows for one in self.fields)

    def _say(self, text: str, how: str) -> None:
        if text and not self._silent:
            self.said.runs.append((text, how))

    def _run(self, run: etree._Element) -> None:
        how, font = self.styles.look(run.find(_RPR), self.usual)
        for one in run:
            tag = one.tag
            if tag == _T:
                text = shown(one)
                if font:
                    text = signs.in_symbol_font(font, text)
                self._heard(signs.boxes(text), how)
            elif tag in FIXED:
                self._heard(FIXED[tag], how)
            elif tag != _RPR:
                self._rare(one, how)

    def _heard(self, text: str, how: str) -> None:
        """Says a text unless it is hidden, which is told beside."""
        if how == "hidden":
            if text.strip() and not self._silent:
                self.hidden.append(text)
        else:
            self._say(text, how)

    def _rare(self, one: etree._Element, how: str) -> None:
        """What few runs hold: symbols, fields, drawings, ruby."""
        tag = one.tag
        if tag == f"{_W}sym":
            code = one.get(f"{_W}char") or "0"
            try:
                self._heard(signs.symbol(one.get(f"{_W}font") or "", int(code, 16)), how)
            except ValueError:  # no number: nothing that could be seen
                return
        elif tag == f"{_W}fldChar":
            self._field(one)
        elif tag == f"{_W}instrText":
            if self.fields:
                self.fields[-1].code.append(one.text or "")
        elif tag in _WRAPPINGS:
            self._inside_run(one, how)
        elif tag in (f"{_W}drawing", f"{_W}pict", f"{_W}object"):
            self._drawing(one)

    def _inside_run(self, parent: etree._Element, how: str) -> None:
        """Wrappings within a run: ruby, and alternatives of which the first is taken."""
        for one in parent:
            if one.tag == _R:
                self._run(one)
            elif one.tag not in _DROPPED:
                self._rare(one, how)

    def _drawing(self, one: etree._Element) -> None:
        """A text box stands behind its paragraph; pictures are counted."""
        for child in one:
            if child.tag == _TEXT_BOX:
                self.said.boxes += [
                    evolve(block, boxed=True) if isinstance(block, Paragraph) else block
                    for block in list(self.blocks(child))
                ]
            elif child.tag in _PICTURES:
                self.said.pictures += 1
            elif child.tag not in _DROPPED:
                self._drawing(child)

    def _field(self, mark: etree._Element) -> None:
        kind = mark.get(f"{_W}fldCharType")
        if kind == "begin":
            self.fields.append(_Field(form=mark.find(f"{_W}ffData")))
        elif kind == "separate" and self.fields:
            self.fields[-1].shows = True
        elif kind == "end" and self.fields:
            ended = self.fields.pop()
            code = "".join(ended.code)
            self.said.computed |= _is_computed(code)
            result = _form_field(code, ended.form)
            if result is None and not ended.shows:
                result = signs.overlaid(code)
            self._say(result or "", "")

    # tables ---------------------------------------------------------------------------------------

    def _table(self, element: etree._Element) -> WordTable:
        self.tables += 1
        number = self.tables
        if self._is_plain(element) and holds_no_table(element):
            plain = plain_table(number, element)
            if plain is not None:
                return plain
        grid = [number_of(one.get(_WIDE)) for one in element.iterfind(_COLUMNS)]
        rows: list[list[PlacedCell]] = []
        for row in self._children(element, _TR):
            about = row.find(_ROW_PROPERTIES)
            if about is not None:
                if about.find(_DEL) is not None:
                    self.tracked += 1
                    continue
                self.tracked += about.find(_INS) is not None
            rows.append(list(self._row(row, about)))
        return laid(number, grid, rows)

    def _children(self, parent: etree._Element, wanted: str) -> Iterator[etree._Element]:
        """Rows of a table or cells of a row, whatever wraps them."""
        for one in parent:
            if one.tag == wanted:
                yield one
            elif one.tag == _SDT or one.tag in _WRAPPINGS:
                yield from self._children(one, wanted)

    def _row(self, row: etree._Element, about: etree._Element | None) -> Iterator[PlacedCell]:
        col, left = 0, 0
        before = about.find(f"{_W}gridBefore") if about is not None else None
        if about is not None and before is not None:
            col = max(0, number_of(before.get(_VAL)))
            wide = about.find(f"{_W}wBefore")
            left = number_of(wide.get(_WIDE)) if wide is not None else 0
        for cell in self._children(row, _TC):
            placed = self._cell(cell, col, left)
            if placed is not None:
                col, left = col + placed.span, left + placed.width
                yield placed

    def _cell(self, cell: etree._Element, col: int, left: int) -> PlacedCell | None:
        placed = PlacedCell(col, left=left)
        about = cell.find(_CELL_PROPERTIES)
        for one in about if about is not None else ():
            if one.tag == _CELL_DELETED:
                self.tracked += 1
                return None
            if one.tag in CELL_PROPERTIES:
                CELL_PROPERTIES[one.tag](placed, one)
        placed.blocks += self.blocks(cell)
        return placed


def _one(first: Paragraph, second: Paragraph) -> Paragraph:
    """Two paragraphs whose mark between them is deleted."""
    return Paragraph(first.text + second.text, first.struck + second.struck,
                     first.lit + second.lit, first.notes + second.notes, second.boxed,
                     first.pictures + second.pictures,
                     first.computed or second.computed)  # fmt: skip


def _is_computed(code: str | None) -> bool:
    """Whether a field shows what office programs work out by themselves."""
    return code is not None and _COMPUTED.match(code) is not None


def _form_field(code: str, form: etree._Element | None) -> str | None:
    """What a legacy form field says by its state; None for fields that say it by their result."""
    word = code.strip().upper()
    if word.startswith("FORMCHECKBOX"):
        box = form.find(f"{_W}checkBox") if form is not None else None
        states = (
            (box.find(f"{_W}{name}") for name in ("checked", "default")) if box is not None else ()
        )
        state = next((one for one in states if one is not None), None)
        ticked = state is not None and is_on(state)
        return signs.TICKED if ticked else signs.OPEN
    if word.startswith("FORMDROPDOWN") and form is not None:
        chosen = form.find(f"{_W}ddList/{_W}result")
        if chosen is None:
            chosen = form.find(f"{_W}ddList/{_W}default")
        listed = [one.get(_VAL) or "" for one in form.iterfind(f"{_W}ddList/{_W}listEntry")]
        at = number_of(chosen.get(_VAL)) if chosen is not None else 0
        return listed[at] if 0 <= at < len(listed) else ""
    return None


def _paragraph(said: _Said) -> Paragraph:
    """A paragraph of its pieces: struck text and footnotes aside, raised digits as characters."""
    runs = said.runs
    if all(not how for _, how in runs):
        return Paragraph(
            "".join(text for text, _ in runs), pictures=said.pictures, computed=said.computed
        )
    struck = tuple(text.strip() for text, how in runs if how == "struck" and text.strip())
    lit = tuple(text for text, how in _joined(runs) if how == "lit" and text.strip())
    whole = marked([(text, "" if how == "lit" else how) for text, how in _joined(runs)])
    notes: tuple[str, ...] = ()
    read: str = whole
    if isinstance(whole, MarkedText):
        shown = whole.shown
        read = "" if shown.why == "gone" else str(shown.read)
        if len(read) < len(shown.text):
            notes = tuple(text.strip() for text, how in runs if how == "raised" and text.strip())
    return Paragraph(read, struck, lit, notes, pictures=said.pictures, computed=said.computed)


def _joined(runs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Runs that are set alike as one."""
    found: list[tuple[str, str]] = []
    for text, how in runs:
        if found and found[-1][1] == how:
            found[-1] = found[-1][0] + text, how
        else:
            found.append((text, how))
    return found
