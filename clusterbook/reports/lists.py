"""Lists that officials open: who has reported how far, what goes back; Chinese heads, in Excel.

The same lists stand as .csv beside them, for machines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from clusterbook.results.read import Line
from clusterbook.verdicts import Status, Verdict
from clusterbook.workbook.lists import listing
from clusterbook.workbook.tables import Cell, MarkedCell

_MARKS: Mapping[str, str] = {
    Status.UNSENT: "bad", Status.ONLY_ATTACHED: "bad", Verdict.EXPLAIN: "open",
    Status.RETURNED: "bad", Status.PASSED: "done", Verdict.UNREADABLE: "bad",
}  # fmt: skip
PROGRESS_HEADS = {
    "市州": 12, "县（市、区）": 14, "集群名称": 30, "状态": 14, "结论": 10, "联系人": 10,
    "联系电话": 15, "文件": 34, "发放编号": 14,
}  # fmt: skip
RETURNED_HEADS = {
    "市州": 12, "发放对象": 32, "结论": 10, "标注副本": 40, "通知": 40, "短消息或回执": 40,
    "报送文件": 32,
}  # fmt: skip


def marked(word: str) -> Cell:
    """A status or verdict under its mark."""
    return MarkedCell(word, _MARKS[word]) if word in _MARKS else word


def returned_list(returned: Iterable[Line], passed: Iterable[Line], cities: Sequence[str]) -> bytes:
    """What goes back to whom, by city in the order of ``cities``."""
    rows: list[tuple[str, list[Cell]]] = []
    for one in returned:
        papers = [one[name].rpartition("/")[2] for name in ("copy", "notice", "message")]
        rows.append((one["city"], [one["city"], one["issued_to"], marked(one["verdict"]), *papers,
                                   one["file"]]))  # fmt: skip
    for one in passed:
        papers = [one[name].rpartition("/")[2] for name in ("notice", "receipt")]
        rows.append((one["city"], [one["city"], one["issued_to"], marked("通过"), "", *papers,
                                   one["file"]]))  # fmt: skip
    rows.sort(key=lambda row: cities.index(row[0]))
    note = "各市州的文件在同名文件夹里；标注副本连同通知一起发给填报单位。"
    return listing("退回件目录", RETURNED_HEADS, [row for _, row in rows], (note,))
