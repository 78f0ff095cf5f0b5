"""Both forms, filled in, saved by real LibreOffice in every format it has: the same values each time."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest
from support.fill import fill
from support.grids import against_calamine, against_openpyxl
from support.human_values import KINDS
from support.office import Office

from clusterbook.forms import registry
from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.readers.grid import read_grid
from clusterbook.readers.xlsx import scan, strings
from clusterbook.returns import pipeline
from clusterbook.workbook import writer

pytestmark = pytest.mark.office


@pytest.fixture(scope="module", params=registry.form_ids())
def saved(request, office: Office, tmp_path_factory) -> dict[str, bytes]:
    """A filled workbook as written and as LibreOffice saves it, by format."""
    layout = layouts.of(request.param)
    filled = fill(layout, seed=11, rows=4, everything=True)
    stamp = Stamp.of(layout.workbook, issue="T0007", issued_to="测试县")
    folder: Path = tmp_path_factory.mktemp("formats")
    source = folder / "written.xlsx"
    source.write_bytes(writer.write_template(layout, stamp, filled.answers()))
    files = {"written": source.read_bytes()}
    with office.open(source) as doc:
        for kind in ("xlsx", "xls", "ods"):
            files[kind] = doc.save(folder / f"saved.{kind}", kind).read_bytes()
    return files


def typed_values(read):
    """What stands in the cells that people fill in, whatever was said about it."""
    extracted = read.extracted
    layout = layouts.of(read.stamp.form, read.stamp.options)
    libraries = {
        key: (found.rows, [
            values for column, values in zip(layout.bodies[key].columns, found.columns, strict=True)
            if not column.locked
        ])
        for key, found in extracted.libraries.items()
    }  # fmt: skip
    return extracted.raws, libraries, extracted.oddities.formats, extracted.oddities.errors


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_every_format_holds_every_value(saved, kind):
    written = pipeline.read_submission(saved["written"])
    read = pipeline.read_submission(saved[kind])
    assert read.stamp == written.stamp
    assert [p.code for p in read.problems] == [] if kind == "xlsx" else ["F215"]
    assert typed_values(read) == typed_values(written)


def without_tabs(value):
    several = isinstance(value, str) and "\n" in value
    return value.replace("\t", "") if several else value


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_every_format_is_read_as_the_xlsx_saved_beside_it(saved, kind):
    """Every cell, error, format, merge, hidden row and name of every sheet, hidden ones included."""
    ours, theirs = read_grid(saved[kind]), read_grid(saved["xlsx"])
    for sheet, other in zip(ours.sheets, theirs.sheets, strict=True):
        cells = dict(other.cells)
        if kind == "xls":  # a zero or a text that was not worked out: stored as the same zero
            lost = other.cells.keys() - sheet.cells.keys()
            assert lost <= sheet.formulas.keys()
            cells = {at: value for at, value in cells.items() if at not in lost}
        if kind == "ods":  # LibreOffice writes no tab into a text of several lines
            cells = {at: without_tabs(value) for at, value in cells.items()}
        assert sheet.cells == cells, sheet.name
        assert (sheet.name, sheet.state, sheet.errors) == (other.name, other.state, other.errors)
        assert sheet.formulas.keys() == other.formulas.keys()
        assert sheet.formats == other.formats
        assert sorted(sheet.merges) == sorted(other.merges)
        assert (sheet.hidden_rows, sheet.hidden_columns) == (
            other.hidden_rows,
            other.hidden_columns,
        )

    def cells_only(names):
        """Whole rows and columns are written in three ways, quotes where they are needed or not,
        one cell as a cell or as an area."""
        return {
            name: re.sub(r"(\$\w+\$\d+):\1$", r"\1", meaning.replace("'", ""))
            for name, meaning in names.items()
            if not name.endswith(("Print_Area", "Print_Titles", "_FilterDatabase"))
        }  # fmt: skip

    assert cells_only(ours.names) == cells_only(theirs.names)
    assert theirs.properties.items() <= ours.properties.items()
    assert ours.core["comments"] == theirs.core["comments"]


@pytest.mark.filterwarnings("ignore:Print area cannot be set")
def test_the_other_readers_agree_on_what_libreoffice_saves(saved):
    against_openpyxl(saved["xlsx"])
    against_calamine(saved["xlsx"])


@pytest.mark.parametrize("kind", ["written", "xlsx"])
def test_the_fast_reader_is_enough(saved, kind, monkeypatch):
    def refuse(*_):
        raise AssertionError("the exact reader was needed")

    monkeypatch.setattr(scan, "scan_sheet_exactly", refuse)
    monkeypatch.setattr(strings, "_exact_strings", refuse)
    assert read_grid(saved[kind]).sheets


SHOWN = (
    ("count", "12\n500"), ("count", "12\t500"), ("yi", "12.5/13.2"), ("yi", "12.5（其中出口3.2）"), ("count", "12\u3000500"),
    ("count", "12  500"), ("count", "12 500"), ("org", "甲某有限公司\n乙某有限公司"), ("org", "泉州卫⽣⽤品\n有限公司"), ("text", "⻓⻋⻔⽤⼾"),
    ("person", "张某\n李某"), ("phone", "13900000001\n13900000002"), ("month", "2024-03-31T16:00:00.000Z"), ("month", "2024-03-00"),
    ("month", "2024.1\n2.5"), ("growth", "下降3.2%"), ("growth", "（3.2）"), ("yi", "￥13.67"), ("pages", "九十页"),
)  # fmt: skip


@pytest.fixture(scope="module")
def sheet_of_texts(office: Office, tmp_path_factory) -> dict[str, list[object]]:
    """One column of texts, as LibreOffice saves them, by format."""
    folder: Path = tmp_path_factory.mktemp("texts")
    book = openpyxl.Workbook()
    for row, (_, text) in enumerate(SHOWN, 1):
        book.active.cell(row, 1, text).number_format = "@"
    book.save(source := folder / "texts.xlsx")
    with office.open(source) as doc:
        files = [doc.save(folder / f"saved.{kind}", kind) for kind in ("xlsx", "xls", "ods")]
    grids = {path.suffix[1:]: read_grid(path.read_bytes()).sheets[0].cells for path in files}
    return {
        kind: [cells.get((row, 0)) for row in range(len(SHOWN))] for kind, cells in grids.items()
    }


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_two_values_and_look_alikes_are_seen_in_every_format(kind, sheet_of_texts):
    for (name, text), saved in zip(SHOWN, sheet_of_texts[kind], strict=True):
        assert KINDS[name].read(saved) == KINDS[name].read(text), (text, saved)
