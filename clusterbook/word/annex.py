"""What the printed form has no place for, printed behind it: added answers, columns, reasons.

The names of the places are those of the workbook, so that what stands here is read back by them.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Container, Iterator, Sequence

from clusterbook.layout.layout import Body, ColumnSlot, Layout
from clusterbook.word.content import Content
from clusterbook.word.paper import PaperCell, PaperLine, PaperRow, PaperTable, PaperWords

TITLE = "附：原表以外的填报内容"
ANSWERS, LISTS, REASONS = "一、补充填报", "二、名单补充栏", "三、填报说明"
HEADS = ("所在表", "栏目", "内容")
REASON_HEADS = ("编号", "说明")
ROW_HEAD = "行号"
_WIDTHS = (0.22, 0.43, 0.35)
_MOST_COLUMNS = 10  # of an added table, beside the row number; the annex is printed across


def annex(content: Content, written: Container[str]) -> Iterator[PaperLine | PaperTable]:
    """The annex of a filled form; nothing where all has its printed place."""
    parts = [*_answers(content, written), *_lists(content), *_reasons(content)]
    if parts:
        yield PaperLine((PaperWords(TITLE),), "chapter")
        yield from parts


def _table(
    heads: Sequence[str], widths: Sequence[float], rows: Sequence[Sequence[str]]
) -> PaperTable:
    edges = [sum(widths[:at]) for at in range(len(widths) + 1)]
    spans = list(itertools.pairwise(edges))

    def row(texts: Sequence[str], role: str, *, head: bool = False) -> PaperRow:
        return PaperRow(
            [
                PaperCell(*span, [(PaperWords(text),)], role)
                for span, text in zip(spans, texts, strict=True)
            ],
            head,
        )

    return PaperTable([row(heads, "list_head", head=True), *(row(one, "cell") for one in rows)])


def place_names(layout: Layout) -> dict[str, tuple[str, str]]:
    """Sheet and label path of every answer; those that share one are numbered."""
    found: dict[str, tuple[str, str]] = {}
    taken: Counter[tuple[str, str]] = Counter()
    for key, slots in layout.slots.items():
        name = layout.sheet_of[key].name, slots[0].path
        taken[name] += 1
        found[key] = name if taken[name] == 1 else (name[0], f"{name[1]}（{taken[name]}）")
    return found


def _answers(content: Content, written: Container[str]) -> Iterator[PaperLine | PaperTable]:
    names = place_names(content.layout)
    rows = [
        (*names[key], text)
        for key, slots in content.layout.slots.items()
        if key not in written and not slots[0].locked and (text := content.text(key))
    ]
    if rows:
        yield PaperLine((PaperWords(ANSWERS),), "section")
        yield _table(HEADS, _WIDTHS, rows)


def _columns(content: Content, key: str, body: Body) -> list[ColumnSlot]:
    """The columns of a list that the printed form lacks and that are filled somewhere."""
    rows = range(len(content.rows.get(key, ())))
    return [
        column for column in body.inputs
        if column.field.added and any(content.row_text(key, at, column.field.key) for at in rows)
    ]  # fmt: skip


def names_in(body: Body) -> list[ColumnSlot]:
    """The printed columns by which a row is known again."""
    return [one for one in body.inputs
            if one.field.key in body.library.identity and not one.field.added]  # fmt: skip


def _lists(content: Content) -> Iterator[PaperLine | PaperTable]:
    started = False
    for key, body in content.layout.bodies.items():
        columns, names = _columns(content, key, body), names_in(body)
        if columns and not started:
            started = True
            yield PaperLine((PaperWords(LISTS),), "section")
        for first in range(0, len(columns), _MOST_COLUMNS):
            own = [*names, *columns[first : first + _MOST_COLUMNS]]
            yield PaperLine((PaperWords(content.layout.sheet_of[key].name),), "section")
            widths = [0.08, *[0.92 / len(own)] * len(own)]
            told = [
                (str(at + 1), *(content.row_text(key, at, one.field.key) for one in own))
                for at in range(len(content.rows.get(key, ())))
            ]
            filled = [row for row in told if any(row[1 + len(names) :])]
            yield _table((ROW_HEAD, *(one.path for one in own)), widths, filled)


def _reasons(content: Content) -> Iterator[PaperLine | PaperTable]:
    if content.reasons:
        yield PaperLine((PaperWords(REASONS),), "section")
        yield _table(REASON_HEADS, (0.22, 0.78), sorted(content.reasons.items()))
