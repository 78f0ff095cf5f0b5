"""The volume: order, page numbers, contents, and files of every kind."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from support import papers
from support.papers import folder_of, pdf, picture, seen, texts

from clusterbook.evidence.contents import ContentsLine, laid_out
from clusterbook.evidence.materials import (
    Material,
    MaterialsError,
    in_order,
    listed,
    natural,
    title_of,
)
from clusterbook.evidence.volume import Volume, bind


def bound(files: dict[str, bytes], about: str = "") -> Volume:
    materials = in_order((name, Path(name)) for name in files)
    return bind([(one, files[one.name]) for one in materials], about)


# --- order ------------------------------------------------------------------------------------------


def test_names_are_ordered_as_people_count():
    names = ["10.pdf", "2.pdf", "第十部分/a.pdf", "第二部分/b.pdf", "二、x/1.pdf", "十一、x/1.pdf",
             "九、x/1.pdf", "2/10.pdf", "2/9.pdf"]  # fmt: skip
    assert sorted(names, key=natural) == [
        "2/9.pdf", "2/10.pdf", "2.pdf", "二、x/1.pdf", "九、x/1.pdf", "10.pdf", "十一、x/1.pdf",
        "第二部分/b.pdf", "第十部分/a.pdf",
    ]  # fmt: skip


def test_a_name_comes_before_its_sequels():
    """Whatever the endings: pages of a volume in parts are counted in this order."""
    names = ["佐证10.jpg", "佐证（续）.pdf", "佐证2.pdf", "佐证(1).pdf", "佐证.pdf"]
    found = sorted(names, key=natural)
    assert found[0] == "佐证.pdf"
    assert found.index("佐证2.pdf") < found.index("佐证10.jpg")


@pytest.mark.parametrize(
    ("name", "title"),
    [("a/01_营业执照.pdf", "营业执照"), ("3、证书.jpg", "证书"), ("2.3 集群情况.pdf", "2.3 集群情况"),
     ("2025年报表.pdf", "2025年报表"), ("12.pdf", "12"), ("无后缀", "无后缀"), ("甲\u202efdp\u200b.pdf", "甲fdp")],
)  # fmt: skip
def test_a_title_is_the_name_without_its_number(name, title):
    assert title_of(name) == title


def test_a_list_gives_order_titles_and_what_is_proven(tmp_path):
    found = in_order((name, Path(name)) for name in ("a.pdf", "证书/b.jpg", "c.pdf"))
    path = tmp_path / "清单.csv"
    path.write_text(
        "序号,材料名称,文件,对应表格及指标\n1,单项冠军证书,b.jpg,2.2 单项冠军\n2,,a,\n", "utf-8"
    )
    chosen, left = listed(found, path)
    assert [(one.name, one.title, one.related) for one in chosen] == [
        ("证书/b.jpg", "单项冠军证书", "2.2 单项冠军"), ("a.pdf", "a", "")
    ]  # fmt: skip
    assert [one.name for one in left] == ["c.pdf"]


def test_rows_of_a_list_that_lead_nowhere_are_told_all_at_once(tmp_path):
    found = in_order((name, Path(name)) for name in ("x/a.pdf", "y/a.pdf", "b.pdf"))
    path = tmp_path / "清单.csv"
    path.write_text(
        "文件,材料名称\na.pdf,甲\nd.pdf,乙\nb.pdf,丙\nb.pdf,丁\n../b.pdf,戊\n,己\n", "utf-8"
    )
    with pytest.raises(MaterialsError) as told:
        listed(found, path)
    said = told.value.facts["faults"]
    assert [one.partition("行")[0] for one in said] == ["第2", "第3", "第5", "第6", "第7"]
    assert "x/a.pdf、y/a.pdf" in said[0]


# --- what is on the pages ---------------------------------------------------------------------------


def test_every_page_bears_its_number_and_the_contents_say_it():
    volume = bound(
        {"1.pdf": pdf(["one", "two"]), "2.jpg": picture(), "3.pdf": pdf(["three"])}, "某县"
    )
    found = texts(volume.data)
    assert volume.pages == len(found) == 5
    assert [f"P{number}" in text for number, text in enumerate(found, 1)] == [True] * 5
    assert [(one.first, one.last) for one in volume.bound] == [(2, 3), (4, 4), (5, 5)]
    assert "某县" in found[0]
    assert "P2-3" in found[0]
    with pikepdf.open(BytesIO(volume.data)) as made:
        assert [page.label for page in made.pages] == [f"P{n}" for n in range(1, 6)]


def test_the_contents_say_what_is_proven_by_folders_too():
    """As the index in the return does: what the list says, else the folders without their order."""
    volume = bound({"二、主导产业情况/1、产业链图谱/图.pdf": pdf(["a"]), "其他.pdf": pdf(["b"])})
    front = "".join(texts(volume.data)[0].split())
    assert "1图主导产业情况产业链图谱P2" in front.replace("二、", "")
    assert "2其他P3" in front


def test_rare_signs_leave_a_mark_in_the_contents():
    """Chromium draws nothing for them; the bookmarks, which are plain text, have them."""
    data = bound({"𠮷县证书é.pdf": pdf(["a"])}).data
    assert "〓县证书é" in texts(data)[0]
    with pikepdf.open(BytesIO(data)) as made, made.open_outline() as outline:
        assert outline.root[1].title == "𠮷县证书é（P2）"


def test_bookmarks_follow_the_folders():
    volume = bound(
        {"甲/一、x/a.pdf": pdf(["a"]), "甲/二、y/b.pdf": pdf(["b"]), "c.pdf": pdf(["c"])}
    )
    with pikepdf.open(BytesIO(volume.data)) as made, made.open_outline() as outline:

        def tree(items):
            return [(one.title, tree(one.children)) if one.children else one.title for one in items]

        assert tree(outline.root) == [
            "佐证材料目录", "c（P2）",
            ("甲", [("一、x", ["a（P3）"]), ("二、y", ["b（P4）"])]),
        ]  # fmt: skip


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [(), (100, 200, 500, 600)])
def test_the_number_stands_upright_in_the_upper_right_corner(rotate, crop):
    volume = bound({"a.pdf": pdf([""], rotate=rotate, crop=crop)})
    image = seen(volume.data, 2, scale=2)
    dark = image.convert("L").point(lambda value: 255 if value < 128 else 0)
    left, top, right, bottom = dark.getbbox()
    assert left > image.width * 0.85
    assert bottom < image.height * 0.12
    assert right - left > 1.2 * (bottom - top)  # P2 lies as it is read
    plain = seen(bound({"a.pdf": pdf([""], crop=crop)}).data, 2, scale=2)
    if not crop and rotate in (0, 180):
        assert image.tobytes() == plain.tobytes()


def test_what_a_page_leaves_open_does_not_move_its_number():
    made = pikepdf.new()
    for drawn in (b"q q 0.1 0 0 0.1 0 0 cm", b"Q Q 5 0 0 5 0 0 cm", b"3 Tr 50 Tz q", b""):
        page = made.add_blank_page(page_size=papers.A4)
        page.obj.Contents = made.make_stream(drawn)
    volume = bound({"a.pdf": papers.saved(made)})
    places = []
    for number in range(2, 6):
        image = (
            seen(volume.data, number).convert("L").point(lambda value: 255 if value < 128 else 0)
        )
        places.append(image.getbbox())
    assert max(one[0] for one in places) - min(one[0] for one in places) <= 2
    assert len({one[1] for one in places}) == 1


def test_numbers_cost_little():
    """One font for all numbers: a volume of many pages grows by some bytes a page."""
    plain = pdf([f"page {n}" for n in range(300)])
    assert len(bound({"a.pdf": plain}).data) < len(plain) + 300 * 250


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_are_turned_upright(orientation):
    volume = bound({"a.jpg": picture(size=(400, 300), orientation=orientation)})
    image = seen(volume.data, 2)
    assert image.width > image.height
    left, top, right, bottom = _red(image)
    assert (left + right) / 2 < image.width / 2
    assert (top + bottom) / 2 < image.height / 2
    assert right - left > bottom - top


def _red(image):
    red, green, _ = image.split()
    mask = red.point(lambda value: 255 if value > 200 else 0)
    only = green.point(lambda value: 255 if value < 90 else 0)
    box = tuple(only.getbbox())
    assert mask.crop(box).getextrema()[1] == 255
    # the page number is black, thus neither
    from PIL import ImageChops

    return ImageChops.multiply(mask, only).getbbox()


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "GIF", "WEBP"])
def test_pictures_of_all_kinds(kind):
    volume = bound({f"a.{kind.lower()}": picture(kind)})
    assert not volume.refused
    assert _red(seen(volume.data, 2))


def test_a_photograph_is_not_compressed_anew():
    photo = picture(size=(1200, 900))
    assert photo in bound({"a.jpg": photo}).data


# --- files that are no plain PDF ----------------------------------------------------------------------


def test_each_file_that_gives_no_pages_is_told_once_and_the_rest_is_bound():
    files = {
        "1.pdf": pdf(["fine"]), "2.pdf": b"", "3.pdf": b"%PDF-1.4 nothing", "4.pdf": b"PK\x03\x04 OFD.xml",
        "5.pdf": papers.portfolio(), "6.pdf": papers.locked(pdf(["x"])), "7.jpg": b"no picture",
        "8.jpg": picture()[:2000], "9.docx": b"PK\x03\x04 [Content_Types].xml", "10.pdf": papers.miscounted(),
    }  # fmt: skip
    volume = bound(files)
    assert [one.material.name for one in volume.bound] == ["1.pdf", "10.pdf"]
    assert volume.pages == 1 + 1 + 6
    told = {one.material.name: one.why for one in volume.refused}
    assert len(told) == len(files) - 2
    assert "文件包，里面另有1个文件" in told["5.pdf"]
    assert "打开密码" in told["6.pdf"]
    assert "另存为 PDF" in told["9.docx"]


@pytest.mark.parametrize("name", ["IMG_0001.HEIC", "照片.jpg", "证书.pdf"])
def test_a_photograph_of_a_telephone_is_told_as_what_it_is(name):
    """Its name is often changed to .jpg on the way, which changes nothing of what it is."""
    photo = b"\0\0\0\x24ftypheic\0\0\0\0mif1heic" + bytes(200)
    volume = bound({name: photo})
    (one,) = volume.refused
    assert not volume.bound
    assert "HEIC" in one.why and "另存为 JPG" in one.why


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("照片.pdf", picture(), ""), ("扫描.jpg", pdf(["x"]), ""), ("没有后缀", picture("PNG"), ""),
        ("照片.jpeg", picture("WEBP"), ""), ("图.jpg", b"no picture", "图片已损坏"),
        ("包.pdf", b"PK\x03\x04 a.pdf", "是压缩包，请解压"), ("包.7z", b"7z\xbc\xaf", "是压缩包，请解压"),
        ("表.xlsx", b"PK\x03\x04 [Content_Types].xml", "实际是Office 文档或 OFD"),
    ],
)  # fmt: skip
def test_a_file_is_what_it_holds_and_not_what_it_is_called(name, data, why):
    volume = bound({name: data})
    told = "".join(one.why for one in volume.refused)
    assert why in told
    assert bool(volume.bound) == (not why)


def test_the_same_file_twice_is_told():
    volume = bound({"1.pdf": pdf(["a"]), "2.pdf": pdf(["b"]), "3.jpg": pdf(["a"])})
    assert [[one.material.name for one in alike] for alike in volume.same()] == [["1.pdf", "3.jpg"]]


def test_forms_become_pages_and_nothing_runs():
    files = {"1.pdf": papers.form("first"), "2.pdf": papers.form("second")}
    volume = bound(files)
    found = texts(volume.data)
    assert "first" in found[1]
    assert "second" in found[2]
    with pikepdf.open(BytesIO(volume.data)) as made:
        assert "/AcroForm" not in made.Root
        assert b"JavaScript" not in b"".join(
            one.unparse(resolved=True)
            for one in made.objects
            if isinstance(one, pikepdf.Dictionary)
        )


def test_what_is_hidden_in_a_drawing_stays_hidden():
    made = pikepdf.new()
    page = made.add_blank_page(page_size=papers.A4)
    layer = made.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="draft"))
    page.obj.Resources = pikepdf.Dictionary(Properties=pikepdf.Dictionary(L1=layer))
    page.obj.Contents = made.make_stream(b"/OC /L1 BDC 0 0 600 600 re f EMC")
    made.Root.OCProperties = pikepdf.Dictionary(OCGs=[layer], D=pikepdf.Dictionary(OFF=[layer]))
    volume = bound({"a.pdf": papers.saved(made)})
    assert seen(volume.data, 2).getpixel((100, 700)) == (255, 255, 255)


# --- the same ------------------------------------------------------------------------------------------


def test_the_same_materials_give_the_same_bytes(tmp_path):
    files = {"1.pdf": pdf(["a"]), "图/2.png": picture("PNG"), "3.pdf": papers.form("x")}
    assert bound(files).data == bound(dict(reversed(files.items()))).data
    folder_of(tmp_path / "one", files)
    folder_of(tmp_path / "another", files)
    made = []
    for folder in ("one", "another"):
        own = in_order((name, tmp_path / folder / name) for name in files)
        made.append(bind([(one, one.path.read_bytes()) for one in own]).data)
    assert made[0] == made[1]


def test_long_contents_take_several_pages():
    lines = [ContentsLine(f"材料{n}" * 12, "2.2 集群企业培育情况", 1) for n in range(60)]
    pages = laid_out(lines)
    assert [one for page in pages for one in page] == list(range(60))
    assert len(pages) > 2
    files = [(Material(name=f"{n}.pdf", path=Path(), title=one.title), pdf(["x"]))
             for n, one in enumerate(lines)]  # fmt: skip
    volume = bind(files)
    first = volume.bound[0].first
    assert first == len(laid_out([ContentsLine(m.title, "", 1) for m, _ in files])) + 1
    assert "（续）" in texts(volume.data)[1]
