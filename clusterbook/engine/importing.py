"""A whole import: read, compare, judge in windows, write; or nothing, where nothing has changed.

What the tasks of workers need is loaded in them: the main process only hands out and joins.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from attrs import asdict, define, field, frozen

from clusterbook.allowance import few_collections
from clusterbook.engine import cache, takeover, volume_copies
from clusterbook.engine.cache import Spool
from clusterbook.engine.gather import Gathered, Previous, Register, gather
from clusterbook.engine.inbox import FoundFile
from clusterbook.engine.reads import Means, ReadFile, hash_all
from clusterbook.engine.takeover import KeptWindow
from clusterbook.engine.volumes import surveyed
from clusterbook.engine.window_files import WindowFile
from clusterbook.engine.workers import at_rest, certainly, finished
from clusterbook.errors import Error
from clusterbook.forms.stamp import Stamp
from clusterbook.office import decisions
from clusterbook.office.decisions import Decided
from clusterbook.progress import Tell
from clusterbook.results import write
from clusterbook.results.read import Written
from clusterbook.results.shares import Earlier, WindowParts, put
from clusterbook.results.tables import Table
from clusterbook.results.write import Choices, FileOutcome
from clusterbook.validation.promises import Promises
from clusterbook.validation.rounds import first_issue
from clusterbook.validation.settled import Answer, Settlements, merged
from clusterbook.verdicts import SET_ASIDE, Status

_LAST = "last.json"  # in the cache: what the last import was made of and what it wrote
_LOCK = ".lock"
_TURNS = 200_000  # of hashing passwords


class BusyError(Error, RuntimeError):
    """Another import is writing to the same folder."""


@define
class Import:
    """What one import is to do; ``run`` does it."""

    files: Sequence[FoundFile]
    out: Path
    pool: Executor
    jobs: int = 1
    register: Register | None = None
    previous: Previous | None = None
    promises: Promises | None = None  # of an earlier round
    answers: tuple[Answer, ...] = ()  # to questions, that no workbook holds
    decided: tuple[Decided, ...] = ()  # by the office, beside what ``out`` holds already
    choices: Choices = field(factory=Choices)
    passwords: tuple[str, ...] = ()  # for files that have one to open
    tell: Tell = field(default=lambda _what, _done, _total, note="": None)  # noqa: ARG005

    def run(self) -> list[FileOutcome]:
        """The outcome of every file, in their order; everything else is in ``out``.

        OSError when ``out`` cannot be written, BusyError when another import is writing to it,
        SettlementError when the decisions that it holds cannot be read.
        """
        with _alone(self.out), few_collections():
            self.decided = (*_own_decisions(self.out), *self.decided)
            entries = hash_all(self.files)
            key = self._key(entries)
            last = _last(self.out)
            if last and last["key"] == key and _intact(self.out, last["files"]):
                return [_outcome(facts) for facts in last["outcomes"]]
            kept = Spool.beside(self.out / cache.FOLDER)
            means = Means(
                pool=self.pool, spool=kept, jobs=self.jobs,
                progress=partial(self.tell, "已读取"), passwords=self.passwords,
            )  # fmt: skip
            gathered = gather(entries, means, register=self.register, previous=self.previous,
                              promises=self.promises, settlements=self._settlements)  # fmt: skip
            ours = last["files"] if last else ()
            outcomes, written, windows = self._write(gathered, kept, ours)
            made = [key for one in windows for key in (one.entry, *one.papers)]
            seen = [key for member in gathered.members for _, key in member.evidence]
            kept.keep_only(
                [takeover.LAST, *made, *seen, *(member.key for member in gathered.members)]
            )
            if not any(one.circumstantial for one in gathered.members):
                _remember(self.out, key, written, outcomes)
            return outcomes

    @property
    def _settlements(self) -> Settlements:
        return Settlements(self.answers, merged(one.decision for one in self.decided))

    def _key(self, entries: Sequence[ReadFile]) -> str:
        """Hash of all that the output depends on."""
        register = {issue: asdict(one) for issue, one in (self.register or {}).items()}
        facts = [
            cache.software_key(), asdict(self.choices), list(register.items()),
            self.register is None,
            [(issue, [asdict(one) for one in found])
             for issue, found in sorted((self.previous or {}).items())],
            [(mark, [asdict(one) for one in found])
             for mark, found in sorted((self.promises or {}).items())],
            [asdict(one) for one in self.answers],
            [asdict(one) for one in self._settlements.decisions],
            [(one.found.name, one.found.evidence, one.key, [p.code for p in one.problems])
             for one in entries],
        ]  # fmt: skip
        key = hashlib.sha256(json.dumps(facts).encode())
        if self.passwords:
            # Kept on disk: slow on purpose, so that nobody can try words on it.
            secret = json.dumps(self.passwords).encode()
            key.update(hashlib.pbkdf2_hmac("sha256", secret, key.digest(), _TURNS))
        return key.hexdigest()

    def _write(
        self, gathered: Gathered, kept: Spool, ours: Iterable[str]
    ) -> tuple[list[FileOutcome], list[Path], list[KeptWindow]]:
        stamps = _stamps(gathered)
        tables = write.tables_of(stamps)
        outcomes: list[FileOutcome] = []
        changed: dict[str, int] = {}
        windows: list[KeptWindow] = []
        with write.staging(self.out) as beside:
            for share, counts, window in self._judged(gathered, kept, beside, tables):
                outcomes += share
                windows.append(window)
                for path, count in counts.items():
                    changed[path] = changed.get(path, 0) + count
                verdicts = Counter(one.verdict for one in outcomes)
                note = "，".join(f"{verdict} {count}" for verdict, count in verdicts.items())
                self.tell("已核对", len(outcomes), len(gathered.members), note)
            progress = list(progress_rows(outcomes, self.register))
            starts = write.join(beside, stamps, progress, changed, self.choices)
            folders = volume_copies.Folders(beside, self.out, kept.folder)
            volumes = volume_copies.copy_volumes(self.pool, gathered, folders)
            write.describe(beside, stamps, volumes)
            returns = Settling(str(beside), tuple(outcomes), tuple(stamps), self.decided,
                               self.answers)  # fmt: skip
            tally = certainly(self.pool, write_decisions, returns)
            write.put_manifest(beside, outcomes, tally, self.choices)
            self._side_by_side(
                (write_papers, str(beside), self.choices),
                (write_report, str(beside), self.choices.lang),
            )
            if self.choices.parquet:
                all_of = write.all_tables(stamps)
                certainly(self.pool, write_parquet, str(beside), all_of)
            written = write.move(beside, self.out, ours)
            entries = {mark: one.entry for one in windows for mark in one.marks}
            takeover.Last(starts, entries).keep(kept)
            return outcomes, written, windows

    def _side_by_side(self, *tasks: tuple[Any, ...]) -> None:
        """Tasks of which none needs another: a call with its arguments each."""
        under_way = [(self.pool.submit(*task), task) for task in tasks]
        for future, task in under_way:
            finished(future, self.pool, *task)

    def _judged(
        self, gathered: Gathered, kept: Spool, beside: Path, tables: write.Tables
    ) -> Iterator[Share]:
        """The shares of all windows in their order, a few windows at a time under way."""
        waiting: deque[tuple[Window, Future[Share]]] = deque()
        for number, members in gathered.windows():
            window = Window(
                kept=str(kept.folder), out=str(self.out), beside=str(beside), number=number,
                members=members, whose=gathered.whose(members), tables=tables, choices=self.choices,
            )  # fmt: skip
            waiting.append((window, self.pool.submit(judge_window, window)))
            if len(waiting) > self.jobs:
                yield self._result(*waiting.popleft())
        while waiting:
            yield self._result(*waiting.popleft())

    def _result(self, window: Window, future: Future[Share]) -> Share:
        return finished(future, self.pool, judge_window, window)


# Outcomes, cells changed for Excel by table, what the spool keeps.
Share = tuple[list[FileOutcome], dict[str, int], KeptWindow]


@frozen(kw_only=True)
class Window:
    """What a worker needs to judge one window: folders as text, the rest by value."""

    kept: str
    out: str
    beside: str
    number: int
    members: tuple[WindowFile, ...]
    whose: Mapping[int, str]
    tables: write.Tables
    choices: Choices


@few_collections()
def judge_window(window: Window) -> Share:
    """Judges one window and writes its share to the staging folder; a worker's task.

    What the import before has judged of the same is taken over from the files that it wrote.
    """
    from clusterbook.results.windows import changed_for_excel

    kept, beside = Spool(Path(window.kept)), Path(window.beside)
    facts = window.whose, window.tables, window.choices
    marks = takeover.marks(window.members, *facts)
    last = takeover.Last.of(kept)
    with Earlier(Path(window.out), last.starts) as earlier:
        known = takeover.known(kept, last, earlier, marks)
        parts = WindowParts.of(
            beside, window.number, len(marks), {at: one for at, (one, _) in known.items()}, earlier
        )
        outcomes = _judge_rest(window, kept, parts)
    judged = dict(zip(parts.fresh, outcomes, strict=True))
    told = [judged[at] if at in judged else known[at][1] for at in range(len(marks))]
    return told, changed_for_excel(parts.shares), takeover.keep(kept, marks, parts, told)


def _judge_rest(window: Window, kept: Spool, parts: WindowParts) -> list[FileOutcome]:
    """Judges what was not judged before, and writes it between what was."""
    from clusterbook.engine import send_back
    from clusterbook.engine.judge import judge
    from clusterbook.results.windows import write_window

    members = [window.members[at] for at in parts.fresh]
    batch = judge(members, kept.returned, window.whose, partial(surveyed, kept))
    outcomes = write_window(batch, parts, window.tables, window.choices)
    with at_rest():  # the batch lives on while each copy leaves cycles behind
        send_back.write_share(batch, kept, parts, window.choices)
    return outcomes


@frozen
class Settling:
    """What a worker needs to list what the office has to decide, and has decided."""

    beside: str
    outcomes: tuple[FileOutcome, ...]
    stamps: tuple[Stamp, ...]
    decided: tuple[Decided, ...]
    answers: tuple[Answer, ...]


def write_decisions(given: Settling) -> dict[str, int]:
    """Writes the list of decisions to a staging folder; the counts of it. A worker's task."""
    from clusterbook.office import decision_list
    from clusterbook.reports.progress import official_order

    written = Written(Path(given.beside))
    data, tally = decision_list.decision_list(
        decision_list.Returns(
            outcomes=given.outcomes, problems=written.lines("problems"),
            order=official_order(written), stamps=given.stamps,
            decided=_last_of_each(given.decided), answers=given.answers,
        )
    )  # fmt: skip
    put(written.folder, decisions.FILE, data)
    return asdict(tally) if tally else {}


