"""Other machines: one without what Windows lacks, one that cannot start workers, other locales."""

from __future__ import annotations

import csv
import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from support.importing import workbook

# What Windows has not, taken away before anything else is imported: in every process, as Python
# looks for this module in the first folder of PYTHONPATH. multiprocessing itself ends processes by
# other means there, so it keeps its own.
WITHOUT = """
import multiprocessing.popen_fork as popen
import multiprocessing.popen_spawn_posix, multiprocessing.resource_tracker
import os, signal, subprocess, sys, tempfile
import psutil  # which has another way on Windows

class Signals:
    SIGKILL, SIGTERM = signal.SIGKILL, signal.SIGTERM

popen.signal = Signals
for name in ("fork", "sync", "forkpty", "getuid", "geteuid", "killpg", "getpgid", "setsid"):
    delattr(os, name)
for name in ("setitimer", "getitimer", "alarm", "SIGKILL", "SIGALRM", "SIGPROF", "SIGSTOP", "SIGCONT", "SIGXCPU",
             "SIGBUS", "ITIMER_REAL", "ITIMER_PROF"):
    delattr(signal, name)

import fcntl as _fcntl

class msvcrt:
    LK_NBLCK = 2
    @staticmethod
    def locking(descriptor, _mode, _bytes):
        _fcntl.flock(descriptor, _fcntl.LOCK_EX | _fcntl.LOCK_NB)

sys.modules["msvcrt"] = msvcrt
subprocess.fcntl = _fcntl
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name in ("fcntl", "resource", "pwd", "grp", "termios"):
            raise ImportError(f"No module named {name!r}")
sys.modules.pop("fcntl", None), sys.modules.pop("resource", None), sys.modules.pop("pwd", None)
sys.meta_path.insert(0, Hidden())
"""
BOMB = """
from attrs import evolve
from clusterbook.engine import reads
reads.USUAL_LIMITS = evolve(reads.USUAL_LIMITS, seconds=3.0, memory_bytes=700_000_000)
usual = reads.read_submission
def spoilt(data, *rest):
    if data == b"time":
        while True:
            pass
    if data == b"memory":
        hoard = []
        while True:
            hoard.append(bytes(range(256)) * 40_000)
    return usual(data, *rest)
reads.read_submission = spoilt
"""


@pytest.fixture(scope="module", name="inbox")
def inbox_fixture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inbox") / "报送"
    for number in range(3):
        path = folder / f"县{number}" / "申报表.xlsx"
        path.parent.mkdir(parents=True)
        path.write_bytes(workbook(number))
    (folder / "县0" / "函.pdf").write_bytes(b"%PDF-1.7")
    (folder / "坏.xlsx").write_bytes(b"PK\x03\x04")
    return folder


def clusterbook(
    *args: object, environ: Mapping[str, str] | None = None, before: str = ""
) -> subprocess.CompletedProcess[bytes]:
    """The program in a process of its own; ``before`` is run first."""
    code = [f"{before}\nfrom clusterbook.cli import main; main()"] if before else []
    start = ["-c", *code] if before else ["-m", "clusterbook"]
    return subprocess.run(
        [sys.executable, *start, *map(os.fspath, args)],  # type: ignore[arg-type]
        capture_output=True, env={**os.environ, **(environ or {})}, timeout=240, check=False,
    )  # fmt: skip


def tree(out: Path) -> dict[str, str]:
    return {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file() and ".cache" not in path.parts
    }


