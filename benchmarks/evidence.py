"""A volume of 60 files and 300 pages, and its pages in a return: ``python benchmarks/evidence.py``."""

from __future__ import annotations

import resource
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path += [str(ROOT), str(ROOT / "tests"), str(ROOT / "samples")]

from attrs import evolve  # noqa: E402
from support.papers import chinese, folder_of, picture, scanned  # noqa: E402
from support.proven import content, read, written  # noqa: E402

from clusterbook.evidence.cells import page_cells  # noqa: E402
from clusterbook.evidence.materials import Material, in_order  # noqa: E402
from clusterbook.evidence.survey import survey  # noqa: E402
from clusterbook.evidence.volume import bind  # noqa: E402
from clusterbook.layout import layouts  # noqa: E402

FORM, FILES, PAGES = "fujian_sme_cluster", 60, 5


def cpu() -> float:
    """Processor seconds of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def materials(folder: Path, rows: Any) -> list[Material]:
    """Files that prove what all cells for pages ask: printed, scanned, and one photograph."""
    cells = list(page_cells(layouts.of(FORM), rows))
    files = {}
    for number in range(FILES - 1):
        lines = [[f"材料{number} 第{page}页", "2024年、2025年"] for page in range(PAGES)]
        data = scanned(chinese(lines)) if number % 3 == 1 else chinese(lines)
        files[f"{number:02}、材料.pdf"] = data
    files["99、照片.jpg"] = picture(size=(3000, 4000))
    folder_of(folder, files)
    return [
        evolve(one, related="；".join(cell.place for cell in cells[number::FILES]))
        for number, one in enumerate(in_order((name, folder / name) for name in files))
    ]


def bench_evidence(rounds: int) -> list[tuple[str, str, str]]:
    """Binding, citing and filling; and looking into the volume as an import does."""
    bound, filled, seen = [], [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        values, rows = content(FORM)
        files = materials(folder, rows)
        one = read(written(FORM, values, rows))
        for _ in range(rounds):
            start = cpu()
            volume = bind([(made, made.path.read_bytes()) for made in files])
            bound.append(cpu() - start)
            start = cpu()
            made = one.fill(volume)
            filled.append(cpu() - start)
            start = cpu()
            survey(volume.data)
            seen.append(cpu() - start)
    whole = statistics.median(map(sum, zip(bound, filled, strict=True)))
    what = f"evidence of {len(volume.bound)} files, {volume.pages} pages"
    return [
        (f"{what}: volume, page numbers, bookmarks, {len(made.citations.cited)} page cells, CPU",
         f"{whole:.1f} s", "≤ 10 s"),
        (f"{what}: looked into, CPU", f"{statistics.median(seen):.1f} s", "for orientation"),
    ]  # fmt: skip


if __name__ == "__main__":
    for told in bench_evidence(1):
        print(*told, sep="  ")
