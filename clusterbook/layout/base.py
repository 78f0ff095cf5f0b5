"""What the planners of all sheets share: printed texts, the heights of rows, the flow of pages."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count, islice

from attrs import Factory, define

from clusterbook.forms.expressions.nodes import Expression
from clusterbook.forms.spec import Block, Field, Sheet, under_block
from clusterbook.layout import paper, text_metrics
from clusterbook.layout.layout import (
    BACK,
    HOME,
    LABEL_MARK,
    NEXT,
    Area,
    OverflowRemark,
    Printed,
    Slot,
)
from clusterbook.layout.text_metrics import ROW_HEIGHT, TALLEST

RULER_WIDTH, ASIDE_WIDTH = 3.0, 9.0  # characters
FIRST_ROW, FIRST_COL = 1, 1  # behind the ruler
ADDED_TITLE = "补充填报（不打印，同样需要填写）"
_LINKS = ((HOME, "← 首页"), (BACK, "上一张"), (NEXT, "下一张"))

# Texts that are broken into lines here; prose is left to the client.
_BROKEN = frozenset(
    (
        *("title", "heading", "head", "list_head", "head_small", "group", "label", "option"),
        *("added_label", "added_head", "cover_title", "cover_label", "cover_inline"),
    )
)
_LONG_TEXT = 100  # characters, from which an answer gets more than one line


@define
class Planner:
    """Collects what stands on a sheet."""

    sheet: Sheet
    widths: list[float] = Factory(list)
    printed: list[Printed] = Factory(list)
    slots: list[Slot] = Factory(list)
    heights: dict[int, float] = Factory(dict)
    row: int = FIRST_ROW
    #: rows (first, last) that no page break may tear apart
    keeps: list[tuple[int, int]] = Factory(list)
    remarks: list[OverflowRemark] = Factory(list)

    def lay_aside(self, col: int, last_row: int) -> None:
        """The column beside the printed page: links to other sheets, where no remark stands.

        A list of few heads has no room for three below each other: the last go to the next free
        cells on the right.
        """
        taken = {one.area.row for one in self.remarks}
        rows = [row for row in range(FIRST_ROW, last_row + 1) if row not in taken]
        held = [one.area for one in self.printed]
        free = (
            (row, at)
            for at in count(col)
            for row in (rows if at == col else [FIRST_ROW])
            if not any(a.row <= row <= a.last_row and a.col <= at <= a.last_col for a in held)
        )
        places = list(islice(free, len(_LINKS)))
        for (link, text), (row, at) in zip(_LINKS, places, strict=True):
            self.printed.append(Printed(Area(row, at, row, at), text, "aside_link", link=link))
        last = max(at for _, at in places)
        self.widths += [ASIDE_WIDTH] * (last + 1 - len(self.widths))

    def print(self, area: Area, text: str | Expression, role: str) -> None:
        """Put a locked text or formula into an area."""
        if isinstance(text, str) and role in _BROKEN:
            text = text_metrics.broken(text, self.width_of(area), role)
        self.printed.append(Printed(area, text, role))

    def width_of(self, area: Area) -> float:
        """Points across an area."""
        return sum(map(text_metrics.column_points, self.widths[area.col : area.last_col + 1]))

    def height_of(self, first: int, last: int) -> float:
        """Points down from one row to another."""
        return sum(self.heights.get(row, ROW_HEIGHT) for row in range(first, last + 1))

    def tall(self, row: int, height: float) -> None:
        """Make a row at least so high."""
        self.heights[row] = max(self.heights.get(row, ROW_HEIGHT), min(TALLEST, height))

    def fit_rows(self) -> None:
        """Make every printed text fit; the rows of a merged area share what is missing."""
        for one in sorted(self.printed, key=lambda p: p.area.last_row - p.area.row):
            if not isinstance(one.text, str) or not one.text or one.role == "added_title":
                continue
            area = one.area
            needed = text_metrics.text_height(one.text, self.width_of(area), one.role)
            missing = needed - self.height_of(area.row, area.last_row)
            if one.role == "note" and area.row not in self.heights:
                self.heights[area.row] = needed
                continue
            rows = range(area.row, area.last_row + 1)
            for row in rows if missing > 0 else ():
                self.tall(row, self.heights.get(row, ROW_HEIGHT) + missing / len(rows))

    def breaks(self, last_row: int) -> tuple[int, ...]:
        """The rows that begin a new page."""
        rows = range(FIRST_ROW, last_row + 1)
        return text_metrics.page_breaks(self.heights, rows, self.keeps, self.page_height())

    def page_height(self) -> float:
        """Usable points down the page."""
        return paper.FORM.down(landscape=self.sheet.landscape)


@define
class Added:
    """The zone to the right of the print area: row-aligned columns, then label–answer pairs."""

    first_col: int = 0
    aligned: int = 0
    used: bool = False
    #: what waits for the final heights of the rows: (row wished for, block, field, path)
    waiting: list[tuple[int, Block, Field, tuple[str, ...]]] = Factory(list)

    def aligned_col(self, number: int) -> int:
        """A column whose cells belong to the printed rows beside them."""
        self.used = True
        return self.first_col + number

    @property
    def label_col(self) -> int:
        """The column of labels; answers stand right of it."""
        return self.first_col + self.aligned


@define
class GridPage(Planner):
    """A sheet on a grid of columns, whose cuts are shares of the page width."""

    cuts: list[float] = Factory(list)
    label_share: float = 0.42
    added: Added = Factory(Added)
    #: the page is printed that much smaller than it stands on the screen, so it may be larger
    scale: float = 1.0

    def page_width(self) -> float:
        """Usable points across the page."""
        return paper.FORM.across(landscape=self.sheet.landscape) / self.scale

    def page_height(self) -> float:
        """Usable points down the page."""
        return paper.FORM.down(landscape=self.sheet.landscape) / self.scale

    def value(self, share: float) -> float:
        """A share of the value zone as a share of the page."""
        return self.label_share + (1 - self.label_share) * share

    def area(self, start: float, end: float, row: int | None = None, rows: int = 1) -> Area:
        """The cells between two shares of the page width."""
        row = self.row if row is None else row
        return Area(row, self._col(start), row + rows - 1, self._col(end) - 1)

    def _col(self, share: float) -> int:
        nearest = min(range(len(self.cuts)), key=lambda i: abs(self.cuts[i] - share))
        return FIRST_COL + nearest

    def values(self, start: float, end: float, row: int | None = None, rows: int = 1) -> Area:
        """The cells between two shares of the value zone."""
        return self.area(self.value(start), self.value(end), row, rows)

    def slot(self, block: Block, asked: Field, area: Area, path: Iterable[str]) -> None:
        """Put an answer into an area; only printed ones make their row high enough for them."""
        asked = under_block(asked, block)
        text = LABEL_MARK.join(dict.fromkeys(plain(part) for part in path if part))
        self.slots.append(Slot(f"{block.name}.{asked.name}", block, asked, area, text))
        if area.col < self.added.first_col:
            self.tall(area.row, answer_height(asked, self.width_of(area)))
            if asked.kind.prose:
                self.remark(self.slots[-1], "profile")

    def remark(self, slot: Slot, role: str) -> None:
        """Room for a remark beside a box of long text; boxes side by side share one."""
        col = self.added.first_col - 1
        area = Area(slot.area.row, col, slot.area.last_row, col)
        if self.remarks and self.remarks[-1].area == area:
            slot_before = self.remarks.pop().slots
            self.remarks.append(OverflowRemark(area, (*slot_before, slot), role))
        else:
            self.remarks.append(OverflowRemark(area, (slot,), role))


def answer_height(asked: Field, width: float) -> float:
    """Room for the longest text that the kind allows; short answers take one line."""
    kind = asked.kind
    if kind.prose:
        if kind.limit is None:
            return 3 * ROW_HEIGHT
        return min(TALLEST, text_metrics.box_height(kind.limit, width, "profile"))
    if kind.room > _LONG_TEXT:
        return ROW_HEIGHT * (2 if kind.room <= 2 * _LONG_TEXT else 3)
    return ROW_HEIGHT


def plain(text: str) -> str:
    """A label without blanks and line breaks."""
    return "".join(text.split())


def spread(weights: list[float]) -> list[tuple[float, float]]:
    """Weights as consecutive shares of the whole."""
    whole = sum(weights) or 1.0
    spans, start = [], 0.0
    for weight in weights:
        spans.append((start, start + weight / whole))
        start += weight / whole
    return spans
