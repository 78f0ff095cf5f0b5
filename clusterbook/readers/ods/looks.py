"""What the styles of an .ods do to its texts, and whether a cell shows the number that it holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

from attrs import Factory, define

from clusterbook.readers.appearance import HIDDEN, STRUCK, Scalar, Shown
from clusterbook.readers.ods.names import FORMATTING, NUMBERS, STYLE

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
_DEEPEST: Final = 20  # styles that rest on one another
# What a common style may do to cells; one that does none of it need not be looked at.
_TELLING: Final = re.compile(
    rb'text-line-through-(?:style|type)="(?!none)|text-position="(?!0% )|color="#[fF]{6}"'
)
_STRUCK, _POSITION, _WHITE, _FILLED, _FORMAT = "struck", "position", "white", "filled", "format"


@define
class Looks:
    """The styles of a workbook as far as they strike, raise, lower or hide what stands in cells."""

    name: str = ""
    styles: dict[str, dict[str, str]] = Factory(dict)  # what each says itself; "" for no
    parents: dict[str, str] = Factory(dict)
    coloured: set[str] = Factory(set)  # styles of numbers
    sets_runs: bool = False  # whether any of them may
    fonts: dict[str, str] = Factory(dict)  # what was found, by styles of cells

    def take(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take an element of a style."""
        if name == STYLE + "style" or (name.startswith(NUMBERS) and name.endswith("-style")):
            self._take_style(attributes)
        elif name == STYLE + "text-properties":
            self._take_text(attributes)
        elif name == STYLE + "table-cell-properties":
            paper = attributes.get(FORMATTING + "background-color", "").lower()
            if paper:
                filled = paper not in ("transparent", "#ffffff")
                self.styles.setdefault(self.name, {})[_FILLED] = _FILLED if filled else ""

    def _take_style(self, attributes: Mapping[str, str]) -> None:
        self.name = attributes.get(STYLE + "name", "")
        if parent := attributes.get(STYLE + "parent-style-name", ""):
            self.parents[self.name] = parent
        if numbers := attributes.get(STYLE + "data-style-name", ""):
            self.styles.setdefault(self.name, {})[_FORMAT] = numbers

    def take_common(self, styles: bytes) -> bool:
        """Take the colours of numbers in the other part; whether its styles must be taken, too."""
        self.coloured |= {name.decode("utf-8", "replace") for name in _COLOURED.findall(styles)}
        return _TELLING.search(styles) is not None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Enter an element of the part with the common styles."""
        self.take(name, attributes)

    def end(self, name: str) -> None:
        """Leave an element of that part."""

    def characters(self, data: str) -> None:
        """Nothing in that part is text of a cell."""

    def _take_text(self, attributes: Mapping[str, str]) -> None:
        said = self.styles.setdefault(self.name, {})
        through = [attributes.get(f"{STYLE}text-line-through-{part}") for part in ("style", "type")]
        if any(through):
            said[_STRUCK] = "" if {*through} <= {None, "none"} else STRUCK
        if position := attributes.get(STYLE + "text-position"):
            raised, lowered = _RAISED.match(position), _LOWERED.match(position)
            said[_POSITION] = "raised" if raised else "lowered" if lowered else ""
        self.sets_runs |= bool(said.get(_STRUCK) or said.get(_POSITION))
        if colour := attributes.get(FORMATTING + "color", ""):
            self.coloured.add(self.name)
            said[_WHITE] = _WHITE if colour.lower() == "#ffffff" else ""

    def _says(self, style: str, what: str) -> str:
        """What a style says of something, or one that it rests on."""
        for _ in range(_DEEPEST):
            said = self.styles.get(style, {}).get(what)
            if said is not None or style not in self.parents:
                return said or ""
            style = self.parents[style]
        return ""

    def run(self, style: str) -> str:
        """How the style of a span sets it: "struck", "raised", "lowered" or not at all."""
        return self._says(style, _STRUCK) or self._says(style, _POSITION)

    def font(self, style: str) -> str:
        """What the style of a cell does to the whole of it."""
        found = self.fonts.get(style)
        if found is None:
            hidden = self._says(style, _WHITE) and not self._says(style, _FILLED)
            found = self._says(style, _STRUCK) or (HIDDEN if hidden else "")
            self.fonts[style] = found
        return found

    @staticmethod
    def kind(kind: str, text: str) -> str:
        """The kind of a number, of which some sections of a format show a percentage."""
        return "" if kind == "percent" and text and "%" not in text else kind

    def shown(self, style: str, value: Scalar, text: str, kind: str) -> Shown | None:
        """What is seen of a number, where ``text`` shows another."""
        if type(value) is not float or kind == "date":
            return None
        text = text.strip()
        if not text:
            return Shown("", "hidden", value)
        stored = Decimal(repr(value))
        bare = text
        if kind == "percent":
            stored, bare = stored * 100, text.replace("%", "", 1)
        found = not self._agree(style, stored, bare)
        return Shown(text, "format", value) if found else None

    def _agree(self, style: str, value: Decimal, text: str) -> bool:
        """Whether a text shows a number, rounded at most."""
        bare = _LITTLE.sub("", text)
        below = bare.startswith("-") or (bare.startswith("(") and bare.endswith(")"))
        try:
            shown = Decimal(bare.strip("-()"))
        except InvalidOperation:
            if found := _FRACTION.fullmatch(text):
                return _is_near(float(value), *(int(part or 0) for part in found.groups()))
            return bool(_IN_WORDS.fullmatch(text)) or (value == 0 and bare in _NOTHING)
        exponent = shown.as_tuple().exponent
        if not isinstance(exponent, int):
            return False
        signed = below == (value < 0) or not shown or self._says(style, _FORMAT) in self.coloured
        return signed and abs(value).quantize(Decimal(1).scaleb(exponent), ROUND_HALF_UP) == shown


def _is_near(value: float, whole: int, part: int, parts: int) -> bool:
    """Whether a fraction shows a number, as nearly as its parts allow."""
    return parts > 0 and abs(abs(value) - whole - part / parts) * parts <= 1
