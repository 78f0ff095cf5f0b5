"""Documents that are zip files, as different programs write them: each with what it is."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

Parts = Mapping[str, bytes]

_TYPES = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
_RELS = b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'
_OPC: Parts = {"[Content_Types].xml": _TYPES, "_rels/.rels": _RELS}
_ODF = "http://docs.oasis-open.org/opendocument"


def zipped(parts: Parts, *, stored: bool = False) -> bytes:
    """The parts in their order; ``mimetype`` as the standards want it, never deflated."""
    target = BytesIO()
    with ZipFile(target, "w", ZIP_STORED if stored else ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content, ZIP_STORED if name == "mimetype" else None)
    return target.getvalue()


def apple(kind: str, dice: random.Random) -> Parts:
    """Numbers, Pages and Keynote: dozens of parts of their own format, and previews."""
    number = b"\x08\x90\x4e\x12\x04" if kind == "pages" else b"\x08\x01\x12\x04"
    start = b"\x00\x40\x00\x00\x40\x3c\x10\x08\x01\x12\x0c" + number + dice.randbytes(40)
    names = ["Index/Document.iwa", "Index/ViewState.iwa", "Index/CalculationEngine.iwa",
             "Index/DocumentStylesheet.iwa", "Index/Metadata.iwa"]  # fmt: skip
    names += [f"Index/Tables/DataList-{n}.iwa" for n in range(dice.randrange(1, 190))]
    if kind == "key":
        names += [f"Index/Slide-{n}.iwa" for n in range(dice.randrange(1, 30))]
    more = ["Data/image.png", "preview.jpg", "preview-micro.jpg", "Metadata/Properties.plist",
            "Metadata/DocumentIdentifier", "Metadata/BuildVersionHistory.plist"]  # fmt: skip
    top = dice.choice(["", "", f"申报表.{kind}/"])
    parts = {top + name: dice.randbytes(50) for name in names + more}
    return parts | {f"{top}Index/Document.iwa": start}


def packaged(folder: str, dice: random.Random) -> Parts:
    """Word, PowerPoint and Visio; the main part is not always called as usual."""
    main = {"word": "document", "ppt": "presentation", "visio": "document"}[folder]
    name = dice.choice([main, f"{main}2", f"{main}_1"])
    more = {f"{folder}/media/image{n}.png": b"\x89PNG" for n in range(dice.randrange(4))}
    return {**_OPC, f"{folder}/{name}.xml": b"<x/>", f"{folder}/styles.xml": b"<x/>", **more}


def open_document(what: str, dice: random.Random) -> Parts:
    """ODT, ODP, ODG: with a mimetype, or with the manifest or the content alone to tell."""
    media = f"application/vnd.oasis.opendocument.{what}"
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{_ODF}:office:1.0">'
        f"<office:body><office:{what}/></office:body></office:document-content>"
    ).encode()
    manifest = f'<manifest:manifest xmlns:manifest="x"><manifest:file-entry manifest:full-path="/" manifest:media-type="{media}"/></manifest:manifest>'
    parts: dict[str, bytes] = {"content.xml": content, "meta.xml": b"<x/>", "styles.xml": b"<x/>"}
    how = dice.randrange(3)
    if how != 2:
        parts["META-INF/manifest.xml"] = manifest.encode() if how else b"<manifest/>"
    if how == 0:
        parts = {"mimetype": media.encode(), **parts}
    return parts | {f"Pictures/{n}.jpg": b"\xff\xd8\xff" for n in range(dice.randrange(5))}


def ofd(dice: random.Random) -> Parts:
    """The Chinese standard for fixed pages, GB/T 33190."""
    pages = {f"Doc_0/Pages/Page_{n}/Content.xml": b"<x/>" for n in range(dice.randrange(1, 40))}
    res = {f"Doc_0/Res/image_{n}.jpg": b"\xff\xd8\xff" for n in range(dice.randrange(60))}
    return {"OFD.xml": b"<ofd:OFD/>", "Doc_0/Document.xml": b"<x/>", **pages, **res}


def epub(dice: random.Random) -> Parts:
    said = {"mimetype": b"application/epub+zip"} if dice.randrange(2) else {}
    pages = {f"OEBPS/{n}.xhtml": b"<html/>" for n in range(dice.randrange(1, 30))}
    return {**said, "META-INF/container.xml": b"<x/>", **pages}


def xps(dice: random.Random) -> Parts:
    pages = {f"Documents/1/Pages/{n}.fpage": b"<x/>" for n in range(dice.randrange(1, 20))}
    return {**_OPC, "FixedDocSeq.fdseq": b"<x/>", **pages}


def uof(mark: str) -> Parts:
    return {
        "uof.xml": b"<uof:UOF/>",
        "content.xml": f"<{mark}/>".encode(),
        "_meta/meta.xml": b"<x/>",
    }


def program(dice: random.Random) -> Parts:
    classes = {f"com/a/{n}.class": b"\xca\xfe\xba\xbe" for n in range(dice.randrange(1, 50))}
    return {dice.choice(["META-INF/MANIFEST.MF", "AndroidManifest.xml"]): b"x", **classes}


def innards(dice: random.Random) -> Parts:
    """A document of a program that nobody here knows."""
    parts = {f"pages/{n}.json": b"{}" for n in range(dice.randrange(3, 60))}
    return {"document.json": b"{}", "previews/preview.png": b"\x89PNG", **parts}


def cases(each: int) -> Iterator[tuple[str, str, str, bytes]]:
    """Kind, usual ending, code as a supposed return, and bytes: ``each`` of every kind."""
    for number in range(each):
        dice = random.Random(number)
        made: list[tuple[str, str, str, Parts]] = [
            ("numbers", "numbers", "F155", apple("numbers", dice)),
            ("pages", "pages", "F101", apple("pages", dice)),
            ("key", "key", "F101", apple("key", dice)),
            ("docx", "docx", "F133", packaged("word", dice)),
            ("pptx", "pptx", "F135", packaged("ppt", dice)),
            ("vsdx", "vsdx", "F101", packaged("visio", dice)),
            ("odt", "odt", "F101", open_document("text", dice)),
            ("odp", "odp", "F101", open_document("presentation", dice)),
            ("ofd", "ofd", "F101", ofd(dice)),
            ("epub", "epub", "F101", epub(dice)),
            ("xps", "xps", "F101", xps(dice)),
            ("uos", "uos", "F101", uof("表:工作表集")),
            ("uof", "uot", "F101", uof("字:主体")),
            ("program", "apk", "F137", program(dice)),
            ("parts", "sketch", "F156", innards(dice)),
            ("xmind", "xmind", "F101", {"content.json": b"[]", "metadata.json": b"{}",
                                        "Thumbnails/thumbnail.png": b"\x89PNG"}),
        ]  # fmt: skip
        for kind, ending, code, parts in made:
            yield kind, ending, code, zipped(parts, stored=bool(number % 3 == 0))
