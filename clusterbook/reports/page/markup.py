"""The markup of the report page: elements whose texts cannot be taken for markup."""

from __future__ import annotations

import html

_VOID = frozenset({"br", "input", "link", "meta", "col"})


class Html(str):
    """Markup. Any other text is escaped on its way into the page."""

    __slots__ = ()


def tag(name: str, /, *children: str | None, **attributes: str | int | None) -> Html:
    """An element. A child or attribute that is None is left out; ``class_`` is ``class``."""
    parts = [f"<{name}"]
    for key, value in attributes.items():
        if value is not None:
            parts.append(f' {key.rstrip("_").replace("_", "-")}="{html.escape(str(value))}"')
    parts.append(">")
    if name not in _VOID:
        given = (child for child in children if child is not None)
        parts += [child if isinstance(child, Html) else html.escape(child) for child in given]
        parts.append(f"</{name}>")
    return Html("".join(parts))
