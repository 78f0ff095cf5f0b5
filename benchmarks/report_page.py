"""What a report page of many files costs, written and opened in a real headless Chromium.

    python benchmarks/report_page.py [--files 5000] [--rounds 5] [--from OUT]

The tables of a real import are repeated under other names until there are so many files; the page
is written from them by the real writer. "Usable" is from the order to go there until all stands in
place and the script has said so, "loaded" until the browser has nothing more to read (the list for
readers without script comes last), "searched" and "cleared" are from the last letter to the picture.
Prints a table in Markdown; wall time, because a person waits for it.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "tests"), str(HERE.parent / "samples"), str(HERE.parent)]

import round_of_twelve  # noqa: E402
from support.browser import Browser, Page  # noqa: E402

import clusterbook as cb  # noqa: E402
from clusterbook.reports.page.report import write_report  # noqa: E402

BOUND = 3.0  # seconds that opening may take
_NAMES = ("submission", "file", "issue", "issued_to", "cluster_name")
_PAINTED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(0))))"
# Notes when the page has said that it is ready, and has been painted after that.
_WATCH = """
new MutationObserver(() => {
  if (document.documentElement && document.documentElement.hasAttribute('data-ready')
      && !window.asked) {
    window.asked = true;
    requestAnimationFrame(() => requestAnimationFrame(() => window.usable = performance.now()));
  }
}).observe(document, {attributes: true, subtree: true, attributeFilter: ['data-ready']});
"""


def _imported(folder: Path) -> Path:
    """The import of a round of twelve counties."""
    made = round_of_twelve.build(folder / "round")
    with cb.Pool(jobs=1, forms=[made.form]) as pool:
        pool.import_returns([made.inbox], folder / "OUT", register=made.register)
    return folder / "OUT"


def repeated(out: Path, target: Path, files: int) -> Path:
    """The tables of an import again and again under other names, until there are so many files."""
    shutil.copytree(out / "schema", target / "schema")
    shutil.copy(out / "manifest.json", target)
    count = len(list(_lines(out / "submissions.csv")[1]))
    for name in ("submissions", "problems", "progress"):
        names, rows = _lines(out / f"{name}.csv")
        found = list(rows)
        copies = -(-files // count)
        many = (_named(row, at) for at in range(copies) for row in found)
        limit = files if name == "submissions" else None
        _write(target / f"{name}.csv", names, itertools.islice(many, limit))
    _only_known(target)
    return target


def _only_known(target: Path) -> None:
    """Without the problems of files that are one too many."""
    known = {row["submission"] for row in _lines(target / "submissions.csv")[1]}
    names, rows = _lines(target / "problems.csv")
    _write(target / "problems.csv", names, [row for row in rows if row["submission"] in known])


def _named(row: dict[str, str], at: int) -> dict[str, str]:
    return row | {name: f"{row[name]}-{at}" for name in _NAMES if row.get(name) and at}


def _lines(path: Path) -> tuple[list[str], Iterator[dict[str, str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return list(rows[0]), iter(rows)


def _write(
    path: Path, names: list[str], rows: Iterator[dict[str, str]] | list[dict[str, str]]
) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(rows)


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _search(page: Page, text: str) -> None:
    page.evaluate(
        f"(e => {{ e.value = '{text}'; e.dispatchEvent(new Event('input')); }})"
        "(document.querySelector('#q'))"
    )
    page.wait(f"location.hash.indexOf(encodeURIComponent('{text}')) > 0" if text
              else "location.hash === '#all'")  # fmt: skip
    page.evaluate(_PAINTED)


def measure(page_file: Path, rounds: int) -> dict[str, list[float]]:
    """Seconds of each round for opening, searching and clearing the search."""
    steps = ("usable", "loaded", "searched", "cleared", "loaded, no script")
    taken: dict[str, list[float]] = {step: [] for step in steps}
    with Browser() as browser:
        for _ in range(rounds):
            with browser.visit("about:blank") as page:
                page.ask("Page.addScriptToEvaluateOnNewDocument", source=_WATCH)
                taken["loaded"].append(_seconds(lambda page=page: page.go(page_file.as_uri())))
                page.wait("window.usable")
                taken["usable"].append(page.evaluate("window.usable") / 1000)
                taken["searched"].append(_seconds(lambda page=page: _search(page, "汨罗")))
                taken["cleared"].append(_seconds(lambda page=page: _search(page, "")))
            taken["loaded, no script"].append(
                _seconds(lambda: browser.open(page_file, script=False).__exit__())
            )
    return taken


def main() -> int:
    """0 where opening keeps the bound."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--files", type=int, default=5000)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--from", dest="out", type=Path)
    told = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="clusterbook-report-page-") as scratch:
        folder = Path(scratch)
        many = repeated(told.out or _imported(folder), folder / "many", told.files)
        wrote = _seconds(lambda: write_report(many))
        page_file = (many / "report.html").resolve()
        problems = len(list(_lines(many / "problems.csv")[1]))
        taken = measure(page_file, told.rounds)
        size = page_file.stat().st_size / 2**20
    print(
        f"{told.files:,} files, {problems:,} problems, {size:.1f} MiB, written in {wrote:.1f} s\n"
    )
    print("| step | median s | slowest s |\n| --- | --- | --- |")
    for name, times in taken.items():
        print(f"| {name} | {statistics.median(times):.2f} | {max(times):.2f} |")
    return int(statistics.median(taken["usable"]) > BOUND)


if __name__ == "__main__":
    sys.exit(main())
