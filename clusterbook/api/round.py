"""Rounds: what an import wrote, and what is made of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from clusterbook.allowance import few_collections
from clusterbook.languages import language

if TYPE_CHECKING:
    import pandas as pd

    from clusterbook.layout.layout import Layout
    from clusterbook.reports.summary.summary import Province
    from clusterbook.results.write import FileOutcome
    from clusterbook.validation.rounds import RoundComparison


def open_round(out: Path | str) -> Round:
    """What an import wrote to a folder; NotAnImportError where it is none."""
    from clusterbook.results.read import Written

    Written(Path(out)).checked()
    return Round(Path(out))


def compare(
    before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]
) -> RoundComparison:
    """Which problems of an earlier return are mended, which still open, and which are new.

    Both are problems as ``Return.told`` gives them; the answer has their positions.
    """
    from clusterbook.validation import rounds

    return rounds.compare(before, after)


@frozen
class Round:
    """The folder of an import. Tables are read when they are asked for, line by line.

    ``outcomes`` has one entry per file where the import was made by this process.
    """

    folder: Path
    outcomes: tuple[FileOutcome, ...] = ()

    def __repr__(self) -> str:
        """Where it is."""
        return f"<Round in {str(self.folder)!r}>"

    @property
    def submissions(self) -> Iterator[Mapping[str, str]]:
        """One line per file: verdict, place, counts."""
        return iter(self.table("submissions"))

    @property
    def problems(self) -> Iterator[Mapping[str, str]]:
        """Every problem: place, sentence, how to mend."""
        return iter(self.table("problems"))

    @property
    def values(self) -> Iterator[Mapping[str, str]]:
        """Every answer in long form: field, year, number or text, raw value, place."""
        return iter(self.table("values"))

    def table(self, name: str) -> RoundTable:
        """A table by its name: "values", "progress", "rounds", or the key of a library.

        Without lines where the import wrote no table of this name; ``columns`` tells which.
        """
        return RoundTable(self.folder, name)

    @property
    def settled(self) -> Mapping[str, int]:
        """How many decisions hold, and answers were used; nothing where none were given."""
        from clusterbook.results.read import Written

        found: Mapping[str, int] = Written(self.folder).facts("manifest.json").get("settled", {})
        return found

    def documents(self) -> Iterator[dict[str, Any]]:
        """Every readable submission as plain data."""
        from clusterbook.results.read import Written

        return (found for _, found in Written(self.folder).documents())

    def words(self) -> Iterator[tuple[str, bytes]]:
        """The printed form of every readable submission: name of a file, and its bytes (.docx)."""
        from clusterbook.api.papers import content_of_document
        from clusterbook.paths import stem_of
        from clusterbook.word.write import word_form

        taken: set[str] = set()
        for document in self.documents():
            stem = stem_of(document["issued_to"])
            if not stem or stem.casefold() in taken:
                stem = "_".join(filter(None, (stem, stem_of(document["submission"]))))
            taken.add(stem.casefold())
            content = content_of_document(_layout(document), document)
            yield f"{stem}_申报表.docx", word_form(content)

    def recommendation(self) -> bytes:
        """推荐汇总表: whom the city or province puts forward, in order, as the bytes of a .docx.

        NothingToReadError where nobody has sent anything.
        """
        from clusterbook.results.read import Written
        from clusterbook.word.recommendation import recommended

        Written(self.folder).with_returns()
        return recommended([(document, _layout(document)) for document in self.documents()])

    def report(self, *, title: str = "", lang: str = "zh") -> bytes:
        """The report page, one HTML file that needs nothing else; ``lang`` is "zh" or "en"."""
        from clusterbook.reports.page.facts import read_facts
        from clusterbook.reports.page.report import report_html

        return report_html(read_facts(self.folder), title=title, lang=language(lang))

    def summary(
        self, *, previous: Path | str | None = None, include_returned: bool = False,
        contacts: bool = True, print_lists: bool = False,
    ) -> bytes:  # fmt: skip
        """The provincial summary as the bytes of an .xlsx file.

        ``previous`` is the folder of the round before, for comparison. Long lists are for the
        screen unless ``print_lists``.

        Raises:
            NotAnImportError: one of the folders holds no import.
            NothingToReadError: nobody has sent anything in the round.
            UnknownFormError: it is of a form that is not known here.

        """
        province = self.province(previous=previous, include_returned=include_returned)
        return self.summary_of(province, contacts=contacts, print_lists=print_lists)

    def papers(
        self, *, previous: Path | str | None = None, include_returned: bool = False,
        pdf: bool = False,
    ) -> Iterator[tuple[str, bytes]]:  # fmt: skip
        """情况报告 and a page for each cluster, by the names of their files; errors as ``summary``.

        Every figure says where it comes from. ``pdf``: each as a PDF, too.

        Raises NoOfficeError where LibreOffice is wanted and not there.
        """
        from clusterbook.reports.briefs.papers import papers
        from clusterbook.reports.briefs.pdf import with_pdf

        province = self.province(previous=previous, include_returned=include_returned)
        found = papers(self.folder, province)
        yield from with_pdf(found) if pdf else found

    @staticmethod
    def summary_of(
        province: Province, *, contacts: bool = True, print_lists: bool = False
    ) -> bytes:
        """The summary of what ``province`` gave, perhaps of less than that."""
        from clusterbook.reports.summary.sheets import write_summary

        with few_collections():
            return write_summary(province, contacts=contacts, print_lists=print_lists)

    def province(
        self, *, previous: Path | str | None = None, include_returned: bool = False
    ) -> Province:
        """What the summary says, as data; errors as ``summary``."""
        from clusterbook.reports.summary.summary import summarize

        before = Path(previous) if previous is not None else None
        with few_collections():
            return summarize(self.folder, include_returned=include_returned, previous=before)


def _layout(document: Mapping[str, Any]) -> Layout:
    """The layout of the form that a submission answers, with the options of its round."""
    from clusterbook.forms.options import Options
    from clusterbook.layout import layouts

    options = Options(
        report_year=document["year"], month=document.get("month", 0),
        years=document.get("years", "rolled"), province=document.get("province", ""),
    )  # fmt: skip
    return layouts.of(document["form"], options)


@frozen
class RoundTable:
    """One table of an import; iterating gives its lines, texts by column."""

    folder: Path
    name: str

    def __iter__(self) -> Iterator[Mapping[str, str]]:
        from clusterbook.results.read import Written

        return Written(self.folder).lines(self.name)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of its columns; none where the import wrote no such table."""
        from clusterbook.results.read import Written

        return Written(self.folder).names(self.name)

    def frame(self) -> pd.DataFrame:
        """The table as a DataFrame, numbers as numbers as the data package says.

        An empty one where the import wrote no such table.
        """
        import pandas as pd

        from clusterbook.results.read import Written

        if not self.columns:
            return pd.DataFrame()
        kinds = {"number": "float64", "integer": "Int64", "boolean": "boolean"}
        written = Written(self.folder)
        typed = {one["name"]: kinds.get(one["type"], "string") for one in written.fields(self.name)}
        path = written.path(self.name)
        return pd.read_csv(path, dtype=typed, keep_default_na=False, na_values=[""])
