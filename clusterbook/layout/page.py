"""Plans a sheet of Forms, Indicators and Narratives.

All of them stand on one grid of columns: each block asks for cuts across the page width, and the
grid is the union of all cuts, so that stacked tables line up like the printed form. Added fields
stand to the right of the print area and never change the height of a printed row.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from attrs import Factory, define

from clusterbook.forms.spec import (
    Answers,
    Checklist,
    Field,
    Group,
    Indicators,
    Line,
    Narrative,
    Note,
    Signature,
    checklist_fields,
    leaves,
    under_block,
)
from clusterbook.layout import paper, text_metrics
from clusterbook.layout.base import (
    ADDED_TITLE,
    ASIDE_WIDTH,
    FIRST_COL,
    FIRST_ROW,
    RULER_WIDTH,
    Added,
    GridPage,
    answer_height,
    plain,
    spread,
)
from clusterbook.layout.layout import Area, SheetPlan, Slot
from clusterbook.layout.table import GROUP_SHARE, TablePlanner, aligned_columns, value_columns
from clusterbook.layout.text_metrics import ROW_HEIGHT

ADDED_WIDTH = 13.0  # characters
BOX_TALLEST = 400.0
_SHRINK = 1.18  # a page is printed smaller rather than spill over by less
SNAP = 0.015  # cuts nearer than this become one, on a page that is printed as large as it is
# Share of the page for row labels, by the number of value columns beside them.
_LABEL_SHARE = ((4, 0.42), (6, 0.34), (99, 0.32))
_LABEL_SHARE_TEXTS = 0.34  # where long texts need the width
_COVER_SHARE = (0.36, 0.60)
TICK_SHARE = 0.09
_NARROWEST = 0.08  # a cell of a line, as a share of the value zone
_COVER_TITLE, _COVER_ROW, _SIGN_ROOM = 210.0, 46.0, 36.0
_NOTE_ROLES = {"title": "title", "body": "body"}
_COVER_NOTES = {"hint": "cover_hint"}


@define
class PagePlanner(GridPage):
    """Stacks the blocks of a sheet."""

    has_groups: bool = False
    #: rows of long texts, which take what is left of a page
    boxes: list[int] = Factory(list)

    def plan(self) -> SheetPlan:
        """The sheet."""
        self._lay_grid()
        self._titles()
        tables: list[TablePlanner] = []
        for block in self.sheet.blocks:
            if isinstance(block, Indicators):
                tables.append(TablePlanner(self, block))
                tables[-1].lay()
            elif isinstance(block, Answers):
                self._form(block)
            elif isinstance(block, Narrative):
                self._narrative(block)
            else:
                self._note(block, boxed=False)
        self._keep_notes()
        self.fit_rows()
        last_printed = self.row - 1
        breaks = self._pages(last_printed)
        last_row = max(last_printed, self._lay_added(tables))
        last_col = FIRST_COL + len(self.cuts) - 2
        self._end_columns()
        self.lay_aside(last_col + 1, last_row)
        if self.added.used:
            area = Area(FIRST_ROW, self.added.first_col, FIRST_ROW, len(self.widths) - 1)
            self.print(area, ADDED_TITLE, "added_title")
        return SheetPlan(
            sheet=self.sheet, printed=tuple(self.printed), slots=tuple(self.slots), body=None,
            widths=tuple(self.widths), heights=dict(self.heights), last_row=last_row,
            print_first_col=FIRST_COL, print_last_col=last_col, page_breaks=breaks,
            scale=self.scale, remarks=tuple(self.remarks),
        )  # fmt: skip

    def _end_columns(self) -> None:
        """Takes away the columns of the added zone in which nothing stands."""
        used = [slot.area.last_col for slot in self.slots]
        used += [one.area.last_col for one in self.printed]
        del self.widths[max(*used, self.added.first_col - 1) + 1 :]

    # the grid ---------------------------------------------------------------------------------

    def _lay_grid(self) -> None:
        blocks = self.sheet.blocks
        rows = [row for b in blocks if isinstance(b, Answers | Indicators) for row in b.rows]
        self.has_groups = any(isinstance(row, Group) for row in rows)
        most = max((len(value_columns(b)) for b in blocks if isinstance(b, Indicators)), default=0)
        self.label_share = next(share for n, share in _LABEL_SHARE if most <= n)
        if any(isinstance(r, Field) and r.kind.prose for r in leaves(rows)):
            self.label_share = min(self.label_share, _LABEL_SHARE_TEXTS)
        if self.sheet.cover:
            self.label_share = self._cover_share(rows)
        cuts = [0.0, 1.0]
        for block in sorted(blocks, key=lambda b: not isinstance(b, Indicators)):
            for cut in self._wanted(block):
                if all(abs(cut - known) > SNAP * self.scale for known in cuts):
                    cuts.append(cut)
        # LibreOffice clips a single column wider than the page instead of shrinking it.
        cuts += [c for c in (0.25, 0.5, 0.75) if len(cuts) < 4]  # noqa: PLR2004
        self.cuts = sorted(cuts)
        page = self.page_width()
        shares = (text_metrics.column_width((b - a) * page) for a, b in pairwise(self.cuts))
        self.widths = [RULER_WIDTH, *shares]
        aligned = max((_aligned(block) for block in blocks), default=0)
        self.added = Added(len(self.widths) + 1, aligned)
        self.widths += [ASIDE_WIDTH, *[ADDED_WIDTH] * aligned, ADDED_WIDTH * 1.5, ADDED_WIDTH * 1.5]
        self.widths += [ADDED_WIDTH] * 2 if any(_added_rows(block) for block in blocks) else []

    def _cover_share(self, rows: list[Any]) -> float:
        """Wide enough for the longest label on one line."""
        size = text_metrics.font_size("cover_label")
        labels = [row.label for row in rows if isinstance(row, Field | Line)]
        widest = max((text_metrics.text_width(label, size) for label in labels), default=0.0)
        low, high = _COVER_SHARE
        return min(high, max(low, (widest * 1.02 + 8) / self.page_width()))

    def _wanted(self, block: Any) -> Iterator[float]:
        if isinstance(block, Answers | Indicators):
            yield self.label_share
            if self.has_groups:
                yield GROUP_SHARE
        if isinstance(block, Indicators):
            for start, _ in spread(value_columns(block)):
                yield self.value(start)
        elif isinstance(block, Answers):
            for row in leaves(block.rows):
                line = Line(row.label, [row]) if isinstance(row, Field) else row
                if isinstance(line, Line):
                    pieces = self._pieces(line)
                    yield from (self.value(start) for start, _ in spread([w for w, *_ in pieces]))
                elif isinstance(row, Checklist):
                    yield self.value(TICK_SHARE)

    def _pieces(self, line: Line) -> list[tuple[float, str, Field]]:
        """The cells of a line with their shares: label, answer and unit of each field."""
        zone = self.page_width() * (1 - self.label_share)
        shown = [asked for asked in line.fields if not asked.added]
        role = "cover_inline" if self.sheet.cover else "label"
        pieces: list[tuple[float, str, Field]] = []
        for asked in shown:
            if _inline(line, asked):
                pieces.append((self._text_share(asked.label, role, zone), "label", asked))
            pieces.append((0.0, "answer", asked))
            if _unit_aside(asked) and not self.sheet.cover:
                pieces.append((self._text_share(asked.hint, role, zone), "unit", asked))
        rest = 1 - sum(share for share, *_ in pieces)
        whole = sum(asked.kind.weight for asked in shown) or 1.0
        return [
            (rest * asked.kind.weight / whole if what == "answer" else share, what, asked)
            for share, what, asked in pieces
        ]

    @staticmethod
    def _text_share(text: str, role: str, zone: float) -> float:
        size = text_metrics.font_size(role)
        widest = max(text_metrics.text_width(line, size) for line in text.split("\n"))
        padding = 10 if role == "cover_inline" else 22
        return min(0.45, max(_NARROWEST, (widest * 1.02 + padding) / zone))

    # titles and notes -------------------------------------------------------------------------

    def _titles(self) -> None:
        titles = [(self.sheet.heading, "heading", 40.0), (self.sheet.title, "title", 36.0)]
        if self.sheet.cover:
            titles = [(self.sheet.title, "cover_title", _COVER_TITLE)]
        for text, role, height in titles:
            if text:
                self.print(self.area(0, 1), text, role)
                self.tall(self.row, height)
                self.keeps.append((self.row, self.row + 2))
                self.row += 1

    def _note(self, note: Note | Signature, *, boxed: bool, start: float = 0.0) -> None:
        if isinstance(note, Signature):
            text = "\n\n".join(note.lines)
            area = self.area(start, 1)
            self.print(area, text, "sign")
            height = text_metrics.text_height(text, self.width_of(area), "sign")
            self.tall(self.row, height + _SIGN_ROOM)
            self.keeps.append((self.row - 1, self.row))
        elif self.sheet.cover:
            self._cover_note(note)
        else:
            role = _NOTE_ROLES.get(note.role, "boxed_note" if boxed else "note")
            text = f"　　{note.text}" if role == "body" else note.text
            self.print(self.area(start, 1), text, role)
            if role == "title":
                self.tall(self.row, 36)
                self.keeps.append((self.row, self.row + 2))
        self.row += 1

    def _cover_note(self, note: Note) -> None:
        if note.role not in _COVER_NOTES:  # the foot of the page
            used = self.height_of(FIRST_ROW, self.row - 1)
            lines = len(note.text.split("\n"))
            free = paper.FORM.down(landscape=False) - used - 40 - 30 * lines
            self.tall(self.row, max(free, ROW_HEIGHT))
            self.row += 1
            self.tall(self.row, 30 * lines)
        self.print(self.area(0, 1), note.text, _COVER_NOTES.get(note.role, "cover_foot"))

    def _keep_notes(self) -> None:
        """Notes below each other stay on one page."""
        rows = sorted(one.area.row for one in self.printed if one.role == "note")
        for row, following in pairwise(rows):
            if following == row + 1:
                self.keeps.append((row, following))

    # forms ------------------------------------------------------------------------------------

    def _form(self, block: Answers) -> None:
        if block.rows and all(isinstance(row, Field) and row.added for row in block.rows):
            # They belong to the sheet as a whole: below its boxes nobody would look for them.
            for asked in block.rows:
                self.added.waiting.append((FIRST_ROW, block, asked, (asked.label,)))
            return
        for row in block.rows:
            if not isinstance(row, Group):
                self._form_row(block, row, ())
                continue
            first = self.row
            for inner in row.items:
                self._form_row(block, inner, (row.label,))
            if self.row > first:
                self.print(self.area(0, GROUP_SHARE, first, self.row - first), row.label, "group")
                self.keeps.append((first, self.row - 1))

    def _form_row(self, block: Answers, row: Any, group: tuple[str, ...]) -> None:
        if isinstance(row, Note | Signature):
            self._note(row, boxed=True, start=GROUP_SHARE if group else 0.0)
        elif isinstance(row, Checklist):
            self._checklist(block, row, group)
        elif isinstance(row, Field):
            self._line(block, Line(row.label, [row]), group)
        elif isinstance(row, Line):
            self._line(block, row, group)

    def _line(self, block: Answers, line: Line, group: tuple[str, ...]) -> None:
        for asked in line.fields:
            if asked.added:
                path = group if plain(asked.label) == plain(line.label) else (*group, line.label)
                self.added.waiting.append((self.row, block, asked, (*path, asked.label)))
        pieces = self._pieces(line)
        if not pieces:
            return
        cover, single = self.sheet.cover, len(line.fields) == 1
        hint = line.fields[0].hint if single else ""
        below = hint and not cover and not _unit_aside(line.fields[0])
        label = f"{line.label}\n{hint}" if below else line.label
        self.print(self.area(GROUP_SHARE if group else 0.0, self.label_share), label,
                   "cover_label" if cover else "label")  # fmt: skip
        for (_, what, asked), span in zip(pieces, spread([w for w, *_ in pieces]), strict=True):
            if what == "answer":
                same = asked.label == line.label
                path = (*group, line.label) if same else (*group, line.label, asked.label)
                self.slot(block, asked, self.values(*span), path)
            else:
                text, role = (asked.label, "label") if what == "label" else (asked.hint, "unit")
                self.print(self.values(*span), text, "cover_inline" if cover else role)
        if cover:
            self.tall(self.row, _COVER_ROW)
        self.row += 1
        if cover and hint:
            self.print(self.area(0, 1), hint, "cover_hint")
            self.row += 1

    def _checklist(self, block: Answers, checklist: Checklist, group: tuple[str, ...]) -> None:
        first = self.row
        if checklist.heading:
            self.print(self.values(0, 1), checklist.heading, "option")
            self.row += 1
        pages_col = self.added.aligned_col(0)
        head = Area(self.row - 1, pages_col, self.row - 1, pages_col)
        # Where another list ends just above, its pages stand there and its head serves for both.
        if head.row > FIRST_ROW and all(slot.area != head for slot in self.slots):
            self.print(head, "佐证页码", "added_head")
        path = (*group, checklist.label)
        fields = list(checklist_fields(checklist))
        for tick, pages in zip(fields[::2], fields[1::2], strict=True):
            self.slot(block, tick, self.values(0, TICK_SHARE), (*path, tick.label))
            self.print(self.values(TICK_SHARE, 1), tick.label, "option")
            aside = Area(self.row, pages_col, self.row, pages_col)
            self.slot(block, pages, aside, (*path, pages.label))
            self.row += 1
        if checklist.note:
            self.print(self.values(0, 1), checklist.note, "boxed_note")
            self.row += 1
        left = self.area(GROUP_SHARE if group else 0.0, self.label_share, first, self.row - first)
        self.print(left, checklist.label, "label")
        self.keeps.append((first, self.row - 1))

    # narratives and pages ---------------------------------------------------------------------

    def _narrative(self, block: Narrative) -> None:
        first = self.row
        if block.show_label:
            self.print(self.area(0, 1), block.field.label, "head")
            self.row += 1
        for text in block.guidance:
            self.print(self.area(0, 1), text, "boxed_note")
            self.row += 1
        self.keeps.append((first, self.row))
        boxes = block.field.kind.boxes
        key = f"{block.name}.{block.field.name}"
        asked = under_block(block.field, block)
        for part in range(1, boxes + 1):
            area = self.area(0, 1)
            slot = Slot(key, block, asked, area, plain(asked.label), part=part, parts=boxes)
            self.slots.append(slot)
            self.remark(slot, "prose")
            self.tall(self.row, _box_height(asked, self.width_of(area)))
            self.boxes.append(self.row)
            self.row += 1

    def _pages(self, last: int) -> tuple[int, ...]:
        """Breaks the sheet into pages; boxes of long text then fill their page."""
        page = self.page_height()
        shrinks = not self.sheet.one_page
        if shrinks and page < self.height_of(FIRST_ROW, last) <= page * _SHRINK:
            return ()  # a little smaller it fits one page
        breaks = self.breaks(last)
        for start, end in pairwise((FIRST_ROW, *breaks, last + 1)):
            boxes = [row for row in self.boxes if start <= row < end]
            free = page - self.height_of(start, end - 1)
            for row in boxes if free > 0 else ():
                self.heights[row] = min(BOX_TALLEST, self.heights[row] + free / len(boxes))
        return breaks

    # the added zone ---------------------------------------------------------------------------

    def _lay_added(self, tables: list[TablePlanner]) -> int:
        """Places what is not printed beside the printed rows; returns the last row used."""
        last_printed, row = self.row - 1, FIRST_ROW + 1
        for wish, block, asked, path in self.added.waiting:
            row, last = self._added_rows(max(row, wish - 1), asked, last_printed)
            col = self.added.label_col
            text = f"{asked.label}\n{asked.hint}" if asked.hint else asked.label
            self.print(Area(row, col, last, col), text, "added_label")
            self.slot(block, asked, Area(row, col + 1, last, col + 1), path)
            self.added.used, row = True, last + 1
        for table in tables:
            row = table.lay_added(row, self.added.label_col)
        return row - 1

    def _added_rows(self, row: int, asked: Field, last_printed: int) -> tuple[int, int]:
        """As many rows as label and answer need; the heights of printed rows are final."""
        width = text_metrics.column_points(ADDED_WIDTH * 1.5)
        label = text_metrics.text_height(asked.label, width, "added_label")
        needed, last = max(answer_height(asked, width), label), row
        while self.height_of(row, last) < needed and last < last_printed:
            last += 1
        if row > last_printed:
            self.tall(row, needed)
        return row, last


def _inline(line: Line, asked: Field) -> bool:
    """Whether a field's own label is printed before it: not when the line's label says it."""
    several = not line.silent and len(line.fields) > 1
    return several and plain(asked.label) not in plain(line.label)


def _unit_aside(asked: Field) -> bool:
    """Whether the hint is a unit, which is printed behind the answer."""
    return bool(asked.hint) and not asked.hint.startswith(("（", "("))


def _box_height(asked: Field, width: float) -> float:
    """The least height of a box of long text; two with their heads fit a page."""
    kind = asked.kind
    if kind.limit is None:
        return 92.0 if kind.boxes > 1 else 110.0
    return min(265.0, text_metrics.box_height(-(-kind.limit // kind.boxes), width, "prose"))


def _aligned(block: Any) -> int:
    if isinstance(block, Indicators):
        return len(aligned_columns(block))
    if isinstance(block, Answers):
        return int(any(isinstance(row, Checklist) for row in leaves(block.rows)))
    return 0


def _added_rows(block: Any) -> bool:
    return isinstance(block, Indicators) and any(row.added for row in leaves(block.rows))
