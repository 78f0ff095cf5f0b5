"""The forms that tests have beside those of the package: at home in ``clusterbook.testing``."""

from support.places import FORMS, ROOT

from clusterbook.testing.known_forms import forms_from

MONTHLY = ROOT / "docs" / "examples" / "monthly_return" / "forms"

__all__ = ["FORMS", "MONTHLY", "forms_from"]
