"""推荐汇总表: one line for each cluster of a round, to be printed, signed and sealed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attrs import evolve

from clusterbook.issuing.prefill import EarlierReturn
from clusterbook.issuing.roster import keys_by_role
from clusterbook.layout.layout import Layout
from clusterbook.verdicts import Verdict
from clusterbook.word import ooxml
from clusterbook.word.ooxml import PaperLook

_TITLE = PaperLook("hei", 40, align="center", after=200)
_TEXT = PaperLook("song", 20)
_HEAD = PaperLook("hei", 20, align="center", keep=True)
_SIGN = PaperLook("fang", 28, align="right", before=300)
_HEADS = ("序号", "集群名称", "所在地", "申报类别或产业", "结论", "推荐意见")
_WIDTHS = (800, 4600, 2600, 2800, 1200, 2570)


def recommended(found: Iterable[tuple[Mapping[str, Any], Layout]]) -> bytes:
    """The list of all that passed or wait for an explanation, by form, then by place."""
    listed = [
        (document, layout) for document, layout in found
        if document["verdict"] in (Verdict.PASSED, Verdict.EXPLAIN)
    ]  # fmt: skip
    forms = sorted({layout.workbook.id for _, layout in listed})
    body = []
    for number, form in enumerate(forms):
        own = [(document, layout) for document, layout in listed if layout.workbook.id == form]
        body += [ooxml.PAGE_BREAK] if number else []
        body += _part(own)
    body = body or [ooxml.paragraph(ooxml.run("推荐汇总表", _TITLE), _TITLE)]
    whole = "".join(body) + ooxml.section(turned=True, last=True)
    return ooxml.package(whole, title="推荐汇总表", foot="")


def _part(own: Sequence[tuple[Mapping[str, Any], Layout]]) -> list[str]:
    title = f"{own[0][1].workbook.title.strip()}\n推荐汇总表（{own[0][0]['year']}年度）"
    rows = sorted((_official(document, layout), _row(document, layout)) for document, layout in own)
    lines = [(str(number), *row[1:]) for number, (_, row) in enumerate(rows, start=1)]
    made = [_line(_HEADS, _HEAD, head=True), *(_line(row, _TEXT) for row in lines)]
    return [
        *(ooxml.paragraph(ooxml.run(text, _TITLE), _TITLE) for text in title.split("\n")),
        ooxml.table(_WIDTHS, made), ooxml.GAP,
        *(ooxml.paragraph(ooxml.run(text, _SIGN), _SIGN)
          for text in ("推荐单位（公章）：                    ", "年    月    日          ")),
    ]  # fmt: skip


def _official(document: Mapping[str, Any], layout: Layout) -> tuple[int, ...]:
    """Where city and county stand in the form's own lists, which are in official order."""
    found = []
    for role in ("city", "county"):
        key = keys_by_role(layout.workbook).get(role, "")
        options = list(layout.slots[key][0].field.kind.all_options) if key in layout.slots else []
        text = _text(document, layout, key)
        found.append(options.index(text) if text in options else len(options))
    return tuple(found)


def _text(document: Mapping[str, Any], layout: Layout, key: str) -> str:
    slot = layout.slots.get(key)
    value = EarlierReturn(document).value(slot[0]) if slot else None
    return slot[0].field.kind.printed(value) if slot else ""


def _row(document: Mapping[str, Any], layout: Layout) -> tuple[str, ...]:
    keys = keys_by_role(layout.workbook)

    def text(key: str) -> str:
        return _text(document, layout, key)

    places = [text(keys.get(role, "")) for role in ("city", "county")]
    category = text(layout.workbook.prefill.get("申报类别", "")) or text("basics.industry_name")
    verdict = Verdict(document["verdict"]).value
    return ("", text(keys.get("cluster_name", "")), "".join(places), category, verdict, "")


def _line(texts: Sequence[str], look: PaperLook, *, head: bool = False) -> str:
    cells = []
    for number, (text, width) in enumerate(zip(texts, _WIDTHS, strict=True)):
        own = evolve(look, align="center") if number in (0, 4) else look
        cells.append(ooxml.cell(ooxml.paragraph(ooxml.run(text, own), own), width, 1, ""))
    return ooxml.row(cells, tall=28, head=head)
