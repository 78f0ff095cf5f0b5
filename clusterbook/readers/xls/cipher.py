"""Take the encryption off an .xls that has no password of its own ([MS-OFFCRYPTO] 2.3.5, 2.3.6).

Excel encrypts an .xls whose structure is protected, as that of every workbook we issue is, without
asking, under a password that is the same everywhere.  It protects nothing, but without it no
reader gets in.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Sequence
from typing import Final

from clusterbook.readers.limits import GridError

#: the password under which Excel encrypts what has none of its own, as its documentation says
BUILT_IN: Final = "VelvetSweatshop"
_FILE_PASS, _SHEET, _END = 0x2F, 0x85, 0x0A
# Records that stay as they are: a reader needs them before it has the key.
_CLEAR: Final = frozenset({0x809, _FILE_PASS, 0xE1, 0x138, 0x194, 0x195, 0x196})
_RC4, _STANDARD, _CRYPTO_API = 1, (1, 1), ((2, 2), (3, 2), (4, 2))
_BLOCK: Final = 1_024  # bytes under one key
_MOST: Final = 20_000_000  # bytes: decoding takes a second for each two million


def decrypt(data: bytes, passwords: Sequence[str] = ()) -> tuple[bytes, bool]:
    """Return a workbook stream in the clear, and whether that took one of ``passwords``.

    GridError "encrypted" when it has another one.
    """
    at = 0
    while at + 4 <= len(data):
        kind, length = struct.unpack_from("<HH", data, at)
        if kind == _FILE_PASS:
            if len(data) > _MOST:
                raise GridError("encrypted")
            for password in (BUILT_IN, *passwords):
                key = _key(data[at + 4 : at + 4 + length], password)
                if key is not None:
                    return _decrypted(data, key), password != BUILT_IN
            raise GridError("encrypted")
        if kind in (_SHEET, _END):
            break
        at += 4 + length
    return data, False


def _key(body: bytes, password: str) -> Callable[[int], bytes] | None:
    """Return a function from blocks to keys, None when the password is another one."""
    try:
        return _tested_key(body, password)
    except (struct.error, IndexError):
        return None


def _tested_key(body: bytes, password: str) -> Callable[[int], bytes] | None:
    kind, *version = struct.unpack_from("<3H", body)
    if kind != _RC4:
        return None
    secret = password.encode("utf-16-le", "surrogatepass")
    if tuple(version) == _STANDARD:
        salt, verifier, check = body[6:22], body[22:38], body[38:54]
        short = hashlib.md5(secret).digest()[:5]  # noqa: S324 - the format's own
        base = hashlib.md5((short + salt) * 16).digest()[:5]  # noqa: S324

        def key(block: int) -> bytes:
            return hashlib.md5(base + struct.pack("<L", block)).digest()  # noqa: S324

        digest: Callable[[bytes], bytes] = lambda text: hashlib.md5(text).digest()  # noqa: E731, S324
    elif tuple(version) in _CRYPTO_API:
        header = struct.unpack_from("<L", body, 10)[0]
        bits = struct.unpack_from("<L", body, 14 + 16)[0] or 40
        at = 14 + header + 4
        salt, verifier, check = body[at : at + 16], body[at + 16 : at + 32], body[at + 36 : at + 56]
        start = hashlib.sha1(salt + secret).digest()  # noqa: S324

        def key(block: int) -> bytes:
            whole = hashlib.sha1(start + struct.pack("<L", block)).digest()[: bits // 8]  # noqa: S324
            return whole.ljust(16, b"\0") if bits == 40 else whole  # noqa: PLR2004 - as Windows does

        digest = lambda text: hashlib.sha1(text).digest()  # noqa: E731, S324
    else:
        return None
    stream = _key_stream(key(0), len(verifier) + len(check))
    plain = _xor(verifier + check, stream)
    return key if digest(plain[:16]) == plain[16:] else None


def _key_stream(key: bytes, count: int) -> bytes:
    """Return so many bytes of RC4."""
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) & 255
        state[i], state[j] = state[j], state[i]
    out = bytearray(count)
    i = j = 0
    for n in range(count):
        i = (i + 1) & 255
        a = state[i]
        j = (j + a) & 255
        b = state[i] = state[j]
        state[j] = a
        out[n] = state[(a + b) & 255]
    return bytes(out)


def _xor(data: bytes, stream: bytes) -> bytes:
    return (int.from_bytes(data, "big") ^ int.from_bytes(stream, "big")).to_bytes(len(data), "big")


def _decrypted(data: bytes, key: Callable[[int], bytes]) -> bytes:
    """Return the stream: all of it is decoded, then what never was encrypted is put back."""
    blocks = range(-(-len(data) // _BLOCK))
    stream = b"".join(_key_stream(key(block), _BLOCK) for block in blocks)[: len(data)]
    plain = bytearray(_xor(data, stream))
    at = 0
    while at + 4 <= len(data):
        kind, length = struct.unpack_from("<HH", data, at)
        clear = 4 + (length if kind in _CLEAR else 4 if kind == _SHEET else 0)
        plain[at : at + clear] = data[at : at + clear]
        at += 4 + length
    return bytes(plain)
