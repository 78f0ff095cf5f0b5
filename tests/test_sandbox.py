"""Tasks in worker processes: one that dies takes nothing along."""

import os
import signal
import threading
import time
from concurrent.futures import wait

import pytest

from clusterbook.sandbox import LocalPool, WorkerDiedError, limited

LARGE = 3_000_000_000  # bytes, never touched


def double(number: int) -> int:
    return 2 * number


def die(number: int) -> None:
    os.kill(os.getpid(), number)


def fail(text: str) -> None:
    raise ValueError(text)


def dawdle(seconds: float, limit: float) -> str:
    with limited(limit, 2 << 30):
        time.sleep(seconds)
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
        with pytest.raises(ValueError, match="seen"):
            pool.submit(fail, "seen").result()
        assert pool.submit(whoami).result() == first, "an exception is no reason for a new process"


def test_time_is_limited() -> None:
    with LocalPool(1) as pool:
        with pytest.raises(WorkerDiedError) as error:
            pool.submit(dawdle, 30, 0.2).result(timeout=20)
        assert error.value.code == -signal.SIGALRM
        assert pool.submit(dawdle, 0.01, 5).result() == "done", "the alarm is for one task only"
        assert pool.submit(dawdle, 0.3, 5).result() == "done"


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
