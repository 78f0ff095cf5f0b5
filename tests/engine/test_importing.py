"""A whole import: same bytes however it is worked, nothing half-written, nothing done twice."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from support.fill import Here
from support.importing import COUNT, run, tree, workbook
from support.places import TESTS

from clusterbook.engine import gather, importing, reads
from clusterbook.engine.cache import Spool
from clusterbook.engine.importing import BusyError
from clusterbook.engine.judge import judge
from clusterbook.engine.workers import LocalPool, WorkerDiedError
from clusterbook.forms.stamp import Registered
from clusterbook.reports.feedback import marked_copy
from clusterbook.results.earlier_imports import problems_of
from clusterbook.results.write import LISTING, Choices

pytestmark = pytest.mark.usefixtures("small_windows")
KILLS = int(os.environ.get("CLUSTERBOOK_KILLS", "3"))


# --- same bytes ----------------------------------------------------------------------------------


@pytest.mark.parametrize("jobs", [1, 2])
def test_processes_give_the_same_bytes(
    inbox: Path, undisturbed: dict[str, str], tmp_path: Path, jobs: int
) -> None:
    with LocalPool(jobs) as pool:
        run(inbox, tmp_path / "out", pool, jobs=jobs)
    assert tree(tmp_path / "out") == undisturbed


def test_threads_give_the_same_bytes(
    inbox: Path, undisturbed: dict[str, str], tmp_path: Path
) -> None:
    with ThreadPoolExecutor(3) as pool:
        run(inbox, tmp_path / "out", pool, jobs=3)
    assert tree(tmp_path / "out") == undisturbed


def test_somebody_always_works(tmp_path: Path) -> None:
    """With none at work a folder would never be read."""
    with ThreadPoolExecutor(1) as pool:
        means = reads.Means(pool=pool, spool=Spool.beside(tmp_path), jobs=0)
    assert means.jobs == 1


def test_another_place_and_order_give_the_same_bytes(
    inbox: Path, undisturbed: dict[str, str], tmp_path: Path
) -> None:
    moved = tmp_path / "elsewhere"
    for path in sorted(inbox.rglob("*"), reverse=True):
        if path.is_file():
            target = moved / path.relative_to(inbox)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    run(moved, tmp_path / "out")
    assert tree(tmp_path / "out") == undisturbed


def test_every_entry_has_one_row(inbox: Path, tmp_path: Path) -> None:
    verdicts = run(inbox, tmp_path / "out")
    rows = (tmp_path / "out" / "submissions.csv").read_text("utf-8").splitlines()[1:]
    assert len(rows) == len(verdicts) == COUNT + 3
    assert verdicts.count("无法读取") == 2
    assert verdicts.count("跳过") == 1


# --- nothing twice -------------------------------------------------------------------------------


class Counting(Here):
    """Counts the files that are read and the windows that are judged."""

    def __init__(self) -> None:
        self.read, self.judged = 0, 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        if fn is reads.read_chunk:
            self.read += len(args[1])
        self.judged += fn is importing.judge_window
        return super().submit(fn, *args, **kwargs)


def test_nothing_is_done_where_nothing_changed(
    inbox: Path, undisturbed: dict[str, str], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    first, second = Counting(), Counting()
    verdicts = run(inbox, out, first)
    assert (first.read, first.judged) == (COUNT + 2, 4)
    assert run(inbox, out, second) == verdicts
    assert (second.read, second.judged) == (0, 0)
    assert tree(out) == undisturbed


def test_only_new_files_are_read(inbox: Path, tmp_path: Path) -> None:
    own, out = tmp_path / "inbox", tmp_path / "out"
    own.mkdir()
    for number in range(3):
        (own / f"{number}.xlsx").write_bytes(workbook(number))
    run(own, out)
    (own / "1.xlsx").write_bytes(workbook(30))
    (own / "3.xlsx").write_bytes(workbook(3))
    counting = Counting()
    run(own, out, counting)
    assert counting.read == 2
    run(own, tmp_path / "fresh")
    assert tree(out) == tree(tmp_path / "fresh"), "a cache must not show"
    kept = [path for path in (out / ".cache").rglob("*") if path.is_file() and len(path.name) == 64]
    assert len(kept) == 4, "entries of files that are gone go, too"


def test_the_main_process_loads_nothing_that_workers_need(inbox: Path, tmp_path: Path) -> None:
    """It only hands out and joins, and stays small however many workers there are."""
    code = (
        "import sys, clusterbook as cb\n"
        "with cb.Pool(1) as pool:\n"
        "    pool.import_returns(sys.argv[1], sys.argv[2])\n"
        "heavy = {'numpy', 'xlsxwriter', 'lxml', 'pandas', 'clusterbook.readers.grid',\n"
        "         'clusterbook.validation.normalize', 'clusterbook.reports'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(inbox), str(tmp_path / "out")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "[]\n"


def judged_of(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are judged from now on."""
    names: list[str] = []

    def counted(members: Sequence[Any], *more: Any) -> Any:
        names.extend(Path(one.file).name for one in members)
        return judge(members, *more)

    monkeypatch.setattr("clusterbook.engine.judge.judge", counted)
    return names


