"""``clusterbook evidence`` as a county uses it: a folder in, a volume and a filled workbook out."""

from __future__ import annotations

import content_fujian_sme_cluster as fujian
import pytest
from click.testing import CliRunner
from support.papers import folder_of, pdf, picture

from clusterbook.cli import cli
from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.workbook.content import Entries
from clusterbook.workbook.writer import write_template


@pytest.fixture
def county(tmp_path):
    """A county's folder, and its return without pages."""
    layout = layouts.of("fujian_sme_cluster")
    values, rows = fujian.content(fujian.SMALL)
    values = dict(values) | {"industry.chain_map_pages": ""}
    book = write_template(
        layout, Stamp.of(layout.workbook, issue="YL-c"),
        Entries(values=values, rows=dict(rows) | {"evidence": []}),
    )  # fmt: skip
    (tmp_path / "表.xlsx").write_bytes(book)
    folder_of(tmp_path / "材料", {
        "1、产业链图谱/图.jpg": picture(), "2、其他.pdf": pdf(["x"]), "说明.docx": b"PK\x03\x04[Content_Types].xml",
    })  # fmt: skip
    return tmp_path


def run(*args):
    made = CliRunner().invoke(cli, list(map(str, args)), standalone_mode=False)
    assert made.exception is None, made.output
    return made.return_value, made.output


def test_a_volume_and_a_filled_workbook(county):
    code, said = run(
        "evidence", county / "材料", "--return", county / "表.xlsx", "-o", county / "佐证.pdf",
        "--filled", county / "新表.xlsx", "--about", "某县",
    )  # fmt: skip
    assert code == 1
    assert "2 个文件，共 3 页" in said
    assert "“说明.docx”不是 PDF 文件" in said
    assert "佐证页码 1 处，已写入" in said
    assert "“其他”（P3）" in said
    assert (county / "佐证.pdf").read_bytes().startswith(b"%PDF")
    code, said = run("check", county / "新表.xlsx", "--format", "json")
    assert "产业链图谱佐证页码" not in said


def test_what_the_command_writes_and_reads_is_no_material(county):
    """A clerk puts all into one folder, and says the same again after a change."""
    folder = county / "材料"
    (folder / "清单.csv").write_text("文件\n其他\n图\n", "utf-8")
    (folder / "表.xlsx").write_bytes((county / "表.xlsx").read_bytes())
    (folder / "说明.docx").unlink()
    asked = ("evidence", folder, "-o", folder / "佐证.pdf", "--list", folder / "清单.csv",
             "--return", folder / "表.xlsx", "--filled", folder / "新表.xlsx")  # fmt: skip
    first, again = run(*asked)[1], run(*asked)[1]
    assert again == first
    assert "2 个文件，共 3 页" in first
    assert "没有放入" not in first


def test_nothing_of_the_county_is_written_over(county):
    """Neither a material, named as the output by mistake, nor the return."""
    material, book = county / "材料/2、其他.pdf", county / "表.xlsx"
    before = material.read_bytes(), book.read_bytes()
    for more in (("-o", material), ("--return", book, "--filled", book, "-o", county / "a.pdf")):
        made = CliRunner().invoke(cli, ["evidence", str(county / "材料"), *map(str, more)])
        assert made.exit_code == 2
    assert (material.read_bytes(), book.read_bytes()) == before
    assert not (county / "a.pdf").exists()


def test_a_list_that_is_wrong_binds_nothing(county):
    (county / "清单.csv").write_text("文件\n没有.pdf\n", "utf-8")
    made = CliRunner().invoke(cli, [
        "evidence", str(county / "材料"), "--list", str(county / "清单.csv"), "-o", str(county / "a.pdf")
    ])  # fmt: skip
    assert made.exit_code != 0
    assert not (county / "a.pdf").exists()


def test_filled_needs_a_return(county):
    made = CliRunner().invoke(cli, ["evidence", str(county / "材料"), "--filled", "x.xlsx"])
    assert made.exit_code == 2
