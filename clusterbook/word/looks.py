"""How runs are set: struck, hidden, raised, highlighted, by themselves or by their styles."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from attrs import field, frozen

from clusterbook.word import signs
from clusterbook.word.package import Element, W

_W = f"{{{W}}}"
_VAL = f"{_W}val"
_OFF = frozenset(("0", "false", "off"))
_ON = "on"
#: of these the one of a paragraph's style and the one of a run's style end each other
_SWITCHES = ("vanish", "strike", "dstrike")
_MOST_STYLES = 20  # of which one is made on the next
_RUN_STYLE, _PARAGRAPH_STYLE, _BASED_ON = (
    f"{_W}{name}" for name in ("rStyle", "pStyle", "basedOn")
)
Looks = dict[str, str]


def is_on(switch: Element) -> bool:
    """Whether a property that is on or off is on."""
    return switch.get(_VAL, "1") not in _OFF


def _switched(one: Element) -> str:
    return _ON if is_on(one) else ""


def _shade(one: Element) -> str:
    fill = (one.get(f"{_W}fill") or "").upper()
    return _ON if fill not in ("", "AUTO", "FFFFFF") else ""


def _script(one: Element) -> str:
    return {"superscript": "raised", "subscript": "lowered"}.get(one.get(_VAL) or "", "")


def _font(one: Element) -> str:
    names = (one.get(f"{_W}{part}") or "" for part in ("ascii", "hAnsi", "sym"))
    return next((name for name in names if name.lower() in signs.DRAWN), "")


_PROPERTIES: dict[str, Callable[[Element], str]] = {
    f"{_W}{name}": act for name, act in {
        **dict.fromkeys(_SWITCHES, _switched), "vertAlign": _script, "rFonts": _font, "shd": _shade,
        "highlight": lambda one: "" if one.get(_VAL) in ("none", "white") else _ON,
    }.items()
}  # fmt: skip


def _looks(properties: Element | None) -> Looks:
    """What the properties of a run say; '' where they end what a style says."""
    found: Looks = {}
    for one in properties if properties is not None else ():
        act = _PROPERTIES.get(one.tag)
        if act is not None:
            found[one.tag.rpartition("}")[2]] = act(one)
    return found


@frozen
class Styles:
    """The styles of a document that strike out, hide, raise or draw signs, by their names."""

    by_name: Mapping[str, Looks] = field(factory=dict)
    usual: str = ""  # of paragraphs that name none

    @classmethod
    def of(cls, root: Element | None) -> Styles:
        """The styles of a part; none of no part."""
        listed = list(root.iter(f"{_W}style")) if root is not None else []
        named = {one.get(f"{_W}styleId") or "": one for one in listed}
        found = {name: looks for name in named if any((looks := _based(name, named)).values())}
        usual = next(
            (one.get(f"{_W}styleId") or "" for one in listed
             if one.get(f"{_W}type") == "paragraph" and one.get(f"{_W}default", "0") not in _OFF),
            "",
        )  # fmt: skip
        return cls(found, usual)

    def of_paragraph(self, paragraph: Element) -> Looks:
        """What the style of a paragraph says of its runs."""
        if not self.by_name:
            return {}
        named = paragraph.find(f"{_W}pPr/{_PARAGRAPH_STYLE}")
        return self.by_name.get(self.usual if named is None else named.get(_VAL) or "", {})

    def look(self, properties: Element | None, paragraph: Looks) -> tuple[str, str]:
        """How a run is set — "hidden", "struck", "raised", "lit" or '' —, and its symbol font."""
        own = _looks(properties)
        if self.by_name:
            named = properties.find(_RUN_STYLE) if properties is not None else None
            style = self.by_name.get(named.get(_VAL) or "", {}) if named is not None else {}
            own = {**_together(paragraph, style), **own}
        return _how(own), own.get("rFonts", "")


def _based(name: str, named: Mapping[str, Element]) -> Looks:
    """What a style says, with what it is based on."""
    found: Looks = {}
    for _ in range(_MOST_STYLES):
        style = named.get(name)
        if style is None:
            break
        found = {**_looks(style.find(f"{_W}rPr")), **found}
        base = style.find(_BASED_ON)
        name = (base.get(_VAL) or "") if base is not None else ""
    return found


def _together(paragraph: Looks, run: Looks) -> Looks:
    ended = {name: "" for name in _SWITCHES if paragraph.get(name) and run.get(name)}
    return {**paragraph, **run, **ended}


def _how(looks: Looks) -> str:
    if looks.get("vanish"):
        return "hidden"
    if looks.get("strike") or looks.get("dstrike"):
        return "struck"
    return looks.get("vertAlign") or ("lit" if looks.get("highlight") or looks.get("shd") else "")
