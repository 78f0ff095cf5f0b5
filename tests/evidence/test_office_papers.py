"""Volumes as LibreOffice and Chromium print them: their text layers say what their pages say."""

from __future__ import annotations

import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from support import papers
from support.held import FORM, told
from support.proven import content

pytestmark = pytest.mark.wide


def page_of(firms: list[str]) -> str:
    """A statement for each enterprise, one a page, as HTML."""
    body = "".join(
        f"<h1 style='page-break-before:{'always' if at else 'auto'}'>{name}利润表</h1>"
        "<p>2024年、2025年，营业收入见证，一页长风高，单位：万元</p>"
        for at, name in enumerate(firms)
    )
    return f"<html><meta charset=utf-8><body style='font-family:serif'>{body}</body></html>"


def libreoffice(source: Path, folder: Path) -> None:
    subprocess.run(["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless",
                    "--infilter=HTML (StarWriter)", "--convert-to", "pdf", "--outdir", folder, source],
                   check=True, capture_output=True, timeout=180)  # fmt: skip


def chromium(source: Path, folder: Path) -> None:
    subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
                    f"--print-to-pdf={folder / 'a.pdf'}", source.as_uri()],
                   check=True, capture_output=True, timeout=180)  # fmt: skip


@pytest.mark.parametrize("program", [libreoffice, chromium])
def test_printed_statements_hold_names_and_years(tmp_path, program):
    if shutil.which({"libreoffice": "soffice"}.get(program.__name__, "chromium")) is None:
        pytest.skip("not installed")
    values, rows = content(FORM)
    end = max(row["page_to"] for row in rows["evidence"])
    source = tmp_path / "a.html"
    firms = list(dict.fromkeys(
        row["enterprise_name"] for library in ("top_revenue", "top_rd") for row in rows[library]
    ))  # fmt: skip
    source.write_text(page_of(firms), "utf-8")
    program(source, tmp_path)
    made = pikepdf.new()
    with pikepdf.open(tmp_path / "a.pdf") as printed:
        made.pages.extend(printed.pages[: len(firms)])
    with pikepdf.open(
        BytesIO(papers.chinese([["统计证明，由主管部门出具，情况属实，特此证明。"]]))
    ) as one:
        while len(made.pages) < end:
            made.pages.extend(one.pages)
    for library in ("top_revenue", "top_rd"):
        for row in rows[library]:
            row["evidence_pages"] = f"P{firms.index(row['enterprise_name']) + 1}"
    assert [one.message() for one in told(values, rows, papers.saved(made))] == []
    rows["top_revenue"][0]["evidence_pages"] = rows["top_revenue"][1]["evidence_pages"]
    assert [one.code for one in told(values, rows, papers.saved(made))] == ["V304"]
