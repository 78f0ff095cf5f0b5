"""A volume of 60 files and 300 pages, and its pages in a return: ``python benchmarks/evidence.py``."""

from __future__ import annotations

import resource
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "samples")]

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


def main() -> None:
    """Bind, cite, fill; print processor seconds and sizes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        values, rows = content(FORM)
        files = materials(folder, rows)
        one = read(written(FORM, values, rows))
        start = cpu()
        volume = bind([(made, made.path.read_bytes()) for made in files])
        bound = cpu()
        filled = one.fill(volume)
        done = cpu()
        print(f"bound {len(volume.bound)} files, {volume.pages} pages, {len(volume.data):,} bytes: "
              f"{bound - start:.2f} s; filled {len(filled.citations.cited)} of "
              f"{len(filled.citations.cells)} cells: {done - bound:.2f} s")  # fmt: skip
        seen = survey(volume.data)
        print(f"looked into {len(seen.pages)} pages: {cpu() - done:.2f} s")


if __name__ == "__main__":
    main()
