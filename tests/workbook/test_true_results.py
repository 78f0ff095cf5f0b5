"""What is stored beside the formulas is what LibreOffice and an engine with Excel's ordering work out."""

from pathlib import Path

import pytest
from support import engines
from support.office import Office
from support.places import SAMPLES

from clusterbook.forms import registry
from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.layout.layout import Layout
from clusterbook.layout.own_sheets import GUIDE_SHEET
from clusterbook.testing import live
from clusterbook.testing.live import spoiled
from clusterbook.workbook import writer
from clusterbook.workbook.content import Entries

FORMS = registry.form_ids()
ENGINE_SEEDS = range(3)


def blank(layout: Layout, answers: Entries | None = None) -> bytes:
    return writer.write_template(layout, Stamp.of(layout.workbook, issue="T1"), answers)


@pytest.mark.parametrize("form", FORMS)
def test_a_blank_shows_its_first_page_without_calculating(form: str) -> None:
    shown = live.stored(blank(layouts.of(form)))
    front = [value for (sheet, _), value in shown.items() if sheet == GUIDE_SHEET]
    assert front
    assert None not in front
    assert not any(str(value).startswith("#") for value in shown.values())


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("seed", ENGINE_SEEDS)
def test_stored_results_are_those_of_an_engine_with_excels_ordering(form: str, seed: int) -> None:
    layout = layouts.of(form)
    data = blank(layout, spoiled(layout, seed) if seed else None)
    found = engines.excel_ordered(data)
    assert len(found) > 0.99 * len(live.formulas(data))
    assert list(engines.different(live.stored(data), found)) == []


@pytest.mark.parametrize("form", FORMS)
def test_stored_results_of_the_good_sample(form: str) -> None:
    data = (SAMPLES / form / "good.xlsx").read_bytes()
    found = engines.excel_ordered(data)
    assert len(found) > 0.99 * len(live.formulas(data))
    assert list(engines.different(live.stored(data), found)) == []


@pytest.mark.office
@pytest.mark.parametrize("form", FORMS)
def test_stored_results_are_those_of_libreoffice(form: str, office: Office, tmp_path: Path) -> None:
    layout = layouts.of(form)
    for name, data in (
        ("good", (SAMPLES / form / "good.xlsx").read_bytes()),
        ("seed", blank(layout, spoiled(layout, 11))),
    ):
        path = tmp_path / f"{name}.xlsx"
        path.write_bytes(data)
        found = engines.in_office(office, path)
        stored = live.stored(data)
        assert found.keys() == stored.keys()
        assert list(engines.different(stored, found)) == []
