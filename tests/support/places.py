"""Where things stand in the checkout."""

from __future__ import annotations

from pathlib import Path

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
DATA = TESTS / "data"
DOCS = ROOT / "docs"
SAMPLES = ROOT / "samples"
FORMS = TESTS / "forms_for_tests"
