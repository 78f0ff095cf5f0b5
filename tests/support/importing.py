"""Folders of returns, imported."""

from __future__ import annotations

import hashlib
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

from support.fill import Here, fill

from clusterbook.engine.importing import Import
from clusterbook.engine.inbox import find_files
from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.results.write import Choices
from clusterbook.workbook import writer

FORM = "fujian_sme_cluster"
ROWS = 2
COUNT = 7  # workbooks in the folder that many tests import


def workbook(number: int, *, issue: str | None = None, issued_to: str = "") -> bytes:
    layout = layouts.of(FORM)
    issue = f"IMP{number}" if issue is None else issue
    stamp = Stamp.of(layout.workbook, issue=issue, issued_to=issued_to or f"第{number}县")
    return writer.write_template(layout, stamp, fill(layout, seed=number, rows=ROWS).answers())


def tree(out: Path) -> dict[str, str]:
    """Every file of an output by its hash, but not the cache, which is nobody's output."""
    return {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file() and ".cache" not in path.parts
    }


PLAIN = Choices(returned=False)


def run(inbox: Path, out: Path, pool: Executor | None = None, **more: Any) -> list[str]:
    more.setdefault("choices", PLAIN)
    work = Import(files=find_files([inbox]), out=out, pool=pool or Here(), **more)
    return [one.verdict for one in work.run()]
