"""What was read of a filled form: answers with their places, what is unsure, what is left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import Factory, define, frozen

from clusterbook.forms.kinds import Kind, Raw
from clusterbook.forms.parsing.folding import Reading, clean
from clusterbook.problems import Problem
from clusterbook.word.document import WordCell

_LINES = "_＿﹍"  # what is printed to write on
READ, UNSURE, LEFT, TOLD = "已读入", "读不准", "未读入", "提示"
ANOTHER_FORM = (
    "多数内容对不上这张表的栏目：可能是另一种表，或者表格被改成了文字，请先核对是不是这张表"
)


@frozen(kw_only=True)
class Item:
    """One line of the list: what stands where, and what was made of it."""

    result: str
    key: str = ""
    label: str = ""
    text: str = ""
    place: str = ""
    why: str = ""


@define
class Readings:
    """All of it; ``values`` and ``rows`` are what goes into the workbook."""

    values: dict[str, Raw] = Factory(dict)
    rows: dict[str, list[dict[str, Raw]]] = Factory(dict)
    reasons: dict[str, str] = Factory(dict)
    items: list[Item] = Factory(list)
    #: places of answers by key, and of rows of lists by library
    places: dict[str, str] = Factory(dict)
    row_places: dict[str, list[str]] = Factory(dict)
    #: what stands where the workbook computes, by key: text and place
    computed: dict[str, tuple[str, str]] = Factory(dict)
    #: whether the form is of another year
    shifted: bool = False

    def of(self, result: str) -> Sequence[Item]:
        """The lines of one kind."""
        return [item for item in self.items if item.result == result]

    def unsure(self, key: str, label: str, text: str, place: str, why: str) -> None:
        """Note an answer that is not read because it may be misread."""
        self._note(UNSURE, key, label, text, place, why)

    def leave(self, key: str, label: str, text: str, place: str, why: str) -> None:
        """Note a text that goes nowhere."""
        self._note(LEFT, key, label, text, place, why)

    def _note(self, result: str, key: str, label: str, text: str, place: str, why: str) -> None:
        shown = clean(text)[0]
        self.items.append(
            Item(result=result, key=key, label=label, text=shown, place=place, why=why)
        )

    def take(self, key: str, label: str, kind: Kind, text: str, place: str, note: str = "") -> None:
        """Read a text as the answer of a kind, or note why it cannot be."""
        raw, why = raw_of(kind, text, label)
        if raw is None:
            self.unsure(key, label, text, place, why)
            return
        self.values[key] = raw
        self.places[key] = place
        self.items.append(
            Item(result=READ, key=key, label=label, text=clean(text)[0], place=place, why=note)
        )


def is_empty(text: str) -> bool:
    """Whether a place to write in holds nothing but what marks the place."""
    return not text.strip(f" \t\n　\u00a0….{_LINES}")


def raw_of(kind: Kind, text: str, label: str) -> tuple[Raw | None, str]:
    """What to type for a text, or None and why not; ``label`` has its sheet in front.

    A text that its kind reads without question is typed as the form asks; one that is read with a
    question is typed as it stands, so that the question is asked again.
    """
    cleaned = clean(clean(text)[0].strip(_LINES))[0]
    if kind.prose:
        return cleaned, ""
    reading = kind.read(cleaned)
    if reading.value is None and not reading.declared:
        if reading.problem == "V220":
            return cleaned, ""
        return None, _why(reading, cleaned, label.partition(" › ")[2])
    if reading.problem or reading.declared or not kind.numeric:
        return cleaned if reading.problem or reading.declared else _spelled(
            kind, reading, cleaned
        ), ""
    return float(reading.value), ""


def _spelled(kind: Kind, reading: Reading, text: str) -> Raw:
    raw = kind.spell(reading.value)
    again = kind.read(raw)
    return raw if again.value == reading.value and not again.problem else text


def _why(reading: Reading, text: str, label: str) -> str:
    if not reading.problem:
        return "读不出这里填的内容"
    facts: dict[str, Any] = {**reading.facts}
    value = str(facts.pop("value", text))
    problem = Problem(code=reading.problem, label=label, value=value, facts=facts)
    return problem.message()


def cell_marks(cell: WordCell) -> list[str]:
    """What is to be told of a cell beside its text."""
    told = [f"划掉的“{text}”未读入" for text in cell.struck]
    told += [f"上标“{text}”按注释处理，未读入" for text in cell.notes]
    if cell.pictures:
        told.append("格内有图片，图片上的内容未读入")
    return told
