"""Returns: the processes that read them, and what is known of each."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Self, TypeAlias

from attrs import define

from clusterbook.api.cluster import cluster
from clusterbook.api.round import Round
from clusterbook.errors import Error
from clusterbook.progress import Progress, Tell
from clusterbook.verdicts import Verdict

if TYPE_CHECKING:
    from clusterbook.engine.inbox import Found
    from clusterbook.forms.stamp import Stamp
    from clusterbook.office.decisions import Decided
    from clusterbook.problems import Problem
    from clusterbook.validation.judged import Batch, Submission
    from clusterbook.validation.settled import Answer, Decision

#: a list that was given as it is, or a file of it, .xlsx or .csv; None for nothing
Answers: TypeAlias = "Iterable[Answer] | Path | str | None"
Decisions: TypeAlias = "Iterable[Decision] | Path | str | None"

PASSWORDS_LIMIT = 20  # trying one takes a fifth of a second of the time a file has


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
        """The problems as plain data, as an import writes them: place, sentence, how to mend."""
        from clusterbook.results.documents import problem_record

        return [problem_record(problem, lang) for problem in self.problems]

    def __getitem__(self, key: str) -> Any:
        """The value of an answer by its full key, as in the dictionary; None where it is missing.

        KeyError where the form has no such answer.
        """
        if not self.readable:
            raise KeyError(key)
        group = self.judged.groups[self.submission.group]
        from clusterbook.results.tables import json_column

        typed = group.data.answers[key]
        kind = group.data.layout.slots[key][0].field.kind
        return json_column(kind, typed.values)[self.submission.position]

    def rows(self, library: str) -> list[dict[str, Any]]:
        """The rows of a library by its key; ``row`` counts as Excel does."""
        found: list[dict[str, Any]] = self.to_dict()["libraries"][library]
        return found

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

    def _sent(self, kind: str, **said: Any) -> bytes | None:
        from clusterbook.engine.send_back import sent
        from clusterbook.results.write import Choices

        return dict(sent(self.judged, self.submission, Choices(**said))).get(kind)


def _held(template: bytes) -> str:
    from clusterbook.reports.feedback.letter_template import as_text

    return as_text(template)


def letter_template() -> bytes:
    """The .docx that letters are made from, to be edited by the office; see its documentation."""
    from clusterbook.reports.feedback.letter_template import default_template

    return default_template()


class Pool:
    """Processes that read returns: what a county sent can end one of them, and nothing else.

    ``jobs`` 0 takes one per processor; ``scheduler`` ("tcp://host:port") those of a Dask cluster,
    which sees the same paths. ``passwords`` are tried on files that have one to open. A pool is a
    context manager; its processes live as long as its block.
    """

    def __init__(
        self, jobs: int = 0, *, scheduler: str = "", passwords: Sequence[str] = ()
    ) -> None:
        self.jobs = jobs or os.cpu_count() or 1
        self.passwords = tuple(passwords)
        self._scheduler = scheduler
        self._open = ExitStack()
        self._executor: Executor | None = None

    def __enter__(self) -> Self:
        """Start the processes.

        Raises:
            CannotStartError: this machine lets no process be started.
            NoClusterError: there is no such cluster, or Dask is not installed.

        """
        if self._scheduler:
            self._executor, self.jobs = self._open.enter_context(cluster(self._scheduler))
        else:
            from clusterbook.engine.workers import LocalPool

            pool = self._open.enter_context(LocalPool(self.jobs))
            pool.probe()
            self._executor = pool
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        """End the processes; an error does not wait for what is under way."""
        self._executor = None
        self._open.__exit__(kind, value, trace)

    @property
    def executor(self) -> Executor:
        """What runs the tasks; RuntimeError outside the block of the pool."""
        if self._executor is None:
            raise RuntimeError("a Pool reads inside its with block only")
        return self._executor

    def read(
        self, source: Path | str | bytes | IO[bytes], *, name: str = "",
        answers: Answers = None,
    ) -> Return:  # fmt: skip
        """One return, read and judged; nothing is written to disk.

        ``name`` is what sentences call a file that has none. ``answers`` are reasons that were
        given elsewhere for its questions, a list or a file of it; those for other returns do not
        count.

        Raises:
            PackError: the file is an archive of other files, which ``check`` reads.
            SettlementError: the file of answers is none.
            OSError: a file cannot be read.

        """
        from clusterbook.engine.judge import judge_one
        from clusterbook.engine.reads import read_alone

        if isinstance(source, Path | str):
            data, shown = Path(source).read_bytes(), name or Path(source).name
        else:
            data, shown = source if isinstance(source, bytes) else source.read(), name
        digest = hashlib.sha256(data).hexdigest()
        returned = read_alone(self.executor, data, digest, self.passwords)
        if returned.members:
            inside = [member for member, _ in returned.members]
            raise PackError(f"{shown or 'the file'} holds {len(inside)} files", files=inside)
        gather = judge_one(shown, returned, _answers(answers))
        return Return(gather, gather.submissions[0])

    def check(
        self, paths: Iterable[Path | str] | Mapping[str, Path], *,
        register: Path | str | None = None, answers: Answers = None, decisions: Decisions = None,
        on_progress: Progress | None = None,
    ) -> list[Return]:  # fmt: skip
        """All files named or below named folders, read and judged together.

        Files may be given by the names that sentences are to call them, wherever they lie.
        ``register`` is that of the issued workbooks; ``answers`` and ``decisions`` are as
        ``import_returns`` takes them.

        Raises MissingError and NothingToReadError as ``find`` does; IssueError where the register
        is none, SettlementError where answers or decisions are none.
        """
        from clusterbook.engine import gather
        from clusterbook.issuing.issue import read_register
        from clusterbook.validation.settled import Settlements, merged

        files = _named(paths) if isinstance(paths, Mapping) else find(paths)
        decided = merged(one.decision for one in _decisions(decisions))
        judged = gather.run(
            files, pool=self.executor, progress=on_progress, passwords=self.passwords,
            register=read_register(Path(register)) if register is not None else None,
            settlements=Settlements(_answers(answers), decided),
        )  # fmt: skip
        return [Return(judged, one) for one in judged.submissions]

    def members(self, pack: Path | str) -> Iterator[tuple[str, bytes]]:
        """The files in an archive of returns, one at a time, by the names that it gives them.

        What cannot be had of it is left to ``check``, which tells why. PackError where the file is
        no archive at all.
        """
        from clusterbook.engine import packs
        from clusterbook.engine.workers import WorkerDiedError
        from clusterbook.readers.limits import GridError

        try:
            listed = self.executor.submit(packs.names, str(pack)).result()
            for index, name in listed:
                yield name, self.executor.submit(packs.content, str(pack), index).result()
        except (GridError, WorkerDiedError) as error:
            raise PackError(str(error), files=[]) from error

    def import_returns(
        self, paths: Iterable[Path | str], out: Path | str, *,
        register: Path | str | None = None, previous: Path | str | None = None,
        last_round: Path | str | None = None, answers: Answers = None,
        decisions: Decisions = None, on_progress: Tell | None = None, **choices: Any,
    ) -> Round:  # fmt: skip
        """Read and judge returns, and write all that an import writes to the folder ``out``.

        ``register`` is that of the issued workbooks; ``previous`` the folder of the import before,
        whose problems may be mended now; ``last_round`` that of last year, whose targets were set
        for this one. ``answers`` are reasons that counties gave elsewhere, ``decisions`` what the
        office decided beside what ``decisions.xlsx`` in ``out`` says: a file each, or a list.
        ``choices`` are ``lang``, ``returned``, ``packs``, ``deadline``, ``sender``, ``dated``,
        ``contact``, ``number``, ``csv_for_excel`` and ``parquet``, as the options of the command;
        ``letter_template`` is a .docx of the office's own, a path or bytes.

        Raises:
            MissingError, NothingToReadError: as ``find`` does. OutError: as ``check_out`` does.
            IssueError: the register is none.
            NotAnImportError: ``previous`` or ``last_round`` is none.
            SettlementError: answers or decisions cannot be taken as they are.
            LetterTemplateError: the letter template is none, or has names that are not known.
            BusyError: another import is writing there.
            OSError: something cannot be read or written.

        """
        target = Path(out)
        given = list(paths)
        check_out(given, target)
        return self.import_found(
            find(given, target), target, register=register, previous=previous,
            last_round=last_round, answers=answers, decisions=decisions,
            on_progress=on_progress, **choices,
        )  # fmt: skip

    def import_found(
        self, files: Sequence[Found], out: Path, *, register: Path | str | None = None,
        previous: Path | str | None = None, last_round: Path | str | None = None,
        answers: Answers = None, decisions: Decisions = None, on_progress: Tell | None = None,
        **choices: Any,
    ) -> Round:  # fmt: skip
        """Do what ``import_returns`` does with the files that ``find`` has found."""
        from clusterbook.engine import importing
        from clusterbook.issuing.issue import read_register
        from clusterbook.paths import resolved
        from clusterbook.results.earlier_imports import problems_of, promises_of
        from clusterbook.results.write import Choices

        choices["letter_template"] = _template(choices.get("letter_template"))
        work = importing.Import(
            files=files, out=resolved(out), pool=self.executor, jobs=self.jobs,
            register=read_register(Path(register)) if register is not None else None,
            previous=problems_of(Path(previous)) if previous is not None else None,
            promises=promises_of(Path(last_round)) if last_round is not None else None,
            answers=_answers(answers), decided=_decisions(decisions),
            choices=Choices(**choices), passwords=self.passwords,
        )  # fmt: skip
        if on_progress is not None:
            work.tell = on_progress
        return Round(out, tuple(work.run()))


def _answers(given: Answers) -> tuple[Answer, ...]:
    if isinstance(given, Path | str):
        from clusterbook.office.answers import read_answers

        return read_answers(Path(given))
    return tuple(given or ())


def _decisions(given: Decisions) -> tuple[Decided, ...]:
    from clusterbook.office.decisions import Decided, read_decisions

    if isinstance(given, Path | str):
        return read_decisions(Path(given))
    return tuple(Decided(one, {}, {}) for one in given or ())


def _template(given: Path | str | bytes | None) -> str:
    """A letter template as choices hold it; LetterTemplateError where it cannot be used."""
    from clusterbook.reports.feedback import letter, letter_template

    if not given:
        return ""
    data = given if isinstance(given, bytes) else Path(given).read_bytes()
    for made in (letter.notice, letter.passed, letter.receipt):
        made(letter.sample(data))
    return letter_template.as_text(data)


class PasswordsError(Error, ValueError):
    """A file of passwords that is none; facts ``path``, ``count`` (-1: no text) and ``most``."""


class OutError(Error, ValueError):
    """A folder that nothing can be imported to; facts ``out`` and ``why``: "file" or "input"."""


class PackError(Error, ValueError):
    """A file is an archive of others; fact ``files``."""


class MissingError(Error, FileNotFoundError):
    """Paths that lead nowhere; fact ``paths``."""


class NothingToReadError(Error, ValueError):
    """All folders are empty."""


def find(paths: Iterable[Path | str], out: Path | None = None) -> list[Found]:
    """The files to read, by name; what an earlier import left in ``out`` is not among them.

    Raises:
        MissingError: a path leads nowhere; fact ``paths``.
        NothingToReadError: there is no file at all.
        OSError: a folder that is named cannot be opened.

    """
    from clusterbook.engine import inbox
    from clusterbook.paths import resolved

    asked = [Path(path) for path in paths]
    missing = [str(path) for path in asked if not path.exists()]
    if missing:
        raise MissingError(f"no such file or folder: {', '.join(missing)}", paths=missing)
    found = inbox.find_files(asked)
    if out is not None:
        inside = resolved(out)
        if any(resolved(path) in inside.parents for path in asked):
            found = [one for one in found if inside not in one.path.parents]
    if not found:
        raise NothingToReadError("there is no file to read", paths=list(map(str, asked)))
    return found


def _named(files: Mapping[str, Path]) -> list[Found]:
    from clusterbook.engine.inbox import Found, skip_reason
    from clusterbook.paths import resolved

    return [Found(name, resolved(path), skip_reason(name)) for name, path in files.items()]


def most_bytes() -> int:
    """The largest file that is read at all: a pack of returns."""
    from clusterbook.readers.limits import USUAL_LIMITS

    return max(USUAL_LIMITS.file_bytes, USUAL_LIMITS.pack_bytes)


def passwords_in(path: Path | str) -> tuple[str, ...]:
    """The lines of a file of passwords, in UTF-8 or GBK; each is tried on a locked file.

    Raises:
        PasswordsError: it is no text, or holds no password, or too many.
        OSError: it cannot be read.

    """
    from clusterbook.readers.plain_text import decode

    text = decode(Path(path).read_bytes())
    if text is None:
        raise PasswordsError("not a text", path=str(path), count=-1, most=PASSWORDS_LIMIT)
    found = tuple(dict.fromkeys(filter(None, text.splitlines())))
    if not 0 < len(found) <= PASSWORDS_LIMIT:
        told = f"{len(found)} passwords"
        raise PasswordsError(told, path=str(path), count=len(found), most=PASSWORDS_LIMIT)
    return found


def check_out(paths: Iterable[Path | str], out: Path) -> None:
    """Complain now rather than after an hour of reading.

    Raises:
        OutError: ``out`` is a file, or one of the folders to read.
        OSError: nothing can be written there.

    """
    if out.exists() and not out.is_dir():
        raise OutError(f"{out} is a file", out=str(out), why="file")
    if any(out.resolve() == Path(path).resolve() for path in paths):
        raise OutError(f"{out} is read from", out=str(out), why="input")
    nearest = next(path for path in (out, *out.resolve().parents) if path.exists())
    if not nearest.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "")
    if not os.access(nearest, os.W_OK):
        raise PermissionError(errno.EACCES, "")
