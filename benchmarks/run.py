"""Side-by-side ratios in one run, written to docs/performance.md.

CPU seconds of this process and of the children it waits for; candidates take turns, medians of the
rounds are quoted. Ratios hold on any machine, seconds do not.

    make bench                            all, some twenty minutes on two quiet cores
    python benchmarks/run.py check copy   these groups, by their names
"""

import argparse
import gc
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import again
import corpus
import evidence
import issuing
import others
import printed
import provinces
import recorder
import returned
import scale

from clusterbook.forms import registry
from clusterbook.forms.options import Options
from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.returns import pipeline
from clusterbook.validation import check, normalize, rulings
from clusterbook.workbook import writer

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "performance.md"
NOTES = Path(__file__).with_name("profiles.md")  # what no table says
FORM = "cluster_contest"


def cpu() -> float:
    """CPU seconds so far, of this process and its finished children."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def medians(candidates: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median CPU seconds of each candidate; they take turns, one unmeasured round first."""
    taken: dict[str, list[float]] = {name: [] for name in candidates}
    for number in range(rounds + 1):
        for name, candidate in candidates.items():
            gc.collect()  # what one candidate leaves is not for the next to clean
            start = cpu()
            candidate()
            if number:
                taken[name].append(cpu() - start)
    return {name: statistics.median(times) for name, times in taken.items()}


def bench_blank(rounds: int) -> list[tuple[str, str, str]]:
    """Blank generation against the same calls made by a bare script, and by capacity."""
    sized = {rows: layouts.of(FORM, Options(rows=rows)) for rows in (500, 2000)}
    recording = recorder.record(lambda: plan_and_write(500))
    times = medians(
        {
            "500": lambda: plan_and_write(500),
            "2000": lambda: plan_and_write(2000),
            "bare": lambda: recorder.replay(recording),
        },
        rounds * 3,
    )
    size = len(blank(sized[2000])) / len(blank(sized[500]))
    return [
        ("plan + write a blank / bare XlsxWriter script writing the same cells",
         ratio(times["500"], times["bare"]), "≤ 1.5"),
        ("blank of capacity 2,000 / of capacity 500, CPU", ratio(times["2000"], times["500"]), "≤ 1.1"),
        ("blank of capacity 2,000 / of capacity 500, bytes", f"{size:.2f}", "≤ 1.1"),
        ("a blank, CPU", f"{times['500'] * 1000:.0f} ms", "for orientation"),
    ]  # fmt: skip


def blank(layout: object) -> bytes:
    """A blank from a layout."""
    return writer.write_template(layout, Stamp.of(layout.workbook))


def plan_and_write(rows: int) -> bytes:
    """A blank from the spec on: nothing remembered."""
    layouts.of.cache_clear()
    registry.workbook.cache_clear()
    return blank(layouts.of(FORM, Options(rows=rows)))


def bench_start(rounds: int) -> list[tuple[str, str, str]]:
    """``--help`` against a bare interpreter."""

    def run(*args: str) -> None:
        subprocess.run([sys.executable, *args], check=True, capture_output=True, cwd=ROOT)

    times = medians(
        {
            "bare": lambda: run("-c", "pass"),
            "help": lambda: run("-m", "clusterbook", "--help"),
        },
        rounds * 4,
    )
    return [
        ("clusterbook --help / bare interpreter", ratio(times["help"], times["bare"]), "≤ 6"),
        ("clusterbook --help, CPU", f"{times['help'] * 1000:.0f} ms", "< 300 ms"),
    ]


def bench_rules(rounds: int) -> list[tuple[str, str, str]]:
    """All rules of a form over 1,000 workbooks of 50 to 436 enterprises, against reading them.

    Sixteen different workbooks, each taken many times: rules see 1,000 submissions at once, and
    reading costs the same for each file however often it comes.
    """
    layout = layouts.of(FORM)
    contents = []
    with tempfile.TemporaryDirectory() as folder:
        for enterprises in (50, 100, 200, 436):
            place = Path(folder) / str(enterprises)
            files = corpus.write(place, 4, enterprises=enterprises)
            contents += [file.read_bytes() for file in files]
    extracted = [pipeline.read_submission(data).extracted for data in contents]
    times_each = 1000 / len(contents)
    data = normalize.normalize(layout, (extracted * 63)[:1000])
    frames = check.with_computed(data)
    times = medians(
        {
            "read": lambda: [pipeline.read_submission(one) for one in contents],
            "rules": lambda: rulings.apply_rules(data, frames),
        },
        min(rounds, 2),
    )
    rules = len(layout.workbook.rules)
    return [(f"{rules} rules over 1,000 workbooks (50–436 enterprises each) / reading them",
             ratio(times["rules"], times["read"] * times_each), "< 1")]  # fmt: skip


def ratio(one: float, other: float) -> str:
    """``one`` as a multiple of ``other``."""
    return f"{one / other:.2f} ×"


Lines = Iterable[tuple[str, str, str]]
# What a page tells, part by part; each group can be run alone by its name.
PARTS: dict[str, dict[str, Callable[[int], Lines]]] = {
    "Big workbooks, one file, small changes, both cores": {
        "marginal": provinces.bench_marginal,
        "libreoffice": provinces.bench_libreoffice,
        "openpyxl": provinces.bench_openpyxl,
        "check": provinces.bench_check,
        "changes": again.bench_changes,
        "workers": again.bench_workers,
        "copy": lambda rounds: returned.bench_copy(rounds, medians, ratio),
        "memory": again.bench_memory,
        "others": others.bench_others,
    },
    "The synthetic corpus": {"scale": scale.bench_scale, "rules": bench_rules},
    "Issuing, sending back, starting": {
        "blank": bench_blank,
        "start": bench_start,
        "issuing": lambda rounds: issuing.bench_issuing(rounds, medians, ratio),
        "returned": lambda rounds: returned.bench_returned(rounds, medians, ratio),
        "word": lambda rounds: printed.bench_word(rounds, medians, ratio),
        "evidence": evidence.bench_evidence,
    },
}
GROUPS = {name: run for part in PARTS.values() for name, run in part.items()}


def main() -> None:
    """Runs the groups asked for and, when all were run, rewrites the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("groups", nargs="*", choices=[*GROUPS, []], default=[])
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    tables: dict[str, list[str]] = {}
    for part, groups in PARTS.items():
        for name, run in groups.items():
            for what, figure, bound in run(args.rounds) if name in (args.groups or GROUPS) else ():
                tables.setdefault(part, []).append(f"| {what} | {figure} | {bound} |")
                print(f"{figure:>10}  {what}  ({bound})", flush=True)
    if not args.groups:  # a whole run
        PAGE.write_text(page(tables, args.rounds), "utf-8")


def page(tables: dict[str, list[str]], rounds: int) -> str:
    """docs/performance.md."""
    head = (
        f"# Performance\n\nWritten by `make bench`: CPU time, candidates taking turns in one run, "
        f"medians of {rounds} rounds (of {2 * rounds + 1} for two workers, a cluster, copies and the "
        f"straightforward script) with the least and the most in brackets. "
        f"Bytecode is cached. Python {platform.python_version()}, {os.cpu_count()} cores.\n"
    )
    parts = [
        f"\n## {part}\n\n| what | measured | bound |\n| --- | --- | --- |\n"
        + "\n".join(lines)
        + "\n"
        for part, lines in tables.items()
    ]
    return head + "".join(parts) + NOTES.read_text("utf-8")


if __name__ == "__main__":
    main()
