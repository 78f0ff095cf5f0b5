"""The straight line from a returned file to its verdict, readable aloud.

``read_submission`` runs in a worker, once per file; ``judge`` runs once per batch on columns.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from attrs import define, evolve, field, frozen

from clusterbook import registry
from clusterbook.extract import Extracted, extract, read_explanations
from clusterbook.grid import Grid, GridError, read_grid
from clusterbook.identity import META_SHEET, STAMP_CELL, STAMP_NAME, Stamp
from clusterbook.place import corner, place
from clusterbook.problems import Problem

# What the reader's refusals are in the catalogue.
_REFUSALS = {
    "empty": "F105", "encrypted": "F104", "html": "F101", "not_xlsx": "F101",
    "too_big": "F106", "dtd": "F106", "damaged": "F103", "missing_part": "F103",
}  # fmt: skip
_ACTUAL = {
    "html": "网页", "mhtml": "网页", "pdf": "PDF 文件", "image": "图片", "archive": "压缩包",
    "program": "程序", "text": "文本文件", "rtf": "文字文档", "xls": "旧版 Excel 文件（.xls）",
    "ole": "旧版 Office 文件", "docx": "Word 文件", "ods": "ODS 表格", "xml": "XML 文件",
    "zeros": "空文件", "empty": "空文件",
}  # fmt: skip


_DETAILS = {
    "truncated": "文件不完整，可能是传输中断", "damaged": "内容残缺或被破坏",
    "missing_part": "缺少工作表的内容", "too_big": "展开后过大", "dtd": "含有不允许的内容",
}  # fmt: skip


@frozen(kw_only=True)
class Returned:
    """One file as read: who it is for, and its raw values; or only problems."""

    sha256: str
    stamp: Stamp | None = None
    extracted: Extracted | None = None
    problems: tuple[Problem, ...] = ()
    modified: str = ""


@define(kw_only=True)
class Submission:
    """A judged file. ``group`` and ``position`` tell where its values are in the batch's data."""

    file: str
    sha256: str
    id: str = ""
    stamp: Stamp | None = None
    problems: list[Problem] = field(factory=list)
    verdict: str = ""
    group: int = -1
    position: int = -1


def read_submission(data: bytes) -> Returned:
    """Guards, reads, identifies and places one file; what is wrong with it becomes problems."""
    digest = hashlib.sha256(data).hexdigest()
    try:
        grid = read_grid(data)
    except GridError as error:
        return Returned(sha256=digest, problems=(_refusal(error),))
    stamp, problems = identify(grid)
    if stamp is None:
        return Returned(sha256=digest, problems=tuple(problems))
    layout = registry.layout(stamp.form, stamp.options)
    extracted = extract(place(grid, layout))
    extracted.explanations = read_explanations(grid, layout)
    return Returned(
        sha256=digest, stamp=stamp, extracted=extracted, problems=tuple(problems),
        modified=grid.core.get("modified", ""),
    )  # fmt: skip


def _refusal(error: GridError) -> Problem:
    facts = dict(error.facts)
    detail = _DETAILS.get(facts.get("reason", ""), _DETAILS.get(error.code, error.code))
    found = _ACTUAL.get(facts.get("found", ""), facts.get("found", "") or "其他文件")
    return Problem(
        code=_REFUSALS.get(error.code, "F107"),
        facts={"actual": found, "detail": detail},
    )


def identify(grid: Grid) -> tuple[Stamp | None, list[Problem]]:
    """The stamp of a workbook, or why there is none that can be trusted."""
    stamp = next(filter(None, _stamps(grid)), None)
    if stamp is None:
        return None, [Problem(code="F102")]
    if stamp.form not in registry.form_ids():
        return None, [Problem(code="F102")]
    current = registry.workbook(stamp.form, stamp.options).version
    if stamp.version != current:
        facts = {"found": f"{stamp.version}版", "expected": f"{current}版"}
        return None, [Problem(code="F108", facts=facts)]
    marks = {mark[2] for mark in map(corner, grid.sheets) if mark} - {stamp.issue}
    if marks:
        detail = "、".join(sorted(filter(None, [stamp.issue, *marks]))) or "空白表与已发放的表混用"
        return stamp, [Problem(code="F109", facts={"detail": detail})]
    return stamp, []


def _stamps(grid: Grid) -> Iterable[Stamp | None]:
    """Stamps in order of trust: the hidden sheet, then the document's own description."""
    for sheet in grid.sheets:
        mark = corner(sheet)
        if sheet.name == META_SHEET or (mark and mark[1] == "meta"):
            text = sheet.cells.get(STAMP_CELL)
            yield Stamp.parse(text) if isinstance(text, str) else None
    yield Stamp.parse(grid.core.get("comments", ""))
    name = grid.names.get(STAMP_NAME, "")
    yield Stamp.parse(name.strip('="').replace('""', '"'))


def settle(file: str, returned: Returned, register: Mapping[str, str] | None) -> Submission:
    """The submission of a file before its values are judged."""
    submission = Submission(
        file=file, sha256=returned.sha256, stamp=returned.stamp, problems=list(returned.problems)
    )
    stamp = returned.stamp
    if stamp and register is not None and stamp.issue:
        if stamp.issue not in register:
            submission.problems.append(Problem(code="F110", value=stamp.issue))
        elif register[stamp.issue] != stamp.issued_to:
            submission.stamp = evolve(stamp, issued_to=register[stamp.issue])
    return submission
