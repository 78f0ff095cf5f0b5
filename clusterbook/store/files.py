"""Files by the hash of their content: written whole or not at all, and never changed."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from attrs import frozen

_HASH = re.compile(r"[0-9a-f]{64}")
_CHUNK = 1 << 20


@frozen
class Kept:
    """A kept file: its hash, which is its name, and its size."""

    sha256: str
    size: int


@frozen
class Files:
    """A folder of files. Names that people gave them are not part of it."""

    folder: Path

    def path(self, sha256: str) -> Path:
        """Where a file is; KeyError for what is no hash."""
        if not _HASH.fullmatch(sha256):
            raise KeyError(sha256)
        return self.folder / sha256[:2] / sha256

    def put(self, source: bytes | IO[bytes]) -> Kept:
        """Keep a file; when this returns it is on the disk, name and all."""
        incoming = self.folder / "incoming"
        incoming.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=incoming)
        digest, size = hashlib.sha256(), 0
        try:
            with os.fdopen(descriptor, "wb") as file:
                for chunk in _chunks(source):
                    digest.update(chunk)
                    file.write(chunk)
                    size += len(chunk)
                file.flush()
                os.fsync(file.fileno())
            target = self.path(digest.hexdigest())
            made = not target.parent.exists()
            target.parent.mkdir(exist_ok=True)
            Path(name).replace(target)
            synced(target.parent)
            if made:
                synced(self.folder)
        finally:
            Path(name).unlink(missing_ok=True)
        return Kept(digest.hexdigest(), size)

    def sweep(self) -> None:
        """Throw away what was being received when the desk was ended; nobody got a receipt."""
        shutil.rmtree(self.folder / "incoming", ignore_errors=True)

    def damaged(self) -> Iterator[str]:
        """The hashes of files whose content is no longer theirs."""
        for path in sorted(self.folder.glob("??/*")):
            with path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != path.name:
                    yield path.name


def _chunks(source: bytes | IO[bytes]) -> Iterator[bytes]:
    if isinstance(source, bytes):
        yield source
        return
    while chunk := source.read(_CHUNK):
        yield chunk


def synced(folder: Path) -> None:
    """Make sure that the names in a folder survive a power cut; Windows sees to it by itself."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