def test_a_change_judges_what_rests_on_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows move, parts of files move with them, and no byte is another one."""
    own, out = tmp_path / "inbox", tmp_path / "out"
    own.mkdir()
    choices = Choices(csv_for_excel=True, returned=False)
    for number in range(3):
        (own / f"b{number}.xlsx").write_bytes(workbook(number))
    run(own, out, choices=choices)
    names = judged_of(monkeypatch)
    (own / "b1.xlsx").rename(own / "c.xlsx")
    (own / "a.xlsx").write_bytes((own / "b0.xlsx").read_bytes())
    (own / "扫描.pdf").write_bytes(b"%PDF-1.7 not a workbook")
    run(own, out, choices=choices)
    assert names == ["a.xlsx", "b0.xlsx", "c.xlsx", "扫描.pdf"], "the first of equal files counts"
    names.clear()
    run(own, tmp_path / "fresh", choices=choices)
    assert len(names) == 5
    assert tree(out) == tree(tmp_path / "fresh")
    names.clear()
    run(own, out, choices=Choices(returned=False))
    assert len(names) == 5, "other choices judge all"


def test_papers_are_taken_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Copies and letters of those that nothing changed for, with their lines of the lists."""
    own, out = tmp_path / "inbox", tmp_path / "out"
    own.mkdir()
    (own / "b.xlsx").write_bytes(workbook(1))
    run(own, out, choices=Choices())
    (own / "a.xlsx").write_bytes(b"")
    names = judged_of(monkeypatch)
    run(own, out, choices=Choices())
    assert names == ["a.xlsx"]
    run(own, tmp_path / "fresh", choices=Choices())
    assert tree(out) == tree(tmp_path / "fresh")
    assert any(path.endswith("_退回.xlsx") for path in tree(out))


def test_what_is_taken_over_is_what_was_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that somebody changed inside, as long as it was, is no share of anybody."""
    own, out = tmp_path / "inbox", tmp_path / "out"
    own.mkdir()
    for number in range(4):
        (own / f"{number}.xlsx").write_bytes(workbook(number))
    run(own, out)
    (own / "4.xlsx").write_bytes(workbook(4))
    values = out / "tables" / "values.csv"
    data = bytearray(values.read_bytes())
    data[len(data) // 3] ^= 1
    values.write_bytes(data)
    document = next((out / "submissions").glob("IMP3*"))
    document.write_bytes(document.read_bytes().replace(b"0", b"1", 1))
    names = judged_of(monkeypatch)
    run(own, out)
    assert names == ["1.xlsx", "3.xlsx", "4.xlsx"]
    run(own, tmp_path / "fresh")
    assert tree(out) == tree(tmp_path / "fresh")


@pytest.mark.parametrize("name", ["problems.csv", "tables/values.csv", "manifest.json"])
def test_what_somebody_changed_or_removed_is_made_anew(
    inbox: Path, undisturbed: dict[str, str], tmp_path: Path, name: str
) -> None:
    out = tmp_path / "out"
    run(inbox, out)
    if name == "problems.csv":
        (out / name).unlink()
    else:
        (out / name).write_text("edited")
    run(inbox, out)
    assert tree(out) == undisturbed


def test_other_choices_are_another_import(inbox: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(inbox, out)
    chinese = (out / "problems.csv").read_bytes()
    run(inbox, out, choices=Choices(lang="en", returned=False))
    assert (out / "problems.csv").read_bytes() != chinese


def test_a_damaged_cache_is_read_anew(
    inbox: Path, undisturbed: dict[str, str], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run(inbox, out)
    for at, path in enumerate(sorted((out / ".cache").rglob("*"))):
        if path.is_file() and path.parent.name != ".cache":
            data = bytearray(path.read_bytes())
            data[(at * 97) % len(data)] ^= 0x41
            path.write_bytes(data[: len(data) // 2] if at % 3 == 0 else data)
    (out / "problems.csv").unlink()
    run(inbox, out)
    assert tree(out) == undisturbed


def test_no_damaged_byte_of_a_head_takes_memory(inbox: Path, tmp_path: Path) -> None:
    run(inbox, tmp_path / "out")
    path = min((tmp_path / "out" / ".cache").rglob("?" * 64))
    spool, whole = Spool(path.parent), path.read_bytes()
    assert spool.card(path.name)
    for at in range(16):  # mark, checksum and length
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x41]) + whole[at + 1 :])
        assert spool.card(path.name) is None, at
    path.write_bytes(whole[:-1])
    assert spool.card(path.name) is None


# --- nothing half-written ------------------------------------------------------------------------

KILLED = """
import sys
sys.path.insert(0, {tests!r})
from pathlib import Path
from support.importing import run
from clusterbook.engine import gather as batch, reads
from clusterbook.engine.workers import LocalPool
if __name__ == "__main__":
    batch.WINDOW, reads.CHUNK = 3, 2
    with LocalPool(2) as pool:
        run(Path({inbox!r}), Path({out!r}), pool, jobs=2)
