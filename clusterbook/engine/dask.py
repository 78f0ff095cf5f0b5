"""Beyond one machine: the same tasks on a Dask cluster; the only door to distributed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from typing import Any

from distributed import Client, WorkerPlugin

_PATIENCE = "30s"  # for the scheduler to answer


class Unsampled(WorkerPlugin):
    """A worker looks a hundred times a second at what it does, for a tenth of our work: not now."""

    name = "clusterbook-unsampled"
    idempotent = True

    def setup(self, worker: Any) -> None:
        """While a pool is connected."""
        if "profile" in worker.periodic_callbacks:
            worker.periodic_callbacks["profile"].stop()

    def teardown(self, worker: Any) -> None:
        """As it was before."""
        if "profile" in worker.periodic_callbacks:
            worker.periodic_callbacks["profile"].start()


@contextmanager
def cluster_pool(address: str) -> Iterator[tuple[Executor, int]]:
    """An executor whose tasks run on the cluster at ``tcp://host:port``, and its number of threads.

    Workers need the same clusterbook and must see the inputs and the output folder under the same
    paths. A task whose worker dies is given to another one by the scheduler. OSError when the
    scheduler does not answer.
    """
    with Client(address, timeout=_PATIENCE) as client:  # type: ignore[no-untyped-call]
        client.register_plugin(Unsampled())
        threads = sum(client.nthreads().values())
        # pure: equal calls would be answered once, and a file may have been replaced meanwhile.
        with client.get_executor(pure=False) as pool:
            try:
                yield pool, max(1, threads)
            finally:
                with suppress(OSError):  # the scheduler is gone
                    client.unregister_worker_plugin(Unsampled.name)
