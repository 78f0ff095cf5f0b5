"""What number formats show: whether a format shows anything else than the number, and what exactly.

Most formats show the number as it is, rounded at most; ``is_plain`` says so once per format.  What
the others show is worked out here for the cells that have one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache
from typing import Final

from attrs import frozen

MAX_CODE: Final = 1_000  # characters; office programs stop at 255
_MOST_SCALES: Final = 8  # divisions by a thousand, or signs of percent
_MOST_DIGITS: Final = 60  # of a number, whatever a format asks for

_TOKEN: Final = re.compile(
    r"""(?P<quoted>"[^"]*"?)|[\\!](?P<escaped>.)|(?P<blank>_.)|(?P<filler>\*.)"""
    r"""|\[(?P<bracket>[^\]]*)\]|(?P<general>General|G/通用格式)|(?P<power>[eE][+-]0+)"""
    r"""|(?P<digit>[0#?])|(?P<point>\.)|(?P<comma>,)|(?P<percent>%)|(?P<text>@)|(?P<end>;)"""
    r"""|(?P<literal>.)""",
    re.DOTALL | re.IGNORECASE,
)
_CONDITION: Final = re.compile(r"(<=|>=|<>|<|>|=)\s*([+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)")
_COLOUR: Final = re.compile(
    r"black|blue|cyan|green|magenta|red|white|yellow|(?:color|颜色) ?[0-9]+"
    r"|[黑蓝绿红黄青白]色?|洋红",
    re.IGNORECASE,
)
_WHITE: Final = re.compile("white|白色?|(?:color|颜色) ?2", re.IGNORECASE)
_OWN_MONEY: Final = re.compile("CN¥|CNY|RMB|[¥￥]")  # says no more than that it is money
_PLAIN_DIGITS: Final = re.compile(
    # a comma before the point, or behind all digits, divides by a thousand
    r"\+?(?:[#0?][#0?,]*)?(?<!,)(?:\.[#0?]*)?(?:E)?|[#0?]*/[#0?0-9]+|G"
)
_NUMBERS: Final = ("general", "digit", "power", "text")
_NO_ZERO: Final = re.compile("[^0G/]*")
_ZEROS: Final = frozenset({"-", "—", "–"})
_SIGNS: Final = frozenset("-—–+()/")  # literals of a plain format


@frozen
class Section:
    """One section of a format: (kind, text) of its tokens, and for which numbers it is."""

    tokens: tuple[tuple[str, str], ...]
    condition: tuple[str, float] | None = None
    coloured: bool = False
    white: bool = False
    slashed: bool = False  # a "/" as a character between the digits, which makes no fraction

    @property
    def has_number(self) -> bool:
        """Whether any digit of the number is shown."""
        return any(kind in ("digit", "general") for kind, _ in self.tokens)

    @property
    def has_text(self) -> bool:
        """Whether it is one for texts."""
        return any(kind == "text" for kind, _ in self.tokens)


@lru_cache(maxsize=1024)
def sections(code: str) -> tuple[Section, ...]:
    """The sections of a format."""
    found: list[Section] = []
    tokens: list[tuple[str, str]] = []
    facts: dict[str, object] = {}
    for match in _TOKEN.finditer(code[:MAX_CODE] + ";"):
        kind = match.lastgroup or ""
        text = match[kind]
        if kind == "end":
            found.append(Section(tuple(tokens), **facts))  # type: ignore[arg-type]
            tokens, facts = [], {}
        elif kind == "bracket":
            condition = _CONDITION.fullmatch(text)
            if condition:
                facts["condition"] = condition[1], float(condition[2])
            elif _COLOUR.fullmatch(text):
                facts["coloured"] = True
                facts["white"] = _WHITE.fullmatch(text) is not None
            elif text.startswith("$"):
                tokens.append(("literal", text[1:].partition("-")[0]))
            # the rest says in what digits or letters
        elif kind in ("quoted", "escaped"):
            tokens.append(("literal", text.strip('"') if kind == "quoted" else text))
            facts["slashed"] = "/" in text or facts.get("slashed", False)
        elif kind in ("blank", "filler"):
            tokens.append(("literal", " " if kind == "blank" else ""))
        else:
            tokens.append((kind, text))
    return tuple(found)


# --- what shows the number as it is -------------------------------------------------------------


