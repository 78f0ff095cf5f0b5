"""Numbers written in Chinese numerals."""

from __future__ import annotations

from clusterbook.forms.parsing.patterns import lazy_pattern

#: Numerals of cheques, traditional and colloquial ones, for ``str.translate``.
FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟萬億〇两", "一二三四五六七八九十百千万亿零二")
DIGITS = "零一二三四五六七八九"
NUMERALS = DIGITS + "十百千万亿"
_SIZES = {"亿": 10**8, "万": 10**4}
_SECTION = lazy_pattern(
    "(?:([一-九])千)?零?(?:([一-九])百)?零?(?:([一-九]?)(十))?零?([一-九]?)".replace(
        "一-九", DIGITS[1:]
    )
)


def chinese_number(text: str) -> int | None:
    """The number of 一百零五 or 二〇二四; None for what is ill-formed or colloquial (一百五)."""
    if all(character in DIGITS for character in text):
        # 三五家 is three to five of them; 九零 is ninety.
        between = len(text) == len("三五") and "零" not in text
        return None if between else int(positional(text)[:16])
    return _large(text)


def positional(text: str) -> str:
    """The digits of 二〇二四 read one by one."""
    return "".join(str(DIGITS.index(digit)) for digit in text)


def _large(text: str, marks: tuple[str, ...] = tuple(_SIZES)) -> int | None:
    if not marks:
        return _section(text)
    upper, mark, lower = text.rpartition(marks[0])
    if not mark:
        return _large(text, marks[1:])
    size = _SIZES[mark]
    above, below = _large(upper, marks[1:]), _large(lower, marks[1:]) if lower else 0
    # 一万五 is fifteen thousand to whoever says it.
    if not above or below is None or below >= size or len(lower) == 1:
        return None
    return above * size + below


def _section(text: str) -> int | None:
    """The number of up to four digits."""
    text = text.lstrip("零")
    found = _SECTION.fullmatch(text)
    if not found or not text:
        return None
    thousands, hundreds, tens, ten, ones = found.groups()
    if ones and (thousands or hundreds) and not ten and "零" not in text:
        return None
    value = 0
    for digit in (thousands, hundreds, tens or "一" * bool(ten), ones):
        value = value * 10 + (DIGITS.index(digit) if digit else 0)
    return value
