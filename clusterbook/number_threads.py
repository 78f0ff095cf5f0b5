"""How many threads the library behind numpy starts: none beside the one that loads it.

It starts one for each core, and each spins until it is sure that there is nothing to do, which
costs a process as much again as loading numpy. Nothing here is linear algebra.
"""

import os


def keep_to_one() -> None:
    """For processes of our own, before numpy is loaded; what somebody has set stands."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