@lru_cache(maxsize=1024)
def is_plain(code: str) -> bool:
    """Whether a format shows every number and every text as it is, rounded at most.

    So do all that office programs offer in their menus: a fall in red without its sign, or in
    brackets, is what accountants know; ¥ says no more than money, and - that there is nothing.
    """
    if not code:
        return True
    parts = sections(code)
    if len(parts) > 4 or any(p.condition or p.white or p.slashed for p in parts):  # noqa: PLR2004
        return False
    if len(parts) == 4 and not _is_plain_text(parts[3]):  # noqa: PLR2004
        return False
    numbers = parts[:3]
    if len(numbers) == 1 and numbers[0].has_text:
        return _is_plain_text(numbers[0])
    return _is_one_share(numbers) and all(
        _is_plain_number(part, place) for place, part in enumerate(numbers)
    )


def _is_one_share(numbers: Sequence[Section]) -> bool:
    """Whether all sections with digits are percentages, with one sign of it, or none of them is."""
    signs = {[kind for kind, _ in part.tokens].count("percent")
             for part in numbers if part.has_number}  # fmt: skip
    return len(signs) <= 1 and signs <= {0, 1}


def _is_plain_text(part: Section) -> bool:
    return "".join(text for _, text in part.tokens).strip() == "@"


def _is_plain_number(part: Section, place: int) -> bool:
    shown = _bare(part)
    if place == 1:
        if shown[:1] == "-" or shown[-1:] == "-":
            shown = shown.strip("-")
        elif shown.startswith("(") and shown.endswith(")"):
            shown = shown[1:-1].strip("-")
        elif not part.coloured:
            return False
    if place == 2 and shown.rstrip("?") in _ZEROS:  # noqa: PLR2004 - the section for zero
        return True
    # without a 0 a zero is not shown at all
    return not _NO_ZERO.fullmatch(shown) and bool(_PLAIN_DIGITS.fullmatch(shown))


def _bare(part: Section) -> str:
    """The tokens of a section as text, without blanks, signs of money and percent."""
    pieces: list[str] = []
    for kind, text in part.tokens:
        if kind == "literal":
            said = _OWN_MONEY.sub("", text).strip()
            eighths = said.isdecimal() and pieces[-1:] == ["/"]
            pieces.append(said if eighths or _SIGNS.issuperset(said) else "X")
        elif kind == "general":
            pieces.append("G")
        elif kind == "power":
            pieces.append("E")
        elif kind != "percent":
            pieces.append(text)
    return "".join(pieces)


# --- what a format shows ------------------------------------------------------------------------


def shown_number(value: float, code: str) -> str:
    """What a format shows of a number."""
    parts = sections(code)
    if len(parts) == 1 and parts[0].has_text:
        return shown_text(_general(Decimal(repr(value))), code)
    part, sign = _choose(parts[:3], value)
    if part is None:
        return "########"
    return _render(abs(Decimal(repr(value))), part, "-" * sign).strip()


def is_share(value: float, code: str) -> bool:
    """Whether the section of a format for a number shows it as a percentage."""
    part, _ = _choose(sections(code)[:3], value)
    return part is not None and any(kind == "percent" for kind, _ in part.tokens)


def shown_text(text: str, code: str) -> str:
    """What a format shows of a text."""
    parts = sections(code)
    part = parts[3] if len(parts) == 4 else parts[-1] if parts[-1].has_text else None  # noqa: PLR2004
    if part is None or (part.white and part.has_text):
        return text if part is None else ""
    return "".join(
        text if kind == "text" else said
        for kind, said in part.tokens
        if kind in ("text", "literal")
    )


def _choose(parts: tuple[Section, ...], value: float) -> tuple[Section | None, bool]:
    """The section for a number, and whether it shows a minus of its own accord."""
    if any(part.condition for part in parts[:2]):
        for place, part in enumerate(parts):
            if part.condition is None and place == 0 and len(parts) > 1:
                holds = value > 0
            else:
                holds = part.condition is None or _holds(value, *part.condition)
            if holds:
                below = part.condition is not None and part.condition[0] in ("<", "<=")
                return part, value < 0 and not (below and part.condition[1] <= 0)  # type: ignore[index]
        return None, False
    if len(parts) == 1 or (value > 0):
        return parts[0], value < 0
    if value < 0:
        return parts[1], False
    return parts[2 if len(parts) > 2 else 0], False  # noqa: PLR2004