"""


def test_a_killed_import_is_taken_up_again(
    inbox: Path, undisturbed: dict[str, str], tmp_path: Path
) -> None:
    """Killed at random moments, then run again: the bytes of an undisturbed run."""
    out = tmp_path / "out"
    script = tmp_path / "killed.py"
    tests = str(TESTS)
    script.write_text(KILLED.format(tests=tests, inbox=str(inbox), out=str(out)))
    dice = random.Random(5)
    for _ in range(KILLS):
        with subprocess.Popen([sys.executable, str(script)], start_new_session=True) as running:
            time.sleep(dice.uniform(0.6, 2.5))
            os.killpg(running.pid, signal.SIGKILL)
        left = {path for path in out.glob("*") if path.name != ".cache"}
        if left:
            json.loads((out / "manifest.json").read_text("utf-8"))
            assert tree(out) == undisturbed, "moved into place all together"
    run(inbox, out)
    assert tree(out) == undisturbed
    run(inbox, tmp_path / "again")
    beside = [path.name for path in tmp_path.iterdir() if path.name.startswith(".")]
    assert beside == [], "what killed runs left beside is gone"


def test_two_imports_do_not_write_to_one_folder(inbox: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with importing._alone(out), pytest.raises(BusyError):
        run(inbox, out)
    run(inbox, out)


def test_what_others_put_there_stays(inbox: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(inbox, out, choices=Choices(csv_for_excel=True, returned=False))
    (out / "汇总.xlsx").write_bytes(b"mine")
    (out / "tables" / "notes.txt").write_bytes(b"mine, too")
    (out / "excel" / "note.txt").write_bytes(b"and this")
    run(inbox, out)
    assert (out / "汇总.xlsx").read_bytes() == b"mine"
    assert (out / "tables" / "notes.txt").read_bytes() == b"mine, too"
    assert [path.name for path in (out / "excel").iterdir()] == ["note.txt"]


@pytest.mark.parametrize("damage", [None, b"", b"\xff\xfe\x00", b"../elsewhere\n"])
def test_a_damaged_list_of_what_was_written_leaves_nothing_of_an_earlier_import(
    tmp_path: Path, damage: bytes | None
) -> None:
    own, out = tmp_path / "inbox", tmp_path / "out"
    own.mkdir()
    for number in range(2):
        (own / f"{number}.xlsx").write_bytes(workbook(number))
    run(own, out, choices=Choices())
    whole = tree(out)
    listing = out / LISTING
    listing.unlink() if damage is None else listing.write_bytes(damage)
    run(own, out, choices=Choices())
    assert tree(out) == whole, "the list is made anew, too"
    listing.unlink() if damage is None else listing.write_bytes(damage)
    (own / "1.xlsx").unlink()
    run(own, out, choices=Choices())
    run(own, tmp_path / "fresh", choices=Choices())
    assert tree(out) == tree(tmp_path / "fresh")


# --- workers that die ----------------------------------------------------------------------------


class Deadly(Here):
    """A pool whose workers die at the files with certain names, like those of a real one."""

    def __init__(self, names: Sequence[str], code: int, over: str = "") -> None:
        self.names, self.code, self.over = names, code, over

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        if fn is reads.read_chunk:
            folder, items, *_ = args
            for at, item in enumerate(items):
                if Path(item[1]).name in self.names:
                    super().submit(fn, folder, items[:at])
                    future: Future[Any] = Future()
                    future.set_exception(WorkerDiedError(self.code, self.over))
                    return future
        return super().submit(fn, *args, **kwargs)


@pytest.mark.parametrize(
    ("code", "over", "told"),
    [
        (-signal.SIGPROF, "", "F120"),
        (-signal.SIGABRT, "", "F120"),
        (-signal.SIGKILL, "time", "F120"),
        (-signal.SIGKILL, "memory", "F106"),
        (-signal.SIGKILL, "", "F151"),
        (-signal.SIGTERM, "", "F151"),
        (-signal.SIGALRM, "", "F151"),
        (-signal.SIGKILL, "wall", "F151"),
        (1, "", "F151"),
    ],
)
def test_a_file_that_ends_its_worker_has_its_own_verdict(
    inbox: Path, tmp_path: Path, code: int, over: str, told: str
) -> None:
    """Against a file counts only what it brings about itself."""
    run(inbox, tmp_path / "out", Deadly(["县3.xlsx"], code, over))
    run(inbox, tmp_path / "fine")
    rows, fine = (
        {row["file"]: row for row in json_rows(tmp_path / name)} for name in ("out", "fine")
    )
    (dead,) = rows["市1/县3.xlsx"]["problems"]
    assert dead["code"] == told
    for file in fine.keys() - {"市1/县3.xlsx"}:
        assert rows[file] == fine[file], "neighbours are untouched"


@pytest.mark.parametrize("code", [-signal.SIGPROF, -signal.SIGKILL])
def test_what_a_bad_moment_gave_is_not_repeated(
    inbox: Path, undisturbed: dict[str, str], tmp_path: Path, code: int
) -> None:
    """Run again, the file is read again, and everything is as if nothing had happened."""
    out = tmp_path / "out"
    assert "无法读取" in run(inbox, out, Deadly(["县3.xlsx"], code))
    again = Counting()
    run(inbox, out, again)
    assert again.read == 1
    assert tree(out) == undisturbed


def test_a_file_that_cannot_be_opened_now_is_read_next_time(
    inbox: Path, undisturbed: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, usual = tmp_path / "out", Path.read_bytes

    def locked(path: Path) -> bytes:
        if path.name == "县3.xlsx":
            raise PermissionError(13, "Permission denied")
        return usual(path)

    monkeypatch.setattr(Path, "read_bytes", locked)
    run(inbox, out, choices=Choices())
    (told,) = (row["problems"] for row in json_rows(out) if row["file"] == "市1/县3.xlsx")
    assert [one["code"] for one in told] == ["F107"]
    letters = (out / "returned" / "returned.csv").read_text("utf-8")
    assert "扫描.xlsx" in letters
    assert "县3.xlsx" not in letters, "the county has nothing to mend"
    monkeypatch.undo()
    monkeypatch.setattr(gather, "WINDOW", 3)
    run(inbox, out)
    assert tree(out) == undisturbed


# In the workers, too, as Python looks for a sitecustomize in each process.
SHORT = """
from attrs import evolve
from clusterbook.engine import reads
reads.USUAL_LIMITS = evolve(reads.USUAL_LIMITS, seconds=3.0)
"""
STOPPED = """
import os, signal, sys, threading, time
sys.path.insert(0, {tests!r})
from pathlib import Path
from support.importing import run
from clusterbook.engine import gather as batch, reads
from clusterbook.engine.workers import LocalPool
batch.WINDOW, reads.CHUNK = 3, 2
assert reads.USUAL_LIMITS.seconds == 3
def disturb(pool):
    stopped = set()
    while len(stopped) < 2:
        for child in list(pool._children):
            if child.pid not in stopped:
                stopped.add(child.pid)
                time.sleep(0.3)
                os.kill(child.pid, signal.SIGSTOP)
                time.sleep(4)
                os.kill(child.pid, signal.SIGCONT)
