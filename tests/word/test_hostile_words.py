"""Documents that are damaged or made to harm: one verdict each, and none of it read."""

from __future__ import annotations

import io
import zipfile
from random import Random

import pytest
from support.word_files import docx, text
from support.word_forms import FORMS, filled

from clusterbook.readers.limits import USUAL_LIMITS, GridError, Limits
from clusterbook.word.prefilled import NotWordError, from_word
from clusterbook.word.reading import read_form

LAYOUT, DOCUMENT = filled(FORMS[1])
RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
OUT = '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}"{}/>'


def code(data: bytes, limits: Limits = USUAL_LIMITS) -> str:
    try:
        read_form(LAYOUT, data, limits)
    except GridError as error:
        return error.code
    return "read"


def xml(body: str) -> bytes:
    return docx("", {"word/document.xml": body})


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
CASES = {
    "an entity": (xml('<!DOCTYPE d [<!ENTITY a "b">]><d>&a;</d>'), "dtd"),
    "a document type": (xml(f'<!DOCTYPE d SYSTEM "d.dtd"><w:document {W}/>'), "dtd"),
    "no body": (xml(f"<w:document {W}/>"), "read"),
    "another root": (xml("<html/>"), "read"),
    "not closed": (xml(f"<w:document {W}><w:body>"), "damaged"),
    "nested paragraphs": (docx("<w:p>" * 300 + "</w:p>" * 300), "damaged"),
    "nested tables": (docx("<w:tbl><w:tr><w:tc>" * 100 + "</w:tc></w:tr></w:tbl>" * 100), "damaged"),
    "nested controls": (docx("<w:sdt><w:sdtContent>" * 60 + text("甲") + "</w:sdtContent></w:sdt>" * 60), "read"),
    "a grid span beyond measure": (docx('<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2000000000"/></w:tcPr></w:tc></w:tr></w:tbl>'), "read"),
    "a row that begins beyond measure": (docx('<w:tbl><w:tr><w:trPr><w:gridBefore w:val="999999999"/></w:trPr><w:tc/></w:tr></w:tbl>'), "read"),
    "numbers that are none": (docx('<w:tbl><w:tblGrid><w:gridCol w:w="1e999"/><w:gridCol w:w="x"/></w:tblGrid><w:tr><w:tc><w:tcPr><w:gridSpan w:val="-3"/><w:tcW w:w="nan"/></w:tcPr></w:tc></w:tr></w:tbl>'), "read"),
    "a symbol that is none": (docx('<w:p><w:r><w:sym w:font="Wingdings" w:char="zz"/><w:sym w:char="FFFFFFFF"/></w:r></w:p>'), "read"),
    "fields that never end": (docx("<w:p>" + '<w:r><w:fldChar w:fldCharType="begin"/></w:r>' * 500 + "</w:p>"), "read"),
    "a main part outside": (docx(text("甲"), {"_rels/.rels": RELATIONS.format(OUT.format("officeDocument", "../../etc/passwd", ""))}), "missing_part"),
    "a main part elsewhere": (docx(text("甲"), {"_rels/.rels": RELATIONS.format(OUT.format("officeDocument", "http://127.0.0.1/a", ' TargetMode="External"'))}), "read"),
    "a footer that is missing": (docx(text("甲"), {"word/_rels/document.xml.rels": RELATIONS.format(OUT.format("footer", "f.xml", ""))}), "read"),
    "a footer that is the body": (docx(text("甲"), {"word/_rels/document.xml.rels": RELATIONS.format(OUT.format("footer", "document.xml", ""))}), "damaged"),
    "no main part": (docx("", {"word/document.xml": ""}), "not_word"),
    "a pdf": (b"%PDF-1.7 ...", "not_word"), "nothing": (b"", "not_word"), "a picture": (b"\x89PNG\r\n", "not_word"),
    "half a file": (DOCUMENT[: len(DOCUMENT) // 2], "damaged"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_one_verdict_each(case: str) -> None:
    data, verdict = CASES[case]
    assert code(data) == verdict


def test_a_part_that_grows_beyond_measure_is_refused() -> None:
    big = docx(text("甲" * 400_000))
    assert code(big, Limits(tree_bytes=100_000)) == "too_big"
    assert code(big, Limits(part_bytes=100_000)) == "too_big"
    assert code(big, Limits(ratio_from=10_000, ratio=2)) == "too_big"
    assert code(big, Limits(file_bytes=100)) == "too_big"


@pytest.mark.parametrize(
    "seed", [pytest.param(n, marks=[pytest.mark.wide] * (n > 1)) for n in range(28)]
)
def test_damaged_bytes_end_in_a_verdict(seed: int) -> None:
    """Ten files a seed: bytes altered in the package, or in the XML of the document."""
    dice = Random(seed)
    for _ in range(10):
        data = _spoiled(DOCUMENT, dice) if dice.random() < 0.5 else _spoiled_inside(DOCUMENT, dice)
        assert verdict(data)


def verdict(data: bytes) -> str:
    try:
        return from_word(LAYOUT, data).verdict
    except NotWordError as error:
        return str(error.facts["why"])


def _spoiled(data: bytes, dice: Random) -> bytes:
    found = bytearray(data)
    for _ in range(dice.randrange(1, 6)):
        found[dice.randrange(len(found))] = dice.randrange(256)
    return bytes(found[: dice.randrange(100, len(found))] if dice.random() < 0.3 else found)


def _spoiled_inside(data: bytes, dice: Random) -> bytes:
    """Tags of the document taken out or doubled in pairs, so that it stays well-formed mostly."""
    source = zipfile.ZipFile(io.BytesIO(data))
    body = source.read("word/document.xml").decode()
    for _ in range(dice.randrange(1, 4)):
        tag = dice.choice(["w:tc", "w:tr", "w:tblGrid", "w:tcPr", "w:p", "w:gridSpan", "w:vMerge"])
        start = body.find(f"<{tag}", dice.randrange(len(body)))
        end = body.find(">", start) if start >= 0 else -1
        if end > 0:
            body = (
                body[:start] + body[end + 1 :]
                if dice.random() < 0.3
                else body[:start] + dice.choice(["", "<w:p/>"]) + body[start:]
            )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for name in source.namelist():
            made.writestr(name, body if name == "word/document.xml" else source.read(name))
    return target.getvalue()
