"""Few files are checked in one process, and come to what they would come to apart."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from support import hostile
from support.places import SAMPLES

import clusterbook as cb
from clusterbook.engine import checking, gather
from clusterbook.engine.inbox import find_files
from clusterbook.engine.workers import Here, WorkerDiedError


@pytest.fixture(scope="module")
def pool() -> Any:
    with cb.Pool(1) as one:
        yield one


@pytest.mark.parametrize("folder", ["cluster_contest/bad", "fujian_sme_cluster"])
def test_verdicts_and_problems_are_those_of_a_check(pool: cb.Pool, folder: str) -> None:
    apart = [evolve(one.submission) for one in pool.check(SAMPLES / folder)]
    assert pool.submissions(SAMPLES / folder) == apart


class Dying(Executor):
    """Whoever reads several files at once dies of it."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **more: Any) -> Future[Any]:
        self.asked.append(fn.__name__)
        if fn.__name__ != "_judged":
            return Here().submit(fn, *args, **more)
        future: Future[Any] = Future()
        future.set_exception(WorkerDiedError(-6))
        return future


def test_where_a_file_ends_the_process_all_are_read_apart() -> None:
    files, dying = find_files([SAMPLES / "fujian_sme_cluster/bad"]), Dying()
    expected = gather.run(files, pool=Here()).submissions
    assert checking.submissions(files, pool=dying) == expected
    assert dying.asked[0] == "_judged"
    assert "read_chunk" in dying.asked


def test_hostile_files_are_told_as_by_a_check(pool: cb.Pool, tmp_path: Path) -> None:
    cases = [data for _, data, *_ in islice(hostile.cases(), 0, None, 6)][:12]
    for number, data in enumerate(cases):
        (tmp_path / f"{number:02d}.xlsx").write_bytes(data)
    (tmp_path / "好.xlsx").write_bytes((SAMPLES / "fujian_sme_cluster/good.xlsx").read_bytes())
    told = pool.submissions(tmp_path)
    assert told == [one.submission for one in pool.check(tmp_path)]
    assert told[-1].verdict == "通过"
    assert any(one.verdict == "无法读取" for one in told)


@pytest.mark.parametrize(("files", "size"), [(26, 1), (1, 20_000_001)])
def test_many_files_and_large_ones_are_shared_among_processes(
    tmp_path: Path, files: int, size: int
) -> None:
    for number in range(files):
        (tmp_path / f"{number}.xlsx").write_bytes(bytes(size))
    dying = Dying()
    checking.submissions(find_files([tmp_path]), pool=dying)
    assert "_judged" not in dying.asked


def test_the_command_loads_nothing_that_its_process_needs() -> None:
    code = (
        "import sys\n"
        "from clusterbook.cli import cli\n"
        "cli(['check', sys.argv[1]], standalone_mode=False)\n"
        "heavy = {'numpy', 'lxml', 'pandas', 'clusterbook.readers.grid', 'clusterbook.forms.spec',\n"
        "         'clusterbook.layout.layout', 'clusterbook.validation.normalize'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    good = SAMPLES / "fujian_sme_cluster/good.xlsx"
    done = subprocess.run(
        [sys.executable, "-c", code, str(good)], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
