"""The first phase of an import: every file is read once, in a worker, into the spool.

The main process parses nothing that a county sent, and does not load what could; it hashes files,
hands out chunks and gets small cards back. A file whose worker dies is told apart from its
neighbours by what the spool has.
"""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from itertools import count
from pathlib import Path

from attrs import define, field, frozen

from clusterbook.allowance import few_collections
from clusterbook.engine import across
from clusterbook.engine.cache import Card, Name, Spool
from clusterbook.engine.inbox import FoundFile, skip_reason
from clusterbook.engine.workers import TRIES, LocalPool, WorkerDiedError, died, limited
from clusterbook.problems import Problem
from clusterbook.progress import Progress
from clusterbook.readers.limits import USUAL_LIMITS
from clusterbook.returns.raw_values import Returned

CHUNK = 25  # files handed to a worker at a time
_WAITING = 3  # chunks in hand for each worker, so that none is idle and memory stays flat


@define
class ReadFile:
    """A found file with the key of its spool entry and its card; or with what kept it unread."""

    found: FoundFile
    key: str = ""
    card: Card | None = None
    problems: tuple[Problem, ...] = ()


def hash_all(files: Sequence[FoundFile]) -> list[ReadFile]:
    """An entry for every file in their order, with the hash of its bytes as key."""
    return [_hashed(one) for one in files]


def _at_least_one(jobs: int) -> int:
    return max(1, jobs)


@frozen(kw_only=True)
class Means:
    """With what files are read: who works, where it is kept, how many work, who is told.

    ``passwords`` are tried on files that have one to open.
    """

    pool: Executor
    spool: Spool
    jobs: int = field(default=1, converter=_at_least_one)
    progress: Progress | None = None
    passwords: tuple[str, ...] = ()


def read_all(entries: Sequence[ReadFile], means: Means) -> list[ReadFile]:
    """The entries with their cards; packs are replaced by the files in them.

    Files with an entry in the spool are not read again.
    """
    reader = _Reader(means)
    reader.read(entries)
    unpacked: list[ReadFile] = []
    for entry in entries:
        members = entry.card.members if entry.card else ()
        if not members:
            unpacked.append(entry)
        for name, number in members:
            shown = f"{entry.found.name}/{name}"
            inside = FoundFile(
                shown, entry.found.path, skip_reason(name), number, evidence=entry.found.evidence
            )
            unpacked.append(_skipped(inside) or ReadFile(inside, f"{entry.key}-{number}"))
    reader.read([entry for entry in unpacked if entry.found.member is not None])
    return unpacked


def read_alone(pool: Executor, data: bytes, digest: str, passwords: tuple[str, ...]) -> Returned:
    """What one file holds, given as bytes with their SHA-256; read by a worker, kept nowhere."""
    for tries in count(1):
        try:
            return pool.submit(read_bytes, data, digest, passwords).result()
        except Exception as error:
            if not died(error):
                raise
            problem = _verdict_on(error, tries)
            if problem is not None:
                return Returned(sha256=digest, problems=(problem,))
    raise AssertionError


def _skipped(found: FoundFile) -> ReadFile | None:
    if not found.skip:
        return None
    return ReadFile(found, problems=(Problem(code="F190", facts={"detail": found.skip}),))


def _hashed(found: FoundFile) -> ReadFile:
    if skipped := _skipped(found):
        return skipped
    if found.closed:
        problem = Problem(code="F152", facts={"detail": found.closed})
        return ReadFile(found, problems=(Problem(code="F153") if found.linked else problem,))
    try:
        size = found.path.stat().st_size
        if size > _MOST_BYTES:
            # Not even hashed: who knows how long it is.
            return ReadFile(found, problems=(_too_big(),))
        with found.path.open("rb") as file:
            return ReadFile(found, hashlib.file_digest(file, "sha256").hexdigest())
    except OSError as error:
        detail = error.strerror or str(error)
        return ReadFile(found, problems=(Problem(code="F107", facts={"detail": detail}),))


# Whether it is a pack or a workbook shows only in the worker.
_MOST_BYTES = max(USUAL_LIMITS.file_bytes, USUAL_LIMITS.pack_bytes)


def _too_big() -> Problem:
    limit = _MOST_BYTES // 1_000_000
    return Problem(code="F106", facts={"detail": f"文件超过 {limit} MB"})


