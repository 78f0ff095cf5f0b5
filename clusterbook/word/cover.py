"""The lines of a cover: what is asked, and where one writes."""

from __future__ import annotations

import re
from typing import Any

from clusterbook.forms.spec import Answers, Field, Line
from clusterbook.layout.base import plain
from clusterbook.word.paper import PaperAnswer, PaperWords, Piece, Pieces, Several

_PLACE = re.compile("[省市州县区]")


def cover_line(block: Answers, line: Line) -> Pieces:
    """Several answers on a line of the cover; the words for places stand behind their names."""
    if all(plain(asked.label) in plain(line.label) for asked in line.fields):
        keys = tuple(answer_of(block, asked).key for asked in line.fields)
        return (prompt(line.label), Several(keys, "　"))
    pieces: list[Piece] = [prompt(line.label)]
    for asked in line.fields:
        own: list[Piece] = [answer_of(block, asked), PaperWords(asked.label)]
        pieces += own if _PLACE.match(asked.label) else own[::-1]
    return tuple(pieces)


def prompt(label: str) -> PaperWords:
    """A label with the colon that answers stand behind."""
    return PaperWords(label if label.endswith("：") else f"{label}：")


def answer_of(block: Any, asked: Field) -> PaperAnswer:
    """Where the answer to a field goes."""
    return PaperAnswer(f"{block.name}.{asked.name}", asked.computed is not None)
