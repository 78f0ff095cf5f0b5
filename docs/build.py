"""Writes the generated pages of this folder: ``make docs``."""

import ast
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from test_rooms import MODULES, PACKAGE, ROOMS, room

from clusterbook import forms
from clusterbook.forms import registry
from clusterbook.layout import layouts
from clusterbook.reports import rulebook

HERE = Path(__file__).parent

PIPELINE = """\
    form ──► layout ──► workbook ──► issuing ──►  a workbook per county
                                                          │ filled, sent back
    results ◄── validation ◄── returns ◄── readers  ◄─────┘
       │                                  (engine: many files at once, in workers)
       └──► reports ──►  report page · marked copy and letter per county · summary"""


def pages() -> dict[Path, str]:
    """The generated pages with their text."""
    known = [layouts.of(form) for form in registry.form_ids()]
    made_in = {place: name for layout in known for place, name in _made_in(layout.workbook.id)}
    rules = rulebook.rules_page(known, made_in)
    return {HERE / "rules.md": rules, HERE / "modules.md": modules_page()}


def _made_in(form: str) -> Iterator[tuple[tuple[str, str], str]]:
    """Each rule of a form, with the function of the spec that makes it."""
    found: dict[str, str] = {}
    real = forms.Rule

    def noted(**facts: object) -> forms.Rule:
        frame = inspect.stack(0)[1].frame
        while frame.f_code.co_name.startswith("<") and frame.f_back:
            frame = frame.f_back
        name = frame.f_code.co_qualname.split(".<locals>")[0]
        found[str(facts["code"])] = f"`{Path(frame.f_code.co_filename).name}` {name}"
        return real(**facts)

    forms.Rule = noted
    try:
        registry.maker(form)(forms.Options())
    finally:
        forms.Rule = real
    return (((form, code), where) for code, where in found.items())


def modules_page() -> str:
    """The rooms along the pipeline, what each may use, and every module with its one job."""
    lines = [
        "# The house", "",
        "One workbook goes this way:", "", "```", PIPELINE, "```", "",
        "The rooms, from the bottom up. A room imports from those named beside it and from the few",
        "modules that stand in none. Nothing goes in circles; `tests/test_rooms.py` sees to it.",
        "", "| room | what it is | rests on |", "| --- | --- | --- |",
    ]  # fmt: skip
    for name, below in ROOMS.items():
        lines.append(f"| `{name}` | {_job(PACKAGE / name / '__init__.py')} | {', '.join(below)} |")
    for name in ("", *ROOMS):
        own = {module: path for module, path in MODULES.items() if room(module) == name}
        lines += ["", f"## {name or 'In no room'}", "", "| module | job |", "| --- | --- |"]
        lines += [
            f"| `{module.removeprefix(f'{name}.')}` | {_job(path)} |"
            for module, path in own.items()
            if not module.endswith("__init__") or module.endswith("kinds.__init__")
        ]
    lines += ["", "Written by `make docs` from the modules' first lines.", ""]
    return "\n".join(lines)


def _job(path: Path) -> str:
    text = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    return text.split("\n\n")[0].replace("\n", " ")


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, "utf-8")
