"""Many filled forms in Word → as many prefilled workbooks, each file with one verdict.

Every file is read in a worker, as what it holds may end the process that reads it. What was read is
written at once and noted, so that a run that was stopped goes on where it was.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from contextlib import suppress
from pathlib import Path

from attrs import asdict, evolve, frozen

from clusterbook.engine.cache import FOLDER, software_key
from clusterbook.engine.inbox import FoundFile
from clusterbook.engine.workers import TRIES, WorkerDiedError, limited
from clusterbook.forms.options import Options
from clusterbook.layout import layouts
from clusterbook.layout.layout import Layout
from clusterbook.paths import safe_name
from clusterbook.progress import Progress
from clusterbook.readers.limits import USUAL_LIMITS, GridError
from clusterbook.word.convert import needs_writer, to_docx
from clusterbook.word.identity import Register
from clusterbook.word.prefilled import REFUSED, WHOLE, FromWord, NotWordError, from_word, refused

LIST = "读入结果.csv"
_TITLES = (
    "文件",
    "结论",
    "读入",
    "读不准",
    "未读入",
    "说明",
    "预填工作簿",
    "明细",
    "sha256",
    "发放编号",
)
_AHEAD = 4  # files in hand for each worker
_OVER = {"time": "用时太长", "memory": "占用内存太多"}


@frozen(kw_only=True)
class WordFile:
    """What became of one file; names are below the folder of the run."""

    file: str
    sha256: str = ""
    verdict: str = REFUSED
    read: int = 0
    unsure: int = 0
    left: int = 0
    why: str = ""
    workbook: str = ""
    listing: str = ""
    issue: str = ""

    @property
    def whole(self) -> bool:
        """Whether something was read, and nothing of it is unsure."""
        return self.verdict == WHOLE


@frozen(kw_only=True)
class Whose:
    """Whose forms they are: the issue id of the only one, or a register to find each in."""

    issue: str = ""
    register: Register | None = None

    def facts(self) -> list[object]:
        """What tells this from others, as JSON has it."""
        listed = [(issue, asdict(one)) for issue, one in (self.register or {}).items()]
        return [self.issue, self.register is not None, listed]


def read_forms(
    layout: Layout, files: Sequence[FoundFile], out: Path, pool: Executor, whose: Whose,
    progress: Progress | None = None,
) -> list[WordFile]:  # fmt: skip
    """Read all files; the workbooks, their lists and the list of all stand in ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    reader = _Reader(layout, out, pool, whose)
    names = _names(files)
    done: dict[int, WordFile] = {}
    waiting: dict[int, _Begun] = {}

    def told(number: int, found: WordFile) -> None:
        done[number] = evolve(found, file=files[number].name)
        if progress is not None:
            progress(len(done), len(files))

    def settle(number: int) -> None:
        told(number, reader.settled(waiting.pop(number)))

    for number, (one, name) in enumerate(zip(files, names, strict=True)):
        begun = reader.begin(one, name)
        if isinstance(begun, WordFile):
            told(number, begun)
        else:
            waiting[number] = begun
        if len(waiting) >= _AHEAD * max(1, getattr(pool, "jobs", 1)):
            settle(next(iter(waiting)))
    while waiting:
        settle(next(iter(waiting)))
    outcomes = [done[number] for number in range(len(files))]
    _put(out / LIST, _listing(outcomes))
    return outcomes


def _names(files: Sequence[FoundFile]) -> list[str]:
    """What the results of each file are called: like the file, numbered where two are alike."""
    taken: Counter[str] = Counter()
    names = []
    for one in files:
        stem = safe_name("", "", Path(one.name).with_suffix("").as_posix().replace("/", "_"))
        stem = stem.removesuffix(".xlsx") or "表"
        taken[stem.casefold()] += 1
        again = taken[stem.casefold()]
        names.append(stem if again == 1 else f"{stem}-{again}")
    return names


@frozen
class _Begun:
    """A file whose reading is under way: what its results are called, and under which key."""

    name: str
    digest: str
    key: str
    data: bytes
    future: Future[FromWord]


