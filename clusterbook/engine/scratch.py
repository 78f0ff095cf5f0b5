"""A folder for what lives as long as this process; what killed runs left of theirs is removed.

Whether a run is still alive shows by the lock on its folder, which the system lets go of whatever
ended the process. Where there are no such locks nothing is ever taken for a leftover.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from multiprocessing.util import Finalize
from pathlib import Path

_PREFIX = "cbook-"  # short: the address of a socket below may have some hundred characters
_LOCK = "alive"
_redirecting = threading.Lock()


@cache
def folder() -> Path:
    """The folder of this process; OSError where there is no place for one."""
    own = Path(tempfile.mkdtemp(prefix=_PREFIX))
    # After multiprocessing has removed what it keeps there (its own priority is -100).
    Finalize(None, shutil.rmtree, args=(own,), kwargs={"ignore_errors": True}, exitpriority=-101)
    descriptor = os.open(own / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)  # open to the end
    _locked(descriptor)
    _sweep(own)
    return own


@contextmanager
def temporary_files() -> Iterator[None]:
    """Temporary files made by the usual means are made in the folder of this process."""
    with _redirecting:
        usual = tempfile.tempdir
        tempfile.tempdir = str(folder())
        try:
            yield
        finally:
            tempfile.tempdir = usual


def _sweep(own: Path) -> None:
    """Removes the folders of runs that were killed, and nobody else's."""
    for other in own.parent.glob(f"{_PREFIX}*"):
        try:
            if other == own or other.stat().st_uid != own.stat().st_uid:
                continue
            descriptor = os.open(other / _LOCK, os.O_RDWR)
        except OSError:  # gone meanwhile, or just being made
            continue
        dead = _locked(descriptor)
        os.close(descriptor)
        if dead:
            shutil.rmtree(other, ignore_errors=True)


def _locked(descriptor: int) -> bool:
    """Whether nobody else holds the lock; it is held from now on, until the file is closed."""
    try:
        import fcntl  # noqa: PLC0415
    except ImportError:  # Windows, which keeps no sockets there either
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
