"""Writes the sheets around the form: 首页, 填报说明, 校验, 校验明细 and 退回意见."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import define

from clusterbook import styles
from clusterbook.a1 import cell_name, sheet_prefix
from clusterbook.layout import front_pages
from clusterbook.layout.own_sheets import DOOR
from clusterbook.workbook import screen_paper
from clusterbook.workbook.book import BookWriter
from clusterbook.workbook.locked_sheet import LockedSheet, sure
from clusterbook.workbook.validations import checked


@define
class PageWriter:
    """Writes one of them, at once or by and by."""

    workbook: BookWriter
    page: front_pages.FrontPage
    sheet: LockedSheet

    @classmethod
    def of(cls, workbook: BookWriter, page: front_pages.FrontPage) -> PageWriter:
        """The writer of a page on its sheet."""
        return cls(workbook, page, workbook.sheets[page.name])

    def write(self) -> None:
        """All of it."""
        self.frame()
        self.rows(range(1, len(self.page.rows) + 1))
        self.finish()

    def frame(self) -> None:
        """Its columns and its ruler."""
        for col, width in enumerate(self.page.widths):
            self.sheet.set_column(col, col, width)
        self.workbook.frame(self.sheet, self.page.name, len(self.page.widths) - 1)

    def rows(self, numbers: Iterable[int]) -> None:
        """These of its rows, counted from 1."""
        for row in numbers:
            for cell in self.page.rows[row - 1].cells:
                self._cell(row, cell)
            self.sheet.set_row(row, self.page.height(row))

    def filled_in(self, row: int, col: int) -> None:
        """Once more what stands in an input of its rows, and how high the row is for it."""
        cell = next(one for one in self.page.rows[row - 1].cells if one.col == col)
        sure(self.sheet.write_string(row, col, cell.text, self.workbook.format(cell.role)))
        self.sheet.set_row(row, self.page.height(row))

    def finish(self) -> None:
        """What lies over its rows, panes, paper and protection."""
        sheet, page = self.sheet, self.page
        for mark in page.marks:
            self.workbook.mark(sheet, mark.corners, mark.formula, mark.look)
        self._view()
        screen_paper.page_on_paper(sheet, page)
        if page.bound:
            self._bound(*page.bound)

    def _view(self) -> None:
        """Panes and protection; the title is selected, so that no key of the ruler shows."""
        sheet, page = self.sheet, self.page
        if page.frozen_row:
            sheet.freeze_panes(page.frozen_row, 0)
        sheet.set_selection(DOOR)
        sheet.set_tab_color(styles.TABS[page.tab])
        if page.filter:
            sheet.autofilter(page.filter[0], 1, page.filter[1], len(page.widths) - 1)
        options = {"select_locked_cells": True, "select_unlocked_cells": True}
        sheet.protect("", options | {"autofilter": True} if page.filter else options)

    def _bound(self, corners: tuple[int, int, int, int], formula: str, says: str) -> None:
        """What a cell refuses, and says before and after."""
        rule = {
            "validate": "custom", "value": checked(formula), "input_title": "填写提示",
            "input_message": says, "error_title": "请重新填写", "error_message": says,
        }  # fmt: skip
        sure(self.sheet.data_validation(*corners, rule))

    def _cell(self, row: int, cell: front_pages.Cell) -> None:
        sheet, name, workbook = self.sheet, self.page.name, self.workbook
        form, last = workbook.format(cell.role), max(cell.last, cell.col)
        merged = last > cell.col or cell.rows > 1
        if merged:
            sure(sheet.merge_range(row, cell.col, row + cell.rows - 1, last, "", form))
        if cell.link:
            target = front_pages.jump(cell.link, cell.at)
            sure(sheet.write_url(row, cell.col, target, form, cell.text))
        elif cell.text.startswith("=") and not cell.typed:
            sure(sheet.write_formula(row, cell.col, cell.text, form, ""))
            if cell.alike:
                sheet.share(row, cell.col, cell.alike)
        elif cell.text:
            sure(sheet.write_string(row, cell.col, cell.text, form))
        elif not merged:
            sure(sheet.write_blank(row, cell.col, None, form))
        if cell.name:
            address = cell_name(row, cell.col)
            sure(sheet.unprotect_range(address, cell.name))
            place = cell_name(row, cell.col, fixed=True)
            sure(workbook.book.define_name(cell.name, f"={sheet_prefix(name)}{place}"))
