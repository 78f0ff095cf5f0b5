"""A fresh environment with nothing but wheels: a form from another wheel, and one from a folder.

Both go all the way by command and by Python: blank → filled → imported → summed up. The wheels of
other software are those of the environment that runs the tests; nothing is fetched.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

import pytest
from support.forms_given import FORMS, MONTHLY
from support.places import ROOT

pytestmark = pytest.mark.wide

# What a wheel is built from.
SOURCE = ("clusterbook", "workbook_specs", "setup.cfg", "pyproject.toml", "README.md", "LICENSE",
          "THIRD_PARTY_NOTICES.md")  # fmt: skip
STRANGER = """
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"
[project]
name = "stranger-forms"
version = "1.0"
[project.entry-points."clusterbook.forms"]
cluster_monthly = "stranger_forms.cluster_monthly:workbook"
[tool.setuptools]
packages = ["stranger_forms"]
[tool.setuptools.package-data]
stranger_forms = ["*.txt"]
"""
# Two returns filled in by dice, as a county would leave them.
FILL = """
import sys
from pathlib import Path
import clusterbook as cb
from clusterbook.forms.stamp import Stamp
from clusterbook.testing import fill
from clusterbook.workbook.writer import write_template
form = cb.load_form(sys.argv[1], month=int(sys.argv[2]) or None)
for seed in (1, 2):
    stamp = Stamp.of(form.layout.workbook, issue=f"N{seed}", issued_to=f"第{seed}县")
    filled = fill(form.layout, seed, texts=("1{d3}",)).answers()
    (Path(sys.argv[3]) / f"{seed}.xlsx").write_bytes(write_template(form.layout, stamp, filled))
"""
BY_PYTHON = """
import sys
from pathlib import Path
import clusterbook as cb
name, month, given, out = sys.argv[1], int(sys.argv[2]) or None, *map(Path, sys.argv[3:])
form = cb.load_form(name, month=month)
assert form.blank()[:2] == b"PK"
with cb.Pool(1) as pool:
    one = pool.read(given / "1.xlsx")
    assert one.readable and one.stamp.form == name
    round_ = pool.import_returns([given], out)
assert len(list(round_.submissions)) == 2
assert round_.summary(include_returned=True)[:2] == b"PK"
print(cb.__file__)
"""


def run(
    command: Sequence[str | Path], cwd: Path, fine: Sequence[int] = (0,), **environ: str
) -> str:
    """What a command prints; an AssertionError with all of it where it ends badly."""
    cwd.mkdir(parents=True, exist_ok=True)
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(
        [*map(str, command)], cwd=cwd, capture_output=True, encoding="utf-8",
        env={**kept, "PYTHONIOENCODING": "utf-8", "PIP_NO_INPUT": "1", **environ},
    )  # fmt: skip
    assert done.returncode in fine, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def wheel(source: Path, dist: Path) -> None:
    """Builds the wheel of a source tree with the tools that are there."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    run([*pip, "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", dist, source], dist)


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a fresh environment that holds both wheels."""
    home = tmp_path_factory.mktemp("fresh")
    ours, stranger, dist = home / "ours", home / "stranger", home / "dist"
    ours.mkdir()
    for name in SOURCE:
        one = ROOT / name
        if one.is_dir():
            shutil.copytree(one, ours / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(one, ours / name)
    shutil.copytree(MONTHLY, stranger / "stranger_forms")
    (stranger / "stranger_forms" / "__init__.py").write_text("", "utf-8")
    (stranger / "pyproject.toml").write_text(STRANGER, "utf-8")
    wheel(ours, dist)
    wheel(stranger, dist)
    run([sys.executable, "-m", "venv", home / "env"], home)
    made = home / "env" / "bin" / "python"
    run([made, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps",
         "--no-index", *sorted(dist.glob("*.whl"))], home)  # fmt: skip
    site = run([made, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], home).strip()
    # Other software only: what is editable there is no path of this file.
    (Path(site) / "others.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    return made


@pytest.mark.parametrize(
    ("form", "month", "given"),
    [("cluster_monthly", "10", ()), ("tiny_form", "0", ("--forms", str(FORMS)))],
    ids=["another wheel", "a folder"],
)
def test_a_strangers_form_goes_all_the_way(
    python: Path, tmp_path: Path, form: str, month: str, given: tuple[str, ...]
) -> None:
    command = [python.with_name("clusterbook"), *given]
    of_month = ["--month", month] if month != "0" else []
    assert form in run([*command, "forms"], tmp_path)
    run([*command, "blank", form, *of_month, "-o", "空表.xlsx"], tmp_path)
    assert (tmp_path / "空表.xlsx").stat().st_size > 0
    folders = {"CLUSTERBOOK_FORMS": given[1]} if given else {}
    returns = tmp_path / "报送"
    returns.mkdir()
    run([python, "-P", "-c", FILL, form, month, returns], tmp_path, **folders)
    run([*command, "import", "报送", "-o", "OUT"], tmp_path, fine=(0, 1))
    run([*command, "summarize", "OUT", "-o", "汇总.xlsx", "--include-returned"], tmp_path)
    assert (tmp_path / "汇总.xlsx").stat().st_size > 0
    assert form in run([*command, "describe", form, "--format", "json"], tmp_path)
    said = run([python, "-P", "-c", BY_PYTHON, form, month, returns, tmp_path / "OUT2"], tmp_path,
               **folders)  # fmt: skip
    assert said.strip().startswith(str(python.parent.parent)), "the installed one is meant"
    tables = {path.name for path in (tmp_path / "OUT" / "tables").iterdir()}
    assert tables == {path.name for path in (tmp_path / "OUT2" / "tables").iterdir()}
    assert {"values.csv"} < tables
