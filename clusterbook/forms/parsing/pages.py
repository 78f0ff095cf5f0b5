"""How a person's text becomes page references: where in the evidence volume something is proven."""

from __future__ import annotations

import re
from typing import Any

from clusterbook.forms.parsing.folding import (
    Reading,
    declared,
    half_width,
    is_blank,
    joined,
    no_answer,
    refuse,
    squeeze,
    to_text,
    trim,
)
from clusterbook.forms.parsing.numerals import FORMAL, NUMERALS, chinese_number
from clusterbook.forms.parsing.patterns import lazy_pattern

_PAGE_LEAD = lazy_pattern(
    r"^(?:(?:详|参)?见)?(?:(?:佐证(?:材料|资料)?|材料)(?=[P第]))?|[(]?下同[)]?$", re.IGNORECASE
)
_PAGE_SEPARATORS = lazy_pattern(r"[、,;/和及\n]|(?<=[0-9页])\s*(?=[Pp第])|(?<=[0-9页])\s+(?=[0-9])")
_NUMERAL = lazy_pattern(f"[{NUMERALS}〇两]+")
_PLAIN_PAGES = lazy_pattern("P([1-9][0-9]{0,3})(?:-([1-9][0-9]{0,3}))?")
_PAGE = lazy_pattern(
    r"(?:第|PP?\.?)?([0-9]{1,4})[P页]?(?:(?:-+|~|—+|–|至|到)(?:第|PP?\.?)?([0-9]{1,4})[P页]?)?",
    re.IGNORECASE,
)
# 附件3, 附件3第2页: bound apart, with pages of its own.
_ATTACHED = lazy_pattern(
    r"(?:(?:详|参)?见)?(?:附件|附表|附录)[0-9]{1,3}(?:[-.之][0-9]{1,3})*"
    r"(?:\s*[(]?\s*[第P][0-9]{1,4}页?(?:[-~至到][第P]?[0-9]{1,4}页?)?[)]?)?",
    re.IGNORECASE,
)


def plain_pages(text: str) -> tuple[tuple[int, int], ...] | None:
    """The pages of P12 or P12-15; None for what takes reading."""
    found = _PLAIN_PAGES.fullmatch(text)
    if not found:
        return None
    first, last = int(found[1]), int(found[2] or found[1])
    return ((first, last),) if first <= last and (found[2] is None or first < last) else None


def spell_pages(pages: tuple[tuple[int, int], ...]) -> str:
    """Pages as the form asks to have them typed: P12、P15-18."""
    return "、".join(f"P{a}" if a == b else f"P{a}-{b}" for a, b in pages)


def read_pages(raw: Any) -> Reading:
    """A tuple of (first, last) pages, from P12、P15-18 or 第12页; V260, V269."""
    if is_blank(raw):
        return Reading()
    typed = half_width(trim(to_text(raw)))
    if plain := declared(typed, ()):
        return plain
    text = _NUMERAL.sub(_digits, typed)
    bound, apart = _ATTACHED.subn("", text.rstrip("。.;,"))
    bound = bound.strip("、,;/和及 ") if apart else bound
    if apart and not bound:
        return refuse("V269")
    parts = _PAGE_SEPARATORS.split(_PAGE_LEAD.sub("", bound))
    pages = [_pages(squeeze(part)) for part in parts]
    if any(first < 1 or last < first for first, last in pages):
        problem = no_answer(typed)
        return problem if problem and problem.problem != "V210" else refuse("V260")
    value = tuple(dict.fromkeys(pages))
    if apart:
        return Reading(value, problem="V269", note="page_spelling")
    note = "" if spell_pages(value) == raw else "page_spelling"
    return Reading(value, note=joined("chinese" if text != typed else "", note))


def _digits(found: re.Match[str]) -> str:
    """九十 as 90; what is no number stays."""
    number = chinese_number(found[0].translate(FORMAL))
    return found[0] if number is None else str(number)


def _pages(text: str) -> tuple[int, int]:
    found = _PAGE.fullmatch(text)
    return (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
