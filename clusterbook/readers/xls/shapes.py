"""What lies over the cells of an .xls sheet: pictures, shapes, form controls, and notes."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from attrs import Factory, define

from clusterbook.a1 import Merge
from clusterbook.readers.cells import Overlay, SheetContent
from clusterbook.readers.xls.texts import Texts, whole_characters

_ANCHOR: Final = struct.pack("<HL", 0xF010, 18)  # of a shape, inside the drawing records
_GROUP, _CHART, _PICTURE, _BOX, _RADIO, _ARROW, _NOTE = 0, 5, 8, 0x0B, 0x0C, 0x14, 0x19
_SHAPES: Final = frozenset({1, 2, 3, 4, 6, 9, 0x1E})  # lines, boxes, texts, what Office draws
_TICK: Final = (0x0A, 0x12)  # the parts of a control's record that tell its state
_GO_ON: Final = 0xFFFF  # in place of the row, where the text of a note goes on


@define
class _Object:
    kind: int
    area: Merge | None
    ticked: bool
    text: list[str] = Factory(list)

    def overlay(self) -> Overlay | None:
        """Return what it is for a reader; None for groups, arrows of lists, pictures, notes."""
        text = whole_characters("".join(self.text)).replace("\r", "\n").strip()
        if self.kind in (_GROUP, _ARROW, _PICTURE, _NOTE):
            return None
        if self.kind in (_BOX, _RADIO):
            return Overlay("ticked" if self.ticked else "unticked", self.area, text)
        if self.kind == _CHART:
            return Overlay("chart", self.area)
        if self.kind in _SHAPES:
            return Overlay("text_box" if text else "shape", self.area, text)
        return Overlay("control", self.area, text)


@define
class Shapes:
    """Takes the records that tell of shapes, in their order."""

    texts: Texts
    objects: dict[int, _Object] = Factory(dict)
    notes: list[tuple[int, int, int]] = Factory(list)  # row, column, number of its box
    old_notes: list[tuple[int, int, list[bytes]]] = Factory(list)
    drawing: bytes = b""
    area: Merge | None = None
    last: _Object | None = None
    missing: int = 0  # characters of a text that goes on in the next record

    def draw(self, body: bytes) -> None:
        """Keep the description of the next object."""
        self.drawing = body

    def object(self, body: bytes) -> None:
        """Take an object; its anchor stands in the drawing record before, or in its group's."""
        kind, number = struct.unpack_from("<HH", body, 4)
        at = self.drawing.rfind(_ANCHOR)
        if at >= 0:
            self.area = _area(self.drawing, at + 8)
        elif not self.texts.wide:
            self.area = _area(body, 10)
        self.missing = 0
        self.last = _Object(kind, self.area, _is_ticked(body) if self.texts.wide else False)
        # Objects of some programs all have one number; only those of notes are looked for by it.
        self.objects[len(self.objects) if kind != _NOTE else -1 - number] = self.last

    def caption(self, body: bytes) -> None:
        """Take the head of a text, which follows in records of its own."""
        self.missing = struct.unpack_from("<H", body, 10)[0]

    def go_on(self, body: bytes) -> None:
        """Take what follows such a head."""
        if self.missing and self.last is not None and body:
            wide = body[0] & 1
            found = body[1 : 1 + (self.missing << wide)]
            text = found.decode("utf-16-le" if wide else "latin-1", "surrogatepass")
            self.missing -= len(found) >> wide
            self.last.text.append(text)

    def note(self, body: bytes) -> None:
        """Take the place of a note; before Excel 97 with its text."""
        row, column, _, number = struct.unpack_from("<4H", body)
        if self.texts.wide:
            self.notes.append((row, column, number))
        elif row == _GO_ON and self.old_notes:
            self.old_notes[-1][2].append(body[6:])
        else:
            self.old_notes.append((row, column, [body[6:]]))

    def give(self, sheet: SheetContent) -> None:
        """Give the sheet all that was found."""
        for one in self.objects.values():
            if one.kind == _PICTURE and one.area is not None:
                sheet.pictures.append(one.area)
        sheet.overlays += filter(None, (one.overlay() for one in self.objects.values()))
        sheet.overlays += self._notes()

    def _notes(self) -> Iterator[Overlay]:
        for row, column, number in self.notes:
            box = self.objects.get(-1 - number)
            text = "".join(box.text) if box else ""
            text = whole_characters(text).replace("\r", "\n").strip()
            yield Overlay("note", (row, column, row, column), text)
        for row, column, parts in self.old_notes:
            data = b"".join(parts)
            text, _ = self.texts.characters(data, 0, len(data))
            yield Overlay("note", (row, column, row, column), text.strip())


def _area(data: bytes, at: int) -> Merge:
    left, _, top, _, right, into, bottom, down = struct.unpack_from("<8H", data, at)
    return top, left, max(top, bottom - (not down)), max(left, right - (not into))


def _is_ticked(body: bytes) -> bool:
    at = 0
    while at + 6 <= len(body):
        part, size, state = struct.unpack_from("<3H", body, at)
        if part in _TICK and state == 1:
            return True
        at += 4 + size
    return False
