"""A printed form → .docx: WordprocessingML written here, the same input giving the same bytes."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from attrs import define, evolve, field

from clusterbook.forms.expressions.nodes import Constant, Sentence
from clusterbook.forms.spec import Library
from clusterbook.word import ooxml
from clusterbook.word.annex import annex
from clusterbook.word.content import Content
from clusterbook.word.fitting import PAGE, SIZES, leading, least, roomy, row_heights
from clusterbook.word.ooxml import PaperLook
from clusterbook.word.paper import (
    Box,
    Boxes,
    PaperAnswer,
    PaperCell,
    PaperForm,
    PaperLine,
    PaperPart,
    PaperRow,
    PaperTable,
    PaperTotal,
    PaperWords,
    Piece,
    Pieces,
    Several,
)
from clusterbook.word.planning import paper

_LOOKS = {
    "cover_title": PaperLook("hei", 44, align="center", before=2400, after=2000),
    "cover_row": PaperLook("song", 30, before=160, after=160, indent=600),
    "cover_hint": PaperLook("kai", 24, align="center"),
    "cover_foot": PaperLook("fang", 32, align="center", before=300),
    "chapter": PaperLook("hei", 36, align="center", before=120, after=160, keep=True),
    "section": PaperLook("hei", 28, before=120, after=80, keep=True),
    "instruction": PaperLook("fang", 28, line=520, indented=True),
    "title": PaperLook("hei", 24, keep=True),
    "note": PaperLook("kai", 21),
    "body": PaperLook("fang", 28, line=480, indented=True),
    "head": PaperLook("hei", 21, align="center", keep=True),
    "corner": PaperLook("hei", 21, keep=True),
    "list_head": PaperLook("hei", 18, align="center", keep=True),
    "label": PaperLook("song", 21),
    "group": PaperLook("song", 21, align="center"),
    "answer": PaperLook("song", 21),
    "figure": PaperLook("song", 21, align="center"),
    "cell": PaperLook("song", 18),
    "prose": PaperLook("fang", 24, line=400, indented=True),
    "profile": PaperLook("fang", 21),
    "sign": PaperLook("fang", 28, line=520),
    "void": PaperLook("song", 21), "fixed": PaperLook("song", 21, align="center"),
    "total": PaperLook("hei", 18, align="center"),
    "aside": PaperLook("kai", 18),
}  # fmt: skip
_NARROW = 9_638  # twips between the margins of A4, upright and turned
_WIDE = 14_570
_OF_LINE = 0.75  # points that a line takes of each half-point of its letters
_LEAST_ROW = 19.0  # points
_SEVERAL = 2  # further empty rows are told by dots
DOTS = "……"
_COVER_BLANK = "　" * 14


def word_form(content: Content) -> bytes:
    """The printed form, filled in as far as there is anything, as the bytes of a .docx."""
    form = paper(content.layout.workbook, content.filled)
    return ooxml.package(
        _Writer(content).document(form), title=form.workbook.title.strip(),
        foot=foot(content.issue, content.digest),
    )  # fmt: skip


def foot(issue: str, digest: str) -> str:
    """What stands at the foot of each page, so that paper and workbook can be held together."""
    told = [f"发放编号：{issue}"] if issue else []
    told += [f"数据校验码：{digest}"] if digest else []
    return "　".join(told)


@define
class _Writer:
    """Writes the parts one behind the other; a part printed across is a section of its own."""

    content: Content
    #: keys of answers that have been written, as those left over go to the annex
    written: set[str] = field(factory=set)
    width: int = _NARROW
    #: half-points of the letters of a part that may not run over its page; 0 of others
    tight: int = 0

    def document(self, form: PaperForm) -> str:
        """The body."""
        pieces: list[str] = []
        turned = False
        for number, part in enumerate(form.parts):
            if number and part.sheet.landscape != turned:
                pieces.append(ooxml.section(turned=turned))
            elif number and part.new_page:
                pieces.append(ooxml.PAGE_BREAK)
            turned = part.sheet.landscape
            self.width = _WIDE if turned else _NARROW
            pieces += self.part(part)
        more = list(annex(self.content, self.written))
        if more:
            pieces.append(ooxml.section(turned=turned))
            turned, self.width, self.tight = True, _WIDE, 0
            for item in more:
                pieces += self.item(item)
        return "".join(pieces) + ooxml.section(turned=turned, last=True)

    def part(self, part: PaperPart) -> Iterator[str]:
        """The XML of one part."""
        self.tight = self._fitting(part) if part.sheet.one_page else 0
        for item in part.items:
            yield from self.item(item)

    def _fitting(self, part: PaperPart) -> int:
        """The largest letters with which the part stands on one page, else the smallest."""
        looks = [_LOOKS[item.role] for item in part.items if isinstance(item, PaperLine)]
        room = PAGE - sum(look.size * _OF_LINE + (look.before + look.after) / 20 for look in looks)
        rows = [self._rows(item) for item in part.items if isinstance(item, PaperTable)]

        def fits(size: int) -> bool:
            whole = sum(sum(row_heights(own, self.width / 20, size, self._plain)) for own in rows)
            return whole + len(rows) <= room

        return next(filter(fits, SIZES), SIZES[-1])

    def _plain(self, pieces: Pieces) -> str:
        """The text of a line, boxes and all."""
        return "".join(
            "".join(f"□{option}  " for option in piece.options) if isinstance(piece, Boxes)
            else f"□{piece.text}" if isinstance(piece, Box) else self._said(piece, pieces)
            for piece in pieces
        )  # fmt: skip

    def item(self, item: PaperLine | PaperTable) -> Iterator[str]:
        """The XML of a line or a table."""
        if isinstance(item, PaperLine):
            yield self._line(item)
        else:
            yield self._table(item)
            last = item.tail or item.rows
            leads = item.library is None and last[-1].cells[0].role in ("title", "note")
            yield ooxml.GAP_KEPT if leads else ooxml.GAP

    def _line(self, line: PaperLine) -> str:
        look = _LOOKS[line.role]
        if line.role != "cover_row":
            return ooxml.paragraph(self._runs(line.pieces, look), look)
        runs = []
        for piece in line.pieces:
            if isinstance(piece, PaperWords):
                runs.append(ooxml.run(piece.text, look))
            else:
                said = self._said(piece, line.pieces)
                room = _COVER_BLANK if len(line.pieces) <= _SEVERAL else _COVER_BLANK[:5]
                runs.append(ooxml.run(said or room, evolve(look, underline=True)))
        return ooxml.paragraph("".join(runs), look)

    # pieces ---------------------------------------------------------------------------------------

    def _said(self, piece: Piece, beside: Pieces = ()) -> str:
        """The text of a piece; of an answer whose unit is printed behind it without the unit."""
        if isinstance(piece, PaperWords):
            return piece.text
        if isinstance(piece, PaperTotal):
            return self._total(piece)
        if isinstance(piece, PaperAnswer):
            self.written.add(piece.key)
            text = self.content.text(piece.key)
            behind = beside[beside.index(piece) + 1 :][:1] if beside else ()
            unit = behind[0].text if behind and isinstance(behind[0], PaperWords) else ""
            return text.removesuffix(unit) if unit and len(text) > len(unit) else text
        if isinstance(piece, Several):
            self.written.update(piece.keys)
            texts = [self.content.text(key) for key in piece.keys]
            last = max((at for at, text in enumerate(texts) if text), default=-1)
            return piece.mark.join(texts[: last + 1])
        return ""

    def _total(self, piece: PaperTotal) -> str:
        if piece.column:
            return self.content.totals.get((piece.library, piece.column), "")
        head = self.content.heads.get(piece.library)
        return head if head is not None else _empty_head(self.content, piece.library)

    def _runs(self, pieces: Pieces, look: PaperLook) -> str:
        runs = []
        for piece in pieces:
            if isinstance(piece, Boxes):
                self.written.add(piece.key)
                chosen = self.content.text(piece.key)
                parts = [(option == chosen, option) for option in piece.options]
                runs.append(ooxml.boxes(parts, look))
                if (
                    chosen
                    and chosen not in self._options(piece.key)
                    and piece.options[0] == self._options(piece.key)[0]
                ):
                    runs.append(ooxml.run(f" {chosen}", look))
            elif isinstance(piece, Box):
                self.written.add(piece.key)
                runs.append(ooxml.boxes([(self.content.text(piece.key) == "☑", piece.text)], look))
                odd = self.content.texts.get(piece.key)
                runs.append(ooxml.run(f" {odd}", look) if odd else "")
            else:
                own = self._aside() if isinstance(piece, PaperWords) and piece.aside else look
                runs.append(ooxml.run(self._said(piece, pieces), own))
        return "".join(runs)

    def _aside(self) -> PaperLook:
        small = _LOOKS["aside"]
        return evolve(small, size=min(small.size, self.tight - 2)) if self.tight else small

    def _options(self, key: str) -> Sequence[str]:
        options: Sequence[str] = self.content.layout.slots[key][0].field.kind.options
        return options

    # tables ---------------------------------------------------------------------------------------

    def _table(self, table: PaperTable) -> str:
        rows = self._rows(table)
        cuts = sorted({_snapped(edge) for row in rows for cell in row.cells
                       for edge in (cell.start, cell.end)})  # fmt: skip
        edges = {cut: number for number, cut in enumerate(cuts)}
        grid = [round((after - before) * self.width)
                for before, after in itertools.pairwise(cuts)]  # fmt: skip
        return ooxml.table(grid, self._laid(rows, edges, grid))

    def _rows(self, table: PaperTable) -> list[PaperRow]:
        if table.library is None:
            return [*table.rows, *table.tail]
        return [*self._tall(table.rows), *self._body(table, table.library), *table.tail]

    def _tall(self, heads: Sequence[PaperRow]) -> Iterator[PaperRow]:
        """Heads with the room that they take: LibreOffice forgets merged ones on further pages."""
        size = _LOOKS["list_head"].size + 2  # fonts differ in how far their lines are apart
        merged = [row for row in heads if len(row.cells) > 1]
        heights = dict(zip(map(id, merged), row_heights(merged, self.width / 20, size, self._plain),
                           strict=True))  # fmt: skip
        for row in heads:
            first, *rest = row.cells
            yield evolve(row, cells=(evolve(first, tall=heights.get(id(row), 0.0)), *rest))

    def _laid(
        self, rows: Sequence[PaperRow], edges: dict[float, int], grid: Sequence[int]
    ) -> Iterator[str]:
        """The rows with their cells, those that run on from above included."""
        running: list[tuple[PaperCell, int]] = []  # cell, rows still to come
        for row in rows:
            cells = [(cell, "restart" if cell.rows > 1 else "") for cell in row.cells]
            cells += [(cell, "continue") for cell, _ in running]
            running = [(cell, left - 1) for cell, left in running if left > 1]
            running += [(cell, cell.rows - 1) for cell in row.cells if cell.rows > 1]
            made = []
            for cell, merge in sorted(cells, key=lambda one: one[0].start):
                first, last = edges[_snapped(cell.start)], edges[_snapped(cell.end)]
                inside = ooxml.EMPTY if merge == "continue" else self._inside(cell)
                made.append(ooxml.cell(inside, sum(grid[first:last]), last - first, merge,
                                       crossed=cell.role == "corner",
                                       top=cell.role in ("prose", "sign", "body")))  # fmt: skip
            tall = max((cell.tall for cell in row.cells), default=0.0)
            flows = any(cell.role == "prose" for cell in row.cells)
            yield ooxml.row(made, tall=self._room(tall), whole=not flows, head=row.head)

    def _room(self, tall: float) -> float:
        if not self.tight:
            return max(tall, _LEAST_ROW)
        return max(min(tall, roomy(self.tight)), least(self.tight))

    def _inside(self, cell: PaperCell) -> str:
        look = _LOOKS[cell.role]
        if self.tight:
            look = evolve(look, size=self.tight, line=leading(self.tight), indented=False,
                          before=0, after=0)  # fmt: skip
        if cell.role == "sign":
            return _signing(cell, look)
        if cell.role == "corner":
            first, *rest = cell.lines
            top = ooxml.paragraph(self._runs(first, look), evolve(look, align="right"))
            return top + "".join(ooxml.paragraph(self._runs(one, look), look) for one in rest)
        return "".join(self._paragraphs(pieces, look) for pieces in cell.lines) or ooxml.EMPTY

    def _paragraphs(self, pieces: Pieces, look: PaperLook) -> str:
        """One line of a cell; a long answer gets a paragraph for each of its own lines."""
        if len(pieces) == 1 and isinstance(pieces[0], PaperAnswer) and look.flowing:
            lines = self._said(pieces[0]).split("\n")
            return "".join(ooxml.paragraph(ooxml.run(line, look), look) for line in lines)
        return ooxml.paragraph(self._runs(pieces, look), look)

    def _body(self, table: PaperTable, library: Library) -> Iterator[PaperRow]:
        """As many rows as are filled, else those that are printed, with dots for further ones."""
        rows = self.content.rows.get(library.key, ())
        least = min(library.rows, library.printed_rows) if library.closed or not rows else 0
        figures = {"", *(asked.key for asked in library.fields() if asked.kind.numeric)}
        for at in range(max(len(rows), least)):
            cells = []
            for column in table.columns:
                text = str(at + 1) if not column.key else (
                    self.content.row_text(library.key, at, column.key) if at < len(rows) else ""
                )  # fmt: skip
                role = "list_figure" if column.key in figures else "cell"
                cells.append(PaperCell(column.start, column.end, [(PaperWords(text),)], role))
            yield PaperRow(cells)
        if not rows and not library.closed and not table.columns[0].key:
            yield PaperRow([
                PaperCell(one.start, one.end, [(PaperWords("" if one.key else DOTS[:1]),)], "cell")
                for one in table.columns
            ])  # fmt: skip


_LOOKS["list_figure"] = evolve(_LOOKS["cell"], align="center")


def _snapped(share: float) -> float:
    return round(share, 3)


def _signing(cell: PaperCell, look: PaperLook) -> str:
    """Lines to sign and seal on, with room above the seal."""
    texts = [piece.text for line in cell.lines for piece in line if isinstance(piece, PaperWords)]
    made = []
    for number, text in enumerate(texts):
        align = "left" if text.endswith("：") else "right"
        gap = 240 if number else 0
        made.append(ooxml.paragraph(ooxml.run(text, look), evolve(look, align=align, before=gap)))
    return "".join(made)


def _empty_head(content: Content, library: str) -> str:
    """The sentence above an empty list: XX for each number."""
    head = content.layout.bodies[library].library.head
    pieces = head.pieces if isinstance(head, Sentence) else ()
    return "".join(str(one.value) if isinstance(one, Constant) else "XX" for one in pieces)
