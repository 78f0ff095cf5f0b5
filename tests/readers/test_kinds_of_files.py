"""One file, one submission: what a file is, and that no document becomes many."""

from __future__ import annotations

import csv
import random
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from support.fill import Here
from support.importing import workbook
from support.places import ROOT
from support.zip_documents import cases, open_document, zipped

from clusterbook.engine.importing import Import
from clusterbook.engine.inbox import find_files
from clusterbook.readers.findings import ATTACHMENTS, attachment
from clusterbook.readers.grid import GridError, read_grid
from clusterbook.results.write import Choices
from clusterbook.returns.pipeline import read_submission

EACH = 20
UNREAD = {"numbers", "uos", "program", "parts"}


def verdicts(inbox: Path, out: Path) -> dict[str, dict[str, str]]:
    Import(files=find_files([inbox]), out=out, pool=Here(), choices=Choices(returned=False)).run()
    with (out / "submissions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len({row["file"] for row in rows})
    return {row["file"]: row for row in rows}


def codes(out: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    with (out / "problems.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["file"], []).append(row["code"])
    return found


def test_no_document_becomes_many_submissions(tmp_path: Path) -> None:
    """640 documents of sixteen kinds, under their own names and as supposed returns."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    expected: dict[str, tuple[str, str]] = {}
    for number, (kind, ending, code, data) in enumerate(cases(EACH)):
        own, claimed = f"{number:04d}.{ending}", f"{number:04d}.xlsx"
        (inbox / own).write_bytes(data)
        (inbox / claimed).write_bytes(data)
        expected[claimed] = ("无法读取", code)
        expected[own] = ("无法读取", code) if kind in UNREAD else ("附件", "F154")
    assert len(expected) == 2 * 16 * EACH
    rows = verdicts(inbox, tmp_path / "out")
    told = codes(tmp_path / "out")
    assert {file: (row["verdict"], *told[file]) for file, row in rows.items()} == expected


@pytest.mark.parametrize("seed", range(12))
def test_a_spreadsheet_without_its_mimetype_is_read(seed: int) -> None:
    content = (
        b'<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        b'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        b'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        b'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        b'<table:table table:name="A"><table:table-row><table:table-cell office:value-type="string">'
        b"<text:p>x</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet>"
        b"</office:body></office:document-content>"
    )
    parts = {**open_document("spreadsheet", random.Random(seed)), "content.xml": content}
    parts.pop("mimetype", None)
    grid = read_grid(zipped(parts))
    assert (grid.kind, grid.sheets[0].cells) == ("ods", {(0, 0): "x"})


@pytest.mark.parametrize(
    "names",
    [
        ("a.xlsx",), ("县/a.XLSX", "readme.dat"), ("a.jpg", "b.pdf"), ("a.pdf", "b.pdf", "c.json"),
        ("说明.docx",), ("pages/1.json", "2.json", "附件.et"), ("a.rar", "b.7z"), ("1.ofd", "2.ofd"),
    ],
)  # fmt: skip
def test_what_people_put_together_is_a_pack(names: tuple[str, ...]) -> None:
    returned = read_submission(zipped(dict.fromkeys(names, b"x")))
    assert [name for name, _ in returned.members] == list(names)


def test_workbooks_that_lost_their_endings_are_a_pack() -> None:
    """Telephones do that; beside ten files of no known name, too."""
    inside = zipped({"xl/workbook.xml": b"x"})
    parts = {"申报表": inside, **{f"{n}.dat": b"" for n in range(10)}}
    assert len(read_submission(zipped(parts)).members) == 11
    assert read_submission(zipped({**parts, "申报表": b"text"})).members == ()


def test_a_document_in_a_pack_is_one_file(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    packed = {f"{number}.{ending}": (kind, data)
              for number, (kind, ending, _, data) in enumerate(cases(1))}  # fmt: skip
    (inbox / "全市.zip").write_bytes(
        zipped({"县.xlsx": workbook(1), **{name: data for name, (_, data) in packed.items()}})
    )
    rows = verdicts(inbox, tmp_path / "out")
    assert len(rows) == len(packed) + 1
    for name, (kind, _) in packed.items():
        assert rows[f"全市.zip/{name}"]["verdict"] == ("无法读取" if kind in UNREAD else "附件")


def test_a_workbook_is_a_workbook_whatever_lies_in_it() -> None:
    """Parts of others do not make another kind of it."""
    original = workbook(1)
    for name in ("word/media/image1.png", "Index/Slide-1.iwa", "content.json", "docProps/a.pdf"):
        target = BytesIO(original)
        with ZipFile(target, "a") as package:
            package.writestr(name, b"x")
        assert read_submission(target.getvalue()).extracted is not None, name


def test_large_scans_are_attachments_however_large() -> None:
    with pytest.raises(GridError) as error:
        read_grid(b"%PDF-1.7" + bytes(50_000_001))
    assert error.value.facts["found"] == "pdf"


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("pdf", "函.pdf", "PDF 文件"), ("pdf", "函", "PDF 文件"), ("pdf", "申报表.xlsx", ""),
        ("docx", "申报表.XLS", ""), ("image", "扫描.jpg", "图片"), ("text", "说明.txt", "文本文件"),
        ("text", "表.csv", ""), ("text", "表", ""), ("numbers", "表.numbers", ""), ("", "表.xlsx", ""),
        ("html", "表.html", ""), ("archive", "全部.rar", ""), ("ofd", "函.ofd", "OFD 版式文件"),
    ],
)  # fmt: skip
def test_what_claims_to_be_a_return_is_no_attachment(kind: str, name: str, expected: str) -> None:
    assert attachment(kind, name) == expected
    assert "xlsx" not in ATTACHMENTS


def test_readers_of_other_formats_are_loaded_with_the_first_such_file() -> None:
    code = (
        "import sys\nfrom clusterbook.readers.grid import read_grid\n"
        "read_grid(open(sys.argv[1], 'rb').read())\n"
        "others = {'readers.ods.read', 'readers.xls.read', 'readers.xlsb', 'readers.ole',\n"
        "          'readers.xlsx.xml2003'}\n"
        "print(sorted(others & {name.removeprefix('clusterbook.') for name in sys.modules}))\n"
    )
    sample = ROOT / "samples" / "cluster_contest" / "good.xlsx"
    done = subprocess.run(
        [sys.executable, "-c", code, str(sample)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