if __name__ == "__main__":
    with LocalPool(2) as pool:
        pool.probe()
        threading.Thread(target=disturb, args=(pool,), daemon=True).start()
        run(Path({inbox!r}), Path({out!r}), pool, jobs=2)
"""


def test_a_stopped_machine_condemns_no_file(
    inbox: Path, undisturbed: dict[str, str], tmp_path: Path
) -> None:
    """Workers stopped for longer than a file may take, then let go on."""
    script = tmp_path / "stopped.py"
    out = tmp_path / "out"
    tests = str(TESTS)
    script.write_text(STOPPED.format(tests=tests, inbox=str(inbox), out=str(out)))
    (tmp_path / "sitecustomize.py").write_text(SHORT)
    paths = os.pathsep.join(filter(None, (str(tmp_path), os.environ.get("PYTHONPATH"))))
    start = time.monotonic()
    subprocess.run(
        [sys.executable, str(script)], check=True, timeout=120,
        env=os.environ | {"PYTHONPATH": paths},
    )  # fmt: skip
    assert time.monotonic() - start > 4, "it was stopped"
    assert tree(out) == undisturbed


def json_rows(out: Path) -> Iterator[dict[str, Any]]:
    problems = json.loads((out / "problems.json").read_text("utf-8"))
    for one in json.loads((out / "manifest.json").read_text("utf-8"))["inputs"]:
        yield {**one, "problems": [p for p in problems if p["file"] == one["file"]]}


# --- what goes back ------------------------------------------------------------------------------


def test_what_goes_back_is_made_once(inbox: Path, tmp_path: Path) -> None:
    """A copy, a notice and a message for every file not passed; the same whoever makes them."""
    own = tmp_path / "inbox"
    own.mkdir()
    for name in ("市0/县0.xlsx", "市1/县1.xlsx", "扫描.xlsx"):
        (own / Path(name).name).write_bytes((inbox / name).read_bytes())
    chosen = Choices(deadline="3月15日", sender="某省工业和信息化厅")
    run(own, tmp_path / "here", choices=chosen)
    with LocalPool(2) as pool:
        run(own, tmp_path / "there", pool, choices=chosen)
    assert tree(tmp_path / "here") == tree(tmp_path / "there")
    made = sorted(path.name for path in (tmp_path / "here" / "returned").glob("*/*"))
    assert [name for name in made if name.endswith(".xlsx")] == [
        "县0_退回.xlsx",
        "县1_退回.xlsx",
    ]
    assert len([name for name in made if name.endswith((".docx", ".txt"))]) == 6
    (message,) = (tmp_path / "here").rglob("县0_退回短消息.txt")
    assert "3月15日" in message.read_text("utf-8")
    (own / "县2.xlsx").write_bytes(workbook(2))
    with pytest.MonkeyPatch.context() as patch:
        asked: list[str] = []
        patch.setattr(
            marked_copy, "returned_copy", lambda *_, file, **__: asked.append(file) or b"copy"
        )
        run(own, tmp_path / "here", choices=chosen)
    assert asked == ["县2.xlsx"], "the others come from the cache"
    kept, other = (next((tmp_path / name).rglob("县0_退回.xlsx")) for name in ("here", "there"))
    assert kept.read_bytes() == other.read_bytes()


def test_a_second_round_tells_what_was_mended(tmp_path: Path) -> None:
    """A returned copy beside the first return, and an earlier import, tell the same."""
    inbox, out = tmp_path / "inbox", tmp_path / "out"
    inbox.mkdir()
    (inbox / "first.xlsx").write_bytes(workbook(1))
    run(inbox, out, choices=Choices())
    before = json.loads((out / "problems.json").read_text("utf-8"))
    copy = next(out.rglob("first_退回.xlsx")).read_bytes()
    for together in (True, False):
        again = tmp_path / f"again{together}"
        again.mkdir()
        (again / "second.xlsx").write_bytes(copy)
        if together:
            (again / "first.xlsx").write_bytes(workbook(1))
        previous = None if together else problems_of(out)
        verdicts = run(again, tmp_path / f"out{together}", previous=previous)
        assert verdicts == (["被替代", "退回"] if together else ["退回"])
        lines = (tmp_path / f"out{together}" / "rounds.csv").read_text("utf-8").splitlines()[1:]
        assert {line.split(",")[2] for line in lines} == {'"still_open"'}
        page = (tmp_path / f"out{together}" / "report.html").read_text("utf-8")
        assert f"较上次：已更正 0，仍有（含已说明的）{len(before)}，新增 0" in page
        assert len(lines) == len(before)


def test_a_second_round_without_ids_is_compared_by_its_cluster(tmp_path: Path) -> None:
    """Blanks issued to nobody: the same cluster, sent again, or sent back as a returned copy."""
    inbox, out = tmp_path / "inbox", tmp_path / "out"
    inbox.mkdir()
    for number in (1, 2):
        (inbox / f"{number}.xlsx").write_bytes(workbook(number, issue=""))
    run(inbox, out, choices=Choices())
    previous = problems_of(out)
    before = {row["file"]: len(row["problems"]) for row in json_rows(out)}
    (copy,) = (
        path for path in (out / "returned").glob("*/*.xlsx")
        if path.name in next(
            line for line in (out / "returned" / "returned.csv").read_text("utf-8").splitlines()
            if '"2.xlsx"' in line
        )
    )  # fmt: skip
    again = tmp_path / "again"
    again.mkdir()
    # Another file of the same answers: stored anew, as whoever opens and saves it does.
    with ZipFile(inbox / "1.xlsx") as old, ZipFile(again / "1.xlsx", "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    (again / "2.xlsx").write_bytes(copy.read_bytes())
    (again / "3.xlsx").write_bytes(workbook(3, issue=""))
    run(again, tmp_path / "second", previous=previous)
    lines = (tmp_path / "second" / "rounds.csv").read_text("utf-8").splitlines()[1:]
    states = [tuple(line.split('","')[1:3]) for line in lines]
    assert (
        states.count(("1.xlsx", "still_open"))
        == before["1.xlsx"]
        == len([one for one in states if one[0] == "1.xlsx"])
    )
    assert {state for file, state in states if file == "2.xlsx"} == {"still_open"}
    assert not [one for one in states if one[0] == "3.xlsx"], "of this one nothing is known"


# --- packs ---------------------------------------------------------------------------------------


def test_a_pack_is_read_like_a_folder(tmp_path: Path) -> None:
    own = tmp_path / "inbox"
    own.mkdir()
    with ZipFile(own / "全市.zip", "w") as pack:
        for number in range(3):
            pack.writestr(f"县{number}.xlsx", workbook(number))
        pack.writestr("说明.txt", "请查收")
    plain = tmp_path / "folder"
    plain.mkdir()
    for number in range(3):
        (plain / f"县{number}.xlsx").write_bytes(workbook(number))
    run(own, tmp_path / "out")
    run(plain, tmp_path / "plain")
    packed = (tmp_path / "out" / "submissions.csv").read_text("utf-8")
    assert [f"全市.zip/县{n}.xlsx" in packed for n in range(3)] == [True] * 3
    values = (tmp_path / "plain" / "tables" / "values.csv").read_bytes()
    assert (tmp_path / "out" / "tables" / "values.csv").read_bytes() == values


# --- the progress list ---------------------------------------------------------------------------


def test_the_progress_list_follows_the_register(inbox: Path, tmp_path: Path) -> None:
    register = {
        "IMP9": Registered(issued_to="没有报的县", city="泉州市", county="洛江区"),
        "IMP2": Registered(issued_to="第2县"),
        "IMP1": Registered(issued_to="第1县"),
    }
    run(inbox, tmp_path / "out", register=register)
    lines = (tmp_path / "out" / "progress.csv").read_text("utf-8").splitlines()
    assert lines[1] == '"IMP9","没有报的县","泉州市","洛江区","","未报","","","","",""'
    assert [line.split(",")[0].strip('"') for line in lines[2:4]] == ["IMP2", "IMP1"]
    codes = [p["code"] for p in json.loads((tmp_path / "out" / "problems.json").read_text("utf-8"))]
    assert codes.count("F110") == COUNT - 2, "the others are not in the register"
