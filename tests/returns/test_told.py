"""What a file carries beside its values is told, never lost, and never guessed."""

from __future__ import annotations

import json
import re

import pytest
from support.fill import fill
from support.grids import OFFICE, PACKAGE, SHEET, both_ways, only, package
from support.hostile import assembled, packed, unzipped

from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.problems import CATALOGUE
from clusterbook.readers import findings
from clusterbook.readers.cells import FileNote, Grid, SheetGrid
from clusterbook.readers.grid import read_grid
from clusterbook.returns import pipeline
from clusterbook.workbook import writer

ONE = '<row r="1"><c r="A1"><v>1</v></c></row>'


def cell(ref, formula):
    return f'<c r="{ref}"><f>{formula}</f><v>1</v></c>'


@pytest.mark.parametrize(
    ("formula", "is_dde"),
    [
        ("cmd|'/c calc'!A0", True),
        ("1+cmd|'/c calc'!A0", True),
        ("SUM(cmd.exe|'x'!A0)", True),
        ('DDE("soffice";"x";"y")', True),
        ('"a|b"&amp;A1', False),
        ("'甲|乙'!A1", False),
        ('SUBSTITUTE(A1,"|","")', False),
        ("ADDED(1)", False),
    ],
)
def test_formulas_that_call_other_programs(formula, is_dde):
    read = read_grid(package(f'<row r="1">{cell("A1", formula)}</row>'))
    assert read.notes == ((FileNote("dde", "S", "A1"),) if is_dde else ())


def test_links_to_other_files_and_programs():
    def linked(content):
        relations = f'<Relationship Id="x" Type="{OFFICE}/externalLink" Target="externalLinks/e.xml"/></Relationships>'
        files = unzipped(package(ONE))
        name = "xl/_rels/workbook.xml.rels"
        rels = files[name].decode().replace("</Relationships>", relations)
        return read_grid(package(ONE, **{name: rels, "xl/externalLinks/e.xml": content})).notes

    assert linked("<externalLink><externalBook/></externalLink>") == (FileNote("external_links"),)
    assert linked("<externalLink><ddeLink ddeService='cmd'/></externalLink>") == (FileNote("dde"),)


def test_rows_out_of_order_and_hidden_by_default(monkeypatch):
    rows = '<row r="5"><c r="A5"><v>1</v></c></row><row r="2"><c r="C2"><v>2</v></c></row>'
    head = '<sheetFormatPr defaultRowHeight="15" zeroHeight="1"/>'
    read = both_ways(package(rows, head=head), monkeypatch)
    assert read.notes == (FileNote("unordered_rows", "S"), FileNote("rows_hidden_by_default", "S"))
    visible = '<sheetFormatPr defaultRowHeight="15" zeroHeight="false"/>'
    assert read_grid(package(ONE, head=visible)).notes == ()


def test_a_filter_that_hides_rows(monkeypatch):
    idle = '<autoFilter ref="A1:C9"/>'
    active = '<autoFilter ref="B2:C9"><filterColumn colId="0"><filters><filter val="x"/></filters></filterColumn></autoFilter>'
    assert both_ways(package(ONE, tail=idle), monkeypatch).sheets[0].filter is None
    assert both_ways(package(ONE, tail=active), monkeypatch).sheets[0].filter == (1, 1, 8, 2)


def test_equal_contents_twice_are_no_contradiction(monkeypatch):
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>1.0</v></c><c r="B1"><v>1</v></c><c r="B1" t="str"><v>1</v></c></row>'
    assert both_ways(package(rows), monkeypatch).notes == (FileNote("duplicate_cell", "S", "B1"),)


def test_dates_since_1904_are_counted_since_1900(monkeypatch):
    styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="21"/></cellXfs>'
    rows = (
        '<row r="1"><c r="A1" s="1"><v>43538</v></c><c r="B1"><v>43538</v></c><c r="C1" s="2"><v>0.5</v></c>'
        '<c r="D1" t="d"><v>2023-03-15</v></c><c r="E1" s="1" t="str"><v>x</v></c></row>'
    )
    book = (
        unzipped(package())["xl/workbook.xml"]
        .decode()
        .replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
    )
    read = both_ways(package(rows, styles=styles, **{"xl/workbook.xml": book}), monkeypatch)
    assert read.date1904
    assert list(read.sheets[0].cells.values()) == [45_000.0, 43_538.0, 0.5, 45_000.0, "x"]


def test_pictures_tell_where_they_lie():
    anchor = (
        "<xdr:twoCellAnchor><xdr:from><xdr:col>2</xdr:col><xdr:row>6</xdr:row></xdr:from><xdr:to><xdr:col>3</xdr:col>"
        "<xdr:row>8</xdr:row></xdr:to><xdr:pic/></xdr:twoCellAnchor><xdr:oneCellAnchor><xdr:from><xdr:col>0</xdr:col>"
        "<xdr:row>0</xdr:row></xdr:from><xdr:grpSp><xdr:pic/></xdr:grpSp></xdr:oneCellAnchor><xdr:absoluteAnchor><xdr:pic/>"
        "</xdr:absoluteAnchor><xdr:twoCellAnchor><xdr:from><xdr:col>9</xdr:col><xdr:row>9</xdr:row></xdr:from><xdr:sp/></xdr:twoCellAnchor>"
    )
    drawing = f'<xdr:wsDr xmlns:xdr="urn:x">{anchor}</xdr:wsDr>'
    relations = f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{OFFICE}/drawing" Target="../drawings/d.xml"/></Relationships>'
    data = package(
        ONE, tail='<drawing id="r1"/>',
        **{"xl/worksheets/_rels/sheet1.xml.rels": relations, "xl/drawings/d.xml": drawing},
    )  # fmt: skip
    assert only(data).pictures == ((6, 2, 8, 3), (0, 0, 0, 0))


