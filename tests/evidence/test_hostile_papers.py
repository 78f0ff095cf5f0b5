"""PDFs made to do harm, mildly: one verdict each, in bounded time, and nothing of them carried on."""

from __future__ import annotations

import time
import zlib
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Name
from PIL import Image
from support import papers

from clusterbook.evidence import documents, pictures
from clusterbook.evidence.materials import in_order
from clusterbook.evidence.survey import survey
from clusterbook.evidence.volume import bind


def looping() -> bytes:
    """A page tree in which a branch hangs on itself."""
    made = pikepdf.new()
    made.add_blank_page()
    pages = made.Root.Pages
    branch = made.make_indirect(
        pikepdf.Dictionary(Type=Name.Pages, Count=2, Parent=pages, Kids=pikepdf.Array())
    )
    branch.Kids.append(branch)
    pages.Kids.append(branch)
    data = BytesIO()
    made.save(data, fix_metadata_version=False)
    return data.getvalue()


def many(count: int) -> bytes:
    """One page, hung into the tree so many times."""
    kids = b" ".join([b"3 0 R"] * count)
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count "
        + str(count).encode() + b"/Kids[" + kids + b"]>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    )  # fmt: skip


def tree(count: int) -> bytes:
    """So many pages on one branch, each an object of its own."""
    kids = b" ".join(b"%d 0 R" % number for number in range(3, 3 + count))
    things = [b"<</Type/Catalog/Pages 2 0 R>>",
              b"<</Type/Pages/Count %d/MediaBox[0 0 595 842]/Kids[%b]>>" % (count, kids),
              *[b"<</Type/Page/Parent 2 0 R>>"] * count]  # fmt: skip
    made, places = bytearray(b"%PDF-1.5\n"), []
    for number, thing in enumerate(things, 1):
        places.append(b"%010d 00000 n \n" % len(made))
        made += b"%d 0 obj\n%b\nendobj\n" % (number, thing)
    size, start = len(things) + 1, len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n%b" % (size, b"".join(places))
    return bytes(made) + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (size, start)


def huge_picture() -> bytes:
    """A page with a picture of more pixels than anybody scans."""
    made = pikepdf.new()
    page = made.add_blank_page(page_size=papers.A4)
    image = pikepdf.Stream(
        made, zlib.compress(b"\0" * 100), Type=Name.XObject, Subtype=Name.Image, Width=2**20,
        Height=2**20, BitsPerComponent=1, ColorSpace=Name.DeviceGray, Filter=Name.FlateDecode,
    )  # fmt: skip
    page.obj.Resources = pikepdf.Dictionary(
        XObject=pikepdf.Dictionary(Im=made.make_indirect(image))
    )
    page.obj.Contents = made.make_stream(b"q 500 0 0 800 0 0 cm /Im Do Q")
    return papers.saved(made)


def huge_page() -> bytes:
    made = pikepdf.new()
    made.add_blank_page(page_size=(14_000, 14_000))
    made.pages[0].obj.MediaBox = [0, 0, 10**7, 10**7]
    return papers.saved(made)


def scripted() -> bytes:
    """Scripts and programs wherever a PDF can have them."""
    made = pikepdf.new()
    page = made.add_blank_page(page_size=papers.A4)
    run = pikepdf.Dictionary(S=Name.JavaScript, JS="app.alert(1)")
    launch = pikepdf.Dictionary(S=Name.Launch, F="calc.exe")
    page.obj.AA = pikepdf.Dictionary(O=run)
    page.obj.Annots = [made.make_indirect(pikepdf.Dictionary(
        Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 500, 500], A=launch
    ))]  # fmt: skip
    made.Root.OpenAction = run
    made.Root.Names = pikepdf.Dictionary(
        JavaScript=pikepdf.Dictionary(Names=["x", made.make_indirect(run)])
    )
    made.attachments["a.exe"] = b"MZ"
    return papers.saved(made)


HOSTILE = {
    "looping": looping, "many": lambda: many(20_000), "picture": huge_picture, "page": huge_page,
    "scripts": scripted, "nested": lambda: b"%PDF-1.7\n" + b"[" * 100_000, "noise": lambda: b"%PDF-" + bytes(range(256)) * 99,
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_one_verdict_each_in_bounded_time(name):
    data = HOSTILE[name]()
    start = time.process_time()
    seen = survey(data)
    (one,) = in_order([("a.pdf", Path("a.pdf"))])
    volume = bind([(one, data)])
    assert time.process_time() - start < 20
    assert len(volume.refused) + len(volume.bound) == 1
    assert bool(seen.why) == bool(volume.refused)
    if not seen.why:
        assert len(seen.pages) == volume.bound[0].pages <= documents.MOST_PAGES


def test_too_many_pages_are_told_by_number(monkeypatch):
    monkeypatch.setattr(documents, "MOST_PAGES", 5)
    assert "页数超过5页" in survey(papers.pdf(["x"] * 6)).why


@pytest.mark.wide
def test_a_hundred_thousand_pages_are_one_verdict():
    """Each a page of its own: 8 MB of file, counted and refused with neither time nor memory."""
    start = time.process_time()
    assert "页数超过5000页" in survey(tree(100_000)).why
    assert time.process_time() - start < 20


def test_nothing_of_a_script_is_carried_on():
    (one,) = in_order([("a.pdf", Path("a.pdf"))])
    with pikepdf.open(BytesIO(bind([(one, scripted())]).data)) as made:
        said = b"".join(
            thing.unparse(resolved=True) for thing in made.objects
            if isinstance(thing, pikepdf.Dictionary | pikepdf.Array)
        )  # fmt: skip
        assert not made.attachments
    for word in (b"JavaScript", b"Launch", b"app.alert", b"calc.exe", b"OpenAction"):
        assert word not in said


def test_a_picture_too_large_is_not_opened(monkeypatch):
    monkeypatch.setattr(pictures, "_MOST_PIXELS", 10_000)
    data = BytesIO()
    Image.new("1", (200, 200)).save(data, "PNG")
    with pytest.raises(documents.DocumentError) as told:
        list(pictures.pictures(data.getvalue()))
    assert told.value.facts["why"] == "picture_size"
