"""Declared government forms as protected workbooks, and their returns as checked data.

These names are the door for programs and notebooks; nothing heavy is loaded before it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clusterbook.api.forms import Form, Issued, draft_form, list_forms, load_form, new_form
    from clusterbook.api.pool import Pool
    from clusterbook.api.returned import Return, letter_template
    from clusterbook.api.round import Round, open_round
    from clusterbook.errors import Error
    from clusterbook.problems import Level, Problem, Ruling
    from clusterbook.validation.settled import Answer, Decision
    from clusterbook.verdicts import Verdict

__version__ = "0.1.0"
__all__ = [
    "Answer", "Decision", "Error", "Form", "Issued", "Level", "Pool", "Problem", "Return", "Round",
    "Ruling", "Verdict", "__version__", "draft_form", "letter_template", "list_forms", "load_form",
    "new_form",
    "open_round",
]  # fmt: skip

_HOMES = {
    "Error": "errors", "Level": "problems", "Problem": "problems", "Ruling": "problems",
    "Verdict": "verdicts",
    "Answer": "validation.settled", "Decision": "validation.settled",
    "Form": "api.forms", "Issued": "api.forms", "list_forms": "api.forms", "load_form": "api.forms",
    "draft_form": "api.forms", "new_form": "api.forms",
    "letter_template": "api.returned", "Pool": "api.pool", "Return": "api.returned",
    "Round": "api.round", "open_round": "api.round",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
