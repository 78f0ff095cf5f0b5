"""Works out every address of a workbook once: spec → Layout.

A sheet of Forms and Indicators stands on one grid of columns: each block asks for cuts across the
page width, and the grid is the union of all cuts, so that stacked tables line up like the printed
form. Added fields stand to the right of the print area, behind a narrow gap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from attrs import Factory, define

from clusterbook.expressions import Expression
from clusterbook.kinds import LongText, Number, Pages, YesNo
from clusterbook.kinds import Items, Month, Name, Period, Phone, Text
from clusterbook.layout import (
    LABEL_MARK,
    Area,
    Body,
    ColumnSlot,
    Layout,
    Printed,
    SheetPlan,
    Slot,
)
from clusterbook.spec import (
    Block,
    Checklist,
    Column,
    Field,
    Form,
    Group,
    Indicators,
    Library,
    Line,
    Measure,
    Narrative,
    Note,
    Row,
    Sheet,
    Signature,
    Workbook,
    Year,
    checklist_fields,
    leaves,
    row_fields,
    under_block,
)
from clusterbook.styles import ROLES

# Usable widths in characters of the default font, margins of 18 mm (measured on A4).
PORTRAIT, LANDSCAPE = 88.0, 135.0
RULER_WIDTH, GAP_WIDTH, ADDED_WIDTH = 3.0, 2.0, 16.0
NUMBER_WIDTH = 5.0
FIRST_ROW, FIRST_COL = 1, 1  # behind the ruler
ROW_HEIGHT, TALLEST = 24.0, 409.0  # Excel caps rows at 409 points
BOX_HEIGHT = 320.0  # two on an A4 page
SNAP = 0.03  # cuts nearer than this become one

# Share of the page for row labels, by the number of value columns beside them.
_LABEL_SHARE = ((4, 0.36), (6, 0.30), (99, 0.24))
GROUP_SHARE = 0.12
TICK_SHARE = 0.07


def plan(workbook: Workbook) -> Layout:
    """The layout of a workbook: a pure function of the spec."""
    return Layout(workbook, tuple(_plan_sheet(sheet) for sheet in workbook.sheets))


def _plan_sheet(sheet: Sheet) -> SheetPlan:
    library = next((b for b in sheet.blocks if isinstance(b, Library)), None)
    if library is not None:
        return _LibraryPlanner(sheet, library).plan()
    return _PagePlanner(sheet).plan()


def text_width(text: str, size: float) -> float:
    """Points that a line takes: a Chinese character is as wide as its size, others half."""
    return sum(size if ord(char) > 0x2E7F or char in "“”‘’—…·" else size / 2 for char in text)


def lines_needed(text: str, width: float, size: float) -> int:
    """Lines of ``text`` wrapped in a cell ``width`` points wide."""
    room = max(width - 5 - size, size)
    return sum(max(1, -int(-text_width(line, size) // room)) for line in text.split("\n"))


def column_points(width: float) -> float:
    """Points of a column ``width`` characters wide (Calibri 11: 7 pixels and 5 of padding)."""
    return (7 * width + 5) * 0.75


def height_needed(text: str, width: float, size: float) -> float:
    """Row height for wrapped text; neither Excel nor LibreOffice fits merged cells by itself."""
    return min(TALLEST, max(ROW_HEIGHT, lines_needed(text, width, size) * size * 1.4 + 6))


@define
class _Planner:
    """What both kinds of sheets share: collecting printed texts and sizing rows."""

    sheet: Sheet
    widths: list[float] = Factory(list)
    printed: list[Printed] = Factory(list)
    slots: list[Slot] = Factory(list)
    heights: dict[int, float] = Factory(dict)
    row: int = FIRST_ROW

    def print(self, area: Area, text: str | Expression, role: str) -> None:
        self.printed.append(Printed(area, text, role))

    def width_of(self, area: Area) -> float:
        return sum(column_points(w) for w in self.widths[area.col : area.last_col + 1])

    def tall(self, row: int, height: float) -> None:
        self.heights[row] = max(self.heights.get(row, ROW_HEIGHT), min(TALLEST, height))

    def fit_rows(self) -> None:
        """Make every printed text fit, the last row of a merged area taking what is missing."""
        for one in sorted(self.printed, key=lambda p: p.area.last_row - p.area.row):
            if not isinstance(one.text, str):
                continue
            size = float(ROLES[one.role]["font_size"])
            needed = lines_needed(one.text, self.width_of(one.area), size) * size * 1.4 + 6
            rows = range(one.area.row, one.area.last_row + 1)
            given = sum(self.heights.get(row, ROW_HEIGHT) for row in rows)
            if needed > given:
                last = one.area.last_row
                self.tall(last, self.heights.get(last, ROW_HEIGHT) + needed - given)


def _slot_height(asked: Field, width: float) -> float:
    """Room for the longest text that the kind allows; short answers take one line."""
    kind = asked.kind
    if isinstance(kind, LongText):
        limit = kind.limit or 400
        return min(BOX_HEIGHT, lines_needed("国" * limit, width, 12) * 12 * 1.4 + 10)
    if isinstance(kind, Text) and kind.longest > 100:  # noqa: PLR2004
        return 2 * ROW_HEIGHT
    return ROW_HEIGHT


# --- sheets of forms, indicators and narratives --------------------------------------------------


@define
class _Added:
    """The zone to the right of the print area: row-aligned columns first, then label–answer pairs."""

    first_col: int
    aligned: int
    row: int = FIRST_ROW + 1
    used: bool = False

    def aligned_col(self, number: int) -> int:
        return self.first_col + number

    @property
    def label_col(self) -> int:
        return self.first_col + self.aligned


@define
class _PagePlanner(_Planner):
    """Stacks Forms, Indicators and Narratives on one grid."""

    cuts: list[float] = Factory(list)
    label_share: float = 0.36
    has_groups: bool = False
    added: _Added = Factory(lambda: _Added(0, 0))

    def plan(self) -> SheetPlan:
        self._lay_grid()
        self._titles()
        for block in self.sheet.blocks:
            self._block(block)
        self.fit_rows()
        last_print = FIRST_COL + len(self.cuts) - 2
        if self.added.used:
            first = self.added.first_col
            area = Area(FIRST_ROW, first, FIRST_ROW, len(self.widths) - 1)
            self.print(area, "补充填报（不打印）", "added_title")
        else:
            del self.widths[last_print + 1 :]
        last_row = max(self.row - 1, self.added.row - 1 if self.added.used else 0)
        return SheetPlan(
            sheet=self.sheet, printed=tuple(self.printed), slots=tuple(self.slots), body=None,
            widths=tuple(self.widths), heights=dict(self.heights), last_row=last_row,
            print_first_col=FIRST_COL, print_last_col=last_print,
        )  # fmt: skip

    # the grid ---------------------------------------------------------------------------------

    def _lay_grid(self) -> None:
        blocks = self.sheet.blocks
        self.has_groups = any(
            isinstance(row, Group)
            for b in blocks if isinstance(b, Form | Indicators) for row in b.rows
        )  # fmt: skip
        most = max((len(_value_columns(b)) for b in blocks if isinstance(b, Indicators)), default=0)
        self.label_share = next(share for n, share in _LABEL_SHARE if most <= n)
        if self.sheet.cover:
            self.label_share = 0.42
        cuts = [0.0, 1.0]
        for block in sorted(blocks, key=lambda b: not isinstance(b, Indicators)):
            for cut in self._wanted(block):
                if all(abs(cut - known) > SNAP for known in cuts):
                    cuts.append(cut)
        # LibreOffice clips a single column wider than the page instead of shrinking it.
        cuts += [c for c in (0.25, 0.5, 0.75) if len(cuts) < 4]  # noqa: PLR2004
        self.cuts = sorted(cuts)
        page = LANDSCAPE if self.sheet.landscape else PORTRAIT
        self.widths = [RULER_WIDTH, *((b - a) * page for a, b in pairwise(self.cuts))]
        aligned = max((_aligned(block) for block in blocks), default=0)
        self.added = _Added(len(self.widths) + 1, aligned)
        self.widths += [GAP_WIDTH, *[ADDED_WIDTH] * aligned, ADDED_WIDTH * 1.5, ADDED_WIDTH * 1.5]
        self.widths += [ADDED_WIDTH] * 2 if any(_added_rows(block) for block in blocks) else []

    def _wanted(self, block: Any) -> Iterator[float]:
        if isinstance(block, Form | Indicators):
            yield self.label_share
            if self.has_groups:
                yield GROUP_SHARE
        if isinstance(block, Indicators):
            for start, _ in _spread(_value_columns(block)):
                yield self._value(start)
        elif isinstance(block, Form):
            for row in leaves(block.rows):
                if isinstance(row, Line):
                    for start, _ in _spread(self._line_weights(row)):
                        yield self._value(start)
                elif isinstance(row, Checklist):
                    yield self._value(TICK_SHARE)

    def _value(self, share: float) -> float:
        """A share of the value zone as a share of the page."""
        return self.label_share + (1 - self.label_share) * share

    def _line_weights(self, line: Line) -> list[float]:
        page = LANDSCAPE if self.sheet.landscape else PORTRAIT
        zone = page * (1 - self.label_share)
        shown = [f for f in line.fields if not f.added]
        labels = [min(0.25, (2 * len(f.label) + 2) / zone) if _inline(line, f) else 0.0
                  for f in shown]  # fmt: skip
        answer = (1 - sum(labels)) / len(shown)
        return [w for label in labels for w in ((label, answer) if label else (answer,))]

    def area(self, start: float, end: float, row: int | None = None, rows: int = 1) -> Area:
        """The cells between two shares of the page width."""
        row = self.row if row is None else row
        return Area(row, self._col(start), row + rows - 1, self._col(end) - 1)

    def _col(self, share: float) -> int:
        nearest = min(range(len(self.cuts)), key=lambda i: abs(self.cuts[i] - share))
        return FIRST_COL + nearest

    def values(self, start: float, end: float, row: int | None = None, rows: int = 1) -> Area:
        """The cells between two shares of the value zone."""
        return self.area(self._value(start), self._value(end), row, rows)

    # titles -----------------------------------------------------------------------------------

    def _titles(self) -> None:
        for text, role in ((self.sheet.heading, "heading"), (self.sheet.title, "title")):
            if text:
                role = "cover_title" if self.sheet.cover else role
                self.print(self.area(0, 1), text, role)
                self.tall(self.row, 150 if self.sheet.cover else 32)
                self.row += 1
        self.added.row = self.row

    def _block(self, block: Any) -> None:
        if isinstance(block, Form):
            self._form(block)
        elif isinstance(block, Indicators):
            self._indicators(block)
        elif isinstance(block, Narrative):
            self._narrative(block)
        else:
            self._note(block)

    def _note(self, note: Note | Signature) -> None:
        if isinstance(note, Signature):
            self.print(self.area(0, 1), _signature_text(note), "sign")
            self.tall(self.row, 150)
        else:
            role = "cover_hint" if self.sheet.cover and note.role == "hint" else note.role
            role = "cover_foot" if self.sheet.cover and note.role == "title" else role
            self.print(self.area(0, 1), note.text, role)
        self.row += 1

    # forms ------------------------------------------------------------------------------------

    def _form(self, block: Form) -> None:
        self.added.row = max(self.added.row, self.row)
        for row in block.rows:
            if not isinstance(row, Group):
                self._form_row(block, row, ())
                continue
            first = self.row
            for inner in row.items:
                self._form_row(block, inner, (row.label,))
            if self.row > first:
                self.print(self.area(0, GROUP_SHARE, first, self.row - first), row.label, "group")

    def _form_row(self, block: Form, row: Any, group: tuple[str, ...]) -> None:
        if isinstance(row, Note | Signature):
            start = GROUP_SHARE if group else 0.0
            text = _signature_text(row) if isinstance(row, Signature) else row.text
            role = "sign" if isinstance(row, Signature) else "boxed_note"
            if isinstance(row, Signature):
                self.tall(self.row, 150)
            if isinstance(row, Note) and self.sheet.cover:
                role = "cover_hint" if row.role == "hint" else "cover_foot"
            self.print(self.area(start, 1), text, role)
            self.row += 1
        elif isinstance(row, Checklist):
            self._checklist(block, row, group)
        elif isinstance(row, Field):
            if row.added:
                self._added_field(block, row, group)
            else:
                self._line(block, Line(row.label, [row]), group)
        elif isinstance(row, Line):
            self._line(block, row, group)

    def _line(self, block: Form, line: Line, group: tuple[str, ...]) -> None:
        shown = [f for f in line.fields if not f.added]
        for asked in line.fields:
            if asked.added:
                self._added_field(block, asked, (*group, line.label))
        if not shown:
            return
        single = len(line.fields) == 1
        hint = shown[0].hint if single else ""
        label = f"{line.label}\n{hint}" if hint else line.label
        self.print(self.area(GROUP_SHARE if group else 0.0, self.label_share), label,
                   "cover_label" if self.sheet.cover else "label")  # fmt: skip
        spans = list(_spread(self._line_weights(line)))
        for asked in shown:
            if _inline(line, asked):
                self.print(self.values(*spans.pop(0)), asked.label, "label")
            path = (*group, line.label) if asked.label == line.label else (
                *group, line.label, asked.label)  # fmt: skip
            self._slot(block, asked, self.values(*spans.pop(0)), path)
        if self.sheet.cover:
            self.tall(self.row, 40)
        self.row += 1

    def _slot(self, block: Block, asked: Field, area: Area, path: Iterable[str]) -> None:
        asked = under_block(asked, block)
        text = LABEL_MARK.join(dict.fromkeys(_plain(part) for part in path if part))
        self.slots.append(Slot(f"{block.name}.{asked.name}", block, asked, area, text))
        self.tall(area.row, _slot_height(asked, self.width_of(area)))

    def _added_field(self, block: Form, asked: Field, group: tuple[str, ...]) -> None:
        col, row = self.added.label_col, self.added.row
        label = f"{asked.label}\n{asked.hint}" if asked.hint else asked.label
        self.print(Area(row, col, row, col), label, "added_label")
        self._slot(block, asked, Area(row, col + 1, row, col + 1), (*group, asked.label))
        self.added.row += 1
        self.added.used = True

    def _checklist(self, block: Form, checklist: Checklist, group: tuple[str, ...]) -> None:
        first = self.row
        if checklist.heading:
            self.print(self.values(0, 1), checklist.heading, "option")
            self.row += 1
        fields = list(checklist_fields(checklist))
        pages_col = self.added.aligned_col(0)
        self.print(Area(first, pages_col, first, pages_col), "佐证页码", "added_head")
        if not checklist.heading:
            # the head of the added column needs a row of its own above the first option
            self.print(self.values(0, 1), "（请在左侧方框选择 ☑ 或 ☐）", "option")
            self.row += 1
        self.added.used = True
        path = (*group, checklist.label)
        for tick, pages in zip(fields[::2], fields[1::2], strict=True):
            self._slot(block, tick, self.values(0, TICK_SHARE), (*path, tick.label))
            self.print(self.values(TICK_SHARE, 1), tick.label, "option")
            self._slot(block, pages, Area(self.row, pages_col, self.row, pages_col),
                       (*path, pages.label))  # fmt: skip
            self.row += 1
        if checklist.note:
            self.print(self.values(0, 1), checklist.note, "boxed_note")
            self.row += 1
        left = self.area(GROUP_SHARE if group else 0.0, self.label_share, first, self.row - first)
        self.print(left, checklist.label, "label")

    # narratives -------------------------------------------------------------------------------

    def _narrative(self, block: Narrative) -> None:
        if block.show_label:
            self.print(self.area(0, 1), block.field.label, "head")
            self.row += 1
        for text in block.guidance:
            self.print(self.area(0, 1), text, "boxed_note")
            self.row += 1
        kind = block.field.kind
        boxes = kind.boxes if isinstance(kind, LongText) else 1
        key = f"{block.name}.{block.field.name}"
        asked = under_block(block.field, block)
        for part in range(1, boxes + 1):
            area = self.area(0, 1)
            self.slots.append(
                Slot(key, block, asked, area, _plain(asked.label), part=part, parts=boxes)
            )
            self.tall(self.row, _slot_height(asked, self.width_of(area)))
            self.row += 1

    # indicators -------------------------------------------------------------------------------

    def _indicators(self, block: Indicators) -> None:
        self.added.row = max(self.added.row, self.row)
        spans = _IndicatorSpans(block)
        head_row = self.row
        head_rows = self._indicator_head(block, spans)
        first_data = self.row
        for row in block.rows:
            if not isinstance(row, Group):
                self._indicator_row(block, row, spans, ())
                continue
            first = self.row
            for inner in row.items:
                self._indicator_row(block, inner, spans, (row.label,))
            self.print(self.area(0, GROUP_SHARE, first, self.row - first), row.label, "group")
        corner = block.corner
        run_down = any(isinstance(r, Row) and not r.label for r in block.rows)
        if head_rows:
            rows = self.row - head_row if run_down else head_rows
            role = "label" if run_down else "head"
            self.print(self.area(0, self.label_share, head_row, rows), corner, role)
        self._added_rows(block, max(head_row, first_data - 1))

    def _indicator_head(self, block: Indicators, spans: _IndicatorSpans) -> int:
        """Prints the head rows; returns how many there are."""
        first = self.row
        levels: list[list[tuple[str, tuple[float, float]]]] = []
        if block.over:
            levels.append([(block.over, spans.all_years)])
        if block.show_years:
            levels.append([(y.label, spans.year(y)) for y in block.years if not y.added])
        if block.measures:
            levels.append([(m.label, spans.measure(y, m))
                           for y in block.years if not y.added for m in block.measures])  # fmt: skip
        for level in levels:
            for text, span in level:
                self.print(self.values(*span), text, "head")
            self.row += 1
        rows = len(levels)
        for number, column in enumerate(_aligned_columns(block)):
            col = self.added.aligned_col(number)
            self.print(Area(first, col, self.row - 1, col), column.label, "added_head")
            self.added.used = True
        for column in block.columns:
            if not column.added:
                area = self.values(*spans.column(column), row=first, rows=rows)
                self.print(area, column.label, "head")
        return rows

    def _indicator_row(
        self, block: Indicators, row: Row, spans: _IndicatorSpans, group: tuple[str, ...]
    ) -> None:
        if row.added:
            return
        label_area = self.area(GROUP_SHARE if group else 0.0, self.label_share)
        if row.label and not row.named:
            self.print(label_area, f"{row.label}\n{row.hint}" if row.hint else row.label, "label")
        name = row.label or block.corner
        taken: set[tuple[float, float]] = set()
        aligned = {c.key: i for i, c in enumerate(_aligned_columns(block))}
        for (what, where), asked in row_fields(block, row):
            path: tuple[str, ...] = (*group, name)
            if what == "name":
                self._slot(block, asked, label_area, (*path, "指标名称"))
                continue
            if what == "column" and where.added:
                col = self.added.aligned_col(aligned[where.key])
                area = Area(self.row, col, self.row, col)
                self._slot(block, asked, area, (*path, where.label))
                continue
            if what == "year" and where[0].added:
                col = self.added.aligned_col(aligned[str(where[0].year)])
                area = Area(self.row, col, self.row, col)
                self._slot(block, asked, area, (*path, where[0].label))
                continue
            span, more = spans.of(what, where, row)
            taken.add(span)
            self._slot(block, asked, self.values(*span), (*path, *more))
        for span, text in spans.rest(row, taken):
            self.print(self.values(*span), text, "label" if text else "void")
        self.row += 1

    def _added_rows(self, block: Indicators, head: int) -> None:
        """Rows that are not printed: a small table of their own beside the printed one."""
        rows = [row for row in leaves(block.rows) if row.added]
        if not rows:
            return
        col, at = self.added.label_col, max(self.added.row, head)
        years = [y for y in block.years if not y.added]
        self.print(Area(at, col, at, col), "补充指标", "added_head")
        for number, year in enumerate(years, start=1):
            self.print(Area(at, col + number, at, col + number), year.label, "added_head")
        for row in rows:
            at += 1
            self.print(Area(at, col, at, col), row.label, "added_label")
            for (what, where), asked in row_fields(block, row):
                if what != "year":
                    continue
                place = col + 1 + years.index(where[0])
                path = (row.label, where[0].label)
                self._slot(block, asked, Area(at, place, at, place), path)
        self.added.row, self.added.used = at + 1, True


def _signature_text(signature: Signature) -> str:
    return "\n\n".join(signature.lines)


def _plain(text: str) -> str:
    return "".join(text.split())


def _inline(line: Line, asked: Field) -> bool:
    """Whether a field's own label is printed before it: not when the line's label says it."""
    return not line.silent and len(line.fields) > 1 and _plain(asked.label) not in _plain(line.label)


def _spread(weights: Iterable[float]) -> Iterator[tuple[float, float]]:
    """Weights as consecutive shares of the whole."""
    weights = list(weights)
    start, whole = 0.0, sum(weights) or 1.0
    for weight in weights:
        yield start, start + weight / whole
        start += weight / whole


def _value_columns(block: Indicators) -> list[float]:
    """Weights of the printed value columns of an Indicators block, left to right."""
    per_year = len(block.measures) or 1
    years = [1.0] * (per_year * sum(not year.added for year in block.years))
    return years + [0.85 for column in block.columns if not column.added]


def _aligned_columns(block: Indicators) -> list[Column]:
    """The added columns that stand in the rows of the table: further columns, then added years."""
    columns = [column for column in block.columns if column.added]
    years = [
        Column(key=str(year.year), label=year.label, kind=Text(), added=True)
        for year in block.years
        if year.added
    ]
    return columns + years


def _aligned(block: Any) -> int:
    if isinstance(block, Indicators):
        return len(_aligned_columns(block))
    if isinstance(block, Form):
        return int(any(isinstance(row, Checklist) for row in leaves(block.rows)))
    return 0


def _added_rows(block: Any) -> bool:
    return isinstance(block, Indicators) and any(row.added for row in leaves(block.rows))


class _IndicatorSpans:
    """Where years, measures and columns stand, as shares of the value zone."""

    def __init__(self, block: Indicators) -> None:
        self.block = block
        self.years = [year for year in block.years if not year.added]
        self.columns = [column for column in block.columns if not column.added]
        spans = list(_spread(_value_columns(block)))
        per_year = len(block.measures) or 1
        self.cells = spans[: per_year * len(self.years)]
        self.per_year = per_year
        tail = spans[len(self.cells) :]
        self.column_spans = {c.key: span for c, span in zip(self.columns, tail, strict=True)}

    @property
    def all_years(self) -> tuple[float, float]:
        return self.cells[0][0], self.cells[-1][1]

    def year(self, year: Year) -> tuple[float, float]:
        first = self.years.index(year) * self.per_year
        return self.cells[first][0], self.cells[first + self.per_year - 1][1]

    def measure(self, year: Year, measure: Measure) -> tuple[float, float]:
        first = self.years.index(year) * self.per_year
        return self.cells[first + self.block.measures.index(measure)]

    def column(self, column: Column) -> tuple[float, float]:
        return self.column_spans[column.key]

    def of(self, what: str, where: Any, row: Row) -> tuple[tuple[float, float], tuple[str, ...]]:
        """The span of a field of ``row`` and what its label path ends with."""
        if what == "whole":
            return self.all_years, ()
        if what == "column":
            return self.column(where), (where.label,)
        year, measure = where
        if measure is None or row.plain:
            return self.year(year), (year.label,)
        return self.measure(year, measure), (year.label, measure.label)

    def rest(
        self, row: Row, taken: set[tuple[float, float]]
    ) -> Iterator[tuple[tuple[float, float], str]]:
        """Cells of the row that ask nothing: printed labels, and grey ones."""
        if not row.whole:
            for year in self.years:
                for measure in self.block.measures:
                    if measure.printed and not row.plain:
                        yield self.measure(year, measure), row.label
                if not self.block.measures and self.year(year) not in taken:
                    yield self.year(year), ""
        for column in self.columns:
            if self.column(column) not in taken:
                yield self.column(column), ""


# --- libraries -----------------------------------------------------------------------------------

# Column widths in characters where the spec gives none, first match counts.
_WIDTHS: tuple[tuple[type, float], ...] = (
    (LongText, 30), (Items, 18), (Name, 18), (Phone, 14), (Period, 16), (Pages, 9),
    (Month, 10), (YesNo, 7), (Number, 11),
)  # fmt: skip


def _column_width(asked: Field) -> float:
    if asked.wide:
        return asked.wide
    return next((float(w) for kind, w in _WIDTHS if isinstance(asked.kind, kind)), 12.0)


@define
class _LibraryPlanner(_Planner):
    """One library on its own sheet: titles, notes, head of any depth, body."""

    library: Library = Factory(lambda: Library(key="", columns=(), rows=0))
    columns: list[ColumnSlot] = Factory(list)

    def __init__(self, sheet: Sheet, library: Library) -> None:
        self.__attrs_init__(sheet)  # type: ignore[attr-defined]
        self.library = library

    def plan(self) -> SheetPlan:
        library = self.library
        all_added = all(asked.added for asked in library.fields())
        printed = [c for c in library.columns if all_added or not _is_added(c)]
        added = [] if all_added else [c for c in library.columns if _is_added(c)]
        self.widths = [RULER_WIDTH]
        number_col = FIRST_COL if library.numbered else None
        if number_col is not None:
            self.widths.append(NUMBER_WIDTH)
        for asked in leaves(printed):
            self.widths.append(_column_width(asked))
        last_print = len(self.widths) - 1
        for number, asked in enumerate(leaves(added)):
            self.widths += [GAP_WIDTH] if number == 0 else []
            self.widths.append(_column_width(asked))
        first_print = FIRST_COL + int(library.number_added and number_col is not None)
        head_area = self._titles(first_print, last_print)
        head_first = self.row
        depth = max(_depth(printed), _depth(added), 1)
        self._head(printed, FIRST_COL + int(number_col is not None), depth, "head")
        if added:
            self._head(added, last_print + 2, depth, "added_head")
            at = head_first - 1
            area = Area(at, last_print + 2, at, len(self.widths) - 1)
            self.print(area, "补充填报（不打印）", "added_title")
        if number_col is not None:
            area = Area(head_first, number_col, head_first + depth - 1, number_col)
            role = "added_head" if library.number_added else "head"
            self.print(area, library.numbered, role)
        self.row = head_first + depth
        body = self._body(number_col, head_area)
        self.fit_rows()
        return SheetPlan(
            sheet=self.sheet, printed=tuple(self.printed), slots=(), body=body,
            widths=tuple(self.widths), heights=dict(self.heights),
            last_row=max(body.last_row, body.total_row or 0), print_first_col=first_print,
            print_last_col=last_print, frozen_row=body.head_last_row + 1,
            repeat=(head_first, body.head_last_row),
        )  # fmt: skip

    def _titles(self, first: int, last: int) -> Area | None:
        head_area = None
        sheet, library = self.sheet, self.library
        lines: list[tuple[str | Expression, str, float]] = [
            (sheet.heading, "heading", 30), (sheet.title, "title", 30),
            (library.title, "note", 24), *((note, "note", 20) for note in library.notes),
        ]  # fmt: skip
        if library.head is not None:
            lines.append((library.head, "note", 34))
        for text, role, height in lines:
            if not text:
                continue
            area = Area(self.row, first, self.row, last)
            self.print(area, text, role)
            self.heights[self.row] = height
            head_area = area if text is library.head else head_area
            self.row += 1
        return head_area

    def _head(self, items: list[Any], col: int, depth: int, role: str) -> None:
        """Prints a header tree; leaves run down to the last head row."""
        first = self.row

        def place(item: Any, level: int, path: tuple[str, ...], at: int) -> int:
            if isinstance(item, Group):
                end = at
                for inner in item.items:
                    end = place(inner, level + 1, (*path, item.label), end)
                area = Area(first + level, at, first + level, end - 1)
                self.print(area, item.label, role)
                return end
            area = Area(first + level, at, first + depth - 1, at)
            self.print(area, f"{item.label}\n{item.hint}" if item.hint else item.label, role)
            label = LABEL_MARK.join(_plain(part) for part in (*path, item.label))
            self.columns.append(ColumnSlot(f"{self.library.key}.{item.key}", item, at, label))
            return at + 1

        for item in items:
            col = place(item, 0, (), col)

    def _body(self, number_col: int | None, head_area: Area | None) -> Body:
        library = self.library
        head_last = self.row - 1
        total_row = None
        if library.totals and not library.closed:
            total_row, head_last = self.row, self.row
            self.row += 1
        first = self.row
        last = first + library.rows - 1
        if library.totals and library.closed:
            total_row = last + 1
        body = Body(
            library=library, first_row=first, last_row=last, columns=tuple(self.columns),
            number_col=number_col, total_row=total_row, head_last_row=head_last,
            head_area=head_area,
        )  # fmt: skip
        if total_row is not None:
            self._totals(body, total_row)
        return body

    def _totals(self, body: Body, row: int) -> None:
        label_done = False
        for column in body.columns:
            area = Area(row, column.col, row, column.col)
            expression = body.library.totals.get(column.field.key)
            if expression is not None:
                self.print(area, expression, "computed")
            elif not column.field.added:
                self.print(area, "" if label_done else body.library.total_label, "total")
                label_done = True
        if body.number_col is not None:
            self.print(Area(row, body.number_col, row, body.number_col), "", "total")


def _is_added(item: Any) -> bool:
    return bool(item.added)


def _depth(items: Iterable[Any]) -> int:
    return max((1 + _depth(i.items) if isinstance(i, Group) else 1 for i in items), default=0)


