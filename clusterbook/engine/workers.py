"""Worker processes that may die: what a county sent can end the process that reads it.

A failed allocation in a native parser aborts the process and cannot be caught. So every task runs
in a child process; one that dies or is ended for taking too much fails its own task only and is
replaced. The pool is an ordinary ``concurrent.futures.Executor``.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager, suppress
from multiprocessing import connection, get_context, parent_process, spawn
from queue import SimpleQueue
from typing import Any, TypeVar

from attrs import define, field

from clusterbook import allowance, number_threads
from clusterbook.engine import scratch
from clusterbook.errors import Error
from clusterbook.forms import folders

# Where a task stands whose process is there for nothing else, and may be ended with it.
_own = threading.local()

_START_SECONDS = 60.0  # for a child to say that it is there
_START_PAUSES = (0.2, 1.0)  # before trying again: a machine may be short of something for a moment
TRIES = 3  # for a task whose worker others have ended

# How a worker ends whose parser aborted. SIGPROF is our own clock for its processor time.
_ABORTS = frozenset(
    -getattr(signal, name) for name in ("SIGABRT", "SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE")
    if hasattr(signal, name)
)  # fmt: skip
_OUT_OF_TIME = -int(getattr(signal, "SIGPROF", 0))
_WINDOWS_FAULTS = range(0xC0000000, 0xC0000500)  # access violation, stack overflow, heap damage
_WINDOWS_CTRL_C = 0xC000013A

Result = TypeVar("Result")


class CannotStartError(Error, RuntimeError):
    """Worker processes cannot be started on this machine; the cause says why."""


class WorkerDiedError(Error, RuntimeError):
    """The process of a task ended before its result: killed, aborted, or for taking too much.

    ``code`` is its exit code, the negative number of a signal where one ended it; ``over`` what it
    had too much of when we ended it.
    """

    def __init__(self, code: int | None, over: str = "") -> None:
        super().__init__(f"the worker ended with {code}{f' for {over}' if over else ''}")
        self.code = code
        timed = _OUT_OF_TIME != 0 and code == _OUT_OF_TIME
        self.over = over or ("time" if timed else "")

    @property
    def measured(self) -> bool:
        """Whether the task itself took more than it may: it would do so again."""
        return self.over in ("time", "memory")

    @property
    def aborted(self) -> bool:
        """Whether the process broke down from within, which its task may have brought about."""
        code = self.code or 0
        return code in _ABORTS or (code in _WINDOWS_FAULTS and code != _WINDOWS_CTRL_C)

    def own_doing(self, tries: int) -> bool:
        """Whether so many tries show that it is the task itself that ends its worker.

        That it takes too much, or breaks down twice; whatever else ends workers is the machine's.
        """
        return self.measured or (self.aborted and tries > 1)


def finished(
    future: Future[Result], pool: Executor, call: Callable[..., Result], *args: Any
) -> Result:
    """The result of a task of our own that is under way; done anew where its worker dies."""
    try:
        return future.result()
    except WorkerDiedError:
        return certainly(pool, call, *args)


def certainly(pool: Executor, call: Callable[..., Result], *args: Any) -> Result:
    """The result of a task of our own, which parses nothing that a county sent.

    Where its worker dies somebody else has ended it; WorkerDiedError when that goes on.
    """
    for _ in range(TRIES - 1):
        with suppress(WorkerDiedError):
            return pool.submit(call, *args).result()
    return pool.submit(call, *args).result()


@define
class _Task:
    future: Future[Any]
    call: Callable[..., Any]
    args: tuple[Any, ...]


def died(error: Exception) -> bool:
    """Whether a task failed because its process ended (KilledWorker is Dask's word for it)."""
    return isinstance(error, WorkerDiedError | BrokenExecutor) or (
        type(error).__name__ == "KilledWorker"
    )


class Here(Executor):
    """A pool that works in this process, at once."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Does it, and hands on what came of it."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - it is raised again by the future
            future.set_exception(error)
        return future


@define(eq=False)
class LocalPool(Executor):
    """So many child processes; each is led by a thread that replaces it when it ends.

    The children are not forked from this process: a fork of a process with threads may hang. Nor do
    they run the program that this is, so it needs no ``if __name__ == "__main__"``.
    """

    jobs: int
    _tasks: SimpleQueue[_Task | None] = field(init=False, factory=SimpleQueue)
    _leaders: list[threading.Thread] = field(init=False, factory=list)
    _children: set[Any] = field(init=False, factory=set)
    _idle: int = field(init=False, default=0)  # leaders that wait for a task
    _counting: threading.Lock = field(init=False, factory=threading.Lock)
    _closed: bool = field(init=False, default=False)
    _ended: bool = field(init=False, default=False)  # no child may go on, nor one begin

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Runs ``fn`` in a child; its future fails with WorkerDiedError when the child dies."""
        if self._closed:
            raise RuntimeError("the pool is closed")
        if kwargs:
            raise TypeError("tasks take positional arguments")
        future: Future[Any] = Future()
        self._tasks.put(_Task(future, fn, args))
        if len(self._leaders) < self.jobs and self._tasks.qsize() > self._idle:
            leader = threading.Thread(target=self._lead, daemon=True)
            self._leaders.append(leader)
            leader.start()
        return future

    def probe(self) -> None:
        """Has one child started; CannotStartError where this machine does not let us."""
        self.submit(os.getpid).result()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002
        """Ends the children; with ``cancel_futures`` at once, whatever they are doing."""
        self._closed = True
        for _ in self._leaders:
            self._tasks.put(None)
        if cancel_futures:
            self._ended = True
            for child in list(self._children):
                child.kill()
        if wait:
            for leader in self._leaders:
                leader.join()

    def __exit__(self, kind: object, value: object, trace: object) -> None:
        """An error (Ctrl-C) does not wait for what is under way."""
        self.shutdown(cancel_futures=kind is not None)

    def _lead(self) -> None:
        child: Any = None
        pipe: Any = None
        self._count(1)
        while (task := self._tasks.get()) is not None:
            self._count(-1)
            if self._closed and not task.future.set_running_or_notify_cancel():
                self._count(1)
                continue
            try:
                if child is None:
                    child, pipe = self._start()
                pipe.send((task.call, task.args))
                fine, result = _answer(child, pipe)
            except (EOFError, OSError) as error:
                over = error.args[0] if isinstance(error, _OverError) else ""
                fine, result = False, WorkerDiedError(self._bury(child), over)
                child = None
            except BaseException as error:  # noqa: BLE001 - a task that cannot be pickled is the caller's
                fine, result = False, error
            self._count(1)  # before anybody hears of the result, and asks for the next
            task.future.set_result(result) if fine else task.future.set_exception(result)
        if child is not None:
            pipe.close()
            self._bury(child)

    def _count(self, more: int) -> None:
        with self._counting:
            self._idle += more

    def _start(self) -> tuple[Any, Any]:
        """A child that has said that it is there; CannotStartError after a few tries."""
        for pause in _START_PAUSES:
            with suppress(CannotStartError):
                return self._start_once()
            time.sleep(pause)
        return self._start_once()

    def _start_once(self) -> tuple[Any, Any]:
        context: Any = get_context("forkserver" if hasattr(os, "fork") else "spawn")
        child = None
        try:
            with scratch.temporary_files(), _program_left_out():
                ours, theirs = context.Pipe()
                child = context.Process(
                    target=_serve, args=(theirs, folders.named_folders()), daemon=True
                )
                child.start()
            theirs.close()
            if not ours.poll(_START_SECONDS):
                raise TimeoutError(f"no answer within {_START_SECONDS:g} s")
            ours.recv()
        except (EOFError, OSError) as error:
            if child is not None and child.pid is not None:
                self._bury(child)
            raise CannotStartError(str(error) or type(error).__name__) from error
        self._children.add(child)
        if self._ended:  # while it was being started
            child.kill()
        return child, ours

    def _bury(self, child: Any) -> int | None:
        if child is None:
            return None
        child.join(5)
        if child.is_alive():
            child.kill()
            child.join()
        self._children.discard(child)
        code: int | None = child.exitcode
        return code


@contextmanager
def _program_left_out() -> Iterator[None]:
    """A child that this thread starts does not run the program of its parent.

    Our tasks have nothing from there. A script of a few lines would do again in each child what it
    did before its pool: issue, write, send. Not for two threads at a time.
    """
    usual, own = spawn.get_preparation_data, threading.get_ident()

    def told(name: str) -> dict[str, Any]:
        facts = usual(name)
        if threading.get_ident() == own:
            facts.pop("init_main_from_name", None)
            facts.pop("init_main_from_path", None)
        return facts

    spawn.get_preparation_data = told
    try:
        yield
    finally:
        spawn.get_preparation_data = usual


class _OverError(OSError):
    """A child took more of something than its task may."""


def _answer(child: Any, pipe: Any) -> tuple[bool, Any]:
    """What a child answers; meanwhile it is held to the limits that it asks us to hold."""
    watch: allowance.Watch | None = None
    while True:
        if watch is not None and not pipe.poll(allowance.LOOK_EVERY):
            if over := watch.over():
                child.kill()
                raise _OverError(over)
            continue
        said, content = pipe.recv()
        if said == "answer":
            fine, result = content
            return fine, result
        watch = allowance.Watch(child.pid, *content) if said == "begin" else None


def _serve(pipe: Any, forms: str) -> None:
    """A child: runs one task after the other until nobody asks any more.

    ``forms`` is where its parent has forms from just now; what it was forked from may be older.
    """
    folders.name_folders(forms)
    number_threads.keep_to_one()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent to act upon
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _own.say = lambda said, content: pipe.send((said, content))
    with suppress(EOFError, OSError), allowance.few_collections():
        pipe.send(("ready", ()))
        while True:
            call, args = pipe.recv()
            try:
                answer = True, call(*args)
            except Exception as error:  # noqa: BLE001 - it is raised again by the future
                error.add_note(_where_it_failed(error))
                answer = False, error
            pipe.send(("answer", answer))


def _where_it_failed(error: Exception) -> str:
    """The lines of a child that led to it, which do not come along with what it raised."""
    import traceback  # noqa: PLC0415 - seldom needed

    return "in a worker:\n" + "".join(traceback.format_tb(error.__traceback__))


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


@contextmanager
def at_rest() -> Iterator[None]:
    """Leaves all objects that are there now out of every search for cyclic garbage."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@contextmanager
def limited(seconds: float, memory_bytes: int) -> Iterator[None]:
    """Ends the process of a task that takes more processor time, and refuses it more memory.

    Only where the process is the task's own (a child of ``LocalPool``) or expendable (a worker of
    a cluster, which is restarted). Elsewhere nothing is limited.
    """
    say: allowance.Say | None = getattr(_own, "say", None)
    if say is not None and allowance.system_holds():
        with allowance.held_by_system(seconds, memory_bytes):
            yield
    elif say is not None:
        with allowance.held_by_parent(say, seconds, memory_bytes):
            yield
    elif "distributed" in sys.modules and parent_process() is not None:
        with allowance.held_by_thread(seconds):
            yield
    else:
        yield
