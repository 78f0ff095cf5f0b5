"""Word documents made by script, case by case: the XML of a body in a package that Word opens."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from clusterbook.word.document import Document, WordTable
from clusterbook.word.package import open_document
from clusterbook.word.walk import read_document

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
    'Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


def docx(body: str, parts: Mapping[str, str] = {}, *, strict: bool = False) -> bytes:
    """A document whose body is ``body``; ``parts`` replaces or adds parts, '' takes one away."""
    xml = f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>"
    if strict:
        xml = xml.replace(
            "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            "http://purl.oclc.org/ooxml/wordprocessingml/main",
        )
    made = {"[Content_Types].xml": _TYPES, "_rels/.rels": _RELATIONS, "word/document.xml": xml}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in {**made, **parts}.items():
            if text:
                package.writestr(name, text)
    return target.getvalue()


def read(data: bytes) -> Document:
    return read_document(open_document(data))


def run(text: str, looks: str = "") -> str:
    return f'<w:r><w:rPr>{looks}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(content: str, looks: str = "") -> str:
    return f"<w:p>{looks}{content}</w:p>"


def text(said: str) -> str:
    """A paragraph of one run."""
    return paragraph(run(said))


def cell(content: str = "<w:p/>", about: str = "") -> str:
    """A cell with blocks, or with a text."""
    inside = content if content.startswith("<") else text(content)
    return f"<w:tc><w:tcPr>{about}</w:tcPr>{inside}</w:tc>"


def row(*cells: str, about: str = "") -> str:
    return f"<w:tr><w:trPr>{about}</w:trPr>{''.join(cells)}</w:tr>"


def table(*rows: str, grid: tuple[int, ...] = ()) -> str:
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in grid)
    return f"<w:tbl><w:tblPr/><w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"


def texts(found: Document) -> list[str]:
    """The texts of a document's paragraphs, tables as lists of rows of texts."""
    return [
        str([[one.text for one in cells] for cells in block.rows])
        if isinstance(block, WordTable)
        else block.text
        for block in found.blocks
    ]


def grid(found: WordTable) -> list[list[str]]:
    """The texts of a table's cells by row."""
    return [[one.text for one in cells] for cells in found.rows]
