"""The same import on a real Dask cluster of several processes, one of which is killed."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import dask
import pytest
from distributed import Client, LocalCluster, Worker
from support.importing import run, tree

from clusterbook import cli
from clusterbook.engine.dask import cluster_pool

pytestmark = pytest.mark.usefixtures("small_windows")


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    with (
        dask.config.set({"distributed.worker.daemon": True}),
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
        ) as local,
    ):
        yield local


def test_a_cluster_gives_the_same_bytes(
    cluster: LocalCluster, inbox: Path, undisturbed: dict[str, str], tmp_path: Path
) -> None:
    with cluster_pool(cluster.scheduler_address) as (pool, workers):
        assert workers == 2
        run(inbox, tmp_path / "out", pool, jobs=workers)
    assert tree(tmp_path / "out") == undisturbed


def test_workers_are_not_sampled_while_they_work_for_us(cluster: LocalCluster) -> None:
    def sampled(client: Client) -> list[bool]:
        return list(client.run(_is_sampled).values())

    with Client(cluster.scheduler_address) as client:
        assert sampled(client) == [True, True]
        with cluster_pool(cluster.scheduler_address):
            assert sampled(client) == [False, False]
        assert sampled(client) == [True, True], "as it was before"


def _is_sampled(dask_worker: Worker) -> bool:
    return dask_worker.periodic_callbacks["profile"].is_running()


def test_a_worker_that_is_killed_changes_nothing(
    cluster: LocalCluster,
    inbox: Path,
    undisturbed: dict[str, str],
    tmp_path: Path,
) -> None:
    killed: list[int] = []

    def kill_one(what: str, done: int, _: int, note: str = "") -> None:
        if what == "已读取" and done >= 2 and not killed:
            worker = next(iter(cluster.workers.values()))
            pid = worker.process.process.pid
            killed.append(pid)
            threading.Thread(
                target=lambda: (time.sleep(0.05), os.kill(pid, signal.SIGKILL))
            ).start()

    with cluster_pool(cluster.scheduler_address) as (pool, workers):
        run(inbox, tmp_path / "out", pool, jobs=workers, tell=kill_one)
    assert killed
    assert tree(tmp_path / "out") == undisturbed


def test_a_scheduler_that_is_not_there_is_told(
    inbox: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clusterbook.engine.dask._PATIENCE", "1s")
    with pytest.raises(SystemExit) as ended:
        cli.cli.main(
            ["import", str(inbox), "-o", str(tmp_path / "out"), "--scheduler", "tcp://127.0.0.1:9"]
        )
    assert ended.value.code == 2
    assert "无法连接集群" in capsys.readouterr().err
