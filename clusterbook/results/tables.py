"""The tables that an import writes: where each goes, and its columns."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve, frozen

from clusterbook.layout.layout import LABEL_MARK, ColumnSlot, Layout
from clusterbook.problems import Problem
from clusterbook.validation.shown import show


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
    TableColumn("filled", "integer", "已填项数"),
    TableColumn("asked", "integer", "应填项数"),
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
STRETCH = TableColumn("stretch", "string", "期间")


def submissions_table(layouts: Iterable[Layout]) -> Table:
    """One line per file; with the month where a form has rounds by months."""
    months = any(layout.workbook.months for layout in layouts)
    return _with(SUBMISSIONS, "year", _MONTH) if months else SUBMISSIONS


def values_table(layouts: Iterable[Layout]) -> Table:
    """Every answer; with the stretch of the year where a form asks for stretches of years."""
    slots = (parts[0] for layout in layouts for parts in layout.slots.values())
    asked = any(slot.field.stretch for slot in slots)
    return _with(VALUES, "year", STRETCH) if asked else VALUES


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
ROW_COLUMNS = {
    "submission": TableColumn("submission", "string", "报送编号"),
    "sheet": TableColumn("sheet", "string", "工作表"),
    "row": TableColumn("row", "integer", "行号"),
}


def library_tables(layouts: Iterable[Layout]) -> list[Table]:
    """One table per library or list over several; columns of different layouts are united."""
    columns: dict[str, dict[str, TableColumn]] = {}
    for layout in layouts:
        for body in layout.bodies.values():
            own = columns.setdefault(body.library.table, dict(ROW_COLUMNS))
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


def problem_record(problem: Problem, lang: str) -> dict[str, str]:
    """A problem with its sentences, as every output has it."""
    return {
        "level": problem.level.value, "code": problem.code, "sheet": problem.sheet,
        "cell": problem.cell, "key": problem.key, "label": problem.label, "value": problem.value,
        "message": problem.message(lang), "how_to_mend": problem.how_to_mend(lang),
        "explanation": problem.explanation, "decision": problem.decision,
        "decision_note": problem.decision_note,
        "approved": "" if problem.approved is None else show(problem.approved),
        "evidence_page": str(problem.facts.get("evidence_page", "")),
    }  # fmt: skip
