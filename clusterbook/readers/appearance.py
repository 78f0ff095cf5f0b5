"""What a person sees in a cell, where that is something else than what the cell holds.

Readers mark what is rare while they read: texts with raised, lowered or struck characters, and
cells whose format or font shows them otherwise. ``unfold`` works it out for the marked cells only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, MutableMapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

from attrs import frozen

from clusterbook.readers.number_formats import is_plain, is_share, shown_number, shown_text

Address = tuple[int, int]
Scalar = str | float | bool

_RAISED: Final = str.maketrans("0123456789+-=()n（）", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ⁽⁾")
_LOWERED: Final = str.maketrans("0123456789+-=()（）", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎₍₎")
_AROUND: Final = r"\s\d()（）\[\]［］〔〕【】*＊※①-⑳,，、注"
_FOOTNOTE: Final = re.compile(rf"(?=.*[\d*＊※①-⑳])[{_AROUND}]*", re.DOTALL)
# a digit raised behind these is part of a unit, a formula or a power
_JOINED: Final = re.compile(r"[A-Za-zΑ-ω]$|(?<!\d)10$")


@frozen
class Shown:
    """What is seen in a cell: ``text``; what to read instead of what is stored: ``read``.

    ``why``: "struck", "gone" (all of it is struck), "raised" (a footnote was taken out), "script"
    (raised or lowered characters that belong to the text), "format", "hidden".
    """

    text: str
    why: str
    read: Scalar = ""


class MarkedText(str):  # noqa: SLOT000 - a text that says more
    """The text of a cell some characters of which are struck, raised or lowered."""

    shown: Shown


Run = tuple[str, str]  # text and how it is set: "", "struck", "raised", "lowered"


def marked(runs: Iterable[Run]) -> str:
    """The text of some runs, marked where it is not simply read from left to right."""
    runs = [(text, how) for text, how in runs if text]
    whole = "".join(text for text, _ in runs)
    shown = _shown(runs) if any(how and text.strip() for text, how in runs) else None
    if shown is None:
        return whole
    found = MarkedText(whole)
    found.shown = shown
    return found


def _shown(runs: list[Run]) -> Shown | None:
    seen = read = ""
    whys: set[str] = set()
    for text, how in runs:
        if how == "struck":
            whys.add("struck")
            continue
        script, kept = text, text
        if how and text.strip() and len(runs) > 1:
            script = text.translate(_RAISED if how == "raised" else _LOWERED)
            footnote = how == "raised" and _FOOTNOTE.fullmatch(text) and not _JOINED.search(seen)
            whys.add("raised" if footnote else "script")
            kept = "" if footnote else script
        seen, read = seen + script, read + kept
    if "struck" in whys and not seen.strip():
        return Shown("", "gone")
    why = next((one for one in ("struck", "raised", "script") if one in whys), "")
    return Shown(seen, why, read) if why else None


# --- formats and fonts --------------------------------------------------------------------------

STRUCK, HIDDEN = "struck", "hidden"
_STRIKE: Final = 8  # among the flags of a font
_POSITIONS: Final = ("", "raised", "lowered")


@frozen
class Font:
    """What the font of a binary workbook does to a text."""

    struck: bool
    position: str  # "", "raised", "lowered"
    white: bool

    @classmethod
    def of(cls, flags: int, position: int, *, white: bool) -> Font:
        """A font as its record has it."""
        how = _POSITIONS[position] if position < len(_POSITIONS) else ""
        return cls(bool(flags & _STRIKE), how, white)

    @property
    def run(self) -> str:
        """How it sets a run."""
        return "struck" if self.struck else self.position

    def cell(self, *, filled: bool) -> str:
        """What it does to a whole cell."""
        return STRUCK if self.struck else HIDDEN if self.white and not filled else ""


def cell_font(fonts: Sequence[Font], number: int, *, filled: bool) -> str:
    """What the font of a number does to a whole cell; nothing where there is no such font."""
    return fonts[number].cell(filled=filled) if number < len(fonts) else ""


def with_fonts(text: str, runs: Iterable[tuple[int, int]], fonts: Sequence[Font]) -> str:
    """The text with the fonts of its runs, each from its first character on in UTF-16."""
    pieces: list[Run] = []
    units = text.encode("utf-16-le", "surrogatepass")
    starts = [(0, -1), *runs, (len(units) // 2, -1)]
    for (first, font), (last, _) in pairwise(starts):
        piece = units[2 * first : 2 * last].decode("utf-16-le", "surrogatepass")
        pieces.append((piece, fonts[font].run if 0 <= font < len(fonts) else ""))
    found = marked(pieces)
    return found if found == text else text


@lru_cache(maxsize=4096)
def cell_class(kind: str, code: str, font: str = "") -> str:
    """What a reader notes of the format of a cell: its ``kind``, and more where it shows more."""
    odd = kind != "date" and not is_plain(code)
    return f"{kind}|{font}|{code if odd else ''}" if odd or font else kind


def unfold(
    cells: MutableMapping[Address, Scalar],
    formats: MutableMapping[Address, str],
    shown: MutableMapping[Address, Shown],
    *,
    texts: bool,
) -> None:
    """Work out what the marked cells show; their formats are kinds again, their texts plain."""
    for at, noted in list(formats.items()):
        if "|" not in noted:
            continue
        kind, font, code = noted.split("|", 2)
        value = cells.get(at, "")
        if kind and not (kind == "percent" and _is_amount(value, code)):
            formats[at] = kind
        else:
            del formats[at]
        if value != "" and (found := _formatted(value, font, code)):
            shown[at] = found
    if texts:
        for at, value in cells.items():
            if type(value) is MarkedText:
                shown[at] = value.shown
        for at in shown:
            if type(value := cells[at]) is MarkedText:
                cells[at] = str.__str__(value)


def _is_amount(value: Scalar, code: str) -> bool:
    """Whether a format shows no percentage of this number, as it does of others."""
    return bool(code) and type(value) is float and not is_share(value, code)


def _formatted(value: Scalar, font: str, code: str) -> Shown | None:
    if font == STRUCK:
        return Shown("", "gone")
    if isinstance(value, MarkedText):
        return None
    text = "" if font == HIDDEN else _text(value, code)
    if not text.strip():
        return Shown("", "hidden", value)
    stored = f"{value:.15g}" if isinstance(value, float) else value
    plain = isinstance(value, bool) or not code or text == stored
    return None if plain else Shown(text, "format", value)


def _text(value: Scalar, code: str) -> str:
    """What a format shows of a value; truth values have no format."""
    if isinstance(value, bool) or not code:
        return str(value)
    return shown_text(value, code) if isinstance(value, str) else shown_number(value, code)
