"""A filled form in Word → a prefilled workbook, and the list of what was read of it."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence

from attrs import evolve, frozen

from clusterbook.forms.stamp import Stamp
from clusterbook.layout.layout import Layout
from clusterbook.word.reading import read_form
from clusterbook.word.readings import LEFT, READ, TOLD, UNSURE, Item, Readings
from clusterbook.workbook.content import FROM_WORD, Answers
from clusterbook.workbook.writer import write_template

_COLUMNS = ("result", "label", "key", "text", "place", "why")
_TITLES = ("结果", "栏目", "编号", "Word中的内容", "位置", "说明")
_LONGEST = 30_000  # characters of a cell of Excel, and some room


@frozen
class FromWord:
    """What was read: ``items`` line by line, and the workbook that is filled with it."""

    workbook: bytes
    items: tuple[Item, ...]

    @property
    def read(self) -> Sequence[Item]:
        """The answers that were filled in."""
        return [item for item in self.items if item.result == READ]

    @property
    def unsure(self) -> Sequence[Item]:
        """The answers that may be misread; nothing is filled in for them."""
        return [item for item in self.items if item.result == UNSURE]

    @property
    def left(self) -> Sequence[Item]:
        """Texts that belong to no answer."""
        return [item for item in self.items if item.result == LEFT]

    def told(self) -> str:
        """How much was read, in a sentence."""
        counts = Counter(item.result for item in self.items)
        told = [f"已读入 {counts[READ]} 项"]
        told += [f"读不准 {counts[UNSURE]} 项（没有填入，请照原件填写）"] if counts[UNSURE] else []
        told += [f"没有对应栏目的文字 {counts[LEFT]} 处"] if counts[LEFT] else []
        told += [item.why for item in self.items if item.result == TOLD]
        return "，".join(told)

    def as_csv(self) -> bytes:
        """The list, what wants attention first: UTF-8 with a mark, for Excel and WPS."""
        out = io.StringIO(newline="")
        writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow(_TITLES)
        order = {name: number for number, name in enumerate((TOLD, UNSURE, LEFT, READ))}
        for item in sorted(self.items, key=lambda one: order[one.result]):
            writer.writerow([_safe(getattr(item, name)) for name in _COLUMNS])
        return out.getvalue().encode("utf-8-sig", "backslashreplace")


def _safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") and not text[1:2].isdigit() else text


def from_word(layout: Layout, data: bytes, *, issue: str = "", issued_to: str = "") -> FromWord:
    """Read a .docx and fill the workbook of its form.

    Raises:
        GridError: it is no Word document, damaged, too big or encrypted.

    """
    readings = _fitting(layout, read_form(layout, data))
    answers = Answers(
        values=readings.values, rows=readings.rows, reasons=readings.reasons,
        remarks={key: _remark(place) for key, place in readings.places.items()},
        row_remarks={key: [_remark(place) for place in places]
                     for key, places in readings.row_places.items()},
    )  # fmt: skip
    stamp = Stamp.of(layout.workbook, issue, issued_to)
    return FromWord(write_template(layout, stamp, answers), tuple(readings.items))


def _remark(place: str) -> str:
    return f"{FROM_WORD}{place}"


def _fitting(layout: Layout, readings: Readings) -> Readings:
    """What fits into the workbook; what does not is told as unsure."""
    for key, text in list(readings.values.items()):
        if isinstance(text, str) and len(text) > _LONGEST:
            del readings.values[key]
            _move(readings, {key: readings.places.pop(key)}, "内容太长，一格放不下")
    for key, rows in readings.rows.items():
        body = layout.bodies[key]
        room = body.last_row - body.first_row + 1
        if len(rows) > room:
            lost = readings.row_places[key][room:]
            why = f"本表只有{room}行"
            items: Iterable[Item] = readings.items
            tables = {place.rpartition("行")[0] for place in lost}
            readings.items = [
                evolve(item, result=UNSURE, why=why)
                if item.result == READ and item.key.startswith(f"{key}.")
                and item.place.rpartition("行")[0] in tables else item
                for item in items
            ]  # fmt: skip
            del rows[room:], readings.row_places[key][room:]
    return readings


def _move(readings: Readings, places: dict[str, str], why: str) -> None:
    readings.items = [
        evolve(item, result=UNSURE, why=why) if item.result == READ and item.key in places else item
        for item in readings.items
    ]
