"""The forms that tests have beside those of the package."""

from pathlib import Path

from clusterbook.testing.known_forms import forms_from

SPECS = Path(__file__).parent / "specs"
MONTHLY = Path(__file__).parent.parent / "docs" / "examples" / "monthly_return" / "forms"

__all__ = ["MONTHLY", "SPECS", "forms_from"]
