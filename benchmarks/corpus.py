"""Filled workbooks for benchmarks: as many as asked, each with its own figures."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import fill

from clusterbook import registry, template
from clusterbook.identity import Stamp


def write(folder: Path, form: str, count: int, *, enterprises: int) -> list[Path]:
    """``count`` workbooks of a form with so many rows in each library; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    layout = registry.layout(form)
    files = []
    for number in range(count):
        filled = fill.fill(layout, seed=number, rows=enterprises)
        stamp = Stamp.of(layout.workbook, issue=f"B{number:05d}", issued_to=f"样例{number:05d}")
        path = folder / f"{number:05d}.xlsx"
        path.write_bytes(template.write_template(layout, stamp, filled.answers()))
        files.append(path)
    return files
