"""Many files at once: workers read, one pass over columns judges, every file gets one verdict."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from attrs import define, evolve, field, frozen

from clusterbook import registry
from clusterbook.check import Verdict, check, verdict
from clusterbook.extract import Extracted
from clusterbook.identity import Stamp
from clusterbook.normalize import Data, normalize
from clusterbook.pipeline import Returned, Submission, read_submission, settle
from clusterbook.problems import Problem

CHUNK = 25  # files handed to a worker at a time
# What office programs, file managers and this software leave beside submissions.
_BESIDE = (
    ("~$", "", "Office 的锁定文件"), (".~lock", "", "Office 的锁定文件"),
    ("._", "", "系统文件"), (".", "", "系统文件"), ("Thumbs.db", "", "系统文件"),
    ("desktop.ini", "", "系统文件"), ("", ".problems.json", "预期结果"),
    ("register.csv", "", "发放登记簿"), ("", ".md", "说明文件"), ("", ".py", "程序"),
)  # fmt: skip

Progress = Callable[[int, int], None]


@frozen
class Found:
    """One directory entry: its shown name, where it is, and why it is not read, if so."""

    name: str
    path: Path
    skip: str = ""


@define
class Group:
    """The submissions that share one layout, with their typed data."""

    stamp: Stamp
    members: list[Submission]
    data: Data


@define
class Batch:
    """Everything an import knows, in the order of the file names."""

    submissions: list[Submission] = field(factory=list)
    groups: list[Group] = field(factory=list)


def find_files(paths: Sequence[Path]) -> list[Found]:
    """Every file named or below a named folder, once, ordered by the bytes of its shown name."""
    roots = [path.resolve() for path in paths]
    if len(roots) == 1 and roots[0].is_dir():
        base = roots[0]
    else:
        base = Path(os.path.commonpath([root.parent for root in roots]))
    found: dict[Path, Found] = {}
    for root in roots:
        for path in _files(root):
            found.setdefault(path, Found(path.relative_to(base).as_posix(), path, _skip(path)))
    return sorted(found.values(), key=lambda one: os.fsencode(one.name))


def _files(root: Path) -> Iterator[Path]:
    if not root.is_dir():
        yield root
        return
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name != "__MACOSX")
        for name in names:
            yield Path(folder) / name


def _skip(path: Path) -> str:
    if not path.is_file():
        return "不是普通文件"
    for start, end, why in _BESIDE:
        if path.name.startswith(start) and path.name.endswith(end):
            return why
    return ""


def run(
    files: Sequence[Found],
    *,
    pool: Executor,
    register: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Batch:
    """Reads all files through the workers of ``pool`` and judges them together."""
    batch = Batch()
    to_read = [one for one in files if not one.skip]
    read = list(_read_chunks(pool, to_read, progress))
    results = {one.name: returned for one, returned in zip(to_read, read, strict=True)}
    gathered: dict[Stamp, list[tuple[Submission, Extracted]]] = {}
    for one in files:
        if one.skip:
            problem = Problem(code="F190", facts={"detail": one.skip})
            batch.submissions.append(
                Submission(file=one.name, sha256="", problems=[problem],
                           verdict=Verdict.SKIPPED.value)
            )  # fmt: skip
            continue
        returned = results[one.name]
        submission = settle(one.name, returned, register)
        batch.submissions.append(submission)
        if returned.extracted is not None and returned.stamp is not None:
            key = evolve(returned.stamp, issue="", issued_to="", parent="")
            gathered.setdefault(key, []).append((submission, returned.extracted))
        else:
            submission.verdict = Verdict.UNREADABLE.value
    for stamp, members in gathered.items():
        batch.groups.append(_judge(stamp, members, len(batch.groups)))
    _name(batch.submissions)
    return batch


def _judge(stamp: Stamp, members: list[tuple[Submission, Extracted]], number: int) -> Group:
    """Judges the submissions of one layout together, on columns."""
    layout = registry.layout(stamp.form, stamp.options)
    data = normalize(layout, [extracted for _, extracted in members])
    check(data)
    for position, (submission, _) in enumerate(members):
        submission.group, submission.position = number, position
        submission.problems += data.problems[position]
        submission.verdict = verdict(submission.problems).value
    return Group(stamp, [submission for submission, _ in members], data)


def _name(submissions: list[Submission]) -> None:
    """An id for each: its issue id where that is unique, else with its content's hash."""
    taken: dict[str, int] = {}
    for one in submissions:
        stem = one.stamp.issue if one.stamp else ""
        if not stem:
            form = one.stamp.form if one.stamp else "file"
            stem = f"{form}-{one.sha256[:12]}" if one.sha256 else f"{form}-skipped"
        taken[stem] = taken.get(stem, 0) + 1
        one.id = stem if taken[stem] == 1 else f"{stem}-{taken[stem]}"


# --- workers -------------------------------------------------------------------------------------


def local_pool(jobs: int, files: int) -> ProcessPoolExecutor:
    """Worker processes for so many files; ``jobs`` 0 takes one per processor.

    Nothing a county sent is parsed in the main process. The workers are not forked from it: a fork
    of a process with threads (pandas, Arrow) may hang.
    """
    workers = max(1, min(jobs or os.cpu_count() or 1, -(-files // CHUNK)))
    method = "forkserver" if hasattr(os, "fork") else "spawn"
    return ProcessPoolExecutor(workers, mp_context=get_context(method))


def _read_chunks(
    pool: Executor, files: Sequence[Found], progress: Progress | None
) -> Iterator[Returned]:
    chunks = [files[at : at + CHUNK] for at in range(0, len(files), CHUNK)]
    done = 0
    for results in pool.map(_read_chunk, [[str(one.path) for one in chunk] for chunk in chunks]):
        yield from results
        done += len(results)
        if progress:
            progress(done, len(files))


def _read_chunk(paths: list[str]) -> list[Returned]:
    results = []
    for path in paths:
        try:
            data = Path(path).read_bytes()
        except OSError as error:
            problem = Problem(code="F107", facts={"detail": error.strerror or str(error)})
            results.append(Returned(sha256="", problems=(problem,)))
            continue
        results.append(read_submission(data))
    return results
