"""What imports of the provincial corpus cost: the marginal workbook, one file, as saved by others.

``run.py`` measures and prints it. Every candidate is a process of its own, with bytecode cached;
the small and the large folder take turns, and a marginal workbook is the difference of the two.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import provincial
from scale import CALAMINE, IN_PROCESS, PEAK, Line, cost, spread

#: enterprises, workbooks of the small and of the large folder, bound
WRITTEN = ((300, 8, 60, "≤ 2.2"), (2000, 2, 12, "≤ 3.0"), (50, 200, 1000, "≤ 1.4"))
#: the same, saved again
LIBREOFFICE = ((300, 8, 40, "≤ 2.2"), (2000, 2, 8, "≤ 3.0"), (50, 40, 240, "≤ 1.4"))
OPENPYXL = ((300, 8, 40, "≤ 4"), (2000, 2, 8, "≤ 4"), (50, 40, 240, "≤ 4"))


def bench_marginal(rounds: int) -> Iterator[Line]:
    """A workbook more, as written; the whole of 60 workbooks of 300 enterprises."""
    yield from _all(WRITTEN, "", rounds)


def bench_libreoffice(rounds: int) -> Iterator[Line]:
    """A workbook more, saved again by LibreOffice."""
    yield from _all(LIBREOFFICE, "libreoffice", rounds)


def bench_openpyxl(rounds: int) -> Iterator[Line]:
    """A workbook more, saved again by openpyxl."""
    yield from _all(OPENPYXL, "openpyxl", rounds)


def bench_check(rounds: int) -> Iterator[Line]:
    """``check`` of one workbook against importing pandas."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "one"
        provincial.write(folder, 1, 50)
        pandas, check = [], []
        for _ in range(rounds + 2):
            pandas.append(cost(sys.executable, "-c", "import pandas").cpu)
            check.append(
                cost(sys.executable, "-m", "clusterbook", "check", str(folder), fine=(0, 1)).cpu
            )
        each = [one / other for one, other in zip(check, pandas, strict=True)]
        yield "check of one workbook, CPU / importing pandas", spread(each), "≤ 1.9"


def _all(sizes: tuple[tuple[int, int, int, str], ...], by: str, rounds: int) -> Iterator[Line]:
    for size in sizes:
        with tempfile.TemporaryDirectory() as scratch:
            # the large folder of small workbooks takes minutes: three rounds tell a median
            yield from _marginal(
                Path(scratch), min(rounds, 3 if size[0] == 50 else rounds), size, by
            )


def imported(folder: Path, out: Path, *more: str) -> float:
    """CPU of an import of a folder without returned copies, into what is there."""
    return cost(
        sys.executable, "-c", IN_PROCESS + PEAK, str(folder), str(out), "no copies", *more
    ).cpu


def _marginal(
    scratch: Path, rounds: int, size: tuple[int, int, int, str], by: str
) -> Iterator[Line]:
    enterprises, *counts, bound = size
    folders = [scratch / str(count) for count in counts]
    for folder, count in zip(folders, counts, strict=True):
        provincial.write(folder, count, enterprises, by=by)

    def read(folder: Path) -> float:
        return cost(sys.executable, "-c", CALAMINE, str(folder)).cpu

    def cold(folder: Path) -> float:
        shutil.rmtree(scratch / "out", ignore_errors=True)
        return imported(folder, scratch / "out")

    shares, whole = [], []
    for _ in range(rounds):
        (read_small, read_large), (small, large) = (
            [run(folder) for folder in folders] for run in (read, cold)
        )
        shares.append((large - small) / (read_large - read_small))
        whole.append(large / read_large)
    named = f"{enterprises:,} enterprises" + (
        " with long distinct texts" if enterprises == 50 else ""
    )
    named += f", saved again by {by}" if by else ""
    yield (f"marginal workbook of {named} ({counts[0]} → {counts[1]:,} workbooks) / calamine",
           spread(shares), bound)  # fmt: skip
    told = "≤ 2.5" if (enterprises, by) == (300, "") else "—"
    yield (
        f"whole import of {counts[1]:,} × {named}, start-up included / calamine",
        spread(whole),
        told,
    )


def in_turns(rounds: int, *candidates: Callable[[], float]) -> list[list[float]]:
    """What each candidate took, round by round."""
    found: list[list[float]] = [[] for _ in candidates]
    for _ in range(rounds):
        for taken, run in zip(found, candidates, strict=True):
            taken.append(run())
    return found


os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
