"""Writes the generated pages of this folder: ``make docs``."""

from pathlib import Path

from clusterbook import registry, rulebook

HERE = Path(__file__).parent


def pages() -> dict[Path, str]:
    """The generated pages with their text."""
    layouts = [registry.layout(form) for form in registry.form_ids()]
    return {HERE / "rules.md": rulebook.rules_page(layouts)}


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, "utf-8")
