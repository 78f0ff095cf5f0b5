"""How far long work is: what tells it, for whoever shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias

#: how many are done, of how many
Progress: TypeAlias = Callable[[int, int], None]


class Tell(Protocol):
    """Tells how far something is: what, how many are done, of how many, and what came of them."""

    def __call__(self, what: str, done: int, total: int, note: str = "") -> None:
        """Called after each step."""
