"""What lies over the cells: read in every format, told with place and text, ours never counted."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
import xlsxwriter
from attrs import evolve
from support.binary_books import cell12, record12, row12, text12, xlsb_file, zipped
from support.grids import OFFICE, PACKAGE, package
from support.mutation_kit import Case
from support.office import Office
from support.returning import judged
from support.tampering import a_page, problems, read

from clusterbook.a1 import cell_name
from clusterbook.layout.own_sheets import RETURNED_SHEET
from clusterbook.readers.cells import Overlay
from clusterbook.readers.grid import Grid, SheetGrid, read_grid
from clusterbook.returns.overlays import covered, lying_over, theirs
from clusterbook.returns.place import Placement, SheetPlacement

_SPACES = {
    "office": "office", "style": "style", "table": "table", "text": "text", "draw": "drawing", "form": "form", "svg": "svg-compatible",
}  # fmt: skip
_XMLNS = 'xmlns:ooo="http://openoffice.org/2004/office" ' + " ".join(
    f'xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for p, n in _SPACES.items()
)
_SIZE = 'svg:x="0.1cm" svg:y="0.05cm" svg:width="2cm" svg:height="0.3cm"'


def _cell(inside: str, text: str = "") -> str:
    return (
        f"<table:table-cell>{inside}{f'<text:p>{text}</text:p>' if text else ''}</table:table-cell>"
    )


_SHAPES = (
    _cell("<office:annotation><text:p>更正为15.2亿元</text:p><text:p>张三</text:p></office:annotation>", "113.6"),
    _cell(f'<draw:frame table:end-cell-address="Sheet1.B2" table:end-x="2cm" table:end-y="0.4cm" {_SIZE}><draw:text-box><text:p>见<text:s text:c="2"/>附件</text:p></draw:text-box></draw:frame>'),
    _cell('<draw:line table:end-cell-address="Sheet1.A3" table:end-x="2cm" table:end-y="0.4cm" svg:x1="0cm" svg:y1="0.2cm" svg:x2="2cm" svg:y2="0.2cm"/>', "7"),
    _cell(f'<draw:g><draw:frame table:end-cell-address="Sheet1.A4" table:end-x="2cm" table:end-y="0.4cm" {_SIZE}><draw:text-box><text:p>组内文字</text:p></draw:text-box></draw:frame>'
          f'<draw:rect table:end-cell-address="Sheet1.A4" table:end-x="2cm" table:end-y="0.4cm" {_SIZE}/></draw:g>'),
    _cell(f'<draw:control table:end-cell-address="Sheet1.A5" table:end-x="2cm" table:end-y="0.4cm" {_SIZE} draw:control="c1"/>'),
    _cell(f'<draw:control table:end-cell-address="Sheet1.A6" table:end-x="2cm" table:end-y="0.4cm" {_SIZE} draw:control="c2"/>'),
    _cell(f'<draw:custom-shape table:end-cell-address="Sheet1.A7" table:end-x="2cm" table:end-y="0.4cm" {_SIZE}><text:p>作废</text:p><draw:enhanced-geometry svg:viewBox="0 0 21600 21600" draw:type="rectangle" draw:enhanced-path="M 0 0 L 21600 0 21600 21600 0 21600 0 0 Z N"/></draw:custom-shape>'),
)  # fmt: skip
_FORMS = (
    '<office:forms><form:form form:name="f">'
    '<form:checkbox form:id="c1" xml:id="c1" form:label="规上企业" form:state="checked" form:current-state="checked" form:control-implementation="ooo:com.sun.star.form.component.CheckBox"/>'
    '<form:checkbox form:id="c2" xml:id="c2" form:label="上市企业" form:control-implementation="ooo:com.sun.star.form.component.CheckBox"/>'
    "</form:form></office:forms>"
)
FLAT = (
    f'<?xml version="1.0" encoding="UTF-8"?><office:document {_XMLNS} office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.spreadsheet">'
    '<office:automatic-styles><style:style style:name="high" style:family="table-row"><style:table-row-properties style:row-height="2cm" style:use-optimal-row-height="false"/></style:style></office:automatic-styles>'
    f'<office:body><office:spreadsheet><table:table table:name="Sheet1">{_FORMS}<table:table-column/>'
    + "".join(
        f"<table:table-row table:style-name='high'>{'<table:table-cell/>' if at == 1 else ''}{cell}</table:table-row>"
        for at, cell in enumerate(_SHAPES)
    )
    + "</table:table></office:spreadsheet></office:body></office:document>"
)


@pytest.fixture(scope="module")
def drawn(office: Office, tmp_path_factory) -> dict[str, bytes]:
    """One sheet with every sort of thing over its cells, as LibreOffice saves it."""
    folder: Path = tmp_path_factory.mktemp("drawn")
    source = folder / "drawn.fods"
    source.write_text(FLAT, "utf-8")
    with office.open(source) as doc:
        return {
            kind: doc.save(folder / f"saved.{kind}", kind).read_bytes()
            for kind in ("xlsx", "xls", "ods")
        }


def _one(kind: str, row: int, col: int, text: str = "") -> Overlay:
    return Overlay(kind, (row, col, row, col), text)


EXPECTED = {
    _one("note", 0, 0, "更正为15.2亿元\n张三"), _one("text_box", 1, 1, "见  附件"), _one("shape", 2, 0),
    _one("text_box", 3, 0, "组内文字"), _one("shape", 3, 0), _one("ticked", 4, 0, "规上企业"),
    _one("unticked", 5, 0, "上市企业"), _one("text_box", 6, 0, "作废"),
}  # fmt: skip


@pytest.mark.office
@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_what_lies_over_the_cells_is_read_in_every_format(drawn, kind):
    sheet = read_grid(drawn[kind]).sheets[0]
    assert set(sheet.overlays) == EXPECTED
    assert len(sheet.overlays) == len(EXPECTED)
    assert sheet.pictures == ()
    assert sheet.cells == {(0, 0): "113.6", (2, 0): "7"}


def test_form_controls_of_an_ods():
    written = FLAT.replace("office:document ", "office:document-content ").replace(
        "</office:document>", "</office:document-content>"
    )
    found = read_grid(
        zipped(
            {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": written}
        )
    )
    assert set(found.sheets[0].overlays) == EXPECTED


# --- what is told of it ---------------------------------------------------------------------------


def told(case: Case) -> list[tuple[str, str, str]]:
    """What is said of what lies over the cells: code, cell, value."""
    returned = read(case)
    assert returned.extracted is not None
    codes = ("L135", "L136", "L137", "L138", "L139")
    return [(p.code, p.cell, p.value) for p in returned.extracted.problems if p.code in codes]


def test_each_text_is_told_with_its_place(case):
    tab, owners = a_page(case)
    at = next(at for at, cell in tab.cells.items() if cell.owner == owners[0])
    tab.over += [
        ("note", at, "更正为15.2亿元"), ("text_box", at, "更正为15.2亿元"), ("shape", at, ""),
        ("shape", (1, tab.last_column() + 3), ""), ("note", (1, 1), "  "),
    ]  # fmt: skip
    assert sorted(told(case)) == [
        ("L135", cell_name(*at), "更正为15.2亿元"), ("L136", cell_name(*at), "更正为15.2亿元"), ("L137", cell_name(*at), ""),
        ("L138", cell_name(1, tab.last_column() + 3), ""),
    ]  # fmt: skip


def test_the_same_text_in_several_places_is_one_line(case):
    tab, _ = a_page(case)
    tab.over += [("note", (row, 2), "快报数") for row in range(3, 16)]
    (one,) = [p for p in problems(case) if p.code == "L135"]
    assert (one.cell, one.value) == ("", "快报数")
    assert one.facts["where"] == "C4、C5、C6、C7、C8、C9、C10、C11、C12、C13等13处"


def test_a_sheet_of_nobody_may_hold_nothing_but_a_box(case):
    tab = case.pages()[1][0].copy("附图")
    tab.cells.clear()
    tab.over.append(("text_box", (2, 2), "补充情况"))
    assert told(case) == [("L136", "C3", "补充情况")]


def test_what_covers_an_empty_answer_is_named_where_it_is_asked_for(case):
    name = "集群总产值（亿元） › 2025年"
    tab, at = case.book.owned()["industry.output_value.2025"]
    tab.cells[at].value = None
    tab.over.append(("text_box", at, "113.6"))
    (missing,) = [p for p in judged(case.book.bytes()).problems if p.code == "V101"]
    assert (missing.cell, missing.label) == (cell_name(*at), name)
    assert missing.message() == f"“{name}”未填写（格上有文本框“113.6”，不作为填报内容读取）。"
    assert (
        missing.message("en")
        == f"“{name}” is empty (a text box “113.6” lies on it and is not read)."
    )


# --- returned copies ------------------------------------------------------------------------------


def test_the_copy_lists_what_it_does_not_hold_and_its_own_notes_are_ours(case):
    tab, owners = a_page(case)
    at = next(at for at, cell in tab.cells.items() if cell.owner == owners[0])
    long = "更正：" + "详" * 400
    tab.over += [("text_box", at, long), ("note", at, "第一行\n第二行")]
    tab.put(at, "约五十家左右")
    came = judged(case.book.bytes())
    copy = came.copy()
    written = read_grid(copy)
    listed = {str(value) for value in written.sheets[0].cells.values()} | {
        str(value) for sheet in written.sheets if sheet.name == RETURNED_SHEET for value in sheet.cells.values()
    }  # fmt: skip
    assert long in listed
    assert any("第一行" in text and "第二行" in text for text in listed)
    assert any(sheet.overlays for sheet in written.sheets)  # our own notes, at the cells
    assert {p.code for p in judged(copy).problems} & {"L135", "L136"} == set()


@pytest.mark.parametrize(
    ("note", "left"),
    [
        ("【错误】“甲”未填写。\n怎样更正：请填写。", ""),
        (
            "【错误】“甲”未填写。\n怎样更正：请填写。\n\n【需说明】“乙”偏大。\n怎样更正：请核对。",
            "",
        ),
        ("【错误】“甲”未填写。\n怎样更正：请填写。\n已改为15.2", "已改为15.2"),
        ("【错误】“甲”很长……（其余见“退回意见”表第12条）", ""),
        ("【错误】“甲”很长……（其余见“退回意见”表第12条）\n见附件", "见附件"),
        ("张三:\n更正为15.2亿元", "张三:\n更正为15.2亿元"),
        ("请填写", "请填写"),
    ],
)
def test_what_a_county_adds_to_our_notes_is_theirs(note, left):
    assert theirs(note) == left


# --- parts that LibreOffice does not write --------------------------------------------------------

_ANCHOR = (
    "<xdr:from><xdr:col>1</xdr:col><xdr:row>2</xdr:row></xdr:from><xdr:to><xdr:col>2</xdr:col>"
    "<xdr:colOff>9</xdr:colOff><xdr:row>2</xdr:row><xdr:rowOff>9</xdr:rowOff></xdr:to>"
)
# As Excel writes a stroke of the pen: as ink, and as a picture for programs that know none.
_INK = (
    '<xdr:wsDr xmlns:xdr="urn:x" xmlns:mc="urn:mc"><xdr:twoCellAnchor>'
    + _ANCHOR
    + "<mc:AlternateContent>"
    '<mc:Choice Requires="xdr14"><xdr:contentPart><xdr:nvContentPartPr><xdr:cNvPr id="2" name="墨迹 1"/>'
    "</xdr:nvContentPartPr></xdr:contentPart></mc:Choice><mc:Fallback><xdr:pic/></mc:Fallback>"
    "</mc:AlternateContent></xdr:twoCellAnchor></xdr:wsDr>"
)
_OLD_NOTE = "[Threaded comment]\n\nYour version of Excel allows you to read this threaded comment.\n\nComment:\n    更正"
_NOTES = (
    "<comments><commentList>"
    f'<comment ref="B3"><text><r><t>{_OLD_NOTE}</t></r></text></comment>'
    '<comment ref="C4"><text><t>已核</t></text></comment></commentList></comments>'
)
_THREADS = (
    '<ThreadedComments><threadedComment ref="B3"><text>更正为15.2</text></threadedComment>'
    '<threadedComment ref="B3" parentId="x"><text>同意</text></threadedComment></ThreadedComments>'
)


def _beside(**parts: tuple[str, str]) -> tuple[Overlay, ...]:
    """What a sheet bears with these parts beside it: kind of the relation, part, content."""
    listed = "".join(
        f'<Relationship Id="{kind}" Type="{OFFICE}/{kind}" Target="../{path}"/>'
        for kind, (path, _) in parts.items()
    )
    relations = f'<Relationships xmlns="{PACKAGE}">{listed}</Relationships>'
    rows = '<row r="1"><c r="A1"><v>1</v></c></row>'
    more = {f"xl/{path}": content for path, content in parts.values()}
    data = package(rows, **{"xl/worksheets/_rels/sheet1.xml.rels": relations}, **more)
    return read_grid(data).sheets[0].overlays


def test_strokes_of_a_pen_are_ink_and_no_picture():
    assert _beside(drawing=("drawings/d.xml", _INK)) == (Overlay("ink", (2, 1, 2, 2)),)


def test_a_stroke_over_a_figure_asks_and_one_beside_it_does_not(case):
    tab, _ = a_page(case)
    (at, filled), *_ = ((at, cell) for at, cell in tab.cells.items() if cell.owner and cell.value)
    grid = SheetGrid(tab.name, cells={at: filled.value}, overlays=(Overlay("ink", (*at, *at)),))
    plan = next(plan for one, plan in case.sheets() if one is tab)
    over = Placement(case.layout, {plan.sheet.key: SheetPlacement(plan, grid)})
    (asked,) = lying_over(Grid("xlsx", (grid,)), over)
    assert (asked.code, asked.facts["what"], asked.facts["where"]) == (
        "L137",
        "墨迹",
        cell_name(*at),
    )
    beside = evolve(grid, overlays=(Overlay("ink", (900, 90, 900, 90)),))
    (said,) = lying_over(Grid("xlsx", (beside,)), over)
    assert said.code == "L138"


def test_a_conversation_is_one_note_in_the_words_of_its_people():
    found = _beside(
        comments=("comments1.xml", _NOTES), threadedComment=("threadedComments/t.xml", _THREADS)
    )
    assert set(found) == {_one("note", 2, 1, "更正为15.2\n同意"), _one("note", 3, 2, "已核")}
    alone = _beside(comments=("comments1.xml", _NOTES))
    assert set(alone) == {_one("note", 2, 1, "更正"), _one("note", 3, 2, "已核")}


def test_notes_of_an_xlsb_stand_in_records():
    place = struct.pack("<4L", 2, 2, 1, 1)
    notes = (
        record12(635, bytes(4) + place)
        + record12(637, b"\0" + text12("更正为15.2"))
        + record12(636)
    )
    relations = (
        f'<Relationships xmlns="{PACKAGE}"><Relationship Id="c" Type="{OFFICE}/comments" Target="../comments1.bin"/>'
        "</Relationships>"
    )
    parts = {"xl/comments1.bin": notes, "xl/worksheets/_rels/sheet1.bin.rels": relations}
    data = xlsb_file({"S": row12(0, cell12(5, 0, struct.pack("<d", 12)))}, **parts)
    assert read_grid(data).sheets[0].overlays == (_one("note", 2, 1, "更正为15.2"),)


# --- conditional formats --------------------------------------------------------------------------


def _ruled(path: Path) -> None:
    """Rules that strike, hide or show otherwise, and rules that only paint, as XlsxWriter has them."""
    looks: tuple[dict[str, object], ...] = (
        {"font_strikeout": True}, {"font_color": "#FFFFFF"}, {"num_format": ";;;"},
        {"bg_color": "#FFC7CE", "font_color": "#9C0006"}, {"num_format": "#,##0.00"}, {"bold": True},
        {"font_color": "#FFFFFF", "bg_color": "#9C0006"},
    )  # fmt: skip
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for row, look in enumerate(looks):
            sheet.write_number(row, 0, 13)
            rule = {"type": "cell", "criteria": ">", "value": 12, "format": book.add_format(look)}
            assert not sheet.conditional_format(row, 0, row, 1, rule)


_HIDING = {Overlay("rule", (row, 0, row, 1)) for row in range(3)}


def test_conditional_formats_that_may_hide_a_cell_are_seen(tmp_path):
    _ruled(tmp_path / "ruled.xlsx")
    sheet = read_grid((tmp_path / "ruled.xlsx").read_bytes()).sheets[0]
    assert set(sheet.overlays) == _HIDING
    assert sheet.shown == {}


@pytest.mark.office
def test_conditional_formats_are_seen_in_what_libreoffice_saves(office: Office, tmp_path):
    _ruled(tmp_path / "ruled.xlsx")
    with office.open(tmp_path / "ruled.xlsx") as doc:
        data = doc.save(tmp_path / "saved.xlsx", "xlsx").read_bytes()
    assert set(read_grid(data).sheets[0].overlays) == _HIDING


def test_a_rule_over_a_filled_answer_asks_and_over_an_empty_one_does_not(case):
    tab, _ = a_page(case)
    at = next(at for at, cell in tab.cells.items() if cell.owner and cell.value)
    plan = next(plan for one, plan in case.sheets() if one is tab)
    rules = (
        Overlay("rule", (*at, *at)),
        Overlay("rule", (*at, *at)),
        Overlay("rule", (900, 90, 900, 90)),
    )

    def over(cells):
        grid = SheetGrid(tab.name, cells=cells, overlays=rules)
        placed = SheetPlacement(plan, grid)
        placement = Placement(case.layout, {plan.sheet.key: placed})
        return list(lying_over(Grid("xlsx", (grid,)), placement)), covered(placed)

    (asked,), _ = over({at: 13.0})
    assert (asked.code, asked.cell or asked.facts["where"]) == ("L137", cell_name(*at))
    assert asked.facts["what"] == "会划去或隐藏内容的条件格式"
    assert over({}) == ([], {})
