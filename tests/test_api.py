"""The front door: from a form to a summary without a command, a click or a file that nobody asked for."""

import ast
import builtins
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from support.fill import fill
from support.places import SAMPLES

import clusterbook as cb
from clusterbook.forms.stamp import Stamp
from clusterbook.readers.grid import read_grid
from clusterbook.workbook.content import Entries
from clusterbook.workbook.writer import write_template

GOOD = SAMPLES / "cluster_contest" / "good.xlsx"
BAD = SAMPLES / "cluster_contest" / "bad"


@pytest.fixture(scope="module")
def form():
    return cb.load_form("cluster_contest", province="湖南省")


@pytest.fixture(scope="module")
def pool():
    with cb.Pool(1) as pool:
        yield pool


def run(code):
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout


def test_nothing_heavy_is_loaded_before_it_is_used():
    heavy = "{'pandas', 'numpy', 'pandera', 'openpyxl', 'xlsxwriter', 'click'}"
    told = run(f"import sys, clusterbook; print(sorted({heavy} & set(sys.modules)))")
    assert told == "[]\n"


def test_every_public_name_is_there_and_described():
    assert set(dir(cb)) >= {
        "load_form",
        "list_forms",
        "Pool",
        "Form",
        "Return",
        "Round",
        "open_round",
    }
    for name in cb.__all__:
        assert name.startswith("__") or getattr(cb, name).__doc__
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        cb.nothing_of_the_kind  # noqa: B018