def _last_of_each(decided: Sequence[Decided]) -> tuple[Decided, ...]:
    return tuple({one.decision.question: one for one in decided}.values())


def _own_decisions(out: Path) -> tuple[Decided, ...]:
    """What the office has written into the list that an earlier import left here."""
    path = out / decisions.FILE
    return decisions.read_decisions(path) if path.is_file() else ()


def write_papers(beside: str, choices: Choices) -> None:
    """Writes the progress, what leads through what goes back, and packs; a worker's task."""
    from clusterbook.reports import progress

    staging = Path(beside)
    written = Written(staging)
    asking = progress.Asking(
        deadline=choices.deadline, sender=choices.sender, contact=choices.contact
    )
    progress.write_progress(
        written.lines("progress"), list(written.lines("submissions")), asking,
        partial(put, staging),
    )  # fmt: skip
    if choices.returned:
        from clusterbook.engine import posting

        posting.write_index(staging, packs=choices.packs)


def write_report(beside: str, lang: str) -> None:
    """Writes the report page of the tables in a staging folder; a worker's task."""
    from clusterbook.reports.page import report

    report.write_report(Path(beside), lang=lang)


def write_parquet(beside: str, tables: Sequence[Table]) -> None:
    """Writes the tables in a staging folder as Parquet, too; a worker's task."""
    from clusterbook.results import parquet

    parquet.write(beside, tables)