@frozen
class _Reader:
    """Reads files by workers, and notes what came of each."""

    layout: Layout
    out: Path
    pool: Executor
    whose: Whose

    def begin(self, one: FoundFile, name: str) -> WordFile | _Begun:
        """What is known of a file already, or its reading under way."""
        if one.skip or one.closed:
            return WordFile(file=one.name, why=one.skip or "文件夹打不开")
        try:
            if one.path.stat().st_size > USUAL_LIMITS.file_bytes:
                return WordFile(file=one.name, why=refused("too_big"))
            data = one.path.read_bytes()
        except OSError as error:
            return WordFile(file=one.name, why=f"文件打不开（{error.strerror or error}）")
        digest = hashlib.sha256(data).hexdigest()
        key = self._key(digest, one.name, name)
        kept = _kept(self.out, key)
        if kept is not None:
            return kept
        with suppress(GridError):  # the worker finds the same, and has the words for it
            if needs_writer(data):  # starts a program of its own, which no worker may
                data = to_docx(data)
        return _Begun(name, digest, key, data, self._submitted(data))

    def _key(self, *of_file: str) -> str:
        book = self.layout.workbook
        facts = [software_key(), book.id, asdict(book.options), self.whose.facts(), *of_file]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()

    def _submitted(self, data: bytes) -> Future[FromWord]:
        book = self.layout.workbook
        return self.pool.submit(_read, book.id, book.options, data, self.whose)

    def settled(self, begun: _Begun) -> WordFile:
        """What came of a file; where others ended its worker it is tried again."""
        future = begun.future
        for tries in range(1, TRIES + 1):
            try:
                return self._written(begun, future.result())
            except NotWordError as error:
                return self._noted(begun, str(error.facts.get("why", error)))
            except WorkerDiedError as error:
                if error.own_doing(tries):
                    over = _OVER.get(error.over, "内容异常")
                    return self._noted(begun, f"读取这个文件的进程被结束：{over}")
                if tries < TRIES:
                    future = self._submitted(begun.data)
        # Not noted: it says nothing about the file, which the next run reads.
        why = "读取它的进程一再被系统结束，多半是内存不够；请再次运行"
        return WordFile(file=begun.name, sha256=begun.digest, why=why)

    def _written(self, begun: _Begun, result: FromWord) -> WordFile:
        found = WordFile(
            file=begun.name, sha256=begun.digest, verdict=result.verdict, read=len(result.read),
            unsure=len(result.unsure), left=len(result.left), why=result.told(),
            workbook=f"{begun.name}_预填.xlsx", listing=f"{begun.name}_读入明细.csv",
            issue=result.issue,
        )  # fmt: skip
        _put(self.out / found.workbook, result.workbook)
        _put(self.out / found.listing, result.as_csv())
        return self._note(begun, found)

    def _noted(self, begun: _Begun, why: str) -> WordFile:
        return self._note(begun, WordFile(file=begun.name, sha256=begun.digest, why=why))

    def _note(self, begun: _Begun, found: WordFile) -> WordFile:
        noted = self.out / FOLDER / "word" / f"{begun.key}.json"
        _put(noted, json.dumps(asdict(found)).encode())
        return found


def _read(form: str, options: Options, data: bytes, whose: Whose) -> FromWord:
    """Runs in a worker."""
    with limited(USUAL_LIMITS.seconds, USUAL_LIMITS.memory_bytes):
        return from_word(
            layouts.of(form, options), data, issue=whose.issue, register=whose.register
        )


def _kept(out: Path, key: str) -> WordFile | None:
    """What an earlier run noted of the same file, where its results are still there."""
    try:
        facts = json.loads((out / FOLDER / "word" / f"{key}.json").read_text("utf-8"))
        found = WordFile(**facts)
    except (OSError, ValueError, TypeError):
        return None
    there = all((out / name).is_file() for name in (found.workbook, found.listing) if name)
    return found if there else None


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.tmp")
    beside.write_bytes(data)
    beside.replace(path)


def _listing(outcomes: Sequence[WordFile]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(_TITLES)
    names: tuple[Callable[[WordFile], object], ...] = (
        lambda one: one.file, lambda one: one.verdict, lambda one: one.read,
        lambda one: one.unsure, lambda one: one.left, lambda one: one.why,
        lambda one: one.workbook, lambda one: one.listing, lambda one: one.sha256,
        lambda one: one.issue,
    )  # fmt: skip
    writer.writerows([str(get(one)) for get in names] for one in outcomes)
    return out.getvalue().encode("utf-8-sig", "backslashreplace")
