"""The clock of a desk: one home for what time it is."""

from __future__ import annotations

from time import time


def now() -> int:
    """Seconds since 1970."""
    return int(time())
