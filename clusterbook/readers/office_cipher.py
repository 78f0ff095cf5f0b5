"""Take the encryption off a package of Office 2007 and later ([MS-OFFCRYPTO] 2.3.4).

Excel encrypted every workbook with a locked structure under a password printed in its
documentation, and still opens such files unasked.  What is not protected by a password at all is
told apart.
"""

import io
import re
from collections.abc import Callable, Sequence
from typing import Final

from clusterbook.readers.limits import GridError, decode_part, parse_tree
from clusterbook.readers.ole import CompoundFile
from clusterbook.readers.xls.cipher import BUILT_IN

PACKAGE: Final = "EncryptedPackage"
_INFO: Final = "EncryptionInfo"
# What Office leaves in a file whose readers a server knows: rights management, labels.
_RIGHTS: Final = ("\tDRMContent", "\tDRMViewerContent", "DRMEncryptedDataSpace")
_AGILE: Final = b"\4\0\4\0"
_STANDARD: Final = re.compile(rb"[\x02-\x04]\x00\x02\x00")
_SIZE, _BLOCK = 8, 16  # bytes: of the length before the package, of what is ciphered at a time
_MOST_INFO: Final = 65_536  # bytes; office programs write some 1,500
_MOST_TURNS: Final = 4_000_000  # of hashing all passwords; Excel hashes one 100,000 times
_START: Final = 8 + 4_096  # bytes of a package that tell whether a password is the right one
_KEYS: Final = "{http://schemas.microsoft.com/office/2006/keyEncryptor/password}"
_DIGITS: Final = re.compile("[0-9]{1,7}")


def is_rights_protected(package: CompoundFile) -> bool:
    """Whether a file opens for known accounts only, whatever the password."""
    streams = package.streams
    if any(name in streams or name in package.storages for name in _RIGHTS):
        return True
    return PACKAGE in streams and _INFO not in streams


def open_encrypted(
    data: bytes, package: CompoundFile, passwords: Sequence[str]
) -> tuple[bytes, bool]:
    """Return the package inside a compound file, and whether it took one of ``passwords``.

    GridError "encrypted" when none of them opens it, "rights" when no password could.
    """
    tried = (BUILT_IN, *passwords)
    _check(package.stream(_INFO), len(tried))
    sealed = _whole_blocks(package.stream(PACKAGE))
    for password in tried:
        decrypt = _decryption(data, password)
        if decrypt(sealed[:_START]).startswith(b"PK\3\4"):
            return decrypt(sealed), password != BUILT_IN
    raise GridError("encrypted")


def _check(info: bytes, tries: int) -> None:
    """Refuse what no password opens, and what would take for ever."""
    if _STANDARD.match(info):
        return
    if not info.startswith(_AGILE) or len(info) > _MOST_INFO:
        raise GridError("rights" if info[2:4] == b"\3\0" else "encrypted")
    tree = parse_tree(decode_part(info[8:].rstrip(b"\0"), _INFO), _INFO)
    keys = tree.findall(f".//{_KEYS}encryptedKey")
    if not keys:
        raise GridError("rights")  # to be opened with a certificate only
    turns = [key.get("spinCount", "") for key in keys]
    if not all(_DIGITS.fullmatch(one) and int(one) * tries <= _MOST_TURNS for one in turns):
        raise GridError("encrypted")


def _whole_blocks(stream: bytes) -> bytes:
    """Return the stream of a package without what some writers fill it up with."""
    size = int.from_bytes(stream[:_SIZE], "little")
    inside = min(-(-size // _BLOCK), (len(stream) - _SIZE) // _BLOCK) * _BLOCK
    return stream[: _SIZE + max(0, inside)]


def _decryption(data: bytes, password: str) -> Callable[[bytes], bytes]:
    """Return what a password makes of the stream of a package, or of the start of one."""
    from msoffcrypto.format.ooxml import OOXMLFile  # noqa: PLC0415 - few files ask for it
    from msoffcrypto.method.ecma376_agile import ECMA376Agile  # noqa: PLC0415
    from msoffcrypto.method.ecma376_standard import ECMA376Standard  # noqa: PLC0415

    try:
        office = OOXMLFile(io.BytesIO(data))
        office.load_key(password=password)
    except Exception:  # noqa: BLE001 - whatever a library makes of a damaged file, it stays closed
        return lambda _sealed: b""

    def decrypt(sealed: bytes) -> bytes:
        try:
            if office.type == "standard":
                return bytes(ECMA376Standard.decrypt(office.secret_key, io.BytesIO(sealed)))
            salt, hashed = office.info["keyDataSalt"], office.info["keyDataHashAlgorithm"]
            return bytes(ECMA376Agile.decrypt(office.secret_key, salt, hashed, io.BytesIO(sealed)))
        except Exception:  # noqa: BLE001
            return b""

    return decrypt
