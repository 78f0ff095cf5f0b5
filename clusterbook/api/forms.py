"""Forms as they are asked in a round, and what is made from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from attrs import frozen

from clusterbook.errors import Error
from clusterbook.progress import Progress

if TYPE_CHECKING:
    from pandera.pandas import DataFrameSchema

    from clusterbook.api.pool import Pool
    from clusterbook.engine.word_forms import WordFile
    from clusterbook.forms.consistency import SpecError
    from clusterbook.forms.rules import Rule
    from clusterbook.forms.stamp import Registered
    from clusterbook.issuing.issue import Issue
    from clusterbook.issuing.prefill import Prefilled
    from clusterbook.issuing.roster import Roster
    from clusterbook.layout.layout import Layout
    from clusterbook.word.prefilled import FromWord
    from clusterbook.workbook.content import Entries


#: what an earlier round left: the folder of an import, a JSON file of it, or documents
Earlier: TypeAlias = "Path | str | Sequence[Mapping[str, Any]]"


def list_forms(*, on_fault: Callable[[SpecError], None] | None = None) -> dict[str, str]:
    """The known forms: id → title.

    A form whose spec has faults is a SpecError; where ``on_fault`` is given it is handed that, and
    the other forms are listed.
    """
    from clusterbook.forms import registry
    from clusterbook.forms.consistency import SpecError

    found = {}
    for one in registry.form_ids():
        try:
            found[one] = registry.workbook(one).title.strip()
        except SpecError as error:
            if on_fault is None:
                raise
            on_fault(error)
    return found


def load_form(
    form: str, *, year: int = 2025, month: int | None = None, years: str = "rolled",
    province: str = "", rows: int | None = None,
) -> Form:  # fmt: skip
    """The form of an id, for a round.

    ``year`` is the report year; ``month`` that of a form returned by months or quarters, which is
    needed before anything is issued. ``years`` "rolled" counts the printed years from the report
    year, "as-printed" keeps them. ``province`` by its full name gives the lists of its places;
    ``rows`` is how many enterprises the lists of a blank hold.

    Raises:
        UnknownFormError: no form has this id; facts ``form``, ``known`` and ``near``.
        SpecError: the form contradicts itself; ``faults`` has every fault.
        OptionError: the form cannot be had with these options.

    """
    from clusterbook.forms.options import Options
    from clusterbook.layout import layouts

    _check_asked(year, years, rows)
    options = Options(report_year=year, month=month or 0, years=years, province=province, rows=rows)
    return Form(layouts.of(form, options))


def _check_asked(year: object, years: object, rows: object) -> None:
    from clusterbook.forms.options import OptionError

    if not (isinstance(year, int) and 1900 <= year <= 2999):  # noqa: PLR2004 - four digits
        raise OptionError(f"年份应是四位数字，如 2025，不是 {year!r}。", year=year)
    if years not in ("rolled", "as-printed"):
        raise OptionError(f"years 只能是 rolled 或 as-printed，不是 {years!r}。", years=years)
    if rows is not None and not (isinstance(rows, int) and rows >= 1):
        raise OptionError(f"名单的行数应是不小于1的整数，不是 {rows!r}。", rows=rows)


def new_form(form: str, title: str) -> str:
    """The text of a spec that loads, with one of each thing a form may have, to be written on.

    It goes into a file named by the id, in a folder of forms. FormIdError where no file can be
    called so.
    """
    from clusterbook.forms.skeleton import skeleton

    return skeleton(form, title)


def draft_form(form: str, data: bytes) -> str:
    """The text of a first draft of a spec, from the empty form in Word (.docx, .doc, .rtf).

    It loads and gives a blank; every guess in it is marked. Raises FormIdError where no file can be
    called so, NotWordError where the file is no Word document.
    """
    from clusterbook.word.draft import draft
    from clusterbook.word.prefilled import document_of

    return draft(form, document_of(data))


class MonthNeededError(Error, ValueError):
    """A form that is returned by months was asked for without one; facts ``form``, ``months``."""


@frozen
class Form:
    """A form as it is asked in one round: its fields and rules, and what is made from them."""

    layout: Layout

    def __repr__(self) -> str:
        """Its name, and the round it is of."""
        return f"<Form {self.id!r} {self.version}: {self.round}>"

    @property
    def id(self) -> str:
        """The name of the form, as in ``load_form``."""
        return self.layout.workbook.id

    @property
    def version(self) -> str:
        """The version of the form."""
        return self.layout.workbook.version

    @property
    def title(self) -> str:
        """What is printed on its cover."""
        return self.layout.workbook.title.strip()

    @property
    def year(self) -> int:
        """The report year."""
        return self.layout.workbook.options.report_year

    @property
    def month(self) -> int | None:
        """The month of its round, where it is returned by months or quarters."""
        return self.layout.workbook.options.month or None

    @property
    def round(self) -> str:
        """Which round it is of: 2025, or 2025-10."""
        return self.layout.workbook.options.round

    @property
    def months(self) -> tuple[int, ...]:
        """The months of which it has rounds; none where it is returned by years."""
        return self.layout.workbook.months

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages of its programme, one of which may be named when it is issued."""
        from clusterbook.issuing.issue import stages

        return stages(self.layout.workbook)

    def _needs_month(self) -> None:
        if self.months and not self.month:
            told = "、".join(f"{one}月" for one in self.months)
            raise MonthNeededError(
                f"“{self.title}”按月报送，请写明是哪一个月的（{told}）。",
                form=self.id, months=self.months,
            )  # fmt: skip

    @property
    def sheets(self) -> tuple[str, ...]:
        """The names of its sheets, in printed order."""
        return tuple(plan.name for plan in self.layout.sheets)

    @property
    def resizable(self) -> bool:
        """Whether it has lists whose ``rows`` can be chosen."""
        return any(library.resizable for library in self.layout.workbook.libraries().values())

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules over several values, each with code, level, reason and source."""
        return self.layout.workbook.rules

    @property
    def dictionary(self) -> Mapping[str, Any]:
        """Every field, block, rule and correction as plain data, ready for JSON."""
        from clusterbook.reports.dictionary import describe

        return describe(self.layout)

    @property
    def fields(self) -> Sequence[Mapping[str, Any]]:
        """Every field in printed order: key, label, place, kind, unit and limits."""
        found: Sequence[Mapping[str, Any]] = self.dictionary["fields"]
        return found

    def dictionary_file(self, kind: str = "xlsx") -> bytes:
        """The dictionary as a document: ``kind`` is "xlsx", "json" or "md".

        Error where it is none of them; facts ``kind`` and ``known``.
        """
        from clusterbook.reports import dictionary as describe

        made: dict[str, Callable[[Any], bytes]] = {
            "xlsx": describe.as_xlsx, "json": describe.as_json,
            "md": lambda facts: describe.markdown(facts).encode(),
        }  # fmt: skip
        if kind not in made:
            known = ", ".join(made)
            raise Error(f"no dictionary as {kind!r}, only as {known}", kind=kind, known=(*made,))
        return made[kind](self.dictionary)

    def schema(self, table: str) -> DataFrameSchema:
        """The pandera schema of a library, by its key: a column per field, bounds as checks.

        It takes what ``Round.table`` gives as a frame, also of a list over several sheets by the
        key of the list, and any other with these columns; what fails is told by the code of the
        catalogue and in words (``V204 不大于100``). KeyError where the form has no such library.

            frame = cb.open_round("OUT").table("top_rd").frame()
            form.schema("top_rd").validate(frame, lazy=True)
        """
        from clusterbook.validation.schema import all_bounds, table_schema

        bodies = [one for one in self.layout.bodies.values() if one.library.table == table]
        body = bodies[0] if bodies else self.layout.bodies[table]
        fields = {column.field.key: column.field for column in body.columns}
        return table_schema(fields, all_bounds, any_texts=True)

    def json_schema(self, *, passed: bool = False) -> Mapping[str, Any]:
        """JSON Schema (2020-12) of what ``Return.to_dict`` gives and an import writes.

        Of those that ``passed`` it holds the bounds of every value, too.
        """
        from clusterbook.results.datapackage import submission_schema

        return submission_schema(self.layout, passed=passed)

    def blank(
        self, *, previous: Earlier | Prefilled | None = None, stage: str = "", deadline: str = "",
        contact: str = "", sender: str = "",
    ) -> bytes:  # fmt: skip
        """A protected workbook for nobody in particular, as the bytes of an .xlsx file.

        ``previous`` is what to prefill from, as ``prefilled`` takes or gives it. ``deadline``,
        ``contact`` and ``sender`` are shown on the first page. MonthNeededError where the form is
        returned by months, and none was named.
        """
        from clusterbook.forms.stamp import Stamp
        from clusterbook.workbook.writer import write_template

        self._needs_month()
        filled = self._filled(previous, None)
        answers = self._staged(filled.answers[0] if filled else None, stage)
        shown = {"deadline": deadline, "contact": contact, "sender": sender}
        return write_template(self.layout, Stamp.of(self.layout.workbook).showing(shown), answers)

    def word(self) -> bytes:
        """The printed form of the ministry or province, blank, as the bytes of a .docx file."""
        from clusterbook.word.content import Content
        from clusterbook.word.write import word_form

        return word_form(Content(layout=self.layout))

    def from_word(
        self, data: bytes, *, issue: str = "", issued_to: str = "",
        register: Path | str | None = None,
    ) -> FromWord:  # fmt: skip
        """What a filled form in Word says: a prefilled workbook, and a list of all that was read.

        ``issue`` and ``issued_to`` go into the stamp of the workbook; with the ``register`` of a
        round it is the workbook that was issued to whose form it is. Nothing is guessed: what may
        be misread is among ``unsure`` and not filled in. Only for files that are trusted: a Pool
        reads them in processes of their own.

        Raises NotWordError where no form can be read from it; IssueError as ``read_words`` does.
        """
        from clusterbook.word.prefilled import from_word

        layout, known = self._issued(register, issue)
        return from_word(layout, data, issue=issue, issued_to=issued_to, register=known)

    def read_words(
        self, pool: Pool, paths: Iterable[Path | str], out: Path | str, *, issue: str = "",
        register: Path | str | None = None, on_progress: Progress | None = None,
    ) -> list[WordFile]:  # fmt: skip
        """Read filled forms in Word by the processes of a pool, into workbooks in a folder.

        Each file has one verdict, and a list of what was read of it; files that were read before
        by the same software are not read again. With the ``register`` of a round each workbook is
        the one that was issued to whose form it is, as far as that can be told; ``issue`` says so
        of a single one. Raises MissingError, NothingToReadError, OutError and OSError as
        ``Pool.import_returns`` does; IssueError where the register is none, or of another form, or
        has no such issue, and where one issue is given for several files.
        """
        from clusterbook.api.pool import check_out, find
        from clusterbook.engine.word_forms import Whose, read_forms
        from clusterbook.issuing.roster import IssueError
        from clusterbook.paths import resolved

        target, given = Path(out), list(paths)
        check_out(given, target)
        found = find(given, target)
        layout, known = self._issued(register, issue)
        if issue and len(found) > 1:
            raise IssueError("一个发放编号只能用于一份 Word 表；有几份时请给发放登记表。")
        whose = Whose(issue=issue, register=known)
        return read_forms(layout, found, resolved(target), pool.executor, whose, on_progress)

    def _issued(
        self, register: Path | str | None, issue: str
    ) -> tuple[Layout, dict[str, Registered] | None]:
        """The form as it was issued in a round, and whom its workbooks went to."""
        if register is None:
            return self.layout, None
        from attrs import evolve

        from clusterbook.issuing.issue import options_of, read_register
        from clusterbook.issuing.roster import IssueError
        from clusterbook.layout import layouts

        known, options = read_register(Path(register)), options_of(Path(register), self.id)
        if issue and issue not in known:
            raise IssueError(f"发放登记表“{Path(register).name}”中没有编号 {issue}。")
        month = self.layout.workbook.options.month
        return layouts.of(self.id, evolve(options, month=month)) if options else self.layout, known

    def _staged(self, answers: Entries | None, stage: str) -> Entries | None:
        if not stage:  # issuing reads rosters, which takes longer to load than a blank to write
            return answers
        from clusterbook.issuing.issue import stage_of
        from clusterbook.workbook.content import Entries as Filled

        return (answers or Filled()).saying(stage_of(self.layout.workbook, stage))

    def prefilled(self, previous: Earlier, roster: Roster | None = None) -> Prefilled:
        """What an earlier round says already: answers by row of the roster, and a list of them.

        ``previous`` is the folder of an import, one of its JSON files, or documents such as
        ``Return.to_dict`` gives. Raises PrefillError where there is nothing to prefill from.
        """
        from clusterbook.issuing import prefill

        if isinstance(previous, Path | str):
            found = prefill.read(Path(previous))
        else:
            found = [prefill.EarlierReturn(document) for document in previous]
        return prefill.prefilled(self.layout, roster, found)

    def _filled(
        self, previous: Earlier | Prefilled | None, roster: Roster | None
    ) -> Prefilled | None:
        if previous is None or hasattr(previous, "answers"):
            made: Prefilled | None = previous  # type: ignore[assignment] # as it was given
            return made
        return self.prefilled(previous, roster)

    def roster(self, path: Path | str) -> Roster:
        """The rows of a roster, .xlsx, .xls, .ods or .csv; RosterError with every fault."""
        from clusterbook.issuing.roster import read_roster

        return read_roster(Path(path), self.layout.workbook)

    def issue(
        self, roster: Roster | Path | str, folder: Path | str, *,
        previous: Earlier | Prefilled | None = None, stage: str = "", deadline: str = "",
        contact: str = "", sender: str = "", issued_on: date | None = None,
        on_progress: Progress | None = None,
    ) -> Issued:  # fmt: skip
        """One workbook for each row of a roster, and the register, in a new folder.

        ``deadline``, ``contact`` and ``sender`` are shown on the first page where the roster says
        nothing else; ``on_progress`` is told how many are written, of how many. All or nothing is
        written.

        Raises:
            RosterError: with every fault of the roster.
            IssueError: the folder is in use, or the form knows no such stage.
            MonthNeededError: the form is returned by months, and none was named.
            OSError: something cannot be read or written.

        """
        from clusterbook.issuing import issue

        self._needs_month()
        target = Path(folder)
        issue.check_folder(target)
        listed = self.roster(roster) if isinstance(roster, Path | str) else roster
        same = issue.stage_of(self.layout.workbook, stage)
        filled = self._filled(previous, listed)
        given = {"deadline": deadline, "contact": contact, "sender": sender}
        shown = {key: value for key, value in given.items() if value}
        besides = filled.besides(shown) if filled else issue.Besides(shown=shown)
        found = issue.write(
            self.layout, listed, target, progress=on_progress,
            issued_on=(issued_on or date.today()).isoformat(),  # noqa: DTZ011 - the office's day
            besides=besides.saying(listed, same),
        )  # fmt: skip
        return Issued(target, tuple(found), listed, filled)


@frozen
class Issued:
    """What was issued: the folder, each workbook in it, and what was read and carried over."""

    folder: Path
    workbooks: tuple[Issue, ...]
    roster: Roster
    prefilled: Prefilled | None = None

    @property
    def register(self) -> Path:
        """The register of issues, which an import takes to know whose return it has."""
        from clusterbook.issuing.issue import REGISTER

        return self.folder / REGISTER

    def told(self) -> list[dict[str, str]]:
        """Per workbook ``issue``, ``file``, ``issued_to``, its place, and whom to whom to call."""
        from clusterbook.issuing.roster import contact_of

        return [
            {
                "issue": one.stamp.issue, "file": one.file, "issued_to": one.stamp.issued_to,
                "city": one.entry.city, "county": one.entry.county,
                "cluster_name": one.entry.cluster_name,
                **dict(zip(("contact_name", "contact_phone"), contact_of(one.entry), strict=True)),
            }
            for one in self.workbooks
        ]  # fmt: skip