def test_errors_that_docstrings_name_can_be_caught_by_their_names():
    named = set()
    for path in Path(cb.__file__).parent.glob("api/*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                named |= set(re.findall(r"\b[A-Z]\w*Error\b", ast.get_docstring(node) or ""))
    ours = {name for name in named if not hasattr(builtins, name)}
    assert "SpecError" in ours
    for name in ours:
        assert issubclass(getattr(cb, name), cb.Error), name


def test_a_language_that_is_not_spoken_is_refused(pool):
    one = pool.read(GOOD, name="好.xlsx")
    assert len(one.told("en")) == len(one.told())
    with pytest.raises(ValueError, match="zh, en, not 'fr'"):
        one.told("fr")


def test_no_public_name_is_that_of_a_room():
    """Importing a room makes it an attribute of the package, in place of what had its name."""
    rooms = {path.name for path in Path(cb.__file__).parent.iterdir() if path.is_dir()}
    modules = {path.stem for path in Path(cb.__file__).parent.glob("*.py")}
    assert not {*rooms, *modules} & set(cb.__all__)


def test_a_form_says_what_it_asks(form):
    assert form.id in cb.list_forms()
    assert cb.list_forms()[form.id] == form.title
    keys = [one["key"] for one in form.fields]
    assert len(keys) == len(set(keys))
    assert {one["code"] for one in form.dictionary["rules"]} == {rule.code for rule in form.rules}
    assert form.dictionary_file("json") == form.dictionary_file("json")
    assert openpyxl.load_workbook(io.BytesIO(form.dictionary_file())).sheetnames


def test_an_unknown_form_names_those_near(form):
    with pytest.raises(cb.Error) as caught:
        cb.load_form("cluster_contst")
    assert caught.value.facts["near"] == ["cluster_contest"]
    assert form.id in caught.value.facts["known"]
    with pytest.raises(cb.Error, match="没有名为“湖男省”的省份"):
        cb.load_form("cluster_contest", province="湖男省")


def test_the_schema_of_a_library_judges_a_frame(form):
    import pandas as pd
    from pandera.errors import SchemaErrors

    good = {
        "enterprise_name": ["甲公司", "乙公司"], "revenue_y1": [1.0, 2.0], "revenue_y2": [2.0, 3.0],
        "growth": [100.0, 50.0], "products": ["锁", "刀"], "evidence_pages": [None, None],
    }  # fmt: skip
    schema = form.schema("top_revenue")
    schema.validate(pd.DataFrame(good), lazy=True)
    with pytest.raises(SchemaErrors) as caught:
        schema.validate(pd.DataFrame({**good, "revenue_y2": [-1.0, 3.0]}), lazy=True)
    assert caught.value.failure_cases[["column", "index"]].to_numpy().tolist() == [
        ["revenue_y2", 0]
    ]


def test_a_blank_is_the_bytes_that_the_command_writes(form):
    stamp = Stamp.of(form.layout.workbook).showing({"deadline": "3月15日"})
    assert form.blank(deadline="3月15日") == write_template(form.layout, stamp, None)
    sheets = read_grid(form.blank(stage="决赛")).sheets
    assert "决赛" in [value for sheet in sheets for value in sheet.cells.values()]


@pytest.mark.parametrize("how", [Path, str, lambda path: path.read_bytes(), lambda path: io.BytesIO(path.read_bytes())],
                         ids=["path", "text", "bytes", "file"])  # fmt: skip
def test_one_return_however_it_is_given(pool, how):
    one = pool.read(how(GOOD))
    assert (one.verdict, list(one.problems)) == (cb.Verdict.PASSED, [])
    assert one["economy.revenue.2025"] == one.to_dict()["values"]["economy"]["revenue"]["2025"]
    assert len(one.rows("top_revenue")) == 10
    with pytest.raises(KeyError):
        one["economy.nothing.2025"]


def test_reading_bytes_leaves_nothing_on_disk(pool, tmp_path, monkeypatch):
    data = GOOD.read_bytes()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.mkdtemp", lambda *_, **__: pytest.fail("a folder was made"))
    assert pool.read(data, name="一.xlsx").file == "一.xlsx"
    assert pool.read(bytearray(data)).verdict == pool.read(data).verdict
    assert list(tmp_path.iterdir()) == []


def test_a_process_of_the_pool_makes_the_same(pool):
    said = {"deadline": "3月15日", "sender": "样例省工信厅"}
    one = pool.read(BAD / "choices-not-in-list.xlsx")
    made = pool.what_goes_back(one, **said)
    assert made["docx"] == one.letter(**said)
    assert made.get("xlsx") == one.marked_copy()
    passed = pool.what_goes_back(pool.read(GOOD), **said)
    assert passed == {"passed": pool.read(GOOD).letter(**said),
                      "receipt": pool.read(GOOD).receipt(**said)}  # fmt: skip


def test_what_goes_back(pool):
    path = BAD / "choices-not-in-list.xlsx"
    one = pool.read(path)
    assert one.verdict is cb.Verdict.RETURNED
    assert "choices-not-in-list.xlsx" in repr(one)
    copy = pool.read(one.marked_copy())
    assert [p.code for p in copy.problems if p.level is cb.Level.ERROR] == [
        p.code for p in one.problems if p.level is cb.Level.ERROR
    ]
    assert one.letter(deadline="3月15日")[:2] == b"PK"
    assert "3月15日" in one.message(deadline="3月15日")


def test_what_is_no_workbook_has_a_verdict_and_no_values(pool):
    one = pool.read(b"%PDF-1.7\n", name="扫描.pdf")
    assert (one.verdict, [p.code for p in one.problems]) == (cb.Verdict.UNREADABLE, ["F134"])
    assert one.marked_copy() is None
    assert one.to_dict()["problems"][0]["code"] == "F134"
    with pytest.raises(KeyError):
        one["economy.revenue.2025"]


def test_an_archive_names_what_is_in_it(pool, tmp_path):
    import zipfile

    path = tmp_path / "两份.zip"
    with zipfile.ZipFile(path, "w") as pack:
        for number in (1, 2):
            pack.write(GOOD, f"{number}.xlsx")
    with pytest.raises(cb.Error) as caught:
        pool.read(path)
    assert caught.value.facts["files"] == ["1.xlsx", "2.xlsx"]
    assert [one.file for one in pool.check([path])] == ["两份.zip/1.xlsx", "两份.zip/2.xlsx"]


def test_a_pool_reads_inside_its_block_only():
    with pytest.raises(RuntimeError, match="with block"):
        cb.Pool(1).read(GOOD)


def test_from_a_roster_to_the_summary(form, pool, tmp_path):
    """A round without a command: issue, fill in, import, look up, sum up."""
    roster = tmp_path / "名单.csv"
    roster.write_text("市州,县,集群名称\n邵阳,邵东,邵东市小五金产业集群\n长沙,浏阳,\n", "utf-8")
    told = []
    issued = form.issue(
        roster, tmp_path / "发放", on_progress=lambda *done: told.append(done), sender="省厅"
    )
    assert told == [(1, 2), (2, 2)]
    assert issued.register.is_file()
    (tmp_path / "报送").mkdir()
    answers = fill(form.layout, seed=5).answers()
    for one in issued.workbooks:
        own = Entries(values={**answers.values, **one.entry.values}, rows=answers.rows)
        (tmp_path / "报送" / one.file).write_bytes(write_template(form.layout, one.stamp, own))
    progress = []
    round_ = pool.import_returns(
        [tmp_path / "报送"], tmp_path / "OUT", register=issued.register,
        on_progress=lambda *done, **_: progress.append(done),
    )  # fmt: skip
    assert len(round_.outcomes) == 2
    assert {what for what, *_ in progress} == {"已读取", "已核对"}
    again = cb.open_round(tmp_path / "OUT")
    assert [one["file"] for one in again.submissions] == [one.file for one in issued.workbooks]
    assert {one["status"] for one in again.table("progress")} <= {"通过", "退回", "已报"}
    frame = again.table("top_revenue").frame()
    assert len(form.schema("top_revenue").validate(frame, lazy=True)) == len(frame)
    assert frame["revenue_y2"].dtype == "float64"
    assert len(frame) == len(list(again.table("top_revenue")))
    assert next(again.documents())["form"] == form.id
    assert again.report()[:15] == b"<!DOCTYPE html>"
    assert openpyxl.load_workbook(io.BytesIO(again.summary(include_returned=True))).sheetnames


def test_what_an_import_is_asked_in_vain(pool, tmp_path):
    with pytest.raises(cb.Error) as caught:
        pool.check([tmp_path / "无"])
    assert caught.value.facts["paths"] == [str(tmp_path / "无")]
    with pytest.raises(cb.Error, match="no file"):
        pool.check([tmp_path])
    with pytest.raises(cb.Error, match=r"submissions\.csv"):
        cb.open_round(tmp_path)


def test_paths_may_be_one_path_and_must_be_some(pool, tmp_path):
    (tmp_path / "报送").mkdir()
    (tmp_path / "报送" / "a.xlsx").write_bytes(b"junk")
    assert [one.file for one in pool.check(str(tmp_path / "报送"))] == ["a.xlsx"]
    assert [one.file for one in pool.check(tmp_path / "报送")] == ["a.xlsx"]
    with pytest.raises(cb.Error, match="no file"):
        pool.check([])


def test_what_is_asked_for_wrongly_is_refused_at_once(form, pool, tmp_path):
    for wrong in ({"year": 25}, {"year": "2025"}, {"years": "printed"}, {"rows": 0}):
        with pytest.raises(cb.Error, match=str(next(iter(wrong.values())))):
            cb.load_form("cluster_contest", **wrong)
    with pytest.raises(cb.Error, match="pdf"):
        form.dictionary_file("pdf")
    with pytest.raises(TypeError, match="sendr"):
        form.issue(tmp_path / "名单.csv", tmp_path / "发放", sendr="省厅")
    with pytest.raises(ValueError, match="-1"):
        cb.Pool(-1)
    with pytest.raises(TypeError, match="as text"):
        pool.read(io.StringIO("甲"))


def test_what_a_return_that_cannot_be_read_has(pool):
    junk = pool.read(b"junk")
    with pytest.raises(KeyError, match="top_revenue"):
        junk.rows("top_revenue")
    assert "（）" not in junk.message()


def test_names_for_a_notebook_are_short(form, tmp_path):
    assert repr(form) == "<Form 'cluster_contest' 2026.2: 2025>"
    assert repr(cb.Round(tmp_path)) == f"<Round in {str(tmp_path)!r}>"


def test_what_the_readme_shows_runs(tmp_path):
    """The part on Python, saved as it stands there, in a folder with a roster and a return.

    It has no ``if __name__ == "__main__"``: what workers ran again of it would find its folder.
    """
    text = (SAMPLES.parent / "README.md").read_text("utf-8")
    text = text.partition("## Use it from Python\n")[2]
    code = re.findall(r"```python\n(.*?)```", text, re.DOTALL)[0]
    roster = "市州,县,集群名称\n邵阳,邵东,邵东市小五金产业集群\n"
    (tmp_path / "名单.csv").write_text(roster, "utf-8")
    (tmp_path / "报送").mkdir()
    (tmp_path / "报送/邵东市.xlsx").write_bytes(GOOD.read_bytes())
    (tmp_path / "readme.py").write_text(code, "utf-8")
    done = subprocess.run(
        [sys.executable, "readme.py"], cwd=tmp_path, capture_output=True, timeout=120, check=False,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert (done.stdout.decode(), done.stderr.decode()) == ("通过 190.2 10\n", "")
    assert (tmp_path / "汇总.xlsx").is_file()
    assert len(code.splitlines()) <= 15
