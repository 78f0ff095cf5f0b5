"""What was seen of a file as a whole, as problems: why it was refused, and what else it carries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from clusterbook.a1 import cell_name
from clusterbook.problems import Problem
from clusterbook.readers.cells import Grid
from clusterbook.readers.limits import GridError

# --- why a file was refused ------------------------------------------------------------------

#: the refusals that do not depend on what the file turned out to be
_REFUSED: Final[Mapping[str, str]] = {
    "encrypted": "F104", "html": "F130", "dtd": "F106", "damaged": "F103", "missing_part": "F103",
    "too_big": "F106", "pack_in_pack": "F145", "encrypted_member": "F146", "empty_pack": "F143",
    "rights": "F170",
}  # fmt: skip
#: by what the file turned out to be
_FOUND: Final[Mapping[str, str]] = {
    "empty": "F105", "zeros": "F141", "text": "F131", "image": "F132", "docx": "F133",
    "doc": "F133", "pdf": "F134", "pptx": "F135", "ppt": "F135", "archive": "F136",
    "program": "F137", "xml": "F138", "xls_ancient": "F139", "rtf": "F140",
    "unknown": "F144", "lock": "F190", "rights": "F170", "wrapped": "F171", "shortcut": "F172",
    "numbers": "F155", "parts": "F156",
}  # fmt: skip
_ACTUAL: Final[Mapping[str, str]] = {
    "xml": "XML 数据", "ole": "旧版 Office 文件，但里面没有工作表",
    "zip": "Office 文件，但里面没有工作表", "lock": "Office 的锁定文件", "uos": "UOF 表格",
}  # fmt: skip
#: what is sent along with a return and never is one, by kind; what it is called
ATTACHMENTS: Final[Mapping[str, str]] = {
    "docx": "Word 文档", "doc": "Word 或 WPS 文字文档", "rtf": "RTF 文字文档",
    "odt": "ODT 文字文档",
    "pages": "苹果 Pages 文稿", "uof": "UOF 文档", "hwp": "韩文文字文档", "text": "文本文件",
    "pdf": "PDF 文件", "ofd": "OFD 版式文件", "xps": "XPS 版式文件", "epub": "EPUB 电子书",
    "image": "图片", "pptx": "演示文稿", "ppt": "演示文稿", "odp": "ODP 演示文稿",
    "key": "苹果 Keynote 演示文稿", "vsdx": "Visio 绘图", "odf": "OpenDocument 文档",
    "xmind": "XMind 思维导图",
}  # fmt: skip
_CLAIMS_TO_BE_A_RETURN: Final = re.compile(
    r"\.(?:xls[xmb]?|xlt[xm]?|ett?|ods|csv|uos|numbers)$", re.IGNORECASE
)


def attachment(kind: str, name: str) -> str:
    """What a file of this kind and name is called as an attachment; '' where it is none.

    One that is named like a workbook was meant as a return. Text is an attachment only where its
    name says so, too: it may be a table that somebody saved as CSV.
    """
    claims = _CLAIMS_TO_BE_A_RETURN.search(name) is not None
    if claims or (kind == "text" and not name.lower().endswith(".txt")):
        return ""
    return ATTACHMENTS.get(kind, "")


_REASONS: Final[Mapping[str, str]] = {
    "crc": "校验不符，内容在传输或存盘时出了错", "dtd": "含有不允许的内容",
    "missing_part": "缺少工作表的内容", "no_sheets": "里面没有工作表",
    "code_page": "文件没有说明汉字用的是哪种编码",
}  # fmt: skip
_TOO_BIG: Final[Mapping[str, str]] = {
    "file": "文件超过 {mb} MB", "part": "展开后某一部分超过 {mb} MB", "total": "展开后超过 {mb} MB",
    "tree": "某一部分展开后超过 {mb} MB", "ratio": "某一部分的压缩比超过 {limit} 倍",
    "entries": "内部文件超过 {limit} 个", "sheets": "工作表超过 {limit} 张",
    "cells": "一张表上有内容的单元格超过 {limit} 个",
    "pack_members": "压缩包里的文件超过 {limit} 个",
}  # fmt: skip


def refusal(error: GridError) -> Problem:
    """The problem of a file that was not read: its own code for each kind of cause."""
    found = error.facts.get("found", "")
    reason = error.facts.get("reason", "")
    if reason == "truncated":
        return Problem(code="F142")
    code = _REFUSED.get(error.code) or _FOUND.get(found, "F101")
    detail = _REASONS.get(reason) or _REASONS.get(error.code, "内容残缺或被破坏")
    if error.code == "too_big":
        limit = int(error.facts["limit"])
        template = _TOO_BIG.get(error.facts["what"], "超过 {limit}")
        detail = template.format(limit=limit, mb=limit // 1_000_000)
    actual = _ACTUAL.get(found) or ATTACHMENTS.get(found, "其他文件")
    if code == "F190":
        detail = actual
    if code == "F156":
        detail = error.facts["parts"]
    return Problem(code=code, facts={"actual": actual, "detail": detail})


# --- what else a file carries ------------------------------------------------------------------

_TOLD: Final[Mapping[str, str]] = {
    "has_macros": "F201", "external_links": "F202", "dde": "F203", "data_connections": "F204",
    "embedded_objects": "F205", "duplicate_cell": "F208", "unordered_rows": "F210",
    "rows_hidden_by_default": "F211", "chart_sheet": "F212", "dialog_sheet": "F212",
    "macro_sheet": "F212", "pictures": "F206", "duplicate_sheet_names": "F213",
    "names_differ_by_case": "F214", "opened": "F173", "lost_sheet": "F174",
    "lost_properties": "F175",
}  # fmt: skip
_SHEET_KINDS: Final[Mapping[str, str]] = {
    "chart_sheet": "图表工作表", "dialog_sheet": "对话框工作表", "macro_sheet": "宏工作表",
}  # fmt: skip
_FORMATS: Final[Mapping[str, str]] = {
    "xls": "旧版 Excel 格式（.xls 或 .et）", "ods": "ODS 表格",
    "xlsb": "Excel 二进制工作簿（.xlsb）", "xml2003": "Excel 2003 的 XML 表格",
}  # fmt: skip
_SHOWN: Final = 10  # places named in a sentence; how many more there are is told


def told(grid: Grid) -> list[Problem]:
    """A problem for everything about a file that is neither a value nor its place."""
    places: dict[tuple[str, str], list[str]] = {}
    for note in grid.notes:
        places.setdefault((note.kind, note.sheet), []).append(note.cell)
    for sheet in grid.sheets:
        if sheet.pictures:
            corners = (cell_name(*area[:2]) for area in sheet.pictures)
            places["pictures", sheet.name] = list(corners)
    problems = [_noted(*of, cells) for of, cells in places.items()]
    if grid.kind in _FORMATS:
        problems.append(Problem(code="F215", facts={"actual": _FORMATS[grid.kind]}))
    if grid.date1904:
        problems.append(Problem(code="F209"))
    return problems


def _noted(kind: str, sheet: str, cells: list[str]) -> Problem:
    """One problem for all places of a sheet at which the same was seen."""
    if kind in _SHEET_KINDS or kind == "lost_sheet":
        facts = {"detail": _SHEET_KINDS.get(kind, "")}
        return Problem(code=_TOLD[kind], value=sheet, facts=facts)
    places = list(dict.fromkeys(filter(None, cells)))
    shown = "、".join(places[:_SHOWN])
    if len(places) > _SHOWN:
        shown += f"等{len(places)}处"
    return Problem(
        code=_TOLD[kind], sheet=sheet, cell=places[0] if len(places) == 1 else "",
        facts={"detail": shown},
    )  # fmt: skip
