"""What the formulas of an .xls tell without being worked out: whether they can only be numbers.

Their tokens stand in the order of working out, so that the last one decides ([MS-XLS] 2.2.2).
"""

import struct
from collections.abc import Iterator
from typing import Final

# Bytes after the first, by token; those above 0x1F come in three classes of one length.
_LENGTHS: Final = {
    0x01: 4, 0x02: 4, 0x1C: 1, 0x1D: 1, 0x1E: 2, 0x1F: 8, 0x20: 7, 0x21: 2, 0x22: 3, 0x23: 4,
    0x24: 4, 0x25: 8, 0x26: 6, 0x27: 6, 0x28: 6, 0x29: 2, 0x2A: 4, 0x2B: 8, 0x2C: 4, 0x2D: 8,
    0x39: 6, 0x3A: 6, 0x3B: 10, 0x3C: 6, 0x3D: 10,
} | dict.fromkeys((*range(0x03, 0x17),), 0)  # fmt: skip
_TEXT, _ATTRIBUTE, _PAREN = 0x17, 0x19, 0x15
_CHOICES, _SUM = 0x04, 0x10  # kinds of attributes
_FUNCTION, _FUNCTION_OF_ANY = 0x21, 0x22
# + - * / ^, the two signs, percent, whole and other numbers
_NUMBERS: Final = frozenset({0x03, 0x04, 0x05, 0x06, 0x07, 0x12, 0x13, 0x14, 0x1E, 0x1F})
# COUNT SUM AVERAGE MIN MAX ROW COLUMN NPV SQRT ABS INT SIGN ROUND LEN VALUE MOD, MATCH, PRODUCT,
# COUNTA, ROUNDUP ROUNDDOWN, RANK, SUMPRODUCT, SUMIF COUNTIF COUNTBLANK, SUBTOTAL, LARGE SMALL
_NUMBER_FUNCTIONS: Final = frozenset({
    0, 4, 5, 6, 7, 8, 9, 11, 20, 24, 25, 26, 27, 32, 33, 39, 64, 169, 183, 212, 213, 216, 228,
    344, 345, 346, 347, 325, 326,
})  # fmt: skip


def is_number(tokens: bytes) -> bool:
    """Whether a formula of BIFF8, given as its tokens, gives a number or an error, and no text."""
    found = False
    try:
        for token, body in _tokens(tokens):
            if token == _PAREN or (token == _ATTRIBUTE and not body[0] & _SUM):
                continue
            found = token in _NUMBERS or token == _ATTRIBUTE or _counts(token, body)
    except (IndexError, struct.error, KeyError):
        return False
    return found


def _counts(token: int, body: bytes) -> bool:
    """Whether a token is a function that gives a number."""
    if token == _FUNCTION:
        number = struct.unpack("<H", body)[0]
    elif token == _FUNCTION_OF_ANY:
        number = struct.unpack_from("<H", body, 1)[0]
    else:
        return False
    return number in _NUMBER_FUNCTIONS


def _tokens(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield each token with what follows it; KeyError for one of no known length."""
    at = 0
    while at < len(data):
        token = data[at]
        if token > 0x3F:  # noqa: PLR2004 - the second and third class
            token = token & 0x1F | 0x20
        at += 1
        if token == _TEXT:
            length = 2 + data[at] * (2 if data[at + 1] & 1 else 1)
        elif token == _ATTRIBUTE:
            length = 3
            if data[at] & _CHOICES:
                length += 2 * (struct.unpack_from("<H", data, at + 1)[0] + 1)
        else:
            length = _LENGTHS[token]
        if at + length > len(data):
            raise IndexError("token")
        yield token, data[at : at + length]
        at += length
