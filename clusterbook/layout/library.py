"""Plans the sheet of a library: titles, notes, a head of any depth, the rows.

The printed columns fill the page; added ones stand to the right of it, behind a narrow gap.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import Factory, define, evolve, field

from clusterbook.forms.expressions.nodes import Expression
from clusterbook.forms.spec import Field, Group, Library, Subtotal, leaves
from clusterbook.layout import paper, text_metrics
from clusterbook.layout.base import ADDED_TITLE, ASIDE_WIDTH, FIRST_COL, RULER_WIDTH, Planner, plain
from clusterbook.layout.layout import LABEL_MARK, Area, Body, ColumnSlot, Printed, SheetPlan

NUMBER_WIDTH = 5.5
_LONG_HEAD = 40  # characters of a column head, from which it is printed small


def _column_width(asked: Field) -> float:
    return asked.wide or asked.kind.width


@define
class LibraryPlanner(Planner):
    """One library on its own sheet."""

    library: Library = field(kw_only=True)
    columns: list[ColumnSlot] = Factory(list)

    def plan(self) -> SheetPlan:
        """The sheet."""
        library = self.library
        all_added = all(asked.added for asked in library.fields())
        printed = [c for c in library.columns if all_added or not c.added]
        added = [c for c in library.columns if not all_added and c.added]
        number_aside = library.number_added and not all_added
        number_col = FIRST_COL if library.numbered else None
        first_col = FIRST_COL + int(number_col is not None)
        first_print = first_col if number_aside else FIRST_COL
        last_print = self._lay_columns(printed, added, first_print=first_print)
        head_area = self._titles(first_print, last_print)
        head_first, depth = self.row, max(_depth(printed), _depth(added), 1)
        self._head(printed, first_col, depth, "list_head")
        if added:
            self._head(added, last_print + 2, depth, "added_head")
            area = Area(head_first - 1, last_print + 2, head_first - 1, len(self.widths) - 1)
            self.print(area, ADDED_TITLE, "added_title")
        if number_col is not None:
            area = Area(head_first, number_col, head_first + depth - 1, number_col)
            self.print(area, library.numbered, "added_head" if number_aside else "list_head")
        self.row = head_first + depth
        self.lay_aside(last_print + 1, self.row - 1)
        body = self._body(number_col, head_area)
        self.fit_rows()
        return SheetPlan(
            sheet=self.sheet, printed=tuple(self.printed), slots=(), body=body,
            widths=tuple(self.widths), heights=dict(self.heights),
            last_row=max(body.last_row, body.total_row or 0), print_first_col=first_print,
            print_last_col=last_print, frozen_row=body.head_last_row + 1,
            repeat=(head_first, body.head_last_row),
        )  # fmt: skip

    def _lay_columns(self, printed: list[Any], added: list[Any], *, first_print: int) -> int:
        """Sets the widths; returns the last printed column."""
        self.widths = [RULER_WIDTH]
        self.widths += [NUMBER_WIDTH] if self.library.numbered else []
        self.widths += [_column_width(asked) for asked in leaves(printed)]
        last_print = len(self.widths) - 1
        points = [text_metrics.column_points(width) for width in self.widths[first_print:]]
        factor = paper.FORM.across(landscape=self.sheet.landscape) / sum(points)
        self.widths[first_print:] = [text_metrics.column_width(p * factor) for p in points]
        extra = [_column_width(asked) for asked in leaves(added)]
        self.widths += [ASIDE_WIDTH, *extra]
        return last_print

    def _titles(self, first: int, last: int) -> Area | None:
        head_area = None
        sheet, library = self.sheet, self.library
        lines: list[tuple[str | Expression, str, float]] = [
            (sheet.heading, "heading", 36), (sheet.title, "title", 34),
            (library.title, "note", 22), *((note, "note", 20) for note in library.notes),
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
            text = f"{item.label}\n{item.hint}" if item.hint else item.label
            small = role == "list_head" and len(text) > _LONG_HEAD
            self.print(area, text, "head_small" if small else role)
            label = LABEL_MARK.join(plain(part) for part in (*path, item.label))
            self.columns.append(ColumnSlot(f"{self.library.key}.{item.key}", item, at, label))
            return at + 1

        for item in items:
            col = place(item, 0, (), col)

    def _body(self, number_col: int | None, head_area: Area | None) -> Body:
        library = self.library
        head_last = self.row - 1
        total_row = None
        if library.totals and not library.closed:
            total_row = self.row
            self.row += 1 + len(library.subtotals)
            head_last = self.row - 1
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
            self._totals(body, total_row, library.total_label, library.totals)
            for at, line in enumerate(library.subtotals, total_row + 1):
                self._subtotals(body, at, line)
        return body

    def _subtotals(self, body: Body, row: int, line: Subtotal) -> None:
        """Its sums; the label takes all the columns before the first of them."""
        summed = [one.col for one in body.columns if one.field.key in line.of]
        first = body.columns[0].col
        named = [one for one in body.columns if one.col < min(summed, default=first)]
        if named:
            self.print(Area(row, named[0].col, row, named[-1].col), line.label, "total")
        label = "" if named else line.label
        self._totals(evolve(body, columns=body.columns[len(named) :]), row, label, line.of)

    def _totals(self, body: Body, row: int, label: str, totals: Mapping[str, Expression]) -> None:
        label_done = False
        for column in body.columns:
            area = Area(row, column.col, row, column.col)
            expression = totals.get(column.field.key)
            if expression is not None:
                shown = column.field.kind.offer().number_format
                self.printed.append(Printed(area, expression, "computed", shown))
            elif not column.field.added:
                self.print(area, "" if label_done else label, "total")
                label_done = True
        if body.number_col is not None:
            self.print(Area(row, body.number_col, row, body.number_col), "", "total")


def _depth(items: Iterable[Any]) -> int:
    return max((1 + _depth(i.items) if isinstance(i, Group) else 1 for i in items), default=0)
