"""A folder of returns, and what an undisturbed import makes of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.importing import COUNT, run, tree, workbook

from clusterbook.engine import gather, reads


@pytest.fixture(scope="module", name="inbox")
def inbox_fixture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seven workbooks, in folders, and what lies beside them in real inboxes."""
    folder = tmp_path_factory.mktemp("inbox")
    for number in range(COUNT):
        path = folder / f"市{number % 2}" / f"县{number}.xlsx"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(workbook(number))
    (folder / "扫描.xlsx").write_bytes(b"%PDF-1.7 not a workbook")
    (folder / "空.xlsx").write_bytes(b"")
    (folder / "~$县0.xlsx").write_bytes(b"lock")
    return folder


@pytest.fixture(name="small_windows")
def small_windows_fixture(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several windows and chunks even for a few files."""
    monkeypatch.setattr(gather, "WINDOW", 3)
    monkeypatch.setattr(reads, "CHUNK", 2)


@pytest.fixture(scope="module", name="undisturbed")
def undisturbed_fixture(inbox: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gather, "WINDOW", 3)
        out = tmp_path_factory.mktemp("undisturbed") / "out"
        run(inbox, out)
        return tree(out)
