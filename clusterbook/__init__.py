"""Declared government forms as protected workbooks, and their returns as checked data.

These names are the door for programs and notebooks; nothing heavy is loaded before it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clusterbook.api.cluster import NoClusterError
    from clusterbook.api.forms import (
        Form,
        Issued,
        MonthNeededError,
        draft_form,
        list_forms,
        load_form,
        new_form,
    )
    from clusterbook.api.pool import (
        MissingError,
        OutError,
        PackError,
        PasswordsError,
        Pool,
    )
    from clusterbook.api.returned import Return, letter_template
    from clusterbook.api.round import Round, open_round
    from clusterbook.engine.importing import BusyError
    from clusterbook.engine.workers import CannotStartError
    from clusterbook.errors import Error
    from clusterbook.evidence.documents import DocumentError
    from clusterbook.evidence.filling import FillError
    from clusterbook.evidence.materials import MaterialsError
    from clusterbook.forms.consistency import SpecError
    from clusterbook.forms.options import OptionError
    from clusterbook.forms.registry import UnknownFormError
    from clusterbook.forms.skeleton import FormIdError
    from clusterbook.issuing.prefill import PrefillError
    from clusterbook.issuing.roster import IssueError, RosterError
    from clusterbook.office.lists import SettlementError
    from clusterbook.problems import Level, Problem, Ruling
    from clusterbook.reports.briefs.pdf import NoOfficeError
    from clusterbook.reports.feedback.letter_template import LetterTemplateError
    from clusterbook.results.read import NotAnImportError, NothingToReadError
    from clusterbook.results.write import SaidError
    from clusterbook.validation.settled import Answer, Decision
    from clusterbook.verdicts import Verdict
    from clusterbook.word.prefilled import NotWordError

__version__ = "0.1.0"
__all__ = [
    "Answer", "BusyError", "CannotStartError", "Decision", "DocumentError", "Error", "FillError",
    "Form", "FormIdError", "IssueError", "Issued", "LetterTemplateError", "Level", "MaterialsError",
    "MissingError", "MonthNeededError", "NoClusterError", "NoOfficeError", "NotAnImportError",
    "NotWordError", "NothingToReadError", "OptionError", "OutError", "PackError", "PasswordsError",
    "Pool", "PrefillError", "Problem", "Return", "RosterError", "Round", "Ruling",
    "SaidError", "SettlementError", "SpecError", "UnknownFormError", "Verdict", "__version__",
    "draft_form", "letter_template", "list_forms", "load_form", "new_form", "open_round",
]  # fmt: skip

_HOMES = {
    "Error": "errors", "Level": "problems", "Problem": "problems", "Ruling": "problems",
    "Verdict": "verdicts",
    "Answer": "validation.settled", "Decision": "validation.settled",
    "Form": "api.forms", "Issued": "api.forms", "list_forms": "api.forms", "load_form": "api.forms",
    "draft_form": "api.forms", "new_form": "api.forms", "MonthNeededError": "api.forms",
    "letter_template": "api.returned", "Pool": "api.pool", "Return": "api.returned",
    "Round": "api.round", "open_round": "api.round", "NoClusterError": "api.cluster",
    "MissingError": "api.pool", "OutError": "api.pool", "PackError": "api.pool",
    "PasswordsError": "api.pool",
    "BusyError": "engine.importing", "CannotStartError": "engine.workers",
    "DocumentError": "evidence.documents", "FillError": "evidence.filling",
    "MaterialsError": "evidence.materials",
    "SpecError": "forms.consistency", "OptionError": "forms.options",
    "UnknownFormError": "forms.registry", "FormIdError": "forms.skeleton",
    "PrefillError": "issuing.prefill", "IssueError": "issuing.roster",
    "RosterError": "issuing.roster", "SettlementError": "office.lists",
    "NoOfficeError": "reports.briefs.pdf",
    "LetterTemplateError": "reports.feedback.letter_template",
    "NotAnImportError": "results.read", "NothingToReadError": "results.read",
    "SaidError": "results.write",
    "NotWordError": "word.prefilled",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
