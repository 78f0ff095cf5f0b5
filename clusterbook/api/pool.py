"""The processes that read returns, one by one, in batches and as whole imports."""

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

from clusterbook.api.cluster import cluster
from clusterbook.api.returned import Return
from clusterbook.api.round import Round
from clusterbook.errors import Error
from clusterbook.languages import LANGUAGES, language
from clusterbook.progress import Progress, Tell
from clusterbook.results.read import NothingToReadError

if TYPE_CHECKING:
    from clusterbook.engine.gather import Register
    from clusterbook.engine.inbox import FoundFile
    from clusterbook.evidence.volume import Volume
    from clusterbook.office.decisions import Decided
    from clusterbook.validation.judged import Submission
    from clusterbook.validation.settled import Answer, Decision

#: one file or folder, or several
Paths: TypeAlias = "Path | str | Iterable[Path | str]"
#: a list that was given as it is, or a file of it, .xlsx or .csv; None for nothing
Answers: TypeAlias = "Iterable[Answer] | Path | str | None"
Decisions: TypeAlias = "Iterable[Decision] | Path | str | None"

PASSWORDS_LIMIT = 20  # trying one takes a fifth of a second of the time a file has


class Pool:
    """Processes that read returns: what a county sent can end one of them, and nothing else.

    ``jobs`` 0 takes one per processor; ``scheduler`` ("tcp://host:port") those of a Dask cluster,
    which sees the same paths. ``passwords`` are tried on files that have one to open. A pool is a
    context manager; its processes live as long as its block. ValueError for less than no jobs.
    """

    def __init__(
        self, jobs: int = 0, *, scheduler: str = "", passwords: Sequence[str] = ()
    ) -> None:
        if jobs < 0:
            raise ValueError(f"jobs is {jobs}: 0 takes one per processor, 1 and more so many")
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
        self, source: Path | str | bytes | bytearray | IO[bytes], *, name: str = "",
        answers: Answers = None, evidence: Path | str | None = None,
    ) -> Return:  # fmt: skip
        """One return, read and judged; nothing is written to disk.

        ``name`` is what sentences call a file that has none. ``answers`` are reasons that were
        given elsewhere for its questions, a list or a file of it; those for other returns do not
        count. ``evidence`` is its volume, a PDF or a folder with the parts of it.

        Raises:
            PackError: the file is an archive of other files, which ``check`` reads.
            SettlementError: the file of answers is none.
            OSError: a file cannot be read.

        """
        from clusterbook.engine import volumes
        from clusterbook.engine.judge import judge_one
        from clusterbook.engine.reads import read_alone

        if isinstance(source, Path | str):
            data, shown = Path(source).read_bytes(), name or Path(source).name
        else:
            given: object = source.read() if hasattr(source, "read") else source
            if not isinstance(given, bytes | bytearray | memoryview):
                raise TypeError("a return is bytes, or a file not open as text: open(…, 'rb')")
            data, shown = bytes(given), name
        digest = hashlib.sha256(data).hexdigest()
        returned = read_alone(self.executor, data, digest, self.passwords)
        if returned.members:
            inside = [member for member, _ in returned.members]
            raise PackError(f"{shown or 'the file'} holds {len(inside)} files", files=inside)
        volume = find([evidence]) if evidence is not None else ()
        seen, told = volumes.look_into(self.executor, volume) if volume else ((), ())
        gather = judge_one(shown, returned, _answers(answers), seen, told)
        return Return(gather, gather.submissions[0])

    def what_goes_back(self, one: Return, **said: str) -> dict[str, bytes]:
        """What goes back for a return, made by a process of the pool.

        "xlsx" is the marked copy, where there can be one, "docx" the letter and "txt" the short
        message; for one that passed "passed" is the letter and "receipt" the 收到回执. ``said`` as
        for ``Return.letter``, SaidError likewise.
        """
        from clusterbook.engine.send_back import sent
        from clusterbook.engine.workers import certainly
        from clusterbook.results.write import Choices

        choices = Choices(**said)  # type: ignore[arg-type]
        return certainly(self.executor, sent, one.judged, one.submission, choices)

    def bind(
        self, folder: Path | str, *, listed: Path | str | None = None, about: str = "",
        apart: Iterable[Path | str] = (),
    ) -> Volume:  # fmt: skip
        """One volume of the PDFs and pictures in a folder, pages numbered, with contents.

        ``listed`` is a list that names them and their order, .xlsx or .csv; without one folders and
        names give it. ``about`` stands below the title. Files that are ``apart`` are no materials,
        if they lie there: the volume of the last time, the return. What could not be taken is told.

        Raises:
            NothingToReadError: there is no file. SettlementError: the list is none.
            MaterialsError: the list names files that are not there.
            DocumentError: the volume would have too many pages.
            OSError: something cannot be read.

        """
        from clusterbook.engine import volumes

        found = find([Path(folder)])
        list_ = Path(listed) if listed else None
        return volumes.bind(self.executor, found, list_, about, [Path(path) for path in apart])

    def bound_here(self, path: Path | str) -> bool:
        """Whether a file is a volume that ``bind`` made, so that another may take its place."""
        from clusterbook.engine import volumes

        return volumes.is_volume(self.executor, Path(path))

    def check(
        self, paths: Paths | Mapping[str, Path], *,
        evidence: Path | str | None = None, register: Path | str | None = None,
        answers: Answers = None, decisions: Decisions = None,
        on_progress: Progress | None = None,
    ) -> list[Return]:  # fmt: skip
        """All files named or below named folders, read and judged together.

        Files may be given by the names that sentences are to call them, wherever they lie.
        ``register`` is that of the issued workbooks; ``evidence``, ``answers`` and ``decisions``
        are as ``import_returns`` takes them.

        Raises MissingError and NothingToReadError as ``find`` does; IssueError where the register
        is none, SettlementError where answers or decisions are none.
        """
        from clusterbook.engine import gather
        from clusterbook.validation.settled import Settlements, merged

        files = _named(paths) if isinstance(paths, Mapping) else find(paths, evidence=evidence)
        decided = merged(one.decision for one in _decisions(decisions))
        judged = gather.run(
            files, pool=self.executor, progress=on_progress, passwords=self.passwords,
            register=_register(register),
            settlements=Settlements(_answers(answers), decided),
        )  # fmt: skip
        return [Return(judged, one) for one in judged.submissions]

    def submissions(
        self, paths: Paths, *, evidence: Path | str | None = None
    ) -> list[Submission]:  # fmt: skip
        """What ``check`` tells of each file, without its values: verdicts, problems, stamps.

        Raises MissingError and NothingToReadError as ``find`` does.
        """
        files = find(paths, evidence=evidence)
        if evidence is not None:
            from clusterbook.engine import gather

            return gather.run(files, pool=self.executor, passwords=self.passwords).submissions
        from clusterbook.engine import checking

        return checking.submissions(files, pool=self.executor, passwords=self.passwords)

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

    def page_picture(self, pack: Path | str, members: Sequence[str], number: int) -> bytes:
        """A page of evidence as PNG, rendered in a worker; empty where it cannot be.

        ``members`` are the files in an archive that make the volume, in their order.
        """
        from clusterbook.engine import volumes

        return volumes.picture(self.executor, Path(pack), members, number)

    def import_returns(
        self, paths: Paths, out: Path | str, *,
        register: Path | str | None = None, previous: Path | str | None = None,
        last_round: Path | str | None = None, answers: Answers = None,
        decisions: Decisions = None, evidence: Path | str | None = None,
        on_progress: Tell | None = None, **choices: Any,
    ) -> Round:  # fmt: skip
        """Read and judge returns, and write all that an import writes to the folder ``out``.

        ``register`` is that of the issued workbooks: with one an empty folder is a round to which
        nobody has sent anything yet. ``previous`` is the folder of the import before,
        whose problems may be mended now; ``last_round`` that of last year, whose targets were set
        for this one. ``answers`` are reasons that counties gave elsewhere, ``decisions`` what the
        office decided beside what ``decisions.xlsx`` in ``out`` says: a file each, or a list.
        ``evidence`` is a folder of volumes of evidence, each named by its county, cluster or issue
        id: returns are held against them, as against a PDF beside them whose path says 佐证.
        ``choices`` are ``lang``, ``returned``, ``packs``, ``deadline``, ``sender``, ``dated``,
        ``contact``, ``number``, ``csv_for_excel`` and ``parquet``, as the options of the command;
        ``letter_template`` is a .docx of the office's own, a path or bytes. ``on_progress`` is
        called after each step as ``(what, done, total, note="")``; what it raises ends the import,
        and nothing is changed in ``out`` but what may be taken up again.

        Raises:
            MissingError, NothingToReadError: as ``find`` does. OutError: as ``check_out`` does.
            IssueError: the register is none.
            NotAnImportError: ``previous`` or ``last_round`` is none.
            SettlementError: answers or decisions cannot be taken as they are.
            LetterTemplateError: the letter template is none, or has names that are not known.
            SaidError: ``deadline`` or the like is longer than a line of 60 characters.
            BusyError: another import is writing there.
            OSError: something cannot be read or written.

        """
        target = Path(out)
        given = _each(paths)
        check_out(given, target)
        return self.import_found(
            find(given, target, evidence, none_sent=register is not None), target,
            register=register, previous=previous, last_round=last_round, answers=answers,
            decisions=decisions, on_progress=on_progress, **choices,
        )  # fmt: skip

    def import_found(
        self, files: Sequence[FoundFile], out: Path, *, register: Path | str | None = None,
        previous: Path | str | None = None, last_round: Path | str | None = None,
        answers: Answers = None, decisions: Decisions = None, on_progress: Tell | None = None,
        **choices: Any,
    ) -> Round:  # fmt: skip
        """Do what ``import_returns`` does with the files that ``find`` has found."""
        from clusterbook.engine import importing
        from clusterbook.paths import resolved
        from clusterbook.results.earlier_imports import problems_of, promises_of
        from clusterbook.results.write import Choices

        language(choices.get("lang", LANGUAGES[0]))
        choices["letter_template"] = _template(choices.get("letter_template"))
        work = importing.Import(
            files=files, out=resolved(out), pool=self.executor, jobs=self.jobs,
            register=_register(register),
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


def _register(given: Path | str | None) -> Register | None:
    if given is None:
        return None
    from clusterbook.issuing.issue import read_register

    return read_register(Path(given))


def _template(given: Path | str | bytes | None) -> str:
    """A letter template as choices hold it; LetterTemplateError where it cannot be used."""
    if not given:
        return ""
    from clusterbook.reports.feedback import letter, letter_template

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


def find(
    paths: Paths, out: Path | None = None, evidence: Path | str | None = None, *,
    none_sent: bool = False,
) -> list[FoundFile]:  # fmt: skip
    """The files to read, by name; what an earlier import left in ``out`` is not among them.

    Those of ``evidence`` stand among them, and are no returns. ``none_sent``: that there is none is
    an answer, too.

    Raises:
        MissingError: a path leads nowhere; fact ``paths``.
        NothingToReadError: there is no file at all, and not ``none_sent``.
        OSError: a folder that is named cannot be opened.

    """
    from clusterbook.engine import inbox
    from clusterbook.paths import resolved

    asked = [Path(path) for path in _each(paths)]
    given = [Path(evidence)] if evidence is not None else []
    missing = [str(path) for path in (*asked, *given) if not path.exists()]
    if missing:
        raise MissingError(f"no such file or folder: {', '.join(missing)}", paths=missing)
    found = inbox.find_files(asked) if asked else []
    if out is not None:
        inside = resolved(out)
        if any(resolved(path) in inside.parents for path in asked):
            found = [one for one in found if inside not in one.path.parents]
    if not found and not none_sent:
        raise NothingToReadError("there is no file to read", paths=list(map(str, asked)))
    for one in given:
        from clusterbook.engine import volumes

        volumes.needed()
        inside = resolved(one)
        found = [other for other in found if inside not in (other.path, *other.path.parents)]
        found += inbox.find_evidence(one)
    return sorted(found, key=lambda one: one.name.encode("utf-8", "surrogateescape"))


def _each(paths: Paths) -> list[Path | str]:
    """A text is one path, and not the signs of it."""
    return [paths] if isinstance(paths, Path | str) else list(paths)


def _named(files: Mapping[str, Path]) -> list[FoundFile]:
    from clusterbook.engine.inbox import FoundFile, skip_reason
    from clusterbook.paths import resolved

    return [FoundFile(name, resolved(path), skip_reason(name)) for name, path in files.items()]


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
