"""Worker processes that may die: what a county sent can end the process that reads it.

A failed allocation in a native parser aborts the process and cannot be caught. So every task runs
in a child process; one that dies or is killed for taking too long fails its own task only and is
replaced. The pool is an ordinary ``concurrent.futures.Executor``.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager, suppress
from multiprocessing import connection, get_context, parent_process
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from attrs import define, field

# Where a task stands whose process is there for nothing else, and may be ended with it.
_own = threading.local()


class WorkerDiedError(RuntimeError):
    """The process of a task ended before its result: killed, aborted, or out of time.

    ``code`` is its exit code, the negative number of a signal where one ended it.
    """

    def __init__(self, code: int | None) -> None:
        super().__init__(f"the worker ended with {code}")
        self.code = code


@define
class _Task:
    future: Future[Any]
    call: Callable[..., Any]
    args: tuple[Any, ...]


@define(eq=False)
class LocalPool(Executor):
    """So many child processes; each is led by a thread that replaces it when it ends.

    The children are not forked from this process: a fork of a process with threads may hang.
    """

    jobs: int
    _tasks: SimpleQueue[_Task | None] = field(init=False, factory=SimpleQueue)
    _leaders: list[threading.Thread] = field(init=False, factory=list)
    _children: set[Any] = field(init=False, factory=set)
    _closed: bool = field(init=False, default=False)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Runs ``fn`` in a child; its future fails with WorkerDiedError when the child dies."""
        if self._closed:
            raise RuntimeError("the pool is closed")
        if kwargs:
            raise TypeError("tasks take positional arguments")
        future: Future[Any] = Future()
        self._tasks.put(_Task(future, fn, args))
        if len(self._leaders) < self.jobs:
            leader = threading.Thread(target=self._lead, daemon=True)
            self._leaders.append(leader)
            leader.start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002
        """Ends the children; with ``cancel_futures`` at once, whatever they are doing."""
        self._closed = True
        for _ in self._leaders:
            self._tasks.put(None)
        if cancel_futures:
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
        while (task := self._tasks.get()) is not None:
            if self._closed and not task.future.set_running_or_notify_cancel():
                continue
            try:
                if child is None:
                    child, pipe = self._start()
                pipe.send((task.call, task.args))
                fine, result = pipe.recv()
            except (EOFError, OSError):
                died = WorkerDiedError(self._bury(child))
                child = None
                task.future.set_exception(died)
                continue
            except BaseException as error:  # noqa: BLE001 - a task that cannot be pickled is the caller's
                task.future.set_exception(error)
                continue
            task.future.set_result(result) if fine else task.future.set_exception(result)
        if child is not None:
            pipe.close()
            self._bury(child)

    def _start(self) -> tuple[Any, Any]:
        context: Any = get_context("forkserver" if hasattr(os, "fork") else "spawn")
        ours, theirs = context.Pipe()
        child = context.Process(target=_serve, args=(theirs,), daemon=True)
        child.start()
        theirs.close()
        self._children.add(child)
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


def _serve(pipe: Any) -> None:
    """A child: runs one task after the other until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent to act upon
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _own.process = True
    with suppress(EOFError, OSError):
        while True:
            call, args = pipe.recv()
            try:
                answer = True, call(*args)
            except Exception as error:  # noqa: BLE001 - it is raised again by the future
                answer = False, error
            pipe.send(answer)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


@contextmanager
def few_collections() -> Iterator[None]:
    """Looks for cyclic garbage a hundred times less often.

    A task makes a million small objects that live to its end and hardly a cycle among them. Where
    tasks share a process as threads, nothing is changed.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    usual = gc.get_threshold()
    gc.set_threshold(100 * usual[0], *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


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
    """Ends the process of a task that takes longer, and refuses it more memory.

    Only where the process is the task's own (a child of ``LocalPool``) or expendable (a worker of
    a cluster, which is restarted). Elsewhere nothing is limited.
    """
    if not getattr(_own, "process", False):
        if "distributed" not in sys.modules or parent_process() is None:
            yield
            return
        with _watch(seconds):
            yield
        return
    with _memory(memory_bytes), _clock(seconds):
        yield


@contextmanager
def _watch(seconds: float) -> Iterator[None]:
    """A thread that ends the process, where there is no alarm or it may be another task's."""
    timer = threading.Timer(seconds, os._exit, [1])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextmanager
def _clock(seconds: float) -> Iterator[None]:
    """SIGALRM without a handler ends the process even inside native code."""
    if not hasattr(signal, "setitimer"):
        with _watch(seconds):
            yield
        return
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


@contextmanager
def _memory(limit: int) -> Iterator[None]:
    """A bound on the address space beyond what the process has already."""
    try:
        import resource  # noqa: PLC0415
    except ImportError:  # Windows
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    bound = _address_space() + limit
    if hard != resource.RLIM_INFINITY:
        bound = min(bound, hard)
    resource.setrlimit(resource.RLIMIT_AS, (bound, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _address_space() -> int:
    try:
        pages = Path("/proc/self/statm").read_text("ascii").split()[0]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")
    except OSError:  # not Linux
        return 0
