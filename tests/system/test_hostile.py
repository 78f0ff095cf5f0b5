"""The hostile set: every file one verdict, within the limits of a worker, and never a wrong value.

All of it runs in child processes, as the importer does it: one that dies fails the test.
"""

import json
import os
import subprocess
import sys

import pytest
from support import hostile
from support.fill import fill
from support.locking import agile
from support.places import TESTS
from support.xml2003_books import converted

from clusterbook.forms import registry
from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.problems import CATALOGUE
from clusterbook.readers.grid import read_grid
from clusterbook.readers.limits import USUAL_LIMITS
from clusterbook.returns import pipeline
from clusterbook.workbook import writer

VARIANTS = int(os.environ.get("CLUSTERBOOK_VARIANTS", "400"))
SEED = 4


def answers(files):
    """What a child process under a worker's limits says of each file, in order."""
    folder = TESTS
    with subprocess.Popen(
        [sys.executable, str(folder / "support" / "hostile.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        cwd=folder.parent, env={"PYTHONPATH": f"{folder.parent}:{folder}", "PATH": "/usr/bin:/bin"},
    ) as program:  # fmt: skip
        assert program.stdin and program.stdout
        try:
            for name, data, *_ in files:
                program.stdin.write(json.dumps([name, len(data)]).encode() + b"\n" + data)
                program.stdin.flush()
                line = program.stdout.readline()
                assert line, f"the process died of {name}"
                yield json.loads(line)
        finally:
            program.kill()


def one_verdict(name, told):
    """Either read, or a pack, or refused with codes of the catalogue."""
    assert "error" not in told, f"{name}: {told['error']}"
    assert set(told["codes"]) <= CATALOGUE.keys(), name
    errors = [code for code in told["codes"] if CATALOGUE[code].level.value == "error"]
    assert told["read"] or told["members"] or len(errors) == 1, (name, told)


def test_attacks_lead_to_the_code_they_must():
    cases = list(hostile.cases())
    assert len(cases) > 150
    assert len({name for name, *_ in cases}) == len(cases)
    for (name, _, expected), (said, seconds, peak, told) in zip(cases, answers(cases), strict=True):
        assert said == name
        one_verdict(name, told)
        if expected == {""}:
            assert told["members"], name
        else:
            assert expected & set(told["codes"]), (name, told)
        assert seconds < USUAL_LIMITS.seconds / 2, (name, seconds)
        assert peak < 1_000, (name, peak)  # MB


@pytest.fixture(scope="module")
def good():
    """The smaller form with a few rows, in all formats."""
    layout = layouts.of("fujian_sme_cluster")
    filled = fill(layout, seed=3, rows=2, everything=True)
    stamp = Stamp.of(layout.workbook, issue="T0001", issued_to="测试县")
    xlsx = writer.write_template(layout, stamp, filled.answers())
    grid = read_grid(xlsx)
    return {
        "xlsx": xlsx,
        "xls": hostile.as_xls(grid),
        "xlsb": hostile.as_xlsb(grid),
        "ods": hostile.as_ods(grid),
        "xml2003": converted(grid),
        "locked": agile(xlsx),
    }


def values(data):
    return hostile.values_digest(pipeline.read_submission(data).extracted)


@pytest.mark.large
def test_damage_by_dice(good):
    """Hundreds of variants of a good file: one verdict each; where check sums protect, no other value."""
    right = values(good["xlsx"])
    variants = hostile.fuzzed(good, VARIANTS, SEED)
    kinds = {}
    for name, seconds, _, told in answers(variants):
        one_verdict(name, told)
        assert seconds < USUAL_LIMITS.seconds / 2, (name, seconds)
        kind = name.rsplit(" ", 1)[0]
        count, read = kinds.get(kind, (0, 0))
        kinds[kind] = count + 1, read + bool(told["read"])
        if kind in ("xlsx bytes", "locked bytes") and told["read"]:
            assert told["values"] == right, name
    assert sum(count for count, _ in kinds.values()) >= VARIANTS
    assert all(0 < read < count for count, read in kinds.values()), kinds


@pytest.mark.parametrize("form", registry.form_ids())
@pytest.mark.parametrize("make", [hostile.as_xls, hostile.as_xlsb, hostile.as_ods, converted])
def test_other_formats_hold_the_same_values(form, make):
    layout = layouts.of(form)
    filled = fill(layout, seed=5, rows=3, everything=True)
    xlsx = writer.write_template(layout, Stamp.of(layout.workbook, issue="T1"), filled.answers())
    grid = read_grid(xlsx)
    other = make(grid)
    for ours, theirs in zip(read_grid(other).sheets, grid.sheets, strict=True):
        assert (ours.name, ours.cells) == (theirs.name, theirs.cells)
        assert ours.state == (
            "hidden" if make is hostile.as_ods and theirs.state != "visible" else theirs.state
        )
        assert (ours.formulas.keys(), ours.formats) == (theirs.formulas.keys(), theirs.formats)
    assert values(other) == values(xlsx)
    bare = {"F216"} if make is not converted else set()  # made here without any protection
    assert {p.code for p in pipeline.read_submission(other).problems} == {"F215"} | bare
