"""Writes the generated pages of this folder: ``make docs``."""

import ast
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from test_floors import FLOORS, PACKAGE

from clusterbook import layouts, registry, rulebook

HERE = Path(__file__).parent


def pages() -> dict[Path, str]:
    """The generated pages with their text."""
    known = [layouts.of(form) for form in registry.form_ids()]
    return {HERE / "rules.md": rulebook.rules_page(known), HERE / "modules.md": modules_page()}


def modules_page() -> str:
    """Every module with its one job, floor by floor from the bottom."""
    lines = [
        "# The modules",
        "",
        "Written by `make docs` from the modules' first lines. A module imports from higher up on",
        "this page only; `tests/test_floors.py` holds the floors and sees to it.",
        "",
        "| floor | module | job |",
        "| ---: | --- | --- |",
    ]
    for number, floor in enumerate(FLOORS, 1):
        for name in sorted(floor):
            tree = ast.parse((PACKAGE / f"{name}.py").read_text("utf-8"))
            job = (ast.get_docstring(tree) or "").split("\n\n")[0].replace("\n", " ")
            lines.append(f"| {number} | `{name}` | {job} |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, "utf-8")
