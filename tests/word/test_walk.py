"""What forms in Word hold, case by case; a public reader is the second opinion where it is right."""

from __future__ import annotations

import io

import mammoth
import pytest
from support.word_files import cell, docx, grid, paragraph, read, row, run, table, text, texts

from clusterbook.readers.limits import GridError
from clusterbook.word.package import open_document


def control(content: str, about: str = "") -> str:
    return f"<w:sdt><w:sdtPr>{about}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def mark(kind: str, inside: str = "") -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}">{inside}</w:fldChar></w:r>'


def code(said: str) -> str:
    return f'<w:r><w:instrText xml:space="preserve">{said}</w:instrText></w:r>'


def complex_field(said: str, result: str, form: str = "") -> str:
    shown = f"{mark('separate')}{result}" if result else ""
    return f"{mark('begin', form)}{code(said)}{shown}{mark('end')}"


def check_box(*states: str) -> str:
    inside = "".join(states)
    return complex_field(
        " FORMCHECKBOX ", "", f"<w:ffData><w:checkBox>{inside}</w:checkBox></w:ffData>"
    )


def box_14(val: str) -> str:
    about = f'<w14:checkbox><w14:checked w14:val="{val}"/></w14:checkbox>'
    return control(run("□"), about)


ROW = '<w:trPr><w:del w:id="1" w:author="甲"/></w:trPr>'
SHAPE = (
    '<mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline><a:graphic><a:graphicData><wps:wsp>'
    "<wps:txbx><w:txbxContent>{0}</w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:inline>"
    "</w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>{0}</w:txbxContent></v:textbox>"
    "</w:pict></mc:Fallback></mc:AlternateContent>"
)
RUBY = (
    "<w:r><w:ruby><w:rubyPr/><w:rt><w:r><w:t>mín</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>旻</w:t></w:r>"
    "</w:rubyBase></w:ruby></w:r>"
)

