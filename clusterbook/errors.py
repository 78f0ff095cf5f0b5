"""What goes wrong on purpose: one family of errors, each with its facts."""

from __future__ import annotations

from collections.abc import Mapping


class Error(Exception):
    """Base of every error that this software raises on purpose.

    ``facts`` say what it is about, by name, for whoever words it otherwise.
    """

    def __init__(self, *args: object, **facts: object) -> None:
        super().__init__(*args)
        self.facts: Mapping[str, object] = facts
