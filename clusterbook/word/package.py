"""The package of a Word document: opened within the limits of all files, its parts as trees.

Nothing is followed that leads out of the package; a part is read once, and a document type ends it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import TypeAlias

from attrs import define, field
from lxml import etree

from clusterbook.readers.limits import (
    USUAL_HEAD,
    USUAL_LIMITS,
    GridError,
    Limits,
    Package,
    damaged,
    decode_part,
    open_package,
    too_big,
)
from clusterbook.readers.sniffing import sniff
from clusterbook.readers.zip_kinds import what_zip

Element: TypeAlias = etree._Element  # noqa: SLF001 - what lxml calls it
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
# Strict documents say the same in other namespaces.
_STRICT = (
    ("http://purl.oclc.org/ooxml/wordprocessingml/main", W),
    ("http://purl.oclc.org/ooxml/officeDocument/relationships", _OFFICE),
)
_STRICT_MARK = b"purl.oclc.org/ooxml/"
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_MAIN = "officeDocument"
_STYLES = "styles"
# What else holds texts, by the end of its relation; what it is called.
_OTHERS = {
    "footnotes": "脚注",
    "endnotes": "尾注",
    "comments": "批注",
    "header": "页眉",
    "footer": "页脚",
}


@define
class WordPackage:
    """A document opened: its main part, and the other parts that hold texts."""

    package: Package
    main: str
    relations: dict[str, tuple[str, str]] = field(factory=dict)
    xml: bytes = b""

    def body(self) -> etree._Element:
        """The root of the main part."""
        self.xml = _utf8(self.package, self.main)
        return _parsed(self.xml, self.main)

    def styles(self) -> etree._Element | None:
        """The root of the styles, where there are any."""
        part = next((target for kind, target in self.relations.values() if kind == _STYLES), "")
        return _tree(self.package, part) if part and self.package.find(part) else None

    def others(self) -> Iterator[tuple[str, etree._Element]]:
        """Notes, comments, headers and footers, by name; a part that is missing is none."""
        for kind, target in sorted(set(self.relations.values())):
            if kind in _OTHERS and self.package.find(target):
                yield _OTHERS[kind], _tree(self.package, target)


def open_document(data: bytes, limits: Limits = USUAL_LIMITS) -> WordPackage:
    """A .docx as its package.

    Raises:
        GridError: it is none, too big, damaged, encrypted or declares a document type.

    """
    if len(data) > limits.file_bytes:
        raise too_big("file", limits.file_bytes)
    kind = sniff(data)
    if kind != "zip":
        raise GridError("not_word", {"found": kind})
    package = open_package(data, limits)
    found = what_zip(package)
    if found != "docx":
        raise GridError("not_word", {"found": found})
    package.check()
    main = next((target for kind, target in _targets(package, "").values() if kind == _MAIN),
                "word/document.xml")  # fmt: skip
    if package.find(main) is None:
        raise GridError("missing_part", {"part": main})
    return WordPackage(package, main, _targets(package, main))


def _targets(package: Package, part: str) -> dict[str, tuple[str, str]]:
    """Kind and target of the relations of a part, by id; of those within the package."""
    folder, name = posixpath.split(part)
    listed = posixpath.join(folder, "_rels", f"{name}.rels")
    if package.find(listed) is None:
        return {}
    found: dict[str, tuple[str, str]] = {}
    for one in _tree(package, listed).iter(f"{{{_RELATIONS}}}Relationship"):
        target = one.get("Target") or ""
        if one.get("TargetMode") != "External" and target:
            full = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            found[one.get("Id") or ""] = (one.get("Type") or "").rpartition("/")[2], full
    return found


def _tree(package: Package, part: str) -> etree._Element:
    """A part as a tree."""
    return _parsed(_utf8(package, part), part)


def _utf8(package: Package, part: str) -> bytes:
    """The XML of a part in UTF-8, in the namespaces of documents that are not strict."""
    name = package.find(part)
    if name and package.entries[name].size > package.limits.tree_bytes:
        raise too_big("tree", package.limits.tree_bytes, part=part)
    xml = package.content(part)
    text = decode_part(xml, part)
    if not xml.startswith(USUAL_HEAD):  # else it is UTF-8 and says so
        xml = _DECLARATION.sub("", text, count=1).encode("utf-8", "surrogatepass")
    if _STRICT_MARK in xml:
        for strict, usual in _STRICT:
            xml = xml.replace(strict.encode(), usual.encode())
    return xml


def _parsed(xml: bytes, part: str) -> etree._Element:
    """XML without entities, network or depth beyond what libxml2 takes by itself."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False,
                             remove_comments=True, remove_pis=True)  # fmt: skip
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise damaged(part, "xml", line=str(error.lineno or 0)) from error
    if root is None:
        raise damaged(part, "xml")
    return root
