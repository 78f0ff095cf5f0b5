"""Volumes beside returns, in a folder of their own, or zipped with them: whose each is, and limits."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import pytest
from support.fill import Here
from support.papers import chinese, folder_of, pdf
from support.proven import FORMS, content, issued, written

import clusterbook as cb
from clusterbook.api.pool import find
from clusterbook.engine import gather, volumes
from clusterbook.engine.importing import Import

FORM = "fujian_sme_cluster"


@pytest.fixture(scope="module")
def counties() -> dict[str, bytes]:
    return {"甲县": issued(FORM, "YL-1", "甲县"), "乙县": issued(FORM, "YL-2", "乙县")}


def told(paths: list[Path], evidence: Path | None = None) -> dict[str, set[str]]:
    """Codes about evidence by file."""
    files = find(paths, evidence=evidence)
    judged = gather.run(files, pool=Here())
    return {one.file: {p.code for p in one.problems if p.code.startswith(("V30", "F16"))}
            for one in judged.submissions}  # fmt: skip


SHORT, TORN = pdf(["one", "two"]), b"%PDF-1.7 torn"


def test_volumes_in_a_folder_are_known_by_names(tmp_path, counties):
    returns = folder_of(
        tmp_path / "报送", {f"{name}.xlsx": data for name, data in counties.items()}
    )
    evidence = folder_of(tmp_path / "册", {
        "甲县.pdf": SHORT, "YL-2/佐证.pdf": TORN, "乙县/表.xlsx": counties["乙县"], "说明.txt": b"x",
    })  # fmt: skip
    found = told([returns], evidence)
    assert "V301" in found["甲县.xlsx"]
    assert found["乙县.xlsx"] == {"F160"}
    assert set(found) == {"甲县.xlsx", "乙县.xlsx", "佐证材料/甲县.pdf", "佐证材料/YL-2/佐证.pdf",
                          "佐证材料/乙县/表.xlsx", "佐证材料/说明.txt"}  # fmt: skip


def test_volumes_beside_returns_are_looked_into_if_they_say_so(tmp_path, counties):
    returns = folder_of(tmp_path / "报送", {
        "甲县/表.xlsx": counties["甲县"], "甲县/佐证材料.pdf": SHORT, "甲县/盖章扫描件.pdf": TORN,
        "乙县/表.xlsx": counties["乙县"], "乙县/盖章扫描件.pdf": SHORT,
    })  # fmt: skip
    found = told([returns])
    assert "V301" in found["甲县/表.xlsx"]
    assert "F160" not in found["甲县/表.xlsx"]
    assert found["乙县/表.xlsx"] == set()


def test_volumes_zipped_with_the_return(tmp_path, counties):
    path = tmp_path / "甲县.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("表.xlsx", counties["甲县"])
        packed.writestr("佐证材料.pdf", SHORT)
    found = told([path])
    assert "V301" in found["甲县.zip/表.xlsx"]


def test_the_same_file_twice_adds_no_pages(tmp_path, counties):
    """As a chat leaves it, 佐证(1).pdf beside 佐证.pdf; and one of them in an archive."""
    returns = folder_of(tmp_path / "报送", {"甲县.xlsx": counties["甲县"]})
    evidence = folder_of(tmp_path / "册", {"甲县/佐证.pdf": SHORT, "甲县/佐证(1).pdf": SHORT})
    with zipfile.ZipFile(evidence / "甲县" / "佐证.zip", "w") as packed:
        packed.writestr("佐证.pdf", SHORT)
    judged = gather.run(find([returns], evidence=evidence), pool=Here())
    (one,) = [each for each in judged.submissions if each.file == "甲县.xlsx"]
    found = {code: [p.message() for p in one.problems if p.code == code]
             for code in ("F161", "F162", "V301")}  # fmt: skip
    assert found["F162"] == ["佐证材料“佐证(1).pdf”与“佐证.pdf”完全相同，没有重复计算页码。",
                             "佐证材料“佐证.pdf”与“佐证.pdf”完全相同，没有重复计算页码。"]  # fmt: skip
    assert found["F161"] == []
    assert all("它只有2页" in told for told in found["V301"])


def test_an_import_writes_it_by_cell_and_again_the_same(tmp_path, counties):
    returns = folder_of(tmp_path / "报送", {"甲县.xlsx": counties["甲县"]})
    evidence = folder_of(tmp_path / "册", {"甲县.pdf": SHORT})
    made = []
    for out in ("一", "二"):
        files = find([returns], tmp_path / out, evidence)
        Import(files=files, out=tmp_path / out, pool=Here()).run()
        made.append((tmp_path / out / "problems.csv").read_bytes())
    assert made[0] == made[1]
    rows = [row for row in csv.DictReader(made[0].decode().splitlines()) if row["code"] == "V301"]
    assert len(rows) > 20
    assert all(row["sheet"] and row["cell"] and "它只有2页" in row["message"] for row in rows)
    again = Import(
        files=find([returns], tmp_path / "一", evidence), out=tmp_path / "一", pool=Here()
    )
    assert len(again.run()) == 2  # nothing has changed, and what was seen is kept


@pytest.mark.wide
def test_one_verdict_for_what_takes_too_much(tmp_path, monkeypatch, counties):
    """A worker that is ended over a volume costs that volume a verdict, and nothing else."""
    monkeypatch.setattr(volumes, "_SECONDS", 0.2)
    monkeypatch.setattr(volumes, "survey_file", _busy)
    returns = folder_of(tmp_path / "报送", {"甲县.xlsx": counties["甲县"]})
    evidence = folder_of(tmp_path / "册", {"甲县.pdf": SHORT})
    with cb.Pool(1) as pool:
        by_file = {one.file: one for one in pool.check([returns], evidence=evidence)}
    (problem,) = [p for p in by_file["甲县.xlsx"].problems if p.code == "F160"]
    assert "时间或内存限度" in problem.message()


def _busy(path: str, member: int | None) -> bytes:
    with volumes.limited(0.3, 2_000_000_000):
        while True:
            pass


def test_one_return_against_its_volume(tmp_path):
    """The way of programs: a return and the file of its volume."""
    values, rows = content(FORM)
    book = written(FORM, values, rows)
    short = chinese([["很短的一册"]])
    folder = folder_of(tmp_path / "佐证", {"佐证.pdf": short, "副本/佐证.pdf": short})
    with cb.Pool(1) as pool:
        alone = pool.read(book, name="表.xlsx", evidence=folder / "佐证.pdf")
        twice = pool.read(book, name="表.xlsx", evidence=folder)
    codes = {p.code for p in alone.problems}
    assert {"V301"} <= codes
    assert {p.code for p in twice.problems} == codes | {"F162"}
    assert FORMS
