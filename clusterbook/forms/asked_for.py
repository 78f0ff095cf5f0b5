"""What a word of the vocabulary takes: whoever gives it something else is told so at that line."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from attrs import Attribute


def one_of(*kinds: type[Any], words: str, optional: bool = False) -> Callable[..., None]:
    """A validator: the value is one of these; TypeError says in ``words`` what is asked."""

    def check(made: Any, attribute: Attribute[Any], value: Any) -> None:
        if not (isinstance(value, kinds) or (optional and value is None)):
            raise TypeError(_told(made, attribute, words, value))

    return check


def each_of(*kinds: type[Any], words: str) -> Callable[..., None]:
    """A validator: each of several values is one of these."""

    def check(made: Any, attribute: Attribute[Any], values: Iterable[Any]) -> None:
        for value in values:
            if not isinstance(value, kinds):
                raise TypeError(_told(made, attribute, words, value))

    return check


def _told(made: Any, attribute: Attribute[Any], words: str, value: Any) -> str:
    name = getattr(made, "key", None) or getattr(made, "code", None) or ""
    whose = f" {name!r}" if isinstance(name, str) and name else ""
    shown = value if isinstance(value, str | int | float | bool | None) else type(value).__name__
    return f"{type(made).__name__}{whose}: {attribute.name} takes {words}, not {shown!r}"


def as_tuple(items: Any) -> tuple[Any, ...]:
    """Any listing as a tuple, in the order given; TypeError for a text, and for one thing alone."""
    if isinstance(items, str) or not isinstance(items, Iterable):
        shown = repr(items) if isinstance(items, str) else type(items).__name__
        raise TypeError(f"a list is asked, not {shown} alone: put it into [ ]")
    return tuple(items)
