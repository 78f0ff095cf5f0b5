"""What tests of every module share."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

import pytest
from attrs import evolve
from hypothesis import settings
from round_of_twelve import RoundOfTwelve, build
from support.browser import Browser, need_browser
from support.mutation_kit import Case
from support.office import Office, need_office
from support.tampering import CONTEST, FORM, pristine

# A machine that works for others meanwhile is no reason to fail.
settings.register_profile("clusterbook", deadline=None)
settings.load_profile("clusterbook")

# More of what stays in CI: the other form, more seeds, more samples. `make robustness` runs them.
WIDE = (
    r"test_agreement.py::test_what_was_found.*-(54|60|501|3000|16)\]",
    r"test_agreement.py::test_workbook_and_importer_agree\[100[1-9]-",
    r"test_elsewhere.py::test_(limits.*\[own|chinese.*\[environ0|a_user_without_a_home.*nonexistent)",
    r"test_elsewhere.py::test_limits_hold_whoever_holds_them\[windows",
    r"test_every_spec.py::.*_comes_back_as_it_was_filled\[.*(2030-as-printed|6d59)",
    r"test_every_spec.py::.*test_(sheet_names_fit_excel|a_blank_lacks_what_is_required.*)\[.*2030-as-printed",
    r"test_every_spec.py::.*test_(whatever_part|the_workbook_says|the_summary|the_dictionary|bytes_are).*\[.*(2030-as-printed|2026|6d59|as-printed)",
    r"test_evidence_pages.py::test_half_an_index.*\[cluster",
    r"test_excel_semantics.py::test_every_filled_cell_of_the_good_sample_is_accepted\[cluster",
    r"test_formats_office.py::test_every_format_holds_every_value\[cluster",
    r"test_formats_office.py::test_the_other_readers.*\[cluster",
    r"test_forms_outside.py::test_a_folder_of_forms_by_command",
    r"test_honours.py::test_the_workbook_counts_the_same_spellings\[(?!\\u56fd\\u5bb6\\u201c)",
    r"test_importing.py::test_a_file_that_ends_its_worker.*\[-(14|15|27)-",
    r"test_large.py::test_a_library_of_5000_enterprises",
    r"test_lost_lists.py::test_the_part_of_a_list.*(patents_list-exchanged|standards_list-gone)",
    r"test_mutations.py::test_an_honest_save_has_nothing_to_tell\[cluster",
    r"test_mutations.py::test_done_by_menu\[(rows inserted|columns inserted|an answer cut|sheets renamed)",
    r"test_mutations.py::test_pairs_are_not_silently_wrong",
    r"test_mutations.py::test_saved_by_libreoffice\[(xlsx|ods)",
    r"test_office_driver.py::test_thousands_of_cells_in_a_minute",
    r"test_office_forms.py::test_locked_cells.*\[cluster_contest\]",
    r"test_offices.py::test_the_workbook_says_the_same\[low",
    r"test_one_problem.py::test_the_workbook_shows_it_once\[a (figure|share|word for|category|yes)",
    r"test_package.py::test_frictionless_finds_nothing_wrong\[dirty",
    r"test_plain_rows.py::test_whatever_is_done.*-(libreoffice|openpyxl)\]",
    r"test_returned_office.py::test_only_the_marked_cells.*\[(?!.*row-deleted)",
    r"test_review_office.py::test_open_questions.*\[cluster",
    r"test_screen_paper.py::test_an_empty_list_prints_a_few_ruled_rows\[cluster",
    r"test_true_results.py::test_stored_results_are_those_of_an_engine.*\[[12]-cluster",
    r"test_true_results.py::test_stored_results_are_those_of_libreoffice\[cluster",
    r"test_xml2003.py::test_a_return_reads.*\[cluster",
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if any(re.search(one, item.nodeid) for one in WIDE):
            item.add_marker(pytest.mark.wide)


@pytest.fixture(scope="session", name="office")
def office_fixture() -> Iterator[Office]:
    """One LibreOffice for all the tests of a process."""
    need_office()
    with Office() as office:
        yield office


@pytest.fixture(scope="module", name="browser")
def browser_fixture() -> Iterator[Browser]:
    """One Chromium for the tests of a module."""
    need_browser()
    with Browser() as browser:
        yield browser


@pytest.fixture(scope="session", name="built_twelve")
def built_twelve_fixture(tmp_path_factory: pytest.TempPathFactory) -> RoundOfTwelve:
    """The round of twelve counties, made once for all the tests of a process; nobody changes it."""
    return build(tmp_path_factory.mktemp("built"))


@pytest.fixture(scope="module", name="twelve")
def twelve_fixture(
    built_twelve: RoundOfTwelve, tmp_path_factory: pytest.TempPathFactory
) -> RoundOfTwelve:
    """The round of twelve counties in a folder of the module's own."""
    folder = tmp_path_factory.mktemp("twelve")
    shutil.copytree(built_twelve.folder, folder, dirs_exist_ok=True)
    return evolve(built_twelve, folder=folder)


@pytest.fixture(name="case")
def case_fixture() -> Case:
    """The smaller form, filled in, to tamper with."""
    return pristine(FORM).copy()


@pytest.fixture(name="contest")
def contest_fixture() -> Case:
    """The larger form, likewise."""
    return pristine(CONTEST).copy()
