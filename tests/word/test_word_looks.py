"""Runs that a style strikes out, hides, raises or draws as signs; plain parts read in one pass."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.word_files import NAMESPACES, cell, docx, paragraph, read, row, run, table, text, texts
from support.word_forms import FORMS, filled
from support.word_mutations import mutated, tracked_rows

from clusterbook.word import walk
from clusterbook.word.document import Document, WordTable

RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    'styles" Target="styles.xml"/></Relationships>'
)


def style(name: str, looks: str, kind: str = "character", more: str = "", about: str = "") -> str:
    return (
        f'<w:style w:type="{kind}" w:styleId="{name}"{about}>{more}<w:rPr>{looks}</w:rPr></w:style>'
    )


def styled(body: str, *styles: str) -> Document:
    parts = {
        "word/styles.xml": f"<w:styles {NAMESPACES}>{''.join(styles)}</w:styles>",
        "word/_rels/document.xml.rels": RELATIONS,
    }
    return read(docx(body, parts))


def by(name: str) -> str:
    return f'<w:rStyle w:val="{name}"/>'


def of(name: str) -> str:
    return f'<w:pPr><w:pStyle w:val="{name}"/></w:pPr>'


GONE = style("Gone", "<w:strike/>")


def test_a_style_strikes_out() -> None:
    found = styled(paragraph(run("100", by("Gone")) + run("120")), GONE)
    assert texts(found) == ["120"]
    assert found.blocks[0].struck == ("100",)


def test_a_run_ends_what_its_style_says() -> None:
    said = run("100", by("Gone") + '<w:strike w:val="0"/>') + run("120", by("Other"))
    assert texts(styled(paragraph(said), GONE)) == ["100120"]


def test_a_style_says_what_it_is_based_on() -> None:
    child = style("Child", "<w:b/>", more='<w:basedOn w:val="Gone"/>')
    other = style("Back", '<w:strike w:val="0"/>', more='<w:basedOn w:val="Gone"/>')
    said = run("1", by("Child")) + run("2", by("Back"))
    assert texts(styled(paragraph(said), GONE, child, other)) == ["2"]


def test_styles_based_on_each_other_end() -> None:
    first = style("A", "<w:strike/>", more='<w:basedOn w:val="B"/>')
    second = style("B", "", more='<w:basedOn w:val="A"/>')
    assert texts(styled(paragraph(run("1", by("B")) + run("2")), first, second)) == ["2"]


def test_the_style_of_a_paragraph_counts_and_one_of_a_run_ends_it() -> None:
    hidden = style("Hidden", "<w:vanish/>", "paragraph")
    inner = style("Shown", "<w:vanish/>")
    found = styled(paragraph(run("说明") + run("12", by("Shown")), of("Hidden")), hidden, inner)
    assert texts(found) == ["12"]
    assert found.changes.hidden == ("说明",)


def test_the_usual_style_is_of_paragraphs_that_name_none() -> None:
    usual = style("Normal", "<w:dstrike/>", "paragraph", about=' w:default="1"')
    plain = style("Plain", "", "paragraph")
    found = styled(paragraph(run("旧")) + paragraph(run("新"), of("Plain")), usual, plain)
    assert texts(found) == ["", "新"]


def test_styles_raise_digits_and_draw_signs() -> None:
    up = style("Up", '<w:vertAlign w:val="superscript"/>')
    signs = style("Signs", '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>')
    body = paragraph(run("100m") + run("2", by("Up"))) + paragraph(
        run("\uf0fe", by("Signs")) + run("是")
    )
    assert texts(styled(body, up, signs)) == ["100m²", "☑是"]


def test_a_style_counts_in_cells_of_a_plain_table() -> None:
    body = table(row(cell(paragraph(run("100", by("Gone")) + run("120")))), grid=(1000,))
    assert texts(styled(body, GONE)) == ["[['120']]"]


def test_styles_that_cannot_be_read_are_told() -> None:
    from clusterbook.readers.limits import GridError

    parts = {"word/styles.xml": "<w:styles>", "word/_rels/document.xml.rels": RELATIONS}
    with pytest.raises(GridError):
        read(docx(text("甲"), parts))


# --- plain parts ----------------------------------------------------------------------------------


def seen(found: Document) -> Iterator[tuple[object, ...]]:
    """Everything a document says, with the place of every cell."""
    for block in found.blocks:
        if not isinstance(block, WordTable):
            yield ("paragraph", block)
            continue
        yield ("table", block.number, block.gridded)
        for one in block.cells():
            yield (one.place, one.col, one.span, one.left, one.right, one.last_row, one.blocks)


def walked(data: bytes, monkeypatch: pytest.MonkeyPatch) -> Document:
    """The same document without the short way of plain parts."""
    with monkeypatch.context() as patched:
        patched.setattr(walk, "draws_signs", lambda xml: True)
        return read(data)


@pytest.mark.parametrize("form", FORMS)
def test_plain_parts_are_read_as_by_walking(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _, document = filled(form)
    for data in (document, mutated(document, tracked_rows, 1)):
        found = list(seen(read(data)))
        assert found == list(seen(walked(data, monkeypatch)))
        assert len(found) > 500


def test_odd_tables_are_read_as_by_walking(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = '<w:tcW w:w="{}" w:type="{}"/>'.format
    bodies = [
        table(row(cell("a", wide(1000, "dxa")), cell("b", wide(30, "pct")))),
        table(row(cell("x"), about='<w:gridBefore w:val="2"/>'), grid=(1000, 1000, 1000)),
        table(row(cell("a", '<w:hMerge w:val="restart"/>'), cell("b", "<w:hMerge/>")), grid=(9, 9)),
        table(row(cell(paragraph("<w:r><w:t> 甲 </w:t><w:br/><w:tab/></w:r>"))), grid=(9,)),
        table(row(), grid=(9,)) + table(grid=(9,)) + "<w:tbl/>",
        table(row(cell("甲")), row(cell("乙")), grid=(0,)),
    ]
    data = docx("".join(bodies))
    assert list(seen(read(data))) == list(seen(walked(data, monkeypatch)))


def test_tab_stops_are_no_tabs() -> None:
    stops = '<w:pPr><w:tabs><w:tab w:val="left" w:pos="709"/></w:tabs></w:pPr>'
    said = paragraph("<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t></w:r>", stops)
    assert texts(read(docx(said + table(row(cell(said)), grid=(9,))))) == [
        "甲\t乙", "[['甲\\t乙']]",
    ]  # fmt: skip


def test_a_field_that_runs_over_paragraphs_keeps_its_code_silent() -> None:
    begin = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'.format
    body = (
        paragraph(begin("begin") + "<w:r><w:instrText> TOC </w:instrText></w:r>")
        + text("码") + paragraph(begin("separate") + run("一")) + paragraph(begin("end"))
    )  # fmt: skip
    assert texts(read(docx(body))) == ["", "", "一", ""]
