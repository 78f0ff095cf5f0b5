"""A filled form in Word → what goes into the workbook, what is unsure, and what belongs nowhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from clusterbook.forms.expressions.nodes import Constant, Sentence
from clusterbook.forms.parsing.folding import fold
from clusterbook.layout.layout import Layout
from clusterbook.readers.limits import USUAL_LIMITS, Limits
from clusterbook.word.annexed import read_annex
from clusterbook.word.computed import take_shown
from clusterbook.word.document import Document
from clusterbook.word.labels import Label, Labels, counted, shifted_years, sightings
from clusterbook.word.lists import ListReader
from clusterbook.word.package import open_document
from clusterbook.word.paper import PaperForm, PaperTable
from clusterbook.word.placing import Placer
from clusterbook.word.planning import paper
from clusterbook.word.readings import ANOTHER_FORM, LEFT, READ, TOLD, Item, Readings, is_empty
from clusterbook.word.stream import Stream
from clusterbook.word.walk import read_document

_ENOUGH = 0.5
_MUCH, _MANY = 2, 10  # texts for each answer, and in all, that belong nowhere
_DECORATION = re.compile(r"[.、…\s()（）_\-—/]*")


def read_form(
    layout: Layout, data: bytes, limits: Limits = USUAL_LIMITS, *, converted: bool = False
) -> Readings:
    """Everything that a .docx says in answer to a form; GridError where it is no document.

    ``converted`` documents have worked out their dates and sums anew: those answers are unsure.
    """
    return readings_of(layout, read_document(open_document(data, limits)), converted=converted)


def readings_of(layout: Layout, document: Document, *, converted: bool = False) -> Readings:
    """The same of a document that has been read."""
    stream = Stream.of(document)
    form = _suited(layout, stream)
    labels = Labels.of(form)
    seen = sightings(labels, stream)
    shift = shifted_years(labels, stream)
    placer = Placer(layout, form, labels, stream, seen, Readings(), converted, shift)
    placer.place()
    for part in form.parts:
        for item in part.items:
            if isinstance(item, PaperTable) and item.library is not None:
                ListReader(placer, item, layout.bodies[item.library.key]).read()
    read_annex(placer)
    take_shown(placer)
    if shift:
        placer.readings.shifted = True
        year = layout.workbook.options.report_year
        why = (
            f"这份表是{year + shift}年度的，本次是{year}年度："
            "同一年度的数填到同一年度的栏，其余不沿用"
        )
        placer.readings.items.append(Item(result=TOLD, why=why))
    placer.readings.items += _told(document)
    placer.readings.items += _left(placer)
    placer.readings.items += [
        Item(result=LEFT, text=text, place=name, why="正文以外的文字")
        for name, text in document.others
        if not (name == "页脚" and re.search("数据校验码|发放编号|第.*页", text))
    ]  # fmt: skip
    if _is_another(placer):
        placer.readings.items.insert(0, Item(result=TOLD, why=ANOTHER_FORM))
    return placer.readings


def _is_another(placer: Placer) -> bool:
    """Whether most of what is written answers nothing, as in another form or without its tables."""
    readings = placer.readings
    return len(readings.of(LEFT)) > max(_MANY, _MUCH * len(readings.of(READ)))


def _suited(layout: Layout, stream: Stream) -> PaperForm:
    """The plan of the form with its repeats where the document has them, too."""
    base, full = paper(layout.workbook, _named_rows), paper(layout.workbook, lambda _: True)
    counts = counted(Labels.of(full), stream)
    few = _texts(base)
    repeated: set[str] = set()
    for part in full.parts:
        own = Counter(_first_keys(Labels.of(PaperForm(full.workbook, (part,))).listed))
        extra = own - few if part.sheet.key in _sheets(base) else own
        there = sum(counts[key] > few[key] for key in extra)
        if extra and there >= _ENOUGH * len(extra):
            repeated.add(part.sheet.key)

    def filled(key: str) -> bool:
        return _named_rows(key) or (
            key in layout.sheet_of and layout.sheet_of[key].sheet.key in repeated
        )

    return paper(layout.workbook, filled)


def _named_rows(key: str) -> bool:
    """Rows that the county names itself are all looked for."""
    return "[" not in key


def _sheets(form: PaperForm) -> set[str]:
    return {part.sheet.key for part in form.parts}


def _texts(form: PaperForm) -> Counter[str]:
    return Counter(_first_keys(Labels.of(form).listed))


def _first_keys(listed: list[Label]) -> Iterator[str]:
    return (label.keys[0] for label in listed if label.keys)


def _told(document: Document) -> Iterator[Item]:
    """What was done to the document before it was read."""
    if document.changes.tracked:
        why = f"有{document.changes.tracked}处修订没有接受或拒绝，已按全部接受读入"
        yield Item(result=TOLD, why=why)
    for text in document.changes.hidden:
        yield Item(result=LEFT, text=text, why="隐藏文字")


def _sentences(placer: Placer) -> Iterator[re.Pattern[str]]:
    """The printed sentences above lists, whatever numbers stand in them."""
    for library in placer.layout.workbook.libraries().values():
        if isinstance(library.head, Sentence):
            texts = (str(one.value) for one in library.head.pieces if isinstance(one, Constant))
            yield re.compile(r"[\dX]*".join(re.escape(fold(text)) for text in texts))


def _left(placer: Placer) -> Iterator[Item]:
    """Every line that neither the form prints nor an answer took."""
    known, stream = placer.labels.known, placer.stream
    sentences = list(_sentences(placer))
    for number, line in enumerate(stream.lines):
        if number in placer.used or is_empty(line.text) or _DECORATION.fullmatch(line.text):
            continue
        if fold(line.text) in known or fold(re.sub(r"[☐☑□_]", "", line.text)) in known:
            continue
        if any(one.fullmatch(fold(line.text)) for one in sentences):
            continue
        yield Item(result=LEFT, text=line.text.strip(), place=line.place, why="没有对应的栏目")
    for table in stream.tables.values():
        for cell in table.cells():
            for text in cell.struck:
                yield Item(result=LEFT, text=text, place=cell.place, why="划掉的文字")