@pytest.fixture(scope="module", name="usual")
def usual_fixture(inbox: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    out = tmp_path_factory.mktemp("usual") / "out"
    done = clusterbook("import", inbox, "-o", out, "--csv-for-excel")
    assert done.returncode == 1, done.stderr.decode()
    return tree(out)


def first(tmp_path: Path, code: str) -> dict[str, str]:
    """An environment in which every process, workers too, runs this code first."""
    shim = tmp_path / "first"
    shim.mkdir(exist_ok=True)
    (shim / "sitecustomize.py").write_text(code)
    paths = (str(shim), os.environ.get("PYTHONPATH"))
    return {"PYTHONPATH": os.pathsep.join(filter(None, paths))}


@pytest.fixture(name="windows")
def windows_fixture(tmp_path: Path) -> dict[str, str]:
    """An environment that lacks what Windows lacks."""
    return first(tmp_path, WITHOUT)


# --- what Windows lacks --------------------------------------------------------------------------


def test_without_what_windows_lacks_the_bytes_are_the_same(
    inbox: Path, usual: dict[str, str], windows: dict[str, str], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    done = clusterbook("import", inbox, "-o", out, "--csv-for-excel", environ=windows)
    assert done.returncode == 1, done.stderr.decode()
    assert tree(out) == usual
    missing = (
        "import os, signal\nassert not hasattr(os, 'fork') and not hasattr(signal, 'setitimer')"
    )
    assert clusterbook("forms", environ=windows, before=missing).returncode == 0


@pytest.mark.parametrize("system", ["own", "windows"])
def test_limits_hold_whoever_holds_them(inbox: Path, tmp_path: Path, system: str) -> None:
    """A file that takes too much ends alone, told the same way on either system."""
    own, code = tmp_path / "inbox", WITHOUT + BOMB if system == "windows" else BOMB
    own.mkdir()
    for name, data in (("时间.xlsx", b"time"), ("内存.xlsx", b"memory"),
                       ("县.xlsx", (inbox / "县0" / "申报表.xlsx").read_bytes())):  # fmt: skip
        (own / name).write_bytes(data)
    done = clusterbook(
        "import", own, "-o", tmp_path / "out", "--no-returned", environ=first(tmp_path, code)
    )
    assert done.returncode == 1, done.stderr.decode()
    with (tmp_path / "out" / "problems.csv").open(encoding="utf-8", newline="") as file:
        told = {row["file"]: row["code"] for row in csv.DictReader(file) if row["code"][:2] == "F1"}
    assert told == {"时间.xlsx": "F120", "内存.xlsx": "F106"}


# --- a machine that cannot work ------------------------------------------------------------------


def refused(done: subprocess.CompletedProcess[bytes], tmp_path: Path) -> str:
    """The one sentence of a command that judged nothing."""
    assert done.returncode == 2
    lines = done.stderr.decode().splitlines()
    assert len(lines) == 1, lines
    assert b"F120" not in done.stdout + done.stderr
    assert not (tmp_path / "out").exists(), "nothing was judged"
    return lines[0]


@pytest.mark.parametrize("command", [("check",), ("import", "-o", "out")])
def test_temporary_files_too_deep_for_a_socket(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    deep = tmp_path / ("x" * (130 - len(str(tmp_path)) if len(str(tmp_path)) < 120 else 60))
    deep.mkdir()
    done = clusterbook(command[0], inbox, *command[1:], environ={"TMPDIR": str(deep)})
    sentence = refused(done, tmp_path)
    assert sentence.startswith(
        "错误：这台电脑不能启动读取文件的工作进程（临时文件夹的路径太长，请把环境变量 TMPDIR"
    )


@pytest.mark.parametrize("command", [("check",), ("import", "-o", "out")])
def test_workers_that_end_as_soon_as_they_start(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    broken = "import multiprocessing; multiprocessing.set_executable('/bin/false')"
    sentence = refused(clusterbook(command[0], inbox, *command[1:], before=broken), tmp_path)
    assert sentence.startswith("错误：这台电脑不能启动读取文件的工作进程（")
    assert sentence.endswith("），没有读取任何文件。")


def test_a_machine_without_processes_to_spare(inbox: Path, tmp_path: Path) -> None:
    spent = (
        "import multiprocessing.util as util, errno\n"
        "def refuse(*_): raise BlockingIOError(errno.EAGAIN, 'Resource temporarily unavailable')\n"
        "util.spawnv_passfds = refuse"
    )
    sentence = refused(clusterbook("check", inbox, before=spent), tmp_path)
    assert "系统允许的进程数已用完" in sentence


@pytest.mark.parametrize("home", ["", "/nonexistent"])
def test_a_user_without_a_home_works_as_any_other(
    inbox: Path, usual: dict[str, str], tmp_path: Path, home: str
) -> None:
    """Nothing of ours is kept there, so nothing is missing."""
    out = tmp_path / "out"
    done = clusterbook("import", inbox, "-o", out, "--csv-for-excel", environ={"HOME": home})
    assert done.returncode == 1, done.stderr.decode()
    assert tree(out) == usual


# --- locales -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "environ",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ],
)
def test_chinese_names_under_an_ascii_locale(
    inbox: Path, usual: dict[str, str], tmp_path: Path, environ: dict[str, str]
) -> None:
    out = tmp_path / "结果"
    done = clusterbook("import", inbox, "-o", out, "--csv-for-excel", environ=environ)
    assert done.returncode == 1, done.stderr.decode()
    assert tree(out) == usual
    assert "结果在" in done.stdout.decode("utf-8")


def test_a_console_of_code_page_936(inbox: Path, tmp_path: Path) -> None:
    """What it cannot show is shown as a question mark, and nothing fails."""
    done = clusterbook("check", inbox, environ={"PYTHONIOENCODING": "cp936", "PYTHONUTF8": "0"})
    assert done.returncode == 1, done.stderr
    assert "退回" in done.stdout.decode("cp936")
    emoji = tmp_path / "表😀.xlsx"
    emoji.write_bytes(b"")
    done = clusterbook("check", emoji, environ={"PYTHONIOENCODING": "cp936", "PYTHONUTF8": "0"})
    assert "表?.xlsx" in done.stdout.decode("cp936")
