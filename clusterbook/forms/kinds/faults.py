"""What is wrong with a kind, in words, before a form is made with it: a face that it lacks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from clusterbook.forms.kinds import ALL_KINDS, DTYPES, Kind, Raw
from clusterbook.forms.kinds.bounds import Bound
from clusterbook.problems import CATALOGUE

# What is read of each kind to see that it can be read: nothing may raise.
_TYPED: tuple[Raw, ...] = ("", "无", "甲", "12", "2025-03", "甲、乙", 12.0, -0.5, True)


def faults(kind: Kind) -> Iterator[str]:
    """Every fault of a kind, each with its name."""
    name = type(kind).__name__
    if kind.dtype not in DTYPES:
        yield f"{name}.dtype {kind.dtype!r} is none of {', '.join(DTYPES)}"
    if not kind.name:
        yield f"{name} has no name for the dictionary"
    if type(kind).interpret is Kind.interpret:
        yield f"{name} has no interpret, which reads what is typed"
        return
    found = list(_tried(f"{name}.bounds", lambda: tuple(kind.bounds))) or list(_bound_faults(kind))
    yield from found
    if not found:
        yield from _tried(f"{name}.offer", kind.offer)
        yield from _tried(f"{name}.fault", lambda: kind.fault("A1"))
        yield from _tried(f"{name}.describe", kind.describe)
        if type(kind) not in ALL_KINDS:  # of ours the tests see to it
            yield from _reading_faults(kind)
    yield from _tried(f"{name} must be frozen, with tuples for lists", lambda: hash(kind))


def _bound_faults(kind: Kind) -> Iterator[str]:
    kind_name = type(kind).__name__
    for bound in kind.bounds:
        if not hasattr(bound, "holds"):
            yield f"{kind_name}.bounds: {bound!r} is no bound"
            continue
        name = f"{kind_name}, bound {type(bound).__name__}"
        own = type(bound)
        lacks = [face for face in ("holds", "words") if getattr(own, face) is getattr(Bound, face)]
        yield from (f"{name} has no {face}" for face in lacks)
        yield from () if lacks else _tried(name, partial(_shown, bound))
        if bound.code not in CATALOGUE:
            yield f"{name}: there is no code {bound.code!r}"


def _shown(bound: Bound) -> tuple[Any, ...]:
    return bound.fault("A1"), bound.words, bound.described, bound.json_schema


def _reading_faults(kind: Kind) -> Iterator[str]:
    name = type(kind).__name__
    for raw in _TYPED:
        try:
            quick, read = kind.plain(raw), kind.interpret(raw, "")
        except Exception as error:  # noqa: BLE001 - whatever a form from outside raises
            yield f"{name} cannot read {raw!r}: {type(error).__name__}: {error}"
            return
        if read.problem and read.problem not in CATALOGUE:
            yield f"{name} reads {raw!r} with a code that there is not: {read.problem!r}"
        if quick is not None and quick != read.value:
            yield f"{name} reads {raw!r} as {quick!r} at a look, as {read.value!r} else"


def _tried(what: str, face: Callable[[], Any]) -> Iterator[str]:
    try:
        face()
    except Exception as error:  # noqa: BLE001 - whatever a form from outside raises
        yield f"{what}: {type(error).__name__}: {error}"
