"""Rules from an officials' table of equations, and every line of one that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from clusterbook import forms as f
from clusterbook.forms.registry import SpecError, workbook
from clusterbook.testing import forms_from

KEYS = {
    "1210": "output.c1210",
    "1221": "output.c1221",
    "1222": "output.c1222",
    "1310": "output.c1310",
}
TIMES = {"month": "2025m10", "to_date": "2025m01_10"}


def read(folder: Path, text: str, name: str = "relations.txt", **more: float) -> tuple[f.Rule, ...]:
    path = folder / name
    path.write_text(text, "utf-8")
    return f.equations(path, KEYS, times=TIMES, source="审核关系表", **more)


def test_each_line_is_a_rule_for_each_column(tmp_path: Path) -> None:
    rules = read(tmp_path, "# 审核关系\n\nB01: 1210 = 1221 + 1222 ; 需说明 ; 合计。\n", by=0.5)
    assert [(one.code, one.level, one.reason) for one in rules] == [
        ("B01.month", "explain", "合计。"), ("B01.to_date", "explain", "合计。"),
    ]  # fmt: skip
    month = "2025m10"
    assert rules[0].holds == f.Equal(
        f.answer(f"output.c1210.{month}"),
        f.answer(f"output.c1221.{month}") + f.answer(f"output.c1222.{month}"), by=0.5,
    )  # fmt: skip
    assert all(one.source == "审核关系表" for one in rules)


def test_signs_as_officials_type_them(tmp_path: Path) -> None:
    """Wide signs, ≦ and <=, brackets of either kind, × and ÷ are what they mean."""
    plain = read(tmp_path, "B01: (1210 - 1221) * 100 / 1310 <= 60.5\n")
    wide = read(tmp_path, "B01：（1210－1221）×100÷1310≦60.5\n")
    assert [one.holds for one in wide] == [one.holds for one in plain]
    least = read(tmp_path, "B02: 1210 ≥ 1221\n")[0].holds
    assert least == f.AtLeast(f.answer("output.c1210.2025m10"), f.answer("output.c1221.2025m10"))


def test_a_table_of_a_spreadsheet(tmp_path: Path) -> None:
    text = "编号,关系式,级别,说明\r\nB01,1210=1221+1222,,\r\n,,,\r\nB02,1221<=1210,提示,部分\r\n"
    rules = read(tmp_path, "\ufeff" + text, "relations.csv")
    assert [(one.code, one.level) for one in rules] == [
        ("B01.month", "error"), ("B01.to_date", "error"), ("B02.month", "info"),
        ("B02.to_date", "info"),
    ]  # fmt: skip
    assert rules[0].reason == "审核关系：1210=1221+1222。"


FAULTS = {
    "no sign": ("B01: 1210 1221", "line 1: “1210 1221” has not one of the signs = ≤ ≥"),
    "two signs": ("B01: 1210 = 1221 = 1222", "line 1: “1210 = 1221 = 1222” has not one of"),
    "unknown": ("# x\nB01: 1210 = 1299", "line 2: no row has the code 1299"),
    "a number": ("B01: 1210 = 1221 * 7", "line 1: no row has the code 7"),
    "no code": ("1210 = 1221", "line 1: no line of the kind “B01: 1210 = 1221 + 1222”"),
    "small": ("b1: 1210 = 1221", "line 1: 'b1' is no code of a rule"),
    "level": ("B01: 1210 = 1221 ; 严重", "line 1: '严重' is no level (错误、需说明、提示)"),
    "twice": ("B01: 1210 = 1221\nB01: 1210 = 1222", "line 2: code 'B01' stands in line 1, too"),
    "bracket": ("B01: 1210 = (1221 + 1222", "line 1: a bracket is not closed"),
    "missing": ("B01: 1210 = 1221 +", "line 1: a code is missing"),
    "two codes": ("B01: 1210 = 1221 1222", "line 1: “1222” stands where nothing more can"),
    "words": ("B01: 1210 = 规上企业", "line 1: “规上企业” cannot be read"),
    "empty": ("# nothing\n", "holds no equation"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_line_that_cannot_be_read_is_told_with_its_number(tmp_path: Path, name: str) -> None:
    text, told = FAULTS[name]
    with pytest.raises(f.EquationError) as caught:
        read(tmp_path, text + "\n")
    (fault,) = caught.value.faults
    assert fault.startswith("relations.txt")
    assert told in fault


def test_all_lines_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(f.EquationError) as caught:
        read(tmp_path, "B01: 1210 = 9\nB02: 1210 = 1221\nB03: = 1210\n")
    assert [one.split(":")[0] for one in caught.value.faults] == [
        "relations.txt, line 1", "relations.txt, line 3",
    ]  # fmt: skip


def test_a_csv_without_its_columns_and_bytes_that_are_no_text(tmp_path: Path) -> None:
    with pytest.raises(f.EquationError, match="line 1: no column 关系式"):
        read(tmp_path, "编号,公式\nB01,1210=1221\n", "relations.csv")
    (tmp_path / "gbk.txt").write_bytes("B01: 1210 = 1221 ; 错误".encode("gb18030"))
    with pytest.raises(f.EquationError, match="no text in UTF-8"):
        f.equations(tmp_path / "gbk.txt", KEYS, times=TIMES, source="表")


@pytest.mark.parametrize("inside", [True, False])
def test_a_form_with_such_a_table_is_a_named_fault(tmp_path: Path, inside: bool) -> None:
    """Whether it is read when the file is loaded or when the form is asked for."""
    (tmp_path / "r.txt").write_text("B01: 1210 = 9\n", "utf-8")
    call = "f.equations(Path(__file__).with_name('r.txt'), {'1210': 'a.b'}, times={'m': ''}, source='s')"
    text = "from pathlib import Path\nfrom clusterbook import forms as f\n"
    text += f"R = {'()' if inside else call}\ndef workbook(options):\n    return {call}\n"
    (tmp_path / "broken.py").write_text(text, "utf-8")
    with forms_from(tmp_path), pytest.raises(SpecError) as caught:
        workbook("broken")
    assert caught.value.faults == ["r.txt, line 1: no row has the code 9"]
