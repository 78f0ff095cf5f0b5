"""Faces of expressions: what each class of them is to somebody, found by the class itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from clusterbook.forms.expressions.nodes import Expression

Method = TypeVar("Method", bound=Callable[..., Any])


class NoFaceError(LookupError):
    """An expression that is asked for a face which its class has not."""


class Face:
    """One way to see expressions: a method for each class, of whoever sees them so."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.methods: dict[type[Expression], Callable[..., Any]] = {}

    def of(self, kind: type[Expression]) -> Callable[[Method], Method]:
        """Marks the method for a class; each class has one."""

        def marked(method: Method) -> Method:
            if kind in self.methods:
                raise TypeError(f"{kind.__name__} has two methods for its {self.name}")
            self.methods[kind] = method
            return method

        return marked

    def has(self, node: Expression) -> bool:
        """Whether there is a method for the class of an expression."""
        return type(node) in self.methods

    def __call__(self, seen_by: object, node: Expression) -> Any:
        """What an expression is to ``seen_by``; NoFaceError where its class has no such face."""
        method = self.methods.get(type(node))
        if method is None:
            raise NoFaceError(f"{type(node).__name__} has no {self.name}")
        return method(seen_by, node)
