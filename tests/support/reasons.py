"""Reasons written where they are asked for."""

from __future__ import annotations

from support.returning import Book, Draft, build, judged

from clusterbook.forms import reasons
from clusterbook.layout import layouts
from clusterbook.layout.layout import Layout
from clusterbook.problems import Problem
from clusterbook.readers.grid import read_grid

REASON = "已与统计部门核对，情况属实。"


def draft(form: str) -> Draft:
    prefix, content, _ = build.FORMS[form]
    return Draft(form, f"{prefix}-question", *content.content(content.SMALL))


def answered(data: bytes, open_: list[Problem], reason: str = REASON) -> bytes:
    """The file with a reason in the cell of each question; the cells are found by their names."""
    names = read_grid(data).names
    layout: Layout = layouts.of(judged(data).stamp.form)
    lines = {rule.code: rule.line for rule in layout.workbook.rules}
    book = Book(data)
    for key in dict.fromkeys(lines.get(problem.code, problem.code) for problem in open_):
        sheet, _, cell = names[reasons.reason_name(key)].rpartition("!")
        book.put(sheet.strip("'"), cell.replace("$", ""), reason)
    return book.save()


ENOUGH = (
    "受市场影响产量下降",
    "see annex",
    "2025年新增3户企业",
    "《通知》印发后停产",
    "。。企业搬迁至外地",
)

TOO_LITTLE = ("", " ", ".", "1", "无", "属实", "情况属实", "123456789", "。。。。。。。。", "属属属属属属属",
              "aaaaaaaa", "属 实 ， 见 佐 证", "哈哈哈哈哈哈。", "①②③④⑤⑥⑦", "５５５５５５５５")  # fmt: skip