@define
class _Reader:
    means: Means
    told: int = 0  # files of earlier readings

    def read(self, entries: Sequence[ReadFile]) -> None:
        """Gives each entry with a key its card; one whose worker died gets the problem."""
        by_key: dict[str, list[ReadFile]] = {}
        for entry in entries:
            if entry.key:
                by_key.setdefault(entry.key, []).append(entry)
        to_read: list[Item] = []
        for key, same in by_key.items():
            card = self.means.spool.card(key)
            if card is not None and card.locked:  # other passwords may have been given then
                self.means.spool.drop(key)
                card = None
            self._deal(same, card)
            if card is None:
                to_read.append((key, str(same[0].found.path), same[0].found.member))
        done = len(by_key) - len(to_read)
        self._tell(done, len(by_key))
        for key, card, problem in self._read_chunks(to_read):
            self._deal(by_key[key], card)
            if problem is not None:
                for entry in by_key[key]:
                    entry.problems = (problem,)
            done += 1
            self._tell(done, len(by_key))

    def _deal(self, entries: list[ReadFile], card: Card | None) -> None:
        """Gives the card to all files of that content; one that was not read is a problem."""
        for entry in entries:
            if card is not None and card.unread:
                entry.problems = (Problem(code="F107", facts={"detail": card.unread}),)
            else:
                entry.card = card

    def _tell(self, done: int, total: int) -> None:
        """How far it is, files of packs among them: the total grows as packs are opened."""
        if self.means.progress and total:
            self.means.progress(self.told + done, self.told + total)
        if done == total:
            self.told += total

    def _read_chunks(
        self, items: Sequence[Item]
    ) -> Iterator[tuple[str, Card | None, Problem | None]]:
        pool, folder = self.means.pool, str(self.means.spool.folder)
        waiting = deque(tuple(items[at : at + CHUNK]) for at in range(0, len(items), CHUNK))
        running: dict[Future[list[Card]], tuple[Item, ...]] = {}
        tries: Counter[str] = Counter()
        while waiting or running:
            while waiting and len(running) < self.means.jobs * _WAITING:
                chunk = waiting.popleft()
                passwords = self.means.passwords
                running[pool.submit(read_chunk, folder, chunk, passwords)] = chunk
            finished, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                chunk = running.pop(future)
                try:
                    cards = future.result()
                except Exception as error:
                    if not died(error):
                        raise
                    for key, card, problem, rest in self._after_death(chunk, error, tries):
                        if rest:
                            waiting.appendleft(rest)
                        if card is not None or problem is not None:
                            yield key, card, problem
                    continue
                for (key, _, _), card in zip(chunk, cards, strict=True):
                    yield key, card, None

    def _after_death(
        self, chunk: tuple[Item, ...], error: Exception, tries: Counter[str]
    ) -> Iterator[tuple[str, Card | None, Problem | None, tuple[Item, ...]]]:
        """The files that were done; then the one at which the worker died; the rest goes on."""
        for at, item in enumerate(chunk):
            key = item[0]
            card = self.means.spool.card(key)
            if card is not None:
                yield key, card, None, ()
                continue
            # In a worker of a cluster it may have been a neighbour.
            alone = len(chunk) == 1 or isinstance(self.means.pool, LocalPool)
            tries[key] += alone
            problem = _verdict_on(error, tries[key]) if alone else None
            if problem is not None:
                yield key, None, problem, chunk[at + 1 :]
            else:
                yield key, None, None, (item,)
                yield key, None, None, chunk[at + 1 :]
            return


def _verdict_on(error: Exception, tries: int) -> Problem | None:
    """What is told of a file at which a worker died so often; None where it is to be tried again.

    Only what the file itself brings about is held against it.
    """
    if isinstance(error, WorkerDiedError):
        if error.over == "memory":
            return _no_memory()
        if error.own_doing(tries):
            return Problem(code="F120")
        if tries < TRIES:  # a cluster has tried several workers by itself
            return None
    return Problem(code="F151", facts={"detail": "读取它的进程一再被系统结束，多半是内存不够"})


def _no_memory() -> Problem:
    detail = f"读取需要的内存超过 {USUAL_LIMITS.memory_bytes // 1_000_000_000} GB"
    return Problem(code="F106", facts={"detail": detail})


# --- in the worker -------------------------------------------------------------------------------

Item = tuple[str, str, int | None]  # key, path, number in a pack


def read_chunk(folder: str, items: Iterable[Item], passwords: tuple[str, ...] = ()) -> list[Card]:
    """Reads files into the spool, one after the other, each within its limits; their cards."""
    spool = Spool(Path(folder))
    with few_collections():
        return [_read_one(spool, item, passwords) for item in items]


def _read_one(spool: Spool, item: Item, passwords: tuple[str, ...]) -> Card:
    key, path, member = item
    known = spool.card(key)  # of an earlier try, before a neighbour ended the worker
    if known is not None:
        return known
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        return Card("", unread=error.strerror or str(error))
    digest = hashlib.sha256(data).hexdigest()
    if not key.startswith(digest):
        return Card("", unread="文件在导入过程中被改动")
    returned = _read(data, member, digest, passwords)
    extracted, stamp = returned.extracted, returned.stamp
    names: tuple[Name, ...] = ()
    cluster = city = ""
    if extracted is not None and stamp is not None:
        names = across.names_of(stamp, extracted)
        cluster = across.cluster_of(stamp, extracted)
        city = across.city_of(stamp, extracted)
    card = Card(
        sha256=returned.sha256, stamp=stamp, readable=extracted is not None,
        modified=returned.modified, cluster=cluster, city=city, members=returned.members,
        kind=returned.kind, locked=returned.locked,
    )  # fmt: skip
    spool.put(key, card, names, returned)
    return card


def read_bytes(data: bytes, digest: str, passwords: tuple[str, ...]) -> Returned:
    """Reads one file within its limits."""
    with few_collections():
        return _read(data, None, digest, passwords)


def _read(data: bytes, member: int | None, digest: str, passwords: tuple[str, ...]) -> Returned:
    """Reads one file within its limits, to which it does not count what is loaded for the first."""
    from clusterbook.returns.pipeline import read_pack_member, read_submission

    with limited(USUAL_LIMITS.seconds, USUAL_LIMITS.memory_bytes):
        try:
            if member is not None:
                return read_pack_member(data, member, passwords)
            return read_submission(data, digest, passwords)
        except MemoryError:
            return Returned(sha256=digest, problems=(_no_memory(),))
