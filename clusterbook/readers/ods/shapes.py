"""What lies over the cells of an .ods sheet: notes, shapes, form controls, taken as they come."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from attrs import Factory, define

from clusterbook.a1 import Address, Merge, parse_address
from clusterbook.readers.cells import Overlay, SheetContent
from clusterbook.readers.ods.names import DRAW, FORM, OFFICE, PARAGRAPHS, TABLE, white_space

_NOTE: Final = OFFICE + "annotation"
_SHAPES: Final = frozenset(
    DRAW + name
    for name in (
        "frame", "custom-shape", "rect", "ellipse", "circle", "line", "path", "polyline", "polygon",
        "regular-polygon", "connector", "measure", "caption", "control", "g",
    )
)  # fmt: skip
_CORNER: Final = re.compile(r"\.\$?([A-Z]{1,3})\$?([0-9]{1,7})$")
_NOTHING: Final = re.compile(r"-?0(?:\.0*)?[a-z]*")


@define
class _Shape:
    """A shape that is being read; of a group its parts are told."""

    name: str
    area: Merge | None
    kind: str
    lines: list[str] = Factory(list)


@define
class Over:
    """Takes the elements inside what lies over the cells, and gives the sheet what they come to."""

    shapes: list[_Shape] = Factory(list)
    controls: dict[str, tuple[str, str]] = Factory(dict)  # kind and caption, by their ids
    line: list[str] | None = None

    def control(self, name: str, attributes: Mapping[str, str]) -> None:
        """Remember a form control, which is drawn further below."""
        kind = "control"
        if name in (FORM + "checkbox", FORM + "radio"):
            state = attributes.get(FORM + "current-state") or attributes.get(FORM + "state")
            chosen = attributes.get(FORM + "current-selected") or attributes.get(FORM + "selected")
            kind = "ticked" if state == "checked" or chosen == "true" else "unticked"
        mark = attributes.get("http://www.w3.org/XML/1998/namespace id", "")
        mark = attributes.get(FORM + "id", mark)
        self.controls[mark] = kind, attributes.get(FORM + "label", "")

    def start(self, name: str, attributes: Mapping[str, str], at: Address | None) -> None:
        """Enter an element; ``at`` is the cell that it hangs on."""
        if name in _SHAPES or name == _NOTE:
            outer = self.shapes[-1].area if self.shapes else None
            area = (*at, *at) if at and name == _NOTE else _area(attributes, at) or outer
            kind = "note" if name == _NOTE else "shape"
            shape = _Shape(name, area, kind)
            if name == DRAW + "control":
                shape.kind, text = self.controls.get(
                    attributes.get(DRAW + "control", ""), ("control", "")
                )
                shape.lines.append(text)
            self.shapes.append(shape)
        elif not self.shapes:
            return
        elif name in (DRAW + "image", DRAW + "object", DRAW + "object-ole"):
            told = name.endswith("image") or self.shapes[-1].kind == ""
            self.shapes[-1].kind = "" if told else "chart"  # pictures are told by themselves
        elif name in PARAGRAPHS:
            self.line = []
        elif self.line is not None:
            self.line.append(white_space(name, attributes))

    def characters(self, data: str) -> None:
        """Keep the text of a paragraph."""
        if self.line is not None:
            self.line.append(data)

    def end(self, name: str, sheet: SheetContent) -> None:
        """Leave an element."""
        if not self.shapes:
            return
        shape = self.shapes[-1]
        if name in PARAGRAPHS and self.line is not None:
            shape.lines.append("".join(self.line))
            self.line = None
        elif name == shape.name:
            self.shapes.pop()
            text = "\n".join(shape.lines).strip()
            kind = "text_box" if text and shape.kind in ("shape", "") else shape.kind
            if kind and (text or name != DRAW + "g"):
                sheet.overlays.append(Overlay(kind, shape.area, text))


def _area(attributes: Mapping[str, str], at: Address | None) -> Merge | None:
    """Return the cells under a shape, from the one it hangs on to the one it says it ends in."""
    if at is None:
        return None
    found = _CORNER.search(attributes.get(TABLE + "end-cell-address", ""))
    if found is None:
        return *at, *at
    row, column = parse_address(found[1] + found[2])
    into = (attributes.get(TABLE + name, "1") for name in ("end-y", "end-x"))
    back = [_NOTHING.fullmatch(far) is not None for far in into]
    return *at, max(row - back[0], at[0]), max(column - back[1], at[1])
