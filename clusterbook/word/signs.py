"""Signs that are drawn by a font: which codes of Wingdings and its kin are ticks and empty boxes.

What a box looks like rests on font and code together. The table holds the signs that people tick
with; any other code of these fonts is no tick.
"""

from __future__ import annotations

import re

TICKED, OPEN = "☑", "☐"
_CHARACTERS = range(0x20, 0xD800)
PRIVATE = 0xF000  # where Unicode has what fonts draw as they like
_TICKS: dict[str, dict[int, str]] = {
    "wingdings": {
        **dict.fromkeys((0xFE, 0xFD, 0xFC, 0x78), TICKED),
        **dict.fromkeys((0xA8, 0x6F, 0x71, 0x72), OPEN),
        0xFB: "✗", 0x6C: "●", 0x6E: "■", 0xA1: "○",
    },
    "wingdings 2": {
        **dict.fromkeys((0x50, 0x51, 0x52, 0x53, 0x54), TICKED),
        0xA3: OPEN, 0x4F: "✗",
    },
    "wingdings 3": {},
    "webdings": {0x61: TICKED, 0x67: "■", 0x63: OPEN, 0x72: "✗"},
    "symbol": {0xD6: "√", 0xB7: "·", 0xF0: ""},
}  # fmt: skip
#: fonts whose characters are no letters, in small letters
DRAWN = frozenset(_TICKS)
# ☒ is a tick: Word draws its own check boxes so.
_BOXES = str.maketrans({
    **dict.fromkeys("☑☒🗹🗷🗵🗳▣", TICKED),
    **dict.fromkeys("☐□▢◻⬜🞎🞏🗆❏❐❑❒◽", OPEN),
})  # fmt: skip
_ANY_BOX = re.compile(f"[{''.join(map(chr, _BOXES))}]").search
_RINGED = re.compile(r"[√✓✔☑vVxX×■]")
_BOX_IN_RING = re.compile(r"[□☐▢◻○〇]")
_ARGUMENTS = re.compile(r"\((.*)\)", re.DOTALL)


def boxes(text: str) -> str:
    """The text with all kinds of boxes as ☑ and ☐; ■ and √ stay, as they may be no boxes."""
    return text.translate(_BOXES) if _ANY_BOX(text) else text


def symbol(font: str, code: int) -> str:
    """What a character of a symbol font stands for; the private character itself where unknown."""
    code = code - PRIVATE if code >= PRIVATE else code
    known = _TICKS.get(font.strip().lower())
    if known is None:
        return chr(code) if code in _CHARACTERS else ""
    return known.get(code, chr(PRIVATE + code) if code in range(0x20, 0x100) else "")


def in_symbol_font(font: str, text: str) -> str:
    """A text as a symbol font shows it, blanks kept."""
    return "".join(sign if sign.isspace() else symbol(font, ord(sign)) for sign in text)


def overlaid(code: str) -> str | None:
    r"""What ``eq \o\ac(□,√)`` shows: a tick in a box is ☑, a box alone ☐; None for other fields."""
    if not re.match(r"\s*eq\b", code, re.IGNORECASE):
        return None
    found = _ARGUMENTS.search(code)
    inside = found[1] if found else ""
    if r"\o" in code.lower() and _BOX_IN_RING.search(inside):
        rest = _BOX_IN_RING.sub("", inside)
        if _RINGED.search(rest):
            return TICKED
        return re.sub(r"[,，;\s]|\\\w+|[()]", "", rest) or OPEN
    parts = re.split(r"[,，;]", re.sub(r"\\[a-z]+(?:\d+)?", "", inside))
    return "".join(part.strip(" ()") for part in parts)
