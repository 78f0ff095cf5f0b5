"""Forms that are not of this repository: in a folder, in a package, and broken in every way."""

import json
import os
import re
import subprocess
import sys

import pytest
from support.fill import fill, imported
from support.forms_given import forms_from
from support.places import FORMS

import clusterbook as cb
from clusterbook.forms import registry
from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.workbook.content import Entries
from clusterbook.workbook.writer import write_template

TINY = (FORMS / "tiny_form.py").read_text("utf-8")


@pytest.fixture
def folder(tmp_path):
    """A folder with one good form."""
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "tiny_form.py").write_text(TINY, "utf-8")
    return tmp_path / "forms"


def command(*arguments, **environ):
    return subprocess.run(
        [sys.executable, "-m", "clusterbook", *arguments], capture_output=True, encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environ}, check=False,
    )  # fmt: skip


def test_a_folder_of_forms_by_command(folder, tmp_path):
    """Blank, filled, imported and summed up, in processes of their own."""
    given = ("--forms", str(folder))
    assert "tiny_form" in command(*given, "forms").stdout
    assert "tiny_form" not in command("forms").stdout
    blank = tmp_path / "blank.xlsx"
    made = command(*given, "blank", "tiny_form", "-o", str(blank))
    assert made.returncode == 0, made.stderr
    with forms_from(folder):
        layout = layouts.of("tiny_form")
        stamp = Stamp.of(layout.workbook)
        assert blank.read_bytes() == write_template(layout, stamp)
        (tmp_path / "in").mkdir()
        filled = write_template(layout, stamp, fill(layout, seed=3).answers())
        (tmp_path / "in" / "a.xlsx").write_bytes(filled)
    out = tmp_path / "OUT"
    done = command(*given, "import", str(tmp_path / "in"), "-o", str(out))
    assert done.returncode in (0, 1), done.stderr
    document = json.loads(next((out / "submissions").glob("*.json")).read_text("utf-8"))
    assert document["form"] == "tiny_form"
    summary = command(
        *given, "summarize", str(out), "-o", str(tmp_path / "汇总.xlsx"), "--include-returned"
    )
    assert summary.returncode == 0, summary.stderr
    assert command(*given, "describe", "tiny_form").stdout.startswith("#")


def test_a_folder_of_forms_from_python(folder):
    with forms_from(folder):
        form = cb.load_form("tiny_form")
        data = write_template(
            form.layout, Stamp.of(form.layout.workbook), fill(form.layout, seed=3).answers()
        )
        with cb.Pool(1) as pool:
            one = pool.read(data)
        assert one.stamp.form == "tiny_form"
        assert one.readable
    with pytest.raises(cb.Error):
        cb.load_form("tiny_form")


def test_a_form_may_import_what_lies_beside_it(folder):
    (folder / "_words.py").write_text('TITLE = "外省的表"\n', "utf-8")
    text = TINY.replace('"""A form', 'from ._words import TITLE\n"""A form', 1)
    head, _, rest = TINY.partition("\n\n")
    text = f"{head}\n\nfrom ._words import TITLE\n{rest}"
    (folder / "tiny_form.py").write_text(text + "\nassert TITLE\n", "utf-8")
    with forms_from(folder):
        assert "tiny_form" in cb.list_forms()


