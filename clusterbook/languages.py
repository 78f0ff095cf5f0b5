"""The languages in which problems are told."""

from __future__ import annotations

LANGUAGES = ("zh", "en")


def language(lang: str) -> str:
    """The language, if it is one of them; ValueError otherwise."""
    if lang not in LANGUAGES:
        raise ValueError(f"lang is one of {', '.join(LANGUAGES)}, not {lang!r}")
    return lang
