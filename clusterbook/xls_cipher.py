"""Take the encryption off an .xls that has no password of its own.

Excel encrypts an .xls whose structure is protected, without asking, under a password that is the
same everywhere; it protects nothing, but no reader gets in without it.
"""

from __future__ import annotations

import struct
from typing import Final

from clusterbook.guard import GridError

_FILE_PASS: Final = 0x2F


def decrypt(data: bytes) -> bytes:
    """Return a workbook stream in the clear; GridError "encrypted" when it has a password."""
    at = 0
    while at + 4 <= len(data):
        kind, length = struct.unpack_from("<HH", data, at)
        if kind == _FILE_PASS:
            raise GridError("encrypted")
        if kind in (0x85, 0x0A):
            break
        at += 4 + length
    return data
