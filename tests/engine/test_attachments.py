"""Attachments: never read, counted nowhere, tied to whoever they came from."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from support.fill import Here
from support.importing import workbook

from clusterbook.engine import attachments
from clusterbook.engine.attachments import attached
from clusterbook.engine.cache import Card
from clusterbook.engine.importing import Import
from clusterbook.engine.inbox import find_files
from clusterbook.forms.stamp import Registered, Stamp
from clusterbook.results.write import Choices
from clusterbook.verdict_lines import exit_code

PDF = b"%PDF-1.7 a letter"
REGISTER = {
    "IMP1": Registered(issued_to="泉州市晋江市 鞋服集群", city="泉州市", county="晋江市"),
    "IMP2": Registered(issued_to="福州市鼓楼区 软件集群", city="福州市", county="鼓楼区"),
    "IMP3": Registered(issued_to="南京市鼓楼区 软件集群", city="南京市", county="鼓楼区"),
    "IMP4": Registered(issued_to="三明市永安市 竹业集群", city="三明市", county="永安市"),
}


def card(issue: str, form: str = "f") -> Card:
    stamp = Stamp(form=form, version="1", report_year=2025, years="rolled", province="", rows=0,
                  issue=issue, issued_to=f"to {issue}")  # fmt: skip
    return Card(sha256=issue, stamp=stamp, readable=True)


def tied(
    files: Mapping[str, str], register: Mapping[str, Registered] | None = None
) -> dict[str, tuple[str, str, bool]]:
    """Whose each attachment is, by name. ``files``: issue id, "pdf", "broken" or "skip" by name."""
    listed: list[attachments.Listed] = []
    for name, what in files.items():
        if what == "pdf":
            listed.append((name, Card(sha256=name, kind="pdf"), False))
        elif what == "broken":
            listed.append((name, None, False))
        else:
            listed.append((name, None if what == "skip" else card(what), what == "skip"))
    names = list(files)
    return {names[at]: (one.issue, one.whose.issued_to, one.alone)
            for at, one in attached(listed, register).items()}  # fmt: skip


def test_the_only_return_of_the_nearest_folder_is_the_one() -> None:
    files = {
        "甲/表.xlsx": "A", "甲/附件/函.pdf": "pdf", "甲/附件/深/图.pdf": "pdf",
        "乙/表.xlsx": "B", "乙/另.xlsx": "C", "乙/函.pdf": "pdf",
    }  # fmt: skip
    assert tied(files) == {
        "甲/附件/函.pdf": ("A", "to A", False), "甲/附件/深/图.pdf": ("A", "to A", False),
        "乙/函.pdf": ("", "", False),
    }  # fmt: skip


def test_rounds_of_one_workbook_are_one_sender() -> None:
    files = {"甲/表.xlsx": "A", "甲/表二.xlsx": "A-R1", "甲/函.pdf": "pdf", "乙/表.xlsx": "B"}
    assert tied(files) == {"甲/函.pdf": ("A", "to A", False)}


@pytest.mark.parametrize(
    ("name", "issue"),
    [
        ("IMP2.pdf", "IMP2"), ("函_IMP2-R1_盖章.pdf", "IMP2"), ("XIMP2.pdf", ""), ("IMP1和IMP2.pdf", ""),
        ("晋江市推荐函.pdf", "IMP1"), ("晋江推荐函.pdf", "IMP1"), ("泉州市/晋江市/函.pdf", "IMP1"),
        ("鼓楼区函.pdf", ""), ("福州市鼓楼区函.pdf", "IMP2"), ("南京市/鼓楼区/函.pdf", "IMP3"),
        ("三明市永安市 竹业集群.pdf", "IMP4"), ("福州市函.pdf", ""), ("函.pdf", ""), ("永安镇.pdf", "IMP4"),
    ],
)  # fmt: skip
def test_what_a_name_says_is_whose_it_is(name: str, issue: str) -> None:
    """Two counties of one name are told apart by their city; what fits several fits none."""
    files = {"甲.xlsx": "IMP1", "乙.xlsx": "IMP2", name: "pdf"}
    assert tied(files, REGISTER)[name][0] == issue


@pytest.mark.parametrize(
    ("name", "issue"),
    [("湘潭市/说明.txt", ""), ("湘潭/说明.txt", ""), ("湘潭市/湘潭县推荐函.pdf", "X"), ("湘乡函.pdf", "Y")],
)  # fmt: skip
def test_a_city_in_the_path_is_no_county_of_its_name(name: str, issue: str) -> None:
    """湘潭 is 湘潭县 in 湘潭市: the city's folder holds files of all its counties."""
    register = {
        "X": Registered(issued_to="湘潭市湘潭县 米业集群", city="湘潭市", county="湘潭县"),
        "Y": Registered(issued_to="湘潭市湘乡市 皮革集群", city="湘潭市", county="湘乡市"),
    }
    sent = {"湘潭市/甲.xlsx": "X", "湘潭市/乙.xlsx": "Y", name: "pdf"}
    assert tied(sent, register)[name][0] == issue


def test_a_name_counts_before_a_folder() -> None:
    files = {"收/甲.xlsx": "IMP1", "收/永安市函.pdf": "pdf"}
    assert tied(files, REGISTER) == {"收/永安市函.pdf": ("IMP4", "三明市永安市 竹业集群", True)}


def test_who_sent_a_return_that_cannot_be_read_has_sent_one() -> None:
    files = {"甲.xlsx": "IMP1", "永安市/表.xlsx": "broken", "永安市/函.pdf": "pdf"}
    assert tied(files, REGISTER)["永安市/函.pdf"] == ("IMP4", "三明市永安市 竹业集群", False)
    del files["永安市/表.xlsx"]
    assert tied(files, REGISTER)["永安市/函.pdf"] == ("IMP4", "三明市永安市 竹业集群", True)


