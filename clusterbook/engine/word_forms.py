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
from pathlib import Path

from attrs import asdict, evolve, frozen

from clusterbook.engine.cache import FOLDER, software_key
from clusterbook.engine.inbox import FoundFile
from clusterbook.engine.workers import WorkerDiedError, limited
from clusterbook.forms.options import Options
from clusterbook.layout import layouts
from clusterbook.layout.layout import Layout
from clusterbook.paths import safe_name
from clusterbook.progress import Progress
from clusterbook.readers.limits import USUAL_LIMITS, GridError
from clusterbook.word.convert import needs_writer, to_docx
from clusterbook.word.identity import Register
from clusterbook.word.prefilled import REFUSED, FromWord, NotWordError, from_word

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
    names = _names(files)
    done: dict[int, WordFile] = {}
    waiting: dict[int, tuple[Future[FromWord], str, str]] = {}

    def settle(number: int) -> None:
        future, digest, key = waiting.pop(number)
        done[number] = _written(out, files[number], names[number], digest, _result(future), key)
        if progress is not None:
            progress(len(done), len(files))

    for number, one in enumerate(files):
        begun = _begin(layout, one, out, pool, whose)
        if isinstance(begun, WordFile):
            done[number] = evolve(begun, file=one.name)
            if progress is not None:
                progress(len(done), len(files))
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


def _begin(
    layout: Layout, one: FoundFile, out: Path, pool: Executor, whose: Whose
) -> WordFile | tuple[Future[FromWord], str, str]:
    """What is known of a file already, or its reading under way."""
    if one.skip or one.closed:
        return WordFile(file=one.name, why=one.skip or "文件夹打不开")
    try:
        data = one.path.read_bytes()
    except OSError as error:
        return WordFile(file=one.name, why=f"文件打不开（{error.strerror or error}）")
    digest = hashlib.sha256(data).hexdigest()
    facts = [
        software_key(),
        layout.workbook.id,
        asdict(layout.workbook.options),
        whose.facts(),
        digest,
        one.name,
    ]
    key = hashlib.sha256(json.dumps(facts).encode()).hexdigest()
    kept = _kept(out, key)
    if kept is not None:
        return kept
    try:
        if needs_writer(data):  # starts a program of its own, which no worker may
            data = to_docx(data)
    except GridError:
        pass  # the worker finds the same, and has the words for it
    options = layout.workbook.options
    return pool.submit(_read, layout.workbook.id, options, data, whose), digest, key


def _read(form: str, options: Options, data: bytes, whose: Whose) -> FromWord:
    """Runs in a worker."""
    with limited(USUAL_LIMITS.seconds, USUAL_LIMITS.memory_bytes):
        return from_word(
            layouts.of(form, options), data, issue=whose.issue, register=whose.register
        )


def _result(future: Future[FromWord]) -> FromWord | str:
    """What came of a file, or why nothing."""
    try:
        return future.result()
    except NotWordError as error:
        return str(error.facts.get("why", error))
    except WorkerDiedError as error:
        over = {"time": "用时太长", "memory": "占用内存太多"}.get(error.over, "内容异常")
        return f"读取这个文件的进程被结束：{over}"


def _written(
    out: Path, one: FoundFile, name: str, digest: str, result: FromWord | str, key: str
) -> WordFile:
    """Writes what was read, and notes it."""
    if isinstance(result, str):
        found = WordFile(file=one.name, sha256=digest, why=result)
    else:
        found = WordFile(
            file=one.name, sha256=digest, verdict=result.verdict, read=len(result.read),
            unsure=len(result.unsure), left=len(result.left), why=result.told(),
            workbook=f"{name}_预填.xlsx", listing=f"{name}_读入明细.csv", issue=result.issue,
        )  # fmt: skip
        _put(out / found.workbook, result.workbook)
        _put(out / found.listing, result.as_csv())
    _put(out / FOLDER / "word" / f"{key}.json", json.dumps(asdict(found)).encode())
    return found


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
