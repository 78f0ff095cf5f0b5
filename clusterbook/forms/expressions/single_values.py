"""Single values of columns: as their cells say them, and what expressions make of one of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

YES_NO = ("是", "否")


def said_by(value: Any) -> Any:
    """A value as the cell says it: a yes/no is 是 or 否."""
    if isinstance(value, bool | np.bool_):
        return "是" if value else "否"
    return value


def without_words(text: str, words: tuple[str, ...]) -> str:
    """A text without some words."""
    for word in words:
        text = text.replace(word, "")
    return text


def nth_largest(values: npt.NDArray[Any], rank: int) -> float:
    """The ``rank``-th largest number, NaN where there are fewer."""
    return float(np.sort(values)[-rank]) if len(values) >= rank else float("nan")


def middle(values: npt.NDArray[Any]) -> float:
    """The median of some numbers.

    ``np.median`` gives the same, but loads masked arrays, which nothing else has use for.
    """
    ordered = np.sort(values)
    half = len(ordered) // 2
    if len(ordered) % 2:
        return float(ordered[half])
    return (float(ordered[half - 1]) + float(ordered[half])) / 2


def months_of(text: Any) -> float:
    """YYYY-MM or YYYY-MM-DD as a count of months."""
    return int(text[:4]) * 12 + int(text[5:7]) if text else float("nan")


def as_text(value: Any) -> str:
    """A value as a formula joins it to others."""
    if isinstance(value, float):
        return f"{value:.15g}"
    return "" if value is None else str(value)
