"""How a person's text becomes a 统一社会信用代码, whose last character checks the others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import compress
from operator import mul
from typing import Any

from clusterbook.forms.parsing.folding import (
    Reading,
    declared,
    half_width,
    is_blank,
    no_answer,
    no_text,
    refuse,
    squeeze,
    to_text,
    trim,
)
from clusterbook.forms.parsing.patterns import lazy_pattern

#: a long number as Excel shows it: 1.3900000001E+10
SCIENTIFIC = lazy_pattern(r"([0-9])\.?([0-9]*)E\+?([0-9]{2})", re.IGNORECASE)
# GB 32100-2015: no I, O, S, V, Z, and the last character checks the others.
_CODE_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CODE_LENGTH = 18
_CODE_VALUES = {sign: value for value, sign in enumerate(_CODE_SIGNS)}
_NO_SIGN = 255
_VALUE_OF = bytes(_CODE_VALUES.get(chr(byte), _NO_SIGN) for byte in range(256))
_CODE_WEIGHTS = (*(pow(3, place, 31) for place in range(_CODE_LENGTH - 1)), 1)
_CODE_HELP = {
    "length": ("统一社会信用代码应为18位，请对照营业执照填写", "The code has 18 characters"),
    "signs": (
        "统一社会信用代码只用数字和大写字母，不用字母I、O、S、V、Z，请对照营业执照填写",
        "The code uses digits and capitals but not I, O, S, V, Z",
    ),
    "check": (
        "统一社会信用代码的校验码不符，可能有一位填错，请对照营业执照核对",
        "The check character does not fit; one character may be wrong",
    ),
}


def plain_code(text: str) -> bool:
    """Whether a text is a code in capitals whose check character fits."""
    return len(text) == _CODE_LENGTH and text.isascii() and not _code_fault(text)


def are_plain_codes(texts: Sequence[str]) -> list[bool]:
    """What ``plain_code`` says of each text of a column; those that may be codes are added up."""
    import numpy as np  # noqa: PLC0415 - a blank is made without it

    likely = [len(text) == _CODE_LENGTH and text.isascii() for text in texts]
    signs = "".join(compress(texts, likely)).encode("ascii").translate(_VALUE_OF)
    values = np.frombuffer(signs, np.uint8).reshape(-1, _CODE_LENGTH)
    known = (values != _NO_SIGN).all(axis=1)
    fits = values.astype(np.int64) @ np.array(_CODE_WEIGHTS) % len(_CODE_SIGNS) == 0
    found = iter((known & fits).tolist())
    return [one and next(found) for one in likely]


def read_code(raw: Any) -> Reading:
    """统一社会信用代码 in capitals, its check character checked; V216, V291."""
    if is_blank(raw):
        return Reading()
    text = half_width(trim(to_text(raw)))
    if plain := declared(text) or no_answer(text):
        return plain
    if no_text(raw) or SCIENTIFIC.fullmatch(text):
        return refuse("V216")
    code = re.sub("[-_–—']", "", squeeze(text)).upper()
    fault = _code_fault(code)
    if fault:
        zh, en = _CODE_HELP[fault]
        return refuse("V291", help=zh, help_en=en)
    return Reading(code, note="" if code == raw else "code_spelling")


def _code_fault(code: str) -> str:
    if len(code) != _CODE_LENGTH:
        return "length"
    if not _CODE_VALUES.keys() >= set(code):
        return "signs"
    total = sum(map(mul, map(_CODE_VALUES.__getitem__, code), _CODE_WEIGHTS))
    return "" if total % len(_CODE_SIGNS) == 0 else "check"
