"""What the styles of an .ods do to its texts, and whether a cell shows the number that it holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

from attrs import Factory, define

from clusterbook.appearance import HIDDEN, STRUCK, Scalar, Shown
from clusterbook.odf_names import FORMATTING, NUMBERS, STYLE

_RAISED: Final = re.compile("super|[1-9]")
_LOWERED: Final = re.compile("sub|-[1-9]")
_LITTLE: Final = re.compile("CN¥|CNY|RMB|[, \u00a0\u202f\u3000¥￥+]")
_IN_WORDS: Final = re.compile(
    "-?[〇零一二三四五六七八九十百千万亿兆壹贰叁肆伍陆柒捌玖拾佰仟萬億点．.]+"
)
_FRACTION: Final = re.compile("-?(?:([0-9]{1,20}) +)?([0-9]{1,20}) */ *([0-9]{1,20})")
_COLOURED: Final = re.compile(
    rb'<number:[a-z]+-style style:name="([^"<>]*)"[^<>]*><style:text-properties fo:color='
)
_NOTHING: Final = frozenset({"-", "—", "–"})


@define
class Looks:
    """The styles of a workbook as far as they strike, raise, lower or hide what stands in cells."""

    name: str = ""
    runs: dict[str, str] = Factory(dict)  # style -> "struck", "raised", "lowered"
    struck: set[str] = Factory(set)
    white: set[str] = Factory(set)
    filled: set[str] = Factory(set)
    formats: dict[str, str] = Factory(dict)  # style of cells -> style of numbers
    coloured: set[str] = Factory(set)  # styles of numbers

    def take(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take an element of a style."""
        if name == STYLE + "style" or (name.startswith(NUMBERS) and name.endswith("-style")):
            self.name = attributes.get(STYLE + "name", "")
            if STYLE + "data-style-name" in attributes:
                self.formats[self.name] = attributes[STYLE + "data-style-name"]
        elif name == STYLE + "text-properties":
            self._take_text(attributes)
        elif name == STYLE + "table-cell-properties":
            paper = attributes.get(FORMATTING + "background-color", "transparent")
            if paper.lower() not in ("transparent", "#ffffff"):
                self.filled.add(self.name)

    def take_colours(self, styles: bytes) -> None:
        """Take the styles of numbers with a colour of the other part, as programs write it."""
        self.coloured |= {name.decode("utf-8", "replace") for name in _COLOURED.findall(styles)}

    def _take_text(self, attributes: Mapping[str, str]) -> None:
        through = [
            attributes.get(f"{STYLE}text-line-through-{part}", "none") for part in ("style", "type")
        ]
        position = attributes.get(STYLE + "text-position", "")
        if through != ["none", "none"]:
            self.struck.add(self.name)
            self.runs[self.name] = "struck"
        elif _RAISED.match(position):
            self.runs[self.name] = "raised"
        elif _LOWERED.match(position):
            self.runs[self.name] = "lowered"
        colour = attributes.get(FORMATTING + "color", "")
        if colour:
            self.coloured.add(self.name)
        if colour.lower() == "#ffffff":
            self.white.add(self.name)

    def font(self, style: str) -> str:
        """What the style of a cell does to the whole of it."""
        if style in self.struck:
            return STRUCK
        return HIDDEN if style in self.white and style not in self.filled else ""

    def shown(self, style: str, value: Scalar, text: str, kind: str) -> Shown | None:
        """What is seen of a number, where ``text`` shows another."""
        if type(value) is not float or kind == "date":
            return None
        if not text:
            return Shown("", "hidden", value)
        found = not kind and not self._agree(style, value, text.strip())
        return Shown(text.strip(), "format", value) if found else None

    def _agree(self, style: str, value: float, text: str) -> bool:
        """Whether a text shows a number, rounded at most."""
        bare = _LITTLE.sub("", text)
        below = bare.startswith("-") or (bare.startswith("(") and bare.endswith(")"))
        try:
            shown = Decimal(bare.strip("-()"))
        except InvalidOperation:
            if found := _FRACTION.fullmatch(text):
                return _is_near(value, *(int(part or 0) for part in found.groups()))
            return bool(_IN_WORDS.fullmatch(text)) or (value == 0 and bare in _NOTHING)
        exponent = shown.as_tuple().exponent
        if not isinstance(exponent, int):
            return False
        stored = Decimal(repr(abs(value)))
        signed = below == (value < 0) or not shown or self.formats.get(style, "") in self.coloured
        return signed and stored.quantize(Decimal(1).scaleb(exponent), ROUND_HALF_UP) == shown


def _is_near(value: float, whole: int, part: int, parts: int) -> bool:
    """Whether a fraction shows a number, as nearly as its parts allow."""
    return parts > 0 and abs(abs(value) - whole - part / parts) * parts <= 1
