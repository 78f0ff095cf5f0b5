"""Hostile files among honest ones: each one verdict, neighbours untouched, the main process small."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support import hostile
from support.importing import workbook

MAIN_MEGABYTES = 200
HONEST = 3
SCRIPT = """
import sys
from pathlib import Path
from clusterbook.engine.inbox import find_files
from clusterbook.results.write import Choices
from clusterbook.engine.importing import Import
from clusterbook.engine.workers import LocalPool

if __name__ == "__main__":
    with LocalPool(2) as pool:
        found = find_files([Path(sys.argv[1])])
        Import(files=found, out=Path(sys.argv[2]), pool=pool, jobs=2,
               choices=Choices(returned=False)).run()
    # Not ru_maxrss: a process has that from the one that started it.
    status = Path("/proc/self/status").read_text()
    print(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])
"""


def imported(inbox: Path, out: Path, script: Path) -> int:
    """Imports as the command does; the largest size of the main process in MB."""
    script.write_text(SCRIPT)
    command = [sys.executable, str(script), str(inbox), str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=500)
    return int(done.stdout) // 1000


def rows(out: Path) -> list[dict[str, str]]:
    with (out / "submissions.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.large
def test_hostile_files_take_nothing_along(tmp_path: Path) -> None:
    mixed, alone = tmp_path / "mixed", tmp_path / "alone"
    mixed.mkdir()
    alone.mkdir()
    for number in range(HONEST):
        for folder in (mixed, alone):
            (folder / f"{number * 60:03d} 县.xlsx").write_bytes(workbook(number))
    names = {}
    for number, (name, data, *_) in enumerate(hostile.cases()):
        path = mixed / f"{number:03d}.xlsx"
        path.write_bytes(data)
        names[path.name] = name
    os.mkfifo(mixed / "pipe.xlsx")
    (mixed / "dangling.xlsx").symlink_to(tmp_path / "nowhere")
    (mixed / "endless.xlsx").symlink_to("/dev/zero")
    with (mixed / "sparse.xlsx").open("wb") as file:
        file.truncate(20_000_000_000)

    peak = imported(mixed, tmp_path / "out", tmp_path / "run.py")
    imported(alone, tmp_path / "fine", tmp_path / "run.py")

    assert peak < MAIN_MEGABYTES
    found = rows(tmp_path / "out")
    shown = [row["file"].split("/")[0] for row in found]
    listed = {path.name for path in mixed.iterdir()}
    assert set(shown) == listed
    assert len({row["file"] for row in found}) == len(found), "one verdict each"
    verdicts = {row["file"]: row["verdict"] for row in found}
    for name in ("pipe.xlsx", "dangling.xlsx", "endless.xlsx"):
        assert verdicts[name] == "跳过"
    assert verdicts["sparse.xlsx"] == "无法读取"

    problems = json.loads((tmp_path / "out" / "problems.json").read_text("utf-8"))
    honest = {row["file"]: row for row in rows(tmp_path / "fine")}
    for row in found:
        if row["file"] in honest:
            assert row == honest[row["file"]], "neighbours are untouched"
        elif row["verdict"] == "无法读取":
            codes = [p["code"] for p in problems if p["file"] == row["file"]]
            assert codes, names.get(row["file"])
    for number in range(HONEST):
        name = f"submissions/IMP{number}.json"
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "fine" / name).read_bytes()
