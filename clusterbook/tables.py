"""Typed data as rows: the long table of values and one wide table per library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from attrs import frozen

from clusterbook.kinds import Kind, Number, Pages
from clusterbook.layout import LABEL_MARK, Body, ColumnSlot
from clusterbook.normalize import Data, show

Row = Mapping[str, Any]


@frozen
class TableColumn:
    """A column of an output table: name, Table Schema type, Chinese title, unit."""

    name: str
    type: str
    title: str
    unit: str = ""


@frozen
class Table:
    """An output table: where it goes, its columns, its rows as dicts."""

    path: str
    columns: tuple[TableColumn, ...]
    rows: list[Row]


def _texts(*pairs: tuple[str, str]) -> tuple[TableColumn, ...]:
    return tuple(TableColumn(name, "string", title) for name, title in pairs)


SUBMISSION_COLUMNS = (
    *_texts(("file", "文件"), ("sha256", "文件摘要"), ("submission", "报送编号"), ("form", "表式")),
    TableColumn("year", "integer", "年度"),
    *_texts(("issued_to", "发放对象"), ("cluster_name", "集群名称"), ("city", "市州"),
            ("county", "县（市、区）"), ("verdict", "结论")),
    TableColumn("errors", "integer", "错误"),
    TableColumn("explains", "integer", "需说明"),
    TableColumn("infos", "integer", "提示"),
)  # fmt: skip
PROBLEM_COLUMNS = _texts(
    ("submission", "报送编号"), ("file", "文件"), ("level", "级别"), ("code", "代码"),
    ("sheet", "工作表"), ("cell", "单元格"), ("key", "字段"), ("label", "栏目"),
    ("value", "填报内容"), ("message", "问题"), ("how_to_mend", "怎样更正"),
    ("explanation", "说明"),
)  # fmt: skip
CHANGE_COLUMNS = _texts(
    ("submission", "报送编号"), ("sheet", "工作表"), ("cell", "单元格"), ("key", "字段"),
    ("raw", "原填内容"), ("value", "规范化结果"), ("note", "处理"),
)  # fmt: skip
VALUE_COLUMNS = (
    *_texts(("submission", "报送编号"), ("block", "表块"), ("field", "字段")),
    TableColumn("item", "integer", "序"),
    *_texts(("label", "栏目")),
    TableColumn("year", "integer", "年度"),
    *_texts(("unit", "单位")),
    TableColumn("number", "number", "数值"),
    *_texts(("text", "文字"), ("raw", "原填内容"), ("sheet", "工作表"), ("cell", "单元格")),
)


def value_rows(data: Data, ids: Sequence[str]) -> Iterator[Row]:
    """Every single-valued answer that says something, submission by submission."""
    facts = [
        (key, parts[0], data.answers[key]) for key, parts in data.layout.slots.items()
    ]  # fmt: skip
    headlines = list(_headlines(data))
    for at, submission in enumerate(ids):
        for key, slot, typed in facts:
            value, raw = typed.values[at], typed.raws[at]
            if not raw and _nothing(value):
                continue
            sheet, cell = data.place(at, key)
            yield {
                "submission": submission, "block": slot.block.key, "field": slot.field.key,
                "item": slot.block.item, "label": slot.path, "year": slot.field.year,
                "unit": getattr(slot.field.kind, "unit", ""),
                "number": number_of(slot.field.kind, value), "text": text_of(value),
                "raw": raw, "sheet": sheet, "cell": cell,
            }  # fmt: skip
        for body, key, label, values in headlines:
            plan = data.layout.sheet_of[body.library.key]
            sheet = data.extracted[at].sheet_names.get(plan.sheet.key, plan.name)
            area = body.head_area
            yield {
                "submission": submission, "block": body.library.key, "field": key, "item": None,
                "label": label, "year": None, "unit": "", "number": float(values[at]), "text": "",
                "raw": "", "sheet": sheet, "cell": area.cell if area else "",
            }  # fmt: skip


def _headlines(data: Data) -> Iterator[tuple[Body, str, str, Any]]:
    """The computed numbers of library heads, over all submissions."""
    for key, body in data.layout.bodies.items():
        for headline in body.library.headlines:
            values = data.headlines[f"{key}.{headline.key}"]
            yield body, headline.key, headline.label, values


def _nothing(value: Any) -> bool:
    return value is None or value == "" or value != value  # noqa: PLR0124 - NaN


def number_of(kind: Kind, value: Any) -> float | None:
    """The number of a numeric or yes/no answer."""
    if isinstance(value, bool | np.bool_):
        return float(value)
    if isinstance(kind, Number) and value is not None and value == value:  # noqa: PLR0124
        return float(value)
    return None


def text_of(value: Any) -> str:
    """The text of an answer that is no number."""
    return "" if value is None or isinstance(value, float) else show(value)


def json_value(kind: Kind, value: Any) -> Any:
    """A typed value as JSON: whole numbers as integers, lists as arrays, None for nothing."""
    if value is None or (isinstance(value, float) and value != value):  # noqa: PLR0124
        return None
    if isinstance(value, float | np.floating):
        number = float(value)
        return int(number) if getattr(kind, "whole", False) and number == int(number) else number
    if isinstance(value, tuple):
        if isinstance(kind, Pages):
            return [f"{a}" if a == b else f"{a}-{b}" for a, b in value]
        return list(value)
    return bool(value) if isinstance(value, bool | np.bool_) else value


# --- libraries -----------------------------------------------------------------------------------

_SCHEMA_TYPES = {
    "number": "number",
    "integer": "integer",
    "boolean": "boolean",
    "month": "yearmonth",
}


def library_tables(parts: Sequence[tuple[Data, Sequence[str]]]) -> Iterator[Table]:
    """One table per library key over all layouts; columns of different layouts are united."""
    keys = dict.fromkeys(key for data, _ in parts for key in data.layout.bodies)
    for key in keys:
        own = [(data, ids) for data, ids in parts if key in data.layout.bodies]
        columns: dict[str, TableColumn] = {
            "submission": TableColumn("submission", "string", "报送编号"),
            "sheet": TableColumn("sheet", "string", "工作表"),
            "row": TableColumn("row", "integer", "行号"),
        }
        for data, _ in own:
            for column in data.layout.bodies[key].columns:
                columns.setdefault(column.field.key, _table_column(column))
        rows = [row for data, ids in own for row in _library_rows(data, key, ids)]
        yield Table(f"tables/{key}.csv", tuple(columns.values()), rows)


def _table_column(column: ColumnSlot) -> TableColumn:
    kind = column.field.kind
    title = column.path.replace(LABEL_MARK, "-")
    return TableColumn(column.field.key, _SCHEMA_TYPES.get(kind.dtype, "string"), title,
                       getattr(kind, "unit", ""))  # fmt: skip


def _library_rows(data: Data, key: str, ids: Sequence[str]) -> Iterator[Row]:
    library = data.libraries[key]
    kinds = {column.field.key: column.field.kind for column in data.layout.bodies[key].columns}
    columns = [(name, kinds[name], typed.values) for name, typed in library.columns.items()]
    for at in range(len(library.owner)):
        row: dict[str, Any] = {
            "submission": ids[int(library.owner[at])], "sheet": library.sheets[at],
            "row": library.rows[at] + 1,
        }  # fmt: skip
        for name, kind, values in columns:
            value = json_value(kind, values[at])
            row[name] = show(values[at]) if isinstance(value, list) else value
        yield row
