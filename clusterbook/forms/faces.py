"""Faces of expressions and bounds: what each class is to somebody, found by the class itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Method = TypeVar("Method", bound=Callable[..., Any])


class NoFaceError(LookupError):
    """Something is asked for a face that its class has not."""


class Face:
    """One way to see expressions or bounds: a method for each class, of whoever sees them so."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.methods: dict[type, Callable[..., Any]] = {}

    def of(self, kind: type) -> Callable[[Method], Method]:
        """Marks the method for a class; each class has one."""

        def marked(method: Method) -> Method:
            if kind in self.methods:
                raise TypeError(f"{kind.__name__} has two methods for its {self.name}")
            self.methods[kind] = method
            return method

        return marked

    def has(self, node: object) -> bool:
        """Whether there is a method for the class of something."""
        return type(node) in self.methods

    def __call__(self, seen_by: object, node: object) -> Any:
        """What something is to ``seen_by``; NoFaceError where its class has no such face."""
        method = self.methods.get(type(node))
        if method is None:
            raise NoFaceError(f"{type(node).__name__} has no {self.name}")
        return method(seen_by, node)
