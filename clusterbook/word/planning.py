"""A spec → how its form stands on paper, in the order and with the labels of the workbook."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from attrs import evolve

from clusterbook.forms.spec import (
    Answers,
    Checklist,
    Field,
    Group,
    Indicators,
    Library,
    Line,
    Narrative,
    Note,
    Row,
    Sheet,
    Signature,
    Workbook,
    block_fields,
    leaves,
    row_fields,
)
from clusterbook.layout.base import plain
from clusterbook.word.cover import answer_of, cover_line, prompt
from clusterbook.word.paper import (
    Box,
    Boxes,
    Filled,
    PaperCell,
    PaperForm,
    PaperLine,
    PaperPart,
    PaperRow,
    PaperTable,
    PaperTotal,
    PaperWords,
    Pieces,
    Several,
)
from clusterbook.word.paper_tables import (
    Columns,
    depth_of,
    is_annex,
    list_columns,
    list_heads,
    repeated,
    stand_alone,
    titled,
    total_row,
    weights,
)

_CHAPTER = re.compile(r"[一二三四五六七八九十]+、")
_IN_TABLE = re.compile(r"\d+\.\d")
GROUP = 0.13  # of the width, for the labels of groups
_LABEL = ((4, 0.42), (6, 0.34), (99, 0.30))
_LABEL_TEXTS = 0.34
_PROFILE_ROOM, _REPORT_ROOM, _SIGN_ROOM = 62.0, 150.0, 110.0


def paper(workbook: Workbook, filled: Filled) -> PaperForm:
    """The printed form: without second parks and further rows where nothing is ``filled`` there."""
    parts: list[PaperPart] = []
    printed: set[str] = set()
    for sheet in workbook.sheets:
        if not _is_printed(sheet, filled):
            continue
        planner = _Part(workbook, sheet, filled, printed)
        parts.append(planner.part())
        if sheet.cover and workbook.instructions:
            parts.append(_instructions(workbook, sheet))
    return PaperForm(workbook, tuple(parts))


def _is_printed(sheet: Sheet, filled: Filled) -> bool:
    """Whether a sheet is there at all: that of a further park only where there is one."""
    items = [getattr(block, "item", None) or 1 for block in sheet.blocks]
    return min(items, default=1) == 1 or any(map(filled, _keys_of(sheet)))


def _keys_of(sheet: Sheet) -> Iterator[str]:
    for block in sheet.blocks:
        if hasattr(block, "key"):
            yield from (
                f"{block.name}.{one.name}" for one in block_fields(block) if one.computed is None
            )


def _instructions(workbook: Workbook, cover: Sheet) -> PaperPart:
    lines = [PaperLine((PaperWords("填报说明"),), "chapter")]
    lines += [PaperLine((PaperWords(text),), "instruction") for text in workbook.instructions]
    return PaperPart(evolve(cover, key="instructions", cover=False), tuple(lines), new_page=True)


class _Part:
    """Plans one sheet; ``printed`` are the titles that stand above already."""

    def __init__(self, workbook: Workbook, sheet: Sheet, filled: Filled, printed: set[str]) -> None:
        self.workbook, self.sheet, self.filled, self.printed = workbook, sheet, filled, printed
        self.items: list[PaperLine | PaperTable] = []
        self.rows: list[PaperRow] = []
        self.label = self._label_share()

    def part(self) -> PaperPart:
        """The part with all its items."""
        sheet = self.sheet
        titles = [sheet.title] if sheet.cover else [sheet.heading, sheet.title]
        if is_annex(sheet):
            titles = [text for text in titles if _CHAPTER.match(text)]
        fresh = [text for text in titles if text and text not in self.printed]
        self.printed.update(fresh)
        for text in fresh:
            self._title(text)
        if sheet.cover:
            self._cover()
        else:
            for block in sheet.blocks:
                self._block(block)
        self._end_table()
        chapter = any(_CHAPTER.match(text) for text in fresh)
        turned = sheet.landscape and not is_annex(sheet)
        return PaperPart(evolve(sheet, landscape=turned), tuple(self.items), new_page=chapter)

    def _label_share(self) -> float:
        blocks = self.sheet.blocks
        most = max((len(weights(b)) for b in blocks if isinstance(b, Indicators)), default=0)
        rows = [row for b in blocks if isinstance(b, Answers) for row in leaves(b.rows)]
        share = next(share for count, share in _LABEL if most <= count)
        texts = any(isinstance(row, Field) and row.kind.prose for row in rows)
        return min(share, _LABEL_TEXTS) if texts else share

    def _title(self, text: str) -> None:
        if self.sheet.cover:
            self.items.append(PaperLine((PaperWords(text.strip()),), "cover_title"))
        elif _IN_TABLE.match(text):
            self._row(PaperCell(0, 1, [(PaperWords(text),)], "title"))
        else:
            role = "chapter" if _CHAPTER.match(text) else "section"
            self._end_table()
            self.items.append(PaperLine((PaperWords(text),), role))

    def _row(self, *cells: PaperCell, head: bool = False) -> None:
        self.rows.append(PaperRow(cells, head))

    def _end_table(self) -> None:
        if self.rows:
            self.items.append(PaperTable(self.rows))
            self.rows = []

    def _value(self, share: float) -> float:
        return self.label + (1 - self.label) * share

    def _block(self, block: Any) -> None:
        if isinstance(block, Answers):
            self._form(block)
        elif isinstance(block, Indicators):
            self._indicators(block)
        elif isinstance(block, Narrative):
            self._narrative(block)
        elif isinstance(block, Library):
            self._library(block)
        else:
            self._note(block)

    # the cover ------------------------------------------------------------------------------------

    def _cover(self) -> None:
        """Lines to write on; what follows a hint or note of the foot stands below."""
        block = self.sheet.blocks[0]
        for row in block.rows:
            if isinstance(row, Note):
                role = "cover_hint" if row.role == "hint" else "cover_foot"
                self.items += [
                    PaperLine((PaperWords(text),), role) for text in row.text.split("\n")
                ]
                continue
            if isinstance(row, Field):
                pieces: Pieces = (prompt(row.label), answer_of(block, row))
                hint = row.hint
            else:
                pieces, hint = cover_line(block, row), ""
            self.items.append(PaperLine(pieces, "cover_row"))
            if hint:
                self.items.append(PaperLine((PaperWords(hint),), "cover_hint"))

    # label and answer -----------------------------------------------------------------------------

    def _form(self, block: Answers) -> None:
        if (block.item or 1) > 1 and not any(self.filled(key) for key in _form_keys(block)):
            return
        signs: list[Signature] = []
        for row in block.rows:
            if isinstance(row, Signature):
                signs.append(row)
                continue
            self._signatures(signs)
            signs = []
            if isinstance(row, Group):
                self._grouped(block, row)
            else:
                self._form_row(block, row, 0.0)
        self._signatures(signs)

    def _grouped(self, block: Answers, group: Group) -> None:
        """Rows under one label at their left."""
        first = len(self.rows)
        for inner in group.items:
            self._form_row(block, inner, GROUP)
        count = len(self.rows) - first
        if count:
            own = PaperCell(0, GROUP, [(PaperWords(group.label),)], "group", rows=count)
            row = self.rows[first]
            self.rows[first] = evolve(row, cells=(own, *row.cells))

    def _form_row(self, block: Answers, row: Any, start: float) -> None:
        if isinstance(row, Note):
            self._note(row, start)
        elif isinstance(row, Checklist):
            self._checklist(block, row, start)
        elif isinstance(row, Line):
            self._line(block, row, start)
        elif isinstance(row, Field) and not row.added:
            self._field(block, row, start)

    def _field(self, block: Answers, asked: Field, start: float) -> None:
        label: list[Pieces] = [(PaperWords(asked.label),)]
        lines, hints = _answer_lines(block, asked)
        if asked.label.endswith("："):
            label += [(PaperWords(hint),) for hint in hints]
        else:
            lines += [(PaperWords(hint, aside=True),) for hint in hints]
        tall = _room(asked)
        self._row(
            PaperCell(start, self.label, label, "label"),
            PaperCell(self.label, 1, lines, "prose" if tall else "answer", tall=tall),
        )

    def _line(self, block: Answers, line: Line, start: float) -> None:
        fields = [asked for asked in line.fields if not asked.added]
        label = PaperCell(start, self.label, [(PaperWords(line.label),)], "label")
        if len(fields) > 1 and all(asked.label.endswith("：") for asked in fields):
            lines = [
                (PaperWords(asked.label), answer_of(block, asked), *_unit(asked))
                for asked in fields
            ]  # fmt: skip
            self._row(label, PaperCell(self.label, 1, lines, "answer"))
            return
        cells: list[tuple[float, Pieces, str]] = []
        for asked in fields:
            told = plain(asked.label) in plain(line.label)
            own = answer_of(block, asked)
            if told and cells and cells[-1][2] == "answer":
                before = cells[-1][1][0]
                keys = before.keys if isinstance(before, Several) else (before.key,)  # type: ignore[union-attr]
                cells[-1] = 3.0, (Several((*keys, own.key), "、"),), "answer"
                continue
            if not told:
                cells.append((1.0, (PaperWords(asked.label),), "label"))
            cells.append((2.0, (own,), "answer"))
        whole = sum(weight for weight, *_ in cells)
        at, made = 0.0, [label]
        for weight, pieces, role in cells:
            end = at + weight / whole
            made.append(PaperCell(self._value(at), self._value(end), [pieces], role))
            at = end
        self._row(*made)

    def _checklist(self, block: Answers, row: Checklist, start: float) -> None:
        lines: list[Pieces] = []
        inside = row.label.endswith("：")
        heading = row.label if inside else row.heading
        if heading:
            lines.append((PaperWords(heading),))
        for number, option in enumerate(row.options, start=1):
            lines.append((Box(f"{block.name}.{row.key}_{number}", option),))
        if row.note:
            lines.append((PaperWords(row.note, aside=True),))
        if inside:
            self._row(PaperCell(start, 1, lines, "answer"))
            return
        self._row(
            PaperCell(start, self.label, [(PaperWords(row.label),)], "label"),
            PaperCell(self.label, 1, lines, "answer"),
        )

    def _note(self, note: Note | Signature, start: float = 0.0) -> None:
        if isinstance(note, Signature):
            self._signatures([note])
        else:
            role = {"title": "title", "body": "body"}.get(note.role, "note")
            self._row(PaperCell(start, 1, [(PaperWords(note.text),)], role))

    def _signatures(self, signs: Sequence[Signature]) -> None:
        """Blocks to sign and seal beside each other; one that repeats for whom there is."""
        kept: list[Signature] = []
        for sign in signs:
            again = sign in kept
            if not again or self.filled(_second(self.workbook)):
                kept.append(sign)
        for number, sign in enumerate(kept):
            lines: list[Pieces] = [(PaperWords(text),) for text in sign.lines]
            cell = PaperCell(
                number / len(kept), (number + 1) / len(kept), lines, "sign", tall=_SIGN_ROOM
            )
            if number:
                self.rows[-1] = evolve(self.rows[-1], cells=(*self.rows[-1].cells, cell))
            else:
                self._row(cell)

    def _narrative(self, block: Narrative) -> None:
        if (block.item or 1) > 1 and not self.filled(f"{block.name}.{block.field.name}"):
            return
        asked = block.field
        own = asked.label.endswith("：")
        if block.show_label and not own:
            self._row(PaperCell(0, 1, [(PaperWords(asked.label),)], "title"))
        lines: list[Pieces] = [(PaperWords(asked.label),)] if own else []
        lines += [(PaperWords(text, aside=True),) for text in block.guidance]
        lines.append((answer_of(block, asked),))
        self._row(PaperCell(0, 1, lines, "prose", tall=_REPORT_ROOM))

    # tables of indicators -------------------------------------------------------------------------

    def _indicators(self, block: Indicators) -> None:
        columns = Columns(block, self._value)
        first = len(self.rows)
        self._indicator_heads(block, columns)
        heads = len(self.rows) - first
        # Without a corner the label of the group stands in its place, beside the heads.
        beside = heads > 0 and not block.corner
        for row in block.rows:
            if isinstance(row, Group):
                at = first if beside else len(self.rows)
                for one in row.items:
                    if not one.added and self._is_asked(block, one):
                        self._indicator(block, one, columns, None if beside else GROUP)
                own = PaperCell(0, self.label if beside else GROUP, [(PaperWords(row.label),)],
                                "group", rows=len(self.rows) - at)  # fmt: skip
                if own.rows:
                    self.rows[at] = evolve(self.rows[at], cells=(own, *self.rows[at].cells))
            elif not row.added and self._is_asked(block, row):
                self._indicator(block, row, columns, 0.0)
        self._set_apart(first, heads)

    def _set_apart(self, first: int, heads: int) -> None:
        """Figures that may run over a page as a table of their own, titles and heads on each."""
        own = self.rows[first:]
        if self.sheet.one_page or not heads or not stand_alone(own[:heads]):
            return
        self.rows, titles = titled(self.rows[:first])
        self._end_table()
        self.rows = [*repeated((*titles, *own[:heads])), *own[heads:]]
        self._end_table()

    def _is_asked(self, block: Indicators, row: Row) -> bool:
        """Whether a row is printed: of rows to be named by the county one more than are used."""
        if not row.named:
            return True
        keys = [f"{block.name}.{asked.name}" for _, asked in row_fields(block, row)]
        return row.key.endswith("_1") or any(map(self.filled, keys))

    def _indicator_heads(self, block: Indicators, columns: Columns) -> None:
        """Corner, years, what stands below each year, further columns."""
        levels: list[list[PaperCell]] = []
        if block.show_years:
            levels.append([columns.head(year.label, *columns.year(year)) for year in columns.years])
        if block.measures:
            levels.append([
                columns.head(measure.label, *columns.measure(year, measure))
                for year in columns.years for measure in block.measures
            ])  # fmt: skip
        if not levels:
            return
        run_down = any(isinstance(row, Row) and not row.label for row in block.rows)
        deep = len(levels) + sum(1 for row in leaves(block.rows) if run_down and not row.added)
        left: list[PaperCell] = []
        if block.corner:
            parts = block.corner.split("　　")
            grouped = any(isinstance(row, Group) for row in block.rows)
            if len(parts) > 1 and grouped:
                edges = ((0, GROUP), (GROUP, self.label))
                left = [PaperCell(*span, [(PaperWords(text),)], "head", rows=deep)
                        for span, text in zip(edges, parts, strict=False)]  # fmt: skip
            else:
                lines: list[Pieces] = [(PaperWords(block.over),)] if block.over else []
                lines.append((PaperWords(block.corner),))
                role = "label" if run_down else "corner" if block.over else "head"
                left = [PaperCell(0, self.label, lines, role, rows=deep)]
        right = [
            PaperCell(
                *columns.column(column), [(PaperWords(column.label),)], "head", rows=len(levels)
            )
            for column in columns.columns
        ]
        left += [
            PaperCell(*span, [(PaperWords(one.label),)], "head", rows=len(levels))
            for one, span in zip(block.fixed, columns.constants, strict=True)
        ]
        for number, level in enumerate(levels):
            self._row(*(left if not number else ()), *level, *(right if not number else ()))

    def _indicator(
        self, block: Indicators, row: Row, columns: Columns, start: float | None
    ) -> None:
        """A row; its label from ``start``, or only where a measure repeats it."""
        cells: list[PaperCell] = []
        label: Pieces = (PaperWords(row.label),) if row.label and not row.named else ()
        placed: dict[tuple[float, float], Pieces] = {}
        hint = row.hint
        for (what, where), asked in row_fields(block, row):
            own = answer_of(block, asked)
            if what == "name":
                label = (own, PaperWords(row.label)) if not self.filled(own.key) else (own,)
            elif not asked.added:
                placed[columns.of(what, where, row)] = (own,)
        if label and start is not None:
            cells.append(PaperCell(start, self.label, [label], "label"))
        for one, span in zip(block.fixed, columns.constants, strict=True):
            cells.append(PaperCell(*span, [(PaperWords(row.fixed.get(one.key, "")),)], "fixed"))
        for span, printed in columns.spans(row, placed):
            pieces = placed.get(span)
            lines: list[Pieces] = [pieces or ((PaperWords(printed),) if printed else ())]
            if pieces and hint:
                lines.append((PaperWords(hint, aside=True),))
                hint = ""
            for column in columns.columns:  # PXX页（下同）: once is enough
                told = column.hint in ("", *self.printed)
                if pieces and columns.column(column) == span and not told:
                    lines.append((PaperWords(column.hint, aside=True),))
                    self.printed.add(column.hint)
            role = "answer" if pieces else "label" if printed else "void"
            cells.append(PaperCell(*span, lines, "figure" if pieces else role))
        self._row(*cells)

    # lists ----------------------------------------------------------------------------------------

    def _library(self, library: Library) -> None:
        if is_annex(self.sheet):
            return
        for text in filter(None, (library.title, *library.notes)):
            role = "title" if text == library.title else "note"
            if self.sheet.landscape:
                self.items.append(PaperLine((PaperWords(text),), "section"))
            else:
                self._row(PaperCell(0, 1, [(PaperWords(text),)], role))
        self.rows, titles = titled(self.rows) if library.head is None else (self.rows, [])
        self._end_table()
        if library.head is not None:
            self.items.append(PaperLine((PaperTotal(library.key),), "section"))
        columns = list_columns(library)
        depth = max(depth_of(item) for item in library.columns if not item.added)
        heads = (*repeated(titles), *list_heads(library, columns, depth))
        tail = [total_row(library, columns)] if library.totals else []
        self.items.append(PaperTable(heads, library, columns, tuple(tail)))


def _second(workbook: Workbook) -> str:
    """The key that says whether there is a second of what repeats."""
    for _, block in workbook.blocks():
        if (block.item or 1) > 1 and isinstance(block, Answers):
            return next(iter(_form_keys(block)), "")
    return ""


def _form_keys(block: Answers) -> Iterator[str]:
    for row in leaves(block.rows):
        if isinstance(row, Field | Line):
            fields = (row,) if isinstance(row, Field) else row.fields
            yield from (f"{block.name}.{one.name}" for one in fields if one.computed is None)


def _answer_lines(block: Any, asked: Field) -> tuple[list[Pieces], list[str]]:
    """The lines in which an answer is written, and the hints that are printed below it."""
    own = answer_of(block, asked)
    hints = asked.hint.split("\n") if asked.hint else []
    if asked.boxes:
        options = tuple(asked.kind.options)
        hints = [hint for hint in hints if not hint.startswith("□")]
        if asked.boxes == "\n":
            return [(Boxes(own.key, (option,)),) for option in options], hints
        return [(Boxes(own.key, options),)], hints
    if hints and not hints[0].startswith(("（", "(")):
        return [(own, PaperWords(f" {hints[0]}"))], hints[1:]
    return [(own,)], hints


def _unit(asked: Field) -> Pieces:
    """The unit behind an answer."""
    return (PaperWords(f" {asked.hint}"),) if asked.hint else ()


def _room(asked: Field) -> float:
    """Points of room for a long text."""
    return _PROFILE_ROOM if asked.kind.prose else 0
