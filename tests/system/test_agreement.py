"""A few random workbooks per form in which both sides must agree; the many: tests/system/agreement.py."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.office import Office
from system import agreement

from clusterbook.forms import registry
from clusterbook.layout import layouts


@pytest.mark.office
@pytest.mark.parametrize("form", registry.form_ids())
@pytest.mark.parametrize("seed", range(1000, 1003))
def test_workbook_and_importer_agree(form: str, seed: int, office: Office, tmp_path: Path) -> None:
    layout = layouts.of(form)
    assert agreement.disagreements(office, layout, seed, tmp_path) == []


# Seeds in which a disagreement was found once; docs/decisions.md tells what it was. What is stored
# stands for the workbook: other tests hold it against LibreOffice, as do the seeds above.
FOUND = (
    ("cluster_contest", 54),
    ("cluster_contest", 60),
    ("cluster_contest", 142),
    ("cluster_contest", 501),
    ("cluster_contest", 3000),
    ("cluster_contest", 3004),
    ("fujian_sme_cluster", 16),
    ("fujian_sme_cluster", 49),
)


@pytest.mark.parametrize(("form", "seed"), FOUND)
def test_what_was_found_stays_mended(form: str, seed: int) -> None:
    assert agreement.stored_disagreements(layouts.of(form), seed) == []
