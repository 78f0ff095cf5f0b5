"""Filled workbooks for benchmarks: as many as asked, each with its own figures."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import fill
from attrs import evolve

from clusterbook import registry, template
from clusterbook.identity import Stamp


def write(folder: Path, form: str, count: int, *, enterprises: int, others: int = 0) -> list[Path]:
    """``count`` workbooks of a form with so many rows in the resizable library; their paths.

    ``others``: rows of the other libraries, as many as ``enterprises`` where it is 0.
    """
    folder.mkdir(parents=True, exist_ok=True)
    layout = registry.layout(form)
    files = []
    for number in range(count):
        answers = fill.fill(layout, seed=number, rows=enterprises).answers()
        if others:
            rows = {
                key: found if layout.bodies[key].library.resizable else found[:others]
                for key, found in answers.rows.items()
            }
            answers = evolve(answers, rows=rows)
        stamp = Stamp.of(layout.workbook, issue=f"B{number:05d}", issued_to=f"样例{number:05d}")
        path = folder / f"{number:05d}.xlsx"
        path.write_bytes(template.write_template(layout, stamp, answers))
        files.append(path)
    return files
