"""What axe finds wrong with a page for those who cannot see it or use a mouse."""

from __future__ import annotations

import json
from importlib import resources

from support.browser import Page


def serious(page: Page) -> list[list[object]]:
    """What axe finds serious or critical."""
    page.evaluate((resources.files("axe_core_python") / "axe.min.js").read_text("utf-8") + "; 0")
    found = json.loads(str(page.evaluate(
        "axe.run().then(r => JSON.stringify(r.violations.map(v => [v.impact, v.id, v.nodes[0].html])))"
    )))  # fmt: skip
    return [one for one in found if one[0] in ("serious", "critical")]
