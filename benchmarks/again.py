"""What a change costs, what a second worker and a cluster bring, how much memory is taken."""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import provincial
from provinces import imported, in_turns
from scale import Line, cost, spread

_COUNT, _FEW, _CHANGED = 500, 20, 5

# Two Dask workers in processes of their own, on this machine.
CLUSTER = """
import sys
from pathlib import Path
from distributed import LocalCluster
import clusterbook as cb
if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        with cb.Pool(scheduler=cluster.scheduler_address) as pool:
            pool.import_returns([Path(sys.argv[1])], Path(sys.argv[2]))
"""


def bench_changes(rounds: int) -> Iterator[Line]:
    """500 workbooks of 50 enterprises, of which five come anew."""
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        folder, other, kept, out = (scratch / one for one in ("inbox", "other", "kept", "out"))
        provincial.write(folder, _COUNT, 50)
        provincial.write(other, _CHANGED, 50, first=_COUNT * 1000)
        before = [folder / f"{at * (_COUNT // _CHANGED):06d}.xlsx" for at in range(_CHANGED)]
        olds = [path.read_bytes() for path in before]
        news = [path.read_bytes() for path in sorted(other.iterdir())]

        def whole() -> float:
            for path, data in zip(before, olds, strict=True):
                path.write_bytes(data)
            shutil.rmtree(kept, ignore_errors=True)
            return imported(folder, kept)

        def changed() -> float:
            for path, data in zip(before, news, strict=True):
                path.write_bytes(data)
            shutil.rmtree(out, ignore_errors=True)
            shutil.copytree(kept, out)
            return imported(folder, out)

        colds, taken = in_turns(min(rounds, 3), whole, changed)
        ratios = [one / cold for one, cold in zip(taken, colds, strict=True)]
        yield "1 % of 500 workbooks changed / from nothing", spread(ratios), "≤ 0.15"


def bench_workers(rounds: int) -> Iterator[Line]:
    """500 workbooks with one and with two workers, and on a cluster of two."""
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        folder, few, out = (scratch / one for one in ("inbox", "few", "out"))
        provincial.write(folder, _COUNT, 50)
        provincial.write(few, _FEW, 50)
        script = scratch / "cluster.py"
        script.write_text(CLUSTER)

        def jobs(count: int, inbox: Path = folder) -> tuple[float, float]:
            shutil.rmtree(out, ignore_errors=True)
            taken = cost(sys.executable, "-m", "clusterbook", "import", str(inbox), "-o", str(out),
                         "--jobs", str(count), fine=(0, 1))  # fmt: skip
            return taken.cpu, taken.wall

        def cluster(inbox: Path) -> float:
            shutil.rmtree(out, ignore_errors=True)
            return cost(sys.executable, str(script), str(inbox), str(out)).cpu

        walls, clustered = [], []
        for _ in range(2 * rounds + 1):  # each figure is told from four runs, all of which vary
            (_, one), (two_cpu, two) = jobs(1), jobs(2)
            walls.append(two / one)
            clustered.append((cluster(folder) - cluster(few)) / (two_cpu - jobs(2, few)[0]))
        yield "--jobs 2 wall / --jobs 1 wall at 500 workbooks", spread(walls), "≤ 0.6"
        yield "LocalCluster of 2 / --jobs 2, CPU without start-up", spread(clustered), "≤ 1.15"


def bench_memory(_rounds: int) -> Iterator[Line]:
    """The highest that the main process and a worker come to, importing lists of 2,000."""
    with tempfile.TemporaryDirectory() as name:
        folder, out = Path(name) / "inbox", Path(name) / "out"
        provincial.write(folder, 12, 2000)
        main, worker = _peaks(folder, out)
        yield "memory of the main process, 2,000 enterprises", f"{main:.0f} MiB", "≤ 60 MiB"
        yield "memory of a worker, 2,000 enterprises", f"{worker:.0f} MiB", "≤ 400 MiB"


def _peaks(folder: Path, out: Path) -> tuple[float, float]:
    """Peak sizes in MiB of the command and of the largest of its children."""
    command = [
        sys.executable,
        "-m",
        "clusterbook",
        "import",
        str(folder),
        "-o",
        str(out),
        "--jobs",
        "2",
    ]
    main = worker = 0.0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        while running.poll() is None:
            main = max(main, _peak(running.pid))
            worker = max([worker, *map(_peak, _below(running.pid))])
            time.sleep(0.02)
    if running.returncode not in (0, 1):
        raise RuntimeError(f"import ended with {running.returncode}")
    return main, worker


def _below(pid: int) -> Iterator[int]:
    """The processes that a process has started, and those that they have."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        threads = [one.name for one in Path(f"/proc/{pid}/task").iterdir()]
        for thread in threads:
            children += Path(f"/proc/{pid}/task/{thread}/children").read_text().split()
    except OSError:
        return
    for child in dict.fromkeys(map(int, children)):
        yield child
        yield from _below(child)


def _peak(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)
