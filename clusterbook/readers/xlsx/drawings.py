"""What lies over the cells of a sheet, from the parts beside it: notes, drawings, form controls.

The parts are the same in .xlsx and .xlsb, but for notes, which .xlsb keeps as records.
"""

import re
from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree as ET

from clusterbook.a1 import Merge, parse_address
from clusterbook.readers.cells import Overlay
from clusterbook.readers.limits import Package
from clusterbook.readers.xlsx.book import Relations, local_name

_MAX_DRAWN: Final = 100_000  # more anchors than this are none of a form
_DEPTH: Final = 40  # of groups in groups
# What Excel leaves for older versions in the place of a conversation; its text comes after.
_THREAD: Final = re.compile(
    r"\[(?:Threaded comment|线程批注|线程化注释|对话批注)\]"
    r".*?(?:Comment|注释|批注|评论)\s*[:：]\s*",
    re.DOTALL,
)
_EMPTY: Final = ET.Element("none")


def covers(
    package: Package, relations: Relations, content: bytes = b""
) -> Iterator[Merge | Overlay]:
    """Yield areas under pictures, and all else that a sheet with these relations bears.

    ``content`` is that of a sheet in XML, which tells where the states of form controls stand.
    """
    threads: list[Overlay] = []
    notes: list[Overlay] = []
    for kind, path in relations.values():
        if not package.find(path):
            continue
        if kind == "drawing":
            yield from _drawn(package.tree(path))
        elif kind == "threadedComment":
            threads += _threads(package.tree(path))
        elif kind == "comments" and path.endswith(".xml"):
            notes += _notes(package.tree(path))
        elif kind == "vmlDrawing":
            ticked = _ticked(package, relations, content)
            yield from _controls(package.content(path).decode(errors="replace"), ticked)
    told = {one.area for one in threads}
    yield from (one for one in notes if one.area not in told)
    yield from threads


# --- notes ----------------------------------------------------------------------------------


def note(at: tuple[int, int], text: str) -> Overlay:
    """Return a note at a cell; of a conversation only what was said in it."""
    thread = _THREAD.match(text)
    return Overlay("note", (*at, *at), text[thread.end() if thread else 0 :].strip())


def _cell(element: ET.Element) -> tuple[int, int] | None:
    try:
        return parse_address(element.get("ref", ""))
    except ValueError:
        return None


def _notes(part: ET.Element) -> Iterator[Overlay]:
    for element in part.iter():
        if local_name(element.tag) == "comment" and (at := _cell(element)):
            texts = [one.text or "" for one in element.iter() if local_name(one.tag) == "t"]
            yield note(at, "".join(texts))


def _threads(part: ET.Element) -> Iterator[Overlay]:
    """Yield each conversation once, with all that was said in it."""
    said: dict[tuple[int, int], list[str]] = {}
    for element in part:
        at = _cell(element)
        text = next((one.text for one in element if local_name(one.tag) == "text"), "")
        if at and text:
            said.setdefault(at, []).append(text)
    for at, texts in said.items():
        yield note(at, "\n".join(texts))


# --- drawings -------------------------------------------------------------------------------


def _drawn(drawing: ET.Element) -> Iterator[Merge | Overlay]:
    """Yield what the anchors of a drawing hold, with the cells under them."""
    for anchor in list(drawing)[:_MAX_DRAWN]:
        corners = {local_name(corner.tag): corner for corner in anchor}
        area = _under(corners)
        for kind, text in _shapes(anchor, _DEPTH):
            if kind != "pic":
                yield Overlay(kind, area, text)
            else:
                yield area or Overlay("picture")


def _under(corners: dict[str, ET.Element]) -> Merge | None:
    """Return the cells under an anchor; one that ends where a cell begins does not reach it."""
    first = _corner(corners.get("from"))
    if first is None:
        return None
    last = _corner(corners.get("to"), outer=True) or first
    return *first, max(first[0], last[0]), max(first[1], last[1])


def _shapes(element: ET.Element, depth: int) -> Iterator[tuple[str, str]]:
    """Yield kind and text of all shapes inside, those of groups one by one."""
    for child in element if depth else ():
        kind = local_name(child.tag)
        if kind == "AlternateContent":
            # The second way is the same for programs that do not know the first.
            ways = (list(_shapes(way, depth - 1)) for way in child)
            yield from next((way for way in ways if way), ())
        elif kind == "grpSp":
            yield from _shapes(child, depth - 1)
        elif kind == "sp" and not _is_hidden(child):
            text = _text(child)
            yield ("text_box" if text else "shape"), text
        elif kind in _BARE and not _is_hidden(child):
            yield _BARE[kind], ""


_BARE: Final = {"cxnSp": "shape", "contentPart": "ink", "graphicFrame": "chart", "pic": "pic"}


