"""Tests for forms: ``FormChecks`` gives any form the checks that ours have; pytest is needed.

``fill`` fills a form in by dice, ``imported`` reads workbooks back in this process, ``forms_from``
makes the forms of a folder known for a while.
"""

from clusterbook.testing.checks import FormChecks as FormChecks
from clusterbook.testing.filling import fill as fill
from clusterbook.testing.known_forms import forms_from as forms_from
from clusterbook.testing.reading_back import imported as imported