# what | body | what it says, block by block
CASES: dict[str, tuple[str, list[str]]] = {
    "a control in a paragraph": (paragraph(run("名称：") + control(run("石材集群"))), ["名称：石材集群"]),
    "a control around paragraphs": (control(text("一") + text("二")), ["一", "二"]),
    "a control around a cell": (
        table(row(cell("甲"), control(cell("乙")), cell("丙"))), ["[['甲', '乙', '丙']]"]),
    "a control around a row": (
        table(row(cell("甲")), control(row(cell("乙")))), ["[['甲'], ['乙']]"]),
    "an insertion": (
        paragraph(run("企业") + f'<w:ins w:id="1" w:author="甲">{run("12")}</w:ins>' + run("个")), ["企业12个"]),
    "a deletion": (
        paragraph(run("128") + '<w:del w:id="1"><w:r><w:delText>5</w:delText></w:r></w:del>'), ["128"]),
    "a move": (
        paragraph(f"<w:moveFrom>{run('移动')}</w:moveFrom>") + paragraph(f"<w:moveTo>{run('移动')}</w:moveTo>"),
        ["", "移动"]),
    "a deleted row": (
        table(row(cell("甲")), f"<w:tr>{ROW}{cell('乙')}</w:tr>", row(cell("丙"))), ["[['甲'], ['丙']]"]),
    "a simple field": (
        paragraph(run("共") + f'<w:fldSimple w:instr="=SUM(ABOVE)">{run("345.60")}</w:fldSimple>' + run("亿元")),
        ["共345.60亿元"]),
    "a complex field": (
        paragraph(run("见佐证") + complex_field(" PAGEREF a ", run("P12")) + run("页")), ["见佐证P12页"]),
    "symbols": (
        paragraph('<w:r><w:sym w:font="Wingdings 2" w:char="F052"/></w:r>' + run("是 ")
                  + '<w:r><w:sym w:font="Wingdings" w:char="F0A8"/></w:r>' + run("否")), ["☑是 ☐否"]),
    "characters in Wingdings": (
        paragraph(run("\uf0fe", '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>') + run("是 ")
                  + run("o", '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>') + run("否")), ["☑是 ☐否"]),
    "check boxes of Word 2010": (paragraph(box_14("1") + run("是 ") + box_14("0") + run("否")), ["☑是 ☐否"]),
    "legacy check boxes": (
        paragraph(check_box("<w:checked/>") + run("是 ") + check_box('<w:default w:val="1"/>', '<w:checked w:val="0"/>')
                  + run("否 ") + check_box('<w:default w:val="1"/>') + run("其他")
                  + check_box() + run("无")), ["☑是 ☐否 ☑其他☐无"]),
    "a tick in a ring": (
        paragraph(complex_field(r"eq \o\ac(□,√)", "") + run("是 □否")), ["☑是 ☐否"]),
    "a text box": (
        paragraph(run("前") + f"<w:r>{SHAPE.format(text('框内'))}</w:r>" + run("后")), ["前后", "框内"]),
    "a nested table": (
        table(row(cell("甲"), cell(text("外") + table(row(cell("内")))), cell("乙"))), ["[['甲', '外', '乙']]"]),
    "hidden text": (paragraph(run("12") + run("34", "<w:vanish/>") + run("56", '<w:vanish w:val="0"/>')), ["1256"]),
    "struck text": (
        paragraph(run("100", "<w:strike/>") + run("99", "<w:dstrike/>") + run("120")), ["120"]),
    "ruby": (paragraph(run("周") + RUBY + run("县")), ["周旻县"]),
    "an untouched control": (
        paragraph(run("类别：") + control(run("选择一项。"), "<w:showingPlcHdr/>")), ["类别："]),
    "carriage returns": (
        paragraph("<w:r><w:t>甲</w:t><w:cr/><w:t>乙</w:t><w:br/><w:t>丙</w:t><w:noBreakHyphen/><w:t>丁</w:t>"
                  "<w:ptab/><w:softHyphen/><w:t>戊</w:t></w:r>"), ["甲\n乙\n丙-丁\t戊"]),
    "vertical merges, short": (
        table(row(cell("甲", '<w:vMerge w:val="restart"/>'), cell("1")), row(cell("<w:p/>", "<w:vMerge/>"), cell("2"))),
        ["[['甲', '1'], ['2']]"]),
    "vertical merges, in full": (
        table(row(cell("甲", '<w:vMerge w:val="restart"/>'), cell("1")),
              row(cell("<w:p/>", '<w:vMerge w:val="continue"/>'), cell("2"))),
        ["[['甲', '1'], ['2']]"]),
    "columns left out in front": (
        table(row(cell("a"), cell("b"), cell("c")), row(cell("x"), cell("y"), about='<w:gridBefore w:val="1"/>'),
              grid=(1000, 1000, 1000)), ["[['a', 'b', 'c'], ['x', 'y']]"]),
    "a strict document": (paragraph(run("严格")), ["严格"]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_case_is_read_as_it_is_seen(case: str) -> None:
    body, said = CASES[case]
    assert texts(read(docx(body, strict=case == "a strict document"))) == said


def test_there_are_twenty_six() -> None:
    assert len(CASES) == 26


# What mammoth keeps, too: its HTML says the same words. The rest it loses, doubles or alters.
AGREED = sorted(CASES.keys() - {
    "a simple field", "symbols", "characters in Wingdings", "check boxes of Word 2010",
    "legacy check boxes", "a tick in a ring", "hidden text", "struck text", "ruby", "a nested table",
    "an untouched control", "carriage returns", "a text box", "a strict document",
})  # fmt: skip


@pytest.mark.parametrize("case", AGREED)
def test_a_second_reader_agrees(case: str) -> None:
    body, said = CASES[case]
    told = mammoth.extract_raw_text(io.BytesIO(docx(body))).value
    mine = "".join(sign for sign in "".join(said) if sign not in "[]', ")
    assert "".join(told.split()) == "".join(mine.split())


def test_what_is_left_out_is_kept_beside() -> None:
    body = paragraph(run("12") + run("34", "<w:vanish/>") + run("56", "<w:strike/>"))
    body += f'<w:p><w:ins w:id="1">{run("新")}</w:ins></w:p>'
    found = read(docx(body))
    assert found.changes.hidden == ("34",)
    assert found.changes.tracked == 1
    assert found.blocks[0].struck == ("56",)


def test_cells_know_their_place() -> None:
    """Merges by grid offset; a merge that runs on from nothing is a cell of its own."""
    found = next(read(docx(table(
        row(cell("标题", '<w:gridSpan w:val="3"/>')),
        row(cell("上", '<w:vMerge w:val="restart"/>'), cell("1"), cell("2")),
        row(cell("<w:p/>", "<w:vMerge/>"), cell("3", '<w:gridSpan w:val="2"/>')),
        row(cell("孤", '<w:vMerge/><w:gridSpan w:val="2"/>'), cell("4")),
        grid=(1000, 2000, 1000),
    ))).tables())  # fmt: skip
    assert grid(found) == [["标题"], ["上", "1", "2"], ["3"], ["孤", "4"]]
    above, first, second = found.rows[1]
    assert (above.row, above.last_row, above.col, above.span) == (2, 3, 0, 1)
    assert (first.left, first.right, second.right) == (0.25, 0.75, 1.0)
    three = found.rows[2][0]
    assert (three.left, three.right, three.place) == (0.25, 1.0, "第1个表格第3行第1格")


def test_places_without_a_grid_come_from_widths() -> None:
    wide = '<w:tcW w:w="{}" w:type="dxa"/>'.format
    found = next(read(docx(table(row(cell("a", wide(1000)), cell("b", wide(3000)))))).tables())
    assert [(one.left, one.right) for one in found.rows[0]] == [(0.0, 0.25), (0.25, 1.0)]


def test_a_table_within_a_cell_is_its_child() -> None:
    found = read(docx(CASES["a nested table"][0]))
    outer, inner = found.tables()
    assert (outer.number, inner.number, grid(inner)) == (1, 2, [["内"]])


def test_a_deleted_paragraph_mark_joins_two_paragraphs() -> None:
    gone = "<w:pPr><w:rPr><w:del w:id='1'/></w:rPr></w:pPr>"
    assert texts(read(docx(paragraph(run("泉州市"), gone) + text("石材集群") + text("二")))) == [
        "泉州市石材集群", "二",
    ]  # fmt: skip


def test_raised_digits_are_footnotes_or_units() -> None:
    up = '<w:vertAlign w:val="superscript"/>'
    found = read(docx(paragraph(run("12") + run("1", up)) + paragraph(run("100m") + run("2", up))))
    assert texts(found) == ["12", "100m²"]
    assert found.blocks[0].notes == ("1",)


def test_highlighted_pieces_are_known() -> None:
    found = read(
        docx(paragraph(run("□") + run("是", '<w:highlight w:val="yellow"/>') + run(" □否")))
    )
    assert (found.blocks[0].text, found.blocks[0].lit) == ("☐是 ☐否", ("是",))


@pytest.mark.parametrize(
    ("data", "code_"),
    [
        (b"", "not_word"), (b"%PDF-1.4", "not_word"), (b"{\\rtf1}", "not_word"),
        (docx("<w:p>"), "damaged"), (docx("", {"word/document.xml": ""}), "not_word"),
        (docx("", {"word/document.xml": "<!DOCTYPE a><a/>"}), "dtd"),
        (docx("<w:p>" * 400 + "</w:p>" * 400), "damaged"),
        (docx(text("甲"))[:200], "damaged"),
    ],
)  # fmt: skip
def test_what_is_no_document_is_refused(data: bytes, code_: str) -> None:
    with pytest.raises(GridError) as caught:
        open_document(data).body()
    assert caught.value.code == code_
