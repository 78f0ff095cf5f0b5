"""Finished files moved into place: nothing of somebody else is lost, whenever the process ends."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from clusterbook.results import write
from clusterbook.results.shares import put

OURS = ("manifest.json", "problems.csv", "returned/a.xlsx", "submissions/A.json")
THEIRS = ("returned/处长批示.txt", "submissions/市里/备注.txt", "汇总.xlsx")


def imported(out: Path, files: Sequence[str], text: str) -> None:
    with write.staging(out) as beside:
        for name in files:
            put(beside, name, text.encode())
        write.move(beside, out)


def held(out: Path) -> dict[str, str]:
    """Every file but the list of them, with what it says."""
    return {
        path.relative_to(out).as_posix(): path.read_text("utf-8")
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name != write.LISTING
    }


def killed_at(number: int, work: Callable[[], None]) -> bool:
    """Whether a process of its own died at the change of so many paths while it did this."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0
    left = number

    def counted(change: Callable[..., object]) -> Callable[..., object]:
        def of(*arguments: object, **more: object) -> object:
            nonlocal left
            left -= 1
            if left < 0:
                os._exit(9)
            return change(*arguments, **more)

        return of

    for name in ("rename", "replace", "link", "unlink", "rmdir"):
        setattr(os, name, counted(getattr(os, name)))
    try:
        work()
        os._exit(0)
    finally:
        os._exit(1)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the process that dies is a fork of this one")
def test_what_others_put_there_outlives_an_import_that_dies(tmp_path: Path) -> None:
    """Killed before each change of the folders, then done again."""
    later = [name for name in OURS if name != "returned/a.xlsx"] + ["returned/b.xlsx"]
    for number in range(200):
        out = tmp_path / f"{number}" / "out"
        imported(out, OURS, "before")
        for name in THEIRS:
            put(out, name, b"mine")
        died = killed_at(number, lambda out=out: imported(out, later, "killed"))  # type: ignore[misc]
        imported(out, later, "now")
        assert held(out) == dict.fromkeys(sorted(later), "now") | dict.fromkeys(THEIRS, "mine")
        assert [path.name for path in out.parent.iterdir()] == ["out"]
        if not died:
            break
    assert number > 10
    assert not died


def test_a_folder_that_could_not_be_replaced_goes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    imported(out, OURS, "before")
    put(out, THEIRS[0], b"mine")
    replace = Path.replace

    def refused(path: Path, target: Path) -> Path:
        if target == out / "returned" and path.parent.name != write._REPLACED:
            raise PermissionError(13, "open elsewhere", str(target))
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(PermissionError):
        imported(out, OURS, "now")
    monkeypatch.undo()
    assert (out / "returned" / "a.xlsx").read_text() == "before"
    assert (out / THEIRS[0]).read_text() == "mine"
    imported(out, OURS, "now")
    assert held(out) == dict.fromkeys(sorted(OURS), "now") | {THEIRS[0]: "mine"}


@pytest.mark.parametrize("name", ["returned", "problems.csv/notes.txt"])
def test_a_file_for_a_folder_or_a_folder_for_a_file_changes_nothing(
    tmp_path: Path, name: str
) -> None:
    out = tmp_path / "out"
    imported(out, ["manifest.json", "submissions/A.json"], "before")
    put(out, name, b"mine")
    was = held(out)
    with pytest.raises(OSError, match=name.split("/", maxsplit=1)[0]):
        imported(out, OURS, "now")
    assert held(out) == was


def test_only_what_imports_into_this_folder_left_beside_it_is_removed(tmp_path: Path) -> None:
    (tmp_path / ".out1-importing-x").mkdir()
    (tmp_path / ".out[1]-importing-x").mkdir()
    imported(tmp_path / "out[1]", OURS, "now")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".out1-importing-x", "out[1]"]
