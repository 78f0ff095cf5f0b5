"""The package around every document of Word that is written here, and the field of a page number.

What stands in it is said by who writes: letters and briefs in ``reports``, forms in ``word``.
Nothing here knows a clock: the same content gives the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping

from attrs import field, frozen

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
EPOCH = (1980, 1, 1, 0, 0, 0)
CREATED = "2026-01-01T00:00:00Z"  # fixed, as in the workbooks
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_CORE = f"{_PACKAGE}/relationships/metadata/core-properties"
#: by which a section names the footer of the document
FOOTER = "rId2"
_KINDS = {
    "/word/document.xml": f"{_TYPE}.document.main+xml",
    "/word/styles.xml": f"{_TYPE}.styles+xml",
    "/word/footer1.xml": f"{_TYPE}.footer+xml",
    "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
}


@frozen(kw_only=True)
class DocxFile:
    """A document; ``body``, ``footer``, ``title`` and ``author`` are markup.

    ``font`` and ``size``, in half-points, are those of a text that names none; ``pictures`` are PNG
    and known in the body as ``pic`` and their number.
    """

    body: str
    footer: str
    font: str
    size: int
    title: str
    author: str = ""
    pictures: Mapping[int, bytes] = field(factory=dict)

    def written(self) -> bytes:
        """The .docx file."""
        texts = {
            "[Content_Types].xml": _types(),
            "_rels/.rels": _relations([(f"{_LINKS}/officeDocument", "word/document.xml", "rId1"),
                                       (_CORE, "docProps/core.xml", "rId2")]),
            "word/_rels/document.xml.rels": _relations([
                (f"{_LINKS}/styles", "styles.xml", "rId1"),
                (f"{_LINKS}/footer", "footer1.xml", FOOTER),
                *((f"{_LINKS}/image", f"media/{n}.png", f"pic{n}") for n in self.pictures),
            ]),
            "word/document.xml": f'{_XML}<w:document xmlns:w="{WORD}" xmlns:r="{_LINKS}">'
                                 f"<w:body>{self.body}</w:body></w:document>",
            "word/styles.xml": _styles(self.font, self.size),
            "word/footer1.xml": f'{_XML}<w:ftr xmlns:w="{WORD}">{self.footer}</w:ftr>',
            "docProps/core.xml": _core(self.title, self.author),
        }  # fmt: skip
        parts = {name: content.encode() for name, content in texts.items()}
        media = {f"word/media/{number}.png": data for number, data in self.pictures.items()}
        return packed(parts | media)


def packed(parts: Mapping[str, bytes]) -> bytes:
    """The parts of a package as one file."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, content)
    return target.getvalue()


def counted(code: str, shown: str) -> str:
    """A field that office programs work out, such as PAGE; ``shown`` is the run until they do."""

    def mark(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    asked = f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
    return mark("begin") + asked + mark("separate") + shown + mark("end")


def _types() -> str:
    listed = "".join(f'<Override PartName="{n}" ContentType="{k}"/>' for n, k in _KINDS.items())
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    return (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="{relations}"/><Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="png" ContentType="image/png"/>{listed}</Types>'
    )


def _relations(targets: Iterable[tuple[str, str, str]]) -> str:
    links = "".join(
        f'<Relationship Id="{name}" Type="{kind}" Target="{target}"/>'
        for kind, target, name in targets
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'


def _core(title: str, author: str) -> str:
    names = (
        f'xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    )
    dates = "".join(
        f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{CREATED}</dcterms:{name}>'
        for name in ("created", "modified")
    )
    return (
        f"{_XML}<cp:coreProperties {names}><dc:title>{title}</dc:title>"
        f"<dc:creator>{author}</dc:creator>{dates}</cp:coreProperties>"
    )


def _styles(font: str, size: int) -> str:
    return (
        f'{_XML}<w:styles xmlns:w="{WORD}"><w:docDefaults><w:rPrDefault><w:rPr>'
        f'<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="{font}" '
        f'w:cs="Times New Roman"/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
        '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        '<w:pPrDefault/></w:docDefaults><w:style w:type="paragraph" w:default="1" '
        'w:styleId="Normal"><w:name w:val="Normal"/></w:style></w:styles>'
    )
