"""Rules by measurement: what is counted of each rule, over which returns, and what is flagged."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from clusterbook.cli import cli
from clusterbook.forms import registry
from clusterbook.layout import layouts
from clusterbook.reports.rulebook import rule_facts
from clusterbook.reports.trial import trial
from clusterbook.results import tables

FORM = "cluster_contest"
WHY = "因上年度停产检修所致"


def out(
    folder: Path, returns: dict[str, str], problems=(), rounds=(), form: str = FORM, filled=None
) -> Path:
    """An import: verdicts by return, then (return, code, level, explanation) and (return, state, code).

    ``filled``: answers given and asked, by return.
    """
    folder.mkdir()
    _write(folder, tables.SUBMISSIONS, [
        {"file": f"{one}.xlsx", "sha256": one, "submission": f"S-{one}", "form": form if verdict else "",
         "year": "2025", "verdict": verdict or "无法读取", "years": "rolled",
         **dict(zip(("filled", "asked"), (filled or {}).get(one, ()), strict=False))}
        for one, verdict in returns.items()
    ])  # fmt: skip
    _write(folder, tables.PROBLEMS, [
        {"submission": f"S-{one}", "code": code, "level": level, "message": f"{code}！", "explanation": why}
        for one, code, level, why in problems
    ])  # fmt: skip
    _write(folder, tables.ROUNDS, [
        {"submission": f"S-{one}", "state": state, "code": code, "level": "explain", "message": "。"}
        for one, state, code in rounds
    ])  # fmt: skip
    return folder


def _write(folder: Path, table: tables.Table, rows: list[dict[str, str]]) -> None:
    with (folder / table.path).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [column.name for column in table.columns], restval="")
        writer.writeheader()
        writer.writerows({"errors": "0", "explains": "0", "infos": "0"} | row
                         if table is tables.SUBMISSIONS else row for row in rows)  # fmt: skip


def counted(found) -> dict[str, tuple[int, int, int, int, int]]:
    (one,) = found
    return {t.code: (t.fired, t.places, t.explained, t.mended, t.passed) for t in one.tried}


RULE, OTHER = "P03.margin_y2", "A12.top_rd_y2"


def test_returns_are_counted_by_what_became_of_them(tmp_path: Path) -> None:
    folder = out(
        tmp_path / "out", {"a": "通过", "b": "待说明", "c": "退回", "d": "通过", "e": ""},
        [("a", RULE, "explain", WHY), ("a", RULE, "explain", WHY), ("b", RULE, "explain", ""),
         ("b", RULE, "explain", WHY), ("c", "V101", "error", ""), ("e", "F103", "error", "")],
        [("a", "fixed", OTHER), ("b", "fixed", OTHER), ("b", "fixed", RULE), ("c", "new", "V101")],
    )  # fmt: skip
    found = trial([folder])
    # a gave its reason in both places; b in one of two, so it is not explained, and what it mended
    # of the rule is not all of it. A file that could not be read is no return of any form.
    assert counted(found) == {RULE: (2, 4, 1, 0, 1), "V101": (1, 1, 0, 0, 0), OTHER: (0, 0, 0, 2, 0)}  # fmt: skip
    (one,) = found
    assert (one.returns, one.passed) == (4, 2)
    shares = {t.code: (t.fired_share, t.passed_share, t.flagged) for t in one.tried}
    assert shares == {RULE: (50.0, 50.0, True), "V101": (25.0, 0.0, False), OTHER: (0.0, 0.0, False)}  # fmt: skip


@pytest.mark.parametrize(("fired", "flagged"), [(3, False), (4, True)])
def test_flagged_is_what_fires_in_more_than_thirty_of_a_hundred_that_pass(
    tmp_path: Path, fired: int, flagged: bool
) -> None:
    returns = {str(n): "通过" for n in range(10)}
    told = [(str(n), RULE, "info", "") for n in range(fired)]
    (one,) = trial([out(tmp_path / "out", returns, told)])
    assert [t.flagged for t in one.tried] == [flagged]


def test_a_return_in_several_imports_counts_once_as_the_last_judged_it(tmp_path: Path) -> None:
    first = out(tmp_path / "1", {"a": "待说明", "b": "通过"}, [("a", RULE, "explain", "")])
    second = out(tmp_path / "2", {"a": "通过", "c": "通过"}, [("a", RULE, "info", "")])
    (one,) = trial([first, second])
    assert (one.returns, one.passed) == (3, 3)
    assert [(t.code, t.level, t.fired, t.passed) for t in one.tried] == [(RULE, "info", 1, 1)]


def test_a_return_with_next_to_nothing_in_it_says_nothing_of_a_rule(tmp_path: Path) -> None:
    told = [("a", RULE, "explain", ""), ("b", "V101", "error", ""), ("b", RULE, "explain", "")]
    folder = out(tmp_path / "out", {"a": "待说明", "b": "退回"}, told, filled={"b": ("9", "200")})
    found = trial([folder])
    assert counted(found) == {RULE: (1, 1, 0, 0, 0)}
    assert [(one.returns, one.left_out) for one in found] == [(1, 1)]
    said = CliRunner().invoke(cli, ["rules", "trial", str(folder)]).output.splitlines()[0]
    assert said.endswith("计入 1 份，其中通过 0 份；另有 1 份基本未填，未计入。")


def test_a_round_of_blanks_alone_is_told_as_such(tmp_path: Path) -> None:
    folder = out(
        tmp_path / "out", {"a": "退回"}, [("a", "V101", "error", "")], filled={"a": ("0", "200")}
    )
    (one,) = trial([folder])
    assert (one.form, one.returns, one.left_out, one.tried) == (FORM, 0, 1, ())
    said = CliRunner().invoke(cli, ["rules", "trial", str(folder)])
    assert said.exit_code == 0
    assert "另有 1 份基本未填，未计入。" in said.output


def test_rules_of_a_group_are_one_line_and_each_form_stands_for_itself(tmp_path: Path) -> None:
    fujian = "fujian_sme_cluster"
    group = next(r.group for r in layouts.of(fujian).workbook.rules if r.group)
    codes = [
        r.code for r in layouts.of(fujian).workbook.rules if r.group and r.group.key == group.key
    ]
    one = out(tmp_path / "1", {"a": "通过"}, [("a", RULE, "info", "")])
    told = [("b", code, "explain", WHY) for code in codes]
    two = out(tmp_path / "2", {"b": "通过"}, told, form=fujian)
    contest, other = trial([one, two])
    assert (contest.form, other.form) == (FORM, fujian)
    assert [(t.code, t.sentence, t.fired, t.places, t.explained) for t in other.tried] == [
        (group.key, group.title, 1, len(codes), 1)
    ]
    lines = list(dict.fromkeys(r.line for r in layouts.of(fujian).workbook.rules))
    assert list(other.silent) == [line for line in lines if line != group.key]
    assert RULE not in contest.silent


def test_the_command_prints_and_flags(tmp_path: Path) -> None:
    folder = out(tmp_path / "out", {"a": "通过"}, [("a", RULE, "explain", WHY)])
    result = CliRunner().invoke(cli, ["rules", "trial", str(folder)])
    assert result.exit_code == 0
    says = next(f["rule"] for f in rule_facts(layouts.of(FORM)) if f["code"] == RULE)
    assert result.output.splitlines()[1:3] == [
        (
            f"! 规则 {RULE}  需说明  触发 1 份（100%）1 处，已说明 1 份，下一轮已更正 0 份，"
            "通过而仍触发 1 份（100%）"
        ),
        f"      {says}",
    ]
    assert "标有 ! 的 1 条" in result.output
    told = CliRunner().invoke(cli, ["rules", "trial", str(folder), "--format", "json"])
    (one,) = json.loads(told.output)
    assert (one["returns"], one["tried"][0]["code"], one["tried"][0]["flagged"]) == (1, RULE, True)


def test_what_is_no_import_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["rules", "trial", str(tmp_path)])
    assert (result.exit_code, "不是导入的结果" in result.stderr) == (2, True)
    (tmp_path / "submissions.csv").write_text("file\n", "utf-8")
    result = CliRunner().invoke(cli, ["rules", "trial", str(tmp_path)])
    assert (result.exit_code, "不是导入的结果" in result.stderr) == (2, True)


def test_every_rule_says_why_and_whether_it_is_printed_or_ours() -> None:
    for form in registry.form_ids():
        for facts in rule_facts(layouts.of(form)):
            assert facts["reason"] and facts["source"], facts["code"]
            assert facts["basis"] in ("printed", "plausibility")
    basis = {f["code"]: f["basis"] for form in registry.form_ids()
             for f in rule_facts(layouts.of(form))}  # fmt: skip
    assert (basis[RULE], basis[OTHER]) == ("plausibility", "printed")
    assert (basis["P11.area"], basis["A20.target_tax_rate_t1"]) == ("printed", "plausibility")


def test_what_the_form_does_not_print_is_ours_whatever_its_code() -> None:
    rules = layouts.of(FORM).workbook.rules
    ours = {rule.code for rule in rules if rule.code.startswith(("A14.", "D85."))}
    assert ours and {rule.code for rule in rules if rule.code in ours and rule.ours} == ours
