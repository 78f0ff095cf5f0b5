"""Bounds that a province may change, from two files in ``data/`` that people keep.

``plausibility.toml``: from where on a value is to be explained; the rules of the forms ask for these.
``thresholds.toml``: what a programme demands of a cluster, each with its source; no rule of a form,
but what the summary sets beside the figures. Both are read once, when first asked for.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from attrs import frozen

COMMON = "common"
PLAUSIBILITY, ELIGIBILITY = "plausibility.toml", "thresholds.toml"

_DATA = Path(__file__).parent / "data"


@frozen
class Threshold:
    """One bound. ``value`` None: switched off, or what the programme demands is not known (待核)."""

    value: float | None
    source: str = ""


def threshold(form: str, name: str) -> float | None:
    """The bound of this name: that of the form, else the common one; None where left empty.

    Source: ``plausibility.toml`` and ``thresholds.toml``.

    Raises:
        ValueError: no such name in either file; or a file holds what is no number.

    """
    for section in (form, COMMON):
        for file in (PLAUSIBILITY, ELIGIBILITY):
            found = _read(file).get(section, {})
            if name in found:
                return found[name].value
    raise ValueError(f"{PLAUSIBILITY}, {ELIGIBILITY}: no value {name!r} for {form!r}")


def eligibility(form: str) -> Mapping[str, Threshold]:
    """What the programme of a form demands, by name, with its source.

    Source: ``thresholds.toml``.
    """
    return _read(ELIGIBILITY).get(form, MappingProxyType({}))


@cache
def _read(file: str) -> Mapping[str, Mapping[str, Threshold]]:
    with (_DATA / file).open("rb") as text:
        sections = tomllib.load(text)
    return MappingProxyType({
        section: MappingProxyType({
            name: _threshold(f"{file}: {section}.{name}", entry) for name, entry in entries.items()
        })
        for section, entries in sections.items()
    })  # fmt: skip


def _threshold(where: str, entry: Any) -> Threshold:
    """An entry is a number, "" for none, or a table of both with its source."""
    value, source = (entry, "") if not isinstance(entry, dict) else _with_source(where, entry)
    if value == "":
        return Threshold(None, source)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{where}: {value!r} is no number")  # noqa: TRY004
    return Threshold(float(value), source)


def _with_source(where: str, entry: dict[str, Any]) -> tuple[Any, str]:
    if not entry.keys() <= {"value", "source"} or "value" not in entry:
        raise ValueError(f"{where}: only value and source can be given")
    return entry["value"], str(entry.get("source", ""))
