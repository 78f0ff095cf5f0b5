"""What imports of the provincial corpus cost: the marginal workbook, one file, changes, two workers.

``run.py`` measures and prints it. Every candidate is a process of its own, with bytecode cached;
the small and the large folder take turns, and a marginal workbook is the difference of the two.
"""

import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import provincial
from scale import CALAMINE, IN_PROCESS, PEAK, Line, cost

#: enterprises, workbooks of the small and of the large folder, saved by, bound
MARGINAL = (
    (50, 40, 200, "", "≤ 1.4"),
    (300, 8, 60, "", "≤ 2.2"),
    (2000, 2, 12, "", "≤ 3.0"),
    (300, 8, 30, "libreoffice", "≤ 2.2"),
    (2000, 2, 8, "libreoffice", "≤ 3.0"),
    (2000, 2, 8, "openpyxl", "≤ 4.0"),
)


def bench_provinces(rounds: int) -> Iterator[Line]:
    """All of it; three rounds are enough for a median."""
    few = min(rounds, 3)
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        for enterprises, small, large, by, bound in MARGINAL:
            yield from _marginal(scratch, few, (enterprises, small, large, by, bound))
        yield _one_file(scratch, few)
        yield from _changes_and_workers(scratch, few)


def _folder(scratch: Path, count: int, enterprises: int, by: str = "") -> Path:
    name = scratch / f"{enterprises}-{count}-{by or 'written'}"
    if not name.exists():
        provincial.write(name, count, enterprises, by=by)
    return name


def _imported(scratch: Path, folder: Path) -> Callable[[], float]:
    out = scratch / "out"

    def run() -> float:
        shutil.rmtree(out, ignore_errors=True)
        return cost(sys.executable, "-c", IN_PROCESS + PEAK, str(folder), str(out),
                    "no copies").cpu  # fmt: skip

    return run


def _marginal(scratch: Path, rounds: int, what: tuple[int, int, int, str, str]) -> Iterator[Line]:
    """A workbook more, importing against merely reading; and the whole import of all of them."""
    enterprises, small, large, by, bound = what
    folders = [_folder(scratch, count, enterprises, by) for count in (small, large)]
    runs: dict[str, Callable[[], float]] = {}
    for size, folder in zip(("small", "large"), folders, strict=True):
        runs[f"read {size}"] = lambda folder=folder: cost(
            sys.executable, "-c", CALAMINE, str(folder)).cpu  # fmt: skip
        runs[f"import {size}"] = _imported(scratch, folder)
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            taken[name].append(run())
    each = [
        (big - little) / (read_big - read_little)
        for little, big, read_little, read_big in zip(
            taken["import small"], taken["import large"], taken["read small"], taken["read large"],
            strict=True,
        )
    ]  # fmt: skip
    named = f"{enterprises:,} enterprises with long texts" + (f", saved by {by}" if by else "")
    yield (f"marginal workbook of {named} ({small} → {large}) / calamine", _spread(each), bound)
    whole = [one / other for one, other in
             zip(taken["import large"], taken["read large"], strict=True)]  # fmt: skip
    told = "≤ 2.5" if (enterprises, by) == (300, "") else "—"
    yield f"whole import of {large} × {named} / calamine", _spread(whole), told


def _one_file(scratch: Path, rounds: int) -> Line:
    file = next(iter(_folder(scratch, 40, 50).iterdir()))
    pandas, check = [], []
    for _ in range(rounds + 2):
        pandas.append(cost(sys.executable, "-c", "import pandas").cpu)
        check.append(cost(sys.executable, "-m", "clusterbook", "check", str(file), fine=(0, 1)).cpu)
    each = [one / other for one, other in zip(check, pandas, strict=True)]
    return "check of one workbook, CPU / importing pandas", _spread(each), "≤ 1.9"


def _changes_and_workers(scratch: Path, rounds: int) -> Iterator[Line]:
    """500 workbooks of 50: one in a hundred changed, and two workers against one."""
    folder = _folder(scratch, 500, 50)
    other = scratch / "changed"
    provincial.write(other, 5, 50, first=500_000)
    walls: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(rounds):
        for jobs, found in walls.items():
            shutil.rmtree(scratch / "out", ignore_errors=True)
            found.append(cost(sys.executable, "-m", "clusterbook", "import", str(folder), "-o",
                              str(scratch / "out"), "--jobs", str(jobs), fine=(0, 1)).wall)  # fmt: skip
    each = [two / one for one, two in zip(walls[1], walls[2], strict=True)]
    yield "--jobs 2 wall / --jobs 1 wall at 500", _spread(each), "≤ 0.6"
    run = _imported(scratch, folder)
    cold = run()
    for at, path in enumerate(sorted(other.iterdir())):
        shutil.copy(path, folder / f"{at * 100:06d}.xlsx")
    changed = cost(sys.executable, "-c", IN_PROCESS + PEAK, str(folder), str(scratch / "out"),
                   "no copies").cpu  # fmt: skip
    yield "1 % of 500 changed / from nothing", f"{changed / cold:.2f} ×", "≤ 0.15"


def _spread(values: list[float]) -> str:
    """The median, with the least and the most."""
    return f"{statistics.median(values):.2f} × ({min(values):.2f}–{max(values):.2f})"


os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
