"""One judged return: what is known of it, and what is made for whoever sent it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from attrs import define

from clusterbook.languages import language
from clusterbook.verdicts import Verdict

if TYPE_CHECKING:
    from clusterbook.evidence.filling import FilledReturn
    from clusterbook.evidence.volume import Volume
    from clusterbook.forms.stamp import Stamp
    from clusterbook.problems import Problem
    from clusterbook.validation.judged import Batch, Submission


@define(eq=False, repr=False)
class Return:
    """One judged return."""

    judged: Batch
    submission: Submission

    def __repr__(self) -> str:
        """Its name, what becomes of it, and how much there is to tell."""
        told = f"{self.verdict.english}, {len(self.problems)} problems"
        return f"<Return {self.file!r}: {told}>"

    @property
    def file(self) -> str:
        """The shown name of the file."""
        return self.submission.file

    @property
    def verdict(self) -> Verdict:
        """What becomes of it."""
        return Verdict(self.submission.verdict)

    @property
    def problems(self) -> Sequence[Problem]:
        """All that was found, in printed order, each with level, code, place and sentences."""
        return self.submission.problems

    @property
    def stamp(self) -> Stamp | None:
        """Which form it is, and whom it was issued to; None where that cannot be told."""
        return self.submission.stamp

    @property
    def readable(self) -> bool:
        """Whether there are values."""
        return self.submission.group >= 0

    def told(self, lang: str = "zh") -> list[dict[str, str]]:
        """The problems as plain data, as an import writes them: place, sentence, how to mend.

        ``lang`` is the language of the sentences, "zh" or "en".
        """
        from clusterbook.results.tables import problem_record

        language(lang)
        return [problem_record(problem, lang) for problem in self.problems]

    def __getitem__(self, key: str) -> Any:
        """The value of an answer by its full key, as in the dictionary; None where it is missing.

        KeyError where the form has no such answer, and where nothing could be read: ``readable``.
        """
        if not self.readable:
            raise KeyError(key)
        group = self.judged.groups[self.submission.group]
        from clusterbook.results.lines import json_column

        typed = group.data.answers[key]
        kind = group.data.layout.slots[key][0].field.kind
        return json_column(kind, typed.values)[self.submission.position]

    def rows(self, library: str) -> list[dict[str, Any]]:
        """The rows of a library by its key; ``row`` counts as Excel does.

        KeyError where the form has no such library, and where nothing could be read.
        """
        found: list[dict[str, Any]] = self.to_dict().get("libraries", {})[library]
        return found

    @property
    def volume(self) -> tuple[str, ...]:
        """The shown names of the files of its evidence, in their order."""
        return self.submission.volume

    def cited(self) -> list[dict[str, Any]]:
        """Each cell that cites pages of evidence: ``sheet``, ``cell``, ``label`` and ``pages``."""
        from clusterbook.problems import short_label

        if not self.readable:
            return []
        data, at = self.judged.groups[self.submission.group].data, self.submission.position
        found = [
            (data.place(at, key), parts[0].path, data.answers[key].values[at])
            for key, parts in data.layout.slots.items() if parts[0].field.kind.cites
        ]  # fmt: skip
        for key, column in data.layout.columns.items():
            if column.field.kind.cites:
                library = key.partition(".")[0]
                rows = data.libraries[library]
                values = rows.columns[column.field.key].values
                found += [
                    (data.row_place(library, row, column), column.path, values[row])
                    for row, owner in enumerate(rows.owner) if owner == at
                ]  # fmt: skip
        return [
            {"sheet": sheet, "cell": cell, "label": short_label(label), "pages": pages}
            for (sheet, cell), label, pages in found if isinstance(pages, tuple) and pages
        ]  # fmt: skip

    def to_dict(self, lang: str = "zh") -> dict[str, Any]:
        """All of it as plain data, as an import writes it to JSON.

        ``lang`` is the language of the problems' sentences, "zh" or "en".
        """
        from clusterbook.results.documents import submission_document

        if self.readable:
            return submission_document(self.judged, self.submission, lang)
        return {"file": self.file, "sha256": self.submission.sha256,
                "verdict": self.submission.verdict, "problems": self.told(lang)}  # fmt: skip

    def marked_copy(self) -> bytes | None:
        """The workbook to send back with its problems marked; None where there can be none."""
        return self._sent("xlsx")

    def letter(self, *, template: bytes = b"", **said: str) -> bytes:
        """The letter about it, as the bytes of a .docx file: 退回通知, or 通过通知 where it passed.

        ``said`` may be ``deadline``, ``sender``, ``dated``, ``contact`` and ``number``;
        ``template`` is the office's own .docx, see ``letter_template``.

        Raises:
            LetterTemplateError: the template is none, or has names that are not known.
            SaidError: one of ``said`` is longer than a line of 60 characters.

        """
        kind = "passed" if self.verdict == Verdict.PASSED else "docx"
        return self._sent(kind, letter_template=_held(template), **said) or b""

    def receipt(self, *, template: bytes = b"", **said: str) -> bytes:
        """收到回执: which file was received, with its hash; ``said`` as for ``letter``."""
        from clusterbook.engine.send_back import letter_of
        from clusterbook.reports.feedback.letter import receipt
        from clusterbook.results.write import Choices

        choices = Choices(letter_template=_held(template), **said)  # type: ignore[arg-type]
        return receipt(letter_of(self.judged, self.submission, choices))

    def message(self, *, deadline: str = "") -> str:
        """The short message, ready to be pasted into a chat."""
        return (self._sent("txt", deadline=deadline) or b"").decode().rstrip("\n")

    def word(self) -> bytes:
        """The printed form with what this return says, as the bytes of a .docx file.

        What the form has no place for stands in an annex. ValueError where the return could not be
        read: ``readable`` tells before.
        """
        from clusterbook.api.papers import content_of
        from clusterbook.word.write import word_form

        if not self.readable:
            raise ValueError(f"{self.file or 'the return'} could not be read")
        return word_form(content_of(self.judged, self.submission))

    def fill(self, volume: Volume) -> FilledReturn:
        """A copy of it with the pages of a volume of evidence, and what stays without.

        All else in it is as it came. FillError where no copy could hold what this file holds.
        """
        from clusterbook.evidence.filling import FillError, fill

        if not self.readable or self.submission.stamp is None:
            raise FillError("the return cannot be read", why="unreadable")
        data = self.judged.groups[self.submission.group].data
        extracted = data.extracted[self.submission.position]
        return fill(data.layout, self.submission.stamp, extracted, self.problems, volume)

    def _sent(self, kind: str, **said: Any) -> bytes | None:
        from clusterbook.engine.send_back import papers
        from clusterbook.results.write import Choices

        make = papers(self.judged, self.submission, Choices(**said)).get(kind)
        return make() if make is not None else None


def _held(template: bytes) -> str:
    from clusterbook.reports.feedback.letter_template import as_text

    return as_text(template)


def letter_template() -> bytes:
    """The .docx that letters are made from, to be edited by the office; see its documentation."""
    from clusterbook.reports.feedback.letter_template import default_template

    return default_template()
