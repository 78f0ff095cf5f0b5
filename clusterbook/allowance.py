"""How much time and memory a task may take: held by the system where it can, else by the parent.

Time is the processor time of the task, so that a machine that sleeps, or works for others, costs
a file nothing. Time on the wall is bounded far behind that and proves nothing against a file.
"""

from __future__ import annotations

import gc
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from attrs import define, field

WALL_SECONDS = 600.0  # even of a task that the machine hardly ever lets work
SELDOM = 400_000  # objects more than before, until cyclic garbage is looked for
LOOK_EVERY = 0.25  # seconds between two looks of a parent at what its child takes

Say = Callable[[str, tuple[float, ...]], None]


def system_holds() -> bool:
    """Whether the system can hold a process to both limits; Windows cannot."""
    try:
        import resource  # noqa: F401, PLC0415
    except ImportError:
        return False
    return hasattr(signal, "setitimer")


@contextmanager
def held_by_system(seconds: float, memory_bytes: int) -> Iterator[None]:
    """Signals without a handler end the process even inside native code."""
    with _memory(memory_bytes):
        signal.setitimer(signal.ITIMER_PROF, seconds)
        signal.setitimer(signal.ITIMER_REAL, WALL_SECONDS)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)


@contextmanager
def held_by_parent(say: Say, seconds: float, memory_bytes: int) -> Iterator[None]:
    """The parent is told when a task begins, and ends the process that takes more."""
    say("begin", (seconds, float(memory_bytes), time.process_time()))
    try:
        yield
    finally:
        say("end", ())


@contextmanager
def held_by_thread(seconds: float) -> Iterator[None]:
    """A thread that ends the process, where other tasks work beside this one."""
    done = threading.Event()
    spent = _own_clock()
    start = spent()

    def watch() -> None:
        while not done.wait(LOOK_EVERY):
            if spent() - start > seconds:
                os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        done.set()


def _own_clock() -> Callable[[], float]:
    """The processor time of this thread, asked from another one; else that of the process."""
    if not hasattr(time, "pthread_getcpuclockid"):
        return time.process_time
    clock = time.pthread_getcpuclockid(threading.get_ident())
    return lambda: time.clock_gettime(clock)


@define
class Watch:
    """What a parent knows of a task in a child. ``spent``: processor time before it began."""

    pid: int
    seconds: float
    memory_bytes: float
    spent: float
    begun: float = field(factory=time.monotonic)

    def over(self) -> str:
        """What the task has taken too much of: "time", "memory", "wall"; '' while all is well."""
        import psutil  # noqa: PLC0415 - asked for only where the system holds nothing itself

        try:
            process = psutil.Process(self.pid)
            times, memory = process.cpu_times(), process.memory_info()
        except psutil.Error:  # it has ended; the pipe tells
            return ""
        if times.user + times.system - self.spent > self.seconds:
            return "time"
        if getattr(memory, "private", memory.rss) > self.memory_bytes:
            return "memory"
        return "wall" if time.monotonic() - self.begun > WALL_SECONDS else ""


@contextmanager
def _memory(limit: int) -> Iterator[None]:
    """A bound on the address space beyond what the process has already."""
    import resource  # noqa: PLC0415 - not on Windows

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


@define
class _Seldom:
    """Of a process: how many tasks want few searches for garbage, and what was usual before."""

    lock: threading.Lock = field(factory=threading.Lock)
    tasks: int = 0
    usual: tuple[int, int, int] = (0, 0, 0)


_SELDOM = _Seldom()


@contextmanager
def few_collections() -> Iterator[None]:
    """Looks for cyclic garbage hundreds of times less often than Python does.

    A task makes a million small objects that live to its end and hardly a cycle among them. Of
    tasks that share a process as threads the last one puts back what was usual.
    """
    with _SELDOM.lock:
        if not _SELDOM.tasks:
            _SELDOM.usual = gc.get_threshold()
            if 0 < _SELDOM.usual[0] < SELDOM:
                gc.set_threshold(SELDOM, *_SELDOM.usual[1:])
        _SELDOM.tasks += 1
    try:
        yield
    finally:
        with _SELDOM.lock:
            _SELDOM.tasks -= 1
            if not _SELDOM.tasks:
                gc.set_threshold(*_SELDOM.usual)