def test_a_folder_of_attachments_among_folders_of_returns_is_a_sender() -> None:
    files = {"甲/表.xlsx": "A", "乙/表.xlsx": "B", "丙/函.pdf": "pdf", "丙/~$表.xlsx": "skip"}
    assert tied(files) == {"丙/函.pdf": ("", "丙", True)}
    flat = {"甲.xlsx": "A", "乙.xlsx": "B", "附件/函.pdf": "pdf"}
    assert tied(flat) == {"附件/函.pdf": ("", "", False)}, "a folder of evidence of whomever"
    foldered = {"甲/表.xlsx": "A", "乙/表.xlsx": "B", "佐证材料/函.pdf": "pdf"}
    assert tied(foldered) == {"佐证材料/函.pdf": ("", "", False)}


def test_attachments_alone_are_alone() -> None:
    assert tied({"函.pdf": "pdf"}) == {"函.pdf": ("", "", True)}
    assert tied({"函.pdf": "pdf", "表.xlsx": "broken"}) == {"函.pdf": ("", "", False)}


# --- in an import --------------------------------------------------------------------------------


def imported(
    inbox: Path, out: Path, files: Mapping[str, bytes], register: Mapping[str, Registered] | None
) -> int:
    for name, data in files.items():
        (inbox / name).parent.mkdir(parents=True, exist_ok=True)
        (inbox / name).write_bytes(data)
    work = Import(files=find_files([inbox]), out=out, pool=Here(), register=register,
                  choices=Choices(csv_for_excel=True))  # fmt: skip
    outcomes = work.run()
    return exit_code([one.verdict for one in outcomes],
                     only_attached=any(one.alone for one in outcomes))  # fmt: skip


def rows(out: Path, name: str) -> list[dict[str, str]]:
    with (out / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_attachments_change_no_other_output(tmp_path: Path) -> None:
    """Not one line of what is counted, told or sent differs for their being there."""
    plain = {"晋江市/表.xlsx": workbook(1), "鼓楼/表.xlsx": workbook(2)}
    beside = {
        "晋江市/推荐函.pdf": PDF, "晋江市/盖章.jpg": b"\xff\xd8\xff\xe0", "鼓楼/佐证.docx": PDF,
        "鼓楼/说明.txt": "请查收".encode(), "IMP2.ofd": PDF,
    }  # fmt: skip
    register = {key: REGISTER[key] for key in ("IMP1", "IMP2")}
    without = imported(tmp_path / "a", tmp_path / "plain", plain, register)
    assert imported(tmp_path / "b", tmp_path / "out", plain | beside, register) == without
    out = tmp_path / "out"
    verdicts = {row["file"]: row for row in rows(out, "submissions.csv")}
    for name in beside:
        row = verdicts[name]
        assert row["verdict"] == "附件"
        assert (row["errors"], row["explains"], row["form"]) == ("0", "0", "")
    assert verdicts["晋江市/推荐函.pdf"]["issued_to"] == REGISTER["IMP1"].issued_to
    assert verdicts["晋江市/推荐函.pdf"]["county"] == "晋江市"
    assert verdicts["IMP2.ofd"]["county"] == "鼓楼区"
    told = [row for row in rows(out, "problems.csv") if row["file"] in beside]
    assert {row["code"] for row in told} == {"F154"}
    for name in ("progress.csv", "rounds.csv", "normalizations.csv", "tables/values.csv",
                 "returned/returned.csv", "datapackage.json"):  # fmt: skip
        assert (out / name).read_bytes() == (tmp_path / "plain" / name).read_bytes(), name
    assert [path.name for path in sorted((out / "returned").iterdir())] == [
        path.name for path in sorted((tmp_path / "plain" / "returned").iterdir())
    ]
    page = (out / "report.html").read_text("utf-8")
    assert "共审核 2 份报送文件" in page
    assert "附件 5 个（不是报送文件，不读取，不计数）" in page


def test_a_county_that_sent_attachments_alone_is_told(tmp_path: Path) -> None:
    files = {"晋江市/表.xlsx": workbook(1), "永安市/函.pdf": PDF, "永安市/图.png": b"\x89PNG"}
    assert imported(tmp_path / "in", tmp_path / "out", files, REGISTER) == 1
    progress = {row["issue"]: row for row in rows(tmp_path / "out", "progress.csv")}
    assert progress["IMP4"]["status"] == "未报（仅附件）"
    assert progress["IMP4"]["file"] == "永安市/函.pdf；永安市/图.png"
    assert (progress["IMP4"]["submission"], progress["IMP4"]["verdict"]) == ("", "")
    assert progress["IMP2"]["status"] == "未报"
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "未报（仅附件）" in page


def test_without_a_register_a_folder_is_who_sent_it(tmp_path: Path) -> None:
    files = {"甲/表.xlsx": workbook(1), "丙/函.pdf": PDF}
    assert imported(tmp_path / "in", tmp_path / "out", files, None) == 1
    last = rows(tmp_path / "out", "progress.csv")[-1]
    assert (last["issued_to"], last["status"], last["file"]) == (
        "丙",
        "未报（仅附件）",
        "丙/函.pdf",
    )
    counts = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))["counts"]
    assert counts["verdicts"]["附件"] == 1


@pytest.mark.parametrize(
    ("verdicts", "alone", "code"),
    [
        (["通过", "附件"], False, 0), (["通过", "附件"], True, 1), (["附件"], True, 1),
        (["待说明", "附件"], False, 1), (["通过", "跳过", "被替代", "附件"], False, 0),
    ],
)  # fmt: skip
def test_exit_codes(verdicts: list[str], alone: bool, code: int) -> None:
    assert exit_code(verdicts, only_attached=alone) == code
