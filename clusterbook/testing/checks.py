"""Checks that any form can be given: a class of tests for pytest, one subclass for each form."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any, ClassVar

import pytest
from attrs import evolve

import clusterbook as cb
from clusterbook.forms import registry
from clusterbook.forms.kinds import Choice, DependentChoice, Name, Tick
from clusterbook.forms.options import Options
from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.layout.layout import Layout
from clusterbook.layout.own_sheets import GUIDE_SHEET, NOTES_SHEET, REVIEW_SHEET
from clusterbook.problems import Problem
from clusterbook.results import windows
from clusterbook.results.documents import submission_document
from clusterbook.testing.expectations import (
    kinds_by_place,
    library_table_faults,
    named_lists,
    opened,
    required_when_blank,
    rules_at,
    value_table_faults,
)
from clusterbook.testing.filling import FilledIn, fill, inputs
from clusterbook.testing.known_forms import forms_from
from clusterbook.testing.live import stored_disagreements
from clusterbook.testing.reading_back import (
    differences,
    imported,
    rows_without_computed,
    without_computed,
)
from clusterbook.workbook import writer
from clusterbook.workbook.content import Entries

MISSING = {"V101", "V102", "V104"}  # codes of what is asked and not there
LONGEST_NAME = 31  # of a sheet of Excel


class FormChecks:
    """What every form must do, in each of the ``ways`` it can be built; a subclass names the form.

        class TestMonthly(FormChecks):
            form = "cluster_monthly"
            folder = Path(__file__).parent.parent / "forms"  # where it is in no installed package
            ways = {"october": {"month": 10}, "january": {"month": 1, "report_year": 2026}}
            texts = ("1{d3}",)  # texts that meet the patterns of its answers

    ``ways`` are arguments of ``Options``. A form with months is built for its last one where a way
    names none. ``seeds`` are those of the workbooks that are filled in by dice, ``spoiled`` how
    many are filled in badly, to see that workbook and importer say the same of them.
    """

    form: ClassVar[str] = ""
    folder: ClassVar[Path | None] = None
    ways: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "rolled": {}, "as-printed": {"years": "as-printed"}, "later": {"report_year": 2027},
    }  # fmt: skip
    seeds: ClassVar[Sequence[int]] = (1, 2)
    texts: ClassVar[Sequence[str]] = ()
    spoiled: ClassVar[int] = 3

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """One test for each way, and for each seed where dice are thrown."""
        if "way" in metafunc.fixturenames:
            metafunc.parametrize("way", list(self.ways))
        if "seed" in metafunc.fixturenames:
            metafunc.parametrize("seed", list(self.seeds))

    @pytest.fixture(autouse=True)
    def _known(self) -> Iterator[None]:
        """Forms in a folder are known while its tests run."""
        if self.folder is None:
            yield
        else:
            with forms_from(self.folder):
                yield

    @pytest.fixture
    def options(self, way: str) -> Options:
        """What the form is asked for."""
        return self.options_of(way)

    def options_of(self, way: str) -> Options:
        """The options of one of the ways."""
        options = Options(**self.ways[way])
        months = registry.workbook(self.form, evolve(options, month=0)).months
        return evolve(options, month=months[-1]) if months and not options.month else options

    @pytest.fixture
    def layout(self, options: Options) -> Layout:
        """The form as it is laid out."""
        return layouts.of(self.form, options)

    # --- blank --------------------------------------------------------------------------------

    def test_a_blank_lacks_what_is_required_and_nothing_else(self, layout: Layout) -> None:
        """Every lack once, with its code, sheet, cell and key."""
        (submission,) = imported(written(layout)).submissions
        found = [(p.code, p.sheet, p.cell, p.key) for p in submission.problems]
        expected = required_when_blank(layout)
        assert expected, "nothing is asked"
        assert Counter(found) == Counter(expected)
        assert len({(sheet, cell) for _, sheet, cell, _ in found}) == len(found)
        assert submission.verdict == "退回"

    def test_sheet_names_fit_excel(self, layout: Layout) -> None:
        """As long as Excel takes, without its signs, unique whatever the case."""
        names = opened(written(layout)).sheetnames
        assert {plan.name for plan in layout.sheets} < set(names)
        assert {GUIDE_SHEET, NOTES_SHEET, REVIEW_SHEET} < set(names)
        for name in names:
            assert 0 < len(name) <= LONGEST_NAME
            assert not set(name) & set(r"[]:*?/\\")
            assert not name.startswith("'")
            assert not name.endswith("'")
        assert len({name.casefold() for name in names}) == len(names)

    def test_bytes_are_the_same_every_time(self, options: Options) -> None:
        """Of a layout that is worked out anew, too."""
        first = written(layouts.of(self.form, options))
        layouts.forget()
        assert written(layouts.of(self.form, options)) == first

    def test_every_list_of_options_is_in_a_drop_down(self, layout: Layout) -> None:
        """One validation a cell, with all options; names of a list are offered, never a bound."""
        book = opened(written(layout))
        lists = named_lists(book)
        for (sheet, cell), kind in kinds_by_place(layout):
            offered = kind.offer().options
            if isinstance(kind, DependentChoice):
                (rule,) = rules_at(book, sheet, cell)
                columns = [
                    next(texts for name, texts in lists.items()
                         if name in str(rule.formula1) and part in name)
                    for part in ("_parents", "_options")
                ]  # fmt: skip
                assert list(zip(*columns, strict=True)) == list(kind.pairs)
                assert rule.showErrorMessage
            elif isinstance(kind, Name) and kind.lookup:
                assert kind.lookup in layout.columns
                (rule,) = rules_at(book, sheet, cell)
                assert (rule.type, bool(rule.showErrorMessage)) == ("list", False)
                assert f"cb_{kind.lookup}" in str(rule.formula1)
            elif offered:
                (rule,) = rules_at(book, sheet, cell)
                assert rule.type == "list", f"{sheet}!{cell}"
                assert not rule.showDropDown, "in the file format this hides the arrow"
                assert lists[str(rule.formula1)] == list(offered), f"{sheet}!{cell}"
                assert bool(rule.showErrorMessage) == isinstance(kind, Choice | Tick)

    # --- filled -------------------------------------------------------------------------------

    def test_a_filled_workbook_comes_back_as_it_was_filled(
        self, layout: Layout, options: Options, seed: int, tmp_path: Path
    ) -> None:
        """In the document, in the long table and in the tables of the lists."""
        filled = fill(layout, seed, everything=seed == 1, texts=self.texts)
        batch = imported(written(layout, filled.answers()))
        (submission,) = batch.submissions
        # What the form's own rules say of numbers thrown like dice is for the tests of the rules.
        assert [shown(p) for p in submission.problems if p.own is None] == []
        assert submission.verdict == "通过" or any(p.own for p in submission.problems)
        windows.write(batch, tmp_path)
        document = json.loads((tmp_path / "submissions" / f"{submission.id}.json").read_bytes())
        assert (document["form"], document["year"]) == (self.form, options.report_year)
        assert document.get("month", 0) == options.month
        assert mismatches(filled, document) == []
        assert value_table_faults(filled, tmp_path) == []
        assert library_table_faults(filled, tmp_path) == []

    def test_whatever_part_is_filled_comes_back(self, layout: Layout, seed: int) -> None:
        """Some of the answers and columns, and nothing else is missed or made up."""
        dice = Random(f"part {seed}")
        names = list(dict.fromkeys(
            one.name for one in inputs(layout, dict.fromkeys(layout.bodies, 1))
        ))  # fmt: skip
        chosen = set(dice.sample(names, len(names) // 3))
        filled = fill(layout, seed, rows=2, everything=True, only=chosen.__contains__,
                      texts=self.texts)  # fmt: skip
        batch = imported(written(layout, filled.answers()))
        (submission,) = batch.submissions
        assert mismatches(filled, submission_document(batch, submission, "zh")) == []
        told = [p for p in submission.problems if p.code not in MISSING and p.own is None]
        assert [shown(p) for p in told] == []
        answered = {p.key for p in submission.problems if p.code in MISSING} & (
            filled.texts.keys() | filled.row_texts.keys()
        )
        assert not answered, "what is filled cannot be missing"

    def test_the_workbook_says_what_the_importer_says(self, layout: Layout) -> None:
        """Of every rule, computed cell and count, in workbooks that are filled in badly."""
        for seed in range(self.spoiled):
            assert stored_disagreements(layout, seed, self.texts) == []

    # --- what is made of it -------------------------------------------------------------------

    def test_the_summary_can_be_made(self, layout: Layout, tmp_path: Path) -> None:
        """From an import of two returns."""
        files = (written(layout, fill(layout, seed, texts=self.texts).answers())
                 for seed in (3, 4))  # fmt: skip
        windows.write(imported(*files), tmp_path)
        book = opened(cb.open_round(tmp_path).summary(include_returned=True))
        assert len(book.sheetnames) > 1

    def test_the_dictionary_has_every_field(self, layout: Layout) -> None:
        """Each answer and each column of a list, in all three forms of the dictionary."""
        form = cb.Form(layout)
        keys = {str(one["key"]) for one in form.fields}
        assert layout.slots.keys() | layout.columns.keys() <= keys
        for kind in ("md", "json", "xlsx"):
            assert form.dictionary_file(kind)


def written(layout: Layout, answers: Entries | None = None) -> bytes:
    """A workbook issued to nobody."""
    return writer.write_template(layout, Stamp.of(layout.workbook), answers)


def shown(problem: Problem) -> str:
    """A problem in one line, for whoever reads why a test failed."""
    return f"{problem.code} {problem.sheet}!{problem.cell} {problem.key}: {problem.message()}"


def mismatches(filled: FilledIn, document: dict[str, Any]) -> list[str]:
    """Where a JSON document is not what was typed."""
    layout = filled.layout
    values = without_computed(layout, document["values"])
    rows = rows_without_computed(layout, document["libraries"])
    return differences(filled.values(), values) + differences(filled.libraries(), rows)
