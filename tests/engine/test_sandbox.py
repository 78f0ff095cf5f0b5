"""Tasks in worker processes: one that dies takes nothing along."""

import errno
import fcntl
import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from multiprocessing import spawn
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from clusterbook import allowance, number_threads
from clusterbook.engine import workers
from clusterbook.engine.workers import (
    CannotStartError,
    LocalPool,
    WorkerDiedError,
    certainly,
    limited,
)

LARGE = 3_000_000_000  # bytes, never touched


def double(number: int) -> int:
    return 2 * number


def die(number: int) -> None:
    os.kill(os.getpid(), number)


def fail(text: str) -> None:
    raise ValueError(text)


def dawdle(seconds: float, limit: float, wall: float = 600) -> str:
    allowance.WALL_SECONDS = wall
    with limited(limit, 2 << 30):
        time.sleep(seconds)
    return "done"


def work(seconds: float, limit: float) -> str:
    with limited(limit, 2 << 30):
        start = time.process_time()
        while time.process_time() - start < seconds:
            pass
    return "done"


def die_at_first(tries: str, times: int) -> str:
    before = Path(tries).read_text() if Path(tries).exists() else ""
    Path(tries).write_text(before + "x")
    if len(before) < times:
        os.kill(os.getpid(), signal.SIGKILL)
    return "done"


def grow(size: int) -> int:
    with limited(20, 500_000_000):
        return len(bytearray(size))


def whoami() -> int:
    return os.getpid()


def test_a_task_that_dies_fails_alone() -> None:
    with LocalPool(2) as pool:
        fine = [pool.submit(double, n) for n in range(20)]
        dead = pool.submit(die, signal.SIGKILL)
        more = [pool.submit(double, n) for n in range(20)]
        with pytest.raises(WorkerDiedError) as error:
            dead.result()
        assert error.value.code == -signal.SIGKILL
        assert [one.result() for one in fine + more] == [2 * n for n in range(20)] * 2


def test_what_a_task_raises_is_raised_by_its_future() -> None:
    with LocalPool(1) as pool:
        first = pool.submit(whoami).result()
        with pytest.raises(ValueError, match="seen") as error:
            pool.submit(fail, "seen").result()
        assert pool.submit(whoami).result() == first, "an exception is no reason for a new process"
    assert "in fail\n" in "".join(error.value.__notes__), "where in the worker is told along"


def test_processor_time_is_limited() -> None:
    with LocalPool(1) as pool:
        with pytest.raises(WorkerDiedError) as error:
            pool.submit(work, 30, 0.2).result(timeout=20)
        assert (error.value.code, error.value.over) == (-signal.SIGPROF, "time")
        assert error.value.measured
        assert pool.submit(work, 0.01, 5).result() == "done", "the clock is for one task only"
        assert pool.submit(work, 0.3, 5).result() == "done"


def test_waiting_costs_a_task_nothing() -> None:
    """A machine that sleeps, or works for others, is no fault of a file."""
    with LocalPool(1) as pool:
        assert pool.submit(dawdle, 1.0, 0.2).result() == "done"


def test_a_stopped_worker_goes_on_where_it_was() -> None:
    with LocalPool(1) as pool:
        worker = pool.submit(whoami).result()
        task = pool.submit(work, 0.4, 1.0)
        time.sleep(0.1)
        os.kill(worker, signal.SIGSTOP)
        time.sleep(1.5)
        os.kill(worker, signal.SIGCONT)
        assert task.result() == "done"
        assert pool.submit(whoami).result() == worker


def test_time_on_the_wall_proves_nothing() -> None:
    with LocalPool(1) as pool:
        with pytest.raises(WorkerDiedError) as error:
            pool.submit(dawdle, 30, 20, 0.2).result(timeout=20)
        assert error.value.code == -signal.SIGALRM
        assert not error.value.measured
        assert not error.value.aborted


@pytest.mark.parametrize(
    ("code", "aborted"),
    [(-signal.SIGABRT, True), (-signal.SIGSEGV, True), (0xC0000005, True), (0xC00000FD, True),
     (-signal.SIGKILL, False), (-signal.SIGTERM, False), (-signal.SIGALRM, False), (1, False),
     (0, False), (None, False), (0xC000013A, False), (-signal.SIGXCPU, False)],
)  # fmt: skip
def test_only_a_breakdown_from_within_is_one(code: int | None, aborted: bool) -> None:
    error = WorkerDiedError(code)
    assert error.aborted is aborted
    assert not error.measured


def test_a_task_of_our_own_is_done_whoever_ends_workers(tmp_path: Path) -> None:
    with LocalPool(1) as pool:
        assert certainly(pool, die_at_first, str(tmp_path / "tries"), 2) == "done"
        with pytest.raises(WorkerDiedError):
            certainly(pool, die_at_first, str(tmp_path / "more"), 3)


# --- a machine that cannot -----------------------------------------------------------------------