MAKER = "def workbook(options):"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (TINY.replace('id="tiny_form"', 'id="another"'), "calls itself 'another'"),
        ("def workbook(options:\n", "line 1: SyntaxError"),
        ("import nothing_like_this\n", "line 1: ModuleNotFoundError: No module named 'nothing_like_this'"),
        ("ID = 'broken'\n", "has no callable workbook(options)"),
        (f"{MAKER}\n    return options\n", "gives Options, not a Workbook"),
        (f"{MAKER}\n    return 1 / 0\n", "line 2: ZeroDivisionError"),
        (f"from clusterbook.forms.kinds import Number\n{MAKER}\n    return Number(lowest=3)\n",
         "line 3: TypeError"),
        (f"from pathlib import Path\n{MAKER}\n    return Path(__file__).with_name('b.toml').read_text()\n",
         "line 3: FileNotFoundError"),
        (TINY.replace('f.Integer(unit="家")', 'f.Integer(unit="家", low=9, high=1)'),
         "size.firms: nothing is at least 9 and at most 1"),
        (TINY.replace("sheets=[", "sheets=[][:0] and ["), "has no sheet"),
        (TINY.replace("blocks=[head, size]", "blocks=[head, size, top]"),
         "the list 'top' needs a sheet of its own"),
        (TINY.replace('f.answer(f"size.output.{y2}")))', 'f.answer("size.output_growth")))', 1),
         "size.output_growth: is worked out of itself"),
        (TINY.replace('version="1"', "version=1"), 'version 1 is no text, as "1" is'),
        (TINY.replace('Total("firms.revenue")', 'Total("firms.revenu")', 1),
         "A05.total: no column 'firms.revenu' (perhaps 'firms.revenue')"),
        (TINY.replace('Total("firms.revenue")', 'Total("firms.name")', 1),
         "A05.total: 'firms.name' holds no number (Name)"),
        (TINY.replace("rows=5,", "rows=0,"), "top: rows is 0, a list has one at least"),
        (TINY.replace("blocks=[head, size]", "blocks=[head, size, f.Indicators(key='e', years=[], rows=[])]"),
         "e: the table has no rows"),
        (TINY.replace("blocks=[head, size]", "blocks=[head, size, f.Answers(key='e', rows=["
                      "f.Field('c', '甲', f.Choice(options=[]))])]"), "e.c: a Choice without options"),
        *((f"from clusterbook import forms as f\n{MAKER}\n    x = f.answer('a.b')\n    return {made}\n",
           f"line 4: TypeError: {told}") for made, told in (
            ("f.Rule(code='A01', level='error', holds=x.above(1), reason='', source='')",
             "Rule 'A01': holds takes a relation (AtMost, Equal, Must, …), not 'Compare'"),
            ("f.Choice(options='甲乙')", "a list is asked, not '甲乙' alone: put it into [ ]"),
            ("f.Library(key='a', rows=3, columns=f.Field('a', '甲', f.Text()))",
             "a list is asked, not Field alone"),
            ("f.AtMost(3, x)", "AtMost: left takes an expression"),
            ("f.Field('a', '甲', '文字')", "Field 'a': kind takes a kind (Number, Text, Choice, …), not '文字'"),
            ("f.Field('a', '甲', f.Text(), when='a=1')", "Field 'a': when takes an expression"),
            ("f.Row('a', '甲', f.Number)", "Row 'a': kind takes a kind"),
            ("f.Library(key='a', rows=3, columns=[f.Text()])",
             "Library 'a': columns takes Field, or Group of them, not 'Text'"),
            ("f.Sheet(key='a', name='a', title='a', blocks=[f.Field('a', '甲', f.Text())])",
             "Sheet 'a': blocks takes blocks"),
        )),
    ],
)  # fmt: skip
def test_a_broken_form_is_a_named_fault(tmp_path, text, told):
    name = "tiny_form" if 'id="tiny_form"' in text or 'id="another"' in text else "broken"
    (tmp_path / f"{name}.py").write_text(text, "utf-8")
    with forms_from(tmp_path), pytest.raises(registry.SpecError) as caught:
        registry.workbook(name)
    assert any(told in fault for fault in caught.value.faults)
    assert name in str(caught.value)


def test_a_broken_form_leaves_the_others_listed(folder):
    (folder / "broken.py").write_text("ID = 'broken'\n", "utf-8")
    (folder / "halved.py").write_text("def workbook(options:\n", "utf-8")
    done = command("--forms", str(folder), "forms")
    assert done.returncode == 2
    listed = [line.split()[0] for line in done.stdout.splitlines()]
    assert listed == ["cluster_contest", "fujian_sme_cluster", "tiny_form"]
    assert re.findall("申报表“(.*?)”的定义有错误", done.stderr) == ["broken", "halved"]


def test_two_forms_of_one_name_are_told(folder, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "tiny_form.py").write_text(TINY, "utf-8")
    with forms_from(folder, other), pytest.raises(registry.SpecError, match="are called so"):
        registry.form_ids()


def test_a_folder_that_is_none_is_told(tmp_path):
    done = command("--forms", str(tmp_path / "无"), "forms")
    assert done.returncode == 2
    assert "无" in done.stderr


def test_a_new_form_begins_with_one_that_works(tmp_path):
    """What the command writes loads, is filled, read back and judged by its rules."""
    forms = tmp_path / "forms"
    forms.mkdir()
    made = command("new-form", "monthly_report", "--title", "某省集群“月报”", "-o", str(forms))
    assert made.returncode == 0, made.stderr
    assert "monthly_report.py" in made.stdout
    again = command("new-form", "monthly_report", "--title", "别的", "-o", str(forms))
    assert (again.returncode, "已经存在" in again.stderr) == (2, True)
    with forms_from(forms):
        layout = layouts.of("monthly_report")
        assert layout.workbook.title == "某省集群“月报”"
        answers = fill(layout, seed=2).answers()
        values = {**answers.values, "economy.small.2025": 9.0, "economy.firms.2025": 5.0}
        batch = imported(write_template(layout, Stamp.of(layout.workbook), Entries(values=values)))
        codes = {problem.code for problem in batch.submissions[0].problems}
        assert "A01.small" in codes


@pytest.mark.parametrize("form", ["月报", "Monthly", "a", "x" * 41, "../x"])
def test_an_id_that_is_none_is_refused(tmp_path, form):
    done = command("new-form", form, "--title", "月报", "-o", str(tmp_path))
    assert (done.returncode, "不能作编号" in done.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []
