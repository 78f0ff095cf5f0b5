"""Verdicts and problems in lines, as ``check`` and ``import`` print them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from clusterbook.a1 import runs
from clusterbook.problems import Problem
from clusterbook.terminal import FAILED, PASSED
from clusterbook.verdicts import SET_ASIDE, Status, Verdict

if TYPE_CHECKING:
    from clusterbook.validation.judged import Submission

_ENGLISH = {"整个文件": "whole file", "怎样更正：": "To mend: "}
#: what an import leaves in its folder, in both languages
OUTPUTS = (
    ("submissions.csv", "每个文件一行：结论和问题数", "one row per file: verdict, counts"),
    ("problems.csv", "全部问题：位置、内容、怎样更正", "every problem: place, what, how to mend"),
    ("progress.xlsx", "分市州应报、已报、未报，名单和联系电话，催报内容", "who has sent what"),
    ("催报", "每个市州一段催报内容，可直接复制", "texts to remind each city"),
    ("tables", "数据表：各项数值和各库", "the data: values and libraries"),
    ("submissions", "每份一个 JSON 文件", "one JSON file per submission"),
    ("decisions.xlsx", "需说明事项：填写裁定和核定数，再次导入即生效", "questions to decide"),
    ("returned", "退回件：标注副本、退回通知、短消息", "copies, letters and messages to send back"),
    ("evidence", "佐证材料副本：有问题的各册，从报告页打开", "evidence that problems lead to"),
    ("report.html", "汇总报告页", "the report page"),
    ("parquet", "Parquet 文件", "Parquet files"),
    ("excel", "用 Excel 打开的 CSV，改动数见 changed_cells.json", "CSV files for Excel"),
)

_FINE = {Verdict.PASSED, *SET_ASIDE}


def exit_code(verdicts: Iterable[str], *, only_attached: bool = False) -> int:
    """0 when everything passed that counts, and nobody sent attachments alone; else 1."""
    return PASSED if _FINE.issuperset(verdicts) and not only_attached else FAILED


def _word(chinese: str, lang: str) -> str:
    return chinese if lang == "zh" else _ENGLISH[chinese]


def _told(verdict: str, lang: str) -> str:
    return verdict if lang == "zh" else Verdict(verdict).english.lower()


def counts(verdicts: Sequence[str], lang: str) -> str:
    """How many files have which verdict: 共 12 个文件：通过 3，退回 9."""
    if not verdicts:
        return "没有收到文件。" if lang == "zh" else "No file has come."
    order = [one for one in Verdict if one in verdicts]
    parts = [f"{_told(one, lang)} {verdicts.count(one)}" for one in order]
    if lang == "zh":
        return f"共 {len(verdicts)} 个文件：{'，'.join(parts)}。"
    return f"{len(verdicts)} files: {', '.join(parts)}."


def missing(progress: Iterable[Mapping[str, str]], lang: str) -> str:
    """Who has sent nothing: 未报 3，未报（仅附件） 1; "" where everybody has."""
    states = [line["status"] for line in progress]
    found = [(one, states.count(one)) for one in (Status.UNSENT, Status.ONLY_ATTACHED)]
    told = [(one, count) for one, count in found if count]
    if lang == "zh":
        return "，".join(f"{one.value} {count}" for one, count in told)
    words = {Status.UNSENT: "not sent", Status.ONLY_ATTACHED: "attachments only"}
    return ", ".join(f"{words[one]} {count}" for one, count in told)


def settled(found: Mapping[str, int], lang: str) -> str:
    """What came of decisions and of answers given elsewhere: 裁定：采纳 3，不采纳 1."""
    words = _SETTLED[lang]
    told = [f"{words[name]} {found[name]}" for name in words if found.get(name)]
    return f"裁定和说明：{'，'.join(told)}" if lang == "zh" else f"Settled: {', '.join(told)}"


_SETTLED = {
    "zh": {"accepted": "采纳", "refused": "不采纳", "approved": "核定数",
           "far": "核定数与上报数相差十倍以上、请核对单位的",
           "lapsed": "不再适用的裁定", "used": "另报的说明",
           "unused": "没有对应问题或看不出原因的说明"},
    "en": {"accepted": "accepted", "refused": "refused", "approved": "figures set",
           "far": "figures set of another order",
           "lapsed": "lapsed decisions", "used": "answers used", "unused": "answers not used"},
}  # fmt: skip


def lines_of(one: Submission, lang: str) -> Iterator[str]:
    """A file's verdict, then its problems; the same sentence on one sheet stands once."""
    whom = f"  {one.stamp.issued_to}" if one.stamp and one.stamp.issued_to else ""
    yield f"{one.file}  【{_told(one.verdict, lang)}】{whom}"
    groups: dict[tuple[str, ...], list[Problem]] = {}
    for problem in one.problems:
        key = (problem.code, problem.sheet, problem.message(lang), problem.how_to_mend(lang))
        groups.setdefault(key, []).append(problem)
    for (code, sheet, message, mend), problems in groups.items():
        level = problems[0].level
        level_word = level.chinese if lang == "zh" else level.value
        cells = "、".join(runs([problem.cell for problem in problems if problem.cell]))
        place = f"{sheet}!{cells}" if cells else sheet or _word("整个文件", lang)
        label = f"  {problems[0].label}" if problems[0].label else ""
        yield f"  {level_word} {code}  {place}{label}"
        yield f"      {message}"
        yield f"      {_word('怎样更正：', lang)}{mend}"
    yield ""


def as_json(judged: Iterable[Submission], lang: str) -> bytes:
    """The verdict and problems of every file as JSON."""
    from clusterbook.results.tables import problem_record

    files = [
        {
            "file": one.file, "sha256": one.sha256, "submission": one.id,
            "form": one.stamp.form if one.stamp else "",
            "issued_to": one.stamp.issued_to if one.stamp else "",
            "verdict": one.verdict,
            "problems": [
                {"submission": one.id, "file": one.file, **problem_record(problem, lang)}
                for problem in one.problems
            ],
        }
        for one in judged
    ]  # fmt: skip
    return (json.dumps(files, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()