def _is_hidden(shape: ET.Element) -> bool:
    """Whether nobody sees it; so are the twins of form controls, which VML describes."""
    named = (one for one in shape.iter() if local_name(one.tag) == "cNvPr")
    return next(named, _EMPTY).get("hidden") in ("1", "true")


def _text(shape: ET.Element) -> str:
    bodies = (child for child in shape if local_name(child.tag) == "txBody")
    paragraphs = (one for body in bodies for one in body if local_name(one.tag) == "p")
    return "\n".join(map(_line, paragraphs)).strip()


def _line(paragraph: ET.Element) -> str:
    found = ((local_name(one.tag), one.text or "") for one in paragraph.iter())
    return "".join("\n" if kind == "br" else text for kind, text in found if kind in ("t", "br"))


def _corner(element: ET.Element | None, *, outer: bool = False) -> tuple[int, int] | None:
    """Return the cell of a corner; the last one before it where it is a lower right one."""
    if element is None:
        return None
    texts = {local_name(child.tag): (child.text or "").strip() for child in element}
    row, column = texts.get("row", ""), texts.get("col", "")
    short = row.isdecimal() and column.isdecimal() and len(row) <= 7 and len(column) <= 5  # noqa: PLR2004 - digits on the grid
    if not short:
        return None
    back = [outer and texts.get(name) == "0" for name in ("rowOff", "colOff")]
    return max(int(row) - back[0], 0), max(int(column) - back[1], 0)


# --- form controls --------------------------------------------------------------------------

_SHAPE: Final = re.compile(r"<v:(?:shape|rect|line|oval)\s")
_OBJECT: Final = re.compile(r'<x:ClientData\s[^<>]*\bObjectType="(\w+)"')
_ANCHOR: Final = re.compile(r"<x:Anchor>([\d,\s-]*)</x:Anchor>")
_CHECKED: Final = re.compile(r"<x:Checked>\s*[1-9]")
_TAG: Final = re.compile(r"<[^<>]*>")
_NUMBER: Final = re.compile(r'\sid="_x0000_s(\d{1,9})"')
_CONTROL: Final = re.compile(rb"<control\s([^<>]*)>")
_DRAWN_AS: Final = re.compile(rb'\bshapeId="(\d{1,9})"')
_STATE_IN: Final = re.compile(rb'\br:id="([^"<>]{1,99})"')
_TICKS: Final = ("Checkbox", "Radio")
# Boxes of notes are told with their text; pictures by the drawing.
_NOT_CONTROLS: Final = ("Note", "Pict")
_CORNERS: Final = 8  # column and row of both, each with how far it goes into them


def _ticked(package: Package, relations: Relations, content: bytes) -> dict[str, bool]:
    """Return which boxes are ticked, by their numbers; some programs tell it nowhere else."""
    found: dict[str, bool] = {}
    for control in _CONTROL.findall(content):
        shape, state = _DRAWN_AS.search(control), _STATE_IN.search(control)
        kind, path = relations.get(state[1].decode(errors="replace") if state else "", ("", ""))
        # One control may be listed for newer and older programs.
        new = kind == "ctrlProp" and package.find(path) and path not in package.read_parts
        if shape and new:
            found[shape[1].decode()] = package.tree(path).get("checked") == "Checked"
    return found


def _controls(vml: str, ticked: dict[str, bool]) -> Iterator[Overlay]:
    """Yield form controls; the format is XML at times only, so it is searched and not parsed."""
    from html import unescape  # noqa: PLC0415 - few sheets have any, and it knows 2,000 names

    in_order = iter(ticked.values())  # LibreOffice gives all shapes one number
    for shape in _SHAPE.split(vml)[1:]:
        kind = _OBJECT.search(shape)
        if kind is None or kind[1] in _NOT_CONTROLS:
            continue
        start = shape.find("<v:textbox")
        caption = shape[start : shape.find("</v:textbox", start)] if start >= 0 else ""
        text = " ".join(unescape(_TAG.sub("", caption)).split())
        word, number = "control", _NUMBER.search(" " + shape)
        state = ticked.get(number[1], False) if number else next(in_order, False)
        if kind[1] in _TICKS:
            word = "ticked" if state or _CHECKED.search(shape) else "unticked"
        elif kind[1] in ("Shape", "Rect", "Text"):
            word = "text_box" if text else "shape"
        yield Overlay(word, _vml_area(shape), text)


def _vml_area(shape: str) -> Merge | None:
    found = _ANCHOR.search(shape)
    numbers = [int(one) for one in re.findall(r"-?\d{1,7}", found[1])] if found else []
    if len(numbers) != _CORNERS or min(numbers[::2]) < 0:
        return None
    left, _, top, _, right, into, bottom, down = numbers
    last = max(top, bottom - (down <= 0)), max(left, right - (into <= 0))
    return top, left, *last