def test_pictures_inside_cells():
    wps = '<row r="3"><c r="C3" t="str"><f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v></c></row>'
    assert only(package(wps)).pictures == ((2, 2, 2, 2),)
    excel = '<row r="2"><c r="B2" s="0" t="e" vm="1"><v>#VALUE!</v></c><c r="C2" t="e"><v>#VALUE!</v></c></row>'
    assert only(package(excel, **{"xl/richData/richValueRel.xml": "<x/>"})).pictures == (
        (1, 1, 1, 1),
    )
    assert only(package(excel)).pictures == ()


def test_hidden_sheets_nobody_asks_for_are_not_opened():
    book = unzipped(package())["xl/workbook.xml"].decode()
    hidden = book.replace('name="S"', 'name="S" state="veryHidden"')
    sheet = only(
        package(ONE, **{"xl/workbook.xml": hidden}),
    )
    assert sheet.cells
    data = package(ONE, **{"xl/workbook.xml": hidden})
    (skipped,) = read_grid(data, skip={"S"}).sheets
    assert (skipped.skipped, skipped.cells, skipped.state) == (True, {}, "veryHidden")
    (asked,) = read_grid(package(ONE), skip={"S"}).sheets
    assert asked.cells  # whoever shows the sheet has it read
    at = data.rfind(SHEET.encode()) - 46 + 16
    broken = data[:at] + bytes(4) + data[at + 4 :]
    assert read_grid(broken, skip={"S"}).sheets == (skipped,)  # not even opened
    with pytest.raises(findings.GridError) as caught:
        read_grid(broken)
    assert caught.value.facts["reason"] == "crc"


def test_every_note_has_its_problem():
    kinds = sorted(findings._TOLD)
    sheet = SheetGrid("甲", pictures=tuple((n, 2, n, 2) for n in range(12)))
    for kind in ("xls", "ods", "xlsb"):
        notes = tuple(
            FileNote(one, "甲", "B2" if one in ("dde", "duplicate_cell") else "")
            for one in kinds
            if one != "pictures"
        )
        problems = findings.told(Grid(kind, (sheet,), notes=notes, date1904=True))
        assert len(problems) == len(kinds) + 2
        for problem in problems:
            assert "{" not in problem.message() + problem.how_to_mend() + problem.message("en")
    (shown,) = [p for p in problems if p.code == "F206"]
    assert (
        shown.message()
        == "表上贴有图片（位于C1、C2、C3、C4、C5、C6、C7、C8、C9、C10等12处），图片中的内容不会读取。"
    )
    assert CATALOGUE["F208"].level.value == "error"


def test_the_same_seen_many_times_is_one_problem():
    notes = tuple(FileNote("duplicate_cell", "甲", f"A{n}") for n in range(1, 200_001))
    (problem,) = findings.told(Grid("xlsx", (SheetGrid("甲"),), notes=notes))
    assert (problem.code, problem.sheet) == ("F208", "甲")
    assert problem.facts["detail"].endswith("等200000处")


# ---------------------------------------------------------------- in the pipeline


@pytest.fixture(scope="module")
def issued():
    layout = layouts.of("fujian_sme_cluster")
    filled = fill(layout, seed=3, rows=1)
    stamp = Stamp.of(layout.workbook, issue="T1", issued_to="测试县")
    return unzipped(writer.write_template(layout, stamp, filled.answers())), stamp


def returned(files):
    return pipeline.read_submission(
        assembled({name: packed(content) for name, content in files.items()})
    )


def test_macros_in_a_returned_workbook(issued):
    files, stamp = issued
    read = returned(files | {"xl/vbaProject.bin": b"x"})
    assert read.stamp == stamp
    assert [p.code for p in read.problems] == ["F201"]


@pytest.mark.parametrize(
    ("lie", "told"),
    [({"province": "火星"}, "F102"), ({"report_year": 10**12}, "F150"), ({"report_year": 0}, "F150"),
     ({"rows": 10**9}, "F150"), ({"rows": -1}, "F150"), ({"form": "__init__"}, "F150"),
     ({"form": "no_such_form"}, "F102"), ({"form": "../x"}, "F150"), ({"years": "never"}, "F150"),
     ({"version": None}, "F150"), ({"version": "1999.1"}, "F108"), ({"more": 1}, "")],
)  # fmt: skip
def test_a_stamp_may_be_anybodys_invention(issued, lie, told):
    """Wherever it stands: on the hidden sheet or in the document's description."""
    files, _ = issued
    changed = dict(files)

    def lied(match):
        stamp = json.loads(match[0].replace("&quot;", '"'))
        return json.dumps(stamp | lie, ensure_ascii=False).replace('"', "&quot;")

    for name in ("xl/sharedStrings.xml", "docProps/core.xml"):
        text, count = re.subn(r'\{(?:"|&quot;)form.*?\}', lied, files[name].decode())
        assert count == 1
        changed[name] = text.encode()
    read = returned(changed)
    assert read.extracted is None or read.stamp.options.years != "never"
    assert {p.code for p in read.problems} == ({told} if told else set())
