"""The commands: exit codes, messages, and that nothing half-written is ever left."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import warnings
import zipfile
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from support.places import ROOT

from clusterbook import terminal
from clusterbook.a1 import runs
from clusterbook.cli import cli
from clusterbook.forms import registry
from clusterbook.forms.stamp import STAMP_CELL, Stamp
from clusterbook.layout import layouts
from clusterbook.layout.own_sheets import META_SHEET
from clusterbook.validation.rounds import child
from clusterbook.workbook.writer import write_template

HEAVY = (
    "attr", "attrs", "pandas", "pandera", "numpy", "openpyxl", "xlsxwriter", "lxml", "orjson",
    "rich", "workbook_specs", "clusterbook.forms.spec", "clusterbook.engine.gather",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def blank_file(tmp_path_factory):
    """A blank workbook, which is sent back as it is."""
    layout = layouts.of("fujian_sme_cluster")
    path = tmp_path_factory.mktemp("blank") / "空白.xlsx"
    path.write_bytes(write_template(layout, Stamp.of(layout.workbook)))
    return path


def run(*args):
    return CliRunner().invoke(cli, [str(arg) for arg in args])


def refused(*args):
    """The complaint of a command that must do nothing and end with 2."""
    before = sorted(Path().rglob("*"))
    result = run(*args)
    assert result.exit_code == 2, result.output
    assert isinstance(result.exception, SystemExit), "no traceback"
    assert sorted(Path().rglob("*")) == before
    assert not result.stderr.isascii()
    return result.stderr


# --- starting ------------------------------------------------------------------------------------


def test_help_imports_nothing_heavy():
    code = (
        "import sys\nfrom clusterbook.cli import cli\n"
        "cli.main(['--help'], standalone_mode=False)\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True,
        encoding="utf-8", env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "[]"


def test_python_m():
    done = subprocess.run(
        [sys.executable, "-m", "clusterbook", "--version"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("clusterbook ")


def test_without_a_command_help_is_shown():
    result = run()
    assert result.exit_code == 2
    assert "import" in result.output


def test_forms_lists_every_form():
    result = run("forms")
    assert result.exit_code == 0
    for form in registry.form_ids():
        assert form in result.output


def test_forms_and_describe_count_the_same_fields():
    shown = dict(re.findall(r"(?m)^(\w+) .*  (\d+)个字段", run("forms").output))
    described = {
        form: str(len(json.loads(run("describe", form, "--format", "json").output)["fields"]))
        for form in registry.form_ids()
    }
    assert shown == described


# --- blank ---------------------------------------------------------------------------------------


def test_blank_has_a_sensible_name():
    result = run("blank", "fujian_sme_cluster", "--year", 2026)
    assert result.exit_code == 0, result.output
    assert "fujian_sme_cluster-2026.xlsx" in result.output
    assert [path.name for path in Path().iterdir()] == ["fujian_sme_cluster-2026.xlsx"]


def test_blank_does_not_overwrite_work_by_default():
    assert run("blank", "fujian_sme_cluster").exit_code == 0
    assert run("blank", "fujian_sme_cluster").exit_code == 0, "the same bytes do no harm"
    Path("fujian_sme_cluster-2025.xlsx").write_bytes(b"filled in")
    assert "已经存在" in refused("blank", "fujian_sme_cluster")
    assert Path("fujian_sme_cluster-2025.xlsx").read_bytes() == b"filled in"


def test_blank_goes_where_it_is_told():
    result = run(
        "blank", "cluster_contest", "-o", "新/表.xlsx", "--rows", 20, "--province", "福建省"
    )
    assert result.exit_code == 0, result.output
    assert zipfile.is_zipfile("新/表.xlsx")
    assert [path.name for path in Path("新").iterdir()] == ["表.xlsx"]


def test_rows_without_an_open_library_are_told():
    result = run("blank", "fujian_sme_cluster", "--rows", 20)
    assert result.exit_code == 0
    assert "--rows 不起作用" in result.stderr


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ([], "缺少 FORM"),
        (["fujian_sme_clustr"], "fujian_sme_cluster"),
        (["fujian_sme_cluster", "--rows", "0"], "1 至 20000"),
        (["fujian_sme_cluster", "--rows", "20001"], "1 至 20000"),
        (["fujian_sme_cluster", "--year", "25"], "2000 至 2100"),
        (["fujian_sme_cluster", "--year", "今年"], "2000 至 2100"),
        (["fujian_sme_cluster", "--years", "printed"], "rolled、as-printed"),
        (["fujian_sme_cluster", "--province", "福建"], "是不是福建省"),
        (["fujian_sme_cluster", "--province", "火星"], "没有名为“火星”的省份"),
        (["fujian_sme_cluster", "--date", "2026-01-05"], "--roster"),
        (["fujian_sme_cluster", "--roster", "无.csv", "--date", "5.1."], "2026-01-31"),
        (["fujian_sme_cluster", "--roster", "无.csv"], "无法打开“无.csv”：找不到"),
        (["fujian_sme_cluster", "--yaer", "2025"], "--year"),
        (["fujian_sme_cluster", "--year"], "--year"),
        (["fujian_sme_cluster", "a", "b"], "多余的内容：a b"),
        (["fujian_sme_cluster", "-o", "folder"], "是文件夹"),
        (["fujian_sme_cluster", "-o", "a.xls"], ".xlsx 结尾"),
        (["fujian_sme_cluster", "-o", "file/a.xlsx"], "不是文件夹"),
    ],
)
def test_blank_refuses_in_one_sentence(args, expected):
    Path("folder").mkdir()
    Path("file").write_text("x")
    assert expected in refused("blank", *args)


def test_unknown_command():
    assert "可用的有：account、blank、check" in refused("blnk")


# --- blank with a roster -------------------------------------------------------------------------


def roster(*rows):
    Path("名单.csv").write_text("\n".join(["设区市,县,集群名称", *rows]), "utf-8")
    return "名单.csv"


def test_columns_that_fill_nothing_are_told():
    Path("名单.csv").write_text("序号,设区市,县,备注\n1,泉州,晋江,急\n", "utf-8")
    result = run("blank", "fujian_sme_cluster", "--roster", "名单.csv", "-o", "发放")
    assert "名单的这些列不预填任何内容，只记入登记表：序号、备注\n" in result.output


def test_a_fault_of_the_software_is_no_verdict(monkeypatch):
    """1 would say that something was sent back."""

    def fails(**_):
        raise ZeroDivisionError("as nobody thought of")

    monkeypatch.setattr(cli.commands["forms"], "callback", fails)
    done = CliRunner().invoke(cli, ["forms"])
    assert done.exit_code == terminal.BROKEN == 70
    assert "ZeroDivisionError: as nobody thought of" in done.stderr
    assert "程序本身出错" in done.stderr


def test_roster_gives_workbooks_and_a_register():
    path = roster("泉州,晋江,福建省中小企业特色产业集群（鞋服产业）", "漳州,龙文,")
    result = run(
        "blank", "fujian_sme_cluster", "--roster", path, "-o", "发放", "--date", "2026-01-05"
    )
    assert result.exit_code == 0, result.output
    names = sorted(path.name for path in Path("发放").iterdir())
    assert names == [
        "001_晋江市_福建省中小企业特色产业集群（鞋服产业）.xlsx", "002_龙文区.xlsx", "register.csv",
        "发放登记表.xlsx",
    ]  # fmt: skip
    assert "2026-01-05" in Path("发放/register.csv").read_text("utf-8")
    assert "已生成 2/2" in result.stderr


def test_deadline_contact_and_sender_go_into_the_workbook():
    """Those of a roster go first; the returned copy keeps them."""
    shown = ["--deadline", "3月15日", "--contact", "王工 0591-00000001", "--sender", "省工信厅"]
    assert run("blank", "fujian_sme_cluster", "-o", "a.xlsx", *shown).exit_code == 0
    stamp = stamp_in(Path("a.xlsx"))
    assert (stamp.deadline, stamp.contact, stamp.sender) == tuple(shown[1::2])
    assert child(stamp, "0" * 64).deadline == "3月15日"
    Path("r.csv").write_text("市州,县,报送截止\n泉州,晋江,3月1日\n漳州,龙文,\n", "utf-8")
    result = run("blank", "fujian_sme_cluster", "--roster", "r.csv", "-o", "发放", *shown)
    assert result.exit_code == 0
    stamps = [stamp_in(path) for path in sorted(Path("发放").glob("0*.xlsx"))]
    assert [one.deadline for one in stamps] == ["3月1日", "3月15日"]
    assert {one.contact for one in stamps} == {"王工 0591-00000001"}


def stamp_in(path):
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Print area cannot be set")
        sheet = openpyxl.load_workbook(path)[META_SHEET]
    row, col = STAMP_CELL
    return Stamp.parse(sheet.cell(row + 1, col + 1).value)


@pytest.mark.parametrize("text", ["长" * 61, "一行\n二行"])
def test_what_the_first_page_cannot_show_is_refused(text):
    result = run("blank", "fujian_sme_cluster", "-o", "a.xlsx", "--contact", text)
    assert result.exit_code == 2
    assert "--contact" in result.output
    assert not Path("a.xlsx").exists()


def test_faulty_roster_gives_nothing():
    text = refused(
        "blank", "fujian_sme_cluster", "--roster", roster("泉州,晋冮市,甲", ",,"), "-o", "发放"
    )
    assert "第2行" in text
    assert "晋江市" in text


@pytest.mark.parametrize(("out", "expected"), [("名单.csv", "是文件"), ("used", "不是空的")])
def test_roster_needs_a_folder_of_its_own(out, expected):
    Path("used").mkdir()
    Path("used/a").write_text("x")
    assert expected in refused(
        "blank", "fujian_sme_cluster", "--roster", roster("泉州,晋江,"), "-o", out
    )


# --- describe ------------------------------------------------------------------------------------


def test_describe_on_the_screen():
    result = run("describe", "fujian_sme_cluster")
    assert result.exit_code == 0
    assert "`cover.cluster_name`" in result.stdout
    told = json.loads(run("describe", "fujian_sme_cluster", "--format", "json").stdout_bytes)
    assert told["form"] == "fujian_sme_cluster"
    assert not list(Path().iterdir())


def test_describe_to_files():
    assert run("describe", "fujian_sme_cluster", "--format", "xlsx").exit_code == 0
    assert Path("fujian_sme_cluster-2025-fields.xlsx").exists()
    assert run("describe", "fujian_sme_cluster", "-o", "说明.md").exit_code == 0
    assert Path("说明.md").read_text("utf-8").startswith("# ")
    assert ".xlsx 结尾" in refused(
        "describe", "fujian_sme_cluster", "--format", "xlsx", "-o", "a.md"
    )


# --- check and import ----------------------------------------------------------------------------


def test_check_prints_problems_grouped(blank_file):
    result = run("check", blank_file)
    assert result.exit_code == 1, result.output
    assert "空白.xlsx  【退回】" in result.stdout
    assert "怎样更正：" in result.stdout
    assert "共 1 个文件：退回 1。" in result.stdout


def test_check_in_english(blank_file):
    result = run("check", blank_file, "--lang", "en")
    assert "【returned】" in result.stdout
    assert "To mend:" in result.stdout
    assert "怎样更正" not in result.stdout


def test_check_as_json(blank_file):
    Path("other.xlsx").write_bytes(b"no workbook")
    Path("~$x.xlsx").write_bytes(b"")
    result = run("check", ".", blank_file.parent, "--format", "json")
    assert result.exit_code == 1
    told = {one["file"].split("/")[-1]: one for one in json.loads(result.stdout_bytes)}
    assert told["空白.xlsx"]["verdict"] == "退回"
    assert told["other.xlsx"]["verdict"] == "无法读取"
    assert told["~$x.xlsx"]["verdict"] == "跳过"
    keys = {"submission", "file", "level", "code", "sheet", "cell", "key", "label", "value"}
    for one in told.values():
        for problem in one["problems"]:
            assert set(problem) == keys | {"message", "how_to_mend", "explanation"} | {
                "decision",
                "decision_note",
                "approved",
                "evidence_page",
            }


def test_only_skipped_files_are_no_failure():
    Path("in").mkdir()
    Path("in/~$x.xlsx").write_bytes(b"")
    result = run("check", "in")
    assert result.exit_code == 0, result.output
    assert "跳过 1" in result.stdout


def test_import_writes_and_tells_where(blank_file):
    result = run("import", blank_file, "-o", "出", "--jobs", 1, "--csv-for-excel")
    assert result.exit_code == 1, result.output
    assert "结果在 出" in result.stdout
    assert "已读取 1/1" in result.stderr
    rows = json.loads(Path("出/problems.json").read_bytes())
    assert rows[0]["file"] == "空白.xlsx"
    assert Path("出/submissions.csv").exists()
    assert sorted(path.name for path in Path().iterdir()) == ["出"], "nothing is left beside"


def test_import_does_not_read_its_own_output(blank_file):
    Path("空白.xlsx").write_bytes(blank_file.read_bytes())
    for _ in range(2):
        result = run("import", ".", "-o", "out")
        assert "共 1 个文件" in result.stdout, result.output


def test_import_checks_the_register(blank_file):
    path = roster("泉州,晋江,")
    assert run("blank", "fujian_sme_cluster", "--roster", path, "-o", "发放").exit_code == 0
    register = Path("发放/register.csv").rename("register.csv")
    run("import", "发放", "-o", "ours", "--register", register)
    assert "F110" not in Path("ours/problems.csv").read_text("utf-8")
    Path("other.csv").write_text("issue,issued_to\nX,甲\n", "utf-8")
    run("import", "发放", "-o", "theirs", "--register", "other.csv")
    assert "F110" in Path("theirs/problems.csv").read_text("utf-8")


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["check"], "缺少 PATH"),
        (["check", "nothing"], "找不到：nothing"),
        (["check", "empty"], "没有找到文件"),
        (["check", "file", "--format", "xml"], "text、json"),
        (["import", "file"], "缺少 -o"),
        (["import", "file", "-o", "file"], "是文件"),
        (["import", "empty", "-o", "empty"], "不能就是报送文件夹"),
        (["import", "file", "-o", "file/out"], "不是文件夹"),
        (["import", "file", "-o", "out", "--jobs", "-1"], "0 至 256"),
        (["import", "file", "-o", "out", "--register", "nothing"], "无法打开“nothing”"),
        (["import", "file", "-o", "out", "--register", "file"], "发放登记表"),
    ],
)
def test_check_and_import_refuse_in_one_sentence(args, expected):
    Path("empty").mkdir()
    Path("file").write_text("x")
    assert expected in refused(*args)


def test_unwritable_folder_leaves_nothing(blank_file, monkeypatch):
    from clusterbook.results import write

    def full(*args, **more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(write, "join", full)
    result = run("import", blank_file, "-o", "out")
    assert result.exit_code == 2
    assert "无法写入“out”：磁盘已满" in result.output
    assert [path.name for path in Path("out").iterdir()] == [".cache"], "what was read is kept"
    assert [path.name for path in Path().iterdir()] == ["out"]


# --- small parts ---------------------------------------------------------------------------------


def test_cells_below_each_other_are_told_as_one_range():
    assert runs(["C5", "C6", "C7", "E9", "E9", "AA9", "AA10"]) == [
        "C5:C7",
        "E9",
        "AA9:AA10",
    ]


def test_text_for_other_programs_is_utf_8(monkeypatch):
    class Console(io.TextIOWrapper):
        pass

    out = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", Console(out, encoding="gbk"))
    terminal.emit("集群 ›\n".encode())
    sys.stdout.flush()
    assert out.getvalue().decode("utf-8") == "集群 ›\n"


def test_when_nobody_has_sent_anything_a_register_tells_whom_to_remind():
    """On the first day the office wants the list of all, and a text for each city."""
    path = roster("泉州,晋江,", "漳州,龙文,")
    assert run("blank", "fujian_sme_cluster", "--roster", path, "-o", "发放").exit_code == 0
    Path("报送").mkdir()
    assert "没有找到文件" in refused("import", "报送", "-o", "结果")
    register = "发放/register.csv"
    made = run("import", "报送", "-o", "结果", "--register", register, "--deadline", "3月15日")
    assert made.exit_code == 0, made.output
    assert "没有收到文件。" in made.stdout and "未报 2" in made.stdout
    with Path("结果/progress.csv").open(encoding="utf-8", newline="") as file:
        assert [one["status"] for one in csv.DictReader(file)] == ["未报", "未报"]
    told = "".join(one.read_text("utf-8") for one in Path("结果/催报").iterdir())
    assert "晋江" in told and "龙文" in told and "请于3月15日前督促报送" in told
    page = Path("结果/report.html").read_text("utf-8")
    assert "没有报送文件。" in page and "没有发现问题。" not in page.split("<script")[0]
    assert Path("结果/progress.xlsx").is_file()
    for asked in (("summarize", "结果"), ("papers", "结果"),
                  ("word", "结果", "--summary", "-o", "推荐.docx"), ("word", "结果", "-o", "表")):  # fmt: skip
        said = refused(*asked)
        assert "报送" in said and len(said.splitlines()) == 1
    shutil.copy(next(Path("发放").glob("001_*.xlsx")), "报送")
    assert run("import", "报送", "-o", "结果", "--register", register).exit_code == 1
    assert run("summarize", "结果").exit_code == 0
