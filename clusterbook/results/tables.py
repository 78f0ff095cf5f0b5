"""Typed data as lines of CSV: the long table of values and one wide table per library.

Columns are turned into CSV cells as wholes, then joined to lines: a batch has a thousand cells for
each submission, and calls cost more than characters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from attrs import evolve, frozen

from clusterbook.forms.expressions.frames import Array
from clusterbook.forms.kinds import Kind
from clusterbook.layout.layout import LABEL_MARK, ColumnSlot, Layout
from clusterbook.validation.normalize import show
from clusterbook.validation.typed_data import Data

LINE_END = "\r\n"
# Texts that Excel takes for a formula when it opens a CSV file; a Chinese or Japanese one takes the
# wide signs for them, too, and looks behind a line break.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_SHORT_NUMBER = 1e15  # whole numbers below keep every digit without an exponent


@frozen
class TableColumn:
    """A column of an output table: name, Table Schema type, Chinese title, unit."""

    name: str
    type: str
    title: str
    unit: str = ""


@frozen
class Table:
    """An output table: where it goes and its columns."""

    path: str
    columns: tuple[TableColumn, ...]

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return self.path.rsplit("/", 1)[-1].removesuffix(".csv")


def _texts(*pairs: tuple[str, str]) -> tuple[TableColumn, ...]:
    return tuple(TableColumn(name, "string", title) for name, title in pairs)


SUBMISSIONS = Table("submissions.csv", (
    *_texts(("file", "文件"), ("sha256", "文件摘要"), ("submission", "报送编号"), ("form", "表式")),
    TableColumn("year", "integer", "年度"),
    *_texts(("issued_to", "发放对象"), ("cluster_name", "集群名称"), ("city", "市州"),
            ("county", "县（市、区）"), ("verdict", "结论")),
    TableColumn("errors", "integer", "错误"),
    TableColumn("explains", "integer", "需说明"),
    TableColumn("infos", "integer", "提示"),
    TableColumn("fixed", "integer", "较上次已更正"),
    TableColumn("still_open", "integer", "较上次仍存在"),
    TableColumn("new", "integer", "较上次新出现"),
    *_texts(("years", "年份方式"), ("province", "省份")),
))  # fmt: skip
PROBLEMS = Table("problems.csv", _texts(
    ("submission", "报送编号"), ("file", "文件"), ("level", "级别"), ("code", "代码"),
    ("sheet", "工作表"), ("cell", "单元格"), ("key", "字段"), ("label", "栏目"),
    ("value", "填报内容"), ("message", "问题"), ("how_to_mend", "怎样更正"),
    ("explanation", "说明"), ("decision", "裁定"), ("decision_note", "裁定意见"),
    ("approved", "核定数"), ("evidence_page", "佐证材料页"),
))  # fmt: skip
# The files of evidence that problems lead to, beside it.
VOLUMES = Table("evidence/volumes.csv", (
    *_texts(("submission", "报送编号"), ("pdf", "副本"), ("file", "文件"), ("sha256", "文件摘要")),
    TableColumn("first_page", "integer", "起始页"),
    TableColumn("last_page", "integer", "截止页"),
))  # fmt: skip
CHANGES = Table("normalizations.csv", _texts(
    ("submission", "报送编号"), ("sheet", "工作表"), ("cell", "单元格"), ("key", "字段"),
    ("raw", "原填内容"), ("value", "规范化结果"), ("note", "处理代码"), ("treatment", "处理"),
))  # fmt: skip
ROUNDS = Table("rounds.csv", _texts(
    ("submission", "报送编号"), ("file", "文件"), ("state", "较上次"), ("level", "级别"),
    ("code", "代码"), ("sheet", "工作表"), ("cell", "单元格"), ("key", "字段"), ("label", "栏目"),
    ("value", "填报内容"), ("message", "问题"),
))  # fmt: skip
RETURNED = Table("returned/returned.csv", _texts(
    ("submission", "报送编号"), ("file", "文件"), ("sha256", "文件摘要"), ("issue", "退回件编号"),
    ("copy", "标注副本"), ("notice", "退回通知"), ("message", "退回短消息"),
    ("city", "市州"), ("issued_to", "发放对象"), ("verdict", "结论"),
))  # fmt: skip
PASSED = Table("returned/passed.csv", _texts(
    ("submission", "报送编号"), ("file", "文件"), ("sha256", "文件摘要"), ("notice", "通过通知"),
    ("receipt", "收到回执"), ("city", "市州"), ("issued_to", "发放对象"),
))  # fmt: skip
PROGRESS = Table("progress.csv", _texts(
    ("issue", "发放编号"), ("issued_to", "发放对象"), ("city", "市州"), ("county", "县（市、区）"),
    ("cluster_name", "集群名称"), ("status", "状态"), ("submission", "报送编号"), ("file", "文件"),
    ("verdict", "结论"), ("contact", "联系人"), ("phone", "联系电话"),
))  # fmt: skip
VALUES = Table("tables/values.csv", (
    *_texts(("submission", "报送编号"), ("block", "表块"), ("field", "字段")),
    TableColumn("item", "integer", "序"),
    *_texts(("label", "栏目")),
    TableColumn("year", "integer", "年度"),
    *_texts(("unit", "单位")),
    TableColumn("number", "number", "数值"),
    *_texts(("text", "文字"), ("raw", "原填内容"), ("sheet", "工作表"), ("cell", "单元格"),
            ("shown", "格内显示（与原填内容不同时）")),
))  # fmt: skip

# Only where some of an import has months: which month a return is of, which stretch a figure.
_MONTH = TableColumn("month", "integer", "月份")
_STRETCH = TableColumn("stretch", "string", "期间")


def submissions_table(layouts: Iterable[Layout]) -> Table:
    """One line per file; with the month where a form has rounds by months."""
    months = any(layout.workbook.months for layout in layouts)
    return _with(SUBMISSIONS, "year", _MONTH) if months else SUBMISSIONS


def values_table(layouts: Iterable[Layout]) -> Table:
    """Every answer; with the stretch of the year where a form asks for stretches of years."""
    slots = (parts[0] for layout in layouts for parts in layout.slots.values())
    asked = any(slot.field.stretch for slot in slots)
    return _with(VALUES, "year", _STRETCH) if asked else VALUES


def _with(table: Table, name: str, column: TableColumn) -> Table:
    """A table with one more column behind that of a name."""
    at = 1 + [one.name for one in table.columns].index(name)
    return evolve(table, columns=(*table.columns[:at], column, *table.columns[at:]))


_SCHEMA_TYPES = {
    "number": "number",
    "integer": "integer",
    "boolean": "boolean",
    "month": "yearmonth",
}


PART = "part"  # column of the table of a list over several sheets: the key of the sheet's library
_ROW_COLUMNS = {
    "submission": TableColumn("submission", "string", "报送编号"),
    "sheet": TableColumn("sheet", "string", "工作表"),
    "row": TableColumn("row", "integer", "行号"),
}


def library_tables(layouts: Iterable[Layout]) -> list[Table]:
    """One table per library or list over several; columns of different layouts are united."""
    columns: dict[str, dict[str, TableColumn]] = {}
    for layout in layouts:
        for body in layout.bodies.values():
            own = columns.setdefault(body.library.table, dict(_ROW_COLUMNS))
            if body.library.part_of:
                own.setdefault(PART, TableColumn(PART, "string", "分表"))
            for column in body.columns:
                own.setdefault(column.field.key, _table_column(column))
    return [Table(f"tables/{key}.csv", tuple(own.values())) for key, own in columns.items()]


def _table_column(column: ColumnSlot) -> TableColumn:
    kind = column.field.kind
    title = column.path.replace(LABEL_MARK, "-")
    return TableColumn(column.field.key, _SCHEMA_TYPES.get(kind.dtype, "string"), title,
                       kind.unit)  # fmt: skip


# --- cells ---------------------------------------------------------------------------------------


@frozen
class CsvCells:
    """Turns values into cells of CSV as RFC 4180 has it: every text quoted, nothing for None.

    ``for_excel`` puts a quote before texts that Excel would take for formulas.
    """

    for_excel: bool = False

    def texts(self, values: Iterable[str]) -> list[str]:
        """Texts, quoted."""
        if self.for_excel:
            values = map(self._safe, values)
        return [f'"{v}"' if '"' not in v else '"' + v.replace('"', '""') + '"' for v in values]

    def few(self, values: Iterable[str]) -> list[str]:
        """Texts of which most stand there many times, quoted."""
        values = list(values)
        cells = {value: self.text(value) for value in set(values)}
        return [cells[value] for value in values]

    def _safe(self, value: str) -> str:
        return "'" + value if value.startswith(_FORMULA_STARTS) else value

    def text(self, value: str) -> str:
        """One text, quoted."""
        if self.for_excel:
            value = self._safe(value)
        return '"' + value.replace('"', '""') + '"'

    def of(self, value: Any) -> str:
        """Any scalar."""
        return self.text(value) if isinstance(value, str) else number_cell(value)

    def column(self, kind: Kind, values: Array) -> list[str]:
        """A typed column."""
        if values.dtype.kind == "f":
            return numbers(values)
        if kind.dtype == "boolean":
            return [_BOOLEANS[value] for value in values.tolist()]
        found = values.tolist()
        distinct = set(found)
        types = set(map(type, distinct))
        if types <= _TOLD_APART and 2 * len(distinct) <= len(found):
            cells = dict(zip(distinct, self._cells(distinct), strict=True))
            return [cells[value] for value in found]
        return self.texts(found) if types == {str} else self._cells(found)

    def _cells(self, values: Iterable[Any]) -> list[str]:
        """Texts, lists, and whatever else is no number; nothing for None and NaN."""
        found = [None if v != v else v for v in values]  # noqa: PLR0124 - NaN
        texts = self.texts("" if v is None else v if type(v) is str else show(v) for v in found)
        return ["" if v is None else text for v, text in zip(found, texts, strict=True)]

    def line(self, values: Iterable[Any]) -> str:
        """A line of scalars, without its end."""
        return ",".join(map(self.of, values))

    def head(self, table: Table) -> str:
        """The line of names, with its end."""
        return self.line([column.name for column in table.columns]) + LINE_END


# Values of these types are equal only where they are shown alike; True and 1 are not.
_TOLD_APART = {str, tuple, type(None)}
_BOOLEANS: Mapping[Any, str] = {True: "true", False: "false", None: ""}


def number_cell(value: Any) -> str:
    """A number, yes/no or nothing as it stands in CSV."""
    if value is None or value != value:  # noqa: PLR0124 - NaN
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        whole = abs(value) < _SHORT_NUMBER and value == int(value)
        return str(int(value)) if whole else repr(value)
    return str(value)


def numbers(values: Array) -> list[str]:
    """A column of floats; NaN is nothing."""
    return [
        "" if v != v else str(int(v)) if v.is_integer() and -_SHORT_NUMBER < v < _SHORT_NUMBER  # noqa: PLR0124
        else repr(v)
        for v in values.tolist()
    ]  # fmt: skip


# --- the long table ------------------------------------------------------------------------------


def value_lines(
    data: Data, table: Table, ids: Sequence[str], cells: CsvCells
) -> Iterator[list[str]]:
    """Lines of every single-valued answer that says something, those of each submission."""
    stretches = any(column.name == _STRETCH.name for column in table.columns)
    by_key = [_answer_lines(data, key, cells, stretches=stretches) for key in data.layout.slots]
    by_key += _headline_lines(data, cells, stretches=stretches)
    starts = cells.texts(ids)
    for start, lines in zip(starts, zip(*by_key, strict=True), strict=True):
        yield [start + line for line in lines if line]


def _answer_lines(data: Data, key: str, cells: CsvCells, *, stretches: bool) -> list[str]:
    """The lines of one answer over all submissions, from the second column on; '' for nothing."""
    slot, typed = data.layout.slots[key][0], data.answers[key]
    kind = slot.field.kind
    time = (slot.field.year, slot.field.stretch) if stretches else (slot.field.year,)
    head = cells.line((slot.block.key, slot.field.key, slot.block.item, slot.path, *time,
                       kind.unit))  # fmt: skip
    places = _places(data, key, cells)
    raws = cells.texts(typed.texts())
    seen = cells.texts(typed.shown()) if typed.odd else ['""'] * len(raws)
    if kind.numeric:
        figures = numbers(typed.values)
        return [
            f',{head},{figure},"",{raw},{place},{shown}' if figure or raw != '""' else ""
            for figure, raw, place, shown in zip(figures, raws, places, seen, strict=True)
        ]
    values = typed.values.tolist()
    figures = ["" if type(v) is not bool else "1" if v else "0" for v in values]
    texts = cells.texts([text_of(value) for value in values])
    return [
        f",{head},{figure},{text},{raw},{place},{shown}"
        if figure or text != '""' or raw != '""'
        else ""
        for figure, text, raw, place, shown in zip(figures, texts, raws, places, seen, strict=True)
    ]


def _places(data: Data, key: str, cells: CsvCells) -> list[str]:
    """Sheet and cell of an answer in every submission."""
    first = data.layout.first_places[key]
    usual = cells.line((first.plan.name, first.slot.area.cell))
    return [
        cells.line(data.place(at, key)) if one.places else usual
        for at, one in enumerate(data.extracted)
    ]


def _headline_lines(data: Data, cells: CsvCells, *, stretches: bool) -> list[list[str]]:
    """The computed numbers of library heads, like answers."""
    found = []
    for key, body in data.layout.bodies.items():
        plan = data.layout.sheet_of[key]
        sheets = [one.sheet_names.get(plan.sheet.key, plan.name) for one in data.extracted]
        cell = body.head_area.cell if body.head_area else ""
        for headline in body.library.headlines:
            time = (None, "") if stretches else (None,)
            head = cells.line((key, headline.key, None, headline.label, *time, ""))
            figures = numbers(np.asarray(data.headlines[f"{key}.{headline.key}"], dtype=float))
            found.append([
                f',{head},{figure},"","",{cells.line((sheet, cell))},""'
                for figure, sheet in zip(figures, sheets, strict=True)
            ])  # fmt: skip
    return found


def text_of(value: Any) -> str:
    """The text of an answer that is no number."""
    if type(value) is str:
        return value
    return "" if value is None or isinstance(value, float) else show(value)


# --- libraries -----------------------------------------------------------------------------------


def library_lines(
    table: Table, data: Data, key: str, ids: Sequence[str], cells: CsvCells
) -> Iterator[list[str]]:
    """Lines of the rows of the library ``key``, those of each submission.

    A column that its layout does not have is empty.
    """
    library = data.libraries[key]
    kinds = {c.field.key: c.field.kind for c in data.layout.bodies[key].columns}
    quoted = cells.texts(ids)
    columns = [
        [quoted[at] for at in library.owners],
        cells.few(library.sheets),
        [str(row + 1) for row in library.rows],
    ]
    for column in table.columns[len(_ROW_COLUMNS) :]:
        typed = library.columns.get(column.name)
        if column.name == PART and typed is None:
            columns.append(cells.texts([key]) * len(library.rows))
        elif typed is None:
            columns.append([""] * len(library.rows))
        else:
            columns.append(cells.column(kinds[column.name], typed.values))
    lines = list(map(",".join, zip(*columns, strict=True)))
    bounds = np.searchsorted(library.owner, np.arange(data.count + 1)).tolist()
    return (lines[first:end] for first, end in pairwise(bounds))


def json_column(kind: Kind, values: Array) -> list[Any]:
    """A typed column as JSON: whole numbers as integers, lists as arrays, None for nothing."""
    found = values.tolist()
    if values.dtype.kind == "f":
        if kind.whole:
            return [None if v != v else int(v) if v.is_integer() else v for v in found]  # noqa: PLR0124
        return [None if v != v else v for v in found]  # noqa: PLR0124
    return kind.exported(found)