def _holds(value: float, sign: str, bound: float) -> bool:
    return {
        "<": value < bound, "<=": value <= bound, ">": value > bound, ">=": value >= bound,
        "=": value == bound, "<>": value != bound,
    }[sign]  # fmt: skip


def _general(value: Decimal) -> str:
    text = f"{value.normalize():f}" if value else "0"
    return text[:_MOST_DIGITS]


def _render(value: Decimal, part: Section, sign: str) -> str:
    if part.white or not part.tokens:
        return ""
    if not part.has_number:
        return sign + _literals(part.tokens)
    tokens = list(part.tokens)
    if any(kind in ("general", "power", "text") for kind, _ in tokens) or _is_fraction(tokens):
        whole = _general(value)
        first = next(
            at for at, (kind, _) in enumerate(tokens) if kind in ("general", "digit", "text")
        )
        last = max(at for at, (kind, _) in enumerate(tokens)
                   if kind in ("general", "digit", "power", "text"))  # fmt: skip
        return sign + _literals(tokens[:first]) + whole + _literals(tokens[last + 1 :])
    return sign + _digits(value, tokens)


def _is_fraction(tokens: list[tuple[str, str]]) -> bool:
    return any(token == ("literal", "/") for token in tokens) and tokens.count(("digit", "?")) > 1


def _literals(tokens: Sequence[tuple[str, str]]) -> str:
    return "".join(text if kind in ("literal", "percent") else "" for kind, text in tokens)


def _digits(value: Decimal, tokens: list[tuple[str, str]]) -> str:
    kinds = [kind for kind, _ in tokens]
    point = kinds.index("point") if "point" in kinds else len(tokens)
    digits = [at for at, kind in enumerate(kinds) if kind == "digit"]
    before = [at for at in digits if at < point]
    after = [at for at in digits if at > point][:_MOST_DIGITS]
    commas = [at for at, kind in enumerate(kinds) if kind == "comma"]
    # behind the last digit of the whole part, or of all, a comma is a division by a thousand
    scale = sum(
        at > digits[-1]
        or (
            bool(before)
            and before[-1] < at < point
            and kinds[before[-1] : at].count("literal") == 0
        )
        for at in commas
    )
    grouped = any(before and before[0] < at < before[-1] for at in commas)
    with localcontext() as context:
        context.prec = 400
        hundreds = min(kinds.count("percent"), _MOST_SCALES)
        scaled = value / Decimal(1000) ** min(scale, _MOST_SCALES) * Decimal(100) ** hundreds
        rounded = scaled.quantize(Decimal(1).scaleb(-len(after)), rounding=ROUND_HALF_UP)
    whole, _, rest = f"{rounded:f}".partition(".")
    return _laid_out(tokens, before, after, ("" if whole == "0" else whole, rest), grouped=grouped)


def _laid_out(
    tokens: list[tuple[str, str]],
    before: list[int],
    after: list[int],
    number: tuple[str, str],
    *,
    grouped: bool,
) -> str:
    """The tokens with the digits in the places that they have."""
    whole, rest = number
    least = len(before) - next(
        (n for n, at in enumerate(before) if tokens[at][1] == "0"), len(before)
    )
    whole = whole.rjust(least, "0")
    shown = len(rest.rstrip("0"))
    shown = max([shown, *(n + 1 for n, at in enumerate(after) if tokens[at][1] == "0")])
    pieces: list[str] = []
    for at, (kind, text) in enumerate(tokens):
        if kind in ("literal", "percent"):
            pieces.append(text)
        elif kind == "point":
            pieces.append(".")
        elif kind == "digit" and at in before:
            pieces.append(_share(whole, before.index(at), len(before), grouped=grouped))
        elif kind == "digit" and at in after and (n := after.index(at)) < shown:
            pieces.append(rest[n])
    return "".join(pieces)


def _share(whole: str, place: int, count: int, *, grouped: bool) -> str:
    """The digits for one of ``count`` places; the first takes all that are more."""
    right = count - place
    digits = (
        whole[: len(whole) - right + 1]
        if place == 0
        else whole[-right:][:1] * (len(whole) >= right)
    )
    if not grouped:
        return digits
    pieces = []
    for at, digit in enumerate(digits):
        left = right - 1 + len(digits) - 1 - at
        pieces.append(digit + "," * (left > 0 and left % 3 == 0))
    return "".join(pieces)
