"""Import of a folder against merely reading it: CPU, wall and memory of whole processes.

Every candidate is a process of its own, and all that it starts is counted. They take turns.
"""

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
from functools import cache
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import corpus
from attrs import frozen

ROOT = Path(__file__).parent.parent
_SUBREAPER = 36  # prctl: orphans of the commands become ours, and their costs too
_MODEL = 777_777
_NAIVE = 40  # workbooks: the straightforward script is given no more to do

CALAMINE = """
import sys, io
from pathlib import Path
from python_calamine import CalamineWorkbook
for path in sorted(Path(sys.argv[1]).glob("*.xlsx")):
    book = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python(skip_empty_area=False)
"""
# ru_maxrss of a process starts at the size of the one that started it.
PEAK = """
status = Path("/proc/self/status").read_text()
print(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])
"""
# One process, as the command does it otherwise: CPU counts in full and comparably. It ends as the
# command does; workers, which do this work there, end without taking anything apart at all.
IN_PROCESS = """
import sys
from concurrent.futures import Executor, Future
from pathlib import Path
class Here(Executor):
    def submit(self, fn, /, *args):
        future = Future()
        future.set_result(fn(*args))
        return future
from clusterbook import number_threads
number_threads.keep_to_one()
from clusterbook.engine.inbox import find_files
from clusterbook.results.write import Choices
from clusterbook.engine.importing import Import
Import(files=find_files([Path(sys.argv[1])]), out=Path(sys.argv[2]), pool=Here(),
       choices=Choices(returned=len(sys.argv) < 4)).run()
import gc
gc.freeze()
"""

Line = tuple[str, str, str]


@frozen
class Cost:
    """What one run took: CPU and wall seconds; its peak size in MiB, 0 where it does not tell."""

    cpu: float
    wall: float
    memory: float


def corpus_of(
    folder: Path, count: int, enterprises: int, *, dirty: bool = False, first: int = 0
) -> None:
    """So many different workbooks: one is built, the others differ from it in all their names."""
    folder.mkdir(parents=True)
    (model,) = corpus.write(folder, 1, enterprises=enterprises, dirty=dirty, first=_MODEL)
    with ZipFile(model) as book:
        parts = {info.filename: book.read(info) for info in book.infolist()}
    model.unlink()
    tokens = [f"{_MODEL:06d}".encode(), corpus.sign(_MODEL).encode()]
    for number in range(first, first + count):
        with ZipFile(folder / f"{number:06d}.xlsx", "w", ZIP_DEFLATED) as book:
            for name, part in parts.items():
                data = part.replace(tokens[0], f"{number:06d}".encode())
                data = data.replace(tokens[1], corpus.sign(number).encode())
                book.writestr(ZipInfo(name), data, ZIP_DEFLATED)


@cache
def _adopt_orphans() -> None:
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)


def cost(*command: str, fine: tuple[int, ...] = (0,)) -> Cost:
    """Runs a command and everything it starts to its end; RuntimeError where it fails."""
    _adopt_orphans()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wall = time.monotonic() - start
    if done.returncode not in fine:
        raise RuntimeError(done.stderr[-2000:])
    while True:  # what it left behind
        try:
            os.wait()
        except ChildProcessError:
            break
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    last = done.stdout.split()[-1:]
    return Cost(cpu, wall, int(last[0]) / 1024 if last and last[0].isdigit() else 0.0)


def spread(values: list[float]) -> str:
    """The median, with the least and the most."""
    return f"{statistics.median(values):.2f} × ({min(values):.2f}–{max(values):.2f})"


