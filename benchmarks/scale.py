"""Import of a folder against merely reading it: CPU, wall and memory of whole processes.

Every candidate is a process of its own, and all that it starts is counted. They take turns.

    python benchmarks/scale.py            200 and 1,000 workbooks of 50 enterprises
    python benchmarks/scale.py --full     5,000 too, and workbooks of 300 and 2,000 enterprises
"""

import argparse
import ctypes
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import corpus
from attrs import frozen

ROOT = Path(__file__).parent.parent
_SUBREAPER = 36  # prctl: orphans of the commands become ours, and their costs too
_MODEL = 777_777

CALAMINE = """
import sys, io
from pathlib import Path
from python_calamine import CalamineWorkbook
for path in sorted(Path(sys.argv[1]).glob("*.xlsx")):
    book = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python(skip_empty_area=False)
"""
IN_PROCESS = """
import sys
sys.path.insert(0, sys.argv[3])
from pathlib import Path
from fill import Here
from clusterbook.batch import find_files
from clusterbook.importing import Import
Import(files=find_files([Path(sys.argv[1])]), out=Path(sys.argv[2]), pool=Here()).run()
"""


@frozen
class Cost:
    """What one run took: CPU and wall seconds, and the largest process in MiB."""

    cpu: float
    wall: float
    memory: float


def corpus_of(folder: Path, count: int, enterprises: int, *, dirty: bool = False) -> None:
    """So many different workbooks: one is built, the others differ from it in all their names."""
    folder.mkdir(parents=True)
    (model,) = corpus.write(folder, 1, enterprises=enterprises, dirty=dirty, first=_MODEL)
    with ZipFile(model) as book:
        parts = {info.filename: book.read(info) for info in book.infolist()}
    model.unlink()
    tokens = [f"{_MODEL:06d}".encode(), corpus.sign(_MODEL).encode()]
    for number in range(count):
        with ZipFile(folder / f"{number:06d}.xlsx", "w", ZIP_DEFLATED) as book:
            for name, part in parts.items():
                data = part.replace(tokens[0], f"{number:06d}".encode())
                data = data.replace(tokens[1], corpus.sign(number).encode())
                book.writestr(ZipInfo(name), data, ZIP_DEFLATED)


def cost(*command: str) -> Cost:
    """Runs a command and everything it starts to its end."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wall = time.monotonic() - start
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr[-2000:])
    while True:  # what it left behind
        try:
            os.wait()
        except ChildProcessError:
            break
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(cpu, wall, after.ru_maxrss / 1024)


class Bench:
    """The candidates over one folder."""

    def __init__(self, inbox: Path, scratch: Path) -> None:
        self.inbox, self.scratch = inbox, scratch

    def calamine(self) -> Cost:
        return cost(sys.executable, "-c", CALAMINE, str(self.inbox))

    def here(self, *, keep: bool = False) -> Cost:
        out = self.scratch / "here"
        if not keep:
            shutil.rmtree(out, ignore_errors=True)
        tests = str(ROOT / "tests")
        return cost(sys.executable, "-c", IN_PROCESS, str(self.inbox), str(out), tests)

    def command(self, jobs: int, *, keep: bool = False) -> Cost:
        out = self.scratch / f"jobs{jobs}"
        if not keep:
            shutil.rmtree(out, ignore_errors=True)
        return cost(sys.executable, "-m", "clusterbook", "import", str(self.inbox), "-o", str(out),
                    "--jobs", str(jobs))  # fmt: skip


def turns(candidates: dict[str, Callable[[], Cost]], rounds: int) -> Iterator[tuple[str, Cost]]:
    """Each candidate's run with the median CPU."""
    found: dict[str, list[Cost]] = {name: [] for name in candidates}
    for _ in range(rounds):
        for name, run in candidates.items():
            found[name].append(run())
    for name, costs in found.items():
        yield name, statistics.median_low(sorted(costs, key=lambda one: one.cpu)) if False else sorted(
            costs, key=lambda one: one.cpu
        )[len(costs) // 2]


if __name__ == "__main__":
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    parser = argparse.ArgumentParser()
    parser.add_argument("count", type=int)
    parser.add_argument("--rounds", type=int, default=1)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        inbox = Path(folder) / "inbox"
        corpus_of(inbox, chosen.count, 50)
        bench = Bench(inbox, Path(folder))
        for name, one in turns(
            {"calamine": bench.calamine, "here": bench.here, "warm": lambda: bench.here(keep=True),
             "jobs 2": lambda: bench.command(2)}, chosen.rounds):
            print(f"{name:10} cpu {one.cpu:6.2f} wall {one.wall:6.2f} mem {one.memory:6.0f}  "
                  f"{one.cpu / chosen.count * 1000:.2f} ms/workbook")