def _stamps(gathered: Gathered) -> list[Stamp]:
    """The layouts among the submissions that count, in their order."""
    found: dict[Stamp, None] = {}
    for entry, member in zip(gathered.entries, gathered.members, strict=True):
        card = entry.card
        replaced = member.standing is not None and member.standing.replaced
        if card is not None and card.readable and card.stamp is not None and not replaced:
            found[card.stamp.unissued] = None
    return list(found)


# --- progress list -------------------------------------------------------------------------------


def progress_rows(
    outcomes: Sequence[FileOutcome], register: Register | None
) -> Iterator[dict[str, str]]:
    """Who has sent what, in the order of the register: 未报, 未报（仅附件）, 已报, 退回 or 通过.

    Returns that the register does not know stand below, in the order of their files; then whoever
    it does not know has sent attachments alone.
    """
    returned: dict[str, list[FileOutcome]] = {}
    others: list[FileOutcome] = []
    known = register or {}
    for one in outcomes:
        if one.verdict in SET_ASIDE:
            continue
        issue = first_issue(one.issue)
        if issue in known:
            returned.setdefault(issue, []).append(one)
        else:
            others.append(one)
    attached = _only_attached(outcomes)
    for issue, asked in known.items():
        whom = {name: getattr(asked, name) for name in
                ("issued_to", "city", "county", "cluster_name", "contact", "phone")}  # fmt: skip
        besides = attached.pop((issue, asked.issued_to), ())
        for outcome in returned.get(issue, [None]):
            yield {"issue": issue, **whom, **_state(outcome, besides)}
    for outcome in others:
        yield {**_whose(outcome), **_state(outcome)}
    for files in attached.values():
        yield {**_whose(files[0]), **_state(None, files)}


