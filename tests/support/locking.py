"""Packages encrypted as Office does it, for the tests: agile by msoffcrypto, standard by hand.

The container is ours: that of msoffcrypto 6.1 is broken for packages below 4,096 bytes.
"""

from __future__ import annotations

import hashlib
import io
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from msoffcrypto.method.ecma376_agile import ECMA376Agile
from support.binary_books import ole

COMMON = "VelvetSweatshop"
TURNS = 2_000  # Excel hashes a password fifty times as often


def agile(package: bytes, password: str = COMMON) -> bytes:
    """As Excel 2010 and later."""
    info, secret = ECMA376Agile.generate_encryption_parameters(password, None, TURNS)
    sealed = ECMA376Agile.encrypt_payload(
        io.BytesIO(package), info.encryptedKey, secret, info.keyData.saltValue
    )
    told = ECMA376Agile.get_encryption_information(info, sealed, secret)
    return ole({"EncryptionInfo": told.ljust(4_096), "EncryptedPackage": sealed})


def standard(package: bytes, password: str = COMMON, *, version: int = 4) -> bytes:
    """As Excel 2007 ([MS-OFFCRYPTO] 2.3.4.5 to 2.3.4.9), with AES-128."""
    salt, verifier = bytes(range(16)), bytes(range(16, 32))
    digest = hashlib.sha1(salt + password.encode("utf-16-le")).digest()
    for turn in range(50_000):
        digest = hashlib.sha1(struct.pack("<L", turn) + digest).digest()
    digest = hashlib.sha1(digest + bytes(4)).digest().ljust(64, b"\0")
    key = hashlib.sha1(bytes(a ^ 0x36 for a in digest)).digest()[:16]
    proof = hashlib.sha1(verifier).digest().ljust(32, b"\0")
    name = "Microsoft Enhanced RSA and AES Cryptographic Provider\0".encode("utf-16-le")
    header = struct.pack("<8L", 0x24, 0, 0x660E, 0x8004, 128, 0x18, 0, 0) + name
    info = (
        struct.pack("<HHLL", version, 2, 0x24, len(header)) + header + struct.pack("<L", 16) + salt
        + _aes(key, verifier) + struct.pack("<L", 20) + _aes(key, proof)
    )  # fmt: skip
    padded = package.ljust(-(-len(package) // 16) * 16, b"\0")
    return ole(
        {
            "EncryptionInfo": info,
            "EncryptedPackage": struct.pack("<Q", len(package)) + _aes(key, padded),
        }
    )


def _aes(key: bytes, data: bytes) -> bytes:
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    return encryptor.update(data) + encryptor.finalize()
