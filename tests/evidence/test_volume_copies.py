"""Volumes in the output: copies of those to which problems lead, and links to the very page."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from pathlib import Path

import pytest
from support.browser import Browser, need_browser
from support.fill import Here
from support.papers import chinese, folder_of, pdf
from support.proven import issued

import clusterbook as cb
from clusterbook.api.pool import find
from clusterbook.engine import volume_copies
from clusterbook.engine.importing import Import

FORM = "fujian_sme_cluster"
PARTS = ([""] * 4 + ["five"] * 3, ["eight"] * 4)  # the first pages are blank, the volume has 11


@pytest.fixture(scope="module")
def counties() -> dict[str, bytes]:
    return {"甲县": issued(FORM, "YL-1", "甲县"), "乙县": issued(FORM, "YL-2", "乙县")}


@pytest.fixture
def sent(tmp_path, counties) -> tuple[Path, Path]:
    """Two returns; the volume of the first in two files, of which the second lies in an archive."""
    returns = folder_of(tmp_path / "报送", {f"{n}.xlsx": data for n, data in counties.items()})
    evidence = folder_of(tmp_path / "册", {"甲县/1 合同 #1.pdf": pdf(PARTS[0])})
    with zipfile.ZipFile(evidence / "甲县" / "2.zip", "w") as packed:
        packed.writestr("第二册.pdf", pdf(PARTS[1]))
    return returns, evidence


def imported(out: Path, returns: Path, evidence: Path | None) -> dict[str, bytes]:
    """What an import wrote, by path."""
    Import(files=find([returns], out, evidence), out=out, pool=Here()).run()
    return written_in(out)


def written_in(out: Path) -> dict[str, bytes]:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.rglob("*"))
            if path.is_file() and ".cache" not in path.parts}  # fmt: skip


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(data.decode().splitlines()))


def test_copies_of_the_volumes_to_which_problems_lead(tmp_path, sent):
    made = imported(tmp_path / "OUT", *sent)
    assert made["evidence/YL-1-1.pdf"] == (sent[1] / "甲县/1 合同 #1.pdf").read_bytes()
    assert made["evidence/YL-1-2.pdf"] == pdf(PARTS[1])
    listed = rows_of(made["evidence/volumes.csv"])
    assert [(row["pdf"], row["file"], row["first_page"], row["last_page"]) for row in listed] == [
        ("YL-1-1.pdf", "佐证材料/甲县/1 合同 #1.pdf", "1", "7"),
        ("YL-1-2.pdf", "佐证材料/甲县/2.zip/第二册.pdf", "8", "11"),
    ]
    told = {(row["code"], row["value"]): row["evidence_page"] for row in rows_of(made["problems.csv"])
            if row["submission"] == "YL-1"}  # fmt: skip
    assert told["V301", "P60"] == "11"  # beyond the end: the last page that there is
    assert told["V306", "P9-38"] == "9"
    page = made["report.html"].decode()
    links = set(re.findall(r'href="(evidence/[^"]+)"', page))
    assert {"evidence/YL-1-2.pdf#page=4", "evidence/YL-1-2.pdf#page=2"} <= links
    assert all(f"evidence/{row['pdf']}" in made for row in listed)
    assert {link.partition("#")[0] for link in links} <= set(made)
    names = [one["path"] for one in json.loads(made["datapackage.json"])["resources"]]
    assert "evidence/volumes.csv" in names


@pytest.mark.wide
def test_the_same_bytes_with_workers(tmp_path, sent):
    returns, evidence = sent
    with cb.Pool(2) as pool:
        pool.import_returns([returns], tmp_path / "workers", evidence=evidence)
    assert written_in(tmp_path / "workers") == imported(tmp_path / "OUT", returns, evidence)


def test_the_same_bytes_with_what_was_kept(tmp_path, sent):
    returns, evidence = sent
    imported(tmp_path / "OUT", returns, evidence)
    kept = (tmp_path / "OUT/evidence/YL-1-1.pdf").stat().st_ino
    (evidence / "乙县.pdf").write_bytes(pdf(["x"]))
    again = imported(tmp_path / "OUT", returns, evidence)
    assert again == imported(tmp_path / "fresh", returns, evidence)
    assert "evidence/YL-2-1.pdf" in again
    assert (tmp_path / "OUT/evidence/YL-1-1.pdf").stat().st_ino == kept  # not copied again
    assert imported(tmp_path / "OUT", returns, None).keys() & {"evidence/volumes.csv"} == set()
    assert not (tmp_path / "OUT/evidence").exists()


def test_copies_do_not_change_with_what_lies_in_the_folder(tmp_path, sent):
    """A file that is written over where it lies, and a copy that somebody wrote over or linked."""
    returns, evidence = sent
    first = imported(tmp_path / "OUT", returns, evidence)
    source, copy = evidence / "甲县/1 合同 #1.pdf", tmp_path / "OUT/evidence/YL-1-1.pdf"
    data = source.read_bytes()
    with source.open("r+b") as file:
        file.write(b"%PDF-1.1")
    assert copy.read_bytes() == data
    source.write_bytes(data)
    copy.write_bytes(b"other")
    assert imported(tmp_path / "OUT", returns, evidence) == first
    copy.unlink()
    copy.symlink_to(source)
    assert imported(tmp_path / "OUT", returns, evidence) == first
    assert not copy.is_symlink()
    assert source.stat().st_nlink == 1


def test_no_copy_of_what_has_become_another_file_meanwhile(tmp_path, sent, monkeypatch):
    """Between looking into a file and copying it: its pages count on, and there is no link to it."""
    files = volume_copies._files

    def changed(gathered):
        (sent[1] / "甲县/1 合同 #1.pdf").write_bytes(b"%PDF-1.7 another")
        yield from files(gathered)

    monkeypatch.setattr(volume_copies, "_files", changed)
    made = imported(tmp_path / "OUT", *sent)
    (row,) = rows_of(made["evidence/volumes.csv"])
    assert (row["pdf"], row["first_page"], row["last_page"]) == ("YL-1-2.pdf", "8", "11")
    assert "evidence/YL-1-1.pdf" not in made
    assert b"YL-1-1.pdf" not in made["report.html"]


def test_no_copies_where_nothing_is_wrong_with_a_page(tmp_path, counties):
    returns = folder_of(tmp_path / "报送", {"甲县.xlsx": counties["甲县"]})
    evidence = folder_of(tmp_path / "册", {"甲县.pdf": b"%PDF-1.7 torn"})
    made = imported(tmp_path / "OUT", returns, evidence)
    assert not [name for name in made if name.startswith("evidence/")]
    assert not [row for row in rows_of(made["problems.csv"]) if row["evidence_page"]]


def test_a_link_of_the_report_opens_the_volume_at_the_page(tmp_path, counties):
    """In a real Chromium, whose viewer tells which page it shows; with the page's script or not."""
    need_browser()
    returns = folder_of(tmp_path / "报送", {"甲县.xlsx": counties["甲县"]})
    volume = chinese([[f"第{n}页"] for n in range(1, 41)])
    imported(tmp_path / "OUT", returns, folder_of(tmp_path / "册", {"甲县.pdf": volume}))
    report = tmp_path / "OUT/report.html"
    address = f"{(tmp_path / 'OUT/evidence/YL-1-1.pdf').as_uri()}#page=39"
    with Browser() as browser:
        for script in (True, False):
            with browser.open(report, script=script, hash_="#q=P39-45") as page:
                page.click("a[href$='#page=39']")
                with browser.found(address) as opened:
                    browser.shows_pdf(39, 40)
                    assert opened.evaluate("document.contentType") == "application/pdf"
                assert not page.complaints