def _only_attached(outcomes: Sequence[FileOutcome]) -> dict[tuple[str, str], list[FileOutcome]]:
    """Attachments of those who sent nothing else, by issue id and name."""
    found: dict[tuple[str, str], list[FileOutcome]] = {}
    for one in outcomes:
        if one.alone:
            found.setdefault((one.issue, one.issued_to), []).append(one)
    return found


def _whose(one: FileOutcome) -> dict[str, str]:
    whom = {"issue": one.issue, "issued_to": one.issued_to, **dict(one.place)}
    return whom | {"contact": "", "phone": ""}


def _state(one: FileOutcome | None, attached: Sequence[FileOutcome] = ()) -> dict[str, str]:
    if one is None:
        status = Status.ONLY_ATTACHED if attached else Status.UNSENT
        files = "；".join(other.file for other in attached)
        return {"status": status.value, "submission": "", "file": files, "verdict": ""}
    status = Status.of(one.verdict)
    return {
        "status": status.value, "submission": one.id, "file": one.file, "verdict": one.verdict
    }  # fmt: skip


# --- what the last import did --------------------------------------------------------------------


def _last(out: Path) -> dict[str, Any] | None:
    try:
        last = json.loads((out / cache.FOLDER / _LAST).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    whole = isinstance(last, dict) and {"key", "files", "outcomes"} <= last.keys()
    return last if whole and isinstance(last["files"], dict) else None


def _remember(
    out: Path, key: str, written: Sequence[Path], outcomes: Sequence[FileOutcome]
) -> None:
    """Notes what was written, so that an import of the same files finds nothing to do."""
    files = {path.relative_to(out).as_posix(): _trace(path)
             for path in (*written, out / write.LISTING) if path.exists()}  # fmt: skip
    last = {"key": key, "files": files, "outcomes": [asdict(one) for one in outcomes]}
    path = out / cache.FOLDER / _LAST
    beside = path.with_suffix(".tmp")
    beside.write_text(json.dumps(last), "utf-8")
    beside.replace(path)


def _trace(path: Path) -> list[int]:
    found = path.stat()
    return [found.st_size, found.st_mtime_ns]


def _intact(out: Path, files: Mapping[str, list[int]]) -> bool:
    """Whether all that was written is there as it was written."""
    try:
        return all(_trace(out / name) == trace for name, trace in files.items())
    except OSError:
        return False


def _outcome(facts: Mapping[str, Any]) -> FileOutcome:
    return FileOutcome(**{**facts, "place": tuple(map(tuple, facts["place"]))})


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Holds the lock of an output folder; the system lets go of it when the process ends."""
    folder = out / cache.FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _LOCK).open("a+b") as file:
        try:
            _lock(file.fileno())
        except OSError as error:
            raise BusyError(f"another import is writing to {out}", out=str(out)) from error
        yield


def _lock(descriptor: int) -> None:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
