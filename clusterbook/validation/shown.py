"""A typed value as people read it in tables."""

from __future__ import annotations

from typing import Any

from clusterbook.forms.parsing.folding import to_text


def show(value: Any) -> str:
    """A typed value as text, as logs and CSV columns of lists write it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple):
        pages = [f"{a}" if a == b else f"{a}-{b}" for a, b in value] if _is_pages(value) else value
        return "、".join(map(str, pages))
    return to_text(value)


def _is_pages(value: tuple[Any, ...]) -> bool:
    return bool(value) and isinstance(value[0], tuple)
