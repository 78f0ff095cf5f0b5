"""Which forms are known: every module of ``workbook_specs`` that declares an ``ID``."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache, lru_cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

import workbook_specs
from clusterbook import faults
from clusterbook.errors import Error
from clusterbook.spec import FORMS_KEPT, Options, Workbook


class UnknownFormError(Error, LookupError):
    """No spec has this id; the message names the known ones and the nearest."""


@cache
def form_ids() -> tuple[str, ...]:
    """The ids of all forms, which are the names of their modules."""
    names = (module.name for module in iter_modules(workbook_specs.__path__))
    return tuple(sorted(name for name in names if not name.startswith("_") and name != "data"))


def folders() -> tuple[Path, ...]:
    """Where the specs and their data are."""
    return tuple(Path(folder) for folder in workbook_specs.__path__)


@cache
def _module(form: str) -> ModuleType:
    if form not in form_ids():
        near = get_close_matches(form, form_ids(), n=1)
        hint = f"，您是否要找 {near[0]}？" if near else "。"
        raise UnknownFormError(
            f"没有名为“{form}”的申报表{hint}可用的有：{'、'.join(form_ids())}",
            form=form, known=form_ids(), near=near,
        )  # fmt: skip
    return import_module(f"workbook_specs.{form}")


@lru_cache(maxsize=FORMS_KEPT)
def workbook(form: str, options: Options | None = None) -> Workbook:
    """The checked spec of a form; UnknownFormError, or SpecError with every fault of the spec."""
    return faults.check(_module(form).workbook(options or Options()))
