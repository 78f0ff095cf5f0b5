"""Folders of Word forms, and the commands: one verdict a file, lists of what was read, going on."""

from __future__ import annotations

import csv
import signal
from concurrent.futures import Future
from contextlib import nullcontext
from pathlib import Path

import pytest
from click.testing import CliRunner
from support.fill import Here
from support.word_files import docx, text
from support.word_forms import FORMS, content, filled, good

import clusterbook as cb
from clusterbook.cli import cli
from clusterbook.engine import word_forms
from clusterbook.engine.cache import FOLDER
from clusterbook.engine.inbox import find_files
from clusterbook.engine.workers import LocalPool, WorkerDiedError
from clusterbook.word.prefilled import PARTLY, REFUSED, WHOLE

LAYOUT, DOCUMENT = filled(FORMS[1])


@pytest.fixture(name="sent")
def sent_fixture(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    (folder / "甲县").mkdir(parents=True)
    (folder / "甲县" / "申报表.docx").write_bytes(DOCUMENT)
    (folder / "坏.docx").write_bytes(DOCUMENT[:900])
    (folder / "说明.docx").write_bytes(docx(text("请查收")))
    (folder / "图.pdf").write_bytes(b"%PDF-1.4")
    (folder / "~$申报表.docx").write_bytes(b"x")
    return folder


def table_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))


def run(folder: Path, out: Path) -> list[word_forms.WordFile]:
    return word_forms.read_forms(LAYOUT, find_files([folder]), out, Here(), word_forms.Whose())


def test_each_file_has_one_verdict_and_its_list(sent: Path, tmp_path: Path) -> None:
    found = {one.file: one for one in run(sent, tmp_path / "out")}
    assert {name: one.verdict for name, one in found.items()} == {
        "坏.docx": REFUSED, "说明.docx": "没有可读的内容", "图.pdf": REFUSED,
        "甲县/申报表.docx": WHOLE, "~$申报表.docx": REFUSED,
    }  # fmt: skip
    assert "PDF" in found["图.pdf"].why and "损坏" in found["坏.docx"].why
    whole = found["甲县/申报表.docx"]
    rows = table_of(tmp_path / "out" / whole.listing)
    assert rows[0]["结果"] == "提示" and "数据校验码一致" in rows[0]["说明"]
    assert len(rows) == whole.read + 1 and {row["结果"] for row in rows[1:]} == {"已读入"}
    assert all("第" in row["位置"] for row in rows[1:])
    table = table_of(tmp_path / "out" / word_forms.LIST)
    assert [row["文件"] for row in table] == [one.name for one in find_files([sent])]
    assert content((tmp_path / "out" / whole.workbook).read_bytes()).filled("basics.cluster_name")


def test_what_was_read_is_not_read_again(sent: Path, tmp_path: Path, monkeypatch) -> None:
    out = tmp_path / "out"
    before = run(sent, out)
    read: list[bytes] = []
    monkeypatch.setattr(word_forms, "_read", lambda form, options, data, whose: read.append(data))
    assert run(sent, out) == before
    assert read == []


@pytest.mark.parametrize("jobs", [0, pytest.param(2, marks=pytest.mark.wide)])
def test_a_run_that_was_stopped_goes_on_where_it_was(
    jobs: int, tmp_path: Path, monkeypatch
) -> None:
    """What was read before stays; the rest is read; the results are those of one run."""
    (tmp_path / "in").mkdir()
    for number in range(3):
        (tmp_path / "in" / f"{number}.docx").write_bytes(docx(text(f"集群名称：第{number}集群")))
    whole = run(tmp_path / "in", tmp_path / "whole")

    def stop(done: int, of: int) -> None:
        if done == 1:
            raise KeyboardInterrupt

    out, files = tmp_path / "out", find_files([tmp_path / "in"])
    with LocalPool(jobs) if jobs else nullcontext(Here()) as pool, pytest.raises(KeyboardInterrupt):
        word_forms.read_forms(LAYOUT, files, out, pool, word_forms.Whose(), stop)
    noted = set((out / FOLDER / "word").iterdir())
    assert 1 <= len(noted) < 3 and not (out / word_forms.LIST).exists()
    told: list[int] = []
    read: list[bytes] = []
    once = word_forms._read
    monkeypatch.setattr(word_forms, "_read", lambda *task: read.append(task[2]) or once(*task))
    found = word_forms.read_forms(
        LAYOUT, files, out, Here(), word_forms.Whose(), lambda done, of: told.append(done)
    )
    assert found == whole and told == [1, 2, 3]
    assert len(read) == 3 - len(noted)
    assert shown(out) == shown(tmp_path / "whole")


def shown(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}


class Dying(Here):
    """Workers that end as often as said before they do their work."""

    def __init__(self, *ends: WorkerDiedError) -> None:
        self.ends = list(ends)
        self.asked = 0

    def submit(self, fn, /, *args):
        self.asked += 1
        if not self.ends:
            return super().submit(fn, *args)
        future: Future[object] = Future()
        future.set_exception(self.ends.pop(0))
        return future


