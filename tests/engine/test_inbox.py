"""Nothing in a folder vanishes: what cannot be looked into is an entry, too."""

from __future__ import annotations

import csv
import os
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

import pytest
from click.testing import CliRunner
from support.fill import Here

from clusterbook.cli import cli
from clusterbook.engine.importing import Import
from clusterbook.engine.inbox import find_files
from clusterbook.paths import common_folder, extended, shown
from clusterbook.results.write import Choices


@pytest.fixture(name="closed")
def closed_fixture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a workbook's worth of files, a folder nobody may open, and a linked one."""
    inbox = tmp_path / "报送"
    for name in ("开放/说明.dat", "锁住/县.xlsx", "顶.dat"):
        (inbox / name).parent.mkdir(parents=True, exist_ok=True)
        (inbox / name).write_bytes(b"\x00\x01")
    elsewhere = tmp_path / "别处"
    elsewhere.mkdir()
    (elsewhere / "县二.xlsx").write_bytes(b"x")
    (inbox / "链接").symlink_to(elsewhere, target_is_directory=True)
    (inbox / "断").symlink_to(tmp_path / "nowhere")
    usual = os.scandir

    def refusing(path: str | Path | int) -> object:
        if not isinstance(path, int) and Path(path).name == "锁住":
            raise PermissionError(13, "Permission denied", str(path))
        return usual(path)

    monkeypatch.setattr(os, "scandir", refusing)
    return inbox


def test_folders_that_stay_closed_have_a_row_each(closed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    outcomes = Import(files=find_files([closed]), out=out, pool=Here(), choices=Choices()).run()
    with (out / "problems.csv").open(encoding="utf-8", newline="") as file:
        told = {row["file"]: row["code"] for row in csv.DictReader(file)}
    assert {one.file: one.verdict for one in outcomes} == {
        "开放/说明.dat": "无法读取", "锁住": "无法读取", "链接": "无法读取", "顶.dat": "无法读取", "断": "跳过",
    }  # fmt: skip
    assert told == {
        "开放/说明.dat": "F144",
        "锁住": "F152",
        "链接": "F153",
        "顶.dat": "F144",
        "断": "F190",
    }
    letters = (out / "returned" / "returned.csv").read_text("utf-8")
    assert "锁住" not in letters and "链接" not in letters, "nobody is asked to mend our folders"


def test_closed_folders_are_looked_into_anew(
    closed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run() -> list[str]:
        work = Import(files=find_files([closed]), out=tmp_path / "out", pool=Here())
        return [one.file for one in work.run()]

    assert "锁住" in run()
    monkeypatch.undo()
    assert "锁住" not in run()
    assert "锁住/县.xlsx" in run()


def test_a_linked_folder_that_is_named_is_read(closed: Path) -> None:
    assert [one.name for one in find_files([closed / "链接"])] == ["县二.xlsx"]


@pytest.mark.parametrize("command", [["check"], ["import", "-o", "out"]])
def test_a_named_folder_that_cannot_be_opened_is_one_sentence(
    closed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(cli, [command[0], str(closed / "锁住"), *command[1:]])
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        f"错误：无法打开“{closed / '锁住'}”：没有权限，或文件正被其他程序打开。"
    ]
    assert not (tmp_path / "out").exists()


def test_a_file_whose_folder_cannot_be_entered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its name can be listed, and nothing else can be had of it."""
    (tmp_path / "县.xlsx").write_bytes(b"x")
    usual = Path.is_file

    def refusing(path: Path) -> bool:
        if path.name == "县.xlsx":
            raise PermissionError(13, "Permission denied", str(path))
        return usual(path)

    monkeypatch.setattr(Path, "is_file", refusing)
    assert [(one.name, one.skip) for one in find_files([tmp_path])] == [("县.xlsx", "")]


# --- names on other systems ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("folders", "common"),
    [
        ([PureWindowsPath(r"C:\报送\甲"), PureWindowsPath(r"c:\报送\乙")], PureWindowsPath(r"C:\报送")),
        ([PureWindowsPath(r"C:\a"), PureWindowsPath(r"D:\a")], None),
        ([PureWindowsPath(r"\\srv\share\a\x"), PureWindowsPath(r"\\srv\share\b")],
         PureWindowsPath("\\\\srv\\share\\")),
        ([PureWindowsPath(r"\\srv\share\a"), PureWindowsPath(r"C:\a")], None),
        ([PurePosixPath("/a/b"), PurePosixPath("/a/bc")], PurePosixPath("/a")),
        ([PurePosixPath("/a")], PurePosixPath("/a")),
    ],
)  # fmt: skip
def test_what_folders_have_in_common(folders: list[PurePath], common: PurePath | None) -> None:
    assert common_folder(folders) == common


@pytest.mark.parametrize(
    ("path", "base", "name"),
    [
        (PureWindowsPath(r"C:\报送\甲\县.xlsx"), PureWindowsPath(r"C:\报送"), "甲/县.xlsx"),
        (PureWindowsPath(r"D:\报送\县.xlsx"), None, "D/报送/县.xlsx"),
        (PureWindowsPath(r"\\srv\share\县.xlsx"), None, "srv/share/县.xlsx"),
        (PureWindowsPath("\\\\?\\D:\\报送\\县.xlsx"), None, "D/报送/县.xlsx"),
        (PureWindowsPath("\\\\?\\UNC\\srv\\share\\县.xlsx"), None, "srv/share/县.xlsx"),
        (
            PureWindowsPath("\\\\?\\D:\\报送\\县.xlsx"),
            PureWindowsPath("\\\\?\\D:\\报送"),
            "县.xlsx",
        ),
        (PurePosixPath("/a/b/c"), PurePosixPath("/a"), "b/c"),
    ],
)
def test_what_a_file_is_called(path: PurePath, base: PurePath | None, name: str) -> None:
    assert shown(path, base) == name


def test_names_in_the_encoding_of_old_archivers_can_be_read(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode("晋江市.dat".encode("gbk"))).write_bytes(b"x")
    (tmp_path / os.fsdecode(b"\xff\xfe.dat")).write_bytes(b"x")
    assert [one.name for one in find_files([tmp_path])] == ["\\xff\\xfe.dat", "晋江市.dat"]


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        (r"C:\报送", "\\\\?\\C:\\报送"),
        (r"\\srv\share\报送", "\\\\?\\UNC\\srv\\share\\报送"),
        ("\\\\?\\C:\\报送", "\\\\?\\C:\\报送"),
    ],
)
def test_how_windows_is_asked_for_long_paths(path: str, asked: str) -> None:
    assert extended(PureWindowsPath(path)) == asked