def test_a_machine_that_starts_no_workers_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a task that died: nothing was ever asked of a file."""

    def refuse(*_: object) -> None:
        raise BlockingIOError(errno.EAGAIN, "no more processes")

    monkeypatch.setattr(workers, "_START_PAUSES", (0.0,))
    monkeypatch.setattr("multiprocessing.context.ForkServerContext.Process.start", refuse)
    with LocalPool(2) as pool, pytest.raises(CannotStartError, match="no more processes"):
        pool.probe()


def test_a_worker_that_never_says_that_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_START_PAUSES", (0.0,))
    monkeypatch.setattr(workers, "_serve", os._exit)  # ends with an error before it says a word
    with LocalPool(1) as pool, pytest.raises(CannotStartError):
        pool.probe()


def test_a_moment_without_processes_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    usual, tries = workers.LocalPool._start_once, []

    def at_second(pool: LocalPool) -> object:
        tries.append(1)
        if len(tries) == 1:
            raise CannotStartError("not now")
        return usual(pool)

    monkeypatch.setattr(workers, "_START_PAUSES", (0.0,))
    monkeypatch.setattr(workers.LocalPool, "_start_once", at_second)
    with LocalPool(1) as pool:
        assert pool.submit(double, 4).result() == 8


# --- the program that has the pool ----------------------------------------------------------------

UNGUARDED = """
print("once")
from clusterbook.engine.workers import LocalPool
with LocalPool(1) as pool:
    print(pool.submit(divmod, 7, 2).result())
"""


def test_no_worker_runs_the_program_again(tmp_path: Path) -> None:
    """A script without a guard for its main part: what it did before its pool is done once."""
    script = tmp_path / "script.py"
    script.write_text(UNGUARDED)
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.stdout, done.stderr) == ("once\n(3, 1)\n", "")


def test_processes_of_others_know_their_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """While one of ours is started, one that another thread starts is told all as ever."""
    monkeypatch.setattr(sys.modules["__main__"], "__spec__", None)
    monkeypatch.setattr(sys.modules["__main__"], "__file__", "/program.py", raising=False)

    def has_program() -> bool:
        return "init_main_from_path" in spawn.get_preparation_data("some process")

    with ThreadPoolExecutor(1) as other, workers._program_left_out():
        assert not has_program()
        assert other.submit(has_program).result()
    assert has_program()


# --- what is left in the folder for temporary files ----------------------------------------------

KILLED = """
import os, signal, sys
from clusterbook.engine.workers import LocalPool
if __name__ == "__main__":
    with LocalPool(1) as pool:
        pool.probe()
        if sys.argv[1] == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
"""


def run_pool(script: Path, temporary: Path, how: str) -> list[str]:
    """What a run with its folder for temporary files there leaves in it."""
    script.write_text(KILLED)
    environ = {**os.environ, "TMPDIR": str(temporary)}
    subprocess.run([sys.executable, str(script), how], env=environ, check=how == "fine", timeout=60)
    return sorted(path.name.partition("-")[0] for path in temporary.iterdir())


@pytest.fixture(name="temporary")
def temporary_fixture() -> Iterator[Path]:
    """A folder with a short path, as sockets need it."""
    with TemporaryDirectory(dir="/tmp") as folder:
        yield Path(folder)


def test_leftovers_of_a_killed_run_go_with_the_next(tmp_path: Path, temporary: Path) -> None:
    script = tmp_path / "run.py"
    (temporary / "somebody's").write_text("mine")
    assert run_pool(script, temporary, "killed") == ["cbook", "somebody's"]
    assert run_pool(script, temporary, "killed") == ["cbook", "somebody's"], "one at the most"
    assert run_pool(script, temporary, "fine") == ["somebody's"]


def test_the_folder_of_a_run_that_lives_is_left_alone(tmp_path: Path, temporary: Path) -> None:
    script = tmp_path / "run.py"
    alive = temporary / "cbook-alive"
    alive.mkdir()
    with (alive / "alive").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert run_pool(script, temporary, "fine") == ["cbook"]
    assert run_pool(script, temporary, "fine") == []


def test_memory_is_limited_and_given_back() -> None:
    with LocalPool(1) as pool:
        with pytest.raises(MemoryError):
            pool.submit(grow, LARGE).result()
        assert pool.submit(grow, 1000).result() == 1000


def test_nothing_is_limited_where_the_process_is_not_the_tasks_own() -> None:
    assert dawdle(0.3, 0.1) == "done"


def test_a_task_that_cannot_be_sent_fails() -> None:
    with LocalPool(1) as pool:
        with pytest.raises(Exception, match="pickle"):
            pool.submit(double, threading.Lock()).result()
        assert pool.submit(double, 1).result() == 2


def test_an_error_outside_ends_tasks_at_once() -> None:
    def interrupted() -> None:
        with LocalPool(1) as pool:
            wait([pool.submit(dawdle, 60, 100)], timeout=0.5)
            raise KeyboardInterrupt

    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert time.monotonic() - start < 30


def test_garbage_is_looked_for_as_usual_once_the_last_thread_is_done() -> None:
    usual, both = gc.get_threshold(), threading.Barrier(2)

    def task(first: bool) -> int:
        with allowance.few_collections():
            both.wait()  # the second begins while the first is at work, and goes on after it
            if not first:
                both.wait()
            seen = gc.get_threshold()[0]
        if first:
            both.wait()
        return seen

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(task, (True, False))) == [allowance.SELDOM] * 2
    assert gc.get_threshold() == usual != (allowance.SELDOM, *usual[1:])


def threads_that_numpy_starts() -> int:
    tasks = Path("/proc/self/task")
    before = len(list(tasks.iterdir()))
    import numpy as np  # noqa: F401

    return len(list(tasks.iterdir())) - before


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads are counted on Linux")
def test_a_worker_starts_no_threads_for_numbers() -> None:
    with LocalPool(1) as pool:
        assert pool.submit(threads_that_numpy_starts).result() == 0


def test_how_many_threads_somebody_wants_for_numbers_stands(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "3")
    number_threads.keep_to_one()
    assert os.environ["OPENBLAS_NUM_THREADS"] == "3"
    monkeypatch.delenv("OPENBLAS_NUM_THREADS")
    number_threads.keep_to_one()
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"
