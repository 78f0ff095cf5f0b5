"""The processes of a Dask cluster, for a Pool that reads there."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import ExitStack, contextmanager

from clusterbook.errors import Error


class NoClusterError(Error, OSError):
    """There is no such cluster, or Dask is not installed; facts ``scheduler``, ``installed``."""


@contextmanager
def cluster(address: str) -> Iterator[tuple[Executor, int]]:
    """What runs tasks on a Dask cluster, and how many; NoClusterError where there is none."""
    try:
        from clusterbook.engine import dask
    except ImportError as error:
        raise NoClusterError("Dask is not installed", scheduler=address, installed=False) from error
    with ExitStack() as stack:
        try:
            found = stack.enter_context(dask.cluster_pool(address))
        except (OSError, ValueError) as error:
            raise NoClusterError(str(error), scheduler=address, installed=True) from error
        yield found