@pytest.mark.parametrize(
    ("ends", "asked", "why"),
    [
        ([(-signal.SIGKILL, "")], 2, "没有"),
        ([(-signal.SIGABRT, "")], 2, "没有"),
        ([(-signal.SIGABRT, "")] * 2, 2, "内容异常"),
        ([(-signal.SIGKILL, "time")], 1, "用时太长"),
        ([(-signal.SIGKILL, "memory")], 1, "占用内存太多"),
        ([(-signal.SIGTERM, "")] * 3, 3, "请再次运行"),
    ],
)
def test_a_worker_that_dies_costs_one_file_its_reading(
    ends: list[tuple[int, str]], asked: int, why: str, tmp_path: Path
) -> None:
    """What others did to a worker is tried again, and never noted of the file."""
    (tmp_path / "a.docx").write_bytes(docx(text("请查收")))
    pool = Dying(*(WorkerDiedError(*one) for one in ends))
    files = find_files([tmp_path / "a.docx"])
    (one,) = word_forms.read_forms(LAYOUT, files, tmp_path / "out", pool, word_forms.Whose())
    assert pool.asked == asked and why in f"{one.verdict}{one.why}"
    pool.ends = []
    (again,) = word_forms.read_forms(LAYOUT, files, tmp_path / "out", pool, word_forms.Whose())
    assert (again == one) == (why != "请再次运行")
    assert (tmp_path / "out" / word_forms.LIST).is_file()


def test_a_file_beyond_the_limit_is_not_even_read(tmp_path: Path) -> None:
    from clusterbook.readers.limits import USUAL_LIMITS

    with (tmp_path / "大.docx").open("wb") as file:
        file.truncate(USUAL_LIMITS.file_bytes + 1)
    (one,) = run(tmp_path, tmp_path / "out")
    assert (one.verdict, one.why) == (REFUSED, "文件太大，没有读入")


def test_a_file_that_comes_later_takes_no_results_from_others(tmp_path: Path) -> None:
    """Results are numbered where names are alike, which a new file may change."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "b.docx").write_bytes(docx(text("集群名称：乙集群")))
    run(tmp_path / "in", tmp_path / "out")
    (tmp_path / "in" / "B.docx").write_bytes(docx(text("集群名称：甲集群")))
    found = run(tmp_path / "in", tmp_path / "out")
    assert len({one.workbook for one in found}) == 2
    for one, name in zip(found, ("甲集群", "乙集群"), strict=True):
        assert name in (tmp_path / "out" / one.listing).read_text("utf-8-sig")


def test_the_same_files_give_the_same_bytes(sent: Path, tmp_path: Path) -> None:
    run(sent, tmp_path / "one")
    run(sent, tmp_path / "two")
    one, two = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir() if path.is_file()}
                for name in ("one", "two"))  # fmt: skip
    assert one == two


def test_the_commands(tmp_path: Path) -> None:
    printed, back = tmp_path / "空白.docx", tmp_path / "预填.xlsx"
    runner = CliRunner()
    made = runner.invoke(cli, ["word", FORMS[1], "-o", str(printed)], standalone_mode=False)
    assert made.return_value == 0 and printed.read_bytes() == cb.load_form(FORMS[1]).word()
    (tmp_path / "旧表.docx").write_bytes(DOCUMENT)
    arguments = [
        "from-word",
        FORMS[1],
        str(tmp_path / "旧表.docx"),
        "-o",
        str(back),
        "--issue",
        "FJ-1",
        "--jobs",
        "1",
    ]
    made = runner.invoke(cli, arguments, standalone_mode=False)
    assert made.return_value == 0, made.output
    assert content(back.read_bytes()).issue == "FJ-1"
    draft = tmp_path / "new_form_x.py"
    made = runner.invoke(
        cli, ["spec", "draft", str(printed), "-o", str(draft)], standalone_mode=False
    )
    assert made.return_value == 0 and "猜" in draft.read_text("utf-8")


def test_every_answer_says_where_it_is_from() -> None:
    """In a comment at its cell, which an import of the workbook does not tell of."""
    from support.fill import imported

    from clusterbook.readers.grid import read_grid

    found = cb.Form(LAYOUT).from_word(DOCUMENT)
    notes = [one.text for sheet in read_grid(found.workbook).sheets for one in sheet.overlays]
    assert len(notes) > 100
    assert all(note.startswith("【从Word读入，请核对】第") for note in notes)
    told = {problem.code for problem in imported(found.workbook).submissions[0].problems}
    assert not told & {"L135", "L136"}


def test_the_footer_holds_paper_and_workbook_together() -> None:
    import io
    import zipfile

    said = good(FORMS[1])
    from clusterbook.word.write import word_form

    package = zipfile.ZipFile(io.BytesIO(word_form(said)))
    foot = package.read("word/footer1.xml").decode()
    assert said.digest in foot and f"发放编号：{said.issue}" in foot
    assert word_form(said) == word_form(said)


def test_a_partly_read_form_is_told_as_such(tmp_path: Path) -> None:
    from support.word_mutations import MUTATIONS, mutated

    (tmp_path / "a.docx").write_bytes(mutated(DOCUMENT, MUTATIONS["pictures"], 0))
    (one,) = word_forms.read_forms(
        LAYOUT, find_files([tmp_path / "a.docx"]), tmp_path / "out", Here(), word_forms.Whose()
    )
    assert one.verdict == PARTLY and one.unsure and "读不准" in one.why