class Bench:
    """The candidates over one folder of workbooks."""

    def __init__(self, scratch: Path, count: int, enterprises: int = 50, *, dirty: bool = False):
        self.inbox, self.scratch, self.count = scratch / "inbox", scratch, count
        shutil.rmtree(self.inbox, ignore_errors=True)
        corpus_of(self.inbox, count, enterprises, dirty=dirty)

    def calamine(self) -> Cost:
        """Merely reading every sheet."""
        return cost(sys.executable, "-c", CALAMINE, str(self.inbox))

    def cold(self, *more: str) -> Cost:
        """An import from nothing."""
        shutil.rmtree(self.scratch / "out", ignore_errors=True)
        return self.again(*more)

    def again(self, *more: str) -> Cost:
        """An import into the same folder again."""
        out = str(self.scratch / "out")
        return cost(sys.executable, "-c", IN_PROCESS + PEAK, str(self.inbox), out, *more)

    def command(self, jobs: int) -> Cost:
        """The command with worker processes, from nothing."""
        shutil.rmtree(self.scratch / "out", ignore_errors=True)
        out = str(self.scratch / "out")
        return cost(sys.executable, "-m", "clusterbook", "import", str(self.inbox), "-o", out,
                    "--jobs", str(jobs), fine=(0, 1))  # fmt: skip

    def summarize(self, out: Path) -> float:
        """CPU of the provincial summary of what was imported there."""
        return cost(sys.executable, "-m", "clusterbook", "summarize", str(out), "-o",
                    str(self.scratch / "summary.xlsx"), fine=(0, 1)).cpu  # fmt: skip

    def naive(self) -> Cost:
        """The straightforward script over the first workbooks."""
        few = self.scratch / "few"
        shutil.rmtree(few, ignore_errors=True)
        few.mkdir()
        for path in sorted(self.inbox.iterdir())[:_NAIVE]:
            shutil.copy(path, few)
        script = str(ROOT / "benchmarks" / "naive.py")
        return cost(sys.executable, script, str(few), str(self.scratch / "naive"))

    def change(self, share: int) -> None:
        """Gives every ``share``-th workbook other names."""
        other = self.scratch / "other"
        shutil.rmtree(other, ignore_errors=True)
        corpus_of(other, self.count // share, 50, first=500_000)
        for at, path in enumerate(sorted(other.iterdir())):
            path.replace(self.inbox / f"{at * share:06d}.xlsx")


def turns(rounds: int, **candidates: Callable[[], Cost]) -> dict[str, Cost]:
    """The run with the median CPU of each candidate; they take turns."""
    found: dict[str, list[Cost]] = {name: [] for name in candidates}
    for _ in range(rounds):
        for name, run in candidates.items():
            found[name].append(run())
    return {name: sorted(costs, key=lambda one: one.cpu)[len(costs) // 2]
            for name, costs in found.items()}  # fmt: skip


def bench_scale(rounds: int) -> Iterator[Line]:
    """200, 1,000 and 5,000 workbooks of 50 enterprises; other sizes; dirty ones; again."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        small = Bench(scratch, 200)
        at_200 = turns(rounds, calamine=small.calamine, cold=small.cold)
        yield _against("whole import of 200 workbooks", at_200, "≤ 2.2")
        large = Bench(scratch, 1000)
        few = max(1, rounds // 2)
        at_1000 = turns(few, calamine=large.calamine, cold=large.cold, warm=large.again)
        yield _against("whole import of 1,000 workbooks", at_1000, "≤ 1.6")
        reading = at_1000["calamine"].cpu - at_200["calamine"].cpu
        importing = at_1000["cold"].cpu - at_200["cold"].cpu
        yield (
            "marginal workbook / calamine (from 200 to 1,000)",
            f"{importing / reading:.2f} ×",
            "≤ 1.5",
        )
        share = at_1000["warm"].cpu / at_1000["cold"].cpu
        yield "1,000 workbooks again, nothing changed / from nothing", f"{share:.3f} ×", "≤ 0.1"
        large.change(20)
        yield ("1,000 workbooks again, 5 % changed / from nothing",
               f"{large.again().cpu / at_1000['cold'].cpu:.2f} ×", "—")  # fmt: skip
        parallel = large.command(2)
        yield ("1,000 workbooks with --jobs 2: wall / that of calamine in one process",
               f"{parallel.wall / at_1000['calamine'].wall:.2f} ×", "information")  # fmt: skip
        yield from _naive(large, at_1000["cold"])
        each = at_1000["cold"].cpu / 1000
        yield "import, CPU per workbook at 1,000", f"{each * 1000:.1f} ms", "for orientation"
        huge = Bench(scratch, 5000)
        at_5000 = huge.cold()
        yield (
            "CPU per workbook at 5,000 / at 1,000",
            f"{at_5000.cpu / 5000 / each:.2f} ×",
            "≤ 1.1",
        )
        yield ("peak memory at 5,000 / at 1,000, everything in one process",
               f"{at_5000.memory / at_1000['cold'].memory:.2f} ×", "≤ 1.15")  # fmt: skip
        yield "peak memory at 5,000", f"{at_5000.memory:.0f} MiB", "for orientation"
        yield from _all_together(huge, rounds)
        for enterprises, count in ((300, 60), (2000, 12)):
            big = Bench(scratch, count, enterprises)
            costs = turns(1, calamine=big.calamine, cold=lambda big=big: big.cold("no copies"))
            what = f"{count} workbooks of {enterprises:,} enterprises, without returned copies"
            yield _against(what, costs, "—")
        dirty = Bench(scratch, 200, dirty=True)
        costs = turns(1, calamine=dirty.calamine, cold=lambda: dirty.cold("no copies"))
        yield _against("200 dirty workbooks, without returned copies", costs, "—")


def _all_together(huge: Bench, rounds: int) -> Iterator[Line]:
    """What is made of a whole round: the summary, and the page of the report in a browser."""
    opened = _opened(huge.scratch / "out" / "report.html")
    of_huge = (huge.scratch / "out").rename(huge.scratch / "out of huge")
    shutil.rmtree(huge.inbox)
    small = Bench(huge.scratch, 500)
    small.cold("no copies")
    ratios = []
    for _ in range(rounds):
        many, few = huge.summarize(of_huge), small.summarize(huge.scratch / "out")
        ratios.append(many / huge.count / (few / small.count))
    shutil.rmtree(of_huge)
    yield "summarize at 5,000 / at 500 workbooks, CPU per workbook", spread(ratios), "≤ 1.1"
    yield "report page at 5,000 workbooks opens in", opened, "≤ 3 s"


def _opened(page: Path) -> str:
    """How much longer a browser takes for a page than for an empty one, wall clock."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        return "no browser here"

    def wall(address: str) -> float:
        return cost(
            browser, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", address
        ).wall

    wall("about:blank")
    return f"{wall(page.resolve().as_uri()) - wall('about:blank'):.1f} s"


def _against(what: str, costs: dict[str, Cost], bound: str) -> Line:
    share = costs["cold"].cpu / costs["calamine"].cpu
    return f"{what} / calamine merely reading them", f"{share:.2f} ×", bound


def _naive(bench: Bench, cold: Cost) -> Iterator[Line]:
    """Per workbook, both without what starting costs."""
    start = cost(
        sys.executable, "-c", "import pandas, pandera.pandas, clusterbook.forms.registry"
    ).cpu
    each = (bench.naive().cpu - start) / _NAIVE
    ours = cold.cpu / bench.count
    yield ("straightforward openpyxl, pandas and pandera script / this import, CPU per workbook",
           f"{each / ours:.0f} ×", "≥ 25")  # fmt: skip
