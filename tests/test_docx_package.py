"""The package around documents of Word: whole, well-formed, and the same bytes each time."""

from __future__ import annotations

import io
import zipfile

from lxml import etree
from support.word_files import read

from clusterbook.docx_package import EPOCH, DocxFile, counted

FILE = DocxFile(
    body="<w:p><w:r><w:t>甲&amp;乙</w:t></w:r></w:p>", title="题&lt;目", author="某厅",
    footer=f"<w:p>{counted('PAGE', '<w:r><w:t>1</w:t></w:r>')}</w:p>",
    font="宋体", size=21, pictures={2: b"png"},
)  # fmt: skip


def test_a_document_is_whole_and_without_a_clock() -> None:
    data = FILE.written()
    assert data == FILE.written()
    package = zipfile.ZipFile(io.BytesIO(data))
    assert {entry.date_time for entry in package.infolist()} == {EPOCH}
    listed = package.read("[Content_Types].xml").decode()
    for name in package.namelist():
        if name.endswith(".xml") and name != "[Content_Types].xml":
            etree.fromstring(package.read(name))
            assert f'PartName="/{name}"' in listed
    links = etree.fromstring(package.read("word/_rels/document.xml.rels"))
    targets = {one.get("Id"): one.get("Target") for one in links}
    assert targets["pic2"] == "media/2.png"
    assert {f"word/{target}" for target in targets.values()} <= set(package.namelist())


def test_it_says_what_was_put_in() -> None:
    found = read(FILE.written())
    assert [block.text for block in found.blocks] == ["甲&乙"]
    assert dict(found.others) == {"页脚": "1"}
