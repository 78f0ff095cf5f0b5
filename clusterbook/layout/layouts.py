"""The layouts of the known forms, of the versions they still accept included; each made once."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

from clusterbook.forms import registry
from clusterbook.forms.options import FORMS_KEPT, Options
from clusterbook.forms.stamp import Stamp
from clusterbook.layout.earlier import EarlierLayout, as_asked, load, plan_file
from clusterbook.layout.layout import Layout
from clusterbook.layout.plan import plan


@lru_cache(maxsize=FORMS_KEPT)
def of(form: str, options: Options | None = None) -> Layout:
    """The layout of a form, worked out once per form and options."""
    return plan(registry.workbook(form, options))


@cache
def _earlier(form: str, options: Options, version: str) -> EarlierLayout:
    """The kept plan of a version that the form still accepts."""
    paths = [folder / "data" / plan_file(form, version) for folder in registry.folders()]
    path = next(filter(Path.is_file, paths))
    return load(path, of(form, options))


@cache
def _asked(form: str, options: Options, version: str) -> Layout:
    current = of(form, options)
    if version == current.workbook.version:
        return current
    return as_asked(current, _earlier(form, options, version))


def of_stamp(stamp: Stamp) -> Layout:
    """The layout by which a workbook with this stamp is judged and written again.

    Of an earlier version of the form only what it asked is asked.
    """
    return _asked(stamp.form, stamp.options, stamp.version)


def plans(stamp: Stamp) -> tuple[Layout, ...]:
    """The plans by which a workbook with this stamp may have been laid out, the likeliest first.

    That of its own version; a returned copy of an earlier version is laid out by that of today.
    """
    own = of_stamp(stamp)
    if stamp.version == own.workbook.version:
        return (own,)
    return _earlier(stamp.form, stamp.options, stamp.version), own


def forget() -> None:
    """Forget all forms and layouts: for whoever has changed which forms there are."""
    for cached in (registry.sources, registry.folders, registry.workbook, of, _earlier, _asked):
        cached.cache_clear()
    registry.AT_HAND.clear()
