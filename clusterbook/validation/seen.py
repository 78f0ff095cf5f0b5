"""Readings of cells that show something else than what they hold: what is seen counts, or is asked.

Each kind of answer reads what is seen and what is stored; where both come to the same value there
is nothing to say.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from attrs import evolve

from clusterbook.forms.kinds import Kind, Raw
from clusterbook.forms.parsing.folding import Reading, is_blank, joined, refuse, to_text
from clusterbook.returns.raw_values import Shown

_AMOUNT = re.compile(r"([^\d]*?)([-+]?[\d,]*\.?\d+|[-+]?[\d,]+\.)([^\d]*)")
_MONEY = str.maketrans("", "", "¥￥")


def read_shown(kind: Kind, raw: Raw, number_format: str, shown: Shown) -> Reading:
    """The reading of a cell in which a person sees ``shown`` and not ``raw``."""
    if shown.why == "gone":
        return refuse("V265")
    if shown.why == "hidden":
        reading = kind.read(raw, number_format)
        return reading if reading.problem else evolve(reading, problem="V268")
    if shown.why == "format":
        return _formatted(kind, raw, number_format, shown.text)
    if shown.why == "script" or (shown.why == "raised" and kind.prose):
        reading = kind.read(shown.text, number_format)
        return evolve(reading, note=joined(reading.note, "script"))
    return _without(kind, number_format, shown)


def _without(kind: Kind, number_format: str, shown: Shown) -> Reading:
    """What is left when struck text and footnotes are taken out."""
    if is_blank(shown.read):
        return refuse("V265")
    reading = kind.read(shown.read, number_format)
    if reading.problem:
        return reading
    code = "V264" if shown.why == "struck" else "V266"
    facts = {**reading.facts, "shown": shown.text, "read": to_text(shown.read)}
    return evolve(reading, problem=code, facts=facts)


# --- number formats -----------------------------------------------------------------------------


def _formatted(kind: Kind, raw: Raw, number_format: str, seen: str) -> Reading:
    """What a number format shows, held against what the cell stores."""
    stored = kind.read(raw, number_format)
    exact = _exactly(raw, number_format, seen)
    reading = kind.read(seen if exact is None else exact)
    if not stored.problem and reading.value is not None and reading.value == stored.value:
        return stored
    if exact is None and _agree(reading, stored):
        return stored
    told = (reading.note or reading.problem) and reading.problem != "V201"
    if exact is not None and told and kind.numeric:
        return evolve(reading, facts={**reading.facts, "value": seen})  # its unit is another
    digits = re.sub(r"\D", "", seen) == to_text(raw) or isinstance(raw, str)
    if reading.problem or not stored.problem or not digits:
        return refuse("V267", shown=seen)
    return evolve(reading, note=joined(reading.note, "shown"))


def _agree(reading: Reading, stored: Reading) -> bool:
    """Whether two numbers are one, as far as the shown one has decimals."""
    values = reading.value, stored.value
    if (
        reading.problem
        or stored.problem
        or not all(type(value) in (int, float) for value in values)
    ):
        return False
    shown, kept = (Decimal(repr(value)) for value in values)
    exponent = shown.as_tuple().exponent
    return isinstance(exponent, int) and _rounded(kept, exponent) == shown


def _exactly(raw: Raw, number_format: str, seen: str) -> str | None:
    """What is seen with all digits that are stored, where the format only adds a unit to them."""
    if isinstance(raw, str):
        return seen if raw in seen else None
    found = _AMOUNT.fullmatch(seen)
    if number_format or found is None:
        return None
    before, digits, after = found.groups()
    try:
        shown, stored = Decimal(digits.replace(",", "")), Decimal(repr(float(raw)))
    except InvalidOperation:
        return None
    places = len(digits.partition(".")[2])
    if _rounded(stored, -places) != shown and _rounded(-stored, -places) != shown:
        return None
    before, after = before.translate(_MONEY).strip(), after.strip()
    if before.endswith("(") and after.startswith(")"):
        before, after, shown = before[:-1], after[1:], -shown
    elif before.startswith("-"):
        before, shown = before[1:], -shown
    if shown.is_signed() != (stored < 0) and shown:
        return None
    return f"{before}{to_text(float(stored))}{after}"


def _rounded(value: Decimal, exponent: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(min(exponent, 0)), rounding=ROUND_HALF_UP)
